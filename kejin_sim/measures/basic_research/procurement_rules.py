"""Promising projects on the list of services that the government buys (B5)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def listed(u: float, share: float) -> bool:
    """B5. Is a project put on the procurement list at its approval: u < share (``procurement.list_share``)?"""
    return u < share


@compiled
def delivered(u: float, probability: float) -> bool:
    """B5. Is a listed project's milestone met when its term ends: u < probability (``world.research.milestone``)?

    Without it there is no contract: the price is fixed and paid on delivery, never in parts and never for trying.
    """
    return u < probability
