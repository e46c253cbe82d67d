"""The parameter book: every number in use, its range, its evidence and its source."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.outcomes import scorecard
from kejin_sim.parameters import Parameter
from kejin_sim.parameters.registry import sections
from kejin_sim.parameters.sources import EVIDENCE, sources
from kejin_sim.report.document import Block, Group, Heading, Items, Paragraph, Row, Table
from kejin_sim.report.numbers import printed
from kejin_sim.report.subject import Subject
from kejin_sim.scenario.evidence import evidence, in_use
from kejin_sim.scenario.scenario import written_key


def parameterbook(subject: Subject) -> list[Block]:
    """All parameters in use, by section of the scenario file."""
    used, assumed = evidence(subject.scenario)
    said = t(
        f"本次运行用到 {used} 个参数，其中 {assumed} 个是没有来源的假设（证据 A）。“取值”是方案的值，改动过的标 *；"
        f"“范围”是程序接受的上下限。",
        f"The run uses {used} parameters, {assumed} of them assumptions without a source (evidence A). Values are the scenario's, "
        f"with * where it departs from the registry; ranges are what the program accepts.",
    )
    tags = t("；", "; ").join(f"{tag} {t(*words)}" for tag, words in EVIDENCE.items())
    rows: list[Row] = []
    group = ""
    for parameter in in_use(subject.scenario):
        section = _section(parameter)
        if section != group:
            rows.append(Group(section))
            group = section
        rows.append(_row(subject, parameter))
    head = (t("参数", "Parameter"), t("取值", "Value"), t("范围", "Range"), t("证据", "Ev."), t("来源", "Source"))
    table = Table("tab-parameters", t("参数", "Parameters"), head, tuple(rows), "lllll", (2.0, 1.0, 0.75, 0.0, 0.0))
    return [
        Heading(t("参数手册", "Parameter book")),
        Paragraph(said),
        Paragraph(tags + t("。", "."), small=True),
        table,
    ]


def _sections(parameter: Parameter) -> list[str]:
    """Keys of the sections of the scenario file that hold a parameter, the widest first."""
    parts = written_key(parameter.key).split(".")
    return [key for key in (".".join(parts[:count]) for count in range(1, len(parts))) if key in sections()]


def _section(parameter: Parameter) -> str:
    """Labels of the sections that hold a parameter, with the key of the nearest."""
    found = _sections(parameter)
    if not found:
        return t("时间", "Time")
    labels = " › ".join(t(*sections()[key]).partition(t("：", ":"))[0] for key in found)
    return f"{labels} ({found[-1]})"


def _row(subject: Subject, parameter: Parameter) -> tuple[str, ...]:
    value = subject.scenario.values[parameter.key]
    shown = parameter.show(value)
    if parameter.labels and isinstance(value, tuple):
        shown = t("、", ", ").join(
            f"{name} {parameter.show(v)}" for name, v in zip(parameter.labels, value, strict=True)
        )
    changed = " *" if value != parameter.value else ""
    own = written_key(parameter.key).removeprefix("".join(f"{key}." for key in _sections(parameter)[-1:]))
    label = f"{parameter.label} ({own})"
    note = parameter.remark
    return (
        f"{label}{t('。', '. ')}{note}" if note else label, printed(f"{shown}{changed}"), printed(_range(parameter)),
        parameter.evidence, parameter.source or "—",
    )  # fmt: skip


def _range(parameter: Parameter) -> str:
    if parameter.choices:
        return t(" / ", " / ").join(parameter.choices_zh if t("zh", "") and parameter.choices_zh else parameter.choices)
    if parameter.low is None or parameter.high is None:
        return "—"
    return f"{parameter.show(parameter.low)} – {parameter.show(parameter.high)}"


def references(subject: Subject) -> list[Block]:
    """The sources that parameters in use, rules in force and the evaluation of government funds cite."""
    from kejin_sim.cases import WORLD
    from kejin_sim.rules import rules

    cited = {parameter.source for parameter in in_use(subject.scenario)}
    cited |= {source for rule in rules() if rule.room in (*subject.measures, WORLD) for source in rule.sources}
    cited |= set(scorecard.SOURCES)  # among the metrics of every run
    listed = []
    for source in sources().values():
        if source.id in cited:
            remark = t(source.remark_zh, source.remark_en)
            listed.append(f"[{source.id}] {source.citation}{t('。', '. ')}{remark}".strip())
    said = t(
        "只列出处；核对过原文的程度见各条说明。引用时应先打开原文。",
        "Bibliographic facts only; how far each was seen stands beside it. Open the original before citing it.",
    )
    return [Heading(t("参考文献", "References")), Paragraph(said, small=True), Items(tuple(listed), small=True)]
