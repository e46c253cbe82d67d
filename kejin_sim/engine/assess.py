"""Step 11: assessments that fall due. Loss tolerance on every basis, its consequence, and the settlement of E9 vintages."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import post
from kejin_sim.engine.holders import pay_reward
from kejin_sim.engine.layout import ANGEL_LINE, CLOSED, LEFT, MAX_VINTAGES, NONE, PARTNERS, Record
from kejin_sim.jit import internal
from kejin_sim.measures.equity import direct_rules, tolerance
from kejin_sim.measures.equity import postings as q
from kejin_sim.recording import (
    T_BREACH_NET,
    T_FUNDS_CLOSED,
    T_PORT_NET,
    T_REVIEW_NET,
    T_REVIEWS,
    T_ROLLING,
    T_ROLLING_NET,
    T_SANCTIONS,
)

TOTALS: Final = 14
"""Figures of the funds that an assessment looks at, see :func:`measure`."""
OVERS: Final = 4
"""Bases of a tolerance."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def look_at_holdings(
    firms: Record, held: Ints, count: int, n: int, city: Record, funds: Record, equity: Record
) -> None:
    """Unrealised deals at the reported (last-round) value, as an assessor sees them."""
    for number in range(city.funds):
        fund = funds[number]
        fund.open_nav = 0.0
        fund.open_losses = 0.0
        fund.open_lost = 0.0
        fund.open_over = 0.0
        for c in range(3):
            fund.open_class[c] = 0.0
    for index in range(count):
        firm = firms[held[index], n]
        if firm.status == 0 or firm.fund < 0:
            continue
        fund = funds[firm.fund]
        nav = firm.h_subfund * firm.mark
        value = firm.got_subfund + nav
        fund.open_nav += nav
        cost = firm.cost_subfund
        fund.open_losses += max(0.0, cost - value)
        if tolerance.is_lost(cost, value):
            fund.open_lost += 1.0
        if tolerance.exceeds(tolerance.loss_of(cost, value), equity.loss_tolerance_single_project):
            fund.open_over += 1.0
        fund.open_class[firm.deal_class] += value


@internal
def measure(
    totals: Floats, equity: Record, over: Floats
) -> None:
    """Losses against tolerance on the four bases.

    ``totals``: paid in, distributed, residual NAV, losses, cost, lost deals, deals, then cost and value of three classes,
    and what the guidance fund has paid in where it is still a partner.
    ``over``: receives 1 for each basis whose loss exceeds its tolerance.
    """
    rate = equity.loss_tolerance_rate
    limits = equity.loss_tolerance_class_tolerance
    over[0] = 1.0 if tolerance.exceeds(tolerance.loss_net_terminal(totals[0], totals[1], totals[2]), rate) else 0.0
    over[1] = 1.0 if tolerance.exceeds(tolerance.loss_gross(totals[3], totals[4]), rate) else 0.0
    over[2] = 0.0
    if tolerance.class_breached(
        totals[7], totals[10], totals[8], totals[11], totals[9], totals[12], limits[0], limits[1], limits[2]
    ):
        over[2] = 1.0
    over[3] = 1.0 if tolerance.exceeds(tolerance.loss_head_count(totals[5], totals[6]), rate) else 0.0


@internal
def add_fund(fund: Record, totals: Floats) -> None:
    """Add a fund's figures to ``totals`` (see :func:`measure`)."""
    for partner in range(PARTNERS):
        totals[0] += fund.paid[partner]
    totals[1] += fund.distributed
    if fund.reinvestment != LEFT:  # who has sold out bears no loss any more
        totals[13] += fund.government_called
    if fund.status != CLOSED:
        totals[2] += fund.open_nav + fund.cash
        totals[3] += fund.open_losses
        totals[5] += fund.open_lost
        for c in range(3):
            totals[10 + c] += fund.open_class[c]
    totals[3] += fund.losses
    totals[4] += fund.cost
    totals[5] += fund.lost
    totals[6] += fund.deals
    for c in range(3):
        totals[7 + c] += fund.class_cost[c]
        totals[10 + c] += fund.class_value[c]


