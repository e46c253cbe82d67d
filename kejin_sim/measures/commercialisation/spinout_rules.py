"""Technology and cash equity (T6): what a university brings into a spin-out, what it holds, what it gets."""

from __future__ import annotations

from typing import Final

from kejin_sim.jit import compiled

OBSERVED: Final = 12
"""Quarters after which a spin-out's survival is counted."""


@compiled
def valuation(value: float, share: float) -> float:
    """T6. Agreed value of the contributed intellectual property: share · value of the new firm (CNY; ``equity.ip_share``)."""
    return share * value


@compiled
def cash_part(ip_value: float, ratio: float, cap: float) -> float:
    """T6. Cash that the university adds from the balance of contract research: min(ratio · ip_value, cap) (CNY).

    Parameters: ``ratio`` (``equity.cash_ratio``); ``cap`` per project (``equity.cash_cap``).
    """
    return min(ratio * ip_value, cap)


@compiled
def university_share(value: float, ip_value: float, cash: float, inventor_share: float) -> float:
    """T6. University's part of the founders' shares: ((1 − inventor_share) · ip_value + cash) / (value + cash).

    Parameters: ``value`` of the new firm before the cash (CNY), ``ip_value`` part of it; ``inventor_share`` of the shares
    for the intellectual property (``equity.inventor_share``, at least 50 % by law).
    Limits: shares at the agreed valuation; the part stays the same while founders are diluted by rounds.
    """
    return ((1.0 - inventor_share) * ip_value + cash) / (value + cash)


@compiled
def proceeds(price: float, founders: float, part: float) -> float:
    """T6. What a university gets when the firm is sold: price · founders · part (CNY).

    Parameters: ``price`` of the whole firm; ``founders`` share of the class at that time; ``part`` of it that is the
    university's.
    """
    return price * founders * part
