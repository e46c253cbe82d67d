"""What a sample of paths says: means with standard errors, quantiles, tails, intervals. No distribution is assumed.

``sample`` is always one value per path. A path on which a metric is undefined has NaN and is left out; the
number of paths that remain is reported beside every statistic. ``scipy.special`` is used and not
``scipy.stats``, which takes a second to import.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Number = TypeVar("Number", float, Array)

CONFIDENCE: Final = 0.95
TAIL: Final = 0.05
LEVELS: Final[tuple[float, ...]] = (0.05, 0.25, 0.50, 0.75, 0.95)


class Interval(NamedTuple):
    """Estimate with standard error and a 95 % confidence interval; NaN where they are not defined."""

    value: float
    error: float
    low: float
    high: float


UNKNOWN: Final = Interval(math.nan, math.nan, math.nan, math.nan)


def defined(sample: Array) -> Array:
    """The values of the paths on which the metric is defined."""
    kept: Array = sample[np.isfinite(sample)]
    return kept


@cache
def student(degrees: int) -> float:
    """Two-sided 95 % point of Student's t; NaN without degrees of freedom."""
    if degrees < 1:
        return math.nan
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + CONFIDENCE / 2))


@cache
def normal() -> float:
    """Two-sided 95 % point of the normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + CONFIDENCE / 2))


def mean_interval(sample: Array) -> Interval:
    """Mean, Monte Carlo standard error s/√n, and Student's t interval."""
    n = sample.size
    if n == 0:
        return UNKNOWN
    mean = float(sample.mean())
    return Interval(mean, *mean_bounds(mean, float(sample.std(ddof=1)) if n > 1 else math.nan, n))


def mean_bounds(mean: Number, deviation: Number, n: int) -> tuple[Number, Number, Number]:
    """Standard error and the two ends of Student's t interval of ``n`` ≥ 1 values, of one sample or of many of one size.

    Parameters: ``mean``; ``deviation``: s, NaN for one value.
    """
    error = deviation / math.sqrt(n)
    half = student(n - 1) * error
    return error, mean - half, mean + half


def wilson_interval(sample: Array) -> Interval:
    """Share of ones in a sample of zeros and ones, with `wilson_interval_of` it."""
    n = sample.size
    return wilson_interval_of(float(sample.mean()), n) if n else UNKNOWN


def wilson_interval_of(share: float, n: int) -> Interval:
    """A share of ``n`` ≥ 1 paths with `wilson_bounds`."""
    return Interval(share, *(float(found[0]) for found in wilson_bounds(np.array([share]), n)))


def wilson_bounds(p: Array, n: int) -> tuple[Array, Array, Array]:
    """Standard error and the two ends of Wilson's interval of many shares of ``n`` ≥ 1 paths; it is never empty at 0 or 1.

    Source: Wilson, *Probable inference*, Journal of the American Statistical Association 22 (1927).
    """
    z = normal()
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = np.where(p > 0.0, centre - half, 0.0)  # exact at the ends, where rounding would leave a speck
    high = np.where(p < 1.0, centre + half, 1.0)
    return np.sqrt(p * (1 - p) / n), low, high


def ratio_interval(numerator: Array, denominator: Array) -> Interval:
    """Ratio of two means over the same paths, with the delta method's interval.

    ``R = ā/b̄``; standard error = s(a − R·b) / (√n·|b̄|). The mean of ratios is not used: it is dominated by
    the paths on which the denominator is near 0.

    Returns: the ratio alone, without error and interval, when the interval of the denominator's mean contains
    0: the delta method then says nothing, and the ratio itself should be read with care.
    """
    both = np.isfinite(numerator) & np.isfinite(denominator)
    a, b = numerator[both], denominator[both]
    if a.size == 0:
        return UNKNOWN
    below = mean_interval(b)
    if below.value == 0.0:
        return UNKNOWN
    ratio = float(a.mean()) / below.value
    if not (below.low > 0.0 or below.high < 0.0):
        return Interval(ratio, math.nan, math.nan, math.nan)
    error = float((a - ratio * b).std(ddof=1)) / (math.sqrt(a.size) * abs(below.value))
    half = student(a.size - 1) * error
    return Interval(ratio, error, ratio - half, ratio + half)


