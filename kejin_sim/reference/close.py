"""Step 12: the close of a quarter. The horizon's realisation, the city's figures, the checks of the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kejin_sim.ledger import LINES, Party
from kejin_sim.measures.equity import tolerance
from kejin_sim.measures.grant_to_equity.stacking_rules import limited_liability
from kejin_sim.postings import code_count
from kejin_sim.recording import (
    B_APPROPRIATED,
    B_BROUGHT,
    B_CARRIED,
    B_EXECUTED,
    B_LAPSED,
    BUDGET_ITEMS,
    S_ENCUMBERED,
    S_GUIDANCE_CASH,
    S_JOBS,
    S_JOBS_NATIONAL,
    S_LIVE,
    S_OPEN_COST,
    S_REPORTED_NAV,
    S_RESEARCH,
    S_RESERVE,
    S_SALES,
    S_TAX,
    S_TECH_FIRMS,
    S_UNDRAWN,
    SERIES,
)
from kejin_sim.reference import creditbooks, distribution, payouts
from kejin_sim.reference.clock import CLOSE, Process
from kejin_sim.timeline import QUARTERS_PER_YEAR
from kejin_sim.world.city import city_tax

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

Floats = NDArray[np.float64]


class Graduates:
    """Firms acquired or sold after listing: jobs and revenue (CNY a quarter) stay here and fade slowly."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.jobs = 0.0
        self.jobs_national = 0.0
        self.revenue = 0.0

    def welcome(self, firm: Enterprise) -> None:
        """A firm leaves the simulated perimeter alive."""
        jobs = self.city.settings.world.city_staff[firm.row]
        self.jobs += jobs
        if not firm.profile.relocated:
            self.jobs_national += jobs
        self.revenue += firm.revenue

    def fade(self) -> None:
        """A quarter later."""
        factor = self.city.settings.graduate_factor
        self.jobs *= factor
        self.jobs_national *= factor
        self.revenue *= factor


