"""The tables of a run folder as Arrow: what each column is travels with it."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from kejin_sim.outcomes.described import FIGURES, SIDE_WORDS, WORLD_LABELS
from kejin_sim.outcomes.metric import DIRECTION_LABELS, UNIT_LABELS, Metric
from kejin_sim.outcomes.outcomes import SUFFIX, Outcomes, Portion
from kejin_sim.outcomes.registry import pair_metrics, world_metrics
from kejin_sim.outcomes.representative import Representative, whole_path
from kejin_sim.outcomes.series import SERIES_LABELS
from kejin_sim.outcomes.statistics import Array
from kejin_sim.outcomes.summary import Line, Summary, figures_of
from kejin_sim.outcomes.years import TAKEN_LABELS, YEARS
from kejin_sim.postings import by_name as posting
from kejin_sim.recording import SERIES, BlockResult
from kejin_sim.store.arrow import numbers, words
from kejin_sim.store.folder import PATHS, REPRESENTATIVE, SUMMARY, YEARLY
from kejin_sim.timeline import Quarter, quarters_from

# Fixed, so that files are equal byte by byte however the run was cut into blocks.
PATHS_PER_GROUP: Final = 10_000
YEAR_PATHS_PER_GROUP: Final = 1_000
_WRITING: Final[dict[str, Any]] = {"compression": "zstd", "use_dictionary": False}
TWIN_LABEL: Final = ("（基准）", " (twin)")


def _field(name: str, kind: Any, **described: str) -> Any:
    return pa.field(name, kind, metadata={k: v for k, v in described.items() if v})


def _metric_field(metric: Metric, *, twin: bool) -> Any:
    zh, en = TWIN_LABEL if twin else ("", "")
    return _field(
        metric.name + (SUFFIX if twin else ""),
        pa.float64(),
        label_zh=metric.zh + zh,
        label_en=metric.en + en,
        unit=metric.unit,
        unit_zh=metric.counted[0] or UNIT_LABELS[metric.unit][0],
        unit_en=metric.counted[1] or UNIT_LABELS[metric.unit][1],
        formula_zh=metric.formula_zh,
        formula_en=metric.formula_en,
        direction=metric.direction,
        measure=metric.measure,
        world="pair" if metric.scope == "pair" else "twin" if twin else "package",
    )


def _schema(fields: Sequence[Any], certificate: Mapping[str, Any]) -> Any:
    return pa.schema(fields, metadata={"kejin": json.dumps(certificate, ensure_ascii=False, sort_keys=True)})


_PATH_FIELD: Final = ("path", "路径编号，从0起", "number of the path, from 0")


def write_paths(folder: Path, outcomes: Outcomes, certificate: Mapping[str, Any]) -> None:
    """``paths.parquet``: one row a path, every metric, the twin's beside the package's."""
    worlds = (False, True) if outcomes.has_twin else (False,)
    fields = [_field(_PATH_FIELD[0], pa.int64(), label_zh=_PATH_FIELD[1], label_en=_PATH_FIELD[2])]
    fields += [_metric_field(metric, twin=twin) for metric in world_metrics() for twin in worlds]
    fields += [_metric_field(metric, twin=False) for metric in (pair_metrics() if outcomes.has_twin else ())]
    columns: list[Array | NDArray[np.int64]] = [np.arange(outcomes.paths, dtype=np.int64), *outcomes.columns().values()]
    schema = _schema(fields, certificate)
    table = pa.Table.from_arrays([numbers(column) for column in columns], schema=schema)
    pq.write_table(table, folder / PATHS, row_group_size=PATHS_PER_GROUP, **_WRITING)


class YearsWriter:
    """``years.parquet``: one row a path and fiscal year, streamed in groups of a fixed number of paths."""

    def __init__(self, folder: Path, first_year: int, certificate: Mapping[str, Any], *, twin: bool) -> None:
        fields = [
            _field(_PATH_FIELD[0], pa.int64(), label_zh=_PATH_FIELD[1], label_en=_PATH_FIELD[2]),
            _field("year", pa.int64(), label_zh="财政年度", label_en="fiscal year"),
        ]
        for series in YEARS:
            zh, en = TAKEN_LABELS[series.taken]
            for suffix, world, label in (("", "package", ("", "")), (SUFFIX, "twin", TWIN_LABEL))[: 1 + twin]:
                fields.append(
                    _field(
                        series.name + suffix, pa.float64(), label_zh=f"{series.zh}{label[0]}，{zh}",
                        label_en=f"{series.en}{label[1]}, {en}", unit=series.unit, taken=series.taken, world=world,
                    )
                )  # fmt: skip
        self._schema = _schema(fields, certificate)
        self._writer = pq.ParquetWriter(folder / YEARLY, self._schema, **_WRITING)
        self._first_year = first_year
        self._waiting: list[Any] = []
        self._paths_waiting = 0
        self._next_path = 0

    def add(self, portion: Portion) -> None:
        """Take the next paths; whole groups are written at once."""
        self._waiting.append(portion.years)
        self._paths_waiting += portion.paths
        if self._paths_waiting >= YEAR_PATHS_PER_GROUP:
            values = np.concatenate(self._waiting, axis=2)
            while values.shape[2] >= YEAR_PATHS_PER_GROUP:
                self._write(values[:, :, :YEAR_PATHS_PER_GROUP])
                values = values[:, :, YEAR_PATHS_PER_GROUP:]
            self._waiting, self._paths_waiting = [values.copy()], values.shape[2]

    def _write(self, values: Any) -> None:
        paths, years = values.shape[2:]
        number = np.arange(self._next_path, self._next_path + paths, dtype=np.int64)
        year = np.arange(self._first_year, self._first_year + years, dtype=np.int64)
        columns = [np.repeat(number, years), np.tile(year, paths)]
        columns += [values[w, s].ravel() for s in range(values.shape[1]) for w in range(values.shape[0])]
        arrays = [numbers(column) for column in columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=paths * years)
        self._next_path += paths

    def finish(self) -> None:
        """Write the rest and close the file."""
        if self._paths_waiting:
            self._write(np.concatenate(self._waiting, axis=2))
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the file; it is going to be deleted."""
        with suppress(Exception):  # the fault that made us give up is the one to report
            self._writer.close()


