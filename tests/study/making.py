"""Outcomes made by hand, so that what a study must say is known in closed form."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import pair_metrics, world_metrics
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.facts import moments

Array = NDArray[np.float64]


def outcomes(package: Mapping[str, Array], twin: Mapping[str, Array] | None = None) -> Outcomes:
    """Outcomes in which the named metrics have the given values by path; all others are 0."""
    paths = len(next(iter(package.values())))
    made = Outcomes(paths, 1 if twin is None else 2)
    made.worlds[:] = 0.0
    made.pairs[:] = 0.0
    made.filled = paths
    rows = {metric.name: i for i, metric in enumerate(world_metrics())}
    pairs = {metric.name: i for i, metric in enumerate(pair_metrics())}
    for world, given in enumerate((package, twin or {})):
        for name, values in given.items():
            if name in pairs:
                made.pairs[pairs[name]] = values
            else:
                made.worlds[world, rows[name]] = values
    return made


def formula(scenario: Scenario, seed: int) -> np.ndarray:
    """A world in which two moments are simple functions of two numbers; every path is the same."""
    odds, traction = scenario.values["world.rounds.odds"], scenario.values["world.rounds.traction"]
    assert isinstance(odds, tuple)
    found = np.ones((3, len(moments.NAMES), 2))
    found[:, moments.NAMES.index("reached_angel"), 0] = 2.0 * float(odds[0])
    found[:, moments.NAMES.index("step_up_B"), 0] = 1.0 + float(traction) + 0.001 * seed  # type: ignore[arg-type]
    return found
