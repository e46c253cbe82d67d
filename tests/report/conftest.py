"""Run folders made by the made-up engine, once for all tests of reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kejin_sim import execution
from kejin_sim.lang import set_language
from kejin_sim.scenario.load import load_scenario
from kejin_sim.store.folder import choose
from kejin_sim.store.run import Order, perform
from tests import fake_engine
from tests.interface.test_run_folder import SMALL

Make = Callable[..., Path]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a run folder; the same request gives the same folder again, which no test may change."""
    place, made = tmp_path_factory.mktemp("runs"), {}

    def run(text: str = SMALL, *, paths: int = 40, twin: bool = True, seed: int = 1) -> Path:
        key = (text, paths, twin, seed)
        if key not in made:
            file = place / f"small-{len(made)}.yaml"
            file.write_text(text, encoding="utf-8")
            target = choose(place / f"run-{len(made)}", "small", seed, paths)
            order = Order(load_scenario(file), "small.yaml", target, paths=paths, seed=seed, twin=twin, threads=1)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(execution, "engine", lambda name: fake_engine.simulate)
                made[key] = perform(order).folder
        return made[key]

    return run


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    set_language("zh")
    yield
    set_language("auto")
