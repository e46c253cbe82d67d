"""What a sub-fund is made of: its partners' capital accounts, its phases, the results of its deals."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kejin_sim.ledger import Party
from kejin_sim.measures.equity.tolerance import exceeds, is_lost, loss_of

CLASSES: Final = 3  # seed, angel, industry (round A)


class Phase(Enum):
    """Where a fund is in its life."""

    INVESTING = "investing"
    HARVESTING = "harvesting"
    CLOSED = "closed"


class ReinvestmentTest(Enum):
    """E5: local reinvestment."""

    UNTESTED = "untested"
    MET = "met"
    MISSED = "missed"
    LEFT = "the guidance fund has left"


class Partner:
    """A limited partner's capital account in a fund (CNY): committed and not yet paid, paid in."""

    __slots__ = ("call_code", "committed", "distribution_code", "paid", "party")

    def __init__(self, party: Party, committed: float, call_code: int, distribution_code: int) -> None:
        self.party = party
        self.committed = committed
        self.paid = 0.0
        self.call_code = call_code
        self.distribution_code = distribution_code


class Review:
    """What was done about a breach of the loss tolerance by one fund, or by all as one (LT).

    ``made_good``: by the risk reserve (E14, CNY); ``reviewed``: extent of the breach at its last review.
    """

    def __init__(self) -> None:
        self.made_good = 0.0
        self.reviewed = 0.0


class Results:
    """What became of deals: value, losses (CNY) and counts, in all and by class. Of closed deals, or of open
    ones.

    ``nav``: what of the value is still held.
    """

    def __init__(self) -> None:
        self.nav = 0.0
        self.losses = 0.0
        self.lost = 0.0
        self.over = 0.0  # deals over the tolerance of a single project
        self.class_value = [0.0] * CLASSES

    def add(self, cost: float, value: float, deal_class: int, single_project: float) -> None:
        """One deal's value against its cost."""
        self.losses += max(0.0, cost - value)
        if is_lost(cost, value):
            self.lost += 1.0
        if exceeds(loss_of(cost, value), single_project):
            self.over += 1.0
        self.class_value[deal_class] += value
