"""A room's step under a wrong name would never run: the rooms refuse it."""

from __future__ import annotations

import pytest

from kejin_sim.engine.rooms import HOOKS, STEPS, refuse_misspelt
from kejin_sim.measures.insurance import steps


def test_the_bundled_rooms_are_well_spelt() -> None:
    acting = {name for room in STEPS.values() for name in vars(room) if name in HOOKS}
    assert len(acting) > 6
    for room, own in STEPS.items():
        refuse_misspelt(room, vars(own))


@pytest.mark.parametrize(("right", "wrong"), [("close", "closes"), ("serve", "Serve"), ("firm_year", "firm_years")])
def test_a_misspelt_step_is_refused(right: str, wrong: str) -> None:
    own = dict(vars(steps))
    own[wrong] = own.pop(right)
    with pytest.raises(
        TypeError, match=rf"insurance\.{wrong} looks like a room's step and would never run.*\b{right}\b"
    ):
        refuse_misspelt("insurance", own)


def test_a_helper_of_another_signature_or_a_private_one_is_none() -> None:
    refuse_misspelt("insurance", {"_near": steps.close, "pay_claim": steps.pay_claim, "NUMBER": 3})


def test_steps_that_are_not_compiled_are_told_alike() -> None:
    plain = {name: getattr(step, "py_func", step) for name, step in vars(steps).items()}
    refuse_misspelt("insurance", plain)
    with pytest.raises(TypeError, match="closed"):
        refuse_misspelt("insurance", plain | {"closed": plain["close"]})
