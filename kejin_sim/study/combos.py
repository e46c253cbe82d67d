"""Every division of a sum among 拨, 投 and 贷 at equal appropriation: what each buys and costs, and which is best for what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.ledger import LINE_LABELS, Line
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import Array, Interval, mean_interval, student
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study import pareto
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.quantity import Quantity, quantity
from kejin_sim.study.selection import Selection, select
from kejin_sim.study.simplex import Group, divided, lattice
from kejin_sim.study.table import Column, Table

OBJECTIVES: Final = (
    "firms_surviving_5y.difference", "fiscal_net_cost_npv.difference", "fiscal_net_cost.tail", "job_years_net.difference",
    "tax.difference", "social_capital.difference",
)  # fmt: skip
REPORTED: Final = ("budget_appropriated", "fiscal_outlay", "fiscal_net_cost_npv", "peak_liability")
USED_UP: Final = 0.9  # a line that draws a smaller share of its appropriation is not used up


@dataclass(frozen=True)
class Combination:
    """One division: shares by group, estimates of the objectives and of `REPORTED`, paths simulated.

    ``executed``: share of its appropriations that each budget line of the groups draws, in the order of the groups' lines: a ratio
    of means over the paths, all years together; NaN for a line that gets nothing. Only budgets are divided here: the quotas of the
    measures (deals a year, top-ups) stay as the scenario has them, so a line whose quota binds returns what it cannot spend.
    """

    shares: tuple[float, ...]
    objectives: tuple[Interval, ...]
    reported: tuple[Interval, ...]
    paths: int
    front: bool
    membership: float
    executed: tuple[float, ...] = ()


@dataclass(frozen=True)
class Combos:
    """All divisions; ``selections``: one for each objective; ``covered``: hypervolume of the front, as a share;
    ``saved``: share of the simulation saved against as many paths for each; ``refused``: divisions that the scenario's own checks
    do not allow, with their words."""

    groups: tuple[Group, ...]
    budget: float
    objectives: tuple[Quantity, ...]
    combinations: tuple[Combination, ...]
    selections: tuple[Selection, ...]
    covered: float
    saved: float
    refused: tuple[tuple[tuple[float, ...], str, str], ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The budget lines of all groups, in the order of `Combination.executed`."""
        return tuple(line for group in self.groups for line in group.lines)

    def idle(self) -> dict[str, tuple[int, int, float]]:
        """Lines not used up (`USED_UP`): divisions in which that is so, divisions that fund the line, lowest share drawn."""
        found = {}
        for i, line in enumerate(self.lines):
            drawn = [c.executed[i] for c in self.combinations if c.executed and not math.isnan(c.executed[i])]
            short = [share for share in drawn if share < USED_UP]
            if short:
                found[line] = (len(short), len(drawn), min(short))
        return found


class _Samples:
    """Values of objectives at the points, one per path; the twin is the same for all points and simulated once."""

    def __init__(self, evaluate: Evaluator, base: Scenario, points: Sequence[Scenario]) -> None:
        self.evaluate, self.base, self.points = evaluate, base, points

    def values(self, one: Quantity, point: int, paths: int) -> Array:
        plain = isinstance(one.metric, Metric) and one.metric.scope == "world"
        if not one.needs_twin or not plain or one.statistic != "mean":
            return one.values(self.evaluate(self.points[point], paths, twin=one.needs_twin))
        own = Quantity(one.metric).values(self.evaluate(self.points[point], paths, twin=False))
        twin = self.evaluate(self.base, paths, twin=True).twin(one.metric.name)
        gain: Array = own - twin
        return gain


