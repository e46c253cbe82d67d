"""Metrics that are one recorded row or statistic: which one, and how a row becomes one figure.

The row of every case is 3 in the first quarter, 5 in the eighth, 2 in the last and nothing between; a statistic is 7.
"""

from __future__ import annotations

import pytest

from tests.worked import LAST, QUARTERS, Case, case, check, named

ROW = {0: 3.0, 7: 5.0, LAST: 2.0}
STATISTIC = 7.0
TAKEN = {
    "added up": 3.0 + 5.0 + 2.0,
    "at the horizon": 2.0,
    "greatest": 5.0,
    "average": (3.0 + 5.0 + 2.0) / QUARTERS,
    "years": (3.0 + 5.0 + 2.0) / 4.0,  # of quarters, or of jobs held in each
}
"""How a row is taken, and what the row of every case is then."""

SAME_NAME = "the metric's own name"
ROWS: dict[tuple[str, str], tuple[str, ...]] = {
    ("added up", SAME_NAME): (
        # the city
        "arrivals", "failures", "listings", "acquisitions", "private_rounds", "tax", "research",
        # capital
        "private_same_round", "private_later", "public_deals", "follow_ons",
        # credit
        "credit_lent", "credit_loans", "credit_first_loans", "credit_listed_lent", "credit_scheme_lent", "credit_guaranteed_lent",
        "credit_insured_lent", "credit_pledged_lent", "ranking_prize",
        # insurance
        "insurance_pool_called", "insurance_lp_money",
        # basic research
        "basic_nsfc", "basic_city", "basic_fund_city", "basic_fund_district", "basic_fund_social", "basic_offers", "basic_signed",
        "basic_projects", "basic_integrated", "basic_granted", "basic_successes", "basic_spinouts", "basic_private_research",
        "basic_tax_city", "basic_tax_central", "basic_contracts", "basic_procured", "basic_raised", "basic_lowered",
        # commercialisation
        "abs_issued", "abs_firms", "voucher_paid", "technical_contracts", "university_firms", "landings", "landing_paid",
        # grants
        "grant_matched",
        # pilots
        "aic_called", "aic_projects", "warrants_covered", "warrant_payoff", "regional_sales", "regional_paid", "buyback_firms",
        "buyback_lent", "buyback_bought", "buyback_margin",
    ),
    ("added up", "fintech_paid"): ("fintech_research_cost",),
    ("added up", "platform_paid"): ("platform_cost",),
    ("added up", "alliance_paid"): ("alliance_cost",),
    ("at the horizon", "live"): ("live_end",),
    ("at the horizon", "tech_firms"): ("tech_firms_end",),
    ("at the horizon", "jobs"): ("jobs_end",),
    ("at the horizon", "basic_knowledge"): ("basic_knowledge_end",),
    ("at the horizon", "aic_committed"): ("aic_cluster_committed",),
    ("at the horizon", "aic_progress"): ("aic_cluster_progress",),
    ("greatest", "undrawn_commitments"): ("peak_undrawn_commitments",),
    ("greatest", "guarantee_public"): ("peak_guarantee_public",),
    ("greatest", "pool_public"): ("peak_pool_public",),
    ("greatest", "reserve"): ("peak_reserve",),
    ("greatest", "guarantee_exposure"): ("peak_guarantee_exposure",),
    ("greatest", "basic_knowledge"): ("basic_knowledge_peak",),
    ("greatest", "aic_exposure"): ("aic_exposure_peak",),
    ("greatest", "buyback_relent"): ("buyback_relent_peak",),
    ("average", "guidance_cash"): ("idle_cash",),
    ("average", "jobs"): ("jobs_mean",),
    ("years", "jobs"): ("job_years_net",),
    ("years", "jobs_national"): ("job_years_national",),
    ("years", "pool_stopped"): ("pool_stopped_years",),
    ("years", "platform_works"): ("platform_years",),
}  # fmt: skip
"""Metrics by how they take which series."""

