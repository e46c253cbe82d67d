"""The platform: from when it works, and for how much of a fiscal year it is run (F2)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def quarter_ready(bought: int, build_years: float) -> int:
    """F2. First quarter in which the platform can work: bought + 4 · build_years, to the nearest quarter.

    Parameters: ``bought`` quarter of the purchase; ``build_years`` (``measures.evaluation.platform.build_years``, 0–5).
    Source: model, rule F2; assumption.
    """
    return bought + round(4.0 * build_years)


@compiled
def first_year_quarters(quarters: int, until_ready: int) -> int:
    """F2. Quarters of a fiscal year for which the platform is run: those left once it is ready.

    Formula: max(0, quarters − max(0, until_ready)).
    Parameters: ``quarters`` of the fiscal year in force, 1–4; ``until_ready`` quarters from the year's first until the
    platform can work, ≤ 0 when it can already.
    Source: model, rule F2; assumption.
    """
    return max(0, quarters - max(0, until_ready))
