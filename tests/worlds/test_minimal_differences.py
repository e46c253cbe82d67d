"""Minimally different worlds: what must not change does not change, bit for bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kejin_sim.measures import MEASURES
from kejin_sim.postings import postings
from kejin_sim.recording import BUDGET_ITEMS, SERIES, STATS, BlockResult
from kejin_sim.scenario.scenario import Baseline, Scenario
from tests.playing import (
    ARRAYS,
    bundled,
    firms_at_the_end,
    only_world,
    run,
    same,
    scenario,
    series,
    stat,
    with_values,
    without_twin,
)

SMALL = {"policy_years": 4, "horizon_years": 8, "burn_in_years": 2, "world.arrivals.per_year": 40}


def against(found: Scenario, other: Scenario) -> Scenario:
    """The scenario with another one's measures and budgets as its baseline."""
    return replace(found, baseline=Baseline(other.name, other.title, other.values, other.by_year))


def money_of_measures(block: BlockResult) -> list[str]:
    """Postings of rules of the policy that occur."""
    return [p.name for p in postings() if p.rule[0] not in "WZ" and block.flows[:, :, p.number].any()]


# ---- one enterprise more


@pytest.mark.parametrize("path", range(6))
def test_one_enterprise_more_changes_nobody_elses_history(path: int) -> None:
    """`no_policy`: every other firm ends in the same state, bit for bit; the new one is the only difference."""
    found = without_twin(scenario("no_policy", SMALL))
    block, who, firms = firms_at_the_end(found, path)
    more_block, more_who, more_firms = firms_at_the_end(
        without_twin(scenario("no_policy", {**SMALL, "world.extra_arrivals": {"2026Q1": 1}})), path
    )
    (new,) = set(more_who) - set(who)
    assert new >> 16 == 4 * 2 + 4  # 2026Q1, two years of burn-in
    assert {entity: more_who[entity] for entity in who} == who
    assert {entity: more_firms[entity] for entity in firms} == firms
    arrivals = series(more_block, "arrivals") - series(block, "arrivals")
    assert arrivals.sum() == 1.0
    assert arrivals[0, 0, 4] == 1.0
    for name in ("failures", "listings", "acquisitions"):
        difference = series(more_block, name) - series(block, name)
        assert difference.min() >= 0.0, name
        assert difference.sum() <= 1.0, name
    np.testing.assert_array_equal(more_block.market, block.market)
    # Before the new firm arrives nothing at all is different.
    np.testing.assert_array_equal(more_block.flows[..., :4], block.flows[..., :4])
    np.testing.assert_array_equal(more_block.series[..., :4], block.series[..., :4])


def test_one_enterprise_more_changes_nobody_elses_draws_under_a_policy() -> None:
    """Budgets bind, so histories may differ; who the others are at birth does not."""
    _, who, _ = firms_at_the_end(scenario("demo"), 3)
    _, more, _ = firms_at_the_end(scenario("demo", {"world.extra_arrivals": {"2026Q1": 1}}), 3)
    in_city = {entity for entity in who if entity & 0xFFFF < 32768}
    assert {entity: more[entity] for entity in in_city} == {entity: who[entity] for entity in in_city}
    assert len({e for e in more if e & 0xFFFF < 32768} - in_city) == 1


#: Every measure of package and baseline.
ALL_OFF = {f"{side}measures.{measure}.enabled": False for side in ("", "baseline.") for measure in MEASURES}

# ---- behavioural strengths

GRANT_QUOTAS = [
    f"measures.grant_to_equity.{track}.per_year" for track in ("project", "competition", "talent", "attraction")
]

NO_PARTNERS: dict[str, object] = {
    f"measures.basic_research.municipal.{kind}": 0.0 for kind in ("districts", "banks", "leaders")
}
#: Neither from banks nor through a pool of securities.
NOBODY_BORROWS: dict[str, object] = {"world.credit.apply": 0.0, "measures.commercialisation.securitisation.on": 0}

