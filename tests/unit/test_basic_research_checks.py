"""Checks of measure 4 as functions: silent by default, one finding for each thing wrong; and what switching it off leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from kejin_sim.measures.basic_research.checks import CHECKS
from kejin_sim.measures.basic_research.switch import QUOTAS
from kejin_sim.scenario.inputs import record
from kejin_sim.scenario.scenario import default_values
from tests import checked

B = "measures.basic_research."
LINE = "budget.joint_fund.amount"


findings = partial(checked.findings, CHECKS)


def test_the_defaults_are_in_order() -> None:
    assert findings({}) == []


@pytest.mark.parametrize(
    ("changes", "key", "severity"),
    [
        (
            {LINE: 5.9e7, B + "municipal.districts": 0, B + "municipal.banks": 0, B + "municipal.leaders": 0},
            LINE,
            "error",
        ),
        ({LINE: 6e7}, LINE, "notice"),
        ({B + "nsfc.integrated": 19}, B + "nsfc.integrated", "error"),
        ({B + "project.ticket": (2e6, 1e6)}, B + "project.ticket", "error"),
        ({"world.research.lag": (7.0, 3.0)}, "world.research.lag", "error"),
        ({B + "tax.extra_deduction": 2.0, B + "tax.cit": 0.5}, B + "tax.extra_deduction", "error"),
    ],
)
def test_each_thing_wrong_is_found_once(changes: Mapping[str, Any], key: str, severity: str) -> None:
    (finding,) = findings(changes)
    assert key in finding.keys
    assert finding.severity == severity
    assert finding.zh
    assert finding.en
    assert findings({**changes, B + "enabled": 0}) == []


def test_a_year_of_too_little_money_is_named() -> None:
    (finding,) = findings({}, {"joint_fund": {2027: 1e7}})
    assert finding.keys[0] == "budget.joint_fund.by_year.2027"


@pytest.mark.parametrize(
    "changes",
    [
        {LINE: 0.0},  # nothing appropriated, nothing promised
        {LINE: 6e7, B + "municipal.districts": 0, B + "municipal.banks": 0, B + "municipal.leaders": 0},
        {B + "nsfc.integrated": 18},
        {B + "project.ticket": (1e6, 1e6)},
        {"world.research.lag": (5.0, 5.0)},
    ],
)
def test_edges_that_are_allowed(changes: Mapping[str, Any]) -> None:
    assert findings(changes) == []


def test_switched_off_it_has_no_quotas() -> None:
    on, off = (record("basic_research", {**default_values(), B + "enabled": flag}) for flag in (1, 0))
    for quota in QUOTAS:
        assert on[quota] > 0
        assert off[quota] == 0
