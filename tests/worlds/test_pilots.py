"""Measure 9 switched off or given nothing to do; what its limits, warrants and loans leave behind; conservation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.measures.pilots import postings as p
from kejin_sim.outcomes.outcomes import condense
from kejin_sim.outcomes.registry import world_metrics
from kejin_sim.outcomes.view import Context, View
from tests.playing import flow, run, same, scenario, series, stat

PILOTS = "measures.pilots"
SMALL = {"policy_years": 4, "horizon_years": 8, "burn_in_years": 2, "world.arrivals.per_year": 40}
CODES = [posting.number for posting in p.BOOK.postings]
PATHS = 6

#: Nothing to do: the measure is in force, and every one of its strengths is zero.
NOTHING: dict[str, Any] = {
    f"{PILOTS}.aic.new_per_year": 0,
    f"{PILOTS}.warrant.coverage": "0%",
    f"{PILOTS}.warrant.rate_cut": "0%",
    f"{PILOTS}.regional.exit": "0%",
    f"{PILOTS}.buyback.take_up": "0%",
}


def test_switched_off_none_of_its_postings_exist() -> None:
    block = run(scenario("demo", {**SMALL, f"{PILOTS}.enabled": False}), PATHS)
    assert not block.flows[:, :, CODES].any()


def test_zero_strength_is_the_measure_off_bit_for_bit() -> None:
    off = run(scenario("demo", {**SMALL, f"{PILOTS}.enabled": False}), PATHS)
    assert same(run(scenario("demo", {**SMALL, **NOTHING}), PATHS), off) == []


@pytest.mark.parametrize(
    "changes",
    [
        {f"{PILOTS}.aic.new_per_year": 0},
        {f"{PILOTS}.aic.volatility": "100%"},
        {f"{PILOTS}.buyback.take_up": "100%"},
        {f"{PILOTS}.regional.liquidity": "100%"},
        {f"{PILOTS}.regional.fee": "10%"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_funds_warrants_and_buybacks_leave_every_firm_alone(changes: dict[str, Any]) -> None:
    """They act outside the simulated firms: what those do, and what other rooms post, stays as it was."""
    base, other = run(scenario("demo", SMALL), PATHS), run(scenario("demo", {**SMALL, **changes}), PATHS)
    mine = {*CODES}
    rest = [number for number in range(base.flows.shape[2]) if number not in mine]
    np.testing.assert_array_equal(base.flows[:, :, rest], other.flows[:, :, rest])
    assert (base.pairs == other.pairs).all()
    assert base.flows[:, :, CODES].sum() != other.flows[:, :, CODES].sum()


def test_what_funds_receive_they_pay_out_in_the_quarter() -> None:
    block = run(scenario("demo", SMALL), PATHS)
    calls = sum(flow(block, f"aic_call_{party}") for party in ("aic", "soe", "government", "social"))
    paid = sum(flow(block, f"aic_distribute_{party}") for party in ("aic", "soe", "government", "social"))
    np.testing.assert_allclose(calls, flow(block, "aic_invest"), rtol=1e-12)
    np.testing.assert_allclose(paid, flow(block, "aic_proceeds") + flow(block, "horizon_aic"), rtol=1e-12)
    # Drawn in the quarter of the call; all that came back is at the treasury in the end.
    np.testing.assert_allclose(flow(block, "draw_aic"), flow(block, "aic_call_government"), rtol=1e-12)
    back = flow(block, "return_principal_aic") + flow(block, "return_income_aic")
    np.testing.assert_allclose(
        back.sum(axis=2), flow(block, "aic_distribute_government").sum(axis=2), rtol=1e-9, atol=1.0
    )
    assert calls.sum() > 0.0
    assert paid.sum() > 0.0


def test_the_aic_receives_its_share_and_nothing_else() -> None:
    """No put and no guaranteed return: in no quarter more than its share of what the fund distributes."""
    block = run(scenario("demo", {**SMALL, f"{PILOTS}.aic.growth": "-50%"}), PATHS)
    own, invested = flow(block, "aic_distribute_aic"), flow(block, "aic_call_aic")
    all_partners = sum(flow(block, f"aic_distribute_{party}") for party in ("aic", "soe", "government", "social"))
    np.testing.assert_allclose(own, 0.3 * all_partners, rtol=1e-9, atol=1e-6)
    assert own.sum() < 0.5 * invested.sum()  # it bears its loss


def test_the_aics_limit_binds_and_is_never_exceeded() -> None:
    changes = {**SMALL, f"{PILOTS}.aic.new_per_year": 3, "budget.aic_funds.amount": "5亿元"}
    block = run(scenario("demo", changes), PATHS)
    room = 5e11 * 0.1 * 0.003
    exposure = series(block, "aic_exposure")[:, 0]
    assert exposure.max() <= room * (1.0 + 1e-12)
    assert exposure.max() > 0.8 * room - 0.3 * 2e8
    assert (stat(block, "aic_refused_by_limit")[:, 0] > 0).all()
    wide = run(scenario("demo", {**changes, f"{PILOTS}.aic.city_part": "100%"}), PATHS)
    assert not stat(wide, "aic_refused_by_limit").any()
    assert (stat(wide, "aic_funds_formed")[:, 0] == 12).all()
    assert series(wide, "aic_committed")[0, 0, -1] == pytest.approx(12 * 2e8)
    assert series(wide, "aic_progress")[0, 0, -1] == pytest.approx(12 * 2e8 / 6e8)


def test_a_short_appropriation_refuses_funds() -> None:
    some = run(scenario("demo", {**SMALL, "budget.aic_funds.amount": "1500万元"}), 1)
    full = run(scenario("demo", SMALL), 1)
    assert 0 < stat(some, "aic_funds_formed")[0, 0] < stat(full, "aic_funds_formed")[0, 0] + 1
    assert stat(some, "refused_by_budget")[0, 0] > stat(full, "refused_by_budget")[0, 0]


@pytest.mark.parametrize("start", ["2025Q1", "2025Q2", "2025Q3", "2025Q4"])
@pytest.mark.parametrize("unspent", ["carry", "lapse"])
def test_a_fund_that_a_broken_year_cannot_pay_is_formed_later(start: str, unspent: str) -> None:
    """A1: with a line for exactly one fund a year, as many are formed as the policy has years, if unspent money carries over."""
    line = {"budget.aic_funds.amount": "3000万元", "budget.aic_funds.unspent": unspent}
    changes = {**SMALL, **line, "start": start, f"{PILOTS}.aic.city_part": "100%"}
    block = run(scenario("demo", changes), 2)
    formed = stat(block, "aic_funds_formed")[:, 0]
    assert (formed == (4 if unspent == "carry" or start == "2025Q1" else 3)).all()
    ample = run(scenario("demo", {**changes, "budget.aic_funds.amount": "3亿元"}), 2)
    assert (stat(ample, "aic_funds_formed")[:, 0] == 4).all(), "nothing is put off where the line suffices"
    once = stat(block, "refused_by_budget")[:, 0] - stat(ample, "refused_by_budget")[:, 0]
    assert (once == (0 if start == "2025Q1" else 1)).all(), "refused when it was due, and waiting is no refusal"


def test_undrawn_commitments_are_a_liability_and_encumbered() -> None:
    with_funds, without = run(scenario("demo", SMALL), 2), run(scenario("demo", {**SMALL, **NOTHING}), 2)
    undrawn = 0.15 * (series(with_funds, "aic_committed") - np.cumsum(series(with_funds, "aic_called"), axis=2))
    more = series(with_funds, "undrawn_commitments") - series(without, "undrawn_commitments")
    alive = slice(0, 4 * 4)  # every fund still calls
    np.testing.assert_allclose(more[:, 0, alive], undrawn[:, 0, alive], rtol=1e-9, atol=1.0)
    encumbered = series(with_funds, "encumbered") - series(without, "encumbered")
    np.testing.assert_allclose(encumbered[:, 0, alive], undrawn[:, 0, alive], rtol=1e-9, atol=1.0)
    # What the first year's funds have not called in their four years of calls is given free then, before they end.
    freed = undrawn[:, 0, 16] - more[:, 0, 16]
    assert (freed > 0.0).all()
    assert (freed < 0.15 * series(with_funds, "aic_committed")[:, 0, 0]).all()


WARRANTS = {
    **SMALL,
    "measures.credit.white_list.min_score": 0,
    "world.credit.apply": "100%",
    "world.credit.appetite": ["-4%"] * 5,
    f"{PILOTS}.warrant.life": 3,
}


def test_every_warrant_ends_in_one_way() -> None:
    block = run(scenario("demo", WARRANTS), PATHS)
    ends = sum(stat(block, f"warrants_{how}") for how in ("exercised", "sold", "worthless", "unsold"))
    np.testing.assert_array_equal(ends, stat(block, "warrants"))
    np.testing.assert_array_equal(series(block, "warrants_registered").sum(axis=2), stat(block, "warrants"))
    assert (series(block, "warrants_open")[:, :, -1] == 0.0).all()
    assert stat(block, "warrants")[:, 0].sum() > 20
    paid = flow(block, "warrant_exercised") + flow(block, "warrant_sold") + flow(block, "horizon_warrant")
    np.testing.assert_allclose(paid.sum(axis=2)[:, 0], series(block, "warrant_payoff").sum(axis=2)[:, 0], rtol=1e-9)
    np.testing.assert_allclose(flow(block, "warrant_fee"), 0.005 * paid, rtol=1e-9, atol=1e-6)


def test_liquidity_decides_how_many_end_without_a_payoff() -> None:
    unsold = [
        stat(run(scenario("demo", {**WARRANTS, f"{PILOTS}.regional.liquidity": liquidity}), PATHS), "warrants_unsold")
        for liquidity in ("0%", "100%")
    ]
    assert unsold[0][:, 0].sum() > 0
    assert unsold[1].sum() == 0


def test_a_loan_with_a_warrant_is_cheaper() -> None:
    """The same loans in the first year; at a discount they pay less interest."""
    first = {**WARRANTS, "policy_years": 1, "horizon_years": 1}
    dear = run(scenario("demo", {**first, f"{PILOTS}.warrant.rate_cut": "0%"}), PATHS)
    cheap = run(scenario("demo", {**first, f"{PILOTS}.warrant.rate_cut": "2%"}), PATHS)
    assert series(dear, "warrants_registered").sum() > 0
    np.testing.assert_array_equal(flow(dear, "policy_loan")[:, 0, 0], flow(cheap, "policy_loan")[:, 0, 0])
    assert flow(cheap, "policy_interest")[:, 0].sum() < flow(dear, "policy_interest")[:, 0].sum()


def test_the_regional_market_takes_small_public_holdings() -> None:
    changes = {**SMALL, f"{PILOTS}.regional.exit": "100%", f"{PILOTS}.regional.small": "100%"}
    changes["world.cash.pivot_odds"] = 5
    block = run(scenario("demo", changes), PATHS)
    none = run(scenario("demo", {**changes, f"{PILOTS}.regional.small": "0%"}), PATHS)
    assert series(block, "regional_sales")[:, 0].sum() > 0
    assert series(none, "regional_sales").sum() == 0
    np.testing.assert_allclose(flow(block, "regional_fee"), 0.005 * flow(block, "regional_sale"), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(
        flow(block, "regional_sale").sum(axis=2)[:, 0], series(block, "regional_paid").sum(axis=2)[:, 0], rtol=1e-9
    )


def test_buyback_loans_within_the_quota_and_left_out_of_leverage() -> None:
    found = scenario("demo", {**SMALL, f"{PILOTS}.buyback.take_up": "100%"})
    block = run(found, PATHS)
    assert series(block, "buyback_relent").max() <= 6e8
    assert stat(block, "buyback_refused")[:, 0].sum() > 0
    none = scenario("demo", {**SMALL, f"{PILOTS}.buyback.take_up": 0})
    context = Context.of(found.inputs())
    a, b = condense(block, context), condense(run(none, PATHS), Context.of(none.inputs()))
    for row, metric in enumerate(world_metrics()):
        if "leverage" in metric.name or metric.measure == "credit":
            np.testing.assert_array_equal(a.worlds[:, row], b.worlds[:, row], err_msg=metric.name)
    assert View(block, 0, context).total(rule="A6").sum() > 0.0


def test_money_is_scale_free() -> None:
    """Every amount of the measure times 16, exact in binary: its postings times 16, bit for bit."""
    keys = (
        "pilots.aic.size", "pilots.aic.assets", "pilots.aic.target", "pilots.aic.ticket", "pilots.buyback.quota",
        "pilots.buyback.programme",
    )  # fmt: skip
    base = scenario("pilots_only", {**SMALL, "horizon_years": 12})
    times = {f"measures.{key}": 16.0 * float(base.values[f"measures.{key}"]) for key in keys}
    times["budget.aic_funds.amount"] = 16.0 * float(base.values["budget.aic_funds.amount"])
    small = run(base, 2).flows[:, :, CODES]
    big = run(scenario("pilots_only", {**SMALL, "horizon_years": 12, **times}), 2).flows[:, :, CODES]
    assert small.any()
    np.testing.assert_array_equal(16.0 * small, big)