def write_representative(
    folder: Path,
    chosen: Sequence[tuple[Representative, BlockResult]],
    start: Quarter,
    certificate: Mapping[str, Any],
) -> None:
    """``representative.parquet``: all postings and series of a few whole paths, a row per path, world and quarter."""
    keys: dict[str, list[Any]] = {"representative": [], "path": [], "world": [], "quarter": []}
    values: dict[str, list[Any]] = {}
    for one, block in chosen:
        for world in range(block.flows.shape[1]):
            rows = whole_path(block, world)
            count = block.flows.shape[3]
            keys["representative"] += [one.name] * count
            keys["path"] += [one.path] * count
            keys["world"] += [("package", "twin")[world]] * count
            keys["quarter"] += [str(quarter) for quarter in quarters_from(start, count)]
            for name, row in rows.items():
                values.setdefault(name, []).append(row)
    fields = [
        _field("representative", pa.string(), label_zh="净支出所在分位", label_en="quantile of net fiscal cost"),
        _field(_PATH_FIELD[0], pa.int64(), label_zh=_PATH_FIELD[1], label_en=_PATH_FIELD[2]),
        _field("world", pa.string(), label_zh="方案或基准", label_en="package or twin"),
        _field("quarter", pa.string(), label_zh="季度", label_en="quarter"),
    ]
    for name in values:
        if name in SERIES:
            zh, en, unit = SERIES_LABELS[name]
            fields.append(_field(name, pa.float64(), label_zh=zh, label_en=en, unit=unit))
            continue
        entry = posting(name.removeprefix("flow_"))
        fields.append(
            _field(
                name, pa.float64(), unit="CNY", rule=entry.rule, payer=entry.payer, payee=entry.payee,
                label_zh=entry.zh, label_en=entry.en,
            )
        )  # fmt: skip
    arrays = [words(column) if name != "path" else numbers(np.array(column)) for name, column in keys.items()]
    arrays += [numbers(np.concatenate(parts)) for parts in values.values()]
    table = pa.Table.from_arrays(arrays, schema=_schema(fields, certificate))
    pq.write_table(table, folder / REPRESENTATIVE, **_WRITING)


SUMMARY_COLUMNS: Final = (
    "metric", "label_zh", "label_en", "unit", "unit_zh", "world", "world_zh", *FIGURES, "tail", "direction", "direction_zh",
    "measure", "formula_zh", "formula_en",
)  # fmt: skip


def _cell(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else ""


def _summary_row(line: Line) -> list[str]:
    metric = line.metric
    counted = metric.counted[0] if isinstance(metric, Metric) else ""
    return [
        metric.name, metric.zh, metric.en, metric.unit, counted or UNIT_LABELS[metric.unit][0],
        line.world, WORLD_LABELS[line.world][0], str(line.n), *map(_cell, list(figures_of(line).values())[1:]),
        SIDE_WORDS[line.tail_side],
        metric.direction, DIRECTION_LABELS[metric.direction][0], metric.measure, metric.formula_zh, metric.formula_en,
    ]  # fmt: skip


def write_summary(folder: Path, summary: Summary) -> None:
    """``summary.csv``: a row per metric and world, figures in full, an empty cell for what is not defined.

    With a byte order mark, which Excel needs to read Chinese.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SUMMARY_COLUMNS)
    writer.writerows(_summary_row(line) for line in summary)
    (folder / SUMMARY).write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")
