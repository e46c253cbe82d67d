"""Figures as blocks of a document: caption, remarks and alternative text come from the figure's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.data import NothingToShow
from kejin_sim.report.document import Picture
from kejin_sim.report.figures import KINDS
from kejin_sim.store.read import Run

_MARGIN: Final = 0.04  # inches


def picture(name: str, data: Any, draw: Callable[[Any], Any]) -> Picture:
    """A drawing of some data as a block. Errors: `kejin_sim.report.fonts.MissingGlyph`."""
    with style.styled("text"), style.bare():
        figure = draw(data)
        style.require_glyphs(figure)
        drawn = style.svg(figure, bbox_inches=_trimmed(figure))
    said = style.words(figure)
    alt = t("图：", "Figure: ") + said.title + t("。", ". ") + " ".join(said.notes)
    return Picture(f"fig-{name}", said.title, alt, drawn, said.notes)


def _trimmed(figure: Any) -> Any:
    """The whole width of a figure, and of its height what is drawn on."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.transforms import Bbox

    canvas: Any = FigureCanvasAgg(figure)
    drawn = figure.get_tightbbox(canvas.get_renderer())
    width = float(figure.get_size_inches()[0])
    low, high = drawn.y0 - _MARGIN, drawn.y1 + _MARGIN
    return Bbox([[min(0.0, drawn.x0), low], [max(width, drawn.x1), high]])


def of_run(run: Run, kind: str) -> Picture | None:
    """A figure of a run; None when the run has nothing to show in it, such as a measure that is off."""
    read, draw = KINDS[kind]
    try:
        data = read(run)
    except NothingToShow:
        return None
    return picture(kind, data, draw)
