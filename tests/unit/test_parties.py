"""Who pays whom: every posting is counted between two parties once, and what parties are left with sums to 0."""

from __future__ import annotations

import numpy as np
import pytest

from kejin_sim.outcomes.parties import flow_name, involved, net_name, pairs
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import Context, View
from kejin_sim.outcomes.years import YEARS
from kejin_sim.postings import postings
from tests import fake_engine


@pytest.fixture
def view() -> View:
    """The package of a few made-up paths."""
    inputs = fake_engine.fake_inputs()
    return View(fake_engine.simulate(inputs, 1, 0, 5, 2), 0, Context.of(inputs))


def test_flows_between_parties_hold_every_posting_once(view: View) -> None:
    metrics = by_name()
    total = sum(metrics[flow_name(*pair)].compute(view) for pair in pairs())
    codes = [posting.number for posting in postings()]
    assert total == pytest.approx(view.block.flows[:, 0, codes].sum(axis=(1, 2)), rel=1e-12)


def test_what_parties_are_left_with_sums_to_nothing(view: View) -> None:
    metrics = by_name()
    left = np.array([metrics[net_name(party)].compute(view) for party in involved()])
    assert np.abs(left.sum(axis=0)).max() <= 1e-9 * np.abs(left).max()
    city = metrics["net_city_treasury"].compute(view)
    forgone = metrics["fiscal_forgone"].compute(view)  # tax not collected leaves the treasury and is no outlay
    assert forgone.min() > 0.0
    assert city == pytest.approx(-metrics["fiscal_net_cost"].compute(view) - forgone, rel=1e-12)


def test_a_flow_of_one_measure_belongs_to_it() -> None:
    rooms = set(pairs().values())
    assert "equity" in rooms
    assert "" in rooms


def test_cover_and_what_it_leaves_open(view: View) -> None:
    series = {one.name: one.compute(view) for one in YEARS}
    funds = series["encumbered"] + series["guidance_cash"]
    parts = (
        series["undrawn_commitments"] + series["guarantee_public"] + series["pool_public"] + series["abs_guaranteed"]
    )
    assert series["liability"] == pytest.approx(parts, rel=1e-12)
    assert np.array_equal(series["cover"], funds + series["guarantor_cash"] + series["pool_public"])
    open_part = np.maximum(series["undrawn_commitments"] - funds, 0.0)
    open_part += np.maximum(series["guarantee_public"] - series["guarantor_cash"], 0.0)
    open_part += series["abs_guaranteed"]
    assert series["abs_guaranteed"].any()
    assert series["uncovered"] == pytest.approx(open_part, rel=1e-12, abs=1e-6)
    assert series["pool_public"].any()
    assert series["guarantee_public"].any()
