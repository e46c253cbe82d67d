"""Measure 3, whatever the amounts: prices, claims, caps on subsidies, shares of the pool, backstop, insured loans."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kejin_sim.measures.insurance import (
    backstop_rules,
    cover_rules,
    loan_rules,
    pool_rules,
    premium_rules,
    subsidy_rules,
)

money = st.one_of(st.just(0.0), st.floats(1e-2, 1e10))
positive = st.floats(1e2, 1e9)
share = st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-6, 1.0))
chance = st.one_of(st.just(0.0), st.floats(1e-4, 0.9))
effect = st.one_of(st.just(0.0), st.floats(1e-3, 2.0))
deviate = st.floats(-4.0, 4.0)
uniform = st.floats(1e-9, 1.0 - 1e-9)


# ---- I1


@given(chance, effect, deviate, deviate)
def test_the_better_firm_is_the_safer(frequency: float, a: float, q: float, other: float) -> None:
    low, high = sorted((q, other))
    worse, better = (premium_rules.own_probability(frequency, a, x) for x in (low, high))
    assert 0.0 <= better <= worse <= 1.0
    assert premium_rules.own_probability(frequency, a, 0.0) == pytest.approx(frequency, abs=1e-12)
    if premium_rules.safer(a, q):
        assert premium_rules.own_probability(frequency, a, q) <= frequency + 1e-12


@given(chance, deviate, st.floats(0.1, 3.0), share)
def test_without_an_effect_of_quality_everybody_prices_alike(
    frequency: float, score: float, sigma: float, weight: float
) -> None:
    priced = premium_rules.priced_probability(frequency, 0.0, score, sigma, weight)
    assert priced == pytest.approx(premium_rules.own_probability(frequency, 0.0, score), abs=1e-12)
    assert priced == pytest.approx(frequency, abs=1e-12)


@given(chance, effect, deviate, deviate, st.floats(0.1, 3.0), share)
def test_a_better_score_is_never_dearer(
    frequency: float, a: float, score: float, other: float, sigma: float, weight: float
) -> None:
    low, high = sorted((score, other))
    dear, cheap = (premium_rules.priced_probability(frequency, a, s, sigma, weight) for s in (low, high))
    assert 0.0 <= cheap <= dear <= 1.0
    # At no weight the score does not matter, to the last bit.
    assert premium_rules.priced_probability(frequency, a, low, sigma, 0.0) == premium_rules.priced_probability(
        frequency, a, high, sigma, 0.0
    )


@given(positive, chance, st.floats(0.0, 0.6))
def test_a_premium_by_risk_has_the_loss_ratio_that_the_load_leaves(insured: float, p: float, load: float) -> None:
    expected = p * premium_rules.severity_research(insured, 0.5, 0.1)
    due = premium_rules.premium(insured, expected, load, False, 0.03)
    assert 0.0 <= due <= insured
    if due > 0.0:
        ratio = expected / due
        assert ratio == pytest.approx(1.0 - load) if due < insured else ratio >= 1.0 - load - 1e-12


@given(positive, money, st.floats(0.0, 0.6), st.floats(1e-4, 0.3))
def test_a_flat_rate_does_not_look_at_the_risk(insured: float, expected: float, load: float, rate: float) -> None:
    assert premium_rules.premium(insured, expected, load, True, rate) == rate * insured


@given(money, money)
def test_a_limited_damage_costs_at_most_mean_and_limit(mean: float, limit: float) -> None:
    paid = premium_rules.limited_mean(mean, limit)
    assert 0.0 <= paid <= min(mean, limit) * (1.0 + 1e-9)


@given(money, money, positive)
def test_what_ip_cover_pays_on_average_is_within_its_limit(legal: float, damages: float, limit: float) -> None:
    paid = premium_rules.severity_ip(legal, damages, limit)
    assert min(legal, limit) <= paid <= limit * (1.0 + 1e-9)


@given(uniform, share, st.floats(-5, 5), st.floats(0, 5), st.floats(0, 20), st.floats(0, 20))
def test_a_lower_net_premium_makes_no_firm_give_up_its_cover(
    u: float, reach: float, a: float, b: float, ratio: float, other: float
) -> None:
    low, high = sorted((ratio, other))
    dear, cheap = (premium_rules.buys(u, reach, a, b, r) for r in (high, low))
    assert cheap or not dear
    assert premium_rules.listens(u, reach, a) or not cheap
    # Strengths at nothing do nothing.
    assert not premium_rules.buys(u, 0.0, a, b, ratio)
    assert premium_rules.buys(u, reach, a, 0.0, ratio) == premium_rules.buys(u, reach, a, 0.0, other)


@given(st.floats(1e-6, 1.0), st.floats(1e-6, 1.0), share)
def test_knowledge_lies_between_the_two_views(priced: float, own: float, knowledge: float) -> None:
    known = premium_rules.known_probability(priced, own, knowledge)
    assert min(priced, own) * (1 - 1e-12) <= known <= max(priced, own) * (1 + 1e-12)
    assert premium_rules.known_probability(priced, own, 0.0) == priced
    assert premium_rules.known_probability(priced, own, 1.0) == own


@given(positive, share)
def test_a_subsidy_lowers_the_ratio(due: float, part: float) -> None:
    assert premium_rules.net_ratio(due, part * due, 0.5 * due) <= premium_rules.net_ratio(due, 0.0, 0.5 * due)
    assert premium_rules.net_ratio(due, 0.0, 0.0) == 1e9


# ---- I3


@given(money, money, money, share, share, st.integers(1, 4), positive)
def test_insured_research_is_what_will_be_spent(
    cost: float, revenue: float, cash: float, research: float, eligible: float, quarters: int, limit: float
) -> None:
    insured = cover_rules.insured_research(cost, revenue, cash, research, eligible, quarters, limit)
    assert 0.0 <= insured <= limit
    assert insured <= eligible * research * cost * quarters * (1 + 1e-12)
    assert insured <= (cash + revenue * quarters) * (1 + 1e-12)


@given(money, money, share, share)
def test_no_claim_exceeds_the_loss_or_the_sum_insured(
    spent: float, insured: float, pay: float, deductible: float
) -> None:
    paid = cover_rules.research_claim(spent, insured, pay, deductible)
    assert 0.0 <= paid <= min(spent, insured)


@given(money, money, money)
def test_claims_stop_at_the_limit(legal: float, damages: float, limit: float) -> None:
    assert cover_rules.ip_claim(legal, damages, limit) == min(limit, legal + damages)
    assert cover_rules.asset_claim(damages, limit) <= limit


@given(uniform, uniform, positive)
def test_the_lower_the_uniform_the_greater_the_damage(u: float, v: float, mean: float) -> None:
    low, high = sorted((u, v))
    assert cover_rules.damage(low, mean) >= cover_rules.damage(high, mean) >= 0.0


@given(money, share, positive, st.booleans(), st.booleans(), st.integers(0, 5), st.integers(0, 6))
def test_first_sets_are_insured_by_whoever_sells_them(
    revenue: float, part: float, limit: float, hard: bool, sustained: bool, stage: int, least: int
) -> None:
    insured = cover_rules.insured_first_set(revenue, part, limit, hard, sustained, stage, least)
    assert 0.0 <= insured <= limit
    if not hard or not (sustained or stage >= least):
        assert insured == 0.0


# ---- I2, N4


@given(money, share, share, share)
def test_public_money_stays_within_the_stack_and_the_premium(
    due: float, part: float, other_share: float, cap: float
) -> None:
    other = subsidy_rules.other_subsidy(due, other_share, cap)
    city = subsidy_rules.line_subsidy(due, part, other, cap)
    assert city >= 0.0
    assert other >= 0.0
    assert subsidy_rules.within_stack(city, other, due, cap)
    assert city + other <= due * (1.0 + 1e-12)
    assert city <= part * due
    assert not subsidy_rules.within_stack(city + 0.01 * due, cap * due, due, cap) or due == 0.0


@given(money, money)
def test_a_firm_gets_no_more_than_its_cap(total: float, cap: float) -> None:
    assert subsidy_rules.yearly_subsidy(total, cap) == min(total, cap)


@given(st.lists(money, min_size=4, max_size=4), money)
def test_what_is_hoped_for_line_by_line_is_what_is_paid(lines: list[float], cap: float) -> None:
    hoped = sum(subsidy_rules.left_of_year(line, sum(lines[:number]), cap) for number, line in enumerate(lines))
    assert hoped == pytest.approx(subsidy_rules.yearly_subsidy(sum(lines), cap), rel=1e-9, abs=1e-5)


# ---- I4


@given(positive, positive, st.floats(0.0, 0.9))
def test_the_pool_keeps_no_more_of_a_risk_than_it_can_carry(insured: float, capacity: float, cede: float) -> None:
    ceded = pool_rules.ceded_share(insured, capacity, cede)
    kept = (1.0 - ceded) * insured
    assert -1e-12 <= ceded <= 1.0
    assert kept == pytest.approx((1.0 - cede) * min(insured, capacity), rel=1e-9, abs=1e-6)


@given(st.floats(0.01, 0.99), st.integers(2, 50), money)
def test_members_shares_are_the_whole(lead: float, members: int, amount: float) -> None:
    each = pool_rules.follower_share(lead, members)
    assert lead + (members - 1) * each == pytest.approx(1.0)
    assert pool_rules.lead_part(amount, lead) + (members - 1) * each * amount == pytest.approx(amount)


@given(money, st.floats(0.0, 0.6), st.floats(0.0, 0.2))
def test_fee_and_expenses_are_the_load(due: float, load: float, fee: float) -> None:
    assume(fee <= load)
    parts = pool_rules.lead_fee(due, fee) + pool_rules.expenses(due, load, fee)
    assert parts == pytest.approx(load * due)


@given(money, money)
def test_a_call_leaves_the_pool_at_nothing(payment: float, balance: float) -> None:
    called = pool_rules.call(payment, balance)
    assert called >= 0.0
    assert balance + called - payment >= -1e-9 * payment
    assert balance + called == pytest.approx(max(payment, balance))


@given(money, money, st.floats(0.0, 2.0))
def test_the_surplus_leaves_the_reserve(balance: float, premium: float, reserve: float) -> None:
    shared = pool_rules.surplus(balance, premium, reserve)
    assert 0.0 <= shared <= balance
    assert balance - shared == pytest.approx(min(balance, reserve * premium), rel=1e-9, abs=1e-6 + 1e-12 * balance)


# ---- I5, I7


@given(money, money, st.floats(0.5, 5.0), share, money)
def test_the_backstop_is_a_capped_part_of_the_excess(
    claims: float, premium: float, attachment: float, part: float, cap: float
) -> None:
    paid = backstop_rules.backstop(claims, premium, attachment, part, cap)
    assert 0.0 <= paid <= cap
    assert paid <= max(0.0, claims - attachment * premium)
    more = backstop_rules.backstop(2.0 * claims, premium, attachment, part, cap)
    assert more >= paid
    if claims <= attachment * premium:
        assert paid == 0.0


@given(money, share)
def test_insurers_money_is_part_of_the_social_money(social: float, part: float) -> None:
    assert 0.0 <= backstop_rules.insurers_money(social, part) <= social


# ---- I6


@given(positive, share, share)
def test_insurer_and_bank_bear_a_loan_s_loss_between_them(exposure: float, lgd: float, part: float) -> None:
    recovered = (1.0 - lgd) * exposure
    insurer = loan_rules.indemnity(exposure, part) - loan_rules.subrogation(recovered, part)
    bank = exposure - loan_rules.indemnity(exposure, part) - recovered + loan_rules.subrogation(recovered, part)
    assert insurer + bank == pytest.approx(lgd * exposure, abs=1e-6)
    assert bank == pytest.approx(loan_rules.bank_loss(lgd * exposure, part), rel=1e-9, abs=1e-6)


@given(positive, positive, money, positive)
def test_insured_loans_stay_within_the_capacity(loan: float, limit: float, insured: float, capacity: float) -> None:
    taken = loan_rules.amount(loan, limit, insured, capacity)
    assert 0.0 <= taken <= min(loan, limit)
    assert taken == (min(loan, limit) if insured + min(loan, limit) <= capacity else 0.0)


@given(chance, chance, share, share, st.floats(0.001, 0.1), st.floats(0.0, 0.6))
def test_a_riskier_loan_is_not_taken_sooner(
    pd: float, other: float, lgd: float, part: float, rate: float, load: float
) -> None:
    low, high = sorted((pd, other))
    assert loan_rules.insurable(low, lgd, part, rate, load) or not loan_rules.insurable(high, lgd, part, rate, load)
    assert loan_rules.loan_premium(1e6, rate) == pytest.approx(1e6 * rate / 4.0)
