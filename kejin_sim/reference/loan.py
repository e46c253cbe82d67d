"""A bank's loan to a firm: what it is, and what happens to it quarter by quarter (steps 4 and 5; C2, C4, C17)."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from kejin_sim.measures.commercialisation import postings as ip
from kejin_sim.measures.credit import bank_rules, compensation_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_DEFAULTED,
    S_DEFAULTS,
    T_DOUBLE_REFUSED,
    T_PREMIUMS_UNPAID,
    T_RENEWED,
)
from kejin_sim.measures.credit.stacking_rules import eligible_for_compensation
from kejin_sim.measures.insurance import loan_rules
from kejin_sim.measures.insurance import postings as ins
from kejin_sim.reference.stakes import Status
from kejin_sim.world import credit as lending_rules
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.reference.banks import Bank
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise


class Product(IntEnum):
    """Who shares a loan's loss with the bank."""

    ORDINARY = 0  # no policy: the world's lending (W9)
    LISTED = 1  # to a white-listed firm; nobody shares
    POOL = 2
    COMPENSATED = 3  # loan by loan (C6)
    GUARANTEED = 4
    LAYERED = 5  # by the layer of a bank's yearly loss (C7)
    INSURED = 6  # by an insurer (I6)
    PLEDGED = 7  # nobody; intellectual property is pledged (T1)


class State(Enum):
    """Where a loan is in its life."""

    PERFORMING = "performing"
    OVERDUE = "overdue"
    DEFAULTED = "in default, waiting for claim and recovery"
    CLOSED = "closed"


class Paid:
    """What others than the bank have paid on a bad loan and not had back (CNY)."""

    def __init__(self) -> None:
        self.pool = [0.0, 0.0, 0.0]  # from the accounts of city, district and banks
        self.compensation = 0.0
        self.guarantor = 0.0  # gross; of it re-guaranteed:
        self.national = 0.0
        self.re_guarantor = 0.0
        self.insurer = 0.0


