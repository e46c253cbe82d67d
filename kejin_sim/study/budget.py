"""What to appropriate: a year's outlay by budget book and by line, on average and at worst; liabilities against their cover.

A quantile of one year is the worst of that year alone: the years' 95 % quantiles do not add up to the 95 % quantile of a sum, so
sums of three years have quantiles of their own. A quantile has an interval where at least `statistics.BEYOND` paths lie beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kejin_sim.execution import Place, Progress, run_at
from kejin_sim.lang import t
from kejin_sim.ledger import LINE_LABELS, LINES
from kejin_sim.outcomes.outcomes import Portion
from kejin_sim.outcomes.statistics import BEYOND, Array, Interval, mean_interval, paths_needed, quantile_interval
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS
from kejin_sim.outcomes.years import YEARS
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.table import Column, Table

LEVELS: Final = (0.95, 0.99)
ROLLING: Final = 3  # years of the medium-term fiscal plan


@dataclass(frozen=True, slots=True)
class Need:
    """One series in one year (or the sum of ``span`` years that begin in it): mean, 95 % and 99 %, in CNY."""

    series: str
    zh: str
    en: str
    year: int
    span: int
    mean: Interval
    at: tuple[Interval, ...]


@dataclass(frozen=True)
class BudgetPlan:
    """Needs of all series and years; ``series``: the yearly series of the package, float64[path, year] by name."""

    years: tuple[int, ...]
    series: dict[str, Array]
    needs: tuple[Need, ...]

    def need(self, series: str, year: int, span: int = 1) -> Need:
        """A need. Errors: ``KeyError``."""
        return next(n for n in self.needs if (n.series, n.year, n.span) == (series, year, span))

    def span_of(self, series: str) -> list[Need]:
        """The yearly needs of a series."""
        return [n for n in self.needs if n.series == series and n.span == 1]


def _asked() -> dict[str, tuple[str, str]]:
    """The series that a budget is made of, from the registry of yearly series, with their labels."""
    listed = {f"fiscal_outlay_{book}": BOOK_LABELS[book] for book in BOOKS}
    listed |= {"fiscal_outlay": ("合计", "all books")}
    for line in LINES:
        zh, en = LINE_LABELS[line]
        for item, words in (("appropriated", ("安排", "appropriated")), ("executed", ("执行", "executed")),
                            ("lapsed", ("收回", "lapsed")), ("carried", ("结转", "carried"))):  # fmt: skip
            listed[f"{line}_{item}"] = (f"{zh}{words[0]}", f"{en}, {words[1]}")
    listed |= {"fiscal_recovery": ("财政回收", "recovery"), "liability": ("或有负债（年末）", "contingent liability, year's end"),
               "cover": ("有预算或现金覆盖的（年末）", "its cover, year's end"),
               "uncovered": ("没有覆盖的（年末）", "not covered, year's end")}  # fmt: skip
    known = {series.name for series in YEARS}
    return {name: label for name, label in listed.items() if name in known}


def plan(place: Place, scenario: Scenario, *, seed: int, paths: int, progress: Progress | None = None) -> BudgetPlan:
    """Simulate a package and read its yearly needs."""
    asked = _asked()
    rows = {series.name: i for i, series in enumerate(YEARS)}
    kept: list[Array] = []

    def keep(portion: Portion) -> None:
        kept.append(portion.years[0, [rows[name] for name in asked]].copy())

    inputs = scenario.inputs()
    run_at(place, inputs, seed=seed, paths=paths, twin=False, progress=progress, keep=keep)
    values = np.concatenate(kept, axis=1)
    first = inputs.first_quarter.year
    years = tuple(range(first, first + values.shape[2]))
    series = {name: values[i] for i, name in enumerate(asked)}
    return BudgetPlan(years, series, tuple(needs(series, years, asked)))


def needs(series: dict[str, Array], years: Sequence[int], labels: dict[str, tuple[str, str]]) -> list[Need]:
    """Mean and quantiles of every series, by year and by span of three years (flows only)."""
    flows = {one.name for one in YEARS if one.taken == "sum"}
    found = []
    for name, sample in series.items():
        for span in (1, ROLLING) if name in flows else (1,):
            for i in range(len(years) - span + 1):
                column = sample[:, i : i + span].sum(axis=1)
                at = tuple(quantile_interval(column, level) for level in LEVELS)
                found.append(Need(name, *labels[name], years[i], span, mean_interval(column), at))
    return found


def rough(paths: int) -> list[str]:
    """Which of the figures hang on too few paths to have an interval, and how many paths it takes; nothing when all have one."""
    needed = {round(100 * level): paths_needed(1.0 - level) for level in LEVELS}
    short = [level for level in needed if paths < needed[level]]
    if not short:
        return []
    listed = t("和", " and ").join(t(f"{level}%", f"{level} %") for level in short)
    enough = t("，", ", ").join(
        t(f"{level}%的要 --paths {needed[level]}", f"{level} %: --paths {needed[level]}") for level in short
    )
    return [t(f"{listed}的数只看大概：落在它之外的路径不足 {BEYOND} 条，没有区间（{enough}）",
              f"The {listed} figures are rough: fewer than {BEYOND} paths lie beyond, and there is no interval ({enough})")
            ]  # fmt: skip


def table(made: BudgetPlan) -> Table:
    """All needs, a row each."""
    yuan = ("元", "CNY")
    columns = [
        Column("series", "项目代码", "series", "text"), Column("label", "项目", "item", "text"),
        Column("year", "年度", "year", "integer"), Column("span", "年数", "years", "integer"),
        Column("mean", "均值", "mean", "number", *yuan), Column("mean_se", "均值标准误", "standard error", "number", *yuan),
        Column("p95", "95%的路径不超过", "95 % of paths stay below", "number", *yuan),
        Column("p95_low95", "95%的路径不超过：95%区间下限", "95 % of paths stay below, 95 % low", "number", *yuan),
        Column("p95_high95", "95%的路径不超过：95%区间上限", "95 % of paths stay below, 95 % high", "number", *yuan),
        Column("p99", "99%的路径不超过", "99 % of paths stay below", "number", *yuan),
        Column("p99_low95", "99%的路径不超过：95%区间下限", "99 % of paths stay below, 95 % low", "number", *yuan),
        Column("p99_high95", "99%的路径不超过：95%区间上限", "99 % of paths stay below, 95 % high", "number", *yuan),
    ]  # fmt: skip
    made_table = Table("budget", "预算", "budget", columns)
    for n in made.needs:
        made_table.add(n.series, t(n.zh, n.en), n.year, n.span, n.mean.value, n.mean.error,
                       *(x for a in n.at for x in (a.value, a.low, a.high)))  # fmt: skip
    return made_table
