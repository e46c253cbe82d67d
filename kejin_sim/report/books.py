"""Year × budget book: what the city treasury pays out of and gets back into each book, means over paths."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.accounts import Books
from kejin_sim.report.fan import year_axis

_LOOKS: Final = (
    {"facecolor": style.PACKAGE, "hatch": ""},
    {"facecolor": style.GAIN, "hatch": "////"},
    {"facecolor": style.EMPTY, "hatch": "...."},
)


def books_figure(data: Books) -> Any:
    """Draw it: outlay above 0, recovery below, a panel for each book."""
    count = len(data.books)
    figure, box = style.fitted(17.5, style.tall(4.6, 2.7) * count, head=2.4, foot=2.7, left=1.5, right=3.3)
    panels = np.atleast_1d(figure.subplots(count, 1, sharex=True))
    style.place(figure, box, hspace=0.32)
    size = max(max(book.outlay.max(), book.recovery.max()) for book in data.books)
    factor, unit = style.money(float(size))
    for axes, book, look in zip(panels, data.books, _LOOKS, strict=False):
        edge = {"edgecolor": style.INK, "linewidth": 0.4}
        axes.bar(data.years, book.outlay / factor, width=0.72, **look, **edge)
        axes.bar(data.years, -book.recovery / factor, width=0.72, color="white", edgecolor=style.PACKAGE, linewidth=0.9)
        axes.axhline(0.0, color=style.INK, linewidth=0.8)
        axes.set_title(t(f"{book.label[0]}（{unit}）", f"{book.label[1]} ({unit})"), pad=5)
        axes.set_xlim(data.years[0] - 0.6, data.years[-1] + 0.6)
        axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
        for place, text in ((0.80, t("上：支出", "up: outlay")), (0.10, t("下：回收", "down: recovery"))):
            axes.annotate(text, (1.03, place), xycoords="axes fraction", fontsize=7.6, color=style.INK,
                          annotation_clip=False)  # fmt: skip
    year_axis(panels[-1], data.years)
    error = style.number(data.error / factor, 3)
    style.frame(
        figure, data.head,
        t("按年度和预算本：支出与回收", "By fiscal year and budget book: outlay and recovery"),
        [
            t("各路径均值，不折现；实心为支出，空心为回收（本金冲减支出，收益列收入）。没有收支的预算本不列。",
              "Means over paths, undiscounted; filled: outlay, empty: recovery (principal nets outlay, income is revenue). "
              "Books without money are left out."),
            t(f"{style.paths_note(data.head)}；各均值的蒙特卡洛标准误不超过 {error} {unit}。",
              f"{style.paths_note(data.head)}; Monte Carlo standard errors are at most {error} {unit}."),
        ],
    )  # fmt: skip
    return figure
