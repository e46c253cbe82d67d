"""Choices: further runs side by side, and what studies found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from kejin_sim import units
from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import COSTS, GAINS
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.registry import RATIOS, by_name
from kejin_sim.outcomes.statistics import Interval, exactly, mean_interval
from kejin_sim.outcomes.summary import Line
from kejin_sim.report.charts import charts
from kejin_sim.report.chosen import Sheet, Study
from kejin_sim.report.document import Block, Group, Heading, Paragraph, Ref, Row, Span, Table, Typed
from kejin_sim.report.findings import of_study
from kejin_sim.report.numbers import column, estimate, mean, printed, quantity
from kejin_sim.report.parts.studied import tables
from kejin_sim.report.pictures import picture
from kejin_sim.report.subject import Subject
from kejin_sim.scenario.changes import changed_keys, in_words
from kejin_sim.study.certainty import gaps
from kejin_sim.study.compare import VERDICTS, intervals_and_verdicts, other_yardstick, tested
from kejin_sim.study.quantity import Quantity
from kejin_sim.study.quantity import quantity as quantity_of

NAMES: Final = {
    "compare": ("方案比较", "Packages compared"), "sweep": ("扫描", "Sweep"), "combos": ("拨投贷组合", "Grant, equity, credit"),
    "tolerance": ("容亏率", "Loss tolerance"), "attribute": ("各措施的贡献", "Attribution by measure"),
    "sensitivity": ("敏感性", "Sensitivity"), "solve": ("求解", "Solving for a target"), "marginal": ("边际", "At the margin"),
    "budget": ("预算", "Budget"), "facts": ("世界与公开统计", "The world and published figures"),
    "calibrate": ("世界的校准", "The world, fitted"), "robust": ("换一个世界", "In other worlds"),
}  # fmt: skip
_MOST_ROWS, _MOST_COLUMNS, _MOST_RUNS, _MOST_UNLIKE = 14, 6, 3, 6
_NO_QUANTILES: Final = tuple(math.nan for _ in range(5))


def choices(subject: Subject, others: Sequence[Subject], studies: Sequence[Study]) -> list[Block]:
    """Nothing when nothing was given."""
    starts = range(0, len(others), _MOST_RUNS)
    blocks: list[Block] = []
    for first in starts:
        beside = others[first : first + _MOST_RUNS]
        blocks += [_runs(subject, beside, first), *_paired(subject, beside, first)]
    for number, study in enumerate(studies):
        blocks += _study(study, number, subject)
    return [Heading(t("可选方案", "Choices")), *blocks] if blocks else []


def _runs(subject: Subject, others: Sequence[Subject], first: int) -> Table:
    """Headline outcomes of several runs side by side, means of the packages."""
    beside = (subject, *others)
    rows = []
    for name in (*COSTS, *GAINS):
        lines = [one.line(name) for one in beside]
        known = [line for line in lines if line is not None]
        if known and any(line.mean != 0.0 for line in known):
            rows.append((known[0].metric.label, *(mean(line) if line is not None else "—" for line in lines)))
    ran = t("；", "; ").join(f"{one.scenario.title}: {one.run.manifest['command']}" for one in beside)
    note = t(
        f"各方案自身的均值，不是差异；同一种子、同样路径数的运行才能逐行相减，差异的误差见 kejin compare。{ran}",
        f"Means of each package, not differences; only runs of one seed and size may be subtracted, and kejin compare gives the "
        f"errors of differences. {ran}",
    )
    unlike = [said for other in others if (said := _unlike(subject, other))]
    head = (t("指标", "Outcome"), *(one.scenario.title for one in beside))
    widths = (1.3, *(1.0 for _ in beside))
    return Table(
        f"tab-runs-{first}",
        t("几个方案并列", "Runs side by side"),
        head,
        tuple(rows),
        "l" + "r" * len(beside),
        widths,
        (note, *unlike),
    )


def _unlike(subject: Subject, other: Subject) -> str:
    """In what, besides the policy, a run is not like the first; nothing where it is."""
    changes = changed_keys(subject.scenario, other.scenario)
    listed = [t(f"{k.zh} {k.old}→{k.new}", f"{k.en} {k.old} → {k.new}") for k in changes if not k.of_package]
    more = len(listed) - _MOST_UNLIKE
    if more > 0:
        listed = [*listed[:_MOST_UNLIKE], t(f"另 {more} 处", f"{more} more")]
    ran = [(one.paths, one.run.manifest["seed"], one.has_twin) for one in (subject, other)]
    labels = (("路径数", "paths"), ("种子", "seed"))
    listed += [
        t(f"{zh} {a:,}→{b:,}", f"{en} {a:,} → {b:,}") for (zh, en), a, b in zip(labels, *ran, strict=False) if a != b
    ]
    if ran[0][2] != ran[1][2]:
        listed.append(t("只有一边模拟了基准", "the baseline was simulated for one of them only"))
    if not listed:
        return ""
    said = t("；", "; ").join(listed)
    return t(f"注意：{other.scenario.title} 与第一个除政策外还不同，不能直接相比：{said}。",
             f"Note: {other.scenario.title} is not comparable with the first, from which it differs also in: {said}.")  # fmt: skip


def _paired(subject: Subject, others: Sequence[Subject], first: int) -> list[Table]:
    """The differences from the first, path by path, of the runs with its seed and its number of paths."""
    alike = [
        one for one in others if (one.paths, one.run.manifest["seed"]) == (subject.paths, subject.run.manifest["seed"])
    ]
    rows = []
    for asked in map(quantity_of, (*COSTS, *GAINS)):
        less = [_gap(asked, subject, other) for other in alike]
        if any(gap.value for gap in less if not math.isnan(gap.value)):
            rows.append((asked.label, *column(asked.metric, less, signed=True)))
    if not rows:
        return []
    note = t(f"同一种子、同样 {subject.paths:,} 条路径，逐条路径相减；方括号是95%区间。没有差别的指标不列。",
             f"The same seed and the same {subject.paths:,} paths, differences path by path; brackets: 95 %. Outcomes without a "
             "difference are not listed.")  # fmt: skip
    head = (t("指标", "Outcome"), *(one.scenario.title for one in alike))
    caption = t(f"与“{subject.scenario.title}”之差", f"Differences from “{subject.scenario.title}”")
    shares = (1.3, *(1.0 for _ in alike))
    return [Table(f"tab-runs-less-{first}", caption, head, tuple(rows), "l" + "r" * len(alike), shares, (note,))]


def _gap(asked: Quantity, subject: Subject, other: Subject) -> Interval:
    """The paired difference of an outcome of two packages, over the paths on which both have it."""
    name = asked.metric.name
    a, b = (one.run.sample(name)[name] for one in (subject, other))
    return asked.told(mean_interval(gaps(asked, a, b)))


def _elsewhere(study: Study, subject: Subject) -> str:
    """What is said of a study of other packages than the report's, or of the same one with other numbers; else nothing."""
    known = study.manifest.get("scenarios", ())
    if not known or any(one.get("inputs_digest") == subject.scenario.digest for one in known):
        return ""
    if any(one.get("name") == subject.scenario.name for one in known):
        return t(
            "注意：研究所用的方案与本报告的同名，数值却不同：方案文件在两次之间改过，两边的数字不能对照。",
            "Note: the study's package has the name of this report's and other numbers: the file was changed in between, and "
            "figures of the two cannot be compared. ",
        )
    return t(
        "注意：这项研究的对象不是本报告的方案，结论不能直接搬用。",
        "Note: this study is not of this report's package; what it finds need not hold here. ",
    )


