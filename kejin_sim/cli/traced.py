"""A path that has been played, and the names of its worlds: what every part of a story is told from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kejin_sim.lang import t

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.scenario.scenario import Scenario


class WorldName(StrEnum):
    """The two worlds by name."""

    PACKAGE = "package"
    TWIN = "twin"

    @property
    def label(self) -> str:
        """For reading."""
        return t("方案", "package") if self is WorldName.PACKAGE else t("基准", "twin")


WORLDS = tuple(WorldName)


@dataclass(frozen=True)
class Traced:
    """One path as the reference engine played it: a city per world, package first, each with its diary."""

    scenario: Scenario
    seed: int
    path: int
    cities: tuple[City, ...]

    @property
    def worlds(self) -> tuple[WorldName, ...]:
        """Names of the worlds there are."""
        return WORLDS[: len(self.cities)]
