"""``kejin budget``: what to appropriate in each year and budget book, on average and at worst."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, Out, Paths
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.cli.figures import Scale
    from kejin_sim.outcomes.statistics import Interval
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.budget import BudgetPlan, Need

AllRows = Annotated[
    bool,
    typer.Option("--all", help=both("也列出全部为0的科目、预算本和年度", "list also lines, books and years of which all is 0")),
]  # fmt: skip


def command(
    scenario: ScenarioName,
    paths: Paths = 1000,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    cluster: Cluster = None,
    excel: Excel = False,
    all_rows: AllRows = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:
    """Outlay by year and budget book: mean, 95 %, 99 %; sums of three years; liabilities and their cover."""
    from kejin_sim.cli import studying
    from kejin_sim.scenario.load import load_scenario

    loaded = load_scenario(scenario)
    place = studying.target(out, "budget", loaded.name, force=force)

    from kejin_sim.study import budget

    with studying.bench("budget", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster,
                        excel=excel, cache=False, quiet=quiet) as bench:  # fmt: skip
        plan = budget.plan(bench.evaluate.place, loaded, seed=seed, paths=paths, progress=bench.evaluate.progress)
        table = budget.table(plan)
        folder, _ = bench.write([table])
    if as_json:
        print_json(
            {"folder": str(folder), "scenario": loaded.name, "paths": paths, "seed": seed, "needs": table.objects()}
        )
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, plan, paths, seed, all_rows=all_rows)))
        typer.echo(studying.closing(folder, excel=excel))


def _whole(value: float) -> float:
    """A sum of money: less than a yuan is a speck of rounding."""
    return value if abs(value) >= 1.0 else 0.0


def _figures(need: Need, *, bounded: bool) -> list[Interval]:
    """Mean, 95 % and 99 %, these ``bounded`` by their intervals; once, where every path has the same."""
    from kejin_sim.outcomes.statistics import exactly

    values = [_whole(one.value) for one in (need.mean, *need.at)]
    if max(values) - min(values) < 0.01:
        return [exactly(values[0])]
    if not bounded:
        return [exactly(value) for value in values]
    quantiles = (one._replace(value=value) for one, value in zip(need.at, values[1:], strict=True))
    return [exactly(values[0]), *quantiles]


def _scale(figures: Iterable[Interval]) -> Scale:
    """How the figures of one table read: in one unit, so that they can be compared and added up."""
    from kejin_sim.cli.figures import shared_scale
    from kejin_sim.outcomes.registry import by_name

    return shared_scale(by_name()["fiscal_outlay"], list(figures))


def _needs(listed: Sequence[Sequence[Need]]) -> list[list[str]]:
    """The cells of a table of needs, in one unit. The quantiles of its last column have their intervals: in every column they
    would leave room for none."""
    told = [[_figures(need, bounded=need is row[-1]) for need in row] for row in listed]
    scale = _scale(one for row in told for figures in row for one in figures)
    return [[scale.together(figures) for figures in row] for row in told]


def _lines(scenario: Scenario, plan: BudgetPlan, paths: int, seed: int, *, all_rows: bool = False) -> Iterator[str]:
    from kejin_sim.cli.studying import headed
    from kejin_sim.outcomes.statistics import paths_needed
    from kejin_sim.study.budget import LEVELS, rough

    yield headed(scenario)
    yield t(f"{paths:,} 条路径，种子 {seed}；每格为 均值 / 95%的路径不超过 / 99%的路径不超过；各路径相同的只写一个数",
            f"{paths:,} paths, seed {seed}; each cell: mean / 95 % of paths stay below / 99 %; one where all agree")  # fmt: skip
    if paths >= paths_needed(1.0 - LEVELS[0]):
        yield t("方括号内是分位数的95%区间；各预算本的在结果文件里",
                "In brackets: the 95 % intervals of quantiles; those of each book are in the files")  # fmt: skip
    yield from rough(paths)
    # A year without outlay is an answer too: every year of the policy, and all up to the last in which any path spends.
    most = plan.series["fiscal_outlay"].max(axis=0)
    policy = scenario.facts.policy_years
    final = max(y for y, spent in zip(plan.years, most, strict=True) if spent >= 1.0 or y in policy or all_rows)
    yield from _by_year(plan, final, all_rows=all_rows)
    yield ""
    yield from _rolling(plan, final)
    yield from _by_line(plan, all_rows=all_rows)
    yield from _owed(plan)


def _by_year(plan: BudgetPlan, final: int, *, all_rows: bool) -> Iterator[str]:
    """The outlay of every year up to the ``final`` one, by budget book."""
    from kejin_sim.cli.figures import columns

    books = [n for n in plan.series if n.startswith("fiscal_outlay_") and (all_rows or plan.series[n].any())]
    shown = [*books, "fiscal_outlay"] if len(books) > 1 else books or ["fiscal_outlay"]
    years = [year for year in plan.years if year <= final]
    cells = _needs([[plan.need(name, year) for name in shown] for year in years])
    heads = (t(plan.span_of(n)[0].zh, plan.span_of(n)[0].en) for n in shown)
    rows = [[t("市财政支出", "city treasury outlay"), *heads]]
    rows += [[str(year), *row] for year, row in zip(years, cells, strict=True)]
    yield from columns(rows, indent=0)
    if final < plan.years[-1]:
        after = f"{final + 1}–{plan.years[-1]}" if final + 1 < plan.years[-1] else str(plan.years[-1])
        yield t(f"{after} 年各路径都没有支出，不列", f"No path spends anything in {after}: not listed")


def _rolling(plan: BudgetPlan, final: int) -> Iterator[str]:
    """The outlay of three years together; nothing when there are no three."""
    from kejin_sim.cli.figures import columns
    from kejin_sim.study.budget import ROLLING

    rolling = [n for n in plan.needs if n.series == "fiscal_outlay" and n.span == ROLLING and n.year <= final]
    if not rolling:
        return
    rows = [[t("三年滚动", "three years together"), t("均值 / 95% / 99%", "mean / 95 % / 99 %")]]
    cells = _needs([[n] for n in rolling])
    rows += [[f"{n.year}–{n.year + ROLLING - 1}", *row] for n, row in zip(rolling, cells, strict=True)]
    yield from columns(rows, indent=0)
    yield ""


def _by_line(plan: BudgetPlan, *, all_rows: bool) -> Iterator[str]:
    """What each budget line is given, spends and gives back in all years; lines of which all is 0 are counted."""
    from kejin_sim.cli.figures import columns
    from kejin_sim.outcomes.statistics import exactly

    lines = [name.removesuffix("_appropriated") for name in plan.series if name.endswith("_appropriated")]
    sums = {line: _sums(plan, line) for line in lines}
    shown = {line: row for line, row in sums.items() if all_rows or any(row)}
    idle = len(sums) - len(shown)
    if shown:
        rows = [[t("各预算科目（全期合计均值）", "by line (sum of all years, mean)"), t("安排", "appropriated"),
                 t("执行", "executed"), t("收回", "lapsed"), t("期末结转", "carried over")]]  # fmt: skip
        scale = _scale(exactly(value) for row in shown.values() for value in row)
        for line, row in shown.items():
            label = plan.span_of(f"{line}_appropriated")[0]
            named = t(label.zh.removesuffix("安排"), label.en.removesuffix(", appropriated"))
            rows.append([named, *map(scale.value, row)])
        yield from columns(rows, indent=0)
    if idle:
        count = f"{idle} line{'s' if idle > 1 else ''}"
        yield t(f"没有列出：{idle} 个科目安排、执行、收回、结转都是0；加 --all 全部列出，结果文件里都有",
                f"Not listed: {count} of which all is 0; --all lists them, and the files have them all")  # fmt: skip
    if shown:
        yield t("执行与收回之和可以多于安排：开账时结转来的、基金退回的未用认缴也在内",
                "Executed and lapsed may exceed what was appropriated: money carried in at the opening and commitments that funds "
                "release are in them")  # fmt: skip


def _sums(plan: BudgetPlan, line: str) -> list[float]:
    """A line's money on average: appropriated, executed and lapsed in all years, carried over at the end of the last one."""
    flows = (
        sum(n.mean.value for n in plan.span_of(f"{line}_{item}")) for item in ("appropriated", "executed", "lapsed")
    )
    return [*map(_whole, flows), _whole(plan.span_of(f"{line}_carried")[-1].mean.value)]


def _owed(plan: BudgetPlan) -> Iterator[str]:
    """The years at whose end most is owed, and most of it without cover."""
    worst = max(plan.span_of("liability"), key=lambda n: n.at[0].value)
    ((owed,),) = _needs([[worst]])
    yield t(f"年末承诺与或有负债以 {worst.year} 年最高：{owed}",
            f"Commitments and contingent liability are highest at the end of {worst.year}: {owed}")  # fmt: skip
    if "uncovered" not in plan.series:
        return
    if max(n.at[-1].value for n in plan.span_of("uncovered")) < 1.0:
        yield t(
            "各年末的承诺与或有负债都有预算或现金覆盖", "At every year's end all of it is covered by budget or cash"
        )
        return
    bare = max(plan.span_of("uncovered"), key=lambda n: n.at[0].value)
    ((without,),) = _needs([[bare]])
    yield t(f"其中没有预算或现金覆盖的，以 {bare.year} 年最高：{without}",
            f"Not covered by budget or cash, highest in {bare.year}: {without}")  # fmt: skip