def _study(study: Study, number: int, subject: Subject) -> list[Block]:
    name = t(*NAMES.get(study.kind, (study.kind, study.kind)))
    paths, seed, command = (study.manifest.get(item, "—") for item in ("paths", "seed", "command"))
    titles = t("、", ", ").join(study.titles)
    tag = f"{study.kind}-{number}"
    found = of_study(study)
    drawn = [picture(f"{tag}-{one.name}", one.data, one.figure) for one in charts(found)]
    shown: list[Table] = [_compared(sheet, tag, study) for sheet in study.sheets if sheet.name == "differences"]
    shown += tables(found, tag)
    if not shown:
        shown = [_plain(sheet, f"{tag}-{sheet.name}", name) for sheet in study.sheets]
    said: list[Span] = []
    for shown_as in [*(one.id for one in shown), *(one.id for one in drawn)]:
        said += [t("、", ", ") if said else t("见", "See "), Ref(shown_as)]
    said += [
        t(f"。{paths} 条路径，种子 {seed}；命令 ", f". {paths} paths, seed {seed}; "),
        Typed(str(command)),
        t("。", ". "),
        _elsewhere(study, subject),
    ]
    head = Heading(f"{name}{t('：', ': ')}{titles}" if titles else name, 2)
    # The figures of a study stand with it: were they to float, they would be found among those of another, or in another part.
    drawn = [replace(one, floats=False) for one in drawn]
    return [head, Paragraph(tuple(said), small=True), *_changed(study), *shown, *drawn]


