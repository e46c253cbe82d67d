"""Bundled scenarios: each is a document with a letterhead and sources, and a variation changes what it says it changes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from kejin_sim.cases import cases
from kejin_sim.measures import MEASURES, line_rows
from kejin_sim.outcomes import scorecard
from kejin_sim.parameters import by_key, registry, sources
from kejin_sim.rules import rules
from kejin_sim.scenario.files import bundled, bundled_folder
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.facts.published import known_moments

EQUITY, CREDIT, GRANT = "measures.equity.", "measures.credit.", "measures.grant_to_equity."
INSURANCE, TRANSFER, PEOPLE = "measures.insurance.", "measures.commercialisation.", "measures.people."
SEED, FUND, TOLERANCE = f"{EQUITY}seed_direct.", f"{EQUITY}angel_subfunds.", f"{EQUITY}loss_tolerance."


@cache
def loaded(name: str) -> Scenario:
    """A bundled scenario; reading all of them for every test would take minutes."""
    return load_scenario(name)


def off(*measures: str) -> set[str]:
    """What changes in the Ningbo package when measures are left out: their switches, and appropriations that are not zero."""
    values = loaded("ningbo").values
    lines = {f"budget.{row['key']}.amount" for row in line_rows() if row["measure"] in measures}
    return {f"measures.{measure}.enabled" for measure in measures} | {key for key in lines if values[key]}


def alone(*measures: str) -> set[str]:
    """The same when only these are played."""
    return off(*(measure for measure in MEASURES if measure not in measures))


ALONE = alone("equity") | {
    "budget.industry_funds.amount",
    f"{EQUITY}chain_funds.new_per_year",
    f"{EQUITY}soe_purchase.budget",
}
GRANTS_ALONE = alone("grant_to_equity") | {
    f"{GRANT}{key}" for key in ("talent.fund", "talent.credit", "attraction.per_year")
}
#: Without chain-leader funds and attraction; the city's part of the credit lines, and what they are to fund.
LINKAGE = {
    "budget.industry_funds.amount",
    "budget.risk_pool.amount",
    "budget.guarantee.amount",
    "budget.interest_subsidy.amount",
    f"{EQUITY}chain_funds.new_per_year",
    f"{CREDIT}pool.size",
    f"{CREDIT}pool.top_up",
    f"{CREDIT}guarantee.capital",
    f"{CREDIT}guarantee.top_up",
    f"{GRANT}attraction.per_year",
} | alone("equity", "credit", "grant_to_equity")
SPLIT = LINKAGE | {
    "budget.angel_fund.amount",
    f"{FUND}new_per_year",
    f"{GRANT}talent.fund",
    f"{GRANT}talent.credit",
}
OTHER_DEALS = {f"{SEED}per_year", f"{EQUITY}follow_on.per_year"}
SPLITS = ("linkage_133", "linkage_even", "linkage_more_equity", "linkage_more_credit")
#: Names of files about one measure, where they are not its own.
SHORT = {"grant_to_equity": "grant"}
#: Compared with no policy at all, so that the difference is one measure's.
AGAINST_NOTHING = {"grant_pure", *(f"{SHORT.get(measure, measure)}_only" for measure in MEASURES)} | {
    "insurance_flat",
    "insurance_no_pool",
    "insurance_unsubsidised",
    "commercialisation_no_guarantor",
}
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
    "holding_in_sum": {"measures.equity.eligibility.holding_scope"},
    "high_reinvestment": {f"{FUND}reinvestment.required"},
    "no_soe_purchase": {f"{EQUITY}soe_purchase.budget"},
    "no_chain_funds": {"budget.industry_funds.amount", f"{EQUITY}chain_funds.new_per_year"},
    "seed_only": ALONE | {f"{FUND}new_per_year", f"{EQUITY}follow_on.per_year"},
    "subfunds_only": ALONE | {f"{SEED}per_year", f"{EQUITY}follow_on.per_year"},
    "stress_ipo": {"world.ipo_window.shut_rate", "world.ipo_window.open_rate"},
    "stress_winter": {"world.ipo_window.shut_rate", "world.ipo_window.open_rate", "world.rounds.odds"},
    "relending_tight": {"measures.credit.relending.quota"},
    "stress_credit_crunch": {
        "world.credit.capacity",
        "world.credit.funding",
        "world.credit.appetite",
        "world.failure.hazard",
    },
    **{f"{SHORT.get(m, m)}_only": alone(m) for m in MEASURES if m != "grant_to_equity"},
    **{f"without_{SHORT.get(m, m)}": off(m) for m in MEASURES},
    "people_only": alone("people") | {f"{PEOPLE}settlement.firms_per_year"},
    "plain_score": {"measures.evaluation.score.strength"},
    "warrant_liquid": {"measures.pilots.regional.liquidity"},
    "insurance_flat": alone("insurance") | {f"{INSURANCE}pricing.mode"},
    "insurance_no_pool": alone("insurance") | {f"{INSURANCE}pool.on"},
    "insurance_unsubsidised": alone("insurance") | {f"{INSURANCE}subsidy.share"},
    "commercialisation_no_guarantor": alone("commercialisation") | {f"{TRANSFER}securitisation.guarantor_cover"},
    "ningbo_compensation": {f"{CREDIT}scheme"},
    "ningbo_layer": {f"{CREDIT}scheme"},
    "grant_only": GRANTS_ALONE,
    "grant_pure": GRANTS_ALONE | {f"{GRANT}mode"},
    "linkage_133": LINKAGE,
    "linkage_even": SPLIT
    | {"budget.grant_to_equity.amount", f"{GRANT}talent.grant"}
    | {f"{GRANT}project.per_year", f"{GRANT}competition.per_year"},
    "linkage_more_equity": (SPLIT | OTHER_DEALS)  # half of the credit of 1:3:3 is about the Ningbo package's
    - {"budget.risk_pool.amount", "budget.interest_subsidy.amount", f"{CREDIT}pool.size", f"{CREDIT}pool.top_up"},
    "linkage_more_credit": SPLIT | OTHER_DEALS,
}
ESSENTIAL = {"ningbo", "status_quo", "no_policy", "demo"}
_MARK = re.compile("〔([^〕]+)〕")
_PLAIN = {"起草说明", "假设"}


#: Remarks that bundled scenarios give rise to: G9 and H4 are legally red (by the switch of their measure), …
RED = {
    f"{GRANT}enabled": (f"{GRANT}attraction.per_year",),
    f"{PEOPLE}enabled": (f"{PEOPLE}settlement.firms_per_year", f"{PEOPLE}settlement.rate"),
}
#: … and what some are there to show: flat rates lose money, senior notes without a guarantor bear losses.
FLAT = (f"{INSURANCE}pricing.flat_rates", f"{INSURANCE}pricing.mode", f"{INSURANCE}risk.frequency")
SHOWN = {
    "insurance_flat": [FLAT, FLAT],
    "commercialisation_no_guarantor": [(f"{TRANSFER}securitisation.guarantor_cover",)],
    # Warrants come with loans of measure 2.
    "pilots_only": [(f"{CREDIT}enabled", "measures.pilots.warrant.coverage")],
    "without_credit": [
        (f"{CREDIT}enabled", f"{GRANT}talent.credit"),
        (f"{CREDIT}enabled", "measures.pilots.warrant.coverage"),
    ],
    "without_equity": [(f"{EQUITY}enabled", f"{GRANT}talent.fund")],
}


def remarks(name: str, scenario: Scenario) -> list[tuple[str, ...]]:
    """Keys of the remarks that a package gives rise to."""
    red = [keys for switch, keys in RED.items() if scenario.values[switch] and scenario.values[keys[0]]]
    return red + SHOWN.get(name, [])


def _files() -> list[Path]:
    return [*bundled().values(), *bundled("worlds").values()]


def test_the_list_of_variations_is_whole() -> None:
    assert set(bundled()) == ESSENTIAL | set(VARIATIONS)


@pytest.mark.parametrize("name", sorted(bundled()))
def test_each_is_a_document_without_remarks(name: str) -> None:
    scenario = loaded(name)
    head = scenario.letterhead
    assert all((head.title, head.author, head.date, head.based_on, head.description))
    assert sorted(notice.keys for notice in scenario.notices) == sorted(remarks(name, scenario))


def test_every_title_is_another() -> None:
    assert len({loaded(name).title for name in bundled()}) == len(bundled())


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_changes_one_thing(name: str) -> None:
    base, changed = loaded("ningbo"), loaded(name)
    assert {key for key in by_key() if base.values[key] != changed.values[key]} == VARIATIONS[name]
    assert changed.start == base.start
    if name in AGAINST_NOTHING:
        assert changed.baseline is not None
        assert changed.baseline.name == "no_policy"
    else:
        assert changed.baseline == base.baseline
    assert changed.by_year == base.by_year


def test_every_source_is_cited() -> None:
    """By a parameter, rule, case, scenario, world, published figure or the evaluation of funds: else it is no source."""
    cited = {parameter.source for parameter in registry()}
    cited |= {source for rule in rules() for source in rule.sources}
    cited |= {source for case in cases() for source in case.source}
    cited |= set(scorecard.SOURCES)
    cited |= {one.source for moment in known_moments() for one in moment.published}
    cited |= {mark for path in _files() for mark in _MARK.findall(path.read_text(encoding="utf-8"))}
    assert set(sources()) - cited == set()


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem)
def test_sources_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    marks = {
        mark for mark in _MARK.findall(text) if not mark.isdecimal()
    }  # 国办发〔2025〕1号 is a number of a document
    assert marks - _PLAIN <= set(sources()) | {"R.."}
    assert text.splitlines()[0].startswith("#")


@pytest.mark.parametrize(
    "name",
    sorted(
        {"ningbo", *VARIATIONS}
        - {"seed_only", "subfunds_only", "grant_only"}
        - {name for name in VARIATIONS if name.endswith("_only") or name.startswith("without_")}
        - {"stress_ipo", "stress_winter", "stress_credit_crunch"}
    ),
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


def test_the_splits_cost_the_same_and_say_their_ratio() -> None:
    """拨投贷: budgets and a talent start-up's tickets in the same ratio a : b : c, in all the same."""
    for name in SPLITS:
        values = loaded(name).values
        grant, fund, *credit = (
            float(values[f"budget.{line}.amount"])  # type: ignore[arg-type]
            for line in ("grant_to_equity", "angel_fund", "risk_pool", "guarantee", "interest_subsidy")
        )
        lines = [grant, fund, sum(credit)]
        tickets = [float(values[f"{GRANT}talent.{part}"]) for part in ("grant", "fund", "credit")]  # type: ignore[arg-type]
        assert sum(lines) == pytest.approx(7e8)
        assert sum(tickets) == pytest.approx(7e6)
        assert lines == pytest.approx([100 * ticket for ticket in tickets])
        assert values["budget.industry_funds.amount"] == 0


