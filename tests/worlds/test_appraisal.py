"""E13 pays for what is still held, at the last round that has reached the appraisal."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.playing import flow, run, same, scenario

SOE = "measures.equity.soe_purchase"

#: An SOE that buys every share on offer, young ones too.
EAGER: dict[str, Any] = {
    f"{SOE}.min_age": 1,
    f"{SOE}.offer": "50%",
    f"{SOE}.budget": "10亿元",
    f"{SOE}.what": "fund_shares",
    "measures.equity.angel_subfunds.buyout.enabled": False,
}
#: Nobody but the sub-funds invests: a firm's reported value stays at the round in which its fund came in.
ONE_ROUND: dict[str, Any] = {
    "world.rounds.odds": ["0%"] * 6,
    "measures.equity.seed_direct.per_year": 0,
    "measures.equity.follow_on.per_year": 0,
    "behaviour.seller_reinvest": "0%",
}


def test_without_later_rounds_the_lag_of_the_appraisal_does_not_matter() -> None:
    """Deals made or ended within the lag are no reason for another price: the one is held, the other is paid out."""
    blocks = [run(scenario("demo", {**EAGER, **ONE_ROUND, f"{SOE}.appraisal_lag": lag}), 12) for lag in (0, 4)]
    assert flow(blocks[0], "share_from_social").sum() > 0.0
    assert not same(*blocks)


def test_with_later_rounds_it_does() -> None:
    prices = [
        flow(run(scenario("demo", {**EAGER, f"{SOE}.appraisal_lag": lag}), 12), "share_from_social").sum()
        for lag in (0, 4)
    ]
    assert not np.isclose(*prices)
