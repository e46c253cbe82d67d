"""Sources of the gain: firms that are funded, alive or listed with the package only, with the twin only, or either way."""

from __future__ import annotations

from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.accounts import Survival

LABELS: Final = {
    "funded": ("获外部股权融资", "funded by outside equity"),
    "alive": ("期末存续、被并购或上市", "alive, acquired or listed"),
    "listed": ("上市", "listed"),
}


def survival_figure(data: Survival) -> Any:
    """Draw it. Right of 0: only with the package; left: only without it."""
    count = len(data.rows)
    figure, box = style.fitted(17.5, style.tall(1.5, 1.3) * count + 0.6, head=2.4, foot=3.3, left=4.3, right=4.3)
    axes = figure.add_axes(box)
    for number, row in enumerate(data.rows):
        y = count - 1 - number
        axes.barh(y, row.gained.mean, height=0.55, color=style.PACKAGE, edgecolor="white")
        axes.barh(y, -row.lost.mean, height=0.55, color=style.WARN, hatch="////", edgecolor="white", linewidth=0.6)
        gained, lost = (style.plus_minus(one.mean, one.error, 2) for one in (row.gained, row.lost))
        both = style.plus_minus(row.both.mean, row.both.error, 1)
        axes.annotate(t(f"仅方案 {gained} 家\n仅基准 {lost} 家\n都有 {both} 家",
                        f"package only {gained}\ntwin only {lost}\neither way {both}"),
                      (1.03, y), xycoords=("axes fraction", "data"), va="center", fontsize=7.6, linespacing=1.3,
                      annotation_clip=False)  # fmt: skip
    axes.set(ylim=(-0.6, count - 0.4))
    axes.set_yticks(range(count), [t(*LABELS[row.name]) for row in reversed(data.rows)])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    axes.set_title(t("只在一种情形下（家）", "In one of the two only (firms)"), pad=6)
    style.frame(
        figure, data.head, t("增量从哪里来", "Where the gain comes from"),
        [
            t("政策期内新办企业。实心：只在方案下；斜线：只在基准下，即方案反而挤掉的。两者相减才是净增。",
              "Firms founded in the policy period. Solid: with the package only; hatched: in the twin only, lost to the "
              "package. The gain is the difference of the two."),
            t("同一家企业在两个世界里逐家对照，因为两边用同一组随机数。",
              "The same firm is followed in both worlds, which share their random numbers."),
            t(f"{style.paths_note(data.head)}；均值 ± 蒙特卡洛标准误。",
              f"{style.paths_note(data.head)}; mean ± Monte Carlo standard error."),
        ],
    )  # fmt: skip
    return figure
