"""What the engines write down of measure 10 beside the postings. Firms are those of the policy cohorts of the city."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

COUNTS: Final = 64
"""Classes of firms by instruments received; the last holds all who have more."""

TOP: Final = 0.1
"""Share of the supported firms whose part of all instruments is reported as concentration."""

SERIES: Final = Rows("ecosystem", first=series_row("ecosystem"))
_s = SERIES.add
S_ALLIANCE_PAID: Final = _s("alliance_paid")
S_MATCHES: Final = _s("matches")  # partners won beside one that was there
S_DUPLICATES_REFUSED: Final = _s("duplicates_refused")
S_DUPLICATES_SAVED: Final = _s("duplicates_saved")  # public money not paid

STATS: Final = Rows("ecosystem", first=stats_row("ecosystem"))
_t = STATS.add
T_MATCHES: Final = _t("matches_made")
T_DUPLICATES: Final = _t("duplicates")  # applications for a cost that a grant bore
T_REFUSED_DUPLICATES: Final = _t("duplicates_found")
T_SAVED: Final = _t("duplicates_money_saved")
T_PAID_TWICE: Final = _t("duplicates_money_paid")  # not found
T_TWO_PARTNERS: Final = _t("firms_two_partners")  # two or more of lender, grant office, public investor, ever
T_INSTRUMENTS: Final = _t("instruments")  # in all
T_INSTRUMENT_FIRMS: Final = _t("instrument_firms")  # with one or more
T_TWO_INSTRUMENTS: Final = _t("two_instrument_firms")
T_TOP_DECILE: Final = _t("top_decile_instruments")  # of the tenth of these firms that has most
