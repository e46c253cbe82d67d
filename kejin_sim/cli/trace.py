"""``kejin trace``: the story of one path, or of one firm, told by the reference engine and tied to the compiled one."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.options import Lang
from kejin_sim.cli.traced import Traced, WorldName
from kejin_sim.lang import both, t
from kejin_sim.writing import accept

if TYPE_CHECKING:
    from kejin_sim.recording import BlockResult
    from kejin_sim.reference.city import City
    from kejin_sim.scenario.scenario import Scenario

MOST_PATH = 2**32 - 1
BOOK, TABLE = ".xlsx", ".csv"  # of the postings file: for people, for programs


def command(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|RUN",
            help=both(
                "方案（内置名称，或 .yaml 文件），或一次运行的结果文件夹",
                "a scenario (a bundled name or a .yaml file), or the folder of a run",
            ),
        ),
    ],
    path: Annotated[
        int, typer.Option("--path", min=0, max=MOST_PATH, help=both("路径编号，从 0 起", "number of the path, from 0"))
    ],
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            min=0,
            max=2**63 - 1,
            show_default=False,
            help=both("随机种子（默认：1；结果文件夹用它自己的）", "random seed (default: 1; of a run, its own)"),
        ),
    ] = None,
    enterprise: Annotated[
        str | None,
        typer.Option(
            "--enterprise",
            metavar="KEY",
            help=both("讲一家企业，例如 2026Q3-017", "tell one firm's life, such as 2026Q3-017"),
            show_default=False,
        ),
    ] = None,
    postings: Annotated[
        Path | None,
        typer.Option(
            "--postings",
            metavar="FILE.xlsx|FILE.csv",
            help=both(
                "写出全部分录：.xlsx 用文字，供阅读；.csv 用代码，供程序读取",
                "write every posting: .xlsx in words, for reading; .csv in codes, for programs",
            ),
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help=both("不显示进度", "show no progress"))] = False,
    world: Annotated[
        WorldName, typer.Option("--world", help=both("讲哪个世界的路径", "which world's path to tell"))
    ] = WorldName.PACKAGE,
    lang: Lang = "auto",
) -> None:
    """Tell one path year by year, or one firm's life quarter by quarter, and tie it to the compiled engine's ledger."""
    from kejin_sim.cli import trace_firm, trace_ledger, trace_path, trace_run
    from kejin_sim.cli.progress import announced
    from kejin_sim.errors import InputError

    found = trace_run.subject(scenario, seed, path)
    loaded = found.scenario
    _refuse_absent_world(loaded, world)
    if postings is not None:
        accept(postings, overwrite=True, key="--postings")
        if postings.suffix.lower() not in (BOOK, TABLE):
            for_reading, for_programs = postings.with_suffix(BOOK), postings.with_suffix(TABLE)
            raise InputError.of(
                f"{postings} 的后缀不是 {BOOK} 或 {TABLE}。", f"the suffix of {postings} is neither {BOOK} nor {TABLE}.",
                key="--postings", hint_zh=f"供阅读写 {for_reading}，供程序读取写 {for_programs}。",
                hint_en=f"write {for_reading} for reading, {for_programs} for programs.",
            )  # fmt: skip
    traced = play(loaded, found.seed, path, enterprise, silent=quiet)
    if enterprise is not None:
        lines = trace_firm.lines(traced, enterprise)
    else:
        lines = trace_path.lines(traced, world)
    block = _compiled(loaded, found.seed, path, len(traced.cities), silent=quiet)
    tied, verdict = trace_ledger.tie(traced, block)
    checks = verdict[-1:]
    if found.run is not None:
        same, compared = trace_run.tie(found.run, loaded, path, block)
        tied, verdict, checks = tied and same, [*verdict, *compared], [*checks, compared[-1]]
    if postings is not None:
        with announced(t(f"正在写 {postings}", f"writing {postings}"), silent=quiet):
            lines += _written(postings, traced, "\n".join(checks))
    typer.echo("\n".join(lines))
    typer.echo("\n".join(verdict))
    if not tied:
        raise typer.Exit(1)


def _written(postings: Path, traced: Traced, verdict: str) -> list[str]:
    """Write the file of postings and say what it holds."""
    from kejin_sim.cli import trace_ledger

    if postings.suffix.lower() == TABLE:
        count = trace_ledger.write(postings, traced)
        lines = [t(f"已写入 {postings}：{count:,} 条分录。", f"{postings}: {count:,} postings written.")]
    else:
        from kejin_sim.cli import trace_book

        listed, count = trace_book.write(postings, traced, verdict)
        lines = [
            t(
                f"已写入 {postings}：{count:,} 条分录，{listed:,} 行（企业的营业收入、营业支出每季合计为一行）。",
                f"{postings}: {count:,} postings written in {listed:,} rows (revenue and cost of firms in one row a quarter).",
            )
        ]
    for rule in trace_ledger.without_cash(traced):
        lines.append(
            t(
                f"其中 {rule} 以市财政为付款方的分录是少收的税，没有付钱，不计入市财政支出（fiscal_outlay）。",
                f"Postings of {rule} with the city treasury as payer are tax not collected: nothing is paid, and they are no "
                "part of the city treasury's outlay (fiscal_outlay).",
            )
        )
    return lines


def _refuse_absent_world(scenario: Scenario, world: WorldName) -> None:
    if world is WorldName.TWIN and scenario.baseline is None:
        from kejin_sim.errors import InputError

        raise InputError.of(
            f"{scenario.name} 没有基准，不能讲 twin。",
            f"{scenario.name} has no baseline, so there is no twin to tell.",
            key="--world",
            hint_zh="去掉 --world，或在方案中写 baseline。",
            hint_en="leave --world out, or give the scenario a baseline.",
        )


def play(scenario: Scenario, seed: int, path: int, watched: str | None = None, *, silent: bool = False) -> Traced:
    """Play a path in every world with a diary, its rules heard; ``watched``: the firm whose state is noted every quarter;
    ``silent``: without progress."""
    from kejin_sim.cli.progress import Reporter
    from kejin_sim.cli.working import leave, ready_rules
    from kejin_sim.execution import apart
    from kejin_sim.reference.hearing import Hearing
    from kejin_sim.reference.notes import Notes
    from kejin_sim.reference.run import run_world
    from kejin_sim.store.run import Interrupted

    ready_rules(silent=silent)
    inputs = scenario.inputs()
    count = 1 if inputs.twin is None else 2
    # A bar on a terminal; elsewhere the lines that count paths would not fit the quarters of one.
    with Reporter(silent=silent or not sys.stderr.isatty()) as reporter:

        def told(before: int, done: int, quarters: int) -> None:
            reporter(before * quarters + done, count * quarters)

        def played(world: int) -> City:
            return run_world(inputs, seed, path, world, Notes([], watched or ""), partial(told, world), Hearing())

        # Rules are loaded while it plays: an interruption of the thread that loads them would break the program off.
        try:
            cities = apart(lambda: tuple(map(played, range(count))))
        except KeyboardInterrupt:
            leave(Interrupted("已中断。", "Interrupted."))
    return Traced(scenario, seed, path, cities)


def _compiled(scenario: Scenario, seed: int, path: int, worlds: int, *, silent: bool) -> BlockResult:
    """The same path by the compiled engine; compilation is announced when it is needed."""
    from kejin_sim import execution
    from kejin_sim.cli.progress import Reporter

    inputs = scenario.inputs()
    simulate = execution.engine("compiled")
    fresh = not execution.is_compiled(inputs)
    with Reporter(silent=silent, compiling="compiled" if fresh else None) as reporter:
        work = execution.run_blocks(
            lambda _first, _count: simulate(inputs, seed, path, 1, worlds), 1, threads=1, progress=reporter
        )
        block = next(work)
    if fresh:
        execution.remember_compiled(inputs)
    return block
