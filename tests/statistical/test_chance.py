"""Chance as the engine uses it: uniforms, the macro processes, arrivals, birth draws, against their laws.

Verdicts are numbers. Seeds are fixed, so a test passes or fails for ever; the false-alarm rate says how improbable a
failure of a right program was when the seed was chosen: 6e-7 for five standard errors, 1e-6 for a p-value.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kejin_sim import random as rng
from kejin_sim.jit import array_maker
from kejin_sim.world import macro
from kejin_sim.world.enterprise import SPINOUT
from tests.oracle.test_pacing import BOW, GROWTH, LIFE, RATES, closed_form
from tests.playing import flow, people_of, run, scenario, series, with_values, without_twin

SEED = 9
SIGMAS = 5.0
P_VALUE = 1e-6


def z_of_mean(sample: np.ndarray, mean: float, spread: float) -> float:
    """Standard errors by which a sample's mean is off, its standard deviation known."""
    return float((sample.mean() - mean) / (spread / math.sqrt(sample.size)))


# ---- uniforms


@array_maker
def _table(seed: int, block: int, count: int, along: int) -> Any:
    """Uniforms of many entities (0), quarters (1) or paths (2): float64[count, 4]."""
    rows = np.empty((count, 4))
    for i in range(count):
        u = rng.uniforms(seed, block, i if along == 2 else 5, i if along == 0 else 77, i % 65536 if along == 1 else 9)
        for lane in range(4):
            rows[i, lane] = u[lane]
    return rows


@pytest.mark.parametrize("along", [0, 1, 2], ids=["entity", "quarter", "path"])
@pytest.mark.parametrize("block", [rng.ENTERPRISE_QUARTER, rng.MACRO_QUARTER])
def test_uniforms_are_uniform_and_independent_along_every_counter(block: int, along: int) -> None:
    """Chi-square of each lane over 256 cells, of pairs one and four steps apart, and of pairs of lanes, over 16 × 16."""
    u = _table(SEED, block, 60_000, along)
    assert u.min() > 0.0
    assert u.max() < 1.0
    pairs = [(u[:-lag, lane], u[lag:, lane]) for lag in (1, 4) for lane in range(4)]
    pairs += [(u[:, a], u[:, b]) for a in range(4) for b in range(a)]
    worst = 1.0
    for lane in range(4):
        worst = min(worst, stats.chisquare(np.bincount((u[:, lane] * 256).astype(int), minlength=256)).pvalue)
    for x, y in pairs:
        cells = (x * 16).astype(int) * 16 + (y * 16).astype(int)
        worst = min(worst, stats.chisquare(np.bincount(cells, minlength=256)).pvalue)
    assert worst > P_VALUE


def test_blocks_seeds_and_neighbours_give_unrelated_uniforms() -> None:
    """Correlation of streams that differ in one number only: at most five standard errors."""
    base = _table(SEED, rng.ENTERPRISE_QUARTER, 60_000, 0)[:, 0]
    others = [
        _table(SEED + 1, rng.ENTERPRISE_QUARTER, 60_000, 0)[:, 0],
        _table(SEED + 2**32, rng.ENTERPRISE_QUARTER, 60_000, 0)[:, 0],
        _table(SEED, rng.ENTERPRISE_BIRTH, 60_000, 0)[:, 0],
        _table(SEED, rng.PUBLIC_ROUND, 60_000, 0)[:, 0],
    ]
    for other in others:
        assert abs(float(np.corrcoef(base, other)[0, 1])) * math.sqrt(base.size) < SIGMAS


def test_normals_have_the_normal_law() -> None:
    u = _table(SEED, rng.ENTERPRISE_QUARTER, 60_000, 0)[:, 1]
    z = np.array([rng.normal(float(x)) for x in u])
    assert stats.kstest(z, "norm").pvalue > P_VALUE
    assert np.abs(np.array([rng.cumulative_normal(float(x)) for x in z]) - u).max() < 1e-14


@pytest.mark.parametrize("mean", [0.1, 2.5, 50.0, 250.0])
def test_poisson_counts_by_inversion(mean: float) -> None:
    """Equal to scipy's quantile function, draw by draw, and rising with the mean for the same uniform."""
    u = _table(SEED, rng.ARRIVAL_COUNT, 3_000, 2)[:, 0]
    counts = np.array([rng.poisson(float(x), mean) for x in u])
    np.testing.assert_array_equal(counts, stats.poisson.ppf(u, mean))
    more = np.array([rng.poisson(float(x), 1.1 * mean) for x in u])
    assert (more >= counts).all()


# ---- macro processes


