"""The result of a study as one table: columns that know their labels and units, rows of plain values.

The same table becomes Parquet (for programs), CSV and XLSX (for people).
"""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from kejin_sim.lang import t
from kejin_sim.outcomes.metric import UNIT_LABELS, Metric, Ratio
from kejin_sim.outcomes.registry import by_name
from kejin_sim.store.arrow import words

Kind = Literal["text", "number", "integer"]
Cell = str | float | int | None
#: A text that begins with one of these would be taken for a formula by a spreadsheet.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
ROWS_PER_GROUP: Final = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, labels for people, and the unit of its numbers (empty for texts).

    ``words``: what the codes of a text column mean, in Chinese and English. Programs get the codes, people the words.
    """

    name: str
    zh: str
    en: str
    kind: Kind = "number"
    unit_zh: str = ""
    unit_en: str = ""
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)

    def said(self, cell: Cell) -> Cell:
        """A cell for people: the words of a code in the current language."""
        return t(*self.words[cell]) if isinstance(cell, str) and cell in self.words else cell

    @property
    def head(self) -> str:
        """Label with unit in the current language: ``财政净支出（元）``."""
        unit = t(self.unit_zh, self.unit_en)
        return t(self.zh, self.en) + (t(f"（{unit}）", f" ({unit})") if unit else "")


#: What the code of a unit means.
UNIT_WORDS: Final[dict[str, tuple[str, str]]] = {str(unit): said for unit, said in UNIT_LABELS.items()}


def unit_of(metric: Metric | Ratio) -> tuple[str, str]:
    """Unit of a metric's figures in Chinese and English: what a count counts where that is known."""
    counted = metric.counted if isinstance(metric, Metric) else ("", "")
    return counted if counted[0] else UNIT_LABELS[metric.unit]


def _counted(name: Cell) -> str:
    """What the metric of a name counts (家, firms), as the terminal says it; empty where that is not known."""
    metric = by_name().get(str(name).partition(".")[0])
    return t(*metric.counted) if metric is not None else ""


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

    def spoken(self) -> Table:
        """The same table for people: words of the current language instead of codes."""
        if not any(column.words for column in self.columns):
            return self
        names = [column.name for column in self.columns]
        counted = (names.index("unit"), names.index("metric")) if {"unit", "metric"} <= set(names) else None
        rows: list[Sequence[Cell]] = []
        for row in self.rows:
            said = [c.said(cell) for c, cell in zip(self.columns, row, strict=True)]
            if counted is not None and row[counted[0]] == "count":
                said[counted[0]] = _counted(row[counted[1]]) or said[counted[0]]
            rows.append(said)
        return Table(self.name, self.zh, self.en, self.columns, rows)

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


def schema(columns: Sequence[Column], certificate: Mapping[str, Any] | None = None) -> Any:
    """The Arrow schema of columns: labels and units travel with them, the birth certificate with the file."""
    import pyarrow as pa

    kinds = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64()}
    fields = []
    for column in columns:
        said = {"label_zh": column.zh, "label_en": column.en, "unit_zh": column.unit_zh, "unit_en": column.unit_en}
        fields.append(pa.field(column.name, kinds[column.kind], metadata={k: v for k, v in said.items() if v}))
    if certificate is None:
        return pa.schema(fields)
    return pa.schema(fields, metadata={"kejin": json.dumps(certificate, ensure_ascii=False, sort_keys=True)})


def batch(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Any:
    """Rows as an Arrow batch with the columns' `schema`."""
    import pyarrow as pa

    layout = schema(columns)
    arrays = [pa.array([finite(row[i]) for row in rows], type=layout.field(i).type) for i in range(len(columns))]
    return pa.record_batch(arrays, schema=layout)


def write_files(
    parquet: Path, text: Path, columns: Sequence[Column], batches: Iterable[Any], certificate: Mapping[str, Any]
) -> None:
    """Write a table for programs (Parquet) and for people (CSV) in one pass, in groups, so that memory does not grow with it.

    ``batches``: Arrow batches with the columns' `schema`, as `batch` makes them. The CSV has labels with units in the current
    language above the rows, words of that language instead of codes, and the byte order mark that Excel needs; a text that a
    spreadsheet would take for a formula has an apostrophe before it.
    """
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    layout, bare = schema(columns, certificate), pc.WriteOptions(include_header=False)
    names = [str(i) for i in range(len(columns))]  # labels need not differ
    with pq.ParquetWriter(parquet, layout, compression="zstd") as writer, text.open("wb") as stream:
        stream.write(codecs.BOM_UTF8)
        pc.write_csv(pa.record_batch([[harmless(column.head)] for column in columns], names=names), stream, bare)
        for group in _groups(batches):
            writer.write_table(pa.Table.from_batches(group).cast(layout))
            for each in group:
                kept = [
                    _harmless(_spoken(array, column)) if pa.types.is_string(array.type) else array
                    for array, column in zip(each.columns, columns, strict=True)
                ]
                pc.write_csv(pa.record_batch(kept, names=names), stream, bare)


def _spoken(texts: Any, column: Column) -> Any:
    """Codes as words; there are few codes and many rows."""
    import pyarrow as pa

    if not column.words:
        return texts
    coded = texts.dictionary_encode()
    meant = words([str(column.said(code)) for code in coded.dictionary.to_pylist()])
    return pa.DictionaryArray.from_arrays(coded.indices, meant).cast(pa.string())


def _harmless(texts: Any) -> Any:
    import pyarrow.compute as compute

    if not any(compute.any(compute.starts_with(texts, sign)).as_py() for sign in FORMULA_SIGNS):
        return texts
    return words([None if text is None else harmless(text) for text in texts.to_pylist()])


def _groups(batches: Iterable[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    rows = 0
    for each in batches:
        group.append(each)
        rows += each.num_rows
        if rows >= ROWS_PER_GROUP:
            yield group
            group, rows = [], 0
    if group:
        yield group
