"""The numeric inputs as plain Python numbers, for one world."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from kejin_sim.ledger import LINES, Line
from kejin_sim.measures import MEASURES
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.timeline import Quarter
from kejin_sim.world.city import graduate_factor
from kejin_sim.world.failure import quality_slope
from kejin_sim.world.macro import log_odds

Numbers = Any
"""A record of parameters: ``rules.seed_direct_ticket`` is ``measures.equity.seed_direct.ticket``."""


def plain(record: np.void) -> Numbers:
    """A numpy record as a namespace of floats, ints and tuples."""
    names = record.dtype.names or ()
    values = {name: record[name].tolist() for name in names}
    return SimpleNamespace(**{n: tuple(v) if isinstance(v, list) else v for n, v in values.items()})


class Settings:
    """Everything that one world is told.

    ``own``: the rules of this world (package or twin) once the books are open; ``legacy``: the baseline's, in
    force in the burn-in and kept by the funds formed then. ``own_rules`` and ``legacy_rules`` hold those of
    every measure by name; ``own`` and ``legacy`` are those of measure 1.
    """

    def __init__(self, inputs: Inputs, world_number: int) -> None:
        package = inputs.package
        baseline = inputs.twin if inputs.twin is not None else package
        mine = package if world_number == 0 else baseline
        self.world = plain(inputs.world)
        self.behaviour = plain(inputs.behaviour)
        self.own_rules = {measure: plain(mine[measure]) for measure in MEASURES}
        self.legacy_rules = {measure: plain(baseline[measure]) for measure in MEASURES}
        self.own, self.legacy = self.own_rules["equity"], self.legacy_rules["equity"]
        self.carries_over = self._carries_over(mine["budget"])
        self.carried_over = self._carries_over(baseline["budget"])
        self.appropriation = self._appropriation(inputs, world_number)
        self.legacy_appropriation = self._appropriation(inputs, 1)
        self.extra_arrivals: list[int] = inputs.extra_arrivals.tolist()
        self.start = Quarter(*inputs.start)
        self.opening = inputs.burn_in_quarters
        self.horizon = inputs.horizon_quarters
        self.policy_years = inputs.policy_years
        world = self.world
        # Used for every firm and quarter; the rule functions themselves work them out, only once.
        self.log_listing_value = math.log(world.exits_ipo_min_value)
        self.log_acquisition_reference = math.log(world.exits_mna_reference)
        self.log_step_up = math.log(world.exits_ipo_step_up)
        self.offer_log_odds = tuple(log_odds(p) for p in world.rounds_odds)
        self.slope = quality_slope(world.failure_quality, world.failure_correlation)
        self.graduate_factor = graduate_factor(world.city_graduate_decay)

    @staticmethod
    def _carries_over(budget: np.void) -> dict[Line, bool]:
        """Whether unspent money of a line carries over (at most two years) instead of lapsing."""
        return {line: int(budget[f"{line}_unspent"]) == 1 for line in LINES}

    @staticmethod
    def _appropriation(inputs: Inputs, row: int) -> dict[Line, list[float]]:
        return {line: inputs.appropriation[row, number].tolist() for number, line in enumerate(LINES)}
