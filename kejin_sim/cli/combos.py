"""``kejin combos``: one sum divided among 拨, 投 and 贷 in every way, and which division is best for what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.cli.options import MOST_PATHS, Json, Lang, ScenarioName, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, NoCache, Out
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.combos import Combos

Budget = Annotated[
    str, typer.Option("--budget", help=both("每年一共多少，例如 6亿元", "how much a year in all, such as 6亿元"))
]
Step = Annotated[
    str, typer.Option("--step", help=both("占比的步长，须能整除100%", "step of the shares, a divisor of 100 %"))
]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="NAME=line,line", show_default=False,
                 help=both("各组的预算科目，默认 拨、投、贷（科目不全时每个科目一组）",
                           "budget lines of each group; by default grant, equity, credit")),
]  # fmt: skip
Objectives = Annotated[
    list[str] | None,
    typer.Option(
        "--objective",
        show_default=False,
        help=both("目标（可多次写），例如 tax.difference", "objectives (repeat the option)"),
    ),
]
Confidence = Annotated[
    float, typer.Option("--confidence", min=0.5, max=0.999, help=both("选对的概率", "probability of correct selection"))
]
Indifference = Annotated[
    float,
    typer.Option("--indifference", min=0.001, max=0.5,
                 help=both("多小的差别算一样，占该目标全部差距的比例", "what difference does not matter, as a share of the range")),
]  # fmt: skip
First = Annotated[
    int,
    typer.Option("--first", min=10, max=10_000, help=both("每点先算多少条路径", "paths of each point to begin with")),
]
Most = Annotated[
    int,
    typer.Option(
        "--paths",
        min=20,
        max=MOST_PATHS,
        help=both("每点至多多少条路径，不小于 --first 的两倍", "most paths of a point, at least twice --first"),
    ),
]


def command(
    scenario: ScenarioName,
    budget: Budget,
    step: Step = "10%",
    groups: Groups = None,
    objectives: Objectives = None,
    confidence: Confidence = 0.95,
    indifference: Indifference = 0.1,
    first: First = 40,
    paths: Most = 500,
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
    """Every division of a yearly sum among groups of budget lines: ternary map, Pareto front, best for each objective."""
    from dataclasses import replace

    from kejin_sim.cli import studying
    from kejin_sim.errors import InputError
    from kejin_sim.outcomes.metric import Ratio
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.study import simplex
    from kejin_sim.study.quantity import parse_quantity

    loaded = load_scenario(scenario)
    asked = simplex.parse_groups(groups or ())
    simplex.check_books(loaded, asked)
    amount, steps = _money(budget), _steps(step)
    simplex.check_count(len(asked), steps)
    _check_paths(first, paths)
    from kejin_sim.study import combos as study

    wanted = [parse_quantity(text, key="--objective") for text in objectives or study.OBJECTIVES]
    study.check_objectives(wanted)
    if loaded.baseline is None:
        if objectives and any(one.needs_twin for one in wanted):
            raise InputError.of("这个方案没有基准，不能用差异作目标。", "this scenario has no baseline to differ from.",
                                key="--objective", hint_zh="去掉 .difference。", hint_en="leave out .difference.")  # fmt: skip
        wanted = list(
            dict.fromkeys(one if isinstance(one.metric, Ratio) else replace(one, world="package") for one in wanted)
        )
    place = studying.target(out, "combos", loaded.name, force=force)
    settings = {"budget": amount, "steps": steps, "groups": {g.zh: list(g.lines) for g in asked}, "confidence": confidence,
                "indifference": indifference, "first": first, "objectives": [one.name for one in wanted]}  # fmt: skip
    with studying.bench("combos", [loaded], place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
                        cache=not no_cache, remember=True, quiet=quiet, settings=settings) as bench:  # fmt: skip
        made = study.combos(bench.evaluate, loaded, asked, wanted, budget=amount, steps=steps, confidence=confidence,
                            indifference=indifference, first=first, most=paths)  # fmt: skip
        table = study.table(made)
        notes = {"hypervolume": made.covered, "saved": made.saved, "not_used_up": study.idle_notes(made),
                 "selections": study.selections(made)}  # fmt: skip
        folder, _ = bench.write([table], notes=notes)
    if as_json:
        print_json({"folder": str(folder), "budget": amount, "combinations": table.objects(), **notes})
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, made, seed, first, paths)))
        typer.echo(studying.closing(folder, excel=excel))


def _check_paths(first: int, paths: int) -> None:
    """Refuse a limit of paths below two first stages: one tells the difference that matters, another begins the selection.
    Errors: `InputError`."""
    from kejin_sim.errors import InputError

    if paths < 2 * first:
        raise InputError.of(
            f"--paths {paths} 不到 --first {first} 的两倍：先用 {first} 条定“不计较的差别”，再用另外 {first} 条开始比较。",
            f"--paths {paths} is less than twice --first {first}: {first} paths set the indifference, {first} others begin the "
            "comparison.", key="--paths",
            hint_zh=f"写 --paths {2 * first} 或更大，或把 --first 写小一些。",
            hint_en=f"write --paths {2 * first} or more, or a smaller --first.",
        )  # fmt: skip


def _money(text: str) -> float:
    from kejin_sim.errors import InputError
    from kejin_sim.units import UnitError, parse_money

    try:
        amount = parse_money(text)
        if amount <= 0.0:
            raise UnitError(f"{text} 不是正数。", f"{text} is not positive.", "例如 6亿元。", "for example 6亿元.")
    except UnitError as error:
        raise InputError.of(error.zh, error.en, key="--budget", hint_zh=error.hint_zh, hint_en=error.hint_en) from None
    return amount


def _steps(text: str) -> int:
    from kejin_sim.errors import InputError
    from kejin_sim.units import UnitError, parse_rate

    try:
        share = parse_rate(text)
        steps = round(1.0 / share) if share > 0.0 else 0
        if not 2 <= steps <= 50 or abs(steps * share - 1.0) > 1e-6:
            raise UnitError(f"{text} 不能整除 100%。", f"{text} does not divide 100 %.", "写 10%、20%、25% 等（2% 至 50%）。",
                            "write 10%, 20%, 25% and the like (2 % to 50 %).")  # fmt: skip
    except UnitError as error:
        raise InputError.of(error.zh, error.en, key="--step", hint_zh=error.hint_zh, hint_en=error.hint_en) from None
    return steps


def _lines(scenario: Scenario, made: Combos, seed: int, first: int, most_paths: int) -> Iterator[str]:
    from math import isnan

    from kejin_sim.cli.figures import columns, quantity, shared_scale
    from kejin_sim.cli.studying import headed, interval
    from kejin_sim.outcomes.registry import by_name
    from kejin_sim.study.combos import REPORTED, objective_words

    def mix(shares: tuple[float, ...]) -> str:
        return " : ".join(f"{100 * share:.0f}" for share in shares)

    money = by_name()["fiscal_outlay"]
    names = t("：", " : ").join(g.label for g in made.groups)
    total = sum(c.paths for c in made.combinations)
    yield headed(scenario)
    count, yearly = len(made.combinations), quantity(money, made.budget)
    yield t(f"每年 {yearly} 在 {names} 之间的 {count} 种分法，同抽样，共 {total:,} 条路径，种子 {seed}",
            f"{yearly} a year among {names}: {count} divisions, {total:,} paths in all, seed {seed}")  # fmt: skip
    yield _meaning(made)
    if made.refused:
        share, zh, en = made.refused[0]
        yield t(f"另 {len(made.refused)} 种不合方案规定，没有算（如 {mix(share)}：{zh}）",
                f"{len(made.refused)} more would break the scenario's rules and were left out (such as {mix(share)}: {en})"
                )  # fmt: skip
    yield ""
    rows = [
        [
            t("目标", "objective"),
            t("最好的分法（%）", "best division (%)"),
            t("目标值 [95%区间]", "value [95 %]"),
            t("选对的概率", "correct with"),
        ]
    ]
    for k, (one, s) in enumerate(zip(made.objectives, made.selections, strict=True)):
        if s.best is None:
            rows.append([t(*objective_words(one)), "—", t("没有定义", "not defined"), "—"])
            continue
        best = made.combinations[s.best]
        sure = t(f"不低于 {100 * s.confidence:.0f}%", f"at least {100 * s.confidence:.0f}%")
        if len(s.left) > 1:
            others = len(s.left) - 1
            sure = t(f"与另 {others} 种分不清", f"not told from {others} other{'s' if others > 1 else ''}")
        elif not s.stated:
            sure = t("不报（路径太少）", "not stated (too few paths)")
        rows.append(
            [
                t(*objective_words(one)),
                mix(best.shares),
                interval(one.metric, best.objectives[k], signed=one.gap_of_worlds),
                sure,
            ]
        )
    yield from columns(rows, indent=0)
    for one, s in zip(made.objectives, made.selections, strict=True):
        if len(s.left) > 1:
            certain, name = 100 * (1 - 2 * (1 - s.confidence)), t(*objective_words(one))
            behind = t("不比其余任何一种差", "no worse than any other")
            if s.within > 0.0:
                most = quantity(one.metric, s.within, gap=True)
                behind = t(f"至多差 {most}", f"at most {most} behind")
            bound = t(
                f"；所选的{behind}（{certain:.0f}%把握）", f"; the one chosen is {behind} (sure to {certain:.0f} %)"
            )
            if not s.stated or isnan(s.within):
                bound = ""
            yield t(f"{name}：剩 {len(s.left)} 种没有分出高下{bound}",
                    f"{name}: {len(s.left)} divisions are left that could not be told apart{bound}")  # fmt: skip
    yield from _near(made, mix)
    yield from _undefined(made, mix)
    yield from _partly(made)
    yield from _few_beyond(made, first, most_paths)
    yield from _without_interval(made)
    yield t("“选对”指：真正最好的比其余都好出“不计较的差别”时选中它；差别更小时选哪个都无妨",
            "Correct: the truly best is chosen when it leads by the indifference; below that any will do")  # fmt: skip
    yield ""
    front = sorted((c for c in made.combinations if c.front), key=lambda c: -c.membership)
    yield t(f"有效前沿（没有别的分法在所有目标上都不差）：{len(front)} 种，超体积 {made.covered:.2f}",
            f"Pareto front (no other is as good on every objective): {len(front)}, hypervolume {made.covered:.2f}")  # fmt: skip
    rows = [
        [
            t(f"{names}（%）", f"{names} (%)"),
            *(t(by_name()[n].zh, by_name()[n].en) for n in REPORTED),
            t("重抽样仍在前沿", "in resamples"),
        ]
    ]
    scales = [shared_scale(by_name()[n], [c.reported[k] for c in front[:8]]) for k, n in enumerate(REPORTED)]
    for c in front[:8]:
        cells = [scale.value(found.value) for scale, found in zip(scales, c.reported, strict=True)]
        rows.append([mix(c.shares), *cells, f"{100 * c.membership:.0f}%"])
    yield from columns(rows, indent=0)
    if len(front) > len(rows) - 1:
        yield t(f"另 {len(front) - len(rows) + 1} 种见 combos.csv", f"combos.csv has {len(front) - len(rows) + 1} more")
    yield t("以上金额都是方案总额，含承接的存量在观察期内的收支",
            "These amounts are totals of the package, with what the books inherited at the opening pay and bring back")  # fmt: skip
    yield from _execution(made, mix)
    yield t(
        f"逐步淘汰比各点同样多的路径少算 {100 * made.saved:.0f}%",
        f"Stopping bad points early saved {100 * made.saved:.0f} % of the simulation",
    )


def _meaning(made: Combos) -> str:
    """Which budget lines every group holds; several share in the scenario's own proportions."""
    from kejin_sim.ledger import LINE_LABELS, Line

    held = [
        f"{g.label}{t('＝', ' = ')}{t('、', ', ').join(t(*LINE_LABELS[Line(n)]) for n in g.lines)}" for g in made.groups
    ]
    return t("；", "; ").join(held) + t(
        "（组内按方案原来的比例；其余科目照旧）", " (within a group as the scenario has it; other lines stay)"
    )


