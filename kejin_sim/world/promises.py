"""What people make of a promise that a budget line may not keep: they reckon with what it paid of what was due."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def share_paid(paid: float, due: float, before: float) -> float:
    """H1, H2, I1, T7. Share of what was due in a period that was paid: paid / due; ``before`` where nothing was due (a share).

    Parameters: ``paid``, ``due`` of the period (CNY, 0 ≤ paid ≤ due); ``before`` the share that was known until then, 1
    before anything was due.
    Returns: in [0, 1]; what rounding adds to the sum of the payments is cut off.
    Source: model, rules H1, I1 and T7 (behaviour); assumption.
    Limits: people look back one period and no further, and expect of the next what the last one paid; they do not look at
    what is appropriated for it.
    """
    if due <= 0.0:
        return before
    return min(1.0, paid / due)
