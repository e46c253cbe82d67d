"""``kejin run``: simulate a scenario and its baseline, print the answer, write a run folder."""

from __future__ import annotations

import math
import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kejin_sim.cli.options import MOST_PATHS, Json, Lang, ScenarioName, print_json
from kejin_sim.lang import both

if TYPE_CHECKING:
    from kejin_sim.outcomes.summary import Line
    from kejin_sim.store.run import Finished, Order

DEFAULT_PATHS = 1000
DEFAULT_SEED = 1
MOST_THREADS = 1024


class EngineName(StrEnum):
    """Engines by name."""

    COMPILED = "compiled"
    REFERENCE = "reference"


Paths = Annotated[int, typer.Option("--paths", min=1, max=MOST_PATHS, help=both("路径数", "number of paths"))]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**63 - 1, help=both("随机种子", "random seed"))]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        help=both(
            "结果文件夹，默认 runs/方案-种子-路径数", "folder for the results, by default runs/scenario-seed-paths"
        ),
        show_default=False,
    ),
]


def _of_the_machine(given: int | None) -> int | None:
    """No more threads than processors: more of them make nothing faster, and each has a block to end before Ctrl-C is heard."""
    return None if given is None else min(given, os.cpu_count() or given)


Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        max=MOST_THREADS,
        callback=_of_the_machine,
        help=both(
            "线程数，默认全部处理器，也不会更多；不影响结果",
            "threads, by default all processors and never more; results do not depend on it",
        ),
        show_default=False,
    ),
]
EngineChoice = Annotated[
    EngineName,
    typer.Option(
        "--engine",
        help=both("compiled 编译引擎；reference 参考引擎（慢，供核对）", "compiled, or reference (slow, for checking)"),
    ),
]
NoTwin = Annotated[bool, typer.Option("--no-twin", help=both("不模拟基准", "do not simulate the baseline"))]
Quiet = Annotated[bool, typer.Option("--quiet", help=both("只输出结果文件夹", "print the folder's name only"))]
Force = Annotated[
    bool,
    typer.Option("--force", help=both("覆盖 --out 处的上一次结果", "replace an earlier run in the place of --out")),
]


def command(
    scenario: ScenarioName,
    paths: Paths = DEFAULT_PATHS,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    engine: EngineChoice = EngineName.COMPILED,
    no_twin: NoTwin = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:
    """Simulate a scenario and its baseline on the same draws; write a run folder and print the answer."""
    from kejin_sim.cli.notices import tell, tell_elsewhere
    from kejin_sim.scenario.load import load_base, load_scenario
    from kejin_sim.store.folder import choose

    loaded = load_scenario(scenario)
    target = choose(out, loaded.name, seed, paths, force=force)
    if not quiet:
        tell([loaded])

    from kejin_sim.store.run import Order

    order = Order(
        loaded, scenario, target, paths=paths, seed=seed, twin=not no_twin, engine=engine.value, threads=threads,
        words=("kejin", *sys.argv[1:]), base=load_base(scenario),
    )  # fmt: skip
    finished = _perform(order, silent=quiet)
    tell_elsewhere(target, finished.folder)
    if as_json:
        print_json(as_object(order, finished))
    elif quiet:
        typer.echo(str(finished.folder))
    else:
        from kejin_sim.cli import summary

        typer.echo("\n".join(summary.lines(order, finished)))


def _perform(order: Order, *, silent: bool) -> Finished:
    """Run with progress."""
    from kejin_sim.cli.working import working
    from kejin_sim.store.run import perform

    with working(order.scenario.inputs(), silent=silent, engine=order.engine) as reporter:
        return perform(order, reporter)


def as_object(order: Order, finished: Finished) -> dict[str, Any]:
    """The whole answer as plain data: what the summary file holds, the folder and the digests."""
    manifest = finished.manifest
    figures: dict[str, dict[str, Any]] = {}
    for line in finished.summary:
        metric = line.metric
        entry = figures.setdefault(
            metric.name,
            {"label_zh": metric.zh, "label_en": metric.en, "unit": metric.unit, "direction": metric.direction},
        )
        entry[line.world] = _figures(line)
    return {
        "folder": str(finished.folder),
        "scenario": order.scenario.name,
        "title": order.scenario.letterhead.title,
        "baseline": manifest["baseline"],
        "paths": order.paths,
        "seed": order.seed,
        "engine": order.engine,
        "seconds": round(finished.seconds, 3),
        "first_quarter": manifest["first_quarter"],
        "quarters": manifest["quarters"],
        "digests": {name: manifest[f"{name}_digest"] for name in ("scenario", "parameters", "inputs", "source")},
        "representatives": manifest["representatives"],
        "metrics": figures,
    }


def _figures(line: Line) -> dict[str, Any]:
    from kejin_sim.outcomes.summary import figures_of

    named = figures_of(line)
    return {"n": line.n, **{name: named[name] if math.isfinite(named[name]) else None for name in named if name != "n"}}
