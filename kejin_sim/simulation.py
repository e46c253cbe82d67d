"""One call from a scenario to every metric of every path, for notebooks and scripts; nothing is written to disk."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import numpy as np

from kejin_sim import execution
from kejin_sim.errors import InputError
from kejin_sim.execution import Engine, Progress
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.view import Context
from kejin_sim.outcomes.yearly import Yearly, series_asked
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario

_LARGEST: Final = 2**63 - 1
_EXAMPLES: Final = {"paths": "paths=1000", "seed": "seed=1", "threads": "threads=4"}


def _whole(name: str, value: object, least: int) -> int:
    """A whole number, numpy's own included, that is not below ``least``.

    1.5 is refused rather than cut to 1, which would be another run than was asked for; so is True. Errors: `InputError`.
    """
    number = int(value) if isinstance(value, int | np.integer) and not isinstance(value, bool) else -1
    if not least <= number <= _LARGEST:
        raise InputError.of(
            f"{name} 应为 {least} 至 2^63 − 1 的整数，不是 {value}。",
            f"{name} is a whole number from {least} to 2^63 − 1, not {value}.",
            key=name,
            hint_zh=f"写整数，例如 {_EXAMPLES[name]}。",
            hint_en=f"write a whole number, such as {_EXAMPLES[name]}.",
        )
    return number


def simulate(
    scenario: Scenario | str | Path,
    *,
    paths: int = 1000,
    seed: int = 1,
    twin: bool = True,
    threads: int | None = None,
    engine: Engine = "compiled",
    years: Collection[str] | bool = False,
    progress: Progress | None = None,
) -> Outcomes:
    """Simulate a scenario and its baseline on the same draws.

    Parameters: ``scenario``: a loaded one, a bundled name or a file; ``paths``: at least 1; ``seed``: in [0, 2**63);
    ``twin``: simulate the baseline too, when the scenario has one; ``threads``: all processors when None, without
    effect on the figures; ``engine``: ``compiled``, or ``reference``, which is for reading and checking and
    some hundreds of times slower; ``years``: yearly series to keep for ``outcomes.yearly``, by name as in ``years.parquet``, or
    True for all (some 90 KB a path for Ningbo's package); ``progress``: called with the paths done and all paths.
    Returns: the outcomes; ``summarise`` turns them into means with errors. The first paths of a longer run are these.
    Errors: `InputError` for a scenario that is wrong, an engine that does not exist, or numbers out of range; ``TypeError`` for
    what is no scenario, name or path.
    """
    paths, seed = _whole("paths", paths, 1), _whole("seed", seed, 0)
    if threads is not None:
        threads = _whole("threads", threads, 1)
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    inputs = loaded.inputs()
    kept = _yearly(series_asked(years), inputs, paths, twin=twin)
    outcomes = execution.run_paths(
        execution.engine(engine),
        inputs,
        seed=seed,
        paths=paths,
        twin=twin,
        threads=1 if engine == "reference" else threads,
        progress=progress,
        keep=None if kept is None else kept.add,
    )
    outcomes.kept_years = kept
    return outcomes


def _yearly(names: tuple[str, ...], inputs: Inputs, paths: int, *, twin: bool) -> Yearly | None:
    """Room for the yearly series asked for; none when none are, for they take more than all metrics do."""
    if not names:
        return None
    worlds = 2 if twin and inputs.twin is not None else 1
    return Yearly(names, paths, worlds, inputs.start[0], Context.of(inputs).years)
