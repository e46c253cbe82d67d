"""The score: its noise and what that means for telling firms apart (F3), the weights by stage and what banks make of it (F4).

A firm's plain score is s = ρ·q + √(1−ρ²)·e with ρ = 1/√(1+σ²): latent quality q seen through noise e (the world's rule W1). The
score decides who is chosen, never how a firm fares.
"""

from __future__ import annotations

import math
from typing import Final

from kejin_sim.jit import compiled, inlined

BINS: Final = 400
"""Classes of scores over which the area under the curve is worked out."""

LIMIT: Final = 3.0
"""A standardised record counts for at most so many standard deviations either way."""
COVER_LIMIT: Final = 2.0
"""Sales count up to so many times what a firm spends."""


@compiled
def noise_in_force(before: float, after: float, works: bool) -> float:
    """F3. Noise of the score: σ1 while the platform works, σ0 otherwise; never more than σ0.

    Parameters: ``before`` σ0 (``world.score.noise``, ≥ 0); ``after`` σ1 (``measures.evaluation.platform.noise``, ≥ 0);
    ``works``: the platform does (F2).
    Source: rulebook F3. Limits: the same noise for every firm, whatever data it has.
    """
    return min(before, after) if works else before


@compiled
def precision(noise: float) -> float:
    """F3. Correlation of score and quality: ρ = 1/√(1+σ²), 1 without noise.

    Parameters: ``noise`` σ ≥ 0, from :func:`noise_in_force`.
    Source: rulebook F3.
    """
    return 1.0 / math.sqrt(1.0 + noise * noise)


@compiled
def auc_part(noise: float) -> float:
    """F3. What one firm's noise adds to the area under the curve: asin(ρ/√2) / π.

    A good and a bad firm drawn at random are ranked rightly with probability ½ + part(good) + part(bad): the orthant
    probability of two normals, quality of the one and difference of the scores. With one noise for all, ½ +
    (2/π)·asin(ρ/√2).

    Parameters: ``noise`` σ ≥ 0.
    Returns: in (0, ¼].
    Source: rulebook F3. Limits: quality standard normal; where kinds of firms have other means the truth is a little
    higher.
    """
    return math.asin(precision(noise) / math.sqrt(2.0)) / math.pi


@compiled
def stage_group(stage: int, sustained: bool) -> int:
    """F4. Which weights apply: 0 start-up (seed, angel), 1 growth (A and later), 2 stable (living on revenue).

    Parameters: ``stage`` 0–5; ``sustained`` the firm raises no more equity and lives on what it earns.
    Source: R47 (separate weights for start-up, growth and stable firms); the borders are assumed.
    """
    if sustained:
        return 2
    return 0 if stage <= 1 else 1


@compiled
def cover(revenue: float, cost: float) -> float:
    """F4. Operating record of a firm: sales over spending, at most 2 (1: the firm lives on what it earns).

    Parameters: ``revenue`` and ``cost`` of a quarter (CNY).
    Source: model, rule F4; a stand-in for the growth and operating indicators of R47.
    """
    return COVER_LIMIT if revenue >= COVER_LIMIT * cost else revenue / cost


@compiled
def marks(talent: bool, invested: bool, supported: bool, paying: bool) -> int:
    """F4. Auxiliary record: how many of four marks a firm's file shows, 0–4.

    Parameters: ``talent`` the founders are in a talent programme; ``invested`` outside equity has come in;
    ``supported`` public money has entered; ``paying`` the firm has borrowed and no loan of it went bad.
    Source: R47 (talent plans, awards, state projects, VC and credit are auxiliary indicators).
    """
    return int(talent) + int(invested) + int(supported) + int(paying)


@compiled
def standardised(value: float, mean: float, spread: float) -> float:
    """F4. A record in standard deviations of firms of the same stage, within ±3.

    Formula: (value − mean) / spread, cut at ±3.
    Parameters: ``value`` of :func:`cover` or :func:`marks`; ``mean``, ``spread`` > 0 of the stage
    (``measures.evaluation.score.cover_mean``, ``.cover_spread``, ``.marks_mean``, ``.marks_spread``).
    Source: model, rule F4; assumption.
    """
    return max(-LIMIT, min(LIMIT, (value - mean) / spread))


@compiled
def composite(
    plain: float, operating: float, auxiliary: float, w_innovation: float, w_operating: float, w_auxiliary: float,
    strength: float,
) -> float:  # fmt: skip
    """F4. The score in use: plain score, operating and auxiliary record in the stage's weights, at unit variance again.

    Formula: (a·s + b·o + c·x) / √(a² + b² + c²) with a = 1 − k·(1 − w₁), b = k·w₂, c = k·w₃.

    Parameters: ``plain`` s, the score of technical innovation; ``operating`` o and ``auxiliary`` x from
    :func:`standardised`; ``w_innovation`` w₁, ``w_operating`` w₂, ``w_auxiliary`` w₃ of the stage
    (``measures.evaluation.score.startup``, ``.growth`` or ``.stable``, sum 1); ``strength`` k
    (``measures.evaluation.score.strength``, 0–1; 0: the plain score, which callers then leave as it is, to the bit).
    Returns: in units of a standard normal; its percentile is 100·Φ.
    Source: rulebook §6 (default scoring layer, assumed until the national weights are known).
    Limits: the records are taken as independent of the plain score; all three see quality, so the variance is somewhat
    above 1.
    """
    a = 1.0 - strength * (1.0 - w_innovation)
    b = strength * w_operating
    c = strength * w_auxiliary
    return (a * plain + b * operating + c * auxiliary) / math.sqrt(a * a + b * b + c * c)


@inlined
def shared_view(own: float, shared: float, weight: float) -> float:
    """F4. Probability of default that a bank on the platform reckons with: p + w · (p′ − p).

    Parameters: ``own`` p by the score that the bank sees itself and ``shared`` p′ by the platform's (F3), each with its own
    noise, both from :func:`kejin_sim.world.failure.told_probability`; ``weight`` w in [0, 1] (``measures.evaluation.score.banks``).
    Returns: ``own`` to the last bit where the two are the same or w is 0.
    Source: rulebook F4 (lenders use the score for thresholds and price); the weight is an assumption.
    """
    return own + weight * (shared - own)


@compiled
def bin_of(percentile: float, bins: int) -> int:
    """F3. Bin of a score when the area under the curve is measured: ⌊percentile · bins / 100⌋, 100 in the last bin.

    Parameters: ``percentile`` in [0, 100]; ``bins`` their number, 400 (``BINS``).
    Source: definition (a histogram).
    """
    return min(bins - 1, int(percentile * bins / 100.0))
