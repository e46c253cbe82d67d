"""The rules of measure 8, whatever the amounts: nothing is awarded twice or lost, caps and lines hold, money is scale-free."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kejin_sim.measures.people import adviser_rules, award_rules, deputy_rules, landing_rules
from kejin_sim.world.promises import share_paid

money = st.one_of(st.just(0.0), st.floats(0.01, 1e11))  # CNY, a fen at least
positive = st.floats(1e4, 1e11)
share = st.one_of(st.just(0.0), st.floats(1e-9, 1.0))
quarters = st.integers(0, 200)
counts = st.integers(0, 400)

#: Exact in binary: every amount of money is multiplied by it, and results that are money must be as well, bit for bit.
SCALE = 16.0


# ---- H1, H2


@given(st.lists(money, min_size=1, max_size=12), share)
def test_what_the_visits_file_is_the_non_fiscal_share_of_all_private_money(rounds: list[float], part: float) -> None:
    """However the rounds fall between visits, every yuan is filed once."""
    seen = total = filed = 0.0
    for amount in rounds:
        total += amount
        filed += award_rules.non_fiscal(total, seen, part)
        seen = total
    assert filed == pytest.approx(part * total, rel=1e-12, abs=1e-3)
    assert award_rules.non_fiscal(total, seen, part) == 0.0, "a second visit finds nothing new"


@given(quarters, st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0]))
def test_money_is_held_from_the_first_quarter_that_completes_the_years_on(filed: int, years: float) -> None:
    due = filed + int(4 * years)
    assert not award_rules.is_held(filed, due - 1, years)
    assert all(award_rules.is_held(filed, due + more, years) for more in range(8))


@given(st.floats(0.25, 5.0), quarters)
def test_years_that_are_no_whole_quarters_are_rounded_up(years: float, filed: int) -> None:
    first = next(k for k in range(40) if award_rules.is_held(filed, filed + k, years))
    assert 4.0 * years - 1e-6 <= first < 4.0 * years + 1.0


@given(st.lists(money, min_size=1, max_size=15), positive, money)
def test_volume_awards_of_many_years_are_those_of_the_sum(held: list[float], unit: float, award: float) -> None:
    """H2. No part of a unit is lost: the years' awards sum to the award for everything at once."""
    waiting = 0.0
    units = 0.0
    for amount in held:
        waiting += amount
        full = award_rules.full_units(waiting, unit)
        waiting = award_rules.still_waiting(waiting, unit, full)
        units += full
        assert -1e-6 * unit <= waiting <= unit * (1 + 1e-9)
    assert units * unit + waiting == pytest.approx(sum(held), rel=1e-9, abs=1e-3)
    at_once = award_rules.full_units(sum(held), unit)
    assert abs(units - at_once) <= 1.0, "rounding may move a sum over the edge of a unit, by one"
    assert award_rules.volume_award(units, award) == units * award


@given(positive, positive, money)
def test_volume_award_is_scale_free(waiting: float, unit: float, award: float) -> None:
    units = award_rules.full_units(waiting, unit)
    assert award_rules.full_units(SCALE * waiting, SCALE * unit) == units
    assert award_rules.volume_award(units, SCALE * award) == SCALE * award_rules.volume_award(units, award)
    rest = award_rules.still_waiting(waiting, unit, units)
    assert award_rules.still_waiting(SCALE * waiting, SCALE * unit, units) == SCALE * rest


@given(money, share, money, st.floats(1.0, 1000.0))
def test_early_awards_stay_within_the_cap(held: float, rate: float, cap: float, institutions: float) -> None:
    claims = award_rules.early_award(held, rate)
    paid = award_rules.within_cap(claims, cap, institutions)
    assert 0.0 <= paid <= claims
    assert paid <= cap * institutions
    assert paid in (claims, cap * institutions)
    assert award_rules.early_award(SCALE * held, rate) == SCALE * claims
    assert award_rules.within_cap(SCALE * claims, SCALE * cap, institutions) == SCALE * paid


@given(st.lists(money, min_size=4, max_size=4), money)
def test_a_short_line_is_shared_out_and_never_overdrawn(claims: list[float], available: float) -> None:
    total = sum(claims)
    part = award_rules.payable_share(total, available)
    assert 0.0 <= part <= 1.0
    assert sum(claim * part for claim in claims) <= available * (1 + 1e-12) or part == 1.0
    assert (part == 1.0) >= (total <= available)
    if total > available:
        assert part * total == pytest.approx(available, rel=1e-12)


@given(money, money, share, share)
def test_what_is_reckoned_with_follows_what_is_paid(due: float, more: float, part: float, before: float) -> None:
    known = share_paid(part * due, due, before)
    assert 0.0 <= known <= 1.0
    assert known == (pytest.approx(part) if due > 0.0 else before)
    assert share_paid(part * due, due + more, before) <= max(known, before)
    assert share_paid(due, due, before) == (1.0 if due > 0.0 else before)
    assert share_paid(SCALE * part * due, SCALE * due, before) == known
    assert award_rules.reckoned_rate(0.11, known) <= 0.11
    assert award_rules.reckoned_rate(0.11, 0.0) == award_rules.offer_response(5.0, 0.0) == 0.0


