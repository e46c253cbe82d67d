"""Step 6 of a loan: who applies, how much, under which product, which bank lends (C1, C2, C5, C8, C11, C16, C17, A3, I6, T1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.births import seen_score
from kejin_sim.engine.cash import post
from kejin_sim.engine.credit.layout import (
    BANK,
    BANKS,
    COMPENSATED,
    GUARANTEED,
    INSURED,
    LAYERED,
    LISTED,
    ORDINARY,
    OWES,
    OWES_NOTHING,
    PERFORMING,
    PLEDGED,
    POOL,
    SCHEME_COMPENSATION,
    SCHEME_NONE,
    SCHEME_POOL,
    code_of,
)
from kejin_sim.engine.grant.linkage import credit_floor
from kejin_sim.engine.layout import ACTIVE, AHEAD, CASH_OUT_ROW, SUSTAINED_ROW, Record
from kejin_sim.jit import fetch_ahead, internal, internal_inlined
from kejin_sim.measures.basic_research import indicator_rules
from kejin_sim.measures.basic_research.recording import S_LOWERED, S_RAISED
from kejin_sim.measures.commercialisation import pledge_rules
from kejin_sim.measures.commercialisation import postings as ip
from kejin_sim.measures.commercialisation.steps.pledges import ip_value, note_pledge
from kejin_sim.measures.credit import bank_rules, compensation_rules, guarantee_rules, listing_rules, pool_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_FIRST_LOANS,
    S_GUARANTEED_LENT,
    S_INSURED_LENT,
    S_LENT,
    S_LISTED_LENT,
    S_LOANS,
    S_PLEDGED_LENT,
    S_POOL_LENT,
    T_APPLICATIONS,
    T_LIMIT_FULL,
    T_NOT_LISTED,
    T_PLEDGED_LOANS,
    T_REFUSED_BY_BANKS,
    T_STOPPED,
)
from kejin_sim.measures.credit.stacking_rules import capped
from kejin_sim.measures.evaluation import score_rules
from kejin_sim.measures.insurance import loan_rules as insurance
from kejin_sim.measures.pilots import warrant_rules
from kejin_sim.world import credit as lending
from kejin_sim.world import postings as w
from kejin_sim.world.failure import told_probability

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def hazard_row(firm: Record) -> int:
    """The row of the failure table that a bank reads a firm in."""
    if firm.sustained == 1:
        return SUSTAINED_ROW
    if firm.short == 1:
        return CASH_OUT_ROW
    return int(firm.stage)


@internal
def retained(product: int, first: bool, rules: Record) -> float:
    """The part of a loss that the bank reckons to keep under a product (C5, C6, C12, I6; N3). ``rules``: of all measures."""
    terms = rules.credit
    if product == POOL:
        return terms.pool_shares[BANK]
    if product == COMPENSATED:
        share = compensation_rules.compensation(
            1.0, terms.compensation_share, terms.compensation_first_loan_bonus, first
        )
        return 1.0 - capped(share, 1.0, terms.stacking_compensation_cap)
    if product == GUARANTEED:
        return terms.guarantee_bank_share
    if product == INSURED:
        return insurance.bank_loss(1.0, rules.insurance.loan_ins_share)
    return 1.0


@internal
def loss_given_default(product: int, rules: Record, world: Record) -> float:
    """LGD of a new loan: a pledge's own (T1), else the banks' (C4)."""
    return rules.commercialisation.pledge_lgd if product == PLEDGED else world.credit_lgd


@internal
def reckoned(firm: Record, person: Record, quarter: Record, city: Record, world: Record) -> float:
    """C2, F4. The yearly PD that banks see in a borrower: by the score that they see themselves, and by the platform's."""
    point = quarter.default_point[hazard_row(firm)]
    pd = told_probability(point, quarter.default_slope, quarter.default_spread, person.score)
    if city.shared_weight > 0.0 and person.outside == 0:
        seen = seen_score(person, city.score_noise, world)
        shared = told_probability(point, city.shared_slope, city.shared_spread, seen)
        pd = score_rules.shared_view(pd, shared, city.shared_weight)
    return lending.reckoned_probability(pd, firm.revenue < firm.cost, world.credit_burning_pd)


