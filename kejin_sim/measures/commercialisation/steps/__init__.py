"""Measure 5 in the compiled engine: appraisals, pledges, securities, vouchers, university shares, landing awards (T1–T7)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import available, pay_covered, pay_most, post
from kejin_sim.engine.credit.layout import BAD_MARK, BANKS
from kejin_sim.engine.firms import lift, support
from kejin_sim.engine.layout import ACTIVE, AHEAD, F8, FAILED, GONE, I1, I2, I8, Record, line_row
from kejin_sim.engine.ranking import enlist
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.ledger import Party, Posting
from kejin_sim.measures.commercialisation import (
    ip_rules,
    landing_rules,
    pledge_rules,
    securitisation_rules,
    spinout_rules,
)
from kejin_sim.measures.commercialisation import postings as p
from kejin_sim.measures.commercialisation import voucher_rules as vouchers
from kejin_sim.measures.commercialisation.recording import (
    S_ABS_CASH,
    S_ABS_GUARANTEED,
    S_ABS_SENIOR,
    S_CONTRACTS,
    S_EQUITY_FIRMS,
    S_LANDING_PAID,
    S_LANDINGS,
    S_PLEDGE_COST,
    S_VOUCHER_PAID,
    S_VOUCHERS,
    T_LOAN_RATE,
    T_SPINOUTS,
    T_SPINOUTS_ALIVE,
    T_UNIVERSITY_IN,
    T_UNIVERSITY_OUT,
    T_VOUCHERS_DOUBLE,
    T_VOUCHERS_REDEEMED,
    T_VOUCHERS_TAKEN,
    T_VOUCHERS_UNPAID,
)
from kejin_sim.measures.commercialisation.securitisation_rules import CANDIDATES
from kejin_sim.measures.commercialisation.spinout_rules import OBSERVED
from kejin_sim.measures.commercialisation.steps.pledges import appraise
from kejin_sim.measures.commercialisation.steps.securities import (
    ISSUES,
    MEMBERS,
    close_early,
    count_cash,
    distribute,
    forget_year,
    issue,
    possible_ticket,
    recover,
    serve_member,
    settled,
    subsidise_securities,
    wind_up,
)
from kejin_sim.measures.commercialisation.streams import LANDING
from kejin_sim.measures.ecosystem.steps import refuses_duplicate
from kejin_sim.world.calendar import period_quota, quarters_in_force
from kejin_sim.world.enterprise import SPINOUT
from kejin_sim.world.promises import share_paid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINE: Final = line_row("commercialisation")
NEWBORN: Final = 128  # best spin-outs of a quarter, among which landing awards choose

ACCOUNTS: Final = ("ip_abs",)

STATE: Final = np.dtype(
    [
        ("balance", F8, (len(ACCOUNTS),)),
        ("balance_before", F8, (len(ACCOUNTS),)),
        ("gained", I8),  # a voucher has raised a firm's productivity: visits matter, switched off or not (T5)
        ("held", I8),  # spin-outs in the room's list: those in which a university holds shares
        ("part", F8),  # of a year that the running fiscal period is
        ("issues", I8),  # of securities that it allows (T4)
        ("landing_due", F8),  # landing awards of this fiscal year (T7)
        ("landing_paid", F8),
        ("landing_share", F8),  # paid of those due in the last fiscal year
        ("newborns", I8),
        ("newborn", I8, (NEWBORN,)),  # slots of this quarter's spin-outs, −1 once awarded
        ("pledged", F8, (BANKS,)),  # lent on pledges this fiscal year
        ("candidates", I8),
        ("candidate", I8, (CANDIDATES,)),  # slots, best score first
        ("candidate_score", F8, (CANDIDATES,)),
        ("first", I8),  # number of the oldest issue that is open
        ("issued", I8),  # number of the next one; its row is the number modulo ISSUES
        ("open", I8, (ISSUES,)),
        ("policy", I8, (ISSUES,)),  # made after the books opened
        ("due", I8, (ISSUES,)),  # last quarter of the term
        ("term", I8, (ISSUES,)),
        ("members", I8, (ISSUES,)),
        ("coupon", F8, (ISSUES,)),
        ("fee", F8, (ISSUES,)),
        ("lgd", F8, (ISSUES,)),
        ("pool", F8, (ISSUES,)),  # principal at the issue
        ("senior_issued", F8, (ISSUES,)),
        ("senior", F8, (ISSUES,)),
        ("interest_arrears", F8, (ISSUES,)),
        ("fee_arrears", F8, (ISSUES,)),
        ("guarantee", F8, (ISSUES,)),  # the guarantor's limit
        ("claimed", F8, (ISSUES,)),  # paid by it and not reimbursed
        ("cash", F8, (ISSUES,)),
        # By row · MEMBERS + member.
        ("slot", I8, (ISSUES * MEMBERS,)),
        ("recovery_due", I8, (ISSUES * MEMBERS,)),
        ("quarters", I8, (ISSUES * MEMBERS,)),  # served this fiscal year
        ("principal", F8, (ISSUES * MEMBERS,)),
        ("left", F8, (ISSUES * MEMBERS,)),
        ("arrears", F8, (ISSUES * MEMBERS,)),  # of interest and fee
        ("ead", F8, (ISSUES * MEMBERS,)),
        ("cost", F8, (ISSUES * MEMBERS,)),  # of issue, the firm's part
        ("paid_year", F8, (ISSUES * MEMBERS,)),  # interest and fee of the fiscal year
        ("growth", F8, (ISSUES * MEMBERS,)),  # what spending the proceeds adds to the firm's quarterly cost
        ("growth_raised", F8, (ISSUES * MEMBERS,)),
        ("growth_sustained", I8, (ISSUES * MEMBERS,)),
    ],
    align=True,
)

FILE_READ_AT_VISITS: Final = True
VISITED_FOR: Final = "gained"
"""Gains that vouchers of the burn-in have made fade at visits, whether the measure goes on or not."""
FILE: Final = np.dtype(
    [
        ("visited", I1),
        ("visited_quarter", I2),  # of the last visit
        ("pooled", I1),  # in a pool, or in default in one
        ("stock", F8),  # of R&D
        ("score", F8),  # as an appraiser saw it at the last visit
        ("pledge_lent", F8),  # on a pledge since the last visit
        ("pledge_interest", F8),  # paid on it since the last visit
        ("gain", F8),  # of productivity, by vouchers
        ("part", F8),  # of the founding shares that a university holds
    ],
    align=True,
)


def effect(posting: Posting) -> tuple[float, ...]:
    """What a posting does to the account of the special plan."""
    return (float(posting.payee is Party.IP_ABS) - float(posting.payer is Party.IP_ABS),)


@internal
def open_year(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """A year's candidates for a pool, its pledged loans and its landing awards are counted anew."""
    own = state.commercialisation
    terms = rules.commercialisation
    own.candidates = 0
    own.part = 0.25 * quarters_in_force(quarter.quarter_of_year, quarter.period_end)
    own.issues = period_quota(1, quarter.quarter_of_year, quarter.period_end)
    if quarter.k == 0 or terms.enabled == 0 or quarter.policy == 0:
        own.landing_share = 1.0
    else:
        own.landing_share = share_paid(own.landing_paid, own.landing_due, own.landing_share)
    own.landing_due = 0.0
    own.landing_paid = 0.0
    for bank in range(BANKS):
        own.pledged[bank] = 0.0


