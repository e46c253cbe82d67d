"""Rows of measures 3 to 10 are what the postings say.

What no posting tells is told by the diary: a project that fails, a service that begins.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pytest

from kejin_sim.ledger import Party
from kejin_sim.recording import STATS
from tests.playing import bundled, run, series, stat
from tests.property.history import History, Row, hold

Rows = dict[str, Row]


def stats(h: History, *kinds: str) -> float:
    """How many events of the diary there are once the books are open."""
    return float(sum(quarter >= 0 for quarter, _ in h.told(*kinds)))


def told(h: History, kind: str, fact: str) -> np.ndarray:
    """Sums of a fact of events by quarter."""
    return h.by_quarter((quarter, float(event.facts[fact])) for quarter, event in h.told(kind))


def happened(h: History, *kinds: str) -> np.ndarray:
    """Number of events by quarter."""
    return h.by_quarter((quarter, 1.0) for quarter, _ in h.told(*kinds))


def total(*codes: str) -> Row:
    """All that was posted under some codes once the books are open."""
    return lambda h: float(h.paid(*codes).sum())


def paid(*codes: str) -> Row:
    """The same by quarter."""
    return lambda h: h.paid(*codes)


# Measure 7: grants.

GRANT_HISTORIES: Final = (
    "demo",
    "grants in the baseline",
    "grants are due back",
    "no call, sold early",
    "grants in four tranches",
    "attraction by halves",
    "attraction, the district pays all",
    "grants repaid above the cap",
    "grants convert by sales",
    "pure grants",
    "talents, linked",
    "dividends on grant shares",
    "grants in mid-year",
)
FIRST_MONEY: Final = ("grant", "competition", "talent_grant", "attraction_city", "pure_grant")
GRANTED: Final = (*FIRST_MONEY, "tranche", "attraction_district")
CAME_BACK: Final = (
    "repaid_exit", "repaid_above_cap", "repaid", "founder_call", "rofr", "market_sale", "exit_grant", "dividend_grant",
    "horizon_grant",
)  # fmt: skip
SOLD: Final = ("rofr", "market_sale", "exit_grant", "horizon_grant")


@dataclass
class Grant:
    """A firm's grant, of which it gets one: since when, what it cost, what came back, what stays a grant and how it ended."""

    made: int
    pure: bool
    paid: float = 0.0
    got: float = 0.0
    ceded: float = 0.0
    kept: float = 0.0
    end: str = ""


@cache
def grants(h: History, *, policy: bool = True) -> dict[str, Grant]:
    """Every grant, of the policy unless said."""
    pure = {event.entity for _, event in h.told("granted") if event.facts["pure"]}
    found: dict[str, Grant] = {}
    for e in h.entries:
        if e.code in FIRST_MONEY and e.firm not in found:
            found[e.firm] = Grant(e.quarter, e.firm in pure)
        if e.code in GRANTED:
            found[e.firm].paid += e.amount
        elif e.code in CAME_BACK:
            grant = found[e.firm]
            grant.got += e.amount
            if e.code in SOLD:
                grant.end = "sold"
            elif e.code in ("founder_call", "repaid_exit") or (e.code == "repaid" and e.amount >= grant.paid):
                grant.end = "repaid"
        elif e.code == "team_yield":
            found[e.firm].ceded += e.amount
    for quarter, event in h.told("converted"):  # above the share cap: neither converted nor repaid at once
        grant = found[event.entity]
        grant.kept = grant.paid - event.facts["cost"]
        grant.kept -= sum(e.amount for e in h.of("repaid_above_cap") if (e.firm, e.quarter) == (event.entity, quarter))
    return {firm: grant for firm, grant in found.items() if grant.made >= 0 or not policy}


def _convertible(h: History) -> list[Grant]:
    return [grant for grant in grants(h).values() if not grant.pure]


def _back(h: History) -> float:
    return sum(grant.got - grant.ceded for grant in grants(h).values())


def _closed(h: History) -> float:
    return sum(grant.paid - grant.kept for grant in _convertible(h))


def _over(h: History) -> float:
    cost = _closed(h)
    limit = h.value("measures.grant_to_equity.tolerance")
    return float(cost > 0.0 and (cost - _back(h)) / cost > limit + 1e-9)


