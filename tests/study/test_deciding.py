"""Solve, budget, marginal and tolerance: answers known in closed form, and the commands as typed."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from kejin_sim import execution, load_scenario, set_values
from kejin_sim.cli.app import main
from kejin_sim.errors import InputError
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import Interval, mean_interval, ratio_interval, wilson_interval_of
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study import budget, marginal, tolerance
from kejin_sim.study.quantity import quantity
from kejin_sim.study.solve import solve
from kejin_sim.study.targets import parse_target
from tests import fake_engine
from tests.study.conftest import Kejin
from tests.study.making import outcomes

NOISE = np.random.default_rng(5).normal(0, 1, 400)


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
    assert by[2025, 3].at[1].value == pytest.approx(6 * np.quantile(np.arange(1, 101), 0.99))
    assert set(by) == {(2025, 1), (2026, 1), (2027, 1), (2025, 3)}


def test_a_budget_ties_to_the_run() -> None:
    demo = load_scenario("demo")
    plan = budget.plan(execution.Here(fake_engine.simulate, 1), demo, seed=3, paths=9)
    run = execution.run_paths(fake_engine.simulate, demo.inputs(), seed=3, paths=9, twin=False)
    total = sum(n.mean.value for n in plan.span_of("fiscal_outlay"))
    assert total == pytest.approx(run.package("fiscal_outlay").mean(), rel=1e-12)
    books = [n for n in plan.series if n.startswith("fiscal_outlay_")]
    for year in plan.years:
        together = sum(plan.need(name, year).mean.value for name in books)
        assert together == pytest.approx(plan.need("fiscal_outlay", year).mean.value, rel=1e-12)


def test_a_margin_is_the_slope() -> None:
    noise = np.random.default_rng(6).normal(0, 50, 300)

    def city(scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        angel = float(scenario.values["budget.angel_fund.amount"])  # type: ignore[arg-type]
        spent = 0.5 * 4 * angel  # half of four years' money
        return outcomes({"fiscal_outlay": spent + noise, "tax": 0.1 * spent + noise})

    demo = load_scenario("demo")
    found = marginal.marginal(city, demo, [quantity("tax")], step=1e7, paths=300)
    angel, industry = found[0], found[1]
    assert angel.appropriated == 4e7
    assert angel.spent.value == pytest.approx(2e7)
    assert angel.gains[0].value == pytest.approx(2e6)
    assert angel.per_step[0].value == pytest.approx(1e6)
    assert {m.line for m in found[2:]} >= {
        "measures.equity.seed_direct.per_year",
        "measures.equity.soe_purchase.budget",
    }
    assert industry.gains[0].value == 0.0
    assert math.isnan(industry.per_step[0].value)


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
    """Never narrower than Wilson's for as many independent tests; more breaches never look surer to be few."""
    tests = np.array([2.0] * 60 + [0.0] * 40)
    none, every = tolerance.share_of_tests(0 * tests, tests), tolerance.share_of_tests(tests, tests)
    assert none == wilson_interval_of(0.0, 120)
    assert every == wilson_interval_of(1.0, 120)
    assert none.low == 0.0 < none.high
    assert every.low < 1.0 == every.high
    some = np.where(np.arange(100) < 6, 2.0, 0.0)
    own = ratio_interval(some, tests)
    found_some = tolerance.share_of_tests(some, tests)
    assert found_some.value == own.value
    assert found_some.low <= own.low
    assert found_some.high == own.high  # wider than independent tests: two of a path breach together
    highs = [tolerance.share_of_tests(np.where(np.arange(100) < k, 1.0, 0.0), tests).high for k in range(8)]
    assert highs == sorted(highs)
    made = outcomes({"funds_closed": tests, "deals": 9 * tests, "reviews": tests, "rolling_tests": tests})
    found = {b.cell: b.probability for b in tolerance.breaches(made, 0.5, 0.5, 1.0) if b.basis == "gross"}
    assert all(found[cell] == none for cell in ("fund", "review", "rolling"))
    assert found["project"] == wilson_interval_of(0.0, 9 * 120)


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
    assert not any("\u4e00" <= c <= "\u9fff" for c in said.replace(load_scenario("demo").title, ""))
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
    few, enough = (kejin("budget", "demo", "--paths", n, "--out", f"b{n}").out for n in ("99", "100"))
    assert "99%的数是内插的" in few
    assert "内插" not in enough
