"""What one world does in a quarter, in the written order: its year and influences, its firms, funds and transfers, its close.

`kejin_sim.engine.kernel` plays these for both worlds, with what they have in common in between: the macro factor, arrivals, and the
quarter of all firms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine import rooms
from kejin_sim.engine.assess import assess_closed, assess_portfolio, settle_vintages, yearly_assessments
from kejin_sim.engine.births import observe_again
from kejin_sim.engine.chains import chain_active, form_chain_funds, step_chain_funds
from kejin_sim.engine.close import check_close, recount, write_balances
from kejin_sim.engine.credit.books import write_credit
from kejin_sim.engine.credit.offers import apply_for_loans
from kejin_sim.engine.credit.service import serve_loans
from kejin_sim.engine.credit.year import close_credit_quarter, open_credit_year, run_off
from kejin_sim.engine.finish import realise
from kejin_sim.engine.grant.award import award_grants
from kejin_sim.engine.grant.conversion import call_grants, convert_grants, end_grants, write_grants
from kejin_sim.engine.grant.linkage import talent_deals
from kejin_sim.engine.grant.progress import progress_grants
from kejin_sim.engine.layout import (
    APPLICANTS,
    BEST,
    BEST_LATER,
    DUE,
    HELD,
    LINE_COUNT,
    SEEKERS,
    STARTUPS,
    WITH_OFFER,
    Record,
)
from kejin_sim.engine.opening import GRANTS, LOANS
from kejin_sim.engine.screening import private_rounds, reinvested_rounds, seed_direct, subfund_deals
from kejin_sim.engine.subfunds import form_funds, step_funds
from kejin_sim.engine.transfers import buyouts, sell_holdings, sell_shares, value_holdings
from kejin_sim.engine.treasury import open_year, sweep
from kejin_sim.jit import internal, internal_inlined
from kejin_sim.measures.equity import tolerance
from kejin_sim.world.calendar import quarters_in_force
from kejin_sim.world.enterprise import doublings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal_inlined
def in_force(quarter: Record, n: int) -> int:
    """The world whose rules and budget hold: before the opening both are under the twin's."""
    return 1 if quarter.k < quarter.opening else n


