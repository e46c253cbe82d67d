"""The horizon: everything still held is realised under Z1, funds are closed, and the path's statistics are drawn up."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import post
from kejin_sim.engine.chains import pay_partners
from kejin_sim.engine.holders import sell
from kejin_sim.engine.layout import CLOSED, FAILED, NONE, Record
from kejin_sim.engine.subfunds import close_fund
from kejin_sim.jit import internal
from kejin_sim.measures.equity import chain_rules
from kejin_sim.recording import (
    S_CHAIN_DIST,
    T_CARRY,
    T_CLASS_COST0,
    T_CLASS_VALUE0,
    T_DEALS,
    T_DEALS_COST,
    T_DEALS_LOSS,
    T_DEALS_LOST,
    T_FEES,
    T_HORIZON_VALUE,
    T_OBS3,
    T_PROJECTS_OVER,
    T_SUPPORTED,
    T_SUPPORTED_RELOCATED,
    T_SURV3,
    T_SURV10_NATIONAL,
    T_SURVIVOR_YEARS,
    X_ALIVE_BOTH,
    X_ALIVE_NEITHER,
    X_ALIVE_PACKAGE,
    X_ALIVE_TWIN,
    X_ANYWAY,
    X_EARLIER,
    X_FUNDED_BOTH,
    X_FUNDED_NEITHER,
    X_FUNDED_PACKAGE,
    X_FUNDED_TWIN,
    X_LATER,
    X_LESS,
    X_LISTED_BOTH,
    X_LISTED_PACKAGE,
    X_LISTED_TWIN,
    X_MORE,
    X_ONLY_SO,
)
from kejin_sim.world import postings as w

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def realise(
    firms: Record, live: Ints, alive: int, n: int, quarter: Record, city: Record, funds: Record, chains: Record,
    rules: Record, legacy: Record, world: Record, flow: Floats, series: Floats, stat: Floats, closing: Ints,
) -> int:  # fmt: skip
    """Z1. Holdings, chain-leader funds and sub-funds are realised at NAV · (1 − haircut). Returns how many funds closed."""
    keep = 1.0 - world.exits_horizon_haircut
    for index in range(alive):
        firm = firms[live[index], n]
        if firm.status != 0:
            price = math.exp(firm.log_value) * keep
            firm.exit_price = price
            sell(city, firm, funds, flow, series, stat, rules, price, quarter.opening, True)
    for number in range(city.chains):
        fund = chains[number]
        value = chain_rules.horizon_value(fund.nav, fund.year_paid, fund.year_call, quarter.k - fund.formed, keep)
        if value > 0.0:
            post(flow, w.HORIZON_CHAIN, value)
            pay_partners(city, fund, value, flow)
            stat[T_HORIZON_VALUE] += value
            if fund.policy == 1:
                series[S_CHAIN_DIST] += value
        fund.nav = 0.0
    closed = 0
    for number in range(city.funds):
        fund = funds[number]
        if fund.status != NONE and fund.status != CLOSED:
            close_fund(city, fund, quarter, rules if fund.policy == 1 else legacy, flow, series)
            closing[closed] = number
            closed += 1
    return closed


@internal
def fund_statistics(city: Record, funds: Record, stat: Floats) -> None:
    """Pooled figures of the policy's sub-funds; every deal is closed by now."""
    for number in range(city.funds):
        fund = funds[number]
        if fund.policy == 0:
            continue
        stat[T_DEALS] += fund.deals
        stat[T_DEALS_LOST] += fund.lost
        stat[T_DEALS_COST] += fund.cost
        stat[T_DEALS_LOSS] += fund.losses
        for c in range(3):
            stat[T_CLASS_COST0 + 2 * c] += fund.class_cost[c]
            stat[T_CLASS_VALUE0 + 2 * c] += fund.class_value[c]
        stat[T_PROJECTS_OVER] += fund.projects_over
        stat[T_FEES] += fund.fees
        stat[T_CARRY] += fund.carry_paid


@internal
def survived(firm: Record, person: Record, quarters: int) -> bool:
    """Was the firm still alive, acquired or listed at that age?

    A firm lives from its arrival quarter on: one that fails in quarter arrival + n has lived n full quarters.
    """
    return firm.end != FAILED or firm.end_quarter >= person.arrival + quarters


@internal
def firm_statistics(people: Record, firms: Record, slots: int, n: int, quarter: Record, stat: Floats) -> None:
    """Survival and support of the policy cohorts in one world."""
    for slot in range(slots):
        firm = firms[slot, n]
        person = people[slot]
        if person.outside == 1 or person.arrival < quarter.opening or firm.founders <= 0.0:
            continue
        for years in range(3):
            quarters = 12 if years == 0 else (20 if years == 1 else 40)
            if person.arrival + quarters <= quarter.last + 1:
                stat[T_OBS3 + years] += 1.0
                if survived(firm, person, quarters):
                    stat[T_SURV3 + years] += 1.0
                    if years == 2 and person.relocates == 0:
                        stat[T_SURV10_NATIONAL] += 1.0
        end = firm.end_quarter if firm.end == FAILED else quarter.last + 1
        stat[T_SURVIVOR_YEARS] += 0.25 * (end - person.arrival)
        if firm.supported_quarter >= 0:
            stat[T_SUPPORTED] += 1.0
            if person.relocates == 1:
                stat[T_SUPPORTED_RELOCATED] += 1.0


@internal
def pair_statistics(people: Record, firms: Record, slots: int, quarter: Record, pairs: Floats) -> None:
    """The table package × twin for the policy cohorts: funded, alive, listed; sooner; more."""
    for slot in range(slots):
        person = people[slot]
        if person.outside == 1 or person.arrival < quarter.opening:
            continue
        a = firms[slot, 0]
        b = firms[slot, 1]
        in_a = a.funded_quarter >= 0
        in_b = b.funded_quarter >= 0
        if in_a and in_b:
            pairs[X_FUNDED_BOTH] += 1.0
            if a.funded_quarter < b.funded_quarter:
                pairs[X_EARLIER] += 1.0
            elif a.funded_quarter > b.funded_quarter:
                pairs[X_LATER] += 1.0
            if a.raised > b.raised:
                pairs[X_MORE] += 1.0
            elif a.raised < b.raised:
                pairs[X_LESS] += 1.0
        elif in_a:
            pairs[X_FUNDED_PACKAGE] += 1.0
        elif in_b:
            pairs[X_FUNDED_TWIN] += 1.0
        else:
            pairs[X_FUNDED_NEITHER] += 1.0
        if a.supported_quarter >= 0:
            pairs[X_ANYWAY if in_b else X_ONLY_SO] += 1.0
        alive_a = a.founders > 0.0 and a.end != FAILED
        alive_b = b.founders > 0.0 and b.end != FAILED
        if alive_a and alive_b:
            pairs[X_ALIVE_BOTH] += 1.0
        elif alive_a:
            pairs[X_ALIVE_PACKAGE] += 1.0
        elif alive_b:
            pairs[X_ALIVE_TWIN] += 1.0
        else:
            pairs[X_ALIVE_NEITHER] += 1.0
        if a.listed_quarter >= 0 and b.listed_quarter >= 0:
            pairs[X_LISTED_BOTH] += 1.0
        elif a.listed_quarter >= 0:
            pairs[X_LISTED_PACKAGE] += 1.0
        elif b.listed_quarter >= 0:
            pairs[X_LISTED_TWIN] += 1.0
