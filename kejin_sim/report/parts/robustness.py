"""A study of ``kejin robust``: outcomes across worlds, and the numbers that decide them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from kejin_sim.lang import t
from kejin_sim.outcomes.scale import shared_scale
from kejin_sim.outcomes.statistics import Interval, exactly
from kejin_sim.report.document import Group, Table
from kejin_sim.report.document import Row as Cells
from kejin_sim.report.findings import Findings, Row, ends, key_label, outcome
from kejin_sim.report.numbers import printed
from kejin_sim.report.robustness import grouped
from kejin_sim.study.facts.published import known_moments
from kejin_sim.study.robust.across import NOISY
from kejin_sim.study.robust.tables import JUDGED_FROM, judged, remarks

_MOST: Final = 3


def robustness_tables(found: Findings, tag: str) -> Iterable[Table]:
    """Every outcome in the scenario's own world and across the others, then what decides each."""
    rows: list[Cells] = []
    moved: list[Cells] = []
    groups = list(grouped(found))
    same = []
    for title, members in _told_once(groups):
        differ = [row for row in members if not _is_nothing(row)]
        same += [
            asked.label for row in members if row not in differ and (asked := outcome(str(row["metric"]))) is not None
        ]
        for listed, own in ((rows, [cells for row in differ for cells in _outcome(row)]),
                            (moved, [cells for row in differ for cells in _moved(row, found)])):  # fmt: skip
            listed += [Group(title), *own] if own and len(groups) > 1 else own
    results = found.results
    own = results["own_figures"]
    note = t(
        f"{results['kept']} 个世界，各有另一套成长、融资、失败、退出的数，与方案自己的世界同样接近 {results['figures']} 个数字"
        f"{f'（{own} 个是自己的）' if own else ''}：平均相差 {results['least_factor']:.2f}～{results['largest_factor']:.2f} 倍"
        f"（方案自己的世界 {results['own_factor']:.2f} 倍）。区间为抽样误差；P5 至 P95 跨各世界。",
        f"{results['kept']} worlds with other numbers of growth, rounds, failure and exits, as near to {results['figures']} figures"
        f"{f' ({own} of your own)' if own else ''} as the scenario's own: off by a factor of {results['least_factor']:.2f} to "
        f"{results['largest_factor']:.2f} on average (its own {results['own_factor']:.2f}). Intervals are sampling; P5 to P95 runs "
        "across worlds.",
    )
    labels = {moment.name: moment.label for moment in known_moments()}
    unseen = [labels.get(str(name), str(name)) for name in results["unseen"]]
    last = t("大于0 / 小于0 / 分不清的世界", "Worlds above 0 / below / undecided")
    if any(row["over"] for row in found.rows("robust")):
        last = t(
            "大于0 / 小于0（相减的：更好 / 更差）/ 分不清的世界",
            "Worlds above 0 / below (of differences: better / worse) / undecided",
        )
    head: tuple[str, ...] = (t("结果", "Outcome"), t("方案自己的世界 [95%区间]", "In its own world [95 %]"),
            t("各世界 P5 ~ P95", "Worlds, P5 ~ P95"), t("中位数", "Median"), last)  # fmt: skip
    notes = [note, *remarks(results, found.rows("robust"), unseen, found.head.paths)]
    if same:
        named = t("、", ", ").join(dict.fromkeys(same))
        notes.insert(
            1, t(f"两个方案在每个世界里都没有差别：{named}。", f"The packages do not differ in any world: {named}.")
        )
    shares: tuple[float, ...] = (1.5, 1.7, 1.4, 0.8, 0.9)
    if found.head.paths < JUDGED_FROM:  # a note says so once
        head, shares = head[:-1], shares[:-1]
        rows = [row if isinstance(row, Group) else row[:-1] for row in rows]
    yield Table(f"tab-{tag}-worlds", t("换一个世界的结果", "Results in other worlds"), head, tuple(rows), "lrrrr"[: len(head)],
                shares, tuple(notes), breakable=True)  # fmt: skip
    if any(isinstance(row, tuple) for row in moved):
        note = t(
            "只动这一个数，从各世界的低一个标准差到高一个标准差，结果的变化；只列超出巧合的：全部合在一起判断，"
            "哪怕一个判错的概率不超过5%（Holm）。",
            "One number alone, from a spread of the worlds below to one above: the change of the outcome; those beyond chance, "
            "judged all together: the chance that even one is wrong is at most 5 % (Holm).",
        )
        columns = (t("结果", "Outcome"), t("由哪些数左右", "Decided by"))
        title = t("左右结果的世界的数", "Numbers of the world that decide the results")
        yield Table(f"tab-{tag}-moves", title, columns, tuple(moved), "ll", (1.0, 2.4), (note,), breakable=True)


def _is_nothing(row: Row) -> bool:
    """Whether a difference is 0 in every world."""
    return bool(row["over"]) and not any(row[name] for name in ("own", "least", "most"))


def _told_once(groups: Sequence[tuple[str, list[Row]]]) -> list[tuple[str, list[Row]]]:
    """Without the packages that differ from the first in nothing: their rows would be the first's again."""
    twice = {members[0]["scenario"] for _, members in groups if all(map(_is_nothing, members))}
    return [(title, members) for title, members in groups if members[0]["over"] or members[0]["scenario"] not in twice]


def _outcome(row: Row) -> Iterable[Cells]:
    asked = outcome(str(row["metric"]))
    if asked is None or not row["worlds"]:
        return  # no world defines it
    gap = bool(row["over"]) or asked.gap_of_worlds
    value, *levels = (math.nan if row[name] is None else float(row[name]) for name in ("own", "p5", "p50", "p95"))
    own = Interval(value, math.nan, *ends(row, "own_low95", "own_high95"))
    low, middle, high = map(exactly, levels)
    scale = shared_scale(asked.metric, [own, low, middle, high], gap=gap)
    names = ("better", "worse") if row["over"] else ("above", "below")
    counts = [*(row[name] for name in names), row["undecided"]]
    label = asked.label + (" *" if (row["sampling"] or 0.0) > NOISY else "")
    yield (label, printed(scale.estimate(own, signed=gap)), printed(scale.together([low, high], " ~ ")),
           printed(scale.value(middle.value, signed=gap)), judged(counts, JUDGED_FROM))  # fmt: skip


def _moved(row: Row, found: Findings) -> Iterable[Cells]:
    asked = outcome(str(row["metric"]))
    about = (row["scenario"], row["over"], row["metric"])
    sure = [one for one in found.rows("moves")
            if (one["scenario"], one["over"], one["metric"]) == about and one["sure"]][:_MOST]  # fmt: skip
    if asked is not None and sure:
        changes = [
            Interval(float(one["change"]), math.nan, *ends(one, "change_low95", "change_high95")) for one in sure
        ]
        scale = shared_scale(asked.metric, changes, gap=True)
        named = (f"{key_label(str(one['key']), str(one['key_label']))} {scale.middle(change, signed=True)}"
                 for one, change in zip(sure, changes, strict=True))  # fmt: skip
        yield asked.label, printed(t("；", "; ").join(named))
