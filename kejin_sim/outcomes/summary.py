"""The summary of a run: package, twin and their paired difference of every metric, a line each."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from kejin_sim.errors import InputError
from kejin_sim.outcomes.described import BOUNDED, FIGURES, Side, World, described, tail_of
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import RATIOS, by_name, no_such_metric
from kejin_sim.outcomes.statistics import LEVELS

Ends = tuple[float, float]
NO_ENDS: Final[Ends] = (math.nan, math.nan)


class Line(NamedTuple):
    """One metric in one world (or their difference) over all paths.

    ``n``: paths on which it is defined. ``mean`` with standard error ``se`` and 95 % interval ``low`` to
    ``high``: Student's t; Wilson's for probabilities; the delta method's for ratios of means (`described.ratio_of`).
    ``quantiles`` at `statistics.LEVELS`. ``tail``: mean of the worst 5 % of paths; NaN where neither direction is worse. Ratios
    of means have no quantiles and no tail. ``tail_bounds`` and ``bounds``: 95 % intervals of the tail mean and of the quantiles
    `described.BOUNDED`; NaN where too few paths lie beyond (`statistics.BEYOND`).
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
    tail_bounds: Ends = NO_ENDS
    bounds: tuple[Ends, ...] = (NO_ENDS,) * len(BOUNDED)

    def bounds_of(self, level: float) -> Ends:
        """95 % interval of a quantile. Errors: ``ValueError`` for a level that is not in `described.BOUNDED`."""
        return self.bounds[BOUNDED.index(level)]


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


def line_of(metric: Metric | Ratio, world: World, side: Side, figures: Mapping[str, float]) -> Line:
    """A line of its figures, by the names of `FIGURES`."""
    quantiles = tuple(figures[f"p{round(100 * level)}"] for level in LEVELS)
    bounds = tuple((figures[f"p{round(100 * x)}_low95"], figures[f"p{round(100 * x)}_high95"]) for x in BOUNDED)
    mean, error, low, high, tail = (figures[name] for name in ("mean", "se", "low95", "high95", "tail_mean"))
    ends = figures["tail_low95"], figures["tail_high95"]
    return Line(metric, world, int(figures["n"]), mean, error, low, high, quantiles, tail, side, ends, bounds)


def figures_of(line: Line) -> dict[str, float]:
    """The figures of a line by the names of `FIGURES`, in their order."""
    found = (line.n, line.mean, line.se, line.low, line.high, *line.quantiles, line.tail, *line.tail_bounds)
    return dict(zip(FIGURES, (*found, *(end for ends in line.bounds for end in ends)), strict=True))


def summarise(outcomes: Outcomes, only: Collection[str] = ()) -> Summary:
    """Summarise every metric and every ratio of a run, or those whose names are in ``only``. Errors: `InputError` for a name that
    no metric has, and for a text where a list of names belongs."""
    if isinstance(only, str):  # a collection too, of letters
        raise InputError.of(
            "only 是指标名的列表，不是一段文字。",
            "only is a list of metrics, not a text.",
            key="only",
            hint_zh=f"写 [{only!r}]。",
            hint_en=f"write [{only!r}].",
        )
    known = (*by_name(), *(ratio.name for ratio in RATIOS))
    for name in only:
        if name not in known:
            raise no_such_metric(str(name), known, key="only")
    found = described(outcomes, only)
    lines = []
    for (metric, world), figures in zip(found.rows, found.figures.tolist(), strict=True):
        lines.append(line_of(metric, world, tail_of(metric, world), dict(zip(FIGURES, figures, strict=True))))
    return Summary(tuple(lines), outcomes.paths)


def surely_below(line: Line | None) -> bool:
    """Whether a mean, with its whole 95 % interval, is below 0."""
    return line is not None and math.isfinite(line.high) and line.high < 0.0