#: key → (a strength that bites, values under which its mechanism cannot act and nothing else changes)
STRENGTHS: dict[str, tuple[float, dict[str, object]]] = {
    "behaviour.certification": (0.69, {"world.rounds.odds": (0.0,) * 6}),
    "behaviour.crowd_out": (0.6, {"world.rounds.odds": (0.0,) * 6}),
    "behaviour.entry_price_rise": (0.3, {"behaviour.public_money_reference": 1e300}),
    "behaviour.entry_elasticity": (0.2, {"behaviour.public_money_reference": 1e300}),
    "behaviour.early_investing_per_tolerance": (0.5, {"measures.equity.loss_tolerance.rate": 0.3}),
    "behaviour.reward_response": (10.0, {"measures.equity.seed_direct.reward": 0.0}),
    "behaviour.seller_reinvest": (1.0, {"measures.equity.soe_purchase.what": 1}),
    "behaviour.chain_orders": (0.5, {"world.sectors.chain": (0, 0, 0, 0)}),
    "behaviour.grant_certification": (0.3, {"world.rounds.odds": (0.0,) * 6}),
    "behaviour.partner_response": (2.0, NO_PARTNERS),
    "behaviour.diverted": (0.6, NO_PARTNERS),
    "behaviour.knowledge_spinouts": (1.0, {"world.research.success": 0.0}),
    "behaviour.private_research": (1.0, {"world.research.success": 0.0}),
    "behaviour.grant_spending": (1.0, dict.fromkeys(GRANT_QUOTAS, 0)),
    "behaviour.award_response": (3.0, {"world.rounds.odds": (0.0,) * 6}),
    "behaviour.settlement_response": (0.1, {"measures.people.settlement.firms_per_year": 0.0}),
    "behaviour.loan_spending": (1.0, NOBODY_BORROWS),
    "behaviour.debt_awareness": (1.0, NOBODY_BORROWS),
}


@pytest.mark.parametrize("key", STRENGTHS)
def test_a_strength_without_bite_is_a_strength_of_zero(key: str) -> None:
    """Where the mechanism cannot act, its strength changes nothing, bit for bit."""
    strength, blocked = STRENGTHS[key]
    demo = scenario("demo")
    off, on = (run(with_values(demo, {**blocked, key: value}), 12) for value in (0.0, strength))  # type: ignore[dict-item]
    assert same(off, on) == []


@pytest.mark.parametrize("key", STRENGTHS)
def test_a_strength_with_bite_does_something(key: str) -> None:
    """The same strength in a scenario where the mechanism acts; otherwise the test above proves nothing."""
    strength, _ = STRENGTHS[key]
    demo = scenario(
        "demo", {"measures.equity.soe_purchase.offer": "100%", "measures.equity.soe_purchase.budget": "2亿元"}
    )
    off, on = (run(with_values(demo, {key: value}), 12) for value in (0.0, strength))
    assert same(off, on) != []


@pytest.mark.parametrize("key", ["behaviour.chain_orders", "behaviour.entry_price_rise", "behaviour.entry_elasticity"])
def test_a_strength_of_zero_is_the_run_without_the_mechanism(key: str) -> None:
    """Strength 0 with the mechanism in place equals a full strength with the mechanism alone taken away."""
    strength, blocked = STRENGTHS[key]
    demo = with_values(scenario("demo"), {"behaviour.entry_price_rise": 0.0, "behaviour.entry_elasticity": 0.0})
    zero = run(with_values(demo, {key: 0.0}), 12)
    without = run(with_values(demo, {**blocked, key: strength}), 12)  # type: ignore[dict-item]
    assert same(zero, without) == []


@pytest.mark.parametrize(
    "key",
    [
        "behaviour.certification", "behaviour.crowd_out", "behaviour.entry_price_rise",
        "behaviour.entry_elasticity", "behaviour.early_investing_per_tolerance",
        "behaviour.reward_response", "behaviour.seller_reinvest", "behaviour.chain_orders",
        "behaviour.public_money_reference", "behaviour.grant_certification", "behaviour.grant_spending",
        "behaviour.partner_response", "behaviour.diverted", "behaviour.knowledge_spinouts", "behaviour.private_research",
        "behaviour.award_response", "behaviour.settlement_response",
    ],
)  # fmt: skip
def test_without_public_money_no_behaviour_matters(key: str) -> None:
    """Every strength is a response to public money: in `no_policy` all of them change nothing, bit for bit."""
    found = without_twin(scenario("no_policy", SMALL))
    low, high = (0.0, 0.5) if key != "behaviour.public_money_reference" else (1e6, 1e10)
    assert same(*(run(with_values(found, {key: value}), 6) for value in (low, high))) == []


