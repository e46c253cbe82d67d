"""What a world writes down beside the postings: series, statistics and, when asked, a diary."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any, NamedTuple

from kejin_sim.recording import SERIES, STATS


class Event(NamedTuple):
    """Something that happened and is no posting: quarter, kind, firm or fund, and its facts.

    ``position``: how many postings had been made before.
    """

    position: int
    quarter: int
    kind: str
    entity: str
    facts: dict[str, Any]


class Notes:
    """Series of the running quarter, statistics of the path (rows as in `kejin_sim.recording`), and the
    diary.

    ``diary`` is None unless somebody wants to read it; ``watched`` is the key of a firm whose state it notes
    every quarter.
    """

    def __init__(self, diary: list[Event] | None = None, watched: str = "") -> None:
        self.series = [0.0] * len(SERIES)
        self.stats = [0.0] * len(STATS)
        self.diary = diary
        self.watched = watched
        self.postings: Sized = ()

    def start_quarter(self) -> None:
        """Begin the series of a new quarter."""
        self.series = [0.0] * len(SERIES)

    def open_books(self) -> None:
        """Statistics count from the opening."""
        self.stats = [0.0] * len(STATS)

    def tell(self, quarter: int, kind: str, entity: str, **facts: Any) -> None:
        """Add a line to the diary."""
        if self.diary is not None:
            self.diary.append(Event(len(self.postings), quarter, kind, entity, facts))
