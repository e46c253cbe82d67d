"""Running a sweep: every point once, streamed to disk, resumable at any moment; a point that fails does not stop the rest."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kejin_sim.errors import InputError, KejinError, MachineError
from kejin_sim.lang import t
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.registry import RATIOS, by_name
from kejin_sim.outcomes.statistics import LEVELS
from kejin_sim.outcomes.summary import Summary, summarise
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study.cache import address
from kejin_sim.study.design import all_points, allowed
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.journal import Journal
from kejin_sim.study.sweep_file import Sweep
from kejin_sim.study.table import Cell, Column

JOURNAL: Final = "journal.jsonl"
FIGURES: Final = ("n", "mean", "se", "low95", "high95", *(f"p{round(100 * level)}" for level in LEVELS), "tail_mean")

Told = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """A point of the plan: its values, its address, and why it cannot be simulated (empty when it can)."""

    number: int
    values: Mapping[str, float]
    address: str
    error: tuple[str, str] = ("", "")


@dataclass
class Plan:
    """All points in order; ``dropped``: how many the constraints forbid."""

    sweep: Sweep
    points: list[PlannedPoint] = field(default_factory=list)
    dropped: int = 0

    @property
    def addresses(self) -> list[str]:
        """What has to be simulated, each once, in order."""
        return list(dict.fromkeys(point.address for point in self.points if not point.error[0]))


def plan(sweep: Sweep, engine: str) -> Plan:
    """Work out every point and its address; a point that the scenario's own checks refuse carries their words.

    Errors: `InputError` when the constraints leave no point.
    """
    names = {d.name for d in sweep.dimensions}
    fixed = {name: _value(sweep.scenario, name) for c in sweep.constraints for _, name in c.terms if name not in names}
    made = Plan(sweep)
    points = all_points(sweep.dimensions, sweep.design, sweep.points, sweep.draws, sweep.seed)
    for values in allowed(points, sweep.dimensions, sweep.constraints, fixed):
        if values is None:
            made.dropped += 1
            continue
        number = len(made.points)
        try:
            inputs = scenario_of(sweep, values).inputs()
        except InputError as error:
            said = "; ".join(p.message_zh for p in error.problems), "; ".join(p.message_en for p in error.problems)
            made.points.append(PlannedPoint(number, values, _refused(values), said))
            continue
        worlds = 1 if inputs.twin is None else 2
        key = address(inputs.digest, sweep.seed, worlds, f"{engine} {sweep.paths} {','.join(sweep.metrics)}")
        made.points.append(PlannedPoint(number, values, key))
    if not made.points:
        raise InputError.of(
            f"约束排除了全部 {made.dropped} 个点。", f"the constraints forbid all {made.dropped} points.", key="constraints",
            hint_zh="放宽约束，或让取值能满足它（可用 rest 由等式算出）。",
            hint_en="loosen them, or let the values meet them (rest computes a value from an equation).",
        )  # fmt: skip
    return made


def _value(scenario: Scenario, name: str) -> float:
    from kejin_sim.scenario.scenario import parameter_of

    parameter, index = parameter_of(name)
    value = scenario.values[parameter.key]
    return float(value[index] if isinstance(value, tuple) and index is not None else value)  # type: ignore[arg-type]


def _refused(values: Mapping[str, float]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def scenario_of(sweep: Sweep, values: Mapping[str, float]) -> Scenario:
    """The scenario at a point. Errors: `InputError` when its checks refuse it."""
    changes: dict[str, Any] = {}
    for dimension in sweep.dimensions:
        value = values[dimension.name]
        changes[dimension.name] = round(value) if dimension.parameter.is_integer else value
    return set_values(sweep.scenario, changes)


def run(made: Plan, evaluate: Evaluate, journal: Journal, told: Told | None = None) -> int:
    """Simulate what the journal does not have. Returns: how many points failed.

    A fault of the program in one point is recorded with its words and the rest go on; a full disk or an interruption stops
    the sweep, and what is recorded stays.
    """
    sweep, failed = made.sweep, 0
    tried: set[str] = set()  # two points may have the same numbers, for example when a whole number is rounded
    for point in made.points:
        if point.error[0] or point.address in tried or journal.holds(point.address):
            continue
        tried.add(point.address)
        try:
            outcomes = evaluate(scenario_of(sweep, point.values), sweep.paths)
            content: dict[str, Any] = {"lines": list(_lines(summarise(outcomes, sweep.metrics)))}
        except (MachineError, OSError, MemoryError):
            raise
        except Exception as error:
            words = error.render() if isinstance(error, KejinError) else f"{type(error).__name__}: {error}"
            content = {"error": words}
            failed += 1
            if told is not None:
                told(
                    f"点 {point.number} 出错，其余继续：{words}",
                    f"point {point.number} failed, the rest go on: {words}",
                )
        journal.add(point.address, content)
    return failed


def _lines(summary: Summary) -> Iterator[list[Any]]:
    for line in summary:
        numbers = (line.mean, line.se, line.low, line.high, *line.quantiles, line.tail)
        yield [line.metric.name, line.world, line.n, *(v if math.isfinite(v) else None for v in numbers)]


# ---- tables


def _key_columns(sweep: Sweep) -> list[Column]:
    return [
        Column(
            d.name, d.parameter.zh, d.parameter.en,
            "text" if d.parameter.kind in ("choice", "flag") else "number",
            "元" if d.parameter.kind == "money" else "", "CNY" if d.parameter.kind == "money" else "",
        )
        for d in sweep.dimensions
    ]  # fmt: skip


def _key_cells(sweep: Sweep, point: PlannedPoint) -> list[Cell]:
    return [
        d.written(point.values[d.name]) if d.parameter.kind in ("choice", "flag") else point.values[d.name]
        for d in sweep.dimensions
    ]


def result_columns(sweep: Sweep) -> list[Column]:
    """Columns of the table with one row a point, metric and world."""
    return [
        Column("point", "点", "point", "integer"), *_key_columns(sweep), Column("metric", "指标代码", "metric", "text"),
        Column("label", "指标", "label", "text"), Column("unit", "单位", "unit", "text"), Column("world", "情形", "world", "text"),
        Column("n", "路径数", "paths", "integer"), Column("mean", "均值", "mean"), Column("se", "标准误", "standard error"),
        Column("low95", "95%区间下限", "95 % low"), Column("high95", "95%区间上限", "95 % high"),
        *(Column(f"p{round(100 * level)}", f"P{round(100 * level)}", f"P{round(100 * level)}") for level in LEVELS),
        Column("tail_mean", "最差5%路径均值", "mean of the worst 5 %"), Column("error", "出错", "error", "text"),
    ]  # fmt: skip


def result_rows(
    made: Plan, journal: Journal, only: Collection[tuple[str, str]] | None = None
) -> Iterator[Sequence[Cell]]:
    """One row a point, metric and world, in the order of the plan; a single row with its error for a point that failed.

    ``only``: pairs of metric and world to keep, all when None.
    """
    metrics: dict[str, Any] = {**by_name(), **{ratio.name: ratio for ratio in RATIOS}}
    empty = [None] * (len(FIGURES) - 1)
    for point in made.points:
        head: list[Cell] = [point.number, *_key_cells(made.sweep, point)]
        entry: dict[str, Any] = {"error": t(*point.error)} if point.error[0] else journal.get(point.address)
        if "error" in entry:
            yield [*head, "", "", "", "", 0, *empty, str(entry["error"])]
            continue
        for line in entry["lines"]:
            if only is not None and (line[0], line[1]) not in only:
                continue
            metric = metrics[line[0]]
            yield [*head, metric.name, metric.label, metric.unit, *line[1:], ""]


def point_columns(sweep: Sweep, names: Sequence[tuple[str, str]]) -> list[Column]:
    """Columns of the table with one row a point: its values and the means of some metrics."""
    metrics: dict[str, Any] = by_name()
    said = {"package": ("", ""), "difference": ("（差异）", " (difference)"), "twin": ("（基准）", " (twin)")}
    columns = [
        Column("point", "点", "point", "integer"), *_key_columns(sweep), Column("error", "出错", "error", "text"),
    ]  # fmt: skip
    for name, world in names:
        metric: Metric = metrics[name]
        money = metric.unit == "CNY"
        zh, en = said[world]
        columns.append(
            Column(
                f"{name}.{world}",
                metric.zh + zh,
                metric.en + en,
                "number",
                "元" if money else "",
                "CNY" if money else "",
            )
        )
    return columns


def point_rows(made: Plan, journal: Journal, names: Sequence[tuple[str, str]]) -> Iterator[Sequence[Cell]]:
    """One row a point."""
    for point in made.points:
        head: list[Cell] = [point.number, *_key_cells(made.sweep, point)]
        entry: dict[str, Any] = {"error": t(*point.error)} if point.error[0] else journal.get(point.address)
        means = {(line[0], line[1]): line[3] for line in entry.get("lines", ())}
        yield [*head, str(entry.get("error", "")), *(means.get(key) for key in names)]


def headline(made: Plan, journal: Journal) -> list[tuple[str, str]]:
    """The metrics that a person looks at first, in the worlds that this sweep has."""
    from kejin_sim.outcomes.headlines import COSTS, GAINS

    have = next(
        ({(line[0], line[1]) for line in journal.get(p.address).get("lines", ())} for p in made.points
         if not p.error[0] and "lines" in journal.get(p.address)), set[tuple[str, str]](),
    )  # fmt: skip
    wanted = made.sweep.metrics or (*COSTS, *GAINS)
    return [
        (name, world)
        for name in wanted
        for world in ("package", "difference")
        if (name, world) in have and name in by_name()
    ]


def folder_of(out: str | None, name: str) -> Path:
    """Where a sweep lives: the same folder every time, so that it can be resumed and extended. Errors: `InputError`."""
    from kejin_sim.store.folder import MANIFEST, plain
    from kejin_sim.study.folder import STUDIES

    folder = Path(out).expanduser() if out else Path(STUDIES) / f"sweep-{plain(name)}"
    strange = folder.is_dir() and any(folder.iterdir()) and not (folder / JOURNAL).is_file()
    if strange or (folder.exists() and not folder.is_dir()) or folder == Path():
        raise InputError.of(
            f"{folder} 里有别的内容。" if strange else f"{folder} 不能作为结果文件夹。",
            f"{folder} holds other things." if strange else f"{folder} cannot be the folder of a sweep.", key="--out",
            hint_zh="换一个名称；续跑时写原来扫描的文件夹。",
            hint_en=f"choose another name; to resume, name the folder of the sweep (with its {JOURNAL} and {MANIFEST}).",
        )  # fmt: skip
    return folder
