"""The breach curve: how likely losses exceed the tolerance, at every level of tolerance, on the four bases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.report import style

#: Colour and dashes of a line, told apart in grey by the dashes.
_LOOKS: Final = (
    (style.PACKAGE, "-"),
    (style.WARN, (0, (5, 1.5))),
    ("#00664A", (0, (1, 1))),
    (style.INK, (0, (4, 1.2, 1, 1.2))),
)


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
    """The curves of one cell (unit and moment). ``rate``: the package's own tolerance, NaN when it is not known."""

    cell: str
    curves: tuple[Curve, ...]
    rate: float
    paths: int


def breach_figure(data: Breaches) -> Any:
    """Draw it."""
    figure, box = style.fitted(17.5, style.tall(7.4, 5.0), head=1.2, foot=2.2, left=1.5, right=4.3)
    axes = figure.add_axes(box)
    for curve, (colour, dashes) in zip(data.curves, _LOOKS, strict=False):
        axes.fill_between(curve.levels, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(curve.levels, curve.probability, color=colour, linestyle=dashes, linewidth=1.7)
    axes.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    axes.set_xlabel(t("容亏率", "tolerance"), labelpad=2)
    axes.set_title(t("超过容亏率的概率", "Probability of exceeding it"), pad=6)
    own = ("", "")
    if not math.isnan(data.rate):
        own = "；竖线为方案的容亏率", "; upright line: the package's tolerance"
        axes.axvline(data.rate, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 2)))
    middle = [curve.probability[len(curve.probability) // 2] for curve in data.curves]
    named = [(p, c.label, look[0]) for p, c, look in zip(middle, data.curves, _LOOKS, strict=False)]
    _names(axes, sorted(named, reverse=True))
    figure.kejin_words = style.Words(
        t(f"容亏率与超容忍的概率（{data.cell}）", f"Tolerance and probability of exceeding it ({data.cell})"),
        (
            t(f"带状为95%区间（蒙特卡洛误差），{data.paths:,} 条路径{own[0]}。",
              f"Bands: 95 % intervals (Monte Carlo error), {data.paths:,} paths{own[1]}."),
        ),
    )  # fmt: skip
    return figure


def _names(axes: Any, named: list[tuple[float, str, str]]) -> None:
    """Names at the right, in the order of the curves at the middle of the scale."""
    for row, (_, label, colour) in enumerate(named):
        axes.annotate(label, (1.03, 0.86 - 0.13 * row), xycoords="axes fraction", fontsize=7.8, color=colour,
                      annotation_clip=False)  # fmt: skip
