"""Streams of chance of measure 6: the decision's name → (block, lane). Blocks 55–59 are this measure's."""

from __future__ import annotations

from typing import Final

FINTECH_PROJECT: Final = 55

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "fintech.project_cost": (FINTECH_PROJECT, 0),
    "fintech.first_milestone": (FINTECH_PROJECT, 1),
    "fintech.second_milestone": (FINTECH_PROJECT, 2),
}
"""Drawn once for a project, at its approval: entity is its number within the quarter."""
