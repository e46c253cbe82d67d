"""What each measure contributes to what the package does beyond its baseline.

A player is a measure with the budget lines that feed it (or, asked for in detail, a section of a measure, or a budget line). A
coalition is the package in which only its players have the package's numbers; all others have the baseline's. The empty
coalition is the baseline, the full one the package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

import numpy as np

from kejin_sim.errors import InputError, nearest
from kejin_sim.lang import t
from kejin_sim.measures import line_rows
from kejin_sim.outcomes.headlines import GAINS
from kejin_sim.outcomes.metric import Ratio
from kejin_sim.outcomes.registry import world_metrics
from kejin_sim.outcomes.statistics import Array
from kejin_sim.parameters.registry import sections
from kejin_sim.scenario.evidence import measures_on
from kejin_sim.scenario.scenario import Scenario, is_own
from kejin_sim.study.evaluate import Evaluate, beside
from kejin_sim.study.quantity import Quantity, refuse_late
from kejin_sim.study.shapley import Shares, exact, sampled
from kejin_sim.study.table import UNIT_WORDS, Column, Table

Detail = Literal["measure", "section"]
MOST_COALITIONS: Final = 1 << 14  # that are simulated one by one


@dataclass(frozen=True)
class Player:
    """A part of the package: its name, labels, and the keys that are its own."""

    name: str
    zh: str
    en: str
    keys: tuple[str, ...]
    lines: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)


def _room(line: str) -> str:
    """The measure that a budget line feeds: the room that declares it."""
    return next((str(row["measure"]) for row in line_rows() if row["key"] == line), "")


def _owner(key: str, detail: Detail) -> str:
    parts = key.split(".")
    if parts[0] == "budget":
        room = _room(parts[1])
        return f"measures.{room}" if detail == "measure" and room else f"budget.{parts[1]}"
    return ".".join(parts[:2]) if detail == "measure" or len(parts) < 4 else ".".join(parts[:3])


def part_words(owner: str, detail: Detail) -> tuple[str, str]:
    """What a part is called in Chinese and English, told apart from the others of the same division."""
    zh, en = sections().get(owner, (owner, owner))
    if owner.startswith("budget."):  # a line and a section of a measure may bear the same name
        return f"预算：{zh}", f"budget: {en}"
    if detail == "section" and owner.count(".") == 1:  # what stands outside the sections listed beside it
        return f"{zh.partition('：')[0]}（是否实施等）", f"{en.partition(': ')[0]} (on or off, and the like)"
    return zh, en


def players(scenario: Scenario, detail: Detail) -> list[Player]:
    """The parts in which package and baseline differ. Errors: `InputError` when there is no baseline, or no difference."""
    if scenario.baseline is None:
        raise InputError.of(
            "这个方案没有基准，没有可分解的差异。", "this scenario has no baseline: there is no effect to divide.", key="baseline",
            hint_zh="在方案里写 baseline: status_quo。", hint_en="write baseline: status_quo.",
        )  # fmt: skip
    found = differing(scenario, detail)
    if not found:
        raise InputError.of(
            "方案与基准完全相同，没有可分解的差异。", "package and baseline are the same: nothing to divide.", key="baseline",
            hint_zh="换一个基准或方案。", hint_en="take another baseline or package.",
        )  # fmt: skip
    return found


def differing(scenario: Scenario, detail: Detail) -> list[Player]:
    """The parts in which package and baseline differ; none without a baseline."""
    if scenario.baseline is None:
        return []
    base = scenario.baseline.values
    apart = [key for key in scenario.values if is_own(key) and scenario.values[key] != base[key]]
    lines = [n for n in {*scenario.by_year, *scenario.baseline.by_year}
             if scenario.by_year.get(n) != scenario.baseline.by_year.get(n)]  # fmt: skip
    owners = dict.fromkeys(
        [*(_owner(key, detail) for key in apart), *(_owner(f"budget.{n}.amount", detail) for n in sorted(lines))]
    )
    return [
        Player(
            owner,
            *part_words(owner, detail),
            tuple(key for key in apart if _owner(key, detail) == owner),
            tuple(n for n in lines if _owner(f"budget.{n}.amount", detail) == owner),
        )
        for owner in owners
    ]


def check_quantities(asked: Sequence[Quantity]) -> None:
    """Refuse what only exists between package and baseline, because a coalition alone has no such figure, and years until something
    that need not happen. Errors: `InputError`."""
    for one in asked:
        metric = one.metric
        if not one.needs_twin:
            refuse_late(one, "--metric")
            continue
        if isinstance(metric, Ratio):
            close = [metric.numerator, metric.denominator]
        elif metric.scope == "pair":
            close = nearest(metric.name, [m.name for m in world_metrics()], 3) or list(GAINS[:3])
        else:
            raise InputError.of(
                f"分解的已经是方案比基准多出的部分，{one.name} 不必再写与基准之差。",
                f"what is divided is the difference from the baseline already: {one.name} asks for it twice.", key="--metric",
                hint_zh=f"写指标名本身：{metric.name}。", hint_en=f"write the metric itself: {metric.name}.",
            )  # fmt: skip
        raise InputError.of(
            f"{metric.zh}（{metric.name}）比较的是方案与基准，单独一部分方案没有这个数，不能分解。",
            f"{metric.en} ({metric.name}) compares package and twin: a part of the package has no such figure to divide.",
            key="--metric",
            hint_zh=f"可以改看 {'、'.join(close)}。", hint_en=f"take {', '.join(close)} instead.",
        )  # fmt: skip


def check_orders(parts: Sequence[Player], orders: int) -> None:
    """Refuse to simulate every coalition of many parts. Errors: `InputError`."""
    if orders == 0 and 1 << len(parts) > MOST_COALITIONS:
        raise InputError.of(
            f"{len(parts)} 个部分有 2^{len(parts)} 种组合，不能逐一计算（至多 {MOST_COALITIONS:,} 种）。",
            f"{len(parts)} parts have 2^{len(parts)} coalitions: too many to simulate each (at most {MOST_COALITIONS:,}).",
            key="--orders",
            hint_zh="改为抽样，例如 --orders 20；或用 --by measure 按措施分解。",
            hint_en="sample orders, for example --orders 20; or divide by measure with --by measure.",
        )  # fmt: skip


def same_measures(scenario: Scenario, parts: Sequence[Player]) -> list[tuple[str, str]]:
    """Labels of the measures that are on in the package and nowhere different from the baseline."""
    known = {part.name.partition(".")[2].partition(".")[0] for part in parts if part.name.startswith("measures.")}
    return [sections()[f"measures.{measure}"] for measure in measures_on(scenario) if measure not in known]


def coalition(scenario: Scenario, parts: Sequence[Player], mask: int) -> Scenario:
    """The package in which only some parts have its numbers, the others the baseline's."""
    base = scenario.baseline
    assert base is not None
    values: dict[str, Any] = dict(scenario.values)
    by_year: dict[str, Mapping[int, float]] = dict(scenario.by_year)
    for i, part in enumerate(parts):
        if mask >> i & 1:
            continue
        values |= {key: base.values[key] for key in part.keys}
        for line in part.lines:
            by_year.pop(line, None)
            if line in base.by_year:
                by_year[line] = base.by_year[line]
    # Not checked again: a part of a package need not be a package that a bureau would write.
    return replace(scenario, values=values, by_year=by_year, marks={})


