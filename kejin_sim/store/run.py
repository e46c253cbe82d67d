"""A run from a scenario to a folder: simulate, compute, write, put in place."""

from __future__ import annotations

import datetime
import json
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kejin_sim import execution
from kejin_sim.errors import MachineError
from kejin_sim.execution import Engine, Progress
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.representative import Representative, representatives
from kejin_sim.outcomes.summary import Summary, summarise
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.certificate import certificate, without_places
from kejin_sim.store.folder import BASE, MANIFEST, SCENARIO, Target, described, whole


class Interrupted(MachineError):
    """The user stopped the run; nothing half-written is left. Exit code 130, as shells use for an interruption."""

    exit_code = 130


@dataclass(frozen=True)
class Order:
    """What to run.

    ``named``: the scenario as the user named it. ``twin``: simulate the baseline too, when the scenario has
    one. ``threads``: all processors when None. ``block``: paths per block, chosen by the program when None.
    ``words``: the command line. ``base``: what the scenario's file extends, for reports to say what was changed.
    """

    scenario: Scenario
    named: str
    target: Target
    paths: int
    seed: int
    twin: bool = True
    engine: Engine = "compiled"
    threads: int | None = None
    block: int | None = None
    words: Sequence[str] = ()
    base: Scenario | None = None

    @property
    def has_twin(self) -> bool:
        """Whether the twin is simulated."""
        return self.twin and self.scenario.baseline is not None


@dataclass(frozen=True)
class Finished:
    """A run that is done: where it is and what it says. ``seconds``: simulation, whole run."""

    folder: Path
    outcomes: Outcomes
    summary: Summary
    representatives: tuple[Representative, ...]
    manifest: Mapping[str, Any] = field(repr=False)
    seconds: float


def perform(order: Order, progress: Progress | None = None) -> Finished:
    """Run a scenario and write its folder.

    Errors: `MachineError` when the disk refuses, `Interrupted` when the user interrupts; `InputError` when the folder
    is no place for a run. In either case nothing half-written stays behind.
    """
    began = time.perf_counter()
    try:
        with whole(order.target) as (hidden, done):
            outcomes, summary, chosen, manifest = _fill(hidden, order, progress, began)
    except KeyboardInterrupt:
        raise Interrupted("已中断，没有留下半成品。", "Interrupted; nothing half-written is left.") from None
    return Finished(done[0], outcomes, summary, chosen, manifest, time.perf_counter() - began)


def _fill(
    hidden: Path, order: Order, progress: Progress | None, began: float
) -> tuple[Outcomes, Summary, tuple[Representative, ...], dict[str, Any]]:
    """Everything that goes into the folder."""
    from kejin_sim.store import tables

    scenario, inputs = order.scenario, order.scenario.inputs()
    simulate = execution.engine(order.engine)
    # The reference engine is plain Python and holds the interpreter's lock: threads would only slow it down.
    threads = 1 if order.engine == "reference" else order.threads or execution.default_threads()
    dumped = scenario.dump()
    birth = certificate(
        scenario, dumped, order.named,
        seed=order.seed, paths=order.paths, twin=order.has_twin, engine=order.engine,
    )  # fmt: skip
    years = tables.YearsWriter(hidden, inputs.first_quarter.year, birth, twin=order.has_twin)
    try:
        outcomes = execution.run_paths(
            simulate, inputs, seed=order.seed, paths=order.paths, twin=order.has_twin, threads=threads,
            block=order.block, progress=progress, keep=years.add,
        )  # fmt: skip
        simulated = time.perf_counter() - began
        years.finish()
    except BaseException:
        years.abandon()
        raise
    chosen = representatives(outcomes)
    worlds = 1 + order.has_twin
    blocks = [(one, simulate(inputs, order.seed, one.path, 1, worlds)) for one in chosen]
    summary = summarise(outcomes)
    (hidden / SCENARIO).write_text(dumped, encoding="utf-8", newline="\n")
    if order.base is not None:
        (hidden / BASE).write_text(order.base.dump(), encoding="utf-8", newline="\n")
    tables.write_paths(hidden, outcomes, birth)
    tables.write_representative(hidden, blocks, inputs.first_quarter, birth)
    tables.write_summary(hidden, summary)
    manifest = birth | {
        "extends": None if order.base is None else order.base.name,
        "representatives": [{"name": o.name, "path": o.path, "fiscal_net_cost": o.net_cost} for o in chosen],
        "files": {path.name: described(path) for path in sorted(hidden.iterdir())},
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "invoked": without_places(order.words),
        "platform": platform.system(),
        "threads": threads,
        "seconds": {"simulation": round(simulated, 3), "all": round(time.perf_counter() - began, 3)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (hidden / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    return outcomes, summary, chosen, manifest
