"""The rules of measure 7, whatever the amounts: shares conserve, caps hold, money is scale-free, nothing is promised."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kejin_sim.measures.equity import direct_rules
from kejin_sim.measures.grant_to_equity import (
    conversion_rules,
    exit_rules,
    failure_rules,
    grant_rules,
    linkage_rules,
    stacking_rules,
)

money = st.floats(0.0, 1e10, allow_subnormal=False)
positive = st.floats(1e4, 1e10)
share = st.floats(0.0, 1.0, allow_subnormal=False)
discount = st.floats(0.0, 0.5)
cap = st.floats(0.01, 0.5)
years = st.floats(0.0, 20.0)

#: Exact in binary: every amount of money is multiplied by it, and results that are money must be as well, bit for bit.
SCALE = 16.0


@dataclass(frozen=True)
class Converted:
    """What a conversion gives: shares of the new block, the public money in them, and what is left of it."""

    public: float
    partner: float
    cost: float
    rest: float


def convert(paid: float, matched: float, d: float, post: float, most: float, founders: float) -> Converted:
    """G4 by its functions, in the order in which an engine calls them."""
    total = paid + matched
    part = paid / total
    block = conversion_rules.block_share(total, d, post)
    allowed = conversion_rules.public_share_allowed(block * part, most, founders * (1.0 - block))
    converts = 1.0
    if allowed < block * part:
        block = allowed / part
        converts = conversion_rules.converted_part(block, total, d, post)
    cost = converts * paid
    return Converted(block * part, block * (1.0 - part), cost, paid - cost)


@given(positive, money, discount, positive, cap, share, share)
def test_shares_sum_to_one_and_the_public_stays_within_its_caps(
    paid: float, matched: float, d: float, post: float, most: float, founders: float, split: float
) -> None:
    found = convert(paid, matched, d, post, most, founders)
    keep = 1.0 - (found.public + found.partner)
    others = (1.0 - founders) * split, (1.0 - founders) * (1.0 - split)
    holdings = [founders * keep, *(h * keep for h in others), found.public, found.partner]
    assert sum(holdings) == pytest.approx(1.0, abs=1e-12)
    assert all(h >= 0.0 for h in holdings)
    assert found.public <= most * (1 + 1e-12)
    assert found.public <= founders * keep * (1 + 1e-9) + 1e-15, "the public holder is never above the founders"


@given(positive, money, discount, positive, cap, share, money, st.booleans())
def test_converted_kept_and_repaid_make_up_the_grant(
    paid: float, matched: float, d: float, post: float, most: float, founders: float, cash: float, repays: bool
) -> None:
    found = convert(paid, matched, d, post, most, founders)
    assert 0.0 <= found.cost <= paid
    repaid = min(cash, found.rest) if repays else 0.0
    kept = found.rest - repaid
    assert found.cost + kept + repaid == pytest.approx(paid, rel=1e-12)
    assert grant_rules.one_state(paid, 0.0, found.cost, repaid, 0.0, kept)
    assert not grant_rules.one_state(paid, 0.0, paid + found.cost, repaid, 0.0, kept) or found.cost < 1e-9 * paid


@given(positive, discount, positive, st.floats(1e-6, 0.999))
def test_a_block_and_its_money_are_inverse(grant: float, d: float, post: float, part: float) -> None:
    """The part of a grant that converts has, converted alone, just the block that was allowed."""
    block = part * conversion_rules.block_share(grant, d, post)
    converts = conversion_rules.converted_part(block, grant, d, post)
    assert 0.0 < converts <= 1.0
    assert conversion_rules.block_share(converts * grant, d, post) == pytest.approx(block, rel=1e-9)


@given(positive, positive, discount, discount, positive, positive)
def test_a_block_grows_with_the_grant_and_the_discount_and_falls_with_the_price(
    grant: float, more: float, d: float, e: float, post: float, dearer: float
) -> None:
    base = conversion_rules.block_share(grant, d, post)
    assert 0.0 < base < 1.0
    assert conversion_rules.block_share(grant + more, d, post) >= base
    assert conversion_rules.block_share(grant, d, post + dearer) <= base
    low, high = sorted((d, e))
    cheap = conversion_rules.block_share(grant, high, post)
    assert conversion_rules.block_share(grant, low, post) <= cheap * (1 + 1e-15)  # rounding of neighbouring discounts
    assert conversion_rules.at_discount(grant, 0.0) == grant


@given(positive, money, discount, positive, st.tuples(cap, cap), share)
def test_a_higher_cap_never_converts_less(
    paid: float, matched: float, d: float, post: float, caps: tuple[float, float], founders: float
) -> None:
    low, high = (convert(paid, matched, d, post, most, founders) for most in sorted(caps))
    assert low.public <= high.public * (1 + 1e-12)
    assert low.cost <= high.cost * (1 + 1e-9) + 1e-6


@given(positive, money, discount, positive, cap, share)
def test_money_times_sixteen_converts_sixteen_times_into_the_same_shares(
    paid: float, matched: float, d: float, post: float, most: float, founders: float
) -> None:
    one = convert(paid, matched, d, post, most, founders)
    many = convert(SCALE * paid, SCALE * matched, d, SCALE * post, most, founders)
    assert astuple(many) == (one.public, one.partner, SCALE * one.cost, SCALE * one.rest)


@given(money, money, money, money)
def test_a_trigger_is_either_enough_of_a_round_or_enough_sales(
    brought: float, least: float, sales: float, threshold: float
) -> None:
    found = conversion_rules.triggered(brought, least, sales, threshold)
    assert found == (brought >= least or sales >= threshold)
    assert found == conversion_rules.triggered(SCALE * brought, SCALE * least, SCALE * sales, SCALE * threshold)


@given(positive, st.integers(1, 4), st.floats(0.0, 5.0))
def test_tranches_make_up_the_grant(most: float, tranches: int, ratio: float) -> None:
    part = grant_rules.tranche(most, tranches)
    assert tranches * part == pytest.approx(most, rel=1e-15)
    assert grant_rules.match(part, ratio) == part * ratio
    assert grant_rules.tranche(SCALE * most, tranches) == SCALE * part


@given(st.floats(-5.0, 5.0), st.floats(0.0, 2.0), st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))
def test_better_firms_meet_milestones_no_less_often(base: float, effect: float, q: float, r: float) -> None:
    low, high = sorted((q, r))
    assert grant_rules.milestone_log_odds(base, effect, low) <= grant_rules.milestone_log_odds(base, effect, high)
    assert grant_rules.milestone_log_odds(base, 0.0, q) == base


@given(positive, st.floats(0.0, 0.2), years, years, money, money)
def test_the_strike_rises_with_time_and_falls_with_what_was_received(
    cost: float, rate: float, early: float, late: float, got: float, more: float
) -> None:
    early, late = sorted((early, late))
    strike = exit_rules.strike(cost, rate, early, got)
    assert 0.0 <= strike <= cost * (1.0 + rate * early)
    assert exit_rules.strike(cost, rate, late, got) >= strike
    assert exit_rules.strike(cost, rate, early, got + more) <= strike
    assert exit_rules.strike(SCALE * cost, rate, early, SCALE * got) == SCALE * strike


@given(money, money, share, share)
def test_the_call_takes_winners_only_and_caps_what_the_public_gets(
    value: float, strike: float, u: float, funded: float
) -> None:
    called = exit_rules.calls(value, strike, u, funded)
    gets = strike if called else value
    assert gets <= value, "the option is never good for the government"
    assert not called or u < funded
    assert called or value <= strike * (1.0 + exit_rules.ROUNDING) or u >= funded


@given(st.floats(-1e10, 1e10), share, years, st.floats(0.25, 20.0))
def test_the_team_has_its_part_of_a_gain_within_the_window_and_never_of_a_loss(
    gain: float, part: float, held: float, window: float
) -> None:
    ceded = exit_rules.team_yield(gain, part, held, window)
    assert ceded == (part * gain if gain > 0.0 and held <= window else 0.0)
    assert stacking_rules.no_promise(ceded, gain)


@given(money, money, share)
def test_rewards_and_yields_promise_nothing(got: float, cost: float, rate: float) -> None:
    """N5: what co-investors and teams receive stays within the government's own gain, and is zero at a loss."""
    reward = direct_rules.reward_due(rate, got, cost, 0.0)
    assert stacking_rules.no_promise(reward, got - cost)
    assert got > cost or reward == 0.0
    assume(cost - got > 1.0)
    assert not stacking_rules.no_promise(cost - got, got - cost), "a guarantee of principal is caught"


