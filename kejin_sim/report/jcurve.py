"""The J-curve of the angel sub-funds: what all limited partners have got back less what they have paid in."""

from __future__ import annotations

from typing import Any

import numpy as np

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.data import JCurve
from kejin_sim.report.fan import band, policy_end, year_axis


def jcurve_figure(data: JCurve) -> Any:
    """Draw it. Below 0 the partners are out of pocket."""
    figure, box = style.fitted(17.5, style.tall(10.0, 7.4), head=2.2, foot=2.8, left=1.5, right=3.7)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(1.7, 1))
    style.place(figure, box, hspace=0.24)
    factor, unit = style.money(float(np.abs(data.net.quantiles).max()))
    median = data.net.at(0.5) / factor
    band(upper, data.years, data.net, factor)
    upper.plot(data.years, median, color=style.PACKAGE, linewidth=2.0, marker=style.dot(data.years))
    upper.axhline(0.0, color=style.INK, linewidth=0.8)
    upper.set_title(t(f"累计分配减累计实缴（{unit}）", f"Distributions less calls since the opening ({unit})"), pad=6)
    upper.set_xlim(data.years[0] - 0.6, data.years[-1] + 0.6)
    lower.bar(data.years, -data.calls.mean / factor, width=0.7, color=style.PACKAGE)
    lower.bar(data.years, data.distributions.mean / factor, width=0.7, color="white", edgecolor=style.PACKAGE,
              linewidth=0.9, hatch="////")  # fmt: skip
    lower.axhline(0.0, color=style.INK, linewidth=0.8)
    lower.set_title(t(f"每年均值（{unit}）", f"Means by year ({unit})"), pad=6)
    policy_end(upper, lower, data.years, data.head)
    year_axis(lower, data.years)
    _labels(figure, upper, lower, data, factor)
    trough = int(np.argmin(median))
    bottom = f"{style.number(median[trough], 2)} {unit}"
    upper.plot((data.years[trough],), (median[trough],), marker="o", markersize=5, markerfacecolor="white",
               markeredgecolor=style.PACKAGE, linestyle="none", zorder=4)  # fmt: skip
    tvpi = style.plus_minus(data.tvpi.mean, data.tvpi.error, 3)
    style.frame(
        figure, data.head,
        t("天使子基金的J曲线（政策期内设立的全部基金、全部出资人）",
          "J-curve of the angel sub-funds (all policy vintages, all partners)"),
        [
            t("实缴为付，分配为收，已扣管理费和业绩报酬；最后一年含尚未退出部分按期末估值变现。各年份基金叠加，不是单只基金。",
              "Net of fees and carry; the last year holds what is realised at the horizon. Vintages add up: not one fund."),
            t(f"圆点为中位数的谷底：{data.years[trough]:.0f}年，{bottom}。",
              f"Circle: the trough of the median, {data.years[trough]:.0f}, {bottom}."),
            t(f"{style.paths_note(data.head)}；总回报倍数（TVPI）均值 {tvpi}（蒙特卡洛标准误）。",
              f"{style.paths_note(data.head)}; mean TVPI {tvpi} (Monte Carlo standard error)."),
        ],
    )  # fmt: skip
    return figure


def _labels(figure: Any, upper: Any, lower: Any, data: JCurve, factor: float) -> None:
    entries = [
        (float(data.net.at(0.95)[-1]) / factor, "P95", style.BAND_TEXT),
        (float(data.net.at(0.75)[-1]) / factor, t("P75（深色上沿）", "P75 (dark, top)"), style.BAND_TEXT),
        (float(data.net.at(0.5)[-1]) / factor, t("中位数", "median"), style.PACKAGE),
        (float(data.net.at(0.25)[-1]) / factor, t("P25（深色下沿）", "P25 (dark, foot)"), style.BAND_TEXT),
        (float(data.net.at(0.05)[-1]) / factor, "P5", style.BAND_TEXT),
    ]
    style.label_ends(figure, upper, float(data.years[-1]), entries)
    for place, text in (
        (0.80, t("斜线：分配", "hatched: distributions")),
        (0.12, t("实心：实缴", "solid: calls")),
    ):
        lower.annotate(
            text, (1.035, place), xycoords="axes fraction", fontsize=7.6, color=style.PACKAGE, annotation_clip=False
        )
