"""``kejin sensitivity``: which uncertain numbers decide an outcome, and under which a package fails its target."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.folding import AllRows
from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, NoCache, Out, Paths
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.sensitivity import Sensitivity
    from kejin_sim.study.targets import Target

_LEAST_INDEX = 0.005  # smaller ones read as 0.00

Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="KEY[=low..high]", show_default=False,
                 help=both("不确定的键（可多次写）；默认取方案的 uncertain 一段，没有则取参数库中有常用范围的不确定量",
                           "uncertain keys (repeat); by default the scenario's section uncertain, else the registry's")),
]  # fmt: skip
Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric", show_default=False, help=both("看哪些指标（可多次写）", "outcomes to explain (repeat the option)")
    ),
]
Base = Annotated[
    int,
    typer.Option("--base", min=0, max=65_536,
                 help=both("Sobol样本的基数，2的幂；0 只做单因素", "base of the Sobol sample, a power of two; 0: tornado alone")),
]  # fmt: skip
Goal = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="'METRIC <= VALUE'",
        show_default=False,
        help=both("找出达不到它的条件", "find where it is missed"),
    ),
]


def command(
    scenario: ScenarioName,
    metrics: Metrics = None,
    keys: Keys = None,
    base: Base = 16,
    target: Goal = None,
    paths: Paths = 50,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    cluster: Cluster = None,
    excel: Excel = False,
    all_rows: AllRows = False,
    no_cache: NoCache = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:
    """Tornado, Sobol indices with the Monte Carlo part apart, and the conditions under which a target is missed."""
    from kejin_sim.cli import studying
    from kejin_sim.errors import InputError
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.study import sensitivity
    from kejin_sim.study.quantity import parse_quantity, refuse_late
    from kejin_sim.study.solve import with_baseline
    from kejin_sim.study.table import finite
    from kejin_sim.study.targets import parse_target

    loaded = load_scenario(scenario)
    asked = [
        parse_quantity(text, key="--metric") for text in metrics or ("fiscal_net_cost", "firms_surviving_5y.difference")
    ]
    if loaded.baseline is None:
        if metrics and any(one.needs_twin for one in asked):
            raise InputError.of("这个方案没有基准。", "this scenario has no baseline.", key="--metric",
                                hint_zh="去掉 .difference。", hint_en="leave out .difference.")  # fmt: skip
        asked = [one for one in asked if not one.needs_twin]
    for one in asked:
        refuse_late(one, "--metric")
    goal = parse_target(target) if target is not None else None
    if goal is not None:
        with_baseline(loaded, goal)
        if base == 0:
            raise InputError.of(
                "--base 0 只做单因素，没有样本可找出达不到目标的条件。",
                "--base 0 runs the tornado alone: there is no sample that could tell where the target is missed.",
                key="--target", hint_zh="去掉 --target，或写 --base 16。", hint_en="leave out --target, or write --base 16.",
            )  # fmt: skip
    if base & (base - 1):
        raise InputError.of(f"--base {base} 不是2的幂。", f"--base {base} is no power of two.", key="--base",
                            hint_zh=f"写 {1 << base.bit_length()}。", hint_en=f"write {1 << base.bit_length()}.")  # fmt: skip
    inputs = sensitivity.dimensions(loaded, keys or ())
    place = studying.target(out, "sensitivity", loaded.name, force=force)
    settings = {"base": base, "keys": [d.name for d in inputs], "target": goal.text if goal else None}
    with studying.bench("sensitivity", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster,
                        excel=excel, cache=not no_cache, quiet=quiet, settings=settings) as bench:  # fmt: skip
        bench.evaluate.expect(paths * (1 + 2 * len(inputs) + base * (len(inputs) + 2)))
        made = sensitivity.sensitivity(
            bench.evaluate, loaded, inputs, asked, paths=paths, base=base, seed=seed, target=goal
        )
        tables = sensitivity.tables(made)
        undefined = {one.name: n for one, n in zip(made.quantities, made.undefined, strict=True) if n}
        notes = {
            "missed": finite(made.missed),
            "left_out": made.left_out,
            "fewest": made.fewest,
            "undefined": undefined,
            "found": sensitivity.discovery(made),
        }
        folder, _ = bench.write(tables, notes=notes)
    if as_json:
        print_json({"folder": str(folder)} | notes | {table.name: table.objects() for table in tables})
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, made, goal, paths, seed, all_rows=all_rows)))
        typer.echo(studying.closing(folder, excel=excel))


def _share(value: float) -> str:
    return f"{100 * value:.0f}%"


def _lines(
    scenario: Scenario, made: Sensitivity, goal: Target | None, paths: int, seed: int, *, all_rows: bool = False
) -> Iterator[str]:
    from kejin_sim.cli.figures import columns, shared_scale
    from kejin_sim.cli.folding import counted
    from kejin_sim.cli.studying import headed
    from kejin_sim.study.effect import effect, largest
    from kejin_sim.study.folding import unfolded

    yield headed(scenario)
    yield t(f"{len(made.dimensions)} 个不确定的数，每点 {paths:,} 条同样的路径，种子 {seed}",
            f"{len(made.dimensions)} uncertain numbers, {paths:,} common paths a point, seed {seed}")  # fmt: skip
    for q, one in enumerate(made.quantities):
        yield ""
        head = [t(f"{one.label}：一次动一个", f"{one.label}: one at a time"), t("范围", "range"),
                t("取下限的变化 [95%]", "change at low [95 %]"), t("取上限的变化 [95%]", "change at high [95 %]")]  # fmt: skip
        rows = [head]
        found = [end for s in made.swings[q] for end in (s.at_low, s.at_high)]
        scale, size = shared_scale(one.metric, found, gap=True), largest(*found)
        effects = [effect(s.at_low, s.at_high, size=size) for s in made.swings[q]]
        shown = unfolded(effects, all_rows=all_rows)
        for s in (made.swings[q][i] for i in shown):
            d = s.dimension
            ends = f"{d.parameter.show(d.low)} ~ {d.parameter.show(d.high)}"
            rows.append([d.label, ends, *(scale.estimate(end, signed=True) for end in (s.at_low, s.at_high))])
        yield from columns(rows, indent=0)
        yield from counted(effects, shown)
        yield from _few(made, q, paths)
        if made.indices:
            yield ""
            yield from _indices(made, q, all_rows=all_rows)
    if goal is not None and made.indices:
        yield ""
        yield from _discovery(made, goal)


def _few(made: Sensitivity, q: int, paths: int) -> Iterator[str]:
    """On how few paths the changes of a quantity rest."""
    from kejin_sim.cli.studying import without_interval

    one = made.quantities[q]
    found = [end for swing in made.swings[q] for end in (swing.at_low, swing.at_high)]
    fewest = min((end.n for end in found), default=paths)
    if fewest < paths:
        yield t(f"变化只计前后都有值的路径（最少 {fewest:,}/{paths:,} 条）",
                f"Changes over the paths that have a value before and after (at least {fewest:,} of {paths:,})")  # fmt: skip
    yield from without_interval(one, fewest, [end for end in found if end.value])


def _index(value: float) -> str:
    """An index to two decimals; what rounds to 0 from below has no sign."""
    return f"{round(value, 2) + 0.0:.2f}"


def _indices(made: Sensitivity, q: int, *, all_rows: bool) -> Iterator[str]:
    from kejin_sim.cli.figures import columns
    from kejin_sim.study.folding import SHORT

    found = made.indices[q]
    if found is None:
        yield t(f"在样本的 {made.undefined[q]:,} 个点上没有定义，不作方差分解（样本共 {len(made.points):,} 个点）。",
                f"Not defined at {made.undefined[q]:,} of the {len(made.points):,} points of the sample: "
                "its variance is not divided.")  # fmt: skip
        return
    whole = found.of_parameters + found.of_paths
    if whole == 0.0:
        yield t("各点都一样，没有方差可分解。", "All points are the same: there is no variance to divide.")
        return
    part = _share(found.of_paths / whole)
    if found.of_paths > found.of_parameters:  # such indices reach far beyond 0 and 1
        yield t(f"{part} 的方差是抽样误差，方差分解不可靠，未列出；增大 --paths 和 --base 再算（数值在结果文件里）。",
                f"{part} of the variance is sampling: Sobol indices would not be reliable and are left out; raise --paths and "
                "--base (the numbers are in the files).")  # fmt: skip
        return
    yield t(f"方差分解（Sobol）：各点均值的方差里，{part} 是抽样误差，其余才是参数的",
            f"Sobol: of the variance of the points' means {part} is sampling, the rest the parameters'")  # fmt: skip
    rows = [
        [
            t("参数", "parameter"),
            t("一阶", "first"),
            t("总", "total"),
            t("SALib一阶 ± 95%半宽", "SALib first ± 95 %"),
            t("SALib总", "SALib total"),
        ]
    ]
    order = sorted(range(len(made.dimensions)), key=lambda i: -found.total[i])
    speaking = [i for i in order if max(found.first[i], found.total[i]) >= _LEAST_INDEX]
    shown = order if all_rows or len(order) <= SHORT else speaking
    for i in shown:
        plain = f"{_index(found.first_plain[i])} ± {_index(found.first_half_width[i])}"
        rows.append([made.dimensions[i].label, _index(found.first[i]), _index(found.total[i]), plain,
                     f"{_index(found.total_plain[i])} ± {_index(found.total_half_width[i])}"])  # fmt: skip
    yield from columns(rows, indent=0)
    if len(shown) < len(order):
        rest = len(order) - len(shown)
        yield t(f"另有 {rest} 项的两个指数都是 0.00；加 --all 全部列出",
                f"{rest} more have both indices at 0.00; --all lists them")  # fmt: skip
    if max(found.first_half_width, default=0.0) > 0.3:
        yield t("半宽很大：增大 --base 再看。", "The half widths are large: raise --base.")


def _discovery(made: Sensitivity, goal: Target) -> Iterator[str]:
    from kejin_sim.cli.figures import quantity
    from kejin_sim.outcomes.statistics import BEYOND
    from kejin_sim.study.sensitivity import conditions

    if made.left_out:
        yield t(f"有 {made.left_out:,} 个点上目标所用的指标没有定义，以下不计这些点",
                f"{made.left_out:,} points at which the target's outcome is not defined are left out below")  # fmt: skip
    if math.isnan(made.missed):
        return
    one = goal.quantity
    if made.fewest < made.paths:
        yield t(f"目标所用的指标只在一部分路径上有值（各点最少 {made.fewest:,}/{made.paths:,} 条），只按这些判断",
                f"The target's outcome has a value on some paths only (at least {made.fewest:,} of {made.paths:,} a point) and is "
                "judged on these")  # fmt: skip
    if made.fewest < one.paths_needed:
        zh, en = one.where_told
        yield t(f"每点路径太少，{zh}不足 {BEYOND} 条，以下只看大概；至少 --paths {one.paths_needed}",
                f"Too few paths a point, fewer than {BEYOND} of them {en}: rough; at least --paths {one.paths_needed}"
                )  # fmt: skip
    said = f"{one.label} {goal.sign} {quantity(one.metric, goal.limit, gap=one.gap_of_worlds)}"
    yield t(
        f"目标 {said}：样本里 {_share(made.missed)} 的点达不到",
        f"Target {said}: missed at {_share(made.missed)} of the points",
    )
    if made.missed == 0.0:
        return
    box = made.found
    if box is None:
        yield t("没有发现超出偶然的条件：任意打乱失败的点，也能挑出同样好的一组。",
                "No conditions found beyond chance: misses shuffled among the points give a set as good.")  # fmt: skip
        return
    chances = [chance for chance in box.chances if not math.isnan(chance)]
    for line, chance in zip(conditions(made, box), chances, strict=True):
        said_chance = "< 0.001" if chance < 0.001 else f"= {chance:.3f}"
        yield f"  {line}" + t(f"（p {said_chance}）", f" (p {said_chance})")
    inside, caught = _share(box.density), _share(box.coverage)
    yield t(f"同时满足以上条件时，{inside} 的点达不到；它们占全部失败的 {caught}",
            f"Where all of these hold, {inside} of the points miss it; that is {caught} of all misses")  # fmt: skip
    yield t("p：去掉这一条后，同样多的点里碰巧有这么多失败的概率；条件就是在这些点上找的，接近 0.05 的只作参考",
            "p: chance of so many misses among as many points without that condition; it was found by these very points, so that "
            "one near 0.05 says little")  # fmt: skip
