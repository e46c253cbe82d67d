"""E6, whatever the amounts: cash is conserved, nobody is paid out of turn, the GP has at most its carry of profit."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kejin_sim.measures.equity import waterfall

#: Sums of ten amounts in float64, relative to the largest of them.
ROUNDING = 1e-12

money = st.floats(0.0, 1e10, allow_subnormal=False)
rates = st.floats(0.0, 0.5, allow_subnormal=False)


@st.composite
def terms(draw: st.DrawFn) -> tuple[float, float]:
    """A carry and a catch-up that a scenario may contain: none, or above the carry."""
    carry = draw(st.floats(0.0, 0.5))
    kind = draw(st.sampled_from(("none", "full", "partial")))
    if kind == "none":
        return carry, 0.0
    return carry, 1.0 if kind == "full" else carry + (1.0 - carry) * draw(st.floats(0.01, 1.0))


def tiers(
    cash: float, capital: float, pref: float, paid: float, caught: float, t: tuple[float, float]
) -> tuple[float, ...]:
    return waterfall.waterfall(cash, capital, pref, paid, caught, t[1], t[0])


def gp(parts: tuple[float, ...], t: tuple[float, float]) -> float:
    return waterfall.gp_part(parts[2], parts[3], t[1], t[0])


@given(money, money, money, money, money, terms())
def test_one_distribution_conserves_cash_and_keeps_the_order(
    cash: float, capital: float, pref: float, paid: float, caught: float, t: tuple[float, float]
) -> None:
    parts = tiers(cash, capital, pref, paid, caught, t)
    assert all(part >= 0.0 for part in parts)
    assert sum(parts) == pytest.approx(cash, rel=ROUNDING, abs=1e-6)
    assert parts[0] <= capital
    assert parts[1] <= pref
    if parts[1] > 0.0:
        assert parts[0] == capital
    if parts[2] > 0.0 or parts[3] > 0.0:
        assert parts[:2] == (capital, pref)
    assert 0.0 <= gp(parts, t) <= cash * (1.0 + ROUNDING)


@given(money, money, money, money, money, money, terms())
def test_more_cash_never_gives_anybody_less(
    less: float, more: float, capital: float, pref: float, paid: float, caught: float, t: tuple[float, float]
) -> None:
    less, more = sorted((less, more))
    a, b = (tiers(cash, capital, pref, paid, caught, t) for cash in (less, more))
    slack = ROUNDING * more + 1e-9
    assert all(y >= x - slack for x, y in zip(a, b, strict=True))
    assert gp(b, t) >= gp(a, t) - slack
    assert more - gp(b, t) >= less - gp(a, t) - slack


@given(money, money, money, terms(), st.floats(0.0, 1.0))
def test_a_distribution_may_be_paid_in_two_parts(
    cash: float, capital: float, pref: float, t: tuple[float, float], split: float
) -> None:
    """Without time between them, two distributions give what one gives: no cash leaks in a partial catch-up."""
    whole = tiers(cash, capital, pref, 0.0, 0.0, t)
    first = tiers(split * cash, capital, pref, 0.0, 0.0, t)
    second = tiers(cash - split * cash, capital - first[0], pref - first[1], first[1], first[2], t)
    slack = 1e-9 * max(1.0, cash, pref)
    assert all(x + y == pytest.approx(w, rel=1e-9, abs=slack) for x, y, w in zip(first, second, whole, strict=True))
    assert gp(first, t) + gp(second, t) == pytest.approx(gp(whole, t), rel=1e-9, abs=slack)


@given(st.tuples(money, money, money, money, money), terms())
def test_amounts_are_scale_free(amounts: tuple[float, ...], t: tuple[float, float]) -> None:
    """Sixteen times the money is sixteen times the tiers, bit for bit."""
    once = tiers(*amounts, t)
    assert tiers(*(16.0 * a for a in amounts), t) == tuple(16.0 * part for part in once)


@dataclass
class Fund:
    """A fund's accounts over many quarters, kept with the rule functions as an engine keeps them."""

    terms: tuple[float, float]
    hurdle: float
    simple: int
    capital: float = 0.0
    preferred: float = 0.0
    preferred_paid: float = 0.0
    caught: float = 0.0
    carry: float = 0.0
    partners: float = 0.0
    called: float = 0.0
    cash_out: float = 0.0
    history: list[tuple[float, ...]] = field(default_factory=list)

    def quarter(self, call: float, cash: float) -> None:
        self.preferred = waterfall.accrue(self.capital, self.preferred, self.hurdle, self.simple)
        self.capital += call
        self.called += call
        parts = tiers(cash, self.capital, self.preferred, self.preferred_paid, self.caught, self.terms)
        self.capital -= parts[0]
        self.preferred -= parts[1]
        self.preferred_paid += parts[1]
        self.caught += parts[2]
        self.carry += gp(parts, self.terms)
        self.partners += cash - gp(parts, self.terms)
        self.cash_out += cash
        self.history.append(parts)


