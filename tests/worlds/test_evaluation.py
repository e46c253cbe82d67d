"""Measures 6 and 10 in the engine: off is nothing, strength 0 is bit for bit nothing, what is paid is what the rules say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.measures import MEASURES
from kejin_sim.postings import postings
from kejin_sim.recording import T_RESIDUAL, BlockResult
from kejin_sim.scenario.scenario import Scenario
from tests.agreement.compare import differences, outcome_differences
from tests.playing import bundled, flow, run, same, scenario, series, stat, state_at_the_end, without_twin

PATHS = 8
M6, M10 = "measures.evaluation", "measures.ecosystem"
OFF: dict[str, Any] = {f"{M6}.enabled": False, f"{M10}.enabled": False}
#: Money so scarce that what the platform costs takes it from the projects.
ROOM_RULES = frozenset({"F1", "F2", "O3"})
#: What the rooms write down for themselves.
OWN = frozenset({"platform_works", "fintech_projects", "fintech_projects_open", "fintech_paid", "platform_paid"})


def paid(block: BlockResult, rules: frozenset[str]) -> list[str]:
    """Posting codes of rules that occur in the package."""
    return [p.name for p in postings() if p.rule in rules and block.flows[:, 0, p.number].any()]


def test_off_posts_nothing_and_on_posts_everything() -> None:
    on, off = run(scenario("demo"), PATHS), run(scenario("demo", OFF), PATHS)
    assert paid(off, ROOM_RULES) == []
    assert set(paid(on, ROOM_RULES)) == {p.name for p in postings() if p.rule in ROOM_RULES}
    assert on.stats[..., T_RESIDUAL].max() < 1e-9


def test_strengths_of_zero_and_a_platform_as_coarse_as_before_change_nobodys_life() -> None:
    """Score weights at 0, coordination at 0, σ1 = σ0: but for what it costs the city, the run is the one without the measures."""
    zero = {f"{M6}.score.strength": "0%", f"{M10}.co_match": 0, f"{M10}.dedup": "0%", f"{M6}.platform.noise": 1.0}
    idle = scenario("demo", zero)
    a, b = run(idle, PATHS), run(scenario("demo", OFF), PATHS)
    own = [p.number for p in postings() if p.rule in ROOM_RULES]
    others = np.setdiff1d(np.arange(a.flows.shape[2]), own)
    np.testing.assert_array_equal(a.flows[:, :, others], b.flows[:, :, others])
    np.testing.assert_array_equal(a.pairs, b.pairs)
    for name in ("live", "jobs", "tax", "failures", "listings", "private_rounds", "credit_loans", "grants"):
        np.testing.assert_array_equal(series(a, name), series(b, name), err_msg=name)
    for name in (
        "auc_right",
        "cohort_chosen",
        "wrong_approvals",
        "missed_firms",
        "chosen_failed",
        "first_served",
    ):
        np.testing.assert_array_equal(stat(a, name), stat(b, name), err_msg=name)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (f"{M6}.score.strength", "0%"),
        (f"{M6}.score.banks", "0%"),
        (f"{M10}.co_match", 0),
        (f"{M10}.dedup", "0%"),
        (f"{M6}.platform.noise", 1.0),
    ],
)
def test_each_strength_does_something(key: str, value: object) -> None:
    """Otherwise the test above proves nothing."""
    assert same(run(scenario("demo"), PATHS), run(scenario("demo", {key: value}), PATHS)) != []


def test_banks_with_nothing_to_learn_from_the_platform_lend_as_without_it() -> None:
    """A platform that is never finished, or that scores as banks do: whatever weight they give it, nothing moves by a bit."""
    never = {f"{M6}.platform.build_years": 3, "policy_years": 2}
    same_score = {f"{M6}.platform.noise": 1.0}
    for changes in (never, same_score):
        runs = [run(scenario("demo", {**changes, f"{M6}.score.banks": weight}), PATHS) for weight in ("0%", "100%")]
        assert same(*runs) == []
        assert series(runs[0], "credit_loans")[:, 0].any()


def test_banks_hear_the_platform_while_it_works_and_in_the_package_alone() -> None:
    heard, unheard = (
        series(
            run(scenario("demo", {f"{M6}.platform.build_years": 2, f"{M6}.score.banks": weight}), 40), "credit_loans"
        )
        for weight in ("100%", "0%")
    )
    np.testing.assert_array_equal(heard[:, :, :8], unheard[:, :, :8])
    np.testing.assert_array_equal(heard[:, 1], unheard[:, 1])
    assert (heard[:, 0, 8:16] != unheard[:, 0, 8:16]).any()
    _, state = state_at_the_end(scenario("demo"), 0)
    assert state.cities["shared_weight"].tolist() == [0.0, 0.0], "the policy has ended"


def test_insurers_price_by_technical_innovation_whatever_a_stage_weighs() -> None:
    """I1 reads a score as quality and noise: cover of cost and marks are no part of it, the platform's precision is."""
    alone = {f"measures.{name}.enabled": name in ("insurance", "evaluation") for name in MEASURES}
    weighed, plain, coarse = (
        run(without_twin(scenario("demo", {**alone, **change})), PATHS)
        for change in (
            {f"{M6}.score.strength": "100%"},
            {f"{M6}.score.strength": "0%"},
            {f"{M6}.score.strength": "0%", f"{M6}.platform.noise": 1.0},
        )
    )
    assert (stat(weighed, "auc_right") != stat(plain, "auc_right")).any(), "stages are weighed"
    np.testing.assert_array_equal(weighed.flows, plain.flows)
    assert (weighed.flows != coarse.flows).any()


