"""Where blocks of paths run: threads of this machine, in order, with progress, stopping at once on Ctrl-C.

A block's results depend on nothing but its paths, so neither the number of threads nor the size of a block can
be seen in what comes out.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal, Protocol, TypeVar, get_args

from kejin_sim.errors import InputError, nearest
from kejin_sim.jit import compiled_cache
from kejin_sim.outcomes.outcomes import Outcomes, Portion, condense
from kejin_sim.outcomes.view import Context
from kejin_sim.recording import BlockResult
from kejin_sim.scenario.inputs import Inputs

T = TypeVar("T")
Engine = Literal["compiled", "reference"]
Progress = Callable[[int, int], None]
"""Called with the number of paths done and of all paths, from the thread that runs the whole."""

BLOCK_SECONDS: Final = 0.5  # of work in one block: progress stays smooth, and what a block costs besides is small
KEPT_CACHES: Final = 4  # versions whose machine code, or whose points, stay on disk
LARGEST_BLOCK: Final = 64  # paths; bounds the memory of blocks in flight
_POLL: Final = 0.2  # seconds; on Windows a thread that waits without end does not notice Ctrl-C


class Simulate(Protocol):
    """What an engine offers: consecutive paths in ``worlds`` worlds (2 with the twin, 1 without)."""

    def __call__(self, inputs: Inputs, seed: int, first_path: int, n_paths: int, worlds: int) -> BlockResult: ...


def engine(name: Engine) -> Simulate:
    """The engine of that name; the compiled one is for work, the reference one for reading and checking. Errors: `InputError`."""
    known = get_args(Engine)
    if name not in known:
        close = nearest(str(name), known)
        raise InputError.of(
            f"没有名为 {name} 的引擎。",
            f"there is no engine named {name}.",
            key="engine",
            hint_zh=f"是否想写 {close[0]}？" if close else f"写 {' 或 '.join(known)}。",
            hint_en=f"did you mean {close[0]}?" if close else f"write {' or '.join(known)}.",
        )
    if name == "reference":
        from kejin_sim.reference.run import simulate as reference

        return reference
    from kejin_sim.engine.run import simulate as compiled

    return compiled


def _compiled_mark(inputs: Inputs, name: Engine) -> Path:
    """A file that says: this version's engine, or what the reference engine calls, has been compiled here for records of this
    layout."""
    records = (inputs.world, inputs.behaviour, *inputs.package.values())
    # numba keeps machine code per place of the sources: a checkout and an installed wheel each compile once.
    layout = "".join([str(Path(__file__).resolve().parent), *(str(record.dtype) for record in records)])
    place = Path(os.environ.get("NUMBA_CACHE_DIR") or compiled_cache())
    what = "engine" if name == "compiled" else "rules"
    return place / f"{what}-{hashlib.sha256(layout.encode()).hexdigest()[:12]}.ready"


def is_compiled(inputs: Inputs, name: Engine = "compiled") -> bool:
    """Whether an engine will start without compiling."""
    return _compiled_mark(inputs, name).exists()


def remember_compiled(inputs: Inputs, name: Engine = "compiled") -> None:
    """Note that an engine has been compiled. A cache that cannot be written is no error: next time it
    compiles again."""
    mark = _compiled_mark(inputs, name)
    with suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        forget_old_caches(mark.parent)


def versions(current: Path) -> list[Path]:
    """``current`` and its sisters, each the cache of one version of the sources, ``current`` first and then the newest.

    Only folders named by a source digest count; none, when ``current`` is not named by one.
    """

    def is_ours(folder: Path) -> bool:
        return folder.is_dir() and re.fullmatch(r"[0-9a-f]{16}", folder.name) is not None

    if not is_ours(current):
        return []
    sisters = [folder for folder in current.parent.iterdir() if is_ours(folder) and folder != current]
    return [current, *sorted(sisters, key=lambda folder: folder.stat().st_mtime, reverse=True)]


def forget_old_caches(current: Path) -> list[Path]:
    """Remove what was kept for versions that were replaced: of ``current`` and its sisters the newest `KEPT_CACHES` stay, as other
    checkouts may use them. Returns: those that stay, see `versions`."""
    found = versions(current)
    for folder in found[KEPT_CACHES:]:
        shutil.rmtree(folder, ignore_errors=True)
    return found[:KEPT_CACHES]


def default_threads() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class Pace:
    """How long a path takes at a place, learnt while running there; blocks are made to take `BLOCK_SECONDS`."""

    def __init__(self) -> None:
        self.seconds_per_path = 0.0

    @property
    def is_known(self) -> bool:
        """Whether something has run there: nothing has to be compiled any more."""
        return self.seconds_per_path > 0.0

    def learn(self, paths: int, seconds: float) -> None:
        """Take in what a block took."""
        self.seconds_per_path = seconds / paths

    def size(self) -> int:
        """Paths of the next block."""
        if not self.is_known:
            return 1
        return max(1, min(LARGEST_BLOCK, round(BLOCK_SECONDS / self.seconds_per_path)))


def run_blocks(
    work: Callable[[int, int], T],
    paths: int,
    *,
    threads: int,
    block: int | None = None,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> Iterator[T]:
    """Yield ``work(first path, number of paths)`` over all paths, in the order of the paths.

    Where nothing has run before (``pace``), the first path runs alone in a thread of its own, because it may have to wait for
    the compiler: an interruption that arrives while numba compiles is lost when the compiler runs in the main thread. The next
    one runs in the calling thread and sets the size of the blocks, unless ``block`` fixes it. No more than two blocks per thread
    are in flight, so that memory does not grow with ``paths``.
    """
    pace = pace or Pace()
    first = 0

    def size() -> int:
        return block or pace.size()

    def timed(start: int, count: int) -> tuple[T, float]:
        began = time.perf_counter()
        return work(start, count), time.perf_counter() - began

    def report(done: int) -> None:
        if progress is not None:
            progress(done, paths)

    report(0)
    if paths > 0 and not pace.is_known:
        result = apart(lambda: work(0, 1))
        _spare_the_collector()
        first = 1
        report(first)
        yield result
    while first < paths and (threads == 1 or not pace.is_known):
        count = min(size(), paths - first)
        result, seconds = timed(first, count)
        pace.learn(count, seconds)
        first += count
        report(first)
        yield result
    if first < paths:
        yield from _pooled(timed, first, paths, threads, size, pace.learn, report)


@cache
def _spare_the_collector() -> None:
    """Once the engine is there: modules and machine code stay, so that the collector of cyclic garbage need not look at their
    half a million objects again and again, with all threads waiting."""
    gc.freeze()


_apart_threads: list[threading.Thread] = []


def apart(work: Callable[[], T]) -> T:
    """Do something in a thread that the process need not wait for, and wait for it in a way that can be interrupted."""
    outcome: list[T] = []
    fault: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            fault.append(error)

    thread = threading.Thread(target=run, name="kejin-first", daemon=True)
    _apart_threads[:] = [thread]
    thread.start()
    while thread.is_alive():
        thread.join(_POLL)
    if fault:
        raise fault[0]
    return outcome[0]


def is_still_compiling() -> bool:
    """Whether a first path that was interrupted goes on in the background: the process cannot end in an orderly way."""
    return any(thread.is_alive() for thread in _apart_threads)


def _pooled(
    timed: Callable[[int, int], tuple[T, float]],
    first: int,
    paths: int,
    threads: int,
    size: Callable[[], int],
    learn: Callable[[int, float], None],
    report: Callable[[int], None],
) -> Iterator[T]:
    """The part of `run_blocks` that is spread over threads."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="kejin")
    flying: deque[tuple[int, int, Future[tuple[T, float]]]] = deque()
    try:
        while first < paths or flying:
            while first < paths and len(flying) < 2 * threads:
                # Near the end blocks get smaller, so that no thread waits long for another.
                count = min(size(), max(1, -(-(paths - first) // threads)), paths - first)
                flying.append((first, count, pool.submit(timed, first, count)))
                first += count
            start, count, future = flying.popleft()
            while not future.done():
                wait([future], timeout=_POLL)
            result, seconds = future.result()
            learn(count, seconds)
            report(start + count)
            yield result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Place(Protocol):
    """Where blocks are simulated: this machine, or a cluster. The results are the same bits."""

    @property
    def threads(self) -> int:
        """Blocks that may be at work at the same time."""

    @property
    def pace(self) -> Pace:
        """What is known of the time that a path takes there."""

    def worker(self, inputs: Inputs, seed: int, worlds: int) -> Callable[[int, int], Portion]:
        """What turns (first path, number of paths) into a portion."""


@dataclass(frozen=True)
class Here:
    """This machine: an engine and a number of threads (all processors when None)."""

    simulate: Simulate
    asked: int | None = None
    pace: Pace = field(default_factory=Pace, compare=False)

    @property
    def threads(self) -> int:
        """Threads at work."""
        return self.asked or default_threads()

    def worker(self, inputs: Inputs, seed: int, worlds: int) -> Callable[[int, int], Portion]:
        """Simulate a block in the calling thread."""
        context = Context.of(inputs)
        return lambda first, count: condense(self.simulate(inputs, seed, first, count, worlds), context)


def run_paths(
    simulate: Simulate,
    inputs: Inputs,
    *,
    seed: int,
    paths: int,
    twin: bool = True,
    threads: int | None = None,
    block: int | None = None,
    progress: Progress | None = None,
    keep: Callable[[Portion], None] | None = None,
) -> Outcomes:
    """Simulate paths 0 … paths − 1 on this machine and compute every metric of each.

    Parameters: ``twin``: simulate the baseline beside the package when the scenario has one. ``threads``: all
    processors when None. ``block``: paths in a block, for tests; chosen by the program when None. ``keep``:
    called with each portion in the order of the paths, for what is streamed to disk.
    """
    place = Here(simulate, threads)
    return run_at(place, inputs, seed=seed, paths=paths, twin=twin, block=block, progress=progress, keep=keep)


def run_at(
    place: Place,
    inputs: Inputs,
    *,
    seed: int,
    paths: int,
    first_path: int = 0,
    twin: bool = True,
    block: int | None = None,
    progress: Progress | None = None,
    keep: Callable[[Portion], None] | None = None,
) -> Outcomes:
    """As `run_paths`, anywhere: paths ``first_path`` … ``first_path`` + ``paths`` − 1 (the outcomes count from 0)."""
    worlds = 2 if twin and inputs.twin is not None else 1
    outcomes = Outcomes(paths, worlds)
    simulated = place.worker(inputs, seed, worlds)

    def work(first: int, count: int) -> Portion:
        portion = simulated(first_path + first, count)
        return portion if first_path == 0 else replace(portion, first_path=first)

    blocks = run_blocks(work, paths, threads=place.threads, block=block, pace=place.pace, progress=progress)
    with closing(blocks):  # type: ignore[type-var]
        for portion in blocks:
            outcomes.add(portion)
            if keep is not None:
                keep(portion)
    return outcomes
