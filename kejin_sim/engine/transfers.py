"""Step 8: transfers of fund shares and holdings. E7 early buy-out, E13 purchases by a municipal SOE. Once a year."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import post, receive, release
from kejin_sim.engine.holders import end_seed, follow_receives, seed_receives
from kejin_sim.engine.layout import (
    ACTIVE,
    AHEAD,
    ANGEL_LINE,
    CLOSED,
    GOVERNMENT,
    LEFT,
    MISSED,
    NONE,
    PARTNERS,
    SOCIAL,
    STATE_BUYER,
    Record,
)
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity import transfer_rules, waterfall
from kejin_sim.recording import (
    S_GOV_DIST,
    S_SOCIAL_BUYOUTS,
    S_SOCIAL_DIST,
    T_BUYOUT_GIVEN_UP,
    T_BUYOUTS,
    T_HOLDINGS_SOLD,
    T_SHARES_SOLD,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def partner_share(fund: Record, partner: int) -> float:
    """A partner's share of what is paid in; distributions follow it."""
    total = 0.0
    for other in range(PARTNERS):
        total += fund.paid[other]
    return fund.paid[partner] / total if total > 0.0 else 0.0


@internal
def interest_value(fund: Record, partner: int, nav: float, equity: Record) -> float:
    """What a partner's interest is worth if the fund's cash and ``nav`` went through the waterfall now (CNY)."""
    everyone = waterfall.partners_value(
        fund.cash + nav, fund.capital, fund.preferred, fund.preferred_paid, fund.caught_up,
        equity.angel_subfunds_catch_up, equity.angel_subfunds_carry,
    )  # fmt: skip
    return everyone * partner_share(fund, partner)


@internal
def hand_over(fund: Record, seller: int, buyer: int) -> None:
    """A partner's whole interest, with its undrawn commitment, passes to another partner."""
    fund.paid[buyer] += fund.paid[seller]
    fund.paid[seller] = 0.0
    fund.committed[buyer] += fund.committed[seller]
    fund.committed[seller] = 0.0


@internal
def leave_fund(city: Record, fund: Record, price: float, buyer: int, policy: int, series: Floats) -> None:
    """The guidance fund sells its interest: money in by nature, commitment freed, concession at an end."""
    capital = fund.capital * partner_share(fund, GOVERNMENT)
    principal = min(price, capital)
    receive(city, ANGEL_LINE, principal, price - principal)
    city.gain += price - capital
    if fund.committed[GOVERNMENT] > 0.0:
        release(city, ANGEL_LINE, fund.committed[GOVERNMENT], policy)
    if fund.policy == 1:
        series[S_GOV_DIST] += price
    hand_over(fund, GOVERNMENT, buyer)
    fund.reinvestment = LEFT
    fund.excess_pending = 0.0


@internal
def excess_to_share(fund: Record, quarter: Record, city: Record, equity: Record) -> float:
    """E6, E7. Government excess, paid or still to come at fair value, of which a part would be ceded."""
    if fund.reinvestment == MISSED or quarter.k < city.withheld_until:
        return 0.0
    everyone = waterfall.partners_excess(
        fund.cash + fund.fair_nav, fund.capital, fund.preferred, fund.preferred_paid, fund.caught_up,
        equity.angel_subfunds_catch_up, equity.angel_subfunds_carry,
    )  # fmt: skip
    return float(fund.excess_pending + everyone * partner_share(fund, GOVERNMENT))


