"""Fans: quantiles over paths of something that has a value for every year.

The quantiles of different years belong to different paths: a band is no path that could happen, and the bands of two
series do not add up. Representative paths (`kejin_sim.outcomes.representative`) are drawn beside them for that reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.statistics import Array


@dataclass(frozen=True, slots=True)
class Bands:
    """Year by year over paths: ``quantiles`` float64[level, year] at `statistics.LEVELS`, ``mean`` and its standard
    ``error`` float64[year] (NaN with a single path)."""

    quantiles: Array
    mean: Array
    error: Array

    def at(self, level: float) -> Array:
        """The row of a quantile. Errors: ``ValueError`` for a level that is not among `statistics.LEVELS`."""
        row: Array = self.quantiles[statistics.LEVELS.index(level)]
        return row


def bands(sample: Array) -> Bands:
    """The fan of a sample float64[path, year]."""
    quantiles = statistics.quantiles(np.sort(sample, axis=0).T, statistics.LEVELS).T
    means = [statistics.mean_interval(row) for row in sample.T]
    return Bands(quantiles, np.array([m.value for m in means]), np.array([m.error for m in means]))


def running(sample: Array) -> Array:
    """Sums from the first year to each year, path by path."""
    return np.cumsum(sample, axis=1)
