"""Contingent liability against what covers it, year by year."""

from __future__ import annotations

from typing import Any

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.accounts import Liability
from kejin_sim.report.fan import band, year_axis


def liability_figure(data: Liability) -> Any:
    """Draw it. Where the cover lies below the liability, the treasury has promised more than it has set aside."""
    figure, box = style.fitted(17.5, style.tall(7.4, 3.4), head=2.4, foot=3.3, left=1.5, right=3.85)
    axes = figure.add_axes(box)
    liability, cover = data.liability, data.cover
    factor, unit = style.money(float(max(liability.quantiles.max(), cover.quantiles.max())))
    band(axes, data.years, liability, factor)
    axes.plot(data.years, liability.at(0.5) / factor, color=style.PACKAGE, linewidth=2.0)
    axes.plot(data.years, cover.at(0.5) / factor, color=style.WARN, linewidth=1.8, linestyle=(0, (4, 1.5)))
    axes.plot(data.years, cover.at(0.05) / factor, color=style.WARN, linewidth=0.9, linestyle=(0, (1, 1.5)))
    axes.set_ylim(bottom=0.0)
    axes.margins(x=0.01)
    axes.set_title(t(f"年末余额（{unit}）", f"Balance at the year's end ({unit})"), pad=6)
    year_axis(axes, data.years)
    for place, text, colour in (
        (0.90, t("实线：或有负债，中位数", "solid: liability, median"), style.PACKAGE),
        (0.79, t("浅色：P5至P95", "light: P5 to P95"), style.BAND_TEXT),
        (0.62, t("虚线：覆盖，中位数", "dashed: cover, median"), style.WARN),
        (0.51, t("点线：覆盖，P5", "dotted: cover, P5"), style.WARN),
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
        figure, data.head, t("或有负债与覆盖", "Contingent liability against its cover"),
        [
            t("未实缴认缴额、担保公司自担责任、风险池（补偿）公共责任、证券化增信；覆盖：为之安排的预算和现金。带状为P5至P95、中间50%。",
              "Liability: undrawn commitments, guarantors' own part, the pool. Cover: budget and cash. Band: P5–P95."),
            t(f"或有负债峰值均值 {peak} {unit}；没有覆盖的部分{gap}。",
              f"Mean peak {peak} {unit}; the part without cover {gap}."),
            t(f"{style.paths_note(data.head)}；± 为蒙特卡洛标准误。",
              f"{style.paths_note(data.head)}; ± is the Monte Carlo standard error."),
        ],
    )  # fmt: skip
    return figure
