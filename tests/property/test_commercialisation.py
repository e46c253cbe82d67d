"""The rules of measure 5, whatever the amounts: caps hold, the pool's account conserves, money is scale-free."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kejin_sim.measures.commercialisation import (
    ip_rules,
    landing_rules,
    pledge_rules,
    securitisation_rules,
    spinout_rules,
    voucher_rules,
)
from kejin_sim.world import credit as lending

money = st.floats(0.0, 1e10, allow_subnormal=False)
positive = st.floats(1e4, 1e10)
share = st.floats(0.0, 1.0, allow_subnormal=False)
rate = st.floats(0.0, 0.2, allow_subnormal=False)
unit = st.floats(1e-9, 1.0 - 1e-9)
years = st.floats(0.0, 40.0)

#: Exact in binary: every amount of money is multiplied by it, and results that are money must be as well, bit for bit.
SCALE = 16.0


# ---- T1-T3


@given(positive, st.floats(0.01, 0.6), years, years)
def test_a_first_stock_is_that_of_a_firm_visited_all_its_life(
    research: float, depreciation: float, age: float, more: float
) -> None:
    """Perpetual inventory from any age on arrives where the first appraisal at the later age begins."""
    whole = math.floor(more)
    stock = ip_rules.opening_stock(research, depreciation, age)
    for _ in range(whole):
        stock = ip_rules.stock(stock, research, depreciation)
    assert stock == pytest.approx(ip_rules.opening_stock(research, depreciation, age + whole), rel=1e-9)
    assert stock <= research / depreciation * (1 + 1e-12)


@given(positive, years)
def test_little_depreciation_is_none(research: float, age: float) -> None:
    """The formula's limit is the plain sum."""
    plain = ip_rules.opening_stock(research, 0.0, age)
    assert plain == research * age
    assert ip_rules.opening_stock(research, 1e-7, age) == pytest.approx(plain, rel=1e-4, abs=1.0)


@given(
    positive, st.floats(0.1, 5.0), st.floats(0.0, 2.0), st.floats(-4.0, 4.0), st.floats(0.0, 2.0), st.floats(-5.0, 5.0)
)
def test_appraisals_rise_with_score_and_luck(
    stock: float, multiple: float, effect: float, score: float, noise: float, z: float
) -> None:
    value = ip_rules.appraised(stock, multiple, effect, score, noise, z)
    assert value > 0.0
    assert ip_rules.appraised(stock, multiple, effect, score + 1.0, noise, z) >= value
    assert ip_rules.appraised(stock, multiple, effect, score, noise, z + 1.0) >= value
    assert ip_rules.appraised(SCALE * stock, multiple, effect, score, noise, z) == SCALE * value


def test_appraisers_are_right_on_average() -> None:
    """The error has mean 1: an integral over its density, by the rectangle rule on a fine grid."""
    for noise in (0.0, 0.4, 1.0):
        step = 0.01
        grid = [-12.0 + step * i for i in range(2401)]
        mean = sum(
            step * math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) * ip_rules.appraised(1.0, 1.0, 0.3, 0.0, noise, z)
            for z in grid
        )
        assert mean == pytest.approx(1.0, rel=1e-9)


@given(money, money, share, money, money)
def test_a_pledge_is_within_need_value_and_cap(need: float, value: float, ltv: float, cap: float, least: float) -> None:
    loan = pledge_rules.pledge_amount(need, value, ltv, cap, least)
    most = min(need, ltv * value, cap)
    assert loan == (most if most >= least else 0.0)
    assert pledge_rules.pledge_amount(SCALE * need, SCALE * value, ltv, SCALE * cap, SCALE * least) == SCALE * loan


@given(money, money, share, money)
def test_subsidy_is_at_most_its_share_and_its_cap(interest: float, fee: float, part: float, cap: float) -> None:
    paid = pledge_rules.cost_subsidy(interest, fee, part, cap)
    assert 0.0 <= paid <= cap
    assert paid <= part * (interest + fee) <= interest + fee
    assert paid in (cap, part * (interest + fee))
    assert pledge_rules.cost_subsidy(interest, fee, 0.0, cap) == 0.0


@given(money, st.floats(0.0, 0.05), money)
def test_award_never_falls_with_volume_and_stays_within_its_cap(volume: float, each: float, cap: float) -> None:
    paid = pledge_rules.institution_award(volume, each, cap)
    assert 0.0 <= paid <= cap
    assert pledge_rules.institution_award(volume + 1e6, each, cap) >= paid


# ---- T4