def test_projects_are_paid_by_milestone_and_within_the_cap() -> None:
    """Everybody passes, nothing is spread: each project gets exactly min(share × cost, cap) in 50, 30 and 20 %."""
    certain = {
        f"{M6}.research.success": "100%",
        f"{M6}.research.cost_spread": 0,
        f"{M6}.research.cost": "5000万元",
        f"{M6}.research.cap": "100万元",
        f"{M6}.research.per_year": 4,
    }
    block = run(scenario("demo", certain), 2)
    approved = stat(block, "fintech_projects_approved")[:, 0]
    assert (approved == 16).all()  # 4 a year for 4 years
    np.testing.assert_array_equal(stat(block, "fintech_projects_capped")[:, 0], approved)
    np.testing.assert_array_equal(stat(block, "fintech_projects_completed")[:, 0], approved)
    for name, part in (("fintech_first", 0.5), ("fintech_interim", 0.3), ("fintech_final", 0.2)):
        money = flow(block, name)[:, 0]
        assert money.sum(axis=1) == pytest.approx(approved * part * 1e6, rel=1e-12), name
    first, interim, final = (flow(block, f"fintech_{name}")[0, 0] for name in ("first", "interim", "final"))
    np.testing.assert_allclose(interim[4:], 0.6 * first[:-4])
    np.testing.assert_allclose(final[8:], 0.4 * first[:-8])


def test_a_failed_milestone_ends_the_payments() -> None:
    block = run(scenario("demo", {f"{M6}.research.success": "0%", f"{M6}.research.per_year": 4}), 2)
    assert flow(block, "fintech_first").any()
    assert not flow(block, "fintech_interim").any()
    assert not flow(block, "fintech_final").any()
    np.testing.assert_array_equal(
        stat(block, "fintech_projects_stopped")[:, 0], stat(block, "fintech_projects_approved")[:, 0]
    )


def test_the_platform_costs_its_capital_once_and_its_running_cost_from_when_it_works() -> None:
    block = run(scenario("demo", {f"{M6}.platform.build_years": 1}), 1)
    capex, opex, works = (
        flow(block, "platform_capex")[0, 0],
        flow(block, "platform_opex")[0, 0],
        series(block, "platform_works"),
    )
    assert np.flatnonzero(capex).tolist() == [0]
    assert capex[0] == 4e6
    assert np.flatnonzero(opex).tolist() == [4, 8, 12]
    assert (opex[opex > 0.0] == 1e6).all()
    assert works[0, 0].tolist() == [0.0] * 4 + [1.0] * 12 + [0.0] * 16
    assert not works[0, 1].any()


def test_without_the_years_money_the_platform_stands_still_and_the_score_is_coarse_again() -> None:
    changes = {
        "budget.fintech.by_year": {2027: "0元"},
        "budget.fintech.unspent": "lapse",
        f"{M6}.research.per_year": 0,
        f"{M6}.score.strength": "0%",
    }
    block = run(scenario("demo", changes), PATHS)
    assert series(block, "platform_works")[0, 0].tolist() == [0.0] * 4 + [1.0] * 4 + [0.0] * 4 + [1.0] * 4 + [0.0] * 16
    assert (stat(block, "refused_by_budget")[:, 0] >= 1.0).all()


