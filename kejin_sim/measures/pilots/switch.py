"""Switching measure 9 off: the quotas without which it forms no fund, takes no warrant and lends nothing."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "aic_new_per_year",
    "warrant_coverage",
    "warrant_rate_cut",
    "regional_exit",
    "buyback_take_up",
)
"""Fields of the measure's record that are 0 when ``measures.pilots.enabled`` is false.

Funds, warrants and loans of the burn-in under the baseline run to their end all the same.
"""
