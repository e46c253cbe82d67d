"""Bank lending: what a firm asks for, what a bank reckons, what is due each quarter, what a default leaves.

Lending is part of the world: banks lend without any policy (rule W9). Measure 2 changes who bears a loss and what money costs;
its loans use the same functions (C2, C4, C10).
"""

from __future__ import annotations

import math

from kejin_sim.jit import compiled, inlined
from kejin_sim.random import cumulative_normal
from kejin_sim.world.failure import hazard_point
from kejin_sim.world.macro import log_odds, logistic


@inlined
def season(entity: int) -> int:
    """The quarter of its own year, 0–3, in which a firm considers borrowing: its arrivals' ordinal spreads firms evenly."""
    return entity & 3


@inlined
def loan_need(cash: float, revenue: float, cost: float, target: float, working_capital: float) -> float:
    """What a firm lacks (CNY): cash for some quarters of its burn, and working capital for its sales.

    Formula: max(0, target·max(0, cost − revenue) + working_capital·4·revenue − cash).
    Parameters: ``cash`` CNY; ``revenue``, ``cost`` of a quarter; ``target`` in quarters (``world.credit.cash_target``);
    ``working_capital`` share of yearly revenue (``world.credit.working_capital``).
    """
    return max(0.0, target * max(0.0, cost - revenue) + working_capital * 4.0 * revenue - cash)


@compiled
def application_chance(base: float, boost: float) -> float:
    """Probability that a firm short of money applies for a loan: logistic(logit(base) + boost), ``base`` itself without a boost.

    Parameters: ``base`` (``world.credit.apply``); ``boost`` log-odds from what brings firms and banks together.
    """
    return base if boost == 0.0 else logistic(log_odds(base) + boost)


@inlined
def debt_capacity(revenue: float, raised: float, revenue_multiple: float, equity_multiple: float) -> float:
    """Most that banks let a firm owe (CNY): revenue_multiple·4·revenue + equity_multiple·raised.

    Parameters: ``revenue`` of a quarter; ``raised`` equity raised so far; ``world.credit.revenue_multiple`` and
    ``world.credit.equity_multiple``.
    """
    return revenue_multiple * 4.0 * revenue + equity_multiple * raised


@inlined
def loan_amount(need: float, capacity: float, cap: float, least: float) -> float:
    """Amount of a loan (CNY): min(need, capacity, cap), 0 when that is below ``least``.

    Parameters: ``cap`` (``world.credit.cap``, or ``measures.credit.loan.cap`` for a white-listed firm), ``least``
    (``world.credit.min_loan``).
    """
    amount = min(need, capacity, cap)
    return amount if amount >= least else 0.0


@compiled
def growth_spending(amount: float, share: float, quarters: int, sustained: bool) -> float:
    """Quarterly cost that a loan adds for its term: share · amount ÷ quarters (CNY a quarter).

    Parameters: ``amount`` of the loan (CNY); ``share`` spent on growth (``behaviour.loan_spending``; 0: all of it stays in the
    firm's cash); ``quarters`` of its first term; ``sustained``: a firm that lives on its revenue grows no more and holds the
    money as working capital.
    Returns: 0 for such a firm.
    """
    return 0.0 if sustained else share * amount / quarters


@compiled
def default_probability(hazard: float, quality_effect: float, score: float, sigma: float) -> float:
    """Yearly probability of default as a bank sees it, knowing the score and not the quality.

    Formula: Φ((Φ⁻¹(h) − a·r·s) / √(1 + a²·(1 − r²))), r = 1/√(1 + σ²): quality given the score is normal with mean r·s and
    variance 1 − r², and the factor has unit variance with the firm's own shock, so this is the failure probit of
    :mod:`kejin_sim.world.failure` with both unknowns integrated out.
    Parameters: ``hazard`` h yearly of the firm's row (``world.failure.hazard``); ``quality_effect`` a
    (``world.failure.quality``); ``score`` s; ``sigma`` σ (``world.score.noise``).
    Returns: 0 for a hazard of 0.
    Limits: one yearly draw, where a firm meets four quarterly ones; that a firm may run out of cash is added by
    :func:`reckoned_probability`.
    """
    return probability_at(hazard_point(hazard), quality_effect, score, sigma)


