"""The summary of a run folder as the lines that it was written from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kejin_sim.errors import InputError
from kejin_sim.outcomes.described import FIGURES, SIDE_WORDS, WORLD_LABELS
from kejin_sim.outcomes.registry import RATIOS, by_name, metrics
from kejin_sim.outcomes.summary import Line, Summary, line_of
from kejin_sim.store.folder import SUMMARY
from kejin_sim.store.read import Run


def _number(text: str) -> float:
    return float(text) if text else math.nan


_RATIOS = {ratio.name: ratio for ratio in RATIOS}
_SIDES = {said: side for side, said in SIDE_WORDS.items()}


def _line(row: Mapping[str, str]) -> Line | None:
    """A row as a line; None for a metric that this version of the program does not have."""
    metric = by_name().get(row["metric"]) or _RATIOS.get(row["metric"])
    if metric is None:
        return None
    world = row["world"]
    if world not in WORLD_LABELS:
        raise ValueError(world)
    return line_of(metric, world, _SIDES[row["tail"]], {name: _number(row[name]) for name in FIGURES})  # type: ignore[arg-type]


def _other_version(run: Run, zh: str, en: str) -> InputError:
    """The error for a summary that another version wrote, which lacks something."""
    made, command = run.manifest.get("kejin_sim", "?"), run.manifest.get("command", "kejin run …")
    return InputError.of(
        f"由 kejin_sim {made} 的另一版本写出，{zh}。", f"was written by another version of kejin_sim ({made}) {en}.",
        file=str(run.folder), hint_zh=f"重新运行：{command}", hint_en=f"run it again: {command}",
    )  # fmt: skip


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def read_summary(run: Run) -> Summary:
    """Every line of ``summary.csv``, in its order.

    Errors: `InputError` when the file is damaged, or was written by a version of the program without figures or metrics
    that this one has.
    """
    rows = list(run.rows.values())
    absent = [name for name in FIGURES if rows and "mean" in rows[0] and name not in rows[0]]
    if absent:
        raise _other_version(run, f"没有这些列：{_few(absent)}", f"without these columns: {_few(absent)}")
    try:
        found = [_line(row) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise run.damaged(SUMMARY) from error
    lines = tuple(line for line in found if line is not None)
    known = {line.metric.name for line in lines}
    gone = [m.name for m in metrics() if m.name not in known and (m.scope == "world" or run.has_twin)]
    if gone:
        raise _other_version(run, f"没有这些指标：{_few(gone)}", f"without these metrics: {_few(gone)}")
    return Summary(lines, int(run.manifest["paths"]))
