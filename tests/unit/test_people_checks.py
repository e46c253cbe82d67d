"""What a scenario may not say of measure 8, and what it is told."""

from __future__ import annotations

from typing import Any

import pytest

from kejin_sim.errors import InputError
from kejin_sim.scenario.scenario import Scenario
from tests.playing import scenario

PEOPLE = "measures.people"
LAWFUL = {"measures.grant_to_equity.attraction.per_year": 0, f"{PEOPLE}.settlement.firms_per_year": 0}


def told(found: Scenario) -> list[str]:
    """The first key of every remark."""
    return [notice.keys[0] for notice in found.notices]


def test_a_lawful_package_is_told_nothing() -> None:
    assert told(scenario("ningbo", LAWFUL)) == []


def test_treasury_and_university_bear_at_most_the_whole_stipend() -> None:
    whole = {f"{PEOPLE}.deputy.treasury_share": "60%", f"{PEOPLE}.deputy.university_share": "40%"}
    assert scenario("ningbo", whole)
    with pytest.raises(InputError) as refused:
        scenario("ningbo", {**whole, f"{PEOPLE}.deputy.university_share": "41%"})
    problem = refused.value.problems[0]
    assert "超过津贴总额" in problem.message_zh
    assert "60%" in problem.message_en
    assert "41%" in problem.message_en
    assert scenario("ningbo", {**whole, f"{PEOPLE}.deputy.university_share": "41%", f"{PEOPLE}.deputy.per_year": 0})


def test_a_line_that_is_not_zero_pays_one_stipend() -> None:
    for amount, accepted in (("0元", True), ("5万元", True), ("4.9万元", False)):
        changes: dict[str, Any] = {"budget.people_services.amount": amount}
        if accepted:
            assert scenario("ningbo", changes)
        else:
            with pytest.raises(InputError, match=r"people_services"):
                scenario("ningbo", changes)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"budget.people_services.amount": "449万元"}, "budget.people_services.amount"),
        ({"budget.vc_awards.amount": "0元"}, "budget.vc_awards.amount"),
        ({f"{PEOPLE}.settlement.firms_per_year": 1}, f"{PEOPLE}.settlement.firms_per_year"),
    ],
)
def test_a_package_is_told(changes: dict[str, Any], key: str) -> None:
    assert told(scenario("ningbo", {**LAWFUL, **changes})) == [key]
    assert told(scenario("ningbo", {**LAWFUL, **changes, f"{PEOPLE}.enabled": False})) == [], "not when it is off"


def test_the_plan_that_the_line_just_covers_is_no_remark() -> None:
    """60 deputies in post at CNY 50,000 and five advisers at CNY 300,000: CNY 4.5 m."""
    assert told(scenario("ningbo", {**LAWFUL, "budget.people_services.amount": "450万元"})) == []
