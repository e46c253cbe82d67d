"""What the next yuan buys: every budget line in turn gets a little more each year, on the same draws.

Where quotas bind and not the budget, more money buys nothing; every quota of a measure is therefore raised by one step as well,
and what comes of it is told for each ``step`` of outlay that is actually spent. A number rises by one; a pot of money, such as a
yearly total, by ``step``; an amount for each case, firm or person by `SHARE` of itself, because ``step`` would be many times what
it is. Shares and switches have no next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.ledger import LINE_LABELS, LINES
from kejin_sim.measures import MEASURES, line_rows
from kejin_sim.outcomes.statistics import UNKNOWN, Interval, ratio_interval
from kejin_sim.parameters import Parameter, registry
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.quantity import Quantity, quantity
from kejin_sim.study.table import UNIT_WORDS, Column, Table
from kejin_sim.units import exact_money, exact_rate

SHARE: Final = 0.1
"""By what share of itself an amount for each case, firm or person is raised."""

LEAST: Final = 0.1
"""What must be spent more, as a share of a step, for gains to be told for each step spent."""


@dataclass(frozen=True)
class Lever:
    """A budget line with more money, or a quota one step higher, and the scenario so changed.

    ``appropriated``: CNY appropriated more in all years, 0 for a quota. ``raised``: by how much its own value rises (CNY, or a
    number); for a line, each year.
    """

    name: str
    zh: str
    en: str
    appropriated: float
    raised: float
    changed: Scenario


@dataclass(frozen=True)
class LeftOut:
    """A line or quota that cannot take its step, and why not."""

    name: str
    zh: str
    en: str
    why_zh: str
    why_en: str


@dataclass(frozen=True)
class Margin:
    """What a lever makes the treasury spend more (CNY), and the paired gain of each quantity.

    ``appropriated`` and ``raised`` as for a `Lever`. ``per_step``: the gain for each ``step`` of outlay actually spent (a ratio
    of means).
    """

    line: str
    zh: str
    en: str
    appropriated: float
    raised: float
    spent: Interval
    gains: tuple[Interval, ...]
    per_step: tuple[Interval, ...]


def spends(value: float, low: float, high: float) -> bool:
    """Whether a lever's outlay, with its 95 % interval in CNY, is surely above 0: only then is there a gain for each yuan spent."""
    return value >= 1.0 and low > 0.0 and high > 0.0


def priced(value: float, low: float, high: float, step: float) -> bool:
    """Whether what is spent more is surely above 0 and not a small part of the ``step`` by which gains are told: what a hundredth
    of a step buys says nothing of a whole one."""
    return spends(value, low, high) and value >= LEAST * step


def same(low: float, high: float) -> str:
    """What stands instead of an interval without width; empty where there is one with it."""
    return t("各路径都相同", "equal on every path") if low == high else ""


def step_words(step: float) -> tuple[str, str]:
    """A step of money in Chinese and English: ``1000万元``, ``CNY 10 m``."""
    return exact_money(step), f"CNY {step / 1e6:g} m" if step >= 1e6 else f"CNY {step:,.10g}"


def with_more(scenario: Scenario, line: str, step: float) -> Scenario:
    """The scenario with ``step`` CNY more on a line in every policy year, special years included. Errors: `InputError`."""
    key = f"budget.{line}.amount"
    changes: dict[str, object] = {key: float(scenario.values[key]) + step}  # type: ignore[arg-type]
    if scenario.by_year.get(line):
        changes[f"budget.{line}.by_year"] = {year: amount + step for year, amount in scenario.by_year[line].items()}
    return set_values(scenario, changes)


def closed_lines(scenario: Scenario) -> frozenset[str]:
    """Budget lines of measures that are switched off; another measure may draw on one all the same (G8 on measure 1's)."""
    return frozenset(
        str(line)
        for line, row in zip(LINES, line_rows(), strict=True)
        if not scenario.values.get(f"measures.{row['measure']}.enabled", 1)
    )


def quotas(scenario: Scenario) -> list[Parameter]:
    """The quotas of the measures that are switched on, from the measures' own lists."""
    found = []
    for measure in MEASURES:
        named = import_module(f"kejin_sim.measures.{measure}.switch").QUOTAS
        if scenario.values.get(f"measures.{measure}.enabled", 1):
            counted = [p for p in registry() if p.group == measure and p.field in named and p.length is None]
            found += [p for p in counted if p.kind in ("integer", "money")]  # a switch has no next step
    return found


def raised_words(parameter: Parameter, more: float) -> tuple[str, str]:
    """A quota and what it is raised by, in Chinese and English: ``每年跟投项目上限〔第1条〕 +1``.

    Parameters: ``more``: CNY, or a number. An amount for each case is told with the share that it rises by.
    """
    zh, en = (f"+{word}" for word in (step_words(more) if parameter.kind == "money" else (f"{more:g}", f"{more:g}")))
    if parameter.kind == "money" and not parameter.pot:
        share = exact_rate(SHARE)
        zh, en = f"+{share}（{zh}）", f"+{share} ({en})"
    label_zh, label_en = parameter.placed()
    return f"{label_zh} {zh}", f"{label_en} {en}"


def _more(parameter: Parameter, own: float, step: float) -> float:
    """One step of a quota: 1, ``step`` CNY, or `SHARE` of an amount for each case, to the cent."""
    if parameter.kind != "money":
        return 1.0
    return step if parameter.pot else round(SHARE * own, 2)


