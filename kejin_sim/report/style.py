"""How figures look: fonts, colours that colour-blind people and grey printers tell apart, labels at the lines."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from kejin_sim.errors import display_width
from kejin_sim.lang import language, t
from kejin_sim.outcomes.statistics import Array
from kejin_sim.report import fonts
from kejin_sim.report.data import Head
from kejin_sim.writing import whole_file

# Okabe and Ito's palette, ordered by lightness; in grey print the line styles carry the distinction.
PACKAGE: Final = "#0072B2"
PACKAGE_LIGHT: Final = "#9ECAE9"
PACKAGE_MIDDLE: Final = "#4F9FD0"
BAND_TEXT: Final = "#2C7BB0"
GAIN: Final = "#F0C242"
EMPTY: Final = "#E6E6E6"
TWIN: Final = "#595959"
WARN: Final = "#D55E00"
INK: Final = "#1A1A1A"
FAINT: Final = "#8C8C8C"
WHOLE: Final[dict[str, tuple[str, Any]]] = {
    "P5": ("#00664A", (0, (5, 1.5))),
    "P50": (INK, (0, (1, 1))),
    "P95": (WARN, (0, (4, 1.2, 1, 1.2))),
}
CENTIMETRE: Final = 1 / 2.54
FORMATS: Final = ("svg", "png", "pdf")
#: Chinese fonts without serifs that come with Linux, Windows and macOS.
SIMILAR: Final = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_TOKENS: Final = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+")  # a Chinese character, a word, a space
_OPENING: Final = "（【《“("
_CLOSING: Final = "）】》”，。；：、％"
_DOTS: Final = 200
_HEAD_POINTS: Final = 8.0
_TITLE_POINTS: Final = 12.0
_NOTE_POINTS: Final = 7.4
_SMALL_POINTS: Final = 6.2
_LINE: Final = 0.40  # centimetres from line to line at the foot
_LABEL_POINTS: Final = 11.0  # height of a line of labels
_BARE: Final = 1.05  # centimetres above and below the axes of a figure without its frame
_bare: ContextVar[bool] = ContextVar("bare", default=False)


@dataclass(frozen=True)
class Words:
    """What the frame of a figure says: a document sets these as caption and notes instead."""

    title: str
    notes: tuple[str, ...]


@contextmanager
def bare() -> Iterator[None]:
    """Figures made inside have no frame: no title, notes and certificate; `words` gives what they would have said."""
    token = _bare.set(True)
    try:
        yield
    finally:
        _bare.reset(token)


def words(figure: Any) -> Words:
    """What the frame of a figure says or would say."""
    found: Words = figure.kejin_words
    return found


def fitted(
    width: float, height: float, *, head: float, foot: float, left: float, right: float
) -> tuple[Any, tuple[float, float, float, float]]:
    """An empty figure and the box (left, bottom, width, height) for its axes as shares of it.

    Parameters: centimetres. ``height`` and ``width`` are of the axes and what stands beside them, ``head`` and ``foot``
    the room of the frame, which a `bare` figure does not have; ``left`` and ``right`` the room of labels.
    """
    above, below = (_BARE, _BARE) if _bare.get() else (head, foot)
    figure = canvas(width, height + above + below)
    whole = height + above + below
    return figure, (left / width, below / whole, (width - left - right) / width, height / whole)


@contextmanager
def styled(texts: Literal["outlines", "text"] = "outlines") -> Iterator[None]:
    """Settings under which a figure is made and saved. ``texts``: whether an SVG holds text as outlines, which look
    the same everywhere, or as text, which can be searched where the font is installed."""
    import matplotlib

    settings: dict[Any, Any] = {
        "font.family": fonts.family(fonts.sans()), "font.size": 8.5, "axes.unicode_minus": True,
        "text.parse_math": False,  # a user's dollar signs are dollar signs
        "axes.edgecolor": FAINT, "axes.labelcolor": INK, "axes.linewidth": 0.6, "axes.titlesize": 9.5,
        "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "text.color": INK,
        "xtick.color": INK, "ytick.color": INK, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
        "axes.grid": True, "axes.grid.axis": "y", "grid.color": "#E3E3E3", "grid.linewidth": 0.6, "axes.axisbelow": True,
        "svg.fonttype": "path" if texts == "outlines" else "none", "svg.hashsalt": "kejin_sim",
        "hatch.linewidth": 0.5, "figure.facecolor": "white", "savefig.facecolor": "white",
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        yield


def canvas(width: float, height: float) -> Any:
    """An empty figure of a size in centimetres."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width * CENTIMETRE, height * CENTIMETRE), dpi=_DOTS)


