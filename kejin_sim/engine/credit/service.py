"""Steps 4 and 5 of a loan: interest and principal, renewal, arrears, default, claim, recovery (C2, C4, C9, C10, C17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import post
from kejin_sim.engine.credit.layout import (
    BAD_MARK,
    COMPENSATED,
    DEFAULTED,
    FREE,
    GUARANTEED,
    INSURED,
    LAYERED,
    LISTED,
    ORDINARY,
    OVERDUE,
    OWES_NOTHING,
    PERFORMING,
    PLEDGED,
    POOL,
    code_of,
)
from kejin_sim.engine.credit.offers import bank_offers, reckoned, retained
from kejin_sim.engine.credit.pools import (
    claim_compensation,
    claim_guarantee,
    claim_insurance,
    claim_pool,
    loans_of,
    push,
    share_recovery,
    watch_scheme,
)
from kejin_sim.engine.layout import AHEAD, FAILED, GONE, Record
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.measures.commercialisation import postings as ip
from kejin_sim.measures.commercialisation.steps.pledges import note_pledge_interest
from kejin_sim.measures.credit import bank_rules, compensation_rules, guarantee_rules, loan_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_DEFAULTED,
    S_DEFAULTS,
    T_BORNE_BANK,
    T_BORNE_COMPENSATION,
    T_BORNE_GUARANTOR,
    T_BORNE_INSURER,
    T_BORNE_NATIONAL,
    T_BORNE_POOL_BANK,
    T_BORNE_POOL_CITY,
    T_BORNE_POOL_DISTRICT,
    T_BORNE_RE_GUARANTOR,
    T_CREDIT_EAD,
    T_CREDIT_RECOVERED,
    T_FEES_UNPAID,
    T_PLEDGED_EAD,
    T_PLEDGED_LOSS,
    T_PREMIUMS_UNPAID,
    T_RENEWED,
)
from kejin_sim.measures.insurance import loan_rules as insurance
from kejin_sim.measures.insurance import postings as ins
from kejin_sim.world import credit as lending
from kejin_sim.world import postings as w

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def end_relending(loan: Record, credit: Record, flow: Floats) -> None:
    """C17. The bank repays the central bank's money behind a loan."""
    if loan.relend > 0.0:
        post(flow, p.RELEND_REPAID, loan.relend)
        credit.relend -= loan.relend
        loan.relend = 0.0


@internal
def lower(loan: Record, credit: Record, amount: float) -> None:
    """A loan's balance falls by ``amount``, and the running totals with it."""
    if loan.product == GUARANTEED:
        credit.released += amount
    loan.balance -= amount
    credit.balance[loan.product] -= amount


@internal
def end_growth(loan: Record, firm: Record) -> None:
    """The loan's money is spent: its cost ends, unless a round or a pivot has set the firm's anew since."""
    if loan.growth > 0.0:
        if firm.raised == loan.growth_raised and firm.sustained == loan.growth_sustained:
            firm.cost = max(0.0, firm.cost - loan.growth)
        loan.growth = 0.0


@internal
def end_loan(loan: Record, firm: Record, credit: Record, flow: Floats) -> None:
    """A loan is paid back in full."""
    end_relending(loan, credit, flow)
    end_growth(loan, firm)
    loan.status = FREE
    firm.owes = OWES_NOTHING
    firm.debt = 0.0
    credit.repaid += 1


@internal
def bought_out(loan: Record, firm: Record, credit: Record, flow: Floats) -> None:
    """The buyer of a firm repays its loan (interest of the broken quarter is waived)."""
    post(flow, code_of(loan, w.LOAN_REPAID_EXIT, p.POLICY_REPAID_EXIT, ip.PLEDGED_REPAID_EXIT), loan.balance)
    lower(loan, credit, loan.balance)
    end_loan(loan, firm, credit, flow)


