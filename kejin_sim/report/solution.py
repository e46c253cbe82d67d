"""The lever that meets a target: the quantity at every value that was tried."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, Row, key_label, scale, titled
from kejin_sim.scenario.scenario import parameter_of
from kejin_sim.study.targets import Target, parse_target
from kejin_sim.units import UnitError


@dataclass(frozen=True)
class Curve:
    """Values of the lever with estimates and 95 % intervals; ``sure`` and ``likely``: where the target is met, NaN for nowhere.

    ``tried``: what is not defined is NaN, later than the horizon +∞. ``lever``: its label; ``kind``: money, rate or another kind
    of parameter. ``steady``: whether the quantity rises or falls throughout.
    """

    head: Head
    lever: str
    kind: str
    target: Target
    tried: tuple[tuple[float, Interval], ...]
    sure: float
    likely: float
    steady: bool


def solution(found: Findings) -> Curve | None:
    """Read it; None when this version no longer knows the lever or the outcome."""
    try:
        target = parse_target(str(found.settings["target"]))
        parameter, _ = parameter_of(str(found.settings["vary"]))
    except (KeyError, InputError, UnitError):
        return None
    tried = [(row["value"], _estimate(row, target, found.head.paths)) for row in found.rows("solve")]
    sure, likely = (float(found.results.get(name, math.nan)) for name in ("sure", "likely"))
    label = key_label(str(found.settings["vary"]), "")
    steady = bool(found.results.get("steady", True))
    return Curve(found.head, label, parameter.kind, target, tuple(tried), sure, likely, steady) if tried else None


def _estimate(row: Row, target: Target, paths: int) -> Interval:
    """An estimate as a table holds it, where NaN and +∞ both are None: a quantile of years that paths enough tell is +∞."""
    one, n = target.quantity, int(row.get("n") or 0)
    numbers = [math.nan if row[name] is None else float(row[name]) for name in ("estimate", "low95", "high95")]
    if one.late and n:
        sure = n >= one.paths_needed
        numbers = [math.inf if math.isnan(x) and (i == 0 or sure) else x for i, x in enumerate(numbers)]
    return Interval(numbers[0], math.nan, numbers[1], numbers[2], n, paths)


def has_curve(data: Curve) -> bool:
    """Whether there is an estimate to draw."""
    return any(math.isfinite(found.value) for _, found in data.tried)


def solution_figure(data: Curve) -> Any:
    """Draw it; a value without an estimate has no point, one without an interval no band."""
    notes = [
        t("横虚线为目标，带状为95%区间；竖实线：以95%的把握达到目标；竖点线：估计值最先达到。",
          "Dashed: the target; band: 95 % interval. Upright line: met with 95 % confidence; dotted: met by the estimate."),
        style.paths_note(data.head),
    ]  # fmt: skip
    figure, box = style.fitted(
        17.5, style.tall(5.4, 4.8), head=2.9, foot=style.foot(data.head, notes), left=1.6, right=0.5
    )
    axes = figure.add_axes(box)
    biggest = max(abs(value) for value, _ in data.tried)
    across, lever_unit = (
        style.money(biggest) if data.kind == "money" else (0.01, "%") if data.kind == "rate" else (1.0, "")
    )
    metric = data.target.quantity.metric
    known = [found.value for _, found in data.tried if math.isfinite(found.value)]
    factor, unit = scale(metric, max(map(abs, known)), gap=data.target.quantity.gap_of_worlds)
    x = [value / across for value, _ in data.tried]
    drawn = [[end / factor if math.isfinite(end) else math.nan for end in (found.value, found.low, found.high)]
             for _, found in data.tried]  # fmt: skip
    axes.fill_between(
        x, [row[1] for row in drawn], [row[2] for row in drawn], color=style.PACKAGE_LIGHT, alpha=0.6, linewidth=0
    )
    axes.plot(x, [row[0] for row in drawn], color=style.PACKAGE, marker="o", markersize=2.4, linewidth=1.3)
    axes.axhline(data.target.limit / factor, color=style.WARN, linewidth=1.0, linestyle=(0, (5, 2)))
    for value, dashes in ((data.sure, "-"), (data.likely, (0, (1, 2)))):
        if not math.isnan(value):
            axes.axvline(value / across, color=style.INK, linewidth=0.9, linestyle=dashes)
    axes.set_xlabel(titled(data.lever, lever_unit), labelpad=2)
    axes.set_title(titled(data.target.quantity.label, unit), pad=6)
    sign = {"<=": "≤", ">=": "≥"}[data.target.sign]
    limit = f"{data.target.limit / factor:g}{unit if unit in ('%', '') else ' ' + unit}"
    title = t(f"{data.lever}取多少，才能使{data.target.quantity.label} {sign} {limit}",
              f"{data.lever}: where {data.target.quantity.label} {sign} {limit}")  # fmt: skip
    style.frame(figure, data.head, title, notes)
    return figure
