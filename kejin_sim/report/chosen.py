"""Study folders as a report reads them: tables with their labels and units, and charts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.parameters import registry_digest
from kejin_sim.scenario.load import load_numbers
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.folder import MANIFEST
from kejin_sim.study.folder import FORMAT, FORMAT_VERSION


@dataclass(frozen=True)
class Sheet:
    """A table of a study: ``labels`` and ``units`` by column in the current language, rows by column."""

    name: str
    labels: Mapping[str, str]
    units: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Study:
    """A study folder that has been checked. ``charts``: SVG drawings by name."""

    folder: Path
    kind: str
    titles: tuple[str, ...]
    manifest: Mapping[str, Any] = field(repr=False)
    sheets: tuple[Sheet, ...] = field(repr=False)
    charts: Mapping[str, bytes] = field(repr=False)

    @cached_property
    def packages(self) -> tuple[Scenario, ...]:
        """The packages that were compared, as they were; none of a study of one, or made with other parameters, which cannot be
        read. Errors: `InputError`."""
        if len(self.titles) < 2 or self.manifest.get("parameters_digest") != registry_digest():
            return ()
        return tuple(load_numbers(self.folder / f"scenario-{number}.yaml") for number in range(1, len(self.titles) + 1))


def is_study(folder: str | Path) -> bool:
    """Whether a folder says that it holds a study."""
    try:
        manifest = json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT


def open_study(folder: str | Path) -> Study:
    """Read a study. Errors: `InputError` when it is damaged or of another version of the program."""
    place = Path(folder)
    manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("format_version") != FORMAT_VERSION:
        made, version = manifest.get("kejin_sim", "?"), manifest.get("format_version")
        raise _refused(
            place, manifest,
            f"由 kejin_sim {made} 以格式 {version} 写出，本程序读格式 {FORMAT_VERSION}。",
            f"was written by kejin_sim {made} in format {version}; this program reads format {FORMAT_VERSION}.",
        )  # fmt: skip
    files = manifest.get("files")
    for name, described in (files if isinstance(files, dict) else {MANIFEST: {}}).items():
        path = place / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != described.get("sha256"):
            raise _refused(place, manifest, f"{name} 损坏或被改动。", f"{name} is damaged or has been changed.")
    sheets = tuple(_sheet(path) for path in sorted(place.glob("*.parquet")) if path.name in files)  # type: ignore[operator]
    charts = {path.stem: path.read_bytes() for path in sorted(place.glob("*.svg"))}
    titles = tuple(str(one.get("title", "")) for one in manifest.get("scenarios", ()))
    return Study(place, str(manifest.get("study", "")), titles, manifest, sheets, charts)


def _refused(place: Path, manifest: Mapping[str, Any], zh: str, en: str) -> InputError:
    command = manifest.get("command", "")
    return InputError.of(zh, en, file=str(place), hint_zh=f"重新运行：{command}", hint_en=f"run it again: {command}")


def _sheet(path: Path) -> Sheet:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    labels, units = {}, {}
    for column in table.schema:
        said = {k.decode(): v.decode() for k, v in (column.metadata or {}).items()}
        labels[column.name] = t(said.get("label_zh", column.name), said.get("label_en", column.name))
        units[column.name] = t(said.get("unit_zh", ""), said.get("unit_en", ""))
    return Sheet(path.stem, labels, units, tuple(table.to_pylist()))
