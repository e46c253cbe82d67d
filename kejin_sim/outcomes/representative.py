"""Representative paths: whole, coherent paths at chosen quantiles of the net fiscal cost.

An envelope of quantiles (each line of a chart with its own P5 and P95) does not add up across lines and is no
path that could happen; these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.lang import t
from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.postings import postings
from kejin_sim.recording import SERIES, BlockResult

MEASURED_BY: Final = "fiscal_net_cost"
LEVELS: Final[dict[str, float]] = {"P5": 0.05, "P50": 0.50, "P95": 0.95}


@dataclass(frozen=True, slots=True)
class Representative:
    """One representative path: its name (P5, P50, P95), its number, and its net fiscal cost in CNY."""

    name: str
    path: int
    net_cost: float

    @property
    def label(self) -> str:
        """What it is, in the current language."""
        return t(f"净支出{self.name}的路径（第{self.path}号）", f"path {self.path}, at {self.name} of net cost")


def representatives(outcomes: Outcomes) -> tuple[Representative, ...]:
    """The paths whose package has its net fiscal cost at the nearest rank ⌈q·n⌉; of equal costs, the lowest
    path number."""
    costs = outcomes.package(MEASURED_BY)
    picked = ((name, statistics.nearest_rank(costs, level)) for name, level in LEVELS.items())
    return tuple(Representative(name, path, float(costs[path])) for name, path in picked)


def whole_path(block: BlockResult, world: int) -> dict[str, NDArray[np.float64]]:
    """Everything recorded of the first path of a block in one world, by quarter: postings as ``flow_…``, then series."""
    values = {f"flow_{p.name}": block.flows[0, world, p.number] for p in postings()}
    return values | {name: block.series[0, world, i] for i, name in enumerate(SERIES)}
