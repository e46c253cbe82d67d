"""Outcomes across worlds: a strip for each, every world a dot."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, Row, ends, outcome, scale, titled
from kejin_sim.study.robust.tables import value_column

_MOST: Final = 14
_HALF: Final = 0.36  # of a strip, over which dots are spread
_GOLDEN: Final = 0.618034  # golden-ratio steps: successive dots stay apart


@dataclass(frozen=True)
class Strip:
    """One outcome: in the scenario's own world with its 95 % interval (NaN: none), in every other world, and the middle nine
    tenths of these with their median. ``gap``: a difference, of which two shares are told in percentage points."""

    label: str
    metric: Metric | Ratio
    gap: bool
    own: tuple[float, float, float]
    worlds: tuple[float, ...]
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Strips:
    """The outcomes of a scenario, or of a scenario less the first. ``more``: outcomes that are left out."""

    head: Head
    title: str
    strips: tuple[Strip, ...]
    more: int


def grouped(found: Findings) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each scenario, then of each that is compared with the first, under what they are called."""
    titles = dict(zip(_names(found), found.titles, strict=False))
    for (name, over), rows in groupby(found.rows("robust"), lambda row: (str(row["scenario"]), str(row["over"] or ""))):
        whose, whom = titles.get(name, name), titles.get(over, over)
        yield t(f"{whose} 减 {whom}", f"{whose} less {whom}") if over else whose, list(rows)


def _names(found: Findings) -> list[str]:
    return [*dict.fromkeys(str(row["scenario"]) for row in found.rows("robust"))]


def strips(found: Findings) -> list[Strips]:
    """What is drawn of each group that has something to show."""
    alone = len(_names(found)) == 1
    listed = []
    for title, rows in grouped(found):
        made = [strip for row in rows if (strip := _strip(row, found, alone=alone)) is not None]
        if made:
            listed.append(Strips(found.head, title, tuple(made[:_MOST]), max(0, len(made) - _MOST)))
    return listed


def _strip(row: Row, found: Findings, *, alone: bool) -> Strip | None:
    asked = outcome(str(row["metric"]))
    if asked is None or row["own"] is None or row["p50"] is None:
        return None
    over = str(row["over"] or "")
    name = value_column(str(row["scenario"]), over, asked.name, alone=alone)
    values = [float(one[name]) for one in found.rows("worlds") if one["world"] and one.get(name) is not None]
    own = (float(row["own"]), *ends(row, "own_low95", "own_high95"))
    return Strip(asked.label, asked.metric, bool(over) or asked.gap_of_worlds, own, tuple(values),
                 float(row["p5"]), float(row["p50"]), float(row["p95"]))  # fmt: skip


def strips_figure(data: Strips) -> Any:
    """Draw it: each outcome on a scale of its own."""
    count = len(data.strips)
    high, gap = style.tall(0.78, 0.7), 0.62
    whole = count * high + (count - 1) * gap
    labels = []
    for one in data.strips:
        factor, unit = _scaled(one)
        labels.append((factor, style.folded(titled(one.label, unit), 19)))
    left = min(7.0, style.widest([line for _, label in labels for line in label.split("\n")], 7.4) + 0.7)
    notes = [
        t("每点是一个世界，企业的成长、融资、失败、退出各不相同，都与方案自己的世界同样接近公开统计；带为各世界的5%至95%，竖短线为中位数。",
          "Every dot is a world with other growth, rounds, failure and exits, as near to published figures; band: 5 to 95 % of "
          "them, tick: median."),
        t("菱形为方案自己的世界，细线为其95%区间（抽样误差）。各行刻度不同；竖线为0。",
          "Diamond: the scenario’s own world, thin line: its 95 % (sampling). Every row has its own scale; vertical line: 0."),
        *([t(f"另有 {data.more} 个指标没有画出。", f"{data.more} more outcomes are left out.")] if data.more else []),
        style.paths_note(data.head),
    ]  # fmt: skip
    figure, box = style.fitted(17.5, whole, head=2.0, foot=style.foot(data.head, notes), left=left, right=0.6)
    for number, (one, (factor, label)) in enumerate(zip(data.strips, labels, strict=True)):
        bottom = box[1] + box[3] * (1 - (number * (high + gap) + high) / whole)
        axes = figure.add_axes((box[0], bottom, box[2], box[3] * high / whole))
        _draw(axes, one, factor)
        axes.set_yticks((0.0,), (label,), fontsize=7.4, linespacing=1.1)
    style.frame(figure, data.head, t(f"换一个世界，结果还成立吗：{data.title}",
                                     f"Do the results hold in other worlds: {data.title}"), notes)  # fmt: skip
    return figure


def _scaled(one: Strip) -> tuple[float, str]:
    return scale(one.metric, max(abs(value) for value in (*one.worlds, one.own[0])), gap=one.gap)


def _draw(axes: Any, one: Strip, factor: float) -> None:
    low, middle, high = (value / factor for value in (one.low, one.middle, one.high))
    axes.barh(0.0, high - low, left=low, height=0.9, color=style.PACKAGE_LIGHT, alpha=0.55, linewidth=0)
    places = [_HALF * (2.0 * (number * _GOLDEN % 1.0) - 1.0) for number in range(1, len(one.worlds) + 1)]
    axes.scatter([value / factor for value in one.worlds], places, s=3.2, color=style.PACKAGE, linewidths=0, alpha=0.75)
    axes.plot((middle, middle), (-0.45, 0.45), color=style.PACKAGE, linewidth=1.4)
    value, least, most = (number / factor for number in one.own)
    if math.isfinite(least) and math.isfinite(most):
        axes.plot((least, most), (0.0, 0.0), color=style.WARN, linewidth=0.9)
    axes.plot((value,), (0.0,), marker="D", markersize=4.0, color=style.WARN)
    drawn = [value, *(world / factor for world in one.worlds), *(end for end in (least, most) if math.isfinite(end))]
    span = max(drawn) - min(drawn) or 1.0
    first, last = min(drawn) - 0.04 * span, max(drawn) + 0.04 * span
    # 0 is shown where it is not far: whether all worlds lie on one side of it is what the reader looks for.
    first, last = (min(first, -0.04 * span), last) if 0.0 < first < span else (first, last)
    first, last = (first, max(last, 0.04 * span)) if -span < last < 0.0 else (first, last)
    if first < 0.0 < last:
        axes.axvline(0.0, color=style.INK, linewidth=0.8)
    axes.set(xlim=(first, last), ylim=(-0.5, 0.5))
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=6.4, pad=1.5)
    style.few_ticks(axes.xaxis, 7)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