def test_the_pure_grant_is_the_convertible_one_but_for_its_mode() -> None:
    convertible, pure = loaded("grant_only"), loaded("grant_pure")
    assert {key for key in by_key() if convertible.values[key] != pure.values[key]} == {f"{GRANT}mode"}
    assert pure.baseline == convertible.baseline


def test_the_default_world_is_the_registry() -> None:
    """``world: china`` names it; a scenario without the line has it too."""
    scenario = loaded("ningbo")
    for key, parameter in by_key().items():
        if key.startswith("world."):
            assert scenario.values[key] == parameter.value


def test_the_stress_worlds_say_what_their_remarks_say() -> None:
    default, shut, winter = loaded("ningbo"), loaded("stress_ipo"), loaded("stress_winter")

    def open_share(values: object) -> float:
        opens, shuts = (values[f"world.ipo_window.{name}"] for name in ("open_rate", "shut_rate"))  # type: ignore[index]
        return float(opens / (opens + shuts))

    assert open_share(default.values) == pytest.approx(0.65, abs=0.01)
    assert open_share(shut.values) == pytest.approx(open_share(default.values) * 129 / 352, abs=0.01)
    halved = [value / 2 for value in default.values["world.rounds.odds"]]  # type: ignore[union-attr]
    assert winter.values["world.rounds.odds"] == pytest.approx(halved)
    crunch = loaded("stress_credit_crunch").values
    for key, expected in (
        ("world.credit.capacity", [v / 2 for v in default.values["world.credit.capacity"]]),  # type: ignore[union-attr]
        ("world.credit.appetite", [v + 0.005 for v in default.values["world.credit.appetite"]]),  # type: ignore[union-attr]
        (
            "world.failure.hazard",
            [1.5 * v for v in default.values["world.failure.hazard"][:7]] + [default.values["world.failure.hazard"][7]],
        ),  # type: ignore[index]
    ):
        assert crunch[key] == pytest.approx(expected)
    assert crunch["world.credit.funding"] == pytest.approx(0.029)


def test_they_are_found_where_they_are() -> None:
    folder = bundled_folder()
    assert folder is not None
    assert (folder / "ningbo.yaml").is_file()
