"""Commitments and contingent liability, and what of it has no cover, year by year."""

from __future__ import annotations

from typing import Any

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.accounts import Liability
from kejin_sim.report.fan import band, year_axis


def liability_figure(data: Liability) -> Any:
    """Draw it. What has no cover is drawn itself and not as the distance to all cover: the money set aside for one part does not
    cover another."""
    figure, box = style.fitted(17.5, style.tall(7.4, 3.4), head=2.4, foot=3.75, left=1.5, right=3.85)
    axes = figure.add_axes(box)
    liability, bare = data.liability, data.bare
    dot = style.dot(data.years)
    factor, unit = style.money(float(liability.quantiles.max()))
    band(axes, data.years, liability, factor)
    axes.plot(data.years, liability.at(0.5) / factor, color=style.PACKAGE, linewidth=2.0, marker=dot)
    axes.plot(data.years, bare.at(0.5) / factor, color=style.WARN, linewidth=1.8, linestyle=(0, (4, 1.5)), marker=dot)
    axes.plot(data.years, bare.at(0.95) / factor, color=style.WARN, linewidth=0.9, linestyle=(0, (1, 1.5)), marker=dot)
    axes.set_ylim(bottom=0.0)
    axes.margins(x=0.01)
    axes.set_title(t(f"年末余额（{unit}）", f"Balance at the year's end ({unit})"), pad=6)
    year_axis(axes, data.years)
    for place, text, colour in (
        (0.90, t("实线：合计，中位数", "solid: all, median"), style.PACKAGE),
        (0.79, t("浅色：P5至P95", "light: P5 to P95"), style.BAND_TEXT),
        (0.62, t("虚线：无覆盖，中位数", "dashes: uncovered"), style.WARN),
        (0.51, t("点线：无覆盖，P95", "dots: uncovered, P95"), style.WARN),
    ):
        axes.annotate(text, (1.03, place), xycoords="axes fraction", fontsize=7.6, color=colour, annotation_clip=False)
    peak = style.plus_minus(data.peak.mean / factor, data.peak.error / factor, 2)
    gap = t("为0", "is 0")
    if data.open_peak.mean >= 1.0:  # less than a yuan is rounding of sums
        gap = (
            t("均值 ", "is ")
            + style.plus_minus(data.open_peak.mean / factor, data.open_peak.error / factor, 2)
            + f" {unit}"
        )
    style.frame(
        figure, data.head, t("承诺与或有负债，其中无覆盖的", "Commitments and contingent liability, and what has no cover"),
        [
            t("未实缴认缴额、担保公司自担责任、风险池（补偿）公共责任、证券化增信。带状为P5至P95、中间50%。",
              "Undrawn commitments, guarantor's own part, pool or compensation, guaranteed IP securities. Band: P5–P95, half."),
            t("无覆盖：超出为之安排的预算和现金的部分，逐项相减，一项的富余不抵另一项的不足。",
              "Uncovered: beyond the budget and cash set aside for it, part by part; what one part can spare covers no other."),
            t(f"合计峰值均值 {peak} {unit}；无覆盖部分峰值{gap}。",
              f"Mean peak {peak} {unit}; the uncovered peak {gap}."),
            t(f"{style.paths_note(data.head)}；± 为蒙特卡洛标准误。",
              f"{style.paths_note(data.head)}; ± is the Monte Carlo standard error."),
        ],
    )  # fmt: skip
    return figure
