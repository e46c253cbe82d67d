"""Measure 5 in minimally different worlds: off is off, strength 0 is nothing, engines agree, every rule acts, money conserves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np
import pytest

from kejin_sim.ledger import Party
from kejin_sim.measures.commercialisation import landing_rules, office, recording
from kejin_sim.measures.commercialisation.postings import BOOK
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import Context, View
from kejin_sim.parameters import by_key
from kejin_sim.recording import STATS, T_RESIDUAL, BlockResult
from kejin_sim.reference import payouts
from kejin_sim.reference.enterprise import Enterprise
from kejin_sim.reference.run import simulate as reference
from kejin_sim.scenario.scenario import Scenario
from tests.agreement.compare import differences, outcome_differences
from tests.playing import SEED, flow, run, same, scenario, series, stat

T: Final = "measures.commercialisation."
PATHS: Final = 8

#: The demonstration with much of everything: small tickets, many vouchers, many prizes, firms that fail.
BUSY: Final[dict[str, Any]] = {
    "budget.commercialisation.amount": "1亿元",
    f"{T}securitisation.min_score": 0,
    f"{T}securitisation.min_stage": 0,
    f"{T}securitisation.min_sales": "0元",
    f"{T}securitisation.min_ticket": "1万元",
    f"{T}securitisation.guarantor_cover": "10%",
    f"{T}voucher.take_up": "80%",
    f"{T}equity.extra_spinouts": 5,
    f"{T}landing.national": 3,
    f"{T}landing.provincial": 10,
    "world.credit.recovery_years": 1,
    "world.failure.hazard": ["20%", "20%", "15%", "15%", "15%", "15%", "15%", "85%"],
}


@cache
def busy(extra: tuple[tuple[str, Any], ...] = ()) -> BlockResult:
    return run(scenario("demo", {**BUSY, **dict(extra)}), PATHS)


def posted(block: BlockResult, world: int) -> list[str]:
    """Posting codes of the measure that occur in a world."""
    return [posting.name for posting in BOOK.postings if block.flows[:, world, posting.number].any()]


def test_off_it_posts_nothing_and_counts_nothing() -> None:
    block = run(scenario("demo", {f"{T}enabled": False, f"baseline.{T}enabled": False}), PATHS)
    assert posted(block, 0) == posted(block, 1) == []
    for rows, values in ((recording.SERIES, block.series), (recording.STATS, block.stats)):
        for number, name in enumerate(rows.names, start=rows.first):
            if name not in ("spinouts_seen_3y", "spinouts_alive_3y", "ordinary_loan_rate"):  # facts of the world
                assert not values[:, :, number].any(), name


def test_off_only_in_the_baseline_it_leaves_the_baseline_alone() -> None:
    """The twin of a package with the measure is the twin of a package without it, bit for bit."""
    on, off = busy(), run(scenario("demo", {**BUSY, f"{T}enabled": False}), PATHS)
    for name in ("flows", "series", "stats", "budget"):
        np.testing.assert_array_equal(getattr(on, name)[:, 1], getattr(off, name)[:, 1])
    assert posted(on, 1) == []
    assert posted(on, 0) != []


#: strength → (a value that bites, values under which it cannot act; ``None``: 0 of the strength is all there is to see)
STRENGTHS: Final[dict[str, tuple[float, dict[str, Any]]]] = {
    "voucher.effect": (2.0, {f"{T}voucher.anyway": "100%"}),
    "voucher.fade": (0.9, {f"{T}voucher.effect": 0}),
    "equity.extra_spinouts": (20.0, {f"{T}equity.on": False}),
    "landing.induced": (0.5, {f"{T}landing.national": 0, f"{T}landing.provincial": 0}),
    "ip.noise": (1.5, {f"{T}securitisation.on": False, f"{T}pledge.on": False}),
}


@pytest.mark.parametrize("key", STRENGTHS)
def test_a_strength_without_bite_is_a_strength_of_zero(key: str) -> None:
    strength, blocked = STRENGTHS[key]
    off, on = (run(scenario("demo", {**BUSY, **blocked, f"{T}{key}": value}), PATHS) for value in (0, strength))
    assert same(off, on) == []


@pytest.mark.parametrize("key", STRENGTHS)
def test_a_strength_with_bite_does_something(key: str) -> None:
    off, on = (busy(((f"{T}{key}", value),)) for value in (0, STRENGTHS[key][0]))
    assert same(off, on) != []


def test_without_quotas_it_is_off() -> None:
    """Every instrument at zero is the measure switched off, but for what an appraiser writes down."""
    nothing = {
        f"{T}pledge.on": False,
        f"{T}securitisation.on": False,
        f"{T}voucher.take_up": "0%",
        f"{T}equity.on": False,
        f"{T}landing.national": 0,
        f"{T}landing.provincial": 0,
    }
    quiet, off = (run(scenario("demo", {**BUSY, **changes}), PATHS) for changes in (nothing, {f"{T}enabled": False}))
    assert same(quiet, off) == []


def test_every_rule_acts() -> None:
    """T4 to T7 post in the Ningbo package made small; what T1 to T3 post needs loans on pledges."""
    acting = {posting.rule for posting in BOOK.postings if busy().flows[:, 0, posting.number].any()}
    assert {"T4", "T5", "T6", "T7"} <= acting
    wanted = (
        *("abs_subscribed", "abs_claim", "abs_recovery", "abs_residual", "abs_residual_estate", "abs_subsidy"),
        *("abs_buyer_repaid", "abs_reimbursed", "voucher", "voucher_own", "university_cash", "university_proceeds"),
        *("landing_firm", "landing_team"),
    )
    assert not [name for name in wanted if not flow(busy(), name)[:, 0].any()]
    saved = busy(((f"{T}voucher.anyway", "90%"),))
    assert flow(saved, "voucher_saved")[:, 0].any()
    late = busy((("policy_years", 8),))
    assert flow(late, "abs_horizon")[:, 0].any(), "the last issues are settled at the horizon"


def test_the_special_plans_pay_out_all_they_receive() -> None:
    """At the horizon every plan is wound up: received is paid out, path by path; no cash is left in the books."""
    block = busy()
    received = sum(block.flows[:, 0, x.number].sum(axis=1) for x in BOOK.postings if x.payee is Party.IP_ABS)
    paid = sum(block.flows[:, 0, x.number].sum(axis=1) for x in BOOK.postings if x.payer is Party.IP_ABS)
    np.testing.assert_allclose(received, paid, rtol=1e-9)
    assert series(block, "abs_cash")[:, 0, -1].max() == 0.0
    assert series(block, "abs_senior")[:, 0, -1].max() == 0.0
    assert series(block, "abs_cash")[:, 0].max() > 0.0
    assert block.stats[:, :, T_RESIDUAL].max() < 1e-9


def test_vouchers_and_awards_stay_within_caps_and_budget() -> None:
    block = busy()
    paid, number = series(block, "voucher_paid")[:, 0], series(block, "vouchers")[:, 0]
    cap = by_key()[f"{T}voucher.cap"].value
    assert (paid <= number * cap).all()  # type: ignore[operator]
    assert stat(block, "vouchers_redeemed")[:, 0].sum() == number.sum() > 0
    turnover = series(block, "technical_contracts")[:, 0]
    assert (paid <= 0.5 * turnover * (1 + 1e-12)).all()
    poor = run(scenario("demo", {**BUSY, "budget.commercialisation.amount": "200万元"}), PATHS)
    spent = sum(poor.flows[:, 0, x.number].sum(axis=1) for x in BOOK.postings if x.payer is Party.CITY_TREASURY)
    assert (spent <= 4 * 2e6 * (1 + 1e-12)).all()
    assert stat(poor, "refused_by_budget")[:, 0].sum() > stat(block, "refused_by_budget")[:, 0].sum()
    assert stat(poor, "vouchers_unpaid")[:, 0].sum() > 0


def test_the_subsidy_is_at_most_half_of_the_cost() -> None:
    block = busy()
    paid = stat(block, "abs_subsidised")[:, 0]
    cost = sum(flow(block, name)[:, 0].sum(axis=1) for name in ("abs_firm_interest", "abs_issue_cost"))
    assert paid.sum() > 0.0
    assert (paid <= 0.5 * cost * (1 + 1e-9)).all()


def test_more_over_collateral_and_cover_protect_the_investors() -> None:
    """Same firms, same draws: the senior loss falls when more stands below it."""
    thin = busy(((f"{T}securitisation.overcollateral", "0%"), (f"{T}securitisation.guarantor_cover", "0%")))
    covered = busy(((f"{T}securitisation.guarantor_cover", "100%"),))
    assert stat(thin, "abs_loss_senior")[:, 0].sum() > stat(busy(), "abs_loss_senior")[:, 0].sum() > 0.0
    assert stat(covered, "abs_loss_senior")[:, 0].max() < 0.01
    assert stat(thin, "abs_loss_guarantor")[:, 0].max() == 0.0


def test_landings_are_as_many_as_expected() -> None:
    """Poisson counts over 4 policy years: within four standard errors of the mean."""
    block = run(scenario("demo", BUSY), 40)
    landed = series(block, "landings")[:, 0].sum(axis=1)
    mean = 4 * (3 + 10)
    assert abs(landed.mean() - mean) < 4 * (mean / landed.size) ** 0.5
    assert abs(landed.var() / mean - 1) < 4 * (2 / landed.size) ** 0.5


def test_awards_bring_spin_outs_by_what_they_paid_the_year_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """T7: a line for one project is believed in its first year, and brings few from then on; an ample one always as many."""
    shares: list[float] = []
    found = landing_rules.induced
    monkeypatch.setattr(landing_rules, "induced", lambda *terms: (shares.append(terms[-1]), found(*terms))[1])
    only = {f"{T}securitisation.on": False, f"{T}voucher.take_up": "0%", f"{T}equity.on": False}
    landings = {f"{T}landing.national": 3, f"{T}landing.provincial": 10, "policy_years": 3, "horizon_years": 3}
    for amount, least, most in (("200万元", 0.0, 0.4), ("10亿元", 1.0, 1.0)):
        shares.clear()
        changes = {**only, **landings, "budget.commercialisation.amount": amount, f"baseline.{T}enabled": False}
        reference(scenario("demo", changes).inputs(), SEED, 0, 1, 1)
        assert len(shares) == 12
        assert shares[:4] == [1.0] * 4
        assert all(least <= share <= most for share in shares[4:])
        assert len(set(shares[4:8])) == len(set(shares[8:])) == 1, "the same until the next year"


def test_more_money_brings_more_spin_outs() -> None:
    arrived = [
        series(
            run(
                scenario(
                    "demo",
                    {
                        **BUSY,
                        f"{T}landing.induced": "100%",
                        f"{T}equity.extra_spinouts": 0,
                        "budget.commercialisation.amount": amount,
                    },
                ),
                4 * PATHS,
            ),
            "arrivals",
        )[:, 0, 4:].sum()
        for amount in ("0元", "200万元", "1亿元")
    ]
    none, little, ample = arrived
    assert none < ample
    assert little - none < 0.5 * (ample - none)


def agree(found: Scenario, paths: int) -> BlockResult:
    inputs = found.inputs()
    a, b = run(found, paths), reference(inputs, SEED, 0, paths, 2)
    assert differences(a, b) == []
    assert outcome_differences(a, b, inputs) == []
    assert max(a.stats[:, :, T_RESIDUAL].max(), b.stats[:, :, T_RESIDUAL].max()) < 1e-9
    return a


AGREEMENTS: Final[dict[str, Mapping[str, Any]]] = {
    "busy": {},
    "in the baseline too": {f"baseline.{T}enabled": True, "baseline.budget.commercialisation.amount": "1000万元"},
    "in mid-year, long recoveries": {"start": "2025Q3", "policy_years": 3, "world.credit.recovery_years": 4},
    "to the horizon": {"policy_years": 8, f"{T}securitisation.term": "4季度", "world.credit.recovery_years": 0},
    "without a guarantor": {f"{T}securitisation.guarantor_cover": "0%", f"{T}securitisation.overcollateral": "0%"},
    "no money": {"budget.commercialisation.amount": "0元"},
}


@pytest.mark.parametrize("name", AGREEMENTS)
def test_both_engines_agree(name: str) -> None:
    block = agree(scenario("demo", {**BUSY, **AGREEMENTS[name]}), 3)
    assert block.stats[:, 0, STATS.index("abs_issues")].sum() > 0.0


@pytest.mark.parametrize("draw", range(6))
def test_both_engines_agree_at_random_values(draw: int) -> None:
    """Every number of the measure drawn within its plausible range, or its bounds where none is given."""
    generator = np.random.default_rng(5000 + draw)
    changes: dict[str, Any] = dict(BUSY)
    for parameter in by_key().values():
        if parameter.group != "commercialisation" or parameter.low is None or parameter.key in changes:
            continue
        low, high = parameter.plausible or (parameter.low, parameter.high)
        value = generator.uniform(float(low), float(high))  # type: ignore[arg-type]
        changes[parameter.key] = parameter.exact(round(value) if parameter.is_integer else value)
    changes[f"{T}securitisation.min_firms"] = 1
    agree(scenario("demo", changes), 1)


@pytest.mark.parametrize(("start", "parts"), [("2025Q1", (1.0,)), ("2025Q3", (0.5, 0.5)), ("2025Q4", (0.25, 0.75))])
def test_pledges_are_subsidised_and_banks_rewarded(
    start: str, parts: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """T1, T2, T3 on loans put in by hand: every firm that is visited has borrowed 50 m and paid 90 thousand of interest.

    ``parts`` of a year in which a policy of one year runs: the cap of T3 is for a year.
    """
    lent, interest = 5e7, 90_000.0
    visits: list[tuple[int, float, int]] = []  # bank, cash of the firm before the visit, fiscal year
    ordinary = office.Office.firm_year

    def visit(self: office.Office, firm: Enterprise, u: tuple[float, float, float, float]) -> None:
        if self.in_force:
            bank = firm.profile.entity % 5
            self.note_pledge(firm, bank, lent)
            self.note_pledge_interest(firm, interest)
            visits.append((bank, firm.cash, self.clock.year))
        ordinary(self, firm, u)

    monkeypatch.setattr(office.Office, "firm_year", visit)
    changes = {
        **BUSY,
        "policy_years": 1,
        "burn_in_years": 1,
        "start": start,
        f"{T}voucher.take_up": "0%",
        f"{T}securitisation.on": False,
        f"{T}pledge.award_cap": "120万元",
    }
    block = reference(scenario("demo", changes).inputs(), SEED, 0, 1, 1)
    fees = sum(min(cash, 0.01 * lent) for _, cash, _ in visits)
    assert fees < 0.01 * lent * len(visits), "some firm is short of cash, or the test shows less than it could"
    subsidies = sum(min(0.5 * (interest + min(cash, 0.01 * lent)), 3e5) for _, cash, _ in visits)
    awards, capped = 0.0, set()
    for year, part in enumerate(parts):
        for number in range(5):
            volume = lent * sum((bank, when) == (number, year) for bank, _, when in visits)
            awards += min(0.003 * volume, 1.2e6 * part)
            capped.add(0.003 * volume > 1.2e6 * part)
    assert capped == {False, True}, "one bank below the cap and one above"
    for name, expected in (("appraisal_fee", fees), ("pledge_subsidy", subsidies), ("institution_award", awards)):
        assert flow(block, name)[0, 0].sum() == pytest.approx(expected, rel=1e-9), name
    assert series(block, "pledge_cost_found")[0, 0].sum() == pytest.approx(fees + interest * len(visits))


def test_who_is_next_takes_the_place_of_a_firm_that_is_too_small() -> None:
    """T4: with as many places as an issue must have firms, a year is skipped only when too few firms qualify."""
    block = run(scenario("ningbo", {f"{T}securitisation.firms": 8, f"{T}securitisation.min_firms": 8}), PATHS)
    assert (
        stat(block, "abs_years_without_issue")[:, 0].mean() < 2.5
    )  # 3.3 when a firm that is too small keeps its place
    assert stat(block, "abs_issues")[:, 0].mean() > 7.5


def test_what_vouchers_of_the_burn_in_have_made_fades_when_the_measure_is_dropped() -> None:
    """Dropped, or kept at zero strength: one and the same, but for what the line is appropriated."""
    nothing = {
        **{f"{T}{key}": False for key in ("pledge.on", "securitisation.on", "equity.on")},
        f"{T}voucher.take_up": "0%",
        f"{T}landing.national": 0,
        f"{T}landing.provincial": 0,
    }
    had = {f"baseline.{key}": value for key, value in nothing.items() if "voucher" not in key} | {
        f"baseline.{T}enabled": True,
        "baseline.budget.commercialisation.amount": "3000万元",
    }
    kept, dropped = (
        run(scenario("commercialisation_only", {**had, **nothing, f"{T}enabled": on}), 6) for on in (True, False)
    )
    assert flow(kept, "voucher")[:, 1].any()
    assert not flow(kept, "voucher")[:, 0].any()
    np.testing.assert_array_equal(flow(kept, "revenue"), flow(dropped, "revenue"))


def test_a_university_is_paid_at_exits_and_the_rest_at_the_horizon_apart() -> None:
    """T6, Z1: a valuation is not posted as an exit."""
    block = run(scenario("ningbo"), PATHS)
    valued = flow(block, "horizon_university")[:, 0]
    assert valued[:, -1].any()
    assert not valued[:, :-1].any()
    exits = flow(block, "university_proceeds")[:, 0]
    assert exits[:, -1].mean() < 4.0 * exits[:, -9:-1].mean()
    np.testing.assert_allclose(stat(block, "university_proceeds")[:, 0], (valued + exits).sum(axis=1), rtol=1e-12)


def test_a_university_has_no_part_in_what_founders_buy_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """T6: paid by founding shares after dilution, never more than the founders' class has, and less where it was enlarged."""
    classes: dict[Enterprise, float] = {}
    sold = payouts.sell_all

    def sell_all(firm: Enterprise, price: float, **named: bool) -> None:
        classes[firm] = firm.founders
        sold(firm, price, **named)

    paid: list[tuple[float, float, float]] = []
    found = office.Office._pay_university

    def pay_university(room: office.Office, firm: Enterprise, code: int = office.p.UNIVERSITY_PROCEEDS) -> None:
        before = room.notes.stats[recording.T_UNIVERSITY_OUT]
        found(room, firm, code)
        amount = room.notes.stats[recording.T_UNIVERSITY_OUT] - before
        if amount > 0.0:
            whole = firm.exit_price * room.file(firm).part
            assert amount == pytest.approx(whole * firm.kept, rel=1e-9)
            assert firm.kept <= classes[firm] * (1 + 1e-12)
            paid.append((amount, whole * classes[firm], firm.kept))

    monkeypatch.setattr(payouts, "sell_all", sell_all)
    monkeypatch.setattr(office.Office, "_pay_university", pay_university)
    founders_buy = {
        "measures.grant_to_equity.exit.founder_call": "cost",
        "measures.grant_to_equity.exit.call_funded": "100%",
        "baseline.measures.commercialisation.enabled": False,
        "horizon_years": 10,
    }
    reference(scenario("demo", {**BUSY, **founders_buy}).inputs(), SEED, 0, 3, 1)
    assert len(paid) > 10
    assert sum(amount for amount, _, _ in paid) < sum(of_class for _, of_class, _ in paid)


@pytest.mark.parametrize("start", ["2025Q1", "2025Q2", "2025Q3", "2025Q4"])
def test_there_are_as_many_issues_as_the_policy_has_years(start: str) -> None:
    """T4: a policy that starts in mid-year has a broken year at either end, and one issue in the two."""
    block = run(scenario("demo", {**BUSY, f"{T}securitisation.min_firms": 1, "policy_years": 3, "start": start}), PATHS)
    issues, without = stat(block, "abs_issues")[:, 0], stat(block, "abs_years_without_issue")[:, 0]
    np.testing.assert_array_equal(issues + without, 3.0)
    assert issues.sum() > 2 * PATHS
    issued = series(block, "abs_issued")[:, 0]
    assert ((issued > 0.0).sum(axis=1) <= 3).all()


def test_what_pledges_cost_is_what_firms_paid() -> None:
    found = scenario("ningbo")
    block = run(found, PATHS)
    paid = flow(block, "pledged_interest")[:, 0].sum(axis=1) + flow(block, "appraisal_fee")[:, 0].sum(axis=1)
    np.testing.assert_allclose(
        by_name()["pledge_cost"].compute(View(block, 0, Context.of(found.inputs()))), paid, rtol=1e-12
    )
