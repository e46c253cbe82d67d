"""What a fit has found, as tables and as a scenario file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from kejin_sim.lang import t
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.scenario.dump import quoted, section_lines
from kejin_sim.study.calibrate.fit import Fit
from kejin_sim.study.calibrate.goals import Goal, distances, off, simulated
from kejin_sim.study.facts.beside import VERDICTS, compared
from kejin_sim.study.facts.published import GROUPS
from kejin_sim.study.table import UNIT_WORDS, Column, Table

SCENARIO_FILE: Final = "calibrated.yaml"
WORLD_FILE: Final = "world.yaml"
_FITTED: Final = " (world fitted)"
FAR: Final = 2.0  # spreads from the first judgement beyond which a number is pointed out


def verdict(goal: Goal, found: Interval) -> str:
    """Of a fitted figure against its goal, a code of `VERDICTS`."""
    return compared(found, goal.low, goal.high, unit=goal.moment.unit, ranged=goal.high > goal.low)


def figures(fit: Fit) -> Table:
    """Every figure before and after; the interval and the verdict are of fresh paths."""
    columns = [
        Column("group", "类别", "group", "text", words=GROUPS),
        Column("moment", "代码", "code", "text"),
        Column("label", "指标", "figure", "text"),
        Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("published_low", "目标下限", "target, low"),
        Column("published_high", "目标上限", "target, high"),
        Column("before", "校准前", "before"),
        Column("after", "校准后", "after"),
        Column("low95", "95%区间下限", "95 % low"),
        Column("high95", "95%区间上限", "95 % high"),
        Column("verdict", "校准后与目标相比", "after, it is", "text", words=VERDICTS),
        Column("distance_before", "校准前偏离（1=差四分之一）", "distance before (1 is a quarter)"),
        Column("distance", "校准后偏离（1=差四分之一）", "distance after (1 is a quarter)"),
    ]
    made = Table("figures", "校准的目标", "figures to meet", columns)
    before = simulated(fit.goals, fit.fresh_before)
    far = [distances(fit.goals, measured) for measured in (fit.fresh_before, fit.fresh)]
    for goal, old, was, now in zip(fit.goals, before, *far, strict=True):
        one, new = goal.moment, goal.moment.estimate(fit.fresh)
        made.add(one.group, one.name, one.label, one.unit, goal.low, goal.high, old, new.value, new.low, new.high,
                 verdict(goal, new), float(was), float(now))  # fmt: skip
    return made


def numbers(fit: Fit, start: list[float]) -> Table:
    """Every number: where it started, where it ended, how far from the first judgement, and which figure it moves most."""
    columns = [
        Column("key", "键", "key", "text"),
        Column("label", "参数", "parameter", "text"),
        Column("centre", "先验判断", "first judgement"),
        Column("before", "校准前", "before"),
        Column("after", "校准后", "after"),
        Column("spreads", "离先验判断几个标准差", "spreads from the first judgement"),
        Column("at_bound", "到了取值范围的边界（1=是）", "at a bound (1 is yes)", "integer"),
        Column("told_by", "主要由哪个指标决定", "told most by", "text"),
        Column("moves", "它动一个标准差，该指标在目标函数中变多少", "what a spread of it changes there"),
    ]
    made = Table("numbers", "校准的数", "fitted numbers", columns)
    for place, one in enumerate(fit.free):
        value = one.now(fit.scenario)
        most = int(np.abs(fit.moves[:, place]).argmax())
        told = fit.goals[most].moment.label if fit.moves[most, place] else ""
        made.add(one.name, t(*one.label), one.centre, start[place], value, float(fit.z[place]), int(value in one.bounds),
                 told, float(fit.moves[most, place]))  # fmt: skip
    return made


def scenario(fit: Fit) -> str:
    """The scenario with its fitted world, as a file that says so in its title."""
    head = fit.scenario.letterhead
    mark = t("（世界经校准）", _FITTED)
    titled = head if head.title.endswith(mark) else replace(head, title=head.title + mark)
    if titled.title_en and not titled.title_en.endswith(_FITTED):
        titled = replace(titled, title_en=titled.title_en + _FITTED)
    return replace(fit.scenario, letterhead=titled).dump()


def world(fit: Fit) -> str:
    """The fitted world as a file that any scenario names under ``world:``; every number of it is written out."""
    head, (_, after, _, fresh) = fit.scenario.letterhead, factors(fit)
    title = t(f"{head.title}的世界，校准后", f"The world of {head.told.title}, fitted")
    told = t(
        f"{len(fit.free)} 个数拟合到 {len(fit.goals)} 个数字，平均相差 {after:.2f} 倍（没有参与校准的路径上 {fresh:.2f} 倍）。",
        f"{len(fit.free)} numbers fitted to {len(fit.goals)} figures, off by a factor of {after:.2f} on average ({fresh:.2f} on "
        "paths that took no part).",
    )
    lines = [f"{name}: {quoted(text)}" for name, text in (("title", title), ("author", head.author), ("date", head.date),
                                                          ("based_on", "kejin calibrate"), ("description", told))]  # fmt: skip
    return "\n".join([*lines, "", *section_lines("world", fit.scenario.values, {}, 0)]) + "\n"


def factors(fit: Fit) -> list[float]:
    """By what factor the figures are off on average: before and after on the paths of the search, then on fresh ones."""
    return [off(distances(fit.goals, one)) for one in (fit.before, fit.after, fit.fresh_before, fit.fresh)]


def unmet(fit: Fit) -> Iterator[tuple[Goal, Interval]]:
    """Figures that are still off, the farthest first."""
    found = [(goal, goal.moment.estimate(fit.fresh)) for goal in fit.goals]
    found = [
        (goal, one) for goal, one in found if verdict(goal, one) in ("above", "below") and not math.isnan(one.value)
    ]
    yield from sorted(found, key=lambda pair: -abs(pair[0].distance(pair[1].value)))
