"""Step 9: chain-leader funds (E11) and AIC participation (E12), as pacing models."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import commit, draw_committed, encumber, post, receive, release, unspent
from kejin_sim.engine.layout import ANGEL_LINE, INDUSTRY_LINE, Record
from kejin_sim.jit import internal
from kejin_sim.measures.equity import chain_rules
from kejin_sim.measures.equity import postings as q
from kejin_sim.recording import S_CHAIN_CALLS, S_CHAIN_DIST, S_FUND_COMMITMENTS, T_REALISED_VALUE
from kejin_sim.world.calendar import period_quota

Floats = NDArray[np.float64]


@internal
def form_chain_funds(city: Record, chains: Record, quarter: Record, equity: Record, series: Floats, stat: Floats) -> None:
    """E11. New chain-leader funds of the year, as many as the appropriation can commit to.

    With priority they come before awards and sub-funds and take from the angel line what their own lacks.
    """
    if quarter.policy == 0 or quarter.year_opens == 0:
        return
    number = period_quota(equity.chain_funds_new_per_year, quarter.quarter_of_year, quarter.period_end)
    for _ in range(number):
        size = equity.chain_funds_size
        government = equity.chain_funds_gov_share * size
        borrowed = 0.0
        own = government
        if equity.chain_funds_priority == 1:
            left = unspent(city, INDUSTRY_LINE)
            borrowed = chain_rules.from_other_line(government, left, unspent(city, ANGEL_LINE))
            if borrowed > 0.0:
                own = left
                encumber(city, ANGEL_LINE, borrowed)
        if not commit(city, stat, INDUSTRY_LINE, own):
            continue
        fund = chains[city.chains]
        city.chains += 1
        fund.formed = quarter.k
        fund.policy = 1 if quarter.k >= quarter.opening else 0
        fund.size = size
        if fund.policy == 1:
            series[S_FUND_COMMITMENTS] += size
        fund.government = equity.chain_funds_gov_share
        fund.leader = equity.chain_funds_chain_leader_share
        fund.aic = equity.chain_funds_aic_share
        fund.unfunded = size
        fund.nav = 0.0
        fund.government_principal = 0.0
        fund.from_angel = borrowed / government if borrowed > 0.0 else 0.0


@internal
def pay_partners(city: Record, fund: Record, amount: float, flow: Floats) -> None:
    """Send proceeds of a chain-leader fund to its partners by share; the guidance fund's part is principal first."""
    government = chain_rules.partner_part(amount, fund.government)
    leader = chain_rules.partner_part(amount, fund.leader)
    aic = chain_rules.partner_part(amount, fund.aic)
    back = min(government, fund.government_principal)
    fund.government_principal -= back
    angel = fund.from_angel
    receive(city, INDUSTRY_LINE, (1.0 - angel) * back, (1.0 - angel) * (government - back))
    if angel > 0.0:
        receive(city, ANGEL_LINE, angel * back, angel * (government - back))
    post(flow, q.CHAIN_DISTRIBUTE_GOVERNMENT, government)
    post(flow, q.CHAIN_DISTRIBUTE_LEADER, leader)
    post(flow, q.CHAIN_DISTRIBUTE_AIC, aic)
    post(flow, q.CHAIN_DISTRIBUTE_SOCIAL, amount - government - leader - aic)


@internal
def step_chain_funds(
    city: Record, chains: Record, quarter: Record, rules: Record, legacy: Record, flow: Floats, series: Floats
) -> None:
    """E11. One quarter of every chain-leader fund: the year's call and distribution are set once and paid in four parts."""
    for number in range(city.chains):
        fund = chains[number]
        equity = rules if fund.policy == 1 else legacy
        age = quarter.k - fund.formed
        year = age // 4 + 1
        life = equity.chain_funds_life
        if fund.unfunded > 0.0 and not chain_rules.still_calls(year, min(equity.chain_funds_call_years, life)):
            angel = fund.from_angel
            release(city, INDUSTRY_LINE, (1.0 - angel) * fund.government * fund.unfunded, quarter.policy)
            if angel > 0.0:
                release(city, ANGEL_LINE, angel * fund.government * fund.unfunded, quarter.policy)
            fund.unfunded = 0.0
        if year > life:
            fund.nav = 0.0
            fund.year_call = 0.0
            fund.year_paid = 0.0
            continue
        if age % 4 == 0:
            u, _, _, _ = rng.uniforms(quarter.seed, rng.CHAIN_FUND_YEAR, quarter.path, number, quarter.k)
            growth = chain_rules.yearly_growth(
                equity.chain_funds_growth, equity.chain_funds_volatility, equity.chain_funds_cycle, quarter.factor,
                rng.normal(u),
            )  # fmt: skip
            rates = equity.chain_funds_contribution
            fund.year_call, fund.year_paid, fund.nav = chain_rules.plan_year(
                fund.unfunded, fund.nav, year, life, equity.chain_funds_call_years, rates[0], rates[1], rates[2],
                equity.chain_funds_bow, growth,
            )  # fmt: skip
        called = chain_rules.quarter_part(fund.year_call)
        paid = chain_rules.quarter_part(fund.year_paid)
        if called > 0.0:
            fund.unfunded -= called
            government = chain_rules.partner_part(called, fund.government)
            leader = chain_rules.partner_part(called, fund.leader)
            aic = chain_rules.partner_part(called, fund.aic)
            draw_committed(city, flow, INDUSTRY_LINE, (1.0 - fund.from_angel) * government)
            if fund.from_angel > 0.0:
                draw_committed(city, flow, ANGEL_LINE, fund.from_angel * government)
            fund.government_principal += government
            post(flow, q.CHAIN_CALL_GOVERNMENT, government)
            post(flow, q.CHAIN_CALL_LEADER, leader)
            post(flow, q.CHAIN_CALL_AIC, aic)
            post(flow, q.CHAIN_CALL_SOCIAL, called - government - leader - aic)
            post(flow, q.CHAIN_INVEST, called)
        if paid > 0.0:
            post(flow, q.CHAIN_PROCEEDS, paid)
            city.stat[T_REALISED_VALUE] += paid
            pay_partners(city, fund, paid, flow)
        if fund.policy == 1:
            series[S_CHAIN_CALLS] += called
            series[S_CHAIN_DIST] += paid


@internal
def chain_active(city: Record, chains: Record, quarter: Record, rules: Record, legacy: Record) -> bool:
    """Is any chain-leader fund alive? Then firms of its sectors are bought more often (``behaviour.chain_orders``)."""
    for number in range(city.chains):
        fund = chains[number]
        life = rules.chain_funds_life if fund.policy == 1 else legacy.chain_funds_life
        if (quarter.k - fund.formed) // 4 + 1 <= life:
            return True
    return False
