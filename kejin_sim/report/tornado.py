"""The tornado: an outcome's change when each uncertain number goes to either end of its range, one at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, Row, ends, key_label, outcome, scale, titled
from kejin_sim.scenario.scenario import parameter_of
from kejin_sim.units import UnitError

_MOST: Final = 16


@dataclass(frozen=True)
class Swing:
    """One number: its label and range, the change at its low and its high end with 95 % intervals (NaN: none)."""

    label: str
    span: str
    at_low: tuple[float, float, float]
    at_high: tuple[float, float, float]

    @property
    def size(self) -> float:
        """The larger change."""
        return max(abs(self.at_low[0]), abs(self.at_high[0]))


@dataclass(frozen=True)
class Tornado:
    """The largest swings of one outcome. ``idle``: numbers that change nothing; ``more``: smaller swings that are left out."""

    head: Head
    label: str
    metric: Metric | Ratio
    swings: tuple[Swing, ...]
    idle: int
    more: int


def tornados(found: Findings) -> list[Tornado]:
    """One for each outcome that moves."""
    listed = []
    rows = found.rows("tornado")
    for name in dict.fromkeys(str(row["metric"]) for row in rows):
        asked = outcome(name)
        if asked is None:
            continue
        swings = [_swing(row) for row in rows if row["metric"] == name]
        moving = sorted((one for one in swings if one.size > 0.0), key=lambda one: -one.size)
        if moving:
            idle, more = len(swings) - len(moving), max(0, len(moving) - _MOST)
            listed.append(Tornado(found.head, asked.label, asked.metric, tuple(moving[:_MOST]), idle, more))
    return listed


def _swing(row: Row) -> Swing:
    low, high = (row[name] or 0.0 for name in ("at_low", "at_high"))
    written = [str(row[name]) for name in ("low", "high")]
    try:
        parameter, _ = parameter_of(str(row["key"]))
        written = [parameter.show(parameter.parse(text)) for text in written]
    except UnitError:
        pass
    return Swing(
        key_label(str(row["key"]), str(row["key_label"])), " ~ ".join(written),
        (low, *ends(row, "at_low_low95", "at_low_high95")), (high, *ends(row, "at_high_low95", "at_high_high95")),
    )  # fmt: skip


def tornado_figure(data: Tornado) -> Any:
    """Draw it: the low end in the upper half of a row, the high end in the lower half."""
    count = len(data.swings)
    labels = [f"{style.folded(one.label, 20)}\n{one.span}" for one in data.swings]
    row = max(style.tall(0.72, 0.64), 0.29 * max(label.count("\n") + 1 for label in labels))
    left = min(7.0, style.widest([line for text in labels for line in text.split("\n")], 6.8) + 0.55)
    rest = []
    if data.more:
        rest.append(t(f"另有 {data.more} 个影响更小的没有画出", f"{data.more} smaller ones are left out"))
    if data.idle:
        rest.append(t(f"{data.idle} 个对它没有任何影响", f"{data.idle} do not change it at all"))
    notes = [
        t("每次只动一个数：每行上半（实心）为取下限，下半（斜线）为取上限；细线为95%区间。",
          "One number at a time: upper half (solid) at its low end, lower half (hatched) at its high end; lines: 95 %."),
        *([t("；", "; ").join(rest) + t("。", ".")] if rest else []),
        style.paths_note(data.head),
    ]  # fmt: skip
    figure, box = style.fitted(
        17.5, row * count + 0.3, head=2.0, foot=style.foot(data.head, notes), left=left, right=0.6
    )
    axes = figure.add_axes(box)
    reach = max(abs(v) for one in data.swings for v in (*one.at_low, *one.at_high) if math.isfinite(v))
    factor, unit = scale(data.metric, reach, gap=True)
    for y, one in zip(range(count)[::-1], data.swings, strict=True):
        for (value, low, high), up, colour, hatch in (
            (one.at_low, 0.17, style.PACKAGE_MIDDLE, ""), (one.at_high, -0.17, style.GAIN, "////"),
        ):  # fmt: skip
            axes.barh(y + up, value / factor, color=colour, height=0.32, hatch=hatch, edgecolor="white", linewidth=0.3)
            axes.plot((low / factor, high / factor), (y + up, y + up), color=style.INK, linewidth=0.8)
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    axes.set_yticks(list(range(count))[::-1], labels, fontsize=6.8, linespacing=1.1)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, count - 0.4)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(titled(t(f"{data.label}的变化", f"{data.label}, change"), unit), labelpad=2)
    style.frame(
        figure, data.head, t(f"哪些假设左右结果：{data.label}", f"Which assumptions decide: {data.label}"), notes
    )
    return figure
