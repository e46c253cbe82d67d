"""Switching measure 5 off: the quotas without which it does nothing and posts nothing of its own."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = (
    "pledge_on",
    "securitisation_on",
    "voucher_take_up",
    "equity_on",
    "equity_extra_spinouts",
    "landing_national",
    "landing_provincial",
)
"""Fields of the measure's record that are 0 when ``measures.commercialisation.enabled`` is false.

Securities issued and shares taken in the burn-in under the baseline run to their end all the same.
"""
