"""YAML text → a tree that knows where every key and value stands.

The tree is built from the parser's events, so that all duplicate keys are found at once, nesting and size are limited
while reading, and an alias costs what it stands for: a file of a few lines cannot unfold into millions of values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from kejin_sim.errors import InputError, Problem
from kejin_sim.scenario.syntax import MISSING_COLON, explain_reader, explain_syntax
from kejin_sim.scenario.tree import Entry, Mark, Node, SourceFile

MAX_DEPTH = 24
MAX_NODES = 20_000


def compose(text: str, file: SourceFile) -> tuple[Node, list[Problem]]:
    """Read a YAML 1.2 document.

    Returns: the tree and the problems that did not stop the reading.
    Errors: `InputError` when the text cannot be read on (nothing in it, syntax, limits), with everything found so far.
    """
    builder = _Builder(file, YAML(typ="rt", pure=True))
    try:
        node = builder.read(text)
    except MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        if error.context_mark is not None and not file.line(place.line + 1).strip():
            # Noticed at the end of the file only: say where it began.
            place = error.context_mark
        if error.context_mark is not None and MISSING_COLON in str(error.problem):
            # Noticed on the next line only: the key that lacks its colon stands where the context begins.
            place = error.context_mark
        mark = Mark(file, place.line + 1, place.column + 1) if place else Mark(file)
        raise InputError([*builder.problems, explain_syntax(error, mark)]) from None
    except YAMLError as error:
        raise InputError([*builder.problems, explain_reader(error, file, text)]) from None
    return node, builder.problems


class _Builder:
    """Turns the parser's events into nodes."""

    def __init__(self, file: SourceFile, yaml: Any) -> None:
        self.file, self.yaml = file, yaml
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node | None] = {}
        self.events: Iterator[Any] = iter(())

    def read(self, text: str) -> Node:
        self.events = iter(self.yaml.parse(text))
        root: Node | None = None
        for event in self.events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                if root is not None:
                    self._stop(
                        event,
                        "一个文件只能有一份方案（--- 出现了两次）。",
                        "a file holds one document ('---' begins a second).",
                        "把第二份另存为一个文件。",
                        "save the second document as a file of its own.",
                    )
                if event.version not in (None, (1, 2), "1.2"):
                    self._stop(
                        event,
                        "只支持 YAML 1.2。",
                        "only YAML 1.2 is supported.",
                        "删去 %YAML 一行。",
                        "remove the %YAML line.",
                    )
                root = self._node(next(self.events), ())
        if root is None or root.value is None:
            raise InputError(
                Mark(self.file).problem(
                    "",
                    "文件里没有内容。",
                    "there is nothing in the file.",
                    "写入内容；kejin new 生成一份可以改的方案。",
                    "write something into it; kejin new makes a package to start from.",
                )
            )
        if not isinstance(root.value, dict):
            raise InputError(
                root.mark.problem(
                    "",
                    "文件最外层应为“键: 值”。",
                    "the file must consist of 'key: value' lines.",
                    "例如第一行写 title: 我的方案。",
                    "for example, let the first line be title: My package.",
                )
            )
        return root

    def _mark(self, event: Any) -> Mark:
        place = event.start_mark
        return Mark(self.file, place.line + 1, place.column + 1)

    def _stop(self, event: Any, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> NoReturn:
        raise InputError([*self.problems, self._mark(event).problem("", zh, en, hint_zh, hint_en)])

    def _count(self, event: Any, size: int) -> None:
        if size > MAX_NODES:
            self._stop(
                event,
                f"文件展开后超过 {MAX_NODES:,} 个值。",
                f"the file unfolds into more than {MAX_NODES:,} values.",
                "删去层层引用的锚点（& 与 *），方案文件一般不到一千个值。",
                "remove the nested anchors (& and *); a scenario has fewer than a thousand values.",
            )

    def _node(self, event: Any, path: tuple[str, ...]) -> Node:
        kind = type(event).__name__
        if len(path) > MAX_DEPTH:
            self._stop(
                event,
                f"嵌套超过 {MAX_DEPTH} 层。",
                f"nested more than {MAX_DEPTH} levels deep.",
                "方案文件一般不超过六层，请检查缩进与括号。",
                "a scenario has at most about six levels: check indentation and brackets.",
            )
        if kind == "AliasEvent":
            return self._alias(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if kind == "ScalarEvent":
            node = Node(self._scalar(event), self._mark(event))
        elif kind == "SequenceStartEvent":
            self._refuse_tag(event)
            node = self._sequence(event, path)
        else:
            self._refuse_tag(event)
            node = self._mapping(event, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            self._stop(
                event,
                f"引用 *{event.anchor} 没有对应的锚点，或引用了自身。",
                f"alias *{event.anchor} has no anchor, or refers to itself.",
                "直接写出这个值。",
                "write the value itself.",
            )
        return replace(node, mark=self._mark(event))

    def _refuse_tag(self, event: Any) -> None:
        tag = event.ctag
        if tag is not None and str(tag):
            self.problems.append(
                self._mark(event).problem(
                    "",
                    f"不支持标签 {tag}。",
                    f"the tag {tag} is not supported.",
                    "去掉标签，直接写值。",
                    "drop the tag, write the value.",
                )
            )

    def _sequence(self, event: Any, path: tuple[str, ...]) -> Node:
        items: list[Node] = []
        size = 1
        for inner in self.events:
            if type(inner).__name__ == "SequenceEndEvent":
                break
            items.append(self._node(inner, (*path, str(len(items) + 1))))
            size += items[-1].size
            self._count(inner, size)
        return Node(items, self._mark(event), size)

    def _mapping(self, event: Any, path: tuple[str, ...]) -> Node:
        entries: dict[str, Entry] = {}
        size = 1
        for inner in self.events:
            if type(inner).__name__ == "MappingEndEvent":
                break
            mark = self._mark(inner)
            key = self._key(inner)
            node = self._node(next(self.events), (*path, key))
            size += node.size
            self._count(inner, size)
            if key in entries:
                first = entries[key].key.line
                self.problems.append(
                    mark.problem(
                        ".".join((*path, key)),
                        f"键 {key} 写了两次，第一次在第 {first} 行。",
                        f"the key {key} stands twice, first on line {first}.",
                        "只留一处。",
                        "keep one of them.",
                    )
                )
            else:
                entries[key] = Entry(mark, node)
        return Node(entries, self._mark(event), size)

    def _key(self, event: Any) -> str:
        if type(event).__name__ != "ScalarEvent":
            self._stop(
                event, "键必须是一个词。", "a key must be a single word.", "写成“键: 值”。", "write 'key: value'."
            )
        if event.value == "<<":
            self._stop(
                event,
                "不支持合并键 <<。",
                "the merge key << is not supported.",
                "用 extends: 继承另一个方案。",
                "use extends: to build on another scenario.",
            )
        if event.anchor is not None:
            self.anchors[event.anchor] = Node(event.value, self._mark(event))
        return str(event.value)

    def _scalar(self, event: Any) -> bool | int | float | str | None:
        text = str(event.value)
        if event.ctag is not None and str(event.ctag):
            if str(event.ctag) != "tag:yaml.org,2002:str":
                self._refuse_tag(event)
            return text
        if event.style is not None:
            return text
        tag = str(self.yaml.resolver.resolve(ScalarNode, text, (True, False))).rsplit(":", 1)[-1]
        match tag:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" | "float":
                return _number(text, tag)
            case _:
                # Dates stay text: the letterhead reads them.
                return text


def _number(text: str, tag: str) -> int | float | str:
    plain = text.replace("_", "").lower()
    try:
        if tag == "int":
            sign = -1 if plain.startswith("-") else 1
            digits = plain.lstrip("+-")
            base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2])
            return sign * (int(digits[2:], base) if base else int(digits))
        return float(plain.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
