"""Measure 8 in the compiled engine: money is filed at the yearly visits, awards are paid when the year ends.

The room's book lists firms with filed money that waits for an award, introduced firms whose listing may earn one, and firms that
an adviser serves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import available, pay_covered, pay_most, post
from kejin_sim.engine.firms import lift, support
from kejin_sim.engine.layout import AHEAD, F8, GONE, I1, I2, I8, LOCKED, QUEUED, Record, line_row
from kejin_sim.engine.ranking import enlist
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.measures.people import adviser_rules, award_rules, deputy_rules, landing_rules
from kejin_sim.measures.people import postings as p
from kejin_sim.measures.people.landing_rules import COHORTS
from kejin_sim.measures.people.recording import (
    S_ADVISED,
    S_SERVICES,
    S_SETTLEMENT,
    S_STIPENDS,
    S_VC_AWARDS,
    S_VC_FILED,
    S_VC_SETTLED,
    T_ADVISED,
    T_CAPPED_EARLY,
    T_CONTRIBUTION,
    T_DEPUTY_YEARS,
    T_ENDED,
    T_FILED,
    T_FILED_EARLY,
    T_FILINGS,
    T_FORFEITED,
    T_HELD_EARLY,
    T_HELD_VOLUME,
    T_LISTED,
    T_LISTINGS,
    T_MATCHED,
    T_PLACED,
    T_SERVED,
    T_SETTLED,
    T_UNFUNDED,
)
from kejin_sim.measures.people.streams import VC_YEAR
from kejin_sim.world.calendar import quarterly_quota, quarters_in_force
from kejin_sim.world.promises import share_paid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AWARD_LINE: Final = line_row("vc_awards")
SERVICE_LINE: Final = line_row("people_services")

VINTAGES: Final = 6
"""Years in which a firm's money may wait at the same time: at most five years held, and the year that is running."""
PLACES: Final = 64
"""Room for the candidates of a quarter: a quarter of ``deputy.per_year`` at most, with room to spare."""

STATE: Final = np.dtype(
    [
        ("since", I8),  # quarter since which the measure has been in force, + 1; 0 when it is not
        ("part", F8),  # of a year that the running fiscal period is
        ("share_paid", F8),  # of the awards due, at the last settlement; 1 before the first (H1, H2)
        ("booked", I8),  # firms in the room's book
        ("waiting", F8),  # money held long enough that fills no unit yet (H2)
        ("settled", F8),  # VC firms settled so far (H4)
        ("cohort", F8, (COHORTS,)),  # of these, by fiscal years since they came
        ("capacity", I8),  # firms that advisers can serve in the year (H6)
        ("places", I8),  # of them, not yet taken in this quarter
        ("quota", I8),  # places for deputies in this quarter
        ("candidates", I8),
        ("candidate", I8, (PLACES,)),  # slots, best score first
        ("candidate_score", F8, (PLACES,)),
    ],
    align=True,
)

FILE_READ_AT_VISITS: Final = True
VISITED_AFTER: Final = 0
"""A visit after the policy changes nothing here."""
FILE: Final = np.dtype(
    [
        # First what every visit reads.
        ("seen", F8),  # private money at the last visit
        ("deputy", I2),  # quarter + 1 of the placement; 0: none (H5)
        ("served", I1),  # by an adviser (H6)
        ("filing", I1),  # awarded (H3)
        ("listing", I1),
        ("booked", I1),
        ("introduced", I2),  # quarter + 1 from which its years run; 0: not introduced (H3)
        ("served_from", F8),  # private money when the service began
        ("lift_deputy", F8),  # factor on productivity to take back
        ("lift_adviser", F8),  # boost to take back
        ("vintages", I1),
        ("early", I1, (VINTAGES,)),  # a start-up's, and its award not yet settled (H1)
        ("volume", I1, (VINTAGES,)),  # not yet counted (H2)
        ("filed", I2, (VINTAGES,)),  # when
        ("money", F8, (VINTAGES,)),  # non-fiscal, as filed, oldest first
    ],
    align=True,
)


