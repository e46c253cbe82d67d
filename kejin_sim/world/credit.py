"""Bank lending: what a firm asks for, what a bank reckons, what is due each quarter, what a default leaves.

Lending is part of the world: banks lend without any policy (rule W9). Measure 2 changes who bears a loss and what money costs;
its loans use the same functions (C2, C4, C10).
"""

from __future__ import annotations

from kejin_sim.jit import compiled, inlined
from kejin_sim.world.failure import hazard_point, told_probability, told_slope, told_spread
from kejin_sim.world.macro import log_odds, logistic


@inlined
def season(entity: int) -> int:
    """W9. The quarter of its own year, 0–3, in which a firm considers borrowing: its ordinal spreads firms evenly.

    Parameters: ``entity`` key of the firm, arrival quarter · 2¹⁶ + ordinal in that quarter: its last two bits decide.
    Source: model, rule W9; assumption.
    """
    return entity & 3


@inlined
def loan_need(cash: float, revenue: float, cost: float, target: float, working_capital: float) -> float:
    """W9. What a firm lacks (CNY): cash for some quarters of its burn, and working capital for its sales.

    Formula: max(0, target·max(0, cost − revenue) + working_capital·4·revenue − cash).
    Parameters: ``cash`` CNY; ``revenue``, ``cost`` of a quarter (CNY); ``target`` in quarters
    (``world.credit.cash_target``); ``working_capital`` share of yearly revenue (``world.credit.working_capital``).
    Source: model, rule W9; assumption.
    """
    return max(0.0, target * max(0.0, cost - revenue) + working_capital * 4.0 * revenue - cash)


@compiled
def application_chance(base: float, boost: float) -> float:
    """W9. Probability that a firm short of money applies for a loan.

    Formula: logistic(logit(base) + boost), the base itself without a boost.
    Parameters: ``base`` a year (``world.credit.apply``); ``boost`` log-odds from what brings firms and banks together.
    Source: model, rule W9; assumption.
    """
    return base if boost == 0.0 else logistic(log_odds(base) + boost)


@inlined
def debt_capacity(revenue: float, raised: float, revenue_multiple: float, equity_multiple: float) -> float:
    """W9. Most that banks let a firm owe (CNY): revenue_multiple·4·revenue + equity_multiple·raised.

    Parameters: ``revenue`` of a quarter (CNY); ``raised`` equity raised so far (CNY); ``revenue_multiple`` of yearly
    revenue and ``equity_multiple`` (``world.credit.revenue_multiple``, ``world.credit.equity_multiple``).
    Source: model, rule W9; assumption.
    """
    return revenue_multiple * 4.0 * revenue + equity_multiple * raised


@inlined
def loan_amount(need: float, capacity: float, cap: float, least: float) -> float:
    """W9, C2, C11. Amount of a loan (CNY): min(need, capacity, cap), 0 when that is below ``least``.

    Parameters: ``need`` from :func:`loan_need`; ``capacity`` from :func:`debt_capacity`; ``cap`` (``world.credit.cap``,
    ``measures.credit.loan.cap`` for a white-listed firm, ``measures.credit.guarantee.cap`` for its guaranteed loan),
    ``least`` (``world.credit.min_loan``); all CNY.
    Source: model, rules W9 and C2; the cap of a guaranteed loan is 财金〔2024〕60号's, that of other loans to listed
    firms follows local products, the rest is assumed.
    """
    amount = min(need, capacity, cap)
    return amount if amount >= least else 0.0


@compiled
def growth_spending(amount: float, share: float, quarters: int, sustained: bool) -> float:
    """W9. Quarterly cost that a loan adds for its term: share · amount ÷ quarters (CNY a quarter).

    Parameters: ``amount`` of the loan (CNY); ``share`` spent on growth (``behaviour.loan_spending``; 0: all of it stays
    in the firm's cash); ``quarters`` of its first term; ``sustained``: a firm that lives on its revenue grows no more
    and holds the money as working capital.
    Returns: 0 for such a firm.
    Source: model, rule W9 (behaviour); assumption, no evidence found.
    """
    return 0.0 if sustained else share * amount / quarters


@compiled
def default_probability(hazard: float, quality_effect: float, score: float, sigma: float) -> float:
    """W9. Yearly probability of default as a bank sees it, knowing the score and not the quality.

    Formula: Φ((Φ⁻¹(h) − a·r·s) / √(1 + a²·(1 − r²))), r = 1/√(1 + σ²): the failure probit given the score, see
    :func:`kejin_sim.world.failure.told_probability`.
    Parameters: ``hazard`` h yearly of the firm's row (``world.failure.hazard``); ``quality_effect`` a
    (``world.failure.quality``); ``score`` s; ``sigma`` σ of that score
    (``world.score.noise``; the platform's, ``measures.evaluation.platform.noise``, for its score: F4).
    Returns: 0 for a hazard of 0.
    Source: model, rule W9; derived from the failure probit (W3).
    Limits: one yearly draw, where a firm meets four quarterly ones; that a firm may run out of cash is added by
    :func:`reckoned_probability`.
    """
    slope = told_slope(quality_effect, sigma)
    return told_probability(hazard_point(hazard), slope, told_spread(quality_effect, sigma), score)


