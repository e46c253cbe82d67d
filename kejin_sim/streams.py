"""Every stream of chance by name: those of the world and those that the measures' rooms add."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from kejin_sim import random
from kejin_sim.measures import MEASURES


@cache
def streams() -> dict[str, tuple[int, int]]:
    """The decision's name → (block, lane). Listed by ``kejin doctor``.

    Errors: ``ValueError`` when two decisions share a name or a lane: a fault of the program.
    """
    found = dict(random.STREAMS)
    for measure in MEASURES:
        if find_spec(f"kejin_sim.measures.{measure}.streams") is not None:
            more: dict[str, tuple[int, int]] = import_module(f"kejin_sim.measures.{measure}.streams").STREAMS
            if found.keys() & more.keys() or set(found.values()) & set(more.values()):
                raise ValueError(f"a stream of {measure} has a name or a lane that is taken")
            found |= more
    return found
