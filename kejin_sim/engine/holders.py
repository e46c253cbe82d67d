"""Who holds a firm, and what happens to each when money comes out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import pay_from_income, post, receive
from kejin_sim.engine.layout import ANGEL_LINE, Record
from kejin_sim.jit import internal, internal_inlined
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity.direct_rules import co_investors_part, reward_due
from kejin_sim.measures.equity.tolerance import exceeds, is_lost, loss_of
from kejin_sim.recording import (
    S_COINV_RECEIVED,
    S_COINV_REWARD,
    S_FOLLOW_RECEIVED,
    S_PRIVATE_REWARD,
    S_SEED_RECEIVED,
    T_HORIZON_VALUE,
    T_REALISED_VALUE,
    T_SEED_LOSS,
    T_SEED_LOST,
)
from kejin_sim.world import postings as w

Floats = NDArray[np.float64]



@internal_inlined
def invested_beside(firm: Record) -> float:
    """E9. Private money in the round that the guidance fund led, brought by it or come anyway (CNY)."""
    return firm.cost_coinvestor + firm.joined


@internal
def pay_reward(city: Record, due: float, coinvested: float, joined: float, flow: Floats, series: Floats, policy: bool) -> None:
    """E9. The guidance fund pays a reward to those who have invested beside it, by their money (CNY)."""
    theirs = co_investors_part(due, coinvested, joined)
    if theirs > 0.0:
        post(flow, q.REWARD, theirs)
    if due > theirs:
        post(flow, q.REWARD_PRIVATE, due - theirs)
    city.gain -= due
    if policy:
        series[S_COINV_REWARD] += theirs
        series[S_PRIVATE_REWARD] += due - theirs


@internal_inlined
def reward(city: Record, firm: Record, flow: Floats, series: Floats, policy: bool) -> None:
    """E9 per deal: pay what is now due to those who invested beside a seed deal, on the terms agreed at the deal."""
    if firm.reward_by_vintage == 1 or invested_beside(firm) <= 0.0:
        return
    due = reward_due(firm.reward_rate, firm.got_seed, firm.cost_seed, firm.reward_paid)
    if due > 0.0:
        firm.reward_paid += due
        pay_from_income(city, ANGEL_LINE, due)
        pay_reward(city, due, firm.cost_coinvestor, firm.joined, flow, series, policy)


@internal_inlined
def seed_receives(
    city: Record, firm: Record, flow: Floats, series: Floats, amount: float, opening: int
) -> None:
    """Money from a seed-direct holding reaches the guidance fund: principal until the cost is back, then income; E9."""
    back = min(amount, max(0.0, firm.cost_seed - firm.got_seed))
    receive(city, ANGEL_LINE, back, amount - back)
    firm.got_seed += amount
    policy = firm.seed_quarter >= opening
    if policy:
        series[S_SEED_RECEIVED] += amount
    if firm.reward_by_vintage == 1 and invested_beside(firm) > 0.0:
        city.vintage_got[firm.vintage] += amount
    reward(city, firm, flow, series, policy)


@internal_inlined
def end_seed(city: Record, firm: Record, stat: Floats, opening: int, exited: bool) -> None:
    """Close a seed-direct holding: its result enters the statistics, its vintage and the year's exit gain (E14)."""
    if firm.seed_open == 0:
        return
    firm.seed_open = 0
    if firm.reward_by_vintage == 1 and invested_beside(firm) > 0.0:
        city.vintage_open[firm.vintage] -= 1
    if exited:
        city.gain += firm.got_seed - firm.cost_seed
    if firm.seed_quarter >= opening:
        stat[T_SEED_LOSS] += max(0.0, firm.cost_seed - firm.got_seed)
        if is_lost(firm.cost_seed, firm.got_seed):
            stat[T_SEED_LOST] += 1.0
    firm.h_seed = 0.0


