"""Risk pool and guarantor: who pays in, who is paid when a loan defaults, what goes back (C5, C9–C15)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import available, post, spend_line
from kejin_sim.engine.credit.layout import (
    BANK,
    CITY,
    COMPENSATED,
    DISTRICT,
    GUARANTEED,
    INSURED,
    LAYERED,
    POOL,
    SCHEME_COMPENSATION,
    SCHEME_NONE,
    SCHEME_POOL,
    YEAR,
)
from kejin_sim.engine.layout import GUARANTEE_LINE, RISK_POOL_LINE, Record
from kejin_sim.jit import internal
from kejin_sim.measures.credit import guarantee_rules, loan_rules, pool_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.compensation_rules import compensation, return_share
from kejin_sim.measures.credit.recording import (
    S_GUARANTEE_CLAIMS,
    S_POOL_CLAIMS,
    T_DOUBLE_REFUSED,
    T_POOL_EMPTY,
    T_STACK_CAPPED,
    T_UNPAID,
)
from kejin_sim.measures.credit.stacking_rules import capped, eligible_for_compensation
from kejin_sim.measures.insurance import loan_rules as insurance
from kejin_sim.measures.insurance import postings as ins
from kejin_sim.recording import T_REFUSED
from kejin_sim.world.calendar import quarters_in_force

Floats = NDArray[np.float64]


@internal
def pool_cash(credit: Record) -> float:
    """Money in the risk pool (CNY)."""
    return credit.pool[CITY] + credit.pool[DISTRICT] + credit.pool[BANK]


@internal
def ring_mean(ring: Floats) -> float:
    """Mean of the last four quarter-ends."""
    return 0.25 * (ring[0] + ring[1] + ring[2] + ring[3])


@internal
def fund_pool(city: Record, credit: Record, rules: Record, flow: Floats, stat: Floats) -> None:
    """C5. City, district and banks pay in: the agreed size once, then a yearly top-up; all scaled by what the line has."""
    size = rules.pool_size
    first = max(0.0, size - credit.pool_funded)
    wanted = first + pool_rules.top_up(size, pool_cash(credit) + first, rules.pool_top_up)
    if wanted <= 0.0:
        return
    share = rules.pool_shares[CITY]
    scale = loan_rules.prorated(available(city, RISK_POOL_LINE), pool_rules.party_share(wanted, share))
    if scale < 1.0:
        stat[T_REFUSED] += 1.0
    credit.pool_funded += scale * first
    for party in range(3):
        amount = scale * pool_rules.party_share(wanted, rules.pool_shares[party])
        if amount <= 0.0:
            continue
        credit.pool[party] += amount
        if party == CITY:
            spend_line(city, flow, RISK_POOL_LINE, p.POOL_CITY, amount)
        elif party == DISTRICT:
            post(flow, p.POOL_DISTRICT, amount)
        else:
            post(flow, p.POOL_BANK, amount)


@internal
def fund_guarantor(city: Record, credit: Record, quarter: Record, rules: Record, flow: Floats, stat: Floats) -> None:
    """C11. The city pays the guarantor's capital in: once, then a yearly top-up of what claims took. What the year's reward for
    low fees is expected to need stays in the line (C15)."""
    size = rules.guarantee_capital
    first = max(0.0, size - credit.guarantor_funded)
    wanted = first + pool_rules.top_up(size, credit.guarantor + first, rules.guarantee_top_up)
    if wanted <= 0.0:
        return
    quarters = quarters_in_force(quarter.quarter_of_year, quarter.period_end)
    amount = min(
        wanted,
        guarantee_rules.left_for_capital(
            available(city, GUARANTEE_LINE), credit.guaranteed[0], rules.guarantee_fee_rebate, quarters
        ),
    )
    if amount < wanted:
        stat[T_REFUSED] += 1.0
    credit.guarantor_funded += min(first, amount)
    credit.guarantor_paid += amount
    credit.guarantor += amount
    if amount > 0.0:
        spend_line(city, flow, GUARANTEE_LINE, p.GUARANTEE_CAPITAL, amount)


@internal
def claim_pool(loan: Record, credit: Record, rules: Record, quarter: Record, flow: Floats, series: Floats, stat: Floats) -> None:
    """C5. The pool pays the bank its parties' shares of a bad loan while their accounts last; the rest stays with the bank."""
    paid = 0.0
    for party in range(3):
        amount = pool_rules.pool_pays(loan.ead, rules.pool_shares[party], credit.pool[party])
        credit.pool[party] -= amount
        loan.paid_pool[party] = amount
        paid += amount
        if party == CITY:
            post(flow, p.CLAIM_CITY, amount)
        elif party == DISTRICT:
            post(flow, p.CLAIM_DISTRICT, amount)
        else:
            post(flow, p.CLAIM_BANK, amount)
    series[S_POOL_CLAIMS] += paid
    due = (1.0 - rules.pool_shares[BANK]) * loan.ead
    public = loan.paid_pool[CITY] + loan.paid_pool[DISTRICT]
    if pool_rules.paid_short(public, due):  # what the banks' account cannot pay they bear anyway
        stat[T_UNPAID] += due - public
        if stat[T_POOL_EMPTY] == 0.0 and quarter.k >= quarter.opening:
            stat[T_POOL_EMPTY] = 1.0 + quarter.k - quarter.opening


