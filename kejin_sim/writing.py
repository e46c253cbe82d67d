"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from kejin_sim.errors import InputError, MachineError, reason
from kejin_sim.windows import IS_WINDOWS, patiently


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file by way of a temporary one beside it, which takes its name when all is written.

    Whatever goes wrong, a file that was there stays as it was and nothing half-written is left.
    Errors: ``OSError`` of the machine, which `telling` puts into words, or whoever writes a whole folder.
    """
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            yield stream
        # A temporary file is private; the result has the permissions of any other file.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        patiently(lambda: Path(name).replace(path))
    except BaseException:
        if name:
            with suppress(OSError):
                Path(name).unlink()
        raise


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """While a file of the user's is written whole: what the machine refuses is said of that file.

    Errors: `MachineError` for an ``OSError`` (disk full, no permission, held by a program).
    """
    try:
        yield
    except OSError as error:
        why = reason(error)
        raise MachineError(
            f"{path} 写不出来：{why[0]}。",
            f"{path} cannot be written: {why[1]}.",
            "它若正开在别的程序（Excel、WPS、阅读器）里，先关闭；或换一个位置、腾出空间后再试。原有文件没有改动。",
            "If another program (a spreadsheet, a reader) has it open, close it there; or choose another place or make room. "
            "A file that was there is unchanged.",
        ) from error


_PLAIN: Final = re.compile(r"(?![~=@])[\w./:~+=@%-]+")
"""Words that no shell changes; a backslash is part of them on Windows."""
_UNSAFE: Final = re.compile(r'[$`"!\\\x00-\x1f\x7f]')
"""Signs that a POSIX shell does not take as they are between double quotes."""
_UNSAFE_ON_WINDOWS: Final = re.compile(r'[$`"%“”„\x00-\x1f\x7f]|\\$')
"""Signs that PowerShell or cmd does not take as they are between double quotes."""


def as_typed(word: object, *, windows: bool = IS_WINDOWS) -> str:
    """A file or name as it is typed into a shell, which takes it as it is: nothing in it is run or replaced.

    In double quotes where that is safe in every shell of the system, else in single quotes. Limit: on Windows single quotes are for
    PowerShell; cmd has no way to write a percent sign that is never replaced.
    Parameters: ``windows``: whether for PowerShell and cmd, or for a POSIX shell.
    """
    text = str(word)
    if _PLAIN.fullmatch(text.replace("\\", "/") if windows else text):
        return text
    if not (_UNSAFE_ON_WINDOWS if windows else _UNSAFE).search(text):
        return f'"{text}"'
    if windows:
        # PowerShell takes typographic quotes for quotes; doubled, each is itself.
        return "'" + re.sub("(['‘’‚‛])", r"\1\1", text) + "'"
    return shlex.quote(text)


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a text file (UTF-8) as `write_bytes` does."""
    write_bytes(path, text.encode(), overwrite=overwrite)


def write_bytes(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file whole.

    Parameters: ``overwrite`` allows an existing file to be replaced. Errors: `InputError` when the place is wrong,
    `MachineError` when the machine refuses.
    """
    accept(path, overwrite=overwrite)
    with telling(path), whole_file(path) as stream:
        stream.write(content)


def accept(path: Path, *, overwrite: bool, key: str = "") -> None:
    """Make sure that a file can be written there, before any work is done.

    Parameters: ``key``: the option that names it. Errors: `InputError`.
    """
    if path.is_dir():
        raise InputError.of(
            f"{path} 是文件夹。", f"{path} is a folder.", key=key, hint_zh="写出文件名。", hint_en="name a file in it."
        )
    if not path.parent.is_dir():
        raise InputError.of(
            f"没有文件夹 {path.parent}。",
            f"there is no folder {path.parent}.",
            key=key,
            hint_zh="先建好文件夹，或换一个位置。",
            hint_en="make the folder first, or choose another place.",
        )
    if path.exists() and not overwrite:
        raise InputError.of(
            f"{path} 已存在，不会覆盖。",
            f"{path} exists and is not overwritten.",
            key=key,
            hint_zh="换一个文件名，或先移走原文件。",
            hint_en="choose another name, or move the old file away.",
        )
