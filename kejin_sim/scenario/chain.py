"""A scenario and what it extends, merged into one tree in which every value remembers its own file.

Mappings merge, everything else replaces. The letterhead is never inherited: each file is a document with its own
author. A world may be named (``world: china``) or given as a section that extends a world (``world: {extends:
china, …}``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kejin_sim.errors import InputError, Problem, nearest
from kejin_sim.scenario.choice import settle
from kejin_sim.scenario.files import display_name, is_path, locate, read
from kejin_sim.scenario.tree import Entry, Mark, Node, SourceFile, mapping_node, merge
from kejin_sim.writing import as_typed

LETTERHEAD = ("title", "author", "date", "based_on", "description", "title_en", "based_on_en", "description_en")
MAX_CHAIN = 16


@dataclass
class Merged:
    """What reading a scenario gives: the tree, what could be objected on the way, the folder names start from, and the same of
    what it extends."""

    root: Node
    problems: list[Problem]
    folder: Path
    file: SourceFile
    below: Merged | None = None


def read_chain(path: Path, mark: Mark | None = None, key: str = "") -> Merged:
    """Read a scenario file with everything it extends, worlds included. Errors: `InputError`."""
    return _read(path, mark, key, ())


def _read(path: Path, mark: Mark | None, key: str, above: tuple[Path, ...]) -> Merged:
    identity = _enter(path, mark, key, above)
    root, problems = read(path, mark, key)
    _refuse_sweep(root)
    file = root.mark.file
    folder = path.parent
    entries = dict(root.mapping)
    if "world" in entries:
        try:
            entries["world"], found = _world(entries["world"], folder)
            problems += found
        except InputError as error:
            # The rest of the file is still checked, with the default world.
            problems += error.problems
            del entries["world"]
    if "baseline" in entries:
        entries["baseline"] = _anchor_name(entries["baseline"], folder)
        written, found = settle(entries["baseline"].node)
        entries["baseline"] = replace(entries["baseline"], node=written)
        problems += found
    root = mapping_node(root.mark, entries)
    name, found = _extends(root, "extends")
    problems += found
    entries.pop("extends", None)
    root, found = settle(mapping_node(root.mark, entries))
    problems += found
    base = None
    if name is not None:
        try:
            target = locate(str(name.value), folder, name.mark, "extends")
            base = _read(target, name.mark, "extends", (*above, identity))
        except InputError as error:
            raise InputError([*problems, *error.problems]) from None
        problems += base.problems
        inherited = {k: e for k, e in base.root.mapping.items() if k not in LETTERHEAD}
        root = merge(mapping_node(base.root.mark, inherited), root)
    return Merged(root, problems, folder, file, base)


def _refuse_sweep(root: Node) -> None:
    """A sweep varies a scenario and is none: say so once, not of each of its keys. Errors: `InputError`."""
    entry = root.mapping.get("vary")
    if entry is None or not root.mapping.keys().isdisjoint(("extends", "measures", "budget")):
        return
    raise InputError(
        entry.key.problem(
            "vary",
            "这是扫描文件（有 vary），不是方案文件。",
            "this is a sweep file (it has vary), not a scenario.",
            f"用 kejin sweep {as_typed(root.mark.file.name)} 运行它。",
            f"run it with kejin sweep {as_typed(root.mark.file.name)}.",
        )
    )


def _enter(path: Path, mark: Mark | None, key: str, above: tuple[Path, ...]) -> Path:
    """Refuse a file that is already being read further up, or a chain without end."""
    identity = path.resolve()
    if identity in above or len(above) >= MAX_CHAIN:
        circle = " → ".join(display_name(p) for p in (*above, identity))
        raise InputError(
            (mark or Mark(SourceFile(display_name(path)))).problem(
                key,
                f"继承成环或过长：{circle}。",
                f"the chain of extends goes round in a circle or is too long: {circle}.",
                "让其中一个文件不再 extends 另一个。",
                "let one of the files no longer extend the other.",
            )
        )
    return identity


def _extends(root: Node, path: str) -> tuple[Node | None, list[Problem]]:
    """The name that a mapping extends, when it is one."""
    entry = root.mapping.get("extends")
    if entry is None:
        return None, []
    if isinstance(entry.node.value, str) and entry.node.value.strip():
        return entry.node, []
    return None, [
        entry.node.mark.problem(
            path,
            "extends 应为一个方案的名称或文件。",
            "extends takes the name or file of one scenario.",
            "例如 extends: ningbo。",
            "for example extends: ningbo.",
        )
    ]


def _anchor_name(entry: Entry, folder: Path) -> Entry:
    """A relative file name of the baseline starts from the file that says it, also after merging."""
    value = entry.node.value
    if isinstance(value, str) and is_path(value) and not Path(value).is_absolute():
        return Entry(entry.key, Node(str(folder / value), entry.node.mark))
    return entry


def _world(entry: Entry, folder: Path, above: tuple[Path, ...] = ()) -> tuple[Entry, list[Problem]]:
    """The world section with the worlds it extends merged under it."""
    node = entry.node
    problems: list[Problem] = []
    if isinstance(node.value, str):
        name: Node | None = node
        section = mapping_node(node.mark, {})
    elif isinstance(node.value, dict):
        name, problems = _extends(node, "world.extends")
        section = mapping_node(node.mark, {k: e for k, e in node.value.items() if k != "extends"})
    else:
        return entry, problems
    if name is None:
        return Entry(entry.key, section), problems
    path = locate(str(name.value), folder, name.mark, "world", "worlds")
    identity = _enter(path, name.mark, "world", above)
    root, found = read(path, name.mark, "world")
    problems += found
    allowed = ("world", *LETTERHEAD)
    for key, other in root.mapping.items():
        if key not in allowed:
            close = nearest(key, allowed)
            problems.append(
                other.key.problem(
                    key,
                    f"世界文件只能有 world 一段（和 title 等抬头），不能有 {key}。",
                    f"a world file holds a world section only (and a letterhead), not {key}.",
                    f"是否想写 {close[0]}？" if close else f"把 {key} 移到方案文件。",
                    f"did you mean {close[0]}?" if close else f"move {key} to the scenario file.",
                )
            )
    if "world" not in root.mapping:
        return Entry(entry.key, replace(section, replaces=True)), problems
    base, found = _world(root.mapping["world"], path.parent, (*above, identity))
    # Who names a world means that world, not a mixture with the one of the scenario that is extended.
    return Entry(entry.key, replace(merge(base.node, section), replaces=True)), problems + found
