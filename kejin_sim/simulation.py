"""One call from a scenario to every metric of every path, for notebooks and scripts; nothing is written to disk."""

from __future__ import annotations

from pathlib import Path

from kejin_sim import execution
from kejin_sim.errors import InputError
from kejin_sim.execution import Engine, Progress
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario


def simulate(
    scenario: Scenario | str | Path,
    *,
    paths: int = 1000,
    seed: int = 1,
    twin: bool = True,
    threads: int | None = None,
    engine: Engine = "compiled",
    progress: Progress | None = None,
) -> Outcomes:
    """Simulate a scenario and its baseline on the same draws.

    Parameters: ``scenario``: a loaded one, a bundled name or a file; ``paths``: at least 1; ``seed``: in [0, 2**63);
    ``twin``: simulate the baseline too, when the scenario has one; ``threads``: all processors when None, without
    effect on the figures; ``progress``: called with the paths done and all paths.
    Returns: the outcomes; ``summarise`` turns them into means with errors. The first paths of a longer run are these.
    Errors: `InputError` for a scenario that is wrong or numbers out of range.
    """
    if paths < 1:
        raise InputError.of("路径数至少为 1。", "at least one path is needed.", key="paths")
    if not 0 <= seed < 2**63:
        raise InputError.of("种子应在 0 与 2^63 − 1 之间。", "a seed lies between 0 and 2^63 − 1.", key="seed")
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    return execution.run_paths(
        execution.engine(engine),
        loaded.inputs(),
        seed=seed,
        paths=paths,
        twin=twin,
        threads=1 if engine == "reference" else threads,
        progress=progress,
    )
