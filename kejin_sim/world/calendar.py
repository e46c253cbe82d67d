"""The fiscal year, which the opening of the books and the end of the policy may cut in two."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def quarters_in_force(first: int, last: int) -> int:
    """Quarters of a fiscal year in which the policy is in force: last − first + 1.

    Parameters: ``first`` quarter of the year that is running, ``last`` one before the year or the policy ends (both
    0–3).
    Returns: 1–4. Appropriations, yearly costs and yearly offers are reduced alike (O1).
    Source: model, rule O1; assumption.
    """
    return last - first + 1
