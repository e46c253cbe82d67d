"""Firms in columns: how many at a time, and where their small fields are in the words that are copied whole.

A firm's fields stand together in its record, because whoever deals with one firm needs most of them. A loop over all firms that
does the same with each is several times faster over columns, one field of many firms side by side, in vector registers. Such a
loop takes the firms a piece at a time: copies what it needs, in few and large moves, works, and copies back what has changed.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.engine.layout import FIRM, PERSON, bit_of

CHUNK: Final = 128
"""Firms in a piece: its columns, of both worlds, stay in the inner caches."""

BYTE: Final = 0xFF
WORD: Final = 0xFFFF
BELOW_0: Final = 0x8000
"""Masks of a field of one byte and of two, and the sign of two."""

# Of a firm's ``marks`` and ``marks_more``.
STATUS: Final = bit_of(FIRM, "status", "marks")
STAGE: Final = bit_of(FIRM, "stage", "marks")
SUSTAINED: Final = bit_of(FIRM, "sustained", "marks")
SHORT: Final = bit_of(FIRM, "short", "marks")
OWES: Final = bit_of(FIRM, "owes", "marks")
SEASON: Final = bit_of(FIRM, "season", "marks")
POOLED: Final = bit_of(FIRM, "pooled", "marks")
AWARDED: Final = bit_of(FIRM, "awarded", "marks")
LAST_ROUND: Final = bit_of(FIRM, "last_round", "marks_more")
REDEEM_QUARTER: Final = bit_of(FIRM, "redeem_quarter", "marks_more")
# Of a person's ``marks``.
ARRIVAL: Final = bit_of(PERSON, "arrival", "marks")
HARD_TECH: Final = bit_of(PERSON, "hard_tech", "marks")
CHAIN: Final = bit_of(PERSON, "chain", "marks")
RELOCATES: Final = bit_of(PERSON, "relocates", "marks")
OUTSIDE: Final = bit_of(PERSON, "outside", "marks")
