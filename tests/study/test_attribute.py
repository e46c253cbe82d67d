"""Shapley shares against games whose division is known, and against the package's own effect."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from kejin_sim import execution, load_scenario
from kejin_sim.cli import attribute as attribute_command
from kejin_sim.errors import InputError
from kejin_sim.ledger import LINES, Line
from kejin_sim.measures import MEASURES, line_rows
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import by_name, pair_metrics
from kejin_sim.outcomes.statistics import Interval, student
from kejin_sim.parameters.registry import sections
from kejin_sim.recording import STATS, BlockResult
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study import attribute, evaluate
from kejin_sim.study.certainty import gaps, p_value
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.quantity import parse_quantity, quantity
from kejin_sim.study.shapley import Array, _interval, coalitions, exact, sampled, sampled_pairs
from tests import fake_engine
from tests.study.conftest import Kejin
from tests.study.making import outcomes

PATHS = 50


def gloves(mask: int) -> Array:
    """Two left gloves (players 0, 1) and a right one (2): a pair is worth 1. Shares 1/6, 1/6, 4/6."""
    return np.full((1, PATHS), float(bool(mask & 0b011) and bool(mask & 0b100)))


def airport(costs: tuple[float, ...]) -> object:
    """A runway costs what the largest aeroplane needs: each shares alike every stretch that it uses."""
    return lambda mask: np.full((1, PATHS), max((c for i, c in enumerate(costs) if mask >> i & 1), default=0.0))


def noisy(mask: int) -> Array:
    """Additive parts 1, 2, 0 with noise of their own by path."""
    chance = np.random.default_rng(7)
    noise = chance.normal(0, 1, (3, 400))
    return np.array([sum((w + noise[i]) for i, w in enumerate((1.0, 2.0, 0.0)) if mask >> i & 1) + np.zeros(400)])


def test_the_glove_game() -> None:
    shares = exact(gloves, 3)
    assert [shares.share(i, 0).value for i in range(3)] == pytest.approx([1 / 6, 1 / 6, 4 / 6])
    assert [shares.without(i, 0).value for i in range(3)] == [0.0, 0.0, 1.0]
    assert shares.coalitions == 8


def test_the_airport_game() -> None:
    costs = (1.0, 2.0, 4.0, 4.0)
    expected = [1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3 + 2 / 2, 1 / 4 + 1 / 3 + 2 / 2]
    shares = exact(airport(costs), 4)  # type: ignore[arg-type]
    assert [shares.share(i, 0).value for i in range(4)] == pytest.approx(expected)
    many = sampled(airport(costs), 4, 400)  # type: ignore[arg-type]
    for i, value in enumerate(expected):
        share = many.share(i, 0)
        assert abs(share.value - value) < 4 * share.error + 1e-12
    assert sum(many.share(i, 0).value for i in range(4)) == pytest.approx(4.0, abs=1e-12)


def test_ten_measures_are_affordable_and_sum_to_the_package() -> None:
    """Two to the tenth coalitions are not: a sample of orders gives shares that sum to the whole on every path."""
    weights, seen = np.random.default_rng(4).normal(0, 1, (10, 30)), set[int]()

    def value(mask: int) -> Array:
        seen.add(mask)
        parts = [weights[i] for i in range(10) if mask >> i & 1]
        total = np.sum(parts, axis=0) if parts else np.zeros(30)
        return np.array([total + 0.5 * total * abs(total)])  # parts get in each other's way and help each other

    shares = sampled(value, 10, 20)
    assert len(seen) == shares.coalitions <= coalitions(10, 20) < 200
    assert coalitions(10, 0) == 1024
    assert shares.shapley.sum(axis=0) == pytest.approx(shares.whole, abs=1e-12)
    everything = exact(value, 10)
    for i in range(10):
        share = shares.share(i, 0)
        assert share.error >= shares.order_error[i, 0] > 0.0
        assert abs(share.value - everything.share(i, 0).value) < 4.5 * shares.order_error[i, 0]
        assert shares.without(i, 0).value == everything.without(i, 0).value


def test_the_interval_of_sampled_orders_holds_the_truth() -> None:
    """Six random games without noise, four pairs: Student's t with three degrees of freedom, not the normal.

    Means of four pairs are not quite normal, so that the interval holds a little less often than 95 %: 0.926 to 0.948 by game in
    150 repetitions of each, against 0.821 to 0.856 with the normal quantile.
    """
    held = []
    for game in range(6):
        worth = np.random.default_rng(game).normal(size=256)
        value = lambda mask, w=worth: np.full((1, 2), w[mask])  # noqa: E731
        truth = exact(value, 8)
        for seed in range(40):
            shares = sampled(value, 8, 2, seed=seed)
            assert (shares.pairs, shares.orders) == (4, 8)
            found = [(shares.share(i, 0), truth.share(i, 0).value) for i in range(8)]
            held += [one.low <= value_known <= one.high for one, value_known in found]
    assert np.mean(held) > 0.91


def test_an_order_and_its_reverse_divide_pairs_alike() -> None:
    """Parts of their own and a surplus of every two: whichever comes later gets it in one order, the other in the reverse, so that
    every pair of orders gives each its part and half of each surplus, without any error of orders."""
    own, surplus = np.array([1.0, 2.0, 4.0, 8.0]), np.triu(np.arange(16.0).reshape(4, 4), 1)

    def value(mask: int) -> Array:
        there = np.array([bool(mask >> i & 1) for i in range(4)])
        return np.full((1, 3), own[there].sum() + surplus[np.ix_(there, there)].sum())

    shares = sampled(value, 4, 8)
    halves = own + (surplus + surplus.T).sum(axis=0) / 2
    assert [shares.share(i, 0).value for i in range(4)] == pytest.approx(halves.tolist())
    assert shares.order_error == pytest.approx(0.0, abs=1e-12)


def test_degrees_of_freedom_of_both_errors() -> None:
    """Only orders: pairs − 1. Only paths: paths − 1. Alike: Welch's."""
    sample = np.random.default_rng(1).normal(size=50)
    own = sample.std(ddof=1) / np.sqrt(50)
    for flat, more, degrees in ((True, 1.0, 3), (False, 0.0, 49), (False, own, 11)):
        one = _interval(np.zeros(50) if flat else sample, 50, more, 4)
        assert (one.high - one.value) / one.error == pytest.approx(student(degrees))
    assert [sampled_pairs(n) for n in (0, 1, 2, 8, 9, 20)] == [0, 4, 4, 4, 5, 10]


