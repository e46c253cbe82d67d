"""Metrics of many paths: computed block by block, collected in the order of the paths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from kejin_sim.errors import InputError
from kejin_sim.outcomes.registry import RATIOS, no_such_metric, pair_metrics, world_metrics
from kejin_sim.outcomes.view import Array, Context, View
from kejin_sim.outcomes.years import compute_years
from kejin_sim.recording import BlockResult

if TYPE_CHECKING:
    import pandas as pd

    from kejin_sim.outcomes.yearly import Yearly

SUFFIX = "_twin"


@dataclass(frozen=True, slots=True)
class Portion:
    """What is kept of a block: its metrics and yearly series; the block itself may be forgotten.

    ``worlds``: float64[world, metric, path]; ``pairs``: float64[pair metric, path], no rows without a twin;
    ``years``: float64[world, series, path, fiscal year].
    """

    first_path: int
    worlds: NDArray[np.float64]
    pairs: NDArray[np.float64]
    years: NDArray[np.float64]

    @property
    def paths(self) -> int:
        """Number of paths."""
        return int(self.worlds.shape[2])


def condense(block: BlockResult, context: Context) -> Portion:
    """Compute every metric and yearly series of a block."""
    views = [View(block, world, context) for world in range(block.flows.shape[1])]
    paths = block.flows.shape[0]
    worlds = np.empty((len(views), len(world_metrics()), paths))
    for w, view in enumerate(views):
        for m, metric in enumerate(world_metrics()):
            worlds[w, m] = metric.compute(view)
    listed = pair_metrics() if len(views) == 2 else ()
    pairs = np.empty((len(listed), paths))
    for m, metric in enumerate(listed):
        pairs[m] = metric.compute(views[0])
    return Portion(block.first_path, worlds, pairs, compute_years(views))


class Outcomes:
    """Every metric of every path.

    ``worlds``: float64[world, metric, path], worlds package and twin, metrics in the order of
    ``registry.world_metrics``;
    ``pairs``: float64[pair metric, path]. Portions are added in the order of the paths. ``kept_years``: the yearly series that
    were asked for, None when none were.
    """

    def __init__(self, paths: int, worlds: int) -> None:
        self.paths = paths
        self.worlds = np.empty((worlds, len(world_metrics()), paths))
        self.pairs = np.empty((len(pair_metrics()) if worlds == 2 else 0, paths))
        self.filled = 0
        self.kept_years: Yearly | None = None

    def add(self, portion: Portion) -> None:
        """Take the next portion in. Errors: ``ValueError`` when it is not the next one: a fault of the program."""
        if portion.first_path != self.filled or self.filled + portion.paths > self.paths:
            raise ValueError(f"paths from {portion.first_path} do not follow {self.filled} paths of {self.paths}")
        there = slice(self.filled, self.filled + portion.paths)
        self.worlds[:, :, there] = portion.worlds
        self.pairs[:, there] = portion.pairs
        self.filled += portion.paths

    @property
    def has_twin(self) -> bool:
        """Whether the run has a twin."""
        return len(self.worlds) == 2

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {metric.name: i for i, metric in enumerate(world_metrics())}

    @cached_property
    def _pair_rows(self) -> dict[str, int]:
        return {metric.name: i for i, metric in enumerate(pair_metrics())} if self.has_twin else {}

    def package(self, name: str) -> Array:
        """A metric of the package, or of the pair, by path. Errors: `InputError` for a name that no metric has, and for a metric
        of the pair without a twin."""
        row: Array = self.pairs[self._pair_rows[name]] if name in self._pair_rows else self.worlds[0, self._row(name)]
        return row

    def twin(self, name: str) -> Array:
        """A metric of the twin by path. Errors: `InputError` for a name that no metric of a world has, and without a twin."""
        row = self._row(name)
        if not self.has_twin:
            raise _no_twin()
        found: Array = self.worlds[1, row]
        return found

    def difference(self, name: str) -> Array:
        """Package − twin, path by path: NaN where either is undefined. Errors: as for `twin`."""
        twin = self.twin(name)
        gain: Array = self.package(name) - twin
        return gain

    def yearly(self, name: str, world: Literal["package", "twin", "difference"] = "package") -> Array:
        """A yearly series that was kept (``simulate(…, years=[name])``): float64[path, fiscal year], the years being
        ``fiscal_years``. Errors: `InputError` for one that no run has or that was not kept, for a world that there is not."""
        kept = self._kept()
        if world not in ("package", "twin", "difference"):
            raise InputError.of(
                f"没有名为 {world} 的一方。",
                f"there is no world named {world}.",
                key="world",
                hint_zh="写 package（方案）、twin（基准）或 difference（差异）。",
                hint_en="write package, twin or difference.",
            )
        package = kept.of(name, 0)
        if world == "package":
            return package
        if not self.has_twin:
            raise _no_twin()
        twin = kept.of(name, 1)
        return twin if world == "twin" else package - twin

    @property
    def fiscal_years(self) -> NDArray[np.int64]:
        """The fiscal years of yearly series. Errors: `InputError` when none were kept."""
        return self._kept().fiscal_years

    def _kept(self) -> Yearly:
        if self.kept_years is None:
            raise InputError.of(
                "没有保留年度序列。",
                "no yearly series were kept.",
                key="years",
                hint_zh="simulate(…, years=['fiscal_outlay'])；要全部，写 years=True。",
                hint_en="simulate(…, years=['fiscal_outlay']), or years=True for all.",
            )
        return self.kept_years

    def _row(self, name: str) -> int:
        row = self._rows.get(name)
        if row is not None:
            return row
        if name in {metric.name for metric in pair_metrics()}:
            raise InputError.of(
                f"{name} 比较方案与基准，不属于其中一方。",
                f"{name} compares package and baseline and belongs to neither.",
                key="name",
                hint_zh="写 outcomes.package(…)，并与基准一起模拟（twin=True，方案有 baseline）。",
                hint_en="write outcomes.package(…) and simulate with the baseline (twin=True, a scenario with baseline).",
            )
        if name in {ratio.name for ratio in RATIOS}:
            raise InputError.of(
                f"{name} 是均值之比，不是每条路径的数。",
                f"{name} is a ratio of means and no figure of a path.",
                key="name",
                hint_zh=f"summarise(outcomes, [{name!r}])",
                hint_en=f"summarise(outcomes, [{name!r}])",
            )
        raise no_such_metric(str(name), (*self._rows, *(metric.name for metric in pair_metrics())), key="name")

    def columns(self) -> dict[str, Array]:
        """Columns of ``paths.parquet`` besides ``path``: each metric, its twin beside it, then the pair metrics."""
        listed: dict[str, Array] = {}
        for metric in world_metrics():
            listed[metric.name] = self.package(metric.name)
            if self.has_twin:
                listed[metric.name + SUFFIX] = self.twin(metric.name)
        for name in self._pair_rows:
            listed[name] = self.package(name)
        return listed

    def to_frame(self) -> pd.DataFrame:
        """One row a path, indexed by ``path``: the frame that ``open_run(…).paths`` gives of a run with these paths."""
        import pandas as pd

        return pd.DataFrame(self.columns(), index=pd.RangeIndex(self.paths, name="path"))


def _no_twin() -> InputError:
    return InputError.of(
        "没有模拟基准。",
        "no baseline was simulated.",
        hint_zh="用有 baseline 的方案，不写 twin=False；只看方案，写 outcomes.package(…)。",
        hint_en="take a scenario with a baseline, without twin=False; for the package alone write outcomes.package(…).",
    )
