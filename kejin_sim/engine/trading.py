"""Step 4: a quarter of every enterprise, a piece of them at a time.

All firms of a piece are stepped in columns (`kejin_sim.engine.quiet`). Then, one by one in their order, those to whom something may
happen are played (`kejin_sim.engine.firms`) and those whose quarter was quiet pay their dividends; those that may look for money
are asked, and everybody is put on the lists of the steps that follow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import post
from kejin_sim.engine.columns import CHUNK
from kejin_sim.engine.firms import NOTHING, happen, pay_yearly, seeks_money, step_firm
from kejin_sim.engine.layout import (
    ACTIVE,
    AHEAD,
    APPLICANTS,
    DUE,
    GONE,
    LISTS_OF_STEP_4,
    SEEKERS,
    STARTUPS,
    WITH_OFFER,
    Record,
)
from kejin_sim.engine.quiet import (
    ALONE,
    APPLIES,
    ASKED,
    OFFERED,
    PAYS,
    PRESENT,
    SEEKS,
    STARTS,
    VISITED,
    copy_in,
    copy_out,
    copy_person,
    lists_of,
    step_columns,
)
from kejin_sim.jit import fetch_ahead, internal
from kejin_sim.world import postings as w

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def put_back(firms: Record, slots: Ints, piece: Record, count: int, n: int, desk: Record) -> tuple[int, int]:
    """What the columns have become goes back to the firms, and who is to be dealt with by itself is noted.

    ``desk.alone``, ``desk.asked``: receive places in the piece of those that are to be played or pay a dividend, and of those that
    are to be asked. Returns: how many of each.
    """
    alone = desk.alone
    asked = desk.asked
    received = desk.income[n]
    paid = desk.cost[n]
    played = 0
    hopefuls = 0
    for place in range(count):
        copy_out(piece, place, firms[slots[place], n])
        received += piece.received[place]
        paid += piece.paid[place]
        mark = piece.mark[place]
        alone[played] = place  # overwritten unless it counts: no branch to mispredict
        played += 1 if mark & (ALONE | PAYS) else 0
        asked[hopefuls] = place
        hopefuls += 1 if mark & ASKED else 0
    desk.income[n] = received
    desk.cost[n] = paid
    return played, hopefuls


@internal
def play_alone(
    people: Record, firms: Record, slots: Ints, piece: Record, count: int, n: int, quarter: Record, city: Record, funds: Record,
    equity: Record, world: Record, behaviour: Record, z: Floats, u_failure: Floats, u_exit: Floats, desk: Record, hopefuls: int,
) -> int:  # fmt: skip
    """Those in ``desk.alone[:count]``, one after the other: a whole quarter, or the dividend after a quiet one.

    Returns: how many ``desk.asked`` has now: those among them that may look for money have joined it.
    """
    received = desk.income_alone[n]
    paid = desk.cost_alone[n]
    for index in range(count):
        place = desk.alone[index]
        slot = slots[place]
        firm = firms[slot, n]
        if piece.mark[place] & PAYS:
            pay_yearly(city, firm, funds, city.flow, city.series, city.stat, world, quarter.opening)
            continue
        person = people[slot]
        was_active = firm.status == ACTIVE
        event, earned, spent = step_firm(
            firm, person, world, quarter, z[place], u_failure[place], u_exit[place], desk.chain_boost[n]
        )
        received += earned
        paid += spent
        if event != NOTHING:
            happen(
                event, city, firm, person, funds, city.flow, city.series, city.stat, equity, world, behaviour, quarter
            )
        mark = 0 if firm.status == GONE else PRESENT
        if was_active and firm.status == ACTIVE:
            mark |= lists_of(firm.season, quarter.k & 3, firm.owes, person.outside, firm.stage, firm.awarded)
            desk.asked[hopefuls] = place
            hopefuls += 1 - firm.sustained
        piece.mark[place] = mark
    desk.income_alone[n] = received
    desk.cost_alone[n] = paid
    return hopefuls


@internal
def ask(
    people: Record, firms: Record, slots: Ints, piece: Record, asked: Ints, count: int, n: int, quarter: Record, city: Record,
    world: Record, behaviour: Record, twice: float, u_round: Floats,
) -> None:  # fmt: skip
    """Those of a piece of whom it is not plain yet whether they look for money and find an offer: ``asked[:count]``."""
    for index in range(count):
        place = asked[index]
        slot = slots[place]
        firm = firms[slot, n]
        if seeks_money(firm, people[slot], world, behaviour, quarter, u_round[place], twice, city.offer_boost):
            piece.mark[place] |= SEEKS | (OFFERED if firm.offer > 0.0 else 0)


@internal
def write_down(slots: Ints, piece: Record, count: int, mark: int, found: Ints, length: int) -> int:
    """Append to the list ``found`` of this length the firms of a piece that carry a mark. Returns: its new length."""
    for place in range(count):
        found[length] = slots[place]  # overwritten by the next unless it counts
        length += 1 if piece.mark[place] & mark else 0
    return length


@internal
def live_firms(
    people: Record, firms: Record, live: Ints, lists: Ints, quarter: Record, cities: Record, funds: Record, rules: Record,
    world: Record, behaviour: Record, keys: Ints, slots: Ints, draws: Floats, desk: Record, pieces: Record,
) -> int:  # fmt: skip
    """Step 4 for every firm in every world; the draws of a firm are made once and shared.

    Sums and payments run in the order of ``live``, whatever the pieces are: these hold the firms of both worlds, and a world's
    results must not depend on the other's to the last bit.

    ``lists[w, l, :desk.listed[w, l]]`` receives the slots that look for equity, have a private offer, may apply for a loan, may be
    granted something or are due for the yearly visit (``SEEKERS`` … ``DUE``): here, because here a firm's record is at hand.
    ``rules[w]`` are world w's rules once the books are open. ``keys``: entity by slot. ``slots``, ``draws``: room for
    firms and their draws, one column a firm; ``pieces``: for a piece of them in each world, see `kejin_sim.engine.quiet`.
    Returns: live enterprise-quarters stepped.
    """
    stepped = 0
    kept = 0
    worlds = quarter.worlds
    alive = desk.counts[1]
    for n in range(worlds):
        desk.income[n] = 0.0
        desk.cost[n] = 0.0
        desk.income_alone[n] = 0.0
        desk.cost_alone[n] = 0.0
        for which in range(LISTS_OF_STEP_4):
            desk.listed[n, which] = 0
    # All draws first: a block of random words is one long chain of multiplications, and many chains run side by side.
    for index in range(alive):
        slots[index] = keys[live[index]]
    rng.uniforms_of_all(quarter.seed, rng.ENTERPRISE_QUARTER, quarter.path, slots[:alive], quarter.k, draws)
    rng.normals_of_all(draws[0, :alive], draws[4], slots)
    for index in range(alive):
        slots[index] = live[index]
    shared = desk.shared
    for start in range(0, alive, CHUNK):
        count = min(CHUNK, alive - start)
        here = slots[start:]
        z = draws[4, start:]
        u_failure = draws[1, start:]
        u_round = draws[2, start:]
        u_exit = draws[3, start:]
        for place in range(count):
            ahead = slots[min(start + place + AHEAD, alive - 1)]
            fetch_ahead(firms[ahead, 0], 2)
            fetch_ahead(firms[ahead, 1], 2)
            fetch_ahead(people[ahead], 1)
            slot = here[place]
            copy_person(shared, place, people[slot])
            copy_in(pieces[0], place, firms[slot, 0])
            copy_in(pieces[1], place, firms[slot, 1])  # without a twin nobody looks there
        for n in range(worlds):
            piece = pieces[n]
            city = cities[n]
            stepped += step_columns(
                piece, shared, quarter, world, z, u_failure, u_round, u_exit, desk.chain_boost[n], count
            )
            played, hopefuls = put_back(firms, here, piece, count, n, desk)
            hopefuls = play_alone(
                people, firms, here, piece, played, n, quarter, city, funds[n],
                rules[1].equity if quarter.k < quarter.opening else rules[n].equity, world, behaviour, z, u_failure, u_exit,
                desk, hopefuls,
            )  # fmt: skip
            ask(people, firms, here, piece, desk.asked, hopefuls, n, quarter, city, world, behaviour, desk.twice[n], u_round)
            listed = desk.listed[n]
            listed[SEEKERS] = write_down(here, piece, count, SEEKS, lists[n, SEEKERS], listed[SEEKERS])
            listed[WITH_OFFER] = write_down(here, piece, count, OFFERED, lists[n, WITH_OFFER], listed[WITH_OFFER])
            listed[APPLICANTS] = write_down(here, piece, count, APPLIES, lists[n, APPLICANTS], listed[APPLICANTS])
            listed[STARTUPS] = write_down(here, piece, count, STARTS, lists[n, STARTUPS], listed[STARTUPS])
            listed[DUE] = write_down(here, piece, count, VISITED, lists[n, DUE], listed[DUE])
        for place in range(count):
            live[kept] = here[place]
            mark = pieces[0].mark[place] | (pieces[1].mark[place] if worlds == 2 else 0)
            kept += mark & PRESENT
    desk.counts[1] = kept
    for n in range(worlds):
        city = cities[n]
        post(city.flow, w.REVENUE, desk.income[n] + desk.income_alone[n])
        post(city.flow, w.COST, desk.cost[n] + desk.cost_alone[n])
    return stepped
