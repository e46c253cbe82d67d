"""Metrics of measure 1 worked by hand: social capital and leverage, what each party earns, awards, losses and tolerance."""

from __future__ import annotations

import dataclasses
from typing import Final

import pytest

from tests.worked import CONTEXT, LAST, UNDEFINED, Case, Happened, case, check, named, quotient

# Beside public money: 40 of sub-funds' calls, 10 in the same round, 5 beside grants; 30 + 20 in chain-leader funds;
# 15 in AIC funds.
SOCIAL: Final = {
    "call_social": {0: 25.0, 4: 15.0},
    "chain_call_social": {2: 30.0},
    "chain_call_leader": {2: 20.0},
    "aic_call_social": {3: 15.0},
}
SOCIAL_ROWS: Final = {"private_same_round": {1: 10.0}, "grant_matched": {LAST: 5.0}}
# State money, later rounds and buy-outs are no social capital; nor is what partners put into firms without public money.
NOT_SOCIAL: Final = (
    "call_soe", "call_district", "chain_call_aic", "aic_call_aic", "private_round", "buyout", "share_from_social",
)  # fmt: skip
# What the treasury pays to firms, and a pure grant, is no capital.
SUBSIDIES: Final = (
    "interest_subsidy", "premium_subsidy", "pledge_subsidy", "abs_subsidy", "landing_firm", "deputy_city", "pure_grant",
)  # fmt: skip
SPENT: Final = {"draw_angel": {0: 60.0}, "voucher": {LAST: 20.0}}
BACK: Final = ("return_principal_angel", "basic_tax_city_bank")
LENT_TWIN: Final = Happened(flows={"call_social": {0: 50}, "draw_angel": {0: 60}}, series={
    "credit_lent": {0: 80, 9: 100}, "private_same_round": {}, "grant_matched": {},
})  # fmt: skip
CAPITAL = (
    case("social_capital", 25 + 15 + 10 + 5, flows=SOCIAL, series=SOCIAL_ROWS, beside=NOT_SOCIAL),
    *quotient(
        "fiscal_leverage", ((40 + 10 + 5) + (30 + 20) + 15) / (60 + 20), zero=("draw_angel", "voucher"),
        flows=SOCIAL | SPENT, series=SOCIAL_ROWS, beside=NOT_SOCIAL + BACK,
    ),
    # The package's 100 of social capital, and 300 lent of which the twin's firms get 180 anyway, by 110 of outlay.
    case(
        "fiscal_leverage_loans", (100 + 300 - (80 + 100)) / 110,
        flows={"call_social": {0: 100}, "draw_angel": {0: 110}},
        series={"credit_lent": {0: 100, 12: 200}, "private_same_round": {}, "grant_matched": {}}, twin=LENT_TWIN,
    ),
    case(
        "fiscal_leverage_loans", UNDEFINED, flows={"call_social": {0: 100}, "return_income_angel": {3: 9}},
        series={"credit_lent": {0: 100}, "private_same_round": {}, "grant_matched": {}}, twin=LENT_TWIN, note="no outlay",
    ),
    # Gained: 100 − 50 of social capital (15 of AIC funds, 25 of chain-leader funds in it) and 300 − 180 lent; spent: 110 − 60.
    case(
        "extra_leverage", ((100 - 50) + (300 - 180)) / (110 - 60),
        flows={"call_social": {0: 45}, "aic_call_social": {0: 15}, "chain_call_leader": {9: 25}, "draw_angel": {0: 110}},
        series={"credit_lent": {0: 100, 12: 200}, "private_same_round": {6: 10}, "grant_matched": {6: 5}}, twin=LENT_TWIN,
        beside=NOT_SOCIAL + BACK,
    ),
    case(
        "extra_leverage", ((20 - 50) + (30 - 180)) / (110 - 60),
        flows={"call_social": {0: 20}, "draw_angel": {0: 110}},
        series={"credit_lent": {0: 30}, "private_same_round": {}, "grant_matched": {}}, twin=LENT_TWIN, note="less than the twin",
    ),
    *(
        case(
            "extra_leverage", UNDEFINED, flows={"call_social": {0: 100}, "draw_angel": {0: spent}},
            series={"credit_lent": {0: 100}, "private_same_round": {}, "grant_matched": {}}, twin=LENT_TWIN,
            note=f"spends {spent} against 60",
        )
        for spent in (60, 59)
    ),
    # Public money put into funds and firms: 60 of the guidance fund and 20 of a district in a sub-fund, 10 of an SOE in an AIC
    # fund, 30 as seed money. The draw of 60 from the treasury stays inside the public sector.
    *quotient(
        "social_leverage", 120 / (60 + 20 + 10 + 30), zero=("call_government", "call_district", "aic_call_soe", "seed"),
        flows=SOCIAL | {
            "draw_angel": {0: 60}, "call_government": {0: 60}, "call_district": {0: 20}, "aic_call_soe": {8: 10},
            "seed": {LAST: 30},
        },
        series=SOCIAL_ROWS, beside=("call_gp", "claim_city", "share_from_government", "fintech_first", *SUBSIDIES),
    ),
    *quotient(
        "subfund_leverage", 100 / 40, zero=("government_calls",),
        series={"subfund_calls": {0: 60, 5: 40}, "government_calls": {0: 24, 5: 16}},
    ),
)  # fmt: skip

