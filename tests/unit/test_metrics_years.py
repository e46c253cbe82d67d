"""Yearly series worked by hand: what a calendar year brought, and what stood at its end, when the books open in mid-year.

The row of every case is 3 in the first quarter, 5 in the eighth, 2 in the last and nothing between. The books open in July 2025:
the first year has the quarters 0 and 1, the eighth quarter (7) is the second of 2027, and the last is the second of 2030.
"""

from __future__ import annotations

import dataclasses
from typing import Final

import pytest

from kejin_sim.ledger import LINES
from kejin_sim.outcomes.view import View
from kejin_sim.outcomes.years import YEARS
from kejin_sim.recording import BUDGET_ITEMS, SERIES
from kejin_sim.timeline import Quarter
from tests.unit.test_metrics_postings import CITY_PAYS, INCOME, PRINCIPAL
from tests.worked import CONTEXT, LAST, PATH, Case, block_of, case

MID_YEAR: Final = dataclasses.replace(CONTEXT, start=Quarter(2025, 3))
ROW: Final = {0: 3.0, 7: 5.0, LAST: 2.0}
SUMS: Final = (3.0, 0.0, 5.0, 0.0, 0.0, 2.0)
ENDS: Final = (0.0, 0.0, 0.0, 0.0, 0.0, 2.0)  # the first year ends with quarter 1, the third with quarter 9
MEANS: Final = (3 / 2, 0.0, 5 / 4, 0.0, 0.0, 2 / 2)  # the first and the last year have two quarters
NOTHING: Final = (0.0,) * 6

STAND: Final = (
    "live", "tech_firms", "guidance_cash", "reserve", "encumbered", "undrawn_commitments", "reported_nav", "open_cost",
    "credit_balance", "credit_policy_balance", "credit_overdue", "pool_balance", "guarantee_exposure", "guarantee_public",
    "pool_public", "guarantor_cash", "relending_balance", "pool_stopped", "grant_waiting", "grant_nav", "insurance_firms",
    "insurance_sum", "insurance_pool_balance", "basic_agreements", "basic_balance", "basic_committed", "basic_knowledge",
    "abs_senior", "abs_guaranteed", "abs_cash", "fintech_projects_open", "platform_works", "aic_committed", "aic_progress",
    "aic_exposure", "warrants_open", "buyback_balance", "buyback_relent",
)  # fmt: skip
"""Rows of what stands at a quarter's end: of a year, what stands at its end."""
HELD: Final = ("jobs",)
"""Rows that last: of a year, their mean over its quarters. All other rows are added up."""
NOT_BY_YEAR: Final = (
    "jobs_national", "government_calls", "government_distributions", "social_calls", "social_distributions", "social_buyouts",
    "coinvestor_paid", "coinvestor_received", "coinvestor_reward", "private_reward", "seed_paid", "seed_received", "follow_paid",
    "follow_received",
)  # fmt: skip
"""Rows that no yearly series shows."""
RECORDED: Final = tuple(name for name in SERIES if name not in NOT_BY_YEAR)
BY_NAME: Final = {series.name: series for series in YEARS}

