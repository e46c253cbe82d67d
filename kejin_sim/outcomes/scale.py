"""Figures of one outcome that stand in one column: one unit and the same decimals, so that they can be compared and added up.

`kejin_sim.outcomes.words` says how a figure reads that stands alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kejin_sim.outcomes import words
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.statistics import Interval

_MOST_DIGITS: Final = words.DIGITS + 1
"""Significant digits of the largest figure where the intervals support more than `words.DIGITS`."""
_MOST_DECIMALS: Final = 2
"""Of money: rather 12,340 of the smaller unit than 1.2340 of the larger."""


@dataclass(frozen=True)
class Scale:
    """How every figure of a column reads: ``before`` the number, which is the value ÷ ``factor`` with so many ``decimals``, and
    ``after`` it."""

    metric: Metric | Ratio
    factor: float
    before: str
    after: str
    decimals: int

    def value(self, value: float, *, signed: bool = False) -> str:
        """One value with its unit: ``1.52亿元``; one that is not 0 and too small for the decimals: ``<0.01亿元``."""
        if value == math.inf:
            return words.never()
        if not math.isfinite(value):
            return words.nothing()
        below, number = self._bare(value, signed=signed)
        return f"{below}{self.before}{number}{self.after}"

    def estimate(self, found: Interval, *, signed: bool = False) -> str:
        """An estimate with its 95 % interval: ``+1.52亿元 [1.40, 1.64]``; where there is no interval, the estimate alone."""
        if math.isnan(found.value) or math.isnan(found.low) or math.isnan(found.high):
            return self.value(found.value, signed=signed)
        if math.inf in (found.value, found.low, found.high):
            return f"{self.value(found.value)} [{self.value(found.low)}, {self.value(found.high)}]"
        return f"{self.middle(found, signed=signed)} [{self._number(found.low)}, {self._number(found.high)}]"

    def middle(self, found: Interval, *, signed: bool = False) -> str:
        """An estimate as `estimate` has it, where its interval is told elsewhere: a small one that may be 0 reads as 0."""
        perhaps_0 = found.low <= 0.0 <= found.high and self._reads_as_0(found.value)
        return self.value(0.0 if perhaps_0 else found.value, signed=signed)

    def together(self, found: Sequence[Interval], between: str = " / ") -> str:
        """Estimates that stand in one cell, with the unit once: ``1.52 / 1.80 [1.75, 1.84] / 1.91亿元``."""
        if not all(math.isfinite(one.value) for one in found):
            return between.join(map(self.estimate, found))
        return f"{self.before}{between.join(map(self.bare, found))}{self.after}"

    @property
    def unit(self) -> str:
        """The unit for the head of a column of `bare` estimates: ``亿元``, ``CNY m``."""
        return f"{self.before}{self.after}".replace("  ", " ").strip()

    def bare(self, found: Interval) -> str:
        """An estimate as `estimate` has it, without its unit: ``1.52 [1.40, 1.64]``. Not for infinite ones."""
        if math.isnan(found.value):
            return words.nothing()
        known = math.isfinite(found.low) and math.isfinite(found.high)
        ends = f" [{self._number(found.low)}, {self._number(found.high)}]" if known else ""
        return "".join(self._bare(found.value)) + ends

    def _bare(self, value: float, *, signed: bool = False) -> tuple[str, str]:
        """A value without its unit; the sign before it says when it is not 0 and nearer to 0 than the decimals tell."""
        if words.cents(self.metric, value) == 0.0 or not self._reads_as_0(value):
            return "", self._number(value, signed=signed)
        sign, edge = ("<", 1.0) if value > 0.0 else (">", -1.0)
        return sign, words.digits(edge * 10.0**-self.decimals, self.decimals)

    def _reads_as_0(self, value: float) -> bool:
        return not self._number(value).strip("-0.,")

    def _number(self, value: float, *, signed: bool = False) -> str:
        return words.digits(words.cents(self.metric, value) / self.factor, self.decimals, signed=signed)


def shared_scale(metric: Metric | Ratio, column: Sequence[Interval], *, gap: bool = False) -> Scale:
    """The scale of a column of estimates, or of differences (``gap``).

    The unit is that of the largest estimate, but of none that is smaller than the most precise interval: where nothing can be told
    from 0, the estimates themselves say nothing of the size. It is written to three significant digits, to four where an interval
    of the column supports them or a smaller figure without interval needs them.
    """
    halves = [(one.high - one.low) / 2 for one in column if math.isfinite(one.high - one.low) and one.high > one.low]
    alone = [abs(one.value) for one in column if math.isfinite(one.value) and one.value and math.isnan(one.low)]
    finest = min([*halves, *(10.0 ** (_place(value) + 1 - words.DIGITS) for value in alone)], default=math.nan)
    size = max((abs(words.cents(metric, one.value)) for one in column if math.isfinite(one.value)), default=0.0)
    size = max(size, min(halves, default=0.0))
    factor, before, after = words.unit_of(metric, size, gap=gap)
    decimals = _decimals(metric, size / factor, finest / factor)
    if metric.unit == "CNY" and decimals > _MOST_DECIMALS and factor > 1.0:
        factor, before, after = words.unit_of(metric, factor / 2, gap=gap)
        decimals = _decimals(metric, size / factor, finest / factor)
    return Scale(metric, factor, before, after, min(decimals, _MOST_DECIMALS if metric.unit == "CNY" else decimals))


def _place(size: float) -> int:
    """The power of ten of the first digit as it is read: 0.9999 is read as 1.00."""
    return math.floor(math.log10(float(f"{size:.{words.DIGITS - 1}e}")))


def _decimals(metric: Metric | Ratio, size: float, finest: float) -> int:
    if metric.unit in ("share", "rate"):
        return 1
    if size <= 0.0:
        return 0
    fewest, most = words.DIGITS - 1 - _place(size), _MOST_DIGITS - 1 - _place(size)
    wanted = fewest if math.isnan(finest) else min(max(fewest, -math.floor(math.log10(finest))), most)
    return max(0, min(wanted, words.DIGITS))
