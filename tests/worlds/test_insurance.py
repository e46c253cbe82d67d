"""Insurance in whole worlds: switched off, at strength nothing, with and without a pool; where the money goes, to the yuan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from kejin_sim.engine.run import simulate as compiled
from kejin_sim.errors import InputError
from kejin_sim.parameters import Parameter, registry
from kejin_sim.postings import postings
from kejin_sim.recording import T_RESIDUAL, BlockResult
from kejin_sim.reference.run import simulate as reference
from kejin_sim.scenario.scenario import Scenario
from tests.agreement.compare import differences, outcome_differences
from tests.playing import SEED, flow, run, same, scenario, series, stat

COVER = "measures.insurance"
PATHS = 12
SMALL = {"policy_years": 4, "horizon_years": 7, "burn_in_years": 3, "world.arrivals.per_year": 40}
KINDS = ("rd", "ip", "equipment", "first_set")
FLAT = {f"{COVER}.pricing.mode": "flat", f"{COVER}.backstop.cap": "10万元", f"{COVER}.backstop.attachment": "50%"}


def alone(changes: Mapping[str, Any] | None = None) -> Scenario:
    """Insurance only, in a world whose burn-in has no policy: nothing else answers to it."""
    return scenario("insurance_only", {**SMALL, **(changes or {})})


def posted(block: BlockResult) -> set[str]:
    """Rules of this measure that post something."""
    return {p.rule for p in postings() if p.rule[0] == "I" and block.flows[:, :, p.number].any()}


def total(block: BlockResult, *names: str) -> np.ndarray:
    """CNY of some codes together: float64[path, world]."""
    amounts: np.ndarray = np.sum([flow(block, name).sum(axis=2) for name in names], axis=0)
    return amounts


def by_line(block: BlockResult, what: str) -> np.ndarray:
    amounts: np.ndarray = np.sum([stat(block, f"insurance_{what}_{kind}") for kind in KINDS], axis=0)
    return amounts


# ---- nothing


def test_switched_off_nothing_of_it_happens() -> None:
    block = run(alone({f"{COVER}.enabled": False}), PATHS)
    assert posted(block) == set()
    np.testing.assert_array_equal(block.flows[:, 0], block.flows[:, 1])
    assert not series(block, "insurance_firms").any()


def test_insurers_that_reach_nobody_are_no_insurers_bit_for_bit() -> None:
    no_loans = {f"{COVER}.loan.enabled": False}  # I6 is sold by banks, not by insurers' reach
    off = run(alone({f"{COVER}.enabled": False}), PATHS)
    unheard_of = run(alone({**no_loans, f"{COVER}.takeup.reach": "0%"}), PATHS)
    assert same(off, unheard_of) == []
    assert same(off, run(alone(), PATHS)) != []


def test_where_the_price_does_not_matter_a_subsidy_makes_nobody_buy() -> None:
    """Until the first subsidy is paid, which is money, the same firms buy the same cover."""
    no_slope = {f"{COVER}.takeup.price": 0}
    with_it = run(alone(no_slope), PATHS)
    without = run(
        alone({**no_slope, f"{COVER}.subsidy.share": ["0%"] * 4, f"{COVER}.subsidy.other": ["0%"] * 4}), PATHS
    )
    for name in ("insurance_policies", "insurance_premium", "insurance_sum"):
        np.testing.assert_array_equal(series(with_it, name)[..., :4], series(without, name)[..., :4])
    sloped, plain = run(alone(), PATHS), run(alone({f"{COVER}.subsidy.share": ["0%"] * 4}), PATHS)
    assert series(sloped, "insurance_policies")[:, 0, :4].sum() > series(plain, "insurance_policies")[:, 0, :4].sum()


def test_a_cap_that_one_line_uses_up_sells_no_other_line() -> None:
    """I2: the cap of a firm's year is one for all lines. Where R&D, far cheaper than its claims, uses it up for nearly everybody
    who buys anything, a subsidy on the other lines sells next to none of them."""
    cheap_research = {
        f"{COVER}.subsidy.cap": "1万元",
        f"{COVER}.subsidy.other": ["0%"] * 4,
        f"{COVER}.takeup.price": 3,
        f"{COVER}.takeup.reach": "100%",
        f"{COVER}.takeup.knowledge": "0%",
        f"{COVER}.pricing.mode": "flat",
        f"{COVER}.pricing.flat_rates": ["10%", "1%", "0.5%", "3%"],
        f"{COVER}.risk.frequency": ["90%", "2%", "1%", "3%"],
    }
    of_all = run(alone({**cheap_research, f"{COVER}.subsidy.share": ["50%"] * 4}), PATHS)
    of_research = run(alone({**cheap_research, f"{COVER}.subsidy.share": ["50%", "0%", "0%", "0%"]}), PATHS)
    for kind in ("ip", "equipment"):
        sold, unsubsidised = (flow(block, f"premium_{kind}")[:, 0, :4].sum() for block in (of_all, of_research))
        assert unsubsidised < sold < 1.1 * unsubsidised, kind  # 2.3 times as much when each line has the cap to itself


def test_without_private_knowledge_nor_scores_high_and_low_risk_buy_alike() -> None:
    blind = {f"{COVER}.takeup.knowledge": "0%", f"{COVER}.pricing.score_weight": "0%"}
    knowing = {f"{COVER}.takeup.knowledge": "100%", f"{COVER}.pricing.score_weight": "0%"}

    def gap(changes: Mapping[str, Any]) -> float:
        block = run(alone({**changes, f"{COVER}.takeup.reach": "100%", "world.cash.initial": "600万元"}), 40)
        rates = [
            stat(block, f"insurance_{risk}_risk_insured")[:, 0].sum()
            / stat(block, f"insurance_{risk}_risk_visits")[:, 0].sum()
            for risk in ("high", "low")
        ]
        return float(rates[0] - rates[1])

    assert abs(gap(blind)) < 0.03
    assert gap(knowing) > 0.15


# ---- money


@pytest.fixture(scope="module")
def played() -> BlockResult:
    return run(alone({**FLAT, f"{COVER}.pool.capacity": "20万元"}), PATHS)


def test_every_rule_acts(played: BlockResult) -> None:
    assert posted(played) == {"I1", "I2", "I3", "I4", "I5", "I6"}
    assert stat(played, "insurance_stack_capped")[:, 0].sum() > 0  # N4
    demo = run(scenario(), 4)
    assert series(demo, "insurance_lp_money")[:, 0].sum() > 0.0  # I7


def test_the_pool_ends_with_what_it_got(played: BlockResult) -> None:
    into = [p.name for p in postings() if p.payee == "insurance_pool"]
    out = [p.name for p in postings() if p.payer == "insurance_pool"]
    assert {"premium_rd", "pool_reinsured", "pool_backstop", "pool_call_lead"} <= set(into)
    np.testing.assert_allclose(total(played, *into), total(played, *out), rtol=1e-12, atol=1e-3)
    assert (series(played, "insurance_pool_balance") >= 0.0).all()
    assert series(played, "insurance_pool_balance")[:, 0].max() > 0.0
    assert played.stats[:, :, T_RESIDUAL].max() < 1e-9


def test_series_and_statistics_are_what_was_posted(played: BlockResult) -> None:
    premiums = [f"premium_{kind}" for kind in KINDS]
    claims = [f"claim_{kind}" for kind in KINDS]
    for name, codes in (
        ("premium", premiums), ("claims", claims), ("subsidy", ["premium_subsidy"]), ("backstop", ["pool_backstop"]),
    ):  # fmt: skip
        posted_here = np.sum([flow(played, code) for code in codes], axis=0)
        np.testing.assert_allclose(series(played, f"insurance_{name}"), posted_here, rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(by_line(played, "premium"), total(played, *premiums), rtol=1e-12)
    np.testing.assert_allclose(by_line(played, "claims"), total(played, *claims), rtol=1e-12)
    net = by_line(played, "premium") - total(played, "pool_ceded")
    np.testing.assert_allclose(stat(played, "insurance_net_premium"), net, rtol=1e-9, atol=1e-3)


def test_somebody_bears_every_claim(played: BlockResult) -> None:
    borne = sum(stat(played, f"insurance_borne_{who}") for who in ("members", "reinsurer", "city"))
    np.testing.assert_allclose(borne, by_line(played, "claims"), rtol=1e-9, atol=1e-3)
    assert (stat(played, "insurance_borne_firm") >= 0.0).all()


def test_backstop_and_subsidy_stay_within_their_caps(played: BlockResult) -> None:
    yearly = flow(played, "pool_backstop").reshape(PATHS, 2, -1, 4).sum(axis=3)
    assert yearly.max() == pytest.approx(10e4)
    assert (flow(played, "pool_backstop")[..., :3] == 0.0).all()  # at the year's end only
    paid = np.reshape(flow(played, "premium_subsidy") + flow(played, "premium_subsidy_central"), (PATHS, 2, -1))
    premium = series(played, "insurance_premium")
    # Four quarters after the premium, at most the cap on all public money (80 %) of it.
    assert (paid[..., :4] == 0.0).all()
    assert (paid[..., 4:] <= 0.8 * premium[..., :-4] + 1e-3).all()
    assert (paid[..., 4:] > 0.3 * premium[..., :-4]).any()


def test_nothing_of_a_first_year_is_shared_before_its_claims_are_paid() -> None:
    """I4: a policy pays at its end, so that at the first year's end every claim of it is still to come."""
    block = run(alone(), PATHS)
    assert not flow(block, "claim_rd")[:, 0, :4].any()
    assert flow(block, "claim_rd")[:, 0, 4:8].any()
    surplus = flow(block, "pool_surplus_lead")[:, 0]
    assert not surplus[:, :4].any()
    assert surplus[:, 4:].any()


