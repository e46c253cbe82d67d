"""What is measured of the firms' lives: survival, funnel, rounds, deals, exits, loans.

Firms of one path share its economy, so that every interval is one over paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.lives import End, Lives
from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.statistics import Interval

Part = tuple[float, float]
"""Of one path: events and trials, or what is divided by what."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

YEAR: Final = 4
COHORT: Final = 7  # a year's firms are looked at when so many years have begun since: at the age of six to seven
WATCHED: Final = 10 * YEAR  # how long a deal must have been watched for its multiple to count
NEXT: Final = 2 * YEAR  # within which the next round is looked for
GAP: Final = 5 * YEAR  # how long after a round the next one must have been watchable
ANGEL, A, B, C = 1, 2, 3, 4  # rows of the stages in which a firm is before such a round
LISTED: Final = 9  # a state beside those of `End`
MANY: Final = 10  # paths that do not agree by chance
ROUNDED: Final = 1.01  # published figures are rounded, and so are fitted ones


def _share(events: Flags, trials: Flags) -> Part:
    return int((events & trials).sum()), int(trials.sum())


def _seen(path: Lives, quarters: int) -> Flags:
    """Firms that can be watched for so long after their founding."""
    seen: Flags = path.founded + quarters <= path.last
    return seen


def _looked(path: Lives) -> Ints:
    """The quarter from which a cohort is looked back at: a New Year, when its firms are six to seven years old.

    Carta looks so at the firms of 2018, at the beginning of 2025. Years are those of the path, from its first quarter on.
    """
    found: Ints = path.founded // YEAR * YEAR + COHORT * YEAR
    return found


def _cohort(path: Lives) -> Flags:
    """Firms whose cohort is looked at by the horizon."""
    found: Flags = _looked(path) <= path.last
    return found


def _failed_within(path: Lives, quarters: int) -> Flags:
    failed: Flags = (path.end == End.FAILED) & (path.end_quarter < path.founded + quarters)
    return failed


def _hazard(first: int, last: int) -> Callable[[Lives], Part]:
    """Failures in years of age ``first`` to ``last`` (1 is the first) ÷ firm-years begun in them."""

    def of(path: Lives) -> Part:
        failures = begun = 0.0
        for year in range(first - 1, last):
            there = _seen(path, (year + 1) * YEAR) & (path.end_quarter >= path.founded + year * YEAR)
            failed, trials = _share(_failed_within(path, (year + 1) * YEAR), there)
            failures, begun = failures + failed, begun + trials
        return failures, begun

    return of


def _surviving(years: int) -> Callable[[Lives], Part]:
    return lambda path: _share(~_failed_within(path, years * YEAR), _seen(path, years * YEAR))


def _by_then(path: Lives, stage: int) -> Flags:
    """Firms with a round at ``stage`` or later when their cohort is looked at."""
    rounds = path.rounds
    found = np.zeros(len(path.founded), np.bool_)
    found[rounds.firm[(rounds.stage >= stage) & (rounds.quarter < _looked(path)[rounds.firm])]] = True
    return found


def _reached(stage: int, after: int = -1) -> Callable[[Lives], Part]:
    """Firms with a round at ``stage`` or later when their cohort is looked at ÷ all, or those with one at ``after``."""

    def of(path: Lives) -> Part:
        trials = _cohort(path)
        return _share(_by_then(path, stage), trials & _by_then(path, after) if after >= 0 else trials)

    return of


def _state_at(path: Lives, quarters: Ints, firms: Ints) -> Ints:
    """The state of firms before a quarter each: an `End`, or `LISTED`, sold since or not."""
    public = (path.listed[firms] >= 0) & (path.listed[firms] < quarters)
    return np.where(public, LISTED, np.where(path.end_quarter[firms] < quarters, path.end[firms], End.THERE))


