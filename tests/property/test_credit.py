"""Measure 2 and ordinary lending, whatever the amounts: who bears a bad loan, caps, order, scale."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kejin_sim.measures.credit import (
    bank_rules,
    compensation_rules,
    guarantee_rules,
    listing_rules,
    loan_rules,
    pool_rules,
    stacking_rules,
    terms_rules,
)
from kejin_sim.measures.insurance import loan_rules as insured
from kejin_sim.world import credit, enterprise

money = st.one_of(st.just(0.0), st.floats(1e-4, 1e10))
positive = st.floats(1e4, 1e9)
share = st.one_of(st.just(0.0), st.floats(1e-9, 1.0))
portion = st.one_of(st.just(0.0), st.floats(1e-9, 0.4))  # of a risk that several parties share
PARTIES = ("city", "district", "banks")


@dataclass
class Bad:
    """A bad loan: what each party has paid and what it was given back (CNY)."""

    ead: float
    lgd: float
    paid: dict[str, float]

    def settle(self) -> dict[str, float]:
        """Recovery, pro rata: what every party bears in the end, and what was recovered."""
        got = credit.recovered(self.ead, self.lgd)
        back = {name: compensation_rules.return_share(got, paid, self.ead) for name, paid in self.paid.items()}
        outer = ("national", "re_guarantor")  # they paid the guarantor, not the bank
        to_bank = sum(paid for name, paid in self.paid.items() if name not in outer)
        from_bank = sum(amount for name, amount in back.items() if name not in outer)
        borne = {name: paid - back[name] for name, paid in self.paid.items()}
        if "guarantor" in borne:
            borne["guarantor"] -= borne.get("national", 0.0) + borne.get("re_guarantor", 0.0)
        borne["bank"] = self.ead - to_bank - got + from_bank
        return {**borne, "recovered": got}


def check(bad: Bad) -> dict[str, float]:
    """N8: everything sums to the exposure, nobody gains, and each bears its part of the loss."""
    borne = bad.settle()
    assert sum(borne.values()) == pytest.approx(bad.ead, rel=1e-12)
    assert sum(borne.values()) - borne["recovered"] == pytest.approx(
        loan_rules.loss(bad.ead, bad.lgd), abs=1e-9 * bad.ead
    )
    for name, amount in borne.items():
        assert amount >= -1e-9 * bad.ead, name
    for name, paid in bad.paid.items():
        if name != "guarantor":
            assert borne[name] == pytest.approx(bad.lgd * paid, abs=1e-9 * bad.ead)
    return borne


@st.composite
def shares_of_pool(draw: st.DrawFn) -> tuple[float, float, float]:
    city, rest = draw(share), draw(share)
    return city, (1.0 - city) * rest, 1.0 - city - (1.0 - city) * rest


@given(positive, share, shares_of_pool(), st.tuples(money, money, money))
def test_what_the_parties_of_a_pool_bear_sums_to_the_exposure(
    ead: float, lgd: float, shares: tuple[float, float, float], accounts: tuple[float, float, float]
) -> None:
    """C5, C10: with full, short and empty accounts."""
    paid = {}
    for name, part, account in zip(PARTIES, shares, accounts, strict=True):
        paid[name] = pool_rules.pool_pays(ead, part, account)
        assert 0.0 <= paid[name] <= account
        assert paid[name] <= ead * part
    borne = check(Bad(ead, lgd, paid))
    if all(account >= ead for account in accounts):
        assert borne["bank"] == pytest.approx(0.0, abs=1e-9 * ead)  # its part is its deposit
        for name, part in zip(PARTIES, shares, strict=True):
            assert borne[name] == pytest.approx(part * lgd * ead, abs=1e-9 * ead)


@given(positive, share, share, st.floats(0.0, 0.5), st.booleans(), share, money)
def test_compensation_is_within_cap_and_line_and_sums_to_the_exposure(
    ead: float, lgd: float, part: float, bonus: float, first: bool, cap: float, available: float
) -> None:
    """C6, N1, C10."""
    wanted = compensation_rules.compensation(ead, part, bonus, first)
    allowed = stacking_rules.capped(wanted, ead, cap)
    assert allowed <= wanted
    assert allowed <= cap * ead
    assert allowed == wanted or allowed == cap * ead
    borne = check(Bad(ead, lgd, {"city": min(allowed, available)}))
    assert borne["bank"] >= (1.0 - cap) * lgd * ead - 1e-9 * ead
    more = compensation_rules.compensation(ead, part, bonus, True)
    assert more >= wanted


@given(
    positive,
    share,
    st.floats(0.2, 0.5),
    portion,
    portion,
    st.booleans(),
    money,
    money,
    money,
    share,
)
def test_what_the_four_parties_of_a_guarantee_bear_sums_to_the_exposure(
    ead: float, lgd: float, bank: float, national: float, other: float, municipal: bool,
    cash: float, before: float, exposure: float, cap: float,
) -> None:  # fmt: skip
    """C12, C13, C10: whatever the guarantor has left and wherever the claim rate stands."""
    assume(bank + national + other <= 1.0)
    due = (1.0 - bank) * ead
    claim = min(due, cash)
    part = claim / due
    from_fund = guarantee_rules.national_payment(part * national * ead, claim, before, exposure, cap)
    from_other = 0.0 if municipal else part * other * ead
    assert 0.0 <= from_fund <= part * national * ead * (1 + 1e-15)
    borne = check(Bad(ead, lgd, {"guarantor": claim, "national": from_fund, "re_guarantor": from_other}))
    local = guarantee_rules.local_share(bank, national, other, municipal)
    assert local >= -1e-12
    if exposure == 0.0:
        assert from_fund == 0.0
    if cash >= due and before + claim <= cap * exposure:
        assert borne["guarantor"] == pytest.approx(local * lgd * ead, abs=1e-9 * ead)
        assert borne["bank"] == pytest.approx(bank * lgd * ead, abs=1e-9 * ead)
    assert borne["guarantor"] >= local * lgd * claim / (1.0 - bank) - 1e-6 * ead


@given(positive, st.lists(positive, min_size=1, max_size=12), share)
def test_the_national_fund_shares_exactly_the_claims_within_its_cap(
    exposure: float, claims: list[float], cap: float
) -> None:
    """C13, one year: the sum of its payments is the share of min(claims, cap · exposure), in whatever portions."""
    before = paid = 0.0
    for claim in claims:
        paid += guarantee_rules.national_payment(0.4 * claim, claim, before, exposure, cap)
        before += claim
    within = min(before, cap * exposure)
    assert paid == pytest.approx(0.4 * within, rel=1e-9, abs=1e-9 * before)


@given(positive, positive, money, money, share, st.floats(0.0, 1e6))
def test_there_is_no_cliff_at_the_claim_rate_cap(
    due: float, claim: float, before: float, exposure: float, cap: float, more: float
) -> None:
    """C13: a little more claimed before costs at most that much of the share."""
    assume(due <= claim)
    now = guarantee_rules.national_payment(due, claim, before, exposure, cap)
    later = guarantee_rules.national_payment(due, claim, before + more, exposure, cap)
    assert later <= now * (1 + 1e-12)
    assert now - later <= more * due / claim * (1 + 1e-9) + 1e-6 + 1e-9 * due


@given(positive, money, st.floats(0.0, 0.5), st.floats(0.0, 0.5), share)
def test_a_layer_pays_between_its_bounds(balance: float, loss: float, low: float, width: float, part: float) -> None:
    """C7: nothing below the attachment, its share of the whole layer above the detachment, rising between."""
    high = low + width
    paid = compensation_rules.layer_payment(loss, balance, low, high, part)
    assert 0.0 <= paid <= part * (high - low) * balance * (1 + 1e-9) + 1e-6
    if loss <= low * balance:
        assert paid == 0.0
    if loss >= high * balance:
        assert paid == pytest.approx(part * width * balance, rel=1e-6, abs=1e-6)
    assert paid <= loss
    assert compensation_rules.layer_payment(loss * 1.1, balance, low, high, part) >= paid


@given(st.booleans(), money, money, share, share, share)
def test_the_stop_loss_is_monotone_and_remembers(
    was: bool, defaults: float, exposure: float, trigger: float, release: float, up: float
) -> None:
    """C8."""
    release = min(release, trigger)
    now = pool_rules.stopped(was, defaults, exposure, trigger, release)
    assert now <= pool_rules.stopped(
        was, defaults * (1 + up), exposure, trigger, release
    )  # more defaults: not less stopped
    assert pool_rules.stopped(False, defaults, exposure, trigger, release) <= pool_rules.stopped(
        True, defaults, exposure, trigger, release
    )
    assert not pool_rules.stopped(was, defaults, 0.0, trigger, release)
    assert not pool_rules.stopped(was, defaults, exposure, 1.0, release)
    if defaults == 0.0 and release > 0.0:
        assert not now
    if exposure > 0.0 and trigger < 1.0 and release <= defaults / exposure <= trigger:
        assert now == was  # between the two rates nothing changes


@given(positive, share, share, share, st.lists(share, min_size=1, max_size=12))
def test_a_scheme_stops_above_one_rate_and_is_released_below_another(
    exposure: float, trigger: float, release: float, between: float, flows: list[float]
) -> None:
    """C8 over several quarters: the state is that of the last flow outside the band."""
    release = min(release, trigger)
    assume(trigger < 1.0)
    state = expected = False
    for flow in [*flows, release + between * (trigger - release)]:
        defaults = flow * exposure
        state = pool_rules.stopped(state, defaults, exposure, trigger, release)
        if defaults / exposure > trigger:
            expected = True
        elif defaults / exposure < release:
            expected = False
        assert state == expected


@given(money, money, money)
def test_a_top_up_closes_the_gap_and_no_more(size: float, balance: float, most: float) -> None:
    added = pool_rules.top_up(size, balance, most)
    assert 0.0 <= added <= most
    assert balance + added <= max(size, balance) * (1 + 1e-12)
    assert added == most or balance + added == pytest.approx(max(size, balance), rel=1e-12)


@given(st.lists(money, min_size=1, max_size=8), money)
def test_prorated_wishes_fit_the_line(wishes: list[float], available: float) -> None:
    scale = loan_rules.prorated(available, sum(wishes))
    assert 0.0 <= scale <= 1.0
    assert sum(scale * wish for wish in wishes) <= available * (1 + 1e-9) + 1e-6
    assert (scale == 1.0) or available < sum(wishes)


@given(money, share, money)
def test_a_subsidy_is_capped_and_never_more_than_the_interest(interest: float, part: float, cap: float) -> None:
    paid = loan_rules.interest_subsidy(interest, part, cap)
    assert 0.0 <= paid <= min(cap, interest)
    assert loan_rules.interest_subsidy(2.0 * interest, part, cap) <= 2.0 * paid + 1e-9


@given(st.lists(st.one_of(st.just(0.0), st.sampled_from([1e8, 2e8, 3e8]), positive), min_size=5, max_size=5))
def test_banks_that_lent_are_ranked_without_ties(lent: list[float]) -> None:
    """C16: `ahead` orders them strictly, by amount and then by number; banks that lent nothing come nowhere."""
    places = [
        sum(bank_rules.ahead(lent[other], lent[mine], other, mine) for other in range(5) if other != mine)
        for mine in range(5)
    ]
    order = sorted((bank for bank in range(5) if lent[bank] > 0.0), key=lambda bank: (-lent[bank], bank))
    assert [places[bank] for bank in order] == list(range(len(order)))
    assert all(places[bank] == len(order) for bank in range(5) if lent[bank] == 0.0)


@given(positive, share, st.lists(positive, min_size=1, max_size=10), st.floats(0.0, 2.0))
def test_relending_never_exceeds_a_banks_quota(base: float, part: float, loans: list[float], bonus: float) -> None:
    """C16, C17."""
    left = quota = bank_rules.relending_quota(base, True, bonus)
    assert quota >= bank_rules.relending_quota(base, False, bonus) == base
    for loan in loans:
        got = bank_rules.relending(loan, part, left)
        assert 0.0 <= got <= min(part * loan, left)
        left -= got
    assert quota - left <= part * sum(loans) + 1e-12 * quota


@given(st.floats(0.0, 0.1), st.floats(0.0, 0.1), share)
def test_blended_funding_lies_between_its_parts(market: float, relend: float, part: float) -> None:
    blended = bank_rules.blended_funding(market, relend, part)
    assert min(market, relend) - 1e-15 <= blended <= max(market, relend) + 1e-15
    assert (bank_rules.prize(1e8, market, relend) >= 0.0) == (market >= relend)


@given(st.booleans(), st.booleans(), share, share, st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_one_loan_one_scheme_and_a_banks_least_share(
    guaranteed: bool, compensated: bool, part: float, least: float, percentile: float, min_score: float
) -> None:
    """N2, N3, C1."""
    assert stacking_rules.eligible_for_compensation(guaranteed, compensated) == (not guaranteed and not compensated)
    assert terms_rules.bank_retains(part, least) == (part >= least - 1e-9)
    assert not listing_rules.white_listed(percentile, min_score, True)
    assert listing_rules.white_listed(percentile, min_score, False) == (percentile >= min_score)


@given(st.integers(0, 200), st.integers(0, 12), st.booleans(), st.integers(0, 4))
def test_a_claim_is_not_paid_before_the_default(defaulted: int, lag: int, ex_ante: bool, shorter: int) -> None:
    due = compensation_rules.claim_due(defaulted, lag, ex_ante, shorter)
    assert due >= defaulted
    assert due - defaulted == (shorter if ex_ante else lag)


@given(positive, st.floats(0.0, 0.03), st.floats(0.0, 0.03), st.floats(0.0, 0.03), positive)
def test_fees_and_premiums_are_yearly_rates(
    balance: float, fee: float, low: float, high: float, threshold: float
) -> None:
    """C11, C14, C15: four quarters make the rate; the premium takes one of two rates."""
    assert 4.0 * guarantee_rules.fee(balance, fee) == pytest.approx(fee * balance, rel=1e-12)
    rate = guarantee_rules.premium_rate(balance, threshold, low, high)
    assert rate == (low if balance <= threshold else high)
    assert 4.0 * guarantee_rules.premium(0.35 * balance, rate) == pytest.approx(0.35 * balance * rate, rel=1e-12)
    assert guarantee_rules.fee_rebate(balance, fee) == pytest.approx(fee * balance, rel=1e-15)


# ---- ordinary lending


@given(money, money, money, st.integers(0, 20), share, money, st.floats(0, 3), share, positive, positive)
def test_a_loan_is_within_need_capacity_and_cap(
    cash: float, revenue: float, cost: float, target: int, capital: float, raised: float,
    multiple: float, equity: float, cap: float, least: float,
) -> None:  # fmt: skip
    need = credit.loan_need(cash, revenue, cost, float(target), capital)
    capacity = credit.debt_capacity(revenue, raised, multiple, equity)
    amount = credit.loan_amount(need, capacity, cap, least)
    assert amount == (min(need, capacity, cap) if min(need, capacity, cap) >= least else 0.0)
    assert credit.loan_need(cash + 1e6, revenue, cost, float(target), capital) <= need
    assert credit.debt_capacity(revenue, raised + 1e6, multiple, equity) >= capacity


@given(positive, st.integers(1, 40), st.integers(0, 1), st.floats(0.0, 0.2), st.sets(st.integers(0, 39)))
def test_principal_is_repaid_once_whatever_is_missed(
    amount: float, term: int, instalments: int, rate: float, missed: set[int]
) -> None:
    """A borrower that misses single quarters still repays exactly what it borrowed, and interest on what it owed."""
    balance, repaid, paid, owed = amount, 0.0, 0.0, 0.0
    for quarter in range(term + 45):
        if balance == 0.0:
            break
        if quarter in missed:
            continue
        principal = credit.principal_due(balance, term - quarter, instalments)
        assert 0.0 <= principal <= balance
        paid += credit.interest(balance, rate)
        owed += balance
        balance -= principal
        repaid += principal
    assert balance == 0.0
    assert repaid == pytest.approx(amount, rel=1e-12)
    assert paid == pytest.approx(owed * rate / 4.0, rel=1e-9)


@given(st.floats(0.001, 0.9), st.floats(0.0, 2.0), st.floats(-4, 4), st.floats(0.0, 5.0), share)
def test_a_banks_probability_falls_with_the_score_and_rises_with_hazard_and_burn(
    hazard: float, effect: float, score: float, sigma: float, extra: float
) -> None:
    pd = credit.default_probability(hazard, effect, score, sigma)
    assert 0.0 <= pd <= 1.0
    assert credit.default_probability(hazard, effect, score + 0.5, sigma) <= pd + 1e-12
    assert credit.default_probability(min(0.99, hazard * 1.2), effect, score, sigma) >= pd - 1e-12
    assert credit.default_probability(hazard, 0.0, score, sigma) == pytest.approx(hazard, rel=1e-9)
    assert pd - 1e-12 <= credit.reckoned_probability(pd, True, extra) <= 1.0
    assert credit.reckoned_probability(pd, False, extra) == pd


@given(
    st.floats(0, 0.1), st.floats(0, 0.1), share, share, share, st.floats(0, 0.05), st.floats(0, 0.05), st.floats(-4, 4)
)
def test_sharing_a_loss_never_stops_a_loan(
    rate: float, funding: float, pd: float, lgd: float, kept: float, appetite: float, cycle: float, factor: float
) -> None:
    """C2: a smaller retained share and a better cycle only make a bank more willing."""
    alone = credit.expected_margin(rate, funding, pd, lgd, 1.0)
    shared = credit.expected_margin(rate, funding, pd, lgd, kept)
    assert shared >= alone
    if credit.offers(alone, appetite, cycle, factor):
        assert credit.offers(shared, appetite, cycle, factor)
        assert credit.offers(alone, appetite, cycle, factor + 1.0)


@given(money, money, money, money, st.integers(0, 40))
def test_more_cash_never_makes_a_borrower_unsound(
    cash: float, amount: float, revenue: float, cost: float, least: int
) -> None:
    sound = credit.sound(cash, amount, revenue, cost, float(least))
    assert sound <= credit.sound(cash + 1e6, amount, revenue, cost, float(least))
    assert credit.sound(0.0, 0.0, cost, cost, float(least))


# ---- scale


@given(positive, share, share, money, positive, money, share)
def test_amounts_times_sixteen(
    ead: float, part: float, cap: float, account: float, balance: float, before: float, rate: float
) -> None:
    """Every rule in money is homogeneous: sixteen times the amounts give sixteen times the result, to the last bit."""
    rules = [
        lambda k: pool_rules.pool_pays(k * ead, part, k * account),
        lambda k: pool_rules.top_up(k * ead, k * account, k * balance),
        lambda k: pool_rules.lending_limit(10.0, k * ead, k * account, True),
        lambda k: pool_rules.party_share(k * ead, part),
        lambda k: compensation_rules.compensation(k * ead, part, 0.05, True),
        lambda k: compensation_rules.layer_payment(k * ead, k * balance, 0.03, 0.05, part),
        lambda k: compensation_rules.return_share(k * ead, k * account, k * balance),
        lambda k: stacking_rules.capped(k * account, k * ead, cap),
        lambda k: guarantee_rules.national_payment(k * part * ead, k * ead, k * before, k * balance, cap),
        lambda k: guarantee_rules.fee(k * ead, rate),
        lambda k: guarantee_rules.exposure_limit(k * ead, 10.0),
        lambda k: guarantee_rules.premium(k * ead, rate),
        lambda k: guarantee_rules.fee_rebate(k * ead, rate),
        lambda k: loan_rules.interest_subsidy(k * ead, part, k * account),
        lambda k: loan_rules.loss(k * ead, part),
        lambda k: bank_rules.relending(k * ead, part, k * account),
        lambda k: bank_rules.relending_quota(k * ead, True, part),
        lambda k: bank_rules.prize(k * ead, 0.019, 0.0175),
        lambda k: credit.loan_need(k * account, k * ead, k * balance, 6.0, part),
        lambda k: credit.debt_capacity(k * ead, k * account, part, cap),
        lambda k: credit.loan_amount(k * ead, k * balance, k * account, k * 1e5),
        lambda k: credit.interest(k * ead, rate),
        lambda k: credit.principal_due(k * ead, 7, 1),
        lambda k: credit.recovered(k * ead, part),
    ]
    for number, rule in enumerate(rules):
        assert rule(16.0) == 16.0 * rule(1.0), number
    assert loan_rules.prorated(16.0 * account, 16.0 * ead) == loan_rules.prorated(account, ead)
    for was in (False, True):
        assert pool_rules.stopped(was, 16.0 * account, 16.0 * balance, 0.05, 0.03) == pool_rules.stopped(
            was, account, balance, 0.05, 0.03
        )


@given(positive, shares_of_pool())
def test_a_pool_that_pays_in_full_is_not_short(ead: float, shares: tuple[float, float, float]) -> None:
    """C5: shares sum to one, their payments may miss the exposure by rounding; one yuan in a million is short."""
    paid = sum(pool_rules.pool_pays(ead, part, 2.0 * ead) for part in shares)
    assert not pool_rules.paid_short(paid, ead)
    assert pool_rules.paid_short(paid * (1.0 - 1e-6), ead)


@given(positive, share, st.integers(1, 24), st.integers(2, 24))
def test_relending_keeps_its_part_of_a_loan_that_is_paid_in_instalments(
    loan: float, part: float, paid: int, term: int
) -> None:
    """C17: after any number of equal instalments it is still the same part of the balance, and never negative."""
    assume(paid < term)
    balance, relend = loan, part * loan
    for quarter in range(paid):
        principal = credit.principal_due(balance, term - quarter, 1)
        back = bank_rules.relending_returned(relend, balance, principal)
        assert 0.0 <= back <= relend
        relend -= back
        balance -= principal
    assert relend == pytest.approx(part * balance, rel=1e-9)


@given(money, share, money)
def test_public_money_at_risk_ends_where_the_money_ends(exposure: float, part: float, there: float) -> None:
    """C5–C7, rulebook §0.4."""
    owed = pool_rules.public_exposure(exposure, part, there)
    assert 0.0 <= owed <= min(there, exposure)
    assert owed == there or owed == exposure * part


@given(positive, money, st.floats(0.0, 0.5), st.floats(-0.2, 0.5), share)
def test_no_year_of_a_layer_costs_more_than_its_most(
    balance: float, loss: float, low: float, width: float, part: float
) -> None:
    """C7."""
    most = compensation_rules.layer_most(low, low + width, part) * balance
    paid = compensation_rules.layer_payment(loss, balance, low, low + width, part)
    assert 0.0 <= paid <= most * (1 + 1e-9) + 1e-6


# ---- I6, T1: insured and pledged loans


@given(positive, share, share)
def test_what_insurer_and_bank_bear_sums_to_the_exposure(ead: float, lgd: float, part: float) -> None:
    """I6, C10: the insurer's payment less its part of the recovery is its share of the loss; the bank has the rest."""
    paid = insured.indemnity(ead, part)
    borne = check(Bad(ead, lgd, {"insurer": paid}))
    recovered = credit.recovered(ead, lgd)
    assert borne["insurer"] == pytest.approx(paid - insured.subrogation(recovered, part), abs=1e-9 * ead)
    assert borne["bank"] == pytest.approx(insured.bank_loss(loan_rules.loss(ead, lgd), part), abs=1e-9 * ead)


