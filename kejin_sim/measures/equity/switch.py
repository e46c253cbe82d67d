"""Switching measure 1 off: the quotas without which it decides nothing and posts nothing of its own."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "angel_subfunds_new_per_year",
    "seed_direct_per_year",
    "follow_on_per_year",
    "chain_funds_new_per_year",
    "soe_purchase_budget",
)
"""Fields of the measure's record that are 0 when ``measures.equity.enabled`` is false.

What the burn-in committed under the baseline is honoured all the same: a contract does not end with the policy.
"""
