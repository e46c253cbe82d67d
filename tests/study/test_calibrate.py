"""Fitting the world: free numbers, figures to meet, the search on a world that is a formula, the command."""

from __future__ import annotations

import csv
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kejin_sim.cli import studying
from kejin_sim.cli.app import main
from kejin_sim.errors import InputError
from kejin_sim.execution import default_threads
from kejin_sim.parameters import registry
from kejin_sim.report.chosen import open_study
from kejin_sim.report.findings import of_study
from kejin_sim.report.parts.studied import tables as study_tables
from kejin_sim.scenario.load import load_scenario
from kejin_sim.study.calibrate import fit as fitting
from kejin_sim.study.calibrate import free, goals, objective, tables
from kejin_sim.study.facts import moments
from kejin_sim.study.facts.played import play
from kejin_sim.study.facts.published import APART, NESTED
from tests.study.making import formula

DEMO = load_scenario("demo")


pytestmark = pytest.mark.usefixtures("chinese")


def test_a_number_moves_on_its_scale() -> None:
    """From 10 % one spread of 0.5 in log-odds is 15.5 %; what would leave the bounds stays at them."""
    by_name = {one.name: one for one in free.listed()}
    hazard = by_name["world.failure.hazard[1]"]
    assert hazard.value(0.0) == pytest.approx(0.1)
    assert hazard.value(1.0) == pytest.approx(1 / (1 + 9 * math.exp(-0.5)))
    initial = by_name["world.value.initial"]
    assert initial.value(2.0) == pytest.approx(1e7 * math.exp(0.6))
    traction = by_name["world.rounds.traction"]
    assert traction.value(1.0) == pytest.approx(2.2)
    assert traction.value(-9.0) == 0.0
    for one in free.listed():
        for z in (-1.5, 0.0, 0.7):
            assert one.spreads(one.value(z)) == pytest.approx(z, abs=1e-9), one.name
    assert free.rounded(0.123456) == 0.123


def test_what_is_fitted_is_marked_so() -> None:
    """The file lists exactly the parameters whose evidence says that they are fitted."""
    assert {one.parameter.key for one in free.listed()} == {one.key for one in registry() if one.evidence == "F"}


def test_the_readme_counts_them() -> None:
    """How many numbers and figures there are is said in the README, in both languages."""
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    count, figures = len(free.listed()), len(goals.published())
    assert f"共 {count} 个数由 `kejin calibrate` 拟合到 {figures} 个公开数字" in text
    assert f"fits {count} numbers of growth, rounds, failure and exits to {figures} published figures" in text


def test_keys_are_chosen_or_refused() -> None:
    found = free.chosen(["world.rounds.odds[2]", "world.cash.dividend", "world.exits.listed_drift"], DEMO)
    assert [one.name for one in found] == ["world.rounds.odds[2]", "world.cash.dividend", "world.exits.listed_drift"]
    assert (found[0].centre, found[0].spread) == (pytest.approx(0.12), 0.7)  # as the file has it
    assert [one.scale for one in found] == ["odds", "odds", "plain"]
    assert [one.name for one in free.chosen(["world.rounds.dilution"], DEMO)] == [
        f"world.rounds.dilution[{i}]" for i in (2, 3, 4)
    ]
    assert free.chosen([], DEMO) == [*free.listed()]
    for wrong in (
        "world.rounds.odd",
        "behaviour.crowd_out",
        "world.cash.min_gap",
        "world.sectors.weights",
        "world.rounds.odds[9]",
    ):
        with pytest.raises(InputError):
            free.chosen([wrong], DEMO)


def test_distance_counts_quarters_outside_the_range() -> None:
    moment = next(one for one in goals.known_moments() if one.name == "down_rounds")
    goal = goals.Goal(moment, 0.2, 0.3)
    assert goal.distance(0.25) == 0.0
    assert goal.distance(0.3 * 1.25) == pytest.approx(1.0)
    assert goal.distance(0.2 / 1.25**2) == pytest.approx(-2.0)
    assert math.isnan(goal.distance(math.nan))
    assert goals.off(np.array([1.0, -1.0, 0.0, 0.0, math.nan])) == pytest.approx(1.25**0.5)
    most = goals.Goal(next(one for one in goals.known_moments() if one.name == "survival_5y"), 0.6, 0.7)
    assert most.distance(0.65) == 0.0
    assert most.distance(0.5) == pytest.approx(-1.0)  # 50 % fail instead of 40 %
    assert most.distance(1.0 - 0.3 / 1.25) == pytest.approx(1.0)