class Loan:
    """One loan.

    ``balance``: principal not yet repaid; ``exposure``: principal in default and not yet settled (EAD);
    ``interest_year``: interest paid in this fiscal year; ``relending``: the central bank's money behind it (all
    CNY), ``beyond``: the share of it drawn beyond the ordinary quota (C16).
    ``first``: the borrower's first loan; ``listed``: made under measure 2 to a firm on the white list;
    ``national_share``: of the national guarantee fund, by the firm's class; ``growth``: what spending its money adds to
    the firm's quarterly cost until ``growth_until``. Quarters count from the burn-in, −1 never.
    """

    def __init__(
        self, firm: Enterprise, bank: Bank, product: Product, listed: bool, amount: float, national_share: float = 0.0
    ) -> None:
        city = firm.city
        self.city: City = city
        self.firm = firm
        self.bank = bank
        self.product = product
        self.listed = listed
        self.first = not firm.had_loan
        self.policy = not city.clock.burn_in
        self.made = city.clock.k
        self.due = self.made + self.term
        self.renewed = 0
        self.rate: float = bank.rate
        self.lgd = bank.loss_given_default(product)
        insurance = city.rules_of("insurance")
        self.insured_share: float = insurance.loan_ins_share if product is Product.INSURED else 0.0
        self.premium_rate: float = insurance.loan_rate if product is Product.INSURED else 0.0
        self.state = State.PERFORMING
        self.balance = amount
        self.exposure = 0.0
        self.interest_year = 0.0
        self.national_share = national_share
        self.relending = 0.0
        self.beyond = 0.0
        self.relending_due = -1
        self.claim_due = -1
        self.recovery_due = -1
        self.paid = Paid()
        self.growth = lending_rules.growth_spending(
            amount, city.settings.behaviour.loan_spending, self.term, firm.sustained
        )
        self.growth_began = (firm.raised, firm.sustained)
        self.growth_until = self.due

    @property
    def at_risk(self) -> float:
        """What may still be claimed: the principal, or the exposure whose claim is open (CNY)."""
        return self.exposure if self.claim_due >= 0 else self.balance

    @property
    def counted(self) -> bool:
        """Is it a loan of the policy, made after the books opened?"""
        return self.policy and self.product is not Product.ORDINARY

    def code(self, ordinary: int, listed: int, pledged: int) -> int:
        """The posting code of this loan: the world's lending, measure 2's to listed firms and pledges have their own."""
        if self.product is Product.PLEDGED:
            return pledged
        return listed if self.listed else ordinary

    @property
    def term(self) -> int:
        """Quarters for which a loan of this product is made or renewed."""
        city = self.city
        guaranteed = self.product is Product.GUARANTEED
        return int(city.credit_rules.guarantee_term if guaranteed else city.settings.world.credit_term)

    def post(self, code: int, amount: float) -> None:
        """A posting about this loan."""
        self.city.ledger.post(code, amount, firm=self.firm.account, bank=self.bank.key)

    def quarter(self) -> None:
        """What happens to a loan before default: its firm has failed, was bought, or pays as it can."""
        if self.firm.gone:
            if self.firm.status is Status.FAILED:
                self.default()
            else:
                self._bought_out()
        else:
            self._service()

    def _service(self) -> None:
        """Interest and principal; renewal at maturity; a second quarter of arrears is a default (over 90 days)."""
        city, firm = self.city, self.firm
        k = city.clock.k
        if k >= self.growth_until:
            self._end_growth()
        interest = lending_rules.interest(self.balance, self.rate)
        principal = lending_rules.principal_due(
            self.balance, self.due - k + 1, city.settings.world.credit_repayment
        )
        if k == self.due and self._is_renewed():
            principal = 0.0
        if firm.cash < interest + principal:
            if self.state is State.OVERDUE:
                self.default()
            else:
                self.state = State.OVERDUE
                firm.tell("overdue", due=interest + principal)
                self._serve_relending()
            return
        firm.cash -= interest + principal
        self.interest_year += interest
        self.state = State.PERFORMING
        self.post(self.code(w.LOAN_INTEREST, p.POLICY_INTEREST, ip.PLEDGED_INTEREST), interest)
        if self.product is Product.PLEDGED:
            city.lending.pledges.note_pledge_interest(firm, interest)
        # What is charged on a quarter's balance comes before the balance falls: the last quarter counts as the first does.
        if self.product is Product.GUARANTEED:
            city.lending.guarantor.serve(self)
        elif self.product is Product.INSURED:
            self._pay_insurer()
        self._serve_relending()
        if principal > 0.0:
            self.post(self.code(w.LOAN_REPAID, p.POLICY_REPAID, ip.PLEDGED_REPAID), principal)
            if self.relending > 0.0 and principal < self.balance:
                back = bank_rules.relending_returned(self.relending, self.balance, principal)
                self.post(p.RELEND_REPAID, back)
                self.relending -= back
            self._lower(principal)
        if self.balance <= 0.0:
            self._close()

    def _is_renewed(self) -> bool:
        """无还本续贷: a bullet loan in good standing is prolonged when the bank would still make it."""
        city = self.city
        world, rules = city.settings.world, city.credit_rules
        if (
            world.credit_repayment != 0
            or self.state is not State.PERFORMING
            or self.renewed >= world.credit_renewals
            or not city.lending.renews(self.product)
            or not self.bank.offers(self.firm, self.product, self.kept, self.lgd, 0.0, self.relending > 0.0)
        ):
            return False
        self.due += rules.guarantee_term if self.product is Product.GUARANTEED else world.credit_term
        self.renewed += 1
        city.notes.stats[T_RENEWED] += 1.0
        self.firm.tell("renewed", balance=self.balance, due=city.clock.calendar(self.due))
        return True

    @property
    def kept(self) -> float:
        """The part of its loss that the bank reckons to keep; an insurer's share is the one agreed when it was made."""
        if self.product is Product.INSURED:
            return loan_rules.bank_loss(1.0, self.insured_share)
        return self.bank.keeps(self.product, self.first)

    def _pay_insurer(self) -> None:
        """I6. The firm pays the insurer its premium; cover goes on when it cannot."""
        firm = self.firm
        premium = loan_rules.loan_premium(self.balance, self.premium_rate)
        if firm.cash >= premium:
            firm.cash -= premium
            self.post(ins.LOAN_PREMIUM, premium)
        else:
            self.city.notes.stats[T_PREMIUMS_UNPAID] += 1.0

    @property
    def may_be_compensated(self) -> bool:
        """N2. Does no other scheme cover the loan?"""
        return eligible_for_compensation(self.product is Product.GUARANTEED, self.product is Product.INSURED)

    def pay_insurance(self) -> None:
        """I6. The insurer pays the bank its share of the bad loan; nobody else does (N2)."""
        self.paid.insurer = loan_rules.indemnity(self.exposure, self.insured_share)
        rules = self.city.credit_rules
        if rules.enabled == 1 and rules.scheme > 0 and not self.may_be_compensated:
            self.city.notes.stats[T_DOUBLE_REFUSED] += 1.0
        self.post(ins.LOAN_CLAIM, self.paid.insurer)

    def return_to_insurer(self, recovered: float) -> None:
        """I6, C10. The insurer's part of a recovery."""
        back = loan_rules.subrogation(recovered, self.insured_share)
        self.paid.insurer -= back
        self.post(ins.LOAN_SUBROGATION, back)

    def _end_growth(self) -> None:
        """The loan's money is spent."""
        self.firm.stop_spending(self.growth, self.growth_began)
        self.growth = 0.0

    def _serve_relending(self) -> None:
        """C17. Interest on relending, and its return when its time is over."""
        if self.relending > 0.0:
            city = self.city
            interest = lending_rules.interest(self.relending, city.credit_rules.relending_rate)
            self.post(p.RELEND_INTEREST, interest)
            if city.clock.k >= self.relending_due:
                self._end_relending()

    def _end_relending(self) -> None:
        """C17. The bank repays the central bank's money behind the loan."""
        if self.relending > 0.0:
            self.post(p.RELEND_REPAID, self.relending)
            self.relending = 0.0

    def _bought_out(self) -> None:
        """The buyer of a firm repays its loan (interest of the broken quarter is waived)."""
        self.post(self.code(w.LOAN_REPAID_EXIT, p.POLICY_REPAID_EXIT, ip.PLEDGED_REPAID_EXIT), self.balance)
        self._lower(self.balance)
        self._close()

    def _lower(self, amount: float) -> None:
        """The principal falls; a guarantor is released from its part."""
        if self.product is Product.GUARANTEED:
            self.city.lending.guarantor.released += amount
        self.balance -= amount

    def _close(self) -> None:
        """Paid back in full: the firm may borrow again."""
        self._end_relending()
        self._end_growth()
        self.state = State.CLOSED
        self.firm.loan = None
        self.firm.tell("loan_repaid")

    def run_off(self) -> None:
        """Z1. At the horizon a good loan is repaid from outside."""
        self.post(w.HORIZON_LOAN, self.balance)
        self._lower(self.balance)
        self._close()

    def default(self) -> None:
        """C4. The whole balance is in default: claim and recovery get their days, the borrower a bad mark."""
        city, firm = self.city, self.firm
        rules, k = city.credit_rules, city.clock.k
        self.exposure = self.balance
        self._lower(self.balance)
        self.state = State.DEFAULTED
        firm.bad_mark = True
        self._end_relending()
        self._end_growth()
        if self.product in (Product.POOL, Product.COMPENSATED, Product.GUARANTEED, Product.INSURED):
            self.claim_due = compensation_rules.claim_due(
                k, rules.claim_lag, rules.claim_ex_ante == 1, rules.claim_ex_ante_lag
            )
        recovery = k + round(4.0 * city.settings.world.credit_recovery_years)
        self.recovery_due = max(self.claim_due, recovery)
        city.lending.note_default(self)
        notes = city.notes
        notes.series[S_DEFAULTED] += self.exposure
        notes.series[S_DEFAULTS] += 1.0
        firm.tell("defaulted", exposure=self.exposure, bank=self.bank.name)