def _near(made: Combos, mix: Callable[[tuple[float, ...]], str]) -> Iterator[str]:
    """Divisions that are better than the one selected, by less than matters: which of them is taken is the reader's choice."""
    from kejin_sim.cli.figures import quantity
    from kejin_sim.study.combos import objective_words

    for k, (one, s, rivals) in enumerate(zip(made.objectives, made.selections, made.rivals, strict=True)):
        if not rivals or s.best is None:
            continue
        first, chosen = made.combinations[rivals[0]], made.combinations[s.best]
        gap = quantity(one.metric, abs(first.objectives[k].value - chosen.objectives[k].value), gap=True)
        delta, name = quantity(one.metric, s.delta, gap=True), t(*objective_words(one))
        front = t("，且在有效前沿上", ", and is on the front") if first.front else ""
        yield t(f"{name}：{mix(first.shares)} 的估计值还好 {gap}，在不计较的差别（{delta}）之内{front}：两者任选",
                f"{name}: the estimate of {mix(first.shares)} is better by {gap}, within the indifference ({delta}){front}: "
                "take either")  # fmt: skip


def _undefined(made: Combos, mix: Callable[[tuple[float, ...]], str]) -> Iterator[str]:
    """Where an objective is not defined: such a division is not compared on it."""
    from kejin_sim.study.combos import objective_words

    for one, s in zip(made.objectives, made.selections, strict=True):
        name = t(*objective_words(one))
        if s.undefined and s.best is None:
            yield t(f"{name}：在任何一种分法里都没有定义，不参与比较",
                    f"{name}: not defined in any division, left out of the comparison")  # fmt: skip
        elif s.undefined:
            listed = t("、", ", ").join(mix(made.combinations[i].shares) for i in s.undefined[:3])
            more = t("等", " and others") if len(s.undefined) > 3 else ""
            yield t(f"{name}：在 {len(s.undefined)} 种分法里没有定义（{listed}{more}），这些分法不参选，也不算在有效前沿上",
                    f"{name}: not defined in {len(s.undefined)} divisions ({listed}{more}), which cannot be best or on the front"
                    )  # fmt: skip