def test_relocation_changes_no_money_when_it_is_recognised_like_registration() -> None:
    """E5 weighs both alike by default: relocation only changes what counts for the nation. Measure 8 is off: H3 is an award for
    relocated firms.
    """
    demo = scenario("demo", {f"{side}measures.people.enabled": False for side in ("", "baseline.")})
    assert demo.values["measures.equity.angel_subfunds.reinvestment.weights"] == (1.0, 1.0, 1.0)
    a, b = (run(with_values(demo, {"behaviour.relocated_share": value}), 12) for value in (0.0, 0.5))
    assert same(a, b, but=("series", "stats")) == []
    changed = [name for i, name in enumerate(SERIES) if not np.array_equal(a.series[:, :, i], b.series[:, :, i])]
    assert changed == ["jobs_national"]
    counted = [name for i, name in enumerate(STATS) if not np.array_equal(a.stats[:, :, i], b.stats[:, :, i])]
    assert set(counted) <= {"survivors_10y_national", "supported_relocated"}


@pytest.mark.parametrize(("share", "counted"), [(0.0, 1.0), (1.0, 0.0)])
def test_a_firm_that_moved_in_is_no_gain_to_the_nation_in_either_world(share: float, counted: float) -> None:
    """Alike in package and twin: else what the package supports would be missed there and not here."""
    # A spin-out begins here: nobody but they is left where all others have moved in.
    none = {
        "world.arrivals.mix": (0.8, 0.2, 0.0),
        **{
            f"{side}measures.{room}.enabled": False
            for side in ("", "baseline.")
            for room in ("basic_research", "commercialisation")
        },
    }
    block = run(with_values(scenario("demo", none), {"behaviour.relocated_share": share}), 6)
    for name, whole in (("jobs_national", "jobs"),):
        np.testing.assert_allclose(series(block, name), counted * series(block, whole), rtol=1e-12)
    long = run(with_values(scenario("ningbo", none), {"behaviour.relocated_share": share}), 2)
    np.testing.assert_array_equal(stat(long, "survivors_10y_national"), counted * stat(long, "survivors_10y"))


def test_without_public_money_relocation_is_a_count_alone() -> None:
    found = without_twin(scenario("no_policy", SMALL))
    a, b = (run(with_values(found, {"behaviour.relocated_share": value}), 6) for value in (0.0, 0.5))
    changed = [name for i, name in enumerate(SERIES) if not np.array_equal(a.series[:, :, i], b.series[:, :, i])]
    assert changed == ["jobs_national"]
    assert same(a, b, but=("series", "stats")) == []


# ---- measures off, twins


def test_a_measure_that_is_off_posts_nothing() -> None:
    block = run(scenario("demo", ALL_OFF), 12)
    assert money_of_measures(block) == []
    assert not block.budget[..., BUDGET_ITEMS.index("executed")].any()


def test_a_package_that_is_off_only_honours_what_the_baseline_has_signed() -> None:
    block = only_world(run(scenario("demo", {"measures.equity.enabled": False}), 12), 0)
    for name in ("subfund_calls", "seed_deals", "follow_ons", "chain_calls", "seed_paid", "coinvestor_paid"):
        assert not series(block, name).any(), name
    assert stat(block, "deals").max() == 0.0
    assert stat(block, "shares_sold").max() == 0.0


def test_off_is_the_same_as_no_policy() -> None:
    """A package switched off in a world without a baseline equals `no_policy` with the same world."""
    off = scenario("demo", ALL_OFF)
    none = bundled("no_policy")
    values = {**off.values, **{k: v for k, v in none.values.items() if k.startswith("measures.")}}
    other = against(replace(off, values=values), replace(off, values=values))
    assert same(run(off, 12), run(other, 12), but=("budget",)) == []  # the twin of `off` has another appropriation


