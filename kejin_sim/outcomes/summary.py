"""The summary of a run: package, twin and their paired difference of every metric, a line each."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kejin_sim.outcomes.described import Side, World, described, tail_of
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes


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
    found = described(outcomes, only)
    lines = []
    for (metric, world), (n, mean, error, low, high, *quantiles, tail) in zip(
        found.rows, found.figures.tolist(), strict=True
    ):
        lines.append(
            Line(metric, world, int(n), mean, error, low, high, tuple(quantiles), tail, tail_of(metric, world))
        )
    return Summary(tuple(lines), outcomes.paths)


def surely_below(line: Line | None) -> bool:
    """Whether a mean, with its whole 95 % interval, is below 0."""
    return line is not None and math.isfinite(line.high) and line.high < 0.0
