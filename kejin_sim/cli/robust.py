"""``kejin robust``: do the results hold in other worlds that published figures do not tell from the scenario's own?"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Final

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

_DEFAULT: Final = (
    "fiscal_net_cost", "fiscal_net_cost_npv", "public_net_cost", "social_capital", "firms_surviving_5y", "firms_surviving_10y",
    "listings", "job_years_net", "tax",
)  # fmt: skip
_OF_PACKAGE: Final = ("subfund_tvpi", "subfund_irr", "coinvestor_irr")
_PULLS: Final = 4  # numbers that are named for an outcome
_MUCH: Final = 0.5  # of the scatter between worlds that is sampling: more, and it says little


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
    paths: Paths = 50,
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
    _refuse_other_worlds(loaded, numbers)
    wanted = studying.wanted(targets, alone=only_targets)
    place = studying.target(out, "robust", "-".join(one.name for one in loaded), force=force)

    from kejin_sim.study.robust import tables
    from kejin_sim.study.robust.across import across

    near = _near(loaded[0], numbers, wanted.goals, seed, facts_paths, worlds, threads, silent=quiet)
    settings = {"free": [one.name for one in numbers], "worlds": worlds, "facts_paths": facts_paths} | wanted.settings
    with studying.bench("robust", loaded, place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
                        cache=not no_cache, quiet=quiet, settings=settings) as bench:  # fmt: skip
        bench.evaluate.expect(paths * len(loaded) * (1 + len(near.z)))
        found = across(bench.evaluate, loaded, numbers, near.z, asked, paths)
        made = [tables.outcomes(found, loaded), tables.pulls(found, near, loaded), tables.worlds(found, near, loaded)]
        notes = {"worlds": len(near.z), "tried": near.tried, "nearer": near.nearer, "own_factor": near.own_factor,
                 "least_factor": float(near.factors.min()), "largest_factor": float(near.factors.max()),
                 "figures": len(near.goals), "unseen": [goal.moment.name for goal in near.unseen]}  # fmt: skip
        folder, _ = bench.write(made, notes=notes, texts=wanted.texts)
    if as_json:
        print_json({"folder": str(folder)} | notes | {table.name: table.objects() for table in made})
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, near, found, paths, seed, worlds)))
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


def _refuse_other_worlds(loaded: Sequence[Scenario], free: Sequence[Number]) -> None:
    """Scenarios are compared in the same worlds, so they must start from the same; tables know them by their names."""
    from kejin_sim.errors import InputError

    first = loaded[0]
    names = [one.name for one in loaded]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError.of(
            f"有几个方案都叫 {twice[0]}。", f"several scenarios are called {twice[0]}.", key="SCENARIO…",
            hint_zh="同一方案只写一次；不同的文件换一个文件名。", hint_en="name a scenario once; rename one of different files.",
        )  # fmt: skip
    for other in loaded[1:]:
        differ = [one.name for one in free if one.now(other) != one.now(first)]
        if differ:
            raise InputError.of(
                f"{other.name} 与 {first.name} 的世界不同（{differ[0]} 等 {len(differ)} 个数），不能放在同样的世界里比。",
                f"{other.name} has another world than {first.name} ({len(differ)} numbers, {differ[0]} first): they cannot be "
                "compared in the same worlds.",
                key="SCENARIO…", hint_zh="让几个方案写同一个 world，或分别运行。",
                hint_en="give all of them the same world, or run them one by one.",
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
    loaded: Sequence[Scenario], near: Nearby, found: Sequence[Across], paths: int, seed: int, worlds: int
) -> Iterator[str]:  # fmt: skip
    from kejin_sim.cli.studying import headed

    yield t(
        f"{len(near.z)} 个世界，企业成长、融资、失败、退出的 {len(near.free)} 个数各不相同，都贴近 {len(near.goals)} 个公开数字："
        f"平均相差 {near.factors.min():.2f}～{near.factors.max():.2f} 倍（方案自己的世界 {near.own_factor:.2f} 倍）。",
        f"{len(near.z)} worlds with other numbers of growth, rounds, failure and exits ({len(near.free)} of them), all near "
        f"{len(near.goals)} published figures: off by a factor of {near.factors.min():.2f} to {near.factors.max():.2f} on average "
        f"(the scenario's own world {near.own_factor:.2f}).",
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
        yield from _table(rows, over=over)
        yield from _pulled(rows, near)
    yield ""
    yield from _remarks(near, found, worlds)


def _table(rows: Sequence[Across], *, over: bool) -> Iterator[str]:
    from kejin_sim.cli.figures import columns, shared_scale
    from kejin_sim.outcomes.statistics import exactly
    from kejin_sim.study.robust.tables import LEVELS

    last = t("在几个世界里更好", "better in") if over else t("大于0的世界", "above 0 in")
    cells = [[t("结果", "Outcome"), t("方案自己的世界 [95%区间]", "in its own world [95 %]"),
              t("各世界 P5 ~ P95", "worlds, P5 ~ P95"), t("中位数", "median"), last]]  # fmt: skip
    for one in rows:
        if not one.known.size:
            continue  # no world defines it
        gap = over or one.quantity.gap_of_worlds
        low, middle, high = (exactly(one.level(share)) for share in LEVELS)
        scale = shared_scale(one.quantity.metric, [one.own, low, middle, high], gap=gap)
        share = one.better if over else one.above
        count = "—" if math.isnan(share) else f"{round(share * one.known.size)}/{one.known.size}"
        cells.append([one.quantity.label, scale.estimate(one.own, signed=gap), scale.together([low, high], " ~ "),
                      scale.value(middle.value, signed=gap), count])  # fmt: skip
    yield from columns(cells, indent=0)


def _pulled(rows: Sequence[Across], near: Nearby) -> Iterator[str]:
    """The numbers that decide most in which world an outcome is high."""
    said = []
    for one in rows:
        order = one.drawn_by()[:_PULLS]
        if order:
            named = t("；", "; ").join(f"{t(*near.free[i].label)} {one.pulls[i]:+.2f}" for i in order)
            said.append(f"  {one.quantity.label}{t('：', ': ')}{named}")
    if said:
        yield t("由哪些数左右（秩相关，只列超出巧合的）：", "Pulled by (rank correlation, those beyond chance):")
        yield from said


def _remarks(near: Nearby, found: Sequence[Across], worlds: int) -> Iterator[str]:
    """What whoever uses the table should know."""
    if near.unseen:
        named = t("、", "; ").join(goal.moment.label for goal in near.unseen)
        yield t(f"{len(near.unseen)} 个公开数字在方案的期限内看不到，没有参与：{named}。",
                f"{len(near.unseen)} figures cannot be seen within the years of the scenario and took no part: "
                f"{named}.")  # fmt: skip
    if len(near.z) < worlds:
        yield t(f"试了 {near.tried} 个世界，只有 {len(near.z)} 个与方案自己的世界同样接近公开数字。",
                f"Of {near.tried} worlds tried only {len(near.z)} are as near to the figures as the scenario's own.")  # fmt: skip
    if near.nearer > len(near.z) / 2:
        yield t(f"{near.nearer} 个世界比方案自己的还接近公开数字：它没有校准到这些数字。"
                "先运行 kejin calibrate，用校准后的世界再看。",
                f"{near.nearer} worlds are nearer to the figures than the scenario's own, which is not fitted to them: run kejin "
                "calibrate first and take the fitted world.")  # fmt: skip
    noisy = [one.quantity.label for one in found if one.sampling > _MUCH]
    if noisy:
        named = t("、", "; ").join(dict.fromkeys(noisy))
        yield t(f"世界间的差别多半是抽样误差：{named}；增大 --paths 再看。",
                f"Mostly sampling, not the worlds: {named}; raise --paths.")  # fmt: skip
    yield t("政策、行为和宏观的数没有变：它们的假设看 kejin sensitivity。",
            "Numbers of policy, behaviour and the economy stay as they are: for these see kejin sensitivity.")  # fmt: skip
