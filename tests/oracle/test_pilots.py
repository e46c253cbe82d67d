"""Measure 9 against closed forms: the AIC fund's table, warrants at intrinsic value, margins, the binomial law."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from kejin_sim.measures.equity import chain_rules
from kejin_sim.measures.pilots import postings as p
from kejin_sim.measures.pilots import relending_rules, warrant_rules
from kejin_sim.reference.notes import Notes
from kejin_sim.reference.run import run_world
from tests.playing import SEED, flow, run, scenario, series, without_twin

AIC = "measures.pilots.aic"
BUYBACK = "measures.pilots.buyback"
GROWTH, LIFE, CALLS, BOW, DEPLOY = 0.10, 10, 7, 2.5, 0.15


def closed_form() -> tuple[np.ndarray, np.ndarray]:
    """Calls and distributions of a commitment of 1 without a recursion.

    C_t = d·(1 − d)^(t−1) in the investment period. A yuan called at the end of year s is worth (1+G)^(t−s) · Π_{s<r≤t} (1 − RD_r)
    at the end of year t; D_t = RD_t · (1+G) · NAV_{t−1}.
    """
    calls = np.array([DEPLOY * (1.0 - DEPLOY) ** t if t < CALLS else 0.0 for t in range(LIFE)])
    kept = [1.0 - min(1.0, (t / LIFE) ** BOW) for t in range(1, LIFE + 1)]
    nav = [
        sum(calls[s] * (1 + GROWTH) ** (t - s) * math.prod(kept[s + 1 : t + 1]) for s in range(t + 1))
        for t in range(LIFE)
    ]
    paid = np.array([0.0, *[(1.0 - kept[t]) * (1 + GROWTH) * nav[t - 1] for t in range(1, LIFE)]])
    return calls, paid


def test_the_rule_functions_equal_the_closed_form() -> None:
    unfunded, nav, rows = 1.0, 0.0, []
    for year in range(1, LIFE + 1):
        growth = chain_rules.yearly_growth(GROWTH, 0.0, 0.5, 1.7, -0.4)
        called, paid, nav = chain_rules.plan_year(unfunded, nav, year, LIFE, CALLS, DEPLOY, DEPLOY, DEPLOY, BOW, growth)
        unfunded -= called
        rows.append((called, paid))
    for mine, theirs in zip(np.array(rows).T, closed_form(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-13, atol=1e-15)
    assert unfunded == pytest.approx((1.0 - DEPLOY) ** CALLS, rel=1e-13)


def test_a_fund_without_volatility_posts_the_closed_form_year_by_year() -> None:
    found = scenario(
        "pilots_only",
        {
            "policy_years": 1,
            "horizon_years": 11,
            "burn_in_years": 0,
            "world.arrivals.per_year": 0,
            f"{AIC}.volatility": 0.0,
            f"{AIC}.growth": GROWTH,
            f"{BUYBACK}.take_up": 0,
        },
    )
    block = run(without_twin(found), 2)
    size = 20e8
    calls, paid = closed_form()
    by_year = [flow(block, name).reshape(2, -1, 4).sum(axis=2) / size for name in ("aic_invest", "aic_proceeds")]
    np.testing.assert_array_equal(by_year[0][0], by_year[0][1])  # no chance is left
    np.testing.assert_allclose(by_year[0][0][:LIFE], calls, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(by_year[1][0][:LIFE], paid, rtol=1e-12, atol=1e-15)
    assert flow(block, "horizon_aic").sum() == 0.0
    # Partners by share, and the government's money back at the treasury, principal up to what was paid in.
    for party, part in (("aic", 0.30), ("soe", 0.25), ("government", 0.15), ("social", 0.30)):
        assert flow(block, f"aic_call_{party}")[0].sum() == pytest.approx(part * calls.sum() * size, rel=1e-12)
        assert flow(block, f"aic_distribute_{party}")[0].sum() == pytest.approx(part * paid.sum() * size, rel=1e-12)
    put_in, back = 0.15 * calls.sum() * size, 0.15 * paid.sum() * size
    assert flow(block, "return_principal_aic")[0].sum() == pytest.approx(min(put_in, back), rel=1e-12)
    assert flow(block, "return_income_aic")[0].sum() == pytest.approx(max(0.0, back - put_in), rel=1e-9)
    # What was never called is free again when the years of calls are over, and lapses because the policy has ended.
    unfunded = 0.15 * (1.0 - DEPLOY) ** CALLS * size
    assert series(block, "encumbered")[0, 0, 4 * CALLS - 1] == pytest.approx(unfunded, rel=1e-12)
    assert series(block, "encumbered")[0, 0, 4 * CALLS] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(("growth", "kept"), [(0.2, 1.0), (0.2, 0.8), (0.0, 1.0), (-0.1, 1.0), (0.05, 0.7)])
def test_a_warrant_without_volatility_is_worth_its_intrinsic_value(growth: float, kept: float) -> None:
    """The firm's value grows at a certain rate: the payoff after five years is covered · max(0, kept · e^(5g) − 1)."""
    value, loan, coverage = 5e7, 8e6, 0.1
    ratio = warrant_rules.price_ratio(warrant_rules.share_price(value * math.exp(5.0 * growth), kept), value)
    found = warrant_rules.payoff(warrant_rules.covered(loan, coverage), ratio)
    assert found == pytest.approx(coverage * loan * max(0.0, kept * math.exp(5.0 * growth) - 1.0), rel=1e-12)


