"""What happened in one world of one path by its postings alone: each with its firm and its fund or bank, as the reference engine's
ledger keeps them. Recorded rows are held against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from kejin_sim.ledger import Party, Posting
from kejin_sim.postings import postings
from kejin_sim.recording import SERIES, STATS
from kejin_sim.reference import statistics
from kejin_sim.reference.birth import Profile
from kejin_sim.reference.notes import Event, Notes
from kejin_sim.reference.run import run_world
from kejin_sim.scenario.scenario import Scenario
from tests.agreement.variations import VARIATIONS
from tests.playing import SEED, bundled, run, scenario

CODES: Final[dict[int, Posting]] = {posting.number: posting for posting in postings()}


class Entry(NamedTuple):
    """A posting: quarter from the opening (negative in the burn-in), code, CNY, firm, and fund or bank (empty for none)."""

    quarter: int
    code: str
    amount: float
    firm: str
    other: str


Where = Callable[[Entry], bool]


@dataclass(eq=False)
class History:
    """One world of one path. ``series``, ``stats``: rows as both engines recorded them, the reference engine's first."""

    name: str
    world: int
    scenario: Scenario
    entries: list[Entry]
    events: list[Event]
    profiles: dict[str, Profile]
    opening: int
    quarters: int
    series: tuple[np.ndarray, np.ndarray]
    stats: tuple[np.ndarray, np.ndarray]
    budget: tuple[np.ndarray, np.ndarray]

    def __str__(self) -> str:
        return f"{self.name}, {('package', 'twin')[self.world]}"

    def value(self, key: str, *, since: int = 0) -> Any:
        """A parameter in force in this world in a quarter: the baseline's in the burn-in."""
        twin = self.scenario.baseline
        if (self.world == 1 or since < 0) and twin is not None and key in twin.values:
            return twin.values[key]
        return self.scenario.values[key]

    @cached_property
    def _by_code(self) -> dict[str, list[Entry]]:
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.code].append(entry)
        return found

    def all_of(self, *codes: str) -> Iterator[Entry]:
        """Postings of some codes, the burn-in's included, code by code."""
        for code in codes:
            yield from self._by_code.get(code, ())

    def of(self, *codes: str, where: Where | None = None) -> Iterator[Entry]:
        """Postings of some codes once the books are open."""
        for entry in self.all_of(*codes):
            if entry.quarter >= 0 and entry.amount != 0.0 and (where is None or where(entry)):
                yield entry

    def by_quarter(self, found: Iterable[tuple[int, float]]) -> np.ndarray:
        """Amounts added up by quarter from the opening."""
        row = np.zeros(self.quarters)
        for quarter, amount in found:
            if 0 <= quarter < self.quarters:
                row[quarter] += amount
        return row

    def paid(self, *codes: str, where: Where | None = None) -> np.ndarray:
        """CNY by quarter."""
        return self.by_quarter((entry.quarter, entry.amount) for entry in self.of(*codes, where=where))

    def count(self, *codes: str, where: Where | None = None) -> np.ndarray:
        """How many postings by quarter."""
        return self.by_quarter((entry.quarter, 1.0) for entry in self.of(*codes, where=where))

    def first(self, *codes: str, of: str = "firm") -> dict[str, int]:
        """In which quarter the first posting of some codes was made, by firm or by fund."""
        found: dict[str, int] = {}
        for entry in self.all_of(*codes):
            key = getattr(entry, of)
            found[key] = min(found.get(key, entry.quarter), entry.quarter)
        return found

    def balance(self, party: Party) -> np.ndarray:
        """What an institution with one account has at each quarter's end, the burn-in's money included."""
        sign = {p.name: float(p.payee is party) - float(p.payer is party) for p in CODES.values()}
        before = sum(sign[e.code] * e.amount for e in self.entries if e.quarter < 0)
        flow = self.by_quarter((e.quarter, sign[e.code] * e.amount) for e in self.entries if sign[e.code])
        return before + np.cumsum(flow)

    def told(self, *kinds: str) -> Iterator[tuple[int, Event]]:
        """Events of the diary of some kinds, each with its quarter from the opening."""
        for event in self.events:
            if event.kind in kinds:
                yield event.quarter - self.opening, event

    # Who is who.

    def here(self, entry: Entry) -> bool:
        """Is the posting's firm one of the city?"""
        return not self.profiles[entry.firm].outside

    @cached_property
    def formed(self) -> dict[str, int]:
        """When each sub-fund was formed: with its first call."""
        return self.first("call_government", "call_gp", "call_social", "call_district", of="other")

    def of_policy_fund(self, entry: Entry) -> bool:
        """Is the posting's sub-fund one that was formed after the books opened?"""
        return self.formed[entry.other] >= 0

    @cached_property
    def ended(self) -> dict[str, tuple[int, str]]:
        """Firms that are no more: quarter from the opening and how (``failed``, ``acquired``, ``sold``)."""
        return {event.entity: (quarter, event.kind) for quarter, event in self.told("failed", "acquired", "sold")}

    @cached_property
    def born(self) -> dict[str, int]:
        """When each firm came, by its founders' money."""
        return self.first("founding")

    @cached_property
    def cohorts(self) -> list[str]:
        """The city's firms that arrived after the opening."""
        return [firm for firm, quarter in self.born.items() if quarter >= 0 and not self.profiles[firm].outside]

    def __getitem__(self, code: str) -> np.ndarray:
        return self.paid(code)


