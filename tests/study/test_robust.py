"""Other worlds: which are drawn and kept, what is told of them, the command, its figures and its pages."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.special import chdtri

from kejin_sim.cli.app import main
from kejin_sim.errors import InputError
from kejin_sim.execution import Here, engine
from kejin_sim.outcomes.statistics import UNKNOWN, Interval
from kejin_sim.report.chosen import open_study
from kejin_sim.report.document import Group
from kejin_sim.report.findings import of_study
from kejin_sim.report.parts.robustness import robustness_tables
from kejin_sim.report.parts.studied import tables as study_tables
from kejin_sim.report.robustness import strips
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study.calibrate import free, goals
from kejin_sim.study.calibrate.objective import Objective, at
from kejin_sim.study.certainty import p_value
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.facts import moments
from kejin_sim.study.quantity import parse_quantity
from kejin_sim.study.robust import near
from kejin_sim.study.robust.across import Across, _chances, across, sampling
from kejin_sim.study.robust.tables import judged, remarks
from tests.study.making import formula

DEMO = load_scenario("demo")
NUMBERS = [
    one for one in free.listed() if one.name in ("world.rounds.odds[1]", "world.rounds.traction", "world.value.initial")
]
WANTED = [goal for goal in goals.published() if goal.moment.name in ("reached_angel", "step_up_B")]


pytestmark = pytest.mark.usefixtures("chinese")


def test_worlds_are_as_near_as_their_own_and_scatter_as_figures_and_judgement_allow() -> None:
    found = near.nearby(DEMO, NUMBERS, WANTED, formula, 3, 1500)
    objective = Objective(near.ruled_by_baseline(DEMO), NUMBERS, WANTED, formula, 3)
    own = np.array([one.spreads(one.now(DEMO)) for one in NUMBERS])
    assert found.own == pytest.approx(own)
    room = chdtri(3, 0.05) / 2
    gaps = np.array([objective.value(z) - objective.value(own) for z in found.z])
    assert len(found.z) == 1500
    assert gaps.max() <= room
    assert not found.fitted  # a world of its own, not fitted to these two figures
    assert found.factors == pytest.approx([objective.factor(z) for z in found.z])
    order = [one.name for one in NUMBERS]
    untold, odds = order.index("world.value.initial"), order.index("world.rounds.odds[1]")
    # A number of which no figure tells anything scatters as its first judgement does (a little less, for the outer 5 % are cut);
    # one that a figure tells scatters as far as its slope allows.
    assert found.z[:, untold].std() == pytest.approx(0.93, abs=0.05)
    slope = objective.slopes(own)[:2, odds]
    assert found.z[:, odds].std() == pytest.approx(0.93 / math.sqrt(1 + 2 * float(slope @ slope)), rel=0.1)
    assert abs(np.corrcoef(found.z[:, untold], found.z[:, odds])[0, 1]) < 0.1


def test_fewer_worlds_are_the_first_of_more() -> None:
    few, many = (near.nearby(DEMO, NUMBERS, WANTED, formula, 3, count) for count in (12, 40))
    assert np.array_equal(few.z, many.z[:12])
    assert few.tried <= many.tried
    assert not np.array_equal(few.z, near.nearby(DEMO, NUMBERS, WANTED, formula, 4, 12).z)


def test_too_few_worlds_are_refused() -> None:
    """Where the figures hold a number within much less than its slope told, hardly a draw is as near as the own world."""

    def cliff(scenario: Scenario, seed: int) -> np.ndarray:
        found = formula(scenario, seed)
        away = any(one.now(scenario) != pytest.approx(one.now(DEMO), rel=1e-12) for one in NUMBERS)
        found[:, moments.NAMES.index("reached_angel"), 0] = 50.0 if away else 0.3
        return found

    with pytest.raises(InputError, match="太少"):
        near.nearby(DEMO, NUMBERS, WANTED, cliff, 3, 12)


def test_a_world_that_cannot_be_is_passed_over() -> None:
    plain = near.nearby(DEMO, NUMBERS, WANTED, formula, 3, 20)
    refused = []

    def strict(scenario: Scenario, seed: int) -> np.ndarray:
        traction = float(scenario.values["world.rounds.traction"])  # type: ignore[arg-type]
        if abs(traction - NUMBERS[2].now(DEMO)) > 0.4:
            refused.append(traction)
            raise InputError.of("不行。", "no.")
        return formula(scenario, seed)

    found = near.nearby(DEMO, NUMBERS, WANTED, strict, 3, 20)
    assert refused
    assert found.tried > plain.tried
    assert len(found.z) == 20


def test_figures_are_those_of_the_baselines_rules() -> None:
    ruled = near.ruled_by_baseline(DEMO)
    assert ruled.baseline is None
    assert ruled.inputs().package.keys() == DEMO.inputs().package.keys()
    assert np.array_equal(ruled.inputs().appropriation[0], DEMO.inputs().appropriation[1])
    twin = DEMO.inputs().twin
    assert twin is not None
    for group, record in ruled.inputs().package.items():
        assert record.tobytes() == twin[group].tobytes()
    plain = load_scenario("status_quo")
    assert near.ruled_by_baseline(plain) is plain or plain.baseline is not None


def _row(ends: list[tuple[float, float]], *, over: bool = False, metric: str = "fiscal_net_cost", moves: tuple[Interval, ...] = (),
         chances: tuple[float, ...] = ()) -> Across:  # fmt: skip
    worlds = tuple(Interval((low + high) / 2, (high - low) / 4, low, high) for low, high in ends)
    return Across(1, over, parse_quantity(metric), worlds[0], worlds, 0.1, moves, chances)


def test_what_is_told_of_many_worlds() -> None:
    """A world counts where its whole interval is on one side; of a lead by what is better, and a tie is nobody's."""
    row = _row([(-4.0, -2.0), (-2.0, 0.5), (1.0, 3.0), (math.nan, math.nan)])
    assert (row.level(0.5), row.level(0.0), row.level(1.0)) == (-0.75, -3.0, 2.0)
    assert row.counts == (1, 1, 1)
    assert row.better is None  # of a scenario alone nothing is better
    ends = [(-4.0, -2.0), (-3.0, -1.0), (1.0, 3.0), (0.0, 0.0), (-1.0, 1.0)]
    assert _row(ends, over=True).better == (2, 1, 2)  # less net cost is better
    assert _row(ends, over=True, metric="listings").better == (1, 2, 2)
    assert _row([(0.9, 1.2), (1.1, 1.3), (0.5, 0.7)], metric="subfund_tvpi").counts == (
        1,
        1,
        1,
    )  # a multiple: against 1
    assert math.isnan(_row([(1.0, 2.0)], metric="listings").even)  # never below 0
    assert math.isnan(_row([(math.nan, math.nan)]).level(0.5))
    moves = (Interval(2.0, 1.0, 0.0, 4.0), Interval(-5.0, 1.0, -7.0, -3.0), UNKNOWN, Interval(9.0, 1.0, 7.0, 11.0))
    assert _row([(1.0, 2.0)], moves=moves, chances=(0.0501, 0.05, 1.0, 1e-9)).moved_by() == [3, 1]


