"""Where a room's numbers begin: rooms follow one another in the order of the list of measures.

The numbers become constants in compiled code. That is safe because compiled code is cached under a digest of all sources it
can reach, this order included (see `kejin_sim.jit`).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from kejin_sim.measures import MEASURES
from kejin_sim.world import postings as world_postings

BASE_SERIES: Final = 43
BASE_STATS: Final = 65
"""Rows of the world and of measure 1, listed in `kejin_sim.recording`, which checks these two numbers."""


def _before(room: str, module: str) -> Any:
    """The module of that name in the room before ``room``; None for the first."""
    number = MEASURES.index(room)
    return import_module(f"kejin_sim.measures.{MEASURES[number - 1]}.{module}") if number > 0 else None


def posting_row(room: str) -> int:
    """Number of a room's first posting code."""
    before = _before(room, "postings")
    end: int = before.BOOK.end if before is not None else world_postings.BOOK.end
    return end


def _row(room: str, name: str, base: int) -> int:
    if MEASURES.index(room) <= 1:  # what measure 1 writes down stands among the base rows
        return base
    end: int = getattr(_before(room, "recording"), name).end
    return end


def series_row(room: str) -> int:
    """Number of a room's first series."""
    return _row(room, "SERIES", BASE_SERIES)


def stats_row(room: str) -> int:
    """Number of a room's first statistic."""
    return _row(room, "STATS", BASE_STATS)
