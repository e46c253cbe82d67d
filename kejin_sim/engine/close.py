"""Step 12: the close. Stocks are recounted from scratch and held against the postings; series are written."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine import rooms
from kejin_sim.engine.census import all_held, count_world
from kejin_sim.engine.credit.books import CHECKS as CREDIT_CHECKS
from kejin_sim.engine.credit.books import check_credit
from kejin_sim.engine.layout import (
    ANGEL_LINE,
    CARRY_YEARS,
    CLOSED,
    GOVERNMENT,
    INDUSTRY_LINE,
    LINE_COUNT,
    NONE,
    Record,
)
from kejin_sim.jit import internal
from kejin_sim.ledger import LINES
from kejin_sim.recording import (
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
    T_RESIDUAL,
)
from kejin_sim.world.city import city_tax, graduate_factor

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHECKS = (
    "firm_cash", "fund_cash", "guidance_cash", "chain_cash", "paid_in", "distributed", "open_cost", "cap_table",
    "encumbered_angel", "encumbered_industry", "guidance_parts", "negative", *(f"budget_{line}" for line in LINES), *CREDIT_CHECKS,
    *(f"{room}_{account}" for room, account in rooms.ACCOUNTS),
)  # fmt: skip
"""What the close compares, by number; a failed check names one of these."""

ENTERPRISE_ROW, SUBFUND_ROW, GUIDANCE_ROW, CHAIN_ROW, PAID_ROW, DISTRIBUTED_ROW, CREDIT_ROW = range(7)
ROOM_ROW = CREDIT_ROW + 4
ACCOUNT_ROWS: Final = ROOM_ROW + len(rooms.ACCOUNTS)
"""Rows of ``effects``: the posting codes that add to (+) or take from (−) the account, by the ledger's tables, each counted from
1; 0 after the last."""

TOLERANCE = 1e-9
"""Relative difference that rounding can explain: sums of up to 1e5 terms of 1e-16 each, with two digits to spare."""

ROUNDING = 1e-6
"""Part of all the money that ever passed a purse that counts when what is left in it is held against the postings: with
`TOLERANCE` 1e-15 of it, the rounding of a few of its sums."""


@internal
def turnover(effects: Ints, flow: Floats, net: Floats, gross: Floats) -> None:
    """Net and gross change of every account by this quarter's postings."""
    for row in range(effects.shape[0]):
        change = 0.0
        total = 0.0
        for place in range(effects.shape[1]):
            effect = effects[row, place]
            if effect == 0:
                break
            amount = flow[abs(effect) - 1]
            change += amount if effect > 0 else -amount
            total += amount
        net[row] = change
        gross[row] = total


@internal
def compare(stat: Floats, problem: Floats, k: int, world: int, left: Floats, right: Floats, scale: Floats) -> None:
    """Note the greatest relative difference of two ways to know the same figures; remember the first out of tolerance."""
    for check in range(left.shape[0]):
        residual = abs(left[check] - right[check]) / max(1e4, scale[check])
        stat[T_RESIDUAL] = max(stat[T_RESIDUAL], residual)
        if not residual <= TOLERANCE and problem[0] == 0.0:
            problem[0] = 1.0
            problem[1] = check
            problem[2] = k
            problem[3] = world
            problem[4] = left[check]
            problem[5] = right[check]


@internal
def count_firms(
    people: Record, firms: Record, live: Ints, alive: int, quarter: Record, cities: Record, funds: Record, world: Record,
    census: Record, lanes: Record, sums: Record,
) -> None:  # fmt: skip
    """One look at every firm in every world (`kejin_sim.engine.census`), and what the city counts of it.

    ``census``, ``lanes``: room. ``sums[world]`` receives the sums.
    """
    decay = graduate_factor(world.city_graduate_decay)
    for n in range(quarter.worlds):
        city = cities[n]
        for number in range(city.funds):
            funds[n, number].nav = 0.0
        seen = sums[n]
        count_world(people, firms, live, alive, n, quarter.k, funds[n], world, census, lanes, seen)
        series = city.series
        city.graduate_jobs *= decay
        city.graduate_jobs_national *= decay
        city.graduate_revenue *= decay
        series[S_LIVE] = seen.live
        series[S_JOBS] = seen.jobs + city.graduate_jobs
        series[S_JOBS_NATIONAL] = seen.jobs_national + city.graduate_jobs_national
        series[S_SALES] = seen.sales
        series[S_TECH_FIRMS] = seen.tech
        series[S_TAX] = city_tax(seen.sales + city.graduate_revenue, world.city_tax_rate, world.city_tax_city_share)
        series[S_RESEARCH] = seen.research * world.city_rd_share


