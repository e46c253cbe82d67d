"""Paired comparison: intervals that hold, verdicts judged together, order by certainty and size; the command itself."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy import stats

from kejin_sim import execution, load_scenario, set_values
from kejin_sim.cli import compare as compare_command
from kejin_sim.errors import InputError
from kejin_sim.lang import set_language
from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.headlines import COSTS, GAINS
from kejin_sim.outcomes.registry import RATIOS, metrics
from kejin_sim.scenario import changes
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study import certainty, compare
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.quantity import parse_quantity, quantile_values, ratio_values, tail_values
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
    assert certainty.holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])


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


def test_several_packages_are_judged_together() -> None:
    """Two packages of which one differs by a little: what is certain of it alone is not when both are looked at."""
    chance = np.random.default_rng(11)
    first, same = outcomes({"tax": np.zeros(40)}), outcomes({"tax": 1e6 * chance.normal(0.0, 1.0, 40)})
    gap = chance.normal(0.0, 1.0, 40)
    made = outcomes({"tax": 1e6 * (gap - gap.mean() + 0.36 * gap.std(ddof=1))})
    asked = [parse_quantity("tax")]
    (alone,) = compare.differences(first, made, asked)
    assert 0.025 < alone.p < 0.05
    assert alone.verdict == "better"
    both = compare._judged([compare._pair(first, one, asked) for one in (made, same)])
    assert both[0][0].adjusted == pytest.approx(2 * alone.p)
    assert [rows[0].verdict for rows in both] == ["unclear", "unclear"]


def test_the_command_judges_all_pairs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """`compare` hands every p value of every pair to one procedure."""
    seen: list[int] = []

    def counted(p_values: list[float]) -> list[float]:
        seen.append(len(p_values))
        return certainty.holm(p_values)

    monkeypatch.setattr(compare, "holm", counted)
    chance = np.random.default_rng(12)
    demo = load_scenario("demo")
    made = iter([outcomes({"tax": chance.normal(0, 1e6, 9), "deals": chance.normal(0, 1, 9)}) for _ in range(3)])
    assert len(compare.compare(lambda *_, **__: next(made), [demo] * 3, 9)) == 2
    assert seen == [4]


def _wrong(draw: Callable[[tuple[int, int]], statistics.Array], share: float, times: int) -> tuple[float, float]:
    """Share of samples of 1,000 paths in which a mean of 0 is told from 0 at 7e-5: as judged, and by plain t."""
    n, level, one = 1000, 7e-5, parse_quantity("jobs_end")
    wrong = plain = 0
    for _ in range(times // 1000):
        sample = draw((1000, n)) * (chance.random((1000, n)) < share)
        t = sample.mean(axis=1) / (sample.std(axis=1, ddof=1) / math.sqrt(n))
        p = 2 * stats.t.sf(np.abs(t), n - 1)
        plain += int((p <= level).sum())
        # What is judged is never surer than plain t: the others need not be looked at.
        wrong += sum(certainty.p_value(one, row) <= level for row in sample[p <= level])
    return wrong / times / level, plain / times / level


chance = np.random.default_rng(20)


@pytest.mark.parametrize(
    ("name", "share", "most", "least_plain"),
    [("normal", 0.03, 0.5, 0.0), ("exponential", 0.03, 4.0, 4.0), ("exponential", 0.05, 8.0, 8.0)],
)
def test_rare_differences_are_not_called_certain_much_too_often(
    name: str, share: float, most: float, least_plain: float
) -> None:
    """A package that changes something on a few paths only, and nothing on average (multiples of 7e-5; limits in `p_value`)."""
    draws = {
        "normal": lambda size: chance.normal(size=size),
        "exponential": lambda size: chance.exponential(size=size) - 1,
    }
    wrong, plain = _wrong(draws[name], share, 60_000)
    assert wrong <= most
    assert plain >= least_plain
    assert wrong <= plain


def test_what_leans_against_its_mean_is_judged_with_care() -> None:
    """−1 on 90 of 100 paths and +5 on ten: mean −0.4, and what would bring it to 0 is seldom seen; mirrored alike."""
    sample = np.concatenate([np.full(90, -1.0), np.full(10, 5.0)])
    one = parse_quantity("jobs_end")
    size, skewness = -0.4 / sample.std(ddof=1), ((sample + 0.4) ** 3).mean() / sample.std(ddof=1) ** 3
    moved = 10 * (size + skewness * size**2 / 3 + skewness**2 * size**3 / 27 + skewness / 600)
    expected = 2 * stats.t.sf(abs(moved), 99)
    assert abs(moved) < 10 * abs(size)
    assert certainty.p_value(one, sample) == pytest.approx(expected)
    assert certainty.p_value(one, -sample) == pytest.approx(expected)
    # However much it leans, what is far from 0 is far from 0.
    assert certainty.p_value(one, 10.0 - np.random.default_rng(1).exponential(size=50)) < 1e-30
    # Leaning the same way as its mean, or not at all, it is plain t with the degrees of what is not 0.
    ahead = np.concatenate([np.zeros(90), np.linspace(1.0, 3.0, 10)])
    gap = statistics.mean_interval(ahead)
    assert certainty.p_value(one, ahead) == pytest.approx(2 * stats.t.sf(gap.value / gap.error, 9))
    assert certainty.p_value(one, np.concatenate([np.zeros(99), [5.0]])) == 1.0


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


def test_years_until_what_need_not_happen_are_compared_only_where_it_always_happens() -> None:
    """B pays back on ten paths more: on the common ones it is a year later, and no package is called worse for that."""
    first = np.where(np.arange(40) < 20, np.linspace(5.0, 6.0, 40), np.nan)
    other = np.where(np.arange(40) < 30, np.linspace(6.0, 7.1, 40), np.nan)
    asked = [parse_quantity("payback_years"), parse_quantity("claim_rate")]
    rows = compare.differences(
        outcomes({"payback_years": first, "claim_rate": first}),
        outcomes({"payback_years": other, "claim_rate": other}),
        asked,
    )
    by_name = {row.quantity.name: row for row in rows}
    assert by_name["payback_years"].verdict == "undefined"
    assert by_name["claim_rate"].verdict == "worse"
    assert by_name["claim_rate"].n == 20
    assert (by_name["claim_rate"].first.n, by_name["claim_rate"].other.n, by_name["claim_rate"].first.paths) == (
        20,
        30,
        40,
    )
    set_language("zh")
    said = list(compare_command._verdicts(rows, None))
    set_language("auto")
    assert any("差异只计两边都有值的路径" in line and "20/40" in line for line in said)
    assert any(line.startswith("40 条路径中有的期内不发生") and "甲 20、乙 30 条发生" in line for line in said)
    whole = compare.differences(
        outcomes({"payback_years": np.linspace(5.0, 6.0, 40)}),
        outcomes({"payback_years": np.linspace(6.0, 7.1, 40)}),
        asked[:1],
    )
    assert whole[0].verdict == "worse"


def test_a_tail_mean_is_a_mean_of_its_values() -> None:
    sample = np.random.default_rng(4).lognormal(0, 1, 1003)
    values = tail_values(sample, upper=True)
    assert values.mean() == pytest.approx(statistics.tail_mean(np.sort(sample), upper=True), rel=1e-12)
    # Its error is that of repeated samples, within what 300 repetitions can tell.
    repeated = [
        statistics.tail_mean(np.sort(np.random.default_rng(i).lognormal(0, 1, 1003)), upper=True) for i in range(300)
    ]
    assert values.std(ddof=1) / np.sqrt(1003) == pytest.approx(np.std(repeated), rel=0.35)


@pytest.mark.parametrize("level", [0.9, 0.1, 0.8, 0.5])
def test_a_quantile_is_a_mean_of_its_values(level: float) -> None:
    """Squares of 0 … 10 have the quantile (10p)²; a path beyond it raises it, one at or below it lowers it."""
    sample = np.array([9.0, 100.0, 0.0, 64.0, 1.0, 4.0, 81.0, 16.0, 49.0, 25.0, 36.0])
    values = quantile_values(sample, level)
    edge = (10 * level) ** 2
    assert values.mean() == pytest.approx(edge)
    assert set((values == values.max()).tolist()) == {True, False}
    assert np.array_equal(values > values.mean(), sample > edge + 1e-9)


@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("law", ["normal", "lognormal"])
@pytest.mark.parametrize("n", [200, 1000])
def test_the_error_of_a_quantile_is_the_spread_of_repeated_samples(n: int, law: str, level: float) -> None:
    """Told over true error, the median of 600 samples: within what few paths say of a density, from above rather than below."""
    samples = getattr(np.random.default_rng(11), law)(size=(600, n))
    told = np.median([quantile_values(row, level).std(ddof=1) / np.sqrt(n) for row in samples])
    true = np.quantile(samples, level, axis=1).std()
    assert 0.9 < told / true < (1.4 if n == 200 else 1.15)


def test_the_window_of_a_quantile_is_of_what_is_defined_and_stays_within_the_sample() -> None:
    """The cube of 0 … 1 in 8,000 steps: the mean slope within w of p is ``3p² + w²``; w by hand 0.0485 at the median, 0.0106 at
    P95. Of 20 paths it would be 0.078 at P95: it ends with the sample."""
    sample = np.linspace(0.0, 1.0, 8001) ** 3
    for level, width in ((0.5, 0.0485), (0.95, 0.0106)):
        assert np.ptp(quantile_values(sample, level)) == pytest.approx(3 * level**2 + width**2, rel=1e-4)
    few = np.linspace(0.0, 1.0, 21) ** 3
    assert np.ptp(quantile_values(few, 0.95)) == pytest.approx(3 * 0.95**2 + 0.05**2)
    holes = np.concatenate([sample, [np.nan] * 8001])
    values = quantile_values(holes, 0.5)
    assert np.array_equal(np.isnan(values), np.isnan(holes))
    assert np.nanmean(values) == pytest.approx(0.125)
    assert np.nanmax(values) - np.nanmin(values) == pytest.approx(3 * 0.5**2 + 0.0485**2, rel=1e-4)
    assert np.isnan(quantile_values(np.full(3, np.nan), 0.5)).all()


def test_a_ratio_of_means_is_a_mean_of_its_values() -> None:
    """(2 + 4 + 9)/(1 + 2 + 2) = 3: each path adds ``(a − 3b)/b̄``; the path that has no denominator adds nothing."""
    top, bottom = np.array([2.0, 4.0, 9.0, 7.0]), np.array([1.0, 2.0, 2.0, np.nan])
    values = ratio_values(top, bottom)
    by_hand = [3 + (a - 3 * b) / (5 / 3) for a, b in ((2, 1), (4, 2), (9, 2))]
    assert values[:3] == pytest.approx(by_hand)
    assert math.isnan(values[3])
    assert np.nanmean(values) == pytest.approx(3.0)
    # 1, −1, 2, −1: the interval of the denominator holds 0, and the ratio says nothing; all below 0 it says something.
    assert np.isnan(ratio_values(np.ones(4), np.array([1.0, -1.0, 2.0, -1.0]))).all()
    assert np.nanmean(ratio_values(top, -bottom)) == pytest.approx(-3.0)


def test_the_worst_paths_are_those_of_the_direction() -> None:
    """Of 1 … 100 the worst 5 % of a cost are 96 to 100, of a gain 1 to 5; a quantity knows which it is."""
    sample = np.random.default_rng(9).permutation(np.arange(1.0, 101.0))
    made = outcomes({"tax": sample, "fiscal_net_cost": sample})
    for name, tail in (("fiscal_net_cost.tail", range(96, 101)), ("tax.tail", range(1, 6))):
        assert parse_quantity(name).estimate(made).value == pytest.approx(np.mean(tail))
    assert parse_quantity("tax.p95").estimate(made).value == pytest.approx(1 + 0.95 * 99)


def test_which_world_a_quantity_reads() -> None:
    """The twin's 10 and the package's 13 make 3 beyond the twin, and their P95 likewise."""
    made = outcomes({"tax": np.full(20, 13.0)}, {"tax": np.full(20, 10.0)})
    for text, value in (("tax", 13.0), ("tax.twin", 10.0), ("tax.difference", 3.0), ("tax.twin.p95", 10.0)):
        one = parse_quantity(text)
        assert one.estimate(made).value == pytest.approx(value)
        assert one.needs_twin is (text != "tax")


@pytest.mark.parametrize(
    ("text", "name", "world", "statistic"),
    [
        ("tax", "tax", "package", "mean"),
        ("tax.difference", "tax", "difference", "mean"),
        ("5年存活企业.差异", "firms_surviving_5y", "difference", "mean"),
        ("fiscal_net_cost.difference.tail", "fiscal_net_cost", "difference", "tail"),
        ("peak_cash_need.P95", "peak_cash_need", "package", "p95"),
        ("deadweight_share", "deadweight_share", "difference", "mean"),
        ("npl_pooled.difference", "npl_pooled", "difference", "mean"),
        ("breach_probability_gross.twin", "breach_probability_gross", "twin", "mean"),
        ("cost_per_additional_survivor_5y", "cost_per_additional_survivor_5y", "difference", "mean"),
    ],
)
def test_quantities_as_written(text: str, name: str, world: str, statistic: str) -> None:
    one = parse_quantity(text)
    assert (one.metric.name, one.world, one.statistic) == (name, world, statistic)
    assert parse_quantity(one.name) == one


@pytest.mark.parametrize(
    "text",
    [
        "taxx",
        "tax.differense",
        "deadweight_share.twin",
        "tax.p0",
        "tax.p100",
        "",
        "npl_pooled.tail",
        "breach_probability_gross.difference",
        "public_outlay.tail",
    ],
)
def test_a_wrong_quantity_is_refused_with_a_fix(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_quantity(text)
    problem = refused.value.problems[0]
    assert problem.hint_zh
    assert problem.hint_en


def test_a_word_of_a_label_is_understood() -> None:
    """就业 is no name; the labels that have it are offered, and are names."""
    with pytest.raises(InputError) as refused:
        parse_quantity("就业")
    offered = refused.value.problems[0].hint_zh
    meant = [one for one in (*metrics(), *RATIOS) if "就业" in one.zh]
    assert meant
    assert any(parse_quantity(one.zh).metric is one for one in meant if one.zh in offered), offered


def test_a_ratio_in_both_worlds() -> None:
    """8 of 100 against 10 of 50: −12 points, path by path as it is reported over all."""
    rng = np.random.default_rng(4)
    top = {name: rng.poisson(mean, 300).astype(float) for name, mean in (("package", 8), ("twin", 10))}
    bottom = {name: rng.poisson(mean, 300).astype(float) for name, mean in (("package", 100), ("twin", 50))}
    one = parse_quantity("npl_pooled.difference")
    names = one.metric.numerator, one.metric.denominator  # type: ignore[union-attr]
    package, twin = (dict(zip(names, (top[world], bottom[world]), strict=True)) for world in ("package", "twin"))
    made = outcomes(package, twin)
    found = one.estimate(made)
    assert found.value == pytest.approx(
        top["package"].mean() / bottom["package"].mean() - top["twin"].mean() / bottom["twin"].mean()
    )
    values = one.values(made)
    assert values.mean() == pytest.approx(found.value)
    assert values.std(ddof=1) / np.sqrt(300) == pytest.approx(found.error)
    assert parse_quantity("npl_pooled.twin").estimate(made).value == pytest.approx(
        top["twin"].sum() / bottom["twin"].sum()
    )


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
    assert [(c.key, c.of_package) for c in changes.changed_keys(first, other)] == [
        ("world.arrivals.per_year", False), ("measures.equity.seed_direct.per_year", True)
    ]  # fmt: skip
    deals = changes.changed_keys(first, other)[1]
    assert (deals.old, deals.new) == ("6", "9")


@pytest.mark.parametrize(
    ("name", "gap", "n", "adjusted", "verdict"),
    [
        ("tax", 1.0, 9, 0.05, "better"), ("tax", -1.0, 9, 0.05, "worse"), ("tax", 1.0, 9, 0.0501, "unclear"),
        ("fiscal_net_cost", 1.0, 9, 0.01, "worse"), ("fiscal_net_cost", -1.0, 9, 0.01, "better"),
        ("deals", 1.0, 9, 0.01, "more"), ("deals", -1.0, 9, 0.01, "less"),
        ("tax", 0.0, 9, None, "same"), ("tax", 1.0, 1, None, "unclear"), ("tax", math.nan, 0, None, "undefined"),
    ],
)  # fmt: skip
def test_what_a_difference_is_called(name: str, gap: float, n: int, adjusted: float | None, verdict: str) -> None:
    """At most 5 % is certain, and the direction of the outcome says what is better; what was not tested is the same or unclear."""
    interval = statistics.Interval(gap, 1.0, gap - 2.0, gap + 2.0)
    assert compare._verdict(parse_quantity(name), interval, n, adjusted) == verdict


def _row(verdict: str, adjusted: float, gap: float, first: float = 10.0, other: float = 40.0) -> compare.Difference:
    one = [statistics.Interval(value, 1.0, value - 2.0, value + 2.0) for value in (first, other, gap)]
    return compare.Difference(parse_quantity("tax"), *one, 9, adjusted, adjusted, 1.0, verdict)  # type: ignore[arg-type]


def test_the_surest_and_largest_differences_come_first() -> None:
    """Steps of certainty that mean something, and within one the size against the larger of the two values."""
    assert _row("better", 0.01, 30.0).relative == _row("better", 0.01, -30.0, 40.0, -10.0).relative == 0.75
    assert _row("same", 1.0, 0.0, 0.0, 0.0).relative == 0.0
    ordered = [
        _row("better", 1e-7, 1.0), _row("better", 1e-6, 0.9), _row("better", 1e-5, 20.0), _row("better", 1e-4, 10.0),
        _row("better", 0.04, 30.0), _row("worse", 1e-9, 30.0), _row("more", 1e-9, 30.0), _row("less", 1e-9, 30.0),
        _row("unclear", 0.06, 30.0), _row("unclear", 0.5, 20.0), _row("same", 1.0, 0.0), _row("undefined", 1.0, 0.0),
    ]  # fmt: skip
    shuffled = [ordered[i] for i in np.random.default_rng(1).permutation(len(ordered))]
    assert sorted(shuffled, key=compare._how_sure_and_large) == ordered


def test_less_than_half_a_cent_is_something_of_what_is_no_money() -> None:
    jobs = np.zeros(20)
    (row,) = compare.differences(
        outcomes({"jobs_end": jobs}), outcomes({"jobs_end": jobs + 0.004}), [parse_quantity("jobs_end")]
    )
    assert (row.verdict, row.gap.value) == ("better", pytest.approx(0.004))


def changed_keys(first: Scenario, other: Scenario) -> list[tuple[str, bool]]:
    return [(row.key, row.of_package) for row in changes.changed_keys(first, other)]


def test_special_years_the_start_and_arrivals_are_told() -> None:
    """They are no keys of the registry, and decide figures all the same."""
    first = load_scenario("demo")
    years = set_values(first, {"budget.angel_fund.by_year": {2026: "1亿元"}})
    later = set_values(first, {"start": "2025Q3"})
    more = set_values(first, {"world.extra_arrivals": {"2026Q1": 5}})
    for other, key, own in (
        (years, "budget.angel_fund.by_year.2026", True), (later, "start", False), (more, "world.extra_arrivals.2026Q1", False)
    ):  # fmt: skip
        assert changed_keys(first, other) == changed_keys(other, first) == [(key, own)]
        assert changed_keys(other, other) == []
    (row,) = changes.changed_keys(first, later)
    assert (row.old, row.new) == ("2025Q1", "2025Q3")
    # A line without any special year is as one that never had one.
    assert changed_keys(first, set_values(years, {"budget.angel_fund.by_year": {}})) == []
    assert set_values(years, {"budget.angel_fund.by_year": {}}).digest == first.digest


def test_another_twin_is_told() -> None:
    """Its values or its special years; what it has of the world it takes from the package."""
    first = load_scenario("demo")
    assert first.baseline is not None
    title = first.baseline.title
    alone = replace(first, baseline=None)
    years = replace(first, baseline=replace(first.baseline, by_year={"angel_fund": {2026: 1e8}}))
    values = set_values(first, {"baseline.measures.equity.angel_subfunds.new_per_year": 0})
    assert len({one.digest for one in (first, alone, years, values)}) == 4
    for other, key in (
        (alone, "baseline"), (years, "baseline.budget.angel_fund.by_year.2026"),
        (values, "baseline.measures.equity.angel_subfunds.new_per_year"),
    ):  # fmt: skip
        assert changed_keys(first, other) == changed_keys(other, first) == [(key, False)]
    renamed = replace(first.baseline, own_title="另一个", by_year={"angel_fund": {2026: 1e8}})
    assert changed_keys(first, replace(first, baseline=renamed)) == [("baseline", False)]
    assert changed_keys(first, replace(first, baseline=replace(first.baseline, own_title="另一个"))) == []
    (row,) = changes.changed_keys(first, alone)
    assert (row.old, row.new) == (title, "none")
    world = replace(first.baseline, values={**first.baseline.values, "world.arrivals.per_year": 1.0})
    assert changed_keys(first, replace(first, baseline=world)) == []


def test_other_special_years_of_the_twin_are_not_the_same_package(kejin: Kejin, fake: None, here: Path) -> None:
    head = "extends: demo\nauthor: 科技局\ndate: 2025-01\nbased_on: 起草说明\n"
    for name, amount in (("a", "3000万元"), ("b", "1亿元")):
        twin = f"baseline: {{title: 照旧, budget: {{angel_fund: {{by_year: {{2026: {amount}}}}}}}}}\n"
        (here / f"{name}.yaml").write_text(f"title: {name}\n{head}{twin}", encoding="utf-8")
    said = kejin("compare", "a.yaml", "b.yaml", "--paths", "4", "--no-cache")
    assert said.code == 0, said.err
    assert "数值完全相同" not in said.out
    assert "基准：天使引导基金年度安排，2026年 也不同" in said.out


def test_the_command(kejin: Kejin, fake: None, here: Path) -> None:
    said = kejin("compare", "demo", "ningbo", "--paths", "12", "--no-cache", "--excel", "--out", "c")
    assert said.code == 0, said.err
    assert "乙更好" in said.out
    assert "不只是政策不同" in said.out
    with (here / "c" / "differences.csv").open(encoding="utf-8-sig", newline="") as stream:
        judged = sum(bool(row["p值（Holm）"]) and float(row["p值（Holm）"]) < 1.0 for row in csv.DictReader(stream))
    told = re.search(r"“分不清”按 (\d+) 项一并判断，更严，所以区间不含 0 的也可能判为分不清。", said.out)
    assert told is not None
    assert int(told[1]) >= judged > 20
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


def test_what_common_draws_do_not_save_is_not_said_to_be_saved() -> None:
    set_language("zh")
    assert compare_command._saved(1.04) == "同抽样没有缩小差异的方差（各指标中位数）"
    assert "1/1.1（" in compare_command._saved(1.06)
    set_language("en")
    assert "do not cut" in compare_command._saved(0.7)


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


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"measures.equity.loss_tolerance.rate": 0.8}, "（容亏率本身不同）"),
        ({"measures.equity.loss_tolerance.class_tolerance": (0.6, 0.5, 0.4)}, "（容亏率本身不同）"),
        ({"measures.equity.loss_tolerance.unit": 2}, "（考核口径本身不同）"),
        ({"measures.equity.seed_direct.per_year": 9}, ""),
    ],
)
def test_a_wider_tolerance_is_no_success(changed: dict[str, float], words: str) -> None:
    """Breaches of another yardstick are fewer, not better; other outcomes are judged as ever."""
    set_language("zh")
    demo = load_scenario("demo")
    chance = np.random.default_rng(4)
    gross = {"portfolio_breach_gross": np.ones(60), "tax": chance.normal(0, 1e6, 60)}
    none = {"portfolio_breach_gross": np.zeros(60), "tax": gross["tax"] + chance.normal(5e6, 1e6, 60)}
    made = iter([outcomes(gross), outcomes(none)])
    (rows,) = compare.compare(lambda *_, **__: next(made), [demo, set_values(demo, changed)], 60)
    by_name = {row.quantity.name: row for row in rows}
    breach = by_name["portfolio_breach_gross"]
    assert breach.verdict == ("less" if words else "better")
    assert breach.label == breach.quantity.label + words
    assert (by_name["tax"].verdict, by_name["tax"].apart) == ("better", "")
    assert [compare._ORDER.index(row.verdict) for row in rows] == sorted(
        compare._ORDER.index(row.verdict) for row in rows
    )
    column = next(i for i, one in enumerate(compare.table([demo, demo], [rows]).columns) if one.name == "label")
    assert breach.label in {row[column] for row in compare.table([demo, demo], [rows]).rows}


def test_which_of_several_changes_does_it_is_answered_as_typed(kejin: Kejin, fake: None, here: Path) -> None:
    """The next step works as it is written, from the folder in which compare was typed; one change needs none."""
    (here / "sub").mkdir()
    text = "extends: demo\ntitle: 乙\nauthor: 局\ndate: 2025-01\nbased_on: 文\n"
    text += "measures:\n  equity:\n    seed_direct: {per_year: 9}\n"
    (here / "a.yaml").write_text(
        "extends: demo\ntitle: 甲\nauthor: 局\ndate: 2025-01\nbased_on: 文\n", encoding="utf-8"
    )
    (here / "sub" / "one.yaml").write_text(text, encoding="utf-8")
    (here / "sub" / "b.yaml").write_text(f"{text}    loss_tolerance: {{rate: 80%}}\n", encoding="utf-8")
    assert "下一步" not in kejin("compare", "a.yaml", "sub/one.yaml", "--paths", "4", "--no-cache").out
    said = kejin("compare", "a.yaml", "sub/b.yaml", "--paths", "4", "--no-cache").out
    told = re.search(r"在 (\S+) 里写 (baseline: \S+?)；再运行 kejin (attribute \S+ --by section)", said)
    assert told is not None, said
    file = here / told[1]
    file.write_text(f"{file.read_text(encoding='utf-8')}{told[2]}\n", encoding="utf-8")
    shares = kejin(*told[3].split(), "--paths", "4", "--no-cache", "--json")
    assert shares.code == 0, shares.err
    assert len({row["player"] for row in json.loads(shares.out)["shares"]}) >= 2


def test_a_bundled_package_is_copied_before_its_changes_are_told_apart(kejin: Kejin, fake: None, here: Path) -> None:
    said = kejin("compare", "ningbo", "tolerance_portfolio_rolling", "--paths", "2", "--no-cache").out
    assert "下一步" not in said  # both of its changes are of the loss tolerance
    said = kejin("compare", "demo", "seed_only", "--paths", "2", "--no-cache").out
    told = re.search(
        r"先运行 kejin (new \S+ --from seed_only)；再在 (\S+) 里写 baseline: demo；再运行 kejin attribute", said
    )
    assert told is not None, said
    assert kejin(*told[1].split()).code == 0
    assert (here / told[2]).exists()
