"""Step 2 and year-end: appropriations open, unspent money lapses or carries over; receipts are swept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import post
from kejin_sim.engine.layout import (
    ANGEL_LINE,
    CARRY_YEARS,
    CLOSED,
    GRANT_LINE,
    INDUSTRY_LINE,
    LINE_COUNT,
    MAX_VINTAGES,
    UNTESTED,
    Record,
)
from kejin_sim.jit import compiled
from kejin_sim.measures.equity import direct_rules, waterfall
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.grant_to_equity import postings as g

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@compiled
def lapse(city: Record, line: int, age: int) -> None:
    """Money of one age goes back to the general budget."""
    amount = city.available[line * CARRY_YEARS + age]
    city.available[line * CARRY_YEARS + age] = 0.0
    city.lapsed[line] += amount
    city.year_lapsed[line] += amount


@compiled
def age_commitments(city: Record, line: int, at_once: bool) -> None:
    """Committed money grows a year older with the rest; ``at_once``: none of it may come back when it is freed."""
    first = line * (CARRY_YEARS + 1)
    for back in range(CARRY_YEARS):
        age = CARRY_YEARS - 1 - back
        to = CARRY_YEARS if at_once else age + 1
        city.encumbered_age[first + to] += city.encumbered_age[first + age]
        city.encumbered_age[first + age] = 0.0


@compiled
def open_year(city: Record, carries: Ints, appropriation: Floats, opening: bool) -> None:
    """Step 2. Unspent money lapses or grows a year older; the new year's appropriation is there.

    ``carries``: by line, 0 unspent money lapses at the year's end, 1 it carries over, at most two years.
    ``appropriation``: CNY by line. ``opening``: the books open: what the burn-in left unspent lapses, commitments stay.
    """
    for line in range(LINE_COUNT):
        city.year_appropriated[line] = 0.0
        city.year_executed[line] = 0.0
        city.year_lapsed[line] = 0.0
        first = line * CARRY_YEARS
        city.year_brought[line] = city.encumbered[line]
        if not opening:
            for age in range(CARRY_YEARS):
                city.year_brought[line] += city.available[first + age]
        if opening or carries[line] == 0:
            for age in range(CARRY_YEARS):
                lapse(city, line, age)
        else:
            lapse(city, line, CARRY_YEARS - 1)
            for back in range(CARRY_YEARS - 1):
                age = CARRY_YEARS - 1 - back
                city.available[first + age] = city.available[first + age - 1]
        if opening:
            city.year_lapsed[line] = 0.0  # the burn-in's, which no year of the books ever had
        age_commitments(city, line, opening or carries[line] == 0)
        city.available[first] = appropriation[line]
        city.appropriated[line] += appropriation[line]
        city.year_appropriated[line] += appropriation[line]


@compiled
def owed_later(city: Record, funds: Record, equity: Record, legacy: Record) -> float:
    """What the guidance fund must keep for rewards and concessions that its receipts have already earned for others."""
    total = 0.0
    for year in range(MAX_VINTAGES):
        if city.vintage_cost[year] > 0.0 and city.vintage_settled[year] == 0:
            total += direct_rules.reward_due(
                city.vintage_rate[year], city.vintage_got[year], city.vintage_cost[year], 0.0
            )
    for number in range(city.funds):
        fund = funds[number]
        if fund.excess_pending > 0.0 and fund.status != CLOSED and fund.reinvestment == UNTESTED:
            terms = equity if fund.policy == 1 else legacy
            total += waterfall.concession(fund.excess_pending, terms.angel_subfunds_concession)
    return total


@compiled
def hand_back(
    city: Record, flow: Floats, line: int, invests_on: bool, recycled: float, principal_code: int, income_code: int
) -> None:
    """O1. A line's receipts of the year go back to the treasury by nature; ``recycled`` of them is kept to be invested again.

    When there is no next year to invest it in, what was kept before goes back as well.
    """
    principal = city.receipt_principal[line]
    income = city.receipt_income[line]
    if income < 0.0:
        principal += income
        income = 0.0
    if invests_on:
        city.recycled_principal[line] += recycled * principal
        city.recycled_income[line] += recycled * income
        principal *= 1.0 - recycled
        income *= 1.0 - recycled
    else:
        principal += city.recycled_principal[line]
        income += city.recycled_income[line]
        city.recycled_principal[line] = 0.0
        city.recycled_income[line] = 0.0
    if principal > 0.0:
        post(flow, principal_code, principal)
        city.cash -= principal
    if income > 0.0:
        post(flow, income_code, income)
        city.cash -= income
    city.receipt_principal[line] = 0.0
    city.receipt_income[line] = 0.0


@compiled
def sweep(
    city: Record, funds: Record, equity: Record, legacy: Record, grant_rules: Record, invests_on: bool, last: bool,
    flow: Floats,
) -> None:
    """Year-end: the risk reserve is set aside (E14), part of the receipts kept for reinvestment, the rest returned (O1).

    Parameters: ``invests_on`` the policy goes on next year; ``last`` the horizon: everything is returned, the reserve too.
    """
    # Rewards paid from money kept for them may have left the year's income short; it is made up from what was kept.
    owed = 0.0 if last else owed_later(city, funds, equity, legacy)
    change = owed - city.provision
    city.provision = owed
    city.receipt_income[ANGEL_LINE] -= change
    if last:
        city.receipt_income[ANGEL_LINE] += city.reserve  # it was set aside from income
        city.reserve = 0.0
    else:
        wanted = direct_rules.reserve_set_aside(equity.risk_reserve_rate, city.gain)
        kept = min(wanted, max(0.0, city.receipt_income[ANGEL_LINE]))
        city.reserve += kept
        city.receipt_income[ANGEL_LINE] -= kept
    city.gain = 0.0
    hand_back(
        city, flow, ANGEL_LINE, invests_on and not last, equity.recycle_share,
        q.RETURN_PRINCIPAL_ANGEL, q.RETURN_INCOME_ANGEL,
    )  # fmt: skip
    hand_back(city, flow, INDUSTRY_LINE, False, 0.0, q.RETURN_PRINCIPAL_INDUSTRY, q.RETURN_INCOME_INDUSTRY)
    hand_back(
        city, flow, GRANT_LINE, invests_on and not last, grant_rules.recycle_share,
        g.RETURN_PRINCIPAL_GRANT, g.RETURN_INCOME_GRANT,
    )  # fmt: skip
