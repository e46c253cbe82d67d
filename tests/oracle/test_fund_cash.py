"""One sub-fund and one seed deal, from the engine's postings alone: every quarter's money worked out again by other means.

The scenarios leave a single fund (or deal) in each path, so that its cash can be read off the postings. What the engine says
it called, spent and sold is taken as given; what it paid to whom is recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kejin_sim.recording import BlockResult
from tests.playing import flow, run, scenario, series, stat, with_values, without_twin

PATHS = 60
FUND = "measures.equity.angel_subfunds"
PARTNERS = ("government", "district", "gp", "social")

#: Sums over forty quarters in float64, relative to the largest amount of a path.
ROUNDING = 1e-10

QUIET = {
    "policy_years": 1,
    "burn_in_years": 0,
    "world.arrivals.per_year": 60,
    "measures.equity.seed_direct.per_year": 0,
    "measures.equity.follow_on.per_year": 0,
    "measures.equity.chain_funds.new_per_year": 0,
    "measures.equity.soe_purchase.budget": "0元",
    f"{FUND}.buyout.enabled": False,
    "budget.angel_fund.amount": "1亿元",
}
"""Nothing but what a test asks for."""


@dataclass(frozen=True)
class Terms:
    """The contract of the fund under test."""

    hurdle: float
    simple: bool
    catch_up: float
    carry: float
    concession: float = 0.5
    investment_years: int = 2
    life_years: int = 7


CONTRACTS = {
    "as in the rulebook": Terms(0.08, False, 0.0, 0.2),
    "full catch-up": Terms(0.06, False, 1.0, 0.2),
    "half catch-up, simple interest": Terms(0.08, True, 0.5, 0.25),
    "no hurdle": Terms(0.0, False, 0.0, 0.3),
}


def one_fund(terms: Terms) -> BlockResult:
    """A fund of CNY 60 m formed when the books open, in a city that offers it deals."""
    found = scenario(
        "demo",
        {
            **QUIET,
            "horizon_years": terms.life_years + 2,
            f"{FUND}.new_per_year": 1,
            f"{FUND}.size": "6000万元",
            f"{FUND}.hurdle": terms.hurdle,
            f"{FUND}.hurdle_interest": "simple" if terms.simple else "compound",
            f"{FUND}.catch_up": terms.catch_up,
            f"{FUND}.carry": terms.carry,
            f"{FUND}.concession": terms.concession,
            f"{FUND}.concession_to": "both",
            f"{FUND}.reinvestment.required": 0,
            f"{FUND}.investment_years": terms.investment_years,
            f"{FUND}.life_years": terms.life_years,
            f"{FUND}.extension_years": 0,
            f"{FUND}.outside_share": "50%",
            f"{FUND}.call_trigger": "30%",
            f"{FUND}.deals_per_quarter": 8,
            "world.exits.mna_hazard": [0.2] * 7,
            "world.value.drift": [0.4] * 6 + [-0.05],
            "measures.equity.loss_tolerance.not_exempt": "0%",
        },
    )
    return run(without_twin(found), PATHS)


@pytest.fixture(scope="module", params=CONTRACTS)
def fund(request: pytest.FixtureRequest) -> tuple[Terms, BlockResult]:
    """A contract and its paths."""
    terms = CONTRACTS[request.param]
    return terms, one_fund(terms)


def by_partner(block: BlockResult, kind: str) -> np.ndarray:
    """Calls or distributions: CNY, float64[partner, path, quarter]."""
    return np.stack([flow(block, f"{kind}_{partner}")[:, 0] for partner in PARTNERS])


def test_calls_follow_schedule_and_shares(fund: tuple[Terms, BlockResult]) -> None:
    """Government 50 %, GP 5 %, social 35 % in calls of 40, 30 and 30 %; the district in arrears never exceeds its part."""
    terms, block = fund
    calls = by_partner(block, "call") / 6e7
    government, district, gp, social = calls
    np.testing.assert_allclose(gp, 0.1 * government, rtol=1e-12)
    np.testing.assert_allclose(social, 0.7 * government, rtol=1e-12)
    for path in range(PATHS):
        made = government[path][government[path] > 0] / 0.5
        np.testing.assert_allclose(made, [0.4, 0.3, 0.3][: made.size], rtol=1e-12)
    for path in range(PATHS):
        paid = arrears = 0.0
        for k in range(4 * terms.investment_years):
            came = 0.0
            if government[path, k] > 0.0:
                due = 0.1 * government[path, k] / 0.5  # its part of the schedule, arrears apart
                came = 0.85 * due
                arrears += due - came
            if k % 4 == 0 and k > 0:
                late = 0.85 * arrears
                came, arrears = came + late, arrears - late
            assert district[path, k] == pytest.approx(came, rel=1e-10, abs=1e-15), (path, k)
            paid += came
        assert paid + arrears == pytest.approx(0.1 * government[path].sum() / 0.5, rel=1e-10)
    assert not calls[:, :, 4 * terms.investment_years :].any()
    assert (government.sum(axis=1) > 0.99 * 0.5).mean() > 0.5  # most paths call everything


def test_fees_are_two_per_cent_of_paid_in_while_the_fund_invests(fund: tuple[Terms, BlockResult]) -> None:
    """Due on each anniversary; what cash does not cover is owed and paid when there is some."""
    terms, block = fund
    years = 4 * terms.investment_years
    fees, called = (
        rows[:, :years] for rows in (flow(block, "fee")[:, 0], by_partner(block, "call").sum(axis=0).cumsum(axis=1))
    )
    cash = called - flow(block, "deal")[:, 0, :years].cumsum(axis=1) - fees.cumsum(axis=1)
    for name in ("exit_subfund", "dividend_subfund", "redeem_subfund"):
        cash = cash + flow(block, name)[:, 0, :years].cumsum(axis=1)
    cash = cash - by_partner(block, "distribute").sum(axis=0).cumsum(axis=1)[:, :years]
    cash = cash - flow(block, "carry")[:, 0, :years].cumsum(axis=1)
    due = np.repeat(0.02 * called[:, ::4], 4, axis=1)
    due = np.add.accumulate(np.where(np.arange(years) % 4 == 0, due, 0.0), axis=1)
    paid = fees.cumsum(axis=1)
    assert (paid <= due * (1 + 1e-12)).all()
    assert (cash >= -1e-3).all()
    covered = cash > 1.0
    np.testing.assert_allclose(paid[covered], due[covered], rtol=1e-9)
    assert covered.mean() > 0.5
    assert not flow(block, "fee")[:, 0, 4 * terms.life_years + 1 :].any()  # arrears may be paid in the last quarter


def test_every_quarters_carry_is_that_of_running_totals(fund: tuple[Terms, BlockResult]) -> None:
    """E6: carry by quarter from calls and cash paid out alone, by an account of the partners that earns the hurdle."""
    terms, block = fund
    calls, out = by_partner(block, "call"), by_partner(block, "distribute")
    carry, back = flow(block, "carry")[:, 0], flow(block, "clawback")[:, 0]
    compound = (1 + terms.hurdle) ** 0.25
    paid_carry = 0
    for path in range(PATHS):
        capital = interest = hurdle_paid = beyond = gp = 0.0
        scale = out[:, path].sum() + calls[:, path].sum()
        for k in range(carry.shape[1]):
            interest = (
                interest + capital * terms.hurdle / 4 if terms.simple else (capital + interest) * compound - capital
            )
            capital += calls[:, path, k].sum()
            cash = out[:, path, k].sum() + carry[path, k] - back[path, k]
            cleared = min(cash, capital + interest)
            principal = min(cleared, capital)
            capital -= principal
            interest -= cleared - principal
            hurdle_paid += cleared - principal
            beyond += cash - cleared
            if terms.catch_up:
                total = min(terms.catch_up * beyond, terms.carry * (hurdle_paid + beyond))
            else:
                total = terms.carry * beyond
            # A later call opens the account again; what the GP holds by then is not taken before liquidation.
            part = max(0.0, total - gp)
            assert carry[path, k] == pytest.approx(part, rel=1e-9, abs=ROUNDING * scale), (path, k)
            gp += carry[path, k]
            if back[path, k] > 0.0:
                profit = out[:, path, : k + 1].sum() - back[path, k] + gp - calls[:, path].sum()
                owed = max(0.0, gp - terms.carry * max(0.0, profit), capital + interest)
                assert back[path, k] == pytest.approx(min(gp, owed), rel=1e-9, abs=ROUNDING * scale)
        paid_carry += gp > 0.0
    assert paid_carry > PATHS // 4


def test_partners_share_by_what_they_paid_in(fund: tuple[Terms, BlockResult]) -> None:
    _, block = fund
    paid = by_partner(block, "call").cumsum(axis=2)
    out = by_partner(block, "distribute")
    together = out.sum(axis=0)
    some = together > 1.0
    shares = paid / np.maximum(paid.sum(axis=0), 1.0)
    np.testing.assert_allclose(out[:, some], (shares * together)[:, some], rtol=1e-9)


def test_the_concession_is_half_of_the_governments_excess(fund: tuple[Terms, BlockResult]) -> None:
    """E5 is met by construction: nothing is ceded before the test, what waited is ceded with it, later excess at once."""
    terms, block = fund
    calls, out = by_partner(block, "call"), by_partner(block, "distribute")
    back = flow(block, "clawback")[:, 0]
    ceded = flow(block, "concession_gp")[:, 0] + flow(block, "concession_social")[:, 0]
    np.testing.assert_allclose(flow(block, "concession_gp"), flow(block, "concession_social"), rtol=1e-12)
    assert not ceded[:, : 4 * terms.investment_years].any()
    compound = (1 + terms.hurdle) ** 0.25
    for path in range(PATHS):
        capital = interest = excess = 0.0
        scale = out[:, path].sum() + calls[:, path].sum()
        for k in range(ceded.shape[1]):
            interest = (
                interest + capital * terms.hurdle / 4 if terms.simple else (capital + interest) * compound - capital
            )
            capital += calls[:, path, k].sum()
            carry = flow(block, "carry")[path, 0, k]
            cash = out[:, path, k].sum() + carry - back[path, k]
            cleared = min(cash, capital + interest)
            principal = min(cleared, capital)
            capital, interest = capital - principal, interest - (cleared - principal)
            paid = calls[:, path, : k + 1].sum(axis=1)
            if cash > 0.0:
                excess += (cash - cleared - carry) * paid[0] / paid.sum()
            due = terms.concession * excess if k >= 4 * terms.investment_years else 0.0
            assert ceded[path, : k + 1].sum() == pytest.approx(due, rel=1e-9, abs=ROUNDING * scale), (path, k)


def test_the_fund_pays_out_what_it_took_in(fund: tuple[Terms, BlockResult]) -> None:
    """Calls, proceeds and clawback equal deals, fees, distributions and carry: nothing is left and nothing appears."""
    _, block = fund
    into = by_partner(block, "call").sum(axis=(0, 2)) + flow(block, "clawback")[:, 0].sum(axis=1)
    for name in ("exit_subfund", "dividend_subfund", "redeem_subfund", "residual_sale", "horizon_subfund"):
        into += flow(block, name)[:, 0].sum(axis=1)
    out = by_partner(block, "distribute").sum(axis=(0, 2))
    for name in ("deal", "fee", "carry"):
        out += flow(block, name)[:, 0].sum(axis=1)
    np.testing.assert_allclose(into, out, rtol=1e-12)


@pytest.fixture(scope="module")
def seed_deal() -> BlockResult:
    """One seed deal a path (the quota of one a year falls in the fourth quarter), co-invested, no sub-funds."""
    found = scenario(
        "demo",
        {
            **QUIET,
            "horizon_years": 12,
            f"{FUND}.new_per_year": 0,
            "measures.equity.seed_direct.per_year": 1,
            "measures.equity.seed_direct.coinvest_probability": "100%",
            "measures.equity.seed_direct.reward": "20%",
            "measures.equity.risk_reserve.rate": "5%",
            "world.exits.mna_hazard": [0.08] * 7,
            "world.value.drift": [0.4] * 6 + [0.1],
            "world.cash.learning": "25%",
        },
    )
    return run(without_twin(found), 200)


def rewards(block: BlockResult) -> np.ndarray:
    """E9 in the package, to co-investors and to private money that joined the round: float64[path, quarter]."""
    paid: np.ndarray = (flow(block, "reward") + flow(block, "reward_private"))[:, 0]
    return paid


RECEIPTS = ("exit_guidance", "dividend_guidance", "redeem_guidance", "horizon_guidance")


def test_the_reward_is_a_fifth_of_the_net_gain_as_it_comes_in(seed_deal: BlockResult) -> None:
    """E9 per deal, quarter by quarter, from the postings of the deal."""
    cost = flow(seed_deal, "seed")[:, 0].sum(axis=1)
    assert (cost > 0).sum() > 150
    got = sum(flow(seed_deal, name)[:, 0] for name in RECEIPTS).cumsum(axis=1)  # type: ignore[union-attr]
    due = 0.2 * np.maximum(0.0, got - cost[:, None])
    np.testing.assert_allclose(rewards(seed_deal).cumsum(axis=1), due, rtol=1e-10, atol=1e-4)
    assert (due[:, -1] > 0).sum() > 20
    several = (np.diff(due, axis=1) > 0).sum(axis=1)
    assert several.max() >= 2  # a deal whose reward is paid in parts


def test_private_money_in_the_round_shares_the_reward() -> None:
    """E9: without co-investors all of it goes to private money that joined, and a deal that nobody joined earns none."""
    offers = {
        "world.rounds.odds": ["60%"] * 6,
        "behaviour.crowd_out": "0%",
        "measures.equity.seed_direct.coinvest_probability": "0%",
    }
    found = scenario("demo", {**QUIET, f"{FUND}.new_per_year": 0, "measures.equity.seed_direct.per_year": 1, **offers})
    block = run(without_twin(found), 100)
    cost = flow(block, "seed")[:, 0].sum(axis=1)
    got = sum(flow(block, name)[:, 0].sum(axis=1) for name in RECEIPTS)
    due = 0.2 * np.maximum(0.0, got - cost)  # type: ignore[operator]
    paid = flow(block, "reward_private")[:, 0].sum(axis=1)
    assert not flow(block, "reward").any()
    joined = paid > 0.0
    np.testing.assert_allclose(paid[joined], due[joined], rtol=1e-9)
    assert joined.sum() > 5
    assert (due > 0.0)[~joined].any(), "deals that nobody joined"


def test_the_reserve_takes_its_share_of_the_years_exit_gain(seed_deal: BlockResult) -> None:
    """E14: at the year-end of the exit, 5 % of proceeds − cost − reward; it stays until the horizon."""
    cost = flow(seed_deal, "seed")[:, 0].sum(axis=1)
    got = sum(flow(seed_deal, name)[:, 0] for name in RECEIPTS).sum(axis=1)  # type: ignore[union-attr]
    reward = rewards(seed_deal)
    reserve = series(seed_deal, "reserve")[:, 0]
    exits = (flow(seed_deal, "exit_guidance") + flow(seed_deal, "redeem_guidance"))[:, 0] > 0
    checked = 0
    for path in np.flatnonzero(exits.any(axis=1) & (cost > 0)):
        quarter = int(np.flatnonzero(exits[path])[-1])
        year_end = quarter // 4 * 4 + 3
        if year_end + 1 >= reserve.shape[1]:
            continue
        # Dividends of earlier years have paid their part of the reward then; it counted against those years' gain.
        this_year = reward[path, year_end - 3 : year_end + 1].sum()
        gain = got[path] - cost[path] - this_year
        if reserve[path, year_end - 4 : year_end].any():
            continue
        income = max(0.0, got[path] - max(cost[path], got[path] - _receipts(seed_deal, path, year_end)) - this_year)
        assert reserve[path, year_end] == pytest.approx(min(0.05 * max(0.0, gain), income), rel=1e-9, abs=1e-3)
        checked += reserve[path, year_end] > 0.0
    assert checked > 10
    assert not reserve[:, -1].any()


def _receipts(block: BlockResult, path: int, year_end: int) -> float:
    """What the deal brought in in a year."""
    return float(sum(flow(block, name)[path, 0, year_end - 3 : year_end + 1].sum() for name in RECEIPTS))


def test_everything_goes_back_to_the_treasury(seed_deal: BlockResult) -> None:
    """O1: over the whole time the treasury gets what came in less rewards and less what was used again."""
    drawn = flow(seed_deal, "draw_angel")[:, 0].sum(axis=1)
    cost = flow(seed_deal, "seed")[:, 0].sum(axis=1)
    np.testing.assert_allclose(drawn, cost, rtol=1e-12)  # one deal: nothing recycled before it
    back = sum(flow(seed_deal, f"return_{nature}_angel")[:, 0].sum(axis=1) for nature in ("principal", "income"))
    got = sum(flow(seed_deal, name)[:, 0].sum(axis=1) for name in RECEIPTS)
    np.testing.assert_allclose(back, got - rewards(seed_deal).sum(axis=1), rtol=1e-10, atol=1e-4)  # type: ignore[operator]
    principal = flow(seed_deal, "return_principal_angel")[:, 0].sum(axis=1)
    np.testing.assert_allclose(principal, np.minimum(cost, got), rtol=1e-9, atol=1e-3)  # type: ignore[call-overload]


def test_a_vintage_nets_its_losses_before_it_pays(seed_deal: BlockResult) -> None:
    """E9 per vintage: the same deals, one payment at a year-end when all are closed, of a fifth of the vintage's net gain."""
    found = scenario(
        "demo",
        {
            **QUIET,
            "horizon_years": 12,
            f"{FUND}.new_per_year": 0,
            "measures.equity.seed_direct.per_year": 40,
            "measures.equity.seed_direct.coinvest_probability": "100%",
            "measures.equity.seed_direct.reward_netting": "vintage",
            "world.exits.mna_hazard": [0.3] * 7,
            "world.value.drift": [0.4] * 6 + [0.1],
        },
    )
    block = run(with_values(without_twin(found), {}), 100)
    cost = flow(block, "seed")[:, 0].sum(axis=1)
    got = sum(flow(block, name)[:, 0].sum(axis=1) for name in RECEIPTS)
    reward = rewards(block)
    assert ((reward > 0).sum(axis=1) <= 1).all()
    quarters = np.flatnonzero(reward.any(axis=0))
    assert all(k % 4 == 3 for k in quarters)
    np.testing.assert_allclose(reward.sum(axis=1), 0.2 * np.maximum(0.0, got - cost), rtol=1e-9, atol=1e-3)  # type: ignore[operator]
    assert (reward.sum(axis=1) > 0).sum() > 10
    assert stat(block, "seed_deals")[:, 0].mean() > 5
