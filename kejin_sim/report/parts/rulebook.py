"""Each rule that acts in the run: what it does, its formula, who pays whom, its sources and its worked cases."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.cases import WORLD, Case
from kejin_sim.lang import t
from kejin_sim.report.document import Block, Code, Facts, Heading, Items, Paragraph, Strong
from kejin_sim.report.subject import Subject
from kejin_sim.rules import STATUS, Rule, payment, room_label, rules


def rulebook(subject: Subject) -> list[Block]:
    """The rules of the measures that are on, then those of the world."""
    blocks: list[Block] = [Heading(t("规则", "Rules"))]
    note = t(
        "每条规则写明做什么、公式、何时、谁付给谁、来源、合规状态和简化；算例可以用笔验算，程序的测试用同样的算例核对规则函数。",
        "Each rule says what it does, its formula, when, who pays whom, sources, legal status and limits. The worked cases can "
        "be redone by hand, and the program's tests play them against the functions of the rule.",
    )
    blocks.append(Paragraph(note))
    for room in (*subject.measures, WORLD):
        found = [rule for rule in rules() if rule.room == room]
        if found:
            blocks.append(Heading(room_label(room), 2))
        for rule in found:
            blocks += _rule(subject, rule)
    return blocks


def _rule(subject: Subject, rule: Rule) -> Iterator[Block]:
    comma, stop = t("；", "; "), t("、", ", ")
    yield Heading(f"{rule.id}　{rule.title}", 3, numbered=False)
    yield Items(rule.does, numbered=True)
    yield Code("\n".join(rule.formula))
    if rule.remarks:
        yield Paragraph(comma.join(rule.remarks), small=True)
    values = subject.scenario.values
    paid = comma.join(payment(posting) for posting in rule.postings) or t("不产生资金往来", "no money moves")
    facts = [
        (t("何时", "When"), t(rule.trigger_zh, rule.trigger_en)),
        (t("步骤", "Steps"), comma.join(f"{step.number} {step.label}" for step in rule.order)),
        (t("谁付给谁", "Who pays"), paid),
        (t("参数", "Parameters"), comma.join(f"{p.label} = {p.show(values[p.key])}" for p in rule.parameters)),
        (t("来源", "Sources"), stop.join(rule.sources) or t("建模假设", "assumption")),
        (t("证据", "Evidence"), t(rule.evidence_zh, rule.evidence_en)),
        (t("合规", "Status"), f"{t(*STATUS[rule.status])}{t('。', '. ')}{t(rule.status_zh, rule.status_en)}"),
        (t("简化", "Limits"), " ".join(rule.limits)),
    ]  # fmt: skip
    yield Facts(tuple(row for row in facts if row[1]))
    for case in rule.cases:
        yield from _case(case)


def _case(case: Case) -> Iterator[Block]:
    source = t("、", ", ").join(case.source) or t("假设", "assumption")
    head = Strong(t(f"算例 {case.id}（来源 {source}）。", f"Worked case {case.id} (source {source}). "))
    known = t(f"已知 {case.known()}。", f" Given {case.known()}.") if case.given else ""
    yield Paragraph((head, case.label + known), small=True)
    lines = [
        f"{step.label}{t('：', ': ')}{t('；', '; ').join(step.worked(values))}"
        for step, values in zip(case.steps, case.expected(), strict=True)
    ]
    yield Items(tuple(lines), small=True)
