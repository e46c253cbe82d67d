"""What the rules are asked while a path is played, so that a posting can say how its amount came about.

The reference engine and the rooms' offices are plain Python and look their names up at every call. While somebody listens, the rule
functions that these names lead to are heard: asked as always, what they are asked and answer kept for the quarter. The functions
themselves, and what the compiled engine makes of them, stay untouched.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any, Final, NamedTuple

from kejin_sim.cases import rule_function
from kejin_sim.postings import postings
from kejin_sim.reference.office import office_modules
from kejin_sim.rules import rules
from kejin_sim.world.postings import OPERATIONS

PAID_LATER: Final = {"I2": 6}
"""Rules whose money is paid in a later quarter than it was reckoned, and for how many quarters their answers are kept."""

BUDGET_RULE: Final = "O1"
"""Money that the treasury moves to its fund and back follows the payments beside it."""


class Answer(NamedTuple):
    """A rule function that answered a posting's amount: the room of its rule, its name there, and what it was asked."""

    room: str
    function: str
    arguments: tuple[tuple[str, Any], ...]


class _Known(NamedTuple):
    """A function on a rule's page: room and name of the first such rule, parameters, and all rules that it is a part of."""

    room: str
    name: str
    parameters: tuple[str, ...]
    rules: set[str]


@cache
def _heard() -> dict[Callable[..., Any], _Known]:
    """Every function on a rule's page. Imports the compiler."""
    found: dict[Callable[..., Any], _Known] = {}
    for rule in rules():
        for name in rule.functions:
            function = rule_function(rule.room, name)
            parameters = tuple(inspect.signature(getattr(function, "py_func", function)).parameters)
            found.setdefault(function, _Known(rule.room, name, parameters, set())).rules.add(rule.id)
    return found


@cache
def _rules() -> tuple[str, ...]:
    """The rule of every posting code; empty for those whose amounts no rule function answers, what firms earn and spend by
    themselves among them.
    """
    return tuple(
        "" if posting.number in OPERATIONS or posting.rule == BUDGET_RULE else posting.rule for posting in postings()
    )


@cache
def _kept_for(function: Callable[..., Any]) -> int:
    """For how many quarters a function's answers are kept after their own."""
    return max((PAID_LATER.get(rule, 0) for rule in _heard()[function].rules), default=0)


class _Call:
    """A call: the function, what it was asked, its place among all calls, its quarter, and whose posting it has explained."""

    __slots__ = ("about", "arguments", "function", "named", "number", "quarter")

    def __init__(
        self, number: int, quarter: int, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        self.number, self.quarter = number, quarter
        self.function, self.arguments, self.named = function, arguments, named
        self.about: str | None = None

    def hands_on(self, amount: float) -> bool:
        """Was the answer among what it was asked? Then it says little: a limit that does not bind, a factor of 1."""
        return amount in (*self.arguments, *self.named.values())

    def asks_like(self, other: _Call) -> bool:
        """The same question? An array is like itself alone."""
        mine, theirs = (*self.arguments, *self.named.values()), (*other.arguments, *other.named.values())
        return (
            self.function is other.function
            and len(mine) == len(theirs)
            and all(a is b or (isinstance(a, float | int) and a == b) for a, b in zip(mine, theirs, strict=True))
        )

    def told(self) -> Answer:
        known = _heard()[self.function]
        return Answer(known.room, known.name, (*zip(known.parameters, self.arguments, strict=False), *self.named.items()))


class Hearing:
    """The running quarter's calls, by what they answered.

    A posting is explained by a call since the last posting about another firm or fund whose answer is the amount and that has
    explained nothing yet: by one that has worked it out rather than handed it on, of one function by the newest, of several by
    what was asked first; else by an older one that has explained a posting about the same firm or fund, as several payments may
    follow from one answer; else by an older one that has explained nothing yet, if nothing else was asked that has this answer:
    much is worked out for everybody first and paid one after the other. Functions of the posting's own rule come before those of
    others.
    """

    def __init__(self) -> None:
        self._by_answer: dict[float, list[_Call]] = {}
        self._calls = 0
        self._told = 0  # calls made before the last posting
        self._since = 0  # calls made before the last posting about another
        self._last = ""  # whom the last posting was about
        self._quarter = 0

    def start_quarter(self) -> None:
        """What was asked in another quarter explains nothing, but for money that is paid later."""
        self._quarter += 1
        self._by_answer = {
            amount: kept
            for amount, calls in self._by_answer.items()
            if (kept := [call for call in calls if self._quarter - call.quarter <= _kept_for(call.function)])
        }
        self._told = self._since = self._calls
        self._last = ""

    def listen(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, heard."""

        def asked(*arguments: Any, **named: Any) -> Any:
            answer = function(*arguments, **named)
            self._calls += 1
            for amount in answer if isinstance(answer, tuple) else (answer,):
                if isinstance(amount, float) and amount != 0.0:
                    call = _Call(self._calls, self._quarter, function, arguments, named)
                    self._by_answer.setdefault(amount, []).append(call)
            return answer

        return asked

    def explain(self, code: int, amount: float, about: str) -> Answer | None:
        """The call whose answer is the amount to the last bit; None where there is none: a balance, a sum, what is left."""
        rule = _rules()[code]
        if not rule:
            return None
        if about != self._last:
            self._since, self._last = self._told, about
        calls = self._by_answer.get(amount, [])
        own = [call for call in calls if rule in _heard()[call.function].rules]
        call = self._found(own, amount, about) or self._found(calls, amount, about)
        self._told = self._calls
        if call is None:
            return None
        call.about = about
        return call.told()

    def _found(self, calls: list[_Call], amount: float, about: str) -> _Call | None:
        fresh = [call for call in calls if call.number > self._since and call.about is None]
        if fresh:
            first = next((call for call in fresh if not call.hands_on(amount)), fresh[0])
            return next(
                call
                for call in reversed(fresh)
                if call.function is first.function and call.hands_on(amount) == first.hands_on(amount)
            )
        own = [call for call in calls if call.about == about]
        if own:
            return own[-1]
        free = [call for call in calls if call.about is None]
        return free[0] if free and all(call.asks_like(free[0]) for call in free) else None


class _Listening:
    """Stands in for a module of rules: its functions, heard."""

    def __init__(self, module: ModuleType, hearing: Hearing) -> None:
        self._module, self._hearing = module, hearing

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        heard = self._hearing.listen(found) if callable(found) and found in _heard() else found
        setattr(self, name, heard)
        return heard


def _stand_in(value: object, modules: set[str], hearing: Hearing) -> object | None:
    if isinstance(value, ModuleType):
        return _Listening(value, hearing) if value.__name__ in modules else None
    return hearing.listen(value) if callable(value) and value in _heard() else None


def _askers() -> list[ModuleType]:
    """The modules of the reference engine and of the rooms' offices."""
    loaded = list(sys.modules.items())  # another thread may be importing
    engine = [m for name, m in loaded if name.startswith("kejin_sim.reference.") and name != __name__]
    return [*engine, *office_modules().values()]


@contextmanager
def listening(hearing: Hearing) -> Iterator[None]:
    """While this is open, whatever the reference engine asks of a rule is heard."""
    modules = {function.__module__ for function in _heard()}
    replaced: list[tuple[ModuleType, str, object]] = []
    try:
        for asker in _askers():
            for name, value in list(vars(asker).items()):
                stand_in = _stand_in(value, modules, hearing)
                if stand_in is not None:
                    replaced.append((asker, name, value))
                    setattr(asker, name, stand_in)
        yield
    finally:
        for asker, name, value in replaced:
            setattr(asker, name, value)