def test_no_number_is_named_by_chance() -> None:
    """180 moves on 50 paths that change nothing: even one is named in 5 % of studies at most (at 3.3 errors in a third)."""
    chance = np.random.default_rng(8)
    asked = [parse_quantity(name) for name in ("listings", "jobs_end", "deals", "live_end")]
    wrong = old = 0
    for _ in range(150):
        ends = [([chance.normal(size=50) for _ in asked], [chance.normal(size=50) for _ in asked]) for _ in range(45)]
        found = _chances(asked, ends)
        assert [len(those) for those in found] == [45] * 4
        wrong += min(map(min, found)) <= 0.05
        gaps = np.stack([np.stack(up) - np.stack(down) for up, down in ends])
        old += bool((np.abs(gaps.mean(axis=2)) > 3.3 * gaps.std(axis=2, ddof=1) / 50**0.5).any())
    # Binomial(150, 0.05): 7.5 expected, above 17 once in a thousand.
    assert wrong <= 17
    assert old > 30


def test_a_number_that_moves_it_is_named_and_what_changes_nothing_is_not_counted() -> None:
    chance = np.random.default_rng(9)
    asked = [parse_quantity("listings")]
    here = chance.normal(size=50)
    ends = [([here + 1.0 + 0.1 * chance.normal(size=50)], [here]), ([here], [here]), ([np.full(50, np.nan)], [here])]
    ((moved, same, nowhere),) = _chances(asked, ends)
    assert moved == p_value(asked[0], ends[0][0][0] - here) < 1e-12
    assert same == nowhere == 1.0


