"""Grants of the municipal joint fund: size, overhead, instalments, the firms' part (B3)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def ticket(u: float, low: float, high: float) -> float:
    """B3. Direct cost of an ordinary project: uniform between ``project.ticket``'s two figures (CNY)."""
    return low + u * (high - low)


@compiled
def gross(direct: float, overhead: float) -> float:
    """B3. What a project costs the fund: direct · (1 + overhead) (CNY; ``project.overhead``)."""
    return direct * (1.0 + overhead)


@compiled
def direct_cost(gross: float, overhead: float) -> float:
    """B1, B3. What is left for research of a gross amount: gross / (1 + overhead) (CNY)."""
    return gross / (1.0 + overhead)


@compiled
def fits(gross: float, balance: float, committed: float) -> bool:
    """B3. May a project be approved: is its whole cost covered by money that is there and not promised to others?"""
    return gross <= balance - committed


@compiled
def instalment(amount: float, years: int) -> float:
    """B3. What is paid a year: amount / years (CNY; ``project.years``), the first at the approval."""
    return amount / years


@compiled
def firms_part(direct: float, share: float) -> float:
    """B3. Firms' part of an integrated project's direct cost: share · direct (CNY; ``project.firm_share``)."""
    return share * direct
