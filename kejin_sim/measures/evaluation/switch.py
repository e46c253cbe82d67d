"""Switching measure 6 off: what it must not spend when it is."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = ("research_per_year",)
"""Fields of the measure's record that are 0 when ``measures.evaluation.enabled`` is false.

The platform is neither bought nor run then; projects of the burn-in are still paid to their end.
"""
