"""Switching measure 8 off: the quotas and rates without which it awards nothing and posts nothing of its own."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "early_award",
    "volume_award",
    "landing_filing",
    "landing_listing",
    "landing_listed",
    "settlement_firms_per_year",
    "deputy_per_year",
    "adviser_number",
)
"""Fields of the measure's record that are 0 when ``measures.people.enabled`` is false.

An award is paid only by the rules in force in the year in which it falls due: nothing is owed for money that was invested
while other rules were in force.
"""
