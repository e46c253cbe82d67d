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
    """W1. Expected arrivals of a quarter: per_year / 4 · (1 + elasticity · doublings of public deal money) (firms).

    Parameters: ``per_year`` (``world.arrivals.per_year``); ``elasticity`` (``behaviour.entry_elasticity``; 0 = no
    effect); ``doublings`` ≥ 0 from :func:`doublings`.
    Source: model, rule W1; rulebook §0.4 (entry); assumption.
    """
    return 0.25 * per_year * (1.0 + elasticity * doublings)


@compiled
def doublings(public_money: float, reference: float) -> float:
    """W1, W2. Doublings of public deal money: log2(1 + money of the last four quarters ÷ reference).

    Zero without public money, one when it equals the reference; a ratio to an earlier year would be undefined for a
    city that starts from nothing.
    Parameters: ``public_money`` of four quarters (CNY); ``reference`` a year (CNY > 0,
    ``behaviour.public_money_reference``).
    Source: model, rules W1 and W2; rulebook §0.4 (price rise per doubling); assumption.
    """
    return math.log2(1.0 + public_money / reference)


@compiled
def score(quality: float, noise: float, sigma: float) -> float:
    """W1, F3. Observable score: s = ρ·q + √(1−ρ²)·e with ρ = 1/√(1+σ²).

    Parameters: latent ``quality`` q, standard normal ``noise`` e, ``sigma`` σ (``world.score.noise``).
    Returns: a standard normal variable for q standard normal.
    Source: rulebook F3. Limits: it decides who is chosen, not how the firm fares.
    """
    rho = 1.0 / math.sqrt(1.0 + sigma * sigma)
    return rho * quality + math.sqrt(1.0 - rho * rho) * noise


@compiled
def pick(u: float, first: float, second: float, third: float) -> int:
    """Index 0–3 of a four-way choice with the given first three probabilities; the fourth has the rest.

    Parameters: ``u`` uniform; ``first``, ``second``, ``third`` (``world.arrivals.mix``, ``world.sectors.weights``).
    Source: model, rule W1; definition.
    """
    if u < first:
        return 0
    if u < first + second:
        return 1
    if u < first + second + third:
        return 2
    return 3


@compiled
def initial_log_value(median: float, spread: float, quality_level: float, quality: float, z: float) -> float:
    """W1. Log of the equity value at founding: ln median + level·q + spread·z (of CNY).

    Parameters: ``median`` CNY (``world.value.initial``); ``spread`` s.d. of the log (``world.value.initial_sd``);
    ``quality_level`` log per unit of quality (``world.value.quality_level``); latent ``quality`` q; ``z`` standard
    normal.
    Source: model, rule W1; assumption.
    """
    return math.log(median) + quality_level * quality + spread * z


@inlined
def value_step(
    drift: float, quality_drift: float, quality: float, beta: float, factor_volatility: float, innovation: float,
    volatility: float, z: float,
) -> float:  # fmt: skip
    """W1. Change of log value in a quarter.

    Formula: (drift + quality_drift·q)/4 + (β·factor_volatility·ε + volatility·z)/2.
    Parameters: ``drift``, ``volatility`` of the stage and ``quality_drift``, ``factor_volatility``, all a year
    (``world.value.*``); latent ``quality`` q; ``beta`` β of the sector (``world.sectors.beta``); ``innovation`` ε of
    the factor and own ``z`` standard normal.
    Source: model, rule W1; volatilities in the order of Cochrane 2005 and Korteweg and Sorensen 2010, the rest assumed.
    """
    return 0.25 * (drift + quality_drift * quality) + 0.5 * (beta * factor_volatility * innovation + volatility * z)


@inlined
def revenue_step(revenue: float, cost: float, learning: float) -> float:
    """W1. Revenue of the next quarter: a share of what is spent turns into lasting revenue, revenue + learning · cost.

    Parameters: ``revenue`` and ``cost`` really spent, this quarter (CNY); ``learning`` revenue a quarter gained per
    yuan (``world.cash.learning`` · exp(``world.cash.learning_quality`` · q) · productivity).
    Returns: CNY a quarter.
    Source: model, rule W1; assumption.
    """
    return revenue + learning * cost