@internal
def check_close(
    city: Record, funds: Record, chains: Record, credit: Record, loans: Record, book: Ints, booked: int, state: Record,
    effects: Ints, flow: Floats, stat: Floats, problem: Floats, k: int, n: int, sums: Record, net: Floats,
    gross: Floats, left: Floats, right: Floats, scale: Floats,
) -> None:  # fmt: skip
    """Hold the quarter's postings against balances and stocks that were kept without them (in the order of ``CHECKS``).

    ``net`` … ``scale``: room for the accounts' changes and for both sides of the checks; what no check fills in stays 0.
    """
    turnover(effects, flow, net, gross)
    cash = 0.0
    called = 0.0
    distributed = 0.0
    open_cost = 0.0
    government = 0.0
    least = min(sums.least, city.cash)
    for number in range(city.funds):
        fund = funds[number]
        cash += fund.cash
        least = min(least, fund.cash)
        called += fund.called
        distributed += fund.distributed
        open_cost += fund.open_cost
        government += fund.committed[GOVERNMENT]
    unfunded = 0.0
    for number in range(city.chains):
        chain = chains[number]
        unfunded += (1.0 - chain.from_angel) * chain.government * chain.unfunded
        government += chain.from_angel * chain.government * chain.unfunded
    left[0], right[0], scale[0] = sums.cash, city.firm_cash + net[ENTERPRISE_ROW], gross[ENTERPRISE_ROW] + city.firm_cash
    left[1], right[1], scale[1] = cash, city.fund_cash + net[SUBFUND_ROW], gross[SUBFUND_ROW] + city.fund_cash
    purse = gross[GUIDANCE_ROW] + city.guidance_balance
    # Of sums far beyond any budget their rounding stays in the purse when they have left it.
    crumbs = max(purse, ROUNDING * city.guidance_turnover)
    left[2], right[2], scale[2] = city.cash, city.guidance_balance + net[GUIDANCE_ROW], crumbs
    left[3], right[3], scale[3] = 0.0, net[CHAIN_ROW], gross[CHAIN_ROW]
    city.firm_cash = sums.cash
    city.fund_cash = cash
    city.guidance_balance = city.cash
    city.guidance_turnover += purse
    city.paid_in += net[PAID_ROW]
    city.distributed += net[DISTRIBUTED_ROW]
    left[4], right[4], scale[4] = called, city.paid_in, called
    left[5], right[5], scale[5] = distributed, city.distributed, distributed
    left[6], right[6], scale[6] = open_cost, sums.cost, open_cost
    left[7], scale[7] = sums.worst, 1e4
    for line in range(LINE_COUNT):
        rest = city.encumbered[line] + city.executed[line] + city.lapsed[line]
        for age in range(CARRY_YEARS):
            rest += city.available[line * CARRY_YEARS + age]
            least = min(least, city.available[line * CARRY_YEARS + age])
        left[12 + line], right[12 + line], scale[12 + line] = city.appropriated[line], rest, city.appropriated[line]
    granted = city.appropriated[ANGEL_LINE]
    left[8], right[8], scale[8] = city.encumbered[ANGEL_LINE], government, granted
    left[9], right[9], scale[9] = city.encumbered[INDUSTRY_LINE], unfunded, city.appropriated[INDUSTRY_LINE]
    parts = city.reserve + city.provision
    for line in range(LINE_COUNT):
        parts += city.recycled_principal[line] + city.recycled_income[line]
        parts += city.receipt_principal[line] + city.receipt_income[line]
    poorest = check_credit(
        credit, loans, book, booked, n, net, gross, CREDIT_ROW, left, right, scale, 12 + LINE_COUNT
    )
    least = min(least, poorest)
    least = min(least, rooms.tie_accounts(state, net, gross, ROOM_ROW, left, right, scale, 12 + LINE_COUNT + len(CREDIT_CHECKS)))
    # Both sides are running sums: their rounding is that of all the money that ever passed, not of what is left.
    left[10], right[10], scale[10] = city.cash, parts, city.guidance_turnover + granted
    left[11], scale[11] = min(0.0, least), city.guidance_turnover + called + distributed + granted
    compare(stat, problem, k, n, left, right, scale)


@internal
def write_balances(city: Record, funds: Record, chains: Record, series: Floats) -> None:
    """Closing balances and stocks of the quarter."""
    series[S_GUIDANCE_CASH] = city.cash
    series[S_RESERVE] = city.reserve
    committed = 0.0
    for line in range(LINE_COUNT):
        committed += city.encumbered[line]
    series[S_ENCUMBERED] = committed
    undrawn = 0.0
    for number in range(city.chains):
        undrawn += chains[number].government * chains[number].unfunded
    nav = 0.0
    open_cost = 0.0
    for number in range(city.funds):
        fund = funds[number]
        if fund.status != NONE and fund.status != CLOSED:
            undrawn += fund.committed[GOVERNMENT]
            if fund.policy == 1:
                nav += fund.nav
                open_cost += fund.open_cost
    series[S_UNDRAWN] = undrawn
    series[S_REPORTED_NAV] = nav
    series[S_OPEN_COST] = open_cost


@internal
def recount(firms: Record, live: Ints, alive: int, n: int, sums: Record) -> None:
    """Cash and cap tables once more after the realisation at the horizon, when no deal is open any more."""
    cash = 0.0
    worst = 0.0
    cost = 0.0
    least = 0.0
    for index in range(alive):
        firm = firms[live[index], n]
        if firm.status == 0:
            continue
        cash += firm.cash
        least = min(least, firm.cash)
        held = all_held(firm)
        worst = max(worst, abs(held - 1.0))
        if firm.fund >= 0:
            cost += firm.cost_subfund
    sums.cash = cash
    sums.worst = worst
    sums.cost = cost
    sums.least = least
