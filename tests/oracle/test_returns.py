"""Returns against independent programs: pyxirr for IRR, public market equivalents and present values, scipy
for roots."""

from __future__ import annotations

import math

import numpy as np
import pytest
import pyxirr
from scipy.optimize import brentq

from kejin_sim.outcomes import returns

IRR_TOLERANCE = 1e-9  # both programs solve to rounding; the rate is of order 1
RELATIVE = 1e-12  # sums of at most 120 terms


def fund_flows(generator: np.random.Generator, quarters: int) -> tuple[np.ndarray, np.ndarray]:
    """Calls first, distributions after: a unique root."""
    turn = int(generator.integers(1, quarters))
    paid = np.where(np.arange(quarters) < turn, generator.uniform(0, 1e7, quarters), 0.0)
    paid[0] = 1e6
    gains = generator.uniform(0, 4e7, quarters) ** generator.uniform(0.8, 1)
    received = np.where(np.arange(quarters) >= turn, gains, 0.0)
    received[turn] += 1.0
    return paid, received


@pytest.mark.parametrize("quarters", [2, 8, 40, 80, 120])
def test_irr_equals_pyxirr(quarters: int) -> None:
    generator = np.random.default_rng(quarters)
    flows = np.empty((200, quarters))
    for row in flows:
        paid, received = fund_flows(generator, quarters)
        row[:] = received - paid
    rates = returns.irr_rows(flows)
    compared = 0
    for row, rate in zip(flows, rates, strict=True):
        quarterly = math.expm1(math.log1p(rate) / 4)
        assert abs(pyxirr.npv(quarterly, row)) <= 1e-9 * np.abs(row / (1 + quarterly) ** np.arange(quarters)).sum()
        expected = pyxirr.irr(row, guess=quarterly)  # a guess: Newton's method does not find roots near −100 %
        if expected is not None:
            annual = (1 + expected) ** 4 - 1
            assert rate == pytest.approx(annual, abs=IRR_TOLERANCE, rel=IRR_TOLERANCE)
            compared += 1
    assert compared >= 180  # Newton fails on some


def test_irr_with_several_sign_changes_solves_the_equation_nearest_to_zero() -> None:
    generator = np.random.default_rng(7)
    flows = generator.normal(0.02, 1.0, (300, 60))
    flows[:, 0] -= 3
    rates = returns.irr_rows(flows)
    for row, rate in zip(flows, rates, strict=True):

        def value(growth: float, row: np.ndarray = row) -> float:
            return float((row * np.exp(-growth * np.arange(60))).sum())

        grid = np.arange(-30, 31) / 100
        values = [value(g) for g in grid]
        roots = [brentq(value, grid[i], grid[i + 1], xtol=1e-15) for i in range(60) if values[i] * values[i + 1] < 0]
        if roots:
            nearest = min(roots, key=abs)
            assert math.log1p(rate) / 4 == pytest.approx(nearest, abs=1e-10)


