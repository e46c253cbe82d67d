"""Writing a small file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from kejin_sim.errors import InputError


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a text file (UTF-8) as `write_bytes` does."""
    write_bytes(path, text.encode(), overwrite=overwrite)


def write_bytes(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file by way of a temporary one beside it.

    Parameters: ``overwrite`` allows an existing file to be replaced. Errors: `InputError` when the place is wrong;
    ``OSError`` of the machine (disk full, no permission) is left to the caller's caller.
    """
    accept(path, overwrite=overwrite)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # A temporary file is private; the result has the permissions of any other file.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def accept(path: Path, *, overwrite: bool) -> None:
    """Make sure that a file can be written there, before any work is done. Errors: `InputError`."""
    if path.is_dir():
        raise InputError.of(
            f"{path} 是文件夹。", f"{path} is a folder.", hint_zh="写出文件名。", hint_en="name a file in it."
        )
    if not path.parent.is_dir():
        raise InputError.of(
            f"没有文件夹 {path.parent}。",
            f"there is no folder {path.parent}.",
            hint_zh="先建好文件夹，或换一个位置。",
            hint_en="make the folder first, or choose another place.",
        )
    if path.exists() and not overwrite:
        raise InputError.of(
            f"{path} 已存在，不会覆盖。",
            f"{path} exists and is not overwritten.",
            hint_zh="换一个文件名，或先移走原文件。",
            hint_en="choose another name, or move the old file away.",
        )
