"""Variance-based sensitivity of an estimate that is itself noisy: the part of the parameters apart from the part of the paths.

Every point is an average over paths, so the scatter of the averages is the parameters' plus the paths'. The paths are cut into two
halves: what both halves agree on is the parameters' alone, because the halves have no draw in common (of a tail, a quantile or a
ratio both halves see the whole sample's point of reference, which lets a little of the noise through). Products across the halves
therefore estimate the variance and the indices without the noise; SALib's estimates, from the average of both, are given beside
them. A half uses the same draws at all points and so lies above or below the other at all of them: each is counted from its own
mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kejin_sim.outcomes.statistics import Array


@dataclass(frozen=True)
class Indices:
    """First-order and total indices by input. ``first``, ``total``: without the noise of the paths; ``first_plain``,
    ``total_plain`` with bootstrap half widths (95 %): SALib's, noise included. ``of_parameters``, ``of_paths``: variance of the
    estimate that is due to each."""

    names: tuple[str, ...]
    first: Array
    total: Array
    first_plain: Array
    first_half_width: Array
    total_plain: Array
    total_half_width: Array
    of_parameters: float
    of_paths: float


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def design(names: Sequence[str], base: int, seed: int) -> Array:
    """Saltelli's points in the unit cube: float64[base·(inputs + 2), input]. ``base``: a power of two."""
    from SALib.sample import sobol

    points: Array = sobol.sample(_problem(names), base, calc_second_order=False, scramble=True, seed=seed)
    return points


def analyse(names: Sequence[str], halves: Array, seed: int = 1) -> Indices:
    """Indices from the values at the points of `design`: ``halves`` float64[half, point], the mean over each half of the paths."""
    from SALib.analyze import sobol

    whole = halves.mean(axis=0)
    width = len(names) + 2
    # Rows of one base point: A, then A with one input of B each, then B.
    a, b = halves[:, ::width], halves[:, width - 1 :: width]
    both = np.concatenate([a, b], axis=1)
    mean = both.mean(axis=1, keepdims=True)  # of each half: what its paths share at all points is no parameter's
    variance = _across(both - mean, both - mean)
    first, total = np.zeros(len(names)), np.zeros(len(names))
    for i in range(len(names)):
        step = halves[:, i + 1 :: width] - a
        first[i] = _across(b - mean, step) / variance if variance > 0.0 else 0.0
        total[i] = 0.5 * _across(step, step) / variance if variance > 0.0 else 0.0
    scatter = float(np.var(np.concatenate([whole[::width], whole[width - 1 :: width]])))
    if scatter == 0.0:
        nothing = np.zeros(len(names))
        return Indices(tuple(names), nothing, nothing, nothing, nothing, nothing, nothing, 0.0, 0.0)
    with np.errstate(all="ignore"):
        plain = sobol.analyze(_problem(names), whole, calc_second_order=False, seed=seed)
    return Indices(
        tuple(names), first, total, np.asarray(plain["S1"]), np.asarray(plain["S1_conf"]), np.asarray(plain["ST"]),
        np.asarray(plain["ST_conf"]), max(0.0, variance), max(0.0, scatter - variance),
    )  # fmt: skip


def _across(one: Array, other: Array) -> float:
    """Mean product across the halves, in both orders."""
    return float(np.mean(one[0] * other[1] + one[1] * other[0])) / 2.0
