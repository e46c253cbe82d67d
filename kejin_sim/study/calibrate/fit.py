"""The search: simulated moments near published figures, numbers near their first judgement.

Minimises ``Σ ρ(d) + weight · Σ z²``: ``d`` the distance of a figure (1 is a quarter too much or too little), ``ρ(d) =
2·(√(1 + d²) − 1)``, so that a figure which no world of this kind can meet does not bend all others; ``z`` how many spreads a
number is from its first judgement. All points are played on the same draws. (McFadden 1989 and Duffie and Singleton 1993 on
simulated moments.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.errors import InputError
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study.calibrate.free import Free, rounded
from kejin_sim.study.calibrate.goals import Goal, distances, simulated

Floats = NDArray[np.float64]
Play = Callable[[Scenario, int], Floats]
"""What paths of a scenario under a seed give: float64[path, moment, 2]."""

WEIGHT: Final = 0.5  # of a number a spread from its first judgement, beside a figure a quarter off
STEP: Final = 0.3  # spreads by which a number is moved to see what it does: less would drown in single firms
MOST: Final = 12  # steps of the search
ENOUGH: Final = 2e-3  # relative gain of a step below which it ends


@dataclass(frozen=True)
class Fit:
    """What a fit has found.

    ``scenario``: with the fitted numbers. ``z``: spreads of each number from its first judgement. ``moves``: float64[figure,
    number], by how much what a figure adds to the objective (its root) changes when a number moves by a spread, where the search
    ended. ``before``, ``after``: what the paths of the search gave; ``fresh_before``, ``fresh``: as many paths of another seed, on
    which nothing was fitted. ``unseen``: figures that were asked for, but that paths of so many years cannot show.
    """

    free: Sequence[Free]
    goals: Sequence[Goal]
    scenario: Scenario
    z: Floats
    moves: Floats
    before: Floats
    after: Floats
    fresh_before: Floats
    fresh: Floats
    unseen: Sequence[Goal] = ()


def plays(free: Sequence[Free]) -> int:
    """Points that a fit plays at most."""
    return (MOST + 1) * (len(free) + 1) + 4


def at(scenario: Scenario, free: Sequence[Free], z: Floats, *, short: bool = False) -> Scenario:
    """The scenario with its free numbers ``z`` spreads from their first judgement; ``short``: rounded, as they are written down."""
    values = [one.value(float(place)) for one, place in zip(free, z, strict=True)]
    return set_values(
        scenario, {one.name: rounded(value) if short else value for one, value in zip(free, values, strict=True)}
    )


def fit(scenario: Scenario, free: Sequence[Free], goals: Sequence[Goal], play: Play, seed: int) -> Fit:
    """Search from the first judgement. ``play``: see `Play`.

    Errors: as ``play``; `InputError` of impossible values, and when the scenario is too short to show any of the figures.
    """
    from scipy.optimize import least_squares

    before = play(scenario, seed)
    known = [not math.isnan(value) for value in simulated(goals, before)]
    wanted = [goal for goal, seen in zip(goals, known, strict=True) if seen]
    if not wanted:
        raise InputError.of(
            f"{scenario.name} 的期限太短，这些目标一个也看不到。",
            f"{scenario.name} is too short to show any of the figures.",
            key="--targets",
            hint_zh="用期限长一些的方案，例如 status_quo。",
            hint_en="use a scenario with a longer horizon, such as status_quo.",
        )
    played: dict[bytes, Floats] = {}

    def residuals(z: Floats) -> Floats:
        if z.tobytes() not in played:
            found = distances(wanted, play(at(scenario, free, z), seed))
            bent = np.sign(found) * np.sqrt(2.0 * (np.sqrt(1.0 + found * found) - 1.0))
            played[z.tobytes()] = np.concatenate([bent, np.sqrt(WEIGHT) * z])
        return played[z.tobytes()]

    def slopes(z: Floats) -> Floats:
        here = residuals(z)
        return np.stack([(residuals(z + STEP * unit) - here) / STEP for unit in np.eye(len(z))], axis=1)

    found = least_squares(
        residuals, np.zeros(len(free)), jac=slopes, method="trf", ftol=ENOUGH, xtol=1e-3, gtol=1e-6, max_nfev=MOST
    )
    fitted = at(scenario, free, found.x, short=True)
    z = np.array([one.spreads(one.now(fitted)) for one in free])
    return Fit(
        free, wanted, fitted, z, slopes(found.x)[: len(wanted)], before, play(fitted, seed), play(scenario, seed + 1),
        play(fitted, seed + 1), [goal for goal, seen in zip(goals, known, strict=True) if not seen],
    )  # fmt: skip
