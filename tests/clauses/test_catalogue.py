"""The catalogue of rules holds together with registry, postings, sources, functions and the order of a quarter."""

from __future__ import annotations

import re
from importlib import import_module, resources
from pathlib import Path

import pytest

from kejin_sim.cases import package_of, rule_function
from kejin_sim.lang import set_language
from kejin_sim.measures import MEASURES
from kejin_sim.measures.equity import waterfall
from kejin_sim.measures.equity.remarks import REMARKS, cells, combined_share, gp_share_of_excess, tolerance_cells
from kejin_sim.parameters import by_key, registry, sources
from kejin_sim.postings import postings
from kejin_sim.rules import STATUS, by_id, rules
from kejin_sim.timeline import STEP

#: Every rule of the policy by measure, what the measures share (O, N), the loss tolerance, the world and the horizon.
COUNTS = {"E": 15, "C": 17, "I": 7, "B": 7, "T": 7, "F": 4, "G": 10, "H": 6, "A": 6, "O": 4, "N": 9, "W": 9}
IDS = {f"{letter}{n}" for letter, most in COUNTS.items() for n in range(1, most + 1)} | {"LT", "Z1"}

#: Rules that decide, cap or count and move no money of their own.
SILENT = (
    {"E3", "E5", "E15", "LT"}
    | {"C1", "C4", "C8", "C9", "C16"}
    | {"I7", "B6", "F3", "F4", "A2", "O2", "O4"}
    | {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9"}
)
APPROVAL = {"E7", "E13", "E15", "C16", "I5", "B5", "T4", "T6", "T7", "G5", "H3", "A3", "A4"}
RED = {"G9", "H4"}

#: Feed no rule: switches, the clock, the market index, how outcomes are valued, jobs and tax of the city.
NO_RULE = re.compile(
    r"time\.|valuation\.|world\.macro\.market_|world\.city\.|behaviour\.market_displacement|.*\.enabled"
)


def test_every_rule_of_the_rulebook_is_there() -> None:
    assert set(by_id()) == IDS
    assert len(rules()) == len(IDS)


def test_every_registry_key_names_existing_rules_and_every_rule_has_parameters() -> None:
    unknown = {f"{p.key}: {rule}" for p in registry() for rule in p.rules if rule not in by_id()}
    assert not unknown
    assert not [rule.id for rule in rules() if not rule.parameters]
    idle = [p.key for p in registry() if not p.rules and not NO_RULE.fullmatch(p.key) and not NO_RULE.match(p.key)]
    assert not idle, "these parameters feed no rule"


def test_every_posting_names_an_existing_rule_and_the_room_agrees() -> None:
    assert {posting.rule for posting in postings()} <= set(by_id())
    silent = {rule.id for rule in rules() if not rule.postings}
    assert silent == SILENT, "rules that move no money"


def test_texts_are_complete_in_both_languages() -> None:
    for rule in rules():
        assert rule.zh
        assert rule.en
        assert len(rule.does_zh) == len(rule.does_en) > 0, rule.id
        assert len(rule.limits_zh) == len(rule.limits_en) > 0, rule.id
        assert rule.formula, rule.id
        for text in (*rule.does_en, *rule.limits_en, rule.trigger_en, rule.evidence_en, rule.status_en, rule.en):
            assert text, rule.id
            assert not any("一" <= sign <= "鿿" for sign in text), (rule.id, text)
        for text in (*rule.does_zh, *rule.limits_zh, rule.trigger_zh, rule.evidence_zh, rule.status_zh, rule.zh):
            assert any("一" <= sign <= "鿿" for sign in text), (rule.id, text)


def test_sources_steps_and_status_exist() -> None:
    for rule in rules():
        assert set(rule.sources) <= set(sources()), rule.id
        assert rule.steps, rule.id
        assert set(rule.steps) <= set(STEP), rule.id
        assert rule.status in STATUS, rule.id
    assert {rule.id for rule in rules() if rule.status == "approval"} == APPROVAL
    assert {rule.id for rule in rules() if rule.status == "red"} == RED


def test_functions_exist() -> None:
    for rule in rules():
        for name in rule.functions:
            assert callable(rule_function(rule.room, name)), f"{rule.id}: {name}"


#: Modules of rules whose names do not end in ``_rules``.
OTHERS = {("equity", "waterfall"), ("equity", "tolerance")}
RULE_MODULES = (
    OTHERS
    | {
        (room, module.stem)
        for room in MEASURES
        for module in Path(str(resources.files("kejin_sim.measures").joinpath(room))).glob("*_rules.py")
    }
    | {("world", module.stem) for module in Path(str(resources.files("kejin_sim.world"))).glob("*.py")}
)


@pytest.mark.parametrize(("room", "module"), sorted(RULE_MODULES))
def test_a_function_that_names_its_rules_is_listed_there(room: str, module: str) -> None:
    found = import_module(f"{package_of(room)}.{module}")
    for name, function in vars(found).items():
        code = getattr(function, "py_func", function)
        if getattr(code, "__module__", "") != found.__name__:
            continue
        match = re.match(r"((?:[A-Z]+\d*)(?:, [A-Z]+\d*)*)\. ", code.__doc__ or "")
        for rule in match[1].split(", ") if match else ():
            listed = by_id()[rule]
            own = f"{module}.{name}" if listed.room == room else f"{room}.{module}.{name}"
            assert own in listed.functions, rule


def test_the_gp_holds_sixty_per_cent_of_the_governments_excess() -> None:
    """Rulebook E6: at 20 % carry and 50 % concession to the GP; by the waterfall's own functions and as printed."""
    gp = waterfall.gp_part(0.0, 100.0, 0.0, 0.2)
    ceded = waterfall.concession(100.0 - gp, 0.5)
    assert gp + ceded == pytest.approx(60.0, rel=1e-15)
    assert gp_share_of_excess(0.2, 0.5) == pytest.approx(0.6, rel=1e-15)
    assert by_key()["measures.equity.angel_subfunds.carry"].value == 0.2
    assert by_key()["measures.equity.angel_subfunds.concession"].value == 0.5
    for language in ("zh", "en"):
        set_language(language)
        assert "20% + 50% × 80% = 60%" in combined_share()[0]
    set_language("zh")


def test_the_tolerance_page_lists_every_valid_cell() -> None:
    assert len(cells()) == 3 * (1 + 4 + 4)
    set_language("en")
    text = "\n".join(tolerance_cells())
    set_language("zh")
    assert "27 valid cells" in text
    assert "project: gross  ×  rolling, interim, end_of_life" in text
    assert "fund: net_terminal, gross, class, head_count  ×  rolling, interim, end_of_life" in text


def test_remarks_belong_to_rules() -> None:
    assert set(REMARKS) <= set(by_id())
    assert all(by_id()[rule].remarks for rule in REMARKS)
    assert by_id()["E1"].remarks == []
    assert by_id()["W1"].remarks == []
