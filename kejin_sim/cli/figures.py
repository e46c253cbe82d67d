"""Figures on a terminal: columns that align. How a number reads is `kejin_sim.outcomes.words`, and in a column of one outcome
`kejin_sim.outcomes.scale`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from kejin_sim.errors import display_width
from kejin_sim.outcomes.scale import Scale, shared_scale
from kejin_sim.outcomes.words import DIGITS, difference, estimate, nothing, quantity, span

__all__ = ["DIGITS", "Scale", "columns", "difference", "estimate", "nothing", "quantity", "shared_scale", "span"]


def columns(rows: Sequence[Sequence[str]], indent: int = 2, gap: int = 2, room: int | None = None) -> list[str]:
    """Rows as aligned lines: the first column to the left, the others to the right; Chinese signs take two cells.

    Where a terminal is too narrow for a row (``room``: its cells, by default those of the terminal that is written to, if any),
    the columns that do not fit follow below, beside the first one again: a terminal would break every row somewhere.
    """
    count = max(len(row) for row in rows)
    widths = [max(display_width(row[i]) for row in rows if i < len(row)) for i in range(count)]
    room = _terminal() if room is None else room
    blocks, used = [[0]], indent + widths[0]
    for i in range(1, count):
        if used + gap + widths[i] > room and len(blocks[-1]) > 1:
            blocks.append([0])
            used = indent + widths[0]
        blocks[-1].append(i)
        used += gap + widths[i]
    lines = []
    for block in blocks:
        for row in rows:
            if block is not blocks[0] and len(row) <= block[1]:
                continue  # a short row has nothing in this block
            cells = [row[i] + " " * (widths[i] - display_width(row[i])) if i == 0
                     else " " * (widths[i] - display_width(row[i])) + row[i]
                     for i in block if i < len(row)]  # fmt: skip
            lines.append((" " * indent + (" " * gap).join(cells)).rstrip())
    return lines


def _terminal() -> int:
    """Cells of a line of the terminal; a file or a pipe has room for everything."""
    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else sys.maxsize