@internal
def influence(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """T6, T7. Spin-outs that come because of the measure: of what it pays, not of its name."""
    terms = rules.commercialisation
    if terms.enabled == 1 and quarter.policy == 1:
        if terms.equity_on == 1 and min(terms.equity_cash_ratio, terms.equity_cash_cap) > 0.0:
            city.spinouts += 0.25 * terms.equity_extra_spinouts
        if city.year_appropriated[LINE] > 0.0:
            city.spinouts += landing_rules.induced(
                terms.landing_national, terms.landing_provincial, terms.landing_award_national,
                terms.landing_award_provincial, terms.landing_induced, state.commercialisation.landing_share,
            )  # fmt: skip


@internal
def contribute(
    firm: Record, file: Record, terms: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """T6. A university brings intellectual property and cash into a new spin-out."""
    value = math.exp(firm.log_value)
    rights = spinout_rules.valuation(value, terms.equity_ip_share)
    cash = spinout_rules.cash_part(rights, terms.equity_cash_ratio, terms.equity_cash_cap)
    file.part = spinout_rules.university_share(value, rights, cash, terms.equity_inventor_share)
    if cash > 0.0:
        post(flow, p.UNIVERSITY_CASH, cash)
        firm.cash += cash
        firm.log_value = math.log(value + cash)
        firm.log_mark = firm.log_value
        firm.mark = value + cash
        firm.mark_before = firm.mark
        stat[T_UNIVERSITY_IN] += cash
    series[S_EQUITY_FIRMS] += 1.0


@internal
def note_newborn(firms: Record, n: int, own: Record, slot: int) -> None:
    """T7. A spin-out that a landing award may go to; the best by score are kept, far more than a quarter has awards."""
    if own.newborns < NEWBORN:
        own.newborn[own.newborns] = slot
        own.newborns += 1
        return
    worst = 0
    for index in range(1, NEWBORN):
        if firms[own.newborn[index], n].percentile < firms[own.newborn[worst], n].percentile:
            worst = index
    if firms[slot, n].percentile > firms[own.newborn[worst], n].percentile:
        own.newborn[worst] = slot


@internal
def arrive(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """T6, and who may get a landing award (T7): the quarter's spin-outs, in the order of their arrival."""
    own = state.commercialisation
    terms = rules.commercialisation
    own.newborns = 0
    if terms.enabled == 0 or quarter.policy == 0:
        return
    begin = alive
    while begin > 0 and people[live[begin - 1]].arrival == quarter.k:
        begin -= 1
    for index in range(begin, alive):
        slot = live[index]
        firm = firms[slot, n]
        if firm.status != ACTIVE or people[slot].kind != SPINOUT:
            continue
        note_newborn(firms, n, own, slot)
        if terms.equity_on == 1:
            file = files[slot, n].commercialisation
            contribute(firm, file, terms, flow, series, stat)
            if file.part > 0.0:
                book[own.held] = slot
                own.held += 1


# Step 5: securities are served, universities sell with the founders.


@internal
def serve(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """T4: every open issue in the order in which they were made. T6: universities whose firm was sold are paid."""
    own = state.commercialisation
    for number in range(own.first, own.issued):
        row = number % ISSUES
        if own.open[row] == 0:
            continue
        for member in range(own.members[row]):
            place = row * MEMBERS + member
            slot = own.slot[place]
            own.cash[row] += serve_member(
                own, row, place, firms[slot, n], files[slot, n].commercialisation, quarter, world, flow, series, stat
            )
        distribute(own, row, quarter, flow, stat)
        if settled(own, row, quarter):
            wind_up(own, row, firms, n, flow, stat)
    while own.first < own.issued and own.open[own.first % ISSUES] == 0:
        own.first += 1
    count_cash(own)
    kept = 0
    for index in range(own.held):
        fetch_ahead(firms[book[min(index + AHEAD, own.held - 1)], n], 1)
        slot = book[index]
        firm = firms[slot, n]
        if firm.status == GONE:
            pay_university(firm, files[slot, n].commercialisation, p.UNIVERSITY_PROCEEDS, flow, stat)
        else:
            book[kept] = slot
            kept += 1
    own.held = kept


@internal
def pay_university(firm: Record, file: Record, code: int, flow: Floats, stat: Floats) -> None:
    """T6. A university's founding shares, diluted by every issue since, of what the firm was sold for."""
    amount = spinout_rules.proceeds(firm.exit_price, firm.kept, file.part)
    if amount > 0.0:
        post(flow, code, amount)
        stat[T_UNIVERSITY_OUT] += amount
    file.part = 0.0


# Step 6: the yearly visit, then the awards of the quarter.


@internal
def subsidise_pledge(
    firm: Record, file: Record, city: Record, terms: Record, flow: Floats, series: Floats, stat: Floats,
    pays: bool,
) -> None:  # fmt: skip
    """T1, T2. The firm pays for the appraisal of a new pledge, and a part of what it has paid comes back."""
    fee = 0.0
    if file.pledge_lent > 0.0:
        fee = min(firm.cash, pledge_rules.appraisal_fee(file.pledge_lent, terms.pledge_appraisal_fee))
        if fee > 0.0:
            post(flow, p.APPRAISAL_FEE, fee)
            firm.cash -= fee
    series[S_PLEDGE_COST] += file.pledge_interest + fee
    amount = pledge_rules.cost_subsidy(
        file.pledge_interest, fee, terms.pledge_subsidy_share, terms.pledge_subsidy_cap
    )
    if pays and amount > 0.0 and pay_covered(city, flow, stat, LINE, p.PLEDGE_SUBSIDY, amount):
        firm.cash += amount
        support(firm)
    file.pledge_lent = 0.0
    file.pledge_interest = 0.0


@internal
def use_voucher(
    firm: Record, person: Record, file: Record, quarter: Record, city: Record, rules: Record, state: Record, flow: Floats,
    series: Floats, stat: Floats, research: float, u: float,
) -> None:  # fmt: skip
    """T5. A technical contract with a voucher: accepted, paid by treasury and firm, and what it does."""
    terms = rules.commercialisation
    contract = vouchers.contract(research, terms.voucher_contract_share, terms.voucher_min_contract)
    amount = vouchers.voucher(contract, terms.voucher_rate, terms.voucher_cap)
    if amount <= 0.0:
        return
    accepted = vouchers.accepted(u, terms.voucher_take_up, terms.voucher_acceptance)
    extra = vouchers.own_part(contract, amount, terms.voucher_anyway)
    # Nothing is saved by refusing what would not have been paid.
    redeemed = vouchers.redeemed(accepted, extra, firm.cash, amount, available(city, LINE))
    if refuses_duplicate(firm, person, quarter, rules, state, amount if redeemed else 0.0, series, stat):
        stat[T_VOUCHERS_DOUBLE] += 1.0
        return
    stat[T_VOUCHERS_TAKEN] += 1.0
    if not accepted:
        return
    if extra > firm.cash or not pay_covered(city, flow, stat, LINE, p.VOUCHER, amount):
        stat[T_VOUCHERS_UNPAID] += 1.0
        return
    if extra >= 0.0:
        post(flow, p.VOUCHER_OWN, extra)
    else:
        post(flow, p.VOUCHER_SAVED, -extra)
    firm.cash -= extra
    support(firm)
    stat[T_VOUCHERS_REDEEMED] += 1.0
    series[S_VOUCHERS] += 1.0
    series[S_VOUCHER_PAID] += amount
    series[S_CONTRACTS] += contract
    more = vouchers.gain(terms.voucher_effect, contract, terms.voucher_anyway, research)
    if more > 0.0:
        set_gain(firm, file, file.gain + more)
        state.commercialisation.gained = 1


@internal
def set_gain(firm: Record, file: Record, gain: float) -> None:
    """T5. What vouchers add to a firm's productivity becomes ``gain``."""
    lift(firm, 0.0, (1.0 + gain) / (1.0 + file.gain))
    file.gain = gain


@internal
def firm_year(
    person: Record, firm: Record, file: Record, slot: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """T1, T2, T4, T5. A firm is appraised, its pledge subsidised, its voucher used, its place in a pool considered."""
    terms = rules.commercialisation
    if file.commercialisation.gain > 0.0:
        set_gain(firm, file.commercialisation, vouchers.faded(file.commercialisation.gain, terms.voucher_fade))
    if terms.enabled == 0:
        return
    own = file.commercialisation
    in_force = quarter.policy == 1
    research = ip_rules.research_of_year(firm.revenue if firm.short == 1 else firm.cost, world.city_rd_share)
    appraise(firm, person, own, quarter, terms, research)
    if own.pledge_lent > 0.0 or own.pledge_interest > 0.0:
        subsidise_pledge(firm, own, city, terms, city.flow, city.series, city.stat, in_force and terms.pledge_on == 1)
    if not in_force:
        return
    if vouchers.takes(u1, terms.voucher_take_up):
        use_voucher(firm, person, own, quarter, city, rules, state, city.flow, city.series, city.stat, research, u1)
    if (
        terms.securitisation_on == 1
        and securitisation_rules.eligible(
            firm.stage, firm.percentile, 4.0 * firm.revenue, own.pooled == 1, firm.owes == BAD_MARK,
            terms.securitisation_min_stage, terms.securitisation_min_score, terms.securitisation_min_sales,
        )
        and possible_ticket(person, own, quarter, terms) > 0.0
    ):  # fmt: skip
        plan = state.commercialisation
        plan.candidates = enlist(
            plan.candidate, plan.candidate_score, plan.candidates, CANDIDATES, slot, firm.percentile
        )


@internal
def award_landings(
    firms: Record, n: int, own: Record, quarter: Record, city: Record, terms: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """T7. Each prize project that lands: to the best of the quarter's spin-outs without an award, or to the team."""
    u0, u1, _, _ = rng.uniforms(quarter.seed, LANDING, quarter.path, 0, quarter.k)
    national = landing_rules.landings(u0, terms.landing_national)
    provincial = landing_rules.landings(u1, terms.landing_provincial)
    for project in range(national + provincial):
        is_national = 1 if project < national else 0
        amount = landing_rules.award(
            is_national, 1 - is_national, terms.landing_award_national, terms.landing_award_provincial
        )
        series[S_LANDINGS] += 1.0
        if amount <= 0.0:
            continue
        own.landing_due += amount
        best = -1
        for index in range(own.newborns):
            slot = own.newborn[index]
            if slot < 0 or firms[slot, n].status != ACTIVE:
                continue
            if best < 0 or firms[slot, n].percentile > firms[own.newborn[best], n].percentile:
                best = index
        code = p.LANDING_FIRM if best >= 0 else p.LANDING_TEAM
        if not pay_covered(city, flow, stat, LINE, code, amount):
            continue
        own.landing_paid += amount
        series[S_LANDING_PAID] += amount
        if best >= 0:
            firm = firms[own.newborn[best], n]
            firm.cash += amount
            support(firm)
            own.newborn[best] = -1


@internal
def award_banks(own: Record, city: Record, terms: Record, flow: Floats, stat: Floats) -> None:
    """T3. Banks are rewarded for the year's pledged loans."""
    for bank in range(BANKS):
        amount = pledge_rules.institution_award(
            own.pledged[bank], terms.pledge_award_rate, terms.pledge_award_cap * own.part
        )
        if amount > 0.0:
            pay_most(city, flow, stat, LINE, p.INSTITUTION_AWARD, amount)
        own.pledged[bank] = 0.0


@internal
def award(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """T7 every quarter; T3, T4 at the end of a fiscal year, or of the part of it that the policy lasts: of the two parts of a
    broken year one has the issue of securities."""
    own = state.commercialisation
    terms = rules.commercialisation
    in_force = terms.enabled == 1 and quarter.policy == 1
    if in_force:
        award_landings(firms, n, own, quarter, city, terms, flow, series, stat)
    if quarter.quarter_of_year != quarter.period_end:
        return
    if in_force:
        award_banks(own, city, terms, flow, stat)
        subsidise_securities(firms, n, own, city, terms, flow, stat)
    forget_year(own)
    if in_force and terms.securitisation_on == 1 and own.issues > 0:
        issue(people, firms, files, n, own, quarter, terms, behaviour, flow, series, stat)


@internal
def end(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """The horizon: firms settle their part of a pool from outside, recoveries come at once; universities are paid."""
    own = state.commercialisation
    for number in range(own.first, own.issued):
        row = number % ISSUES
        if own.open[row] == 0:
            continue
        for member in range(own.members[row]):
            place = row * MEMBERS + member
            if own.left[place] > 0.0:
                post(flow, p.ABS_HORIZON, own.left[place])
                own.cash[row] += own.left[place]
                own.left[place] = 0.0
            if own.ead[place] > 0.0:
                own.cash[row] += recover(own, row, place, flow, stat)
        close_early(own, row, quarter)
        distribute(own, row, quarter, flow, stat)
        wind_up(own, row, firms, n, flow, stat)
    own.first = own.issued
    own.balance[0] = 0.0
    for index in range(own.held):
        slot = book[index]
        pay_university(firms[slot, n], files[slot, n].commercialisation, p.HORIZON_UNIVERSITY, flow, stat)
    own.held = 0


@internal
def close(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Senior notes outstanding and the plans' cash."""
    own = state.commercialisation
    senior = 0.0
    guaranteed = 0.0
    for number in range(own.first, own.issued):
        if own.open[number % ISSUES] == 1:
            row = number % ISSUES
            senior += own.senior[row]
            guaranteed += min(own.senior[row], own.guarantee[row] - own.claimed[row])
    series[S_ABS_SENIOR] = senior
    series[S_ABS_GUARANTEED] = guaranteed
    series[S_ABS_CASH] = own.balance[0]


@internal
def finish(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Spin-outs founded after the opening that could be observed for three years, and those still there then; what an ordinary
    loan costs."""
    spreads = 0.0
    for bank in range(BANKS):
        spreads += world.credit_spread[bank]
    stat[T_LOAN_RATE] = world.macro_lpr + spreads / BANKS
    for slot in range(alive):
        person = people[slot]
        firm = firms[slot, n]
        if person.kind != SPINOUT or person.outside == 1 or person.arrival < quarter.opening or firm.founders <= 0.0:
            continue
        if person.arrival + OBSERVED <= quarter.last + 1:
            stat[T_SPINOUTS] += 1.0
            if firm.end != FAILED or firm.end_quarter >= person.arrival + OBSERVED:
                stat[T_SPINOUTS_ALIVE] += 1.0
