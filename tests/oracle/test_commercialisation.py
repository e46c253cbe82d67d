"""Securitisation against figures worked out another way: tranche losses in closed form, interest of equal instalments."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kejin_sim.measures.commercialisation import securitisation_rules as rules
from kejin_sim.world import credit as lending
from tests.playing import run, scenario, stat

OFF = {f"measures.{measure}.enabled": False for measure in ("equity", "credit", "grant_to_equity")}


@dataclass
class Pool:
    """A pool played by hand, quarter by quarter: firms in default pay nothing from their quarter on.

    ``defaults``: quarter of default (1 is the first) by member, beyond the term for none; recoveries come ``lag`` later.
    """

    principal: list[float]
    defaults: list[int]
    term: int
    coupon: float
    fee: float
    overcollateral: float
    cover: float
    lgd: float
    lag: int
    paid: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("in", "interest", "principal", "fee"), 0.0))
    lost: float = 0.0

    def play(self) -> tuple[float, float, float]:
        """Losses of over-collateral, guarantor and senior notes."""
        total = sum(self.principal)
        senior = issued = rules.senior_part(total, self.overcollateral)
        guarantee, claimed, cash = self.cover * issued, 0.0, 0.0
        left = list(self.principal)
        due: dict[int, float] = {}
        arrears = fee_arrears = 0.0
        for quarter in range(1, self.term + self.lag + 1):
            for member, balance in enumerate(left):
                if balance <= 0.0:
                    continue
                if self.defaults[member] <= quarter:
                    due[quarter + self.lag] = due.get(quarter + self.lag, 0.0) + (1.0 - self.lgd) * balance
                    self.lost += self.lgd * balance
                    left[member] = 0.0
                    continue
                back = lending.principal_due(balance, self.term - quarter + 1, 1)
                received = lending.interest(balance, self.coupon + self.fee) + back
                left[member] -= back
                cash += received
                self.paid["in"] += received
            cash += due.get(quarter, 0.0)
            self.paid["in"] += due.get(quarter, 0.0)
            if quarter <= self.term:
                arrears += lending.interest(senior, self.coupon)
                fee_arrears += lending.interest(senior, self.fee)
            interest, back, claim, fee, reimbursed, cash = rules.waterfall(
                cash, arrears, lending.principal_due(senior, self.term - quarter + 1, 1), fee_arrears, claimed,
                guarantee - claimed,
            )  # fmt: skip
            arrears -= interest
            fee_arrears -= fee
            senior -= back
            claimed += claim - reimbursed
            self.paid["interest"] += interest
            self.paid["principal"] += back
            self.paid["fee"] += fee
        self.paid["claimed"] = claimed
        self.paid["left"] = cash
        return max(0.0, total - issued - cash), claimed, senior


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.floats(1e6, 2e7), min_size=1, max_size=15),
    st.lists(st.integers(1, 30), min_size=15, max_size=15),
    st.integers(4, 20),
    st.floats(0.0, 0.5),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
    st.integers(0, 12),
)
def test_tranche_losses_are_the_closed_form(
    principal: list[float], defaults: list[int], term: int, overcollateral: float, cover: float, lgd: float, lag: int
) -> None:
    """Without interest the account, run quarter by quarter, ends with the losses of the closed form, whenever firms fail."""
    pool = Pool(principal, defaults, term, 0.0, 0.0, overcollateral, cover, lgd, lag)
    found = pool.play()
    senior = rules.senior_part(sum(principal), overcollateral)
    expected = rules.tranche_losses(pool.lost, sum(principal) - senior, cover * senior)
    assert found == pytest.approx(expected, abs=1e-5)


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.floats(1e6, 2e7), min_size=1, max_size=15),
    st.lists(st.integers(1, 30), min_size=15, max_size=15),
    st.integers(4, 20),
    st.floats(0.0, 0.15),
    st.floats(0.0, 0.05),
    st.floats(0.0, 0.5),
    st.floats(0.0, 1.0),
)
def test_the_account_pays_out_what_it_receives(
    principal: list[float],
    defaults: list[int],
    term: int,
    coupon: float,
    fee: float,
    overcollateral: float,
    cover: float,
) -> None:
    pool = Pool(principal, defaults, term, coupon, fee, overcollateral, cover, 0.75, 8)
    pool.play()
    paid = pool.paid
    out = paid["interest"] + paid["principal"] + paid["fee"] + paid["left"]
    assert paid["in"] + paid["claimed"] == pytest.approx(out, rel=1e-9)


def test_a_worked_case() -> None:
    """Ten firms of 10 m, two fail in the seventh of twelve quarters: 10 m in default, 75 % lost.

    7.5 m lost of 100 m: over-collateral of 5 m goes first, the guarantor's 2 m next, and 0.5 m is the investors'.
    """
    pool = Pool([1e7] * 10, [7, 7] + [99] * 8, 12, 0.0, 0.0, 0.05, 2e6 / 9.5e7, 0.75, 8)
    found = pool.play()
    assert pool.lost == pytest.approx(7.5e6)
    assert found == pytest.approx((5e6, 2e6, 5e5), abs=1e-3)


def test_interest_of_equal_instalments() -> None:
    """Nobody fails: n equal instalments carry interest on balances of n/n, (n−1)/n, …, which sum to (n+1)/2."""
    pool = Pool([1e7] * 10, [99] * 10, 12, 0.04, 0.01, 0.1, 1.0, 0.75, 0)
    assert pool.play() == pytest.approx((0.0, 0.0, 0.0), abs=1e-3)
    senior = 0.9e8
    assert pool.paid["interest"] == pytest.approx(senior * 0.04 / 4 * 13 / 2)
    assert pool.paid["fee"] == pytest.approx(senior * 0.01 / 4 * 13 / 2)
    # Firms paid on the whole pool: the over-collateral and what it earned is theirs.
    assert pool.paid["left"] == pytest.approx(1e7 + 1e7 * 0.05 / 4 * 13 / 2)


#: Many issues of firms that fail a lot, without interest: what is lost can only be principal.
FRAGILE = {
    **OFF,
    "measures.commercialisation.securitisation.coupon": "0%",
    "measures.commercialisation.securitisation.guarantee_fee": "0%",
    "measures.commercialisation.securitisation.min_score": 0,
    "measures.commercialisation.securitisation.min_stage": 0,
    "measures.commercialisation.securitisation.min_sales": "0元",
    "measures.commercialisation.securitisation.min_ticket": "1万元",
    "measures.commercialisation.securitisation.guarantor_cover": "5%",
    "world.credit.recovery_years": 1,
    "world.failure.hazard": ["25%", "25%", "20%", "20%", "20%", "20%", "20%", "90%"],
}


def test_the_engine_loses_what_its_firms_do_not_bring_back() -> None:
    block = run(scenario("demo", FRAGILE), 12)
    lost = stat(block, "abs_ead") - stat(block, "abs_recovered")
    borne = sum(stat(block, f"abs_loss_{who}") for who in ("overcollateral", "guarantor", "senior"))
    assert lost[:, 0].sum() > 0.0
    assert stat(block, "abs_loss_senior")[:, 0].sum() > 0.0, "the senior notes are reached, or the test proves little"
    assert borne == pytest.approx(lost, rel=1e-9, abs=0.01)
