"""The summary of a run folder as the lines that it was written from."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kejin_sim.errors import InputError
from kejin_sim.outcomes.registry import RATIOS, by_name, metrics
from kejin_sim.outcomes.statistics import LEVELS
from kejin_sim.outcomes.summary import Line, Summary
from kejin_sim.store.folder import SUMMARY
from kejin_sim.store.read import Run

_QUANTILES = tuple(f"p{round(100 * level)}" for level in LEVELS)


def _number(text: str) -> float:
    return float(text) if text else math.nan


_RATIOS = {ratio.name: ratio for ratio in RATIOS}


def _line(row: Mapping[str, str]) -> Line | None:
    """A row as a line; None for a metric that this version of the program does not have."""
    metric = by_name().get(row["metric"]) or _RATIOS.get(row["metric"])
    if metric is None:
        return None
    mean, error, low, high, tail = (_number(row[name]) for name in ("mean", "se", "low95", "high95", "tail_mean"))
    quantiles = tuple(_number(row[name]) for name in _QUANTILES)
    side = {"worst_5pct_high": "upper", "worst_5pct_low": "lower", "": ""}[row["tail"]]
    world = row["world"]
    if world not in ("package", "twin", "difference"):
        raise ValueError(world)
    return Line(metric, world, int(row["n"]), mean, error, low, high, quantiles, tail, side)  # type: ignore[arg-type]


def read_summary(run: Run) -> Summary:
    """Every line of ``summary.csv``, in its order.

    Errors: `InputError` when the file is damaged, or was written by a version of the program without metrics that
    this one has.
    """
    try:
        found = [_line(row) for row in run.rows.values()]
    except (ValueError, KeyError, TypeError) as error:
        raise run.damaged(SUMMARY) from error
    lines = tuple(line for line in found if line is not None)
    known = {line.metric.name for line in lines}
    gone = [m.name for m in metrics() if m.name not in known and (m.scope == "world" or run.has_twin)]
    if gone:
        made, command = run.manifest.get("kejin_sim", "?"), run.manifest.get("command", "kejin run …")
        few = ", ".join(gone[:3]) + (" …" if len(gone) > 3 else "")
        raise InputError.of(
            f"由 kejin_sim {made} 的另一版本写出，没有这些指标：{few}。",
            f"was written by another version of kejin_sim ({made}) without these metrics: {few}.",
            file=str(run.folder), hint_zh=f"重新运行：{command}", hint_en=f"run it again: {command}",
        )  # fmt: skip
    return Summary(lines, int(run.manifest["paths"]))
