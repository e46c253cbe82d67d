"""Rows of measure 11."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("eleventh", first=series_row("eleventh"))
S_PUPILS: Final = SERIES.add("evening_pupils")
STATS: Final = Rows("eleventh", first=stats_row("eleventh"))
T_PUPILS: Final = STATS.add("evening_pupils_policy")
