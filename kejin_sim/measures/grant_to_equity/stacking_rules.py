"""Limits on what a government fund may promise, owe and hold (N5–N7). Source: rulebook §0.3.

Plain Python: a check of a scenario need not load the compiler, and the reference engine asks the rest.
"""

from __future__ import annotations

from typing import Final

ROUNDING: Final = 1e-9


def no_promise(ceded: float, gain: float) -> bool:
    """N5. Nothing is promised: what a government fund cedes to others stays within its own gain, ceded ≤ max(0, gain), to rounding.

    A guarantee of principal or of a minimum return would pay when the gain is zero.
    Parameters: ``ceded`` concession, reward or team yield (CNY); ``gain`` of the public money of the same deal or fund
    (CNY).
    Source: rulebook §0.3 no. 5 (财预〔2015〕210号, not checked against the original).
    """
    return ceded <= max(0.0, gain) + ROUNDING * max(1.0, abs(gain))


def limited_liability(lost: float, paid_in: float, committed: float) -> bool:
    """N6. Is the guidance fund a limited partner only: loss ≤ paid-in ≤ commitment, to rounding?

    A general partner would answer for the fund's debts beyond its commitment.
    Parameters: ``lost``, ``paid_in``, ``committed`` of one fund (CNY).
    Source: rulebook §0.3 no. 6 (Ningbo High-tech Zone 2025).
    """
    slack = ROUNDING * max(1.0, committed)
    return lost <= paid_in + slack and paid_in <= committed + slack


def third_party(public: float, district: float, gp: float) -> float:
    """N7. Share left to third-party capital: 1 − public − district − GP, so that the four sum to 1.

    Parameters: ``public``, ``district``, ``gp`` shares (``measures.equity.angel_subfunds.gov_share``,
    ``.district_share``, ``.gp_share``).
    Source: rulebook §0.3 no. 7.
    """
    return 1.0 - public - district - gp


def shares_allowed(third_party: float, least: float) -> bool:
    """N7. Is the third-party share at least its minimum (to rounding of a written percentage)?

    Parameters: ``third_party`` from :func:`third_party`; ``least`` (``measures.equity.angel_subfunds.min_third_party``).
    Returns: False when the scenario is refused.
    Source: Ningbo High-tech Zone 2025 (20 %, a district's rule).
    """
    return third_party >= least - ROUNDING
