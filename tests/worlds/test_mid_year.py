"""Books that open in mid-year: vintages, appropriations and the policy's length are those of whole years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.recording import BUDGET_ITEMS
from tests.playing import SEED, run, scenario, series, state_at_the_end

POLICY = 4
AMOUNT = 6e7
CHANGES: dict[str, Any] = {
    "policy_years": POLICY,
    "horizon_years": 8,
    "burn_in_years": 2,
    "budget.angel_fund.amount": "6000万元",
    "measures.equity.angel_subfunds.size": "1000万元",
    "measures.equity.angel_subfunds.new_per_year": 3,
    "baseline.measures.equity.angel_subfunds.size": "1000万元",
    "world.arrivals.per_year": 200,
    # Nothing else draws on the line, of which a first year of one quarter has little.
    "measures.equity.seed_direct.per_year": 0,
    "measures.equity.follow_on.per_year": 0,
}


def _formed(start: str) -> list[tuple[int, int]]:
    """Quarter of formation (from the opening) and policy flag of every sub-fund of the package."""
    _, state = state_at_the_end(scenario("demo", {**CHANGES, "start": start}), 0)
    funds = state.funds[0]
    return [(int(f["formed"]) - 8, int(f["policy"])) for f in funds if f["status"] != 0]


@pytest.mark.parametrize(
    ("start", "years"),
    [
        ("2025Q1", {0: 3, 4: 3, 8: 3, 12: 3}),
        ("2025Q2", {0: 3, 3: 3, 7: 3, 11: 3}),
        ("2025Q3", {0: 2, 2: 3, 6: 3, 10: 3, 14: 1}),
        ("2025Q4", {0: 1, 1: 3, 5: 3, 9: 3, 13: 2}),
    ],
)
def test_funds_of_a_policy_year_are_formed_once(start: str, years: dict[int, int]) -> None:
    policy = [quarter for quarter, own in _formed(start) if own]
    assert {quarter: policy.count(quarter) for quarter in sorted(set(policy))} == years
    assert len(policy) == 3 * POLICY
    legacy = [quarter for quarter, own in _formed(start) if not own]
    assert len(legacy) == 2  # the baseline's one a year of the burn-in, none beside those of the opening


@pytest.mark.parametrize("start", ["2025Q1", "2025Q2", "2025Q3", "2025Q4"])
def test_the_policy_lasts_its_years_and_is_granted_for_them(start: str) -> None:
    block = run(scenario("demo", {**CHANGES, "start": start}), 2, seed=SEED)
    arriving = series(block, "arrivals")[0, 0] > 0.0
    assert arriving[: 4 * POLICY].all()
    assert not arriving[4 * POLICY :].any()
    item = {name: block.budget[:, 0, 0, :, number] for number, name in enumerate(BUDGET_ITEMS)}
    quarter = int(start[-1])
    granted = np.full(POLICY + (quarter > 1), AMOUNT)
    granted[0] *= (5 - quarter) / 4
    if quarter > 1:
        granted[-1] *= (quarter - 1) / 4
    np.testing.assert_array_equal(item["appropriated"][0, : len(granted)], granted)
    assert not item["appropriated"][:, len(granted) :].any()
    assert granted.sum() == POLICY * AMOUNT
    left = item["brought"] + item["appropriated"] - item["executed"] - item["lapsed"] - item["carried"]
    np.testing.assert_allclose(left, 0.0, atol=1e-3)
