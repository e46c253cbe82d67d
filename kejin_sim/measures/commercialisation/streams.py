"""The measure's draws: blocks of its own, and lane 1 of the block that rooms share at a yearly visit."""

from __future__ import annotations

from typing import Final

from kejin_sim.random import FIRM_YEAR

APPRAISAL: Final = 50
LANDING: Final = 51

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "vouchers.take_up": (FIRM_YEAR, 1),
    "ip.appraisal": (APPRAISAL, 0),
    "landing.national": (LANDING, 0),
    "landing.provincial": (LANDING, 1),
}
"""Decision → (block, lane)."""
