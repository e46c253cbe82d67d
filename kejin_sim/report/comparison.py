"""Two packages: the paired differences of the headline outcomes in per cent of the first package's value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import COSTS, GAINS
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, outcome

_WIDEST: Final = 1.0  # of the first package's value; what is farther off stands at the edge as an arrow with its figure
_MEANINGLESS: Final = 10.0  # a difference of more than so many times the first package's value is no percentage of it
_COLOURS: Final = {"better": style.PACKAGE, "worse": style.WARN, "more": style.INK, "less": style.INK}
_MARKS: Final = {"better": "o", "worse": "s", "more": "D", "less": "D"}


@dataclass(frozen=True)
class Gap:
    """One outcome: the paired difference and its 95 % interval as shares of the first package's value."""

    label: str
    value: float
    low: float
    high: float
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """A package against the first. ``zero``: outcomes without a percentage, because the first package has next to nothing;
    ``same``: outcomes that are equal on every path."""

    head: Head
    first: str
    other: str
    gaps: tuple[Gap, ...]
    zero: tuple[str, ...]
    same: tuple[str, ...]


def comparisons(found: Findings) -> list[Comparison]:
    """One for each package after the first."""
    rows = found.rows("differences")
    listed = []
    for number, other in enumerate(dict.fromkeys(str(row["other"]) for row in rows), 1):
        known = {str(row["metric"]): row for row in rows if row["other"] == other}
        gaps, zero, same = [], [], []
        for name in (*COSTS, *GAINS):
            row, asked = known.get(name), outcome(name)
            if row is None or asked is None or row["n"] < 2 or row["difference"] is None:
                continue
            size = abs(row["first_mean"])
            if row["verdict"] == "same":
                same.append(asked.label)
                continue
            if size == 0.0 or abs(row["difference"]) > _MEANINGLESS * size:
                zero.append(asked.label)
                continue
            low, high = (row["difference"] if row[end] is None else row[end] for end in ("low95", "high95"))
            gaps.append(Gap(asked.label, row["difference"] / size, low / size, high / size, str(row["verdict"])))
        title = found.titles[number] if number < len(found.titles) else other
        first = (*found.titles, "")[0]
        if gaps:
            listed.append(Comparison(found.head, first, title, tuple(gaps), tuple(zero), tuple(same)))
    return listed


def comparison_figure(data: Comparison) -> Any:
    """Draw it."""
    count = len(data.gaps)
    row = style.tall(0.55, 0.46)
    left = min(6.5, style.widest([gap.label for gap in data.gaps], 7.4) + 0.6)
    reach = max(max(abs(gap.low), abs(gap.high)) for gap in data.gaps)
    edge = 100 * _WIDEST if reach > _WIDEST else math.inf
    notes = _notes(data, edge)
    figure, box = style.fitted(
        17.5, row * count + 0.3, head=2.0, foot=style.foot(data.head, notes), left=left, right=0.6
    )
    axes = figure.add_axes(box)
    for y, gap in zip(range(count)[::-1], data.gaps, strict=True):
        _row(axes, y, gap, edge)
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    axes.set_yticks(list(range(count))[::-1], [gap.label for gap in data.gaps], fontsize=7.4)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_ylim(-0.6, count - 0.4)
    if edge < math.inf:
        axes.set_xlim(-edge, edge)
    axes.set_xlabel(
        t("差异占甲方案数值绝对值的百分比", "difference, per cent of package A’s absolute value"), labelpad=2
    )
    style.frame(figure, data.head, t(f"乙比甲：{data.other}", f"B against A: {data.other}"), notes)
    return figure


def _notes(data: Comparison, edge: float) -> Sequence[str]:
    notes = [
        t(f"甲为{data.first}。圆点为更好，方块为更差，菱形为有差别而不论好坏，空心为分不清（全部指标一起判断，Holm）。",
          f"A: {data.first}. Dots: better; squares: worse; diamonds: apart, neither; hollow: not told apart (Holm, all together)."),
        t("横线为逐路径差异的95%区间。", "Lines: 95 % intervals of the paired differences.")
        + (t("箭头：超出刻度，旁边为差异的估计值。", " Arrow: beyond the scale; the estimate stands beside it.")
           if edge < math.inf else ""),
    ]  # fmt: skip
    if data.zero:
        notes.append(
            t(
                f"甲为零或几乎为零、没有百分比：{'、'.join(data.zero)}。",
                f"No percentage where A is zero or next to it: {', '.join(data.zero)}.",
            )
        )
    if data.same:
        notes.append(t(f"逐路径完全相同：{'、'.join(data.same)}。", f"Equal on every path: {', '.join(data.same)}."))
    return [*notes, style.paths_note(data.head)]


def _row(axes: Any, y: int, gap: Gap, edge: float) -> None:
    colour = _COLOURS.get(gap.verdict, style.TWIN)
    axes.plot((100 * gap.low, 100 * gap.high), (y, y), color=colour, linewidth=1.6, solid_capstyle="butt")
    x = 100 * gap.value
    if abs(x) <= edge:
        inside = colour if gap.verdict in _COLOURS else "white"
        axes.plot((x,), (y,), marker=_MARKS.get(gap.verdict, "o"), markersize=4.2, color=colour, markerfacecolor=inside)
        return
    side = math.copysign(1.0, x)
    axes.plot((side * edge,), (y,), marker=">" if side > 0 else "<", markersize=6, color=colour, clip_on=False)
    axes.annotate(f"{x:+,.0f}%".replace("-", "\u2212"), (side * edge, y), xytext=(-8 * side, 0), textcoords="offset points",
                  fontsize=7, ha="right" if side > 0 else "left", va="center", color=colour,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip
