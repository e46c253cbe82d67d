"""Figures that a fit is to meet: the published ones, or those of a user's own table."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.errors import InputError, Problem, nearest, reason
from kejin_sim.study.facts.beside import NEAR
from kejin_sim.study.facts.moments import MEDIANS, NAMES
from kejin_sim.study.facts.published import Moment, known_moments
from kejin_sim.units import UnitError, parse_rate, shown

Floats = NDArray[np.float64]

LEAST: Final = 1e-4  # what never happened in a run counts as this, so that its distance is finite

CODE: Final = ("代码", "code", "moment")
VALUE: Final = ("公开数字", "published")
LOW: Final = ("公开数字下限", "published, low", "published_low")
HIGH: Final = ("公开数字上限", "published, high", "published_high")
"""Heads of the columns of a user's table: those of ``facts.csv`` in both languages, and as programs name them."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to meet: anything from ``low`` to ``high`` does, in the moment's unit."""

    moment: Moment
    low: float
    high: float

    def distance(self, value: float) -> float:
        """How far a simulated value is outside: ln(value ÷ nearer end) ÷ ln `NEAR`; 1 is a quarter too much, 0 inside."""
        value = LEAST if math.isnan(value) else max(value, LEAST)
        edge = min(max(value, self.low), self.high)
        return math.log(value / edge) / math.log(NEAR)


def simulated(goals: Sequence[Goal], measured: Floats) -> list[float]:
    """What paths `measured` give of each figure; NaN where nothing was seen."""
    found = []
    for goal in goals:
        top, bottom = measured[:, NAMES.index(goal.moment.name)].T
        if goal.moment.name in MEDIANS:
            seen = top[np.isfinite(top)]
            found.append(float(seen.mean()) if len(seen) else math.nan)
        else:
            found.append(float(top.sum() / bottom.sum()) if bottom.any() else math.nan)
    return found


def distances(goals: Sequence[Goal], measured: Floats) -> Floats:
    """Distance of each figure."""
    return np.array([goal.distance(value) for goal, value in zip(goals, simulated(goals, measured), strict=True)])


def off(distance: Floats) -> float:
    """By what factor the figures are off on average (geometric mean; 1 is none)."""
    return float(NEAR ** np.abs(distance).mean())


def published() -> list[Goal]:
    """All published figures. Where several sources publish the same figure, anything between them does."""
    found = []
    for moment in known_moments():
        ends = [(one.low, one.high) if one.has_range else (one.value, one.value) for one in moment.published]
        found.append(Goal(moment, min(low for low, _ in ends), max(high for _, high in ends)))
    return found


def of_table(path: str) -> list[Goal]:
    """The figures of a user's CSV table in the form of ``facts.csv``: a code, and a published value or its range.

    Rows of one code are one figure, as in `published`; rows without a value are left out. Errors: `InputError` with every line that
    is wrong and what to write.
    """
    rows = list(csv.reader(_text(path).splitlines()))
    heads = [head.strip() for head in rows[0]] if rows else []
    code, value, low, high = (_column(heads, names) for names in (CODE, VALUE, LOW, HIGH))
    if code is None or value is None:
        raise InputError.of(
            "目标表的第一行须有“代码”和“公开数字”两列。", "the first line of the table needs the columns code and published.",
            key="--targets", file=path, hint_zh="运行 kejin facts，把它写出的 facts.csv 里的公开数字改成自己的。",
            hint_en="run kejin facts and put your own figures into the published columns of its facts.csv.",
        )  # fmt: skip
    known = {moment.name: moment for moment in known_moments()}
    problems: list[Problem] = []
    ends: dict[str, tuple[float, float]] = {}
    for line, row in enumerate(rows[1:], 2):
        cells = [
            row[place].strip() if place is not None and place < len(row) else "" for place in (code, value, low, high)
        ]
        if not any(cells[1:]):
            continue
        try:
            found = _range(cells[1:])
            if cells[0] not in known:
                close = nearest(cells[0], known)
                raise UnitError(
                    f"没有代码为 {shown(cells[0])} 的指标。", f"there is no figure with the code {shown(cells[0])}.",
                    f"是否想写 {close[0]}？" if close else "代码见 facts.csv。",
                    f"did you mean {close[0]}?" if close else "facts.csv lists the codes.",
                )  # fmt: skip
        except UnitError as error:
            problems.append(Problem(path, line, 1, cells[0], error.zh, error.en, error.hint_zh, error.hint_en))
            continue
        before = ends.get(cells[0], found)
        ends[cells[0]] = min(before[0], found[0]), max(before[1], found[1])
    if problems:
        raise InputError(problems)
    if not ends:
        raise InputError.of("目标表里没有一行数字。", "no row of the table has a figure.", key="--targets", file=path,
                            hint_zh="至少写一个公开数字。", hint_en="write one published figure at least.")  # fmt: skip
    return [Goal(known[name], *span) for name, span in ends.items()]


def _text(path: str) -> str:
    """What a spreadsheet program saves as CSV: UTF-8, or GB 18030 where Windows is Chinese."""
    try:
        data = Path(path).expanduser().read_bytes()
    except (OSError, ValueError) as error:
        zh, en = reason(error) if isinstance(error, OSError) else (str(error), str(error))
        raise InputError.of(
            f"无法读取 {path}：{zh}。", f"{path} cannot be read: {en}.", key="--targets",
            hint_zh="检查文件名与所在文件夹。", hint_en="check the name and the folder.",
        ) from None  # fmt: skip
    for encoding in () if b"\0" in data else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError.of(
        f"{path} 不是 CSV 文本。", f"{path} is no CSV text.", key="--targets",
        hint_zh="在 Excel 里另存为 CSV（逗号分隔）。", hint_en="save it as CSV (comma-separated) in the spreadsheet program.",
    )  # fmt: skip


def _column(heads: Sequence[str], names: Sequence[str]) -> int | None:
    return next((heads.index(name) for name in names if name in heads), None)


def _range(cells: Sequence[str]) -> tuple[float, float]:
    """Value, low and high as written: the range, or the value where there is none. Errors: `UnitError`."""
    value, least, most = (parse_rate(cell) if cell else math.nan for cell in cells)
    low, high = (value, value) if math.isnan(least) or math.isnan(most) else (least, most)
    if not 0.0 < low <= high:
        raise UnitError(
            "数值须大于0；写下限和上限时两个都写，下限不大于上限。",
            "values are above 0; a range has both ends, the low one not above the high one.",
            "写公开数字，或再写下限和上限。",
            "write a published value, or a low and a high one too.",
        )
    return low, high
