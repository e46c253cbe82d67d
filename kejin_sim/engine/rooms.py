"""What measures do in the loop: the rooms' own steps, put together in the order of the list of measures.

A room that has a module or a package ``steps`` takes part. It names its state (``STATE``: a record per world; ``FILE``: one per
firm and world), and at which moments of a quarter it acts, by functions of the names in ``HOOKS`` (and ``VISIT``). Here they
become one compiled function a moment; a room that has no such function costs nothing. Measures 1, 2 and 7 are woven into the
rounds and the fate of firms, and stand in `kejin_sim.engine.steps` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.layout import AHEAD, CACHE_LINE, I8, Record
from kejin_sim.jit import fetch_ahead, internal, internal_inlined
from kejin_sim.ledger import Posting
from kejin_sim.measures import MEASURES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOOKS: Final = (
    "open_year", "influence", "arrive", "serve", "award", "transfers", "funds", "research", "assess", "end", "close", "finish",
)  # fmt: skip
"""Moments at which a room may act, in the order of a quarter; ``finish`` comes once, after the last one."""
VISIT: Final = "firm_year"
"""The yearly visit of every firm, apart from these: it has a signature of its own."""


def _steps() -> dict[str, ModuleType]:
    """Rooms that take part, with their steps."""
    places = {room: f"kejin_sim.measures.{room}.steps" for room in MEASURES}
    return {room: import_module(place) for room, place in places.items() if find_spec(place) is not None}


STEPS: Final = _steps()
ROOMS: Final = tuple(STEPS)

_NOTHING: Final = [("nothing", I8)]  # a record has at least one field
STATES: Final = np.dtype([(room, steps.STATE) for room, steps in STEPS.items()] or _NOTHING, align=True)
"""State of all rooms in one world: ``state.insurance`` is that of the room."""
_OF_FIRMS: Final = [(room, steps.FILE) for room, steps in STEPS.items() if hasattr(steps, "FILE")]
_READ: Final = [entry for entry in _OF_FIRMS if getattr(STEPS[entry[0]], "FILE_READ_AT_VISITS", False)]
FILES: Final = np.dtype(_READ + [entry for entry in _OF_FIRMS if entry not in _READ] or _NOTHING, align=True)
"""What rooms keep about a firm in one world; first the files that every visit reads (``FILE_READ_AT_VISITS``)."""
FILE_LINES: Final = -(-np.dtype(_READ or _NOTHING, align=True).itemsize // CACHE_LINE)
"""Cache lines of these."""

ACCOUNTS: Final[tuple[tuple[str, str], ...]] = tuple(
    (room, account) for room, steps in STEPS.items() for account in getattr(steps, "ACCOUNTS", ())
)
"""Accounts that rooms keep: (room, name), in the order of the rows of ``effects`` and of the checks."""


def effect(posting: Posting) -> tuple[float, ...]:
    """What a posting does to each of ``ACCOUNTS``: +1, −1 or 0."""
    found: list[float] = []
    for steps in STEPS.values():
        if getattr(steps, "ACCOUNTS", ()):
            found += steps.effect(posting)
    return tuple(found)


def rules_dtype() -> np.dtype[Any]:
    """Rules of all measures in one world as one record: ``rules.insurance.enabled``."""
    from kejin_sim.scenario.inputs import record_dtype

    return np.dtype([(measure, record_dtype(measure)) for measure in MEASURES], align=True)


@internal
def _nobody(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, books: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """No room acts at this moment."""


def _shape(function: Any) -> tuple[int, tuple[str, ...]]:
    """How many parameters, and what the first three are called: enough to tell a step."""
    code = getattr(getattr(function, "py_func", function), "__code__", None)  # plain when nothing is compiled
    return (0, ()) if code is None else (code.co_argcount, code.co_varnames[:3])


def refuse_misspelt(place: str, steps: Mapping[str, Any]) -> None:
    """A step under a name that is no moment would never run: whatever looks like one must be called as one.

    Parameters: ``place`` of the steps, for the message; ``steps`` by name. Errors: `TypeError`.
    """
    for name, function in steps.items():
        allowed = {_shape(_nobody): HOOKS, _shape(_no_visit): (VISIT,)}.get(_shape(function))
        if allowed is not None and name not in allowed and not name.startswith("_"):
            raise TypeError(f"{place}.{name} looks like a room's step and would never run: it must be one of {', '.join(allowed)}")


def _after(first: Callable[..., None], number: int, others: Callable[..., None]) -> Callable[..., None]:
    @internal
    def both(
        people: Record, firms: Record, files: Record, live: Ints, alive: int, books: Ints, n: int, quarter: Record,
        city: Record, rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats,
        stat: Floats,
    ) -> None:  # fmt: skip
        first(
            people, firms, files, live, alive, books[number], n, quarter, city, rules, state, world, behaviour, flow, series,
            stat,
        )  # fmt: skip
        others(
            people, firms, files, live, alive, books, n, quarter, city, rules, state, world, behaviour, flow, series, stat
        )

    return both


def _moment(hook: str) -> Callable[..., None]:
    """Every room's step of a moment, one after the other."""
    together: Callable[..., None] = _nobody
    for number, steps in reversed(list(enumerate(STEPS.values()))):
        if hasattr(steps, hook):
            together = _after(getattr(steps, hook), number, together)
    return together


open_years: Final = _moment("open_year")
influences: Final = _moment("influence")
arrivals: Final = _moment("arrive")
serve: Final = _moment("serve")
award: Final = _moment("award")
transfers: Final = _moment("transfers")
funds: Final = _moment("funds")
research: Final = _moment("research")
assess: Final = _moment("assess")
end: Final = _moment("end")
close: Final = _moment("close")
finish: Final = _moment("finish")


