"""What is measured and what has been published of it: read from ``moments.toml``."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kejin_sim.lang import t
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.parameters.sources import Source, sources
from kejin_sim.study.facts import moments

Unit = Literal["share", "years", "multiple"]
PLACES: Final[dict[str, tuple[str, str]]] = {"cn": ("中国", "China"), "us": ("美国", "US")}
GROUPS: Final[dict[str, tuple[str, str]]] = {
    "survival": ("存活与失败", "Survival"),
    "funnel": ("融资漏斗", "Funnel"),
    "rounds": ("轮次", "Rounds"),
    "deals": ("单笔投资的回报", "Returns of deals"),
    "exits": ("退出", "Exits"),
    "loans": ("贷款", "Loans"),
}

APART: Final = (
    ("at_6_7y_failed", "at_6_7y_there", "at_6_7y_acquired", "at_6_7y_listed"),
    ("deals_0_1", "deals_1_5", "deals_5_10", "deals_10_20", "deals_20_50", "deals_50_inf"),
    ("money_0_1", "money_10_inf"),
    ("backed_listed", "backed_acquired", "backed_failed", "backed_there"),
)
"""Shares of the same firms or deals of which each counts in one at most."""
NESTED: Final = ("reached_angel", "reached_A", "reached_B", "reached_C")
"""Shares of the same firms, each a part of the one before."""


@dataclass(frozen=True)
class Published:
    """A published figure. ``value``, with ``low`` to ``high`` where a range is published (NaN: none), in the moment's unit;
    ``place``: country, a code of `PLACES`; ``evidence``: as of parameters; ``of_zh``, ``of_en``: of whom it is, and what does not
    compare."""

    value: float
    source: str
    place: str
    evidence: str
    of_zh: str
    of_en: str
    low: float = math.nan
    high: float = math.nan

    @property
    def of(self) -> str:
        """Of whom it is, in the current language."""
        return t(self.of_zh, self.of_en)

    @property
    def origin(self) -> Source:
        """Where it was published."""
        return sources()[self.source]

    @property
    def has_range(self) -> bool:
        """Whether more than one value was published."""
        return math.isfinite(self.low) and math.isfinite(self.high)


@dataclass(frozen=True)
class Moment:
    """A figure of the simulated world, a key of `moments.RATIOS` or `moments.MEDIANS`. ``group``: a code of `GROUPS`."""

    name: str
    group: str
    unit: Unit
    zh: str
    en: str
    published: tuple[Published, ...]

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)

    def estimate(self, measured: NDArray[np.float64]) -> Interval:
        """The figure with its 95 % interval over the paths `measured`: none lies below 0, and no share above 1."""
        found = moments.estimate(self.name, measured)
        if math.isnan(found.low):
            return found
        return found._replace(low=max(found.low, 0.0), high=min(found.high, 1.0 if self.unit == "share" else math.inf))


@cache
def known_moments() -> tuple[Moment, ...]:
    """All moments, in the order in which they are told."""
    text = resources.files("kejin_sim.study.facts").joinpath("moments.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["moment"]
    return tuple(Moment(**row | {"published": tuple(Published(**one) for one in row["published"])}) for row in rows)