def test_the_default_line_of_the_alliance_is_what_can_be_spent_from_it() -> None:
    for name in ("ningbo", "ecosystem_only"):
        values = scenario(name).values
        assert values["budget.ecosystem.amount"] == values[f"{M10}.alliance_cost"], name


def test_without_its_money_the_alliance_does_not_run() -> None:
    idle, without = (
        run(scenario("demo", changes), PATHS)
        for changes in ({"budget.ecosystem.amount": "0元"}, {"budget.ecosystem.amount": "0元", f"{M10}.enabled": False})
    )
    assert not flow(idle, "alliance_cost").any()
    assert not stat(idle, "matches_made").any()
    assert same(idle, without, but=("stats",)) == []


def test_a_sharper_score_makes_fewer_wrong_approvals() -> None:
    """Paired paths: with σ1 = 0.1 instead of σ1 = σ0 the supported firms are better; z of the mean difference of the rate.

    False-alarm rate of a z of 3 on one side: 0.0013.
    """
    rates = []
    for noise in (0.1, 1.0):
        changes = {f"{M6}.platform.noise": noise, f"{M6}.platform.build_years": 0, f"{M6}.score.strength": "0%"}
        block = run(scenario("demo", changes), 24)
        rates.append(stat(block, "wrong_approvals")[:, 0] / stat(block, "cohort_chosen")[:, 0])
    fewer = rates[1] - rates[0]
    assert fewer.mean() / (fewer.std(ddof=1) / np.sqrt(fewer.size)) > 3.0


def test_precision_alone_leaves_firms_fates_alone() -> None:
    """Where nobody chooses by the score, a sharper one changes no firm's life, bit for bit."""
    only = bundled("evaluation_only")
    small = {"policy_years": 3, "horizon_years": 6, "burn_in_years": 1, "world.arrivals.per_year": 20}
    block = run(scenario("evaluation_only", small), 4)
    assert only.baseline is not None
    for name in ("live", "jobs", "failures", "private_rounds", "credit_loans"):
        np.testing.assert_array_equal(series(block, name)[:, 0], series(block, name)[:, 1], err_msg=name)
    assert (stat(block, "auc_right")[:, 0] != stat(block, "auc_right")[:, 1]).any()
    assert paid(block, ROOM_RULES) == [
        "fintech_first",
        "fintech_interim",
        "fintech_final",
        "platform_capex",
        "platform_opex",
    ]


def test_what_firms_get_adds_up() -> None:
    block = run(scenario("demo"), PATHS)
    for world in range(2):
        firms, all_of_them = stat(block, "instrument_firms")[:, world], stat(block, "instruments")[:, world]
        top = stat(block, "top_decile_instruments")[:, world]
        assert (all_of_them >= firms).all()
        assert (stat(block, "two_instrument_firms")[:, world] <= firms).all()
        assert (top >= 0.1 * all_of_them - 1e-9).all()
        assert (top <= all_of_them).all()
        assert (firms >= stat(block, "cohort_chosen")[:, world]).all()
        chosen = stat(block, "cohort_chosen")[:, world]
        good = stat(block, "cohort_good")[:, world]
        np.testing.assert_array_equal(
            chosen - stat(block, "wrong_approvals")[:, world] + stat(block, "missed_firms")[:, world], good
        )


MANY_VOUCHERS = {"measures.commercialisation.voucher.take_up": "90%"}


def test_duplicates_are_refused_as_often_as_they_are_found() -> None:
    always, never, unwatched = (
        run(scenario("demo", {**MANY_VOUCHERS, **changes}), PATHS)
        for changes in ({f"{M10}.dedup": "100%"}, {f"{M10}.dedup": "0%"}, {f"{M10}.enabled": False})
    )
    asked = stat(always, "duplicates")[:, 0]
    assert asked.sum() > 0.0
    np.testing.assert_array_equal(stat(always, "duplicates_found")[:, 0], asked)
    assert not stat(always, "duplicates_money_paid").any()
    assert stat(always, "duplicates_money_saved")[:, 0].sum() == pytest.approx(series(always, "duplicates_saved").sum())
    for block in (never, unwatched):
        assert stat(block, "duplicates")[:, 0].sum() > 0.0
        assert not stat(block, "duplicates_found").any()
        assert not stat(block, "duplicates_money_saved").any()


