"""Measure 8 switched off, without effect, or held to its limits: what must vanish vanishes, what must hold holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from kejin_sim.ledger import LINES, Line
from kejin_sim.measures.people import award_rules
from kejin_sim.measures.people.recording import SERIES as ROWS
from kejin_sim.measures.people.recording import STATS as COUNTS
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import Context, View
from kejin_sim.postings import postings
from kejin_sim.recording import B_EXECUTED, T_RESIDUAL, BlockResult
from kejin_sim.reference.run import simulate as reference
from kejin_sim.scenario.scenario import Scenario
from tests.agreement.compare import differences, outcome_differences
from tests.playing import SEED, bundled, flow, run, same, scenario, series, stat, state_at_the_end

PEOPLE = "measures.people"
PATHS = 12
SMALL = {"policy_years": 5, "horizon_years": 9, "burn_in_years": 3, "world.arrivals.per_year": 60}
NO_STRENGTH = {
    "behaviour.award_response": 0,
    "behaviour.settlement_response": 0,
    f"{PEOPLE}.deputy.effect": "0%",
    f"{PEOPLE}.adviser.boost": 0,
}
NO_EFFECT = {**NO_STRENGTH, f"{PEOPLE}.deputy.treasury_share": "100%", f"{PEOPLE}.deputy.university_share": "0%"}
"""Nor does a firm pay anything for its deputy."""


def both(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same changes in package and baseline."""
    own = {key: value for key, value in changes.items() if key.startswith("measures.")}
    return {**changes, **{f"baseline.{key}": value for key, value in own.items()}}


def alone(changes: Mapping[str, Any] | None = None) -> Scenario:
    """Measure 8 and nothing else, against no policy."""
    return scenario("people_only", {**SMALL, **(changes or {})})


def posted(block: BlockResult, world: int = 0) -> set[str]:
    """Rules of the measure that post money."""
    return {p.rule for p in postings() if p.rule[0] == "H" and block.flows[:, world, p.number].any()}


# ---- off


def test_off_posts_and_counts_nothing() -> None:
    block = run(scenario("demo", both({f"{PEOPLE}.enabled": False})), PATHS)
    assert posted(block) == posted(block, 1) == set()
    for name in ROWS.names:
        assert not series(block, name).any(), name
    for name in COUNTS.names:
        assert not stat(block, name).any(), name


