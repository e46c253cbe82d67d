"""What has to be said beside a solution, on the terminal and in a report: on how much it rests, and where it may mislead."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from kejin_sim.lang import t
from kejin_sim.outcomes.statistics import BEYOND, Interval
from kejin_sim.study.targets import Target


def remarks(target: Target, lever: str, tried: Sequence[Interval], *, steady: bool) -> Iterator[str]:
    """Sentences on a solution in the language of the reader.

    ``lever``: what was varied, as the reader knows it. ``tried``: the estimates at all values tried, by value. ``steady``: whether
    they rise or fall throughout.
    """
    yield from _how_few(target, tried)
    if len({estimate.value for estimate in tried}) == 1 and not math.isnan(tried[0].value):
        yield t(f"注意：在试过的范围内改 {lever}，{target.quantity.label}一点不变：这个键影响不到它，换一个键或指标。",
                f"Note: in the range tried {lever} does not change {target.quantity.label} at all: vary another key, or take "
                "another outcome.")  # fmt: skip
    if not steady:
        yield t("注意：指标不随该键单调变化，别处可能还有解，请看试过的各值。",
                "Note: the outcome does not change steadily with the key; there may be other solutions: see all values tried."
                )  # fmt: skip


def _how_few(target: Target, tried: Sequence[Interval]) -> Iterator[str]:
    """On how few paths the answer rests: those on which the outcome has a value, and those in the tail that determine it."""
    one = target.quantity
    fewest = min(tried, key=lambda estimate: estimate.n)
    if fewest.paths and fewest.n < fewest.paths:
        least = f"{fewest.n:,}/{fewest.paths:,}"
        yield t(f"注意：{one.label}只在一部分路径上有值（最少 {least} 条），把握只对这些路径而言。",
                f"Note: {one.label} has a value on some paths only (at least {least}); what is said holds for these.")  # fmt: skip
    if one.late:
        yield t(
            "观察期内没有发生的路径算作比任何年数都晚。",
            "Paths on which it does not happen by the horizon count as later than any year.",
        )
    if any(estimate.n < one.paths_needed for estimate in tried):
        needed, (zh, en) = f"{one.paths_needed:,}", one.where_told
        yield t(f"路径太少：{zh}不足 {BEYOND} 条，没有区间，什么都谈不上有把握；至少要 {needed} 条有值的路径（--paths）。",
                f"Too few paths: fewer than {BEYOND} lie {en}, so that there is no interval and nothing is sure; at least "
                f"{needed} paths with a value are needed (--paths).")  # fmt: skip
    elif any(estimate.paths and math.isfinite(estimate.value) and math.isnan(estimate.low) for estimate in tried):
        yield t("没有区间的点：各条路径的值都一样而路径太少，或只有一条路径，谈不上有把握；增大 --paths。",
                "Where there is no interval, too few paths all have the same value, or a single one has any: nothing is sure; "
                "raise --paths.")  # fmt: skip