def _waiting(h: History) -> np.ndarray:
    """Neither pure nor converted, the window not over, the firm still there; at the horizon nothing waits."""
    row = np.zeros(h.quarters)
    until: defaultdict[str, int] = defaultdict(lambda: h.quarters - 1)
    for quarter, event in h.told("converted", "waived", "failed", "acquired", "sold"):
        until[event.entity] = min(until[event.entity], quarter)
    for e in h.all_of("repaid"):
        until[e.firm] = min(until[e.firm], e.quarter)
    for firm, grant in grants(h, policy=False).items():
        if not grant.pure:
            row[max(0, grant.made) : max(0, until[firm])] += 1.0
    return row


def _linked(h: History) -> float:
    """Talent start-ups with a seed deal and a loan, of those with a grant of the policy."""
    talents = {
        event.entity for quarter, event in h.told("granted") if quarter >= 0 and event.facts["track"].name == "TALENT"
    }
    seeds, loans = h.first("seed"), h.first("loan", "policy_loan", "pledged_loan")
    return float(len(talents & seeds.keys() & loans.keys()))


def _first_money(h: History) -> np.ndarray:
    return h.by_quarter((grant.made, 1.0) for grant in grants(h).values())


GRANT_SERIES: Final[Rows] = {
    "grants": _first_money,
    "grant_paid": paid(*GRANTED),
    "grant_matched": paid("match"),
    "grant_returned": paid(*CAME_BACK),
    "grant_conversions": lambda h: happened(h, "converted"),
    "grant_waiting": _waiting,
}
GRANT_STATS: Final[Rows] = {
    "grant_firms": lambda h: float(len(grants(h))),
    "grant_disbursed": lambda h: sum(grant.paid for grant in grants(h).values()),
    "grant_back": _back,
    "grant_converted": lambda h: float(len({e.entity for _, e in h.told("converted")} & grants(h).keys())),
    "grant_called": lambda h: float(len({e.firm for e in h.of("founder_call")} & grants(h).keys())),
    "grant_repaid": lambda h: float(sum(grant.end == "repaid" for grant in _convertible(h))),
    "grant_exited": lambda h: float(sum(grant.end == "sold" for grant in _convertible(h))),
    "grant_written_off": lambda h: float(sum(grant.end == "" for grant in _convertible(h))),
    "grant_loss": lambda h: sum(max(0.0, grant.paid - grant.kept - grant.got) for grant in _convertible(h)),
    "grant_closed_cost": _closed,
    "grant_team_yield": lambda h: sum(grant.ceded for grant in grants(h).values()),
    "grant_over_tolerance": _over,
    "grant_milestones_missed": lambda h: float(
        len({e.entity for _, e in h.told("milestone") if not e.facts["met"]} & grants(h).keys())
    ),
    "linked_firms": _linked,
}

# Measure 3: insurance.

INSURANCE_HISTORIES: Final = (
    "demo",
    "flat rates and a backstop",
    "insurers without a pool",
    "a pool that cedes nearly all",
    "no money for premiums",
    "insurance in the baseline",
    "insurance switched off",
)
LINES: Final = ("rd", "ip", "equipment", "first_set")
PREMIUMS: Final = tuple(f"premium_{line}" for line in LINES)
CLAIMS: Final = tuple(f"claim_{line}" for line in LINES)
YEAR: Final = 4


def _sold(h: History) -> set[tuple[str, int]]:
    """Firm and quarter of every policy: its premiums are all paid at one visit."""
    return {(e.firm, e.quarter) for e in h.all_of(*PREMIUMS, "premium_direct")}


def _insured(h: History, *, sums: bool = False) -> np.ndarray:
    """Policies (or their sums insured) of the last year whose firm is still there at the close."""
    amounts = {(event.entity, quarter): event.facts["amount"] for quarter, event in h.told("insured")}
    row = np.zeros(h.quarters)
    for firm, began in _sold(h):
        until = min(began + YEAR, h.ended.get(firm, (h.quarters, ""))[0])
        row[max(0, began) : max(0, until)] += amounts[firm, began] if sums else 1.0
    return row


def _lapsed(h: History) -> float:
    gone = h.ended
    return float(
        sum(firm in gone and began < gone[firm][0] <= began + YEAR and gone[firm][0] >= 0 for firm, began in _sold(h))
    )


def _followers(h: History) -> float:
    others = h.value("measures.insurance.pool.members") - 1
    return float((h["pool_surplus_followers"] - h["pool_call_followers"]).sum()) / others


