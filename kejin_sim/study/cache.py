"""Points that were simulated before: per-path metrics on disk, addressed by everything that decides them.

A point of more paths begins with the paths of a shorter one, so a file is kept per point and grows. The folder may be deleted
at any time; what cannot be read or written counts as absent.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from kejin_sim.jit import cache_root, source_digest
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import pair_metrics, world_metrics
from kejin_sim.store.certificate import libraries

MOST_BYTES: Final = 2 * 1024**3
_SUFFIX: Final = ".npy"


def address(inputs_digest: str, seed: int, worlds: int, engine: str) -> str:
    """What a point's paths depend on, as one SHA-256: the numbers, the seed, the worlds, the engine, sources and libraries."""
    versions = " ".join(f"{name} {version}" for name, version in sorted(libraries().items()))
    text = f"{inputs_digest} {seed} {worlds} {engine} {source_digest()} {versions} {platform.machine()}"
    return hashlib.sha256(text.encode()).hexdigest()


class PointCache:
    """A folder of points, of one version of the sources; other versions' points are removed."""

    def __init__(self, root: Path | None = None) -> None:
        self.folder = (root or cache_root() / "points") / source_digest()

    def get(self, key: str) -> Outcomes | None:
        """The paths known of a point."""
        with suppress(OSError, ValueError, EOFError):
            rows = np.load(self.folder / f"{key}{_SUFFIX}", allow_pickle=False)
            return _unpacked(rows)
        return None

    def put(self, key: str, outcomes: Outcomes) -> None:
        """Keep the paths of a point; on a full or read-only disk nothing is kept."""
        rows = np.concatenate([outcomes.worlds.reshape(-1, outcomes.paths), outcomes.pairs])
        name = ""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".", dir=self.folder)
            with os.fdopen(handle, "wb") as stream:
                np.save(stream, rows)
            Path(name).replace(self.folder / f"{key}{_SUFFIX}")
            name = ""
        if name:
            with suppress(OSError):
                Path(name).unlink()

    def tidy(self) -> None:
        """Remove other versions' points, and the oldest of this one beyond `MOST_BYTES`.

        Only folders named by a source digest are touched, and of this version's only files.
        """
        with suppress(OSError):
            for other in self.folder.parent.iterdir():
                if other.is_dir() and other != self.folder and re.fullmatch(r"[0-9a-f]{16}", other.name):
                    shutil.rmtree(other, ignore_errors=True)
            found = (path for path in self.folder.iterdir() if path.is_file())
            files = sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
            total = 0
            for path in files:
                total += path.stat().st_size
                if total > MOST_BYTES:
                    path.unlink()


def _unpacked(rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Outcomes | None:
    metrics, pairs = len(world_metrics()), len(pair_metrics())
    worlds = {metrics: 1, 2 * metrics + pairs: 2}.get(rows.shape[0])
    if worlds is None:
        return None
    outcomes = Outcomes(rows.shape[1], worlds)
    outcomes.worlds[:] = rows[: worlds * metrics].reshape(worlds, metrics, -1)
    outcomes.pairs[:] = rows[worlds * metrics :]
    outcomes.filled = outcomes.paths
    return outcomes