@inlined
def cost_after_round(revenue: float, proceeds: float, runway: float) -> float:
    """W1, W2. Quarterly cost after a round: revenue plus the money spread over the planned runway (CNY a quarter).

    Formula: revenue + max(0, proceeds) / runway.
    Parameters: ``revenue`` of a quarter (CNY); ``proceeds`` what the firm counts on (CNY), see :func:`own_cash`;
    ``runway`` quarters (``world.cash.round_runway``).
    Source: model, rule W2; assumption.
    """
    return revenue + max(0.0, proceeds) / runway


@inlined
def affordable_cost(cash: float, revenue: float, cost: float) -> float:
    """W1. What a firm really spends: its planned cost, but never more than cash and revenue allow (CNY).

    Formula: min(cost, cash + revenue).
    Parameters: ``cash`` at hand (CNY); ``revenue`` and planned ``cost`` of the quarter (CNY).
    Source: model, rule W1; a firm has no overdraft.
    """
    return min(cost, cash + revenue)


@compiled
def pivots(u: float, base: float, quality_effect: float, quality: float, cover: float) -> bool:
    """W3. Does a firm that has run out of cash become self-sustaining?

    Formula: u < logistic(base + effect·q + cover).
    Parameters: ``u`` uniform; ``base`` log-odds (``world.cash.pivot_odds``); ``quality_effect`` log-odds per unit of
    quality (``world.cash.pivot_quality``); latent ``quality`` q; ``cover`` revenue ÷ cost.
    Source: model, rule W3; assumption.
    """
    eta = base + quality_effect * quality + cover
    if eta >= 0.0:
        return u < 1.0 / (1.0 + math.exp(-eta))
    e = math.exp(eta)
    return u < e / (1.0 + e)


@inlined
def falls_short(spent: float, cost: float) -> bool:
    """W1. Could a firm not pay its cost of the quarter? What rounding leaves unpaid does not count.

    Formula: cost − spent > 1e-9 · cost. A firm that spends what it was given over a fixed time ends with exactly its
    burn: rounding must not decide its fate.
    Parameters: ``spent`` from :func:`affordable_cost`; planned ``cost`` of the quarter (both CNY).
    Source: model, rule W1; numerical threshold.
    """
    return cost - spent > 1e-9 * cost


@inlined
def own_cash(cash: float, debt: float, awareness: float) -> float:
    """W2, W9. What of its cash a firm counts on when it judges how long it lasts: cash − awareness · debt (CNY).

    Parameters: ``cash`` CNY; ``debt`` principal owed (CNY); ``awareness`` in [0, 1] (``behaviour.debt_awareness``; 0:
    none of it).
    Source: model, rule W2 (behaviour); assumption.
    """
    return cash - awareness * debt


@inlined
def lacks_or_grows(cash: float, revenue: float, cost: float, seek: int) -> bool:
    """W2. Is cash short of some quarters of net burn, or the firm profitable (growth capital)?

    Formula: cash < seek · (cost − revenue), or revenue ≥ cost.
    Parameters: ``cash`` CNY, see :func:`own_cash`; ``revenue``, ``cost`` of a quarter (CNY); ``seek`` quarters
    (``world.cash.seek_runway``).
    Source: model, rule W2; assumption.
    """
    return (cash < seek * (cost - revenue)) | (revenue >= cost)


@inlined
def wants_money(since: int, gap: int, cash: float, revenue: float, cost: float, seek: int) -> bool:
    """W2. Is the firm in the market for money?

    Formula: at least ``gap`` quarters since the last round, and :func:`lacks_or_grows`.
    Parameters: ``since`` the last round in quarters; ``gap`` quarters (``world.cash.min_gap``); ``cash``, ``revenue``,
    ``cost``, ``seek`` as for :func:`lacks_or_grows`.
    Source: model, rule W2; assumption.
    """
    return (since >= gap) & lacks_or_grows(cash, revenue, cost, seek)
