"""The outcomes of scenarios in many worlds: how far they scatter, which numbers of the world pull them, which scenario leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import Interval, mean_interval
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.calibrate.free import Free
from kejin_sim.study.calibrate.objective import at
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.quantity import Quantity

Floats = NDArray[np.float64]

CHANCE: Final = 0.05  # that even one of the numbers called a pull of an outcome is none


@dataclass(frozen=True)
class Across:
    """One outcome of a scenario, or of a scenario less the first (``over``), in every world.

    ``own``: in the world as the scenario has it. ``values``: float64[world], NaN where it is not defined. ``sampling``: share of
    the scatter between worlds that is Monte Carlo error; NaN where there is no scatter. ``pulls``: float64[number], rank
    correlation (Spearman) of the outcome with each number of the world; NaN where one of the two does not move.
    """

    scenario: int
    over: bool
    quantity: Quantity
    own: Interval
    values: Floats
    sampling: float
    pulls: Floats

    @property
    def known(self) -> Floats:
        """The values of the worlds in which it is defined."""
        kept: Floats = self.values[np.isfinite(self.values)]
        return kept

    def level(self, share: float) -> float:
        """The value below which this share of the worlds lies."""
        return float(np.quantile(self.known, share)) if self.known.size else math.nan

    @property
    def above(self) -> float:
        """Share of the worlds in which it is above 0."""
        return float((self.known > 0.0).mean()) if self.known.size else math.nan

    @property
    def better(self) -> float:
        """Share of the worlds in which the scenario is better than the first; NaN where no direction is better."""
        if not self.over or not self.quantity.sign or not self.known.size:
            return math.nan
        return float((self.quantity.sign * self.known > 0.0).mean())

    def drawn_by(self) -> list[int]:
        """Numbers whose correlation is beyond chance, the strongest first (Bonferroni, all numbers together)."""
        from scipy.special import ndtri

        if self.known.size < 3:
            return []
        limit = float(ndtri(1.0 - CHANCE / (2 * len(self.pulls)))) / math.sqrt(self.known.size - 1)
        found = [i for i, pull in enumerate(self.pulls) if abs(pull) > limit]
        return sorted(found, key=lambda i: -abs(self.pulls[i]))


def across(
    evaluate: Evaluate, scenarios: Sequence[Scenario], free: Sequence[Free], worlds: Floats, quantities: Sequence[Quantity],
    paths: int,
) -> list[Across]:  # fmt: skip
    """Play every scenario in its own world and in all others, on the same paths.

    Parameters: ``worlds``: float64[world, number], spreads of the free numbers from their first judgement.
    Returns: each scenario's outcomes, then, of all but the first, its outcomes less the first's.
    """
    twin = any(one.needs_twin for one in quantities)
    rooms = [_Room(len(scenarios), len(quantities), len(worlds)) for _ in range(2)]
    own = [evaluate(scenario, paths, twin=twin) for scenario in scenarios]
    for number, z in enumerate(worlds):
        here = [evaluate(at(scenario, free, z), paths, twin=twin) for scenario in scenarios]
        for s, outcomes in enumerate(here):
            for q, one in enumerate(quantities):
                rooms[0].write(s, q, number, one.estimate(outcomes), _less(one, outcomes, own[s]))
                if s:
                    gap = _less(one, outcomes, here[0])
                    moved = _moved(one, (outcomes, here[0]), (own[s], own[0]))
                    rooms[1].write(s, q, number, gap, moved)
    found = []
    for over in (False, True):
        for s in range(1 if over else 0, len(scenarios)):
            for q, one in enumerate(quantities):
                first = _less(one, own[s], own[0]) if over else one.estimate(own[s])
                values = rooms[over].values[s, q]
                share = _sampling(values, rooms[over].errors[s, q])
                found.append(Across(s, over, one, first, values, share, rank_correlations(worlds, values)))
    return found


class _Room:
    """Values, and the errors of their differences from the own world's, by scenario, outcome and world."""

    def __init__(self, *shape: int) -> None:
        self.values, self.errors = np.full(shape, math.nan), np.full(shape, math.nan)

    def write(self, s: int, q: int, number: int, found: Interval, moved: Interval) -> None:
        self.values[s, q, number], self.errors[s, q, number] = found.value, moved.error


def _less(one: Quantity, outcomes: Outcomes, reference: Outcomes) -> Interval:
    """The outcome on some paths less that on the same paths elsewhere."""
    return one.gap(one.values(outcomes), one.values(reference))


def _moved(one: Quantity, here: tuple[Outcomes, Outcomes], own: tuple[Outcomes, Outcomes]) -> Interval:
    """By how much the lead of a scenario changes from its own world to another."""
    gaps = [one.values(other) - one.values(first) for other, first in (here, own)]
    moved = gaps[0] - gaps[1]
    return mean_interval(moved[np.isfinite(moved)])


def _sampling(values: Floats, errors: Floats) -> float:
    """Variance of the errors ÷ variance between worlds, at most 1."""
    known = np.isfinite(values) & np.isfinite(errors)
    if known.sum() < 2:
        return math.nan
    between = float(values[known].var(ddof=1))
    return min(1.0, float(np.square(errors[known]).mean()) / between) if between > 0.0 else math.nan


def rank_correlations(worlds: Floats, values: Floats) -> Floats:
    """Spearman's correlation of ``values`` with each column, over the worlds in which they are defined."""
    from scipy.stats import rankdata

    known = np.isfinite(values)
    found = np.full(worlds.shape[1], math.nan)
    if known.sum() < 3:
        return found
    ranks = rankdata(values[known]) - (known.sum() + 1) / 2
    columns = rankdata(worlds[known], axis=0) - (known.sum() + 1) / 2
    sizes = np.sqrt(np.square(columns).sum(axis=0) * np.square(ranks).sum())
    moving = sizes > 0.0
    found[moving] = (columns.T @ ranks)[moving] / sizes[moving]
    return found
