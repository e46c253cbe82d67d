"""Where the policy ends, and who is served first: purchases, priority, the window's part, the reserve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.reference import deals, market
from kejin_sim.reference.enterprise import Enterprise
from kejin_sim.reference.rounds import Money, close_round
from kejin_sim.reference.run import run_world
from tests.playing import flow, run, same, scenario, stat

SOE = "measures.equity.soe_purchase"
CHAIN = "measures.equity.chain_funds"
LOSS = "measures.equity.loss_tolerance"
BOUGHT = ("share_from_social", "share_from_government", "holding_bought")
POLICY_QUARTERS = 16  # of the demonstration


def test_the_soe_buys_nothing_after_the_policy() -> None:
    eager: dict[str, Any] = {f"{SOE}.min_age": 1, f"{SOE}.offer": "90%", f"{SOE}.budget": "2亿元"}
    block = run(scenario("demo", eager), 40)
    bought = sum(flow(block, name)[:, 0] for name in BOUGHT)
    assert bought[:, :POLICY_QUARTERS].sum() > 0.0
    assert not bought[:, POLICY_QUARTERS:].any()


def test_what_a_bought_share_has_yet_to_pay_fits_into_the_year_s_budget() -> None:
    """Prices of a year and the calls that follow stay within what the yearly budgets could set aside."""
    budget = 1.5e7
    eager: dict[str, Any] = {f"{SOE}.min_age": 0, f"{SOE}.offer": "100%", f"{SOE}.budget": "1500万元"}
    block = run(scenario("demo", eager), 40)
    bought = sum(flow(block, name)[:, 0] for name in BOUGHT)
    called = flow(block, "call_soe")[:, 0]
    assert called.sum() > 0.0
    assert (bought.reshape(10, -1, 4).sum(axis=2) <= budget * (1 + 1e-12)).all()
    years = POLICY_QUARTERS // 4
    assert (bought.sum(axis=1) + called.sum(axis=1) <= years * budget * (1 + 1e-12)).all()


@pytest.mark.parametrize("scope", ["own", "state"])
def test_holdings_counted_together_never_exceed_the_cap(scope: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state's holding after every public deal, deal by deal in the reference engine; counted by holder it exceeds it."""
    cap = 0.15
    rules = "measures.equity"
    changes: dict[str, Any] = {
        f"{rules}.eligibility.holding_scope": scope, f"{rules}.angel_subfunds.holding_cap": "15%",
        f"{rules}.seed_direct.holding_cap": "15%", f"{rules}.follow_on.holding_cap": "15%", "time.burn_in_years": 0,
    }  # fmt: skip
    held: list[float] = []

    def watched(firm: Enterprise, price: float, money: Money) -> None:
        close_round(firm, price, money)
        if money.seed + money.subfund + money.follow_on > 0.0:
            held.append(firm.angel.share + firm.seed.share + firm.follow_on.share + firm.grant_share + firm.soe)

    for module in (market, deals):
        monkeypatch.setattr(module, "close_round", watched)
    for path in range(4):
        run_world(scenario("demo", changes).inputs(), 1, path, 0)
    assert len(held) > 50
    assert sum(share > cap * (1 + 1e-12) for share in held) == 0 if scope == "state" else max(held) > cap
    assert max(held) > 0.9 * cap


def test_chain_funds_with_priority_take_from_the_angel_line() -> None:
    poor: dict[str, Any] = {"budget.industry_funds.amount": "1500万元", "budget.industry_funds.unspent": "lapse"}
    first = run(scenario("demo", poor), 4)
    last = run(scenario("demo", {**poor, f"{CHAIN}.priority": False}), 4)
    # 30 % of CNY 100 m a year are wanted, 15 m are there.
    assert (flow(first, "chain_call_government")[:, 0].sum(axis=1) > 0.0).all()
    assert not flow(last, "chain_call_government").any()
    assert (stat(last, "refused_by_budget")[:, 0] >= POLICY_QUARTERS // 4).all()
    assert (flow(first, "draw_angel")[:, 0, 0] > flow(last, "draw_angel")[:, 0, 0]).all()
    assert same(run(scenario("demo", {f"{CHAIN}.priority": False}), 4), run(scenario("demo"), 4)) == []


def test_acquisitions_do_not_feel_a_window_that_does_not_matter() -> None:
    off = run(scenario("demo", {"world.exits.mna_window": "0%"}), 6)
    on = run(scenario("demo", {"world.exits.mna_window": "100%"}), 6)
    assert same(off, on) != []
    open_always: dict[str, Any] = {"world.ipo_window.shut_rate": "0%", "world.ipo_window.open_rate": "90%"}
    always = [run(scenario("demo", {**open_always, "world.exits.mna_window": fall}), 6) for fall in ("0%", "100%")]
    assert same(*always) == []


def test_the_reserve_makes_good_a_loss_once() -> None:
    """Assessed every year, the portfolio draws no more than its whole loss above the tolerance, ever."""
    hard: dict[str, Any] = {
        "measures.equity.risk_reserve.rate": "100%",
        f"{LOSS}.unit": "portfolio",
        f"{LOSS}.when": "rolling",
        f"{LOSS}.rate": "10%",
        f"{LOSS}.basis": "gross",
    }
    block = run(scenario("demo", hard), 20)
    released = flow(block, "reserve_release")[:, 0]
    assert released.sum() > 0.0
    assert (released.sum(axis=1) <= 0.9 * stat(block, "deals_cost")[:, 0]).all()
    assert np.count_nonzero(released, axis=1).max() > 1  # in parts, as the loss grows and the reserve fills
