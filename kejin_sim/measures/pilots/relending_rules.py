"""Relending for buy-backs and holding increases of listed companies (A5), and how many of the city's use it (A6)."""

from __future__ import annotations

import math
from typing import Final

from kejin_sim.jit import compiled
from kejin_sim.world import credit

TERMS: Final = 13
"""Quarters in which buy-back loans fall due: this one and the twelve ahead (loans run for at most three years)."""


@compiled
def loan(programme: float, own: float) -> float:
    """A5. Most that a bank lends for a buy-back: (1 − own) · buy-back (CNY).

    Parameters: ``programme`` the buy-back (CNY); ``own`` least share of own money (``measures.pilots.buyback.own``).
    Source: R49b; 10 % (before: 30 %) not verified.
    """
    return (1.0 - own) * programme


@compiled
def relending(loan: float, share: float) -> float:
    """A5. What the central bank lends the bank against the loan: share · loan (CNY).

    Parameters: ``loan`` CNY; ``share`` (``measures.pilots.buyback.relend_share``).
    Source: R49b.
    """
    return share * loan


@compiled
def within_quota(outstanding: float, added: float, quota: float) -> bool:
    """A5. Does the city's relending stay within its quota: outstanding + new ≤ quota?

    Parameters: ``outstanding`` relending, ``added`` now, ``quota`` (``measures.pilots.buyback.quota``; all CNY).
    Source: R49b (first tranche CNY 300 bn); the city's part is an estimate.
    """
    return outstanding + added <= quota


@compiled
def margin(balance: float, relent: float, loan_rate: float, relend_rate: float) -> float:
    """A5. What the bank earns in a quarter: interest on the loans − interest on the relending behind them (CNY).

    At full relending: balance · (2.25 − 1.75 %) / 4.
    Parameters: ``balance`` of the loans, ``relent`` behind them (CNY); ``loan_rate``, ``relend_rate`` a year
    (``measures.pilots.buyback.loan_rate``, ``.relend_rate``).
    Source: R49b.
    Limits: before the bank's own funding of what is not refinanced, and before costs and losses.
    """
    return credit.interest(balance, loan_rate) - credit.interest(relent, relend_rate)


@compiled
def companies(u: float, listed: int, chance: float) -> int:
    """A6. Number of listed companies that use the tool in a quarter: a binomial count by inversion.

    The least n with P(N ≤ n) ≥ u, N ~ Binomial(listed, chance); it does not fall when ``listed`` or ``chance`` rises.
    Parameters: ``u`` in (0, 1) of ``pilots.buyback_count``; ``listed`` in [0, 1000]
    (``measures.pilots.buyback.listed``); ``chance`` of a quarter, a quarter of ``measures.pilots.buyback.take_up``, in
    [0, 0.25].
    Source: R49c for the order of magnitude.
    """
    term = (1.0 - chance) ** listed
    total = term
    n = 0
    while total < u and n < listed:
        term *= (listed - n) * chance / ((n + 1) * (1.0 - chance))
        total += term
        n += 1
    return n


@compiled
def programme(mean: float, spread: float, z: float) -> float:
    """A6. Buy-back of one company: mean · exp(s·z − s²/2), whose mean is ``mean`` (CNY).

    Parameters: ``mean`` CNY (``measures.pilots.buyback.programme``); ``spread`` s log standard deviation
    (``measures.pilots.buyback.spread``); ``z`` standard normal.
    Source: R49c (CNY 150 bn ÷ 763 companies, derived); the dispersion is an assumption.
    """
    return mean * math.exp(spread * z - 0.5 * spread * spread)
