"""Step 6: screening and rounds. Seed direct, sub-fund deals, private rounds with follow-on, sellers' reinvestment.

Best score first within quota and budget; ties go to the firm that is older in the list.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.births import draw_person, found, vacate
from kejin_sim.engine.cash import fund_spending, post
from kejin_sim.engine.firms import round_price
from kejin_sim.engine.layout import ACTIVE, AHEAD, ANGEL_LINE, INVESTING, Record
from kejin_sim.jit import fetch_ahead, internal, internal_inlined
from kejin_sim.measures.equity import direct_rules, subfund_rules
from kejin_sim.measures.equity import postings as q
from kejin_sim.recording import (
    S_COINV_PAID,
    S_FOLLOW_ONS,
    S_FOLLOW_PAID,
    S_PRIVATE_LATER,
    S_PRIVATE_ROUNDS,
    S_PRIVATE_SAME,
    S_PUBLIC_DEALS,
    S_PUBLIC_HARD_TECH,
    S_SEED_DEALS,
    S_SEED_PAID,
    S_SUBFUND_DEALS,
    T_CAPPED,
    T_CROWDED,
    T_CROWDED_MONEY,
    T_INELIGIBLE,
    T_OUTSIDE_DEALS,
    T_SEED_COST,
    T_SEED_DEALS,
)
from kejin_sim.world import postings as w
from kejin_sim.world.calendar import quarterly_quota
from kejin_sim.world.enterprise import cost_after_round, own_cash
from kejin_sim.world.macro import log_odds, logistic
from kejin_sim.world.rounds import (
    at_same_price,
    capped_ticket,
    log_value_after,
    next_stage,
    private_ticket,
    share_bought,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REFUSED, MADE, TOO_DEAR = 0, 1, 2
"""What becomes of a deal that a sub-fund looks at."""


@internal
def keep_best(firms: Record, n: int, candidates: Ints, count: int, most: int) -> int:
    """Of ``candidates[:count]`` keep the ``most`` best-scored slots, best first, at the front; returns how many they are.

    A tie stays behind the one that stands earlier. In place: what is chosen never reaches beyond what has been looked at.
    """
    if most <= 0:
        return 0
    kept = 0
    worst = 0.0  # score of the last one kept
    for index in range(count):
        slot = candidates[index]
        mine = firms[slot, n].score
        if kept == most:
            if worst >= mine:
                continue
            kept -= 1
        place = kept
        while place > 0 and firms[candidates[place - 1], n].score < mine:
            candidates[place] = candidates[place - 1]
            place -= 1
        candidates[place] = slot
        worst = firms[candidates[kept], n].score
        kept += 1
    return kept


@internal_inlined
def is_eligible(firm: Record, person: Record, quarter: Record, equity: Record, world: Record) -> bool:
    """E3 on a firm's state."""
    return subfund_rules.eligible(
        0.25 * (quarter.k - person.arrival), world.city_staff[firm.stage], 4.0 * firm.revenue,
        equity.eligibility_age_max, equity.eligibility_staff_max, equity.eligibility_size_max,
    )  # fmt: skip


@internal_inlined
def held_already(firm: Record, own: float, equity: Record) -> float:
    """E4. What counts against a cap on the holding before the deal (share): the holder's own, or all state-backed holders'."""
    state = firm.h_subfund + firm.h_seed + firm.h_follow + firm.h_grant + firm.h_soe
    return subfund_rules.counted_holding(own, state, equity.eligibility_holding_scope)


