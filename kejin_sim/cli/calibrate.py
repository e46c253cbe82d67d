"""``kejin calibrate``: fit the world to published figures, and write it down as a scenario."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kejin_sim.cli.options import Json, Lang, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import STATUS_QUO, Excel, Force, Free, OnlyTargets, Out, Targets, WorldOf
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.calibrate.fit import Fit
    from kejin_sim.study.calibrate.free import Free as Number
    from kejin_sim.study.calibrate.goals import Goal

MOST_PATHS_OF_A_WORLD: Final = 10_000


def command(
    scenario: WorldOf = STATUS_QUO,
    free: Free = None,
    targets: Targets = None,
    only_targets: OnlyTargets = False,
    paths: Annotated[
        int, typer.Option("--paths", min=2, max=MOST_PATHS_OF_A_WORLD, help=both("每个点的路径数", "paths of each point"))
    ] = 40,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    excel: Excel = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:  # fmt: skip
    """Move numbers of the world until survival, funnel, rounds, returns and exits of its firms are near published figures.

    Each number has a first judgement and a spread; the search weighs both. Checked on as many paths on which nothing was fitted.
    """
    from kejin_sim.cli import studying
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.study.calibrate.free import chosen

    loaded = load_scenario(scenario)
    numbers = chosen(free or [], loaded)
    wanted = studying.wanted(targets, alone=only_targets, silent=quiet)
    place = studying.target(out, "calibrate", loaded.name, force=force)

    from kejin_sim.study.calibrate import tables
    from kejin_sim.study.folder import StudyOrder

    found = _fit(loaded, numbers, wanted.goals, seed, paths, threads, silent=quiet)
    made = [tables.figures(found), tables.numbers(found, [one.now(loaded) for one in numbers])]
    settings = {"free": [one.name for one in numbers]} | wanted.settings
    order = StudyOrder("calibrate", place, [loaded], paths, seed, "compiled", excel, ("kejin", *sys.argv[1:]), settings)
    names = ("before", "after", "fresh_before", "fresh")
    factors = dict(zip(names, tables.factors(found), strict=True))
    texts = wanted.texts | {tables.SCENARIO_FILE: tables.scenario(found), tables.WORLD_FILE: tables.world(found)}
    folder, _ = studying.write(order, made, notes=factors, texts=texts)
    if as_json:
        print_json({"folder": str(folder), "scenario": loaded.name, "paths": paths, "seed": seed, "factors": factors,
                    "figures": made[0].objects(), "numbers": made[1].objects()})  # fmt: skip
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, found, wanted.own, paths, seed)))
        typer.echo(
            t(f"校准后的方案：{tables.SCENARIO_FILE}；只要世界：{tables.WORLD_FILE}，在别的方案里写 world: 这个文件",
              f"The calibrated scenario: {tables.SCENARIO_FILE}; its world alone: {tables.WORLD_FILE}, for other scenarios under "
              "world:")
        )  # fmt: skip
        typer.echo(studying.closing(folder, excel=excel))


def _fit(
    scenario: Scenario, free: list[Number], wanted: list[Goal], seed: int, paths: int, threads: int | None, *, silent: bool
) -> Fit:  # fmt: skip
    """Search, with progress told as if all steps were needed."""
    from kejin_sim.cli.studying import playing
    from kejin_sim.study.calibrate.fit import fit, plays

    with playing(scenario, paths, plays(free), threads, silent=silent) as play:
        return fit(scenario, free, wanted, play, seed)


def _lines(scenario: Scenario, found: Fit, own: int, paths: int, seed: int) -> Iterator[str]:
    from kejin_sim.cli.figures import columns
    from kejin_sim.study.calibrate import tables

    before, after, fresh_before, fresh = tables.factors(found)
    yield scenario.title
    yield t(
        f"{len(found.goals)} 个目标{f'（{own} 个是自己的）' if own else ''}，{len(found.free)} 个可动的数；每点 {paths:,} 条路径，"
        f"种子 {seed}；只计在本市新设的企业。",
        f"{len(found.goals)} figures to meet{f' ({own} of your own)' if own else ''}, {len(found.free)} numbers that may move; "
        f"{paths:,} paths a point, seed {seed}; firms founded in the city.",
    )
    yield t(
        f"平均相差：校准前 {before:.2f} 倍，校准后 {after:.2f} 倍；"
        f"在没有参与校准的路径上 {fresh_before:.2f} 倍 → {fresh:.2f} 倍。",
        f"Off by a factor of {before:.2f} on average before, {after:.2f} after; on paths that took no part in it "
        f"{fresh_before:.2f} → {fresh:.2f}.",
    )
    yield from columns(_figures(found), indent=0)
    yield ""
    yield from columns(_numbers(scenario, found), indent=0)
    yield ""
    yield from _remarks(found)


def _figures(found: Fit) -> list[list[str]]:
    """Every figure before and after, beside its target."""
    from kejin_sim.study.calibrate.goals import simulated
    from kejin_sim.study.calibrate.tables import verdict
    from kejin_sim.study.facts import words
    from kejin_sim.study.facts.beside import VERDICTS
    from kejin_sim.study.facts.published import GROUPS

    head = [t("校准前", "before"), t("校准后 [95%区间]", "after [95 %]"), t("目标", "target"),
            t("校准后比目标", "after, it is")]  # fmt: skip
    cells: list[list[str]] = []
    rows = list(zip(found.goals, simulated(found.goals, found.fresh_before), strict=True))
    for group, members in groupby(rows, lambda row: row[0].moment.group):
        cells += [[""], [t(*GROUPS[group]), *head]]
        for goal, value in members:
            one, new = goal.moment, goal.moment.estimate(found.fresh)
            code = verdict(goal, new)
            ends = (goal.low, goal.high) if goal.high > goal.low else (math.nan, math.nan)
            cells.append([one.label, words.figure(one.unit, value), words.estimate(one.unit, new.value, new.low, new.high),
                          words.span(one.unit, goal.low, *ends), t(*VERDICTS[code]) if code else ""])  # fmt: skip
    return cells


def _numbers(scenario: Scenario, found: Fit) -> list[list[str]]:
    """Every number before and after."""
    cells = [[t("参数", "Parameter"), t("校准前", "before"), t("校准后", "after"),
              t("离先验判断（标准差）", "from first judgement (s.d.)")]]  # fmt: skip
    for one, z in zip(found.free, found.z, strict=True):
        show = one.parameter.show
        cells.append([t(*one.label), show(one.now(scenario)), show(one.now(found.scenario)), f"{z:+.1f}"])
    return cells


def _remarks(found: Fit) -> Iterator[str]:
    """What whoever uses the fit should look at."""
    from kejin_sim.study.calibrate import tables

    _, _, fresh_before, fresh = tables.factors(found)
    if found.unseen:
        named = t("、", "; ").join(goal.moment.label for goal in found.unseen)
        yield t(
            f"{len(found.unseen)} 个目标在这个方案的期限内看不到，没有参与：{named}。",
            f"{len(found.unseen)} figures cannot be seen within the years of this scenario and took no part: {named}.",
        )
    untold = [one for one, moves in zip(found.free, found.moves.T, strict=True) if not moves.any()]
    if untold:
        named = t("、", "; ").join(t(*one.label) for one in untold)
        yield t(
            f"{len(untold)} 个数没有目标说到，回到了先验判断：{named}。要它们不动，用 --free 只写别的键。",
            f"{len(untold)} of the numbers went back to their first judgement, as no figure tells anything of them: {named}. To "
            "keep them, name the other keys with --free.",
        )
    if fresh > fresh_before:
        yield t(
            "在没有参与校准的路径上并没有更接近目标：增大 --paths，或不用这次的结果。",
            "On paths that took no part it is not nearer to the targets: raise --paths, or leave the result unused.",
        )
    far = [one for one, z in zip(found.free, found.z, strict=True) if abs(z) > tables.FAR]
    if far:
        named = t("、", "; ").join(t(*one.label) for one in far)
        yield t(
            f"离先验判断超过 {tables.FAR:g} 个标准差：{named}。公开数字与先验判断冲突，采用前应当查证。",
            f"More than {tables.FAR:g} spreads from the first judgement: {named}. Figures and judgement disagree: look into it "
            "before use.",
        )
    rest = [goal.moment.label for goal, _ in tables.unmet(found)]
    if rest:
        yield t(
            f"仍不相符的 {len(rest)} 个（差得最多的在前）：{'、'.join(rest)}。只动这些数，不能同时满足全部目标。",
            f"{len(rest)} are still off (the farthest first): {'; '.join(rest)}. Moving these numbers alone cannot meet all "
            "targets at once.",
        )
