"""The grant itself: who may get it, tranches and match (G1), milestones (G2), one state at a time (N9)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def eligible(
    stage: int, raised: float, had_grant: bool, age_years: float, percentile: float, age_max: float, min_score: float
) -> bool:
    """G1. May a firm apply: seed stage, no outside equity and no grant before, age ≤ limit, score ≥ limit?

    Parameters: ``raised`` outside equity to date (CNY); ``percentile`` of the score, 0–100; ``age_max`` years
    (``project.age_max``; ``attraction.age_max`` for firms attracted; none for competition winners: pass a large number).
    Source: R23 (firms that have not yet raised equity).
    """
    return stage == 0 and raised <= 0.0 and not had_grant and age_years <= age_max and percentile >= min_score


@compiled
def tranche(cap: float, tranches: int) -> float:
    """G1. One tranche of a project grant: cap / tranches (CNY)."""
    return cap / tranches


@compiled
def match(tranche: float, ratio: float) -> float:
    """G1. Partner's money beside a tranche: ratio · tranche (CNY; R23: 1:1)."""
    return tranche * ratio


@compiled
def milestone_log_odds(base_log_odds: float, effect: float, q: float) -> float:
    """G2. Log-odds that a milestone is met: logit(success) + effect · q (``milestone.success``, ``milestone.quality``)."""
    return base_log_odds + effect * q


@compiled
def project_spending(money: float, share: float, years: float) -> float:
    """G2. Quarterly cost that a payment adds until the next milestone: share · money / (4 · years) (CNY a quarter).

    Parameters: ``money`` public and partner's (CNY); ``share`` spent on the project (``behaviour.grant_spending``; 0 = it
    stays in the firm's cash); ``years`` to the milestone (``milestone.years``).
    """
    return share * money / (4.0 * years)


@compiled
def district_part(amount: float, share: float) -> float:
    """G9. District's part of a ticket, or of what comes back: share · amount (CNY).

    Parameters: ``share`` is ``attraction.district_share`` when paying, the district's part of the public cost afterwards.
    """
    return amount * share


@compiled
def one_state(
    paid: float, waiting: float, converted: float, repaid: float, written_off: float, kept: float
) -> bool:
    """N9. Is every yuan of a grant in one state: waiting, equity, repaid, written off or kept as a grant?

    Formula: no part is negative; waiting + converted + repaid + written off + kept = paid (to rounding); and while
    anything waits nothing is equity yet.

    Parameters: public money of one grant (CNY), ``converted`` at cost whatever the shares brought in later.
    Source: rulebook §0.3, no. 9.
    """
    least = min(min(waiting, converted), min(min(repaid, written_off), kept))
    total = waiting + converted + repaid + written_off + kept
    apart = waiting <= 0.0 or converted <= 0.0
    return least >= 0.0 and abs(total - paid) <= 1e-9 * paid and apart
