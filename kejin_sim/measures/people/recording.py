"""What the engines write down of measure 8 beside the postings. Statistics count what happens after the books open."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("people", first=series_row("people"))
_s = SERIES.add
S_VC_FILED: Final = _s("vc_filed")  # non-fiscal money filed at the quarter's visits
S_VC_AWARDS: Final = _s("vc_awards_paid")  # H1–H3
S_VC_SETTLED: Final = _s("vc_settled")  # new VC firms under H4
S_SETTLEMENT: Final = _s("vc_settlement_paid")
S_STIPENDS: Final = _s("deputy_stipends")  # yearly stipends paid: over a year, deputies in post
S_SERVICES: Final = _s("adviser_services")  # services begun: over a year, firms served
S_ADVISED: Final = _s("adviser_financing")  # private money that firms raised while they were served

STATS: Final = Rows("people", first=stats_row("people"))
_t = STATS.add
T_FILED: Final = _t("vc_money_filed")  # non-fiscal private money in local firms, all stages
T_FILED_EARLY: Final = _t("vc_early_filed")  # of it in start-ups
T_HELD_EARLY: Final = _t("vc_early_held")  # start-up money held long enough, awarded
T_FORFEITED: Final = _t("vc_early_forfeited")  # start-up money that was gone before
T_CAPPED_EARLY: Final = _t("vc_early_capped")  # claims above the institutions' cap
T_HELD_VOLUME: Final = _t("vc_volume_held")
T_FILINGS: Final = _t("vc_landed_filings")
T_LISTINGS: Final = _t("vc_landed_listings")
T_LISTED: Final = _t("vc_listed_introduced")
T_UNFUNDED: Final = _t("vc_awards_unfunded")  # claims that the line could not pay
T_SETTLED: Final = _t("vc_firms_settled")
T_CONTRIBUTION: Final = _t("vc_settled_contribution")  # of subsidised VC firms and managers, in the years of the subsidy
T_PLACED: Final = _t("deputies_placed")
T_DEPUTY_YEARS: Final = _t("deputy_years")  # stipends paid
T_SERVED: Final = _t("adviser_firm_years")  # services begun
T_ENDED: Final = _t("adviser_services_ended")  # services whose result is known
T_MATCHED: Final = _t("adviser_matched")  # of these: the firm raised private money
T_ADVISED: Final = _t("adviser_financing_total")
