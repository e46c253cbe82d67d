"""Solve, budget, marginal and tolerance: answers known in closed form, and the commands as typed."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kejin_sim import execution, load_scenario, set_values
from kejin_sim.cli import budget as budget_command
from kejin_sim.cli import marginal as marginal_command
from kejin_sim.cli import solve as solve_command
from kejin_sim.cli import tolerance as tolerance_command
from kejin_sim.cli.app import main
from kejin_sim.errors import InputError
from kejin_sim.lang import set_language
from kejin_sim.ledger import LINES
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import (
    Interval,
    mean_interval,
    quantile_interval,
    ratio_interval,
    share_interval,
    student,
    wilson_interval_of,
)
from kejin_sim.outcomes.summary import summarise
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.outcomes.view import BOOK_LABELS
from kejin_sim.parameters import by_key
from kejin_sim.recording import SERIES, BlockResult
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings
from kejin_sim.report.parts import studied
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study import budget, marginal, tolerance
from kejin_sim.study.combos import check_objectives
from kejin_sim.study.quantity import quantity
from kejin_sim.study.solve import Solution, solve
from kejin_sim.study.targets import parse_target
from tests import fake_engine
from tests.study.conftest import Kejin
from tests.study.making import outcomes

NOISE = np.random.default_rng(5).normal(0, 1, 400)


@pytest.fixture
def _chinese() -> Iterator[None]:
    set_language("zh")
    yield
    set_language("auto")


def test_the_value_that_meets_a_target_is_found() -> None:
    # Mean 100 − 2x plus noise common to all x: the estimate meets 40 at x = 30 + m/2, surely a half width later.
    target = parse_target("deals <= 40")
    found = solve(lambda x: mean_interval(100 - 2 * x + NOISE), target, 0.0, 50.0)
    half = mean_interval(NOISE)
    assert found.answer == "found"
    assert found.steady
    assert found.likely == pytest.approx(30 + half.value / 2, abs=0.1)
    assert found.sure == pytest.approx(30 + half.high / 2, abs=0.1)
    assert found.sure == round(found.sure, 1)  # a round number
    whole = solve(lambda x: mean_interval(100 - 2 * x + NOISE), target, 0.0, 50.0, whole=True)
    assert whole.sure == math.ceil(30 + half.high / 2)


def test_the_end_from_which_a_value_is_wanted_decides() -> None:
    target = parse_target("deals <= 40")
    hill = lambda x: mean_interval(60 - abs(x - 25) + 0 * NOISE)  # noqa: E731
    assert solve(hill, target, 0.0, 50.0).sure == 0.0
    assert solve(hill, target, 0.0, 50.0, prefer="high").sure == 50.0
    assert not solve(hill, target, 0.0, 50.0).steady
    assert solve(hill, parse_target("deals >= 50"), 0.0, 50.0).sure == pytest.approx(15.0, abs=0.1)


def test_everywhere_and_nowhere() -> None:
    flat = lambda x: mean_interval(10 + 0 * x + NOISE)  # noqa: E731
    assert solve(flat, parse_target("deals <= 40"), 0.0, 1.0).answer == "everywhere"
    none = solve(flat, parse_target("deals >= 40"), 0.0, 1.0)
    assert none.answer == "nowhere"
    assert math.isnan(none.sure)


def test_a_bare_number_above_one_is_no_percentage() -> None:
    """20 would be 2,000 %: every package would meet it surely."""
    with pytest.raises(InputError) as refused:
        parse_target("portfolio_breach_gross <= 20")
    assert "20%" in refused.value.problems[0].hint_zh
    assert parse_target("portfolio_breach_gross <= 20%").limit == 0.2
    assert parse_target("portfolio_breach_gross <= 0.2").limit == 0.2
    assert parse_target("portfolio_breach_gross <= 1").limit == 1.0
    assert parse_target("loss_gross <= 150%").limit == 1.5


def test_a_sure_value_keeps_its_word() -> None:
    # True mean 50 − x: at the sure value the truth must be on the right side in at least 95 % of repetitions (one-sided 97.5 %).
    target, kept = parse_target("deals <= 20"), 0
    for seed in range(200):
        noise = np.random.default_rng(seed).normal(0, 10, 100)
        found = solve(lambda x, e=noise: mean_interval(50 - x + e), target, 0.0, 60.0)  # type: ignore[misc]
        kept += 50 - found.sure <= 20
    assert kept >= 188  # Binomial(200, 0.975): below 188 once in a thousand


@pytest.mark.parametrize("text", ["tax", "tax < 3", "taxx <= 1亿元", "tax <= 3", "loss_gross <= x", "<= 3"])
def test_a_wrong_target_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_target(text)


@pytest.mark.parametrize(
    "text", ["tax >= 1.5亿元", "portfolio_breach_gross <= 5%", "firms_surviving_5y.difference >= 30"]
)
def test_a_target_is_written_as_it_is_read(text: str) -> None:
    target = parse_target(text)
    assert parse_target(target.text) == target


def test_a_budget_is_quantiles_of_sums() -> None:
    sample = np.arange(1.0, 101.0)[:, None] * np.array([[1.0, 2.0, 3.0]])
    found = budget.needs({"fiscal_outlay": sample}, (2025, 2026, 2027), {"fiscal_outlay": ("a", "b")})
    by = {(n.year, n.span): n for n in found}
    assert by[2026, 1].mean.value == pytest.approx(101.0)
    assert by[2026, 1].at[0].value == pytest.approx(2 * np.quantile(np.arange(1, 101), 0.95))
    few, enough = (
        budget.needs({"x": np.arange(n, dtype=float)[:, None]}, (2025,), {"x": ("a", "b")})[0] for n in (400, 1000)
    )
    assert [math.isnan(at.low) for at in (*few.at, *enough.at)] == [False, True, False, False]
    assert few.at[0] == quantile_interval(np.arange(400.0), 0.95)
    assert enough.at[1] == quantile_interval(np.arange(1000.0), 0.99)
    made = budget.table(budget.BudgetPlan((2025,), {}, (enough,)))
    assert made.objects()[0]["p99_low95"] == enough.at[1].low
    assert (
        len({column.zh for column in made.columns}) == len({column.en for column in made.columns}) == len(made.columns)
    )
    assert by[2025, 3].at[1].value == pytest.approx(6 * np.quantile(np.arange(1, 101), 0.99))
    assert set(by) == {(2025, 1), (2026, 1), (2027, 1), (2025, 3)}


def test_only_flows_of_money_add_up_over_three_years() -> None:
    """What is carried over or owed at a year's end is there again a year later: three of them are no sum."""
    flows = ("fiscal_outlay", "fiscal_recovery", "angel_fund_appropriated", "angel_fund_executed", "angel_fund_lapsed")
    stocks = ("angel_fund_carried", "liability", "cover", "uncovered")
    sample = np.ones((4, 1)) * np.array([[1.0, 2.0, 4.0, 8.0, 16.0]])
    years = range(2025, 2030)
    names = (*flows, *stocks)
    found = budget.needs(dict.fromkeys(names, sample), years, dict.fromkeys(names, ("a", "b")))
    for name in names:
        sums = {(n.year, n.span): n.mean.value for n in found if n.series == name}
        single = {(2025 + i, 1): 2.0**i for i in range(5)}
        rolling = {(2025, 3): 7.0, (2026, 3): 14.0, (2027, 3): 28.0}
        assert sums == single | (rolling if name in flows else {})
    assert {name for name in budget._asked() if name.endswith("_carried")}
    assert set(stocks[1:]) <= set(budget._asked())


