"""One path: both worlds through all quarters, in the written order of a quarter."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.assess import assess_closed, assess_portfolio, settle_vintages, yearly_assessments
from kejin_sim.engine.births import arrive
from kejin_sim.engine.chains import chain_active, form_chain_funds, step_chain_funds
from kejin_sim.engine.close import check_close, count_firms, write_balances
from kejin_sim.engine.finish import firm_statistics, fund_statistics, pair_statistics, realise
from kejin_sim.engine.firms import live_firms
from kejin_sim.engine.layout import CARRY_YEARS, FAILURE_BANDS, LINE_COUNT, Record
from kejin_sim.engine.screening import private_rounds, reinvested_rounds, seed_direct, subfund_deals
from kejin_sim.engine.subfunds import form_funds, step_funds
from kejin_sim.engine.transfers import buyouts, sell_holdings, sell_shares, value_holdings
from kejin_sim.engine.treasury import open_year, sweep
from kejin_sim.jit import compiled, internal
from kejin_sim.measures.equity import tolerance
from kejin_sim.recording import B_APPROPRIATED, B_BROUGHT, B_CARRIED, B_EXECUTED, B_LAPSED, STATS
from kejin_sim.world import exits, macro
from kejin_sim.world.enterprise import doublings
from kejin_sim.world.failure import quality_slope, quarterly, threshold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FULL = -1


@internal
def open_quarter(quarter: Record, k: int, start_quarter: int, policy_years: int) -> None:
    """The calendar of quarter ``k``: fiscal year (0 = that of the opening), quarter of the year, is the policy in force.

    Books that open in mid-year, and the end of a policy in mid-year, cut a fiscal year in two.
    """
    since = start_quarter + k - quarter.opening
    quarter.k = k
    quarter.year = since // 4
    quarter.quarter_of_year = since % 4
    quarter.year_opens = 1 if quarter.quarter_of_year == 0 or k == 0 or k == quarter.opening else 0
    policy_end = quarter.opening + 4 * policy_years
    quarter.policy = 1 if k < policy_end else 0
    quarter.next_year_policy = 1 if k + 1 < policy_end else 0
    rest = (quarter.opening if k < quarter.opening else policy_end) - k
    quarter.period_end = min(3, quarter.quarter_of_year + rest - 1) if rest > 0 else 3
    quarter.vintage = (start_quarter + k) // 4 + (1 if k >= quarter.opening and start_quarter > 0 else 0)


@internal
def step_macro(quarter: Record, world: Record) -> float:
    """Step 1: factor, IPO window, failure points. Returns the equity market's gross return of the quarter."""
    u0, u1, u2, _ = rng.uniforms(quarter.seed, rng.MACRO_QUARTER, quarter.path, 0, quarter.k)
    if quarter.k == 0:
        v0, v1, _, _ = rng.uniforms(quarter.seed, rng.MACRO_START, quarter.path, 0, 0)
        quarter.factor = rng.normal(v0)
        quarter.window = macro.first_window(world.ipo_window_shut_rate, world.ipo_window_open_rate, v1)
    innovation = rng.normal(u0)
    quarter.innovation = innovation
    quarter.factor = macro.next_factor(quarter.factor, innovation, world.macro_persistence)
    quarter.window = macro.next_window(
        quarter.window, quarter.factor, world.ipo_window_shut_rate, world.ipo_window_open_rate, world.ipo_window_cycle, u1
    )
    quarter.pace = exits.acquisition_pace(quarter.window, world.exits_mna_window)
    for row in range(8):
        quarter.threshold[row] = threshold(
            quarterly(world.failure_hazard[row]), world.failure_correlation, quarter.factor
        )
        for band in range(len(FAILURE_BANDS)):
            easiest = quality_slope(world.failure_quality, world.failure_correlation) * FAILURE_BANDS[band]
            # A hair above, so that rounding can never make the bound wrong.
            bound = rng.cumulative_normal(quarter.threshold[row] - easiest) + 1e-9
            quarter.may_fail[row * len(FAILURE_BANDS) + band] = bound if band > 0 else 2.0
    for stage in range(6):
        quarter.offer_base[stage] = macro.log_odds(world.rounds_odds[stage])
    quarter.log_ipo_value = math.log(world.exits_ipo_min_value)
    quarter.log_mna_reference = math.log(world.exits_mna_reference)
    return macro.market_growth(
        world.macro_market_return, world.macro_market_volatility, world.macro_market_loading, innovation, rng.normal(u2)
    )


@internal
def split_worlds(firms: Record, slots: int, funds: Record, chains: Record, cities: Record) -> None:
    """The books open: the package's world starts as a copy of the burn-in's only world."""
    for slot in range(slots):
        firms[slot, 1] = firms[slot, 0]
    for number in range(cities[0].funds):
        funds[1, number] = funds[0, number]
    for number in range(cities[0].chains):
        chains[1, number] = chains[0, number]
    cities[1] = cities[0]


