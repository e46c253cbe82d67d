"""Worlds that fit the published figures as well as the scenario's own does: as many as one likes, each with other numbers.

Figures and first judgement leave room. Around the scenario's numbers ``z₀`` the density ``exp(−Q)`` of the calibration's objective
is nearly normal with covariance ``(2·SᵀS)⁻¹``, ``S`` the slopes of its residuals (Laplace's approximation of a quasi-posterior:
Chernozhukov and Hong 2003). Worlds are drawn from it, played, and kept where the objective is no more above the scenario's own than
it is in 95 % of such draws: ``Q(z) − Q(z₀) ≤ χ²(95 %) ÷ 2`` with a degree of freedom for each number.

Figures are those of the baseline's rules where there is one: they are published of a world without the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.errors import InputError
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.calibrate.free import Free
from kejin_sim.study.calibrate.goals import Goal
from kejin_sim.study.calibrate.objective import Objective, Play, seen

Floats = NDArray[np.float64]

INSIDE: Final = 0.95
TRIES: Final = 4  # draws for each world that is wanted
FEWEST: Final = 10  # worlds with which something can be said


@dataclass(frozen=True)
class Nearby:
    """``z``: float64[world, number], spreads from the first judgement; ``own``: those of the scenario. ``factors``,
    ``own_factor``: by what factor figures are off on average. ``fitted``: whether the scenario's own world is near the best one: a
    step of the search from it would gain less than the region is deep. ``tried``: worlds drawn to find them. ``unseen``: figures
    that the scenario's years cannot show."""

    free: Sequence[Free]
    goals: Sequence[Goal]
    own: Floats
    z: Floats
    own_factor: float
    factors: Floats
    fitted: bool
    tried: int
    unseen: Sequence[Goal] = ()


def plays(free: Sequence[Free], worlds: int) -> int:
    """Points that are played if nearly every draw is kept."""
    return len(free) + 2 + worlds + worlds // 5


def ruled_by_baseline(scenario: Scenario) -> Scenario:
    """The scenario's world under the rules and the budget of its baseline; the scenario itself where it has none."""
    facts, baseline = scenario.twin_facts, scenario.baseline
    if facts is None or baseline is None:
        return scenario
    return replace(scenario, values=facts.values, by_year=baseline.by_year, baseline=None)


def nearby(
    scenario: Scenario, free: Sequence[Free], goals: Sequence[Goal], play: Play, seed: int, worlds: int
) -> Nearby:  # fmt: skip
    """Find ``worlds`` worlds. The first of many are the same as fewer would be.

    Errors: as ``play``; `InputError` when the scenario is too short to show any of the figures, or hardly a draw is as near to
    them as its own world.
    """
    from scipy.special import chdtri

    ruled = ruled_by_baseline(scenario)
    wanted, unseen = seen(scenario, goals, play(ruled, seed))
    objective = Objective(ruled, free, wanted, play, seed)
    own = np.array([one.spreads(one.now(scenario)) for one in free])
    slopes, least = objective.slopes(own), objective.value(own)
    fall = slopes.T @ objective.residuals(own)
    gain = float(fall @ np.linalg.solve(slopes.T @ slopes, fall))  # of a whole step of Gauss and Newton
    # The lower triangle C of 2·SᵀS = C·Cᵀ: C⁻ᵀ·ξ has the inverse of that as covariance.
    root = np.linalg.cholesky(2.0 * slopes.T @ slopes)
    room = float(chdtri(len(free), 1.0 - INSIDE)) / 2.0
    draws = np.random.default_rng(seed).standard_normal((TRIES * worlds, len(free)))
    kept: list[Floats] = []
    tried = 0
    for draw in draws:
        if len(kept) == worlds:
            break
        z = _within(free, own + np.linalg.solve(root.T, draw))
        tried += 1
        try:
            gap = objective.value(z) - least
        except InputError:  # numbers that do not go together: a world that cannot be
            continue
        if gap <= room:
            kept.append(z)
    if len(kept) < FEWEST:
        raise InputError.of(
            f"试了 {tried} 个世界，只有 {len(kept)} 个与公开数字的距离和 {scenario.name} 的世界相当，太少。",
            f"Of {tried} worlds only {len(kept)} are as near to the figures as that of {scenario.name}: too few.",
            key="--facts-paths", hint_zh="增大 --facts-paths 和 --worlds，或用 --free 少动几个数。",
            hint_en="raise --facts-paths and --worlds, or move fewer numbers with --free.",
        )  # fmt: skip
    factors = np.array([objective.factor(z) for z in kept])
    return Nearby(free, wanted, own, np.array(kept), objective.factor(own), factors, gain <= room, tried, unseen)


def _within(free: Sequence[Free], z: Floats) -> Floats:
    """Numbers that would leave the bounds of their parameters stay at them."""
    return np.array([one.spreads(one.value(float(place))) for one, place in zip(free, z, strict=True)])
