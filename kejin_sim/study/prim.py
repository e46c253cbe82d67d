"""Scenario discovery: the box of assumptions in which a package fails its target (patient rule induction).

A box begins with all points and is peeled, a twentieth of its points at a time (of a whole number: its outermost value), always
on the side where the share of failures grows most for each point removed, since peels differ in size where values repeat (Kwakkel
and Jaxa-Rozen, Environmental Modelling & Software 79, 2016).
Peeling finds a box in any failures, those of mere chance too. One is told only where it combines coverage and density better than
the boxes of the same failures shuffled among the points, and of its conditions only those without which its density would be
significantly lower.

Source: Friedman and Fisher, *Bump hunting in high-dimensional data*, Statistics and Computing 9 (1999);
Bryant and Lempert, *Thinking inside the box*, Technological Forecasting and Social Change 77 (2010), whose quasi p-values the
chances of conditions are.
Limit: conditions are tested on the points that they were found by, so that a chance near `ALPHA` says little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.statistics import Array

PEEL: Final = 0.05
LEAST: Final = 0.05  # share of points that a box keeps
SHUFFLES: Final = 19  # of the failures, of which none may give as good a box: chance alone does not in 19 of 20 cases
ALPHA: Final = 0.05
_SEED: Final = 1  # of the shuffles: the same points and failures always tell the same


@dataclass(frozen=True)
class Box:
    """Limits by input: ``low`` and ``high``, infinite where there is none. ``coverage``: share of all failures that lie in it;
    ``density``: share of its points that fail; ``mass``: share of all points in it; ``chances``: by input, the chance of so many
    failures in the box if the input's limits changed nothing, NaN for one without limits; empty where nobody tested."""

    low: tuple[float, ...]
    high: tuple[float, ...]
    coverage: float
    density: float
    mass: float
    chances: tuple[float, ...] = ()

    @property
    def score(self) -> float:
        """How well it combines coverage and density: their harmonic mean."""
        both = self.coverage + self.density
        return 2.0 * self.coverage * self.density / both if both > 0.0 else 0.0

    def limits(self, names: Sequence[str]) -> list[tuple[str, float, float]]:
        """The inputs that matter, with their limits."""
        rows = zip(names, self.low, self.high, strict=True)
        return [(name, low, high) for name, low, high in rows if math.isfinite(low) or math.isfinite(high)]


def peel(points: Array, fails: NDArray[np.bool_]) -> list[Box]:
    """Every box on the way from all points to the densest: ``points`` float64[point, input]. Empty without failures."""
    inside = np.ones(len(points), dtype=bool)
    low, high = np.full(points.shape[1], -math.inf), np.full(points.shape[1], math.inf)
    boxes: list[Box] = []
    if not fails.any():
        return boxes
    while True:
        boxes.append(_box(low, high, inside, fails))
        if boxes[-1].density == 1.0:
            return boxes
        best: tuple[float, int, bool, float] | None = None
        for i in range(points.shape[1]):
            column = points[inside, i]
            for upper in (False, True):
                edge = _edge(column, upper=upper)
                kept = inside & (points[:, i] <= edge if upper else points[:, i] >= edge)
                if kept.sum() == inside.sum() or kept.mean() < LEAST:
                    continue
                gain = (float(fails[kept].mean()) - boxes[-1].density) / float(inside.sum() - kept.sum())
                if best is None or gain > best[0]:
                    best = (gain, i, upper, edge)
        if best is None or best[0] <= 0.0:
            return boxes
        _, i, upper, edge = best
        (high if upper else low)[i] = edge
        inside &= points[:, i] <= edge if upper else points[:, i] >= edge


def _edge(column: Array, *, upper: bool) -> float:
    """The limit that removes a twentieth of the points on one side; where so many share the outermost value that it would remove
    none (a whole number, a list of levels), the next value."""
    edge = float(np.quantile(column, 1.0 - PEEL if upper else PEEL))
    if upper and edge >= column.max():
        return float(np.max(column, initial=-math.inf, where=column < column.max()))
    if not upper and edge <= column.min():
        return float(np.min(column, initial=math.inf, where=column > column.min()))
    return edge


def recommended(boxes: Sequence[Box]) -> Box | None:
    """The box that best combines coverage and density; None without failures or without a gain."""
    useful = [box for box in boxes[1:] if box.density > boxes[0].density]
    return max(useful, key=lambda box: box.score, default=None)


def discovered(points: Array, fails: NDArray[np.bool_], boxes: Sequence[Box]) -> Box | None:
    """The box recommended of ``boxes``, as `peel` made them, with the conditions that count; None where failures shuffled among the
    points give one as good, or no condition counts.

    Of the conditions, the one with the greatest chance is given up and the others are judged anew, while that chance is above
    `ALPHA`. An input's chance is one-sided binomial: that of at least as many failures among the points of the box at the density
    that the box has without the input's limits.
    """
    box = recommended(boxes)
    if box is None:
        return None
    generator = np.random.default_rng(_SEED)
    for _ in range(SHUFFLES):
        shuffled = recommended(peel(points, generator.permutation(fails)))
        if shuffled is not None and shuffled.score >= box.score:
            return None
    low, high = np.array(box.low), np.array(box.high)
    while True:
        chances = np.array([_chance(points, fails, low, high, i) for i in range(points.shape[1])])
        if np.isnan(chances).all():
            return None
        worst = int(np.nanargmax(chances))
        if chances[worst] <= ALPHA:
            return replace(_box(low, high, _inside(points, low, high), fails), chances=tuple(map(float, chances)))
        low[worst], high[worst] = -math.inf, math.inf


def _box(low: Array, high: Array, inside: NDArray[np.bool_], fails: NDArray[np.bool_]) -> Box:
    caught = fails[inside].sum()
    coverage, density = float(caught / fails.sum()), float(caught / inside.sum())
    return Box(tuple(map(float, low)), tuple(map(float, high)), coverage, density, float(inside.mean()))


def _inside(points: Array, low: Array, high: Array) -> NDArray[np.bool_]:
    """Which points lie within all limits."""
    found: NDArray[np.bool_] = np.logical_and.reduce((points >= low) & (points <= high), axis=1)
    return found


def _chance(points: Array, fails: NDArray[np.bool_], low: Array, high: Array, i: int) -> float:
    """Chance of at least as many failures in a box if the limits of input ``i`` changed nothing; NaN where it has none."""
    from scipy.special import bdtrc

    if not (math.isfinite(low[i]) or math.isfinite(high[i])):
        return math.nan
    inside, others = _inside(points, low, high), np.arange(len(low)) != i
    wider = _inside(points[:, others], low[others], high[others])
    return float(bdtrc(float(fails[inside].sum()) - 1.0, int(inside.sum()), float(fails[wider].mean())))
