"""No loop of the engine reads or writes beside its arrays: every index of every bundled scenario is checked once.

Compiled code takes an index as it is, negative ones too (see `kejin_sim.linking`), so a wrong one would not be told by an error.
Here the engine is compiled once more with numba's own check of each index.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
