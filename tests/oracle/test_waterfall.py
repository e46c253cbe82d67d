"""E6 against formulas and a recursion written independently of it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from kejin_sim.measures.equity import waterfall


def carry_of_total_profit(profit: float, hurdle_amount: float, carry: float, catch_up: float) -> float:
    """One call, one exit: the GP's carry as a function of total profit alone.

    Nothing up to the hurdle; then ``catch_up`` of what is above it, until that reaches ``carry`` of all profit; then
    ``carry`` of all profit. Without a catch-up, ``carry`` of what is above the hurdle, for ever.
    """
    above = max(0.0, profit - hurdle_amount)
    if catch_up == 0.0:
        return carry * above
    return min(catch_up * above, carry * max(0.0, profit))


@pytest.mark.parametrize(
    ("years", "catch_up", "carry"), list(product((1, 4, 8), (0.0, 0.35, 0.5, 0.8, 1.0), (0.0, 0.1, 0.2, 0.3)))
)
def test_one_call_and_one_exit(years: int, catch_up: float, carry: float) -> None:
    capital, hurdle = 1e8, 0.08
    preferred = 0.0
    for _ in range(4 * years):
        preferred = waterfall.accrue(capital, preferred, hurdle, 0)
    amount = capital * (1.08**years - 1.0)
    assert preferred == pytest.approx(amount, rel=1e-12)
    for multiple in (0.0, 0.4, 1.0, 1.05, 1.2, 1.5, 1.8, 2.0, 3.0, 10.0):
        cash = multiple * capital
        parts = waterfall.waterfall(cash, capital, preferred, 0.0, 0.0, catch_up, carry)
        gp = waterfall.gp_part(parts[2], parts[3], catch_up, carry)
        assert gp == pytest.approx(carry_of_total_profit(cash - capital, amount, carry, catch_up), rel=1e-11, abs=1e-3)
        assert parts[0] == pytest.approx(min(cash, capital))
        assert sum(parts) == pytest.approx(cash, rel=1e-15)


class Spreadsheet:
    """A whole-fund waterfall in exact fractions, by running totals instead of tiers.

    The partners' account grows at the hurdle and is cleared first. Beyond it the GP's running total is the lesser of
    what the catch-up rate lets it take and its carry of all money beyond capital, worked out anew each time.
    """

    def __init__(self, factor: Fraction, carry: Fraction, catch_up: Fraction) -> None:
        self.factor, self.carry, self.catch_up = factor, carry, catch_up
        self.account = self.capital = self.beyond = self.hurdle_paid = self.gp = self.partners = Fraction(0)

    def quarter(self, call: Fraction, cash: Fraction) -> Fraction:
        """One quarter: interest, call, distribution; returns the GP's part of it."""
        self.account *= self.factor
        self.account += call
        self.capital += call
        cleared = min(cash, self.account)
        self.account -= cleared
        principal = min(cleared, self.capital)
        self.capital -= principal
        self.hurdle_paid += cleared - principal
        self.beyond += cash - cleared
        if self.catch_up:
            total = min(self.catch_up * self.beyond, self.carry * (self.hurdle_paid + self.beyond))
        else:
            total = self.carry * self.beyond
        part = total - self.gp
        self.gp = total
        self.partners += cash - part
        return part


#: Calls and distributions by quarter, CNY m; all calls of a fund before its carry starts, as in the formula above.
PLANS: dict[str, list[tuple[int, int]]] = {
    "steady": [(40, 0), (0, 0), (30, 0), (0, 5), (30, 0), (0, 20), (0, 30), (0, 0), (0, 90), (0, 10), (0, 60)],
    "one big win": [(50, 0), (50, 0), *[(0, 0)] * 10, (0, 400), (0, 1), (0, 2)],
    "drip": [(100, 0), *[(0, 9)] * 30],
    "never whole": [(100, 0), *[(0, 3)] * 20],
    "just whole": [(100, 0), (0, 0), (0, 0), (0, 0), (0, 108), (0, 1), (0, 1), (0, 50)],
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(
    ("carry", "catch_up"), [("1/5", "0"), ("1/5", "1"), ("1/5", "1/2"), ("1/10", "4/5"), ("0", "0")]
)
def test_many_periods_against_a_spreadsheet_in_fractions(name: str, carry: str, catch_up: str) -> None:
    factor = Fraction(102, 100)  # a quarter at 2 %: a yearly hurdle whose quarterly factor is a fraction
    hurdle = float(factor**4 - 1)
    sheet = Spreadsheet(factor, Fraction(carry), Fraction(catch_up))
    rate, speed = float(Fraction(carry)), float(Fraction(catch_up))
    capital = preferred = paid = caught = gp = partners = 0.0
    for call, cash in PLANS[name]:
        preferred = waterfall.accrue(capital, preferred, hurdle, 0)
        capital += call * 1e6
        parts = waterfall.waterfall(cash * 1e6, capital, preferred, paid, caught, speed, rate)
        part = waterfall.gp_part(parts[2], parts[3], speed, rate)
        capital, preferred = capital - parts[0], preferred - parts[1]
        paid, caught = paid + parts[1], caught + parts[2]
        gp, partners = gp + part, partners + cash * 1e6 - part
        exact = sheet.quarter(Fraction(call) * 10**6, Fraction(cash) * 10**6)
        assert part == pytest.approx(float(exact), rel=1e-10, abs=1e-4)
        assert capital + preferred == pytest.approx(float(sheet.account), rel=1e-10, abs=1e-4)
    assert gp == pytest.approx(float(sheet.gp), rel=1e-10, abs=1e-4)
    assert partners == pytest.approx(float(sheet.partners), rel=1e-12)


def test_later_losses_and_the_clawback_in_fractions() -> None:
    """Carry on an early win, then a call that is lost: the larger of excess carry and what is owed comes back."""
    factor = Fraction(102, 100)
    sheet = Spreadsheet(factor, Fraction(1, 5), Fraction(0))
    plan = [(40, 0), (0, 0), (0, 0), (0, 0), (0, 90), (60, 0), *[(0, 0)] * 8, (0, 20)]
    for call, cash in plan:
        sheet.quarter(Fraction(call) * 10**6, Fraction(cash) * 10**6)
    called, out = (sum(row[i] for row in plan) * 10**6 for i in (0, 1))
    profit = Fraction(out - called)
    expected = min(sheet.gp, max(sheet.gp - max(Fraction(0), profit) / 5, sheet.account))
    back = waterfall.clawback(float(sheet.gp), 0.2, float(profit), float(sheet.account))
    assert back == pytest.approx(float(expected), rel=1e-14)
    assert expected == sheet.gp - profit / 5 or expected == sheet.gp
