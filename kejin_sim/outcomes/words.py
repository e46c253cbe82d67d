"""Figures as a person reads them, by one rounding rule: the unit with every number, digits that the error supports.

What ``kejin run`` prints and what a report prints come from here, so that they are the same texts.
"""

from __future__ import annotations

import math
from typing import Final

from kejin_sim.lang import language, t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.statistics import LEVELS
from kejin_sim.outcomes.summary import Line

_SCALES_ZH = ((1e8, "亿元"), (1e4, "万元"), (1.0, "元"))
_SCALES_EN = ((1e9, " bn"), (1e6, " m"), (1e3, " k"), (1.0, ""))
DIGITS: Final = 3


def nothing() -> str:
    """What stands where a figure is not defined."""
    return t("无", "n/a")


def percent(*, gap: bool = False) -> str:
    """Unit of a share, or of the difference of two: from 20 % to 30 % it is ten percentage points, and half as much again."""
    return t("个百分点", " pp") if gap else "%"


def _scale(size: float) -> tuple[float, str]:
    scales = _SCALES_ZH if language() == "zh" else _SCALES_EN
    return next(((factor, name) for factor, name in scales if size >= 0.9995 * factor), scales[-1])


def unit_of(metric: Metric | Ratio, size: float, *, gap: bool = False) -> tuple[float, str, str]:
    """Factor by which a value, or a difference of two (``gap``), is divided, text before it, text after it."""
    if metric.unit == "CNY":
        factor, name = _scale(size)
        return factor, t("", "CNY "), name
    if metric.unit in ("share", "rate"):
        return 0.01, "", percent(gap=gap)
    if metric.unit == "multiple":
        return 1.0, "", t("倍", "x")
    counted = metric.counted if isinstance(metric, Metric) else ("", "")
    if counted[0]:
        return 1.0, "", t(counted[0], f" {counted[1]}")
    return 1.0, "", t("年", " years") if metric.unit == "years" else ""


def _decimals(metric: Metric | Ratio, size: float, precision: float = math.nan) -> int:
    """Digits after the point: to the first digit of the precision, or three significant ones where none is known."""
    if metric.unit in ("share", "rate"):
        return 1
    if math.isfinite(precision) and precision > 0.0:
        wanted = -math.floor(math.log10(precision))
    else:
        size = float(f"{size:.{DIGITS - 1}e}")  # 0.9999 is read as 1.00
        wanted = DIGITS - 1 - math.floor(math.log10(size)) if size > 0.0 else 0
    return max(0, min(wanted, 1 if metric.unit == "count" and math.isnan(precision) else DIGITS))


def digits(value: float, decimals: int, *, signed: bool = False) -> str:
    """A number with so many decimals, a comma for every thousand; ``signed``: with its sign, none before 0."""
    text = f"{value:{'+' if signed else ''},.{decimals}f}"
    return text[1:] if text[0] in "+-" and not text.strip("+-0.,") else text  # no sign before 0


def cents(metric: Metric | Ratio, value: float) -> float:
    """A value; of money whole cents, because less is rounding of sums and no money."""
    return round(value, 2) + 0.0 if metric.unit == "CNY" else value


def quantity(metric: Metric | Ratio, value: float, *, gap: bool = False) -> str:
    """One value with its unit, to three significant digits: ``12.3亿元``, ``56.7%``; ``gap``: it is a difference of two."""
    if not math.isfinite(value):
        return nothing()
    value = cents(metric, value)
    factor, before, after = unit_of(metric, abs(value), gap=gap)
    scaled = value / factor
    return f"{before}{digits(scaled, _decimals(metric, abs(scaled)))}{after}"


def difference(metric: Metric | Ratio, value: float) -> str:
    """A difference with its sign: ``+1.52亿元``; none before 0."""
    text = quantity(metric, value, gap=True)
    return f"+{text}" if value > 0.0 and any(c in text for c in "123456789") else text


def span(metric: Metric | Ratio, low: float, high: float) -> str:
    """Two values that share a unit: ``1.2 ~ 3.4亿元``."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return nothing()
    low, high = cents(metric, low), cents(metric, high)
    size = max(abs(low), abs(high))
    factor, before, after = unit_of(metric, size)
    decimals = _decimals(metric, size / factor)
    return f"{before}{digits(low / factor, decimals)} ~ {digits(high / factor, decimals)}{after}"


def never() -> str:
    """What stands for years until something that does not happen by the horizon."""
    return t("期内没有", "not by the horizon")


def bounded(line: Line, value: float, ends: tuple[float, float]) -> str:
    """A tail mean or a quantile of a line with its 95 % interval, where it has one."""
    return estimate(line._replace(mean=value, low=ends[0], high=ends[1]))


def worst(line: Line) -> str:
    """The mean of the worst 5 % of paths with its 95 % interval, where enough paths determine one."""
    return bounded(line, line.tail, line.tail_bounds)


def quantile(line: Line, level: float) -> str:
    """A quantile at a level of `described.BOUNDED` with its 95 % interval, where enough paths determine one."""
    return bounded(line, line.quantiles[LEVELS.index(level)], line.bounds_of(level))


def _or_never(metric: Metric | Ratio, value: float) -> str:
    return never() if value == math.inf else quantity(metric, value)


def estimate(line: Line | None, *, signed: bool = False, beside: float = 0.0) -> str:
    """A mean with its 95 % interval, to the digits that the interval supports: ``+1.52亿元 [1.40, 1.64]``.

    ``signed``: it is a difference, with its sign. ``beside``: a value whose scale is used (亿元, 万元) when that leaves digits
    enough. Years until something that does not happen by the horizon are +∞ and told in words.
    """
    if line is None or math.isnan(line.mean):
        return nothing()
    if math.inf in (line.mean, line.low, line.high):
        ends = [_or_never(line.metric, value) for value in (line.mean, line.low, line.high)]
        return f"{ends[0]} [{ends[1]}, {ends[2]}]" if not math.isnan(line.low) else ends[0]
    if not (math.isfinite(line.low) and math.isfinite(line.high)):
        return difference(line.metric, line.mean) if signed else quantity(line.metric, line.mean)
    metric = line.metric
    mean, low, high = (cents(metric, value) for value in (line.mean, line.low, line.high))
    precision = (high - low) / 2
    factor, before, after = unit_of(metric, max(abs(mean), abs(low), abs(high)), gap=signed)
    wider, *around = unit_of(metric, beside, gap=signed)
    if factor < wider <= precision * 200:
        factor, (before, after) = wider, around
    decimals = _decimals(metric, abs(mean) / factor, precision / factor)
    around_mean = ", ".join(digits(value / factor, decimals) for value in (low, high))
    return f"{before}{digits(mean / factor, decimals, signed=signed)}{after} [{around_mean}]"
