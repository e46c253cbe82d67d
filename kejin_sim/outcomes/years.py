"""Yearly series per path: what a fiscal year brought, and what stood at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kejin_sim.jit import array_maker
from kejin_sim.ledger import LINE_LABELS, LINES, Line
from kejin_sim.measures import MEASURES
from kejin_sim.outcomes import credit, grants, rooms
from kejin_sim.outcomes.capital import social_rows
from kejin_sim.outcomes.fiscal import (
    CITY,
    SPENT,
    cover,
    fiscal_net,
    fiscal_outlay,
    liability,
    public_outlay,
    public_recovery,
    uncovered,
)
from kejin_sim.outcomes.measures import cost_rows, measure_label
from kejin_sim.outcomes.metric import Unit
from kejin_sim.outcomes.series import SERIES_LABELS
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS, Array, View
from kejin_sim.recording import BUDGET_ITEMS

Taken = Literal["sum", "end", "mean"]
_HOW: Final[dict[Taken, int]] = {"sum": 0, "mean": 1, "end": 2}
TAKEN_LABELS: Final[dict[Taken, tuple[str, str]]] = {
    "sum": ("全年合计", "sum of the year"),
    "end": ("年末", "at the year's end"),
    "mean": ("全年平均", "mean of the year"),
}


@array_maker
def _by_year(rows: Array, offset: int, years: int, how: int) -> Array:
    """Rows by quarter → by fiscal year: sum (0), mean (1) or last quarter (2), in a fixed order.

    ``offset``: quarters of the first fiscal year before the first column.
    """
    values = np.empty((rows.shape[0], years))
    for path in range(rows.shape[0]):
        for year in range(years):
            first = max(0, 4 * year - offset)
            end = min(rows.shape[1], 4 * (year + 1) - offset)
            total = 0.0
            for k in range(first, end):
                total += rows[path, k]
            if how == 1:
                total /= end - first
            elif how == 2:
                total = rows[path, end - 1]
            values[path, year] = total
    return values


@dataclass(frozen=True, slots=True)
class YearSeries:
    """One column of ``years.parquet``: ``compute`` gives float64[path, fiscal year] of a world."""

    name: str
    zh: str
    en: str
    unit: Unit
    taken: Taken
    compute: Callable[[View], Array]


def _rows(name: str, zh: str, en: str, unit: Unit, taken: Taken, rows: Callable[[View], Array]) -> YearSeries:
    how = _HOW[taken]
    return YearSeries(name, zh, en, unit, taken, lambda v: _by_year(rows(v), v.context.offset, v.context.years, how))


def _series(name: str, taken: Taken = "sum") -> YearSeries:
    zh, en, unit = SERIES_LABELS[name]
    return _rows(name, zh, en, unit, taken, lambda v: v.series(name))


def _book(book: str, outlay: bool) -> YearSeries:
    zh, en = BOOK_LABELS[book]
    if outlay:
        return _rows(
            f"fiscal_outlay_{book}", f"市财政支出（{zh}）", f"city treasury outlay, {en}", "CNY", "sum",
            lambda v: v.of_book(book, payer=CITY, nature=SPENT),
        )  # fmt: skip
    return _rows(
        f"fiscal_recovery_{book}", f"市财政回收（{zh}）", f"city treasury recovery, {en}", "CNY", "sum",
        lambda v: v.of_book(book, payee=CITY),
    )  # fmt: skip


def _budget(line: Line, item: str) -> YearSeries:
    words = {
        "brought": ("上年转入", "brought forward"),
        "appropriated": ("预算安排", "appropriated"),
        "executed": ("预算执行", "executed"),
        "carried": ("结转", "carried over"),
        "lapsed": ("收回", "lapsed"),
    }[item]
    zh, en = LINE_LABELS[line]
    taken: Taken = "end" if item == "carried" else "sum"
    return YearSeries(
        f"{line}_{item}", f"{zh}：{words[0]}", f"{en}: {words[1]}", "CNY", taken, lambda v: v.budget(item, line)
    )


def _cost(measure: str, book: str = "") -> YearSeries:
    """What a measure costs the treasury, in all or in one budget book."""
    zh, en = measure_label(measure)
    if not book:
        return _rows(
            f"cost_{measure}",
            f"市财政净支出：{zh}",
            f"net fiscal cost: {en}",
            "CNY",
            "sum",
            lambda v: cost_rows(v, measure),
        )
    book_zh, book_en = BOOK_LABELS[book]
    return _rows(
        f"cost_{measure}_{book}", f"市财政净支出：{zh}（{book_zh}）", f"net fiscal cost: {en}, {book_en}", "CNY", "sum",
        lambda v: v.of_book(book, payer=CITY, nature=SPENT, room=measure) - v.of_book(book, payee=CITY, room=measure),
    )  # fmt: skip


YEARS: Final[tuple[YearSeries, ...]] = (
    _rows("fiscal_outlay", "市财政支出", "city treasury outlay", "CNY", "sum", fiscal_outlay),
    _rows("fiscal_recovery", "市财政回收", "city treasury recovery", "CNY", "sum", lambda v: v.paid(payee=CITY)),
    _rows("fiscal_net_cost", "市财政净支出", "net fiscal cost", "CNY", "sum", fiscal_net),
    _rows("public_outlay", "地方公共部门支出", "public sector outlay", "CNY", "sum", public_outlay),
    _rows("public_recovery", "地方公共部门回收", "public sector recovery", "CNY", "sum", public_recovery),
    *(_book(book, payer) for book in BOOKS for payer in (True, False)),
    *(_cost(measure) for measure in MEASURES),
    *(_cost(measure, book) for measure in MEASURES for book in BOOKS),
    *(_budget(line, item) for line in LINES for item in BUDGET_ITEMS),
    _rows("social_capital", "撬动社会资本", "social capital", "CNY", "sum", social_rows),
    _series("private_same_round"),
    _series("private_later"),
    _series("public_deals"),
    _series("public_hard_tech"),
    _series("seed_deals"),
    _series("subfund_deals"),
    _series("follow_ons"),
    _series("subfund_calls"),
    _series("subfund_distributions"),
    _series("fund_commitments"),
    _series("reported_nav", "end"),
    _series("open_cost", "end"),
    _series("chain_calls"),
    _series("chain_distributions"),
    _series("arrivals"),
    _series("failures"),
    _series("private_rounds"),
    _series("listings"),
    _series("acquisitions"),
    _series("live", "end"),
    _series("tech_firms", "end"),
    _series("sales"),
    _series("jobs", "mean"),
    _rows("jobs_net", "就业（扣除挤出）", "jobs after displacement", "count", "mean", lambda v: v.displaced("jobs")),
    _rows("tax", "市级税收（扣除挤出）", "city tax after displacement", "CNY", "sum", lambda v: v.displaced("tax")),
    _series("research"),
    _series("guidance_cash", "end"),
    _series("reserve", "end"),
    _series("encumbered", "end"),
    _series("undrawn_commitments", "end"),
    _rows("liability", "承诺与或有负债", "commitments and contingent liability", "CNY", "end", liability),
    _rows("cover", "承诺与或有负债的覆盖（已承诺未拨付预算、引导基金和担保公司现金、风险池和补偿余额）",
          "cover of commitments and contingent liability (encumbered appropriation, cash of guidance fund and guarantor, pool and "
          "compensation)",
          "CNY", "end", cover),
    _rows("uncovered", "无覆盖的承诺与或有负债", "commitments and contingent liability without cover", "CNY", "end", uncovered),
    *(_series(name, "end" if name in credit.STOCKS else "sum") for name in credit.SERIES),
    *(_series(name, "end" if name in grants.STOCKS else "sum") for name in grants.SERIES),
    *(_series(name, "end" if name in rooms.STOCKS else "sum") for name in rooms.SERIES),
)  # fmt: skip


def compute_years(views: list[View]) -> NDArray[np.float64]:
    """All yearly series of the worlds given: float64[world, series, path, fiscal year]."""
    context = views[0].context
    paths = views[0].block.flows.shape[0]
    values = np.empty((len(views), len(YEARS), paths, context.years))
    for w, view in enumerate(views):
        for s, series in enumerate(YEARS):
            values[w, s] = series.compute(view)
    return values
