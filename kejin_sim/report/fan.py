"""The fan of the treasury's cash: net outlay by year and since the opening, with three whole paths."""

from __future__ import annotations

from typing import Any

import numpy as np

from kejin_sim.lang import t
from kejin_sim.outcomes.bands import Bands
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.representative import MEASURED_BY
from kejin_sim.outcomes.statistics import Array
from kejin_sim.report import style
from kejin_sim.report.data import Fan, Head
from kejin_sim.report.numbers import told


def fan_figure(data: Fan) -> Any:
    """Draw it. Positive is money that the treasury is out of pocket."""
    figure, box = style.fitted(17.5, style.tall(11.5, 7.6), head=2.2, foot=2.7, left=1.5, right=3.85)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.45))
    style.place(figure, box, hspace=0.2)
    size = max(np.abs(data.cumulative.quantiles).max(), max(np.abs(one.cumulative).max() for one in data.whole))
    factor, unit = style.money(float(size))
    dot = style.dot(data.years)
    for axes, bands, twin, title in (
        (upper, data.yearly, data.twin_yearly, t(f"每年净支出（{unit}）", f"Net outlay by year ({unit})")),
        (lower, data.cumulative, data.twin_cumulative,
         t(f"自开账起累计净支出（{unit}）", f"Net outlay since the opening ({unit})")),
    ):  # fmt: skip
        band(axes, data.years, bands, factor)
        for one in data.whole:
            colour, dashes = style.WHOLE[one.name]
            values = one.yearly if axes is upper else one.cumulative
            axes.plot(data.years, values / factor, color=colour, linestyle=dashes, linewidth=1.1,
                      marker=dot, markersize=3.5)  # fmt: skip
        axes.plot(data.years, bands.at(0.5) / factor, color=style.PACKAGE, linewidth=2.0, marker=dot)
        if twin is not None:
            axes.plot(data.years, twin / factor, color=style.TWIN, linewidth=1.4, linestyle=(0, (2, 1.5)),
                      marker=dot, markersize=4.5)  # fmt: skip
        axes.axhline(0.0, color=style.INK, linewidth=0.8)
        axes.set_title(title, pad=6)
        axes.margins(x=0.01)
    policy_end(upper, lower, data.years, data.head)
    year_axis(lower, data.years)
    _tones(upper)
    _labels(figure, lower, data, factor)
    cost = told(by_name()[MEASURED_BY], data.net_cost.mean, data.net_cost.low, data.net_cost.high)
    style.frame(
        figure, data.head, t("市财政花多少、回多少", "What the city treasury pays and gets back"),
        [
            t("0以上是净支出，0以下是净回收；最后一年含期末变现和引导基金结余缴回。",
              "Above 0 money goes out, below 0 it comes back; the last year holds what is realised at the horizon and what "
              "the guidance fund hands back."),
            t("带状区间逐年取分位数，不是一条路径；三条细线是完整的路径，期末累计净支出处在P5、P50、P95。",
              "Bands are quantiles year by year; the three thin lines are whole paths, at P5, P50 and P95 of net cost."),
            t(f"{style.paths_note(data.head)}；期末累计净支出均值 {cost}（95%区间）。",
              f"{style.paths_note(data.head)}; mean net outlay at the horizon {cost} (95 % interval)."),
        ],
    )  # fmt: skip
    return figure


def band(axes: Any, years: Array, bands: Bands, factor: float) -> None:
    """P5 to P95 in light, the middle half in a darker tone; over a single year as upright bars."""
    if len(years) == 1:
        for low, high, colour, alpha in (
            (0.05, 0.95, style.PACKAGE_LIGHT, 0.55),
            (0.25, 0.75, style.PACKAGE_MIDDLE, 0.65),
        ):
            axes.vlines(
                years, bands.at(low) / factor, bands.at(high) / factor, color=colour, alpha=alpha, linewidth=12.0
            )
        return
    axes.fill_between(years, bands.at(0.05) / factor, bands.at(0.95) / factor, color=style.PACKAGE_LIGHT, alpha=0.55,
                      linewidth=0)  # fmt: skip
    axes.fill_between(years, bands.at(0.25) / factor, bands.at(0.75) / factor, color=style.PACKAGE_MIDDLE, alpha=0.65,
                      linewidth=0)  # fmt: skip


def policy_end(upper: Any, lower: Any, years: Array, head: Head) -> None:
    """A line where the policy ends, unless the horizon ends there too. A year reaches half a year to either side of its number;
    books that open in mid-year have a calendar year more than the horizon has years."""
    if head.policy_years >= len(years) - (head.opening > 1):
        return
    end = years[0] - 0.5 + (head.opening - 1) / 4 + head.policy_years
    for axes in (upper, lower):
        axes.axvline(end, color=style.FAINT, linewidth=0.8, linestyle=(0, (1, 2)))
    upper.annotate(t("政策期结束", "policy ends"), (end, 1.0), xycoords=("data", "axes fraction"), xytext=(3, -2),
                   textcoords="offset points", va="top", fontsize=7.5, color=style.TWIN)  # fmt: skip


def year_axis(axes: Any, years: Array) -> None:
    """At most about ten years on the axis, as whole numbers."""
    step = max(1, -(-len(years) // 10))
    axes.set_xticks(years[::step])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")


def _tones(axes: Any) -> None:
    for place, text, tone in (
        (0.62, t("深色：中间50%", "dark: middle 50 %"), style.PACKAGE),
        (0.48, t("浅色：P5至P95", "light: P5 to P95"), style.BAND_TEXT),
    ):
        axes.annotate(text, (1.035, place), xycoords="axes fraction", fontsize=7.6, color=tone, annotation_clip=False)


def _labels(figure: Any, axes: Any, data: Fan, factor: float) -> None:
    entries = [
        (float(data.cumulative.at(0.05)[-1]), t("逐年P5", "P5 of each year"), style.BAND_TEXT),
        (float(data.cumulative.at(0.95)[-1]), t("逐年P95", "P95 of each year"), style.BAND_TEXT),
        (float(data.cumulative.at(0.5)[-1]), t("逐年中位数", "median of each year"), style.PACKAGE),
    ]
    if data.twin_cumulative is not None:
        entries.append((float(data.twin_cumulative[-1]), t("基准的中位数", "twin, median"), style.TWIN))
    for one in data.whole:
        label = t(f"{one.name}：第{one.path}号路径", f"{one.name}: path {one.path}")
        entries.append((float(one.cumulative[-1]), label, style.WHOLE[one.name][0]))
    scaled = [(value / factor, label, colour) for value, label, colour in entries]
    style.label_ends(figure, axes, float(data.years[-1]), scaled)
