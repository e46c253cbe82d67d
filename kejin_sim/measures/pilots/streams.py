"""Draws of measure 9, by the decision that they feed; the numbers belong to :mod:`kejin_sim.random`'s list of blocks."""

from __future__ import annotations

from typing import Final

from kejin_sim import random as rng

AIC_FUND_YEAR: Final = 65
WARRANT: Final = 66
BUYBACK_COUNT: Final = 67
BUYBACK_LOAN: Final = 68

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "aic_fund.growth": (AIC_FUND_YEAR, 0),
    "pilots.warrant_buyer": (WARRANT, 0),
    "pilots.second_warrant_buyer": (WARRANT, 1),
    "pilots.third_warrant_buyer": (WARRANT, 2),
    "pilots.fourth_warrant_buyer": (WARRANT, 3),
    "pilots.buyback_count": (BUYBACK_COUNT, 0),
    "pilots.buyback_programme": (BUYBACK_LOAN, 0),
    "pilots.regional_exit": (rng.FIRM_YEAR, 3),
}
"""Decision → (block, lane). A firm's open warrants are counted from the oldest: `warrant_rules.MOST_WARRANTS`, a lane each."""