# The yearly visit: every firm of the city once a year, whatever rooms want of it, with one draw for all.


@internal
def _no_visit(
    person: Record, firm: Record, file: Record, slot: int, books: Ints, n: int, quarter: Record, city: Record, rules: Record,
    state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """No room visits."""


def _visit_after(first: Callable[..., None], number: int, others: Callable[..., None]) -> Callable[..., None]:
    # Records are handed on and arrays are not: an array is seven words or more on the stack of every room's call.
    @internal_inlined
    def both(
        person: Record, firm: Record, file: Record, slot: int, books: Ints, n: int, quarter: Record, city: Record,
        rules: Record, state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
    ) -> None:  # fmt: skip
        first(
            person, firm, file, slot, books[number], n, quarter, city, rules, state, world, behaviour, u0, u1, u2, u3
        )
        others(person, firm, file, slot, books, n, quarter, city, rules, state, world, behaviour, u0, u1, u2, u3)

    return both


def _visits() -> Callable[..., None]:
    together: Callable[..., None] = _no_visit
    for number, steps in reversed(list(enumerate(STEPS.values()))):
        if hasattr(steps, VISIT):
            together = _visit_after(steps.firm_year, number, together)
    return together


for _room, _of_room in STEPS.items():
    refuse_misspelt(f"{_room}.steps", vars(_of_room))


_visit: Final = _visits()


ALWAYS: Final = 1 << 30
"""Longer than any path, in quarters."""


@internal
def _nobody_on(rules: Record, state: Record, past: int) -> bool:
    return False


def _any_on() -> Callable[[Record, Record, int], bool]:
    """Is there a room whose visits matter now, ``past`` quarters after the end of the policy?

    Of those switched on: a room says in ``VISITED_AFTER`` for how many quarters after it they do; otherwise they always do. Of
    those that are not: where what the baseline did in the burn-in goes on at visits, as a flag of its state says
    (``VISITED_FOR``).
    """
    together: Callable[[Record, Record, int], bool] = _nobody_on
    for room, steps in STEPS.items():
        if hasattr(steps, VISIT):
            together = _on_or(room, getattr(steps, "VISITED_AFTER", ALWAYS), together)
            if hasattr(steps, "VISITED_FOR"):
                together = _left_or(room, steps.VISITED_FOR, together)
    return together


def _on_or(
    room: str, after: int, others: Callable[[Record, Record, int], bool]
) -> Callable[[Record, Record, int], bool]:
    @internal
    def either(rules: Record, state: Record, past: int) -> bool:
        return (rules[room].enabled == 1 and past <= after) or others(rules, state, past)

    return either


def _left_or(
    room: str, flag: str, others: Callable[[Record, Record, int], bool]
) -> Callable[[Record, Record, int], bool]:
    @internal
    def either(rules: Record, state: Record, past: int) -> bool:
        return state[room][flag] == 1 or others(rules, state, past)

    return either


_visited: Final = _any_on()


@internal
def visit_firms(
    people: Record, firms: Record, files: Record, due: Ints, count: int, books: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, entities: Ints, draws: Floats,
) -> None:  # fmt: skip
    """Step 6. Every firm in ``due[:count]`` that is still in business; ``entities``, ``draws``: room for their draws."""
    if count == 0 or not _visited(rules, state, quarter.past):
        return
    for index in range(count):
        entities[index] = people[due[index]].entity
    rng.uniforms_of_all(quarter.seed, rng.FIRM_YEAR, quarter.path, entities[:count], quarter.k, draws)
    for index in range(count):
        ahead = due[min(index + AHEAD, count - 1)]
        fetch_ahead(firms[ahead, n], 3)
        fetch_ahead(files[ahead, n], FILE_LINES)
        slot = due[index]
        firm = firms[slot, n]
        if firm.status == 1:  # ACTIVE
            _visit(
                people[slot], firm, files[slot, n], slot, books, n, quarter, city, rules, state, world, behaviour,
                draws[0, index], draws[1, index], draws[2, index], draws[3, index],
            )  # fmt: skip


# The ledger: accounts that rooms keep are held against the postings.


@internal
def _no_accounts(
    state: Record, net: Floats, gross: Floats, row: int, left: Floats, right: Floats, scale: Floats, check: int
) -> float:
    return 0.0


def _tied(room: str, count: int, others: Callable[..., float]) -> Callable[..., float]:
    @internal
    def tie(
        state: Record, net: Floats, gross: Floats, row: int, left: Floats, right: Floats, scale: Floats, check: int
    ) -> float:
        own = state[room]
        least = 0.0
        for number in range(count):
            before = own.balance_before[number]
            left[check + number] = own.balance[number]
            right[check + number] = before + net[row + number]
            scale[check + number] = abs(before) + gross[row + number]
            own.balance_before[number] = own.balance[number]
            least = min(least, own.balance[number])
        return min(least, others(state, net, gross, row + count, left, right, scale, check + count))

    return tie


def _ties() -> Callable[..., float]:
    together: Callable[..., float] = _no_accounts
    for room, steps in reversed(list(STEPS.items())):
        if getattr(steps, "ACCOUNTS", ()):
            together = _tied(room, len(steps.ACCOUNTS), together)
    return together


tie_accounts: Final = _ties()
"""Fill in both sides of the checks of the rooms' accounts from number ``check`` on; returns the least balance, at most 0."""