def test_what_never_happened_is_as_far_as_there_were_chances() -> None:
    """Half a case of one more: 0 of 9 is 5 %, 0 of 99 half a percent; of money nothing is known."""
    known = {moment.name: moment for moment in goals.known_moments()}
    wanted = [goals.Goal(known[name], 0.05, 0.05) for name in ("down_rounds", "money_10_inf", "at_6_7y_listed")]
    for trials, distance in ((9, 0.0), (99, math.log(0.1) / math.log(1.25))):
        measured = np.zeros((1, len(moments.NAMES), 2))
        measured[0, :, 1] = trials
        measured[0, moments.NAMES.index("at_6_7y_listed"), 1] = 0
        found = goals.distances(wanted, measured)
        assert found[0] == pytest.approx(distance)
        assert np.isnan(found[1:]).all()


def test_published_figures_of_several_sources_are_a_range() -> None:
    found = {goal.moment.name: goal for goal in goals.published()}
    assert (found["hazard_1_1"].low, found["hazard_1_1"].high) == (0.016, 0.199)
    assert found["reached_A"].low == found["reached_A"].high == 0.364
    assert set(found) == set(moments.NAMES)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_of_ones_own(tmp_path: Path, encoding: str) -> None:
    """The columns of facts.csv, in whatever a Chinese spreadsheet program saves; a row without a value is none."""
    path = tmp_path / "我的.csv"
    text = "代码,指标,公开数字,公开数字下限,公开数字上限\nreached_A,A轮,30%,,\ndown_rounds,,,0.1,0.2\nhazard_1_1,,,,\n" \
           "reached_A,,0.4,,\ngap_A_B,,2.3年,,\nstep_up_B,,1.4倍,1.3,1.5x\n"  # fmt: skip
    path.write_text(text, encoding=encoding)
    found = goals.of_table(str(path), alone=True)
    assert [(goal.moment.name, goal.low, goal.high) for goal in found.goals] == [
        ("reached_A", 0.3, 0.4), ("gap_A_B", 2.3, 2.3), ("step_up_B", 1.3, 1.5), ("down_rounds", 0.1, 0.2),
    ]  # fmt: skip
    assert found.own == 4
    assert found.text == text
    # Without --only-targets the other published figures stay.
    both = goals.of_table(str(path), alone=False)
    assert [goal.moment for goal in both.goals] == [goal.moment for goal in goals.published()]
    assert {goal.moment.name for goal in both.goals if goal not in goals.published()} == {
        "reached_A", "gap_A_B", "step_up_B", "down_rounds",
    }  # fmt: skip
    for delimiter in ";\t":
        path.write_text(text.replace(",", delimiter), encoding=encoding)
        assert goals.of_table(str(path), alone=True).goals == found.goals


def _facts(tmp_path: Path, **changed: tuple[str, str, str]) -> Path:
    """facts.csv as `kejin facts` writes it, with other figures in the first row of some codes."""
    path = tmp_path / "facts.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["代码", "公开数字", "公开数字下限", "公开数字上限"])
        for moment in goals.known_moments():
            for one in moment.published:
                row = [one.value, *(("", "") if not one.has_range else (one.low, one.high))]
                writer.writerow([moment.name, *changed.pop(moment.name, row)])
    return path


def test_what_is_changed_in_facts_csv_counts(tmp_path: Path) -> None:
    """A changed value alone does not stay within the published range; a changed row does not stand beside published ones."""
    path = _facts(
        tmp_path, angel_to_A_2y=("45%", "0.154", "0.306"), survival_5y=("80%", "", ""), gap_A_B=("2.2", "2", "2.6")
    )
    found = {goal.moment.name: (goal.low, goal.high) for goal in goals.of_table(str(path), alone=False).goals}
    assert found["angel_to_A_2y"] == (0.45, 0.45)
    assert found["survival_5y"] == (0.8, 0.8)
    assert found["gap_A_B"] == (2.2, 2.2)
    same = {goal.moment.name: (goal.low, goal.high) for goal in goals.published()}
    assert {name for name in found if found[name] != same[name]} == {"angel_to_A_2y", "survival_5y", "gap_A_B"}
    assert goals.of_table(str(path), alone=False).own == 3
    untouched = _facts(tmp_path)
    assert goals.of_table(str(untouched), alone=True).goals == goals.published()
    with pytest.raises(InputError, match="没有一个自己的数字"):
        goals.of_table(str(untouched), alone=False)


