"""What the measures' rooms have to tell in a path's story (their ``tales`` modules)."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kejin_sim.measures import MEASURES

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event


@cache
def _tales() -> tuple[ModuleType, ...]:
    places = (f"kejin_sim.measures.{measure}.tales" for measure in MEASURES)
    return tuple(import_module(place) for place in places if find_spec(place) is not None)


def event(kind: str, facts: dict[str, Any]) -> str:
    """What a measure did to a firm, in words; empty for an event that no room knows."""
    for tales in _tales():
        words: str = tales.event(kind, facts)
        if words:
            return words
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on what the rooms did in a year. ``series``: the year's columns of a world's series."""
    return [line for tales in _tales() for line in tales.year(events, entries, series)]
