"""Figures that a fit is to meet: the published ones, or those of a user's own table."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.errors import InputError, Problem, nearest, reason
from kejin_sim.study.facts.beside import NEAR, by_rest
from kejin_sim.study.facts.moments import BY_MONEY, MEDIANS, NAMES, RATIOS
from kejin_sim.study.facts.published import APART, NESTED, Moment, known_moments
from kejin_sim.units import UnitError, parse_number, parse_rate, shown

Floats = NDArray[np.float64]

UNLIKE: Final = 5.0  # of one's own figure from the published one: three times as much, perhaps in another unit
ROUNDING: Final = 0.01  # by which published shares may add up to more than all
LEAST: Final = 1e-4  # what is less counts as this, so that every distance is finite

CODE: Final = ("代码", "code", "moment")
VALUE: Final = ("公开数字", "published")
LOW: Final = ("公开数字下限", "published, low", "published_low")
HIGH: Final = ("公开数字上限", "published, high", "published_high")
"""Heads of the columns of a user's table: those of ``facts.csv`` in both languages, and as programs name them."""


_ENDS: Final = re.compile(r"下限|上限|\blow|\bhigh|最低|最高|\bmin|\bmax", re.IGNORECASE)
_INTERVAL: Final = ("95%区间下限", "95%区间上限", "95 % low", "95 % high", "low95", "high95")
"""Heads that look like ends of a range, and those of ``facts.csv`` that are an interval of what was simulated."""
Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to meet: anything from ``low`` to ``high`` does, in the moment's unit."""

    moment: Moment
    low: float
    high: float

    def distance(self, value: float) -> float:
        """How far a simulated value is outside: ln(value ÷ nearer end) ÷ ln `NEAR`; 1 is a quarter too much, 0 inside, NaN for NaN.
        A share of more than a half is measured by what is left of it (`by_rest`)."""
        if by_rest(self.moment.unit, self.low, self.high):
            return -_outside(1.0 - value, 1.0 - self.high, 1.0 - self.low)
        return _outside(value, self.low, self.high)


def _outside(value: float, low: float, high: float) -> float:
    if math.isnan(value):
        return math.nan
    value = max(value, LEAST)
    return math.log(value / min(max(value, low), high)) / math.log(NEAR)


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
    """Distance of each figure; NaN where nothing was seen. What never happened, or always did, counts as half a case of one more:
    how far 0 is off depends on how many there were to look at."""
    found = []
    for goal, value in zip(goals, simulated(goals, measured), strict=True):
        name = goal.moment.name
        if goal.moment.unit == "share" and name in RATIOS and value in (0.0, 1.0):
            trials = float(measured[:, NAMES.index(name), 1].sum())
            half = math.nan if name in BY_MONEY else 0.5 / (trials + 1.0)
            value = half if value == 0.0 else 1.0 - half
        found.append(goal.distance(value))
    return np.array(found)


def off(distance: Floats) -> float:
    """By what factor the figures that were seen are off on average (geometric mean; 1 is none)."""
    return float(NEAR ** np.abs(distance[np.isfinite(distance)]).mean())


def published() -> list[Goal]:
    """All published figures. Where several sources publish the same figure, anything between them does."""
    found = []
    for moment in known_moments():
        ends = [(one.low, one.high) if one.has_range else (one.value, one.value) for one in moment.published]
        found.append(Goal(moment, min(low for low, _ in ends), max(high for _, high in ends)))
    return found


@dataclass(frozen=True)
class Table:
    """A user's table: the figures to meet, how many of them are his own, the text as it was read, and those of his own that are
    far from what is published, each with that."""

    goals: list[Goal]
    own: int
    text: str
    far: list[tuple[Goal, Goal]]


def of_table(path: str, *, alone: bool) -> Table:
    """The figures of a user's CSV table in the form of ``facts.csv``, and all published ones of which it has none of its own.

    A row is a code, and a value or its range. Rows of one code are one figure, as in `published`. Rows that are as published do not
    count beside a row of one's own; of a row in which only the value was changed, its published range no longer counts. ``alone``:
    only the table, with its rows as published. Errors: `InputError` with every line that is wrong and what to write.
    """
    text = _text(path)
    lines = text.splitlines()
    rows = list(csv.reader(lines, delimiter=_delimiter(lines[0] if lines else "")))
    heads = [head.strip() for head in rows[0]] if rows else []
    code, value, low, high = (_column(heads, names) for names in (CODE, VALUE, LOW, HIGH))
    if code is None or value is None:
        raise InputError.of(
            "目标表的第一行须有“代码”和“公开数字”两列。", "the first line of the table needs the columns code and published.",
            key="--targets", file=path, hint_zh="运行 kejin facts，把它写出的 facts.csv 里的公开数字改成自己的。",
            hint_en="run kejin facts and put your own figures into the published columns of its facts.csv.",
        )  # fmt: skip
    stray = [head for head in heads if _ENDS.search(head) and head not in (*LOW, *HIGH, *_INTERVAL)]
    if stray:
        raise InputError.of(
            f"列 {shown(stray[0])} 不认得。", f"the column {shown(stray[0])} is not known.", key="--targets", file=path,
            hint_zh=f"范围的两列写“{LOW[0]}”和“{HIGH[0]}”。", hint_en=f"name the columns of a range {LOW[2]} and {HIGH[2]}.",
        )  # fmt: skip
    known = {moment.name: moment for moment in known_moments()}
    problems: list[Problem] = []
    own: dict[str, list[Ends]] = {}
    shipped: dict[str, list[Ends]] = {}
    for line, row in enumerate(rows[1:], 2):
        cells = [
            row[place].strip() if place is not None and place < len(row) else "" for place in (code, value, low, high)
        ]
        if not any(cells[1:]):
            continue
        try:
            if cells[0] not in known:
                raise _no_such_code(cells[0], known)
            ends, as_published = _read(known[cells[0]], cells[1:])
        except UnitError as error:
            problems.append(Problem(path, line, 1, cells[0], error.zh, error.en, error.hint_zh, error.hint_en))
            continue
        (shipped if as_published else own).setdefault(cells[0], []).append(ends)
    if problems:
        raise InputError(problems)
    if not own and not (alone and shipped):
        raise InputError.of(
            "目标表里没有一个自己的数字。", "no row of the table has a figure of its own.", key="--targets", file=path,
            hint_zh="至少改一个公开数字。", hint_en="change one published figure at least.",
        )  # fmt: skip
    others = {goal.moment.name: goal for goal in published()}
    wanted = {} if alone else dict(others)
    for name, spans in {**(shipped if alone else {}), **own}.items():
        wanted[name] = Goal(known[name], min(least for least, _ in spans), max(most for _, most in spans))
    _refuse_impossible(wanted, set(own), path, alone=alone)
    beside = [(wanted[name], others[name]) for name in known if name in own]
    far = [(mine, other) for mine, other in beside if _unlike(mine, other)]
    return Table([wanted[name] for name in known if name in wanted], len(own), text, far)


def _unlike(mine: Goal, other: Goal) -> bool:
    """Whether two ranges of a figure are so far apart that one of them may be in another unit."""
    end = mine.high if mine.high < other.low else mine.low
    return abs(other.distance(end)) > UNLIKE


