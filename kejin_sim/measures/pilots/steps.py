"""Measure 9 in the compiled engine: AIC funds (A1, A2), warrants (A3), the regional market (A4), buy-back relending (A5, A6)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import commit, free_oldest, post, receive, release, unspent
from kejin_sim.engine.holders import end_seed, follow_receives, seed_receives
from kejin_sim.engine.layout import AHEAD, F8, FAILED, GONE, I8, Record, line_row
from kejin_sim.engine.treasury import hand_back
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.ledger import Party, Posting
from kejin_sim.measures.equity import chain_rules
from kejin_sim.measures.pilots import aic_rules, market_rules, relending_rules, warrant_rules
from kejin_sim.measures.pilots import postings as p
from kejin_sim.measures.pilots.recording import (
    S_AIC_CALLED,
    S_AIC_COMMITTED,
    S_AIC_DISTRIBUTED,
    S_AIC_EXPOSURE,
    S_AIC_OWN_CALLED,
    S_AIC_OWN_DISTRIBUTED,
    S_AIC_PROGRESS,
    S_AIC_PROJECTS,
    S_BUYBACK_BALANCE,
    S_BUYBACK_BOUGHT,
    S_BUYBACK_FIRMS,
    S_BUYBACK_LENT,
    S_BUYBACK_MARGIN,
    S_BUYBACK_RELENT,
    S_REGIONAL_PAID,
    S_REGIONAL_SALES,
    S_WARRANT_PAYOFF,
    S_WARRANTS,
    S_WARRANTS_COVERED,
    S_WARRANTS_OPEN,
    T_AIC_FUNDS,
    T_AIC_LIMITED,
    T_BUYBACK_REFUSED,
    T_WARRANTS,
    T_WARRANTS_EXERCISED,
    T_WARRANTS_SOLD,
    T_WARRANTS_UNSOLD,
    T_WARRANTS_WORTHLESS,
)
from kejin_sim.measures.pilots.relending_rules import TERMS
from kejin_sim.measures.pilots.streams import AIC_FUND_YEAR, BUYBACK_COUNT, BUYBACK_LOAN, WARRANT
from kejin_sim.measures.pilots.warrant_rules import MOST_WARRANTS
from kejin_sim.recording import S_UNDRAWN, T_HORIZON_VALUE, T_REALISED_VALUE
from kejin_sim.world import credit as lending
from kejin_sim.world.calendar import period_quota

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AIC_LINE: Final = line_row("aic_funds")
MOST_FUNDS: Final = 72
"""AIC funds alive at a time: three a year, for at most 20 years and the one in which they end."""

AICFUND = np.dtype(
    [
        ("alive", I8),
        ("number", I8),  # in the order of forming
        ("formed", I8),
        ("policy", I8),  # formed after the books opened
        ("life", I8),
        ("call_years", I8),
        ("size", F8),
        ("own", F8),  # the AIC's share
        ("soe", F8),
        ("government", F8),
        ("deploy", F8),
        ("bow", F8),
        ("growth", F8),
        ("volatility", F8),
        ("cycle", F8),
        ("ticket", F8),
        ("unfunded", F8),
        ("nav", F8),
        ("year_call", F8),
        ("year_paid", F8),
        ("government_principal", F8),  # paid in and not yet had back
        ("own_principal", F8),
    ],
    align=True,
)
"""An AIC fund with the terms on which it was formed."""

STATE = np.dtype(
    [
        ("funds", AICFUND, (MOST_FUNDS,)),
        ("formed", I8),  # number of funds ever
        ("postponed", I8),  # planned for an earlier year, whose line did not cover them
        ("committed", F8),  # size of the policy's funds
        ("holders", I8),  # firms with open warrants, the first of the room's book
        ("open_warrants", F8),  # of the policy
        ("due_loans", F8, (TERMS,)),  # by quarter in which they fall due
        ("due_relending", F8, (TERMS,)),
        ("due_interest", F8, (TERMS,)),  # what those loans pay a quarter
        ("due_cost", F8, (TERMS,)),
        ("due_margin", F8, (TERMS,)),
        ("balance", F8, (3,)),
        ("balance_before", F8, (3,)),
    ],
    align=True,
)

VISITED_AFTER: Final = 0
"""A loan after the policy carries no warrant."""
FILE = np.dtype(
    [
        ("warrants", I8),  # open ones
        ("granted", I8, (MOST_WARRANTS,)),
        ("policy", I8, (MOST_WARRANTS,)),
        ("life", F8, (MOST_WARRANTS,)),
        ("covered", F8, (MOST_WARRANTS,)),
        ("strike", F8, (MOST_WARRANTS,)),  # price of a share of the first day at the grant
    ],
    align=True,
)

ACCOUNTS: tuple[str, ...] = ("aic_funds", "loans", "relending")
"""What AIC funds hold (nothing: all money passes through), loans for buy-backs and the relending behind them."""


def effect(posting: Posting) -> tuple[float, ...]:
    """What a posting does to each of ``ACCOUNTS``."""
    funds = float(posting.payee is Party.AIC_FUND) - float(posting.payer is Party.AIC_FUND)
    loans = float(posting.name == "buyback_loan") - float(posting.name == "buyback_repaid")
    relending = float(posting.name == "buyback_relend") - float(posting.name == "buyback_relend_repaid")
    return funds, loans, relending


# A1, A2: AIC funds.


@internal
def own_exposure(state: Record) -> float:
    """A2. The AIC's own money in all its funds."""
    total = 0.0
    for number in range(MOST_FUNDS):
        fund = state.funds[number]
        if fund.alive == 1:
            total += aic_rules.own_exposure(fund.own, fund.unfunded, fund.own_principal)
    return total


