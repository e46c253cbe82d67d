"""Who pays and who gets: the net money of every party as a waterfall from 0 back to 0."""

from __future__ import annotations

from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.accounts import Balance, Share

_LABEL: Final = 8.2  # points of a party's name
_LEFT: Final = 3.4  # centimetres for names, more where one is longer
_TALLEST: Final = 6.2  # centimetres of all rows in a document, which many parties share


def unclear(share: Share) -> bool:
    """Whether the 95 % interval of what a party is left with holds 0; what is 0 on every path is known."""
    return share.net.low <= 0.0 <= share.net.high and share.net.low < share.net.high


def balance_figure(data: Balance) -> Any:
    """Draw it. Every yuan that a party is left with another one has paid."""
    count, labels = len(data.shares), [t(*share.label) for share in data.shares]
    row_height = style.tall(0.62, min(0.48, _TALLEST / count))
    left = max(_LEFT, style.widest(labels, _LABEL) + 0.35)
    figure, box = style.fitted(17.5, row_height * count + 0.8, head=2.4, foot=3.3, left=left, right=4.1)
    axes = figure.add_axes(box)
    running, edges = 0.0, [0.0]
    for share in data.shares:
        running += share.net.mean
        edges.append(running)
    factor, unit = style.money(max(abs(edge) for edge in edges))
    for row, share in enumerate(data.shares):
        y, pays, open_ = count - 1 - row, share.net.mean < 0.0, unclear(share)
        colour = style.WARN if pays else style.PACKAGE
        axes.barh(y, share.net.mean / factor, left=edges[row] / factor, height=0.62, color="white" if open_ else colour,
                  hatch="////" if pays and not open_ else "", edgecolor=colour if open_ else "white",
                  linewidth=0.9 if open_ else 0.6)  # fmt: skip
        if row:
            axes.plot((edges[row] / factor,) * 2, (y + 0.31, y + 0.69), color=style.FAINT, linewidth=0.7)
        value = style.plus_minus(share.net.mean / factor, share.net.error / factor, 2)
        axes.annotate(f"+{value}" if share.net.mean > 0 else value, (1.03, y), xycoords=("axes fraction", "data"),
                      va="center", fontsize=8.0, annotation_clip=False)  # fmt: skip
    axes.set(ylim=(-0.6, count - 0.4))
    axes.set_yticks(range(count), labels[::-1])
    axes.tick_params(axis="y", length=0, labelsize=_LABEL)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    axes.set_title(t(f"净得（{unit}）", f"Net received ({unit})"), pad=6)
    what = (
        t("方案与基准之差", "package less twin") if data.extra else t("方案", "package")
    )  # fmt: skip
    style.frame(
        figure, data.head, t("谁出钱、谁受益", "Who pays and who gets"),
        [
            t(f"各方收款减付款（{what}），全期合计、不折现；每根柱从上一根的末端接起，从0回到0；斜线为净付出，实心为净得到"
              f"{'，空心的与0分不清' if any(map(unclear, data.shares)) else ''}。",
              f"Receipts less payments ({what}), all years, undiscounted; each bar starts where the last ended, from 0 to 0; "
              f"hatched: pays{'; hollow: may be 0' if any(map(unclear, data.shares)) else ''}."),
            t("“外部”是市外的市场：买下企业和股权的人、客户与供应商；企业的净得是留在企业里的钱，不含企业价值。",
              "Outside: buyers of firms and shares, customers, suppliers. Enterprises: money left in firms, not their value."),
            t("少收的税（B4）在这里算市财政的付出，市财政净支出里没有。",
              "Tax not collected (B4) counts as paid by the city here; it is no part of its net fiscal cost."),
            t(f"{style.paths_note(data.head)}；右侧为均值 ± 蒙特卡洛标准误。",
              f"{style.paths_note(data.head)}; at the right: mean ± Monte Carlo standard error."),
        ],
    )  # fmt: skip
    return figure
