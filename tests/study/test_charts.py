"""Charts of studies: every study has its own, a report draws the same ones from the folder, and nothing is cut or left out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from kejin_sim import load_scenario
from kejin_sim.lang import set_language
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import BOOK_LABELS
from kejin_sim.parameters.registry import sections
from kejin_sim.report import appropriation, comparison, margins, simplex, style, swept, tornado
from kejin_sim.report.charts import Chart, charts
from kejin_sim.report.chosen import open_study
from kejin_sim.report.data import Head
from kejin_sim.report.document import Group
from kejin_sim.report.findings import Findings, of_order, of_study, short
from kejin_sim.report.parts import studied
from kejin_sim.store.folder import Target
from kejin_sim.study import compare
from kejin_sim.study.folder import StudyOrder
from tests.study.conftest import Kejin
from tests.study.making import outcomes

pytestmark = pytest.mark.usefixtures("chinese")


HEAD = Head("方案", "基准", 60, 1, 4, "kejin")
SWEEP = """\
title: 规模与比例
scenario: demo
paths: 6
vary:
  measures.equity.angel_subfunds.size: [4000万元, 5000万元]
  measures.equity.angel_subfunds.gov_share: {low: 30%, high: 60%, steps: 3}
"""
STUDIES = {
    "compare": ("ningbo", "equity_only", "--paths", "12", "--no-cache"),
    "sweep": ("s.yaml",),
    "combos": ("linkage_133", "--budget", "6亿元", "--step", "50%", "--first", "10", "--paths", "20", "--no-cache"),
    "tolerance": ("demo", "--paths", "6", "--steps", "4", "--mixes", "0", "--no-cache"),
    "attribute": ("demo", "--paths", "6", "--no-cache"),
    "sensitivity": ("demo", "--paths", "6", "--base", "0", "--no-cache"),
    "solve": (
        "demo",
        "--vary",
        "measures.equity.seed_direct.per_year",
        "--target",
        "tax >= 1元",
        "--paths",
        "6",
        "--no-cache",
    ),
    "marginal": ("demo", "--paths", "6", "--no-cache"),
    "budget": ("demo", "--paths", "6"),
}
NAMED = {
    "compare": {"comparison"}, "combos": {"combos", "front"}, "attribute": {"attribution"},
    "sensitivity": {"tornado", "tornado-2"},
}  # fmt: skip


def drawn(chart: Chart) -> Any:
    """The figure, with everything that is drawn inside its edges."""
    with style.styled("text"):
        figure = chart.figure(chart.data)
        style.require_glyphs(figure)
        canvas: Any = FigureCanvasAgg(figure)
        box = figure.get_tightbbox(canvas.get_renderer())
    width, height = figure.get_size_inches()
    assert box.x0 > -0.02, (chart.name, "left")
    assert box.x1 < width + 0.02, (chart.name, "right")
    assert box.y0 > -0.02, (chart.name, "bottom")
    assert box.y1 < height + 0.02, (chart.name, "top")
    return figure


def _said(figure: Any) -> str:
    """All that is written in a figure, without line breaks."""
    return "".join(text.get_text() for text in figure.findobj(Text)).replace("\n", "")


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_draws_and_a_report_draws_the_same(kejin: Kejin, here: Path, study: str) -> None:
    (here / "s.yaml").write_text(SWEEP, encoding="utf-8")
    said = kejin(study, *STUDIES[study], "--out", "o")
    assert said.code == 0, said.err
    names = NAMED.get(study, {study})
    found = {path.stem for path in (here / "o").glob("*.svg")}
    assert found <= names
    assert found >= names - {"tornado-2"}
    opened = open_study(here / "o")
    again = charts(of_study(opened))
    assert {chart.name for chart in again} == found
    for chart in again:
        text = (here / "o" / f"{chart.name}.svg").read_text(encoding="utf-8")
        assert (here / "o" / f"{chart.name}.png").is_file()
        title = style.words(drawn(chart)).title
        assert title[:8] in text  # words are words, and the first of them the title
        assert "Microsoft YaHei" in text
    listed = json.loads((here / "o" / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {f"{name}.svg" for name in found} <= set(listed)


@pytest.mark.parametrize("study", ["combos", "attribute", "sensitivity", "marginal", "tolerance"])
def test_a_chinese_study_is_drawn_in_english(kejin: Kejin, here: Path, study: str) -> None:
    assert kejin(study, *STUDIES[study], "--out", "o").code == 0
    opened = open_study(here / "o")
    set_language("en")
    for chart in charts(of_study(opened)):
        figure = drawn(chart)
        for text in figure.findobj(Text):
            words = text.get_text().replace(opened.titles[0], "")
            assert not any("\u4e00" <= c <= "\u9fff" for c in words.replace("6亿元", "")), (chart.name, words)


def _around(values: list[float]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(1e8 * v + e for v in values) for e in (0.0, -1e6, 1e6))


def _divisions() -> simplex.Divisions:
    """Two objectives of which one wants the first group and the other the second."""
    shares = [(a / 4, b / 4, 1 - (a + b) / 4) for a in range(5) for b in range(5 - a)]
    gain, cost = [s[0] for s in shares], [s[0] - 0.3 * s[1] for s in shares]
    made = [
        simplex.Objective("得", by_name()["tax"], 1.0, *_around(gain), 0, True),
        simplex.Objective("费", by_name()["fiscal_net_cost"], -1.0, *_around(cost), 3, False),
    ]  # fmt: skip
    front = tuple(s[2] == 0.0 for s in shares)
    return simplex.Divisions(
        HEAD, ("拨", "投", "贷"), 6e8, tuple(shares), front, tuple(map(float, front)), tuple(made), ("科技担保",)
    )


def test_the_front_of_two_objectives() -> None:
    assert simplex.stairs([3.0, 1.0, 2.0, 2.0, 4.0], [5.0, 1.0, 3.0, 2.0, 4.0]) == [1, 2, 0]
    data = _divisions()
    figure = drawn(Chart("front", data, simplex.front_figure))
    (axes,) = figure.axes
    assert "费" in axes.get_xlabel()
    line = next(one for one in axes.lines if one.get_color() == style.WARN)
    # Without any of the third group each more of the first costs more of the second: all five divisions are on the line.
    assert list(line.get_ydata()) == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])
    assert list(line.get_xdata()) == pytest.approx([-0.3, 0.025, 0.35, 0.675, 1.0])
    assert "0:100:0" in {text.get_text() for text in axes.texts}


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_objectives_over_the_simplex(groups: int) -> None:
    data = _divisions()
    shares = tuple((*s[:2], s[2] / 2, s[2] / 2)[:groups] if groups != 3 else s for s in data.shares)
    names = ("拨", "投", "贷", "补")[:groups]
    figure = drawn(Chart("combos", dataclasses.replace(data, shares=shares, groups=names), simplex.simplex_figure))
    assert sum("得" in axes.get_title("center") + axes.get_title("left") for axes in figure.axes) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_charts_hold_ten_measures(language: str) -> None:
    """More parts than there are measures, with the longest labels there are."""
    set_language(language)
    names = sorted((name for name in sections() if name.startswith("measures.")), key=lambda n: -len(sections()[n][0]))[
        :12
    ]
    rows = [
        {"metric": metric, "player": name, "player_label": name, "shapley": 1e8 * i, "low95": 1e8 * i - 1e7,
         "high95": 1e8 * i + 1e7, "leave_one_out": 0.9e8 * i}
        for metric in ("fiscal_net_cost", "tax", "social_capital", "firms_surviving_5y")
        for i, name in enumerate([*names, "package"])
    ]  # fmt: skip
    found = Findings("attribute", ("方案",), HEAD, {"orders": 20}, {}, {"attribution": rows})
    (chart,) = charts(found)
    figure = drawn(chart)
    assert len(figure.axes) == 4
    assert len(figure.axes[0].get_yticklabels()) == 12
    for name in names:
        assert short(sections()[name][0 if language == "zh" else 1]) in "".join(
            label.get_text().replace("\n", "" if language == "zh" else " ")
            for label in figure.axes[0].get_yticklabels()
        )


@pytest.mark.parametrize(("gain", "arrows"), [(0.3, 0), (4.2, 1), (-3.0, 1)])
def test_a_comparison_shows_what_is_beyond_its_scale(gain: float, arrows: int, tmp_path: Path) -> None:
    """A difference beyond ±100 % stands at the edge with its figure, not off the chart."""
    noise = np.random.default_rng(5).normal(0, 0.1, 100)
    rows = compare.differences(
        outcomes({"fiscal_outlay": 10 + noise, "tax": 10 + noise}),
        outcomes({"fiscal_outlay": 11 + 2 * noise, "tax": 10 * (1 + gain) + 2 * noise}),
    )
    demo = load_scenario("demo")
    table = compare.table([demo, dataclasses.replace(demo, name="b")], [rows])
    (data,) = comparison.comparisons(
        of_order(StudyOrder("compare", Target(tmp_path), [demo, demo], 100, 1), [table], {})
    )
    figure = drawn(Chart("comparison", data, comparison.comparison_figure))
    (axes,) = figure.axes
    said = [text.get_text() for text in axes.texts if text.get_text()]
    assert len(said) == arrows
    if arrows:
        assert axes.get_xlim() == (-100.0, 100.0)
        assert float(said[0].rstrip("%").replace("\u2212", "-")) == pytest.approx(100 * gain, abs=1.0)
    low, high = axes.get_xlim()
    marks = [line.get_xdata()[0] for line in axes.lines if line.get_marker() in ("o", "s", "D", "<", ">")]
    assert len(marks) == 2
    assert all(low <= x <= high for x in marks)


def test_levers_that_save_money_have_no_gain_per_yuan_spent() -> None:
    def row(lever: str, spent: float, error: float) -> dict[str, Any]:
        return {"lever": lever, "label": f"{lever} +1", "spent": spent, "spent_low95": spent - 2 * error,
                "spent_high95": spent + 2 * error, "metric": "tax", "per_step": 5.0,
                "per_step_low95": 4.0, "per_step_high95": 6.0}  # fmt: skip

    rows = [
        row("angel_fund", 0.3, 0.0),
        row("risk_pool", 1e7, 1e6),
        row("guarantee", -1e7, 1e6),
        row("interest_subsidy", 1e6, 1e6),
    ]
    data = margins.margins(Findings("marginal", ("方案",), HEAD, {"step": 1e7}, {}, {"marginal": rows}))
    assert data is not None
    assert data.idle == ("天使引导基金",)
    assert [value is None for value in data.gains[0].values] == [False, True, True]
    drawn(Chart("marginal", data, margins.margins_figure))


def test_a_table_of_margins_has_every_lever_and_says_what_else_there_is() -> None:
    names = ("fiscal_net_cost", "firms_surviving_5y", "social_capital", "job_years_net", "tax")
    rows = [
        {
            "lever": f"k{i:02d}", "label": f"杠杆{i:02d}", "kind": "count", "change": 1.0, "spent": 1e7 * (i + 1),
            "spent_low95": 1e7 * i + 9e6, "spent_high95": 1e7 * i + 2e7,
            "metric": name, "per_step": 1.0, "per_step_low95": 0.5, "per_step_high95": 1.5,
        }
        for i in range(30)
        for name in names
    ]  # fmt: skip
    found = Findings("marginal", ("方案",), HEAD, {"step": 1e7}, {}, {"marginal": rows})
    tables = studied.tables(found, "m")
    assert len(tables) == 2
    assert len({table.id for table in tables}) == 2
    for table in tables:
        assert len(table.rows) == 30
        assert "29" in str(table.rows[0][0])  # what makes it spend most comes first
    assert "1 个指标" in "".join(tables[-1].notes)
    data = margins.margins(found)
    assert data is not None
    assert "支出变化较小的 6 项、2 个指标" in _said(drawn(Chart("marginal", data, margins.margins_figure)))


def _needs() -> list[dict[str, Any]]:
    """Rows of a budget: three books, two years and three years together, 95 % and 99 % one and two 亿元 above the mean."""
    rows = []
    for series, means in (
        ("fiscal_outlay", (4e8, 6e8)),
        ("fiscal_outlay_general", (1e8, 3e8)),
        ("fiscal_outlay_fund", (2e8, 1e8)),
        ("fiscal_outlay_state_capital", (1e8, 2e8)),
    ):
        for year, mean in zip((2026, 2025), means, strict=True):  # in whatever order
            rows += [{"series": series, "year": year, "span": 1, "mean": mean, "p95": mean + 1e8, "p99": mean + 2e8}]
            rows += [{"series": series, "year": year, "span": 3, "mean": 9e9, "p95": 9.1e9, "p99": 9.2e9}]
    for year, mean in ((2025, 5e7), (2026, 8e7)):
        rows.append({"series": "liability", "year": year, "span": 1, "mean": mean, "p95": 2 * mean, "p99": 3 * mean})
    return rows


def test_an_appropriation_shows_each_years_own_quantiles() -> None:
    """Bars of the books in a column, the 95 % of all above them, the 99 % above that."""
    found = Findings("budget", ("方案",), HEAD, {}, {}, {"budget": _needs()})
    data = appropriation.appropriation(found)
    assert data is not None
    assert data.years == (2025, 2026)
    general, fund, state = (BOOK_LABELS[book][0] for book in ("general", "fund", "state_capital"))
    assert dict(data.books) == {general: (3e8, 1e8), fund: (1e8, 2e8), state: (2e8, 1e8)}
    assert data.p95 == (7e8, 5e8)
    assert data.p99 == (8e8, 6e8)
    with style.styled():
        figure = appropriation.appropriation_figure(data)
    (axes,) = figure.axes
    marks = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines}
    assert marks == {"95%的路径不超过": ([2025, 2026], [7.0, 5.0]), "99%的路径不超过": ([2025, 2026], [8.0, 6.0])}
    assert [[(bar.get_y(), bar.get_height()) for bar in bars] for bars in axes.containers] == [
        [(0.0, 3.0), (0.0, 1.0)], [(3.0, 1.0), (1.0, 2.0)], [(4.0, 2.0), (3.0, 1.0)]
    ]  # fmt: skip
    nothing = [row | {"mean": 0.0} for row in _needs()]
    assert appropriation.appropriation(Findings("budget", ("方案",), HEAD, {}, {}, {"budget": nothing})) is None


def test_a_table_of_appropriations_has_every_column_at_its_place() -> None:
    (table,) = studied._budget(Findings("budget", ("方案",), HEAD, {}, {}, {"budget": _needs()}), "tab")
    assert table.head == (
        "年度",
        *(zh for zh, _ in BOOK_LABELS.values()),
        "合计",
        "95%不超过 [95%区间]",
        "99%不超过 [95%区间]",
    )
    assert table.rows == (
        ("2025", "3.00", "1.00", "2.00", "6.00", "7.00", "8.00"),
        ("2026", "1.00", "2.00", "1.00", "4.00", "5.00", "6.00"),
    )
    assert "亿元" in table.caption
    assert any("以 2026 年最高：均值 8,000万元，95%的路径不超过 16,000万元" in note for note in table.notes)
    assert table.notes[-1].startswith("95%和99%的数只看大概")  # 60 paths
    enough = dataclasses.replace(HEAD, paths=1000)
    (table,) = studied._budget(Findings("budget", ("方案",), enough, {}, {}, {"budget": _needs()}), "tab")
    assert not any("只看大概" in note for note in table.notes)


def test_the_quantiles_of_an_appropriation_have_their_intervals() -> None:
    """Where enough paths tell one: the years' 95 % and that of what is owed, no 99 % here."""
    rows = [
        row | {"p95_low95": row["p95"] - 1e7, "p95_high95": row["p95"] + 2e7, "p99_low95": None} for row in _needs()
    ]
    (table,) = studied._budget(Findings("budget", ("方案",), HEAD, {}, {}, {"budget": rows}), "tab")
    assert [row[-2:] for row in table.rows] == [
        ("7.00 [6.90, 7.20]", "8.00"), ("5.00 [4.90, 5.20]", "6.00"),
    ]  # fmt: skip
    owed = next(note for note in table.notes if "以 2026 年最高" in note)
    assert "95%的路径不超过 16,000万元 [15,000, 18,000]" in owed


