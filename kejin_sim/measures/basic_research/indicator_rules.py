"""Basic-research input as an indicator in banks' appraisal of firms (B6)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def intensity(research: float, revenue: float) -> float:
    """B6. Research intensity as the indicator counts it: research / revenue, at most 1; 1 before any revenue.

    Parameters: ``research``, ``revenue`` of a quarter (CNY).
    Returns: in [0, 1]; 0 without research.
    Source: seed document, measure 4 (basic-research input as a bank's indicator); its form is an assumption.
    """
    if research <= 0.0:
        return 0.0
    return 1.0 if research >= revenue else research / revenue


@compiled
def appraised(percentile: float, intensity: float, weight: float) -> float:
    """B6. The score that banks see: (1 − weight) · percentile + weight · 100 · intensity.

    Parameters: ``percentile`` of the common score in [0, 100]; ``intensity`` in [0, 1]; ``weight``
    (``measures.basic_research.indicator.weight``; 0 leaves the score as it is, to the last bit).
    Returns: in [0, 100].
    Source: rulebook B6; the weight is an assumption.
    Limits: moves the white list (C1) only; the bank's own estimate of default is untouched.
    """
    return (1.0 - weight) * percentile + weight * (100.0 * intensity)
