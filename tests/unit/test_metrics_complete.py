"""No metric without a case worked by hand: what is new in the registry has to be in one of the tables."""

from __future__ import annotations

import math

from kejin_sim.outcomes.described import tail_of
from kejin_sim.outcomes.registry import by_name, metrics
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


def test_no_package_is_better_for_doing_less() -> None:
    """Counts grow with activity: none is better for being small. The worse end of their paths and the rates beside them stay."""
    listed = by_name()
    assert not [m.name for m in listed.values() if m.unit == "count" and m.direction == "less"]
    for name in (
        "breach_gross_count",
        "calls_delayed",
        "wrong_approvals",
        "refused_by_budget",
        "failures",
        "funded_later",
    ):
        assert (listed[name].direction, listed[name].tail) == ("neutral", "upper"), name
        assert tail_of(listed[name], "package") == "upper"
    assert listed["duplicates_found"].direction == "neutral"
    for name in ("breach_gross_share", "wrong_approval_rate", "missed_rate", "loss_gross"):
        assert listed[name].direction == "less", name
    assert listed["survival_rate_5y"].direction == "more"
