"""Which file a name means, and its text.

A name with a suffix ``.yaml`` / ``.yml`` or a path separator is a file; any other name is a bundled scenario, found
in the installed package or at the top of a checkout.
"""

from __future__ import annotations

import errno
import os
from functools import cache
from importlib import resources
from pathlib import Path

from kejin_sim.errors import InputError, Problem, nearest
from kejin_sim.scenario.reader import compose
from kejin_sim.scenario.tree import Mark, Node, SourceFile
from kejin_sim.writing import as_typed

MAX_BYTES = 512 * 1024
_SUFFIXES = (".yaml", ".yml")


@cache
def bundled_folder() -> Path | None:
    """The folder of bundled scenarios: inside the installed package, else at the top of the checkout."""
    package = Path(str(resources.files("kejin_sim")))
    return next((f for f in (package / "_scenarios", package.parent / "scenarios") if f.is_dir()), None)


def bundled(kind: str = "") -> dict[str, Path]:
    """Bundled scenarios by name; ``kind`` ``worlds`` gives the bundled worlds, ``sweeps`` the bundled sweeps."""
    folder = bundled_folder()
    if folder is None:
        return {}
    return {path.stem: path for path in sorted((folder / kind).glob("*.yaml"))}


def bundled_names() -> frozenset[str]:
    """The bundled scenarios and worlds as `display_name` names them."""
    return frozenset(display_name(path) for kind in ("", "worlds") for path in bundled(kind).values())


def is_path(name: str) -> bool:
    """Whether a name means a file rather than a bundled scenario."""
    return name.lower().endswith(_SUFFIXES) or "/" in name or os.sep in name


def locate(name: str, beside: Path | None, mark: Mark | None, key: str, kind: str = "") -> Path:
    """The file that a name means.

    Parameters: ``beside`` is the folder that relative names start from (the current one when None); ``mark`` and
    ``key`` say where the name stands, for messages; ``kind`` as in `bundled`. Errors: `InputError` for an unknown
    name.
    """
    known = bundled(kind)
    if is_path(name) or name in (".", ".."):
        path = Path(name).expanduser()
        return path if path.is_absolute() or beside is None else beside / path
    if name in known:
        return known[name]
    here = (beside or Path()) / name
    if here.is_dir():  # of a run, say: whoever reads it names the file in it
        return here
    close = nearest(name, known, 3)
    what_zh, what_en = {"worlds": ("世界", "world"), "sweeps": ("扫描", "sweep")}.get(kind, ("方案", "scenario"))
    list_zh, list_en = f"内置：{'、'.join(known) or '无'}。", f" Bundled: {', '.join(known) or 'none'}."
    hint_zh, hint_en = (
        f"要读一个文件，写出后缀或路径，例如 ./{name}.yaml。",
        f"for a file, write its suffix or path, such as ./{name}.yaml.",
    )
    if close:  # the other names would only hide it
        hint_zh, hint_en = f"是否想写 {'、'.join(close)}？", f"did you mean {', '.join(close)}?"
        list_zh = list_en = ""
    if here.is_file():
        hint_zh, hint_en = f"要读当前文件夹里的文件，写 ./{name}。", f"to read the file in this folder, write ./{name}."
    raise InputError(
        (mark or Mark(SourceFile(name))).problem(
            key,
            f"没有名为 {name} 的内置{what_zh}。",
            f"there is no bundled {what_en} named {name}.",
            f"{hint_zh}{list_zh}",
            f"{hint_en}{list_en}",
        )
    )