@internal
def free_place(state: Record) -> int:
    """Where the next fund is written down."""
    place = 0
    while state.funds[place].alive == 1:
        place += 1
    return place


@internal
def form_funds(city: Record, quarter: Record, terms: Record, state: Record, stat: Floats) -> None:
    """A1. The year's new funds, as far as the AIC's limit (A2) and the appropriation reach; then those that an earlier year's
    appropriation did not cover, which were counted as refused when they were due."""
    quota = period_quota(terms.aic_new_per_year, quarter.quarter_of_year, quarter.period_end)
    number = quota + (0 if quarter.k == quarter.opening else state.postponed)
    government = terms.aic_gov_share * terms.aic_size
    uncovered = 0
    room = aic_rules.own_room(terms.aic_assets, terms.aic_own_limit, terms.aic_city_part)
    for index in range(number):
        may = aic_rules.may_commit(own_exposure(state), terms.aic_share * terms.aic_size, room)
        if index >= quota and not (may and government <= unspent(city, AIC_LINE)):
            uncovered += 1
            continue
        if not may:
            stat[T_AIC_LIMITED] += 1.0
            continue
        if not commit(city, stat, AIC_LINE, government):
            uncovered += 1
            continue
        fund = state.funds[free_place(state)]
        fund.alive = 1
        fund.number = state.formed
        fund.formed = quarter.k
        fund.policy = 1 if quarter.k >= quarter.opening else 0
        fund.life = terms.aic_life
        fund.call_years = terms.aic_call_years
        fund.size = terms.aic_size
        fund.own = terms.aic_share
        fund.soe = terms.aic_soe_share
        fund.government = terms.aic_gov_share
        fund.deploy = terms.aic_deploy
        fund.bow = terms.aic_bow
        fund.growth = terms.aic_growth
        fund.volatility = terms.aic_volatility
        fund.cycle = terms.aic_cycle
        fund.ticket = terms.aic_ticket
        fund.unfunded = terms.aic_size
        fund.nav = 0.0
        fund.year_call = 0.0
        fund.year_paid = 0.0
        fund.government_principal = 0.0
        fund.own_principal = 0.0
        state.formed += 1
        stat[T_AIC_FUNDS] += 1.0
        if fund.policy == 1:
            state.committed += fund.size
    state.postponed = aic_rules.postponed(uncovered, terms.aic_new_per_year)


