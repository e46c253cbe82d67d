"""Step 5 of a grant: milestones and tranches, the end of the window, failure, the buyer's money (G2, G5, G6, G7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import fund_spending, pay_from_income, post, receive
from kejin_sim.engine.grant.award import pay_out
from kejin_sim.engine.grant.layout import CERTIFIES, EXITED, HELD, KEPT, REPAID, TALENT, WAITING, WRITTEN_OFF
from kejin_sim.engine.layout import AHEAD, FAILED, GONE, GRANT_LINE, Record
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.measures.grant_to_equity import exit_rules, failure_rules, grant_rules
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.recording import (
    S_GRANT_RETURNED,
    T_GRANT_BACK,
    T_GRANT_CLOSED,
    T_GRANT_EXITED,
    T_GRANT_LOSS,
    T_MILESTONES_MISSED,
    T_REPAID,
    T_TEAM_YIELD,
    T_WRITTEN_OFF,
)
from kejin_sim.world import postings as w
from kejin_sim.world.macro import log_odds, logistic

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def end_project(grant: Record, firm: Record) -> None:
    """The project is over, at the latest with its grant: its cost ends, unless a round or a pivot has set the firm's anew since."""
    if firm.raised == grant.extra_raised and firm.sustained == grant.extra_sustained:
        firm.cost = max(0.0, firm.cost - grant.extra)
    grant.extra = 0.0


@internal
def close_grant(grant: Record, firm: Record, state: int, stat: Floats) -> None:
    """A grant has come to its end; what did not come back of the public money is its loss."""
    grant.state = state
    firm.granted = 0
    end_project(grant, firm)
    if grant.policy == 1 and state != KEPT:  # a pure grant was never meant to come back
        kept = grant.paid - grant.cost - grant.repaid if grant.converted >= 0 else 0.0
        meant_back = failure_rules.meant_back(grant.paid, kept)
        stat[T_GRANT_CLOSED] += meant_back
        stat[T_GRANT_LOSS] += max(0.0, meant_back - grant.repaid - grant.got)
        if state == WRITTEN_OFF:
            stat[T_WRITTEN_OFF] += 1.0
        elif state == REPAID:
            stat[T_REPAID] += 1.0
        elif state == EXITED:
            stat[T_GRANT_EXITED] += 1.0


@internal
def come_back(
    grant: Record, city: Record, code: int, amount: float, cost: float, flow: Floats, series: Floats, stat: Floats
) -> None:
    """Money of a grant comes back to the purse: principal until ``cost`` is back, then income."""
    post(flow, code, amount)
    principal = min(amount, max(0.0, cost - grant.got))
    income = amount - principal
    grant.got += amount
    if grant.district > 0.0:  # G9: the district has its part of what comes back
        share = grant.district / grant.paid
        part_principal = grant_rules.district_part(principal, share)
        part_income = grant_rules.district_part(income, share)
        post(flow, g.ATTRACTION_RETURN, part_principal + part_income)
        principal -= part_principal
        income -= part_income
    receive(city, GRANT_LINE, principal, income)
    series[S_GRANT_RETURNED] += amount
    if grant.policy == 1:
        stat[T_GRANT_BACK] += amount


@internal
def cede_to_team(
    grant: Record, city: Record, quarter: Record, rules: Record, proceeds: float, flow: Floats, stat: Floats
) -> None:
    """G6. Part of the city's gain of a market exit within the window goes to the team; a district cedes nothing of its own.

    Never more than the exit brought: earlier dividends may have left the purse already.
    """
    years = 0.25 * (quarter.k - grant.converted)
    own = 1.0 - grant.district / grant.paid if grant.paid > 0.0 else 1.0
    amount = own * exit_rules.team_yield(
        min(proceeds, max(0.0, grant.got - grant.cost)), rules.exit_team_yield, years, rules.exit_window_years
    )
    if amount > 0.0:
        post(flow, g.TEAM_YIELD, amount)
        pay_from_income(city, GRANT_LINE, amount)
        if grant.policy == 1:
            stat[T_TEAM_YIELD] += amount
            stat[T_GRANT_BACK] -= amount


