"""Step 7: angel sub-funds. Formation (E1), calls (E1), fees (E2), local reinvestment (E5), distribution (E6), closing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.cash import (
    commit,
    draw_committed,
    pay_from_income,
    post,
    receive,
    release,
)
from kejin_sim.engine.holders import end_deal, subfund_receives
from kejin_sim.engine.layout import (
    AHEAD,
    ANGEL_LINE,
    CLOSED,
    DISTRICT,
    GOVERNMENT,
    HARVESTING,
    INVESTING,
    LEFT,
    MANAGER,
    MET,
    MISSED,
    NONE,
    PARTNERS,
    SOCIAL,
    STATE_BUYER,
    UNTESTED,
    Record,
)
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity import subfund_rules, waterfall
from kejin_sim.recording import (
    S_FUND_COMMITMENTS,
    S_GOV_CALLS,
    S_GOV_DIST,
    S_SOCIAL_CALLS,
    S_SOCIAL_DIST,
    S_SUBFUND_CALLS,
    S_SUBFUND_DIST,
    T_ALLOCATIONS_CUT,
    T_CALLS_DELAYED,
    T_REALISED_VALUE,
    T_REINVEST_CREDIT,
    T_REINVEST_MET,
    T_REINVEST_TESTED,
)
from kejin_sim.world import postings as w
from kejin_sim.world.calendar import period_quota

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def partner_call_code(partner: int) -> int:
    """Posting code of a capital call by limited partner."""
    if partner == GOVERNMENT:
        return q.CALL_GOVERNMENT
    if partner == DISTRICT:
        return q.CALL_DISTRICT
    if partner == MANAGER:
        return q.CALL_GP
    if partner == SOCIAL:
        return q.CALL_SOCIAL
    return q.CALL_SOE


@internal
def partner_distribution_code(partner: int) -> int:
    """Posting code of a distribution by limited partner."""
    if partner == GOVERNMENT:
        return q.DISTRIBUTE_GOVERNMENT
    if partner == DISTRICT:
        return q.DISTRIBUTE_DISTRICT
    if partner == MANAGER:
        return q.DISTRIBUTE_GP
    if partner == SOCIAL:
        return q.DISTRIBUTE_SOCIAL
    return q.DISTRIBUTE_SOE


@internal
def pay_in(city: Record, fund: Record, partner: int, amount: float, quarter: Record, flow: Floats, series: Floats) -> None:
    """One partner pays ``amount`` into a fund."""
    if amount <= 0.0:
        return
    if partner == GOVERNMENT:
        draw_committed(city, flow, ANGEL_LINE, amount)
        fund.government_called += amount
        fund.government_weighted += amount * quarter.k
    post(flow, partner_call_code(partner), amount)
    fund.committed[partner] -= amount
    fund.paid[partner] += amount
    fund.called += amount
    fund.capital += amount
    fund.cash += amount
    if fund.policy == 1:
        series[S_SUBFUND_CALLS] += amount
        if partner == GOVERNMENT:
            series[S_GOV_CALLS] += amount
        elif partner == SOCIAL:
            series[S_SOCIAL_CALLS] += amount


@internal
def call(city: Record, fund: Record, quarter: Record, equity: Record, flow: Floats, series: Floats) -> None:
    """E1. One scheduled call: every partner pays its share; of a district's due only a part arrives in time."""
    schedule = equity.angel_subfunds_calls
    done = 0.0
    for number in range(fund.calls_made):
        done += schedule[number]
    left = 1.0 - done
    share = 1.0
    if fund.calls_made < 2 and left > 1e-9:
        share = min(1.0, schedule[fund.calls_made] / left)
    for partner in range(PARTNERS):
        if partner == DISTRICT:
            due = subfund_rules.call_due(fund.committed[partner] - fund.arrears, share)
            paid = subfund_rules.delivered(due, equity.angel_subfunds_cash_delivery)
            fund.arrears += due - paid
            pay_in(city, fund, partner, paid, quarter, flow, series)
        else:
            pay_in(
                city, fund, partner, subfund_rules.call_due(fund.committed[partner], share), quarter, flow, series
            )
    fund.calls_made += 1


