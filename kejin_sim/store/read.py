"""Reading a run folder back, for reports and for researchers. What is not a whole run of this format is
refused in words."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.store.certificate import FORMAT_VERSION
from kejin_sim.store.folder import BASE, CONTENTS, FORMAT, MANIFEST, PATHS, REPRESENTATIVE, SCENARIO, SUMMARY, YEARLY

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from kejin_sim.scenario.scenario import Scenario

_AGAIN = ("重新运行：", "run it again: ")


def _refuse(folder: Path, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> InputError:
    return InputError.of(zh, en, file=str(folder), hint_zh=hint_zh, hint_en=hint_en)


@dataclass(frozen=True)
class Run:
    """A run folder that has been checked: its manifest and, when asked for, its tables as pandas frames."""

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)

    @cached_property
    def paths(self) -> pd.DataFrame:
        """One row a path, indexed by ``path``; a metric's twin has the suffix ``_twin``."""
        return self._parquet(PATHS).set_index("path")

    @cached_property
    def years(self) -> pd.DataFrame:
        """One row a path and fiscal year."""
        return self._parquet(YEARLY)

    @cached_property
    def representative(self) -> pd.DataFrame:
        """The representative paths, quarter by quarter."""
        return self._parquet(REPRESENTATIVE)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Means, errors, intervals and quantiles, indexed by metric and world."""
        import pandas as pd

        try:
            return pd.read_csv(self.folder / SUMMARY, encoding="utf-8-sig").set_index(["metric", "world"])
        except (OSError, ValueError, KeyError) as error:
            raise self.damaged(SUMMARY) from error

    @cached_property
    def rows(self) -> dict[tuple[str, str], dict[str, str]]:
        """The rows of ``summary.csv`` as they are written, by metric and world. Errors: `InputError`."""
        try:
            with (self.folder / SUMMARY).open(encoding="utf-8-sig", newline="") as stream:
                return {(row["metric"], row["world"]): row for row in csv.DictReader(stream)}
        except (OSError, ValueError, KeyError) as error:
            raise self.damaged(SUMMARY) from error

    @cached_property
    def loaded(self) -> Scenario:
        """The scenario of the run, as it was resolved. Errors: `InputError`."""
        from kejin_sim.scenario.load import load_scenario

        return load_scenario(self.folder / SCENARIO)

    @cached_property
    def base(self) -> Scenario | None:
        """What the scenario extends, as it was when the run was made; None where it extends nothing. Errors: `InputError`."""
        if BASE not in self.manifest["files"]:
            return None
        from kejin_sim.scenario.load import load_numbers

        return replace(load_numbers(self.folder / BASE), name=str(self.manifest.get("extends")))

    def yearly(self, *names: str) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:
        """The fiscal years, and of each named column of ``years.parquet`` float64[path, fiscal year]; only these
        columns are read."""
        import pyarrow.parquet as pq

        paths = int(self.manifest["paths"])
        try:
            table = pq.read_table(self.folder / YEARLY, columns=["year", *names])
            years = table["year"].to_numpy().reshape(paths, -1)[0]
            return years, {name: table[name].to_numpy().reshape(paths, -1) for name in names}
        except (OSError, ValueError, KeyError) as error:
            raise self.damaged(YEARLY) from error

    def sample(self, *names: str) -> dict[str, NDArray[np.float64]]:
        """Columns of ``paths.parquet`` by name, one value a path; only these are read. Errors: `InputError`."""
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(self.folder / PATHS, columns=list(names))
            return {name: table[name].to_numpy() for name in names}
        except (OSError, ValueError, KeyError) as error:
            raise self.damaged(PATHS) from error

    def row(self, path: int) -> dict[str, float]:
        """What ``paths.parquet`` has of one path, by column; the paths beside it are not kept. Errors: `InputError`."""
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(self.folder / PATHS, filters=[("path", "==", path)])
            (found,) = table.drop_columns("path").to_pylist()
        except (OSError, ValueError, KeyError) as error:
            raise self.damaged(PATHS) from error
        return {name: float("nan") if value is None else float(value) for name, value in found.items()}

    @property
    def scenario(self) -> str:
        """The resolved scenario, as YAML."""
        return (self.folder / SCENARIO).read_text(encoding="utf-8")

    @property
    def has_twin(self) -> bool:
        """Whether the run compares with a baseline."""
        return "twin" in self.manifest["worlds"]

    def columns(self, name: str = PATHS) -> dict[str, dict[str, str]]:
        """What the columns of a Parquet file are: label, unit, formula, direction, by name of the column."""
        import pyarrow.parquet as pq

        try:
            schema = pq.read_schema(self.folder / name)
        except (OSError, ValueError) as error:
            raise self.damaged(name) from error
        return {
            column.name: {
                k.decode(): v.decode() for k, v in (column.metadata or {}).items() if not k.startswith(b"PARQUET")
            }
            for column in schema
        }

    def label(self, metric: str) -> str:
        """Label of a metric in the current language, as it was when the run was made."""
        described = self.columns()[metric]
        return t(described["label_zh"], described["label_en"])

    def verify(self) -> None:
        """Compare every file with its digest in the manifest. Errors: `InputError` for the first that differs."""
        for name, described in self.manifest["files"].items():
            with (self.folder / name).open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != described["sha256"]:
                    raise self.damaged(name)

    def _parquet(self, name: str) -> pd.DataFrame:
        import pyarrow.parquet as pq

        try:
            frame: pd.DataFrame = pq.read_table(self.folder / name).to_pandas()
        except (OSError, ValueError) as error:  # pyarrow's errors are of these two kinds
            raise self.damaged(name) from error
        return frame

    def damaged(self, name: str) -> InputError:
        """What to say of a file of the folder that is not what the manifest says."""
        command = self.manifest.get("command", "")
        return _refuse(
            self.folder, f"{name} 损坏或被改动。", f"{name} is damaged or has been changed.",
            _AGAIN[0] + command, _AGAIN[1] + command,
        )  # fmt: skip


_TOLD: Final = {
    "title": str, "command": str, "first_quarter": str, "inputs_digest": str, "worlds": list, "seed": int, "paths": int,
    "quarters": int, "policy_years": int, "representatives": list,
}  # fmt: skip
"""What readers take from a manifest, and of what kind it is."""


def open_run(folder: str | Path) -> Run:
    """Open a run folder.

    Errors: `InputError` when there is none, when it is not whole, when it belongs to another program, when it
    was written in another format, or when a file is missing or has another size than the manifest says.
    """
    place = Path(folder)
    if not place.is_dir():
        raise _refuse(
            place, "没有这个文件夹。", "there is no such folder.",
            "写一个运行结果文件夹，例如 runs/ningbo-1-1000。", "name a run folder, such as runs/ningbo-1-1000.",
        )  # fmt: skip
    manifest = _manifest(place)
    version = manifest.get("format_version")
    command = str(manifest.get("command", "kejin run …"))
    if version != FORMAT_VERSION:
        made = manifest.get("kejin_sim", "?")
        raise _refuse(
            place,
            f"由 kejin_sim {made} 以格式 {version} 写出，本程序读格式 {FORMAT_VERSION}。",
            f"was written by kejin_sim {made} in format {version}; this program reads format {FORMAT_VERSION}.",
            _AGAIN[0] + command,
            _AGAIN[1] + command,
        )
    run = Run(place, manifest)
    files = manifest.get("files")
    if not isinstance(files, dict) or not set(CONTENTS) <= set(files):
        raise run.damaged(MANIFEST)
    if any(not isinstance(manifest.get(name), kind) for name, kind in _TOLD.items()):
        raise run.damaged(MANIFEST)
    for name, described in files.items():
        path = place / name
        if not path.is_file() or not isinstance(described, dict) or path.stat().st_size != described.get("bytes"):
            raise run.damaged(name)
    return run


def _manifest(place: Path) -> dict[str, Any]:
    """The manifest, if it is one."""
    path = place / MANIFEST
    if not path.is_file():
        raise _refuse(
            place,
            f"不是运行结果文件夹（没有 {MANIFEST}）。",
            f"is not a run folder (it has no {MANIFEST}).",
            "未写完的运行不会留下文件夹；重新运行 kejin run。",
            "an unfinished run leaves no folder; run kejin run again.",
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refuse(
            place, f"{MANIFEST} 读不出来，文件夹已损坏。", f"{MANIFEST} cannot be read: the folder is damaged.",
            "重新运行 kejin run。", "run kejin run again.",
        ) from error  # fmt: skip
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _refuse(
            place, "不是本程序写出的运行结果。", "was not written by this program.",
            "写一个 kejin run 的结果文件夹。", "name a folder that kejin run wrote.",
        )  # fmt: skip
    return manifest
