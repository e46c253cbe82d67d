"""Rows of lending are what the postings say of every single loan: what was lent, repaid, claimed, recovered, and by whom.

Which product a loan is and when it went bad are told by the diary; all amounts are the ledger's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np
import pytest

from kejin_sim.ledger import Party
from kejin_sim.measures.credit.recording import BANK_NAMES
from tests.property.history import History, Row, hold

HISTORIES: Final = (
    "demo",
    "pool that runs dry",
    "pool by its current size",
    "stop-loss at once",
    "claims before recoveries",
    "compensation",
    "compensation by layer",
    "baseline compensates, package pools",
    "guarantees alone",
    "municipal re-guarantor",
    "credit in mid-year",
    "nothing but insured loans and pledges",
    "bullet loans, renewed",
    "credit switched off",
    "bullet loans at market cost#1",
    "insured loans, renewed",
)
SHARED: Final = ("POOL", "COMPENSATED", "LAYERED")
LENT: Final = ("loan", "policy_loan", "pledged_loan")
REPAID: Final = (
    "loan_repaid", "policy_repaid", "pledged_repaid",
    "loan_repaid_exit", "policy_repaid_exit", "pledged_repaid_exit", "horizon_loan",
)  # fmt: skip
RECOVERED: Final = ("loan_recovery", "policy_recovery", "pledged_recovery")
INTEREST: Final = ("loan_interest", "policy_interest", "pledged_interest")
#: Who bears a loss: by what it has paid and what came back of it.
BEARERS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "pool_city": (("claim_city",), ("pool_recovery_city",)),
    "pool_district": (("claim_district",), ("pool_recovery_district",)),
    "pool_bank": (("claim_bank",), ("pool_recovery_bank",)),
    "compensation": (("compensation",), ("compensation_returned",)),
    "guarantor": (
        ("guarantee_claim", "national_returned", "re_guarantor_returned"),
        ("guarantee_recovery", "national_share", "re_guarantor_share"),
    ),
    "national": (("national_share",), ("national_returned",)),
    "re_guarantor": (("re_guarantor_share",), ("re_guarantor_returned",)),
    "insurer": (("loan_insurance_claim",), ("loan_insurance_subrogation",)),
}
CLAIMS: Final = ("claim_city", "compensation", "guarantee_claim", "loan_insurance_claim")


@dataclass
class Loan:
    """A loan: what it is, and its postings as (quarter, code, CNY); −1 before a default or a settlement comes."""

    firm: str
    bank: str
    product: str
    listed: bool
    made: int
    first: bool
    amount: float
    posted: list[tuple[int, str, float]] = field(default_factory=list)
    bad: int | None = None
    exposure: float = 0.0
    settled: int | None = None

    @property
    def counted(self) -> bool:
        """Of the policy: made after the books opened, and no ordinary one."""
        return self.made >= 0 and self.product != "ORDINARY"

    def total(self, *codes: str, until: int | None = None) -> float:
        """Posted under some codes."""
        return sum(
            amount for quarter, code, amount in self.posted if code in codes and (until is None or quarter <= until)
        )

    def balance(self, quarter: int, *, run_off: bool = True) -> float:
        """Principal at a quarter's end; 0 when it is in default. ``run_off``: the horizon's included."""
        if quarter < self.made or (self.bad is not None and self.bad <= quarter):
            return 0.0
        codes = REPAID if run_off else REPAID[:-1]
        return self.amount - self.total(*codes, until=quarter)

    def in_default(self, quarter: int) -> bool:
        """Bad and not settled at a quarter's end."""
        return self.bad is not None and self.settled is not None and self.bad <= quarter < self.settled

    def held(self, quarter: int) -> float:
        """Of a bad loan what neither guarantor nor insurer has paid the bank."""
        if not self.in_default(quarter):
            return 0.0
        return self.exposure - self.total("guarantee_claim", "loan_insurance_claim", until=quarter)

    def at_risk(self, quarter: int, run_off: bool = True) -> float:
        """What may still be claimed: principal, or exposure whose claim is open."""
        if self.in_default(quarter) and not any(code in CLAIMS and q <= quarter for q, code, _ in self.posted):
            return self.exposure
        return self.balance(quarter, run_off=run_off)


