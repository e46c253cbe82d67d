"""The grant itself: who may get it, tranches and match (G1), milestones (G2), one state at a time (N9)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def eligible(
    stage: int, raised: float, had_grant: bool, age_years: float, percentile: float, age_max: float, min_score: float
) -> bool:
    """G1. May a firm apply: seed stage, no outside equity and no grant before, age ≤ limit, score ≥ limit?

    Parameters: ``stage`` 0 seed …; ``raised`` outside equity to date (CNY); ``had_grant``: it had one; ``age_years``;
    ``percentile`` of the score, 0–100; ``age_max`` years (``measures.grant_to_equity.project.age_max``;
    ``measures.grant_to_equity.attraction.age_max`` for firms attracted; none for competition winners: pass a large
    number); ``min_score`` (``measures.grant_to_equity.project.min_score``).
    Source: R23 (firms that have not yet raised equity); limits of age and score are assumptions.
    """
    return stage == 0 and raised <= 0.0 and not had_grant and age_years <= age_max and percentile >= min_score


@compiled
def tranche(cap: float, tranches: int) -> float:
    """G1. One tranche of a project grant: cap / tranches (CNY).

    Parameters: ``cap`` CNY (``measures.grant_to_equity.project.cap``); ``tranches``
    (``measures.grant_to_equity.project.tranches``).
    Source: Hongshan 2025 (at most CNY 3 m a project); tranches are an assumption.
    """
    return cap / tranches


@compiled
def match(tranche: float, ratio: float) -> float:
    """G1. Partner's money beside a tranche: ratio · tranche (CNY).

    Parameters: ``tranche`` from :func:`tranche` (CNY); ``ratio`` (``measures.grant_to_equity.project.match``).
    Source: R23 (1:1).
    """
    return tranche * ratio


@compiled
def milestone_log_odds(base_log_odds: float, effect: float, q: float) -> float:
    """G2. Log-odds that a milestone is met: logit(success) + effect · q.

    Parameters: ``base_log_odds`` logit of ``measures.grant_to_equity.milestone.success``; ``effect`` per unit of
    quality (``measures.grant_to_equity.milestone.quality``); ``q`` latent quality.
    Source: rulebook G2; assumption.
    """
    return base_log_odds + effect * q


@compiled
def project_spending(money: float, share: float, years: float) -> float:
    """G2. Quarterly cost that a payment adds until the next milestone: share · money / (4 · years) (CNY a quarter).

    Parameters: ``money`` public and partner's (CNY); ``share`` spent on the project (``behaviour.grant_spending``; 0 =
    it stays in the firm's cash); ``years`` to the milestone (``measures.grant_to_equity.milestone.years``).
    Source: model, rule G2 (behaviour); assumption.
    """
    return share * money / (4.0 * years)


@compiled
def district_part(amount: float, share: float) -> float:
    """G9. District's part of a ticket, or of what comes back: share · amount (CNY).

    Parameters: ``amount`` CNY; ``share`` is ``measures.grant_to_equity.attraction.district_share`` when paying, the
    district's part of the public cost afterwards.
    Source: rulebook G9; the share is an assumption.
    """
    return amount * share


@compiled
def one_state(
    paid: float, waiting: float, converted: float, repaid: float, written_off: float, kept: float
) -> bool:
    """N9. Is every yuan of a grant in one state: waiting, equity, repaid, written off or kept as a grant?

    Formula: no part is negative; waiting + converted + repaid + written off + kept = paid (to rounding); and while
    anything waits nothing is equity yet.

    Parameters: public money of one grant (CNY): ``paid`` to the firm, of it ``waiting``, ``converted`` (at cost,
    whatever the shares brought in later), ``repaid``, ``written_off``, ``kept``.
    Source: rulebook §0.3, no. 9.
    """
    least = min(min(waiting, converted), min(min(repaid, written_off), kept))
    total = waiting + converted + repaid + written_off + kept
    apart = waiting <= 0.0 or converted <= 0.0
    return least >= 0.0 and abs(total - paid) <= 1e-9 * paid and apart
