"""Chance in insurance: blocks 40–44, and lane 0 of the block that rooms share at a yearly visit."""

from __future__ import annotations

from typing import Final

from kejin_sim.random import FIRM_YEAR

RESEARCH_CLAIM: Final = 40
YEAR_CLAIM: Final = 41
DAMAGE: Final = 42

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "insurance.take_up": (FIRM_YEAR, 0),
    "insurance.research_failure": (RESEARCH_CLAIM, 0),
    "insurance.ip_dispute": (YEAR_CLAIM, 0),
    "insurance.equipment_loss": (YEAR_CLAIM, 1),
    "insurance.first_set_loss": (YEAR_CLAIM, 2),
    "insurance.ip_damages": (DAMAGE, 0),
    "insurance.equipment_damage": (DAMAGE, 1),
    "insurance.first_set_damage": (DAMAGE, 2),
}
"""Every stream: the decision's name → (block, lane). Claims are drawn only for policies that end."""
