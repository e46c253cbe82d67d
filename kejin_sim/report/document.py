"""What a document is made of, before it is set: blocks of plain text. Text is data and never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kejin_sim.lang import Language


@dataclass(frozen=True)
class Ref:
    """A cross-reference to a figure or table by its id."""

    to: str


@dataclass(frozen=True)
class Strong:
    """Words set in the face of headings."""

    text: str


@dataclass(frozen=True)
class Typed:
    """A command as it is typed: no line breaks within a word of it."""

    text: str


Span = str | Ref | Strong | Typed
Text = str | Sequence[Span]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the highest."""

    text: str
    level: int = 1
    numbered: bool = True


@dataclass(frozen=True)
class Paragraph:
    """Running text. ``small``: remarks."""

    text: Text
    small: bool = False


@dataclass(frozen=True)
class Items:
    """A list, numbered or not. ``small``: as small as remarks."""

    items: tuple[Text, ...]
    numbered: bool = False
    small: bool = False


@dataclass(frozen=True)
class Group:
    """A row of a table that names the rows after it."""

    text: str


Row = tuple[str, ...] | Group
_PIECES: Final = re.compile(r"\[[^\]]*\]|(?:CNY )?\S+(?: (?:bn|m|k)\b)?(?: ~)?")


@dataclass(frozen=True)
class Table:
    """A table with a caption; its head is repeated where it breaks.

    ``columns``: one character a column, ``l`` left, ``r`` right, ``c`` centre; ``widths``: shares of the width, 0 for as
    wide as the content. ``breakable``: it may go on on the next page although it
    is not long.
    """

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: str
    widths: tuple[float, ...]
    notes: tuple[str, ...] = ()
    breakable: bool = False


@dataclass(frozen=True)
class Picture:
    """A figure with its caption, its alternative text and the remarks under it. ``svg``: the drawing. ``floats``: it goes where
    there is room, else it stands where it is in the text."""

    id: str
    caption: str
    alt: str
    svg: bytes = field(repr=False)
    notes: tuple[str, ...] = ()
    floats: bool = True


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and what it is, such as those of a letterhead."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Code:
    """A line to type, or a formula, as it is written."""

    text: str


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Items | Table | Picture | Facts | Code | PageBreak


@dataclass(frozen=True)
class Document:
    """A document. ``kicker`` stands above the title, ``letterhead`` below it; ``contents``: with a table of contents;
    ``stamp``: the moment that the file carries, in seconds since 1970 (UTC)."""

    language: Language
    kicker: str
    title: str
    letterhead: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    contents: bool
    stamp: int
    author: str
    subject: str


def spans(text: Text) -> tuple[Span, ...]:
    """The parts of a text."""
    return (text,) if isinstance(text, str) else tuple(text)


def _words(text: Text) -> Iterator[str]:
    for span in spans(text):
        if isinstance(span, str):
            yield span
        elif isinstance(span, Strong | Typed):
            yield span.text


def words(block: Block) -> Iterator[str]:
    """Every text of a block that is printed or read aloud, as it is given."""
    match block:
        case Heading() | Group() | Code():
            yield block.text
        case Paragraph():
            yield from _words(block.text)
        case Items():
            for item in block.items:
                yield from _words(item)
        case Table():
            yield from (block.caption, *block.head, *block.notes)
            for row in block.rows:
                yield from (row.text,) if isinstance(row, Group) else row
        case Picture():
            yield from (block.caption, block.alt, *block.notes)
        case Facts():
            for name, what in block.rows:
                yield from (name, what)


def all_words(document: Document) -> Iterator[str]:
    """Every text of a document."""
    yield from (document.kicker, document.title, document.author, document.subject)
    for name, what in document.letterhead:
        yield from (name, what)
    for block in document.blocks:
        yield from words(block)


def as_data(document: Document) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The document for the template, and its drawings by file name."""
    drawings: dict[str, bytes] = {}
    listed = []
    for block in document.blocks:
        data = _block(block)
        if isinstance(block, Picture):
            drawings[data["file"]] = block.svg
        listed.append(data)
    return {
        "language": document.language, "kicker": document.kicker, "title": document.title, "author": document.author,
        "letterhead": [list(row) for row in document.letterhead], "contents": document.contents,
        "subject": document.subject, "blocks": listed,
    }, drawings  # fmt: skip


def _spans(text: Text) -> list[dict[str, str]]:
    found = []
    for span in spans(text):
        kind, value = (
            ("text", span) if isinstance(span, str) else ("ref", span.to) if isinstance(span, Ref) else ("", "")
        )
        if isinstance(span, Strong):
            kind, value = "strong", span.text
        elif isinstance(span, Typed):
            kind, value = "typed", span.text
        found.append({"kind": kind, "value": value})
    return found


def _pieces(cell: str, side: str) -> list[str]:
    """A cell in parts between which a line may break: figures keep their unit, intervals are whole."""
    return [cell] if side == "l" else _PIECES.findall(cell)


def _block(block: Block) -> dict[str, Any]:
    """One block as plain data."""
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level, "numbered": block.numbered}
        case Paragraph():
            return {"kind": "paragraph", "spans": _spans(block.text), "small": block.small}
        case Items():
            items = [_spans(item) for item in block.items]
            return {"kind": "items", "items": items, "numbered": block.numbered, "small": block.small}
        case Table():
            rows = [
                {"group": row.text, "cells": []}
                if isinstance(row, Group)
                else {
                    "group": "",
                    "cells": [_pieces(cell, side) for cell, side in zip(row, block.columns, strict=True)],
                }
                for row in block.rows
            ]
            return {
                "kind": "table", "id": block.id, "caption": block.caption, "head": list(block.head), "rows": rows,
                "columns": list(block.columns), "widths": list(block.widths), "notes": list(block.notes),
                "breakable": block.breakable,
            }  # fmt: skip
        case Picture():
            return {
                "kind": "picture", "id": block.id, "caption": block.caption, "alt": block.alt, "file": f"{block.id}.svg",
                "notes": list(block.notes), "floats": block.floats,
            }  # fmt: skip
        case Facts():
            return {"kind": "facts", "rows": [list(row) for row in block.rows]}
        case Code():
            return {"kind": "code", "text": block.text}
        case PageBreak():
            return {"kind": "page"}
