"""Ratios of means: what stands above and below the line of each, and that a mean of ratios is not meant."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import RATIOS, world_metrics
from kejin_sim.outcomes.summary import summarise

PACKAGE_LESS_TWIN: Final = {
    "cost_per_additional_survivor_5y": ("fiscal_net_cost", "firms_surviving_5y"),
    "cost_per_additional_survivor_10y": ("fiscal_net_cost", "firms_surviving_10y"),
    "cost_per_additional_listing": ("fiscal_net_cost", "listings"),
    "cost_per_additional_job_year": ("fiscal_net_cost", "job_years_net"),
    "social_capital_per_yuan": ("social_capital", "fiscal_outlay"),
    "basic_city_per_success": ("basic_city", "basic_successes"),
    "basic_city_per_spinout": ("basic_city", "basic_spinouts"),
    "awards_per_extra_private_yuan": ("vc_awards", "vc_money_filed"),
}
"""Ratios of what the package adds to the twin."""
OF_EACH_WORLD: Final = {
    "breach_probability_net_terminal": ("breach_net_terminal_count", "funds_closed"),
    "breach_probability_gross": ("breach_gross_count", "funds_closed"),
    "breach_probability_class": ("breach_class_count", "funds_closed"),
    "breach_probability_head_count": ("breach_head_count_count", "funds_closed"),
    **{
        f"borne_share_{who}": (f"borne_{who}", "credit_loss")
        for who in (
            "bank", "pool_city", "pool_district", "pool_bank", "compensation", "guarantor", "national", "re_guarantor", "insurer",
        )
    },
    "insurance_cover_per_subsidy": ("insurance_cover", "insurance_subsidy"),
    "contracts_per_voucher_yuan": ("technical_contracts", "voucher_paid"),
}  # fmt: skip
"""Ratios within a world."""
COMPARED: Final = {
    "npl_pooled": ("overdue_loan_years", "policy_loan_years"),
    "claim_rate_pooled": ("guarantee_claims", "guarantee_years"),
    "claim_rate_released_pooled": ("guarantee_claims", "guarantee_released"),
    "pledged_loss_rate_pooled": ("pledged_loss", "pledged_ead"),
}
"""Ratios within a world, and how the two worlds' differ."""
KEYS: Final = (*PACKAGE_LESS_TWIN, *OF_EACH_WORLD, *COMPARED)
ROWS: Final = {metric.name: i for i, metric in enumerate(world_metrics())}


def _outcomes() -> Outcomes:
    """Three paths on which every metric is 1,000 and more, a number of its own, so that a wrong one shows; 0 or 1 may be but 1."""
    outcomes = Outcomes(3, 2)
    outcomes.worlds[:] = 1000.0 + np.arange(outcomes.worlds.size, dtype=np.float64).reshape(outcomes.worlds.shape)
    outcomes.worlds[:, [ROWS[metric.name] for metric in world_metrics() if metric.aggregation == "probability"]] = 1.0
    outcomes.pairs[:] = 1.0
    outcomes.filled = 3
    return outcomes


def _ratio(outcomes: Outcomes, name: str, world: str) -> float:
    line = summarise(outcomes).get(name, world)
    assert line is not None
    return float(line.mean)


@pytest.mark.parametrize("name", OF_EACH_WORLD)
def test_a_ratio_within_each_world(name: str) -> None:
    above, below = OF_EACH_WORLD[name]
    outcomes = _outcomes()
    outcomes.worlds[0, ROWS[above]], outcomes.worlds[0, ROWS[below]] = (0.0, 1.0, 2.0), (1.0, 2.0, 9.0)
    outcomes.worlds[1, ROWS[above]], outcomes.worlds[1, ROWS[below]] = (4.0, 4.0, 1.0), (5.0, 5.0, 2.0)
    assert _ratio(outcomes, name, "package") == pytest.approx((0 + 1 + 2) / (1 + 2 + 9))  # not (0 + ½ + 2/9) ÷ 3
    assert _ratio(outcomes, name, "twin") == pytest.approx((4 + 4 + 1) / (5 + 5 + 2))
    assert summarise(outcomes).get(name, "difference") is None


@pytest.mark.parametrize("name", COMPARED)
def test_two_ratios_are_compared(name: str) -> None:
    above, below = COMPARED[name]
    outcomes = _outcomes()
    outcomes.worlds[0, ROWS[above]], outcomes.worlds[0, ROWS[below]] = (1.0, 1.0, 2.0), (10.0, 11.0, 9.0)
    outcomes.worlds[1, ROWS[above]], outcomes.worlds[1, ROWS[below]] = (3.0, 2.0, 1.0), (20.0, 19.0, 21.0)
    package, twin = (1 + 1 + 2) / (10 + 11 + 9), (3 + 2 + 1) / (20 + 19 + 21)
    assert _ratio(outcomes, name, "package") == pytest.approx(package)
    assert _ratio(outcomes, name, "twin") == pytest.approx(twin)
    assert _ratio(outcomes, name, "difference") == pytest.approx(package - twin)


def test_the_error_of_two_ratios_difference_is_that_of_paired_paths() -> None:
    """Against the jackknife, which leaves out a path in both worlds; unpaired, the error would be more than twice as large."""
    draws = np.random.default_rng(7)
    below = 50.0 + 5.0 * draws.standard_normal((2, 400))
    shared = draws.standard_normal(400)
    above = 0.1 * below + shared + 0.3 * draws.standard_normal((2, 400))
    found = statistics.ratio_difference((above[0], below[0]), (above[1], below[1]))

    def difference(kept: np.ndarray) -> float:
        means = above[:, kept].mean(axis=1) / below[:, kept].mean(axis=1)
        return float(means[0] - means[1])

    everybody = np.arange(400)
    without = np.array([difference(np.delete(everybody, path)) for path in everybody])
    jackknife = float(np.sqrt(399 / 400 * ((without - without.mean()) ** 2).sum()))
    assert found.value == pytest.approx(difference(everybody))
    assert found.error == pytest.approx(jackknife, rel=0.02)
    apart = np.hypot(*(statistics.ratio_interval(above[world], below[world]).error for world in (0, 1)))
    assert found.error < 0.5 * apart


def test_ratios_are_not_compared_where_one_has_nothing_below_the_line() -> None:
    one, none = np.ones(5), np.zeros(5)
    assert np.isnan(statistics.ratio_difference((one, one), (one, none)).value)
    doubtful = np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    found = statistics.ratio_difference((one, one), (one, doubtful))
    assert found.value == pytest.approx(1.0 - 5.0)
    assert np.isnan(found.low)


@pytest.mark.parametrize("name", PACKAGE_LESS_TWIN)
def test_a_ratio_of_what_the_package_adds(name: str) -> None:
    above, below = PACKAGE_LESS_TWIN[name]
    outcomes = _outcomes()
    outcomes.worlds[0, ROWS[above]], outcomes.worlds[0, ROWS[below]] = (100.0, 50.0, 70.0), (9.0, 5.0, 8.0)
    outcomes.worlds[1, ROWS[above]], outcomes.worlds[1, ROWS[below]] = (40.0, 50.0, 10.0), (6.0, 5.0, 6.0)
    # added: 60, 0 and 60 above; 3, 0 and 2 below: a path that adds nothing has no ratio of its own
    assert _ratio(outcomes, name, "difference") == pytest.approx((60 + 0 + 60) / (3 + 0 + 2))
    assert summarise(outcomes).get(name, "package") is None


def test_every_ratio_is_worked() -> None:
    assert sorted(KEYS) == sorted(ratio.name for ratio in RATIOS)
