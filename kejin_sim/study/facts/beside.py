"""Simulated figures beside published ones, and the table of both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.statistics import Interval
from kejin_sim.parameters.sources import EVIDENCE
from kejin_sim.study.facts.moments import ROUNDED
from kejin_sim.study.facts.published import GROUPS, PLACES, Moment, Published, known_moments
from kejin_sim.study.table import UNIT_WORDS, Column, Table

VERDICTS: Final[dict[str, tuple[str, str]]] = {
    "alike": ("相符", "alike"), "above": ("偏高", "above"), "below": ("偏低", "below"), "unclear": ("分不清", "unclear"),
}  # fmt: skip
"""Simulated against published: ``alike`` when the simulated value lies in the published range, or within a quarter of a single
value, and its 95 % interval not far outside; ``above`` and ``below`` when its whole interval is beyond; ``unclear`` in between, and
where there is no interval. A share of more than a half is judged by what is left of it: see `by_rest`."""
NEAR: Final = 1.25  # a single published value has no range: a quarter more or less is taken as alike
FAR: Final = 2.0  # an interval that reaches beyond twice or half the range does not show that they are alike


@dataclass(frozen=True, slots=True)
class Beside:
    """A moment as simulated, and one published figure of it."""

    moment: Moment
    simulated: Interval
    known: Published

    @property
    def verdict(self) -> str:
        """A code of `VERDICTS`; empty where nothing was simulated."""
        one = self.known
        low, high = (one.low, one.high) if one.has_range else (one.value, one.value)
        return compared(self.simulated, low, high, unit=self.moment.unit, ranged=one.has_range)


def by_rest(unit: str, least: float, most: float) -> bool:
    """Whether a figure is judged by what is left of it: a quarter more or less of a share above a half would be nearly anything,
    and 60 % that survive against 70 % are 40 % that fail against 30 %."""
    return unit == "share" and least + most > 1.0


def compared(simulated: Interval, least: float, most: float, *, unit: str, ranged: bool) -> str:
    """A code of `VERDICTS`: a simulated figure against what is known to be ``least`` to ``most``, or one value (not ``ranged``)."""
    value, low, high = simulated.value, simulated.low, simulated.high
    if math.isnan(value):
        return ""
    if math.isnan(low) or math.isnan(high):
        return "unclear"
    if by_rest(unit, least, most):
        rest = simulated._replace(value=1.0 - value, low=1.0 - high, high=1.0 - low)
        turned = {"above": "below", "below": "above"}
        found = compared(rest, 1.0 - most, 1.0 - least, unit="rest", ranged=ranged)
        return turned.get(found, found)
    slack = ROUNDED if ranged else NEAR
    least, most = least / slack, most * slack
    if least <= value <= most:
        return "alike" if low >= least / FAR and high <= most * FAR else "unclear"
    if low > most:
        return "above"
    return "below" if high < least else "unclear"


def beside(measured: NDArray[np.float64]) -> list[Beside]:
    """Every published figure beside what the paths `measured` give, in the order of the moments."""
    found = []
    for moment in known_moments():
        simulated = moment.estimate(measured)
        found += [Beside(moment, simulated, one) for one in moment.published]
    return found


def table(rows: Sequence[Beside]) -> Table:
    """All of it, a published figure a row."""
    columns = [
        Column("group", "类别", "group", "text", words=GROUPS),
        Column("moment", "代码", "code", "text"),
        Column("label", "指标", "figure", "text"),
        Column("unit", "单位", "unit", "text", words=UNIT_WORDS),
        Column("simulated", "模拟", "simulated"),
        Column("low95", "95%区间下限", "95 % low"),
        Column("high95", "95%区间上限", "95 % high"),
        Column("published", "公开数字", "published"),
        Column("published_low", "公开数字下限", "published, low"),
        Column("published_high", "公开数字上限", "published, high"),
        Column("verdict", "模拟与公开相比", "simulated is", "text", words=VERDICTS),
        Column("place", "国家", "country", "text", words=PLACES),
        Column("of", "公开数字的对象", "of whom", "text"),
        Column("source", "来源代码", "source", "text"),
        Column("citation", "来源", "source, in words", "text"),
        Column("evidence", "证据", "evidence", "text", words=EVIDENCE),
    ]
    made = Table("facts", "世界与公开统计", "world and published figures", columns)
    for row in rows:
        one, known, simulated = row.moment, row.known, row.simulated
        made.add(one.group, one.name, one.label, one.unit, simulated.value, simulated.low, simulated.high, known.value, known.low,
                 known.high, row.verdict, known.place, known.of, known.source, known.origin.citation, known.evidence)  # fmt: skip
    return made
