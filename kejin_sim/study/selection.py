"""Ranking and selection: which of many packages is best, with a stated probability, and no more paths than that takes.

The procedure is Kim and Nelson's, fully sequential with common random numbers. All systems get a first stage of paths, from which
the variance of every paired difference is estimated. Then paths are added in batches; a system leaves as soon as it lies
so far behind another one that chance cannot explain it. If the best is better than every other by at least ``delta``, it is
selected with probability at least ``confidence``; differences below ``delta`` do not matter to the user.

Source: Kim and Nelson, *A fully sequential procedure for indifference-zone selection in simulation*, ACM TOMACS 11 (2001).
Limits: the paired differences are taken as normal; looking in batches only makes it more careful.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kejin_sim.outcomes.statistics import Array


@dataclass(frozen=True)
class Selection:
    """``best``: the system selected. ``used``: paths of each system. ``left``: systems still in contention at the end; more
    than the best when the limit of paths came first. ``within``: then, an upper bound of how much better the best of them may
    be, valid with probability 1 − 2·(1 − confidence); 0 when the selection is complete."""

    best: int
    confidence: float
    delta: float
    used: tuple[int, ...]
    left: tuple[int, ...]
    within: float

    @property
    def complete(self) -> bool:
        """Whether the stated probability holds."""
        return len(self.left) == 1

    @property
    def saved(self) -> float:
        """Share of the simulation saved against giving every system as many paths as the best got."""
        return 1.0 - sum(self.used) / (len(self.used) * max(self.used))


def select(
    values: Callable[[int, int], Array],
    systems: int,
    *,
    delta: float,
    confidence: float = 0.95,
    first: int = 40,
    batch: int = 20,
    most: int = 1000,
    skip: int = 0,
) -> Selection:
    """Select the system with the greatest mean.

    Parameters: ``values(i, n)``: the first n values of system i, value by value on the same draws as all other systems;
    ``delta``: the difference that matters; ``first``: paths of the first stage; ``batch``: paths added at a time; ``most``: limit
    of paths of a system; ``skip``: values at the beginning that are not looked at, because ``delta`` was chosen by them.
    """
    left = list(range(systems))
    used = [skip + first] * systems
    alpha = 1.0 - confidence
    sample = {i: values(i, skip + first)[skip:] for i in left}
    spread = _spread(sample)
    eta = 0.5 * ((2.0 * alpha / max(1, systems - 1)) ** (-2.0 / (first - 1)) - 1.0)
    h2 = 2.0 * eta * (first - 1)
    n = first
    while True:
        left = _survivors(sample, left, spread, h2, delta, n)
        if len(left) == 1 or skip + n >= most:
            break
        n = min(n + batch, most - skip)
        for i in left:
            sample[i] = values(i, skip + n)[skip:]
            used[i] = skip + n
    means = {i: float(np.mean(sample[i])) for i in left}
    best = max(left, key=lambda i: means[i])
    within = 0.0 if len(left) == 1 else _bound(sample, left, best, alpha)
    return Selection(best, confidence, delta, tuple(used), tuple(left), within)


def _spread(sample: dict[int, Array]) -> Array:
    """Variance of every paired difference in the first stage: float64[system, system]."""
    rows = np.array([sample[i] for i in sorted(sample)])
    covariance = np.atleast_2d(np.cov(rows))
    own = np.diag(covariance)
    apart: Array = np.maximum(0.0, own[:, None] + own[None, :] - 2.0 * covariance)
    return apart


def _survivors(sample: dict[int, Array], left: list[int], spread: Array, h2: float, delta: float, n: int) -> list[int]:
    means = {i: float(np.mean(sample[i][:n])) for i in left}

    def slack(i: int, j: int) -> float:
        return max(0.0, delta / (2.0 * n) * (h2 * float(spread[i, j]) / delta**2 - n))

    # A tie without any scatter is decided by the order, so that equal packages do not run to the limit.
    def behind(i: int, j: int) -> bool:
        gap = means[j] - means[i] - slack(i, j)
        return gap > 0.0 or (gap == 0.0 and spread[i, j] == 0.0 and j < i)

    return [i for i in left if not any(behind(i, j) for j in left if j != i)]


def _bound(sample: dict[int, Array], left: list[int], best: int, alpha: float) -> float:
    """Upper bound of the advantage of the others left over the best, for all of them together (Bonferroni)."""
    from scipy.special import stdtrit

    n = len(sample[best])
    t = float(stdtrit(n - 1, 1.0 - alpha / (len(left) - 1)))
    bounds = [0.0]
    for i in left:
        if i != best:
            gap = sample[i] - sample[best]
            bounds.append(float(gap.mean()) + t * float(gap.std(ddof=1)) / math.sqrt(n))
    return max(bounds)
