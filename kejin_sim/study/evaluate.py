"""Evaluating points: a scenario with all its numbers, on the same draws as every other point of the study.

The draws depend on nothing but seed, path, entity and quarter, so two points of one study differ by their numbers alone
(common random numbers): their difference path by path is what a study works with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from kejin_sim.execution import Place, run_at
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import world_metrics
from kejin_sim.outcomes.view import after_displacement
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.cache import PointCache, address

Tally = Callable[[int, int], None]
"""Called with the paths done and the paths expected, of all points together."""


class Evaluate(Protocol):
    """The first ``paths`` paths of a scenario, its baseline beside it when ``twin`` and it has one."""

    def __call__(self, scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes: ...


class Evaluator:
    """Evaluates points and remembers them.

    Parameters: ``place``: where blocks run; ``engine``: its name, part of a point's address; ``cache``: points on disk;
    ``remember``: keep points in memory too, for studies that come back to them; ``progress``: told about paths.
    ``simulated`` counts the paths that were not known before.
    """

    def __init__(
        self,
        place: Place,
        *,
        seed: int,
        engine: str = "compiled",
        cache: PointCache | None = None,
        remember: bool = False,
        progress: Tally | None = None,
    ) -> None:
        self.place, self.seed, self.engine = place, seed, engine
        self.cache, self.remember, self.progress = cache, remember, progress
        self.simulated = 0
        self._known: dict[str, Outcomes] = {}
        self._expected = self._done = 0

    def expect(self, paths: int) -> None:
        """Announce work, for the estimate of the time that is left."""
        self._expected += paths

    def __call__(self, scenario: Scenario, paths: int, *, twin: bool = True) -> Outcomes:
        """The first ``paths`` paths of a point; only what is missing is simulated."""
        inputs = scenario.inputs()
        worlds = 2 if twin and inputs.twin is not None else 1
        key = address(inputs.digest, self.seed, worlds, self.engine)
        known = self._known.get(key)
        if known is None and self.cache is not None:
            known = self.cache.get(key)
        have = known.paths if known is not None else 0
        if known is not None and have >= paths:
            self._count(paths)
            return known if have == paths else first(known, paths)
        before = self._done
        self._expected = max(self._expected, before + paths)
        if have:
            self._count(have)
        added = run_at(
            self.place, inputs, seed=self.seed, paths=paths - have, first_path=have, twin=worlds == 2,
            progress=lambda done, _: self._tell(before + have + done),
        )  # fmt: skip
        self.simulated += paths - have
        self._done = before + paths
        whole = added if known is None else joined(known, added)
        if self.remember:
            self._known[key] = whole
        if self.cache is not None:
            self.cache.put(key, whole)
        return whole

    def _count(self, paths: int) -> None:
        self._tell(self._done + paths)
        self._done += paths

    def _tell(self, done: int) -> None:
        self._expected = max(self._expected, done)
        if self.progress is not None:
            self.progress(done, self._expected)


def beside(alone: Outcomes, twin: Outcomes, displacement: float) -> Outcomes:
    """A package that was played alone, as it stands beside its twin: of what it has beyond it, a share displaces others.

    Parameters: ``alone``, ``twin``: packages of the same paths, each played without a twin; ``displacement`` a share
    (``behaviour.market_displacement``). What is taken off is a share of a sum here and of every quarter's part of it in
    `View.displaced`: the same but for rounding.
    """
    made = first(alone, alone.paths)
    made.worlds = made.worlds.copy()
    for number, metric in enumerate(world_metrics()):
        if metric.displaced:
            made.worlds[0, number] = after_displacement(made.worlds[0, number], twin.worlds[0, number], displacement)
    return made


def first(outcomes: Outcomes, paths: int) -> Outcomes:
    """The first paths of a point."""
    part = Outcomes(0, len(outcomes.worlds))
    part.paths = part.filled = paths
    part.worlds, part.pairs = outcomes.worlds[:, :, :paths], outcomes.pairs[:, :paths]
    return part


def joined(one: Outcomes, other: Outcomes) -> Outcomes:
    """Paths followed by paths."""
    whole = Outcomes(0, len(one.worlds))
    whole.worlds = np.concatenate([one.worlds, other.worlds], axis=2)
    whole.pairs = np.concatenate([one.pairs, other.pairs], axis=1)
    whole.paths = whole.filled = one.paths + other.paths
    return whole
