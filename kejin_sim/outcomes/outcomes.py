"""Metrics of many paths: computed block by block, collected in the order of the paths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.registry import pair_metrics, world_metrics
from kejin_sim.outcomes.view import Array, Context, View
from kejin_sim.outcomes.years import compute_years
from kejin_sim.recording import BlockResult

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
    ``pairs``: float64[pair metric, path]. Portions are added in the order of the paths.
    """

    def __init__(self, paths: int, worlds: int) -> None:
        self.paths = paths
        self.worlds = np.empty((worlds, len(world_metrics()), paths))
        self.pairs = np.empty((len(pair_metrics()) if worlds == 2 else 0, paths))
        self.filled = 0

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
        """A metric of the package, or of the pair, by path. Errors: ``KeyError``."""
        row: Array = self.pairs[self._pair_rows[name]] if name in self._pair_rows else self.worlds[0, self._rows[name]]
        return row

    def twin(self, name: str) -> Array:
        """A metric of the twin by path. Errors: ``KeyError``, ``IndexError`` without a twin."""
        row: Array = self.worlds[1, self._rows[name]]
        return row

    def difference(self, name: str) -> Array:
        """Package − twin, path by path: NaN where either is undefined."""
        gain: Array = self.package(name) - self.twin(name)
        return gain

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
