"""Rules that are heard while a path is played: the same postings, each with the question whose answer it is."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import pytest

from kejin_sim.cases import WORLD, package_of, rule_function
from kejin_sim.cli.trace_ledger import codes, reckoning, stated
from kejin_sim.cli.traced import Traced
from kejin_sim.lang import set_language
from kejin_sim.postings import postings, rooms
from kejin_sim.reference.city import City
from kejin_sim.reference.hearing import BUDGET_RULE, Hearing, listening
from kejin_sim.reference.ledger import Entry
from kejin_sim.reference.run import run_world
from kejin_sim.world.postings import OPERATIONS
from tests.playing import bundled

PATH = 3
FEE = next(posting.number for posting in postings() if posting.name == "guarantee_fee")


def played(hearing: Hearing | None) -> City:
    return run_world(bundled("demo").inputs(), 1, PATH, 0, hearing=hearing)


@pytest.fixture(scope="module")
def city() -> City:
    return played(Hearing())


@pytest.fixture(scope="module")
def answered(city: City) -> list[Entry]:
    return [entry for entry in city.ledger.entries if entry.answer is not None]


def names() -> dict[str, dict[str, Any]]:
    return {name: dict(vars(module)) for name, module in sys.modules.items() if name.startswith("kejin_sim.")}


def test_listening_changes_no_posting_and_leaves_nothing_behind(city: City) -> None:
    before = names()
    plain = played(None)
    heard = played(Hearing())
    after = names()
    assert [entry[:4] for entry in plain.ledger.entries] == [entry[:4] for entry in heard.ledger.entries]
    assert not any(entry.answer for entry in plain.ledger.entries)
    for name, found in before.items():
        assert {key: value for key, value in after[name].items() if key in found} == found, name


def test_names_are_given_back_when_a_path_breaks_off() -> None:
    before = names()

    def broken() -> None:
        with listening(Hearing()):
            assert names() != before, "somebody is listening"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert names() == before


def test_every_question_asked_again_has_the_same_answer(answered: list[Entry]) -> None:
    """And it is the amount, to the last bit: what an auditor reads can be worked out again."""
    for entry in answered:
        assert entry.answer is not None
        function = rule_function(entry.answer.room, entry.answer.function)
        again = function(**dict(entry.answer.arguments))
        assert entry.amount in again if isinstance(again, tuple) else again == entry.amount, entry


def test_most_money_of_the_policy_says_how_it_was_reckoned(city: City) -> None:
    """The others are balances, sums, and what a payment leaves to the other party."""
    measure = rooms()
    policy = [entry for entry in city.ledger.entries if measure[entry.code] != WORLD and entry.amount != 0.0]
    told = [entry for entry in policy if entry.answer is not None]
    assert len(told) > 0.7 * len(policy)
    assert len({entry.code for entry in told}) > 0.5 * len({entry.code for entry in policy})
    assert not any(entry.answer for entry in city.ledger.entries if entry.code in OPERATIONS)
    assert not any(entry.answer for entry in city.ledger.entries if codes()[entry.code].rule == BUDGET_RULE)


def test_a_reckoning_reads_like_a_worked_case(answered: list[Entry]) -> None:
    by_number = codes()
    fees = [entry for entry in answered if by_number[entry.code].name == "guarantee_fee"]
    set_language("zh")
    for entry in fees:
        assert entry.answer is not None
        balance = dict(entry.answer.arguments)["balance"]
        told = reckoning(entry, by_number[entry.code], {})
        assert told == f"guarantee_rules.fee(balance = {balance:,.2f}，rate = 0.008)"
    set_language("en")
    assert ", rate = 0.008)" in reckoning(fees[0], by_number[fees[0].code], {})
    others = {reckoning(entry, by_number[entry.code], {}) for entry in answered}
    assert any(told.startswith("world.credit.") for told in others), "the world's functions say that they are"
    assert reckoning(fees[0]._replace(answer=None), by_number[fees[0].code], {}) == ""


def test_what_was_asked_about_another_explains_nothing() -> None:
    """Two firms with the same amount: the second's posting does not show what the first was asked."""
    hearing = Hearing()
    fee = hearing.listen(rule_function("credit", "guarantee_rules.fee"))
    amount = fee(100.0, 0.01)
    assert hearing.explain(FEE, amount, "甲") is not None
    assert hearing.explain(FEE, amount, "甲") is not None, "several postings may follow from one answer"
    assert hearing.explain(FEE, amount, "乙") is None
    assert fee(balance=50.0, rate=0.02) == amount
    answer = hearing.explain(FEE, amount, "乙")
    assert answer is not None
    assert answer.arguments == (("balance", 50.0), ("rate", 0.02))


