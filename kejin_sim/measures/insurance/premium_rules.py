"""What cover costs and who buys it: probability of a claim, expected claims, premium, take-up (I1)."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled
from kejin_sim.random import cumulative_normal, normal
from kejin_sim.world.failure import told_probability, told_slope, told_spread
from kejin_sim.world.macro import logistic


@compiled
def own_probability(frequency: float, effect: float, quality: float) -> float:
    """I1. Yearly probability of a loss as the firm itself knows it: Φ(Φ⁻¹(f) − a·q), 0 for a frequency of 0.

    The one-factor probit of :mod:`kejin_sim.world.failure` with the factor integrated out: factor and own shock
    together have unit variance.
    Parameters: ``frequency`` f of a firm of average quality (``measures.insurance.risk.frequency`` of the line);
    ``effect`` a per unit of quality (``measures.insurance.risk.quality``); ``quality`` q.
    Source: model, as rule W3.
    """
    return loss_probability(normal(frequency), effect, quality) if frequency > 0.0 else 0.0


@compiled
def loss_probability(point: float, effect: float, quality: float) -> float:
    """I1. The same from the point of loss Φ⁻¹(f) that all firms share: Φ(point − a·q).

    Parameters: ``point`` Φ⁻¹(f); ``effect`` a, ``quality`` q as for :func:`own_probability`.
    Source: model, as rule W3.
    """
    return cumulative_normal(point - effect * quality)


@compiled
def average_probability(point: float, effect: float) -> float:
    """I1. All firms' average probability of a loss: Φ(point / √(1 + a²)).

    Parameters: ``point`` Φ⁻¹(f); ``effect`` a as for :func:`own_probability`.
    Source: derived from :func:`loss_probability` for a standard normal quality.
    """
    return cumulative_normal(point / math.sqrt(1.0 + effect * effect))


@compiled
def mixed_probability(average: float, told: float, weight: float) -> float:
    """I1. What the insurer prices: (1 − w) · all firms' average + w · what the score tells (a probability).

    Parameters: ``average`` from :func:`average_probability`; ``told`` from
    :func:`kejin_sim.world.failure.told_probability`; ``weight`` w in [0, 1]
    (``measures.insurance.pricing.score_weight``).
    Source: model, rule I1; assumption.
    """
    return (1.0 - weight) * average + weight * told


@compiled
def priced_probability(frequency: float, effect: float, score: float, sigma: float, weight: float) -> float:
    """I1. Yearly probability that the insurer prices: (1 − w) · all firms' average + w · what the score tells.

    Formula: average Φ(Φ⁻¹(f) / √(1 + a²)); by the score Φ((Φ⁻¹(f) − a·r·s) / √(1 + a²·(1 − r²))), r = 1/√(1 + σ²), as a
    bank reckons (:func:`kejin_sim.world.credit.default_probability`).
    Parameters: ``frequency`` f, ``effect`` a as for :func:`own_probability`; ``score`` s of technical innovation, as
    the city sees it with noise ``sigma`` σ (F3); ``weight`` w in [0, 1] (``measures.insurance.pricing.score_weight``;
    0: one price for all).
    Returns: 0 for a frequency of 0.
    Source: model, rule I1; assumption.
    Limits: the insurer knows the population and the score, never the quality: what is left is adverse selection.
    """
    if frequency <= 0.0:
        return 0.0
    point = normal(frequency)
    told = told_probability(point, told_slope(effect, sigma), told_spread(effect, sigma), score)
    return mixed_probability(average_probability(point, effect), told, weight)


@compiled
def limited_mean(mean: float, limit: float) -> float:
    """I1. Expected payment for an exponential damage of the given mean, at most ``limit``: m · (1 − e^(−M/m)) (CNY).

    Parameters: ``mean`` m ≥ 0; ``limit`` M ≥ 0 (CNY).
    Returns: 0 for a mean of 0.
    Source: definition (limited expected value of an exponential).
    """
    return -mean * math.expm1(-limit / mean) if mean > 0.0 else 0.0


@compiled
def severity_research(insured: float, pay: float, deductible: float) -> float:
    """I1. Expected payment for a failed project: pay · (1 − deductible) · sum insured (CNY; the plan is spent).

    Parameters: ``insured`` eligible research of the policy (CNY); ``pay`` (``measures.insurance.rd.pay``);
    ``deductible`` (``measures.insurance.rd.deductible``).
    Source: derived from I3's claim.
    """
    return pay * (1.0 - deductible) * insured


@compiled
def severity_ip(legal: float, damages: float, insured: float) -> float:
    """I1. Expected payment in an IP dispute: the legal cost first, damages for what is left of the limit (CNY).

    Formula: min(L, M) + m · (1 − e^(−(M − L)⁺ / m)).
    Parameters: ``legal`` L cost of a case (``measures.insurance.ip.legal``); ``damages`` m mean of the damages
    (``measures.insurance.ip.damages``); ``insured`` M limit of the policy (all CNY).
    Source: derived from I3's claim.
    """
    return min(legal, insured) + limited_mean(damages, max(0.0, insured - legal))


@compiled
def severity_share(insured: float, share: float) -> float:
    """I1. Expected payment for a damage whose mean is a share of the sum insured, at most the sum insured (CNY).

    Parameters: ``insured`` sum insured (CNY); ``share`` (``measures.insurance.equipment.severity``,
    ``.first_set.severity``).
    Source: derived from I3's claim.
    """
    return limited_mean(share * insured, insured)


@compiled
def premium(insured: float, expected: float, load: float, flat: bool, rate: float) -> float:
    """I1. Yearly premium: expected claims ÷ (1 − load), at most the sum insured; or sum insured · flat rate (CNY).

    Parameters: ``insured`` sum insured (CNY); ``expected`` claims a year as priced (CNY); ``load`` expense load in [0,
    1) (``measures.insurance.pricing.load``); ``flat``: the market's one rate is used
    (``measures.insurance.pricing.mode``); ``rate`` that rate (``measures.insurance.pricing.flat_rates``).
    Source: rulebook I1.
    """
    return rate * insured if flat else min(insured, expected / (1.0 - load))


@compiled
def known_probability(priced: float, own: float, knowledge: float) -> float:
    """I1. Probability that decides whether a firm buys: (1 − κ) · as priced + κ · as the firm knows it.

    Parameters: ``priced`` from :func:`priced_probability`; ``own`` from :func:`own_probability`; ``knowledge`` κ in [0,
    1] (``measures.insurance.takeup.knowledge``): strength of adverse selection; at 0 the firm believes the insurer and
    its quality does not matter.
    Source: model, rule I1; assumption.
    """
    return (1.0 - knowledge) * priced + knowledge * own


@compiled
def net_ratio(premium: float, subsidy: float, expected: float) -> float:
    """I1. Net premium ratio: (premium − subsidy to come) ÷ expected claims as the firm sees them; 1e9 without any.

    Parameters: ``premium``, ``subsidy`` hoped for and ``expected`` claims of a year (CNY).
    Source: rulebook I1 (net premium ratio).
    """
    return (premium - subsidy) / expected if expected > 0.0 else 1e9


@compiled
def most_buyers(reach: float, base: float) -> float:
    """I1. Share of firms that would buy, were cover free: reach · logistic(a).

    Parameters: ``reach``, ``base`` a and source as for :func:`buys`.
    """
    return reach * logistic(base)


@compiled
def listens(u: float, reach: float, base: float) -> bool:
    """I1. Could a firm buy anything this year, were cover free: u < :func:`most_buyers`?

    Most firms are not reached or not interested; nothing more need be worked out for them.
    Parameters and source as for :func:`buys`.
    """
    return u < most_buyers(reach, base)


@compiled
def safer(effect: float, quality: float) -> bool:
    """I1. Does a firm know that it is less likely than one of average quality to have a loss: a · q > 0?

    Parameters: ``effect`` a (``measures.insurance.risk.quality``), latent ``quality`` q. Used to report take-up by
    risk.
    Source: derived from :func:`own_probability`.
    """
    return effect * quality > 0.0


@compiled
def highest_ratio(u: float, reach: float, base: float, slope: float) -> float:
    """I1. Net premium ratio below which a firm buys: (a − logit(u / reach)) / b, the same for all its lines.

    Where price does not matter (b = 0) it is ∞ for a firm that buys and −∞ for one that does not; −∞ too for one that
    no insurer reaches.
    Parameters and source as for :func:`buys`.
    """
    if u >= reach:
        return -math.inf
    share = u / reach
    if slope == 0.0:
        return math.inf if share < logistic(base) else -math.inf
    return (base - math.log(share / (1.0 - share))) / slope


@compiled
def buys(u: float, reach: float, base: float, slope: float, ratio: float) -> bool:
    """I1. Does a firm buy a line: u < reach · logistic(a − b · net premium ratio)?

    That is ratio < :func:`highest_ratio`.
    Parameters: ``u`` uniform of the firm's year, in (0, 1); ``reach`` share of firms that an insurer reaches
    (``measures.insurance.takeup.reach``; 0: nobody buys); ``base`` a, log-odds (``measures.insurance.takeup.base``);
    ``slope`` b ≥ 0 (``measures.insurance.takeup.price``; 0: price and subsidy do not matter); ``ratio`` from
    :func:`net_ratio`.
    Source: rulebook I1; strengths assumed.
    """
    return ratio < highest_ratio(u, reach, base, slope)
