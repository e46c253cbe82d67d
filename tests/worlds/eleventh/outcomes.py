"""Metrics of measure 11."""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes.metric import Metric, Unit

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {"evening_pupils": ("夜校学员", "evening pupils", "count")}
STOCKS: Final[frozenset[str]] = frozenset()
COUNTED_SERIES: Final = frozenset(SERIES)
MONEY_STATS: Final[frozenset[str]] = frozenset()
HEADLINES: Final = ("evening_pupils",)
METRICS: Final = (
    Metric(
        "evening_pupils", "夜校学员", "evening pupils", "count", "more", "报名人次", "enrolments",
        lambda v: v.added("evening_pupils"), "eleventh", counted=("人次", "enrolments"),
    ),
)  # fmt: skip
