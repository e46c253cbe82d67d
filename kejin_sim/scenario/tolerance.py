"""The cell of the loss tolerance that a scenario has chosen (LT), in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kejin_sim.parameters import by_key

PREFIX = "measures.equity.loss_tolerance."


@dataclass(frozen=True, slots=True)
class Cell:
    """``limit``: the tolerance that the cell is held against: classes and single projects have their own; ``basis``: its name
    as in ``outcomes.tolerance.BASES``; ``words``: basis, unit and moment in the current language."""

    basis: str
    unit: str
    limit: str
    words: tuple[str, str, str]


def chosen_cell(values: Mapping[str, object]) -> Cell:
    """The cell by the scenario's values."""

    def choice(name: str) -> str:
        return by_key()[PREFIX + name].choices[int(str(values[PREFIX + name]))]

    def word(name: str) -> str:
        return by_key()[PREFIX + name].show(values[PREFIX + name]).replace("_", " ")  # type: ignore[arg-type]

    basis, unit = choice("basis"), choice("unit")
    limit = "class_tolerance" if basis == "class" else "single_project" if unit == "project" else "rate"
    return Cell(basis, unit, word(limit), (word("basis"), word("unit"), word("when")))
