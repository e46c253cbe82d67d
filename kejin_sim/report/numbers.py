"""Numbers in a document: the texts of `kejin_sim.outcomes.words`, with a real minus sign."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from kejin_sim import units
from kejin_sim.outcomes import words
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.scale import shared_scale
from kejin_sim.outcomes.statistics import LEVELS, Interval
from kejin_sim.outcomes.summary import Line

_MINUS = re.compile(r"(?<![\w.])-(?=[\d.])")


def printed(text: str) -> str:
    """A number as it is printed: the hyphen before a digit is a minus sign."""
    return _MINUS.sub("\u2212", text)


def quantity(metric: Metric | Ratio, value: float) -> str:
    """A value with its unit."""
    return printed(words.quantity(metric, value))


def mean(line: Line | None) -> str:
    """The mean of a line with its unit."""
    return words.nothing() if line is None else quantity(line.metric, line.mean)


def median(line: Line) -> str:
    """The median of a line with its unit."""
    return quantity(line.metric, line.quantiles[LEVELS.index(0.5)])


def quantile(line: Line, level: float) -> str:
    """A quantile of a line (0.05, 0.5 or 0.95) with its 95 % interval, where enough paths tell one."""
    return printed(words.quantile(line, level))


def worst(line: Line) -> str:
    """The mean of the worst 5 % of paths with its 95 % interval, where enough paths tell one."""
    return printed(words.worst(line))


def estimate(line: Line | None, *, signed: bool = False, beside: float = 0.0) -> str:
    """A mean with its 95 % interval."""
    return printed(words.estimate(line, signed=signed, beside=beside))


def column(
    metric: Metric | Ratio, found: Sequence[Interval | None], *, signed: bool = False, alone: bool = False
) -> list[str]:
    """Estimates of one outcome with their 95 % intervals, in one unit; a dash where there is none. ``signed``: differences;
    ``alone``: without the intervals, which are told elsewhere."""
    scale = shared_scale(metric, [one for one in found if one is not None], gap=signed)
    told = scale.middle if alone else scale.estimate
    return ["—" if one is None or math.isnan(one.value) else printed(told(one, signed=signed)) for one in found]


def told(metric: Metric | Ratio, mean: float, low: float, high: float) -> str:
    """An estimate with its 95 % interval, to the digits that the interval supports."""
    return column(metric, [Interval(mean, math.nan, low, high)])[0]


def in_one_unit(metric: Metric | Ratio, found: Sequence[Sequence[Interval]]) -> tuple[str, list[list[str]]]:
    """The unit of a table whose figures all are of one outcome, and its cells without it: in each they would take its room."""
    scale = shared_scale(metric, [one for row in found for one in row])
    return scale.unit, [[printed(scale.bare(one)) for one in row] for row in found]


def span(metric: Metric | Ratio, low: float, high: float) -> str:
    """Two values that share a unit."""
    return printed(words.span(metric, low, high))


def rate(value: float, decimals: int = 1) -> str:
    """A share as a percentage."""
    return words.nothing() if not math.isfinite(value) else printed(units.format_rate(value, decimals))
