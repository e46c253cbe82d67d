"""Long tables of effects: what has one is listed, the rest is counted in a line unless the user asks for all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.study.effect import Effect

AllRows = Annotated[
    bool,
    typer.Option("--all", help=both("也列出没有影响、看不出影响的", "list also what has no effect, or none that can be told")),
]  # fmt: skip
SHORT: Final = 12
"""Rows of a table that is not folded: that something has no effect is an answer too."""


def unfolded(effects: Sequence[Effect], *, all_rows: bool) -> list[int]:
    """Which rows are listed: every one of a short table or if asked for, else those with an effect."""
    if all_rows or len(effects) <= SHORT:
        return list(range(len(effects)))
    return [i for i, one in enumerate(effects) if one == "told"]


def counted(effects: Sequence[Effect], listed: Sequence[int]) -> list[str]:
    """A line on the rows that are not listed: how many have no effect at all, how many none that can be told from 0."""
    left = [one for i, one in enumerate(effects) if i not in set(listed)]
    if not left:
        return []
    words: Mapping[Effect, tuple[str, str]] = {
        "none": ("{n} 项没有影响", "{n} without any effect"),
        "unclear": ("{n} 项看不出影响（区间含0）", "{n} not told from 0 (the interval holds it)"),
        "undefined": ("{n} 项没有定义", "{n} not defined"),
    }
    parts = [t(*words[one]).format(n=left.count(one)) for one in words if one in left]
    said = t("、", ", ").join(parts)
    return [t(f"没有列出：{said}；加 --all 全部列出，结果文件里都有",
              f"Not listed: {said}; --all lists them, and the files have them all")]  # fmt: skip
