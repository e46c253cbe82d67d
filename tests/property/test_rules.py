"""The other rules of measure 1, whatever the amounts."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kejin_sim.measures.equity import chain_rules, direct_rules, subfund_rules, tolerance, transfer_rules
from kejin_sim.world import enterprise, exits, failure, macro, rounds
from kejin_sim.world.calendar import quarterly_quota

money = st.floats(0.0, 1e10, allow_subnormal=False)
positive = st.floats(1.0, 1e10)
share = st.floats(0.0, 1.0)


@given(st.lists(money, min_size=1, max_size=6), positive, share)
def test_the_reward_is_its_rate_of_the_net_gain_in_any_order_of_proceeds(
    proceeds: list[float], cost: float, rate: float
) -> None:
    """E9 per deal: never negative, never more than the rate of the net gain, the same total whatever comes first."""
    orders = [proceeds, proceeds[::-1], sorted(proceeds)]
    totals = []
    for order in orders:
        paid = got = 0.0
        for amount in order:
            got += amount
            due = direct_rules.reward_due(rate, got, cost, paid)
            assert due >= 0.0
            paid += due
            assert paid <= rate * max(0.0, got - cost) * (1 + 1e-12) + 1e-9
        totals.append(paid)
    gain = max(0.0, sum(proceeds) - cost)
    assert totals == pytest.approx([rate * gain] * len(orders), rel=1e-9, abs=1e-6 + 1e-12 * cost)


@given(st.lists(st.tuples(positive, money), min_size=1, max_size=8), share)
def test_netting_a_vintage_never_pays_more_than_its_deals(deals: list[tuple[float, float]], rate: float) -> None:
    per_deal = sum(direct_rules.reward_due(rate, got, cost, 0.0) for cost, got in deals)
    vintage = direct_rules.reward_due(rate, sum(g for _, g in deals), sum(c for c, _ in deals), 0.0)
    assert 0.0 <= vintage <= per_deal * (1 + 1e-9) + 1e-6 * sum(c for c, _ in deals)


@given(positive, st.floats(0.0, 0.95), st.booleans(), st.booleans(), st.floats(0.0, 0.9), share)
def test_a_transfer_price_lies_between_floor_and_ceiling(
    nav: float, discount: float, seller: bool, buyer: bool, dlom: float, floor: float
) -> None:
    price = transfer_rules.transfer_price(nav, discount, 1, seller, buyer, dlom, floor)
    appraised = nav * (1.0 - dlom)
    assert price >= 0.0
    if seller:
        assert price >= floor * appraised * (1 - 1e-15)
    if buyer:
        assert price <= appraised
    free = transfer_rules.transfer_price(nav, discount, 0, seller, buyer, dlom, floor)
    assert free == nav * (1.0 - discount)
    if not seller and not buyer:
        assert price == free
    sixteen = transfer_rules.transfer_price(16.0 * nav, discount, 1, seller, buyer, dlom, floor)
    assert sixteen == pytest.approx(16.0 * price, rel=1e-15)


@given(st.floats(0.0, 0.9), st.floats(0.0, 0.5), st.floats(-6.0, 6.0))
def test_the_discount_stays_a_discount(discount: float, cycle: float, factor: float) -> None:
    now = transfer_rules.discount_now(discount, cycle, factor, 0.95)
    assert 0.0 <= now <= 0.95
    assert transfer_rules.discount_now(discount, cycle, factor + 1.0, 0.95) <= now


@given(positive, money, money)
def test_net_terminal_loss_is_a_share_and_scale_free(paid_in: float, distributed: float, residual: float) -> None:
    loss = tolerance.loss_net_terminal(paid_in, distributed, residual)
    assert 0.0 <= loss <= 1.0
    assert tolerance.loss_net_terminal(16 * paid_in, 16 * distributed, 16 * residual) == loss
    assert tolerance.loss_net_terminal(0.0, 0.0, residual) == 0.0
    assert (loss == 0.0) == (distributed + residual >= paid_in)


@given(st.lists(st.tuples(positive, money, st.integers(0, 2)), min_size=1, max_size=12))
def test_deal_losses_are_shares_scale_free_and_ordered(deals: list[tuple[float, float, int]]) -> None:
    cost = sum(c for c, _, _ in deals)
    losses = sum(max(0.0, c - v) for c, v, _ in deals)
    lost = float(sum(v < c for c, v, _ in deals))
    gross = tolerance.loss_gross(losses, cost)
    assert 0.0 <= gross <= 1.0 + 1e-15
    assert tolerance.loss_gross(16 * losses, 16 * cost) == gross
    heads = tolerance.loss_head_count(lost, float(len(deals)))
    assert 0.0 <= heads <= 1.0
    pooled = tolerance.loss_of(cost, sum(v for _, v, _ in deals))
    assert 0.0 <= pooled <= gross + 1e-12  # winners are netted within a class, not in the gross loss
    for c, v, _ in deals:
        single = tolerance.loss_of(c, v)
        assert 0.0 <= single <= 1.0
        assert (single > 0.0) == (v < c) or math.isclose(v, c, rel_tol=1e-12)
    sums = [[sum(x[i] for x in deals if x[2] == k) for i in (0, 1)] for k in range(3)]
    flat = [float(value) for pair in sums for value in pair]
    assert not tolerance.class_breached(*flat, 1.0, 1.0, 1.0)
    worst = max(tolerance.loss_of(*pair) for pair in sums)
    assert tolerance.class_breached(*flat, 0.0, 0.0, 0.0) == (worst > 1e-9)


@given(positive, share, share)
def test_equal_is_not_over_and_cost_is_not_a_loss(cost: float, loss: float, holding: float) -> None:
    assert not tolerance.exceeds(loss, loss)
    assert tolerance.exceeds(loss, loss - 1e-6)
    assume(holding > 1e-6)
    assert not tolerance.is_lost(cost, holding * (cost / holding))
    assert tolerance.is_lost(cost, cost * (1.0 - 1e-6))


@given(money, share, share, money, money)
def test_the_reserve_pays_no_more_than_it_has_and_than_is_lost(
    reserve: float, loss: float, rate: float, base: float, before: float
) -> None:
    excess = tolerance.excess_money(loss, rate, base)
    assert 0.0 <= excess <= base
    assert excess == 0.0 or loss > rate
    paid = tolerance.reserve_payment(reserve, excess, before)
    assert 0.0 <= paid <= reserve
    assert paid + before <= max(excess, before) * (1 + 1e-12)
    assert tolerance.reserve_payment(reserve - paid, excess, before + paid) <= 1e-9 * excess or paid == reserve


@given(money, st.integers(0, 50), st.integers(1, 50))
def test_head_count_makes_good_no_more_than_what_was_lost(losses: float, lost: int, deals: int) -> None:
    lost = min(lost, deals)
    share_lost = tolerance.loss_head_count(float(lost), float(deals))
    base = tolerance.head_count_base(losses, float(lost), float(deals))
    assert tolerance.excess_money(share_lost, 0.0, base) == pytest.approx(losses if lost else 0.0, rel=1e-9)


@given(st.booleans(), share, share)
def test_only_a_breach_is_sanctioned(breached: bool, u: float, probability: float) -> None:
    assert tolerance.sanctioned(breached, u, probability) == (breached and u < probability)
    assert not tolerance.sanctioned(breached, u, 0.0)


@given(positive, st.tuples(positive, positive, positive))
def test_calls_sum_to_the_commitment(committed: float, weights: tuple[float, float, float]) -> None:
    """E1 as the engine calls: a share of what is left; the last call takes everything."""
    schedule = [w / sum(weights) for w in weights]
    left, done, called = committed, 0.0, 0.0
    for number, part in enumerate(schedule):
        fraction = 1.0 if number == 2 else min(1.0, part / (1.0 - done))
        due = subfund_rules.call_due(left, fraction)
        assert 0.0 <= due <= left * (1 + 1e-12)
        assert due == pytest.approx(part * committed, rel=1e-6, abs=1e-9 * committed)
        left, done, called = left - due, done + part, called + due
    assert called == pytest.approx(committed, rel=1e-12)


@given(positive, share, st.tuples(positive, positive, positive))
def test_what_a_district_pays_and_owes_sums_to_its_commitment(
    committed: float, delivery: float, weights: tuple[float, float, float]
) -> None:
    schedule = [w / sum(weights) for w in weights]
    left, done, arrears, paid = committed, 0.0, 0.0, 0.0
    for number, part in enumerate(schedule):
        fraction = 1.0 if number == 2 else min(1.0, part / (1.0 - done))
        due = subfund_rules.call_due(left - arrears, fraction)
        came = subfund_rules.delivered(due, delivery)
        late = subfund_rules.delivered(arrears, delivery)
        arrears += due - came - late
        left -= came + late
        paid += came + late
        done += part
    assert arrears >= -1e-9 * committed
    assert paid + arrears == pytest.approx(committed, rel=1e-9)


@given(st.integers(0, 4000))
def test_quarterly_quotas_sum_to_the_year(per_year: int) -> None:
    quotas = [quarterly_quota(per_year, quarter) for quarter in range(4)]
    assert sum(quotas) == per_year
    assert max(quotas) - min(quotas) <= 1
    assert min(quotas) >= 0


@given(positive, positive, money, st.floats(0.0, 5.0), share, st.floats(0.01, 0.5))
def test_a_capped_ticket_respects_the_cap_and_is_the_largest_that_does(
    ticket: float, price: float, other: float, beside: float, held: float, cap: float
) -> None:
    capped = rounds.capped_ticket(ticket, price, other, beside, held, cap)
    assert 0.0 <= capped <= ticket
    after = price + other + capped * (1.0 + beside)
    holding = (held * price + capped) / after
    assert capped == 0.0 or holding <= cap * (1 + 1e-9)
    assert capped == ticket or holding >= cap * (1 - 1e-9)


@given(positive, positive, share)
def test_a_deal_is_at_most_a_share_of_the_fund(ticket: float, size: float, cap: float) -> None:
    assert subfund_rules.deal_ticket(ticket, cap, size) <= min(ticket, cap * size)


@given(money, money, share)
def test_follow_on_is_bounded(private: float, cap: float, ratio: float) -> None:
    follow = direct_rules.follow_on_ticket(private, ratio, cap)
    assert 0.0 <= follow <= cap
    assert follow <= ratio * private


@given(st.floats(-1e10, 1e10), share)
def test_the_reserve_takes_nothing_from_a_losing_year(gain: float, rate: float) -> None:
    kept = direct_rules.reserve_set_aside(rate, gain)
    assert 0.0 <= kept <= max(0.0, gain)


@given(money, st.tuples(*[st.floats(0.0, 3.0)] * 3), st.floats(1.0, 3.0))
def test_reinvestment_credit_by_route(amount: float, w: tuple[float, float, float], bonus: float) -> None:
    for outside, relocated, subsidiary, hard in itertools.product((False, True), repeat=4):
        credit = subfund_rules.reinvestment_credit(amount, outside, relocated, subsidiary, hard, *w, bonus)
        assert 0.0 <= credit <= amount * max(w) * bonus * (1 + 1e-12)
        if outside and not subsidiary:
            assert credit == 0.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.5), st.floats(0.0, 1.0))
def test_the_early_share_is_a_share(base: float, slope: float, rate: float) -> None:
    assert 0.0 <= subfund_rules.early_share(base, slope, rate, 0.3) <= 1.0
    assert subfund_rules.early_share(base, 0.0, rate, 0.3) == base


@given(money, money, st.floats(-0.99, 3.0), share)
def test_a_pacing_year_conserves_value(nav: float, called: float, growth: float, rate: float) -> None:
    paid, closing = chain_rules.pacing_year(nav, called, growth, rate)
    assert paid >= 0.0
    assert closing >= 0.0
    assert paid + closing == pytest.approx(nav * (1 + growth) + called, rel=1e-12, abs=1e-6)


@given(st.integers(1, 25), st.integers(3, 20), st.floats(0.1, 20.0))
def test_the_rate_of_distribution_rises_to_one(year: int, life: int, bow: float) -> None:
    now, later = (chain_rules.distribution_rate(y, life, bow) for y in (year, year + 1))
    assert 0.0 < now <= later <= 1.0
    assert chain_rules.distribution_rate(life, life, bow) == 1.0


@given(st.floats(-0.5, 0.6), st.floats(0.0, 1.5), st.floats(0.0, 1.0), st.floats(-6, 6), st.floats(-6, 6))
def test_growth_never_loses_more_than_everything(g: float, vol: float, cycle: float, x: float, z: float) -> None:
    growth = chain_rules.yearly_growth(g, vol, cycle, x, z)
    assert growth >= -1.0
    assert chain_rules.yearly_growth(g, 0.0, cycle, x, z) == pytest.approx(g, abs=1e-15)


@given(st.floats(1e-6, 0.999), st.floats(0.0, 0.9), st.floats(-6, 6))
def test_failure_rises_with_the_hazard_and_falls_with_the_factor(h: float, rho: float, x: float) -> None:
    point = failure.threshold(h, rho, x)
    assert failure.threshold(min(0.9995, h * 1.5), rho, x) >= point
    assert failure.threshold(h, rho, x + 0.5) <= point
    assert failure.threshold(0.0, rho, x) == -math.inf
    assert 1.0 - (1.0 - failure.quarterly(h)) ** 4 == pytest.approx(h, rel=1e-9)


@given(st.floats(-4, 4), st.floats(0, 1))
def test_logistic_and_log_odds_are_inverse(x: float, p: float) -> None:
    assert macro.log_odds(macro.logistic(x)) == pytest.approx(x, abs=1e-9)
    assume(1e-9 < p < 1 - 1e-9)
    assert macro.logistic(macro.log_odds(p)) == pytest.approx(p, rel=1e-9)
    assert macro.logistic(macro.log_odds(0.0)) == 0.0
    assert macro.logistic(macro.log_odds(1.0)) == 1.0


@given(st.floats(-9, 9), st.floats(0, 5))
def test_boosts_at_most_double_the_odds(base: float, boost: float) -> None:
    odds = math.exp(rounds.offer_log_odds(base, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, boost, 2.0) - base)
    assert odds <= 2.0 * (1 + 1e-12)


@given(positive, st.floats(0.01, 0.6))
def test_the_usual_round_sells_the_usual_share(price: float, dilution: float) -> None:
    ticket = rounds.private_ticket(price, dilution)
    assert rounds.share_bought(ticket, price, ticket) == pytest.approx(dilution, rel=1e-12)


@given(money, money, positive)
def test_a_firm_never_spends_what_it_has_not(cash: float, revenue: float, cost: float) -> None:
    spent = enterprise.affordable_cost(cash, revenue, cost)
    assert 0.0 <= spent <= cost
    assert cash + revenue - spent >= 0.0


@given(positive, st.floats(0, 0.3), st.floats(0, 20), money)
def test_a_redemption_claim_is_not_negative(cost: float, coupon: float, years: float, received: float) -> None:
    assert exits.redemption_claim(cost, coupon, years, received) >= 0.0


@given(
    st.floats(0, 0.9),
    st.floats(0, 3),
    st.floats(10, 30),
    st.floats(0, 2),
    st.floats(0, 30),
    st.floats(0, 0.5),
    st.floats(0.001, 1),
)
def test_acquisition_hazards_are_capped(
    yearly: float, elasticity: float, log_value: float, rise: float, age: float, boost: float, cap: float
) -> None:
    hazard = exits.acquisition_hazard(yearly, elasticity, log_value, math.log(1e8), rise, age, boost, 1.0, cap)
    assert 0.0 <= hazard <= cap
    assert exits.acquisition_hazard(yearly, elasticity, log_value, math.log(1e8), rise, age, 0.0, 1.0, cap) <= hazard
    for u in (0.5 * hazard, hazard * (1.0 - 1e-12), hazard, hazard * (1.0 + 1e-12), 2.0 * hazard, cap, 0.5):
        acquired = exits.is_acquired(u, yearly, elasticity, log_value, math.log(1e8), rise, age, boost, 1.0, cap)
        assert acquired == (u < hazard)


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), st.floats(-60.0, 60.0) | st.just(-math.inf))
def test_an_event_that_is_ruled_out_without_an_exponential_would_not_have_happened(u: float, log_odds: float) -> None:
    p = macro.logistic(log_odds)
    assert macro.happens(u, log_odds) == (u < p)
    for near in (math.nextafter(p, 0.0), p, math.nextafter(p, 1.0)):
        if 0.0 < near < 1.0:
            assert macro.happens(near, log_odds) == (near < p)
