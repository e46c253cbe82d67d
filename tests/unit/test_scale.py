"""Columns of one outcome: one unit, decimals that let its figures be compared and added up."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from kejin_sim.cli.attribute import _lines
from kejin_sim.lang import set_language
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.scale import shared_scale
from kejin_sim.outcomes.statistics import Interval, exactly
from kejin_sim.report.numbers import column
from kejin_sim.scenario.load import load_scenario
from kejin_sim.study.attribute import Player
from kejin_sim.study.quantity import quantity
from kejin_sim.study.shapley import Array, exact

MONEY = by_name()["fiscal_outlay"]


pytestmark = pytest.mark.usefixtures("chinese")


def told(value: float, half: float) -> Interval:
    return Interval(value, half / 2, value - half, value + half, 100, 100)


def test_a_column_of_money_has_one_unit_and_adds_up() -> None:
    """Parts of 2.99亿元, 9,100万元 and 60万元 of a sum of 3.906亿元: alone each would have a unit of its own."""
    parts = [told(2.99e8, 5e6), told(9.1e7, 3e7), told(6e5, 2e5)]
    scale = shared_scale(MONEY, [*parts, told(3.906e8, 8e6)], gap=True)
    assert [scale.estimate(one, signed=True) for one in parts] == [
        "+29,900万元 [29,400, 30,400]",
        "+9,100万元 [6,100, 12,100]",
        "+60万元 [40, 80]",
    ]
    assert scale.estimate(told(3.906e8, 8e6), signed=True) == "+39,060万元 [38,260, 39,860]"


@pytest.mark.parametrize(
    ("column_of", "first"),
    [
        ([told(1.0e8, 1e8)], "1.00亿元 [0.00, 2.00]"),  # a wide interval takes no digits of a sum
        ([told(1.234e8, 4e5)], "12,340万元 [12,300, 12,380]"),
        ([told(1.234e10, 4e5)], "123.4亿元 [123.4, 123.4]"),  # four digits are enough
        ([exactly(1.234e8)], "1.23亿元"),
        ([exactly(9.9999e7)], "1.00亿元"),
        ([exactly(1.5), exactly(0.0)], "1.50元"),
        ([exactly(1.012e7), exactly(9.93e8)], "1,012万元"),  # the larger one would leave 0.10亿元
        ([exactly(5.46e8), exactly(1.54e10)], "5.5亿元"),
        ([exactly(0.0)], "0元"),
        ([told(30.0, 1e8), told(-40.0, 2e8)], "0.00亿元 [-1.00, 1.00]"),  # nothing is told from 0: no yuan
        ([exactly(math.nan)], "无"),
    ],
)  # fmt: skip
def test_digits_of_a_column(column_of: list[Interval], first: str) -> None:
    assert shared_scale(MONEY, column_of).estimate(column_of[0]) == first


def test_what_is_too_small_for_the_column_is_not_called_nothing() -> None:
    large = told(5e8, 5e6)
    scale = shared_scale(MONEY, [large], gap=True)
    assert scale.value(3.8e3, signed=True) == "<0.01亿元"
    assert scale.value(-3.8e3, signed=True) == ">-0.01亿元"
    assert scale.value(0.0, signed=True) == scale.value(1e-7) == "0.00亿元"
    # What may be 0 reads as 0, and what has an interval on one side of it does not.
    assert scale.estimate(told(3e3, 1e3), signed=True) == "<0.01亿元 [0.00, 0.00]"
    assert scale.estimate(told(3e3, 4e3), signed=True) == "0.00亿元 [0.00, 0.00]"
    assert scale.middle(told(3e3, 4e3), signed=True) == "0.00亿元"
    assert (
        scale.together([large, *map(exactly, (3.8e3, -3.8e3, 0.0))]) == "5.00 [4.95, 5.05] / <0.01 / >-0.01 / 0.00亿元"
    )
    set_language("en")
    scale = shared_scale(MONEY, [large], gap=True)
    assert [scale.value(v, signed=True) for v in (5e8, 3.8e3, -3.8e3)] == ["CNY +500 m", "<CNY 1 m", ">CNY -1 m"]
    assert (scale.unit, scale.bare(large), scale.bare(exactly(3.8e3))) == ("CNY m", "500 [495, 505]", "<1")
    assert (scale.together([large]), scale.bare(exactly(math.nan))) == ("CNY 500 [495, 505] m", "n/a")


def test_counts_shares_and_years() -> None:
    firms, years, share = (by_name()[name] for name in ("firms_surviving_5y", "payback_years", "pool_exhausted"))
    scale = shared_scale(firms, [told(3.6, 1.0), told(0.4, 0.5)], gap=True)
    assert scale.estimate(told(0.4, 0.5), signed=True) == "+0.40家 [-0.10, 0.90]"
    assert shared_scale(firms, [told(3446.0, 600.0)]).estimate(told(3446.0, 600.0)) == "3,446家 [2,846, 4,046]"
    never = Interval(8.0, math.nan, 7.0, math.inf, 60, 60)
    assert shared_scale(years, [never]).estimate(never) == "8.00年 [7.00年, 期内没有]"
    assert shared_scale(share, [told(0.5, 0.1)]).estimate(told(0.5, 0.1)) == "50.0% [40.0, 60.0]"


def test_a_report_has_the_same_columns() -> None:
    found = [told(2.99e8, 5e6), None, exactly(math.nan), told(-6e5, 2e5)]
    assert column(MONEY, found, signed=True) == [
        "+29,900万元 [29,400, 30,400]",
        "—",
        "—",
        "\u221260万元 [\u221280, \u221240]",
    ]
    assert column(MONEY, found, signed=True, alone=True) == ["+29,900万元", "—", "—", "\u221260万元"]


def test_the_parts_that_are_printed_add_up_to_the_sum() -> None:
    """Money of three parts, one of them 500 times the smallest: what the lines of the outcome say, and the overview."""
    weights = (2.98765e8, 1.234e7, 5.6e5)

    def value(mask: int) -> Array:
        return sum(w for i, w in enumerate(weights) if mask >> i & 1) * scatter

    scatter = np.tile([0.99, 1.01], (1, 30))
    parts = [Player(name, name, name, ()) for name in "abc"]
    shares = exact(value, 3)
    said = list(_lines(load_scenario("demo"), parts, [quantity("fiscal_outlay")], shares, 60, 1, 0))
    (start,) = (i for i, line in enumerate(said) if line.startswith("市财政支出"))
    table = [re.findall(r"[+-][\d,]+(?=万元)", line)[0] for line in said[start + 1 : start + 5]]
    numbers = [int(text.replace(",", "")) for text in table]
    assert sum(numbers[:3]) == pytest.approx(numbers[3], abs=1)
    overview = [line.split()[-1] for line in said if line.split() and line.split()[0] in ("a", "b", "c", "合计")]
    assert overview[:4] == [f"{text}万元" for text in (table[0], table[1], table[2], table[3])]
