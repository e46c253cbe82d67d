"""Machine code of replaced versions does not pile up, and nothing else is ever removed."""

from __future__ import annotations

import os
from pathlib import Path

from kejin_sim.execution import KEPT_CACHES, forget_old_caches


def folder(parent: Path, name: str, age: int) -> Path:
    made = parent / name
    made.mkdir()
    (made / "index.nbi").write_text("x", encoding="utf-8")
    os.utime(made, (1_000_000 - age, 1_000_000 - age))
    return made


def test_only_the_newest_versions_stay(tmp_path: Path) -> None:
    ours = [folder(tmp_path, f"{number:016x}", age=number) for number in range(7)]
    others = [folder(tmp_path, "notes", 99), folder(tmp_path, "0123", 99)]
    current = folder(tmp_path, "f" * 16, age=50)
    forget_old_caches(current)
    assert current.exists()
    assert [path.exists() for path in ours] == [n < KEPT_CACHES - 1 for n in range(7)]
    assert all(path.exists() for path in others)


def test_a_folder_that_the_user_chose_is_left_alone(tmp_path: Path) -> None:
    sisters = [folder(tmp_path, f"{number:016x}", age=number) for number in range(7)]
    forget_old_caches(folder(tmp_path, "mine", 0))
    assert all(path.exists() for path in sisters)
