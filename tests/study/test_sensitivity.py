"""Sensitivity against functions whose indices are known, through the same code path as a package's, and with noise."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kejin_sim import execution, load_scenario
from kejin_sim.cli import sensitivity as command
from kejin_sim.lang import set_language
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.recording import BlockResult
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.certificate import LIBRARIES
from kejin_sim.study import prim, sobol
from kejin_sim.study.quantity import quantity
from kejin_sim.study.sensitivity import Swing, dimensions, discovery, sensitivity, tables
from kejin_sim.study.targets import parse_target
from tests import fake_engine
from tests.study.conftest import Kejin
from tests.study.making import outcomes

KEYS = ("world.failure.correlation", "world.rounds.foresight", "behaviour.market_displacement")
SIZE = "measures.equity.angel_subfunds.size"
A, B = 7.0, 0.1
DEMO = load_scenario("demo")
INPUTS = dimensions(DEMO, KEYS)


def ishigami(x: np.ndarray) -> np.ndarray:
    """``sin x₁ + A sin² x₂ + B x₃⁴ sin x₁`` on [−π, π]³."""
    return np.sin(x[..., 0]) + A * np.sin(x[..., 1]) ** 2 + B * x[..., 2] ** 4 * np.sin(x[..., 0])


def exact() -> tuple[list[float], list[float], float]:
    """First-order and total indices and the variance, in closed form."""
    one = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    two = A**2 / 8
    both = 8 * B**2 * np.pi**8 / 225
    whole = one + two + both
    return [one / whole, two / whole, 0.0], [(one + both) / whole, two / whole, both / whole], whole


def test_ishigami_without_noise() -> None:
    points = sobol.design(KEYS, 4096, 1)
    y = ishigami((2 * points - 1) * np.pi)
    found = sobol.analyse(KEYS, np.array([y, y]))
    first, total, whole = exact()
    assert found.first == pytest.approx(first, abs=0.02)
    assert found.total == pytest.approx(total, abs=0.02)
    assert found.first_plain == pytest.approx(first, abs=0.02)
    assert found.total_plain == pytest.approx(total, abs=0.02)
    assert found.of_parameters == pytest.approx(whole, rel=0.02)
    assert found.of_paths == pytest.approx(0.0, abs=1e-9)


def test_ishigami_with_noise() -> None:
    """Noise as large as the signal: SALib's total indices grow, the ones across halves do not."""
    points = sobol.design(KEYS, 8192, 1)
    y = ishigami((2 * points - 1) * np.pi)
    first, total, whole = exact()
    noise = np.random.default_rng(2).normal(0, np.sqrt(whole), (2, len(y)))
    found = sobol.analyse(KEYS, y + noise)
    assert found.first == pytest.approx(first, abs=0.05)
    assert found.total == pytest.approx(total, abs=0.05)
    assert found.of_paths == pytest.approx(whole / 2, rel=0.1)  # two halves together
    assert found.of_parameters == pytest.approx(whole, rel=0.1)
    assert np.all(found.total_plain - total > 0.1)


def test_what_a_half_shares_at_all_points_moves_no_index() -> None:
    """The same draws at all points lift one half above the other: neither the variance nor an index may move with it, whatever
    the draws. Taken from one mean of both halves, the variance would be too low by a quarter of the distance squared."""
    points = sobol.design(KEYS, 1024, 1)
    y = ishigami((2 * points - 1) * np.pi)
    plain, lifted = (sobol.analyse(KEYS, np.array([y, y + lift])) for lift in (0.0, 6.0))
    for name in ("first", "total", "first_plain", "total_plain", "of_parameters", "of_paths"):
        assert getattr(lifted, name) == pytest.approx(getattr(plain, name), abs=1e-9), name
    first, total, whole = exact()
    for seed in range(1, 11):
        common = np.random.default_rng(seed).normal(0, 5, 20)
        values = y[:, None] + common + np.random.default_rng(100 + seed).normal(0, 1, (len(y), 20))
        found = sobol.analyse(KEYS, np.stack([values[:, :10].mean(axis=1), values[:, 10:].mean(axis=1)]))
        assert found.first == pytest.approx(first, abs=0.05), seed
        assert found.total == pytest.approx(total, abs=0.05), seed
        assert found.of_parameters == pytest.approx(whole, rel=0.1), seed
        assert found.of_paths == pytest.approx(1 / 20, abs=0.15), seed  # the variance of 20 values of its own


