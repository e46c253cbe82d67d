"""One path: both worlds through all quarters, in the written order of a quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine import rooms
from kejin_sim.engine.assess import assess_closed, assess_portfolio, settle_vintages, yearly_assessments
from kejin_sim.engine.births import arrive, observe_again
from kejin_sim.engine.chains import chain_active, form_chain_funds, step_chain_funds
from kejin_sim.engine.close import check_close, count_firms, recount, write_balances
from kejin_sim.engine.credit.books import write_credit
from kejin_sim.engine.credit.offers import apply_for_loans
from kejin_sim.engine.credit.service import serve_loans
from kejin_sim.engine.credit.year import close_credit_quarter, open_credit_year, run_off
from kejin_sim.engine.finish import firm_statistics, fund_statistics, pair_statistics, realise
from kejin_sim.engine.grant.award import award_grants
from kejin_sim.engine.grant.conversion import call_grants, convert_grants, end_grants, write_grants
from kejin_sim.engine.grant.linkage import linked_statistics, talent_deals
from kejin_sim.engine.grant.progress import progress_grants
from kejin_sim.engine.layout import (
    APPLICANTS,
    BEST,
    BEST_LATER,
    CARRY_YEARS,
    DUE,
    HELD,
    LINE_COUNT,
    SEEKERS,
    STARTUPS,
    WITH_OFFER,
    Record,
)
from kejin_sim.engine.opening import GRANTS, LOANS, open_path, open_quarter, split_worlds, step_macro
from kejin_sim.engine.screening import private_rounds, reinvested_rounds, seed_direct, subfund_deals
from kejin_sim.engine.subfunds import form_funds, step_funds
from kejin_sim.engine.trading import live_firms
from kejin_sim.engine.transfers import buyouts, sell_holdings, sell_shares, value_holdings
from kejin_sim.engine.treasury import open_year, sweep
from kejin_sim.jit import internal
from kejin_sim.measures.equity import tolerance
from kejin_sim.recording import B_APPROPRIATED, B_BROUGHT, B_CARRIED, B_EXECUTED, B_LAPSED, STATS
from kejin_sim.world.calendar import quarters_in_force
from kejin_sim.world.enterprise import doublings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FULL = -1


# Loops instead of slices: a slice that is filled or copied takes the compiler a second.
@internal
def clear(values: Floats) -> None:
    """Nothing is written down yet."""
    for index in range(values.shape[0]):
        values[index] = 0.0


@internal
def write_row(out: Floats, values: Floats) -> None:
    """What a quarter has written down goes into the results."""
    for index in range(values.shape[0]):
        out[index] = values[index]


@internal
def record_budget(city: Record, quarter: Record, budget: Floats) -> None:
    """Budget lines at the end of a fiscal year."""
    for line in range(LINE_COUNT):
        budget[line, quarter.year, B_BROUGHT] = city.year_brought[line]
        budget[line, quarter.year, B_APPROPRIATED] = city.year_appropriated[line]
        budget[line, quarter.year, B_EXECUTED] = city.year_executed[line]
        budget[line, quarter.year, B_LAPSED] = city.year_lapsed[line]
        carried = city.encumbered[line]
        for age in range(CARRY_YEARS):
            carried += city.available[line * CARRY_YEARS + age]
        budget[line, quarter.year, B_CARRIED] = carried


@internal
def run_path(
    world: Record, behaviour: Record, all_rules: Record, carries: Ints, appropriation: Floats, extra: Ints,
    start_quarter: int, policy_years: int, effects: Ints, worlds: int,
    quarter: Record, people: Record, keys: Ints, firms: Record, live: Ints, lists: Ints, entities: Ints, draws: Floats,
    desk: Record, pieces: Record, sums: Record, closing: Ints, closings: Ints,
    funds: Record, chains: Record, loans: Record, book: Ints, grants: Record, grant_book: Ints, credits: Record, cities: Record,
    states: Record, files: Record, books: Ints,
    out_flows: Floats, out_series: Floats, out_stats: Floats, out_pairs: Floats, out_budget: Floats,
    out_market: Floats, problem: Floats,
) -> int:  # fmt: skip
    """Simulate one path.

    Parameters
    ----------
    all_rules: rules of every measure in world 0 (package) and 1 (twin); the burn-in runs under the twin's.
    carries: int64[world, line]: does unspent money carry over.
    appropriation: CNY, float64[world, line, fiscal year]; before the opening the first year's.
    extra: int64[quarter]: additional enterprises. start_quarter: quarter of the year (0–3) of the opening.
    effects: see ``close``. worlds: 2, or 1 without a twin. quarter: seed, path, opening and last quarter filled in.
    people … books: state, and room to work (``desk`` and what stands beside it). Cities, funds, loans, grants, files and the desk
    begin at zero; people, firms and lists hold what another path has left, and are written before they are read. ``states``,
    ``files`` and ``books`` are the rooms' (see `kejin_sim.engine.rooms`).
    out_*: results of the path, quarters counted from the opening, the last four of them zeroed;
    flows and series by [world, quarter, row], so that a quarter is written in one piece.
    problem: receives the first failed check of the ledger (flag, check, quarter, world, left, right).

    Returns: live enterprise-quarters stepped, or FULL when there was no room for all firms.
    """
    counts = desk.counts
    listed = desk.listed
    chain_boost = desk.chain_boost
    twice = desk.twice
    closed = desk.closed
    open_counts = desk.open_counts
    totals = desk.totals
    over = desk.over
    net = desk.net
    gross = desk.gross
    left = desk.left
    right = desk.right
    scale = desk.scale
    granted = desk.granted
    held = 0
    legacy = all_rules[1].equity
    stepped = 0
    quarter.worlds = 1
    open_path(quarter, world, behaviour)
    for k in range(quarter.last + 1):
        open_quarter(quarter, k, start_quarter, policy_years)
        opening = k == quarter.opening
        if opening:
            if worlds == 2:
                split_worlds(
                    firms, counts[0], funds, chains, cities, loans, book, grants, grant_book, credits, open_counts, states,
                    files, books,
                )  # fmt: skip
            quarter.worlds = worlds
            for n in range(worlds):
                clear(cities[n].stat)
        for n in range(quarter.worlds):
            clear(cities[n].flow)
            clear(cities[n].series)
        # 1 macro
        growth = step_macro(quarter, world)
        before = k < quarter.opening
        for n in range(quarter.worlds):
            everything = all_rules[1] if before else all_rules[n]
            rules = everything.equity
            city = cities[n]
            # 2 fiscal year
            if quarter.year_opens == 1:
                year = min(max(quarter.year, 0), appropriation.shape[2] - 1)
                part = 0.25 * quarters_in_force(quarter.quarter_of_year, quarter.period_end) if quarter.policy == 1 else 0.0
                for line in range(LINE_COUNT):
                    granted[line] = appropriation[1 if before else n, line, year] * part
                open_year(city, carries[1] if before else carries[n], granted, opening)
                open_credit_year(
                    city, credits[n], quarter, everything.credit, loans, book[n], open_counts[n, LOANS], n, city.flow, city.stat
                )
                rooms.open_years(
                    people, firms, files, live, counts[1], books[n], n, quarter, city, everything, states[n], world, behaviour,
                    city.flow, city.series, city.stat,
                )  # fmt: skip
            city.offer_boost = 0.0
            city.loan_boost = 0.0
            city.spinouts = 0.0
            city.score_noise = world.score_noise
            rooms.influences(
                people, firms, files, live, counts[1], books[n], n, quarter, city, everything, states[n], world, behaviour,
                city.flow, city.series, city.stat,
            )  # fmt: skip
            if k == 0:
                city.scored_with = city.score_noise
            observe_again(people, firms, live, counts[1], n, city, world)
            money = city.public_money[0] + city.public_money[1] + city.public_money[2] + city.public_money[3]
            twice[n] = doublings(money, behaviour.public_money_reference)
            chain_boost[n] = behaviour.chain_orders if chain_active(city, chains[n], quarter, rules, legacy) else 0.0
        # 3 arrivals
        if quarter.policy == 1 and not arrive(
            people, keys, firms, live, counts, quarter, cities, world, behaviour, extra[k], desk.wanted, desk.spun
        ):
            return FULL
        for n in range(quarter.worlds):
            city = cities[n]
            for back in range(3):
                city.public_money[3 - back] = city.public_money[2 - back]
            city.public_money[0] = 0.0
            rooms.arrivals(
                people, firms, files, live, counts[1], books[n], n, quarter, city, all_rules[1] if before else all_rules[n],
                states[n], world, behaviour, city.flow, city.series, city.stat,
            )  # fmt: skip
        # 4, 5 enterprises
        stepped += live_firms(
            people, firms, live, lists, quarter, cities, funds, all_rules, world, behaviour,
            keys, entities, draws, desk, pieces,
        )  # fmt: skip
        for n in range(quarter.worlds):
            everything = all_rules[1] if before else all_rules[n]
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
                return FULL
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
            year_end = quarter.quarter_of_year == 3
            # 8 transfers
            if year_end:
                # Purchases are a measure of the policy and end with it; a buy-out is a right of contract and does not.
                buying = quarter.policy == 1
                city.soe_left = rules.soe_purchase_budget
                held = value_holdings(
                    firms, live, counts[1], lists[n, HELD], n, k, city, funds[n], rules.soe_purchase_appraisal_lag
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
        # 12 close: everybody is counted as the steps have left them, before anything is realised at the horizon
        last = k == quarter.last
        year_end = quarter.quarter_of_year == 3
        count_firms(people, firms, live, counts[1], quarter, cities, funds, world, behaviour, desk.census, desk.lanes, sums)
        for n in range(quarter.worlds):
            everything = all_rules[1] if before else all_rules[n]
            rules = everything.equity
            city = cities[n]
            state = states[n]
            credit = credits[n]
            lending_rules = everything.credit
            granting_rules = everything.grant_to_equity
            borrowers = book[n]
            grantees = grant_book[n]
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
                    city.flow, city.stat, problem, k, n, sums[n], net, gross, left, right, scale,
                )  # fmt: skip
            write_balances(city, funds[n], chains[n], city.series)
            write_credit(city, credit, loans, borrowers, open_counts[n, LOANS], n, lending_rules, city.series)
            write_grants(firms, grants, grantees, open_counts[n, GRANTS], n, city.series)
            rooms.close(
                people, firms, files, live, counts[1], books[n], n, quarter, city, everything, state, world, behaviour,
                city.flow, city.series, city.stat,
            )  # fmt: skip
            if not before:
                write_row(out_flows[n, k - quarter.opening], city.flow)
                write_row(out_series[n, k - quarter.opening], city.series)
                if year_end or last:
                    record_budget(city, quarter, out_budget[n])
        if not before:
            out_market[k - quarter.opening] = growth
    for n in range(quarter.worlds):
        city = cities[n]
        fund_statistics(city, funds[n], city.stat)
        firm_statistics(people, firms, counts[0], n, quarter, city.stat)
        linked_statistics(firms, grants, counts[0], n, city.stat)
        rooms.finish(
            people, firms, files, live, counts[0], books[n], n, quarter, city, all_rules[n], states[n], world, behaviour,
            city.flow, city.series, city.stat,
        )  # fmt: skip
        for number in range(len(STATS)):
            out_stats[n, number] = city.stat[number]
    quarter.slots = counts[0]
    if worlds == 2:
        pair_statistics(people, firms, counts[0], quarter, out_pairs)
    return stepped
