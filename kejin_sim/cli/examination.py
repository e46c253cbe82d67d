"""What ``kejin doctor`` looks at: facts of the installation and the machine, and whether the program works here.

Reports of problems are pasted in public, so no fact names a user, the machine or a folder of the user.
"""

from __future__ import annotations

import ctypes
import getpass
import importlib.metadata
import locale
import os
import platform
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

State = Literal["info", "ok", "warning", "fault"]

LIBRARIES: Final = (
    "numpy", "scipy", "numba", "llvmlite", "simpy", "pandas", "matplotlib", "typer", "rich", "pydantic", "ruamel.yaml",
    "pyarrow", "fonttools", "pylopdf-fonts-zh-cn", "SALib", "moocore", "mpltern", "XlsxWriter", "typst", "pikepdf",
)  # fmt: skip
SETTINGS: Final = ("KEJIN_LANG", "KEJIN_CACHE_DIR", "NUMBA_CACHE_DIR", "NUMBA_DISABLE_JIT", "LC_ALL", "LANG", "TZ")
DEMONSTRATION: Final = "demo"
ENGINE_PATHS: Final = 2
LEAST_DISK: Final = 200 * 2**20  # bytes: compiled code and a few run folders

#: Known answers of Philox4x32 with ten rounds: counter, key → words. Source: the known-answer file of Random123.
PHILOX: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((0x00000000,) * 6, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the report: ``key`` for programs, labels and remark for people, ``state`` for the verdict."""

    section: str
    key: str
    zh: str
    en: str
    value: str | int | float | bool | None
    state: State = "info"
    remark_zh: str = ""
    remark_en: str = ""


SECTIONS: Final[dict[str, tuple[str, str]]] = {
    "program": ("程序", "Program"),
    "machine": ("机器", "Machine"),
    "text": ("文字", "Text"),
    "cache": ("缓存", "Cache"),
    "libraries": ("依赖库", "Libraries"),
    "checks": ("自检", "Self-tests"),
}


def _names_of_the_user() -> set[str]:
    names = {Path.home().name}
    with suppress(Exception):  # a container may have no user at all
        names.add(getpass.getuser())
    return {name for name in names if len(name) > 1}


def private(place: str | Path) -> str:
    """A folder without the home folder's place and without the user's name."""
    path = os.path.normcase(str(place))
    home = os.path.normcase(str(Path.home()))
    shown = str(place)
    if home not in ("", os.sep) and (path == home or path.startswith(home + os.sep)):
        shown = "~" + shown[len(home) :]
    hidden = {os.path.normcase(name) for name in _names_of_the_user()}
    parts = [("<user>" if os.path.normcase(part) in hidden else part) for part in Path(shown).parts]
    return str(Path(*parts)) if parts else shown


def _bytes(number: float) -> str:
    for factor, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number:.0f} B"


def _memory() -> int | None:
    """Bytes of main memory."""
    if sys.platform == "win32":

        class Status(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong),
                        ("rest", ctypes.c_ulonglong * 6)]  # fmt: skip

        status = Status(length=ctypes.sizeof(Status))
        found = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.total) if found else None
    with suppress(ValueError, OSError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _installed() -> tuple[str, str, str]:
    import kejin_sim

    try:
        importlib.metadata.version("kejin-sim")
    except importlib.metadata.PackageNotFoundError:
        return "source", "直接从源码运行", "run from its sources"
    wheel = (Path(kejin_sim.__file__).parent / "_scenarios").is_dir()
    return ("wheel", "已安装", "installed") if wheel else ("editable", "从源码安装", "installed from its sources")


def _program() -> Iterator[Item]:
    import kejin_sim
    from kejin_sim.jit import source_digest
    from kejin_sim.measures import MEASURES
    from kejin_sim.parameters import registry, registry_digest
    from kejin_sim.rules import rules
    from kejin_sim.scenario.files import bundled

    kind, zh, en = _installed()
    scenarios, worlds = bundled(), bundled("worlds")
    none = ("没有找到内置方案，请重新安装", "no bundled scenario was found: install again")
    yield Item("program", "version", "版本", "version", kejin_sim.__version__)
    yield Item("program", "installation", "安装方式", "installation", kind, "info", zh, en)
    yield Item("program", "source_digest", "源码摘要", "source digest", source_digest())
    yield Item("program", "parameters_digest", "参数摘要", "parameters digest", registry_digest()[:16])
    yield Item("program", "scenarios", "内置方案", "bundled scenarios", len(scenarios),
               "info" if scenarios else "fault", *(("", "") if scenarios else none))  # fmt: skip
    yield Item("program", "worlds", "内置世界", "bundled worlds", len(worlds))
    yield Item(
        "program", "measures", "措施", "measures", len(MEASURES), "info", "、".join(MEASURES), ", ".join(MEASURES)
    )
    yield Item("program", "rules", "规则", "rules", len(rules()))
    yield Item("program", "parameters", "参数", "parameters", len(registry()))


def _machine() -> Iterator[Item]:
    from kejin_sim.execution import default_threads

    bits = 8 * struct.calcsize("P")
    system = f"{platform.system()} {platform.release()}"
    yield Item(
        "machine", "python", "Python", "Python", f"{platform.python_version()} {platform.python_implementation()}"
    )
    yield Item("machine", "system", "系统", "system", system)
    yield Item("machine", "processor", "处理器", "processor", f"{platform.machine()}, {bits} bit",
               "info" if bits == 64 else "fault", "" if bits == 64 else "需要64位Python",
               "" if bits == 64 else "a 64-bit Python is needed")  # fmt: skip
    usable, all_of_them = default_threads(), os.cpu_count() or 0
    yield Item("machine", "threads", "可用处理器", "usable processors", usable, "info",
               f"共 {all_of_them} 个", f"of {all_of_them}")  # fmt: skip
    memory = _memory()
    yield Item("machine", "memory", "内存", "memory", memory, "info", *(2 * (_bytes(memory) if memory else "?",)))
    with suppress(OSError):
        free = shutil.disk_usage(Path.cwd()).free
        low = ("剩余空间很少", "little space is left") if free < LEAST_DISK else ("", "")
        yield Item("machine", "disk_free", "当前磁盘剩余", "free on this disk", free,
                   "warning" if low[0] else "info", f"{_bytes(free)} {low[0]}".strip(),
                   f"{_bytes(free)} {low[1]}".strip())  # fmt: skip


def _text() -> Iterator[Item]:
    from kejin_sim.jit import compiled_cache
    from kejin_sim.lang import language

    yield Item("text", "language", "语言", "language", language())
    yield Item("text", "output", "输出编码", "output encoding", getattr(sys.stdout, "encoding", None) or "?")
    yield Item("text", "files", "系统编码", "system's encoding", locale.getpreferredencoding(False))
    yield Item("text", "locale", "区域设置", "locale", _locale())
    if sys.platform == "win32":
        page = int(ctypes.windll.kernel32.GetConsoleOutputCP())
        yield Item("text", "code_page", "控制台代码页", "console code page", page)
    for name in SETTINGS:
        if os.environ.get(name) not in (None, "", str(compiled_cache())):  # numba's folder is set by the program itself
            yield Item("text", name, name, name, private(os.environ[name]))


def _locale() -> str:
    with suppress(ValueError):  # a region that Python has no name for
        return ".".join(part or "?" for part in locale.getlocale())
    return "?"


def _cache() -> Iterator[Item]:
    from kejin_sim.execution import is_compiled
    from kejin_sim.jit import cache_root, compiled_cache
    from kejin_sim.scenario.load import load_scenario

    root = cache_root()
    yield Item("cache", "folder", "文件夹", "folder", private(root))
    fault = _unwritable(root)
    yield Item("cache", "writable", "可写", "writable", not fault, "warning" if fault else "ok",
               f"不可写（{fault}），每次启动都要重新编译；用 KEJIN_CACHE_DIR 指定别处" if fault else "",
               f"not writable ({fault}): every start compiles again; set KEJIN_CACHE_DIR" if fault else "")  # fmt: skip
    files = [path for path in root.rglob("*") if path.is_file()] if root.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    versions = len(list((root / "compiled").iterdir())) if (root / "compiled").is_dir() else 0
    yield Item("cache", "size", "大小", "size", size, "info", f"{_bytes(size)}，{versions} 个版本的编译结果，可整个删除",
               f"{_bytes(size)}, machine code of {versions} versions; may be deleted")  # fmt: skip
    ready = is_compiled(load_scenario(DEMONSTRATION).inputs()) and compiled_cache().is_dir()
    yield Item("cache", "compiled", "本版本已编译", "this version compiled", ready, "info",
               "" if ready else "首次运行时编译", "" if ready else "the first run compiles")  # fmt: skip


def _unwritable(folder: Path) -> str:
    """Why nothing can be written into a folder that may not exist yet; empty when it can."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        from kejin_sim.errors import reason
        from kejin_sim.lang import t

        return t(*reason(error))
    finally:
        for place in made:
            with suppress(OSError):
                place.rmdir()


def _libraries() -> Iterator[Item]:
    for name in LIBRARIES:
        try:
            yield Item("libraries", name, name, name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Item("libraries", name, name, name, None, "fault", "缺少：重新安装 kejin-sim",
                       "missing: install kejin-sim again")  # fmt: skip


def _generator() -> Item:
    from kejin_sim.random import philox_words

    good = all(tuple(map(int, philox_words(*given))) == words for given, words in PHILOX)
    said = (
        ("与公布的Philox数值一致", "gives the published Philox words")
        if good
        else ("与公布的Philox数值不符：结果不可信", "differs from the published Philox words: trust no result")
    )
    return Item("checks", "generator", "随机数发生器", "random generator", good, "ok" if good else "fault", *said)


def _fonts() -> Item:
    from kejin_sim.report.fonts import missing, sans

    gone = missing("科技金融亿元", sans())
    return Item("checks", "fonts", "中文字体", "Chinese font", not gone, "ok" if not gone else "fault",
                "图表可用" if not gone else f"缺字：{gone}", "ready for charts" if not gone else f"no glyph: {gone}")  # fmt: skip


def _engine(*, deep: bool) -> Item:
    from kejin_sim.cli.progress import Reporter
    from kejin_sim.execution import engine, is_compiled, remember_compiled, run_paths
    from kejin_sim.scenario.load import load_scenario

    inputs = load_scenario(DEMONSTRATION).inputs()
    ready = is_compiled(inputs)
    if not (deep or ready):
        return Item("checks", "engine", "引擎", "engine", None, "info", "尚未编译，未运行；加 --deep 编译并运行演示方案",
                    "not compiled yet, not run; --deep compiles it and runs the demonstration")  # fmt: skip
    began = time.perf_counter()
    with Reporter(silent=False, compiling=None if ready else "compiled") as reporter:
        outcomes = run_paths(engine("compiled"), inputs, seed=1, paths=ENGINE_PATHS, threads=1, progress=reporter)
    seconds = time.perf_counter() - began
    if not ready:
        remember_compiled(inputs)
    residual = max(outcomes.package("ledger_residual").max(), outcomes.twin("ledger_residual").max())
    return Item("checks", "engine", "引擎", "engine", round(float(seconds), 3), "ok",
                f"演示方案 {ENGINE_PATHS} 条路径，{seconds:.1f} 秒，总账相对差异 {residual:.0e}",
                f"{ENGINE_PATHS} paths of the demonstration, {seconds:.1f} s, ledger residual {residual:.0e}")  # fmt: skip


def _guarded(section: str, key: str, zh: str, en: str, check: Callable[[], Item]) -> Item:
    """A check that must not end the examination: a library that cannot be loaded is a finding."""
    try:
        return check()
    except Exception as error:
        words = f"{type(error).__name__}: {error}".splitlines()[0][:160]
        return Item(section, key, zh, en, False, "fault", _without_places(words), _without_places(words))


def _without_places(words: str) -> str:
    return words.replace(str(Path.home()), "~")


def examine(*, deep: bool) -> Iterator[Item]:
    """Every fact and every self-test, in the order of the report.

    Parameters: ``deep``: compile the engine if need be and run it; otherwise it runs only when it is compiled already.
    """
    parts: tuple[tuple[str, Callable[[], Iterator[Item]]], ...] = (
        ("program", _program), ("machine", _machine), ("text", _text), ("cache", _cache), ("libraries", _libraries),
    )  # fmt: skip
    for section, facts in parts:
        iterator = facts()
        while True:
            try:
                yield next(iterator)
            except StopIteration:
                break
            except Exception as error:
                words = _without_places(f"{type(error).__name__}: {error}".splitlines()[0][:160])
                yield Item(section, "error", "读取出错", "could not be read", False, "fault", words, words)
                break
    yield _guarded("checks", "generator", "随机数发生器", "random generator", _generator)
    yield _guarded("checks", "fonts", "中文字体", "Chinese font", _fonts)
    yield _guarded("checks", "engine", "引擎", "engine", lambda: _engine(deep=deep))
