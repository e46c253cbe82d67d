"""Values path by path of the points of a sweep of one lever: what a summary of each point alone cannot tell apart, the same draws
do."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kejin_sim.outcomes.headlines import COSTS, GAINS
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.statistics import Array, Interval, apart_from_zero, defined, mean_interval
from kejin_sim.study.journal import Journal
from kejin_sim.study.sweep_file import Sweep

MOST: Final = 12
"""Points of a sweep whose values are kept and printed a row each."""
_ENTRY: Final = "by_path"
_LAYOUT: Final = np.dtype("<f8")


@dataclass(frozen=True)
class Paired:
    """A metric at a point: its mean, and how far it is from the first point on the same draws; each with its 95 % interval.
    ``apart``: whether that difference can be told from 0 (`apart_from_zero`)."""

    mean: Interval
    gap: Interval
    apart: bool


def kept(sweep: Sweep, points: int) -> bool:
    """Whether values path by path are kept: of one lever, and of few points."""
    return len(sweep.dimensions) == 1 and 2 <= points <= MOST


def packed(outcomes: Outcomes, sweep: Sweep) -> dict[str, Any]:
    """What is added to a journal's entry of a point."""
    names = [name for name in (sweep.metrics or (*COSTS, *GAINS)) if name in by_name()]
    blocks = {name: np.ascontiguousarray(outcomes.package(name), dtype=_LAYOUT).tobytes() for name in names}
    return {_ENTRY: {name: base64.b64encode(block).decode("ascii") for name, block in blocks.items()}}


def _values(entry: Mapping[str, Any], name: str) -> Array | None:
    text = entry.get(_ENTRY, {}).get(name)
    return None if text is None else np.frombuffer(base64.b64decode(text), dtype=_LAYOUT).astype(np.float64)


def paired(journal: Journal, addresses: Sequence[str], name: str) -> list[Paired] | None:
    """A metric at every point; None where a point has no values, as in a folder of an earlier version."""
    found = [_values(journal.get(address), name) for address in addresses]
    first = found[0]
    if first is None or any(values is None or values.shape != first.shape for values in found):
        return None
    gaps = [(v, defined(v - first)) for v in found if v is not None]
    rows = [Paired(mean_interval(defined(v)), mean_interval(gap), apart_from_zero(gap)) for v, gap in gaps]
    return rows if all(math.isfinite(row.mean.value) for row in rows) else None
