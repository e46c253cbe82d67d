"""The YAML parser's complaints in words that a person of the bureau can act on."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any, Final

from kejin_sim.errors import Problem
from kejin_sim.scenario.tree import Mark, SourceFile

#: What the parser says of a key without a colon.
MISSING_COLON: Final = "could not find expected ':'"

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
        MISSING_COLON,
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

_INDENTED: Final = ("mapping values are not allowed", "block end", "block collection")


def explain_syntax(error: Any, mark: Mark) -> Problem:
    """A problem for a syntax error at a place."""
    said = " ".join(str(part) for part in (error.problem, error.context) if part)
    line = mark.file.line(mark.line)
    if "mapping values are not allowed" in said and mark.line > 1:
        # A key before a full-width colon is read on as text, up to the colon of the next line.
        above = mark.file.line(mark.line - 1)
        wide = re.match(r"\s*[A-Za-z_]+\s*(?=：)", above)
        if wide:
            return _wide_colon(Mark(mark.file, mark.line - 1, wide.end() + 1))
    if any(part in said for part in _INDENTED):
        spare = _space_too_many(mark)
        if spare is not None:
            return spare
    closer = _tab(line, mark) if "'\\t'" in said else _wide_sign(line, mark) if MISSING_COLON in said else None
    if closer is not None:
        return closer
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


def _space_too_many(mark: Mark) -> Problem | None:
    """One space too many, as is left where a # was deleted and not the space behind it: on this line, or on one above it in the
    same section, which the parser takes for the right indentation."""
    own = _indent(mark.file.line(mark.line))
    above = [(number, _indent(mark.file.line(number))) for number in range(mark.line - 1, 0, -1)]
    keys = [(number, indent) for number, indent in above if indent is not None]
    if own is None or not keys:
        return None
    if keys[0][1] == own - 1:
        return mark.problem(
            "",
            "YAML 写法有误：这一行比上一行多缩进一个空格，很可能是去掉 # 时留下的。",
            "YAML syntax: this line is indented by one space more than the one above, most likely left when a # was deleted.",
            "删去行首的一个空格。",
            "delete one space at its beginning.",
        )
    inside = takewhile(lambda key: key[1] > own, keys)
    other = min((number for number, indent in inside if indent == own + 1), default=0)
    if not other:
        return None
    return mark.problem(
        "",
        f"YAML 写法有误：第{mark.line}行与第{other}行左端不齐，很可能第{other}行去掉 # 时多留了一个空格。",
        f"YAML syntax: lines {mark.line} and {other} are not aligned, most likely because a space was left on line {other} when "
        "a # was deleted.",
        f"删去第{other}行行首的一个空格。",
        f"delete one space at the beginning of line {other}.",
    )


def _indent(line: str) -> int | None:
    """Spaces before a key; None for a line without one."""
    found = re.match(r"( *)[A-Za-z_][\w.]*\s*:", line)
    return len(found[1]) if found else None


def _tab(line: str, mark: Mark) -> Problem | None:
    """A tab behind something else is no indentation; it comes with what is pasted from a spreadsheet."""
    if not line[: mark.column - 1].strip():
        return None
    return mark.problem(
        "",
        "YAML 写法有误：这里有制表符（Tab）。",
        "YAML syntax: a tab stands here.",
        "换成空格；从 Excel 粘贴来的文字常带制表符，一行写一个“键: 值”。",
        "put spaces instead; text pasted from a spreadsheet has tabs. Write one 'key: value' a line.",
    )


def _wide_sign(line: str, mark: Mark) -> Problem | None:
    """A full-width colon or number sign where a plain one is meant."""
    if line.lstrip().startswith("＃"):
        return mark.problem(
            "",
            "YAML 写法有误：注释用了全角井号“＃”。",
            "YAML syntax: the comment begins with a full-width sign ＃.",
            "改成半角 #。",
            "write a plain #.",
        )
    wide = line.find("：", mark.column - 1)
    if wide < 0:
        return None
    return _wide_colon(Mark(mark.file, mark.line, wide + 1))


def _wide_colon(mark: Mark) -> Problem:
    return mark.problem(
        "",
        "YAML 写法有误：用了全角冒号“：”。",
        "YAML syntax: a full-width colon stands here.",
        "改成半角冒号，后跟一个空格。",
        "write a plain colon followed by a space.",
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
