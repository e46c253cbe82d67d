"""What a metric sees: one world of a block of paths, asked by meaning instead of by row number.

Flows are selected by what the posting tables say of them (payer, payee, rule, nature, budget line), never by a
list of codes kept here, so that a new posting is counted without anybody remembering to. Every array that
comes out is exact per path: it does not depend on which other paths are in the block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.jit import array_maker
from kejin_sim.ledger import LINES, Line, Nature, Party
from kejin_sim.outcomes import returns
from kejin_sim.parameters import by_key
from kejin_sim.postings import postings, rooms
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, BlockResult
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.timeline import QUARTERS_PER_YEAR, Quarter

Array = NDArray[np.float64]
Parties = Party | frozenset[Party] | None

_SERIES = {name: i for i, name in enumerate(SERIES)}
_STATS = {name: i for i, name in enumerate(STATS)}
_PAIRS = {name: i for i, name in enumerate(PAIRS)}
BOOKS: Final = ("general", "fund", "state_capital")
"""Budget books, in the order of the registry's choices."""
BOOK_LABELS: Final = {
    "general": ("一般公共预算", "general public budget"),
    "fund": ("政府性基金预算", "government fund budget"),
    "state_capital": ("国有资本经营预算", "state capital budget"),
}
_ITEMS = {name: i for i, name in enumerate(BUDGET_ITEMS)}
_LINES = {line: i for i, line in enumerate(LINES)}