INSURANCE_SERIES: Final[Rows] = {
    "insurance_policies": lambda h: h.by_quarter((quarter, 1.0) for _, quarter in _sold(h)),
    "insurance_firms": _insured,
    "insurance_sum": lambda h: _insured(h, sums=True),
    "insurance_premium": paid(*PREMIUMS, "premium_direct"),
    "insurance_claims": paid(*CLAIMS, "claim_direct"),
    "insurance_claim_count": lambda h: h.count(*CLAIMS, "claim_direct"),
    "insurance_subsidy": paid("premium_subsidy"),
    "insurance_net_premium": lambda h: h.paid(*PREMIUMS) - h["pool_ceded"],
    "insurance_net_claims": lambda h: h.paid(*CLAIMS) - h["pool_reinsured"],
    "insurance_backstop": paid("pool_backstop"),
    "insurance_pool_balance": lambda h: h.balance(Party.INSURANCE_POOL),
    "insurance_pool_called": paid("pool_call_lead", "pool_call_followers"),
    "insurance_lp_money": lambda h: (
        h.value("measures.insurance.enabled")
        * h.value("measures.insurance.lp_share")
        * h.paid("call_social", where=h.of_policy_fund)
    ),
}
INSURANCE_STATS: Final[Rows] = {
    "insurance_cover": lambda h: told(h, "insured", "amount").sum(),
    "insurance_net_premium": lambda h: (h.paid(*PREMIUMS) - h["pool_ceded"]).sum(),
    "insurance_net_claims": lambda h: (h.paid(*CLAIMS) - h["pool_reinsured"]).sum(),
    "insurance_subsidy": total("premium_subsidy"),
    "insurance_other_subsidy": total("premium_subsidy_central"),
    "insurance_lapsed": _lapsed,
    "insurance_borne_members": lambda h: (
        h.paid(*CLAIMS, "claim_direct") - h["pool_reinsured"] - h["pool_backstop"]
    ).sum(),
    "insurance_borne_reinsurer": total("pool_reinsured"),
    "insurance_borne_city": total("pool_backstop"),
    "insurance_borne_firm": lambda h: (told(h, "insurance_claim", "loss") - told(h, "insurance_claim", "claim")).sum(),
    "insurance_follower_result": _followers,
}
#: By line only with a pool: without one premiums and claims have one code each.
WITH_POOL: Final = tuple(name for name in INSURANCE_HISTORIES if name != "insurers without a pool")
LINE_STATS: Final[Rows] = {
    **{f"insurance_premium_{line}": total(f"premium_{line}") for line in LINES},
    **{f"insurance_claims_{line}": total(f"claim_{line}") for line in LINES},
}

# Measure 4: basic research.

BASIC_HISTORIES: Final = (
    "demo",
    "many partners, no match left",
    "agreements of five years, projects of one",
    "every project succeeds, many spin-outs",
    "basic research in mid-year",
    "basic research in the baseline, not in the package",
)
JOINT: Final = ("basic_grant", "basic_overhead", "basic_consortium")
RETURNED: Final = tuple(f"basic_return_{who}" for who in ("city", "district", "bank", "leader"))
GIVEN: Final = ("basic_fund_city", "basic_fund_district", "basic_fund_bank", "basic_fund_leader")


def _signed(h: History, kind: int | None = None) -> np.ndarray:
    return h.by_quarter(
        (quarter, 1.0) for quarter, e in h.told("basic_agreement") if kind is None or e.facts["partner"] == kind
    )


BASIC_SERIES: Final[Rows] = {
    "basic_nsfc": paid("basic_nsfc_city", "basic_nsfc_central"),
    "basic_city": paid("basic_nsfc_city", "basic_fund_city", "basic_contract"),
    "basic_fund_city": paid("basic_fund_city"),
    "basic_fund_district": paid("basic_fund_district"),
    "basic_fund_social": paid("basic_fund_bank", "basic_fund_leader"),
    "basic_signed": _signed,
    "basic_granted": paid(*JOINT),
    "basic_balance": lambda h: h.balance(Party.JOINT_FUND),
    "basic_tax_city": paid("basic_tax_city_bank", "basic_tax_city_leader"),
    "basic_tax_central": paid("basic_tax_central_bank", "basic_tax_central_leader"),
    "basic_contracts": lambda h: h.count("basic_contract"),
    "basic_procured": paid("basic_contract"),
    "basic_private_research": paid("basic_private_research"),
}
BASIC_STATS: Final[Rows] = {
    **{
        f"basic_{who}": lambda h, kind=kind: _signed(h, kind).sum()
        for kind, who in enumerate(("districts", "banks", "leaders"))
    },
    "basic_diverted": lambda h: h.value("behaviour.diverted") * h.paid("basic_fund_bank", "basic_fund_leader").sum(),
    "basic_returned": total(*RETURNED),
}

