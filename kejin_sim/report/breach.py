"""The breach curve: how likely losses exceed the tolerance, at every level of tolerance, on the four bases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, Row
from kejin_sim.study.tolerance import CELLS

#: Colour and dashes of a line, told apart in grey by the dashes.
_LOOKS: Final = (
    (style.PACKAGE, "-"),
    (style.WARN, (0, (5, 1.5))),
    ("#00664A", (0, (1, 1))),
    (style.INK, (0, (4, 1.2, 1, 1.2))),
)
_SHOWN: Final = ("fund", "portfolio")


@dataclass(frozen=True)
class Curve:
    """One basis: its label, and at each level of tolerance the probability with its 95 % interval."""

    label: str
    levels: tuple[float, ...]
    probability: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Breaches:
    """The curves of some cells (unit and moment). ``rate``: the package's own tolerance, NaN when it is not known."""

    head: Head
    cells: tuple[tuple[str, tuple[Curve, ...]], ...]
    rate: float


def breaches(found: Findings) -> Breaches | None:
    """Read it; None without curves."""
    rows = [row for row in found.rows("tolerance") if row["part"] == "level" and row["probability"] is not None]
    shown = []
    for code in _SHOWN:
        own = [row for row in rows if row["cell"] in CELLS[code]]
        curves = [_curve([row for row in own if row["basis"] == basis], basis) for basis in BASES]
        curves = [curve for curve in curves if curve.levels]
        if curves:
            shown.append((t(*CELLS[code]), tuple(curves)))
    own_level = next((float(row["level"]) for row in found.rows("tolerance") if row["part"] == "deals"), math.nan)
    return Breaches(found.head, tuple(shown), own_level) if shown else None


def _curve(rows: list[Row], basis: str) -> Curve:
    columns = (tuple(float(row[name] or 0.0) for row in rows) for name in ("level", "probability", "low95", "high95"))
    return Curve(t(*BASES[basis]), *columns)


def breach_figure(data: Breaches) -> Any:
    """Draw it: a panel for each cell, names of the bases at the right."""
    count = len(data.cells)
    own = ("", "")
    if not math.isnan(data.rate):
        own = f"；竖虚线为方案的容亏率 {100 * data.rate:.0f}%", f"; dotted: the package's own {100 * data.rate:.0f} %"
    notes = [
        t("同一批子基金，四种口径。分类口径的三个容亏率按比例同变。",
          "The same sub-funds on four bases; the tolerances by class move in proportion."),
        t(f"带状为95%区间（蒙特卡洛误差）{own[0]}。", f"Bands: 95 % intervals (Monte Carlo error){own[1]}."),
        style.paths_note(data.head),
    ]  # fmt: skip
    figure, box = style.fitted(
        17.5, style.tall(5.4, 4.8), head=2.2, foot=style.foot(data.head, notes), left=1.5, right=3.7
    )
    gap = 0.06
    wide = (box[2] - gap * (count - 1)) / count
    for number, (cell, curves) in enumerate(data.cells):
        axes = figure.add_axes((box[0] + number * (wide + gap), box[1], wide, box[3]))
        for curve, (colour, dashes) in zip(curves, _LOOKS, strict=False):
            axes.fill_between(curve.levels, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
            axes.plot(curve.levels, curve.probability, color=colour, linestyle=dashes, linewidth=1.7, label=curve.label)
        axes.set(xlim=(0.0, 1.0), ylim=(0.0, 1.02))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        axes.set_xticks((0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
        axes.tick_params(labelsize=7.2)
        axes.set_xlabel(t("容亏率", "tolerance"), labelpad=2, fontsize=7.8)
        axes.set_title(style.folded(cell, 16), pad=5, fontsize=8.4)
        if not math.isnan(data.rate):
            axes.axvline(data.rate, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 2)))
        if number == count - 1:
            axes.legend(frameon=False, fontsize=7.6, loc="upper left", bbox_to_anchor=(1.03, 1.02), handlelength=2.6)
    style.frame(
        figure, data.head, t("容亏率定在多高，超容忍有多大可能", "How likely a breach is at each tolerance"), notes
    )
    return figure
