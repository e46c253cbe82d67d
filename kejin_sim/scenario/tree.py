"""The content of a scenario file as a tree that knows where every key and value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kejin_sim.errors import Problem


@dataclass(frozen=True)
class SourceFile:
    """A file as the user knows it, with its lines for excerpts."""

    name: str
    lines: tuple[str, ...] = field(repr=False, default=())

    def line(self, number: int) -> str:
        """Line ``number`` (from 1), empty when there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True)
class Mark:
    """A place in a file; line and column count from 1, and 0 means the file as a whole."""

    file: SourceFile
    line: int = 0
    column: int = 0

    def problem(self, key: str, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> Problem:
        """A problem at this place."""
        return Problem(self.file.name, self.line, self.column, key, zh, en, hint_zh, hint_en, self.file.line(self.line))


@dataclass(frozen=True)
class Node:
    """A value of the file with its place.

    ``value`` is a scalar, a list of nodes or a mapping of `Entry`; ``replaces`` says that a mapping is not to be merged
    with what it would extend.
    """

    value: bool | int | float | str | list[Node] | dict[str, Entry] | None
    mark: Mark
    size: int = 1
    replaces: bool = False

    @property
    def mapping(self) -> dict[str, Entry]:
        """The entries, none when it is not a mapping."""
        return self.value if isinstance(self.value, dict) else {}

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: entry.node.plain() for key, entry in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, list) else self.value

    def find(self, path: tuple[str | int, ...]) -> Mark:
        """The place of the value at a path, or of the last part of the path that exists."""
        node, mark = self, self.mark
        for part in path:
            if isinstance(node.value, dict) and str(part) in node.value:
                node = node.value[str(part)].node
            elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
            else:
                break
            mark = node.mark
        return mark

    def find_key(self, path: tuple[str | int, ...]) -> Mark:
        """The place of the key at a path (of its value, for an element of a list)."""
        parent: Node = self
        for part in path[:-1]:
            entry = parent.mapping.get(str(part))
            if entry is None:
                return self.find(path)
            parent = entry.node
        entry = parent.mapping.get(str(path[-1])) if path else None
        return entry.key if entry else self.find(path)


@dataclass(frozen=True)
class Entry:
    """One line of a mapping: where its key stands, and its value."""

    key: Mark
    node: Node


def mapping_node(mark: Mark, entries: dict[str, Entry]) -> Node:
    """A mapping made by the program, for example by merging."""
    return Node(entries, mark, 1 + sum(entry.node.size for entry in entries.values()))


def merge(base: Node, over: Node) -> Node:
    """``over`` laid on ``base``: mappings merge, an empty section changes nothing, everything else replaces."""
    if not isinstance(base.value, dict):
        return over
    if over.value is None:
        return base
    if over.replaces or not isinstance(over.value, dict):
        return over
    entries = dict(base.value)
    for key, entry in over.value.items():
        known = entries.get(key)
        entries[key] = Entry(entry.key, merge(known.node, entry.node) if known else entry.node)
    return mapping_node(over.mark, entries)
