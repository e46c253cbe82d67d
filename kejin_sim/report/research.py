"""The research report: everything that is needed to judge the figures and to make them again."""

from __future__ import annotations

from collections.abc import Sequence

from kejin_sim.lang import t
from kejin_sim.report.briefing import document
from kejin_sim.report.chosen import Study
from kejin_sim.report.document import Block, Document
from kejin_sim.report.parts.answer import answer
from kejin_sim.report.parts.choices import choices
from kejin_sim.report.parts.gains import gains
from kejin_sim.report.parts.glossary import glossary
from kejin_sim.report.parts.limits import limits
from kejin_sim.report.parts.measures import measures
from kejin_sim.report.parts.method import method
from kejin_sim.report.parts.money import money
from kejin_sim.report.parts.numbers_book import numbers_book
from kejin_sim.report.parts.parameterbook import parameterbook, references
from kejin_sim.report.parts.parties import parties
from kejin_sim.report.parts.question import question
from kejin_sim.report.parts.record import record
from kejin_sim.report.parts.risk import risk
from kejin_sim.report.parts.rulebook import rulebook
from kejin_sim.report.parts.validation import validation
from kejin_sim.report.subject import Subject


def research(subject: Subject, others: Sequence[Subject] = (), studies: Sequence[Study] = ()) -> Document:
    """The document."""
    blocks: list[Block] = [
        *question(subject), *answer(subject), *method(subject), *money(subject, full=True), *gains(subject, full=True),
        *parties(subject, full=True), *measures(subject, full=True), *risk(subject),
        *choices(subject, others, studies), *limits(subject, full=True), *validation(subject), *numbers_book(subject),
        *rulebook(subject), *parameterbook(subject), *references(subject), *glossary(), *record(subject, full=True),
    ]  # fmt: skip
    return document(subject, t("研究报告", "Research report"), blocks, contents=True)
