"""Credit-guarantee insurance for loans (I6): what is insured, what it costs, who bears a loss."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def insurable(pd: float, lgd: float, ins_share: float, rate: float, load: float) -> bool:
    """I6. Does the insurer take the loan: is its rate enough, PD · LGD · insurer's share ≤ (1 − load) · rate?

    Parameters: ``pd`` yearly, as the bank reckons it from the score; ``lgd`` (``world.credit.lgd``); ``ins_share``
    (``measures.insurance.loan.ins_share``); ``rate`` yearly premium per yuan of balance
    (``measures.insurance.loan.rate``); ``load`` (``measures.insurance.pricing.load``).
    Source: model, rule I6; assumption.
    Limits: an insurer that knew only the average would insure the worst; here it sees what the bank sees.
    """
    return pd * lgd * ins_share <= (1.0 - load) * rate


@compiled
def amount(loan: float, limit: float, insured: float, capacity: float) -> float:
    """I6. Loan that may be insured: the loan up to a borrower's limit, 0 where the capacity is used up (CNY).

    Parameters: ``loan`` asked for; ``limit`` (``measures.insurance.loan.limit``); ``insured`` balance already insured;
    ``capacity`` (``measures.insurance.loan.capacity``): most that may be outstanding (all CNY).
    Source: model, rule I6; assumption.
    """
    wanted = min(loan, limit)
    return wanted if insured + wanted <= capacity else 0.0


@compiled
def loan_premium(balance: float, rate: float) -> float:
    """I6. Premium of a quarter: balance · rate / 4 (CNY).

    Parameters: ``balance`` before the instalment (CNY); ``rate`` a year (``measures.insurance.loan.rate``).
    Source: rulebook I6; the rate is an assumption.
    """
    return 0.25 * balance * rate


@compiled
def indemnity(exposure: float, ins_share: float) -> float:
    """I6. Insurer's payment to the bank on default: insurer's share · exposure (CNY).

    Paid on the exposure at default; what is recovered later is shared in the same proportion (:func:`subrogation`), so
    that the insurer bears its share of the loss in the end.
    Parameters: ``exposure`` at default (CNY); ``ins_share`` in [0, 1] (``measures.insurance.loan.ins_share``).
    Source: rulebook I6; a share of 50–80 % is usual (assumption).
    """
    return ins_share * exposure


@compiled
def subrogation(recovered: float, ins_share: float) -> float:
    """I6. Insurer's part of what is recovered after its payment: insurer's share · recovered (CNY).

    Parameters: ``recovered`` of the loan (CNY); ``ins_share`` as for :func:`indemnity`.
    Source: rulebook I6, §0.3 no. 8 (recoveries pro rata, not verified).
    """
    return ins_share * recovered


@compiled
def bank_loss(loss: float, ins_share: float) -> float:
    """I6. What the bank bears of a loss: (1 − insurer's share) · loss (CNY).

    Parameters: ``loss`` EAD · LGD (CNY); ``ins_share`` as for :func:`indemnity`.
    Source: rulebook I6.
    """
    return (1.0 - ins_share) * loss
