"""Switching measure 3 off: the fields without which nobody is newly insured and no public money is paid."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "takeup_reach",
    "subsidy_cap",
    "backstop_cap",
    "loan_enabled",
    "lp_share",
)
"""Fields of the measure's record that are 0 when ``measures.insurance.enabled`` is false.

Terms of cover stay in the record: a policy that the burn-in made under the baseline is still settled by them.
"""