def through_a_package(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
    """A city whose tax is Ishigami's function of three parameters, with noise common to all points and noise of its own."""
    u = [(float(scenario.values[d.parameter.key]) - d.low) / (d.high - d.low) for d in INPUTS]  # type: ignore[arg-type]
    value = float(ishigami((2 * np.array(u) - 1) * np.pi))
    common = np.random.default_rng(1).normal(0, 5, paths)
    own = np.random.default_rng([int(1e9 * x) for x in u]).normal(0, 1, paths)
    return outcomes({"tax": value + common + own})


def test_ishigami_through_the_code_path_of_a_package() -> None:
    made = sensitivity(through_a_package, DEMO, INPUTS, [quantity("tax")], paths=20, base=1024, seed=1)
    first, total, whole = exact()
    assert made.indices[0].first == pytest.approx(first, abs=0.05)
    assert made.indices[0].total == pytest.approx(total, abs=0.05)
    assert made.indices[0].of_parameters == pytest.approx(whole, rel=0.1)


def test_the_tornado_is_paired() -> None:
    def linear(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        noise = np.random.default_rng(3).normal(0, 100, paths)
        return outcomes({"tax": 10 * float(scenario.values["world.rounds.foresight"]) + noise})  # type: ignore[arg-type]

    made = sensitivity(linear, DEMO, INPUTS, [quantity("tax")], paths=30, base=0, seed=1)
    top = made.swings[0][0]
    own = float(DEMO.values["world.rounds.foresight"])  # type: ignore[arg-type]
    assert top.dimension.name == "world.rounds.foresight"
    assert top.at_high.value == pytest.approx(10 * (top.dimension.high - own))
    assert top.at_high.error == pytest.approx(0.0, abs=1e-9)
    assert made.swings[0][1].size == 0.0


@pytest.mark.parametrize(
    ("low", "high", "size"),
    [
        (-3.0, 2.0, 3.0),
        (1.0, -4.0, 4.0),
        (0.5, 0.25, 0.5),
        (math.nan, -2.0, 2.0),
        (2.0, math.inf, 2.0),
        (math.nan, math.nan, 0.0),
    ],
)
def test_a_swing_is_as_large_as_the_larger_of_its_changes(low: float, high: float, size: float) -> None:
    """Up or down alike; a change that is not defined is none."""
    ends = [Interval(value, 0.0, value, value) for value in (low, high)]
    assert Swing(INPUTS[0], *ends).size == size


def test_swings_go_from_the_largest_to_the_smallest_whatever_their_signs() -> None:
    """Effects −9, 5 and 1 of the three inputs, told at the end that each is moved to."""
    weights = dict(zip(KEYS, (5.0, 1.0, -9.0), strict=True))

    def linear(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        value = sum(
            weights[d.name] * (float(scenario.values[d.parameter.key]) - d.low) / (d.high - d.low)  # type: ignore[arg-type]
            for d in INPUTS
        )
        return outcomes({"tax": np.full(paths, value), "jobs_end": np.arange(float(paths))})

    made = sensitivity(linear, DEMO, INPUTS, [quantity("tax"), quantity("jobs_end")], paths=4, base=0, seed=1)
    rows = made.swings[0]
    assert [s.dimension.name for s in rows] == [KEYS[2], KEYS[0], KEYS[1]]
    for s in rows:  # what lies between the two ends is the whole effect
        assert s.at_high.value - s.at_low.value == pytest.approx(weights[s.dimension.name])
    assert [s.size for s in made.swings[1]] == [0.0, 0.0, 0.0]
    table = tables(made)[0].objects()
    assert [(row["metric"], row["key"]) for row in table[:3]] == [("tax", name) for name in (KEYS[2], KEYS[0], KEYS[1])]
    for row, s in zip(table, rows, strict=False):
        assert (row["at_low"], row["at_high"]) == (s.at_low.value, s.at_high.value)


@pytest.mark.parametrize(
    ("target", "missed"),
    [("deals <= 40", 0.5), ("deals >= 40", 0.0), ("deals >= 41", 0.5), ("deals <= 41", 0.0), ("deals <= 39", 1.0)],
)
def test_a_target_is_met_where_it_is_just_met(target: str, missed: float) -> None:
    """40 on one half of the points and 41 on the other: what equals the limit does not miss it, whatever the sign."""
    d = INPUTS[0]

    def step(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        u = (float(scenario.values[d.parameter.key]) - d.low) / (d.high - d.low)  # type: ignore[arg-type]
        return outcomes({"deals": np.full(paths, 40.0 if u < 0.5 else 41.0), "tax": np.ones(paths)})

    made = sensitivity(step, DEMO, INPUTS, [quantity("tax")], paths=2, base=8, seed=1, target=parse_target(target))
    above = float((made.points[:, 0] >= (d.low + d.high) / 2).mean())
    assert 0.3 < above < 0.7
    assert made.missed == pytest.approx({0.5: above if "<" in target else 1 - above}.get(missed, missed))


def test_a_planted_box_is_found() -> None:
    points = np.random.default_rng(4).uniform(0, 1, (2000, 4))
    fails = (points[:, 0] > 0.7) & (points[:, 2] < 0.4)
    box = prim.recommended(prim.peel(points, fails))
    assert box is not None
    limits = {name: (low, high) for name, low, high in box.limits("abcd")}
    assert limits["a"][0] == pytest.approx(0.7, abs=0.03)
    assert limits["c"][1] == pytest.approx(0.4, abs=0.03)
    assert set(limits) == {"a", "c"}
    assert box.density > 0.95
    assert box.coverage > 0.9


def test_a_planted_box_of_whole_numbers_is_found() -> None:
    chance = np.random.default_rng(6)
    points = np.column_stack([chance.integers(1, 7, 2000), chance.uniform(0, 1, 2000)]).astype(float)
    fails = (points[:, 0] >= 5) & (points[:, 1] < 0.5)
    box = prim.recommended(prim.peel(points, fails))
    assert box is not None
    limits = {name: (low, high) for name, low, high in box.limits("ab")}
    assert limits["a"] == (5.0, np.inf)
    assert limits["b"][1] == pytest.approx(0.5, abs=0.03)
    assert box.density > 0.95


def test_an_outermost_value_shared_by_many_is_peeled_to_the_next() -> None:
    """Half of the points share the greatest (or the least) value: the limit goes to the next one, not to where it removes none."""
    column = np.array([1.0, 2.0, 3.0, *[4.0] * 17])
    assert prim._edge(column, upper=True) == 3.0
    assert prim._edge(5.0 - column, upper=False) == 2.0


def test_an_input_that_is_the_same_everywhere_is_not_peeled() -> None:
    points = np.column_stack([np.ones(200), np.linspace(0, 1, 200)])
    box = prim.recommended(prim.peel(points, points[:, 1] > 0.6))
    assert box is not None
    assert [name for name, *_ in box.limits("ab")] == ["b"]


def _discovered(points: np.ndarray, fails: np.ndarray) -> prim.Box | None:
    return prim.discovered(points, fails, prim.peel(points, fails))


def test_no_failures_and_nothing_else() -> None:
    points = np.random.default_rng(5).uniform(0, 1, (400, 2))
    assert prim.recommended(prim.peel(points, np.zeros(400, dtype=bool))) is None
    assert len(prim.peel(points, np.ones(400, dtype=bool))) == 1
    for fails in (np.zeros(400, dtype=bool), np.ones(400, dtype=bool)):
        assert _discovered(points, fails) is None


def test_a_box_in_noise_is_not_told() -> None:
    """Failures of 30 % of the points by chance: peeling always finds a box, and it is told once in twenty cases."""
    chance = np.random.default_rng(7)
    points = sobol.design([str(i) for i in range(6)], 32, 1)
    noise = [chance.random(len(points)) < 0.3 for _ in range(20)]
    assert all(prim.recommended(prim.peel(points, fails)) for fails in noise)
    assert sum(_discovered(points, fails) is not None for fails in noise) <= 3


def test_of_a_box_the_conditions_that_count_are_told() -> None:
    """Two conditions of six inputs, with one point of ten the other way round: these two, and hardly another."""
    chance = np.random.default_rng(8)
    points = sobol.design(list("abcdef"), 64, 1)
    more = 0
    for _ in range(5):
        fails = ((points[:, 0] > 0.5) & (points[:, 3] < 0.6)) ^ (chance.random(len(points)) < 0.1)
        box = _discovered(points, fails)
        assert repr(box) == repr(_discovered(points, fails))  # always the same
        assert box is not None
        limits = {name: (low, high) for name, low, high in box.limits("abcdef")}
        assert limits["a"][0] == pytest.approx(0.5, abs=0.1)
        assert limits["d"][1] == pytest.approx(0.6, abs=0.1)
        assert max(box.chances[0], box.chances[3]) < 1e-3
        assert all(chance <= prim.ALPHA for chance in box.chances if not math.isnan(chance))
        more += len(limits) - 2
    assert more <= 2


def test_the_chance_of_a_condition_is_binomial() -> None:
    """Ten points, of which the five above 4.5 all fail and one below does: with the limit 5 of 5, without it 6 of 10: 0.6⁵. The
    other input has no limits."""
    points = np.column_stack([np.arange(10.0), np.zeros(10)])
    fails = np.array([1, 0, 0, 0, 0, 1, 1, 1, 1, 1], dtype=bool)
    low, high = np.array([4.5, -math.inf]), np.array([math.inf, math.inf])
    assert prim._chance(points, fails, low, high, 0) == pytest.approx(0.6**5)
    assert math.isnan(prim._chance(points, fails, low, high, 1))


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "没有发现超出偶然的条件"), ("en", "No conditions found beyond chance")]
)
def test_conditions_that_chance_would_find_as_well_are_not_shown(language: str, said: str) -> None:
    """Misses that follow no number are said to be beyond no chance; those of a number are shown with the chance of theirs."""
    chance, d = np.random.default_rng(9), INPUTS[0]

    def city(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        u = (float(scenario.values[d.parameter.key]) - d.low) / (d.high - d.low)  # type: ignore[arg-type]
        return outcomes({"tax": np.full(paths, float(chance.random() < 0.5)), "deals": np.full(paths, float(u < 0.5))})

    for target, found in (("tax >= 1元", False), ("deals >= 1", True)):
        goal = parse_target(target)
        made = sensitivity(city, DEMO, INPUTS, [quantity("tax")], paths=2, base=32, seed=1, target=goal)
        set_language(language)
        lines = list(command._discovery(made, goal))
        told = discovery(made)
        set_language("auto")
        assert any(said in line for line in lines) is not found
        assert any("p < 0.001" in line for line in lines) is found
        assert (told is not None) is found
        if told is not None:
            assert [row["key"] for row in told["conditions"]] == [KEYS[0]]
            json.dumps(told, allow_nan=False)


def test_discovery_through_the_code_path_of_a_package() -> None:
    def threshold(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        d = INPUTS[0]
        u = (float(scenario.values[d.parameter.key]) - d.low) / (d.high - d.low)  # type: ignore[arg-type]
        return outcomes({"tax": np.full(paths, 1.0 if u < 0.5 else 0.0)})

    demo = load_scenario("demo")
    inputs = dimensions(demo, KEYS)
    made = sensitivity(
        threshold, demo, inputs, [quantity("tax")], paths=4, base=256, seed=1, target=parse_target("tax >= 1元")
    )
    assert made.missed == pytest.approx(0.5, abs=0.01)
    box = prim.recommended(made.boxes)
    assert box is not None
    (limit,) = box.limits(KEYS)
    assert limit[0] == KEYS[0]
    assert limit[1] == pytest.approx((INPUTS[0].low + INPUTS[0].high) / 2, rel=0.05)


def test_the_command(kejin: Kejin, fake: None, here: Path) -> None:
    words = ("sensitivity", "demo", "--paths", "4", "--base", "4", "--no-cache", "--target", "fiscal_net_cost <= 1亿元")
    words += ("--key", KEYS[0], "--key", "world.failure.hazard[1]=3%..8%")
    said = kejin(*words, "--excel", "--out", "o")
    assert said.code == 0, said.err
    assert "没有方差可分解" in said.out  # the made-up engine knows no parameters
    assert {"tornado.csv", "sobol.parquet", "sample.csv"} <= {p.name for p in (here / "o").iterdir()}
    assert json.loads(kejin(*words, "--json", "--out", "p").out)["sobol"]


@pytest.mark.parametrize(
    "words",
    [("--base", "5"), ("--key", "x"), ("--key", "world.failure.hazard"), ("--key", "world.failure.hazard[1]"),
     ("--key", "world.failure.hazard[1]=8%..3%"), ("--key", "world.failure.hazard[1]=3%"), ("--target", "tax"),
     ("--metric", "taxx"), ("--key", KEYS[0], "--key", KEYS[0])],
)  # fmt: skip
def test_wrong_words_are_refused(kejin: Kejin, fake: None, words: tuple[str, ...], here: Path) -> None:
    said = kejin("sensitivity", "demo", *words)
    assert said.code == 2
    assert "改法" in said.err
    assert not list(here.iterdir())


NO_TWIN = "extends: demo\ntitle: 无基准\nauthor: 科技局\ndate: 2025-01\nbased_on: 起草说明\nbaseline: none\n"


@pytest.mark.parametrize(
    "words",
    [("sensitivity", "n.yaml", "--target", "firms_surviving_5y.difference >= 3"),
     ("solve", "n.yaml", "--vary", "measures.equity.seed_direct.per_year", "--target", "tax.difference >= 1元")],
)  # fmt: skip
def test_a_target_beyond_a_baseline_that_is_not_there_is_refused(
    kejin: Kejin, fake: None, words: tuple[str, ...], here: Path
) -> None:
    (here / "n.yaml").write_text(NO_TWIN, encoding="utf-8")
    said = kejin(*words)
    assert said.code == 2, said.err
    assert "没有基准" in said.err
    assert "--target" in said.err


def test_a_target_without_a_sample_is_refused(kejin: Kejin, fake: None, here: Path) -> None:
    said = kejin("sensitivity", "demo", "--base", "0", "--target", "tax >= 1元")
    assert said.code == 2
    assert "--base 16" in said.err
    assert not list(here.iterdir())


def test_what_is_not_defined_is_no_zero() -> None:
    """A metric without a value at a quarter of the points: no index, and the target leaves these points out."""
    d, f = INPUTS[0], INPUTS[1]

    def partly(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        u, v = (
            (float(scenario.values[one.parameter.key]) - one.low) / (one.high - one.low)  # type: ignore[arg-type]
            for one in (d, f)
        )
        values = np.full(paths, np.nan if v > 0.75 else 5.0 if u < 0.5 else 10.0)
        return outcomes({"tax": values, "jobs_end": np.full(paths, u)})

    asked = [quantity("tax"), quantity("jobs_end")]
    made = sensitivity(partly, DEMO, INPUTS, asked, paths=4, base=64, seed=1, target=parse_target("tax >= 8元"))
    assert made.indices[0] is None
    assert made.indices[1] is not None
    gone = int(np.isnan(made.values[0]).sum())
    assert gone == int((made.points[:, 1] > f.low + 0.75 * (f.high - f.low)).sum()) > 0
    assert made.undefined == (gone, 0)
    assert made.left_out == gone
    assert made.missed == pytest.approx(0.5, abs=0.1)
    box = prim.recommended(made.boxes)
    assert box is not None
    assert [name for name, *_ in box.limits(KEYS)] == [KEYS[0]]
    named = {table.name: table for table in tables(made)}
    assert {row[0] for row in named["sobol"].rows} == {"jobs_end"}
    assert sum(np.isnan(row[3]) for row in named["sample"].rows) == gone  # type: ignore[arg-type]


def test_points_are_told_by_both_halves_of_their_paths() -> None:
    """(1 + 3)/2 and (5 + 11)/2 make 5; a point is left out for the target alone when the target alone is not defined there;
    where it is on some paths, it is judged on these, and the fewest are told."""
    d = INPUTS[0]

    def city(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        u = (float(scenario.values[d.parameter.key]) - d.low) / (d.high - d.low)  # type: ignore[arg-type]
        deals = np.array([50.0, 50.0, np.nan, np.nan]) if u < 0.5 else np.full(paths, np.nan)
        return outcomes({"tax": np.array([1.0, 3.0, 5.0, 11.0]), "deals": deals})

    made = sensitivity(
        city, DEMO, INPUTS, [quantity("tax")], paths=4, base=4, seed=1, target=parse_target("deals <= 40")
    )
    assert made.values.tolist() == [[5.0] * len(made.points)]
    assert made.undefined == (0,)
    gone = int((made.points[:, 0] >= (d.low + d.high) / 2).sum())
    assert 0 < made.left_out == gone < len(made.points)
    assert made.missed == 1.0
    assert (made.fewest, made.paths) == (2, 4)


def test_a_target_that_is_defined_nowhere_is_said(kejin: Kejin, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(inputs: object, seed: int, first: int, count: int, worlds: int) -> BlockResult:
        made = fake_engine.simulate(inputs, seed, first, count, worlds)  # type: ignore[arg-type]
        made.stats[:] = np.nan
        return made

    monkeypatch.setattr(execution, "engine", lambda name: nothing)
    words = ("sensitivity", "demo", "--paths", "4", "--base", "2", "--no-cache", "--key", KEYS[0], "--key", KEYS[1])
    said = kejin(*words, "--metric", "loss_gross", "--target", "loss_gross <= 5%", "--out", "o")
    assert said.code == 0, said.err
    assert "没有定义，不作方差分解" in said.out
    assert "8 个点上目标所用的指标没有定义" in said.out
    manifest = json.loads((here / "o" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["results"] == {
        "missed": None,
        "left_out": 8,
        "fewest": 0,
        "undefined": {"loss_gross": 8},
        "found": None,
    }
    assert set(manifest["libraries"]) == {*LIBRARIES, "SALib"}


def test_tables_say_item_and_unit_in_either_language() -> None:
    inputs = dimensions(
        DEMO, ["world.failure.hazard[1]=3%..8%", "world.failure.hazard[2]=3%..8%", f"{SIZE}=4000万元..1亿元"]
    )

    def flat(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        return outcomes({"tax": np.ones(paths)})

    made = sensitivity(flat, DEMO, inputs, [quantity("tax")], paths=4, base=2, seed=1)
    for language, unit, ends in (("zh", "元", ("4000万元", "1亿元")), ("en", "CNY", ("CNY 40.0 m", "CNY 100 m"))):
        set_language(language)
        tornado, _, sample = tables(made)
        heads = [column.head for column in sample.columns]
        assert len(set(heads)) == len(heads)
        assert all(unit in head for head in heads[2:])
        row = next(o for o in tornado.spoken().objects() if o["key"] == SIZE)
        assert (row["unit"], row["low"], row["high"]) == (unit, *ends)
        if language == "en":
            assert not any("\u3000" <= c <= "\uffef" for text in (*heads, *(d.label for d in inputs)) for c in text)


@pytest.mark.parametrize(("sampling", "told"), [(0.66, False), (0.34, True)])
def test_indices_that_are_mostly_sampling_are_not_printed(sampling: float, told: bool) -> None:
    set_language("zh")
    numbers = np.array([4.52, -0.27])
    found = sobol.Indices(("a", "b"), *(numbers for _ in range(6)), 1.0 - sampling, sampling)
    inputs = [SimpleNamespace(label=name) for name in ("参数甲", "参数乙")]
    made: Any = SimpleNamespace(indices=[found], dimensions=inputs, points=(), undefined=[0])
    said = list(command._indices(made, 0, all_rows=True))
    assert any("4.52" in line for line in said) is told
    if not told:
        assert said == [
            "66% 的方差是抽样误差，方差分解不可靠，未列出；增大 --paths 和 --base 再算（数值在结果文件里）。"
        ]
