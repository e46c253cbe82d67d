"""``kejin doctor``: what is installed here and whether it works, for reports of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kejin_sim.cli.options import Json, Lang, print_json
from kejin_sim.lang import both, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kejin_sim.cli.examination import Item

Deep = Annotated[
    bool,
    typer.Option(
        "--deep",
        help=both("编译引擎并运行演示方案", "compile the engine and run the demonstration"),
    ),
]
Streams = Annotated[
    bool, typer.Option("--streams", help=both("列出全部随机数流", "list every stream of random numbers"))
]
_MARKS = {"ok": ("正常", "ok"), "warning": ("注意", "note"), "fault": ("有误", "fault"), "info": ("", "")}
_YES = {True: ("是", "yes"), False: ("否", "no"), None: ("无", "none")}


def command(as_json: Json = False, deep: Deep = False, streams: Streams = False, lang: Lang = "auto") -> None:
    """Describe the installation and test that it works: exit code 0 when it can be used, 1 when not."""
    from kejin_sim.cli.examination import examine

    items = list(examine(deep=deep))
    faults = [item for item in items if item.state == "fault"]
    if as_json:
        print_json(as_object(items, streams=streams))
    else:
        typer.echo("\n".join([*_lines(items), *(_streams() if streams else []), "", _verdict(faults)]))
    raise typer.Exit(1 if faults else 0)


def as_object(items: Sequence[Item], *, streams: bool) -> dict[str, Any]:
    """The report as plain data."""
    data: dict[str, Any] = {"usable": not any(item.state == "fault" for item in items)}
    for item in items:
        data.setdefault(item.section, {})[item.key] = item.value
    data["findings"] = [
        {"section": item.section, "key": item.key, "state": item.state, "zh": item.remark_zh, "en": item.remark_en}
        for item in items
        if item.state in ("warning", "fault")
    ]
    if streams:
        from kejin_sim.streams import streams as all_streams

        data["streams"] = [
            {"name": name, "block": block, "lane": lane} for name, (block, lane) in all_streams().items()
        ]
    return data


def _lines(items: Sequence[Item]) -> list[str]:
    from kejin_sim.cli.examination import SECTIONS
    from kejin_sim.errors import display_width

    width = max(display_width(t(item.zh, item.en)) for item in items)
    lines: list[str] = []
    section = ""
    for item in items:
        if item.section != section:
            section = item.section
            lines += ["", t(*SECTIONS[section])] if lines else [t(*SECTIONS[section])]
        label = t(item.zh, item.en)
        parts = [t(*_MARKS[item.state]), _shown(item), t(item.remark_zh, item.remark_en)]
        text = "  ".join(part for part in parts if part)
        lines.append(f"  {label}{' ' * (width - display_width(label))}  {text}".rstrip())
    return lines


def _shown(item: Item) -> str:
    """The value, unless the remark says it better."""
    if isinstance(item.value, bool) or item.value is None:
        return "" if item.section == "checks" or item.state == "fault" else t(*_YES[item.value])
    if item.section == "checks" or item.key in ("memory", "disk_free", "size"):
        return ""
    if item.key == "installation":
        return ""
    return str(item.value)


def _streams() -> list[str]:
    from kejin_sim.streams import streams as all_streams

    width = max(map(len, all_streams()))
    head = t("随机数流（名称、块、道）", "Streams of random numbers (name, block, lane)")
    return ["", head, *(f"  {name:{width}}  {block:3d}  {lane}" for name, (block, lane) in all_streams().items())]


def _verdict(faults: Sequence[Item]) -> str:
    if not faults:
        return t("结论：可以使用。报告问题时请附上以上内容。", "Verdict: usable. Please add all of this to a report.")
    named = [
        f"{t(item.zh, item.en)}{t('（', ' (')}{t(item.remark_zh, item.remark_en)}{t('）', ')')}" for item in faults
    ]
    return t(f"结论：不能使用。{'；'.join(named)}", f"Verdict: not usable. {'; '.join(named)}")
