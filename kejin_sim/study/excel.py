"""Tables as an Excel workbook: labels of the current language, units in the heads, a sheet of assumptions, one of origins."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from kejin_sim.errors import display_width
from kejin_sim.lang import t
from kejin_sim.scenario.scenario import Scenario, written_key
from kejin_sim.study.table import FORMULA_SIGNS, Cell, Column, Table, finite

_WIDEST: Final = 60
MOST_ROWS: Final = 1_048_575
"""What a sheet of Excel holds besides its head."""
_MANY_ROWS: Final = 50_000
"""Rows of a workbook from which on they go to disk one by one; below, texts that recur are kept once and files are smaller."""


def assumptions(scenarios: Sequence[Scenario]) -> Table:
    """Every parameter that rests on an assumption, with its value in each scenario."""
    values = [Column(f"value_{i}", s.title, s.title, "text") for i, s in enumerate(scenarios, 1)]
    columns = [
        Column("key", "键", "key", "text"), Column("label", "参数", "parameter", "text"), *values,
        Column("default", "参数库默认值", "default of the registry", "text"), Column("note", "说明", "note", "text"),
    ]  # fmt: skip
    table = Table("assumptions", "假设", "assumptions", columns)
    for parameter in scenarios[0].assumptions():
        shown = [parameter.show(scenario.values[parameter.key]) for scenario in scenarios]
        table.add(
            written_key(parameter.key), parameter.label, *shown, parameter.show(parameter.value), parameter.remark
        )
    return table


_ITEMS: Final[dict[str, tuple[str, str]]] = {
    "title": ("标题", "title"), "author": ("编制", "author"), "date": ("日期", "date"), "based_on": ("依据", "based on"),
    "format": ("文件种类", "kind of file"), "format_version": ("格式版本", "version of the format"), "study": ("研究", "study"),
    "kejin_sim": ("程序版本", "version of the program"), "source_digest": ("程序源码摘要", "digest of the sources"),
    "scenario": ("方案", "package"), "scenarios": ("方案", "package"), "baseline": ("基准", "baseline"), "name": ("名称", "name"),
    "extends": ("在什么方案上修改", "builds on"),
    "scenario_digest": ("方案摘要", "digest of the package"), "parameters_digest": ("参数摘要", "digest of the parameters"),
    "inputs_digest": ("数值输入摘要", "digest of the inputs"), "seed": ("种子", "seed"), "paths": ("路径数", "paths"),
    "worlds": ("算了哪些", "worlds"), "engine": ("引擎", "engine"), "first_quarter": ("起始季度", "first quarter"),
    "quarters": ("季度数", "quarters"), "policy_years": ("政策年数", "policy years"), "settings": ("研究设置", "settings"),
    "command": ("命令", "command"), "python": ("Python", "Python"), "libraries": ("程序库", "library"),
    "processor": ("处理器", "processor"),
}  # fmt: skip
"""What the items of a certificate are called; a key of ``settings`` and a library go by their own name."""


def _item_lines(key: str, label: str, value: object) -> Iterator[tuple[str, str, str]]:
    """Label, key and text of an item, one line for each thing that it holds."""
    if isinstance(value, Mapping):
        for name, held in value.items():
            yield from _item_lines(f"{key}.{name}", f"{label} · {t(*_ITEMS.get(name, (name, name)))}", held)
    elif isinstance(value, list | tuple) and any(isinstance(held, Mapping) for held in value):
        for number, held in enumerate(value, 1):
            yield from _item_lines(f"{key}.{number}", f"{label} {number}", held)
    elif isinstance(value, list | tuple):
        yield label, key, t("、", ", ").join(map(str, value))
    else:
        yield label, key, t("无", "none") if value is None else str(value)


def origins(certificate: Mapping[str, Any]) -> Table:
    """The birth certificate, one line an item."""
    columns = [
        Column("item", "项目", "item", "text"), Column("key", "代号", "key", "text"), Column("value", "内容", "value", "text"),
    ]  # fmt: skip
    table = Table("origins", "出处", "origins", columns)
    for key, value in certificate.items():
        for line in _item_lines(key, t(*_ITEMS.get(key, (key, key))), value):
            table.add(*line)
    return table


def write_workbook(where: Path | BinaryIO, tables: Sequence[Table], *, made: datetime.datetime | None = None) -> None:
    """Write tables as sheets of one workbook, into a file or an open stream.

    A text is always written as text, never as a formula; one that begins with ``=``, ``+``, ``-`` or ``@`` is marked as quoted
    as well, so that editing the cell does not turn it into one. Rows beyond what a sheet holds are left to the Parquet file,
    and the sheet says so. ``made``: the moment that the file carries, now when None. Errors: ``OSError``.
    """
    import xlsxwriter

    many = sum(len(table.rows) for table in tables) > _MANY_ROWS
    book = xlsxwriter.Workbook(
        str(where) if isinstance(where, Path) else where,
        {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False, "constant_memory": many},
    )
    if made is not None:
        book.set_properties({"created": made})
    try:
        formats = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"}
            ),
            "quoted": book.add_format({"quote_prefix": True}),
            "lines": book.add_format({"text_wrap": True, "valign": "top"}),
            "integer": book.add_format({"num_format": "#,##0"}),
            "number": book.add_format({"num_format": "#,##0.00##"}),
        }
        used: set[str] = set()
        for table in tables:
            sheet = book.add_worksheet(_sheet_name(t(table.zh, table.en), used))
            _fill(sheet, table, formats)
    finally:
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            refusal = error.args[0] if error.args else None
            raise (refusal if isinstance(refusal, OSError) else OSError(str(error))) from None


def _sheet_name(wanted: str, used: set[str]) -> str:
    """A name that Excel accepts: at most 31 characters, none of its forbidden signs, each once."""
    plain = "".join(" " if c in "[]:*?/\\'" else c for c in wanted).strip()[:28] or "sheet"
    name, number = plain, 1
    while name.casefold() in used:
        number += 1
        name = f"{plain} {number}"
    used.add(name.casefold())
    return name


def _fill(sheet: Any, table: Table, formats: Mapping[str, Any]) -> None:
    for i, column in enumerate(table.columns):
        sheet.write_string(0, i, column.head, formats["head"])
    widths = [min(_WIDEST, display_width(column.head) + 2) for column in table.columns]
    for r, row in enumerate(table.rows[:MOST_ROWS], 1):
        for i, cell in enumerate(row):
            shown = _put(sheet, r, i, finite(cell), table.columns[i], formats)
            if r <= 500:
                widths[i] = min(_WIDEST, max(widths[i], display_width(shown) + 2))
    if len(table.rows) > MOST_ROWS:
        sheet.write_comment(
            0, 0, t("行数过多，其余见 Parquet 文件", "more rows than a sheet holds: see the Parquet file")
        )
    for i, width in enumerate(widths):
        sheet.set_column(i, i, width)
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, min(len(table.rows), MOST_ROWS), len(table.columns) - 1)


def _put(sheet: Any, r: int, i: int, cell: Cell, column: Column, formats: Mapping[str, Any]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        style = "quoted" if cell.startswith(FORMULA_SIGNS) else "lines" if "\n" in cell else ""
        sheet.write_string(r, i, cell, formats.get(style))
        return cell
    sheet.write_number(r, i, cell, formats["integer" if column.kind == "integer" else "number"])
    return f"{cell:,.2f}"
