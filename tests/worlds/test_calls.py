"""E1: what counts as a call that had to wait."""

from __future__ import annotations

from tests.playing import run, scenario, stat

FUND = "measures.equity.angel_subfunds"


def test_a_fund_that_has_called_everything_waits_for_nothing() -> None:
    both = ("", "baseline.")  # funds of the burn-in have the baseline's terms
    slow = {f"{world}{FUND}.call_trigger": "100%" for world in both}
    assert stat(run(scenario("demo", slow), 4), "calls_delayed")[:, 0].sum() > 0
    at_once = {**slow, **{f"{world}{FUND}.calls": ["100%", "0%", "0%"] for world in both}}
    assert not stat(run(scenario("demo", at_once), 4), "calls_delayed")[:, 0].any()