quarters = st.lists(st.tuples(st.just(0.0) | money, st.just(0.0) | money), min_size=1, max_size=24)


@given(quarters, terms(), rates, st.integers(0, 1))
def test_every_period_conserves_and_nothing_owed_is_negative(
    plan: list[tuple[float, float]], t: tuple[float, float], hurdle: float, simple: int
) -> None:
    fund = Fund(t, hurdle, simple)
    for call, cash in plan:
        fund.quarter(call, cash)
        assert fund.capital >= 0.0
        assert fund.preferred >= 0.0
        assert sum(fund.history[-1]) == pytest.approx(cash, rel=ROUNDING, abs=1e-6)
    assert fund.partners + fund.carry == pytest.approx(fund.cash_out, rel=1e-11, abs=1e-6)


@given(st.lists(money, min_size=1, max_size=12), money, terms(), rates, st.integers(0, 1))
def test_the_gp_never_gets_more_than_its_carry_of_all_profit(
    distributions: list[float], call: float, t: tuple[float, float], hurdle: float, simple: int
) -> None:
    """One call, then distributions: at most the carry of total profit, and just that once the catch-up is complete."""
    fund = Fund(t, hurdle, simple)
    fund.quarter(call, 0.0)
    for cash in distributions:
        fund.quarter(0.0, cash)
        profit = fund.cash_out - fund.called
        slack = 1e-9 * max(1.0, fund.cash_out)
        assert fund.carry <= t[0] * max(0.0, profit) + slack
        if t[1] > t[0] and fund.history[-1][3] > slack:
            assert fund.carry == pytest.approx(t[0] * profit, rel=1e-9, abs=slack)


@given(quarters, terms(), rates)
def test_after_the_clawback_the_partners_are_whole_or_the_gp_has_nothing(
    plan: list[tuple[float, float]], t: tuple[float, float], hurdle: float
) -> None:
    fund = Fund(t, hurdle, 0)
    for call, cash in plan:
        fund.quarter(call, cash)
    profit, owed = fund.cash_out - fund.called, fund.capital + fund.preferred
    back = waterfall.clawback(fund.carry, t[0], profit, owed)
    slack = 1e-9 * max(1.0, fund.cash_out, fund.called)
    assert 0.0 <= back <= fund.carry
    assert fund.carry - back <= t[0] * max(0.0, profit) + slack
    assert back >= owed - slack or back == fund.carry
    assert waterfall.clawback(fund.carry, t[0], profit, owed + 1.0) >= back
    assert waterfall.clawback(fund.carry, t[0], profit - 1.0, owed) >= back


@given(money, money, st.floats(0.0, 0.3), st.integers(1, 40))
def test_compound_hurdle_is_the_yearly_rate_and_at_least_simple_interest(
    capital: float, preferred: float, hurdle: float, count: int
) -> None:
    compound = simple = preferred
    for _ in range(count):
        compound = waterfall.accrue(capital, compound, hurdle, 0)
        simple = waterfall.accrue(capital, simple, hurdle, 1)
    assert compound == pytest.approx(
        (capital + preferred) * (1.0 + hurdle) ** (count / 4) - capital, rel=1e-9, abs=1e-3
    )
    assert simple == pytest.approx(preferred + capital * hurdle * count / 4, rel=1e-9, abs=1e-3)


@given(money, st.floats(0.0, 0.5))
def test_the_concession_is_a_part_of_the_excess(excess: float, share: float) -> None:
    assert 0.0 <= waterfall.concession(excess, share) <= excess


@given(money, money, st.integers(0, 40), money, st.floats(0, 10), st.floats(0, 10), st.floats(0.0, 0.1))
def test_the_strike_is_not_negative_and_grows_with_time(
    paid: float, weighted: float, quarter: int, distributed: float, years: float, free: float, rate: float
) -> None:
    weighted = min(weighted, paid * quarter)
    strike = waterfall.buyout_strike(paid, weighted, quarter, distributed, years, free, rate)
    assert strike >= 0.0
    assert strike >= paid - distributed - 1e-6
    assert waterfall.buyout_strike(paid, weighted, quarter + 1, distributed, years, free, rate) >= strike
    assert waterfall.buyout_strike(paid, weighted, quarter, distributed + 1.0, years, free, rate) <= strike


@given(money, money, money, terms())
def test_what_partners_would_get_is_cash_less_carry(
    cash: float, capital: float, pref: float, t: tuple[float, float]
) -> None:
    parts = tiers(cash, capital, pref, 0.0, 0.0, t)
    value = waterfall.partners_value(cash, capital, pref, 0.0, 0.0, t[1], t[0])
    assert value == pytest.approx(cash - gp(parts, t), rel=ROUNDING, abs=1e-6)