def _state(which: End, *, listed: bool = False) -> Callable[[Lives], Part]:
    """Firms that have ended so, or are ``listed`` (or sold since), when their cohort is looked at ÷ all."""

    def of(path: Lives) -> Part:
        state = _state_at(path, _looked(path), np.arange(len(path.founded)))
        return _share(state == (LISTED if listed else which), _cohort(path))

    return of


def _graduated(stage: int) -> Callable[[Lives], Part]:
    """Rounds at ``stage`` that are followed by one of a later stage within two years ÷ all that could be watched for so long."""

    def of(path: Lives) -> Part:
        rounds, later = path.rounds, path.later
        soon = (later >= 0) & (rounds.quarter[later] <= rounds.quarter + NEXT)
        return _share(soon, (rounds.stage == stage) & (rounds.quarter + NEXT <= path.last))

    return of


def _followed(path: Lives, stage: int) -> Flags:
    """Rounds at ``stage`` that could be watched for five years and are followed by one of a later stage."""
    rounds = path.rounds
    found: Flags = (rounds.stage == stage) & (rounds.quarter + GAP <= path.last) & (path.later >= 0)
    return found


def _gap(stage: int) -> Callable[[Lives], Floats]:
    def of(path: Lives) -> Floats:
        entries, quarter = _followed(path, stage), path.rounds.quarter
        return (quarter[path.later[entries]] - quarter[entries]) / YEAR

    return of


def _step_up(stage: int) -> Callable[[Lives], Floats]:
    def of(path: Lives) -> Floats:
        entries, rounds = _followed(path, stage), path.rounds
        return rounds.price[path.later[entries]] / rounds.post[entries]

    return of


def _dilution(stage: int) -> Callable[[Lives], Floats]:
    def of(path: Lives) -> Floats:
        entries = path.rounds.stage == stage
        sold: Floats = path.rounds.money[entries] / path.rounds.post[entries]
        return sold

    return of


def _down_rounds(path: Lives) -> Part:
    rounds = path.rounds
    return _share(rounds.price[1:] < rounds.post[:-1], rounds.firm[1:] == rounds.firm[:-1])


def _deals(path: Lives) -> Flags:
    """Rounds that could be watched for ten years."""
    found: Flags = path.rounds.quarter + WATCHED <= path.last
    return found


def _multiples(low: float, high: float, *, by_money: bool = False) -> Callable[[Lives], Part]:
    """Deals (or their money) with a multiple of at least ``low`` and below ``high`` ÷ all whose firm has failed or been sold.

    What is still held is left out, as in the published figures, which are of companies that have exited.
    """

    def of(path: Lives) -> Part:
        deals = _deals(path) & (path.end[path.rounds.firm] != End.THERE)
        inside = deals & (path.multiples >= low) & (path.multiples < high)
        if by_money:
            return float(path.rounds.money[inside].sum()), float(path.rounds.money[deals].sum())
        return int(inside.sum()), int(deals.sum())

    return of


def _exited(path: Lives) -> Flags:
    end = path.end[path.rounds.firm]
    exited: Flags = _deals(path) & ((end == End.ACQUIRED) | (end == End.SOLD))
    return exited


def _realised(path: Lives) -> Part:
    exited, money = _exited(path), path.rounds.money
    return float((path.multiples * money)[exited].sum()), float(money[exited].sum())


def _held(path: Lives) -> Part:
    exited, rounds = _exited(path), path.rounds
    return float((path.end_quarter[rounds.firm] - rounds.quarter)[exited].sum()) / YEAR, int(exited.sum())


def _backed(which: End, *, listed: bool = False) -> Callable[[Lives], Part]:
    """Firms that have ended so, or are ``listed`` (or sold since), ten years after their first round ÷ all that could be watched
    for so long."""

    def of(path: Lives) -> Part:
        rounds = path.rounds
        first = np.concatenate([[True], rounds.firm[1:] != rounds.firm[:-1]])[: len(rounds.firm)]
        state = _state_at(path, rounds.quarter + WATCHED, rounds.firm)
        return _share(state == (LISTED if listed else which), first & (rounds.quarter + WATCHED <= path.last))

    return of


