"""What an outcome is made of: found out by asking its own definition, so that nothing is listed a second time.

A definition is computed on made-up blocks by a `View` that takes note of what it is asked for. Where the outcome turns out to
be a weighted sum of what it asks for, each posting is known to be added or taken off, and one that cancels is none of it.
Of any other outcome (a ratio, an internal rate of return, the greatest of something) it is known what goes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final, Literal

import numpy as np

from kejin_sim.ledger import LINES, Line, Nature, Posting
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import BOOKS, Array, Context, Parties, View, codes_of
from kejin_sim.parameters import by_key
from kejin_sim.postings import postings
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, BlockResult
from kejin_sim.timeline import Quarter

Kind = Literal["posting", "series", "stat", "pair", "budget", "market"]
Place = tuple[Kind, int, int]
"""Kind, world, and the number of the row; of the budget the number of line and item together."""

_QUARTERS: Final = 2
_TRIALS: Final = 6  # made-up paths on which a sum has to be the sum that it seems
_ITEMS: Final = len(BUDGET_ITEMS)


@dataclass(frozen=True)
class MadeOf:
    """The parts of an outcome.

    ``added``, ``taken_off``: postings of a sum; ``entering``: postings of an outcome that is none. ``plain``: the outcome is
    what is added less what is taken off and nothing else. ``series``, ``stats``, ``pairs``: names of rows of
    `kejin_sim.recording`; ``budget``: item and line of the budget's account, every line when None. ``market``: the return of
    the equity market goes in. ``by_book``: which postings belong to it depends on which budget book each line is in.
    ``compares``: the baseline goes in too. ``outcomes``: other outcomes that the formula names.
    """

    added: tuple[Posting, ...] = ()
    taken_off: tuple[Posting, ...] = ()
    entering: tuple[Posting, ...] = ()
    plain: bool = False
    series: tuple[str, ...] = ()
    stats: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    budget: tuple[tuple[str, Line | None], ...] = ()
    market: bool = False
    by_book: bool = False
    compares: bool = False
    outcomes: tuple[str, ...] = ()

    @property
    def postings(self) -> tuple[Posting, ...]:
        """All its postings, in the order of their numbers."""
        return tuple(sorted((*self.added, *self.taken_off, *self.entering), key=lambda posting: posting.number))


def made_of(outcome: Metric | Ratio) -> MadeOf:
    """The parts of an outcome; of a ratio of means the two outcomes that it divides."""
    named = _named(outcome)
    if isinstance(outcome, Ratio):
        return MadeOf(outcomes=named)
    notes = _Notes()
    _compute(outcome, _Blocks(1), notes)
    weights = _weights(outcome, notes)
    rows = sorted({(kind, row) for kind, _, row in notes.times})
    numbers = [row for kind, row in rows if kind == "posting"]
    added: tuple[Posting, ...] = ()
    taken_off: tuple[Posting, ...] = ()
    entering: tuple[Posting, ...] = ()
    if weights is None:
        idle = _idle(outcome, notes)
        entering = _of(row for row in numbers if row not in idle)
    else:
        signs = {row: weights[_own(notes, row)] for row in numbers}
        added = _of(row for row in numbers if signs[row].sum() > 0.0)
        taken_off = _of(row for row in numbers if signs[row].sum() < 0.0)
    return MadeOf(
        added, taken_off, entering,
        plain=weights is not None and len(rows) == len(numbers) and not notes.compares
        and all((weight == weight[0]).all() and abs(weight[0]) in (0.0, 1.0) for weight in weights.values()),
        series=tuple(SERIES[row] for kind, row in rows if kind == "series"),
        stats=tuple(STATS[row] for kind, row in rows if kind == "stat"),
        pairs=tuple(PAIRS[row] for kind, row in rows if kind == "pair"),
        budget=_budget({row for kind, row in rows if kind == "budget"}),
        market=("market", 0) in rows,
        by_book=notes.by_book,
        compares=notes.compares,
        outcomes=named,
    )  # fmt: skip


@dataclass
class _Notes:
    """What a definition asked for. ``times``: in how many selections each place was."""

    times: dict[Place, int] = field(default_factory=dict)
    seen: set[tuple[object, ...]] = field(default_factory=set)
    by_book: bool = False

    @property
    def compares(self) -> bool:
        return any(world == 1 for _, world, _ in self.times)

    def note(self, kind: Kind, world: int, rows: Iterable[int], asked: tuple[object, ...] = ()) -> None:
        """One selection; what is asked for again is no second one."""
        if (kind, world, *asked) in self.seen:
            return
        self.seen.add((kind, world, *asked))
        for row in rows:
            self.times[kind, world, row] = self.times.get((kind, world, row), 0) + 1


@dataclass(frozen=True)
class _Asked(View):
    """A view that records which postings and series a metric reads."""

    notes: _Notes = field(default_factory=_Notes)

    @cached_property
    def twin(self) -> View:
        return replace(self, world=1)

    @property
    def market(self) -> Array:
        self.notes.note("market", 0, (0,))
        return super().market

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
        asked = (payer, payee, rule, nature, line, room, rules, names)
        self.notes.note("posting", self.world, codes_of(*asked).tolist(), asked)
        return super().paid(
            payer=payer, payee=payee, rule=rule, nature=nature, line=line, room=room, rules=rules, names=names
        )

    def of_book(
        self,
        book: str,
        *,
        payer: Parties = None,
        payee: Parties = None,
        nature: Nature | None = None,
        room: str | None = None,
    ) -> Array:
        self.notes.by_book = True
        return super().of_book(book, payer=payer, payee=payee, nature=nature, room=room)

    def series(self, name: str) -> Array:
        self.notes.note("series", self.world, (SERIES.index(name),), (name,))
        return super().series(name)

    def stat(self, name: str) -> Array:
        self.notes.note("stat", self.world, (STATS.index(name),), (name,))
        return super().stat(name)

    def pair(self, name: str) -> Array:
        self.notes.note("pair", 0, (PAIRS.index(name),), (name,))
        return super().pair(name)

    def budget(self, item: str, line: Line | None = None) -> Array:
        lines = range(len(LINES)) if line is None else (LINES.index(line),)
        rows = [number * _ITEMS + BUDGET_ITEMS.index(item) for number in lines]
        self.notes.note("budget", self.world, rows, (item, line))
        return super().budget(item, line)


class _Blocks:
    """A made-up block of so many paths, empty at first."""

    def __init__(self, paths: int) -> None:
        self.result = BlockResult(
            0,
            flows=np.zeros((paths, 2, len(postings()), _QUARTERS)),
            series=np.zeros((paths, 2, len(SERIES), _QUARTERS)),
            stats=np.zeros((paths, 2, len(STATS))),
            pairs=np.zeros((paths, len(PAIRS))),
            budget=np.zeros((paths, 2, len(LINES), 1, _ITEMS)),
            market=np.ones((paths, _QUARTERS)),
            enterprise_quarters=np.zeros(paths, dtype=np.int64),
        )

    def cells(self, place: Place) -> Array:
        """The figures of a place, to be written to: float64[path, quarter], or [path, 1] of what has no quarters."""
        kind, world, row = place
        made = self.result
        if kind == "posting":
            return made.flows[:, world, row]
        if kind == "series":
            return made.series[:, world, row]
        if kind == "budget":
            return made.budget[:, world, row // _ITEMS, :, row % _ITEMS]
        if kind == "market":
            return made.market
        return made.pairs[:, row, None] if kind == "pair" else made.stats[:, world, row, None]


@cache
def _context() -> Context:
    """The program's own settings, two quarters of one year."""
    default = {key: parameter.value for key, parameter in by_key().items()}
    books = {line: BOOKS[int(str(default[f"budget.{line}.book"]))] for line in LINES}
    treasury, social, funds = (
        float(str(default[f"valuation.{name}"]))
        for name in ("treasury_discount", "social_discount", "cost_of_public_funds")
    )
    return Context(Quarter(2026, 1), _QUARTERS, treasury, social, funds, books=(books, books))


