"""When nothing triggers the conversion: waiver, repayment, write-off and the tolerance (G7)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def repayment(cash: float, share: float, paid: float) -> float:
    """G7. Repaid when the window is over and nothing is waived: min(share · cash, paid) (CNY).

    Parameters: ``cash`` of the firm (CNY); ``share`` of it that it can give
    (``measures.grant_to_equity.failure.repay_share``); ``paid`` public money of the grant (CNY).
    Source: rulebook G7; the share is an assumption.
    """
    return min(share * max(0.0, cash), paid)


@compiled
def meant_back(paid: float, kept: float) -> float:
    """G7. Public money of an ended grant that the tolerance looks at: paid − what stayed a grant above the cap (CNY).

    Parameters: ``paid`` public money of the grant; ``kept`` what neither converted nor was repaid (G4; CNY).
    Source: rulebook G4, G7; what was never meant to come back cannot be lost, as under a pure grant (G10).
    """
    return paid - kept


@compiled
def overall_loss(cost: float, back: float) -> float:
    """G7. Loss on ended grants as a whole (CNY): max(0, public money − what came back of it, team's part taken off).

    What one grant gains makes up for what another loses.
    Parameters: ``cost`` public money of ended grants; ``back`` what came back (CNY).
    Source: R23.
    """
    return max(0.0, cost - back)


@compiled
def tolerated(loss: float, cost: float, tolerance: float) -> bool:
    """G7. Is the overall loss tolerated: loss ≤ tolerance · cost?

    Parameters: ``loss`` see :func:`overall_loss`; ``cost`` public money of ended grants (CNY); ``tolerance`` in [0, 1]
    (``measures.grant_to_equity.tolerance``).
    Source: R23: judged on the whole of the money, not by project or year (80 %); 60 % is the seed document's.
    """
    return loss <= tolerance * cost
