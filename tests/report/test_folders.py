"""Run folders that are no whole run of this version are refused in words, and nothing is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kejin_sim.cli.app import main
from tests.report.conftest import Make


def truncated(folder: Path) -> None:
    file = folder / "summary.csv"
    file.write_bytes(file.read_bytes()[:-100])


def flipped(folder: Path) -> None:
    file = folder / "years.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def half_written(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def foreign(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": "photos"}', encoding="utf-8")


def of_the_future(folder: Path) -> None:
    _manifest(folder, format_version=99, kejin_sim="9.9.9")


def without_scenario(folder: Path) -> None:
    (folder / "scenario.yaml").unlink()


def of_an_older_version(folder: Path) -> None:
    """As a version wrote it that did not know who pays whom."""
    import hashlib

    file = folder / "summary.csv"
    lines = [line for line in file.read_text(encoding="utf-8-sig").splitlines() if not line.startswith("net_")]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8-sig", newline="\n")
    described = {"bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    _manifest(folder, files=manifest["files"] | {"summary.csv": described}, kejin_sim="0.0.1")


def with_other_parameters(folder: Path) -> None:
    _manifest(folder, parameters_digest="0" * 64)


def _manifest(folder: Path, **changes: object) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (truncated, "summary.csv 损坏"),
        (flipped, "years.parquet 损坏"),
        (half_written, "没有 manifest.json"),
        (foreign, "不是本程序写出"),
        (of_the_future, "以格式 99 写出"),
        (without_scenario, "scenario.yaml 损坏"),
        (with_other_parameters, "参数库不同的版本"),
        (of_an_older_version, "没有这些指标：net_city_treasury"),
    ],
)
def test_what_is_no_whole_run_is_refused(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None], said: str
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(make(), folder)
    spoil(folder)
    target = tmp_path / "x.pdf"
    assert main(["report", str(folder), "-o", str(target), "--lang", "zh"]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("words", "said"),
    [(["-o", "x.doc"], "后缀"), (["-o", "nowhere/x.pdf"], "没有文件夹"), (["--kind", "novel"], "novel")],
)
def test_what_cannot_be_written_is_refused(
    make: Make, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(make()), *words, "--lang", "zh"]) == 2
    assert said in capsys.readouterr().err


def test_no_folder_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "nothing", "--lang", "en"]) == 2
    assert "no such folder" in capsys.readouterr().err