@array_maker
def _macro(seed: int, paths: int, quarters: int, persistence: float, shut: float, opening: float, cycle: float) -> Any:
    """Factor and window of many paths, drawn as the engine draws them: float64[path, quarter] each."""
    factors = np.empty((paths, quarters))
    windows = np.empty((paths, quarters))
    for path in range(paths):
        v = rng.uniforms(seed, rng.MACRO_START, path, 0, 0)
        factor = rng.normal(v[0])
        window = macro.first_window(shut, opening, v[1])
        for k in range(quarters):
            u = rng.uniforms(seed, rng.MACRO_QUARTER, path, 0, k)
            factor = macro.next_factor(factor, rng.normal(u[0]), persistence)
            window = macro.next_window(window, factor, shut, opening, cycle, u[1])
            factors[path, k] = factor
            windows[path, k] = window
    return factors, windows


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9, 0.99])
def test_the_factor_is_stationary_with_unit_variance(persistence: float) -> None:
    """Across paths at any quarter: mean 0, variance 1, correlation φ^lag with what comes lag quarters later."""
    factors, _ = _macro(SEED, 8_000, 41, persistence, 0.08, 0.15, 1.0)
    n = len(factors)
    for k in (0, 8, 40):
        assert abs(z_of_mean(factors[:, k], 0.0, 1.0)) < SIGMAS
        assert stats.chi2.sf(n * factors[:, k].var(), n) > P_VALUE / 2
        assert stats.chi2.cdf(n * factors[:, k].var(), n) > P_VALUE / 2
    for lag in (1, 4, 12):
        found = float(np.corrcoef(factors[:, 20], factors[:, 20 + lag])[0, 1])
        fisher = (math.atanh(found) - math.atanh(persistence**lag)) * math.sqrt(n - 3)
        assert abs(fisher) < SIGMAS, lag


def test_the_ipo_window_is_open_as_often_as_its_rates_say() -> None:
    """Without the cycle the share open is open ÷ (open + shut), from the first quarter on; runs last 1 ÷ rate quarters."""
    shut, opening = 0.08, 0.15
    _, windows = _macro(SEED, 8_000, 41, 0.9, shut, opening, 0.0)
    share = opening / (opening + shut)
    for k in (0, 1, 10, 40):
        assert abs(z_of_mean(windows[:, k], share, math.sqrt(share * (1 - share)))) < SIGMAS
    closes = windows[:, 1:][windows[:, :-1] == 1] == 0
    assert abs(z_of_mean(closes, shut, math.sqrt(shut * (1 - shut)))) < SIGMAS
    opens = windows[:, 1:][windows[:, :-1] == 0] == 1
    assert abs(z_of_mean(opens, opening, math.sqrt(opening * (1 - opening)))) < SIGMAS


def test_the_cycle_opens_the_window_in_a_boom_and_is_fair_when_the_rates_are() -> None:
    """With equal rates the law is symmetric in x: open half the time whatever the cycle, and more often when x > 0."""
    factors, windows = _macro(SEED, 8_000, 41, 0.9, 0.15, 0.15, 1.0)
    for k in (0, 40):
        assert abs(z_of_mean(windows[:, k], 0.5, 0.5)) < SIGMAS
    boom, trough = windows[:, 40][factors[:, 40] > 0], windows[:, 40][factors[:, 40] < 0]
    assert boom.mean() - trough.mean() > SIGMAS * math.sqrt(0.5 / len(factors))


def test_the_market_grows_as_the_scenario_says() -> None:
    """Gross quarterly growth: mean (1 + r)^¼, log-variance (σ/2)², no memory."""
    found = scenario(
        "no_policy", {"policy_years": 1, "horizon_years": 10, "burn_in_years": 0, "world.arrivals.per_year": 0}
    )
    market = run(without_twin(found), 2_000, seed=SEED).market
    mean, volatility = (float(found.values[f"world.macro.market_{name}"]) for name in ("return", "volatility"))
    spread = 0.5 * volatility
    expected = (1 + mean) ** 0.25
    deviation = expected * math.sqrt(math.exp(spread**2) - 1)
    assert abs(z_of_mean(market, expected, deviation)) < SIGMAS
    logs = np.log(market)
    n = logs.size
    assert abs(logs.var() / spread**2 - 1.0) < SIGMAS * math.sqrt(2 / n)
    lagged = float(np.corrcoef(logs[:, :-1].ravel(), logs[:, 1:].ravel())[0, 1])
    assert abs(lagged) * math.sqrt(n) < SIGMAS


# ---- arrivals and birth draws


