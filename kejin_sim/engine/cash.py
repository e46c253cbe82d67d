"""Posting, and the guidance fund's purse: appropriation, draws just in time, receipts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.layout import ANGEL_LINE, CARRY_YEARS, GRANT_LINE, Record
from kejin_sim.jit import compiled, inlined
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.recording import T_REFUSED

Floats = NDArray[np.float64]


@inlined
def post(flow: Floats, code: int, amount: float) -> None:
    """One posting: add ``amount`` (CNY) to its code in this quarter. The only way in which money is written down."""
    flow[code] += amount


@compiled
def unspent(city: Record, line: int) -> float:
    """Appropriated money of a line that is neither spent nor committed."""
    total = 0.0
    for age in range(CARRY_YEARS):
        total += city.available[line * CARRY_YEARS + age]
    return total


@compiled
def available(city: Record, line: int) -> float:
    """Money of a line that is neither spent nor committed: what is left of appropriations, and what was recycled."""
    total = 0.0
    for age in range(CARRY_YEARS):
        total += city.available[line * CARRY_YEARS + age]
    return total + (city.recycled_principal[line] + city.recycled_income[line])


@compiled
def take(city: Record, line: int, amount: float) -> None:
    """Take ``amount`` out of a line's unspent appropriation, oldest money first."""
    rest = amount
    for back in range(CARRY_YEARS):
        age = line * CARRY_YEARS + CARRY_YEARS - 1 - back
        part = min(rest, city.available[age])
        city.available[age] -= part
        rest -= part


@compiled
def encumber(city: Record, line: int, amount: float) -> None:
    """Commit ``amount`` of a line's unspent appropriation, oldest money first; it keeps its age."""
    rest = amount
    for back in range(CARRY_YEARS):
        age = CARRY_YEARS - 1 - back
        part = min(rest, city.available[line * CARRY_YEARS + age])
        city.available[line * CARRY_YEARS + age] -= part
        city.encumbered_age[line * (CARRY_YEARS + 1) + age] += part
        rest -= part
    city.encumbered[line] += amount


@compiled
def free_oldest(city: Record, line: int, amount: float, keep: bool) -> float:
    """Take ``amount`` out of a line's committed money, oldest first. What is young enough becomes available again if
    ``keep``; returns how much of it does."""
    rest = amount
    kept = 0.0
    for back in range(CARRY_YEARS + 1):
        age = CARRY_YEARS - back
        part = min(rest, city.encumbered_age[line * (CARRY_YEARS + 1) + age])
        city.encumbered_age[line * (CARRY_YEARS + 1) + age] -= part
        rest -= part
        if keep and age < CARRY_YEARS:
            city.available[line * CARRY_YEARS + age] += part
            kept += part
    return kept


@compiled
def draw(city: Record, flow: Floats, line: int, amount: float) -> None:
    """O1. The treasury pays ``amount`` to the guidance fund, just before it is needed."""
    code = q.DRAW_INDUSTRY
    if line == ANGEL_LINE:
        code = q.DRAW_ANGEL
    elif line == GRANT_LINE:
        code = g.DRAW_GRANT
    post(flow, code, amount)
    city.cash += amount
    city.executed[line] += amount
    city.year_executed[line] += amount


@compiled
def fund_spending(city: Record, flow: Floats, stat: Floats, line: int, amount: float) -> bool:
    """Make ``amount`` ready in the guidance fund: recycled money first, then a draw. Refused when the line cannot cover it.

    The public liability never exceeds what is appropriated (rulebook §0.4); refusals are counted.
    """
    if amount > available(city, line):
        stat[T_REFUSED] += 1.0
        return False
    rest = amount
    part = min(rest, city.recycled_principal[line])
    city.recycled_principal[line] -= part
    rest -= part
    part = min(rest, city.recycled_income[line])
    city.recycled_income[line] -= part
    rest -= part
    if rest > 0.0:
        take(city, line, rest)
        draw(city, flow, line, rest)
    city.cash -= amount
    return True


@compiled
def spend_line(city: Record, flow: Floats, line: int, code: int, amount: float) -> None:
    """The treasury pays ``amount`` out of a line directly; the caller has seen to it that the line covers it."""
    take(city, line, amount)
    post(flow, code, amount)
    city.executed[line] += amount
    city.year_executed[line] += amount


@compiled
def pay_covered(city: Record, flow: Floats, stat: Floats, line: int, code: int, amount: float) -> bool:
    """The treasury pays ``amount`` out of a line, if that covers it; else nothing, and the refusal is counted."""
    if amount > available(city, line):
        stat[T_REFUSED] += 1.0
        return False
    spend_line(city, flow, line, code, amount)
    return True


@compiled
def pay_most(city: Record, flow: Floats, stat: Floats, line: int, code: int, wanted: float) -> float:
    """The treasury pays ``wanted`` or what the line has; less than wanted is counted as a refusal. Returns what it pays."""
    amount = min(wanted, available(city, line))
    if amount < wanted:
        stat[T_REFUSED] += 1.0
    if amount > 0.0:
        spend_line(city, flow, line, code, amount)
    return amount


@compiled
def commit(city: Record, stat: Floats, line: int, amount: float) -> bool:
    """Encumber appropriated money for a fund's undrawn commitment; refused and counted when the line cannot cover it."""
    if amount > unspent(city, line):
        stat[T_REFUSED] += 1.0
        return False
    encumber(city, line, amount)
    return True


@compiled
def draw_committed(city: Record, flow: Floats, line: int, amount: float) -> None:
    """Draw committed money and pay it out of the guidance fund at once (the caller posts the payment)."""
    city.encumbered[line] -= amount
    free_oldest(city, line, amount, False)
    draw(city, flow, line, amount)
    city.cash -= amount


@compiled
def release(city: Record, line: int, amount: float, policy: int) -> None:
    """Free committed money that will not be called: available again at its age, or lapsed when it is too old for that or
    the policy has ended."""
    city.encumbered[line] -= amount
    lost = amount - free_oldest(city, line, amount, policy == 1)
    city.lapsed[line] += lost
    city.year_lapsed[line] += lost


@inlined
def receive(city: Record, line: int, principal: float, income: float) -> None:
    """Money that came back to the guidance fund, by nature; it stays until the yearly sweep."""
    city.cash += principal + income
    city.receipt_principal[line] += principal
    city.receipt_income[line] += income


@inlined
def pay_from_income(city: Record, line: int, amount: float) -> None:
    """Pay a reward or concession out of receipts (the caller posts it)."""
    city.cash -= amount
    city.receipt_income[line] -= amount
