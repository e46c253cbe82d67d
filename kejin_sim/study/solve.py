"""Which value of a lever meets a target, on common draws, and how sure that is.

The estimate as a function of the lever is computed on the same paths everywhere, so it is a fixed function and can be bisected.
Two values are found: where the estimate meets the target, and where the unfavourable end of its 95 % interval does. A coarse
scan comes first: it finds a bracket and shows whether the answer rises or falls steadily; where it does not, there may be other
solutions, and the result says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from kejin_sim.errors import InputError
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study.targets import Target

SCAN: Final = 7
Answer = Literal["found", "everywhere", "nowhere"]
"""With 95 % confidence the target is met: from some value on; at every value of the scan, between which nothing was looked at;
or at none that was tried."""


@dataclass(frozen=True)
class Solution:
    """Which value meets a target. A figure that exists on some paths only is judged on these, and every estimate says on how many
    (`Interval.n`); with too few paths in the tail no bound is given.

    ``sure``: the value nearest the preferred end from which the target is met with 95 % confidence; ``likely``: the same for the
    estimate itself; NaN where there is none. ``tried``: every value evaluated, in order. ``steady``: whether the estimate
    rises or falls throughout the scan."""

    answer: Answer
    sure: float
    likely: float
    at: Interval | None
    tried: tuple[tuple[float, Interval], ...]
    steady: bool


def with_baseline(scenario: Scenario, target: Target) -> None:
    """Refuse a target about a baseline that the scenario does not have. Errors: `InputError`."""
    if target.quantity.needs_twin and scenario.baseline is None:
        raise InputError.of(
            f"目标 {target.text} 要与基准比较，而这个方案没有基准。",
            f"the target {target.text} compares with a baseline, which this scenario does not have.", key="--target",
            hint_zh="去掉 .difference（或 .twin），或在方案里写 baseline。",
            hint_en="leave out .difference (or .twin), or write baseline in the scenario.",
        )  # fmt: skip


def solve(
    evaluate: Callable[[float], Interval],
    target: Target,
    low: float,
    high: float,
    *,
    whole: bool = False,
    tolerance: float = 1e-3,
    prefer: Literal["low", "high"] = "low",
) -> Solution:
    """Find the value nearest to the preferred end that meets a target.

    Parameters: ``evaluate``: the quantity at a value; ``low`` to ``high``: where to look; ``whole``: whole numbers only;
    ``tolerance``: of the value, as a share of the range; ``prefer``: the end from which the first value is wanted.
    """
    known: dict[float, Interval] = {}
    # Values are whole multiples of a round step, so that an answer reads 65.2% and not 65.23437%.
    step = 1.0 if whole else 10.0 ** math.floor(math.log10(2.0 * tolerance * (high - low)))

    def round_to_step(value: float) -> float:
        return min(high, max(low, float(f"{round(value / step) * step:.12g}")))

    def at(value: float) -> Interval:
        if value not in known:
            known[value] = evaluate(value)
        return known[value]

    grid = [low + i * (high - low) / (SCAN - 1) for i in range(SCAN)]
    grid = list(dict.fromkeys(round_to_step(v) for v in grid))
    order = grid if prefer == "low" else grid[::-1]
    means = [at(v).value for v in order]
    steps = [0.0 if a == b else b - a for a, b in pairwise(means)]  # two may both be later than the horizon
    noise = max((at(v).error for v in order if math.isfinite(at(v).error)), default=0.0) * 0.1
    steady = all(s >= -noise for s in steps) or all(s <= noise for s in steps)
    sure = _first(lambda v: target.sure_margin(at(v)), order, round_to_step)
    likely = _first(lambda v: target.margin(at(v)), order, round_to_step)
    answer: Answer = "nowhere" if math.isnan(sure) else "found"
    if answer == "found" and all(target.sure_margin(at(v)) >= 0.0 for v in order):
        answer = "everywhere"
    tried = tuple(sorted(known.items()))
    return Solution(answer, sure, likely, None if math.isnan(sure) else at(sure), tried, steady)


def _first(margin: Callable[[float], float], order: list[float], round_to_step: Callable[[float], float]) -> float:
    """The first value along ``order`` from which the margin is not negative, by scan and bisection; NaN for none."""
    bad = math.nan
    for value in order:
        if margin(value) >= 0.0:
            if math.isnan(bad):
                return value
            good = value
            while (middle := round_to_step((good + bad) / 2.0)) not in (good, bad):
                if margin(middle) >= 0.0:
                    good = middle
                else:
                    bad = middle
            return good
        bad = value
    return math.nan
