"""The search: simulated moments near published figures, numbers near their first judgement.

Makes `kejin_sim.study.calibrate.objective` small, from the first judgement on. (McFadden 1989 and Duffie and Singleton 1993 on
simulated moments.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.calibrate.free import Free
from kejin_sim.study.calibrate.goals import Goal
from kejin_sim.study.calibrate.objective import Objective, Play, at, seen

Floats = NDArray[np.float64]

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


def fit(scenario: Scenario, free: Sequence[Free], goals: Sequence[Goal], play: Play, seed: int) -> Fit:
    """Search from the first judgement. ``play``: see `Play`.

    Errors: as ``play``; `InputError` of impossible values, and when the scenario is too short to show any of the figures.
    """
    from scipy.optimize import least_squares

    before = play(scenario, seed)
    wanted, unseen = seen(scenario, goals, before)
    objective = Objective(scenario, free, wanted, play, seed)
    found = least_squares(
        objective.residuals,
        np.zeros(len(free)),
        jac=objective.slopes,
        method="trf",
        ftol=ENOUGH,
        xtol=1e-3,
        gtol=1e-6,
        max_nfev=MOST,
    )
    fitted = at(scenario, free, found.x, short=True)
    z = np.array([one.spreads(one.now(fitted)) for one in free])
    return Fit(
        free, wanted, fitted, z, objective.slopes(found.x)[: len(wanted)], before, play(fitted, seed), play(scenario, seed + 1),
        play(fitted, seed + 1), unseen,
    )  # fmt: skip
