"""Metrics of public money worked by hand: present values, money back, liabilities, pay-back, budgets. Sums of postings are in
test_metrics_postings."""

from __future__ import annotations

import dataclasses

import pytest

from kejin_sim.ledger import LINES
from kejin_sim.timeline import Quarter
from tests.worked import CONTEXT, LAST, UNDEFINED, Case, Happened, case, check, named, quotient

DISPLACING = dataclasses.replace(CONTEXT, displacement=0.25)

VALUES = (
    # A yuan at the end of quarter 3 is a year away: 110 ÷ 1.1; at the end of quarter 7 two years: 121 ÷ 1.1².
    case("fiscal_net_cost_npv", 110 / 1.1 - 121 / 1.1**2, flows={"draw_angel": {3: 110}, "return_income_angel": {7: 121}}),
    # Districts and SOEs are not the city treasury, and what the guidance fund calls is not yet drawn from it.
    case("fiscal_net_cost_npv", 110 / 1.1, flows={"draw_angel": {3: 110}, "call_government": {0: 99}, "call_district": {1: 50}}),
    # The public sector pays when money leaves it: the draw of quarter 0 stays inside, the call of quarter 3 does not.
    case(
        "public_net_cost_npv", 110 / 1.1 + 22 / 1.1 - 121 / 1.1**2,
        flows={
            "draw_angel": {0: 110}, "call_government": {3: 110}, "call_district": {3: 22}, "distribute_government": {7: 121},
            "return_principal_angel": {7: 110}, "return_income_angel": {7: 11},
        },
    ),
    # What banks lay into the pool, and draw of it, is their own; tax not collected is no outlay (B4).
    case(
        "public_net_cost_npv", 33 / 1.1,
        flows={"claim_city": {3: 33}, "pool_bank": {3: 70}, "claim_bank": {7: 40}, "basic_tax_city_bank": {3: 9}},
    ),
    # Half a year at 21 % a year is 1.1; a yuan of public money costs 1.5.
    case("social_cost", 1.5 * (110 / 1.1 - 121 / 1.21), flows={"seed": {1: 110}, "exit_guidance": {3: 121}}),
    *quotient(
        "public_dpi", 30 / (60 + 40), zero=("call_government", "call_soe"),
        flows={"call_government": {0: 60}, "call_soe": {4: 40}, "distribute_government": {9: 30}, "share_from_government": {9: 8}},
    ),
    case("tax_npv", 110 / 1.1 + 242 / 1.1**2, series={"tax": {3: 110, 7: 242}}),
)  # fmt: skip

