"""Measure 3 in the compiled engine: policies, claims, the pool's account, subsidy and backstop.

A policy begins at a firm's yearly visit and ends four quarters later, before the next visit. Whoever is insured stands in the
room's book; only the book is walked through each quarter.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.births import seen_score
from kejin_sim.engine.cash import pay_covered, pay_most, post
from kejin_sim.engine.firms import support
from kejin_sim.engine.layout import AHEAD, F8, GONE, I8, Record, line_row
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.ledger import Party, Posting
from kejin_sim.measures.insurance import postings as p
from kejin_sim.measures.insurance import recording as r
from kejin_sim.measures.insurance.backstop_rules import backstop, insurers_money
from kejin_sim.measures.insurance.cover_rules import (
    asset_claim,
    damage,
    insured_assets,
    insured_first_set,
    insured_ip,
    insured_research,
    ip_claim,
    research_claim,
)
from kejin_sim.measures.insurance.pool_rules import (
    call,
    ceded_share,
    commission,
    expenses,
    follower_share,
    lead_fee,
    lead_part,
    surplus,
)
from kejin_sim.measures.insurance.premium_rules import (
    average_probability,
    highest_ratio,
    known_probability,
    loss_probability,
    mixed_probability,
    most_buyers,
    net_ratio,
    premium,
    safer,
    severity_ip,
    severity_research,
    severity_share,
)
from kejin_sim.measures.insurance.streams import DAMAGE, RESEARCH_CLAIM, YEAR_CLAIM
from kejin_sim.measures.insurance.subsidy_rules import left_of_year, line_subsidy, other_subsidy, yearly_subsidy
from kejin_sim.recording import S_SOCIAL_CALLS
from kejin_sim.world.calendar import quarters_in_force
from kejin_sim.world.failure import (
    fails,
    hazard_point,
    quality_slope,
    threshold_at,
    told_probability,
    told_slope,
    told_spread,
)
from kejin_sim.world.promises import share_paid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINE: Final = line_row("premium_subsidy")
KINDS: Final = 4
RESEARCH, IP, EQUIPMENT, FIRST_SET = range(KINDS)
"""The four lines, in the order of their posting codes and statistics."""
YEAR: Final = 4  # quarters of a policy
ORDINARY: Final = 2.5  # standard deviations of quality, within which nearly all firms are

ACCOUNTS: Final = ("insurance pool",)
VISITED_AFTER: Final = 0
"""A visit after the policy changes nothing here."""

STATE: Final = np.dtype(
    [
        ("balance", F8, (1,)),
        ("balance_before", F8, (1,)),
        ("insured", I8),  # firms in the book
        ("part", F8),  # of a year that the running fiscal period is
        ("year_premium", F8),  # of the calendar year, net of cession
        ("period_premium", F8),  # of the fiscal period, net of cession
        ("period_claims", F8),  # net of reinsurers
        ("subsidy_due", F8),  # by the city, of the fiscal year's policies that ended
        ("subsidy_paid", F8),
        ("subsidy_share", F8),  # paid of what was due in the last fiscal year
        ("point", F8, (KINDS,)),  # of loss by line, and what all firms share of its pricing this quarter
        ("average", F8, (KINDS,)),
        ("told_point", F8, (KINDS,)),  # by what the score tells, in standard deviations of what it does not tell
        ("told_slope", F8, (KINDS,)),
        ("damaged", F8, (KINDS,)),  # expected part of the sum insured, where damage is proportional to it
        ("sigma", F8),  # noise of the score with which they were worked out
        ("buyers", F8),  # most that could buy, were cover free
        ("threshold", F8, (KINDS,)),  # of loss in this quarter
        ("effect", F8, (KINDS,)),  # what a unit of quality takes off it
        ("may_lose", F8, (KINDS,)),  # no firm of ordinary quality whose uniform is above has the loss
    ],
    align=True,
)

FILE: Final = np.dtype(
    [
        ("began", I8),  # quarter of inception
        ("wait", I8),  # quarters after which a failed project may be claimed
        ("pooled", I8),  # carried by the pool, not by a single insurer
        ("insured", F8, (KINDS,)),  # sums insured, 0 where a line was not bought
        ("ceded", F8, (KINDS,)),  # part that reinsurers bear
        ("subsidy", F8),  # owed by the city when the policy ends
        ("other", F8),  # by others
        ("spent", F8),  # eligible research since inception
    ],
    align=True,
)
"""A firm's policy; meaningful while the firm is in the book."""


