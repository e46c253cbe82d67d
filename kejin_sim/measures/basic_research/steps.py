"""Measure 4 in the compiled engine: joint funds, projects, tax relief, contracts, knowledge (B1–B7)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import pay_covered, post
from kejin_sim.engine.layout import F8, I8, Record, line_row
from kejin_sim.jit import internal
from kejin_sim.ledger import Party, Posting
from kejin_sim.measures.basic_research import (
    knowledge_rules,
    nsfc_rules,
    partner_rules,
    procurement_rules,
    project_rules,
    tax_rules,
)
from kejin_sim.measures.basic_research import postings as p
from kejin_sim.measures.basic_research import recording as r
from kejin_sim.measures.basic_research import streams as s
from kejin_sim.measures.basic_research.partner_rules import AGREEMENTS, BANK, DISTRICT, KINDS, LEADER, OFFERS
from kejin_sim.world.calendar import period_quota, quarters_in_force
from kejin_sim.world.enterprise import SPINOUT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINE: Final = line_row("joint_fund")
RING: Final = 64
"""Quarters that are remembered ahead: the longest lag of a success is 60."""
DONORS: Final = 2
"""Who gives and pays tax: banks, leading firms."""

STATE: np.dtype[Any] = np.dtype(
    [
        ("balance", F8, (1,)),  # of the municipal joint fund
        ("balance_before", F8, (1,)),
        ("committed", F8),  # of it, due to projects
        ("pending", I8),  # instalments that are due to them
        ("given", F8, (1 + KINDS,)),  # to the fund: city, then partners by kind
        ("agreements", I8),
        ("kind", I8, (AGREEMENTS,)),
        ("years", I8, (AGREEMENTS,)),
        ("offer", F8, (AGREEMENTS,)),
        ("left", F8, (AGREEMENTS,)),
        ("gifts", F8, (DONORS,)),  # of the running fiscal year
        ("waiting", F8, (DONORS,)),  # gifts to be deducted
        ("knowledge", F8),
        # By quarter, in rings.
        ("successes", I8, (RING,)),
        ("direct", F8, (RING,)),  # direct cost of the projects whose success takes effect
        ("lag", I8, (RING,)),  # quarters from their approval
        ("instalments", I8, (RING,)),
        ("labs", F8, (RING,)),
        ("overhead", F8, (RING,)),
        ("firms", F8, (RING,)),
        ("delivered", I8, (RING,)),
        ("price", F8, (RING,)),
        ("missed", I8, (RING,)),
    ],
    align=True,
)
"""The measure in one world."""

ACCOUNTS: Final = ("joint_fund",)


def effect(posting: Posting) -> tuple[float, ...]:
    """What a posting does to the joint fund's balance."""
    return (float(posting.payee == Party.JOINT_FUND) - float(posting.payer == Party.JOINT_FUND),)


@internal
def draw_project(
    own: Record, quarter: Record, world: Record, entity: int, direct: float
) -> tuple[float, float]:
    """B7. Does a project succeed, and when does that take effect? Returns the draws of listing and milestone."""
    u_success, u_lag, u_listed, u_milestone = rng.uniforms(quarter.seed, s.PROJECT, quarter.path, entity, quarter.k)
    if knowledge_rules.succeeds(u_success, world.research_success):
        lag = knowledge_rules.lag_quarters(u_lag, world.research_lag[0], world.research_lag[1])
        slot = (quarter.k + lag) % RING
        own.successes[slot] += 1
        own.direct[slot] += direct
        own.lag[slot] += lag
    return u_listed, u_milestone


