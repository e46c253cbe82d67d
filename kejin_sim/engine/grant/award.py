"""Step 6, first: grants are awarded, best score first within quota and budget (G1, G8, G9, G10)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import fund_spending, post
from kejin_sim.engine.grant.layout import (
    ATTRACTION,
    CERTIFIES,
    COMPETITION,
    HELD,
    KEPT,
    PROJECT,
    RUNS,
    TALENT,
    WAITING,
)
from kejin_sim.engine.layout import ACTIVE, GRANT_LINE, Record
from kejin_sim.engine.screening import keep_best
from kejin_sim.jit import internal
from kejin_sim.measures.grant_to_equity import grant_rules
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.recording import (
    S_CONVERSIONS,
    S_GRANT_MATCHED,
    S_GRANT_PAID,
    S_GRANTS,
    T_CONVERTED,
    T_GRANT_COST,
    T_GRANTS,
)
from kejin_sim.world import enterprise
from kejin_sim.world.calendar import quarterly_quota
from kejin_sim.world.rounds import at_same_price, capped_ticket, share_bought

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def pay_out(
    grant: Record, firm: Record, code: int, amount: float, matched: float, quarter: Record, rules: Record,
    behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Public money that the purse has ready reaches the firm, and the partner's beside it; the firm spends it on its project."""
    post(flow, code, amount)
    if matched > 0.0:
        post(flow, g.MATCH, matched)
    firm.cash += amount + matched
    extra = grant_rules.project_spending(amount + matched, behaviour.grant_spending, rules.milestone_years)
    firm.cost += extra
    grant.extra += extra
    grant.extra_raised = firm.raised
    grant.extra_sustained = firm.sustained
    grant.extra_until = quarter.k + int(round(4.0 * rules.milestone_years))
    grant.paid += amount
    grant.matched += matched
    series[S_GRANT_PAID] += amount
    series[S_GRANT_MATCHED] += matched
    if grant.policy == 1:
        stat[T_GRANT_COST] += amount


@internal
def start(grant: Record, firm: Record, track: int, quarter: Record, rules: Record, series: Floats, stat: Floats) -> None:
    """A firm's grant begins; whether as convertible money or as a pure grant is the measure's mode (G10)."""
    grant.state = KEPT if rules.mode == 1 else WAITING
    grant.track = track
    grant.accepted = 0
    grant.policy = 1 if quarter.k >= quarter.opening else 0
    grant.made = quarter.k
    grant.next_milestone = quarter.k + int(round(4.0 * rules.milestone_years))
    grant.converted = -1
    grant.tranches_left = 0
    grant.paid = 0.0
    grant.district = 0.0
    grant.matched = 0.0
    grant.cost = 0.0
    grant.repaid = 0.0
    grant.got = 0.0
    grant.extra = 0.0
    grant.seen_raised = firm.raised
    firm.granted = RUNS
    firm.awarded = 1
    firm.instruments += 1
    if firm.supported_quarter < 0:
        firm.supported_quarter = quarter.k
    series[S_GRANTS] += 1.0
    if grant.policy == 1:
        stat[T_GRANTS] += 1.0


@internal
def issue_shares(firm: Record, price: float, amount: float) -> float:
    """New shares for ``amount`` at pre-money ``price``: everybody else is diluted. Returns the share issued."""
    block = share_bought(amount, price, amount)
    dilute(firm, block)
    firm.h_grant += block
    return block


@internal
def dilute(firm: Record, block: float) -> None:
    """All holders give up ``block`` of what they hold; a share is worth at the last round what it was."""
    keep = 1.0 - block
    firm.kept *= keep
    firm.founders *= keep
    firm.h_seed *= keep
    firm.h_coinvestor *= keep
    firm.h_subfund *= keep
    firm.h_follow *= keep
    firm.h_private *= keep
    firm.h_soe *= keep
    firm.h_grant *= keep
    # What the last rounds were worth is what all shares of today are worth at their price.
    firm.mark = at_same_price(firm.mark, keep)
    firm.mark_before = at_same_price(firm.mark_before, keep)
    firm.log_mark = math.log(firm.mark)


@internal
def award_competition(
    grant: Record, firm: Record, quarter: Record, city: Record, rules: Record, behaviour: Record,
    flow: Floats, series: Floats, stat: Floats,
) -> bool:  # fmt: skip
    """G1. A competition's winner sells shares at its value; under a pure grant (G10) it gets the money for nothing."""
    price = math.exp(firm.log_value)
    ticket = capped_ticket(rules.competition_ticket, price, 0.0, 0.0, 0.0, rules.conversion_share_cap)
    if not fund_spending(city, flow, stat, GRANT_LINE, ticket):
        return False
    start(grant, firm, COMPETITION, quarter, rules, series, stat)
    pay_out(
        grant, firm, g.PURE_GRANT if rules.mode == 1 else g.COMPETITION, ticket, 0.0, quarter, rules, behaviour,
        flow, series, stat,
    )  # fmt: skip
    if rules.mode == 1:
        return True
    issue_shares(firm, price, ticket)
    firm.log_value = math.log(price + ticket)
    firm.mark_before = firm.mark
    firm.mark = price + ticket
    firm.log_mark = firm.log_value
    if firm.funded_quarter < 0:
        firm.funded_quarter = quarter.k
    grant.state = HELD
    grant.converted = quarter.k
    grant.cost = ticket
    firm.granted = CERTIFIES
    series[S_CONVERSIONS] += 1.0
    if grant.policy == 1:
        stat[T_CONVERTED] += 1.0
    return True


