"""Where the fonts are, and whether they have every character: a missing glyph is an error, never a blank.

The one place that knows where fonts are: Noto Sans SC and Noto Serif SC, one weight each, and one for rare signs.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kejin_sim.errors import KejinError
from kejin_sim.lang import t

_WITHOUT_GLYPH = frozenset("\n\r\t")


class MissingGlyph(KejinError):
    """A text has characters that the font cannot show: the user chose the text."""

    exit_code = 2

    def __init__(self, characters: str, font: str) -> None:
        self.characters = characters
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in characters)
        super().__init__(
            t(
                f"字体 {font} 没有这些字：{named}。请换用别的字。",
                f"the font {font} has no glyph for {named}: use other characters.",
            )
        )


def sans() -> Path:
    """Noto Sans SC: headings and charts (黑体)."""
    from pylopdf_fonts_zh_cn import sans_path

    return sans_path()


def serif() -> Path:
    """Noto Serif SC: running text (宋体)."""
    from pylopdf_fonts_zh_cn import serif_path

    return serif_path()


def signs() -> Path:
    """DejaVu Sans, which comes with matplotlib: mathematical signs that the Chinese fonts lack, such as ⌊ ⌋ ⁻."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@cache
def _characters(font: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def missing(text: str, font: Path) -> str:
    """The characters of a text that a font cannot show, each once, in the order of the text."""
    known = _characters(font)
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and c not in _WITHOUT_GLYPH))


def require(texts: Iterable[str], font: Path) -> None:
    """Make sure that a font can show all texts. Errors: `MissingGlyph`, which names the characters."""
    gone = missing("".join(texts), font)
    if gone:
        raise MissingGlyph(gone, font.stem)


@cache
def family(font: Path) -> str:
    """Make a font known to matplotlib; returns the name of its family."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(font)
    return font_manager.FontProperties(fname=font).get_name()
