"""Measure 4 against closed forms: perpetual inventory, expected successes and lags, offers of partners, tax relief.

Statistical tests are of the engine's own draws: projects and offers by their streams, without firms.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from kejin_sim import random as rng
from kejin_sim.measures.basic_research import knowledge_rules, partner_rules, streams, tax_rules
from kejin_sim.recording import BlockResult
from tests.playing import flow, run, scenario, series, stat

BASIC = "measures.basic_research"
SEED = 7

#: A city without firms, so that many paths are cheap; every project succeeds or fails by its own draw.
ALONE: dict[str, Any] = {
    "world.arrivals.per_year": 0, "policy_years": 6, "horizon_years": 14, "burn_in_years": 0,
    f"{BASIC}.nsfc.projects": 40,
}  # fmt: skip
PATHS = 60


@pytest.fixture(scope="module")
def block() -> BlockResult:
    return run(scenario("basic_research_only", ALONE), PATHS)


def test_the_stock_by_perpetual_inventory_is_its_closed_form() -> None:
    """K(t) = Σ new(s) · (1 − δ)^((t − s)/4), whatever comes when."""
    rising = np.random.default_rng(3).uniform(0.0, 1e7, 60)
    depreciation = 0.15
    stock = 0.0
    for new in rising:
        stock = knowledge_rules.stock_step(stock, float(new), depreciation)
    ages = np.arange(len(rising))[::-1] / 4.0
    assert stock == pytest.approx(float((rising * (1.0 - depreciation) ** ages).sum()), rel=1e-12)


def test_a_steady_stream_of_successes_has_a_known_limit() -> None:
    """A quarter's new cost over 1 − (1 − δ)^(1/4)."""
    stock = 0.0
    for _ in range(800):
        stock = knowledge_rules.stock_step(stock, 1e6, 0.15)
    assert stock == pytest.approx(1e6 / (1.0 - 0.85**0.25), rel=1e-9)


def test_the_engines_stock_is_the_closed_form_of_its_successes(block: BlockResult) -> None:
    """Successes are seen through the private research that follows them, half of their direct cost, by postings alone."""
    new = flow(block, "basic_private_research")[:, 0] / 0.5
    quarters = new.shape[1]
    weights = np.array([[0.85 ** ((t - s) / 4.0) if s <= t else 0.0 for s in range(quarters)] for t in range(quarters)])
    np.testing.assert_allclose(series(block, "basic_knowledge")[:, 0], new @ weights.T, rtol=1e-9, atol=1e-3)


def test_successes_come_as_often_as_they_should(block: BlockResult) -> None:
    """All projects of six years have taken effect by the horizon of fourteen: Binomial(projects, 25 %)."""
    projects = series(block, "basic_projects")[:, 0].sum()
    successes = series(block, "basic_successes")[:, 0].sum()
    assert projects > 10_000
    assert abs(successes - 0.25 * projects) < 4.0 * math.sqrt(projects * 0.25 * 0.75)


def test_lags_are_uniform_on_their_quarters(block: BlockResult) -> None:
    """Twelve to 28 quarters, each as likely: mean 20, variance (17² − 1) / 12."""
    successes = series(block, "basic_successes")[:, 0].sum()
    lag = stat(block, "basic_lag_quarters")[:, 0].sum() / successes
    assert abs(lag - 20.0) < 4.0 * math.sqrt((17**2 - 1) / 12.0 / successes)
    draws = (np.arange(17) + 0.5) / 17.0
    assert [knowledge_rules.lag_quarters(float(u), 3.0, 7.0) for u in draws] == list(range(12, 29))


def test_nothing_takes_effect_before_the_shortest_lag(block: BlockResult) -> None:
    assert series(block, "basic_successes")[:, 0, :12].sum() == 0.0
    assert series(block, "basic_successes")[:, 0, 12].sum() > 0.0


