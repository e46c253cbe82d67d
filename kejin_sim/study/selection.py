"""Ranking and selection: which of many packages is best, with a stated probability, and no more paths than that takes.

The procedure is Kim and Nelson's, fully sequential with common random numbers. All systems get a first stage of paths, from which
the variance of every paired difference is estimated. Then paths are added in batches; a system leaves as soon as it lies
so far behind another one that chance cannot explain it. If the best is better than every other by at least ``delta``, it is
selected with probability at least ``confidence``; differences below ``delta`` do not matter to the user.

Source: Kim and Nelson, *A fully sequential procedure for indifference-zone selection in simulation*, ACM TOMACS 11 (2001).
Limits: the paired differences are taken as normal; looking in batches only makes it more careful. Differences that are the same
on most draws are far from that, and a first stage may hold none of the others: the variance is therefore never taken smaller than
that of all draws so far, and no system leaves before the difference has departed from its usual value on `statistics.BEYOND` draws.
Where it never has, it decides from `statistics.ALIKE` draws on; one that is 0 on all of these does not, and the two are told as
not distinguished. What remains: gains so rare and large that hardly any draw holds one lose more often than stated.

A value may be missing (NaN): a pair is compared on the draws on which both have one. A system without any value cannot be
selected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.statistics import ALIKE, BEYOND, SPECK, Array, defined

FEWEST: Final = 2  # common draws below which a pair is not compared


@dataclass(frozen=True)
class Selection:
    """``best``: the system selected, None when no system has a value. ``used``: paths of each system. ``left``: systems still in
    contention at the end; more than the best when the limit of paths came first, or where others equal the best on every draw that
    was looked at. ``within``: then, an upper bound of how much better the best of them may be, valid with probability
    1 − 2·(1 − confidence), NaN where draws do not tell; 0 when the selection is complete.
    ``undefined``: systems without any value. ``stated``: False when the first stage is too short for the probability."""

    best: int | None
    confidence: float
    delta: float
    used: tuple[int, ...]
    left: tuple[int, ...]
    within: float
    undefined: tuple[int, ...] = ()
    stated: bool = True

    @property
    def complete(self) -> bool:
        """Whether the stated probability holds."""
        return self.stated and len(self.left) == 1

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

    Parameters: ``values(i, n)``: the first n values of system i, value by value on the same draws as all other systems, NaN where
    there is none; ``delta``: the difference that matters; ``first``: paths of the first stage; ``batch``: paths added at a time;
    ``most``: limit of paths of a system; ``skip``: values at the beginning that are not looked at, because ``delta`` was chosen
    by them.
    """
    used = [skip + first] * systems
    alpha = 1.0 - confidence
    opening = np.array([values(i, skip + first)[skip:] for i in range(systems)])
    there = np.isfinite(opening).any(axis=1)
    left = [i for i in range(systems) if there[i]]
    error = 2.0 * alpha / max(1, len(left) - 1)  # of a pair, both ways
    sample = {i: opening[i] for i in left}
    same: dict[int, int] = {}
    n = first
    while True:
        left = _survivors(sample, opening, left, error, delta, same)
        if len(left) <= 1 or skip + n >= most:
            break
        n = min(n + batch, most - skip)
        for i in left:
            sample[i] = values(i, skip + n)[skip:]
            used[i] = skip + n
        left = [i for i in left if np.isfinite(sample[i]).any()]
    best = _best(sample, left)
    within = _bound(sample, left, best, alpha) if best is not None and len(left) > 1 else 0.0
    equal = [i for i in same if _first_of(same, i) == best]
    if equal:
        left, within = sorted([*left, *equal]), math.nan
    gone = {i for i in range(systems) if not there[i]} | {i for i in sample if not np.isfinite(sample[i]).any()}
    return Selection(best, confidence, delta, tuple(used), tuple(left), within, tuple(sorted(gone)))