@internal
def claim_compensation(
    city: Record, loan: Record, rules: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """C6. The city pays the bank a share of the principal, capped by the liability borne (N1) and by the line."""
    wanted = compensation(
        loan.ead, rules.compensation_share, rules.compensation_first_loan_bonus, loan.first == 1
    )
    allowed = capped(wanted, loan.ead, rules.stacking_compensation_cap)
    if allowed < wanted:
        stat[T_STACK_CAPPED] += 1.0
    amount = min(allowed, available(city, RISK_POOL_LINE))
    if amount < allowed:
        stat[T_UNPAID] += allowed - amount
        stat[T_REFUSED] += 1.0
    loan.paid_compensation = amount
    series[S_POOL_CLAIMS] += amount
    if amount > 0.0:
        spend_line(city, flow, RISK_POOL_LINE, p.COMPENSATION, amount)


@internal
def is_refused_more(loan: Record, rules: Record) -> bool:
    """N2. Would a scheme in force compensate a bad loan that another covers already?"""
    covered = not eligible_for_compensation(loan.product == GUARANTEED, loan.product == INSURED)
    return rules.enabled == 1 and rules.scheme > 0 and covered


@internal
def claim_guarantee(loan: Record, credit: Record, rules: Record, flow: Floats, series: Floats, stat: Floats) -> None:
    """C12, C13. The guarantor pays the bank at once and is paid the national fund's and the re-guarantor's parts."""
    due = (1.0 - rules.guarantee_bank_share) * loan.ead
    amount = min(due, credit.guarantor)
    stat[T_UNPAID] += due - amount
    if is_refused_more(loan, rules):
        stat[T_DOUBLE_REFUSED] += 1.0  # N2: it draws nothing from pool or compensation
    before = credit.claims[0] + credit.claims[1] + credit.claims[2] + credit.claims[3]
    scale = amount / due if due > 0.0 else 0.0
    national = guarantee_rules.national_payment(
        scale * loan.national * loan.ead, amount, before, ring_mean(credit.guaranteed), rules.guarantee_claim_rate_cap
    )
    re_guarantor = 0.0
    if rules.guarantee_re_guarantor == 0:
        re_guarantor = scale * rules.guarantee_re_guarantor_share * loan.ead
    credit.claims[0] += amount
    credit.guarantor += national + re_guarantor - amount
    loan.paid_guarantor = amount
    loan.paid_national = national
    loan.paid_re_guarantor = re_guarantor
    post(flow, p.GUARANTEE_CLAIM, amount)
    post(flow, p.NATIONAL_SHARE, national)
    post(flow, p.RE_GUARANTOR_SHARE, re_guarantor)
    series[S_GUARANTEE_CLAIMS] += amount


@internal
def claim_insurance(loan: Record, rules: Record, flow: Floats, stat: Floats) -> None:
    """I6. The insurer pays the bank its share of a bad loan; nobody else does (N2)."""
    amount = insurance.indemnity(loan.ead, loan.insured)
    loan.paid_insurer = amount
    if is_refused_more(loan, rules):
        stat[T_DOUBLE_REFUSED] += 1.0
    post(flow, ins.LOAN_CLAIM, amount)


@internal
def share_recovery(loan: Record, credit: Record, recovered: float, flow: Floats) -> None:
    """C10, N8. What was recovered goes back pro rata to those who had paid; the rest is the bank's own."""
    if loan.ead <= 0.0:
        return
    if loan.product == POOL:
        for party in range(3):
            back = return_share(recovered, loan.paid_pool[party], loan.ead)
            credit.pool[party] += back
            loan.paid_pool[party] -= back
            if party == CITY:
                post(flow, p.POOL_RECOVERY_CITY, back)
            elif party == DISTRICT:
                post(flow, p.POOL_RECOVERY_DISTRICT, back)
            else:
                post(flow, p.POOL_RECOVERY_BANK, back)
    elif loan.product == INSURED:
        back = insurance.subrogation(recovered, loan.insured)
        loan.paid_insurer -= back
        post(flow, ins.LOAN_SUBROGATION, back)
    elif loan.paid_compensation > 0.0:
        back = return_share(recovered, loan.paid_compensation, loan.ead)
        loan.paid_compensation -= back
        post(flow, p.COMPENSATION_RETURNED, back)
    elif loan.product == GUARANTEED:
        back = return_share(recovered, loan.paid_guarantor, loan.ead)
        national = return_share(recovered, loan.paid_national, loan.ead)
        re_guarantor = return_share(recovered, loan.paid_re_guarantor, loan.ead)
        credit.guarantor += back - national - re_guarantor
        loan.paid_guarantor -= back
        loan.paid_national -= national
        loan.paid_re_guarantor -= re_guarantor
        post(flow, p.GUARANTEE_RECOVERY, back)
        post(flow, p.NATIONAL_RETURNED, national)
        post(flow, p.RE_GUARANTOR_RETURNED, re_guarantor)


@internal
def wind_up_pool(credit: Record, flow: Floats) -> None:
    """C5. No loan is left that the pool answers for, and no more will come: what is left goes back to those who paid in."""
    post(flow, p.POOL_RETURN_CITY, credit.pool[CITY])
    post(flow, p.POOL_RETURN_DISTRICT, credit.pool[DISTRICT])
    post(flow, p.POOL_RETURN_BANK, credit.pool[BANK])
    for party in range(3):
        credit.pool[party] = 0.0
    credit.pool_funded = 0.0


@internal
def wind_up_guarantor(credit: Record, flow: Floats) -> None:
    """C11. The guarantor's money goes back to the city when nothing is guaranteed any more: what was paid in, then a surplus."""
    capital = min(credit.guarantor, credit.guarantor_paid)
    post(flow, p.GUARANTEE_RETURNED, capital)
    post(flow, p.GUARANTEE_SURPLUS, credit.guarantor - capital)
    credit.guarantor = 0.0
    credit.guarantor_paid = 0.0
    credit.guarantor_funded = 0.0


@internal
def push(ring: Floats, value: float) -> None:
    """Put the newest figure at the head of a ring of four quarters."""
    for back in range(YEAR - 1):
        age = YEAR - 1 - back
        ring[age] = ring[age - 1]
    ring[0] = value


@internal
def loans_of(scheme: int) -> int:
    """The product of a scheme's loans; −1 for no scheme."""
    if scheme == SCHEME_POOL:
        return POOL
    if scheme == SCHEME_COMPENSATION:
        return COMPENSATED
    return -1 if scheme == SCHEME_NONE else LAYERED


@internal
def watch_scheme(credit: Record, scheme: int) -> None:
    """C8. A scheme that takes another's place answers for its own loans: the stop-loss begins anew."""
    if credit.scheme != scheme:
        for back in range(YEAR):
            credit.defaults[back] = 0.0
            credit.exposure[back] = 0.0
        credit.stopped = 0
        credit.scheme = scheme


@internal
def end_quarter(credit: Record, rules: Record, shared: float, guaranteed: float) -> None:
    """Step 11. Note the exposures of the quarter's end and test the stop-loss (C8).

    Parameters: ``shared`` open loans of the scheme in force, ``guaranteed`` under guarantee (CNY), recounted: what rounding
    leaves of a running total would be an exposure where there is none.
    """
    push(credit.exposure, shared)
    push(credit.guaranteed, (1.0 - rules.guarantee_bank_share) * guaranteed)
    defaults = credit.defaults[0] + credit.defaults[1] + credit.defaults[2] + credit.defaults[3]
    stopped = pool_rules.stopped(
        credit.stopped == 1, defaults, ring_mean(credit.exposure), rules.stop_loss_trigger, rules.stop_loss_release
    )
    credit.stopped = 1 if stopped else 0


@internal
def open_funds(city: Record, credit: Record, quarter: Record, rules: Record, flow: Floats, stat: Floats) -> None:
    """Step 2. Contributions of the fiscal year."""
    if rules.enabled == 0:
        return
    if rules.scheme == SCHEME_POOL:
        fund_pool(city, credit, rules, flow, stat)
    if rules.guarantee_on == 1:
        fund_guarantor(city, credit, quarter, rules, flow, stat)
