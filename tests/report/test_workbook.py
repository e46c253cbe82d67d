"""The Excel workbook of a run: its numbers are the summary's, and no text of a user becomes a formula."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from kejin_sim.cli.app import main
from kejin_sim.lang import set_language
from kejin_sim.report.make import workbook_of
from tests.interface.test_run_folder import SMALL
from tests.report.conftest import Make
from tests.report.test_report import rows_of


def test_outcomes_are_the_summarys(make: Make) -> None:
    folder = make()
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(folder)))
    assert book.sheetnames == ["指标", "逐年均值", "年度×预算本", "参数", "假设", "出处"]
    head, *body = book["指标"].iter_rows(values_only=True)
    written = rows_of(folder)
    assert len(body) == len(written)
    name, mean, tail = head.index("代号"), head.index("均值"), head.index("最差5%均值")
    for row, line in zip(body, written, strict=True):
        assert row[name] == line["metric"]
        for cell, text in ((row[mean], line["mean"]), (row[tail], line["tail_mean"])):
            assert cell == (pytest.approx(float(text), rel=1e-12) if text else None)
    years = [row[0] for row in book["逐年均值"].iter_rows(min_row=2, values_only=True)]
    assert years == [2025, 2026, 2027, 2028, 2029]
    assert all("（元）" in str(cell) for cell in next(book["年度×预算本"].iter_rows(values_only=True))[2:])


def test_origins_are_named_in_the_language(make: Make) -> None:
    """Every item of the certificate has a Chinese name; a library goes by its own."""
    folder = make()
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(folder)))
    head, *lines = book["出处"].iter_rows(values_only=True)
    assert head == ("项目", "代号", "内容")
    told = {key: (label, value) for label, key, value in lines}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert told["scenario_digest"] == ("方案摘要", manifest["scenario_digest"])
    assert told["libraries.numpy"] == ("程序库 · numpy", manifest["libraries"]["numpy"])
    assert [key for key, (label, _) in told.items() if label == key] == []


def test_the_same_run_gives_the_same_bytes(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert workbook_of(make()) == workbook_of(make())


def test_a_text_is_no_formula(make: Make) -> None:
    wild = SMALL.replace("小样例", json.dumps("=1+1")).replace("测试", json.dumps("@SUM(A1)"))
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(make(wild))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in ("=1+1", "@SUM(A1)")]
    assert cells
    assert all(cell.data_type == "s" or cell.quotePrefix for cell in cells)


def test_the_command_writes_both(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "x.pdf"
    assert main(["report", str(make()), "-o", str(target), "--excel", "--lang", "en"]) == 0
    assert capsys.readouterr().out.count("Written") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.pdf", "x.xlsx"]
    set_language("en")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames[0] == "outcomes"
