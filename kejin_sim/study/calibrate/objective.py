"""What a fit makes small: how far figures are from published ones, and numbers from their first judgement.

``Q(z) = Σ ρ(d) + weight · Σ z²``: ``d`` the distance of a figure (1 is a quarter too much or too little), ``ρ(d) = 2·(√(1 + d²) −
1)``, so that a figure which no world of this kind can meet does not bend all others; ``z`` how many spreads a number is from its
first judgement. As a density ``exp(−Q)`` leaves a number of which no figure tells anything as its first judgement has it: normal,
one spread wide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.errors import InputError
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study.calibrate.free import Free, rounded
from kejin_sim.study.calibrate.goals import Goal, distances, off, simulated
from kejin_sim.study.facts.beside import NEAR

Floats = NDArray[np.float64]
Play = Callable[[Scenario, int], Floats]
"""What paths of a scenario under a seed give: float64[path, moment, 2]."""

WEIGHT: Final = 0.5  # of a number a spread from its first judgement, beside a figure a quarter off
UNSEEN: Final = math.log(2.0) / math.log(NEAR)  # of a figure that nobody in a world shows: twice too much
STEP: Final = 0.3  # spreads by which a number is moved to see what it does: less would drown in single firms


def at(scenario: Scenario, free: Sequence[Free], z: Floats, *, short: bool = False) -> Scenario:
    """The scenario with its free numbers ``z`` spreads from their first judgement; ``short``: rounded, as they are written down."""
    values = [one.value(float(place)) for one, place in zip(free, z, strict=True)]
    return set_values(
        scenario,
        {
            one.name: rounded(value, one.spread if one.scale == "plain" else 0.0) if short else value
            for one, value in zip(free, values, strict=True)
        },
    )


def seen(scenario: Scenario, goals: Sequence[Goal], measured: Floats) -> tuple[list[Goal], list[Goal]]:
    """Figures that the paths ``measured`` of a scenario show, and those that they do not: too few years, or nobody to whom it
    happened. Errors: `InputError` when they show none.
    """
    known = [not math.isnan(value) for value in simulated(goals, measured)]
    if not any(known):
        raise InputError.of(
            f"{scenario.name} 的期限太短，这些目标一个也看不到。",
            f"{scenario.name} is too short to show any of the figures.",
            key="--targets",
            hint_zh="用期限长一些的方案，例如 status_quo。",
            hint_en="use a scenario with a longer horizon, such as status_quo.",
        )
    both = [*zip(goals, known, strict=True)]
    return [goal for goal, there in both if there], [goal for goal, there in both if not there]


class Objective:
    """The objective of one scenario. All points are played on the same draws, and each once.

    Parameters: ``goals``: figures that the scenario shows; a world in which nobody shows one of them is no nearer to it than one in
    which it is twice too much (`UNSEEN`). ``play``: see `Play`.
    """

    def __init__(self, scenario: Scenario, free: Sequence[Free], goals: Sequence[Goal], play: Play, seed: int) -> None:
        self._scenario, self._free, self._goals, self._play, self._seed = scenario, free, goals, play, seed
        self._known: dict[bytes, Floats] = {}

    def _distances(self, z: Floats) -> Floats:
        key = z.tobytes()
        if key not in self._known:
            self._known[key] = distances(self._goals, self._play(at(self._scenario, self._free, z), self._seed))
        return self._known[key]

    def residuals(self, z: Floats) -> Floats:
        """Figures, then numbers: the squares of all add up to the objective. Errors: `InputError` of impossible values."""
        found = self._distances(z)
        found = np.where(np.isnan(found), UNSEEN, found)
        bent = np.sign(found) * np.sqrt(2.0 * (np.sqrt(1.0 + found * found) - 1.0))
        return np.concatenate([bent, np.sqrt(WEIGHT) * z])

    def slopes(self, z: Floats) -> Floats:
        """float64[residual, number]: by how much each residual changes when a number moves by a spread."""
        here = self.residuals(z)
        return np.stack([(self.residuals(z + STEP * unit) - here) / STEP for unit in np.eye(len(z))], axis=1)

    def value(self, z: Floats) -> float:
        """The objective."""
        return float(np.square(self.residuals(z)).sum())

    def factor(self, z: Floats) -> float:
        """By what factor the figures are off on average."""
        return off(self._distances(z))
