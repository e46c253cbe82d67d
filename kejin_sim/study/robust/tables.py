"""What a scenario is worth in other worlds, as tables: outcomes, what each number does to them, and the worlds themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.robust.across import NOISY, Across
from kejin_sim.study.robust.near import Nearby
from kejin_sim.study.table import UNIT_WORDS, Column, Table, unit_of

LEVELS: Final = (0.05, 0.5, 0.95)

_ABOUT: Final = (
    Column("scenario", "方案", "scenario", "text"), Column("over", "减去", "less", "text"),
    Column("metric", "指标代码", "metric", "text"), Column("label", "指标", "outcome", "text"),
)  # fmt: skip


def _about(one: Across, scenarios: Sequence[Scenario]) -> tuple[str, str, str, str]:
    return (
        scenarios[one.scenario].name,
        scenarios[0].name if one.over else "",
        one.quantity.name,
        one.quantity.label,
    )


def outcomes(found: Sequence[Across], scenarios: Sequence[Scenario]) -> Table:
    """Every outcome in the scenario's own world and across the others."""
    made = Table("robust", "各世界里的结果", "outcomes across worlds", [
        *_ABOUT, Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("own", "方案自己的世界", "in its own world"), Column("own_low95", "95%区间下限", "95 % low"),
        Column("own_high95", "95%区间上限", "95 % high"),
        Column("p5", "各世界P5", "worlds, P5"), Column("p50", "各世界中位数", "worlds, median"),
        Column("p95", "各世界P95", "worlds, P95"), Column("least", "各世界最小", "worlds, least"),
        Column("most", "各世界最大", "worlds, most"),
        Column("even", "与什么比高低", "held against"), Column("above", "确定高于它的世界", "worlds surely above it", "integer"),
        Column("below", "确定低于它的世界", "worlds surely below it", "integer"),
        Column("undecided", "抽样误差内分不清的世界", "worlds in which sampling does not tell", "integer"),
        Column("better", "确定更好的世界", "worlds in which it is surely better", "integer"),
        Column("worse", "确定更差的世界", "worlds in which it is surely worse", "integer"),
        Column("sampling", "世界间方差中抽样误差的占比", "share of sampling in the variance between worlds"),
        Column("worlds", "有值的世界", "worlds in which it is defined", "integer"),
    ])  # fmt: skip
    for one in found:
        better = one.better or (None, None, None)
        counts = (None, None, None) if math.isnan(one.even) else one.counts
        made.add(*_about(one, scenarios), one.quantity.metric.unit, one.own.value, one.own.low, one.own.high,
                 *map(one.level, LEVELS), one.level(0.0), one.level(1.0), one.even, *counts, *better[:2], one.sampling,
                 one.known.size)  # fmt: skip
    return made


def moves(found: Sequence[Across], near: Nearby, scenarios: Sequence[Scenario]) -> Table:
    """What every number of the world does to every outcome, everything else as it is, the strongest first."""
    made = Table("moves", "世界的数各改变多少", "what each number of the world changes", [
        *_ABOUT, Column("key", "键", "key", "text"), Column("key_label", "参数", "parameter", "text"),
        Column("low", "下端（低一个标准差）", "low end (a spread below)"), Column("high", "上端（高一个标准差）", "high end"),
        Column("change", "从下端到上端的变化", "change from low to high"), Column("change_se", "标准误", "standard error"),
        Column("change_low95", "95%区间下限", "95 % low"), Column("change_high95", "95%区间上限", "95 % high"),
        Column("sure", "超出巧合（1=是）", "beyond chance (1 is yes)", "integer"),
    ])  # fmt: skip
    spreads = near.z.std(axis=0, ddof=1)
    ends = [[one.value(place + side * spread) for side in (-1.0, 1.0)]
            for one, place, spread in zip(near.free, map(float, near.own), map(float, spreads), strict=True)]  # fmt: skip
    for one in found:
        sure = set(one.moved_by())
        sizes = [abs(move.value) if math.isfinite(move.value) else -1.0 for move in one.moves]
        for i in sorted(range(len(near.free)), key=lambda i: -sizes[i]):
            number = near.free[i]
            made.add(
                *_about(one, scenarios), number.name, t(*number.label), *ends[i], *one.moves[i][:4], int(i in sure)
            )
    return made


JUDGED_FROM: Final = 100
"""Paths from which worlds are counted. On fewer a lucky draw, which all worlds share, puts every one of them on one side."""


def judged(counts: Sequence[int | None], paths: int) -> str:
    """Worlds above, below and undecided as they are printed."""
    if not counts or any(count is None for count in counts):
        return "—"
    return t("路径太少，不作判断", "too few paths") if paths < JUDGED_FROM else " / ".join(map(str, counts))