def test_irr_of_two_roots_takes_the_one_nearest_to_zero() -> None:
    # −100 + 230 v − 132 v² = 0 at v = 1/1.1 and v = 1/1.2 a quarter: 10 % and 20 %.
    assert returns.irr(np.array([-100.0, 230.0, -132.0])) == pytest.approx(1.1**4 - 1, abs=1e-9)
    assert returns.irr(np.array([100.0, -230.0, 132.0])) == pytest.approx(1.1**4 - 1, abs=1e-9)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-5.0, 0.0, -3.0, 0.0], -1.0),  # paid, nothing received
        ([0.0, 0.0], math.nan),  # nothing at all
        ([0.0, 4.0, 1.0], math.nan),  # only receipts
        ([-1.0, 2.5, -2.0], math.nan),  # no rate solves it
        ([-1.0, 1e-30], -1.0),
        ([-100.0, 100.0], 0.0),
        ([-100.0, 0.0, 0.0, 0.0, 110.0], 0.10),
        ([0.0, -100.0, 0.0, 0.0, 0.0, 110.0], 0.10),  # a late start does not matter
        ([-1000.0, 10.0], 0.01**4 - 1),
        ([100.0, 0, 0, 0, -110.0], 0.10),  # received first, repaid later: the cost of borrowing
    ],
)
def test_irr_has_defined_answers(flows: list[float], expected: float) -> None:
    assert returns.irr(np.array(flows)) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_public_market_equivalent_equals_pyxirr() -> None:
    generator = np.random.default_rng(3)
    paid = np.empty((100, 48))
    received = np.empty((100, 48))
    for i in range(100):
        paid[i], received[i] = fund_flows(generator, 48)
    market = np.exp(generator.normal(0.015, 0.1, (100, 48)))
    ours = returns.ks_pme_rows(paid, received, market)
    alphas = returns.direct_alpha_rows(paid, received, market)
    for i in range(100):
        index = np.cumprod(market[i])
        amounts = received[i] - paid[i]
        assert ours[i] == pytest.approx(pyxirr.pe.ks_pme_2(paid[i], received[i], index, 0.0), rel=RELATIVE)
        alpha = pyxirr.irr(amounts * index[-1] / index, guess=math.expm1(math.log1p(alphas[i]) / 4))
        if alpha is not None:
            assert alphas[i] == pytest.approx((1 + alpha) ** 4 - 1, abs=IRR_TOLERANCE, rel=IRR_TOLERANCE)
    nothing = np.zeros((1, 48))
    assert np.isnan(returns.ks_pme_rows(nothing, nothing, market[:1]))[0]


def test_present_value_equals_pyxirr_with_cash_at_the_quarters_end() -> None:
    generator = np.random.default_rng(5)
    rows = generator.normal(0, 1e7, (20, 80))
    for rate in (0.0, 0.025, 0.06, 0.15):
        quarterly = (1 + rate) ** 0.25 - 1
        expected = [pyxirr.npv(quarterly, np.concatenate([[0.0], row])) for row in rows]
        assert returns.present_value_rows(rows, rate) == pytest.approx(expected, rel=1e-10, abs=1e-4)


def test_multiples_and_losses() -> None:
    paid = np.array([10.0, 0.0, 5.0])
    received = np.array([15.0, 3.0, 2.0])
    assert returns.multiple(received, paid) == pytest.approx([1.5, math.nan, 0.4], nan_ok=True)
    assert returns.loss(received, paid) == pytest.approx([0.0, math.nan, 0.6], nan_ok=True)


def test_peak_need_and_payback() -> None:
    net = np.array([[5.0, 5.0, -3.0, -8.0], [5.0, -6.0, 2.0, 1.0], [-1.0, 1.0, 0.0, 0.0], [1.0, -1.0, 1.0, -1.0],
                    [-1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])  # fmt: skip
    assert returns.peak_need_rows(net).tolist() == [10.0, 5.0, 0.0, 1.0, 0.0, 0.0]
    # back at 0 by the end of the fourth quarter; ends above 0; never above 0; the last time counts; nothing paid, twice
    assert returns.payback_rows(net) == pytest.approx([1.0, math.nan, 0.0, 1.0, math.nan, math.nan], nan_ok=True)


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    generator = np.random.default_rng(11)
    rows = generator.normal(0, 1, (64, 80))
    market = np.exp(generator.normal(0, 0.1, (64, 80)))
    calls = (
        lambda r, m: returns.irr_rows(r),
        lambda r, m: returns.total_rows(r),
        lambda r, m: returns.present_value_rows(r, 0.025),
        lambda r, m: returns.peak_need_rows(r),
        lambda r, m: returns.ks_pme_rows(np.maximum(-r, 0), np.maximum(r, 0), m),
        lambda r, m: returns.direct_alpha_rows(np.maximum(-r, 0), np.maximum(r, 0), m),
    )
    for call in calls:
        together = call(rows, market)
        apart = np.concatenate([call(rows[i : i + 7].copy(), market[i : i + 7].copy()) for i in range(0, 64, 7)])
        assert together.tobytes() == apart.tobytes()