def attribute(
    evaluate: Evaluate,
    scenario: Scenario,
    parts: Sequence[Player],
    quantities: Sequence[Quantity],
    *,
    paths: int,
    orders: int,
) -> Shares:
    """Divide the effect on each quantity among the parts: exactly when ``orders`` is 0, else over a sample of orders."""

    leapt = np.zeros(len(quantities), dtype=bool)  # in any coalition: what it adds has no density to judge by

    # The empty coalition is the twin: beside it displacement is told.
    twin = evaluate(coalition(scenario, parts, 0), paths, twin=False)
    displacement = float(cast(float, scenario.values["behaviour.market_displacement"]))

    def value(mask: int) -> Array:
        outcomes = beside(evaluate(coalition(scenario, parts, mask), paths, twin=False), twin, displacement)
        values = [one.values(outcomes) for one in quantities]
        leapt[:] |= [one.leaps(row) for one, row in zip(quantities, values, strict=True)]
        return np.array(values)

    made = exact(value, len(parts)) if orders == 0 else sampled(value, len(parts), orders)
    return replace(
        made, telling=tuple(0 if leaps else one.telling(paths) for one, leaps in zip(quantities, leapt, strict=True))
    )


def table(parts: Sequence[Player], quantities: Sequence[Quantity], shares: Shares) -> Table:
    """A row per quantity and part, and one for the whole."""
    columns = [
        Column("metric", "指标代码", "metric", "text"), Column("label", "指标", "outcome", "text"),
        Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("player", "部分代码", "part", "text"), Column("player_label", "部分", "part, in words", "text"),
        Column("shapley", "贡献（Shapley）", "Shapley share"), Column("se", "标准误", "standard error"),
        Column("low95", "95%区间下限", "95 % low"), Column("high95", "95%区间上限", "95 % high"),
        Column("leave_one_out", "只去掉它，方案少多少", "lost without it alone"),
        Column("leave_one_out_se", "其标准误", "its standard error"),
        Column("leave_one_out_low95", "只去掉它：95%区间下限", "lost without it alone, 95 % low"),
        Column("leave_one_out_high95", "只去掉它：95%区间上限", "lost without it alone, 95 % high"),
    ]  # fmt: skip
    made = Table("attribution", "贡献", "attribution", columns)
    for q, one in enumerate(quantities):
        for i, part in enumerate(parts):
            share, without = shares.share(i, q), shares.without(i, q)
            made.add(one.name, one.label, one.metric.unit, part.name, part.label, share.value, share.error, share.low, share.high,
                     *without[:4])  # fmt: skip
        whole = shares.effect(q)
        made.add(one.name, one.label, one.metric.unit, "package", t("全部", "the whole"), whole.value, whole.error, whole.low,
                 whole.high, *whole[:4])  # fmt: skip
    return made
