"""Help pages and usage errors in the current language: what the parser says itself is English only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import typer

from kejin_sim.errors import display_width, nearest
from kejin_sim.lang import language, t
from kejin_sim.writing import as_typed

#: The parser's base class of usage errors (not among its public names).
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

_HELP = (
    ("Usage: ", "用法："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]…"),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Commands:", "命令："),
    ("required]", "必填]"),
)
#: The parser breaks a line at a blank, or within a range, when it must.
_DEFAULT: Final = re.compile(r"\[default:\s+")
_SHOW: Final = re.compile(r"Show\s+this\s+message\s+and\s+exit\.")
_RANGE: Final = re.compile(r"(\d+)\s*<\s*=\s*x\s*<\s*=\s*(\d+)")
_KIND: Final = re.compile(r"<(int range|int|float range|float|list\[(?:str|Path)\]|str|Path)>( *)")
_KINDS: Final = {"int": "整数", "flo": "数", "lis": "文字", "str": "文字", "Pat": "路径"}
_ENDLESS: Final = 2**62  # a bound that only says what the machine can hold


class Refused(Exception):
    """A word of the command line that is refused before the parser sees it."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint

    def render(self) -> str:
        """The message with its fix."""
        return f"{self.what}\n{t('改法：', 'Instead: ')}{self.hint}"


def _range(found: re.Match[str]) -> str:
    """``2<=x<=100`` in words."""
    low, high = found[1], found[2]
    return f"不小于 {low}" if int(high) > _ENDLESS else f"{low} 至 {high}"


def _kind(found: re.Match[str]) -> str:
    """``<int range>`` in Chinese, as wide as before, so that what stands behind it stays aligned."""
    word = "路径" if found[1] == "list[Path]" else _KINDS[found[1][:3]]
    pad = len(found[0]) - display_width(f"<{word}>")
    return f"<{word}>" + " " * max(pad, 2 if found[2] else 0)


def help_text(text: str) -> str:
    """A help page of the parser with its fixed words in the current language."""
    if language() == "zh":
        for english, chinese in _HELP:
            text = text.replace(english, chinese)
        text = _DEFAULT.sub("[默认：", text)
        text = _SHOW.sub("显示本页。", text)
        text = _RANGE.sub(_range, text)
        text = _KIND.sub(_kind, text)
    return text


def _name(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return str(getattr(error, "option_name", "") or "")
    options = [option for option in getattr(parameter, "opts", []) if option.startswith("-")]
    return max(options, key=len) if options else str(parameter.metavar or parameter.name)


def _value(message: str) -> tuple[str, str]:
    """The parser's words about a value of the wrong kind."""
    for pattern, zh, en in (
        (r"Input should be greater than or equal to (?P<v>\S+)", "须不小于 {v}", "must be at least {v}"),
        (r"Input should be less than or equal to (?P<v>\S+)", "须不大于 {v}", "must be at most {v}"),
        (r"Input should be a valid integer", "须为整数", "must be a whole number"),
        (r"Input should be a valid number", "须为数", "must be a number"),
        (r"'(?P<v>[^']*)' is not a valid int", "{v} 不是整数", "{v} is not a whole number"),
        (r"'(?P<v>[^']*)' is not a valid float", "{v} 不是数", "{v} is not a number"),
        (r"'(?P<v>[^']*)' is not in the range (?P<r>.+?)\.", "{v} 不在范围 {r} 内", "{v} is not in the range {r}"),
        (r"'(?P<v>[^']*)' is not one of (?P<r>.+?)\.", "{v} 不是可选值，可选 {r}", "{v} is not one of {r}"),
    ):
        if match := re.search(pattern, message):
            words = {name: text.replace("', '", "、").strip("'") for name, text in match.groupdict().items()}
            return zh.format(**words), en.format(**{name: text.replace("、", ", ") for name, text in words.items()})
    return message.rstrip("."), message.rstrip(".")


def explain(error: Any, commands: Sequence[str]) -> str:
    """A usage error with its fix, in the current language."""
    kind, message = type(error).__name__, str(getattr(error, "message", error))
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "kejin"
    name = _name(error)
    more_zh, more_en = f"{path} --help 列出全部写法。", f"{path} --help shows how it is written."
    if kind == "NoSuchOption":
        close = list(error.possibilities or [])
        zh, en = f"没有选项 {name}。", f"there is no option {name}."
        if close:
            more_zh, more_en = f"是否想写 {'、'.join(close)}？{more_zh}", f"did you mean {', '.join(close)}? {more_en}"
    elif kind == "MissingParameter":
        meant = str(getattr(getattr(error, "param", None), "help", None) or "")
        zh, en = (
            f"缺少 {name}{f'（{meant}）' if meant else ''}。",
            f"{name} is missing{f' ({meant})' if meant else ''}.",
        )
    elif kind == "BadOptionUsage":
        zh, en = f"选项 {name} 后面要有一个值。", f"the option {name} takes a value."
        if "does not take" in message:
            zh, en = f"选项 {name} 不带值。", f"the option {name} takes no value."
    elif match := re.search(r"No such command '(.*?)'", message):
        word = match[1]
        close = nearest(word, commands)
        zh, en = f"没有命令 {word}。", f"there is no command {word}."
        if close:
            more_zh, more_en = f"是否想写 kejin {close[0]}？{more_zh}", f"did you mean kejin {close[0]}? {more_en}"
        elif word.endswith((".yaml", ".yml")):
            typed = as_typed(word)
            more_zh, more_en = f"要运行方案，写 kejin run {typed}。", f"to run a scenario, write kejin run {typed}."
    elif match := re.search(r"unexpected extra argument[^ ]* \((.*)\)", message):
        zh, en = f"多出的参数：{match[1]}。", f"too many arguments: {match[1]}."
    elif "Missing command" in message:
        zh, en = "没有写命令。", "no command is given."
    else:
        value_zh, value_en = _value(message)
        zh, en = (
            (f"{name} 的值不对：{value_zh}。", f"{name}: {value_en}.") if name else (f"{value_zh}。", f"{value_en}.")
        )
    return f"{t(zh, en)}\n{t('改法：', 'Instead: ')}{t(more_zh, more_en)}"