def test_what_was_worked_out_for_everybody_first_explains_each_payment() -> None:
    hearing = Hearing()
    fee = hearing.listen(rule_function("credit", "guarantee_rules.fee"))
    amounts = [fee(balance, 0.01) for balance in (100.0, 300.0, 200.0, 700.0, 700.0)]
    for amount, balance in zip(amounts[:4], (100.0, 300.0, 200.0, 700.0), strict=True):
        answer = hearing.explain(FEE, amount, str(balance))
        assert answer is not None
        assert answer.arguments == (("balance", balance), ("rate", 0.01))
    assert hearing.explain(FEE, amounts[4], "another that asked the same") is not None
    assert fee(400.0, 0.01) == fee(200.0, 0.02)
    assert hearing.explain(FEE, 9.0, "who paid in between") is None
    assert hearing.explain(FEE, fee(200.0, 0.02), "the newest") is not None
    assert fee(800.0, 0.01) == fee(400.0, 0.02)
    assert hearing.explain(FEE, 9.0, "who paid in between") is None
    asked_before = 800.0 * 0.01 / 4.0
    assert hearing.explain(FEE, asked_before, "two questions, one answer") is None
    hearing.start_quarter()
    assert hearing.explain(FEE, amounts[0], "100.0") is None, "what was asked in another quarter"


def test_each_payment_beside_another_has_its_own_question() -> None:
    """E8: the lead's ticket and as much of co-investors' money; neither shows what the other was worked out by."""
    by_name = {posting.name: posting.number for posting in postings()}
    hearing = Hearing()
    ticket = hearing.listen(rule_function("equity", "world.rounds.capped_ticket"))(3e6, 4e7, 0.0, 1.0, 0.0, 0.15)
    beside = hearing.listen(rule_function("equity", "direct_rules.coinvestment"))(ticket, 1.0)
    assert ticket == beside == 3e6
    told = [hearing.explain(by_name[name], 3e6, "2025Q2-001") for name in ("seed", "co_invest")]
    assert [answer and answer.function for answer in told] == [
        "world.rounds.capped_ticket",
        "direct_rules.coinvestment",
    ]


def test_what_was_worked_out_comes_before_what_was_handed_on() -> None:
    hearing = Hearing()
    by_name = {posting.name: posting.number for posting in postings()}
    ticket = hearing.listen(rule_function("equity", "world.rounds.capped_ticket"))(9e6, 4e6, 0.0, 1.0, 0.0, 0.15)
    assert ticket < 9e6
    hearing.listen(rule_function("equity", "direct_rules.coinvestment"))(ticket, 1.0)
    answer = hearing.explain(by_name["seed"], ticket, "2025Q2-001")
    assert answer is not None
    assert answer.function == "world.rounds.capped_ticket"


def test_a_subsidy_is_explained_though_it_is_paid_a_year_later(city: City) -> None:
    by_number = codes()
    paid = [e for e in city.ledger.entries if by_number[e.code].name == "premium_subsidy" and e.amount > 0.0]
    assert paid
    assert sum(e.answer is not None and "subsid" in e.answer.function for e in paid) > 0.8 * len(paid), (
        "the others are cut to what the line has"
    )


def test_an_amount_that_the_scenario_states_is_the_parameters_key() -> None:
    found = bundled("ningbo")
    sums = stated(Traced(found, 1, 0, (played(None),)))[0]
    by_name = {posting.name: posting for posting in postings()}
    grant = found.values["measures.grant_to_equity.talent.grant"]
    assert isinstance(grant, float)
    entry = Entry(0, by_name["talent_grant"].number, grant, "2025Q2-001")
    assert reckoning(entry, by_name["talent_grant"], sums) == "measures.grant_to_equity.talent.grant"
    assert reckoning(entry._replace(amount=grant + 1.0), by_name["talent_grant"], sums) == ""


def test_the_rooms_offices_are_heard() -> None:
    """A measure's office asks its rules by modules or by names: both are stood in for while somebody listens."""
    office = import_module(f"{package_of('insurance')}.office")
    plain = office.listens
    with listening(Hearing()):
        assert office.listens is not plain
    assert office.listens is plain
