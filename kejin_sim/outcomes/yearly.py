"""Yearly series of every path that a researcher asked for, collected in the order of the paths."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import numpy as np

from kejin_sim.errors import InputError, nearest
from kejin_sim.outcomes.outcomes import Portion
from kejin_sim.outcomes.view import Array
from kejin_sim.outcomes.years import YEARS


@cache
def _rows() -> dict[str, int]:
    return {series.name: i for i, series in enumerate(YEARS)}


def series_asked(asked: Collection[str] | bool) -> tuple[str, ...]:
    """The series to keep: all for True, none for False, else those named, once each. Errors: `InputError` for a name that no
    series has, and for a text where a list of names belongs."""
    if isinstance(asked, bool):
        return tuple(_rows()) if asked else ()
    if isinstance(asked, str):  # a collection too, of letters
        raise InputError.of(
            "years 是年度序列名的列表，不是一段文字。",
            "years is a list of yearly series, not a text.",
            key="years",
            hint_zh=f"写 [{asked!r}]；要全部，写 True。",
            hint_en=f"write [{asked!r}], or True for all.",
        )
    for name in asked:
        if name not in _rows():
            raise _no_such_series(str(name))
    return tuple(dict.fromkeys(asked))


def _no_such_series(name: str) -> InputError:
    close = [known for known in _rows() if name and name in known][:5] or nearest(name, _rows(), 3)
    return InputError.of(
        f"没有名为 {name} 的年度序列。",
        f"there is no yearly series named {name}.",
        key="years",
        hint_zh=f"是否想写 {'、'.join(close)}？" if close else "名称见 years.parquet 的各列。",
        hint_en=f"did you mean {', '.join(close)}?" if close else "names are the columns of years.parquet.",
    )


class Yearly:
    """Yearly series of every path.

    Parameters: ``names``: the series kept, of `kejin_sim.outcomes.years.YEARS`; ``paths``, ``worlds`` as of the outcomes;
    ``first_year``: the fiscal year in which the books open; ``years``: how many fiscal years there are.
    ``values``: float64[world, series, path, fiscal year]: 8 bytes a figure, so that all series of Ningbo's package take some 90 KB
    a path.
    """

    def __init__(self, names: tuple[str, ...], paths: int, worlds: int, first_year: int, years: int) -> None:
        self.names = names
        self.fiscal_years = np.arange(first_year, first_year + years, dtype=np.int64)
        self.values = np.empty((worlds, len(names), paths, years))
        self._taken = [_rows()[name] for name in names]

    def add(self, portion: Portion) -> None:
        """Take in what a portion has of these series, at the place of its paths."""
        there = slice(portion.first_path, portion.first_path + portion.paths)
        self.values[:, :, there] = portion.years[:, self._taken]

    def of(self, name: str, world: int) -> Array:
        """A series of the package (0) or the twin (1): float64[path, fiscal year]. Errors: `InputError` for one that no run has,
        or that was not asked for."""
        if name not in _rows():
            raise _no_such_series(name)
        if name not in self.names:
            raise InputError.of(
                f"没有保留年度序列 {name}。",
                f"the yearly series {name} was not kept.",
                key="years",
                hint_zh=f"simulate(…, years=[{name!r}])；要全部，写 years=True。",
                hint_en=f"simulate(…, years=[{name!r}]), or years=True for all.",
            )
        found: Array = self.values[world, self.names.index(name)]
        return found
