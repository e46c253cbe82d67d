"""Runs and studies set beside a report's subject: their numbers are those of their own folders, and bad ones are refused."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from kejin_sim.cli.app import main
from kejin_sim.lang import set_language, t
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.report.chosen import is_study, open_study
from kejin_sim.report.document import Picture, Table
from kejin_sim.report.make import make as made_pdf
from kejin_sim.report.parts.choices import choices
from kejin_sim.report.subject import open_subject
from kejin_sim.scenario.load import load_scenario
from kejin_sim.store.folder import Target
from kejin_sim.study import compare, folder
from kejin_sim.study.table import Column
from kejin_sim.study.table import Table as Made
from kejin_sim.study.tolerance import CELLS
from tests.interface.test_run_folder import SMALL
from tests.report.conftest import Make
from tests.report.reading import text_of
from tests.study.making import outcomes


@pytest.fixture
def compared(tmp_path: Path) -> Path:
    """A study that compares two packages made by hand."""
    loaded = [load_scenario("demo"), load_scenario("seed_only")]
    rng = np.random.default_rng(1)
    spent = rng.normal(2.5e8, 1e7, 60)
    first = outcomes({"fiscal_outlay": spent, "listings": np.ones(60)}, {"fiscal_outlay": spent / 2})
    other = outcomes({"fiscal_outlay": spent + 3e7, "listings": np.zeros(60)}, {"fiscal_outlay": spent / 2})
    order = folder.StudyOrder("compare", Target(tmp_path / "study"), loaded, 60, 1, words=["kejin", "compare", "demo"])
    return folder.write(order, [compare.table(loaded, [compare.differences(first, other)])])[0]


@pytest.fixture
def breached(tmp_path: Path) -> Path:
    """A study of the tolerance, as its command writes it."""
    names = ("part", "level", "basis", "basis_label", "cell", "early_share", "scale", "deals_per_fund", "probability")
    names += ("se", "low95", "high95")
    kinds = {"part": "text", "basis": "text", "basis_label": "text", "cell": "text"}
    table = Made(
        "tolerance", "容亏", "tolerance", [Column(name, name, name, kinds.get(name, "number")) for name in names]
    )  # type: ignore[arg-type]
    for basis, start in (("gross", 1.0), ("head_count", 0.8)):
        for level in (0.0, 0.25, 0.5, 0.75, 1.0):
            p = start * (1 - level)
            table.add(
                "level", level, basis, basis.upper(), CELLS["portfolio"][0], 0.5, 1.0, 9.0, p, 0.01, max(0.0, p - 0.02), p + 0.02
            )
    order = folder.StudyOrder("tolerance", Target(tmp_path / "breach"), [load_scenario("demo")], 60, 1, words=["kejin"])
    return folder.write(order, [table])[0]


def test_a_comparison_is_shown_with_its_own_numbers(make: Make, compared: Path) -> None:
    assert is_study(compared)
    blocks = choices(open_subject(make()), [], [open_study(compared)])
    table = next(block for block in blocks if isinstance(block, Table))
    row = next(row for row in table.rows if isinstance(row, tuple) and row[0] == "市财政支出")
    with (compared / "differences.csv").open(encoding="utf-8-sig", newline="") as stream:
        line = next(row for row in csv.DictReader(stream) if row["指标代码"] == "fiscal_outlay")
    assert row[1] == f"{float(line['甲均值']) / 1e8:.2f}亿元"
    assert row[3] == "+3,000万元 [3,000, 3,000]"
    content = text_of(made_pdf([make(), compared], "briefing"))
    assert "、可选方案" in content
    assert "+3,000万元" in content


def test_runs_stand_side_by_side(make: Make) -> None:
    others = [open_subject(make(SMALL.replace("小样例", f"另案{i}"), seed=i)) for i in (2, 3, 4, 5)]
    blocks = choices(open_subject(make()), others, [])
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [len(table.head) for table in tables] == [5, 3]
    first = tables[0].rows[0]
    assert isinstance(first, tuple)
    mean = float(others[0].run.rows["fiscal_outlay", "package"]["mean"])
    assert first[2] == f"{mean / 1e8:#.3g}亿元"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_breach_curve_comes_from_the_study(make: Make, breached: Path, language: str) -> None:
    set_language(language)
    blocks = choices(open_subject(make()), [], [open_study(breached)])
    drawn = next(block for block in blocks if isinstance(block, Picture))
    for words in (t(*BASES["gross"]), t(*BASES["head_count"]), t(*CELLS["portfolio"])):
        assert words.encode() in drawn.svg
    assert t("60 条路径", "60 paths") in drawn.alt


def test_a_damaged_study_is_refused(
    make: Make, compared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "copy"
    shutil.copytree(compared, other)
    (other / "differences.csv").write_text("", encoding="utf-8")
    assert main(["report", str(make()), str(other), "-o", str(tmp_path / "x.pdf"), "--lang", "zh"]) == 2
    assert "differences.csv 损坏" in capsys.readouterr().err
    manifest = json.loads((compared / "manifest.json").read_text(encoding="utf-8"))
    (compared / "manifest.json").write_text(json.dumps(manifest | {"format_version": 7}), encoding="utf-8")
    assert main(["report", str(make()), str(compared), "-o", str(tmp_path / "x.pdf"), "--lang", "zh"]) == 2
    assert "以格式 7 写出" in capsys.readouterr().err
    assert main(["report", str(compared), "-o", str(tmp_path / "x.pdf"), "--lang", "zh"]) == 2
