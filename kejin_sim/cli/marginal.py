"""``kejin marginal``: what the next 10 million yuan a year buys on each budget line, and with each quota."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, NoCache, Out, Paths
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.study.marginal import Margin
    from kejin_sim.study.quantity import Quantity

Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric", show_default=False, help=both("看哪些指标（可多次写）", "outcomes to look at (repeat the option)")
    ),
]
Step = Annotated[str, typer.Option("--step", help=both("每年多安排多少", "how much more a year"))]

_FIRST = ("fiscal_net_cost", "firms_surviving_5y", "social_capital", "job_years_net")
_SHOWN = 4  # outcomes printed; all are in the files


def command(
    scenario: ScenarioName,
    step: Step = "1000万元",
    metrics: Metrics = None,
    paths: Paths = 500,
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
) -> None:
    """Every budget line in turn with a little more each year: what is spent of it, and what it buys."""
    from kejin_sim.cli import studying
    from kejin_sim.errors import InputError
    from kejin_sim.outcomes.headlines import GAINS
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.study.quantity import parse_quantity, quantity
    from kejin_sim.units import UnitError, parse_money

    loaded = load_scenario(scenario)
    asked = [parse_quantity(text, key="--metric") for text in metrics or ()]
    asked = asked or [quantity(name) for name in dict.fromkeys((*_FIRST, *GAINS))]
    if loaded.baseline is None and any(one.needs_twin for one in asked):
        raise InputError.of("这个方案没有基准。", "this scenario has no baseline.", key="--metric",
                            hint_zh="只写方案本身的指标。", hint_en="name outcomes of the package itself.")  # fmt: skip
    try:
        amount = parse_money(step)
        if amount <= 0:
            raise UnitError(
                f"{step} 不是正数。", f"{step} is not positive.", "例如 1000万元。", "for example 1000万元."
            )
    except UnitError as error:
        raise InputError.of(error.zh, error.en, key="--step", hint_zh=error.hint_zh, hint_en=error.hint_en) from None
    place = studying.target(out, "marginal", loaded.name, force=force)

    from kejin_sim.ledger import LINES
    from kejin_sim.study import marginal

    tried = 1 + len(LINES) + len(marginal.quotas(loaded))

    with studying.bench("marginal", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
                        cache=not no_cache, quiet=quiet, settings={"step": amount}) as bench:  # fmt: skip
        bench.evaluate.expect(paths * tried)
        found = marginal.marginal(bench.evaluate, loaded, asked, step=amount, paths=paths)
        table = marginal.table(found, asked)
        folder, _ = bench.write([table])
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "scenario": loaded.name,
                "step": amount,
                "paths": paths,
                "seed": seed,
                "gains": table.objects(),
            }
        )
    elif quiet:
        typer.echo(str(folder))
    else:
        more = t(*marginal.step_words(amount))
        yearly = t(
            f"{loaded.title}：每个预算科目每年多安排 {more}，每个名额多一步",
            f"{loaded.title}: {more} more a year on each line, one step more of each quota",
        )
        typer.echo("\n".join([yearly, *_lines(found, asked, paths, seed, more)]))
        typer.echo(studying.closing(folder, excel=excel))


def _lines(found: Sequence[Margin], asked: Sequence[Quantity], paths: int, seed: int, step: str) -> Iterator[str]:
    from kejin_sim.cli.figures import columns, quantity
    from kejin_sim.cli.studying import interval
    from kejin_sim.outcomes.registry import by_name
    from kejin_sim.study.marginal import spends

    yield t(f"{paths:,} 条路径，种子 {seed}，与原方案同抽样相减；方括号为95%区间",
            f"{paths:,} paths, seed {seed}, paired with the package itself; brackets are 95 % intervals")  # fmt: skip
    yield ""
    money = by_name()["fiscal_outlay"]
    rows = [
        [
            t("多给什么", "more of what"),
            t("多安排（全期）", "appropriated more"),
            t("多支出（全期）[95%]", "spent more [95 %]"),
        ]
    ]
    for m in found:
        given = quantity(money, m.appropriated) if m.appropriated else ""
        rows.append([t(m.zh, m.en), given, interval(money, m.spent, signed=True)])
    yield from columns(rows, indent=0)
    idle = [t(m.zh, m.en) for m in found if m.appropriated and abs(m.spent.value) < 1.0]
    if idle:
        yield t(f"多安排的钱一分没有用上：{'、'.join(idle)}。约束是名额或需求，不是预算。",
                f"Nothing of it was spent: {', '.join(idle)}. Quotas or demand bind, not the budget.")  # fmt: skip
    idle = [t(m.zh, m.en) for m in found if not m.appropriated and abs(m.spent.value) < 1.0]
    if idle:
        yield t(f"名额多一步，支出不变：{'、'.join(idle)}。", f"One step more changes no outlay: {', '.join(idle)}.")
    spent = [m for m in found if spends(m.spent.value, m.spent.low, m.spent.high)]
    if not spent:
        yield t("没有哪一项的多支出能与0分清：增大 --paths 或 --step 再看。",
                "No lever's outlay can be told from 0: raise --paths or --step.")  # fmt: skip
        return
    yield ""
    rows = [[t(f"每多支出 {step}，带来", f"gain for each {step} spent"), *(one.label for one in asked[:_SHOWN])]]
    for m in spent:
        rows.append(
            [
                t(m.zh, m.en),
                *(interval(one.metric, v, signed=True) for one, v in zip(asked[:_SHOWN], m.per_step, strict=False)),
            ]
        )
    yield from columns(rows, indent=0)
    yield t(
        "多支出与0分不清的、反而少支出的没有列出；全部指标见结果文件。",
        "Levers whose outlay is not surely above 0 are left out; all outcomes are in the files.",
    )