# Loops instead of slices: a slice that is filled or copied takes the compiler a second.
@internal
def clear(values: Floats) -> None:
    """Nothing is written down yet."""
    for index in range(values.shape[0]):
        values[index] = 0.0


@internal
def write_column(out: Floats, n: int, column: int, values: Floats) -> None:
    """What a quarter has written down in world ``n`` goes into the results."""
    for index in range(values.shape[0]):
        out[n, index, column] = values[index]


@internal
def record_budget(city: Record, quarter: Record, budget: Floats) -> None:
    """Budget lines at the end of a fiscal year."""
    for line in range(LINE_COUNT):
        budget[line, quarter.year, B_BROUGHT] = city.year_brought[line]
        budget[line, quarter.year, B_APPROPRIATED] = city.year_appropriated[line]
        budget[line, quarter.year, B_EXECUTED] = city.year_executed[line]
        budget[line, quarter.year, B_LAPSED] = city.year_lapsed[line]
        carried = city.encumbered[line]
        for age in range(CARRY_YEARS):
            carried += city.available[line * CARRY_YEARS + age]
        budget[line, quarter.year, B_CARRIED] = carried


@internal
def recount(firms: Record, live: Ints, alive: int, n: int, sums: Floats) -> None:
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
        held = (
            firm.founders + firm.h_seed + firm.h_coinvestor + firm.h_subfund + firm.h_follow + firm.h_private + firm.h_soe
            + firm.h_grant
        )
        worst = max(worst, abs(held - 1.0))
        if firm.fund >= 0:
            cost += firm.cost_subfund
    sums[0] = cash
    sums[1] = worst
    sums[2] = cost
    sums[3] = least