# Who put in and got out: rows of receipts, rows of payments.
PARTIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "subfund": (("subfund_distributions",), ("subfund_calls",)),
    "government": (("government_distributions",), ("government_calls",)),
    "social": (("social_distributions",), ("social_calls", "social_buyouts")),
    "seed": (("seed_received",), ("seed_paid",)),
    "follow": (("follow_received",), ("follow_paid",)),
    "chain": (("chain_distributions",), ("chain_calls",)),
}
WITH_PME: Final = ("subfund", "government", "social", "chain")


def _split(rows: tuple[str, ...], amounts: dict[int, float]) -> dict[str, dict[int, float]]:
    """The amounts, in equal parts under each of the rows."""
    return {row: {quarter: amount / len(rows) for quarter, amount in amounts.items()} for row in rows}


def _both(
    got: tuple[str, ...], received: dict[int, float], put: tuple[str, ...], paid: dict[int, float]
) -> dict[str, dict[int, float]]:
    return _split(got, received) | _split(put, paid)


def _rates(key: str, got: tuple[str, ...], put: tuple[str, ...]) -> tuple[Case, ...]:
    return (
        # 100 become 121 in two years: 10 % a year
        case(key, 0.10, series=_both(got, {8: 121}, put, {0: 100})),
        # 100 and, a year on, 110 become 242 a year later again: 100 · 1.1² + 110 · 1.1 = 242
        case(key, 0.10, series=_both(got, {8: 242}, put, {0: 100, 4: 110})),
        # the horizon's value counts: 100 become 64 in five years less a quarter
        case(key, 0.64 ** (4 / LAST) - 1, series=_both(got, {LAST: 64}, put, {0: 100}), note="at the horizon"),
        case(key, 0.0, series=_both(got, {3: 50, 9: 50}, put, {0: 100}), note="just money back"),
        case(key, -1.0, series=_both(got, {}, put, {0: 100}), note="all is lost"),
        case(key, UNDEFINED, series=_both(got, {3: 9}, put, {}), note="nothing paid"),
        case(key, UNDEFINED, series=_both(got, {LAST: 60}, put, {LAST: 100}), note="paid and realised at once"),
        case(key, UNDEFINED, series=_both(got, {LAST: 100}, put, {LAST: 100}), note="the same at once"),
    )


def _multiples(key: str, got: tuple[str, ...], put: tuple[str, ...]) -> tuple[Case, ...]:
    return (
        case(key, (30 + 120) / (60 + 40), series=_both(got, {8: 30, LAST: 120}, put, {0: 60, 4: 40})),
        case(key, 0.0, series=_both(got, {}, put, {0: 60}), note="all is lost"),
        case(key, UNDEFINED, series=_both(got, {3: 9}, put, {}), note="nothing paid"),
    )


# The market doubles in quarter 4. At the horizon 100 paid in quarter 0 would be 200 in it, 50 paid in quarter 4 still 50;
# 30 received in quarter 3 would be 60, 140 received in quarter 8 still 140.
DOUBLING: Final = {4: 2.0}


def _against_the_market(key: str, got: tuple[str, ...], put: tuple[str, ...]) -> tuple[Case, ...]:
    return (
        case(
            key,
            (30 * 2 + 140) / (100 * 2 + 50),
            series=_both(got, {3: 30, 8: 140}, put, {0: 100, 4: 50}),
            market=DOUBLING,
        ),
        case(key, 0.0, series=_both(got, {}, put, {0: 100}), market=DOUBLING, note="all is lost"),
        case(key, UNDEFINED, series=_both(got, {3: 9}, put, {}), market=DOUBLING, note="nothing paid"),
    )


