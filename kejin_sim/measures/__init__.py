"""The policy, one room per measure.

A room holds its parameters, budget lines and texts (``*.toml``), its rules as scalar functions with their worked cases, its
postings, its rows of results and metrics, its checks of a scenario, and its parts of the two engines. Adding a measure means
adding a room and a line here.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

MEASURES: Final[tuple[str, ...]] = (
    "equity",
    "credit",
    "insurance",
    "basic_research",
    "commercialisation",
    "evaluation",
    "grant_to_equity",
    "people",
    "pilots",
    "ecosystem",
)
"""Rooms in the order of the policy's ten measures; the order also numbers their postings, their rows of results and their budget
lines."""


@cache
def line_rows() -> tuple[dict[str, Any], ...]:
    """Budget lines as the rooms declare them (``lines.toml``), in order."""
    rows: list[dict[str, Any]] = []
    for measure in MEASURES:
        text = resources.files("kejin_sim.measures").joinpath(measure, "lines.toml").read_text(encoding="utf-8")
        rows += [{**row, "measure": measure} for row in tomllib.loads(text).get("line", [])]
    return tuple(rows)
