"""The NDRC's evaluation of government funds worked by hand: rulebook §11.1, step by step, on both sides of each step."""

from __future__ import annotations

import dataclasses
from typing import Final

import pytest

from kejin_sim.outcomes.view import Context
from tests.worked import CONTEXT, LAST, QUARTERS, UNDEFINED, Case, case, check, named

NEW_QUALITY = (
    # 90 % 10, each 10 points less one less, below 10 % 1, none 0
    *(
        case("ndrc_new_quality", points, series={"public_hard_tech": {3: share}, "public_deals": {0: 400, 3: 600}}, note=f"{share}")
        for share, points in (
            (1000, 10), (900, 10), (899, 9), (800, 9), (799, 8), (700, 8), (600, 7), (500, 6), (400, 5), (300, 4), (200, 3),
            (199, 2), (100, 2), (99, 1), (1, 1), (0, 0),
        )
    ),
    case("ndrc_new_quality", 0, series={"public_hard_tech": {}, "public_deals": {}}, note="no public deals"),
)  # fmt: skip
TRANSFER = (
    *(case("ndrc_transfer", 2, flows={code: {9: 1}}, note=code) for code in ("voucher", "pledged_loan", "landing_team")),
    case("ndrc_transfer", 0, flows={"grant": {9: 1}, "basic_contract": {9: 1}, "loan": {9: 1}}, note="other measures"),
)  # fmt: skip


def _requiring(package: float, twin: float) -> Context:
    """What sub-funds' contracts ask to be reinvested locally, per yuan of the guidance fund's: in the world of the case, in the
    other."""
    return dataclasses.replace(CONTEXT, reinvestment_required=(package, twin))


REINVESTMENT = (
    *(
        case(
            "ndrc_reinvestment", points, series={"subfund_calls": {0: 1}}, stats={"reinvestment_tested": 1},
            context=_requiring(required, 1.2), note=f"{required}",
        )
        for required, points in ((0.0, 3), (0.49, 3), (0.5, 2), (0.99, 2), (1.0, 1), (1.49, 1), (1.5, 0), (2.0, 0))
    ),
    # The requirement stands in the contract: it counts from the first call on, whether or not the day of the test has come.
    case(
        "ndrc_reinvestment", 0, series={"subfund_calls": {LAST: 1}}, stats={"reinvestment_tested": 0},
        context=_requiring(1.5, 0.0), note="called, not yet tested",
    ),
    case(
        "ndrc_reinvestment", 3, series={"subfund_calls": {}}, stats={"reinvestment_tested": 0},
        context=_requiring(1.5, 1.5), note="no sub-fund, no requirement",
    ),
)  # fmt: skip


REGISTRATION = (
    case("ndrc_registration", 3, flows={"grant": {9: 1}}, series={"fund_commitments": {0: 1}}, note="no condition"),
    *(
        case("ndrc_registration", 0, flows={code: {9: 1}}, series={"fund_commitments": {0: 1}}, note=code)
        for code in ("attraction_city", "attraction_district")
    ),
)  # fmt: skip


def _patient(early: float, years: float) -> dict[str, object]:
    """Of 50 in sub-funds' deals and 50 of seed money, so much is early (seed class 4, angel class the rest); a sub-fund's deals are
    held so long, in quarters' steps."""
    held = dict.fromkeys(range(int(4 * years)), 50.0)
    return {
        "series": {"open_cost": held},
        "stats": {
            "class_seed_cost": 4, "class_angel_cost": early - 4 - 50, "seed_cost": 50, "deals_cost": 50,
        },
    }  # fmt: skip


