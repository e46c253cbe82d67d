"""The rules of measure 4, whatever the amounts: parts conserve, money is scale-free, more never brings less."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kejin_sim.measures.basic_research import (
    indicator_rules,
    knowledge_rules,
    nsfc_rules,
    partner_rules,
    procurement_rules,
    project_rules,
    tax_rules,
)

money = st.floats(0.0, 1e10, allow_subnormal=False)
positive = st.floats(1e4, 1e10)
share = st.floats(0.0, 1.0, allow_subnormal=False)
rate = st.floats(0.0, 0.5)
ratio = st.floats(0.25, 20.0)
uniform = st.floats(1e-9, 1.0 - 1e-9)
years = st.integers(1, 5)

#: Exact in binary: every amount of money is multiplied by it, and results that are money must be as well, bit for bit.
SCALE = 16.0


# ---- B1


@given(money, st.integers(1, 500), st.integers(0, 100), money)
def test_projects_take_exactly_the_years_money(total: float, projects: int, integrated: int, cost: float) -> None:
    integrated = min(integrated, projects)
    large = nsfc_rules.integrated_amount(total, projects, integrated, cost)
    small = nsfc_rules.ordinary_amount(total, projects, integrated, large)
    assert large >= 0.0
    assert small >= 0.0
    assert integrated * large + (projects - integrated) * small == pytest.approx(total, rel=1e-12, abs=1e-6)


@given(money, share, st.integers(1, 50), st.integers(0, 50), positive)
def test_money_of_the_national_fund_is_scale_free(
    total: float, part: float, projects: int, integrated: int, cost: float
) -> None:
    integrated = min(integrated, projects)
    assert nsfc_rules.local_part(SCALE * total, part) == SCALE * nsfc_rules.local_part(total, part)
    assert 0.0 <= nsfc_rules.local_part(total, part) <= total
    large = nsfc_rules.integrated_amount(total, projects, integrated, cost)
    assert nsfc_rules.integrated_amount(SCALE * total, projects, integrated, SCALE * cost) == SCALE * large
    assert nsfc_rules.ordinary_amount(SCALE * total, projects, integrated, SCALE * large) == pytest.approx(
        SCALE * nsfc_rules.ordinary_amount(total, projects, integrated, large), rel=1e-15
    )


# ---- B2


@given(st.floats(0.0, 0.94), ratio)
def test_a_price_lies_between_nothing_and_one(relief: float, r: float) -> None:
    price = partner_rules.price(relief, r)
    assert 0.0 < price <= 1.0
    assert partner_rules.price(relief, 2.0 * r) >= price  # less of the city's money makes it dearer
    assert partner_rules.price(0.5 * relief, r) >= price


@given(st.floats(0.0, 5.0), st.floats(0.01, 1.0), st.floats(0.0, 2.0))
def test_cheaper_giving_never_brings_fewer_offers(base: float, price: float, response: float) -> None:
    mean = partner_rules.offers_mean(base, price, response)
    assert mean >= base
    assert partner_rules.offers_mean(base, 0.5 * price, response) >= mean
    assert partner_rules.offers_mean(base, price, 0.0) == base  # a strength of zero, to the last bit


@given(uniform, positive, money)
def test_offers_are_money_and_an_agreement_needs_its_least(u: float, mean: float, least: float) -> None:
    offer = partner_rules.offer(u, mean)
    assert offer >= 0.0
    assert partner_rules.offer(u, SCALE * mean) == SCALE * offer
    assert partner_rules.accepted(offer, least) == (offer >= least)
    assert partner_rules.accepted(SCALE * offer, SCALE * least) == partner_rules.accepted(offer, least)


@given(positive, years, st.lists(st.sampled_from([0.25, 0.5, 0.75, 1.0]), min_size=20, max_size=20), ratio)
def test_an_agreement_is_paid_in_full_and_never_beyond(offer: float, n: int, parts: list[float], r: float) -> None:
    left = offer
    matched = 0.0
    for part in parts:
        payment = partner_rules.due(left, offer, n, part)
        assert 0.0 <= payment <= left
        matched += partner_rules.match(payment, r)
        left -= payment
    assert left == pytest.approx(0.0, abs=1e-9 * offer)
    assert matched == pytest.approx(offer / r, rel=1e-9)


@given(money, st.tuples(positive, money, money, money))
def test_what_is_left_goes_back_whole(balance: float, given_by: tuple[float, ...]) -> None:
    total = sum(given_by)
    back = [partner_rules.returned(balance, one, total) for one in given_by]
    assert min(back) >= 0.0
    assert sum(back) == pytest.approx(balance, rel=1e-12, abs=1e-6)


# ---- B3


@given(uniform, positive, positive, share, years, share)
def test_a_projects_parts_are_its_cost(
    u: float, a: float, b: float, overhead: float, n: int, firms_share: float
) -> None:
    low, high = min(a, b), max(a, b)
    direct = project_rules.ticket(u, low, high)
    assert low <= direct <= high * (1.0 + 1e-15)
    cost = project_rules.gross(direct, overhead)
    firms = project_rules.firms_part(direct, firms_share)
    assert cost >= direct >= firms >= 0.0
    parts = (direct - firms, cost - direct, firms)
    assert n * sum(project_rules.instalment(part, n) for part in parts) == pytest.approx(cost, rel=1e-12)
    assert project_rules.direct_cost(cost, overhead) == pytest.approx(direct, rel=1e-12)


@given(positive, money, money)
def test_a_project_fits_only_into_free_money(cost: float, balance: float, committed: float) -> None:
    assume(committed <= balance)
    if project_rules.fits(cost, balance, committed):
        assert committed + cost <= balance * (1.0 + 1e-12)
    else:
        assert cost > balance - committed


# ---- B4


@given(rate, rate, share)
def test_leaders_pay_between_the_two_rates(cit: float, hnte: float, part: float) -> None:
    found = tax_rules.leaders_rate(cit, hnte, part)
    assert min(cit, hnte) * (1.0 - 1e-12) <= found <= max(cit, hnte) * (1.0 + 1e-12)


@given(rate, st.floats(0.0, 2.0), st.floats(0.0, 0.6))
def test_what_is_diverted_saves_nothing_new(tau: float, extra: float, diverted: float) -> None:
    full = tax_rules.relief(tau, extra, 0.0)
    assert full == pytest.approx((1.0 + extra) * tau)
    assert tax_rules.relief(tau, extra, diverted) == pytest.approx((1.0 - diverted) * full)


@given(st.lists(money, min_size=1, max_size=30), st.floats(0.0, 0.9))
def test_no_gift_is_deducted_twice_or_lost(gifts: list[float], losses: float) -> None:
    waiting = deducted = 0.0
    for gift in [*gifts, *[0.0] * 400]:
        waiting += gift
        used = tax_rules.usable(waiting, losses)
        assert 0.0 <= used <= waiting
        waiting -= used
        deducted += used
        assert deducted + waiting <= sum(gifts) * (1.0 + 1e-9) + 1e-6
    assert deducted == pytest.approx(sum(gifts), rel=1e-9, abs=1e-6)


@given(money, share)
def test_city_and_centre_bear_all_of_it(relief: float, part: float) -> None:
    local = tax_rules.city_part(relief, part)
    assert 0.0 <= local <= relief
    assert tax_rules.city_part(SCALE * relief, part) == SCALE * local


# ---- B5, B6


@given(uniform, share, share)
def test_a_larger_share_lists_and_delivers_no_fewer(u: float, a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    assert procurement_rules.listed(u, low) <= procurement_rules.listed(u, high)
    assert procurement_rules.delivered(u, low) <= procurement_rules.delivered(u, high)
    assert not procurement_rules.listed(u, 0.0)


@given(money, money)
def test_research_intensity_is_a_share(research: float, revenue: float) -> None:
    found = indicator_rules.intensity(research, revenue)
    assert 0.0 <= found <= 1.0
    assert indicator_rules.intensity(2.0 * research, revenue) >= found


@given(st.floats(0.0, 100.0), share, st.floats(0.0, 0.5))
def test_the_score_that_banks_see_moves_toward_research(percentile: float, intensity: float, weight: float) -> None:
    seen = indicator_rules.appraised(percentile, intensity, weight)
    assert -1e-9 <= seen <= 100.0 + 1e-9
    assert abs(seen - percentile) <= 100.0 * weight + 1e-9
    assert (seen - percentile) * (100.0 * intensity - percentile) >= -1e-9
    assert indicator_rules.appraised(percentile, intensity, 0.0) == percentile


# ---- B7


@given(uniform, st.floats(0.25, 15.0), st.floats(0.25, 15.0))
def test_a_lag_lies_within_its_limits(u: float, a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    lag = knowledge_rules.lag_quarters(u, low, high)
    assert 1 <= lag <= 60
    assert 4.0 * low - 0.5 <= lag <= 4.0 * high + 0.5


@given(money, money, st.floats(0.0, 0.6))
def test_the_stock_never_falls_below_what_is_new(stock: float, new: float, depreciation: float) -> None:
    after = knowledge_rules.stock_step(stock, new, depreciation)
    assert new <= after <= (stock + new) * (1.0 + 1e-12)
    assert knowledge_rules.stock_step(SCALE * stock, SCALE * new, depreciation) == SCALE * after


@given(st.floats(0.0, 40.0), money, st.floats(1e6, 1e11), st.floats(0.0, 1.0))
def test_spin_outs_grow_with_the_stock_and_at_most_double(
    base: float, stock: float, reference: float, elasticity: float
) -> None:
    extra = knowledge_rules.spinouts(base, stock, reference, elasticity)
    assert 0.0 <= extra <= base
    assert knowledge_rules.spinouts(base, 2.0 * stock, reference, elasticity) >= extra
    assert knowledge_rules.spinouts(base, stock, reference, 0.0) == 0.0
    assert knowledge_rules.spinouts(base, 0.0, reference, elasticity) == 0.0
    assert knowledge_rules.spinouts(base, SCALE * stock, SCALE * reference, elasticity) == extra


@given(uniform, share, money, st.floats(0.0, 5.0))
def test_success_and_private_research(u: float, probability: float, direct: float, part: float) -> None:
    assert knowledge_rules.succeeds(u, probability) == (u < probability)
    assert knowledge_rules.private_research(direct, part) == pytest.approx(part * direct)
    assert knowledge_rules.private_research(direct, 0.0) == 0.0
    assert math.isfinite(knowledge_rules.private_research(direct, part))
