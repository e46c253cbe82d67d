"""The recount of all firms at the close: stocks that the postings are held against, and what the city counts.

Firms are looked at a piece at a time, many side by side (see `kejin_sim.engine.columns`). Every sum is kept in eight parts, one a
lane, which are added up in pairs at the end: the same order on every processor, however wide its registers are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine import columns as c
from kejin_sim.engine.columns import CHUNK
from kejin_sim.engine.layout import AHEAD, F8, GONE, I8, SUSTAINED_ROW, Record
from kejin_sim.jit import fetch_ahead, internal, internal_inlined, internal_vectorised

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LANES: Final = 8

COUNTED: Final = (
    "cash", "worst", "least", "live", "jobs", "jobs_national", "sales", "tech", "research",
)  # fmt: skip
"""What one look takes of all firms of a world: firm cash, worst cap-table error, least cash; then what the city counts."""

LANE_SUMS: Final = np.dtype([(name, F8, (LANES,)) for name in COUNTED])
"""The parts of each sum."""

SUMS: Final = np.dtype([(name, F8) for name in (*COUNTED, "cost")])
"""The sums of a world; ``cost``: of open deals of sub-funds (CNY)."""

CENSUS: Final = np.dtype(
    [(name, F8, (CHUNK,)) for name in ("cash", "cost", "revenue", "held")]
    + [(name, I8, (CHUNK,)) for name in ("marks", "person", "in_fund")]
)
"""Columns of the firms of a piece in one world."""


@internal_inlined
def all_held(firm: Record) -> float:
    """Sum of a firm's cap table, in pairs: one sum after the other would make the next firm wait."""
    return ((firm.founders + firm.h_seed) + (firm.h_coinvestor + firm.h_subfund)) + (
        (firm.h_follow + firm.h_private) + (firm.h_soe + firm.h_grant)
    )


@internal_vectorised
def add_piece(piece: Record, sums: Record, world: Record, count: int, k: int) -> None:
    """Add the firms in the columns, whole rows of lanes, to the parts of the sums; places that only fill up a row add nothing."""
    for start in range(0, count, LANES):
        for lane in range(LANES):
            index = start + lane
            marks = piece.marks[index]
            person = piece.person[index]
            there = (marks >> c.STATUS) & c.BYTE != GONE
            sustained = (marks >> c.SUSTAINED) & 1
            short = float((marks >> c.SHORT) & 1)
            cash = piece.cash[index] if there else 0.0
            revenue = piece.revenue[index] if there else 0.0
            cost = piece.cost[index] if there else 0.0
            error = abs(piece.held[index] - 1.0) if there else 0.0
            here = float(1 - ((person >> c.OUTSIDE) & 1)) if there else 0.0
            # Factors of 0 and 1 instead of branches: who is where or short of money cannot be foreseen.
            staff = here * world.city_staff[SUSTAINED_ROW if sustained == 1 else (marks >> c.STAGE) & c.BYTE]
            stays = 1.0 - float((person >> c.RELOCATES) & 1)
            tech = float((person >> c.HARD_TECH) & 1) * (1.0 if k - ((person >> c.ARRIVAL) & c.WORD) >= 4 else 0.0)
            sums.cash[lane] += cash
            sums.least[lane] = min(sums.least[lane], cash)
            sums.worst[lane] = max(sums.worst[lane], error)
            sums.live[lane] += here
            sums.jobs[lane] += staff
            sums.jobs_national[lane] += staff * stays
            sums.sales[lane] += here * revenue
            sums.tech[lane] += here * tech * (1.0 if revenue > 0.0 else 0.0)
            sums.research[lane] += here * (cost * (1.0 - short) + revenue * short)


@internal_inlined
def total(parts: Floats) -> float:
    """Sum of the lanes, in pairs."""
    return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]))


@internal
def count_world(
    people: Record, firms: Record, live: Ints, alive: int, n: int, k: int, funds: Record, world: Record,
    piece: Record, lanes: Record, sums: Record,
) -> None:  # fmt: skip
    """One look at every firm of a world; funds' reported NAV is made anew. ``piece``, ``lanes``: room."""
    for lane in range(LANES):
        lanes.cash[lane] = 0.0
        lanes.worst[lane] = 0.0
        lanes.least[lane] = 0.0
        lanes.live[lane] = 0.0
        lanes.jobs[lane] = 0.0
        lanes.jobs_national[lane] = 0.0
        lanes.sales[lane] = 0.0
        lanes.tech[lane] = 0.0
        lanes.research[lane] = 0.0
    sums.cost = 0.0
    filled = 0
    funded = 0
    for index in range(alive):
        ahead = live[min(index + AHEAD, alive - 1)]
        fetch_ahead(firms[ahead, n], 2)
        fetch_ahead(people[ahead], 1)
        slot = live[index]
        firm = firms[slot, n]
        # Who is gone is overwritten by the next: lanes depend on the firms of this world alone, not on those of the other.
        piece.person[filled] = people[slot].marks
        piece.marks[filled] = firm.marks
        piece.cash[filled] = firm.cash
        piece.cost[filled] = firm.cost
        piece.revenue[filled] = firm.revenue
        piece.held[filled] = all_held(firm)
        piece.in_fund[funded] = slot
        there = 1 if firm.status != GONE else 0
        filled += there
        funded += there & (1 if firm.fund >= 0 else 0)
        if filled == CHUNK or index == alive - 1:
            for place in range(filled, (filled + LANES - 1) // LANES * LANES):
                piece.marks[place] = GONE << c.STATUS
            add_piece(piece, lanes, world, filled, k)
            for place in range(funded):
                firm = firms[piece.in_fund[place], n]
                sums.cost += firm.cost_subfund
                funds[firm.fund].nav += firm.h_subfund * firm.mark
            filled = 0
            funded = 0
    sums.cash = total(lanes.cash)
    sums.live = total(lanes.live)
    sums.jobs = total(lanes.jobs)
    sums.jobs_national = total(lanes.jobs_national)
    sums.sales = total(lanes.sales)
    sums.tech = total(lanes.tech)
    sums.research = total(lanes.research)
    sums.worst = 0.0
    sums.least = 0.0
    for lane in range(LANES):
        sums.worst = max(sums.worst, lanes.worst[lane])
        sums.least = min(sums.least, lanes.least[lane])
