"""Where a firm is in its life, and what an investor of the programme holds in it."""

from __future__ import annotations

from enum import Enum


class Status(Enum):
    """Where a firm is in its life."""

    ACTIVE = "active"
    QUEUED = "in the IPO queue"
    LOCKED = "listed, in lock-up"
    FAILED = "failed"
    ACQUIRED = "acquired"
    SOLD = "sold after listing"


class Stake:
    """What an investor of the programme holds in a firm: share, cost and receipts (CNY), since when."""

    __slots__ = ("cost", "open", "received", "share", "since")

    def __init__(self) -> None:
        self.share = 0.0
        self.cost = 0.0
        self.received = 0.0
        self.since = -1
        self.open = False

    def buy(self, cost: float, quarter: int) -> None:
        """Enter (the round that does it sets the share)."""
        self.cost = cost
        self.received = 0.0
        self.since = quarter
        self.open = True

    def close(self) -> None:
        """Nothing is held any more; cost, receipts and date are remembered."""
        self.share = 0.0
        self.open = False