LIABILITY: dict[str, dict[int, float]] = {
    "undrawn_commitments": {2: 80, 9: 50},
    "encumbered": {2: 30, 9: 60},
    "guidance_cash": {2: 20},
    "guarantee_public": {2: 12, 9: 40},
    "guarantor_cash": {2: 15, 9: 10},
    "pool_public": {2: 5, 9: 7},
    "abs_guaranteed": {2: 1, 9: 4},
}
CASH = (
    # quarter 2: 80 + 12 + 5 + 1 = 98; quarter 9: 50 + 40 + 7 + 4 = 101
    case("peak_liability", 50 + 40 + 7 + 4, series=LIABILITY),
    # quarter 2: 80 − 30 − 20 of the funds, nothing of the guarantor (12 < 15), 1 of the notes = 31;
    # quarter 9: nothing of the funds (50 < 60: what is to spare covers nothing else), 40 − 10, 4 = 34
    case("peak_uncovered_liability", (40 - 10) + 4, series=LIABILITY),
    case(
        "peak_uncovered_liability", (80 - 30 - 20) + 0 + 1, note="what the guarantor has to spare covers nothing else",
        series={name: {quarter: amount for quarter, amount in row.items() if quarter == 2} for name, row in LIABILITY.items()},
    ),
    case(
        "peak_cash_need", 100 - 60 + 50 + 30,
        flows={"draw_angel": {0: 100, 6: 50}, "pool_return_city": {3: 60}, "voucher": {8: 30}, "return_income_angel": {9: 5}},
    ),
    case("peak_cash_need", 0.0, flows={"return_income_angel": {0: 10}, "draw_angel": {4: 4}}, note="never above nothing"),
    # From others than treasuries 90 + 25; handed on: concession 6, reward 4, team 3, the district's part 2. Put in: 100 + 60 + 40.
    *quotient(
        "recycle_ratio", (90 + 25 - 6 - 4 - 3 - 2) / (100 + 60 + 40),
        zero=("call_government", "seed", "chain_call_government"),
        flows={
            "draw_angel": {0: 300}, "return_principal_angel": {15: 50},
            "call_government": {0: 100}, "seed": {1: 60}, "chain_call_government": {2: 40},
            "distribute_government": {9: 90}, "repaid": {9: 25},
            "concession_gp": {9: 6}, "reward": {10: 4}, "team_yield": {11: 3}, "attraction_return": {12: 2},
        },
    ),
    # After quarter 5 the treasury has spent 100 and got back 100; then it spends 20 again until quarter 11 brings 20: 12 quarters.
    case(
        "payback_years", 12 / 4,
        flows={"draw_angel": {0: 100, 8: 20}, "return_principal_angel": {5: 100, 11: 20}}, note="for good",
    ),
    case("payback_years", UNDEFINED, flows={"draw_angel": {0: 100}, "return_principal_angel": {LAST: 99}}, note="never"),
    case("payback_years", 20 / 4, flows={"draw_angel": {0: 100}, "return_principal_angel": {LAST: 100}}, note="at the horizon"),
    case(
        "payback_years", 0.0, flows={"return_principal_angel": {4: 9}, "draw_angel": {8: 5}}, note="never in the red",
    ),
    case("payback_years", UNDEFINED, flows={"return_principal_angel": {4: 1}}, note="nothing paid"),
    case("payback_years", UNDEFINED, note="nothing paid, nothing received"),
    # Over the twin the package spends 100 − 70 = 30 more in quarter 0, and gets 20 − 5 = 15 more in quarters 6 and 10.
    case(
        "extra_payback_years", 11 / 4,
        flows={"draw_angel": {0: 100}, "return_income_angel": {6: 20, 10: 20}},
        twin=Happened(flows={"draw_angel": {0: 70}, "return_income_angel": {6: 5, 10: 5}}),
    ),
    case(
        "extra_payback_years", UNDEFINED, flows={"draw_angel": {0: 70}}, twin=Happened(flows={"draw_angel": {0: 70}}),
        note="no more than the twin",
    ),
    # The same, and in quarter 7 the package's tax is 40 − 25 = 15 more: 30 − 15 − 15 after quarter 7.
    case(
        "extra_payback_years_with_tax", 8 / 4,
        flows={"draw_angel": {0: 100}, "return_income_angel": {6: 20, 10: 20}}, series={"tax": {7: 40}},
        twin=Happened(flows={"draw_angel": {0: 70}, "return_income_angel": {6: 5, 10: 5}}, series={"tax": {7: 25}}),
    ),
    case(
        "extra_payback_years_with_tax", UNDEFINED,
        flows={"draw_angel": {0: 100}}, series={"tax": {7: 40}},
        twin=Happened(flows={"draw_angel": {0: 70}}, series={"tax": {7: 25}}), note="15 of 30",
    ),
    # A quarter of the additional 20 displaces others, and 5 are left to donors under B4: 10 of 10 at last.
    case(
        "extra_payback_years_with_tax", 8 / 4,
        flows={"draw_angel": {0: 80}, "basic_tax_city_bank": {7: 5}}, series={"tax": {7: 45}},
        twin=Happened(flows={"draw_angel": {0: 70}}, series={"tax": {7: 25}}), context=DISPLACING,
        note="displacement, income forgone",
    ),
)  # fmt: skip

SECOND_BOOKS = (dict.fromkeys(LINES, "general") | {"angel_fund": "state_capital"}, dict.fromkeys(LINES, "fund"))
BOOKS = dataclasses.replace(CONTEXT, books=SECOND_BOOKS)
DRAWN = {
    "draw_angel": {0: 100.0, 9: 50.0}, "voucher": {3: 7.0}, "return_principal_angel": {5: 30.0}, "return_income_angel": {LAST: 4.0},
    "compensation_returned": {8: 2.0},
}  # fmt: skip
OF_BOOKS = (
    case("fiscal_outlay_state_capital", 100 + 50, flows=DRAWN, context=BOOKS),
    case("fiscal_recovery_state_capital", 30 + 4, flows=DRAWN, context=BOOKS),
    case("fiscal_outlay_general", 7, flows=DRAWN, beside=("basic_tax_city_bank",), context=BOOKS, note="tax forgone is no draw"),
    case("fiscal_recovery_general", 2, flows=DRAWN, context=BOOKS),
    case("fiscal_outlay_fund", 0, flows=DRAWN, context=BOOKS, note="of another world"),
    case("fiscal_recovery_fund", 0, flows=DRAWN, context=BOOKS, note="of another world"),
)  # fmt: skip

