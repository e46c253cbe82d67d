"""Technology and cash equity (T6): what a university brings into a spin-out, what it holds, what it gets."""

from __future__ import annotations

from typing import Final

from kejin_sim.jit import compiled

OBSERVED: Final = 12
"""Quarters after which a spin-out's survival is counted."""


@compiled
def valuation(value: float, share: float) -> float:
    """T6. Agreed value of the contributed intellectual property: share · value of the new firm (CNY).

    Parameters: ``value`` of the new firm (CNY); ``share`` (``measures.commercialisation.equity.ip_share``).
    Source: rulebook T6; assumption.
    """
    return share * value


@compiled
def cash_part(ip_value: float, ratio: float, cap: float) -> float:
    """T6. Cash that the university adds from the balance of contract research: min(ratio · ip_value, cap) (CNY).

    Parameters: ``ip_value`` from :func:`valuation`; ``ratio`` (``measures.commercialisation.equity.cash_ratio``);
    ``cap`` per project (CNY, ``measures.commercialisation.equity.cash_cap``).
    Source: seed document, measure 5 (技术入股+现金入股); ratio and cap are assumptions.
    """
    return min(ratio * ip_value, cap)


@compiled
def university_share(value: float, ip_value: float, cash: float, inventor_share: float) -> float:
    """T6. University's part of the founders' shares: ((1 − inventor_share) · ip_value + cash) / (value + cash).

    Parameters: ``value`` of the new firm before the cash (CNY), ``ip_value`` part of it; ``cash`` from
    :func:`cash_part`; ``inventor_share`` of the shares for the intellectual property
    (``measures.commercialisation.equity.inventor_share``, at least 50 % by law).
    Source: the law on promoting transformation (amended 2015; original not checked); 70 % is an assumption.
    Limits: shares at the agreed valuation.
    """
    return ((1.0 - inventor_share) * ip_value + cash) / (value + cash)


@compiled
def proceeds(price: float, kept: float, part: float) -> float:
    """T6. What a university gets when the firm is sold: price · kept · part (CNY).

    What founders have bought of other holders since (redemption of shares, their call on a grant's holding, their right of
    first refusal) is theirs: the university has not paid for it.

    Parameters: ``price`` of the whole firm (CNY); ``kept`` what a share of the founding day is after all issues of shares, in
    (0, 1], never more than the founders' class; ``part`` of the founding shares that is the university's
    (:func:`university_share`).
    Source: definition.
    """
    return price * kept * part
