"""Credit and grants switched off, or given nothing to do: what must vanish vanishes, everything else stays bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import Context, View
from kejin_sim.postings import postings
from kejin_sim.recording import STATS, BlockResult
from kejin_sim.scenario.scenario import Scenario
from tests.agreement.variations import EAGER, VARIATIONS
from tests.playing import ARRAYS, flow, run, same, scenario, series, stat, state_at_the_end

CREDIT = "measures.credit"
GRANT = "measures.grant_to_equity"
PATHS = 12
SMALL = {"policy_years": 5, "horizon_years": 9, "burn_in_years": 3, "world.arrivals.per_year": 60}


def both(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same changes in package and baseline."""
    return {**changes, **{f"baseline.{key}": value for key, value in changes.items()}}


#: Lending under measure 2 only, in a world whose burn-in has no policy: nothing else answers to it.
def only_credit(changes: Mapping[str, Any] | None = None) -> Scenario:
    return scenario("credit_only", {**SMALL, **(changes or {})})


def posted(block: BlockResult, initials: str) -> list[str]:
    """Names of the postings that occur under rules with these initials."""
    return [p.name for p in postings() if p.rule[0] in initials and block.flows[:, :, p.number].any()]


# ---- common random numbers


@pytest.mark.parametrize("path", range(6))
def test_lending_changes_no_history_of_firms_that_never_borrow(path: int) -> None:
    """Value shocks, private offers, failures: a firm without a loan has the same history whatever is lent to others."""
    _, without = state_at_the_end(only_credit({"world.credit.apply": "0%"}), path)
    block, state = state_at_the_end(only_credit(), path)
    people = state.people
    used = np.flatnonzero(people["log_value"])
    np.testing.assert_array_equal(people[used], without.people[used])
    assert not without.firms["borrowed"][used].any()
    for world in range(2):
        borrowed = state.firms["borrowed"][used, world] == 1
        never = used[~borrowed]
        assert borrowed.any() or world == 1
        assert len(never) > len(used) / 2
        np.testing.assert_array_equal(state.firms[never, world], without.firms[never, world])
    assert flow(block, "policy_loan")[:, 0].sum() > 0.0


@pytest.mark.parametrize("path", range(6))
def test_package_and_twin_differ_in_firms_with_a_loan_alone(path: int) -> None:
    """`credit_only` beside its twin without policy: who has a loan in neither is the same firm in both, bit for bit."""
    _, state = state_at_the_end(only_credit(), path)
    neither = (state.firms["borrowed"] == 0).all(axis=1) & (state.people["log_value"] != 0.0)
    np.testing.assert_array_equal(state.firms[neither, 0], state.firms[neither, 1])
    others = ~neither & (state.people["log_value"] != 0.0)
    assert (state.firms[others, 0] != state.firms[others, 1]).any()


@pytest.mark.parametrize("path", range(4))
def test_grants_change_no_history_of_firms_that_never_have_one(path: int) -> None:
    """Measure 7 alone; banks lend to nobody, so that no capacity passes from one firm to another."""
    found = scenario("grant_only", {**SMALL, "world.credit.apply": "0%", "behaviour.entry_price_rise": 0})
    _, state = state_at_the_end(found, path)
    there = state.people["log_value"] != 0.0
    never = (state.firms["awarded"][:, 0] == 0) & there
    assert never.sum() > there.sum() / 2
    np.testing.assert_array_equal(state.firms[never, 0], state.firms[never, 1])
    assert not state.firms["awarded"][there, 1].any()
    assert (state.firms[there & ~never, 0] != state.firms[there & ~never, 1]).any()


# ---- what a loan does to rounds


def test_firms_that_mind_their_debt_do_not_put_their_rounds_off() -> None:
    """The same loans to firms that take the bank's money for their own cost rounds; to firms that do not, they do not."""
    rounds = {}
    for aware in ("0%", "100%"):
        found = only_credit({"behaviour.debt_awareness": aware, "behaviour.loan_spending": "0%"})
        block = run(found, 4 * PATHS)
        rounds[aware] = series(block, "private_rounds").sum(axis=2) @ np.array([1.0, -1.0])
        assert flow(block, "policy_loan")[:, 0].sum() > 0.0
    assert rounds["0%"].sum() < 0.0 <= rounds["100%"].sum()


# ---- off