def test_a_tornado_shows_the_largest_swings_first_and_counts_the_rest() -> None:
    """Changes of −1 to −18 at the low end and half as much at the high end, and two numbers that change nothing: 16 are drawn."""
    rows = [
        {"metric": "tax", "key": f"k{i}", "key_label": f"数{i}", "low": "1", "high": "2",
         "at_low": -float(i), "at_low_low95": -i - 1.0,
         "at_low_high95": -i + 1.0, "at_high": i / 2, "at_high_low95": None, "at_high_high95": None}
        for i in (*range(19), 0)
    ]  # fmt: skip
    (one,) = tornado.tornados(Findings("sensitivity", ("方案",), HEAD, {}, {}, {"tornado": rows}))
    assert [swing.label for swing in one.swings] == [f"数{i}" for i in range(18, 2, -1)]
    assert (one.idle, one.more) == (2, 2)
    first = one.swings[0]
    assert (first.at_low, first.at_high[0], first.size, first.span) == ((-18.0, -19.0, -17.0), 9.0, 18.0, "1 ~ 2")
    assert np.isnan(first.at_high[1:]).all()


def test_a_sweep_draws_differences_and_thins_what_would_be_a_blot() -> None:
    have = [("tax", "package"), ("tax", "difference"), ("fiscal_net_cost", "package")]
    assert swept.wanted(have) == [("fiscal_net_cost", "package"), ("tax", "difference")]
    key = "measures.equity.angel_subfunds.size"
    rows = [
        {"point": i, key: 1e7 * (1 + i % 7), "metric": "tax", "world": "difference", "mean": float(i), "low95": i - 1.0,
         "high95": i + 1.0}
        for i in range(2 * swept.MOST_POINTS)
    ]  # fmt: skip
    settings = {"keys": [key], "design": "grid", "title": "扫描"}
    data = swept.swept(Findings("sweep", ("方案",), HEAD, settings, {}, {"results": rows}))
    assert data is not None
    assert len(data.keys[0].values) == swept.MOST_POINTS == data.more
    assert data.keys[0].unit == "亿元"


