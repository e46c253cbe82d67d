"""Streams of measure 8: which decision draws from which lane of which block."""

from __future__ import annotations

from typing import Final

from kejin_sim.random import FIRM_YEAR

VC_YEAR: Final = 60
"""Drawn once a fiscal year for the whole city (entity 0)."""

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "people.listed_introduced": (VC_YEAR, 0),
    "people.vc_settled": (VC_YEAR, 1),
    "people.deputy_or_adviser": (FIRM_YEAR, 2),
}
"""Decision → (block, lane). Whether a firm wants a deputy and whether it wants an adviser is one draw at its yearly visit."""
