"""Steps 1 and 2 of a quarter: its calendar, the macro factor, and the world that becomes two when the books open."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.layout import FAILURE_BANDS, Record
from kejin_sim.jit import internal
from kejin_sim.world import exits, macro
from kejin_sim.world.failure import hazard_point, quality_slope, quarterly, threshold_at, told_slope, told_spread

Ints = NDArray[np.int64]

LOANS, GRANTS = range(2)
"""Columns of ``open_counts``: how many loans and grants of a world are open."""


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
    quarter.past = max(0, k + 1 - policy_end)
    quarter.next_year_policy = 1 if k + 1 < policy_end else 0
    rest = (quarter.opening if k < quarter.opening else policy_end) - k
    quarter.period_end = min(3, quarter.quarter_of_year + rest - 1) if rest > 0 else 3
    quarter.vintage = (start_quarter + k) // 4 + (1 if k >= quarter.opening and start_quarter > 0 else 0)


@internal
def open_path(quarter: Record, world: Record, behaviour: Record) -> None:
    """What stays the same through all quarters of a path, worked out once."""
    for row in range(8):
        quarter.hazard_point[row] = hazard_point(quarterly(world.failure_hazard[row]))
        quarter.default_point[row] = hazard_point(world.failure_hazard[row])
    quarter.default_slope = told_slope(world.failure_quality, world.score_noise)
    quarter.default_spread = told_spread(world.failure_quality, world.score_noise)
    for stage in range(6):
        quarter.offer_base[stage] = macro.log_odds(world.rounds_odds[stage])
    quarter.log_boost_cap = math.log(behaviour.boost_cap)
    quarter.log_ipo_value = math.log(world.exits_ipo_min_value)
    quarter.log_mna_reference = math.log(world.exits_mna_reference)


@internal
def step_macro(quarter: Record, world: Record) -> float:
    """Step 1: factor, IPO window, failure points, and what else is the same for all firms. Returns the equity market's gross
    return of the quarter."""
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
    slope = quality_slope(world.failure_quality, world.failure_correlation)
    for row in range(8):
        quarter.threshold[row] = threshold_at(quarter.hazard_point[row], world.failure_correlation, quarter.factor)
        quarter.may_fail[row * len(FAILURE_BANDS)] = 2.0
        for band in range(1, len(FAILURE_BANDS)):
            # A hair above, so that rounding can never make the bound wrong.
            bound = rng.cumulative_normal(quarter.threshold[row] - slope * FAILURE_BANDS[band]) + 1e-9
            quarter.may_fail[row * len(FAILURE_BANDS) + band] = bound
    return macro.market_growth(
        world.macro_market_return, world.macro_market_volatility, world.macro_market_loading, innovation, rng.normal(u2)
    )


@internal
def split_worlds(
    firms: Record, slots: int, funds: Record, chains: Record, cities: Record, loans: Record, book: Ints, grants: Record,
    grant_book: Ints, credits: Record, open_counts: Ints, states: Record, files: Record, books: Ints,
) -> None:  # fmt: skip
    """The books open: the second world starts as a copy of the burn-in's only world."""
    for slot in range(slots):
        firms[slot, 1] = firms[slot, 0]
        loans[slot, 1] = loans[slot, 0]
        grants[slot, 1] = grants[slot, 0]
        files[slot, 1] = files[slot, 0]
        for room in range(books.shape[1]):
            books[1, room, slot] = books[0, room, slot]
    states[1] = states[0]
    for index in range(open_counts[0, LOANS]):
        book[1, index] = book[0, index]
    for index in range(open_counts[0, GRANTS]):
        grant_book[1, index] = grant_book[0, index]
    open_counts[1, LOANS] = open_counts[0, LOANS]
    open_counts[1, GRANTS] = open_counts[0, GRANTS]
    credits[1] = credits[0]
    for number in range(cities[0].funds):
        funds[1, number] = funds[0, number]
    for number in range(cities[0].chains):
        chains[1, number] = chains[0, number]
    cities[1] = cities[0]