@internal
def firm_sold(
    grant: Record, firm: Record, city: Record, quarter: Record, rules: Record, code: int, flow: Floats, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """The whole firm was sold: a converted holding has its share, a grant still waiting is repaid at cost by the buyer."""
    if grant.state == HELD:
        proceeds = firm.grant_proceeds
        come_back(grant, city, code, proceeds, grant.cost, flow, series, stat)
        firm.grant_proceeds = 0.0
        if code != g.HORIZON_GRANT:  # a value at the horizon is no market exit
            cede_to_team(grant, city, quarter, rules, proceeds, flow, stat)
        close_grant(grant, firm, EXITED, stat)
    elif grant.state == WAITING:
        come_back(grant, city, g.REPAID_EXIT, grant.paid, grant.paid, flow, series, stat)
        close_grant(grant, firm, REPAID, stat)


@internal
def milestone(
    grant: Record, firm: Record, person: Record, city: Record, quarter: Record, rules: Record, behaviour: Record,
    flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """G2. The day of a milestone: reached, the grant is accepted and its next tranche paid; missed, no tranche follows."""
    u, _, _, _ = rng.uniforms(quarter.seed, rng.GRANT_REVIEW, quarter.path, person.entity, quarter.k)
    eta = grant_rules.milestone_log_odds(log_odds(rules.milestone_success), rules.milestone_quality, person.quality)
    if u >= logistic(eta):
        grant.tranches_left = 0
        if grant.policy == 1:
            stat[T_MILESTONES_MISSED] += 1.0
        return
    grant.accepted = 1
    if grant.tranches_left == 0:
        return
    amount = grant_rules.tranche(rules.project_cap, rules.project_tranches)
    if fund_spending(city, flow, stat, GRANT_LINE, amount):
        matched = grant_rules.match(amount, rules.project_match)
        pay_out(
            grant, firm, g.PURE_GRANT if grant.state == KEPT else g.TRANCHE, amount, matched, quarter, rules, behaviour,
            flow, series, stat,
        )  # fmt: skip
        grant.tranches_left -= 1
    else:
        grant.tranches_left = 0
    grant.next_milestone += int(round(4.0 * rules.milestone_years))


@internal
def window_over(grant: Record, firm: Record, city: Record, rules: Record, flow: Floats, series: Floats, stat: Floats) -> None:
    """G7. No trigger within the window: waived when the team was dutiful, else repaid as far as the cash goes."""
    if rules.failure_dutiful_waiver == 1:
        close_grant(grant, firm, WRITTEN_OFF, stat)
        return
    amount = failure_rules.repayment(firm.cash, rules.failure_repay_share, grant.paid)
    firm.cash -= amount
    come_back(grant, city, g.REPAID, amount, grant.paid, flow, series, stat)
    close_grant(grant, firm, REPAID if amount >= grant.paid else WRITTEN_OFF, stat)


@internal
def progress_grants(
    people: Record, firms: Record, grants: Record, book: Ints, granted: int, n: int, quarter: Record, city: Record,
    rules: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> int:  # fmt: skip
    """Every open grant after the firms have moved; returns how many stay open (``book`` is shortened in place)."""
    kept = 0
    for index in range(granted):
        ahead = book[min(index + AHEAD, granted - 1)]
        fetch_ahead(grants[ahead, n], 2)
        fetch_ahead(firms[ahead, n], 1)
        slot = book[index]
        grant = grants[slot, n]
        firm = firms[slot, n]
        if firm.status == GONE:
            if firm.end == FAILED:
                close_grant(grant, firm, KEPT if grant.state == KEPT else WRITTEN_OFF, stat)
            else:
                firm_sold(grant, firm, city, quarter, rules, g.EXIT, flow, series, stat)
            continue
        if firm.grant_proceeds > 0.0:
            come_back(grant, city, w.DIVIDEND_GRANT, firm.grant_proceeds, grant.cost, flow, series, stat)
            firm.grant_proceeds = 0.0
        if quarter.k >= grant.extra_until:
            end_project(grant, firm)
        due = grant.state != HELD and quarter.k == grant.next_milestone
        if due and (grant.tranches_left > 0 or (grant.track == TALENT and grant.accepted == 0)):
            milestone(grant, firm, people[slot], city, quarter, rules, behaviour, flow, series, stat)
        over = quarter.k >= grant.made + int(round(4.0 * rules.conversion_window_years))
        if over and firm.granted == CERTIFIES:
            firm.granted = 0
        if grant.state == WAITING and over:
            window_over(grant, firm, city, rules, flow, series, stat)
            continue
        if grant.state == KEPT and over and grant.tranches_left == 0:
            firm.granted = 0
            end_project(grant, firm)
            continue
        book[kept] = slot
        kept += 1
    return kept