@cache
def loans(h: History) -> list[Loan]:
    """Every loan of a history, in the order in which it was made."""
    told = iter([event for event in h.events if event.kind == "loan"])
    bad = defaultdict(list)
    for event in h.events:
        if event.kind == "defaulted":
            bad[event.position].append(event.entity)
    found: list[Loan] = []
    latest: dict[str, Loan] = {}
    had: set[str] = set()
    for position, e in enumerate(h.entries):
        for firm in bad.get(position, ()):
            loan = latest[firm]
            loan.exposure = loan.amount - loan.total(*REPAID)
            loan.bad = _quarter_of(h, firm)
        if e.code in LENT:
            event = next(told)
            assert event.entity == e.firm
            loan = Loan(
                e.firm,
                e.other,
                event.facts["product"].name,
                e.code == "policy_loan",
                e.quarter,
                e.firm not in had,
                e.amount,
            )
            had.add(e.firm)
            found.append(loan)
            latest[e.firm] = loan
        elif e.other.startswith("bank-") and e.firm in latest:
            loan = latest[e.firm]
            loan.posted.append((e.quarter, e.code, e.amount))
            if e.code in RECOVERED:
                loan.settled = e.quarter
    return found


def _quarter_of(h: History, firm: str) -> int:
    return next(quarter for quarter, event in h.told("defaulted") if event.entity == firm)


def of(h: History, *products: str) -> list[Loan]:
    """Loans of some products, of all when none is named."""
    return [loan for loan in loans(h) if not products or loan.product in products]


def _lent(h: History, *products: str, amount: Callable[[Loan], float] = lambda loan: loan.amount) -> np.ndarray:
    return h.by_quarter((loan.made, amount(loan)) for loan in of(h, *products))


def _stock(h: History, what: Callable[[Loan, int], float], *products: str) -> np.ndarray:
    mine = of(h, *products)
    return np.array([sum(what(loan, quarter) for loan in mine) for quarter in range(h.quarters)])


def _of_policy(loan: Loan, quarter: int) -> float:
    return loan.balance(quarter) + loan.held(quarter) if loan.listed else 0.0


def _overdue(loan: Loan, quarter: int) -> float:
    return loan.held(quarter) if loan.listed else 0.0


def _defaults(h: History, amount: Callable[[Loan], float], *products: str) -> np.ndarray:
    return h.by_quarter((loan.bad, amount(loan)) for loan in of(h, *products) if loan.bad is not None)


def _guaranteed_part(h: History) -> float:
    return 1.0 - h.value("measures.credit.guarantee.bank_share")


def _released(h: History) -> np.ndarray:
    repaid = h.by_quarter(
        (quarter, amount) for loan in of(h, "GUARANTEED") for quarter, code, amount in loan.posted if code in REPAID
    )
    return _guaranteed_part(h) * (repaid + _defaults(h, lambda loan: loan.exposure, "GUARANTEED"))


def _pool_public(h: History) -> np.ndarray:
    """City's and district's part of what loans under the pool may still draw, as far as their accounts last."""
    shares = h.value("measures.credit.pool.shares")
    risk = _stock(h, lambda loan, quarter: loan.at_risk(quarter), "POOL")
    row = np.zeros(h.quarters)
    for party, share in zip(("city", "district"), shares[:2], strict=True):
        account = np.zeros(h.quarters)
        for code, sign in (
            (f"pool_{party}", 1.0),
            (f"pool_recovery_{party}", 1.0),
            (f"claim_{party}", -1.0),
            (f"pool_return_{party}", -1.0),
        ):
            for e in h.all_of(code):
                account[max(0, e.quarter) :] += sign * e.amount
        row += np.minimum(share * risk, account)
    return row


def _relent(h: History) -> np.ndarray:
    row = np.zeros(h.quarters)
    for code, sign in (("relend", 1.0), ("relend_repaid", -1.0)):
        for e in h.all_of(code):
            row[max(0, e.quarter) :] += sign * e.amount
    return row


SCHEMES: Final = (None, "POOL", "COMPENSATED", "LAYERED")
"""What loans are under each scheme, none first."""


def _stopped(h: History) -> np.ndarray:
    """Defaults of four quarters over the mean exposure of four quarter-ends, against trigger and release, of the scheme's own
    loans; told where the next quarter could lend."""
    quarters = range(-h.opening, h.quarters)
    row = []
    stopped, before = False, None
    for q in quarters:
        scheme = h.value("measures.credit.scheme", since=q)
        stopped, before = stopped and scheme == before, scheme
        product = SCHEMES[scheme]
        mine = of(h, product) if product else []
        year = range(max(-h.opening, q - 3), q + 1)
        defaults = sum(loan.exposure for loan in mine if loan.bad in year)
        mean = sum(loan.balance(quarter, run_off=False) for loan in mine for quarter in year) / 4.0
        trigger, release = (h.value(f"measures.credit.stop_loss.{key}", since=q) for key in ("trigger", "release"))
        ratio = defaults / mean if mean > 1e-3 else 0.0
        stopped = trigger < 1.0 and (ratio >= release if stopped else ratio > trigger)
        could_lend = (
            product and h.value("measures.credit.enabled") and q + 1 < 4 * int(h.scenario.values["time.policy_years"])
        )
        row.append(float(bool(stopped and could_lend)))
    return np.array(row[h.opening :])


