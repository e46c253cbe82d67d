"""Rates and quotients of measures 2 to 10 worked by hand. What is one recorded figure is in test_metrics_recorded, what adds
postings up in test_metrics_postings."""

from __future__ import annotations

from typing import Final

import pytest

from tests.worked import LAST, QUARTERS, UNDEFINED, Case, case, check, named, quotient

YEARS: Final = QUARTERS / 4

CREDIT = (
    *quotient("credit_approval_rate", (4 + 5) / 12, zero=("credit_applications",),
              series={"credit_loans": {0: 4, 9: 5}}, stats={"credit_applications": 12}),
    # bad loans still held, and all loans, both added over quarter-ends
    *quotient("npl", (2 + 6) / (150 + 250), zero=("credit_policy_balance",),
              series={"credit_overdue": {0: 2, LAST: 6}, "credit_policy_balance": {0: 150, LAST: 250}}),
    # balances of four quarter-ends make a year
    case("overdue_loan_years", (2 + 6) / 4, series={"credit_overdue": {0: 2, LAST: 6}}),
    case("policy_loan_years", (150 + 250) / 4, series={"credit_policy_balance": {0: 150, LAST: 250}}),
    case("guarantee_years", (100 + 60) / 4, series={"guarantee_exposure": {0: 100, LAST: 60}}),
    case("guarantee_claims", 6 + 2, series={"guarantee_claims": {5: 6, LAST: 2}}),
    case("guarantee_released", 150 + 50, series={"guarantee_released": {4: 150, LAST: 50}}),
    case("pledged_loss", 12, stats={"pledged_loss": 12}),
    case("pledged_ead", 30, stats={"pledged_ead": 30}),
    *(
        one
        for bank in "abcde"
        for one in quotient(
            f"npl_bank_{bank}", 3 / 60, zero=(f"credit_balance_bank_{bank}",),
            stats={f"credit_overdue_bank_{bank}": 3, f"credit_balance_bank_{bank}": 60},
        )
    ),
    # in five years 8 of claims; 100 in force for ten quarters and 60 for ten: 80 on average
    *quotient(
        "claim_rate", (6 + 2) / ((10 * 100 + 10 * 60) / QUARTERS) / YEARS, zero=("guarantee_exposure",),
        series={
            "guarantee_claims": {5: 6, LAST: 2},
            "guarantee_exposure": {**dict.fromkeys(range(10), 100.0), **dict.fromkeys(range(10, 20), 60.0)},
        },
    ),
    *quotient("claim_rate_released", (6 + 2) / (150 + 50), zero=("guarantee_released",),
              series={"guarantee_claims": {5: 6, LAST: 2}, "guarantee_released": {4: 150, LAST: 50}}),
    # claims of all three accounts less what recoveries brought back to them; the balance, given back in the end, is no recovery
    *quotient(
        "pool_loss_ratio", (10 + 4 + 2 - 3 - 1 - 2) / 50 / YEARS, zero=("pool_balance",),
        flows={
            "claim_city": {3: 10}, "claim_district": {3: 4}, "claim_bank": {3: 2},
            "pool_recovery_city": {9: 3}, "pool_recovery_district": {9: 1}, "pool_recovery_bank": {9: 2},
        },
        beside=("pool_city", "pool_bank", "pool_return_city", "pool_return_bank", "compensation", "compensation_returned",
                "guarantee_claim", "guarantee_recovery"),
        series={"pool_balance": dict.fromkeys(range(QUARTERS), 50.0)},
    ),
    # the first claim not paid in full fell in quarter 7, the eighth: at its end two years are over
    case("pool_life", 8 / 4, stats={"pool_first_empty": 7 + 1}),
    case("pool_life", 1 / 4, stats={"pool_first_empty": 0 + 1}, note="in the first quarter"),
    case("pool_life", UNDEFINED, stats={"pool_first_empty": 0}, note="never"),
    case("pool_exhausted", 1, stats={"pool_first_empty": 0 + 1}),
    case("pool_exhausted", 0, stats={"pool_first_empty": 0}, note="never"),
    case("credit_loss", 100 - 35, stats={"credit_ead": 100, "credit_recovered": 35}),
    *quotient("pledged_loss_rate", 12 / 30, zero=("pledged_ead",), stats={"pledged_loss": 12, "pledged_ead": 30}),
)  # fmt: skip

