"""E11 against the published Takahashi–Alexander table: rule functions, closed form, the engine's postings by year."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from kejin_sim.measures.equity import chain_rules
from tests.playing import flow, run, scenario, with_values, without_twin

GROWTH, LIFE, BOW = 0.13, 12, 2.5
RATES = (0.25, 1.0 / 3.0, 0.5)

#: As published for these parameters, to the digits given.
DPI, TROUGH, TROUGH_YEAR, PEAK, PEAK_YEAR = 1.881, -0.7930, 4, 1.068, 5


def by_rules(years: int = LIFE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Calls, distributions and closing NAV of a commitment of 1 by the rule functions at zero volatility."""
    unfunded, nav = 1.0, 0.0
    rows = []
    for year in range(1, years + 1):
        growth = chain_rules.yearly_growth(GROWTH, 0.0, 0.5, 1.3, -0.7)
        called = chain_rules.contribution(unfunded, year, *RATES)
        paid, nav = chain_rules.pacing_year(nav, called, growth, chain_rules.distribution_rate(year, LIFE, BOW))
        unfunded -= called
        rows.append((called, paid, nav))
    calls, paid_out, navs = np.array(rows).T
    return calls, paid_out, navs


def closed_form() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same without a recursion.

    Calls: C_t = RC_t · Π_{s<t} (1 − RC_s). A yuan called at the end of year s is worth
    (1+G)^(t−s) · Π_{s<r≤t} (1 − RD_r) at the end of year t; NAV_t is the sum of these over s ≤ t, and
    D_t = RD_t · (1+G) · NAV_{t−1}.
    """
    rate = [RATES[min(t, 3) - 1] for t in range(1, LIFE + 1)]
    calls = np.array([rate[t] * np.prod([1 - r for r in rate[:t]]) for t in range(LIFE)])
    kept = [1.0 - min(1.0, (t / LIFE) ** BOW) for t in range(1, LIFE + 1)]
    nav = np.array(
        [
            sum(calls[s] * (1 + GROWTH) ** (t - s) * np.prod(kept[s + 1 : t + 1]) for s in range(t + 1))
            for t in range(LIFE)
        ]
    )
    # In the last year everything is distributed before the year's own call is added.
    paid = np.array([0.0, *[(1.0 - kept[t]) * (1 + GROWTH) * nav[t - 1] for t in range(1, LIFE)]])
    return calls, paid, nav


def published(calls: np.ndarray, paid: np.ndarray, nav: np.ndarray) -> None:
    """The figures that others reported."""
    net = np.cumsum(paid - calls)
    assert round(paid.sum() / calls.sum(), 3) == DPI
    assert round(float(net.min()), 4) == TROUGH
    assert int(net.argmin()) + 1 == TROUGH_YEAR
    assert round(float(nav.max()), 3) == PEAK
    assert int(nav.argmax()) + 1 == PEAK_YEAR


def test_the_closed_form_gives_the_published_figures() -> None:
    published(*closed_form())


def test_the_rule_functions_equal_the_closed_form() -> None:
    ours, theirs = by_rules(), closed_form()
    published(*ours)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


def test_calls_in_exact_fractions() -> None:
    """A quarter, a third of the rest, then half of the rest each year."""
    unfunded, exact = Fraction(1), []
    for year in range(1, LIFE + 1):
        call = unfunded * (Fraction(1, 4) if year == 1 else Fraction(1, 3) if year == 2 else Fraction(1, 2))
        unfunded -= call
        exact.append(float(call))
    np.testing.assert_allclose(by_rules()[0], exact, rtol=1e-14)


def test_growth_has_mean_g() -> None:
    """Gauss–Hermite quadrature over factor and own shock: mean growth is G whatever volatility and cycle."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    for volatility, cycle in ((0.25, 0.5), (0.8, 0.0), (0.4, 1.0)):
        mean = sum(
            wx * wz * chain_rules.yearly_growth(GROWTH, volatility, cycle, x, z)
            for x, wx in zip(nodes, weights, strict=True)
            for z, wz in zip(nodes, weights, strict=True)
        )
        assert mean == pytest.approx(GROWTH, rel=1e-9)


@pytest.fixture(scope="module")
def engine_years() -> tuple[np.ndarray, np.ndarray]:
    """Calls and distributions of one fund by year, from the engine's postings (share of its size)."""
    found = scenario(
        "demo",
        {
            "policy_years": 1,
            "horizon_years": 14,
            "burn_in_years": 0,
            "measures.equity.chain_funds.new_per_year": 1,
            "measures.equity.chain_funds.size": "1亿元",
            "measures.equity.chain_funds.life": LIFE,
            "measures.equity.chain_funds.growth": GROWTH,
            "measures.equity.chain_funds.bow": BOW,
            "measures.equity.chain_funds.volatility": 0.0,
            "measures.equity.angel_subfunds.new_per_year": 0,
        },
    )
    found = without_twin(with_values(found, {"measures.equity.chain_funds.contribution": RATES}))
    block = run(found, 2)
    years = [flow(block, name).reshape(2, -1, 4).sum(axis=2) / 1e8 for name in ("chain_invest", "chain_proceeds")]
    assert flow(block, "horizon_chain").sum() == 0.0
    np.testing.assert_array_equal(years[0][0], years[0][1])  # no chance is left: every path is the same
    return years[0][0], years[1][0]


def test_the_engine_posts_the_closed_form_year_by_year(engine_years: tuple[np.ndarray, np.ndarray]) -> None:
    calls, paid, _ = closed_form()
    np.testing.assert_allclose(engine_years[0][:LIFE], calls, rtol=1e-12)
    np.testing.assert_allclose(engine_years[1][:LIFE], paid, rtol=1e-12, atol=1e-15)
    assert not engine_years[0][LIFE:].any()
    assert not engine_years[1][LIFE:].any()


def test_the_engines_fund_has_the_published_dpi_and_trough(engine_years: tuple[np.ndarray, np.ndarray]) -> None:
    calls, paid = engine_years
    net = np.cumsum(paid - calls)
    assert round(paid.sum() / calls.sum(), 3) == DPI
    assert round(float(net.min()), 4) == TROUGH
    assert int(net.argmin()) + 1 == TROUGH_YEAR
