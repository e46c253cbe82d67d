"""Steps 2 and 11 of lending: the fiscal year opens and closes; ranking, subsidies, rebates, stop-loss; the horizon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import available, post, spend_line
from kejin_sim.engine.credit.layout import (
    BANKS,
    COMPENSATED,
    DEFAULTED,
    FREE,
    GUARANTEED,
    LAYERED,
    POOL,
    SCHEME_POOL,
)
from kejin_sim.engine.credit.pools import end_quarter, loans_of, open_funds, wind_up_guarantor, wind_up_pool
from kejin_sim.engine.credit.service import end_loan, lower, settle_claim, settle_recovery
from kejin_sim.engine.firms import support
from kejin_sim.engine.layout import GONE, GUARANTEE_LINE, INTEREST_LINE, RISK_POOL_LINE, Record
from kejin_sim.jit import internal
from kejin_sim.measures.credit import bank_rules, compensation_rules, guarantee_rules, loan_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import S_POOL_CLAIMS, S_PRIZE, T_BORNE_BANK, T_BORNE_COMPENSATION, T_UNPAID
from kejin_sim.recording import T_REFUSED
from kejin_sim.world import postings as w
from kejin_sim.world.calendar import quarters_in_force

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def open_credit_year(
    city: Record, credit: Record, quarter: Record, rules: Record, loans: Record, book: Ints, booked: int, n: int,
    flow: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 2. Bank counters start anew, relending quotas are given (C16), pool and guarantor are funded (C5, C11)."""
    policy = rules.enabled == 1 and quarter.policy == 1
    credit.quota = 0.25 * quarters_in_force(quarter.quarter_of_year, quarter.period_end) * rules.relending_quota
    for bank in range(BANKS):
        if quarter.quarter_of_year == 0:  # a bank's own year does not begin with a policy
            credit.lent[bank] = 0.0
        credit.listed[bank] = 0.0
        credit.quota_left[bank] = 0.0
        if policy:
            credit.quota_left[bank] = bank_rules.relending_quota(
                credit.quota, credit.top[bank] == 1, rules.ranking_bonus
            )
    for index in range(booked):
        loans[book[index], n].interest_year = 0.0
    if policy:
        open_funds(city, credit, quarter, rules, flow, stat)


@internal
def rank_banks(credit: Record, rules: Record) -> None:
    """C16. The banks that lent most to white-listed firms this year have priority next year."""
    for bank in range(BANKS):
        place = 0
        for other in range(BANKS):
            if other != bank and bank_rules.ahead(credit.listed[other], credit.listed[bank], other, bank):
                place += 1
        credit.top[bank] = 1 if credit.listed[bank] > 0.0 and place < rules.ranking_top_n else 0


