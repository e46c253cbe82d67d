"""E11, E12: chain-leader funds as a pacing model (Takahashi–Alexander) with stochastic growth.

They invest mostly outside the simulated cohort, so only their cash with the limited partners is modelled: annual steps,
posted by quarter. Flows are net of the fund's own fees and carry, as in the published parameters.
"""

from __future__ import annotations

import math

from kejin_sim.jit import compiled


@compiled
def contribution(unfunded: float, year: int, rate1: float, rate2: float, rate3: float) -> float:
    """E11. Capital called in a year: RC(year) · unfunded commitment (CNY).

    Parameters: ``year`` 1, 2, …; rates of year 1, year 2, and year 3 on (``chain_funds.contribution``).
    Source: Takahashi and Alexander 2002.
    """
    if year == 1:
        return rate1 * unfunded
    if year == 2:
        return rate2 * unfunded
    return rate3 * unfunded


@compiled
def from_other_line(needed: float, own: float, other: float) -> float:
    """E11. What a fund that is served first takes from the angel line: all that its own line lacks, or nothing (CNY).

    Parameters: ``needed`` commitment; ``own``, ``other`` what is free in the two lines. Returns −1 when both cannot cover it.
    """
    lacking = max(0.0, needed - own)
    return lacking if lacking <= other else -1.0


@compiled
def still_calls(year: int, last: int) -> bool:
    """E11. Does a fund call capital in this year of its life: year ≤ ``last`` (``chain_funds.call_years``)?

    In the published model every year does; what the last year of the life calls is never distributed.
    """
    return year <= last


@compiled
def distribution_rate(year: int, life: int, bow: float) -> float:
    """E11. Share of NAV distributed in a year: (year / life)^bow, 1 from the last year on."""
    if year >= life:
        return 1.0
    return (year / life) ** bow


@compiled
def yearly_growth(growth: float, volatility: float, cycle: float, factor: float, z: float) -> float:
    """E11. Growth of NAV in a year: (1+G)·exp(σ·y − σ²/2) − 1 with y = c·x + √(1−c²)·z, so that its mean is G.

    At σ = 0 it is G and the model is the published deterministic one.
    """
    y = cycle * factor + math.sqrt(1.0 - cycle * cycle) * z
    return (1.0 + growth) * math.exp(volatility * y - 0.5 * volatility * volatility) - 1.0


@compiled
def pacing_year(nav: float, called: float, growth: float, rate: float) -> tuple[float, float]:
    """E11. One annual step: (distribution, closing NAV).

    Formula: D = rate · NAV·(1+g); NAV' = NAV·(1+g) − D + C.
    """
    grown = nav * (1.0 + growth)
    paid = rate * grown
    return paid, grown - paid + called


@compiled
def plan_year(
    unfunded: float, nav: float, year: int, life: int, call_years: int, rate1: float, rate2: float, rate3: float,
    bow: float, growth: float,
) -> tuple[float, float, float]:  # fmt: skip
    """E11. A year of a fund: (call, distribution, closing NAV), from its unfunded commitment and NAV at the year's start.

    Parameters: ``year`` from 1; ``life``, ``call_years`` years; rates as for :func:`contribution`; ``growth`` of the year.
    Source: Takahashi and Alexander 2002; also the model of AIC funds (A1).
    """
    called = contribution(unfunded, year, rate1, rate2, rate3) if still_calls(year, call_years) else 0.0
    paid, closing = pacing_year(nav, called, growth, distribution_rate(year, life, bow))
    return called, paid, closing


@compiled
def partner_part(amount: float, share: float) -> float:
    """E11, E12. What a partner of a fund pays of a call, or gets of a distribution: share · amount (CNY).

    Parameters: ``share`` of the commitments: ``measures.equity.chain_funds.gov_share``, ``.chain_leader_share``, ``.aic_share``
    (E12); social investors have the rest.
    """
    return share * amount


@compiled
def horizon_value(nav: float, year_paid: float, year_call: float, age: int, keep: float) -> float:
    """What a fund is realised at in the last quarter (Z1): keep · max(0, NAV + rest · (distribution − call)) (CNY).

    ``nav`` is that of the year's end: what the year has yet to pay is added, what it has yet to call taken off.
    Parameters: ``age`` quarters since the fund was formed; ``keep`` 1 − ``exits.horizon_haircut``.
    """
    rest = 0.25 * (3 - age % 4)
    return keep * max(0.0, nav + rest * (year_paid - year_call))
