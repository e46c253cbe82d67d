"""Figures on a terminal: columns that align. How a number reads is `kejin_sim.outcomes.words`, and in a column of one outcome
`kejin_sim.outcomes.scale`."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from typing import Final

from kejin_sim.errors import display_width
from kejin_sim.outcomes.scale import Scale, shared_scale
from kejin_sim.outcomes.words import DIGITS, difference, estimate, nothing, quantity, span

_LEAST_LABEL: Final = 24  # cells of a first column, which is not folded to fewer
_PIECES: Final = re.compile(r"[!-~]+ *|[^!-~][，。、；：）〕》”%]*")

__all__ = ["DIGITS", "Scale", "columns", "difference", "estimate", "nothing", "quantity", "shared_scale", "span"]


def columns(rows: Sequence[Sequence[str]], indent: int = 2, gap: int = 2, room: int | None = None) -> list[str]:
    """Rows as aligned lines: the first column to the left, the others to the right; Chinese signs take two cells.

    Where a terminal is too narrow for a row (``room``: its cells, by default those of the terminal that is written to, if any),
    the columns that do not fit follow below, beside the first one again: a terminal would break every row somewhere. The first
    one is folded where they would not fit even so, or where more of them fit beside it then.
    """
    room = _terminal() if room is None else room
    widths, blocks = _parts(rows, indent, gap, room)
    left = room - indent - sum(gap + width for width in widths[1:])  # for the first column, beside all others
    width = left if left >= _LEAST_LABEL else max(_LEAST_LABEL, room // 3)
    narrow = [line for row in rows for line in _folded_row(row, width)]
    fewer = _parts(narrow, indent, gap, room)
    broken = indent + widths[0] + gap + max(widths[1:], default=0) > room
    if broken or len(fewer[1]) < len(blocks):
        rows, (widths, blocks) = narrow, fewer
    lines = []
    for block in blocks:
        lines += [""] if block is not blocks[0] else []
        for row in rows:
            if block is not blocks[0] and len(row) <= block[1]:
                continue  # a short row has nothing in this block
            cells = [row[i] + " " * (widths[i] - display_width(row[i])) if i == 0
                     else " " * (widths[i] - display_width(row[i])) + row[i]
                     for i in block if i < len(row)]  # fmt: skip
            lines.append((" " * indent + (" " * gap).join(cells)).rstrip())
    return lines


def _parts(rows: Sequence[Sequence[str]], indent: int, gap: int, room: int) -> tuple[list[int], list[list[int]]]:
    """Cells of every column, and the columns that stand side by side, the first one in each part."""
    count = max(len(row) for row in rows)
    widths = [max(display_width(row[i]) for row in rows if i < len(row)) for i in range(count)]
    blocks, used = [[0]], indent + widths[0]
    for i in range(1, count):
        if used + gap + widths[i] > room and len(blocks[-1]) > 1:
            blocks.append([0])
            used = indent + widths[0]
        blocks[-1].append(i)
        used += gap + widths[i]
    return widths, blocks


def _folded_row(row: Sequence[str], width: int) -> list[list[str]]:
    """A row whose first cell is folded to lines of so many cells; the other cells stand on the first of them."""
    first, *others = row
    if display_width(first) <= width:
        return [[first, *others]]
    label, *more = folded(first, width)
    return [[label, *others], *([f"  {line}", *("" for _ in others)] for line in more)]


def folded(text: str, width: int) -> list[str]:
    """A text in lines of at most so many cells, those after the first two cells shorter: a word of Latin letters stays whole, and
    no line begins with a sign that closes."""
    lines = [""]
    for piece in _PIECES.findall(text):
        room = width - (2 if len(lines) > 1 else 0)
        if lines[-1] and display_width((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _terminal() -> int:
    """Cells of a line of the terminal; a file or a pipe has room for everything."""
    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else sys.maxsize
