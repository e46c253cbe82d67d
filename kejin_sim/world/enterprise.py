"""An enterprise from birth: kind, quality, score, value, cash, revenue."""

from __future__ import annotations

import math
from typing import Final

from kejin_sim.jit import compiled, inlined

TALENT: Final = 1
"""Kind of an enterprise that a talent founds; kinds are numbered as ``world.arrivals.mix`` lists them."""

SPINOUT: Final = 2
"""Kind of an enterprise that comes out of research."""


@compiled
def arrival_mean(per_year: float, elasticity: float, doublings: float) -> float:
    """Expected arrivals of a quarter: per_year / 4 · (1 + elasticity · doublings of public deal money).

    Parameters: ``elasticity`` (``behaviour.entry_elasticity``); ``doublings`` ≥ 0 from :func:`doublings`.
    """
    return 0.25 * per_year * (1.0 + elasticity * doublings)


@compiled
def doublings(public_money: float, reference: float) -> float:
    """Doublings of public deal money: log2(1 + money of the last four quarters ÷ reference).

    Zero without public money, one when it equals the reference (``behaviour.public_money_reference``); a ratio to an
    earlier year would be undefined for a city that starts from nothing.
    """
    return math.log2(1.0 + public_money / reference)


@compiled
def score(quality: float, noise: float, sigma: float) -> float:
    """Observable score: s = ρ·q + √(1−ρ²)·e with ρ = 1/√(1+σ²).

    Parameters: latent ``quality`` q, standard normal ``noise`` e, ``sigma`` (``world.score.noise``).
    Source: rulebook F3. Limits: it decides who is chosen, not how the firm fares.
    """
    rho = 1.0 / math.sqrt(1.0 + sigma * sigma)
    return rho * quality + math.sqrt(1.0 - rho * rho) * noise


@compiled
def pick(u: float, first: float, second: float, third: float) -> int:
    """Index 0–3 of a four-way choice with the given first three probabilities."""
    if u < first:
        return 0
    if u < first + second:
        return 1
    if u < first + second + third:
        return 2
    return 3


@compiled
def initial_log_value(median: float, spread: float, quality_level: float, quality: float, z: float) -> float:
    """Log of the equity value at founding: ln median + level·q + spread·z (CNY)."""
    return math.log(median) + quality_level * quality + spread * z


@inlined
def value_step(
    drift: float, quality_drift: float, quality: float, beta: float, factor_volatility: float, innovation: float,
    volatility: float, z: float,
) -> float:  # fmt: skip
    """Change of log value in a quarter.

    Formula: (drift + quality_drift·q)/4 + (β·factor_volatility·ε + volatility·z)/2.
    Parameters: yearly rates (``world.value.*``); ``innovation`` ε of the factor and own ``z`` standard normal.
    """
    return 0.25 * (drift + quality_drift * quality) + 0.5 * (beta * factor_volatility * innovation + volatility * z)


@inlined
def revenue_step(revenue: float, cost: float, learning: float) -> float:
    """Revenue of the next quarter: a share of what is spent turns into lasting revenue (CNY a quarter)."""
    return revenue + learning * cost


@inlined
def cost_after_round(revenue: float, proceeds: float, runway: float) -> float:
    """Quarterly cost after a round: revenue plus the money spread over the planned runway (CNY a quarter).

    Parameters: ``proceeds`` what the firm counts on, see :func:`own_cash`; ``runway`` quarters (``world.cash.round_runway``).
    """
    return revenue + max(0.0, proceeds) / runway


@inlined
def affordable_cost(cash: float, revenue: float, cost: float) -> float:
    """What a firm really spends: its planned cost, but never more than cash and revenue allow."""
    return min(cost, cash + revenue)


@compiled
def pivots(u: float, base: float, quality_effect: float, quality: float, cover: float) -> bool:
    """Does a firm that has run out of cash become self-sustaining?

    Formula: u < logistic(base + effect·q + cover), where ``cover`` is revenue ÷ cost.
    Parameters: ``world.cash.pivot_odds``, ``world.cash.pivot_quality``.
    """
    eta = base + quality_effect * quality + cover
    if eta >= 0.0:
        return u < 1.0 / (1.0 + math.exp(-eta))
    e = math.exp(eta)
    return u < e / (1.0 + e)


@inlined
def falls_short(spent: float, cost: float) -> bool:
    """Could a firm not pay its cost of the quarter? What rounding leaves unpaid does not count (CNY).

    A firm that spends what it was given over a fixed time ends with exactly its burn: rounding must not decide its fate.
    """
    return cost - spent > 1e-9 * cost


@inlined
def own_cash(cash: float, debt: float, awareness: float) -> float:
    """What of its cash a firm counts on when it judges how long it lasts: cash − awareness · debt (CNY)."""
    return cash - awareness * debt


@inlined
def lacks_or_grows(cash: float, revenue: float, cost: float, seek: int) -> bool:
    """Is cash short of ``seek`` quarters of net burn, or the firm profitable (growth capital)?"""
    return (cash < seek * (cost - revenue)) | (revenue >= cost)


@inlined
def wants_money(since: int, gap: int, cash: float, revenue: float, cost: float, seek: int) -> bool:
    """Is the firm in the market for money?

    Formula: at least ``gap`` quarters since the last round, and :func:`lacks_or_grows`.
    """
    return (since >= gap) & lacks_or_grows(cash, revenue, cost, seek)