def levers(scenario: Scenario, step: float) -> tuple[list[Lever], list[LeftOut]]:
    """Every budget line with ``step`` CNY more a year, then every quota one step higher; and those that cannot take theirs.

    A step is refused by a bound of the registry or by the scenario's own checks.
    """
    found: list[Lever] = []
    left: list[LeftOut] = []
    years = scenario.inputs().policy_years
    for line in LINES:
        zh, en = LINE_LABELS[line]
        try:
            found.append(Lever(str(line), zh, en, step * years, step, with_more(scenario, line, step)))
        except InputError as error:
            left.append(_refused(str(line), (zh, en), error))
    for parameter in quotas(scenario):
        own = float(scenario.values[parameter.key])  # type: ignore[arg-type]
        more = _more(parameter, own, step)
        if not more:
            label = parameter.placed()
            left.append(
                LeftOut(parameter.key, *label, "现为0元，按比例加不上去。", "it is CNY 0, a share of which is nothing.")
            )
            continue
        try:
            changed = set_values(scenario, {parameter.key: round(own + more) if parameter.is_integer else own + more})
        except InputError as error:
            left.append(_refused(parameter.key, parameter.placed(), error))
            continue
        found.append(Lever(parameter.key, *raised_words(parameter, more), 0.0, more, changed))
    return found, left


def _refused(name: str, label: tuple[str, str], error: InputError) -> LeftOut:
    first = error.problems[0]
    return LeftOut(name, *label, first.message_zh, first.message_en)


def marginal(
    evaluate: Evaluate,
    scenario: Scenario,
    listed: Sequence[Lever],
    quantities: Sequence[Quantity],
    *,
    step: float,
    paths: int,
) -> list[Margin]:
    """Every lever in turn, except budget lines of switched-off measures that nobody draws on.

    Parameters: ``listed`` as `levers` gives them for the same ``step`` (CNY).
    """
    twin = scenario.baseline is not None
    base = evaluate(scenario, paths, twin=twin)
    outlay = quantity("fiscal_outlay")
    closed = closed_lines(scenario)
    found = []
    for lever in listed:
        more = evaluate(lever.changed, paths, twin=twin)
        spent = outlay.values(more) - outlay.values(base)
        if lever.name in closed and not spent.any():
            continue  # nobody may draw on it: that says nothing of what money buys
        gains = [one.less(one.values(more), one.values(base)) for one in quantities]
        told = float(spent.mean()) >= LEAST * step
        found.append(
            Margin(
                lever.name,
                lever.zh,
                lever.en,
                lever.appropriated,
                lever.raised,
                outlay.gap(outlay.values(more), outlay.values(base)),
                tuple(one.gap(one.values(more), one.values(base)) for one in quantities),
                tuple(
                    one.told(_scaled(ratio_interval(gain, spent), step)) if told else UNKNOWN
                    for one, gain in zip(quantities, gains, strict=True)
                ),
            )
        )
    return found


def _scaled(ratio: Interval, step: float) -> Interval:
    return Interval(ratio.value * step, ratio.error * step, ratio.low * step, ratio.high * step, ratio.n)


def table(found: Sequence[Margin], quantities: Sequence[Quantity]) -> Table:
    """A row per line and quantity."""
    columns = [
        Column("lever", "科目或名额代码", "lever", "text"),
        Column("label", "预算科目或名额", "budget line or quota", "text"),
        Column("raised", "本身加多少（元或个）", "its own value raised by (CNY or a number)", "number"),
        Column("appropriated", "多安排（全期）", "appropriated more, all years", "number", "元", "CNY"),
        Column("spent", "多支出（全期）", "spent more, all years", "number", "元", "CNY"),
        Column("spent_se", "多支出标准误", "its standard error", "number", "元", "CNY"),
        Column("spent_low95", "多支出95%区间下限", "its 95 % low", "number", "元", "CNY"),
        Column("spent_high95", "多支出95%区间上限", "its 95 % high", "number", "元", "CNY"),
        Column("metric", "指标代码", "metric", "text"), Column("metric_label", "指标", "outcome", "text"),
        Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("gain", "增量", "gain"), Column("gain_se", "增量标准误", "standard error"),
        Column("low95", "95%区间下限", "95 % low"), Column("high95", "95%区间上限", "95 % high"),
        Column("per_step", "每多支出一份的增量", "gain for each step spent"),
        Column("per_step_low95", "下限", "95 % low"), Column("per_step_high95", "上限", "95 % high"),
    ]  # fmt: skip
    made = Table("marginal", "边际", "marginal", columns)
    for m in found:
        for one, gain, each in zip(quantities, m.gains, m.per_step, strict=True):
            made.add(m.line, t(m.zh, m.en), m.raised, m.appropriated, *m.spent[:4],
                     one.name, one.label, one.metric.unit,
                     gain.value, gain.error, gain.low, gain.high, each.value, each.low, each.high)  # fmt: skip
    return made


def left_out(left: Sequence[LeftOut]) -> Table:
    """A row per line or quota that cannot take its step."""
    columns = [
        Column("lever", "科目或名额代码", "lever", "text"),
        Column("label", "预算科目或名额", "budget line or quota", "text"),
        Column("why", "没有算的原因", "why it is left out", "text"),
    ]  # fmt: skip
    made = Table("left_out", "没有算的", "left out", columns)
    for one in left:
        made.add(one.name, t(one.zh, one.en), t(one.why_zh, one.why_en))
    return made
