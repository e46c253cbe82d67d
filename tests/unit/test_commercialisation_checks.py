"""Checks of measure 5 as functions: silent by default, one finding for each thing wrong; and what switching it off leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from kejin_sim.measures.commercialisation.checks import CHECKS
from kejin_sim.measures.commercialisation.switch import QUOTAS
from kejin_sim.scenario.inputs import record
from kejin_sim.scenario.scenario import default_values
from tests import checked

T = "measures.commercialisation."
LINE = "budget.commercialisation.amount"


findings = partial(checked.findings, CHECKS)


def test_the_defaults_are_in_order() -> None:
    assert findings({}) == []


@pytest.mark.parametrize(
    ("changes", "key", "severity"),
    [
        ({T + "landing.award_national": 2.6e7, T + "landing.national": 0.1}, T + "landing.award_national", "error"),
        (
            {T + "landing.award_provincial": 2.6e7, T + "landing.provincial": 0.1},
            T + "landing.award_provincial",
            "error",
        ),
        ({T + "landing.provincial": 20.0}, LINE, "notice"),
        ({T + "securitisation.min_firms": 16}, T + "securitisation.min_firms", "error"),
        ({T + "securitisation.min_ticket": 2e7}, T + "securitisation.min_ticket", "error"),
        ({T + "securitisation.guarantor_cover": 0.9}, T + "securitisation.guarantor_cover", "notice"),
    ],
)
def test_each_thing_wrong_is_found_once(changes: Mapping[str, Any], key: str, severity: str) -> None:
    (finding,) = findings(changes)
    assert key in finding.keys
    assert finding.severity == severity
    assert finding.zh
    assert finding.en
    assert findings({**changes, T + "enabled": 0}) == []


def test_edges_that_are_allowed() -> None:
    assert findings({T + "securitisation.min_firms": 15}) == []
    assert findings({T + "securitisation.min_ticket": 2e8 / 15}) == []
    assert findings({LINE: 0.0}) == []
    assert findings({LINE: 1e6, T + "landing.national": 0.0, T + "landing.provincial": 0.0}) == []
    off = {T + "securitisation.on": 0, T + "securitisation.min_firms": 40, T + "securitisation.guarantor_cover": 0.0}
    assert findings(off) == []


def test_a_short_year_of_the_line_is_pointed_at() -> None:
    finding = findings({}, {"commercialisation": {2026: 1.5e6}})[0]
    assert finding.keys[0] == "budget.commercialisation.by_year.2026"
    assert "2026" in finding.zh


def test_switched_off_nothing_is_offered_and_old_contracts_keep_their_terms() -> None:
    on = record("commercialisation", default_values())
    off = record("commercialisation", {**default_values(), T + "enabled": 0})
    for name in on.dtype.names or ():
        if name in QUOTAS or name == "enabled":
            assert not off[name].any()
        else:
            assert (off[name] == on[name]).all(), name