@given(positive, st.integers(1, 40), share, money, money)
def test_a_ticket_is_within_its_part_and_the_value(
    pool: float, firms: int, ltv: float, value: float, least: float
) -> None:
    amount = securitisation_rules.ticket(pool, firms, ltv, value, least)
    part = min(pool / firms, ltv * value)
    if part >= least * (1 + 1e-12):
        assert amount == pytest.approx(part)
    elif part < least * (1 - 1e-12):
        assert amount == 0.0
    assert amount <= ltv * value
    assert amount * firms <= pool * (1 + 1e-12)


@given(money, money, money, money, money, money)
def test_the_account_conserves_and_keeps_the_order(
    available: float, interest: float, principal: float, fee: float, claimed: float, left: float
) -> None:
    paid = securitisation_rules.waterfall(available, interest, principal, fee, claimed, left)
    interest_paid, principal_paid, claim, fee_paid, reimbursed, rest = paid
    scale = max(1.0, available + left)
    assert all(amount >= 0.0 for amount in paid)
    assert available + claim == pytest.approx(
        interest_paid + principal_paid + fee_paid + reimbursed + rest, abs=1e-9 * scale
    )
    assert interest_paid <= interest
    assert principal_paid <= principal
    assert fee_paid <= fee
    assert reimbursed <= claimed
    assert claim <= left
    # Nobody lower is paid while somebody higher is short, and the guarantor pays only what the account lacks.
    short = interest + principal - interest_paid - principal_paid
    if short > 1e-9 * scale:
        assert claim == pytest.approx(left, abs=1e-9 * scale)
        assert fee_paid == reimbursed == rest == 0.0
    if principal_paid > 0.0:
        assert interest_paid == interest
    if reimbursed > 0.0:
        assert fee_paid == fee
    if claim > 0.0:
        assert rest == 0.0


@given(money, money, money)
def test_losses_fall_on_everybody_in_order(loss: float, first: float, guarantee: float) -> None:
    borne = securitisation_rules.tranche_losses(loss, first, guarantee)
    assert all(part >= 0.0 for part in borne)
    assert sum(borne) == pytest.approx(loss, rel=1e-12, abs=1e-6)
    if borne[1] > 0.0:
        assert borne[0] == first
    if borne[2] > 0.0:
        assert borne[1] == guarantee


@given(money, st.floats(0.0, 1.0), money, st.integers(0, 4), st.integers(4, 20), st.floats(0.0, 0.5))
def test_the_subsidy_is_at_most_half_of_the_cost(
    paid: float, sold: float, cost: float, quarters: int, term: int, part: float
) -> None:
    all_in = securitisation_rules.all_in_cost(paid, sold, cost, quarters, term)
    assert paid * sold <= all_in <= paid * sold + cost
    assert securitisation_rules.subsidy(all_in, part) <= 0.5 * all_in


@given(positive, st.integers(1, 20))
def test_equal_instalments_pay_a_balance_off(balance: float, term: int) -> None:
    left = balance
    first = lending.principal_due(balance, term, 1)
    for quarter in range(term, 0, -1):
        due = lending.principal_due(left, quarter, 1)
        assert due == pytest.approx(first, rel=1e-9)
        left -= due
    assert left == 0.0


@given(st.integers(0, 5), share, money, st.booleans(), st.booleans())
def test_a_firm_in_a_pool_or_with_a_bad_loan_is_in_no_other(
    stage: int, score: float, sales: float, pooled: bool, bad: bool
) -> None:
    found = securitisation_rules.eligible(stage, 100.0 * score, sales, pooled, bad, 2, 60.0, 3e6)
    assert found == (stage >= 2 and 100.0 * score >= 60.0 and sales >= 3e6 and not pooled and not bad)


# ---- T5


@given(positive, share, share, money, share)
def test_contract_is_paid_by_treasury_and_firm(
    research: float, part: float, pays: float, cap: float, anyway: float
) -> None:
    contract = voucher_rules.contract(research, part, 0.0)
    amount = voucher_rules.voucher(contract, pays, cap)
    own = voucher_rules.own_part(contract, amount, anyway)
    assert 0.0 <= amount <= min(contract, cap)
    # What the firm pays beyond its budget, the voucher, and what was in its budget anyway make up the contract.
    assert own + amount + anyway * contract == pytest.approx(contract, rel=1e-9, abs=1e-3)
    assert voucher_rules.own_part(contract, 0.0, 0.0) == contract


@given(unit, share, share)
def test_only_taken_vouchers_are_accepted(u: float, take_up: float, acceptance: float) -> None:
    if voucher_rules.accepted(u, take_up, acceptance):
        assert voucher_rules.takes(u, take_up)
    assert not voucher_rules.takes(u, 0.0)
    assert voucher_rules.accepted(u, take_up, 1.0) == voucher_rules.takes(u, take_up)