# With seed money at least half is early: 70 % 5, 50 % 3.
PATIENT = (
    *(case("ndrc_patient", points, **_patient(early, 0), note=f"{early}_early") for early, points in ((70, 5), (69.9, 3), (54, 3))),
    case("ndrc_patient", 5, **_patient(54, 5), note="five years"),
    case("ndrc_patient", 3, **_patient(54, 4.75), note="three years"),
    # without seed money: early 10 + 5 of 100
    *(
        case(
            "ndrc_patient", points, series={"open_cost": dict.fromkeys(range(int(4 * years)), 100.0)},
            stats={"class_seed_cost": seed, "class_angel_cost": 5, "seed_cost": 0, "deals_cost": 100},
            note=f"{seed + 5}_early_{years}_held",
        )
        for seed, years, points in (
            (10, 0, 0), (14.9, 0, 0), (15, 0, 2), (44.9, 1, 2), (45, 0, 3), (64.9, 0, 3), (65, 0, 5),
            (10, 1.75, 0), (10, 2, 2), (10, 2.75, 2), (10, 3, 3), (10, 4.75, 3), (10, 5, 5), (45, 2, 3), (15, 3, 3),
        )
    ),
)  # fmt: skip
SOCIAL = tuple(
    case("ndrc_social", points, series={"social_calls": {0: share}, "subfund_calls": {0: 60, 4: 40}}, note=f"{share}")
    for share, points in ((60, 5), (50, 5), (49.9, 4), (40, 4), (39.9, 3), (30, 3), (20, 2), (19.9, 1), (10, 1), (9.9, 0), (0, 0))
)  # fmt: skip
PAID_IN = (
    *(
        case(
            "ndrc_paid_in", points,
            series={"subfund_calls": {0: called - 10}, "chain_calls": {9: 10}, "fund_commitments": {0: 80, 8: 20}},
            note=f"{called}",
        )
        for called, points in ((100, 1), (50, 1), (49.9, 0.5), (30, 0.5), (29.9, 0))
    ),
    case("ndrc_paid_in", 0, series={"subfund_calls": {}, "chain_calls": {}, "fund_commitments": {}}, note="nothing committed"),
)  # fmt: skip
IDLE = (
    # average cash of 20 quarters against (that + average net asset value)
    *(
        case("ndrc_idle", points, series={"guidance_cash": {2: cash}, "reported_nav": {9: 70, LAST: 30 - cash}}, note=f"{cash}")
        for cash, points in ((29.9, 1), (0, 1))
    ),
    case("ndrc_idle", 0, series={"guidance_cash": {2: 20, 3: 20}, "reported_nav": {9: 60}}, note="40 of 100"),
    case("ndrc_idle", 0, series={"guidance_cash": {2: 30}, "reported_nav": {9: 70}}, note="below 30 % is wanted"),
    case("ndrc_idle", 0, series={"guidance_cash": {}, "reported_nav": {}}, note="neither cash nor value"),
)  # fmt: skip
IRR = tuple(
    case("ndrc_irr", points, series={"government_calls": {0: 100}, "government_distributions": {8: back}}, note=f"{back}")
    for back, points in ((100 * 1.031**2, 1), (100 * 1.03**2, 1), (100 * 1.029**2, 0), (0, 0))
)  # fmt: skip
NO_IRR = case("ndrc_irr", 0, series={"government_calls": {}, "government_distributions": {8: 5}}, note="nothing called")

# Half of the deals hard technology (6), transfer (2), 40 % reinvestment asked for (3), nobody paid for moving in (3), a tenth early
# and held two years (2), 28 % social money (2), 40 of 100 called (0.5), idle a half (0), 10 % a year (1).
WORKED_SERIES: Final = {
    "public_hard_tech": {0: 50}, "public_deals": {0: 100}, "open_cost": dict.fromkeys(range(8), 100.0),
    "social_calls": {0: 11.2}, "subfund_calls": {0: 40}, "chain_calls": {}, "fund_commitments": {0: 100},
    "guidance_cash": {0: 10}, "reported_nav": {0: 10}, "government_calls": {0: 100}, "government_distributions": {8: 121},
}  # fmt: skip
WORKED_STATS: Final = {
    "class_seed_cost": 10, "class_angel_cost": 0, "seed_cost": 0, "deals_cost": 100, "reinvestment_tested": 1,
}  # fmt: skip
NO_FUND: Final = {"fund_commitments": {}, "public_deals": {}, "subfund_calls": {}}
NO_DEALS: Final = {"deals_cost": 0, "seed_cost": 0}
LINES: Final = (
    "new_quality",
    "transfer",
    "reinvestment",
    "registration",
    "patient",
    "social",
    "paid_in",
    "idle",
    "irr",
)
SCORE = (
    case(
        "ndrc_score", 6 + 2 + 3 + 3 + 2 + 2 + 0.5 + 0 + 1, flows={"voucher": {0: 1}}, series=WORKED_SERIES, stats=WORKED_STATS,
        context=_requiring(0.4, 1.5),
    ),
    # Nothing was put into any fund or deal: there is nothing to evaluate. One yuan of any kind makes it a fund.
    *(case(f"ndrc_{line}", UNDEFINED, series=NO_FUND, stats=NO_DEALS, note="no fund") for line in (*LINES, "score")),
    *(
        case("ndrc_transfer", 2, flows={"voucher": {0: 1}}, series=NO_FUND | series, stats=NO_DEALS | stats, note="one yuan")
        for series, stats in (
            ({"fund_commitments": {LAST: 1}}, {}), ({"public_deals": {LAST: 1}}, {}), ({"subfund_calls": {LAST: 1}}, {}),
            ({}, {"deals_cost": 1}), ({}, {"seed_cost": 1}),
        )
    ),
)  # fmt: skip
assert QUARTERS == 4 * 5  # cost can be held for five years within the horizon

CASES = (
    *NEW_QUALITY,
    *TRANSFER,
    *REINVESTMENT,
    *REGISTRATION,
    *PATIENT,
    *SOCIAL,
    *PAID_IN,
    *IDLE,
    *IRR,
    NO_IRR,
    *SCORE,
)


@pytest.mark.parametrize("one", named(CASES))
def test_the_evaluation_of_funds(one: Case) -> None:
    check(one)