@internal
def end_deputy(firm: Record, file: Record) -> None:
    """H5. The deputy leaves, and what the firm's spending turns into falls back."""
    lift(firm, 0.0, 1.0 / file.lift_deputy)
    file.deputy = 0


@internal
def end_service(firm: Record, file: Record) -> None:
    """H6. The adviser's service is over."""
    lift(firm, -file.lift_adviser, 1.0)
    file.served = 0


@internal
def note_service(firm: Record, file: Record, series: Floats, stat: Floats) -> None:
    """H6. A service ends, at the next visit, with the firm or with the policy: has the firm found private money meanwhile?"""
    found = adviser_rules.found_money(file.served_from, firm.private_in)
    stat[T_ENDED] += 1.0
    if found > 0.0:
        stat[T_MATCHED] += 1.0
        stat[T_ADVISED] += found
        series[S_ADVISED] += found


@internal
def stop(
    firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, own: Record, series: Floats,
    stat: Floats,
) -> None:  # fmt: skip
    """The measure is no longer in force: deputies leave, services end, settled VC firms count no more.

    At the opening another policy takes over: what it does not go on with has not happened under it, and is not counted.
    """
    if own.since > 0:
        own.since = 0
        for index in range(alive):
            firm = firms[live[index], n]
            file = files[live[index], n].people
            if firm.status != GONE and file.deputy > 0:
                end_deputy(firm, file)
        for index in range(own.booked):
            firm = firms[book[index], n]
            file = files[book[index], n].people
            if file.served == 1:
                if quarter.k != quarter.opening:
                    note_service(firm, file, series, stat)
                end_service(firm, file)
    own.capacity = 0
    own.settled = 0.0
    for age in range(COHORTS):
        own.cohort[age] = 0.0


