"""Which points a sweep visits: all combinations, a Latin hypercube, or a Sobol sequence, over levers and uncertainties."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kejin_sim.lang import t
from kejin_sim.parameters import Parameter
from kejin_sim.study.constraints import CLOSE, Constraint

Kind = Literal["grid", "latin_hypercube", "sobol"]
Scale = Literal["uniform", "log_uniform", "triangular"]
KINDS: Final[dict[str, Kind]] = {
    "grid": "grid", "latin_hypercube": "latin_hypercube", "sobol": "sobol",
    "网格": "grid", "拉丁超立方": "latin_hypercube",
}  # fmt: skip
MOST_POINTS: Final = 100_000
_UNITS: Final = {
    "money": ("元", "CNY"), "rate": ("比例", "share"), "years": ("年", "years"), "quarters": ("季度", "quarters"),
}  # fmt: skip


@dataclass(frozen=True)
class Dimension:
    """A key that varies: over ``levels``, or over a range from ``low`` to ``high`` on a scale; ``steps`` values of a range
    in a grid. ``rest``: computed from an equality constraint. ``lever``: chosen by the bureau, not by the world."""

    name: str
    parameter: Parameter
    levels: tuple[float, ...] = ()
    low: float = math.nan
    high: float = math.nan
    scale: Scale = "uniform"
    mode: float = math.nan
    steps: int = 0
    rest: bool = False
    lever: bool = True

    def grid(self) -> tuple[float, ...]:
        """Its values in a grid."""
        if self.levels or self.rest:
            return self.levels
        values = [self._at(i / (self.steps - 1), whole=False) for i in range(self.steps)]
        return tuple(dict.fromkeys(float(round(v)) if self.parameter.is_integer else plain(v) for v in values))

    def at(self, u: float) -> float:
        """The value at probability u in [0, 1)."""
        if self.levels:
            return self.levels[min(len(self.levels) - 1, int(u * len(self.levels)))]
        whole = self.parameter.is_integer
        value = self._at(u, whole=whole and self.scale == "uniform")
        return float(round(value)) if whole else plain(value)

    def _at(self, u: float, *, whole: bool) -> float:
        low, high = self.low, self.high
        if whole:
            return min(high, math.floor(low + u * (high - low + 1.0)))
        if self.scale == "log_uniform":
            return float(low * (high / low) ** u)
        if self.scale == "triangular":
            peak = (self.mode - low) / (high - low)
            if u < peak:
                return low + math.sqrt(u * (high - low) * (self.mode - low))
            return high - math.sqrt((1.0 - u) * (high - low) * (high - self.mode))
        # Written so that both ends are hit exactly.
        return high if u == 1.0 else low + u * (high - low)

    @property
    def _placed(self) -> tuple[str, str]:
        index = self.name.partition("[")[2].removesuffix("]")
        return self.parameter.placed(int(index) - 1 if index else None)

    @property
    def zh(self) -> str:
        """Label in Chinese, with what the item of a list means and the measure."""
        return self._placed[0]

    @property
    def en(self) -> str:
        """Label in English, with what the item of a list means and the measure."""
        return self._placed[1]

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)

    @property
    def unit(self) -> tuple[str, str]:
        """Unit of its numbers in a table, in Chinese and English; empty for pure numbers."""
        return _UNITS.get(self.parameter.kind, ("", ""))

    @property
    def words(self) -> dict[str, tuple[str, str]]:
        """What its values mean in Chinese and English when they are no numbers; empty when they are."""
        if self.parameter.kind == "flag":
            return {"true": ("是", "yes"), "false": ("否", "no")}
        choices = self.parameter.choices
        return {code: (zh, code) for code, zh in zip(choices, self.parameter.choices_zh or choices, strict=True)}

    def written(self, value: float) -> str:
        """A value as a scenario writes it."""
        return self.parameter.exact(value)

    def read(self, value: float) -> str:
        """A value for reading in the current language: what was drawn from a range to four digits, what was listed as it is."""
        return self.parameter.show(value if self.levels or self.parameter.is_integer else float(f"{value:.4g}"))


def plain(value: float) -> float:
    """A value to ten digits: 45 % is 0.45 and not 0.44999999999999996, also in a file."""
    return float(f"{value:.10g}")


def unit_points(kind: Kind, dimensions: int, points: int, seed: int) -> NDArray[np.float64]:
    """Points in the unit cube: float64[point, dimension]. A Sobol sequence is scrambled; a longer one begins with the
    points of a shorter one, which a Latin hypercube does not."""
    from scipy.stats import qmc

    if dimensions == 0:
        return np.zeros((points, 0))
    if kind == "latin_hypercube":
        made: NDArray[np.float64] = qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(points)
        return made
    sequence = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    whole: NDArray[np.float64] = sequence.random_base2(max(0, math.ceil(math.log2(points))))
    return whole[:points]


def all_points(
    dimensions: Sequence[Dimension], kind: Kind, points: int, draws: int, seed: int
) -> Iterator[dict[str, float]]:
    """Every point before constraints, in a fixed order.

    In a grid the uncertain keys, if any, take ``draws`` common draws (a Latin hypercube) at each combination of the levers:
    the combinations are then compared under the same futures.
    """
    free = [d for d in dimensions if not d.rest]
    if kind != "grid":
        for row in unit_points(kind, len(free), points, seed):
            yield {d.name: d.at(float(u)) for d, u in zip(free, row, strict=True)}
        return
    crossed = [d for d in free if d.lever or d.levels or d.steps]
    drawn = [d for d in free if not (d.lever or d.levels or d.steps)]
    futures = [
        {d.name: d.at(float(u)) for d, u in zip(drawn, row, strict=True)}
        for row in unit_points("latin_hypercube", len(drawn), draws if drawn else 1, seed)
    ]
    for values in itertools.product(*(d.grid() for d in crossed)):
        for future in futures:
            yield {d.name: v for d, v in zip(crossed, values, strict=True)} | future


def _settled(dimension: Dimension, value: float) -> float:
    """What an equation leaves for a key: whole for a whole number, and NaN, which no bound allows, where it is not."""
    if not dimension.parameter.is_integer:
        return value
    whole = float(round(value))
    return whole if math.isclose(value, whole, rel_tol=CLOSE, abs_tol=CLOSE) else math.nan


def allowed(
    points: Iterator[dict[str, float]],
    dimensions: Sequence[Dimension],
    constraints: Sequence[Constraint],
    fixed: Mapping[str, float],
) -> Iterator[dict[str, float] | None]:
    """Points with what is left over filled in; None for those that a constraint forbids, or in which what is left over of a whole
    number is none.

    ``fixed``: values of the keys that constraints name and the sweep does not vary.
    """  # fmt: skip
    rest = [d for d in dimensions if d.rest]
    order = [d.name for d in dimensions]
    for point in points:
        values = dict(fixed) | point
        for dimension in rest:
            equation = next(c for c in constraints if c.sign == "=" and dimension.name in {n for _, n in c.terms})
            values[dimension.name] = _settled(dimension, equation.solve(dimension.name, values))
        inside = all(
            not math.isnan(values[d.name])
            and (d.parameter.low is None or values[d.name] >= d.parameter.low - 1e-9 * abs(d.parameter.low))
            and (d.parameter.high is None or values[d.name] <= d.parameter.high)
            for d in rest
        )
        if inside and all(constraint.holds(values) for constraint in constraints):
            yield {name: values[name] for name in order}
        else:
            yield None