def test_a_tail_is_told_by_the_paths_in_it() -> None:
    """Of 200 paths ten lie in the worst 5 %: nine degrees of freedom. Of 199 nothing is sure."""
    sample = np.random.default_rng(2).normal(size=(1, 200))
    for name, paths, degrees in (("tax", 200, 199), ("tax.tail", 200, 9), ("tax.p95", 200, 199)):
        shares = exact(lambda mask: sample * mask, 1)
        told = replace(shares, telling=(parse_quantity(name).telling(paths),)).effect(0)
        assert (told.high - told.value) / told.error == pytest.approx(student(degrees)), name
    assert parse_quantity("tax.tail").telling(199) == 0
    none = replace(shares, telling=(0,)).effect(0)
    assert math.isfinite(none.value)
    assert math.isnan(none.low)


def test_the_gap_of_quantiles_of_a_leaping_sample_has_no_interval() -> None:
    """Judged by the sample, not by its unit: small counts, 0 or 1, a payment on few paths leap; large counts and amounts do not.
    Of a leaping and a smooth one nothing is sure either, and no verdict rests on them."""
    rng = np.random.default_rng(5)
    small, large = rng.poisson(3.0, (2, 400)).astype(float), rng.poisson(4e4, (2, 400)).astype(float)
    amounts = rng.normal(3.0, 1.0, (2, 400))
    events = (rng.random((2, 400)) < 0.5).astype(float)
    seldom = np.where(rng.random((2, 400)) < 0.95, 0.0, rng.lognormal(size=(2, 400)))
    for name, sample, known in (
        ("listings.p95", small, False),
        ("listings.p95", large, True),
        ("listings", small, True),
        ("tax.p95", amounts, True),
        ("tax.p95", seldom, False),
        ("tax.p50", events, False),
        ("tax.p95", np.stack([seldom[0], 1.0 + amounts[1]]), False),
    ):
        one = parse_quantity(name)
        first, other = (one.values(outcomes({one.metric.name: values})) for values in sample)
        gap = one.gap(first, other)
        assert gap.value == pytest.approx(first.mean() - other.mean())
        assert math.isfinite(gap.low) == known, (name, gap)
        if not known:
            assert p_value(one, gaps(one, first, other)) == 1.0
    one = parse_quantity("tax.p95")
    same = one.gap(*(one.values(outcomes({"tax": np.zeros(400)})) for _ in range(2)))
    assert (same.value, math.isnan(same.low)) == (0.0, True)