def test_points_that_break_a_rule_are_counted_and_their_keys_stay() -> None:
    share, sum_ = "measures.equity.angel_subfunds.gov_share", "budget.angel_fund.amount"
    good = [
        {
            "point": i, share: 0.4, sum_: 1e7 * (i + 1), "metric": "fiscal_net_cost", "world": "difference", "mean": float(i),
            "low95": None, "high95": None, "error": "",
        }
        for i in range(2)
    ]  # fmt: skip
    bad = [
        {
            "point": 2 + i,
            share: 0.95,
            sum_: 1e7,
            "metric": "",
            "world": "",
            "mean": None,
            "error": f"出资比例之和超过 100%（{i}）",
        }
        for i in range(3)
    ]
    found = Findings(
        "sweep", ("方案",), HEAD, {"keys": [share, sum_], "design": "grid"}, {}, {"results": [*good, *bad]}
    )
    data = swept.swept(found)
    assert data is not None
    assert (data.points, data.failed) == (5, 3)
    assert [len(set(key.values)) for key in data.listed] == [1, 2]
    (table,) = studied.tables(found, "s")
    assert len(table.rows[0]) == 3
    assert "5 个点中 3 个不合规定" in "".join(table.notes)
    assert "（0）" in "".join(table.notes)
    assert "5 个点中 3 个不合规定" in _said(drawn(Chart("sweep", data, swept.swept_figure)))


