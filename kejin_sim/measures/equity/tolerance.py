"""Loss tolerance (rulebook §1.4): four bases, three units, three moments, and the consequence.

Valid cells: a project is assessed on its gross loss; a fund and the portfolio on each of the four bases.
"""

from __future__ import annotations

from kejin_sim.jit import compiled

NET_TERMINAL, GROSS, CLASS, HEAD_COUNT = 0, 1, 2, 3
PROJECT, FUND, PORTFOLIO = 0, 1, 2
ROLLING, INTERIM, END_OF_LIFE = 0, 1, 2


@compiled
def loss_net_terminal(paid_in: float, distributed: float, residual: float) -> float:
    """LT. Net terminal loss: max(0, 1 − (distributions + residual) / paid-in) (a share); 0 when nothing was paid in.

    Parameters: ``paid_in``, ``distributed``, ``residual`` NAV at the moment (0 at liquidation): all limited partners,
    net of fees and carry (CNY).
    Source: rulebook §1.4 (Zhengzhou 2024: share of the principal).
    """
    if paid_in <= 0.0:
        return 0.0
    return max(0.0, 1.0 - (distributed + residual) / paid_in)


@compiled
def loss_gross(losses: float, cost: float) -> float:
    """LT. Gross loss: Σ max(0, cost − value) over losing deals ÷ Σ cost (a share); 0 without deals.

    Parameters: ``losses`` that sum; ``cost`` of all deals (CNY).
    Source: rulebook §1.4; assumption (the seed document names no basis).
    """
    return losses / cost if cost > 0.0 else 0.0


@compiled
def loss_of(cost: float, value: float) -> float:
    """LT. Loss of one class, or of a single project: max(0, 1 − value/cost) (a share); 0 without deals.

    Parameters: ``cost``, ``value`` of the class's deals, winners included, or of the project (CNY).
    Source: rulebook §1.4 (Guangzhou Development District 2025: seed, angel, industry; single projects there, in Hubei and in
    Sichuan).
    """
    return max(0.0, 1.0 - value / cost) if cost > 0.0 else 0.0


@compiled
def loss_head_count(lost: float, deals: float) -> float:
    """LT. Head-count loss: deals with value < cost ÷ deals (a share); 0 without deals.

    Parameters: ``lost``, ``deals`` numbers of deals, see :func:`is_lost`.
    Source: rulebook §1.4; assumption (the seed document names no basis).
    """
    return lost / deals if deals > 0.0 else 0.0


@compiled
def is_lost(cost: float, value: float) -> bool:
    """LT. Is a deal worth less than it cost: value < cost · (1 − 1e-9)?

    A holding still at its entry price equals its cost but for rounding; it is not lost, hence the threshold.
    Parameters: ``cost``, ``value`` proceeds and what is still held (CNY).
    Source: rulebook §1.4.
    """
    return value < cost * (1.0 - 1e-9)


@compiled
def exceeds(loss: float, limit: float) -> bool:
    """LT. Is a loss over its tolerance? A loss equal to it is not, whatever the rounding (1e-9).

    Parameters: ``loss`` on the chosen basis, ``limit`` (``measures.equity.loss_tolerance.rate``, ``.class_tolerance``
    or ``.single_project``), both shares.
    Source: rulebook §1.4; 60 % is the seed document's (亏损容忍率).
    """
    return loss > limit + 1e-9


@compiled
def class_breached(
    c0: float, v0: float, c1: float, v1: float, c2: float, v2: float, t0: float, t1: float, t2: float
) -> bool:
    """LT. Is any class (seed, angel, industry) over its own tolerance?

    Parameters: cost ``c0``, ``c1``, ``c2`` and value ``v0``, ``v1``, ``v2`` of the three classes (CNY); ``t0``, ``t1``,
    ``t2`` their tolerances (``measures.equity.loss_tolerance.class_tolerance``).
    Source: Guangzhou Development District 2025 (50, 40 and 30 %).
    """
    return exceeds(loss_of(c0, v0), t0) or exceeds(loss_of(c1, v1), t1) or exceeds(loss_of(c2, v2), t2)


@compiled
def sanctioned(breached: bool, u: float, not_exempt: float) -> bool:
    """LT. Consequence: a breach opens the exemption procedure; u < ``not_exempt``: it is not exempted.

    Parameters: ``breached`` from :func:`exceeds`; ``u`` uniform; ``not_exempt`` a probability
    (``measures.equity.loss_tolerance.not_exempt``).
    Source: rulebook §1.4 (procedure as in Guangzhou 2026); the probability is an assumption.
    """
    return breached and u < not_exempt


@compiled
def excess_money(loss: float, limit: float, base: float) -> float:
    """E14. A loss above its tolerance in money: max(0, loss − limit) · base (CNY).

    Parameters: ``loss``, ``limit`` as for :func:`exceeds`; ``base`` what the loss is a share of (CNY): paid-in capital
    (net), cost of all deals (gross), cost of the class with the class's own limit (class), :func:`head_count_base`
    (head count).
    Source: Guangzhou Development District 2025 (the reserve makes the excess good); bases are assumptions.
    """
    return max(0.0, loss - limit) * base


@compiled
def head_count_base(losses: float, lost: float, deals: float) -> float:
    """E14. What all deals would lose if each lost what the lost ones lose on average: losses · deals / lost (CNY).

    Times the excess share of lost deals it is the mean loss of those above the tolerance; 0 when no deal is lost.
    Parameters: ``losses`` Σ max(0, cost − value) (CNY); ``lost``, ``deals`` numbers of deals.
    Source: assumption (a head count has no money of its own).
    """
    return losses * deals / lost if lost > 0.0 else 0.0


@compiled
def to_review(extent: float, reviewed: float) -> bool:
    """Is a breach to be reviewed: is it new, or larger than at its last review?

    A fund that is looked at every year answers for a failed project, or for the same excess, once.
    Parameters: ``extent`` now, ``reviewed`` the largest reviewed so far, both either CNY above the tolerance
    (:func:`excess_money`) or, by project, how many are over it.
    Source: rulebook §1.4 (a breach goes to an exemption review); that it goes once is an assumption.
    """
    return extent > reviewed * (1.0 + 1e-9)


@compiled
def reserve_payment(reserve: float, excess: float, made_good: float) -> float:
    """E14. What the risk reserve pays: the excess not yet made good, min(reserve, max(0, excess − made good)) (CNY).

    Parameters: ``reserve`` balance; ``excess`` the guidance fund's share of :func:`excess_money`; ``made_good`` what
    has been paid for the same fund (or portfolio) before (all CNY): a loss is made good once, also when it is assessed
    every year.
    Source: Guangzhou Development District 2025 (5 % reserve).
    """
    return min(reserve, max(0.0, excess - made_good))