CO = {"coinvestor_paid": {0: 100}, "coinvestor_received": {8: 121}, "coinvestor_reward": {8: 23}}
RETURNS = (
    *(one for name, (got, put) in PARTIES.items() for one in _multiples(f"{name}_tvpi", got, put)),
    *(one for name, (got, put) in PARTIES.items() for one in _rates(f"{name}_irr", got, put)),
    *(one for name in WITH_PME for one in _against_the_market(f"{name}_pme", *PARTIES[name])),
    # cash before the last quarter, in which what is still held is realised on paper
    *quotient(
        "subfund_dpi", (30 + 5) / (60 + 40), zero=("subfund_calls",),
        series={"subfund_distributions": {8: 30, LAST - 1: 5, LAST: 120}, "subfund_calls": {0: 60, 4: 40}},
    ),
    # the market doubles in quarter 4: 100 are 200 at the horizon, against 242 two years later: 21 % in two years
    case(
        "subfund_direct_alpha", 0.10, series={"subfund_calls": {0: 100}, "subfund_distributions": {8: 242}}, market=DOUBLING,
    ),
    case("subfund_direct_alpha", -1.0, series={"subfund_calls": {0: 100}, "subfund_distributions": {}}, market=DOUBLING),
    case("subfund_direct_alpha", UNDEFINED, series={"subfund_calls": {}, "subfund_distributions": {8: 1}}, market=DOUBLING),
    # deals of 60 held ten quarters and of 40 held fourteen
    *quotient(
        "subfund_years_held", (60 * 10 + 40 * 14) / 4 / 100, zero=("deals_cost",),
        series={"open_cost": {**dict.fromkeys(range(10), 100), **dict.fromkeys(range(10, 14), 40)}}, stats={"deals_cost": 100},
    ),
    *quotient(
        "seed_multiple_after_reward", (200 - 20 - 5) / 100, zero=("seed_paid",),
        series={"seed_paid": {0: 100}, "seed_received": {8: 200}, "coinvestor_reward": {9: 20}, "private_reward": {8: 5}},
    ),
    case("coinvestor_irr", 1.44**0.5 - 1, series=CO),  # 121 + 23 after two years: 20 %
    case("coinvestor_irr_without_reward", 0.10, series=CO),
    *_rates("coinvestor_irr", ("coinvestor_received", "coinvestor_reward"), ("coinvestor_paid",)),
    *_rates("coinvestor_irr_without_reward", ("coinvestor_received",), ("coinvestor_paid",)),
    case("coinvestor_multiple", (121 + 23) / 100, series=CO),
    case("coinvestor_multiple_without_reward", 121 / 100, series=CO),
    *_multiples("coinvestor_multiple", ("coinvestor_received", "coinvestor_reward"), ("coinvestor_paid",)),
    *_multiples("coinvestor_multiple_without_reward", ("coinvestor_received",), ("coinvestor_paid",)),
    # SOEs pay for shares, their calls and holdings, and get distributions, exits and the horizon's value
    *quotient(
        "soe_multiple", (50 + 30 + 4) / (60 + 40 + 20), zero=("share_from_social", "call_soe", "holding_bought"),
        flows={
            "share_from_social": {0: 60}, "call_soe": {0: 40}, "holding_bought": {5: 20}, "distribute_soe": {9: 50},
            "exit_soe": {9: 30}, "horizon_soe": {LAST: 4},
        },
        beside=("distribute_government", "chain_call_aic"),
    ),
    case("horizon_value_share", 30 / (30 + 90), stats={"horizon_value": 30, "realised_value": 90}),
    case("horizon_value_share", 1.0, stats={"horizon_value": 30, "realised_value": 0}, note="all on paper"),
    case("horizon_value_share", UNDEFINED, stats={"horizon_value": 0, "realised_value": 0}, note="no value"),
)  # fmt: skip

AWARDS = (
    *quotient(
        "award_per_deal", (20 + 7 + 3) / (4 + 6), zero=("deals", "seed_deals"),
        flows={"reward": {9: 20}, "concession_gp": {9: 7}, "concession_social": {LAST: 3}},
        beside=("carry", "distribute_social", "early_award"), stats={"deals": 4, "seed_deals": 6},
    ),
    case("award_per_deal", 20 / 5, flows={"reward": {9: 20}}, stats={"deals": 0, "seed_deals": 5}, note="no sub-fund"),
)  # fmt: skip

