"""W3 against closed forms: Vasicek's law of a like pool, the binomial without correlation, geometric survival."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from kejin_sim.random import cumulative_normal, normal
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.world.failure import quality_slope, quarterly, threshold
from tests.playing import flow, run, scenario, series, stat, with_values, without_twin

#: PD, asset correlation, confidence, loss quantile as published (per cent, two digits).
VASICEK = [(0.01, 0.1528, 0.99, 6.18), (0.03, 0.1068, 0.95, 7.76), (0.05, 0.10, 0.99, 16.89), (0.08, 0.15, 0.99, 29.23)]

#: Factor grid for integration: ±8.5 standard deviations, step 1/2000; the error of the trapezium rule is below 1e-12.
GRID = np.linspace(-8.5, 8.5, 34_001)
DENSITY = np.exp(-0.5 * GRID**2) / math.sqrt(2 * math.pi) * (GRID[1] - GRID[0])

#: Two-sided false-alarm rate of a test at five standard errors: 6e-7.
SIGMAS = 5.0


def conditional(pd: float, rho: float) -> np.ndarray:
    """Probability of failure given the factor, on the grid, by the rule function."""
    return np.array([cumulative_normal(threshold(pd, rho, float(x))) for x in GRID])


@pytest.mark.parametrize(("pd", "rho", "level", "loss"), VASICEK)
def test_loss_quantiles_of_a_large_pool(pd: float, rho: float, level: float, loss: float) -> None:
    """Integrate the distribution of the loss over the factor and read off its quantile."""
    losses = conditional(pd, rho)[::-1]  # rising: the factor falls
    law = np.cumsum(DENSITY[::-1]) - 0.5 * DENSITY[::-1]
    quantile = float(np.interp(level, law, losses))
    assert round(100 * quantile, 2) == loss
    closed = stats.norm.cdf((stats.norm.ppf(pd) + math.sqrt(rho) * stats.norm.ppf(level)) / math.sqrt(1 - rho))
    assert quantile == pytest.approx(closed, abs=1e-7)


@pytest.mark.parametrize(("pd", "rho"), [row[:2] for row in VASICEK])
def test_the_mean_over_the_factor_is_the_hazard(pd: float, rho: float) -> None:
    assert float(conditional(pd, rho) @ DENSITY) == pytest.approx(pd, rel=1e-9)


def test_without_correlation_a_pool_is_binomial() -> None:
    """At ρ = 0 the factor drops out and losses of 40 firms are binomial; else they are a mixture of the same mean."""
    pd, n = 0.05, 40
    assert np.ptp(conditional(pd, 0.0)) == 0.0
    counts = np.arange(n + 1)
    flat = (stats.binom.pmf(counts[:, None], n, conditional(pd, 0.0)[None, ::50]) @ DENSITY[::50]) * 50
    np.testing.assert_allclose(flat, stats.binom.pmf(counts, n, pd), rtol=1e-9)
    mixed = (stats.binom.pmf(counts[:, None], n, conditional(pd, 0.1)[None, ::50]) @ DENSITY[::50]) * 50
    assert mixed @ counts == pytest.approx(n * pd, rel=1e-9)
    assert mixed @ counts**2 > flat @ counts**2


def test_quality_shifts_the_failure_point() -> None:
    """P(fail | q, x) = Φ(threshold − a·q/√(1−ρ)): its mean over q and x is Φ(Φ⁻¹(h)/√(1 + a²))."""
    pd, rho, a = 0.05, 0.03, 0.25
    mean = 0.0
    for q, w in zip(*np.polynomial.hermite_e.hermegauss(60), strict=True):
        shift = quality_slope(a, rho) * q
        points = np.array([threshold(pd, rho, float(x)) for x in GRID[::50]]) - shift
        mean += w / math.sqrt(2 * math.pi) * float(stats.norm.cdf(points) @ DENSITY[::50]) * 50
    assert mean == pytest.approx(stats.norm.cdf(normal(pd) / math.sqrt(1 + a * a)), rel=1e-9)


def cohort(hazard: float, firms: int, **values: object) -> Scenario:
    """One cohort of firms that arrive in the first quarter and can only live on or fail, all with the same hazard."""
    found = scenario(
        "no_policy",
        {"policy_years": 1, "horizon_years": 6, "burn_in_years": 0, "world.extra_arrivals": {"2025Q1": firms}},
    )
    closed = {
        "world.arrivals.per_year": 0.0,
        "world.failure.hazard": (hazard,) * 8,
        "world.failure.quality": 0.0,
        "world.failure.correlation": 0.0,
        "world.exits.mna_hazard": (0.0,) * 7,
        "world.exits.ipo_filing": 0.0,
    }
    return without_twin(with_values(found, {**closed, **values}))  # type: ignore[dict-item]


@pytest.mark.parametrize("hazard", [0.04, 0.2, 0.6])
def test_survival_is_geometric(hazard: float) -> None:
    """Alive after t years: binomial with (1 − h)^t, because h is the yearly hazard and quarters compound to it."""
    firms, paths = 1000, 20
    block = run(cohort(hazard, firms), paths)
    alive = series(block, "live")[:, 0].sum(axis=0)
    quarters = np.arange(1, alive.size + 1)
    expected = firms * paths * (1 - hazard) ** (quarters / 4)
    spread = np.sqrt(expected * (1 - (1 - hazard) ** (quarters / 4)))
    assert np.abs((alive - expected) / spread).max() < SIGMAS
    # Failed cohort members are the rest, and nothing else happened.
    assert (firms - series(block, "live")[:, 0] == series(block, "failures")[:, 0].cumsum(axis=1)).all()
    assert flow(block, "exit_social").sum() == 0.0


def test_firms_counted_as_survivors_have_lived_that_long() -> None:
    """`survivors_3y` of a cohort with constant hazard: (1 − h)^3."""
    hazard, firms, paths = 0.2, 1000, 20
    block = run(cohort(hazard, firms), paths)
    for years in (3, 5):
        observed = stat(block, f"observed_{years}y").sum()
        assert observed == firms * paths
        share = (1 - hazard) ** years
        z = (stat(block, f"survivors_{years}y").sum() - observed * share) / math.sqrt(observed * share * (1 - share))
        assert abs(z) < SIGMAS


@pytest.mark.parametrize(("pd", "rho"), [(0.03, 0.1068), (0.08, 0.15)])
def test_the_engines_first_quarter_follows_vasicek(pd: float, rho: float) -> None:
    """Share of 4,000 like firms that fail in the first quarter, 1,500 paths: how many exceed Vasicek's quantiles."""
    firms, paths = 4000, 1500
    yearly = 1 - (1 - pd) ** 4
    assert quarterly(yearly) == pytest.approx(pd, rel=1e-12)
    found = cohort(yearly, firms, **{"world.failure.correlation": rho, "time.horizon_years": 1})
    failed = series(run(found, paths), "failures")[:, 0, 0] / firms
    for level in (0.5, 0.9, 0.95, 0.99):
        point = stats.norm.cdf((stats.norm.ppf(pd) + math.sqrt(rho) * stats.norm.ppf(level)) / math.sqrt(1 - rho))
        over = int((failed > point).sum())
        spread = math.sqrt(paths * level * (1 - level))
        assert abs(over - paths * (1 - level)) < SIGMAS * spread, (level, over)
    assert abs(failed.mean() - pd) < SIGMAS * failed.std() / math.sqrt(paths)