# Measure 5: commercialisation.

COMMERCIAL_HISTORIES: Final = (
    "demo",
    "pools of everybody",
    "pools without cover",
    "pools too small",
    "commercialisation in mid-year",
    "vouchers for everybody",
    "many spin-outs and prizes",
    "nothing but insured loans and pledges",
)


def _spinouts(h: History, *, alive: bool) -> float:
    count = 0
    for firm in h.cohorts:
        seen = h.born[firm] + 12
        end, how = h.ended.get(firm, (h.quarters, ""))
        if h.profiles[firm].kind == 2 and seen <= h.quarters:
            count += not alive or how != "failed" or end >= seen
    return float(count)


COMMERCIAL_SERIES: Final[Rows] = {
    "abs_firms": lambda h: h.count("abs_proceeds"),
    "abs_issued": paid("abs_subscribed"),
    "abs_cash": lambda h: h.balance(Party.IP_ABS),
    "abs_defaulted": lambda h: told(h, "abs_default", "amount"),
    "vouchers": lambda h: h.count("voucher"),
    "voucher_paid": paid("voucher"),
    "technical_contracts": lambda h: told(h, "voucher", "contract"),
    "university_firms": lambda h: happened(h, "university_shares"),
    "landing_paid": paid("landing_firm", "landing_team"),
}


def _senior(h: History) -> np.ndarray:
    """Where investors lose nothing: subscribed less repaid."""
    return np.cumsum(h["abs_subscribed"] - h["abs_principal"])


def _surplus_lost(h: History) -> float:
    """What firms brought in above the senior notes, less what they got back of it."""
    back = h.paid("abs_residual", "abs_residual_estate").sum()
    return float(told(h, "securitised", "principal").sum() - h["abs_subscribed"].sum() - back)


def _loan_rate(h: History) -> float:
    return h.value("world.macro.lpr") + float(np.mean(h.value("world.credit.spread")))


#: Where the guarantor answers for all.
COVERED: Final = ("pools too small", "commercialisation in mid-year")
COVERED_SERIES: Final[Rows] = {"abs_senior": _senior}
COVERED_STATS: Final[Rows] = {
    "abs_balance_years": lambda h: 0.25 * _senior(h)[:-1].sum(),
    "abs_loss_overcollateral": _surplus_lost,
}
COMMERCIAL_STATS: Final[Rows] = {
    "ordinary_loan_rate": _loan_rate,
    "abs_issues": lambda h: h.count("abs_subscribed").sum(),
    "abs_pool_principal": lambda h: told(h, "securitised", "principal").sum(),
    "abs_cost": total("abs_interest", "abs_guarantee_fee", "abs_issue_cost"),
    "abs_subsidised": total("abs_subsidy"),
    "abs_ead": lambda h: told(h, "abs_default", "amount").sum(),
    "abs_recovered": total("abs_recovery"),
    "abs_loss_guarantor": lambda h: (h["abs_claim"] - h["abs_reimbursed"]).sum(),
    "abs_loss_senior": lambda h: (h["abs_subscribed"] - h["abs_principal"]).sum(),
    "vouchers_redeemed": lambda h: h.count("voucher").sum(),
    "vouchers_taken": lambda h: stats(h, "voucher", "voucher_rejected") + _stat(h, "vouchers_unpaid"),
    "university_cash_in": total("university_cash"),
    "university_proceeds": total("university_proceeds", "horizon_university"),
    "spinouts_seen_3y": lambda h: _spinouts(h, alive=False),
    "spinouts_alive_3y": lambda h: _spinouts(h, alive=True),
}

# Measures 6 and 10: evaluation, ecosystem.

CITY_HISTORIES: Final = (
    "demo",
    "projects that fail, big ones",
    "platform without money",
    "evaluation and alliance end with the baseline",
    "strong coordination in mid-year",
    "grants in the baseline",
    "talents, linked",
    "redemptions",
    "many deputies",
    "short of money for interest",
    "pools of everybody",
    "nothing but insured loans and pledges",
    "many spin-outs and prizes",
)
RESEARCH: Final = ("fintech_first", "fintech_interim", "fintech_final")
INVESTED: Final = ("seed", "deal", "follow_on")
LOANS: Final = ("loan", "policy_loan", "pledged_loan")


def _had(h: History, *codes: str) -> set[str]:
    """Firms of the policy cohorts that something was ever posted to under some codes."""
    return set(h.cohorts) & h.first(*codes).keys()