STATISTICS: dict[str, str | None] = {
    # the city
    "firms_observed_3y": "observed_3y",
    "firms_observed_5y": "observed_5y",
    "firms_observed_10y": "observed_10y",
    "survivor_years": None,
    "refused_by_budget": None,
    # equity: what rules did
    **dict.fromkeys(
        (
            "supported", "supported_relocated", "deals", "outside_deals", "seed_deals", "projects_over", "sanctions",
            "allocations_cut", "reinvestment_tested", "buyouts", "shares_sold", "holdings_sold", "crowded_out",
            "capped_by_rule", "ineligible", "calls_delayed", "buyout_given_up", "crowded_out_money",
            "ledger_residual", "subfund_fees", "subfund_carry",
        )
    ),
    # equity: tests of the tolerance, and breaches on each basis
    "funds_closed": None,
    "breach_net_terminal_count": "breach_net_terminal",
    "breach_gross_count": "breach_gross",
    "breach_class_count": "breach_class",
    "breach_head_count_count": "breach_head_count",
    "reviews": None,
    "review_breach_net_terminal_count": "review_breach_net_terminal",
    "review_breach_gross_count": "review_breach_gross",
    "review_breach_class_count": "review_breach_class",
    "review_breach_head_count_count": "review_breach_head_count",
    "rolling_tests": None,
    "rolling_breach_net_terminal_count": "rolling_breach_net_terminal",
    "rolling_breach_gross_count": "rolling_breach_gross",
    "rolling_breach_class_count": "rolling_breach_class",
    "rolling_breach_head_count_count": "rolling_breach_head_count",
    # credit
    **dict.fromkeys(
        (
            "credit_pledged_loans", "credit_refused_by_banks", "credit_not_listed", "credit_limit_full", "credit_stopped",
            "credit_renewed", "unpaid_claims", "credit_ead", "borne_bank", "borne_pool_city", "borne_pool_district",
            "borne_pool_bank", "borne_compensation", "borne_guarantor", "borne_national", "borne_re_guarantor", "borne_insurer",
            "guarantee_fees_unpaid", "loan_premiums_unpaid", "double_compensation_refused", "compensation_capped",
        )
    ),
    # insurance
    **dict.fromkeys(
        (
            "insurance_cover", "insurance_subsidy", "insurance_other_subsidy", "insurance_subsidy_unpaid",
            "insurance_backstop_unpaid", "insurance_borne_firm", "insurance_borne_members", "insurance_borne_reinsurer",
            "insurance_follower_result", "insurance_stack_capped", "insurance_unaffordable", "insurance_lapsed",
        )
    ),
    "insurance_backstop": "insurance_borne_city",
    # basic research
    **dict.fromkeys(
        (
            "basic_districts", "basic_banks", "basic_leaders", "basic_below_minimum", "basic_postponed", "basic_unfunded",
            "basic_returned", "basic_diverted", "basic_milestones_missed",
        )
    ),
    # commercialisation
    **dict.fromkeys(
        (
            "abs_issues", "abs_years_without_issue", "abs_pool_principal", "ordinary_loan_rate", "abs_subsidised", "abs_ead",
            "abs_recovered", "abs_loss_overcollateral", "abs_loss_guarantor", "abs_loss_senior", "vouchers_taken",
            "vouchers_redeemed", "vouchers_double_refused", "vouchers_unpaid", "university_cash_in", "university_proceeds",
            "spinouts_seen_3y",
        )
    ),
    # evaluation
    **dict.fromkeys(
        (
            "fintech_projects_approved", "fintech_projects_completed", "fintech_projects_stopped", "scores_renewed",
            "cohort_chosen", "wrong_approvals", "missed_firms", "public_equity_in_failed",
        )
    ),
    # grants
    **dict.fromkeys(
        (
            "grant_firms", "grant_disbursed", "grant_back", "grant_converted", "grant_repaid", "grant_called", "grant_exited",
            "grant_written_off", "grant_share_capped", "grant_milestones_missed", "grant_over_tolerance", "grant_team_yield",
            "linked_firms",
        )
    ),
    # people
    **dict.fromkeys(
        (
            "vc_money_filed", "vc_early_filed", "vc_early_held", "vc_early_forfeited", "vc_early_capped", "vc_volume_held",
            "vc_awards_unfunded", "vc_landed_filings", "vc_landed_listings", "vc_listed_introduced", "vc_firms_settled",
            "vc_settled_contribution", "deputies_placed", "deputy_years", "adviser_firm_years", "adviser_matched",
            "adviser_financing_total",
        )
    ),
    # pilots
    **dict.fromkeys(
        (
            "aic_funds_formed", "aic_refused_by_limit", "warrants", "warrants_exercised", "warrants_sold", "warrants_worthless",
            "warrants_unsold", "buyback_refused",
        )
    ),
    # ecosystem
    **dict.fromkeys(
        (
            "matches_made", "firms_two_partners", "duplicates", "duplicates_found", "duplicates_money_saved",
            "duplicates_money_paid",
        )
    ),
}  # fmt: skip
"""Metrics that are a statistic at the end of the path; none is named where it has the metric's name."""

COUNTS_OF_PAIRS = (
    "funded_both", "funded_package_only", "funded_twin_only", "funded_neither", "funded_earlier", "funded_later", "raised_more",
    "raised_less", "alive_both", "alive_package_only", "alive_twin_only", "alive_neither", "listed_both", "listed_package_only",
    "listed_twin_only", "supported_anyway", "supported_only_so",
)  # fmt: skip
"""Firms counted in package and twin together."""


def _of_rows(taken: str, row: str, metrics: tuple[str, ...]) -> list[Case]:
    return [case(key, TAKEN[taken], series={key if row == SAME_NAME else row: ROW}, note=taken) for key in metrics]


CASES = (
    *(one for (taken, row), metrics in ROWS.items() for one in _of_rows(taken, row, metrics)),
    *(case(key, STATISTIC, stats={stat or key: STATISTIC}) for key, stat in STATISTICS.items()),
    *(case(key, STATISTIC, pairs={key: STATISTIC}) for key in COUNTS_OF_PAIRS),
    case("peak_reserve", 0.0, series={"reserve": dict.fromkeys(range(QUARTERS), -3.0)}, note="never below nothing"),
    # HNTE-like firms: 2 at the horizon, 3 at the end of the opening quarter
    case("tech_firms_new", 2.0 - 3.0, series={"tech_firms": ROW}, note="net of those that left"),
)


@pytest.mark.parametrize("one", named(CASES))
def test_a_recorded_figure(one: Case) -> None:
    check(one)