def test_without_measure_2_only_ordinary_loans_are_left() -> None:
    """Insured loans and pledges are other measures'."""
    off = {f"{CREDIT}.enabled": False, "measures.insurance.loan.enabled": False}
    block = run(scenario("demo", both({**off, "measures.commercialisation.pledge.on": False})), PATHS)
    assert posted(block, "C") == []
    assert flow(block, "loan").sum() > 0.0
    for name in ("credit_listed_lent", "credit_policy_balance", "pool_balance", "guarantor_cash", "relending_balance"):
        assert not series(block, name).any(), name
    for name in ("credit_ead", "credit_not_listed", "credit_limit_full", "unpaid_claims"):
        assert not stat(block, name).any(), name


def test_without_measure_7_no_grant_is_posted() -> None:
    block = run(scenario("demo", both({f"{GRANT}.enabled": False})), PATHS)
    assert posted(block, "G") == []
    assert not flow(block, "draw_grant").any()
    assert not flow(block, "dividend_grant").any()
    for name in STATS:
        if name.startswith("grant_"):
            assert not stat(block, name).any(), name


def test_a_package_that_switches_credit_off_only_winds_up_what_the_baseline_lent() -> None:
    """No new listed loan, no money paid in, no subsidy: only what the burn-in's loans still entail."""
    block = run(scenario("demo", {f"{CREDIT}.enabled": False}), PATHS)
    new = ("policy_loan", "pool_city", "pool_district", "pool_bank", "guarantee_capital", "interest_subsidy", "fee_rebate",
           "relend", "compensation", "layer")  # fmt: skip
    for name in new:
        assert not flow(block, name)[:, 0].any(), name
    assert flow(block, "policy_repaid")[:, 0].any()
    assert flow(block, "pool_return_city")[:, 0].any()


# ---- nothing to do: pairs of changes that must give the same run, and statistics that may count differently

