"""What an outcome is made of is what its definition adds up: the parts that are named give the outcome back."""

from __future__ import annotations

import numpy as np
import pytest

from kejin_sim.ledger import PUBLIC_PARTIES, Party
from kejin_sim.outcomes.counts import COUNT_LABELS
from kejin_sim.outcomes.made_of import MadeOf, made_of
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.registry import RATIOS, by_name, metrics
from kejin_sim.outcomes.view import Context, View
from kejin_sim.postings import postings
from kejin_sim.recording import PAIRS, STATS
from tests import fake_engine

PARTS = {metric.name: made_of(metric) for metric in metrics()}


def total(view: View, parts: MadeOf) -> np.ndarray:
    """What is added less what is taken off."""
    added, off = (frozenset(posting.name for posting in some) for some in (parts.added, parts.taken_off))
    return view.total(names=added) - view.total(names=off)


def test_the_postings_that_are_named_give_the_outcome() -> None:
    inputs = fake_engine.fake_inputs()
    block = fake_engine.simulate(inputs, 1, 0, 5, 2)
    block.flows[:] = np.random.default_rng(3).uniform(
        0.0, 1e6, block.flows.shape
    )  # the made-up engine leaves most codes empty
    view = View(block, 0, Context.of(inputs))
    plain = [metric for metric in metrics() if PARTS[metric.name].plain]
    assert len(plain) > 200
    for metric in plain:
        found = metric.compute(view)
        np.testing.assert_allclose(total(view, PARTS[metric.name]), found, rtol=1e-9, atol=1.0, err_msg=metric.name)


@pytest.mark.parametrize("metric", metrics(), ids=lambda metric: metric.name)
def test_every_outcome_is_made_of_something(metric: Metric) -> None:
    parts = PARTS[metric.name]
    other = (*parts.series, *parts.stats, *parts.pairs, *parts.budget)
    assert parts.postings or other or parts.by_book  # no line need be in a book
    assert len(set(parts.postings)) == len(parts.postings)
    assert not (parts.entering and (parts.added or parts.taken_off))


def test_every_count_that_goes_in_has_words() -> None:
    """Its outcome's, or its own: none is without, and no words are for what nobody shows."""
    used = {name for each in (*metrics(), *RATIOS) for name in (*made_of(each).stats, *made_of(each).pairs)}
    assert used - set(by_name()) == set(COUNT_LABELS)
    assert set(COUNT_LABELS) <= {*STATS, *PAIRS}
    assert all(zh and en and zh != en for zh, en in COUNT_LABELS.values())


def test_what_cancels_is_no_part() -> None:
    """The banks' own account in the risk pool is taken off public money again, in a ratio too."""
    banks = {"pool_bank", "pool_recovery_bank", "claim_bank", "pool_return_bank"}
    for name in ("public_outlay", "public_recovery", "public_net_cost", "public_net_cost_npv", "public_dpi"):
        assert not banks & {posting.name for posting in PARTS[name].postings}, name
    public = {
        p for p in postings() if (p.payer in PUBLIC_PARTIES) != (p.payee in PUBLIC_PARTIES) and p.name not in banks
    }
    forgone = {p for p in public if p.payer is Party.CITY_TREASURY and p.nature.value == "income"}
    assert set(PARTS["public_dpi"].postings) == public - forgone


def test_signs_of_a_difference() -> None:
    net, out, back = (PARTS[name] for name in ("fiscal_net_cost", "fiscal_outlay", "fiscal_recovery"))
    assert net.added == out.added
    assert net.taken_off == back.added
    assert net.outcomes == ("fiscal_outlay", "fiscal_recovery")
    assert PARTS["fiscal_net_cost_npv"].added == net.added
    assert not PARTS["fiscal_net_cost_npv"].plain  # discounted: no sum of what the sheet of postings shows
    assert {p.nature.value for p in PARTS["fiscal_principal"].added} == {"principal"}


def test_what_is_no_sum_of_postings_says_what_it_is_counted_from() -> None:
    assert PARTS["supported_anyway"].pairs == ("supported_anyway",)
    assert PARTS["npl"].series == ("credit_policy_balance", "credit_overdue")
    assert PARTS["subfund_pme"].market
    assert PARTS["budget_executed"].budget == (("executed", None),)
    assert PARTS["extra_leverage"].compares
    assert PARTS["fiscal_outlay_general"].by_book
    social = PARTS["social_capital"]
    assert [p.name for p in social.added] == [
        p.name for p in postings() if p.rule == "E1" and p.payer is Party.SOCIAL_INVESTOR
    ]
    assert social.series == ("private_same_round", "grant_matched")
    assert not social.plain


def test_a_count_with_the_name_of_an_outcome_is_that_outcome() -> None:
    """So that a page may give it the outcome's label."""
    for name in {*STATS, *PAIRS} & set(by_name()):
        assert name in (*PARTS[name].stats, *PARTS[name].pairs), name


def test_a_ratio_names_the_two_that_it_divides() -> None:
    for ratio in RATIOS:
        assert made_of(ratio) == MadeOf(outcomes=(ratio.numerator, ratio.denominator))
