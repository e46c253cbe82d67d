"""E4: an angel sub-fund makes its deals of a quarter, in the city and outside it."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.measures.equity import subfund_rules
from kejin_sim.recording import S_SUBFUND_DEALS, T_CAPPED, T_OUTSIDE_DEALS
from kejin_sim.reference.birth import OUTSIDE_ORDINALS, draw_profile
from kejin_sim.reference.enterprise import Enterprise
from kejin_sim.reference.rounds import Money, close_round, crowd_out, offer_left
from kejin_sim.world import postings as w
from kejin_sim.world.rounds import capped_ticket

if TYPE_CHECKING:
    from kejin_sim.reference.subfund import SubFund

class Deal(Enum):
    """What becomes of a deal that a sub-fund looks at."""

    MADE = "made"
    REFUSED = "refused by the rules"
    TOO_DEAR = "more than this fund's cash"


MOST_DEALS = 8  # a fund and quarter: numbers the deals of all funds without overlap


def make_deals(fund: SubFund) -> None:
    """Deal by deal: early or later, here or elsewhere, as long as there is money for the least ticket."""
    city, terms = fund.city, fund.terms
    early_share = subfund_rules.early_share(
        terms.angel_subfunds_early_share, city.settings.behaviour.early_investing_per_tolerance,
        city.rules.loss_tolerance_rate, city.settings.behaviour.early_investing_tolerance,
    )  # fmt: skip
    for deal in range(terms.angel_subfunds_deals_per_quarter):
        if fund.free_cash < terms.angel_subfunds_min_ticket:
            return
        number = fund.number * MOST_DEALS + deal
        u_stage, u_place, u_subsidiary, _ = city.draw(rng.SUBFUND_DEAL, number)
        early = u_stage < early_share
        if u_place < terms.angel_subfunds_outside_share:
            _invest_outside(fund, number, early, u_subsidiary)
            continue
        queue = city.market.early if early else city.market.later
        firm = queue.first()
        if firm is not None:
            _, u_crowd, _, _ = city.draw(rng.PUBLIC_ROUND, firm.profile.entity)
            # A firm that this fund cannot pay waits for the next one.
            if _enter(fund, firm, u_crowd, subsidiary=False) is not Deal.TOO_DEAR:
                queue.take()


def _invest_outside(fund: SubFund, number: int, early: bool, u_subsidiary: float) -> None:
    """A firm elsewhere that the manager has found; if the deal is made it is followed like any other."""
    city, terms = fund.city, fund.terms
    world = city.settings.world
    firm = Enterprise(city, draw_profile(city, OUTSIDE_ORDINALS + number, outside=True))
    firm.stage = 1 if early else 2
    firm.log_value += math.log(world.value_outside[firm.stage - 1] / world.value_initial)
    subsidiary = u_subsidiary < terms.angel_subfunds_reinvestment_subsidiary_share
    founders_money = firm.cash
    # There is no private offer that could be crowded out.
    if _enter(fund, firm, 1.0, subsidiary) is Deal.MADE:
        city.ledger.post(w.FOUNDING, founders_money, firm=firm.account)
        if fund.policy:
            city.notes.stats[T_OUTSIDE_DEALS] += 1.0
        city.admit(firm)
    else:
        city.ledger.close_account(firm.account)


def _enter(fund: SubFund, firm: Enterprise, u_crowd: float, subsidiary: bool) -> Deal:
    """Make the deal if the caps allow: by size of fund, by holding after the round, never above the founders'."""
    city, terms = fund.city, fund.terms
    notes = city.notes
    deal_class = min(firm.stage, 2)
    price = firm.round_price()
    private = offer_left(firm, u_crowd)
    wanted = subfund_rules.deal_ticket(
        terms.angel_subfunds_ticket[deal_class], terms.angel_subfunds_single_cap, fund.size
    )
    held = firm.held_already(0.0, terms)
    ticket = capped_ticket(wanted, price, private, 0.0, held, terms.angel_subfunds_holding_cap)
    if ticket > fund.free_cash:
        return Deal.TOO_DEAR
    if ticket < wanted:
        notes.stats[T_CAPPED] += 1.0
    after = price + private + ticket
    if ticket < terms.angel_subfunds_min_ticket or not subfund_rules.may_hold(
        (held * price + ticket) / after, firm.founders * price / after
    ):
        return Deal.REFUSED
    crowd_out(firm, u_crowd)
    fund.buy(firm, ticket, deal_class)
    close_round(firm, price, Money(subfund=ticket, private=firm.offer))
    registered, relocated, with_subsidiary = terms.angel_subfunds_reinvestment_weights
    fund.credit += subfund_rules.reinvestment_credit(
        ticket, firm.profile.outside, firm.profile.relocated, subsidiary, firm.profile.hard_tech,
        registered, relocated, with_subsidiary, terms.angel_subfunds_reinvestment_zone_bonus,
    )  # fmt: skip
    notes.series[S_SUBFUND_DEALS] += 1.0
    return Deal.MADE
