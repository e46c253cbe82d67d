"""The regional joint fund with the National Natural Science Foundation (B1)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def local_part(total: float, share: float) -> float:
    """B1. The city's part of a year's money: share · total (CNY). The central treasury pays the rest.

    Parameters: ``total`` of the year (CNY, ``measures.basic_research.nsfc.total``, cut to the quarters of a partial
    year); ``share`` in [0, 1] (``measures.basic_research.nsfc.local_share``).
    Source: R17a (contributions in proportion); 3 : 1 is what regional joint funds commonly have (not verified).
    Limits: both parties pay in the year in which the projects are approved; neither pays without the other.
    """
    return share * total


@compiled
def ordinary_amount(total: float, projects: int, integrated: int, integrated_cost: float) -> float:
    """B1. Gross amount of an ordinary project: what the integrated ones leave, in equal parts (CNY).

    Formula: max(0, total − integrated · integrated_cost) / (projects − integrated); 0 when all are integrated.
    Parameters: ``total`` of the year (CNY); ``projects`` approved a year (``measures.basic_research.nsfc.projects``),
    ``integrated`` of them (``measures.basic_research.nsfc.integrated``) at ``integrated_cost`` each (CNY,
    :func:`integrated_amount`).
    Source: R17b (18 projects of 2023, two of them integrated).
    """
    ordinary = projects - integrated
    return max(0.0, total - integrated * integrated_cost) / ordinary if ordinary > 0 else 0.0


@compiled
def integrated_amount(total: float, projects: int, integrated: int, cost: float) -> float:
    """B1. Gross amount of an integrated project: its usual cost while the year's money allows (CNY).

    Formula: total / integrated if no other project is there, else min(cost, total / integrated); 0 when there is
    none.
    Parameters: ``total``, ``projects``, ``integrated`` as for :func:`ordinary_amount`; ``cost`` gross (CNY,
    ``measures.basic_research.project.integrated``, here with overhead).
    Source: R17b (of the order of CNY 10 m).
    """
    if integrated <= 0:
        return 0.0
    each = total / integrated
    return each if projects <= integrated else min(cost, each)
