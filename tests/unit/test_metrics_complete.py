"""No metric without a case worked by hand: what is new in the registry has to be in one of the tables."""

from __future__ import annotations

import math

from kejin_sim.outcomes.registry import metrics
from tests.unit import (
    test_metrics_city,
    test_metrics_equity,
    test_metrics_fiscal,
    test_metrics_measures,
    test_metrics_postings,
    test_metrics_recorded,
    test_metrics_scorecard,
)

WORKED = (
    test_metrics_city,
    test_metrics_equity,
    test_metrics_fiscal,
    test_metrics_measures,
    test_metrics_recorded,
    test_metrics_scorecard,
)


def test_every_metric_has_a_case_in_which_it_is_a_number() -> None:
    """Ratios of means have their own list: see test_metrics_ratios."""
    cases = {one.key for module in WORKED for one in module.CASES if not math.isnan(one.expected)}
    assert cases | set(test_metrics_postings.KEYS) == {metric.name for metric in metrics()}
