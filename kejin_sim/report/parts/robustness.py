"""A study of ``kejin robust``: outcomes across worlds, and the numbers that pull them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from kejin_sim.lang import t
from kejin_sim.outcomes.scale import shared_scale
from kejin_sim.outcomes.statistics import Interval, exactly
from kejin_sim.report.document import Group, Table
from kejin_sim.report.document import Row as Cells
from kejin_sim.report.findings import Findings, Row, ends, key_label, outcome
from kejin_sim.report.numbers import printed
from kejin_sim.report.robustness import grouped

_PULLS: Final = 3


def robustness_tables(found: Findings, tag: str) -> Iterable[Table]:
    """Every outcome in the scenario's own world and across the others, then what pulls each."""
    rows: list[Cells] = []
    pulled: list[Cells] = []
    groups = list(grouped(found))
    for title, members in groups:
        if len(groups) > 1:
            rows.append(Group(title))
            pulled.append(Group(title))
        for row in members:
            rows += _outcome(row)
            pulled += _pulled(row, found)
    results = found.results
    note = t(
        f"{results.get('worlds')} 个世界，各有另一套成长、融资、失败、退出的数，与 {results.get('figures')} 个公开数字平均相差 "
        f"{results.get('least_factor', math.nan):.2f}～{results.get('largest_factor', math.nan):.2f} 倍"
        f"（方案自己的世界 {results.get('own_factor', math.nan):.2f} 倍）。区间为抽样误差；P5 至 P95 跨各世界。"
        "政策、行为和宏观的数没有变。",
        f"{results.get('worlds')} worlds with other numbers of growth, rounds, failure and exits, off from "
        f"{results.get('figures')} published figures by a factor of {results.get('least_factor', math.nan):.2f} to "
        f"{results.get('largest_factor', math.nan):.2f} on average (the scenario's own {results.get('own_factor', math.nan):.2f}). "
        "Intervals are sampling; P5 to P95 runs across worlds. Numbers of policy, behaviour and the economy stay as they are.",
    )
    last = t("大于0的世界", "Above 0 in")
    if any(row["over"] for row in found.rows("robust")):
        last = t("大于0（相减的：更好）的世界", "Above 0 (of differences: better) in")
    head = (t("结果", "Outcome"), t("方案自己的世界 [95%区间]", "In its own world [95 %]"),
            t("各世界 P5 ~ P95", "Worlds, P5 ~ P95"), t("中位数", "Median"), last)  # fmt: skip
    yield Table(f"tab-{tag}-worlds", t("换一个世界的结果", "Results in other worlds"), head, tuple(rows), "lrrrr",
                (1.5, 1.7, 1.4, 0.8, 0.7), (note,), breakable=True)  # fmt: skip
    if any(isinstance(row, tuple) for row in pulled):
        note = t("秩相关（Spearman）；只列超出巧合的（Bonferroni，95%）。正的：这个数大，结果就大。",
                 "Rank correlation (Spearman); those beyond chance (Bonferroni, 95 %). Positive: the larger the number, the larger "
                 "the outcome.")  # fmt: skip
        columns = (t("结果", "Outcome"), t("由哪些数左右", "Pulled by"))
        title = t("左右结果的世界的数", "Numbers of the world that pull the results")
        yield Table(f"tab-{tag}-pulls", title, columns, tuple(pulled), "ll", (1.0, 2.4), (note,), breakable=True)


def _outcome(row: Row) -> Iterable[Cells]:
    asked = outcome(str(row["metric"]))
    if asked is None or not row["worlds"]:
        return  # no world defines it
    gap = bool(row["over"]) or asked.gap_of_worlds
    value, *levels = (math.nan if row[name] is None else float(row[name]) for name in ("own", "p5", "p50", "p95"))
    own = Interval(value, math.nan, *ends(row, "own_low95", "own_high95"))
    low, middle, high = map(exactly, levels)
    scale = shared_scale(asked.metric, [own, low, middle, high], gap=gap)
    share, worlds = row["better"] if row["over"] else row["above_0"], int(row["worlds"])
    yield (asked.label, printed(scale.estimate(own, signed=gap)), printed(scale.together([low, high], " ~ ")),
           printed(scale.value(middle.value, signed=gap)),
           "—" if share is None else f"{round(share * worlds)}/{worlds}")  # fmt: skip


def _pulled(row: Row, found: Findings) -> Iterable[Cells]:
    asked = outcome(str(row["metric"]))
    about = (row["scenario"], row["over"], row["metric"])
    sure = [one for one in found.rows("pulls")
            if (one["scenario"], one["over"], one["metric"]) == about and one["beyond_chance"]][:_PULLS]  # fmt: skip
    if asked is not None and sure:
        named = (f"{key_label(str(one['key']), str(one['key_label']))} {one['correlation']:+.2f}" for one in sure)
        yield asked.label, printed(t("；", "; ").join(named))
