"""What each measure did: its first outcomes that no other chapter shows, for every measure that is on."""

from __future__ import annotations

from typing import Final

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import COSTS, CREDIT, GAINS, GRANTS, LOSSES, PARTIES
from kejin_sim.outcomes.registry import metrics
from kejin_sim.outcomes.rooms import HEADLINES
from kejin_sim.parameters.registry import sections
from kejin_sim.report.document import Block, Heading
from kejin_sim.report.parts.compared import row, table
from kejin_sim.report.pictures import of_run
from kejin_sim.report.subject import Subject

_MOST: Final = 6  # rows of a measure
_ALL: Final = 15  # rows of a briefing, which has few pages for any number of measures
_LEAST: Final = 1
# Of their measure: what `kejin run` prints too.
_FIRST: Final = frozenset((*CREDIT, *GRANTS, *(name for names in HEADLINES.values() for name in names)))
_SHOWN: Final = frozenset((*COSTS, *GAINS, *(name for _, _, *names in PARTIES for name in names))) | {
    name for names in LOSSES.values() for name in names
}


def measures(subject: Subject, *, full: bool = False) -> list[Block]:
    """A table grouped by measure; outcomes of money between parties are in the chapter on parties. ``full``: as many rows
    of each measure however many measures there are, and how long the risk pool lasts."""
    room = _MOST if full else min(_MOST, max(_LEAST, _ALL // max(1, len(subject.measures))))
    groups = []
    for measure in subject.measures:
        own = [m.name for m in metrics() if m.measure == measure and m.name not in _SHOWN]
        names = sorted(own, key=lambda name: name not in _FIRST)
        kept = [name for name in names if not name.startswith("money_") and row(subject, name) is not None]
        groups.append((t(*sections()[f"measures.{measure}"]), kept[:room]))
    shown = table(
        subject,
        "measures",
        t("各项措施的主要结果（各路径均值）", "Main outcomes by measure (means over paths)"),
        groups,
    )
    pool = of_run(subject.run, "pool") if full and "credit" in subject.measures else None
    blocks: list[Block] = [shown] if shown else []
    blocks += [pool] if pool else []
    return [Heading(t("各项措施", "The measures")), *blocks] if blocks else []
