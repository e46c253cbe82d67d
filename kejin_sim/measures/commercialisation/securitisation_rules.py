"""Securitised intellectual property (T4): what goes into a pool, what the firms pay, and who is paid out of it in which order.

Firms bring rights worth more than the senior notes; the surplus (over-collateral) is theirs again at the end, after
everybody else. Losses fall on it first, then on a licensed guarantor up to its limit, then on the senior investors. The
treasury guarantees nothing (Budget Law, art. 35) and pays a part of the firms' yearly cost.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.jit import compiled

CANDIDATES: Final = 80
"""Most names on a year's list, twice the most firms in a pool: some are gone when the year ends."""


@compiled
def eligible(
    stage: int, percentile: float, sales: float, pooled: bool, bad_mark: bool, min_stage: int, min_score: float,
    min_sales: float,
) -> bool:  # fmt: skip
    """T4. May a firm go into a pool: stage, score and yearly sales at least the limits, in no pool at present, and no bad loan?

    Parameters: ``stage`` 0–5; ``percentile`` of the score, 0–100; ``sales`` of a year (CNY); ``pooled``: it is in a
    pool; ``bad_mark``: a loan of the firm went bad (C1); ``min_stage``, ``min_score``, ``min_sales``
    (``measures.commercialisation.securitisation.min_stage``, ``.min_score``, ``.min_sales``).
    Source: model, rule T4; assumption.
    """
    return stage >= min_stage and percentile >= min_score and sales >= min_sales and not pooled and not bad_mark


@compiled
def ticket(pool: float, firms: int, ltv: float, ip_value: float, least: float) -> float:
    """T4. A firm's principal in the pool: min(pool / firms, ltv · ip_value), 0 when below ``least`` (CNY).

    Parameters: ``pool`` aimed at (CNY, ``measures.commercialisation.securitisation.pool``); ``firms`` at most
    (``measures.commercialisation.securitisation.firms``); ``ltv`` (``measures.commercialisation.securitisation.ltv``);
    ``ip_value`` appraised (CNY); ``least`` CNY (``measures.commercialisation.securitisation.min_ticket``).
    Source: public issues of Shenzhen and Hangzhou (CNY 100–217 m an issue, 9–15 m a firm); limits are assumptions.
    """
    amount = min(pool / firms, ltv * ip_value)
    return amount if amount >= least else 0.0


@compiled
def senior_part(principal: float, overcollateral: float) -> float:
    """T4. Senior notes on a principal, or a firm's part of their proceeds: (1 − overcollateral) · principal (CNY).

    Parameters: ``principal`` CNY; ``overcollateral`` share
    (``measures.commercialisation.securitisation.overcollateral``).
    Source: rulebook T4; the share is an assumption.
    """
    return (1.0 - overcollateral) * principal


@compiled
def issue_cost(senior: float, rate: float) -> float:
    """T4. Cost of issue, taken out of the proceeds: rate · senior (CNY).

    Parameters: ``senior`` from :func:`senior_part` (CNY); ``rate``
    (``measures.commercialisation.securitisation.issue_cost``).
    Source: rulebook T4; assumption.
    """
    return rate * senior


@compiled
def waterfall(
    available: float, interest: float, principal: float, fee: float, claimed: float, guarantee_left: float
) -> tuple[float, float, float, float, float, float]:
    """T4. A quarter of the pool's account, in order: senior interest and principal, guarantor's fee, its claim.

    What is missing for the senior notes comes from the guarantor within its limit. What is left after the senior notes
    pays the guarantor's fee, then reimburses what it has paid; the rest stays in the account as over-collateral in
    cash.

    Parameters (CNY): ``available`` in the account, this quarter's collections included; ``interest`` and ``principal``
    due to the senior notes, arrears included; ``fee`` due to the guarantor; ``claimed`` paid by it and not reimbursed;
    ``guarantee_left`` of its limit.
    Returns: interest paid, principal paid, paid by the guarantor, fee paid, reimbursed, left in the account (CNY).
    Source: rulebook T4 (over-collateral and a licensed guarantor bear first losses: 预算法 §35); the order is an
    assumption.
    """
    from_pool = min(available, interest + principal)
    from_guarantor = min(interest + principal - from_pool, guarantee_left)
    for_senior = from_pool + from_guarantor
    interest_paid = min(for_senior, interest)
    principal_paid = min(for_senior - interest_paid, principal)
    rest = available - from_pool
    fee_paid = min(rest, fee)
    rest -= fee_paid
    reimbursed = min(rest, claimed)
    rest -= reimbursed
    return interest_paid, principal_paid, from_guarantor, fee_paid, reimbursed, rest


@compiled
def tranche_losses(loss: float, overcollateral: float, guarantee: float) -> tuple[float, float, float]:
    """T4. Who bears a loss of principal: over-collateral, then guarantor, then senior notes (CNY).

    Parameters: ``loss`` after recoveries; ``overcollateral`` principal below the senior notes; ``guarantee`` the
    guarantor's limit (all CNY).
    Returns: (over-collateral, guarantor, senior notes); their sum is ``loss``.
    Source: rulebook T4.
    Limits: a closed form that the account is held against (worked case, tests); the engines play the account itself, which
    interest enters as well. What the account earns beyond the senior coupon makes the running figure a little smaller.
    """
    first = min(loss, overcollateral)
    second = min(loss - first, guarantee)
    return first, second, loss - first - second


@compiled
def all_in_cost(paid: float, sold: float, cost: float, quarters: int, term: int) -> float:
    """T4. All-in cost of a firm in a year: interest and fee paid · part sold + cost of issue · quarters / term (CNY).

    What a firm pays on the over-collateral stays in the account and goes back to the firms: it costs them nothing.

    Parameters: ``paid`` interest and guarantor's fee of the year (CNY); ``sold`` senior notes ÷ principal of the pool;
    ``cost`` of issue, the firm's part (CNY); ``quarters`` of the year in which the issue ran; ``term`` in quarters
    (``measures.commercialisation.securitisation.term``).
    Source: model, rule T4; assumption.
    """
    return paid * sold + cost * quarters / term


@compiled
def subsidy(all_in: float, share: float) -> float:
    """T4. Subsidy of a year: share · all-in cost (CNY).

    Parameters: ``all_in`` from :func:`all_in_cost` (CNY); ``share`` at most a half
    (``measures.commercialisation.securitisation.subsidy_share``).
    Source: rulebook T4; assumption.
    """
    return share * all_in
