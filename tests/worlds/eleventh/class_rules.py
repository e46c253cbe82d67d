"""X1 as a scalar function."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def enrols(u: float, chance: float) -> bool:
    """X1. Does a firm enrol?"""
    return u < chance
