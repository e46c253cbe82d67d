"""拨投贷: every objective over all divisions of one sum among groups of budget lines, and the Pareto front among them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, ends, line_label, outcome, scale, titled
from kejin_sim.study.combos import USED_UP, objective_words
from kejin_sim.study.simplex import NAMED

_MOST: Final = 6
_ACROSS: Final = 3


@dataclass(frozen=True)
class Objective:
    """An objective at every division, with its 95 % interval; NaN where there is none. ``sign``: 1 when more is better, −1
    when less is; ``best``: the division selected; ``sure``: whether the stated probability of correct selection was reached;
    ``name``: as it is written; ``gap``: it is a difference from the baseline."""

    label: str
    metric: Metric | Ratio
    sign: float
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    best: int | None
    sure: bool
    name: str = ""
    gap: bool = False


@dataclass(frozen=True)
class Divisions:
    """Every division: its shares by group, whether no other is as good on every objective, how often resamples say so.

    ``idle``: labels of budget lines that are not used up in some division.
    """

    head: Head
    groups: tuple[str, ...]
    budget: float
    shares: tuple[tuple[float, ...], ...]
    front: tuple[bool, ...]
    membership: tuple[float, ...]
    objectives: tuple[Objective, ...]
    idle: tuple[str, ...]

    def mix(self, i: int) -> str:
        """A division in words: ``40:40:20``."""
        return ":".join(f"{100 * share:.0f}" for share in self.shares[i])


def divisions(found: Findings) -> Divisions | None:
    """Read it; None without rows."""
    rows = found.rows("combos")
    named: Mapping[str, Any] = found.settings.get("groups", {})
    if not rows or len(named) < 2:
        return None
    english = dict(NAMED.keys())
    groups = tuple(t(name, english.get(name, name)) for name in named)
    selected = {one["objective"]: one for one in found.results.get("selections", ())}
    objectives = []
    for name in found.settings.get("objectives", ())[:_MOST]:
        asked = outcome(str(name))
        if asked is None or name not in rows[0]:
            continue
        values = tuple(math.nan if row[name] is None else row[name] for row in rows)
        if not any(map(math.isfinite, values)):
            continue
        spans = [ends(row, f"{name}.low95", f"{name}.high95") for row in rows]
        chosen = selected.get(name, {})
        objectives.append(
            Objective(
                t(*objective_words(asked)), asked.metric, asked.sign, values,
                tuple(low for low, _ in spans), tuple(high for _, high in spans), chosen.get("row"),
                bool(chosen.get("complete")), str(name), asked.gap_of_worlds,
            )
        )  # fmt: skip
    shares = tuple(tuple(row[f"share_{i}"] for i in range(1, len(groups) + 1)) for row in rows)
    idle = tuple(line_label(line) or line for line in found.results.get("not_used_up", {}))
    return Divisions(
        found.head, groups, float(found.settings.get("budget", math.nan)), shares, tuple(bool(row["front"]) for row in rows),
        tuple(row["membership"] for row in rows), tuple(objectives), idle,
    )  # fmt: skip


def _size(one: Objective) -> float:
    return max(abs(value) for value in one.values if math.isfinite(value))


def _title(data: Divisions) -> str:
    factor, unit = style.money(data.budget)
    names = t("、", ", ").join(data.groups)
    amount = f"{data.budget / factor:g}"
    return t(f"每年 {amount}{unit} 在{names}之间怎么分", f"How to divide {unit} {amount} a year among {names}")


def _idle_note(data: Divisions) -> list[str]:
    """Which lines are not used up: more money buys nothing where a quota binds."""
    if not data.idle:
        return []
    lines, share = t("、", ", ").join(data.idle), f"{100 * USED_UP:.0f}"
    return [t(f"有的分法里用不到{share}%的科目（受名额或需求限制，多给也不多办事）：{lines}。",
              f"Drawn to less than {share} % in some divisions (quota or demand binds, more buys nothing): {lines}.")]  # fmt: skip


def _undefined_note(data: Divisions, *, ternary: bool) -> list[str]:
    """That an objective is not defined in some divisions, where there is nothing to draw."""
    if all(math.isfinite(value) for one in data.objectives for value in one.values):
        return []
    if ternary:
        return [
            t(
                "只画点、不涂色面的图：该目标在没有点的分法里没有定义。",
                "Points only: the objective is not defined elsewhere.",
            )
        ]
    return [t("曲线断开处：该目标没有定义。", "Where a curve is broken the objective is not defined.")]


def simplex_figure(data: Divisions) -> Any:
    """Each objective over the simplex: a ternary map for three groups, a curve for two."""
    import matplotlib as mpl

    ternary = len(data.groups) == 3
    count = len(data.objectives)
    across = min(_ACROSS, count)
    down = -(-count // across)
    panel, gap = (5.0, 1.25) if ternary else (3.4, 1.9)
    whole = panel * down + gap * (down - 1)
    bands = t("带状为95%区间（各点共有的抽样误差也在内）。", " Bands: 95 % intervals, common sampling error included.")
    notes = [
        t("圆圈：该目标下选出的最好分法（细圈：与别的分法还分不清，或不报概率）；黑点：在有效前沿上。各点同抽样。",
          "Circle: the division selected (thin: not told from others, or no probability stated); dots: on the Pareto front. "
          "Common draws.")
        + ("" if ternary else bands),
        *_undefined_note(data, ternary=ternary),
        *_idle_note(data),
        _paths(data),
    ]  # fmt: skip
    figure, box = style.fitted(
        17.5, whole, head=3.1, foot=style.foot(data.head, notes) - (0.9 if ternary else 0.0), left=0.5, right=0.3
    )
    if ternary:
        import mpltern  # noqa: F401  (registers the projection)
    for k, one in enumerate(data.objectives):
        wide = box[2] / across
        x, y = box[0] + wide * (k % across), box[1] + box[3] * (1 - (k // across * (panel + gap) + panel) / whole)
        high = box[3] * panel / whole
        with mpl.rc_context({"axes.grid.axis": "both"}):  # a ternary chart knows no axis called y
            if ternary:
                axes = figure.add_axes(
                    (x + 0.14 * wide, y + 0.20 * high, 0.72 * wide, 0.74 * high), projection="ternary"
                )
                _map(axes, data, one)
            else:
                axes = figure.add_axes((x + 0.2 * wide, y, 0.74 * wide, high))
                _curve(axes, data, one)
    style.frame(figure, data.head, _title(data), notes)
    return figure


def _paths(data: Divisions) -> str:
    return t(f"每点至多 {data.head.paths:,} 条路径，种子 {data.head.seed}",
             f"At most {data.head.paths:,} paths a point, seed {data.head.seed}")  # fmt: skip


def _map(axes: Any, data: Divisions, one: Objective) -> None:
    factor, unit = scale(one.metric, _size(one), gap=one.gap)
    corners = [list(column) for column in zip(*data.shares, strict=True)]
    filled = _filled(axes, corners, [v / factor for v in one.values])
    on = [i for i, front in enumerate(data.front) if front]
    axes.plot(*([column[i] for i in on] for column in corners), "o", color=style.INK, markersize=2.6, markeredgecolor="white",
              markeredgewidth=0.4, clip_on=False, zorder=5)  # fmt: skip
    if one.best is not None:
        _circle(axes, [[column[one.best]] for column in corners], one)
    title = f"{style.folded(one.label, 15)}\n{titled('', unit)}" if unit else style.folded(one.label, 15)
    axes.set_title(title, fontsize=7.6, pad=16, loc="center", linespacing=1.45)
    for axis, name in ((axes.taxis, data.groups[0]), (axes.laxis, data.groups[1]), (axes.raxis, data.groups[2])):
        axis.set_label_text(name, fontsize=7.6)
        axis.set_label_rotation_mode("horizontal")
        axis.set_ticks((0.5,), ("",))
    axes.tick_params(length=0)
    axes.grid(visible=True, color="white", alpha=0.55, linewidth=0.5)
    axes.set_axisbelow(False)
    bar = axes.figure.colorbar(filled, ax=axes, orientation="horizontal", fraction=0.055, pad=0.13, aspect=22)
    bar.ax.tick_params(labelsize=6.6, length=2)
    bar.outline.set_linewidth(0.3)
    style.few_ticks(bar.ax.xaxis, 4)


def _filled(axes: Any, corners: list[list[float]], values: list[float]) -> Any:
    """Tones between the divisions, as areas that every program draws alike; points alone where some are not defined, because an
    area would span them."""
    import numpy as np

    known = [i for i, value in enumerate(values) if math.isfinite(value)]
    if len(known) < len(values):
        places = [[column[i] for i in known] for column in corners]
        return axes.scatter(*places, c=[values[i] for i in known], cmap="cividis", s=70, clip_on=False, zorder=4)
    low, high = min(values), max(values)
    if high <= low:
        return axes.tripcolor(*corners, values, shading="flat", cmap="cividis")
    filled = axes.tricontourf(*corners, values, levels=np.linspace(low, high, 15), cmap="cividis", extend="neither")
    filled.set_edgecolor("face")  # no seams between the areas
    filled.set_linewidth(0.3)
    return filled


def _circle(axes: Any, place: list[list[float]], one: Objective) -> None:
    axes.plot(*place, "o", markerfacecolor="none", markeredgecolor=style.WARN, markersize=9, linestyle="none",
              markeredgewidth=1.8 if one.sure else 0.8, clip_on=False, zorder=6)  # fmt: skip


def _curve(axes: Any, data: Divisions, one: Objective) -> None:
    factor, unit = scale(one.metric, _size(one), gap=one.gap)
    x = [100 * shares[0] for shares in data.shares]
    if len(data.groups) != 2:
        x = list(range(1, len(data.shares) + 1))
    axes.fill_between(x, [v / factor for v in one.low], [v / factor for v in one.high], color=style.PACKAGE_LIGHT, alpha=0.6,
                      linewidth=0)  # fmt: skip
    axes.plot(x, [v / factor for v in one.values], color=style.PACKAGE, linewidth=1.3)
    on = [i for i, front in enumerate(data.front) if front]
    axes.plot([x[i] for i in on], [one.values[i] / factor for i in on], "o", color=style.INK, markersize=2.6)
    if one.best is not None:
        _circle(axes, [[x[one.best]], [one.values[one.best] / factor]], one)
    axes.set_title(style.folded(titled(one.label, unit), 16), fontsize=7.6, pad=4, linespacing=1.45)
    axes.tick_params(labelsize=6.6)
    label = t(
        f"{data.groups[0]}占比（%），其余给{data.groups[-1]}", f"share of {data.groups[0]} (%), rest: {data.groups[-1]}"
    )
    axes.set_xlabel(
        label if len(data.groups) == 2 else t("分法（按表中次序）", "division, in the order of the table"), fontsize=6.8
    )
    style.few_ticks(axes.yaxis, 5)


# ---- the front


def front_figure(data: Divisions) -> Any:
    """The Pareto front: what each gain costs. A panel for each gain against the first cost among the objectives."""
    cost, gains = _sides(data)
    across = min(2, len(gains))
    down = -(-len(gains) // across)
    panel, gap = style.tall(5.2, 4.7), 2.2
    whole = panel * down + gap * (down - 1)
    names = t("：", " : ").join(data.groups)
    notes = [
        t(f"每点一种分法（{names}）。实心：在全部目标的有效前沿上，越大越确定（重抽样时仍在前沿的比例）；空心：有别的分法处处不差。",
          f"A point is a division ({names}). Solid: on the front of all objectives, larger where resamples agree; hollow: not."),
        t("折线：只看图中两个目标的前沿，从左到右每一步都要多花钱。十字：前沿上各点的95%区间，各点共有的抽样误差也在内。",
          "Line: the front of these two objectives alone; each step costs more. Crosses: 95 % intervals, common error included."),
        *_idle_note(data),
        _paths(data),
    ]  # fmt: skip
    figure, box = style.fitted(17.5, whole, head=2.3, foot=style.foot(data.head, notes), left=1.6, right=0.5)
    wide = (box[2] - 0.1 * (across - 1)) / across
    for k, one in enumerate(gains):
        x, y = (
            box[0] + (wide + 0.1) * (k % across),
            box[1] + box[3] * (1 - (k // across * (panel + gap) + panel) / whole),
        )
        _plane(figure.add_axes((x, y, wide, box[3] * panel / whole)), data, cost, one)
    style.frame(figure, data.head, t("有效前沿：多花的钱换来什么", "The Pareto front: what more money buys"), notes)
    return figure


def has_front(data: Divisions) -> bool:
    """Whether there are two objectives to weigh against each other."""
    return len(data.objectives) > 1


def _sides(data: Divisions) -> tuple[Objective, list[Objective]]:
    cost = next((one for one in data.objectives if one.sign < 0.0), data.objectives[0])
    gains = [one for one in data.objectives if one is not cost and one.sign > 0.0]
    return cost, (gains or [one for one in data.objectives if one is not cost])[:4]


def _plane(axes: Any, data: Divisions, cost: Objective, gain: Objective) -> None:
    across, cost_unit = scale(cost.metric, _size(cost), gap=cost.gap)
    factor, unit = scale(gain.metric, _size(gain), gap=gain.gap)
    x, y = [v / across for v in cost.values], [v / factor for v in gain.values]
    off = [i for i, front in enumerate(data.front) if not front]
    axes.plot([x[i] for i in off], [y[i] for i in off], "o", markerfacecolor="white", markeredgecolor=style.TWIN, markersize=3.6,
              markeredgewidth=0.7, linestyle="none")  # fmt: skip
    for i, front in enumerate(data.front):
        if front:
            axes.plot(
                (cost.low[i] / across, cost.high[i] / across),
                (y[i], y[i]),
                color=style.PACKAGE_LIGHT,
                linewidth=0.7,
                zorder=1,
            )
            axes.plot(
                (x[i], x[i]),
                (gain.low[i] / factor, gain.high[i] / factor),
                color=style.PACKAGE_LIGHT,
                linewidth=0.7,
                zorder=1,
            )
            axes.plot((x[i],), (y[i],), "o", color=style.PACKAGE, markersize=2.6 + 3.4 * data.membership[i], zorder=3,
                      markeredgecolor="white", markeredgewidth=0.4)  # fmt: skip
    edge = stairs([-cost.sign * v for v in cost.values], [gain.sign * v for v in gain.values])
    axes.plot([x[i] for i in edge], [y[i] for i in edge], color=style.WARN, linewidth=1.1, zorder=2)
    axes.set_title(style.folded(titled(gain.label, unit), 23), fontsize=8.2, pad=5)
    axes.set_xlabel(style.folded(titled(cost.label, cost_unit), 26), fontsize=7.6, labelpad=2)
    axes.tick_params(labelsize=7)
    axes.margins(0.13)
    _named(axes, data, [(x[i], y[i], i) for i in edge])
    style.few_ticks(axes.xaxis, 6)
    style.few_ticks(axes.yaxis, 6)


def _named(axes: Any, data: Divisions, places: list[tuple[float, float, int]]) -> None:
    """Names of the points of the line that stand apart, the ends first."""
    width, height = (high - low for low, high in (axes.get_xlim(), axes.get_ylim()))
    named: list[tuple[float, float]] = []
    for k in dict.fromkeys((0, len(places) - 1, *range(len(places)))):
        x, y, i = places[k]
        spot = x / width, y / height
        if any(abs(spot[0] - a) < 0.16 and abs(spot[1] - b) < 0.11 for a, b in named):
            continue
        named.append(spot)
        axes.annotate(data.mix(i), (x, y), xytext=(-4, 5), textcoords="offset points", fontsize=6.8, ha="right", color=style.INK,
                      zorder=7, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.7})  # fmt: skip


def stairs(costs: list[float], gains: list[float]) -> list[int]:
    """The points that no other beats on both, from the cheapest to the dearest: ``costs`` less is better, ``gains`` more is; a
    point without one of the two is not among them."""
    known = [i for i in range(len(costs)) if math.isfinite(costs[i]) and math.isfinite(gains[i])]
    order = sorted(known, key=lambda i: (costs[i], -gains[i]))
    kept: list[int] = []
    for i in order:
        if not kept or gains[i] > gains[kept[-1]]:
            kept.append(i)
    return kept
