"""Compilation: the one place where numba is configured.

A rule or a kernel is an ordinary typed Python function under ``@compiled``. Compiled code is cached on disk in a folder of
the user's cache named after a digest of every source file that compiled code can reach: numba itself looks only at the file
that holds a function, so an edited callee in another module would otherwise keep running its old machine code.
"""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache, cached_property, partial, update_wrapper
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from kejin_sim import windows

F = TypeVar("F", bound=Callable[..., object])


NEVER_COMPILED: Final = (
    "cli",
    "cluster.py",
    "reference",
    "report",
    "store",
    "study",
    "execution.py",
    "simulation.py",
    "writing.py",
)
NEVER_COMPILED_IN_ROOMS: Final = ("checks.py", "office.py", "outcomes.py", "switch.py", "tales.py")
"""What no compiled function imports, directly or not (a test walks the imports): an edit there compiles nothing again. The second
are modules of a measure's room."""


def _digest(leave_out: tuple[str, ...]) -> str:
    root = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if leave_out and (
            name.parts[0] in leave_out or (name.parts[0] == "measures" and name.name in NEVER_COMPILED_IN_ROOMS)
        ):
            continue
        digest.update(name.as_posix().encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


@cache
def source_digest() -> str:
    """SHA-256 over every Python source of the package, by relative name and content (16 hexadecimal digits)."""
    return _digest(())


@cache
def compiled_digest() -> str:
    """As `source_digest`, over the sources that compiled code can reach."""
    return _digest(NEVER_COMPILED)


def cache_root() -> Path:
    """The folder for everything that may be deleted at any time: ``KEJIN_CACHE_DIR`` or the platform's cache folder."""
    given = os.environ.get("KEJIN_CACHE_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "kejin_sim" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kejin_sim"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "kejin_sim"


def compiled_cache() -> Path:
    """Where this version's machine code is kept."""
    return cache_root() / "compiled" / compiled_digest()


def numba_cache() -> Path:
    """Where numba is to keep machine code: the user's ``NUMBA_CACHE_DIR`` or our own folder, a part of it for each version."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if not given:
        return compiled_cache()
    place = Path(given)
    return (
        place if place.name == compiled_digest() else place / compiled_digest()
    )  # a process before this one has added it


# Before numba is imported: it reads the variable once.
os.environ["NUMBA_CACHE_DIR"] = str(numba_cache())
windows.bound_names()
windows.provide_runtime(cache_root() / "runtime")

import numba  # noqa: E402
from llvmlite import ir  # noqa: E402
from numba.core import event  # noqa: E402
from numba.core.runtime.nrt import rtsys  # noqa: E402
from numba.extending import intrinsic, typeof_impl  # noqa: E402

from kejin_sim.linking import ApartCompiler, EntryCompiler, PartCompiler  # noqa: E402
from kejin_sim.remembering import remember  # noqa: E402

remember()
cast(Any, numba.config).CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # somebody may have imported numba before us


class _NoCollection(event.Listener):
    """Keeps the collector of cyclic garbage out of compilation, which makes millions of objects and almost no garbage: a
    sixth of the time of compiling the engine went into looking at them again and again."""

    def __init__(self) -> None:
        self._depth = 0
        self._was_on = False

    def on_start(self, event: Any) -> None:
        if self._depth == 0:
            self._was_on = gc.isenabled()
            gc.disable()
        self._depth += 1

    def on_end(self, event: Any) -> None:
        self._depth -= 1
        if self._depth == 0 and self._was_on:
            # What was made meanwhile joins the old objects; as young ones all would be looked at now, for two seconds.
            spared = gc.get_freeze_count() > 0  # what execution has put out of the collector's sight stays there
            gc.freeze()
            if not spared:
                gc.unfreeze()
            gc.enable()


_register: Any = event.register
_register("numba:compile", _NoCollection())

COMPILES: Final[bool] = not cast(Any, numba.config).DISABLE_JIT
"""False under ``NUMBA_DISABLE_JIT=1``: the same code then runs as plain Python, hundreds of times slower, for coverage and for
trying out a step without waiting for the compiler."""

_intrinsic: Any = intrinsic(prefer_literal=True)
_types: Any = numba.types
_written_out: Any = _types.unliteral
_njit: Any = numba.njit  # its type stubs lack the options that leave wrappers out


# Compiled code makes no arrays, but for :func:`array_maker`: all memory is the Python caller's, who holds it as long as the call
# takes. So nobody counts who holds what (``_nrt``): a count is an atomic operation of some nanoseconds, and the loop hands its
# arrays from function to function. numba refuses a function that makes an array after all.
_UNCOUNTED: Final = {"_nrt": False}


def _part(function: Callable[..., object], options: dict[str, Any]) -> Any:
    """A function as compiled callers call it."""
    settings = {"pipeline_class": PartCompiler, **_UNCOUNTED, **options}
    part = _njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, **settings)(function)
    # One part for all calls: numba would make another for every constant that a caller writes out.
    ask = part.get_call_template
    part.get_call_template = lambda arguments, named: ask(
        tuple(map(_written_out, arguments)), {name: _written_out(kind) for name, kind in named.items()}
    )
    return part


class _Awaited:
    """Stands for a part until the first of its callers is compiled: an engine from the cache never asks for one."""

    def __init__(self, function: Callable[..., object], options: dict[str, Any]) -> None:
        update_wrapper(cast(Any, self), function)
        self.py_func = function
        self._options = options

    @cached_property
    def part(self) -> Any:
        """The part, made now."""
        return _part(self.py_func, self._options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python looks for in any object
            raise AttributeError(name)
        return getattr(self.part, name)


_type_of: Any = typeof_impl
_type_of.register(_Awaited)(lambda awaited, _: _types.Dispatcher(awaited.part))


def _awaited(function: F, **options: Any) -> F:
    return cast(F, _Awaited(function, options)) if COMPILES else function


def _load(cache: Any, makes_arrays: bool, signature: Any, context: Any) -> Any:
    """Machine code from the cache, or None.

    numba would first import all that it could need to compile, linear algebra and its libraries included: a third of what a
    start from the cache takes. Ready code needs none of it, but for the counting of who holds an array where one is made.
    """
    if makes_arrays:
        rtsys.initialize(context)
    found = None  # where the disk refuses, it is compiled
    with cache._guard_against_spurious_io_errors():
        found = cache._load_overload(signature, context)
    return found  # noqa: RET504  # not reached from within where the guard swallows an error


def _made(function: F, **options: Any) -> F:
    """What both Python and compiled code may call: an entry for the one, a part for the other (see `kejin_sim.linking`).

    Compiled code asks the entry for its types and its machine code, and is given those of the part.
    """
    settings = {"pipeline_class": EntryCompiler, **_UNCOUNTED, **options}
    entry = _njit(nogil=True, cache=True, no_cfunc_wrapper=True, **settings)(function)
    if COMPILES:

        @cache
        def part() -> Any:
            return _part(function, options)  # made when it is asked for: an engine from the cache asks for none

        entry.get_call_template = lambda arguments, named: part().get_call_template(arguments, named)
        entry.get_overload = lambda signature: part().get_overload(signature)
        entry._cache.load_overload = partial(_load, entry._cache, settings["_nrt"])
    return cast(F, entry)


def compiled(function: F) -> F:
    """Compile without the interpreter lock and cache on disk; typed as the function itself.

    For what is also called from Python: rules, the world, an engine's entry. ``fastmath`` stays off: sums keep their
    written order, so that both engines round alike.
    """
    return _made(function)


def array_maker(function: F) -> F:
    """As :func:`compiled`, for a function that makes the array it returns."""
    return _made(function, _nrt=True)


def inlined(function: F) -> F:
    """As :func:`compiled`, and always inlined into its compiled callers: for the few functions of the hot loop."""
    return _made(function, forceinline=True)


def vectorised(function: F) -> F:
    """As :func:`compiled`, for loops over arrays that are to run in vector registers.

    A division by zero gives an infinity there instead of an error, because a loop that may raise cannot be vectorised: use
    it only where no denominator can be zero. Results are those of the scalar code to the last bit.
    """
    return _made(function, error_model="numpy")


def vectorised_inlined(function: F) -> F:
    """As :func:`vectorised`, for the scalar parts of such loops."""
    return _made(function, error_model="numpy", forceinline=True)


def internal(function: F) -> F:
    """Compile for compiled callers only: no bridge to Python and no cache of its own."""
    return _awaited(function)


def internal_inlined(function: F) -> F:
    """As :func:`internal`, and always inlined."""
    return _awaited(function, forceinline=True)


def internal_vectorised(function: F) -> F:
    """As :func:`internal`, for loops over many arrays that are to run in vector registers, see :func:`vectorised`.

    The caller promises that no two of the arrays share memory: with a dozen of them, the compiler would rather run one after the
    other than check.
    """
    return _awaited(function, error_model="numpy", pipeline_class=ApartCompiler)


def _fetch_ahead(typing_context: Any, record: Any, lines: Any) -> Any:
    """Ask for a record's memory now, so that it is there when it is needed: its first ``lines`` cache lines (a literal), or all
    of it (0).

    A hint to the processor that reads and changes nothing. Records of firms lie far apart and are too many for the inner caches;
    no processor can guess from one entry of a list which record the next one names.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number, place = ir.IntType(8).as_pointer(), ir.IntType(32), ir.IntType(64)
        start = builder.ptrtoint(arguments[0], place)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        wanted = 64 * signature.args[1].literal_value
        # A record within a record may begin anywhere in a line: its last byte is asked for as well.
        offsets = (
            range(0, wanted, 64) if wanted else [*range(0, signature.args[0].size, 64), signature.args[0].size - 1]
        )
        for offset in offsets:
            there = builder.inttoptr(builder.add(start, place(offset)), byte)
            builder.call(prefetch, [there, number(0), number(3), number(1)])  # to be read, to be kept, data
        return context.get_dummy_value()

    return _types.none(record, lines), generate


def plain_records(array: Any) -> Any:
    """Structured data whose fields plain Python can read as attributes, as compiled code does; as it is where code is compiled."""
    if COMPILES:
        return array
    import numpy as np

    class Fields(np.record):  # type: ignore[misc]  # the stubs call numpy's records final
        """A record whose own fields come before what every numpy scalar has: ``fund.size`` is the fund's."""

        def __getattribute__(self, name: str) -> Any:
            inner = np.void.__getattribute__(self, "dtype").fields
            return self[name] if inner and name in inner else super().__getattribute__(name)

        def __getitem__(self, name: Any) -> Any:
            value = super().__getitem__(name)
            if isinstance(value, np.ndarray) and value.dtype.names:  # records within a record
                return value.view(np.dtype((Fields, value.dtype)))
            return value.view((Fields, value.dtype)) if isinstance(value, np.void) else value

    given = np.asarray(array)
    return given.view(np.dtype((Fields, given.dtype)))[()]


fetch_ahead: Any = _intrinsic(_fetch_ahead) if COMPILES else lambda record, lines: None