def test_the_lead_insurer_and_one_other_by_their_shares() -> None:
    block = run(alone({**FLAT, f"{COVER}.pool.members": 8, f"{COVER}.pool.lead_share": "30%"}), 4)
    followers = total(block, "pool_surplus_followers") - total(block, "pool_call_followers")
    lead = total(block, "pool_surplus_lead") - total(block, "pool_call_lead")
    np.testing.assert_allclose(lead, followers * 3.0 / 7.0, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(stat(block, "insurance_follower_result"), followers / 7.0, rtol=1e-9, atol=1e-3)


def test_a_line_that_is_empty_pays_no_subsidy_and_no_backstop() -> None:
    block = run(alone({**FLAT, "budget.premium_subsidy.amount": "0元"}), PATHS)
    assert not total(block, "premium_subsidy", "pool_backstop").any()
    assert stat(block, "insurance_subsidy_unpaid")[:, 0].sum() > 0.0
    assert stat(block, "insurance_backstop_unpaid")[:, 0].sum() > 0.0
    assert stat(block, "refused_by_budget")[:, 0].sum() > 0.0


def test_a_subsidy_without_money_moves_nobody() -> None:
    """What firms do because of a subsidy they do because of what is paid: none in the budget is none in the tariff."""
    nothing = {"budget.premium_subsidy.amount": "0元", f"{COVER}.subsidy.other": ["0%"] * 4}
    promised = run(alone(nothing), PATHS)
    free = run(alone({**nothing, f"{COVER}.subsidy.share": ["0%"] * 4}), PATHS)
    assert stat(promised, "insurance_subsidy_unpaid")[:, 0].sum() > 0.0
    assert same(promised, free, but=("stats",)) == []


def test_half_of_the_money_moves_fewer_than_all_of_it() -> None:
    lines = ("0元", "50万元", "3000万元")
    sold = [
        by_line(run(alone({"budget.premium_subsidy.amount": line}), PATHS), "premium")[:, 0].sum() for line in lines
    ]
    assert sold[0] < sold[1] < sold[2]


@pytest.mark.parametrize("start", ["2025Q1", "2025Q3"])
def test_the_backstop_goes_by_the_account_of_its_own_period(start: str) -> None:
    """A half-year after an opening has its own claims and premium; the baseline's are another government year's."""
    own = {
        "start": start,
        f"{COVER}.pricing.mode": "flat",
        f"{COVER}.backstop.cap": "10亿元",
        f"{COVER}.backstop.attachment": "50%",
        "budget.premium_subsidy.amount": "100亿元",
    }
    both = {**own, **{f"baseline.{key}": value for key, value in own.items() if key.startswith((COVER, "budget"))}}
    block = run(alone({**both, f"baseline.{COVER}.enabled": True}), PATHS)
    claims, premium, paid = (
        series(block, f"insurance_{name}")[:, 0, : 4 if start == "2025Q1" else 2]
        for name in ("net_claims", "net_premium", "backstop")
    )
    share = alone(both).values[f"{COVER}.backstop.share"]
    wanted = share * np.maximum(0.0, claims.sum(axis=1) - 0.5 * premium.sum(axis=1))
    assert wanted.any()
    np.testing.assert_allclose(paid.sum(axis=1), wanted, rtol=1e-9)


def test_without_a_pool_single_insurers_bear_it_all() -> None:
    with_pool, without = run(alone(), PATHS), run(alone({f"{COVER}.pool.on": False}), PATHS)
    assert posted(without) == {"I1", "I2", "I3", "I6"}
    assert posted(with_pool) >= {"I1", "I2", "I3", "I4"}
    claims = total(without, "claim_direct")
    np.testing.assert_allclose(stat(without, "insurance_borne_members"), claims, rtol=1e-12, atol=1e-6)
    # Who carries a policy changes nothing for the firm: same premiums, same claims, same history.
    for name in ("insurance_premium", "insurance_claims", "live", "jobs"):
        np.testing.assert_array_equal(series(with_pool, name), series(without, name))


def test_claims_keep_firms_alive() -> None:
    """A claim is cash: with generous cover fewer firms fail than with the same premiums and no failures to pay for."""
    generous = {f"{COVER}.takeup.reach": "100%", f"{COVER}.takeup.base": 5, f"{COVER}.pricing.mode": "flat"}
    rich = run(
        alone({**generous, f"{COVER}.risk.frequency": ["90%", "90%", "90%", "90%"], f"{COVER}.rd.pay": "90%"}), 24
    )
    poor = run(alone({**generous, f"{COVER}.risk.frequency": ["0%", "0%", "0%", "0%"]}), 24)
    assert by_line(poor, "claims").sum() == 0.0
    assert series(rich, "failures")[:, 0].sum() < series(rich, "failures")[:, 1].sum()


# ---- the engine against a closed form


def test_equipment_cover_of_firms_that_never_fail_has_the_loss_ratio_that_was_priced() -> None:
    """No failure, no sale, no private knowledge: claims ÷ premiums is 1 − load, up to chance."""
    plain = {
        "world.failure.hazard": ["0%"] * 8,
        "world.exits.mna_hazard": ["0%"] * 7,
        "world.exits.ipo_filing": "0%",
        f"{COVER}.risk.quality": [0, 0, 0, 0],
        f"{COVER}.risk.correlation": ["0%"] * 4,
        f"{COVER}.risk.frequency": ["0%", "0%", "60%", "0%"],
        f"{COVER}.equipment.severity": "10%",
        f"{COVER}.takeup.reach": "100%",
        f"{COVER}.takeup.base": 5,
        f"{COVER}.pricing.load": "20%",
    }
    block = run(alone(plain), 30)
    premium, claims = (stat(block, f"insurance_{what}_equipment")[:, 0] for what in ("premium", "claims"))
    assert stat(block, "insurance_lapsed")[:, 0].sum() == 0.0
    ratio = claims.sum() / premium.sum()
    error = np.std(claims - 0.8 * premium) * np.sqrt(len(premium)) / premium.sum()
    assert error < 0.03
    assert ratio == pytest.approx(0.8, abs=4 * error)
    assert by_line(block, "premium")[:, 0].sum() == pytest.approx(premium.sum())


# ---- two engines


@pytest.mark.parametrize(
    "changes",
    [
        {},
        FLAT,
        {f"{COVER}.pool.on": False},
        {**FLAT, f"{COVER}.pool.cede": "90%", f"{COVER}.pool.ceding_commission": "0%", f"{COVER}.pricing.load": "60%"},
        {f"{COVER}.pool.capacity": "10万元", f"{COVER}.rd.wait": "2季度", f"{COVER}.pool.reserve": "0%"},
        {
            f"{COVER}.subsidy.cap": "1万元",
            "budget.premium_subsidy.amount": "20万元",
            "budget.premium_subsidy.unspent": "lapse",
        },
        {
            "start": "2025Q3",
            f"baseline.{COVER}.enabled": True,
            f"baseline.{COVER}.pricing.mode": "flat",
            f"baseline.{COVER}.rd.wait": "1季度",
            "baseline.budget.premium_subsidy.amount": "100万元",
            f"{COVER}.subsidy.share": ["100%"] * 4,
        },
        {
            f"{COVER}.risk.frequency": ["90%"] * 4,
            f"{COVER}.risk.correlation": ["50%"] * 4,
            f"{COVER}.takeup.reach": "100%",
        },
    ],
    ids=("plain", "flat", "no pool", "ceded away", "capacity", "short of money", "mid-year", "losses"),
)
def test_engines_agree(changes: Mapping[str, Any]) -> None:
    found = alone({"world.arrivals.per_year": 25, "policy_years": 3, "horizon_years": 5, "burn_in_years": 2, **changes})
    inputs = found.inputs()
    a, b = compiled(inputs, SEED, 0, 2, 2), reference(inputs, SEED, 0, 2, 2)
    assert differences(a, b) == []
    assert outcome_differences(a, b, inputs) == []
    assert "I1" in posted(a)
    assert max(a.stats[:, :, T_RESIDUAL].max(), b.stats[:, :, T_RESIDUAL].max()) < 1e-9


def drawn(parameter: Parameter, rng: np.random.Generator) -> Any:
    """A value within the bounds; near the low end as often as near the high one where they are far apart."""

    def one() -> float | int:
        if parameter.kind in ("flag", "choice"):
            return int(rng.integers(0, max(2, len(parameter.choices))))
        assert parameter.low is not None
        assert parameter.high is not None
        low, high = float(parameter.low), float(parameter.high)
        if low > 0.0 and high > 100.0 * low:
            value = low * (high / low) ** rng.random()
        else:
            value = low + (high - low) * rng.random()
        return round(value) if parameter.is_integer else value

    return tuple(one() for _ in range(parameter.length)) if parameter.length else one()


@pytest.mark.parametrize("seed", range(12))
def test_engines_agree_at_random_values(seed: int) -> None:
    rng = np.random.default_rng(seed)
    small = {"world.arrivals.per_year": 25, "policy_years": 3, "horizon_years": 5, "burn_in_years": 2}
    for _ in range(20):
        values = {
            p.key: drawn(p, rng) for p in registry() if p.key.startswith(f"{COVER}.") and p.key != f"{COVER}.enabled"
        }
        try:
            found = alone({**small, **values, "budget.premium_subsidy.amount": float(rng.choice([0.0, 2e5, 2e7]))})
            break
        except InputError:
            continue
    inputs = found.inputs()
    a, b = compiled(inputs, SEED + seed, 0, 2, 2), reference(inputs, SEED + seed, 0, 2, 2)
    assert differences(a, b) == []
    assert outcome_differences(a, b, inputs) == []
    assert max(a.stats[:, :, T_RESIDUAL].max(), b.stats[:, :, T_RESIDUAL].max()) < 1e-9
