"""``kejin params``: every number of the project, with its source and what it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kejin_sim.cli.options import Json, Lang, print_json
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from kejin_sim.parameters import Parameter

_OF_ONE_RULE = 20  # parameters: a rule with more is no narrower answer to a word than the whole list
_NARROW = 110  # columns: below, a table leaves no room for names beside keys of 60 letters


def command(
    key: Annotated[
        str,
        typer.Argument(
            metavar="[KEY]",
            help=both("键名、一节的名字，或名称中的字，例如 insurance、容亏", "a key, a section, or a word of a name"),
        ),
    ] = "",
    as_json: Json = False,
    lang: Lang = "auto",
) -> None:
    """List parameters, or tell everything about one."""
    found = select(key)
    if as_json:
        print_json([as_object(parameter) for parameter in found])
    elif len(found) == 1 and key:
        typer.echo("\n".join(_card(found[0])))
    else:
        _table(found)


def select(key: str) -> list[Parameter]:
    """Parameters with a key, in a section or ending in a name (``insurance``, ``ticket``), or with a word in their name. Errors:
    `InputError` with the nearest key."""
    from kejin_sim.errors import InputError, nearest
    from kejin_sim.parameters import by_key, registry
    from kejin_sim.rules import rules

    typed = key.strip()
    if not typed:
        return list(registry())
    wanted = typed.rstrip(".").partition("[")[0] or typed
    exact = by_key().get(wanted) or by_key().get(f"time.{wanted}")
    if exact is not None:
        return [exact]
    found = [parameter for parameter in registry() if f".{wanted}." in f".{parameter.key}."]
    if found:
        return found
    # 容亏 stands in the title of the rule and not in the label of the rate itself: what a rule so named works with belongs to it,
    # unless the rule is that of every budget line.
    titled = {rule.id for rule in rules() if typed.lower() in f"{rule.zh}\n{rule.en}".lower()}
    of = {name for name in titled if sum(name in parameter.rules for parameter in registry()) <= _OF_ONE_RULE}
    found = [p for p in registry() if typed.lower() in f"{p.zh}\n{p.en}".lower() or of.intersection(p.rules)]
    if found:
        return found
    names = {parameter.key: parameter.path[-1] for parameter in registry()}
    alike = nearest(wanted.rsplit(".", 1)[-1], set(names.values()))
    close = nearest(wanted, by_key(), 3) or [key for key, name in names.items() if name in alike][:3]
    raise InputError.of(
        f"没有名为 {wanted} 的参数。",
        f"there is no parameter named {wanted}.",
        key="",
        hint_zh=f"是否想写 {'、'.join(close)}？" if close else "kejin params 列出全部。",
        hint_en=f"did you mean {', '.join(close)}?" if close else "kejin params lists them all.",
    )


def as_object(parameter: Parameter) -> dict[str, Any]:
    """Everything about a parameter as plain data."""
    from kejin_sim.parameters import EVIDENCE

    origin = parameter.origin
    return {
        "key": parameter.key,
        "path": ".".join(parameter.path),
        "kind": parameter.kind,
        "unit": parameter.unit,
        "value": list(parameter.value) if isinstance(parameter.value, tuple) else parameter.value,
        "text": parameter.text,
        "low": parameter.low,
        "high": parameter.high,
        "plausible": list(parameter.plausible) if parameter.plausible else None,
        "role": parameter.role,
        "label_zh": parameter.zh,
        "label_en": parameter.en,
        "labels_zh": list(parameter.labels_zh),
        "labels_en": list(parameter.labels_en),
        "choices": list(parameter.choices),
        "choices_zh": list(parameter.choices_zh),
        "evidence": parameter.evidence,
        "evidence_meaning_zh": EVIDENCE[parameter.evidence][0],
        "evidence_meaning_en": EVIDENCE[parameter.evidence][1],
        "source": parameter.source or None,
        "source_title_zh": origin.title_zh if origin else None,
        "source_title_en": origin.title_en if origin else None,
        "source_issuer_zh": origin.issuer_zh if origin else None,
        "source_issuer_en": origin.issuer_en if origin else None,
        "source_year": origin.year if origin else None,
        "note": parameter.note,
        "note_en": parameter.note_en,
        "rules": list(parameter.rules),
    }


def _card(parameter: Parameter) -> list[str]:
    """Everything about one parameter, for reading."""
    from kejin_sim.parameters import EVIDENCE
    from kejin_sim.parameters.registry import ROLES

    rows = [(t("默认值", "value"), parameter.show(parameter.value))]
    if parameter.labels and isinstance(parameter.value, tuple):
        each = [f"{name} {parameter.show(v)}" for name, v in zip(parameter.labels, parameter.value, strict=True)]
        rows = [(t("默认值", "value"), t("、", ", ").join(each))]
    if parameter.low is not None and parameter.high is not None:
        rows.append((t("允许范围", "allowed"), f"{parameter.show(parameter.low)} – {parameter.show(parameter.high)}"))
    if parameter.plausible:
        low, high = parameter.plausible
        rows.append((t("常用范围", "usual"), f"{parameter.show(low)} – {parameter.show(high)}"))
    if parameter.choices:
        names = zip(parameter.choices, parameter.choices_zh or parameter.choices, strict=True)
        rows.append((t("选项", "options"), t("；".join(f"{c}（{z}）" for c, z in names), ", ".join(parameter.choices))))
    rows.append((t("性质", "role"), t(*ROLES[parameter.role])))
    rows.append((t("证据", "evidence"), f"{parameter.evidence}{t('：', ': ')}{t(*EVIDENCE[parameter.evidence])}"))
    origin = parameter.origin
    if origin:
        rows.append((t("来源", "source"), f"{origin.id}{t('：', ': ')}{origin.citation}"))
        remark = t(origin.remark_zh, origin.remark_en)
        rows += [(t("来源说明", "about it"), remark)] if remark else []
    rows += [(t("说明", "note"), parameter.remark)] if parameter.remark else []
    rules = t("、", ", ").join(parameter.rules)
    rows.append(
        (t("作用于规则", "feeds rules"), rules or t("不属于某条规则（世界、行为或估值）", "none in particular"))
    )
    head = f"{parameter.key}  {parameter.label}"
    return [head, *(f"  {label}{t('：', ': ')}{text}" for label, text in rows)]


def _table(parameters: list[Parameter]) -> None:
    """A table that fits the terminal; written in full when the output goes to a file."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    closing = t(
        f"共 {len(parameters)} 项。kejin params 键名 查看一项的全部。",
        f"{len(parameters)} parameters. kejin params KEY tells everything about one.",
    )
    if console.width < _NARROW:
        for p in parameters:
            typer.echo(p.key)
            typer.echo(
                f"  {p.label}{t('：', ': ')}{p.show(p.value)}  [{' '.join(filter(None, (p.evidence, p.source, *p.rules)))}]"
            )
        typer.echo(closing)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(t("键", "key"), no_wrap=True)  # a key is copied whole
    table.add_column(t("名称", "label"), overflow="fold")
    table.add_column(t("默认值", "value"), overflow="fold")
    table.add_column(t("证据", "ev."), no_wrap=True)
    table.add_column(t("来源", "source"), no_wrap=True)
    table.add_column(t("规则", "rules"), overflow="fold")
    for p in parameters:
        table.add_row(p.key, p.label, p.show(p.value), p.evidence, p.source, " ".join(p.rules))
    console.print(table)
    console.print(closing)
