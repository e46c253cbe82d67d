"""Tables of studies for people: text that looks like a formula stays text, labels and units travel along."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from kejin_sim import load_scenario
from kejin_sim.lang import set_language
from kejin_sim.outcomes.described import WORLD_LABELS
from kejin_sim.study import excel
from kejin_sim.study.excel import assumptions, write_workbook
from kejin_sim.study.table import Column, Table, batch, write_files

NASTY = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "平常的字")


def nasty() -> Table:
    set_language("zh")
    columns = [Column("text", "文字", "text", "text"), Column("cost", "支出", "cost", unit_zh="元", unit_en="CNY")]
    table = Table("t", "一张:表/[1]", "a table", columns)
    for text in NASTY:
        table.add(text, 1.5)
    table.add("空", float("nan"))
    return table


def write(folder: Path, table: Table) -> None:
    batches = [batch(table.columns, table.rows)]
    write_files(folder / "t.parquet", folder / "t.csv", table.columns, batches, {"seed": 3})


def test_csv(tmp_path: Path) -> None:
    table = nasty()
    write(tmp_path, table)
    data = (tmp_path / "t.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["文字", "支出（元）"]
    assert [row[0] for row in rows[1:]] == [*("'" + text for text in NASTY[:-1]), NASTY[-1], "空"]
    assert rows[-1] == ["空", ""]


def test_workbook(tmp_path: Path) -> None:
    write_workbook(tmp_path / "t.xlsx", [nasty(), nasty(), assumptions([load_scenario("demo")])])
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["一张 表  1", "一张 表  1 2", "假设"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["文字", "支出（元）"]
    for row, text in zip(sheet.iter_rows(min_row=2, max_row=1 + len(NASTY)), NASTY, strict=True):
        assert row[0].data_type == "s"
        assert row[0].value == text
        assert row[0].quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))
    assert sheet.cell(2 + len(NASTY), 2).value is None
    assert book["假设"].max_row > 50


def test_a_workbook_of_many_rows_goes_to_disk_row_by_row_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    for most in (excel._MANY_ROWS, 0):
        monkeypatch.setattr(excel, "_MANY_ROWS", most)
        stream = io.BytesIO()
        write_workbook(stream, [nasty(), nasty()])
        book = openpyxl.load_workbook(stream)
        read.append([[tuple(c.value for c in row) for row in sheet.iter_rows()] for sheet in book.worksheets])
    assert read[0] == read[1]


def test_parquet(tmp_path: Path) -> None:
    table = nasty()
    write(tmp_path, table)
    found = pq.read_table(tmp_path / "t.parquet")
    assert found["text"].to_pylist() == [*NASTY, "空"]
    assert found["cost"].to_pylist()[-1] is None
    assert found.schema.field("cost").metadata[b"unit_zh"].decode() == "元"
    assert json.loads(found.schema.metadata[b"kejin"]) == {"seed": 3}


def test_people_read_words_and_programs_codes(tmp_path: Path) -> None:
    columns = [Column("world", "情形", "world", "text", words=WORLD_LABELS), Column("n", "数", "count")]
    table = Table("t", "表", "table", columns, [("twin", 1.0), (None, 2.0), ("other", 3.0), ("twin", 4.0)])
    for language, word in (("zh", "基准"), ("en", "twin")):
        set_language(language)
        write(tmp_path, table)
        with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
            assert [row[0] for row in csv.reader(stream)][1:] == [word, "", "other", word]
        assert pq.read_table(tmp_path / "t.parquet")["world"].to_pylist() == ["twin", None, "other", "twin"]
        assert [row[0] for row in table.spoken().rows] == [word, None, "other", word]
    assert table.objects()[0]["world"] == "twin"
