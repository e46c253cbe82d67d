"""Tables of metrics: package, twin, difference with its interval, and the spread over paths."""

from __future__ import annotations

from collections.abc import Iterable

from kejin_sim.lang import language, t
from kejin_sim.report.document import Group, Row, Table
from kejin_sim.report.numbers import estimate, mean, span
from kejin_sim.report.subject import Subject


def row(subject: Subject, name: str) -> tuple[str, ...] | None:
    """One metric; None where neither world defines it, or where it is 0 everywhere."""
    package, twin, difference = (subject.summary.get(name, world) for world in ("package", "twin", "difference"))
    if package is None and difference is None:
        return None
    first = package if package is not None else difference
    assert first is not None
    lines = [line for line in (package, twin, difference) if line is not None and line.n > 0]
    if all(line.mean == 0.0 for line in lines):
        return None
    cells = [first.metric.label, mean(package) if package is not None else "—"]
    if subject.has_twin:
        beside = max((abs(line.mean) for line in (package, twin) if line is not None and line.n), default=0.0)
        cells += [
            mean(twin) if twin is not None else "—",
            estimate(difference, signed=package is not None, beside=beside),
        ]
    if subject.paths > 1:
        spread = span(first.metric, first.quantiles[0], first.quantiles[-1]) if package is not None else "—"
        cells.append(spread)
    return tuple(cells)


_EVEN = (1.82, 1.28, 1.28, 2.22, 1.58)  # shares of the width
_EVEN_ENGLISH = (2.2, 1.15, 1.15, 2.15, 1.8)
_WIDE = (2.3, 1.05, 1.05, 2.6, 1.75)
_WIDE_ENGLISH = (2.4, 1.35, 1.35, 2.3, 1.9)


def table(
    subject: Subject, name: str, caption: str, groups: Iterable[tuple[str, Iterable[str]]], *, wide: bool = False
) -> Table | None:
    """A table of metrics in groups (title, names); a group without rows is left out, an empty title is not printed.

    ``wide``: room for long names.
    """
    head, columns = [t("指标", "Outcome"), t("方案", "Package")], "lr"
    if subject.has_twin:
        head += [t("基准", "Twin"), t("差异 [95%区间]", "Difference [95 %]")]
        columns += "rr"
    if subject.paths > 1:
        head.append(t("方案P5 ~ P95", "Package P5 ~ P95"))
        columns += "r"
    rows: list[Row] = []
    for title, names in groups:
        found = [cells for cells in (row(subject, metric) for metric in names) if cells is not None]
        rows += [Group(title), *found] if title and found else found
    if not rows:
        return None
    chinese, english = (_WIDE, _WIDE_ENGLISH) if wide else (_EVEN, _EVEN_ENGLISH)
    shares = dict(zip("nptds", chinese if language() == "zh" else english, strict=True))
    shown = "np" + ("td" if subject.has_twin else "") + ("s" if subject.paths > 1 else "")
    widths = tuple(shares[column] for column in shown)
    return Table(f"tab-{name}", caption, tuple(head), tuple(rows), columns, widths)