@internal
def subsidise_interest(
    city: Record, firms: Record, loans: Record, book: Ints, booked: int, n: int, rules: Record, flow: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """C3. Part of the interest that white-listed borrowers paid this year comes back; all alike when the line is short."""
    wanted = 0.0
    for index in range(booked):
        slot = book[index]
        loan = loans[slot, n]
        if loan.listed == 1 and firms[slot, n].status != GONE:
            wanted += loan_rules.interest_subsidy(
                loan.interest_year, rules.interest_subsidy_share, rules.interest_subsidy_cap
            )
    if wanted <= 0.0:
        return
    scale = loan_rules.prorated(available(city, INTEREST_LINE), wanted)
    if scale < 1.0:
        stat[T_REFUSED] += 1.0
    if scale <= 0.0:
        return
    total = 0.0
    for index in range(booked):
        slot = book[index]
        loan = loans[slot, n]
        firm = firms[slot, n]
        if loan.listed == 1 and firm.status != GONE:
            amount = scale * loan_rules.interest_subsidy(
                loan.interest_year, rules.interest_subsidy_share, rules.interest_subsidy_cap
            )
            firm.cash += amount
            total += amount
            if amount > 0.0:
                support(firm)
    spend_line(city, flow, INTEREST_LINE, p.INTEREST_SUBSIDY, total)


@internal
def rebate_fees(city: Record, credit: Record, rules: Record, flow: Floats, stat: Floats) -> None:
    """C15. The city rewards the guarantor for low fees, on the average amount it guaranteed in the year."""
    wanted = guarantee_rules.fee_rebate(0.25 * credit.guaranteed_sum, rules.guarantee_fee_rebate)
    amount = min(wanted, available(city, GUARANTEE_LINE))
    if amount < wanted:
        stat[T_REFUSED] += 1.0
    if amount > 0.0:
        credit.guarantor += amount
        spend_line(city, flow, GUARANTEE_LINE, p.FEE_REBATE, amount)


@internal
def pay_layers(
    city: Record, credit: Record, rules: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """C7. Bank by bank, the city pays its share of the layer of the year's losses, which the bank then no longer bears."""
    for bank in range(BANKS):
        wanted = compensation_rules.layer_payment(
            credit.layer_loss[bank], 0.25 * credit.layer_sum[bank], rules.layer_attachment, rules.layer_detachment,
            rules.layer_share,
        )  # fmt: skip
        amount = min(wanted, available(city, RISK_POOL_LINE))
        if amount < wanted:
            stat[T_UNPAID] += wanted - amount
            stat[T_REFUSED] += 1.0
        if amount > 0.0:
            spend_line(city, flow, RISK_POOL_LINE, p.LAYER, amount)
            series[S_POOL_CLAIMS] += amount
            # Who bore what is told of loans made after the opening: of the payment, the part that falls to their losses.
            counted = amount * credit.layer_counted[bank] / credit.layer_loss[bank]
            stat[T_BORNE_COMPENSATION] += counted
            stat[T_BORNE_BANK] -= counted
        credit.layer_loss[bank] = 0.0
        credit.layer_counted[bank] = 0.0
        credit.layer_sum[bank] = 0.0


@internal
def close_credit_quarter(
    city: Record, firms: Record, loans: Record, book: Ints, booked: int, n: int, credit: Record, quarter: Record,
    rules: Record, world: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 11. Exposures and stop-loss every quarter; at the end of a fiscal year, or of the part of it that the policy lasts,
    subsidies, rebates, ranking, and what winds up.
    """
    worth = 0.0
    pooled = 0.0
    compensated = 0.0
    layered = 0.0
    guaranteed = 0.0
    for index in range(booked):
        loan = loans[book[index], n]
        if loan.product == POOL:
            pooled += loan.balance
        elif loan.product == COMPENSATED:
            compensated += loan.balance
        elif loan.product == LAYERED:
            layered += loan.balance
            credit.layer_sum[loan.bank] += loan.balance
        elif loan.product == GUARANTEED:
            guaranteed += loan.balance
        if loan.relend > 0.0 and loan.beyond > 0.0:
            worth += bank_rules.prize(loan.beyond * loan.relend, world.credit_funding, rules.relending_rate)
    product = loans_of(rules.scheme)
    shared = pooled if product == POOL else compensated if product == COMPENSATED else layered if product == LAYERED else 0.0
    end_quarter(credit, rules, shared, guaranteed)
    credit.guaranteed_sum += credit.guaranteed[0]
    series[S_PRIZE] += worth
    # The opening, the end of the policy and the horizon may cut a fiscal year in two.
    if quarter.quarter_of_year != quarter.period_end and quarter.k != quarter.last:
        return
    if rules.enabled == 1 and quarter.policy == 1:
        subsidise_interest(city, firms, loans, book, booked, n, rules, flow, stat)
        rebate_fees(city, credit, rules, flow, stat)
        rank_banks(credit, rules)
    credit.guaranteed_sum = 0.0
    pay_layers(city, credit, rules, flow, series, stat)
    in_pool = 0
    in_guarantee = 0
    for index in range(booked):
        product = loans[book[index], n].product
        in_pool += 1 if product == POOL else 0
        in_guarantee += 1 if product == GUARANTEED else 0
    # Nothing new comes to a vehicle once the policy ends, nor to one that the package has no use for.
    over = rules.enabled == 0 or quarter.next_year_policy == 0
    if (over or rules.scheme != SCHEME_POOL) and in_pool == 0 and credit.pool_funded > 0.0:
        wind_up_pool(credit, flow)
    if (over or rules.guarantee_on == 0) and in_guarantee == 0 and credit.guarantor_funded > 0.0:
        wind_up_guarantor(credit, flow)


@internal
def run_off(
    city: Record, firms: Record, loans: Record, book: Ints, booked: int, n: int, credit: Record, quarter: Record,
    rules: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """The horizon: good loans are repaid from outside, bad ones settled at once, pool and guarantor returned."""
    for index in range(booked):
        slot = book[index]
        loan = loans[slot, n]
        if loan.status == DEFAULTED:
            if loan.claim_due >= 0:
                settle_claim(city, loan, credit, rules, quarter, flow, series, stat)
            settle_recovery(loan, credit, flow, stat)
        elif loan.status != FREE:
            post(flow, w.HORIZON_LOAN, loan.balance)
            lower(loan, credit, loan.balance)
            end_loan(loan, firms[slot, n], credit, flow)
    if credit.pool_funded > 0.0:
        wind_up_pool(credit, flow)
    if credit.guarantor_funded > 0.0:
        wind_up_guarantor(credit, flow)


