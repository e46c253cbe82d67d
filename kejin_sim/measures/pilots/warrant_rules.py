"""A bank's warrant beside a loan (A3): which loans carry one, what it costs the bank and what it pays.

Everything is per share. Nothing counts a firm's shares; what is known is the value of the whole firm and how far every old
share has been diluted since, so a price per share relative to the grant is value · kept / value at the grant.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.jit import compiled

MOST_WARRANTS: Final = 4
"""Open warrants on one firm: one a loan, and a lane of the draw for each. A fifth takes the oldest one's place."""


@compiled
def carries_warrant(coverage: float, listed: bool, raised: float) -> bool:
    """A3. Does a new loan carry a warrant: has its white-listed borrower had an equity round, so a price?

    Parameters: ``coverage`` rate, 0 switches warrants off (``measures.pilots.warrant.coverage``); ``listed``: on the
    white list; ``raised`` outside equity to date (CNY).
    Source: R50 (a set number of shares at an agreed price, one to one).
    """
    return coverage > 0.0 and listed and raised > 0.0


@compiled
def loan_rate(rate: float, carries: bool, cut: float) -> float:
    """A3. Yearly rate of a loan: less the discount if it carries a warrant, never below 0.

    Parameters: ``rate`` a year without it; ``carries`` from :func:`carries_warrant`; ``cut`` in points of the rate
    (``measures.pilots.warrant.rate_cut``).
    Source: rulebook A3; assumption.
    """
    return max(0.0, rate - cut) if carries else rate


@compiled
def covered(loan: float, coverage: float) -> float:
    """A3. Amount for which the bank may subscribe at the strike: coverage · loan (CNY).

    Parameters: ``loan`` CNY; ``coverage`` (``measures.pilots.warrant.coverage``).
    Source: rulebook A3; the coverage is an assumption.
    """
    return coverage * loan


@compiled
def kept(before: float, founders_then: float, founders_now: float) -> float:
    """A3. What new shares have left of every old share since the grant: before · min(1, founders now / then).

    Founders sell nothing, so their share falls exactly as every old share is diluted; where it rises (redemption, call,
    repurchase) shares changed hands and none were issued.
    Parameters: ``before`` the same up to the last look; ``founders_then``, ``founders_now`` their shares of the firm in
    (0, 1], at the last look and now.
    Returns: a share; ``before`` when founders had nothing.
    Source: definition of dilution; model, rule A3.
    """
    return before * min(1.0, founders_now / founders_then) if founders_then > 0.0 else before


@compiled
def price_ratio(value: float, kept: float, strike_value: float) -> float:
    """A3. Price per share over the strike, P/K: value of the firm now · kept / value of the firm at the grant.

    Parameters: ``value`` CNY: post-money of a later round, or the price at which the whole firm is sold; ``kept`` see
    :func:`kept`; ``strike_value`` post-money of the last round at the grant (CNY).
    Source: rulebook A3 (strike = last round's price per share).
    """
    return value * kept / strike_value


@compiled
def payoff(covered: float, ratio: float) -> float:
    """A3. What a warrant is worth if exercised or sold at once: covered · max(0, P/K − 1) (CNY).

    Parameters: ``covered`` from :func:`covered` (CNY); ``ratio`` P/K from :func:`price_ratio`.
    Source: rulebook A3. Limits: the intrinsic value; a buyer pays nothing for the time that is left.
    """
    return covered * max(0.0, ratio - 1.0)


@compiled
def expires(age: int, life: float) -> bool:
    """A3. Is the warrant's term over: age ≥ life?

    Parameters: ``age`` quarters since the grant; ``life`` years (``measures.pilots.warrant.life``).
    Source: rulebook A3; the term is an assumption.
    """
    return 0.25 * age >= life