def test_long_words_are_folded_where_lines_may_end() -> None:
    assert style.folded("市财政净支出现值（比基准多）（亿元）", 9).split("\n") == [
        "市财政净支出现值",
        "（比基准多）（亿元）",
    ]
    assert style.folded("job-years after displacement", 6) == "job-years\nafter\ndisplacement"
    assert style.folded("每家银行 +1、排名", 40) == "每家银行 +1、排名"


def solved(target: str, *tried: tuple[float | None, float | None, float | None], n: int = 60) -> Findings:
    """A solution of 60 paths a point: estimate, low and high at 10 %, 20 % and so on, as its table holds them."""
    names = ("estimate", "low95", "high95")
    rows = [
        {"value": (i + 1) / 10, "n": n} | dict(zip(names, one, strict=True)) for i, one in enumerate(tried)
    ]  # fmt: skip
    settings = {"target": target, "vary": "measures.equity.angel_subfunds.early_share"}
    return Findings("solve", ("方案",), HEAD, settings, {}, {"solve": rows})


def told(found: Findings) -> list[tuple[str, str]]:
    """Estimate and verdict of each value in the table of a report."""
    (table,) = studied.tables(found, "s")
    return [(row[1], row[-1]) for row in table.rows if not isinstance(row, Group)]


def test_a_value_without_an_interval_is_never_sure_in_a_report() -> None:
    """A tail of 60 paths has no interval: it meets the target by its estimate alone, and has no band."""
    found = solved("fiscal_net_cost.tail <= 2亿元", (1.66e8, None, None), (3e8, None, None), (None, None, None))
    assert told(found) == [("1.66亿元", "可能"), ("3.00亿元", "否"), ("—", "无从判断")]
    (chart,) = charts(found)
    (axes,) = drawn(chart).axes
    assert not any(np.isfinite(path.vertices).any() for band in axes.collections for path in band.get_paths())
    surely = solved("fiscal_net_cost.tail <= 2亿元", (1.66e8, 1.5e8, 1.8e8), (1.66e8, 1.2e8, 2.1e8))
    assert told(surely) == [("1.66亿元 [1.50, 1.80]", "有把握"), ("1.66亿元 [1.20, 2.10]", "可能")]