def test_a_package_that_switches_the_measure_off_posts_nothing_and_takes_back_what_deputies_and_advisers_did() -> None:
    """In the burn-in the baseline places deputies and sends advisers; the package has none and none of their effects."""
    found = scenario(
        "demo",
        {
            f"{PEOPLE}.enabled": False,
            "burn_in_years": 4,
            "baseline.measures.people.deputy.per_year": 20,
            "baseline.measures.people.deputy.apply": "100%",
            "baseline.measures.people.adviser.number": 5,
            "baseline.budget.people_services.amount": "500万元",
        },
    )
    block, state = state_at_the_end(found, 0)
    assert posted(block) == set()
    assert {"H1", "H5", "H6"} <= posted(block, 1)
    lifted = state.firms["lifted"][:, 0] == 1
    assert lifted.any()
    no_voucher = state.files["commercialisation"]["gain"][:, 0] == 0.0  # whose effect is another measure's
    there = lifted & (state.firms["end_quarter"][:, 0] < 0) & no_voucher
    assert there.any()
    np.testing.assert_allclose(state.firms["productivity"][there, 0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(state.firms["boost"][there, 0], 0.0, atol=1e-12)


def test_quotas_and_rates_of_zero_are_the_measure_switched_off() -> None:
    nothing = {
        f"{PEOPLE}.early.award": "0%",
        f"{PEOPLE}.volume.award": "0元",
        f"{PEOPLE}.landing.filing": "0元",
        f"{PEOPLE}.landing.listing": "0元",
        f"{PEOPLE}.landing.listed": "0元",
        f"{PEOPLE}.settlement.firms_per_year": 0,
        f"{PEOPLE}.deputy.per_year": 0,
        f"{PEOPLE}.adviser.number": 0,
    }
    a = run(alone(nothing), PATHS)
    b = run(alone({f"{PEOPLE}.enabled": False}), PATHS)
    assert same(a, b, but=("series", "stats")) == [], "money is filed and counted, nothing else"
    assert posted(a) == set()


# ---- no strength: bit for bit nothing


def test_without_strengths_firms_live_as_without_the_measure() -> None:
    a = run(alone(NO_EFFECT), PATHS)
    b = run(alone({**NO_EFFECT, f"{PEOPLE}.enabled": False}), PATHS)
    assert posted(a) == {"H1", "H2", "H3", "H5", "H6"}
    for posting in postings():
        if posting.rule[0] == "W" or posting.rule == "Z1":
            np.testing.assert_array_equal(a.flows[:, :, posting.number], b.flows[:, :, posting.number], posting.name)
    for name in ("live", "failures", "listings", "acquisitions", "private_rounds", "jobs", "research"):
        np.testing.assert_array_equal(series(a, name), series(b, name), name)


def test_every_strength_changes_firms() -> None:
    """Each alone, so that the test above is not empty."""
    base = run(alone(NO_STRENGTH), PATHS)
    for change in (
        {"behaviour.award_response": 3},
        {f"{PEOPLE}.deputy.effect": "20%"},
        {f"{PEOPLE}.adviser.boost": 0.6},
    ):
        moved = run(alone({**NO_STRENGTH, **change}), PATHS)
        assert not np.array_equal(flow(base, "revenue")[:, 0], flow(moved, "revenue")[:, 0]), change
        np.testing.assert_array_equal(flow(base, "revenue")[:, 1], flow(moved, "revenue")[:, 1])
    settled = {f"{PEOPLE}.settlement.firms_per_year": 10}
    a, b = (run(alone({**NO_STRENGTH, **settled, "behaviour.settlement_response": s}), PATHS) for s in (0, 0.05))
    assert not np.array_equal(flow(a, "revenue")[:, 0], flow(b, "revenue")[:, 0])


def test_settled_firms_move_no_enterprise_at_strength_zero() -> None:
    """H4 is district money to VC firms: without a response, and with a cap that does not bind, everything else is as it was."""
    plenty = {"budget.vc_awards.amount": "5亿元", f"{PEOPLE}.early.cap": "1亿元"}
    a = run(alone(plenty), PATHS)
    b = run(alone({**plenty, f"{PEOPLE}.settlement.firms_per_year": 10}), PATHS)
    assert posted(b) - posted(a) == {"H4"}
    others = [p.number for p in postings() if p.rule != "H4"]
    np.testing.assert_array_equal(a.flows[:, :, others], b.flows[:, :, others])


def test_nothing_is_answered_where_nothing_is_appropriated() -> None:
    """Awards that no line can pay move no investor: claims are counted as unfunded."""
    changes = {"budget.vc_awards.amount": "0元", "behaviour.settlement_response": 0}
    a = run(alone({**changes, "behaviour.award_response": 5}), PATHS)
    b = run(alone({**changes, "behaviour.award_response": 0}), PATHS)
    assert same(a, b) == []
    assert posted(a) == {"H5", "H6"}
    assert stat(a, "vc_awards_unfunded")[:, 0].min() > 0.0


PAID_SOON = {f"{PEOPLE}.landing.listed_per_year": 5, "behaviour.settlement_response": 0}
"""Something is due at the first settlement already."""


@pytest.mark.parametrize(
    ("amount", "least", "most"), [("1元", 0.0, 1e-6), ("2000万元", 0.02, 1.0), ("100亿元", 1.0, 1.0)]
)
def test_investors_reckon_with_what_the_last_settlement_paid(
    amount: str, least: float, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In full before the first settlement; from then on a line of 1 yuan moves nobody, an ample one as the rules say."""
    rates: list[float] = []
    found = award_rules.offer_response
    monkeypatch.setattr(award_rules, "offer_response", lambda s, rate: (rates.append(rate), found(s, rate))[1])
    no_cap = {f"{PEOPLE}.early.cap": "1亿元"}
    reference(alone({**PAID_SOON, **no_cap, "budget.vc_awards.amount": amount}).inputs(), SEED, 0, 1, 1)
    parts = np.array(rates) / 0.11
    assert len(parts) == 4 * SMALL["policy_years"]
    np.testing.assert_allclose(parts[:4], 1.0)
    assert ((least <= parts[4:] + 1e-12) & (parts[4:] <= most + 1e-12)).all()
    assert not np.diff(parts.reshape(-1, 4), axis=1).any(), "the same until the next settlement"


def test_more_money_moves_more_investors() -> None:
    """Package less no policy: private money that a line brings, summed over paths."""
    wide = {**PAID_SOON, "behaviour.award_response": 5, f"{PEOPLE}.early.cap": "1亿元"}
    private = [
        flow(run(alone({**wide, "budget.vc_awards.amount": amount}), 2 * PATHS), "private_round")[:, 0, 4:20].sum()
        for amount in ("0元", "1元", "1000万元", "100亿元")
    ]
    none, crumb, some, ample = private
    assert none < ample
    assert abs(crumb - none) < 0.2 * (ample - none), "what the first year is believed"
    assert crumb < some < ample


def test_money_from_before_the_measure_is_not_filed() -> None:
    """Against no policy the package's first visits file only what came after the opening."""
    block = run(alone({"behaviour.award_response": 0}), PATHS)
    rounds = flow(block, "private_round")[:, 0]
    filed = series(block, "vc_filed")[:, 0]
    assert (np.cumsum(filed, axis=1) <= 0.7 * np.cumsum(rounds, axis=1) * (1 + 1e-9)).all()


# ---- every rule acts


@pytest.mark.parametrize(
    ("name", "package", "twin"),
    [
        ("ningbo", {"H1", "H2", "H3", "H4", "H5", "H6"}, {"H1", "H2", "H3"}),
        ("people_only", {"H1", "H2", "H3", "H5", "H6"}, set()),
        ("status_quo", {"H1", "H2", "H3"}, set()),
        ("demo", {"H1", "H2", "H3", "H4", "H5", "H6"}, {"H1", "H2", "H3"}),
        ("no_policy", set(), set()),
        ("credit_only", set(), set()),
    ],
)
def test_rules_act_in_bundled_scenarios(name: str, package: set[str], twin: set[str]) -> None:
    block = run(bundled(name), 6)
    assert posted(block) == package
    assert posted(block, 1) == twin


def test_introduced_firms_that_are_listed_earn_both_awards() -> None:
    block = run(bundled("ningbo"), 6)
    filings, listings = stat(block, "vc_landed_filings")[:, 0], stat(block, "vc_landed_listings")[:, 0]
    assert filings.sum() > 0.0
    assert listings.sum() > 0.0
    paid = flow(block, "landing_award")[:, 0].sum(axis=1)
    assert (paid <= 300e4 * filings + 200e4 * listings + 1.0).all()
    assert paid.sum() > 0.0


# ---- conservation and limits


def test_claims_are_paid_capped_or_refused() -> None:
    """H1–H3: what is due by rate = paid + above the cap + what the line could not pay."""
    found = alone({f"{PEOPLE}.early.cap": "3万元", f"{PEOPLE}.institutions": 10, "budget.vc_awards.amount": "60万元"})
    block = run(found, PATHS)
    due = 0.10 * stat(block, "vc_early_held")[:, 0]
    listed = 500e4 * stat(block, "vc_listed_introduced")[:, 0]
    landed = 300e4 * stat(block, "vc_landed_filings")[:, 0] + 200e4 * stat(block, "vc_landed_listings")[:, 0]
    units = 100e4 * np.floor(stat(block, "vc_volume_held")[:, 0] / 1e8)
    paid = sum(
        flow(block, name)[:, 0].sum(axis=1) for name in ("early_award", "volume_award", "landing_award", "listed_award")
    )
    capped, unfunded = stat(block, "vc_early_capped")[:, 0], stat(block, "vc_awards_unfunded")[:, 0]
    np.testing.assert_allclose(due + listed + landed + units, paid + capped + unfunded, rtol=1e-9)
    assert capped.sum() > 0.0
    assert unfunded.sum() > 0.0
    executed = block.budget[:, 0, LINES.index(Line("vc_awards")), :, B_EXECUTED].sum(axis=1)
    np.testing.assert_allclose(executed, paid, rtol=1e-12)
    assert (block.budget[:, 0, LINES.index(Line("vc_awards")), :, B_EXECUTED] <= 60e4 * (1 + 1e-12)).all()
    np.testing.assert_allclose(series(block, "vc_awards_paid")[:, 0].sum(axis=1), paid, rtol=1e-12)


def test_money_held_for_the_years_is_awarded_though_the_firm_is_gone_at_the_year_end() -> None:
    """H1 counts a firm's quarters as H2 does: with the same years, and every firm a start-up, both count the same money."""
    years = {f"{PEOPLE}.early.hold": 1.5, f"{PEOPLE}.volume.hold": 1.5}
    all_young = {f"{PEOPLE}.early.age_max": 30, f"{PEOPLE}.early.revenue_max": "1000亿元"}
    leave = {"world.exits.mna_hazard": ["30%"] * 7}
    block = run(alone({**years, **all_young, **leave}), PATHS)
    held, volume = stat(block, "vc_early_held")[:, 0], stat(block, "vc_volume_held")[:, 0]
    np.testing.assert_array_equal(held, volume)
    assert (held > 0.0).all()
    assert (stat(block, "vc_early_forfeited")[:, 0] > 0.0).all()


def test_stipends_are_borne_in_the_agreed_shares_and_passed_on() -> None:
    block = run(alone(), PATHS)
    city, home, pay = (
        flow(block, name)[:, 0].sum(axis=1) for name in ("deputy_city", "deputy_university", "deputy_pay")
    )
    years = stat(block, "deputy_years")[:, 0]
    np.testing.assert_allclose(city, 5e4 * years, rtol=1e-12)
    np.testing.assert_allclose(home, 3e4 * years, rtol=1e-12)
    np.testing.assert_allclose(pay, 10e4 * years, rtol=1e-12)
    assert years.min() > 0.0


def test_places_are_never_exceeded() -> None:
    block = run(
        alone({f"{PEOPLE}.deputy.apply": "100%", f"{PEOPLE}.deputy.per_year": 7, f"{PEOPLE}.adviser.apply": "100%",
               f"{PEOPLE}.adviser.number": 1, f"{PEOPLE}.adviser.firms": 30}),
        PATHS,
    )  # fmt: skip
    policy = SMALL["policy_years"]
    served = series(block, "adviser_services")[:, 0].reshape(PATHS, -1, 4)
    assert (served[:, :policy].sum(axis=2) <= 30).all()
    assert served.max() <= 8  # ⌈30 / 4⌉
    assert served[:, 1:policy].sum(axis=2).min() == 30, "with so many firms every place is taken"
    assert not served[:, policy:].any(), "and none after the policy"
    assert (stat(block, "deputies_placed")[:, 0] <= 7 * policy).all()
    assert (stat(block, "deputies_placed")[:, 0] > 7 * policy - 7).all()
    assert stat(block, "deputy_years")[:, 0].max() <= 2 * 7 * policy


def test_advisers_that_the_line_cannot_pay_serve_fewer_firms() -> None:
    full = {f"{PEOPLE}.adviser.number": 2, f"{PEOPLE}.adviser.apply": "100%", f"{PEOPLE}.deputy.per_year": 0}
    whole, half = (
        run(alone({**full, "budget.people_services.amount": amount}), PATHS) for amount in ("60万元", "30万元")
    )
    assert stat(whole, "adviser_firm_years")[:, 0].max() <= 5 * 80
    assert stat(half, "adviser_firm_years")[:, 0].max() <= 5 * 40
    assert stat(half, "adviser_firm_years").sum() < stat(whole, "adviser_firm_years").sum()
    np.testing.assert_allclose(flow(half, "adviser_fee")[:, 0].sum(axis=1), 5 * 30e4, rtol=1e-12)


@pytest.mark.parametrize("start", ["2025Q1", "2025Q3"])
def test_every_service_ends_and_is_counted_once(start: str) -> None:
    """With the next visit, with the firm or with the policy, in mid-year too; and its money is what the quarters add up to."""
    block, state = state_at_the_end(alone({"start": start, f"{PEOPLE}.adviser.apply": "60%"}), 1)
    served, ended = (stat(block, name)[0, 0] for name in ("adviser_firm_years", "adviser_services_ended"))
    assert served == ended > 0.0
    matched, found = (stat(block, name)[0, 0] for name in ("adviser_matched", "adviser_financing_total"))
    assert 0.0 < matched < ended
    assert found == pytest.approx(series(block, "adviser_financing")[0, 0].sum(), rel=1e-12)
    used = int(state.quarter[0]["slots"])
    files = state.files["people"][:used, 0]
    assert not files["served"].any()
    there = state.firms["status"][:used, 0] != 0
    assert not files["deputy"][there].any()
    over = 4 * SMALL["policy_years"]
    assert not series(block, "adviser_financing")[0, 0, over + 1 :].any()


def test_the_policy_ends_and_so_does_the_measure() -> None:
    block = run(alone(), PATHS)
    end = 4 * SMALL["policy_years"]
    for posting in postings():
        if posting.rule[0] == "H":
            assert not block.flows[:, :, posting.number, end:].any(), posting.name


# ---- the two engines


@pytest.mark.parametrize("seed", range(3))
def test_engines_agree_on_random_parameters(seed: int) -> None:
    """Values anywhere within their plausible reach, measure 8 alone and in full."""
    draw = np.random.default_rng(20250101 + seed)
    changes = {
        f"{PEOPLE}.institutions": int(draw.integers(1, 60)),
        f"{PEOPLE}.nonfiscal": float(draw.uniform(0.2, 1.0)),
        f"{PEOPLE}.early.award": float(draw.uniform(0.0, 0.4)),
        f"{PEOPLE}.early.hold": float(draw.uniform(1.0, 3.0)),
        f"{PEOPLE}.early.age_max": float(draw.uniform(1.0, 8.0)),
        f"{PEOPLE}.volume.unit": float(draw.uniform(1e7, 1e8)),
        f"{PEOPLE}.volume.hold": float(draw.uniform(0.25, 2.0)),
        f"{PEOPLE}.landing.years": float(draw.uniform(1.0, 10.0)),
        f"{PEOPLE}.landing.counted_from": int(draw.integers(0, 2)),
        f"{PEOPLE}.landing.listed_per_year": float(draw.uniform(0.0, 2.0)),
        f"{PEOPLE}.settlement.firms_per_year": float(draw.uniform(0.0, 8.0)),
        f"{PEOPLE}.settlement.years": int(draw.integers(1, 6)),
        f"{PEOPLE}.deputy.per_year": int(draw.integers(1, 60)),
        f"{PEOPLE}.deputy.years": int(draw.integers(1, 4)),
        f"{PEOPLE}.deputy.apply": float(draw.uniform(0.1, 1.0)),
        f"{PEOPLE}.deputy.min_score": float(draw.uniform(0.0, 80.0)),
        f"{PEOPLE}.deputy.effect": float(draw.uniform(0.0, 0.3)),
        f"{PEOPLE}.adviser.number": int(draw.integers(1, 6)),
        f"{PEOPLE}.adviser.apply": float(draw.uniform(0.1, 1.0)),
        f"{PEOPLE}.adviser.boost": float(draw.uniform(0.0, 0.69)),
        "behaviour.award_response": float(draw.uniform(0.0, 3.0)),
        "behaviour.settlement_response": float(draw.uniform(0.0, 0.1)),
        "behaviour.relocated_share": 0.5,
    }
    for name in ("people_only", "demo"):
        small = {"policy_years": 4, "horizon_years": 6, "burn_in_years": 2, "world.arrivals.per_year": 25}
        inputs = scenario(name, {**small, **changes}).inputs()
        a, b = run(scenario(name, {**small, **changes}), 2), reference(inputs, SEED, 0, 2, 2)
        assert differences(a, b) == []
        assert outcome_differences(a, b, inputs) == []
        assert max(a.stats[:, :, T_RESIDUAL].max(), b.stats[:, :, T_RESIDUAL].max()) < 1e-9


# ---- reported together (E15)


def test_awards_on_investments_are_reported_together() -> None:
    """E15 = H1 + H2 + E9 + what the guidance fund concedes, in yuan and per yuan of non-fiscal money."""
    found = bundled("ningbo")
    block = run(found, 6)
    view = View(block, 0, Context.of(found.inputs()))
    value = {name: by_name()[name].compute(view) for name in ("all_awards", "all_awards_per_yuan", "coinvestor_reward")}
    conceded = by_name()["concession"].compute(view)
    own = sum(flow(block, name)[:, 0].sum(axis=1) for name in ("early_award", "volume_award"))
    np.testing.assert_allclose(value["all_awards"], own + value["coinvestor_reward"] + conceded, rtol=1e-9)
    filed = stat(block, "vc_money_filed")[:, 0]
    np.testing.assert_allclose(value["all_awards_per_yuan"] * filed, value["all_awards"], rtol=1e-9)
    assert value["coinvestor_reward"].sum() > 0.0
    assert 0.01 < value["all_awards_per_yuan"].mean() < 0.5
