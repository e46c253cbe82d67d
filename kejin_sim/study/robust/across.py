"""The outcomes of scenarios in many worlds: how far they scatter, what each number of the world does, which scenario leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import UNKNOWN, Interval
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.calibrate.free import Free
from kejin_sim.study.calibrate.objective import at
from kejin_sim.study.certainty import ALPHA, gaps, holm, p_value
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.quantity import Quantity

Floats = NDArray[np.float64]

NOISY: Final = 0.5  # share of sampling in the scatter between worlds above which it says little of the worlds


@dataclass(frozen=True)
class Across:
    """One outcome of a scenario, or of a scenario less the first (``over``), in every world.

    ``own``: in the world as the scenario has it; ``worlds``: in the others, each with its sampling error. ``sampling``: share of
    the variance between worlds that is Monte Carlo error; NaN where there is no variance. ``moves``: by number of the world, the
    change from a spread of the worlds below the own value to a spread above, everything else as it is; ``chances``: the p value of
    each, judged together with all others of the study (Holm).
    """

    scenario: int
    over: bool
    quantity: Quantity
    own: Interval
    worlds: tuple[Interval, ...]
    sampling: float
    moves: tuple[Interval, ...]
    chances: tuple[float, ...]

    @property
    def known(self) -> Floats:
        """The values of the worlds in which it is defined."""
        values = np.array([one.value for one in self.worlds])
        kept: Floats = values[np.isfinite(values)]
        return kept

    def level(self, share: float) -> float:
        """The value below which this share of the worlds lies."""
        return float(np.quantile(self.known, share)) if self.known.size else math.nan

    @property
    def even(self) -> float:
        """What a reader holds it against: 0, of a multiple 1; NaN of what cannot be below 0."""
        if self.over or self.quantity.gap_of_worlds:
            return 0.0
        return {"multiple": 1.0, "CNY": 0.0, "rate": 0.0}.get(str(self.quantity.metric.unit), math.nan)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Worlds in which it is surely above `even`, surely below, and undecided within sampling error (intervals of 95 %).

        All worlds are played on the same draws: a lucky one moves them together, so that values alone would count too much.
        """
        seen = [one for one in self.worlds if math.isfinite(one.value)]
        above = sum(one.low > self.even for one in seen)
        below = sum(one.high < self.even for one in seen)
        return above, below, len(seen) - above - below

    @property
    def better(self) -> tuple[int, int, int] | None:
        """Of a lead, worlds in which the scenario is surely better than the first, surely worse, and undecided
        within sampling error; None where no direction is better."""
        if not self.over or not self.quantity.sign:
            return None
        above, below, open_ = self.counts
        return (above, below, open_) if self.quantity.sign > 0.0 else (below, above, open_)

    @property
    def noisy(self) -> bool:
        """Whether the scatter between worlds is mostly sampling."""
        return self.sampling > NOISY

    def moved_by(self) -> list[int]:
        """Numbers that surely move it, the strongest first: the chance that even one of all that the study names does not is at
        most 5 %."""
        found = [i for i, chance in enumerate(self.chances) if chance <= ALPHA]
        return sorted(found, key=lambda i: -abs(self.moves[i].value))


Paths = tuple[Outcomes, ...]
"""Outcomes of all scenarios on the same paths in one world."""


def plays(free: Sequence[Free], worlds: int) -> int:
    """Points that `across` plays of each scenario."""
    return 1 + worlds + 2 * len(free)


