"""A bank's warrant beside a loan (A3): which loans carry one, what it costs the bank and what it pays.

Everything is per share. Nothing counts a firm's shares; what is known is the value of the whole firm and what new shares have
left of a share of the first day, so the price of such a share is value · kept.
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
def share_price(value: float, kept: float) -> float:
    """A3. Price of what is left of one share of the first day: value · kept (CNY). At the grant it is the strike, K.

    Parameters: ``value`` of all shares (CNY): at the last round's price, or the price at which the whole firm is sold; ``kept``
    in (0, 1], what new shares have left of a share of the first day. What changes hands (redemption, call, repurchase, the right
    of first refusal) issues nothing and leaves it alone.
    Source: rulebook A3 (strike = last round's price per share; P per share, so dilution is in it).
    """
    return value * kept


@compiled
def price_ratio(price: float, strike: float) -> float:
    """A3. Price per share over the strike, P/K.

    Parameters: ``price`` now, ``strike`` at the grant, both from :func:`share_price` (CNY).
    Source: rulebook A3.
    """
    return price / strike


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
