"""Shapley values: a fair division of what a package does among its parts.

A part's value is what it adds, averaged over every order in which the parts could have been put together. The shares sum to the
whole effect; a part that never adds anything gets 0; parts that add alike get alike. Source: Shapley (1953).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from kejin_sim.outcomes.statistics import ALIKE, Array, Interval, student

FEWEST_PAIRS: Final = 4  # orders come in pairs; the scatter of fewer says too little

Value = Callable[[int], Array]
"""What a coalition (a bit mask of players) is worth: float64[quantity, path]."""


@dataclass(frozen=True)
class Shares:
    """``shapley``, ``alone_out``: float64[player, quantity, path], the mean over paths is the share (leave-one-out: what the whole
    loses without the player); ``order_error``: standard error from sampling orders, float64[player, quantity], 0 when exact;
    ``pairs``: of orders sampled, 0 when exact; ``telling``: by quantity, how many paths determine it (of a mean all, of a tail mean
    those in the tail), 0 when they are too few for an interval; all paths where nothing is said."""

    shapley: Array
    alone_out: Array
    order_error: Array
    whole: Array
    coalitions: int
    pairs: int = 0
    telling: tuple[int, ...] = ()

    @property
    def orders(self) -> int:
        """Orders sampled; 0 when every coalition was simulated."""
        return 2 * self.pairs

    def share(self, player: int, quantity: int) -> Interval:
        """A player's share with its 95 % interval: errors of paths and of orders together."""
        order = float(self.order_error[player, quantity])
        return self._told(quantity, self.shapley[player, quantity], order)

    def without(self, player: int, quantity: int) -> Interval:
        """What the whole loses without the player."""
        return self._told(quantity, self.alone_out[player, quantity])

    def effect(self, quantity: int) -> Interval:
        """The whole effect."""
        return self._told(quantity, self.whole[quantity])

    def _told(self, quantity: int, sample: Array, order: float = 0.0) -> Interval:
        """An estimate, without error and interval where too few paths determine it. ``order``: standard error of sampled orders."""
        telling = self.telling[quantity] if self.telling else sample.size
        if telling:
            return _interval(sample, telling, order, self.pairs)
        return Interval(float(sample.mean()), math.nan, math.nan, math.nan)


def _interval(sample: Array, telling: int, more: float = 0.0, pairs: int = 0) -> Interval:
    """Mean over paths; ``telling``: of the paths those that determine it; ``more``: a further standard error, of so many ``pairs``
    of orders. Student's t with the degrees of freedom of both errors together (Welch and Satterthwaite), rounded down."""
    n, mean = sample.size, float(sample.mean())
    if n < 2:
        return Interval(mean, math.nan, math.nan, math.nan)
    own = float(sample.std(ddof=1)) / math.sqrt(n)
    error = math.hypot(own, more)
    degrees = telling - 1
    if more > 0.0:
        degrees = math.floor(1.0 / ((own / error) ** 4 / (telling - 1) + (more / error) ** 4 / (pairs - 1)) + 1e-9)
    if more == 0.0 and n < ALIKE and own <= 1e-12 * abs(mean):  # the same on few paths
        return Interval(mean, error, math.nan, math.nan)
    half = student(degrees) * error
    return Interval(mean, error, mean - half, mean + half)


class _Known:
    """Coalitions that were evaluated."""

    def __init__(self, value: Value) -> None:
        self._value, self._known = value, dict[int, Array]()

    def __call__(self, mask: int) -> Array:
        if mask not in self._known:
            self._known[mask] = self._value(mask)
        return self._known[mask]

    def __len__(self) -> int:
        return len(self._known)


def sampled_pairs(orders: int) -> int:
    """Pairs of orders that are sampled when ``orders`` are asked for: rounded up, at least `FEWEST_PAIRS`; 0 for 0."""
    return max(FEWEST_PAIRS, -(-orders // 2)) if orders else 0


def coalitions(players: int, orders: int) -> int:
    """At most how many coalitions a division simulates: all of them when ``orders`` is 0, else those of the orders sampled and
    of leave-one-out."""
    pairs = sampled_pairs(orders)
    return 1 << players if orders == 0 else min(1 << players, 2 + 2 * pairs * (players - 1) + players)


def exact(value: Value, players: int) -> Shares:
    """Over all 2^players coalitions: ``φ_i = Σ_S |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S))``."""
    known = _Known(value)
    empty, full = known(0), known((1 << players) - 1)
    shapley = np.zeros((players, *empty.shape))
    for i in range(players):
        bit = 1 << i
        for mask in range(1 << players):
            if mask & bit:
                continue
            size = mask.bit_count()
            weight = math.factorial(size) * math.factorial(players - size - 1) / math.factorial(players)
            shapley[i] += weight * (known(mask | bit) - known(mask))
    return _shares(known, shapley, np.zeros(shapley.shape[:2]), full - empty, players, 0)


def sampled(value: Value, players: int, orders: int, seed: int = 1) -> Shares:
    """Over a sample of orders, each with its reverse (antithetic), so that the shares of every order sum to the whole effect.

    Parameters: ``orders``: how many, rounded up by `sampled_pairs`.
    """
    known, chance = _Known(value), np.random.default_rng(seed)
    empty, full = known(0), known((1 << players) - 1)
    pairs = sampled_pairs(orders)
    total, means = np.zeros((players, *empty.shape)), []
    for _ in range(pairs):
        order = [int(i) for i in chance.permutation(players)]
        both = np.zeros_like(total)
        for one in (order, order[::-1]):
            mask, before = 0, empty
            for i in one:
                mask |= 1 << i
                after = known(mask)
                both[i] += (after - before) / 2.0
                before = after
        total += both
        means.append(both.mean(axis=2))
    error = np.std(np.array(means), axis=0, ddof=1) / math.sqrt(pairs)
    return _shares(known, total / pairs, error, full - empty, players, pairs)


def _shares(known: _Known, shapley: Array, error: Array, whole: Array, players: int, pairs: int) -> Shares:
    full = (1 << players) - 1
    alone_out = np.array([known(full) - known(full & ~(1 << i)) for i in range(players)])
    return Shares(shapley, alone_out, error, whole, len(known), pairs)
