"""The distribution of the net fiscal cost over the paths, its worst 5 % and their mean (CVaR)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from kejin_sim import units
from kejin_sim.lang import t
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.representative import MEASURED_BY
from kejin_sim.report import style
from kejin_sim.report.accounts import Distribution
from kejin_sim.report.numbers import printed, told

_MOST_BINS: Final = 40
_LEAST: Final = 0.005  # quantile below which paths share the first bar


def distribution_figure(data: Distribution) -> Any:
    """Draw it. To the right the treasury is out of pocket."""
    figure, box = style.fitted(17.5, style.tall(8.2, 3.6), head=2.4, foot=3.3, left=1.5, right=3.85)
    axes = figure.add_axes(box)
    # A few very lucky paths would squeeze all others together: they stand in the first bar.
    least = float(np.quantile(data.sample, _LEAST))
    sample = np.maximum(data.sample, least)
    twin = None if data.twin is None else np.maximum(data.twin, least)
    everything = sample if twin is None else np.concatenate((sample, twin))
    factor, unit = style.money(float(np.abs(everything).max()))
    edges = np.histogram_bin_edges(everything / factor, bins=min(_MOST_BINS, max(5, 2 * round(everything.size**0.4))))
    share = np.full(sample.size, 100.0 / sample.size)
    counts, _, bars = axes.hist(sample / factor, bins=edges, weights=share, color=style.PACKAGE_MIDDLE,
                                edgecolor="white", linewidth=0.5)  # fmt: skip
    beyond = [
        bar for left, bar in zip(edges, bars, strict=False) if left >= data.high / factor and bar.get_height() > 0.0
    ]
    for bar in beyond:
        bar.set(facecolor=style.WARN, hatch="////")
    top = float(counts.max())
    if twin is not None:
        other, _, _ = axes.hist(twin / factor, bins=edges, weights=np.full(twin.size, 100.0 / twin.size),
                                histtype="step", color=style.TWIN, linewidth=1.4, linestyle=(0, (3, 1.5)))  # fmt: skip
        top = max(top, float(other.max()))
    axes.set_ylim(0, top * 1.30)
    axes.set_title(
        t(f"路径占比（%），按期末净支出（{unit}）", f"Share of paths (%) by net cost at the horizon ({unit})"), pad=6
    )
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    for value, label, colour, height in (
        (data.mean.mean, t("均值", "mean"), style.INK, 1.0),
        (data.tail, "CVaR", style.WARN, 0.88),
    ):
        axes.plot((value / factor,) * 2, (0, top * 1.27 * height), color=colour, linewidth=1.2)
        side = -1 if value < 0.0 else 1  # away from the line at 0
        axes.annotate(label, (value / factor, top * 1.27 * height),
                      xytext=(3 * side, 0), textcoords="offset points", va="top", ha="right" if side < 0 else "left",
                      fontsize=7.8, color=colour)  # fmt: skip
    _names(axes, has_twin=data.twin is not None, has_tail=bool(beyond))
    low, high, tail = (printed(units.significant(value / factor)) for value in (data.low, data.high, data.tail))
    mean = told(by_name()[MEASURED_BY], data.mean.mean, data.mean.low, data.mean.high)
    style.frame(
        figure, data.head, t("市财政净支出有多大的不确定", "How uncertain the net fiscal cost is"),
        [
            t("0以右是净支出，0以左是净回收（不折现，不含税收）；每根柱子是净支出落在该区间的路径占比，最左一根含更小的值。",
              "Right of 0 money goes out, left of it comes back (undiscounted, no tax); the first bar holds lower values too."),
            t(f"P5为 {low} {unit}，P95为 {high} {unit}{'；斜线部分在P95以右' if beyond else ''}；"
              f"最差5%路径的均值（CVaR）为 {tail} {unit}。",
              f"P5 {low} {unit}, P95 {high} {unit}{'; hatched: beyond P95' if beyond else ''}. "
              f"Mean of the worst 5 % (CVaR): {tail} {unit}."),
            t(f"{style.paths_note(data.head)}；均值 {mean}（95%区间）。",
              f"{style.paths_note(data.head)}; mean {mean} (95 % interval)."),
        ],
    )  # fmt: skip
    return figure


def _names(axes: Any, *, has_twin: bool, has_tail: bool) -> None:
    entries = [(t("实心：方案", "solid: package"), style.BAND_TEXT)]
    if has_tail:
        entries.append((t("斜线：P95以右", "hatched: beyond P95"), style.WARN))
    if has_twin:
        entries.append((t("虚线框：基准", "dashed: twin"), style.TWIN))
    for number, (text, colour) in enumerate(entries):
        axes.annotate(text, (1.045, 0.52 - 0.11 * number), xycoords="axes fraction", fontsize=7.6, color=colour,
                      annotation_clip=False)  # fmt: skip
