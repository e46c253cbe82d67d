"""Conversion of a grant into shares: the trigger (G3), the price and the cap on the public share (G4).

Notation: paid public money g_p, partner's money g_m, g = g_p + g_m; discount d; post = pre-money + round (CNY). The whole
grant converts as one block of new shares b = g′/(post + g′) with g′ = g/(1 − d); all other holdings are multiplied by 1 − b. The
public part of the block is p = g_p/g, so the public share is p·b and the partner's (1 − p)·b.
"""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def triggered(round_money: float, min_round: float, sales: float, min_sales: float) -> bool:
    """G3. Does a waiting grant convert: outside round ≥ least round, or yearly sales ≥ least sales?

    Parameters: ``round_money`` outside equity raised in this quarter's round (CNY, 0 without a round); ``sales`` 4 ·
    the quarter's revenue (CNY); ``min_round``, ``min_sales`` CNY (``measures.grant_to_equity.conversion.min_round``,
    ``.min_sales``).
    Source: Guangzhou 2026 (on market conditions), Qingpu's draft of 2025 (first market round); the sums are
    assumptions.
    """
    return round_money >= min_round or sales >= min_sales


@compiled
def at_discount(grant: float, discount: float) -> float:
    """G4. Money that the grant counts for: g′ = g / (1 − d) (CNY).

    Parameters: ``grant`` g (CNY); ``discount`` d in [0, 1) (``measures.grant_to_equity.conversion.discount``).
    Source: rulebook G4; the discount is an assumption.
    """
    return grant / (1.0 - discount)


@compiled
def block_share(grant: float, discount: float, post: float) -> float:
    """G4. Share of the whole block of new shares: g′ / (post + g′), g′ = g / (1 − d).

    Parameters: ``grant`` g, public and partner's money (CNY); ``discount`` d as for :func:`at_discount`; ``post``
    pre-money plus round: the round's post-money, or the firm's value when sales triggered the conversion (CNY).
    Source: rulebook G4.
    """
    counted = at_discount(grant, discount)
    return counted / (post + counted)


@compiled
def public_share_allowed(share: float, cap: float, founders: float) -> float:
    """G4. Public share after the caps: min(share, cap, founders), so that the public holder never passes the founders.

    Parameters: ``share`` p·b without a cap; ``cap`` (``measures.grant_to_equity.conversion.share_cap``); ``founders``
    their share once the whole block is issued, f·(1 − b).
    Source: rulebook G4 (never the largest holder; the team keeps control: Qingpu's draft of 2025); the cap is an
    assumption.
    Limits: where the caps bind the block shrinks and the founders keep a little more than f·(1 − b): on the safe side.
    """
    return min(share, min(cap, founders))


@compiled
def converted_part(block: float, grant: float, discount: float, post: float) -> float:
    """G4. Part of the grant's money that a block stands for, at most 1: (1 − d) · post · b / (1 − b) / g.

    The inverse of :func:`block_share`; public and partner's money convert in the same proportion. What does not convert
    stays a grant or is repaid (``measures.grant_to_equity.conversion.above_cap``).

    Parameters: ``block`` b allowed public share / p, in [0, 1); ``grant`` g, ``discount`` d, ``post`` as for
    :func:`block_share`.
    Source: rulebook G4.
    """
    return min(1.0, (1.0 - discount) * post * block / (1.0 - block) / grant)
