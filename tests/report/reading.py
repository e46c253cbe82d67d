"""Reading a PDF as its reader does: its words without spaces, its fonts, its bookmarks."""

from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader


def opened(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def plain(text: str) -> str:
    """A text without any space, by which PDF readers differ."""
    return re.sub(r"\s+", "", text)


def text_of(content: bytes) -> str:
    return plain("".join(page.extract_text() for page in opened(content).pages))


def bookmarks(content: bytes) -> list[str]:
    def flat(items: list[Any]) -> list[str]:
        return [t for item in items for t in (flat(item) if isinstance(item, list) else [str(item.title)])]

    return flat(opened(content).outline)


def fonts_of(content: bytes) -> tuple[set[str], int]:
    """Names of the fonts, and how many of them are not embedded."""
    names, loose = set(), 0
    for page in opened(content).pages:
        resources: Any = page["/Resources"]
        for font in _fonts(resources):
            names.add(str(font["/BaseFont"]).partition("+")[2])
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            described = inner["/FontDescriptor"].get_object()
            loose += not ({"/FontFile", "/FontFile2", "/FontFile3"} & set(described))
    return names, loose


def _fonts(resources: Any) -> list[Any]:
    found = [font.get_object() for font in resources.get("/Font", {}).values()]
    for inner in resources.get("/XObject", {}).values():
        held = inner.get_object().get("/Resources")
        found += _fonts(held.get_object()) if held else []
    return found


def alternatives(node: Any) -> set[str]:
    """Every alternative text of a tree of structure, without depth of recursion."""
    found, waiting = set(), [node]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif hasattr(element, "get"):
            if "/Alt" in element:
                found.add(str(element["/Alt"]))
            if "/K" in element:
                waiting.append(element["/K"])
    return found
