"""``kejin solve``: which value of a lever meets a target, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, NoCache, Out, Paths
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.parameters import Parameter
    from kejin_sim.study.solve import Solution
    from kejin_sim.study.targets import Target

Vary = Annotated[
    str,
    typer.Option(
        "--vary",
        metavar="KEY",
        help=both(
            "改哪个键，例如 measures.equity.loss_tolerance.rate",
            "the key to vary, such as measures.equity.loss_tolerance.rate",
        ),
    ),
]
TargetText = Annotated[
    str,
    typer.Option(
        "--target",
        metavar="'METRIC <= VALUE'",
        help=both(
            "目标，例如 'portfolio_breach_net_terminal <= 5%'",
            "the target, such as 'portfolio_breach_net_terminal <= 5%'",
        ),
    ),
]
From = Annotated[
    str | None,
    typer.Option("--from", show_default=False, help=both("从哪个值找起，默认常用范围下限", "where to begin")),
]
To = Annotated[
    str | None, typer.Option("--to", show_default=False, help=both("找到哪个值为止，默认常用范围上限", "where to end"))
]


def command(
    scenario: ScenarioName,
    vary: Vary,
    target: TargetText,
    start: From = None,
    end: To = None,
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
    """The first value from --from towards --to that meets the target, for the estimate and with 95 % confidence."""
    from kejin_sim.cli import studying
    from kejin_sim.errors import InputError
    from kejin_sim.outcomes.statistics import Interval
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.scenario.scenario import parameter_of, set_values
    from kejin_sim.study import solve as solving
    from kejin_sim.study.constraints import canonical, idle_amount
    from kejin_sim.study.design import Dimension
    from kejin_sim.study.table import Column, Table, unit_of
    from kejin_sim.study.targets import parse_target
    from kejin_sim.units import UnitError

    loaded = load_scenario(scenario)
    wanted = parse_target(target)
    solving.with_baseline(loaded, wanted)
    try:
        parameter, index = parameter_of(vary)
        if parameter.kind in ("choice", "flag") or (parameter.length is not None and index is None):
            raise UnitError(f"{vary} 不是一个数。", f"{vary} is not one number.", "写一个数值键；列表写出第几项，如 key[1]。",
                            "name a numeric key; of a list, an item such as key[1].")  # fmt: skip
        if (idle := idle_amount(loaded, canonical(vary))) is not None:
            raise idle
    except UnitError as error:
        raise InputError.of(error.zh, error.en, key="--vary", hint_zh=error.hint_zh, hint_en=error.hint_en) from None
    begin, stop = _range(parameter, start, end)
    place = studying.target(out, "solve", f"{loaded.name}-{vary.rpartition('.')[2]}", force=force)
    low, high = min(begin, stop), max(begin, stop)
    settings = {"vary": vary, "target": wanted.text, "low": low, "high": high}
    with studying.bench("solve", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
                        cache=not no_cache, quiet=quiet, settings=settings) as bench:  # fmt: skip
        bench.evaluate.expect(paths * solving.SCAN * 3)

        def at(value: float) -> Interval:
            changed = set_values(loaded, {vary: round(value) if parameter.is_integer else value})
            return wanted.quantity.estimate(bench.evaluate(changed, paths, twin=wanted.quantity.beside_twin))

        found = solving.solve(
            at, wanted, low, high, whole=parameter.is_integer, prefer="low" if begin <= stop else "high"
        )
        lever, unit = Dimension(vary, parameter), unit_of(wanted.quantity.metric)
        columns = [Column("value", lever.zh, lever.en, "number", *lever.unit),
                   Column("estimate", wanted.quantity.zh, wanted.quantity.en, "number", *unit),
                   Column("se", "标准误", "standard error", "number", *unit),
                   Column("low95", "95%区间下限", "95 % low", "number", *unit),
                   Column("high95", "95%区间上限", "95 % high", "number", *unit),
                   Column("n", "有值的路径", "paths with a value", "integer")]  # fmt: skip
        table = Table("solve", "试过的值", "values tried", columns)
        for value, estimate in found.tried:
            table.add(value, estimate.value, estimate.error, estimate.low, estimate.high, estimate.n)
        results: dict[str, object] = {"answer": found.answer, "steady": found.steady}
        results |= {n: v for n, v in (("sure", found.sure), ("likely", found.likely)) if math.isfinite(v)}
        folder, _ = bench.write([table], notes=results)
    if as_json:
        print_json({"folder": str(folder), "target": wanted.text, "vary": vary, **results, "tried": table.objects()})
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(parameter, vary, wanted, found, paths, seed)))
        typer.echo(studying.closing(folder, excel=excel))


def _range(parameter: Parameter, start: str | None, end: str | None) -> tuple[float, float]:
    """Where to look. Errors: `InputError`, for the option that cannot be read or is missing."""
    from kejin_sim.errors import InputError
    from kejin_sim.units import UnitError

    usual = parameter.plausible or (parameter.low, parameter.high)
    ends: list[float] = []
    for option, text, edge in zip(("--from", "--to"), (start, end), usual, strict=True):
        try:
            value = edge if text is None else parameter.parse(text)
            if value is None:
                raise UnitError(f"{parameter.key} 没有常用范围，须写明在什么范围里找。",
                                f"{parameter.key} has no usual range: say where to look.",
                                f"写 {option}。", f"write {option}.")  # fmt: skip
            ends.append(float(value))
        except UnitError as error:
            raise InputError.of(error.zh, error.en, key=option, hint_zh=error.hint_zh, hint_en=error.hint_en) from None
    if ends[0] == ends[1]:
        raise InputError.of(
            "从 --from 到 --to 是同一个值，没有可找的范围。", "--from and --to are the same value: there is nothing between them.",
            key="--to", hint_zh="写两个不同的值。", hint_en="write two different values.",
        )  # fmt: skip
    return ends[0], ends[1]


def _lines(parameter: Parameter, name: str, target: Target, found: Solution, paths: int, seed: int) -> Iterator[str]:
    from kejin_sim.cli.figures import columns, quantity, shared_scale
    from kejin_sim.cli.studying import on_paths
    from kejin_sim.study.remarks import remarks

    limit = quantity(target.quantity.metric, target.limit, gap=target.quantity.gap_of_worlds)

    def shown(value: float) -> str:
        return parameter.show(round(value) if parameter.is_integer else value)

    yield t(f"目标：{target.quantity.label} {target.sign} {limit}；改 {parameter.label}（{name}）",
            f"Target: {target.quantity.label} {target.sign} {limit}; varying {parameter.label} ({name})")  # fmt: skip
    yield t(f"每点 {paths:,} 条路径，种子 {seed}，各点同抽样", f"{paths:,} paths a point, seed {seed}, common draws")
    yield ""
    likely = t("范围内没有", "none in the range") if math.isnan(found.likely) else shown(found.likely)
    tried = len(found.tried)
    match found.answer:
        case "everywhere":
            listed = t("、", ", ").join(shown(value) for value, _ in found.tried)
            yield t(f"试过的 {tried} 个值（{listed}）都以95%的把握达到目标；它们之间的没有试。",
                    f"At all {tried} values tried ({listed}) the target is met with 95 % confidence; nothing between them was."
                    )  # fmt: skip
        case "nowhere":
            yield t(f"试过的 {tried} 个值中没有一个以95%的把握达到目标；按估计值最先达到的：{likely}",
                    f"None of the {tried} values tried meets it with 95 % confidence; the estimate itself does at: {likely}"
                    )  # fmt: skip
        case "found":
            yield t(f"以95%的把握达到目标：{shown(found.sure)}；按估计值最先达到：{likely}",
                    f"Met with 95 % confidence at {shown(found.sure)}; by the estimate at {likely}")  # fmt: skip
    yield from remarks(target, name, [estimate for _, estimate in found.tried], steady=found.steady)
    gap = target.quantity.gap_of_worlds
    scale = shared_scale(target.quantity.metric, [estimate for _, estimate in found.tried], gap=gap)
    partly = any(on_paths(estimate) for _, estimate in found.tried)
    head = [t("有值的路径", "paths with a value")] if partly else []
    rows = [[parameter.label, t("估计 [95%区间]", "estimate [95 %]"), *head, t("达到", "met")]]
    for value, estimate in found.tried:
        beside = [f"{estimate.n:,}/{estimate.paths:,}"] if partly else []
        rows.append([shown(value), scale.estimate(estimate, signed=gap), *beside, t(*target.verdict(estimate))])
    yield from columns(rows, indent=0)
