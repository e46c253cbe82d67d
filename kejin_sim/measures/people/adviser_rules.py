"""Technology-finance advisers (H6)."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled


@compiled
def fee(advisers: float, cost: float, part_of_year: float) -> float:
    """H6. What the treasury owes the service's operator for a fiscal year: advisers · cost · part of the year (CNY).

    Parameters: ``advisers`` (``measures.people.adviser.number``); ``cost`` CNY a year
    (``measures.people.adviser.cost``); ``part_of_year`` in (0, 1], less than 1 where the policy begins or ends within
    the year.
    Source: rulebook H6; numbers and cost are assumptions.
    """
    return advisers * cost * part_of_year


@compiled
def capacity(advisers: int, firms: int, due: float, paid: float) -> int:
    """H6. Firms that can be served in a year: ⌊advisers · firms · paid / due⌋; all of them when nothing is due.

    Parameters: ``advisers`` as for :func:`fee`; ``firms`` an adviser's firms a year
    (``measures.people.adviser.firms``); ``due``, ``paid`` the year's fee and what the line paid (CNY).
    Source: rulebook H6 (40 firms an adviser, assumed).
    """
    if due <= 0.0:
        return advisers * firms
    return math.floor(advisers * firms * paid / due + 1e-9)


@compiled
def wants(u: float, probability: float) -> bool:
    """H6. Does a firm want the service at its yearly visit: u > 1 − probability?

    The upper end of the uniform whose lower end is the application for a deputy (H5): a firm has both only where the
    two probabilities sum to more than 1.
    Parameters: ``u`` uniform of the visit; ``probability`` a year (``measures.people.adviser.apply``).
    Source: model, rule H6; assumption.
    """
    return u > 1.0 - probability


@compiled
def found_money(private_before: float, private_now: float) -> float:
    """H6. Private money that a served firm has raised since the service began: max(0, now − before) (CNY).

    Parameters: ``private_before``, ``private_now`` private money in all of the firm's rounds, at its beginning and now
    (CNY).
    Source: model, rule H6 (a match is counted so).
    """
    return max(0.0, private_now - private_before)
