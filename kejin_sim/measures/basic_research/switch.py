"""Switching measure 4 off: what must be zero so that it signs, awards and posts nothing of its own."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "nsfc_total",
    "municipal_districts",
    "municipal_banks",
    "municipal_leaders",
    "project_per_year",
    "project_integrated_per_year",
    "indicator_weight",
)
"""Fields of the measure's record that are 0 when ``measures.basic_research.enabled`` is false.

Projects of the burn-in under the baseline run to their end all the same, gifts of the past are deducted, and what is left of
the joint fund goes back to those who gave.
"""
