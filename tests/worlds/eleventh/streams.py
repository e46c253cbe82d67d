"""Streams of measure 11."""

from __future__ import annotations

from typing import Final

CLASSES: Final = 100
STREAMS: Final[dict[str, tuple[int, int]]] = {"evening.enrols": (CLASSES, 0)}