def _own_liability(h: History) -> np.ndarray:
    """Where every firm has the same share of the national fund, which is capped at a part of the year's mean guarantees."""
    section = "measures.credit.guarantee"
    national, *others = set(h.value(f"{section}.national_share"))
    assert not others
    part, cap = _guaranteed_part(h), h.value(f"{section}.claim_rate_cap")
    own = part - national - h.value(f"{section}.re_guarantor_share")
    mine = of(h, "GUARANTEED")
    quarters = range(-h.opening, h.quarters)
    exposure = [part * sum(loan.balance(q, run_off=False) for loan in mine) for q in quarters]
    claims = [sum(e.amount for e in h.all_of("guarantee_claim") if e.quarter == q) for q in quarters]
    at_risk = _stock(h, lambda loan, quarter: loan.at_risk(quarter), "GUARANTEED")
    row = np.zeros(h.quarters)
    for quarter, open_sum in enumerate(at_risk):
        year = slice(max(0, quarter + h.opening - 3), quarter + h.opening + 1)
        within = min(max(cap * sum(exposure[year]) / 4.0 - sum(claims[year]), 0.0), part * open_sum)
        row[quarter] = (own + national) * open_sum - (national / part * within if open_sum > 0.0 else 0.0)
    return row


SERIES_ROWS: Final[dict[str, Row]] = {
    "credit_lent": lambda h: h.paid(*LENT),
    "credit_loans": lambda h: h.count(*LENT),
    "credit_first_loans": lambda h: _lent(h, amount=lambda loan: float(loan.first)),
    "credit_listed_lent": lambda h: h["policy_loan"],
    "credit_scheme_lent": lambda h: _lent(h, *SHARED),
    "credit_guaranteed_lent": lambda h: _lent(h, "GUARANTEED"),
    "credit_insured_lent": lambda h: _lent(h, "INSURED"),
    "credit_pledged_lent": lambda h: h["pledged_loan"],
    "credit_balance": lambda h: _stock(h, lambda loan, quarter: loan.balance(quarter)),
    "credit_policy_balance": lambda h: _stock(h, _of_policy),
    "credit_overdue": lambda h: _stock(h, _overdue),
    "credit_defaulted": lambda h: _defaults(h, lambda loan: loan.exposure),
    "credit_defaults": lambda h: _defaults(h, lambda loan: 1.0),
    "pool_balance": lambda h: h.balance(Party.RISK_POOL),
    "pool_claims": lambda h: h.paid("claim_city", "claim_district", "claim_bank", "compensation", "layer"),
    "guarantee_exposure": lambda h: (
        _guaranteed_part(h) * _stock(h, lambda loan, quarter: loan.balance(quarter, run_off=False), "GUARANTEED")
    ),
    "guarantor_cash": lambda h: h.balance(Party.GUARANTEE_COMPANY),
    "guarantee_claims": lambda h: h["guarantee_claim"],
    "guarantee_released": _released,
    "relending_balance": _relent,
    "pool_stopped": _stopped,
}


@pytest.mark.parametrize("name", SERIES_ROWS)
def test_a_series_is_what_its_loans_say(name: str) -> None:
    hold(SERIES_ROWS, name, HISTORIES)


POOL_ALONE: Final = ("pool that runs dry", "pool by its current size", "stop-loss at once", "claims before recoveries")


def test_public_liability_of_pool_and_guarantor_is_what_their_loans_may_draw() -> None:
    hold({"pool_public": _pool_public}, "pool_public", POOL_ALONE)
    hold({"guarantee_public": _own_liability}, "guarantee_public", ["one national share"])


# Statistics.


def _counted(h: History, *products: str) -> Iterator[Loan]:
    for loan in of(h, *products):
        if loan.counted and loan.bad is not None:
            assert loan.settled is not None
            yield loan


def _ead(h: History, *products: str) -> float:
    return sum(loan.exposure for loan in _counted(h, *products))


def _recovered(h: History, *products: str) -> float:
    return sum(loan.total(*RECOVERED) for loan in _counted(h, *products))


