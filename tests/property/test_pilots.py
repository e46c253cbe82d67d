"""The rules of measure 9, whatever the amounts: limits hold, warrants never cost, money is scale-free, counts are binomial."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kejin_sim.measures.equity import chain_rules
from kejin_sim.measures.pilots import aic_rules, market_rules, relending_rules, terms_rules, warrant_rules
from kejin_sim.world import credit, rounds

money = st.one_of(st.just(0.0), st.floats(0.01, 1e11))
positive = st.floats(1e4, 1e11)
rate = st.integers(0, 10_000).map(lambda n: n / 10_000)
yearly = st.integers(0, 1_000).map(lambda n: n / 10_000)
share = st.floats(0.001, 1.0)
uniform = st.floats(1e-9, 1.0 - 1e-9)

#: Exact in binary: every amount of money is multiplied by it, and results that are money must be as well, bit for bit.
SCALE = 16.0


# ---- A1, A2


@given(st.floats(0.0, 0.3), st.floats(0.0, 0.9), st.floats(0.0, 0.5), money)
def test_the_partners_shares_are_the_whole(aic: float, soe: float, government: float, amount: float) -> None:
    social = terms_rules.social_share(aic, soe, government)
    assert aic + soe + government + social == pytest.approx(1.0, abs=1e-12)
    parts = aic * amount + soe * amount + government * amount
    assert amount - parts == pytest.approx(social * amount, rel=1e-9, abs=1e-3)


@given(money, st.floats(0.0, 0.3))
def test_more_than_the_share_is_no_equity(distributed: float, part: float) -> None:
    assert aic_rules.real_equity(part * distributed, part, distributed)
    more = part * distributed + 1.0 + 1e-6 * distributed
    assert not aic_rules.real_equity(more, part, distributed)
    assert not aic_rules.real_equity(1.0, part, 0.0)


@given(st.lists(st.floats(1e6, 1e10), min_size=1, max_size=30), share, money)
def test_the_limit_is_never_exceeded(sizes: list[float], part: float, room: float) -> None:
    """Funds are formed one after the other while the limit has room: what they commit stays within it."""
    exposure = 0.0
    refused = False
    for size in sizes:
        if aic_rules.may_commit(exposure, part * size, room):
            exposure += aic_rules.own_exposure(part, size, 0.0)
        else:
            refused = True
    assert exposure <= room * (1.0 + 1e-12)
    assert refused or exposure == pytest.approx(part * math.fsum(sizes), rel=1e-12)


@given(st.integers(0, 12), st.integers(0, 3))
def test_at_most_a_years_plan_is_put_off(uncovered: int, per_year: int) -> None:
    waiting = aic_rules.postponed(uncovered, per_year)
    assert 0 <= waiting <= per_year
    assert waiting in (uncovered, per_year)


@given(positive, rate, rate, rate)
def test_room_falls_with_each_of_its_parts(assets: float, limit: float, part: float, less: float) -> None:
    room = aic_rules.own_room(assets, limit, part)
    assert aic_rules.own_room(assets, limit * less, part) <= room
    assert aic_rules.own_room(assets, limit, part * less) <= room
    assert aic_rules.own_room(SCALE * assets, limit, part) == SCALE * room


@given(positive, positive, positive)
def test_counts_and_progress_have_no_money_in_them(amount: float, ticket: float, target: float) -> None:
    assert aic_rules.projects(SCALE * amount, SCALE * ticket) == aic_rules.projects(amount, ticket)
    assert aic_rules.progress(SCALE * amount, SCALE * target) == aic_rules.progress(amount, target)


@given(positive, share, st.integers(3, 20), st.integers(1, 20), st.floats(0.1, 20.0), st.floats(-0.5, 0.6))
def test_an_aic_fund_calls_what_it_may_and_distributes_what_it_has(
    size: float, deploy: float, life: int, call_years: int, bow: float, growth: float
) -> None:
    unfunded, nav = size, 0.0
    for year in range(1, life + 1):
        before = nav
        called, paid, nav = chain_rules.plan_year(
            unfunded, nav, year, life, call_years, deploy, deploy, deploy, bow, growth
        )
        assert called == (deploy * unfunded if year <= call_years else 0.0)
        assert 0.0 <= paid <= before * (1.0 + growth) * (1.0 + 1e-12)
        assert nav == pytest.approx(before * (1.0 + growth) - paid + called, rel=1e-12, abs=1e-6)
        unfunded -= called
        assert 0.0 <= unfunded <= size
    assert nav == called  # in the last year all is distributed but what that year calls


@given(money, money, money, st.integers(0, 79), rate)
def test_what_a_fund_is_realised_at(nav: float, paid: float, call: float, age: int, keep: float) -> None:
    value = chain_rules.horizon_value(nav, paid, call, age, keep)
    assert value >= 0.0
    assert chain_rules.horizon_value(SCALE * nav, SCALE * paid, SCALE * call, age, keep) == SCALE * value
    if age % 4 == 3:  # the year is over: the closing NAV
        assert value == keep * nav


# ---- A3, A4


@given(positive, rate, positive, positive, share)
def test_a_warrant_is_worth_what_a_share_gained(
    loan: float, coverage: float, value: float, strike: float, kept: float
) -> None:
    covered = warrant_rules.covered(loan, coverage)
    ratio = warrant_rules.price_ratio(warrant_rules.share_price(value, kept), strike)
    gain = warrant_rules.payoff(covered, ratio)
    assert 0.0 <= covered <= loan
    assert gain >= 0.0
    assert (gain > 0.0) == (covered > 0.0 and ratio > 1.0 and covered * (ratio - 1.0) > 0.0)
    # The same shares bought at the strike and sold at the price: covered / K shares at (P − K) each.
    assert gain == pytest.approx(covered * max(0.0, value * kept / strike - 1.0), rel=1e-9, abs=1e-6)
    price = warrant_rules.share_price(SCALE * value, kept)
    big = warrant_rules.payoff(SCALE * covered, warrant_rules.price_ratio(price, SCALE * strike))
    assert big == SCALE * gain


@given(positive, positive, share, share)
def test_dilution_and_a_failure_take_value_and_never_make_it(
    value: float, strike: float, kept: float, more: float
) -> None:
    def worth(value: float, kept: float) -> float:
        return float(
            warrant_rules.payoff(1e6, warrant_rules.price_ratio(warrant_rules.share_price(value, kept), strike))
        )

    assert worth(value, kept * more) <= worth(value, kept)
    assert worth(0.0, kept) == 0.0


@given(positive, share, share)
def test_shares_issued_at_the_last_price_move_no_price_per_share(value: float, kept: float, block: float) -> None:
    """A conversion (G4): more shares, worth as much each; and a holding h is worth what it was."""
    keep = 1.0 - 0.99 * block
    after = rounds.at_same_price(value, keep)
    assert warrant_rules.share_price(after, kept * keep) == pytest.approx(
        warrant_rules.share_price(value, kept), rel=1e-12
    )
    assert after >= value


@given(yearly, yearly, st.booleans())
def test_a_discount_never_turns_a_rate_negative(full: float, cut: float, carries: bool) -> None:
    found = warrant_rules.loan_rate(full, carries, cut)
    assert 0.0 <= found <= full
    assert found == (max(0.0, full - cut) if carries else full)


@given(rate, st.booleans(), money)
def test_a_warrant_needs_a_listed_borrower_with_a_price(coverage: float, listed: bool, raised: float) -> None:
    assert warrant_rules.carries_warrant(coverage, listed, raised) == (coverage > 0.0 and listed and raised > 0.0)


@given(st.integers(0, 80), st.floats(0.25, 20.0))
def test_a_term_is_over_once_and_for_good(age: int, life: float) -> None:
    assert warrant_rules.expires(age, life) == (age / 4.0 >= life)
    assert not warrant_rules.expires(age, life) or warrant_rules.expires(age + 1, life)


@given(uniform, rate, rate)
def test_liquidity_finds_more_buyers_the_higher_it_is(u: float, liquidity: float, less: float) -> None:
    assert market_rules.finds_buyer(u, liquidity) or not market_rules.finds_buyer(u, liquidity * less)
    assert market_rules.finds_buyer(u, 1.0)
    assert not market_rules.finds_buyer(u, 0.0)


@given(st.booleans(), rate, rate, money, yearly, yearly)
def test_a_sale_on_the_regional_market(
    sustained: bool, holding: float, small: float, mark: float, discount: float, fee: float
) -> None:
    assert market_rules.may_be_sold(sustained, holding, small) == (sustained and 0.0 < holding <= small)
    price = market_rules.sale_price(holding, mark, discount)
    assert 0.0 <= price <= holding * mark
    assert market_rules.sale_price(holding, SCALE * mark, discount) == SCALE * price
    assert 0.0 <= market_rules.fee(price, fee) <= price


# ---- A5, A6


@given(money, st.floats(0.0, 0.9), rate)
def test_a_loan_leaves_the_company_its_own_part(bought: float, own: float, part: float) -> None:
    loan = relending_rules.loan(bought, own)
    assert 0.0 <= loan <= bought
    assert bought - loan == pytest.approx(own * bought, rel=1e-9, abs=1e-3)
    assert 0.0 <= relending_rules.relending(loan, part) <= loan
    assert relending_rules.loan(SCALE * bought, own) == SCALE * loan


@given(money, rate, yearly, yearly)
def test_the_banks_margin_is_interest_less_interest(loan: float, part: float, lending: float, cost: float) -> None:
    relent = relending_rules.relending(loan, part)
    margin = relending_rules.margin(loan, relent, lending, cost)
    assert margin == credit.interest(loan, lending) - credit.interest(relent, cost)
    assert (margin >= 0.0) or cost * part > lending
    assert relending_rules.margin(SCALE * loan, SCALE * relent, lending, cost) == SCALE * margin


@given(st.lists(st.floats(1e6, 1e10), max_size=30), money)
def test_the_quota_is_never_exceeded(loans: list[float], quota: float) -> None:
    outstanding = 0.0
    for loan in loans:
        if relending_rules.within_quota(outstanding, loan, quota):
            outstanding += loan
    assert outstanding <= quota


@given(uniform, st.integers(0, 1000), st.floats(0.0, 0.25), st.floats(0.0, 1.0))
def test_more_companies_and_more_take_up_never_give_fewer(u: float, listed: int, chance: float, less: float) -> None:
    found = relending_rules.companies(u, listed, chance)
    assert 0 <= found <= listed
    assert relending_rules.companies(u, listed, chance * less) <= found
    assert relending_rules.companies(u, max(0, listed - 7), chance) <= found
    assert relending_rules.companies(u, listed, 0.0) == 0


@given(positive, st.floats(0.0, 2.0), st.floats(-6.0, 6.0))
def test_programmes_vary_around_their_mean(mean: float, spread: float, z: float) -> None:
    assume(spread * abs(z) < 30.0)
    found = relending_rules.programme(mean, spread, z)
    assert found > 0.0
    assert relending_rules.programme(mean, 0.0, z) == mean
    assert relending_rules.programme(mean, spread, 0.5 * spread) == pytest.approx(mean, rel=1e-12)
    assert relending_rules.programme(SCALE * mean, spread, z) == SCALE * found
