"""All posting codes together: the dictionary of what the ledger can hold."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from kejin_sim.ledger import Posting, PostingBook
from kejin_sim.measures import MEASURES
from kejin_sim.world import postings as world_postings


def books() -> tuple[PostingBook, ...]:
    """The world's book and one per measure, in order."""
    measures = (import_module(f"kejin_sim.measures.{m}.postings").BOOK for m in MEASURES)
    return (world_postings.BOOK, *measures)


@cache
def postings() -> tuple[Posting, ...]:
    """Every posting code, in order of number."""
    return tuple(p for book in books() for p in book.postings)


@cache
def code_count() -> int:
    """Rows of a flow array."""
    return len(postings())


@cache
def rooms() -> tuple[str, ...]:
    """The room of each posting code, by number."""
    return tuple(book.room for book in books() for _ in book.postings)


@cache
def by_name(name: str) -> Posting:
    """The posting code called ``name`` (KeyError if there is none)."""
    return {p.name: p for p in postings()}[name]
