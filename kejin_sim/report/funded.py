"""Who would have been funded anyway: firms funded in the package × funded in the twin, as a mosaic whose areas are
numbers of firms."""

from __future__ import annotations

import math
from typing import Any

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.data import Estimate, Funded

_LEAST_INSIDE = 0.075  # of the height: below it a label stands beside its cell
_GAP = 0.012


def funded_figure(data: Funded) -> Any:
    """Draw it."""
    from matplotlib.patches import Rectangle

    figure, box = style.fitted(17.5, style.tall(6.6, 4.8), head=2.5, foot=3.4, left=3.75, right=3.95)
    axes = figure.add_axes(box)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    total = data.both.mean + data.package_only.mean + data.twin_only.mean + data.neither.mean
    funded_share = (data.both.mean + data.package_only.mean) / total
    columns = (
        (0.0, funded_share, (
            (data.both, style.PACKAGE, "", "white", t("两种情形都获融资", "funded either way")),
            (data.package_only, style.GAIN, "////", style.INK, t("仅方案下获融资", "with the package only")),
        ), t("方案下获融资", "funded in the package")),
        (funded_share, 1 - funded_share, (
            (data.twin_only, style.WARN, "\\\\\\\\", style.INK, t("仅基准下获融资（被挤出）", "in the twin only (crowded out)")),
            (data.neither, style.EMPTY, "", style.INK, t("两种情形都未获融资", "funded in neither")),
        ), t("方案下未获融资", "not funded in the package")),
    )  # fmt: skip
    for left, width, cells, heading in columns:
        x, span = left + (_GAP if left > 0 else 0.0), max(width - (_GAP if left > 0 else 0.0), 0.0)
        share = style.percent(width)
        axes.annotate(f"{heading} {share}", (x + span / 2, 1.02), ha="center", va="bottom", fontsize=8.6,
                      annotation_clip=False)  # fmt: skip
        sum_of_column = cells[0][0].mean + cells[1][0].mean
        top = 1.0
        for cell, colour, hatch, ink, label in cells:
            height = cell.mean / sum_of_column if sum_of_column > 0 else 0.0
            look: dict[str, Any] = {"facecolor": colour, "edgecolor": "white", "hatch": hatch, "linewidth": 1.2}
            axes.add_patch(Rectangle((x, top - height), span, height, **look))
            _name(axes, (x, span, top, height), label, cell, total, ink, outside_left=left == 0.0)
            top -= height
    more = t(
        "更早 {0} 家、更晚 {1} 家；融资更多 {2} 家、更少 {3} 家", "{0} sooner, {1} later; {2} raised more, {3} less"
    ).format(*(_firms(one.mean) for one in (data.earlier, data.later, data.more, data.less)))
    style.frame(
        figure, data.head,
        t("没有方案，谁也会获得融资？", "Who would have been funded anyway?"),
        [
            t(f"政策期内新办企业平均 {_firms(total)} 家，面积与家数成比例；“获融资”指观察期内任何时候有外部股权融资。",
              f"{_firms(total)} firms founded in the policy period, areas by number; funded: outside equity at any time."),
            t(f"两种情形都获融资的 {_firms(data.both.mean)} 家中，方案使其{more}。",
              f"Of the {_firms(data.both.mean)} firms funded either way, with the package {more}."),
            _anyway(data),
            t(f"{style.paths_note(data.head)}；每格为各路径均值 ± 蒙特卡洛标准误，方括号为95%区间。",
              f"{style.paths_note(data.head)}; means ± Monte Carlo standard error, brackets are 95 % intervals."),
        ],
    )  # fmt: skip
    return figure


def _anyway(data: Funded) -> str:
    """Deadweight, where any firm has public money, and crowding out, where any firm is funded in the twin."""
    zh, en = "方案下没有企业得到公共资金", "No firm has public money with the package"
    if not math.isnan(data.deadweight.mean):
        share = _share(data.deadweight)
        zh = f"获公共资金的企业中，基准下也会获得外部股权的占 {share}"
        en = f"Of the firms with public money {share} find equity in the twin too"
    if not math.isnan(data.crowded_out.mean):
        share = _share(data.crowded_out)
        zh, en = f"{zh}；基准下获融资者被挤出 {share}", f"{en}; crowded out: {share} of the twin's"
    return t(f"{zh}。", f"{en}.")


def _name(
    axes: Any, cell: tuple[float, float, float, float], label: str, estimate: Estimate, total: float, ink: str, *,
    outside_left: bool,
) -> None:  # fmt: skip
    x, span, top, height = cell
    decimals = 1 if estimate.mean >= 1.0 else 2
    firms = style.plus_minus(estimate.mean, estimate.error, decimals)
    share = style.percent(estimate.mean / total, decimals)
    size = t(f"{firms} 家，{share}", f"{firms} firms, {share}")
    if height >= _LEAST_INSIDE * 2 and span > 0.3:
        axes.annotate(f"{label}\n{size}", (x + span / 2, top - height / 2), ha="center", va="center", fontsize=8.8,
                      color=ink, linespacing=1.5)  # fmt: skip
        return
    side, align = (-0.025, "right") if outside_left else (1.025, "left")
    edge = x if outside_left else x + span
    middle = top - height / 2
    text = label.replace(t("（", " ("), t("\n（", "\n(")) if not outside_left else label
    text = text.replace(t("仅方案下", "with the "), t("仅方案下\n", "with the\n")) if outside_left else text
    place = min(max(middle, 0.10), 0.90)
    axes.annotate(
        f"{text}\n" + size.replace(t("，", ", "), "\n"), (edge, middle), xytext=(side, place), ha=align, va="center",
        fontsize=7.8, color=style.INK, annotation_clip=False, linespacing=1.35,
        arrowprops={"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.6, "shrinkA": 2, "shrinkB": 0},
    )  # fmt: skip


def _firms(mean: float) -> str:
    return f"{mean:,.0f}"


def _share(estimate: Estimate) -> str:
    text = style.percent(estimate.mean)
    if not math.isnan(estimate.low):
        text += f" [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"
    return text
