"""The compiled and the reference engine play the same model: path by path, events exactly, money to 1e-9."""

from __future__ import annotations

import numpy as np
import pytest

from kejin_sim.engine.run import simulate as compiled
from kejin_sim.scenario.files import bundled
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario, set_values
from tests.agreement.compare import SEED, agree


@pytest.fixture(scope="module")
def demo() -> Scenario:
    return load_scenario("demo")


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 200, 40))
def test_demonstration_two_hundred_paths(demo: Scenario, first: int) -> None:
    block = agree(demo, first, 40)
    # Ten paths reach the better part of the mechanisms, or agreement would prove little.
    assert np.count_nonzero(block.flows[:10].sum(axis=(0, 1, 3))) >= 50
    assert np.count_nonzero(block.stats[:10].sum(axis=(0, 1))) >= 40


@pytest.mark.long
def test_ningbo_three_paths() -> None:
    agree(load_scenario("ningbo"), 0, 3)


@pytest.mark.parametrize("name", sorted(set(bundled()) - {"demo"}))
def test_bundled_scenarios_made_small(name: str) -> None:
    small = {"world.arrivals.per_year": 12, "policy_years": 3, "horizon_years": 6, "burn_in_years": 1}
    agree(set_values(load_scenario(name), small), 0, 1)


def test_without_twin(demo: Scenario) -> None:
    block = agree(demo, 5, 3, worlds=1)
    assert np.isnan(block.pairs).all()
    both = compiled(demo.inputs(), SEED, 5, 3, 2)
    assert (block.flows[:, 0] == both.flows[:, 0]).all()


def test_large_seed_and_path(demo: Scenario) -> None:
    agree(demo, 2**31, 2, seed=2**62 + 12345)
