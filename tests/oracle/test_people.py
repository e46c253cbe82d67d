"""H1–H4 against closed forms, in a world where nothing is lost: no firm fails, is bought or is listed.

What an engine pays over a policy is then arithmetic on what the yearly visits have filed and on the draws of who settles.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from kejin_sim import random as rng
from kejin_sim.measures.people.streams import VC_YEAR
from kejin_sim.recording import BlockResult
from tests.playing import SEED, flow, run, scenario, series, stat

PEOPLE = "measures.people"
YEARS = 6
PATHS = 8
#: Nothing is lost, nothing is cut: every firm is a start-up, the line and the cap are ample.
SAFE = {
    "policy_years": YEARS,
    "horizon_years": YEARS,
    "burn_in_years": 2,
    "world.arrivals.per_year": 40,
    "world.failure.hazard": ["0%"] * 8,
    "world.exits.mna_hazard": ["0%"] * 7,
    "world.exits.ipo_filing": "0%",
    "budget.vc_awards.amount": "100亿元",
    f"{PEOPLE}.early.cap": "1亿元",
    f"{PEOPLE}.institutions": 1000,
    f"{PEOPLE}.early.age_max": 30,
    f"{PEOPLE}.early.revenue_max": "1000亿元",
    f"{PEOPLE}.volume.unit": "2000万元",
    f"{PEOPLE}.volume.award": "20万元",
    f"{PEOPLE}.landing.listed_per_year": 1.5,
    f"{PEOPLE}.settlement.firms_per_year": 4,
    f"{PEOPLE}.settlement.years": 3,
}


@cache
def safe() -> BlockResult:
    return run(scenario("people_only", SAFE), PATHS)


def filed_until(block: BlockResult, quarter: int) -> np.ndarray:
    """Money filed in the quarters up to and including ``quarter`` (counted from the opening): CNY, float64[path]."""
    rows: np.ndarray = series(block, "vc_filed")[:, 0, : quarter + 1]
    return rows.sum(axis=1)


@pytest.mark.parametrize("years", range(1, YEARS + 1))
def test_early_awards_are_ten_per_cent_of_what_was_filed_two_years_before(years: int) -> None:
    """H1, after each year-end: 10 % of everything filed by eight quarters before it."""
    block = safe()
    end = 4 * years - 1
    paid = flow(block, "early_award")[:, 0, : end + 1].sum(axis=1)
    np.testing.assert_allclose(paid, 0.10 * filed_until(block, end - 8) if end >= 8 else 0.0, rtol=1e-12)
    assert years < 4 or paid.min() > 0.0


@pytest.mark.parametrize("years", range(1, YEARS + 1))
def test_volume_awards_are_the_full_units_of_what_was_filed_a_year_before(years: int) -> None:
    """H2, after each year-end: CNY 0.2 m times the full units of everything filed by four quarters before it."""
    block = safe()
    end = 4 * years - 1
    paid = flow(block, "volume_award")[:, 0, : end + 1].sum(axis=1)
    held = filed_until(block, end - 4) if end >= 4 else np.zeros(PATHS)
    np.testing.assert_allclose(paid, 20e4 * np.floor(held / 2000e4), rtol=1e-12)
    assert years < 3 or paid.min() > 0.0


def test_what_is_filed_is_the_non_fiscal_share_of_private_rounds() -> None:
    """Every private yuan is filed at the next visit: 70 % of all rounds up to a year before, and no more than of all so far."""
    block = safe()
    rounds = flow(block, "private_round")[:, 0]
    for end in range(7, 4 * YEARS):
        filed = filed_until(block, end)
        assert (filed >= 0.7 * rounds[:, : end - 3].sum(axis=1) * (1 - 1e-12)).all()
        assert (filed <= 0.7 * rounds[:, : end + 1].sum(axis=1) * (1 + 1e-12)).all()


def test_nothing_is_forfeited_capped_or_refused_where_nothing_is_lost() -> None:
    for name in ("vc_early_forfeited", "vc_early_capped", "vc_awards_unfunded"):
        assert not stat(safe(), name).any(), name
    assert stat(safe(), "vc_early_filed")[:, 0] == pytest.approx(stat(safe(), "vc_money_filed")[:, 0], rel=1e-12)


def poisson_counts(lane: int, mean: float) -> np.ndarray:
    """Counts by scipy's quantile function on the engine's uniforms: float64[path, year]."""
    opening = 4 * int(SAFE["burn_in_years"])
    counts = np.zeros((PATHS, YEARS))
    for path in range(PATHS):
        for year in range(YEARS):
            u = rng.uniforms(SEED, VC_YEAR, path, 0, opening + 4 * year + 3)[lane]
            counts[path, year] = stats.poisson.ppf(u, mean)
    return counts


def test_listed_firms_introduced_are_poisson() -> None:
    """H3. CNY 5 m for each; their number by the inverse distribution function."""
    counts = poisson_counts(0, 1.5)
    paid = flow(safe(), "listed_award")[:, 0, 3::4]
    np.testing.assert_allclose(paid, 500e4 * counts, rtol=1e-12)
    assert counts.sum() > 0


def test_settlement_subsidies_are_three_years_of_each_cohort() -> None:
    """H4. Every firm is paid in the year it comes and the two after it: 30 % of CNY 0.5 m + 0.3 m, and CNY 0.2 m of rent."""
    counts = poisson_counts(1, 4.0)
    paid = sum(flow(safe(), name)[:, 0] for name in ("settlement_firm", "settlement_manager", "settlement_rent"))
    assert not np.delete(paid, np.s_[3::4], axis=1).any(), "at year-ends alone"
    for year in range(YEARS):
        firms = counts[:, max(0, year - 2) : year + 1].sum(axis=1)
        np.testing.assert_allclose(paid[:, 4 * year + 3], firms * (0.3 * (50e4 + 30e4) + 20e4), rtol=1e-12)
    np.testing.assert_array_equal(series(safe(), "vc_settled")[:, 0, 3::4], counts)
