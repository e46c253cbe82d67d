"""Step 12 of lending: loans are recounted from their records and held against postings and running totals; series are written."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import available
from kejin_sim.engine.credit.layout import (
    BANK,
    CITY,
    COMPENSATED,
    DEFAULTED,
    DISTRICT,
    GUARANTEED,
    LAYERED,
    POOL,
    PRODUCTS,
    SCHEME_NONE,
)
from kejin_sim.engine.credit.pools import pool_cash, ring_mean
from kejin_sim.engine.layout import AHEAD, RISK_POOL_LINE, Record
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.ledger import Party, Posting
from kejin_sim.measures.credit import compensation_rules
from kejin_sim.measures.credit.guarantee_rules import local_share, national_payment
from kejin_sim.measures.credit.pool_rules import public_exposure
from kejin_sim.measures.credit.recording import (
    S_BALANCE,
    S_GUARANTEE_PUBLIC,
    S_GUARANTEED,
    S_GUARANTOR,
    S_OVERDUE,
    S_POLICY_BALANCE,
    S_POOL,
    S_POOL_PUBLIC,
    S_RELEASED,
    S_RELEND,
    S_STOPPED,
    T_BANK_BALANCE,
    T_BANK_OVERDUE,
)
from kejin_sim.measures.credit.stacking_rules import capped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHECKS: Final = ("pool_cash", "guarantor_cash", "loans", "loan_totals", "relending")
POOL_ROW, GUARANTOR_ROW, LOAN_ROW, RELEND_ROW = range(4)
"""Rows of the effects of postings that belong to lending, counted from the first of them."""

_LENT: Final = ("loan", "policy_loan", "pledged_loan")
_REPAID: Final = (
    "loan_repaid", "policy_repaid", "pledged_repaid", "loan_repaid_exit", "policy_repaid_exit", "pledged_repaid_exit",
    "horizon_loan",
)  # fmt: skip


def effect(posting: Posting) -> tuple[float, float, float, float]:
    """What a posting does to pool, guarantor, loans outstanding and relending: +1, −1 or 0."""
    pool = float(posting.payee is Party.RISK_POOL) - float(posting.payer is Party.RISK_POOL)
    guarantor = float(posting.payee is Party.GUARANTEE_COMPANY) - float(posting.payer is Party.GUARANTEE_COMPANY)
    loans = float(posting.name in _LENT) - float(posting.name in _REPAID)
    relending = float(posting.name == "relend") - float(posting.name == "relend_repaid")
    return pool, guarantor, loans, relending


@internal
def check_credit(
    credit: Record, loans: Record, book: Ints, booked: int, n: int, net: Floats, gross: Floats, row: int,
    left: Floats, right: Floats, scale: Floats, check: int,
) -> float:  # fmt: skip
    """Fill in both sides of the checks from number ``check`` on; returns the least balance of an account.

    ``net`` and ``gross``: change of every account by the quarter's postings; lending's rows begin at ``row``.
    """
    good = 0.0
    bad = 0.0
    relend = 0.0
    for index in range(booked):
        fetch_ahead(loans[book[min(index + AHEAD, booked - 1)], n], 3)
        loan = loans[book[index], n]
        relend += loan.relend
        if loan.status == DEFAULTED:
            bad += loan.ead
        else:
            good += loan.balance
    pool = pool_cash(credit)
    total = 0.0
    for product in range(PRODUCTS):
        total += credit.balance[product]
    left[check], right[check] = pool, credit.pool_before + net[row + POOL_ROW]
    scale[check] = credit.pool_before + gross[row + POOL_ROW]
    left[check + 1], right[check + 1] = credit.guarantor, credit.guarantor_before + net[row + GUARANTOR_ROW]
    scale[check + 1] = credit.guarantor_before + gross[row + GUARANTOR_ROW]
    left[check + 2], right[check + 2] = good + bad + credit.settled, credit.loans_before + net[row + LOAN_ROW]
    scale[check + 2] = credit.loans_before + gross[row + LOAN_ROW]
    left[check + 3], right[check + 3], scale[check + 3] = total + credit.waiting, good + bad, scale[check + 2]
    left[check + 4], right[check + 4] = relend, credit.relend_before + net[row + RELEND_ROW]
    scale[check + 4] = credit.relend_before + gross[row + RELEND_ROW]
    credit.pool_before = pool
    credit.guarantor_before = credit.guarantor
    credit.loans_before = good + bad
    credit.relend_before = relend
    credit.settled = 0.0
    return min(min(credit.pool[CITY], credit.pool[DISTRICT]), min(credit.pool[BANK], credit.guarantor))


@internal
def write_credit(
    city: Record, credit: Record, loans: Record, book: Ints, booked: int, n: int, quarter: Record, rules: Record, series: Floats
) -> None:
    """Closing balances of lending. Running totals begin the next quarter as they were counted, without what rounding left."""
    arrears = 0.0
    pooled = compensated = layered = guaranteed = national = covered = 0.0
    policy = 0.0
    credit.relend = 0.0
    credit.waiting = 0.0
    for product in range(PRODUCTS):
        credit.balance[product] = 0.0
        credit.claimed[product] = 0.0
    for index in range(booked):
        fetch_ahead(loans[book[min(index + AHEAD, booked - 1)], n], 3)
        loan = loans[book[index], n]
        credit.balance[loan.product] += loan.balance
        credit.relend += loan.relend
        credit.waiting += loan.ead
        if loan.claim_due >= 0:
            credit.claimed[loan.product] += loan.ead
        at_risk = loan.ead if loan.claim_due >= 0 else loan.balance
        if loan.product == POOL:
            pooled += at_risk
        elif loan.product == COMPENSATED:
            wanted = compensation_rules.compensation(
                at_risk, rules.compensation_share, rules.compensation_first_loan_bonus, loan.first == 1
            )
            compensated += capped(wanted, at_risk, rules.stacking_compensation_cap)
        elif loan.product == LAYERED:
            layered += at_risk
        elif loan.product == GUARANTEED:
            own = local_share(
                rules.guarantee_bank_share, loan.national, rules.guarantee_re_guarantor_share, rules.guarantee_re_guarantor == 1
            )
            guaranteed += own * at_risk
            national += loan.national * at_risk
            covered += (1.0 - rules.guarantee_bank_share) * at_risk
        if loan.listed == 0:
            continue
        # A guarantor or an insurer that has paid holds the claim in the bank's place; a pool shares the loss and does not.
        bad = loan.ead - loan.paid_guarantor - loan.paid_insurer
        policy += loan.balance + bad
        city.stat[T_BANK_BALANCE + loan.bank] += loan.balance + bad
        if loan.status == DEFAULTED:
            arrears += bad
            city.stat[T_BANK_OVERDUE + loan.bank] += bad
    total = 0.0
    for product in range(PRODUCTS):
        total += credit.balance[product]
    series[S_BALANCE] = total
    series[S_POLICY_BALANCE] = policy
    series[S_OVERDUE] = arrears
    series[S_POOL] = pool_cash(credit)
    series[S_GUARANTEED] = credit.guaranteed[0]
    series[S_RELEASED] = (1.0 - rules.guarantee_bank_share) * credit.released
    credit.released = 0.0
    # If everything is claimed, the national fund's share ends at its cap on claims (C13), and the rest is local.
    before = credit.claims[0] + credit.claims[1] + credit.claims[2] + credit.claims[3]
    shared = national_payment(national, covered, before, ring_mean(credit.guaranteed), rules.guarantee_claim_rate_cap)
    series[S_GUARANTEE_PUBLIC] = guaranteed + (national - shared)
    in_line = available(city, RISK_POOL_LINE)
    layered *= compensation_rules.layer_most(rules.layer_attachment, rules.layer_detachment, rules.layer_share)
    series[S_POOL_PUBLIC] = (
        public_exposure(pooled, rules.pool_shares[CITY], credit.pool[CITY])
        + public_exposure(pooled, rules.pool_shares[DISTRICT], credit.pool[DISTRICT])
        + public_exposure(compensated + layered, 1.0, in_line)
    )
    series[S_GUARANTOR] = credit.guarantor
    series[S_RELEND] = credit.relend
    binds = quarter.next_year_policy == 1 and rules.enabled == 1 and rules.scheme != SCHEME_NONE
    series[S_STOPPED] = 1.0 if binds and credit.stopped == 1 else 0.0
