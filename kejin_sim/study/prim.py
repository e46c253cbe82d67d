"""Scenario discovery: the box of assumptions in which a package fails its target (patient rule induction).

A box begins with all points and is peeled, a twentieth of its points at a time (of a whole number: its outermost value), always
on the side where the share of failures grows most for each point removed, since peels differ in size where values repeat (Kwakkel
and Jaxa-Rozen, Environmental Modelling & Software 79, 2016).
Source: Friedman and Fisher, *Bump hunting in high-dimensional data*, Statistics and Computing 9 (1999);
Bryant and Lempert (2010).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.statistics import Array

PEEL: Final = 0.05
LEAST: Final = 0.05  # share of points that a box keeps


@dataclass(frozen=True)
class Box:
    """Limits by input: ``low`` and ``high``, infinite where there is none. ``coverage``: share of all failures that lie in it;
    ``density``: share of its points that fail; ``mass``: share of all points in it."""

    low: tuple[float, ...]
    high: tuple[float, ...]
    coverage: float
    density: float
    mass: float

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
        caught = fails[inside].sum()
        boxes.append(
            Box(
                tuple(low), tuple(high), float(caught / fails.sum()), float(caught / inside.sum()), float(inside.mean())
            )
        )
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
    """The box that best combines coverage and density (their harmonic mean); None without failures or without a gain."""
    useful = [box for box in boxes[1:] if box.density > boxes[0].density]
    return max(useful, key=lambda box: 2 * box.coverage * box.density / (box.coverage + box.density), default=None)
