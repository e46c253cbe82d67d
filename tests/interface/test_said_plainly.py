"""Small things that a command says or refuses: help pages, rounded orders, a force without a place, names of folders, units."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kejin_sim.cli.app import main
from kejin_sim.cli.sweep import _said
from kejin_sim.cli.usage import help_text
from kejin_sim.errors import InputError
from kejin_sim.parameters import by_key
from kejin_sim.store.folder import choose_folder, plain
from kejin_sim.study import sweep_table
from kejin_sim.study.table import UNIT_WORDS, Column, Table
from kejin_sim.units import UnitError

pytestmark = pytest.mark.usefixtures("chinese")


def test_force_without_a_place_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        choose_folder(None, Path("runs/a-1-10"), "kejin-run", force=True)
    assert "--out runs/a-1-10" in caught.value.problems[0].hint_zh


@pytest.mark.parametrize("name", ["run", "marginal", "attribute", "sweep"])
def test_help_pages_are_chinese_at_every_width(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main([name, "--help", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "显示本页。" in said
    assert not re.search(r"<int|<str|<list|<=\s*x|Show|message", said)


def test_ranges_of_a_help_page_are_words() -> None:
    assert help_text("[2<=x<=100]") == "[2 至 100]"
    assert help_text("[default: 1; 0<=x<\n    =9223372036854775807]") == "[默认：1; 不小于 0]"
    assert help_text("--paths <int range>  n") == "--paths <整数>       n"


def test_a_folder_is_not_named_in_mid_word() -> None:
    listed = "-".join(("linkage_133", "linkage_even", "linkage_more_credit", "linkage_more_equity"))
    assert plain(listed) == "linkage_133-linkage_even-linkage_more_credit"
    assert plain("x" * 80) == "x" * 60
    assert plain("demo") == "demo"


def test_a_bare_rate_of_an_option_is_asked_for_its_per_cent_sign() -> None:
    with pytest.raises(UnitError) as caught:
        by_key()["measures.equity.seed_direct.reward"].parse("3")
    assert "写成 3%" in caught.value.hint_zh


def test_a_count_has_the_unit_that_the_terminal_says() -> None:
    columns = [Column("metric", "指标", "metric", "text"), Column("unit", "单位", "unit", "text", words=UNIT_WORDS)]
    rows: list[list[str | float | int | None]] = [
        ["firms_surviving_5y.difference", "count"],
        ["tax", "CNY"],
        ["ndrc_score", "count"],
    ]
    spoken = Table("a", "甲", "a", columns, list(rows)).spoken()
    assert [row[1] for row in spoken.rows] == ["家", "元", "分"]


def test_an_outcome_that_is_not_defined_has_no_place_in_the_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [(0, "", math.nan), (1, "", 5e6), (2, "", 7e6), (3, "", math.nan)]
    monkeypatch.setattr(sweep_table, "headline", lambda *_: [("tax", "package")])
    monkeypatch.setattr(sweep_table, "point_rows", lambda *_: iter(listed))
    points = [SimpleNamespace(values={}) for _ in listed]
    sweep = SimpleNamespace(title="甲", scenario=SimpleNamespace(title="乙"), dimensions=(), paths=4, seed=1)
    made: Any = SimpleNamespace(sweep=sweep, points=points)
    journal: Any = None
    said = list(_said(made, journal, {"points": 4, "failed": 0}))
    (row,) = [line for line in said if line.startswith("市级税收")]
    assert row.split()[1:] == ["500万元", "点1", "700万元", "点2"]
    listed[:] = [(number, "", math.nan) for number in range(4)]
    assert not [line for line in _said(made, journal, {"points": 4, "failed": 0}) if line.startswith("市级税收")]


def test_the_package_runs_as_a_module() -> None:
    """Where the folder of programs is not on the PATH."""
    said = subprocess.run([sys.executable, "-m", "kejin_sim", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("kejin_sim ")