def test_a_division_of_a_leaping_quantile_has_no_interval() -> None:
    """In one coalition of four the payment is made on 95 of 100 paths never: its share is told without interval, a smooth
    quantile's with."""
    rng = np.random.default_rng(6)
    seldom, smooth = np.where(rng.random(400) < 0.95, 0.0, 1.0), rng.normal(size=400)
    parts = [attribute.Player(str(i), "", "", ()) for i in range(2)]
    played = iter([smooth, smooth, smooth + 1.0, seldom, smooth + 2.0])  # the twin first

    def evaluate(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        return outcomes({"research": next(played), "deals": smooth})

    asked = [quantity("research.p95"), quantity("deals.p95")]
    shares = attribute.attribute(evaluate, load_scenario("demo"), parts, asked, paths=400, orders=0)
    assert math.isfinite(shares.share(0, 0).value)
    assert math.isnan(shares.share(0, 0).low)
    assert shares.telling == (0, 400)


def test_too_many_coalitions_are_refused() -> None:
    parts = [attribute.Player(str(i), "", "", ()) for i in range(15)]
    attribute.check_orders(parts, 20)
    attribute.check_orders(parts[:14], 0)
    with pytest.raises(InputError, match=r"--orders 20|2\^15"):
        attribute.check_orders(parts, 0)


@pytest.mark.parametrize(
    ("name", "close"),
    [
        (pair_metrics()[0].name, ""),
        ("cost_per_additional_survivor_5y", "firms_surviving_5y"),
        ("tax.difference", "tax"),
    ],
)
def test_what_cannot_be_attributed_is_named(name: str, close: str) -> None:
    with pytest.raises(InputError) as refused:
        attribute.check_quantities([quantity(name)])
    problem = refused.value.problems[0]
    assert name in problem.message_zh
    assert ("比较的是方案与基准" in problem.message_zh) == (not name.endswith(".difference"))
    assert close in problem.hint_zh


def test_what_is_the_same_as_in_the_baseline_is_named() -> None:
    demo = load_scenario("demo")
    assert demo.baseline is not None
    own = {key: value for key, value in demo.values.items() if key.startswith("measures.credit.") or "risk_pool" in key
           or "guarantee" in key or "interest_subsidy" in key}  # fmt: skip
    alike = replace(demo, baseline=replace(demo.baseline, values={**demo.baseline.values, **own}))
    parts = attribute.players(alike, "measure")
    assert "measures.credit" not in {part.name for part in parts}
    assert attribute.same_measures(alike, parts) == [sections()["measures.credit"]]
    assert attribute.same_measures(demo, attribute.players(demo, "measure")) == []


def test_every_order_of_a_random_game() -> None:
    worth = np.random.default_rng(3).normal(size=16)
    worth[0] = 0.0
    value = lambda mask: np.full((1, 4), worth[mask])  # noqa: E731
    gains = np.zeros(4)
    for order in permutations(range(4)):
        mask = 0
        for i in order:
            gains[i] += (worth[mask | 1 << i] - worth[mask]) / 24
            mask |= 1 << i
    shares = exact(value, 4)
    assert [shares.share(i, 0).value for i in range(4)] == pytest.approx(gains)


def test_shares_sum_nothing_gets_nothing_and_equals_get_equal() -> None:
    for shares in (exact(noisy, 3), sampled(noisy, 3, 6)):
        total = shares.shapley.sum(axis=0)
        assert total == pytest.approx(shares.whole, abs=1e-12)  # on every path
        assert abs(shares.share(0, 0).value - 1.0) < 4 * shares.share(0, 0).error
    idle = exact(lambda mask: gloves(mask & 0b111), 4)
    assert not idle.shapley[3].any()


def test_parts_of_a_package_make_up_its_difference_from_the_twin() -> None:
    demo = load_scenario("demo")
    one = Evaluator(execution.Here(execution.engine("compiled"), 1), seed=5)
    parts = attribute.players(demo, "section")
    assert {p.name for p in parts} >= {
        "measures.equity.angel_subfunds",
        "measures.equity.seed_direct",
        "budget.angel_fund",
    }
    both = one(demo, 3)
    empty, full = (one(attribute.coalition(demo, parts, mask), 3, twin=False) for mask in (0, 2 ** len(parts) - 1))
    assert np.array_equal(empty.worlds[0], both.worlds[1], equal_nan=True)
    left = evaluate.beside(full, empty, float(demo.values["behaviour.market_displacement"]))  # type: ignore[arg-type]
    np.testing.assert_allclose(left.worlds[0], both.worlds[0], rtol=1e-12)
    asked = [quantity("fiscal_net_cost"), quantity("tax")]
    shares = attribute.attribute(one, demo, parts[:3], asked, paths=3, orders=0)
    assert shares.shapley.sum(axis=0) == pytest.approx(shares.whole, rel=1e-9, abs=1.0)


def test_special_years_are_parts_of_the_package_too() -> None:
    """Money of single years in the package, in the twin, in both and the same in both: the empty coalition appropriates what the
    twin has, the full one what the package has, and one of a line alone has that line's money and nothing else."""
    demo = load_scenario("demo")
    assert demo.baseline is not None
    same = {key: demo.values[key] for key in demo.values if key.startswith(("measures.", "budget."))}
    own = {"angel_fund": {2025: 9e7}, "risk_pool": {2026: 3e7, 2027: 1e7}, "guarantee": {2026: 5e6}}
    base = {"risk_pool": {2026: 1e7}, "joint_fund": {2028: 2e6}, "guarantee": {2026: 5e6}}
    made = replace(demo, by_year=own, baseline=replace(demo.baseline, values={**demo.values, **same}, by_year=base))
    parts = attribute.players(made, "section")
    assert {part.name: part.lines for part in parts} == {
        f"budget.{line}": (line,) for line in ("angel_fund", "joint_fund", "risk_pool")
    }
    assert all(part.keys == () for part in parts)
    package, twin = made.inputs().appropriation
    full = (1 << len(parts)) - 1
    for mask, expected in ((full, package), (0, twin)):
        assert np.array_equal(attribute.coalition(made, parts, mask).inputs().appropriation[0], expected)
    for i, part in enumerate(parts):
        row = LINES.index(Line(part.lines[0]))
        alone, without = (
            attribute.coalition(made, parts, m).inputs().appropriation[0] for m in (1 << i, full ^ 1 << i)
        )
        others = np.arange(len(LINES)) != row
        assert np.array_equal(alone[row], package[row])
        assert np.array_equal(alone[others], twin[others])
        assert np.array_equal(without[row], twin[row])
        assert np.array_equal(without[others], package[others])
    # By measure they go with the measure that the line feeds.
    assert {part.name: part.lines for part in attribute.players(made, "measure")} == {
        "measures.equity": ("angel_fund",), "measures.basic_research": ("joint_fund",), "measures.credit": ("risk_pool",)
    }  # fmt: skip


def test_a_coalition_is_the_package_in_everything_that_is_no_players() -> None:
    demo = load_scenario("demo")
    assert demo.baseline is not None
    parts = attribute.players(demo, "measure")
    base = demo.baseline.values
    for i, part in enumerate(parts):
        alone = attribute.coalition(demo, parts, 1 << i).values
        assert {key for key in demo.values if alone[key] != demo.values[key]} == {
            key for other in parts if other is not part for key in other.keys
        }
        assert all(alone[key] == base[key] for other in parts if other is not part for key in other.keys)


def test_a_package_that_is_its_twin_has_nothing_to_divide() -> None:
    demo = load_scenario("demo")
    assert demo.baseline is not None
    twin = replace(demo.baseline, values=demo.values, by_year=demo.by_year)
    with pytest.raises(InputError) as refused:
        attribute.players(replace(demo, baseline=twin), "measure")
    assert "完全相同" in refused.value.problems[0].message_zh
    with pytest.raises(InputError) as refused:
        attribute.players(replace(demo, baseline=None), "measure")
    assert "没有基准" in refused.value.problems[0].message_zh


def test_the_table_has_every_part_and_the_whole() -> None:
    """Parts worth 1, 2 and 4, which help each other when all three are there: the third of 3 that each gets of it, and what the
    whole loses without each."""

    def value(mask: int) -> Array:
        parts = sum(w for i, w in enumerate((1.0, 2.0, 4.0)) if mask >> i & 1)
        return np.array([np.full(4, parts + 3.0 * (mask == 7)), np.full(4, -10.0 * parts)])

    players = [attribute.Player(name, name, name, ()) for name in "abc"]
    asked = [quantity("tax"), quantity("jobs_end")]
    rows = attribute.table(players, asked, exact(value, 3)).objects()
    found = {(row["metric"], row["player"]): (row["shapley"], row["leave_one_out"]) for row in rows}
    assert found == {
        ("tax", "a"): pytest.approx((2.0, 4.0)), ("tax", "b"): pytest.approx((3.0, 5.0)), ("tax", "c"): pytest.approx((5.0, 7.0)),
        ("tax", "package"): pytest.approx((10.0, 10.0)), ("jobs_end", "a"): pytest.approx((-10.0, -10.0)),
        ("jobs_end", "b"): pytest.approx((-20.0, -20.0)), ("jobs_end", "c"): pytest.approx((-40.0, -40.0)),
        ("jobs_end", "package"): pytest.approx((-70.0, -70.0)),
    }  # fmt: skip


def test_a_budget_line_belongs_to_the_measure_that_it_feeds() -> None:
    parts = {part.name: part.keys for part in attribute.players(load_scenario("demo"), "measure")}
    assert set(parts) == {f"measures.{measure}" for measure in MEASURES}
    fed = {
        "measures.equity": "angel_fund",
        "measures.credit": "risk_pool",
        "measures.basic_research": "joint_fund",
        "measures.commercialisation": "commercialisation",
        "measures.grant_to_equity": "grant_to_equity",
    }
    for measure, line in fed.items():
        assert [m for m, keys in parts.items() if f"budget.{line}.amount" in keys] == [measure]


def test_every_line_belongs_to_the_room_that_declares_it() -> None:
    """Also where a line names rules of other rooms, as all do with the rule on appropriations."""
    for row in line_rows():
        assert attribute._owner(f"budget.{row['key']}.amount", "measure") == f"measures.{row['measure']}"
        assert attribute._owner(f"budget.{row['key']}.amount", "section") == f"budget.{row['key']}"


def test_the_command(kejin: Kejin, fake: None, here: Path) -> None:
    words = ("attribute", "demo", "--paths", "4", "--by", "section", "--orders", "5", "--no-cache")
    said = kejin(*words, "--excel", "--out", "o")
    assert "--orders 5 按 8 种算" in said.err
    assert said.code == 0, said.err
    assert "抽样 8 种次序" in said.out
    assert json.loads((here / "o" / "manifest.json").read_text(encoding="utf-8"))["settings"]["orders"] == 8
    assert {"attribution.csv", "study.xlsx"} <= {p.name for p in (here / "o").iterdir()}
    assert json.loads(kejin(*words, "--json", "--out", "p").out)["orders"] == 8


def test_what_is_not_defined_in_some_coalition_is_said_in_words(kejin: Kejin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of dashes would not tell why. Here no pledge goes bad where measure 5 is off."""

    def made_up(inputs: Inputs, seed: int, first: int, paths: int, worlds: int) -> BlockResult:
        block = fake_engine.simulate(inputs, seed, first, paths, worlds)
        block.stats[:, :, STATS.index("pledged_ead")] = float(inputs.package["commercialisation"]["enabled"])
        return block

    monkeypatch.setattr(execution, "engine", lambda name: made_up)
    words = (
        "--paths",
        "4",
        "--by",
        "section",
        "--orders",
        "2",
        "--no-cache",
        "--metric",
        "pledged_loss_rate",
        "--metric",
        "tax",
    )
    said = kejin("attribute", "demo", *words)
    assert said.code == 0, said.err
    (line,) = (line for line in said.out.splitlines() if "不能分解" in line)
    assert by_name()["pledged_loss_rate"].zh in line


@pytest.mark.parametrize(
    "words",
    [
        ("no_policy",),
        ("demo", "--metric", "tax.difference"),
        ("demo", "--metric", "taxx"),
        ("demo", "--by", "x"),
        ("demo", "--by", "section", "--orders", "0"),
    ],
)
def test_wrong_words_are_refused(kejin: Kejin, fake: None, words: tuple[str, ...], here: Path) -> None:
    said = kejin("attribute", *words)
    assert said.code == 2
    assert "改法" in said.err
    assert not list(here.iterdir())


def test_parts_of_sections_are_told_apart_at_a_glance() -> None:
    """Fourteen budget lines that are all called 预算 are one line fourteen times."""
    from kejin_sim.cli.attribute import _named

    parts = attribute.players(load_scenario("demo"), "section")
    names = [_named(part) for part in parts]
    assert len(set(names)) == len(names)
    assert "预算：天使引导基金" in names
    assert "第2条 科技信贷（是否实施等）" in names or "第3条 科技保险（是否实施等）" in names


def test_a_part_is_told_with_the_change_that_leaving_it_out_makes() -> None:
    """Lost without it: 3 [1, 4] more; so leaving it out changes the outcome by -3 [-4, -1]."""
    turned = attribute_command._turned(Interval(3.0, 0.7, 1.0, 4.0))
    assert (turned.value, turned.low, turned.high) == (-3.0, -4.0, -1.0)
