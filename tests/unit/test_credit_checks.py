"""Checks of measure 2 as functions: silent by default, one finding for each thing wrong; and what switching it off leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from kejin_sim.measures.credit.checks import CHECKS
from kejin_sim.measures.credit.switch import QUOTAS
from kejin_sim.parameters import by_key
from kejin_sim.scenario.inputs import record
from kejin_sim.scenario.scenario import default_values
from tests import checked

C = "measures.credit."


findings = partial(checked.findings, CHECKS)


def choice(key: str, word: str) -> int:
    return by_key()[C + key].choices.index(word)


def test_the_defaults_are_in_order() -> None:
    assert findings({}) == []


@pytest.mark.parametrize(
    ("changes", "key", "severity"),
    [
        ({C + "stop_loss.release": 0.06}, "stop_loss.release", "error"),
        ({C + "stop_loss.trigger": 0.02}, "stop_loss.release", "error"),
        ({C + "layer.detachment": 0.03}, "layer.detachment", "error"),
        ({C + "guarantee.bank_share": 0.19}, "guarantee.bank_share", "error"),
        ({C + "guarantee.bank_share": 0.2, C + "stacking.bank_least": 0.25}, "guarantee.bank_share", "error"),
        ({C + "guarantee.re_guarantor_share": 0.41}, "guarantee.national_share", "error"),
        ({C + "guarantee.bank_share": 0.41}, "guarantee.national_share", "error"),
        ({C + "guarantee.national_share": (0.4, 0.35, 0.31)}, "guarantee.national_share", "notice"),
        ({C + "guarantee.re_guarantor_share": 0.19}, "guarantee.re_guarantor_share", "notice"),
        ({C + "pool.shares": (0.35, 0.46, 0.19)}, "pool.shares", "error"),
        ({C + "stacking.compensation_cap": 0.79}, "pool.shares", "error"),
        ({C + "scheme": 3, C + "layer.share": 0.9, C + "layer.attachment": 0.005}, "layer.share", "error"),
        ({C + "loan.cap": 1e5, "world.credit.min_loan": 2e5}, "loan.cap", "error"),
        ({C + "guarantee.fee": 0.012}, "guarantee.fee", "notice"),
        ({C + "relending.rate": 0.02}, "relending.rate", "notice"),
        ({C + "guarantee.cap": 1e5, "world.credit.min_loan": 2e5}, "guarantee.cap", "notice"),
        ({C + "guarantee.cap": 9e6}, "guarantee.cap", "notice"),
        ({C + "relending.quota": 0.0}, "relending.quota", "notice"),
        ({C + "relending.share": 0.0}, "relending.share", "notice"),
        ({C + "ranking.top_n": 5}, "ranking.top_n", "notice"),
        ({"budget.risk_pool.amount": 1e7}, "pool.size", "notice"),
        ({C + "scheme": 2, C + "compensation.share": 0.78}, "compensation.share", "notice"),
    ],
)
def test_each_thing_wrong_is_found_once(changes: Mapping[str, Any], key: str, severity: str) -> None:
    (finding,) = findings(changes)
    assert C + key in finding.keys
    assert finding.severity == severity
    assert finding.zh
    assert finding.en
    assert findings({**changes, C + "enabled": 0}) == []


def test_edges_that_are_allowed() -> None:
    assert findings({C + "stop_loss.release": 0.05}) == []
    assert findings({C + "guarantee.re_guarantor_share": 0.4}) == []
    municipal = {C + "guarantee.re_guarantor": choice("guarantee.re_guarantor", "municipal")}
    assert findings({C + "guarantee.re_guarantor_share": 0.8, **municipal}) == []
    assert findings({C + "guarantee.on": 0, C + "guarantee.bank_share": 0.0, C + "guarantee.fee": 0.03}) == []
    assert findings({"budget.risk_pool.amount": 0.0}) == []
    assert findings({C + "pool.shares": (0.4, 0.6, 0.0), C + "stacking.compensation_cap": 1.0}) == []
    assert findings({C + "scheme": 3, C + "pool.shares": (0.5, 0.5, 0.0)}) == [], "no pool under a layer"
    assert findings({C + "scheme": 3, C + "layer.share": 0.8, C + "layer.attachment": 0.0}) == []
    assert findings({C + "guarantee.national_share": (0.4, 0.3, 0.0), C + "guarantee.re_guarantor_share": 0.2}) == []
    assert findings({C + "compensation.share": 0.78}) == [], "no compensation under a pool"
    assert findings({C + "relending.rate": 0.02, C + "relending.share": 0.0, C + "ranking.bonus": 0.0}) == []
    assert findings({C + "relending.quota": 0.0, C + "ranking.top_n": 0}) == []
    assert findings({C + "guarantee.cap": 1e7}) == [], "the cap of other loans"
    assert findings({C + "guarantee.cap": 1e5, C + "guarantee.on": 0}) == []


def test_a_short_year_of_the_pools_line_is_pointed_at() -> None:
    (finding,) = findings({}, {"risk_pool": {2025: 1e7}})
    assert finding.keys[0] == "budget.risk_pool.by_year.2025"


def test_switched_off_nothing_is_listed_or_spent_and_old_contracts_keep_their_terms() -> None:
    on = record("credit", default_values())
    off = record("credit", {**default_values(), C + "enabled": 0})
    for name in on.dtype.names or ():
        if name in QUOTAS or name == "enabled":
            assert not off[name].any()
        else:
            assert (off[name] == on[name]).all(), name
