"""``kejin attribute``: what each measure contributes to what the package does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.folding import AllRows
from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, NoCache, Out, Paths
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.cli.figures import Scale
    from kejin_sim.outcomes.statistics import Array, Interval
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.attribute import Player
    from kejin_sim.study.effect import Effect
    from kejin_sim.study.quantity import Quantity
    from kejin_sim.study.shapley import Shares

_ACROSS = 5  # outcomes side by side in the overview
EXACT = 6  # parts up to which all coalitions are simulated unless the user says otherwise


class By(StrEnum):
    """How finely the package is divided."""

    MEASURE = "measure"
    SECTION = "section"


Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric", show_default=False, help=both("看哪些指标（可多次写）", "outcomes to divide (repeat the option)")
    ),
]
Orders = Annotated[
    int | None,
    typer.Option("--orders", min=0, max=10_000, show_default=False,
                 help=both("抽多少种次序（取偶数，至少8）；0 为全部组合（默认：6 部分以内全部，否则 20）",
                           "orders to sample (rounded up to an even number, at least 8); 0: every coalition (default: every "
                           "one up to 6 parts, else 20)")),
]  # fmt: skip
Detail = Annotated[
    By, typer.Option("--by", help=both("按措施或按措施内各节分解", "divide by measure, or by section of a measure"))
]


def command(
    scenario: ScenarioName,
    metrics: Metrics = None,
    by: Detail = By.MEASURE,
    orders: Orders = None,
    paths: Paths = 200,
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
    """Shapley shares of the measures in every outcome, beside what the package loses without each."""
    from kejin_sim.cli import studying
    from kejin_sim.outcomes.headlines import GAINS
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.study import attribute, shapley
    from kejin_sim.study.quantity import parse_quantity, quantity

    loaded = load_scenario(scenario)
    asked = [parse_quantity(text, key="--metric") for text in metrics or ()]
    attribute.check_quantities(asked)
    costs = [quantity("fiscal_outlay"), quantity("fiscal_net_cost")]
    asked = costs + [one for one in asked if one not in costs] if asked else costs + [quantity(name) for name in GAINS]
    parts = attribute.players(loaded, by.value)
    wanted = orders if orders is not None else 0 if len(parts) <= EXACT else 20
    attribute.check_orders(parts, wanted)
    sampled = 2 * shapley.sampled_pairs(wanted)
    if orders and sampled != orders and not quiet:
        said = t(
            f"注意：次序成对抽取、至少 {2 * shapley.FEWEST_PAIRS} 种，--orders {orders} 按 {sampled} 种算。",
            f"Note: orders are sampled in pairs, at least {2 * shapley.FEWEST_PAIRS}: --orders {orders} is taken as {sampled}.",
        )
        typer.echo(said, err=True)
    place = studying.target(out, "attribute", loaded.name, force=force)
    with studying.bench("attribute", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
                        cache=not no_cache, quiet=quiet, settings={"by": by.value, "orders": sampled}) as bench:  # fmt: skip
        bench.evaluate.expect(paths * shapley.coalitions(len(parts), sampled))
        shares = attribute.attribute(bench.evaluate, loaded, parts, asked, paths=paths, orders=sampled)
        table = attribute.table(parts, asked, shares)
        folder, _ = bench.write([table], notes={"coalitions": shares.coalitions})
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "coalitions": shares.coalitions,
                "exact": sampled == 0,
                "orders": shares.orders,
                "shares": table.objects(),
            }
        )
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, parts, asked, shares, paths, seed, sampled, all_rows=all_rows)))
        typer.echo(studying.closing(folder, excel=excel))


def _lines(
    scenario: Scenario,
    parts: Sequence[Player],
    asked: Sequence[Quantity],
    shares: Shares,
    paths: int,
    seed: int,
    sampled: int,
    *,
    all_rows: bool = False,
) -> Iterator[str]:
    from kejin_sim.cli.figures import columns
    from kejin_sim.cli.folding import counted
    from kejin_sim.cli.studying import headed, without_interval
    from kejin_sim.study.attribute import same_measures
    from kejin_sim.study.effect import strongest
    from kejin_sim.study.folding import unfolded

    yield headed(scenario)
    how = (
        t("全部组合，精确", "every coalition, exact")
        if sampled == 0
        else t(f"抽样 {shares.orders} 种次序", f"{shares.orders} orders sampled")
    )
    yield t(f"{len(parts)} 个部分，{shares.coalitions} 种组合（{how}），每种 {paths:,} 条同样的路径，种子 {seed}",
            f"{len(parts)} parts, {shares.coalitions} coalitions ({how}), {paths:,} common paths each, seed {seed}")  # fmt: skip
    same = same_measures(scenario, parts)
    if same:
        listed = t("、", ", ").join(_short(*label) for label in same)
        yield t(f"与基准相同、没有可分解的：{listed}", f"The same as in the baseline, nothing to divide: {listed}")
    defined = [q for q in range(len(asked)) if not math.isnan(shares.effect(q).value)]
    moved = [q for q in defined if shares.shapley[:, q].any()]
    for q, one in enumerate(asked):
        for why in without_interval(
            one, paths, [shares.share(i, q) for i in range(len(parts)) if shares.shapley[i, q].any()]
        ):
            yield t(f"{one.label}：{why}", f"{one.label}: {why[0].lower()}{why[1:]}")
    yield ""
    scales = {q: _scale(asked[q], shares, q) for q in moved}
    effects = {q: _effects(shares, q) for q in moved}
    across = [q for q in moved if q < _ACROSS]
    best = [strongest([effects[q][i] for q in across]) for i in range(len(parts))]
    shown = unfolded(best, all_rows=all_rows)
    yield from _overview(parts, [(asked[q], q, scales[q]) for q in across], shares, shown)
    yield from counted(best, shown)
    for q, one in enumerate(asked):
        if q not in defined:
            yield _undefined(one, shares.whole[q])
            continue
        if q not in moved:
            yield t(f"{one.label}：没有差异", f"{one.label}: no effect")
            continue
        yield ""
        rows = [[one.label, t("贡献 [95%区间]", "share [95 %]"), t("去掉它以后的变化", "change without it")]]
        shown = unfolded(effects[q], all_rows=all_rows)
        for i in sorted(shown, key=lambda i: -abs(shares.share(i, q).value)):
            told = [
                scales[q].estimate(found, signed=True) for found in (shares.share(i, q), _turned(shares.without(i, q)))
            ]
            rows.append([parts[i].label, *told])
        rows += [[label, *cells, ""] for label, *cells in _others(len(parts), shown, [(q, scales[q])], shares)]
        whole = scales[q].estimate(shares.effect(q), signed=True)
        rows.append([t("合计：方案比基准多", "sum: the package beyond its baseline"), whole, ""])
        yield from columns(rows, indent=0)
        yield from counted(effects[q], shown)


def _undefined(one: Quantity, whole: Array) -> str:
    """Why a quantity cannot be divided, and what to divide instead; ``whole``: its effect path by path."""
    import numpy as np

    from kejin_sim.outcomes.metric import Ratio

    metric = one.metric
    if isinstance(metric, Ratio):
        close = metric.numerator, metric.denominator
        return t(f"{one.label}：有的组合中没有定义（分母为零，或误差范围含零），不能分解，可改看 {'、'.join(close)}",
                 f"{one.label}: not defined in some coalition (a denominator of zero, or not surely different from zero), so that "
                 f"there is nothing to divide; take {' and '.join(close)} instead")  # fmt: skip
    there = int(np.isfinite(whole).sum())
    return t(f"{one.label}：方案和基准都有值的只有 {there:,}/{whole.size:,} 条路径（有的组合更少），只分这些会漏掉其余的，不能分解",
             f"{one.label}: package and twin both have a value on {there:,} of {whole.size:,} paths only, some coalitions on "
             "fewer; it is not divided, because the other paths would be left out")  # fmt: skip


def _short(zh: str, en: str) -> str:
    """What stands before the colon or comma of a measure's label."""
    from kejin_sim.report.findings import short

    return short(t(zh, en))