@internal
def draw_for_fund(city: Record, flow: Floats, amount: float) -> None:
    """O1. The treasury pays committed money to the guidance fund, which pays it on at once (the caller posts that)."""
    city.encumbered[AIC_LINE] -= amount
    free_oldest(city, AIC_LINE, amount, False)
    post(flow, p.DRAW_AIC, amount)
    city.executed[AIC_LINE] += amount
    city.year_executed[AIC_LINE] += amount


@internal
def call_partners(city: Record, fund: Record, amount: float, flow: Floats, series: Floats) -> None:
    """A1. Partners pay a call by share, and the fund invests it."""
    fund.unfunded -= amount
    own = chain_rules.partner_part(amount, fund.own)
    soe = chain_rules.partner_part(amount, fund.soe)
    government = chain_rules.partner_part(amount, fund.government)
    draw_for_fund(city, flow, government)
    fund.government_principal += government
    fund.own_principal += own
    post(flow, p.AIC_CALL_AIC, own)
    post(flow, p.AIC_CALL_SOE, soe)
    post(flow, p.AIC_CALL_GOVERNMENT, government)
    post(flow, p.AIC_CALL_SOCIAL, amount - own - soe - government)
    post(flow, p.AIC_INVEST, amount)
    if fund.policy == 1:
        series[S_AIC_CALLED] += amount
        series[S_AIC_OWN_CALLED] += own
        series[S_AIC_PROJECTS] += aic_rules.projects(amount, fund.ticket)


@internal
def pay_partners(city: Record, fund: Record, amount: float, flow: Floats, series: Floats) -> None:
    """A1. Proceeds go to the partners by share, the guidance fund's and the AIC's as principal first."""
    own = chain_rules.partner_part(amount, fund.own)
    soe = chain_rules.partner_part(amount, fund.soe)
    government = chain_rules.partner_part(amount, fund.government)
    back = min(government, fund.government_principal)
    fund.government_principal -= back
    receive(city, AIC_LINE, back, government - back)
    fund.own_principal -= min(own, fund.own_principal)
    post(flow, p.AIC_DISTRIBUTE_AIC, own)
    post(flow, p.AIC_DISTRIBUTE_SOE, soe)
    post(flow, p.AIC_DISTRIBUTE_GOVERNMENT, government)
    post(flow, p.AIC_DISTRIBUTE_SOCIAL, amount - own - soe - government)
    if fund.policy == 1:
        series[S_AIC_DISTRIBUTED] += amount
        series[S_AIC_OWN_DISTRIBUTED] += own


@internal
def let_go(city: Record, fund: Record, quarter: Record) -> None:
    """A1. What a fund has not called in its years of calls is given free; at the end of its life it is over."""
    year = (quarter.k - fund.formed) // 4 + 1
    if fund.unfunded > 0.0 and not chain_rules.still_calls(year, min(fund.call_years, fund.life)):
        release(city, AIC_LINE, fund.government * fund.unfunded, quarter.policy)
        fund.unfunded = 0.0
    if year > fund.life:
        fund.alive = 0


@internal
def step_fund(city: Record, fund: Record, quarter: Record, flow: Floats, series: Floats) -> None:
    """A1. One quarter of a fund: the year's call and distribution are set once and paid in four parts."""
    age = quarter.k - fund.formed
    year = age // 4 + 1
    if age % 4 == 0:
        u, _, _, _ = rng.uniforms(quarter.seed, AIC_FUND_YEAR, quarter.path, fund.number, quarter.k)
        growth = chain_rules.yearly_growth(fund.growth, fund.volatility, fund.cycle, quarter.factor, rng.normal(u))
        fund.year_call, fund.year_paid, fund.nav = chain_rules.plan_year(
            fund.unfunded, fund.nav, year, fund.life, fund.call_years, fund.deploy, fund.deploy, fund.deploy, fund.bow, growth
        )
    called = chain_rules.quarter_part(fund.year_call)
    paid = chain_rules.quarter_part(fund.year_paid)
    if called > 0.0:
        call_partners(city, fund, called, flow, series)
    if paid > 0.0:
        post(flow, p.AIC_PROCEEDS, paid)
        city.stat[T_REALISED_VALUE] += paid
        pay_partners(city, fund, paid, flow, series)


