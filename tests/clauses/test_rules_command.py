"""``kejin rules`` as a person types it."""

from __future__ import annotations

import json
import re

import pytest

from kejin_sim.cli.app import main
from kejin_sim.cli.rules import _worked
from kejin_sim.lang import set_language
from kejin_sim.measures import MEASURES
from kejin_sim.outcomes.registry import RATIOS, metrics
from kejin_sim.rules import by_id, payment, rules


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


@pytest.mark.parametrize("name", ["fiscal_recovery", "市财政回收", "City Treasury Recovery", "fiscal_recovery_twin",
                                  " fiscal_recovery.difference"])  # fmt: skip
def test_an_outcome_leads_to_its_rules(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """By its name or label, or as a column of paths.parquet or a study names it."""
    code, out, _ = _run(capsys, name, "--lang", "zh")
    assert code == 0
    assert out.startswith("fiscal_recovery  市财政回收\n")
    set_language("zh")
    paid = {rule.id: [payment(p) for p in rule.postings if p.payee.value == "city_treasury"] for rule in rules()}
    set_language("auto")
    named = re.findall(r"^    ([A-Z]+\d*)  (.+)$", out, flags=re.MULTILINE)
    assert named == [(rule, by_id()[rule].zh) for rule in paid if paid[rule]]
    assert [line.strip() for line in out.splitlines() if line.startswith("      ")] == [
        p for made in paid.values() for p in made
    ]
    assert "kejin rules E14" in out
    assert "--postings" in out


def test_an_outcome_that_is_no_sum_says_what_it_is_counted_from(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _run(capsys, "npl", "--lang", "en")
    assert "credit_overdue  bad loans to white-listed firms" in out
    assert "not added up from postings" in out
    assert "kejin rules credit" in out
    assert "paths.parquet" not in out
    _, out, _ = _run(capsys, "cost_per_additional_listing", "--lang", "zh")
    assert "fiscal_net_cost  市财政净支出" in out
    assert "listings  上市企业" in out


def test_the_book_of_a_line_is_the_scenarios_choice(capsys: pytest.CaptureFixture[str]) -> None:
    """So that what the default books add up to need not be the figure of a run."""
    for name in ("fiscal_outlay_general", "fiscal_recovery_state_capital"):
        _, out, _ = _run(capsys, name, "--lang", "zh")
        assert "budget.科目.book" in out
        assert "paths.parquet" not in out
    assert "没有分录" in out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_every_outcome_can_be_printed(capsys: pytest.CaptureFixture[str], language: str) -> None:
    for outcome in (*metrics(), *RATIOS):
        code, out, _ = _run(capsys, outcome.name, "--lang", language)
        assert code == 0, outcome.name
        assert out.startswith(f"{outcome.name}  {outcome.zh if language == 'zh' else outcome.en}\n")
        assert language == "zh" or not re.search("[\u3400-\u9fff，。；：（）]", out), outcome.name


def test_json_of_an_outcome_is_a_list_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _run(capsys, "fiscal_net_cost", "--json")
    (row,) = json.loads(out)
    assert row["outcome"] == "fiscal_net_cost"
    assert row["outcomes"] == ["fiscal_outlay", "fiscal_recovery"]
    assert {posting["payer"] for posting in row["added"]} == {"city_treasury"} == {p["payee"] for p in row["taken_off"]}
    assert row["only_postings"]
    assert set(row["rules"]) == {posting["rule"] for posting in (*row["added"], *row["taken_off"])}


def test_a_measure_lists_its_rules(capsys: pytest.CaptureFixture[str]) -> None:
    for measure in MEASURES:
        _, out, _ = _run(capsys, measure, "--json")
        assert [row["id"] for row in json.loads(out)] == [rule.id for rule in rules() if rule.room == measure]
    _, out, _ = _run(capsys, "第2条", "--json")
    assert {row["measure"] for row in json.loads(out)} == {"credit"}


@pytest.mark.parametrize(
    ("name", "near"),
    [("fiscal_recovry", "fiscal_recovery"), ("市财政回受", "市财政回收"), ("就业", "就业（平均）"), ("crdit", "credit"),
     ("fiscal recovery", "fiscal_recovery"), ("net fiscal csot", "net fiscal cost")],
)  # fmt: skip
def test_a_misspelt_outcome_or_measure_names_the_nearest(
    capsys: pytest.CaptureFixture[str], name: str, near: str
) -> None:
    code, out, err = _run(capsys, name, "--lang", "zh")
    assert code == 2
    assert out == ""
    assert err.count("没有叫") == 1
    assert re.split("[、？]", err.partition("是否想写 ")[2])[0] == near


def test_a_word_of_many_labels_names_rules_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    """An id says nothing by itself, and no one who writes such a word asks for what a budget line carries forward."""
    for language, opening, carried in (("zh", "（", "期初转入"), ("en", " (", "brought forward")):
        code, _, err = _run(capsys, "奖励", "--lang", language)
        assert code == 2
        assert f"E9{opening}{by_id()['E9'].title}" in err
        assert carried not in err