def test_refusing_what_would_not_have_been_paid_saves_nothing() -> None:
    """O4: without money in the line no voucher is redeemed, found or not; with a little, no more is saved than a year has."""
    for amount, yuan in (("0元", 0.0), ("200万元", 2e6)):
        changes = {**MANY_VOUCHERS, "budget.commercialisation.amount": amount}
        always = run(scenario("demo", {**changes, f"{M10}.dedup": "100%"}), PATHS)
        never = run(scenario("demo", {**changes, f"{M10}.dedup": "0%"}), PATHS)
        assert stat(always, "duplicates_found")[:, 0].sum() > 0.0
        saved, paid = stat(always, "duplicates_money_saved")[:, 0], stat(never, "duplicates_money_paid")[:, 0]
        assert (saved.sum() > 0.0) == (paid.sum() > 0.0) == (yuan > 0.0)
        assert (paid <= flow(never, "voucher")[:, 0].sum(axis=1) * (1 + 1e-12)).all()
    no_part = run(scenario("demo", {**MANY_VOUCHERS, f"{M10}.dedup": "100%"}), PATHS)
    assert stat(no_part, "duplicates_money_saved")[:, 0].sum() > 0.0


def test_duplicates_are_found_with_the_agreed_probability() -> None:
    """Of N duplicates Binomial(N, 0.8) are found; five standard deviations, a false alarm of 6e-7."""
    block = run(scenario("demo", MANY_VOUCHERS), 40)
    asked, found = (float(stat(block, name)[:, 0].sum()) for name in ("duplicates", "duplicates_found"))
    assert asked > 300.0
    assert abs(found - 0.8 * asked) < 5.0 * np.sqrt(asked * 0.8 * 0.2)


def agree(found: Scenario, paths: int) -> None:
    from kejin_sim.engine.run import simulate as compiled
    from kejin_sim.reference.run import simulate as reference
    from tests.playing import SEED

    inputs = found.inputs()
    a, b = compiled(inputs, SEED, 0, paths, 2), reference(inputs, SEED, 0, paths, 2)
    assert differences(a, b) == []
    assert outcome_differences(a, b, inputs) == []


TINY = {"policy_years": 3, "horizon_years": 6, "burn_in_years": 1, "world.arrivals.per_year": 15}


@pytest.mark.parametrize(
    "name", ["evaluation_only", "ecosystem_only", "without_evaluation", "without_ecosystem", "plain_score"]
)
def test_engines_agree_on_the_scenarios(name: str) -> None:
    agree(scenario(name, TINY), 1)


@pytest.mark.parametrize("seed", range(4))
def test_engines_agree_on_random_values(seed: int) -> None:
    """Every parameter of both rooms somewhere within its usual range."""
    draw = np.random.default_rng(seed)
    changes = {
        f"{M6}.research.per_year": int(draw.integers(0, 12)),
        f"{M6}.research.cost": float(draw.uniform(1e6, 2e7)),
        f"{M6}.research.cost_spread": float(draw.uniform(0, 1)),
        f"{M6}.research.share": float(draw.uniform(0.1, 0.9)),
        f"{M6}.research.success": float(draw.uniform()),
        f"{M6}.research.milestone_years": 0.25 * int(draw.integers(1, 8)),
        f"{M6}.platform.capex": float(draw.uniform(2e4, 1e7)),
        f"{M6}.platform.opex": float(draw.uniform(2e4, 3e6)),
        f"{M6}.platform.build_years": 0.25 * int(draw.integers(0, 8)),
        f"{M6}.platform.noise": float(draw.uniform(0, 1.2)),
        f"{M6}.score.strength": float(draw.uniform()),
        f"{M10}.co_match": float(draw.uniform(0, 0.69)),
        f"{M10}.dedup": float(draw.uniform()),
        "budget.fintech.amount": 1e7,
        "start": f"2025Q{draw.integers(1, 5)}",
        # A baseline that has the measures: its projects, platform and boosts are there when the books open.
        f"baseline.{M6}.enabled": True,
        f"baseline.{M10}.enabled": True,
        "baseline.budget.fintech.amount": 8e6,
        "baseline.budget.ecosystem.amount": 1e6,
        f"baseline.{M10}.alliance_cost": 6e5,
        f"baseline.{M6}.research.cost": 5e6,
        f"baseline.{M6}.platform.capex": 2e6,
        f"baseline.{M6}.platform.opex": 1e6,
        f"{M10}.enabled": seed % 2 == 0,
    }
    money = {
        key: f"{value:.0f}元" if isinstance(value, float) and value > 1e4 else value for key, value in changes.items()
    }
    agree(scenario("demo", money), 2)