def remarks(
    results: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], unseen: Sequence[str], paths: int
) -> Iterator[str]:
    """What whoever uses the outcomes should know, on the terminal and in a report.

    Parameters: ``results``: notes of the study's manifest; ``rows``: of `outcomes`; ``unseen``: labels of figures left out;
    ``paths``: in each world.
    """
    if unseen:
        named = t("、", "; ").join(unseen)
        yield t(f"{len(unseen)} 个数字在方案的期限内看不到，没有参与：{named}。",
                f"{len(unseen)} figures cannot be seen within the years of the scenario and took no part: {named}.")  # fmt: skip
    if results["kept"] < results["wanted"]:
        yield t(f"试了 {results['tried']} 个世界，只有 {results['kept']} 个与方案自己的世界同样接近这些数字。",
                f"Of {results['tried']} worlds tried only {results['kept']} are as near to the figures as the scenario's own."
                )  # fmt: skip
    if not results["fitted"]:
        yield t("方案自己的世界没有校准到这些数字，别的世界也只和它同样接近：先运行 kejin calibrate，用校准后的世界再看。",
                "The scenario's own world is not fitted to these figures, and the others are only as near: run kejin calibrate "
                "first and take the fitted world.")  # fmt: skip
    gone = [str(row["label"]) for row in rows if not row["worlds"]]
    if gone:
        named = t("、", "; ").join(dict.fromkeys(gone))
        yield t(f"没有一个世界里有值：{named}。", f"Defined in no world: {named}.")
    kept = results["kept"]
    yield t(f"各世界用同样的 {paths:,} 条路径，一起偏高或偏低；“{kept} 个世界都大于 0”不是 {kept} 次独立的证据。",
            f"All worlds share the same {paths:,} paths and err together: “above 0 in all {kept}” is not {kept} independent "
            "pieces of evidence.")  # fmt: skip
    if paths < JUDGED_FROM:
        yield t(f"至少 {JUDGED_FROM} 条路径（--paths）才数各有几个世界大于 0、小于 0。",
                f"Worlds above and below 0 are counted from {JUDGED_FROM} paths on (--paths).")  # fmt: skip
    elif any(row["undecided"] for row in rows):
        yield t("分不清：95%区间含 0（倍数为 1）；增大 --paths 可分清。",
                "Undecided: the 95 % interval holds 0 (of a multiple 1); raise --paths to tell.")  # fmt: skip
    if any((row["sampling"] or 0.0) > NOISY for row in rows):
        yield t(
            "* 世界间的差别多半是抽样误差；增大 --paths 再看。", "* Mostly sampling, not the worlds; raise --paths."
        )
    yield t("政策、行为和宏观的数没有变：它们的假设看 kejin sensitivity。",
            "Numbers of policy, behaviour and the economy stay as they are: for these see kejin sensitivity.")  # fmt: skip


def worlds(found: Sequence[Across], near: Nearby, scenarios: Sequence[Scenario]) -> Table:
    """A row for each world, the scenario's own as number 0: how near it is to the figures, its numbers, every outcome in it."""
    columns = [
        Column("world", "世界（0=方案自己的）", "world (0 is the scenario's own)", "integer"),
        Column("factor", "与公开数字平均相差几倍", "off by a factor of"),
        *(Column(one.name, *one.label) for one in near.free),
        *(_outcome(one, scenarios) for one in found),
    ]
    made = Table("worlds", "各个世界", "the worlds", columns)
    rows = [(near.own_factor, [one.now(scenarios[0]) for one in near.free], [one.own.value for one in found])]
    for number, z in enumerate(near.z):
        numbers = [one.value(float(place)) for one, place in zip(near.free, z, strict=True)]
        rows.append((float(near.factors[number]), numbers, [one.worlds[number].value for one in found]))
    for number, (factor, numbers, values) in enumerate(rows):
        made.add(number, factor, *numbers, *values)
    return made


def value_column(scenario: str, over: str, metric: str, *, alone: bool) -> str:
    """Name of the column of the worlds' table that holds an outcome; ``alone``: the study has one scenario."""
    return metric if alone else f"{scenario}{f'-{over}' if over else ''}.{metric}"


def _outcome(one: Across, scenarios: Sequence[Scenario]) -> Column:
    name, less, code, _ = _about(one, scenarios)
    alone = len(scenarios) == 1
    zh, en = (f"{name} 减 {less}", f"{name} less {less}") if less else (name, name)
    about_zh, about_en = ("", "") if alone else (f"（{zh}）", f" ({en})")
    return Column(value_column(name, less, code, alone=alone), one.quantity.zh + about_zh, one.quantity.en + about_en, "number",
                  *unit_of(one.quantity.metric))  # fmt: skip