def _compute(metric: Metric, blocks: _Blocks, notes: _Notes) -> Array:
    with np.errstate(all="ignore"):
        return metric.compute(_Asked(blocks.result, 0, _context(), notes))


def _trials(places: Iterable[Place], copies: int = 1) -> _Blocks:
    """A few made-up paths, each as often; whole yuan, so that what cancels leaves nothing."""
    draw = np.random.default_rng(1)
    blocks = _Blocks(_TRIALS * copies)
    for place in places:
        cells = blocks.cells(place)
        cells[:] = np.tile(draw.integers(1, 10, (_TRIALS, cells.shape[1])), (copies, 1))
    return blocks


def _weights(metric: Metric, notes: _Notes) -> dict[Place, Array] | None:
    """What one more in each quarter adds to the outcome, if that is all there is to it."""
    places = sorted(notes.times)
    if any(kind == "market" for kind, *_ in places):
        return None
    sizes = [_Blocks(1).cells(place).shape[1] for place in places]
    ends = np.cumsum([0, *sizes])
    ones = _Blocks(int(ends[-1]) + 1)
    for place, first, end in zip(places, ends, ends[1:], strict=False):
        ones.cells(place)[first:end] = np.eye(end - first)
    found = _compute(metric, ones, notes)
    weights = {place: found[first:end] for place, first, end in zip(places, ends, ends[1:], strict=False)}
    trials = _trials(places)
    terms = [trials.cells(place) * weights[place] for place in places]
    summed = sum(term.sum(axis=1) for term in terms)
    most = sum(np.abs(term).sum(axis=1) for term in terms)
    is_sum = found[-1] == 0.0 and np.all(np.abs(_compute(metric, trials, notes) - summed) <= 1e-9 * most)
    return weights if is_sum else None


