"""What holds of every run: the books tie, money is scale-free, without appropriation the treasury pays nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kejin_sim.ledger import Party
from kejin_sim.outcomes import rooms
from kejin_sim.outcomes.series import SERIES_LABELS
from kejin_sim.parameters import Parameter, registry
from kejin_sim.parameters.registry import Value, budget_lines
from kejin_sim.postings import postings
from kejin_sim.recording import SERIES, STATS
from kejin_sim.scenario.scenario import Scenario
from tests.playing import run, scenario, series, stat, state_at_the_end, with_values

#: The engine's own bound: what rounding of sums can explain.
RESIDUAL = 1e-9

CREDIT = "measures.credit"
GRANT = "measures.grant_to_equity"

#: Money is multiplied by 16, exact in binary; logarithms of values are not, hence a relative bound on money results.
SCALE, SCALED = 16.0, 1e-9

#: Series and statistics that are money; the others count.
MONEY_SERIES = {name for name, (_, _, unit) in SERIES_LABELS.items() if unit == "CNY"}
RATIOS = {"ordinary_loan_rate", "auc_closed", "top_decile_instruments"}  # of no unit
MONEY_STATS = {
    "deals_cost", "deals_loss", "class_seed_cost", "class_seed_value", "class_angel_cost", "class_angel_value",
    "class_industry_cost", "class_industry_value", "seed_cost", "seed_loss", "subfund_fees", "subfund_carry",
    "buyout_given_up", "crowded_out_money", "horizon_value", "realised_value", "credit_ead", "credit_recovered",
    "borne_bank", "borne_pool_city", "borne_pool_district", "borne_pool_bank", "borne_compensation", "borne_guarantor",
    "borne_national", "borne_re_guarantor", "borne_insurer", "pledged_ead", "pledged_loss", "unpaid_claims",
    "grant_disbursed", "grant_back", "grant_loss", "grant_closed_cost", "grant_team_yield",
} | {name for name in STATS if name.startswith(("credit_balance_bank_", "credit_overdue_bank_"))} | (
    rooms.MONEY_STATS - RATIOS
)  # fmt: skip


def test_the_ledger_ties_in_every_path_quarter_and_world() -> None:
    block = run(scenario("demo"), 40)
    assert stat(block, "ledger_residual").max() < RESIDUAL


def test_the_guidance_fund_ends_with_nothing() -> None:
    """What it received and what it paid are equal by the postings alone, and the last balance is zero."""
    block = run(scenario("demo"), 40)
    total = np.zeros(block.flows.shape[:2])
    gross = np.zeros(block.flows.shape[:2])
    for posting in postings():
        amount = block.flows[:, :, posting.number].sum(axis=2)
        total += amount * ((posting.payee is Party.GUIDANCE_FUND) - float(posting.payer is Party.GUIDANCE_FUND))
        gross += amount * (Party.GUIDANCE_FUND in (posting.payer, posting.payee))
    # The burn-in leaves cash behind that the postings from the opening on do not show.
    assert np.abs(series(block, "guidance_cash")[:, :, -1]).max() < 1e-6 * gross.max()
    assert (total < 1e-9 * gross).all()


def _times(parameter: Parameter, value: Value) -> Value:
    if parameter.kind != "money":
        return value
    return tuple(SCALE * v for v in value) if isinstance(value, tuple) else SCALE * value


def sixteen_times(found: Scenario) -> Scenario:
    """Every amount of money of package and twin, and the appropriations of single years, times 16."""
    values = {p.key: _times(p, found.values[p.key]) for p in registry()}
    by_year = {line: {y: SCALE * a for y, a in years.items()} for line, years in found.by_year.items()}
    twin = found.baseline
    assert twin is not None
    twin = replace(
        twin,
        values={p.key: _times(p, twin.values[p.key]) for p in registry() if p.key in twin.values},
        by_year={line: {y: SCALE * a for y, a in years.items()} for line, years in twin.by_year.items()},
    )
    return replace(found, values=values, by_year=by_year, baseline=twin)


#: Every way of sharing a loan's loss; a short pool and a short guarantor; attraction; repayment instead of a waiver.
SCALE_CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "demo": ("demo", {}),
    "no policy": ("no_policy", {}),
    "compensation": ("demo", {f"{CREDIT}.scheme": "compensation"}),
    "layer": ("demo", {f"{CREDIT}.scheme": "layer", "world.credit.appetite": ["-5%"] * 5}),
    "short of money": (
        "demo",
        {
            f"{CREDIT}.pool.size": "50万元",
            f"{CREDIT}.pool.top_up": "0元",
            f"{CREDIT}.guarantee.capital": "50万元",
            f"{CREDIT}.guarantee.top_up": "0元",
            "budget.interest_subsidy.amount": "10万元",
        },
    ),
    "insurance at a loss": (
        "demo",
        {
            "measures.insurance.pricing.mode": "flat",
            "measures.insurance.takeup.reach": "100%",
            "measures.insurance.backstop.attachment": "50%",
            "measures.insurance.pool.capacity": "20万元",
        },
    ),
    "attraction, no waiver": (
        "demo",
        {
            f"{GRANT}.attraction.per_year": 8,
            f"{GRANT}.failure.dutiful_waiver": False,
            f"{GRANT}.conversion.above_cap": "repaid",
            f"{GRANT}.conversion.share_cap": "3%",
        },
    ),
}


@pytest.mark.parametrize("case", SCALE_CASES)
def test_sixteen_times_the_money_gives_sixteen_times_the_money(case: str) -> None:
    name, changes = SCALE_CASES[case]
    found = scenario(
        name, {"policy_years": 4, "horizon_years": 8, "burn_in_years": 2, "world.arrivals.per_year": 40, **changes}
    )
    once, more = run(found, 10), run(sixteen_times(found), 10)

    def close(a: np.ndarray, b: np.ndarray) -> None:
        np.testing.assert_allclose(a, b, rtol=SCALED, atol=SCALED * max(1.0, float(np.abs(b).max())))

    close(more.flows, SCALE * once.flows)
    close(more.budget, SCALE * once.budget)
    for number, label in enumerate(SERIES):
        close(more.series[:, :, number], once.series[:, :, number] * (SCALE if label in MONEY_SERIES else 1.0))
    for number, label in enumerate(STATS):
        if label != "ledger_residual":
            close(more.stats[:, :, number], once.stats[:, :, number] * (SCALE if label in MONEY_STATS else 1.0))
    np.testing.assert_array_equal(more.pairs, once.pairs)
    np.testing.assert_array_equal(more.market, once.market)


def test_without_appropriation_the_treasury_pays_nothing() -> None:
    zero = {f"budget.{line}.amount": "0元" for line in budget_lines()}
    block = run(scenario("demo", {**zero, **{f"baseline.{key}": value for key, value in zero.items()}}), 20)
    for posting in postings():
        if Party.CITY_TREASURY in (posting.payer, posting.payee) or Party.GUIDANCE_FUND in (
            posting.payer,
            posting.payee,
        ):
            assert not block.flows[:, :, posting.number].any(), posting.name
    assert not block.budget.any()
    assert stat(block, "refused_by_budget").min() > 0.0


def _anything(parameter: Parameter, chance: random.Random) -> Value:
    """A value anywhere between the hard bounds, often exactly at one."""

    def one() -> float | int:
        if parameter.kind == "flag":
            return chance.randint(0, 1)
        if parameter.kind == "choice":
            return chance.randrange(len(parameter.choices))
        low, high = parameter.low, parameter.high
        assert low is not None
        assert high is not None
        place = chance.choice((0.0, 1.0, chance.random(), chance.random(), chance.random()))
        if parameter.kind == "money":
            low = max(1.0, low) if place else low
            return low * (high / low) ** place if place else low
        value = low + (high - low) * place
        return round(value) if parameter.is_integer else value

    if parameter.length is None:
        return one()
    values = [one() for _ in range(parameter.length)]
    if parameter.sums_to_one:
        total = sum(values)
        return tuple(v / total for v in values) if total > 0 else (1.0, *[0.0] * (parameter.length - 1))
    return tuple(values)


def anything(number: int) -> Scenario:
    """A scenario in which every number may be anything that its bounds and the relations among numbers allow."""
    chance = random.Random(number)
    fund = "measures.equity.angel_subfunds"
    chain = "measures.equity.chain_funds"
    found = scenario("demo")

    def side() -> dict[str, Value]:
        values = {p.key: _anything(p, chance) for p in registry() if not p.key.startswith("time.")}
        values["world.arrivals.per_year"] = chance.choice((0.0, 20.0, 60.0))
        third = max(0.0, 1.0 - sum(float(values[f"{fund}.{name}_share"]) for name in ("district", "gp")))  # type: ignore[arg-type]
        values[f"{fund}.gov_share"] = min(float(values[f"{fund}.gov_share"]), third)  # type: ignore[arg-type]
        rest = 1.0 - float(values[f"{chain}.gov_share"])  # type: ignore[arg-type]
        values[f"{chain}.chain_leader_share"] = min(float(values[f"{chain}.chain_leader_share"]), rest)  # type: ignore[arg-type]
        values[f"{chain}.aic_share"] = min(0.3, rest - float(values[f"{chain}.chain_leader_share"]))  # type: ignore[arg-type]
        aic = "measures.pilots.aic"
        rest = 1.0 - float(values[f"{aic}.share"])  # type: ignore[arg-type]
        values[f"{aic}.soe_share"] = min(float(values[f"{aic}.soe_share"]), rest)  # type: ignore[arg-type]
        values[f"{aic}.gov_share"] = min(float(values[f"{aic}.gov_share"]), rest - float(values[f"{aic}.soe_share"]))  # type: ignore[arg-type]
        # Bank, national fund and re-guarantor bear no more than the whole; the layer and the stop-loss have width.
        guarantee = f"{CREDIT}.guarantee"
        rest = 1.0 - float(values[f"{guarantee}.bank_share"])  # type: ignore[arg-type]
        values[f"{guarantee}.re_guarantor_share"] = min(float(values[f"{guarantee}.re_guarantor_share"]), rest)  # type: ignore[arg-type]
        rest -= float(values[f"{guarantee}.re_guarantor_share"])
        values[f"{guarantee}.national_share"] = tuple(min(v, rest) for v in values[f"{guarantee}.national_share"])  # type: ignore[union-attr]
        for low, high in ((f"{CREDIT}.stop_loss.release", f"{CREDIT}.stop_loss.trigger"),
                          (f"{CREDIT}.layer.attachment", f"{CREDIT}.layer.detachment")):  # fmt: skip
            values[low] = min(float(values[low]), float(values[high]))  # type: ignore[arg-type]
        values[f"{CREDIT}.enabled"] = values[f"{GRANT}.enabled"] = int(chance.random() < 0.9)
        values["world.credit.min_runway"] = chance.choice((0, 4, 8))
        values["world.credit.cap"] = chance.choice((1e6, 1e7, 1e9))
        if float(values[f"{fund}.catch_up"]) <= float(values[f"{fund}.carry"]):  # type: ignore[arg-type]
            values[f"{fund}.catch_up"] = 0.0
        # Appropriations in proportion to what is planned, so that not everything is refused.
        for line in budget_lines():
            values[f"budget.{line}.amount"] = chance.choice((0.0, 1e7, 1e8, 1e9))
        for key in (f"{CREDIT}.pool.size", f"{CREDIT}.guarantee.capital"):
            values[key] = chance.choice((0.0, 1e5, 1e6, 1e7, 1e9))
        for key in (f"{CREDIT}.loan.cap", f"{CREDIT}.guarantee.cap"):
            values[key] = chance.choice((1e6, 1e7, 1e8))
        for key in (f"{fund}.size", f"{chain}.size", f"{aic}.size"):
            values[key] = chance.choice((2e7, 1e8))
        return values

    package, twin = side(), side()
    found = with_values(found, package)
    assert found.baseline is not None
    return replace(found, baseline=replace(found.baseline, values={**found.baseline.values, **twin}))


@pytest.mark.parametrize("block_of_ten", range(8))
def test_any_scenario_within_the_bounds_ties_and_stays_finite(block_of_ten: int) -> None:
    """Eighty scenarios with every number drawn between its bounds: no ledger error, no NaN, no negative balance."""
    for number in range(10 * block_of_ten, 10 * block_of_ten + 10):
        block = run(anything(number), 2)
        assert stat(block, "ledger_residual").max() < RESIDUAL, number
        for array in (block.flows, block.series, block.stats, block.pairs, block.budget, block.market):
            assert np.isfinite(array).all(), number
        assert block.flows.min() >= -1e-6 * max(1.0, block.flows.max()), number
        assert block.budget.min() >= -1e-6 * max(1.0, block.budget.max()), number


BORNE = [name for name in STATS if name.startswith("borne_")]
#: Both measures with much to do: banks that hardly look, firms that often fail, little money behind the promises.
EAGER: dict[str, Any] = {
    "world.arrivals.per_year": 60.0,
    "world.credit.apply": 1.0,
    "world.credit.burning_pd": 0.0,
    "world.credit.appetite": (-0.04,) * 5,
    "world.credit.min_runway": 1,
    "world.failure.hazard": (0.15, 0.14, 0.12, 0.1, 0.1, 0.08, 0.05, 0.6),
    f"{CREDIT}.enabled": 1,
    f"{GRANT}.enabled": 1,
    f"{GRANT}.project.per_year": 30,
    f"{GRANT}.project.min_score": 10.0,
    f"{GRANT}.competition.per_year": 16,
    "budget.grant_to_equity.amount": 1e8,
}


def eager(number: int) -> Scenario:
    """Anything within the bounds, but with much lending and many grants."""
    found = with_values(anything(number), EAGER)
    terms = {"policy_years": 5, "horizon_years": 9, "burn_in_years": 2}
    return with_values(found, {f"time.{key}": value for key, value in terms.items()})


@pytest.mark.parametrize("number", range(200, 240))
def test_whoever_bears_loan_losses_bears_them_to_the_last_yuan(number: int) -> None:
    """What banks, pool, guarantor and their partners bear sums to exposure less recoveries; no account is overdrawn."""
    block = run(eager(number), 3)
    assert stat(block, "ledger_residual").max() < RESIDUAL
    ead, recovered = stat(block, "credit_ead"), stat(block, "credit_recovered")
    parts = np.stack([stat(block, name) for name in BORNE])
    np.testing.assert_allclose(parts.sum(axis=0), ead - recovered, rtol=1e-9, atol=1e-9 * max(1.0, float(ead.max())))
    assert recovered.min() >= 0.0
    lent = float(series(block, "credit_lent").max())
    for name in ("pool_balance", "guarantor_cash", "relending_balance", "credit_balance", "credit_overdue"):
        assert series(block, name).min() >= -1e-9 * max(1e4, lent, float(series(block, name).max())), name
    for name in BORNE:  # nobody gains by a default
        assert stat(block, name).min() >= -1e-9 * max(1e4, float(ead.max())), name


@pytest.mark.parametrize("number", range(240, 256))
def test_cap_tables_are_whole_and_the_public_share_stays_below_its_cap(number: int) -> None:
    """Shares of everybody sum to one; what the grant holds never exceeds the cap under which it converted."""
    found = eager(number)
    _, state = state_at_the_end(found, 0)
    assert found.baseline is not None
    key = f"{GRANT}.conversion.share_cap"
    cap = max(float(found.values[key]), float(found.baseline.values[key]))  # type: ignore[arg-type]
    firms = state.firms[state.people["log_value"] != 0.0]
    held = sum(firms[name] for name in firms.dtype.names if name.startswith("h_"))
    alive = firms["founders"] > 0.0
    np.testing.assert_allclose((held + firms["founders"])[alive], 1.0, rtol=1e-9)
    assert firms["h_grant"].max() <= cap * (1 + 1e-12)
    assert firms["h_grant"].min() >= 0.0
