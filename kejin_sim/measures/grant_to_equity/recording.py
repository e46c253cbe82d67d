"""What the engines write down of measure 7 beside the postings. Statistics count grants made after the books opened."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("grant_to_equity", first=series_row("grant_to_equity"))
_s = SERIES.add
S_GRANTS: Final = _s("grants")  # number of firms that got one
S_GRANT_PAID: Final = _s("grant_paid")  # public money, city and district
S_GRANT_MATCHED: Final = _s("grant_matched")
S_GRANT_RETURNED: Final = _s("grant_returned")  # repayments, calls and exits, before the team's part
S_CONVERSIONS: Final = _s("grant_conversions")
S_GRANT_WAITING: Final = _s("grant_waiting")  # grants neither converted nor closed, at the close
S_GRANT_NAV: Final = _s("grant_nav")  # converted holdings at the last round's price

STATS: Final = Rows("grant_to_equity", first=stats_row("grant_to_equity"))
_t = STATS.add
T_GRANTS: Final = _t("grant_firms")
T_GRANT_COST: Final = _t("grant_disbursed")  # public money
T_GRANT_BACK: Final = _t("grant_back")  # what came back of it, net of the team's part
T_CONVERTED: Final = _t("grant_converted")
T_GRANT_CAPPED: Final = _t("grant_share_capped")  # conversions that met the cap on the public share
T_MILESTONES_MISSED: Final = _t("grant_milestones_missed")
T_CALLED: Final = _t("grant_called")  # bought back by the founders
T_REPAID: Final = _t("grant_repaid")
T_WRITTEN_OFF: Final = _t("grant_written_off")
T_GRANT_LOSS: Final = _t("grant_loss")  # cost less proceeds of losing grants that are closed
T_GRANT_CLOSED: Final = _t("grant_closed_cost")  # cost of closed grants
T_GRANT_EXITED: Final = _t("grant_exited")
T_LINKED: Final = _t("linked_firms")  # firms with grant, fund and loan (拨投贷)
T_TEAM_YIELD: Final = _t("grant_team_yield")
T_GRANT_OVER: Final = _t("grant_over_tolerance")  # 1 when the loss of closed grants as a whole exceeds the tolerance
