"""Packages side by side on the same draws: the paired difference of every outcome, and how sure it is.

Among several hundred outcomes some would differ "at 95 %" by chance alone, so certainty is judged for all outcomes of all
packages together (Holm's procedure): the chance that even one of the differences called certain is not real is at most 5 %, as
far as `certainty.p_value` can be trusted, which see.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from kejin_sim.lang import t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import Interval, mean_interval
from kejin_sim.scenario.changes import changed_keys
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.certainty import ALPHA, gaps, holm, p_value
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.quantity import Quantity, all_quantities
from kejin_sim.study.table import UNIT_WORDS, Column, Table

Verdict = Literal["better", "worse", "more", "less", "same", "unclear", "undefined"]
"""Of the other package against the first: better or worse where a direction is known, more or less where none is;
``same``: equal on every path; ``unclear``: the difference cannot be told from chance; ``undefined``: there is no path on which
both have a value."""

VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "better": ("更好", "better"), "worse": ("更差", "worse"), "more": ("更多", "more"), "less": ("更少", "less"),
    "same": ("相同", "the same"), "unclear": ("分不清", "cannot be told apart"),
    "undefined": ("没有定义", "not defined"),
}  # fmt: skip
_TOLERANCES: Final = ("rate", "class_tolerance", "single_project")
_YARDSTICKS: Final = ("basis", "unit", "when")
_ORDER: Final = ("better", "worse", "more", "less", "unclear", "same", "undefined")


@dataclass(frozen=True, slots=True)
class Difference:
    """One outcome of two packages: ``first``, ``other`` and their paired ``gap`` other − first, over ``n`` paths on which both
    are defined. ``p``: two-sided p value of the gap; ``adjusted``: Holm's, for all that is judged together. ``saving``: variance
    of the gap had the packages been simulated on independent draws, over its variance as it is. ``relative``: |gap| over the
    larger of the two values. ``apart``: words where the two packages are measured by different yardsticks, so that neither is the
    better one."""

    quantity: Quantity
    first: Interval
    other: Interval
    gap: Interval
    n: int
    p: float
    adjusted: float
    saving: float
    verdict: Verdict
    apart: str = ""

    @property
    def label(self) -> str:
        """The outcome, and what is to be known of it, in the current language."""
        return self.quantity.label + self.apart

    @property
    def relative(self) -> float:
        """Size of the gap against the values themselves."""
        size = max(abs(self.first.value), abs(self.other.value))
        return abs(self.gap.value) / size if size > 0.0 else 0.0


def _is_no_price(one: Quantity, values: tuple[Interval, Interval]) -> bool:
    """A cost per additional unit that is negative in one of the packages: the more units, the smaller it looks, so that neither
    is the better one."""
    metric = one.metric
    price = isinstance(metric, Ratio) and metric.of == "difference" and metric.unit == "CNY"
    return price and min(value.value for value in values) < 0.0


def differences(first: Outcomes, other: Outcomes, quantities: Sequence[Quantity] | None = None) -> list[Difference]:
    """Paired differences of every outcome of a single pair, judged together, the surest and largest first within each verdict.

    Parameters: the same paths of two packages; ``quantities``: every outcome when None.
    """
    return _judged([_pair(first, other, quantities)])[0]


def _pair(first: Outcomes, other: Outcomes, quantities: Sequence[Quantity] | None = None) -> list[Difference]:
    """The differences of a pair, each by itself and without a verdict; ``adjusted`` is NaN where there is nothing to test."""
    asked = quantities or all_quantities(twin=first.has_twin and other.has_twin)
    return [_difference(one, first, other) for one in asked]


def _difference(one: Quantity, first: Outcomes, other: Outcomes) -> Difference:
    a, b = one.values(first), one.values(other)
    kept = np.isfinite(a) & np.isfinite(b)
    values = one.estimate(first), one.estimate(other)
    if _is_no_price(one, values) or (_is_partly(one) and not kept.all()):
        kept[:] = False
    found = gaps(one, a[kept], b[kept])
    n = int(found.size)
    apart = float(a[kept].var(ddof=1) + b[kept].var(ddof=1)) if n > 1 else math.nan
    together = float(found.var(ddof=1)) if n > 1 else math.nan
    saving = apart / together if together > 0.0 else math.nan
    p = p_value(one, found)
    gap = one.told(mean_interval(found))
    adjusted = p if tested(n, gap.value, gap.error) else math.nan
    return Difference(one, *values, gap, n, p, adjusted, saving, "unclear")


def _judged(pairs: Sequence[Sequence[Difference]]) -> list[list[Difference]]:
    """All differences of all pairs judged together, each pair in its order."""
    asked = [row.p for rows in pairs for row in rows if not math.isnan(row.adjusted)]
    adjusted = iter(holm(asked))

    def judged(row: Difference) -> Difference:
        together = None if math.isnan(row.adjusted) else next(adjusted)
        verdict = _verdict(row.quantity, row.gap, row.n, together)
        return replace(row, adjusted=1.0 if together is None else together, verdict=verdict)

    return [sorted([judged(row) for row in rows], key=_how_sure_and_large) for rows in pairs]


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


def intervals_and_verdicts(judged: int) -> str:
    """Why an outcome whose interval leaves 0 out may not be told apart; ``judged``: outcomes judged together."""
    return t(f"方括号是单独一项的95%区间；“分不清”按 {judged:,} 项一并判断，更严，所以区间不含 0 的也可能判为分不清。",
             f"Brackets: the 95 % interval of one outcome alone; verdicts are of {judged:,} together and stricter, so that one "
             "whose interval leaves 0 out may not be told apart.")  # fmt: skip


def tested(n: int, gap: float, error: float) -> bool:
    """Whether a difference took part in the common judgement: what is equal on every path, or defined on none, did not."""
    return n > 1 and (error > 0.0 or gap != 0.0)


def _how_sure_and_large(row: Difference) -> tuple[int, int, float]:
    """Order within a table: by verdict, then how sure in steps that mean something, then how large."""
    step = next((i for i, edge in enumerate((1e-6, 1e-3, ALPHA)) if row.adjusted <= edge), 3)
    return _ORDER.index(row.verdict), step, -row.relative


def _breaches(one: Quantity) -> str:
    """Under which key the tolerance stands that an outcome counts breaches of; empty for any other outcome."""
    if one.metric.name == "grant_over_tolerance":
        return "measures.grant_to_equity.tolerance"
    return "measures.equity.loss_tolerance." if "breach" in one.metric.name else ""


def other_yardstick(keys: Collection[str], one: Quantity) -> str:
    """What to say of an outcome that counts breaches where the packages differ in what a breach is: words in brackets, or nothing.

    Parameters: ``keys`` that differ.
    """
    under = _breaches(one)
    found = {key.removeprefix(under) for key in keys if under and key.startswith(under)}
    if found & {"", *_TOLERANCES}:
        return t("（容亏率本身不同）", " (the tolerance itself differs)")
    return t("（考核口径本身不同）", " (the yardstick itself differs)") if found & {*_YARDSTICKS} else ""


def _without_merit(row: Difference, keys: Collection[str]) -> Difference:
    """Fewer breaches of a wider tolerance are no success: there are fewer, and that is all."""
    apart = other_yardstick(keys, row.quantity)
    verdict = row.verdict
    if apart and verdict in ("better", "worse"):
        verdict = "more" if row.gap.value > 0.0 else "less"
    return replace(row, apart=apart, verdict=verdict) if apart else row


def compare(evaluate: Evaluate, scenarios: Sequence[Scenario], paths: int) -> list[list[Difference]]:
    """Each further scenario against the first, on the same draws; all verdicts are judged together."""
    first = evaluate(scenarios[0], paths)
    results = _judged([_pair(first, evaluate(other, paths)) for other in scenarios[1:]])
    judged = []
    for other, rows in zip(scenarios[1:], results, strict=True):
        keys = {change.key for change in changed_keys(scenarios[0], other)}
        judged.append(sorted((_without_merit(row, keys) for row in rows), key=_how_sure_and_large))
    return judged


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
                scenarios[0].name, other.name, row.quantity.name, row.label, metric.unit, row.verdict,
                row.first.value, row.other.value, row.gap.value, row.gap.error, row.gap.low, row.gap.high, row.n,
                row.p, row.adjusted, row.saving,
            )  # fmt: skip
    return made
