"""Loans with an insurer or a pledge: off or without room they are not there, bit for bit; where they act, losses add up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.postings import postings
from kejin_sim.recording import STATS, BlockResult
from tests.playing import flow, run, same, scenario, series, stat

CREDIT = "measures.credit"
INSURED = "measures.insurance.loan"
PLEDGE = "measures.commercialisation.pledge"
LOANS = "world.credit"
PATHS = 12

#: Banks that lend little of their own accord, to firms that fail often; no scheme and no guarantor before the insurer.
BARE: dict[str, Any] = {
    "world.failure.hazard": ["15%", "14%", "12%", "10%", "10%", "8%", "5%", "60%"],
    f"{LOANS}.apply": "100%",
    f"{LOANS}.min_runway": 1,
    f"{LOANS}.burning_pd": "0%",
    f"{LOANS}.appetite": ["1%"] * 5,
    f"{LOANS}.pledge_tolerance": "10%",
    f"{CREDIT}.scheme": "none",
    f"{CREDIT}.guarantee.on": False,
    f"{INSURED}.rate": "10%",
}
#: Posting codes of lending that belong to insurer and pledge.
OWN = {"loan_insurance_premium", "loan_insurance_claim", "loan_insurance_subrogation"} | {
    "pledged_loan",
    "pledged_interest",
    "pledged_repaid",
    "pledged_repaid_exit",
    "pledged_recovery",
}


def both(changes: dict[str, Any]) -> dict[str, Any]:
    """The same changes in package and baseline."""
    own = {f"baseline.{key}": value for key, value in changes.items() if key.startswith("measures.")}
    return {**changes, **own}


def played(changes: dict[str, Any]) -> BlockResult:
    return run(scenario("demo", both({**BARE, **changes})), PATHS)


def named(block: BlockResult) -> set[str]:
    """Which of ``OWN`` are posted."""
    return {p.name for p in postings() if p.name in OWN and block.flows[:, :, p.number].any()}


def test_losses_of_insured_and_pledged_loans_add_up() -> None:
    """N8 in every path and world, and each party bears something."""
    block = played({})
    assert named(block) >= OWN - {"pledged_repaid_exit"}
    borne = sum(stat(block, name) for name in STATS if name.startswith("borne_"))
    loss = stat(block, "credit_ead") - stat(block, "credit_recovered")
    np.testing.assert_allclose(borne, loss, rtol=1e-9, atol=1.0)
    assert stat(block, "borne_insurer").sum() > 0.0
    assert stat(block, "pledged_loss").sum() > 0.0
    paid = flow(block, "loan_insurance_claim").sum() - flow(block, "loan_insurance_subrogation").sum()
    assert stat(block, "borne_insurer").sum() <= paid * (1 + 1e-9)  # the burn-in's loans are in the postings alone
    np.testing.assert_allclose(stat(block, "pledged_loss"), 0.75 * stat(block, "pledged_ead"), rtol=1e-9)


def test_an_insured_loan_draws_nothing_else() -> None:
    """N2: compensation is there for other loans, stopped by its first defaults; what is insured is not compensated as well."""
    block = played(
        {f"{CREDIT}.scheme": "compensation", f"{CREDIT}.stop_loss.trigger": "1%", f"{CREDIT}.stop_loss.release": "0%"}
    )
    assert series(block, "credit_insured_lent").any()
    assert series(block, "credit_scheme_lent").any()
    assert stat(block, "double_compensation_refused").any()  # nobody guarantees here: these are insured loans
    borne = sum(stat(block, name) for name in STATS if name.startswith("borne_"))
    np.testing.assert_allclose(borne, stat(block, "credit_ead") - stat(block, "credit_recovered"), rtol=1e-9, atol=1.0)


def test_switched_off_they_post_nothing() -> None:
    block = played({f"{INSURED}.enabled": False, f"{PLEDGE}.on": False})
    assert named(block) == set()
    for name in ("credit_insured_lent", "credit_pledged_lent"):
        assert not series(block, name).any(), name
    for name in ("borne_insurer", "pledged_ead", "loan_premiums_unpaid"):
        assert not stat(block, name).any(), name


@pytest.mark.parametrize(
    ("nothing", "off"),
    [
        ({f"{INSURED}.capacity": "0元"}, {f"{INSURED}.enabled": False}),
        ({f"{PLEDGE}.cap": "1万元"}, {f"{PLEDGE}.on": False}),  # below the least loan
    ],
    ids=["insurer", "pledge"],
)
def test_no_room_is_the_same_as_no_product(nothing: dict[str, Any], off: dict[str, Any]) -> None:
    a, b = played(nothing), played(off)
    assert same(a, b) == []
    assert same(a, played({})) != []


def test_without_their_policy_they_are_not_renewed() -> None:
    """Bullet loans: the last ones fall due within their term of the end of the policy."""
    block = played({f"{LOANS}.repayment": "bullet", f"{LOANS}.renewals": 10, "policy_years": 3, "horizon_years": 9})
    late = slice(4 * 3 + 12, None)
    assert series(block, "credit_insured_lent")[..., : 4 * 3].any()
    for name in ("credit_insured_lent", "credit_pledged_lent"):
        assert not series(block, name)[..., 4 * 3 :].any(), name
    assert not flow(block, "loan_insurance_premium")[..., late].any()
    assert not flow(block, "pledged_interest")[..., late].any()
