"""What a metric is: one definition from which the computation, the labels and the explanations of a figure all
come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from kejin_sim.lang import t
from kejin_sim.outcomes.view import Array, View

Unit = Literal["CNY", "share", "count", "years", "multiple", "rate"]
Direction = Literal["more", "less", "neutral"]
Scope = Literal["world", "pair"]
Aggregation = Literal["mean", "probability"]

UNIT_LABELS: Final[dict[Unit, tuple[str, str]]] = {
    "CNY": ("元", "CNY"),
    "share": ("比例", "share"),
    "count": ("个", "count"),
    "years": ("年", "years"),
    "multiple": ("倍", "multiple"),
    "rate": ("年率", "rate per year"),
}
DIRECTION_LABELS: Final[dict[Direction, tuple[str, str]]] = {
    "more": ("越多越好", "more is better"),
    "less": ("越少越好", "less is better"),
    "neutral": ("中性", "neither"),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure per path.

    ``compute`` gives it from a `View`: of either world (``scope`` world; the twin's column has the suffix
    ``_twin``) or of the package looking at its twin (``scope`` pair). NaN means that the figure is not defined
    on that path.
    ``aggregation``: ``mean``, or ``probability`` for metrics that are 0 or 1. ``measure``: the measure whose
    effect it shows, empty for the whole package. ``counted``: what a count counts, for reading (家, firms).
    ``direction``: which way is better. A count says ``less`` of itself when many are bad; the registry lists it as neutral with an
    upper ``tail``, because counts grow with all that a package does.
    ``tail``: which end of the paths is the worse one, where the direction does not say it: to pay much is neither good nor
    bad, but it has to be paid for. ``instead``: of the years until something that need not happen, an outcome that says on every
    path how it stands; a path without such years did not get there within the horizon, and a mean of the others says too little.
    ``displaced``: of what the package has beyond its twin a share is taken off (`View.displaced`): its figure needs the twin.
    """

    name: str
    zh: str
    en: str
    unit: Unit
    direction: Direction
    formula_zh: str
    formula_en: str
    compute: Callable[[View], Array]
    measure: str = ""
    aggregation: Aggregation = "mean"
    scope: Scope = "world"
    counted: tuple[str, str] = ("", "")
    tail: Literal["", "upper", "lower"] = ""
    instead: str = ""
    displaced: bool = False

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of the means of two metrics, formed over all paths; never a mean of ratios.

    ``of``: ``world`` for the ratio in each world, ``both`` for these and their difference, ``difference`` for the ratio of the two
    mean differences package − twin. ``of_counts``: it is the share of counted trials that are events, such as of tests that are
    breaches.
    """

    name: str
    zh: str
    en: str
    unit: Unit
    direction: Direction
    numerator: str
    denominator: str
    of: Literal["world", "both", "difference"]
    measure: str = ""
    of_counts: bool = False

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)

    @property
    def formula_zh(self) -> str:
        """Formula in Chinese."""
        return f"均值之比：{self._sides('（方案 − 基准）')}"

    @property
    def formula_en(self) -> str:
        """Formula in English."""
        return f"ratio of means: {self._sides(' (package − twin)')}"

    def _sides(self, suffix: str) -> str:
        suffix = suffix if self.of == "difference" else ""
        return f"{self.numerator}{suffix} ÷ {self.denominator}{suffix}"
