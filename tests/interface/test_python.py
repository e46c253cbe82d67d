"""The public Python interface: what is asked for wrongly is refused in words, never answered with something else."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import kejin_sim
from kejin_sim.errors import InputError
from kejin_sim.lang import set_language
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    """The demo on two paths."""
    return kejin_sim.simulate("demo", paths=2)


def refused(call: Callable[[], Any]) -> str:
    """What is said of a call that is refused, in English; Chinese says something too."""
    set_language("en")
    with pytest.raises(InputError) as caught:
        call()
    (problem,) = caught.value.problems
    assert any("\u4e00" <= c <= "\u9fff" for c in problem.message_zh)
    assert problem.hint_zh
    return caught.value.render()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"engine": "refrence"}, "did you mean reference?"),
        ({"engine": "gpu"}, "write compiled or reference."),
        ({"seed": 1.5}, "seed is a whole number from 0 to 2^63 − 1, not 1.5."),
        ({"seed": -1}, "not -1."),
        ({"seed": 2**63}, "seed is a whole number"),
        ({"seed": "1"}, "seed is a whole number"),
        ({"paths": 0}, "paths is a whole number from 1"),
        ({"paths": 2.0}, "paths is a whole number"),
        ({"paths": True}, "paths is a whole number"),
        ({"threads": 0}, "threads is a whole number from 1"),
        ({"threads": -1}, "threads=4"),
    ],
)
def test_a_wrong_argument_of_simulate_is_refused(wrong: dict[str, Any], said: str) -> None:
    assert said in refused(lambda: kejin_sim.simulate("demo", **{"paths": 1, **wrong}))


def test_whole_numbers_of_numpy_are_whole_numbers(outcomes: Outcomes) -> None:
    again = kejin_sim.simulate("demo", paths=np.int64(2), seed=np.uint8(1), threads=1)  # type: ignore[arg-type]
    np.testing.assert_array_equal(again.worlds, outcomes.worlds)


@pytest.mark.parametrize(
    ("only", "said"),
    [
        (["nope_nothing_like_it"], "there is no metric named nope_nothing_like_it."),
        (["tax", "fiscal_net_cots"], "did you mean fiscal_net_cost"),
        ("tax", "write ['tax']."),
    ],
)
def test_summarise_refuses_names_that_no_metric_has(outcomes: Outcomes, only: Any, said: str) -> None:
    assert said in refused(lambda: kejin_sim.summarise(outcomes, only))


def test_summarise_takes_metrics_and_ratios(outcomes: Outcomes) -> None:
    found = kejin_sim.summarise(outcomes, ["tax", "cost_per_additional_listing"])
    assert {line.metric.name for line in found} == {"tax", "cost_per_additional_listing"}


# ---- scenarios


@pytest.mark.parametrize("used", [False, True])
def test_a_scenario_cannot_be_changed_in_place(used: bool) -> None:
    scenario = kejin_sim.set_values(load_scenario("demo"), {"budget.angel_fund.by_year": {2026: "1000万元"}})
    assert scenario.baseline is not None
    if used:
        scenario.inputs()
    for mapping, key in (
        (scenario.values, "time.horizon_years"),
        (scenario.by_year, "angel_fund"),
        (scenario.by_year["angel_fund"], 2026),
        (scenario.baseline.values, "measures.equity.enabled"),
        (scenario.extra_arrivals, scenario.start),
        (scenario.inputs().package, "equity"),
    ):
        with pytest.raises(TypeError):
            mapping[key] = 0  # type: ignore[index]


def test_a_scenario_does_not_hang_on_what_it_was_made_from() -> None:
    scenario = load_scenario("demo")
    values = dict(scenario.values)
    again = replace(scenario, values=values)
    values["time.horizon_years"] = -1
    assert again.digest == scenario.digest


def _copies(scenario: Scenario) -> list[Scenario]:
    return [pickle.loads(pickle.dumps(scenario)), copy.deepcopy(scenario), copy.copy(scenario)]


@pytest.mark.parametrize("used", [False, True])
def test_a_scenario_is_copied_whole_before_and_after_its_use(used: bool) -> None:
    scenario = kejin_sim.set_values(load_scenario("demo"), {"budget.angel_fund.by_year": {2026: "1000万元"}})
    if used:
        scenario.inputs()
    for copied in _copies(scenario):
        assert copied == scenario
        assert copied.digest == scenario.digest
        assert copied.dump() == scenario.dump()
        assert copied.marks == scenario.marks
        assert kejin_sim.set_values(copied, {"time.horizon_years": 9}).values["time.horizon_years"] == 9
        with pytest.raises(TypeError):
            copied.by_year["angel_fund"][2026] = 0.0  # type: ignore[index]


def test_a_scenario_and_its_inputs_may_go_to_another_process() -> None:
    scenario = load_scenario("demo")
    sent = pickle.dumps((scenario, scenario.inputs()))
    code = "import pickle, sys; s, i = pickle.load(sys.stdin.buffer); print(s.digest, i.digest)"
    done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    assert done.stdout.decode().split() == [scenario.digest] * 2
