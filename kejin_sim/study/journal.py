"""A record that survives anything: one line a point, appended and flushed to the disk before the next but one begins.

A process that is killed while it writes leaves a torn last line, which the next one cuts off. A line inside that cannot be read
(a bad disk, an editor) is passed over and kept as it is; its point counts as not simulated. Two processes cannot write the same
record.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from kejin_sim.errors import MachineError, reason


class Journal:
    """Points by address; what is in memory is where each stands, not what it says."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._places: dict[str, int] = {}
        self._end = 0
        self._mend()

    def _mend(self) -> None:
        self._stream.seek(0)
        end = 0
        while (line := self._stream.readline()).endswith(b"\n"):
            entry = _read(line)
            if entry is not None:
                self._places[entry["address"]] = end
            end += len(line)
        self._stream.truncate(end)
        self._end = end

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, address: str) -> bool:
        return address in self._places

    def holds(self, address: str) -> bool:
        """Whether a point has been simulated; one that failed has not."""
        return address in self and "error" not in self.get(address)

    def add(self, address: str, content: dict[str, Any]) -> None:
        """Append a point and make sure that the disk has it; until then it counts as not simulated.

        Errors: ``OSError`` when the disk refuses; the record is then what it was.
        """
        line = (json.dumps({"address": address} | content, ensure_ascii=False, allow_nan=False) + "\n").encode()
        self._stream.seek(self._end)
        try:
            self._stream.write(line)
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError:
            # What may be torn is cut off, so that the next point does not follow it on its line.
            with suppress(OSError):
                self._stream.truncate(self._end)
            raise
        self._places[address] = self._end
        self._end += len(line)

    def get(self, address: str) -> dict[str, Any]:
        """What was recorded of a point. Errors: ``KeyError``."""
        self._stream.seek(self._places[address])
        found: dict[str, Any] = json.loads(self._stream.readline())
        return found


def _read(line: bytes) -> dict[str, Any] | None:
    """What a line says, None when it cannot be read."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("address"), str) else None


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open or make a journal, for this process alone. Errors: `MachineError` when another process writes it."""
    path.touch()
    with path.open("r+b") as stream:
        _lock(stream, path)
        yield Journal(stream)


def _lock(stream: IO[bytes], path: Path) -> None:
    """Hold the file until it is closed; the system lets go of it when the process dies, however it dies."""
    try:
        try:
            import fcntl
        except ImportError:
            import msvcrt

            # A byte far behind the content: Windows would keep locked content from being read.
            stream.seek(2**40)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
            stream.seek(0)
        else:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        with suppress(OSError):
            stream.close()
        if os.name == "posix" and error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            zh, en = reason(error)
            raise MachineError(
                f"{path.parent} 所在的磁盘不能锁定文件：{zh}。", f"the disk of {path.parent} cannot lock files: {en}.",
                "用 --out 写到本机磁盘上的文件夹。", "Choose a folder on a local disk with --out.",
            ) from None  # fmt: skip
        raise MachineError(
            f"另一个进程正在写 {path.parent}。", f"another process is writing {path.parent}.",
            "等它结束，或用 --out 换一个文件夹。", "Wait for it to end, or choose another folder with --out.",
        ) from None  # fmt: skip
