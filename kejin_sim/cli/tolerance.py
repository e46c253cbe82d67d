"""``kejin tolerance``: how likely a breach is at every level of tolerance, and what a tolerance buys."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, NoCache, Out, Paths
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.tolerance import Breach, ToleranceStudy


def command(
    scenario: ScenarioName,
    paths: Paths = 200,
    seed: Seed = DEFAULT_SEED,
    steps: Annotated[
        int, typer.Option("--steps", min=2, max=100, help=both("容亏率从0到100%分几步", "steps from 0 to 100 %"))
    ] = 10,
    mixes: Annotated[
        int,
        typer.Option("--mixes", min=0, max=21, help=both("试几种阶段搭配；0 不试", "stage mixes to try; 0 for none")),
    ] = 5,
    alpha: Annotated[
        float,
        typer.Option(
            "--alpha", min=0.001, max=0.5, help=both("可接受的超容忍概率", "breach probability that is acceptable")
        ),
    ] = 0.05,
    out: Out = None,
    threads: Threads = None,
    cluster: Cluster = None,
    excel: Excel = False,
    no_cache: NoCache = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:
    """Breach probability against tolerance, number of deals and stage mix, on every basis, unit and moment."""
    from kejin_sim.cli import studying
    from kejin_sim.errors import InputError
    from kejin_sim.scenario.load import load_scenario

    loaded = load_scenario(scenario)
    place = studying.target(out, "tolerance", loaded.name, force=force)

    from kejin_sim.study import tolerance

    levels = [round(i / steps, 10) for i in range(steps + 1)]
    shares = [round(i / (mixes - 1), 10) if mixes > 1 else 0.5 for i in range(mixes)]
    settings = {"steps": steps, "mixes": mixes, "alpha": alpha}
    with studying.bench("tolerance", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster,
                        excel=excel, cache=not no_cache, quiet=quiet, settings=settings) as bench:  # fmt: skip
        bench.evaluate.expect(paths * (len(levels) * (1 + mixes) + 3))
        study = tolerance.study(bench.evaluate, loaded, levels=levels, mixes=shares, paths=paths)
        if not study.by_level:
            raise InputError.of(
                "这个方案里没有政策子基金的投资。", "this package has no deals of policy sub-funds.", key=loaded.name,
                hint_zh="换一个有天使子基金的方案。", hint_en="take a scenario with angel sub-funds.",
            )  # fmt: skip
        table = tolerance.table(study)
        bought = tolerance.affordable_table(study, alpha)
        folder, _ = bench.write([table, bought] if bought.rows else [table])
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "scenario": loaded.name,
                "paths": paths,
                "seed": seed,
                "breaches": table.objects(),
                "affordable": bought.objects(),
            }
        )
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, study, paths, seed, alpha)))
        typer.echo(studying.closing(folder, excel=excel))


def _percent(value: float, decimals: int = 0) -> str:
    return t("无", "n/a") if math.isnan(value) else f"{100 * value:.{decimals}f}%"


def _rows(
    found: Sequence[Breach], cell: str, bases: Sequence[str], keys: Sequence[float], of: str
) -> Iterator[list[str]]:
    for key in keys:
        row = [
            next((b for b in found if (getattr(b, of), b.basis, b.cell) == (key, basis, cell)), None) for basis in bases
        ]
        yield [_percent(b.probability.value, 1) if b is not None else t("无", "n/a") for b in row]


def _lines(scenario: Scenario, study: ToleranceStudy, paths: int, seed: int, alpha: float) -> Iterator[str]:
    from kejin_sim.cli.figures import columns
    from kejin_sim.cli.studying import headed
    from kejin_sim.outcomes.tolerance import BASES
    from kejin_sim.study.tolerance import CELLS

    bases, names = list(BASES), [t(*label) for label in BASES.values()]
    yield headed(scenario)
    worst = max((b.probability.error for b in study.by_level if math.isfinite(b.probability.error)), default=0.0)
    yield t(f"每点 {paths:,} 条路径，种子 {seed}；概率的标准误不超过 {_percent(worst, 1)}",
            f"{paths:,} paths a point, seed {seed}; standard errors at most {_percent(worst, 1)}")  # fmt: skip
    for cell in ("fund", "portfolio"):
        yield ""
        table = [
            [
                t(f"超容忍概率（{CELLS[cell][0]}）", f"breach probability ({CELLS[cell][1]})"),
                *(t(*BASES[b]) for b in bases),
            ]
        ]
        for level, row in zip(study.levels, _rows(study.by_level, cell, bases, study.levels, "level"), strict=True):
            table.append([t(f"容亏率 {_percent(level)}", f"tolerance {_percent(level)}"), *row])
        yield from columns(table, indent=0)
    yield t(
        "分类口径有三个容亏率，随上表的容亏率按比例同变",
        "By class there are three tolerances, which move in proportion to the one shown",
    )
    yield ""
    sizes = sorted({b.scale for b in study.by_deals}, reverse=True)
    own = _percent(study.own_level)
    table = [[t(f"项目多少（容亏率 {own}，单只到期）", f"number of deals (tolerance {own}, a fund)"), *names]]
    for size, row in zip(sizes, _rows(study.by_deals, "fund", bases, sizes, "scale"), strict=True):
        deals = next(b.deals for b in study.by_deals if b.scale == size)
        table.append(
            [
                t(
                    f"单笔投资额×{size:g}，每只约 {deals:.0f} 个项目",
                    f"deals ×{size:g} in size, about {deals:.0f} a fund",
                ),
                *row,
            ]
        )
    yield from columns(table, indent=0)
    counts = [next(b.deals for b in study.by_deals if b.scale == size) for size in sizes]
    if any(more < 1.1 * fewer for fewer, more in pairwise(counts)):
        key = "measures.equity.angel_subfunds.deals_per_quarter"
        yield t(f"投资额变小而项目几乎没有变多：每季投资个数（{key}）先到了限额",
                f"smaller deals and hardly more of them: their number a quarter ({key}) is the limit")  # fmt: skip
    if not study.by_mix:
        return
    yield ""
    yield from _bought(study, paths, alpha)


def _bought(study: ToleranceStudy, paths: int, alpha: float) -> Iterator[str]:
    """How many early deals every level leaves room for, by a fund at the end of its life."""
    from kejin_sim.cli.figures import columns
    from kejin_sim.outcomes.tolerance import BASES
    from kejin_sim.study.tolerance import CELLS, affordable, paths_to_tell

    cell, most = "fund", _percent(alpha)
    yield t(f"{CELLS[cell][0]}：超容忍概率（95%区间上限）不超过 {most} 时，早期项目最多可占多少",
            f"{CELLS[cell][1]}: most early deals where the breach probability (upper 95 %) is at most {most}")  # fmt: skip
    table = [[t("早期项目最多可占", "most early deals"), *(t(*label) for label in BASES.values())]]
    surely, likely = ({b: affordable(study, b, cell, alpha, sure=sure) for b in BASES} for sure in (True, False))
    for level in study.levels:
        cells = [_room(surely[basis][level], likely[basis][level]) for basis in BASES]
        table.append([t(f"容亏率 {_percent(level)}", f"tolerance {_percent(level)}"), *cells])
    yield from columns(table, indent=0)
    yield t(f"早期项目即种子与天使项目；方案自己的占比是 {_percent(study.own_early)}",
            f"Early: seed and angel deals; the package has {_percent(study.own_early)}")  # fmt: skip
    yield t("括号里是只看估计值、不计抽样误差时的占比，与前者相同时不写；“无”表示任何搭配的估计值都超过",
            "In brackets: by the estimate without its sampling error, where that differs; n/a: every mix's estimate is above"
            )  # fmt: skip
    if not any(_open(surely[basis][level], likely[basis][level]) for basis in BASES for level in study.levels):
        return
    enough = paths_to_tell(alpha)
    if paths < enough:
        yield t(f"“—”表示路径太少：即使一次也没有超过，95%区间上限仍高于 {most}；要判断至少约需 {enough:,} 条路径（--paths）",
                f"—: too few paths. Even with no breach at all the upper 95 % end is above {most}; about {enough:,} are needed "
                "(--paths)")  # fmt: skip
    else:
        yield t("“—”表示有的搭配估计值不超过，但95%区间上限都超过；增大 --paths 可能分清",
                "—: the estimate of some mix is not above, every upper 95 % end is; more --paths may tell")  # fmt: skip


def _open(sure: float, likely: float) -> bool:
    """Whether sampling leaves it open that any mix stays below."""
    return math.isnan(sure) and not math.isnan(likely)


def _room(sure: float, likely: float) -> str:
    """The largest share of early deals, surely and by the estimate."""
    if sure == likely or math.isnan(likely):
        return _percent(likely)
    return f"{'—' if math.isnan(sure) else _percent(sure)} ({_percent(likely)})"