@internal
def funds(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 9. What ends today ends first, so that it stands in no new fund's way (A2); new funds in the first quarter of a
    fiscal year; a quarter of every fund.
    """
    own = state.pilots
    for number in range(MOST_FUNDS):
        if own.funds[number].alive == 1:
            let_go(city, own.funds[number], quarter)
    if rules.pilots.enabled == 0 or quarter.policy == 0:
        own.postponed = 0
    elif quarter.year_opens == 1:
        form_funds(city, quarter, rules.pilots, own, stat)
    for number in range(MOST_FUNDS):
        if own.funds[number].alive == 1:
            step_fund(city, own.funds[number], quarter, flow, series)


@internal
def assess(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """O1. At the year's end what came back of AIC funds goes to the treasury, by nature."""
    if quarter.quarter_of_year == 3:
        hand_back(city, flow, AIC_LINE, False, 0.0, p.RETURN_PRINCIPAL_AIC, p.RETURN_INCOME_AIC)


# A3, A4: warrants and the regional market.


@internal
def drop_warrant(file: Record, which: int) -> None:
    """A warrant is over; those after it move up."""
    for index in range(which, file.warrants - 1):
        file.granted[index] = file.granted[index + 1]
        file.policy[index] = file.policy[index + 1]
        file.life[index] = file.life[index + 1]
        file.covered[index] = file.covered[index + 1]
        file.strike[index] = file.strike[index + 1]
    file.warrants -= 1


@internal
def end_warrant(file: Record, which: int, state: Record, stat: Floats, how: int) -> None:
    """A warrant ends and is counted under ``how``."""
    if file.policy[which] == 1:
        state.open_warrants -= 1.0
        stat[how] += 1.0
    drop_warrant(file, which)


@internal
def pay_lender(file: Record, which: int, gain: float, code: int, rate: float, flow: Floats, series: Floats) -> None:
    """A3, A4. The bank receives what a warrant is worth and pays the equity centre's fee on it."""
    post(flow, code, gain)
    post(flow, p.WARRANT_FEE, market_rules.fee(gain, rate))
    if file.policy[which] == 1:
        series[S_WARRANT_PAYOFF] += gain


@internal
def settle_at_exit(
    file: Record, price: float, code: int, quarter: Record, entity: int, terms: Record, state: Record, flow: Floats,
    series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """A3. The firm is sold at ``price`` a share (0 when it failed): every warrant on it is exercised or gone."""
    lanes = rng.uniforms(quarter.seed, WARRANT, quarter.path, entity, quarter.k)
    lane = 0
    while file.warrants > 0:
        gain = warrant_rules.payoff(file.covered[0], warrant_rules.price_ratio(price, file.strike[0]))
        u = lanes[lane]
        lane += 1
        if gain <= 0.0:
            end_warrant(file, 0, state, stat, T_WARRANTS_WORTHLESS)
        elif market_rules.finds_buyer(u, terms.regional_liquidity):
            pay_lender(file, 0, gain, code, terms.regional_fee, flow, series)
            end_warrant(file, 0, state, stat, T_WARRANTS_EXERCISED)
        else:
            end_warrant(file, 0, state, stat, T_WARRANTS_UNSOLD)


@internal
def look_for_buyers(
    file: Record, firm: Record, quarter: Record, entity: int, terms: Record, state: Record, flow: Floats, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """A3. Each warrant at a new round, or at the end of its term: sold to a designated investor if it is worth something."""
    price = warrant_rules.share_price(firm.mark, firm.kept)
    which = 0
    for lane in range(file.warrants):
        ends = warrant_rules.expires(quarter.k - file.granted[which], file.life[which])
        new_round = firm.last_round == quarter.k and file.granted[which] < quarter.k
        gain = 0.0
        if ends or new_round:
            gain = warrant_rules.payoff(file.covered[which], warrant_rules.price_ratio(price, file.strike[which]))
        sold = False
        if gain > 0.0:  # few are worth something: others draw nothing
            lanes = rng.uniforms(quarter.seed, WARRANT, quarter.path, entity, quarter.k)
            sold = market_rules.finds_buyer(lanes[lane], terms.regional_liquidity)
        if sold:
            pay_lender(file, which, gain, p.WARRANT_SOLD, terms.regional_fee, flow, series)
            end_warrant(file, which, state, stat, T_WARRANTS_SOLD)
        elif ends:
            end_warrant(file, which, state, stat, T_WARRANTS_UNSOLD if gain > 0.0 else T_WARRANTS_WORTHLESS)
        else:
            which += 1


@internal
def register_warrant(
    file: Record, firm: Record, slot: int, book: Ints, quarter: Record, terms: Record, state: Record, flow: Floats,
    series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """A3, A4. A bank has made a loan with a warrant: it is registered with the equity centre."""
    if file.warrants == 0:
        book[state.holders] = slot
        state.holders += 1
    elif file.warrants == MOST_WARRANTS:
        end_warrant(file, 0, state, stat, T_WARRANTS_UNSOLD)
    which = file.warrants
    covered = warrant_rules.covered(firm.warrant, terms.warrant_coverage)
    policy = quarter.k >= quarter.opening
    file.granted[which] = quarter.k
    file.policy[which] = 1 if policy else 0
    file.life[which] = terms.warrant_life
    file.covered[which] = covered
    file.strike[which] = warrant_rules.share_price(firm.mark, firm.kept)
    file.warrants += 1
    post(flow, p.WARRANT_REGISTERED, market_rules.fee(covered, terms.regional_fee))
    if policy:
        state.open_warrants += 1.0
        stat[T_WARRANTS] += 1.0
        series[S_WARRANTS] += 1.0
        series[S_WARRANTS_COVERED] += covered


@internal
def sell_on_regional_market(
    firm: Record, quarter: Record, city: Record, terms: Record, flow: Floats, series: Floats, stat: Floats
) -> None:
    """A4. A small public holding in a self-sustaining firm goes to a social investor, who pays the fee."""
    seed = firm.h_seed if firm.seed_open == 1 else 0.0
    if not market_rules.may_be_sold(firm.sustained == 1, seed + firm.h_follow, terms.regional_small):
        return
    if firm.seed_open == 1:
        price = market_rules.sale_price(firm.h_seed, firm.mark, terms.regional_exit_discount)
        post(flow, p.REGIONAL_SALE, price)
        post(flow, p.REGIONAL_FEE, market_rules.fee(price, terms.regional_fee))
        firm.h_private += firm.h_seed
        seed_receives(city, firm, flow, series, price, quarter.opening)
        end_seed(city, firm, stat, quarter.opening, True)
        stat[T_REALISED_VALUE] += price
        series[S_REGIONAL_SALES] += 1.0
        series[S_REGIONAL_PAID] += price
    if firm.h_follow > 0.0:
        price = market_rules.sale_price(firm.h_follow, firm.mark, terms.regional_exit_discount)
        post(flow, p.REGIONAL_SALE, price)
        post(flow, p.REGIONAL_FEE, market_rules.fee(price, terms.regional_fee))
        firm.h_private += firm.h_follow
        firm.h_follow = 0.0
        follow_receives(city, firm, series, price, quarter.opening)
        city.gain += firm.got_follow - firm.cost_follow
        stat[T_REALISED_VALUE] += price
        series[S_REGIONAL_SALES] += 1.0
        series[S_REGIONAL_PAID] += price


@internal
def firm_year(
    person: Record, firm: Record, file: Record, slot: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """Step 6. A firm takes its loan in the season of its visit: a warrant that came with it is registered; then A4's exit."""
    if firm.warranted == 1:
        register_warrant(
            file.pilots, firm, slot, book, quarter, rules.pilots, state.pilots, city.flow, city.series, city.stat
        )
        firm.warranted = 0
    if rules.pilots.enabled == 1 and quarter.policy == 1 and u3 < rules.pilots.regional_exit:
        sell_on_regional_market(firm, quarter, city, rules.pilots, city.flow, city.series, city.stat)


# A5, A6: relending for buy-backs.


@internal
def recount_loans(state: Record) -> None:
    """Loans for buy-backs and relending, counted from what falls due when."""
    loans = 0.0
    relending = 0.0
    for due in range(TERMS):
        loans += state.due_loans[due]
        relending += state.due_relending[due]
    state.balance[1] = loans
    state.balance[2] = relending


@internal
def repay_loans(state: Record, due: int, flow: Floats) -> None:
    """A5. Loans that fall due are repaid, and the relending behind them."""
    if state.due_loans[due] > 0.0:
        post(flow, p.BUYBACK_REPAID, state.due_loans[due])
        post(flow, p.BUYBACK_RELEND_REPAID, state.due_relending[due])
    state.due_loans[due] = 0.0
    state.due_relending[due] = 0.0
    state.due_interest[due] = 0.0
    state.due_cost[due] = 0.0
    state.due_margin[due] = 0.0


@internal
def serve_loans(state: Record, quarter: Record, flow: Floats, series: Floats) -> None:
    """A5. Interest of the quarter on all that is outstanding, then principal that falls due."""
    interest = 0.0
    cost = 0.0
    margin = 0.0
    for due in range(TERMS):
        interest += state.due_interest[due]
        cost += state.due_cost[due]
        margin += state.due_margin[due]
    if interest > 0.0:
        post(flow, p.BUYBACK_INTEREST, interest)
    if cost > 0.0:
        post(flow, p.BUYBACK_RELEND_INTEREST, cost)
    series[S_BUYBACK_MARGIN] += margin
    repay_loans(state, quarter.k % TERMS, flow)
    recount_loans(state)


@internal
def lend_for_buybacks(quarter: Record, terms: Record, state: Record, flow: Floats, series: Floats, stat: Floats) -> None:
    """A6, A5. The quarter's companies, each with a buy-back of its own, draw loans within the city's quota."""
    u, _, _, _ = rng.uniforms(quarter.seed, BUYBACK_COUNT, quarter.path, 0, quarter.k)
    count = relending_rules.companies(u, terms.buyback_listed, 0.25 * terms.buyback_take_up)
    due = (quarter.k + 4 * terms.buyback_term) % TERMS
    for number in range(count):
        v, _, _, _ = rng.uniforms(quarter.seed, BUYBACK_LOAN, quarter.path, number, quarter.k)
        bought = relending_rules.programme(terms.buyback_programme, terms.buyback_spread, rng.normal(v))
        loan = relending_rules.loan(bought, terms.buyback_own)
        relending = relending_rules.relending(loan, terms.buyback_relend_share)
        if not relending_rules.within_quota(state.balance[2], relending, terms.buyback_quota):
            stat[T_BUYBACK_REFUSED] += 1.0
            continue
        state.due_loans[due] += loan
        state.due_relending[due] += relending
        state.due_interest[due] += lending.interest(loan, terms.buyback_loan_rate)
        state.due_cost[due] += lending.interest(relending, terms.buyback_relend_rate)
        state.due_margin[due] += relending_rules.margin(
            loan, relending, terms.buyback_loan_rate, terms.buyback_relend_rate
        )
        recount_loans(state)
        post(flow, p.BUYBACK_LOAN, loan)
        post(flow, p.BUYBACK_RELEND, relending)
        series[S_BUYBACK_FIRMS] += 1.0
        series[S_BUYBACK_LENT] += loan
        series[S_BUYBACK_BOUGHT] += bought


@internal
def serve(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 5. Buy-back loans are served; warrants on firms that are gone are settled, the others see redemptions pass by."""
    own = state.pilots
    serve_loans(own, quarter, flow, series)
    kept = 0
    for index in range(own.holders):
        ahead = book[min(index + AHEAD, own.holders - 1)]
        fetch_ahead(firms[ahead, n], 1)
        fetch_ahead(files[ahead, n].pilots, 0)
        slot = book[index]
        firm = firms[slot, n]
        file = files[slot, n].pilots
        if firm.status == GONE:
            price = 0.0 if firm.end == FAILED else warrant_rules.share_price(firm.exit_price, firm.kept)
            settle_at_exit(
                file, price, p.WARRANT_EXERCISED, quarter, people[slot].entity, rules.pilots, own, flow, series, stat
            )
        else:
            book[kept] = slot
            kept += 1
    own.holders = kept


@internal
def award(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 6, after rounds and loans. Warrants at a new round or at the end of their term; new loans for buy-backs."""
    own = state.pilots
    kept = 0
    for index in range(own.holders):
        ahead = book[min(index + AHEAD, own.holders - 1)]
        fetch_ahead(firms[ahead, n], 3)
        fetch_ahead(files[ahead, n].pilots, 0)
        slot = book[index]
        file = files[slot, n].pilots
        look_for_buyers(
            file, firms[slot, n], quarter, people[slot].entity, rules.pilots, own, flow, series, stat
        )
        if file.warrants > 0:
            book[kept] = slot
            kept += 1
    own.holders = kept
    if rules.pilots.enabled == 1 and quarter.policy == 1:
        lend_for_buybacks(quarter, rules.pilots, own, flow, series, stat)


@internal
def end(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Z1. At the horizon: funds at their NAV less the haircut, warrants at the price at which firms are realised, loans repaid."""
    own = state.pilots
    keep = 1.0 - world.exits_horizon_haircut
    for number in range(MOST_FUNDS):
        fund = own.funds[number]
        if fund.alive == 0:
            continue
        value = chain_rules.horizon_value(fund.nav, fund.year_paid, fund.year_call, quarter.k - fund.formed, keep)
        if value > 0.0:
            post(flow, p.HORIZON_AIC, value)
            pay_partners(city, fund, value, flow, series)
            stat[T_HORIZON_VALUE] += value
        fund.nav = 0.0
    hand_back(city, flow, AIC_LINE, False, 0.0, p.RETURN_PRINCIPAL_AIC, p.RETURN_INCOME_AIC)
    for index in range(own.holders):
        slot = book[index]
        price = warrant_rules.share_price(firms[slot, n].exit_price, firms[slot, n].kept)
        settle_at_exit(
            files[slot, n].pilots, price, p.HORIZON_WARRANT, quarter, people[slot].entity, rules.pilots, own, flow, series, stat
        )
    own.holders = 0
    for due in range(TERMS):
        repay_loans(own, due, flow)
    recount_loans(own)


@internal
def close(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Step 12. What stands at the quarter's end; the guidance fund's undrawn commitments are a liability."""
    own = state.pilots
    for number in range(MOST_FUNDS):
        fund = own.funds[number]
        if fund.alive == 1:
            series[S_UNDRAWN] += fund.government * fund.unfunded
    series[S_AIC_COMMITTED] = own.committed
    series[S_AIC_PROGRESS] = aic_rules.progress(own.committed, rules.pilots.aic_target)
    series[S_AIC_EXPOSURE] = own_exposure(own)
    series[S_WARRANTS_OPEN] = own.open_warrants
    series[S_BUYBACK_BALANCE] = own.balance[1]
    series[S_BUYBACK_RELENT] = own.balance[2]