@given(st.booleans(), st.floats(-1e7, 1e7), money, money, money)
def test_a_voucher_is_redeemed_where_all_can_pay(
    accepted: bool, own: float, cash: float, amount: float, left: float
) -> None:
    found = voucher_rules.redeemed(accepted, own, cash, amount, left)
    assert found == (accepted and own <= cash and amount <= left)
    assert not voucher_rules.redeemed(False, own, cash, amount, left)
    assert not found or voucher_rules.redeemed(accepted, own, SCALE * cash, amount, SCALE * left)


@given(st.floats(0.0, 3.0), positive, share, st.floats(1e3, 1e10), share)
def test_the_gain_fades_and_a_strength_of_zero_is_none(
    effect: float, contract: float, anyway: float, research: float, fade: float
) -> None:
    gain = voucher_rules.gain(effect, contract, anyway, research)
    assert gain >= 0.0
    assert voucher_rules.gain(0.0, contract, anyway, research) == 0.0
    assert voucher_rules.gain(effect, contract, 1.0, research) == 0.0
    assert voucher_rules.gain(effect, SCALE * contract, anyway, SCALE * research) == gain
    assert 0.0 <= voucher_rules.faded(gain, fade) <= gain
    assert voucher_rules.faded(gain, 1.0) == 0.0


# ---- T6, T7


@given(positive, st.floats(0.01, 0.9), share, money, st.floats(0.5, 1.0))
def test_inventors_hold_their_part_and_the_university_the_rest(
    value: float, ip_share: float, ratio: float, cap: float, inventors: float
) -> None:
    ip_value = spinout_rules.valuation(value, ip_share)
    cash = spinout_rules.cash_part(ip_value, ratio, cap)
    assert 0.0 <= cash <= min(cap, ip_value)
    part = spinout_rules.university_share(value, ip_value, cash, inventors)
    assert 0.0 <= part < 1.0
    ip_shares = ip_value / (value + cash)
    assert part == pytest.approx((1.0 - inventors) * ip_shares + cash / (value + cash), rel=1e-12)
    assert inventors * ip_shares + part <= 1.0 + 1e-12
    got = spinout_rules.proceeds(value, 1.0, part)
    assert got <= value
    assert spinout_rules.proceeds(value, 0.0, part) == 0.0


@given(unit, st.floats(0.0, 50.0))
def test_landings_grow_with_their_mean(u: float, per_year: float) -> None:
    count = landing_rules.landings(u, per_year)
    assert 0 <= count <= landing_rules.landings(u, per_year + 1.0)
    assert landing_rules.landings(u, 0.0) == 0


@given(st.floats(0.0, 50.0), st.floats(0.0, 200.0), st.floats(1.0, 1e7), st.floats(1.0, 1e7), share, share)
def test_induced_spin_outs_are_a_part_of_the_landings(
    national: float, provincial: float, each: float, other: float, part: float, paid: float
) -> None:
    more = landing_rules.induced(national, provincial, each, other, part, 1.0)
    assert 0.0 <= more <= (national + provincial) / 4.0 * (1 + 1e-12)
    assert landing_rules.induced(national, provincial, each, other, part, paid) == pytest.approx(paid * more)
    assert landing_rules.induced(national, provincial, each, other, part, 0.0) == 0.0
    assert landing_rules.induced(national, provincial, each, other, 0.0, paid) == 0.0
    assert landing_rules.induced(national, provincial, 0.0, 0.0, part, paid) == 0.0
    assert landing_rules.induced(national, provincial, each, 0.0, part, 1.0) <= more


@given(st.integers(0, 20), st.integers(0, 20), money, money)
def test_awards_add_up_project_by_project(national: int, provincial: int, a: float, b: float) -> None:
    one_by_one = sum(landing_rules.award(1, 0, a, b) for _ in range(national))
    one_by_one += sum(landing_rules.award(0, 1, a, b) for _ in range(provincial))
    assert landing_rules.award(national, provincial, a, b) == pytest.approx(one_by_one, rel=1e-12)


@given(rate, rate, money)
def test_what_firms_pay_covers_what_the_account_owes(coupon: float, fee: float, pool: float) -> None:
    """Firms pay on more than the senior notes: with nobody in default coupon and fee are always there."""
    senior = securitisation_rules.senior_part(pool, 0.1)
    received = lending.interest(pool, coupon + fee)
    owed = lending.interest(senior, coupon) + lending.interest(senior, fee)
    assert received >= owed * (1 - 1e-12)
