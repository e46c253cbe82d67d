"""Messages that point at the line and at the cause, where the parser notices something else or later."""

from __future__ import annotations

from pathlib import Path

import pytest

from kejin_sim.errors import InputError, Problem
from kejin_sim.scenario.load import load_scenario
from kejin_sim.study.sweep_file import load_sweep

HEAD = "title: 例\nauthor: 测试\ndate: 2025-01\nbased_on: 起草说明\nextends: demo\n"  # five lines


pytestmark = pytest.mark.usefixtures("chinese")


def _problems(here: Path, text: str, name: str = "a.yaml") -> tuple[Problem, ...]:
    path = here / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ("budget：\n  angel_fund: {amount: 3亿元}\n", 6, 7, "全角冒号", "半角冒号，后跟一个空格"),
        ("policy_years： 5\nhorizon_years: 8\n", 6, 13, "全角冒号", "半角冒号，后跟一个空格"),
        ("budget:\n  angel_fund: {amount: [1亿元, 2亿元]}\n", 7, 24, "[1亿元, 2亿元] 不是金额", "by_year: {2027: 4亿元}"),
        ("budget:\n  angel_fund: 3亿元\n", 7, 15, "不是一段", "amount、unspent、book、by_year"),
        ("policy_years: 5年\n", 6, 15, "5年 不是数", "不带单位：写 5"),
        ("start: 1885Q1\n", 6, 8, "1885Q1 的年份", "2025Q1"),
        ("measures: {equity: {angel_subfunds: {life_years: 40个月, investment_years: 4年}}}\n",
         6, 74, "4年 > 40个月", "不超过 40个月"),
        ("world: {ipo: 3}\n", 6, 9, "没有名为 ipo", "这里可写：macro"),
        ("＃ 说明\nbudget:\n  angel_fund: {amount: 3亿元}\n", 6, 1, "全角井号", "半角 #"),
        ("budget:\n  angel_fund:\n    amount：3亿元\n", 8, 5, "冒号", "写成 amount: 3亿元"),
        ("budget:\t# 说明\n  angel_fund: {amount: 3亿元}\n", 6, 8, "制表符", "Excel"),
        ("budget:\n\tangel_fund: {amount: 3亿元}\n", 7, 1, "制表符", "缩进只能用空格"),
        ("budget:\n  angel_fund:\n    amount: 3亿元\u200b\n", 8, 13, "〈U+200B〉", "写成 3亿元"),
        ("measures:\n  credit:\n    pool: {shares: {city: 40%, bank: 60%}}\n", 8, 20, "{city: 40%, bank: 60%} 不是列表", "写 3 项"),
        ("world: {failure: {seed: 3%}}\n", 6, 19, "没有名为 seed", "这里可写：hazard"),
    ],
)  # fmt: skip
def test_the_cause_is_named_where_it_stands(
    tmp_path: Path, text: str, line: int, column: int, message: str, hint: str
) -> None:
    (problem,) = _problems(tmp_path, HEAD + text)
    assert (problem.line, problem.column) == (line, column)
    assert message in problem.message_zh
    assert hint in problem.hint_zh


def test_a_comma_between_thousands_is_to_be_dropped(tmp_path: Path) -> None:
    problems = _problems(tmp_path, HEAD + "budget:\n  risk_pool: {amount: 3,000万元}\n")
    assert [p for p in problems if "数字里的逗号要去掉" in p.hint_zh and "3,000万元" in p.hint_zh]


def test_an_empty_title_is_no_matter_of_quotation_marks(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, HEAD.replace("title: 例", "title:"))
    assert (problem.line, problem.message_zh, problem.hint_zh) == (1, "没有写值。", "写明内容。")


def test_the_wrong_kind_of_file_is_told_once_with_the_command_that_takes_it(tmp_path: Path) -> None:
    (told,) = _problems(
        tmp_path, "title: 甲\nscenario: demo\npaths: 20\nvary: {measures.equity.seed_direct.reward: [10%]}\n"
    )
    assert told.line == 4
    assert "扫描文件" in told.message_zh
    assert "kejin sweep" in told.hint_zh
    path = tmp_path / "b.yaml"
    path.write_text(HEAD + "measures: {}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_sweep(path)
    (told,) = caught.value.problems
    assert "方案文件" in told.message_zh
    assert "kejin run" in told.hint_zh


def test_names_are_suggested_only_when_they_are_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gbk.yaml").write_text(HEAD, encoding="utf-8")
    for name, suggested in (("无.yaml", False), ("gkb.yaml", True)):
        with pytest.raises(InputError) as caught:
            load_scenario(name)
        assert ("gbk.yaml" in caught.value.problems[0].hint_zh) is suggested
    with pytest.raises(InputError) as caught:
        load_scenario(".")
    assert "是文件夹" in caught.value.problems[0].message_zh
