"""A sweep: outcomes of every point against each key that varies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import COSTS, GAINS
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, Row, ends, key_label, outcome, scale, titled
from kejin_sim.scenario.scenario import parameter_of
from kejin_sim.units import UnitError

MOST_POINTS: Final = 2000  # drawn; more would be a blot
_OUTCOMES: Final = 3
_KEYS: Final = 4
_COLOURS: Final = ("#1b6ca8", "#d9730d", "#2a8a57", "#8e44ad", "#7a7a7a")
_MOST_COLOURS: Final = len(_COLOURS)  # of values of the other key; more could not be told apart
_WANTED: Final = ("fiscal_net_cost", "firms_surviving_5y", "job_years_net", *COSTS, *GAINS)


@dataclass(frozen=True)
class Key:
    """A key that varies: its label, its values by point, and the unit in which they are drawn; ``words`` for a choice."""

    label: str
    unit: str
    values: tuple[float, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """An outcome by point: value and ends of its 95 % interval (NaN: none); ``gap``: they are differences from the baseline."""

    label: str
    metric: Metric | Ratio
    gap: bool
    values: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Swept:
    """``keys``: those that vary among the points that could be simulated; ``listed``: all that were swept, for a table.
    ``more``: points that are not drawn. ``grid``: every combination was simulated, so that means over the other keys mean
    something. ``failed``: points that no package may have, of ``points``; ``why``: what was said of the first.
    """

    head: Head
    title: str
    keys: tuple[Key, ...]
    outcomes: tuple[Drawn, ...]
    more: int
    grid: bool
    listed: tuple[Key, ...] = ()
    points: int = 0
    failed: int = 0
    why: str = ""


def wanted(names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Which outcomes of a sweep are drawn: at most three, as differences from the baseline where there are any."""
    have = list(names)
    order = [name for name in _WANTED if any(name == other for other, _ in have)]
    order += [name for name, _ in have if name not in order]
    picked = []
    for name in dict.fromkeys(order):
        worlds = [world for other, world in have if other == name]
        if worlds:
            picked.append((name, "difference" if "difference" in worlds else worlds[0]))
    return picked[:_OUTCOMES]


