"""``kejin rules`` as a person types it."""

from __future__ import annotations

import json
import re

import pytest

from kejin_sim.cli.app import main
from kejin_sim.cli.rules import _worked
from kejin_sim.lang import set_language
from kejin_sim.rules import rules


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["rules", *words])
    output = capsys.readouterr()
    return code, output.out, output.err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_names_every_rule(capsys: pytest.CaptureFixture[str], language: str) -> None:
    code, out, _ = _run(capsys, "--lang", language)
    assert code == 0
    for rule in rules():
        assert f" {rule.id} " in out


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rule", [rule.id for rule in rules()])
def test_every_page_can_be_printed(capsys: pytest.CaptureFixture[str], rule: str, language: str) -> None:
    code, out, _ = _run(capsys, rule.lower(), "--lang", language)
    assert code == 0
    assert out.startswith(f"{rule}  ")


def test_a_page_shows_the_arithmetic_of_its_cases(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _run(capsys, "E9", "--lang", "zh")
    assert "r2 = 20% × (500万元 − 200万元) = 60万元" in out
    assert "SEED" in out
    _, out, _ = _run(capsys, "E6", "--lang", "zh")
    assert "20% + 50% × 80% = 60%" in out
    _, out, _ = _run(capsys, "LT", "--lang", "zh")
    assert "单个项目（project）：亏损项目毛额（gross）" in out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_worked_cases_are_printed_in_the_signs_of_a_book(language: str) -> None:
    """Cases are typed with either sign; on a page one column of arithmetic has one minus and one times."""
    set_language(language)
    lines = [line.partition("  ")[2] for rule in rules() for case in rule.cases for line in _worked(case)]
    arithmetic = [line for line in lines if line.startswith(" ") and (" = " in line or "(" in line)]
    assert len(arithmetic) > 500
    typed = re.compile(r"(?<!\*)\*(?!\*)|(?<!/)/(?!/)|(?<![\w-])-(?=[\w(])| - |<=|>=")
    assert [line for line in arithmetic if typed.search(line)] == []
    set_language("auto")


def test_json_lists_rules_as_objects(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "--json")
    assert code == 0
    found = json.loads(out)
    assert [row["id"] for row in found] == [rule.id for rule in rules()]
    for row in found:
        assert {"id", "measure", "title", "parameters", "source", "cases"} <= set(row)
        assert row["title"]
        assert row["parameters"]
        assert row["source"]
        assert row["cases"]
        assert all(step["values"] for case in row["cases"] for step in case["steps"])


def test_json_of_one_rule_is_a_list_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _run(capsys, "E7", "--json", "--lang", "en")
    (row,) = json.loads(out)
    assert row["status"] == "approval"
    assert row["payments"] == [
        {
            "posting": "buyout",
            "payer": "social_investor",
            "payee": "guidance_fund",
            "line": None,
            "nature": "none",
            "label_zh": "提前购买政府份额",
            "label_en": "early buy-out",
        }
    ]


@pytest.mark.parametrize(("name", "near"), [("E99", "E9"), ("e16", "E1"), ("回拨", "E6"), ("xyz", "E1")])
def test_an_unknown_rule_names_the_nearest(capsys: pytest.CaptureFixture[str], name: str, near: str) -> None:
    code, out, err = _run(capsys, name, "--lang", "zh")
    assert code == 2
    assert out == ""
    assert near in err
    assert "Traceback" not in err
