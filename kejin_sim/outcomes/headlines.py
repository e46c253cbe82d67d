"""Which metrics a reader sees first, by question; what ``kejin run`` prints and what a briefing shows.

Of the measures 1, 2 and 7; every other measure names its own in its room (``HEADLINES``). Metrics that no world of a run defines
are left out by the readers.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes.tolerance import CLASSES

COSTS: Final = (
    "fiscal_outlay", "fiscal_recovery", "fiscal_net_cost", "fiscal_net_cost_npv", "public_net_cost", "peak_cash_need",
    "peak_liability",
)  # fmt: skip
GAINS: Final = (
    "firms_surviving_5y", "firms_surviving_10y", "listings", "social_capital", "job_years_net", "tax", "research",
)  # fmt: skip
CREDIT: Final = ("credit_lent", "credit_first_loans", "npl_pooled", "claim_rate_pooled")
GRANTS: Final = ("grant_disbursed", "grant_conversion_rate", "grant_recycle_ratio", "grant_net_loss_rate")
BEARERS: Final = (
    ("银行", "banks", ("bank", "pool_bank")),
    ("市财政", "city", ("pool_city", "compensation")),
    ("区县", "districts", ("pool_district",)),
    ("担保公司", "guarantor", ("guarantor",)),
    ("国家基金和再担保", "national fund and re-guarantor", ("national", "re_guarantor")),
    ("保险公司", "insurer", ("insurer",)),
)
"""Who bears a yuan of loan loss, for a reader: names and parts of ``borne_share_…``."""
PARTIES: Final = (
    ("子基金（全体出资人）", "sub-funds, all partners", "subfund_tvpi", "subfund_irr", "subfund_pme"),
    ("引导基金（子基金份额）", "guidance fund in sub-funds", "government_tvpi", "government_irr", "government_pme"),
    ("社会出资人", "social investors", "social_tvpi", "social_irr", "social_pme"),
    ("种子直投（付奖励前）", "seed direct, before reward", "seed_tvpi", "seed_irr", ""),
    ("跟投方（含奖励）", "co-investors, with reward", "coinvestor_multiple", "coinvestor_irr", ""),
    ("跟投方（不含奖励）", "co-investors, without it", "coinvestor_multiple_without_reward",
     "coinvestor_irr_without_reward", ""),
    ("链主基金", "chain-leader funds", "chain_tvpi", "chain_irr", "chain_pme"),
)  # fmt: skip
LOSSES: Final = {
    "net_terminal": ("loss_net_terminal",),
    "gross": ("loss_gross",),
    "head_count": ("loss_head_count",),
    "class": tuple(f"loss_class_{name}" for name in CLASSES),
}
