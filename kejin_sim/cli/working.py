"""Long work at a terminal: compilation announced, progress with an estimate, a clean end when it is interrupted."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from kejin_sim.cli.progress import Reporter
    from kejin_sim.scenario.inputs import Inputs
    from kejin_sim.store.run import Interrupted


@contextmanager
def working(
    inputs: Inputs,
    *,
    silent: bool,
    engine: str = "compiled",
    here: bool = True,
    interrupted: tuple[str, str] = ("已中断，没有留下半成品。", "Interrupted; nothing half-written is left."),
) -> Iterator[Reporter]:
    """A reporter of progress for work on inputs of this layout.

    Compilation is announced when this version has not been compiled here before (``here``: on this machine). An interruption
    becomes `Interrupted`, in the words given; a polite request to end (SIGTERM) is treated like Ctrl-C.
    """
    from kejin_sim.cli.progress import Reporter
    from kejin_sim.execution import is_compiled, remember_compiled
    from kejin_sim.store.run import Interrupted

    fresh = here and engine == "compiled" and not is_compiled(inputs)
    with _terminated_like_interrupted():
        try:
            if engine == "reference":
                ready_rules(silent=silent)
            with Reporter(silent=silent, compiling="compiled" if fresh else None) as reporter:
                yield reporter
        except Interrupted as error:
            leave(error)
        except KeyboardInterrupt:
            leave(Interrupted(*interrupted))
    if fresh:
        remember_compiled(inputs)


def ready_rules(*, silent: bool) -> None:
    """Make sure that rules are compiled before the reference engine plays: it calls each by itself, which the compiled engine
    never does. A path of the demonstration calls nearly all of them; compilation is announced, once."""
    from kejin_sim.cli.progress import Reporter
    from kejin_sim.execution import engine, is_compiled, remember_compiled, run_blocks
    from kejin_sim.scenario.load import load_scenario

    inputs = load_scenario("demo").inputs()
    if is_compiled(inputs, "reference"):
        return
    reference = engine("reference")
    with Reporter(silent=silent, compiling="reference") as reporter:
        for _ in run_blocks(
            lambda first, count: reference(inputs, 1, first, count, 2), 1, threads=1, progress=reporter
        ):
            pass
    remember_compiled(inputs, "reference")


def leave(error: Interrupted) -> NoReturn:
    """Report an interruption; do not wait for a compiler that is still at work in the background."""
    from kejin_sim.execution import is_still_compiling

    if not is_still_compiling():
        raise error
    with suppress(OSError, ValueError):
        print(error.render(), file=sys.stderr, flush=True)
    os._exit(error.exit_code)


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let a polite request to end (SIGTERM, SIGHUP when a terminal closes, Ctrl-Break on Windows) clean up as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    # What is ignored stays so: nohup.
    before = {
        number: signal.signal(number, interrupt) for number in asked if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
