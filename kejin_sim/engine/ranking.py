"""A short list of the best, kept while firms are looked at one after the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.jit import internal


@internal
def enlist(
    slots: NDArray[np.int64], scores: NDArray[np.float64], kept: int, most: int, slot: int, score: float
) -> int:
    """Put a firm on a list of at most ``most``, best score first, when it is among them; returns how many are listed.

    A tie stays behind the one that came earlier. ``slots``, ``scores``: the list, of which the first ``kept`` are taken.
    """
    if kept == most:
        if kept == 0 or scores[kept - 1] >= score:
            return kept
        kept -= 1
    place = kept
    while place > 0 and scores[place - 1] < score:
        slots[place] = slots[place - 1]
        scores[place] = scores[place - 1]
        place -= 1
    slots[place] = slot
    scores[place] = score
    return kept + 1
