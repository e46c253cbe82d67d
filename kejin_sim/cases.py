"""Worked cases of the rules: facts in, amounts out as arithmetic that a person can redo.

A case is data (YAML) beside the rule it belongs to. Each step calls one rule function or does one line of
bookkeeping, and states what comes out as written arithmetic. `kejin rules` prints the arithmetic; the tests let the
rule functions play the same steps and compare. Two sets of values are kept apart while a case is played: *found* (what
the functions return, handed on to later calls) and *expected* (what the arithmetic says, all that later arithmetic may
use), so that a wrong result is never checked against itself.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module, resources
from typing import Any, Final

from kejin_sim.arithmetic import evaluate, for_reading
from kejin_sim.lang import t
from kejin_sim.measures import MEASURES
from kejin_sim.units import exact_money, exact_number, exact_rate

WORLD: Final = "world"
ROOMS: Final = (*MEASURES, WORLD)


_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(亿元|万元|元)")
_YUAN: Final = {"亿元": 10**8, "万元": 10**4, "元": 1}


def _in_cny(amount: re.Match[str]) -> str:
    value = Decimal(amount[1].replace(",", "")) * _YUAN[amount[2]]
    million = value >= 10**6
    number = f"{value / 10**6 if million else value:,f}"
    return "CNY " + (number.rstrip("0").rstrip(".") if "." in number else number) + (" m" if million else "")


def written(arithmetic: str) -> str:
    """Arithmetic of a case for a reader of the current language, in the signs of a book: in English its amounts are in CNY."""
    signs = for_reading(arithmetic)
    return t(signs, _AMOUNT.sub(_in_cny, signs))


@dataclass(frozen=True)
class Step:
    """One line of a case.

    ``function`` (``waterfall.accrue``) is called with ``arguments`` as written, ``times`` times in a row, its result
    named ``names``; without a function the line is bookkeeping: ``expect`` is the value of ``names`` for what follows.
    ``unit`` is money, rate, number or flag; ``cell`` a cell of the loss tolerance that the line works out.
    """

    zh: str
    en: str
    function: str
    arguments: Mapping[str, str]
    times: int
    names: tuple[str, ...]
    expect: tuple[str, ...]
    unit: str
    cell: str

    @property
    def label(self) -> str:
        """What is worked out, in the current language."""
        return t(self.zh, self.en)

    def show(self, value: float) -> str:
        """A result for reading, rounded to what matters: 0.01 CNY, 0.01 %."""
        if self.unit == "flag":
            return t("是", "yes") if value else t("否", "no")
        if self.unit == "money":
            return exact_money(round(value, 2) + 0.0)
        return exact_rate(round(value, 6) + 0.0) if self.unit == "rate" else exact_number(round(value, 6) + 0.0)

    def worked(self, values: Sequence[float]) -> list[str]:
        """``name = arithmetic = result`` of every result, for reading; without the arithmetic where that is the result itself."""
        lines = []
        for name, text, value in zip(self.names, self.expect, values, strict=True):
            shown = self.show(value)
            plain = text.strip() in ("true", "false", shown) or text.replace(".", "").isdigit()
            lines.append(written(f"{name} = {shown}" if plain else f"{name} = {text} = {shown}"))
        return lines


@dataclass(frozen=True)
class Case:
    """A worked case of one rule: facts in words and numbers, the steps, where the rule is written."""

    id: str
    rule: str
    room: str
    zh: str
    en: str
    source: tuple[str, ...]
    given: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        """The facts in words, in the current language."""
        return t(self.zh, self.en)

    def known(self) -> str:
        """The facts that are given, for reading; empty without any."""
        return t("，", ", ").join(f"{name} = {written(text)}" for name, text in self.given.items())

    def expected(self) -> list[tuple[float, ...]]:
        """The values that the written arithmetic gives, step by step."""
        names = {name: evaluate(text) for name, text in self.given.items()}
        values = []
        for step in self.steps:
            row = tuple(evaluate(text, names) for text in step.expect)
            names.update(zip(step.names, row, strict=False))
            values.append(row)
        return values


@dataclass(frozen=True)
class Line:
    """A step that was played: what the functions gave and what the arithmetic says."""

    step: Step
    found: tuple[float, ...]
    expected: tuple[float, ...]


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _step(row: Mapping[str, Any]) -> Step:
    row = dict(row)
    names = _texts(row.pop("as", []))
    step = Step(
        zh=row.pop("zh"),
        en=row.pop("en"),
        function=row.pop("do", ""),
        arguments={name: str(value) for name, value in row.pop("with", {}).items()},
        times=int(row.pop("times", 1)),
        names=names,
        expect=_texts(row.pop("expect")),
        unit=row.pop("unit", "money"),
        cell=row.pop("cell", ""),
    )
    if row:
        raise ValueError(f"unknown entries of a step: {', '.join(row)}")
    return step


def _case(row: Mapping[str, Any], rule: str, room: str) -> Case:
    return Case(
        id=row["id"],
        rule=rule,
        room=room,
        zh=" ".join(row["zh"].split()),
        en=" ".join(row["en"].split()),
        source=tuple(row["source"].split()),
        given={name: str(value) for name, value in row.get("given", {}).items()},
        steps=tuple(_step(step) for step in row["steps"]),
    )


def package_of(room: str) -> str:
    """The package of a measure or of the world."""
    return f"kejin_sim.{WORLD}" if room == WORLD else f"kejin_sim.measures.{room}"


@cache
def cases() -> tuple[Case, ...]:
    """Every worked case, by room, file and order of writing."""
    from ruamel.yaml import YAML

    found: list[Case] = []
    for room in ROOMS:
        folder = resources.files(package_of(room)).joinpath("cases")
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.name.endswith(".yaml"):
                data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
                found += [_case(row, data["rule"], room) for row in data["cases"]]
    return tuple(found)


def rule_function(room: str, name: str) -> Callable[..., Any]:
    """The rule function that a step names: ``module.function`` of its room, ``room.module.function`` of another.

    Imports the compiler.
    """
    *elsewhere, module, function = name.split(".")
    package = package_of(elsewhere[0] if elsewhere else room)
    found: Callable[..., Any] = getattr(import_module(f"{package}.{module}"), function)
    return found


_CONVERT: Final[dict[str, Callable[[float], Any]]] = {"int": int, "bool": bool}  # anything else is a number


def call(function: Callable[..., Any], arguments: Mapping[str, float]) -> Any:
    """Call a rule function by parameter names, each argument in the type that the function declares."""
    declared = inspect.signature(getattr(function, "py_func", function)).parameters
    if set(declared) != set(arguments):
        raise TypeError(f"{function.__name__}: arguments {sorted(arguments)} for parameters {sorted(declared)}")
    return function(*(_CONVERT.get(str(declared[name].annotation), float)(arguments[name]) for name in declared))


def play(case: Case, resolve: Callable[[str, str], Callable[..., Any]] = rule_function) -> list[Line]:
    """Let the rule functions work out a case.

    Parameters: ``resolve`` gives the function for a room and a name. Returns: found and expected values of every step.
    """
    found = {name: evaluate(text) for name, text in case.given.items()}
    expected = dict(found)
    lines = []
    for step in case.steps:
        told = tuple(evaluate(text, expected) for text in step.expect)
        values: Sequence[float] = told
        if step.function:
            for _ in range(step.times):
                result = call(
                    resolve(case.room, step.function),
                    {name: evaluate(text, found) for name, text in step.arguments.items()},
                )
                values = tuple(float(v) for v in result) if isinstance(result, tuple) else (float(result),)
                found.update(zip(step.names, values, strict=False))
        else:
            values = tuple(evaluate(text, found) for text in step.expect)
            found.update(zip(step.names, values, strict=True))
        expected.update(zip(step.names, told, strict=False))
        lines.append(Line(step, tuple(values), told))
    return lines