@internal
def bank_offers(
    bank: int, kept: float, lgd: float, eased: float, new: float, refinanced: bool, pd: float, quarter: Record,
    credit: Record, terms: Record, world: Record,
) -> bool:  # fmt: skip
    """C2. Would this bank lend: enough margin after its own share of expected loss, and capacity left?

    ``kept``: its share of the loss (:func:`retained`); ``eased``: what it forgoes of its margin on a pledge; ``new``: CNY that
    would count against the bank's yearly capacity (0 for a renewal). ``refinanced``: the central bank's money stands, or would
    stand, behind it. ``pd``: see :func:`reckoned`. ``terms``: measure 2 as in force.
    """
    if credit.lent[bank] + new > world.credit_capacity[bank]:
        return False
    funding = world.credit_funding
    if refinanced:
        funding = bank_rules.blended_funding(funding, terms.relending_rate, terms.relending_share)
    rate = world.macro_lpr + world.credit_spread[bank]
    margin = lending.expected_margin(rate, funding, pd, lgd, kept)
    return lending.offers(margin + eased, world.credit_appetite[bank], world.credit_cycle, quarter.factor)


@internal
def scheme_product(firm_age: float, credit: Record, terms: Record, stat: Floats) -> int:
    """The product of the scheme in force while it is open to a listed firm of that age (years); LISTED while it is not."""
    if terms.scheme == SCHEME_NONE or (terms.scheme == SCHEME_POOL and firm_age > terms.pool_age_max):
        return LISTED
    if credit.stopped == 1:
        stat[T_STOPPED] += 1.0
        return LISTED
    if terms.scheme == SCHEME_POOL:
        return POOL
    return COMPENSATED if terms.scheme == SCHEME_COMPENSATION else LAYERED


@internal
def pool_has_room(amount: float, credit: Record, terms: Record) -> bool:
    """C5. Does the pool's money carry a loan more?"""
    cash = credit.pool[0] + credit.pool[1] + credit.pool[2]
    limit = pool_rules.lending_limit(terms.pool_leverage, credit.pool_funded, cash, terms.pool_leverage_of == 1)
    return cash > 0.0 and credit.balance[POOL] + credit.claimed[POOL] + amount <= limit


@internal
def guarantor_has_room(amount: float, credit: Record, terms: Record) -> bool:
    """C11. Does the guarantor's capital carry a loan more?"""
    part = 1.0 - terms.guarantee_bank_share
    limit = guarantee_rules.exposure_limit(credit.guarantor, terms.guarantee_leverage)
    return part * (credit.balance[GUARANTEED] + credit.claimed[GUARANTEED] + amount) <= limit


@internal
def insured_amount(amount: float, pd: float, quarter: Record, credit: Record, rules: Record, world: Record) -> float:
    """I6. What of a loan an insurer takes; 0 when its rate or its capacity does not allow it."""
    terms = rules.insurance
    if terms.loan_enabled == 0 or quarter.policy == 0 or not insurance.insurable(
        pd, world.credit_lgd, terms.loan_ins_share, terms.loan_rate, terms.pricing_load
    ):
        return 0.0
    taken = insurance.amount(amount, terms.loan_limit, credit.balance[INSURED], terms.loan_capacity)
    return taken if taken >= world.credit_min_loan else 0.0


@internal
def ask_banks(
    u_bank: float, product: int, listed: bool, amount: float, firm: Record, pd: float, quarter: Record, credit: Record,
    rules: Record, world: Record,
) -> int:  # fmt: skip
    """The first bank that would lend under a product, of those that the firm asks; −1 when none would, or the firm is not sound."""
    if not lending.sound(firm.cash, amount, firm.revenue, firm.cost, world.credit_min_runway):
        return -1
    kept = retained(product, firm.borrowed == 0, rules)
    lgd = loss_given_default(product, rules, world)
    eased = lending.tolerated(world.credit_pledge_tolerance, lgd) if product == PLEDGED else 0.0
    share = rules.credit.relending_share
    eligible = listed and product != PLEDGED and share > 0.0
    for turn in range(world.credit_asked):
        bank = (int(u_bank * BANKS) + turn) % BANKS
        refinanced = eligible and credit.quota_left[bank] >= share * amount
        if bank_offers(bank, kept, lgd, eased, amount, refinanced, pd, quarter, credit, rules.credit, world):
            return bank
    return -1


