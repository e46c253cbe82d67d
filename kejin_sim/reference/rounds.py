"""A round of a firm: whose money comes in, what it changes, who is diluted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kejin_sim.measures.equity import postings as q
from kejin_sim.recording import (
    S_PRIVATE_LATER,
    S_PRIVATE_ROUNDS,
    S_PRIVATE_SAME,
    S_PUBLIC_DEALS,
    S_PUBLIC_HARD_TECH,
    T_CROWDED,
    T_CROWDED_MONEY,
)
from kejin_sim.world import postings as w
from kejin_sim.world.enterprise import cost_after_round, own_cash
from kejin_sim.world.rounds import at_same_price, log_value_after, next_stage, share_bought

if TYPE_CHECKING:
    from kejin_sim.reference.enterprise import Enterprise


class Money(NamedTuple):
    """Who puts how much (CNY) into a round."""

    seed: float = 0.0
    subfund: float = 0.0
    follow_on: float = 0.0
    coinvestor: float = 0.0
    private: float = 0.0
    reinvested: float = 0.0


def close_round(firm: Enterprise, price: float, money: Money) -> None:
    """Close a round at pre-money ``price``: money in, everybody diluted alike, one stage up."""
    public = money.seed + money.subfund + money.follow_on
    private = money.private + money.reinvested
    total = public + money.coinvestor + private
    keep = price / (price + total)
    firm.kept *= keep
    firm.founders *= keep
    firm.soe *= keep
    firm.grant_share *= keep
    firm.private = firm.private * keep + share_bought(private, price, total)
    for stake, amount in (
        (firm.seed, money.seed),
        (firm.coinvestor, money.coinvestor),
        (firm.angel, money.subfund),
        (firm.follow_on, money.follow_on),
    ):
        stake.share *= keep
        if amount > 0.0:
            stake.share += share_bought(amount, price, total)
    before = firm.stage
    _change(firm, price, total)
    firm.private_in += money.coinvestor + money.private + money.reinvested
    if public > 0.0:
        firm.instruments += 1
    _count(firm, public, money)
    if public > 0.0 and firm.supported_quarter < 0:
        firm.supported_quarter = firm.city.clock.k
    firm.tell("round", price=price, money=money, stage=firm.stage, before=before, kept=firm.kept)
    _post(firm, money)


def _change(firm: Enterprise, price: float, total: float) -> None:
    """What a round of ``total`` changes in the firm."""
    k = firm.city.clock.k
    world, behaviour = firm.city.settings.world, firm.city.settings.behaviour
    firm.cash += total
    firm.log_value = log_value_after(firm.log_value, total)
    own = own_cash(firm.cash, firm.debt, behaviour.debt_awareness)
    firm.cost = cost_after_round(firm.revenue, own, world.cash_round_runway)
    firm.mark_before = at_same_price(firm.mark, price / (price + total))
    firm.mark = price + total
    firm.last_round = k
    firm.stage = next_stage(firm.stage)
    firm.offer = 0.0
    firm.short = False
    firm.tried_pivot = False
    firm.raised += total
    if firm.funded_quarter < 0:
        firm.funded_quarter = k


def _count(firm: Enterprise, public: float, money: Money) -> None:
    """Public money moves prices and starts the redemption term; private money beside it is counted."""
    series = firm.city.notes.series
    here = not firm.profile.outside
    private = money.private + money.reinvested
    if public > 0.0:
        if firm.redeem_quarter < 0:
            years = firm.city.settings.world.exits_redemption_years
            firm.redeem_quarter = firm.city.clock.k + round(4.0 * years)
        if here:
            series[S_PRIVATE_SAME] += money.private + money.coinvestor + money.reinvested
        series[S_PUBLIC_DEALS] += public
        series[S_PUBLIC_HARD_TECH] += public * firm.profile.hard_tech
        if here:
            firm.city.market.public_money += public
    elif firm.supported_quarter >= 0 and here:
        series[S_PRIVATE_LATER] += private
    if private > 0.0 and here:
        series[S_PRIVATE_ROUNDS] += 1.0


def _post(firm: Enterprise, money: Money) -> None:
    post, account = firm.city.ledger.post, firm.account
    if money.seed > 0.0:
        post(q.SEED, money.seed, firm=account)
    if money.coinvestor > 0.0:
        post(q.CO_INVEST, money.coinvestor, firm=account)
    if money.subfund > 0.0 and firm.fund is not None:
        post(q.DEAL, money.subfund, firm=account, fund=firm.fund.account)
    if money.follow_on > 0.0:
        post(q.FOLLOW_ON, money.follow_on, firm=account)
    if money.private > 0.0:
        post(w.PRIVATE_ROUND, money.private, firm=account)
    if money.reinvested > 0.0:
        post(q.REINVEST, money.reinvested, firm=account)


def offer_left(firm: Enterprise, u: float) -> float:
    """What of a private offer stays in a public round (CNY), see `crowd_out`."""
    return 0.0 if u < firm.city.settings.behaviour.crowd_out else firm.offer


def crowd_out(firm: Enterprise, u: float) -> None:
    """A public round replaces the private offer with probability ``crowd_out`` (rulebook §0.4)."""
    if firm.offer > 0.0 and u < firm.city.settings.behaviour.crowd_out:
        stats = firm.city.notes.stats
        stats[T_CROWDED] += 1.0
        stats[T_CROWDED_MONEY] += firm.offer
        firm.tell("crowded_out", offer=firm.offer)
        firm.offer = 0.0