def _refuse_impossible(wanted: Mapping[str, Goal], own: set[str], path: str, *, alone: bool) -> None:
    """No world has shares that exclude each other and add up to more than all, or a part that is more than the whole.

    Errors: `InputError`. Only what the user has a hand in is judged.
    """
    for names in APART:
        goals = [wanted[name] for name in names if name in wanted]
        least = sum(goal.low for goal in goals)
        if own.intersection(names) and least > 1.0 + ROUNDING:
            zh, en = "、".join(goal.moment.zh for goal in goals), "; ".join(goal.moment.en for goal in goals)
            raise InputError.of(
                f"这些份额互不重叠，合计至少 {100 * least:.1f}%，超过100%：{zh}。",
                f"these shares exclude each other and add up to {100 * least:.1f} % at least: {en}.",
                key="--targets", file=path,
                hint_zh="同一组的各行一起改" + ("。" if alone else "；没有改的行用的是公开数字（只用自己的表：--only-targets）。"),
                hint_en="change the rows of a set together" + ("." if alone else "; rows left as they are stand as published "
                "(--only-targets: your table alone)."),
            )  # fmt: skip
    kept = [wanted[name] for name in NESTED if name in wanted]
    for whole, part in pairwise(kept):
        if own & {whole.moment.name, part.moment.name} and part.low > whole.high:
            raise InputError.of(
                f"{part.moment.zh}（{100 * part.low:.1f}%）不会多于{whole.moment.zh}（{100 * whole.high:.1f}%）。",
                f"{part.moment.en} ({100 * part.low:.1f} %) cannot be more than {whole.moment.en} ({100 * whole.high:.1f} %).",
                key="--targets", file=path, hint_zh="两行一起改。", hint_en="change both rows.",
            )  # fmt: skip


def _delimiter(heads: str) -> str:
    """What separates the columns: some spreadsheet programs write a semicolon or a tab."""
    return max(",;\t", key=heads.count)


def _no_such_code(text: str, known: Mapping[str, Moment]) -> UnitError:
    close = nearest(text, known)
    return UnitError(
        f"没有代码为 {shown(text)} 的指标。", f"there is no figure with the code {shown(text)}.",
        f"是否想写 {close[0]}？" if close else "代码见 facts.csv。",
        f"did you mean {close[0]}?" if close else "facts.csv lists the codes.",
    )  # fmt: skip


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


def _read(moment: Moment, cells: Sequence[str]) -> tuple[Ends, bool]:
    """What a row wants of a moment, and whether it is as published. ``cells``: value, low and high as written.

    Errors: `UnitError`.
    """
    value, low, high = (_number(moment, cell) if cell else math.nan for cell in cells)
    if math.isnan(low) != math.isnan(high):
        raise UnitError(
            "只有范围的一端。",
            "a range has both ends.",
            "下限和上限都写，或都不写。",
            "write both low and high, or neither.",
        )
    if low > high:
        raise UnitError("下限大于上限。", "the low end is above the high one.", "对调。", "swap them.")
    for one in moment.published:
        ends = (one.low, one.high) if one.has_range else (one.value, one.value)
        same_range = (_same(low, one.low) and _same(high, one.high)) if one.has_range else math.isnan(low)
        if same_range and (_same(value, one.value) or (one.has_range and math.isnan(value))):
            return ends, True
        if same_range and one.has_range:  # only the value was changed: the published range is not one's own
            return (value, value), False
    if math.isnan(low):
        return (value, value), False
    if value < low or value > high:
        raise UnitError(
            "公开数字不在下限与上限之间。", "the value is not between low and high.", "改上下限，或把它们清空。",
            "change the ends, or leave them empty.",
        )  # fmt: skip
    return (low, high), False


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6)


_SIGNS: Final = {"years": ("年", "years", "year"), "multiple": ("倍", "x", "X")}
"""What may stand behind a number of years and a multiple."""


def _number(moment: Moment, text: str) -> float:
    """A figure in the moment's unit. Errors: `UnitError`."""
    if moment.unit == "share":
        found = parse_rate(text)
        if found >= 1.0:
            raise UnitError(
                f"{shown(text)} 不小于 100%：这是比率。", f"{shown(text)} is not below 100 %: this is a share.",
                "百分数带上百分号，例如 56.4%。", "write per cent with their sign, such as 56.4%.",
            )  # fmt: skip
    else:
        bare = next((text.removesuffix(sign) for sign in _SIGNS[moment.unit] if text.endswith(sign)), text)
        found = parse_number(bare.strip())
    if found <= 0.0:
        raise UnitError(
            "数值须大于0。", "a figure is above 0.", "从未发生的，写排除不了的范围，例如下限 0.01%、上限 1%。",
            "of what never happened write what cannot be ruled out, such as 0.01% to 1%.",
        )  # fmt: skip
    return found
