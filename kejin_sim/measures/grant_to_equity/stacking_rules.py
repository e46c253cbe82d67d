"""Limits on what a government fund may promise, owe and hold (N5–N7). Source: rulebook §0.3."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def no_promise(ceded: float, gain: float) -> bool:
    """N5. Nothing is promised: what a government fund cedes to others stays within its own gain, ceded ≤ max(0, gain).

    Parameters: ``ceded`` concession, reward or team yield (CNY); ``gain`` of the public money of the same deal or fund.
    A guarantee of principal or of a minimum return would pay when the gain is zero.
    """
    return ceded <= max(0.0, gain)


@compiled
def limited_liability(lost: float, paid_in: float, committed: float) -> bool:
    """N6. Is the guidance fund a limited partner only: loss ≤ paid-in ≤ commitment?

    A general partner would answer for the fund's debts beyond its commitment.
    """
    return lost <= paid_in and paid_in <= committed


@compiled
def third_party(public: float, district: float, gp: float) -> float:
    """N7. Share left to third-party capital: 1 − public − district − GP, so that the four sum to 1."""
    return 1.0 - public - district - gp


@compiled
def shares_allowed(third_party: float, least: float) -> bool:
    """N7. Is the third-party share at least its minimum (to rounding of a written percentage)?"""
    return third_party >= least - 1e-9
