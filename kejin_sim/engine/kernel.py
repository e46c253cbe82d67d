"""One path: both worlds through all quarters, in the written order of a quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine import rooms
from kejin_sim.engine.births import arrive
from kejin_sim.engine.close import count_firms
from kejin_sim.engine.diary import note_rounds
from kejin_sim.engine.finish import firm_statistics, fund_statistics, pair_statistics
from kejin_sim.engine.grant.linkage import linked_statistics
from kejin_sim.engine.layout import (
    CARRY_YEARS,
    LINE_COUNT,
    Record,
)
from kejin_sim.engine.opening import open_path, open_quarter, split_worlds, step_macro
from kejin_sim.engine.steps import close_world, open_world, play_world
from kejin_sim.engine.trading import live_firms
from kejin_sim.jit import internal
from kejin_sim.recording import B_APPROPRIATED, B_BROUGHT, B_CARRIED, B_EXECUTED, B_LAPSED, STATS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FULL = -1


# Loops instead of slices: a slice that is filled or copied takes the compiler a second.
@internal
def clear(values: Floats) -> None:
    """Nothing is written down yet."""
    for index in range(values.shape[0]):
        values[index] = 0.0


@internal
def write_row(out: Floats, values: Floats) -> None:
    """What a quarter has written down goes into the results."""
    for index in range(values.shape[0]):
        out[index] = values[index]


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
def run_path(
    world: Record, behaviour: Record, all_rules: Record, carries: Ints, appropriation: Floats, extra: Ints,
    start_quarter: int, policy_years: int, effects: Ints, worlds: int,
    quarter: Record, people: Record, keys: Ints, firms: Record, live: Ints, lists: Ints, entities: Ints, draws: Floats,
    desk: Record, pieces: Record, sums: Record, closing: Ints, closings: Ints,
    funds: Record, chains: Record, loans: Record, book: Ints, grants: Record, grant_book: Ints, credits: Record, cities: Record,
    states: Record, files: Record, books: Ints, notes: Record, seen: Record,
    out_flows: Floats, out_series: Floats, out_stats: Floats, out_pairs: Floats, out_budget: Floats,
    out_market: Floats, problem: Floats,
) -> int:  # fmt: skip
    """Simulate one path.

    Parameters
    ----------
    all_rules: rules of every measure in world 0 (package) and 1 (twin); the burn-in runs under the twin's.
    carries: int64[world, line]: does unspent money carry over.
    appropriation: CNY, float64[world, line, fiscal year]; before the opening the first year's.
    extra: int64[quarter]: additional enterprises. start_quarter: quarter of the year (0–3) of the opening.
    effects: see ``close``. worlds: 2, or 1 without a twin. quarter: seed, path, opening and last quarter filled in.
    people … books: state, and room to work (``desk`` and what stands beside it). Cities, funds, loans, grants, files and the desk
    begin at zero; people, firms and lists hold what another path has left, and are written before they are read. ``states``,
    ``files`` and ``books`` are the rooms' (see `kejin_sim.engine.rooms`).
    notes, seen: the first world's diary (see `kejin_sim.engine.diary`); without room for notes none is kept.
    out_*: results of the path, quarters counted from the opening, the last four of them zeroed;
    flows and series by [world, quarter, row], so that a quarter is written in one piece.
    problem: receives the first failed check of the ledger (flag, check, quarter, world, left, right).

    Returns: live enterprise-quarters stepped, or FULL when there was no room for all firms or notes.
    """
    counts = desk.counts
    open_counts = desk.open_counts
    stepped = 0
    quarter.worlds = 1
    open_path(quarter, world, behaviour)
    for k in range(quarter.last + 1):
        open_quarter(quarter, k, start_quarter, policy_years)
        opening = k == quarter.opening
        if opening:
            if worlds == 2:
                split_worlds(
                    firms, counts[0], funds, chains, cities, loans, book, grants, grant_book, credits, open_counts, states,
                    files, books,
                )  # fmt: skip
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
            # 2 fiscal year
            open_world(
                n, people, firms, live, loans, book, files, books, quarter, cities, credits, chains, states, all_rules, carries,
                appropriation, world, behaviour, desk,
            )  # fmt: skip
        # 3 arrivals
        if quarter.policy == 1 and not arrive(
            people, keys, firms, live, counts, quarter, cities, world, behaviour, extra[k], desk.wanted, desk.spun
        ):
            return FULL
        for n in range(quarter.worlds):
            city = cities[n]
            for back in range(3):
                city.public_money[3 - back] = city.public_money[2 - back]
            city.public_money[0] = 0.0
            rooms.arrivals(
                people, firms, files, live, counts[1], books[n], n, quarter, city, all_rules[1] if before else all_rules[n],
                states[n], world, behaviour, city.flow, city.series, city.stat,
            )  # fmt: skip
        # 4, 5 enterprises
        stepped += live_firms(
            people, firms, live, lists, quarter, cities, funds, all_rules, world, behaviour,
            keys, entities, draws, desk, pieces,
        )  # fmt: skip
        for n in range(quarter.worlds):
            # 5 (loans and grants) to 11
            if not play_world(
                n, people, keys, firms, live, lists, entities, draws, loans, book, grants, grant_book, files, books, quarter,
                cities, credits, funds, chains, states, all_rules, world, behaviour, desk, closings,
            ):  # fmt: skip
                return FULL
        if notes.shape[0] > 0 and not note_rounds(people, firms, live, counts[1], 0, quarter, notes, seen):
            return FULL
        # 12 close: everybody is counted as the steps have left them, before anything is realised at the horizon
        last = k == quarter.last
        year_end = quarter.quarter_of_year == 3
        count_firms(people, firms, live, counts[1], quarter, cities, funds, world, desk.census, desk.lanes, sums)
        for n in range(quarter.worlds):
            close_world(
                n, people, firms, live, loans, book, grants, grant_book, files, books, quarter, cities, credits, funds, chains,
                states, all_rules, world, behaviour, effects, desk, sums, closing, problem,
            )  # fmt: skip
            if not before:
                write_row(out_flows[n, k - quarter.opening], cities[n].flow)
                write_row(out_series[n, k - quarter.opening], cities[n].series)
                if year_end or last:
                    record_budget(cities[n], quarter, out_budget[n])
        if not before:
            out_market[k - quarter.opening] = growth
    for n in range(quarter.worlds):
        city = cities[n]
        fund_statistics(city, funds[n], city.stat)
        firm_statistics(people, firms, counts[0], n, quarter, city.stat)
        linked_statistics(firms, grants, counts[0], n, city.stat)
        rooms.finish(
            people, firms, files, live, counts[0], books[n], n, quarter, city, all_rules[n], states[n], world, behaviour,
            city.flow, city.series, city.stat,
        )  # fmt: skip
        for number in range(len(STATS)):
            out_stats[n, number] = city.stat[number]
    quarter.slots = counts[0]
    if worlds == 2:
        pair_statistics(people, firms, counts[0], quarter, out_pairs)
    return stepped
