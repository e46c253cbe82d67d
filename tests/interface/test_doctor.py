"""``kejin doctor``: it says what is there and whether it works, and tells nothing about who asks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kejin_sim import execution
from kejin_sim.cli import examination
from kejin_sim.cli.app import main
from kejin_sim.cli.examination import Item, private
from kejin_sim.lang import set_language
from kejin_sim.streams import streams
from tests import fake_engine

ROOT = Path(__file__).resolve().parents[2]
NAME = "zhangsan"


def _environment(home: Path) -> dict[str, str]:
    """The surroundings of a user with a name, whose cache is in the home folder."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    named = dict.fromkeys(("USER", "LOGNAME", "USERNAME"), NAME)
    places = {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home / "AppData")}
    return kept | named | places | {"PYTHONIOENCODING": "utf-8"}  # a console's own encoding elsewhere


def _doctor(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    called = "from kejin_sim.cli.app import main; import sys; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", called, "doctor", *words],
        cwd=ROOT,
        env=_environment(home),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("homes") / NAME
    place.mkdir()
    return place


@pytest.fixture(autouse=True)
def _language_is_given_back() -> Any:
    yield
    set_language("auto")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_says_who_asks(home: Path, language: str) -> None:
    said = _doctor(home, "--lang", language, "--streams")
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stderr == ""
    for secret in (NAME, str(home), str(home.parent)):
        assert secret not in said.stdout
    assert "~" in said.stdout
    assert ("结论：可以使用" if language == "zh" else "Verdict: usable") in said.stdout
    if language == "en":
        assert not re.search("[\u3400-\u9fff]", said.stdout)
    for words in ("numba", "pyarrow", "Philox", *streams()):
        assert words in said.stdout
    assert list(home.iterdir()) == [] or not list(home.rglob("*.ready"))  # looking leaves no claim that it compiled


def test_json_is_for_programs(home: Path) -> None:
    said = _doctor(home, "--json", "--streams")
    found = json.loads(said.stdout)
    assert found["usable"] is True
    assert found["findings"] == []
    assert found["program"]["scenarios"] == len(list((ROOT / "scenarios").glob("*.yaml")))
    assert found["program"]["worlds"] == len(list((ROOT / "scenarios" / "worlds").glob("*.yaml")))
    assert found["checks"] == {"generator": True, "fonts": True, "engine": None}
    assert {entry["name"] for entry in found["streams"]} == set(streams())
    assert set(found["libraries"]) == set(examination.LIBRARIES)
    assert NAME not in said.stdout


def _item(key: str) -> Item:
    return next(item for item in examination.examine(deep=True) if item.key == key)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The made-up engine, and a cache folder of its own."""
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
    # Numba's folder was chosen when the process began: nothing may be claimed to be compiled there.
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("KEJIN_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.usefixtures("made_up")
def test_the_engine_is_run_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    set_language("zh")
    item = _item("engine")
    assert item.state == "ok"
    assert "2 paths" in item.remark_en
    assert "正在编译引擎" in capsys.readouterr().err
    _item("engine")
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("made_up")
def test_a_fault_is_named_and_ends_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = (((0,) * 6, (1, 2, 3, 4)),)
    monkeypatch.setattr(examination, "PHILOX", wrong)
    assert main(["doctor", "--lang", "zh"]) == 1
    said = capsys.readouterr().out
    assert "结论：不能使用" in said
    assert "结果不可信" in said
    assert main(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["usable"] is False


@pytest.mark.usefixtures("made_up")
def test_an_engine_that_breaks_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise OSError(f"cannot load {Path.home()}/lib.so")

    monkeypatch.setattr(execution, "engine", lambda name: broken)
    assert main(["doctor", "--deep", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "cannot load ~" in said
    assert "Verdict: not usable" in said


@pytest.mark.usefixtures("made_up")
def test_a_missing_library_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "LIBRARIES", ("no-such-library",))
    assert _item("no-such-library").state == "fault"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere")
def test_an_unwritable_cache_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    monkeypatch.setenv("KEJIN_CACHE_DIR", str(closed))
    assert _item("writable").state == "warning"


def test_a_cache_below_a_file_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KEJIN_CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
    item = _item("writable")
    assert item.state == "warning"
    assert "KEJIN_CACHE_DIR" in item.remark_zh


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("{home}", "~"),
        ("{home}/.cache/kejin_sim", "~/.cache/kejin_sim"),
        ("/data/users/zhangsan/cache", "/data/users/<user>/cache"),
        ("{home}-other/x", "{home}-other/x"),
        ("en_US.UTF-8", "en_US.UTF-8"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="folders are written in the manner of Unix")
def test_folders_without_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str, shown: str) -> None:
    home = str(tmp_path / "h")
    monkeypatch.setenv("HOME", home)
    monkeypatch.setattr(examination, "_names_of_the_user", lambda: {"zhangsan"})
    assert private(place.format(home=home)) == shown.format(home=home)