@internal
def close_round(
    firm: Record, person: Record, quarter: Record, world: Record, behaviour: Record, flow: Floats, series: Floats,
    city: Record, price: float, seed: float, coinvestor: float, subfund: float, follow: float, private: float, reinvested: float,
) -> None:  # fmt: skip
    """Close a round at pre-money ``price``: money in, everybody diluted alike, one stage up (amounts in CNY)."""
    public = seed + subfund + follow
    total = public + coinvestor + private + reinvested
    keep = price / (price + total)
    firm.kept *= keep
    firm.kept_round = firm.kept
    firm.founders *= keep
    firm.h_seed = firm.h_seed * keep + share_bought(seed, price, total)
    firm.h_coinvestor = firm.h_coinvestor * keep + share_bought(coinvestor, price, total)
    firm.h_subfund = firm.h_subfund * keep + share_bought(subfund, price, total)
    firm.h_follow = firm.h_follow * keep + share_bought(follow, price, total)
    firm.h_private = firm.h_private * keep + share_bought(private + reinvested, price, total)
    firm.h_soe *= keep
    firm.h_grant *= keep
    firm.cash += total
    firm.log_value = log_value_after(firm.log_value, total)
    own = own_cash(firm.cash, firm.debt + firm.securitised, behaviour.debt_awareness)
    firm.cost = cost_after_round(firm.revenue, own, world.cash_round_runway)
    firm.mark_before = at_same_price(firm.mark, keep)
    firm.mark = price + total
    firm.log_mark = math.log(firm.mark)
    firm.last_round = quarter.k
    firm.stage = next_stage(firm.stage)
    firm.offer = 0.0
    firm.short = 0
    firm.tried_pivot = 0
    firm.raised += total
    firm.private_in += coinvestor + private + reinvested
    if public > 0.0:
        firm.instruments += 1
    if firm.funded_quarter < 0:
        firm.funded_quarter = quarter.k
    if public > 0.0:
        if firm.redeem_quarter < 0:
            firm.redeem_quarter = quarter.k + int(round(4.0 * world.exits_redemption_years))
        if person.outside == 0:
            series[S_PRIVATE_SAME] += private + coinvestor + reinvested
        series[S_PUBLIC_DEALS] += public
        series[S_PUBLIC_HARD_TECH] += public * person.hard_tech
        if person.outside == 0:
            city.public_money[0] += public
    elif firm.supported_quarter >= 0 and person.outside == 0:
        series[S_PRIVATE_LATER] += private + reinvested
    if public > 0.0 and firm.supported_quarter < 0:
        firm.supported_quarter = quarter.k
    if private + reinvested > 0.0 and person.outside == 0:
        series[S_PRIVATE_ROUNDS] += 1.0
    if seed > 0.0:
        post(flow, q.SEED, seed)
    if coinvestor > 0.0:
        post(flow, q.CO_INVEST, coinvestor)
    if subfund > 0.0:
        post(flow, q.DEAL, subfund)
    if follow > 0.0:
        post(flow, q.FOLLOW_ON, follow)
    if private > 0.0:
        post(flow, w.PRIVATE_ROUND, private)
    if reinvested > 0.0:
        post(flow, q.REINVEST, reinvested)


@internal_inlined
def offer_left(firm: Record, behaviour: Record, u: float) -> float:
    """What of a private offer stays in a public round (CNY), see :func:`crowded_out`."""
    return 0.0 if u < behaviour.crowd_out else firm.offer


@internal
def crowded_out(firm: Record, behaviour: Record, stat: Floats, u: float) -> None:
    """A public round replaces the private offer to the same firm with probability ``crowd_out`` (rulebook §0.4)."""
    if firm.offer > 0.0 and u < behaviour.crowd_out:
        stat[T_CROWDED] += 1.0
        stat[T_CROWDED_MONEY] += firm.offer
        firm.offer = 0.0


