"""Losses of the angel sub-funds against the tolerance, on the four bases side by side: the definition decides."""

from __future__ import annotations

import math
from typing import Any

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.data import Estimate, LossRow, Tolerance


def tolerance_figure(data: Tolerance) -> Any:
    """Draw it."""
    figure, box = style.fitted(17.5, style.tall(5.75, 4.0), head=2.5, foot=3.3, left=3.25, right=6.65)
    axes = figure.add_axes(box)
    count = len(data.rows)
    for number, row in enumerate(data.rows):
        _row(axes, count - 1 - number, row)
    axes.set(ylim=(-0.6, count - 0.4), xlim=(0.0, 1.0))
    axes.set_yticks(range(count), [t(row.zh, row.en) for row in reversed(data.rows)])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    axes.set_xlabel(t("亏损率", "loss"), labelpad=2)
    chosen = [i for i, row in enumerate(data.rows) if row.zh.startswith(_basis_name(data))]
    for i in chosen:
        axes.axhspan(count - 1 - i - 0.5, count - 0.5 - i, color="#F1F1F1", zorder=0, linewidth=0)
    _table(axes, data.rows)
    basis, unit, when = data.cell
    style.frame(
        figure, data.head,
        t(f"亏损与容忍：同一批基金，四种口径（容亏率 {style.percent(data.rate, 0)}）",
          f"Losses against the tolerance of {style.percent(data.rate, 0)}: the same funds on four bases"),
        [
            t("点为中位数，粗线为中间50%，细线为P5至P95；竖线为该口径的容亏率（分类口径按各类自己的）。",
              "Dot: median; thick: middle 50 %; thin: P5 to P95; upright mark: the tolerance (by class: each class its own)."),
            t(f"灰底为方案所选口径（{basis}、{unit}、{when}）；左列为政策子基金全部合并，右列为单只存续期满时。",
              f"Grey: the basis that the package chose ({basis}, {unit}, {when}). Losses are of all policy sub-funds pooled."),
            t(f"{style.paths_note(data.head)}；方括号为95%区间（蒙特卡洛误差）。",
              f"{style.paths_note(data.head)}; brackets are 95 % intervals (Monte Carlo error)."),
        ],
    )  # fmt: skip
    return figure


def _basis_name(data: Tolerance) -> str:
    from kejin_sim.outcomes.tolerance import BASES

    return BASES[data.basis][0]


def _row(axes: Any, y: int, row: LossRow) -> None:
    low, lower, median, upper, high = row.quantiles
    if math.isnan(median):
        return
    axes.plot((low, high), (y, y), color=style.PACKAGE, linewidth=1.2, solid_capstyle="butt")
    axes.plot((lower, upper), (y, y), color=style.PACKAGE, linewidth=6.0, solid_capstyle="butt", alpha=0.75)
    axes.plot((median,), (y,), marker="o", markersize=5.5, markerfacecolor="white", markeredgecolor=style.INK, linestyle="none",
              zorder=4, clip_on=False)  # fmt: skip
    axes.plot((row.tolerance, row.tolerance), (y - 0.26, y + 0.26), color=style.WARN, linewidth=2.2, zorder=3)
    axes.annotate(style.percent(row.tolerance, 0), (row.tolerance, y + 0.30), ha="center", va="bottom", fontsize=6.6,
                  color=style.WARN, zorder=5)  # fmt: skip


def _table(axes: Any, rows: tuple[LossRow, ...]) -> None:
    columns = (1.04, 1.50)
    for x, head in zip(
        columns,
        (
            t("全部合并\n超容忍的概率", "P(pooled over\nthe tolerance)"),
            t("单只基金到期\n超容忍的概率", "P(a fund over\nat its end)"),
        ),
        strict=True,
    ):
        axes.annotate(head, (x, 1.02), xycoords="axes fraction", fontsize=7.8, va="bottom", annotation_clip=False)
    for number, row in enumerate(rows):
        if row.pooled is None:
            continue
        # A basis with classes has one verdict for its three rows.
        group = [i for i, other in enumerate(rows) if i == number or (i > number and _continues(rows, number, i))]
        y = len(rows) - 1 - sum(group) / len(group)
        for x, estimate in zip(columns, (row.pooled, row.single), strict=True):
            axes.annotate(_probability(estimate), (x, y), xycoords=("axes fraction", "data"), fontsize=8.0, va="center",
                          annotation_clip=False)  # fmt: skip


def _continues(rows: tuple[LossRow, ...], first: int, other: int) -> bool:
    return all(rows[i].pooled is None for i in range(first + 1, other + 1))


def _probability(estimate: Estimate | None) -> str:
    if estimate is None or math.isnan(estimate.mean):
        return t("无", "n/a")
    text = style.percent(estimate.mean)
    return text if math.isnan(estimate.low) else f"{text} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"