def play(name: str, found: Scenario, path: int = 0) -> tuple[History, ...]:
    """Both worlds of a path, played by the reference engine, with the compiled engine's rows beside."""
    inputs = found.inputs()
    worlds = 1 if inputs.twin is None else 2
    block = run(found, 1, first=path)
    kept = []
    for world in range(worlds):
        city = run_world(inputs, SEED, path, world, Notes([]))
        profiles = {firm.profile.key: firm.profile for firm in city.everybody}
        entries = []
        for quarter, code, amount, entity, _ in city.ledger.entries:
            head, _, tail = entity.partition("/")
            firm, other = (tail, head) if tail else (head, "") if head in profiles else ("", head)
            entries.append(Entry(quarter - city.clock.opening, CODES[code].name, amount, firm, other))
        stats = np.array(statistics.draw_up(city))
        assert city.notes.diary is not None
        kept.append(
            History(
                name,
                world,
                found,
                entries,
                city.notes.diary,
                profiles,
                city.clock.opening,
                city.settings.horizon,
                (city.close.series, block.series[0, world]),
                (stats, block.stats[0, world]),
                (city.close.budget, block.budget[0, world]),
            )
        )
    return tuple(kept)


@cache
def history(name: str) -> tuple[History, ...]:
    """A bundled scenario, or a variation of the demonstration, on its first path or on that after a ``#``."""
    base, _, path = name.partition("#")
    number = int(path or 0)
    if base in OWN:
        return play(name, scenario("demo", OWN[base]), number)
    if base in VARIATIONS:
        return play(name, scenario("demo", VARIATIONS[base][1]), number)
    return play(name, bundled(base), number)


_FUND: Final = "measures.equity.angel_subfunds"
#: The demonstration with single things left out, where postings alone would not tell one thing from another.
OWN: Final[dict[str, dict[str, Any]]] = {
    "no follow-on": {f"{side}measures.equity.follow_on.per_year": 0 for side in ("", "baseline.")},
    "no seed direct": {
        **{f"{side}measures.equity.seed_direct.per_year": 0 for side in ("", "baseline.")},
        "measures.grant_to_equity.talent.per_year": 0,
        "measures.equity.follow_on.per_year": 20,
    },
    "no subsidiaries": {f"{_FUND}.reinvestment.subsidiary_share": "0%", f"{_FUND}.outside_share": "30%"},
    "long observation": {"horizon_years": 14, "world.arrivals.per_year": 15, "behaviour.relocated_share": "30%"},
    "one national share": {
        **VARIATIONS["guarantees alone"][1],
        **{f"{side}measures.credit.guarantee.national_share": ["20%"] * 3 for side in ("", "baseline.")},
    },
    "no grants": {
        "measures.grant_to_equity.enabled": False,
        "measures.equity.loss_tolerance.interim_years": 2,
        "measures.equity.loss_tolerance.rate": "20%",
        "world.exits.redemption_exercise": "50%",
    },
    "nobody leaves": {"world.exits.mna_hazard": ["0%"] * 7, "world.exits.ipo_filing": "0%"},
    "nobody runs short": {
        "world.exits.mna_hazard": ["0%"] * 7,
        "world.exits.ipo_filing": "0%",
        "world.cash.initial_runway": "40季度",
        "horizon_years": 4,
    },
}

#: A row is at work above this much; what rounding of sums may leave where there is nothing (CNY).
LEAST: Final = 1e-3
CRUMB: Final = 1e-6

Row = Callable[[History], "np.ndarray | float"]


def hold(
    rows: dict[str, Row],
    name: str,
    names: Iterable[str],
    *,
    statistic: bool = False,
    but_last: bool = False,
    may_rest: bool = False,
) -> None:
    """A row is what its postings say, in every world of some histories and in both engines, and not always zero.

    ``but_last``: the last quarter cannot be told; ``may_rest``: it may be zero everywhere.
    """
    number = (STATS if statistic else SERIES).index(name)
    active = False
    for played in (world for each in names for world in history(each)):
        wanted = np.asarray(rows[name](played))
        active = active or float(np.abs(wanted).max()) > LEAST
        scale = max(1.0, float(np.abs(wanted).max()))
        for engine, recorded in zip(
            ("reference", "compiled"), played.stats if statistic else played.series, strict=True
        ):
            np.testing.assert_allclose(
                recorded[number][: -1 if but_last else None] if not statistic else recorded[number],
                wanted[: -1 if but_last else None] if not statistic else wanted,
                rtol=1e-9,
                atol=CRUMB + 1e-9 * scale,
                err_msg=f"{name}: {played}, {engine}",
            )
    assert active or may_rest, f"{name} is zero everywhere"
