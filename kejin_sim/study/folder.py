"""The folder of a study: its tables, the scenarios it compared, its charts and where all of it comes from.

Written whole or not at all, as a run folder is.
"""

from __future__ import annotations

import datetime
import json
import platform
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kejin_sim.jit import source_digest
from kejin_sim.parameters import registry_digest
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.certificate import libraries, program_version, without_places
from kejin_sim.store.folder import MANIFEST, Target, choose_folder, described, plain, whole
from kejin_sim.study.excel import assumptions, origins, write_workbook
from kejin_sim.study.table import Table, batch, write_files

FORMAT: Final = "kejin-study"
FORMAT_VERSION: Final = 1
STUDIES: Final = "studies"
WORKBOOK: Final = "study.xlsx"
LIBRARIES_OF: Final = {"combos": ("moocore",), "sensitivity": ("SALib",)}
"""Libraries that the figures of a study depend on besides those of every run."""

Draw = Callable[[Path], None]
"""Draws the charts of a study into a folder."""


@dataclass(frozen=True)
class StudyOrder:
    """What every study is asked: where the results go, how many paths, which seed, and in which forms.

    ``words``: the command line. ``settings``: what else decides the results, for the certificate.
    """

    study: str
    target: Target
    scenarios: Sequence[Scenario]
    paths: int
    seed: int
    engine: str = "compiled"
    excel: bool = False
    words: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def choose(out: str | Path | None, study: str, name: str, *, force: bool) -> Target:
    """Decide where a study goes: ``studies/<study>-<name>`` unless the user says. Errors: `InputError`."""
    return choose_folder(out, Path(STUDIES) / f"{study}-{plain(name)}", FORMAT, force=force)


def certificate(order: StudyOrder) -> dict[str, Any]:
    """Everything needed to make the study again, and nothing that differs between equal studies."""
    listed = [
        {
            "name": scenario.name,
            "title": scenario.letterhead.title,
            "baseline": scenario.baseline.name if scenario.baseline is not None else None,
            "inputs_digest": scenario.digest,
        }
        for scenario in order.scenarios
    ]
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "study": order.study,
        "kejin_sim": program_version(),
        "source_digest": source_digest(),
        "parameters_digest": registry_digest(),
        "scenarios": listed,
        "seed": order.seed,
        "paths": order.paths,
        "engine": order.engine,
        "settings": dict(order.settings),
        "command": without_places(order.words),
        "python": platform.python_version(),
        "libraries": libraries(*LIBRARIES_OF.get(order.study, ())),
        "processor": platform.machine(),
    }


def write(
    order: StudyOrder, tables: Sequence[Table], *, draw: Draw | None = None, notes: Mapping[str, Any] | None = None
) -> tuple[Path, dict[str, Any]]:
    """Write a study.

    Parameters: ``tables``: each becomes ``<name>.parquet`` and ``<name>.csv``, and a sheet of ``study.xlsx`` when the order
    asks for Excel; ``draw``: draws its charts; ``notes``: results for the manifest that no table holds.
    Returns: the folder and its manifest. Errors: `MachineError`, `InputError` as for a run folder.
    """
    birth = certificate(order)
    with whole(order.target) as (hidden, done):
        for number, scenario in enumerate(order.scenarios, 1):
            name = "scenario.yaml" if len(order.scenarios) == 1 else f"scenario-{number}.yaml"
            (hidden / name).write_text(scenario.dump(), encoding="utf-8", newline="\n")
        for table in tables:
            parquet, text = hidden / f"{table.name}.parquet", hidden / f"{table.name}.csv"
            write_files(parquet, text, table.columns, [batch(table.columns, table.rows)], birth)
        if order.excel:
            write_workbook(
                hidden / WORKBOOK, [*(table.spoken() for table in tables), assumptions(order.scenarios), origins(birth)]
            )
        if draw is not None:
            draw(hidden)
        manifest = manifest_of(hidden, birth, notes or {})
    return done[0], manifest


def manifest_of(
    folder: Path, birth: Mapping[str, Any], notes: Mapping[str, Any], names: Collection[str] | None = None
) -> dict[str, Any]:
    """Describe the files of a folder and write its manifest; ``names``: the study's own, where others may lie there too."""
    manifest = dict(birth) | {
        "results": dict(notes),
        "files": {
            path.name: described(path)
            for path in sorted(folder.iterdir())
            if path.is_file() and (names is None or path.name in names)
        },
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "platform": platform.system(),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    return manifest