LOSSES = (
    case("loss_net_terminal", 1 - 30 / 100, series={"subfund_calls": {0: 100}, "subfund_distributions": {9: 10, LAST: 20}}),
    case("loss_net_terminal", 0.0, series={"subfund_calls": {0: 100}, "subfund_distributions": {9: 130}}, note="a gain is no loss"),
    case("loss_net_terminal", UNDEFINED, series={"subfund_calls": {}, "subfund_distributions": {9: 130}}, note="no calls"),
    # losers' 60 of 100 invested, though winners may have made it good
    *quotient("loss_gross", 60 / 100, zero=("deals_cost",), stats={"deals_loss": 60, "deals_cost": 100}),
    *quotient("loss_head_count", 7 / 10, zero=("deals",), stats={"deals_lost": 7, "deals": 10}),
    *(
        one
        for kind in ("seed", "angel", "industry")
        for one in (
            case(f"loss_class_{kind}", 1 - 10 / 40, stats={f"class_{kind}_value": 10, f"class_{kind}_cost": 40}),
            case(f"loss_class_{kind}", 0.0, stats={f"class_{kind}_value": 50, f"class_{kind}_cost": 40}, note="a gain is no loss"),
            case(f"loss_class_{kind}", UNDEFINED, stats={f"class_{kind}_value": 50, f"class_{kind}_cost": 0}, note="none"),
        )
    ),
    case("loss_net_terminal_seed_direct", 1 - 75 / 100, series={"seed_paid": {0: 60, 3: 40}, "seed_received": {9: 15, LAST: 60}}),
    case("loss_net_terminal_seed_direct", 0.0, series={"seed_paid": {0: 60}, "seed_received": {LAST: 75}}, note="a gain"),
    case("loss_net_terminal_seed_direct", UNDEFINED, series={"seed_paid": {}, "seed_received": {LAST: 75}}, note="none"),
    *quotient("loss_gross_seed_direct", 6 / 8, zero=("seed_cost",), stats={"seed_loss": 6, "seed_cost": 8}),
    *quotient("loss_head_count_seed_direct", 3 / 5, zero=("seed_deals",), stats={"seed_lost": 3, "seed_deals": 5}),
)  # fmt: skip

BASES: Final = ("net_terminal", "gross", "class", "head_count")
TOLERANCE = (
    *(
        one
        for basis in BASES
        for one in (
            case(f"portfolio_breach_{basis}", 1.0, stats={f"portfolio_breach_{basis}": 1, "deals": 8}),
            case(f"portfolio_breach_{basis}", 0.0, stats={f"portfolio_breach_{basis}": 0, "deals": 1}, note="within it"),
            case(f"portfolio_breach_{basis}", UNDEFINED, stats={f"portfolio_breach_{basis}": 0, "deals": 0}, note="no deals"),
        )
    ),
    *(
        one
        for moment, tests in (("", "funds_closed"), ("review_", "reviews"), ("rolling_", "rolling_tests"))
        for basis in BASES
        for one in quotient(
            f"{moment}breach_{basis}_share", 3 / 12, zero=(tests,), stats={f"{moment}breach_{basis}": 3, tests: 12}
        )
    ),
)  # fmt: skip
WITHOUT_REQUIREMENT: Final = dataclasses.replace(CONTEXT, reinvestment_required=(0.0, 0.5))
REINVESTMENT = (
    # Four sub-funds reinvested 6 yuan locally per yuan of the guidance fund, added up; the world's contract requires 2 of each.
    *quotient(
        "reinvestment_rate", 6 / (4 * 2.0), zero=("reinvestment_tested",),
        stats={"reinvestment_credit": 6, "reinvestment_tested": 4},
    ),
    case(
        "reinvestment_rate", UNDEFINED, stats={"reinvestment_credit": 6, "reinvestment_tested": 4}, context=WITHOUT_REQUIREMENT,
        note="no requirement",
    ),
    *quotient(
        "reinvestment_multiple", 6 / 4, zero=("reinvestment_tested",), stats={"reinvestment_credit": 6, "reinvestment_tested": 4},
    ),
    *quotient(
        "reinvestment_met_share", 3 / 4, zero=("reinvestment_tested",), stats={"reinvestment_met": 3, "reinvestment_tested": 4},
    ),
    *quotient("relocated_share", 2 / 16, zero=("supported",), stats={"supported_relocated": 2, "supported": 16}),
)  # fmt: skip

CASES = (*CAPITAL, *RETURNS, *AWARDS, *LOSSES, *TOLERANCE, *REINVESTMENT)


@pytest.mark.parametrize("one", named(CASES))
def test_equity(one: Case) -> None:
    check(one)
