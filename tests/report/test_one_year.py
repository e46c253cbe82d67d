"""Charts of a horizon of one year: a line of a single place has a mark, a band a bar."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection

from kejin_sim.outcomes.bands import Bands
from kejin_sim.outcomes.statistics import LEVELS
from kejin_sim.report import fan, style


@pytest.mark.parametrize(("years", "marker"), [((2025.0,), "o"), ((2025.0, 2026.0), "")])
def test_a_single_year_is_marked(years: tuple[float, ...], marker: str) -> None:
    xs = np.array(years)
    assert style.dot(xs) == marker
    values: Any = np.outer(np.arange(1.0, 1.0 + len(LEVELS)), np.ones(len(xs)))
    figure, axes = plt.subplots()
    fan.band(axes, xs, Bands(values, values[2], values[2]), 1.0)
    seen = LineCollection if len(years) == 1 else PolyCollection  # a polygon over a single place has no area
    assert [type(one).__mro__.count(seen) for one in axes.collections] == [1, 1]
    plt.close(figure)