def _idle(metric: Metric, notes: _Notes) -> set[int]:
    """Postings that cancel: asked for in two selections, and whatever is posted, the outcome is the same."""
    twice = sorted({row for (kind, _, row), times in notes.times.items() if kind == "posting" and times > 1})
    trials = _trials(sorted(notes.times), copies=len(twice) + 1)
    for number, row in enumerate(twice, start=1):
        some = slice(number * _TRIALS, (number + 1) * _TRIALS)
        trials.result.flows[some, :, row] *= 3.0
    found = _compute(metric, trials, notes).reshape(len(twice) + 1, _TRIALS)
    return {
        row for row, values in zip(twice, found[1:], strict=True) if np.array_equal(values, found[0], equal_nan=True)
    }


def _own(notes: _Notes, row: int) -> Place:
    """The place of a posting: in the package, or in the baseline when it is asked for there only."""
    return ("posting", 0, row) if ("posting", 0, row) in notes.times else ("posting", 1, row)


def _of(rows: Iterable[int]) -> tuple[Posting, ...]:
    return tuple(postings()[row] for row in rows)


def _budget(rows: set[int]) -> tuple[tuple[str, Line | None], ...]:
    """Items with their lines, an item that all lines have without."""
    found: list[tuple[str, Line | None]] = []
    for number, item in enumerate(BUDGET_ITEMS):
        lines = [line for place, line in enumerate(LINES) if place * _ITEMS + number in rows]
        found += [(item, None)] if len(lines) == len(LINES) else [(item, line) for line in lines]
    return tuple(found)


def _named(outcome: Metric | Ratio) -> tuple[str, ...]:
    """Outcomes that a formula names; words of English are no names."""
    words = re.findall(r"[a-z][a-z0-9_]*_[a-z0-9_]*[a-z0-9]", outcome.formula_en)
    if isinstance(outcome, Ratio):
        words = [outcome.numerator, outcome.denominator]
    return tuple(dict.fromkeys(word for word in words if word in by_name() and word != outcome.name))
