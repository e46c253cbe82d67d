"""Measure 4 in the engine: off means nothing, zero strength means nothing, one spin-out more changes nobody, money conserves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.engine.run import simulate as compiled
from kejin_sim.ledger import PUBLIC_PARTIES, Nature, Party
from kejin_sim.postings import postings
from kejin_sim.recording import BlockResult
from kejin_sim.reference.run import simulate as reference
from tests.agreement.compare import differences, outcome_differences
from tests.playing import SEED, firms_at_the_end, flow, run, same, scenario, series, stat, with_values, without_twin

BASIC = "measures.basic_research"
ROOM = [p for p in postings() if p.name.startswith("basic_")]
NO_PARTNERS = {f"{BASIC}.municipal.{kind}": 0 for kind in ("districts", "banks", "leaders")}

#: Basic research alone in a small city that lives to see it work.
SMALL: dict[str, Any] = {
    "world.arrivals.per_year": 20, "policy_years": 7, "horizon_years": 11, "burn_in_years": 2,
    "world.research.stock": "5000万元", "behaviour.knowledge_spinouts": 1,
}  # fmt: skip


def small(changes: dict[str, Any] | None = None) -> Any:
    return scenario("basic_research_only", {**SMALL, **(changes or {})})


@pytest.fixture(scope="module")
def block() -> BlockResult:
    return run(small(), 8)


def test_the_rules_of_the_measure_post_money(block: BlockResult) -> None:
    moved = {p.rule for p in ROOM if block.flows[:, 0, p.number].any()}
    assert moved == {"B1", "B2", "B3", "B4", "B5", "B7"}
    idle = [p.name for p in ROOM if not block.flows[:, 0, p.number].any()]
    assert idle == []


def test_every_stream_of_results_is_written(block: BlockResult) -> None:
    """All series and statistics but those of the white list, which needs measure 2, and of want of money."""
    from kejin_sim.measures.basic_research.recording import SERIES, STATS

    silent = [name for name in SERIES.names if not series(block, name)[:, 0].any()]
    assert silent == ["basic_raised", "basic_lowered"]
    assert [name for name in STATS.names if not stat(block, name)[:, 0].any()] in ([], ["basic_postponed"])


def test_switched_off_nothing_is_posted() -> None:
    off = run(small({f"{BASIC}.enabled": False}), 3)
    assert not any(off.flows[:, :, p.number].any() for p in ROOM)
    assert not any(series(off, name).any() for name in ("basic_projects", "basic_knowledge", "basic_spinouts"))


def test_the_status_quo_has_the_national_fund_and_nothing_else() -> None:
    found = run(scenario("status_quo", {"world.arrivals.per_year": 10, "policy_years": 5, "horizon_years": 6}), 2)
    moved = {p.rule for p in ROOM if found.flows[:, 0, p.number].any()}
    assert moved <= {"B1", "B7"}
    assert "B1" in moved


def test_without_appropriation_neither_city_nor_centre_pays() -> None:
    found = run(small({"budget.joint_fund.amount": "0元"}), 3)
    assert not any(found.flows[:, 0, p.number].any() for p in ROOM)
    assert (stat(found, "refused_by_budget")[:, 0] >= 7).all()  # the national fund asks every year


def test_a_line_that_only_pays_the_national_fund_signs_nobody() -> None:
    found = run(small({"budget.joint_fund.amount": "6000万元", f"{BASIC}.procurement.list_share": "0%"}), 4)
    assert series(found, "basic_signed").sum() == 0.0
    asked = series(found, "basic_offers")[:, 0].sum(axis=1) - stat(found, "basic_below_minimum")[:, 0]
    np.testing.assert_array_equal(stat(found, "basic_postponed")[:, 0], asked)
    assert asked.sum() > 0.0
    assert flow(found, "basic_nsfc_city").sum() > 0.0


def test_the_line_pays_what_the_city_spends_and_tax_forgone_is_no_draw(block: BlockResult) -> None:
    """Budget executed = city's contributions and contracts; tax relief is income forgone and draws nothing."""
    from kejin_sim.ledger import LINES
    from kejin_sim.recording import BUDGET_ITEMS

    executed = block.budget[:, 0, list(LINES).index("joint_fund"), :, BUDGET_ITEMS.index("executed")].sum(axis=1)
    np.testing.assert_allclose(executed, series(block, "basic_city")[:, 0].sum(axis=1), rtol=1e-12)
    forgone = [p for p in postings() if p.payer is Party.CITY_TREASURY and p.nature is Nature.INCOME]
    assert {p.rule for p in forgone} == {"B4"}
    assert {str(p.line) for p in forgone} == {"joint_fund"}  # its budget book
    total = sum(block.flows[:, 0, p.number].sum(axis=1) for p in forgone)
    np.testing.assert_allclose(total, series(block, "basic_tax_city")[:, 0].sum(axis=1), rtol=1e-12)


