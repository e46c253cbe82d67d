"""What the commands of studies share: their options, the evaluator they work with, how their figures are printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kejin_sim.cli.options import MOST_PATHS
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kejin_sim.outcomes.metric import Metric, Ratio
    from kejin_sim.outcomes.statistics import Interval
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.store.folder import Target
    from kejin_sim.study.calibrate.goals import Goal
    from kejin_sim.study.evaluate import Evaluator
    from kejin_sim.study.folder import StudyOrder
    from kejin_sim.study.quantity import Quantity
    from kejin_sim.study.table import Table


Paths = Annotated[
    int, typer.Option("--paths", min=2, max=MOST_PATHS, help=both("每个点的路径数", "paths of each point"))
]
STATUS_QUO: Final = "status_quo"
WorldOf = Annotated[
    str,
    typer.Argument(
        metavar="[SCENARIO]", show_default=True,
        help=both("方案文件或内置方案名；不看它的基准", "a scenario file or a bundled name; not its baseline"),
    ),
]  # fmt: skip
Free = Annotated[
    list[str] | None,
    typer.Option(
        "--free", metavar="KEY", show_default=False,
        help=both("只动这些键，可写多次；默认一套", "move these keys only (repeatable); by default a list"),
    ),
]  # fmt: skip
Targets = Annotated[
    str | None,
    typer.Option(
        "--targets", metavar="FILE.csv", show_default=False,
        help=both("自己的目标表，格式同 facts.csv；表里没有的仍取公开统计",
                  "a table of your own in the form of facts.csv; published figures where it has none"),
    ),
]  # fmt: skip
OnlyTargets = Annotated[bool, typer.Option("--only-targets", help=both("只用自己的目标表", "nothing but that table"))]
Out = Annotated[
    str | None,
    typer.Option(
        "--out", show_default=False,
        help=both("结果文件夹，默认 studies/研究-方案", "folder for the results, by default studies/study-scenario"),
    ),
]  # fmt: skip
Excel = Annotated[
    bool,
    typer.Option(
        "--excel",
        help=both("另写 study.xlsx（中文表头、单位、假设表）", "write study.xlsx too, with units and assumptions"),
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="tcp://HOST:PORT|slurm:…", show_default=False,
        help=both("在 dask 集群或 Slurm 作业上运行；结果逐位相同", "run on a dask cluster or as Slurm jobs; the same bits"),
    ),
]  # fmt: skip
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help=both("不使用、也不保存算过的点", "neither use nor keep points computed before")),
]
Force = Annotated[
    bool,
    typer.Option("--force", help=both("覆盖 --out 处的上一次结果", "replace earlier results in the place of --out")),
]


@dataclass
class Bench:
    """A study at work: its evaluator, and how it ends."""

    order: StudyOrder
    evaluate: Evaluator

    def write(
        self, tables: Sequence[Table], *, notes: Mapping[str, Any] | None = None, texts: Mapping[str, str] | None = None
    ) -> tuple[Path, dict[str, Any]]:  # fmt: skip
        """Write the folder of the study, its figures included; see `write`."""
        return write(self.order, tables, notes=notes, texts=texts)


def write(
    order: StudyOrder,
    tables: Sequence[Table],
    *,
    notes: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[Path, dict[str, Any]]:
    """Write the folder of a study, its figures included; returns the folder and its manifest. ``texts``: further files by name."""
    from kejin_sim.cli.notices import tell_elsewhere
    from kejin_sim.report.charts import charts, drawing
    from kejin_sim.report.findings import of_order
    from kejin_sim.study import folder

    draw = drawing(charts(of_order(order, tables, notes or {})))

    def beside(place: Path) -> None:
        for name, text in (texts or {}).items():
            (place / name).write_text(text, encoding="utf-8", newline="\n")
        draw(place)

    written, manifest = folder.write(order, tables, draw=beside, notes=notes)
    tell_elsewhere(order.target, written)
    return written, manifest


def target(out: str | None, study: str, name: str, *, force: bool) -> Target:
    """Where the study goes, refused before anything runs."""
    from kejin_sim.study.folder import choose

    return choose(out, study, name, force=force)


@contextmanager
def bench(
    study: str,
    scenarios: Sequence[Scenario],
    *,
    place: Target,
    paths: int,
    seed: int,
    threads: int | None = None,
    cluster: str | None = None,
    excel: bool = False,
    cache: bool = True,
    remember: bool = False,
    quiet: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> Iterator[Bench]:
    """Everything a study needs around its own work: notices, compilation, progress, interruption, points known before."""
    from kejin_sim import execution
    from kejin_sim.cli.notices import tell
    from kejin_sim.cli.working import working
    from kejin_sim.study.cache import PointCache
    from kejin_sim.study.evaluate import Evaluator
    from kejin_sim.study.folder import StudyOrder

    if not quiet:
        tell(scenarios)
    simulate = execution.engine("compiled")
    engine = "compiled" if simulate.__module__ == "kejin_sim.engine.run" else simulate.__module__
    order = StudyOrder(
        study, place, scenarios, paths, seed, engine, excel, ("kejin", *sys.argv[1:]), settings or {},
    )  # fmt: skip
    store = PointCache() if cache else None
    with execution_place(cluster, simulate, threads) as there:
        evaluate = Evaluator(there, seed=seed, engine=engine, cache=store, remember=remember)
        with working(scenarios[0].inputs(), silent=quiet, here=cluster is None) as reporter:
            evaluate.progress = reporter
            yield Bench(order, evaluate)
        if store is not None:
            store.tidy()


@contextmanager
def execution_place(cluster: str | None, simulate: Any, threads: int | None) -> Iterator[Any]:
    """Threads here, or the workers of a cluster whose versions have been checked."""
    from kejin_sim import execution

    if cluster is None:
        yield execution.Here(simulate, threads)
        return
    from kejin_sim.cluster import connect

    with connect(cluster) as there:
        yield there


@dataclass(frozen=True)
class Wanted:
    """The figures that worlds are held against, how many are the user's own, what the certificate says of them, and his table."""

    goals: list[Goal]
    own: int
    settings: dict[str, Any]
    texts: dict[str, str]


