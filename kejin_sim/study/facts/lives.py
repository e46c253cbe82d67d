"""What became of the firms of a path, and what a yuan of a round has brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

End = Literal["failed", "acquired", "sold", "there"]


class Round(NamedTuple):
    """An equity round. ``stage``: row of the stage in which the firm was (0 seed … 5 pre-IPO); ``price``: pre-money (CNY);
    ``money``: of all who came in (CNY); ``kept``: what a share of the first day is after it (share)."""

    quarter: int
    stage: int
    price: float
    money: float
    kept: float

    @property
    def post(self) -> float:
        """Post-money value (CNY)."""
        return self.price + self.money


class Dividend(NamedTuple):
    """A dividend to all holders (CNY), and what a share of the first day was then."""

    quarter: int
    amount: float
    kept: float


@dataclass(frozen=True, slots=True)
class Life:
    """A firm from founding to its end or to the horizon. Quarters count from the burn-in.

    ``listed``: quarter of its listing, −1 for never. ``price``: of the whole firm (CNY) when it was sold, or at the horizon where
    everything is realised; 0 when it failed. ``kept``: what a share of the first day was then.
    """

    founded: int
    rounds: tuple[Round, ...]
    dividends: tuple[Dividend, ...]
    end: End
    end_quarter: int
    listed: int
    price: float
    kept: float

    def multiple(self, entry: Round) -> float:
        """What a yuan of a round has brought: ``(price · share + Σ dividend · share then) ÷ money``.

        New holders' share is money ÷ post-money; later issues dilute it. Limit: whoever redeems or sells his holding earlier gets
        something else; a round is followed as if nobody did.
        """
        share = 1.0 / entry.post / entry.kept  # per yuan; times the first day's share at a moment
        back = self.price * self.kept
        for dividend in self.dividends:
            if dividend.quarter > entry.quarter:
                back += dividend.amount * dividend.kept
        return share * back


@dataclass(frozen=True, slots=True)
class PathLives:
    """The firms founded in the city on one path, and its loans. ``last``: the last quarter.

    ``repaid``, ``defaulted``: loans that have ended so. ``exposure``, ``recovered``: CNY, of the settled ones among the latter.
    """

    last: int
    lives: tuple[Life, ...]
    repaid: int
    defaulted: int
    exposure: float
    recovered: float
