"""The guarantee company, and those who re-guarantee it (C11–C15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim.ledger import Line
from kejin_sim.measures.credit import guarantee_rules, pool_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.compensation_rules import return_share
from kejin_sim.measures.credit.recording import (
    S_GUARANTEE_CLAIMS,
    T_DOUBLE_REFUSED,
    T_FEES_UNPAID,
    T_UNPAID,
)
from kejin_sim.reference.riskpool import LastYear
from kejin_sim.world.calendar import quarters_in_force

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.loan import Loan

PROVINCIAL = 0  # value of ``guarantee.re_guarantor``; a municipal one is the city's own money and shares nothing


class GuaranteeCompany:
    """The city's guarantee company for technology firms.

    ``cash``: capital and fees less claims; ``funded``: capital as far as it has been paid in; ``paid_in`` by the city,
    top-ups included; ``claims`` of the last four quarters, ``guaranteed``: amounts in force at the last four quarter-ends,
    ``year_sum`` at those of this fiscal year so far; ``released``: principal of guaranteed loans repaid or in default this
    quarter (CNY).
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.cash = 0.0
        self.funded = 0.0
        self.paid_in = 0.0
        self.claims = LastYear()
        self.guaranteed = LastYear()
        self.year_sum = 0.0
        self.released = 0.0

    def contribute(self) -> None:
        """C11. The city pays the capital in: once, then a yearly top-up of what claims took. What the year's reward for low fees
        is expected to need stays in the line (C15)."""
        city, rules, clock = self.city, self.city.credit_rules, self.city.clock
        size = rules.guarantee_capital
        first = max(0.0, size - self.funded)
        wanted = first + pool_rules.top_up(size, self.cash + first, rules.guarantee_top_up)
        if wanted <= 0.0:
            return
        room = guarantee_rules.left_for_capital(
            city.treasury.lines[Line("guarantee")].spendable, self.guaranteed.quarters[0], rules.guarantee_fee_rebate,
            quarters_in_force(clock.quarter_of_year, clock.period_end),
        )  # fmt: skip
        amount = city.treasury.affordable(Line("guarantee"), wanted, "guarantee_company", within=room)
        self.funded += min(first, amount)
        self.paid_in += amount
        self.cash += amount
        if amount > 0.0:
            city.treasury.pay(Line("guarantee"), p.GUARANTEE_CAPITAL, amount)

    def has_room(self, outstanding: float, amount: float) -> bool:
        """C11. Does the capital carry a loan more, with so much outstanding or claimed under guarantee?"""
        rules = self.city.credit_rules
        limit = guarantee_rules.exposure_limit(self.cash, rules.guarantee_leverage)
        return (1.0 - rules.guarantee_bank_share) * (outstanding + amount) <= limit

    def national_share(self, firm: Enterprise) -> float:
        """C12. The national fund's share of a loss, by the firm's class when the loan is made."""
        rules, profile = self.city.credit_rules, firm.profile
        grade = guarantee_rules.firm_class(
            profile.hard_tech, firm.percentile, firm.stage, rules.guarantee_class_score
        )
        return float(rules.guarantee_national_share[grade])

    def own_part(self, loan: Loan) -> float:
        """C12. What the guarantor itself bears of what may still be claimed on a loan (CNY)."""
        rules = self.city.credit_rules
        own = guarantee_rules.local_share(
            rules.guarantee_bank_share, loan.national_share, rules.guarantee_re_guarantor_share,
            rules.guarantee_re_guarantor != PROVINCIAL,
        )  # fmt: skip
        return float(own * loan.at_risk)

    def beyond_cap(self, loans: list[Loan]) -> float:
        """C13. Of the national fund's shares of these guarantees, what is above its cap on claims if all are claimed (CNY)."""
        rules = self.city.credit_rules
        national = covered = 0.0
        for loan in loans:
            national += loan.national_share * loan.at_risk
            covered += (1.0 - rules.guarantee_bank_share) * loan.at_risk
        shared = guarantee_rules.national_payment(
            national, covered, self.claims.total, self.guaranteed.mean, rules.guarantee_claim_rate_cap
        )
        return national - shared

    def serve(self, loan: Loan) -> None:
        """C11, C14. The firm pays its fee, the guarantor its premium to those who re-guarantee."""
        city, firm, rules = self.city, loan.firm, self.city.credit_rules
        fee = guarantee_rules.fee(loan.balance, rules.guarantee_fee)
        if firm.cash >= fee:
            firm.cash -= fee
            self.cash += fee
            loan.post(p.GUARANTEE_FEE, fee)
        else:
            city.notes.stats[T_FEES_UNPAID] += 1.0
        low, high = rules.guarantee_premium
        rate = guarantee_rules.premium_rate(loan.balance, rules.guarantee_premium_threshold, low, high)
        national = guarantee_rules.premium(loan.national_share * loan.balance, rate)
        re_guarantor = 0.0
        if rules.guarantee_re_guarantor == PROVINCIAL:
            re_guarantor = guarantee_rules.premium(rules.guarantee_re_guarantor_share * loan.balance, rate)
        if self.cash >= national + re_guarantor:
            self.cash -= national + re_guarantor
            loan.post(p.PREMIUM_NATIONAL, national)
            loan.post(p.PREMIUM_RE_GUARANTOR, re_guarantor)

    def pay_claim(self, loan: Loan) -> None:
        """C12, C13. The guarantor pays the bank at once and is paid the national fund's and re-guarantor's parts."""
        city, rules = self.city, self.city.credit_rules
        notes = city.notes
        due = (1.0 - rules.guarantee_bank_share) * loan.exposure
        amount = min(due, self.cash)
        notes.stats[T_UNPAID] += due - amount
        if rules.enabled == 1 and rules.scheme > 0 and not loan.may_be_compensated:
            notes.stats[T_DOUBLE_REFUSED] += 1.0  # N2: it draws nothing from pool or compensation
        scale = amount / due if due > 0.0 else 0.0
        national = guarantee_rules.national_payment(
            scale * loan.national_share * loan.exposure, amount, self.claims.total, self.guaranteed.mean,
            rules.guarantee_claim_rate_cap,
        )  # fmt: skip
        re_guarantor = 0.0
        if rules.guarantee_re_guarantor == PROVINCIAL:
            re_guarantor = scale * rules.guarantee_re_guarantor_share * loan.exposure
        self.claims.add(amount)
        self.cash += national + re_guarantor - amount
        loan.paid.guarantor = amount
        loan.paid.national = national
        loan.paid.re_guarantor = re_guarantor
        # The ledger is told of the shares first: they are paid at once, so that the guarantor never owes.
        loan.post(p.NATIONAL_SHARE, national)
        loan.post(p.RE_GUARANTOR_SHARE, re_guarantor)
        loan.post(p.GUARANTEE_CLAIM, amount)
        notes.series[S_GUARANTEE_CLAIMS] += amount

    def share_recovery(self, loan: Loan, recovered: float) -> None:
        """C10. The guarantor gets its part of a recovery and passes on what the others had paid for."""
        paid = loan.paid
        back = return_share(recovered, paid.guarantor, loan.exposure)
        national = return_share(recovered, paid.national, loan.exposure)
        re_guarantor = return_share(recovered, paid.re_guarantor, loan.exposure)
        self.cash += back - national - re_guarantor
        paid.guarantor -= back
        paid.national -= national
        paid.re_guarantor -= re_guarantor
        loan.post(p.GUARANTEE_RECOVERY, back)
        loan.post(p.NATIONAL_RETURNED, national)
        loan.post(p.RE_GUARANTOR_RETURNED, re_guarantor)

    def note_quarter(self, guaranteed: float) -> None:
        """The amount guaranteed at a quarter's end."""
        self.guaranteed.push(guaranteed)
        self.year_sum += guaranteed

    def receive_rebate(self) -> None:
        """C15. The city rewards low fees, on the average amount guaranteed in the year."""
        city = self.city
        rate = city.credit_rules.guarantee_fee_rebate
        wanted = guarantee_rules.fee_rebate(0.25 * self.year_sum, rate)
        amount = city.treasury.affordable(Line("guarantee"), wanted, "guarantee_company")
        if amount > 0.0:
            self.cash += amount
            city.treasury.pay(Line("guarantee"), p.FEE_REBATE, amount)

    def wind_up(self) -> None:
        """C11. The money goes back to the city when nothing is guaranteed any more: what was paid in, then a surplus."""
        capital = min(self.cash, self.paid_in)
        self.city.ledger.post(p.GUARANTEE_RETURNED, capital)
        self.city.ledger.post(p.GUARANTEE_SURPLUS, self.cash - capital)
        self.city.notes.tell(self.city.clock.k, "guarantor_returned", "", amount=self.cash)
        self.cash = 0.0
        self.funded = 0.0
        self.paid_in = 0.0
