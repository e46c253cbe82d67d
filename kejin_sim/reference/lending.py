"""Bank lending in the city (W9, measure 2): service in step 5, applications at the end of step 6, closes in step 11."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from kejin_sim import random as rng
from kejin_sim.measures.basic_research import indicator_rules
from kejin_sim.measures.basic_research.recording import S_LOWERED, S_RAISED
from kejin_sim.measures.commercialisation import pledge_rules
from kejin_sim.measures.commercialisation import postings as ip
from kejin_sim.measures.credit import listing_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_FIRST_LOANS,
    S_GUARANTEED_LENT,
    S_INSURED_LENT,
    S_LENT,
    S_LISTED_LENT,
    S_LOANS,
    S_PLEDGED_LENT,
    S_POOL_LENT,
    T_APPLICATIONS,
    T_LIMIT_FULL,
    T_NOT_LISTED,
    T_PLEDGED_LOANS,
    T_REFUSED_BY_BANKS,
    T_STOPPED,
)
from kejin_sim.measures.insurance import loan_rules as insured_loans
from kejin_sim.measures.pilots import warrant_rules
from kejin_sim.reference import creditbooks, settlement
from kejin_sim.reference.banks import SCHEME_COMPENSATION, SCHEME_NONE, SCHEME_POOL, Bank, Banks, reckoned
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
    from kejin_sim.measures.commercialisation.office import Office as Commercialisation
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

SCHEME_PRODUCTS: Final = (None, Product.POOL, Product.COMPENSATED, Product.LAYERED)
"""What loans are under each scheme, none first."""


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

    def answered_for(self, product: Product) -> float:
        """C5, C11. What pool or guarantor answers for: loans of a product, and those in default whose claim is open (CNY)."""
        claimed = 0.0
        for loan in self.loans:
            if loan.product is product and loan.claim_due >= 0:
                claimed += loan.exposure
        return self.outstanding(product) + claimed

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
        self.stop_loss.begin_quarter()
        self.guarantor.claims.push(0.0)
        for loan in self.loans:
            if loan.state is not State.DEFAULTED:
                loan.quarter()
            if loan.state is State.DEFAULTED:
                settlement.settle_what_is_due(loan)
        self.loans = [loan for loan in self.loans if loan.state is not State.CLOSED]

    def note_default(self, loan: Loan) -> None:
        """A loan has gone bad: the schemes that answer for it take note."""
        if loan.product is self.scheme_product:
            self.stop_loss.defaults.add(loan.exposure)
        if loan.product is Product.LAYERED:
            self.compensation.note_default(loan)

    # Step 6, last.

    def _take_applications(self) -> None:
        """C1, C2. Firms of the city whose season it is and that are short of money apply, in the order of the list."""
        world = self.city.settings.world
        chance = lending_rules.application_chance(world.credit_apply, self.city.loan_boost)
        for firm in self.applicants:
            if firm.status is not Status.ACTIVE or firm.profile.outside or firm.loan is not None or firm.bad_mark:
                continue
            need = lending_rules.loan_need(
                firm.cash, firm.revenue, firm.cost, world.credit_cash_target, world.credit_working_capital
            )
            if need < world.credit_min_loan:
                continue
            u_apply, u_bank, _, _ = self.city.draw(rng.LOAN, firm.profile.entity)
            if u_apply < chance:
                self._consider(firm, need, u_bank)
        self.applicants.clear()

    def _consider(self, firm: Enterprise, need: float, u_bank: float) -> None:
        """One application: white list, amount, product, bank."""
        city = self.city
        world, rules, stats = city.settings.world, city.credit_rules, city.notes.stats
        listed = self.policy and (
            rules.white_list_on == 0
            or self._on_white_list(firm)
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
        guaranteed = 0.0
        if listed and rules.guarantee_on == 1:
            guaranteed = lending_rules.loan_amount(need, capacity, rules.guarantee_cap, world.credit_min_loan)
        pledge = self._pledge(firm, need)
        if amount <= 0.0 and pledge <= 0.0:
            return
        stats[T_APPLICATIONS] += 1.0
        product, wanted = Product.ORDINARY, amount
        for product, wanted in self._ways(firm, listed, amount, guaranteed, pledge):
            eligible = listed and product is not Product.PLEDGED
            bank = self.banks.ask(firm, product, eligible, wanted, u_bank)
            if bank is not None:
                self._lend(firm, bank, product, eligible, wanted)
                return
        stats[T_REFUSED_BY_BANKS] += 1.0
        firm.tell("no_loan", amount=wanted, product=product)

    # Ways to a loan.

    def _ways(
        self, firm: Enterprise, listed: bool, amount: float, guaranteed: float, pledge: float
    ) -> Iterator[tuple[Product, float]]:
        """C2, C11, I6, T1. Products in turn, each with its amount: shared losses, a pledge where it carries more, the bank alone,
        an insurer, a pledge.

        ``amount``: by what the firm earns and has raised, ``guaranteed``: that within the guarantor's cap; ``pledge``: by its
        intellectual property (CNY, 0 for none).
        """
        if listed and amount > 0.0:
            yield from self._shared(firm, amount, guaranteed)
        if pledge > amount:
            yield Product.PLEDGED, pledge
        if amount > 0.0:
            yield Product.LISTED if listed else Product.ORDINARY, amount
        taken = self._insured(firm, amount)
        if taken > 0.0:
            yield Product.INSURED, taken
        if 0.0 < pledge <= amount:
            yield Product.PLEDGED, pledge

    def _shared(self, firm: Enterprise, amount: float, guaranteed: float) -> Iterator[tuple[Product, float]]:
        """C2, C11. What shares the loss of a listed firm's loan: the scheme first, then the guarantor, whose cap is its own."""
        scheme = self._scheme(firm)
        full = scheme is Product.POOL and not self.pool.has_room(self.answered_for(Product.POOL), amount)
        if scheme is not Product.LISTED and not full:
            yield scheme, amount
        asked = guaranteed > 0.0
        room = asked and self.guarantor.has_room(self.answered_for(Product.GUARANTEED), guaranteed)
        if full or (asked and not room):
            self.city.notes.stats[T_LIMIT_FULL] += 1.0
        if room:
            yield Product.GUARANTEED, guaranteed

    def _scheme(self, firm: Enterprise) -> Product:
        """The product of the scheme in force while it is open to a listed firm; LISTED while it is not."""
        rules = self.city.credit_rules
        too_old = rules.scheme == SCHEME_POOL and 0.25 * firm.age > rules.pool_age_max
        if rules.scheme == SCHEME_NONE or too_old:
            return Product.LISTED
        if self.stop_loss.stopped:
            self.city.notes.stats[T_STOPPED] += 1.0
            return Product.LISTED
        if rules.scheme == SCHEME_POOL:
            return Product.POOL
        return Product.COMPENSATED if rules.scheme == SCHEME_COMPENSATION else Product.LAYERED

    def _insured(self, firm: Enterprise, amount: float) -> float:
        """I6. What of a loan an insurer takes; 0 when its rate or its capacity does not allow it."""
        world, terms = self.city.settings.world, self.city.rules_of("insurance")
        if terms.loan_enabled == 0 or not self.city.clock.policy or not insured_loans.insurable(
            reckoned(firm), world.credit_lgd, terms.loan_ins_share, terms.loan_rate, terms.pricing_load
        ):
            return 0.0
        taken = insured_loans.amount(
            amount, terms.loan_limit, self.outstanding(Product.INSURED), terms.loan_capacity
        )
        return taken if taken >= world.credit_min_loan else 0.0

    @property
    def pledges(self) -> Commercialisation:
        """Who appraises intellectual property (measure 5)."""
        return cast("Commercialisation", self.city.rooms.offices["commercialisation"])

    def _pledge(self, firm: Enterprise, need: float) -> float:
        """T1. What a bank would lend on the firm's intellectual property (CNY)."""
        terms = self.city.rules_of("commercialisation")
        if terms.pledge_on == 0 or not self.city.clock.policy:
            return 0.0
        return pledge_rules.pledge_amount(
            need, self.pledges.ip_value(firm), terms.pledge_ltv, terms.pledge_cap,
            self.city.settings.world.credit_min_loan,
        )  # fmt: skip

    def renews(self, product: Product) -> bool:
        """May a loan of this product be renewed: is what it rests on still in force?"""
        city = self.city
        if product is Product.ORDINARY:
            return True
        if product is Product.PLEDGED:
            return city.clock.policy and city.rules_of("commercialisation").pledge_on == 1
        if product is Product.INSURED:
            return city.clock.policy and city.rules_of("insurance").loan_enabled == 1
        if product is Product.GUARANTEED:
            return self.policy and city.credit_rules.guarantee_on == 1
        return self.policy and product in (Product.LISTED, self.scheme_product)

    @property
    def scheme_product(self) -> Product | None:
        """What loans of the scheme in force are."""
        return SCHEME_PRODUCTS[self.city.credit_rules.scheme]

    # The loan.

    def _attach_warrant(self, loan: Loan, amount: float) -> None:
        """A3. A listed firm with an equity round gives the bank a warrant with its new loan and pays a lower rate."""
        pilots = self.city.rules_of("pilots")
        if loan.listed and warrant_rules.carries_warrant(pilots.warrant_coverage, True, loan.firm.raised):
            loan.rate = warrant_rules.loan_rate(loan.rate, True, pilots.warrant_rate_cut)
            loan.firm.warrant = amount

    def _on_white_list(self, firm: Enterprise) -> bool:
        """C1, B6. Does an applicant pass the white list by the score that banks see, research intensity in it?"""
        city = self.city
        least = city.credit_rules.white_list_min_score
        research = city.settings.world.city_rd_share * (firm.revenue if firm.short else firm.cost)
        intensity = indicator_rules.intensity(research, firm.revenue)
        seen = indicator_rules.appraised(firm.percentile, intensity, city.research_weight)
        listed = listing_rules.white_listed(seen, least, firm.bad_mark)
        if listed != listing_rules.white_listed(firm.percentile, least, firm.bad_mark):
            city.notes.series[S_RAISED if listed else S_LOWERED] += 1.0
        return listed

    def _lend(self, firm: Enterprise, bank: Bank, product: Product, listed: bool, amount: float) -> None:
        """C2. A bank makes a loan."""
        city = self.city
        series = city.notes.series
        national = self.guarantor.national_share(firm) if product is Product.GUARANTEED else 0.0
        loan = Loan(firm, bank, product, listed, amount, national)
        self._attach_warrant(loan, amount)
        firm.loan = loan
        firm.had_loan = True
        firm.cash += amount
        firm.cost += loan.growth
        bank.lent += amount
        self.loans.append(loan)
        loan.post(loan.code(w.LOAN, p.POLICY_LOAN, ip.PLEDGED_LOAN), amount)
        series[S_LENT] += amount
        series[S_LOANS] += 1.0
        if loan.first:
            series[S_FIRST_LOANS] += 1.0
        if product in (Product.POOL, Product.COMPENSATED, Product.LAYERED):
            series[S_POOL_LENT] += amount
        elif product is Product.GUARANTEED:
            series[S_GUARANTEED_LENT] += amount
        elif product is Product.INSURED:
            series[S_INSURED_LENT] += amount
        elif product is Product.PLEDGED:
            series[S_PLEDGED_LENT] += amount
            city.notes.stats[T_PLEDGED_LOANS] += 1.0
            self.pledges.note_pledge(firm, bank.number, amount)
        if loan.listed:
            series[S_LISTED_LENT] += amount
            bank.listed += amount
            bank.refinance(loan)
        firm.tell(
            "loan", amount=amount, bank=bank.name, rate=loan.rate, product=product,
            due=city.clock.calendar(loan.due), relending=loan.relending,
        )  # fmt: skip
