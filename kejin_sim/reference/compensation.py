"""Compensation of bad loans instead of a pool: per loan (C6), or a layer of a bank's yearly loss (C7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim.ledger import Line
from kejin_sim.measures.credit import compensation_rules, loan_rules, stacking_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_POOL_CLAIMS,
    T_BORNE_BANK,
    T_BORNE_COMPENSATION,
    T_STACK_CAPPED,
    T_UNPAID,
)

if TYPE_CHECKING:
    from kejin_sim.reference.banks import Bank
    from kejin_sim.reference.city import City
    from kejin_sim.reference.loan import Loan


class Compensation:
    """The city's compensation of banks, out of the pool's budget line.

    By bank: ``losses`` of the year's defaults net of what they will bring, ``counted`` of them on loans made after the opening,
    ``balances`` summed over the year's quarter-ends so far (CNY).
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.losses = [0.0] * len(city.settings.world.credit_appetite)
        self.counted = [0.0] * len(self.losses)
        self.balances = [0.0] * len(self.losses)

    def note_default(self, loan: Loan) -> None:
        """A compensated loan's expected loss falls into this year."""
        loss = loan_rules.loss(loan.exposure, loan.lgd)
        self.losses[loan.bank.number] += loss
        if loan.policy:
            self.counted[loan.bank.number] += loss

    def promised(self, loan: Loan) -> float:
        """C6. What a claim on what is at risk under a loan would be (CNY)."""
        rules = self.city.credit_rules
        wanted = compensation_rules.compensation(
            loan.at_risk, rules.compensation_share, rules.compensation_first_loan_bonus, loan.first
        )
        return stacking_rules.capped(wanted, loan.at_risk, rules.stacking_compensation_cap)

    def pay_claim(self, loan: Loan) -> None:
        """C6. A share of the principal, capped by the liability borne (N1) and by the line."""
        city, rules = self.city, self.city.credit_rules
        notes = city.notes
        wanted = compensation_rules.compensation(
            loan.exposure, rules.compensation_share, rules.compensation_first_loan_bonus, loan.first
        )
        allowed = stacking_rules.capped(wanted, loan.exposure, rules.stacking_compensation_cap)
        if allowed < wanted:
            notes.stats[T_STACK_CAPPED] += 1.0
        amount = city.treasury.affordable(Line("risk_pool"), allowed, "compensation")
        notes.stats[T_UNPAID] += allowed - amount
        loan.paid.compensation = amount
        notes.series[S_POOL_CLAIMS] += amount
        if amount > 0.0:
            city.treasury.pay(
                Line("risk_pool"), p.COMPENSATION, amount, firm=loan.firm.account, bank=loan.bank.key
            )

    def share_recovery(self, loan: Loan, recovered: float) -> None:
        """C10. The city gets its part of a recovery back."""
        back = compensation_rules.return_share(recovered, loan.paid.compensation, loan.exposure)
        loan.paid.compensation -= back
        loan.post(p.COMPENSATION_RETURNED, back)

    def pay_layers(self, banks: list[Bank]) -> None:
        """C7. Bank by bank, the city pays its share of the layer of the year's losses; a new year of losses begins."""
        city, rules = self.city, self.city.credit_rules
        for bank in banks:
            loss, balance = self.losses[bank.number], 0.25 * self.balances[bank.number]
            wanted = compensation_rules.layer_payment(
                loss, balance, rules.layer_attachment, rules.layer_detachment, rules.layer_share
            )
            amount = city.treasury.affordable(Line("risk_pool"), wanted, "compensation")
            city.notes.stats[T_UNPAID] += wanted - amount
            if amount > 0.0:
                city.treasury.pay(Line("risk_pool"), p.LAYER, amount, bank=bank.key)
                city.notes.series[S_POOL_CLAIMS] += amount
                # Who bore what is told of loans made after the opening; the bank no longer bears what the city pays.
                counted = amount * self.counted[bank.number] / loss
                city.notes.stats[T_BORNE_COMPENSATION] += counted
                city.notes.stats[T_BORNE_BANK] -= counted
                city.notes.tell(
                    city.clock.k, "layer", bank.name, loss=loss, balance=balance, amount=amount
                )
        self.losses = [0.0] * len(banks)
        self.counted = [0.0] * len(banks)
        self.balances = [0.0] * len(banks)
