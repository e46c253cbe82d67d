"""Checks of measure 3 as functions: silent by default, one finding for each thing wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from kejin_sim.measures.insurance.checks import CHECKS
from tests import checked

I = "measures.insurance."  # noqa: E741
SHARE, OTHER, CAP = (f"{I}subsidy.{name}" for name in ("share", "other", "stack_cap"))


findings = partial(checked.findings, CHECKS)


def test_the_defaults_are_in_order() -> None:
    assert findings({}) == []


@pytest.mark.parametrize(
    ("changes", "key", "severity", "says"),
    [
        ({I + "pool.lead_fee": 0.31}, "pool.lead_fee", "error", "31%"),
        # What the city pays by its share is no more than the cap, with others it is.
        ({OTHER: (0.4, 0.0, 0.0, 0.5), SHARE: (0.45, 0.5, 0.4, 0.8)}, "subsidy.other", "notice", "cut to 10%"),
        ({OTHER: (0.0, 0.0, 0.6, 0.5)}, "subsidy.other", "notice", "cut to 0%"),
        ({SHARE: (0.5, 0.6, 0.4, 0.8)}, "subsidy.share", "notice", "cut to 50%"),
        ({SHARE: (0.5, 0.5, 0.4, 0.7)}, "subsidy.share", "notice", "cut to 30%"),
        ({I + "backstop.cap": 2e7}, "backstop.cap", "notice", "appropriated in 2025"),
    ],
)
def test_each_thing_wrong_is_found_once(changes: Mapping[str, Any], key: str, severity: str, says: str) -> None:
    (finding,) = findings(changes)
    assert I + key in finding.keys
    assert finding.severity == severity
    assert says in finding.en
    assert finding.zh
    assert findings({**changes, I + "enabled": 0}) == []


def test_what_is_cut_against_no_plan_is_not_pointed_at() -> None:
    assert findings({OTHER: (0.4, 0.5, 0.0, 0.5)}) == [], "a share that is the cap is a cap in all"
    assert findings({OTHER: (0.1, 0.0, 0.1, 0.5), SHARE: (0.4, 0.5, 0.4, 0.8)}) == [], "together they reach it exactly"
    assert findings({OTHER: (1.0, 0.0, 0.0, 0.5), SHARE: (0.0, 0.5, 0.4, 0.8)}) == [], "the city pays nothing of it"
    assert findings({OTHER: (0.4, 0.0, 0.0, 0.5), SHARE: (0.45, 0.5, 0.4, 0.8), I + "subsidy.cap": 0.0}) == []
