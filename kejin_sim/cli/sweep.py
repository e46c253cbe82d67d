"""``kejin sweep``: many points of a scenario, streamed to disk, resumed after a kill, extended at will."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kejin_sim.cli.options import MOST_PATHS, Json, Lang, print_json
from kejin_sim.cli.run import Quiet, Threads
from kejin_sim.cli.studying import Cluster, Excel
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.study.folder import StudyOrder
    from kejin_sim.study.journal import Journal
    from kejin_sim.study.sweep import Plan
    from kejin_sim.study.table import Column

_CHARTS = ("sweep",)  # names of the figures that a sweep may have
_SUFFIXES = ("svg", "png")


FilePaths = Annotated[
    int | None,
    typer.Option(
        "--paths", min=2, max=MOST_PATHS, show_default=False,
        help=both("每个点的路径数，代替文件里的", "paths of each point, instead of the file's"),
    ),
]  # fmt: skip
FileSeed = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, show_default=False,
        help=both("随机种子，代替文件里的", "random seed, instead of the file's"),
    ),
]  # fmt: skip
Place = Annotated[
    str | None,
    typer.Option(
        "--out", show_default=False,
        help=both("结果文件夹，默认 studies/sweep-文件名；已有的接着算", "folder, by default studies/sweep-file; continued"),
    ),
]  # fmt: skip


def command(
    file: Annotated[
        str,
        typer.Argument(metavar="SWEEP", help=both("扫描：内置名称，或 .yaml 文件", "a bundled sweep or a .yaml file")),
    ],
    paths: FilePaths = None,
    seed: FileSeed = None,
    out: Place = None,
    check: Annotated[
        bool, typer.Option("--check", help=both("只检查并列出点数，不运行", "check and count the points, do not run"))
    ] = False,
    threads: Threads = None,
    cluster: Cluster = None,
    excel: Excel = False,
    as_json: Json = False,
    quiet: Quiet = False,
    lang: Lang = "auto",
) -> None:
    """Simulate every point of a design on the same draws; a killed sweep goes on where it was."""
    from kejin_sim import execution
    from kejin_sim.cli.studying import execution_place
    from kejin_sim.cli.working import working
    from kejin_sim.scenario.files import locate
    from kejin_sim.store.folder import machine_fault
    from kejin_sim.study import sweep as sweeping
    from kejin_sim.study.evaluate import Evaluator
    from kejin_sim.study.journal import open_journal
    from kejin_sim.study.sweep_file import load_sweep

    asked = load_sweep(locate(file, None, None, "", "sweeps"), paths=paths, seed=seed)
    folder = sweeping.folder_of(out, asked.name)
    if not sweeping.same_sweep(folder, asked) and not quiet:
        _tell(f"注意：方案、路径数或种子与 {folder} 里原有结果所用的不同，原有的表将由本次的代替（逐点记录保留）",
              f"Note: scenario, paths or seed differ from those of the results in {folder}: this run's tables replace them (the "
              f"points' record stays)")  # fmt: skip
    simulate = execution.engine("compiled")
    engine = "compiled" if simulate.__module__ == "kejin_sim.engine.run" else simulate.__module__
    made = sweeping.plan(asked, engine)
    if not quiet:
        typer.echo(_announced(made), err=True)
    everything_fails = all(point.error[0] for point in made.points)
    if check:
        if as_json:
            print_json(_planned(made) | {"folder": str(folder)})
        raise typer.Exit(2 if everything_fails else 0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open_journal(folder / sweeping.JOURNAL) as journal:
            wanted = made.addresses
            missing = [key for key in wanted if not journal.holds(key)]
            if not quiet and len(missing) < len(wanted):
                done = len(wanted) - len(missing)
                typer.echo(t(f"接着算：已有 {done} 个点", f"continuing: {done} points are there"), err=True)
            with execution_place(cluster, simulate, threads) as there:
                evaluate = Evaluator(there, seed=asked.seed, engine=engine)
                evaluate.expect(len(missing) * asked.paths)
                stopped = (f"已中断；算完的点留在 {folder}，同一命令接着算。",
                           f"Interrupted; finished points stay in {folder}, the same command continues.")  # fmt: skip
                with working(
                    asked.scenario.inputs(), silent=quiet, here=cluster is None, interrupted=stopped
                ) as reporter:
                    evaluate.progress = reporter
                    sweeping.run(made, evaluate, journal, _tell)
            results = _write(folder, made, journal, engine=engine, excel=excel)
            said = list(_said(made, journal, results)) if not (as_json or quiet) else []
    except OSError as error:
        raise machine_fault(error, folder, keeps=True) from error
    if as_json:
        print_json(results | {"folder": str(folder)})
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(said))
        book = t("，study.xlsx 可用 Excel 打开", "; study.xlsx opens in Excel") if excel else ""
        typer.echo(t(f"结果：{folder}（points.csv 每点一行，results.csv 每点每指标一行）{book}",
                     f"Results: {folder} (points.csv: a row a point; results.csv: a row a point and metric){book}"))  # fmt: skip
    if results["failed"] == results["points"]:
        if not quiet:
            _tell("所有的点都失败了，原因见 points.csv 的“出错”一列",
                  "every point failed: the column error of points.csv says why")  # fmt: skip
        raise typer.Exit(2 if everything_fails else 1)


def _tell(zh: str, en: str) -> None:
    typer.echo(t(zh, en), err=True)


def _announced(made: Plan) -> str:
    sweep = made.sweep
    refused = sum(1 for point in made.points if point.error[0])
    parts = [
        t(
            f"{len(made.points)} 个点，每点 {sweep.paths:,} 条路径",
            f"{len(made.points)} points of {sweep.paths:,} paths",
        )
    ]
    if made.dropped:
        parts.append(t(f"约束排除 {made.dropped} 个", f"{made.dropped} forbidden by constraints"))
    if refused:
        first = next(point for point in made.points if point.error[0])
        parts.append(t(
            f"{refused} 个点不合方案规定，只记录（点 {first.number}：{first.error[0]}）",
            f"{refused} points break the scenario's rules, only recorded (point {first.number}: {first.error[1]})",
        ))  # fmt: skip
    return t("；", "; ").join(parts)


def _planned(made: Plan) -> dict[str, Any]:
    """What would be run, for programs."""
    sweep = made.sweep
    return {
        "sweep": sweep.name, "title": sweep.own_title, "scenario": sweep.scenario.name, "design": sweep.design,
        "keys": [d.name for d in sweep.dimensions], "points": len(made.points), "simulated": len(made.addresses),
        "paths": sweep.paths, "seed": sweep.seed, "dropped": made.dropped,
        "refused": [{"point": p.number, "error": t(*p.error)} for p in made.points if p.error[0]],
    }  # fmt: skip


def _write(folder: Path, made: Plan, journal: Journal, *, engine: str, excel: bool) -> dict[str, Any]:
    """Tables from the journal, each in place when whole, the manifest last."""
    from kejin_sim.store.folder import Target
    from kejin_sim.study import sweep_table as tables
    from kejin_sim.study.excel import assumptions, origins, write_workbook
    from kejin_sim.study.folder import WORKBOOK, StudyOrder, certificate, manifest_of
    from kejin_sim.study.sweep import JOURNAL
    from kejin_sim.study.table import Table, batch, write_files
    from kejin_sim.windows import patiently

    sweep = made.sweep
    names = tables.headline(made, journal)
    settings = {"design": sweep.design, "points": len(made.points), "metrics": list(sweep.metrics), "sweep": sweep.name,
                "title": sweep.own_title, "title_en": sweep.title_en, "keys": [d.name for d in sweep.dimensions]}  # fmt: skip
    order = StudyOrder("sweep", Target(folder), [sweep.scenario], sweep.paths, sweep.seed, engine, excel,
                       ("kejin", *sys.argv[1:]), settings)  # fmt: skip
    birth = certificate(order)
    points = Table(
        "points",
        "各点",
        "points",
        tables.point_columns(sweep, names),
        list(tables.point_rows(made, journal, names)),
    )

    written = {JOURNAL}

    def put(name: str, write: Any) -> None:
        written.add(name)
        temporary = folder / f".{name}.partial"
        write(temporary)
        patiently(lambda: temporary.replace(folder / name))

    def put_table(name: str, columns: Sequence[Column], batches: Iterable[Any]) -> None:
        parquet, text = folder / f".{name}.parquet.partial", folder / f".{name}.csv.partial"
        write_files(parquet, text, columns, batches, birth)
        written.update((f"{name}.parquet", f"{name}.csv"))
        # The table that a program may have open first: where it is refused, the other still fits to it.
        patiently(lambda: text.replace(folder / f"{name}.csv"))
        patiently(lambda: parquet.replace(folder / f"{name}.parquet"))

    put("scenario.yaml", lambda path: path.write_text(sweep.scenario.dump(), encoding="utf-8", newline="\n"))
    put_table("results", tables.result_columns(sweep), tables.result_batches(made, journal))
    put_table("points", points.columns, [batch(points.columns, points.rows)])
    _draw(order, made, journal, put)
    if excel:
        put(
            WORKBOOK,
            lambda path: write_workbook(path, [points.spoken(), assumptions([sweep.scenario]), origins(birth)]),
        )
    failed = sum(1 for row in points.rows if row[1 + len(sweep.dimensions)])
    results = {"points": len(made.points), "failed": failed, "dropped": made.dropped}
    (folder / "manifest.json").unlink(missing_ok=True)
    for name in {WORKBOOK, *(f"{name}.{suffix}" for name in _CHARTS for suffix in _SUFFIXES)} - written:
        (folder / name).unlink(missing_ok=True)  # of an earlier run: it shows other numbers
    manifest_of(folder, birth, results, written)
    return results


def _draw(order: StudyOrder, made: Plan, journal: Journal, put: Callable[[str, Any], None]) -> None:
    """The figures of the sweep: only the rows that they show are held in memory."""
    from kejin_sim.report import style
    from kejin_sim.report.charts import charts
    from kejin_sim.report.findings import of_order
    from kejin_sim.report.swept import wanted
    from kejin_sim.study import sweep_table as tables
    from kejin_sim.study.table import Table

    shown = wanted(tables.headline(made, journal))
    rows = list(tables.result_rows(made, journal, shown))
    table = Table("results", "结果", "results", tables.result_columns(made.sweep), rows)
    with style.styled("text"):
        for chart in charts(of_order(order, [table], {})):
            figure = chart.figure(chart.data)
            for suffix in _SUFFIXES:
                put(f"{chart.name}.{suffix}", lambda path, s=suffix, f=figure: style.save(f, path, kind=s))


def _said(made: Plan, journal: Journal, results: dict[str, Any]) -> Iterator[str]:
    """For each headline metric, the points at its two ends."""
    from kejin_sim.cli.figures import columns, shared_scale
    from kejin_sim.outcomes.registry import by_name
    from kejin_sim.outcomes.statistics import exactly
    from kejin_sim.study import sweep_table as tables

    sweep = made.sweep
    yield (
        f"{sweep.title}（{sweep.scenario.title}）"
        if t("zh", "en") == "zh"
        else f"{sweep.title} ({sweep.scenario.title})"
    )
    yield t(f"{results['points']} 个点算完，失败 {results['failed']} 个；每点 {sweep.paths:,} 条路径，种子 {sweep.seed}",
            f"{results['points']} points, {results['failed']} failed; {sweep.paths:,} paths each, seed {sweep.seed}")  # fmt: skip
    names = tables.headline(made, journal)
    by_point = list(_one_lever(made, journal, [name for name, world in names if world == "package"]))
    if by_point:
        yield from by_point
        return
    rows = list(tables.point_rows(made, journal, names))
    start = 2 + len(sweep.dimensions)
    table = [[t("指标", "metric"), t("最小", "least"), t("在", "at"), t("最大", "most"), t("在", "at")]]
    ends: set[int] = set()
    for i, (name, world) in enumerate(names):
        cells = ((row[start + i], row[0]) for row in rows)
        found = [(c, int(number)) for c, number in cells if isinstance(c, float) and math.isfinite(c)]  # type: ignore[arg-type]
        if world != "package" or not found or min(found)[0] == max(found)[0]:
            continue
        metric, low, high = by_name()[name], min(found), max(found)
        ends |= {low[1], high[1]}
        at = [t(f"点{number}", f"point {number}") for number in (low[1], high[1])]
        scale = shared_scale(metric, [exactly(low[0]), exactly(high[0])])
        table.append([metric.label, scale.value(low[0]), at[0], scale.value(high[0]), at[1]])
    if len(table) > 1:
        yield from columns(table, indent=0)
    for number in sorted(ends):  # every point that the table names
        point = made.points[number]
        values = t("，", ", ").join(f"{d.label} {d.read(point.values[d.name])}" for d in sweep.dimensions)
        yield t(f"点{number}：{values}", f"point {number}: {values}")


def _one_lever(made: Plan, journal: Journal, names: Sequence[str]) -> Iterator[str]:
    """Of one lever and few points: a row a point for every metric that tells them apart; nothing where values are not known."""
    from kejin_sim.cli.figures import columns, shared_scale
    from kejin_sim.outcomes.registry import by_name
    from kejin_sim.study.paired_points import kept, paired

    sweep = made.sweep
    if not kept(sweep, len(made.points)):
        return
    points = [point for point in made.points if not point.error[0] and journal.holds(point.address)]
    if len(points) < 2:
        return
    lever = sweep.dimensions[0]
    values = [lever.read(point.values[lever.name]) for point in points]
    alike = []
    for name in names:
        found = paired(journal, [point.address for point in points], name)
        metric = by_name()[name]
        if found is None:
            continue
        if not any(one.apart for one in found):
            alike.append(metric.label)
            continue
        means = shared_scale(metric, [one.mean for one in found])
        gaps = shared_scale(metric, [one.gap for one in found[1:]], gap=True)
        head = [
            f"{metric.label} / {lever.label}",
            t("均值 [95%区间]", "mean [95 %]"),
            t(f"比 {values[0]} 多 [95%区间]", f"beyond {values[0]} [95 %]"),
        ]
        rows = [[value, means.estimate(one.mean), gaps.estimate(one.gap, signed=True) if i else ""]
                for i, (value, one) in enumerate(zip(values, found, strict=True))]  # fmt: skip
        yield ""
        yield from columns([head, *rows], indent=0)
    if alike:
        yield ""
        yield t(f"各点分不清：{'、'.join(alike)}。", f"Points not told apart: {', '.join(alike)}.")