def ratio_difference(package: tuple[Array, Array], twin: tuple[Array, Array]) -> Interval:
    """Difference of two ratios of means over the same paths, with the delta method's interval.

    ``R₀ − R₁`` with ``R = ā/b̄``; what a path weighs is ``(a₀ − R₀·b₀)/b̄₀ − (a₁ − R₁·b₁)/b̄₁``, and the standard error that of its
    mean: paths are paired, as they share their draws.
    Parameters: numerator and denominator of either side, by path. Returns: the difference alone, without error and interval, where
    the interval of either denominator's mean contains 0; nothing where one of them is 0 or no path is defined on both sides.
    """
    there = np.isfinite(np.stack([*package, *twin])).all(axis=0)
    ratios: list[float] = []
    weights = np.zeros(int(there.sum()))
    sure = True
    for sign, (numerator, denominator) in ((1.0, package), (-1.0, twin)):
        a, b = numerator[there], denominator[there]
        below = mean_interval(b)
        if b.size == 0 or below.value == 0.0:
            return UNKNOWN
        ratio = float(a.mean()) / below.value
        ratios.append(ratio)
        weights += sign * (a - ratio * b) / below.value
        sure = sure and (below.low > 0.0 or below.high < 0.0)
    difference = ratios[0] - ratios[1]
    if not sure:
        return Interval(difference, math.nan, math.nan, math.nan)
    error = float(weights.std(ddof=1)) / math.sqrt(weights.size)
    half = student(weights.size - 1) * error
    return Interval(difference, error, difference - half, difference + half)


def quantile(ordered: Array, level: float) -> float:
    """Quantile of a sorted sample, linear between ranks (numpy's default); NaN for an empty one."""
    return float(quantiles(ordered[None, :], (level,))[0, 0])


def quantiles(ordered: Array, levels: Sequence[float]) -> Array:
    """`quantile` of many samples of one size.

    Parameters: ``ordered``: float64[sample, value], each sample sorted. Returns: float64[sample, level].
    """
    n = ordered.shape[1]
    if n == 0:
        return np.full((len(ordered), len(levels)), math.nan)
    found = np.empty((len(ordered), len(levels)))
    for i, level in enumerate(levels):
        position = level * (n - 1)
        below = math.floor(position)
        above = min(below + 1, n - 1)
        found[:, i] = ordered[:, below] + (position - below) * (ordered[:, above] - ordered[:, below])
    return found


def tail_mean(ordered: Array, *, upper: bool, tail: float = TAIL) -> float:
    """Conditional value at risk of a sorted sample: `tail_means` of it alone."""
    return float(tail_means(ordered[None, :], upper=upper, tail=tail)[0])


def tail_means(ordered: Array, *, upper: bool, tail: float = TAIL) -> Array:
    """Conditional value at risk: mean of the worst ``tail`` share of each sorted sample; NaN for empty ones.

    With ``n`` values the tail holds ``tail·n`` of them; the last one counts with the fraction that is left
    (Rockafellar and Uryasev 2002), so that the figure is continuous in ``tail``.

    Parameters: ``ordered``: float64[sample, value]; ``upper``: the worst values are the greatest.
    Returns: float64[sample].
    """
    n = ordered.shape[1]
    if n == 0:
        return np.full(len(ordered), math.nan)
    worst = ordered[:, ::-1] if upper else ordered
    mass = tail * n
    if mass <= 1.0:
        return worst[:, 0].copy()
    whole = math.floor(mass)
    rest = mass - whole
    partial = worst[:, whole] * rest if rest > 0.0 else 0.0
    means: Array = (worst[:, :whole].sum(axis=1) + partial) / mass
    return means


def nearest_rank(sample: Array, level: float) -> int:
    """Position of the value at the nearest rank ⌈level·n⌉ of the sample; of equal values, the lowest position."""
    order = np.argsort(sample, kind="stable")
    rank = max(1, math.ceil(level * sample.size))
    value = sample[order[rank - 1]]
    return int(np.flatnonzero(sample == value)[0])
