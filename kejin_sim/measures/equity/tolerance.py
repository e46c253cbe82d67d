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
    """Net terminal loss: max(0, 1 − (distributions + residual NAV) / paid-in); all limited partners, net of fees and carry.

    0 when nothing was paid in.
    """
    if paid_in <= 0.0:
        return 0.0
    return max(0.0, 1.0 - (distributed + residual) / paid_in)


@compiled
def loss_gross(losses: float, cost: float) -> float:
    """Gross loss: Σ max(0, cost − value) over losing deals ÷ Σ cost; 0 without deals."""
    return losses / cost if cost > 0.0 else 0.0


@compiled
def loss_class(cost: float, value: float) -> float:
    """Loss of one class: max(0, 1 − value/cost); 0 without deals."""
    return max(0.0, 1.0 - value / cost) if cost > 0.0 else 0.0


@compiled
def loss_head_count(lost: float, deals: float) -> float:
    """Head-count loss: deals with value < cost ÷ deals; 0 without deals."""
    return lost / deals if deals > 0.0 else 0.0


@compiled
def project_loss(cost: float, value: float) -> float:
    """Loss of a single project: max(0, 1 − value/cost)."""
    return max(0.0, 1.0 - value / cost) if cost > 0.0 else 0.0


@compiled
def is_lost(cost: float, value: float) -> bool:
    """Is a deal worth less than it cost?

    A holding still at its entry price equals its cost but for rounding; it is not lost, hence the threshold.
    """
    return value < cost * (1.0 - 1e-9)


@compiled
def exceeds(loss: float, limit: float) -> bool:
    """Is a loss over its tolerance? A loss equal to it is not, whatever the rounding (both are shares)."""
    return loss > limit + 1e-9


@compiled
def class_breached(
    c0: float, v0: float, c1: float, v1: float, c2: float, v2: float, t0: float, t1: float, t2: float
) -> bool:
    """Is any class (seed, angel, industry) over its own tolerance?"""
    return exceeds(loss_class(c0, v0), t0) or exceeds(loss_class(c1, v1), t1) or exceeds(loss_class(c2, v2), t2)


@compiled
def sanctioned(breached: bool, u: float, not_exempt: float) -> bool:
    """Consequence: a breach opens the exemption procedure; with probability ``not_exempt`` it is not exempted."""
    return breached and u < not_exempt


@compiled
def excess_money(loss: float, limit: float, base: float) -> float:
    """E14. A loss above its tolerance in money: max(0, loss − limit) · base (CNY).

    Parameters: ``base`` what the loss is a share of: paid-in capital (net), cost of all deals (gross), cost of the class
    with the class's own ``limit`` (class), :func:`head_count_base` (head count).
    """
    return max(0.0, loss - limit) * base


@compiled
def head_count_base(losses: float, lost: float, deals: float) -> float:
    """E14. What all deals would lose if each lost what the lost ones lose on average: losses · deals / lost (CNY).

    Times the excess share of lost deals it is the mean loss of those above the tolerance; 0 when no deal is lost.
    """
    return losses * deals / lost if lost > 0.0 else 0.0


@compiled
def reserve_payment(reserve: float, excess: float, made_good: float) -> float:
    """E14. What the risk reserve pays: the excess not yet made good, min(reserve, max(0, excess − made good)) (CNY).

    Parameters: ``made_good`` what has been paid for the same fund (or portfolio) before: a loss is made good once, also
    when it is assessed every year.
    """
    return min(reserve, max(0.0, excess - made_good))
