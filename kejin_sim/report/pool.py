"""The risk pool and the guarantor year by year: what they hold, and how often the stop-loss keeps new loans out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.accounts import Pool
from kejin_sim.report.fan import band, year_axis


def pool_figure(data: Pool) -> Any:
    """Draw it. While the stop-loss is in force the pool takes on no new loan; it goes to 0 when it is returned or used up."""
    figure, box = style.fitted(17.5, style.tall(9.2, 6.4), head=2.4, foot=3.3, left=1.5, right=4.6)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(1.9, 1))
    style.place(figure, box, hspace=0.42)
    dot = style.dot(data.years)
    factor, unit = style.money(float(max(data.balance.quantiles.max(), data.guarantor.at(0.5).max())))
    band(upper, data.years, data.balance, factor)
    upper.plot(data.years, data.balance.at(0.5) / factor, color=style.PACKAGE, linewidth=2.0, marker=dot)
    upper.plot(
        data.years,
        data.guarantor.at(0.5) / factor,
        color=style.WARN,
        linewidth=1.8,
        linestyle=(0, (4, 1.5)),
        marker=dot,
    )
    upper.set_ylim(bottom=0.0)
    upper.margins(x=0.01)
    upper.set_title(t(f"年末余额（{unit}）", f"Balance at the year's end ({unit})"), pad=6)
    lower.bar(
        data.years, 100 * data.stopped, width=0.7, color=style.GAIN, edgecolor="white", hatch="////", linewidth=0.6
    )
    lower.set_ylim(0.0, max(10.0, 110 * float(np.max(data.stopped))))
    lower.set_title(t("年末熔断中的路径占比（%）", "Paths with the stop-loss in force at the year's end (%)"), pad=6)
    year_axis(lower, data.years)
    for place, text, colour in (
        (0.88, t("实线：风险池，中位数", "solid: pool, median"), style.PACKAGE),
        (0.74, t("浅色：P5至P95", "light: P5 to P95"), style.BAND_TEXT),
        (0.52, t("虚线：担保公司现金，中位数", "dashed: guarantor's, median"), style.WARN),
    ):
        upper.annotate(text, (1.03, place), xycoords="axes fraction", fontsize=7.6, color=colour, annotation_clip=False)
    short = style.percent(data.emptied.mean)
    if not math.isnan(data.emptied.low):
        short += f" [{100 * data.emptied.low:.1f}, {100 * data.emptied.high:.1f}]"
    years = style.plus_minus(data.stopped_years.mean, data.stopped_years.error, 2)
    style.frame(
        figure, data.head, t("风险池够用多久", "How long the risk pool lasts"),
        [
            t("风险池余额为市、区、银行投入减赔付加追偿返还；带状为P5至P95、中间50%。最后的贷款了结后余额退回各方。",
              "Pool: money paid in less claims, plus recoveries; what is left goes back once the last loan ends. Band: P5–P95."),
            t(f"{short} 的路径上池子曾不足赔付；熔断平均 {years} 年，其间不再纳入新贷款。",
              f"Short of a claim on {short} of paths; {years} years under stop-loss on the mean, without new loans."),
            t(f"{style.paths_note(data.head)}；± 为蒙特卡洛标准误，方括号为95%区间。",
              f"{style.paths_note(data.head)}; ± is the Monte Carlo standard error, brackets are 95 % intervals."),
        ],
    )  # fmt: skip
    return figure