@internal
def national_projects(
    own: Record, city: Record, quarter: Record, terms: Record, world: Record, part: float, flow: Floats, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """B1. City and centre pay for the year's projects of the national fund, or neither does."""
    total = part * terms.nsfc_total
    if total <= 0.0:
        return
    local = nsfc_rules.local_part(total, terms.nsfc_local_share)
    if not pay_covered(city, flow, stat, LINE, p.NSFC_CITY, local):
        return
    post(flow, p.NSFC_CENTRAL, total - local)
    series[r.S_NSFC] += total
    series[r.S_CITY] += local
    # A part of a year has a part of the projects, each of full size.
    projects = max(1, period_quota(terms.nsfc_projects, quarter.quarter_of_year, quarter.period_end))
    integrated = min(period_quota(terms.nsfc_integrated, quarter.quarter_of_year, quarter.period_end), projects)
    large = nsfc_rules.integrated_amount(total, projects, integrated, terms.project_integrated)
    small = nsfc_rules.ordinary_amount(total, projects, integrated, large)
    for number in range(projects):
        direct = project_rules.direct_cost(large if number < integrated else small, terms.project_overhead)
        draw_project(own, quarter, world, s.NATIONAL | number, direct)
    series[r.S_PROJECTS] += projects
    series[r.S_INTEGRATED] += integrated


@internal
def contribute(
    own: Record, city: Record, terms: Record, behaviour: Record, kind: int, payment: float, flow: Floats, series: Floats,
    stat: Floats,
) -> bool:  # fmt: skip
    """B2. The city's and a partner's payment of a year; neither without the other."""
    match = partner_rules.match(payment, terms.municipal_ratio)
    if not pay_covered(city, flow, stat, LINE, p.FUND_CITY, match):
        stat[r.T_POSTPONED] += 1.0
        return False
    series[r.S_CITY] += match
    series[r.S_FUND_CITY] += match
    if kind == DISTRICT:
        post(flow, p.FUND_DISTRICT, payment)
        series[r.S_FUND_DISTRICT] += payment
    else:
        post(flow, p.FUND_BANK if kind == BANK else p.FUND_LEADER, payment)
        series[r.S_FUND_SOCIAL] += payment
        stat[r.T_DIVERTED] += behaviour.diverted * payment
        own.gifts[kind - BANK] += payment
    own.given[0] += match
    own.given[1 + kind] += payment
    own.balance[0] += match + payment
    return True


@internal
def continue_agreements(
    own: Record, city: Record, terms: Record, behaviour: Record, part: float, flow: Floats, series: Floats, stat: Floats
) -> None:
    """B2. The year's payments under agreements in force; one that the line cannot match is put off by a year."""
    kept = 0
    for index in range(own.agreements):
        kind = own.kind[index]
        offer = own.offer[index]
        years = own.years[index]
        left = own.left[index]
        payment = partner_rules.due(left, offer, years, part)
        if contribute(own, city, terms, behaviour, kind, payment, flow, series, stat):
            left -= payment
        if left > 1e-9 * offer:
            own.kind[kept] = kind
            own.offer[kept] = offer
            own.years[kept] = years
            own.left[kept] = left
            kept += 1
    own.agreements = kept


@internal
def sign(
    own: Record, city: Record, quarter: Record, terms: Record, behaviour: Record, part: float, kind: int, base: float,
    relief: float, u: float, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """B2. The year's offers of one kind of partner, and the agreements signed with them."""
    price = partner_rules.price(relief, terms.municipal_ratio)
    mean = part * partner_rules.offers_mean(base, price, behaviour.partner_response)
    years = terms.municipal_agreement_years
    for ordinal in range(min(OFFERS, rng.poisson(u, mean))):
        u_offer, _, _, _ = rng.uniforms(quarter.seed, s.OFFER, quarter.path, kind << 8 | ordinal, quarter.k)
        offer = partner_rules.offer(u_offer, terms.municipal_offer)
        series[r.S_OFFERS] += 1.0
        if not partner_rules.accepted(offer, terms.municipal_min_partner):
            stat[r.T_BELOW] += 1.0
            continue
        if own.agreements == AGREEMENTS:
            stat[r.T_POSTPONED] += 1.0
            continue
        payment = partner_rules.due(offer, offer, years, part)
        if not contribute(own, city, terms, behaviour, kind, payment, flow, series, stat):
            continue
        series[r.S_SIGNED] += 1.0
        stat[r.T_DISTRICTS + kind] += 1.0
        if offer - payment > 1e-9 * offer:
            own.kind[own.agreements] = kind
            own.offer[own.agreements] = offer
            own.years[own.agreements] = years
            own.left[own.agreements] = offer - payment
            own.agreements += 1


@internal
def bank_relief(terms: Record, behaviour: Record) -> float:
    """B4. Tax that banks save per yuan given."""
    return tax_rules.relief(terms.tax_cit, terms.tax_extra_deduction, behaviour.diverted)


@internal
def leader_relief(terms: Record, behaviour: Record) -> float:
    """B4. Tax that leading firms save per yuan given."""
    rate = tax_rules.leaders_rate(terms.tax_cit, terms.tax_hnte_cit, terms.tax_hnte_share)
    return tax_rules.relief(rate, terms.tax_extra_deduction, behaviour.diverted)


@internal
def open_year(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 2. The national fund (B1), agreements in force, new agreements (B2), in this order."""
    own = state.basic_research
    terms = rules.basic_research
    if terms.enabled == 0 or quarter.policy == 0:
        return
    part = 0.25 * quarters_in_force(quarter.quarter_of_year, quarter.period_end)
    national_projects(own, city, quarter, terms, world, part, flow, series, stat)
    continue_agreements(own, city, terms, behaviour, part, flow, series, stat)
    u0, u1, u2, _ = rng.uniforms(quarter.seed, s.PARTNERS, quarter.path, 0, quarter.k)
    sign(
        own, city, quarter, terms, behaviour, part, DISTRICT, terms.municipal_districts, 0.0, u0, flow, series, stat
    )
    sign(
        own, city, quarter, terms, behaviour, part, BANK, terms.municipal_banks, bank_relief(terms, behaviour), u1, flow,
        series, stat,
    )  # fmt: skip
    sign(
        own, city, quarter, terms, behaviour, part, LEADER, terms.municipal_leaders, leader_relief(terms, behaviour), u2,
        flow, series, stat,
    )  # fmt: skip


@internal
def influence(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 2. Spin-outs of the knowledge stock (B7) and the indicator in banks' appraisal (B6)."""
    own = state.basic_research
    terms = rules.basic_research
    city.research_weight = terms.indicator_weight if terms.enabled == 1 and quarter.policy == 1 else 0.0
    if quarter.policy == 1 and own.knowledge > 0.0:
        base = 0.25 * world.arrivals_per_year * world.arrivals_mix[SPINOUT]
        extra = knowledge_rules.spinouts(base, own.knowledge, world.research_stock, behaviour.knowledge_spinouts)
        city.spinouts += extra
        series[r.S_SPINOUTS] += extra


@internal
def pay_projects(own: Record, labs: float, overhead: float, firms: float, flow: Floats, series: Floats) -> None:
    """B3. The joint fund pays instalments of projects."""
    post(flow, p.GRANT, labs)
    post(flow, p.OVERHEAD, overhead)
    post(flow, p.CONSORTIUM, firms)
    paid = (labs + overhead) + firms
    series[r.S_GRANTED] += paid
    own.balance[0] -= paid
    own.committed -= paid


@internal
def pay_instalments(own: Record, slot: int, flow: Floats, series: Floats) -> None:
    """B3. What earlier projects are due in a quarter."""
    if own.instalments[slot] > 0:
        pay_projects(own, own.labs[slot], own.overhead[slot], own.firms[slot], flow, series)
        own.pending -= own.instalments[slot]
        if own.pending == 0:
            own.committed = 0.0
        own.instalments[slot] = 0
        own.labs[slot] = 0.0
        own.overhead[slot] = 0.0
        own.firms[slot] = 0.0


@internal
def approve(
    own: Record, quarter: Record, terms: Record, direct: float, cost: float, firms: float, flow: Floats, series: Floats
) -> None:
    """B3. A project is approved: the first instalment is paid, the others wait in the account."""
    years = terms.project_years
    labs = project_rules.instalment(direct - firms, years)
    overhead = project_rules.instalment(cost - direct, years)
    part = project_rules.instalment(firms, years)
    own.committed += cost
    pay_projects(own, labs, overhead, part, flow, series)
    for year in range(1, years):
        slot = (quarter.k + 4 * year) % RING
        own.instalments[slot] += 1
        own.labs[slot] += labs
        own.overhead[slot] += overhead
        own.firms[slot] += part
    own.pending += years - 1
    if own.pending == 0:
        own.committed = 0.0


@internal
def list_project(
    own: Record, quarter: Record, terms: Record, world: Record, u_listed: float, u_milestone: float
) -> None:
    """B5. Is a project put on the procurement list, and will it deliver when its term ends?"""
    if procurement_rules.listed(u_listed, terms.procurement_list_share):
        slot = (quarter.k + 4 * terms.project_years) % RING
        if procurement_rules.delivered(u_milestone, world.research_milestone):
            own.delivered[slot] += 1
            own.price[slot] += terms.procurement_contract
        else:
            own.missed[slot] += 1


@internal
def approve_projects(
    own: Record, quarter: Record, terms: Record, world: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """B3. The year's projects: integrated ones, then ordinary ones, until one does not fit into the balance."""
    first, last = quarter.quarter_of_year, quarter.period_end
    integrated = period_quota(terms.project_integrated_per_year, first, last)
    projects = integrated + period_quota(terms.project_per_year, first, last)
    for number in range(projects):
        large = number < integrated
        entity = s.INTEGRATED | number if large else s.ORDINARY | number - integrated
        direct = terms.project_integrated
        firms = 0.0
        if large:
            firms = project_rules.firms_part(direct, terms.project_firm_share)
        else:
            u_ticket, _, _, _ = rng.uniforms(quarter.seed, s.PROJECT_SIZE, quarter.path, entity, quarter.k)
            direct = project_rules.ticket(u_ticket, terms.project_ticket[0], terms.project_ticket[1])
        cost = project_rules.gross(direct, terms.project_overhead)
        if not project_rules.fits(cost, own.balance[0], own.committed):
            stat[r.T_UNFUNDED] += projects - number
            break
        approve(own, quarter, terms, direct, cost, firms, flow, series)
        u_listed, u_milestone = draw_project(own, quarter, world, entity, direct)
        list_project(own, quarter, terms, world, u_listed, u_milestone)
        series[r.S_PROJECTS] += 1.0
        if large:
            series[r.S_INTEGRATED] += 1.0


@internal
def buy(
    own: Record, slot: int, city: Record, in_force: bool, flow: Floats, series: Floats, stat: Floats
) -> None:
    """B5. Contracts with the listed projects that deliver this quarter."""
    if in_force:
        stat[r.T_MISSED] += own.missed[slot]
    count = own.delivered[slot]
    if count > 0 and in_force:
        price = own.price[slot] / count
        for _ in range(count):
            if pay_covered(city, flow, stat, LINE, p.CONTRACT, price):
                series[r.S_CONTRACTS] += 1.0
                series[r.S_PROCURED] += price
                series[r.S_CITY] += price
    own.missed[slot] = 0
    own.delivered[slot] = 0
    own.price[slot] = 0.0


@internal
def learn(
    own: Record, slot: int, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """B7. Successes take effect; the knowledge stock is a quarter older."""
    direct = own.direct[slot]
    own.knowledge = knowledge_rules.stock_step(own.knowledge, direct, world.research_depreciation)
    if own.successes[slot] > 0:
        series[r.S_SUCCESSES] += own.successes[slot]
        stat[r.T_LAG] += own.lag[slot]
        private = knowledge_rules.private_research(direct, behaviour.private_research)
        if private > 0.0:
            post(flow, p.PRIVATE_RESEARCH, private)
            series[r.S_PRIVATE] += private
    own.successes[slot] = 0
    own.direct[slot] = 0.0
    own.lag[slot] = 0


@internal
def deduct(
    own: Record, donor: int, terms: Record, relief: float, city_code: int, central_code: int, flow: Floats, series: Floats
) -> None:
    """B4. The filing of one kind of donor."""
    used = tax_rules.usable(own.waiting[donor], terms.tax_loss_share)
    own.waiting[donor] -= used
    saved = used * relief
    if saved > 0.0:
        local = tax_rules.city_part(saved, terms.tax_city_share)
        post(flow, city_code, local)
        post(flow, central_code, saved - local)
        series[r.S_TAX_CITY] += local
        series[r.S_TAX_CENTRAL] += saved - local


@internal
def wind_up(own: Record, flow: Floats, stat: Floats) -> None:
    """B2. What is left goes back to those who gave, in proportion."""
    balance = own.balance[0]
    if balance > 0.0:
        total = ((own.given[0] + own.given[1]) + own.given[2]) + own.given[3]
        local = partner_rules.returned(balance, own.given[0], total)
        district = partner_rules.returned(balance, own.given[1], total)
        bank = partner_rules.returned(balance, own.given[2], total)
        post(flow, p.RETURN_CITY, local)
        post(flow, p.RETURN_DISTRICT, district)
        post(flow, p.RETURN_BANK, bank)
        post(flow, p.RETURN_LEADER, max(0.0, balance - ((local + district) + bank)))
        stat[r.T_RETURNED] += balance
    own.balance[0] = 0.0


@internal
def research(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 10. Instalments, new projects, contracts, knowledge, filing, and the end of the fund."""
    own = state.basic_research
    terms = rules.basic_research
    slot = quarter.k % RING
    in_force = terms.enabled == 1 and quarter.policy == 1
    pay_instalments(own, slot, flow, series)
    if in_force and quarter.year_opens == 1:
        approve_projects(own, quarter, terms, world, flow, series, stat)
    buy(own, slot, city, in_force, flow, series, stat)
    learn(own, slot, world, behaviour, flow, series, stat)
    if quarter.quarter_of_year == 1:
        bank = bank_relief(terms, behaviour)
        deduct(own, BANK - BANK, terms, bank, p.TAX_CITY_BANK, p.TAX_CENTRAL_BANK, flow, series)
        leader = leader_relief(terms, behaviour)
        deduct(own, LEADER - BANK, terms, leader, p.TAX_CITY_LEADER, p.TAX_CENTRAL_LEADER, flow, series)
    if not in_force:
        own.agreements = 0
        if own.pending == 0:
            wind_up(own, flow, stat)


@internal
def assess(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 11, at a year's end. The year's gifts are filed next year (B4)."""
    own = state.basic_research
    if quarter.quarter_of_year == 3:
        for donor in range(DONORS):
            own.waiting[donor] += own.gifts[donor]
            own.gifts[donor] = 0.0


@internal
def end(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """The horizon. Projects that still run are paid in full, the rest of the fund goes back (B2, B3)."""
    own = state.basic_research
    for ahead in range(1, RING):
        pay_instalments(own, (quarter.k + ahead) % RING, flow, series)
    own.agreements = 0
    wind_up(own, flow, stat)


@internal
def close(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 12. Stocks at the close."""
    own = state.basic_research
    series[r.S_AGREEMENTS] = own.agreements
    series[r.S_BALANCE] = own.balance[0]
    series[r.S_COMMITTED] = own.committed
    series[r.S_KNOWLEDGE] = own.knowledge