def tall(framed: float, bare: float) -> float:
    """One of two heights: of a figure that stands alone, of one in a document."""
    return bare if _bare.get() else framed


def place(figure: Any, box: tuple[float, float, float, float], *, hspace: float) -> None:
    """Put the panels of a figure into a box of `fitted`."""
    left, bottom, width, height = box
    figure.subplots_adjust(left=left, right=left + width, bottom=bottom, top=bottom + height, hspace=hspace)


def dot(xs: Array) -> str:
    """The marker of a line over ``xs``: a line of a single place cannot be seen without one."""
    return "o" if len(xs) == 1 else ""


def frame(figure: Any, head: Head, title: str, notes: Sequence[str]) -> None:
    """Title above, what was run below it, notes and the birth certificate at the foot."""
    figure.kejin_words = Words(title, tuple(notes))
    if _bare.get():
        return
    width, height = figure.get_size_inches() / CENTIMETRE
    left = 0.5 / width
    title = folded(title, _fitting(width, _TITLE_POINTS))
    more = 0.52 * title.count("\n")
    against = t(f"，基准：{head.baseline}", f"; baseline: {head.baseline}") if head.baseline else ""
    figure.text(left, 1 - 0.35 / height, title, fontsize=_TITLE_POINTS, va="top", linespacing=1.2)
    said = t(f"方案：{head.title}{against}", f"Package: {head.title}{against}")
    figure.text(left, 1 - (0.98 + more) / height, folded(said, _fitting(width, _HEAD_POINTS)), fontsize=_HEAD_POINTS, va="top",
                color=TWIN, linespacing=1.2)  # fmt: skip
    above, below = _foot_lines(head, notes, float(width))
    for number, line in enumerate(reversed([*above, *below])):
        last = number < len(below)
        figure.text(left, (0.25 + _LINE * number) / height, line, fontsize=_SMALL_POINTS if last else _NOTE_POINTS, va="bottom",
                    color=FAINT if last else INK)  # fmt: skip


def _fitting(width: float, points: float) -> int:
    """How many Chinese characters of a size fit into a figure of a width in centimetres."""
    return max(8, int((width - 1.0) / (points / 72 / CENTIMETRE)))


def _foot_lines(head: Head, notes: Sequence[str], width: float) -> tuple[list[str], list[str]]:
    """Notes and certificate in lines that fit."""
    above = [line for note in notes for line in _in_width(note, width, _NOTE_POINTS)]
    return above, _in_width(head.certificate, width, _SMALL_POINTS)


def _in_width(text: str, width: float, points: float) -> list[str]:
    """Lines of a text that fit into a figure, with a hair to spare: fewer characters where signs such as ``%`` are wide."""
    most = _fitting(width, points)
    lines = folded(text, most).split("\n")
    while most > 8 and widest(lines, points) > width - 1.2:
        most -= 1
        lines = folded(text, most).split("\n")
    return lines


def foot(head: Head, notes: Sequence[str], width: float = 17.5) -> float:
    """Centimetres that the foot of a figure takes: notes, certificate, and the labels of an axis above them."""
    above, below = _foot_lines(head, notes, width)
    return 1.55 + _LINE * (len(above) + len(below))


def widest(texts: Iterable[str], points: float) -> float:
    """Width in centimetres of the widest of some labels, in the font of figures at a size."""
    from matplotlib.textpath import TextPath

    drawn = (TextPath((0.0, 0.0), text, size=points) for text in texts if text.strip())
    return max((float(path.get_extents().x1) for path in drawn), default=0.0) / 72 / CENTIMETRE


def folded(text: str, width: int) -> str:
    """A text in lines of at most ``width`` Chinese characters, or twice as many Latin ones."""
    lines, line = [], ""
    for token in _TOKENS.findall(text):
        if line.strip() and display_width((line + token).rstrip()) > 2 * width and token not in _CLOSING:
            stem = line.rstrip(_OPENING)  # opening signs do not end a line, closing signs do not begin one
            lines.append(stem.rstrip())
            line = line[len(stem) :] + token.lstrip()
        else:
            line += token
    return "\n".join([*lines, line.rstrip()])


def signed(value: float) -> str:
    """A number to three digits, with its sign."""
    text = f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.3g}"
    return text.replace("-", "\u2212")