def _borne(h: History, who: str) -> float:
    paid, back = BEARERS[who]
    own = sum(loan.total(*paid) - loan.total(*back) for loan in _counted(h))
    return own + (h["layer"].sum() if who == "compensation" else 0.0)


def _bank(h: History) -> float:
    others = sum(_borne(h, who) for who in BEARERS if who not in ("national", "re_guarantor"))
    passed_on = _borne(h, "national") + _borne(h, "re_guarantor")
    return _ead(h) - _recovered(h) - others - passed_on


def _by_bank(h: History, letter: str, what: Callable[[Loan, int], float]) -> float:
    mine = [loan for loan in of(h) if loan.bank == f"bank-{letter}"]
    return sum(what(loan, quarter) for loan in mine for quarter in range(h.quarters))


def _short(h: History) -> list[tuple[str, int, float]]:
    """Claims on the pool's public part and on the guarantor that were not paid in full: product, quarter, CNY missing."""
    public = 1.0 - h.value("measures.credit.pool.shares")[2]
    found = []
    for loan in of(h, "POOL", "GUARANTEED"):
        for quarter, code, _ in loan.posted:
            if quarter < 0 or code not in ("claim_city", "guarantee_claim"):
                continue
            due = (public if loan.product == "POOL" else _guaranteed_part(h)) * loan.exposure
            missing = due - loan.total("claim_city", "claim_district", "guarantee_claim", until=quarter)
            if missing > 1e-6 * max(1.0, due):
                found.append((loan.product, quarter, missing))
    return found


def _first_short(h: History) -> float:
    short = [quarter for product, quarter, _ in _short(h) if product == "POOL"]
    return 1.0 + min(short) if short else 0.0


def _unpaid_charges(h: History, product: str, charge: str) -> float:
    """Quarters in which a borrower paid its interest and not the charge that goes with it."""
    count = 0
    for loan in of(h, product):
        charged = {quarter for quarter, code, _ in loan.posted if code == charge}
        count += sum(quarter >= 0 and quarter not in charged for quarter, code, _ in loan.posted if code in INTEREST)
    return float(count)


def _turned_down(h: History) -> float:
    """Second compensation: every claim that guarantor or insurer pays while a scheme is in force."""
    if h.value("measures.credit.scheme") == 0 or h.value("measures.credit.enabled") == 0:
        return 0.0
    return float(sum(e.quarter >= 0 for e in h.all_of("guarantee_claim", "loan_insurance_claim")))


STATS_ROWS: Final[dict[str, Row]] = {
    "credit_applications": lambda h: h.count(*LENT).sum() + sum(quarter >= 0 for quarter, _ in h.told("no_loan")),
    "credit_ead": _ead,
    "credit_recovered": _recovered,
    "credit_refused_by_banks": lambda h: float(sum(quarter >= 0 for quarter, _ in h.told("no_loan"))),
    "credit_renewed": lambda h: float(sum(quarter >= 0 for quarter, _ in h.told("renewed"))),
    "borne_bank": _bank,
    **{f"borne_{who}": lambda h, who=who: _borne(h, who) for who in BEARERS},
    "pledged_ead": lambda h: _ead(h, "PLEDGED"),
    "pledged_loss": lambda h: _ead(h, "PLEDGED") - _recovered(h, "PLEDGED"),
    "credit_pledged_loans": lambda h: h.count("pledged_loan").sum(),
    "guarantee_fees_unpaid": lambda h: _unpaid_charges(h, "GUARANTEED", "guarantee_fee"),
    "loan_premiums_unpaid": lambda h: _unpaid_charges(h, "INSURED", "loan_insurance_premium"),
    "double_compensation_refused": _turned_down,
    **{f"credit_balance_bank_{x.lower()}": lambda h, x=x: _by_bank(h, x, _of_policy) for x in BANK_NAMES},
    **{f"credit_overdue_bank_{x.lower()}": lambda h, x=x: _by_bank(h, x, _overdue) for x in BANK_NAMES},
}


@pytest.mark.parametrize("name", STATS_ROWS)
def test_a_statistic_is_what_its_loans_say(name: str) -> None:
    hold(STATS_ROWS, name, HISTORIES, statistic=True)


def test_claims_that_pool_and_guarantor_cannot_pay_are_counted() -> None:
    rows: dict[str, Row] = {
        "unpaid_claims": lambda h: sum(missing for *_, missing in _short(h)),
        "pool_first_empty": _first_short,
    }
    for name in rows:
        hold(rows, name, POOL_ALONE, statistic=True)
