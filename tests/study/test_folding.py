"""Long tables of effects: what has one is listed, the rest counted, and with --all everything is there."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kejin_sim import load_scenario
from kejin_sim.cli import attribute as attribute_command
from kejin_sim.cli import sensitivity as sensitivity_command
from kejin_sim.cli.folding import counted
from kejin_sim.lang import set_language
from kejin_sim.outcomes.statistics import UNKNOWN, Interval, exactly
from kejin_sim.report import style
from kejin_sim.report.attribution import Attribution, attribution, attribution_figure
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings
from kejin_sim.report.parts import studied
from kejin_sim.study import attribute
from kejin_sim.study.attribute import Player
from kejin_sim.study.effect import Effect, effect, largest
from kejin_sim.study.folding import SHORT, unfolded
from kejin_sim.study.quantity import quantity
from kejin_sim.study.sensitivity import Sensitivity, Swing, dimensions
from kejin_sim.study.shapley import Array, Shares
from kejin_sim.study.sobol import Indices
from tests.study.conftest import Kejin

DEMO = load_scenario("demo")
TOLD, UNCLEAR, NONE = (
    Interval(5e6, 1e6, 3e6, 7e6, 60, 60),
    Interval(1e6, 1e6, -1e6, 3e6, 60, 60),
    Interval(0.0, 0.0, 0.0, 0.0, 60, 60),
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((TOLD, NONE), "told"),
        ((UNCLEAR, TOLD), "told"),
        ((UNCLEAR, NONE), "unclear"),
        ((NONE, NONE), "none"),
        ((exactly(0.0),), "none"),
        ((Interval(1e-4, 1e-5, 5e-5, 2e-4),), "none"),  # a speck of rounding beside millions
        ((Interval(0.0, 1e6, -2e6, 2e6),), "unclear"),  # changes that cancel out are none too few
        ((exactly(3e5),), "told"),  # too few paths for an interval: nothing says that it may be 0
        ((UNKNOWN, NONE), "none"),
        ((UNKNOWN, UNKNOWN), "undefined"),
    ],
)
def test_effects_are_told_apart(found: tuple[Interval, ...], expected: Effect) -> None:
    assert effect(*found, size=largest(TOLD, *found)) == expected


def test_the_rest_is_counted_by_kind() -> None:
    effects: list[Effect] = ["none"] * 5 + ["told"] + ["unclear"] * 8 + ["undefined"]
    set_language("zh")
    assert unfolded(effects, all_rows=False) == [5]
    assert counted(effects, [5]) == [
        "没有列出：5 项没有影响、8 项看不出影响（区间含0）、1 项没有定义；加 --all 全部列出，结果文件里都有"
    ]
    everything = unfolded(effects, all_rows=True)
    assert everything == list(range(15))
    assert counted(effects, everything) == []
    assert unfolded(effects[:SHORT], all_rows=False) == list(range(SHORT))  # a short table is no burden


def _shares(parts: int) -> Shares:
    """The first two parts bring 30 and 20 m, the third ±1 m by path, the fourth ±1.5 m and 0.3 m, the others nothing."""
    sample = np.zeros((parts, 1, 60))
    sign = np.tile([1.0, -1.0], 30)
    sample[0], sample[1], sample[2], sample[3] = 3e7 + 1e6 * sign, 2e7, 1e6 * sign, 3e5 + 1.5e6 * sign
    none: Array = np.zeros((parts, 1))
    return Shares(sample, sample, none, sample.sum(axis=0), 1 << parts)


def test_an_attribution_lists_parts_with_an_effect_and_still_adds_up() -> None:
    parts = [Player(f"p{i}", f"部分{i}", f"part {i}", ()) for i in range(15)]
    set_language("zh")
    asked = [quantity("fiscal_outlay")]
    folded = list(attribute_command._lines(DEMO, parts, asked, _shares(15), 60, 1, 0))
    starts = [i for i, line in enumerate(folded) if line.startswith(("一览", "市财政支出"))]
    for start in starts:
        rows = [line.split()[0] for line in folded[start + 1 : start + 6]]
        assert rows == [
            "部分0",
            "部分1",
            "其余",
            *(["合计"] if start == starts[0] else ["合计：方案比基准多"]),
            "没有列出：11",
        ]
        cells = folded[start + 1 : start + 5]
        assert "其余 13 项合计" in cells[2]
        assert "+30万元" in cells[2]
        assert "+5,030万元" in cells[3]
    assert sum("11 项没有影响、2 项看不出影响（区间含0）" in line for line in folded) == 2
    whole = list(attribute_command._lines(DEMO, parts, asked, _shares(15), 60, 1, 0, all_rows=True))
    assert sum(line.startswith("部分") for line in whole) == 30
    assert not any(line.startswith(("其余", "没有列出")) for line in whole)
    few = list(attribute_command._lines(DEMO, parts[:10], asked, _shares(10), 60, 1, 0))
    assert sum(line.startswith("部分") for line in few) == 20


def _report(parts: list[Player], shares: Shares, *, earlier: bool = False) -> Attribution:
    """What a report reads in the rows of these shares; ``earlier``: of a folder without the intervals of what is lost."""
    rows = attribute.table(parts, [quantity("fiscal_outlay")], shares).objects()
    if earlier:
        rows = [
            {k: v for k, v in row.items() if not k.startswith("leave_one_out_") or k.endswith("_se")} for row in rows
        ]
    head = Head("演示", "", 60, 1, 0, "")
    read = attribution(
        Findings("attribute", ("演示",), head, {"by": "section", "orders": 0}, {}, {"attribution": rows})
    )
    assert read is not None
    return read


@pytest.mark.parametrize("earlier", [False, True])
def test_a_report_folds_an_attribution_as_the_terminal_does(earlier: bool) -> None:
    parts = [Player(f"p{i}", f"部分{i}", f"part {i}", ()) for i in range(15)]
    set_language("zh")
    read = _report(parts, _shares(15), earlier=earlier)
    (one,) = read.outcomes
    assert [(part.label, part.count) for part in one.parts] == [("部分0", 1), ("部分1", 1), ("其余 13 项合计", 13)]
    assert one.parts[-1].share == pytest.approx(3e5)
    assert read.left == "11 项没有影响、2 项看不出影响（区间含0）"
    found = Findings("attribute", ("演示",), read.head, {}, {}, {"attribution": attribute.table(
        parts, [quantity("fiscal_outlay")], _shares(15)).objects()})  # fmt: skip
    (table,) = studied.tables(found, "a")
    assert [row[0] for row in table.rows if isinstance(row, tuple)] == [
        "部分0",
        "部分1",
        "其余 13 项合计",
        "合计：方案比基准多",
    ]
    assert any("没有列出：11 项没有影响、2 项" in note and "attribution.csv" in note for note in table.notes)
    few = _report(parts[:10], _shares(10), earlier=earlier)
    assert len(few.outcomes[0].parts) == 10
    assert not few.left


def test_a_figure_of_an_attribution_fits_a_page() -> None:
    """Forty parts that all have an effect: the fifteen largest are drawn, the others are one bar that brings the sum."""
    sizes = [*range(1, 40), 100]
    sample = np.ones((40, 1, 60)) * 1e6 * np.array(sizes, dtype=float)[:, None, None]
    shares = Shares(sample, sample, np.zeros((40, 1)), sample.sum(axis=0), 41)
    parts = [Player(f"p{i}", f"部分{i}", f"part {i}", ()) for i in range(40)]
    set_language("zh")
    read = _report(parts, shares)
    assert not read.left
    assert len(read.outcomes[0].parts) == 40
    with style.styled():
        figure = attribution_figure(read)
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        *(f"部分{i}" for i in range(25, 40)), "其余 25 项合计"
    ]  # fmt: skip
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(8.8)
    assert figure.get_size_inches()[1] < 29.7 / 2.54
    assert "25 项合为最下一条" in "".join(text.get_text() for text in figure.texts)


def _made(count: int) -> Sensitivity:
    inputs = dimensions(DEMO, ())[:count]
    ends = [(TOLD, NONE), (UNCLEAR, NONE), *[(NONE, NONE)] * (count - 2)]
    swings = tuple(Swing(d, *pair) for d, pair in zip(inputs, ends, strict=True))
    flat = np.zeros(count)
    first = flat.copy()
    first[0], first[1] = 0.9, 0.0049
    names = tuple(d.name for d in inputs)
    found = Indices(names, first, first, first, flat, first, flat, 1.0, 0.1)
    nothing = np.zeros((0, count))
    return Sensitivity(
        tuple(inputs), (quantity("tax"),), (swings,), (found,), nothing, nothing, (), math.nan, (0,), paths=60
    )


def test_a_sensitivity_lists_what_decides() -> None:
    set_language("zh")
    made = _made(15)
    folded = list(sensitivity_command._lines(DEMO, made, None, 60, 1))
    labels = [d.label for d in made.dimensions]
    assert [sum(line.startswith(label) for line in folded) for label in labels] == [2] + [0] * 14
    assert "没有列出：13 项没有影响、1 项看不出影响（区间含0）；加 --all 全部列出，结果文件里都有" in folded
    assert "另有 14 项的两个指数都是 0.00；加 --all 全部列出" in folded
    whole = list(sensitivity_command._lines(DEMO, made, None, 60, 1, all_rows=True))
    assert all(sum(line.startswith(label) for line in whole) >= 2 for label in labels)
    assert not any("--all" in line for line in whole)


def test_both_commands_know_the_option(kejin: Kejin, fake: None) -> None:
    words = ("--paths", "4", "--no-cache", "--all")
    for said in (kejin("attribute", "demo", "--by", "section", "--orders", "8", "--metric", "tax", *words),
                 kejin("sensitivity", "demo", "--base", "0", *words)):  # fmt: skip
        assert said.code == 0, said.err
        assert "--all" not in said.out
