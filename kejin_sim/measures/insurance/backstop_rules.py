"""The public backstop of the pool (I5) and the insurers' money in funds (I7)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def backstop(claims: float, premium: float, attachment: float, share: float, cap: float) -> float:
    """I5. City's payment to the pool for a year: min(cap, share · (claims − attachment · premium)⁺) (CNY).

    Parameters: ``claims``, ``premium`` of the fiscal year, net of reinsurance (CNY); ``attachment`` loss ratio,
    ``share`` and ``cap`` (CNY; for the part of the year in force) (``measures.insurance.backstop.attachment``,
    ``.share``, ``.cap``).
    Source: rulebook I5; the chip insurers' loss ratio of 249 % before their pool. The terms are assumptions.
    """
    return min(cap, share * max(0.0, claims - attachment * premium))


@compiled
def insurers_money(social: float, share: float) -> float:
    """I7. Insurers' part of the social investors' money in sub-funds: share · social money (CNY).

    Parameters: ``social`` calls paid by social investors (CNY); ``share`` (``measures.insurance.lp_share``).
    Source: seed document, measure 3; the share is an assumption.
    Limits: reported, it changes no price and no quantity.
    """
    return share * social