def _good(h: History) -> set[str]:
    return {firm for firm in h.cohorts if h.profiles[firm].quality > 0.0}


def _chosen(h: History) -> set[str]:
    return _had(h, *INVESTED, *FIRST_MONEY)


def _chosen_failed(h: History) -> set[str]:
    return {firm for firm in _chosen(h) if h.ended.get(firm, (0, ""))[1] == "failed"}


def _two_partners(h: History) -> float:
    kinds = (_had(h, *INVESTED), _had(h, *FIRST_MONEY), _had(h, *LOANS))
    return float(sum(sum(firm in kind for kind in kinds) >= 2 for firm in h.cohorts))


#: Public money that firms get for themselves, time by time.
SUBSIDIES: Final = (
    "interest_subsidy", "premium_subsidy", "pledge_subsidy", "abs_subsidy", "voucher", "landing_firm", "deputy_city",
)  # fmt: skip


@cache
def instruments(h: History) -> dict[str, int]:
    """How often public money or a public service has reached each firm of the policy cohorts: rounds with public money, the first
    money of a grant, subsidies and vouchers, advisers."""
    found = dict.fromkeys(h.cohorts, 0)
    once: set[str] = set()
    for e in h.all_of(*INVESTED, *SUBSIDIES, *FIRST_MONEY):
        if e.firm not in found or (e.code in FIRST_MONEY and e.firm in once):
            continue
        if e.amount > 0.0 or e.code in FIRST_MONEY:
            found[e.firm] += 1
        if e.code in FIRST_MONEY:
            once.add(e.firm)
    for _, event in h.told("adviser_begins"):
        if event.entity in found:
            found[event.entity] += 1
    return {firm: number for firm, number in found.items() if number > 0}


def _top(h: History) -> float:
    """Of the tenth of these firms that has most, a part of a firm counted in part."""
    numbers = sorted(instruments(h).values(), reverse=True)
    places = 0.1 * len(numbers)
    whole = int(places)
    rest = (places - whole) * numbers[whole] if whole < len(numbers) else 0.0
    return float(sum(numbers[:whole])) + rest


def _ending(h: History) -> set[tuple[str, int]]:
    """Projects with the quarter of their last examination: a failed one, or the final."""
    return {
        (event.entity, quarter)
        for quarter, event in h.told("project_examined")
        if event.facts["final"] or not event.facts["passed"]
    }


def _open_projects(h: History) -> np.ndarray:
    row = np.zeros(h.quarters)
    for quarter, _ in h.told("project_approved"):
        row[max(0, quarter) :] += 1.0
    for _, quarter in _ending(h):
        row[max(0, quarter) :] -= 1.0
    return row


def _works(h: History) -> np.ndarray:
    """From when the platform works until it stops."""
    row = np.zeros(h.quarters)
    for quarter, event in h.told("platform_works", "platform_stops"):
        row[max(0, quarter) :] = float(event.kind == "platform_works")
    over = 4 * h.value("time.policy_years")
    row[over:] = 0.0
    return row


def _capped(h: History) -> float:
    """Projects of which the share would be more than was granted."""
    share = h.value("measures.evaluation.research.share")
    return float(
        sum(
            quarter >= 0 and share * event.facts["cost"] > event.facts["subsidy"] * (1.0 + 1e-9)
            for quarter, event in h.told("project_approved")
        )
    )


CITY_SERIES: Final[Rows] = {
    "fintech_projects": lambda h: happened(h, "project_approved"),
    "fintech_projects_open": _open_projects,
    "platform_works": _works,
    "fintech_paid": paid(*RESEARCH),
    "platform_paid": paid("platform_capex", "platform_opex"),
    "alliance_paid": paid("alliance_cost"),
    "duplicates_refused": lambda h: happened(h, "duplicate_refused"),
    "duplicates_saved": lambda h: told(h, "duplicate_refused", "amount"),
}
CITY_STATS: Final[Rows] = {
    "fintech_projects_approved": lambda h: stats(h, "project_approved"),
    "fintech_projects_completed": lambda h: _examined(h, passed=True),
    "fintech_projects_stopped": lambda h: _examined(h, passed=False),
    "fintech_projects_capped": _capped,
    "scores_renewed": lambda h: stats(h, "evaluated"),
    "cohort_firms": lambda h: float(len(h.cohorts)),
    "cohort_good": lambda h: float(len(_good(h))),
    "auc_pairs": lambda h: float(len(_good(h)) * (len(h.cohorts) - len(_good(h)))),
    "cohort_chosen": lambda h: float(len(_chosen(h))),
    "wrong_approvals": lambda h: float(len(_chosen(h) - _good(h))),
    "missed_firms": lambda h: float(len(_good(h) - _chosen(h))),
    "chosen_failed": lambda h: float(len(_chosen_failed(h))),
    "public_equity_in_failed": lambda h: h.paid("seed", "follow_on", where=lambda e: e.firm in _chosen_failed(h)).sum(),
    "first_served": lambda h: float(len(_had(h, *INVESTED, *FIRST_MONEY, *LOANS))),
    "duplicates_found": lambda h: stats(h, "duplicate_refused"),
    "duplicates_money_saved": lambda h: told(h, "duplicate_refused", "amount").sum(),
    "firms_two_partners": _two_partners,
    "instruments": lambda h: float(sum(instruments(h).values())),
    "instrument_firms": lambda h: float(len(instruments(h))),
    "two_instrument_firms": lambda h: float(sum(number >= 2 for number in instruments(h).values())),
    "top_decile_instruments": _top,
}


