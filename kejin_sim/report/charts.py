"""Which figures a study has: the same list for its own folder and for a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kejin_sim.report import style
from kejin_sim.report.appropriation import appropriation, appropriation_figure
from kejin_sim.report.attribution import attribution, attribution_figure
from kejin_sim.report.breach import breach_figure, breaches
from kejin_sim.report.comparison import comparison_figure, comparisons
from kejin_sim.report.findings import Findings
from kejin_sim.report.levels import levels, levels_figure
from kejin_sim.report.margins import margins, margins_figure
from kejin_sim.report.robustness import strips, strips_figure
from kejin_sim.report.simplex import divisions, front_figure, has_front, simplex_figure
from kejin_sim.report.solution import has_curve, solution, solution_figure
from kejin_sim.report.swept import swept, swept_figure
from kejin_sim.report.tornado import tornado_figure, tornados


@dataclass(frozen=True)
class Chart:
    """A figure of a study: the name of its files, what it shows, and how it is drawn."""

    name: str
    data: Any
    figure: Callable[[Any], Any]


def charts(found: Findings) -> list[Chart]:
    """The figures of a study; those that have nothing to show are left out."""
    listed: list[tuple[str, Any, Callable[[Any], Any]]] = []
    match found.kind:
        case "compare":
            made = comparisons(found)
            names = ["comparison"] if len(made) == 1 else [f"comparison-{i}" for i in range(1, len(made) + 1)]
            listed = [(name, one, comparison_figure) for name, one in zip(names, made, strict=True)]
        case "sweep":
            listed = [("sweep", swept(found), swept_figure)]
        case "combos":
            data = divisions(found)
            if data is not None and data.objectives:
                listed = [("combos", data, simplex_figure)]
                listed += [("front", data, front_figure)] if has_front(data) else []
        case "tolerance":
            listed = [("tolerance", breaches(found), breach_figure)]
        case "attribute":
            listed = [("attribution", attribution(found), attribution_figure)]
        case "sensitivity":
            drawn = tornados(found)
            names = ["tornado", *(f"tornado-{i}" for i in range(2, len(drawn) + 1))]
            listed = [(name, one, tornado_figure) for name, one in zip(names, drawn, strict=False)]
        case "solve":
            solved = solution(found)
            listed = [("solve", solved, solution_figure)] if solved is not None and has_curve(solved) else []
        case "marginal":
            listed = [("marginal", margins(found), margins_figure)]
        case "budget":
            listed = [("budget", appropriation(found), appropriation_figure)]
        case "facts" | "calibrate":
            listed = [("levels", levels(found), levels_figure)]
        case "robust":
            shown = strips(found)
            names = ["worlds", *(f"worlds-{i}" for i in range(2, len(shown) + 1))]
            listed = [(name, one, strips_figure) for name, one in zip(names, shown, strict=False)]
    return [Chart(name, data, figure) for name, data, figure in listed if data is not None]


def drawing(listed: Sequence[Chart]) -> Callable[[Path], None]:
    """What draws the figures into a folder, each as SVG (its words are text and can be searched) and as PNG."""

    def draw(folder: Path) -> None:
        with style.styled("text"):
            for chart in listed:
                figure = chart.figure(chart.data)
                for suffix in ("svg", "png"):
                    style.save(figure, folder / f"{chart.name}.{suffix}")

    return draw
