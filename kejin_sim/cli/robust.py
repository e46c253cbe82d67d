"""``kejin robust``: do the results hold in other worlds that published figures do not tell from the scenario's own?"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kejin_sim.cli.options import Json, Lang, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.sensitivity import Metrics
from kejin_sim.cli.studying import Cluster, Excel, Force, Free, NoCache, OnlyTargets, Out, Paths, Targets
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.calibrate.free import Free as Number
    from kejin_sim.study.calibrate.goals import Goal
    from kejin_sim.study.quantity import Quantity
    from kejin_sim.study.robust.across import Across
    from kejin_sim.study.robust.near import Nearby
    from kejin_sim.study.table import Table

_DEFAULT: Final = (
    "fiscal_net_cost", "fiscal_net_cost_npv", "public_net_cost", "social_capital", "firms_surviving_5y", "firms_surviving_10y",
    "listings", "job_years_net", "tax",
)  # fmt: skip
_OF_PACKAGE: Final = ("subfund_tvpi", "subfund_irr", "coinvestor_irr")
_NAMED: Final = 4  # numbers that are named for an outcome


def command(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO…",
            help=both("一个或几个方案；其余都与第一个比", "one scenario or several; the others against the first"),
        ),
    ],
    metrics: Metrics = None,
    worlds: Annotated[
        int, typer.Option("--worlds", min=10, max=10_000, help=both("试几个世界", "in how many worlds"))
    ] = 100,
    free: Free = None,
    targets: Targets = None,
    only_targets: OnlyTargets = False,
    facts_paths: Annotated[
        int,
        typer.Option(
            "--facts-paths", min=2, max=10_000,
            help=both("每个世界与公开统计对照用的路径数", "paths on which a world is held against published figures"),
        ),
    ] = 40,
    paths: Paths = 100,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    cluster: Cluster = None,
    excel: Excel = False,
    no_cache: NoCache = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:  # fmt: skip
    """Play scenarios again in many worlds that are as near to published figures as their own, and see what still holds."""
    from kejin_sim.cli import studying
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.study.calibrate.free import chosen

    loaded = [load_scenario(name) for name in scenarios]
    asked = _asked(metrics, loaded)
    numbers = chosen(free or [], loaded[0])
    _refuse_other_worlds(loaded)
    wanted = studying.wanted(targets, alone=only_targets, silent=quiet)
    place = studying.target(out, "robust", "-".join(one.name for one in loaded), force=force)

    from kejin_sim.study.robust import tables
    from kejin_sim.study.robust.across import across, plays

    near = _near(loaded[0], numbers, wanted.goals, seed, facts_paths, worlds, threads, silent=quiet)
    settings = {"free": [one.name for one in numbers], "worlds": worlds, "facts_paths": facts_paths} | wanted.settings
    with studying.bench("robust", loaded, place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
                        cache=not no_cache, quiet=quiet, settings=settings) as bench:  # fmt: skip
        bench.evaluate.expect(paths * len(loaded) * plays(numbers, len(near.z)))
        found = across(bench.evaluate, loaded, numbers, near.own, near.z, asked, paths)
        made = [tables.outcomes(found, loaded), tables.moves(found, near, loaded), tables.worlds(found, near, loaded)]
        notes = {"wanted": worlds, "kept": len(near.z), "tried": near.tried, "fitted": near.fitted, "own_factor": near.own_factor,
                 "least_factor": float(near.factors.min()), "largest_factor": float(near.factors.max()),
                 "figures": len(near.goals), "own_figures": wanted.own,
                 "unseen": [goal.moment.name for goal in near.unseen]}  # fmt: skip
        folder, _ = bench.write(made, notes=notes, texts=wanted.texts)
    if as_json:
        print_json({"folder": str(folder)} | notes | {table.name: table.objects() for table in made})
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, near, found, made[0], notes, paths, seed)))
        typer.echo(studying.closing(folder, excel=excel))


def _asked(metrics: Sequence[str] | None, loaded: Sequence[Scenario]) -> list[Quantity]:
    """The outcomes: as asked, or the headlines beyond the baseline and what investors earn. Errors: `InputError`."""
    from kejin_sim.errors import InputError
    from kejin_sim.study.quantity import parse_quantity, refuse_late

    twin = all(one.baseline is not None for one in loaded)
    named = metrics or [*(f"{name}.difference" if twin else name for name in _DEFAULT), *_OF_PACKAGE]
    asked = [parse_quantity(text, key="--metric") for text in named]
    if not twin and any(one.needs_twin for one in asked):
        raise InputError.of("方案没有基准。", "a scenario has no baseline.", key="--metric",
                            hint_zh="去掉 .difference。", hint_en="leave out .difference.")  # fmt: skip
    for one in asked:
        refuse_late(one, "--metric")
    return [*{one.name: one for one in asked}.values()]


def _refuse_other_worlds(loaded: Sequence[Scenario]) -> None:
    """Scenarios are compared in the same worlds, so they must differ in policy alone; tables know them by their names."""
    from kejin_sim.errors import InputError
    from kejin_sim.scenario.changes import changed_keys

    first = loaded[0]
    names = [one.name for one in loaded]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError.of(
            f"有几个方案都叫 {twice[0]}。", f"several scenarios are called {twice[0]}.", key="SCENARIO…",
            hint_zh="同一方案只写一次；不同的文件换一个文件名。", hint_en="name a scenario once; rename one of different files.",
        )  # fmt: skip
    for other in loaded[1:]:
        # Baselines may differ: a difference from the twin is each scenario's own.
        changed = [one for one in changed_keys(first, other) if not one.key.startswith("baseline.")]
        differ = [t(one.zh, one.en) for one in changed if not one.of_package]
        if differ:
            raise InputError.of(
                f"{other.name} 与 {first.name} 不只是政策不同（{differ[0]} 等 {len(differ)} 项），不能放在同样的世界里比。",
                f"{other.name} differs from {first.name} in more than its policy ({len(differ)} items, {differ[0]} first): they "
                "cannot be compared in the same worlds.",
                key="SCENARIO…", hint_zh="让几个方案的世界、年限、行为都一样，或分别运行。",
                hint_en="give all of them the same world, years and behaviour, or run them one by one.",
            )  # fmt: skip


def _near(
    scenario: Scenario, free: list[Number], goals: list[Goal], seed: int, paths: int, worlds: int, threads: int | None, *,
    silent: bool,
) -> Nearby:  # fmt: skip
    """Find the worlds, with progress told as if nearly every draw was kept."""
    from kejin_sim.cli.studying import playing
    from kejin_sim.study.robust.near import nearby, plays

    if not silent:
        print(
            t("先找与公开统计同样接近的世界：", "First the worlds that are as near to published figures:"),
            file=sys.stderr,
        )
    with playing(scenario, paths, plays(free, worlds), threads, silent=silent) as play:
        return nearby(scenario, free, goals, play, seed, worlds)


def _lines(
    loaded: Sequence[Scenario], near: Nearby, found: Sequence[Across], table: Table, notes: Mapping[str, Any], paths: int, seed: int
) -> Iterator[str]:  # fmt: skip
    from kejin_sim.cli.studying import headed, without_interval
    from kejin_sim.study.robust.tables import remarks

    own = notes["own_figures"]
    yield t(
        f"{len(near.z)} 个世界，企业成长、融资、失败、退出的 {len(near.free)} 个数各不相同，与方案自己的世界同样接近 "
        f"{len(near.goals)} 个数字{f'（{own} 个是自己的）' if own else ''}：平均相差 "
        f"{near.factors.min():.2f}～{near.factors.max():.2f} 倍"
        f"（方案自己的世界 {near.own_factor:.2f} 倍）。",
        f"{len(near.z)} worlds with other numbers of growth, rounds, failure and exits ({len(near.free)} of them), as near to "
        f"{len(near.goals)} figures{f' ({own} of your own)' if own else ''} as the scenario's own: off by a factor of "
        f"{near.factors.min():.2f} to {near.factors.max():.2f} on average (its own {near.own_factor:.2f}).",
    )
    yield t(f"每个世界 {paths:,} 条同样的路径，种子 {seed}。", f"{paths:,} common paths in each world, seed {seed}.")
    groups = {(one.over, one.scenario): None for one in found}
    for over, number in groups:
        rows = [one for one in found if (one.over, one.scenario) == (over, number)]
        yield ""
        if over:
            yield t(
                f"{headed(loaded[number])} 减 {headed(loaded[0])}：",
                f"{headed(loaded[number])} less {headed(loaded[0])}:",
            )
        else:
            yield headed(loaded[number])
        yield from _table(rows, paths, over=over)
        yield from _moved(rows, near)
    yield ""
    yield from dict.fromkeys(
        f"{one.quantity.label}{t('：', ': ')}{why}"
        for one in found
        for why in without_interval(one.quantity, paths, [move for move in one.moves if move.value])
    )
    yield from remarks(notes, table.objects(), [goal.moment.label for goal in near.unseen], paths)


def _table(rows: Sequence[Across], paths: int, *, over: bool) -> Iterator[str]:
    from kejin_sim.cli.figures import columns, shared_scale
    from kejin_sim.outcomes.statistics import exactly
    from kejin_sim.study.robust.tables import LEVELS, judged

    last = (
        t("更好 / 更差 / 分不清", "better / worse / undecided")
        if over
        else t("大于0 / 小于0 / 分不清", "above 0 / below / undecided")
    )
    cells = [[t("结果", "Outcome"), t("方案自己的世界 [95%区间]", "in its own world [95 %]"),
              t("各世界 P5 ~ P95", "worlds, P5 ~ P95"), t("中位数", "median"), last]]  # fmt: skip
    for one in rows:
        if not one.known.size:
            continue  # told below
        gap = over or one.quantity.gap_of_worlds
        low, middle, high = (exactly(one.level(share)) for share in LEVELS)
        scale = shared_scale(one.quantity.metric, [one.own, low, middle, high], gap=gap)
        counts = one.better if over else None if math.isnan(one.even) else one.counts
        told = judged(counts or (), paths)
        cells.append([one.quantity.label + (" *" if one.noisy else ""), scale.estimate(one.own, signed=gap),
                      scale.together([low, high], " ~ "), scale.value(middle.value, signed=gap), told])  # fmt: skip
    yield from columns(cells, indent=0)


def _moved(rows: Sequence[Across], near: Nearby) -> Iterator[str]:
    """The numbers that decide most in which world an outcome is high."""
    from kejin_sim.cli.figures import shared_scale

    said = []
    for one in rows:
        order = one.moved_by()[:_NAMED]
        if order:
            scale = shared_scale(one.quantity.metric, [one.moves[i] for i in order], gap=True)
            named = t("；", "; ").join(
                f"{t(*near.free[i].label)} {scale.middle(one.moves[i], signed=True)}" for i in order
            )
            said.append(f"  {one.quantity.label}{t('：', ': ')}{named}")
    if said:
        yield t("由哪些数左右（只动这一个，从各世界的低一个标准差到高一个标准差；只列超出巧合的，哪怕一个判错的概率不超过5%）：",
                "Decided by (one number alone, from a spread of the worlds below to one above; those beyond "
                "chance, at most 5 % that even one is wrong):")  # fmt: skip
        yield from said