@internal
def open_world(
    n: int, people: Record, firms: Record, live: Ints, loans: Record, book: Ints, files: Record, books: Ints, quarter: Record,
    cities: Record, credits: Record, chains: Record, states: Record, all_rules: Record, carries: Ints, appropriation: Floats,
    world: Record, behaviour: Record, desk: Record,
) -> None:  # fmt: skip
    """Step 2: what a fiscal year brings, and what bears on all firms and decisions of the quarter."""
    side = in_force(quarter, n)
    everything = all_rules[side]
    rules = everything.equity
    city = cities[n]
    if quarter.year_opens == 1:
        year = min(max(quarter.year, 0), appropriation.shape[2] - 1)
        part = 0.25 * quarters_in_force(quarter.quarter_of_year, quarter.period_end) if quarter.policy == 1 else 0.0
        for line in range(LINE_COUNT):
            desk.granted[line] = appropriation[side, line, year] * part
        open_year(city, carries[side], desk.granted, quarter.k == quarter.opening)
        open_credit_year(
            city, credits[n], quarter, everything.credit, loans, book[n], desk.open_counts[n, LOANS], n, city.flow, city.stat
        )
        rooms.open_years(
            people, firms, files, live, desk.counts[1], books[n], n, quarter, city, everything, states[n], world, behaviour,
            city.flow, city.series, city.stat,
        )  # fmt: skip
    city.offer_boost = 0.0
    city.loan_boost = 0.0
    city.spinouts = 0.0
    city.score_noise = world.score_noise
    city.shared_weight = 0.0
    rooms.influences(
        people, firms, files, live, desk.counts[1], books[n], n, quarter, city, everything, states[n], world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    if quarter.k == 0:
        city.scored_with = city.score_noise
    observe_again(people, firms, live, desk.counts[1], n, city, world)
    money = city.public_money[0] + city.public_money[1] + city.public_money[2] + city.public_money[3]
    desk.twice[n] = doublings(money, behaviour.public_money_reference)
    desk.chain_boost[n] = behaviour.chain_orders if chain_active(city, chains[n], quarter, rules, all_rules[1].equity) else 0.0


@internal
def play_world(
    n: int, people: Record, keys: Ints, firms: Record, live: Ints, lists: Ints, entities: Ints, draws: Floats, loans: Record,
    book: Ints, grants: Record, grant_book: Ints, files: Record, books: Ints, quarter: Record, cities: Record, credits: Record,
    funds: Record, chains: Record, states: Record, all_rules: Record, world: Record, behaviour: Record, desk: Record,
    closings: Ints,
) -> bool:  # fmt: skip
    """Steps 5 to 11, once every firm has had its quarter. Returns False when there was no room for another firm."""
    counts = desk.counts
    listed = desk.listed
    twice = desk.twice
    closed = desk.closed
    open_counts = desk.open_counts
    totals = desk.totals
    over = desk.over
    side = in_force(quarter, n)
    everything = all_rules[side]
    legacy = all_rules[1].equity
    rules = everything.equity
    city = cities[n]
    state = states[n]
    credit = credits[n]
    lending_rules = everything.credit
    granting_rules = everything.grant_to_equity
    borrowers = book[n]
    grantees = grant_book[n]
    seekers = lists[n, SEEKERS]
    seeking = listed[n, SEEKERS]
    best = lists[n, BEST]
    year_end = quarter.quarter_of_year == 3
    held = 0
    # 5 what firms' fates mean to their loans and grants
    open_counts[n, LOANS] = serve_loans(
        people, firms, loans, borrowers, open_counts[n, LOANS], n, quarter, city, credit, everything, files, world,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    open_counts[n, GRANTS] = progress_grants(
        people, firms, grants, grantees, open_counts[n, GRANTS], n, quarter, city, granting_rules,
        behaviour, city.flow, city.series, city.stat,
    )  # fmt: skip
    rooms.serve(
        people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    # 6 screening; chain-leader funds come first where they have priority
    if rules.chain_funds_priority == 1:
        form_chain_funds(city, chains[n], quarter, rules, city.series, city.stat)
    open_counts[n, GRANTS] = award_grants(
        people, firms, grants, lists[n, STARTUPS], listed[n, STARTUPS], best, grantees, open_counts[n, GRANTS],
        n, quarter, city, granting_rules, behaviour, city.flow, city.series, city.stat,
    )  # fmt: skip
    talent_deals(
        people, firms, grants, grantees, open_counts[n, GRANTS], n, quarter, city, rules, granting_rules,
        world, behaviour, twice[n], city.flow, city.series, city.stat,
    )  # fmt: skip
    seed_direct(
        people, firms, seekers, seeking, best, n, quarter, city, rules, world, behaviour, twice[n],
        city.flow, city.series, city.stat,
    )  # fmt: skip
    if not subfund_deals(
        people, keys, firms, live, counts, seekers, seeking, n, quarter, best, lists[n, BEST_LATER], city, funds[n],
        rules, legacy, world, behaviour, twice[n], city.flow, city.series, city.stat,
    ):  # fmt: skip
        return False
    private_rounds(
        people, firms, lists[n, WITH_OFFER], listed[n, WITH_OFFER], best, n, quarter, city, rules, world, behaviour,
        twice[n], city.flow, city.series, city.stat,
    )  # fmt: skip
    reinvested_rounds(
        people, firms, seekers, seeking, best, n, quarter, city, world, behaviour, twice[n], city.flow,
        city.series,
    )  # fmt: skip
    open_counts[n, GRANTS] = convert_grants(
        people, firms, grants, grantees, open_counts[n, GRANTS], n, quarter, city, granting_rules,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    open_counts[n, LOANS] = apply_for_loans(
        people, firms, loans, lists[n, APPLICANTS], listed[n, APPLICANTS], borrowers, open_counts[n, LOANS], n,
        quarter, city, credit, everything, state, files, world, behaviour, grants, city.flow, city.series, city.stat,
        entities, draws,
    )  # fmt: skip
    rooms.visit_firms(
        people, firms, files, lists[n, DUE], listed[n, DUE], books[n], n, quarter, city, everything, state, world,
        behaviour, entities, draws,
    )  # fmt: skip
    rooms.award(
        people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    # 7 sub-funds
    form_funds(city, funds[n], quarter, rules, city.flow, city.series, city.stat)
    closed[n] = step_funds(
        firms, live, counts[1], n, quarter, city, funds[n], rules, legacy, world,
        city.flow, city.series, city.stat, closings[n],
    )  # fmt: skip
    # 8 transfers
    if year_end:
        # Purchases are a measure of the policy and end with it; a buy-out is a right of contract and does not.
        buying = quarter.policy == 1
        city.soe_left = rules.soe_purchase_budget
        held = value_holdings(
            firms, live, counts[1], lists[n, HELD], n, quarter.k, city, funds[n], rules.soe_purchase_appraisal_lag
        )
        buyouts(quarter, city, funds[n], rules, legacy, world, city.flow, city.series, city.stat)
        if buying and rules.soe_purchase_what != 1:
            sell_shares(quarter, city, funds[n], rules, legacy, behaviour, city.flow, city.series, city.stat)
        if buying and rules.soe_purchase_what != 0:
            sell_holdings(
                people, firms, lists[n, HELD], held, n, quarter, city, rules, city.flow, city.series, city.stat
            )
    rooms.transfers(
        people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    # 9 chain-leader funds, then AIC funds
    if rules.chain_funds_priority == 0:
        form_chain_funds(city, chains[n], quarter, rules, city.series, city.stat)
    step_chain_funds(city, chains[n], quarter, rules, legacy, city.flow, city.series)
    rooms.funds(
        people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    # 10 basic research
    rooms.research(
        people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    # 11 assessments
    assess_closed(city, funds[n], closings[n], closed[n], quarter, rules, totals, over, city.flow, city.stat)
    if year_end:
        yearly_assessments(
            firms, lists[n, HELD], held, n, quarter, city, funds[n], rules, totals, over, city.flow, city.stat
        )
        settle_vintages(city, quarter, False, city.flow, city.series)
        open_counts[n, GRANTS] = call_grants(
            people, firms, grants, grantees, open_counts[n, GRANTS], n, quarter, city, granting_rules,
            world.macro_lpr, city.flow, city.series, city.stat,
        )  # fmt: skip
    close_credit_quarter(
        city, firms, loans, borrowers, open_counts[n, LOANS], n, credit, quarter, lending_rules, world,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    rooms.assess(
        people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
    return True


@internal
def close_world(
    n: int, people: Record, firms: Record, live: Ints, loans: Record, book: Ints, grants: Record, grant_book: Ints, files: Record,
    books: Ints, quarter: Record, cities: Record, credits: Record, funds: Record, chains: Record, states: Record,
    all_rules: Record, world: Record, behaviour: Record, effects: Ints, desk: Record, sums: Record, closing: Ints, problem: Floats,
) -> None:  # fmt: skip
    """Step 12, once everybody has been counted as the steps have left them: at the horizon everything is realised; the ledger is
    checked; balances are written down."""
    counts = desk.counts
    open_counts = desk.open_counts
    totals = desk.totals
    over = desk.over
    net = desk.net
    gross = desk.gross
    left = desk.left
    right = desk.right
    scale = desk.scale
    side = in_force(quarter, n)
    everything = all_rules[side]
    legacy = all_rules[1].equity
    rules = everything.equity
    city = cities[n]
    state = states[n]
    credit = credits[n]
    lending_rules = everything.credit
    granting_rules = everything.grant_to_equity
    borrowers = book[n]
    grantees = grant_book[n]
    last = quarter.k == quarter.last
    year_end = quarter.quarter_of_year == 3
    if last:
        done = realise(
            firms, live, counts[1], n, quarter, city, funds[n], chains[n], rules, legacy, world,
            city.flow, city.series, city.stat, closing,
        )  # fmt: skip
        assess_closed(city, funds[n], closing, done, quarter, rules, totals, over, city.flow, city.stat)
        run_off(
            city, firms, loans, borrowers, open_counts[n, LOANS], n, credit, quarter, lending_rules,
            city.flow, city.series, city.stat,
        )  # fmt: skip
        open_counts[n, LOANS] = 0
        end_grants(
            firms, grants, grantees, open_counts[n, GRANTS], n, quarter, city, granting_rules,
            city.flow, city.series, city.stat,
        )  # fmt: skip
        open_counts[n, GRANTS] = 0
        rooms.end(
            people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
            city.flow, city.series, city.stat,
        )  # fmt: skip
        settle_vintages(city, quarter, True, city.flow, city.series)
        assess_portfolio(
            city, funds[n], quarter, rules, tolerance.END_OF_LIFE, totals, over, city.flow, city.stat
        )
    if year_end or last:
        sweep(city, funds[n], rules, legacy, granting_rules, quarter.next_year_policy == 1, last, city.flow)
    if last:
        recount(firms, live, counts[1], n, sums[n])
    if quarter.checked == 1:
        check_close(
            city, funds[n], chains[n], credit, loans, borrowers, open_counts[n, LOANS], state, effects,
            city.flow, city.stat, problem, quarter.k, n, sums[n], net, gross, left, right, scale,
        )  # fmt: skip
    write_balances(city, funds[n], chains[n], city.series)
    write_credit(city, credit, loans, borrowers, open_counts[n, LOANS], n, quarter, lending_rules, city.series)
    write_grants(firms, grants, grantees, open_counts[n, GRANTS], n, city.series)
    rooms.close(
        people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
        city.flow, city.series, city.stat,
    )  # fmt: skip
