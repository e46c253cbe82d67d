"""Runs and studies set beside a report's subject: their numbers are those of their own folders, and bad ones are refused."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kejin_sim.cli.app import main
from kejin_sim.lang import set_language, t
from kejin_sim.outcomes.registry import by_name, world_metrics
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.report.chosen import Study, is_study, open_study
from kejin_sim.report.comparison import comparisons
from kejin_sim.report.document import Group, Paragraph, Picture, Table
from kejin_sim.report.make import make as made_pdf
from kejin_sim.report.parts.choices import choices
from kejin_sim.report.subject import open_subject
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import set_values
from kejin_sim.store.folder import Target
from kejin_sim.store.read import Run
from kejin_sim.study import attribute, compare, folder
from kejin_sim.study.quantity import quantity
from kejin_sim.study.shapley import exact
from kejin_sim.study.table import Column
from kejin_sim.study.table import Table as Made
from kejin_sim.study.tolerance import CELLS
from tests.interface.test_run_folder import SMALL
from tests.report.conftest import Make
from tests.report.reading import text_of
from tests.study.making import outcomes


@pytest.fixture
def compared(tmp_path: Path) -> Path:
    """A study that compares two packages made by hand."""
    loaded = [load_scenario("demo"), load_scenario("seed_only")]
    rng = np.random.default_rng(1)
    spent = rng.normal(2.5e8, 1e7, 60)
    first = outcomes({"fiscal_outlay": spent, "listings": np.ones(60)}, {"fiscal_outlay": spent / 2})
    other = outcomes({"fiscal_outlay": spent + 3e7, "listings": np.zeros(60)}, {"fiscal_outlay": spent / 2})
    order = folder.StudyOrder("compare", Target(tmp_path / "study"), loaded, 60, 1, words=["kejin", "compare", "demo"])
    return folder.write(order, [compare.table(loaded, [compare.differences(first, other)])])[0]


@pytest.fixture
def breached(tmp_path: Path) -> Path:
    """A study of the tolerance, as its command writes it."""
    names = ("part", "level", "basis", "basis_label", "cell", "early_share", "scale", "deals_per_fund", "probability")
    names += ("se", "low95", "high95")
    kinds = {"part": "text", "basis": "text", "basis_label": "text", "cell": "text"}
    table = Made(
        "tolerance", "容亏", "tolerance", [Column(name, name, name, kinds.get(name, "number")) for name in names]
    )  # type: ignore[arg-type]
    for basis, start in (("gross", 1.0), ("head_count", 0.8)):
        for level in (0.0, 0.25, 0.5, 0.75, 1.0):
            p = start * (1 - level)
            table.add(
                "level",
                level,
                basis,
                basis.upper(),
                CELLS["portfolio"][0],
                0.5,
                1.0,
                9.0,
                p,
                0.01,
                max(0.0, p - 0.02),
                p + 0.02,
            )
    order = folder.StudyOrder("tolerance", Target(tmp_path / "breach"), [load_scenario("demo")], 60, 1, words=["kejin"])
    return folder.write(order, [table])[0]


def test_a_comparison_is_shown_with_its_own_numbers(make: Make, compared: Path) -> None:
    assert is_study(compared)
    blocks = choices(open_subject(make()), [], [open_study(compared)])
    table = next(block for block in blocks if isinstance(block, Table))
    row = next(row for row in table.rows if isinstance(row, tuple) and row[0] == "市财政支出")
    with (compared / "differences.csv").open(encoding="utf-8-sig", newline="") as stream:
        line = next(row for row in csv.DictReader(stream) if row["指标代码"] == "fiscal_outlay")
    assert row[1] == f"{float(line['甲均值']) / 1e8:.2f}亿元"
    assert row[3] == "+3,000万元 [3,000, 3,000]"
    content = text_of(made_pdf([make(), compared], "briefing"))
    assert "、可选方案" in content
    assert "+3,000万元" in content


def test_every_package_of_a_comparison_has_its_own_rows(make: Make, tmp_path: Path) -> None:
    """No row without the package that it is about, no package cut short by another, and what is left out is counted."""
    loaded = [load_scenario(name) for name in ("demo", "seed_only", "no_reward", "tolerance_30")]
    rng = np.random.default_rng(1)
    names = [metric.name for metric in world_metrics() if metric.name in by_name()][:60]
    spent = rng.normal(2.5e8, 1e7, 60)
    first = outcomes(dict.fromkeys(names, spent), dict.fromkeys(names, spent / 2))
    differences = [
        compare.differences(
            first, outcomes(dict.fromkeys(names, spent * (1 + 0.1 * n)), dict.fromkeys(names, spent / 2))
        )
        for n in (1, 2, 3)
    ]
    order = folder.StudyOrder("compare", Target(tmp_path / "study"), loaded, 60, 1, words=["kejin", "compare", "demo"])
    study = open_study(folder.write(order, [compare.table(loaded, differences)])[0])
    table = next(block for block in choices(open_subject(make()), [], [study]) if isinstance(block, Table))
    groups = [row.text for row in table.rows if isinstance(row, Group)]
    assert groups == [f"乙：{one.title}" for one in loaded[1:]]
    sizes = [len(list(rows)) for group, rows in groupby(table.rows, lambda row: isinstance(row, Group)) if not group]
    assert len(sizes) == 3
    assert len(set(sizes)) == 1
    spends = [row for row in table.rows if isinstance(row, tuple) and row[0] == by_name()["fiscal_outlay"].label]
    assert len({row[3] for row in spends}) == 3
    assert f"甲：{loaded[0].title}" in table.notes[0]
    assert "另有" in table.notes[-1]
    assert "differences.csv" in table.notes[-1]


def test_runs_stand_side_by_side(make: Make) -> None:
    others = [open_subject(make(SMALL.replace("小样例", f"另案{i}"), seed=i)) for i in (2, 3, 4, 5)]
    blocks = choices(open_subject(make()), others, [])
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [len(table.head) for table in tables] == [5, 3]
    first = tables[0].rows[0]
    assert isinstance(first, tuple)
    mean = float(others[0].run.rows["fiscal_outlay", "package"]["mean"])
    assert first[2] == f"{mean / 1e8:#.3g}亿元"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_breach_curve_comes_from_the_study(make: Make, breached: Path, language: str) -> None:
    set_language(language)
    blocks = choices(open_subject(make()), [], [open_study(breached)])
    drawn = next(block for block in blocks if isinstance(block, Picture))
    assert not drawn.floats  # it stands with its study, after the heading
    for words in (t(*BASES["gross"]), t(*BASES["head_count"]), t(*CELLS["portfolio"])):
        assert words.encode() in drawn.svg
    assert t("60 条路径", "60 paths") in drawn.alt


def test_a_damaged_study_is_refused(
    make: Make, compared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "copy"
    shutil.copytree(compared, other)
    (other / "differences.csv").write_text("", encoding="utf-8")
    assert main(["report", str(make()), str(other), "-o", str(tmp_path / "x.pdf"), "--lang", "zh"]) == 2
    assert "differences.csv 损坏" in capsys.readouterr().err
    manifest = json.loads((compared / "manifest.json").read_text(encoding="utf-8"))
    (compared / "manifest.json").write_text(json.dumps(manifest | {"format_version": 7}), encoding="utf-8")
    assert main(["report", str(make()), str(compared), "-o", str(tmp_path / "x.pdf"), "--lang", "zh"]) == 2
    assert "以格式 7 写出" in capsys.readouterr().err
    assert main(["report", str(compared), "-o", str(tmp_path / "x.pdf"), "--lang", "zh"]) == 2


def _attributed(place: Path) -> Path:
    """A study that divides an effect among the parts of the demonstration, as its command writes it."""
    demo = load_scenario("demo")
    parts, asked = attribute.players(demo, "measure"), [quantity("fiscal_net_cost"), quantity("tax")]
    count = len(parts)
    worth = np.zeros((count, 2))
    worth[:3] = [[3e8, 1e7], [-1e8, 2e7], [5e7, 0.0]]
    noise = np.random.default_rng(2).normal(0, 1e6, (count, 2, 60))
    shares = exact(
        lambda mask: sum((worth[i][:, None] + noise[i] for i in range(count) if mask >> i & 1), np.zeros((2, 60))),
        count,
    )
    order = folder.StudyOrder(
        "attribute", Target(place), [demo], 60, 1, words=["kejin"], settings={"by": "measure", "orders": 0}
    )
    return folder.write(order, [attribute.table(parts, asked, shares)], notes={"coalitions": 2**count})[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_study_is_told_in_the_language_of_the_report(make: Make, tmp_path: Path, language: str) -> None:
    """Labels come from the codes in the folder, numbers are those of the folder, and the figure is drawn again."""
    study = open_study(_attributed(tmp_path / "a"))
    set_language(language)
    blocks = choices(open_subject(make()), [], [study])
    table = next(block for block in blocks if isinstance(block, Table))
    assert table.head[1:] == (by_name()["fiscal_net_cost"].label, by_name()["tax"].label)
    share = next(
        row for row in study.sheets[0].rows if row["metric"] == "fiscal_net_cost" and row["player"] == "measures.equity"
    )
    first = next(
        row for row in table.rows if isinstance(row, tuple) and row[0] == t("第1条 股权投资", "Measure 1, equity")
    )
    assert first[1] == t(f"+{share['shapley'] / 1e4:,.0f}万元", f"CNY +{share['shapley'] / 1e6:.1f} m")
    picture = next(block for block in blocks if isinstance(block, Picture))
    assert t("各部分的贡献", "What each part contributes") in picture.caption
    assert t("第1条 股权投资", "Measure 1, equity").encode() in picture.svg
    content = text_of(made_pdf([make(), study.folder], "briefing"))
    assert first[1].replace(" ", "") in content.replace(" ", "").replace("\u00a0", "")


def _solved(place: Path, estimates: list[tuple[float, float, float, float, int]], *, steady: bool = True) -> Study:
    """A study that varies the size of the angel fund, as its command writes it: value, estimate, interval, paths with a value."""
    names = ("value", "estimate", "se", "low95", "high95", "n")
    table = Made("solve", "试过的值", "values tried", [Column(name, name, name) for name in names])
    for value, estimate, low, high, n in estimates:
        table.add(value, estimate, math.nan, low, high, n)
    key = "budget.angel_fund.amount"
    settings = {"vary": key, "target": "claim_rate <= 10%", "low": 1e8, "high": 3e8}
    order = folder.StudyOrder(
        "solve", Target(place), [load_scenario("demo")], 40, 1, words=["kejin"], settings=settings
    )
    notes = {"answer": "nowhere", "steady": steady, "likely": estimates[0][0]}
    return open_study(folder.write(order, [table], notes=notes)[0])


def _only_table(make: Make, study: Study) -> Table:
    return next(block for block in choices(open_subject(make()), [], [study]) if isinstance(block, Table))


def test_a_solution_says_in_a_report_what_the_terminal_says_of_it(make: Make, tmp_path: Path) -> None:
    """On how many paths every value rests, that there are too few, that the key does nothing, that others may solve it too."""
    nan = math.nan
    partly = _only_table(make, _solved(tmp_path / "a", [(1e8, 0.05, 0.01, 0.12, 30), (3e8, 0.06, 0.02, 0.13, 40)]))
    assert partly.head[2] == "有值的路径"
    assert [row[2] for row in partly.rows if isinstance(row, tuple)] == ["30/40", "40/40"]
    assert any("只在一部分路径上有值（最少 30/40 条）" in note for note in partly.notes)
    same = _only_table(make, _solved(tmp_path / "b", [(1e8, 0.05, nan, nan, 40), (3e8, 0.05, nan, nan, 40)]))
    assert len(same.head) == 3
    assert any("一点不变" in note for note in same.notes)
    assert any("没有区间的点" in note for note in same.notes)
    apart = [(1e8, 0.05, 0.01, 0.12, 40), (2e8, 0.2, 0.1, 0.3, 40), (3e8, 0.06, 0.02, 0.13, 40)]
    assert any(
        "别处可能还有解" in note for note in _only_table(make, _solved(tmp_path / "c", apart, steady=False)).notes
    )
    assert not any("注意" in note for note in _only_table(make, _solved(tmp_path / "d", apart)).notes)


def test_a_study_of_another_package_is_announced(make: Make, tmp_path: Path, breached: Path) -> None:
    """What holds for one package is not told as if it held for the report's own; a file that was changed since is noticed too."""

    def said(of: Path | Study) -> str:
        study = of if isinstance(of, Study) else open_study(of)
        blocks = choices(open_subject(make()), [], [study])
        paragraph = next(block for block in blocks if isinstance(block, Paragraph))
        return "".join(span for span in paragraph.text if isinstance(span, str))

    assert "这项研究的对象不是本报告的方案" in said(breached)
    own = open_subject(make()).scenario
    for name, changes, expected in (
        ("same", {}, ""),
        ("changed", {"valuation.treasury_discount": 0.09}, "同名，数值却不同"),
    ):
        order = folder.StudyOrder("other", Target(tmp_path / name), [set_values(own, changes)], 40, 1, words=["kejin"])
        table = Made("other", "表", "table", [Column("x", "数", "number")])
        table.add(1.0)
        text = said(folder.write(order, [table])[0])
        assert ("注意" in text) == bool(expected)
        assert expected in text


