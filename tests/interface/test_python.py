"""The public Python interface: what is asked for wrongly is refused in words, never answered with something else."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kejin_sim
from kejin_sim.cli.app import main
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


@pytest.mark.parametrize("call", [kejin_sim.simulate, kejin_sim.load_scenario])
@pytest.mark.parametrize("wrong", [{}, None, 5, b"demo", ["demo"]])
def test_what_is_no_scenario_is_refused(call: Callable[[Any], Any], wrong: object) -> None:
    for language, words in (
        ("zh", "方案应为内置名称或 .yaml 文件"),
        ("en", "a scenario is a bundled name or a .yaml file"),
    ):
        set_language(language)
        with pytest.raises(TypeError, match=rf"{words}.*{type(wrong).__name__}.*set_values"):
            call(wrong)


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


# ---- outcomes


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda o: o.package("fiscal_net_cots"), "did you mean fiscal_net_cost"),
        (lambda o: o.twin("nope_nothing_like_it"), "there is no metric named nope_nothing_like_it."),
        (lambda o: o.difference("deadweight_share"), "compares package and baseline"),
        (lambda o: o.package("cost_per_additional_listing"), "summarise(outcomes, ['cost_per_additional_listing'])"),
        (lambda o: o.yearly("jobs"), "no yearly series were kept."),
        (lambda o: o.fiscal_years, "years=True"),
    ],
)
def test_outcomes_say_what_they_do_not_hold(outcomes: Outcomes, ask: Callable[[Outcomes], Any], said: str) -> None:
    assert said in refused(lambda: ask(outcomes))


def test_without_a_baseline_there_is_no_difference() -> None:
    alone = kejin_sim.simulate("demo", paths=1, twin=False, years=["jobs"])
    assert alone.package("tax").shape == (1,)
    for ask in (
        lambda: alone.difference("tax"),
        lambda: alone.twin("tax"),
        lambda: alone.yearly("jobs", "difference"),
    ):
        assert "no baseline was simulated" in refused(ask)
    assert "compares package and baseline" in refused(lambda: alone.package("deadweight_share"))


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ("jobs", "write ['jobs'], or True for all."),
        (["jobs", "fiscal_outlya"], "did you mean fiscal_outlay"),
        (["qqqq"], "names are the columns of years.parquet."),
    ],
)
def test_yearly_series_that_do_not_exist_are_refused_before_anything_runs(years: Any, said: str) -> None:
    assert said in refused(lambda: kejin_sim.simulate("demo", paths=10**9, years=years))


def test_the_frame_and_the_yearly_series_are_those_of_a_run_folder(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert main(["run", "demo", "--paths", "5", "--out", str(folder), "--quiet"]) == 0
    run = kejin_sim.open_run(folder)
    made = kejin_sim.simulate("demo", paths=5, years=True, threads=2)
    pd.testing.assert_frame_equal(made.to_frame(), run.paths, check_index_type=False)
    calendar, series = run.yearly("jobs", "jobs_twin", "fiscal_outlay")
    np.testing.assert_array_equal(made.fiscal_years, calendar)
    np.testing.assert_array_equal(made.yearly("jobs"), series["jobs"])
    np.testing.assert_array_equal(made.yearly("jobs", "twin"), series["jobs_twin"])
    np.testing.assert_array_equal(made.yearly("jobs", "difference"), series["jobs"] - series["jobs_twin"])
    some = kejin_sim.simulate("demo", paths=5, years=["fiscal_outlay", "jobs", "jobs"])
    np.testing.assert_array_equal(some.yearly("fiscal_outlay"), series["fiscal_outlay"])
    np.testing.assert_allclose(some.yearly("fiscal_outlay").sum(axis=1), some.package("fiscal_outlay"))
    assert some.kept_years is not None
    assert some.kept_years.values.shape == (2, 2, 5, len(calendar))
    assert "the yearly series tax was not kept." in refused(lambda: some.yearly("tax"))
    assert "there is no world named both." in refused(lambda: some.yearly("jobs", "both"))  # type: ignore[arg-type]
