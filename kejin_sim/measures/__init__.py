"""The policy, one room per measure.

A room holds its parameters (``parameters.toml``), its postings, its rules as scalar functions, its worked cases and its
checks of a scenario. Adding a measure means adding a room and a line here.
"""

from __future__ import annotations

from typing import Final

MEASURES: Final[tuple[str, ...]] = ("equity", "credit", "grant_to_equity")
"""Rooms in the order of the policy's ten measures; the order also numbers their postings."""