@internal
def default(
    loan: Record, firm: Record, credit: Record, quarter: Record, rules: Record, world: Record, flow: Floats, series: Floats
) -> None:
    """C4. The whole balance is in default: the claim and the recovery get their days, the borrower a bad mark."""
    loan.ead = loan.balance
    lower(loan, credit, loan.balance)
    loan.balance = 0.0
    credit.waiting += loan.ead
    loan.status = DEFAULTED
    firm.owes = BAD_MARK
    firm.debt = 0.0
    end_relending(loan, credit, flow)
    end_growth(loan, firm)
    loan.claim_due = -1
    if loan.product in (POOL, COMPENSATED, GUARANTEED, INSURED):
        loan.claim_due = compensation_rules.claim_due(
            quarter.k, rules.claim_lag, rules.claim_ex_ante == 1, rules.claim_ex_ante_lag
        )
        credit.claimed[loan.product] += loan.ead
    loan.recovery_due = max(loan.claim_due, quarter.k + int(round(4.0 * world.credit_recovery_years)))
    if loan.product == loans_of(rules.scheme):
        credit.defaults[0] += loan.ead
    if loan.product == LAYERED:
        loss = loan_rules.loss(loan.ead, loan.lgd)
        credit.layer_loss[loan.bank] += loss
        credit.layer_counted[loan.bank] += loss if loan.policy == 1 else 0.0
    series[S_DEFAULTED] += loan.ead
    series[S_DEFAULTS] += 1.0
    credit.defaulted += 1