@compiled
def probability_at(point: float, quality_effect: float, score: float, sigma: float) -> float:
    """:func:`default_probability` given its :func:`kejin_sim.world.failure.hazard_point`."""
    square = 1.0 / (1.0 + sigma * sigma)
    a = quality_effect
    return cumulative_normal((point - a * math.sqrt(square) * score) / math.sqrt(1.0 + a * a * (1.0 - square)))


@compiled
def sound(cash: float, amount: float, revenue: float, cost: float, least: float) -> bool:
    """Does a bank find the borrower sound: it covers its cost, or cash and loan last long enough?

    Formula: revenue ≥ cost, or cash + amount ≥ least·(cost − revenue).
    Parameters: ``cash`` before the loan and ``amount`` of it (CNY; 0 at a renewal); ``revenue`` and ``cost`` of a quarter;
    ``least`` quarters (``world.credit.min_runway``).
    """
    return revenue >= cost or cash + amount >= least * (cost - revenue)


@compiled
def reckoned_probability(pd: float, burning: bool, burning_pd: float) -> float:
    """Yearly PD that a bank reckons with: 1 − (1 − pd)·(1 − burning_pd) for a borrower that spends more than it earns.

    Parameters: ``pd`` from :func:`default_probability`; ``burning_pd`` (``world.credit.burning_pd``): that its money runs out
    before the next round.
    """
    if burning:
        return 1.0 - (1.0 - pd) * (1.0 - burning_pd)
    return pd


@compiled
def expected_margin(rate: float, funding: float, pd: float, lgd: float, retained: float) -> float:
    """Yearly margin that a bank expects on a loan: rate − funding − PD·LGD·retained share of the loss (rates).

    Parameters: ``rate`` of the loan (LPR + ``world.credit.spread``); ``funding`` cost of the bank's money
    (``world.credit.funding``); ``lgd`` (``world.credit.lgd``); ``retained`` in [0, 1], 1 when nobody shares.
    Source: rulebook C2.
    """
    return rate - funding - pd * lgd * retained


@compiled
def tolerated(tolerance: float, lgd: float) -> float:
    """T1. Yearly margin that a bank forgoes where supervisors tolerate more bad loans: tolerance · LGD (a rate).

    Parameters: ``tolerance`` bad loans a year above those of other loans (``world.credit.pledge_tolerance``); ``lgd`` of the loan.
    """
    return tolerance * lgd


@compiled
def offers(margin: float, appetite: float, cycle: float, factor: float) -> bool:
    """Does the bank lend: margin ≥ appetite − cycle·factor? In a trough banks ask for more.

    Parameters: ``appetite`` required yearly margin (``world.credit.appetite``); ``cycle`` (``world.credit.cycle``);
    ``factor`` of the technology cycle.
    """
    return margin >= appetite - cycle * factor


@compiled
def interest(balance: float, rate: float) -> float:
    """Interest of a quarter: balance·rate/4 (CNY)."""
    return 0.25 * balance * rate


@compiled
def principal_due(balance: float, quarters_left: int, instalments: int) -> float:
    """Principal due this quarter (CNY).

    Formula: with equal instalments balance ÷ quarters left; with a bullet nothing before the last quarter. In the last
    quarter, and after it when the loan is overdue, all that is left.
    Parameters: ``quarters_left`` this one included: due − k + 1; ``instalments`` 1 for instalments, 0 for a bullet
    (``world.credit.repayment``).
    """
    if quarters_left <= 1:
        return balance
    return balance / quarters_left if instalments == 1 else 0.0


@compiled
def recovered(ead: float, lgd: float) -> float:
    """What collateral and pursuit bring in the end: (1 − LGD)·EAD (CNY), ``world.credit.recovery_years`` after the default.

    Parameters: ``ead`` principal outstanding at default; ``lgd`` (``world.credit.lgd``).
    Source: rulebook C4, C10. Limits: no interest on the delay, no variation among loans.
    """
    return (1.0 - lgd) * ead
