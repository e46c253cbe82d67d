"""Conversion at a round, sale at a later round, the founders' call, the horizon (G3–G6, Z1)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import post, receive
from kejin_sim.engine.grant.award import dilute
from kejin_sim.engine.grant.layout import CERTIFIES, EXITED, HELD, KEPT, REPAID, WAITING, WRITTEN_OFF
from kejin_sim.engine.grant.progress import cede_to_team, close_grant, come_back, firm_sold
from kejin_sim.engine.layout import ACTIVE, GONE, GRANT_LINE, Record
from kejin_sim.jit import internal
from kejin_sim.measures.grant_to_equity import conversion_rules, exit_rules, failure_rules, grant_rules
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.recording import (
    S_CONVERSIONS,
    S_GRANT_NAV,
    S_GRANT_RETURNED,
    S_GRANT_WAITING,
    T_CALLED,
    T_CONVERTED,
    T_GRANT_BACK,
    T_GRANT_CAPPED,
    T_GRANT_CLOSED,
    T_GRANT_OVER,
)
from kejin_sim.recording import T_REALISED_VALUE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def convert(
    grant: Record, firm: Record, city: Record, quarter: Record, rules: Record, post_money: float, flow: Floats,
    series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """G4. The grant becomes shares at the round's price less the discount; the public share is capped and never the largest.

    The partner's matching money converts beside it, in proportion. ``post_money``: CNY, value after the round.
    """
    total = grant.paid + grant.matched
    public = grant.paid / total
    block = conversion_rules.block_share(total, rules.conversion_discount, post_money)
    allowed = conversion_rules.public_share_allowed(
        block * public, rules.conversion_share_cap, firm.founders * (1.0 - block)
    )
    part = 1.0
    if allowed < block * public:
        part = conversion_rules.converted_part(allowed / public, total, rules.conversion_discount, post_money)
        block = allowed / public
        if grant.policy == 1:
            stat[T_GRANT_CAPPED] += 1.0
    dilute(firm, block)
    firm.h_grant += block * public
    firm.h_private += block * (1.0 - public)
    grant.cost = part * grant.paid
    grant.state = HELD
    grant.converted = quarter.k
    firm.granted = CERTIFIES
    series[S_CONVERSIONS] += 1.0
    if grant.policy == 1:
        stat[T_CONVERTED] += 1.0
    above = grant.paid - grant.cost
    if above > 0.0 and rules.conversion_above_cap == 1:
        amount = min(firm.cash, above)
        firm.cash -= amount
        part = grant_rules.district_part(amount, grant.district / grant.paid)
        post(flow, g.REPAID_ABOVE_CAP, amount)
        if part > 0.0:
            post(flow, g.ATTRACTION_RETURN, part)
        receive(city, GRANT_LINE, amount - part, 0.0)
        grant.repaid = amount
        series[S_GRANT_RETURNED] += amount
        if grant.policy == 1:
            stat[T_GRANT_BACK] += amount


@internal
def sell_in_round(
    grant: Record, firm: Record, person: Record, city: Record, quarter: Record, rules: Record, flow: Floats,
    series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """G5 iii, ii. The holding is sold at a later round's price; the founders may step in for the buyer at the same price."""
    _, _, u, _ = rng.uniforms(quarter.seed, rng.GRANT_REVIEW, quarter.path, person.entity, quarter.k)
    amount = exit_rules.sale_price(firm.h_grant, firm.mark)
    by_founders = rules.exit_rofr == 1 and u < rules.exit_rofr_share
    come_back(grant, city, g.ROFR if by_founders else g.MARKET_SALE, amount, grant.cost, flow, series, stat)
    if by_founders:
        firm.founders += firm.h_grant
    else:
        firm.h_private += firm.h_grant
    firm.h_grant = 0.0
    stat[T_REALISED_VALUE] += amount
    cede_to_team(grant, city, quarter, rules, amount, flow, stat)
    close_grant(grant, firm, EXITED, stat)