def test_tables_of_a_study_of_tolerance(make: Make, breached: Path) -> None:
    blocks = choices(open_subject(make()), [], [open_study(breached)])
    table = next(block for block in blocks if isinstance(block, Table))
    assert table.breakable
    rows = [row for row in table.rows if isinstance(row, tuple)]
    assert [row[0] for row in rows] == ["0%", "100%"]  # of the levels, the multiples of 20 %
    gross = 1 + list(BASES).index("gross")
    assert [row[gross] for row in rows] == ["100.0%", "0.0%"]


def test_divisions_and_what_was_selected(make: Make, tmp_path: Path) -> None:
    columns = [
        Column(name, name, name)
        for name in ("share_1", "share_2", "tax", "tax.low95", "tax.high95", "paths", "front", "membership")
    ]
    table = Made("combos", "组合", "combos", columns)
    for share, front in ((1.0, 0), (0.5, 1), (0.0, 1)):
        table.add(
            share,
            1 - share,
            1e8 * (1 - share),
            1e8 * (1 - share) - 2e6,
            1e8 * (1 - share) + 2e6,
            40,
            front,
            0.9 * front,
        )
    settings = {"budget": 6e8, "groups": {"拨": ["grant_to_equity"], "投": ["angel_fund"]}, "objectives": ["tax"]}
    notes = {"selections": [{"objective": "tax", "row": 2, "complete": True, "confidence": 0.95, "left": 1}]}
    order = folder.StudyOrder(
        "combos", Target(tmp_path / "c"), [load_scenario("demo")], 40, 1, words=["kejin"], settings=settings
    )
    study = open_study(folder.write(order, [table], notes=notes)[0])
    best, front = (block for block in choices(open_subject(make()), [], [study]) if isinstance(block, Table))
    row = best.rows[0]
    assert isinstance(row, tuple)
    assert row[1] == "0:100"
    assert row[2].startswith("1.00亿元 [")
    assert row[3] == "不低于 95.0%".replace(".0", "")
    assert [row[0] for row in front.rows if isinstance(row, tuple)] == ["50:50", "0:100"]


