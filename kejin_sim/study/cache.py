"""Points that were simulated before: per-path metrics on disk, addressed by everything that decides them.

A point of more paths begins with the paths of a shorter one, so a file is kept per point and grows. The folder may be deleted
at any time; what cannot be read or written counts as absent.
"""

from __future__ import annotations

import hashlib
import math
import platform
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from kejin_sim.execution import forget_old_caches
from kejin_sim.jit import cache_root, source_digest
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import pair_metrics, world_metrics
from kejin_sim.store.certificate import libraries
from kejin_sim.writing import whole_file

MOST_BYTES: Final = 2 * 1024**3
_SUFFIX: Final = ".npy"


def address(inputs_digest: str, seed: int, worlds: int, engine: str) -> str:
    """What a point's paths depend on, as one SHA-256: the numbers, the seed, the worlds, the engine, sources and libraries."""
    versions = " ".join(f"{name} {version}" for name, version in sorted(libraries().items()))
    text = f"{inputs_digest} {seed} {worlds} {engine} {source_digest()} {versions} {platform.machine()}"
    return hashlib.sha256(text.encode()).hexdigest()


class PointCache:
    """A folder of points, of one version of the sources, beside those of other versions."""

    def __init__(self, root: Path | None = None) -> None:
        self.folder = (root or cache_root() / "points") / source_digest()

    def get(self, key: str) -> Outcomes | None:
        """The paths known of a point."""
        with suppress(OSError, ValueError, EOFError):
            rows = np.load(self._file(key), allow_pickle=False)
            return _unpacked(rows)
        return None

    def put(self, key: str, outcomes: Outcomes) -> None:
        """Keep the paths of a point, unless as many are kept already; on a full or read-only disk nothing is kept."""
        with suppress(OSError):
            if outcomes.paths <= _paths_in(self._file(key)):
                return
            rows = np.concatenate([outcomes.worlds.reshape(-1, outcomes.paths), outcomes.pairs])
            self.folder.mkdir(parents=True, exist_ok=True)
            with whole_file(self._file(key)) as stream:
                np.save(stream, rows)

    def tidy(self) -> None:
        """Remove the points of all but the newest versions (`forget_old_caches`), and of those that stay the oldest points beyond
        `MOST_BYTES` in all.

        Only folders named by a source digest are touched, and in them only files.
        """
        with suppress(OSError):
            kept = forget_old_caches(self.folder)
            found = (path for folder in kept for path in folder.iterdir() if path.is_file())
            aged = sorted(((path.stat(), path) for path in found), key=lambda one: one[0].st_mtime, reverse=True)
            total = 0
            for known, path in aged:
                total += known.st_size
                if total > MOST_BYTES:
                    path.unlink()

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


def _paths_in(file: Path) -> int:
    """How many paths a file holds, from its head and its size; 0 where there is none or it is not whole."""
    with suppress(OSError, ValueError, EOFError), file.open("rb") as stream:
        np.lib.format.read_magic(stream)
        shape, _, kind = np.lib.format.read_array_header_1_0(stream)
        whole = stream.tell() + math.prod(shape) * kind.itemsize == file.stat().st_size
        return shape[1] if whole and len(shape) == 2 else 0
    return 0


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