def _partly(made: Combos) -> Iterator[str]:
    """Objectives that have a value on some paths only: divisions are compared on the paths on which both have one."""
    from kejin_sim.study.combos import objective_words

    for k, (one, s) in enumerate(zip(made.objectives, made.selections, strict=True)):
        found = [c.objectives[k] for c in made.combinations if c.objectives[k].n]
        fewest = min(found, key=lambda level: level.n / level.paths, default=None)
        if s.best is not None and fewest is not None and fewest.n < fewest.paths:
            name, least = t(*objective_words(one)), f"{fewest.n:,}/{fewest.paths:,}"
            yield t(f"{name}：只在一部分路径上有值（最少 {least} 条），两两相比只计都有值的路径，选对的概率也只对它们而言",
                    f"{name}: has a value on some paths only (at least {least}); divisions are compared on the paths on which both "
                    "have one, and the probability holds for these")  # fmt: skip


def _few_beyond(made: Combos, first: int, most: int) -> Iterator[str]:
    """Tail means and quantiles, which few paths tell and which need a longer first stage than means."""
    from kejin_sim.outcomes.statistics import BEYOND
    from kejin_sim.study.combos import first_stage, objective_words

    for one, s in zip(made.objectives, made.selections, strict=True):
        if one.statistic == "mean":
            continue
        stage, stated = first_stage(one, first, most)
        name, (zh, en) = t(*objective_words(one)), one.where_told
        if not stated and s.best is not None:
            yield t(f"{name}：{zh}不足 {BEYOND} 条路径，不报区间和选对的概率；增大 --paths",
                    f"{name}: fewer than {BEYOND} paths {en}, no interval and no probability is stated; raise --paths"
                    )  # fmt: skip
        elif stage > first:
            yield t(f"{name}：每点先算 {stage} 条路径，{zh}才有 {BEYOND} 条",
                    f"{name}: {stage} paths of each point to begin with, so that {BEYOND} lie {en}")  # fmt: skip


