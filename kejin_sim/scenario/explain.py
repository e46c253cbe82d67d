"""Validation errors in words: where, what is wrong, what to write instead."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from kejin_sim import units
from kejin_sim.errors import Problem, nearest
from kejin_sim.parameters import registry
from kejin_sim.parameters.registry import budget_lines
from kejin_sim.scenario.chain import LETTERHEAD
from kejin_sim.scenario.choice import CHOICES
from kejin_sim.scenario.tree import Mark, Node

_SPECIAL = (
    *((key,) for key in (*LETTERHEAD, "extends", *CHOICES, "start", "baseline", "uncertain", "allow_book_moves")),
    ("world", "extends"),
    ("world", "extra_arrivals"),
)
_LETTERHEAD_ZH = {"title": "方案名称", "author": "编制单位或编制人", "date": "日期", "based_on": "依据的文件"}
_LETTERHEAD_EXAMPLE = {
    "title": "title: 天使基金方案",
    "author": "author: 市财政局",
    "date": "date: 2025-01",
    "based_on": "based_on: 起草说明",
}


@cache
def known_paths() -> frozenset[tuple[str, ...]]:
    """Every path that a scenario file may contain, sections included."""
    paths = {parameter.path for parameter in registry()} | set(_SPECIAL)
    paths |= {("budget", line, "by_year") for line in budget_lines()}
    return frozenset(path[:depth] for path in paths for depth in range(1, len(path) + 1))


def children(path: tuple[str, ...]) -> list[str]:
    """Keys that may stand in a section, in the order of the registry."""
    ordered = [p.path for p in registry()] + list(_SPECIAL) + [("budget", line, "by_year") for line in budget_lines()]
    found = [p[len(path)] for p in ordered if len(p) > len(path) and p[: len(path)] == path]
    return list(dict.fromkeys(found))


def _unknown(root: Node, loc: tuple[Any, ...]) -> Problem:
    key, parent = str(loc[-1]), tuple(str(part) for part in loc[:-1])
    inside = parent[1:] if parent[:1] == ("baseline",) else parent
    siblings = ["title", "budget", "measures", "only", "without"] if parent == ("baseline",) else children(inside)
    if parent[:1] == ("uncertain",):
        siblings = ["low", "high", "distribution", "mode", "source", "note"]
    close = nearest(key, siblings)
    elsewhere: list[str] = []
    if parent[:1] not in (("baseline",), ("uncertain",)):
        elsewhere = sorted(".".join(path) for path in known_paths() if path[-1] == key)
    near_by = {
        path for path in known_paths() if parent[:1] != ("world",) or path[0] in ("world", "behaviour", "valuation")
    }
    if not close and not elsewhere and parent[:1] not in (("baseline",), ("uncertain",)):
        leaf = nearest(key, {path[-1] for path in near_by}, alike=0.8)
        elsewhere = sorted(".".join(path) for path in near_by if leaf and path[-1] == leaf[0])
    zh, en = f"没有名为 {units.shown(key)} 的键。", f"there is no key named {units.shown(key)}."
    if close:
        hint_zh, hint_en = f"是否想写 {close[0]}？", f"did you mean {close[0]}?"
    elif elsewhere:
        hint_zh, hint_en = f"是否想写 {'、'.join(elsewhere[:3])}？", f"did you mean {', '.join(elsewhere[:3])}?"
    else:
        listed = siblings[:14]
        hint_zh = f"这里可写：{'、'.join(listed)}{' 等' if len(siblings) > len(listed) else ''}。"
        hint_en = f"allowed here: {', '.join(listed)}{' …' if len(siblings) > len(listed) else ''}."
    parts = tuple(key.split("."))
    if key.strip() != key and any(key.strip() in path for path in known_paths()):
        hint_zh = f"{key.strip()} 前有全角空格：缩进只用半角空格。"
        hint_en = f"there is a wide space before {key.strip()}: indent with plain spaces only."
    elif len(parts) > 1 and (*inside, *parts) in known_paths():
        nested = f"{': {'.join(parts)}: …{'}' * (len(parts) - 1)}"
        hint_zh = f"逐层写，每层缩进一行，或写成 {nested}。"
        hint_en = f"write level below level, each indented on its own line, or {nested}."
    if re.fullmatch(r"[0-9]{3}[^0-9].*|[0-9]{3}", key):
        hint_zh = (
            f"花括号里的逗号是分隔符，数字里的逗号要去掉：写 {{amount: 3000万元}}，不写 3,{key}；或给整个值加引号。"
        )
        hint_en = f"inside braces a comma separates: write {{amount: 3000万元}}, not 3,{key}, or put the value in quotation marks."
    if unseen(key):
        hint_zh = f"删去看不见的字符 {unseen(key)}" + (f"，写成 {seen(key)}。" if seen(key) in siblings else "。")
        hint_en = f"remove the invisible character {unseen(key)}" + (
            f": write {seen(key)}." if seen(key) in siblings else "."
        )
    if key == "time" and not parent:
        hint_zh = "policy_years、horizon_years、burn_in_years 直接写在最外层。"
        hint_en = "policy_years, horizon_years and burn_in_years stand at the top level."
    mark, above = root.find_key(loc), root.find_key(loc[:-1])
    if parent and above.file == mark.file and above.line < mark.line and mark.column == above.column + 1:
        hint_zh = f"这一行只比 {parent[-1]} 多缩进一格，很可能是去掉 # 时多留了一个空格：删去它。"
        hint_en = (
            f"it stands one space further right than {parent[-1]}, most likely left when a # was deleted: delete it."
        )
    return mark.problem(".".join((*parent, key)), zh, en, hint_zh, hint_en)


def unseen(text: str) -> str:
    """The characters of a text that cannot be seen, such as U+200B, each once; ordinary blanks are seen."""
    return ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in text if not c.isprintable() and not c.isspace()))


def seen(text: str) -> str:
    """A text without what cannot be seen in it."""
    return "".join(c for c in text if c.isprintable() or c.isspace()).strip()


def _section_expected(mark: Mark, key: str, value: object, path: tuple[str, ...]) -> Problem:
    inside = path[1:] if path[:1] == ("baseline",) else path
    listed = children(inside)[:8]
    wide = re.match(r"\s*([A-Za-z_]+)\s*(?:：\s*|:(?=\S))(.*)", value) if isinstance(value, str) else None
    if wide and wide[1] in children(inside):
        right = f"{wide[1]}: {wide[2]}".strip()
        return mark.problem(
            key,
            f"{units.shown(value)} 里的冒号不是“半角冒号加空格”。",
            f"the colon of {units.shown(value)} is not a plain colon followed by a space.",
            f"写成 {right}。",
            f"write {right}.",
        )
    return mark.problem(
        key,
        f"{units.shown(value)} 不是一段“键: 值”。",
        f"{units.shown(value)} is not a section of 'key: value' lines.",
        f"换行缩进写出其中的键，例如 {'、'.join(listed)}。" if listed else "写成 {键: 值}。",
        f"indent its keys below it, such as {', '.join(listed)}." if listed else "write {key: value}.",
    )


def _wide_commas(value: object) -> tuple[str, str]:
    """How a list is written whose items stand between full-width commas; nothing where there are none."""
    texts = value if isinstance(value, list) else []
    if not any(isinstance(text, str) and re.search("[，、]", text) for text in texts):
        return "", ""
    items = [item.strip() for text in texts for item in re.split("[，、,]", str(text)) if item.strip()]
    right = f"[{', '.join(items)}]"
    return (
        f"列表的各项要用半角逗号“,”隔开：{units.shown(right)}。",
        f"separate the items of a list by plain commas: {units.shown(right)}.",
    )


def explain(root: Node, error: Any) -> Problem:
    """One error of pydantic → one problem at its place in the file."""
    loc = tuple(part for part in error["loc"] if part != "[key]")
    at_key = len(loc) < len(error["loc"])
    kind, value, ctx = error["type"], error.get("input"), error.get("ctx", {})
    key = ".".join(f"[{part + 1}]" if isinstance(part, int) else str(part) for part in loc).replace(".[", "[")
    mark = root.find_key(loc) if at_key else root.find(loc)
    match kind:
        case "unit" if value is None:
            return root.find_key(loc).problem(
                key,
                "没有写值。",
                "no value is written.",
                ctx["hint_zh"] or "写出一个值，或删去这一行。",
                ctx["hint_en"] or "write a value, or remove the line.",
            )
        case "unit" if isinstance(value, str) and unseen(value):
            hint_zh, hint_en = f"删去看不见的字符 {unseen(value)}", f"remove the invisible character {unseen(value)}"
            clean = units.shown(seen(value))
            return mark.problem(key, ctx["zh"], ctx["en"], f"{hint_zh}，写成 {clean}。", f"{hint_en}: write {clean}.")
        case "unit" if isinstance(value, str) and _wide_commas([value])[0] and isinstance(loc[-1], int):
            return mark.problem(key, ctx["zh"], ctx["en"], *_wide_commas([value]))
        case "too_short" if _wide_commas(value)[0]:
            hint_zh, hint_en = _wide_commas(value)
            zh, en = (
                "列表的逗号是全角的，整个列表只算一项。",
                "the commas of the list are full-width: it counts as one item.",
            )
            return mark.problem(key, zh, en, hint_zh, hint_en)
        case "unit" if loc[-1:] == ("amount",) and isinstance(value, list | dict):
            return mark.problem(
                key,
                ctx["zh"],
                ctx["en"],
                "amount 只写一个金额，每年相同；个别年度不同，在它下面另写一行，例如 by_year: {2027: 4亿元}。",
                "amount takes one sum, the same every year; for years that differ add a line below it, such as "
                "by_year: {2027: 4亿元}.",
            )
        case "unit":
            return mark.problem(key, ctx["zh"], ctx["en"], ctx["hint_zh"], ctx["hint_en"])
        case "extra_forbidden":
            return _unknown(root, loc)
        case "missing" if key in _LETTERHEAD_ZH:
            return Mark(root.mark.file).problem(
                key,
                f"缺少 {key}（{_LETTERHEAD_ZH[key]}）。",
                f"{key} is missing.",
                f"在文件开头补一行，例如 {_LETTERHEAD_EXAMPLE[key]}。",
                f"add a line at the top of the file, such as {_LETTERHEAD_EXAMPLE[key]}.",
            )
        case "missing":
            return mark.problem(
                key, f"缺少 {loc[-1]}。", f"{loc[-1]} is missing.", f"补写 {loc[-1]}: …。", f"add {loc[-1]}: …."
            )
        case "list_type":
            return mark.problem(
                key, f"{units.shown(value)} 不是列表。", f"{units.shown(value)} is not a list.", *_list_hint(loc)
            )
        case "too_short" | "too_long":
            count = ctx.get("actual_length")
            return mark.problem(
                key,
                f"列表有 {count} 项，项数不对。",
                f"the list has {count} items, not the right number.",
                *_list_hint(loc),
            )
        case "literal_error":
            return mark.problem(
                key,
                f"{units.shown(value)} 不是可选的值。",
                f"{units.shown(value)} is not one of the options.",
                f"可选：{ctx.get('expected', '')}。",
                f"options: {ctx.get('expected', '')}.",
            )
        case "dict_type" | "model_type" | "model_attributes_type":
            return _section_expected(mark, key, value, tuple(map(str, loc)))
        case _:
            return mark.problem(
                key, f"{units.shown(value)} 写法不对（{error['msg']}）。", f"{units.shown(value)}: {error['msg']}."
            )


def _list_hint(loc: tuple[Any, ...]) -> tuple[str, str]:
    path = tuple(str(part) for part in loc)
    path = path[1:] if path[:1] == ("baseline",) else path
    parameter = next((p for p in registry() if p.path == path), None)
    if parameter is None or parameter.length is None:
        return "写成 [a, b]。", "write [a, b]."
    example = "[" + ", ".join(map(str, parameter.text)) + "]"
    named_zh = f"，依次为 {'、'.join(parameter.labels_zh)}" if parameter.labels_zh else ""
    named_en = f", for {', '.join(parameter.labels_en)}" if parameter.labels_en else ""
    return (
        f"写 {parameter.length} 项{named_zh}，例如 {example}。",
        f"write {parameter.length} items{named_en}, for example {example}.",
    )
