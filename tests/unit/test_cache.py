"""Machine code is never older than its sources; that of replaced versions does not pile up; nothing else is ever removed."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import grimp
import pytest

import kejin_sim
from kejin_sim import jit
from kejin_sim.engine.run import simulate
from kejin_sim.execution import KEPT_CACHES, forget_old_caches
from kejin_sim.scenario.load import load_scenario


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


def test_whatever_compiled_code_imports_decides_where_it_is_kept() -> None:
    graph = grimp.build_graph("kejin_sim", exclude_type_checking_imports=True, cache_dir=None)
    root = Path(kejin_sim.__file__).parent
    compiles = {
        module
        for module in graph.find_modules_that_directly_import("kejin_sim.jit")
        if any(
            f"@{decorator}\n" in _source(root, module)
            for decorator in ("compiled", "inlined", "vectorised", "vectorised_inlined", "internal", "internal_inlined")
        )
    }
    assert "kejin_sim.engine.kernel" in compiles
    reached = compiles.union(*(graph.find_upstream_modules(module) for module in compiles), {"kejin_sim.engine.run"})
    for module in reached:
        part = module.split(".")[1]
        assert part not in jit.NEVER_COMPILED, module
        assert f"{part}.py" not in jit.NEVER_COMPILED, module
        if part == "measures":
            assert f"{module.rsplit('.', 1)[-1]}.py" not in jit.NEVER_COMPILED_IN_ROOMS, module


def test_a_users_own_place_is_divided_by_versions_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """numba looks at one file only: without it an edited rule would run its old code there, under a new certificate."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert jit.numba_cache() == tmp_path / jit.compiled_digest()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(jit.numba_cache()))  # as a process that this one starts sees it
    assert jit.numba_cache() == tmp_path / jit.compiled_digest()
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert jit.numba_cache() == jit.compiled_cache()


def _source(root: Path, module: str) -> str:
    path = root.joinpath(*module.split(".")[1:])
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "changes"),
    [("world/exits.py", True), ("engine/new.py", True), ("cli/app.py", False), ("simulation.py", False)],
)
def test_an_edit_changes_the_folder_only_where_code_is_compiled(
    name: str, changes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    for folder in ("world", "engine", "cli"):
        (tmp_path / folder).mkdir()
    before = jit._digest(jit.NEVER_COMPILED)
    everything = jit._digest(())
    (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    assert (jit._digest(jit.NEVER_COMPILED) != before) == changes
    assert jit._digest(()) != everything


def test_a_start_from_the_cache_imports_nothing_that_only_compiling_needs(tmp_path: Path) -> None:
    program = (
        "import sys; from kejin_sim.random import normal; from kejin_sim.outcomes.returns import irr_rows as rates;"
        "import numpy as np; print(round(normal(0.975), 12), rates(np.array([[-100.0, 50.0, 70.0]])),"
        " 'numba.np.linalg' in sys.modules)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            env={**os.environ, "KEJIN_CACHE_DIR": str(tmp_path), "NUMBA_CACHE_DIR": ""},
        ).stdout.split()
        for _ in range(2)
    ]  # fmt: skip
    assert said[0][-1] == "True", "what is compiled needs it"
    assert said[1][-1] == "False"
    assert said[0][:-1] == said[1][:-1], "numbers, and arrays that compiled code makes"


def test_whoever_has_imported_numba_before_us_finds_the_code_in_our_folder_too(tmp_path: Path) -> None:
    """In numba's own place, beside the source, it would outlive an edit of what it calls."""
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    subprocess.run(
        [sys.executable, "-c", "import numba; from kejin_sim.random import normal; normal(0.5)"],
        check=True, env={**environment, "KEJIN_CACHE_DIR": str(tmp_path)},
    )  # fmt: skip
    assert {path.suffix for path in (tmp_path / "compiled" / jit.compiled_digest()).rglob("*.nb?")} == {".nbi", ".nbc"}


def test_an_engine_from_the_cache_makes_no_part() -> None:
    program = (
        "from kejin_sim.engine import kernel; from kejin_sim.engine.run import simulate;"
        "from kejin_sim.scenario.load import load_scenario;"
        "print(int(simulate(load_scenario('demo').inputs(), 1, 0, 1).enterprise_quarters[0]), 'part' in vars(kernel.run_path))"
    )
    stepped = int(simulate(load_scenario("demo").inputs(), 1, 0, 1).enterprise_quarters[0])  # it is in the cache now
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert said == [str(stepped), "False"]


def test_what_stands_for_a_part_is_that_part_to_its_callers() -> None:
    @jit.internal
    def double(x: float) -> float:
        """Twice."""
        return 2.0 * x

    awaited: Any = double
    assert (awaited.__name__, awaited.__doc__, awaited.py_func(2.0)) == ("double", "Twice.", 4.0)
    assert "part" not in vars(awaited)

    @jit.compiled
    def outer(x: float) -> float:
        return double(x) + double(1)

    assert outer(2.0) == 6.0
    assert len(awaited.part.overloads) == len(awaited.signatures) == 2


def test_the_collector_rests_only_while_something_is_compiled() -> None:
    seen = []

    @jit.internal
    def double(x: float) -> float:
        return 2.0 * x

    @jit.compiled
    def outer(x: float) -> float:
        return double(x) + 1.0

    class Watch(jit.event.Listener):  # type: ignore[misc]
        def on_start(self, event: object) -> None:
            seen.append(gc.isenabled())

        def on_end(self, event: object) -> None:
            seen.append(gc.isenabled())

    watch = Watch()
    jit.event.register("numba:compile", watch)
    try:
        assert outer(1.0) == 3.0
    finally:
        jit.event.unregister("numba:compile", watch)
    assert seen[:-1]
    assert not any(seen[:-1])
    assert gc.isenabled()