def _loans_defaulted(path: Lives) -> Part:
    return path.defaulted, path.defaulted + path.repaid


def _loss_given_default(path: Lives) -> Part:
    return path.exposure - path.recovered, path.exposure


RATIOS: Final[dict[str, Callable[[Lives], Part]]] = {
    "hazard_1_1": _hazard(1, 1),
    "hazard_2_2": _hazard(2, 2),
    "hazard_3_3": _hazard(3, 3),
    "hazard_4_7": _hazard(4, 7),
    "survival_5y": _surviving(5),
    "at_6_7y_failed": _state(End.FAILED),
    "at_6_7y_there": _state(End.THERE),
    "at_6_7y_acquired": _state(End.ACQUIRED),
    "at_6_7y_listed": _state(End.THERE, listed=True),
    "reached_angel": _reached(ANGEL),
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
    "backed_listed": _backed(End.THERE, listed=True),
    "backed_acquired": _backed(End.ACQUIRED),
    "backed_failed": _backed(End.FAILED),
    "backed_there": _backed(End.THERE),
    "loan_default": _loans_defaulted,
    "lgd": _loss_given_default,
}
"""Moments that are one sum over all paths divided by another: of a path its part of both."""
BY_MONEY: Final = frozenset({"money_0_1", "money_10_inf", "realised", "lgd"})
"""Those of them that divide by money: they do not determine how many trials there were."""

MEDIANS: Final[dict[str, Callable[[Lives], Floats]]] = {
    "gap_angel_A": _gap(ANGEL),
    "gap_A_B": _gap(A),
    "dilution_angel": _dilution(ANGEL),
    "dilution_A": _dilution(A),
    "dilution_B": _dilution(B),
    "step_up_angel": _step_up(ANGEL),
    "step_up_B": _step_up(B),
}
"""Moments that are the mean of the paths' medians: of a path its values."""


NAMES: Final = (*RATIOS, *MEDIANS)
"""All moments, in the order in which a path is measured."""


def measure(path: Lives) -> Floats:
    """Parts of all moments of a path, float64[moment of `NAMES`, 2]: of a ratio its two sums; a median, NaN where nothing was seen,
    and 1."""
    found = [RATIOS[name](path) for name in RATIOS]
    for name in MEDIANS:
        values = MEDIANS[name](path)
        found.append((float(np.median(values)) if len(values) else math.nan, 1.0))
    return np.array(found, dtype=np.float64)


def _alike(values: Floats) -> Interval | None:
    """Where many paths all have the same value but for rounding, their range: sampling does not move it (a median of quarters, a
    rate that is a parameter). None else."""
    seen = values[np.isfinite(values)]
    if len(seen) < MANY or seen.max() > ROUNDED * seen.min() or seen.max() <= 0.0:
        return None
    return Interval(float(seen.mean()), 0.0, float(seen.min()), float(seen.max()), len(seen))


def estimate(name: str, measured: Floats) -> Interval:
    """A moment with its 95 % interval over paths, `statistics.UNKNOWN` where nothing was seen.

    Of something that never happened in N counted trials the interval ends at 3/N (rule of three, as if trials were independent).
    Parameters: ``measured``: float64[path, moment, 2], see `measure`. Errors: ``ValueError`` for a name that is none.
    """
    top, bottom = measured[:, NAMES.index(name)].T
    alike = _alike(top[bottom != 0.0] / bottom[bottom != 0.0])
    if alike is not None:
        return alike
    if name in MEDIANS:
        return statistics.mean_interval(top[np.isfinite(top)])
    if not top.any() and bottom.any():
        most = math.nan if name in BY_MONEY else 3.0 / float(bottom.sum())
        return Interval(0.0, math.nan, math.nan if name in BY_MONEY else 0.0, most, int((bottom > 0.0).sum()))
    return statistics.ratio_interval(top, bottom)
