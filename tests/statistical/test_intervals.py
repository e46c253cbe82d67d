"""Intervals keep their word: how often they hold the truth, over repeated samples whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import kejin_sim
from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.statistics import (
    ALIKE,
    Array,
    mean_interval,
    quantile_interval,
    quantile_ranks,
    ratio_interval,
    share_interval,
    tail_interval,
    wilson_interval,
)  # fmt: skip
from kejin_sim.study.quantity import parse_quantity
from tests.study.making import outcomes

REPEATED = 400
Draw = Callable[[np.random.Generator, int], Array]
DRAWS: dict[str, Draw] = {
    "normal": lambda chance, n: chance.normal(size=n),
    "exponential": lambda chance, n: chance.exponential(size=n),
}


def _tests(chance: np.random.Generator, paths: int, each: float, p: float, together: float) -> tuple[Array, Array]:
    """Events and trials: a Poisson number of trials a path, which are events with a probability that the trials of a path share;
    ``together``: correlation of two trials of a path."""
    trials = chance.poisson(each, paths)
    odds = (1.0 - together) / together
    shared = chance.beta(p * odds, (1.0 - p) * odds, paths)
    return chance.binomial(trials, shared).astype(float), trials.astype(float)


@pytest.mark.parametrize(("paths", "each"), [(20, 4.0), (60, 12.0), (200, 4.0)])
@pytest.mark.parametrize("p", [0.01, 0.05, 0.5, 0.97])
@pytest.mark.parametrize("together", [0.02, 0.5])
def test_the_share_of_tests_is_where_its_interval_says(paths: int, each: float, p: float, together: float) -> None:
    chance = np.random.default_rng(11)
    held = below = 0
    for _ in range(REPEATED):
        found = share_interval(*_tests(chance, paths, each, p, together))
        assert 0.0 <= found.low < found.high <= 1.0
        held += found.low <= p <= found.high
        below += found.high < p  # a breach looks surer to be rare than it is
    assert held >= 0.91 * REPEATED
    assert below <= 0.06 * REPEATED


@pytest.mark.parametrize("kind", DRAWS)
@pytest.mark.parametrize(("level", "n"), [(0.95, 200), (0.5, 20), (0.05, 500), (0.99, 1000)])
def test_a_quantile_is_where_its_interval_says(kind: str, level: float, n: int) -> None:
    chance = np.random.default_rng(12)
    truth = float(np.quantile(DRAWS[kind](np.random.default_rng(0), 400_000), level))
    found = [quantile_interval(DRAWS[kind](chance, n), level) for _ in range(REPEATED)]
    assert sum(one.low <= truth <= one.high for one in found) >= 0.93 * REPEATED


@pytest.mark.parametrize(("kind", "least"), [("normal", 0.90), ("exponential", 0.89)])
@pytest.mark.parametrize("n", [200, 1000])
def test_a_tail_mean_is_where_its_interval_says(kind: str, least: float, n: int) -> None:
    """What is left to 95 % is said in `statistics.tail_bounds`: a tail of few values leans towards the middle."""
    chance = np.random.default_rng(13)
    truth = statistics.tail_mean(np.sort(DRAWS[kind](np.random.default_rng(0), 400_000)), upper=True)
    found = [tail_interval(DRAWS[kind](chance, n), upper=True) for _ in range(REPEATED)]
    assert sum(one.low <= truth <= one.high for one in found) >= least * REPEATED
    lower = tail_interval(-DRAWS[kind](np.random.default_rng(14), n), upper=False)
    upper = tail_interval(DRAWS[kind](np.random.default_rng(14), n), upper=True)
    assert (-lower.value, -lower.high, -lower.low) == pytest.approx((upper.value, upper.low, upper.high))


def test_too_few_paths_beyond_leave_no_interval() -> None:
    """Ten of them: 200 paths for the worst 5 % and for P95, 1,000 for P99, 20 for the median."""
    sample = np.random.default_rng(15).lognormal(size=1000)
    made = {n: outcomes({"fiscal_net_cost": sample[:n]}) for n in (19, 20, 60, 199, 200, 999, 1000)}
    for name, least in (("tail", 200), ("p95", 200), ("p5", 200), ("p99", 1000), ("p50", 20)):
        one = parse_quantity(f"fiscal_net_cost.{name}")
        assert one.paths_needed == least
        for n, ran in made.items():
            found = one.estimate(ran)
            assert math.isfinite(found.value)
            assert (math.isfinite(found.low), math.isfinite(found.high)) == (n >= least, n >= least)
            gap = one.gap(one.values(ran), one.values(ran) * 2.0)
            assert math.isfinite(gap.low) == (n >= least)
    assert quantile_ranks(199, 0.95) is None


def test_a_tail_and_a_quantile_of_the_summary_have_the_intervals_of_a_study() -> None:
    made = outcomes({"fiscal_net_cost": np.random.default_rng(16).lognormal(size=400)})
    line = kejin_sim.summarise(made, ("fiscal_net_cost",)).get("fiscal_net_cost")
    assert line is not None
    assert line.tail_bounds == pytest.approx(parse_quantity("fiscal_net_cost.tail").estimate(made)[2:4])
    for level, name in ((0.05, "p5"), (0.5, "p50"), (0.95, "p95")):
        assert line.bounds_of(level) == parse_quantity(f"fiscal_net_cost.{name}").estimate(made)[2:4]


def test_what_is_the_same_on_few_paths_is_not_sure() -> None:
    """Zero on all of 58 paths says nothing of an event that 5 % of paths have; on 59 it would have been seen."""
    for n, known in ((2, False), (ALIKE - 1, False), (ALIKE, True)):
        for value in (0.0, 0.1):
            found = mean_interval(np.full(n, value))
            assert found.value == pytest.approx(value)
            assert math.isfinite(found.low) == math.isfinite(found.high) == known
        assert math.isfinite(ratio_interval(np.full(n, 3.0), np.full(n, 2.0)).low) == known
    assert 0.95**ALIKE < 0.05 < 0.95 ** (ALIKE - 1)


@pytest.mark.parametrize(
    ("share", "sigma", "n", "told"),
    [(1.0, 1.0, 200, 0.93), (0.05, 1.0, 200, 0.83), (0.05, 1.0, 1000, 0.90), (0.01, 1.0, 200, 0.67), (0.01, 1.0, 1000, 0.85),
     (0.01, 1.5, 1000, 0.72)],
)  # fmt: skip
def test_a_mean_of_seldom_losses_is_held_as_often_as_is_told(share: float, sigma: float, n: int, told: float) -> None:
    """Lognormal amounts on a share of the paths: the coverage that `statistics.mean_bounds` states as its limit; where it does not
    hold the mean, it mostly lies below."""
    chance, true = np.random.default_rng(21), share * math.exp(sigma**2 / 2)
    sample = np.where(chance.random((2000, n)) < share, chance.lognormal(sigma=sigma, size=(2000, n)), 0.0)
    _, low, high = statistics.mean_bounds(sample.mean(axis=1), sample.std(axis=1, ddof=1), n)
    below, above = float((high < true).mean()), float((low > true).mean())
    assert 1.0 - below - above == pytest.approx(told, abs=0.03)
    assert below > 2.0 * above


def test_a_mean_is_apart_from_zero_where_its_interval_is() -> None:
    """Values that are all the same have no interval when they are few: then the signs decide, six heads of six."""
    rng = np.random.default_rng(5)
    for sample in (rng.normal(mean, 1.0, n) for mean in (0.0, 0.3, -0.5, 3.0) for n in (2, 3, 10, 40, 100)):
        found = statistics.mean_interval(sample)
        assert statistics.apart_from_zero(sample) == (found.low > 0.0 or found.high < 0.0)
    for n, apart in ((0, False), (1, False), (2, False), (5, False), (6, True), (58, True), (59, True), (100, True)):
        for value in (3.0, -3.0):
            assert statistics.apart_from_zero(np.full(n, value)) is apart, n
        assert not statistics.apart_from_zero(np.zeros(n))
    # A fixed amount below a ratio: too few paths leave the ratio alone, six give it an interval.
    top = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert math.isnan(statistics.ratio_interval(top[:5], np.full(5, 2.0)).error)
    assert statistics.ratio_interval(top, np.full(6, 2.0)).value == 1.75
    assert statistics.ratio_interval(top, np.full(6, 2.0)).error == pytest.approx(top.std(ddof=1) / 6**0.5 / 2.0)


def test_one_path_has_no_interval() -> None:
    for found in (wilson_interval(np.ones(1)), mean_interval(np.ones(1)), share_interval(np.ones(1), np.full(1, 4.0))):
        assert math.isfinite(found.value)
        assert math.isnan(found.low)
        assert math.isnan(found.high)
