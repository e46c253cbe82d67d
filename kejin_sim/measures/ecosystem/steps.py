"""Measure 10 in the compiled engine: the alliance is paid, partners find the same firm, duplicated support is refused."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import pay_covered
from kejin_sim.engine.credit.layout import OWES
from kejin_sim.engine.firms import lift
from kejin_sim.engine.grant.layout import RUNS
from kejin_sim.engine.layout import F8, GONE, I8, Record, line_row
from kejin_sim.jit import internal
from kejin_sim.measures.ecosystem import coordination_rules, file_rules
from kejin_sim.measures.ecosystem import postings as p
from kejin_sim.measures.ecosystem.recording import (
    COUNTS,
    S_ALLIANCE_PAID,
    S_DUPLICATES_REFUSED,
    S_DUPLICATES_SAVED,
    S_MATCHES,
    T_DUPLICATES,
    T_INSTRUMENT_FIRMS,
    T_INSTRUMENTS,
    T_MATCHES,
    T_PAID_TWICE,
    T_REFUSED_DUPLICATES,
    T_SAVED,
    T_TOP_DECILE,
    T_TWO_INSTRUMENTS,
    T_TWO_PARTNERS,
    TOP,
)
from kejin_sim.measures.ecosystem.streams import DUPLICATE
from kejin_sim.world.calendar import cost_of_year, quarters_in_force

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINE: Final = line_row("ecosystem")

STATE: Final = np.dtype(
    [
        ("run", I8),  # this fiscal year's cost is paid
        ("visited", I8, (4,)),  # firms visited, by quarter of the last year
        ("joined", I8, (4,)),  # of these, with a grant or a public investor
        ("counts", F8, (COUNTS,)),  # firms by instruments, while they are counted
    ],
    align=True,
)
"""What a world keeps of measure 10."""

FILE_READ_AT_VISITS: Final = True
VISITED_AFTER: Final = 4
"""Quarters after the policy in which firms lose what coordination has added, each at its visit."""
FILE: Final = np.dtype([("partners", I8), ("boost", F8)], align=True)
"""Of a firm: its partners at the last visit, and what coordination adds to its offers now."""


@internal
def open_year(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """O3. The alliance is paid for the fiscal year, or does not run."""
    own = state.ecosystem
    terms = rules.ecosystem
    own.run = 0
    if terms.enabled == 0 or quarter.policy == 0:
        return
    cost = cost_of_year(terms.alliance_cost, quarters_in_force(quarter.quarter_of_year, quarter.period_end))
    if cost <= 0.0 or pay_covered(city, flow, stat, LINE, p.ALLIANCE, cost):
        own.run = 1
        series[S_ALLIANCE_PAID] += cost


@internal
def runs(quarter: Record, terms: Record, own: Record) -> bool:
    """Does the alliance run this quarter?"""
    return terms.enabled == 1 and quarter.policy == 1 and own.run == 1


@internal
def set_boost(firm: Record, file: Record, boost: float) -> None:
    """What coordination adds to a firm's offers becomes ``boost``."""
    if boost != file.boost:
        lift(firm, boost - file.boost, 1.0)
        file.boost = boost


@internal
def influence(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """O2. Lenders find firms that others support; a package without the measure takes back what the baseline's did."""
    own = state.ecosystem
    terms = rules.ecosystem
    if quarter.k == quarter.opening and terms.enabled == 0:
        for index in range(alive):
            if firms[live[index], n].status != GONE:
                set_boost(firms[live[index], n], files[live[index], n].ecosystem, 0.0)
    if runs(quarter, terms, own):
        visited = 0
        joined = 0
        for season in range(4):
            visited += own.visited[season]
            joined += own.joined[season]
        if visited > 0:
            city.loan_boost += coordination_rules.lenders_find(joined / visited, terms.co_match)
    own.visited[quarter.k % 4] = 0
    own.joined[quarter.k % 4] = 0


@internal
def firm_year(
    person: Record, firm: Record, file: Record, slot: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """O2. Who has a partner is found more easily by others; what matches the year brought is counted."""
    own = state.ecosystem
    kept = file.ecosystem
    terms = rules.ecosystem
    if terms.enabled == 0:
        return
    granted = firm.granted == RUNS
    invested = (firm.fund >= 0) | (firm.seed_open == 1) | (firm.h_follow > 0.0) | (firm.h_grant > 0.0)
    partners = coordination_rules.partners(firm.owes == OWES, granted, invested)
    going = runs(quarter, terms, own)
    set_boost(firm, kept, coordination_rules.found_sooner(partners, terms.co_match) if going else 0.0)
    if going:
        own.visited[quarter.k % 4] += 1
        own.joined[quarter.k % 4] += 1 if granted or invested else 0
        if person.arrival >= quarter.opening:
            made = coordination_rules.new_matches(kept.partners, partners)
            city.series[S_MATCHES] += made
            city.stat[T_MATCHES] += made
    kept.partners = partners


@internal
def refuses_duplicate(
    firm: Record, person: Record, quarter: Record, rules: Record, state: Record, amount: float, series: Floats, stat: Floats
) -> bool:  # fmt: skip
    """O4. Is an application of research cost refused, because a grant bears that cost already?

    For the rooms that grant support of research: asked before they pay. ``amount``: what they would pay (CNY), 0 where they
    would not.
    """
    own = state.ecosystem
    terms = rules.ecosystem
    borne = firm.granted == RUNS
    if not borne:
        return False
    refused = False
    if file_rules.duplicate(borne, runs(quarter, terms, own)):
        u, _, _, _ = rng.uniforms(quarter.seed, DUPLICATE, quarter.path, person.entity, quarter.k)
        refused = file_rules.refused(True, u, terms.dedup)
    if refused:
        series[S_DUPLICATES_REFUSED] += 1.0
        series[S_DUPLICATES_SAVED] += amount
    if quarter.k >= quarter.opening:
        stat[T_DUPLICATES] += 1.0
        if refused:
            stat[T_REFUSED_DUPLICATES] += 1.0
            stat[T_SAVED] += amount
        else:
            stat[T_PAID_TWICE] += amount
    return refused


@internal
def finish(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Partners and instruments of the policy cohorts."""
    own = state.ecosystem
    for index in range(COUNTS):
        own.counts[index] = 0.0
    for slot in range(alive):
        person = people[slot]
        firm = firms[slot, n]
        if person.outside == 1 or person.arrival < quarter.opening or firm.founders <= 0.0:
            continue
        invested = firm.cost_seed + firm.cost_subfund + firm.cost_follow > 0.0
        if coordination_rules.partners(firm.borrowed == 1, firm.awarded == 1, invested) >= 2:
            stat[T_TWO_PARTNERS] += 1.0
        number = min(COUNTS - 1, int(firm.instruments))
        if number > 0:
            own.counts[number] += 1.0
            stat[T_INSTRUMENT_FIRMS] += 1.0
            stat[T_INSTRUMENTS] += number
            if number >= 2:
                stat[T_TWO_INSTRUMENTS] += 1.0
    left = TOP * stat[T_INSTRUMENT_FIRMS]
    for back in range(COUNTS - 1):
        number = COUNTS - 1 - back
        taken = min(left, own.counts[number])
        stat[T_TOP_DECILE] += taken * number
        left -= taken