@given(share, share, share, share, share)
def test_a_bank_lends_as_readily_with_an_insurer_as_its_own_part_of_the_loss_allows(
    pd: float, lgd: float, part: float, appetite: float, funding: float
) -> None:
    """I6, C2: the more the insurer takes, the higher the margin that the bank expects."""
    kept = insured.bank_loss(1.0, part)
    alone = credit.expected_margin(0.04, funding, pd, lgd, 1.0)
    shared = credit.expected_margin(0.04, funding, pd, lgd, kept)
    assert shared >= alone
    assert credit.offers(shared, appetite, 0.0, 0.0) >= credit.offers(alone, appetite, 0.0, 0.0)


@given(share, share, share, st.floats(0.0, 0.2))
def test_tolerance_of_bad_pledges_makes_up_for_that_many_defaults(
    pd: float, lgd: float, appetite: float, tolerance: float
) -> None:
    """T1: with a tolerance a pledge is judged like a loan whose PD is lower by as much."""
    eased = credit.expected_margin(0.04, 0.02, pd, lgd, 1.0) + credit.tolerated(tolerance, lgd)
    assert eased == pytest.approx(credit.expected_margin(0.04, 0.02, pd - tolerance, lgd, 1.0), abs=1e-12)
    assert credit.tolerated(0.0, lgd) == 0.0


