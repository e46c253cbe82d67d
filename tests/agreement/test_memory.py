"""Working memory is used again by later paths: what an earlier path or another scenario left in it changes nothing."""

from __future__ import annotations

import numpy as np

from kejin_sim.engine import run as engine_run
from tests.playing import run, scenario


def test_memory_left_by_another_scenario_changes_nothing() -> None:
    busy = scenario("demo")
    quiet = scenario("demo", {"measures.credit.enabled": False, "measures.insurance.enabled": False})
    engine_run._left_by_this_thread.state = None
    fresh = run(quiet, 3)
    run(busy, 4, first=7)
    left = engine_run._left_by_this_thread.state
    again = run(quiet, 3)
    assert engine_run._left_by_this_thread.state is left, "the same memory, or this test shows nothing"
    for name in ("flows", "series", "stats", "pairs", "budget", "market", "enterprise_quarters"):
        assert np.array_equal(getattr(fresh, name), getattr(again, name), equal_nan=True), name
