"""Metrics and series that the measures' rooms bring along (their ``outcomes`` modules)."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final

from kejin_sim.measures import MEASURES
from kejin_sim.outcomes.metric import Metric, Ratio, Unit


@cache
def _modules() -> tuple[ModuleType, ...]:
    places = (f"kejin_sim.measures.{measure}.outcomes" for measure in MEASURES)
    return tuple(import_module(place) for place in places if find_spec(place) is not None)


METRICS: Final[tuple[Metric, ...]] = tuple(metric for module in _modules() for metric in module.METRICS)
RATIOS: Final[tuple[Ratio, ...]] = tuple(ratio for module in _modules() for ratio in getattr(module, "RATIOS", ()))
SERIES: Final[dict[str, tuple[str, str, Unit]]] = {k: v for module in _modules() for k, v in module.SERIES.items()}
COUNTS: Final[dict[str, tuple[str, str]]] = {
    k: v for module in _modules() for k, v in getattr(module, "COUNTS", {}).items()
}
"""Statistics that are no outcomes of their own."""
STOCKS: Final[frozenset[str]] = frozenset(name for module in _modules() for name in module.STOCKS)
"""Series of what stands at a quarter's end; the others add up over a year."""
COUNTED_SERIES: Final[frozenset[str]] = frozenset(name for module in _modules() for name in module.COUNTED_SERIES)
"""Series that count; the others are money or ratios."""
MONEY_STATS: Final[frozenset[str]] = frozenset(name for module in _modules() for name in module.MONEY_STATS)
"""Statistics that are money or ratios; the others count."""
HEADLINES: Final[dict[str, tuple[str, ...]]] = {
    module.__name__.split(".")[2]: module.HEADLINES for module in _modules() if module.HEADLINES
}
"""By room, the few metrics that the summary of a run shows."""