def test_what_all_worlds_share_is_no_scatter_between_them() -> None:
    """Worlds that differ by a constant on the same noisy paths differ for sure; worlds of independent noise alone do not differ."""
    draw = np.random.default_rng(1)
    paths = draw.normal(size=400)
    shifted = np.stack([paths + 0.3 * world for world in range(20)])
    assert sampling(shifted) < 1e-12
    assert sampling(draw.normal(size=(200, 400))) == pytest.approx(1.0, abs=0.25)
    level, noise = 0.1 * draw.normal(size=(400, 1)), draw.normal(size=(400, 100))
    assert sampling(level + noise + draw.normal(size=100)) == pytest.approx(0.5, abs=0.1)
    holes = shifted.copy()
    holes[3, :10] = math.nan
    holes[5] = math.nan
    assert sampling(holes) < 0.05
    assert math.isnan(sampling(shifted[:1]))
    assert math.isnan(sampling(np.stack([paths, paths])))


def test_every_world_is_the_scenario_with_its_numbers() -> None:
    """Values are those of each world played by itself; a lead is the difference path by path; sampling is told apart."""
    evaluate = Evaluator(Here(engine("compiled"), 1), seed=5)
    other = set_values(DEMO, {"measures.equity.seed_direct.reward": 0.0})
    asked = [parse_quantity(name) for name in ("fiscal_outlay", "firms_surviving_5y.difference", "subfund_tvpi")]
    z = np.array([[0.5, -0.5, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.5, -1.0]])
    own = np.array([one.spreads(one.now(DEMO)) for one in NUMBERS])
    found = across(evaluate, [DEMO, other], NUMBERS, own, z, asked, 12)
    assert [(row.scenario, row.over) for row in found] == [(0, False)] * 3 + [(1, False)] * 3 + [(1, True)] * 3
    for row in found:
        for number, place in enumerate(z):
            here = [evaluate(at(one, NUMBERS, place), 12) for one in (DEMO, other)]
            value = row.quantity.estimate(here[row.scenario]).value
            if row.over:
                value -= row.quantity.estimate(here[0]).value
            assert row.worlds[number].value == pytest.approx(value, rel=1e-9, abs=1e-6)
        for number, spread in enumerate(z.std(axis=0, ddof=1)):
            step = spread * np.eye(3)[number]
            up, down = (
                [evaluate(at(one, NUMBERS, place), 12) for one in (DEMO, other)] for place in (own + step, own - step)
            )
            change = row.quantity.estimate(up[row.scenario]).value - row.quantity.estimate(down[row.scenario]).value
            if row.over:
                change -= row.quantity.estimate(up[0]).value - row.quantity.estimate(down[0]).value
            assert row.moves[number].value == pytest.approx(change, rel=1e-9, abs=1e-6)
    reward = next(row for row in found if row.over and row.quantity.name == "fiscal_outlay")
    assert reward.own.value < 0.0
    assert reward.better is not None or not reward.quantity.sign
    assert 0.0 < found[0].sampling <= 1.0


HEAD = "title: 甲\nauthor: 乙\ndate: 2025-01\nbased_on: 丙\n"
LINE = [
    "--free",
    "world.rounds.odds[1]",
    "--free",
    "world.value.initial",
    "--worlds",
    "12",
    "--facts-paths",
    "6",
    "--paths",
    "6",
]