@internal_inlined
def end_deal(firm: Record, fund: Record, equity: Record) -> None:
    """Close a sub-fund's deal: its value against its cost enters the fund's losses on every basis."""
    value = firm.got_subfund
    cost = firm.cost_subfund
    fund.open_deals -= 1
    fund.open_cost -= cost
    fund.losses += max(0.0, cost - value)
    if is_lost(cost, value):
        fund.lost += 1.0
    fund.class_value[firm.deal_class] += value
    if exceeds(loss_of(cost, value), equity.loss_tolerance_single_project):
        fund.projects_over += 1.0
    firm.fund = -1
    firm.h_subfund = 0.0


@internal_inlined
def subfund_receives(firm: Record, fund: Record, amount: float) -> None:
    """Money from a deal reaches its fund and waits in the pot for the quarter's distribution."""
    fund.cash += amount
    fund.pot += amount
    firm.got_subfund += amount


@internal_inlined
def sell(
    city: Record, firm: Record, funds: Record, flow: Floats, series: Floats, stat: Floats, equity: Record,
    price: float, opening: int, horizon: bool,
) -> None:  # fmt: skip
    """The whole firm is sold at ``price`` (CNY): every holder is paid its share; holdings end."""
    total = 0.0
    if firm.fund >= 0:
        fund = funds[firm.fund]
        amount = firm.h_subfund * price
        post(flow, w.HORIZON_SUBFUND if horizon else w.EXIT_SUBFUND, amount)
        subfund_receives(firm, fund, amount)
        end_deal(firm, fund, equity)
        total += amount
    if firm.seed_open == 1:
        amount = firm.h_seed * price
        post(flow, w.HORIZON_GUIDANCE if horizon else w.EXIT_GUIDANCE, amount)
        seed_receives(city, firm, flow, series, amount, opening)
        end_seed(city, firm, stat, opening, True)
        total += amount
    if firm.h_follow > 0.0:
        amount = firm.h_follow * price
        post(flow, w.HORIZON_GUIDANCE if horizon else w.EXIT_GUIDANCE, amount)
        follow_receives(city, firm, series, amount, opening)
        city.gain += firm.got_follow - firm.cost_follow
        firm.h_follow = 0.0
        total += amount
    if firm.h_coinvestor > 0.0:
        amount = firm.h_coinvestor * price
        post(flow, w.HORIZON_CO_INVESTOR if horizon else w.EXIT_CO_INVESTOR, amount)
        coinvestor_receives(firm, series, amount, opening)
        firm.h_coinvestor = 0.0
    if firm.h_private > 0.0:
        post(flow, w.HORIZON_SOCIAL if horizon else w.EXIT_SOCIAL, firm.h_private * price)
        firm.h_private = 0.0
    if firm.h_soe > 0.0:
        amount = firm.h_soe * price
        post(flow, w.HORIZON_SOE if horizon else w.EXIT_SOE, amount)
        firm.h_soe = 0.0
        total += amount
    if firm.h_grant > 0.0:  # posted when measure 7 books it, in the same quarter
        firm.grant_proceeds += firm.h_grant * price
        total += firm.h_grant * price
        firm.h_grant = 0.0
    firm.founders = 1.0
    stat[T_HORIZON_VALUE if horizon else T_REALISED_VALUE] += total


@internal_inlined
def follow_receives(city: Record, firm: Record, series: Floats, amount: float, opening: int) -> None:
    """Money from a follow-on holding reaches the guidance fund: principal until the cost is back, then income."""
    back = min(amount, max(0.0, firm.cost_follow - firm.got_follow))
    receive(city, ANGEL_LINE, back, amount - back)
    firm.got_follow += amount
    if firm.follow_quarter >= opening:
        series[S_FOLLOW_RECEIVED] += amount


@internal_inlined
def coinvestor_receives(firm: Record, series: Floats, amount: float, opening: int) -> None:
    """Money from a co-invested seed deal reaches its co-investors."""
    firm.got_coinvestor += amount
    if firm.seed_quarter >= opening:
        series[S_COINV_RECEIVED] += amount


