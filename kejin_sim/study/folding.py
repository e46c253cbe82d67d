"""Long tables of effects: what has one is listed, the rest is counted, on a terminal and in a report alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kejin_sim.lang import t
from kejin_sim.study.effect import Effect

SHORT: Final = 12
"""Rows of a table that is not folded: that something has no effect is an answer too."""


def unfolded(effects: Sequence[Effect], *, all_rows: bool = False) -> list[int]:
    """Which rows are listed: every one of a short table or if asked for, else those with an effect."""
    if all_rows or len(effects) <= SHORT:
        return list(range(len(effects)))
    return [i for i, one in enumerate(effects) if one == "told"]


def left_out(effects: Sequence[Effect], listed: Sequence[int]) -> str:
    """The rows that are not listed, in words: how many have no effect at all, how many none that can be told from 0; empty where
    all are listed."""
    left = [one for i, one in enumerate(effects) if i not in set(listed)]
    words: Mapping[Effect, tuple[str, str]] = {
        "none": ("{n} 项没有影响", "{n} without any effect"),
        "unclear": ("{n} 项看不出影响（区间含0）", "{n} not told from 0 (the interval holds it)"),
        "undefined": ("{n} 项没有定义", "{n} not defined"),
    }
    return t("、", ", ").join(t(*words[one]).format(n=left.count(one)) for one in words if one in left)


def together(count: int) -> str:
    """The label of a row for so many that are not listed, so that the rows still add up."""
    return t(f"其余 {count} 项合计", f"the other {count} together")