def swept(found: Findings) -> Swept | None:
    """Read it; None when nothing varies or every point failed."""
    rows = [row for row in found.rows("results") if row["metric"]]
    names = [str(name) for name in found.settings.get("keys", ())]
    have = wanted(dict.fromkeys((str(row["metric"]), str(row["world"])) for row in rows))
    if not have or not names or names[0] not in rows[0]:
        return None
    points = list(dict.fromkeys(int(row["point"]) for row in rows))
    step = -(-len(points) // MOST_POINTS)
    kept = points[::step]
    by_outcome: list[Drawn] = []
    head_rows: Mapping[int, Row] = {int(row["point"]): row for row in reversed(rows)}
    for name, world in have:
        asked = outcome(f"{name}.{world}" if world != "package" else name) or outcome(name)
        own = {int(row["point"]): row for row in rows if (row["metric"], row["world"]) == (name, world)}
        if asked is None or any(own.get(p) is None or own[p]["mean"] is None for p in kept):
            continue
        values = tuple(_three(own[p]) for p in kept)
        if len({value for value, _, _ in values}) > 1:
            by_outcome.append(Drawn(asked.label, asked.metric, world == "difference", values))
    keys = [_key(name, [head_rows[p][name] for p in kept]) for name in names]
    varied = [key for key in keys if len(set(key.values)) > 1][:_KEYS]
    if not by_outcome or not varied:
        return None
    failed = {int(row["point"]): str(row["error"]) for row in reversed(found.rows("results")) if row.get("error")}
    title = str(found.settings.get("title") or found.settings.get("sweep", ""))
    return Swept(
        found.head, t(title, str(found.settings.get("title_en") or title)), tuple(varied), tuple(by_outcome),
        len(points) - len(kept), found.settings.get("design") == "grid", tuple(keys[:_KEYS]), len(points) + len(failed),
        len(failed), failed[min(failed)] if failed else "",
    )  # fmt: skip


def failures(data: Swept) -> list[str]:
    """How many points could not be simulated, and what was wrong with the first."""
    if not data.failed:
        return []
    return [
        t(f"{data.points:,} 个点中 {data.failed:,} 个不合规定，没有计算；首个：{data.why}",
          f"{data.failed:,} of {data.points:,} points break a rule and were not simulated; the first: {data.why}")
    ]  # fmt: skip


def _three(row: Row) -> tuple[float, float, float]:
    return row["mean"], *ends(row)


def _key(name: str, values: Sequence[Any]) -> Key:
    label = key_label(name, name)
    if any(isinstance(value, str) for value in values):
        words = tuple(dict.fromkeys(map(str, values)))
        return Key(label, "", tuple(float(words.index(str(value))) for value in values), words)
    numbers = [float(value) for value in values]
    try:
        kind = parameter_of(name)[0].kind
    except UnitError:
        kind = "number"
    factor, unit = (
        style.money(max(map(abs, numbers))) if kind == "money" else (0.01, "%") if kind == "rate" else (1.0, "")
    )
    return Key(label, unit, tuple(number / factor for number in numbers))


def swept_figure(data: Swept) -> Any:
    """Draw it: a row for each outcome, a column for each key; dots are points, lines means over the points of a value."""
    down, across = len(data.outcomes), len(data.keys)
    panel, gap = style.tall(3.7, 3.2), 1.0
    whole = panel * down + gap * (down - 1)
    notes = _notes(data)
    figure, box = style.fitted(17.5, whole, head=2.3, foot=style.foot(data.head, notes) + 0.4, left=1.5, right=0.4)
    wide = (box[2] - 0.03 * (across - 1)) / across
    for i, one in enumerate(data.outcomes):
        factor, unit = scale(one.metric, max(abs(v) for v, _, _ in one.values), gap=one.gap)
        edges = [end / factor for each in one.values for end in each if math.isfinite(end)]
        for k, key in enumerate(data.keys):
            y = box[1] + box[3] * (1 - (i * (panel + gap) + panel) / whole)
            axes = figure.add_axes((box[0] + k * (wide + 0.03), y, wide, box[3] * panel / whole))
            other = next((each for each in data.keys if each is not key), None) if data.grid else None
            _panel(axes, key, [(v / factor, low / factor, high / factor) for v, low, high in one.values], other)
            if i == 0 and other is not None and _shares(key) and len(set(other.values)) <= _MOST_COLOURS:
                axes.legend(fontsize=5.8, title=style.folded(titled(other.label, other.unit), 14), title_fontsize=5.8, loc="best",
                            framealpha=0.8, handletextpad=0.2, borderpad=0.3)  # fmt: skip
            margin = 0.06 * (max(edges) - min(edges) or 1.0)
            axes.set_ylim(min(edges) - margin, max(edges) + margin)
            axes.tick_params(labelsize=6.8)
            if k:
                axes.tick_params(labelleft=False)
            else:
                axes.set_title(titled(one.label, unit), fontsize=8.0, pad=5)
            if i < down - 1:
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel(
                    style.folded(titled(key.label, key.unit), 17 if across < 3 else 12), fontsize=7.2, labelpad=2
                )
            if not key.words:
                style.few_ticks(axes.xaxis, 4 if across > 2 else 6)
            style.few_ticks(axes.yaxis, 5)
    style.frame(figure, data.head, data.title, notes)
    return figure


def _notes(data: Swept) -> list[str]:
    head = data.head
    notes = [
        t("每点为扫描的一个点，竖线为95%区间（蒙特卡洛误差）；各点同抽样，点与点之差比区间所示更准。",
          "A dot is a point of the sweep with its 95 % interval (Monte Carlo error); draws are common, so differences are surer."),
    ]  # fmt: skip
    if data.grid and any(_shares(key) for key in data.keys):
        notes.append(
            t("同一取值的点按另一个键并排、着色；折线为该取值下各点的均值（其余各键一起平均）。",
              "Points of the same value stand side by side, coloured by another key; lines: means over all points of that value.")
        )  # fmt: skip
    if data.more:
        notes.append(
            t(f"另有 {data.more:,} 个点没有画出，见 points.csv。", f"{data.more:,} more points are in points.csv.")
        )
    return [
        *notes,
        *failures(data),
        t(f"每点 {head.paths:,} 条路径，种子 {head.seed}", f"{head.paths:,} paths a point, seed {head.seed}"),
    ]


def _shares(key: Key) -> bool:
    """Do points share a value?"""
    return len(set(key.values)) < len(key.values)


def _panel(axes: Any, key: Key, values: Sequence[tuple[float, float, float]], other: Key | None) -> None:
    """Outcome against a key. ``other``: in a grid, the key by whose value points of one value are ordered and coloured."""
    grid = other is not None
    shades = [] if other is None else sorted(set(other.values))
    levels = sorted(set(key.values))
    narrow = min((b - a for a, b in pairwise(levels)), default=1.0)
    for number, (x, (value, low, high)) in enumerate(zip(key.values, values, strict=True)):
        shift, colour, named = 0.0, style.PACKAGE_MIDDLE, None
        if other is not None and _shares(key):
            # In a grid many points share a value: they stand beside each other at equal distances, by the other key.
            beside = sorted((other.values[i], i) for i, each in enumerate(key.values) if each == x)
            shift = narrow * 0.4 * ((beside.index((other.values[number], number)) + 0.5) / len(beside) - 0.5)
            if len(shades) <= _MOST_COLOURS:
                colour = _COLOURS[shades.index(other.values[number])]
                named = other.words[int(other.values[number])] if other.words else f"{other.values[number]:.4g}"
        known = named in axes.get_legend_handles_labels()[1]
        axes.plot((x + shift,) * 2, (low, high), color=colour, linewidth=0.8, alpha=0.6, zorder=1)
        axes.plot((x + shift,), (value,), marker="o", markersize=2.8, color=colour, linestyle="none", zorder=2,
                  label=None if known else named)  # fmt: skip
    if grid and _shares(key):
        means = [_mean([v for x, (v, _, _) in zip(key.values, values, strict=True) if x == level]) for level in levels]
        axes.plot(levels, means, color=style.INK, linewidth=1.3, marker="D", markersize=3.2, zorder=3)
    if key.words:
        axes.set_xticks(range(len(key.words)), key.words)
    axes.set_xlim(levels[0] - 0.25 * narrow, levels[-1] + 0.25 * narrow)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
