"""Every division of a sum among 拨, 投 and 贷 at equal appropriation: what each buys and costs, and which is best for what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.ledger import LINE_LABELS, Line
from kejin_sim.outcomes.described import is_part, is_part_ratio, within
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.statistics import UNKNOWN, Array, Interval, defined, mean_interval, student
from kejin_sim.outcomes.view import after_displacement
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.study import pareto
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.quantity import Quantity, quantity, refuse_late
from kejin_sim.study.selection import Selection, select
from kejin_sim.study.simplex import Group, divided, lattice
from kejin_sim.study.table import Column, Table, finite

OBJECTIVES: Final = (
    "firms_surviving_5y.difference", "fiscal_net_cost_npv.difference", "fiscal_net_cost.tail", "job_years_net.difference",
    "tax.difference", "social_capital.difference",
)  # fmt: skip
REPORTED: Final = ("budget_appropriated", "fiscal_outlay", "fiscal_net_cost_npv", "peak_liability")
USED_UP: Final = 0.9  # a line that draws a smaller share of its appropriation is not used up


@dataclass(frozen=True)
class Combination:
    """One division: shares by group, estimates of the objectives and of `REPORTED`, paths simulated.

    ``front``: an estimate that is not defined is NaN, and a division with one is not on the front: it cannot be compared.

    ``executed``: share of what it brings forward and is appropriated that each budget line of the groups draws, in the order of the
    groups' lines: a ratio of means over the paths, all years together; NaN for a line that gets nothing. Only budgets are divided
    here: the quotas of the measures (deals a year, top-ups) stay as the scenario has them, so a line whose quota binds returns what
    it cannot spend.
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
    do not allow, with their words; ``rivals``: for each objective, divisions better than the one selected by less than matters."""

    groups: tuple[Group, ...]
    budget: float
    objectives: tuple[Quantity, ...]
    combinations: tuple[Combination, ...]
    selections: tuple[Selection, ...]
    covered: float
    saved: float
    refused: tuple[tuple[tuple[float, ...], str, str], ...] = ()
    rivals: tuple[tuple[int, ...], ...] = ()

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


def check_objectives(objectives: Sequence[Quantity]) -> None:
    """Refuse an objective of which neither more nor less is better, and years until something that need not happen.
    Errors: `InputError`."""
    for one in objectives:
        refuse_late(one, "--objective")
        if one.sign == 0.0:
            raise InputError.of(
                f"{one.zh}（{one.name}）没有好坏方向：不知道该越多越好还是越少越好，不能作目标。",
                f"{one.en} ({one.name}) has no direction: neither more nor less of it is better, so that it is no objective.",
                key="--objective",
                hint_zh=f"换一个有方向的指标，例如 {'、'.join(OBJECTIVES)}。",
                hint_en=f"take an outcome with a direction, such as {', '.join(OBJECTIVES)}.",
            )  # fmt: skip


def first_stage(one: Quantity, first: int, most: int) -> tuple[int, bool]:
    """Paths of the selection's first stage, and whether a probability may rest on them.

    The few paths beyond it determine a tail mean or a quantile: the first stage is raised until `statistics.BEYOND` of them are
    there (200 paths for the worst 5 %). Where the limit of paths forbids it, what is selected has no stated probability.
    """
    if one.statistic == "mean":
        return first, True
    needed = max(first, one.paths_needed)
    return (needed, True) if first + needed <= most else (first, False)


class _Samples:
    """Values of objectives at the points, one per path; the twin is the same for all points and simulated once."""

    def __init__(self, evaluate: Evaluator, base: Scenario, points: Sequence[Scenario]) -> None:
        self.evaluate, self.base, self.points = evaluate, base, points
        self.displacement = float(cast(float, base.values["behaviour.market_displacement"]))

    def values(self, one: Quantity, point: int, paths: int) -> Array:
        if not (
            one.needs_twin
            and isinstance(one.metric, Metric)
            and one.metric.scope == "world"
            and one.statistic == "mean"
        ):
            return one.values(self.evaluate(self.points[point], paths, twin=one.beside_twin))
        twin = self.evaluate(self.base, paths, twin=True).twin(one.metric.name)
        own = self.evaluate(self.points[point], paths, twin=False).package(one.metric.name)
        # Played without its twin a package is told before displacement, which takes a share off what it has beyond the twin.
        gain: Array = (after_displacement(own, twin, self.displacement) if one.metric.displaced else own) - twin
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
    first ``first`` paths determine; those paths are not used again by the selection. ``most``: limit of paths of a point.
    ``objectives``: such as `check_objectives` allows. A division where one is defined on no path cannot be best for it.
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
        pilot = [mean_interval(defined(samples.values(one, i, first))).value for i in range(len(points))]
        known = [value for value in pilot if math.isfinite(value)] or [0.0]
        delta = indifference * (max(known) - min(known)) or 1e-12
        stage, stated = first_stage(one, first, most)
        found = select(
            lambda i, n, one=one: one.sign * samples.values(one, i, n),  # type: ignore[misc]
            len(points), delta=delta, confidence=confidence, first=stage, batch=max(10, first // 2), most=most, skip=first,
        )  # fmt: skip
        used = np.maximum(used, found.used)
        selections.append(replace(found, stated=stated))
    made = _gathered(samples, groups, budget, shares, objectives, selections, used)
    said = tuple((share, problem.message_zh, problem.message_en) for share, problem in refused)
    return replace(made, refused=said)


def against(values: Array, reference: Array) -> Interval:
    """Mean of a point with fewer paths than the reference, made comparable with points of other numbers of paths.

    ``mean of the reference over all its N paths + mean of the paired difference over the n common paths``: what the missing paths
    would have changed alike for both is taken over from the reference. As both means share n paths, the variance is
    ``s²(gap)/n + s²(reference)/N + 2·cov(gap, reference)/N``. A path on which one of the two is not defined is left out of the
    difference; with fewer than two common paths the point's own mean is all there is.
    """
    n = values.size
    gap = values - reference[:n]
    common = np.isfinite(gap)
    if (n == reference.size and common.all()) or common.sum() < 2:
        return mean_interval(defined(values))
    ahead, whole = mean_interval(gap[common]), mean_interval(defined(reference))
    together = float(np.cov(gap[common], reference[:n][common])[0, 1]) / int(np.isfinite(reference).sum())
    error = math.sqrt(max(0.0, ahead.error**2 + whole.error**2 + 2.0 * together))
    value = whole.value + ahead.value
    half = student(int(common.sum()) - 1) * error
    return Interval(value, error, value - half, value + half, int(common.sum()))


def _level(one: Quantity, values: Array, reference: Array) -> Interval:
    """An objective of a division by `against`, with the paths that it rests on; that of a share stays within 0 and 1."""
    if not np.isfinite(values).any():
        return UNKNOWN._replace(paths=values.size)
    found = one.told(against(values, reference))
    if one.leaps(values) or one.leaps(reference):
        found = found._replace(error=math.nan, low=math.nan, high=math.nan)
    metric = one.metric
    if isinstance(metric, Ratio):
        counted, part = metric.of_counts, is_part_ratio(metric) and not one.gap_of_worlds
        found = within(found, np.array([0.0, found.value])) if part else found
    else:
        counted = metric.aggregation == "probability" and one.world != "difference"
        part = one.statistic == "mean" and is_part(metric, one.world)
        found = within(found, defined(values)) if part else found
    if counted and found.low == found.high:  # no scatter to judge by
        found = found._replace(low=math.nan, high=math.nan)
    return found._replace(paths=values.size)


def _executed(outcomes: Outcomes, lines: Sequence[str]) -> tuple[float, ...]:
    """Drawn ÷ (brought forward at the opening + appropriated) of every line, as the outcome budget execution has it: means of all
    paths, then the ratio; NaN for a line that is appropriated nothing."""
    shares = []
    for line in lines:
        drawn, given, brought = (
            float(outcomes.package(f"budget_{line}_{item}").mean()) for item in ("executed", "appropriated", "brought")
        )
        shares.append(drawn / (brought + given) if given > 0.0 else math.nan)
    return tuple(shares)


def _reference(sample: Sequence[Array]) -> Array:
    """Of one objective, the values of the division with the most paths among those with the most defined values."""
    return max(sample, key=lambda values: (int(np.isfinite(values).sum()), values.size))


def _gathered(
    samples: _Samples, groups: Sequence[Group], budget: float, shares: Sequence[tuple[float, ...]],
    objectives: Sequence[Quantity], selections: Sequence[Selection], used: Array,
) -> Combos:  # fmt: skip
    fewest, points = int(used.min()), range(len(shares))
    found = [[samples.values(one, i, int(used[i])) for i in points] for one in objectives]
    levels, costs, common = [], [], []
    for one, sample in zip(objectives, found, strict=True):
        reference = _reference(sample)
        levels.append([_level(one, values, reference) for values in sample])
        if np.isfinite(reference).any():  # one that is defined nowhere distinguishes no divisions
            costs.append([-one.sign * level.value for level in levels[-1]])
            common.append([-one.sign * (values[:fewest] - reference[:fewest]) for values in sample])
    others, executed = [], []
    lines = [line for group in groups for line in group.lines]
    for i in points:
        outcomes = samples.evaluate(samples.points[i], int(used[i]), twin=False)
        executed.append(_executed(outcomes, lines))
        others.append(tuple(mean_interval(defined(quantity(name).values(outcomes))) for name in REPORTED))
    table = np.array(costs).reshape(len(costs), len(points)).T
    front = pareto.nondominated(table)
    share = pareto.membership([np.array([row[i] for row in common]).reshape(len(costs), fewest) for i in points])
    combinations = tuple(
        Combination(shares[i], tuple(level[i] for level in levels), others[i], int(used[i]), bool(front[i]), float(share[i]),
                    executed[i])
        for i in points
    )  # fmt: skip
    settled = [_settled(one, s, level) for one, s, level in zip(objectives, selections, levels, strict=True)]
    rivals = [_rivals(one, s, level, front) for one, s, level in zip(objectives, settled, levels, strict=True)]  # type: ignore[arg-type]
    saved = 1.0 - float(used.sum()) / (len(used) * float(used.max()))
    return Combos(tuple(groups), budget, tuple(objectives), combinations, tuple(settled), pareto.covered(table), saved,
                  rivals=tuple(rivals))  # fmt: skip


def _rivals(one: Quantity, selection: Selection, levels: Sequence[Interval], front: Sequence[bool]) -> tuple[int, ...]:
    """Divisions whose reported level is better than that of the one selected by no more than the difference that matters: those on
    the front if there are any, the best level first.

    The selection looks at other paths than the levels, which hold all; its guarantee is that what it selects is within that
    difference of the best, so such a division contradicts nothing, and a reader who weighs other objectives should know it.
    """
    if selection.best is None:
        return ()
    ahead = [one.sign * (level.value - levels[selection.best].value) for level in levels]
    near = [i for i, gain in enumerate(ahead) if 0.0 < gain <= selection.delta]
    near = [i for i in near if front[i]] or near
    return tuple(sorted(near, key=lambda i: -ahead[i]))


def _settled(one: Quantity, found: Selection, level: Sequence[Interval]) -> Selection:
    """What was selected, less the divisions whose objective is not defined on all their paths together: a ratio whose denominator
    can no longer be told from 0 once the paths of the other objectives have come."""
    gone = tuple(i for i, interval in enumerate(level) if not math.isfinite(interval.value))
    left = tuple(i for i in found.left if i not in gone)
    best = found.best if found.best in left else max(left, key=lambda i: one.sign * level[i].value, default=None)
    return replace(found, best=best, left=left, undefined=gone, stated=found.stated and best == found.best)


def objective_words(one: Quantity) -> tuple[str, str]:
    """An objective's label in Chinese and English, which says whether it is the package's total or what it adds.

    A total holds what was there at the opening: funds and loans of the years before that pay back under any division.
    """
    plain = isinstance(one.metric, Metric) and one.metric.scope == "world"
    if not plain or one.world != "package":
        return one.zh, one.en
    return f"{one.zh}（总额，含承接的存量）", f"{one.en} (total, inherited books included)"


def selections(made: Combos) -> list[dict[str, Any]]:
    """What was selected for each objective, for the manifest and for JSON: ``row`` is the division's row in the table, None when
    the objective is defined in no division; ``confidence``: None when no probability is stated."""
    return [
        {"objective": one.name, "row": s.best, "best": None if s.best is None else list(made.combinations[s.best].shares),
         "complete": s.complete, "delta": s.delta, "confidence": s.confidence if s.stated else None, "left": len(s.left),
         "within": finite(s.within), "saved": s.saved, "undefined": len(s.undefined),
         "rivals": [list(made.combinations[i].shares) for i in rivals]}
        for one, s, rivals in zip(made.objectives, made.selections, made.rivals, strict=True)
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
            Column(f"{name}.low95", "95%区间下限", "95 % low", "number", *yuan),
            Column(f"{name}.high95", "95%区间上限", "95 % high", "number", *yuan),
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
        cells = [x for interval in (*c.objectives, *c.reported) for x in interval[:4]]
        result.add(*c.shares, *cells, *c.executed, c.paths, int(c.front), c.membership, "；".join(best))
    return result