@internal
def seek_shared_loan(
    u_bank: float, amount: float, guaranteed: float, firm: Record, person: Record, pd: float, quarter: Record, credit: Record,
    rules: Record, world: Record, stat: Floats,
) -> tuple[int, int, float]:  # fmt: skip
    """C2, C11. A listed firm's loan with a shared loss: the scheme first, then the guarantor, whose cap is its own.

    Returns product, bank (−1: none) and amount.
    """
    terms = rules.credit
    full = False
    product = scheme_product(0.25 * (quarter.k - person.arrival), credit, terms, stat)
    bank = -1
    lent = amount
    if product == POOL and not pool_has_room(amount, credit, terms):
        full = True
    elif product != LISTED:
        bank = ask_banks(u_bank, product, True, amount, firm, pd, quarter, credit, rules, world)
    if bank < 0 and guaranteed > 0.0:
        if guarantor_has_room(guaranteed, credit, terms):
            product = GUARANTEED
            lent = guaranteed
            bank = ask_banks(u_bank, product, True, lent, firm, pd, quarter, credit, rules, world)
        else:
            full = True
    if full:
        stat[T_LIMIT_FULL] += 1.0
    return product, bank, lent


@internal
def seek_loan(
    u_bank: float, listed: bool, amount: float, guaranteed: float, pledge: float, firm: Record, person: Record, quarter: Record,
    city: Record, credit: Record, rules: Record, world: Record, stat: Floats,
) -> tuple[int, int, float]:  # fmt: skip
    """C2, C11, I6, T1. Ways to a loan in turn: shared losses, a pledge where it carries more, the bank alone, an insurer, a pledge.

    ``amount``: by what the firm earns and has raised, ``guaranteed``: that within the guarantor's cap; ``pledge``: by its
    intellectual property (CNY, 0 for none).
    Returns: the product, the bank (−1 when none lends) and the amount.
    """
    pd = reckoned(firm, person, quarter, city, world)
    product = ORDINARY
    bank = -1
    lent = amount
    if listed and amount > 0.0:
        product, bank, lent = seek_shared_loan(
            u_bank, amount, guaranteed, firm, person, pd, quarter, credit, rules, world, stat
        )
    if bank < 0 and pledge > amount:
        product = PLEDGED
        lent = pledge
        bank = ask_banks(u_bank, product, listed, lent, firm, pd, quarter, credit, rules, world)
    if bank < 0 and amount > 0.0:
        product = LISTED if listed else ORDINARY
        lent = amount
        bank = ask_banks(u_bank, product, listed, lent, firm, pd, quarter, credit, rules, world)
    taken = insured_amount(amount, pd, quarter, credit, rules, world) if bank < 0 else 0.0
    if taken > 0.0:
        product = INSURED
        lent = taken
        bank = ask_banks(u_bank, product, listed, lent, firm, pd, quarter, credit, rules, world)
    if bank < 0 and 0.0 < pledge <= amount:
        product = PLEDGED
        lent = pledge
        bank = ask_banks(u_bank, product, listed, lent, firm, pd, quarter, credit, rules, world)
    return product, bank, lent


