"""Failure of a firm: a one-factor probit.

A homogeneous loan pool is a special case of the same function (no quality, one hazard), and Vasicek's law its limit.
"""

from __future__ import annotations

import math

from kejin_sim.jit import compiled
from kejin_sim.random import cumulative_normal, normal


@compiled
def quarterly(hazard: float) -> float:
    """Hazard of a quarter from a yearly one: 1 − (1 − h)^(1/4)."""
    return 1.0 - (1.0 - hazard) ** 0.25


@compiled
def threshold(hazard: float, correlation: float, factor: float) -> float:
    """Failure point of the idiosyncratic normal for a firm of average quality.

    Formula: (Φ⁻¹(h) − √ρ·x) / √(1−ρ); the firm fails when its own z lies below threshold − a·q/√(1−ρ).
    Parameters: ``hazard`` h of the period in [0, 1); ``correlation`` ρ (``world.failure.correlation``); ``factor`` x.
    Returns: −∞ for a hazard of 0.
    Source: Vasicek (1987/2002); rulebook §4 of the model.
    """
    return threshold_at(hazard_point(hazard), correlation, factor)


@compiled
def hazard_point(hazard: float) -> float:
    """Φ⁻¹(h), the failure point when nothing is known of the factor; −∞ for a hazard of 0."""
    return normal(hazard) if hazard > 0.0 else -math.inf


@compiled
def threshold_at(point: float, correlation: float, factor: float) -> float:
    """:func:`threshold` given its :func:`hazard_point`."""
    return (point - math.sqrt(correlation) * factor) / math.sqrt(1.0 - correlation)


@compiled
def fails(u: float, point: float) -> bool:
    """Does the firm fail: u < Φ(failure point)?"""
    return u < cumulative_normal(point)


@compiled
def quality_slope(coefficient: float, correlation: float) -> float:
    """a / √(1−ρ): what one unit of quality takes off the failure point."""
    return coefficient / math.sqrt(1.0 - correlation)
