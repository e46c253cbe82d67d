"""Metrics against cases worked by hand.

A case says what happened on one path of one world and what the metric is then by its definition. Whatever the case does not name
is not left at nothing: other rows and statistics, other paths and the other world hold numbers of their own (decoys), so that a
formula that looks at a wrong row, path or world gives a wrong figure. Every metric of a world is asked of the package and of the
twin, with the context of either.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pytest

from kejin_sim.ledger import LINES, Line
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import Context, View
from kejin_sim.postings import by_name as posting
from kejin_sim.postings import code_count
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, BlockResult
from kejin_sim.timeline import Quarter

Row = Mapping[int, float]
"""Amounts by quarter; the quarter in which the books open is 0, in the others nothing happens."""
Years = Sequence[float]
"""Amounts by fiscal year."""

UNDEFINED: Final = math.nan
QUARTERS: Final = 20
LAST: Final = QUARTERS - 1
"""The last quarter of the horizon."""
CONTEXT: Final = Context(
    start=Quarter(2025, 1),
    quarters=QUARTERS,
    treasury_discount=0.10,
    social_discount=0.21,
    cost_of_public_funds=1.5,
    books=(dict.fromkeys(LINES, "general"), dict.fromkeys(LINES, "fund")),
    reinvestment_required=(2.0, 0.5),
)
"""Horizon of five calendar years. 110 at the end of quarter 3 (one year on) are worth 100 to the treasury, and so are 121 at the
end of quarter 7; to society 110 at the end of quarter 1 are worth 100 (half a year at 21 % a year: the root of 1.21)."""
PATHS: Final = 3
PATH: Final = 1
"""The path of the case, between two others."""
_POSTED: Final = 3.0e5


@dataclass(frozen=True)
class Happened:
    """What one world did on the path.

    ``flows``: CNY by posting code and quarter; when any is given, every other posting is nothing but those in ``beside``, which
    the metric must not count. ``series``: recorded rows by quarter. ``stats``: statistics at the end. ``budget``: by line and item,
    CNY a fiscal year; ``whole_budget``: there are no other lines.
    """

    flows: Mapping[str, Row] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    series: Mapping[str, Row] = field(default_factory=dict)
    stats: Mapping[str, float] = field(default_factory=dict)
    budget: Mapping[str, Mapping[str, Years]] = field(default_factory=dict)
    whole_budget: bool = False

    def without(self, names: Iterable[str]) -> Happened:
        """The same, but nothing under these postings, rows and statistics."""
        gone = set(names)
        unknown = gone - {*self.flows, *self.series, *self.stats}
        assert not unknown, unknown
        return dataclasses.replace(
            self,
            flows={k: {} if k in gone else v for k, v in self.flows.items()},
            series={k: {} if k in gone else v for k, v in self.series.items()},
            stats={k: 0.0 if k in gone else v for k, v in self.stats.items()},
        )


@dataclass(frozen=True)
class Case:
    """A metric (``key``), what ``happened`` and what follows. ``twin`` and ``pairs``: for metrics of package and twin together;
    ``market``: gross return of the equity market by quarter, 1 in the others; ``note``: what the case is there for."""

    key: str
    expected: float
    happened: Happened
    twin: Happened | None = None
    pairs: Mapping[str, float] = field(default_factory=dict)
    market: Row | None = None
    context: Context = CONTEXT
    note: str = ""


def case(
    key: str,
    expected: float,
    *,
    flows: Mapping[str, Row] | None = None,
    beside: tuple[str, ...] = (),
    series: Mapping[str, Row] | None = None,
    stats: Mapping[str, float] | None = None,
    budget: Mapping[str, Mapping[str, Years]] | None = None,
    whole_budget: bool = False,
    twin: Happened | None = None,
    pairs: Mapping[str, float] | None = None,
    market: Row | None = None,
    context: Context = CONTEXT,
    note: str = "",
) -> Case:
    """A case in one call."""
    happened = Happened(flows or {}, beside, series or {}, stats or {}, budget or {}, whole_budget)
    return Case(key, expected, happened, twin, pairs or {}, market, context, note)


def quotient(
    key: str,
    expected: float,
    *,
    zero: tuple[str, ...],
    flows: Mapping[str, Row] | None = None,
    beside: tuple[str, ...] = (),
    series: Mapping[str, Row] | None = None,
    stats: Mapping[str, float] | None = None,
) -> tuple[Case, Case]:
    """A case of a quotient, and the same with nothing in the denominator, which is made of ``zero``: then it is not defined."""
    worked = case(key, expected, flows=flows, beside=beside, series=series, stats=stats)
    return worked, Case(key, UNDEFINED, worked.happened.without(zero), note="nothing to divide by")


def _decoys(context: Context) -> BlockResult:
    """A block in which everything happened, each row with numbers of its own."""

    def numbers(*shape: int) -> np.ndarray:
        return 1.0e5 + 17.0 * np.arange(math.prod(shape), dtype=np.float64).reshape(shape)

    return BlockResult(
        0,
        flows=_POSTED + numbers(PATHS, 2, code_count(), context.quarters),
        series=numbers(PATHS, 2, len(SERIES), context.quarters),
        stats=numbers(PATHS, 2, len(STATS)),
        pairs=numbers(PATHS, len(PAIRS)),
        budget=numbers(PATHS, 2, len(LINES), context.years, len(BUDGET_ITEMS)),
        market=np.full((PATHS, context.quarters), 1.7),
        enterprise_quarters=np.ones(PATHS, dtype=np.int64),
    )


def _row(amounts: Row, quarters: int) -> np.ndarray:
    row = np.zeros(quarters)
    for quarter, amount in amounts.items():
        row[quarter] = amount
    return row


def _put(block: BlockResult, world: int, happened: Happened) -> None:
    quarters = block.series.shape[3]
    if happened.flows or happened.beside:
        block.flows[PATH, world] = 0.0
        for name in happened.beside:
            block.flows[PATH, world, posting(name).number] = _POSTED
        for name, amounts in happened.flows.items():
            assert name not in happened.beside, name
            block.flows[PATH, world, posting(name).number] = _row(amounts, quarters)
    for name, amounts in happened.series.items():
        block.series[PATH, world, SERIES.index(name)] = _row(amounts, quarters)
    for name, amount in happened.stats.items():
        block.stats[PATH, world, STATS.index(name)] = amount
    if happened.whole_budget:
        block.budget[PATH, world] = 0.0
    for line, items in happened.budget.items():
        for item, years in items.items():
            block.budget[PATH, world, LINES.index(Line(line)), :, BUDGET_ITEMS.index(item)] = years


def block_of(one: Case, world: int) -> BlockResult:
    """A block in which one world did what the case says; everything else holds decoys."""
    block = _decoys(one.context)
    _put(block, world, one.happened)
    if one.twin is not None:
        _put(block, 1, one.twin)
    for name, amount in one.pairs.items():
        block.pairs[PATH, PAIRS.index(name)] = amount
    if one.market is not None:
        block.market[PATH] = 1.0
        for quarter, gross in one.market.items():
            block.market[PATH, quarter] = gross
    return block


def check(one: Case) -> None:
    """The metric is what the case says: in the package; and in the twin where it is one world's and does not look at the other."""
    metric = by_name()[one.key]
    turned = dataclasses.replace(
        one.context, books=one.context.books[::-1], reinvestment_required=one.context.reinvestment_required[::-1]
    )
    for world, context in enumerate((one.context, turned)[: 2 if metric.scope == "world" and one.twin is None else 1]):
        found = metric.compute(View(block_of(one, world), world, context))
        assert found.shape == (PATHS,)
        assert found[PATH] == pytest.approx(one.expected, rel=1e-10, abs=1e-12, nan_ok=True), (one.note, world)


def named(cases: Iterable[Case]) -> list[object]:
    """Cases as parameters of a test, by metric."""
    return [pytest.param(one, id=f"{one.key}-{one.note.replace(' ', '_')}" if one.note else one.key) for one in cases]