def test_years_later_than_the_horizon_are_told_in_a_report() -> None:
    found = solved("payback_years.p50 <= 8", (7.0, 6.0, None), (None, 9.0, None), (None, None, None))
    assert told(found) == [
        ("7.00年 [6.00年, 期内没有]", "可能"), ("期内没有 [9.00年, 期内没有]", "否"), ("期内没有 [期内没有, 期内没有]", "否")
    ]  # fmt: skip
    few = solved("payback_years.p50 <= 8", (7.0, None, None), (None, None, None), n=12)
    assert told(few) == [("7.00年", "可能"), ("期内没有", "否")]
    never = solved("payback_years.p50 <= 8", (None, None, None))
    assert told(never) == [("期内没有 [期内没有, 期内没有]", "否")]
    assert charts(never) == []


def test_differences_of_shares_are_percentage_points_in_a_report() -> None:
    found = solved("npl_pooled.difference <= 0", (-0.017, -0.029, -0.005))
    assert told(found) == [("-1.7个百分点 [-2.9, -0.5]".replace("-", "\u2212"), "有把握")]
    (chart,) = charts(found)
    assert "（个百分点）" in _said(drawn(chart))


def test_a_report_makes_up_no_interval() -> None:
    """What a table gives no interval has none in a report: not one of no width."""
    code = "measures.equity.angel_subfunds.early_share"
    tornado_row = {
        "metric": "tax",
        "key": code,
        "key_label": "",
        "low": "20%",
        "high": "80%",
        "at_low": 2e6,
        "at_high": 3e6,
    }
    bare = {f"{end}_{side}95": None for end in ("at_low", "at_high") for side in ("low", "high")}
    swings = Findings("sensitivity", ("方案",), HEAD, {}, {}, {"tornado": [tornado_row | bare]})
    points = [
        {"point": i, code: 0.1 * i, "metric": "tax", "world": "package", "mean": 1e6 * i, "low95": None, "high95": None}
        for i in (1, 2)
    ]  # fmt: skip
    swept_ = Findings("sweep", ("方案",), HEAD, {"keys": [code], "design": "grid"}, {}, {"results": points})
    shares = {"share_1": 0.5, "share_2": 0.5, "paths": 40, "front": 1, "membership": 1.0}
    rows = [shares | {"tax": 2e6 + i, "tax.se": None, "tax.low95": None, "tax.high95": None} for i in range(2)]
    chosen = {"selections": [{"objective": "tax", "row": 0}]}
    settings = {"groups": {"拨": [], "投": []}, "objectives": ["tax"]}
    divided = Findings("combos", ("方案",), HEAD, settings, chosen, {"combos": rows})
    for found in (swings, swept_, divided):
        cells = [
            cell
            for table in studied.tables(found, "s")
            for row in table.rows
            if not isinstance(row, Group)
            for cell in row
        ]
        assert any("万元" in cell for cell in cells)
        assert not any("[" in cell for cell in cells)
        for chart in charts(found):
            drawn(chart)
    same = {"lever": "k", "label": "k", "spent": 5e6, "spent_se": 0.0, "spent_low95": None, "spent_high95": None}
    each = {"metric": "tax", "per_step": 5.0, "per_step_low95": 4.0, "per_step_high95": 6.0}
    data = margins.margins(Findings("marginal", ("方案",), HEAD, {"step": 1e7}, {}, {"marginal": [same | each]}))
    assert data is not None
    assert data.gains[0].values == (None,)  # not surely above 0, as in the answer of the command


def test_points_of_a_grid_stand_side_by_side_in_the_colour_of_the_other_key() -> None:
    """At equal distances around their value, one colour for each value of the other key, and a name for each colour."""
    from matplotlib.figure import Figure

    from kejin_sim.report.swept import Key, _panel

    first = Key("a", "", (1.0, 1.0, 1.0, 2.0, 2.0, 2.0))
    second = Key("b", "%", (40.0, 50.0, 60.0, 40.0, 50.0, 60.0))
    axes = Figure().add_subplot()
    _panel(axes, first, [(float(i), i - 1.0, i + 1.0) for i in range(6)], second)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    places = [float(line.get_xdata()[0]) for line in dots]
    assert places == pytest.approx([1 - 0.4 / 3, 1.0, 1 + 0.4 / 3, 2 - 0.4 / 3, 2.0, 2 + 0.4 / 3])
    colours = [line.get_color() for line in dots]
    assert colours[:3] == colours[3:]
    assert len(set(colours)) == 3
    assert axes.get_legend_handles_labels()[1] == ["40", "50", "60"]
