"""The catalogue of streams against the draws that decisions really use, in the engine that is written to be read."""

from __future__ import annotations

from typing import Any

import pytest

from kejin_sim import load_scenario, set_values
from kejin_sim import random as rng
from kejin_sim.measures.pilots.warrant_rules import MOST_WARRANTS
from kejin_sim.reference.run import simulate
from kejin_sim.streams import streams

Place = tuple[int, int]


class Noted(float):
    """A uniform that notes its block and lane when something is computed from it or decided by it."""

    seen: set[Place]
    place: Place


def _noting(name: str) -> Any:
    plain = getattr(float, name)

    def noted(self: Noted, *rest: Any) -> Any:
        self.seen.add(self.place)
        return plain(self, *rest)

    return noted


# Rules that are compiled take a number by ``__float__``.
for _name in (
    "float",
    "lt",
    "le",
    "gt",
    "ge",
    "add",
    "radd",
    "sub",
    "rsub",
    "mul",
    "rmul",
    "truediv",
    "rtruediv",
    "neg",
    "pow",
):
    setattr(Noted, f"__{_name}__", _noting(f"__{_name}__"))

OFTEN = {
    "horizon_years": 12, "policy_years": 10, "burn_in_years": 2,
    # Firms that borrow often, and warrants that stay: some firm has four of them.
    "world.credit.apply": 1.0, "world.credit.term": 2, "measures.pilots.warrant.life": 8,
    "measures.pilots.regional.liquidity": 0.01,
}  # fmt: skip


def test_every_lane_that_is_drawn_on_is_listed_and_every_listed_one_is_drawn_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: set[Place] = set()
    plain = rng.uniforms

    def uniforms(seed: int, block: int, path: int, entity: int, quarter: int) -> tuple[Noted, ...]:
        made = tuple(map(Noted, plain(seed, block, path, entity, quarter)))
        for lane, one in enumerate(made):
            one.seen, one.place = seen, (block, lane)
        return made

    inputs = set_values(load_scenario("ningbo"), OFTEN).inputs()
    monkeypatch.setattr(rng, "uniforms", uniforms)
    simulate(inputs, 3, 0, 1, 1)
    names = {place: name for name, place in streams().items()}
    assert seen - names.keys() == set()
    assert {names[place] for place in names.keys() - seen} == set()


def test_every_warrant_that_a_firm_can_have_has_a_lane() -> None:
    assert sum("warrant_buyer" in name for name in streams()) == MOST_WARRANTS
