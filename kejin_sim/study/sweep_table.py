"""The tables of a sweep: a row a point, metric and world; and a row a point. They are made from the journal, point by point."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from kejin_sim.lang import t
from kejin_sim.outcomes.described import BOUNDED, FIGURES, WORLD_LABELS
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.registry import RATIOS, by_name
from kejin_sim.outcomes.statistics import LEVELS
from kejin_sim.store.arrow import numbers, words
from kejin_sim.study.journal import Journal
from kejin_sim.study.recorded import Recorded, unpacked
from kejin_sim.study.sweep import Plan, PlannedPoint
from kejin_sim.study.sweep_file import Sweep
from kejin_sim.study.table import UNIT_WORDS, Cell, Column, batch, schema, unit_of


def _key_columns(sweep: Sweep) -> list[Column]:
    return [
        Column(
            d.name, d.zh, d.en, "text" if d.parameter.kind in ("choice", "flag") else "number", *d.unit, words=d.words,
        )
        for d in sweep.dimensions
    ]  # fmt: skip


def _key_cells(sweep: Sweep, point: PlannedPoint) -> list[Cell]:
    return [
        d.written(point.values[d.name]) if d.parameter.kind in ("choice", "flag") else point.values[d.name]
        for d in sweep.dimensions
    ]


def _recorded(point: PlannedPoint, journal: Journal) -> tuple[Recorded | None, str]:
    """What is known of a point, or why nothing is."""
    if point.error[0]:
        return None, t(*point.error)
    entry = journal.get(point.address)
    found = unpacked(entry)
    return found, "" if found is not None else str(entry["error"])


def result_columns(sweep: Sweep) -> list[Column]:
    """Columns of the table with one row a point, metric and world."""
    return [
        Column("point", "点", "point", "integer"), *_key_columns(sweep), Column("metric", "指标代码", "metric", "text"),
        Column("label", "指标", "label", "text"), Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("world", "情形", "world", "text", words=WORLD_LABELS),
        Column("n", "路径数", "paths", "integer"), Column("mean", "均值", "mean"), Column("se", "标准误", "standard error"),
        Column("low95", "95%区间下限", "95 % low"), Column("high95", "95%区间上限", "95 % high"),
        *(Column(f"p{round(100 * level)}", f"P{round(100 * level)}", f"P{round(100 * level)}") for level in LEVELS),
        Column("tail_mean", "最差5%路径均值", "mean of the worst 5 %"), *bound_columns(), Column("error", "出错", "error", "text"),
    ]  # fmt: skip


def bound_columns() -> list[Column]:
    """Columns of the 95 % intervals of the tail mean and of quantiles, as the summary of a run names them."""
    heads = [("tail", "最差5%路径均值", "mean of the worst 5 %"),
             *((f"p{round(100 * x)}", f"P{round(100 * x)}", f"P{round(100 * x)}") for x in BOUNDED)]  # fmt: skip
    ends = (("low95", "95%区间下限", "95 % low"), ("high95", "95%区间上限", "95 % high"))
    return [
        Column(f"{name}_{end}", f"{zh}：{end_zh}", f"{en}: {end_en}")
        for name, zh, en in heads
        for end, end_zh, end_en in ends
    ]


def result_batches(made: Plan, journal: Journal, only: Collection[tuple[str, str]] | None = None) -> Iterator[Any]:
    """An Arrow batch a point in the order of the plan, with the columns of `result_columns`: a row a metric and world; a single
    row with its error for a point that failed.

    ``only``: pairs of metric and world to keep, all when None; points that failed are then left out.
    """
    import pyarrow as pa

    columns = result_columns(made.sweep)
    layout = schema(columns)
    empty: list[Cell] = [None] * (len(FIGURES) - 1)
    for point in made.points:
        head: list[Cell] = [point.number, *_key_cells(made.sweep, point)]
        found, error = _recorded(point, journal)
        if found is None:
            if only is None:
                yield batch(columns, [(*head, "", "", "", "", 0, *empty, error)])
            continue
        texts, figures = _texts(found.names, found.worlds), found.figures
        if only is not None:
            places = np.array([found.lines[pair] for pair in only if pair in found.lines], dtype=np.int64)
            texts, figures = [column.take(numbers(places)) for column in texts], figures[places]
        size = len(figures)
        yield pa.record_batch(
            [
                *(pa.repeat(pa.scalar(cell, layout.field(i).type), size) for i, cell in enumerate(head)), *texts,
                numbers(figures[:, 0].astype(np.int64)), *(numbers(column) for column in figures.T[1:]),
                pa.repeat(pa.scalar("", pa.string()), size),
            ],
            schema=layout,
        )  # fmt: skip


def result_rows(made: Plan, journal: Journal, only: Collection[tuple[str, str]]) -> Iterator[Sequence[Cell]]:
    """The rows of some pairs of metric and world, for those who draw them."""
    for rows in result_batches(made, journal, only):
        yield from (tuple(row.values()) for row in rows.to_pylist())


@cache
def _texts(names: tuple[str, ...], worlds: tuple[str, ...]) -> list[Any]:
    """Columns of metric, label, unit and world: the same for every point of a sweep."""
    metrics: dict[str, Any] = {**by_name(), **{ratio.name: ratio for ratio in RATIOS}}
    found = [metrics[name] for name in names]
    return [words(names), words([m.label for m in found]), words([m.unit for m in found]), words(worlds)]


def point_columns(sweep: Sweep, names: Sequence[tuple[str, str]]) -> list[Column]:
    """Columns of the table with one row a point: its values and the means of some metrics."""
    metrics: dict[str, Any] = by_name()
    said = {"package": ("", ""), "difference": ("（差异）", " (difference)"), "twin": ("（基准）", " (twin)")}
    columns = [
        Column("point", "点", "point", "integer"), *_key_columns(sweep), Column("error", "出错", "error", "text"),
    ]  # fmt: skip
    for name, world in names:
        metric: Metric = metrics[name]
        zh, en = said[world]
        columns.append(Column(f"{name}.{world}", metric.zh + zh, metric.en + en, "number", *unit_of(metric)))
    return columns


def point_rows(made: Plan, journal: Journal, names: Sequence[tuple[str, str]]) -> Iterator[Sequence[Cell]]:
    """One row a point."""
    for point in made.points:
        found, error = _recorded(point, journal)
        means = [None if found is None else found.mean(*pair) for pair in names]
        yield [point.number, *_key_cells(made.sweep, point), error, *means]


def headline(made: Plan, journal: Journal) -> list[tuple[str, str]]:
    """The metrics that a person looks at first, in the worlds that this sweep has."""
    from kejin_sim.outcomes.headlines import COSTS, GAINS

    recorded = (_recorded(point, journal)[0] for point in made.points)
    first = next((found for found in recorded if found is not None), None)
    have = first.lines if first is not None else {}
    wanted = made.sweep.metrics or (*COSTS, *GAINS)
    return [
        (name, world)
        for name in wanted
        for world in ("package", "difference")
        if (name, world) in have and name in by_name()
    ]