@pytest.mark.usefixtures("_chinese")
def test_a_budget_is_told_by_line() -> None:
    """What is appropriated and spent is added up over the years; what is carried is that of the last year's end."""
    years = (2025, 2026, 2027)
    labels = {
        name: label for name, label in budget._asked().items() if name.startswith(("fiscal_outlay", "angel_fund_"))
    }
    labels |= {name: budget._asked()[name] for name in ("liability", "uncovered")}
    given = {
        "fiscal_outlay": (1e8, 2e8, 3e8), "fiscal_outlay_general": (1e8, 2e8, 3e8), "angel_fund_appropriated": (1e7, 2e7, 4e7),
        "angel_fund_executed": (1e6, 2e6, 4e6), "angel_fund_lapsed": (1e5, 2e5, 4e5), "angel_fund_carried": (9e5, 8e5, 5e4),
        "liability": (1e7, 3e7, 2e7), "uncovered": (1e7, 0.0, 0.0),
    }  # fmt: skip
    series = {name: np.ones((200, 1)) * np.array([given.get(name, (0.0, 0.0, 0.0))]) for name in labels}
    series["fiscal_outlay"] = np.linspace(0.0, 2.0, 200)[:, None] * series["fiscal_outlay"]
    plan = budget.BudgetPlan(years, series, tuple(budget.needs(series, years, labels)))
    said = list(budget_command._lines(load_scenario("demo"), plan, 200, 1))
    line = next(text for text in said if text.startswith("天使母基金") or "7,000万元" in text)
    assert line.split()[1:] == ["7,000万元", "700万元", "70万元", "5万元"]
    rolling = next(text for text in said if text.startswith("2025–2027"))
    assert rolling.split()[1:] == ["6.00", "/", "11.40", "[11.04,", "11.82]", "/", "11.88亿元"]  # 6 × 2 × 0.95 and 0.99
    assert any("以 2026 年最高：3,000万元" in text for text in said)
    assert any("没有预算或现金覆盖的，以 2025 年最高：1,000万元" in text for text in said)


@pytest.mark.usefixtures("_chinese")
def test_a_year_of_the_policy_without_outlay_stands_in_the_budget() -> None:
    """So does one after it in which a single path spends, whose 99 % is nothing; what is left out is said."""
    demo = load_scenario("demo")
    years = tuple(range(2025, 2032))
    assert demo.facts.policy_years == range(2025, 2029)
    labels = {name: budget._asked()[name] for name in ("fiscal_outlay", "liability")}
    series = {name: np.ones((300, 1)) * np.array([[1e8, 0.0, 2e8, 0.0, 0.0, 0.0, 0.0]]) for name in labels}
    series["fiscal_outlay"][7, 4] = 6e8
    plan = budget.BudgetPlan(years, series, tuple(budget.needs(series, years, labels)))
    said = list(budget_command._lines(demo, plan, 300, 1))
    listed = {text.split()[0]: text.split()[1:] for text in said if re.match(r"\d{4} ", text)}
    assert listed["2026"] == listed["2028"] == ["0万元"]
    assert listed["2029"] == ["200", "/", "0", "[0,", "0]", "/", "0万元"]
    assert "2030–2031 年各路径都没有支出，不列" in said
    head = Head("演示", "", 300, 1, 4, "")
    found = Findings("budget", ("演示",), head, {}, {}, {"budget": budget.table(plan).objects()})
    books = [
        row | {"series": "fiscal_outlay_general"} for row in found.rows("budget") if row["series"] == "fiscal_outlay"
    ]
    found = dataclasses.replace(found, tables={"budget": [*found.rows("budget"), *books]})
    (table,) = studied._budget(found, "b")
    assert [row[0] for row in table.rows] == ["2025", "2026", "2027", "2028"]


