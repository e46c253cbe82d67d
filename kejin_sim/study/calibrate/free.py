"""Numbers of the world that a fit may move, each with a first judgement and how far it may be off."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from kejin_sim.errors import InputError
from kejin_sim.parameters import Parameter
from kejin_sim.parameters.registry import Value
from kejin_sim.scenario.scenario import Scenario, parameter_of
from kejin_sim.units import UnitError

Scale = Literal["odds", "log", "plain"]
"""How a number is measured when it moves: log-odds of a rate, logarithm of what is above 0, or as it is."""

SPREAD: Final = 0.5
"""Of a number that the file does not list, on the scale of odds or logarithms: some 1.6 times as large or small."""
PART: Final = 20
"""Of such a number on the plain scale: this part of its whole range."""
DIGITS: Final = 3
_EDGE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Free:
    """A number that may move. ``name``: its key, ``key[2]`` for the second item of a list; ``centre``: the first judgement;
    ``spread``: one standard deviation of it, on the ``scale``."""

    name: str
    parameter: Parameter
    index: int | None
    scale: Scale
    centre: float
    spread: float

    def _at(self, value: float) -> float:
        match self.scale:
            case "odds":
                inside = min(max(value, _EDGE), 1.0 - _EDGE)
                return math.log(inside / (1.0 - inside))
            case "log":
                return math.log(max(value, _EDGE))
            case _:
                return value

    def value(self, z: float) -> float:
        """The number ``z`` spreads from the first judgement, within the bounds of its parameter."""
        place = self._at(self.centre) + self.spread * z
        match self.scale:
            case "odds":
                found = 1.0 / (1.0 + math.exp(-place))
            case "log":
                found = math.exp(place)
            case _:
                found = place
        low, high = self.bounds
        return min(max(found, low), high)

    def spreads(self, value: float) -> float:
        """How many spreads a number is from the first judgement."""
        return (self._at(value) - self._at(self.centre)) / self.spread

    @property
    def bounds(self) -> tuple[float, float]:
        """Bounds of the parameter."""
        low, high = self.parameter.low, self.parameter.high
        return (-math.inf if low is None else float(low)), (math.inf if high is None else float(high))

    def now(self, scenario: Scenario) -> float:
        """The number as a scenario has it."""
        return item_of(scenario.values[self.parameter.key], self.index)

    @property
    def label(self) -> tuple[str, str]:
        """Label in Chinese and English."""
        return self.parameter.placed(self.index)


def item_of(value: Value, index: int | None) -> float:
    """A number, or one item of a list of them."""
    if index is None:
        assert not isinstance(value, tuple)
        return float(value)
    assert isinstance(value, tuple)
    return float(value[index])


def rounded(value: float, spread: float = 0.0) -> float:
    """A fitted number to as many digits as a fit of published figures can claim; of one that may be 0 nothing below a thousandth of
    its ``spread`` (0: it is never 0)."""
    near = spread / 1000.0
    return float(f"{round(value / near) * near if near else value:.{DIGITS}g}")


@cache
def listed() -> tuple[Free, ...]:
    """The numbers that move unless somebody says otherwise: ``free.toml``."""
    text = resources.files("kejin_sim.study.calibrate").joinpath("free.toml").read_text(encoding="utf-8")
    return tuple(one for row in tomllib.loads(text)["number"] for one in _of_row(row))


def _of_row(row: dict[str, Any]) -> list[Free]:
    parameter, _ = parameter_of(row["key"])
    centre = row["centre"]
    if parameter.length is None:
        return [Free(row["key"], parameter, None, row["scale"], float(parameter.parse(centre)), row["spread"])]
    found = []
    for index, text in enumerate(centre):
        name = f"{row['key']}[{index + 1}]"
        if text != "":  # an item that does not move
            found.append(Free(name, parameter, index, row["scale"], float(parameter.parse(text)), row["spread"]))
    return found


def chosen(names: Sequence[str], scenario: Scenario) -> list[Free]:
    """The numbers of these keys: as the file lists them, or around the scenario's values. All that are listed when there are none.

    Errors: `InputError` for a key that is none of the world's continuous numbers.
    """
    if not names:
        return [*listed()]
    found: dict[str, Free] = {}
    for name in names:
        try:
            parameter, index = parameter_of(name)
            _refuse(parameter, name)
        except UnitError as error:
            raise InputError.of(
                error.zh, error.en, key="--free", hint_zh=error.hint_zh, hint_en=error.hint_en
            ) from None
        known = [one for one in listed() if one.parameter.key == parameter.key and index in (None, one.index)]
        for one in known or _around(parameter, index, scenario):
            found[one.name] = one
    return [*found.values()]


def _refuse(parameter: Parameter, name: str) -> None:
    if parameter.group != "world":
        raise UnitError(
            f"{name} 不属于世界（world）：政策和行为的键不在拟合之列。",
            f"{name} is not of the world: keys of policy and behaviour are not fitted.",
            "写 world 下的键；用 kejin params world 查看。",
            "name keys under world; see kejin params world.",
        )
    if parameter.is_integer or parameter.kind in ("choice", "flag") or parameter.sums_to_one:
        raise UnitError(
            f"{name} 不是可以连续变动的数。",
            f"{name} is not a number that can move continuously.",
            "写率、金额或普通数值的键。",
            "name a rate, an amount of money or a plain number.",
        )


def _around(parameter: Parameter, index: int | None, scenario: Scenario) -> list[Free]:
    """Every item of a key (or the one asked for), around what the scenario has."""
    value = scenario.values[parameter.key]
    if parameter.length is None:
        places: list[int | None] = [None]
    else:
        places = [*range(parameter.length)] if index is None else [index]
    found = []
    for place in places:
        name = parameter.key if place is None else f"{parameter.key}[{place + 1}]"
        centre = item_of(value, place)
        low, high = (None if edge is None else float(edge) for edge in (parameter.low, parameter.high))
        if parameter.kind == "rate" and low is not None and low >= 0.0 and 0.0 < centre < 1.0:
            scale, spread = "odds", SPREAD
        elif low is not None and low >= 0.0 and centre > 0.0:
            scale, spread = "log", SPREAD
        else:
            scale, spread = "plain", ((high or 1.0) - (low or 0.0)) / PART
        found.append(Free(name, parameter, place, scale, centre, spread))  # type: ignore[arg-type]
    return found
