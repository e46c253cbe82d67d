"""A run as an Excel workbook: outcomes, fiscal years, budget books, parameters in use, assumptions, origins."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Final

from kejin_sim.lang import t
from kejin_sim.outcomes.bands import bands
from kejin_sim.outcomes.described import WORLD_LABELS
from kejin_sim.outcomes.statistics import LEVELS
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS
from kejin_sim.outcomes.years import YEARS
from kejin_sim.parameters.sources import EVIDENCE
from kejin_sim.report.subject import Subject, stamp
from kejin_sim.scenario.evidence import in_use
from kejin_sim.scenario.scenario import written_key
from kejin_sim.study.excel import assumptions, origins, write_workbook
from kejin_sim.study.table import Column, Table

#: Of the manifest, what differs between equal runs or is told elsewhere.
_PASSING: Final = ("files", "representatives", "created", "invoked", "platform", "threads", "seconds")


def _text(name: str, zh: str, en: str) -> Column:
    return Column(name, zh, en, "text")


def outcomes(subject: Subject) -> Table:
    """``summary.csv`` for people: a row per outcome and world."""
    columns = [
        _text("metric", "指标", "outcome"), _text("world", "世界", "world"), _text("unit", "单位", "unit"),
        Column("n", "有定义的路径", "paths defined", "integer"), Column("mean", "均值", "mean"),
        Column("se", "标准误", "standard error"), Column("low95", "95%区间下限", "95 % low"),
        Column("high95", "95%区间上限", "95 % high"),
        *(Column(f"p{round(100 * level)}", f"P{round(100 * level)}", f"P{round(100 * level)}") for level in LEVELS),
        Column("tail", "最差5%均值", "mean of the worst 5 %"), _text("formula", "公式", "formula"), _text("name", "代号", "name"),
    ]  # fmt: skip
    table = Table("outcomes", "指标", "outcomes", columns)
    units = subject.run.columns()
    for line in subject.summary:
        metric = line.metric
        row = subject.run.rows[metric.name, line.world]
        described = units.get(metric.name, {})
        unit = t(row["unit_zh"], described.get("unit_en", metric.unit))
        table.add(
            metric.label, t(*WORLD_LABELS[line.world]), unit, line.n, line.mean, line.se, line.low, line.high, *line.quantiles,
            line.tail, t(row["formula_zh"], row["formula_en"]), metric.name,
        )  # fmt: skip
    return table


def years(subject: Subject) -> Table:
    """Means over paths by fiscal year, package and twin."""
    suffixes = ("", "_twin") if subject.has_twin else ("",)
    names = [series.name + suffix for series in YEARS for suffix in suffixes]
    calendar, values = subject.run.yearly(*names)
    described = subject.run.columns("years.parquet")
    columns = [Column("year", "财政年度", "fiscal year", "integer")]
    for name in names:
        said = described[name]
        unit = ("元", "CNY") if said.get("unit") == "CNY" else ("", "")
        columns.append(Column(name, said["label_zh"], said["label_en"], "number", *unit))
    table = Table("years", "逐年均值", "means by year", columns)
    means = [bands(values[name]).mean for name in names]
    for i, year in enumerate(calendar):
        table.add(int(year), *(float(mean[i]) for mean in means))
    return table


def budget_books(subject: Subject) -> Table:
    """Year × budget book: outlay and recovery of the city treasury in the package, means with P5 and P95."""
    columns = [
        Column("year", "财政年度", "fiscal year", "integer"), _text("book", "预算本", "budget book"),
        *(
            Column(f"{side}_{what}", f"{zh}{word[0]}", f"{en}{word[1]}", "number", "元", "CNY")
            for side, zh, en in (("outlay", "支出", "outlay"), ("recovery", "回收", "recovery"))
            for what, word in (("mean", ("均值", ", mean")), ("p5", ("P5", ", P5")), ("p95", ("P95", ", P95")))
        ),
    ]  # fmt: skip
    table = Table("books", "年度×预算本", "year by budget book", columns)
    names = [f"fiscal_{side}_{book}" for book in BOOKS for side in ("outlay", "recovery")]
    calendar, values = subject.run.yearly(*names)
    for book in BOOKS:
        sides = [bands(values[f"fiscal_{side}_{book}"]) for side in ("outlay", "recovery")]
        if not any(side.mean.any() for side in sides):
            continue
        for i, year in enumerate(calendar):
            cells = [float(row[i]) for side in sides for row in (side.mean, side.at(0.05), side.at(0.95))]
            table.add(int(year), t(*BOOK_LABELS[book]), *cells)
    return table


def parameters(subject: Subject) -> Table:
    """Every parameter in use."""
    columns = [
        _text("key", "键", "key"), _text("label", "参数", "parameter"), _text("value", "取值", "value"),
        _text("default", "默认值", "default"), _text("evidence", "证据", "evidence"), _text("source", "来源", "source"),
        _text("note", "说明", "note"),
    ]  # fmt: skip
    table = Table("parameters", "参数", "parameters", columns)
    for p in in_use(subject.scenario):
        origin = p.origin.citation if p.origin is not None else ""
        tag = f"{p.evidence} {t(*EVIDENCE[p.evidence])}"
        value = p.show(subject.scenario.values[p.key])
        table.add(written_key(p.key), p.label, value, p.show(p.value), tag, origin, p.remark)
    return table


def workbook(subject: Subject) -> bytes:
    """The workbook as bytes, in the current language."""
    about = {k: v for k, v in subject.run.manifest.items() if k not in _PASSING}
    letter = subject.scenario.letterhead.told
    head = {"title": letter.title, "author": letter.author, "date": letter.date, "based_on": letter.based_on}
    tables = [
        outcomes(subject), years(subject), budget_books(subject), parameters(subject), assumptions([subject.scenario]),
        origins(head | about),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="kejin-report-") as name:
        path = Path(name) / "run.xlsx"
        made = datetime.datetime.fromtimestamp(stamp(subject.run), datetime.UTC).replace(tzinfo=None)
        write_workbook(path, tables, made=made)
        return path.read_bytes()