def _without_interval(made: Combos) -> Iterator[str]:
    """Why the best value of an objective has no interval, where paths would be enough for one."""
    from math import isfinite, isnan

    from kejin_sim.cli.studying import without_interval
    from kejin_sim.study.combos import objective_words

    for k, (one, s) in enumerate(zip(made.objectives, made.selections, strict=True)):
        found = None if s.best is None else made.combinations[s.best].objectives[k]
        if found is None or not isfinite(found.value) or not isnan(found.low) or found.n < one.paths_needed:
            continue
        name = t(*objective_words(one))
        whys = without_interval(one, found.n, [found]) or [
            t("各条路径的值都一样，没有区间", "the same on every path, which gives no interval")
        ]
        yield from (t(f"{name}：{why}", f"{name}: {why[0].lower()}{why[1:]}") for why in whys)


def _execution(made: Combos, mix: Callable[[tuple[float, ...]], str]) -> Iterator[str]:
    """What every line draws of its appropriation where a group gets all, or a division is best; and where quotas bind."""
    from math import isnan

    from kejin_sim.cli.figures import columns
    from kejin_sim.ledger import LINE_LABELS, Line
    from kejin_sim.study.combos import USED_UP

    labels = {line: t(*LINE_LABELS[Line(line)]) for line in made.lines}
    best = {s.best for s in made.selections}
    shown = [c for i, c in enumerate(made.combinations) if max(c.shares) == 1.0 or i in best]
    names = t("：", " : ").join(g.label for g in made.groups)
    rows = [[t(f"{names}（%）", f"{names} (%)"), *labels.values()]]
    rows += [[mix(c.shares), *("—" if isnan(x) else f"{100 * x:.0f}%" for x in c.executed)] for c in shown]
    yield ""
    yield t("预算执行率（拨付 ÷（期初转入 + 安排），各年合计；全给一组的和各目标最好的分法）",
            "Budget execution (drawn ÷ brought forward + appropriated, all years; one group alone, and the best ones)")  # fmt: skip
    yield from columns(rows, indent=0)
    for line, (short, funded, lowest) in made.idle().items():
        yield t(f"{labels[line]}：得到资金的 {funded} 种分法中有 {short} 种用不到{100 * USED_UP:.0f}%（最低 {100 * lowest:.0f}%）",
                f"{labels[line]}: in {short} of the {funded} divisions that fund it less than {100 * USED_UP:.0f} % is drawn "
                f"(lowest {100 * lowest:.0f} %)")  # fmt: skip
    if made.idle():
        yield t("这里只分预算，各措施的名额和注资额不随之变：用不完的科目受名额或需求限制，多安排也不多办事；"
                "要比较真正用掉的钱，先在方案里改名额",
                "Only budgets are divided; the measures' quotas and top-ups stay. A line that is not used up is bound by quota or "
                "demand: more money buys nothing there. To compare money that is spent, change the quotas first")  # fmt: skip
    yield ""
