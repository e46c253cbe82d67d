"""Attribution: what each part of a package contributes to an outcome, Shapley's shares beside leave-one-out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import language, t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, ends, outcome, part_label, scale, short

_MOST: Final = 6
_ACROSS: Final = 3


@dataclass(frozen=True)
class Part:
    """A part's share of an outcome with its 95 % interval (NaN: none), and what the whole has due to it when it joins last."""

    label: str
    share: float
    low: float
    high: float
    last: float


@dataclass(frozen=True)
class Divided:
    """One outcome: what the package does in all, and its parts in the order of the policy."""

    label: str
    metric: Metric | Ratio
    whole: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Attribution:
    """Outcomes divided among the same parts. ``sampled``: orders sampled, 0 when every coalition was simulated."""

    head: Head
    outcomes: tuple[Divided, ...]
    sampled: int


def attribution(found: Findings) -> Attribution | None:
    """Read it; None without rows."""
    listed = []
    rows = found.rows("attribution")
    for name in dict.fromkeys(str(row["metric"]) for row in rows):
        asked = outcome(name)
        own = [row for row in rows if row["metric"] == name]
        whole = next((row for row in own if row["player"] == "package"), None)
        if asked is None or whole is None or not any(row["shapley"] for row in own):
            continue
        parts = [
            Part(short(part_label(row)), row["shapley"], *ends(row), row["leave_one_out"])
            for row in own
            if row is not whole
        ]
        listed.append(Divided(asked.label, asked.metric, whole["shapley"], tuple(parts)))
    return Attribution(found.head, tuple(listed[:_MOST]), int(found.settings.get("orders", 0))) if listed else None


def attribution_figure(data: Attribution) -> Any:
    """Draw it: a panel for each outcome, a bar for each part."""
    count, parts = len(data.outcomes), len(data.outcomes[0].parts)
    across = min(_ACROSS, count)
    down = -(-count // across)
    names = [style.folded(part.label, 14) for part in data.outcomes[0].parts]
    left = min(5.2, style.widest([line for name in names for line in name.split("\n")], 7.2) + 0.45)
    row = style.tall(0.56, 0.46)
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
        style.paths_note(data.head),
    ]  # fmt: skip
    whole = panel * down + gap * (down - 1)
    figure, box = style.fitted(17.5, whole, head=2.6, foot=style.foot(data.head, notes) - 0.5, left=left, right=0.5)
    wide = (box[2] - 0.025 * (across - 1)) / across
    for q, one in enumerate(data.outcomes):
        x = box[0] + (wide + 0.025) * (q % across)
        y = box[1] + box[3] * (1 - (q // across * (panel + gap) + panel) / whole)
        axes = figure.add_axes((x, y, wide, box[3] * panel / whole))
        _panel(axes, one, names if q % across == 0 else None)
    style.frame(figure, data.head, t("各部分的贡献（Shapley）", "What each part contributes (Shapley)"), notes)
    return figure


def _panel(axes: Any, one: Divided, names: list[str] | None) -> None:
    size = max(abs(v) for part in one.parts for v in (part.share, part.last, one.whole))
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