def display_name(path: Path) -> str:
    """A path as the user would write it: relative to the current folder when inside it."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except (ValueError, OSError):
        return str(path)


def read(path: Path, mark: Mark | None, key: str) -> tuple[Node, list[Problem]]:
    """Read and compose one file.

    Parameters: ``mark`` and ``key`` say where the file is named, for messages about a file that cannot be opened.
    Errors: `InputError`.
    """
    name = display_name(path)
    file = SourceFile(name, ())
    text = _decode(_bytes(path, name, mark, key), file)
    lines = tuple(text.splitlines())
    return compose(text, SourceFile(name, lines))


def _bytes(path: Path, name: str, mark: Mark | None, key: str) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(_explain_open(error, path, name, mark, key)) from None
    if len(data) > MAX_BYTES:
        raise InputError(
            Mark(SourceFile(name)).problem(
                key,
                f"文件超过 {MAX_BYTES // 1024} KB。",
                f"the file is larger than {MAX_BYTES // 1024} KB.",
                "方案文件一般只有几十 KB：请确认没有选错文件。",
                "a scenario is a few tens of KB: make sure that this is the right file.",
            )
        )
    return data


def _explain_open(error: Exception, path: Path, name: str, mark: Mark | None, key: str) -> Problem:
    code = getattr(error, "errno", None)
    hint_zh, hint_en = "检查文件名与所在文件夹。", "check the name and the folder."
    if code == errno.EISDIR or path.is_dir():
        zh, en = f"{name} 是文件夹，不是方案文件。", f"{name} is a folder, not a scenario file."
        files = _siblings(path / "any")
        inside = as_typed(Path(name) / files[0]) if len(files) == 1 else ""
        hint_zh = f"写出其中的文件：{inside}。" if inside else "写出其中的 .yaml 文件。"
        hint_en = f"name the file in it: {inside}." if inside else "name the .yaml file in it."
    elif not name.isprintable():
        shown = (
            name.encode("unicode_escape").decode()
            if name.isascii()
            else "".join(c if c.isprintable() else "?" for c in name)
        )
        zh, en = f"文件名里有控制字符：{shown}。", f"the name has control characters: {shown}."
        hint_zh, hint_en = (
            "双引号里的 \\ 有特殊含义：路径用 / 分隔，或改用单引号。",
            "inside double quotes a \\ has a meaning of its own: write paths with /, or use single quotes.",
        )
    elif code == errno.ENOENT:
        zh, en = f"找不到文件 {name}。", f"there is no file {name}."
        stems = {Path(sibling).stem: sibling for sibling in _siblings(path)}
        close = [stems[stem] for stem in nearest(path.stem, stems)]
        if path.stem in bundled():
            hint_zh, hint_en = (
                f"内置方案直接写名称，不带后缀：{path.stem}。",
                f"a bundled scenario is written without suffix: {path.stem}.",
            )
        elif close:
            hint_zh, hint_en = f"是否想写 {close[0]}？", f"did you mean {close[0]}?"
    elif code in (errno.EACCES, errno.EPERM):
        zh, en = f"没有权限读取 {name}。", f"no permission to read {name}."
        hint_zh, hint_en = (
            "请文件所有者开放读取权限，或复制一份再用。",
            "ask its owner for read permission, or work on a copy.",
        )
    else:
        zh, en = f"无法读取 {name}（{error}）。", f"{name} cannot be read ({error})."
    return (mark or Mark(SourceFile(name))).problem(key, zh, en, hint_zh, hint_en)


def _siblings(path: Path) -> list[str]:
    try:
        return [p.name for p in path.parent.iterdir() if p.name.lower().endswith(_SUFFIXES)]
    except OSError:
        return []


def _decode(data: bytes, file: SourceFile) -> str:
    mark = Mark(file)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(_encoding_problem(mark, "UTF-16"))
    if b"\0" in data:
        raise InputError(
            mark.problem(
                "",
                "这是二进制文件，不是文本。",
                "this is a binary file, not text.",
                "方案文件是 UTF-8 文本（.yaml）；Word 或 Excel 文件不能直接使用。",
                "a scenario is UTF-8 text (.yaml); Word or Excel files cannot be used.",
            )
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        start = before.rfind(b"\n") + 1
        column = len(before[start:].decode("utf-8", "replace")) + 1
        mark = Mark(file, before.count(b"\n") + 1, column)
    try:
        data.decode("gb18030")
        guess = "GBK"
    except UnicodeDecodeError:
        guess = ""
    raise InputError(_encoding_problem(mark, guess))


def _encoding_problem(mark: Mark, guess: str) -> Problem:
    return mark.problem(
        "",
        "文件不是 UTF-8 编码" + (f"（看来是 {guess}）。" if guess else "。"),
        "the file is not encoded in UTF-8" + (f" (it looks like {guess})." if guess else "."),
        "在记事本中“另存为”，编码选 UTF-8。",
        "save it again with the encoding UTF-8 (Notepad: Save As).",
    )
