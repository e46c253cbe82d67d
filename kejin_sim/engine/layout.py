"""State of the compiled engine: one structured record per enterprise, fund and city, and how many to make room for.

Records instead of one array a field: a step of a firm touches most of its fields, so they share cache lines, and the code
reads ``firm.cash`` as the reference engine does. Both worlds of a firm lie side by side because they share its draws.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

Record = Any
"""A numpy structured scalar; compiled code knows its fields."""

# Firm status.
GONE: Final = 0
ACTIVE: Final = 1
QUEUED: Final = 2
LOCKED: Final = 3
# How a firm ended.
ALIVE: Final = 0
FAILED: Final = 1
ACQUIRED: Final = 2
LISTED: Final = 3

# Limited partners of an angel sub-fund.
GOVERNMENT: Final = 0
DISTRICT: Final = 1
MANAGER: Final = 2
SOCIAL: Final = 3
STATE_BUYER: Final = 4
PARTNERS: Final = 5

# Fund status.
NONE: Final = 0
INVESTING: Final = 1
HARVESTING: Final = 2
CLOSED: Final = 3

# Reinvestment test of a fund (E5).
UNTESTED: Final = 0
MET: Final = 1
MISSED: Final = 2
LEFT: Final = 3  # the guidance fund has sold its interest: nothing to test, no concession, no fee cut

ANGEL_LINE: Final = 0
INDUSTRY_LINE: Final = 1
LINE_COUNT: Final = 2
CARRY_YEARS: Final = 3  # the current year's money and two older years' (Budget Law §42)
MAX_VINTAGES: Final = 64
NAV_MEMORY: Final = 5
CASH_OUT_ROW: Final = 7
SUSTAINED_ROW: Final = 6

F8, I8, I4 = "f8", "i8", "i4"

PERSON = np.dtype(
    [
        ("entity", I8),  # arrival quarter << 16 | ordinal
        ("arrival", I8),
        ("quality", F8),
        ("learning", F8),  # yearly cost → revenue rate of this firm
        ("slope", F8),  # quality's part of the failure point
        ("score", F8),
        ("percentile", F8),
        ("beta", F8),
        ("kind", I8),
        ("sector", I8),
        ("hard_tech", I8),
        ("chain", I8),
        ("relocates", I8),
        ("outside", I8),
        ("log_value", F8),  # at founding
    ],
    align=True,
)
"""What a firm is in both worlds."""

FIRM = np.dtype(
    [
        # What every quarter reads comes first: it shares cache lines.
        ("status", I4),
        ("stage", I4),
        ("sustained", I4),
        ("short", I4),
        ("last_round", I4),
        ("redeem_quarter", I4),
        ("fund", I4),
        ("seed_open", I4),
        ("log_value", F8),
        ("cash", F8),
        ("cost", F8),
        ("revenue", F8),
        ("offer", F8),
        ("h_follow", F8),
        ("founders", F8),
        ("h_seed", F8),
        ("h_coinvestor", F8),
        ("h_subfund", F8),
        ("h_private", F8),
        ("h_soe", F8),
        ("supported_quarter", I4),
        ("timer", I4),
        ("mark", F8),
        ("cost_subfund", F8),
        # The rest is read when something happens.
        ("end", I4),  # FAILED, ACQUIRED, LISTED or ALIVE
        ("end_quarter", I4),
        ("listed_quarter", I4),
        ("tried_pivot", I4),
        ("deal_class", I4),
        ("entry_quarter", I4),
        ("seed_quarter", I4),
        ("follow_quarter", I4),
        ("funded_quarter", I4),
        ("reward_by_vintage", I4),
        ("got_subfund", F8),
        ("cost_seed", F8),
        ("got_seed", F8),
        ("reward_rate", F8),  # E9 as agreed at the deal
        ("reward_paid", F8),
        ("cost_coinvestor", F8),
        ("got_coinvestor", F8),
        ("cost_follow", F8),
        ("got_follow", F8),
        ("mark_before", F8),
        ("raised", F8),
    ],
    align=True,
)
"""A firm in one world. Holdings are shares of the firm and sum to 1; money in CNY; quarters count from the burn-in, −1 never."""

SUBFUND = np.dtype(
    [
        ("status", I8),
        ("formed", I8),
        ("policy", I8),
        ("size", F8),
        ("committed", F8, (PARTNERS,)),
        ("paid", F8, (PARTNERS,)),
        ("arrears", F8),
        ("calls_made", I8),
        ("called", F8),
        ("spent", F8),
        ("cash", F8),
        ("pot", F8),  # proceeds waiting to be distributed
        ("fee_arrears", F8),
        ("capital", F8),
        ("preferred", F8),
        ("preferred_paid", F8),
        ("caught_up", F8),
        ("carry_paid", F8),
        ("distributed", F8),  # to limited partners
        ("government_distributed", F8),
        ("government_weighted", F8),  # Σ call · quarter
        ("credit", F8),
        ("government_called", F8),
        ("reinvestment", I8),
        ("excess_pending", F8),
        ("open_deals", I8),
        ("open_cost", F8),
        ("deals", F8),
        ("cost", F8),
        ("lost", F8),
        ("losses", F8),
        ("class_cost", F8, (3,)),
        ("class_value", F8, (3,)),
        ("projects_over", F8),
        ("nav", F8, (NAV_MEMORY,)),
        ("fair_nav", F8),
        ("open_nav", F8),  # open deals as the assessor last saw them
        ("open_losses", F8),
        ("open_lost", F8),
        ("open_over", F8),
        ("open_class", F8, (3,)),
        ("fees", F8),
    ],
    align=True,
)

CHAINFUND = np.dtype(
    [
        ("formed", I8),
        ("policy", I8),
        ("government", F8),
        ("leader", F8),
        ("aic", F8),
        ("size", F8),
        ("unfunded", F8),
        ("nav", F8),
        ("year_call", F8),
        ("year_paid", F8),
        ("government_principal", F8),
    ],
    align=True,
)

CITY = np.dtype(
    [
        ("cash", F8),  # guidance fund
        ("recycled_principal", F8),
        ("recycled_income", F8),
        ("reserve", F8),
        ("provision", F8),
        ("receipt_principal", F8, (LINE_COUNT,)),
        ("receipt_income", F8, (LINE_COUNT,)),
        ("gain", F8),  # exit gain of the year, after rewards
        ("available", F8, (LINE_COUNT * CARRY_YEARS,)),
        ("encumbered", F8, (LINE_COUNT,)),
        ("appropriated", F8, (LINE_COUNT,)),
        ("executed", F8, (LINE_COUNT,)),
        ("lapsed", F8, (LINE_COUNT,)),
        ("year_appropriated", F8, (LINE_COUNT,)),
        ("year_executed", F8, (LINE_COUNT,)),
        ("year_lapsed", F8, (LINE_COUNT,)),
        ("public_money", F8, (4,)),
        ("soe_left", F8),
        ("reinvest_pool", F8),
        ("allocation_cut", F8),
        ("withheld_until", I8),
        ("funds", I8),
        ("chains", I8),
        ("graduate_jobs", F8),
        ("graduate_jobs_net", F8),
        ("graduate_jobs_national", F8),
        ("graduate_revenue", F8),
        ("vintage_cost", F8, (MAX_VINTAGES,)),
        ("vintage_got", F8, (MAX_VINTAGES,)),
        ("vintage_open", I8, (MAX_VINTAGES,)),
        ("vintage_settled", I8, (MAX_VINTAGES,)),
        ("vintage_policy", I8, (MAX_VINTAGES,)),
        ("vintage_rate", F8, (MAX_VINTAGES,)),
        ("firm_cash", F8),  # sums kept for the checks of the close
        ("fund_cash", F8),
        ("guidance_balance", F8),
        ("guidance_turnover", F8),
        ("paid_in", F8),
        ("distributed", F8),
        ("given_up", F8),
    ],
    align=True,
)
"""One city: guidance fund, budget lines, counters. ``available`` is [line · CARRY_YEARS + age of the money]."""

QUARTER = np.dtype(
    [
        ("seed", I8),
        ("path", I8),
        ("k", I8),  # quarter since the start of the burn-in
        ("opening", I8),  # quarter at which the books open
        ("last", I8),
        ("year", I8),  # fiscal year, 0 = the year of the opening
        ("quarter_of_year", I8),
        ("year_opens", I8),  # first quarter of a fiscal year, of the burn-in or of the books
        ("policy", I8),  # is the policy (or, before the opening, the baseline) in force
        ("next_year_policy", I8),
        ("factor", F8),
        ("innovation", F8),
        ("window", I8),
        ("threshold", F8, (8,)),  # failure points by row
        ("offer_base", F8, (6,)),  # log-odds of a private offer by stage
        ("log_ipo_value", F8),
        ("log_mna_reference", F8),
        ("worlds", I8),
        ("checked", I8),  # 0 only to measure what the checks of the ledger cost
    ],
    align=True,
)
"""What every firm and fund of a path shares in a quarter."""


def firm_room(mean_arrivals: float, outside_deals: int) -> int:
    """Slots for firms: expected arrivals plus nine standard deviations, and every deal that could be made outside the city.

    A path that needs more (entry that responds to policy) is run again with twice the room.
    """
    return math.ceil(mean_arrivals + 9.0 * math.sqrt(mean_arrivals + 1.0)) + outside_deals + 64
