"""The measure's own draws. Vouchers use lane 1 of the yearly visit (:data:`kejin_sim.random.FIRM_YEAR`)."""

from __future__ import annotations

from typing import Final

APPRAISAL: Final = 50
LANDING: Final = 51

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "ip.appraisal": (APPRAISAL, 0),
    "landing.national": (LANDING, 0),
    "landing.provincial": (LANDING, 1),
}
"""Decision → (block, lane)."""
