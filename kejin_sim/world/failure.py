"""Failure of a firm: a one-factor probit.

A homogeneous loan pool is a special case of the same function (no quality, one hazard), and Vasicek's law its limit.
"""

from __future__ import annotations

import math

from kejin_sim.jit import compiled
from kejin_sim.random import cumulative_normal, normal


@compiled
def quarterly(hazard: float) -> float:
    """W3. Hazard of a quarter from a yearly one: 1 − (1 − h)^(1/4) (a probability).

    Parameters: ``hazard`` h a year in [0, 1) (``world.failure.hazard`` by stage).
    Source: definition (four equal quarters survive like one year).
    """
    return 1.0 - (1.0 - hazard) ** 0.25


@compiled
def threshold(hazard: float, correlation: float, factor: float) -> float:
    """W3. Failure point of the idiosyncratic normal for a firm of average quality.

    Formula: (Φ⁻¹(h) − √ρ·x) / √(1−ρ); the firm fails when its own z lies below threshold − a·q/√(1−ρ).
    Parameters: ``hazard`` h of the period in [0, 1); ``correlation`` ρ in [0, 1) (``world.failure.correlation``);
    ``factor`` x.
    Returns: −∞ for a hazard of 0.
    Source: Vasicek (1987/2002); model, rule W3.
    """
    return threshold_at(hazard_point(hazard), correlation, factor)


@compiled
def hazard_point(hazard: float) -> float:
    """W3. Φ⁻¹(h), the failure point when nothing is known of the factor; −∞ for a hazard of 0.

    Parameters: ``hazard`` h of the period in [0, 1).
    Source: as for :func:`threshold`.
    """
    return normal(hazard) if hazard > 0.0 else -math.inf


@compiled
def threshold_at(point: float, correlation: float, factor: float) -> float:
    """W3. :func:`threshold` given ``point``, its :func:`hazard_point`.

    Other parameters, return and source as for :func:`threshold`.
    """
    return (point - math.sqrt(correlation) * factor) / math.sqrt(1.0 - correlation)


@compiled
def fails(u: float, point: float) -> bool:
    """W3. Does the firm fail: u < Φ(failure point)?

    Parameters: ``u`` uniform; ``point`` the threshold less :func:`quality_slope` · q (a normal quantile).
    Source: as for :func:`threshold`.
    """
    return u < cumulative_normal(point)


@compiled
def quality_slope(coefficient: float, correlation: float) -> float:
    """W3. What one unit of quality takes off the failure point: a / √(1−ρ).

    Parameters: ``coefficient`` a (``world.failure.quality``); ``correlation`` ρ in [0, 1)
    (``world.failure.correlation``).
    Source: as for :func:`threshold`; the coefficient is an assumption.
    """
    return coefficient / math.sqrt(1.0 - correlation)


@compiled
def told_slope(effect: float, sigma: float) -> float:
    """W9, I1. What a point of the score takes off the point of failure or loss, for whoever knows no more: a·r, r = 1/√(1 + σ²).

    Parameters: ``effect`` a of quality (``world.failure.quality``, ``measures.insurance.risk.quality``); ``sigma`` σ ≥ 0 of the
    score that is seen (``world.score.noise``, less with F3).
    Source: model, rule W9; quality given the score s is normal with mean r·s.
    """
    return effect * math.sqrt(1.0 / (1.0 + sigma * sigma))


@compiled
def told_spread(effect: float, sigma: float) -> float:
    """W9, I1. Standard deviation of what the score does not tell, own shock included: √(1 + a²·(1 − r²)).

    Parameters: as for :func:`told_slope`.
    Source: model, rule W9; quality given the score has variance 1 − r², and the factor unit variance with the own shock.
    """
    return math.sqrt(1.0 + effect * effect * (1.0 - 1.0 / (1.0 + sigma * sigma)))


@compiled
def told_probability(point: float, slope: float, spread: float, score: float) -> float:
    """W9, I1. Probability of a failure or loss by what the score tells: Φ((point − slope · s) / spread).

    This is the failure probit with factor and unknown quality integrated out.
    Parameters: ``point`` from :func:`hazard_point`; ``slope`` from :func:`told_slope`; ``spread`` from :func:`told_spread`;
    ``score`` s.
    Source: model, rule W9.
    """
    return cumulative_normal((point - slope * score) / spread)
