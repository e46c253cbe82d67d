"""Scenarios for tests of the engine: the bundled ones with changes, and the engine behind one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from kejin_sim.engine import run as engine_run
from kejin_sim.engine.layout import PERSON
from kejin_sim.engine.run import simulate
from kejin_sim.parameters.registry import Value
from kejin_sim.postings import by_name
from kejin_sim.recording import SERIES, STATS, BlockResult
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario, is_own, set_values

SEED = 20250101


@cache
def bundled(name: str) -> Scenario:
    """A bundled scenario, read once."""
    return load_scenario(name)


def scenario(name: str = "demo", changes: Mapping[str, Any] | None = None) -> Scenario:
    """A bundled scenario with some values changed, checked like one that a person writes."""
    return set_values(bundled(name), changes) if changes else bundled(name)


def without_twin(found: Scenario) -> Scenario:
    """The same without a baseline: the burn-in runs under its own rules."""
    return replace(found, baseline=None)


def with_values(found: Scenario, values: Mapping[str, Value]) -> Scenario:
    """Values put in past every check, in package and twin: for worlds that no file may describe."""
    own = {key: value for key, value in values.items() if is_own(key)}
    twin = found.baseline and replace(found.baseline, values={**found.baseline.values, **own})
    return replace(found, values={**found.values, **values}, baseline=twin)


def run(found: Scenario, paths: int, *, seed: int = SEED, first: int = 0) -> BlockResult:
    """Simulate with the compiled engine; two worlds when there is a baseline."""
    return simulate(found.inputs(), seed, first, paths, 2 if found.baseline else 1)


def series(block: BlockResult, name: str) -> np.ndarray:
    """One series: float64[path, world, quarter]."""
    return block.series[:, :, SERIES.index(name)]


def stat(block: BlockResult, name: str) -> np.ndarray:
    """One statistic: float64[path, world]."""
    return block.stats[:, :, STATS.index(name)]


def flow(block: BlockResult, name: str) -> np.ndarray:
    """Postings of one code: CNY, float64[path, world, quarter]."""
    return block.flows[:, :, by_name(name).number]


ARRAYS = ("flows", "series", "stats", "pairs", "budget", "market")


def same(a: BlockResult, b: BlockResult, *, but: tuple[str, ...] = ()) -> list[str]:
    """Names of the arrays of two blocks that are not equal bit for bit."""
    return [n for n in ARRAYS if n not in but and not np.array_equal(getattr(a, n), getattr(b, n), equal_nan=True)]


def only_world(block: BlockResult, world: int) -> BlockResult:
    """One world of a block, kept as a world of its own."""
    part = slice(world, world + 1)
    return replace(
        block,
        flows=block.flows[:, part],
        series=block.series[:, part],
        stats=block.stats[:, part],
        budget=block.budget[:, part],
    )


def state_at_the_end(found: Scenario, path: int, *, seed: int = SEED) -> tuple[BlockResult, engine_run._State]:
    """One path with the engine's last state: firms, loans, grants."""
    engine_run._left_by_this_thread.state = None  # memory of its own, which no later path plays on in
    block = run(found, 1, first=path, seed=seed)
    state = engine_run._left_by_this_thread.state
    engine_run._left_by_this_thread.state = None
    return block, state


def firms_at_the_end(
    found: Scenario, path: int, *, seed: int = SEED
) -> tuple[BlockResult, dict[int, bytes], dict[int, bytes]]:
    """One path with every firm's last state: the block, and by entity what a firm is and how it stands in world 0."""
    block, state = state_at_the_end(found, path, seed=seed)
    people, firms = state.people, state.firms
    used = np.flatnonzero(people["log_value"])
    who = {int(people[slot]["entity"]): people[slot].tobytes() for slot in used}
    return block, who, {int(people[slot]["entity"]): firms[slot, 0].tobytes() for slot in used}


def people_of(found: Scenario, paths: int, *, seed: int = SEED) -> np.ndarray:
    """Who the firms of many paths are, as a structured array: city firms and those outside, birth draws only."""
    kept: list[np.ndarray] = []
    for path in range(paths):
        _, who, _ = firms_at_the_end(found, path, seed=seed)
        kept.append(np.frombuffer(b"".join(who.values()), dtype=PERSON))
    return np.concatenate(kept)
