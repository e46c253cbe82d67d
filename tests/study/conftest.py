"""What tests of studies share: commands as a person types them, on the fast engine that makes figures up or the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kejin_sim import execution
from kejin_sim.cli.app import main
from kejin_sim.lang import set_language
from tests import fake_engine


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Kejin = Callable[..., Said]


@pytest.fixture(autouse=True)
def language_as_it_was() -> Iterator[None]:
    """A test that sets the language leaves it as it was."""
    yield
    set_language("auto")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def kejin(here: Path, capsys: pytest.CaptureFixture[str]) -> Kejin:
    """Run a command of the program in an empty folder, in Chinese, without points computed before."""

    def run(*words: str) -> Said:
        capsys.readouterr()
        code = main(["--lang", "zh", *words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the engine that makes figures up."""
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
