"""Attribution: what each part of a package contributes to an outcome, Shapley's shares beside leave-one-out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kejin_sim.lang import language, t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.statistics import Interval, student
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, Row, ends, outcome, part_label, scale
from kejin_sim.study.attribute import Detail
from kejin_sim.study.effect import Effect, effect, largest, strongest
from kejin_sim.study.folding import SHORT, left_out, together, unfolded

_MOST: Final = 6
_ACROSS: Final = 3
_BARS: Final = 15
"""Parts that are drawn one by one: two rows of panels with one bar more fit on a page."""


@dataclass(frozen=True)
class Part:
    """A part's share of an outcome with its 95 % interval (NaN: none), and what the whole has due to it when it joins last (NaN:
    not known). ``count``: how many parts it stands for."""

    label: str
    share: float
    low: float
    high: float
    last: float
    count: int = 1


@dataclass(frozen=True)
class Divided:
    """One outcome: what the package does in all, and its parts in the order of the policy."""

    label: str
    metric: Metric | Ratio
    whole: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Attribution:
    """Outcomes divided among the same parts. ``sampled``: orders sampled, 0 when every coalition was simulated; ``left``: in words
    the parts without effect that stand together as the last one, empty where all parts are listed."""

    head: Head
    outcomes: tuple[Divided, ...]
    sampled: int
    left: str = ""


def attribution(found: Findings) -> Attribution | None:
    """Read it; None without rows."""
    listed, effects = [], []
    rows = found.rows("attribution")
    by: Detail = "section" if found.settings.get("by") == "section" else "measure"
    for name in dict.fromkeys(str(row["metric"]) for row in rows):
        asked = outcome(name)
        own = [row for row in rows if row["metric"] == name]
        whole = next((row for row in own if row["player"] == "package"), None)
        if asked is None or whole is None or not any(row["shapley"] for row in own):
            continue
        divided = [row for row in own if row is not whole]
        parts = [
            Part(part_label(row, by), row["shapley"], *ends(row), _number(row["leave_one_out"])) for row in divided
        ]
        listed.append(Divided(asked.label, asked.metric, whole["shapley"], tuple(parts)))
        effects.append(_effects(divided, whole["shapley"], found.head.paths))
        if len(listed) == _MOST:
            break
    if not listed:
        return None
    best = [strongest(of_part) for of_part in zip(*effects, strict=True)]
    shown = unfolded(best)
    outcomes = tuple(_folded(one, shown) for one in listed)
    return Attribution(found.head, outcomes, int(found.settings.get("orders", 0)), left_out(best, shown))


def _number(cell: float | None) -> float:
    return math.nan if cell is None else cell


def _effects(rows: Sequence[Row], whole: float, paths: int) -> list[Effect]:
    """Which parts do something for an outcome, in what they add or in what is lost without them, as the terminal has it."""
    found = []
    for row in rows:
        share = Interval(row["shapley"], _number(row.get("se")), *ends(row))
        value, error = _number(row["leave_one_out"]), _number(row.get("leave_one_out_se"))
        low, high = ends(row, "leave_one_out_low95", "leave_one_out_high95")
        if "leave_one_out_low95" not in row:  # a folder of an earlier version
            half = student(paths - 1) * error
            low, high = value - half, value + half
        found.append((share, Interval(value, error, low, high)))
    size = max(abs(whole), largest(*(one for both in found for one in both)))
    return [effect(*both, size=size) for both in found]


def _folded(one: Divided, shown: Sequence[int]) -> Divided:
    """The parts that are shown, and the others as one."""
    left = [part for i, part in enumerate(one.parts) if i not in set(shown)]
    parts = [one.parts[i] for i in shown]
    if left:
        count = sum(part.count for part in left)
        parts.append(Part(together(count), sum(part.share for part in left), math.nan, math.nan, math.nan, count))
    return replace(one, parts=tuple(parts))


def _largest(outcomes: Sequence[Divided]) -> list[int]:
    """The parts that are drawn one by one: all if there is room, else those with the largest shares in any outcome."""
    parts = range(len(outcomes[0].parts))
    if len(parts) <= _BARS + 1:
        return list(parts)
    sizes = [max(abs(part.share) for part in one.parts) or 1.0 for one in outcomes]
    single = [i for i in parts if outcomes[0].parts[i].count == 1]
    weight = {i: max(abs(one.parts[i].share) / size for one, size in zip(outcomes, sizes, strict=True)) for i in single}
    return sorted(sorted(single, key=lambda i: -weight[i])[:_BARS])


def attribution_figure(data: Attribution) -> Any:
    """Draw it: a panel for each outcome, a bar for each part."""
    drawn = _largest(data.outcomes)
    outcomes = [_folded(one, drawn) for one in data.outcomes]
    count, parts = len(outcomes), len(outcomes[0].parts)
    across = min(_ACROSS, count)
    down = -(-count // across)
    names = [style.folded(part.label, 14) if parts <= SHORT else _short_label(part.label) for part in outcomes[0].parts]
    left = min(5.2, style.widest([line for name in names for line in name.split("\n")], 7.2) + 0.45)
    row = 0.56 if parts > SHORT else style.tall(0.56, 0.46)
    panel = row * parts + 0.35
    gap = 1.55
    how = t("全部组合，精确", "every coalition, exact")
    if data.sampled:
        how = t(f"抽样 {data.sampled} 种次序", f"{data.sampled} orders sampled")
    notes = [
        t(f"各部分之和等于方案比基准多出的全部（图题下的数）；细线为95%区间。{how}。",
          f"The parts sum to the whole effect beyond the baseline (under each title); lines: 95 % intervals; {how}."),
        t("竖刻：只去掉这一部分，方案会少多少；与贡献的差别是各部分互相替代或互相促进。",
          "Upright mark: what the package would lose without this part alone; it differs where parts replace or help each other."),
        *_rest_note(outcomes[0].parts[-1]),
        style.paths_note(data.head),
    ]  # fmt: skip
    whole = panel * down + gap * (down - 1)
    figure, box = style.fitted(17.5, whole, head=2.6, foot=style.foot(data.head, notes) - 0.5, left=left, right=0.5)
    wide = (box[2] - 0.025 * (across - 1)) / across
    for q, one in enumerate(outcomes):
        x = box[0] + (wide + 0.025) * (q % across)
        y = box[1] + box[3] * (1 - (q // across * (panel + gap) + panel) / whole)
        axes = figure.add_axes((x, y, wide, box[3] * panel / whole))
        _panel(axes, one, names if q % across == 0 else None)
    style.frame(figure, data.head, t("各部分的贡献（Shapley）", "What each part contributes (Shapley)"), notes)
    return figure


def _short_label(label: str) -> str:
    """A label in two lines, which is all that a row of many has room for."""
    lines = style.folded(label, 18).split("\n")
    return "\n".join(lines if len(lines) <= 2 else [lines[0], f"{lines[1]} …"])


def _rest_note(last: Part) -> list[str]:
    """What the bar of all other parts is; nothing where each has its own."""
    if last.count == 1:
        return []
    return [t(f"影响较小或没有影响的 {last.count} 项合为最下一条，没有区间和竖刻；各项见 attribution.csv。",
              f"The {last.count} parts with little or no effect are one bar at the bottom, without interval or mark; "
              "attribution.csv has each.")]  # fmt: skip


def _panel(axes: Any, one: Divided, names: list[str] | None) -> None:
    told = (v for part in one.parts for v in (part.share, part.last, one.whole))
    size = max(abs(v) for v in told if math.isfinite(v))
    factor, unit = scale(one.metric, size, gap=True)
    places = list(range(len(one.parts)))[::-1]
    for y, part in zip(places, one.parts, strict=True):
        axes.barh(y, part.share / factor, color=style.PACKAGE_MIDDLE, height=0.58)
        axes.plot((part.low / factor, part.high / factor), (y, y), color=style.INK, linewidth=0.9)
        axes.plot((part.last / factor,) * 2, (y - 0.36, y + 0.36), color=style.WARN, linewidth=1.4)
    axes.axvline(0.0, color=style.INK, linewidth=0.7)
    axes.set_yticks(places, names or [""] * len(places), fontsize=7.2)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=6.8)
    axes.set_ylim(-0.6, len(places) - 0.4)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    style.few_ticks(axes.xaxis, 4)
    beside = unit if language() == "zh" or unit == "%" else f" {unit}"
    total = f"{t('合计', 'in all')} {style.signed(one.whole / factor)}{beside}"
    axes.set_title(f"{style.folded(one.label, 15)}\n{total}", fontsize=7.4, pad=4)
