"""Random decisions of measure 4. A partner is numbered by kind and ordinal, a project by programme and ordinal, in its year."""

from __future__ import annotations

from typing import Final

PARTNERS: Final = 45
OFFER: Final = 46
PROJECT: Final = 47
PROJECT_SIZE: Final = 48

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "basic.offers_of_districts": (PARTNERS, 0),
    "basic.offers_of_banks": (PARTNERS, 1),
    "basic.offers_of_leaders": (PARTNERS, 2),
    "basic.offer": (OFFER, 0),
    "basic.success": (PROJECT, 0),
    "basic.lag": (PROJECT, 1),
    "basic.listed": (PROJECT, 2),
    "basic.milestone": (PROJECT, 3),
    "basic.ticket": (PROJECT_SIZE, 0),
}
"""Decision → (block, lane)."""

NATIONAL: Final = 0
INTEGRATED: Final = 1 << 15
ORDINARY: Final = 2 << 15
"""Programmes: the ordinal of a project is added to these."""
