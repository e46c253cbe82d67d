"""A folder that appears whole or not at all.

Everything is written into a hidden folder beside the wanted one, named after it and by chance, and renamed at the end. Whatever
goes wrong before that, the hidden folder is removed.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from kejin_sim.errors import InputError, MachineError, reason
from kejin_sim.windows import LONGEST_PATH, patiently, takes_long_paths
from kejin_sim.writing import as_typed

MANIFEST: Final = "manifest.json"
FORMAT: Final = "kejin-run"
_OURS: Final = "kejin-"  # what the format of any results begins with
PATHS: Final = "paths.parquet"
YEARLY: Final = "years.parquet"
SUMMARY: Final = "summary.csv"
REPRESENTATIVE: Final = "representative.parquet"
SCENARIO: Final = "scenario.yaml"
BASE: Final = "base.yaml"  # what the scenario extends, of a run whose scenario extends something
CONTENTS: Final = (PATHS, YEARLY, SUMMARY, REPRESENTATIVE, SCENARIO)
RUNS: Final = "runs"
#: Bytes of a name that every common system takes (255), less what the hidden folder's name adds.
LONGEST_NAME: Final = 255 - len("..replaced-01234567")
_LONGEST_INSIDE: Final = len(f"..partial-01234567/{REPRESENTATIVE}")
_ABANDONED: Final = 7 * 24 * 3600.0  # seconds; the slowest run writes years.parquet far more often
_SYSTEMS: Final = frozenset({"Thumbs.db", "desktop.ini", ".DS_Store"})
"""Files that file managers put beside a user's, hidden from the user."""

