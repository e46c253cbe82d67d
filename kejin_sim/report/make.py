"""From run folders to the bytes of a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from kejin_sim.report.briefing import briefing
from kejin_sim.report.chosen import is_study, open_study
from kejin_sim.report.document import Document
from kejin_sim.report.research import research
from kejin_sim.report.subject import open_subject
from kejin_sim.report.typeset import pdf

KINDS: Final[dict[str, Callable[..., Document]]] = {"briefing": briefing, "research": research}


def make(folders: Sequence[str | Path], kind: str) -> bytes:
    """A report of the first folder, a run; further runs and studies are set beside it.

    Errors: `InputError` for a folder that is no whole run of this version, `kejin_sim.report.fonts.MissingGlyph` for a
    character that the fonts lack.
    """
    subject = open_subject(folders[0])
    others = [open_subject(folder) for folder in folders[1:] if not is_study(folder)]
    studies = [open_study(folder) for folder in folders[1:] if is_study(folder)]
    return pdf(KINDS[kind](subject, others, studies))


def workbook_of(folder: str | Path) -> bytes:
    """The Excel workbook of a run. Errors: as `make`."""
    from kejin_sim.report.workbook import workbook

    return workbook(open_subject(folder))
