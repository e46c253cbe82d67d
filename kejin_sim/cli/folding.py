"""Long tables of effects on a terminal: `kejin_sim.study.folding` with the option that lists all rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.study.effect import Effect

AllRows = Annotated[
    bool,
    typer.Option("--all", help=both("也列出没有影响、看不出影响的", "list also what has no effect, or none that can be told")),
]  # fmt: skip


def counted(effects: Sequence[Effect], listed: Sequence[int]) -> list[str]:
    """A line on the rows that are not listed: how many, why, and where they are."""
    from kejin_sim.study.folding import left_out

    said = left_out(effects, listed)
    if not said:
        return []
    return [t(f"没有列出：{said}；加 --all 全部列出，结果文件里都有",
              f"Not listed: {said}; --all lists them, and the files have them all")]  # fmt: skip