@given(money, share, money, money)
def test_repayment_stays_within_cash_and_grant(cash: float, part: float, paid: float, more: float) -> None:
    back = failure_rules.repayment(cash, part, paid)
    assert 0.0 <= back <= min(cash, paid)
    assert failure_rules.repayment(cash + more, part, paid) >= back
    assert back < 1e-300 or failure_rules.repayment(SCALE * cash, part, SCALE * paid) == SCALE * back
    assert grant_rules.one_state(paid, 0.0, 0.0, back, paid - back, 0.0)


@given(money, money, share, share)
def test_a_higher_tolerance_tolerates_no_less(loss: float, cost: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert failure_rules.tolerated(loss, cost, high) or not failure_rules.tolerated(loss, cost, low)
    assert failure_rules.tolerated(loss, cost, low) == failure_rules.tolerated(SCALE * loss, SCALE * cost, low)


@given(st.booleans(), st.booleans(), money)
def test_credit_never_comes_before_grant_and_fund(accepted: bool, entered: bool, raised: float) -> None:
    assert not linkage_rules.fund_open(False, raised)
    assert linkage_rules.credit_open(accepted, entered) == (accepted or entered)
    assert not linkage_rules.fund_open(accepted, raised) or linkage_rules.credit_open(accepted, False)


@given(money, share, share)
def test_city_and_district_make_up_the_ticket(ticket: float, part: float, other: float) -> None:
    district = grant_rules.district_part(ticket, part)
    assert 0.0 <= district <= ticket
    assert district + (ticket - district) == pytest.approx(ticket, rel=1e-15)
    low, high = sorted((part, other))
    assert grant_rules.district_part(ticket, low) <= grant_rules.district_part(ticket, high)


@given(share, share, share)
def test_the_four_shares_of_a_fund_sum_to_one(public: float, district: float, gp: float) -> None:
    third = stacking_rules.third_party(public, district, gp)
    assert public + district + gp + third == pytest.approx(1.0, abs=1e-12)
    assert stacking_rules.shares_allowed(third, third)
    assert not stacking_rules.shares_allowed(third, third + 1e-6)


@given(money, money, money)
def test_a_limited_partner_loses_what_it_paid_in_at_most(lost: float, more: float, undrawn: float) -> None:
    paid_in = lost + more
    assert stacking_rules.limited_liability(lost, paid_in, paid_in + undrawn)
    assert not stacking_rules.limited_liability(paid_in + 1.0 + 1e-8 * (paid_in + undrawn), paid_in, paid_in + undrawn)


@given(positive, st.lists(st.floats(0.0, 1.0), min_size=5, max_size=5))
def test_a_grant_is_in_one_state(paid: float, weights: list[float]) -> None:
    """N9: parts that sum to the grant pass while waiting and equity are apart; a missing or a doubled part does not."""
    assume(sum(weights) > 0.1)
    waiting, converted, repaid, written_off, kept = (paid * w / sum(weights) for w in weights)
    found = grant_rules.one_state(paid, waiting, converted, repaid, written_off, kept)
    assert found == (waiting <= 0.0 or converted <= 0.0)
    assert not grant_rules.one_state(paid, waiting, converted, repaid, written_off, kept + 0.01 * paid)
    assert not grant_rules.one_state(paid * 1.01, waiting, converted, repaid, written_off, kept)
    assert not grant_rules.one_state(paid, -waiting - 1.0, converted + 2.0 * waiting + 1.0, repaid, written_off, kept)
