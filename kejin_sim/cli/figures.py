"""Figures on a terminal: columns that align. How a number reads is `kejin_sim.outcomes.words`."""

from __future__ import annotations

from collections.abc import Sequence

from kejin_sim.errors import display_width
from kejin_sim.outcomes.words import DIGITS, difference, estimate, nothing, quantity, span

__all__ = ["DIGITS", "columns", "difference", "estimate", "nothing", "quantity", "span"]


def columns(rows: Sequence[Sequence[str]], indent: int = 2, gap: int = 2) -> list[str]:
    """Rows as aligned lines: the first column to the left, the others to the right; Chinese signs take two cells."""
    count = max(len(row) for row in rows)
    widths = [max(display_width(row[i]) for row in rows if i < len(row)) for i in range(count)]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (widths[i] - display_width(cell)) if i == 0 else " " * (widths[i] - display_width(cell)) + cell
            for i, cell in enumerate(row)
        ]
        lines.append((" " * indent + (" " * gap).join(cells)).rstrip())
    return lines
