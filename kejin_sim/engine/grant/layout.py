"""State of a firm's grant, one record per world."""

from __future__ import annotations

from typing import Final

from kejin_sim.engine.layout import CACHE_LINE, F8, I1, I2, padded

# One state at a time (N9).
WAITING: Final = 1
HELD: Final = 2  # converted, the public share is held
REPAID: Final = 3
WRITTEN_OFF: Final = 4
KEPT: Final = 5  # a pure grant
EXITED: Final = 6

RUNS: Final = 1
CERTIFIES: Final = 2
"""What a firm's ``granted`` says: a grant pays for its research; converted, its award still recommends it to investors."""

PROJECT: Final = 0
COMPETITION: Final = 1
TALENT: Final = 2
ATTRACTION: Final = 3


GRANT = padded(
    [
        ("state", I1),
        ("track", I1),
        ("tranches_left", I1),
        ("accepted", I1),
        ("policy", I1),  # made after the books opened
        ("made", I2),
        ("next_milestone", I2),
        ("converted", I2),
        ("paid", F8),  # public money so far, district's part included
        ("district", F8),  # the district's part of it
        ("matched", F8),
        ("seen_raised", F8),
        ("cost", F8),  # public money that was converted
        ("repaid", F8),  # what of the rest was paid back at once
        ("got", F8),  # what has come back since
        ("extra", F8),  # quarterly cost that payments have added
        ("extra_raised", F8),  # what the firm had raised then
        ("extra_sustained", I1),  # and whether it was self-sustaining
        ("extra_until", I2),
    ],
    2 * CACHE_LINE,
)
"""A firm's grant in one world; quarters count from the burn-in, −1 never; CNY."""
