"""What the engines write down of measure 6 beside the postings. Statistics count what happens after the books opened; those of
firms cover the policy cohorts (arrived after the opening) of the city."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("evaluation", first=series_row("evaluation"))
_s = SERIES.add
S_PROJECTS: Final = _s("fintech_projects")  # approved
S_RESEARCH_PAID: Final = _s("fintech_paid")  # subsidies of projects
S_PLATFORM_PAID: Final = _s("platform_paid")  # capital and running cost
S_PROJECTS_OPEN: Final = _s("fintech_projects_open")  # at the close
S_PLATFORM_WORKS: Final = _s("platform_works")  # at the close: 1 or 0

STATS: Final = Rows("evaluation", first=stats_row("evaluation"))
_t = STATS.add
T_PROJECTS: Final = _t("fintech_projects_approved")
T_PROJECTS_CAPPED: Final = _t("fintech_projects_capped")  # subsidy held down by the cap
T_PROJECTS_DONE: Final = _t("fintech_projects_completed")  # passed both milestones
T_PROJECTS_STOPPED: Final = _t("fintech_projects_stopped")  # failed one
T_RENEWED: Final = _t("scores_renewed")  # yearly evaluations by stage (F4)
T_COHORT: Final = _t("cohort_firms")  # policy cohorts
T_COHORT_GOOD: Final = _t("cohort_good")  # with q > 0
T_AUC_RIGHT: Final = _t("auc_right")  # pairs of a good and a bad firm ranked rightly, ties by half
T_AUC_PAIRS: Final = _t("auc_pairs")
T_AUC_TIED: Final = _t("auc_tied")  # pairs in one bin
T_AUC_CLOSED: Final = _t("auc_closed")  # what the closed form expects of the pairs ranked rightly
T_CHOSEN: Final = _t("cohort_chosen")  # by the score: grant, seed direct, sub-fund or follow-on
T_WRONG: Final = _t("wrong_approvals")  # of these, q ≤ 0
T_MISSED: Final = _t("missed_firms")  # q > 0 and never chosen
T_CHOSEN_FAILED: Final = _t("chosen_failed")  # chosen and failed by the horizon
T_LOST_ON_FAILED: Final = _t("public_equity_in_failed")  # seed direct and follow-on money in firms that failed
T_SERVED: Final = _t("first_served")  # public money entered, or a bank lent
