"""Fintech research projects: eligible cost, subsidy and payment by milestone (F1)."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled


@compiled
def eligible_cost(median: float, spread: float, z: float) -> float:
    """F1. Eligible cost of a project: median · exp(spread · z) (CNY).

    Parameters: ``median`` CNY (``measures.evaluation.research.cost``); ``spread`` standard deviation of its logarithm
    (``measures.evaluation.research.cost_spread``, 0–2); ``z`` standard normal of the stream ``fintech.project_cost``.
    Source: model, rule F1; assumption.
    Limits: what a project really costs is not told apart from what the application states.
    """
    return median * math.exp(spread * z)


@compiled
def subsidy(cost: float, share: float, cap: float) -> float:
    """F1. Subsidy of a project: min(share · eligible cost, cap) (CNY).

    Parameters: ``cost`` from :func:`eligible_cost`; ``share`` (``measures.evaluation.research.share``, 0–1); ``cap``
    CNY (``measures.evaluation.research.cap``).
    Source: SEED (at most CNY 10 m a project).
    """
    return min(share * cost, cap)


@compiled
def instalment(total: float, part: float) -> float:
    """F1. One payment of a subsidy: part · total (CNY).

    Parameters: ``total`` from :func:`subsidy`; ``part`` an item of ``measures.evaluation.research.payments`` (they sum
    to 1).
    Source: rulebook F1 (50/30/20 by milestone, assumed).
    """
    return total * part


@compiled
def accepted(u: float, success: float) -> bool:
    """F1. Does a project pass a milestone: u < success?

    Parameters: ``u`` uniform of ``fintech.first_milestone`` or ``fintech.second_milestone``; ``success``
    (``measures.evaluation.research.success``, 0–1).
    Source: model, rule F1; assumption.
    Limits: every project and milestone has the same chance; a project that fails one is paid nothing more, and nothing
    is recovered.
    """
    return u < success
