"""Simulated levels as multiples of published ones: what is near, what is too much, what is too little."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, Row
from kejin_sim.study.facts.published import GROUPS, known_moments

_FARTHEST: Final = 16.0  # what is more, or less than a sixteenth, is drawn at the edge
_COLOURS: Final = {"alike": style.PACKAGE, "above": style.WARN, "below": style.WARN, "unclear": style.TWIN}
_MARKS: Final = {"alike": "o", "above": ">", "below": "<", "unclear": "D"}


@dataclass(frozen=True)
class Level:
    """One figure ÷ the published one: ``value`` with its 95 % interval (NaN: none), and the published range (1 to 1: none)."""

    group: str
    label: str
    value: float
    low: float
    high: float
    range_low: float
    range_high: float
    verdict: str
    before: float = math.nan  # a fit


@dataclass(frozen=True)
class Levels:
    """All that was simulated, in the order of the table."""

    head: Head
    levels: tuple[Level, ...]


def levels(found: Findings) -> Levels | None:
    """Read it, of ``kejin facts`` or of a fit; None when nothing was simulated."""
    labels = {moment.name: moment.label for moment in known_moments()}
    drawn, seen = [], set()
    for row in [*found.rows("facts"), *map(_of_fit, found.rows("figures"))]:
        name = str(row["moment"])
        if name not in seen and row["simulated"] is not None:
            drawn.append(_level(row, labels.get(name, name)))
        seen.add(name)
    return Levels(found.head, tuple(drawn)) if drawn else None


def _of_fit(row: Row) -> Row:
    """A figure of a fit as one of `kejin facts`: its target in the place of the published figure."""
    low, high = float(row["published_low"]), float(row["published_high"])
    ends = {} if high > low else {"published_low": None, "published_high": None}
    return {**row, "simulated": row["after"], "published": math.sqrt(low * high), **ends}


def _level(row: Row, label: str) -> Level:
    def against(name: str, missing: float) -> float:
        return missing if row[name] is None else float(row[name]) / float(row["published"])

    return Level(
        str(row["group"]), label, against("simulated", math.nan), against("low95", math.nan), against("high95", math.nan),
        against("published_low", 1.0), against("published_high", 1.0), str(row["verdict"]),
        against("before", math.nan) if "before" in row else math.nan,
    )  # fmt: skip


def levels_figure(data: Levels) -> Any:
    """Draw it on a logarithmic scale: a row for each figure, a heading for each group."""
    rows: list[Level | str] = []
    for one in data.levels:
        if not any(isinstance(row, Level) and row.group == one.group for row in rows):
            rows.append(one.group)
        rows.append(one)
    count = len(rows)
    fitted = any(math.isfinite(one.before) for one in data.levels)
    labels = [row.label if isinstance(row, Level) else t(*GROUPS.get(row, (row, row))) for row in rows]
    left = min(8.0, style.widest(labels, 7.0) + 0.5)
    notes = [
        *_words(fitted=fitted),
        style.paths_note(data.head),
    ]  # fmt: skip
    figure, box = style.fitted(
        17.5, style.tall(0.42, 0.36) * count + 0.4, head=2.0, foot=style.foot(data.head, notes), left=left, right=0.6
    )
    axes = figure.add_axes(box)
    for y, row in zip(range(count)[::-1], rows, strict=True):
        if isinstance(row, Level):
            _draw(axes, y, row)
    axes.axvline(1.0, color=style.INK, linewidth=0.8)
    axes.set(xscale="log", xlim=(1 / _FARTHEST, _FARTHEST), ylim=(-0.6, count - 0.4))
    ticks = [2.0**power for power in range(-4, 5, 2)]
    axes.set_xticks(ticks, [t(f"{x:g}倍", f"{x:g}x") if x >= 1 else f"1/{1 / x:g}" for x in ticks])
    axes.minorticks_off()
    axes.set_yticks(list(range(count))[::-1], labels, fontsize=7.0)
    for text, row in zip(axes.get_yticklabels(), rows, strict=True):
        if isinstance(row, str):
            text.set_color(style.FAINT)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    style.frame(figure, data.head, t("模拟的世界与公开统计", "The simulated world beside published figures"), notes)
    return figure


def _words(*, fitted: bool) -> list[str]:
    """What is drawn, and against what."""
    if fitted:
        return [
            t("横轴为模拟值÷目标（对数），范围取两端的几何中点；浅色带为目标的范围，细线为模拟值的95%区间（蒙特卡洛误差）。",
              "Simulated ÷ target, on a logarithmic scale; of a range its geometric middle; pale: the range; lines: 95 % (Monte "
              "Carlo error)."),
            t("圆：相符；三角：偏高或偏低；菱形：分不清；空心圆：校准前。都来自没有参与校准的路径；超出坐标的画在边上。",
              "Circle: alike; triangle: above or below; diamond: unclear; hollow: before. All of paths that took no part in the "
              "fit; what lies beyond the scale is drawn at its edge."),
        ]  # fmt: skip
    return [
        t("横轴为模拟值÷公开数字（对数）；浅色带为公开的范围，细线为模拟值的95%区间（蒙特卡洛误差）。",
          "Simulated ÷ published, on a logarithmic scale; pale: the published range; lines: 95 % (Monte Carlo error)."),
        t("圆：相符；三角：偏高或偏低；菱形：分不清。有几个公开数字的，以第一个为准；超出坐标的画在边上。",
          "Circle: alike; triangle: above or below; diamond: unclear. Of several published figures the first is taken; what lies "
          "beyond the scale is drawn at its edge."),
    ]  # fmt: skip


def _draw(axes: Any, y: int, one: Level) -> None:
    def inside(value: float) -> float:
        return min(max(value, 1 / _FARTHEST), _FARTHEST)

    colour = _COLOURS.get(one.verdict, style.TWIN)
    if one.range_high > one.range_low:
        wide = inside(one.range_high) - inside(one.range_low)
        axes.barh(y, wide, left=inside(one.range_low), color=style.PACKAGE_LIGHT, height=0.6, alpha=0.6, linewidth=0)
    if math.isfinite(one.low) and math.isfinite(one.high):
        axes.plot((inside(one.low), inside(one.high)), (y, y), color=colour, linewidth=1.0)
    if math.isfinite(one.before):
        axes.plot(
            inside(one.before), y, marker="o", markerfacecolor="none", color=style.FAINT, markersize=4.2, clip_on=False
        )
    axes.plot(
        inside(one.value),
        y,
        marker=_MARKS.get(one.verdict, "D"),
        color=colour,
        markersize=4.2,
        linestyle="",
        clip_on=False,
    )