def _changed(study: Study) -> list[Block]:
    """What was changed from the first package to each other one, with the warnings that go with it."""
    first, *others = study.packages or (None,)
    if first is None:
        return []
    found: list[Block] = []
    for other, title in zip(others, study.titles[1:], strict=True):
        said = in_words(changed_keys(first, other))
        named = t(f"{title}：", f"{title}: ") if len(others) > 1 else ""
        found.append(Paragraph(named + t("", " ").join(said), small=True))
    return found


def _metric(name: str) -> Metric | Ratio | None:
    ratios = {ratio.name: ratio for ratio in RATIOS}
    return by_name().get(name) or ratios.get(name)


def _compared(sheet: Sheet, tag: str, study: Study) -> Table:
    """Of every package that is compared: headline outcomes first, then the surest differences that are better or worse."""
    others = list(dict.fromkeys(str(row["other"]) for row in sheet.rows))
    titles = dict(zip(others, study.titles[1:], strict=False)) if len(study.titles) == len(others) + 1 else {}
    pair = len(others) == 1 and len(study.titles) == 2
    rows: list[Row] = []
    left_out = 0
    for other in others:
        kept = _worth_showing([row for row in sheet.rows if str(row["other"]) == other])
        left_out += max(0, len(kept) - _MOST_ROWS)
        if not pair:
            rows.append(Group(t(f"乙：{titles.get(other, other)}", f"B: {titles.get(other, other)}")))
        rows += [shown for row in kept[:_MOST_ROWS] if (shown := _difference(row)) is not None]
    names = study.titles if pair else (t("甲", "A"), t("乙", "B"))
    head = (t("指标", "Outcome"), *names, t("乙减甲 [95%区间]", "B − A [95 %]"), t("乙比甲", "B is"))
    notes = [
        t(
            "同一组随机数、逐路径相减；“更好”“更差”是对全部指标一并判断的（Holm），任何一个判错的概率不超过5%。"
            "只列主要指标和判为更好、更差的指标，相同的不列。",
            "The same random numbers, path by path; better and worse are judged for all outcomes together (Holm): the chance that "
            "even one is wrong is at most 5 %. Listed are headline outcomes and those judged better or worse; equal ones are not.",
        )
    ]
    judged = sum(tested(row["n"], row["difference"] or 0.0, row["se"] or 0.0) for row in sheet.rows)
    notes.append(intervals_and_verdicts(judged))
    if _yardsticks_differ(study):
        notes.append(
            t("容亏率或考核口径本身不同，超容忍的各项无所谓好坏，不列。",
              "The tolerance or its yardstick itself differs: breaches are neither better nor worse and are not listed.")
        )  # fmt: skip
    if not pair:
        notes.insert(0, t(f"甲：{study.titles[0]}。", f"A: {study.titles[0]}."))
    if left_out:
        notes.append(t(f"另有 {left_out} 行见 differences.csv。", f"{left_out} more rows are in differences.csv."))
    caption = t("方案比较", "Packages compared")
    return Table(
        f"tab-{tag}", caption, head, tuple(rows), "lrrrl", (1.6, 1.0, 1.0, 1.5, 0.0), tuple(notes), breakable=True
    )


