"""T4 in the compiled engine: a pool of securities from its issue until the last recovery, one row a year's issue."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import pay_most, post
from kejin_sim.engine.credit.layout import BAD_MARK
from kejin_sim.engine.firms import support
from kejin_sim.engine.layout import ACTIVE, FAILED, GONE, Record, line_row
from kejin_sim.jit import internal
from kejin_sim.measures.commercialisation import postings as p
from kejin_sim.measures.commercialisation import (
    securitisation_rules,
)
from kejin_sim.measures.commercialisation.recording import (
    S_ABS_DEFAULTED,
    S_ABS_FIRMS,
    S_ABS_ISSUED,
    T_ABS_COST,
    T_ABS_EAD,
    T_ABS_FIRST,
    T_ABS_ISSUES,
    T_ABS_POOL,
    T_ABS_RECOVERED,
    T_ABS_SECOND,
    T_ABS_SENIOR,
    T_ABS_SKIPPED,
    T_ABS_SUBSIDISED,
    T_ABS_YEARS,
)
from kejin_sim.measures.commercialisation.steps.pledges import ip_value
from kejin_sim.world import credit as lending

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINE: Final = line_row("commercialisation")
MEMBERS: Final = 40  # most firms in a pool, the bound of ``securitisation.firms``
ISSUES: Final = 24  # more than are ever open: one a year, at most five years of term and ten until recoveries are in


@internal
def end_growth(own: Record, place: int, firm: Record) -> None:
    """The proceeds are spent: their cost ends, unless a round or a pivot has set the firm's anew since."""
    if own.growth[place] > 0.0:
        if firm.raised == own.growth_raised[place] and firm.sustained == own.growth_sustained[place]:
            firm.cost = max(0.0, firm.cost - own.growth[place])
        own.growth[place] = 0.0


@internal
def serve_member(
    own: Record, row: int, place: int, firm: Record, file: Record, quarter: Record, world: Record, flow: Floats,
    series: Floats, stat: Floats,
) -> float:  # fmt: skip
    """A quarter of one firm in a pool: it pays, is repaid by its buyer, or fails. Returns what the account receives."""
    received = 0.0
    if own.left[place] > 0.0:
        fails = firm.status == GONE and firm.end == FAILED
        if firm.status == GONE and not fails:
            received = own.left[place]
            post(flow, p.ABS_BUYER_REPAID, received)
            own.left[place] = 0.0
            own.arrears[place] = 0.0
        elif not fails:
            own.quarters[place] += 1
            due = own.arrears[place] + lending.interest(own.left[place], own.coupon[row] + own.fee[row])
            paid = min(firm.cash, due)
            if paid > 0.0:
                post(flow, p.ABS_FIRM_INTEREST, paid)
                firm.cash -= paid
                own.paid_year[place] += paid
            own.arrears[place] = due - paid
            back = min(firm.cash, lending.principal_due(own.left[place], own.due[row] - quarter.k + 1, 1))
            if back > 0.0:
                post(flow, p.ABS_FIRM_PRINCIPAL, back)
                firm.cash -= back
                own.left[place] -= back
            received = paid + back
            if own.left[place] <= 0.0:
                file.pooled = 0
            fails = own.left[place] > 0.0 and quarter.k >= own.due[row]
            firm.securitised = 0.0 if fails else own.left[place]
            firm.pooled = 1 if firm.securitised > 0.0 else 0
            if own.left[place] <= 0.0 or fails:
                end_growth(own, place, firm)
        if fails:
            own.ead[place] = own.left[place]
            own.left[place] = 0.0
            own.recovery_due[place] = quarter.k + int(round(4.0 * world.credit_recovery_years))  # noqa: RUF046 (numba)
            series[S_ABS_DEFAULTED] += own.ead[place]
            if own.policy[row] == 1:
                stat[T_ABS_EAD] += own.ead[place]
    if own.ead[place] > 0.0 and quarter.k >= own.recovery_due[place]:
        received += recover(own, row, place, flow, stat)
    return received


@internal
def recover(own: Record, row: int, place: int, flow: Floats, stat: Floats) -> float:
    """T4. What a failed firm still brings. Returns what the account receives."""
    amount = (1.0 - own.lgd[row]) * own.ead[place]
    if amount > 0.0:
        post(flow, p.ABS_RECOVERY, amount)
    if own.policy[row] == 1:
        stat[T_ABS_RECOVERED] += amount
    own.ead[place] = 0.0
    return amount


