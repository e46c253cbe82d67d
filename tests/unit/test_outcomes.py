"""Metrics, summaries and representative paths, on figures made up by a fake engine and on numbers worked by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from kejin_sim.errors import InputError
from kejin_sim.lang import set_language
from kejin_sim.ledger import PUBLIC_PARTIES, Line, Nature, Party
from kejin_sim.outcomes import statistics, words
from kejin_sim.outcomes.described import described
from kejin_sim.outcomes.outcomes import Outcomes, condense
from kejin_sim.outcomes.registry import RATIOS, by_name, metrics, pair_metrics, world_metrics
from kejin_sim.outcomes.representative import representatives, whole_path
from kejin_sim.outcomes.summary import summarise
from kejin_sim.outcomes.view import Context, View
from kejin_sim.outcomes.years import YEARS
from kejin_sim.postings import by_name as posting
from kejin_sim.postings import postings
from kejin_sim.recording import SERIES, STATS, BlockResult
from kejin_sim.timeline import Quarter
from tests.fake_engine import fake_inputs, simulate

INPUTS = fake_inputs()
CONTEXT = Context.of(INPUTS)
QUARTERS = 20
PROMISED = (
    "fiscal_outlay", "fiscal_recovery", "fiscal_net_cost", "fiscal_net_cost_npv", "public_outlay",
    "public_recovery",
    "public_net_cost", "social_capital", "private_later", "firms_surviving_3y", "firms_surviving_5y",
    "firms_surviving_10y",
    "firms_surviving_10y_national", "listings", "loss_net_terminal", "loss_gross", "loss_head_count",
    "loss_class_seed",
    "loss_class_angel", "loss_class_industry", "subfund_tvpi", "subfund_dpi", "subfund_irr", "subfund_pme",
    "government_irr",
    "government_tvpi", "social_irr", "social_tvpi", "social_pme", "coinvestor_irr", "coinvestor_irr_without_reward",
    "coinvestor_multiple", "seed_tvpi", "chain_tvpi", "chain_irr", "recycle_ratio", "peak_cash_need",
    "fiscal_leverage",
    "social_leverage", "tax", "survivor_years", "deadweight_share", "loss_gross_seed_direct",
    "loss_head_count_seed_direct",
    "loss_net_terminal_seed_direct", "horizon_value_share",
)  # fmt: skip


def empty_block(paths: int = 1, worlds: int = 2) -> BlockResult:
    """A block in which nothing happened."""
    block = simulate(INPUTS, 1, 0, paths, worlds)
    for array in (block.flows, block.series, block.stats, block.pairs, block.budget):
        array[:] = 0.0
    block.market[:] = 1.0
    return block


def value(block: BlockResult, name: str, world: int = 0, context: Context = CONTEXT) -> float:
    return float(by_name()[name].compute(View(block, world, context))[0])


def put(block: BlockResult, name: str, quarter: int, amount: float, world: int = 0) -> None:
    block.flows[0, world, posting(name).number, quarter] += amount


def row(block: BlockResult, name: str, quarter: int, amount: float, world: int = 0) -> None:
    block.series[0, world, SERIES.index(name), quarter] += amount


def test_every_promised_metric_exists_and_is_fully_described() -> None:
    names = by_name()
    assert set(PROMISED) <= set(names)
    for metric in metrics():
        assert all((metric.zh, metric.en, metric.formula_zh, metric.formula_en)), metric.name
        assert metric.name.isascii()
        assert not metric.name.endswith("_twin")
        assert any("\u4e00" <= c <= "\u9fff" for c in metric.formula_zh + metric.zh), metric.name
        assert metric.en.isascii() or "é" in metric.en, metric.name
    for ratio in RATIOS:
        assert ratio.numerator in names
        assert ratio.denominator in names


def test_labels_are_distinct_so_that_a_table_can_be_read() -> None:
    assert len({m.zh for m in metrics()}) == len(metrics())
    assert len({m.en for m in metrics()}) == len(metrics())


def test_fiscal_metrics_count_every_posting_of_the_treasury_and_no_other() -> None:
    block = empty_block()
    for p in postings():
        block.flows[0, 0, p.number] = float(p.number + 1)
    spent = [p for p in postings() if p.payer == Party.CITY_TREASURY and p.nature != Nature.INCOME]
    outlay = sum((p.number + 1) * QUARTERS for p in spent)
    recovery = sum((p.number + 1) * QUARTERS for p in postings() if p.payee == Party.CITY_TREASURY)
    assert value(block, "fiscal_outlay") == outlay > 0
    assert value(block, "fiscal_recovery") == recovery > 0
    assert value(block, "fiscal_net_cost") == outlay - recovery
    assert value(block, "fiscal_principal") + value(block, "fiscal_income") == recovery
    banks = {"pool_bank", "pool_recovery_bank", "claim_bank", "pool_return_bank"}  # their own account in the pool
    counted = [p for p in postings() if p.name not in banks]
    public_in = [p for p in counted if p.payee in PUBLIC_PARTIES and p.payer not in PUBLIC_PARTIES]
    public_out = [
        p for p in counted
        if p.payer in PUBLIC_PARTIES and p.payee not in PUBLIC_PARTIES
        and not (p.payer == Party.CITY_TREASURY and p.nature == Nature.INCOME)
    ]  # fmt: skip
    assert value(block, "public_outlay") == sum((p.number + 1) * QUARTERS for p in public_out)
    assert value(block, "public_recovery") == sum((p.number + 1) * QUARTERS for p in public_in)
    assert any(p.payer == Party.DISTRICT_TREASURY for p in public_out)
    assert value(block, "fiscal_outlay", world=1) == 0.0


def test_a_flow_inside_the_public_sector_is_no_public_recovery() -> None:
    block = empty_block()
    put(block, "share_from_government", 4, 7e6)  # a municipal SOE buys a share from the guidance fund
    put(block, "return_principal_angel", 5, 7e6)
    assert value(block, "fiscal_recovery") == 7e6
    assert value(block, "public_recovery") == 0.0 == value(block, "public_outlay")


def test_present_value_discounts_the_end_of_each_quarter() -> None:
    block = empty_block()
    put(block, "draw_angel", 3, 1.025e8)  # one year after the opening at 2.5 %
    assert value(block, "fiscal_net_cost_npv") == pytest.approx(1e8, rel=1e-12)
    dearer = dataclasses.replace(CONTEXT, treasury_discount=0.0)
    assert value(block, "fiscal_net_cost_npv", context=dearer) == 1.025e8


def test_social_capital_is_calls_plus_the_same_round_and_not_later_rounds() -> None:
    block = empty_block()
    put(block, "call_social", 0, 4e7)
    put(block, "call_soe", 0, 5e7)
    put(block, "chain_call_social", 0, 3e7)
    put(block, "buyout", 9, 9e7)
    row(block, "private_same_round", 1, 1e7)
    row(block, "private_later", 8, 2e7)
    put(block, "draw_angel", 0, 2e7)
    put(block, "call_government", 0, 2e7)
    assert value(block, "social_capital") == 5e7
    assert value(block, "private_later") == 2e7
    assert value(block, "state_social_capital") == 5e7
    assert value(block, "fiscal_leverage") == (5e7 + 3e7) / 2e7
    assert value(block, "social_leverage") == 8e7 / (2e7 + 5e7)  # guidance fund and SOE both are public money


def test_a_ticket_of_g9_is_capital_only_where_grants_are_convertible() -> None:
    block = empty_block()
    put(block, "call_social", 0, 6e7)
    put(block, "call_government", 0, 2e7)
    put(block, "attraction_city", 1, 3e7)
    put(block, "attraction_district", 1, 1e7)
    assert value(block, "social_leverage") == 6e7 / (2e7 + 3e7 + 1e7)
    pure = dataclasses.replace(CONTEXT, pure_grants=(True, False))
    assert value(block, "social_leverage", context=pure) == 6e7 / 2e7
    put(block, "pure_grant", 1, 5e7)
    assert value(block, "social_leverage") == 6e7 / (2e7 + 3e7 + 1e7)


def test_fund_returns() -> None:
    block = empty_block()
    row(block, "subfund_calls", 0, 100.0)
    row(block, "subfund_distributions", 8, 30.0)
    row(block, "subfund_distributions", QUARTERS - 1, 60.0)
    block.market[:] = 1.01
    assert value(block, "subfund_tvpi") == 0.9
    assert value(block, "subfund_dpi") == 0.3  # the last quarter holds what was realised on paper
    assert value(block, "loss_net_terminal") == pytest.approx(0.1)
    expected = (30 * 1.01**11 + 60) / (100 * 1.01**19)
    assert value(block, "subfund_pme") == pytest.approx(expected, rel=1e-12)
    quarterly = (1 + value(block, "subfund_irr")) ** 0.25
    assert 30 / quarterly**8 + 60 / quarterly**19 == pytest.approx(100, rel=1e-10)


def test_co_investors_gain_from_the_reward() -> None:
    block = empty_block()
    row(block, "coinvestor_paid", 0, 100.0)
    row(block, "coinvestor_received", 8, 121.0)
    row(block, "coinvestor_reward", 8, 20.0)
    row(block, "seed_paid", 0, 100.0)
    row(block, "seed_received", 8, 200.0)
    assert value(block, "coinvestor_irr_without_reward") == pytest.approx(0.1, abs=1e-12)
    assert value(block, "coinvestor_irr") == pytest.approx(math.sqrt(1.41) - 1, abs=1e-12)
    assert value(block, "coinvestor_multiple") == pytest.approx(1.41)
    assert value(block, "seed_tvpi") == 2.0
    assert value(block, "seed_multiple_after_reward") == 1.8


def test_what_is_not_defined_is_nan_and_not_zero() -> None:
    block = empty_block()
    undefined = (
        "subfund_tvpi", "subfund_irr", "subfund_pme", "loss_net_terminal", "loss_gross", "loss_head_count",
        "loss_class_seed", "portfolio_breach_gross", "breach_gross_share", "fiscal_leverage", "recycle_ratio",
        "deadweight_share", "coinvestor_irr", "award_per_deal", "reinvestment_met_share", "payback_years", "extra_payback_years",
    )  # fmt: skip
    for name in undefined:
        assert math.isnan(value(block, name)), name
    for name in ("fiscal_net_cost", "social_capital", "peak_cash_need", "listings"):
        assert value(block, name) == 0.0, name


def test_loss_bases_differ() -> None:
    block = empty_block()
    for name, amount in (
        ("deals", 10), ("deals_lost", 7), ("deals_cost", 100), ("deals_loss", 60), ("class_seed_cost", 40),
        ("class_seed_value", 10), ("class_angel_cost", 60), ("class_angel_value", 90), ("funds_closed", 4),
        ("breach_gross", 1),
        ("portfolio_breach_gross", 1),
    ):  # fmt: skip
        block.stats[0, 0, STATS.index(name)] = amount
    assert value(block, "loss_head_count") == 0.7
    assert value(block, "loss_gross") == 0.6
    assert value(block, "loss_class_seed") == 0.75
    assert value(block, "loss_class_angel") == 0.0
    assert value(block, "breach_gross_share") == 0.25
    assert value(block, "portfolio_breach_gross") == 1.0
    assert value(block, "portfolio_breach_class") == 0.0


def test_cash_needs_and_pay_back() -> None:
    block = empty_block()
    put(block, "draw_angel", 0, 100.0)
    put(block, "draw_industry", 5, 50.0)
    put(block, "return_principal_angel", 3, 60.0)
    put(block, "return_income_angel", 11, 200.0)
    row(block, "tax", 7, 120.0)  # 90 of it beyond what displaces others
    row(block, "undrawn_commitments", 2, 80.0)
    row(block, "encumbered", 2, 30.0)
    row(block, "guarantee_public", 2, 12.0)
    row(block, "guarantor_cash", 2, 10.0)
    row(block, "pool_public", 2, 5.0)
    assert value(block, "peak_cash_need") == 100.0
    assert value(block, "payback_years") == 3.0
    assert value(block, "extra_payback_years") == 3.0
    assert value(block, "extra_payback_years_with_tax") == 2.0
    assert value(block, "peak_liability") == 97.0
    assert value(block, "peak_undrawn_commitments") == 80.0
    assert value(block, "peak_guarantee_public") == 12.0
    assert value(block, "peak_pool_public") == 5.0
    assert value(block, "peak_uncovered_liability") == 52.0


def test_a_buy_out_is_paid_by_social_investors_but_is_no_money_for_the_fund() -> None:
    block = empty_block()
    row(block, "subfund_calls", 0, 100.0)
    row(block, "social_calls", 0, 28.0)
    row(block, "social_buyouts", 8, 40.0)
    row(block, "social_distributions", 16, 102.0)
    assert value(block, "social_tvpi") == 102 / 68
    quarterly = (1 + value(block, "social_irr")) ** 0.25
    assert 28 + 40 / quarterly**8 == pytest.approx(102 / quarterly**16, rel=1e-9)
    assert value(block, "ndrc_social") == 2.0  # 28 %, not 68 %


def test_capital_is_patient_when_it_is_early_or_held_long() -> None:
    block = empty_block()
    for name, amount in (("deals_cost", 100), ("class_angel_cost", 10), ("class_industry_cost", 90)):
        block.stats[0, 0, STATS.index(name)] = amount
    for quarter in range(10):
        row(block, "open_cost", quarter, 100.0)  # 60 are sold after ten quarters, 40 after fourteen
    for quarter in range(10, 14):
        row(block, "open_cost", quarter, 40.0)
    assert value(block, "subfund_years_held") == pytest.approx((60 * 10 + 40 * 14) / 4 / 100)
    assert value(block, "ndrc_patient") == 2.0  # 2.9 years; a tenth is early, which alone gives nothing
    block.stats[0, 0, STATS.index("class_angel_cost")] = 55
    assert value(block, "ndrc_patient") == 3.0


def test_what_was_committed_stays_committed_when_it_is_released() -> None:
    block = empty_block()
    row(block, "fund_commitments", 0, 300.0)
    row(block, "subfund_calls", 1, 80.0)
    row(block, "chain_calls", 3, 40.0)  # nothing is undrawn at the end: the rest was given free
    assert value(block, "ndrc_paid_in") == 0.5
    row(block, "chain_calls", 7, 30.0)
    assert value(block, "ndrc_paid_in") == 1.0


def test_recycling_counts_money_back_from_investments_not_from_the_treasury() -> None:
    block = empty_block()
    put(block, "draw_angel", 0, 100.0)
    put(block, "call_government", 0, 60.0)
    put(block, "seed", 0, 40.0)
    put(block, "distribute_government", 9, 30.0)
    put(block, "return_principal_angel", 9, 30.0)
    assert value(block, "recycle_ratio") == 0.3


def test_yearly_series_add_up_to_the_metrics() -> None:
    block = simulate(INPUTS, 5, 0, 3, 2)
    portion = condense(block, CONTEXT)
    years = {s.name: i for i, s in enumerate(YEARS)}
    rows = {m.name: i for i, m in enumerate(world_metrics())}
    names = (
        "fiscal_outlay",
        "fiscal_recovery",
        "fiscal_net_cost",
        "social_capital",
        "listings",
        "tax",
        "public_outlay",
    )
    for name in names:
        total = portion.years[:, years[name]].sum(axis=2)
        assert total == pytest.approx(portion.worlds[:, rows[name]], rel=1e-12), name
    item = View(block, 0, CONTEXT).budget("executed", Line("angel_fund"))
    assert (portion.years[0, years["angel_fund_executed"]] == item).all()
    assert (portion.years[0, years["live"]] == block.series[:, 0, SERIES.index("live"), 3::4]).all()


def test_fiscal_years_are_calendar_years_when_the_books_open_in_between() -> None:
    context = dataclasses.replace(CONTEXT, start=Quarter(2025, 3))
    block = empty_block()
    block.series[:, :, SERIES.index("live")] = np.arange(QUARTERS)
    block.series[:, :, SERIES.index("tax")] = 1.0
    block.series[:, :, SERIES.index("jobs")] = 8.0
    years = {s.name: s.compute(View(block, 0, context))[0].tolist() for s in YEARS if s.name in ("live", "tax", "jobs")}
    assert context.years == 6
    assert years["tax"] == [2, 4, 4, 4, 4, 2]
    assert years["live"] == [1, 5, 9, 13, 17, 19]
    assert years["jobs"] == [8] * 6


@pytest.mark.parametrize("worlds", [1, 2])
def test_chunks_do_not_matter(worlds: int) -> None:
    whole = condense(simulate(INPUTS, 9, 0, 23, worlds), CONTEXT)
    gathered = Outcomes(23, worlds)
    for first, count in ((0, 1), (1, 7), (8, 15)):
        gathered.add(condense(simulate(INPUTS, 9, first, count, worlds), CONTEXT))
    assert gathered.worlds.tobytes() == whole.worlds.tobytes()
    assert gathered.pairs.tobytes() == whole.pairs.tobytes()
    assert gathered.has_twin == (worlds == 2)
    with pytest.raises(ValueError, match="do not follow"):
        gathered.add(whole)


def some_outcomes(paths: int = 200, worlds: int = 2) -> Outcomes:
    outcomes = Outcomes(paths, worlds)
    outcomes.add(condense(simulate(INPUTS, 4, 0, paths, worlds), CONTEXT))
    return outcomes


def test_summary_agrees_with_numpy_and_scipy() -> None:
    outcomes = some_outcomes()
    summary = summarise(outcomes)
    gain = outcomes.package("fiscal_net_cost") - outcomes.twin("fiscal_net_cost")
    line = summary.get("fiscal_net_cost", "difference")
    assert line is not None
    test = scipy_stats.ttest_rel(outcomes.package("fiscal_net_cost"), outcomes.twin("fiscal_net_cost"))
    interval = test.confidence_interval(0.95)
    assert (line.low, line.high) == pytest.approx((interval.low, interval.high), rel=1e-10)
    assert line.mean == pytest.approx(gain.mean(), rel=1e-12)
    assert line.quantiles == pytest.approx(np.quantile(gain, [0.05, 0.25, 0.5, 0.75, 0.95]), rel=1e-12)
    assert line.tail_side == "upper"
    assert line.tail == pytest.approx(np.sort(gain)[-10:].mean(), rel=1e-12)
    risk = summary.get("portfolio_breach_gross")
    assert risk is not None
    kept = statistics.defined(outcomes.package("portfolio_breach_gross"))
    wilson = scipy_stats.binomtest(int(kept.sum()), kept.size).proportion_ci(0.95, method="wilson")
    assert (risk.low, risk.high) == pytest.approx((wilson.low, wilson.high), rel=1e-10)
    assert risk.n == kept.size
    tvpi = summary.get("subfund_tvpi")
    assert tvpi is not None
    assert tvpi.tail_side == "lower"


def test_ratio_of_means_has_the_delta_methods_interval() -> None:
    chance = np.random.default_rng(2)
    b = chance.normal(10, 2, 4000)
    a = 3 * b + chance.normal(0, 5, 4000)
    interval = statistics.ratio_interval(a, b)
    resampled = []
    for _ in range(2000):
        i = chance.integers(0, 4000, 4000)
        resampled.append(a[i].mean() / b[i].mean())
    assert interval.value == a.mean() / b.mean()
    assert interval.error == pytest.approx(np.std(resampled), rel=0.06)  # 2,000 resamples: 1.6 % standard error
    # A denominator below 0 turns the ratio's sign and leaves its error as wide.
    below = statistics.ratio_interval(a, -b)
    assert below.value == pytest.approx(-interval.value)
    assert below.error == pytest.approx(interval.error)
    assert below.low < below.value < below.high
    nothing = statistics.ratio_interval(a, b - b.mean() + 0.01)
    assert math.isnan(nothing.error)
    assert math.isfinite(nothing.value)
    assert math.isnan(statistics.ratio_interval(a, np.zeros(4000)).value)


def test_small_samples() -> None:
    assert math.isnan(statistics.mean_interval(np.array([])).value)
    one = statistics.mean_interval(np.array([3.0]))
    assert one.value == 3.0
    assert math.isnan(one.error)
    assert statistics.quantile(np.array([3.0]), 0.95) == 3.0
    assert math.isnan(statistics.quantile(np.array([]), 0.5))
    assert statistics.tail_mean(np.arange(10.0), upper=True) == 9.0  # half a path: the worst one
    assert statistics.tail_mean(np.arange(30.0), upper=True) == pytest.approx((29 + 0.5 * 28) / 1.5)
    assert statistics.tail_mean(np.arange(30.0), upper=False) == pytest.approx((0 + 0.5 * 1) / 1.5)
    never = statistics.wilson_interval(np.zeros(100))
    assert never.low == 0.0
    assert 0.03 < never.high < 0.04


def test_a_run_without_a_twin_has_no_differences() -> None:
    outcomes = some_outcomes(worlds=1)
    summary = summarise(outcomes)
    assert {line.world for line in summary} == {"package"}
    assert summary.get("deadweight_share", "difference") is None
    assert not [name for name in outcomes.columns() if name.endswith("_twin")]
    with pytest.raises(InputError):
        outcomes.twin("tax")


def test_columns_carry_the_twin_beside_the_package() -> None:
    columns = list(some_outcomes(5).columns())
    assert columns[columns.index("fiscal_outlay") + 1] == "fiscal_outlay_twin"
    assert columns.count("deadweight_share") == 1
    assert "deadweight_share_twin" not in columns
    assert len(columns) == 2 * len(world_metrics()) + len(pair_metrics())


def test_representative_paths_are_at_the_nearest_rank() -> None:
    outcomes = some_outcomes(40)
    costs = outcomes.package("fiscal_net_cost")
    costs[:] = np.arange(40)[::-1]
    costs[10] = costs[38]  # a tie at the second lowest: P5 of 40 is rank 2; the lower path number wins
    low, middle, high = representatives(outcomes)
    assert (low.name, low.path) == ("P5", 10)
    assert middle.net_cost == np.sort(costs)[19]
    assert high.net_cost == np.sort(costs)[37]
    block = simulate(INPUTS, 4, 7, 1, 2)
    whole = whole_path(block, 1)
    assert list(whole) == [f"flow_{p.name}" for p in postings()] + list(SERIES)
    assert (whole["flow_draw_angel"] == block.flows[0, 1, posting("draw_angel").number]).all()


def test_metrics_respond_to_the_valuation() -> None:
    block = simulate(INPUTS, 3, 0, 1, 2)
    for field, name in (("treasury_discount", "tax_npv"), ("social_discount", "social_cost"),
                        ("cost_of_public_funds", "social_cost")):  # fmt: skip
        other = dataclasses.replace(CONTEXT, **{field: getattr(CONTEXT, field) * 1.1})
        assert value(block, name) != value(block, name, context=other)


@pytest.mark.parametrize("values", [1, 40, 1 << 22])
def test_rows_are_described_alike_however_many_at_a_time(values: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    outcomes = Outcomes(9, 2)
    outcomes.worlds[:] = chance.uniform(size=outcomes.worlds.shape)  # a probability among them stays one
    outcomes.worlds[chance.uniform(size=outcomes.worlds.shape) < 0.05] = np.nan
    outcomes.pairs[:] = chance.uniform(size=outcomes.pairs.shape)
    outcomes.filled = 9
    at_once = described(outcomes).figures
    monkeypatch.setattr("kejin_sim.outcomes.described._VALUES_AT_ONCE", values)
    np.testing.assert_array_equal(described(outcomes).figures, at_once)


def test_a_difference_has_no_sign_before_nothing_and_shares_are_apart_by_points() -> None:
    set_language("zh")
    count = by_name()["firms_surviving_5y"]
    share = next(ratio for ratio in RATIOS if ratio.name == "npl_pooled")
    assert [words.difference(count, value) for value in (2.0, 4e-16, -4e-16, 0.0)] == [
        "+2.0家",
        "0.0家",
        "0.0家",
        "0家",
    ]
    assert [words.difference(share, value) for value in (0.0081, -0.008)] == ["+0.8个百分点", "-0.8个百分点"]
    set_language("auto")
