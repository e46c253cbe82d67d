"""What the engines write down of measure 4 beside the postings. Series begin when the books open; so do the statistics."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("basic_research", first=series_row("basic_research"))
_s = SERIES.add
S_NSFC: Final = _s("basic_nsfc")  # B1: city and centre
S_CITY: Final = _s("basic_city")  # the city's money: B1, B2 and B5
S_FUND_CITY: Final = _s("basic_fund_city")  # B2: the city's part
S_FUND_DISTRICT: Final = _s("basic_fund_district")
S_FUND_SOCIAL: Final = _s("basic_fund_social")  # banks and leading firms
S_OFFERS: Final = _s("basic_offers")
S_SIGNED: Final = _s("basic_signed")  # agreements
S_AGREEMENTS: Final = _s("basic_agreements")  # with money still due, at the close
S_PROJECTS: Final = _s("basic_projects")  # approved under B1 and B3
S_INTEGRATED: Final = _s("basic_integrated")  # of them
S_GRANTED: Final = _s("basic_granted")  # paid by the joint fund, overhead included
S_BALANCE: Final = _s("basic_balance")  # of the joint fund, at the close
S_COMMITTED: Final = _s("basic_committed")  # of it, due to projects
S_TAX_CITY: Final = _s("basic_tax_city")
S_TAX_CENTRAL: Final = _s("basic_tax_central")
S_CONTRACTS: Final = _s("basic_contracts")
S_PROCURED: Final = _s("basic_procured")  # their price
S_SUCCESSES: Final = _s("basic_successes")
S_KNOWLEDGE: Final = _s("basic_knowledge")  # stock at the close
S_SPINOUTS: Final = _s("basic_spinouts")  # additional ones expected
S_PRIVATE: Final = _s("basic_private_research")
S_RAISED: Final = _s("basic_raised")  # loan applications listed because of the indicator (B6)
S_LOWERED: Final = _s("basic_lowered")  # not listed because of it

STATS: Final = Rows("basic_research", first=stats_row("basic_research"))
_t = STATS.add
T_BELOW: Final = _t("basic_below_minimum")  # offers below the least
T_POSTPONED: Final = _t("basic_postponed")  # agreement years, or agreements, without the city's money
T_UNFUNDED: Final = _t("basic_unfunded")  # projects of the quota that the fund's balance could not pay
T_DISTRICTS: Final = _t("basic_districts")  # agreements by kind of partner
T_BANKS: Final = _t("basic_banks")
T_LEADERS: Final = _t("basic_leaders")
T_DIVERTED: Final = _t("basic_diverted")  # gifts taken from own research
T_LAG: Final = _t("basic_lag_years")  # summed over successes
T_MISSED: Final = _t("basic_milestones_missed")  # listed projects without delivery
T_RETURNED: Final = _t("basic_returned")  # by the joint fund to those who gave
