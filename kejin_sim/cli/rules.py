"""``kejin rules``: what the program does in the words of the policy, rule by rule, with worked cases; of an outcome, its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kejin_sim.cli.options import Json, Lang, print_json
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.cases import Case, Step
    from kejin_sim.errors import InputError
    from kejin_sim.rules import Rule

_NEAR, _MOST_NEAR = 3, 8  # names that are proposed: of outcomes, of all
_CARRIED = ("期初转入", "期末结转", "brought forward", "carried over")
_NARROW = 100  # columns: below, a table folds every name into a column of single letters


def command(
    rule: Annotated[
        str,
        typer.Argument(
            metavar="[ID|METRIC]",
            help=both(
                "规则编号（E9）、指标的名字（fiscal_recovery、市财政回收）或措施（credit）",
                "a rule id (E9), an outcome (fiscal_recovery) or a measure (credit)",
            ),
        ),
    ] = "",
    as_json: Json = False,
    lang: Lang = "auto",
) -> None:
    """List the rules, or tell everything about one, or by which rules an outcome comes about."""
    found = named(rule)
    if not found:
        _outcome(rule, as_json=as_json)
    elif as_json:
        print_json([as_object(each) for each in found])
    elif len(found) == 1:
        typer.echo("\n".join(_page(found[0])))
    else:
        _table(found)


def named(name: str) -> list[Rule]:
    """The rule with an id, the rules of a measure, or all; none when it is the name of neither."""
    from kejin_sim.rules import by_id, room_label, rules

    wanted = name.strip()
    if not wanted:
        return list(rules())
    found = by_id().get(wanted.upper())
    if found is not None:
        return [found]
    return [
        rule
        for rule in rules()
        if wanted.lower() in (rule.room, room_label(rule.room).lower(), _room(rule.room).lower())
    ]


def _outcome(name: str, *, as_json: bool) -> None:
    """Tell what an outcome is and by which rules it comes about. Errors: `InputError` with the nearest names."""
    from kejin_sim.cli import rules_outcome

    found = rules_outcome.find(name)
    if found is None:
        raise _unknown(name.strip())
    if as_json:
        print_json([rules_outcome.as_object(found)])
    else:
        typer.echo("\n".join(rules_outcome.page(found)))


def _unknown(wanted: str) -> InputError:
    """What to say of a name that no rule, no measure and no outcome has."""
    from kejin_sim.cli import rules_outcome
    from kejin_sim.errors import InputError, nearest
    from kejin_sim.measures import MEASURES
    from kejin_sim.rules import by_id, rules

    # What a budget line carries forward is on no one's mind who writes a word of its label.
    outcomes = [label for label in rules_outcome.names() if not label.lower().startswith(_CARRIED)]
    close = nearest(wanted.upper(), by_id(), 4)
    close += [rule.id for rule in rules() if wanted.lower() in f"{rule.zh} {rule.en}".lower()]
    close += nearest(wanted.lower(), MEASURES)
    # Among so many names something is always a little alike: a name that has the word, or nearly the same name.
    close += [label for label in outcomes if wanted.lower() in label.lower()][:_NEAR] or nearest(
        wanted, outcomes, _NEAR, 0.75
    )
    close = list(dict.fromkeys(close))[:_MOST_NEAR] or nearest(wanted, outcomes, _NEAR)
    close = [
        t(f"{name}（{by_id()[name].title}）", f"{name} ({by_id()[name].title})") if name in by_id() else name
        for name in close
    ]
    return InputError.of(
        f"没有叫 {wanted} 的规则、措施或指标。",
        f"there is no rule, measure or outcome {wanted}.",
        hint_zh=f"是否想写 {'、'.join(close)}？"
        if close
        else f"规则编号：{'、'.join(by_id())}；指标名见 summary.csv 的 metric 一列。",
        hint_en=f"did you mean {', '.join(close)}?"
        if close
        else f"rules: {', '.join(by_id())}; outcomes are in the column metric of summary.csv.",
    )


def _step_object(step: Step, values: tuple[float, ...]) -> dict[str, Any]:
    return {
        "label": step.label,
        "label_zh": step.zh,
        "label_en": step.en,
        "function": step.function or None,
        "arguments": dict(step.arguments),
        "times": step.times,
        "names": list(step.names),
        "expect": list(step.expect),
        "values": list(values),
        "unit": step.unit,
        "cell": step.cell or None,
    }


def _case_object(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "facts": case.label,
        "facts_zh": case.zh,
        "facts_en": case.en,
        "source": list(case.source),
        "given": dict(case.given),
        "steps": [_step_object(step, row) for step, row in zip(case.steps, case.expected(), strict=True)],
    }


def as_object(rule: Rule) -> dict[str, Any]:
    """Everything about a rule as plain data."""
    return {
        "id": rule.id,
        "measure": rule.room,
        "title": rule.title,
        "title_zh": rule.zh,
        "title_en": rule.en,
        "does": list(rule.does),
        "does_zh": list(rule.does_zh),
        "does_en": list(rule.does_en),
        "formula": list(rule.formula),
        "trigger": t(rule.trigger_zh, rule.trigger_en),
        "payments": [
            {
                "posting": posting.name,
                "payer": posting.payer.value,
                "payee": posting.payee.value,
                "line": posting.line if posting.line else None,
                "nature": posting.nature.value,
                "label_zh": posting.zh,
                "label_en": posting.en,
            }
            for posting in rule.postings
        ],
        "parameters": [parameter.key for parameter in rule.parameters],
        "source": ", ".join(rule.sources) or t("假设", "assumption"),
        "sources": [{"id": origin.id, "citation": origin.citation} for origin in rule.origins],
        "evidence": t(rule.evidence_zh, rule.evidence_en),
        "status": rule.status,
        "status_reason": t(rule.status_zh, rule.status_en),
        "limits": list(rule.limits),
        "steps": [{"number": step.number, "id": step.id, "label": step.label} for step in rule.order],
        "functions": list(rule.functions),
        "remarks": rule.remarks,
        "cases": [_case_object(case) for case in rule.cases],
    }


def _page(rule: Rule) -> list[str]:
    """Everything about one rule, for reading."""
    from kejin_sim.rules import STATUS, STATUS_WORDS, payment, room_label

    colon = t("：", ": ")
    lines = [f"{rule.id}  {rule.title}", f"  {room_label(rule.room)}", "", t("做什么", "What it does")]
    lines += [f"  {number}. {line}" for number, line in enumerate(rule.does, start=1)]
    lines += ["", t("公式", "Formula"), *(f"  {line}" for line in rule.formula)]
    lines += [f"  {line}" for line in rule.remarks]
    lines += ["", t("何时", "When") + colon + t(rule.trigger_zh, rule.trigger_en)]
    order = t("；", "; ").join(f"{step.number} {step.label}" for step in rule.order)
    lines += [t("季度中的步骤", "Step of the quarter") + colon + order]
    paid = [payment(posting) for posting in rule.postings]
    lines += ["", t("谁付给谁", "Who pays whom")]
    lines += [f"  {line}" for line in paid or [t("不产生资金往来", "no money moves")]]
    lines += ["", t("参数（默认值）", "Parameters (defaults)")]
    lines += [f"  {p.key}  {p.label} = {p.show(p.value)}  [{p.evidence}]" for p in rule.parameters]
    lines += ["", t("来源", "Sources")]
    origins = [f"{origin.id}{colon}{origin.citation}" for origin in rule.origins]
    lines += [f"  {line}" for line in origins or [t("建模假设", "assumption")]]
    lines += [f"  {t('证据', 'Evidence')}{colon}{t(rule.evidence_zh, rule.evidence_en)}"]
    lines += [
        "",
        t("合规状态", "Legal status")
        + f"{colon}{t(*STATUS_WORDS[rule.status])}{t('，', ', ')}{t(*STATUS[rule.status])}",
        f"  {t(rule.status_zh, rule.status_en)}",
    ]
    lines += ["", t("局限与简化", "Limits"), *(f"  - {line}" for line in rule.limits)]
    if rule.functions:
        lines += ["", t("程序中的函数", "Functions") + colon + t("、", ", ").join(rule.functions)]
    for case in rule.cases:
        lines += ["", *_worked(case)]
    return lines


def _call(step: Step) -> str:
    """The function that a step calls, with its arguments as written."""
    from kejin_sim.cases import written

    comma = t("，", ", ")
    given = comma.join(name if name == text else f"{name} = {written(text)}" for name, text in step.arguments.items())
    again = t(f"，连续 {step.times} 次", f", {step.times} times in a row") if step.times > 1 else ""
    return f"{step.function}({given}){again}"


def _worked(case: Case) -> list[str]:
    """A worked case with its arithmetic."""
    source = t("、", ", ").join(case.source) or t("假设", "assumption")
    lines = [t(f"算例 {case.id}（来源 {source}）", f"Worked case {case.id} (source {source})"), f"  {case.label}"]
    if case.given:
        lines.append(f"  {t('已知：', 'given: ')}{case.known()}")
    for number, (step, values) in enumerate(zip(case.steps, case.expected(), strict=True), start=1):
        lines.append(f"  {number}. {step.label}")
        lines += [f"     {_call(step)}"] if step.function else []
        lines += [f"     {line}" for line in step.worked(values)]
    return lines


def _room(room: str) -> str:
    """A measure by its short name: 第1条, measure 1."""
    from kejin_sim.parameters.registry import sections

    zh, en = sections().get(f"measures.{room}", ("世界", "world"))
    return t(zh.split()[0], en.split(",")[0])


def _table(found: list[Rule]) -> None:
    """A table that fits the terminal; written in full when the output goes to a file."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from kejin_sim.ledger import PARTY_LABELS
    from kejin_sim.rules import STATUS_WORDS

    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    closing = t(
        f"共 {len(found)} 条。kejin rules 编号 查看一条的全部和算例，kejin rules 指标名 查看一个指标由哪些规则得出。",
        f"{len(found)} rules. kejin rules ID tells everything about one, with worked cases; kejin rules METRIC by which rules an "
        "outcome comes about.",
    )
    if console.width < _NARROW:
        for rule in found:
            typer.echo(f"{rule.id}  {rule.title}  [{' '.join((*rule.sources, rule.status))}]")
        typer.echo(closing)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(t("编号", "id"), no_wrap=True)
    table.add_column(t("措施", "measure"), no_wrap=True)
    table.add_column(t("规则", "rule"), overflow="fold")
    table.add_column(t("谁付给谁", "who pays whom"), overflow="fold")
    table.add_column(t("来源", "source"), overflow="fold")
    table.add_column(t("合规", "status"), no_wrap=True)
    table.add_column(t("参数", "params"), justify="right")
    table.add_column(t("算例", "cases"), justify="right")
    for rule in found:
        pairs = dict.fromkeys((t(*PARTY_LABELS[p.payer]), t(*PARTY_LABELS[p.payee])) for p in rule.postings)
        payers = dict.fromkeys(payer for payer, _ in pairs)
        paid = [f"{payer} → {t('、', ', ').join(e for r, e in pairs if r == payer)}" for payer in payers]
        source = ", ".join(rule.sources) or t("假设", "assumption")
        counts = str(len(rule.parameters)), str(len(rule.cases))
        status = t(*STATUS_WORDS[rule.status])
        table.add_row(rule.id, _room(rule.room), rule.title, t("；", "; ").join(paid) or "—", source, status, *counts)
    console.print(table)
    console.print(closing)