@internal
def form_funds(
    city: Record, funds: Record, quarter: Record, equity: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """E1. New sub-funds of the year, as many as the appropriation can commit to; the first call comes at once."""
    if quarter.policy == 0 or quarter.year_opens == 0:
        return
    number = period_quota(equity.angel_subfunds_new_per_year, quarter.quarter_of_year, quarter.period_end)
    if number == 0:
        return
    size = equity.angel_subfunds_size * (1.0 - city.allocation_cut)
    if city.allocation_cut > 0.0 and quarter.k >= quarter.opening:
        stat[T_ALLOCATIONS_CUT] += 1.0
    city.allocation_cut = 0.0
    for _ in range(number):
        if size <= 0.0:
            continue
        government = equity.angel_subfunds_gov_share * size
        if not commit(city, stat, ANGEL_LINE, government):
            continue
        fund = funds[city.funds]
        city.funds += 1
        fund.status = INVESTING
        fund.formed = quarter.k
        fund.policy = 1 if quarter.k >= quarter.opening else 0
        fund.size = size
        fund.committed[GOVERNMENT] = government
        fund.committed[DISTRICT] = equity.angel_subfunds_district_share * size
        fund.committed[MANAGER] = equity.angel_subfunds_gp_share * size
        fund.committed[SOCIAL] = size - government - fund.committed[DISTRICT] - fund.committed[MANAGER]
        fund.committed[STATE_BUYER] = 0.0
        fund.reinvestment = UNTESTED
        if fund.policy == 1:
            series[S_FUND_COMMITMENTS] += size
        call(city, fund, quarter, equity, flow, series)


@internal
def pay_fee(fund: Record, quarter: Record, equity: Record, longest: int, flow: Floats) -> None:
    """E2. The fee of the year that begins, from cash outside the pot first, then from the pot; what cannot be paid is owed.

    At the end of its life (``longest`` quarters) no year begins any more.
    """
    age = quarter.k - fund.formed
    if age % 4 == 0 and age < longest:
        due = subfund_rules.management_fee(
            fund.called, fund.open_cost, equity.angel_subfunds_fee_invest, equity.angel_subfunds_fee_later,
            fund.status == INVESTING,
        )  # fmt: skip
        if fund.reinvestment == MISSED:
            due *= 1.0 - equity.angel_subfunds_reinvestment_fee_cut
        fund.fee_arrears += due
    pay_owed_fee(fund, flow)


@internal
def pay_owed_fee(fund: Record, flow: Floats) -> None:
    """E2. What is owed of fees is paid as far as the fund's cash goes."""
    if fund.fee_arrears > 0.0:
        paid = min(fund.fee_arrears, fund.cash)
        if paid > 0.0:
            outside_pot = min(paid, max(0.0, fund.cash - fund.pot))
            fund.pot = max(0.0, fund.pot - (paid - outside_pot))
            fund.cash -= paid
            fund.fee_arrears -= paid
            fund.fees += paid
            fund.spent += outside_pot
            post(flow, q.FEE, paid)


@internal
def give_up(
    city: Record, fund: Record, equity: Record, amount: float, flow: Floats, series: Floats
) -> None:
    """E6. Pay the concession on ``amount`` of government excess out of what the guidance fund has just received."""
    ceded = waterfall.concession(amount, equity.angel_subfunds_concession)
    if ceded <= 0.0:
        return
    to_social = 0.0
    if equity.angel_subfunds_concession_to == 1:
        to_social = ceded
    elif equity.angel_subfunds_concession_to == 2:
        to_social = 0.5 * ceded
    to_gp = ceded - to_social
    if fund.paid[SOCIAL] <= 0.0:  # they have sold their interest, and nothing is ceded to outsiders
        ceded = to_gp
        to_social = 0.0
    if ceded <= 0.0:
        return
    if to_gp > 0.0:
        post(flow, q.CONCESSION_GP, to_gp)
    if to_social > 0.0:
        post(flow, q.CONCESSION_SOCIAL, to_social)
    pay_from_income(city, ANGEL_LINE, ceded)
    city.gain -= ceded
    city.given_up += ceded
    if fund.policy == 1:
        series[S_GOV_DIST] -= ceded
        series[S_SOCIAL_DIST] += to_social


@internal
def distribute(
    city: Record, fund: Record, quarter: Record, equity: Record, cash: float, flow: Floats, series: Floats
) -> None:
    """E6. Send ``cash`` (CNY) of a fund through the waterfall to partners and manager; then the government's concession."""
    carry = equity.angel_subfunds_carry
    catch_up = equity.angel_subfunds_catch_up
    capital, preferred, caught, split = waterfall.waterfall(
        cash, fund.capital, fund.preferred, fund.preferred_paid, fund.caught_up, catch_up, carry
    )
    gp = waterfall.gp_part(caught, split, catch_up, carry)
    fund.capital -= capital
    fund.preferred -= preferred
    fund.preferred_paid += preferred
    fund.caught_up += caught
    fund.carry_paid += gp
    partners = cash - gp
    excess = caught + split - gp
    total_paid = 0.0
    for partner in range(PARTNERS):
        total_paid += fund.paid[partner]
    if gp > 0.0:
        post(flow, q.CARRY, gp)
    for partner in range(PARTNERS):
        share = fund.paid[partner] / total_paid
        amount = partners * share
        if amount <= 0.0:
            continue
        post(flow, partner_distribution_code(partner), amount)
        if partner == GOVERNMENT:
            receive(city, ANGEL_LINE, capital * share, amount - capital * share)
            fund.government_distributed += amount
            over = excess * share
            city.gain += amount - capital * share
            if fund.policy == 1:
                series[S_GOV_DIST] += amount
            if fund.reinvestment == UNTESTED:
                fund.excess_pending += over
            elif fund.reinvestment == MET and quarter.k >= city.withheld_until:
                give_up(city, fund, equity, over, flow, series)
        elif partner == SOCIAL and fund.policy == 1:
            series[S_SOCIAL_DIST] += amount
    fund.cash -= cash
    fund.distributed += partners
    if fund.policy == 1:
        series[S_SUBFUND_DIST] += partners


@internal
def assess_reinvestment(
    city: Record, fund: Record, quarter: Record, equity: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """E5. At the end of the investment period: recognised local investment against the guidance fund's paid-in.

    A met test opens the concession. On the excess that waited for the test it is paid at once, out of what was kept for it;
    a fund that misses the test, or is under a sanction on that day, loses it. Where the guidance fund has left, nobody asks.
    """
    if fund.reinvestment == LEFT:
        return
    met = subfund_rules.reinvestment_met(
        fund.credit, fund.government_called, equity.angel_subfunds_reinvestment_required
    )
    fund.reinvestment = MET if met else MISSED
    if fund.policy == 1:
        stat[T_REINVEST_TESTED] += 1.0
        stat[T_REINVEST_MET] += 1.0 if met else 0.0
        if fund.government_called > 0.0:
            stat[T_REINVEST_CREDIT] += fund.credit / fund.government_called
    pending = fund.excess_pending
    fund.excess_pending = 0.0
    if met and pending > 0.0 and quarter.k >= city.withheld_until:
        give_up(city, fund, equity, pending, flow, series)


@internal
def close_fund(city: Record, fund: Record, quarter: Record, equity: Record, flow: Floats, series: Floats) -> None:
    """E2, E6. Liquidation: fees that are owed come before partners; all cash through the waterfall; then the GP's clawback, which
    goes to the partners alone."""
    pay_owed_fee(fund, flow)
    if fund.cash > 0.0:
        distribute(city, fund, quarter, equity, fund.cash, flow, series)
    fund.pot = 0.0
    profit = fund.distributed + fund.carry_paid - fund.called
    back = waterfall.clawback(
        fund.carry_paid, equity.angel_subfunds_carry, profit, fund.capital + fund.preferred
    )
    if back > 0.0:
        post(flow, q.CLAWBACK, back)
        fund.carry_paid -= back
        fund.cash += back
        total_paid = 0.0
        for partner in range(PARTNERS):
            total_paid += fund.paid[partner]
        for partner in range(PARTNERS):
            amount = back * fund.paid[partner] / total_paid
            if amount <= 0.0:
                continue
            post(flow, partner_distribution_code(partner), amount)
            if partner == GOVERNMENT:
                principal = min(amount, fund.capital * fund.paid[partner] / total_paid)
                receive(city, ANGEL_LINE, principal, amount - principal)
                fund.government_distributed += amount
                if fund.policy == 1:
                    series[S_GOV_DIST] += amount
            elif partner == SOCIAL and fund.policy == 1:
                series[S_SOCIAL_DIST] += amount
        fund.cash -= back
        fund.distributed += back
        if fund.policy == 1:
            series[S_SUBFUND_DIST] += back
    if fund.committed[GOVERNMENT] > 0.0:
        release(city, ANGEL_LINE, fund.committed[GOVERNMENT], quarter.policy)
    for partner in range(PARTNERS):
        fund.committed[partner] = 0.0
    fund.arrears = 0.0
    fund.status = CLOSED


@internal
def sell_residual(
    firms: Record, live: Ints, alive: int, n: int, fund: Record, number: int, rules: Record,
    world: Record, flow: Floats, stat: Floats,
) -> None:  # fmt: skip
    """W8. At the end of its life a fund sells what it still holds at a discount; buyers are other investors.

    ``rules`` in force, not the fund's terms: a deal is held against the tolerance of the day wherever it ends.
    """
    if fund.open_deals == 0:
        return
    for index in range(alive):
        fetch_ahead(firms[live[min(index + AHEAD, alive - 1)], n], 1)
        firm = firms[live[index], n]
        if firm.fund == number and firm.status != 0:
            amount = firm.h_subfund * math.exp(firm.log_value) * (1.0 - world.exits_residual_discount)
            post(flow, w.RESIDUAL_SALE, amount)
            stat[T_REALISED_VALUE] += amount
            firm.h_private += firm.h_subfund
            subfund_receives(firm, fund, amount)
            end_deal(firm, fund, rules)


@internal
def step_funds(
    firms: Record, live: Ints, alive: int, n: int, quarter: Record, city: Record, funds: Record,
    rules: Record, legacy: Record, world: Record, flow: Floats, series: Floats, stat: Floats, closing: Ints,
) -> int:  # fmt: skip
    """Step 7 for every sub-fund of a world; returns how many closed, their numbers in ``closing``.

    A fund keeps the terms under which it was formed: ``legacy`` are those of the baseline in the burn-in.

    Order for one fund: preferred return accrues; end of the investment period with E5; the next call and the district's
    arrears; fee; distribution of the pot; liquidation at the end of its life.
    """
    closed = 0
    for number in range(city.funds):
        fund = funds[number]
        if fund.status == NONE or fund.status == CLOSED:
            continue
        equity = rules if fund.policy == 1 else legacy
        longest = int(round(4.0 * (equity.angel_subfunds_life_years + equity.angel_subfunds_extension_years)))
        investing = int(round(4.0 * equity.angel_subfunds_investment_years))
        age = quarter.k - fund.formed
        if age > 0:
            fund.preferred = waterfall.accrue(
                fund.capital, fund.preferred, equity.angel_subfunds_hurdle, equity.angel_subfunds_hurdle_interest
            )
        if fund.status == INVESTING and age >= investing:
            fund.status = HARVESTING
            assess_reinvestment(city, fund, quarter, equity, flow, series, stat)
            if fund.committed[GOVERNMENT] > 0.0:
                release(city, ANGEL_LINE, fund.committed[GOVERNMENT], quarter.policy)
            for partner in range(PARTNERS):
                fund.committed[partner] = 0.0
            fund.arrears = 0.0
        if fund.status == INVESTING and age > 0:
            if fund.calls_made < 3:
                if subfund_rules.next_call_ready(fund.spent, fund.called, equity.angel_subfunds_call_trigger):
                    call(city, fund, quarter, equity, flow, series)
                elif age % 4 == 0 and fund.committed[MANAGER] > 1e-9 * fund.size:
                    stat[T_CALLS_DELAYED] += 1.0
            if age % 4 == 0 and fund.arrears > 0.0:
                paid = subfund_rules.delivered(fund.arrears, equity.angel_subfunds_cash_delivery)
                fund.arrears -= paid
                pay_in(city, fund, DISTRICT, paid, quarter, flow, series)
        pay_fee(fund, quarter, equity, longest, flow)
        if age >= longest or (fund.status == HARVESTING and fund.open_deals == 0):
            sell_residual(firms, live, alive, n, fund, number, rules, world, flow, stat)
            close_fund(city, fund, quarter, equity, flow, series)
            closing[closed] = number
            closed += 1
            continue
        if fund.pot > 0.0:
            amount = min(fund.pot, fund.cash)
            fund.pot = 0.0
            distribute(city, fund, quarter, equity, amount, flow, series)
    return closed