# Promised and covered, quarter by quarter of two year-ends (1 and LAST): 80 − 30 − 20 = 30 of the funds, nothing of the guarantor
# (12 < 15) and 1 of the notes; at the horizon nothing of the funds (50 < 60), 40 − 10 of the guarantor, 4 of the notes.
PROMISED: Final = {
    "undrawn_commitments": {1: 80.0, LAST: 50.0}, "encumbered": {1: 30.0, LAST: 60.0}, "guidance_cash": {1: 20.0},
    "guarantee_public": {1: 12.0, LAST: 40.0}, "guarantor_cash": {1: 15.0, LAST: 10.0}, "pool_public": {1: 5.0, LAST: 7.0},
    "abs_guaranteed": {1: 1.0, LAST: 4.0},
}  # fmt: skip
DRAWN: Final = {
    "draw_angel": ROW,
    "call_government": ROW,
    "return_principal_angel": {4: 1.0},
    "distribute_government": {4: 1.5},
}
NET: Final = (3.0, -1.0, 5.0, 0.0, 0.0, 2.0)
SOCIAL: Final = case(
    "social_capital",
    0,
    flows={"call_social": ROW},
    series={"private_same_round": {1: 4}, "grant_matched": {6: 1}},
    context=MID_YEAR,
)
EXPECTED: Final[dict[str, tuple[Case, tuple[float, ...]]]] = {
    **{
        name: (
            case(name, 0, series={name: ROW}, context=MID_YEAR),
            ENDS if name in STAND else MEANS if name in HELD else SUMS,
        )
        for name in RECORDED
    },
    **{
        name: (case(name, 0, flows=DRAWN, context=MID_YEAR), years)
        for name, years in (
            ("fiscal_outlay", SUMS),
            ("fiscal_recovery", (0, 1, 0, 0, 0, 0)),
            ("fiscal_net_cost", NET),
            ("public_outlay", SUMS),  # the calls; the draws stay inside the public sector
            ("public_recovery", (0, 1.5, 0, 0, 0, 0)),
            ("fiscal_outlay_general", SUMS),  # the book of every line in this world
            ("fiscal_recovery_general", (0, 1, 0, 0, 0, 0)),
            ("fiscal_outlay_fund", NOTHING),
            ("fiscal_recovery_fund", NOTHING),
            ("fiscal_outlay_state_capital", NOTHING),
            ("fiscal_recovery_state_capital", NOTHING),
        )
    },
    **{
        name: (case(name, 0, series=PROMISED, context=MID_YEAR), years)
        for name, years in (
            ("liability", (80 + 12 + 5 + 1, 0, 0, 0, 0, 50 + 40 + 7 + 4)),
            ("cover", (30 + 20 + 15 + 5, 0, 0, 0, 0, 60 + 0 + 10 + 7)),
            ("uncovered", (30 + 0 + 1, 0, 0, 0, 0, 0 + 30 + 4)),
        )
    },
    "jobs_net": (case("jobs_net", 0, series={"jobs": ROW}, context=MID_YEAR), MEANS),
    "social_capital": (SOCIAL, (3 + 4, 0, 5 + 1, 0, 0, 2)),  # quarter 6 is the first of 2027
    **{
        f"cost_{room}{book}": (
            case(
                f"cost_{room}", 0,
                flows={
                    **dict.fromkeys(CITY_PAYS[room], ROW),
                    **{name: {4: 0.5} for name in (*PRINCIPAL[room], *INCOME.get(room, ()))},
                    # a draw under another measure
                    ("draw_angel" if room != "equity" else "draw_grant"): {10: 99.0},
                },
                context=MID_YEAR,
            ),
            tuple(
                (len(CITY_PAYS[room]) * out - len((*PRINCIPAL[room], *INCOME.get(room, ()))) * back) * (book in ("", "_general"))
                for out, back in zip(SUMS, (0, 0.5, 0, 0, 0, 0), strict=True)
            ),
        )
        for room in CITY_PAYS
        for book in ("", "_general", "_fund", "_state_capital")
    },
    **{
        f"{line}_{item}": (
            case(f"{line}_{item}", 0, budget={line: {item: (5, 4, 3, 2, 1, 6)}}, context=MID_YEAR),
            (5, 4, 3, 2, 1, 6),
        )
        for line in LINES
        for item in BUDGET_ITEMS
    },
}  # fmt: skip
"""By yearly series: what happened, and the six calendar years that five years from July 2025 touch."""


@pytest.mark.parametrize("name", EXPECTED)
def test_a_year(name: str) -> None:
    one, years = EXPECTED[name]
    turned = dataclasses.replace(one.context, books=one.context.books[::-1])
    for world, context in enumerate((one.context, turned)):
        found = BY_NAME[name].compute(View(block_of(one, world), world, context))
        assert found[PATH].tolist() == pytest.approx(years), world


def test_every_yearly_series_is_worked() -> None:
    assert set(EXPECTED) == set(BY_NAME)
