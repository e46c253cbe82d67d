"""Every worked case: what the rule functions give is what the written arithmetic says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kejin_sim.cases import Case, cases, play, rule_function
from kejin_sim.measures.equity.remarks import cells
from kejin_sim.parameters import sources
from kejin_sim.rules import by_id, rules
from tests.clauses.purse import Purse

#: A fen, the least unit in which anybody is paid; and rounding of about ten operations for what is no money.
FEN = 0.01
ROUNDING = 1e-9


def _resolver() -> Callable[[str, str], Callable[..., Any]]:
    purse = Purse()

    def resolve(room: str, name: str) -> Callable[..., Any]:
        thing, _, event = name.partition(".")
        return getattr(purse, event) if thing == "purse" else rule_function(room, name)

    return resolve


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_case_comes_out_as_its_arithmetic_says(case: Case) -> None:
    wrong = []
    for number, line in enumerate(play(case, _resolver()), start=1):
        assert len(line.found) == len(line.expected) == len(line.step.names), (case.id, number)
        for name, found, expected in zip(line.step.names, line.found, line.expected, strict=True):
            slack = max(FEN if line.step.unit == "money" else ROUNDING, ROUNDING * abs(expected))
            if not abs(found - expected) <= slack:
                wrong.append(f"{case.id} step {number} {name}: found {found!r}, by the arithmetic {expected!r}")
    assert not wrong, "\n".join(wrong)


def test_ids_are_unique_and_name_their_rule() -> None:
    ids = [case.id for case in cases()]
    assert len(ids) == len(set(ids))
    assert all(case.id.split("-")[0] == case.rule for case in cases())
    assert {case.rule for case in cases()} <= set(by_id())


def test_every_rule_has_a_case() -> None:
    assert not [rule.id for rule in rules() if not rule.cases]


def test_every_valid_cell_of_the_tolerance_is_worked_out_once() -> None:
    worked = [step.cell for case in cases() for step in case.steps if step.cell]
    assert sorted(worked) == sorted("/".join(cell) for cell in cells())


def test_every_function_of_a_rule_is_called_by_a_case() -> None:
    called = {(case.room, step.function) for case in cases() for step in case.steps if step.function}
    called |= {tuple(name.split(".", 1)) for _, name in called if name.count(".") == 2}  # of another room
    # Choices among four, thresholds and switches of the world are covered by the tests of the world.
    missing = [
        f"{rule.id}: {name}"
        for rule in rules()
        for name in rule.functions
        if rule.room != "world" and (rule.room, name) not in called
    ]
    assert not missing


def test_sources_exist_and_texts_are_in_both_languages() -> None:
    for case in cases():
        assert set(case.source) <= set(sources()), case.id
        for zh, en in [(case.zh, case.en), *((step.zh, step.en) for step in case.steps)]:
            assert zh.strip(), case.id
            assert en.strip(), case.id
            assert not any("一" <= sign <= "鿿" for sign in en), (case.id, en)


def test_units_of_steps_are_known() -> None:
    assert {step.unit for case in cases() for step in case.steps} <= {"money", "rate", "number", "flag"}


def test_a_wrong_amount_is_noticed() -> None:
    """The comparison itself: the same case with another rate does not pass."""
    case = next(case for case in cases() if case.id == "E9-loss")
    other = Case(case.id, case.rule, case.room, case.zh, case.en, case.source, case.given, case.steps)
    step = other.steps[0]
    changed = {**step.arguments, "proceeds": "250万元"}
    lines = play(
        Case(
            case.id,
            case.rule,
            case.room,
            case.zh,
            case.en,
            case.source,
            {},
            (type(step)(**{**vars(step), "arguments": changed}),),
        )
    )
    assert lines[0].found != lines[0].expected


def test_arguments_are_those_of_the_function() -> None:
    case = next(case for case in cases() if case.id == "E9-loss")
    step = case.steps[0]
    fewer = {name: text for name, text in step.arguments.items() if name != "paid"}
    broken = Case(
        case.id,
        case.rule,
        case.room,
        case.zh,
        case.en,
        case.source,
        {},
        (type(step)(**{**vars(step), "arguments": fewer}),),
    )
    with pytest.raises(TypeError, match="paid"):
        play(broken)