def _paired(rows: Array, one: Array) -> tuple[Array, Array, Array]:
    """Differences of all rows from one row: common draws, mean and variance of each; NaN where fewer than `FEWEST` are common."""
    gap = rows - one
    common = np.isfinite(gap)
    n = common.sum(axis=1)
    enough = n >= FEWEST
    gap[~common] = 0.0
    mean = np.where(enough, gap.sum(axis=1) / np.maximum(n, 1), math.nan)
    apart = np.where(common, gap - mean[:, None], 0.0)
    variance = np.where(enough, (apart**2).sum(axis=1) / np.maximum(n - 1, 1), math.nan)
    return n, mean, variance


def _first_of(same: dict[int, int], i: int) -> int:
    """The system that still stood when a system was set aside as its equal, and so on to the last."""
    while i in same:
        i = same[i]
    return i


def _departing(rows: Array, one: Array) -> NDArray[np.int64]:
    """On how many draws the difference of each row from one row is not the usual one, its median."""
    gap = rows - one
    common = np.isfinite(gap)
    usual = np.array([np.median(each[there]) if there.any() else 0.0 for each, there in zip(gap, common, strict=True)])
    found: NDArray[np.int64] = (np.abs(gap - usual[:, None]) > SPECK * (np.abs(rows) + np.abs(one))).sum(axis=1)
    return found


def _survivors(
    sample: dict[int, Array], opening: Array, left: list[int], error: float, delta: float, same: dict[int, int]
) -> list[int]:
    """Systems that are behind no other. A pair that shares too few draws is undecided: neither leaves because of the other.

    Of systems that are equal on every draw the first stays, and the others are entered in ``same`` with it.
    """
    if len(left) < 2:
        return left
    order, rows, began = np.array(left), np.array([sample[i] for i in left]), opening[left]
    kept = []
    for at, i in enumerate(left):
        n0, _, early = _paired(began, began[at])
        n, gap, spread = _paired(rows, rows[at])
        spread = np.fmax(early, spread)  # NaN where the first stage shares too few draws: then it is of all
        departs = _departing(rows, rows[at])
        degrees = np.maximum(n0 - 1, 1)
        h2 = (error ** (-2.0 / degrees) - 1.0) * degrees
        slack = np.maximum(0.0, delta / (2.0 * np.maximum(n, 1)) * (h2 * spread / delta**2 - n))
        ahead = gap - slack  # NaN is never above 0
        known = (departs >= np.minimum(BEYOND, n - 1)) & (departs > 0) | (departs == 0) & (n >= ALIKE)
        # Equal systems do not run to the limit.
        tied = order[(departs == 0) & (n >= ALIKE) & (gap == 0.0) & (order < i)]
        if tied.size:
            same[i] = int(tied[0])
        elif not ((ahead > 0.0) & known).any():
            kept.append(i)
    return kept


def _best(sample: dict[int, Array], left: list[int]) -> int | None:
    """The greatest mean, on the draws on which all systems left have a value; each on its own draws when they share too few."""
    if not left:
        return None
    rows = np.array([sample[i] for i in left])
    shared = np.isfinite(rows).all(axis=0)
    if shared.sum() >= FEWEST:
        rows = rows[:, shared]
    return left[int(np.argmax([defined(row).mean() for row in rows]))]


def _bound(sample: dict[int, Array], left: list[int], best: int, alpha: float) -> float:
    """Upper bound of the advantage of the others left over the best, for all of them together (Bonferroni); NaN when one of them
    shares too few draws with the best."""
    from scipy.special import stdtrit

    bounds = [0.0]
    for i in left:
        if i != best:
            gap = defined(sample[i] - sample[best])
            if gap.size < FEWEST:
                return math.nan
            t = float(stdtrit(gap.size - 1, 1.0 - alpha / (len(left) - 1)))
            bounds.append(float(gap.mean()) + t * float(gap.std(ddof=1)) / math.sqrt(gap.size))
    return max(bounds)
