"""Science vice-presidents seconded to firms (H5)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def quarterly_quota(per_year: int, quarter_of_year: int) -> int:
    """H5. Places of a quarter out of a yearly quota; the four quarters sum to it: ⌊(i+1)·n/4⌋ − ⌊i·n/4⌋, i = 0…3."""
    return (quarter_of_year + 1) * per_year // 4 - quarter_of_year * per_year // 4


@compiled
def applies(u: float, probability: float) -> bool:
    """H5. Does a firm apply at its yearly visit (``deputy.apply``)? The lower end of the firm's uniform."""
    return u < probability


@compiled
def shares(stipend: float, treasury: float, university: float) -> tuple[float, float, float]:
    """H5. Who bears a year's stipend: (treasury, university, firm) (CNY), the firm what the others leave.

    Parameters: ``stipend`` CNY a year (``deputy.stipend``); shares in [0, 1] (``deputy.treasury_share``,
    ``deputy.university_share``), together at most 1.
    """
    city = stipend * treasury
    home = stipend * university
    return city, home, max(0.0, stipend - city - home)


@compiled
def eligible(percentile: float, min_score: float, cash: float, own_part: float) -> bool:
    """H5. May a firm have a deputy: score high enough (``deputy.min_score``) and cash for its own part of the stipend?"""
    return percentile >= min_score and cash >= own_part


@compiled
def in_post(placed: int, now: int, years: int) -> bool:
    """H5. Is a deputy placed in quarter ``placed`` still in post in quarter ``now`` (``deputy.years``)?"""
    return placed >= 0 and now - placed < 4 * years


@compiled
def productivity(effect: float) -> float:
    """H5. Factor on how the firm's spending turns into revenue while the deputy is in post: 1 + effect (``deputy.effect``).

    Source: rulebook H5 (+5–10 % R&D productivity, assumed). Limits: the effect begins and ends with the post; what the firm has
    learned is in its revenue and stays.
    """
    return 1.0 + effect