def combos(
    evaluate: Evaluator,
    scenario: Scenario,
    groups: Sequence[Group],
    objectives: Sequence[Quantity],
    *,
    budget: float,
    steps: int,
    confidence: float,
    indifference: float,
    first: int,
    most: int,
) -> Combos:
    """Evaluate the simplex and select the best division for each objective.

    Parameters: ``indifference``: the difference that matters, as a share of the range of the objective over the simplex, which the
    first ``first`` paths tell; those paths are not used again by the selection. ``most``: limit of paths of a point.
    """
    shares, points, refused = [], [], []
    for one_share in lattice(len(groups), steps):
        try:
            points.append(divided(scenario, groups, one_share, budget))
            shares.append(one_share)
        except InputError as error:
            refused.append((one_share, error.problems[0]))
    if len(points) < 2:
        raise InputError([problem for _, problem in refused])
    samples = _Samples(evaluate, scenario, points)
    evaluate.expect(2 * first * len(points))
    selections, used = [], np.full(len(points), first)
    for one in objectives:
        sign = one.sign or 1.0
        pilot = [float(np.nanmean(samples.values(one, i, first))) for i in range(len(points))]
        delta = indifference * (max(pilot) - min(pilot)) or 1e-12
        found = select(
            lambda i, n, one=one, sign=sign: sign * _filled(samples.values(one, i, n)),  # type: ignore[misc]
            len(points), delta=delta, confidence=confidence, first=first, batch=max(10, first // 2), most=most, skip=first,
        )  # fmt: skip
        used = np.maximum(used, found.used)
        selections.append(found)
    made = _gathered(samples, groups, budget, shares, objectives, selections, used)
    said = tuple((share, problem.message_zh, problem.message_en) for share, problem in refused)
    return replace(made, refused=said)


def against(values: Array, reference: Array) -> Interval:
    """Mean of a point with fewer paths than the reference, made comparable with points of other numbers of paths.

    ``mean of the reference over all its paths + mean of the paired difference over the common paths``: what the missing paths
    would have changed alike for both is taken over from the reference.
    """
    n = values.size
    if n == reference.size:
        return mean_interval(values)
    gap, whole = mean_interval(values - reference[:n]), mean_interval(reference)
    error = math.hypot(gap.error, whole.error)
    value = whole.value + gap.value
    half = student(n - 1) * error
    return Interval(value, error, value - half, value + half)


def _executed(outcomes: Outcomes, lines: Sequence[str]) -> tuple[float, ...]:
    """Drawn ÷ appropriated of every line: means of all paths, then the ratio."""
    shares = []
    for line in lines:
        drawn, given = (
            float(outcomes.package(f"budget_{line}_{item}").mean()) for item in ("executed", "appropriated")
        )
        shares.append(drawn / given if given > 0.0 else math.nan)
    return tuple(shares)


def _filled(values: Array) -> Array:
    """Paths on which an objective is not defined count as the mean: they say nothing about which point is better."""
    gone = np.isnan(values)
    if not gone.any():
        return values
    filled: Array = np.where(gone, 0.0 if gone.all() else np.nanmean(values), values)
    return filled


def _gathered(
    samples: _Samples, groups: Sequence[Group], budget: float, shares: Sequence[tuple[float, ...]],
    objectives: Sequence[Quantity], selections: Sequence[Selection], used: Array,
) -> Combos:  # fmt: skip
    fewest, longest = int(used.min()), int(np.argmax(used))
    reference = [_filled(samples.values(one, longest, int(used[longest]))) for one in objectives]
    costs, common, estimates, others, executed = [], [], [], [], []
    lines = [line for group in groups for line in group.lines]
    for i, n in enumerate(used):
        found = [_filled(samples.values(one, i, int(n))) for one in objectives]
        level = [against(v, r) for v, r in zip(found, reference, strict=True)]
        estimates.append(tuple(level))
        costs.append([-(one.sign or 1.0) * v.value for one, v in zip(objectives, level, strict=True)])
        common.append(np.array([-(one.sign or 1.0) * v[:fewest] for one, v in zip(objectives, found, strict=True)]))
        outcomes = samples.evaluate(samples.points[i], int(n), twin=False)
        reported = [quantity(name).values(outcomes) for name in REPORTED]
        executed.append(_executed(outcomes, lines))
        others.append(tuple(mean_interval(_filled(v)) for v in reported))
    table = np.array(costs)
    front, share = pareto.nondominated(table), pareto.membership(common)
    combinations = tuple(
        Combination(shares[i], estimates[i], others[i], int(used[i]), bool(front[i]), float(share[i]), executed[i])
        for i in range(len(shares))
    )
    saved = 1.0 - float(used.sum()) / (len(used) * float(used.max()))
    return Combos(
        tuple(groups), budget, tuple(objectives), combinations, tuple(selections), pareto.covered(table), saved
    )


def objective_words(one: Quantity) -> tuple[str, str]:
    """An objective's label in Chinese and English, which says whether it is the package's total or what it adds.

    A total holds what was there at the opening: funds and loans of the years before that pay back under any division.
    """
    plain = isinstance(one.metric, Metric) and one.metric.scope == "world"
    if not plain or one.world != "package":
        return one.zh, one.en
    return f"{one.zh}（总额，含承接的存量）", f"{one.en} (total, inherited books included)"


def selections(made: Combos) -> list[dict[str, Any]]:
    """What was selected for each objective, for the manifest and for JSON: ``row`` is the division's row in the table."""
    return [
        {"objective": one.name, "row": s.best, "best": list(made.combinations[s.best].shares), "complete": s.complete,
         "delta": s.delta, "confidence": s.confidence, "left": len(s.left), "within": s.within, "saved": s.saved}
        for one, s in zip(made.objectives, made.selections, strict=True)
    ]  # fmt: skip


def idle_notes(made: Combos) -> dict[str, dict[str, float]]:
    """`Combos.idle` for the manifest and for JSON."""
    return {
        line: {"divisions": short, "funded": funded, "lowest": lowest}
        for line, (short, funded, lowest) in made.idle().items()
    }


def table(made: Combos) -> Table:
    """A row per division: shares, objectives with errors, what is reported beside them."""
    columns = [Column(f"share_{i}", f"{g.zh}占比", f"share of {g.en}") for i, g in enumerate(made.groups, 1)]
    reported = [(f"reported.{name}", quantity(name)) for name in REPORTED]
    for name, one in [*((one.name, one) for one in made.objectives), *reported]:
        yuan = ("元", "CNY") if one.metric.unit == "CNY" else ("", "")
        columns += [
            Column(name, *objective_words(one), "number", *yuan),
            Column(f"{name}.se", "标准误", "standard error", "number", *yuan),
        ]
    columns += [
        Column(
            f"executed.{line}",
            f"预算执行率：{LINE_LABELS[Line(line)][0]}",
            f"budget execution, {LINE_LABELS[Line(line)][1]}",
        )
        for line in made.lines
    ]
    columns += [
        Column("paths", "路径数", "paths", "integer"), Column("front", "在有效前沿上", "on the Pareto front", "integer"),
        Column("membership", "重抽样时在前沿上的比例", "share of resamples on the front"),
        Column("best_for", "最优于", "best for", "text"),
    ]  # fmt: skip
    result = Table("combos", "拨投贷组合", "combinations", columns)
    for i, c in enumerate(made.combinations):
        best = [
            t(*objective_words(one)) for one, s in zip(made.objectives, made.selections, strict=True) if s.best == i
        ]
        cells = [x for interval in (*c.objectives, *c.reported) for x in (interval.value, interval.error)]
        result.add(*c.shares, *cells, *c.executed, c.paths, int(c.front), c.membership, "；".join(best))
    return result
