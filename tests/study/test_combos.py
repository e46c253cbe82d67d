"""拨投贷: selection keeps the probability it states and saves paths; the front and the simplex in closed form; the command."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kejin_sim import execution, load_scenario, set_values
from kejin_sim.cli import combos as combos_command
from kejin_sim.cli.studying import headed
from kejin_sim.errors import InputError
from kejin_sim.lang import set_language
from kejin_sim.ledger import LINES, Line
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import world_metrics
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.report import simplex as drawing
from kejin_sim.report import style
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.certificate import LIBRARIES
from kejin_sim.study import combos, pareto, selection, simplex
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.quantity import quantity, ratio_values
from kejin_sim.study.selection import select
from tests import fake_engine
from tests.study.conftest import Kejin
from tests.study.making import outcomes

BUDGET = 4e7


def test_the_stated_probability_holds_and_paths_are_saved() -> None:
    """200 repetitions, ten systems, the best ahead of all others by exactly the indifference: the hardest case."""
    means = np.array([1.0, *[0.0] * 3, *[-2.0] * 3, *[-4.0] * 3])
    right, saved = 0, []
    for repeat in range(200):
        chance = np.random.default_rng(repeat)
        common, own = chance.normal(0, 4, 3000), chance.normal(0, 2, (10, 3000))
        order = chance.permutation(10)
        found = select(
            lambda i, n, c=common, e=own, o=order: (means[o[i]] + c + e[i])[:n],  # type: ignore[misc]
            10, delta=1.0, confidence=0.9, first=20, batch=10, most=3000,
        )  # fmt: skip
        assert found.complete
        right += int(order[found.best] == 0)
        saved.append(found.saved)
    assert right >= 168  # Binomial(200, 0.9): below 168 less than once in a hundred
    assert np.mean(saved) > 0.25  # measured 0.32, though three of ten are as near to the best as can be


def test_common_draws_need_fewer_paths() -> None:
    chance = np.random.default_rng(1)
    common, own, apart = chance.normal(0, 4, 5000), chance.normal(0, 1, (5, 5000)), chance.normal(0, 4, (5, 5000))
    means = np.arange(5.0)
    paired = select(lambda i, n: (means[i] + common + own[i])[:n], 5, delta=0.5, most=5000)
    independent = select(lambda i, n: (means[i] + apart[i] + own[i])[:n], 5, delta=0.5, most=5000)
    assert paired.best == independent.best == 4
    assert sum(paired.used) * 2 < sum(independent.used)


def test_what_the_limit_of_paths_leaves_open_is_said() -> None:
    chance = np.random.default_rng(2)
    noise = chance.normal(0, 10, (3, 100))
    found = select(lambda i, n: noise[i][:n], 3, delta=0.01, first=20, most=60)
    assert not found.complete
    assert len(found.left) > 1
    assert found.within > 0
    assert max(found.used) == 60


def _three(gaps: tuple[float, ...]) -> dict[int, np.ndarray]:
    """Systems 4, 7, 9 …: the first is 10, 20, 30, the others are ahead of it by 1, 2, 3 and their own gap."""
    first = np.array([10.0, 20.0, 30.0])
    return {4: first} | {i: first + np.array([1.0, 2.0, 3.0]) + gap for i, gap in zip((7, 9, 11), gaps, strict=False)}


@pytest.mark.parametrize(("others", "p"), [((0.0,), 0.95), ((0.0, -2.0), 0.975), ((0.0, -2.0, -9.0), 1 - 0.05 / 3)])
def test_the_bound_of_what_is_left_holds_for_all_of_them(others: tuple[float, ...], p: float) -> None:
    """Mean 2 and deviation 1 of three differences: ``2 + t/√3``, where Student's t with two degrees of freedom is
    ``(2p − 1)/√(2p(1 − p))`` at the level of one of so many systems (Bonferroni)."""
    sample = _three(others)
    bound = selection._bound(sample, list(sample), 4, 0.05)
    assert bound == pytest.approx(2 + (2 * p - 1) / math.sqrt(2 * p * (1 - p)) / math.sqrt(3), rel=1e-9)


def test_the_bound_is_not_below_0_and_not_known_without_common_draws() -> None:
    sample = _three((-50.0, -60.0))
    assert selection._bound(sample, [4, 7, 9], 4, 0.05) == 0.0
    sample[9][:2] = np.nan
    assert math.isnan(selection._bound(sample, [4, 7, 9], 4, 0.05))


@pytest.mark.parametrize(
    ("systems", "gap", "stays"), [(2, 0.84, False), (2, 0.82, True), (3, 2.51, False), (3, 2.49, True)]
)
def test_a_system_leaves_when_it_is_as_far_behind_as_kim_and_nelson_say(systems: int, gap: float, stays: bool) -> None:
    """Three draws, variance of the differences 1, indifference 1, error 10 %: with two systems ``h² = 2·(1/0.2 − 1) = 8`` and the
    slack is ``1/(2·3)·(8 − 3) = 5/6``; with three each pair has half the error: ``h² = 18`` and the slack is 15/6."""
    first = np.array([10.0, 20.0, 30.0])
    rows = [first, first - gap + np.array([-1.0, 0.0, 1.0]), first - 99.0 + np.array([-1.0, 0.0, 1.0])]
    found = selection.select(lambda i, n: rows[i][:n], systems, delta=1.0, confidence=0.9, first=3, most=3)
    assert found.best == 0
    assert found.left == ((0, 1) if stays else (0,))


def test_draws_by_which_the_indifference_was_chosen_are_not_looked_at() -> None:
    """Ten draws on which the worse system is far better; the limit of paths counts them all the same."""
    chance = np.random.default_rng(6)
    rows = [
        np.concatenate([np.full(10, 1e6), chance.normal(0, 1, 90)]),
        np.concatenate([np.zeros(10), chance.normal(1, 1, 90)]),
    ]
    found = select(lambda i, n: rows[i][:n], 2, delta=0.5, first=40, batch=10, most=100, skip=10)
    assert found.best == 1
    assert min(found.used) >= 50
    assert max(found.used) <= 100
    # Three draws of the first stage, and three more that leave both: the means are those of what is looked at.
    few = [
        np.array([1e6, 1e6, 10.0, 20.0, 30.0, 0.0, 0.0, 0.0]),
        np.array([0.0, 0.0, 14.0, 25.0, 36.0, 9.0, -9.0, 0.0]),
    ]
    at_once = select(lambda i, n: few[i][:n], 2, delta=1.0, first=3, most=5, skip=2)
    assert (at_once.best, at_once.left, at_once.used) == (1, (1,), (5, 5))
    few[1][2:5] = [-15.0, 25.0, 55.0]
    later = select(lambda i, n: few[i][:n], 2, delta=0.01, first=3, batch=3, most=8, skip=2)
    assert (later.best, later.left, later.used) == (1, (0, 1), (8, 8))
    assert later.within > 0.0
    assert at_once.within == 0.0
    asked: list[int] = []

    def tied(i: int, n: int) -> np.ndarray:
        asked.append(n)
        return rows[0][:n] * (-1.0) ** i

    select(tied, 2, delta=1e-9, first=40, batch=35, most=100, skip=10)
    assert sorted(set(asked)) == [50, 85, 100]


def test_equal_systems_end_at_once() -> None:
    noise = np.random.default_rng(3).normal(0, 1, 500)
    found = select(lambda i, n: noise[:n], 4, delta=0.01, first=20, most=500)
    assert found.used == (60, 60, 60, 60)  # as many as show a difference on 5 % of the draws
    assert found.best == 0
    assert (found.left, found.complete) == ((0, 1, 2, 3), False)
    assert math.isnan(found.within)
    behind = select(lambda i, n: noise[:n] + (i == 2), 4, delta=0.01, first=20, most=500)
    assert (behind.best, behind.left, behind.complete, behind.used) == (2, (2,), True, (60, 60, 60, 60))


@pytest.mark.parametrize("share", [0.01, 0.03])
def test_seldom_differences_do_not_end_it_before_they_are_seen(share: float) -> None:
    """The second system is better on few draws and worse on none: a first stage that holds none of these draws says nothing, and
    one that holds a few tells too small a variance. What is called complete is right in 95 of 100 cases, as stated."""
    chance, right, complete = np.random.default_rng(2), 0, 0
    for _ in range(200):
        base = chance.normal(size=1000)
        rows = [base, base + (chance.random(1000) < share)]
        found = select(lambda i, n, r=rows: r[i][:n], 2, delta=share, first=40, batch=20, most=1000)  # type: ignore[misc]
        complete += found.complete
        right += found.complete and found.best == 1
    assert complete > 0
    assert right >= 0.95 * complete


def test_a_constant_lead_is_told_from_as_many_draws_as_equality() -> None:
    """A lead of 1 on every draw, and one of 1 on all draws but a late one that costs 500."""
    base = np.random.default_rng(3).normal(size=500)
    found = select(lambda i, n: base[:n] + i, 2, delta=0.5, first=20, most=500)
    assert (found.best, found.complete, found.used) == (1, True, (60, 60))
    late = base + 1.0
    late[50] -= 500.0
    open_ = select(lambda i, n: (base, late)[i][:n], 2, delta=0.5, first=20, most=200)
    assert not open_.complete


def test_a_system_without_values_is_never_selected() -> None:
    noise = np.random.default_rng(4).normal(0, 1, 500)
    rows = [np.full(500, np.nan), -5 + noise, -9 + noise]  # 0 in place of the missing would win
    found = select(lambda i, n: rows[i][:n], 3, delta=0.5, first=20, most=500)
    assert (found.best, found.undefined, found.complete) == (1, (0,), True)
    nothing = select(lambda i, n: np.full(n, np.nan), 3, delta=0.5, first=20, most=100)
    assert (nothing.best, nothing.undefined, nothing.left) == (None, (0, 1, 2), ())


def test_missing_values_are_left_out_pair_by_pair() -> None:
    """The worse system has values on its good draws only: its own mean is the greater, the paired difference is not."""
    chance = np.random.default_rng(5)
    common = chance.normal(0, 4, 2000)
    good, bad = common + chance.normal(0, 1, 2000), common - 1 + chance.normal(0, 1, 2000)
    bad[common < 0] = np.nan
    assert np.nanmean(bad) > good.mean()
    found = select(lambda i, n: (good, bad)[i][:n], 2, delta=0.5, first=40, most=2000)
    assert found.best == 0
    assert found.complete


def test_the_error_of_a_point_with_fewer_paths() -> None:
    """Against the scatter of 4,000 repetitions; without the covariance of the two means it would be 1.3 times as large."""
    made = []
    for seed in range(4000):
        chance = np.random.default_rng(seed)
        reference = chance.normal(0, 4, 100)
        made.append(combos.against(0.2 * reference[:25] + chance.normal(0, 1, 25), reference))
    scatter = np.std([one.value for one in made])
    assert np.sqrt(np.mean([one.error**2 for one in made])) == pytest.approx(scatter, rel=0.04)
    covered = np.mean([one.low <= 0.0 <= one.high for one in made])
    assert covered == pytest.approx(0.95, abs=0.015)
    whole = np.random.default_rng(1).normal(3, 2, 50)
    assert combos.against(whole + 1.0, whole).error == pytest.approx(whole.std(ddof=1) / np.sqrt(50))


@pytest.mark.parametrize(
    ("name", "first", "most", "stage"),
    [("tax", 40, 500, (40, True)), ("tax.tail", 40, 500, (200, True)), ("tax.p95", 40, 240, (200, True)),
     ("tax.p99", 40, 500, (40, False)), ("tax.tail", 40, 239, (40, False)), ("tax.tail", 300, 900, (300, True)),
     ("tax.p50", 40, 500, (40, True))],
)  # fmt: skip
def test_a_tail_needs_a_longer_first_stage(name: str, first: int, most: int, stage: tuple[int, bool]) -> None:
    assert combos.first_stage(quantity(name), first, most) == stage


class _City:
    """Tax is what the first line gets, and not defined where it gets nothing; research is defined on half the paths."""

    def expect(self, paths: int) -> None:
        pass

    def __call__(self, scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        angel = float(scenario.values["budget.angel_fund.amount"])  # type: ignore[arg-type]
        noise = np.random.default_rng(8).normal(0, 1e5, 500)[:paths]
        half = np.where(np.arange(paths) % 2, angel + noise, np.nan)
        return outcomes(
            {
                "tax": -angel + noise if angel else np.full(paths, np.nan),
                "research": half,
                "fiscal_net_cost": angel + noise,
            }
        )


def _divided(*objectives: str, most: int = 500) -> combos.Combos:
    groups = simplex.parse_groups(["投=angel_fund", "产=industry_funds"])
    return combos.combos(
        _City(), load_scenario("demo"), groups, [quantity(name) for name in objectives], budget=BUDGET, steps=2,  # type: ignore[arg-type]
        confidence=0.95, indifference=0.1, first=20, most=most,
    )  # fmt: skip


def test_what_is_not_defined_is_not_compared() -> None:
    made = _divided("tax", "research")
    shares = [c.shares for c in made.combinations]
    gone = shares.index((0.0, 1.0))
    tax, research = made.selections
    assert tax.undefined == (gone,)
    assert tax.best == shares.index((0.5, 0.5))  # 0 for the one without tax would have won
    assert research.best == shares.index((1.0, 0.0))
    assert np.isfinite([tax.delta, research.delta]).all()
    assert not made.combinations[gone].front
    assert made.combinations[gone].membership == 0.0
    row = combos.table(made).objects()[gone]
    assert (row["tax"], row["tax.se"]) == (None, None)
    # Half of the paths are missing: the error is that of the paths that are there.
    level = made.combinations[research.best].objectives[1]
    values = _City()(
        simplex.divided(load_scenario("demo"), made.groups, (1.0, 0.0), BUDGET), made.combinations[0].paths
    )
    there = values.package("research")[1::2]
    assert level.error == pytest.approx(there.std(ddof=1) / np.sqrt(there.size))
    json.dumps(combos.selections(made), allow_nan=False)


class _Trade:
    """Jobs of 4, 1, 0 and net cost of 2, 3, 0 (亿元) as the first line gets all, half or nothing; a twin of half a job. Jobs are
    twice as many on the paths after the first twenty."""

    def expect(self, paths: int) -> None:
        pass

    def __call__(self, scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        angel = float(scenario.values["budget.angel_fund.amount"])  # type: ignore[arg-type]
        jobs, cost = {BUDGET: (4.0, 2e8), BUDGET / 2: (1.0, 3e8)}.get(angel, (0.0, 0.0))
        package = {
            "jobs_end": jobs * np.where(np.arange(paths) < 20, 1.0, 2.0),
            "fiscal_net_cost": np.full(paths, cost),
        }
        return outcomes(package, {"jobs_end": np.full(paths, 0.5)} if twin else None)


def test_every_objective_counts_in_its_direction() -> None:
    """More jobs and less cost are better: the half is behind the whole in both and is no part of the front. The difference that
    matters is told by the first twenty paths, which the selection does not look at again."""
    groups = simplex.parse_groups(["投=angel_fund", "产=industry_funds"])
    asked = [quantity("jobs_end.difference"), quantity("fiscal_net_cost"), quantity("jobs_end")]
    made = combos.combos(
        _Trade(), load_scenario("demo"), groups, asked, budget=BUDGET, steps=2,  # type: ignore[arg-type]
        confidence=0.95, indifference=0.1, first=20, most=500,
    )  # fmt: skip
    assert [c.shares for c in made.combinations] == [(1.0, 0.0), (0.5, 0.5), (0.0, 1.0)]
    assert [c.paths for c in made.combinations] == [80, 80, 80]  # leads that are the same on every path: 60 tell them
    assert made.saved == 0.0  # as many paths of each as of the best
    # Three quarters of the 80 paths have twice the jobs.
    assert [c.objectives[0].value for c in made.combinations] == [6.5, 1.25, -0.5]
    assert [c.objectives[1].value for c in made.combinations] == [2e8, 3e8, 0.0]
    assert [c.objectives[2].value for c in made.combinations] == [7.0, 1.75, 0.0]
    assert [c.front for c in made.combinations] == [True, False, True]
    assert [c.membership for c in made.combinations] == [1.0, 0.0, 1.0]
    assert [s.best for s in made.selections] == [0, 2, 0]
    assert [s.delta for s in made.selections] == pytest.approx([0.4, 3e7, 0.4])
    rows = combos.table(made).objects()
    jobs, cost, total = (combos.objective_words(one)[0] for one in asked)
    assert [row["best_for"] for row in rows] == [f"{jobs}；{total}", "", cost]
    assert [row["front"] for row in rows] == [1, 0, 1]
    assert [row["jobs_end.difference"] for row in rows] == [6.5, 1.25, -0.5]
    assert ["含承接的存量" in words for words in (jobs, cost, total)] == [False, True, True]
    assert [row["best"] for row in combos.selections(made)] == [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize("groups", [2, 3])
def test_what_is_not_defined_is_not_drawn(groups: int) -> None:
    """A map of points instead of areas; the front of what is there."""
    shares = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.5, 0.0)]
    rows = [
        {**{f"share_{k}": part for k, part in enumerate(division[:groups], 1)}, "tax": value, "tax.se": value and 1.0,
         "research": None, "research.se": None, "fiscal_net_cost": 5.0 + i, "fiscal_net_cost.se": 1.0, "paths": 40,
         "front": int(i == 0), "membership": 1.0 * (i == 0)}
        for i, (division, value) in enumerate(zip(shares, (4e8, None, 3e8, 2e8), strict=True))
    ]  # fmt: skip
    settings = {"budget": 4e7, "groups": {name: [] for name in "拨投贷"[:groups]},
                "objectives": ["research", "tax", "fiscal_net_cost"]}  # fmt: skip
    chosen = [
        {"objective": "research", "row": None, "complete": False},
        {"objective": "tax", "row": 0, "complete": True},
    ]
    head = Head("演示", "不做", 40, 1, 4, "kejin combos demo")
    data = drawing.divisions(Findings("combos", ("演示",), head, settings, {"selections": chosen}, {"combos": rows}))
    assert data is not None
    assert [one.name for one in data.objectives] == ["tax", "fiscal_net_cost"]  # research is defined nowhere
    assert np.isnan(data.objectives[0].values[1])
    for draw in (drawing.simplex_figure, drawing.front_figure):
        with style.styled("text"):
            figure = draw(data)
            FigureCanvasAgg(figure).draw()
        assert figure.axes
    assert drawing.stairs([1.0, np.nan, 3.0], [1.0, 9.0, 2.0]) == [0, 2]


def _combination(*executed: float) -> combos.Combination:
    return combos.Combination((0.5, 0.5), (), (), 40, False, 0.0, executed)


def test_a_line_is_not_used_up_below_nine_tenths() -> None:
    """Lines a, b and c of two groups: the divisions in which less than 0.9 is drawn, of those in which the line has money."""
    groups = (simplex.Group("甲", "A", ("angel_fund", "risk_pool")), simplex.Group("乙", "B", ("guarantee",)))
    drawn = (
        _combination(0.9, 0.89, math.nan),
        _combination(1.0, 0.95, math.nan),
        _combination(0.9, 0.4, 0.0),
        _combination(),
    )
    made = combos.Combos(groups, BUDGET, (), drawn, (), 0.0, 0.0)
    assert made.lines == ("angel_fund", "risk_pool", "guarantee")
    assert made.idle() == {"risk_pool": (2, 3, 0.4), "guarantee": (1, 1, 0.0)}
    assert combos.idle_notes(made)["risk_pool"] == {"divisions": 2, "funded": 3, "lowest": 0.4}


def test_what_a_line_draws_is_a_ratio_of_means() -> None:
    """1 of 10 and 9 of 30 on two paths, 10 brought forward on each: (1 + 9)/(20 + 40), not the mean of two ratios. A line with
    nothing but what it brought forward gets nothing in the division."""
    made = outcomes({
        "budget_angel_fund_executed": np.array([1.0, 9.0]), "budget_angel_fund_appropriated": np.array([10.0, 30.0]),
        "budget_angel_fund_brought": np.array([10.0, 10.0]),
        "budget_risk_pool_executed": np.array([1.0, 0.0]), "budget_risk_pool_brought": np.array([5.0, 5.0]),
    })  # fmt: skip
    angel, pool = combos._executed(made, ["angel_fund", "risk_pool"])
    assert angel == pytest.approx(10 / 60)
    assert math.isnan(pool)


@pytest.mark.parametrize(
    ("name", "level", "front", "expected"),
    [
        ("tax", (5.0, 5.4, 5.9, 6.1), (False, True, True, True), (2, 1)),  # the last is ahead by more than matters
        (
            "tax",
            (5.0, 5.4, 5.9, 4.0),
            (False, True, False, True),
            (1,),
        ),  # one on the front before a better one that is not
        ("tax", (5.0, 5.4, 5.9, 4.0), (False, False, False, False), (2, 1)),
        ("fiscal_net_cost", (5.0, 5.4, 4.5, math.nan), (False, True, True, False), (2,)),  # less is better
        ("tax", (5.0, 5.0, 4.0, 3.0), (True, True, True, True), ()),
    ],
)
def test_who_is_better_by_less_than_matters_is_named(
    name: str, level: tuple[float, ...], front: tuple[bool, ...], expected: tuple[int, ...]
) -> None:
    """The first is selected, and 1 is the difference that matters."""
    levels = [Interval(v, 1.0, v - 2, v + 2) for v in level]
    assert combos._rivals(quantity(name), _selected(0, (0,)), levels, front) == expected
    assert combos._rivals(quantity(name), _selected(None, ()), levels, front) == ()


def test_a_better_estimate_within_the_indifference_is_told() -> None:
    made = _divided("tax")
    set_language("zh")
    best = made.selections[0].best
    assert best is not None
    other = next(i for i in range(3) if i != best)
    told = replace(made, rivals=((other,),))
    line = next(combos_command._near(told, str))
    assert str(made.combinations[other].shares) in line
    assert "在不计较的差别" in line
    assert combos.selections(told)[0]["rivals"] == [list(made.combinations[other].shares)]
    assert list(combos_command._near(made, str)) == []


def test_it_is_said_which_lines_a_group_holds() -> None:
    set_language("zh")
    groups = (simplex.Group("投", "equity", ("angel_fund",)), simplex.Group("贷", "credit", ("risk_pool", "guarantee")))
    said = combos_command._meaning(combos.Combos(groups, BUDGET, (), (), (), 0.0, 0.0))
    assert said.startswith("投＝天使引导基金；贷＝科技信贷风险池、科技担保（")


def _selected(best: int | None, left: tuple[int, ...]) -> selection.Selection:
    return selection.Selection(best, 0.95, 1.0, (40,) * 4, left, 0.0)


@pytest.mark.parametrize(
    ("name", "best", "left", "level", "expected"),
    [
        ("tax", 2, (2,), (9.0, 5.0, 1.0, 2.0), (2, (2,), (), True)),  # what was selected stays, whatever the means of all paths say
        ("tax", 2, (0, 1, 2), (math.nan, 5.0, 1.0, 2.0), (2, (1, 2), (0,), True)),
        ("tax", 2, (0, 1, 2), (3.0, 5.0, math.nan, 9.0), (1, (0, 1), (2,), False)),  # the best of those left, not of all
        ("fiscal_net_cost", 2, (0, 1, 2), (3.0, 5.0, math.nan, 1.0), (0, (0, 1), (2,), False)),  # less is better
        ("tax", 2, (2,), (3.0, 5.0, math.nan, 9.0), (None, (), (2,), False)),
        ("tax", None, (), (math.nan,) * 4, (None, (), (0, 1, 2, 3), True)),
    ],
)  # fmt: skip
def test_what_was_selected_is_settled_on_all_paths(
    name: str, best: int | None, left: tuple[int, ...], level: tuple[float, ...], expected: tuple[object, ...]
) -> None:
    found = combos._settled(quantity(name), _selected(best, left), [Interval(v, 1.0, v - 2, v + 2) for v in level])
    assert (found.best, found.left, found.undefined, found.stated) == expected


def test_a_probability_that_was_not_stated_is_not_stated_later() -> None:
    early = replace(_selected(2, (2,)), stated=False)
    found = combos._settled(quantity("tax"), early, [Interval(1.0, 1.0, 0.0, 2.0)] * 4)
    assert (found.best, found.stated) == (2, False)


def test_a_tail_without_enough_paths_has_no_stated_probability() -> None:
    few, many = (_divided("fiscal_net_cost.tail", most=most) for most in (100, 300))
    assert (few.selections[0].stated, few.selections[0].complete) == (False, False)
    assert combos.selections(few)[0]["confidence"] is None
    assert (many.selections[0].stated, many.selections[0].complete) == (True, True)
    assert min(c.paths for c in many.combinations) == 220
    assert few.selections[0].best == many.selections[0].best == 2


@pytest.mark.parametrize(
    ("name", "most", "said"),
    [
        ("fiscal_net_cost.tail", 100, "最差5%里不足 10 条路径，不报区间和选对的概率"),
        ("fiscal_net_cost.tail", 300, "每点先算 200 条路径，最差5%里才有 10 条"),
        ("fiscal_net_cost.p95", 300, "每点先算 200 条路径，P95 以上才有 10 条"),
        ("fiscal_net_cost.p50", 25, "中位数的每一侧不足 10 条路径，不报区间和选对的概率"),
        ("firms_surviving_5y.p50", 100, "它总是整个地跳，没有区间，只看大概"),
    ],
)
def test_it_is_said_why_there_is_no_interval(name: str, most: int, said: str) -> None:
    """The paths that tell a median are no tail; and that of a count has no interval however many there are."""
    made, one = _divided(name, most=max(most, 40)), quantity(name)
    set_language("zh")
    lines = [*combos_command._few_beyond(made, 10, most), *combos_command._without_interval(made)]
    assert sum(said in line for line in lines) == 1, lines
    assert all(line.startswith(combos.objective_words(one)[0]) for line in lines)
    assert not any("尾部" in line for line in lines)


def test_quantities_say_where_they_are_told() -> None:
    named = {name: quantity(f"tax.{name}").where_told[1] for name in ("tail", "p5", "p50", "p95")}
    assert named == {
        "tail": "in the worst 5 %",
        "p5": "below P5",
        "p50": "on either side of the median",
        "p95": "above P95",
    }


def test_english_readers_get_the_name_of_a_scenario_whose_title_is_chinese() -> None:
    demo = load_scenario("demo")
    set_language("zh")
    assert headed(demo) == "演示方案"
    set_language("en")
    assert headed(demo) == "Demonstration"
    assert headed(replace(demo, letterhead=replace(demo.letterhead, title_en=""))) == "演示方案 (demo)"


def test_the_front() -> None:
    costs = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [0.6, 0.6], [1.0, 1.0]])
    assert pareto.nondominated(costs).tolist() == [True, True, True, False, False]
    assert pareto.nondominated(costs[[0, 0, 1, 4]]).tolist() == [True, True, True, False]  # equal ones all stay
    # Three rectangles up to 1.1, less what they share: 0.11 + 0.36 + 0.11 − 0.06 − 0.06 − 0.01 + 0.01, of 1.1².
    assert pareto.covered(costs) == pytest.approx(0.46 / 1.21)
    samples = [np.repeat(row[:, None], 30, axis=1) for row in costs]
    assert pareto.membership(samples).tolist() == [1, 1, 1, 0, 0]
    costs[2, 0] = np.nan  # cannot be compared: neither on the front nor in the way of the fourth
    assert pareto.nondominated(costs).tolist() == [True, True, False, True, False]
    samples[2][0] = np.nan
    assert pareto.membership(samples).tolist() == [1, 1, 0, 1, 0]


def test_the_simplex() -> None:
    points = list(simplex.lattice(3, 10))
    assert len(points) == len(set(points)) == 66
    assert all(sum(p) == pytest.approx(1.0) for p in points)
    demo = load_scenario("demo")
    groups = simplex.parse_groups(["投=angel_fund", "产=industry_funds"])
    divided = simplex.divided(demo, groups, (0.75, 0.25), BUDGET)
    lines = [LINES.index(Line("angel_fund")), LINES.index(Line("industry_funds"))]  # the others keep what they have
    assert divided.inputs().appropriation[0][lines].sum(axis=0) == pytest.approx([BUDGET] * 4)
    together = simplex.divided(demo, [simplex.Group("", "", ("angel_fund", "industry_funds"))], (1.0,), 1.1e8)
    assert together.values["budget.angel_fund.amount"] == pytest.approx(6e7)  # 6000万 : 5000万 as the scenario has them


def test_special_years_of_divided_lines_fall_away() -> None:
    """Every year of the policy gets the sum that is divided; lines outside the groups keep their years."""
    special = {"budget.angel_fund.by_year": {2026: "1亿元"}, "budget.industry_funds.by_year": {2027: "9000万元"},
               "budget.risk_pool.by_year": {2028: "800万元"}}  # fmt: skip
    demo = set_values(load_scenario("demo"), special)
    groups = simplex.parse_groups(["投=angel_fund", "产=industry_funds"])
    before, after = (one.inputs().appropriation for one in (demo, simplex.divided(demo, groups, (0.75, 0.25), BUDGET)))
    rows = {line: LINES.index(Line(line)) for line in ("angel_fund", "industry_funds", "risk_pool")}
    assert after[0, rows["angel_fund"]] == pytest.approx([3e7] * 4)
    assert after[0, rows["industry_funds"]] == pytest.approx([1e7] * 4)
    assert after[0, rows["risk_pool"], 3] == 8e6
    others = [i for i in range(len(LINES)) if i not in (rows["angel_fund"], rows["industry_funds"])]
    assert np.array_equal(after[0, others], before[0, others])
    assert np.array_equal(after[1], before[1])  # the twin is not divided


def test_lines_without_money_of_their_own_share_alike() -> None:
    """0 : 0 is no proportion; amounts are whole cents."""
    demo = set_values(load_scenario("demo"), {"budget.angel_fund.amount": 0, "budget.industry_funds.amount": 0})
    groups = [simplex.Group("", "", ("angel_fund", "industry_funds")), simplex.Group("", "", ("risk_pool",))]
    divided = simplex.divided(demo, groups, (1 / 3, 2 / 3), 1e8)
    amounts = [divided.values[f"budget.{line}.amount"] for line in ("angel_fund", "industry_funds", "risk_pool")]
    assert amounts == [16_666_666.67, 16_666_666.67, 66_666_666.67]


@pytest.mark.parametrize(
    "texts",
    [["a=angel_fund"], ["a=angel_fund", "b=angle_fund"], ["a", "b"], ["a=angel_fund", "b=angel_fund"], ["=x", "b="]],
)
def test_wrong_groups_are_refused(texts: list[str]) -> None:
    with pytest.raises(InputError):
        simplex.parse_groups(texts)


def test_divisions_are_counted_before_they_are_made() -> None:
    assert all(simplex.count(k, n) == len(list(simplex.lattice(k, n))) for k in (2, 3, 5) for n in (2, 7))
    assert simplex.count(8, 20) == 888_030
    simplex.check_count(3, 50)
    with pytest.raises(InputError, match="888,030"):
        simplex.check_count(8, 20)


def test_a_package_is_the_same_without_its_twin() -> None:
    """What lets the twin be simulated once for all divisions."""
    demo = load_scenario("demo")
    one = Evaluator(execution.Here(execution.engine("compiled"), 1), seed=1)
    both, alone = one(demo, 3, twin=True), one(demo, 3, twin=False)
    found = [m.displaced for m in world_metrics()]
    assert np.array_equal(both.worlds[0][np.invert(found)], alone.worlds[0][np.invert(found)], equal_nan=True)
    # Displacement is a share of what the package has beyond its twin.
    left = 1.0 - float(demo.values["behaviour.market_displacement"])  # type: ignore[arg-type]
    gap = left * (alone.worlds[0] - both.worlds[1])
    assert gap[found].any()
    np.testing.assert_allclose((both.worlds[0] - both.worlds[1])[found], gap[found], rtol=1e-9)


def test_a_real_run_of_grant_equity_and_credit(kejin: Kejin, here: Path) -> None:
    """The three default groups on the real engine, with the style of the report's figures: map, corners, what is not used up."""
    words = (
        "combos",
        "linkage_133",
        "--budget",
        "6亿元",
        "--step",
        "50%",
        "--first",
        "10",
        "--paths",
        "20",
        "--no-cache",
    )
    said = kejin(*words, "--out", "o")
    assert said.code == 0, said.err
    assert {"combos.svg", "combos.png", "front.svg", "front.png"} <= {p.name for p in (here / "o").iterdir()}
    assert "拨：投：贷" in said.out
    assert "多安排也不多办事" in said.out
    found = json.loads(kejin(*words, "--json", "--out", "p").out)
    rows = {tuple(row[f"share_{i}"] for i in (1, 2, 3)): row for row in found["combinations"]}
    assert len(rows) == 6
    grant, equity, credit = (rows[corner] for corner in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    assert len({round(row["firms_surviving_5y.difference"], 6) for row in (grant, equity, credit)}) == 3
    # Each corner draws from its own lines only; the quotas stay, so half as much money is used twice as well.
    assert grant["executed.angel_fund"] is None
    assert equity["executed.grant_to_equity"] is None
    assert credit["executed.guarantee"] > 0.0
    half = rows[(0.5, 0.5, 0.0)]
    assert 0.0 < grant["executed.grant_to_equity"] < half["executed.grant_to_equity"] <= 1.0
    idle = found["not_used_up"]["grant_to_equity"]
    assert idle["funded"] == 3
    assert idle["lowest"] == pytest.approx(grant["executed.grant_to_equity"])


def test_the_command(kejin: Kejin, monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
    words = ("combos", "demo", "--budget", "4000万元", "--step", "20%", "--first", "10", "--paths", "30", "--no-cache")
    refused = kejin(*words, "--group", "天使=angel_fund", "--group", "产业=industry_funds")
    assert refused.code == 2
    assert "不在同一本预算" in refused.err
    assert "allow_book_moves: true" in refused.err
    approved = here / "approved.yaml"
    approved.write_text(
        "title: 已获准\nauthor: 测试\ndate: 2025-01\nbased_on: 起草说明\nextends: demo\nallow_book_moves: true\n",
        encoding="utf-8",
    )
    moved = kejin(
        "combos",
        str(approved),
        *words[2:],
        "--group",
        "天使=angel_fund",
        "--group",
        "产业=industry_funds",
        "--out",
        "m",
    )
    assert moved.code == 0, moved.err
    assert "\nallow_book_moves: true" in (here / "m" / "scenario.yaml").read_text(encoding="utf-8")
    said = kejin(*words, "--excel", "--out", "o")
    assert said.code == 0, said.err
    assert "有效前沿" in said.out
    assert "不合方案规定" in said.out
    assert {"combos.parquet", "combos.svg", "combos.png", "study.xlsx"} <= {p.name for p in (here / "o").iterdir()}
    manifest = json.loads((here / "o" / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["libraries"]) == {*LIBRARIES, "moocore"}
    found = json.loads(kejin(*words, "--json", "--out", "p").out)
    assert len(found["selections"]) == 6
    assert {row["paths"] for row in found["combinations"]} <= set(range(20, 31))


@pytest.mark.parametrize(
    "words",
    [
        ("--budget", "4000"),
        ("--budget", "1亿元", "--step", "30%"),
        ("--budget", "1亿元", "--objective", "taxx"),
        ("--budget", "1元"),
        ("--budget", "1亿元", "--objective", "public_deals"),
        ("--budget", "1亿元", "--first", "40", "--paths", "79"),
        ("--budget", "1亿元", "--step", "5%", *(w for line in LINES[:8] for w in ("--group", f"{line}={line}"))),
    ],
)
def test_wrong_words_are_refused(kejin: Kejin, fake: None, words: tuple[str, ...], here: Path) -> None:
    said = kejin("combos", "demo", *words)
    assert said.code == 2
    assert "改法" in said.err
    assert not list(here.iterdir())


def test_the_share_of_tests_of_a_division_stays_a_share() -> None:
    """By the scatter of 2 breaches in 160 tests an end is below 0; without any breach there is no scatter to judge by."""
    one, reference = quantity("breach_probability_gross"), np.full(40, np.nan)
    tests, breaches = np.full(40, 4.0), np.where(np.arange(40) < 1, 2.0, 0.0)
    found = combos._level(one, ratio_values(breaches, tests), reference)
    assert (found.low, found.n, found.paths) == (0.0, 40, 40)
    assert found.value == pytest.approx(2 / 160)
    never = combos._level(one, ratio_values(0.0 * tests, tests), reference)
    assert never.value == 0.0
    assert math.isnan(never.low)
    half = combos._level(
        quantity("claim_rate"), np.where(np.arange(40) < 20, np.linspace(0.0, 1.0, 40), np.nan), reference
    )
    assert (half.n, half.paths) == (20, 40)