def _examined(h: History, *, passed: bool) -> float:
    """Projects of the policy that passed the final milestone, or failed one."""
    own = {event.entity for quarter, event in h.told("project_approved") if quarter >= 0}
    return float(
        sum(
            event.entity in own and event.facts["passed"] == passed and (event.facts["final"] or not passed)
            for _, event in h.told("project_examined")
        )
    )


def _stat(h: History, name: str) -> float:
    return float(h.stats[0][STATS.index(name)])


# Measure 8: people.

PEOPLE_HISTORIES: Final = (
    "demo",
    "awards from a poor line",
    "awards at the institutions' cap",
    "introduced firms are listed",
    "many deputies",
    "people in mid-year",
    "people switched off",
)
SETTLEMENT: Final = ("settlement_firm", "settlement_manager", "settlement_rent")


def _private(h: History) -> dict[tuple[str, int], float]:
    """Private money by firm and quarter, whatever round it came in."""
    found: defaultdict[tuple[str, int], float] = defaultdict(float)
    for e in h.all_of("private_round", "co_invest", "reinvest"):
        found[e.firm, e.quarter] += e.amount
    return found


def _filed(h: History) -> np.ndarray:
    """Non-fiscal part of private money since the last visit, which is once a year from when the measure is in force."""
    share = h.value("measures.people.nonfiscal")
    private = _private(h)
    found = []
    last: dict[str, int] = {}
    for quarter, event in h.told("vc_filed"):
        since = last.get(event.entity, quarter - YEAR)
        money = sum(
            amount for (firm, when), amount in private.items() if firm == event.entity and since < when <= quarter
        )
        last[event.entity] = quarter
        found.append((quarter, share * money))
    return h.by_quarter(found)


def _settled(h: History) -> np.ndarray:
    """New VC firms, where the district pays each for longer than the policy lasts: by how much the subsidy rises."""
    section = "measures.people.settlement"
    each = h.value(f"{section}.firm_tax") * h.value(f"{section}.rate")
    there = h["settlement_firm"][3::4] / each
    row = np.zeros(h.quarters)
    row[3::4] = np.maximum(0.0, np.diff(there, prepend=0.0))
    return row


PEOPLE_SERIES: Final[Rows] = {
    "vc_awards_paid": paid("early_award", "volume_award", "landing_award", "listed_award"),
    "vc_settlement_paid": paid(*SETTLEMENT),
    "deputy_stipends": lambda h: h.count("deputy_pay"),
    "adviser_services": lambda h: happened(h, "adviser_begins"),
    "adviser_financing": lambda h: told(h, "adviser_matched", "amount"),
}
PEOPLE_STATS: Final[Rows] = {
    "vc_money_filed": lambda h: told(h, "vc_filed", "amount").sum(),
    "vc_early_filed": lambda h: sum(
        event.facts["amount"] for quarter, event in h.told("vc_filed") if quarter >= 0 and event.facts["early"]
    ),
    "vc_early_held": lambda h: told(h, "vc_held", "amount").sum(),
    "vc_early_forfeited": lambda h: told(h, "vc_forfeited", "amount").sum(),
    "vc_landed_filings": lambda h: stats(h, "landing_filed"),
    "vc_landed_listings": lambda h: stats(h, "landing_listed"),
    "vc_settled_contribution": lambda h: (
        h.paid("settlement_firm", "settlement_manager").sum() / h.value("measures.people.settlement.rate")
    ),
    "deputies_placed": lambda h: stats(h, "deputy_placed"),
    "deputy_years": lambda h: h.count("deputy_pay").sum(),
    "adviser_firm_years": lambda h: stats(h, "adviser_begins"),
    "adviser_matched": lambda h: stats(h, "adviser_matched"),
    "adviser_financing_total": lambda h: told(h, "adviser_matched", "amount").sum(),
}

