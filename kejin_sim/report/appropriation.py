"""What to appropriate: the outlay of each fiscal year by budget book, on average and at worst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kejin_sim.lang import t
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.fan import year_axis
from kejin_sim.report.findings import Findings

_LOOKS: Final = (
    {"facecolor": style.PACKAGE_MIDDLE, "hatch": ""},
    {"facecolor": style.GAIN, "hatch": "////"},
    {"facecolor": style.EMPTY, "hatch": "...."},
)


@dataclass(frozen=True)
class Appropriation:
    """CNY by fiscal year: means by budget book, and what 95 % and 99 % of paths stay below in all."""

    head: Head
    years: tuple[int, ...]
    books: tuple[tuple[str, tuple[float, ...]], ...]
    p95: tuple[float, ...]
    p99: tuple[float, ...]


def appropriation(found: Findings) -> Appropriation | None:
    """Read it; None when nothing is spent."""
    rows = [row for row in found.rows("budget") if row["span"] == 1]
    years = tuple(sorted({int(row["year"]) for row in rows if row["series"] == "fiscal_outlay"}))

    def column(series: str, name: str) -> tuple[float, ...]:
        known = {int(row["year"]): row[name] or 0.0 for row in rows if row["series"] == series}
        return tuple(known.get(year, 0.0) for year in years)

    books = tuple((t(*BOOK_LABELS[book]), column(f"fiscal_outlay_{book}", "mean")) for book in BOOKS)
    spent = tuple(book for book in books if any(book[1]))
    p95, p99 = (column("fiscal_outlay", name) for name in ("p95", "p99"))
    return Appropriation(found.head, years, spent, p95, p99) if spent else None


def appropriation_figure(data: Appropriation) -> Any:
    """Draw it."""
    notes = [
        t("柱为各预算本支出的均值；各年的95%、99%分位属于不同的路径，不能相加。",
          "Bars: mean outlay by budget book. The quantiles of different years belong to different paths and do not add up."),
        style.paths_note(data.head),
    ]  # fmt: skip
    figure, box = style.fitted(
        17.5, style.tall(6.0, 5.2), head=2.2, foot=style.foot(data.head, notes) - 0.4, left=1.4, right=4.3
    )
    axes = figure.add_axes(box)
    factor, unit = style.money(max(data.p99))
    base = [0.0] * len(data.years)
    for (label, means), look in zip(data.books, _LOOKS, strict=False):
        heights = [v / factor for v in means]
        axes.bar(
            data.years,
            heights,
            bottom=base,
            width=0.72,
            edgecolor="white",
            linewidth=0.4,
            label=style.folded(label, 10),
            **look,
        )
        base = [b + h for b, h in zip(base, heights, strict=True)]
    for values, mark, label in ((data.p95, "_", t("95%的路径不超过", "95 % of paths below")),
                                (data.p99, "x", t("99%的路径不超过", "99 % of paths below"))):  # fmt: skip
        axes.plot(
            data.years,
            [v / factor for v in values],
            mark,
            color=style.INK,
            markersize=8 if mark == "_" else 4,
            label=label,
        )
    axes.set_title(t(f"年度支出（{unit}）", f"Outlay of the year ({unit})"), pad=6)
    axes.set_xlim(data.years[0] - 0.6, data.years[-1] + 0.6)
    axes.legend(frameon=False, fontsize=7.4, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    year_axis(axes, np.array(data.years, dtype=float))
    style.frame(figure, data.head, t("每年要安排多少", "What to appropriate each year"), notes)
    return figure
