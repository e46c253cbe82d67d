"""Setting a document as PDF: A4, tagged, PDF/A-2a and PDF/UA-1, fonts embedded, the same bytes for the same document.

typst sets it without network and without the fonts of the machine. What the fonts cannot show is refused by name.
"""

from __future__ import annotations

import io
import json
import tempfile
from importlib import resources
from pathlib import Path
from typing import Final

from kejin_sim.errors import MachineError
from kejin_sim.report import fonts
from kejin_sim.report.document import Document, all_words, as_data

STANDARDS: Final = ("a-2a", "ua-1")


def require_glyphs(document: Document) -> None:
    """Make sure that every character can be shown. Errors: `fonts.MissingGlyph` naming those that cannot."""
    text = "".join(all_words(document))
    for font in (fonts.serif(), fonts.sans()):
        gone = "".join(c for c in fonts.missing(text, font) if fonts.missing(c, fonts.signs()))
        if gone:
            raise fonts.MissingGlyph(gone, font.stem)


def pdf(document: Document) -> bytes:
    """The document as a PDF file.

    Errors: `fonts.MissingGlyph`; `MachineError` when typst refuses, which is a fault of the template.
    """
    require_glyphs(document)
    import typst

    data, drawings = as_data(document)
    with tempfile.TemporaryDirectory(prefix="kejin-report-") as name:
        place = Path(name)
        template = resources.files("kejin_sim.report").joinpath("templates", "report.typ")
        (place / "report.typ").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        (place / "document.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for file, drawing in drawings.items():
            (place / file).write_bytes(drawing)
        folders = sorted({str(font.parent) for font in (fonts.serif(), fonts.sans(), fonts.signs())})
        known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
        compiler = typst.Compiler(str(place / "report.typ"), root=str(place), font_paths=known)
        try:
            made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=document.stamp)
        except typst.TypstError as error:
            raise MachineError(f"排版失败：{error}", f"typesetting failed: {error}") from error
    if not isinstance(made, bytes):
        raise MachineError("排版没有得到文件。", "typesetting gave no file.")
    return _packed(made)


def _packed(made: bytes) -> bytes:
    """The same document in less room: typst writes the tags of a tagged file, half of a long report, one by one and uncompressed.

    PDF/A-2 and PDF/UA-1 allow the object streams of PDF 1.5. The file's identifier follows from what is in it.
    """
    import pikepdf

    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as file:
        file.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return packed.getvalue()