@given(share, money, positive)
def test_no_strength_no_response(early: float, award: float, unit: float) -> None:
    rate = award_rules.award_rate(early, award, unit)
    assert rate >= early
    assert award_rules.offer_response(0.0, rate) == 0.0
    assert landing_rules.settlement_response(0.0, 1e3) == 0.0
    assert award_rules.award_rate(early, SCALE * award, SCALE * unit) == rate


# ---- H3, H4


@given(st.integers(-1, 100), quarters, st.booleans(), money, st.booleans())
def test_only_private_money_in_a_firm_that_moved_dates_an_introduction(
    before: int, now: int, relocates: bool, new: float, last: bool
) -> None:
    found = landing_rules.introduction(before, now, relocates, new, last)
    assert found in (before, now)
    if not relocates or new <= 0.0:
        assert found == before
    elif last or before < 0:
        assert found == now
    else:
        assert found == before


@given(st.integers(-1, 100), quarters, st.booleans(), st.floats(0.25, 15.0))
def test_nothing_is_awarded_for_a_firm_that_was_not_introduced_or_has_not_filed(
    introduced: int, now: int, filed: bool, years: float
) -> None:
    due = landing_rules.filed_in_time(introduced, now, filed, years)
    if introduced < 0 or not filed:
        assert not due
    elif now >= introduced:
        assert due == (0.25 * (now - introduced) <= years)
    assert not landing_rules.listing_due(False, True)
    assert not landing_rules.listing_due(True, False)


@given(counts, counts, counts, money, money, money)
def test_landing_awards_add_up(
    filings: int, listings: int, introduced: int, filing: float, listing: float, listed: float
) -> None:
    whole = landing_rules.landing_award(filings, listings, introduced, filing, listing, listed)
    apart = (
        landing_rules.landing_award(filings, listings, 0.0, filing, listing, 0.0)
        + landing_rules.landing_award(0.0, 0.0, introduced, 0.0, 0.0, listed)
    )  # fmt: skip
    assert whole == pytest.approx(apart, rel=1e-12)


@given(st.integers(1, 10), st.integers(0, 500), money, share)
def test_a_settled_firm_is_paid_for_its_years_and_within_its_contribution(
    years: int, firms: int, contribution: float, rate: float
) -> None:
    entitled = [age for age in range(20) if landing_rules.is_entitled(age, years)]
    assert entitled == list(range(years))
    paid = landing_rules.contribution_subsidy(firms, contribution, rate)
    assert 0.0 <= paid <= firms * contribution * (1 + 1e-12)
    assert landing_rules.contribution_subsidy(firms, SCALE * contribution, rate) == SCALE * paid


# ---- H5, H6


@given(money, share, share)
def test_a_stipend_is_borne_in_full_by_three(stipend: float, treasury: float, university: float) -> None:
    university = min(university, 1.0 - treasury)
    city, home, own = deputy_rules.shares(stipend, treasury, university)
    assert min(city, home, own) >= 0.0
    assert city + home + own == pytest.approx(stipend, rel=1e-12, abs=1e-9)
    assert deputy_rules.shares(SCALE * stipend, treasury, university) == (SCALE * city, SCALE * home, SCALE * own)


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), money, money)
def test_a_firm_that_cannot_pay_its_part_gets_no_deputy(score: float, least: float, cash: float, own: float) -> None:
    assert deputy_rules.eligible(score, least, cash, own) == (score >= least and cash >= own)


@given(st.integers(-1, 100), st.integers(0, 60), st.integers(1, 5))
def test_a_deputy_is_in_post_for_the_years_of_the_term(placed: int, more: int, years: int) -> None:
    assert deputy_rules.in_post(placed, max(placed, 0) + more, years) == (placed >= 0 and more < 4 * years)


@given(st.floats(0.0, 0.5))
def test_productivity_is_taken_back_in_full(effect: float) -> None:
    factor = deputy_rules.productivity(effect)
    assert factor == 1.0 + effect
    assert factor * (1.0 / factor) == pytest.approx(1.0, rel=1e-15)
    assert deputy_rules.productivity(0.0) * (1.0 / deputy_rules.productivity(0.0)) == 1.0, "nothing, to the last bit"


@given(share, share, share)
def test_one_uniform_serves_both_applications(u: float, deputy: float, adviser: float) -> None:
    """A firm has both only where the two probabilities sum to more than 1."""
    both = deputy_rules.applies(u, deputy) and adviser_rules.wants(u, adviser)
    assert not both or deputy + adviser > 1.0 - 1e-12


@given(st.integers(0, 200), st.integers(1, 400), st.floats(1.0, 1e9), share)
def test_capacity_follows_what_is_paid(advisers: int, firms: int, due: float, part: float) -> None:
    full = adviser_rules.capacity(advisers, firms, due, due)
    some = adviser_rules.capacity(advisers, firms, due, due * part)
    assert full == advisers * firms == adviser_rules.capacity(advisers, firms, 0.0, 0.0)
    assert 0 <= some <= full
    assert some == pytest.approx(full * part, abs=1.0 + 1e-6)


@given(money, money)
def test_money_found_is_what_came_since(before: float, more: float) -> None:
    assert adviser_rules.found_money(before, before + more) == pytest.approx(more, rel=1e-9, abs=1e-3)
    assert adviser_rules.found_money(before + more, before) == 0.0