# Measure 9: pilots.

PILOT_HISTORIES: Final = (
    "demo",
    "AIC funds, short-lived, up to the limit",
    "warrants that always find a buyer",
    "warrants that never do",
    "exits on the regional market#7",
    "buy-backs over the quota",
    "pilots in mid-year",
)
AIC: Final = ("aic", "soe", "government", "social")
AIC_CALLS: Final = tuple(f"aic_call_{who}" for who in AIC)
AIC_PAYS: Final = tuple(f"aic_distribute_{who}" for who in AIC)
PAYOFFS: Final = ("warrant_exercised", "warrant_sold", "horizon_warrant")
BUYBACK: Final = "measures.pilots.buyback"


def _cumulated(h: History, up: str, down: str) -> np.ndarray:
    """What is outstanding, the burn-in's included."""
    row = np.zeros(h.quarters)
    for code, sign in ((up, 1.0), (down, -1.0)):
        for e in h.all_of(code):
            row[max(0, e.quarter) :] += sign * e.amount
    return row


@cache
def _aic_formed(h: History) -> dict[str, int]:
    """When each AIC fund was formed."""
    return {event.entity: quarter for quarter, event in h.told("aic_formed")}


def of_policy(*codes: str) -> Row:
    """What AIC funds of the policy have posted, by quarter."""
    return lambda h: h.paid(*codes, where=lambda e: _aic_formed(h)[e.other] >= 0)


def _lost_warrants(h: History, *, unsold: bool) -> float:
    return float(sum(e.facts["unsold"] == unsold for quarter, e in h.told("warrant_lost") if quarter >= 0))


def _open_warrants(h: History) -> np.ndarray:
    return np.cumsum(happened(h, "warrant") - h.count(*PAYOFFS) - happened(h, "warrant_lost"))


def _aic_committed(h: History) -> np.ndarray:
    return np.cumsum(told(h, "aic_formed", "size"))


def _aic_exposure(h: History) -> np.ndarray:
    """The AIC's part of what a fund may still call, and its principal not yet back: funds are gone when their life is over."""
    section = "measures.pilots.aic"
    row = np.zeros(h.quarters)
    for formed, event in h.told("aic_formed"):
        share, years, life = (h.value(f"{section}.{key}", since=formed) for key in ("share", "call_years", "life"))
        left, principal = share * event.facts["size"], 0.0
        calls, back = (
            {e.quarter: e.amount for e in h.all_of(code) if e.other == event.entity and e.quarter < h.quarters - 1}
            for code in ("aic_call_aic", "aic_distribute_aic")
        )
        for quarter in range(formed, min(h.quarters - 1, formed + 4 * life)):
            called = calls.get(quarter, 0.0)
            left = 0.0 if quarter >= formed + 4 * years else left - called
            principal = max(0.0, principal + called - back.get(quarter, 0.0))
            if quarter >= 0:
                row[quarter] += left + principal
    return row