def _planned(given: dict[str, tuple[float, ...]], years: range) -> budget.BudgetPlan:
    """A plan of 100 paths that all have these sums, of every series that a budget is made of; 0 where none is given."""
    labels = budget._asked()
    nothing = tuple(0.0 for _ in years)
    series = {name: np.ones((100, 1)) * np.array([given.get(name, nothing)]) for name in labels}
    return budget.BudgetPlan(tuple(years), series, tuple(budget.needs(series, years, labels)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_of_a_budget_has_one_unit_and_lists_lines_with_money(language: str) -> None:
    """4.4亿元 beside 230万元 reads 230万元 and 44,000万元; lines of which all is 0 are one sentence, and rows with --all."""
    given = {
        "fiscal_outlay": (4.4e8, 2.3e6, 0.0), "fiscal_outlay_general": (4.4e8, 2.3e6, 0.0),
        "angel_fund_appropriated": (3e9, 0.0, 0.0), "angel_fund_executed": (4.33e6, 0.0, 0.0),
        "angel_fund_lapsed": (2.2e5, 0.0, 0.0), "guarantee_carried": (0.0, 0.0, 1e6),
    }  # fmt: skip
    plan = _planned(given, range(2025, 2028))
    set_language(language)
    try:
        short, whole = (
            list(budget_command._lines(load_scenario("demo"), plan, 100, 1, all_rows=all_rows))
            for all_rows in (False, True)
        )
    finally:
        set_language("auto")
    told = {text[:4]: re.sub(r"^\S+ +", "", text) for text in short if re.match(r"202\d ", text)}
    lines = len(LINES)
    count = {"zh": f"没有列出：{lines - 2} 个科目", "en": f"Not listed: {lines - 2} lines"}[language]
    expected = {
        "zh": {"2025": "44,000万元", "2026": "230万元", "2027": "0万元"},
        "en": {"2025": "CNY 440.0 m", "2026": "CNY 2.3 m", "2027": "CNY 0.0 m"},
    }
    assert told == expected[language]
    angel, guarantee = {
        "zh": ("30.00亿元 0.04亿元 <0.01亿元 0.00亿元", "0.00亿元 0.00亿元 0.00亿元 0.01亿元"),
        "en": ("CNY 3,000 m CNY 4 m <CNY 1 m CNY 0 m", "CNY 0 m CNY 0 m CNY 0 m CNY 1 m"),
    }[language]
    plain = [" ".join(text.split()) for text in short]
    assert sum(text.endswith(angel) for text in plain) == sum(text.endswith(guarantee) for text in plain) == 1
    assert sum(text.startswith(count) and "--all" in text for text in short) == 1
    assert len(whole) == len(short) + lines - 2 - 1
    assert not any("--all" in text for text in whole)
    books = [str(label) for label in BOOK_LABELS["state_capital"]]
    assert not any(book in text for text in short for book in books)
    assert any(book in text for text in whole for book in books)


def test_a_budget_ties_to_the_run() -> None:
    demo = load_scenario("demo")
    plan = budget.plan(execution.Here(fake_engine.simulate, 1), demo, seed=3, paths=9)
    run = execution.run_paths(fake_engine.simulate, demo.inputs(), seed=3, paths=9, twin=False)
    assert plan.years == tuple(range(2025, 2025 + int(demo.values["time.horizon_years"])))  # type: ignore[arg-type]
    total = sum(n.mean.value for n in plan.span_of("fiscal_outlay"))
    assert total == pytest.approx(run.package("fiscal_outlay").mean(), rel=1e-12)
    books = [n for n in plan.series if n.startswith("fiscal_outlay_")]
    for year in plan.years:
        together = sum(plan.need(name, year).mean.value for name in books)
        assert together == pytest.approx(plan.need("fiscal_outlay", year).mean.value, rel=1e-12)


def test_zero_needs_no_unit_in_a_target() -> None:
    for text, limit in (("fiscal_net_cost <= 0", 0.0), ("市财政净支出 <= 0", 0.0), ("portfolio_breach_gross <= 0%", 0.0),
                        ("portfolio_breach_gross <= ０", 0.0)):  # fmt: skip
        assert parse_target(text).limit == limit
        assert parse_target(parse_target(text).text).limit == limit
    with pytest.raises(InputError, match=r"不带单位|without a unit"):
        parse_target("fiscal_net_cost <= 5")


def test_a_margin_is_the_slope() -> None:
    noise = np.random.default_rng(6).normal(0, 50, 300)

    def city(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        angel = float(scenario.values["budget.angel_fund.amount"])  # type: ignore[arg-type]
        spent = 0.5 * 4 * angel  # half of four years' money
        return outcomes({"fiscal_outlay": spent + noise, "tax": 0.1 * spent + noise})

    demo = load_scenario("demo")
    levers, _ = marginal.levers(demo, 1e7)
    found = marginal.marginal(city, demo, levers, [quantity("tax")], step=1e7, paths=300)
    angel, industry = found[0], found[1]
    assert angel.appropriated == 4e7
    assert angel.spent.value == pytest.approx(2e7)
    assert angel.gains[0].value == pytest.approx(2e6)
    assert angel.per_step[0].value == pytest.approx(1e6)
    assert {m.line for m in found[2:]} >= {
        "measures.equity.seed_direct.per_year",
        "measures.equity.soe_purchase.budget",
    }
    (thousandth,) = marginal.marginal(city, demo, levers[:1], [quantity("tax")], step=1e9, paths=300)
    assert thousandth.spent.value == pytest.approx(2e7)  # of a step of 1e9: no base for what that would buy
    assert math.isnan(thousandth.per_step[0].value)
    assert industry.gains[0].value == 0.0
    assert math.isnan(industry.per_step[0].value)


def test_every_lever_takes_one_step() -> None:
    """A number rises by one, a pot of money by the step, an amount for each case by a tenth; a line gets the step in each of
    four years. Nothing else changes."""
    demo = load_scenario("demo")
    listed, left = marginal.levers(demo, 2e6)
    assert not left
    lines = [str(line) for line in LINES]
    assert [lever.name for lever in listed[: len(lines)]] == lines
    appropriation = demo.inputs().appropriation
    for row, lever in enumerate(listed[: len(lines)]):
        assert lever.appropriated == 4 * 2e6
        more = lever.changed.inputs().appropriation - appropriation
        assert more[0, row] == pytest.approx([2e6] * 4)
        assert more.sum() == pytest.approx(4 * 2e6)  # no other line, and the twin as it was
    steps = {}
    for lever in listed[len(lines) :]:
        assert lever.appropriated == 0.0
        name, changed = lever.name, lever.changed
        assert [key for key in demo.values if changed.values[key] != demo.values[key]] == [name]
        steps[name] = float(changed.values[name]) - float(demo.values[name])  # type: ignore[arg-type]
        assert lever.raised == pytest.approx(steps[name])
    assert set(steps) == {parameter.key for parameter in marginal.quotas(demo)}
    for name, step in steps.items():
        parameter = by_key()[name]
        own = float(demo.values[name])  # type: ignore[arg-type]
        expected = 1.0 if parameter.kind == "integer" else 2e6 if parameter.pot else 0.1 * own
        assert step == pytest.approx(expected), name
    assert {name for name in steps if by_key()[name].pot} == {
        "measures.equity.soe_purchase.budget",
        "measures.credit.relending.quota",
        "measures.insurance.backstop.cap",
        "measures.basic_research.nsfc.total",
    }
    assert steps["measures.people.volume.award"] == pytest.approx(2e4)
    labels = {lever.name: (lever.zh, lever.en) for lever in listed}
    assert labels["measures.equity.soe_purchase.budget"][0] == "市属国企每年受让预算〔第1条〕 +200万元"
    assert labels["measures.equity.soe_purchase.budget"][1].endswith("[measure 1] +CNY 2 m")
    assert labels["measures.equity.seed_direct.per_year"][1].endswith("[measure 1] +1")
    assert labels["measures.people.volume.award"] == (
        "每满一档投资的奖励〔第8条〕 +10%（+2万元）",
        "Award per full unit invested [measure 8] +10% (+CNY 20,000)",
    )


def test_what_cannot_take_its_step_is_told_with_the_reason() -> None:
    changes = {
        "measures.equity.seed_direct.per_year": 400,
        "measures.people.volume.award": "0元",
        "budget.angel_fund.amount": "1000亿元",
    }
    demo = set_values(load_scenario("demo"), changes)
    listed, left = marginal.levers(demo, 1e6)
    told = {one.name: (one.zh, one.why_zh) for one in left}
    assert set(told) == {"angel_fund", "measures.equity.seed_direct.per_year", "measures.people.volume.award"}
    assert "超过上限" in told["angel_fund"][1]
    assert told["measures.equity.seed_direct.per_year"][0].endswith("〔第1条〕")
    assert "0元" in told["measures.people.volume.award"][1]
    assert not set(told) & {lever.name for lever in listed}
    table = marginal.left_out(left)
    assert [row["lever"] for row in table.objects()] == list(told)
    # The line of the joint fund cannot pay the city's part of so much more.
    _, short = marginal.levers(load_scenario("demo"), 1e7)
    assert [one.name for one in short] == ["measures.basic_research.nsfc.total"]


def test_a_quota_that_cannot_rise_is_no_lever() -> None:
    """At its bound, and those of measures that are off; the lines of such a measure stay, others may draw on them."""
    top = {"measures.equity.seed_direct.per_year": 400, "measures.credit.enabled": "false"}
    demo = set_values(load_scenario("demo"), top)
    names = [lever.name for lever in marginal.levers(demo, 1e6)[0]]
    assert "measures.equity.seed_direct.per_year" not in names
    assert "measures.equity.follow_on.per_year" in names
    assert not [name for name in names if name.startswith("measures.credit.")]
    assert {str(line) for line in LINES} <= set(names)
    assert {"risk_pool", "interest_subsidy"} <= marginal.closed_lines(demo)
    assert "angel_fund" not in marginal.closed_lines(demo)


def test_a_line_of_a_measure_that_is_off_is_told_when_money_is_drawn() -> None:
    """The measure of both lines is off; somebody else draws on one of them."""
    off = set_values(load_scenario("demo"), {"measures.credit.enabled": "false"})

    def city(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        drawn = float(scenario.values["budget.risk_pool.amount"])  # type: ignore[arg-type]
        return outcomes({"fiscal_outlay": np.full(paths, drawn), "tax": np.full(paths, 3 * drawn)})

    levers, _ = marginal.levers(off, 1e6)
    found = {m.line: m for m in marginal.marginal(city, off, levers, [quantity("tax")], step=1e6, paths=4)}
    assert found["risk_pool"].spent.value == pytest.approx(1e6)
    assert found["risk_pool"].gains[0].value == pytest.approx(3e6)
    assert "interest_subsidy" not in found
    assert found["angel_fund"].spent.value == 0.0  # its measure is on: told, though nothing is drawn


@pytest.mark.parametrize(
    ("value", "low", "high", "surely"),
    [(1.0, 0.5, 1.5, True), (0.99, 0.5, 1.5, False), (5.0, 0.0, 10.0, False), (5.0, -1.0, 11.0, False),
     (math.nan, math.nan, math.nan, False), (1e6, math.nan, math.nan, False)],
)  # fmt: skip
def test_outlay_that_is_surely_there(value: float, low: float, high: float, surely: bool) -> None:
    assert marginal.spends(value, low, high) is surely


def test_more_money_reaches_special_years() -> None:
    demo = set_values(load_scenario("demo"), {"budget.angel_fund.by_year": {2026: "1亿元"}})
    more = marginal.with_more(demo, "angel_fund", 1e7)
    gained = more.inputs().appropriation[0] - demo.inputs().appropriation[0]
    assert gained.sum() == pytest.approx(4e7)
    assert gained[0] == pytest.approx([1e7] * 4)


def test_another_tolerance_moves_all_of_them() -> None:
    demo = load_scenario("demo")
    classes = demo.values[f"{tolerance.PREFIX}class_tolerance"]
    assert isinstance(classes, tuple)
    other = tolerance.at_level(demo, 0.3)
    assert other.values[f"{tolerance.PREFIX}single_project"] == 0.3
    assert other.values[f"{tolerance.PREFIX}class_tolerance"] == pytest.approx([c / 2 for c in classes])


def test_a_package_without_deals_is_known_after_one_point() -> None:
    asked: list[int] = []

    def city(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        asked.append(paths)
        nothing = {f"portfolio_breach_{basis}": np.full(paths, np.nan) for basis in BASES}
        return outcomes({"funds_closed": np.zeros(paths), "deals": np.zeros(paths), **nothing})

    made = tolerance.study(city, load_scenario("no_policy"), levels=(0.0, 0.5), mixes=(0.0, 1.0), paths=5)
    assert (made.by_level, made.by_deals, made.by_mix) == ((), (), ())
    assert asked == [5]


def test_every_breach_is_of_the_package_that_it_names() -> None:
    """Deals tell which package was simulated: 100 for its level, 10 for its share of early deals, 1 for the size of a deal."""
    demo = load_scenario("demo")
    tickets = np.array(demo.values[tolerance.TICKET])
    asked: list[tuple[int, bool]] = []

    def city(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        asked.append((paths, twin))
        level, early = (float(scenario.values[key]) for key in (tolerance.RATE, tolerance.EARLY))  # type: ignore[arg-type]
        (scale,) = set(np.array(scenario.values[tolerance.TICKET]) / tickets)
        return outcomes({"funds_closed": np.ones(paths), "deals": np.full(paths, 100 * level + 10 * early + scale)})

    made = tolerance.study(city, demo, levels=(0.25, 0.5), mixes=(0.0, 0.3, 1.0), paths=5)
    own, early = 0.6, 0.7  # as the demonstration has them
    assert (made.own_level, made.own_early, made.levels) == (own, early, (0.25, 0.5))
    for rows, points in (
        (made.by_level, [(0.25, early, 1.0), (0.5, early, 1.0)]),
        (made.by_deals, [(own, early, 2.0), (own, early, 1.0), (own, early, 0.5)]),
        (made.by_mix, [(level, mix, 1.0) for mix in (0.0, 0.3, 1.0) for level in (0.25, 0.5)]),
    ):
        assert list(dict.fromkeys((b.level, b.early, b.scale) for b in rows)) == points
        for b in rows:
            assert b.deals == pytest.approx(100 * b.level + 10 * b.early + b.scale)
    assert asked == [(5, False)] * 11
    parts = [(row["part"], row["level"], row["early_share"], row["scale"]) for row in tolerance.table(made).objects()]
    assert set(parts) == {
        *(("level", level, early, 1.0) for level in (0.25, 0.5)), *(("deals", own, early, scale) for scale in (2.0, 1.0, 0.5)),
        *(("mix", level, mix, 1.0) for mix in (0.0, 0.3, 1.0) for level in (0.25, 0.5)),
    }  # fmt: skip


def test_every_cell_counts_its_own_tests() -> None:
    """Ten funds a path, of which 1 to 4 break the tolerance in one way each: no count stands for another."""
    paths = 40
    given = {"funds_closed": 10.0, "reviews": 20.0, "rolling_tests": 50.0, "deals": 100.0, "projects_over": 40.0,
             "breach_gross_count": 1.0, "review_breach_gross_count": 4.0, "rolling_breach_gross_count": 15.0}  # fmt: skip
    values = {name: np.full(paths, value) for name, value in given.items()}
    values["portfolio_breach_gross"] = np.repeat([1.0, 0.0], [20, 20])
    found = {
        b.cell: b.probability.value for b in tolerance.breaches(outcomes(values), 0.5, 0.5, 1.0) if b.basis == "gross"
    }
    assert found == pytest.approx({"fund": 0.1, "review": 0.2, "rolling": 0.3, "project": 0.4, "portfolio": 0.5})


def test_a_level_of_classes_is_bounded_and_stands_in_for_none() -> None:
    """At most the whole of what was paid in; where the package tolerates nothing, every class gets the level itself."""
    demo = load_scenario("demo")
    key = f"{tolerance.PREFIX}class_tolerance"
    classes = set_values(demo, {key: ("90%", "40%", "30%")})
    assert tolerance.at_level(classes, 1.0).values[key] == pytest.approx([1.0, 0.4 / 0.6, 0.5])
    none = set_values(demo, {tolerance.RATE: "0%", key: ("0%", "0%", "0%")})
    assert tolerance.at_level(none, 0.25).values[key] == (0.25, 0.25, 0.25)


def test_what_a_tolerance_buys() -> None:
    rows = [
        tolerance.Breach(level, "gross", "fund", mix, 1.0, 10.0, Interval(p, 0.01, p, p))
        for level, by_mix in ((0.3, (0.04, 0.2, 0.5)), (0.6, (0.0, 0.05, 0.2)))
        for mix, p in zip((0.0, 0.5, 1.0), by_mix, strict=True)
    ]
    made = tolerance.ToleranceStudy(0.6, 0.5, (0.3, 0.6), (), (), tuple(rows))
    assert tolerance.affordable(made, "gross", "fund", 0.05) == {0.3: 0.0, 0.6: 0.5}


def test_what_a_tolerance_surely_buys() -> None:
    """Judged by the upper end of the interval; both readings are in the table."""
    rows = [
        tolerance.Breach(0.5, "gross", "fund", mix, 1.0, 10.0, Interval(p, 0.01, p - 0.02, p + 0.02))
        for mix, p in ((0.0, 0.01), (0.5, 0.04), (1.0, 0.2))
    ]
    made = tolerance.ToleranceStudy(0.5, 0.5, (0.5,), (), (), tuple(rows))
    assert tolerance.affordable(made, "gross", "fund", 0.05) == {0.5: 0.0}
    assert tolerance.affordable(made, "gross", "fund", 0.05, sure=False) == {0.5: 0.5}
    (row,) = tolerance.affordable_table(made, 0.05).objects()
    assert (row["early_share"], row["early_share_estimate"], row["alpha"]) == (0.0, 0.5, 0.05)


def test_no_breach_on_any_path_is_not_certainty() -> None:
    """Tests of one path are not independent: without any breach, or with nothing but, it is the 60 paths that have tests that
    count, not their 120 tests; more breaches never look surer to be few."""
    tests = np.array([2.0] * 60 + [0.0] * 40)
    none, every = share_interval(0 * tests, tests), share_interval(tests, tests)
    z2 = student(59) ** 2
    assert none == pytest.approx((0.0, 0.0, 0.0, z2 / (60 + z2), 60, 0))
    assert every == pytest.approx((1.0, 0.0, 1.0 - z2 / (60 + z2), 1.0, 60, 0))
    some = np.where(np.arange(100) < 6, 2.0, 0.0)
    own = ratio_interval(some, tests)
    found_some = share_interval(some, tests)
    assert (found_some.value, found_some.error) == pytest.approx((own.value, own.error))
    assert 0.0 < found_some.low < found_some.value < found_some.high
    assert found_some.high > wilson_interval_of(0.1, 120).high  # two of a path breach together
    highs = [share_interval(np.where(np.arange(100) < k, 1.0, 0.0), tests).high for k in range(8)]
    assert highs == sorted(highs)
    made = outcomes({"funds_closed": tests, "deals": 9 * tests, "reviews": tests, "rolling_tests": tests})
    found = {b.cell: b.probability for b in tolerance.breaches(made, 0.5, 0.5, 1.0) if b.basis == "gross"}
    assert all(found[cell] == none for cell in ("fund", "review", "rolling", "project"))


def test_one_probability_has_one_interval() -> None:
    """Of a fund's breach: in the study of tolerance, as a target, and in the summary of a run."""
    chance = np.random.default_rng(3)
    tests = chance.integers(0, 5, 80).astype(float)
    made = outcomes(
        {"funds_closed": tests, "breach_gross_count": chance.binomial(tests.astype(int), 0.04).astype(float)}
    )
    studied = next(
        b.probability for b in tolerance.breaches(made, 0.5, 0.5, 1.0) if (b.cell, b.basis) == ("fund", "gross")
    )
    target = quantity("breach_probability_gross").estimate(made)
    assert studied[:5] == target[:5]
    line = summarise(made, ("breach_probability_gross",)).get("breach_probability_gross")
    assert line is not None
    assert (line.mean, line.se, line.low, line.high) == studied[:4]


def _breaches(
    cell: str, p: tuple[float, ...], *, level: float = 0.6, early: float = 0.7, scale: float = 1.0, deals: float = 10.0
) -> list[tolerance.Breach]:
    """One of each basis, with probabilities in their order, one percentage point to either side; errors of 0.5 % at most."""
    return [
        tolerance.Breach(
            level, basis, cell, early, scale, deals, Interval(x, 0.005 if x == 0.4 else 0.003, x - 0.01, x + 0.01)
        )
        for basis, x in zip(BASES, p, strict=True)
    ]


@pytest.mark.usefixtures("_chinese")
def test_the_answer_on_tolerance_has_every_probability_at_its_place() -> None:
    """A row a level, a size of deals or a tolerance that buys something; a column a basis."""
    made = tolerance.ToleranceStudy(
        0.6, 0.7, (0.0, 0.5),
        (*_breaches("fund", (0.1, 0.2, 0.3, 0.4), level=0.0), *_breaches("fund", (0.05, 0.06, 0.07, 0.08), level=0.5),
         *_breaches("portfolio", (0.9, 0.8, 0.7, 0.65), level=0.0), *_breaches("portfolio", (0.5, 0.4, 0.35, 0.25), level=0.5)),
        (*_breaches("fund", (0.11, 0.12, 0.13, 0.14), scale=1.0, deals=10.0),
         *_breaches("fund", (0.21, 0.22, 0.23, 0.24), scale=2.0, deals=5.0),
         *_breaches("fund", (0.31, 0.32, 0.33, 0.34), scale=0.5, deals=10.9)),
        (*_breaches("fund", (0.02, 0.02, 0.02, 0.2), level=0.0, early=0.0),
         *_breaches("fund", (0.2, 0.045, 0.045, 0.045), level=0.0, early=0.5),
         *_breaches("fund", (0.01,) * 4, level=0.5, early=1.0)),
    )  # fmt: skip
    said = list(tolerance_command._lines(load_scenario("demo"), made, 40, 1, 0.05))
    rows = {}
    for line in said:
        rows.setdefault(line.split("  ")[0].strip(), []).append(line.split("  ")[1:])  # type: ignore[var-annotated]
    cells = {head: [[x.strip() for x in row if x.strip()] for row in found] for head, found in rows.items()}
    assert cells["容亏率 0%"] == [
        ["10.0%", "20.0%", "30.0%", "40.0%"], ["90.0%", "80.0%", "70.0%", "65.0%"], ["0%", "0% (50%)", "0% (50%)", "— (50%)"]
    ]  # fmt: skip
    assert cells["容亏率 50%"] == [
        ["5.0%", "6.0%", "7.0%", "8.0%"], ["50.0%", "40.0%", "35.0%", "25.0%"], ["100%"] * 4
    ]  # fmt: skip
    assert cells["单笔投资额×2，每只约 5 个项目"] == [["21.0%", "22.0%", "23.0%", "24.0%"]]
    assert cells["单笔投资额×1，每只约 10 个项目"] == [["11.0%", "12.0%", "13.0%", "14.0%"]]
    assert cells["单笔投资额×0.5，每只约 11 个项目"] == [["31.0%", "32.0%", "33.0%", "34.0%"]]
    assert any("标准误不超过 0.5%" in line for line in said)
    assert any("先到了限额" in line for line in said)  # 10.9 are hardly more than 10
    assert any("方案自己的占比是 70%" in line for line in said)
    plenty = dataclasses.replace(made, by_deals=tuple(
        dataclasses.replace(b, deals={2.0: 5.0, 1.0: 10.0, 0.5: 20.0}[b.scale]) for b in made.by_deals
    ), by_mix=())  # fmt: skip
    said = list(tolerance_command._lines(load_scenario("demo"), plenty, 40, 1, 0.05))
    assert not any("先到了限额" in line or "早期项目最多可占" in line for line in said)


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_paths_that_can_never_tell_are_said_to_be_too_few(alpha: float) -> None:
    """None of the funds of any path breaks the tolerance: by the interval that is known from a number of paths on."""
    enough = tolerance.paths_to_tell(alpha)
    for paths in (enough - 1, enough):
        assert (share_interval(np.zeros(paths), np.ones(paths)).high <= alpha) is (paths == enough)
        found = share_interval(np.zeros(paths), np.ones(paths))
        rows = [tolerance.Breach(level, basis, "fund", mix, 1.0, 10.0, found if level else Interval(0.9, 0.01, 0.88, 0.92))
                for level in (0.0, 0.5) for basis in BASES for mix in (0.0, 1.0)]  # fmt: skip
        made = tolerance.ToleranceStudy(0.5, 0.5, (0.0, 0.5), (), (), tuple(rows))
        head, _, none, open_, *said = tolerance_command._bought(made, paths, alpha)
        assert head.startswith("单只，存续期满：")
        assert none.split()[2:] == ["无"] * 4
        assert open_.split()[2:] == (["100%"] * 4 if paths == enough else ["—", "(100%)"] * 4)
        told = f"即使一次也没有超过，95%区间上限仍高于 {100 * alpha:.0f}%；要判断至少约需 {enough} 条路径"
        assert any(told in line for line in said) is (paths < enough)


def test_levels_and_mixes_reach_from_nothing_to_all(kejin: Kejin, fake: None) -> None:
    words = ("tolerance", "demo", "--paths", "4", "--steps", "4", "--no-cache", "--json")
    found = json.loads(kejin(*words, "--mixes", "3", "--out", "o").out)
    of = {part: [row for row in found["breaches"] if row["part"] == part] for part in ("level", "deals", "mix")}
    assert sorted({row["level"] for row in of["level"]}) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert {(row["level"], row["early_share"]) for row in of["mix"]} == {
        (level, mix) for level in (0.0, 0.25, 0.5, 0.75, 1.0) for mix in (0.0, 0.5, 1.0)
    }
    assert {row["scale"] for row in of["deals"]} == {0.5, 1.0, 2.0}
    one = json.loads(kejin(*words, "--mixes", "1", "--out", "p").out)
    assert {row["early_share"] for row in one["breaches"] if row["part"] == "mix"} == {0.5}


def _margin(name: str, appropriated: float, spent: float, half: float, gain: float = 5e5) -> marginal.Margin:
    money = Interval(spent, half / 2, spent - half, spent + half)
    each = Interval(gain, 1e5, gain - 1e5, gain + 1e5)
    return marginal.Margin(name, name, name, appropriated, 1.0, money, (Interval(9e9, 1.0, 9e9, 9e9),), (each,))


@pytest.mark.usefixtures("_chinese")
def test_the_answer_at_the_margin_says_what_is_spent_and_what_is_not() -> None:
    found = [
        _margin("科目甲", 4e7, 2e7, 1e6), _margin("科目乙", 4e7, 0.0, 0.0), _margin("名额丙", 0.0, 0.0, 0.0),
        _margin("科目丁", 4e7, 1e6, 2e6), _margin("名额戊", 0.0, 3e6, 1e6, 7e5), _margin("名额己", 0.0, -3e6, 1e6),
    ]  # fmt: skip
    said = list(marginal_command._lines(found, [quantity("tax")], 40, 1, 1e7))
    start = next(i for i, line in enumerate(said) if line.startswith("每多支出 1000万元"))
    first, gains = said[:start], said[start:]
    assert [line.split()[1:] for line in first if line.startswith("科目甲")] == [
        ["4,000万元", "+2,000万元", "[1,900,", "2,100]"]
    ]
    assert [line for line in first if "多安排的钱一分没有用上" in line] == [
        "多安排的钱一分没有用上：科目乙。约束是名额或需求，不是预算。"
    ]
    assert [line for line in first if "支出不变" in line] == ["加了一步，支出不变：名额丙。"]
    assert [line.split() for line in gains[1:-1]] == [
        ["科目甲", "+50.0万元", "[40.0,", "60.0]"],
        ["名额戊", "+70.0万元", "[60.0,", "80.0]"],
    ]
    few = _margin("名额庚", 0.0, 1e4, 1e3)
    alike = dataclasses.replace(found[0], per_step=(Interval(0.0, 0.0, 0.0, 0.0),))
    told = list(marginal_command._lines([alike, few], [quantity("tax")], 40, 1, 1e7))
    assert "名额庚：实际只多花 1.00万元，不折算成每1000万元" in told
    assert [line.split()[1:] for line in told if line.startswith("科目甲")][1] == ["各路径都相同"]
    assert not any("[0" in line for line in told)
    none = list(marginal_command._lines(found[1:4], [quantity("tax")], 40, 1, 1e7))
    assert none[-1].startswith("没有哪一项的多支出能与0分清")


@pytest.mark.usefixtures("_chinese")
def test_the_answer_of_a_solution_says_how_sure_each_value_is() -> None:
    target = parse_target("deals <= 40")
    deals = by_key()["measures.equity.seed_direct.per_year"]
    tried = tuple((x, Interval(v, 1.0, v - 2, v + 2)) for x, v in ((3.0, 45.0), (4.0, 39.0), (5.0, 38.0), (6.0, 30.0)))

    def told(answer: str, sure: float, likely: float, *, steady: bool = True) -> list[str]:
        found = Solution(answer, sure, likely, None, tried, steady)  # type: ignore[arg-type]
        return list(solve_command._lines(deals, "k", target, found, 40, 1))

    said = told("found", 5.0, 4.0)
    assert any("以95%的把握达到目标：5；按估计值最先达到：4" in line for line in said)
    assert [line.split()[-1] for line in said[-4:]] == ["否", "可能", "有把握", "有把握"]
    assert not any("不随该键单调变化" in line for line in said)
    nowhere = told("nowhere", math.nan, math.nan, steady=False)
    assert any("按估计值最先达到的：范围内没有" in line for line in nowhere)
    assert any("不随该键单调变化" in line for line in nowhere)
    assert any("试过的 4 个值中没有一个" in line for line in nowhere)
    everywhere = told("everywhere", 3.0, 3.0)
    assert any(
        line.startswith("试过的 4 个值（3、4、5、6）都以95%的把握达到目标；它们之间的没有试") for line in everywhere
    )


@pytest.mark.usefixtures("_chinese")
def test_the_answer_of_a_solution_says_on_how_many_paths_it_rests() -> None:
    def told(text: str, estimates: list[Interval]) -> list[str]:
        tried = tuple((float(i), one) for i, one in enumerate(estimates))
        found = Solution("everywhere", 0.0, 0.0, None, tried, True)
        return list(
            solve_command._lines(
                by_key()["measures.equity.seed_direct.per_year"], "k", parse_target(text), found, 200, 1
            )
        )

    said = told(
        "claim_rate <= 90%", [Interval(0.1, 0.01, 0.05, 0.15, 66, 200), Interval(0.1, 0.01, 0.05, 0.15, 200, 200)]
    )
    assert any("只在一部分路径上有值（最少 66/200 条），把握只对这些路径而言" in line for line in said)
    assert [line.split()[-2:] for line in said[-2:]] == [["66/200", "有把握"], ["200/200", "有把握"]]
    nan = math.nan
    few = told("fiscal_net_cost.tail <= 20亿元", [Interval(1.4e9, nan, nan, nan, 60, 60)])
    assert any("最差5%里不足 10 条" in line and "至少要 200 条" in line for line in few)
    assert few[-1].split()[-2:] == ["14.0亿元", "可能"]  # never surely
    late = told(
        "payback_years.p50 <= 8",
        [Interval(7.0, 1.0, 6.0, math.inf, 200, 200), Interval(math.inf, nan, 9.0, math.inf, 200, 200)],
    )
    assert any("算作比任何年数都晚" in line for line in late)
    assert [line.split(maxsplit=1)[1] for line in late[-2:]] == [
        "7.00年 [6.00年, 期内没有]  可能",
        "期内没有 [9.00年, 期内没有]    否",
    ]
    apart = told("npl_pooled.difference <= -1%", [Interval(-0.017, 0.006, -0.029, -0.005, 60, 60)])
    assert "<= -1.0个百分点" in apart[0]
    assert apart[-1].split(maxsplit=1)[1] == "-1.7个百分点 [-2.9, -0.5]  可能"
    same = told("deals <= 40", [Interval(3.0, 0.0, nan, nan, 20, 20)])
    assert any("各条路径的值都一样而路径太少" in line for line in same)


def test_paths_that_do_not_pay_back_miss_the_target() -> None:
    """66 of 200 pay back, in 7 years each: a third of the paths is by 7 years, a half is not by any."""
    years = np.where(np.arange(200) < 66, 7.0, np.nan)
    made = outcomes({"payback_years": years, "pool_life": years})
    for text, value in (("p25", 7.0), ("p33", math.inf), ("p50", math.inf)):
        found = quantity(f"payback_years.{text}").estimate(made)
        assert (found.value, found.n, found.paths) == (value, 200, 200)
    half, quarter = parse_target("payback_years.p50 <= 8"), parse_target("payback_years.p25 <= 8")
    assert half.margin(half.quantity.estimate(made)) < 0.0
    assert quarter.sure_margin(quarter.quantity.estimate(made)) > 0.0
    lasting = parse_target("pool_life.p50 >= 8")  # a pool that is never short lasts longer than any year
    assert lasting.sure_margin(lasting.quantity.estimate(made)) > 0.0


@pytest.mark.parametrize(
    "name", ["payback_years", "payback_years.twin", "payback_years.tail", "payback_years.difference.p50", "pool_life",
             "extra_payback_years", "extra_payback_years_with_tax.mean"],
)  # fmt: skip
def test_years_until_what_need_not_happen_have_no_mean_to_aim_at(name: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_target(f"{name} <= 8")
    hint = refused.value.problems[0].hint_zh
    assert ".p50" in hint
    assert quantity(name).metric.instead in hint  # type: ignore[union-attr]
    assert parse_target(
        hint.split("：")[1].split(" ")[0] + " <= 8"
    ).quantity.late  # what it says to write can be written
    with pytest.raises(InputError):
        check_objectives([quantity(name)])


@pytest.mark.parametrize("words", [
    ("attribute", "demo", "--paths", "4", "--metric", "payback_years"),
    ("sensitivity", "demo", "--paths", "4", "--metric", "payback_years.p50"),
    ("marginal", "demo", "--paths", "4", "--metric", "pool_life"),
    ("combos", "demo", "--budget", "1亿元", "--objective", "payback_years"),
    ("sensitivity", "demo", "--paths", "4", "--target", "payback_years <= 8"),
])  # fmt: skip
def test_studies_refuse_years_until_what_need_not_happen(kejin: Kejin, fake: None, words: tuple[str, ...]) -> None:
    said = kejin(*words, "--out", "o")
    assert said.code == 2
    assert "观察期内不会发生" in said.err


def test_what_has_no_interval_can_be_drawn(kejin: Kejin, fake: None, here: Path) -> None:
    """A tail of four paths, and payback that never comes."""
    for words in (("attribute", "demo", "--orders", "8", "--metric", "fiscal_net_cost.tail"),
                  ("solve", "demo", "--vary", "measures.equity.seed_direct.per_year", "--target", "payback_years.p90 <= 8"),
                  ("sensitivity", "demo", "--base", "2", "--key", "world.failure.correlation", "--metric", "tax.p95",
                   "--target", "tax.p95 >= 1亿元")):  # fmt: skip
        said = kejin(*words, "--paths", "4", "--no-cache", "--out", words[0])
        assert said.code == 0, said.err
        assert "不足 10 条" in said.out


def test_the_value_nearest_to_the_first_end_is_found(kejin: Kejin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quota and jobs go together: from 1 on, 3 is the first to reach 3; from 9 downwards 9 is."""

    def made_up(inputs: Inputs, seed: int, first: int, paths: int, worlds: int) -> BlockResult:
        block = fake_engine.simulate(inputs, seed, first, paths, worlds)
        block.series[:, :, SERIES.index("listings")] = 0.0
        block.series[:, 0, SERIES.index("listings"), 0] = float(inputs.package["equity"]["seed_direct_per_year"])
        return block

    monkeypatch.setattr(execution, "engine", lambda name: made_up)
    words = ("solve", "demo", "--vary", "measures.equity.seed_direct.per_year", "--paths", "60", "--no-cache", "--json")
    for ends, target, value in (
        (("1", "9"), "listings >= 3", 3), (("9", "1"), "listings >= 3", 9), (("9", "1"), "listings <= 6", 6),
        (("1", "9"), "listings <= 6", 1),
    ):  # fmt: skip
        found = json.loads(
            kejin(*words, "--from", ends[0], "--to", ends[1], "--target", target, "--out", f"{value}{ends[0]}").out
        )
        assert (found["sure"], found["likely"]) == (value, value)


@pytest.mark.parametrize(
    ("text", "found", "margin", "sure"),
    [("deals <= 40", (30.0, 20.0, 45.0), 10.0, -5.0), ("deals >= 40", (50.0, 35.0, 60.0), 10.0, -5.0),
     ("deals ≤ 40", (35.0, 30.0, 41.0), 5.0, -1.0), ("deals ≥ 40", (39.0, 38.0, 41.0), -1.0, -2.0)],
)  # fmt: skip
def test_a_target_is_surely_met_by_the_unfavourable_end(
    text: str, found: tuple[float, float, float], margin: float, sure: float
) -> None:
    target, value = parse_target(text), Interval(found[0], 1.0, found[1], found[2])
    assert (target.margin(value), target.sure_margin(value)) == (margin, sure)


def test_a_target_that_is_just_met_is_met() -> None:
    """40 at 10 exactly, without any scatter: found there and not a step later; met at both ends it is met everywhere."""
    line = lambda x: Interval(50.0 - x, 0.0, 50.0 - x, 50.0 - x)  # noqa: E731
    found = solve(line, parse_target("deals <= 40"), 0.0, 60.0)
    assert (found.answer, found.sure, found.likely) == ("found", 10.0, 10.0)
    flat = lambda x: Interval(40.0, 0.0, 40.0, 40.0)  # noqa: E731
    assert solve(flat, parse_target("deals <= 40"), 0.0, 60.0).answer == "everywhere"
    wide = lambda x: Interval(30.0, 5.0, 20.0, 30.0 + x)  # noqa: E731
    assert solve(wide, parse_target("deals <= 40"), 0.0, 60.0).answer == "found"  # by the estimate it is met everywhere
    assert solve(wide, parse_target("deals <= 40"), 0.0, 60.0).sure == 0.0


def test_a_narrow_range_of_solutions_is_scanned() -> None:
    """Met from 8 to 12 alone; 10 is one of the seven values of the scan from 0 to 60."""
    valley = lambda x: Interval(38.0 + abs(x - 10.0), 0.0, 38.0 + abs(x - 10.0), 38.0 + abs(x - 10.0))  # noqa: E731
    for prefer, value in (("low", 8.0), ("high", 12.0)):
        found = solve(valley, parse_target("deals <= 40"), 0.0, 60.0, prefer=prefer)  # type: ignore[arg-type]
        assert (found.answer, found.sure, found.steady) == ("found", value, False)
        assert [x for x, _ in found.tried if x % 10.0 == 0.0] == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


@pytest.mark.parametrize(("dip", "steady"), [(0.0, True), (0.9, True), (1.1, False)])
def test_a_dip_within_a_tenth_of_the_error_is_no_turn(dip: float, steady: bool) -> None:
    """Rising by 10 from one value of the scan to the next but for one step, or falling likewise."""
    for sign in (1.0, -1.0):
        at = lambda x, s=sign: Interval(s * (x if x <= 20.0 else max(20.0 - dip, x - 10.0 - dip)), 10.0, -99.0, 99.0)  # noqa: E731
        assert solve(at, parse_target("deals <= 900"), 0.0, 60.0).steady is steady  # type: ignore[misc]


def test_mixes_are_in_the_files(kejin: Kejin, fake: None, here: Path) -> None:
    words = ("tolerance", "demo", "--paths", "6", "--steps", "2", "--no-cache")
    found = json.loads(kejin(*words, "--mixes", "2", "--json", "--out", "o").out)
    assert (here / "o" / "affordable.csv").is_file()
    assert {row["level"] for row in found["affordable"]} == {0.0, 0.5, 1.0}
    assert json.loads(kejin(*words, "--mixes", "0", "--json", "--out", "p").out)["affordable"] == []
    assert not (here / "p" / "affordable.csv").exists()


# ---- commands


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("budget", "demo", "--paths", "6"), "三年滚动"),
        (("marginal", "demo", "--paths", "6", "--no-cache"), "多安排"),
        (("tolerance", "demo", "--paths", "6", "--steps", "2", "--mixes", "2", "--no-cache"), "容亏率 50%"),
        (("solve", "demo", "--vary", "measures.equity.seed_direct.per_year", "--target", "tax >= 1元", "--paths", "6",
          "--no-cache"), "把握"),
    ],
)  # fmt: skip
def test_commands(kejin: Kejin, fake: None, here: Path, words: tuple[str, ...], said: str) -> None:
    answer = kejin(*words, "--excel", "--out", "o")
    assert answer.code == 0, answer.err
    assert said in answer.out
    assert (here / "o" / "study.xlsx").is_file()
    assert json.loads((here / "o" / "manifest.json").read_text(encoding="utf-8"))["study"] == words[0]
    assert json.loads(kejin(*words, "--json", "--out", "p").out)
    assert kejin(*words, "--quiet", "--out", "q").out == "q\n"


def test_money_of_a_step_is_read_in_the_language_of_the_answer(
    kejin: Kejin, fake: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert marginal.step_words(1.5e8) == ("1.5亿元", "CNY 150 m")
    words = ("marginal", "demo", "--step", "1000万元", "--paths", "6", "--no-cache")
    assert main(["--lang", "en", *words, "--out", "o"]) == 0
    said = capsys.readouterr().out
    assert "CNY 10 m more a year" in said
    # Money in a reason is told as it is written.
    plain = re.sub("[万亿]?元", "", said.replace(load_scenario("demo").title, ""))
    assert not any("\u4e00" <= c <= "\u9fff" for c in plain)
    assert "每年多安排 1000万元" in kejin(*words, "--out", "p").out


@pytest.mark.parametrize(
    "words",
    [
        ("solve", "demo", "--vary", "measures.equity.seed_direct.per_yer", "--target", "tax >= 1元"),
        ("solve", "demo", "--vary", "measures.equity.loss_tolerance.basis", "--target", "tax >= 1元"),
        ("solve", "demo", "--vary", "measures.equity.seed_direct.per_year", "--target", "tax"),
        ("marginal", "demo", "--step", "1000"),
        ("marginal", "no_policy", "--metric", "taxx"),
        ("tolerance", "no_policy", "--paths", "4", "--no-cache", "--mixes", "0"),
    ],
)
def test_wrong_words_are_refused(kejin: Kejin, words: tuple[str, ...], here: Path) -> None:
    answer = kejin(*words)
    assert answer.code == 2
    assert "改法" in answer.err
    assert not [p for p in here.iterdir() if p.name != "studies"]


@pytest.mark.parametrize(
    ("ends", "blamed"),
    [
        (("--from", "abc"), "--from"),
        (("--from", "30%", "--to", "250%"), "--to"),
        (("--from", "30%", "--to", "30%"), "--to"),
    ],
)
def test_solve_says_which_end_of_the_range_is_wrong(
    kejin: Kejin, ends: tuple[str, ...], blamed: str, here: Path
) -> None:
    target = ("--target", "portfolio_breach_gross <= 20%")
    answer = kejin("solve", "demo", "--vary", "measures.equity.loss_tolerance.rate", *target, *ends)
    assert answer.code == 2
    assert blamed in answer.err.splitlines()
    assert "改法" in answer.err
    assert not list(here.iterdir())


def test_a_percentile_of_few_paths_is_said_to_be_rough(kejin: Kejin, fake: None) -> None:
    """Ten paths beyond 95 % take 200 paths, beyond 99 % 1,000."""
    said = {n: kejin("budget", "demo", "--paths", str(n), "--out", f"b{n}").out for n in (199, 200, 999, 1000)}
    assert "95%和99%的数只看大概" in said[199]
    assert "95%的要 --paths 200，99%的要 --paths 1000" in said[199]
    for n in (200, 999):
        assert "99%的数只看大概" in said[n]
        assert "95%的要" not in said[n]
    assert "只看大概" not in said[1000]
    for n, wide in ((999, False), (1000, True)):
        rows = json.loads(kejin("budget", "demo", "--paths", str(n), "--json", "--out", f"j{n}").out)["needs"]
        row = next(r for r in rows if r["series"] == "fiscal_outlay" and r["span"] == 1)
        assert row["p95_low95"] <= row["p95"] <= row["p95_high95"]
        assert (row["p99_high95"] is not None) is wide


@pytest.mark.parametrize("world", ["package", "twin"])
def test_the_interval_of_a_share_is_within_0_and_1_as_in_the_summary(world: str) -> None:
    """A share of 1 on one path of five and 0 on the others, and its opposite: Student's t alone leaves 0 and 1."""
    few, most = np.array([0.0, 0.0, 0.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    named = {"loss_net_terminal": few, "reinvestment_met_share": most}
    made = outcomes(named, named)
    lines = summarise(made, tuple(named))
    for name, low, high in (("loss_net_terminal", 0.0, 0.75), ("reinvestment_met_share", 0.25, 1.0)):
        found = quantity(f"{name}.{world}").estimate(made)
        line = lines.get(name, world)  # type: ignore[arg-type]
        assert line is not None
        assert (found.low, found.high) == (line.low, line.high)
        assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)
    beyond = outcomes({"loss_net_terminal": np.array([0.0, 0.0, 0.0, 0.0, 1.2])})
    assert quantity("loss_net_terminal").estimate(beyond).low == 0.0
    gap = quantity("loss_net_terminal.difference").estimate(
        outcomes({"loss_net_terminal": few}, {"loss_net_terminal": 0 * few})
    )
    assert gap.low < 0.0


def test_the_tail_of_a_share_is_within_0_and_1() -> None:
    """Of 400 paths 19 have nothing and the others 1 %: the worst 5 % are nothing but for the last of them."""
    sample = np.where(np.arange(400) < 19, 0.0, 0.6)
    made = outcomes({"reinvestment_met_share": sample})
    line = summarise(made, ("reinvestment_met_share",)).get("reinvestment_met_share")
    assert line is not None
    found = quantity("reinvestment_met_share.tail").estimate(made)
    assert line.tail_bounds == (found.low, found.high)
    assert found.low == 0.0