@internal
def award_one(
    grant: Record, firm: Record, track: int, quarter: Record, city: Record, rules: Record, behaviour: Record,
    flow: Floats, series: Floats, stat: Floats,
) -> bool:  # fmt: skip
    """One award of a track; False when the budget line cannot cover it."""
    if track == COMPETITION:
        return award_competition(grant, firm, quarter, city, rules, behaviour, flow, series, stat)
    amount = rules.attraction_ticket
    district = 0.0
    matched = 0.0
    left = 0
    code = g.ATTRACTION_CITY
    if track == TALENT:
        amount = rules.talent_grant
        code = g.TALENT_GRANT
    elif track == PROJECT:
        amount = grant_rules.tranche(rules.project_cap, rules.project_tranches)
        matched = grant_rules.match(amount, rules.project_match)
        left = rules.project_tranches - 1
        code = g.GRANT
    else:
        district = grant_rules.district_part(amount, rules.attraction_district_share)
    if rules.mode == 1 and track != ATTRACTION:  # a ticket that attracts firms stays G9's, whatever becomes of the money
        code = g.PURE_GRANT
    if not fund_spending(city, flow, stat, GRANT_LINE, amount - district):
        return False
    start(grant, firm, track, quarter, rules, series, stat)
    grant.tranches_left = left
    pay_out(grant, firm, code, amount - district, matched, quarter, rules, behaviour, flow, series, stat)
    if district > 0.0:
        pay_out(
            grant, firm, g.ATTRACTION_DISTRICT, district, 0.0, quarter, rules, behaviour, flow, series, stat
        )
        grant.district = district
    return True


@internal
def newcomers(firms: Record, startups: Ints, count: int, n: int, rules: Record) -> int:
    """Keep those of ``startups[:count]`` whose score every track would take; returns how many."""
    kept = 0
    for index in range(count):
        slot = startups[index]
        startups[kept] = slot  # overwritten unless it counts: no branch to mispredict
        kept += 1 if firms[slot, n].percentile >= rules.project_min_score else 0
    return kept


@internal
def qualifies(firm: Record, person: Record, track: int, quarter: Record, rules: Record) -> bool:
    """May this young firm of the city have a grant of this track: active, not yet equity-funded, no grant before?"""
    if firm.status != ACTIVE or person.outside == 1:
        return False
    if (track == TALENT and person.kind != enterprise.TALENT) or (track == ATTRACTION and person.relocates == 0):
        return False
    limit = rules.project_age_max
    if track == ATTRACTION:
        limit = rules.attraction_age_max
    elif track == COMPETITION:
        limit = math.inf
    return grant_rules.eligible(
        firm.stage, firm.raised, firm.awarded == 1, 0.25 * (quarter.k - person.arrival), firm.percentile,
        limit, rules.project_min_score,
    )  # fmt: skip


@internal
def award_grants(
    people: Record, firms: Record, grants: Record, startups: Ints, count: int, chosen: Ints, book: Ints, granted: int,
    n: int, quarter: Record, city: Record, rules: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> int:  # fmt: skip
    """Every track in turn: talents, firms attracted, winners of competitions, projects. Returns the number of open grants.

    ``startups``: slots of the city's firms at seed stage that have had no grant; ``chosen``: room for a short list of them.
    ``book``: slots of open grants, lengthened in place.
    """
    if rules.enabled == 0 or quarter.policy == 0:
        return granted
    count = newcomers(firms, startups, count, n, rules)
    for turn in range(4):
        per_year = rules.project_per_year
        track = PROJECT
        if turn == 0:
            track = TALENT
            per_year = rules.talent_per_year
        elif turn == 1:
            track = ATTRACTION
            per_year = rules.attraction_per_year
        elif turn == 2:
            track = COMPETITION
            per_year = rules.competition_per_year
        quota = quarterly_quota(per_year, quarter.quarter_of_year)
        if quota == 0:
            continue
        candidates = 0
        for index in range(count):
            slot = startups[index]
            if qualifies(firms[slot, n], people[slot], track, quarter, rules):
                chosen[candidates] = slot
                candidates += 1
        for index in range(keep_best(firms, n, chosen, candidates, quota)):
            slot = chosen[index]
            if award_one(grants[slot, n], firms[slot, n], track, quarter, city, rules, behaviour, flow, series, stat):
                book[granted] = slot
                granted += 1
    return granted
