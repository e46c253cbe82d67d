"""What a scenario is worth in other worlds, as tables: outcomes, what pulls them, and the worlds themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kejin_sim.lang import t
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.robust.across import Across
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
        Column("above_0", "大于0的世界占比", "share of worlds above 0"),
        Column("better", "更好的世界占比", "share of worlds in which it is better"),
        Column("sampling", "世界间方差中抽样误差的占比", "share of sampling in the variance between worlds"),
        Column("worlds", "有值的世界", "worlds in which it is defined", "integer"),
    ])  # fmt: skip
    for one in found:
        made.add(*_about(one, scenarios), one.quantity.metric.unit, one.own.value, one.own.low, one.own.high,
                 *map(one.level, LEVELS), one.level(0.0), one.level(1.0), one.above, one.better,
                 one.sampling, one.known.size)  # fmt: skip
    return made


def pulls(found: Sequence[Across], near: Nearby, scenarios: Sequence[Scenario]) -> Table:
    """Rank correlation of every outcome with every number of the world, the strongest first."""
    made = Table("pulls", "左右结果的数", "what pulls the outcomes", [
        *_ABOUT, Column("key", "键", "key", "text"), Column("key_label", "参数", "parameter", "text"),
        Column("correlation", "秩相关", "rank correlation"),
        Column("beyond_chance", "超出巧合（1=是）", "beyond chance (1 is yes)", "integer"),
    ])  # fmt: skip
    for one in found:
        sure = set(one.drawn_by())
        order = sorted(range(len(near.free)), key=lambda i: -abs(one.pulls[i]) if one.pulls[i] == one.pulls[i] else 1.0)
        for i in order:
            number = near.free[i]
            made.add(*_about(one, scenarios), number.name, t(*number.label), float(one.pulls[i]), int(i in sure))
    return made


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
        rows.append((float(near.factors[number]), numbers, [float(one.values[number]) for one in found]))
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
