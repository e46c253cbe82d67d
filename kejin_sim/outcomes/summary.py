"""Metrics over all paths: package, twin and their paired difference, with Monte Carlo errors and intervals."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import RATIOS, metrics
from kejin_sim.outcomes.statistics import Array

World = Literal["package", "twin", "difference"]
Side = Literal["upper", "lower", ""]


class Line(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A metric in a world, and its values by path."""

    metric: Metric
    world: World
    sample: Array

    @property
    def is_share(self) -> bool:
        return self.metric.aggregation == "probability" and self.world != "difference"


def _described(asked: Sequence[_Asked]) -> list[Line]:
    """The lines of many metrics, in their order.

    There are thousands, and a sweep asks for them at every point: metrics that are defined on equally many paths are
    described together, row by row of one matrix.
    """
    lines: list[Line | None] = [None] * len(asked)
    samples = np.array([each.sample for each in asked])
    sizes = np.isfinite(samples).sum(axis=1)
    for n in np.unique(sizes).tolist():
        there = np.flatnonzero(sizes == n).tolist()
        kept = samples[there]
        if n < samples.shape[1]:
            kept = kept[np.isfinite(kept)].reshape(len(there), n)
        for place, line in zip(there, _alike([asked[i] for i in there], kept), strict=True):
            lines[place] = line
    return [line for line in lines if line is not None]


def _alike(asked: Sequence[_Asked], kept: Array) -> Iterator[Line]:
    """The lines of metrics defined on the same number of paths; ``kept``: float64[metric, path], without gaps."""
    n = kept.shape[1]
    ordered = np.sort(kept, axis=1)
    unknown = [math.nan] * len(asked)
    means = kept.mean(axis=1).tolist() if n else unknown
    deviations = kept.std(axis=1, ddof=1).tolist() if n > 1 else unknown
    spread = statistics.quantiles(ordered, statistics.LEVELS).tolist()
    tails = {upper: statistics.tail_means(ordered, upper=upper).tolist() for upper in (False, True)}
    for i, each in enumerate(asked):
        if n == 0:
            interval = statistics.UNKNOWN
        elif each.is_share:
            interval = statistics.wilson_interval_of(means[i], n)
        else:
            interval = statistics.mean_interval_of(means[i], deviations[i], n)
        tail, side = math.nan, _NEITHER
        if each.metric.direction != "neutral" and not each.is_share:
            upper = each.metric.direction == "less"
            tail, side = tails[upper][i], _UPPER if upper else _LOWER
        yield Line(
            each.metric, each.world, n, interval.value, interval.error, interval.low, interval.high, tuple(spread[i]),
            tail, side,
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
    asked: list[_Asked] = []
    for metric in metrics():
        if only and metric.name not in only:
            continue
        if metric.scope == "pair":
            if outcomes.has_twin:
                asked.append(_Asked(metric, "difference", outcomes.package(metric.name)))
            continue
        asked.append(_Asked(metric, "package", outcomes.package(metric.name)))
        if outcomes.has_twin:
            asked.append(_Asked(metric, "twin", outcomes.twin(metric.name)))
            asked.append(_Asked(metric, "difference", outcomes.difference(metric.name)))
    lines = _described(asked) if asked else []
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
