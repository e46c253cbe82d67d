"""The briefing: four to six pages before a meeting."""

from __future__ import annotations

from collections.abc import Sequence

from kejin_sim.lang import language, t
from kejin_sim.report.chosen import Study
from kejin_sim.report.document import Block, Document
from kejin_sim.report.parts.answer import answer
from kejin_sim.report.parts.choices import choices
from kejin_sim.report.parts.gains import gains
from kejin_sim.report.parts.limits import limits
from kejin_sim.report.parts.measures import measures
from kejin_sim.report.parts.money import money
from kejin_sim.report.parts.parties import parties
from kejin_sim.report.parts.question import question
from kejin_sim.report.parts.record import record
from kejin_sim.report.parts.risk import risk
from kejin_sim.report.subject import Subject, stamp


def letterhead(subject: Subject) -> tuple[tuple[str, str], ...]:
    """Who wrote the scenario, when, and what was run."""
    letter, about = subject.scenario.letterhead, subject.run.manifest
    rows = [(t("编制", "By"), letter.author), (t("日期", "Date"), letter.date)]
    ran = t(
        f"kejin_sim {about['kejin_sim']}，{subject.paths:,} 条路径，种子 {about['seed']}",
        f"kejin_sim {about['kejin_sim']}, {subject.paths:,} paths, seed {about['seed']}",
    )
    return (*(row for row in rows if row[1]), (t("测算", "Simulation"), ran))


def briefing(subject: Subject, others: Sequence[Subject] = (), studies: Sequence[Study] = ()) -> Document:
    """The document."""
    blocks: list[Block] = [
        *question(subject), *answer(subject), *money(subject), *gains(subject), *parties(subject), *measures(subject),
        *risk(subject), *choices(subject, others, studies), *limits(subject), *record(subject),
    ]  # fmt: skip
    return document(subject, t("测算简报", "Briefing"), blocks, contents=False)


def document(subject: Subject, kicker: str, blocks: list[Block], *, contents: bool) -> Document:
    """A document about a subject."""
    return Document(
        language(), kicker, subject.scenario.title, letterhead(subject), tuple(blocks), contents, stamp(subject.run),
        subject.scenario.letterhead.author, f"{kicker}  {subject.run.manifest['command']}",
    )  # fmt: skip
