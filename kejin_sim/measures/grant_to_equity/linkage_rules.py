"""拨投贷, the sequence grant → fund → credit of a talent start-up (G8)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def fund_open(accepted: bool, raised: float) -> bool:
    """G8. May the fund's ticket follow: the grant's milestone is accepted and no outside equity has come yet?"""
    return accepted and raised <= 0.0


@compiled
def credit_open(accepted: bool, fund_entered: bool) -> bool:
    """G8. Is the credit line open: the grant is accepted, or the fund has entered?"""
    return accepted or fund_entered
