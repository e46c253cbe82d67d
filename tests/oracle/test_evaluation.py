"""F3 against its closed form: how well a score of a given noise tells good firms from bad.

False alarms: seeds are fixed; ``SIGMAS`` standard errors are passed by chance with probability 6e-7 a test.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from kejin_sim.measures.evaluation import score_rules
from kejin_sim.world.enterprise import score
from tests.playing import run, scenario, stat

SIGMAS = 5.0
SAME_QUALITY = {"world.arrivals.kind_quality": [0, 0, 0]}  # the closed form takes quality as standard normal
SMALL = {"policy_years": 3, "horizon_years": 3, "burn_in_years": 0, "world.arrivals.per_year": 120}
PATHS = 6


def auc(noise: float) -> float:
    """The closed form of the rulebook: ½ + (2/π)·asin(ρ/√2)."""
    return 0.5 + 2.0 / math.pi * math.asin(1.0 / math.sqrt(2.0 * (1.0 + noise * noise)))


@pytest.mark.parametrize("noise", [0.0, 0.3, 0.7, 1.0, 2.0, 10.0])
def test_the_rule_is_the_closed_form_and_the_integral(noise: float) -> None:
    """P(score of a good firm > score of a bad one), integrated over the quality of both."""
    assert 0.5 + 2.0 * score_rules.auc_part(noise) == pytest.approx(auc(noise), rel=1e-14)
    if noise == 0.0:
        return
    # Given the qualities a > 0 and −b < 0 the difference of the scores is normal: mean ρ(a + b), variance 2(1 − ρ²).
    rho = 1.0 / math.sqrt(1.0 + noise * noise)
    spread = math.sqrt(2.0 * (1.0 - rho * rho))
    total, _ = integrate.dblquad(
        lambda b, a: 4.0 * stats.norm.pdf(a) * stats.norm.pdf(b) * stats.norm.cdf(rho * (a + b) / spread), 0, 9, 0, 9
    )
    assert total == pytest.approx(auc(noise), abs=1e-7)


def standard_error(good: np.ndarray, bad: np.ndarray, area: float) -> float:
    """DeLong's standard error of a measured area, by the placements of both groups."""
    placed = np.searchsorted(np.sort(bad), good) / bad.size
    placed_bad = 1.0 - np.searchsorted(np.sort(good), bad) / good.size
    assert placed.mean() == pytest.approx(area, abs=1e-12)
    return math.sqrt(placed.var(ddof=1) / good.size + placed_bad.var(ddof=1) / bad.size)


@pytest.mark.parametrize("noise", [0.5, 1.0, 2.0])
def test_the_worlds_score_has_the_area_of_the_closed_form(noise: float) -> None:
    """Scores by the world's own function on 40,000 firms: z of the measured area against the closed form."""
    draws = np.random.default_rng(6).standard_normal((2, 40_000))
    scores = np.array([score(float(q), float(e), noise) for q, e in draws.T])
    good, bad = scores[draws[0] > 0.0], scores[draws[0] <= 0.0]
    area = float(np.searchsorted(np.sort(bad), good).sum() / (good.size * bad.size))
    assert abs(area - auc(noise)) < SIGMAS * standard_error(good, bad, area)


@pytest.mark.parametrize(
    ("before", "after", "build_years"),
    [(1.0, 0.4, 0), (2.0, 0.7, 0), (1.0, 0.4, 5)],
    ids=["sharper", "much sharper", "not built yet"],
)
def test_the_engines_measured_area_is_the_closed_form(before: float, after: float, build_years: int) -> None:
    """The engine's Mann–Whitney count over its policy cohorts, every path a sample of its own: z against the closed form.

    The paths' standard error is their own spread, so the limit is Student's with PATHS − 1 degrees at the same false-alarm rate.
    """
    changes = {
        **SMALL,
        **SAME_QUALITY,
        "world.score.noise": before,
        "measures.evaluation.platform.noise": after,
        "measures.evaluation.platform.build_years": build_years,
        "measures.evaluation.score.strength": "0%",
    }
    block = run(scenario("demo", changes), PATHS)
    pairs = stat(block, "auc_pairs")[:, 0]
    measured = stat(block, "auc_right")[:, 0] / pairs
    expected = auc(after if build_years == 0 else before)
    np.testing.assert_allclose(stat(block, "auc_closed")[:, 0] / pairs, expected, rtol=1e-12)
    limit = stats.t.isf(stats.norm.sf(SIGMAS), PATHS - 1)
    error = measured.std(ddof=1) / math.sqrt(PATHS)
    assert abs(measured.mean() - expected) < limit * error
    # The area of the other noise is far outside, or the test could not fail.
    assert abs(measured.mean() - auc(before if build_years == 0 else after)) > 10.0 * error
    # The binning error is at most half the share of pairs in one bin.
    assert (0.5 * stat(block, "auc_tied")[:, 0] / pairs).max() < 0.002
