"""E2, E6, E7: who is paid first when a fund ends, and what partners who have sold may still claim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.ledger import Party
from kejin_sim.reference import distribution
from kejin_sim.reference.city import City
from kejin_sim.reference.notes import Notes
from kejin_sim.reference.run import run_world
from kejin_sim.reference.stakes import Status
from kejin_sim.reference.subfund import SubFund
from tests.playing import SEED, flow, run, scenario

FUND = "measures.equity.angel_subfunds"
SOE = "measures.equity.soe_purchase"
TO_SOCIAL: dict[str, Any] = {f"{FUND}.concession_to": "social", f"{FUND}.concession": "50%"}


def played(changes: dict[str, Any], path: int = 0) -> City:
    """The package of a path as the reference engine leaves it."""
    return run_world(scenario("equity_only", changes).inputs(), SEED, path, 0, Notes([]))


def test_a_fund_pays_the_fees_that_it_owes_before_its_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[float, float, float]] = []  # of every fund that is wound up: owed and cash before, owed after
    wind_up = distribution.liquidate

    def watched(fund: SubFund) -> None:
        owed, cash = fund.fee_arrears, fund.cash
        wind_up(fund)
        seen.append((owed, cash, fund.fee_arrears))

    monkeypatch.setattr(distribution, "liquidate", watched)
    played({})
    assert any(owed > 0.0 and cash > 0.0 for owed, cash, _ in seen)
    for owed, cash, left in seen:
        assert left == pytest.approx(max(0.0, owed - cash), abs=1e-6)


def test_nothing_is_ceded_to_social_partners_who_have_sold() -> None:
    kept = run(scenario("equity_only", {**TO_SOCIAL, f"{SOE}.budget": "0元"}), 4)
    # Funds of the last year of purchases, too young to be sold, are tested later.
    assert flow(kept, "concession_social")[:, 0, :52].sum() > 0.0
    # Every share that is a year old goes to the SOE, before any fund's reinvestment can have been tested.
    eager = {f"{SOE}.min_age": 1, f"{SOE}.offer": "100%", f"{SOE}.budget": "1000亿元", f"{SOE}.sellers": "social"}
    sold = run(scenario("equity_only", {**TO_SOCIAL, **eager}), 4)
    assert flow(sold, "share_from_social")[:, 0].sum() > 0.0
    assert not np.any(flow(sold, "concession_social")[:, 0, :52])


def test_social_partners_who_have_sold_buy_nobody_out() -> None:
    city = played(
        {f"{SOE}.min_age": 2, f"{SOE}.budget": "5亿元", f"{SOE}.sellers": "social", f"{FUND}.buyout.funded": "100%"}
    )
    diary = city.notes.diary or []
    sold = {e.entity: e.quarter for e in diary if e.kind == "share_sold" and e.facts["seller"] is Party.SOCIAL_INVESTOR}
    bought = {e.entity: e.quarter for e in diary if e.kind == "buyout"}
    assert sold
    assert bought
    assert not [name for name, quarter in bought.items() if sold.get(name, quarter) < quarter]


def test_a_listed_firm_is_reported_at_the_market() -> None:
    firms = [firm for path in range(3) for firm in played({}, path).firms if firm.status is Status.LOCKED]
    assert firms
    assert all(firm.mark == firm.mark_before == firm.value for firm in firms)
