"""No loop of the engine reads or writes beside its arrays: every index that bundled scenarios come to is checked.

Compiled code takes an index as it is, negative ones too (see `kejin_sim.linking`), so a wrong one would not be told by an error.
Here the engine is compiled once more with numba's own check of each index, and no compiled function may count from the end.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kejin_sim
from kejin_sim import jit

PROGRAM = """
import numpy as np
from kejin_sim.engine.run import simulate
from kejin_sim.jit import compiled, internal
from kejin_sim.scenario.files import bundled
from kejin_sim.scenario.load import load_scenario

@internal
def look(values: np.ndarray, at: int) -> float:
    return values[at]

@compiled
def beside(values: np.ndarray, at: int) -> float:
    return look(values, at)

assert beside(np.array([4.0, 5.0]), 1) == 5.0
for at in (-1, 2):
    try:
        beside(np.array([4.0, 5.0]), at)
    except IndexError:
        print("checked")
played = 0
for name in bundled():
    simulate(load_scenario(name).inputs(), 1, 0, 2)
    played += 1
print(played)
"""


@pytest.mark.long
@pytest.mark.skipif(not jit.COMPILES, reason="nothing is compiled under NUMBA_DISABLE_JIT")
def test_every_index_of_the_engine_is_within_its_array(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "KEJIN_CACHE_DIR": str(tmp_path / "cache")}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, str(program)], env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    *checked, played = done.stdout.split()
    assert checked == ["checked", "checked"]
    assert int(played) > 50


COMPILED = {
    name for name in vars(jit) if name.startswith(("compiled", "inlined", "internal", "vectorised", "array_maker"))
}


def from_the_end(tree: ast.AST) -> list[int]:
    """Lines of compiled functions with a subscript that is, or contains at its top, a negative number."""
    found: list[int] = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        if not any(isinstance(by, ast.Name) and by.id in COMPILED for by in function.decorator_list):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript):
                parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                if any(isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub) for part in parts):
                    found.append(node.lineno)
    return found


def test_no_compiled_function_counts_from_the_end() -> None:
    example = "@internal\ndef last(values, n):\n    return values[n, -1]\n"
    assert from_the_end(ast.parse(example)) == [3]
    assert {"internal", "compiled", "vectorised_inlined"} <= COMPILED
    package = Path(kejin_sim.__file__).parent
    found = {
        path.relative_to(package).as_posix(): lines
        for path in sorted(package.rglob("*.py"))
        if (lines := from_the_end(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}