@dataclass(frozen=True, slots=True)
class Context:
    """What metrics need besides the block: the calendar and how outcomes are valued.

    ``start``: the quarter in which the books open. ``quarters``: from the opening to the horizon.
    ``treasury_discount`` and
    ``social_discount``: decimals a year; ``cost_of_public_funds``: what a yuan of public money costs society
    (registry group ``valuation``). ``books``: budget book of each line, by world.
    ``reinvestment_required``: what sub-funds must reinvest locally, as a multiple of the government's money, by world.
    ``pure_grants``: does measure 7 give its money for nothing (G10), by world.
    """

    start: Quarter
    quarters: int
    treasury_discount: float
    social_discount: float
    cost_of_public_funds: float
    displacement: float = 0.0
    books: tuple[Mapping[Line, str], ...] = ()
    reinvestment_required: tuple[float, ...] = (0.0, 0.0)
    pure_grants: tuple[bool, ...] = (False, False)

    @classmethod
    def of(cls, inputs: Inputs) -> Context:
        """The context of a scenario."""
        sides = [side for side in (inputs.package, inputs.twin) if side is not None]
        pure = by_key()["measures.grant_to_equity.mode"].choices.index("pure_grant")
        return cls(
            inputs.first_quarter,
            inputs.horizon_quarters,
            float(inputs.valuation["treasury_discount"]),
            float(inputs.valuation["social_discount"]),
            float(inputs.valuation["cost_of_public_funds"]),
            float(inputs.behaviour["market_displacement"]),
            tuple(_books(side["budget"]) for side in sides),
            tuple(float(side["equity"]["angel_subfunds_reinvestment_required"]) for side in sides),
            tuple(int(side["grant_to_equity"]["mode"]) == pure for side in sides),
        )

    @property
    def offset(self) -> int:
        """Quarters of the first fiscal year that lie before the opening; the fiscal year is the calendar year."""
        return self.start.quarter - 1

    @property
    def years(self) -> int:
        """Fiscal years that the time from the opening to the horizon touches."""
        return -(-(self.offset + self.quarters) // QUARTERS_PER_YEAR)


def _books(budget: np.void) -> dict[Line, str]:
    """The budget book of each line in one world."""
    return {line: BOOKS[int(budget[f"{line}_book"])] for line in LINES}


@array_maker
def _sum_codes(flows: NDArray[np.float64], world: int, codes: NDArray[np.int64]) -> Array:
    """Postings of some codes together: float64[path, world, code, quarter] → float64[path, quarter]."""
    rows = np.zeros((flows.shape[0], flows.shape[3]))
    for path in range(flows.shape[0]):
        for code in codes:
            for k in range(flows.shape[3]):
                rows[path, k] += flows[path, world, code, k]
    return rows


def _matches(party: Party, wanted: Parties) -> bool:
    return wanted is None or (party in wanted if isinstance(wanted, frozenset) else party == wanted)


# The tables of postings do not change while a program runs, and every block asks a thousand questions of them: to answer
# them anew takes 30 ms, a sixth of what it takes to simulate some ten paths, and no other thread computes meanwhile.
@cache
def codes_of(
    payer: Parties, payee: Parties, rule: str | None, nature: Nature | None, line: Line | None, room: str | None,
    rules: frozenset[str] | None, names: frozenset[str] | None,
) -> NDArray[np.int64]:  # fmt: skip
    """Numbers of the posting codes that fit all that is given."""
    found = [
        p.number
        for p in postings()
        if _matches(p.payer, payer)
        and _matches(p.payee, payee)
        and (rule is None or p.rule == rule)
        and (nature is None or p.nature == nature)
        and (line is None or p.line == line)
        and (room is None or rooms()[p.number] == room)
        and (rules is None or p.rule in rules)
        and (names is None or p.name in names)
    ]
    return np.array(found, dtype=np.int64)


def after_displacement(package: Array, twin: Array, displacement: float) -> Array:
    """What the package has once others have lost the share that it displaces of what it has beyond its twin.

    Formula: twin + (1 − displacement) · (package − twin).
    Displacement is of what support adds: firms that would be there anyway displace nobody by being supported. The same share
    of a shortfall is made up by others.
    Parameters: ``package``, ``twin``: jobs or tax, in one unit; ``displacement`` (``behaviour.market_displacement``).
    Source: rulebook §0.4 (market displacement); assumption.
    """
    return twin + (1.0 - displacement) * (package - twin)


@dataclass(frozen=True)
class View:
    """One world of a block.

    ``world``: 0 the package, 1 the twin. Methods that give rows return float64[path, quarter], the others
    float64[path].
    """

    block: BlockResult
    world: int
    context: Context

    @cached_property
    def _memory(self) -> dict[tuple[object, ...], Array]:
        return {}

    @cached_property
    def twin(self) -> View:
        """The same block seen from the twin. Errors: ``IndexError`` when the run has none."""
        if self.block.flows.shape[1] < 2:
            raise IndexError("the block has no twin")
        return View(self.block, 1, self.context)

    @property
    def market(self) -> Array:
        """Gross return of the equity market in each quarter, rows."""
        return self.block.market

    def paid(
        self,
        *,
        payer: Parties = None,
        payee: Parties = None,
        rule: str | None = None,
        nature: Nature | None = None,
        line: Line | None = None,
        room: str | None = None,
        rules: frozenset[str] | None = None,
        names: frozenset[str] | None = None,
    ) -> Array:
        """Rows: CNY paid in each quarter under every posting code that fits all that is given.

        ``rules`` and ``names``: any of these rules and codes; ``room``: the measure (or ``world``) that lists the code.
        """
        key = ("paid", payer, payee, rule, nature, line, room, rules, names)
        if key not in self._memory:
            codes = codes_of(payer, payee, rule, nature, line, room, rules, names)
            self._memory[key] = _sum_codes(self.block.flows, self.world, codes)
        return self._memory[key]

    def of_book(
        self,
        book: str,
        *,
        payer: Parties = None,
        payee: Parties = None,
        nature: Nature | None = None,
        room: str | None = None,
    ) -> Array:
        """Rows: CNY paid under the lines that belong to a budget book in this world."""
        rows = np.zeros((self.block.flows.shape[0], self.block.flows.shape[3]))
        for line, of in self.context.books[self.world].items():
            if of == book:
                rows = rows + self.paid(payer=payer, payee=payee, nature=nature, line=line, room=room)
        return rows

    def total(
        self,
        *,
        payer: Parties = None,
        payee: Parties = None,
        rule: str | None = None,
        nature: Nature | None = None,
        line: Line | None = None,
        room: str | None = None,
        rules: frozenset[str] | None = None,
        names: frozenset[str] | None = None,
    ) -> Array:
        """CNY paid over all quarters, selected like `paid`."""
        return returns.total_rows(
            self.paid(
                payer=payer, payee=payee, rule=rule, nature=nature, line=line, room=room, rules=rules, names=names
            )
        )

    def series(self, name: str) -> Array:
        """Rows of a series of ``recording.SERIES``."""
        key = ("series", name)
        if key not in self._memory:
            self._memory[key] = np.ascontiguousarray(self.block.series[:, self.world, _SERIES[name]])
        return self._memory[key]

    def displaced(self, name: str) -> Array:
        """Rows of a series :func:`after_displacement`; of the twin itself, and of a package without one, as they are."""
        rows = self.series(name)
        if self.world == 1 or self.block.flows.shape[1] < 2:
            return rows
        return after_displacement(rows, self.twin.series(name), self.context.displacement)

    def added(self, *names: str) -> Array:
        """Sum over all quarters of one or several series."""
        total = returns.total_rows(self.series(names[0]))
        for name in names[1:]:
            total = total + returns.total_rows(self.series(name))
        return total

    def last(self, name: str) -> Array:
        """Value of a series at the horizon."""
        value: Array = self.series(name)[:, -1].copy()
        return value

    def average(self, name: str) -> Array:
        """Mean of a series over the quarters."""
        return self.added(name) / self.context.quarters

    def peak(self, rows: Array) -> Array:
        """Greatest value of each row, at least 0."""
        peak: Array = np.maximum(rows.max(axis=1), 0.0)  # a maximum does not depend on the order
        return peak

    def stat(self, name: str) -> Array:
        """A statistic of ``recording.STATS``."""
        value: Array = self.block.stats[:, self.world, _STATS[name]].copy()
        return value

    def pair(self, name: str) -> Array:
        """A count of ``recording.PAIRS``; NaN without a twin."""
        value: Array = self.block.pairs[:, _PAIRS[name]].copy()
        return value

    def budget(self, item: str, line: Line | None = None) -> Array:
        """An item of ``recording.BUDGET_ITEMS``, CNY, float64[path, fiscal year]; all lines together when none
        is named."""
        values = self.block.budget[:, self.world, :, :, _ITEMS[item]]
        if line is not None:
            return np.ascontiguousarray(values[:, _LINES[line]])
        total = values[:, 0].copy()
        for i in range(1, values.shape[1]):
            total += values[:, i]
        return total
