"""What can go wrong, in one small hierarchy.

An error says what, where (file, line, column, key), why, and what to write instead, in both languages.
The exit code belongs to the class: 2 when the user's input is wrong, 1 when the machine or the program is at fault.
"""

from __future__ import annotations

import difflib
import errno
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kejin_sim.lang import t


def display_width(text: str) -> int:
    """Terminal cells that a text takes: Chinese characters and full-width signs count two."""
    width = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


_REASONS: Final = {
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    getattr(errno, "EDQUOT", errno.ENOSPC): ("磁盘已满或配额已用完", "the disk is full or the quota is used up"),
    errno.EFBIG: ("文件超过系统允许的大小", "the file is larger than the system allows"),
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EPERM: ("没有权限", "permission denied"),
    errno.EROFS: ("该位置只读", "the place is read-only"),
    errno.EIO: ("读写磁盘出错", "the disk reports an error"),
    errno.ENOENT: ("没有这个位置", "there is no such place"),
    errno.ENOTDIR: ("路径中有一段是文件而不是文件夹", "a part of the path is a file, not a folder"),
    errno.EISDIR: ("那是一个文件夹", "it is a folder"),
    errno.EMFILE: ("打开的文件过多", "too many files are open"),
}


def is_known(error: OSError) -> bool:
    """Whether the system's fault has words of ours."""
    return error.errno in _REASONS


def reason(error: OSError) -> tuple[str, str]:
    """What the system complains of, in Chinese and English; its own words where we have none."""
    said = error.strerror or str(error) or type(error).__name__
    return _REASONS.get(error.errno or 0, (said, said))


def nearest(word: str, candidates: Iterable[str], count: int = 1, alike: float = 0.6) -> list[str]:
    """The candidates most like a misspelt word, best first; empty when nothing is alike.

    ``alike``: how alike, from 0 to 1 (difflib's ratio). 0.6 finds one of a few words that may stand in a place; among hundreds of
    words something is always that much alike, and nearly the same word (0.8) must be asked for.
    """
    return difflib.get_close_matches(word, list(candidates), n=count, cutoff=alike)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Parameters: ``file`` as the user named it; ``line`` and ``column`` count from 1, 0 when there is no place;
    ``key`` is the dotted path in the scenario; ``hint`` says what to write instead; ``excerpt`` is the line of the
    file.
    """

    file: str
    line: int
    column: int
    key: str
    message_zh: str
    message_en: str
    hint_zh: str = ""
    hint_en: str = ""
    excerpt: str = ""

    @property
    def place(self) -> str:
        """``file:line:column``, as far as known."""
        parts = [self.file] if self.file else []
        if self.line:
            parts += [str(self.line), str(self.column)]
        return ":".join(parts)

    def render(self) -> str:
        """The problem as a block of text in the current language."""
        head = "  ".join(part for part in (self.place, self.key) if part)
        lines = [head] if head else []
        lines += [f"  {line}" for line in t(self.message_zh, self.message_en).splitlines()]
        hint = t(self.hint_zh, self.hint_en)
        if hint:
            lines += [f"  {t('改法：', 'Instead: ')}{hint}"]
        if self.line and self.excerpt.strip():
            lines += self._caret()
        return "\n".join(lines)

    def _caret(self) -> list[str]:
        text = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in self.excerpt.rstrip())
        start = max(0, self.column - 1)
        # A line of a thousand characters would hide the caret: show a window around it.
        if start > 80 or len(text) > 160:
            cut = max(0, start - 60)
            text, start = text[cut : cut + 140], start - cut
        gutter = f"{self.line}"
        pad = "".join("\t" if c == "\t" else " " * display_width(c) for c in text[:start])
        return [f"  {gutter} | {text}", f"  {' ' * len(gutter)} | {pad}^"]


class KejinError(Exception):
    """Base of every error that the program explains to its user."""

    exit_code = 1

    def render(self) -> str:
        """The whole message in the current language."""
        return str(self)


class InputError(KejinError):
    """The user's input is wrong; holds every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.render())

    @classmethod
    def of(cls, zh: str, en: str, *, file: str = "", key: str = "", hint_zh: str = "", hint_en: str = "") -> InputError:
        """An error with one problem that has no line in a file."""
        return cls(Problem(file, 0, 0, key, zh, en, hint_zh, hint_en))

    def render(self) -> str:
        count = len(self.problems)
        head = t(f"输入有误（{count}处）：", f"The input is wrong ({count} problem{'s' if count > 1 else ''}):")
        return "\n\n".join([head, *(problem.render() for problem in self.problems)])


class _TwoTongues(KejinError):
    def __init__(self, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> None:
        self.zh, self.en, self.hint_zh, self.hint_en = zh, en, hint_zh, hint_en
        super().__init__(self.render())
        self.args = (zh, en, hint_zh, hint_en)  # what it is built from again, by pickle and by simpy

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        hint = t(self.hint_zh, self.hint_en)
        return t(self.zh, self.en) + (f"\n{hint}" if hint else "")


class MachineError(_TwoTongues):
    """The machine refused: disk full, no permission on the output folder, not enough memory."""


class LedgerError(_TwoTongues):
    """The ledger does not tie to the balances kept independently of it: a fault of the program."""
