"""Paired comparison: intervals that hold, verdicts judged together, order by certainty and size; the command itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy import stats

from kejin_sim import execution, load_scenario, set_values
from kejin_sim.errors import InputError
from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.headlines import COSTS, GAINS
from kejin_sim.study import compare
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.quantity import parse_quantity, tail_values
from tests.study.conftest import Kejin
from tests.study.making import outcomes


def test_the_difference_is_the_paired_t_test() -> None:
    chance = np.random.default_rng(1)
    common = chance.normal(0, 10, 400)
    a, b = 1e6 * (common + chance.normal(0, 1, 400)), 1e6 * (common + chance.normal(0.3, 1, 400))
    row = compare.differences(outcomes({"tax": a}), outcomes({"tax": b}), [parse_quantity("tax")])[0]
    expected = stats.ttest_rel(b, a)
    assert row.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert row.adjusted == row.p  # a single outcome is tested
    assert row.gap.low == pytest.approx(expected.confidence_interval().low, rel=1e-9)
    assert row.saving == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1))
    assert row.saving > 50  # independent draws would need as many times the paths


def test_less_than_half_a_cent_is_no_difference() -> None:
    """What is left when large sums cancel is the same on every path and would be certain."""
    a = np.zeros(40)
    row = compare.differences(outcomes({"tax": a}), outcomes({"tax": a - 3.3e-7}), [parse_quantity("tax")])[0]
    assert row.verdict == "same"


def test_holm_by_hand() -> None:
    # Sorted 0.01, 0.02, 0.03, 0.5: ×4, ×3, ×2, ×1, and never falling.
    assert compare.holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])


def test_chance_alone_is_called_certain_in_at_most_one_comparison_of_twenty() -> None:
    chance = np.random.default_rng(2)
    names = ["tax", "listings", "fiscal_outlay", "fiscal_net_cost", "research", "deals", "social_capital", "live_end"]
    wrong = 0
    for _ in range(400):
        made = [outcomes({name: chance.normal(5, 1, 60) for name in names}) for _ in range(2)]
        rows = compare.differences(*made, [parse_quantity(name) for name in names])
        wrong += any(row.verdict not in ("unclear", "same") for row in rows)
    # Binomial(400, 0.05): 20 expected, above 34 once in a thousand.
    assert wrong <= 34


def test_verdicts_know_directions_and_order() -> None:
    chance = np.random.default_rng(3)
    noise = chance.normal(0, 0.01, 100)
    first = outcomes({"tax": np.ones(100) * 10, "fiscal_net_cost": np.ones(100) * 10, "listings": np.ones(100)})
    other = outcomes(
        {
            "tax": 11 + noise,
            "fiscal_net_cost": 12 + noise,
            "listings": np.ones(100),
            "deals": 3 + noise,
            "research": noise,
        }
    )
    rows = compare.differences(first, other)
    verdicts = {row.quantity.name: row.verdict for row in rows}
    assert verdicts["tax"] == "better"
    assert verdicts["fiscal_net_cost"] == "worse"
    assert verdicts["listings"] == "same"
    assert verdicts["deals"] == "more"
    assert verdicts["research"] == "unclear"
    assert [row.verdict for row in rows] == sorted((r.verdict for r in rows), key=compare._ORDER.index)


def test_specks_are_no_difference() -> None:
    """Sums in another order differ in the last digits, alike on every path: that is rounding, not certainty."""
    tax = np.random.default_rng(6).normal(1e8, 1e7, 100)
    rows = compare.differences(outcomes({"tax": tax, "deals": tax}), outcomes({"tax": tax + 1e-7, "deals": tax + 10.0}),
                               [parse_quantity("tax"), parse_quantity("deals")])  # fmt: skip
    by_name = {row.quantity.name: row for row in rows}
    assert (by_name["tax"].verdict, by_name["tax"].p, by_name["tax"].gap.value) == ("same", 1.0, 0.0)
    assert by_name["deals"].verdict == "more"


def test_a_difference_without_scatter_is_as_sure_as_its_signs() -> None:
    """The same gap on four paths: as likely as four heads or four tails."""
    for n, verdict in ((4, "unclear"), (20, "better")):
        level = np.linspace(1.0, 2.0, n)
        row = compare.differences(outcomes({"tax": level}), outcomes({"tax": level + 1.0}), [parse_quantity("tax")])[0]
        assert row.p == 2.0 ** (1 - n)
        assert row.verdict == verdict


def test_what_is_defined_on_no_path_is_said_to_be_undefined() -> None:
    nowhere = np.full(10, np.nan)
    rows = compare.differences(
        outcomes({"tax": nowhere, "deals": np.ones(10)}), outcomes({"tax": np.ones(10), "deals": np.ones(10)}),
        [parse_quantity("tax"), parse_quantity("deals")],
    )  # fmt: skip
    assert [(row.quantity.name, row.verdict) for row in rows] == [("deals", "same"), ("tax", "undefined")]
    assert compare.VERDICTS["undefined"][0] == "没有定义"


def test_a_tail_mean_is_a_mean_of_its_values() -> None:
    sample = np.random.default_rng(4).lognormal(0, 1, 1003)
    values = tail_values(sample, upper=True)
    assert values.mean() == pytest.approx(statistics.tail_mean(np.sort(sample), upper=True), rel=1e-12)
    # Its error is that of repeated samples, within what 300 repetitions can tell.
    repeated = [
        statistics.tail_mean(np.sort(np.random.default_rng(i).lognormal(0, 1, 1003)), upper=True) for i in range(300)
    ]
    assert values.std(ddof=1) / np.sqrt(1003) == pytest.approx(np.std(repeated), rel=0.35)


@pytest.mark.parametrize(
    ("text", "name", "world", "statistic"),
    [
        ("tax", "tax", "package", "mean"),
        ("tax.difference", "tax", "difference", "mean"),
        ("5年存活企业.差异", "firms_surviving_5y", "difference", "mean"),
        ("fiscal_net_cost.difference.tail", "fiscal_net_cost", "difference", "tail"),
        ("peak_cash_need.P95", "peak_cash_need", "package", "p95"),
        ("deadweight_share", "deadweight_share", "difference", "mean"),
        ("cost_per_additional_survivor_5y", "cost_per_additional_survivor_5y", "difference", "mean"),
    ],
)
def test_quantities_as_written(text: str, name: str, world: str, statistic: str) -> None:
    one = parse_quantity(text)
    assert (one.metric.name, one.world, one.statistic) == (name, world, statistic)
    assert parse_quantity(one.name) == one


@pytest.mark.parametrize("text", ["taxx", "tax.differense", "deadweight_share.twin", "tax.p0", "tax.p100", ""])
def test_a_wrong_quantity_is_refused_with_a_fix(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_quantity(text)
    problem = refused.value.problems[0]
    assert problem.hint_zh
    assert problem.hint_en


def test_common_draws_save_ten_times_the_paths_on_headline_outcomes() -> None:
    """Seven seed deals a year instead of six, and twelve: variance of the difference, independent draws against common ones."""
    demo = load_scenario("demo")
    one = Evaluator(execution.Here(execution.engine("compiled"), 2), seed=1)
    base = one(demo, 60)
    asked = [parse_quantity(name) for name in (*COSTS, *GAINS)]
    for deals, most in ((7, 9), (12, 7)):
        other = one(set_values(demo, {"measures.equity.seed_direct.per_year": deals}), 60)
        ratios = [row.saving for row in compare.differences(base, other, asked) if np.isfinite(row.saving)]
        assert sum(ratio >= 10 for ratio in ratios) >= most, ratios


def test_what_was_changed_is_told() -> None:
    first = load_scenario("demo")
    other = set_values(first, {"measures.equity.seed_direct.per_year": 9, "world.arrivals.per_year": 40})
    assert [(c.key, c.of_package) for c in compare.changes(first, other)] == [
        ("world.arrivals.per_year", False), ("measures.equity.seed_direct.per_year", True)
    ]  # fmt: skip


def test_the_command(kejin: Kejin, fake: None, here: Path) -> None:
    said = kejin("compare", "demo", "ningbo", "--paths", "12", "--no-cache", "--excel", "--out", "c")
    assert said.code == 0, said.err
    assert "乙更好" in said.out
    assert "不只是政策不同" in said.out
    assert {p.name for p in (here / "c").iterdir()} == {
        "comparison.png", "comparison.svg", "differences.csv", "differences.parquet", "manifest.json",
        "scenario-1.yaml", "scenario-2.yaml", "study.xlsx"
    }  # fmt: skip
    with (here / "c" / "differences.csv").open(encoding="utf-8-sig", newline="") as stream:
        people = list(csv.DictReader(stream))
    assert {row["乙比甲"] for row in people} <= {zh for zh, _ in compare.VERDICTS.values()}
    assert {"元", "个"} <= {row["单位"] for row in people}
    programs = pq.read_table(here / "c" / "differences.parquet").to_pydict()
    assert set(programs["verdict"]) <= set(compare.VERDICTS)  # codes for programs
    assert len(programs["verdict"]) == len(people)
    manifest = json.loads((here / "c" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["study"] == "compare"
    assert [s["name"] for s in manifest["scenarios"]] == ["demo", "ningbo"]
    again = kejin("compare", "demo", "ningbo", "--paths", "12", "--no-cache", "--out", "c")
    assert again.code == 2
    assert "--force" in again.err


def test_the_command_for_scripts(kejin: Kejin, fake: None) -> None:
    said = kejin("compare", "demo", "demo", "--paths", "5", "--no-cache", "--json")
    found = json.loads(said.out)
    assert {row["verdict"] for row in found["comparisons"][0]["differences"]} <= {"same", "undefined"}
    assert kejin("compare", "demo", "demo", "--paths", "5", "--no-cache", "--quiet").out.strip().startswith("studies")


@pytest.mark.parametrize("words", [("demo",), ("demo", "nigbo"), ("demo", "demo", "--paths", "1")])
def test_wrong_words_are_refused(kejin: Kejin, fake: None, words: tuple[str, ...], here: Path) -> None:
    said = kejin("compare", *words)
    assert said.code == 2
    assert "改法" in said.err
    assert not list(here.iterdir())


def test_a_negative_cost_per_unit_is_no_price() -> None:
    """Twice the survivors for the same money gained make −2 of −4: neither is the better one."""
    chance = np.random.default_rng(3)
    metric = parse_quantity("cost_per_additional_survivor_5y")
    for cost, verdict in ((-4e8, "undefined"), (4e8, "better")):
        nothing = {"fiscal_net_cost": np.zeros(60)}
        made = [
            outcomes(
                {"fiscal_net_cost": chance.normal(cost, 1e6, 60), "firms_surviving_5y": chance.normal(n, 1, 60)},
                nothing,
            )
            for n in (100.0, 200.0)
        ]
        assert compare.differences(*made, [metric])[0].verdict == verdict
