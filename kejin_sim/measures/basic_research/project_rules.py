"""Grants of the municipal joint fund: size, overhead, instalments, the firms' part (B3)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def ticket(u: float, low: float, high: float) -> float:
    """B3. Direct cost of an ordinary project: uniform between two figures, low + u · (high − low) (CNY).

    Parameters: ``u`` uniform; ``low``, ``high`` CNY (``measures.basic_research.project.ticket``).
    Source: rulebook B3; assumption.
    """
    return low + u * (high - low)


@compiled
def gross(direct: float, overhead: float) -> float:
    """B3. What a project costs the fund: direct · (1 + overhead) (CNY).

    Parameters: ``direct`` cost (CNY); ``overhead`` on it (``measures.basic_research.project.overhead``).
    Source: rulebook B3; the rate is an assumption.
    """
    return direct * (1.0 + overhead)


@compiled
def direct_cost(gross: float, overhead: float) -> float:
    """B1, B3. What is left for research of a gross amount: gross / (1 + overhead) (CNY).

    Parameters: ``gross`` CNY; ``overhead`` as for :func:`gross`.
    Source: the inverse of :func:`gross`.
    """
    return gross / (1.0 + overhead)


@compiled
def fits(gross: float, balance: float, committed: float) -> bool:
    """B3. May a project be approved: is its whole cost covered by money that is there and not promised to others?

    Parameters: ``gross`` cost; ``balance`` of the fund; ``committed`` instalments promised (CNY).
    Source: rulebook §0.4 (the public liability never exceeds what is there for it).
    """
    return gross <= balance - committed


@compiled
def instalment(amount: float, years: int) -> float:
    """B3. What is paid a year: amount / years (CNY), the first at the approval.

    Parameters: ``amount`` CNY; ``years`` of the project (``measures.basic_research.project.years``).
    Source: rulebook B3; assumption.
    """
    return amount / years


@compiled
def firms_part(direct: float, share: float) -> float:
    """B3. Firms' part of an integrated project's direct cost: share · direct (CNY).

    Parameters: ``direct`` cost (CNY); ``share`` (``measures.basic_research.project.firm_share``).
    Source: rulebook B3 (consortia of laboratory and firm); the share is an assumption.
    """
    return share * direct