def effect(posting: Posting) -> tuple[float, ...]:
    """What a posting does to the pool's account."""
    pool = Party.INSURANCE_POOL
    return (float(posting.payee is pool) - float(posting.payer is pool),)


@internal
def settle(own: Record, rule: Record, received: float, paid: float, flow: Floats, series: Floats, stat: Floats) -> None:
    """I4. The pool receives and pays; what it lacks its members pay in by shares. The caller posts the rest."""
    called = call(paid, own.balance[0] + received)
    if called > 0.0:
        lead = lead_part(called, rule.pool_lead_share)
        post(flow, p.CALL_LEAD, lead)
        post(flow, p.CALL_FOLLOWERS, called - lead)
        series[r.S_CALLED] += called
        stat[r.T_FOLLOWER] -= called * follower_share(rule.pool_lead_share, rule.pool_members)
        own.balance[0] = 0.0
    else:
        own.balance[0] += received - paid


@internal
def pay_claim(
    firm: Record, file: Record, own: Record, rule: Record, line: int, claim: float, loss: float, flow: Floats, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """I3. A claim is paid out of the pool or by the insurer alone, and is the firm's cash."""
    stat[r.T_BORNE_FIRM] += loss - claim
    if claim <= 0.0:
        return
    back = 0.0
    if file.pooled == 1:
        back = file.ceded[line] * claim
        post(flow, p.REINSURED, back)
        settle(own, rule, back, claim, flow, series, stat)
        post(flow, p.CLAIM_RD + line, claim)
        own.period_claims += claim - back
        series[r.S_NET_CLAIMS] += claim - back
        stat[r.T_NET_CLAIMS] += claim - back
    else:
        post(flow, p.CLAIM_DIRECT, claim)
    firm.cash += claim
    series[r.S_CLAIMS] += claim
    series[r.S_CLAIM_COUNT] += 1.0
    stat[r.T_CLAIMS_RD + line] += claim
    stat[r.T_BORNE_REINSURER] += back
    stat[r.T_BORNE_MEMBERS] += claim - back


@internal
def happens(own: Record, line: int, quality: float, u: float) -> bool:
    """I3. Does the loss of a line happen, by the one-factor probit of firms' failures?

    The bound answers for nearly all without an error function.
    """
    if u >= own.may_lose[line] and abs(quality) <= ORDINARY:
        return False
    return fails(u, own.threshold[line] - own.effect[line] * quality)


@internal
def settle_research(
    firm: Record, person: Record, file: Record, own: Record, rule: Record, quarter: Record, flow: Floats, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """I3. The waiting period is over: has the project failed?"""
    u, _, _, _ = rng.uniforms(quarter.seed, RESEARCH_CLAIM, quarter.path, person.entity, quarter.k)
    if happens(own, RESEARCH, person.quality, u):
        claim = research_claim(file.spent, file.insured[RESEARCH], rule.rd_pay, rule.rd_deductible)
        pay_claim(firm, file, own, rule, RESEARCH, claim, file.spent, flow, series, stat)


@internal
def settle_year(
    firm: Record, person: Record, file: Record, own: Record, rule: Record, quarter: Record, flow: Floats, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """I3. The policy ends: disputes, damage to equipment and to first sets of its year."""
    if file.insured[IP] + file.insured[EQUIPMENT] + file.insured[FIRST_SET] <= 0.0:
        return
    u_ip, u_equipment, u_first, _ = rng.uniforms(quarter.seed, YEAR_CLAIM, quarter.path, person.entity, quarter.k)
    if file.insured[IP] > 0.0 and happens(own, IP, person.quality, u_ip):
        d_ip, _, _, _ = rng.uniforms(quarter.seed, DAMAGE, quarter.path, person.entity, quarter.k)
        damages = damage(d_ip, rule.ip_damages)
        claim = ip_claim(rule.ip_legal, damages, file.insured[IP])
        pay_claim(firm, file, own, rule, IP, claim, rule.ip_legal + damages, flow, series, stat)
    if file.insured[EQUIPMENT] > 0.0 and happens(own, EQUIPMENT, person.quality, u_equipment):
        _, d_equipment, _, _ = rng.uniforms(quarter.seed, DAMAGE, quarter.path, person.entity, quarter.k)
        loss = damage(d_equipment, rule.equipment_severity * file.insured[EQUIPMENT])
        pay_claim(
            firm, file, own, rule, EQUIPMENT, asset_claim(loss, file.insured[EQUIPMENT]), loss, flow, series, stat
        )
    if file.insured[FIRST_SET] > 0.0 and happens(own, FIRST_SET, person.quality, u_first):
        _, _, d_first, _ = rng.uniforms(quarter.seed, DAMAGE, quarter.path, person.entity, quarter.k)
        loss = damage(d_first, rule.first_set_severity * file.insured[FIRST_SET])
        pay_claim(
            firm, file, own, rule, FIRST_SET, asset_claim(loss, file.insured[FIRST_SET]), loss, flow, series, stat
        )


@internal
def pay_subsidy(
    firm: Record, file: Record, own: Record, city: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """I2. The year is over: others pay their subsidy, the city pays its own if the line covers it."""
    if file.other > 0.0:
        post(flow, p.OTHER_SUBSIDY, file.other)
        firm.cash += file.other
        stat[r.T_OTHER_SUBSIDY] += file.other
    if file.subsidy > 0.0:
        own.subsidy_due += file.subsidy
        if pay_covered(city, flow, stat, LINE, p.PREMIUM_SUBSIDY, file.subsidy):
            own.subsidy_paid += file.subsidy
            firm.cash += file.subsidy
            support(firm)
            series[r.S_SUBSIDY] += file.subsidy
            stat[r.T_SUBSIDY] += file.subsidy
        else:
            stat[r.T_SUBSIDY_UNPAID] += file.subsidy


@internal
def tabulate(own: Record, rule: Record, sigma: float) -> None:
    """I1. What pricing needs that is the same for all firms: inverse normals and roots are dear, visits many."""
    own.sigma = sigma
    own.buyers = most_buyers(rule.takeup_reach, rule.takeup_base)
    for line in range(KINDS):
        effect = rule.risk_quality[line]
        own.point[line] = hazard_point(rule.risk_frequency[line])
        own.average[line] = average_probability(own.point[line], effect)
        spread = told_spread(effect, sigma)
        own.told_point[line] = own.point[line] / spread
        own.told_slope[line] = told_slope(effect, sigma) / spread
        own.effect[line] = quality_slope(effect, rule.risk_correlation[line])
    own.damaged[EQUIPMENT] = severity_share(1.0, rule.equipment_severity)
    own.damaged[FIRST_SET] = severity_share(1.0, rule.first_set_severity)


@internal
def weigh(own: Record, rule: Record, factor: float) -> None:
    """I3. The quarter's points of loss, and what bounds them for firms of ordinary quality."""
    for line in range(KINDS):
        own.threshold[line] = threshold_at(own.point[line], rule.risk_correlation[line], factor)
        # A hair above, so that rounding can never make the bound wrong.
        own.may_lose[line] = rng.cumulative_normal(own.threshold[line] + ORDINARY * own.effect[line]) + 1e-9


@internal
def serve(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 5. Policies of firms that are gone lapse; research is added up; claims and subsidies that are due are paid."""
    own = state.insurance
    rule = rules.insurance
    if quarter.year_opens == 1:
        own.part = 0.25 * quarters_in_force(quarter.quarter_of_year, quarter.period_end)
        own.period_premium = 0.0
        own.period_claims = 0.0
        in_force = quarter.k > 0 and rule.enabled == 1 and quarter.policy == 1
        own.subsidy_share = share_paid(own.subsidy_paid, own.subsidy_due, own.subsidy_share) if in_force else 1.0
        own.subsidy_due = 0.0
        own.subsidy_paid = 0.0
    if own.insured > 0 or (rule.enabled == 1 and quarter.policy == 1):
        if quarter.year_opens == 1 or own.sigma != city.score_noise:
            tabulate(own, rule, city.score_noise)
        weigh(own, rule, quarter.factor)
    kept = 0
    for index in range(own.insured):
        ahead = book[min(index + AHEAD, own.insured - 1)]
        fetch_ahead(firms[ahead, n], 1)
        fetch_ahead(files[ahead, n].insurance, 0)
        slot = book[index]
        firm = firms[slot, n]
        file = files[slot, n].insurance
        if firm.status == GONE:
            stat[r.T_LAPSED] += 1.0
            continue
        person = people[slot]
        spent = firm.revenue if firm.short == 1 else firm.cost
        file.spent += rule.rd_eligible * world.city_rd_share * spent
        age = quarter.k - file.began
        if age == file.wait and file.insured[RESEARCH] > 0.0:
            settle_research(firm, person, file, own, rule, quarter, flow, series, stat)
        if age >= YEAR:
            settle_year(firm, person, file, own, rule, quarter, flow, series, stat)
            if rule.enabled == 1:
                pay_subsidy(firm, file, own, city, flow, series, stat)
            continue
        book[kept] = slot
        kept += 1
    own.insured = kept


@internal
def sum_insured(firm: Record, person: Record, rule: Record, world: Record, line: int) -> float:
    """I3. Sum insured of a line now (CNY); 0 where there is nothing to insure."""
    if line == RESEARCH:
        return insured_research(
            firm.cost, firm.revenue, firm.cash, world.city_rd_share, rule.rd_eligible, rule.rd_wait, rule.rd_limit
        )
    if line == IP:
        return insured_ip(math.exp(firm.log_value), rule.ip_value_share, rule.ip_limit)
    if line == EQUIPMENT:
        return insured_assets(firm.cost, rule.equipment_assets, rule.equipment_limit)
    return insured_first_set(
        firm.revenue, rule.first_set_sales_share, rule.first_set_limit, person.hard_tech == 1, firm.sustained == 1,
        firm.stage, rule.first_set_min_stage,
    )  # fmt: skip


@internal
def expected_payment(own: Record, rule: Record, line: int, insured: float) -> float:
    """I1. Expected payment of a line when its loss happens (CNY)."""
    if line == RESEARCH:
        return severity_research(insured, rule.rd_pay, rule.rd_deductible)
    if line == IP:
        return severity_ip(rule.ip_legal, rule.ip_damages, insured)
    return own.damaged[line] * insured


@internal
def take_premium(
    firm: Record, own: Record, rule: Record, line: int, due: float, ceded: float, flow: Floats, series: Floats, stat: Floats
) -> None:
    """I1, I4. The firm pays; the pool cedes, and pays the lead's fee and its members' expenses."""
    firm.cash -= due
    series[r.S_PREMIUM] += due
    stat[r.T_PREMIUM_RD + line] += due
    if rule.pool_on == 0:
        post(flow, p.PREMIUM_DIRECT, due)
        return
    post(flow, p.PREMIUM_RD + line, due)
    out = ceded * due
    back = commission(out, rule.pool_ceding_commission)
    fee = lead_fee(due, rule.pool_lead_fee)
    cost = expenses(due, rule.pricing_load, rule.pool_lead_fee)
    post(flow, p.CEDED, out)
    post(flow, p.COMMISSION, back)
    post(flow, p.LEAD_FEE, fee)
    post(flow, p.POOL_EXPENSES, cost)
    settle(own, rule, due + back, out + fee + cost, flow, series, stat)
    own.year_premium += due - out
    own.period_premium += due - out
    series[r.S_NET_PREMIUM] += due - out
    stat[r.T_NET_PREMIUM] += due - out


@internal
def firm_year(
    person: Record, firm: Record, file: Record, slot: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """I1. A firm considers its cover of the coming year, line by line."""
    rule = rules.insurance
    if rule.enabled == 0 or quarter.policy == 0 or rule.takeup_reach <= 0.0:
        return
    low = safer(rule.risk_quality[RESEARCH], person.quality)
    city.stat[r.T_LOW_VISITS if low else r.T_HIGH_VISITS] += 1.0
    own = state.insurance
    if u0 >= own.buyers:  # the firm does not listen
        return
    highest = highest_ratio(u0, rule.takeup_reach, rule.takeup_base, rule.takeup_price)
    seen = seen_score(person, city.score_noise, world)
    kept = file.insurance
    flow = city.flow
    series = city.series
    stat = city.stat
    promised = own.subsidy_share if city.year_appropriated[LINE] > 0.0 else 0.0
    bought = 0
    subsidy = 0.0
    other = 0.0
    cut = 0.0
    for line in range(KINDS):
        insured = sum_insured(firm, person, rule, world, line)
        if insured <= 0.0:
            continue
        frequency = rule.risk_frequency[line]
        effect = rule.risk_quality[line]
        priced = 0.0
        mine = 0.0
        if frequency > 0.0:
            told = told_probability(own.told_point[line], own.told_slope[line], 1.0, seen)
            priced = mixed_probability(own.average[line], told, rule.pricing_score_weight)
            mine = loss_probability(own.point[line], effect, person.quality)
        payment = expected_payment(own, rule, line, insured)
        due = premium(insured, priced * payment, rule.pricing_load, rule.pricing_mode == 1, rule.pricing_flat_rates[line])
        of_others = other_subsidy(due, rule.subsidy_other[line], rule.subsidy_stack_cap[line])
        of_city = line_subsidy(due, rule.subsidy_share[line], of_others, rule.subsidy_stack_cap[line])
        hoped = of_others + promised * left_of_year(of_city, subsidy, rule.subsidy_cap)
        ratio = net_ratio(due, hoped, known_probability(priced, mine, rule.takeup_knowledge) * payment)
        wants = due > 0.0 and ratio < highest
        affords = firm.cash >= due
        if line == RESEARCH and wants and affords:
            stat[r.T_LOW_INSURED if low else r.T_HIGH_INSURED] += 1.0
        if not wants:
            continue
        if not affords:
            stat[r.T_UNAFFORDABLE] += 1.0
            continue
        if bought == 0:
            kept.began = quarter.k
            kept.wait = rule.rd_wait
            kept.pooled = rule.pool_on
            kept.spent = 0.0
            for kind in range(KINDS):
                kept.insured[kind] = 0.0
                kept.ceded[kind] = 0.0
        bought += 1
        ceded = ceded_share(insured, rule.pool_capacity, rule.pool_cede) if rule.pool_on == 1 else 0.0
        kept.insured[line] = insured
        kept.ceded[line] = ceded
        take_premium(firm, own, rule, line, due, ceded, flow, series, stat)
        stat[r.T_COVER] += insured
        subsidy += of_city
        other += of_others
        if of_city < rule.subsidy_share[line] * due * (1.0 - 1e-12):
            cut = 1.0
    if bought > 0:
        kept.subsidy = yearly_subsidy(subsidy, rule.subsidy_cap)
        kept.other = other
        book[own.insured] = slot
        own.insured += 1
        series[r.S_POLICIES] += 1.0
        stat[r.T_STACK_CAPPED] += cut


@internal
def share_surplus(own: Record, rule: Record, amount: float, flow: Floats, stat: Floats) -> None:
    """I4. Members share what the pool does not need, by their shares."""
    if amount <= 0.0:
        return
    lead = lead_part(amount, rule.pool_lead_share)
    post(flow, p.SURPLUS_LEAD, lead)
    post(flow, p.SURPLUS_FOLLOWERS, amount - lead)
    own.balance[0] -= amount
    stat[r.T_FOLLOWER] += amount * follower_share(rule.pool_lead_share, rule.pool_members)


@internal
def assess(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 11. I5: the city's backstop of the pool's year, or of the part of it in which the policy runs; I4: at the year's end the
    surplus above the reserve is shared."""
    own = state.insurance
    rule = rules.insurance
    if rule.enabled == 1 and quarter.policy == 1 and rule.pool_on == 1 and quarter.quarter_of_year == quarter.period_end:
        wanted = backstop(
            own.period_claims, own.period_premium, rule.backstop_attachment, rule.backstop_share, rule.backstop_cap * own.part
        )
        if wanted > 0.0:
            paid = pay_most(city, flow, stat, LINE, p.BACKSTOP, wanted)
            own.balance[0] += paid
            series[r.S_BACKSTOP] += paid
            stat[r.T_BORNE_CITY] += paid
            stat[r.T_BORNE_MEMBERS] -= paid
            stat[r.T_BACKSTOP_UNPAID] += wanted - paid
    if quarter.quarter_of_year != 3:
        return
    share_surplus(own, rule, surplus(own.balance[0], own.year_premium, rule.pool_reserve), flow, stat)
    own.year_premium = 0.0


@internal
def end(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """I4. At the horizon members share everything that is left in the pool."""
    share_surplus(state.insurance, rules.insurance, state.insurance.balance[0], flow, stat)


@internal
def close(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 12. Firms and sums insured, the pool's balance, insurers' money among the social investors (I7)."""
    own = state.insurance
    total = 0.0
    for index in range(own.insured):
        file = files[book[index], n].insurance
        total += file.insured[RESEARCH] + file.insured[IP] + file.insured[EQUIPMENT] + file.insured[FIRST_SET]
    series[r.S_INSURED_FIRMS] = float(own.insured)
    series[r.S_INSURED_SUM] = total
    series[r.S_POOL_BALANCE] = own.balance[0]
    series[r.S_INSURER_LP] = insurers_money(series[S_SOCIAL_CALLS], rules.insurance.lp_share)