@internal
def buyouts(
    quarter: Record, city: Record, funds: Record, rules: Record, legacy: Record, world: Record, flow: Floats,
    series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """E7. Social partners take over the government's interest where the contract makes it cheap and they have the money."""
    for number in range(city.funds):
        fund = funds[number]
        equity = rules if fund.policy == 1 else legacy
        if equity.angel_subfunds_buyout_enabled == 0:
            continue
        years = 0.25 * (quarter.k - fund.formed)
        if fund.status == NONE or fund.status == CLOSED or fund.paid[GOVERNMENT] <= 0.0 or fund.paid[SOCIAL] <= 0.0:
            continue
        if years > equity.angel_subfunds_buyout_years:
            continue
        value = interest_value(fund, GOVERNMENT, fund.fair_nav, equity)
        strike = waterfall.buyout_strike(
            fund.government_called, fund.government_weighted, quarter.k, fund.government_distributed, years,
            equity.angel_subfunds_buyout_free_years, world.macro_lpr + equity.angel_subfunds_buyout_spread,
        )  # fmt: skip
        u, _, _, _ = rng.uniforms(quarter.seed, rng.SUBFUND_YEAR, quarter.path, number, quarter.k)
        if not waterfall.buyout_exercised(value, strike, u, equity.angel_subfunds_buyout_funded):
            continue
        post(flow, q.BUYOUT, strike)
        if fund.policy == 1:
            stat[T_BUYOUTS] += 1.0
            stat[T_BUYOUT_GIVEN_UP] += waterfall.given_up(
                value, excess_to_share(fund, quarter, city, equity), equity.angel_subfunds_concession, strike
            )
            series[S_SOCIAL_BUYOUTS] += strike
        leave_fund(city, fund, strike, SOCIAL, quarter.policy, series)


@internal
def sell_shares(
    quarter: Record, city: Record, funds: Record, equity: Record, legacy: Record, behaviour: Record, flow: Floats, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """E13. Fund shares: holders of old enough interests offer; the SOE buys while its yearly budget lasts."""
    discount = transfer_rules.discount_now(
        equity.soe_purchase_discount, equity.soe_purchase_discount_cycle, quarter.factor,
        equity.soe_purchase_discount_cap,
    )  # fmt: skip
    for number in range(city.funds):
        fund = funds[number]
        if fund.status == NONE or fund.status == CLOSED:
            continue
        if 0.25 * (quarter.k - fund.formed) < equity.soe_purchase_min_age:
            continue
        _, u_social, u_government, _ = rng.uniforms(quarter.seed, rng.SUBFUND_YEAR, quarter.path, number, quarter.k)
        nav = fund.appraised_nav
        for turn in range(2):
            seller = SOCIAL if turn == 0 else GOVERNMENT
            offered = u_social if turn == 0 else u_government
            if equity.soe_purchase_sellers != 2 and equity.soe_purchase_sellers != turn:
                continue
            if fund.paid[seller] <= 0.0 or offered >= equity.soe_purchase_offer:
                continue
            worth = interest_value(fund, seller, nav, equity if fund.policy == 1 else legacy)
            price = transfer_rules.transfer_price(
                worth, discount, equity.soe_purchase_state_asset_rule, seller == GOVERNMENT, True,
                equity.soe_purchase_dlom, equity.soe_purchase_floor,
            )  # fmt: skip
            # What the share has yet to pay in is set aside in the same budget: later years' budgets owe nothing.
            needed = price + fund.committed[seller]
            if price <= 0.0 or needed > city.soe_left:
                continue
            city.soe_left -= needed
            stat[T_SHARES_SOLD] += 1.0
            if seller == SOCIAL:
                post(flow, q.SHARE_FROM_SOCIAL, price)
                if fund.policy == 1:
                    series[S_SOCIAL_DIST] += price
                city.reinvest_pool += behaviour.seller_reinvest * price
                hand_over(fund, SOCIAL, STATE_BUYER)
            else:
                post(flow, q.SHARE_FROM_GOVERNMENT, price)
                leave_fund(city, fund, price, STATE_BUYER, quarter.policy, series)


@internal
def sell_holdings(
    people: Record, firms: Record, held: Ints, count: int, n: int, quarter: Record, city: Record, equity: Record,
    flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """E13. Holdings of the guidance fund: the SOE buys what is old enough, at the appraised last-round price less discount.

    ``held[:count]``: see :func:`value_holdings`.
    """
    discount = transfer_rules.discount_now(
        equity.soe_purchase_discount, equity.soe_purchase_discount_cycle, quarter.factor,
        equity.soe_purchase_discount_cap,
    )  # fmt: skip
    least = int(round(4.0 * equity.soe_purchase_min_age))
    for index in range(count):
        slot = held[index]
        firm = firms[slot, n]
        if firm.status != ACTIVE:
            continue
        seed_for_sale = firm.seed_open == 1 and quarter.k - firm.seed_quarter >= least
        follow_for_sale = firm.h_follow > 0.0 and quarter.k - firm.follow_quarter >= least
        if not (seed_for_sale or follow_for_sale):
            continue
        u, _, _, _ = rng.uniforms(quarter.seed, rng.HOLDING_OFFER, quarter.path, people[slot].entity, quarter.k)
        if u >= equity.soe_purchase_offer:
            continue
        since_round = quarter.k - firm.last_round
        lag = equity.soe_purchase_appraisal_lag
        if seed_for_sale:
            mark = transfer_rules.appraised_mark(
                firm.mark, firm.mark_before, since_round, quarter.k - firm.seed_quarter, lag
            )
            price = transfer_rules.transfer_price(
                firm.h_seed * mark, discount, equity.soe_purchase_state_asset_rule, True, True,
                equity.soe_purchase_dlom, equity.soe_purchase_floor,
            )  # fmt: skip
            if 0.0 < price <= city.soe_left:
                city.soe_left -= price
                post(flow, q.HOLDING_BOUGHT, price)
                firm.h_soe += firm.h_seed
                seed_receives(city, firm, flow, series, price, quarter.opening)
                end_seed(city, firm, stat, quarter.opening, True)
                stat[T_HOLDINGS_SOLD] += 1.0
        if follow_for_sale:
            mark = transfer_rules.appraised_mark(
                firm.mark, firm.mark_before, since_round, quarter.k - firm.follow_quarter, lag
            )
            price = transfer_rules.transfer_price(
                firm.h_follow * mark, discount, equity.soe_purchase_state_asset_rule, True, True,
                equity.soe_purchase_dlom, equity.soe_purchase_floor,
            )  # fmt: skip
            if 0.0 < price <= city.soe_left:
                city.soe_left -= price
                post(flow, q.HOLDING_BOUGHT, price)
                firm.h_soe += firm.h_follow
                firm.h_follow = 0.0
                follow_receives(city, firm, series, price, quarter.opening)
                city.gain += firm.got_follow - firm.cost_follow
                stat[T_HOLDINGS_SOLD] += 1.0


@internal
def value_holdings(
    firms: Record, live: Ints, alive: int, held: Ints, n: int, k: int, city: Record, funds: Record, lag: int
) -> int:
    """Every sub-fund's holdings: at fair value, which only the partners inside know (E7), and as appraised (E13).

    ``held``: receives the slots of firms in which a sub-fund or the guidance fund holds shares, for what else looks at holdings
    in this quarter. Returns: how many they are.
    """
    count = 0
    for number in range(city.funds):
        funds[number].fair_nav = 0.0
        funds[number].appraised_nav = 0.0
    for index in range(alive):
        fetch_ahead(firms[live[min(index + AHEAD, alive - 1)], n], 3)
        slot = live[index]
        firm = firms[slot, n]
        held[count] = slot  # overwritten unless it counts
        count += 1 if (firm.status != 0) & ((firm.fund >= 0) | (firm.seed_open == 1) | (firm.h_follow > 0.0)) else 0
    for index in range(count):
        fetch_ahead(firms[held[min(index + AHEAD, count - 1)], n], 5)
        firm = firms[held[index], n]
        if firm.fund >= 0:
            funds[firm.fund].fair_nav += firm.h_subfund * math.exp(firm.log_value)
            funds[firm.fund].appraised_nav += firm.h_subfund * transfer_rules.appraised_mark(
                firm.mark, firm.mark_before, k - firm.last_round, k - firm.entry_quarter, lag
            )
    return count