@internal
def distribute(own: Record, row: int, quarter: Record, flow: Floats, stat: Floats) -> None:
    """T4. The account pays senior notes, guarantor's fee and claims in order; the guarantor makes up what is short."""
    senior = own.senior[row]
    interest = own.interest_arrears[row]
    fee = own.fee_arrears[row]
    if quarter.k <= own.due[row]:
        interest += lending.interest(senior, own.coupon[row])
        fee += lending.interest(senior, own.fee[row])
        if own.policy[row] == 1:
            stat[T_ABS_YEARS] += 0.25 * senior
    principal = lending.principal_due(senior, own.due[row] - quarter.k + 1, 1)
    interest_paid, principal_paid, claim, fee_paid, reimbursed, rest = securitisation_rules.waterfall(
        own.cash[row], interest, principal, fee, own.claimed[row], own.guarantee[row] - own.claimed[row]
    )
    if claim > 0.0:
        post(flow, p.ABS_CLAIM, claim)
    if interest_paid > 0.0:
        post(flow, p.ABS_INTEREST, interest_paid)
    if principal_paid > 0.0:
        post(flow, p.ABS_PRINCIPAL, principal_paid)
    if fee_paid > 0.0:
        post(flow, p.ABS_GUARANTEE_FEE, fee_paid)
    if reimbursed > 0.0:
        post(flow, p.ABS_REIMBURSED, reimbursed)
    own.interest_arrears[row] = interest - interest_paid
    own.senior[row] = senior - principal_paid
    own.fee_arrears[row] = fee - fee_paid
    own.claimed[row] += claim - reimbursed
    own.cash[row] = rest
    if own.policy[row] == 1:
        stat[T_ABS_COST] += interest_paid + fee_paid


@internal
def settled(own: Record, row: int, quarter: Record) -> bool:
    """Is the term of an issue over and nothing outstanding from its firms?"""
    if quarter.k < own.due[row]:
        return False
    for member in range(own.members[row]):
        place = row * MEMBERS + member
        if own.left[place] > 0.0 or own.ead[place] > 0.0:
            return False
    return True


@internal
def wind_up(own: Record, row: int, firms: Record, n: int, flow: Floats, stat: Floats) -> None:
    """T4. What is left in the account goes back to the firms by their principal; the losses of an issue are known."""
    left = own.cash[row]
    if own.policy[row] == 1:
        stat[T_ABS_FIRST] += max(0.0, own.pool[row] - own.senior_issued[row] - left)
        stat[T_ABS_SECOND] += own.claimed[row]
        stat[T_ABS_SENIOR] += own.senior[row]
    for member in range(own.members[row]):
        place = row * MEMBERS + member
        part = left * own.principal[place] / own.pool[row]
        if member == own.members[row] - 1:
            part = own.cash[row]
        if part > 0.0:
            firm = firms[own.slot[place], n]
            if firm.status == GONE:
                post(flow, p.ABS_RESIDUAL_ESTATE, part)
            else:
                post(flow, p.ABS_RESIDUAL, part)
                firm.cash += part
        own.cash[row] -= part
    own.cash[row] = 0.0
    own.open[row] = 0


@internal
def count_cash(own: Record) -> None:
    """The balance of the special plans' accounts."""
    total = 0.0
    for number in range(own.first, own.issued):
        total += own.cash[number % ISSUES]
    own.balance[0] = total


@internal
def subsidise_securities(
    firms: Record, n: int, own: Record, city: Record, terms: Record, flow: Floats, stat: Floats
) -> None:
    """T4. A part of the year's all-in cost of every firm in a pool."""
    for number in range(own.first, own.issued):
        row = number % ISSUES
        if own.open[row] == 0:
            continue
        for member in range(own.members[row]):
            place = row * MEMBERS + member
            firm = firms[own.slot[place], n]
            if firm.status != GONE:
                cost = securitisation_rules.all_in_cost(
                    own.paid_year[place], own.senior_issued[row] / own.pool[row], own.cost[place], own.quarters[place],
                    own.term[row],
                )
                wanted = securitisation_rules.subsidy(cost, terms.securitisation_subsidy_share)
                if wanted > 0.0:
                    amount = pay_most(city, flow, stat, LINE, p.ABS_SUBSIDY, wanted)
                    if amount > 0.0:
                        firm.cash += amount
                        support(firm)
                        if own.policy[row] == 1:
                            stat[T_ABS_SUBSIDISED] += amount


