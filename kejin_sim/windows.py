"""What Windows does differently, in one place. Elsewhere every function here does nothing of its own.

Three habits: a file that anybody is reading, a virus scanner say, can be neither renamed nor replaced; a folder that may not be
written into says so as if a name were taken; and the C++ runtime that numba needs is not part of the system.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")

IS_WINDOWS: Final[bool] = sys.platform == "win32"
NAMES_TRIED: Final = 20
"""Temporary names that are tried before a folder counts as closed to us; the library's own two billion take a day."""
LONGEST_PATH: Final = 259
"""Characters of a path where the system has not been told to take longer ones."""
_RUNTIME: Final = "msvcp140.dll"
_SLEEPS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)


def patiently(action: Callable[[], T], sleeps: tuple[float, ...] = _SLEEPS if IS_WINDOWS else ()) -> T:
    """Do what another program may be in the way of for a moment: rename, replace.

    Parameters: ``sleeps``: seconds to wait after each refusal. Returns: what ``action`` does. Errors: the last `PermissionError`.
    """
    for seconds in sleeps:
        try:
            return action()
        except PermissionError:
            time.sleep(seconds)
    return action()


def bound_names() -> None:
    """Let a folder without permission say so after a few temporary names."""
    if IS_WINDOWS:
        cast(Any, tempfile).TMP_MAX = min(tempfile.TMP_MAX, NAMES_TRIED)


def provide_runtime(cache: Path) -> None:
    """Load the C++ runtime before numba asks for it: the system's, or else the copy that llvmlite brings under another name.

    Asked for a library by name, Windows returns one already loaded under that name. Parameters: ``cache``: where the copy is put.
    """
    if not IS_WINDOWS:
        return
    import ctypes

    load: Any = cast(Any, ctypes).WinDLL
    with suppress(OSError):
        load(_RUNTIME)
        return
    for brought in _brought():
        copy = cache / brought.stem / _RUNTIME
        with suppress(OSError):
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                half = copy.with_suffix(f".{time.time_ns()}")
                shutil.copyfile(brought, half)
                half.replace(copy)
            load(str(copy))
            return


def _brought() -> Iterator[Path]:
    for place in sys.path:
        with suppress(OSError):
            yield from sorted(Path(place).glob("llvmlite.libs/msvcp140-*.dll"))


def takes_long_paths() -> bool:
    """Whether a path may be longer than `LONGEST_PATH`."""
    if not IS_WINDOWS:
        return True
    import winreg

    registry: Any = winreg
    with suppress(OSError):
        key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, key) as place:
            return bool(registry.QueryValueEx(place, "LongPathsEnabled")[0])
    return False
