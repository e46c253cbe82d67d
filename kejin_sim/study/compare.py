"""Packages side by side on the same draws: the paired difference of every outcome, and how sure it is.

With some hundred outcomes a few would differ "at 95 %" by chance alone, so certainty is judged for all of them together
(Holm's procedure): the chance that even one of the differences called certain is not real is at most 5 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import Array, Interval, mean_interval
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.quantity import Quantity, all_quantities
from kejin_sim.study.table import UNIT_WORDS, Column, Table

Verdict = Literal["better", "worse", "more", "less", "same", "unclear", "undefined"]
"""Of the other package against the first: better or worse where a direction is known, more or less where none is;
``same``: equal on every path; ``unclear``: the difference cannot be told from chance; ``undefined``: there is no path on which
both have a value."""

ALPHA: Final = 0.05
HALF_A_CENT: Final = 0.005  # CNY: what is left when large sums cancel
SPECK: Final = 1e-9  # of the size of what is subtracted: less is rounding of sums, no difference
VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "better": ("更好", "better"), "worse": ("更差", "worse"), "more": ("更多", "more"), "less": ("更少", "less"),
    "same": ("相同", "the same"), "unclear": ("分不清", "cannot be told apart"),
    "undefined": ("没有定义", "not defined"),
}  # fmt: skip
_ORDER: Final = ("better", "worse", "more", "less", "unclear", "same", "undefined")


@dataclass(frozen=True, slots=True)
class Difference:
    """One outcome of two packages: ``first``, ``other`` and their paired ``gap`` other − first, over ``n`` paths on which both
    are defined. ``p``: two-sided p value of the gap; ``adjusted``: Holm's, for all outcomes together. ``saving``: variance of
    the gap had the packages been simulated on independent draws, over its variance as it is. ``relative``: |gap| over the
    larger of the two values."""

    quantity: Quantity
    first: Interval
    other: Interval
    gap: Interval
    n: int
    p: float
    adjusted: float
    saving: float
    verdict: Verdict

    @property
    def relative(self) -> float:
        """Size of the gap against the values themselves."""
        size = max(abs(self.first.value), abs(self.other.value))
        return abs(self.gap.value) / size if size > 0.0 else 0.0


def p_value(gap: Interval, n: int) -> float:
    """Two-sided p value of a mean difference (Student's t); 1 where nothing is known.

    A difference that is the same on all n paths leaves Student's t without a scatter to judge by; all of n signs being alike has
    a chance of ``2^(1 − n)`` when neither sign is likelier (sign test).
    """
    if n < 2 or not math.isfinite(gap.error):
        return 1.0
    if gap.error <= SPECK * abs(gap.value):
        return 1.0 if gap.value == 0.0 else 2.0 ** (1 - n)
    from scipy.special import stdtr

    return float(2.0 * stdtr(n - 1, -abs(gap.value) / gap.error))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the order given. Source: Holm, Scandinavian Journal of Statistics 6 (1979)."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [1.0] * len(p_values)
    running = 0.0
    for rank, i in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = running
    return adjusted


def _without_specks(first: Array, other: Array, least: float) -> Array:
    """Differences path by path; 0 where they are smaller than `SPECK` of the mean absolute level of both packages, or than
    ``least``."""
    gap = other - first
    level = (float(np.abs(first).mean()) + float(np.abs(other).mean())) / 2.0 if gap.size else 0.0
    kept: Array = np.where(np.abs(gap) < max(SPECK * level, least), 0.0, gap)
    return kept


def _is_no_price(one: Quantity, values: tuple[Interval, Interval]) -> bool:
    """A cost per additional unit that is negative in one of the packages: the more units, the smaller it looks, so that neither
    is the better one."""
    metric = one.metric
    price = isinstance(metric, Ratio) and metric.of == "difference" and metric.unit == "CNY"
    return price and min(value.value for value in values) < 0.0


def differences(first: Outcomes, other: Outcomes, quantities: Sequence[Quantity] | None = None) -> list[Difference]:
    """Paired differences of every outcome, the surest and largest first within each verdict.

    Parameters: the same paths of two packages; ``quantities``: every outcome when None.
    """
    asked = quantities or all_quantities(twin=first.has_twin and other.has_twin)
    rows = []
    for one in asked:
        a, b = one.values(first), one.values(other)
        kept = np.isfinite(a) & np.isfinite(b)
        values = one.estimate(first), one.estimate(other)
        if _is_no_price(one, values) or (_is_partly(one) and not kept.all()):
            kept[:] = False
        gap = _without_specks(a[kept], b[kept], HALF_A_CENT if one.metric.unit == "CNY" else 0.0)
        apart = float(a[kept].var(ddof=1) + b[kept].var(ddof=1)) if gap.size > 1 else math.nan
        together = float(gap.var(ddof=1)) if gap.size > 1 else math.nan
        interval = one.told(mean_interval(gap))
        saving = apart / together if together > 0.0 else math.nan
        rows.append((one, *values, interval, int(gap.size), saving))
    p_values = [p_value(gap, n) for _, _, _, gap, n, _ in rows]
    # What is equal on every path, or defined on none, was not tested and does not count.
    tested = [i for i, row in enumerate(rows) if row[4] > 1 and (row[3].error > 0.0 or row[3].value != 0.0)]
    adjusted = dict(zip(tested, holm([p_values[i] for i in tested]), strict=True))
    listed = [
        Difference(one, a, b, gap, n, p_values[i], adjusted.get(i, 1.0), saving, _verdict(one, gap, n, adjusted.get(i)))
        for i, (one, a, b, gap, n, saving) in enumerate(rows)
    ]
    return sorted(listed, key=_how_sure_and_large)


def _is_partly(one: Quantity) -> bool:
    """Whether a figure is the years until something that need not happen: over the paths on which it happens under both packages
    they are no measure of either, so that they are compared only where it happens on all paths."""
    return isinstance(one.metric, Metric) and bool(one.metric.instead)


def _verdict(quantity: Quantity, gap: Interval, n: int, adjusted: float | None) -> Verdict:
    if n == 0:
        return "undefined"
    if adjusted is None:
        return "same" if gap.value == 0.0 else "unclear"
    if adjusted > ALPHA:
        return "unclear"
    if quantity.sign == 0.0:
        return "more" if gap.value > 0.0 else "less"
    return "better" if gap.value * quantity.sign > 0.0 else "worse"


def _how_sure_and_large(row: Difference) -> tuple[int, int, float]:
    """Order within a table: by verdict, then how sure in steps that mean something, then how large."""
    step = next((i for i, edge in enumerate((1e-6, 1e-3, ALPHA)) if row.adjusted <= edge), 3)
    return _ORDER.index(row.verdict), step, -row.relative


def compare(evaluate: Evaluate, scenarios: Sequence[Scenario], paths: int) -> list[list[Difference]]:
    """Each further scenario against the first, on the same draws."""
    first = evaluate(scenarios[0], paths)
    return [differences(first, evaluate(other, paths)) for other in scenarios[1:]]


def table(scenarios: Sequence[Scenario], results: Sequence[Sequence[Difference]]) -> Table:
    """Every difference as a table; money in yuan, shares as decimals."""
    columns = [
        Column("first", "甲方案", "first", "text"), Column("other", "乙方案", "other", "text"),
        Column("metric", "指标代码", "metric", "text"), Column("label", "指标", "label", "text"),
        Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("verdict", "乙比甲", "other against first", "text", words={str(v): said for v, said in VERDICTS.items()}),
        Column("first_mean", "甲均值", "first, mean"), Column("other_mean", "乙均值", "other, mean"),
        Column("difference", "差异（乙减甲）", "difference, other − first"),
        Column("se", "标准误", "standard error"), Column("low95", "95%区间下限", "95 % low"),
        Column("high95", "95%区间上限", "95 % high"), Column("n", "路径数", "paths", "integer"),
        Column("p", "p值", "p value"), Column("p_holm", "p值（Holm）", "p value, Holm"),
        Column("variance_ratio", "独立抽样与同抽样方差之比", "variance, independent ÷ paired"),
    ]  # fmt: skip
    made = Table("differences", "差异", "differences", columns)
    for other, rows in zip(scenarios[1:], results, strict=True):
        for row in rows:
            metric = row.quantity.metric
            made.add(
                scenarios[0].name, other.name, row.quantity.name, row.quantity.label, metric.unit, row.verdict,
                row.first.value, row.other.value, row.gap.value, row.gap.error, row.gap.low, row.gap.high, row.n,
                row.p, row.adjusted, row.saving,
            )  # fmt: skip
    return made