@internal
def lend(
    loan: Record, firm: Record, person: Record, product: int, listed: bool, bank: int, amount: float, quarter: Record,
    credit: Record, rules: Record, world: Record, behaviour: Record, flow: Floats, series: Floats,
) -> None:  # fmt: skip
    """C2. A bank makes a loan; the firm spends part of it over the loan's first term. ``rules``: of all measures."""
    terms = rules.credit
    first = firm.borrowed == 0
    loan.status = PERFORMING
    loan.product = product
    loan.listed = 1 if listed and product != PLEDGED else 0
    loan.bank = bank
    loan.first = 1 if first else 0
    loan.policy = 1 if quarter.k >= quarter.opening else 0
    loan.renewed = 0
    loan.made = quarter.k
    loan.due = quarter.k + (terms.guarantee_term if product == GUARANTEED else world.credit_term)
    loan.claim_due = -1
    loan.recovery_due = -1
    loan.balance = amount
    loan.rate = world.macro_lpr + world.credit_spread[bank]
    loan.lgd = loss_given_default(product, rules, world)
    loan.interest_year = 0.0
    loan.relend = 0.0
    loan.beyond = 0.0
    if product == GUARANTEED:
        grade = guarantee_rules.firm_class(
            person.hard_tech == 1, firm.percentile, firm.stage, terms.guarantee_class_score
        )
        loan.national = terms.guarantee_national_share[grade]
    elif product == INSURED:
        loan.insured = rules.insurance.loan_ins_share
        loan.premium = rules.insurance.loan_rate
    firm.owes = OWES
    firm.debt = amount
    firm.borrowed = 1
    firm.cash += amount
    loan.growth = lending.growth_spending(amount, behaviour.loan_spending, loan.due - quarter.k, firm.sustained == 1)
    loan.growth_raised = firm.raised
    loan.growth_sustained = firm.sustained
    loan.growth_until = loan.due
    firm.cost += loan.growth
    credit.balance[product] += amount
    credit.lent[bank] += amount
    post(flow, code_of(loan, w.LOAN, p.POLICY_LOAN, ip.PLEDGED_LOAN), amount)
    series[S_LENT] += amount
    series[S_LOANS] += 1.0
    if first:
        series[S_FIRST_LOANS] += 1.0
    if product in (POOL, COMPENSATED, LAYERED):
        series[S_POOL_LENT] += amount
    elif product == GUARANTEED:
        series[S_GUARANTEED_LENT] += amount
    elif product == INSURED:
        series[S_INSURED_LENT] += amount
    elif product == PLEDGED:
        series[S_PLEDGED_LENT] += amount
    if loan.listed == 1:
        series[S_LISTED_LENT] += amount
        credit.listed[bank] += amount
        relend_against(loan, bank, amount, quarter, credit, terms, flow)


@internal
def relend_against(
    loan: Record, bank: int, amount: float, quarter: Record, credit: Record, terms: Record, flow: Floats
) -> None:
    """C17. The central bank refinances a share of a new loan to a listed firm, as far as the bank's quota goes."""
    relend = bank_rules.relending(amount, terms.relending_share, credit.quota_left[bank])
    if relend > 0.0:
        loan.relend = relend
        bonus = bank_rules.bonus_quota(credit.quota, credit.top[bank] == 1, terms.ranking_bonus)
        loan.beyond = bank_rules.beyond_ordinary(relend, credit.quota_left[bank], bonus) / relend
        loan.relend_due = quarter.k + 4 * (1 + terms.relending_extensions)
        credit.quota_left[bank] -= relend
        credit.relend += relend
        post(flow, p.RELEND, relend)


@internal
def attach_warrant(loan: Record, firm: Record, amount: float, pilots: Record) -> None:
    """A3. A listed firm with an equity round gives the bank a warrant with its new loan and pays a lower rate."""
    if loan.listed == 1 and warrant_rules.carries_warrant(pilots.warrant_coverage, True, firm.raised):
        loan.rate = warrant_rules.loan_rate(loan.rate, True, pilots.warrant_rate_cut)
        firm.warrant = amount
        firm.warranted = 1


@internal_inlined
def needed(firm: Record, world: Record) -> float:
    """What a firm lacks now (CNY)."""
    return lending.loan_need(
        firm.cash, firm.revenue, firm.cost, world.credit_cash_target, world.credit_working_capital
    )


@internal
def in_need(
    people: Record, firms: Record, applicants: Ints, count: int, n: int, world: Record, entities: Ints
) -> int:
    """Keep those of ``applicants[:count]`` that are active in the city, owe nothing and lack enough; returns how many.

    ``entities`` receives who they are.
    """
    kept = 0
    for index in range(count):
        ahead = applicants[min(index + AHEAD, count - 1)]
        fetch_ahead(firms[ahead, n], 1)
        fetch_ahead(people[ahead], 1)
        slot = applicants[index]
        firm = firms[slot, n]
        person = people[slot]
        applicants[kept] = slot  # overwritten unless it counts: no branch to mispredict
        entities[kept] = person.entity
        here = (firm.status == ACTIVE) & (firm.owes == OWES_NOTHING) & (person.outside == 0)
        kept += 1 if here & (needed(firm, world) >= world.credit_min_loan) else 0
    return kept


@internal
def those_who_apply(applicants: Ints, count: int, draws: Floats, chance: float) -> int:
    """Keep those of ``applicants[:count]``, and the second of their draws, whose first is below ``chance``; returns how many."""
    kept = 0
    for index in range(count):
        applicants[kept] = applicants[index]
        draws[1, kept] = draws[1, index]
        kept += 1 if draws[0, index] < chance else 0
    return kept


