"""Ranking of banks (C16) and central-bank relending (C17)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def ahead(mine: float, other: float, my_number: int, other_number: int) -> bool:
    """C16. Does a bank rank before another: it lent more to listed firms this year; on a tie the lower number does.

    Parameters: ``mine``, ``other`` CNY disbursed; ``my_number``, ``other_number`` of the banks, from 0. A bank that
    lent nothing is ahead of nobody.
    Source: seed document, measure 2 (ranking, the first three have priority).
    """
    if mine <= 0.0:
        return False
    return mine > other or (mine == other and my_number < other_number)


@compiled
def relending_quota(base: float, top: bool, bonus: float) -> float:
    """C16. Relending quota of a bank for a year: base, and ``bonus`` more for a bank at the top last year (CNY).

    Formula: base · (1 + bonus) for a bank at the top.
    Parameters: ``base`` CNY (``measures.credit.relending.quota``); ``top`` among the first
    ``measures.credit.ranking.top_n``; ``bonus`` (``measures.credit.ranking.bonus``).
    Source: seed document, measure 2 (priority of the first three); quota and bonus are assumptions.
    """
    return base * (1.0 + bonus) if top else base


@compiled
def relending(loan: float, share: float, quota_left: float) -> float:
    """C17. Relending against a new loan to a white-listed firm: min(share · loan, quota left) (CNY).

    Parameters: ``loan`` CNY; ``share`` (``measures.credit.relending.share``); ``quota_left`` of the bank this year
    (CNY).
    Source: rulebook C17 (PBoC relending, April 2024); the share is not verified.
    """
    return min(share * loan, quota_left)


@compiled
def relending_returned(relend: float, balance: float, principal: float) -> float:
    """C17. Relending that goes back with an instalment: relending · principal ÷ balance before it (CNY).

    Parameters: ``relend`` behind the loan (CNY); ``balance`` of the loan before the instalment, above 0 (CNY);
    ``principal`` paid (CNY).
    Source: rulebook C17; assumption (pro rata).
    """
    return relend * principal / balance


@compiled
def blended_funding(funding: float, relend_rate: float, share: float) -> float:
    """C17. Cost of a bank's money when a share of the loan is refinanced: (1 − share)·funding + share·relending rate.

    Parameters: ``funding`` (``world.credit.funding``) and ``relend_rate`` (``measures.credit.relending.rate``), rates a
    year; ``share`` in [0, 1] (``measures.credit.relending.share``).
    Returns: a rate a year.
    Source: rulebook C17 (1.75 % in April 2024); definition of a mean.
    """
    return (1.0 - share) * funding + share * relend_rate


@compiled
def bonus_quota(quota: float, top: bool, bonus: float) -> float:
    """C16. What a bank's rank adds to its quota of relending (CNY): quota · bonus for one of the best, else 0.

    Parameters: ``quota`` without it (CNY); ``top``, ``bonus`` as for :func:`relending_quota`.
    Source: rulebook C16.
    """
    return quota * bonus if top else 0.0


@compiled
def beyond_ordinary(drawn: float, quota_left: float, bonus_quota: float) -> float:
    """C16. What of relending is drawn beyond the ordinary quota, which is used first (CNY).

    Formula: max(0, drawn − max(0, quota_left − bonus_quota)).
    Parameters: ``drawn`` now; ``quota_left`` before it is drawn; ``bonus_quota`` see :func:`bonus_quota` (all CNY).
    Source: rulebook C16; the order is an assumption.
    """
    return max(0.0, drawn - max(0.0, quota_left - bonus_quota))


@compiled
def prize(balance: float, funding: float, relend_rate: float) -> float:
    """C16. What relending is worth to a bank in a quarter: balance · (market funding − relending rate) / 4 (CNY).

    The prize of a rank is the worth of what was drawn beyond the ordinary quota.
    Parameters: ``balance`` of such relending (CNY); ``funding``, ``relend_rate`` as for :func:`blended_funding`.
    Source: rulebook C16.
    """
    return 0.25 * balance * (funding - relend_rate)