PILOT_SERIES: Final[Rows] = {
    "aic_committed": _aic_committed,
    "aic_progress": lambda h: _aic_committed(h) / h.value("measures.pilots.aic.target"),
    "warrants_registered": lambda h: happened(h, "warrant"),
    "warrants_covered": lambda h: h["warrant_registered"] / h.value("measures.pilots.regional.fee"),
    "warrants_open": _open_warrants,
    "warrant_payoff": paid(*PAYOFFS),
    "regional_sales": lambda h: h.count("regional_sale"),
    "regional_paid": paid("regional_sale"),
    "buyback_firms": lambda h: h.count("buyback_loan"),
    "buyback_lent": paid("buyback_loan"),
    "buyback_bought": lambda h: h["buyback_loan"] / (1.0 - h.value(f"{BUYBACK}.own")),
    "buyback_margin": lambda h: h["buyback_interest"] - h["buyback_relend_interest"],
}
#: Of the policy's funds alone, or of all that stands: in a world whose baseline has had the measure too.
INHERITED: Final = (*PILOT_HISTORIES, "AIC funds in the baseline, on terms of their own")
AIC_SERIES: Final[Rows] = {
    "aic_called": of_policy(*AIC_CALLS),
    "aic_distributed": of_policy(*AIC_PAYS),
    "aic_own_called": of_policy("aic_call_aic"),
    "aic_own_distributed": of_policy("aic_distribute_aic"),
    "aic_projects": lambda h: of_policy(*AIC_CALLS)(h) / h.value("measures.pilots.aic.ticket"),
    "buyback_balance": lambda h: _cumulated(h, "buyback_loan", "buyback_repaid"),
    "buyback_relent": lambda h: _cumulated(h, "buyback_relend", "buyback_relend_repaid"),
}
PILOT_STATS: Final[Rows] = {
    "aic_funds_formed": lambda h: stats(h, "aic_formed"),
    "aic_refused_by_limit": lambda h: stats(h, "aic_limited"),
    "warrants": lambda h: stats(h, "warrant"),
    "warrants_exercised": lambda h: h.count("warrant_exercised", "horizon_warrant").sum(),
    "warrants_sold": lambda h: h.count("warrant_sold").sum(),
    "warrants_worthless": lambda h: _lost_warrants(h, unsold=False),
    "warrants_unsold": lambda h: _lost_warrants(h, unsold=True),
    "buyback_refused": lambda h: stats(h, "buyback_refused"),
}

ROOMS: Final[tuple[tuple[Rows, tuple[str, ...], bool], ...]] = (
    (GRANT_SERIES, GRANT_HISTORIES, False),
    (GRANT_STATS, GRANT_HISTORIES, True),
    (INSURANCE_SERIES, INSURANCE_HISTORIES, False),
    (INSURANCE_STATS, INSURANCE_HISTORIES, True),
    (LINE_STATS, WITH_POOL, True),
    (BASIC_SERIES, BASIC_HISTORIES, False),
    (BASIC_STATS, BASIC_HISTORIES, True),
    (COMMERCIAL_SERIES, COMMERCIAL_HISTORIES, False),
    (COMMERCIAL_STATS, COMMERCIAL_HISTORIES, True),
    (COVERED_SERIES, COVERED, False),
    (COVERED_STATS, COVERED, True),
    ({"landings": lambda h: happened(h, "landing")}, ("demo",), False),
    ({"vc_settled": _settled}, ("private money answers to awards",), False),
    ({"vc_firms_settled": lambda h: _settled(h).sum()}, ("private money answers to awards",), True),
    (CITY_SERIES, CITY_HISTORIES, False),
    (CITY_STATS, CITY_HISTORIES, True),
    (PEOPLE_SERIES, PEOPLE_HISTORIES, False),
    ({"vc_filed": _filed}, ("demo", "introduced firms are listed"), False),
    (PEOPLE_STATS, PEOPLE_HISTORIES, True),
    (PILOT_SERIES, PILOT_HISTORIES, False),
    (AIC_SERIES, INHERITED, False),
    (PILOT_STATS, PILOT_HISTORIES, True),
)
CASES: Final = [
    pytest.param(rows, name, histories, statistic, id=f"{name}, {'statistic' if statistic else 'series'}")
    for rows, histories, statistic in ROOMS
    for name in rows
]


@pytest.mark.parametrize(("rows", "name", "histories", "statistic"), CASES)
def test_a_row_is_what_its_postings_say(rows: Rows, name: str, histories: tuple[str, ...], statistic: bool) -> None:
    hold(rows, name, histories, statistic=statistic)


#: Statistics that a series adds up to.
SUMS: Final = {
    "matches_made": "matches",
    "duplicates_found": "duplicates_refused",
    "duplicates_money_saved": "duplicates_saved",
    "vc_money_filed": "vc_filed",
    "vc_firms_settled": "vc_settled",
    "deputy_years": "deputy_stipends",
    "adviser_firm_years": "adviser_services",
    "adviser_financing_total": "adviser_financing",
    "fintech_projects_approved": "fintech_projects",
    "vouchers_redeemed": "vouchers",
    "warrants": "warrants_registered",
}


def test_statistics_are_the_sums_of_their_series() -> None:
    block = run(bundled("demo"), 20)
    for name, row in SUMS.items():
        wanted = series(block, row).sum(axis=2)
        assert wanted.any(), name
        np.testing.assert_allclose(stat(block, name), wanted, rtol=1e-9, atol=1e-6, err_msg=name)


def test_the_aics_exposure_is_what_it_has_promised_and_not_had_back() -> None:
    hold({"aic_exposure": _aic_exposure}, "aic_exposure", INHERITED, but_last=True)