@internal
def convert_grants(
    people: Record, firms: Record, grants: Record, book: Ints, granted: int, n: int, quarter: Record, city: Record,
    rules: Record, flow: Floats, series: Floats, stat: Floats,
) -> int:  # fmt: skip
    """Step 6, last: what the quarter's rounds mean to open grants; returns how many stay open."""
    kept = 0
    for index in range(granted):
        slot = book[index]
        grant = grants[slot, n]
        firm = firms[slot, n]
        fresh = firm.last_round == quarter.k and firm.raised > grant.seen_raised
        if grant.state == WAITING:
            brought = firm.raised - grant.seen_raised if fresh else 0.0
            if conversion_rules.triggered(
                brought, rules.conversion_min_round, 4.0 * firm.revenue, rules.conversion_min_sales
            ):
                value = firm.mark if fresh else math.exp(firm.log_value)
                convert(grant, firm, city, quarter, rules, value, flow, series, stat)
        elif grant.state == HELD and fresh and firm.stage >= rules.exit_market_stage:
            sell_in_round(grant, firm, people[slot], city, quarter, rules, flow, series, stat)
        if fresh:
            grant.seen_raised = firm.raised
        if grant.state == WAITING or grant.state == HELD or grant.state == KEPT:
            book[kept] = slot
            kept += 1
    return kept


@internal
def call_grants(
    people: Record, firms: Record, grants: Record, book: Ints, granted: int, n: int, quarter: Record, city: Record,
    rules: Record, lpr: float, flow: Floats, series: Floats, stat: Floats,
) -> int:  # fmt: skip
    """G5 i, at the year's end: founders buy the public share back at cost, or cost and interest, where it pays and is funded."""
    if rules.exit_founder_call == 0:
        return granted
    kept = 0
    rate = lpr + rules.exit_call_spread if rules.exit_founder_call == 2 else 0.0
    for index in range(granted):
        slot = book[index]
        grant = grants[slot, n]
        firm = firms[slot, n]
        years = 0.25 * (quarter.k - grant.converted)
        # Not in the quarter of the conversion, when value and cost are one figure and rounding would decide.
        if grant.state == HELD and firm.status == ACTIVE and 0.0 < years <= rules.exit_window_years:
            _, u, _, _ = rng.uniforms(quarter.seed, rng.GRANT_REVIEW, quarter.path, people[slot].entity, quarter.k)
            strike = exit_rules.strike(grant.cost, rate, years, grant.got)
            value = firm.h_grant * math.exp(firm.log_value)
            if exit_rules.calls(value, strike, u, rules.exit_call_funded):
                come_back(grant, city, g.FOUNDER_CALL, strike, grant.cost, flow, series, stat)
                firm.founders += firm.h_grant
                firm.h_grant = 0.0
                stat[T_REALISED_VALUE] += strike
                if grant.policy == 1:
                    stat[T_CALLED] += 1.0
                close_grant(grant, firm, REPAID, stat)
                continue
        book[kept] = slot
        kept += 1
    return kept


@internal
def end_grants(
    firms: Record, grants: Record, book: Ints, granted: int, n: int, quarter: Record, city: Record, rules: Record,
    flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """The horizon, after all holdings were realised: converted holdings are booked, waiting grants are written off."""
    for index in range(granted):
        slot = book[index]
        grant = grants[slot, n]
        firm = firms[slot, n]
        if grant.state == HELD:
            firm_sold(grant, firm, city, quarter, rules, g.HORIZON_GRANT, flow, series, stat)
        elif grant.state == WAITING:
            close_grant(grant, firm, WRITTEN_OFF, stat)
    cost = stat[T_GRANT_CLOSED]
    if cost > 0.0 and not failure_rules.tolerated(
        failure_rules.overall_loss(cost, stat[T_GRANT_BACK]), cost, rules.tolerance
    ):
        stat[T_GRANT_OVER] = 1.0


@internal
def write_grants(firms: Record, grants: Record, book: Ints, granted: int, n: int, series: Floats) -> None:
    """Step 12. Stocks of the quarter."""
    waiting = 0.0
    nav = 0.0
    for index in range(granted):
        slot = book[index]
        if grants[slot, n].state == WAITING:
            waiting += 1.0
        firm = firms[slot, n]
        if firm.status != GONE:
            nav += firm.h_grant * firm.mark
    series[S_GRANT_WAITING] = waiting
    series[S_GRANT_NAV] = nav
