"""Loss tolerance: how likely a breach is at every level, on every basis, unit and moment, and what a tolerance buys.

A tolerance buys room for early stages: the table ``affordable`` gives, for each level, the largest share of seed and angel deals
whose breach probability stays at or below a stated one: surely, by the upper end of its 95 % interval, and by the estimate alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kejin_sim.lang import t
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import Interval, defined, ratio_interval, share_interval, wilson_interval
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.table import Column, Table

PREFIX: Final = "measures.equity.loss_tolerance."
RATE: Final = f"{PREFIX}rate"
EARLY: Final = "measures.equity.angel_subfunds.early_share"
TICKET: Final = "measures.equity.angel_subfunds.ticket"
SCALES: Final = (2.0, 1.0, 0.5)
CELLS: Final[dict[str, tuple[str, str]]] = {
    "portfolio": ("全部合并，期末", "pooled, at the horizon"), "fund": ("单只，存续期满", "a fund, end of life"),
    "review": ("单只，中期评估", "a fund, interim review"), "rolling": ("单只，逐年考核", "a fund, year-end test"),
    "project": ("单个项目", "a single deal"),
}  # fmt: skip
_COUNTS: Final = {"fund": ("breach_{}_count", "funds_closed"), "review": ("review_breach_{}_count", "reviews"),
                  "rolling": ("rolling_breach_{}_count", "rolling_tests")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breach:
    """Probability of a breach at a tolerance ``level``, on a ``basis``, in a ``cell`` (unit and moment); ``early``: the share of
    seed and angel deals asked for; ``scale``: size of a deal against the scenario's; ``deals``: all deals over all closed funds."""

    level: float
    basis: str
    cell: str
    early: float
    scale: float
    deals: float
    probability: Interval


def at_level(scenario: Scenario, level: float, **changes: Any) -> Scenario:
    """The scenario with another tolerance: of funds and portfolio, of single deals, and of the classes in proportion."""
    own = float(scenario.values[RATE])  # type: ignore[arg-type]
    classes = scenario.values[f"{PREFIX}class_tolerance"]
    assert isinstance(classes, tuple)
    scaled = [min(1.0, c * level / own) if own > 0.0 else level for c in classes]
    return set_values(
        scenario, {RATE: level, f"{PREFIX}single_project": level, f"{PREFIX}class_tolerance": scaled} | changes
    )


def breaches(outcomes: Outcomes, level: float, early: float, scale: float) -> list[Breach]:
    """Breach probabilities of one point, in every cell that has tests."""
    closed = outcomes.package("funds_closed")
    deals = ratio_interval(outcomes.package("deals"), closed).value
    found = []
    for basis in BASES:
        pooled = wilson_interval(defined(outcomes.package(f"portfolio_breach_{basis}")))
        found.append(Breach(level, basis, "portfolio", early, scale, deals, pooled))
        for cell, (count, tests) in _COUNTS.items():
            share = share_interval(outcomes.package(count.format(basis)), outcomes.package(tests))
            found.append(Breach(level, basis, cell, early, scale, deals, share))
    single = share_interval(outcomes.package("projects_over"), outcomes.package("deals"))
    found.append(Breach(level, "gross", "project", early, scale, deals, single))
    return [b for b in found if math.isfinite(b.probability.value)]


@dataclass(frozen=True)
class ToleranceStudy:
    """Breaches by level; by number of deals (``by_deals``) and by stage mix and level (``by_mix``)."""

    own_level: float
    own_early: float
    levels: tuple[float, ...]
    by_level: tuple[Breach, ...]
    by_deals: tuple[Breach, ...]
    by_mix: tuple[Breach, ...]


def study(
    evaluate: Evaluate, scenario: Scenario, *, levels: Sequence[float], mixes: Sequence[float], paths: int
) -> ToleranceStudy:
    """Run every level, half and double the size of a deal at the scenario's own level, and every mix at every level.

    Where the first level shows no deal on any path, no other can, and the study is empty.
    """
    own, early = (float(scenario.values[key]) for key in (RATE, EARLY))  # type: ignore[arg-type]
    tickets = scenario.values[TICKET]
    assert isinstance(tickets, tuple)

    def point(level: float, mix: float = early, scale: float = 1.0) -> list[Breach]:
        changed = at_level(scenario, level, **{EARLY: mix, TICKET: [scale * ticket for ticket in tickets]})
        return breaches(evaluate(changed, paths, twin=False), level, mix, scale)

    first = point(levels[0])
    if not first:
        return ToleranceStudy(own, early, tuple(levels), (), (), ())
    by_level = [*first, *(b for level in levels[1:] for b in point(level))]
    by_deals = [b for scale in SCALES for b in point(own, scale=scale)]
    by_mix = [b for mix in mixes for level in levels for b in point(level, mix)]
    return ToleranceStudy(own, early, tuple(levels), tuple(by_level), tuple(by_deals), tuple(by_mix))


