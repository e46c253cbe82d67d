"""Lists of parameters and rules: found by a word of a name, readable on a narrow terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from rich.console import Console

from kejin_sim.cli.app import main
from kejin_sim.cli.figures import columns, folded
from kejin_sim.cli.params import select
from kejin_sim.errors import display_width
from kejin_sim.parameters import by_key, registry


def test_parameters_are_found_by_a_word_of_their_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["params", "容亏", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found
    assert all("容亏" in row["label_zh"] or "LT" in row["rules"] for row in found)
    assert main(["params", "HOLDING CAP", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    assert main(["params", "没有这个词"]) == 2


@pytest.mark.parametrize(("command", "name"), [("params", "子基金持股上限"), ("rules", "子基金投资与集中度")])
def test_a_narrow_terminal_gets_lines_instead_of_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    monkeypatch.setattr(Console, "is_terminal", True)
    monkeypatch.setenv("COLUMNS", "60")
    assert main([command, "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert name in said
    assert min(map(display_width, said.splitlines())) > 8  # no empty line, no column of single letters


def test_a_word_of_a_rule_finds_what_the_rule_works_with() -> None:
    found = {parameter.key for parameter in select("容亏")}
    assert {"measures.equity.loss_tolerance.rate", "measures.equity.loss_tolerance.class_tolerance"} <= found
    assert not any(key.startswith("budget.") for key in (parameter.key for parameter in select("拨付"))), (
        "O1 is every budget line"
    )


def test_the_last_part_of_a_key_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["params", "holding_scope", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["key"] == "measures.equity.eligibility.holding_scope"


def test_json_is_json_whatever_the_output_is_encoded_in() -> None:
    call = "import sys; from kejin_sim.cli.app import main; sys.exit(main())"
    for encoding in ("gbk", "cp1252", "utf-8"):
        done = subprocess.run(
            [sys.executable, "-c", call, "params", "measures.equity.seed_direct.reward", "--json"],
            capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        )  # fmt: skip
        assert "净收益" in json.dumps(json.loads(done.stdout.decode("utf-8")), ensure_ascii=False), encoding


def test_a_table_wider_than_the_terminal_goes_on_below() -> None:
    """No line is longer than the terminal, every cell is there once, and the first column stands beside each part."""
    rows = [
        ["支出", "方案", "基准", "差异 [95%区间]"],
        ["市财政支出", "74.1亿元", "14.1亿元", "+59.99亿元 [59.92, 60.06]"],
        ["合计", "1"],
    ]
    whole = columns(rows, indent=0, room=200)
    assert whole == columns(rows, indent=0), "a file has room for everything"
    assert len(whole) == 3
    narrow = columns(rows, indent=0, room=40)
    assert [line.split("  ")[0] for line in narrow] == ["支出", "市财政支出", "合计", "", "支出", "市财政支出"]
    assert max(map(display_width, narrow)) <= 40
    assert all(sum(cell in line for line in narrow) == 1 for cell in ("74.1亿元", "14.1亿元", "59.92"))
    assert columns(rows, indent=0, room=5)[0].split() == ["支出", "方案"], (
        "a terminal too narrow for two columns gets two"
    )


def test_the_first_column_is_folded_where_the_terminal_is_too_narrow() -> None:
    """So far that the others fit beside it; not where that does not bring more of them beside it."""
    zh, en = (
        "知识产权证券化（优先级票面利率，第5条），每年",
        "Award when an introduced firm files for a listing [measure 8] +10%",
    )
    rows = [["指标", "甲", "乙"], [zh, "1", "2"], [en, "3", "4"], ["短", "5"]]
    assert len(columns(rows, indent=0, room=200)) == 4
    assert len(columns(rows, indent=0, room=80)) == 4
    narrow = columns(rows, indent=0, room=32)
    assert max(map(display_width, narrow)) <= 32
    assert "" not in narrow  # no column goes below
    assert narrow[1].split() == ["知识产权证券化（优先级票", "1", "2"]
    assert next(line for line in narrow if line.startswith("  ")).strip() == "面利率，第5条），每年"
    assert " ".join(line[:24].strip() for line in narrow[3:-1]) == en
    assert max(map(display_width, columns(rows, indent=0, room=28))) <= 28  # beside one column at a time
    wide = [["指标，年内各季合计（万元）", "101", "102", "103", "104"]]
    assert [line for line in columns(wide, indent=0, room=31) if line] == [
        f"{wide[0][0]}  {cell}" for cell in wide[0][1:]
    ]
    assert all(folded(text, 10) == [text] for text in ("", "短", "abcdefghijklmnop"))


def test_an_item_of_a_list_is_told_in_the_brackets_that_its_label_has() -> None:
    hazard, rates = by_key()["world.failure.hazard"], by_key()["measures.equity.angel_subfunds.calls"]
    assert hazard.placed(0) == (
        "企业的年失败率（种子；平均质量、正常年景）",
        "Yearly failure hazard of firms (seed; average quality, normal cycle)",
    )
    assert hazard.placed()[0] == "企业的年失败率（平均质量、正常年景）"
    assert rates.placed(0)[0] == "分期出资比例（首期）〔第1条〕"
    assert not [p.key for p in registry() if re.search("[qx] ?= ?0", p.zh + p.en)]
