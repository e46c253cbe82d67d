"""Paths played and measured, several at a time."""

from __future__ import annotations

from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.run import lives
from kejin_sim.execution import Pace, Progress, run_blocks
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.study.facts.moments import measure


def play(
    inputs: Inputs, seed: int, paths: int, *, threads: int, progress: Progress | None = None, pace: Pace | None = None
) -> NDArray[np.float64]:
    """Play the package of paths 0 … ``paths`` − 1, without its baseline.

    ``pace``: what is known of the time that a path takes, for whoever plays many times.
    Returns: float64[path, moment, 2], see `moments.measure`.
    """

    def work(first: int, count: int) -> list[NDArray[np.float64]]:
        return [measure(lives(inputs, seed, path)) for path in range(first, first + count)]

    blocks = run_blocks(work, paths, threads=threads, pace=pace, progress=progress)
    with closing(blocks):  # type: ignore[type-var]
        return np.stack([one for block in blocks for one in block])
