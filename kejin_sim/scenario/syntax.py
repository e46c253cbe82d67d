"""The YAML parser's complaints in words that a person of the bureau can act on."""

from __future__ import annotations

from typing import Any

from kejin_sim.errors import Problem
from kejin_sim.scenario.tree import Mark, SourceFile

# (part of the parser's message, Chinese, English, fix in Chinese, fix in English); the first that fits is used.
_KNOWN: tuple[tuple[str, str, str, str, str], ...] = (
    ("'\\t'", "用了制表符（Tab）。", "a tab stands here.", "缩进只能用空格。", "indent with spaces only."),
    (
        "mapping values are not allowed",
        "这里不能再出现冒号。",
        "a second colon cannot stand here.",
        "每行只写一个“键: 值”，冒号用半角；含冒号的文字加引号；并检查上一行。",
        "write one 'key: value' a line with a plain colon, quote texts with colons, check the line above.",
    ),
    (
        "could not find expected ':'",
        "缺少冒号。",
        "a colon is missing.",
        "写成“键: 值”，冒号用半角并后跟一个空格。",
        "write 'key: value', with a plain colon followed by a space.",
    ),
    (
        "unknown escape character",
        "双引号里的 \\ 有特殊含义，这里用错了。",
        "inside double quotes a \\ has a meaning of its own, and not this one.",
        "路径用 / 分隔，或改用单引号。",
        "write paths with /, or use single quotes.",
    ),
    (
        "quoted scalar",
        "引号没有闭合。",
        "a quotation mark is not closed.",
        "补上同样的引号。",
        "add the same quotation mark at the end.",
    ),
    (
        "expected ',' or",
        "方括号或花括号里缺少逗号或右括号。",
        "a comma or a closing bracket is missing.",
        "写成 [40%, 30%, 30%] 或 {amount: 3亿元, unspent: carry}，逗号用半角。",
        "write [40%, 30%, 30%] or {amount: 3亿元, unspent: carry}, with plain commas.",
    ),
    (
        "block end",
        "缩进不一致。",
        "the indentation is not consistent.",
        "同一段的各键左端对齐，下一级多缩进两格。",
        "align the keys of a section, indent the next level by two spaces.",
    ),
    (
        "block collection",
        "缩进不一致。",
        "the indentation is not consistent.",
        "同一段的各键左端对齐，下一级多缩进两格。",
        "align the keys of a section, indent the next level by two spaces.",
    ),
    (
        "cannot start any token",
        "这个符号不能放在开头。",
        "this sign cannot begin a value.",
        "给这段文字加上引号。",
        "put the text in quotation marks.",
    ),
)


def explain_syntax(error: Any, mark: Mark) -> Problem:
    """A problem for a syntax error at a place."""
    said = " ".join(str(part) for part in (error.problem, error.context) if part)
    for part, zh, en, hint_zh, hint_en in _KNOWN:
        if part in said:
            return mark.problem("", f"YAML 写法有误：{zh}", f"YAML syntax: {en}", hint_zh, hint_en)
    return mark.problem(
        "",
        f"YAML 写法有误（{said}）。",
        f"YAML syntax: {said}.",
        "检查这一行及其上一行的缩进、冒号与引号。",
        "check indentation, colons and quotation marks here and on the line above.",
    )


def explain_reader(error: Any, file: SourceFile, text: str) -> Problem:
    """A problem for a character that a text file cannot hold."""
    position = getattr(error, "position", None)
    mark = Mark(file)
    if isinstance(position, int):
        before = text[:position]
        mark = Mark(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
    return mark.problem(
        "",
        "文件中有不可见的控制字符。",
        "the file contains a control character.",
        "删去这个字符；方案文件应为纯文本（UTF-8）。",
        "remove it; a scenario is plain text (UTF-8).",
    )
