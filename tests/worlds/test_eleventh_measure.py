"""An eleventh measure plugs in: its own folder and one name in the list of measures, nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kejin_sim
from kejin_sim.measures import MEASURES

ROOM = Path(__file__).parent / "eleventh"
PROGRAM = """
import json
from kejin_sim.engine.run import simulate
from kejin_sim.reference.run import simulate as reference
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import set_values
from kejin_sim.outcomes.registry import by_name
from kejin_sim.rules import by_id
from kejin_sim.postings import by_name as posting
from kejin_sim.streams import streams
from tests.agreement.compare import differences

small = {"time.burn_in_years": 1, "time.policy_years": 2, "time.horizon_years": 3, "world.arrivals.per_year": 12}
inputs = set_values(load_scenario("demo"), small).inputs()
off = set_values(load_scenario("demo"), {**small, "measures.eleventh.enabled": 0}).inputs()
a, b, none = simulate(inputs, 1, 0, 1), reference(inputs, 1, 0, 1), simulate(off, 1, 0, 1)
fee = posting("evening_fee").number
print(json.dumps({
    "differences": differences(a, b),
    "paid": float(a.flows[0, 0, fee].sum()),
    "off": float(none.flows[0, 0, fee].sum()),
    "known": ["evening_pupils" in by_name(), "X1" in by_id(), "evening.enrols" in streams()],
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A copy of the package with the room and its name in the list, run without the compiler."""
    root = tmp_path_factory.mktemp("eleventh")
    package = Path(kejin_sim.__file__).parent
    shutil.copytree(package, root / "kejin_sim", ignore=shutil.ignore_patterns("__pycache__", "_scenarios"))
    checkout = Path(__file__).parents[2]
    shutil.copytree(checkout / "scenarios", root / "scenarios")
    shutil.copytree(checkout / "tests" / "agreement", root / "tests" / "agreement")
    (root / "tests" / "__init__.py").touch()
    shutil.copytree(ROOM, root / "kejin_sim" / "measures" / "eleventh")
    rooms = root / "kejin_sim" / "measures" / "__init__.py"
    text = rooms.read_text(encoding="utf-8")
    last = MEASURES[-1]
    listed = re.sub(rf'"{last}",?\s*\)', f'"{last}", "eleventh")', text, count=1)
    assert listed != text
    rooms.write_text(listed, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(root),
        "NUMBA_DISABLE_JIT": "1",
        "KEJIN_CACHE_DIR": str(root / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_both_engines_play_it(found: dict[str, object]) -> None:
    assert found["differences"] == []


def test_it_pays_and_switched_off_it_does_not(found: dict[str, object]) -> None:
    paid = found["paid"]
    assert isinstance(paid, float)
    assert paid > 0.0
    assert found["off"] == 0.0


def test_its_metric_rule_and_stream_are_known(found: dict[str, object]) -> None:
    assert found["known"] == [True, True, True]