KINDS: Final = ("rd", "ip", "equipment", "first_set")
PREMIUMS: Final = dict(zip((f"insurance_premium_{kind}" for kind in KINDS), (100.0, 40.0, 50.0, 10.0), strict=True))
CLAIMS: Final = dict(zip((f"insurance_claims_{kind}" for kind in KINDS), (90.0, 10.0, 30.0, 20.0), strict=True))
INSURANCE = (
    # 10 firms insured for three quarters, 20 for one; the quarters after the policy, without any, do not dilute it
    case("insurance_firms_average", (3 * 10 + 20) / 4, series={"insurance_firms": {0: 10, 1: 10, 2: 10, 3: 20}}),
    case("insurance_firms_average", 0, series={"insurance_firms": {}}, note="nobody insured"),
    case("insurance_premium", 100 + 40 + 50 + 10, stats=PREMIUMS),
    case("insurance_claims", 90 + 10 + 30 + 20, stats=CLAIMS),
    *quotient("insurance_loss_ratio", (90 + 10 + 30 + 20) / (100 + 40 + 50 + 10), zero=tuple(PREMIUMS), stats=PREMIUMS | CLAIMS),
    *(
        one
        for kind, ratio in zip(KINDS, (90 / 100, 10 / 40, 30 / 50, 20 / 10), strict=True)
        for one in quotient(
            f"insurance_loss_ratio_{kind}", ratio, zero=(f"insurance_premium_{kind}",),
            stats={name: amount for name, amount in (PREMIUMS | CLAIMS).items() if name.endswith(kind)},
        )
    ),
    *quotient("insurance_pool_loss_ratio", (90 - 18) / 80, zero=("insurance_net_premium",),
              stats={"insurance_net_claims": 90, "insurance_borne_city": 18, "insurance_net_premium": 80}),
    *quotient("insurance_subsidy_per_cover", 6 / 400, zero=("insurance_cover",),
              stats={"insurance_subsidy": 6, "insurance_cover": 400}),
    *(
        one
        for risk in ("high", "low")
        for one in quotient(
            f"insurance_takeup_{risk}_risk", 30 / 120, zero=(f"insurance_{risk}_risk_visits",),
            stats={f"insurance_{risk}_risk_insured": 30, f"insurance_{risk}_risk_visits": 120},
        )
    ),
)  # fmt: skip

RESEARCH = (
    *quotient("basic_social_leverage", (30 + 20) / 40, zero=("basic_fund_city",),
              series={"basic_fund_social": {0: 30, 4: 20}, "basic_fund_city": {0: 40}}),
    # of 50 given, 15 were taken from own research; the city gave 40 and forwent 10 of tax
    *quotient(
        "basic_social_leverage_net", (50 - 15) / (40 + 10), zero=("basic_fund_city", "basic_tax_city"),
        series={"basic_fund_social": {0: 30, 4: 20}, "basic_fund_city": {0: 40}, "basic_tax_city": {4: 6, 8: 4}},
        stats={"basic_diverted": 15},
    ),
    # three successes, 24 + 30 + 18 quarters after their approval
    *quotient("basic_lag", (24 + 30 + 18) / 4 / 3, zero=("basic_successes",),
              series={"basic_successes": {9: 2, LAST: 1}}, stats={"basic_lag_quarters": 24 + 30 + 18}),
)  # fmt: skip

COMMERCIALISATION = (
    # 50 of senior notes outstanding for two years are 100 yuan-years
    *quotient("abs_all_in_rate", 6 / 100, zero=("abs_balance_years",), stats={"abs_cost": 6, "abs_balance_years": 50 * 2}),
    *quotient("abs_subsidised_rate", (6 - 2) / 100, zero=("abs_balance_years",),
              stats={"abs_cost": 6, "abs_subsidised": 2, "abs_balance_years": 50 * 2}),
    *quotient("voucher_redemption_rate", 45 / 60, zero=("vouchers_taken",), stats={"vouchers_redeemed": 45, "vouchers_taken": 60}),
    *quotient("university_multiple", 36 / 24, zero=("university_cash_in",),
              stats={"university_proceeds": 36, "university_cash_in": 24}),
    *quotient("spinout_survival_3y", 7 / 10, zero=("spinouts_seen_3y",), stats={"spinouts_alive_3y": 7, "spinouts_seen_3y": 10}),
)  # fmt: skip

EVALUATION = tuple(
    one
    for key, part, whole in (
        ("fintech_capped_share", "fintech_projects_capped", "fintech_projects_approved"),
        ("score_auc", "auc_right", "auc_pairs"),
        ("score_auc_closed_form", "auc_closed", "auc_pairs"),
        ("score_auc_binning", "auc_tied", "auc_pairs"),
        ("wrong_approval_rate", "wrong_approvals", "cohort_chosen"),
        ("missed_rate", "missed_firms", "cohort_good"),
        ("chosen_failure_rate", "chosen_failed", "cohort_chosen"),
        ("first_served_share", "first_served", "cohort_firms"),
    )
    for one in quotient(key, 9 / 12, zero=(whole,), stats={part: 9, whole: 12})
)