def test_the_joint_fund_is_outside_the_public_sector_and_ends_empty(block: BlockResult) -> None:
    assert Party.JOINT_FUND not in PUBLIC_PARTIES
    into, out = (np.zeros(block.flows.shape[:2] + block.flows.shape[3:]) for _ in range(2))
    for p in ROOM:
        if p.payee is Party.JOINT_FUND:
            into += block.flows[:, :, p.number]
        if p.payer is Party.JOINT_FUND:
            out += block.flows[:, :, p.number]
    held = (into - out).cumsum(axis=2)
    legacy = series(block, "basic_balance")[:, :, :1] - held[:, :, :1]  # no municipal fund in the burn-in
    np.testing.assert_allclose(legacy, 0.0, atol=1e-3)
    np.testing.assert_allclose(series(block, "basic_balance"), held, rtol=1e-9, atol=1e-2)
    assert (series(block, "basic_balance") >= series(block, "basic_committed") - 1e-2).all()
    np.testing.assert_allclose(held[:, :, -1], 0.0, atol=1e-2)


def test_spin_outs_arrive_and_change_nobody_elses_draws() -> None:
    """The same path with and without the response: everybody who is in both is the same firm at birth."""
    _, who, _ = firms_at_the_end(without_twin(small({"behaviour.knowledge_spinouts": 0})), 2)
    _, more, _ = firms_at_the_end(without_twin(small()), 2)
    assert {entity: more[entity] for entity in who} == who
    extra = set(more) - set(who)
    assert extra  # some came
    assert min(entity & 0xFFFF for entity in extra) >= 1 << 14  # numbered apart from the world's own


def test_a_municipal_fund_leaves_the_national_projects_draws_alone() -> None:
    """What national projects bring is the same with and without partners: numbered by programme."""
    with_fund, alone = run(small(), 4), run(small({**NO_PARTNERS, f"{BASIC}.procurement.list_share": "0%"}), 4)
    np.testing.assert_array_equal(flow(with_fund, "basic_nsfc_city"), flow(alone, "basic_nsfc_city"))
    gained = series(with_fund, "basic_successes")[:, 0] - series(alone, "basic_successes")[:, 0]
    assert (gained >= 0.0).all()
    assert gained.sum() > 0.0


def test_an_indicator_without_weight_is_no_indicator() -> None:
    """B6: where there is no white list the weight changes nothing, bit for bit; with one it moves firms both ways."""
    demo = scenario("demo")
    without_list = {"measures.credit.white_list.on": 0}
    zero, full = (run(with_values(demo, {**without_list, f"{BASIC}.indicator.weight": w}), 6) for w in (0.0, 0.5))
    assert same(zero, full) == []
    half = run(with_values(demo, {f"{BASIC}.indicator.weight": 0.5}), 6)
    none = run(with_values(demo, {f"{BASIC}.indicator.weight": 0.0}), 6)
    assert series(half, "basic_raised")[:, 0].sum() > 0.0
    assert series(half, "basic_lowered")[:, 0].sum() > 0.0
    assert series(none, "basic_raised").sum() == series(none, "basic_lowered").sum() == 0.0


def test_more_match_brings_more_partners() -> None:
    """B2: at one to one the price of giving is lower than at one to four."""
    found = {
        ratio: series(run(small({f"{BASIC}.municipal.ratio": ratio}), 12), "basic_offers")[:, 0].sum()
        for ratio in (1, 4)
    }
    assert found[1] > found[4]
    still = {
        ratio: series(
            run(small({f"{BASIC}.municipal.ratio": ratio, "behaviour.partner_response": 0}), 12), "basic_offers"
        )[:, 0]
        for ratio in (1, 4)
    }
    np.testing.assert_array_equal(still[1], still[4])


def test_both_engines_play_it_alike() -> None:
    inputs = small({f"{BASIC}.municipal.leaders": 3, f"{BASIC}.project.years": 2}).inputs()
    a, b = (engine(inputs, SEED, 0, 3, 2) for engine in (compiled, reference))
    assert differences(a, b) == []
    assert outcome_differences(a, b, inputs) == []
    assert stat(a, "ledger_residual").max() < 1e-9
