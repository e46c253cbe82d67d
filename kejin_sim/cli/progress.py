"""Progress on standard error: a bar with an estimate on a terminal, a line now and then elsewhere, nothing for
short work."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t

if TYPE_CHECKING:
    from kejin_sim.execution import Engine

PATIENCE = 2.0  # seconds of work that nobody needs to be told about
_LINE_EVERY = 10.0  # seconds between lines where there is no terminal
_COMPILING: Final[dict[Engine, tuple[str, str]]] = {
    "compiled": (
        "首次运行，正在编译引擎，一般不到一分钟（仅此一次）",
        "first run: compiling the engine, usually less than a minute (once only)",
    ),
    "reference": (
        "逐条执行规则的部分首次用到，正在编译，一般不到半分钟（仅此一次）",
        "rules played one by one, for the first time: compiling that part, usually less than half a minute (once only)",
    ),
}
"""What is compiled for an engine: the compiled one is one program of all rules, the reference engine calls each by itself."""


class Reporter:
    """Tells how far a run is; a context that leaves the terminal as it was.

    Parameters: ``silent``: say nothing. ``compiling``: the engine for which something has to be compiled before the
    first path, which is announced.
    """

    def __init__(self, *, silent: bool, compiling: Engine | None = None) -> None:
        self._silent = silent
        self._compiling = compiling
        self._bar: Any = None
        self._task: Any = None
        self._began = self._spoken = time.monotonic()
        self._terminal = not silent and sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> Reporter:
        if self._compiling is not None and not self._silent:
            announced = t(*_COMPILING[self._compiling])
            if self._terminal:
                self._show(None, announced)
            else:
                self._say(announced)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Take note of the paths done."""
        now = time.monotonic()
        if done and self._compiling is not None:
            self._compiled(now - self._began)
            return
        if self._silent or not done:
            return
        spent = now - self._began
        left = spent / done * (total - done)
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
        elif self._terminal:
            if spent + left > PATIENCE and spent > PATIENCE / 4:
                self._show(total, t("模拟", "simulating"), done)
        elif now - self._spoken > _LINE_EVERY and done < total:
            self._spoken = now
            self._say(
                t(
                    f"已完成 {done:,}/{total:,} 条路径，约剩 {left:.0f} 秒",
                    f"{done:,} of {total:,} paths done, about {left:.0f} seconds left",
                )
            )

    def _compiled(self, seconds: float) -> None:
        self._compiling = None
        self._began = self._spoken = time.monotonic()  # the estimate is about simulating only
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if not self._silent:
            self._say(t(f"编译完成，用时 {seconds:.0f} 秒", f"compiled in {seconds:.0f} seconds"))

    def tell(self, doing: str) -> None:
        """Say what is being done where nobody knows how much of it is done: beside a clock on a terminal, in a line elsewhere."""
        if self._terminal:
            self._show(None, doing)
        elif not self._silent:
            self._say(t(f"{doing}……", f"{doing} …"))

    def _show(self, total: int | None, what: str, done: int = 0) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            SpinnerColumn,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        timing = TimeElapsedColumn() if total is None else TimeRemainingColumn()
        share = () if total is None else (BarColumn(), TaskProgressColumn())
        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}", markup=False), *share, timing,
            console=Console(file=sys.stderr), transient=True,
        )  # fmt: skip
        self._bar.start()
        self._task = self._bar.add_task(what, total=total, completed=done)

    @staticmethod
    def _say(text: str) -> None:
        with suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


@contextmanager
def announced(doing: str, *, silent: bool) -> Iterator[None]:
    """Work that is announced once it has taken longer than `PATIENCE`: ``doing`` says what it is."""
    with Reporter(silent=silent) as reporter:
        waiting = threading.Timer(PATIENCE, reporter.tell, (doing,))
        waiting.daemon = True  # an interruption does not wait for it
        waiting.start()
        try:
            yield
        finally:
            waiting.cancel()
            waiting.join()  # what it shows is taken away by the reporter
