"""Measure 4 in the reference engine: the office that runs the joint funds and follows projects to their effect (B1–B7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kejin_sim import random as rng
from kejin_sim.ledger import Line, Party
from kejin_sim.measures.basic_research import (
    knowledge_rules,
    nsfc_rules,
    partner_rules,
    procurement_rules,
    project_rules,
    tax_rules,
)
from kejin_sim.measures.basic_research import postings as p
from kejin_sim.measures.basic_research import recording as r
from kejin_sim.measures.basic_research import streams as s
from kejin_sim.measures.basic_research.partner_rules import AGREEMENTS, BANK, DISTRICT, KINDS, LEADER, OFFERS
from kejin_sim.reference import office
from kejin_sim.world.calendar import period_quota, quarters_in_force
from kejin_sim.world.enterprise import SPINOUT

if TYPE_CHECKING:
    from kejin_sim.reference.city import City

LINE: Final = Line("joint_fund")
CONTRIBUTION: Final = {DISTRICT: p.FUND_DISTRICT, BANK: p.FUND_BANK, LEADER: p.FUND_LEADER}
RELIEF: Final = {BANK: (p.TAX_CITY_BANK, p.TAX_CENTRAL_BANK), LEADER: (p.TAX_CITY_LEADER, p.TAX_CENTRAL_LEADER)}
SIGNED: Final = {DISTRICT: r.T_DISTRICTS, BANK: r.T_BANKS, LEADER: r.T_LEADERS}


@dataclass(slots=True)
class Agreement:
    """A partner of the municipal fund: what it has agreed to give, over how many years, and what is still due (CNY)."""

    kind: int
    offer: float
    years: int
    left: float

    @property
    def runs(self) -> bool:
        """Is anything still due, beyond rounding?"""
        return self.left > 1e-9 * self.offer


@dataclass(slots=True)
class Success:
    """A project that will be a success: direct cost (CNY) and quarters from approval to effect."""

    direct: float
    lag: int


@dataclass(slots=True)
class Instalment:
    """What a project is due: universities' direct cost, overhead, firms' part (CNY)."""

    labs: float
    overhead: float
    firms: float


class JointFund:
    """The municipal fund's account.

    ``balance`` CNY; ``committed`` of it due to projects; ``due`` instalments by quarter; ``given`` by the city, then by
    partners of each kind, to date.
    """

    def __init__(self) -> None:
        self.balance = 0.0
        self.committed = 0.0
        self.given = [0.0] * (1 + KINDS)
        self.due: defaultdict[int, list[Instalment]] = defaultdict(list)

    @property
    def running(self) -> bool:
        """Is any project still to be paid?"""
        return any(self.due.values())


class Office(office.Office):
    """Measure 4 in one world.

    ``agreements`` in force, oldest first; ``gifts`` of the running fiscal year and ``waiting`` ones to be deducted, by kind of
    donor (CNY); ``knowledge`` stock (CNY); ``successes``, ``deliveries`` (prices) and ``misses`` by quarter to come.
    """

    def __init__(self, city: City, room: str) -> None:
        super().__init__(city, room)
        self.fund = JointFund()
        self.agreements: list[Agreement] = []
        self.gifts = {BANK: 0.0, LEADER: 0.0}
        self.waiting = {BANK: 0.0, LEADER: 0.0}
        self.knowledge = 0.0
        self.successes: defaultdict[int, list[Success]] = defaultdict(list)
        self.deliveries: defaultdict[int, list[float]] = defaultdict(list)
        self.misses: Counter[int] = Counter()

    # Step 2.

    def open_year(self) -> None:
        """The national fund (B1), agreements in force, new agreements (B2), in this order."""
        if not self.in_force:
            return
        part = 0.25 * quarters_in_force(self.clock.quarter_of_year, self.clock.period_end)
        self._national_projects(part)
        for agreement in self.agreements:
            payment = partner_rules.due(agreement.left, agreement.offer, agreement.years, part)
            if self._contribute(agreement.kind, payment):
                agreement.left -= payment
        self.agreements = [agreement for agreement in self.agreements if agreement.runs]
        rules = self.rules
        u_district, u_bank, u_leader, _ = self.draw(s.PARTNERS, 0)
        self._sign(DISTRICT, part, rules.municipal_districts, 0.0, u_district)
        self._sign(BANK, part, rules.municipal_banks, self._relief(BANK), u_bank)
        self._sign(LEADER, part, rules.municipal_leaders, self._relief(LEADER), u_leader)

    def _national_projects(self, part: float) -> None:
        """B1. City and centre pay for the year's projects of the national fund, or neither does."""
        rules, series = self.rules, self.notes.series
        total = part * rules.nsfc_total
        if total <= 0.0:
            return
        local = nsfc_rules.local_part(total, rules.nsfc_local_share)
        if not self.city.treasury.pay_covered(LINE, p.NSFC_CITY, local):
            return
        self.city.ledger.post(p.NSFC_CENTRAL, total - local)
        series[r.S_NSFC] += total
        series[r.S_CITY] += local
        # A part of a year has a part of the projects, each of full size.
        clock = self.clock
        projects = max(1, period_quota(rules.nsfc_projects, clock.quarter_of_year, clock.period_end))
        integrated = min(period_quota(rules.nsfc_integrated, clock.quarter_of_year, clock.period_end), projects)
        large = nsfc_rules.integrated_amount(total, projects, integrated, rules.project_integrated)
        small = nsfc_rules.ordinary_amount(total, projects, integrated, large)
        for number in range(projects):
            amount = large if number < integrated else small
            self._draw_project(s.NATIONAL | number, project_rules.direct_cost(amount, rules.project_overhead))
        series[r.S_PROJECTS] += projects
        series[r.S_INTEGRATED] += integrated

    def _contribute(self, kind: int, payment: float) -> bool:
        """B2. The city's and a partner's payment of a year; neither without the other."""
        series, stats, fund = self.notes.series, self.notes.stats, self.fund
        match = partner_rules.match(payment, self.rules.municipal_ratio)
        if not self.city.treasury.pay_covered(LINE, p.FUND_CITY, match):
            stats[r.T_POSTPONED] += 1.0
            return False
        self.city.ledger.post(CONTRIBUTION[kind], payment)
        series[r.S_CITY] += match
        series[r.S_FUND_CITY] += match
        if kind == DISTRICT:
            series[r.S_FUND_DISTRICT] += payment
        else:
            series[r.S_FUND_SOCIAL] += payment
            stats[r.T_DIVERTED] += self.city.settings.behaviour.diverted * payment
            self.gifts[kind] += payment
        fund.given[0] += match
        fund.given[1 + kind] += payment
        fund.balance += match + payment
        return True

    def _sign(self, kind: int, part: float, base: float, relief: float, u: float) -> None:
        """B2. The year's offers of one kind of partner, and the agreements signed with them."""
        rules, series, stats = self.rules, self.notes.series, self.notes.stats
        response = self.city.settings.behaviour.partner_response
        price = partner_rules.price(relief, rules.municipal_ratio)
        mean = part * partner_rules.offers_mean(base, price, response)
        years = rules.municipal_agreement_years
        for ordinal in range(min(OFFERS, rng.poisson(u, mean))):
            u_offer, _, _, _ = self.draw(s.OFFER, kind << 8 | ordinal)
            offer = partner_rules.offer(u_offer, rules.municipal_offer)
            series[r.S_OFFERS] += 1.0
            if not partner_rules.accepted(offer, rules.municipal_min_partner):
                stats[r.T_BELOW] += 1.0
                continue
            if len(self.agreements) == AGREEMENTS:
                stats[r.T_POSTPONED] += 1.0
                continue
            payment = partner_rules.due(offer, offer, years, part)
            if not self._contribute(kind, payment):
                continue
            series[r.S_SIGNED] += 1.0
            stats[SIGNED[kind]] += 1.0
            self.tell("basic_agreement", "joint_fund", partner=kind, amount=offer, years=years)
            agreement = Agreement(kind, offer, years, offer - payment)
            if agreement.runs:
                self.agreements.append(agreement)

    def _relief(self, kind: int) -> float:
        """B4. Tax that a kind of donor saves per yuan given."""
        rules = self.rules
        rate = rules.tax_cit
        if kind == LEADER:
            rate = tax_rules.leaders_rate(rules.tax_cit, rules.tax_hnte_cit, rules.tax_hnte_share)
        return tax_rules.relief(rate, rules.tax_extra_deduction, self.city.settings.behaviour.diverted)

    def influence(self) -> None:
        """Spin-outs of the knowledge stock (B7) and the indicator in banks' appraisal (B6)."""
        city = self.city
        city.research_weight = self.rules.indicator_weight if self.in_force else 0.0
        if self.clock.policy and self.knowledge > 0.0:
            world = city.settings.world
            base = 0.25 * world.arrivals_per_year * world.arrivals_mix[SPINOUT]
            extra = knowledge_rules.spinouts(
                base, self.knowledge, world.research_stock, city.settings.behaviour.knowledge_spinouts
            )
            city.spinouts += extra
            self.notes.series[r.S_SPINOUTS] += extra

    # Step 10.

    def research(self) -> None:
        """Instalments, new projects, contracts, knowledge, filing, and the end of the fund."""
        self._pay_instalments(self.clock.k)
        if self.in_force and self.clock.year_opens:
            self._approve_projects()
        self._buy()
        self._learn()
        if self.clock.quarter_of_year == 1:
            for kind in (BANK, LEADER):
                self._deduct(kind)
        if not self.in_force:
            self.agreements.clear()
            if not self.fund.running:
                self._wind_up()

    def _pay(self, item: Instalment) -> None:
        """B3. The joint fund pays what projects are due."""
        post = self.city.ledger.post
        post(p.GRANT, item.labs)
        post(p.OVERHEAD, item.overhead)
        post(p.CONSORTIUM, item.firms)
        paid = (item.labs + item.overhead) + item.firms
        self.notes.series[r.S_GRANTED] += paid
        self.fund.balance -= paid
        self.fund.committed -= paid

    def _pay_instalments(self, quarter: int) -> None:
        """B3. What earlier projects are due in a quarter, in one sum."""
        fund = self.fund
        items = fund.due.pop(quarter, [])
        if not items:
            return
        total = Instalment(0.0, 0.0, 0.0)
        for item in items:
            total.labs += item.labs
            total.overhead += item.overhead
            total.firms += item.firms
        self._pay(total)
        self._settle()

    def _settle(self) -> None:
        """Nothing is committed once nothing is due: what is left is rounding."""
        if not self.fund.running:
            self.fund.committed = 0.0

    def _approve_projects(self) -> None:
        """B3. The year's projects: integrated ones, then ordinary ones, until one does not fit into the balance."""
        rules, series, clock = self.rules, self.notes.series, self.clock
        integrated = period_quota(rules.project_integrated_per_year, clock.quarter_of_year, clock.period_end)
        projects = integrated + period_quota(rules.project_per_year, clock.quarter_of_year, clock.period_end)
        for number in range(projects):
            large = number < integrated
            if large:
                entity = s.INTEGRATED | number
                direct = rules.project_integrated
                firms = project_rules.firms_part(direct, rules.project_firm_share)
            else:
                entity = s.ORDINARY | number - integrated
                u_ticket, _, _, _ = self.draw(s.PROJECT_SIZE, entity)
                direct = project_rules.ticket(u_ticket, *rules.project_ticket)
                firms = 0.0
            cost = project_rules.gross(direct, rules.project_overhead)
            if not project_rules.fits(cost, self.fund.balance, self.fund.committed):
                self.notes.stats[r.T_UNFUNDED] += projects - number
                break
            self._approve(direct, cost, firms)
            self._list(*self._draw_project(entity, direct))
            series[r.S_PROJECTS] += 1.0
            if large:
                series[r.S_INTEGRATED] += 1.0

    def _approve(self, direct: float, cost: float, firms: float) -> None:
        """B3. The first instalment is paid, the others wait in the account."""
        years = self.rules.project_years
        item = Instalment(
            project_rules.instalment(direct - firms, years),
            project_rules.instalment(cost - direct, years),
            project_rules.instalment(firms, years),
        )
        self.fund.committed += cost
        self._pay(item)
        for year in range(1, years):
            self.fund.due[self.clock.k + 4 * year].append(item)
        self._settle()

    def _draw_project(self, entity: int, direct: float) -> tuple[float, float]:
        """B7. Does a project succeed, and when does that take effect? Returns the draws of listing and milestone."""
        world = self.city.settings.world
        u_success, u_lag, u_listed, u_milestone = self.draw(s.PROJECT, entity)
        if knowledge_rules.succeeds(u_success, world.research_success):
            lag = knowledge_rules.lag_quarters(u_lag, *world.research_lag)
            self.successes[self.clock.k + lag].append(Success(direct, lag))
        return u_listed, u_milestone

    def _list(self, u_listed: float, u_milestone: float) -> None:
        """B5. Is a project put on the procurement list, and will it deliver when its term ends?"""
        rules = self.rules
        if procurement_rules.listed(u_listed, rules.procurement_list_share):
            quarter = self.clock.k + 4 * rules.project_years
            if procurement_rules.delivered(u_milestone, self.city.settings.world.research_milestone):
                self.deliveries[quarter].append(rules.procurement_contract)
            else:
                self.misses[quarter] += 1

    def _buy(self) -> None:
        """B5. Contracts with the listed projects that deliver this quarter."""
        series = self.notes.series
        missed, prices = self.misses.pop(self.clock.k, 0), self.deliveries.pop(self.clock.k, [])
        if not self.in_force:
            return
        self.notes.stats[r.T_MISSED] += missed
        if not prices:
            return
        total = 0.0
        for price in prices:
            total += price
        for _ in prices:
            price = total / len(prices)
            if self.city.treasury.pay_covered(LINE, p.CONTRACT, price):
                series[r.S_CONTRACTS] += 1.0
                series[r.S_PROCURED] += price
                series[r.S_CITY] += price

    def _learn(self) -> None:
        """B7. Successes take effect; the knowledge stock is a quarter older."""
        settings, series = self.city.settings, self.notes.series
        successes = self.successes.pop(self.clock.k, [])
        direct = 0.0
        for success in successes:
            direct += success.direct
        self.knowledge = knowledge_rules.stock_step(self.knowledge, direct, settings.world.research_depreciation)
        if not successes:
            return
        series[r.S_SUCCESSES] += len(successes)
        self.notes.stats[r.T_LAG] += sum(success.lag for success in successes)
        private = knowledge_rules.private_research(direct, settings.behaviour.private_research)
        if private > 0.0:
            self.city.ledger.post(p.PRIVATE_RESEARCH, private)
            series[r.S_PRIVATE] += private

    def _deduct(self, kind: int) -> None:
        """B4. The filing of one kind of donor."""
        rules, series = self.rules, self.notes.series
        used = tax_rules.usable(self.waiting[kind], rules.tax_loss_share)
        self.waiting[kind] -= used
        saved = used * self._relief(kind)
        if saved > 0.0:
            local = tax_rules.city_part(saved, rules.tax_city_share)
            city_code, central_code = RELIEF[kind]
            self.city.ledger.post(city_code, local)
            self.city.ledger.post(central_code, saved - local)
            series[r.S_TAX_CITY] += local
            series[r.S_TAX_CENTRAL] += saved - local

    def _wind_up(self) -> None:
        """B2. What is left goes back to those who gave, in proportion."""
        fund = self.fund
        balance = fund.balance
        fund.balance = 0.0
        if balance <= 0.0:
            return
        city, district, bank, leader = fund.given
        total = ((city + district) + bank) + leader
        local, to_district, to_bank = (partner_rules.returned(balance, given, total) for given in (city, district, bank))
        post = self.city.ledger.post
        post(p.RETURN_CITY, local)
        post(p.RETURN_DISTRICT, to_district)
        post(p.RETURN_BANK, to_bank)
        post(p.RETURN_LEADER, max(0.0, balance - ((local + to_district) + to_bank)))
        self.notes.stats[r.T_RETURNED] += balance

    # Steps 11 and 12.

    def assess(self) -> None:
        """At a year's end: the year's gifts are filed next year (B4)."""
        if self.clock.year_ends:
            for kind in (BANK, LEADER):
                self.waiting[kind] += self.gifts[kind]
                self.gifts[kind] = 0.0

    def end(self) -> None:
        """The horizon. Projects that still run are paid in full, the rest of the fund goes back (B2, B3)."""
        for quarter in sorted(self.fund.due):
            self._pay_instalments(quarter)
        self.agreements.clear()
        self._wind_up()

    def check(self) -> None:
        """The fund's balance is what postings have left in its account."""
        account = self.city.ledger.alone[Party.JOINT_FUND]
        self.city.ledger.tie("joint fund", self.fund.balance, account.balance, account.received)

    def close(self) -> None:
        """Stocks at the close."""
        series = self.notes.series
        series[r.S_AGREEMENTS] = len(self.agreements)
        series[r.S_BALANCE] = self.fund.balance
        series[r.S_COMMITTED] = self.fund.committed
        series[r.S_KNOWLEDGE] = self.knowledge
