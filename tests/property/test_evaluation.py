"""The rules of measures 6 and 10, whatever the numbers: caps hold, money is scale-free, strength 0 changes nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kejin_sim.measures.ecosystem import coordination_rules, file_rules
from kejin_sim.measures.evaluation import platform_rules, project_rules, score_rules
from kejin_sim.world.calendar import cost_of_year

money = st.floats(1e4, 1e10)
share = st.floats(0.0, 1.0, allow_subnormal=False)
noise = st.floats(0.0, 10.0, allow_subnormal=False)
normal = st.floats(-6.0, 6.0, allow_subnormal=False)
record = st.floats(-3.0, 3.0, allow_subnormal=False)
weight = st.floats(0.01, 1.0)
partner_count = st.integers(0, 3)

#: Exact in binary: every amount of money is multiplied by it, and results that are money must be as well, bit for bit.
SCALE = 16.0


@given(money, st.floats(0.0, 2.0), normal, share, money)
def test_a_subsidy_stays_within_share_and_cap_and_scales(
    median: float, spread: float, z: float, part: float, cap: float
) -> None:
    cost = project_rules.eligible_cost(median, spread, z)
    paid = project_rules.subsidy(cost, part, cap)
    assert 0.0 <= paid <= cap
    assert paid <= part * cost
    assert paid in (cap, part * cost)
    scaled = project_rules.subsidy(project_rules.eligible_cost(SCALE * median, spread, z), part, SCALE * cap)
    assert scaled == SCALE * paid


@given(money, share, share)
def test_instalments_pay_the_subsidy_once(total: float, first: float, second: float) -> None:
    parts = (first, (1.0 - first) * second, (1.0 - first) * (1.0 - second))
    assert sum(project_rules.instalment(total, part) for part in parts) == pytest.approx(total, rel=1e-12)


@given(st.integers(1, 4), st.integers(-40, 40), money)
def test_a_platform_is_never_run_for_more_than_the_year(quarters: int, until_ready: int, yearly: float) -> None:
    run = platform_rules.first_year_quarters(quarters, until_ready)
    assert 0 <= run <= quarters
    assert run == quarters or until_ready > 0
    assert 0.0 <= cost_of_year(yearly, run) <= yearly


@given(noise, noise)
def test_less_noise_is_a_better_score(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    assert score_rules.auc_part(low) >= score_rules.auc_part(high)
    assert 0.5 < 0.5 + 2.0 * score_rules.auc_part(high) <= 1.0 + 1e-15
    assert score_rules.noise_in_force(a, b, True) == low
    assert score_rules.noise_in_force(a, b, False) == a


@given(normal, record, record, weight, weight, weight)
def test_at_strength_zero_the_composite_is_the_plain_score(
    s: float, o: float, x: float, w1: float, w2: float, w3: float
) -> None:
    assert score_rules.composite(s, o, x, w1, w2, w3, 0.0) == s


@given(normal, normal, record, record, weight, weight, weight, share)
def test_the_composite_rises_with_the_plain_score_and_the_records(
    s: float, t: float, o: float, x: float, w1: float, w2: float, w3: float, k: float
) -> None:
    total = w1 + w2 + w3
    w1, w2, w3 = w1 / total, w2 / total, w3 / total
    low, high = (score_rules.composite(value, o, x, w1, w2, w3, k) for value in (min(s, t), max(s, t)))
    assert low <= high
    assert score_rules.composite(s, o, x, w1, w2, w3, k) <= score_rules.composite(s, 3.0, 3.0, w1, w2, w3, k)


@given(normal, record, record, weight, weight, weight, share)
def test_the_composite_of_independent_records_has_unit_variance(
    s: float, o: float, x: float, w1: float, w2: float, w3: float, k: float
) -> None:
    """Its three coefficients are found by linearity; their squares sum to 1."""
    total = w1 + w2 + w3
    weights = (w1 / total, w2 / total, w3 / total, k)
    units = [score_rules.composite(*unit, *weights) for unit in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))]
    assert math.fsum(unit * unit for unit in units) == pytest.approx(1.0, rel=1e-12)
    assert score_rules.composite(s, o, x, *weights) == pytest.approx(
        units[0] * s + units[1] * o + units[2] * x, abs=1e-9
    )


@given(st.floats(0.0, 1e9), st.floats(1e3, 1e9))
def test_cover_is_a_ratio_of_money(revenue: float, cost: float) -> None:
    cover = score_rules.cover(revenue, cost)
    assert 0.0 <= cover <= score_rules.COVER_LIMIT
    assert score_rules.cover(SCALE * revenue, SCALE * cost) == cover


@given(st.floats(0.0, 100.0), st.integers(1, 1000))
def test_every_percentile_has_a_bin(percentile: float, bins: int) -> None:
    found = score_rules.bin_of(percentile, bins)
    assert 0 <= found < bins
    assert found / bins * 100.0 <= percentile * (1.0 + 1e-12)


@pytest.mark.parametrize("sustained", [False, True])
def test_every_stage_has_weights(sustained: bool) -> None:
    groups = [score_rules.stage_group(stage, sustained) for stage in range(6)]
    assert groups == ([2] * 6 if sustained else [0, 0, 1, 1, 1, 1])


@given(partner_count, partner_count, st.floats(0.0, 0.69))
def test_coordination_needs_a_partner_and_a_strength(before: int, now: int, co_match: float) -> None:
    assert coordination_rules.found_sooner(now, co_match) in (0.0, co_match)
    assert coordination_rules.found_sooner(0, co_match) == 0.0
    assert coordination_rules.found_sooner(now, 0.0) == 0.0
    assert coordination_rules.lenders_find(0.5, 0.0) == 0.0
    made = coordination_rules.new_matches(before, now)
    assert 0 <= made <= 2
    assert made == 0 or now > max(1, before)


@given(st.booleans(), st.booleans(), st.floats(1e-10, 1.0 - 1e-10), share)
def test_only_duplicates_are_refused(borne: bool, runs: bool, u: float, dedup: float) -> None:
    twice = file_rules.duplicate(borne, runs)
    refused = file_rules.refused(twice, u, dedup)
    assert not refused or (borne and runs)
    assert file_rules.refused(twice, u, 1.0) == twice
    assert not file_rules.refused(twice, u, 0.0)


@given(share, share, share)
def test_banks_on_the_platform_reckon_between_the_two_scores(own: float, shared: float, part: float) -> None:
    mixed = score_rules.shared_view(own, shared, part)
    assert min(own, shared) - 1e-15 <= mixed <= max(own, shared) + 1e-15
    assert score_rules.shared_view(own, shared, 0.0) == own
    assert score_rules.shared_view(own, own, part) == own
