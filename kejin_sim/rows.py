"""Rows of the result arrays that belong to one room, in order.

A measure lists what its part of an engine writes down beside the postings. `kejin_sim.recording` puts the rooms together and
refuses gaps and overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Rows:
    """Names of consecutive rows from ``first``."""

    room: str
    first: int
    names: list[str] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The number after the last row's."""
        return self.first + len(self.names)

    def add(self, name: str) -> int:
        """Name the next row and return its number. What the row means is said beside the call."""
        self.names.append(name)
        return self.end - 1


def assemble(base: tuple[str, ...], rooms: list[Rows]) -> tuple[str, ...]:
    """All names in order of number; ValueError where a room does not begin at the row that is due."""
    names = list(base)
    for rows in rooms:
        if rows.first != len(names):
            raise ValueError(f"rows of {rows.room!r} begin at {rows.first}; {len(names)} is due")
        names += rows.names
    return tuple(names)