def few_ticks(axis: Any, count: int) -> None:
    """At most about so many marks, where round numbers stand."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]))


def paths_note(head: Head) -> str:
    """Number of paths and seed."""
    return t(f"{head.paths:,} 条路径，种子 {head.seed}", f"{head.paths:,} paths, seed {head.seed}")


def money(size: float) -> tuple[float, str]:
    """Factor and name of the unit in which amounts up to ``size`` CNY are read."""
    if language() == "zh":
        return (1e8, "亿元") if size >= 2e6 else (1e4, "万元")
    return (1e9, "CNY bn") if size >= 2e8 else (1e6, "CNY m")


def number(value: float, decimals: int) -> str:
    """A number with a real minus sign."""
    return f"{value:,.{decimals}f}".replace("-", "\u2212")


def plus_minus(mean: float, error: float, decimals: int) -> str:
    """A mean with its standard error, which a single path does not have."""
    least = 10.0**-decimals
    small = 0.0 < error < least / 2
    beside = "" if math.isnan(error) else f" ± <{least:.{decimals}f}" if small else f" ± {error:.{decimals}f}"
    return f"{number(mean, decimals)}{beside}"


def percent(value: float, decimals: int = 1) -> str:
    """A share as a percentage."""
    return f"{100 * value:.{decimals}f}%"


def label_ends(figure: Any, axes: Any, x: float, entries: Sequence[tuple[float, str, str]]) -> None:
    """Names at the right of what they name (height, text, colour), moved apart where they would touch."""
    low, high = axes.get_ylim()
    height = axes.get_position().height * figure.get_size_inches()[1] * 72
    places = spread([value for value, _, _ in entries], (high - low) * _LABEL_POINTS / height)
    for place, (value, label, colour) in zip(places, entries, strict=True):
        axes.annotate(
            label, (x, value), xytext=(1.035, place), textcoords=("axes fraction", "data"), va="center", fontsize=7.6,
            color=colour, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 1,
                        "relpos": (0.0, 0.5)},
        )  # fmt: skip


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Positions at least ``gap`` apart, as near to the wanted ones as simple means allow, in the same order."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    # Groups of labels that touch move together: each group is centred on what its members want.
    groups: list[list[int]] = []
    for i in order:
        groups.append([i])
        while len(groups) > 1 and _start(groups[-1], wanted, gap) < _end(groups[-2], wanted, gap) + gap:
            last = groups.pop()
            groups[-1] += last
    places = [0.0] * len(wanted)
    for group in groups:
        first = _start(group, wanted, gap)
        for number, i in enumerate(group):
            places[i] = first + number * gap
    return places


def _start(group: Sequence[int], wanted: Sequence[float], gap: float) -> float:
    return sum(wanted[i] - number * gap for number, i in enumerate(group)) / len(group)


def _end(group: Sequence[int], wanted: Sequence[float], gap: float) -> float:
    return _start(group, wanted, gap) + (len(group) - 1) * gap


def require_glyphs(figure: Any) -> None:
    """Make sure that every text of a figure can be shown. Errors: `fonts.MissingGlyph`."""
    from matplotlib.text import Text

    fonts.require((text.get_text() for text in figure.findobj(Text)), fonts.sans())


def svg(figure: Any, **settings: Any) -> bytes:
    """A figure as SVG whose words are text. Where Noto Sans SC is not installed, a program takes the next of the fonts named."""
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None}, **settings)
    family = fonts.family(fonts.sans())
    return stream.getvalue().replace(f"'{family}'".encode(), f"'{family}', {SIMILAR}".encode())


def save(figure: Any, path: Path, kind: str = "") -> None:
    """Write a figure as ``kind`` or its suffix says (svg, png, pdf), whole or not at all; the same figure gives the same bytes.

    Errors: `fonts.MissingGlyph` when a character of any text has no glyph; ``OSError``.
    """
    require_glyphs(figure)
    import matplotlib

    kind = kind or path.suffix.lower().removeprefix(".")
    stamp = {"svg": {"Date": None}, "pdf": {"CreationDate": None, "ModDate": None}, "png": {"Software": None}}[kind]
    with whole_file(path) as stream:
        if kind == "svg" and matplotlib.rcParams["svg.fonttype"] == "none":
            stream.write(svg(figure))
        else:
            figure.savefig(stream, format=kind, metadata=stamp)