def test_offers_come_at_the_price_of_giving(block: BlockResult) -> None:
    """Poisson with mean Σ base / price a year; an offer of mean m reaches the least b with probability e^(−b/m)."""
    prices = {
        "districts": partner_rules.price(0.0, 3.0),
        "banks": partner_rules.price(2.0 * 0.25 * 0.7, 3.0),
        "leaders": partner_rules.price(2.0 * (0.7 * 0.15 + 0.3 * 0.25) * 0.7, 3.0),
    }
    mean = 6 * PATHS * (1.0 / prices["districts"] + 0.5 / prices["banks"] + 1.5 / prices["leaders"])
    offers = series(block, "basic_offers")[:, 0].sum()
    assert abs(offers - mean) < 4.0 * math.sqrt(mean)
    below = stat(block, "basic_below_minimum")[:, 0].sum()
    chance = 1.0 - math.exp(-0.5)
    assert abs(below - chance * offers) < 4.0 * math.sqrt(offers * chance * (1.0 - chance))


def test_draws_of_an_offer_have_the_exponential_law() -> None:
    u = [rng.uniforms(SEED, streams.OFFER, path, 0, 0)[0] for path in range(20_000)]
    offers = np.array([partner_rules.offer(x, 1e7) for x in u])
    assert offers.mean() == pytest.approx(1e7, rel=4.0 / math.sqrt(len(u)))
    assert (offers > 2e7).mean() == pytest.approx(math.exp(-2.0), abs=4.0 * math.sqrt(0.135 * 0.865 / len(u)))


def test_a_yuan_costs_half_or_seven_tenths() -> None:
    """Rulebook B4: net private cost 1 − 2τ at full additional deduction, nothing diverted."""
    assert 1.0 - tax_rules.relief(0.25, 1.0, 0.0) == pytest.approx(0.50)
    assert 1.0 - tax_rules.relief(0.15, 1.0, 0.0) == pytest.approx(0.70)


def test_tax_relief_is_the_arithmetic_of_the_gifts(block: BlockResult) -> None:
    """Gifts of year y are filed from year y + 1 on, nine tenths of what waits each year; 2 · τ · 70 % of them is saved."""
    for donor, tau in (("bank", 0.25), ("leader", 0.18)):
        gifts = flow(block, f"basic_fund_{donor}")[:, 0].reshape(PATHS, -1, 4).sum(axis=2)
        saved = sum(flow(block, f"basic_tax_{purse}_{donor}")[:, 0] for purse in ("city", "central"))
        by_year = saved.reshape(PATHS, -1, 4)
        assert (by_year[:, :, [0, 2, 3]] == 0.0).all()  # filed in the second quarter
        expected = np.zeros_like(gifts)
        for year in range(gifts.shape[1]):
            for later in range(year + 1, gifts.shape[1]):
                expected[:, later] += 0.9 * 0.1 ** (later - year - 1) * gifts[:, year] * 2.0 * tau * 0.7
        np.testing.assert_allclose(by_year[:, :, 1], expected, rtol=1e-9, atol=1e-3)
        local = flow(block, f"basic_tax_city_{donor}")[:, 0].sum()
        assert local == pytest.approx(0.4 * saved.sum(), rel=1e-12)


def test_the_city_pays_a_third_of_its_partners(block: BlockResult) -> None:
    partners = sum(flow(block, f"basic_fund_{kind}")[:, 0] for kind in ("district", "bank", "leader"))
    np.testing.assert_allclose(flow(block, "basic_fund_city")[:, 0], partners / 3.0, rtol=1e-12, atol=1e-6)


def test_the_fund_gives_back_or_grants_all_that_it_was_given(block: BlockResult) -> None:
    names = ("basic_grant", "basic_overhead", "basic_consortium")
    given = sum(flow(block, f"basic_fund_{kind}")[:, 0].sum(axis=1) for kind in ("city", "district", "bank", "leader"))
    used = sum(flow(block, name)[:, 0].sum(axis=1) for name in names)
    back = sum(flow(block, f"basic_return_{kind}")[:, 0].sum(axis=1) for kind in ("city", "district", "bank", "leader"))
    np.testing.assert_allclose(given, used + back, rtol=1e-9)
    assert back.sum() > 0.0
    assert (series(block, "basic_balance")[:, 0, -1] == 0.0).all()
    np.testing.assert_allclose(stat(block, "basic_returned")[:, 0], back, rtol=1e-9)


def test_national_projects_cost_what_the_two_treasuries_pay(block: BlockResult) -> None:
    city, centre = (flow(block, f"basic_nsfc_{purse}")[:, 0].sum(axis=1) for purse in ("city", "central"))
    np.testing.assert_allclose(city, 3.0 * centre, rtol=1e-12)
    np.testing.assert_allclose(city + centre, 6 * 8e7, rtol=1e-12)