@internal
def excess_on(basis: int, totals: Floats, equity: Record) -> float:
    """What is above the tolerance on one basis, in money and for all partners; by class, what each is above its own."""
    rate = equity.loss_tolerance_rate
    if basis == tolerance.NET_TERMINAL:
        loss = tolerance.loss_net_terminal(totals[0], totals[1], totals[2])
        return tolerance.excess_money(loss, rate, totals[0])
    if basis == tolerance.GROSS:
        return tolerance.excess_money(tolerance.loss_gross(totals[3], totals[4]), rate, totals[4])
    if basis == tolerance.HEAD_COUNT:
        loss = tolerance.loss_head_count(totals[5], totals[6])
        return tolerance.excess_money(loss, rate, tolerance.head_count_base(totals[3], totals[5], totals[6]))
    excess = 0.0
    for c in range(3):
        loss = tolerance.loss_of(totals[7 + c], totals[10 + c])
        excess += tolerance.excess_money(loss, equity.loss_tolerance_class_tolerance[c], totals[7 + c])
    return excess


@internal
def consequence(
    city: Record, quarter: Record, equity: Record, totals: Floats, entity: int, extent: float, keeper: Record, flow: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """A breach in the configured cell: the reserve makes good the excess (E14); when it is reviewed and not exempted, the next
    allocation is cut and the concession withheld for some years. ``extent``: of the breach, in CNY or projects; ``keeper``
    remembers what was made good and reviewed before."""
    if equity.loss_tolerance_unit != tolerance.PROJECT and totals[0] > 0.0:
        excess = extent * (totals[13] / totals[0])  # the government's part
        paid = tolerance.reserve_payment(city.reserve, excess, keeper.made_good)
        if paid > 0.0:
            keeper.made_good += paid
            city.reserve -= paid
            city.cash -= paid
            post(flow, q.RESERVE_RELEASE, paid)
    if not tolerance.to_review(extent, keeper.reviewed):
        return
    keeper.reviewed = extent
    u, _, _, _ = rng.uniforms(quarter.seed, rng.SUBFUND_ASSESSMENT, quarter.path, entity, quarter.k)
    if tolerance.sanctioned(True, u, equity.loss_tolerance_not_exempt):
        stat[T_SANCTIONS] += 1.0
        city.allocation_cut = equity.loss_tolerance_allocation_cut
        city.withheld_until = max(city.withheld_until, quarter.k + 4 * equity.loss_tolerance_clawback_years)


@internal
def assess_fund(
    city: Record, fund: Record, number: int, quarter: Record, equity: Record, moment: int, totals: Floats, over: Floats,
    flow: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Assess one fund at a moment on every basis, record it, and act if this is the configured cell."""
    totals[:] = 0.0
    add_fund(fund, totals)
    measure(totals, equity, over)
    if fund.policy == 1:
        if moment == tolerance.END_OF_LIFE:
            stat[T_FUNDS_CLOSED] += 1.0
            first = T_BREACH_NET
        elif moment == tolerance.INTERIM:
            stat[T_REVIEWS] += 1.0
            first = T_REVIEW_NET
        else:
            stat[T_ROLLING] += 1.0
            first = T_ROLLING_NET
        for basis in range(4):
            stat[first + basis] += over[basis]
    if equity.loss_tolerance_when != moment:
        return
    extent = 0.0
    if equity.loss_tolerance_unit == tolerance.FUND and over[equity.loss_tolerance_basis] > 0.0:
        extent = excess_on(equity.loss_tolerance_basis, totals, equity)
    elif equity.loss_tolerance_unit == tolerance.PROJECT:
        open_over = fund.open_over if fund.status != CLOSED else 0.0
        extent = fund.projects_over + open_over
    if extent > 0.0:
        consequence(city, quarter, equity, totals, number, extent, fund, flow, stat)


@internal
def assess_portfolio(
    city: Record, funds: Record, quarter: Record, equity: Record, moment: int, totals: Floats, over: Floats,
    flow: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Assess all policy sub-funds together; recorded at the horizon, acted upon if this is the configured cell.

    At the end of life it is the funds that have ended, tested whenever one more has; at the horizon all of them.
    """
    totals[:] = 0.0
    for number in range(city.funds):
        status = funds[number].status
        if funds[number].policy == 1 and status != NONE and (moment != tolerance.END_OF_LIFE or status == CLOSED):
            add_fund(funds[number], totals)
    measure(totals, equity, over)
    if moment == tolerance.END_OF_LIFE:
        for basis in range(4):
            stat[T_PORT_NET + basis] = over[basis]
    if (
        equity.loss_tolerance_unit == tolerance.PORTFOLIO
        and equity.loss_tolerance_when == moment
        and over[equity.loss_tolerance_basis] > 0.0
    ):
        extent = excess_on(equity.loss_tolerance_basis, totals, equity)
        consequence(city, quarter, equity, totals, 65535, extent, city, flow, stat)


@internal
def assess_closed(
    city: Record, funds: Record, closings: Ints, closed: int, quarter: Record, equity: Record, totals: Floats,
    over: Floats, flow: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Funds that have just been wound up, and all that have ended so far as one (at the horizon the caller does that)."""
    ended = 0
    for index in range(closed):
        number = closings[index]
        assess_fund(city, funds[number], number, quarter, equity, tolerance.END_OF_LIFE, totals, over, flow, stat)
        ended += funds[number].policy
    if ended > 0 and quarter.k < quarter.last:
        assess_portfolio(city, funds, quarter, equity, tolerance.END_OF_LIFE, totals, over, flow, stat)


@internal
def yearly_assessments(
    firms: Record, held: Ints, count: int, n: int, quarter: Record, city: Record, funds: Record, equity: Record,
    totals: Floats, over: Floats, flow: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Year-end: every living sub-fund is tested on the rolling view and, every few years, at its interim review.

    ``held[:count]``: firms with holdings, see :func:`kejin_sim.engine.transfers.value_holdings`.
    """
    look_at_holdings(firms, held, count, n, city, funds, equity)
    interim = 4 * equity.loss_tolerance_interim_years
    for number in range(city.funds):
        fund = funds[number]
        if fund.status == NONE or fund.status == CLOSED:
            continue
        age = quarter.k + 1 - fund.formed
        assess_fund(city, fund, number, quarter, equity, tolerance.ROLLING, totals, over, flow, stat)
        if age % interim < 4 and age >= interim:
            assess_fund(city, fund, number, quarter, equity, tolerance.INTERIM, totals, over, flow, stat)
    assess_portfolio(city, funds, quarter, equity, tolerance.ROLLING, totals, over, flow, stat)
    portfolio_review = quarter.year >= 0 and (quarter.year + 1) % equity.loss_tolerance_interim_years == 0
    if portfolio_review:
        assess_portfolio(city, funds, quarter, equity, tolerance.INTERIM, totals, over, flow, stat)


@internal
def settle_vintages(city: Record, quarter: Record, at_horizon: bool, flow: Floats, series: Floats) -> None:
    """E9 per vintage: when every deal of a past year is closed, losses are netted first and the reward paid once."""
    for year in range(MAX_VINTAGES):
        if city.vintage_cost[year] <= 0.0 or city.vintage_settled[year] == 1:
            continue
        if city.vintage_open[year] > 0 or (year >= quarter.vintage and not at_horizon):
            continue
        city.vintage_settled[year] = 1
        due = direct_rules.reward_due(
            city.vintage_rate[year], city.vintage_got[year], city.vintage_cost[year], 0.0
        )
        if due > 0.0:
            city.cash -= due
            city.receipt_income[ANGEL_LINE] -= due
            pay_reward(
                city, due, city.vintage_coinvested[year], city.vintage_joined[year], flow, series, city.vintage_policy[year] == 1
            )