def test_a_chart_of_two_packages_leaves_out_what_has_no_percentage_and_what_is_the_same() -> None:
    """A first value of 0 or next to it is no measure of a difference, and no difference at all is no undecided one."""

    def row(metric: str, first: float, difference: float, verdict: str) -> dict[str, object]:
        ends = {"low95": difference - 1.0, "high95": difference + 1.0}
        return {
            "other": "b",
            "metric": metric,
            "n": 5,
            "first_mean": first,
            "difference": difference,
            "verdict": verdict,
        } | ends

    rows = [
        row("tax", 0.0, 0.0, "unclear"), row("research", 2.0, 100.0, "more"),
        row("social_capital", 2.0, 0.0, "same"), row("listings", 2.0, 1.0, "better"),
    ]  # fmt: skip
    found: Any = SimpleNamespace(rows=lambda _: rows, titles=("甲", "乙"), head=None)
    (drawn,) = comparisons(found)
    labels = {name: by_name()[name].label for name in ("tax", "research", "social_capital", "listings")}
    assert drawn.zero == (labels["tax"], labels["research"])
    assert drawn.same == (labels["social_capital"],)
    assert [(gap.label, gap.value) for gap in drawn.gaps] == [(labels["listings"], 0.5)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_comparison_says_what_was_changed(make: Make, tmp_path: Path, language: str) -> None:
    """Once for each package, with the warning where more than the policy differs; nothing where there is one package alone."""
    set_language(language)  # type: ignore[arg-type]
    demo = load_scenario("demo")
    wider = set_values(demo, {"measures.equity.loss_tolerance.rate": 0.8})
    other = set_values(demo, {"world.arrivals.per_year": 40})
    for name, loaded in (("two", [demo, wider]), ("three", [demo, wider, other]), ("one", [demo])):
        order = folder.StudyOrder("budget", Target(tmp_path / name), loaded, 60, 1, words=["kejin"])
        study = open_study(folder.write(order, [])[0])
        said = [str(b.text) for b in choices(open_subject(make()), [], [study]) if isinstance(b, Paragraph)][1:]
        changed = t("改了什么：亏损容忍率 60%→80%", "What was changed: loss tolerance 60% → 80%").lower()
        assert len(said) == len(loaded) - 1
        if len(loaded) > 1:
            assert changed in said[0].lower()
            assert "不只是政策" not in said[0]
        if len(loaded) > 2:
            assert t("不只是政策不同", "more than the policy differs") in said[1]


def test_runs_that_are_not_alike_are_told_and_alike_ones_are_subtracted(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not like the first run stands under the table; runs of one seed and size have their paired differences."""
    subject = open_subject(make())
    unlike = open_subject(make(SMALL.replace("小样例", "另案"), seed=3, paths=50))
    alike = open_subject(make(SMALL.replace("小样例", "同样例") + "world: {arrivals: {per_year: 77}}\n"))
    kept = Run.sample

    def sample(run: Run, *names: str) -> dict[str, Any]:
        """The made-up engine gives both packages the same figures."""
        found = kept(run, *names)
        more = np.linspace(2e7, 4e7, 40) if run.folder == alike.run.folder and "fiscal_outlay" in found else 0.0
        return {name: values + more for name, values in found.items()}

    monkeypatch.setattr(Run, "sample", sample)
    runs, less = [b for b in choices(subject, [unlike, alike], []) if isinstance(b, Table)]
    assert runs.notes[1] == "注意：另案 与第一个除政策外还不同，不能直接相比：路径数 40→50；种子 1→3。"
    assert "→77" in runs.notes[2]
    assert "种子" not in runs.notes[2]
    assert less.head == ("指标", "同样例")
    assert less.rows == (("市财政支出", "+3,000万元 [2,808, 3,192]"),)
    assert len([b for b in choices(subject, [unlike], []) if isinstance(b, Table)]) == 1


def test_figures_of_studies_stand_in_their_own_chapter(make: Make, breached: Path, tmp_path: Path) -> None:
    """In the pages as they are set: no figure before the heading of its study, none after the next one."""
    again = tmp_path / "again"
    shutil.copytree(breached, again)
    text = text_of(made_pdf([make(), breached, again], "briefing"))
    heads = [match.start() for match in re.finditer("（[一二]）容亏率：", text)][-2:]
    end = text.index("局限与没有包括的内容", heads[1])
    captions = [match.start() for match in re.finditer(r"图\d+(?=不同容亏率|容亏率)", text)]
    figures = [place for place in captions if place > heads[0]]
    assert len(heads) == 2
    assert heads[0] < figures[0] < heads[1] < figures[-1] < end
