"""Metrics over all paths: package, twin and their paired difference, with Monte Carlo errors and intervals, as one block.

There are some two thousand lines, and a sweep asks for them at every point: they are described together, as rows of matrices.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import RATIOS, metrics, pair_metrics, world_metrics
from kejin_sim.outcomes.statistics import Array, Interval

World = Literal["package", "twin", "difference"]
Side = Literal["upper", "lower", ""]
WORLD_LABELS: Final[dict[str, tuple[str, str]]] = {
    "package": ("方案", "package"), "twin": ("基准", "twin"), "difference": ("差异", "difference"),
}  # fmt: skip
SIDE_WORDS: Final[dict[Side, str]] = {"upper": "worst_5pct_high", "lower": "worst_5pct_low", "": ""}
"""Where the worst 5 % of paths lie, as files say it."""

#: Quantiles whose own 95 % interval is given.
BOUNDED: Final = (0.05, 0.50, 0.95)
#: What is known of each metric in each world: paths on which it is defined, mean, standard error and so on.
FIGURES: Final = (
    "n",
    "mean",
    "se",
    "low95",
    "high95",
    *(f"p{round(100 * level)}" for level in statistics.LEVELS),
    "tail_mean",
    "tail_low95",
    "tail_high95",
    *(f"p{round(100 * level)}_{end}95" for level in BOUNDED for end in ("low", "high")),
)
_MEAN, _BOUNDS, _LOW, _HIGH, _QUANTILES = 1, slice(2, 5), 3, 4, slice(5, 5 + len(statistics.LEVELS))
_TAIL, _TAIL_BOUNDS = _QUANTILES.stop, slice(_QUANTILES.stop + 1, _QUANTILES.stop + 3)


_PACKAGE, _TWIN, _DIFFERENCE, _PAIR = range(4)
_VALUES_AT_ONCE: Final = 1 << 20
"""Rows are described as many together as keeps to this number of values: all at once would take five times what is stored."""


@dataclass(frozen=True)
class Described:
    """``rows``: metric and world of each row, in the order of the registry; of a metric the package first, then the twin, then
    the difference; ratios last. ``figures``: float64[row, figure], in the order of `FIGURES`; NaN where one is not defined.
    """

    rows: tuple[tuple[Metric | Ratio, World], ...]
    figures: Array


def tail_of(metric: Metric | Ratio, world: World) -> Side:
    """Which end of the paths is the worse one; none for a neutral metric that names none, for the share of paths on which
    something happens, and for a ratio of means."""
    if isinstance(metric, Ratio) or _is_share(metric, world):
        return ""
    if metric.direction == "neutral":
        return metric.tail
    return "upper" if metric.direction == "less" else "lower"


def _is_share(metric: Metric, world: World) -> bool:
    return metric.aggregation == "probability" and world != "difference"


def is_part(metric: Metric, world: World) -> bool:
    """Whether it may be a part of a whole: a share, but not the difference of two."""
    return metric.unit == "share" and (world != "difference" or metric.scope == "pair")


def is_part_ratio(ratio: Ratio) -> bool:
    """The same of a ratio of means in a world."""
    return ratio.unit == "share" and ratio.of != "difference"


def within(found: Interval, sample: Array) -> Interval:
    """The interval of a part of a whole, which is within 0 and 1 where the part is on every path."""
    low = max(found.low, 0.0) if sample.size and sample.min() >= 0.0 else found.low
    high = min(found.high, 1.0) if sample.size and sample.max() <= 1.0 else found.high
    return found if math.isnan(found.low) else found._replace(low=low, high=high)


def described(outcomes: Outcomes, only: Collection[str] = ()) -> Described:
    """Every metric and every ratio of a run, or those whose names are in ``only``."""
    layout = _layout(tuple(only), outcomes.has_twin)
    figures = np.empty((len(layout.rows), len(FIGURES)))
    together = max(1, _VALUES_AT_ONCE // max(1, outcomes.paths))
    for first in range(0, len(layout.rows), together):
        some = slice(first, first + together)
        samples = _samples(outcomes, layout, some)
        sizes = np.isfinite(samples).sum(axis=1)
        figures[some, 0] = sizes
        for n in np.unique(sizes).tolist():
            there = np.flatnonzero(sizes == n)
            kept = samples[there]
            if n < samples.shape[1]:
                kept = kept[np.isfinite(kept)].reshape(len(there), n)
            masks = (layout.shares, layout.parts, layout.upper, layout.lower)
            figures[first + there, 1:] = _alike(kept, *(mask[first + there] for mask in masks))
    ratios = [
        (ratio, *each) for ratio in RATIOS if not only or ratio.name in only for each in _ratio_rows(ratio, outcomes)
    ]
    return Described(
        (*layout.rows, *((ratio, world) for ratio, world, _ in ratios)),
        np.concatenate([figures, *(row for _, _, row in ratios)]),
    )


def _samples(outcomes: Outcomes, layout: _Layout, some: slice) -> Array:
    """Some rows of a layout as float64[row, path]."""
    source, place = layout.source[some], layout.place[some]
    samples = np.empty((len(source), outcomes.paths))
    for world in (_PACKAGE, _TWIN):
        there = source == world
        if there.any():
            samples[there] = outcomes.worlds[world, place[there]]
    there = source == _DIFFERENCE
    if there.any():
        samples[there] = outcomes.worlds[0, place[there]] - outcomes.worlds[1, place[there]]
    there = source == _PAIR
    if there.any():
        samples[there] = outcomes.pairs[place[there]]
    return samples


def _alike(
    kept: Array, shares: NDArray[np.bool_], parts: NDArray[np.bool_], upper: NDArray[np.bool_], lower: NDArray[np.bool_]
) -> Array:
    """The figures, but for ``n``, of metrics defined on the same number of paths; ``kept``: float64[metric, path], without gaps;
    which metrics are shares of paths, which parts of a whole, and which have a tail at their upper or lower end.

    A part of a whole that is within 0 and 1 on every path has an interval that is, too.
    """
    n = kept.shape[1]
    found = np.full((len(kept), len(FIGURES)), math.nan)
    if n == 0:
        return found[:, 1:]
    mean = kept.mean(axis=1)
    deviation = kept.std(axis=1, ddof=1) if n > 1 else np.full(len(kept), math.nan)
    ordered = np.sort(kept, axis=1)
    found[:, _MEAN] = mean
    found[:, _BOUNDS] = np.column_stack(statistics.mean_bounds(mean, deviation, n))
    found[shares, _BOUNDS] = np.column_stack(statistics.wilson_bounds(mean[shares], n))
    above, below = parts & (ordered[:, 0] >= 0.0), parts & (ordered[:, -1] <= 1.0)
    found[:, _QUANTILES] = statistics.quantiles(ordered, statistics.LEVELS)
    for there, side in ((upper, True), (lower, False)):
        found[there, _TAIL] = statistics.tail_means(ordered[there], upper=side)
        found[there, _TAIL_BOUNDS] = np.column_stack(statistics.tail_bounds(ordered[there], upper=side)[1:])
    for low, high in ((_LOW, _HIGH), (_TAIL_BOUNDS.start, _TAIL_BOUNDS.start + 1)):
        found[above, low] = np.maximum(found[above, low], 0.0)
        found[below, high] = np.minimum(found[below, high], 1.0)
    for i, level in enumerate(BOUNDED):
        first = _TAIL_BOUNDS.stop + 2 * i
        found[:, first : first + 2] = np.column_stack(statistics.quantile_bounds(ordered, level))
    return found[:, 1:]


def _ratio_rows(ratio: Ratio, outcomes: Outcomes) -> Iterator[tuple[World, Array]]:
    """The worlds of a ratio of means, with its figures there: it has no quantiles and no tail."""
    top, bottom = ratio.numerator, ratio.denominator

    def row(numerator: Array, denominator: Array) -> Array:
        return _row(np.stack([numerator, denominator]), ratio_of(ratio, numerator, denominator))

    if ratio.of == "difference":
        if outcomes.has_twin:
            yield "difference", row(outcomes.difference(top), outcomes.difference(bottom))
        return
    package = outcomes.package(top), outcomes.package(bottom)
    yield "package", row(*package)
    if outcomes.has_twin:
        twin = outcomes.twin(top), outcomes.twin(bottom)
        yield "twin", row(*twin)
        if ratio.of == "both":
            yield "difference", _row(np.stack([*package, *twin]), statistics.ratio_difference(package, twin))


def ratio_of(ratio: Ratio, numerator: Array, denominator: Array) -> Interval:
    """A ratio of means with its interval: `statistics.share_interval` for a share of counted trials, else the delta method's,
    which for a part of a whole stays within 0 and 1."""
    if ratio.of_counts:
        return statistics.share_interval(numerator, denominator)
    found = statistics.ratio_interval(numerator, denominator)
    return within(found, np.array([0.0, found.value])) if is_part_ratio(ratio) else found


def _row(samples: Array, found: Interval) -> Array:
    """An estimate as a row of figures, without quantiles and tail; ``samples``: what must be defined on a path that counts."""
    row = np.full((1, len(FIGURES)), math.nan)
    row[0, :5] = int(np.isfinite(samples).all(axis=0).sum()), *found[:4]
    return row


@dataclass(frozen=True)
class _Layout:
    """Where each row comes from: ``source``, one of `_PACKAGE` … `_PAIR`, and the number of the metric there."""

    rows: tuple[tuple[Metric, World], ...]
    source: NDArray[np.intp]
    place: NDArray[np.intp]
    shares: NDArray[np.bool_]
    parts: NDArray[np.bool_]
    upper: NDArray[np.bool_]
    lower: NDArray[np.bool_]


@cache
def _layout(only: tuple[str, ...], has_twin: bool) -> _Layout:
    """The layout of a block of these metrics (all when empty)."""
    rows: list[tuple[Metric, World]] = []
    for metric in metrics():
        if only and metric.name not in only:
            continue
        if metric.scope == "world":
            worlds: tuple[World, ...] = ("package", "twin", "difference") if has_twin else ("package",)
            rows += [(metric, world) for world in worlds]
        elif has_twin:
            rows.append((metric, "difference"))
    at = {metric.name: i for i, metric in enumerate(world_metrics())}
    pairs = {metric.name: i for i, metric in enumerate(pair_metrics())}

    kinds: dict[World, int] = {"package": _PACKAGE, "twin": _TWIN, "difference": _DIFFERENCE}
    source = [_PAIR if metric.scope == "pair" else kinds[world] for metric, world in rows]
    place = [(pairs if metric.scope == "pair" else at)[metric.name] for metric, _ in rows]
    tails = [tail_of(metric, world) for metric, world in rows]
    return _Layout(
        rows=tuple(rows),
        source=np.array(source, dtype=np.intp),
        place=np.array(place, dtype=np.intp),
        shares=np.array([_is_share(metric, world) for metric, world in rows], dtype=np.bool_),
        parts=np.array([is_part(metric, world) for metric, world in rows], dtype=np.bool_),
        upper=np.array([tail == "upper" for tail in tails], dtype=np.bool_),
        lower=np.array([tail == "lower" for tail in tails], dtype=np.bool_),
    )
