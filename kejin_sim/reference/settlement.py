"""A loan in default: the claim on whoever shares the loss, the recovery, and who bore what in the end (C9, C10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim.measures.commercialisation import postings as ip
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
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
    T_PLEDGED_EAD,
    T_PLEDGED_LOSS,
)
from kejin_sim.reference.loan import Product, State
from kejin_sim.reference.riskpool import BANKS_ACCOUNT
from kejin_sim.world import credit as lending_rules
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.reference.loan import Loan


def settle_what_is_due(loan: Loan) -> None:
    """Claim and recovery, each on its day."""
    k = loan.city.clock.k
    if loan.claim_due == k:
        settle_claim(loan)
    if loan.recovery_due == k:
        settle_recovery(loan)


def settle_claim(loan: Loan) -> None:
    """C9. The claim of a bad loan is paid. A layer (C7) is paid at the year's end, on all of a bank's losses."""
    lending = loan.city.lending
    if loan.product is Product.POOL:
        lending.pool.pay_claim(loan)
    elif loan.product is Product.GUARANTEED:
        lending.guarantor.pay_claim(loan)
    elif loan.product is Product.INSURED:
        loan.pay_insurance()
    else:
        lending.compensation.pay_claim(loan)
    loan.claim_due = -1


def settle_recovery(loan: Loan) -> None:
    """C10. Collateral and estate bring 1 − LGD of the exposure; payers are paid back pro rata, the books close."""
    city = loan.city
    recovered = lending_rules.recovered(loan.exposure, loan.lgd)
    loan.post(loan.code(w.LOAN_RECOVERY, p.POLICY_RECOVERY, ip.PLEDGED_RECOVERY), recovered)
    if loan.product is Product.POOL:
        city.lending.pool.share_recovery(loan, recovered)
    elif loan.product is Product.GUARANTEED:
        city.lending.guarantor.share_recovery(loan, recovered)
    elif loan.product is Product.INSURED:
        loan.return_to_insurer(recovered)
    elif loan.paid.compensation > 0.0:
        city.lending.compensation.share_recovery(loan, recovered)
    borne = who_bore(loan, recovered)
    if loan.counted:
        stats = city.notes.stats
        stats[T_CREDIT_EAD] += loan.exposure
        stats[T_CREDIT_RECOVERED] += recovered
        for row, amount in borne.items():
            stats[row] += amount
        if loan.product is Product.PLEDGED:
            stats[T_PLEDGED_EAD] += loan.exposure
            stats[T_PLEDGED_LOSS] += loan.exposure - recovered
    loan.firm.tell("settled", exposure=loan.exposure, recovered=recovered, borne=borne)
    city.lending.books.settled += loan.exposure
    loan.exposure = 0.0
    loan.state = State.CLOSED


def who_bore(loan: Loan, recovered: float) -> dict[int, float]:
    """By statistic: what each bears of a loan after the recovery (CNY); together exposure less recovery.

    What the banks' account in the pool paid is theirs as well, and told apart.
    """
    paid = loan.paid
    of_city, of_district, of_banks = paid.pool
    own = loan.exposure - recovered - (of_city + of_district) - paid.compensation - paid.guarantor - paid.insurer
    return {
        T_BORNE_BANK: own - paid.pool[BANKS_ACCOUNT],
        T_BORNE_POOL_CITY: of_city,
        T_BORNE_POOL_DISTRICT: of_district,
        T_BORNE_POOL_BANK: of_banks,
        T_BORNE_COMPENSATION: paid.compensation,
        T_BORNE_GUARANTOR: paid.guarantor - paid.national - paid.re_guarantor,
        T_BORNE_NATIONAL: paid.national,
        T_BORNE_RE_GUARANTOR: paid.re_guarantor,
        T_BORNE_INSURER: paid.insurer,
    }
