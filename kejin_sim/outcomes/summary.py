"""Metrics over all paths: package, twin and their paired difference, with Monte Carlo errors and intervals."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.metric import Aggregation, Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import RATIOS, metrics
from kejin_sim.outcomes.statistics import Array, Interval

World = Literal["package", "twin", "difference"]
Side = Literal["upper", "lower", ""]


@dataclass(frozen=True, slots=True)
class Line:
    """One metric in one world (or their difference) over all paths.

    ``n``: paths on which it is defined. ``mean`` with standard error ``se`` and 95 % interval ``low`` to
    ``high``: Student's t; Wilson's for probabilities; the delta method's for ratios of means. ``quantiles`` at
    `statistics.LEVELS`. ``tail``: mean of the worst 5 % of paths; NaN where neither direction is worse. Ratios
    of means have no quantiles and no tail.
    """

    metric: Metric | Ratio
    world: World
    n: int
    mean: float
    se: float
    low: float
    high: float
    quantiles: tuple[float, ...]
    tail: float
    tail_side: Side


_UPPER: Side = "upper"
_LOWER: Side = "lower"
_NEITHER: Side = ""
_NONE = tuple(math.nan for _ in statistics.LEVELS)


def _line(metric: Metric, world: World, sample: Array) -> Line:
    kept = statistics.defined(sample)
    binary: Aggregation = metric.aggregation if world != "difference" else "mean"
    interval: Interval = statistics.wilson_interval(kept) if binary == "probability" else statistics.mean_interval(kept)
    ordered = np.sort(kept)
    tail, side = math.nan, _NEITHER
    if metric.direction != "neutral" and binary != "probability":
        upper = metric.direction == "less"
        tail, side = statistics.tail_mean(ordered, upper=upper), _UPPER if upper else _LOWER
    return Line(
        metric, world, kept.size, interval.value, interval.error, interval.low, interval.high,
        tuple(statistics.quantile(ordered, level) for level in statistics.LEVELS), tail,
        side,
    )  # fmt: skip


def _ratio(ratio: Ratio, world: World, numerator: Array, denominator: Array) -> Line:
    interval = statistics.ratio_interval(numerator, denominator)
    n = int((np.isfinite(numerator) & np.isfinite(denominator)).sum())
    return Line(ratio, world, n, interval.value, interval.error, interval.low, interval.high, _NONE, math.nan, "")


@dataclass(frozen=True)
class Summary:
    """All lines, in the order of the registry; the package's line of a metric first, then the twin's, then the
    difference."""

    lines: tuple[Line, ...]
    paths: int

    @cached_property
    def _by_key(self) -> dict[tuple[str, World], Line]:
        return {(line.metric.name, line.world): line for line in self.lines}

    def get(self, name: str, world: World = "package") -> Line | None:
        """The line of a metric or ratio in a world; None if the run has none (no twin)."""
        return self._by_key.get((name, world))

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)


def summarise(outcomes: Outcomes, only: Collection[str] = ()) -> Summary:
    """Summarise every metric and every ratio of a run, or those whose names are in ``only``."""
    lines: list[Line] = []
    for metric in metrics():
        if only and metric.name not in only:
            continue
        if metric.scope == "pair":
            if outcomes.has_twin:
                lines.append(_line(metric, "difference", outcomes.package(metric.name)))
            continue
        lines.append(_line(metric, "package", outcomes.package(metric.name)))
        if outcomes.has_twin:
            lines.append(_line(metric, "twin", outcomes.twin(metric.name)))
            lines.append(_line(metric, "difference", outcomes.difference(metric.name)))
    for ratio in RATIOS:
        if not only or ratio.name in only:
            lines += _ratio_lines(ratio, outcomes)
    return Summary(tuple(lines), outcomes.paths)


def _ratio_lines(ratio: Ratio, outcomes: Outcomes) -> Iterator[Line]:
    top, bottom = ratio.numerator, ratio.denominator
    if ratio.of == "world":
        yield _ratio(ratio, "package", outcomes.package(top), outcomes.package(bottom))
        if outcomes.has_twin:
            yield _ratio(ratio, "twin", outcomes.twin(top), outcomes.twin(bottom))
    elif outcomes.has_twin:
        yield _ratio(ratio, "difference", outcomes.difference(top), outcomes.difference(bottom))
