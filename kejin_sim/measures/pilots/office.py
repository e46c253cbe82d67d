"""Measure 9 in the reference engine: AIC funds, warrants, the regional market and buy-back relending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.ledger import Line, Party
from kejin_sim.measures.equity import chain_rules
from kejin_sim.measures.pilots import aic_rules, market_rules, relending_rules, warrant_rules
from kejin_sim.measures.pilots import postings as p
from kejin_sim.measures.pilots.recording import (
    S_AIC_CALLED,
    S_AIC_COMMITTED,
    S_AIC_DISTRIBUTED,
    S_AIC_EXPOSURE,
    S_AIC_OWN_CALLED,
    S_AIC_OWN_DISTRIBUTED,
    S_AIC_PROGRESS,
    S_AIC_PROJECTS,
    S_BUYBACK_BALANCE,
    S_BUYBACK_BOUGHT,
    S_BUYBACK_FIRMS,
    S_BUYBACK_LENT,
    S_BUYBACK_MARGIN,
    S_BUYBACK_RELENT,
    S_REGIONAL_PAID,
    S_REGIONAL_SALES,
    S_WARRANT_PAYOFF,
    S_WARRANTS,
    S_WARRANTS_COVERED,
    S_WARRANTS_OPEN,
    T_AIC_FUNDS,
    T_AIC_LIMITED,
    T_BUYBACK_REFUSED,
    T_WARRANTS,
    T_WARRANTS_EXERCISED,
    T_WARRANTS_SOLD,
    T_WARRANTS_UNSOLD,
    T_WARRANTS_WORTHLESS,
)
from kejin_sim.measures.pilots.relending_rules import TERMS
from kejin_sim.measures.pilots.streams import AIC_FUND_YEAR, BUYBACK_COUNT, BUYBACK_LOAN, WARRANT
from kejin_sim.measures.pilots.warrant_rules import MOST_WARRANTS
from kejin_sim.recording import S_UNDRAWN, T_HORIZON_VALUE, T_REALISED_VALUE
from kejin_sim.reference.office import Lanes
from kejin_sim.reference.office import Office as Base
from kejin_sim.reference.stakes import Status
from kejin_sim.world import credit as lending
from kejin_sim.world.calendar import period_quota

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise



class AicFund:
    """One AIC fund on the terms of the day it was formed.

    ``unfunded``: commitment of all partners not yet called; ``principal``, ``own_principal``: what guidance fund and AIC have
    paid in and not yet had back; ``got``, ``distributed``: what the AIC and all partners have received (all CNY).
    """

    def __init__(self, city: City, number: int) -> None:
        self.city = city
        self.number = number
        self.terms = city.rules_of("pilots")
        self.formed = city.clock.k
        self.policy = not city.clock.burn_in
        self.name = f"aic-{city.clock.calendar(self.formed)}-{number + 1:02d}"
        self.account = city.ledger.open(Party.AIC_FUND, self.name)
        self.unfunded: float = self.terms.aic_size
        self.nav = 0.0
        self.year_call = 0.0
        self.year_paid = 0.0
        self.principal = 0.0
        self.own_principal = 0.0
        self.got = 0.0
        self.distributed = 0.0

    @property
    def exposure(self) -> float:
        """A2. The AIC's own money in it."""
        return aic_rules.own_exposure(self.terms.aic_share, self.unfunded, self.own_principal)

    @property
    def government_unfunded(self) -> float:
        """What is encumbered for it in the budget."""
        return float(self.terms.aic_gov_share * self.unfunded)

    @property
    def age(self) -> int:
        """Quarters since it was formed."""
        return self.city.clock.k - self.formed

    @property
    def over(self) -> bool:
        """Has its life ended?"""
        return bool(self.age // 4 + 1 > self.terms.aic_life)

    def step(self) -> None:
        """A1. One quarter: a part of the year's call and of its distribution."""
        if self.age % 4 == 0:
            self._plan_year()
        self._call(chain_rules.quarter_part(self.year_call))
        paid = chain_rules.quarter_part(self.year_paid)
        if paid > 0.0:
            self.city.ledger.post(p.AIC_PROCEEDS, paid, fund=self.account)
            self.city.notes.stats[T_REALISED_VALUE] += paid
            self.pay_partners(paid)

    def _plan_year(self) -> None:
        city, terms = self.city, self.terms
        u, _, _, _ = city.draw(AIC_FUND_YEAR, self.number)
        growth = chain_rules.yearly_growth(
            terms.aic_growth, terms.aic_volatility, terms.aic_cycle, city.economy.factor, rng.normal(u)
        )
        rate = terms.aic_deploy
        self.year_call, self.year_paid, self.nav = chain_rules.plan_year(
            self.unfunded, self.nav, self.age // 4 + 1, terms.aic_life, terms.aic_call_years, rate, rate, rate,
            terms.aic_bow, growth,
        )  # fmt: skip

    def _shares(self, amount: float) -> tuple[float, float, float, float]:
        """Parts of AIC, SOEs, guidance fund and social investors in an amount."""
        terms = self.terms
        own = chain_rules.partner_part(amount, terms.aic_share)
        soe = chain_rules.partner_part(amount, terms.aic_soe_share)
        government = chain_rules.partner_part(amount, terms.aic_gov_share)
        return own, soe, government, amount - own - soe - government

    def _call(self, amount: float) -> None:
        if amount <= 0.0:
            return
        city, post = self.city, self.city.ledger.post
        self.unfunded -= amount
        own, soe, government, social = self._shares(amount)
        line = city.treasury.lines[Line("aic_funds")]
        line.draw_committed(government)
        post(p.DRAW_AIC, government, fund=self.account)
        line.execute(government)
        self.principal += government
        self.own_principal += own
        post(p.AIC_CALL_AIC, own, fund=self.account)
        post(p.AIC_CALL_SOE, soe, fund=self.account)
        post(p.AIC_CALL_GOVERNMENT, government, fund=self.account)
        post(p.AIC_CALL_SOCIAL, social, fund=self.account)
        post(p.AIC_INVEST, amount, fund=self.account)
        if self.policy:
            series = city.notes.series
            series[S_AIC_CALLED] += amount
            series[S_AIC_OWN_CALLED] += own
            series[S_AIC_PROJECTS] += aic_rules.projects(amount, self.terms.aic_ticket)

    def pay_partners(self, amount: float) -> None:
        """A1. To the partners by share; the guidance fund's and the AIC's parts are principal first."""
        city, post = self.city, self.city.ledger.post
        own, soe, government, social = self._shares(amount)
        back = min(government, self.principal)
        self.principal -= back
        city.guidance.receive(city.treasury.lines[Line("aic_funds")], back, government - back)
        self.own_principal -= min(own, self.own_principal)
        post(p.AIC_DISTRIBUTE_AIC, own, fund=self.account)
        post(p.AIC_DISTRIBUTE_SOE, soe, fund=self.account)
        post(p.AIC_DISTRIBUTE_GOVERNMENT, government, fund=self.account)
        post(p.AIC_DISTRIBUTE_SOCIAL, social, fund=self.account)
        self.got += own
        self.distributed += amount
        if self.policy:
            city.notes.series[S_AIC_DISTRIBUTED] += amount
            city.notes.series[S_AIC_OWN_DISTRIBUTED] += own

    def end(self) -> None:
        """The fund's life is over."""
        self.city.ledger.close_account(self.account)
        self.city.notes.tell(self.city.clock.k, "aic_ended", self.name, distributed=self.distributed)

    def let_go(self) -> None:
        """What was not called in the years of calls is given free."""
        late = self.over or not chain_rules.still_calls(self.age // 4 + 1, self.terms.aic_call_years)
        if late and self.unfunded > 0.0:
            line = self.city.treasury.lines[Line("aic_funds")]
            line.release(self.government_unfunded, self.city.clock.policy)
            self.unfunded = 0.0

    def realise(self, keep: float) -> None:
        """Z1. ``keep`` of today's NAV."""
        value = chain_rules.horizon_value(self.nav, self.year_paid, self.year_call, self.age, keep)
        if value > 0.0:
            self.city.ledger.post(p.HORIZON_AIC, value, fund=self.account)
            self.pay_partners(value)
            self.city.notes.stats[T_HORIZON_VALUE] += value
        self.nav = 0.0


class Warrant:
    """A3. A bank's right to buy at the last round's price per share.

    ``covered``: CNY at the strike; ``strike``: price of a share of the first day, or what is left of it, at the grant (CNY).
    """

    def __init__(self, granted: int, policy: bool, life: float, covered: float, strike: float) -> None:
        self.granted = granted
        self.policy = policy
        self.life = life
        self.covered = covered
        self.strike = strike

    def worth(self, price: float) -> float:
        """What it pays when what is left of a share of the first day is worth ``price`` (CNY)."""
        return warrant_rules.payoff(self.covered, warrant_rules.price_ratio(price, self.strike))


class Holder:
    """A firm with open warrants on it, oldest first."""

    def __init__(self, firm: Enterprise) -> None:
        self.firm = firm
        self.warrants: list[Warrant] = []


class BuybackLoans:
    """A5. Loans for buy-backs that fall due in the same quarter, and what they pay and earn a quarter (CNY)."""

    def __init__(self) -> None:
        self.loans = 0.0
        self.relending = 0.0
        self.interest = 0.0
        self.cost = 0.0
        self.margin = 0.0


class Office(Base):
    """Who acts for measure 9."""

    def __init__(self, city: City, room: str) -> None:
        super().__init__(city, room)
        self.line = city.treasury.lines[Line("aic_funds")]
        self.funds_formed = 0
        self.postponed = 0  # planned for an earlier year, whose line did not cover them
        self.committed = 0.0
        self.aic_funds: list[AicFund | None] = []  # a place is taken again when its fund has ended
        self.holders: list[Holder] = []
        self.open_warrants = 0.0
        self.due = [BuybackLoans() for _ in range(TERMS)]  # by quarter in which they fall due
        self.lent = 0.0
        self.relent = 0.0

    # A1, A2: AIC funds.

    def funds(self) -> None:
        """Step 9. What ends today ends first, so that it stands in no new fund's way (A2); new funds in the first quarter
        of a fiscal year; a quarter of every fund.
        """
        for place, fund in enumerate(self.aic_funds):
            if fund is not None:
                fund.let_go()
                if fund.over:
                    fund.end()
                    self.aic_funds[place] = None
        if not self.in_force:
            self.postponed = 0
        elif self.clock.year_opens:
            self._form()
        for fund in self._alive:
            fund.step()

    @property
    def _alive(self) -> list[AicFund]:
        return [fund for fund in self.aic_funds if fund is not None]

    @property
    def own_exposure(self) -> float:
        """A2. The AIC's own money in all its funds (added in this order, as the other engine does)."""
        total = 0.0
        for fund in self._alive:
            total += fund.exposure
        return total

    def _form(self) -> None:
        """A1. The year's new funds; then those that an earlier year's appropriation did not cover, which were counted as
        refused when they were due.
        """
        rules, clock = self.rules, self.clock
        government = rules.aic_gov_share * rules.aic_size
        quota = period_quota(rules.aic_new_per_year, clock.quarter_of_year, clock.period_end)
        waiting = 0 if clock.k == clock.opening else self.postponed
        uncovered = 0
        room = aic_rules.own_room(rules.aic_assets, rules.aic_own_limit, rules.aic_city_part)
        for index in range(quota + waiting):
            may = aic_rules.may_commit(self.own_exposure, rules.aic_share * rules.aic_size, room)
            if index >= quota and not (may and government <= self.line.free):
                uncovered += 1
                continue
            if not may:
                self.notes.stats[T_AIC_LIMITED] += 1.0
                self.tell("aic_limited", "", exposure=self.own_exposure, room=room)
                continue
            if not self.city.guidance.commit(self.line, government, "aic"):
                uncovered += 1
                continue
            fund = AicFund(self.city, self.funds_formed)
            self.funds_formed += 1
            if None in self.aic_funds:
                self.aic_funds[self.aic_funds.index(None)] = fund
            else:
                self.aic_funds.append(fund)
            self.notes.stats[T_AIC_FUNDS] += 1.0
            if fund.policy:
                self.committed += rules.aic_size
            self.tell("aic_formed", fund.name, size=rules.aic_size, own=rules.aic_share * rules.aic_size)
        self.postponed = aic_rules.postponed(uncovered, rules.aic_new_per_year)

    def assess(self) -> None:
        """O1. At the year's end what came back of AIC funds goes to the treasury, by nature."""
        if self.clock.year_ends:
            self._hand_back()

    def _hand_back(self) -> None:
        line, purse = self.line, self.city.guidance.purse
        for amount, code in ((line.principal, p.RETURN_PRINCIPAL_AIC), (line.income, p.RETURN_INCOME_AIC)):
            if amount > 0.0:
                self.city.ledger.post(code, amount)
                purse.cash -= amount
        line.principal = line.income = 0.0

    # A3, A4: warrants and the regional market.

    def firm_year(self, firm: Enterprise, u: Lanes) -> None:
        """Step 6. A warrant that came with the season's loan is registered; then A4's exit."""
        if firm.warrant > 0.0:
            self._register(firm)
            firm.warrant = 0.0
        if self.in_force and u[3] < self.rules.regional_exit:
            self._sell_on_regional_market(firm)

    def _register(self, firm: Enterprise) -> None:
        rules, clock = self.rules, self.clock
        holder = next((holder for holder in self.holders if holder.firm is firm), None)
        if holder is None:
            holder = Holder(firm)
            self.holders.append(holder)
        elif len(holder.warrants) == MOST_WARRANTS:
            self._end(holder, holder.warrants[0], T_WARRANTS_UNSOLD)
        covered = warrant_rules.covered(firm.warrant, rules.warrant_coverage)
        warrant = Warrant(clock.k, not clock.burn_in, rules.warrant_life, covered, warrant_rules.share_price(firm.mark, firm.kept))
        holder.warrants.append(warrant)
        self.city.ledger.post(p.WARRANT_REGISTERED, market_rules.fee(covered, rules.regional_fee), firm=firm.account)
        firm.tell("warrant", covered=covered, strike=firm.mark)
        if warrant.policy:
            self.open_warrants += 1.0
            self.notes.stats[T_WARRANTS] += 1.0
            self.notes.series[S_WARRANTS] += 1.0
            self.notes.series[S_WARRANTS_COVERED] += covered

    def _end(self, holder: Holder, warrant: Warrant, how: int) -> None:
        """A warrant ends and is counted under ``how``."""
        holder.warrants.remove(warrant)
        if warrant.policy:
            self.open_warrants -= 1.0
            self.notes.stats[how] += 1.0
        if how != T_WARRANTS_EXERCISED and how != T_WARRANTS_SOLD:
            holder.firm.tell("warrant_lost", unsold=how == T_WARRANTS_UNSOLD, covered=warrant.covered)

    def _pay_lender(self, holder: Holder, warrant: Warrant, gain: float, code: int) -> None:
        account = holder.firm.account
        self.city.ledger.post(code, gain, firm=account)
        self.city.ledger.post(p.WARRANT_FEE, market_rules.fee(gain, self.rules.regional_fee), firm=account)
        if warrant.policy:
            self.notes.series[S_WARRANT_PAYOFF] += gain
        holder.firm.tell("warrant_paid", sold=code == p.WARRANT_SOLD, gain=gain, covered=warrant.covered)

    def _settle_at_exit(self, holder: Holder, price: float, code: int) -> None:
        """A3. The whole firm is sold at ``price`` (CNY, 0 when it failed): every warrant is exercised or gone."""
        share = warrant_rules.share_price(price, holder.firm.kept)
        lanes = self.draw(WARRANT, holder.firm.profile.entity)
        for warrant, u in zip(tuple(holder.warrants), lanes, strict=False):
            gain = warrant.worth(share)
            if gain <= 0.0:
                self._end(holder, warrant, T_WARRANTS_WORTHLESS)
            elif market_rules.finds_buyer(u, self.rules.regional_liquidity):
                self._pay_lender(holder, warrant, gain, code)
                self._end(holder, warrant, T_WARRANTS_EXERCISED)
            else:
                self._end(holder, warrant, T_WARRANTS_UNSOLD)

    def _look_for_buyers(self, holder: Holder) -> None:
        """A3. At a new round, or at the end of its term, a warrant is sold if it is worth something."""
        firm, k = holder.firm, self.clock.k
        share = warrant_rules.share_price(firm.mark, firm.kept)
        lanes = self.draw(WARRANT, firm.profile.entity)
        for warrant, u in zip(tuple(holder.warrants), lanes, strict=False):
            ends = warrant_rules.expires(k - warrant.granted, warrant.life)
            new_round = firm.last_round == k and warrant.granted < k
            gain = warrant.worth(share) if ends or new_round else 0.0
            if gain > 0.0 and market_rules.finds_buyer(u, self.rules.regional_liquidity):
                self._pay_lender(holder, warrant, gain, p.WARRANT_SOLD)
                self._end(holder, warrant, T_WARRANTS_SOLD)
            elif ends:
                self._end(holder, warrant, T_WARRANTS_UNSOLD if gain > 0.0 else T_WARRANTS_WORTHLESS)

    def _sell_on_regional_market(self, firm: Enterprise) -> None:
        """A4. A small public holding in a self-sustaining firm goes to a social investor, who pays the fee."""
        guidance = self.city.guidance
        seed = firm.seed.share if firm.seed.open else 0.0
        if not market_rules.may_be_sold(firm.sustained, seed + firm.follow_on.share, self.rules.regional_small):
            return
        if firm.seed.open:
            price = self._regional_price(firm, firm.seed.share)
            firm.private += firm.seed.share
            guidance.receive_seed(firm, price)
            guidance.end_seed(firm, exited=True)
        if firm.follow_on.open:
            price = self._regional_price(firm, firm.follow_on.share)
            firm.private += firm.follow_on.share
            guidance.receive_follow_on(firm, price)
            guidance.end_follow_on(firm)

    def _regional_price(self, firm: Enterprise, holding: float) -> float:
        """The price of a holding, paid with the fee."""
        rules, post = self.rules, self.city.ledger.post
        price = market_rules.sale_price(holding, firm.mark, rules.regional_exit_discount)
        post(p.REGIONAL_SALE, price, firm=firm.account)
        post(p.REGIONAL_FEE, market_rules.fee(price, rules.regional_fee), firm=firm.account)
        self.notes.series[S_REGIONAL_SALES] += 1.0
        self.notes.series[S_REGIONAL_PAID] += price
        self.notes.stats[T_REALISED_VALUE] += price
        firm.tell("regional_sale", price=price)
        return price

    # A5, A6: relending for buy-backs.

    def _recount(self) -> None:
        """Loans and relending outstanding, counted from what falls due when."""
        self.lent = self.relent = 0.0
        for due in self.due:
            self.lent += due.loans
            self.relent += due.relending

    def _repay(self, place: int) -> None:
        """A5. Loans that fall due are repaid, and the relending behind them."""
        due = self.due[place]
        if due.loans > 0.0:
            self.city.ledger.post(p.BUYBACK_REPAID, due.loans)
            self.city.ledger.post(p.BUYBACK_RELEND_REPAID, due.relending)
        self.due[place] = BuybackLoans()

    def _serve_loans(self) -> None:
        """A5. Interest of the quarter on all that is outstanding, then principal that falls due."""
        interest = cost = margin = 0.0
        for due in self.due:
            interest += due.interest
            cost += due.cost
            margin += due.margin
        for amount, code in ((interest, p.BUYBACK_INTEREST), (cost, p.BUYBACK_RELEND_INTEREST)):
            if amount > 0.0:
                self.city.ledger.post(code, amount)
        self.notes.series[S_BUYBACK_MARGIN] += margin
        self._repay(self.clock.k % TERMS)
        self._recount()

    def _lend(self) -> None:
        """A6, A5. The quarter's companies, each with a buy-back of its own, draw loans within the city's quota."""
        rules, post = self.rules, self.city.ledger.post
        u, _, _, _ = self.draw(BUYBACK_COUNT, 0)
        due = self.due[(self.clock.k + 4 * rules.buyback_term) % TERMS]
        for number in range(relending_rules.companies(u, rules.buyback_listed, 0.25 * rules.buyback_take_up)):
            v, _, _, _ = self.draw(BUYBACK_LOAN, number)
            bought = relending_rules.programme(rules.buyback_programme, rules.buyback_spread, rng.normal(v))
            loan = relending_rules.loan(bought, rules.buyback_own)
            relending = relending_rules.relending(loan, rules.buyback_relend_share)
            if not relending_rules.within_quota(self.relent, relending, rules.buyback_quota):
                self.notes.stats[T_BUYBACK_REFUSED] += 1.0
                self.tell("buyback_refused", "", amount=relending)
                continue
            due.loans += loan
            due.relending += relending
            due.interest += lending.interest(loan, rules.buyback_loan_rate)
            due.cost += lending.interest(relending, rules.buyback_relend_rate)
            due.margin += relending_rules.margin(loan, relending, rules.buyback_loan_rate, rules.buyback_relend_rate)
            self._recount()
            post(p.BUYBACK_LOAN, loan)
            post(p.BUYBACK_RELEND, relending)
            self.notes.series[S_BUYBACK_FIRMS] += 1.0
            self.notes.series[S_BUYBACK_LENT] += loan
            self.notes.series[S_BUYBACK_BOUGHT] += bought

    # The quarter.

    def serve(self) -> None:
        """Step 5. Buy-back loans are served; warrants on firms that are gone are settled."""
        self._serve_loans()
        stay = []
        for holder in self.holders:
            firm = holder.firm
            if firm.gone:
                price = 0.0 if firm.status is Status.FAILED else firm.exit_price
                self._settle_at_exit(holder, price, p.WARRANT_EXERCISED)
            else:
                stay.append(holder)
        self.holders = stay

    def award(self) -> None:
        """Step 6, after rounds and loans. Warrants at a new round or at the end of their term; new buy-back loans."""
        for holder in self.holders:
            self._look_for_buyers(holder)
        self.holders = [holder for holder in self.holders if holder.warrants]
        if self.in_force:
            self._lend()

    def end(self) -> None:
        """Z1. Funds at their NAV less the haircut, warrants at the price at which firms are realised, loans repaid."""
        keep = 1.0 - self.city.settings.world.exits_horizon_haircut
        for fund in self._alive:
            fund.realise(keep)
        self._hand_back()
        for holder in self.holders:
            self._settle_at_exit(holder, holder.firm.exit_price, p.HORIZON_WARRANT)
        self.holders = []
        for place in range(len(self.due)):
            self._repay(place)
        self._recount()

    def check(self) -> None:
        """Funds hold nothing, the AIC is a shareholder, encumbered money is what is undrawn, relending is what banks owe."""
        ledger = self.city.ledger
        undrawn = 0.0
        for fund in self._alive:
            undrawn += fund.government_unfunded
            ledger.tie(fund.name, fund.account.balance, 0.0, fund.account.received)
            share = fund.terms.aic_share * fund.distributed
            ledger.tie(f"{fund.name} equity", fund.got, share, fund.distributed)
            equity = aic_rules.real_equity(fund.got, fund.terms.aic_share, fund.distributed)
            ledger.hold(f"A1 {fund.name}", equity, fund.got, share)
        ledger.tie("encumbered, AIC", self.line.encumbered, undrawn, self.line.appropriated)

    def close(self) -> None:
        """Step 12. What stands at the quarter's end; undrawn commitments of the guidance fund are a liability."""
        series = self.notes.series
        for fund in self._alive:
            series[S_UNDRAWN] += fund.government_unfunded
        series[S_AIC_COMMITTED] = self.committed
        series[S_AIC_PROGRESS] = aic_rules.progress(self.committed, self.rules.aic_target)
        series[S_AIC_EXPOSURE] = self.own_exposure
        series[S_WARRANTS_OPEN] = self.open_warrants
        series[S_BUYBACK_BALANCE] = self.lent
        series[S_BUYBACK_RELENT] = self.relent
