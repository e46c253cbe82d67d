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
    from kejin_sim.outcomes.scale import Scale
    from kejin_sim.outcomes.statistics import Interval
    from kejin_sim.study.marginal import LeftOut, Margin
    from kejin_sim.study.quantity import Quantity

Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric", show_default=False, help=both("看哪些指标（可多次写）", "outcomes to look at (repeat the option)")
    ),
]
Step = Annotated[
    str,
    typer.Option(
        "--step",
        help=both("预算科目和按年总额每年多多少", "how much more a year for budget lines and yearly totals of money"),
    ),
]

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
    from kejin_sim.study.quantity import parse_quantity, quantity, refuse_late
    from kejin_sim.units import UnitError, exact_rate, parse_money

    loaded = load_scenario(scenario)
    asked = [parse_quantity(text, key="--metric") for text in metrics or ()]
    for one in asked:
        refuse_late(one, "--metric")
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

    from kejin_sim.study import marginal

    levers, left = marginal.levers(loaded, amount)
    if not any(lever.appropriated for lever in levers):
        raise InputError.of(f"没有一个预算科目能再多安排 {step}：{left[0].why_zh}",
                            f"no budget line can take {step} more: {left[0].why_en}", key="--step",
                            hint_zh="写小一些，例如 1000万元。", hint_en="write less, for example 1000万元.")  # fmt: skip
    place = studying.target(out, "marginal", loaded.name, force=force)

    with studying.bench("marginal", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
                        cache=not no_cache, quiet=quiet, settings={"step": amount}) as bench:  # fmt: skip
        bench.evaluate.expect(paths * (1 + len(levers)))
        found = marginal.marginal(bench.evaluate, loaded, levers, asked, step=amount, paths=paths)
        table, missing = marginal.table(found, asked), marginal.left_out(left)
        folder, _ = bench.write([table, missing] if left else [table])
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "scenario": loaded.name,
                "step": amount,
                "paths": paths,
                "seed": seed,
                "gains": table.objects(),
                "left_out": missing.objects(),
            }
        )
    elif quiet:
        typer.echo(str(folder))
    else:
        more = t(*marginal.step_words(amount))
        share = exact_rate(marginal.SHARE)
        title = studying.headed(loaded)
        yearly = t(
            f"{title}：每个预算科目每年多安排 {more}；名额多1个，按年总额多 {more}，按家、按项、按人的金额加 {share}",
            f"{title}: {more} more a year on each line; numbers raised by 1, yearly totals by {more}, amounts for each case "
            f"by {share}",
        )
        typer.echo("\n".join([yearly, *_lines(found, asked, paths, seed, amount), *_left(left)]))
        typer.echo(studying.closing(folder, excel=excel))


def _lines(found: Sequence[Margin], asked: Sequence[Quantity], paths: int, seed: int, amount: float) -> Iterator[str]:
    from kejin_sim.cli.figures import columns, quantity, shared_scale
    from kejin_sim.outcomes.registry import by_name
    from kejin_sim.outcomes.statistics import exactly
    from kejin_sim.study.marginal import priced, spends, step_words

    step = t(*step_words(amount))

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
    given = shared_scale(money, [exactly(m.appropriated) for m in found])
    outlay = shared_scale(money, [m.spent for m in found], gap=True)
    for m in found:
        more = given.value(m.appropriated) if m.appropriated else ""
        rows.append([t(m.zh, m.en), more, _estimate(outlay, m.spent)])
    yield from columns(rows, indent=0)
    idle = [t(m.zh, m.en) for m in found if m.appropriated and abs(m.spent.value) < 1.0]
    if idle:
        yield t(f"多安排的钱一分没有用上：{'、'.join(idle)}。约束是名额或需求，不是预算。",
                f"Nothing of it was spent: {', '.join(idle)}. Quotas or demand bind, not the budget.")  # fmt: skip
    idle = [t(m.zh, m.en) for m in found if not m.appropriated and abs(m.spent.value) < 1.0]
    if idle:
        yield t(f"加了一步，支出不变：{'、'.join(idle)}。", f"One step more changes no outlay: {', '.join(idle)}.")
    spent = [m for m in found if spends(m.spent.value, m.spent.low, m.spent.high)]
    if not spent:
        yield t("没有哪一项的多支出能与0分清：增大 --paths 或 --step 再看。",
                "No lever's outlay can be told from 0: raise --paths or --step.")  # fmt: skip
        return
    small = [m for m in spent if not priced(m.spent.value, m.spent.low, m.spent.high, amount)]
    spent = [m for m in spent if m not in small]
    for m in small:
        less = quantity(money, m.spent.value)
        yield t(f"{m.zh}：实际只多花 {less}，不折算成每{step}",
                f"{m.en}: only {less} more is spent, too little to tell what {step} buys")  # fmt: skip
    if not spent:
        return
    yield ""
    shown = asked[:_SHOWN]
    rows = [[t(f"每多支出 {step}，带来", f"gain for each {step} spent"), *(one.label for one in shown)]]
    scales = [shared_scale(one.metric, [m.per_step[k] for m in spent], gap=True) for k, one in enumerate(shown)]
    for m in spent:
        told = (_estimate(scale, gain) for scale, gain in zip(scales, m.per_step, strict=False))
        rows.append([t(m.zh, m.en), *told])
    yield from columns(rows, indent=0)
    yield t(
        "多支出与0分不清的、反而少支出的没有列出；全部指标见结果文件。",
        "Levers whose outlay is not surely above 0 are left out; all outcomes are in the files.",
    )


def _estimate(scale: Scale, found: Interval) -> str:
    """A gain with its interval; where all paths are alike there is none, and 0 is what the package itself has."""
    from kejin_sim.study.marginal import same

    alike = same(found.low, found.high)
    if not alike:
        return scale.estimate(found, signed=True)
    return f"{scale.value(found.value, signed=True)}{t('，', ', ')}{alike}" if found.value else alike


def _left(left: Sequence[LeftOut]) -> Iterator[str]:
    """What was not raised, and why not."""
    if left:
        yield t("没有算的：", "Left out:")
    for one in left:
        yield t(f"  {one.zh}：{one.why_zh}", f"  {one.en}: {one.why_en}")
    yield t("比例和开关没有“多一步”可言，不在其内。", "Shares and switches have no next step and are not among them.")