@pytest.mark.parametrize("name", ["demo", "status_quo", "no_policy"])
def test_a_package_equal_to_its_baseline_makes_no_difference(name: str) -> None:
    found = scenario(name, SMALL)
    block = run(against(found, found), 12)
    assert same(only_world(block, 0), only_world(block, 1), but=("pairs",)) == []
    for label, row in zip(("package_only", "twin_only"), ((1, 2), (9, 10)), strict=False):
        assert not block.pairs[:, list(row)].any(), label
    assert not block.pairs[:, 4:8].any()  # earlier, later, more, less
    assert block.pairs[:, [0, 3]].sum() == block.pairs[:, [8, 11]].sum() == series(block, "arrivals")[:, 0].sum()


def test_without_policy_nothing_is_posted_by_rules_of_the_policy() -> None:
    block = run(scenario("no_policy", SMALL), 12)
    assert money_of_measures(block) == []
    assert not block.budget.any()
    assert not series(block, "public_deals").any()


def test_the_twin_is_the_run_of_its_own_scenario() -> None:
    """`no_policy` as the twin of the demonstration equals `no_policy` run by itself in the same world."""
    demo, none = bundled("demo"), bundled("no_policy")
    pair = run(against(demo, none), 12)
    own = {k: v for k, v in none.values.items() if k.startswith(("measures.", "budget."))}
    alone = run(without_twin(replace(demo, values={**demo.values, **own}, by_year=none.by_year)), 12)
    assert same(only_world(pair, 1), alone, but=("pairs",)) == []


#: No spin-outs that come because of the policy: everybody is born in both worlds.
SAME_BIRTHS = {f"measures.commercialisation.{key}": 0 for key in ("equity.extra_spinouts", "landing.induced")}


def test_both_worlds_share_arrivals_and_the_market() -> None:
    block = run(scenario("demo", SAME_BIRTHS), 12)
    arrivals = series(block, "arrivals")
    np.testing.assert_array_equal(arrivals[:, 0], arrivals[:, 1])
    assert not np.array_equal(block.flows[:, 0], block.flows[:, 1])


def test_switching_a_measure_off_leaves_the_twin_alone() -> None:
    """What the package does never reaches the twin: its world is the same whatever the package is."""
    a = run(scenario("demo"), 12)
    b = run(scenario("demo", {"measures.equity.enabled": False}), 12)
    assert same(only_world(a, 1), only_world(b, 1), but=("pairs",)) == []
    assert same(only_world(a, 0), only_world(b, 0), but=("pairs",)) != []


# ---- paths and blocks


def test_the_first_twenty_of_fifty_paths_are_the_twenty() -> None:
    found = scenario("demo")
    many, few = run(found, 50), run(found, 20)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(many, name)[:20], getattr(few, name))
    np.testing.assert_array_equal(many.enterprise_quarters[:20], few.enterprise_quarters)


@pytest.mark.parametrize("size", [1, 3, 7, 16])
def test_blocks_of_any_size_give_the_same_paths(size: int) -> None:
    found = scenario("demo")
    whole = run(found, 16)
    parts = [run(found, min(size, 16 - first), first=first) for first in range(0, 16, size)]
    for name in (*ARRAYS, "enterprise_quarters"):
        np.testing.assert_array_equal(np.concatenate([getattr(part, name) for part in parts]), getattr(whole, name))


def test_a_path_can_be_run_alone_and_again() -> None:
    found = scenario("demo")
    alone, again = run(found, 1, first=7342), run(found, 1, first=7342)
    assert same(alone, again) == []
    assert alone.first_path == 7342
    assert same(alone, run(found, 1, first=7343)) != []
    assert same(alone, run(found, 1, first=7342, seed=2)) != []


def test_seed_zero_is_a_seed_like_any_other() -> None:
    found = scenario("demo")
    assert same(run(found, 2, seed=0), run(found, 2, seed=0)) == []
    assert same(run(found, 2, seed=0), run(found, 2, seed=1)) != []
