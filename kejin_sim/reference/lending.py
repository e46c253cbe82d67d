"""Bank lending in the city (W9, measure 2): service in step 5, applications at the end of step 6, closes in step 11."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.measures.credit import listing_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_FIRST_LOANS,
    S_GUARANTEED_LENT,
    S_LENT,
    S_LISTED_LENT,
    S_LOANS,
    S_POOL_LENT,
    T_APPLICATIONS,
    T_LIMIT_FULL,
    T_NOT_LISTED,
    T_REFUSED_BY_BANKS,
    T_STOPPED,
)
from kejin_sim.reference import creditbooks, settlement
from kejin_sim.reference.banks import SCHEME_COMPENSATION, SCHEME_LAYER, SCHEME_POOL, Bank, Banks
from kejin_sim.reference.clock import (
    CREDIT_CLOSES,
    CREDIT_YEAR_OPENS,
    LOAN_APPLICATIONS,
    LOAN_SERVICE,
    Process,
)
from kejin_sim.reference.compensation import Compensation
from kejin_sim.reference.guarantor import GuaranteeCompany
from kejin_sim.reference.loan import Loan, Product, State
from kejin_sim.reference.riskpool import RiskPool, StopLoss
from kejin_sim.reference.stakes import Status
from kejin_sim.world import credit as lending_rules
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise


class Lending:
    """Banks, their loans, and who shares the losses.

    ``loans``: open or not yet settled, in the order in which they were made; ``applicants``: firms that consider
    a loan this quarter, older in the list first.
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.banks = Banks(city)
        self.pool = RiskPool(city)
        self.guarantor = GuaranteeCompany(city)
        self.compensation = Compensation(city)
        self.stop_loss = StopLoss(city)
        self.loans: list[Loan] = []
        self.applicants: list[Enterprise] = []
        self.books = creditbooks.CreditBooks(city)
        city.env.process(self._run())

    @property
    def policy(self) -> bool:
        """Is measure 2 in force?"""
        return self.city.credit_rules.enabled == 1 and self.city.clock.policy

    def outstanding(self, product: Product) -> float:
        """Loans of a product before default (CNY)."""
        total = 0.0
        for loan in self.loans:
            if loan.product is product:
                total += loan.balance
        return total

    def _run(self) -> Process:
        clock = self.city.clock
        while True:
            yield clock.until(CREDIT_YEAR_OPENS)
            if clock.year_opens:
                self._open_year()
            yield clock.until(LOAN_SERVICE)
            self._serve()
            yield clock.until(LOAN_APPLICATIONS)
            self._take_applications()
            yield clock.until(CREDIT_CLOSES)
            creditbooks.close_quarter(self)

    def _open_year(self) -> None:
        """Step 2. Counters start anew; relending quotas are given (C16), pool and guarantor funded (C5, C11)."""
        rules = self.city.credit_rules
        self.banks.open_year(self.policy)
        for loan in self.loans:
            loan.interest_year = 0.0
        if self.policy and rules.scheme == SCHEME_POOL:
            self.pool.contribute()
        if self.policy and rules.guarantee_on == 1:
            self.guarantor.contribute()

    def _serve(self) -> None:
        """Step 5. Every loan in turn; what became of its firm is known."""
        self.stop_loss.defaults.push(0.0)
        self.guarantor.claims.push(0.0)
        for loan in self.loans:
            if loan.state is not State.DEFAULTED:
                loan.quarter()
            if loan.state is State.DEFAULTED:
                settlement.settle_what_is_due(loan)
        self.loans = [loan for loan in self.loans if loan.state is not State.CLOSED]

    def note_default(self, loan: Loan) -> None:
        """A loan has gone bad: the schemes that answer for it take note."""
        if loan.product in (Product.POOL, Product.COMPENSATED, Product.LAYERED):
            self.stop_loss.defaults.add(loan.exposure)
        if loan.product is Product.LAYERED:
            self.compensation.note_default(loan)

    # Step 6, last.

    def _take_applications(self) -> None:
        """C1, C2. Firms of the city whose season it is and that are short of money apply, in the order of the list."""
        world = self.city.settings.world
        for firm in self.applicants:
            if firm.status is not Status.ACTIVE or firm.profile.outside or firm.loan is not None or firm.bad_mark:
                continue
            need = lending_rules.loan_need(
                firm.cash, firm.revenue, firm.cost, world.credit_cash_target, world.credit_working_capital
            )
            if need < world.credit_min_loan:
                continue
            u_apply, u_bank, _, _ = self.city.draw(rng.LOAN, firm.profile.entity)
            if u_apply < world.credit_apply:
                self._consider(firm, need, u_bank)
        self.applicants.clear()

    def _consider(self, firm: Enterprise, need: float, u_bank: float) -> None:
        """One application: white list, amount, product, bank."""
        city = self.city
        world, rules, stats = city.settings.world, city.credit_rules, city.notes.stats
        listed = self.policy and (
            rules.white_list_on == 0
            or listing_rules.white_listed(
                firm.percentile, rules.white_list_min_score, firm.bad_mark
            )
        )
        if self.policy and not listed:
            stats[T_NOT_LISTED] += 1.0
        capacity = lending_rules.debt_capacity(
            firm.revenue, firm.raised, world.credit_revenue_multiple, world.credit_equity_multiple
        )
        if listed and firm.grant is not None:
            capacity = max(capacity, firm.grant.credit_line())
        cap = rules.loan_cap if listed else world.credit_cap
        amount = lending_rules.loan_amount(need, capacity, cap, world.credit_min_loan)
        if amount <= 0.0:
            return
        stats[T_APPLICATIONS] += 1.0
        product, bank = Product.ORDINARY, None
        if not listed:
            bank = self.banks.ask(firm, product, amount, u_bank)
        else:
            # The scheme first; where no bank lends under it, the guarantor; at last a loan that nobody shares.
            product = self._scheme(firm, amount)
            sound = lending_rules.sound(firm.cash, amount, firm.revenue, firm.cost, world.credit_min_runway)
            if product is not Product.LISTED:
                bank = self.banks.ask(firm, product, amount, u_bank)
            if bank is None and sound and self._guarantor_takes(amount):
                product = Product.GUARANTEED
                bank = self.banks.ask(firm, product, amount, u_bank)
            if bank is None and sound:
                product = Product.LISTED
                bank = self.banks.ask(firm, product, amount, u_bank)
        if bank is None:
            stats[T_REFUSED_BY_BANKS] += 1.0
            firm.tell("no_loan", amount=amount, product=product)
        else:
            self._lend(firm, bank, product, amount)

    def _scheme(self, firm: Enterprise, amount: float) -> Product:
        """The product of pool or compensation while it is open to a listed firm, else a loan that nobody shares."""
        rules, stats = self.city.credit_rules, self.city.notes.stats
        if rules.scheme == SCHEME_POOL and 0.25 * firm.age <= rules.pool_age_max:
            if self.stop_loss.stopped:
                stats[T_STOPPED] += 1.0
            elif self.pool.has_room(self.outstanding(Product.POOL), amount):
                return Product.POOL
            else:
                stats[T_LIMIT_FULL] += 1.0
        elif rules.scheme in (SCHEME_COMPENSATION, SCHEME_LAYER):
            if not self.stop_loss.stopped:
                return Product.COMPENSATED if rules.scheme == SCHEME_COMPENSATION else Product.LAYERED
            stats[T_STOPPED] += 1.0
        return Product.LISTED

    def _guarantor_takes(self, amount: float) -> bool:
        """C11. May the guarantor take a loan of this amount on?"""
        rules = self.city.credit_rules
        if rules.guarantee_on == 0 or amount > rules.guarantee_cap:
            return False
        if self.guarantor.has_room(self.outstanding(Product.GUARANTEED), amount):
            return True
        self.city.notes.stats[T_LIMIT_FULL] += 1.0
        return False

    def _lend(self, firm: Enterprise, bank: Bank, product: Product, amount: float) -> None:
        """C2. A bank makes a loan."""
        city = self.city
        series = city.notes.series
        national = self.guarantor.national_share(firm) if product is Product.GUARANTEED else 0.0
        loan = Loan(firm, bank, product, amount, national)
        firm.loan = loan
        firm.had_loan = True
        firm.cash += amount
        bank.lent += amount
        self.loans.append(loan)
        loan.post(p.POLICY_LOAN if loan.listed else w.LOAN, amount)
        series[S_LENT] += amount
        series[S_LOANS] += 1.0
        if loan.first:
            series[S_FIRST_LOANS] += 1.0
        if product in (Product.POOL, Product.COMPENSATED, Product.LAYERED):
            series[S_POOL_LENT] += amount
        elif product is Product.GUARANTEED:
            series[S_GUARANTEED_LENT] += amount
        if loan.listed:
            series[S_LISTED_LENT] += amount
            bank.listed += amount
            bank.refinance(loan)
        firm.tell(
            "loan", amount=amount, bank=bank.name, rate=loan.rate, product=product,
            due=city.clock.calendar(loan.due), relending=loan.relending,
        )  # fmt: skip
