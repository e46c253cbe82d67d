"""When nothing triggers the conversion: waiver, repayment, write-off and the tolerance (G7)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def repayment(cash: float, share: float, paid: float) -> float:
    """G7. Repaid when the window is over and nothing is waived: min(share · cash, paid) (CNY).

    Parameters: ``share`` of the firm's cash that it can give (``failure.repay_share``); ``paid`` public money of the grant.
    """
    return min(share * max(0.0, cash), paid)


@compiled
def overall_loss(cost: float, back: float) -> float:
    """G7. Loss on ended grants as a whole (CNY): max(0, public money − what came back of it, team's part taken off).

    What one grant gains makes up for what another loses. Source: R23.
    """
    return max(0.0, cost - back)


@compiled
def tolerated(loss: float, cost: float, tolerance: float) -> bool:
    """G7. Is the overall loss tolerated: loss ≤ tolerance · cost?

    Parameters: ``loss`` see :func:`overall_loss`; ``cost`` public money of ended grants (CNY).
    Source: R23: judged on the whole of the money, not by project or year.
    """
    return loss <= tolerance * cost