def test_every_warrant_pays_what_the_rounds_since_its_grant_say() -> None:
    """Each payoff worked out anew from the firm's own rounds and conversions (the grant alone, so that its block is told)."""
    found = scenario(
        "demo",
        {
            "policy_years": 5,
            "horizon_years": 9,
            "burn_in_years": 1,
            "world.arrivals.per_year": 40,
            "measures.credit.white_list.min_score": 0,
            "measures.pilots.warrant.life": 4,
            "measures.pilots.regional.liquidity": "100%",
            "measures.grant_to_equity.project.match": 0,
            "measures.grant_to_equity.project.per_year": 20,
        },
    )
    inputs = found.inputs()
    paid = sold = converted = 0
    for path in range(3):
        notes = Notes(diary=[])
        city = run_world(inputs, SEED, path, 0, notes)
        rounds: dict[str, list[tuple[int, float, float]]] = {}
        exits = {}
        issued: dict[str, list[tuple[int, float]]] = {}
        grants: dict[str, list[tuple[int, float, float]]] = {}
        for event in notes.diary or ():
            if event.kind == "round":
                total = sum(event.facts["money"])
                rounds.setdefault(event.entity, []).append((event.quarter, event.facts["price"], total))
            elif event.kind == "warrant":
                grants.setdefault(event.entity, []).append(
                    (event.quarter, event.facts["covered"], event.facts["strike"])
                )
            elif event.kind == "converted":
                issued.setdefault(event.entity, []).append((event.quarter, event.facts["share"]))
            elif event.kind in ("acquired", "sold"):
                exits[event.entity] = event.facts["price"]
        realised = {firm.profile.key: firm.exit_price for firm in city.firms}
        for event in notes.diary or ():
            if event.kind != "warrant_paid":
                continue
            granted = [g for g in grants[event.entity] if g[1] == event.facts["covered"]]
            assert len(granted) == 1
            quarter, covered, strike = granted[0]
            later = [r for r in rounds.get(event.entity, []) if quarter < r[0] <= event.quarter]
            kept = math.prod(price / (price + total) for _, price, total in later)
            blocks = [(k, b) for k, b in issued.get(event.entity, []) if quarter <= k <= event.quarter]
            converted += len(blocks)
            if any(k == quarter for k, _ in blocks):
                continue  # the loan came before the conversion of the same quarter or after it: not told
            if event.facts["sold"]:
                sold += 1
                if not later or later[-1][0] != event.quarter:
                    continue  # sold at the end of its term, at a price that a pivot may have marked down since
                value = later[-1][1] + later[-1][2]
            else:
                value = exits.get(event.entity, realised.get(event.entity, math.nan))
            paid += 1
            # A round's value is that of its own shares: what was converted at its price later in the quarter is in neither.
            before = [b for k, b in blocks if k < event.quarter] if event.facts["sold"] else [b for _, b in blocks]
            left = kept * math.prod(1.0 - block for block in before)
            expected = covered * max(0.0, value * left / strike - 1.0)
            assert event.facts["gain"] == pytest.approx(expected, rel=1e-9), event
    assert paid >= 5
    assert sold >= 1
    assert converted >= 1


def test_margin_and_balance_of_buyback_loans() -> None:
    """One company in each quarter, all of the same size: balances, interest and margins by hand."""
    found = scenario(
        "pilots_only",
        {
            "policy_years": 2,
            "horizon_years": 6,
            "burn_in_years": 0,
            "world.arrivals.per_year": 0,
            f"{AIC}.new_per_year": 0,
            f"{BUYBACK}.spread": 0,
            f"{BUYBACK}.term": 2,
            f"{BUYBACK}.quota": "10000亿元",
        },
    )
    block = run(without_twin(found), 4)
    loan = 0.9 * 2.2e8
    firms = series(block, "buyback_firms")[:, 0]
    lent = flow(block, "buyback_loan")[:, 0]
    np.testing.assert_allclose(lent, loan * firms, rtol=1e-12)
    repaid = np.zeros_like(lent)
    repaid[:, 8:] = lent[:, :-8]
    balance = np.cumsum(lent - repaid, axis=1)
    np.testing.assert_allclose(flow(block, "buyback_repaid")[:, 0], repaid, rtol=1e-12, atol=1e-3)
    np.testing.assert_allclose(series(block, "buyback_balance")[:, 0], balance, rtol=1e-9, atol=1e-3)
    before = np.hstack([np.zeros((4, 1)), balance[:, :-1]])
    np.testing.assert_allclose(flow(block, "buyback_interest")[:, 0], before * 0.0225 / 4, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(flow(block, "buyback_relend_interest")[:, 0], before * 0.0175 / 4, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(series(block, "buyback_margin")[:, 0], before * 0.005 / 4, rtol=1e-9, atol=1e-3)
    assert balance[:, -1] == pytest.approx(0.0, abs=1e-3)
    assert firms.sum() > 10


@pytest.mark.parametrize(("listed", "chance"), [(120, 0.025), (7, 0.25), (1000, 0.01), (40, 0.0)])
def test_the_count_is_the_binomial_quantile(listed: int, chance: float) -> None:
    for u in np.linspace(0.0005, 0.9995, 400):
        assert relending_rules.companies(float(u), listed, chance) == stats.binom.ppf(u, listed, chance)


def test_every_code_of_the_room_is_named_once() -> None:
    names = [posting.name for posting in p.BOOK.postings]
    assert len(names) == len(set(names))