@internal
def on_white_list(firm: Record, min_score: float, weight: float, world: Record, series: Floats) -> bool:
    """C1, B6. Does an applicant pass the white list by the score that banks see, research intensity in it?"""
    research = world.city_rd_share * (firm.revenue if firm.short == 1 else firm.cost)
    seen = indicator_rules.appraised(firm.percentile, indicator_rules.intensity(research, firm.revenue), weight)
    listed = listing_rules.white_listed(seen, min_score, False)
    if listed != listing_rules.white_listed(firm.percentile, min_score, False):
        series[S_RAISED if listed else S_LOWERED] += 1.0
    return listed


@internal
def apply_for_loans(
    people: Record, firms: Record, loans: Record, applicants: Ints, count: int, book: Ints, booked: int, n: int,
    quarter: Record, city: Record, credit: Record, rules: Record, state: Record, files: Record, world: Record,
    behaviour: Record, grants: Record, flow: Floats, series: Floats, stat: Floats, entities: Ints, draws: Floats,
) -> int:  # fmt: skip
    """C1, C2, T1. Firms whose season it is and that are short of money apply, in the order of the list; returns the open loans.

    A talent start-up whose credit line is open may borrow at least that much (拨投贷, G8). ``rules``: of all measures;
    ``entities``, ``draws``: room for the draws, one column a firm.
    """
    terms = rules.credit
    policy = terms.enabled == 1 and quarter.policy == 1
    pledges = rules.commercialisation.pledge_on == 1 and quarter.policy == 1
    count = in_need(people, firms, applicants, count, n, world, entities)
    rng.uniforms_of_all(quarter.seed, rng.LOAN, quarter.path, entities[:count], quarter.k, draws)
    chance = lending.application_chance(world.credit_apply, city.loan_boost)
    count = those_who_apply(applicants, count, draws, chance)
    for index in range(count):
        ahead = applicants[min(index + AHEAD, count - 1)]
        fetch_ahead(firms[ahead, n], 6)
        fetch_ahead(loans[ahead, n], 3)
        fetch_ahead(files[ahead, n].commercialisation, 0)
        fetch_ahead(grants[ahead, n], 1)
        slot = applicants[index]
        firm = firms[slot, n]
        person = people[slot]
        need = needed(firm, world)
        listed = policy and (
            terms.white_list_on == 0
            or on_white_list(firm, terms.white_list_min_score, city.research_weight, world, series)
        )
        if policy and not listed:
            stat[T_NOT_LISTED] += 1.0
        capacity = lending.debt_capacity(
            firm.revenue, firm.raised, world.credit_revenue_multiple, world.credit_equity_multiple
        )
        if listed:
            capacity = max(capacity, credit_floor(grants[slot, n], firm, rules.grant_to_equity))
        amount = lending.loan_amount(
            need, capacity, terms.loan_cap if listed else world.credit_cap, world.credit_min_loan
        )
        guaranteed = 0.0
        if listed and terms.guarantee_on == 1:
            guaranteed = lending.loan_amount(need, capacity, terms.guarantee_cap, world.credit_min_loan)
        pledge = 0.0
        if pledges:
            pledge = pledge_rules.pledge_amount(
                need, ip_value(person, files[slot, n].commercialisation, quarter, rules.commercialisation),
                rules.commercialisation.pledge_ltv, rules.commercialisation.pledge_cap, world.credit_min_loan,
            )  # fmt: skip
        if amount <= 0.0 and pledge <= 0.0:
            continue
        stat[T_APPLICATIONS] += 1.0
        product, bank, lent = seek_loan(
            draws[1, index], listed, amount, guaranteed, pledge, firm, person, quarter, city, credit, rules, world, stat
        )
        if bank < 0:
            stat[T_REFUSED_BY_BANKS] += 1.0
            continue
        loan = loans[slot, n]
        lend(loan, firm, person, product, listed, bank, lent, quarter, credit, rules, world, behaviour, flow, series)
        attach_warrant(loan, firm, lent, rules.pilots)
        if product == PLEDGED:
            stat[T_PLEDGED_LOANS] += 1.0
            note_pledge(files[slot, n].commercialisation, state.commercialisation, bank, lent)
        book[booked] = slot
        booked += 1
    return booked