def _yardsticks_differ(study: Study) -> bool:
    """Whether a breach is not the same thing in all packages."""
    first, *others = study.packages or (None,)
    keys = [change.key for other in others if first is not None for change in changed_keys(first, other)]
    return bool(other_yardstick(keys, quantity_of("portfolio_breach_gross")))


def _worth_showing(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    wanted = {name: place for place, name in enumerate((*COSTS, *GAINS))}
    listed = sorted(rows, key=lambda row: wanted.get(row["metric"], len(wanted)))  # a stable sort: the surest first
    differ = [row for row in listed if row["verdict"] != "same"]
    return [row for row in differ if row["metric"] in wanted or row["verdict"] in ("better", "worse")]


def _difference(row: Mapping[str, Any]) -> Row | None:
    """A line of the comparison; None where there is nothing to compare."""
    metric = _metric(str(row["metric"]).partition(".")[0])
    if metric is None or row["difference"] is None:
        return None
    low, high = (row[name] if row[name] is not None else math.nan for name in ("low95", "high95"))
    error = row["se"] or math.nan
    line = Line(metric, "difference", row["n"], row["difference"], error, low, high, _NO_QUANTILES, math.nan, "")
    verdict = t(*VERDICTS[row["verdict"]]) if row["verdict"] in VERDICTS else str(row["verdict"])
    means = [exactly(math.nan if row[name] is None else row[name]) for name in ("first_mean", "other_mean")]
    beside = max((abs(one.value) for one in means if math.isfinite(one.value)), default=0.0)
    label = metric.label if metric.name == row["metric"] else str(row["label"])
    return label, *column(metric, means), estimate(line, signed=True, beside=beside), verdict


def _columns(sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns worth a place on paper: no codes beside their words, no standard errors, nothing that is empty."""
    names = list(sheet.labels)
    codes = {name for name, after in pairwise(names) if after in ("label", f"{name}_label")}
    filled = [name for name in names if any(row[name] not in (None, "") for row in rows)]
    return [name for name in filled if name not in codes and name != "unit" and not name.endswith("se")][:_MOST_COLUMNS]


def _plain(sheet: Sheet, tag: str, caption: str) -> Table:
    """The head of any other table."""
    rows = sheet.rows[:_MOST_ROWS]
    names = _columns(sheet, rows)
    head = tuple(
        sheet.labels[name] + (f" ({sheet.units[name]})" if sheet.units[name] not in ("", "元", "CNY") else "")
        for name in names
    )
    aligned = "".join("l" if any(isinstance(row[name], str) for row in rows) else "r" for name in names)
    cells = tuple(tuple(_cell(row, name, sheet) for name in names) for row in rows)
    rest = len(sheet.rows) - len(rows)
    note = t(
        f"另有 {rest} 行，见研究文件夹的 {sheet.name}.csv。",
        f"{rest} more rows are in {sheet.name}.csv of the study folder.",
    )
    return Table(f"tab-{tag}", caption, head, cells, aligned, tuple(1.0 for _ in names), (note,) if rest > 0 else ())


def _cell(row: Mapping[str, Any], name: str, sheet: Sheet) -> str:
    value = row[name]
    if value is None:
        return "—"
    if isinstance(value, str | int):
        return f"{value:,}" if isinstance(value, int) and name != "year" else str(value)
    metric = _metric(str(row.get("metric", "")).partition(".")[0]) if "metric" in row else None
    if metric is not None and not sheet.units[name]:
        return quantity(metric, value)
    if sheet.units[name] in ("元", "CNY"):
        return printed(units.format_money(value))
    return printed(units.significant(value))