def _named(part: Player) -> str:
    """A part in the overview: a measure in short; a budget line, which is told from the others by what follows the colon, whole."""
    return part.label if part.name.startswith("budget.") else _short(part.zh, part.en)


def _turned(lost: Interval) -> Interval:
    """What is lost without a part, as the change that leaving it out makes."""
    return lost._replace(value=-lost.value, low=-lost.high, high=-lost.low)


def _scale(one: Quantity, shares: Shares, q: int) -> Scale:
    """How the shares of an outcome read, so that they add up to the sum before the reader's eyes."""
    from kejin_sim.cli.figures import shared_scale

    found = [(shares.share(i, q), shares.without(i, q)) for i in range(len(shares.shapley))]
    return shared_scale(one.metric, [shares.effect(q), *chain(*found)], gap=True)


def _effects(shares: Shares, q: int) -> list[Effect]:
    """Which parts do something for an outcome, in what they add or in what is lost without them."""
    from kejin_sim.study.effect import effect, largest

    found = [(shares.share(i, q), shares.without(i, q)) for i in range(len(shares.shapley))]
    size = largest(shares.effect(q), *chain(*found))
    return [effect(*own, size=size) for own in found]


def _others(count: int, shown: Sequence[int], asked: Sequence[tuple[int, Scale]], shares: Shares) -> list[list[str]]:
    """A row for the parts that are not shown, so that the rows still add up: how many, and what they sum to."""
    from kejin_sim.study.folding import together

    left = [i for i in range(count) if i not in set(shown)]
    if not left:
        return []
    sums = [scale.value(sum(shares.share(i, q).value for i in left), signed=True) for q, scale in asked]
    return [[together(len(left)), *sums]]


def _overview(
    parts: Sequence[Player], asked: Sequence[tuple[Quantity, int, Scale]], shares: Shares, shown: Sequence[int]
) -> Iterator[str]:
    """Costs and gains of each part side by side, the sum below: intervals follow one outcome at a time."""
    from kejin_sim.cli.figures import columns

    rows = [[t("一览：各部分的花费与贡献", "At a glance: cost and contribution"), *(one.label for one, _, _ in asked)]]
    rows += [
        [_named(parts[i]), *(scale.middle(shares.share(i, q), signed=True) for _, q, scale in asked)] for i in shown
    ]
    rows += _others(len(parts), shown, [(q, scale) for _, q, scale in asked], shares)
    rows.append([t("合计", "sum"), *(scale.middle(shares.effect(q), signed=True) for _, q, scale in asked)])
    yield from columns(rows, indent=0)