@internal_inlined
def fail(city: Record, firm: Record, funds: Record, flow: Floats, stat: Floats, equity: Record, opening: int) -> None:
    """A firm fails: holders get nothing more, what cash is left goes to its creditors."""
    if firm.fund >= 0:
        end_deal(firm, funds[firm.fund], equity)
    end_seed(city, firm, stat, opening, False)
    firm.h_follow = 0.0
    firm.h_coinvestor = 0.0
    firm.h_private = 0.0
    firm.h_soe = 0.0
    firm.h_grant = 0.0
    firm.founders = 1.0
    post(flow, w.WIND_UP, firm.cash)
    firm.cash = 0.0


@internal_inlined
def pay_dividend(
    city: Record, firm: Record, funds: Record, flow: Floats, series: Floats, stat: Floats, amount: float, opening: int
) -> None:
    """Pay a dividend of ``amount`` (CNY) to all holders by share."""
    firm.cash -= amount
    firm.yielded += amount * firm.kept
    left = amount
    if firm.fund >= 0:
        part = firm.h_subfund * amount
        left -= part
        post(flow, w.DIVIDEND_SUBFUND, part)
        subfund_receives(firm, funds[firm.fund], part)
        stat[T_REALISED_VALUE] += part
    if firm.seed_open == 1:
        part = firm.h_seed * amount
        left -= part
        post(flow, w.DIVIDEND_GUIDANCE, part)
        seed_receives(city, firm, flow, series, part, opening)
        stat[T_REALISED_VALUE] += part
    if firm.h_follow > 0.0:
        part = firm.h_follow * amount
        left -= part
        post(flow, w.DIVIDEND_GUIDANCE, part)
        follow_receives(city, firm, series, part, opening)
        stat[T_REALISED_VALUE] += part
    if firm.h_coinvestor > 0.0:
        part = firm.h_coinvestor * amount
        left -= part
        post(flow, w.DIVIDEND_CO_INVESTOR, part)
        coinvestor_receives(firm, series, part, opening)
    if firm.h_private > 0.0:
        part = firm.h_private * amount
        left -= part
        post(flow, w.DIVIDEND_SOCIAL, part)
    if firm.h_soe > 0.0:
        part = firm.h_soe * amount
        left -= part
        post(flow, w.DIVIDEND_SOE, part)
        stat[T_REALISED_VALUE] += part
    if firm.h_grant > 0.0:
        part = firm.h_grant * amount
        left -= part
        firm.grant_proceeds += part  # posted when measure 7 books it, in the same quarter
        stat[T_REALISED_VALUE] += part
    post(flow, w.DIVIDEND_OUTSIDE, left)


@internal
def redeem(
    city: Record, firm: Record, funds: Record, flow: Floats, series: Floats, stat: Floats, equity: Record,
    share: float, claim_subfund: float, claim_seed: float, claim_coinvestor: float, claim_follow: float, opening: int,
) -> None:  # fmt: skip
    """W7. Founders buy the programme's holders out at ``share`` of their claims; the holdings go back to the founders.

    A claim of zero means that this holder does not redeem.
    """
    if claim_subfund > 0.0:
        amount = share * claim_subfund
        post(flow, w.REDEEM_SUBFUND, amount)
        firm.founders += firm.h_subfund
        subfund_receives(firm, funds[firm.fund], amount)
        end_deal(firm, funds[firm.fund], equity)
        stat[T_REALISED_VALUE] += amount
    if claim_seed > 0.0:
        amount = share * claim_seed
        post(flow, w.REDEEM_GUIDANCE, amount)
        firm.founders += firm.h_seed
        seed_receives(city, firm, flow, series, amount, opening)
        end_seed(city, firm, stat, opening, True)
        stat[T_REALISED_VALUE] += amount
    if claim_follow > 0.0:
        amount = share * claim_follow
        post(flow, w.REDEEM_GUIDANCE, amount)
        firm.founders += firm.h_follow
        follow_receives(city, firm, series, amount, opening)
        city.gain += firm.got_follow - firm.cost_follow
        firm.h_follow = 0.0
        stat[T_REALISED_VALUE] += amount
    if claim_coinvestor > 0.0:
        amount = share * claim_coinvestor
        post(flow, w.REDEEM_CO_INVESTOR, amount)
        firm.founders += firm.h_coinvestor
        coinvestor_receives(firm, series, amount, opening)
        firm.h_coinvestor = 0.0
