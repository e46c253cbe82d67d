"""拨投贷, the sequence grant → fund → credit of a talent start-up (G8)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def fund_open(accepted: bool, raised: float) -> bool:
    """G8. May the fund's ticket follow: the grant's milestone is accepted and no outside equity has come yet?

    Parameters: ``accepted``: it is; ``raised`` outside equity to date (CNY).
    Source: seed document, measure 7 (拨投贷联动); the conditions are the rulebook's, G8, assumed.
    """
    return accepted and raised <= 0.0


@compiled
def credit_open(accepted: bool, fund_entered: bool) -> bool:
    """G8. Is the credit line open: the grant is accepted, or the fund has entered?

    Parameters: ``accepted``, ``fund_entered``: they have.
    Source: rulebook G8 (credit needs grant acceptance or fund entry); assumption.
    """
    return accepted or fund_entered
