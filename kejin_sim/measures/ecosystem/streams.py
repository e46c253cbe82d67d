"""Streams of chance of measure 10: the decision's name → (block, lane). Blocks 70–74 are this measure's."""

from __future__ import annotations

from typing import Final

DUPLICATE: Final = 70

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "file.duplicate_found": (DUPLICATE, 0),
}
"""Drawn only where a firm applies for support of a cost that another instrument already bears."""