GRANTS = (
    *quotient("grant_recycle_ratio", 60 / 80, zero=("grant_disbursed",), stats={"grant_back": 60, "grant_disbursed": 80}),
    *quotient("grant_conversion_rate", 3 / 12, zero=("grant_firms",), stats={"grant_converted": 3, "grant_firms": 12}),
    *quotient("grant_loss_rate", 15 / 50, zero=("grant_closed_cost",), stats={"grant_loss": 15, "grant_closed_cost": 50}),
    # gains make up for losses: 45 of 50 came back
    *quotient("grant_net_loss_rate", (50 - 45) / 50, zero=("grant_closed_cost",),
              stats={"grant_back": 45, "grant_closed_cost": 50}),
    case("grant_net_loss_rate", 0, stats={"grant_back": 65, "grant_closed_cost": 50}, note="a gain is no loss"),
)  # fmt: skip

# H1 8, H2 12, H3 3 + 2; E9 20 and a concession of 7 + 3. What districts pay under H4 is no award.
AWARDED: Final = {
    "early_award": {4: 8.0}, "volume_award": {4: 12.0}, "landing_award": {5: 3.0}, "listed_award": {LAST: 2.0},
    "reward": {9: 20.0}, "concession_gp": {9: 7.0}, "concession_social": {9: 3.0},
}  # fmt: skip
OTHERS: Final = ("settlement_firm", "deputy_city", "adviser_fee", "carry", "distribute_gp")
PEOPLE = (
    *(
        one
        for key, awarded, filed in (
            ("award_per_yuan", 8 + 12 + 3 + 2, "vc_money_filed"),
            ("early_award_per_yuan", 8, "vc_early_filed"),
            ("volume_award_per_yuan", 12, "vc_money_filed"),
            ("landing_award_per_yuan", 3 + 2, "vc_money_filed"),
            ("all_awards_per_yuan", 8 + 12 + 20 + (7 + 3), "vc_money_filed"),
        )
        for one in quotient(key, awarded / 400, zero=(filed,), flows=AWARDED, beside=OTHERS, stats={filed: 400})
    ),
    *quotient("adviser_match_rate", 9 / 36, zero=("adviser_services_ended",),
              stats={"adviser_matched": 9, "adviser_services_ended": 36}),
)  # fmt: skip

PILOTS = (
    *(
        case("aic_target_reached", reached, series={"aic_progress": {0: 0.5, LAST: progress}}, note=f"{progress}")
        for progress, reached in ((1.2, 1), (1.0, 1), (0.99, 0), (0, 0))
    ),
    # commitments stand as a cumulated sum: 300 at the horizon
    *quotient("aic_deployed_share", (60 + 90) / 300, zero=("aic_committed",),
              series={"aic_called": {0: 60, 8: 90}, "aic_committed": {0: 200, LAST: 300}}),
    *quotient("aic_dpi", (30 + 150) / (60 + 90), zero=("aic_called",),
              series={"aic_distributed": {9: 30, LAST: 150}, "aic_called": {0: 60, 8: 90}}),
    *quotient("aic_own_dpi", (6 + 12) / 24, zero=("aic_own_called",),
              series={"aic_own_distributed": {9: 6, LAST: 12}, "aic_own_called": {0: 24}}),
    *quotient("warrant_yield", (2 + 3) / (40 + 60), zero=("warrants_covered",),
              series={"warrant_payoff": {9: 2, LAST: 3}, "warrants_covered": {0: 40, 2: 60}}),
    # of 20 that are over, 6 were worthless and 4 unsold
    *quotient(
        "warrant_expired_share", (6 + 4) / (3 + 7 + 6 + 4),
        zero=("warrants_exercised", "warrants_sold", "warrants_worthless", "warrants_unsold"),
        stats={"warrants_exercised": 3, "warrants_sold": 7, "warrants_worthless": 6, "warrants_unsold": 4},
    ),
)  # fmt: skip

ECOSYSTEM = (
    *quotient("instruments_per_firm", 60 / 40, zero=("instrument_firms",), stats={"instruments": 60, "instrument_firms": 40}),
    *quotient("two_instruments_share", 12 / 40, zero=("instrument_firms",),
              stats={"two_instrument_firms": 12, "instrument_firms": 40}),
    *quotient("top_decile_instruments_share", 15 / 60, zero=("instruments",),
              stats={"top_decile_instruments": 15, "instruments": 60}),
)  # fmt: skip

CASES = (*CREDIT, *INSURANCE, *RESEARCH, *COMMERCIALISATION, *EVALUATION, *GRANTS, *PEOPLE, *PILOTS, *ECOSYSTEM)


@pytest.mark.parametrize("one", named(CASES))
def test_the_measures(one: Case) -> None:
    check(one)
