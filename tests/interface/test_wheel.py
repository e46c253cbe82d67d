"""The package as others get it: a wheel installed elsewhere finds its scenarios and data, away from the repository.

Machine code is kept per place of the sources, so that the wheel's engine is compiled once more; here with numba's own check of
every index, for compiled code takes an index as it is (see `kejin_sim.linking`) and would not tell of a wrong one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import kejin_sim
from kejin_sim import jit
from kejin_sim.scenario.files import bundled

ROOT = Path(__file__).resolve().parents[2]
CALL = "import sys; from kejin_sim.cli.app import main; sys.exit(main())"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the wheel, and nothing else, is unpacked as pip unpacks a wheel of pure Python."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables under which every index is checked, with one place for the machine code of all who use them."""
    return {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path_factory.mktemp("cache"))}


def kejin(
    site: Path, here: Path, *words: str, code: str = CALL, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Call the installed program in a folder away from the repository."""
    environment = {**os.environ, "PYTHONPATH": str(site), "KEJIN_LANG": "en", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=here,
        env=environment | (variables or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_holds_code_and_data_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
        described = wheel.read(next(name for name in held if name.endswith("METADATA"))).decode()
    top = {name.partition("/")[0] for name in held}
    assert top == {"kejin_sim", f"kejin_sim-{kejin_sim.__version__}.dist-info"}
    package = ROOT / "kejin_sim"
    kinds = {".py", ".toml", ".yaml", ".typ"}
    mine = {f"kejin_sim/{p.relative_to(package).as_posix()}" for p in package.rglob("*") if p.suffix in kinds}
    shipped = {
        f"kejin_sim/_scenarios/{p.relative_to(ROOT / 'scenarios').as_posix()}"
        for p in (ROOT / "scenarios").rglob("*.yaml")
    }
    typed = {"kejin_sim/py.typed"}  # whoever imports the package has its types
    assert {name for name in held if name.startswith("kejin_sim/")} == mine | shipped | typed
    assert "License-Expression: Apache-2.0" in described
    assert f"kejin_sim-{kejin_sim.__version__}.dist-info/licenses/LICENSE" in held


def test_the_source_distribution_can_be_tested(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("pyproject.toml", "README.md", "LICENSE", ".ci/run", "scenarios/ningbo.yaml", "tests/conftest.py",
                 "tests/interface/test_wheel.py", "kejin_sim/world/rules.toml", "benchmarks/engine.py"):  # fmt: skip
        assert name in held, name
    assert not any("__pycache__" in name or name.startswith("runs") for name in held)


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.strip().startswith("Apache License")
    assert "END OF TERMS AND CONDITIONS" in text


def test_scenarios_are_found_away_from_the_repository(site: Path, tmp_path: Path) -> None:
    for name in ("ningbo", "stress_winter"):
        said = kejin(site, tmp_path, "check", name)
        assert said.returncode == 0, said.stderr
        assert "_scenarios" in said.stdout
    found = json.loads(kejin(site, tmp_path, "doctor", "--json").stdout)
    assert found["usable"] is True
    assert found["program"]["scenarios"] == len(bundled())
    assert found["program"]["version"] == kejin_sim.__version__
    assert list(tmp_path.iterdir()) == []


def test_its_data_are_read_from_the_wheel(site: Path, tmp_path: Path) -> None:
    assert kejin(site, tmp_path, "params", "measures.equity.seed_direct.reward").returncode == 0
    said = kejin(site, tmp_path, "rules", "E9")
    assert said.returncode == 0
    assert "E9" in said.stdout
    assert kejin(site, tmp_path, "schema").returncode == 0
    assert kejin(site, tmp_path, "new", "mine.yaml").returncode == 0
    assert kejin(site, tmp_path, "check", "mine.yaml").returncode == 0


@pytest.mark.long
def test_the_main_job_runs_from_the_wheel(site: Path, tmp_path: Path, checked: dict[str, str]) -> None:
    said = kejin(site, tmp_path, "run", "demo", "--paths", "3", "--json", variables=checked)
    assert said.returncode == 0, said.stderr
    answer = json.loads(said.stdout)
    assert answer["paths"] == 3
    assert (tmp_path / "runs" / "demo-1-3" / "manifest.json").is_file()
    drawn = kejin(site, tmp_path, "chart", "runs/demo-1-3")
    assert drawn.returncode == 0, drawn.stderr


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
def test_every_index_that_bundled_scenarios_come_to_is_within_its_array(
    site: Path, tmp_path: Path, checked: dict[str, str]
) -> None:
    program = tmp_path / "program.py"  # a file: numba reads the source of what it compiles
    program.write_text(PROGRAM, encoding="utf-8")
    done = kejin(site, tmp_path, code=f"import runpy; runpy.run_path({str(program)!r})", variables=checked)
    assert done.returncode == 0, done.stderr[-4000:]
    *found, played = done.stdout.split()
    assert found == ["checked", "checked"]
    assert int(played) == len(bundled())