# Five fiscal years: three of the policy, then the line runs out. Each year brought + appropriated = executed + lapsed + carried.
BUDGET = {
    "brought": (8, 30, 20, 25, 10),
    "appropriated": (100, 50, 40, 0, 0),
    "executed": (60, 60, 30, 15, 4),
    "lapsed": (18, 0, 5, 0, 0),
    "carried": (30, 20, 25, 10, 6),
}
OTHER_LINE = {
    "brought": (0, 0, 0, 0, 0), "appropriated": (10, 0, 0, 0, 0), "executed": (6, 0, 0, 0, 0), "lapsed": (4, 0, 0, 0, 0),
    "carried": (0, 0, 0, 0, 0),
}  # fmt: skip
FIGURES = {
    "brought": 8,
    "appropriated": 100 + 50 + 40,
    "executed": 60 + 60 + 30 + 15 + 4,
    "lapsed": 18 + 5,
    "carried": 6,
    "execution_rate": (60 + 60 + 30 + 15 + 4) / (8 + 100 + 50 + 40),
}
OTHERS = len(LINES) - 1
ALL_LINES = {
    "brought": 8 + OTHERS * 0,
    "appropriated": 190 + OTHERS * 10,
    "executed": 169 + OTHERS * 6,
    "lapsed": 23 + OTHERS * 4,
    "carried": 6 + OTHERS * 0,
    "execution_rate": (169 + OTHERS * 6) / (198 + OTHERS * 10),
}
NOTHING = {"brought": (0,) * 5, "appropriated": (0,) * 5, "executed": (0,) * 5, "lapsed": (0,) * 5, "carried": (0,) * 5}
# Opened in the third quarter of 2025, five years touch six calendar years: half of 2025 and half of 2030.
MID_YEAR = dataclasses.replace(CONTEXT, start=Quarter(2025, 3))
SIX = {
    "brought": (0, 40, 50, 55, 45, 25),
    "appropriated": (50, 100, 100, 50, 0, 0), "executed": (10, 90, 90, 60, 20, 7), "lapsed": (0, 0, 5, 0, 0, 3),
    "carried": (40, 50, 55, 45, 25, 15),
}  # fmt: skip
BUDGETS = (
    *(case(f"budget_{line}_{item}", what, budget={line: BUDGET}) for line in LINES for item, what in FIGURES.items()),
    *(
        case(f"budget_{item}", what, budget=dict.fromkeys(LINES, OTHER_LINE) | {"angel_fund": BUDGET})
        for item, what in ALL_LINES.items()
    ),
    *(
        case(f"budget_{line}_execution_rate", UNDEFINED, budget={line: NOTHING}, note="no appropriation")
        for line in ("angel_fund", "ecosystem")
    ),
    case("budget_execution_rate", UNDEFINED, budget={"angel_fund": NOTHING}, whole_budget=True, note="no appropriation"),
    case("budget_angel_fund_carried", 15, budget={"angel_fund": SIX}, context=MID_YEAR, note="mid-year"),
    case("budget_angel_fund_executed", 10 + 90 + 90 + 60 + 20 + 7, budget={"angel_fund": SIX}, context=MID_YEAR, note="mid-year"),
    case("budget_angel_fund_execution_rate", 277 / 300, budget={"angel_fund": SIX}, context=MID_YEAR, note="mid-year"),
    case("budget_carried", 15, budget={"angel_fund": SIX}, whole_budget=True, context=MID_YEAR, note="mid-year"),
)  # fmt: skip

# G9 tickets of 30 and 20 out of the guidance fund: in quarter 2 drawn in full, and 12 more for another ticket; in quarter 9 the
# fund has got 15 back and draws the rest. H4 is the district's.
RED_TICKETS = {
    "draw_grant": {2: 42.0, 9: 5.0}, "attraction_city": {2: 30.0, 9: 20.0}, "competition": {2: 12.0}, "draw_angel": {2: 7.0},
    "attraction_district": {2: 30.0}, "settlement_firm": {4: 3.0},
}  # fmt: skip
OF_LAW = (
    case("fiscal_outlay_without_red", 42 + 5 + 7 - 30 - 5, flows=RED_TICKETS),
    case("fiscal_outlay_without_red", 0, flows={"attraction_city": {3: 20.0}}, note="recycled money only"),
    case("fiscal_outlay_without_red", 12, flows={"draw_grant": {3: 12.0}, "attraction_city": {4: 20.0}}, note="another quarter's"),
)  # fmt: skip

CASES = (*VALUES, *CASH, *OF_BOOKS, *BUDGETS, *OF_LAW)


@pytest.mark.parametrize("one", named(CASES))
def test_public_money(one: Case) -> None:
    check(one)


def test_the_budget_of_the_cases_balances() -> None:
    for brought, appropriated, executed, lapsed, carried in zip(*BUDGET.values(), strict=True):
        assert brought + appropriated == executed + lapsed + carried