@internal
def settle_claim(
    city: Record, loan: Record, credit: Record, rules: Record, quarter: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """C9. The claim of a bad loan is paid. A layer (C7) is paid at the year's end, on all of a bank's losses."""
    credit.claimed[loan.product] -= loan.ead
    if loan.product == POOL:
        claim_pool(loan, credit, rules, quarter, flow, series, stat)
    elif loan.product == GUARANTEED:
        claim_guarantee(loan, credit, rules, flow, series, stat)
    elif loan.product == INSURED:
        claim_insurance(loan, rules, flow, stat)
    else:
        claim_compensation(city, loan, rules, flow, series, stat)
    loan.claim_due = -1


@internal
def settle_recovery(loan: Record, credit: Record, flow: Floats, stat: Floats) -> None:
    """C10. Collateral and estate bring 1 − LGD of the exposure; payers are paid back pro rata, and the books close."""
    recovered = lending.recovered(loan.ead, loan.lgd)
    credit.exposure_settled += loan.ead
    credit.recovered += recovered
    post(flow, code_of(loan, w.LOAN_RECOVERY, p.POLICY_RECOVERY, ip.PLEDGED_RECOVERY), recovered)
    share_recovery(loan, credit, recovered, flow)
    public = loan.paid_pool[0] + loan.paid_pool[1]
    guarantor = loan.paid_guarantor - loan.paid_national - loan.paid_re_guarantor
    rest = loan.ead - recovered - public - loan.paid_compensation - loan.paid_guarantor - loan.paid_insurer
    if loan.policy == 1 and loan.product >= LISTED:
        stat[T_CREDIT_EAD] += loan.ead
        stat[T_CREDIT_RECOVERED] += recovered
        stat[T_BORNE_POOL_CITY] += loan.paid_pool[0]
        stat[T_BORNE_POOL_DISTRICT] += loan.paid_pool[1]
        stat[T_BORNE_POOL_BANK] += loan.paid_pool[2]
        stat[T_BORNE_COMPENSATION] += loan.paid_compensation
        stat[T_BORNE_GUARANTOR] += guarantor
        stat[T_BORNE_NATIONAL] += loan.paid_national
        stat[T_BORNE_RE_GUARANTOR] += loan.paid_re_guarantor
        stat[T_BORNE_INSURER] += loan.paid_insurer
        stat[T_BORNE_BANK] += rest - loan.paid_pool[2]
        if loan.product == PLEDGED:
            stat[T_PLEDGED_EAD] += loan.ead
            stat[T_PLEDGED_LOSS] += loan.ead - recovered
    credit.waiting -= loan.ead
    credit.settled += loan.ead
    loan.ead = 0.0
    for party in range(3):
        loan.paid_pool[party] = 0.0
    loan.paid_compensation = 0.0
    loan.paid_guarantor = 0.0
    loan.paid_national = 0.0
    loan.paid_re_guarantor = 0.0
    loan.paid_insurer = 0.0
    loan.status = FREE


@internal
def pay_guarantee(loan: Record, firm: Record, credit: Record, rules: Record, flow: Floats, stat: Floats) -> None:
    """C11, C14. The firm pays the guarantor its fee, the guarantor its premium to those who re-guarantee."""
    fee = guarantee_rules.fee(loan.balance, rules.guarantee_fee)
    if firm.cash >= fee:
        firm.cash -= fee
        credit.guarantor += fee
        post(flow, p.GUARANTEE_FEE, fee)
    else:
        stat[T_FEES_UNPAID] += 1.0
    rate = guarantee_rules.premium_rate(
        loan.balance, rules.guarantee_premium_threshold, rules.guarantee_premium[0], rules.guarantee_premium[1]
    )
    national = guarantee_rules.premium(loan.national * loan.balance, rate)
    re_guarantor = 0.0
    if rules.guarantee_re_guarantor == 0:
        re_guarantor = guarantee_rules.premium(rules.guarantee_re_guarantor_share * loan.balance, rate)
    if credit.guarantor >= national + re_guarantor:
        credit.guarantor -= national + re_guarantor
        post(flow, p.PREMIUM_NATIONAL, national)
        post(flow, p.PREMIUM_RE_GUARANTOR, re_guarantor)


@internal
def pay_insurer(loan: Record, firm: Record, flow: Floats, stat: Floats) -> None:
    """I6. The firm pays the insurer its premium; cover goes on when it cannot."""
    premium = insurance.loan_premium(loan.balance, loan.premium)
    if firm.cash >= premium:
        firm.cash -= premium
        post(flow, ins.LOAN_PREMIUM, premium)
    else:
        stat[T_PREMIUMS_UNPAID] += 1.0


@internal
def renewable(product: int, quarter: Record, rules: Record) -> bool:
    """May a loan of this product be renewed: is what it rests on still in force?"""
    if product == ORDINARY:
        return True
    if quarter.policy == 0:
        return False
    if product == PLEDGED:
        return rules.commercialisation.pledge_on == 1
    if product == INSURED:
        return rules.insurance.loan_enabled == 1
    if rules.credit.enabled == 0:
        return False
    if product == GUARANTEED:
        return rules.credit.guarantee_on == 1
    return product == LISTED or product == loans_of(rules.credit.scheme)


@internal
def pay_central_bank(loan: Record, credit: Record, quarter: Record, rules: Record, flow: Floats) -> None:
    """C17. Interest on relending, and its return when its time is over."""
    if loan.relend > 0.0:
        post(flow, p.RELEND_INTEREST, lending.interest(loan.relend, rules.relending_rate))
        if quarter.k >= loan.relend_due:
            end_relending(loan, credit, flow)


@internal
def kept_of(loan: Record, rules: Record) -> float:
    """The part of an open loan's loss that the bank reckons to keep; an insurer's share is the one agreed when it was made."""
    if loan.product == INSURED:
        return insurance.bank_loss(1.0, loan.insured)
    return retained(loan.product, loan.first == 1, rules)


@internal
def eased_for(loan: Record, world: Record) -> float:
    """What a bank forgoes of its margin when it renews a loan: something on a pledge only."""
    return lending.tolerated(world.credit_pledge_tolerance, loan.lgd) if loan.product == PLEDGED else 0.0


@internal
def serve(
    loan: Record, firm: Record, person: Record, file: Record, city: Record, credit: Record, quarter: Record, rules: Record,
    world: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """A quarter of a loan whose borrower is there: interest, principal, renewal at maturity; a second arrear is a default."""
    terms = rules.credit
    if quarter.k >= loan.growth_until:
        end_growth(loan, firm)
    interest = lending.interest(loan.balance, loan.rate)
    principal = lending.principal_due(loan.balance, loan.due - quarter.k + 1, world.credit_repayment)
    if (
        world.credit_repayment == 0
        and quarter.k == loan.due
        and loan.status == PERFORMING
        and loan.renewed < world.credit_renewals
        and renewable(loan.product, quarter, rules)
        and lending.sound(firm.cash, 0.0, firm.revenue, firm.cost, world.credit_min_runway)
        and bank_offers(
            loan.bank, kept_of(loan, rules), loan.lgd, eased_for(loan, world), 0.0, loan.relend > 0.0,
            reckoned(firm, person, quarter, city, world), quarter, credit, terms, world,
        )
    ):
        loan.due += terms.guarantee_term if loan.product == GUARANTEED else world.credit_term
        loan.renewed += 1
        principal = 0.0
        stat[T_RENEWED] += 1.0
    if firm.cash < interest + principal:
        if loan.status == OVERDUE:
            default(loan, firm, credit, quarter, terms, world, flow, series)
        else:
            loan.status = OVERDUE
            pay_central_bank(loan, credit, quarter, terms, flow)
        return
    firm.cash -= interest + principal
    loan.interest_year += interest
    loan.status = PERFORMING
    post(flow, code_of(loan, w.LOAN_INTEREST, p.POLICY_INTEREST, ip.PLEDGED_INTEREST), interest)
    if loan.product == PLEDGED:
        note_pledge_interest(file.commercialisation, interest)
    # What is charged on a quarter's balance is charged before the balance falls: the last quarter counts as the first does.
    if loan.product == GUARANTEED:
        pay_guarantee(loan, firm, credit, terms, flow, stat)
    elif loan.product == INSURED:
        pay_insurer(loan, firm, flow, stat)
    pay_central_bank(loan, credit, quarter, terms, flow)
    if principal > 0.0:
        post(flow, code_of(loan, w.LOAN_REPAID, p.POLICY_REPAID, ip.PLEDGED_REPAID), principal)
        if loan.relend > 0.0 and principal < loan.balance:
            back = bank_rules.relending_returned(loan.relend, loan.balance, principal)
            post(flow, p.RELEND_REPAID, back)
            credit.relend -= back
            loan.relend -= back
        lower(loan, credit, principal)
        firm.debt = loan.balance
    if loan.balance <= 0.0:
        end_loan(loan, firm, credit, flow)


@internal
def serve_loans(
    people: Record, firms: Record, loans: Record, book: Ints, booked: int, n: int, quarter: Record, city: Record,
    credit: Record, rules: Record, files: Record, world: Record, flow: Floats, series: Floats, stat: Floats,
) -> int:  # fmt: skip
    """Every open loan in the order in which they were made; returns how many stay open.

    ``book``: slots of open loans, shortened in place. ``rules``: of all measures, as in force.
    """
    terms = rules.credit
    watch_scheme(credit, terms.scheme)
    push(credit.defaults, 0.0)
    push(credit.claims, 0.0)
    kept = 0
    for index in range(booked):
        ahead = book[min(index + AHEAD, booked - 1)]
        fetch_ahead(loans[ahead, n], 3)
        fetch_ahead(firms[ahead, n], 1)
        slot = book[index]
        loan = loans[slot, n]
        firm = firms[slot, n]
        if loan.status != DEFAULTED:
            if firm.status == GONE and firm.end == FAILED:
                default(loan, firm, credit, quarter, terms, world, flow, series)
            elif firm.status == GONE:
                bought_out(loan, firm, credit, flow)
            else:
                serve(
                    loan, firm, people[slot], files[slot, n], city, credit, quarter, rules, world, flow, series, stat
                )
        if loan.status == DEFAULTED:
            if loan.claim_due == quarter.k:
                settle_claim(city, loan, credit, terms, quarter, flow, series, stat)
            if loan.recovery_due == quarter.k:
                settle_recovery(loan, credit, flow, stat)
        if loan.status != FREE:
            book[kept] = slot
            kept += 1
    return kept
