"""Step 6 of a loan: who applies, for how much, under which product, and which bank lends (C1, C2, C5, C8, C11, C16, C17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import post
from kejin_sim.engine.credit.layout import (
    BANK,
    BANKS,
    COMPENSATED,
    GUARANTEED,
    LAYERED,
    LISTED,
    ORDINARY,
    OWES,
    OWES_NOTHING,
    PERFORMING,
    POOL,
    SCHEME_COMPENSATION,
    SCHEME_LAYER,
    SCHEME_POOL,
)
from kejin_sim.engine.grant.linkage import credit_floor
from kejin_sim.engine.layout import ACTIVE, CASH_OUT_ROW, SUSTAINED_ROW, Record
from kejin_sim.jit import internal, internal_inlined
from kejin_sim.measures.credit import bank_rules, compensation_rules, guarantee_rules, listing_rules, pool_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_FIRST_LOANS,
    S_GUARANTEED_LENT,
    S_LENT,
    S_LISTED_LENT,
    S_LOANS,
    S_POOL_LENT,
    T_APPLICATIONS,
    T_LIMIT_FULL,
    T_NOT_LISTED,
    T_REFUSED_BY_BANKS,
    T_STOPPED,
)
from kejin_sim.measures.credit.stacking_rules import capped
from kejin_sim.world import credit as lending
from kejin_sim.world import postings as w

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
    """The part of a loss that the bank reckons to keep under a product (C5, C6, C12; N3)."""
    if product == POOL:
        return rules.pool_shares[BANK]
    if product == COMPENSATED:
        share = compensation_rules.compensation(
            1.0, rules.compensation_share, rules.compensation_first_loan_bonus, first
        )
        return 1.0 - capped(share, 1.0, rules.stacking_compensation_cap)
    if product == GUARANTEED:
        return rules.guarantee_bank_share
    return 1.0


@internal
def reckoned(firm: Record, person: Record, quarter: Record, world: Record) -> float:
    """C2. The yearly PD that banks see in a borrower."""
    pd = lending.probability_at(
        quarter.default_point[hazard_row(firm)], world.failure_quality, person.score, world.score_noise
    )
    return lending.reckoned_probability(pd, firm.revenue < firm.cost, world.credit_burning_pd)


@internal
def bank_offers(
    bank: int, product: int, first: bool, new: float, refinanced: bool, pd: float, quarter: Record, credit: Record,
    rules: Record, world: Record,
) -> bool:  # fmt: skip
    """C2. Would this bank lend under this product: enough margin after its own share of expected loss, and capacity left?

    ``new``: CNY that would count against the bank's yearly capacity (0 for a renewal). ``refinanced``: the central bank's money
    stands, or would stand, behind it. ``pd``: see :func:`reckoned`.
    """
    if credit.lent[bank] + new > world.credit_capacity[bank]:
        return False
    funding = world.credit_funding
    if refinanced:
        funding = bank_rules.blended_funding(funding, rules.relending_rate, rules.relending_share)
    rate = world.macro_lpr + world.credit_spread[bank]
    margin = lending.expected_margin(rate, funding, pd, world.credit_lgd, retained(product, first, rules))
    return lending.offers(margin, world.credit_appetite[bank], world.credit_cycle, quarter.factor)


@internal
def scheme_product(
    amount: float, firm: Record, person: Record, quarter: Record, credit: Record, rules: Record, stat: Floats
) -> int:
    """The product of pool or compensation while it is open to a listed firm, else a listed loan that nobody shares."""
    if rules.scheme == SCHEME_POOL and 0.25 * (quarter.k - person.arrival) <= rules.pool_age_max:
        cash = credit.pool[0] + credit.pool[1] + credit.pool[2]
        limit = pool_rules.lending_limit(rules.pool_leverage, credit.pool_funded, cash, rules.pool_leverage_of == 1)
        if credit.stopped == 1:
            stat[T_STOPPED] += 1.0
        elif cash > 0.0 and credit.balance[POOL] + amount <= limit:
            return POOL
        else:
            stat[T_LIMIT_FULL] += 1.0
    elif rules.scheme == SCHEME_COMPENSATION or rules.scheme == SCHEME_LAYER:
        if credit.stopped == 0:
            return COMPENSATED if rules.scheme == SCHEME_COMPENSATION else LAYERED
        stat[T_STOPPED] += 1.0
    return LISTED


@internal
def guarantor_has_room(amount: float, credit: Record, rules: Record, stat: Floats) -> bool:
    """C11. May the guarantor take this loan on?"""
    if rules.guarantee_on == 0 or amount > rules.guarantee_cap:
        return False
    part = 1.0 - rules.guarantee_bank_share
    limit = guarantee_rules.exposure_limit(credit.guarantor, rules.guarantee_leverage)
    if part * (credit.balance[GUARANTEED] + amount) <= limit:
        return True
    stat[T_LIMIT_FULL] += 1.0
    return False


@internal
def ask_banks(
    u_bank: float, product: int, first: bool, amount: float, pd: float, quarter: Record, credit: Record, rules: Record,
    world: Record,
) -> int:  # fmt: skip
    """The first bank that would lend under a product, of those that the firm asks; −1 when none would."""
    share = rules.relending_share
    for turn in range(world.credit_asked):
        bank = (int(u_bank * BANKS) + turn) % BANKS
        refinanced = product >= LISTED and share > 0.0 and credit.quota_left[bank] >= share * amount
        if bank_offers(bank, product, first, amount, refinanced, pd, quarter, credit, rules, world):
            return bank
    return -1


@internal
def lend(
    loan: Record, firm: Record, person: Record, product: int, bank: int, amount: float, quarter: Record, credit: Record,
    rules: Record, world: Record, flow: Floats, series: Floats,
) -> None:  # fmt: skip
    """C2. A bank makes a loan."""
    first = firm.borrowed == 0
    loan.status = PERFORMING
    loan.product = product
    loan.bank = bank
    loan.first = 1 if first else 0
    loan.policy = 1 if quarter.k >= quarter.opening else 0
    loan.renewed = 0
    loan.made = quarter.k
    loan.due = quarter.k + (rules.guarantee_term if product == GUARANTEED else world.credit_term)
    loan.claim_due = -1
    loan.recovery_due = -1
    loan.balance = amount
    loan.rate = world.macro_lpr + world.credit_spread[bank]
    loan.interest_year = 0.0
    loan.relend = 0.0
    if product == GUARANTEED:
        grade = guarantee_rules.firm_class(
            person.hard_tech == 1, firm.percentile, firm.stage, rules.guarantee_class_score
        )
        loan.national = rules.guarantee_national_share[grade]
    firm.owes = OWES
    firm.borrowed = 1
    firm.cash += amount
    credit.balance[product] += amount
    credit.lent[bank] += amount
    post(flow, w.LOAN if product == ORDINARY else p.POLICY_LOAN, amount)
    series[S_LENT] += amount
    series[S_LOANS] += 1.0
    if first:
        series[S_FIRST_LOANS] += 1.0
    if product in (POOL, COMPENSATED, LAYERED):
        series[S_POOL_LENT] += amount
    elif product == GUARANTEED:
        series[S_GUARANTEED_LENT] += amount
    if product == ORDINARY:
        return
    series[S_LISTED_LENT] += amount
    credit.listed[bank] += amount
    relend = bank_rules.relending(amount, rules.relending_share, credit.quota_left[bank])
    if relend > 0.0:
        loan.relend = relend
        loan.relend_due = quarter.k + 4 * (1 + rules.relending_extensions)
        credit.quota_left[bank] -= relend
        credit.relend += relend
        post(flow, p.RELEND, relend)


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
def apply_for_loans(
    people: Record, firms: Record, loans: Record, applicants: Ints, count: int, book: Ints, booked: int, n: int,
    quarter: Record, credit: Record, rules: Record, world: Record, grants: Record, grant_rules: Record,
    flow: Floats, series: Floats, stat: Floats, entities: Ints, draws: Floats,
) -> int:  # fmt: skip
    """C1, C2. Firms whose season it is and that are short of money apply, in the order of the list; returns the open loans.

    A talent start-up whose credit line is open may borrow at least that much (拨投贷, G8). ``entities``, ``draws``: room for the
    draws, one column a firm.
    """
    policy = rules.enabled == 1 and quarter.policy == 1
    count = in_need(people, firms, applicants, count, n, world, entities)
    rng.uniforms_of_all(quarter.seed, rng.LOAN, quarter.path, entities[:count], quarter.k, draws)
    for index in range(those_who_apply(applicants, count, draws, world.credit_apply)):
        u_bank = draws[1, index]
        slot = applicants[index]
        firm = firms[slot, n]
        person = people[slot]
        need = needed(firm, world)
        listed = policy and (
            rules.white_list_on == 0
            or listing_rules.white_listed(firm.percentile, rules.white_list_min_score, False)
        )
        if policy and not listed:
            stat[T_NOT_LISTED] += 1.0
        capacity = lending.debt_capacity(
            firm.revenue, firm.raised, world.credit_revenue_multiple, world.credit_equity_multiple
        )
        if listed:
            capacity = max(capacity, credit_floor(grants[slot, n], firm, grant_rules))
        amount = lending.loan_amount(
            need, capacity, rules.loan_cap if listed else world.credit_cap, world.credit_min_loan
        )
        if amount <= 0.0:
            continue
        stat[T_APPLICATIONS] += 1.0
        product = scheme_product(amount, firm, person, quarter, credit, rules, stat) if listed else ORDINARY
        lender = -1
        if lending.sound(firm.cash, amount, firm.revenue, firm.cost, world.credit_min_runway):
            # The scheme first; where no bank lends under it, the guarantor; at last a loan that nobody shares.
            pd = reckoned(firm, person, quarter, world)
            first = firm.borrowed == 0
            if product != LISTED:
                lender = ask_banks(u_bank, product, first, amount, pd, quarter, credit, rules, world)
            if listed and lender < 0 and guarantor_has_room(amount, credit, rules, stat):
                product = GUARANTEED
                lender = ask_banks(u_bank, product, first, amount, pd, quarter, credit, rules, world)
            if listed and lender < 0:
                product = LISTED
                lender = ask_banks(u_bank, product, first, amount, pd, quarter, credit, rules, world)
        if lender < 0:
            stat[T_REFUSED_BY_BANKS] += 1.0
            continue
        lend(loans[slot, n], firm, person, product, lender, amount, quarter, credit, rules, world, flow, series)
        book[booked] = slot
        booked += 1
    return booked
