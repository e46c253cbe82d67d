"""Science vice-presidents seconded to firms (H5)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def applies(u: float, probability: float) -> bool:
    """H5. Does a firm apply at its yearly visit: u < probability? The lower end of the firm's uniform.

    Parameters: ``u`` uniform of the visit; ``probability`` a year (``measures.people.deputy.apply``).
    Source: model, rule H5; assumption.
    """
    return u < probability


@compiled
def shares(stipend: float, treasury: float, university: float) -> tuple[float, float, float]:
    """H5. Who bears a year's stipend: (treasury, university, firm) (CNY), the firm what the others leave.

    Parameters: ``stipend`` CNY a year (``measures.people.deputy.stipend``); ``treasury``, ``university`` shares in [0,
    1] (``measures.people.deputy.treasury_share``, ``.university_share``), together at most 1.
    Source: rulebook H5; assumption.
    """
    city = stipend * treasury
    home = stipend * university
    return city, home, max(0.0, stipend - city - home)


@compiled
def eligible(percentile: float, min_score: float, cash: float, own_part: float) -> bool:
    """H5. May a firm have a deputy: score high enough, and cash for its own part of the stipend?

    Parameters: ``percentile`` of the score, 0–100; ``min_score`` (``measures.people.deputy.min_score``); ``cash`` of
    the firm and ``own_part`` from :func:`shares` (CNY).
    Source: model, rule H5; assumption.
    """
    return percentile >= min_score and cash >= own_part


@compiled
def in_post(placed: int, now: int, years: int) -> bool:
    """H5. Is a deputy placed in quarter ``placed`` still in post in quarter ``now``: now − placed < 4 · years?

    Parameters: ``placed``, ``now`` quarters (``placed`` < 0: none); ``years`` (``measures.people.deputy.years``).
    Source: rulebook H5; the term is an assumption.
    """
    return placed >= 0 and now - placed < 4 * years


@compiled
def productivity(effect: float) -> float:
    """H5. Factor on how the firm's spending turns into revenue while the deputy is in post: 1 + effect.

    Parameters: ``effect`` (``measures.people.deputy.effect``; 0 = none).
    Source: rulebook H5 (+5–10 % R&D productivity, assumed). Limits: the effect begins and ends with the post; what the
    firm has learned is in its revenue and stays.
    """
    return 1.0 + effect
