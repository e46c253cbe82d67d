"""``kejin facts``: the simulated world beside published figures, so that everybody sees how far its levels can be believed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.options import MOST_PATHS, Json, Lang, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import STATUS_QUO, Excel, Force, Out, WorldOf
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.facts.beside import Beside

DEFAULT_PATHS = 200


def command(
    scenario: WorldOf = STATUS_QUO,
    paths: Annotated[int, typer.Option("--paths", min=2, max=MOST_PATHS, help=both("路径数", "paths"))] = DEFAULT_PATHS,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    excel: Excel = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:  # fmt: skip
    """Survival, funnel, rounds, deals, exits and loans of the simulated firms beside published figures, each with its source."""
    from kejin_sim.cli import studying
    from kejin_sim.scenario.load import load_scenario

    loaded = load_scenario(scenario)
    place = studying.target(out, "facts", loaded.name, force=force)

    from kejin_sim.study.facts.beside import beside, table
    from kejin_sim.study.folder import StudyOrder

    rows = beside(_play(loaded, seed, paths, threads, silent=quiet))
    made = table(rows)
    order = StudyOrder("facts", place, [loaded], paths, seed, "compiled", excel, ("kejin", *sys.argv[1:]))
    folder, _ = studying.write(order, [made])
    if as_json:
        print_json(
            {"folder": str(folder), "scenario": loaded.name, "paths": paths, "seed": seed, "facts": made.objects()}
        )
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, rows, paths, seed)))
        typer.echo(studying.closing(folder, excel=excel))


def _play(scenario: Scenario, seed: int, paths: int, threads: int | None, *, silent: bool) -> NDArray[np.float64]:
    """What is measured of all paths."""
    from kejin_sim.cli.working import working
    from kejin_sim.execution import default_threads
    from kejin_sim.study.facts.played import play

    inputs = scenario.inputs()
    with working(inputs, silent=silent) as reporter:
        return play(inputs, seed, paths, threads=threads or default_threads(), progress=reporter)


def _lines(scenario: Scenario, rows: Sequence[Beside], paths: int, seed: int) -> Iterator[str]:
    from kejin_sim.cli.figures import columns
    from kejin_sim.study.facts import words
    from kejin_sim.study.facts.beside import NEAR, VERDICTS
    from kejin_sim.study.facts.published import GROUPS

    yield scenario.title
    yield t(f"{paths:,} 条路径，种子 {seed}；只计在本市新设的企业。默认的世界按这些公开数字校准过（kejin calibrate）。",
            f"{paths:,} paths, seed {seed}; firms founded in the city. The default world is fitted to these figures (kejin "
            "calibrate)."            )  # fmt: skip
    head = (
        t("模拟 [95%区间]", "simulated [95 %]"),
        t("公开数字", "published"),
        t("模拟比公开", "simulated is"),
        t("来源", "source"),
    )
    cells: list[list[str]] = []
    for group, members in groupby(rows, lambda row: row.moment.group):
        cells += [[""], [t(*GROUPS[group]), *head]]
        before = ""
        for row in members:
            moment, known = row.moment, row.known
            first = moment.name != before
            before = moment.name
            simulated = row.simulated.value, row.simulated.low, row.simulated.high
            cells.append(
                [
                    moment.label if first else "",
                    words.estimate(moment.unit, *simulated) if first else "",
                    words.span(moment.unit, known.value, known.low, known.high),
                    t(*VERDICTS[row.verdict]) if row.verdict else "",
                    words.where(known.place, known.source),
                ]
            )
    yield from columns(cells, indent=0)
    yield ""
    yield t(f"相符：落在公开的范围内；只有一个公开数字的，相差不到{NEAR - 1:.0%}。公开数字多为美国的，对象和口径见 facts.csv。",
            f"alike: within the published range, or within {NEAR - 1:.0%} of a single figure. Most published figures are "
            "American; of whom each is stands in facts.csv.")  # fmt: skip
