"""Reports from an installed wheel, away from the repository, without network and without the fonts of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kejin_sim.report.make import make as made_pdf
from tests.report.conftest import Make

ROOT = Path(__file__).resolve().parents[2]
#: No name is resolved and no connection made while a report is set.
CALL = """
import socket, sys
def refuse(*_, **__): raise OSError("no network")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from kejin_sim.cli.app import main
sys.exit(main())
"""


def test_the_wheel_sets_the_same_report(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    shutil.copytree(folder, tmp_path / "run")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    environment = {
        **os.environ, "PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path / "mpl"),
        "FONTCONFIG_FILE": os.devnull, "FONTCONFIG_PATH": str(tmp_path),
        "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    words = ["report", "run", "-o", "x.pdf", "--lang", "zh"]
    done = subprocess.run(
        [sys.executable, "-c", CALL, *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.pdf").read_bytes() == made_pdf([folder], "briefing")
