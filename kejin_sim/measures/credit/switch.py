"""Switching measure 2 off: the fields without which it lists nobody, shares no new loss and spends nothing."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "interest_subsidy_share",
    "guarantee_on",
    "guarantee_fee_rebate",
    "ranking_top_n",
    "relending_quota",
    "relending_share",
)
"""Fields of the measure's record that are 0 when ``measures.credit.enabled`` is false.

White list, pool, compensation and guarantee are asked for by a new loan only while the measure is enabled. Their terms stay
in the record: a claim on a loan that the burn-in made under the baseline is still settled by them.
"""
