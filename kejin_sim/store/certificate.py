"""The birth certificate of an output: everything needed to make it again, and nothing that differs between
equal runs.

It travels in the metadata of every Parquet file and at the head of the manifest. No name of a machine, a user
or a folder.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from kejin_sim import __version__
from kejin_sim.execution import Engine
from kejin_sim.jit import source_digest
from kejin_sim.parameters import registry_digest
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.folder import FORMAT
from kejin_sim.writing import as_typed

FORMAT_VERSION: Final = 1
LIBRARIES: Final = ("numpy", "numba", "llvmlite", "scipy", "pyarrow")  # llvmlite: the compiler below numba


def program_version() -> str:
    """Version of the package; which sources exactly, `source_digest` tells."""
    return __version__


def libraries(*more: str) -> dict[str, str]:
    """Versions of the libraries that a result can depend on, and of ``more`` that this one does."""
    return {name: importlib.metadata.version(name) for name in (*LIBRARIES, *more)}


def without_places(words: Sequence[str]) -> str:
    """A command line with every path cut down to its last part; written alike on every system, as certificates are compared."""
    return " ".join(as_typed(_last_part(word), windows=False) for word in words)


def _last_part(word: str) -> str:
    option, sign, value = word.partition("=") if word.startswith("--") else ("", "", word)
    if "/" in value or "\\" in value:
        value = PureWindowsPath(value).name or PurePosixPath(value).name
    return f"{option}{sign}{value}"


def command(scenario: str, paths: int, seed: int, engine: Engine, *, twin: bool) -> str:
    """The command that makes the same figures; ``scenario`` as the user named it."""
    words = ["kejin", "run", scenario, "--paths", str(paths), "--seed", str(seed)]
    words += [] if engine == "compiled" else ["--engine", engine]
    words += [] if twin else ["--no-twin"]
    return without_places(words)


def certificate(
    scenario: Scenario, dumped: str, named: str, *, seed: int, paths: int, twin: bool, engine: Engine
) -> dict[str, Any]:
    """The certificate of a run.

    Parameters: ``dumped``: the text of ``scenario.yaml``; ``named``: the scenario as the user named it;
    ``twin``: whether the baseline was simulated.
    """
    inputs = scenario.inputs()
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "kejin_sim": program_version(),
        "source_digest": source_digest(),
        "scenario": scenario.name,
        "title": scenario.letterhead.title,
        "baseline": scenario.baseline.name if twin and scenario.baseline is not None else None,
        "scenario_digest": hashlib.sha256(dumped.encode()).hexdigest(),
        "parameters_digest": registry_digest(),
        "inputs_digest": inputs.digest,
        "seed": seed,
        "paths": paths,
        "worlds": ["package", "twin"] if twin else ["package"],
        "engine": engine,
        "first_quarter": str(inputs.first_quarter),
        "quarters": inputs.horizon_quarters,
        "policy_years": inputs.policy_years,
        "command": command(named, paths, seed, engine, twin=twin),
        "python": platform.python_version(),
        "libraries": libraries(),
        "processor": platform.machine(),
    }
