"""What became of the firms of a path, and what a yuan of a round has brought: in arrays, as an engine has noted it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class End(IntEnum):
    """How a firm has ended by the horizon. ``THERE``: it has not; ``SOLD``: by its holders, after its listing."""

    THERE = 0
    FAILED = 1
    ACQUIRED = 2
    SOLD = 3


@dataclass(frozen=True)
class Rounds:
    """Equity rounds, those of a firm in the order in which they came.

    ``firm``: its place in the path's firms; ``quarter``; ``stage``: row of the stage in which the firm was (0 seed … 5 pre-IPO);
    ``price``: pre-money (CNY); ``money``: of all who came in (CNY); ``kept``: what a share of the first day is after it (share);
    ``yielded``: what such a share had yielded in dividends before it (CNY).
    """

    firm: Ints
    quarter: Ints
    stage: Ints
    price: Floats
    money: Floats
    kept: Floats
    yielded: Floats

    @property
    def post(self) -> Floats:
        """Post-money value (CNY)."""
        return self.price + self.money


@dataclass(frozen=True)
class Lives:
    """The firms founded in the city on one path, from founding to their end or to the horizon, and its loans.

    Quarters count from the burn-in. ``last``: the last quarter. By firm: ``founded``; ``end``, an `End`; ``end_quarter``, ``last``
    for those that are there; ``listed``: quarter of the listing, −1 for never; ``price``: of the whole firm (CNY) when it was sold,
    or at the horizon where everything is realised, 0 when it failed; ``kept``: what a share of the first day was then;
    ``yielded``: what it had yielded in dividends (CNY).

    ``repaid``, ``defaulted``: loans that have ended so; ``exposure``, ``recovered``: CNY, of the settled ones among the latter.
    """

    last: int
    founded: Ints
    end: Ints
    end_quarter: Ints
    listed: Ints
    price: Floats
    kept: Floats
    yielded: Floats
    rounds: Rounds
    repaid: int
    defaulted: int
    exposure: float
    recovered: float

    @cached_property
    def multiples(self) -> Floats:
        """What a yuan of each round has brought: ``(price · kept + Σ dividend · kept then) ÷ (post-money · kept after the round)``.

        New holders' share is money ÷ post-money; later issues dilute it. Limit: whoever redeems or sells his holding earlier gets
        something else; a round is followed as if nobody did.
        """
        rounds, firm = self.rounds, self.rounds.firm
        back = self.price[firm] * self.kept[firm] + (self.yielded[firm] - rounds.yielded)
        return back / (rounds.post * rounds.kept)

    @cached_property
    def later(self) -> Ints:
        """Place of the same firm's next round, if it is at a later stage; else −1.

        A round lifts a firm by one stage; one that is before its listing stays there.
        """
        firm, stage = self.rounds.firm, self.rounds.stage
        found = np.full(len(firm), -1, np.int64)
        places = np.flatnonzero((firm[1:] == firm[:-1]) & (stage[1:] > stage[:-1]))
        found[places] = places + 1
        return found