def test_worlds_are_counted_from_a_hundred_paths_on() -> None:
    assert judged((10, 0, 2), 99) == "路径太少，不作判断"
    assert judged((10, 0, 2), 100) == "10 / 0 / 2"
    assert judged((None, None, None), 100) == judged((), 99) == "—"
    notes = {"kept": 12, "wanted": 12, "fitted": True}
    rows = [{"worlds": 12, "undecided": 2, "sampling": 0.0, "label": ""}]
    few, many = (list(remarks(notes, rows, [], paths)) for paths in (99, 100))
    assert any("不是 12 次独立的证据" in line for line in few)
    assert any("不是 12 次独立的证据" in line for line in many)
    assert any("分不清：" in line for line in many)
    assert not any("分不清：" in line for line in few)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "worlds"
    assert main(["robust", "demo", *LINE, "--out", str(out), "--excel", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "12 个世界" in told
    assert "大于0 / 小于0 / 分不清" in told
    assert "路径太少，不作判断" in told
    assert " / 12" not in told
    assert "12 / " not in told
    assert "各世界用同样的 6 条路径，一起偏高或偏低；“12 个世界都大于 0”不是 12 次独立的证据。" in told
    assert "市财政净支出（比基准多）" in told
    assert "没有参与" in told  # ten years after a round, in a world of ten years
    study = open_study(out)
    found = of_study(study)
    worlds = found.rows("worlds")
    assert [row["world"] for row in worlds] == [*range(13)]
    assert worlds[0]["world.value.initial"] == DEMO.values["world.value.initial"]
    row = next(row for row in found.rows("robust") if row["metric"] == "fiscal_net_cost.difference")
    values = [one["fiscal_net_cost.difference"] for one in worlds]
    assert row["own"] == values[0]
    assert (row["least"], row["most"]) == (min(values[1:]), max(values[1:]))
    assert row["above"] + row["below"] + row["undecided"] == 12
    assert row["above"] <= sum(value > 0 for value in values[1:])
    assert {one["key"] for one in found.rows("moves")} == {"world.rounds.odds[1]", "world.value.initial"}
    (drawn,) = strips(found)
    assert drawn.strips[0].worlds == tuple(values[1:])
    assert (out / "study.xlsx").is_file()
    assert "换一个世界" in (out / "worlds.svg").read_text(encoding="utf-8")
    made = study_tables(found, "robust-0")
    shown = [one for one in found.rows("robust") if one["worlds"]]
    assert 8 < len(shown) < len(found.rows("robust"))  # ten years after a founding no firm can be seen
    assert len(made[0].rows) == len(shown)
    assert len(made[0].head) == 4  # too few paths for verdicts
    assert "没有一个世界里有值：10年存活企业" in told
    assert any("没有一个世界里有值" in note for note in made[0].notes)
    again = tmp_path / "again"
    assert main(["robust", "demo", *LINE, "--out", str(again), "--json", "--threads", "1"]) == 0
    told_json = json.loads(capsys.readouterr().out)
    assert told_json["robust"] == [dict(one) for one in found.rows("robust")]
    assert told_json["own_factor"] == study.manifest["results"]["own_factor"]


def test_several_scenarios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "three"
    other = tmp_path / "other.yaml"
    other.write_text(f"extends: demo\n{HEAD}measures: {{equity: {{seed_direct: {{reward: 0%}}}}}}\n", encoding="utf-8")
    line = [
        "robust",
        "demo",
        str(other),
        *LINE,
        "--out",
        str(out),
        "--metric",
        "fiscal_outlay",
        "--metric",
        "listings.difference",
    ]
    assert main([*line, "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert f"甲 减 {DEMO.title}：" in told
    assert "更好 / 更差 / 分不清" in told
    found = of_study(open_study(out))
    assert [(row["scenario"], row["over"]) for row in found.rows("robust")][::2] == [
        ("demo", ""),
        ("other", ""),
        ("other", "demo"),
    ]
    assert [one.title for one in strips(found)] == [DEMO.title, "甲", f"甲 减 {DEMO.title}"]
    worlds, *_ = robustness_tables(found, "x")
    assert len(worlds.head) == 4  # a verdict on fewer than a hundred paths would be the same words in every row
    assert sum("至少 100 条路径" in note for note in worlds.notes) == 1
    for table in robustness_tables(found, "x"):
        assert not any(isinstance(a, Group) and isinstance(b, Group) for a, b in pairwise((*table.rows, Group(""))))
    zero = [{**row, "own": 0.0, "least": 0.0, "most": 0.0} if row["over"] else row for row in found.rows("robust")]
    (worlds, *_) = robustness_tables(replace(found, tables={**found.tables, "robust": zero}), "x")
    assert [row.text for row in worlds.rows if isinstance(row, Group)] == [DEMO.title]
    assert len(worlds.rows) == 3
    assert any("每个世界里都没有差别：市财政支出、上市企业" in note for note in worlds.notes)
    assert {"worlds.svg", "worlds-2.svg", "worlds-3.svg"} <= {path.name for path in out.iterdir()}
    world = found.rows("worlds")[4]
    assert world["other-demo.fiscal_outlay"] == pytest.approx(
        world["other.fiscal_outlay"] - world["demo.fiscal_outlay"], abs=1.0
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["ningbo", "stress_winter"], "不只是政策不同"),
        (["demo", "no_policy"], "不只是政策不同"),
        (["demo", "demo"], "只写一次"),
        (["alone.yaml", "--metric", "listings.difference"], "没有基准"),
        (["demo", "--metric", "payback_years"], "期内不会发生"),
        (["demo", "--metric", "listing"], "listings"),
        (["demo", "--free", "behaviour.crowd_out"], "world"),
        (["demo", "--worlds", "3"], "10"),
        (["demo", "--targets", "没有.csv"], "无法读取"),
    ],
)
def test_what_is_refused(line: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    alone = tmp_path / "alone.yaml"
    alone.write_text(f"extends: demo\n{HEAD}baseline: none\n", encoding="utf-8")
    line = [str(alone) if word == alone.name else word for word in line]
    assert main(["robust", *line, "--out", str(out), "--lang", "zh"]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()
