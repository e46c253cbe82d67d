"""What a sweep records of a point: its summary as one block of numbers, with the metric and the world of each row.

There are some twenty thousand numbers a point. As a block they are written and read at once and come back to the bit; as text
they took longer than simulating a small point.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.described import FIGURES, Described

_LAYOUT: Final = np.dtype("<f8")


@dataclass(frozen=True)
class Recorded:
    """``figures``: float64[line, figure], in the order of `FIGURES`; NaN where a figure is not defined. ``names`` and
    ``worlds``: the metric and the world of each line."""

    names: tuple[str, ...]
    worlds: tuple[str, ...]
    figures: NDArray[np.float64]

    @property
    def lines(self) -> dict[tuple[str, str], int]:
        """The line of each metric and world."""
        return _lines(self.names, self.worlds)

    def mean(self, name: str, world: str) -> float:
        """The mean of a metric in a world; NaN when it is not defined or was not recorded."""
        line = self.lines.get((name, world))
        return math.nan if line is None else float(self.figures[line, FIGURES.index("mean")])

    def packed(self) -> dict[str, Any]:
        """The content of a journal's entry."""
        block = np.ascontiguousarray(self.figures, dtype=_LAYOUT).tobytes()
        return {
            "names": self.names,
            "worlds": self.worlds,
            "figures": base64.b64encode(block).decode("ascii"),
        }


def recorded(found: Described) -> Recorded:
    """What is recorded of a point."""
    names = tuple(metric.name for metric, _ in found.rows)
    return Recorded(names, tuple(world for _, world in found.rows), found.figures)


def unpacked(content: Mapping[str, Any]) -> Recorded | None:
    """What an entry of a journal holds; None for a point that failed."""
    if "figures" not in content:
        return None
    block = np.frombuffer(base64.b64decode(content["figures"]), dtype=_LAYOUT).astype(np.float64)
    return Recorded(tuple(content["names"]), tuple(content["worlds"]), block.reshape(-1, len(FIGURES)))


@cache
def _lines(names: tuple[str, ...], worlds: tuple[str, ...]) -> dict[tuple[str, str], int]:
    return {pair: i for i, pair in enumerate(zip(names, worlds, strict=True))}
