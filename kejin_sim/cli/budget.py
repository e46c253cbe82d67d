"""``kejin budget``: what to appropriate in each year and budget book, on average and at worst."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, Out, Paths
from kejin_sim.lang import t

if TYPE_CHECKING:
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.budget import BudgetPlan, Need


def command(
    scenario: ScenarioName,
    paths: Paths = 1000,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    cluster: Cluster = None,
    excel: Excel = False,
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
        typer.echo("\n".join(_lines(loaded, plan, paths, seed)))
        typer.echo(studying.closing(folder, excel=excel))


def _money(value: float) -> str:
    from kejin_sim.cli.figures import quantity
    from kejin_sim.outcomes.registry import by_name

    return quantity(by_name()["fiscal_outlay"], value if abs(value) >= 1.0 else 0.0)  # a speck of rounding is nothing


def _three(need: Need) -> str:
    """Mean, 95 % and 99 %; once, where every path has the same."""
    values = (need.mean.value, need.at[0].value, need.at[1].value)
    if max(values) - min(values) < 0.01:
        return _money(values[0])
    return " / ".join(map(_money, values))


def _lines(scenario: Scenario, plan: BudgetPlan, paths: int, seed: int) -> Iterator[str]:
    from kejin_sim.cli.figures import columns
    from kejin_sim.cli.studying import headed
    from kejin_sim.study.budget import ROLLING, rough

    yield headed(scenario)
    yield t(f"{paths:,} 条路径，种子 {seed}；每格为 均值 / 95%的路径不超过 / 99%的路径不超过；各路径相同的只写一个数",
            f"{paths:,} paths, seed {seed}; each cell: mean / 95 % of paths stay below / 99 %; one where all agree")  # fmt: skip
    yield from rough(paths)
    books = [n for n in plan.series if n.startswith("fiscal_outlay_") and plan.series[n].any()]
    shown = [*books, "fiscal_outlay"] if len(books) > 1 else books or ["fiscal_outlay"]
    rows = [
        [t("市财政支出", "city treasury outlay"), *(t(plan.span_of(n)[0].zh, plan.span_of(n)[0].en) for n in shown)]
    ]
    # A year without outlay is an answer too: every year of the policy, and all up to the last in which any path spends.
    most = plan.series["fiscal_outlay"].max(axis=0)
    policy = scenario.facts.policy_years
    final = max(y for y, spent in zip(plan.years, most, strict=True) if spent >= 1.0 or y in policy)
    rows += [[str(year), *(_three(plan.need(name, year)) for name in shown)] for year in plan.years if year <= final]
    yield from columns(rows, indent=0)
    if final < plan.years[-1]:
        after = f"{final + 1}–{plan.years[-1]}" if final + 1 < plan.years[-1] else str(plan.years[-1])
        yield t(f"{after} 年各路径都没有支出，不列", f"No path spends anything in {after}: not listed")
    yield ""
    rolling = [n for n in plan.needs if n.series == "fiscal_outlay" and n.span == ROLLING and n.year <= final]
    if rolling:
        rows = [[t("三年滚动", "three years together"), t("均值 / 95% / 99%", "mean / 95 % / 99 %")]]
        rows += [[f"{n.year}–{n.year + ROLLING - 1}", _three(n)] for n in rolling]
        yield from columns(rows, indent=0)
        yield ""
    rows = [[t("各预算科目（全期合计均值）", "by line (sum of all years, mean)"), t("安排", "appropriated"), t("执行", "executed"),
             t("收回", "lapsed"), t("期末结转", "carried at the end")]]  # fmt: skip
    lines = [name.removesuffix("_appropriated") for name in plan.series if name.endswith("_appropriated")]
    for line in lines:
        sums = [
            sum(n.mean.value for n in plan.span_of(f"{line}_{item}")) for item in ("appropriated", "executed", "lapsed")
        ]
        label = plan.span_of(f"{line}_appropriated")[0]
        last = plan.span_of(f"{line}_carried")[-1].mean.value
        rows.append(
            [t(label.zh.removesuffix("安排"), label.en.removesuffix(", appropriated")), *map(_money, [*sums, last])]
        )
    yield from columns(rows, indent=0)
    yield t("执行与收回之和可以多于安排：开账时结转来的、基金退回的未用认缴也在内",
            "Executed and lapsed may exceed what was appropriated: money carried in at the opening and commitments that funds "
            "release are in them")  # fmt: skip
    worst = max(plan.span_of("liability"), key=lambda n: n.at[0].value)
    yield t(f"年末承诺与或有负债以 {worst.year} 年最高：{_three(worst)}",
            f"Commitments and contingent liability are highest at the end of {worst.year}: {_three(worst)}")  # fmt: skip
    if "uncovered" in plan.series:
        bare = max(plan.span_of("uncovered"), key=lambda n: n.at[0].value)
        if max(n.at[-1].value for n in plan.span_of("uncovered")) < 1.0:
            yield t(
                "各年末的承诺与或有负债都有预算或现金覆盖", "At every year's end all of it is covered by budget or cash"
            )
            return
        yield t(f"其中没有预算或现金覆盖的，以 {bare.year} 年最高：{_three(bare)}",
                f"Not covered by budget or cash, highest in {bare.year}: {_three(bare)}")  # fmt: skip