@compiled
def run_path(
    world: Record, behaviour: Record, equity: Record, carries: Ints, appropriation: Floats, extra: Ints,
    start_quarter: int, policy_years: int, effects: Floats, worlds: int,
    quarter: Record, people: Record, firms: Record, live: Ints, seekers: Ints, funds: Record, chains: Record,
    cities: Record, out_flows: Floats, out_series: Floats, out_stats: Floats, out_pairs: Floats, out_budget: Floats,
    out_market: Floats, problem: Floats,
) -> int:  # fmt: skip
    """Simulate one path.

    Parameters
    ----------
    equity: records of world 0 (package) and 1 (twin); the burn-in runs under the twin's.
    carries: int64[world, line]: does unspent money carry over.
    appropriation: CNY, float64[world, line, fiscal year]; before the opening the first year's.
    extra: int64[quarter]: additional enterprises. start_quarter: quarter of the year (0–3) of the opening.
    effects: see ``close``. worlds: 2, or 1 without a twin. quarter: seed, path, opening and last quarter filled in.
    people … cities: zeroed state. out_*: zeroed results of the path, quarters
    counted from the opening.
    problem: receives the first failed check of the ledger (flag, check, quarter, world, left, right).

    Returns: live enterprise-quarters stepped, or FULL when there was no room for all firms.
    """
    counts = np.zeros(2, np.int64)
    seeking = np.zeros(2, np.int64)
    chain_boost = np.zeros(2)
    twice = np.zeros(2)
    closing = np.zeros(funds.shape[1], np.int64)
    closings = np.zeros((2, funds.shape[1]), np.int64)
    closed = np.zeros(2, np.int64)
    totals = np.zeros(14)
    over = np.zeros(4)
    sums = np.zeros(4)
    granted = np.zeros(LINE_COUNT)
    legacy = equity[1]
    stepped = 0
    quarter.worlds = 1
    for k in range(quarter.last + 1):
        open_quarter(quarter, k, start_quarter, policy_years)
        opening = k == quarter.opening
        if opening:
            if worlds == 2:
                split_worlds(firms, counts[0], funds, chains, cities)
            quarter.worlds = worlds
            for n in range(worlds):
                clear(cities[n].stat)
        for n in range(quarter.worlds):
            clear(cities[n].flow)
            clear(cities[n].series)
        # 1 macro
        growth = step_macro(quarter, world)
        before = k < quarter.opening
        for n in range(quarter.worlds):
            rules = legacy if before else equity[n]
            city = cities[n]
            # 2 fiscal year
            if quarter.year_opens == 1:
                year = min(max(quarter.year, 0), appropriation.shape[2] - 1)
                part = 0.25 * (quarter.period_end - quarter.quarter_of_year + 1) if quarter.policy == 1 else 0.0
                for line in range(LINE_COUNT):
                    granted[line] = appropriation[1 if before else n, line, year] * part
                open_year(city, carries[1] if before else carries[n], granted, opening)
            money = city.public_money[0] + city.public_money[1] + city.public_money[2] + city.public_money[3]
            twice[n] = doublings(money, behaviour.public_money_reference)
            chain_boost[n] = behaviour.chain_orders if chain_active(city, chains[n], quarter, rules, legacy) else 0.0
        # 3 arrivals
        if quarter.policy == 1 and not arrive(
            people, firms, live, counts, quarter, cities, world, behaviour, extra[k]
        ):
            return FULL
        for n in range(quarter.worlds):
            city = cities[n]
            for back in range(3):
                city.public_money[3 - back] = city.public_money[2 - back]
            city.public_money[0] = 0.0
        # 4, 5 enterprises
        stepped += live_firms(
            people, firms, live, counts, seekers, seeking, quarter, cities, funds, equity, world, behaviour,
            chain_boost, twice,
        )  # fmt: skip
        for n in range(quarter.worlds):
            rules = legacy if before else equity[n]
            city = cities[n]
            # 6 screening; chain-leader funds come first where they have priority
            if rules.chain_funds_priority == 1:
                form_chain_funds(city, chains[n], quarter, rules, city.stat)
            seed_direct(
                people, firms, seekers[n], seeking[n], n, quarter, city, rules, world, behaviour, twice[n],
                city.flow, city.series, city.stat,
            )  # fmt: skip
            if not subfund_deals(
                people, firms, live, counts, seekers[n], seeking[n], n, quarter, city, funds[n], rules, legacy, world,
                behaviour, twice[n], city.flow, city.series, city.stat,
            ):  # fmt: skip
                return FULL
            private_rounds(
                people, firms, seekers[n], seeking[n], n, quarter, city, rules, world, behaviour, twice[n],
                city.flow, city.series, city.stat,
            )  # fmt: skip
            reinvested_rounds(
                people, firms, seekers[n], seeking[n], n, quarter, city, world, behaviour, twice[n], city.flow, city.series
            )
            # 7 sub-funds
            form_funds(city, funds[n], quarter, rules, city.flow, city.series, city.stat)
            closed[n] = step_funds(
                people, firms, live, counts[1], n, quarter, city, funds[n], rules, legacy, world,
                city.flow, city.series, city.stat, closings[n],
            )  # fmt: skip
            year_end = quarter.quarter_of_year == 3
            # 8 transfers
            if year_end:
                # Purchases are a measure of the policy and end with it; a buy-out is a right of contract and does not.
                buying = quarter.policy == 1
                city.soe_left = rules.soe_purchase_budget
                value_holdings(firms, live, counts[1], n, k, city, funds[n], rules.soe_purchase_appraisal_lag)
                buyouts(quarter, city, funds[n], rules, legacy, world, city.flow, city.series, city.stat)
                if buying and rules.soe_purchase_what != 1:
                    sell_shares(quarter, city, funds[n], rules, legacy, behaviour, city.flow, city.series, city.stat)
                if buying and rules.soe_purchase_what != 0:
                    sell_holdings(
                        people, firms, live, counts[1], n, quarter, city, rules, city.flow, city.series, city.stat
                    )
            # 9 chain-leader funds
            if rules.chain_funds_priority == 0:
                form_chain_funds(city, chains[n], quarter, rules, city.stat)
            step_chain_funds(city, chains[n], quarter, rules, legacy, city.flow, city.series)
            # 11 assessments
            assess_closed(city, funds[n], closings[n], closed[n], quarter, rules, totals, over, city.flow, city.stat)
            if year_end:
                yearly_assessments(
                    firms, live, counts[1], n, quarter, city, funds[n], rules, totals, over, city.flow, city.stat
                )
                settle_vintages(city, quarter, False, city.flow, city.series)
            last = k == quarter.last
            if last:
                count_firms(
                    people, firms, live, counts[1], n, city, funds[n], world, behaviour, city.series, sums
                )
                done = realise(
                    firms, live, counts[1], n, quarter, city, funds[n], chains[n], rules, legacy, world,
                    city.flow, city.series, city.stat, closing,
                )  # fmt: skip
                assess_closed(city, funds[n], closing, done, quarter, rules, totals, over, city.flow, city.stat)
                settle_vintages(city, quarter, True, city.flow, city.series)
                assess_portfolio(
                    city, funds[n], quarter, rules, tolerance.END_OF_LIFE, totals, over, city.flow, city.stat
                )
            if year_end or last:
                sweep(city, funds[n], rules, legacy, quarter.next_year_policy == 1, last, city.flow)
            # 12 close
            if last:
                recount(firms, live, counts[1], n, sums)
            else:
                count_firms(
                    people, firms, live, counts[1], n, city, funds[n], world, behaviour, city.series, sums
                )
            if quarter.checked == 1:
                check_close(city, funds[n], chains[n], effects, city.flow, city.stat, problem, k, n, sums)
            write_balances(city, funds[n], chains[n], city.series)
            if not before:
                write_column(out_flows, n, k - quarter.opening, city.flow)
                write_column(out_series, n, k - quarter.opening, city.series)
                if year_end or last:
                    record_budget(city, quarter, out_budget[n])
        if not before:
            out_market[k - quarter.opening] = growth
    for n in range(quarter.worlds):
        city = cities[n]
        fund_statistics(city, funds[n], city.stat)
        firm_statistics(people, firms, counts[0], n, quarter, city.stat)
        for number in range(len(STATS)):
            out_stats[n, number] = city.stat[number]
    if worlds == 2:
        pair_statistics(people, firms, counts[0], quarter, out_pairs)
    return stepped