_MEANWHILE: Final = {
    errno.ENOTEMPTY: ("运行期间有别的程序写入了该文件夹", "something else wrote into the folder during the run"),
    errno.EEXIST: ("运行期间有别的程序建了同名文件夹", "something else made a folder of that name during the run"),
}
_USERS_FAULT: Final = {
    errno.ENAMETOOLONG: ("名称过长", "the name is too long"),
    errno.ENOTDIR: ("路径中有一段是文件而不是文件夹", "a part of the path is a file, not a folder"),
    errno.EINVAL: ("名称里有系统不接受的字符", "the name has characters that the system refuses"),
    errno.ELOOP: ("路径中的链接成环", "links in the path go round in a circle"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where results go: ``folder``; ``replaces`` when old results go away. ``base``: the name that the program chose
    the folder's from, with a number where it was taken; None when the user named the folder."""

    folder: Path
    base: Path | None = None
    replaces: bool = False


def refused(folder: Path, why: tuple[str, str], fix: tuple[str, str]) -> InputError:
    """The output folder is no place for a run."""
    return InputError.of(
        f"结果文件夹 {folder}：{why[0]}。",
        f"output folder {folder}: {why[1]}.",
        key="--out",
        hint_zh=fix[0],
        hint_en=fix[1],
    )


def machine_fault(error: OSError, folder: Path, *, keeps: bool = False) -> InputError | MachineError:
    """What an ``OSError`` while writing means for the user; ``keeps``: a sweep, whose finished points stay on record, else nothing
    half-written is left."""
    number = error.errno or 0
    if number in _USERS_FAULT:
        return refused(folder, _USERS_FAULT[number], ("换一个位置或名称。", "choose another place or name."))
    zh, en = _MEANWHILE.get(number) or reason(error)
    # A fault elsewhere, such as a full cache folder, must not be blamed on this one.
    if error.filename is not None and folder.parent.absolute() not in Path(str(error.filename)).absolute().parents:
        zh, en = f"{zh}（{error.filename}）", f"{en} ({error.filename})"
    if keeps:
        held = error.filename2 or error.filename  # of a replacement the one that was to be replaced
        why = (
            (
                f"若 {Path(str(held)).name} 正开在 Excel、WPS 里，先关闭",
                f"If a spreadsheet has {Path(str(held)).name} open, close it",
            )
            if isinstance(error, PermissionError) and held
            else ("腾出空间", "Free some space")
        )
        return MachineError(
            f"无法写出扫描的文件夹 {folder}：{zh}。",
            f"cannot write the sweep's folder {folder}: {en}.",
            f"算完的点已经记下。{why[0]}，同一命令接着算。",
            f"Finished points are on record. {why[1]}: the same command continues.",
        )
    return MachineError(
        f"无法写出结果文件夹 {folder}：{zh}。",
        f"cannot write the run folder {folder}: {en}.",
        "没有留下半成品。腾出空间或用 --out 换一个位置后重新运行。",
        "Nothing half-written is left. Free some space, or choose another place with --out, and run again.",
    )


def is_run(folder: Path, kind: str = FORMAT) -> bool:
    """Whether a folder holds results of this program, of whatever version; ``kind``: the format of a run or a study."""
    return _format(folder) == kind


def _format(folder: Path) -> str:
    """The format that a folder's manifest names; empty where there is no manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(manifest.get("format", "")) if isinstance(manifest, dict) else ""


def refuse_inside_results(folder: Path) -> None:
    """A folder of results holds what its manifest names and nothing else: no other results go into it. Errors: `InputError`."""
    around = [above for above in folder.absolute().resolve().parents if _format(above).startswith(_OURS)]
    if around:
        beside = free_name(around[-1].with_name(folder.name))
        why = (
            f"在另一次结果的文件夹 {around[-1]} 里面，那里只放它自己的文件",
            f"it lies in the folder of other results, {around[-1]}, which holds its own files only",
        )
        raise refused(
            folder, why, (f"写在它旁边：--out {as_typed(beside)}。", f"put it beside: --out {as_typed(beside)}.")
        )


def described(path: Path) -> dict[str, Any]:
    """What a manifest says of a file: its size and digest."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def others_in(folder: Path) -> list[str]:
    """What stands in a folder of results beside what its manifest names: somebody else's files."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = {MANIFEST, *manifest.get("files", ())}
    except (OSError, ValueError, AttributeError, TypeError):
        known = set()
    return sorted(path.name for path in folder.iterdir() if path.name not in known | _SYSTEMS)


_LONGEST_PLAIN: Final = 60


def plain(name: str) -> str:
    """A scenario's name as part of a folder's name on every system."""
    whole = re.sub(r"[^\w.-]+", "_", name).strip("._")
    cut = whole[:_LONGEST_PLAIN]
    if len(whole) > _LONGEST_PLAIN and re.match(r"[\w]", whole[_LONGEST_PLAIN]):
        between = max(cut.rfind("-"), -1) if "-" in cut else cut.rfind("_")
        cut = cut[:between] if between > _LONGEST_PLAIN // 3 else cut  # not in mid-word, where there are words
    return cut.strip("._-") or "scenario"


def base_name(scenario: str, seed: int, paths: int) -> Path:
    """``runs/<scenario>-<seed>-<paths>``."""
    return Path(RUNS) / f"{plain(scenario)}-{seed}-{paths}"


def free_name(base: Path) -> Path:
    """A folder's name, with ``-2``, ``-3`` … when it is taken."""
    number, folder = 1, base
    while os.path.lexists(folder):
        number += 1
        folder = base.with_name(f"{base.name}-{number}")
    return folder


def choose(out: str | Path | None, scenario: str, seed: int, paths: int, *, force: bool = False) -> Target:
    """Decide where a run goes, before anything runs. Errors: `InputError`."""
    return choose_folder(out, base_name(scenario, seed, paths), FORMAT, force=force)


def choose_folder(out: str | Path | None, base: Path, kind: str, *, force: bool = False) -> Target:
    """Decide where results of one ``kind`` (format) go, before anything runs.

    A folder that is not empty is never written into: with ``force`` earlier results of that kind there are replaced, unless
    something else stands among them; anything else is left alone.
    ``base``: the name from which the program chooses when ``out`` is None.
    Errors: `InputError`.
    """
    if out is None:
        if force:
            raise InputError.of(
                "--force 只覆盖 --out 所写的文件夹，这里没有写 --out。",
                "--force replaces what stands in the folder of --out, and there is no --out.",
                key="--force",
                hint_zh=f"写 --out {base}，或去掉 --force（另起一个文件夹）。",
                hint_en=f"write --out {base}, or leave out --force (a new folder is made).",
            )
        refuse_inside_results(base)
        folder = free_name(base)
        _refuse_long(folder)
        return Target(folder, base)
    if not str(out) or "\0" in str(out):
        raise refused(Path(str(out).replace("\0", "?")), ("名称为空或无效", "the name is empty or invalid"), _OTHER)
    folder = Path(out).expanduser()
    _refuse_long(folder)
    try:
        if folder.is_symlink() or folder.exists():
            folder = folder.resolve()
        if folder.exists() and not folder.is_dir():
            raise refused(folder, ("已有同名文件", "there is a file of that name"), _OTHER)
        if folder == Path.cwd():
            raise refused(folder, ("是当前文件夹", "it is the current folder"), _INSIDE)
        refuse_inside_results(folder)
        if folder.is_dir() and any(folder.iterdir()):
            if not is_run(folder, kind):
                why = (
                    "已有别的内容，不会覆盖（--force 也不会）",
                    "it holds other things, which are kept even with --force",
                )
                raise refused(folder, why, _OTHER)
            if not force:
                raise refused(folder, ("已有一次运行的结果", "it holds an earlier run"), _FORCE)
            if others := others_in(folder):
                why = (
                    f"除了那次结果还有别的文件（{others[0]}），覆盖会删掉它",
                    f"beside the earlier results there is something else ({others[0]}), which would be deleted",
                )
                raise refused(folder, why, _ELSEWHERE)
            return Target(folder, replaces=True)
        above = next((p for p in folder.absolute().parents if os.path.lexists(p)), None)
        if above is None:
            raise refused(folder, ("没有这个盘或共享文件夹", "there is no such drive or share"), _OTHER)
        if not above.is_dir():
            raise refused(folder, (f"{above.name} 是文件而不是文件夹", f"{above.name} is a file, not a folder"), _OTHER)
    except OSError as error:
        raise machine_fault(error, folder) from error
    return Target(folder)


def _refuse_long(folder: Path) -> None:
    """A name or a path that the system does not take. Errors: `InputError`."""
    if max((len(os.fsencode(part)) for part in folder.parts), default=0) > LONGEST_NAME:
        raise refused(folder, _USERS_FAULT[errno.ENAMETOOLONG], _OTHER)
    if len(str(folder.absolute())) > LONGEST_PATH - _LONGEST_INSIDE and not takes_long_paths():
        why = (
            f"路径过长，Windows 最多 {LONGEST_PATH} 个字符",
            f"the path is too long, Windows takes {LONGEST_PATH} characters",
        )
        raise refused(folder, why, _OTHER)


_OTHER: Final = ("换一个位置或名称。", "choose another place or name.")
_INSIDE: Final = ("写一个子文件夹的名称。", "name a folder inside it.")
_ELSEWHERE: Final = ("先移走它，或换一个名称。", "move it away first, or choose another name.")
_FORCE: Final = ("换一个名称，或加 --force 覆盖那次结果。", "choose another name, or add --force to replace that run.")


@contextmanager
def whole(target: Target) -> Iterator[tuple[Path, list[Path]]]:
    """Write a folder whole or not at all.

    Yields the hidden folder to write into and a list that holds, after the block, the folder that appeared. Errors:
    `MachineError` or `InputError` when the machine refuses; any other exception passes through. The hidden
    folder is gone in either case.
    """
    parent = target.folder.parent
    made = [p for p in (parent, *parent.parents) if not p.exists()]
    _remove_abandoned(target.folder)
    # Not the process's number alone: on a shared disk two containers may have the same.
    hidden = target.folder.with_name(f".{target.folder.name}.partial-{secrets.token_hex(4)}")
    done: list[Path] = []
    kept = False
    try:
        parent.mkdir(parents=True, exist_ok=True)
        hidden.mkdir()
        yield hidden, done
        _flush(hidden)
        try:
            done.append(_publish(hidden, target))
        except PermissionError as error:
            kept = True  # all is computed and written: a name that is refused is no reason to throw it away
            raise _unnamed(hidden, target.folder) from error
    except OSError as error:
        raise machine_fault(error, target.folder) from error
    finally:
        if not done and not kept:
            shutil.rmtree(hidden, ignore_errors=True)
            for folder in made:
                with suppress(OSError):
                    folder.rmdir()


def _remove_abandoned(folder: Path) -> None:
    """Remove what runs into the same folder left half-written when they were killed outright: Windows ends a program that way, and
    shows hidden folders.

    Whether the one that wrote it is dead cannot be asked on every system and from another machine; a week without a change tells
    it. A folder with a manifest is whole and waits for its name.
    """
    pattern = re.compile(rf"\.{re.escape(folder.name)}\.partial-[0-9a-f]{{8}}")
    with suppress(OSError):
        for left in folder.parent.iterdir():
            if pattern.fullmatch(left.name) and left.is_dir() and not (left / MANIFEST).exists():
                changed = max(path.stat().st_mtime for path in (left, *left.iterdir()))
                if time.time() - changed > _ABANDONED:
                    shutil.rmtree(left, ignore_errors=True)


def _unnamed(hidden: Path, folder: Path) -> MachineError:
    """The system refuses to give a finished folder its name."""
    return MachineError(
        f"结果文件夹 {folder} 改不成这个名称：有程序（杀毒软件、同步盘）正在用它，或没有权限。",
        f"the run folder cannot be given its name {folder}: a program (virus scanner, synchronisation) holds it, or the right is "
        "missing.",
        f"结果完整地留在 {hidden}：稍后把它改名即可。",
        f"The results are complete in {hidden}: rename it in a while.",
    )


def _flush(folder: Path) -> None:
    """Make sure the disk has taken everything before the folder gets its name."""
    for path in folder.iterdir():
        with path.open("r+b") as stream:
            os.fsync(stream.fileno())


def _publish(hidden: Path, target: Target) -> Path:
    """Give the finished folder its name, or one beside it where that name is taken or its folder cannot be moved: what took long
    to compute is not thrown away. Returns: the name. Errors: ``OSError`` when the system refuses any name there."""
    folder = target.folder
    if target.replaces:
        # Not where somebody has put something there meanwhile.
        if not others_in(folder) and _exchanged(hidden, folder):
            return folder
        folder = free_name(folder)
    while True:
        try:
            if folder.is_dir():
                folder.rmdir()  # given and empty; Windows does not rename onto it
            patiently(partial(hidden.rename, folder))
        except OSError:
            if not os.path.lexists(folder):
                raise
            folder = free_name(target.base or target.folder)
        else:
            return folder


def _exchanged(hidden: Path, folder: Path) -> bool:
    """Put the finished folder in the place of the results that it replaces, which are then removed.

    Returns: False when the name could not be had: a file there is open elsewhere (in Excel on Windows, say), or something else
    took the name in between. Any other fault, or an interruption, brings the earlier results back and passes through.
    """
    old = folder.with_name(f".{folder.name}.replaced-{secrets.token_hex(4)}")
    try:
        patiently(lambda: folder.rename(old))
    except PermissionError:
        return False
    try:
        patiently(lambda: hidden.rename(folder))
    except BaseException as error:  # an interruption between the two, too
        if isinstance(error, OSError) and os.path.lexists(folder):
            old.rename(free_name(folder))  # the name is another's now: the earlier results stay beside it
            return False
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return True