@internal
def open_year(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """The measure comes into force; settled VC firms grow a year older; the operator of the advisers is paid (H6)."""
    own = state.people
    terms = rules.people
    if terms.enabled == 0 or quarter.policy == 0:
        return
    if own.since == 0:  # what firms raised before the measure is not new at their first visit
        own.since = quarter.k + 1
        own.share_paid = 1.0
        for index in range(alive):
            files[live[index], n].people.seen = firms[live[index], n].private_in
    own.part = 0.25 * quarters_in_force(quarter.quarter_of_year, quarter.period_end)
    if quarter.quarter_of_year == 0:
        for back in range(COHORTS - 1):
            age = COHORTS - 1 - back
            own.cohort[age] = own.cohort[age - 1]
        own.cohort[0] = 0.0
    due = adviser_rules.fee(terms.adviser_number, terms.adviser_cost, own.part)
    paid = pay_most(city, flow, stat, SERVICE_LINE, p.ADVISER_FEE, due) if due > 0.0 else 0.0
    own.capacity = adviser_rules.capacity(terms.adviser_number, terms.adviser_firms, due, paid)


@internal
def influence(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """What awards and settled VC firms do to private offers; the quarter's places of deputies and advisers.

    Awards move investors by what they pay: by what the last settlement paid, and not at all where nothing is appropriated.
    """
    own = state.people
    terms = rules.people
    own.quota = 0
    own.places = 0
    own.candidates = 0
    if terms.enabled == 0 or quarter.policy == 0:
        stop(firms, files, live, alive, book, n, quarter, own, series, stat)
        return
    own.quota = quarterly_quota(terms.deputy_per_year, quarter.quarter_of_year)
    own.places = quarterly_quota(own.capacity, quarter.quarter_of_year)
    if city.year_appropriated[AWARD_LINE] > 0.0:
        rate = award_rules.award_rate(terms.early_award, terms.volume_award, terms.volume_unit)
        reckoned = award_rules.reckoned_rate(rate, own.share_paid)
        city.offer_boost += award_rules.offer_response(behaviour.award_response, reckoned)
    city.offer_boost += landing_rules.settlement_response(behaviour.settlement_response, own.settled)


@internal
def enter_in_book(file: Record, slot: int, book: Ints, own: Record) -> None:
    """The firm is followed from now on."""
    if file.booked == 0:
        file.booked = 1
        book[own.booked] = slot
        own.booked += 1


@internal
def file_money(
    firm: Record, person: Record, file: Record, slot: int, book: Ints, quarter: Record, terms: Record, own: Record,
    series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """H1–H3. Private money that has come in since the last visit is filed; to be called where there is any."""
    filed = award_rules.non_fiscal(firm.private_in, file.seen, terms.nonfiscal)
    file.introduced = 1 + landing_rules.introduction(
        file.introduced - 1, quarter.k, person.relocates == 1, firm.private_in - file.seen,
        terms.landing_counted_from == 1,
    )  # fmt: skip
    file.seen = firm.private_in
    if file.introduced > 0 and file.listing == 0:
        enter_in_book(file, slot, book, own)
    if filed <= 0.0:
        return
    young = award_rules.is_startup(
        0.25 * (quarter.k - person.arrival), 4.0 * firm.revenue, terms.early_age_max, terms.early_revenue_max
    )
    place = file.vintages
    file.money[place] = filed
    file.filed[place] = quarter.k
    file.early[place] = 1 if young else 0
    file.volume[place] = 1
    file.vintages += 1
    enter_in_book(file, slot, book, own)
    series[S_VC_FILED] += filed
    stat[T_FILED] += filed
    if young:
        stat[T_FILED_EARLY] += filed


@internal
def pay_stipend(
    firm: Record, city: Record, terms: Record, flow: Floats, series: Floats, stat: Floats
) -> bool:  # fmt: skip
    """H5. A year's stipend passes through the firm; nothing is paid when the firm's cash or the budget line falls short."""
    part, home, own_part = deputy_rules.shares(
        terms.deputy_stipend, terms.deputy_treasury_share, terms.deputy_university_share
    )
    if firm.cash < own_part or not pay_covered(city, flow, stat, SERVICE_LINE, p.DEPUTY_CITY, part):
        return False
    post(flow, p.DEPUTY_UNIVERSITY, home)
    post(flow, p.DEPUTY_PAY, part + home + own_part)
    firm.cash -= own_part
    support(firm)
    stat[T_DEPUTY_YEARS] += 1.0
    series[S_STIPENDS] += 1.0
    return True


@internal
def firm_year(
    person: Record, firm: Record, file: Record, slot: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """The yearly visit: money is filed, an adviser's year ends and another may begin, a deputy goes on, leaves or is asked for."""
    terms = rules.people
    if terms.enabled == 0 or quarter.policy == 0:
        return
    own = state.people
    kept = file.people
    flow = city.flow
    series = city.series
    stat = city.stat
    if firm.private_in > kept.seen:
        file_money(firm, person, kept, slot, book, quarter, terms, own, series, stat)
    if kept.served == 1:
        note_service(firm, kept, series, stat)
        end_service(firm, kept)
    if kept.deputy > 0 and not (
        deputy_rules.in_post(kept.deputy - 1, quarter.k, terms.deputy_years)
        and pay_stipend(firm, city, terms, flow, series, stat)
    ):
        end_deputy(firm, kept)
    if kept.deputy == 0 and deputy_rules.applies(u2, terms.deputy_apply):
        _, _, own_part = deputy_rules.shares(
            terms.deputy_stipend, terms.deputy_treasury_share, terms.deputy_university_share
        )
        if deputy_rules.eligible(firm.percentile, terms.deputy_min_score, firm.cash, own_part):
            own.candidates = enlist(own.candidate, own.candidate_score, own.candidates, own.quota, slot, firm.score)
    if own.places > 0 and adviser_rules.wants(u2, terms.adviser_apply):
        own.places -= 1
        kept.served = 1
        kept.served_from = firm.private_in
        kept.lift_adviser = terms.adviser_boost
        lift(firm, terms.adviser_boost, 1.0)
        support(firm)
        enter_in_book(kept, slot, book, own)
        stat[T_SERVED] += 1.0
        series[S_SERVICES] += 1.0


@internal
def award(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """H5. The quarter's deputies are placed, best score first within quota and budget."""
    own = state.people
    terms = rules.people
    for index in range(own.candidates):
        slot = own.candidate[index]
        firm = firms[slot, n]
        if not pay_stipend(firm, city, terms, flow, series, stat):
            continue
        file = files[slot, n].people
        file.deputy = quarter.k + 1
        file.lift_deputy = deputy_rules.productivity(terms.deputy_effect)
        lift(firm, 0.0, file.lift_deputy)
        stat[T_PLACED] += 1.0


@internal
def settle_money(firm: Record, file: Record, k: int, terms: Record, stat: Floats) -> tuple[float, float]:
    """H1, H2. A firm's filed money at the year's end: what has been held long enough now, for the early-stage award and for
    the volume. In a firm that is gone money was held until its last quarter: what falls short of the years is forfeited."""
    gone = firm.status == GONE
    until = firm.end_quarter if gone else k
    early = 0.0
    volume = 0.0
    kept = 0
    for index in range(file.vintages):
        money = file.money[index]
        filed = file.filed[index]
        waits_early = file.early[index]
        waits_volume = file.volume[index]
        if waits_early == 1 and award_rules.is_held(filed, until, terms.early_hold):
            early += money
            waits_early = 0
        if waits_volume == 1 and award_rules.is_held(filed, until, terms.volume_hold):
            volume += money
            waits_volume = 0
        if gone and waits_early == 1:
            stat[T_FORFEITED] += money
        if not gone and (waits_early == 1 or waits_volume == 1):
            file.money[kept] = money
            file.filed[kept] = filed
            file.early[kept] = waits_early
            file.volume[kept] = waits_volume
            kept += 1
    file.vintages = kept
    return early, volume


@internal
def pay_awards(
    city: Record, flow: Floats, series: Floats, stat: Floats, early: float, volume: float, landing: float, listed: float
) -> float:
    """H1–H3. The year's claims are paid, all in the same proportion where the line is short. Returns what is paid."""
    claims = early + volume + landing + listed
    if claims <= 0.0:
        return 0.0
    share = award_rules.payable_share(claims, available(city, AWARD_LINE))
    paid = 0.0
    paid += pay_part(city, flow, stat, p.EARLY_AWARD, early * share)
    paid += pay_part(city, flow, stat, p.VOLUME_AWARD, volume * share)
    paid += pay_part(city, flow, stat, p.LANDING_AWARD, landing * share)
    paid += pay_part(city, flow, stat, p.LISTED_AWARD, listed * share)
    series[S_VC_AWARDS] += paid
    # What is left of the claims is asked for once more: it is refused and counted, unless it is a crumb of rounding.
    if share < 1.0 and not pay_covered(city, flow, stat, AWARD_LINE, p.EARLY_AWARD, claims - paid):
        stat[T_UNFUNDED] += claims - paid
    return paid


@internal
def pay_part(city: Record, flow: Floats, stat: Floats, code: int, amount: float) -> float:
    """Pay one award's part; rounding never asks for more than the line has."""
    return pay_most(city, flow, stat, AWARD_LINE, code, min(amount, available(city, AWARD_LINE)))


@internal
def settle_firms(
    terms: Record, own: Record, arrived: float, flow: Floats, series: Floats, stat: Floats
) -> None:
    """H4. VC firms that have settled this year join, and the district pays those in their first years."""
    own.settled += arrived
    own.cohort[0] += arrived
    series[S_VC_SETTLED] += arrived
    stat[T_SETTLED] += arrived
    firms = 0.0
    for age in range(COHORTS):
        if landing_rules.is_entitled(age, terms.settlement_years):
            firms += own.cohort[age]
    if firms <= 0.0:
        return
    years = firms * own.part
    business = landing_rules.contribution_subsidy(years, terms.settlement_firm_tax, terms.settlement_rate)
    managers = landing_rules.contribution_subsidy(years, terms.settlement_manager_tax, terms.settlement_rate)
    rent = landing_rules.contribution_subsidy(years, terms.settlement_rent, 1.0)
    post(flow, p.SETTLEMENT_FIRM, business)
    post(flow, p.SETTLEMENT_MANAGER, managers)
    post(flow, p.SETTLEMENT_RENT, rent)
    series[S_SETTLEMENT] += business + managers + rent
    stat[T_CONTRIBUTION] += years * (terms.settlement_firm_tax + terms.settlement_manager_tax)


@internal
def assess(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """H1–H4 at the end of a fiscal year, or of the part of it in which the policy runs."""
    terms = rules.people
    if terms.enabled == 0 or quarter.policy == 0 or quarter.quarter_of_year != quarter.period_end:
        return
    own = state.people
    early = 0.0
    volume = 0.0
    filings = 0.0
    listings = 0.0
    kept = 0
    for index in range(own.booked):
        ahead = book[min(index + AHEAD, own.booked - 1)]
        fetch_ahead(firms[ahead, n], 4)
        fetch_ahead(files[ahead, n].people, 0)
        slot = book[index]
        firm = firms[slot, n]
        file = files[slot, n].people
        held_early, held_volume = settle_money(firm, file, quarter.k, terms, stat)
        early += held_early
        volume += held_volume
        listed = firm.listed_quarter >= 0
        filed = listed or firm.status == QUEUED or firm.status == LOCKED
        if file.filing == 0 and landing_rules.filed_in_time(
            file.introduced - 1, quarter.k, filed, terms.landing_years
        ):
            file.filing = 1
            filings += 1.0
        if file.listing == 0 and landing_rules.listing_due(file.filing == 1, listed):
            file.listing = 1
            listings += 1.0
        if firm.status == GONE and file.served == 1:
            note_service(firm, file, series, stat)
            file.served = 0
        if firm.status != GONE and (file.vintages > 0 or (file.introduced > 0 and file.listing == 0) or file.served == 1):
            book[kept] = slot
            kept += 1
        else:
            file.booked = 0
    own.booked = kept
    u_listed, u_settled, _, _ = rng.uniforms(quarter.seed, VC_YEAR, quarter.path, 0, quarter.k)
    introduced = float(rng.poisson(u_listed, terms.landing_listed_per_year * own.part))
    claims = award_rules.early_award(early, terms.early_award)
    capped = award_rules.within_cap(claims, terms.early_cap * own.part, terms.institutions + own.settled)
    own.waiting += volume
    units = award_rules.full_units(own.waiting, terms.volume_unit)
    own.waiting = award_rules.still_waiting(own.waiting, terms.volume_unit, units)
    stat[T_HELD_EARLY] += early
    stat[T_CAPPED_EARLY] += claims - capped
    stat[T_HELD_VOLUME] += volume
    stat[T_FILINGS] += filings
    stat[T_LISTINGS] += listings
    stat[T_LISTED] += introduced
    by_volume = award_rules.volume_award(units, terms.volume_award)
    landed = landing_rules.landing_award(filings, listings, 0.0, terms.landing_filing, terms.landing_listing, 0.0)
    brought = landing_rules.landing_award(0.0, 0.0, introduced, 0.0, 0.0, terms.landing_listed)
    paid = pay_awards(city, flow, series, stat, capped, by_volume, landed, brought)
    # What the institutions' cap takes was due by rate, and is not paid.
    own.share_paid = share_paid(paid, claims + by_volume + landed + brought, own.share_paid)
    settle_firms(
        terms, own, float(rng.poisson(u_settled, terms.settlement_firms_per_year * own.part)), flow, series, stat
    )