@internal
def forget_year(own: Record) -> None:
    """A fiscal year's cost of firms in pools begins anew."""
    for number in range(own.first, own.issued):
        row = number % ISSUES
        for member in range(own.members[row]):
            own.paid_year[row * MEMBERS + member] = 0.0
            own.quarters[row * MEMBERS + member] = 0


@internal
def possible_ticket(person: Record, file: Record, quarter: Record, terms: Record) -> float:
    """T4. What a firm can bring into a pool on the appraisal of its last visit; 0 where that is too little to take it."""
    return securitisation_rules.ticket(
        terms.securitisation_pool, terms.securitisation_firms, terms.securitisation_ltv, ip_value(person, file, quarter, terms),
        terms.securitisation_min_ticket,
    )  # fmt: skip


@internal
def issue(
    people: Record, firms: Record, files: Record, n: int, own: Record, quarter: Record, terms: Record,
    behaviour: Record, flow: Floats,
    series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """T4. The year's candidates become a pool, investors subscribe the senior notes, the firms get the proceeds and spend part
    of them over the term."""
    row = own.issued % ISSUES
    members = 0
    pool = 0.0
    for index in range(own.candidates):
        slot = own.candidate[index]
        file = files[slot, n].commercialisation
        if members == terms.securitisation_firms:
            break
        if firms[slot, n].status != ACTIVE or file.pooled == 1 or firms[slot, n].owes == BAD_MARK:
            continue
        amount = possible_ticket(people[slot], file, quarter, terms)
        if amount > 0.0:
            place = row * MEMBERS + members
            own.slot[place] = slot
            own.principal[place] = amount
            members += 1
            pool += amount
    own.candidates = 0
    if members < terms.securitisation_min_firms or own.issued - own.first >= ISSUES:
        stat[T_ABS_SKIPPED] += 1.0
        return
    senior = 0.0
    costs = 0.0
    proceeds = 0.0
    for member in range(members):
        place = row * MEMBERS + member
        slot = own.slot[place]
        part = securitisation_rules.senior_part(own.principal[place], terms.securitisation_overcollateral)
        cost = securitisation_rules.issue_cost(part, terms.securitisation_issue_cost)
        own.left[place] = own.principal[place]
        own.arrears[place] = 0.0
        own.ead[place] = 0.0
        own.cost[place] = cost
        own.paid_year[place] = 0.0
        own.quarters[place] = 0
        firm = firms[slot, n]
        firm.cash += part - cost
        firm.securitised = own.principal[place]
        firm.pooled = 1
        own.growth[place] = lending.growth_spending(
            part - cost, behaviour.loan_spending, terms.securitisation_term, firm.sustained == 1
        )
        own.growth_raised[place] = firm.raised
        own.growth_sustained[place] = firm.sustained
        firm.cost += own.growth[place]
        files[slot, n].commercialisation.pooled = 1
        senior += part
        costs += cost
        proceeds += part - cost
    post(flow, p.ABS_SUBSCRIBED, senior)
    post(flow, p.ABS_PROCEEDS, proceeds)
    post(flow, p.ABS_ISSUE_COST, costs)
    own.open[row] = 1
    own.policy[row] = 1 if quarter.k >= quarter.opening else 0
    own.term[row] = terms.securitisation_term
    own.due[row] = quarter.k + terms.securitisation_term
    own.members[row] = members
    own.coupon[row] = terms.securitisation_coupon
    own.fee[row] = terms.securitisation_guarantee_fee
    own.lgd[row] = terms.securitisation_lgd
    own.pool[row] = pool
    own.senior_issued[row] = senior
    own.senior[row] = senior
    own.interest_arrears[row] = 0.0
    own.fee_arrears[row] = 0.0
    own.guarantee[row] = terms.securitisation_guarantor_cover * senior
    own.claimed[row] = 0.0
    own.cash[row] = 0.0
    own.issued += 1
    series[S_ABS_ISSUED] += senior
    series[S_ABS_FIRMS] += float(members)
    stat[T_ABS_ISSUES] += 1.0
    stat[T_ABS_POOL] += pool
    stat[T_ABS_COST] += costs


@internal
def close_early(own: Record, row: int, quarter: Record) -> None:
    """The term of an issue ends at the horizon: this quarter's interest is paid, all principal is due."""
    own.due[row] = min(own.due[row], quarter.k - 1)