def affordable(made: ToleranceStudy, basis: str, cell: str, alpha: float, *, sure: bool = True) -> dict[float, float]:
    """For each level the largest share of early deals whose breach probability is at most ``alpha``; NaN for none.

    ``sure``: judged by the upper end of the 95 % interval, else by the estimate. An unknown upper end is not at most ``alpha``.
    """
    found = {}
    for level in made.levels:
        fits = [
            b.early
            for b in made.by_mix
            if (b.level, b.basis, b.cell) == (level, basis, cell)
            and (b.probability.high if sure else b.probability.value) <= alpha
        ]
        found[level] = max(fits, default=math.nan)
    return found


def paths_to_tell(alpha: float) -> int:
    """The least number of paths on which not a single breach puts the upper end of the 95 % interval at or below ``alpha``."""
    paths = 2
    while share_interval(np.zeros(paths), np.ones(paths)).high > alpha:
        paths += 1
    return paths


PARTS: Final[dict[str, tuple[str, str]]] = {
    "level": ("按容忍率", "by level"),
    "deals": ("按项目数", "by number of deals"),
    "mix": ("按阶段结构", "by stage mix"),
}
"""What a part of the table varies."""


def table(made: ToleranceStudy) -> Table:
    """Every breach probability, a row each."""
    columns = [
        Column("part", "部分", "part", "text", words=PARTS),
        Column("level", "容亏率", "tolerance"),
        Column("basis", "口径代码", "basis", "text"),
        Column("basis_label", "口径", "basis, in words", "text"),
        Column("cell", "单元与时点", "unit and moment", "text"),
        Column("early_share", "种子与天使项目占比", "share of early deals"),
        Column("scale", "单笔投资额倍数", "size of a deal, times the package's"),
        Column("deals_per_fund", "项目数÷到期基金数", "deals ÷ closed funds"),
        Column("probability", "超容忍概率", "breach probability"),
        Column("se", "标准误", "standard error"),
        Column("low95", "95%区间下限", "95 % low"),
        Column("high95", "95%区间上限", "95 % high"),
    ]
    result = Table("tolerance", "容亏", "tolerance", columns)
    for part, rows in (("level", made.by_level), ("deals", made.by_deals), ("mix", made.by_mix)):
        for b in rows:
            p = b.probability
            result.add(part, b.level, b.basis, t(*BASES[b.basis]), t(*CELLS[b.cell]), b.early, b.scale, b.deals, p.value, p.error,
                       p.low, p.high)  # fmt: skip
    return result


def affordable_table(made: ToleranceStudy, alpha: float) -> Table:
    """What every tolerance buys, a row for each level, basis, and unit and moment; without rows when no mixes were tried."""
    columns = [
        Column("level", "容亏率", "tolerance"),
        Column("basis", "口径代码", "basis", "text"),
        Column("basis_label", "口径", "basis, in words", "text"),
        Column("cell", "单元与时点", "unit and moment", "text"),
        Column("alpha", "可接受的超容忍概率", "acceptable breach probability"),
        Column("early_share", "早期项目最多可占（按区间上限）", "most early deals, by the upper end of the interval"),
        Column("early_share_estimate", "早期项目最多可占（按估计值）", "most early deals, by the estimate"),
    ]
    result = Table("affordable", "容亏换来的早期项目", "what a tolerance buys", columns)
    for basis, cell in dict.fromkeys((b.basis, b.cell) for b in made.by_mix):
        surely, likely = (affordable(made, basis, cell, alpha, sure=sure) for sure in (True, False))
        for level in made.levels:
            result.add(level, basis, t(*BASES[basis]), t(*CELLS[cell]), alpha, surely[level], likely[level])
    return result
