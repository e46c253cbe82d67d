"""The result of a study as one table: columns that know their labels and units, rows of plain values.

The same table becomes Parquet (for programs), CSV and XLSX (for people).
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from kejin_sim.lang import t

Kind = Literal["text", "number", "integer"]
Cell = str | float | int | None
#: A text that begins with one of these would be taken for a formula by a spreadsheet.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, labels for people, and the unit of its numbers (empty for texts)."""

    name: str
    zh: str
    en: str
    kind: Kind = "number"
    unit_zh: str = ""
    unit_en: str = ""

    @property
    def head(self) -> str:
        """Label with unit in the current language: ``财政净支出（元）``."""
        unit = t(self.unit_zh, self.unit_en)
        return t(self.zh, self.en) + (t(f"（{unit}）", f" ({unit})") if unit else "")


@dataclass
class Table:
    """Columns and rows; a cell is None or NaN where there is nothing."""

    name: str
    zh: str
    en: str
    columns: Sequence[Column]
    rows: list[Sequence[Cell]] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Append a row. Errors: ``ValueError`` when it does not fit the columns: a fault of the program."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns of {self.name}")
        self.rows.append(cells)

    def objects(self) -> list[dict[str, Cell]]:
        """Rows as plain objects, for JSON: what is not defined is None."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, map(finite, row), strict=True)) for row in self.rows]


def finite(cell: Cell) -> Cell:
    """A cell, None when it is NaN or infinite."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before a sign that would start one."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _written(cell: Cell) -> str:
    cell = finite(cell)
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else repr(cell)


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """Labels with units in the current language above the rows; with the byte order mark that Excel needs."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([harmless(column.head) for column in columns])
        writer.writerows([_written(cell) for cell in row] for row in rows)


def schema(columns: Sequence[Column], certificate: Mapping[str, Any]) -> Any:
    """The Arrow schema of columns: labels and units travel with them, the birth certificate with the file."""
    import pyarrow as pa

    kinds = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64()}
    fields = []
    for column in columns:
        said = {"label_zh": column.zh, "label_en": column.en, "unit_zh": column.unit_zh, "unit_en": column.unit_en}
        fields.append(pa.field(column.name, kinds[column.kind], metadata={k: v for k, v in said.items() if v}))
    return pa.schema(fields, metadata={"kejin": json.dumps(certificate, ensure_ascii=False, sort_keys=True)})


def write_parquet(
    path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], certificate: Mapping[str, Any]
) -> None:
    """Rows in groups of 10,000, so that memory does not grow with the table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    layout = schema(columns, certificate)
    with pq.ParquetWriter(path, layout, compression="zstd") as writer:
        for group in _groups(rows, 10_000):
            arrays = [
                pa.array([finite(row[i]) for row in group], type=layout.field(i).type) for i in range(len(columns))
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=layout))


def _groups(rows: Iterable[Sequence[Cell]], size: int) -> Iterator[list[Sequence[Cell]]]:
    group: list[Sequence[Cell]] = []
    for row in rows:
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