@internal
def lead_seed(
    firm: Record, person: Record, wanted: float, quarter: Record, city: Record, equity: Record, world: Record,
    behaviour: Record, twice: float, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """E8. The guidance fund leads one seed deal of ``wanted`` CNY; nothing happens when the budget line cannot cover it."""
    u0, u1, _, _ = rng.uniforms(quarter.seed, rng.PUBLIC_ROUND, quarter.path, person.entity, quarter.k)
    eta = direct_rules.coinvest_log_odds(
        log_odds(equity.seed_direct_coinvest_probability), behaviour.reward_response, equity.seed_direct_reward
    )
    ratio = equity.seed_direct_coinvest_ratio if u0 < logistic(eta) else 0.0
    price = round_price(firm, person, world, behaviour, twice)
    ticket = capped_ticket(
        wanted, price, offer_left(firm, behaviour, u1), ratio, held_already(firm, 0.0, equity), equity.seed_direct_holding_cap
    )
    if ticket < wanted:
        stat[T_CAPPED] += 1.0
    if ticket <= 0.0 or not fund_spending(city, flow, stat, ANGEL_LINE, ticket):
        return
    crowded_out(firm, behaviour, stat, u1)
    beside = direct_rules.coinvestment(ticket, ratio)
    joined = firm.offer
    close_round(
        firm, person, quarter, world, behaviour, flow, series, city, price, ticket, beside, 0.0, 0.0, joined, 0.0
    )
    firm.cost_seed = ticket
    firm.cost_coinvestor = beside
    firm.joined = joined
    firm.seed_quarter = quarter.k
    firm.seed_open = 1
    firm.reward_rate = equity.seed_direct_reward
    firm.reward_by_vintage = equity.seed_direct_reward_netting
    series[S_SEED_DEALS] += 1.0
    policy = quarter.k >= quarter.opening
    if beside + joined > 0.0 and firm.reward_by_vintage == 1:
        year = quarter.vintage
        firm.vintage = year
        city.vintage_cost[year] += ticket
        city.vintage_coinvested[year] += beside
        city.vintage_joined[year] += joined
        city.vintage_open[year] += 1
        city.vintage_policy[year] = 1 if policy else 0
        city.vintage_rate[year] = firm.reward_rate
    if policy:
        series[S_SEED_PAID] += ticket
        series[S_COINV_PAID] += beside
        stat[T_SEED_DEALS] += 1.0
        stat[T_SEED_COST] += ticket


@internal
def seed_direct(
    people: Record, firms: Record, seekers: Ints, seeking: int, chosen: Ints, n: int, quarter: Record, city: Record,
    equity: Record, world: Record, behaviour: Record, twice: float, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """E8 seed direct: the guidance fund leads, co-investors follow. ``chosen``: room for the short list."""
    quota = quarterly_quota(equity.seed_direct_per_year, quarter.quarter_of_year)
    if quarter.policy == 0 or quota == 0:
        return
    count = 0
    for index in range(seeking):
        slot = seekers[index]
        firm = firms[slot, n]
        person = people[slot]
        if firm.stage != 0 or person.outside == 1 or firm.seed_quarter >= 0:
            continue
        if firm.percentile < equity.seed_direct_min_score:
            continue
        if not is_eligible(firm, person, quarter, equity, world):
            stat[T_INELIGIBLE] += 1.0
            continue
        chosen[count] = slot
        count += 1
    for index in range(keep_best(firms, n, chosen, count, quota)):
        slot = chosen[index]
        lead_seed(
            firms[slot, n], people[slot], equity.seed_direct_ticket, quarter, city, equity, world, behaviour, twice,
            flow, series, stat,
        )  # fmt: skip


@internal
def enter(
    firm: Record, person: Record, fund: Record, number: int, quarter: Record, terms: Record, world: Record,
    behaviour: Record, city: Record, twice: float, u_crowd: float, subsidiary: bool,
    flow: Floats, series: Floats, stat: Floats,
) -> int:  # fmt: skip
    """E4. A sub-fund makes a deal; returns MADE, REFUSED (by the rules) or TOO_DEAR (for this fund's cash).

    Deals are capped by size of fund, holding after the round and the founders' holding.
    """
    deal_class = min(firm.stage, 2)
    price = round_price(firm, person, world, behaviour, twice)
    wanted = subfund_rules.deal_ticket(
        terms.angel_subfunds_ticket[deal_class], terms.angel_subfunds_single_cap, fund.size
    )
    private = offer_left(firm, behaviour, u_crowd)
    held = held_already(firm, 0.0, terms)
    ticket = capped_ticket(wanted, price, private, 0.0, held, terms.angel_subfunds_holding_cap)
    if ticket > fund.cash - fund.pot:
        return TOO_DEAR
    if ticket < wanted:
        stat[T_CAPPED] += 1.0
    after = price + private + ticket
    if ticket < terms.angel_subfunds_min_ticket or not subfund_rules.may_hold(
        (held * price + ticket) / after, firm.founders * price / after
    ):
        return REFUSED
    crowded_out(firm, behaviour, stat, u_crowd)
    close_round(firm, person, quarter, world, behaviour, flow, series, city, price, 0.0, 0.0, ticket, 0.0, firm.offer, 0.0)
    firm.fund = number
    firm.deal_class = deal_class
    firm.entry_quarter = quarter.k
    firm.cost_subfund = ticket
    firm.got_subfund = 0.0
    fund.cash -= ticket
    fund.spent += ticket
    fund.open_deals += 1
    fund.open_cost += ticket
    fund.deals += 1.0
    fund.cost += ticket
    fund.class_cost[deal_class] += ticket
    weights = terms.angel_subfunds_reinvestment_weights
    fund.credit += subfund_rules.reinvestment_credit(
        ticket, person.outside == 1, person.relocates == 1, subsidiary, person.hard_tech == 1,
        weights[0], weights[1], weights[2], terms.angel_subfunds_reinvestment_zone_bonus,
    )  # fmt: skip
    series[S_SUBFUND_DEALS] += 1.0
    return MADE


@internal
def shortlists(
    people: Record, firms: Record, seekers: Ints, seeking: int, n: int, quarter: Record, equity: Record, world: Record,
    most: int, early: Ints, later: Ints, stat: Floats,
) -> tuple[int, int]:  # fmt: skip
    """Candidates of the sub-funds, best score first: firms without a sub-fund, of seed or angel stage, and of stage A."""
    early_count = 0
    later_count = 0
    ineligible = 0
    for index in range(seeking):
        ahead = seekers[min(index + AHEAD, seeking - 1)]
        fetch_ahead(firms[ahead, n], 1)
        fetch_ahead(people[ahead], 1)
        slot = seekers[index]
        firm = firms[slot, n]
        person = people[slot]
        # No branches: who is which cannot be foreseen. Each list is overwritten by the next unless it counts.
        wanted = (firm.fund < 0) & (firm.stage <= 2) & (firm.last_round != quarter.k) & (person.outside == 0)
        eligible = is_eligible(firm, person, quarter, equity, world)
        early[early_count] = slot
        later[later_count] = slot
        early_count += 1 if wanted & eligible & (firm.stage <= 1) else 0
        later_count += 1 if wanted & eligible & (firm.stage == 2) else 0
        ineligible += 1 if wanted & (not eligible) else 0
    stat[T_INELIGIBLE] += float(ineligible)
    return keep_best(firms, n, early, early_count, most), keep_best(firms, n, later, later_count, most)


@internal
def subfund_deals(
    people: Record, keys: Ints, firms: Record, live: Ints, counts: Ints, seekers: Ints, seeking: int, n: int, quarter: Record,
    early_list: Ints, later_list: Ints, city: Record, funds: Record, equity: Record, legacy: Record, world: Record,
    behaviour: Record, twice: float, flow: Floats, series: Floats, stat: Floats,
) -> bool:  # fmt: skip
    """Sub-funds in their investment period make deals in the city and outside it. Returns False when room is short.

    ``early_list``, ``later_list``: room for their short lists.
    """
    most = 0
    for number in range(city.funds):
        if funds[number].status == INVESTING:
            terms = equity if funds[number].policy == 1 else legacy
            most += terms.angel_subfunds_deals_per_quarter
    if most == 0:
        return True
    early_count, later_count = shortlists(
        people, firms, seekers, seeking, n, quarter, equity, world, most, early_list, later_list, stat
    )
    early_next = 0
    later_next = 0
    for number in range(city.funds):
        fund = funds[number]
        if fund.status != INVESTING:
            continue
        terms = equity if fund.policy == 1 else legacy
        early = subfund_rules.early_share(
            terms.angel_subfunds_early_share, behaviour.early_investing_per_tolerance, equity.loss_tolerance_rate,
            behaviour.early_investing_tolerance,
        )  # fmt: skip
        for deal in range(terms.angel_subfunds_deals_per_quarter):
            if fund.cash - fund.pot < terms.angel_subfunds_min_ticket:
                break
            entity = number * 8 + deal
            u0, u1, u2, _ = rng.uniforms(quarter.seed, rng.SUBFUND_DEAL, quarter.path, entity, quarter.k)
            is_early = u0 < early
            if u1 < terms.angel_subfunds_outside_share:
                slot = counts[0]
                if slot >= people.shape[0]:
                    return False
                outsider = people[slot]
                draw_person(outsider, quarter, world, behaviour, (quarter.k << 16) | (32768 + entity), 1, False)
                keys[slot] = outsider.entity
                for other in range(quarter.worlds):
                    vacate(firms[slot, other])
                firm = firms[slot, n]
                found(firm, outsider, quarter, world, world.score_noise)
                firm.stage = 1 if is_early else 2
                firm.log_value += math.log(world.value_outside[firm.stage - 1] / world.value_initial)
                made = enter(
                    firm, outsider, fund, number, quarter, terms, world, behaviour, city, 0.0, 1.0,
                    u2 < terms.angel_subfunds_reinvestment_subsidiary_share, flow, series, stat,
                )  # fmt: skip
                if made == MADE:
                    post(flow, w.FOUNDING, world.cash_initial)
                    counts[0] += 1
                    live[counts[1]] = slot
                    counts[1] += 1
                    stat[T_OUTSIDE_DEALS] += 1.0 if fund.policy == 1 else 0.0
                else:
                    vacate(firm)
                continue
            if is_early:
                if early_next >= early_count:
                    continue
                slot = early_list[early_next]
            else:
                if later_next >= later_count:
                    continue
                slot = later_list[later_next]
            person = people[slot]
            _, v1, _, _ = rng.uniforms(quarter.seed, rng.PUBLIC_ROUND, quarter.path, person.entity, quarter.k)
            result = enter(
                firms[slot, n], person, fund, number, quarter, terms, world, behaviour, city, twice, v1, False,
                flow, series, stat,
            )  # fmt: skip
            # A firm that this fund cannot pay waits for the next one.
            if result != TOO_DEAR and is_early:
                early_next += 1
            elif result != TOO_DEAR:
                later_next += 1
    return True


@internal
def private_rounds(
    people: Record, firms: Record, offered: Ints, count_offered: int, chosen: Ints, n: int, quarter: Record, city: Record,
    equity: Record, world: Record, behaviour: Record, twice: float, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """W2 private offers that are left close; E10 the guidance fund follows on the best of them on the same terms.

    ``offered``: firms with an offer at the end of step 4; a public round may have taken it up or replaced it since. ``chosen``:
    room for the short list.
    """
    quota = 0
    if quarter.policy == 1:
        quota = quarterly_quota(equity.follow_on_per_year, quarter.quarter_of_year)
    if quota > 0 and equity.follow_on_ratio > 0.0:
        count = 0
        for index in range(count_offered):
            slot = offered[index]
            firm = firms[slot, n]
            person = people[slot]
            if firm.offer <= 0.0 or person.outside == 1 or firm.follow_quarter >= 0:
                continue
            if firm.stage > equity.follow_on_max_stage:
                continue
            if not is_eligible(firm, person, quarter, equity, world):
                stat[T_INELIGIBLE] += 1.0
                continue
            chosen[count] = slot
            count += 1
        for index in range(keep_best(firms, n, chosen, count, quota)):
            slot = chosen[index]
            firm = firms[slot, n]
            price = round_price(firm, people[slot], world, behaviour, twice)
            wanted = direct_rules.follow_on_ticket(firm.offer, equity.follow_on_ratio, equity.follow_on_cap)
            held = held_already(firm, firm.h_seed, equity)
            ticket = capped_ticket(wanted, price, firm.offer, 0.0, held, equity.follow_on_holding_cap)
            after = price + firm.offer + ticket
            if not subfund_rules.may_hold((held * price + ticket) / after, firm.founders * price / after):
                ticket = 0.0
            if ticket < wanted:
                stat[T_CAPPED] += 1.0
            if ticket <= 0.0 or not fund_spending(city, flow, stat, ANGEL_LINE, ticket):
                continue
            close_round(
                firm, people[slot], quarter, world, behaviour, flow, series, city, price, 0.0, 0.0, 0.0, ticket, firm.offer, 0.0
            )
            firm.cost_follow = ticket
            firm.follow_quarter = quarter.k
            series[S_FOLLOW_ONS] += 1.0
            if quarter.k >= quarter.opening:
                series[S_FOLLOW_PAID] += ticket
    for index in range(count_offered):
        slot = offered[index]
        firm = firms[slot, n]
        if firm.offer > 0.0:
            price = round_price(firm, people[slot], world, behaviour, twice)
            close_round(
                firm, people[slot], quarter, world, behaviour, flow, series, city, price, 0.0, 0.0, 0.0, 0.0, firm.offer, 0.0
            )


@internal
def reinvested_rounds(
    people: Record, firms: Record, seekers: Ints, seeking: int, chosen: Ints, n: int, quarter: Record, city: Record,
    world: Record, behaviour: Record, twice: float, flow: Floats, series: Floats,
) -> None:  # fmt: skip
    """E13 sellers' reinvestment: what sellers of fund shares put back pays for rounds of firms that found no offer.

    ``chosen``: room for the short list.
    """
    most = behaviour.seller_reinvest_rounds
    if city.reinvest_pool <= 0.0 or most == 0:
        return
    count = 0
    for index in range(seeking):
        slot = seekers[index]
        firm = firms[slot, n]
        if (
            firm.status == ACTIVE
            and firm.stage <= behaviour.seller_reinvest_max_stage
            and firm.last_round < quarter.k
            and people[slot].outside == 0
        ):
            chosen[count] = slot
            count += 1
    for index in range(keep_best(firms, n, chosen, count, most)):
        slot = chosen[index]
        firm = firms[slot, n]
        price = round_price(firm, people[slot], world, behaviour, twice)
        amount = private_ticket(price, world.rounds_dilution[firm.stage])
        if amount <= city.reinvest_pool:
            city.reinvest_pool -= amount
            close_round(
                firm, people[slot], quarter, world, behaviour, flow, series, city, price, 0.0, 0.0, 0.0, 0.0, 0.0, amount
            )
