"""What a study found, as its figures read it: the rows of its tables, fresh from the study or back from its folder.

The same functions draw a study's charts into its folder and into a report, from the same rows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kejin_sim import __version__
from kejin_sim.errors import InputError
from kejin_sim.lang import language, t
from kejin_sim.ledger import LINE_LABELS, Line
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.words import percent
from kejin_sim.parameters.registry import sections
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.scenario.scenario import parameter_of
from kejin_sim.store.certificate import without_places
from kejin_sim.study.attribute import Detail, part_words
from kejin_sim.study.marginal import raised_words
from kejin_sim.study.quantity import Quantity, parse_quantity
from kejin_sim.units import UnitError

if TYPE_CHECKING:
    from kejin_sim.report.chosen import Study
    from kejin_sim.study.folder import StudyOrder
    from kejin_sim.study.table import Table

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Findings:
    """A study: its kind, the titles of its packages, its settings and results as the manifest has them, and its rows by table."""

    kind: str
    titles: tuple[str, ...]
    head: Head
    settings: Mapping[str, Any]
    results: Mapping[str, Any]
    tables: Mapping[str, Sequence[Row]]

    def rows(self, table: str) -> Sequence[Row]:
        """Rows of a table, none when the study has no such table."""
        return self.tables.get(table, ())


def of_order(order: StudyOrder, tables: Sequence[Table], notes: Mapping[str, Any]) -> Findings:
    """What a study has just found."""
    first = order.scenarios[0]
    baseline = first.baseline.title if first.baseline is not None else ""
    origin = f"{without_places(order.words)}   kejin_sim {__version__}   {first.digest[:12]}"
    head = Head(first.title, baseline, order.paths, order.seed, first.inputs().policy_years, origin)
    titles = tuple(scenario.title for scenario in order.scenarios)
    return Findings(order.study, titles, head, order.settings, notes, {one.name: one.objects() for one in tables})


def of_study(study: Study) -> Findings:
    """What the folder of a study holds."""
    about = study.manifest
    origin = f"{about.get('command', '')}   kejin_sim {about.get('kejin_sim', '')}"
    head = Head((*study.titles, "")[0], "", int(about.get("paths", 0)), int(about.get("seed", 0)), 0, origin)
    tables = {sheet.name: sheet.rows for sheet in study.sheets}
    return Findings(study.kind, study.titles, head, about.get("settings", {}), about.get("results", {}), tables)


# ---- words in the language of the reader, whatever the language of the study was


def outcome(name: str) -> Quantity | None:
    """The quantity of a row; None when this version does not have it."""
    try:
        return parse_quantity(name)
    except InputError:
        return None


def part_label(row: Row, detail: Detail) -> str:
    """A part of a package: a measure or a section in short; a budget line, which is told from the others by what follows the colon,
    whole."""
    code = str(row["player"])
    if code.startswith("budget."):
        return t(*part_words(code, detail)) if code in sections() else str(row["player_label"])
    return short(t(*part_words(code, detail)) if code in sections() else str(row["player_label"]))


def line_label(code: str) -> str:
    """A budget line; empty when there is none of that name."""
    return t(*LINE_LABELS[Line(code)]) if code in {str(line) for line in LINE_LABELS} else ""


def key_label(name: str, fallback: str) -> str:
    """A key of the scenario, with what the item of a list means and the measure."""
    try:
        parameter, index = parameter_of(name)
    except UnitError:
        return fallback
    return t(*parameter.placed(index))


def lever_label(row: Row) -> str:
    """A budget line with more money, or a quota with what it is raised by."""
    code = str(row["lever"])
    if line_label(code):
        return line_label(code)
    if row.get("raised") is None:
        return str(row["label"])
    try:
        parameter, _ = parameter_of(code)
    except UnitError:
        return str(row["label"])
    return t(*raised_words(parameter, float(row["raised"])))


def short(label: str) -> str:
    """What stands before the colon of a label; a colon within brackets does not end it."""
    found: str = re.split(r"(?:：|: )(?![^（(]*[）)])", label, maxsplit=1)[0]
    return found


# ---- numbers


def scale(metric: Metric | Ratio, size: float, *, gap: bool = False) -> tuple[float, str]:
    """Factor and unit in which values, or differences of two (``gap``), up to a size are drawn."""
    if metric.unit == "CNY":
        return style.money(size)
    if metric.unit in ("share", "rate"):
        return 0.01, percent(gap=gap).strip()
    counted = metric.counted if isinstance(metric, Metric) else ("", "")
    if size >= 2e4:
        return (1e4, f"万{counted[0]}") if language() == "zh" else (1e3, f"thousand {counted[1]}".strip())
    return 1.0, t(*counted)


def titled(label: str, unit: str) -> str:
    """A label with its unit."""
    return t(f"{label}（{unit}）", f"{label} ({unit})") if unit else label


def ends(row: Row, low: str = "low95", high: str = "high95") -> tuple[float, float]:
    """The two ends of an interval as a table has them; NaN where it has none: one of no width would say that all is known."""
    first, last = (row.get(name) for name in (low, high))
    return math.nan if first is None else float(first), math.nan if last is None else float(last)
