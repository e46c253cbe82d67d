"""The diary of a path: every equity round of one world, for whoever wants to know the lives of its firms.

Firms carry what a share of their first day has become and has yielded; what a round was is read off them at the quarter's close, so
that a run that keeps no diary pays nothing for it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.layout import F8, I8, Record
from kejin_sim.jit import internal

Ints = NDArray[np.int64]

NOTE: Final = np.dtype(
    [
        ("slot", I8),
        ("quarter", I8),
        ("stage", I8),  # of the firm before the round
        ("price", F8),  # pre-money, CNY
        ("money", F8),  # of all who came in, CNY
        ("kept", F8),  # what a share of the first day is after it
        ("yielded", F8),  # what such a share had yielded before it, CNY
    ]
)
"""A round. A firm has at most one a quarter: whoever had one is passed over by all others."""

SEEN: Final = np.dtype([("raised", F8), ("stage", I8)])
"""A firm as the last quarter left it."""


@internal
def note_rounds(
    people: Record, firms: Record, live: Ints, alive: int, n: int, quarter: Record, notes: Record, seen: Record
) -> bool:  # fmt: skip
    """Write down the rounds of the quarter in world ``n``. Returns False when there is no room for another."""
    for index in range(alive):
        slot = live[index]
        firm = firms[slot, n]
        before = seen[slot]
        if people[slot].arrival == quarter.k:
            before.raised = 0.0
            before.stage = 0
        if firm.raised > before.raised:
            if quarter.noted == notes.shape[0]:
                return False
            note = notes[quarter.noted]
            note.slot = slot
            note.quarter = quarter.k
            note.stage = before.stage
            note.money = firm.raised - before.raised
            # Its value is that of its own shares: what was converted at its price later in the quarter is not in it.
            note.price = firm.mark * (firm.kept / firm.kept_round) - note.money
            note.kept = firm.kept_round
            note.yielded = firm.yielded
            quarter.noted += 1
        before.raised = firm.raised
        before.stage = firm.stage
    return True
