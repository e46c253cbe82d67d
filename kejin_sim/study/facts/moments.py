"""What is measured of the firms' lives: survival, funnel, rounds, deals, exits, loans.

Firms of one path share its economy, so that every interval is one over paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.study.facts.lives import End, Life, PathLives, Round

Part = tuple[float, float]
"""Of one path: events and trials, or what is divided by what."""

YEAR: Final = 4
FUNNEL: Final = 7 * YEAR  # age at which a cohort is looked at
WATCHED: Final = 10 * YEAR  # how long a deal must have been watched for its multiple to count
NEXT: Final = 2 * YEAR  # within which the next round is looked for
GAP: Final = 5 * YEAR  # how long after a round the next one must have been watchable
ANGEL, A, B, C = 1, 2, 3, 4  # rows of the stages in which a firm is before such a round


def _seen(path: PathLives, quarters: int) -> Iterator[Life]:
    """Firms that can be watched for so long after their founding."""
    return (life for life in path.lives if life.founded + quarters <= path.last)


def _failed_within(life: Life, quarters: int) -> bool:
    return life.end == "failed" and life.end_quarter < life.founded + quarters


def _hazard(first: int, last: int) -> Callable[[PathLives], Part]:
    """Failures in years of age ``first`` to ``last`` (1 is the first) ÷ firm-years begun in them."""

    def of(path: PathLives) -> Part:
        failures = begun = 0
        for year in range(first - 1, last):
            for life in _seen(path, (year + 1) * YEAR):
                if life.end_quarter >= life.founded + year * YEAR:
                    begun += 1
                    failures += _failed_within(life, (year + 1) * YEAR)
        return failures, begun

    return of


def _surviving(years: int) -> Callable[[PathLives], Part]:
    def of(path: PathLives) -> Part:
        seen = list(_seen(path, years * YEAR))
        return sum(not _failed_within(life, years * YEAR) for life in seen), len(seen)

    return of


def _rounds(path: PathLives) -> Iterator[tuple[Life, Round]]:
    return ((life, entry) for life in path.lives for entry in life.rounds)


def _reached(stage: int, after: int = -1) -> Callable[[PathLives], Part]:
    """Firms with a round at ``stage`` or later by the age of the funnel ÷ all, or those with one at ``after``."""

    def by_then(life: Life, least: int) -> bool:
        return any(entry.stage >= least and entry.quarter < life.founded + FUNNEL for entry in life.rounds)

    def of(path: PathLives) -> Part:
        trials = (
            [life for life in _seen(path, FUNNEL) if by_then(life, after)] if after >= 0 else [*_seen(path, FUNNEL)]
        )
        return sum(by_then(life, stage) for life in trials), len(trials)

    return of


def _state(which: End | Literal["listed"]) -> Callable[[PathLives], Part]:
    """Firms that are failed, acquired, listed (or sold since) or still there at the age of the funnel ÷ all."""

    def state(life: Life) -> str:
        if 0 <= life.listed < life.founded + FUNNEL:
            return "listed"
        return life.end if life.end_quarter < life.founded + FUNNEL and life.end != "there" else "there"

    def of(path: PathLives) -> Part:
        seen = list(_seen(path, FUNNEL))
        return sum(state(life) == which for life in seen), len(seen)

    return of


def _next(life: Life, entry: Round) -> Round | None:
    """The first round of a later stage."""
    return next((other for other in life.rounds if other.quarter > entry.quarter and other.stage > entry.stage), None)


def _graduated(stage: int) -> Callable[[PathLives], Part]:
    """Rounds at ``stage`` that are followed by one of a later stage within two years ÷ all that could be watched for so long."""

    def of(path: PathLives) -> Part:
        trials = [
            (life, entry) for life, entry in _rounds(path) if entry.stage == stage and entry.quarter + NEXT <= path.last
        ]
        followed = (_next(life, entry) for life, entry in trials)
        return (
            sum(
                after is not None and after.quarter <= entry.quarter + NEXT
                for (_, entry), after in zip(trials, followed, strict=True)
            ),
            len(trials),
        )

    return of


def _pairs(path: PathLives, stage: int) -> Iterator[tuple[Round, Round]]:
    """Rounds at ``stage`` that could be watched for five years, with the next."""
    for life, entry in _rounds(path):
        if entry.stage == stage and entry.quarter + GAP <= path.last and (after := _next(life, entry)) is not None:
            yield entry, after


def _gap(stage: int) -> Callable[[PathLives], list[float]]:
    return lambda path: [(after.quarter - entry.quarter) / YEAR for entry, after in _pairs(path, stage)]


def _step_up(stage: int) -> Callable[[PathLives], list[float]]:
    return lambda path: [after.price / entry.post for entry, after in _pairs(path, stage)]


def _dilution(stage: int) -> Callable[[PathLives], list[float]]:
    return lambda path: [entry.money / entry.post for _, entry in _rounds(path) if entry.stage == stage]


def _down_rounds(path: PathLives) -> Part:
    down = trials = 0
    for life in path.lives:
        for before, after in pairwise(life.rounds):
            trials += 1
            down += after.price < before.post
    return down, trials


def _deals(path: PathLives) -> Iterator[tuple[Life, Round, float]]:
    """Rounds that could be watched for ten years, with their multiple."""
    for life, entry in _rounds(path):
        if entry.quarter + WATCHED <= path.last:
            yield life, entry, life.multiple(entry)


def _multiples(low: float, high: float, *, by_money: bool = False) -> Callable[[PathLives], Part]:
    """Deals (or their money) with a multiple of at least ``low`` and below ``high`` ÷ all."""

    def of(path: PathLives) -> Part:
        inside = whole = 0.0
        for _, entry, multiple in _deals(path):
            weight = entry.money if by_money else 1.0
            whole += weight
            inside += weight if low <= multiple < high else 0.0
        return inside, whole

    return of


def _exited(path: PathLives) -> Iterator[tuple[Life, Round, float]]:
    return ((life, entry, multiple) for life, entry, multiple in _deals(path) if life.end in ("acquired", "sold"))


def _realised(path: PathLives) -> Part:
    deals = list(_exited(path))
    return sum(multiple * entry.money for _, entry, multiple in deals), sum(entry.money for _, entry, _ in deals)


def _held(path: PathLives) -> Part:
    deals = list(_exited(path))
    return sum(life.end_quarter - entry.quarter for life, entry, _ in deals) / YEAR, len(deals)


def _backed(which: End) -> Callable[[PathLives], Part]:
    """Firms whose first round is ten years old that have ended so ÷ all such firms."""

    def of(path: PathLives) -> Part:
        funded = [life for life in path.lives if life.rounds and life.rounds[0].quarter + WATCHED <= path.last]
        return sum(life.end == which for life in funded), len(funded)

    return of


def _loans_defaulted(path: PathLives) -> Part:
    return path.defaulted, path.defaulted + path.repaid


def _loss_given_default(path: PathLives) -> Part:
    return path.exposure - path.recovered, path.exposure


RATIOS: Final[dict[str, Callable[[PathLives], Part]]] = {
    "hazard_1_1": _hazard(1, 1),
    "hazard_2_2": _hazard(2, 2),
    "hazard_3_3": _hazard(3, 3),
    "hazard_4_7": _hazard(4, 7),
    "survival_5y": _surviving(5),
    "at_7y_failed": _state("failed"),
    "at_7y_there": _state("there"),
    "at_7y_acquired": _state("acquired"),
    "at_7y_listed": _state("listed"),
    "reached_first": _reached(0),
    "reached_A": _reached(A),
    "reached_B": _reached(B),
    "reached_C": _reached(C),
    "from_A_to_B": _reached(B, A),
    "from_B_to_C": _reached(C, B),
    "angel_to_A_2y": _graduated(ANGEL),
    "down_rounds": _down_rounds,
    "deals_0_1": _multiples(0.0, 1.0),
    "deals_1_5": _multiples(1.0, 5.0),
    "deals_5_10": _multiples(5.0, 10.0),
    "deals_10_20": _multiples(10.0, 20.0),
    "deals_20_50": _multiples(20.0, 50.0),
    "deals_50_inf": _multiples(50.0, math.inf),
    "money_0_1": _multiples(0.0, 1.0, by_money=True),
    "money_10_inf": _multiples(10.0, math.inf, by_money=True),
    "realised": _realised,
    "held": _held,
    "backed_sold": _backed("sold"),
    "backed_acquired": _backed("acquired"),
    "backed_failed": _backed("failed"),
    "backed_there": _backed("there"),
    "loan_default": _loans_defaulted,
    "lgd": _loss_given_default,
}
"""Moments that are one sum over all paths divided by another: of a path its part of both."""

MEDIANS: Final[dict[str, Callable[[PathLives], list[float]]]] = {
    "gap_angel_A": _gap(ANGEL),
    "gap_A_B": _gap(A),
    "dilution_angel": _dilution(ANGEL),
    "dilution_A": _dilution(A),
    "dilution_B": _dilution(B),
    "step_up_angel": _step_up(ANGEL),
    "step_up_B": _step_up(B),
}
"""Moments that are the mean of the paths' medians: of a path its values."""


def estimate(name: str, paths: Sequence[PathLives]) -> Interval:
    """A moment with its 95 % interval over paths; `statistics.UNKNOWN` where nothing was seen. Errors: ``KeyError``.

    Of something that never happened in N trials the interval ends at 3/N (rule of three, as if trials were independent).
    """
    if name in MEDIANS:
        medians = [float(np.median(values)) for path in paths if (values := MEDIANS[name](path))]
        return statistics.mean_interval(np.array(medians))
    top, bottom = np.array([RATIOS[name](path) for path in paths], dtype=float).T
    if not top.any() and bottom.any():
        return Interval(0.0, math.nan, 0.0, 3.0 / float(bottom.sum()), int((bottom > 0.0).sum()))
    return statistics.ratio_interval(top, bottom)
