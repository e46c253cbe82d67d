"""Which uncertain numbers decide an outcome: one at a time, all together, and where a target is missed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.outcomes.statistics import Array, Interval
from kejin_sim.parameters import registry
from kejin_sim.scenario.scenario import Scenario, parameter_of, set_values, written_key
from kejin_sim.study import prim, sobol
from kejin_sim.study.constraints import canonical, idle_amount
from kejin_sim.study.design import Dimension
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.quantity import Quantity
from kejin_sim.study.table import UNIT_WORDS, Column, Table, finite, unit_of
from kejin_sim.study.targets import Target
from kejin_sim.units import UnitError


@dataclass(frozen=True)
class Swing:
    """One input moved to each end of its range, everything else as in the scenario: paired changes of a quantity."""

    dimension: Dimension
    at_low: Interval
    at_high: Interval

    @property
    def size(self) -> float:
        """The larger of the two changes; one that is not defined counts as none."""
        return max((abs(v) for v in (self.at_low.value, self.at_high.value) if math.isfinite(v)), default=0.0)


@dataclass(frozen=True)
class Sensitivity:
    """``swings`` and ``indices`` by quantity; ``points`` float64[point, input] and ``values`` float64[quantity, point] of the
    sample; ``boxes``: where the target is missed, with the share of points that miss it; ``found``: the conditions that hold beyond
    chance (`prim.discovered`), None where there are none.

    ``indices`` are None for a quantity that is not defined at every point: its variance cannot be divided. ``undefined``: at how
    many points each is not (NaN in ``values``); ``left_out``: the same for the target, whose boxes and share leave these out.
    ``missed`` is NaN when the target is defined nowhere. ``fewest``: of ``paths`` a point, the fewest on which the
    target's outcome is defined, among the points where it is.
    """

    dimensions: tuple[Dimension, ...]
    quantities: tuple[Quantity, ...]
    swings: tuple[tuple[Swing, ...], ...]
    indices: tuple[sobol.Indices | None, ...]
    points: Array
    values: Array
    boxes: tuple[prim.Box, ...]
    missed: float
    undefined: tuple[int, ...] = ()
    left_out: int = 0
    fewest: int = 0
    paths: int = 0
    found: prim.Box | None = None


def dimensions(scenario: Scenario, keys: Sequence[str]) -> list[Dimension]:
    """What is uncertain: ``KEY`` (its usual range) or ``KEY=low..high`` as asked; without any, the scenario's own section
    ``uncertain``, and where it has none, every uncertainty of the registry that has a usual range. Errors: `InputError`."""
    if keys:
        asked = [_asked(scenario, text) for text in keys]
        names = [d.name for d in asked]
        for name in names:
            if names.count(name) > 1:
                raise InputError.of(
                    f"{name} 写了不止一次。", f"{name} is named more than once.", key="--key",
                    hint_zh="只留一处。", hint_en="keep one of them.",
                )  # fmt: skip
        return asked
    if scenario.uncertain:
        found = []
        for name, row in scenario.uncertain.items():
            scale: Any = row.distribution
            mode = row.mode if row.mode is not None else row.low
            found.append(
                Dimension(name, parameter_of(name)[0], low=row.low, high=row.high, scale=scale, mode=mode, lever=False)
            )
        return found
    return [
        Dimension(written_key(p.key), p, low=float(p.plausible[0]), high=float(p.plausible[1]), lever=False)
        for p in registry()
        if p.role == "uncertainty" and p.plausible is not None and p.length is None and p.kind not in ("choice", "flag")
    ]


def _asked(scenario: Scenario, text: str) -> Dimension:
    name, sign, written = text.partition("=")
    try:
        parameter, index = parameter_of(name)
        if parameter.kind in ("choice", "flag") or (parameter.length is not None and index is None):
            raise UnitError(f"{name} 不是一个数。", f"{name} is not one number.", "写一个数值键；列表写出第几项，如 key[1]。",
                            "name a numeric key; of a list, an item such as key[1].")  # fmt: skip
        name = canonical(name)
        if (idle := idle_amount(scenario, name)) is not None:
            raise idle
        if sign:
            ends = written.split("..")
            if len(ends) != 2:
                raise UnitError(f"{written} 不是范围。", f"{written} is no range.", "写成 3%..8%。", "write 3%..8%.")
            low, high = (float(parameter.parse(end.strip())) for end in ends)
        elif parameter.plausible is not None:
            low, high = (float(edge) for edge in parameter.plausible)
        else:
            raise UnitError(
                f"{name} 没有常用范围。",
                f"{name} has no usual range.",
                f"写成 {name}=下限..上限。",
                f"write {name}=low..high.",
            )
        if low >= high:
            raise UnitError(
                f"{written} 的下限不低于上限。", f"{written}: low is not below high.", "对调。", "swap them."
            )
    except UnitError as error:
        raise InputError.of(error.zh, error.en, key="--key", hint_zh=error.hint_zh, hint_en=error.hint_en) from None
    return Dimension(name, parameter, low=low, high=high, lever=False)


def _at(scenario: Scenario, inputs: Sequence[Dimension], values: Sequence[float]) -> Scenario:
    changes = {d.name: round(v) if d.parameter.is_integer else v for d, v in zip(inputs, values, strict=True)}
    return set_values(scenario, changes)


def sensitivity(
    evaluate: Evaluate,
    scenario: Scenario,
    inputs: Sequence[Dimension],
    quantities: Sequence[Quantity],
    *,
    paths: int,
    base: int,
    seed: int,
    target: Target | None = None,
) -> Sensitivity:
    """Run the tornado and the Saltelli sample on common draws.

    Parameters: ``base``: size of the sample, a power of two (0: tornado alone); ``target``: what discovery explains.
    Errors: `InputError` when a combination breaks the scenario's own rules.
    """
    asked = [*quantities, *([target.quantity] if target is not None else [])]
    twin = any(one.beside_twin for one in asked)
    for d in inputs:
        for end in (d.low, d.high):
            _at(scenario, [d], [end])
    middle = evaluate(scenario, paths, twin=twin)
    swings: list[list[Swing]] = [[] for _ in quantities]
    for d in inputs:
        ends = [evaluate(_at(scenario, [d], [end]), paths, twin=twin) for end in (d.low, d.high)]
        for q, one in enumerate(quantities):
            low, high = (one.gap(one.values(end), one.values(middle)) for end in ends)
            swings[q].append(Swing(d, low, high))
    names = [d.name for d in inputs]
    unit = sobol.design(names, base, seed) if base else np.zeros((0, len(names)))
    points = np.array([[d.at(float(u)) for d, u in zip(inputs, row, strict=True)] for row in unit]).reshape(
        len(unit), len(names)
    )
    for row in points:  # a combination that the scenario's rules refuse is said before the long work
        _at(scenario, inputs, [float(v) for v in row])
    halves = np.zeros((len(quantities), 2, len(points)))
    aimed: list[Interval] = []
    for i, row in enumerate(points):
        outcomes = evaluate(_at(scenario, inputs, [float(v) for v in row]), paths, twin=twin)
        for q, one in enumerate(quantities):
            values = one.values(outcomes)
            halves[q, :, i] = [_mean(values[: paths // 2]), _mean(values[paths // 2 :])]
        if target is not None:
            aimed.append(target.quantity.estimate(outcomes))
    whole = halves.mean(axis=1)  # not defined where one of the halves is not
    undefined = [int(np.isnan(row).sum()) for row in whole]
    indices = (
        tuple(
            sobol.analyse(names, halves[q], seed % 2**32) if undefined[q] == 0 else None for q in range(len(quantities))
        )
        if base
        else ()
    )
    boxes: list[prim.Box] = []
    missed, left_out, fewest = 0.0, 0, paths
    discovered: prim.Box | None = None
    if target is not None and base:
        known = np.array([not math.isnan(found.value) for found in aimed])
        left_out = int((~known).sum())
        fails = np.array([target.margin(found) < 0.0 for found in aimed])[known]
        boxes, missed = prim.peel(points[known], fails), float(fails.mean()) if known.any() else math.nan
        discovered = prim.discovered(points[known], fails, boxes)
        fewest = min((found.n for found, there in zip(aimed, known, strict=True) if there), default=0)
    ordered = tuple(tuple(sorted(rows, key=lambda s: -s.size)) for rows in swings)
    return Sensitivity(
        tuple(inputs), tuple(quantities), ordered, indices, points, whole, tuple(boxes), missed, tuple(undefined), left_out,
        fewest, paths, discovered,
    )  # fmt: skip


def _mean(values: Array) -> float:
    """Mean over the paths on which a quantity is defined; NaN when it is on none."""
    return float(np.nanmean(values)) if np.isfinite(values).any() else math.nan


def tables(made: Sensitivity) -> list[Table]:
    """The tornado, the indices, the sample and the boxes."""
    text = [Column("metric", "指标代码", "metric", "text"), Column("label", "指标", "outcome", "text"),
            Column("key", "键", "key", "text"), Column("key_label", "参数", "parameter", "text")]  # fmt: skip
    tornado = Table("tornado", "单因素", "tornado", [
        *text, Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("low", "下限", "low", "text"), Column("high", "上限", "high", "text"),
        Column("at_low", "取下限时的变化", "change at low"), Column("at_low_se", "标准误", "standard error"),
        Column("at_low_low95", "95%区间下限", "95 % low"), Column("at_low_high95", "95%区间上限", "95 % high"),
        Column("at_high", "取上限时的变化", "change at high"), Column("at_high_se", "标准误", "standard error"),
        Column("at_high_low95", "95%区间下限", "95 % low"), Column("at_high_high95", "95%区间上限", "95 % high"),
    ])  # fmt: skip
    for one, rows in zip(made.quantities, made.swings, strict=True):
        for s in rows:
            d = s.dimension
            tornado.add(one.name, one.label, d.name, d.label, one.metric.unit, d.parameter.show(d.low),
                        d.parameter.show(d.high), *s.at_low[:4], *s.at_high[:4])  # fmt: skip
    if not made.indices:
        return [tornado]
    sobols = Table("sobol", "方差分解", "Sobol indices", [
        *text, Column("first", "一阶指数（除去抽样误差）", "first order, noise removed"),
        Column("total", "总指数（除去抽样误差）", "total, noise removed"),
        Column("first_salib", "一阶指数（SALib）", "first order (SALib)"),
        Column("first_half_width", "95%半宽", "95 % half width"), Column("total_salib", "总指数（SALib）", "total (SALib)"),
        Column("total_half_width", "95%半宽", "95 % half width"),
        Column("variance_parameters", "方差：参数部分", "variance of parameters"),
        Column("variance_paths", "方差：抽样部分", "variance of paths"),
    ])  # fmt: skip
    for one, found in zip(made.quantities, made.indices, strict=True):
        if found is None:
            continue
        for i, d in enumerate(made.dimensions):
            numbers = (
                found.first,
                found.total,
                found.first_plain,
                found.first_half_width,
                found.total_plain,
                found.total_half_width,
            )
            sobols.add(
                one.name,
                one.label,
                d.name,
                d.label,
                *(float(a[i]) for a in numbers),
                found.of_parameters,
                found.of_paths,
            )
    sample = Table("sample", "样本", "sample", [
        *(Column(d.name, d.zh, d.en, "number", *d.unit) for d in made.dimensions),
        *(Column(one.name, one.zh, one.en, "number", *unit_of(one.metric)) for one in made.quantities),
    ])  # fmt: skip
    for row, values in zip(made.points, made.values.T, strict=True):
        sample.add(*map(float, row), *map(float, values))
    boxes = Table("boxes", "失败条件", "boxes", [
        Column("step", "步", "step", "integer"), Column("coverage", "覆盖的失败", "coverage"),
        Column("density", "其中失败占比", "density"),
        Column("mass", "占全部点", "mass"), Column("limits", "条件", "limits", "text"),
    ])  # fmt: skip
    for step, box in enumerate(made.boxes):
        boxes.add(step, box.coverage, box.density, box.mass, t("；", "; ").join(conditions(made, box)))
    return [tornado, sobols, sample, *([boxes] if made.boxes else [])]


def discovery(made: Sensitivity) -> dict[str, Any] | None:
    """The conditions found, for the manifest and for JSON; None where none hold beyond chance."""
    box = made.found
    if box is None:
        return None
    chances = {d.name: chance for d, chance in zip(made.dimensions, box.chances, strict=True)}
    rows = [
        {"key": name, "low": finite(low), "high": finite(high), "chance": chances[name]}
        for name, low, high in box.limits([d.name for d in made.dimensions])
    ]
    return {"coverage": box.coverage, "density": box.density, "mass": box.mass, "conditions": rows}


def conditions(made: Sensitivity, box: prim.Box) -> list[str]:
    """The limits of a box as a person reads them."""
    known = {d.name: d for d in made.dimensions}
    said = []
    for name, low, high in box.limits([d.name for d in made.dimensions]):
        d = known[name]
        ends = [_rounded(d, v) if np.isfinite(v) else "" for v in (low, high)]
        said.append(
            f"{d.label} " + (f"{ends[0]} ~ {ends[1]}" if all(ends) else f"≥ {ends[0]}" if ends[0] else f"≤ {ends[1]}")
        )
    return said


def _rounded(d: Dimension, value: float) -> str:
    return d.parameter.show(round(value) if d.parameter.is_integer else float(f"{value:.3g}"))
