"""Bundled scenarios: each is a document with a letterhead and sources, and a variation changes what it says it changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kejin_sim.parameters import by_key, sources
from kejin_sim.scenario.files import bundled, bundled_folder
from kejin_sim.scenario.load import load_scenario

EQUITY = "measures.equity."
SEED, FUND, TOLERANCE = f"{EQUITY}seed_direct.", f"{EQUITY}angel_subfunds.", f"{EQUITY}loss_tolerance."
ALONE = {"budget.industry_funds.amount", f"{EQUITY}chain_funds.new_per_year", f"{EQUITY}soe_purchase.budget"}
#: What each single variation changes in the Ningbo package, and nothing else.
VARIATIONS: dict[str, set[str]] = {
    "no_reward": {f"{SEED}reward"},
    "reward_by_vintage": {f"{SEED}reward_netting"},
    "tolerance_gross": {f"{TOLERANCE}basis"},
    "tolerance_head_count": {f"{TOLERANCE}basis"},
    "tolerance_class": {f"{TOLERANCE}basis"},
    "tolerance_portfolio_rolling": {f"{TOLERANCE}unit", f"{TOLERANCE}when"},
    "tolerance_project": {f"{TOLERANCE}unit", f"{TOLERANCE}basis", f"{TOLERANCE}single_project"},
    "tolerance_30": {f"{TOLERANCE}rate"},
    "tolerance_80": {f"{TOLERANCE}rate"},
    "no_concession": {f"{FUND}concession"},
    "full_catch_up": {f"{FUND}catch_up"},
    "simple_hurdle": {f"{FUND}hurdle_interest"},
    "high_reinvestment": {f"{FUND}reinvestment.required"},
    "no_soe_purchase": {f"{EQUITY}soe_purchase.budget"},
    "no_chain_funds": {"budget.industry_funds.amount", f"{EQUITY}chain_funds.new_per_year"},
    "seed_only": ALONE | {f"{FUND}new_per_year", f"{EQUITY}follow_on.per_year"},
    "subfunds_only": ALONE | {f"{SEED}per_year", f"{EQUITY}follow_on.per_year"},
    "stress_ipo": {"world.ipo_window.shut_rate", "world.ipo_window.open_rate"},
    "stress_winter": {"world.ipo_window.shut_rate", "world.ipo_window.open_rate", "world.rounds.odds"},
}
ESSENTIAL = {"ningbo", "status_quo", "no_policy", "demo"}
_MARK = re.compile("〔([^〕]+)〕")
_PLAIN = {"起草说明", "假设"}


def _files() -> list[Path]:
    return [*bundled().values(), *bundled("worlds").values()]


def test_the_list_of_variations_is_whole() -> None:
    assert set(bundled()) == ESSENTIAL | set(VARIATIONS)


@pytest.mark.parametrize("name", sorted(bundled()))
def test_each_is_a_document_without_remarks(name: str) -> None:
    scenario = load_scenario(name)
    head = scenario.letterhead
    assert all((head.title, head.author, head.date, head.based_on, head.description))
    assert scenario.notices == ()
    assert len({load_scenario(other).title for other in bundled()}) == len(bundled())


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_changes_one_thing(name: str) -> None:
    base, changed = load_scenario("ningbo"), load_scenario(name)
    assert {key for key in by_key() if base.values[key] != changed.values[key]} == VARIATIONS[name]
    assert changed.start == base.start
    assert changed.baseline == base.baseline
    assert changed.by_year == base.by_year


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem)
def test_sources_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    marks = {
        mark for mark in _MARK.findall(text) if not mark.isdecimal()
    }  # 国办发〔2025〕1号 is a number of a document
    assert marks - _PLAIN <= set(sources()) | {"R.."}
    assert text.splitlines()[0].startswith("#")


@pytest.mark.parametrize(
    "name", sorted({"ningbo", *VARIATIONS} - {"seed_only", "subfunds_only", "stress_ipo", "stress_winter"})
)
def test_every_figure_of_a_package_says_where_it_comes_from(name: str) -> None:
    """A line that gives a figure under budget or measures ends in a remark."""
    inside = False
    for line in bundled()[name].read_text(encoding="utf-8").splitlines():
        if re.match(r"\w", line):
            inside = line.startswith(("budget:", "measures:"))
        value = line.partition(":")[2].partition("#")[0]
        if inside and re.search(r"\d", value):
            remark = line.partition("#")[2]
            assert _MARK.search(remark) or "惯例" in remark or "只供" in remark, line


def test_the_default_world_is_the_registry() -> None:
    """``world: china`` names it; a scenario without the line has it too."""
    scenario = load_scenario("ningbo")
    for key, parameter in by_key().items():
        if key.startswith("world."):
            assert scenario.values[key] == parameter.value


def test_the_stress_worlds_say_what_their_remarks_say() -> None:
    default, shut, winter = load_scenario("ningbo"), load_scenario("stress_ipo"), load_scenario("stress_winter")

    def open_share(values: object) -> float:
        opens, shuts = (values[f"world.ipo_window.{name}"] for name in ("open_rate", "shut_rate"))  # type: ignore[index]
        return float(opens / (opens + shuts))

    assert open_share(default.values) == pytest.approx(0.65, abs=0.01)
    assert open_share(shut.values) == pytest.approx(open_share(default.values) * 129 / 352, abs=0.01)
    halved = [value / 2 for value in default.values["world.rounds.odds"]]  # type: ignore[union-attr]
    assert winter.values["world.rounds.odds"] == pytest.approx(halved)


def test_they_are_found_where_they_are() -> None:
    folder = bundled_folder()
    assert folder is not None
    assert (folder / "ningbo.yaml").is_file()
