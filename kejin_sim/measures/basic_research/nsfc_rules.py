"""The regional joint fund with the National Natural Science Foundation (B1)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def local_part(total: float, share: float) -> float:
    """B1. The city's part of a year's money: share · total (CNY). The central treasury pays the rest.

    Parameters: ``total`` of the year (``nsfc.total``, cut to the quarters of a partial year); ``share`` in [0, 1]
    (``nsfc.local_share``).
    Source: R17a (contributions in proportion); 3 : 1 is what regional joint funds commonly have (not verified).
    Limits: both parties pay in the year in which the projects are approved; neither pays without the other.
    """
    return share * total


@compiled
def ordinary_amount(total: float, projects: int, integrated: int, integrated_cost: float) -> float:
    """B1. Gross amount of an ordinary project: what the integrated ones leave, in equal parts (CNY).

    Formula: max(0, total − integrated · integrated_cost) / (projects − integrated); 0 when all are integrated.
    Parameters: ``projects`` approved a year (``nsfc.projects``), ``integrated`` of them (``nsfc.integrated``) at
    ``integrated_cost`` each (CNY, :func:`integrated_amount`).
    Source: R17b (18 projects of 2023, two of them integrated).
    """
    ordinary = projects - integrated
    return max(0.0, total - integrated * integrated_cost) / ordinary if ordinary > 0 else 0.0


@compiled
def integrated_amount(total: float, projects: int, integrated: int, cost: float) -> float:
    """B1. Gross amount of an integrated project: its usual cost while the year's money allows, and all of it when no other is.

    Formula: total / integrated if every project is integrated, else min(cost, total / integrated); 0 when there is none.
    Parameters: ``cost`` gross (CNY).
    """
    if integrated <= 0:
        return 0.0
    each = total / integrated
    return each if projects <= integrated else min(cost, each)
