"""Switching measure 7 off: the quotas without which it awards nothing and posts nothing of its own."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "project_per_year",
    "competition_per_year",
    "talent_per_year",
    "attraction_per_year",
)
"""Fields of the measure's record that are 0 when ``measures.grant_to_equity.enabled`` is false.

Grants made in the burn-in under the baseline run to their end all the same.
"""