def across(
    evaluate: Evaluate, scenarios: Sequence[Scenario], free: Sequence[Free], own: Floats, worlds: Floats,
    quantities: Sequence[Quantity], paths: int,
) -> list[Across]:  # fmt: skip
    """Play every scenario in its own world, in all others, and with each number of its own moved by what it scatters in these.

    Parameters: ``own``: float64[number], ``worlds``: float64[world, number], spreads of the numbers from their first judgement.
    Returns: each scenario's outcomes, then, of all but the first, its outcomes less the first's.
    """
    twin = any(one.beside_twin for one in quantities)

    def play(z: Floats | None) -> Paths:
        return tuple(evaluate(one if z is None else at(one, free, z), paths, twin=twin) for one in scenarios)

    # One world after the other: what is kept of each is a value by path and outcome.
    rows = [(over, s, one) for over in (False, True) for s in range(int(over), len(scenarios)) for one in quantities]
    whole = [_taken(rows, play(z)) for z in worlds]
    steps = [step * unit for step, unit in zip(worlds.std(axis=0, ddof=1), np.eye(len(free)), strict=True)]
    ends = [(_values(rows, play(own + step)), _values(rows, play(own - step))) for step in steps]
    first = _taken(rows, play(None))
    chances = _chances([one for _, _, one in rows], ends)
    found = []
    for number, (over, s, one) in enumerate(rows):
        table = np.stack([world[number][1] for world in whole])
        moves = tuple(one.gap(up[number], down[number]) for up, down in ends)
        told = tuple(world[number][0] for world in whole)
        found.append(Across(s, over, one, first[number][0], told, sampling(table), moves, chances[number]))
    return found


Row = tuple[bool, int, Quantity]


def _chances(
    quantities: Sequence[Quantity], ends: Sequence[tuple[Sequence[Floats], Sequence[Floats]]]
) -> list[tuple[float, ...]]:
    """Holm's p value of every move, by row and number of the world; 1 where an outcome is the same at both ends.

    Parameters: ``quantities``: that of each row; ``ends``: by number, the values of every row at its upper and its lower end.
    """
    changes = [[gaps(one, down[row], up[row]) for up, down in ends] for row, one in enumerate(quantities)]
    alone = [[p_value(one, gap) for gap in those] for one, those in zip(quantities, changes, strict=True)]
    # What changes nothing on any path was not tested and does not count.
    places = [
        (row, i) for row, those in enumerate(changes) for i, gap in enumerate(those) if gap.size > 1 and gap.any()
    ]
    for (row, i), together in zip(places, holm([alone[row][i] for row, i in places]), strict=True):
        alone[row][i] = together
    return [tuple(those) for those in alone]


def _values(rows: Sequence[Row], here: Paths) -> list[Floats]:
    """The values by path of every row."""
    return [
        one.less(one.values(here[s]), one.values(here[0])) if over else one.values(here[s]) for over, s, one in rows
    ]


def _taken(rows: Sequence[Row], here: Paths) -> list[tuple[Interval, Floats]]:
    """The estimate of every row and its values by path."""
    values = _values(rows, here)
    estimates = [
        one.gap(one.values(here[s]), one.values(here[0])) if over else one.estimate(here[s]) for over, s, one in rows
    ]
    return [
        (estimate if np.isfinite(own).any() else UNKNOWN, own) for estimate, own in zip(estimates, values, strict=True)
    ]


def sampling(table: Floats) -> float:
    """Share of Monte Carlo error in the variance between worlds: ``Σ_w var(x_w − x̄) ÷ n ÷ (W − 1)`` over the variance of the means.

    What all worlds share on a path is no scatter between them: ``x̄`` is the mean over worlds, path by path. Parameters: ``table``:
    float64[world, path], NaN where it is not defined. NaN with fewer than two worlds or without variance.
    """
    kept = table[np.isfinite(table).sum(axis=1) >= 2]
    if len(kept) < 2:
        return math.nan
    seen = np.isfinite(kept)
    common = np.nansum(kept, axis=0) / np.maximum(seen.sum(axis=0), 1)
    noise = float((np.nanvar(kept - common, axis=1, ddof=1) / seen.sum(axis=1)).sum()) / (len(kept) - 1)
    between = float(np.nanmean(kept, axis=1).var(ddof=1))
    return min(1.0, noise / between) if between > 0.0 else math.nan
