"""Compensation instead of a pool (C6, C7), the day of a claim (C9), what recoveries give back (C10)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def compensation(net_principal: float, share: float, bonus: float, first: bool) -> float:
    """C6. Compensation of a bad loan: (share + bonus for a first-time borrower) · net principal (CNY).

    Parameters: ``net_principal`` not recovered when the claim is made (CNY); ``share``
    (``measures.credit.compensation.share``); ``bonus`` (``measures.credit.compensation.first_loan_bonus``); ``first``:
    the borrower had no loan before.
    Source: rulebook C6 (Guangzhou 50 %; Shanghai 55 % and 5 points more for first-time borrowers).
    """
    return (share + (bonus if first else 0.0)) * net_principal


@compiled
def layer_payment(loss: float, balance: float, attachment: float, detachment: float, share: float) -> float:
    """C7. Payment for a layer of a bank's yearly loss: share · max(0, min(L, det·B) − att·B) (CNY).

    Parameters: ``loss`` L net of recoveries and ``balance`` B of the bank's loans under the scheme, mean of the year's
    quarter-ends (CNY); ``attachment``, ``detachment`` shares of the balance and ``share``
    (``measures.credit.layer.*``).
    Source: Shanghai 2011 (50 % of what lies between 3 and 5 %).
    """
    return share * max(0.0, min(loss, detachment * balance) - attachment * balance)


@compiled
def layer_most(attachment: float, detachment: float, share: float) -> float:
    """C7. Most that the layer may cost, per yuan of the banks' balances: share · (det − att), at least 0.

    Parameters: ``attachment``, ``detachment``, ``share`` as for :func:`layer_payment`.
    Source: Shanghai 2011.
    """
    return share * max(0.0, detachment - attachment)


@compiled
def claim_due(defaulted: int, lag: int, ex_ante: bool, ex_ante_lag: int) -> int:
    """C9. Quarter in which a claim is paid: default + lag; under ex-ante payment default + the shorter lag.

    Parameters: ``defaulted`` quarter of the default; ``lag``, ``ex_ante_lag`` quarters and ``ex_ante``
    (``measures.credit.claim.lag``, ``.ex_ante_lag``, ``.ex_ante``).
    Source: rulebook C9; that Shanghai tries ex-ante payment is public, the lags are assumed.
    """
    return defaulted + (ex_ante_lag if ex_ante else lag)


@compiled
def return_share(recovered: float, paid: float, ead: float) -> float:
    """C10. What a payer gets back of a recovery: recovered · paid ÷ EAD (CNY); 0 without exposure.

    Payers are paid on the whole exposure, so each gets back the part of the recovery that it financed (N8).
    Parameters: ``recovered`` of the loan; ``paid`` by this payer under it; ``ead`` exposure at default (all CNY).
    Source: rulebook C10 (common to all schemes, not verified one by one).
    """
    return recovered * paid / ead if ead > 0.0 else 0.0
