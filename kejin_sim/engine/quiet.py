"""The quarter of firms to which nothing happens: many of them side by side, in columns.

Most active firms earn, spend and change their value in a quarter, and that is all. Their fields are copied into columns, stepped in
vector registers by the same functions of the world that step a single firm, and copied back. Whoever might fail, file, be acquired,
run out of cash or owe its holders a redemption, and whoever is not an ordinary active firm, is marked and left as it was, to be
played by itself (`kejin_sim.engine.firms`). A self-sustaining firm's yearly dividend comes after its quarter and is marked too.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine import columns as c
from kejin_sim.engine.columns import CHUNK
from kejin_sim.engine.layout import ACTIVE, F8, FAILURE_BANDS, GONE, I8, SUSTAINED_ROW, Record
from kejin_sim.jit import internal_inlined, internal_vectorised
from kejin_sim.world import exits
from kejin_sim.world.enterprise import affordable_cost, falls_short, lacks_or_grows, revenue_step, value_step
from kejin_sim.world.macro import clearly_not
from kejin_sim.world.rounds import boosted_log_odds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PEOPLE: Final = np.dtype(
    [(name, F8, (CHUNK,)) for name in ("quality", "learning", "beta")] + [(name, I8, (CHUNK,)) for name in ("marks", "band")]
)
"""Columns of what the firms of a piece are in both worlds."""

PIECE: Final = np.dtype(
    [
        (name, F8, (CHUNK,))
        for name in ("log_value", "cash", "cost", "revenue", "founders", "productivity", "log_mark", "received", "paid")
    ]
    + [(name, I8, (CHUNK,)) for name in ("marks", "marks_more", "short", "mark")]
)
"""Columns of the firms of a piece in one world, each at a fixed distance from the first; ``mark``: what follows."""

PRESENT: Final = 1
ALONE: Final = 2  # there, and to be played by itself
APPLIES: Final = 4  # may apply for a loan this quarter
VISITED: Final = 8  # its yearly visit is due
STARTS: Final = 16  # may be granted something
ASKED: Final = 32  # may look for money: to be asked
SEEKS: Final = 64  # looks for money
OFFERED: Final = 128  # and has a private offer
PAYS: Final = 256  # its yearly dividend is due


@internal_inlined
def copy_person(shared: Record, place: int, person: Record) -> None:
    """What a firm is in both worlds goes into the columns."""
    shared.quality[place] = person.quality
    shared.learning[place] = person.learning
    shared.beta[place] = person.beta
    shared.marks[place] = person.marks
    shared.band[place] = person.band


@internal_inlined
def copy_in(piece: Record, place: int, firm: Record) -> None:
    """A firm as the quarter finds it goes into the columns of its world."""
    piece.log_value[place] = firm.log_value
    piece.cash[place] = firm.cash
    piece.cost[place] = firm.cost
    piece.revenue[place] = firm.revenue
    piece.founders[place] = firm.founders
    piece.productivity[place] = firm.productivity
    piece.log_mark[place] = firm.log_mark
    piece.marks[place] = firm.marks
    piece.marks_more[place] = firm.marks_more


@internal_inlined
def copy_out(piece: Record, place: int, firm: Record) -> None:
    """What a quarter of trading has changed goes back; of a firm to be played by itself, what it has there already."""
    firm.log_value = piece.log_value[place]
    firm.cash = piece.cash[place]
    firm.revenue = piece.revenue[place]
    firm.short = piece.short[place]


@internal_inlined
def lists_of(season: int, now: int, owes: int, outside: int, stage: int, awarded: int) -> int:
    """Marks of the lists in which an active firm stands in a quarter of season ``now``."""
    due = 1 if season == now else 0
    starts = (1 if stage == 0 else 0) & (1 if awarded == 0 else 0) & (1 - outside)
    return APPLIES * (due & (1 if owes == 0 else 0)) + VISITED * (due & (1 - outside)) + STARTS * starts


@internal_vectorised
def step_columns(
    piece: Record, shared: Record, quarter: Record, world: Record, z: Floats, u_failure: Floats, u_round: Floats, u_exit: Floats,
    chain_boost: float, count: int,
) -> int:  # fmt: skip
    """Trade and change of value of the firms in the columns, and everybody's mark.

    Whoever is ``ALONE`` stays as it was. ``z`` … ``u_exit``: draws of the firms in the same order.
    Returns: firms that are there.
    """
    k = quarter.k
    there = 0
    for index in range(count):
        marks = piece.marks[index]
        more = piece.marks_more[index]
        person = shared.marks[index]
        status = (marks >> c.STATUS) & c.BYTE
        stage = (marks >> c.STAGE) & c.BYTE
        sustained = (marks >> c.SUSTAINED) & 1
        owes = (marks >> c.OWES) & c.BYTE
        row = SUSTAINED_ROW if sustained == 1 else stage
        quality = shared.quality[index]
        log_value = piece.log_value[index] + value_step(
            world.value_drift[row], world.value_quality_drift, quality, shared.beta[index], world.value_factor_volatility,
            quarter.innovation, world.value_volatility[row], z[index],
        )  # fmt: skip
        received = piece.revenue[index]
        cost = piece.cost[index]
        paid = affordable_cost(piece.cash[index], received, cost)
        cash = piece.cash[index] + received - paid
        revenue = revenue_step(received, paid, shared.learning[index] * (1 - sustained) * piece.productivity[index])
        short = 1 if falls_short(paid, cost) else 0

        age = k - ((person >> c.ARRIVAL) & c.WORD)
        u = u_exit[index]
        pays = exits.dividend_due(revenue, cost, age, piece.founders[index])
        eventful = (
            (status != ACTIVE)
            | ((short == 1) & (sustained == 0))
            | (u_failure[index] < quarter.may_fail[row * len(FAILURE_BANDS) + shared.band[index]])
            | ((u > 1.0 - world.exits_ipo_filing) & exits.may_file(
                stage, world.exits_ipo_min_stage, log_value, quarter.log_ipo_value, quarter.window
            ))
            | (not exits.clearly_not_acquired(
                u, world.exits_mna_hazard[row], world.exits_mna_value, log_value, quarter.log_mna_reference, world.exits_mna_age,
                0.25 * age, chain_boost if (person >> c.CHAIN) & 1 == 1 else 0.0, quarter.pace, world.exits_mna_cap,
            ))
            | (((more >> c.REDEEM_QUARTER) & c.WORD) == k)
            | (pays & (sustained == 0))
        )  # fmt: skip
        present = 1 if status != GONE else 0
        quiet = 0 if eventful else 1
        there += present

        since = k - ((more >> c.LAST_ROUND) & c.WORD)
        may_seek = quiet & (1 - sustained) & (1 if since >= world.cash_min_gap else 0)
        wants = 1 if lacks_or_grows(cash, revenue, cost, world.cash_seek_runway) else 0
        indebted = (1 if owes == 1 else 0) | ((marks >> c.POOLED) & 1)
        most = boosted_log_odds(
            quarter.offer_base[stage], world.rounds_quality, quality, world.rounds_traction,
            log_value - piece.log_mark[index], world.rounds_cycle, quarter.factor, quarter.log_boost_cap, quarter.log_boost_cap,
        )  # fmt: skip
        offerless = 1 if clearly_not(u_round[index], most) else 0
        asked = may_seek & ((wants & (1 - offerless)) | (indebted & (1 - wants)))
        seeks = may_seek & wants & offerless
        lists = lists_of(
            (marks >> c.SEASON) & c.BYTE, k & 3, owes, (person >> c.OUTSIDE) & 1, stage, (marks >> c.AWARDED) & 1
        )
        piece.mark[index] = (
            PRESENT * present + ALONE * (present & (1 - quiet)) + quiet * lists + ASKED * asked + SEEKS * seeks
            + PAYS * (quiet & (1 if pays else 0))
        )
        piece.log_value[index] = log_value if quiet == 1 else piece.log_value[index]
        piece.cash[index] = cash if quiet == 1 else piece.cash[index]
        piece.revenue[index] = revenue if quiet == 1 else received
        piece.received[index] = received if quiet == 1 else 0.0
        piece.paid[index] = paid if quiet == 1 else 0.0
        piece.short[index] = short if quiet == 1 else (marks >> c.SHORT) & 1
    return there