def test_arrivals_are_poisson() -> None:
    """Mean and index of dispersion over paths and quarters of the policy, and none after it."""
    found = scenario(
        "no_policy", {"policy_years": 3, "horizon_years": 5, "burn_in_years": 0, "world.arrivals.per_year": 80}
    )
    arrivals = series(run(without_twin(found), 500, seed=SEED), "arrivals")[:, 0]
    inside = arrivals[:, :12].ravel()
    assert not arrivals[:, 12:].any()
    assert abs(z_of_mean(inside, 20.0, math.sqrt(20.0))) < SIGMAS
    dispersion = (inside.size - 1) * inside.var(ddof=1) / inside.mean()
    assert P_VALUE / 2 < stats.chi2.sf(dispersion, inside.size - 1) < 1 - P_VALUE / 2
    cells = np.bincount(np.clip(inside.astype(int), 8, 33) - 8, minlength=26)
    law = stats.poisson.pmf(np.arange(8, 34), 20.0)
    law[0], law[-1] = stats.poisson.cdf(8, 20.0), stats.poisson.sf(32, 20.0)
    assert stats.chisquare(cells, law * inside.size).pvalue > P_VALUE


def test_birth_draws_follow_the_scenario() -> None:
    """Kinds and sectors by their weights, quality by kind with unit variance, score correlated ρ = 1/√(1+σ²) with quality."""
    found = scenario("no_policy", {"policy_years": 5, "horizon_years": 5, "burn_in_years": 0, "world.score.noise": 1.5})
    people = people_of(without_twin(found), 20, seed=SEED)
    assert not people["outside"].any()
    for field, key in (("kind", "world.arrivals.mix"), ("sector", "world.sectors.weights")):
        weights = np.array(found.values[key])
        counts = np.bincount(people[field], minlength=len(weights))
        assert stats.chisquare(counts, weights * people.size).pvalue > P_VALUE, field
    means = found.values["world.arrivals.kind_quality"]
    assert isinstance(means, tuple)
    centred = people["quality"] - np.array(means)[people["kind"]]
    assert stats.kstest(centred, "norm").pvalue > P_VALUE
    rho = 1 / math.sqrt(1 + 1.5**2)
    noise = (people["score"] - rho * people["quality"]) / math.sqrt(1 - rho**2)
    assert stats.kstest(noise, "norm").pvalue > P_VALUE
    assert abs(float(np.corrcoef(noise, people["quality"])[0, 1])) * math.sqrt(people.size) < SIGMAS
    share = float(found.values["behaviour.relocated_share"])  # type: ignore[arg-type]
    spun = people["kind"] == SPINOUT  # founded here
    assert not people["relocates"][spun].any()
    assert abs(z_of_mean(people["relocates"][np.invert(spun)], share, math.sqrt(share * (1 - share)))) < SIGMAS
    assert len(np.unique(people["entity"])) < people.size  # the same entities in every path,
    assert len(np.unique(people["quality"])) == people.size  # with draws of their own


# ---- rules that draw


def test_seed_deals_find_co_investors_as_often_as_the_scenario_says() -> None:
    found = scenario("demo", {"measures.equity.seed_direct.coinvest_probability": "35%", "world.arrivals.per_year": 60})
    block = run(without_twin(found), 300, seed=SEED)
    deals = series(block, "seed_deals")[:, 0].sum()
    paid, beside = (series(block, name)[:, 0].sum() for name in ("seed_paid", "coinvestor_paid"))
    assert deals > 3_000
    # Tickets are all but equal, so the share of money stands for the share of deals; their spread widens the bound.
    assert abs(beside / paid - 0.35) < (SIGMAS + 1) * math.sqrt(0.35 * 0.65 / deals)


def test_chain_funds_with_volatility_give_the_closed_form_on_average() -> None:
    """E11 with growth that varies but not with the cycle: years are independent, so mean flows are the deterministic ones."""
    found = scenario(
        "demo",
        {
            "policy_years": 1, "horizon_years": 13, "burn_in_years": 0, "world.arrivals.per_year": 0,
            "measures.equity.angel_subfunds.new_per_year": 0, "measures.equity.chain_funds.life": LIFE,
            "measures.equity.chain_funds.growth": GROWTH, "measures.equity.chain_funds.bow": BOW,
            "measures.equity.chain_funds.volatility": 0.25, "measures.equity.chain_funds.cycle": 0,
        },
    )  # fmt: skip
    found = without_twin(with_values(found, {"measures.equity.chain_funds.contribution": RATES}))
    block = run(found, 4_000, seed=SEED)
    yearly = flow(block, "chain_proceeds")[:, 0].reshape(4_000, -1, 4).sum(axis=2)[:, :LIFE] / 1e8
    _, paid, _ = closed_form()
    errors = yearly.std(axis=0, ddof=1) / math.sqrt(len(yearly))
    assert (np.abs(yearly.mean(axis=0) - paid)[1:] < SIGMAS * errors[1:]).all()
    calls = flow(block, "chain_invest")[:, 0]
    assert np.ptp(calls, axis=0).max() == 0.0  # calls do not depend on growth