def _own(tmp_path: Path, *rows: str) -> str:
    path = tmp_path / "own.csv"
    path.write_text("code,published,published_low,published_high\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def test_published_shares_can_all_hold() -> None:
    found = {goal.moment.name: goal for goal in goals.published()}
    assert all(sum(found[name].low for name in names) <= 1.0 + goals.ROUNDING for names in APART)
    assert all(found[part].low <= found[whole].high for whole, part in pairwise(NESTED))
    assert {name for names in (*APART, NESTED) for name in names} <= set(found)


def test_shares_that_cannot_all_hold_are_refused(tmp_path: Path) -> None:
    """Beside published ones that stay, or within the table; what the user has no hand in is not judged."""
    with pytest.raises(InputError, match=r"(?s)互不重叠，合计至少 117\.7%.*--only-targets") as caught:
        goals.of_table(_own(tmp_path, "at_6_7y_there,50%,,"), alone=False)
    assert "add up to 117.7 %" in str(caught.value.problems[0].message_en)
    assert goals.of_table(_own(tmp_path, "at_6_7y_there,50%,,"), alone=True).own == 1
    rows = ("at_6_7y_there,50%,,", "at_6_7y_failed,,0.4,0.7")
    assert goals.of_table(_own(tmp_path, *rows), alone=False).own == 2
    with pytest.raises(InputError, match="互不重叠"):
        goals.of_table(_own(tmp_path, "deals_0_1,70%,,", "deals_1_5,40%,,"), alone=True)
    with pytest.raises(InputError, match=r"获B轮或更后的轮次（40\.0%）不会多于.*获A轮或更后的轮次（36\.4%）"):
        goals.of_table(_own(tmp_path, "reached_B,40%,,"), alone=False)
    assert goals.of_table(_own(tmp_path, "reached_B,40%,,", "reached_A,45%,,"), alone=False).own == 2
    assert goals.of_table(_own(tmp_path, "reached_B,,0.1,0.4"), alone=False).own == 1


def test_a_figure_three_times_a_published_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _own(tmp_path, "gap_A_B,25,,", "down_rounds,0.15,,", "lgd,0.6,,")
    ((mine, other),) = goals.of_table(path, alone=False).far
    assert (mine.moment.name, mine.low) == ("gap_A_B", 25.0)
    assert other in goals.published()
    studying.wanted(path, alone=False, silent=True)
    assert capsys.readouterr().err == ""
    studying.wanted(path, alone=False, silent=False)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "A轮到下一阶段的间隔（中位数）：自己的数字 25.00年，公开数字" in said


def test_a_world_in_which_nobody_shows_a_figure_is_no_nearer_to_it() -> None:
    known = {moment.name: moment for moment in goals.known_moments()}
    wanted = [goals.Goal(known["down_rounds"], 0.2, 0.2), goals.Goal(known["reached_A"], 0.36, 0.36)]
    measured = np.zeros((3, len(moments.NAMES), 2))
    measured[:, moments.NAMES.index("reached_A")] = (36.0, 100.0)
    one = objective.Objective(DEMO, [], wanted, lambda *_: measured, 1)
    unseen, met = one.residuals(np.zeros(0))
    assert met == 0.0
    twice = math.log(2.0) / math.log(1.25)
    assert unseen == pytest.approx(math.sqrt(2.0 * (math.sqrt(1.0 + twice * twice) - 1.0)))
    assert one.factor(np.zeros(0)) == pytest.approx(1.0)  # what cannot be seen is in no average


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"code,published\nreached_B2,0.1\n", "reached_B"),
        (b"code,published\nreached_A,often\n", "often"),
        (b"code,published,published_low,published_high\nreached_A,0.1,0.3,0.2\n", "下限"),
        (b"code,published,published_low,published_high\nreached_A,0.7,0.3,0.4\n", "不在下限与上限之间"),
        (b"code,published,published_low,published_high\nreached_A,0.3,0.2,\n", "一端"),
        (b"code,published\nreached_A,56.4\n", "百分号"),
        (b"code,published\nat_6_7y_listed,0\n", "从未发生"),
        (b"code,published\ngap_A_B,20%\n", "不是数"),
        (b"code,published,low,high\nhazard_1_1,0.016,0.01,0.05\n", "不认得"),
        (b"code,published\nreached_A,-1\n", "大于0"),
        (b"name,value\nreached_A,0.1\n", "代码"),
        (b"", "代码"),
        (b"code,published\nreached_A,\n", "没有一个自己的"),
        (b"PK\x03\x04\0\0", "CSV"),
        (None, "无法读取"),
    ],
)
def test_a_table_that_cannot_be_read(
    tmp_path: Path, data: bytes | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.csv"
    if data is not None:
        path.write_bytes(data)
    out = tmp_path / "out"
    assert main(["calibrate", "demo", "--targets", str(path), "--out", str(out), "--lang", "zh"]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_the_search_ends_where_figures_and_judgement_balance() -> None:
    """The gradient of the written objective is 0 there, and a figure that numbers can meet at little cost is nearly met."""
    wanted = [goal for goal in goals.published() if goal.moment.name in ("reached_angel", "step_up_B")]
    numbers = [one for one in free.listed() if one.name in ("world.rounds.odds[1]", "world.rounds.traction")]
    found = fitting.fit(DEMO, numbers, wanted, formula, 7)

    def written(z: np.ndarray) -> float:
        distance = goals.distances(wanted, formula(objective.at(DEMO, numbers, z), 7))
        return float((2 * (np.sqrt(1 + distance**2) - 1)).sum() + objective.WEIGHT * (z**2).sum())

    least = written(found.z)
    assert least == pytest.approx(objective.Objective(DEMO, numbers, wanted, formula, 7).value(found.z))
    for step in (0.05, -0.05):
        for unit in np.eye(2):
            assert written(found.z + step * unit) > least - 2e-3
    assert least < written(np.zeros(2)) / 2
    assert goals.off(goals.distances(wanted, found.after)) < 1.1
    figures, moved = tables.figures(found), tables.numbers(found, [one.now(DEMO) for one in numbers])
    assert [row["moment"] for row in figures.objects()] == [goal.moment.name for goal in wanted]
    told = {row["key"]: row["told_by"] for row in moved.objects()}
    assert told == {
        "world.rounds.odds[1]": "6至7年内获天使轮或更后的轮次",
        "world.rounds.traction": wanted[1].moment.label,
    }
    assert found.scenario.values["world.rounds.traction"] == free.rounded(
        found.scenario.values["world.rounds.traction"]
    )  # type: ignore[arg-type]


def test_the_default_world_is_near_published_figures() -> None:
    """On paths of another seed than it was fitted on, figures are off by less than a third on average; before it was two thirds."""
    measured = play(load_scenario("status_quo").inputs(), 11, 30, threads=default_threads())
    wanted = goals.published()
    distance = goals.distances(wanted, measured)
    assert goals.off(distance) < 1.3
    assert np.mean(np.abs(distance) <= 1.0) > 0.6
    far = [one for one in free.listed() if abs(one.spreads(one.now(load_scenario("status_quo")))) > tables.FAR]
    assert len(far) <= 2


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "fit"
    line = ["calibrate", "demo", "--free", "world.rounds.odds[1]", "--free", "world.rounds.traction", "--paths", "3"]
    assert main([*line, "--out", str(out), "--excel", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    shown = next(sheet for sheet in open_study(out).sheets if sheet.name == "figures").rows
    assert 20 < len(shown) < 40
    assert f"{len(shown)} 个目标，2 个可动的数" in told
    assert (
        f"{40 - len(shown)} 个目标在这个方案的期限内看不到" in told
    )  # ten years after a round, in a world of ten years
    assert "6至7年内获天使轮或更后的轮次" in told
    assert "calibrated.yaml" in told
    fitted = load_scenario(str(out / "calibrated.yaml"))
    assert fitted.title == f"{DEMO.title}（世界经校准）"
    mine = tmp_path / "mine.yaml"
    head = "title: 甲\nauthor: 乙\ndate: 2025-01\nbased_on: 丙\n"
    mine.write_text(f"extends: equity_only\n{head}world: fit/world.yaml\n", encoding="utf-8")
    borrowed = load_scenario(str(mine)).values
    assert {k: v for k, v in borrowed.items() if k.startswith("world.")} == {
        k: v for k, v in fitted.values.items() if k.startswith("world.")
    }
    with (out / "numbers.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["键"] for row in rows] == ["world.rounds.odds[1]", "world.rounds.traction"]
    assert float(rows[1]["校准后"]) == fitted.values["world.rounds.traction"]
    changed = {parameter.key for parameter in registry() if fitted.values[parameter.key] != DEMO.values[parameter.key]}
    assert changed <= {"world.rounds.odds", "world.rounds.traction"}
    assert (out / "study.xlsx").is_file()
    assert "校准前" in (out / "levels.svg").read_text(encoding="utf-8")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["results"]) == {"before", "after", "fresh_before", "fresh"}
    assert "calibrated.yaml" in manifest["files"]
    figures, numbers = study_tables(of_study(open_study(out)), "fit-0")
    assert sum(isinstance(row, tuple) for row in figures.rows) == len(shown)
    assert len(numbers.rows) == 2
    again = tmp_path / "again"
    assert main([*line, "--out", str(again), "--json", "--threads", "1"]) == 0
    assert (
        json.loads(capsys.readouterr().out)["numbers"][1]["after"] == fitted.values["world.rounds.traction"]
    )  # any threads
    assert main([*line, "--out", str(out)]) == 2  # nothing is overwritten