def wanted(targets: str | None, *, alone: bool, silent: bool) -> Wanted:
    """As asked: published figures, or those of a table. Unless ``silent``, those that may be in another unit are named.

    Errors: `InputError`.
    """
    from kejin_sim.errors import InputError
    from kejin_sim.study.calibrate import goals

    if targets is None:
        if alone:
            raise InputError.of(
                "--only-targets 要和 --targets 一起写。", "--only-targets goes with --targets.", key="--only-targets",
                hint_zh="加上 --targets 自己的表.csv。", hint_en="add --targets with your table.",
            )  # fmt: skip
        return Wanted(goals.published(), 0, {"targets": "published"}, {})
    read = goals.of_table(targets, alone=alone)
    for mine, other in () if silent else read.far:
        typer.echo(t("注意：", "Note: ") + _far(mine, other), err=True)
    kind = "own" if alone else "own and published"
    return Wanted(read.goals, read.own, {"targets": kind, "own": read.own}, {"targets.csv": read.text})


def _far(mine: Goal, other: Goal) -> str:
    """A figure of the user's own beside the published one that it is far from."""
    from kejin_sim.study.facts import words

    unit, moment = mine.moment.unit, mine.moment
    own, known = (
        words.figure(unit, one.low) if one.low == one.high else words.span(unit, one.low, one.low, one.high)
        for one in (mine, other)
    )
    return t(
        f"{moment.zh}：自己的数字 {own}，公开数字 {known}，相差3倍以上；请核对单位与百分号。",
        f"{moment.en}: your figure is {own}, the published one {known}, three times apart or more; check unit and per cent sign.",
    )


@contextmanager
def playing(
    scenario: Scenario, paths: int, points: int, threads: int | None, *, silent: bool
) -> Iterator[Callable[[Scenario, int], NDArray[np.float64]]]:  # fmt: skip
    """What plays points of a scenario for their published figures, with progress told as if ``points`` of them were needed."""
    from kejin_sim.cli.working import working
    from kejin_sim.execution import Pace, default_threads
    from kejin_sim.study.facts.played import play

    pace, done, most = Pace(), 0, points * paths

    with working(scenario.inputs(), silent=silent) as reporter:

        def played(point: Scenario, seed: int) -> NDArray[np.float64]:
            nonlocal done
            before = done
            measured = play(
                point.inputs(), seed, paths, threads=threads or default_threads(), pace=pace,
                progress=lambda made, _: reporter(before + made, max(most, before + paths)),
            )  # fmt: skip
            done += paths
            return measured

        yield played


def interval(metric: Metric | Ratio, value: Interval, *, signed: bool = False, beside: float = 0.0) -> str:
    """An estimate with its 95 % interval and unit, to the digits that the interval supports."""
    import math

    from kejin_sim.cli.figures import estimate
    from kejin_sim.outcomes.summary import Line

    line = Line(metric, "difference", 2, value.value, value.error, value.low, value.high, (), math.nan, "")
    return estimate(line, signed=signed, beside=beside)


def headed(scenario: Scenario) -> str:
    """The scenario that a study is about: its title; where it has none in English, English readers are told its name as well."""
    return t(scenario.title, scenario.letterhead.title_en or f"{scenario.title} ({scenario.name})")


def without_interval(one: Quantity, paths: int, found: Iterable[Interval]) -> list[str]:
    """Why figures ``found`` of a quantity on so many paths have no interval; nothing when they have one. Changes that are 0 on
    every path need none."""
    import math

    from kejin_sim.outcomes.statistics import BEYOND

    if one.statistic == "mean":
        return []
    if one.telling(paths):
        if one.statistic == "tail" or not any(math.isfinite(each.value) and math.isnan(each.low) for each in found):
            return []
        return [t("分位数附近许多路径的值相同（家数、项数，或多数路径上是 0），它总是整个地跳，没有区间，只看大概",
                  "Many paths have the same value near the quantile (a count, or 0 on most paths): it leaps, no interval, rough"
                  )]  # fmt: skip
    zh, en = one.where_told
    return [t(f"{zh}不足 {BEYOND} 条路径，没有区间，只看大概；至少 --paths {one.paths_needed}",
              f"Fewer than {BEYOND} paths {en}: no interval, rough; at least --paths {one.paths_needed}")]  # fmt: skip


def on_paths(value: Interval) -> str:
    """On how many of the paths an estimate rests, where these are not all: ``66/200 条路径``; else nothing."""
    if value.n == value.paths or not value.paths:
        return ""
    return t(f"{value.n:,}/{value.paths:,} 条路径", f"{value.n:,} of {value.paths:,} paths")


def figures(value: Interval) -> dict[str, float | None]:
    """An estimate for JSON; ``n``: the paths that it rests on."""
    import math

    named = {"mean": value.value, "se": value.error, "low95": value.low, "high95": value.high}
    found: dict[str, float | None] = {name: x if math.isfinite(x) else None for name, x in named.items()}
    return found | {"n": value.n}


def closing(folder: Path, *, excel: bool) -> str:
    """Where the results are."""
    extra = t("，study.xlsx 可用 Excel 打开", "; study.xlsx opens in Excel") if excel else ""
    return t(f"结果：{folder}{extra}", f"Results: {folder}{extra}")