@compiled
def sound(cash: float, amount: float, revenue: float, cost: float, least: float) -> bool:
    """W9. Does a bank find the borrower sound: it covers its cost, or cash and loan last long enough?

    Formula: revenue ≥ cost, or cash + amount ≥ least·(cost − revenue).
    Parameters: ``cash`` before the loan and ``amount`` of it (CNY; 0 at a renewal); ``revenue`` and ``cost`` of a
    quarter (CNY); ``least`` quarters (``world.credit.min_runway``).
    Source: model, rule W9; assumption.
    """
    return revenue >= cost or cash + amount >= least * (cost - revenue)


@compiled
def reckoned_probability(pd: float, burning: bool, burning_pd: float) -> float:
    """W9. Yearly PD that a bank reckons with.

    Formula: 1 − (1 − pd)·(1 − burning_pd) for a borrower that spends more than it earns, else pd.
    Parameters: ``pd`` from :func:`default_probability`; ``burning``: cost exceeds revenue; ``burning_pd``
    (``world.credit.burning_pd``): that its money runs out before the next round. All probabilities a year.
    Source: model, rule W9; assumption.
    """
    if burning:
        return 1.0 - (1.0 - pd) * (1.0 - burning_pd)
    return pd


@compiled
def expected_margin(rate: float, funding: float, pd: float, lgd: float, retained: float) -> float:
    """C2, W9. Yearly margin that a bank expects on a loan: rate − funding − PD·LGD·retained share of the loss (rates).

    Parameters: ``rate`` of the loan (LPR + ``world.credit.spread``); ``funding`` cost of the bank's money
    (``world.credit.funding``, less where it is refinanced); ``pd`` a year from :func:`reckoned_probability`; ``lgd`` of
    the loan (``world.credit.lgd``); ``retained`` in [0, 1], 1 when nobody shares.
    Source: rulebook C2.
    """
    return rate - funding - pd * lgd * retained


@compiled
def tolerated(tolerance: float, lgd: float) -> float:
    """T1. Yearly margin that a bank forgoes where supervisors tolerate more bad loans: tolerance · LGD (a rate).

    Parameters: ``tolerance`` bad loans a year above those of other loans (``world.credit.pledge_tolerance``); ``lgd``
    of the loan.
    Source: model, rule T1; the 3 percentage points are commonly quoted, not verified.
    """
    return tolerance * lgd


@compiled
def offers(margin: float, appetite: float, cycle: float, factor: float) -> bool:
    """W9, C2. Does the bank lend: margin ≥ appetite − cycle·factor? In a trough banks ask for more.

    Parameters: ``margin`` from :func:`expected_margin`, with :func:`tolerated` where that holds; ``appetite`` required
    margin (``world.credit.appetite``); ``cycle`` (``world.credit.cycle``; rates a year); ``factor`` of the technology
    cycle.
    Source: model, rule W9; assumption.
    """
    return margin >= appetite - cycle * factor


@compiled
def interest(balance: float, rate: float) -> float:
    """W9, C2. Interest of a quarter: balance·rate/4 (CNY).

    Parameters: ``balance`` before the instalment (CNY); ``rate`` of the loan a year (LPR + ``world.credit.spread``).
    Source: contract arithmetic; a quarter is a fourth of a year.
    """
    return 0.25 * balance * rate


@compiled
def principal_due(balance: float, quarters_left: int, instalments: int) -> float:
    """W9, C2. Principal due this quarter (CNY).

    Formula: with equal instalments balance ÷ quarters left; with a bullet nothing before the last quarter. In the last
    quarter, and after it when the loan is overdue, all that is left.
    Parameters: ``balance`` outstanding (CNY); ``quarters_left`` this one included: due − k + 1; ``instalments`` 1 for
    instalments, 0 for a bullet (``world.credit.repayment``).
    Source: contract arithmetic; the form of repayment is an assumption.
    """
    if quarters_left <= 1:
        return balance
    return balance / quarters_left if instalments == 1 else 0.0


@compiled
def recovered(ead: float, lgd: float) -> float:
    """C10, W9. What collateral and pursuit bring in the end: (1 − LGD)·EAD (CNY).

    Parameters: ``ead`` principal outstanding at default (CNY); ``lgd`` in [0, 1] (``world.credit.lgd``, or that of a
    pledge).
    Source: rulebook C4, C10.
    Limits: all of it comes on one day, ``world.credit.recovery_years`` after the default; no interest on the delay, no
    variation among loans.
    """
    return (1.0 - lgd) * ead
