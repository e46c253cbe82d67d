"""Each bundled scenario gives the figures it gave before; a change needs a cause (``tests.regression.update``)."""

from __future__ import annotations

import json
import math

import pytest

from kejin_sim.scenario.files import bundled
from tests.regression import update
from tests.regression.summary import FOLDER, RESIDUAL, golden_metrics, path_of, read, run

RELATIVE = 1e-6  # far above what another processor's rounding moves, far below any change of meaning
ABSOLUTE = 1e-9  # for figures that are 0 up to rounding


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(bundled()))
def test_the_figures_are_those_of_before(name: str) -> None:
    golden = read(name)
    outcomes = run(name)
    assert outcomes.package("ledger_residual").max() < RESIDUAL
    if outcomes.has_twin:
        assert outcomes.twin("ledger_residual").max() < RESIDUAL
    found = golden_metrics(outcomes)
    assert found.keys() == golden["metrics"].keys(), "update: other metrics are watched"
    moved = [
        f"{metric} ({world}): {was!r} → {found[metric][world]!r}"
        for metric, worlds in golden["metrics"].items()
        for world, was in worlds.items()
        if not _same(was, found[metric][world])
    ]
    how = f'python -m tests.regression.update {name} --cause "…"'
    assert not moved, "\n".join([f"figures of {name} changed; if they should: {how}", *moved])


def _same(was: float | None, now: float | None) -> bool:
    if was is None or now is None:
        return was is now
    return math.isclose(was, now, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def test_every_scenario_has_a_golden_summary_and_no_summary_is_left_over() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(bundled())


@pytest.mark.parametrize("name", sorted(bundled()))
def test_every_change_has_a_cause(name: str) -> None:
    history = json.loads(path_of(name).read_text(encoding="utf-8"))["history"]
    assert history
    assert all(len(cause.split()) >= 3 for cause in history)


@pytest.mark.parametrize(
    "words", [["demo"], ["demo", "--cause", "because"], ["nothing", "--cause", "a cause in words"]]
)
def test_an_update_without_cause_or_scenario_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        update.main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err
