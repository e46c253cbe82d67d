"""What the next yuan buys: every budget line in turn gets a little more each year, on the same draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kejin_sim.lang import t
from kejin_sim.ledger import LINE_LABELS, LINES
from kejin_sim.outcomes.statistics import Interval, ratio_interval
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.quantity import Quantity, paired, quantity
from kejin_sim.study.table import Column, Table


@dataclass(frozen=True)
class Margin:
    """One line with ``step`` CNY more a year: what it executes more of its appropriation, and the paired gain of each quantity;
    ``per_step``: the gain for each ``step`` of net outlay actually spent (a ratio of means)."""

    line: str
    zh: str
    en: str
    appropriated: float
    spent: Interval
    gains: tuple[Interval, ...]
    per_step: tuple[Interval, ...]


def with_more(scenario: Scenario, line: str, step: float) -> Scenario:
    """The scenario with ``step`` CNY more on a line in every policy year, special years included. Errors: `InputError`."""
    key = f"budget.{line}.amount"
    changes: dict[str, object] = {key: float(scenario.values[key]) + step}  # type: ignore[arg-type]
    if scenario.by_year.get(line):
        changes[f"budget.{line}.by_year"] = {year: amount + step for year, amount in scenario.by_year[line].items()}
    return set_values(scenario, changes)


def marginal(
    evaluate: Evaluate, scenario: Scenario, quantities: Sequence[Quantity], *, step: float, paths: int
) -> list[Margin]:
    """Every line in turn. Errors: `InputError` when a line cannot take the step."""
    twin = scenario.baseline is not None
    base = evaluate(scenario, paths, twin=twin)
    outlay = quantity("fiscal_outlay")
    found = []
    for line in LINES:
        more = evaluate(with_more(scenario, line, step), paths, twin=twin)
        spent = outlay.values(more) - outlay.values(base)
        gains = [one.values(more) - one.values(base) for one in quantities]
        found.append(
            Margin(
                line,
                *LINE_LABELS[line],
                step * scenario.inputs().policy_years,
                paired(outlay.values(more), outlay.values(base)),
                tuple(paired(one.values(more), one.values(base)) for one in quantities),
                tuple(_scaled(ratio_interval(gain, spent), step) for gain in gains),
            )
        )
    return found


def _scaled(ratio: Interval, step: float) -> Interval:
    return Interval(ratio.value * step, ratio.error * step, ratio.low * step, ratio.high * step)


def table(found: Sequence[Margin], quantities: Sequence[Quantity]) -> Table:
    """A row per line and quantity."""
    columns = [
        Column("line", "预算科目代码", "line", "text"), Column("label", "预算科目", "budget line", "text"),
        Column("appropriated", "多安排（全期）", "appropriated more, all years", "number", "元", "CNY"),
        Column("spent", "多支出（全期）", "spent more, all years", "number", "元", "CNY"),
        Column("spent_se", "多支出标准误", "its standard error", "number", "元", "CNY"),
        Column("metric", "指标代码", "metric", "text"), Column("metric_label", "指标", "outcome", "text"),
        Column("unit", "单位", "unit", "text"), Column("gain", "增量", "gain"), Column("gain_se", "增量标准误", "standard error"),
        Column("low95", "95%区间下限", "95 % low"), Column("high95", "95%区间上限", "95 % high"),
        Column("per_step", "每多支出一份的增量", "gain for each step spent"),
        Column("per_step_low95", "下限", "95 % low"), Column("per_step_high95", "上限", "95 % high"),
    ]  # fmt: skip
    made = Table("marginal", "边际", "marginal", columns)
    for m in found:
        for one, gain, each in zip(quantities, m.gains, m.per_step, strict=True):
            made.add(m.line, t(m.zh, m.en), m.appropriated, m.spent.value, m.spent.error, one.name, one.label, one.metric.unit,
                     gain.value, gain.error, gain.low, gain.high, each.value, each.low, each.high)  # fmt: skip
    return made
