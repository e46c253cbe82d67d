"""Checks of measure 9 as functions: silent by default, one finding for each thing wrong; and what switching it off leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from kejin_sim.errors import InputError
from kejin_sim.measures.pilots.checks import CHECKS
from kejin_sim.measures.pilots.switch import QUOTAS
from kejin_sim.parameters import by_key
from kejin_sim.scenario.inputs import record
from kejin_sim.scenario.scenario import default_values
from tests import checked
from tests.playing import scenario

A = "measures.pilots."


findings = partial(checked.findings, CHECKS)


def test_the_defaults_are_in_order() -> None:
    assert findings({}) == []


@pytest.mark.parametrize(
    ("changes", "key", "severity", "words"),
    [
        ({A + "aic.soe_share": 0.6}, "aic.soe_share", "error", "sum to 105%"),
        ({A + "aic.soe_share": 0.45}, "aic.soe_share", "notice", "social investors have 10%"),
        ({"budget.aic_funds.amount": 9e7}, "aic.gov_share", "error", "commitment"),
        ({A + "aic.city_part": 0.01}, "aic.city_part", "notice", "none is ever formed"),
        ({A + "aic.target": 1e12}, "aic.target", "notice", "below the target"),
        ({A + "aic.call_years": 10}, "aic.call_years", "notice", "never comes back"),
        ({A + "buyback.loan_rate": 0.01}, "buyback.loan_rate", "notice", "loses on each"),
        ({"measures.credit.enabled": 0}, "warrant.coverage", "notice", "warrants (A3) do nothing"),
    ],
)
def test_one_finding_for_each_thing_wrong(changes: Mapping[str, Any], key: str, severity: str, words: str) -> None:
    found = findings(changes)
    assert len(found) == 1
    assert A + key in found[0].keys
    assert found[0].severity == severity
    assert words in found[0].en
    assert any("一" <= sign <= "鿿" for sign in found[0].zh)
    assert not findings({**changes, A + "enabled": 0})


def test_carried_money_counts_for_the_first_commitment() -> None:
    """A third of a fund's part each year is enough where unspent money carries over, and not where it lapses."""
    third = {"budget.aic_funds.amount": 1e8}
    assert findings(third) == []
    lapse = by_key()["budget.aic_funds.unspent"].choices.index("lapse")
    assert len(findings({**third, "budget.aic_funds.unspent": lapse})) == 1


def test_a_scenario_with_too_large_shares_is_refused() -> None:
    with pytest.raises(InputError):
        scenario("demo", {A + "aic.soe_share": "60%"})


def test_off_means_no_quota() -> None:
    values = {**default_values(), A + "enabled": 0}
    off = record("pilots", values)
    assert QUOTAS
    assert all(off[field] == 0 for field in QUOTAS)
    on = record("pilots", default_values())
    assert all(on[field] > 0 for field in QUOTAS)