QUOTAS = {f"{GRANT}.{track}.per_year": 0 for track in ("project", "competition", "talent", "attraction")}
NO_POOL = {f"{CREDIT}.pool.size": "0元", f"{CREDIT}.pool.top_up": "0元"}
NO_CAPITAL = {f"{CREDIT}.guarantee.capital": "0元", f"{CREDIT}.guarantee.top_up": "0元"}
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "quotas of zero are no grants": (QUOTAS, {f"{GRANT}.enabled": False}, set()),
    "no share of interest, or nothing at most": (
        {f"{CREDIT}.interest_subsidy.share": "0%"},
        {f"{CREDIT}.interest_subsidy.cap": "0元"},
        set(),
    ),
    "a bonus of nothing, or no bank with one": (
        {f"{CREDIT}.ranking.bonus": "0%"},
        {f"{CREDIT}.ranking.top_n": 0},
        set(),
    ),
    "no relending quota, or no share refinanced": (
        {f"{CREDIT}.relending.quota": "0元"},
        {f"{CREDIT}.relending.share": "0%"},
        set(),
    ),
    "a list for everybody, or no list": (
        {f"{CREDIT}.white_list.min_score": 0},
        {f"{CREDIT}.white_list.on": False},
        set(),
    ),
    "an empty pool, or no scheme": (
        NO_POOL,
        {f"{CREDIT}.scheme": "none"},
        {"credit_limit_full", "double_compensation_refused"},
    ),
    "a guarantor without capital, or none": (
        NO_CAPITAL,
        {f"{CREDIT}.guarantee.on": False},
        {"credit_limit_full"},
    ),
    "ex ante at the usual lag, or ex post": (
        {f"{CREDIT}.claim.ex_ante": True, f"{CREDIT}.claim.ex_ante_lag": 1},
        {f"{CREDIT}.claim.lag": 1},
        set(),
    ),
    "a stop-loss that cannot act": (
        {f"{CREDIT}.stop_loss.trigger": "100%"},
        {f"{CREDIT}.stop_loss.trigger": "100%", f"{CREDIT}.stop_loss.release": "50%"},
        set(),
    ),
    "a waiver leaves nothing to repay": (
        {f"{GRANT}.failure.repay_share": "0%"},
        {f"{GRANT}.failure.repay_share": "100%"},
        set(),
    ),
    "founders who never have the money, or have no option": (
        {f"{GRANT}.exit.call_funded": "0%"},
        {f"{GRANT}.exit.founder_call": "none"},
        set(),
    ),
    "founders who never step in, or may not": (
        {f"{GRANT}.exit.rofr_share": "0%"},
        {f"{GRANT}.exit.rofr": False},
        set(),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_two_ways_to_nothing_are_one(name: str) -> None:
    one, other, counted = PAIRS[name]
    common = {"world.failure.hazard": HAZARD, **NEEDS.get(name, {})}
    a, b = (run(scenario("demo", {**common, **both(change)}), PATHS) for change in (one, other))
    assert same(a, b, but=("stats",)) == []
    different = {n for i, n in enumerate(STATS) if not np.array_equal(a.stats[:, :, i], b.stats[:, :, i])}
    assert different <= counted


#: Firms fail often, so that claims, windows and write-offs occur in few paths.
HAZARD = ["15%", "14%", "12%", "10%", "10%", "8%", "5%", "60%"]
#: A larger quota is worth something only where ordinary ones are used up.
NEEDS = {"a bonus of nothing, or no bank with one": {f"{CREDIT}.relending.quota": "100万元"}}


@pytest.mark.parametrize("name", PAIRS)
def test_what_has_something_to_do_does_it(name: str) -> None:
    """The default of the same keys makes another run than zero; where both ends are idle, the demonstration itself is idle."""
    one, other, _ = PAIRS[name]
    idle = {"a waiver leaves nothing to repay"}
    common = {"world.failure.hazard": HAZARD, **NEEDS.get(name, {})}
    base = run(scenario("demo", common), PATHS)
    changed = [same(base, run(scenario("demo", {**common, **both(c)}), PATHS)) for c in (one, other)]
    assert any(changed) == (name not in idle)


def test_a_list_that_lists_nobody_lends_like_no_measure() -> None:
    """Pool and guarantor paid in nothing, nobody listed: the same loans to the same firms as with the measure off."""
    nothing = {
        f"{CREDIT}.white_list.min_score": 100,
        f"{CREDIT}.guarantee.on": False,
        f"{CREDIT}.scheme": "none",
    }
    a = run(scenario("demo", both(nothing)), PATHS)
    b = run(scenario("demo", both({f"{CREDIT}.enabled": False})), PATHS)
    assert same(a, b, but=("stats",)) == []
    different = {n for i, n in enumerate(STATS) if not np.array_equal(a.stats[:, :, i], b.stats[:, :, i])}
    assert different == {"credit_not_listed"}


def test_a_pure_grant_takes_nothing_back() -> None:
    block = run(scenario("demo", {f"{GRANT}.mode": "pure_grant"}), PATHS)
    assert set(posted(block, "G")) == {"pure_grant", "match"}
    assert not stat(block, "grant_back").any()
    assert not stat(block, "grant_closed_cost").any()
    assert ARRAYS


def test_a_ticket_that_attracts_firms_stays_what_it_is() -> None:
    """G9 is legally red: a pure grant (G10) does not hide it."""
    block = run(scenario("demo", {f"{GRANT}.mode": "pure_grant", f"{GRANT}.attraction.per_year": 10}), PATHS)
    city, district = (flow(block, f"attraction_{who}")[:, 0].sum(axis=1) for who in ("city", "district"))
    assert city.any()
    np.testing.assert_allclose(city, district, rtol=1e-12)  # the default share is a half


def test_money_repaid_above_the_cap_is_counted_once() -> None:
    """G7: all grants are closed at the horizon; what was paid is what was lost, repaid at once, or came back later."""
    block = run(
        scenario("demo", {f"{GRANT}.conversion.share_cap": "2%", f"{GRANT}.conversion.above_cap": "repaid"}), 4 * PATHS
    )
    assert flow(block, "repaid_above_cap").any()
    paid, closed = stat(block, "grant_disbursed")[:, 0], stat(block, "grant_closed_cost")[:, 0]
    np.testing.assert_allclose(closed, paid, rtol=1e-12)
    back = stat(block, "grant_back")[:, 0]
    assert (stat(block, "grant_loss")[:, 0] >= np.maximum(0.0, paid - back) * (1 - 1e-12)).all()


def test_a_holding_valued_at_the_horizon_cedes_nothing() -> None:
    """G6 is for market exits: in the last quarter the team gets no more than of exits before the realisation."""
    changes = {"horizon_years": 4, "policy_years": 4, f"{GRANT}.exit.window_years": 10, f"{GRANT}.exit.market_stage": 5}
    block = run(scenario("grant_only", {**SMALL, **changes}), PATHS)
    assert flow(block, "horizon_grant")[:, 0, -1].sum() > 0.0
    ceded = flow(block, "team_yield")[:, 0]
    assert ceded[:, -1].sum() <= ceded[:, :-1].max() * PATHS


@pytest.mark.parametrize("repayment", ["bullet", "instalments"])
def test_every_quarter_of_a_loan_is_charged(repayment: str) -> None:
    """C11, C14, C17: of firms that never fail and are never sold, each quarter's charge is on the balance it began with."""
    nobody = {
        "world.failure.hazard": ["0%"] * 8, "world.exits.mna_hazard": ["0%"] * 7, "world.exits.ipo_filing": "0%",
        "world.credit.repayment": repayment, "world.credit.renewals": 0,
    }  # fmt: skip
    found = only_credit({**nobody, f"{CREDIT}.guarantee.fee": "1%", f"{CREDIT}.scheme": "none"})
    block = run(found, PATHS)
    rate = float(found.values[f"{CREDIT}.relending.rate"])  # type: ignore[arg-type]
    whole = series(block, "credit_defaults")[:, 0, 1:] == 0.0  # quarters in which nobody leaves off paying
    opened = series(block, "relending_balance")[:, 0, :-1]
    paid = flow(block, "relend_interest")[:, 0, 1:]
    assert paid[whole].any()
    np.testing.assert_allclose(paid[whole], 0.25 * rate * opened[whole], rtol=1e-9, atol=1e-3)
    share = 1.0 - float(found.values[f"{CREDIT}.guarantee.bank_share"])  # type: ignore[arg-type]
    due = 0.25 * 0.01 * series(block, "guarantee_exposure")[:, 0, :-1][whole] / share
    fees = flow(block, "guarantee_fee")[:, 0, 1:][whole]
    assert (fees <= due * (1 + 1e-9) + 1e-3).all()
    assert fees.sum() > 0.95 * due.sum()  # the rest is in arrears


def test_the_pools_loss_is_claims_and_not_what_winds_it_up() -> None:
    found = only_credit({"horizon_years": 9, "policy_years": 4})
    block = run(found, PATHS)
    assert flow(block, "pool_return_bank")[:, 0].any()
    claims = sum(flow(block, f"claim_{who}")[:, 0].sum(axis=1) for who in ("city", "district", "bank"))
    back = sum(flow(block, f"pool_recovery_{who}")[:, 0].sum(axis=1) for who in ("city", "district", "bank"))
    wanted = 4.0 * (claims - back) / series(block, "pool_balance")[:, 0].sum(axis=1)
    view = View(block, 0, Context.of(found.inputs()))
    np.testing.assert_allclose(by_name()["pool_loss_ratio"].compute(view), wanted, rtol=1e-12)


def test_what_is_borne_is_what_was_paid() -> None:
    """Without a burn-in loan in the books, each party's part of the losses is its postings, claims less what came back."""
    found = scenario(
        "credit_only", {**SMALL, "world.failure.hazard": ["15%"] * 7 + ["60%"], f"{CREDIT}.guarantee.on": True}
    )
    block = run(found, PATHS)
    net = {
        "pool_city": ("claim_city", "pool_recovery_city"),
        "pool_district": ("claim_district", "pool_recovery_district"),
        "pool_bank": ("claim_bank", "pool_recovery_bank"),
        "national": ("national_share", "national_returned"),
        "re_guarantor": ("re_guarantor_share", "re_guarantor_returned"),
    }
    for party, (paid, back) in net.items():
        wanted = (flow(block, paid) - flow(block, back))[:, 0].sum(axis=1)
        assert wanted.any(), party
        np.testing.assert_allclose(stat(block, f"borne_{party}")[:, 0], wanted, rtol=1e-9, atol=1e-3, err_msg=party)


def test_a_guaranteed_loan_has_a_cap_of_its_own() -> None:
    """C11: neither the cap of other loans to listed firms holds for it, nor its cap for them."""

    def lent(loan: str, guarantee: str, scheme: str = "none") -> dict[str, float]:
        caps = {f"{CREDIT}.loan.cap": loan, f"{CREDIT}.guarantee.cap": guarantee, f"{CREDIT}.scheme": scheme}
        block = run(only_credit(caps), PATHS)
        return {name: series(block, f"credit_{name}_lent")[:, 0].sum() for name in ("guaranteed", "scheme")}

    low, high = lent("100万元", "100万元"), lent("100万元", "1000万元")
    assert high["guaranteed"] > 1.5 * low["guaranteed"] > 0.0
    assert lent("1000万元", "100万元")["guaranteed"] < 1.1 * low["guaranteed"]
    one, other = lent("100万元", "100万元", "pool"), lent("100万元", "1000万元", "pool")
    assert other["guaranteed"] > 1.5 * one["guaranteed"]
    assert 0.0 < other["scheme"] <= one["scheme"]


def test_a_surplus_of_the_guarantor_is_income() -> None:
    """C11: dear guarantees of firms that never fail leave more than was paid in; the rest is no principal."""
    changes = {
        "world.failure.hazard": ["0%"] * 8,
        f"{CREDIT}.guarantee.fee": "3%",
        f"{CREDIT}.guarantee.fee_rebate": "0%",
    }
    block = run(only_credit({**changes, f"{CREDIT}.scheme": "none"}), PATHS)
    paid_in = flow(block, "guarantee_capital")[:, 0].sum(axis=1)
    surplus = flow(block, "guarantee_surplus")[:, 0].sum(axis=1)
    returned = flow(block, "guarantee_returned")[:, 0].sum(axis=1)
    assert surplus.any()
    assert (returned <= paid_in * (1 + 1e-12)).all()
    np.testing.assert_allclose(returned[surplus > 0.0], paid_in[surplus > 0.0], rtol=1e-12)


def test_capital_leaves_what_the_reward_for_low_fees_needs() -> None:
    """C11, C15: while capital takes all that the line has, the reward is at least what the opening's guarantees lead to expect."""
    short = {
        f"{CREDIT}.guarantee.capital": "5亿元",
        "budget.guarantee.amount": "1000万元",
        f"{CREDIT}.guarantee.fee_rebate": "1%",
    }
    block = run(only_credit(short), PATHS)
    years = slice(4, 20)
    opened = series(block, "guarantee_exposure")[:, 0, 3:19:4]  # at the ends of the first four years
    rebate, capital = (
        flow(block, name)[:, 0, years].reshape(PATHS, 4, 4).sum(axis=2) for name in ("fee_rebate", "guarantee_capital")
    )
    mean = series(block, "guarantee_exposure")[:, 0, years].reshape(PATHS, 4, 4).mean(axis=2)
    np.testing.assert_allclose(rebate, 0.01 * np.minimum(opened, mean), rtol=1e-9, atol=1e-3)
    assert rebate.all(axis=0).any()
    assert (capital > 0.0).all()
    assert ((capital + rebate).sum(axis=1) <= 5e7 * (1 + 1e-12)).all()


def test_part_years_have_a_part_of_the_relending_quota() -> None:
    """C16: three policy years are three quotas, whether the books open in January or in July."""
    tight = {"policy_years": 3, f"{CREDIT}.relending.quota": "50万元", f"{CREDIT}.ranking.top_n": 0}
    for start in ("2025Q1", "2025Q3"):
        drawn = flow(run(only_credit({**tight, "start": start}), PATHS), "relend")[:, 0].sum(axis=1)
        assert (drawn <= 3 * 5 * 5e5 * (1 + 1e-9)).all(), start
        assert drawn.mean() > 0.5 * 3 * 5 * 5e5, start


def test_payments_of_a_layer_are_claims_paid() -> None:
    """C7 pays by the year and by the bank; what it pays is a claim paid like that on a single loan."""
    block = run(scenario("demo", VARIATIONS["compensation by layer"][1]), 4)
    assert flow(block, "layer")[:, 0].any()
    claims = sum(flow(block, name) for name in ("claim_city", "claim_district", "claim_bank", "compensation", "layer"))
    np.testing.assert_allclose(series(block, "pool_claims"), claims, rtol=1e-12, atol=1e-6)


def test_a_second_compensation_is_refused_only_while_there_is_a_first() -> None:
    """N2: guarantees from before the opening go on when the package has no measure 2, and no scheme that could refuse."""
    changes = {**EAGER, f"{CREDIT}.enabled": False, "baseline.measures.credit.scheme": "none", "burn_in_years": 4}
    block = run(scenario("demo", changes), 20)
    assert flow(block, "guarantee_claim")[:, 0].any()
    assert not stat(block, "double_compensation_refused").any()
