"""``kejin compare``: two or more packages on the same draws, and which is better on what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kejin_sim.cli.options import Json, Lang, print_json
from kejin_sim.cli.run import DEFAULT_SEED, Quiet, Seed, Threads
from kejin_sim.cli.studying import Cluster, Excel, Force, NoCache, Out, Paths
from kejin_sim.lang import both, t
from kejin_sim.writing import as_typed

if TYPE_CHECKING:
    from kejin_sim.scenario.changes import Change
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.study.compare import Difference

_CUT: Final = 1.05  # less rounds to a cut of 1.0 times
_SHOWN = 12  # rows a verdict; the rest is in the files


def command(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="A B …",
            help=both("两个或更多方案；其余都与第一个比", "two or more scenarios; the others against the first"),
        ),
    ],
    paths: Paths = 1000,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    cluster: Cluster = None,
    excel: Excel = False,
    all_rows: Annotated[bool, typer.Option("--all", help=both("列出全部指标", "list every outcome"))] = False,
    no_cache: NoCache = False,
    as_json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
    lang: Lang = "auto",
) -> None:
    """Paired differences of every outcome with their intervals, the surest and largest first."""
    from kejin_sim.cli import studying
    from kejin_sim.errors import InputError
    from kejin_sim.scenario.load import load_scenario

    if len(scenarios) < 2:
        raise InputError.of(
            "至少要两个方案。", "at least two scenarios are needed.", key="A B …",
            hint_zh="例如 kejin compare ningbo tolerance_30。", hint_en="for example kejin compare ningbo tolerance_30.",
        )  # fmt: skip
    loaded = [load_scenario(name) for name in scenarios]
    place = studying.target(out, "compare", "-".join(s.name for s in loaded), force=force)

    from kejin_sim.scenario.changes import changed_keys
    from kejin_sim.study import compare

    with studying.bench(
        "compare", loaded, place=place, paths=paths, seed=seed, threads=threads, cluster=cluster, excel=excel,
        cache=not no_cache, quiet=quiet,
    ) as bench:  # fmt: skip
        bench.evaluate.expect(paths * len(loaded))
        results = compare.compare(bench.evaluate, loaded, paths)

        folder, _ = bench.write([compare.table(loaded, results)])
    changed = [changed_keys(loaded[0], other) for other in loaded[1:]]
    if as_json:
        print_json(_as_object(str(folder), loaded, results, changed, paths, seed))
    elif quiet:
        typer.echo(str(folder))
    else:
        typer.echo("\n".join(_lines(loaded, results, changed, paths, seed, None if all_rows else _SHOWN, scenarios)))
        typer.echo(studying.closing(folder, excel=excel))


def _lines(
    loaded: Sequence[Scenario],
    results: Sequence[Sequence[Difference]],
    changed: Sequence[Sequence[Change]],
    paths: int,
    seed: int,
    limit: int | None,
    typed: Sequence[str],
) -> Iterator[str]:
    from kejin_sim.scenario.changes import in_words
    from kejin_sim.study.compare import tested

    first = loaded[0]
    judged = sum(tested(row.n, row.gap.value, row.gap.error) for rows in results for row in rows)
    for other, rows, keys in zip(loaded[1:], results, changed, strict=True):
        yield t(f"甲：{first.title}（{first.name}）", f"A: {first.title} ({first.name})")
        yield t(f"乙：{other.title}（{other.name}）", f"B: {other.title} ({other.name})")
        yield t(f"同样的 {paths:,} 条路径、种子 {seed}；差异都是乙减甲、逐条路径相减",
                f"the same {paths:,} paths, seed {seed}; differences are B − A, path by path")  # fmt: skip
        yield from in_words(keys)
        yield from _in_words(rows)
        yield ""
        yield from _headlines(rows, judged)
        yield ""
        yield from _verdicts(rows, limit)
        yield ""
    for other, named in zip(loaded[1:], typed[1:], strict=True):
        yield from _next(first, other, typed[0], named)


def _next(first: Scenario, other: Scenario, first_typed: str, other_typed: str) -> Iterator[str]:
    """How to find which of several changes does it; nothing where there is one.

    Parameters: the packages, and how the user named them.
    """
    from kejin_sim.scenario.dump import quoted
    from kejin_sim.scenario.files import is_path
    from kejin_sim.scenario.scenario import Baseline
    from kejin_sim.scenario.starter import named_from
    from kejin_sim.study.attribute import differing

    against = Baseline(first.name, first.letterhead.title, first.values, first.by_year, first.letterhead.title_en)
    if len(differing(replace(other, baseline=against), "section")) < 2:
        return
    bundled = not is_path(other_typed)
    file = t(f"{other.name}-自拟.yaml", f"my-{other.name}.yaml") if bundled else other_typed
    name = named_from(first_typed, Path(file).parent)
    line, said = f"baseline: {quoted(name) if is_path(first_typed) else name}", as_typed(file)
    steps = (
        [t(f"先运行 kejin new {said} --from {other.name}", f"run kejin new {said} --from {other.name}")]
        if bundled
        else []
    )
    steps.append(t(f"在 {said} 里写 {line}", f"write {line} into {said}"))
    steps.append(t(f"运行 kejin attribute {said} --by section", f"run kejin attribute {said} --by section"))
    yield t("下一步：要知道是哪一处改动的作用，", "Next: to see which of the changes does it, ") + t(
        "；再", "; then "
    ).join(steps)


def _in_words(rows: Sequence[Difference]) -> Iterator[str]:
    """The answer in a sentence: on which of the headline outcomes the other package is better, worse, or not told apart."""
    from kejin_sim.outcomes.headlines import COSTS, GAINS

    listed: dict[str, list[str]] = {"better": [], "worse": [], "unclear": []}
    by_name = {row.quantity.name: row for row in rows}
    for name in (*COSTS, *GAINS):
        row = by_name.get(name)
        if row is not None and row.n and row.quantity.sign:
            listed.setdefault(row.verdict, []).append(row.quantity.label)
    heads = {
        "better": t("主要指标上，乙更好：", "Of the headline outcomes B is better on: "),
        "worse": t("乙更差：", "worse on: "),
        "unclear": t("分不清：", "not told apart on: "),
    }
    nothing = t("无", "none")
    yield t("；", "; ").join(head + (t("、", ", ").join(listed[v]) or nothing) for v, head in heads.items())


def _headlines(rows: Sequence[Difference], judged: int) -> Iterator[str]:
    """The headline outcomes with their figures, told apart or not: lists below are long, and ordered by how sure they are.

    ``judged``: how many differences, of all pairs, were judged together.
    """
    from kejin_sim.cli.figures import columns
    from kejin_sim.outcomes.headlines import COSTS, GAINS
    from kejin_sim.study.compare import intervals_and_verdicts

    by_name = {row.quantity.name: row for row in rows}
    shown = [by_name[name] for name in (*COSTS, *GAINS) if name in by_name and by_name[name].n]
    head = [t("主要指标", "headline outcomes"), t("甲", "A"), t("乙", "B"), t("差异 [95%区间]", "difference [95 %]")]
    yield from columns([head, *map(_row, shown)], indent=0)
    yield from _on_fewer(shown)
    yield intervals_and_verdicts(judged)


def _row(row: Difference) -> list[str]:
    """An outcome under both packages, and the difference."""
    from kejin_sim.cli.figures import shared_scale
    from kejin_sim.cli.studying import interval
    from kejin_sim.outcomes.statistics import exactly

    metric, beside = row.quantity.metric, max(abs(row.first.value), abs(row.other.value))
    gap = interval(metric, row.gap, signed=True, beside=beside)
    values = shared_scale(metric, [exactly(one.value) for one in (row.first, row.other)])
    return [row.label, values.value(row.first.value), values.value(row.other.value), gap]


def _verdicts(rows: Sequence[Difference], limit: int | None) -> Iterator[str]:
    from kejin_sim.cli.figures import columns

    heads = {
        "better": t("乙更好", "B is better"), "worse": t("乙更差", "B is worse"),
        "more": t("乙更多（无好坏之分）", "B has more (neither good nor bad)"),
        "less": t("乙更少（无好坏之分）", "B has less (neither good nor bad)"),
    }  # fmt: skip
    for verdict, head in heads.items():
        found = [row for row in rows if row.verdict == verdict]
        if not found:
            yield t(f"{head}：无", f"{head}: nothing")
            continue
        shown = found if limit is None else found[:limit]
        table = [
            [
                t(f"{head}（{len(found)}项）", f"{head} ({len(found)})"),
                t("甲", "A"),
                t("乙", "B"),
                t("差异 [95%区间]", "difference [95 %]"),
            ]
        ]
        table += map(_row, shown)
        yield from columns(table, indent=0)
        yield from _on_fewer(shown)
        if len(found) > len(shown):
            yield t(
                f"  另 {len(found) - len(shown)} 项见结果文件，或加 --all",
                f"  {len(found) - len(shown)} more in the files, or with --all",
            )
    yield from _not_compared(rows)
    unclear, same, undefined = (sum(row.verdict == v for row in rows) for v in ("unclear", "same", "undefined"))
    nowhere = (
        t(
            f"；没有定义或不比（包括为负的单位成本）：{undefined} 项",
            f"; not defined or not compared (costs per unit below 0 included): {undefined}",
        )
        if undefined
        else ""
    )
    yield t(
        f"分不清（可能只是抽样误差）：{unclear} 项；每条路径都相同：{same} 项{nowhere}",
        f"Cannot be told from chance: {unclear}; equal on every path: {same}{nowhere}",
    )
    yield t(
        "以上“更好、更差、更多、更少”合在一起出错（哪怕一项）的概率不超过5%（Holm）",
        "The chance that even one of these verdicts is wrong is at most 5 % (Holm)",
    )
    ratios = sorted(row.saving for row in rows if row.saving == row.saving and row.verdict != "same")
    if ratios:
        yield _saved(ratios[len(ratios) // 2])


def _saved(times: float) -> str:
    """By how much common draws cut the variance of a difference, in the median outcome."""
    if times < _CUT:
        return t("同抽样没有缩小差异的方差（各指标中位数）",
                 "Common draws do not cut the variance of a difference (median outcome)")  # fmt: skip
    told = f"{times:,.{0 if times >= 100 else 1}f}"
    return t(f"同抽样使差异的方差缩小到独立抽样的 1/{told}（各指标中位数）",
             f"Common draws cut the variance of a difference by {told} against independent ones (median outcome)")  # fmt: skip


def _on_fewer(rows: Sequence[Difference]) -> Iterator[str]:
    """A word on differences of fewer paths than were simulated: they need not be the difference of the two values beside them."""
    listed = [f"{row.quantity.label} {row.n:,}/{row.first.paths:,}" for row in rows if row.n < row.first.paths]
    if listed:
        said = t("、", ", ").join(listed)
        yield t(f"  差异只计两边都有值的路径，不一定等于前两列之差：{said} 条",
                f"  Differences over the paths on which both sides have a value, not of the two values shown: {said} paths"
                )  # fmt: skip


def _not_compared(rows: Sequence[Difference]) -> Iterator[str]:
    """The years until something that need not happen, which are not compared, with the paths on which it does."""
    from kejin_sim.outcomes.metric import Metric

    listed = [
        t(f"{row.quantity.label}（甲 {row.first.n:,}、乙 {row.other.n:,} 条发生）",
          f"{row.quantity.label} (A on {row.first.n:,}, B on {row.other.n:,})")
        for row in rows
        if row.verdict == "undefined" and isinstance(row.quantity.metric, Metric) and row.quantity.metric.instead
        and max(row.first.n, row.other.n) > 0
    ]  # fmt: skip
    if listed:
        said, paths = t("、", ", ").join(listed), rows[0].first.paths
        yield t(f"{paths:,} 条路径中有的期内不发生，年数不能只比发生了的，不比：{said}",
                f"Years until what does not happen on all of {paths:,} paths are not compared: {said}")  # fmt: skip


def _as_object(
    folder: str,
    loaded: Sequence[Scenario],
    results: Sequence[Sequence[Difference]],
    changed: Sequence[Sequence[Change]],
    paths: int,
    seed: int,
) -> dict[str, Any]:
    from kejin_sim.cli.studying import figures
    from kejin_sim.study.table import finite

    return {
        "folder": folder, "paths": paths, "seed": seed, "first": loaded[0].name,
        "comparisons": [
            {
                "other": other.name,
                "changed": [{"key": k.key, "first": k.old, "other": k.new} for k in keys],
                "differences": [
                    {
                        "metric": row.quantity.name, "label_zh": row.quantity.zh, "label_en": row.quantity.en,
                        "unit": row.quantity.metric.unit, "verdict": row.verdict, "n": row.n, "p": row.p,
                        "p_holm": row.adjusted, "first": figures(row.first), "other": figures(row.other),
                        "difference": figures(row.gap), "variance_ratio": finite(row.saving),
                    }
                    for row in rows
                ],
            }
            for other, rows, keys in zip(loaded[1:], results, changed, strict=True)
        ],
    }  # fmt: skip
