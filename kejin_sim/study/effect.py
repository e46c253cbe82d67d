"""Whether something has an effect: told from 0, perhaps 0, exactly 0, or not defined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

from kejin_sim.outcomes.statistics import Interval

Effect = Literal["told", "unclear", "none", "undefined"]

_SPECK: Final = 1e-9
"""Of the largest figure: less is rounding of sums."""


def largest(*found: Interval) -> float:
    """The largest of some estimates, against which a speck of rounding is nothing."""
    return max((abs(one.value) for one in found if math.isfinite(one.value)), default=0.0)


def effect(*found: Interval, size: float) -> Effect:
    """The strongest effect that any of some estimates shows.

    ``size``: of the `largest` figure that they stand among. An estimate without interval is told when it is not 0: nothing says
    that it may be. ``none``: 0 on every path.
    """
    return strongest([_effect(one, _SPECK * size) for one in found])


def strongest(found: Sequence[Effect]) -> Effect:
    """The one of some effects that says most."""
    order: tuple[Effect, ...] = ("told", "unclear", "none")
    return next((one for one in order if one in found), "undefined")


def _effect(one: Interval, speck: float) -> Effect:
    if math.isnan(one.value):
        return "undefined"
    if abs(one.value) <= speck and not one.error > speck:
        return "none"
    return "unclear" if one.low <= 0.0 <= one.high else "told"