class Close:
    """Who closes the quarter and keeps its results.

    ``flows``: CNY, float64[code, quarter from the opening]; ``series``: float64[series, quarter]; ``budget``:
    CNY, float64[line, fiscal year, item]; ``market``: float64[quarter]; ``stepped`` and ``stepped_before``:
    live enterprise-quarters in all and before the opening.
    """

    def __init__(self, city: City) -> None:
        self.city = city
        quarters = city.settings.horizon
        years = (city.settings.start.quarter - 1 + quarters + 3) // QUARTERS_PER_YEAR
        self.flows: Floats = np.zeros((code_count(), quarters))
        self.series: Floats = np.zeros((len(SERIES), quarters))
        self.budget: Floats = np.zeros((len(LINES), years, len(BUDGET_ITEMS)))
        self.market: Floats = np.zeros(quarters)
        self.stepped = 0
        self.stepped_before = 0
        city.env.process(self._run())

    def _run(self) -> Process:
        city = self.city
        while True:
            yield city.clock.until(CLOSE)
            if city.clock.is_last:
                # Counted first: what the city has at the horizon is what there was before everything is sold.
                self._count()
                self._realise()
            if city.clock.year_ends or city.clock.is_last:
                city.guidance.close_year(city.clock.is_last)
            if not city.clock.is_last:
                self._count()
            self._check()
            self._write_balances()
            city.lending.books.write()
            city.granting.write()
            for office in city.rooms.offices.values():
                office.close()
            self._observe()
            if not city.clock.burn_in:
                self._keep()
            city.ledger.start_quarter()
            city.notes.start_quarter()

    def count_steps(self) -> None:
        """Everybody who is here before the step of enterprise dynamics acts in it."""
        self.stepped += len(self.city.firms)
        if self.city.clock.burn_in:
            self.stepped_before = self.stepped

    def _realise(self) -> None:
        """Z1. Everything still held is realised at NAV · (1 − haircut), funds are closed and assessed."""
        city = self.city
        keep = 1.0 - city.settings.world.exits_horizon_haircut
        for firm in city.firms:
            firm.exit_price = firm.value * keep
            payouts.sell_all(firm, firm.exit_price, at_horizon=True)
        for chain_fund in city.chain_funds:
            chain_fund.realise(keep)
        for fund in city.subfunds:
            if not fund.closed:
                distribution.liquidate(fund)
                city.assessor.closed_funds.append(fund)
        city.assessor.assess_closed()
        creditbooks.run_off(city.lending)
        city.granting.end()
        for office in city.rooms.offices.values():
            office.end()
        city.guidance.settle_vintages(at_horizon=True)
        city.assessor.assess_portfolio(tolerance.END_OF_LIFE)

    def _count(self) -> None:
        """One look at every firm: reported NAV by fund, and what the city counts."""
        city = self.city
        settings, series = city.settings, city.notes.series
        staff_by_row = settings.world.city_staff
        city.firms = [firm for firm in city.firms if not firm.gone]
        for fund in city.subfunds:
            fund.nav = 0.0
        live = tech = 0
        jobs = jobs_national = sales = research = 0.0
        for firm in city.firms:
            if firm.fund is not None:
                firm.fund.nav += firm.angel.share * firm.mark
            if firm.profile.outside:
                continue
            live += 1
            staff = staff_by_row[firm.row]
            jobs += staff
            if not firm.profile.relocated:
                jobs_national += staff
            sales += firm.revenue
            if firm.profile.hard_tech and firm.age >= QUARTERS_PER_YEAR and firm.revenue > 0.0:
                tech += 1
            research += firm.revenue if firm.short else firm.cost
        graduates = city.graduates
        graduates.fade()
        series[S_LIVE] = float(live)
        series[S_SALES] = sales
        series[S_TECH_FIRMS] = float(tech)
        series[S_JOBS] = jobs + graduates.jobs
        series[S_JOBS_NATIONAL] = jobs_national + graduates.jobs_national
        world = settings.world
        series[S_TAX] = city_tax(sales + graduates.revenue, world.city_tax_rate, world.city_tax_city_share)
        series[S_RESEARCH] = research * world.city_rd_share

    def _check(self) -> None:
        """Hold what every institution has in its own books against the ledger, one by one."""
        city = self.city
        ledger = city.ledger
        tie = ledger.tie
        for firm in city.firms:
            account = firm.account
            tie(account.name, firm.cash, account.balance, account.received)
            tie(account.name, firm.held, 1.0, 1e4)
        encumbered = 0.0
        for fund in city.subfunds:
            if not fund.closed:
                tie(fund.name, fund.cash, fund.account.balance, fund.account.received)
                encumbered += fund.government.committed
            tie(f"{fund.name} paid in", fund.called, fund.paid_in(), fund.called)
            uses = fund.distributed + fund.carry_paid + fund.fees + fund.cost + fund.cash
            tie(f"{fund.name} uses", fund.called + fund.proceeds, uses, uses)
            self._check_liability(
                fund.name, fund.government_called - fund.government_distributed, fund.government_called, fund.promised
            )
        guidance = city.guidance
        account = ledger.alone[Party.GUIDANCE_FUND]
        scale = account.received
        tie("guidance fund", guidance.purse.cash, account.balance, scale)
        unfunded = 0.0
        for chain_fund in city.chain_funds:
            unfunded += (1.0 - chain_fund.from_angel) * chain_fund.government_unfunded
            encumbered += chain_fund.from_angel * chain_fund.government_unfunded
            promised = chain_fund.terms.chain_funds_gov_share * chain_fund.terms.chain_funds_size
            self._check_liability(chain_fund.name, chain_fund.principal, chain_fund.government_called, promised)
        tie("encumbered, angel", guidance.angel.encumbered, encumbered, guidance.angel.appropriated)
        tie("encumbered, industry", guidance.industry.encumbered, unfunded, guidance.industry.appropriated)
        guidance.check(scale)
        city.lending.books.check()
        for office in city.rooms.offices.values():
            office.check()
        ledger.check_conservation()

    def _check_liability(self, name: str, lost: float, paid_in: float, committed: float) -> None:
        """N6. The guidance fund answers for a fund with what it has paid in, and pays in what it has committed at most."""
        self.city.ledger.hold(f"N6 {name}", limited_liability(lost, paid_in, committed), paid_in, committed)

    def _write_balances(self) -> None:
        """Closing balances and stocks of the quarter."""
        city = self.city
        series, guidance = city.notes.series, city.guidance
        series[S_GUIDANCE_CASH] = guidance.purse.cash
        series[S_RESERVE] = guidance.purse.reserve
        committed = 0.0
        for line in city.treasury.lines.values():
            committed += line.encumbered
        series[S_ENCUMBERED] = committed
        undrawn = 0.0
        for chain_fund in city.chain_funds:
            undrawn += chain_fund.government_unfunded
        nav = open_cost = 0.0
        for fund in city.subfunds:
            if not fund.closed:
                undrawn += fund.government.committed
                if fund.policy:
                    nav += fund.nav
                    open_cost += fund.open_cost
        series[S_UNDRAWN] = undrawn
        series[S_REPORTED_NAV] = nav
        series[S_OPEN_COST] = open_cost

    def _observe(self) -> None:
        """The state of the firm that somebody watches."""
        watched = self.city.notes.watched
        for firm in self.city.firms if watched else ():
            if firm.profile.key == watched:
                firm.tell("state", status=firm.status, row=firm.row, value=firm.value, cash=firm.cash)

    def _keep(self) -> None:
        """Keep the quarter's results; budgets at the end of a fiscal year."""
        city = self.city
        clock = city.clock
        column = clock.k - clock.opening
        self.flows[:, column] = city.ledger.flows
        self.series[:, column] = city.notes.series
        self.market[column] = city.economy.market
        if clock.year_ends or clock.is_last:
            for number, line in enumerate(LINES):
                budget = city.treasury.lines[line]
                row = self.budget[number, clock.year]
                row[B_BROUGHT] = budget.year_brought
                row[B_APPROPRIATED] = budget.year_appropriated
                row[B_EXECUTED] = budget.year_executed
                row[B_LAPSED] = budget.year_lapsed
                row[B_CARRIED] = budget.encumbered + budget.free
