"""Promising projects on the list of services that the government buys (B5)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def listed(u: float, share: float) -> bool:
    """B5. Is a project put on the procurement list at its approval: u < share?

    Parameters: ``u`` uniform; ``share`` (``measures.basic_research.procurement.list_share``).
    Source: seed document, measure 4 (政府购买服务清单); the share is an assumption.
    """
    return u < share


@compiled
def delivered(u: float, probability: float) -> bool:
    """B5. Is a listed project's milestone met when its term ends: u < probability?

    Without it there is no contract: the price is fixed and paid on delivery, never in parts and never for trying.
    Parameters: ``u`` uniform; ``probability`` (``world.research.milestone``).
    Source: rulebook B5; the probability is an assumption.
    """
    return u < probability
