"""The two engines agree where single mechanisms are switched on or taken to an end: a file, and so a process, of its own."""

from __future__ import annotations

import pytest

from kejin_sim.recording import STATS
from kejin_sim.scenario.scenario import set_values
from tests.agreement.compare import agree
from tests.agreement.variations import EXPECTED, VARIATIONS
from tests.playing import bundled


@pytest.mark.parametrize("name", VARIATIONS)
def test_variation(name: str) -> None:
    paths, changes = VARIATIONS[name]
    block = agree(set_values(bundled("demo"), changes), 0, paths)
    for statistic in EXPECTED.get(name, ()):
        assert block.stats[:, 0, statistic].sum() > 0.0, STATS[statistic]
