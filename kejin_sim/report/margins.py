"""At the margin: what a little more money or one more place makes the treasury spend, and what that buys."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.words import quantity
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, ends, lever_label, outcome, scale, titled
from kejin_sim.study.marginal import priced

_MOST: Final = 24
_GAINS: Final = 3
Triple = tuple[float, float, float]
"""A value with its 95 % interval."""


@dataclass(frozen=True)
class Gain:
    """An outcome for each step of outlay, with its 95 % interval, by lever; None where the lever's outlay is not told from 0."""

    label: str
    metric: Metric | Ratio
    values: tuple[Triple | None, ...]


@dataclass(frozen=True)
class Margins:
    """Levers with what they make the treasury spend (value, low, high in CNY), and what each step of that buys; first what makes it
    spend most.

    ``idle``: levers that change no outlay at all.
    """

    head: Head
    step: float
    levers: tuple[str, ...]
    spent: tuple[Triple, ...]
    gains: tuple[Gain, ...]
    idle: tuple[str, ...]


def margins(found: Findings) -> Margins | None:
    """Read it; None when no lever changes anything."""
    rows = found.rows("marginal")
    first = {str(row["lever"]): row for row in reversed(rows)}
    codes = list(dict.fromkeys(str(row["lever"]) for row in rows))
    idle = [code for code in codes if abs(first[code]["spent"] or 0.0) < 1.0]
    moving = sorted((code for code in codes if code not in idle), key=lambda code: -abs(first[code]["spent"]))
    if not moving:
        return None
    step = float(found.settings.get("step", math.nan))
    spent = []
    for code in moving:
        value = first[code]["spent"]
        spent.append((value, *ends(first[code], "spent_low95", "spent_high95")))
    gains: list[Gain] = []
    for name in dict.fromkeys(str(row["metric"]) for row in rows):
        asked = outcome(name)
        if asked is None:
            continue
        own = {str(row["lever"]): row for row in rows if row["metric"] == name}
        values: list[Triple | None] = []
        for code, (value, low, high) in zip(moving, spent, strict=True):
            row = own.get(code, {})
            each = [row.get(item) for item in ("per_step", "per_step_low95", "per_step_high95")]
            told = [float(number) for number in each if number is not None]
            values.append((told[0], told[1], told[2]) if priced(value, low, high, step) and len(told) == 3 else None)
        gains.append(Gain(asked.label, asked.metric, tuple(values)))
    labels = [lever_label(first[code]) for code in (*moving, *idle)]
    return Margins(
        found.head, step, tuple(labels[: len(moving)]), tuple(spent), tuple(gains),
        tuple(labels[len(moving) :]),
    )  # fmt: skip


def margins_figure(data: Margins) -> Any:
    """Draw it: outlay on the left, what each step buys on the right; of many levers and outcomes the first."""
    left_out = max(0, len(data.levers) - _MOST), max(0, len(data.gains) - _GAINS)
    data = replace(
        data,
        levers=data.levers[:_MOST],
        spent=data.spent[:_MOST],
        gains=tuple(replace(gain, values=gain.values[:_MOST]) for gain in data.gains[:_GAINS]),
    )
    count, columns = len(data.levers), 1 + len(data.gains)
    row = style.tall(0.56, 0.48)
    labels = [style.folded(label, 17) for label in data.levers]
    left = min(6.0, style.widest([line for label in labels for line in label.split("\n")], 7.0) + 0.6)
    money = by_name()["fiscal_outlay"]
    step = quantity(money, data.step)
    notes = [
        t(f"与原方案同抽样相减；横线为95%区间，长的截在刻度边。叉：多支出与0分不清、为负或不到{step}的10%，不折算。",
          "Paired with the package; lines: 95 % intervals, cut at the edge. Cross: outlay not above 0, or below 10 % of the step."),
        *_idle(data),
        *_beyond(*left_out),
        style.paths_note(data.head),
    ]  # fmt: skip
    figure, box = style.fitted(
        17.5, row * count + 0.3, head=3.2, foot=style.foot(data.head, notes) - 0.5, left=left, right=0.4
    )
    wide = (box[2] - 0.02 * (columns - 1)) / columns
    panels: list[tuple[str, Metric | Ratio, tuple[Triple | None, ...]]] = [
        (t("多支出（全期）", "Spent more, all years"), money, data.spent)
    ]
    panels += [
        (t(f"每多支出{step}：{gain.label}", f"per {step} spent: {gain.label}"), gain.metric, gain.values)
        for gain in data.gains
    ]
    for k, (title, metric, values) in enumerate(panels):
        axes = figure.add_axes((box[0] + k * (wide + 0.02), box[1], wide, box[3]))
        known = [v for v in values if v is not None]
        factor, unit = scale(metric, max((abs(v[0]) for v in known), default=1.0), gap=True)
        reach = 2.2 * max((abs(v[0]) for v in known), default=1.0) / factor
        for y, one in zip(range(count)[::-1], values, strict=True):
            if one is None:
                axes.plot((0.0,), (y,), marker="x", color=style.FAINT, markersize=3.5)
                continue
            value, low, high = (v / factor for v in one)
            axes.plot((max(low, -reach), min(high, reach)), (y, y), color=style.PACKAGE, linewidth=1.4)
            axes.plot((value,), (y,), marker="o", color=style.PACKAGE, markersize=3.8)
        axes.axvline(0.0, color=style.INK, linewidth=0.7)
        axes.set_yticks(list(range(count))[::-1], labels if k == 0 else [""] * count, fontsize=7.0)
        axes.tick_params(axis="y", length=0)
        axes.tick_params(axis="x", labelsize=6.6)
        axes.set_ylim(-0.6, count - 0.4)
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        style.few_ticks(axes.xaxis, 3)
        axes.set_title(style.folded(titled(title, unit), 11), fontsize=7.2, pad=4)
    title = t(
        f"每个科目每年多{step}、名额和金额各加一步，买到什么",
        f"What {step} more a year on a line, or one step more of a quota, buys",
    )
    style.frame(figure, data.head, title, notes)
    return figure


def _beyond(levers: int, outcomes: int) -> list[str]:
    """What the figure has no room for."""
    if not levers and not outcomes:
        return []
    zh = "、".join(([f"支出变化较小的 {levers} 项"] if levers else []) + ([f"{outcomes} 个指标"] if outcomes else []))
    more = ([f"{levers} more whose outlay moves less"] if levers else []) + (
        [f"{outcomes} more outcomes"] if outcomes else []
    )
    return [t(f"另有{zh}，见 marginal.csv。", f"Beyond these: {' and '.join(more)}, see marginal.csv.")]


def _idle(data: Margins) -> list[str]:
    if not data.idle:
        return []
    names = t("、", ", ").join(data.idle)
    return [
        t(
            f"多给也一分不多花（受名额或需求限制）：{names}。",
            f"More changes no outlay (quota or demand binds): {names}.",
        )
    ]