@given(share, st.floats(-3.0, 3.0))
def test_a_boost_moves_the_odds_of_applying_and_nothing_else(base: float, boost: float) -> None:
    """W9: monotone in the boost, the base itself without one, never outside [0, 1]."""
    chance = credit.application_chance(base, boost)
    assert 0.0 <= chance <= 1.0
    assert credit.application_chance(base, 0.0) == base
    assert (chance >= base - 1e-12) if boost > 0.0 else (chance <= base + 1e-12)


# ---- W9: what a loan does to a firm


@given(positive, share, st.integers(1, 40), st.booleans())
def test_a_loan_is_spent_over_its_term_and_never_more_than_it(
    amount: float, part: float, quarters: int, sustained: bool
) -> None:
    extra = credit.growth_spending(amount, part, quarters, sustained)
    assert extra == 0.0 if sustained else extra * quarters == pytest.approx(part * amount, rel=1e-12)


@given(money, positive, positive, positive, st.integers(1, 8), st.integers(1, 12))
def test_a_firm_that_minds_its_debt_seeks_money_no_later_for_having_borrowed(
    cash: float, loan: float, revenue: float, cost: float, seek: int, instalments: int
) -> None:
    """Borrowing and paying back leave its own cash as it was, so that only the interest tells the two firms apart."""
    without = enterprise.wants_money(4, 3, cash, revenue, cost, seek)
    left = loan
    money_now = cash + loan
    for quarter in range(instalments):
        own = enterprise.own_cash(money_now, left, 1.0)
        assert own == pytest.approx(cash, abs=1e-6 * (cash + loan))
        interest = credit.interest(left, 0.035)
        with_loan = enterprise.wants_money(4, 3, own - interest - 1e-6 * (cash + loan), revenue, cost, seek)
        assert with_loan >= without
        principal = credit.principal_due(left, instalments - quarter, 1)
        money_now -= principal
        left -= principal
    assert enterprise.own_cash(cash, loan, 0.0) == cash


@given(money, positive, positive)
def test_what_is_owed_is_not_planned_to_be_spent(proceeds: float, debt: float, revenue: float) -> None:
    own = enterprise.own_cash(proceeds, debt, 1.0)
    cost = enterprise.cost_after_round(revenue, own, 9.0)
    assert revenue <= cost <= enterprise.cost_after_round(revenue, proceeds, 9.0)
