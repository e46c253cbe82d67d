"""Packages that no other beats on every objective, how sure that is, and how much of the objectives' space they cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.statistics import Array

MARGIN: Final = 0.1


def nondominated(costs: Array) -> NDArray[np.bool_]:
    """Which rows no other row beats: ``costs`` float64[point, objective], less is better; equal rows all stay.

    A row with an objective that is not defined (NaN) is never among them and beats none: it cannot be compared.
    """
    import moocore

    known = np.isfinite(costs).all(axis=1)
    found: NDArray[np.bool_] = np.zeros(len(costs), dtype=np.bool_)
    if known.any() and costs.shape[1]:
        found[known] = moocore.is_nondominated(np.ascontiguousarray(costs[known]), keep_weakly=True)
    return found


def covered(costs: Array) -> float:
    """Hypervolume of the set, as a share of the box from the best value of each objective to a tenth beyond the worst (so that
    a point that is worst in one respect still counts). Rows with an objective that is not defined do not count."""
    import moocore

    costs = costs[np.isfinite(costs).all(axis=1)]
    if not costs.size:
        return 0.0
    low, high = costs.min(axis=0), costs.max(axis=0)
    free = high > low
    if not free.any():
        return 0.0
    scaled = (costs[:, free] - low[free]) / (high[free] - low[free])
    edge = np.full(scaled.shape[1], 1.0 + MARGIN)
    return float(moocore.hypervolume(np.ascontiguousarray(scaled), ref=edge) / np.prod(edge))


def membership(samples: Sequence[Array], repeats: int = 200, seed: int = 1) -> Array:
    """How often each point is nondominated when the paths are drawn again (bootstrap): a share for each point.

    Parameters: ``samples``: one float64[objective, path] a point, less is better, the same paths in all; where a value is missing
    (NaN) the mean of a resample is over the paths that have one.
    """
    stack = np.array(samples)  # [point, objective, path]
    there = np.isfinite(stack)
    stack, seen = np.where(there, stack, 0.0), there.astype(np.float64)
    chance = np.random.default_rng(seed)
    paths = stack.shape[2]
    count = np.zeros(len(stack))
    for _ in range(repeats):
        weights = np.bincount(chance.integers(0, paths, paths), minlength=paths) / paths
        with np.errstate(invalid="ignore"):  # no path with a value in this resample: NaN, not on its front
            count += nondominated((stack @ weights) / (seen @ weights))
    share: Array = count / repeats
    return share
