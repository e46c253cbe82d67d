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

    Parameters: ``unfunded`` commitment at the year's start (CNY); ``year`` 1, 2, …; ``rate1``, ``rate2``, ``rate3``
    rates of year 1, year 2, and year 3 on, in [0, 1] (``measures.equity.chain_funds.contribution``).
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

    Formula: max(0, needed − own), −1 when that is more than the other line has.
    Parameters: ``needed`` commitment; ``own``, ``other`` what is free in the two lines (all CNY).
    Source: seed document, measure 1 (优先出资链主企业主导的产业链基金, ``measures.equity.chain_funds.priority``); how is an
    assumption.
    """
    lacking = max(0.0, needed - own)
    return lacking if lacking <= other else -1.0


@compiled
def still_calls(year: int, last: int) -> bool:
    """E11. Does a fund call capital in this year of its life: year ≤ last?

    In the published model every year does; what the last year of the life calls is never distributed.
    Parameters: ``year`` from 1; ``last`` (``measures.equity.chain_funds.call_years``).
    Source: Takahashi and Alexander 2002; a last year before the end of the life is an option of the model.
    """
    return year <= last


@compiled
def distribution_rate(year: int, life: int, bow: float) -> float:
    """E11. Share of NAV distributed in a year: (year / life)^bow, 1 from the last year on.

    Parameters: ``year`` from 1; ``life`` years (``measures.equity.chain_funds.life``); ``bow`` > 0
    (``measures.equity.chain_funds.bow``).
    Source: Takahashi and Alexander 2002.
    """
    if year >= life:
        return 1.0
    return (year / life) ** bow


@compiled
def yearly_growth(growth: float, volatility: float, cycle: float, factor: float, z: float) -> float:
    """E11. Growth of NAV in a year: (1+G)·exp(σ·y − σ²/2) − 1 with y = c·x + √(1−c²)·z, so that its mean is G (a rate).

    At σ = 0 it is G and the model is the published deterministic one.
    Parameters: ``growth`` G, ``volatility`` σ a year, ``cycle`` c in [0, 1] (``measures.equity.chain_funds.growth``,
    ``.volatility``, ``.cycle``); ``factor`` x of the technology cycle; ``z`` standard normal.
    Source: G from Takahashi and Alexander 2002; its volatility is the model's, an assumption.
    """
    y = cycle * factor + math.sqrt(1.0 - cycle * cycle) * z
    return (1.0 + growth) * math.exp(volatility * y - 0.5 * volatility * volatility) - 1.0


@compiled
def pacing_year(nav: float, called: float, growth: float, rate: float) -> tuple[float, float]:
    """E11. One annual step: (distribution, closing NAV) (CNY).

    Formula: D = rate · NAV·(1+g); NAV' = NAV·(1+g) − D + C.
    Parameters: ``nav`` at the year's start and ``called`` C in the year (CNY); ``growth`` g of the year; ``rate`` from
    :func:`distribution_rate`.
    Source: Takahashi and Alexander 2002.
    """
    grown = nav * (1.0 + growth)
    paid = rate * grown
    return paid, grown - paid + called


@compiled
def plan_year(
    unfunded: float, nav: float, year: int, life: int, call_years: int, rate1: float, rate2: float, rate3: float,
    bow: float, growth: float,
) -> tuple[float, float, float]:  # fmt: skip
    """E11, A1. A year of a fund: (call, distribution, closing NAV) (CNY).

    Parameters: ``unfunded`` commitment and ``nav`` at the year's start (CNY); ``year`` from 1; ``life``, ``call_years``
    years (``measures.equity.chain_funds.life``, ``.call_years``); ``rate1``, ``rate2``, ``rate3`` as for
    :func:`contribution`; ``bow`` as for :func:`distribution_rate`; ``growth`` of the year.
    Source: Takahashi and Alexander 2002; also the model of AIC funds (A1), with their own parameters.
    """
    called = contribution(unfunded, year, rate1, rate2, rate3) if still_calls(year, call_years) else 0.0
    paid, closing = pacing_year(nav, called, growth, distribution_rate(year, life, bow))
    return called, paid, closing


@compiled
def partner_part(amount: float, share: float) -> float:
    """E11, E12, A1. What a partner of a fund pays of a call, or gets of a distribution: share · amount (CNY).

    Parameters: ``amount`` of the call or distribution (CNY); ``share`` of the commitments:
    ``measures.equity.chain_funds.gov_share``, ``.chain_leader_share``, ``.aic_share`` (E12), or
    ``measures.pilots.aic.share``, ``.soe_share``, ``.gov_share`` (A1); social investors have the rest.
    Source: rulebook E11, E12, A1; shares assumed, at most 30 % of one fund for an AIC (commonly quoted, not verified).
    """
    return share * amount


@compiled
def quarter_part(yearly: float) -> float:
    """E11, A1. What of a year's call or distribution is paid in a quarter: a fourth (CNY).

    Parameters: ``yearly`` from :func:`plan_year` (CNY).
    Source: model; the pacing model works in years, the ledger in quarters.
    """
    return 0.25 * yearly


@compiled
def horizon_value(nav: float, year_paid: float, year_call: float, age: int, keep: float) -> float:
    """E11, Z1. What a fund is realised at in the last quarter: keep · max(0, NAV + rest · (distribution − call)) (CNY).

    What the year has yet to pay is added to the NAV of its end, what it has yet to call taken off; rest = (3 − age mod
    4)/4.
    Parameters: ``nav`` of the year's end, ``year_paid`` its distribution, ``year_call`` its call (CNY); ``age``
    quarters since the fund was formed; ``keep`` 1 − ``world.exits.horizon_haircut``.
    Source: model, rule Z1; assumption.
    """
    rest = 0.25 * (3 - age % 4)
    return keep * max(0.0, nav + rest * (year_paid - year_call))
