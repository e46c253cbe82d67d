"""What a study asks about: a metric, of the package, the twin or their difference, as a mean, a tail mean or a quantile.

Every such quantity is written as a mean over paths: ``values`` gives one value per path whose mean is the estimate and whose
scatter gives its standard error (the influence function of the statistic, for what is no mean by itself). Differences of
two packages on the same paths are then differences path by path, whatever the statistic.

What an estimate may be relied on for:

- a figure that exists on some paths only is judged on those, and says on how many (`Interval.n` of `Interval.paths`);
- the years until something that need not happen are later than the horizon where it did not happen: they have quantiles, in which
  those paths count as +∞, and no mean that a target could be set for;
- a quantile beyond which, or a tail mean in whose tail, fewer than `statistics.BEYOND` paths lie has a value and no interval:
  nothing of it is sure. Nor has the difference of two packages' quantiles where either leaps (`Quantity.leaps`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from kejin_sim.errors import InputError
from kejin_sim.lang import t
from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.described import World, is_part, ratio_of, tail_of, within
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import RATIOS, by_name, metrics, no_such_metric
from kejin_sim.outcomes.statistics import Array, Interval

WORLDS: dict[str, World] = {
    "package": "package", "twin": "twin", "difference": "difference", "方案": "package", "基准": "twin", "差异": "difference",
}  # fmt: skip
STATISTICS: dict[str, str] = {"mean": "mean", "tail": "tail", "均值": "mean", "最差5%": "tail"}
_BOTH: tuple[World, World] = ("package", "twin")
WORLD_WORDS: dict[World, tuple[str, str]] = {
    "package": ("", ""), "twin": ("（基准）", " (twin)"), "difference": ("（比基准多）", " (beyond the twin)"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a point.

    ``statistic``: ``mean``; ``tail``, the mean of the worst 5 % of paths; or ``p5`` … ``p95``, a quantile.
    """

    metric: Metric | Ratio
    world: World = "package"
    statistic: str = "mean"

    @property
    def name(self) -> str:
        """As it is written in a file or on the command line."""
        plain = _own_world(self.metric) == "package"
        world = f".{self.world}" if self.world != "package" and plain else ""
        return f"{self.metric.name}{world}" + ("" if self.statistic == "mean" else f".{self.statistic}")

    @property
    def zh(self) -> str:
        """Label in Chinese."""
        return (
            self.metric.zh
            + self._world(0)
            + {"mean": "", "tail": "：最差5%路径均值"}.get(self.statistic, f"：{self.statistic.upper()}")
        )

    @property
    def en(self) -> str:
        """Label in English."""
        return (
            self.metric.en
            + self._world(1)
            + {"mean": "", "tail": ", mean of the worst 5 %"}.get(self.statistic, f", {self.statistic.upper()}")
        )

    def _world(self, language: int) -> str:
        plain = _own_world(self.metric) == "package"
        return WORLD_WORDS[self.world][language] if plain else ""

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)

    @property
    def sign(self) -> float:
        """1 when more is better, −1 when less is better, 0 when neither."""
        return {"more": 1.0, "less": -1.0, "neutral": 0.0}[self.metric.direction]

    @property
    def beyond(self) -> float:
        """Share of paths that determine it, those beyond a quantile; 1 for a mean, which all paths determine."""
        if self.statistic == "mean":
            return 1.0
        if self.statistic == "tail":
            return statistics.TAIL
        level = int(self.statistic[1:])
        return min(level, 100 - level) / 100

    @property
    def where_told(self) -> tuple[str, str]:
        """Where the few paths lie that determine it, in Chinese and English: of a median they are in no tail. Not for
        a mean, which all paths determine."""
        if self.statistic == "tail":
            return "最差5%里", "in the worst 5 %"
        level = self.statistic.upper()
        if level == "P50":
            return "中位数的每一侧", "on either side of the median"
        return (f"{level} 以上", f"above {level}") if int(level[1:]) > 50 else (f"{level} 以下", f"below {level}")

    @property
    def paths_needed(self) -> int:
        """Paths on which it must be defined to have an interval; 0 for a mean."""
        return 0 if self.statistic == "mean" else statistics.paths_needed(self.beyond)

    @property
    def late(self) -> bool:
        """Whether it is a quantile of years until something that need not happen: +∞ where it does not."""
        return isinstance(self.metric, Metric) and bool(self.metric.instead) and self.statistic[0] == "p"

    @property
    def gap_of_worlds(self) -> bool:
        """Whether it is the difference of a figure that either world has: of two shares it is told in percentage points."""
        return self.world == "difference" and _own_world(self.metric) == "package"

    @property
    def needs_twin(self) -> bool:
        """Whether there is no such figure without a baseline."""
        return self.world != "package"

    @property
    def beside_twin(self) -> bool:
        """Whether the baseline is simulated for it where there is one: displacement is of what the package has beyond it."""
        return self.needs_twin or any(metric.displaced for metric in _made_of(self.metric))

    def sample(self, outcomes: Outcomes) -> Array:
        """The metric path by path, NaN where it is not defined. For metrics, not for ratios of means."""
        if self.world == "package":
            return outcomes.package(self.metric.name)
        if isinstance(self.metric, Metric) and self.metric.scope == "pair":
            return outcomes.package(self.metric.name)
        return outcomes.twin(self.metric.name) if self.world == "twin" else outcomes.difference(self.metric.name)

    def values(self, outcomes: Outcomes) -> Array:
        """One value per path whose mean is the estimate; NaN on paths where the metric is not defined."""
        if isinstance(self.metric, Ratio):
            if self._apart:
                package, twin = (ratio_values(*self._sides(outcomes, world)) for world in _BOTH)
                return package - twin
            return ratio_values(*self._sides(outcomes, self.world))
        sample = self.sample(outcomes)
        if self.statistic == "mean":
            return sample
        if self.statistic == "tail":
            return tail_values(sample, upper=tail_of(self.metric, self.world) == "upper")
        return quantile_values(sample, int(self.statistic[1:]) / 100)

    def estimate(self, outcomes: Outcomes) -> Interval:
        """The estimate with its error and 95 % interval, and the paths that it rests on: Wilson's for a probability,
        `statistics.share_interval` for a share of counted trials, the delta method's for another ratio, that of order
        statistics for a quantile, `statistics.tail_interval` for a tail mean, else Student's t; that of a part of a whole is
        `within` 0 and 1, as in the summary of a run."""
        return self._estimate(outcomes)._replace(paths=outcomes.paths)

    def _estimate(self, outcomes: Outcomes) -> Interval:
        if isinstance(self.metric, Ratio):
            if self._apart:
                package, twin = (self._sides(outcomes, world) for world in _BOTH)
                found = statistics.ratio_difference(package, twin)
            else:
                found = ratio_of(self.metric, *self._sides(outcomes, self.world))
            # A ratio whose denominator cannot be distinguished from 0 says nothing.
            return found if self.metric.of_counts or math.isfinite(found.error) else statistics.UNKNOWN
        sample = self.sample(outcomes)
        if self.late:
            sample = np.where(np.isnan(sample), math.inf, sample)
            return statistics.quantile_interval(sample, int(self.statistic[1:]) / 100)
        found = self._of_paths(statistics.defined(sample))
        return within(found, statistics.defined(sample)) if is_part(self.metric, self.world) else found

    def _of_paths(self, sample: Array) -> Interval:
        """The estimate of a metric from its values on the paths on which it is defined."""
        assert isinstance(self.metric, Metric)
        if self.statistic == "tail":
            return statistics.tail_interval(sample, upper=tail_of(self.metric, self.world) == "upper")
        if self.statistic != "mean":
            return statistics.quantile_interval(sample, int(self.statistic[1:]) / 100)
        if self.metric.aggregation == "probability" and self.world != "difference":
            return statistics.wilson_interval(sample)
        return statistics.mean_interval(sample)

    @property
    def _apart(self) -> bool:
        """Whether it is the difference of a ratio in the two worlds, which is no ratio of differences."""
        return isinstance(self.metric, Ratio) and self.metric.of == "both" and self.world == "difference"

    def _sides(self, outcomes: Outcomes, world: World) -> tuple[Array, Array]:
        """Numerator and denominator of a ratio in a world, path by path."""
        assert isinstance(self.metric, Ratio)
        names = self.metric.numerator, self.metric.denominator
        top, bottom = (Quantity(by_name()[name], world).sample(outcomes) for name in names)
        return top, bottom

    def gap(self, values: Array, reference: Array) -> Interval:
        """Mean of the path-by-path differences of two packages' `values` with its 95 % interval, over the paths on which both are
        defined; without interval where too few of these lie beyond the quantile."""
        kept = statistics.defined(self.less(values, reference))
        return self.told(statistics.mean_interval(kept))._replace(paths=values.size)

    def leaps(self, values: Array) -> bool:
        """Whether its `values` are of a quantile near which so many paths are alike (a small count, 0 or 1, a payment that is
        seldom made) that it leaps from one value to another and has no density to judge by: they have no scatter then."""
        return self.statistic[0] == "p" and np.unique(statistics.defined(values)).size == 1

    def less(self, values: Array, reference: Array) -> Array:
        """Differences path by path of two packages' `values`; without scatter where either `leaps`, since that of the other says
        nothing of the difference."""
        gap: Array = values - reference
        if np.isfinite(gap).any() and (self.leaps(values) or self.leaps(reference)):
            gap[np.isfinite(gap)] = float(statistics.defined(gap).mean())
        return gap

    def telling(self, n: int) -> int:
        """Of ``n`` paths those that determine a mean of `values`: all, or of a tail mean those in the tail. 0 where too few are
        there for an interval."""
        if self.statistic == "mean":
            return n
        if n < self.paths_needed:
            return 0
        return math.floor(self.beyond * n) if self.statistic == "tail" else n

    def told(self, found: Interval) -> Interval:
        """An estimate made of `values`, with the interval that the paths that determine it support: none where they are too few, or
        of a quantile without scatter, which `leaps`."""
        if self.statistic == "mean" or not found.n:
            return found
        telling = self.telling(found.n)
        flat = self.statistic[0] == "p" and not found.error > statistics.SPECK * abs(found.value)
        if telling == 0 or flat:
            return found._replace(error=math.nan, low=math.nan, high=math.nan)
        if self.statistic != "tail":
            return found
        half = statistics.student(telling - 1) * found.error
        return found._replace(low=found.value - half, high=found.value + half)


def ratio_values(numerator: Array, denominator: Array) -> Array:
    """Values whose mean is the ratio of two means: ``R + (a − R·b) / b̄`` (delta method); NaN where the ratio says nothing
    because the interval of its denominator contains 0."""
    both = np.isfinite(numerator) & np.isfinite(denominator)
    if not statistics.apart_from_zero(denominator[both]):
        return np.full_like(numerator, math.nan)
    below = float(denominator[both].mean())
    ratio = float(numerator[both].mean()) / below
    values: Array = np.where(both, ratio + (numerator - ratio * denominator) / below, math.nan)
    return values


def tail_values(sample: Array, *, upper: bool) -> Array:
    """Values whose mean is the mean of the worst 5 % of paths: ``q ± max(0, ±(x − q)) / 5 %`` with q the quantile there."""
    ordered = np.sort(statistics.defined(sample))
    if ordered.size == 0:
        return np.full_like(sample, math.nan)
    sign = 1.0 if upper else -1.0
    edge = statistics.quantile(ordered, 1.0 - statistics.TAIL if upper else statistics.TAIL)
    raw = edge + sign * np.maximum(0.0, sign * (sample - edge)) / statistics.TAIL
    # The quantile of a finite sample leaves a speck between this mean and the tail mean that runs report.
    values: Array = raw + (statistics.tail_mean(ordered, upper=upper) - float(np.nanmean(raw)))
    return np.where(np.isfinite(sample), values, math.nan)


def quantile_values(sample: Array, level: float) -> Array:
    """Values whose mean is a quantile: ``q + (level − [x ≤ q]) / f(q)``, the density by differences of quantiles over `_window`;
    all of them the quantile itself where it leaps (`_repeats`)."""
    ordered = np.sort(statistics.defined(sample))
    if ordered.size == 0:
        return np.full_like(sample, math.nan)
    edge = statistics.quantile(ordered, level)
    width = _window(ordered.size, level)
    low, high = statistics.quantile(ordered, level - width), statistics.quantile(ordered, level + width)
    slope = 0.0 if _repeats(ordered, level, width) else (high - low) / (2 * width)
    seen = np.isfinite(sample)
    raw: Array = np.where(sample <= edge, level - 1.0, level) * slope
    values: Array = np.where(seen, edge + (raw - raw[seen].mean()), math.nan)
    return values


def _repeats(ordered: Array, level: float, width: float) -> bool:
    """Whether within ``width`` of a quantile more values are the same than its rank errs by, ``√(n·level·(1 − level))``: another
    sample of paths then gives the same value, or leaps to another, and distances between quantiles are no density."""
    n = ordered.size
    near = ordered[math.floor((level - width) * (n - 1)) : math.ceil((level + width) * (n - 1)) + 1]
    alike = np.searchsorted(ordered, near, "right") - np.searchsorted(ordered, near, "left")
    return int(alike.max()) > max(1.0, math.sqrt(n * level * (1.0 - level)))


def _window(n: int, level: float) -> float:
    """How far to either side of a level the quantiles lie whose distance tells the density there, in shares of ``n`` paths:
    ``n^(−1/3) · z^(2/3) · (1.5·φ(x)² / (2x² + 1))^(1/3)`` with z the 95 % point and x the normal quantile of the level.

    It narrows towards the ends, where the density changes fast: one that reached the sample's extremes would count the far tail.
    Told over true errors by simulation (P95 of a normal, an exponential and a lognormal distribution): 1.1 to 1.3 at 200 paths,
    1.0 at 1,000. Source: Hall and Sheather, *On the distribution of a studentized quantile*, Journal of the Royal Statistical
    Society B 50 (1988).
    """
    from scipy.special import ndtri

    x = float(ndtri(level))
    density = math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)
    return min(level, 1.0 - level, math.cbrt(1.5 * (statistics.normal() * density) ** 2 / (2.0 * x * x + 1.0) / n))


def refuse_late(one: Quantity, key: str, *, quantiles: bool = False) -> None:
    """Refuse years until something that need not happen, where paths on which it does not happen would be left out silently.

    Parameters: ``quantiles``: whether quantiles are allowed, in which such paths are later than the horizon. Errors: `InputError`.
    """
    metric = one.metric
    if not isinstance(metric, Metric) or not metric.instead:
        return
    plain = metric.scope == "pair" or one.world != "difference"
    if quantiles and plain and one.late:
        return
    world = f".{one.world}" if one.world == "twin" else ""
    write = f"{metric.name}{world}.p50"
    hint_zh, hint_en = f"改看 {metric.instead}。", f"take {metric.instead} instead."
    if quantiles:
        hint_zh = (f"写分位数：{write} 小于等于某数，是说至少一半的路径在这之前发生（没有发生的算作更晚）；"
                   f"或改看 {metric.instead}。")  # fmt: skip
        hint_en = (f"write a quantile: {write} at most some years says that it happens by then on at least half of the paths "
                   f"(where it does not happen it counts as later); or take {metric.instead}.")  # fmt: skip
    raise InputError.of(
        f"{metric.zh}（{one.name}）在有的路径上观察期内不会发生，只按发生了的路径算会漏掉没有发生的，不能这样用。",
        f"{metric.en} ({one.name}): on some paths it does not happen within the horizon; judged on the others alone, these would "
        "be left out.", key=key, hint_zh=hint_zh, hint_en=hint_en,
    )  # fmt: skip


@cache
def _names() -> dict[str, Metric | Ratio]:
    """Every metric and ratio by name and by Chinese label."""
    listed: list[Metric | Ratio] = [*by_name().values(), *RATIOS]
    return {m.zh: m for m in reversed(listed)} | {m.name: m for m in listed}


def parse_quantity(text: str, *, key: str = "", file: str = "") -> Quantity:
    """``metric[.package|.twin|.difference][.mean|.tail|.p95]`` → a quantity. Errors: `InputError`."""
    name, *parts = text.strip().split(".")
    metric = _names().get(name)
    if metric is None:
        raise no_such_metric(name, _names(), key=key, file=file)
    worlds = _worlds(metric)
    world: World = _own_world(metric)
    statistic = "mean"
    for part in parts:
        if WORLDS.get(part) in worlds:
            world = WORLDS[part]
        elif part in STATISTICS and (part == "mean" or isinstance(metric, Metric)):
            statistic = STATISTICS[part]
        elif part[:1] in "pP" and part[1:].isdecimal() and 1 <= int(part[1:]) <= 99 and isinstance(metric, Metric):
            statistic = part.lower()
        else:
            what = [*worlds, "mean", *(["tail", "p95"] if isinstance(metric, Metric) else [])]
            raise InputError.of(
                f"{text} 里的 .{part} 不对。", f".{part} in {text} is not known here.", key=key, file=file,
                hint_zh=f"{name} 之后可写 {'、'.join(what)}。", hint_en=f"after {name} write one of {', '.join(what)}.",
            )  # fmt: skip
    if statistic == "tail" and not tail_of(metric, world):
        raise InputError.of(
            f"{metric.zh}（{name}）没有哪一头更差，谈不上最差5%的均值。",
            f"{metric.en} ({name}): neither end is the worse one, so that there are no worst 5 %.", key=key, file=file,
            hint_zh=f"写 {name} 或分位数 {name}.p95。", hint_en=f"write {name}, or a quantile: {name}.p95.",
        )  # fmt: skip
    return Quantity(metric, world, statistic)


def _worlds(metric: Metric | Ratio) -> tuple[World, ...]:
    """The worlds that may be named, none where it has but one."""
    if isinstance(metric, Ratio):
        return {"world": _BOTH, "both": (*_BOTH, "difference"), "difference": ()}[metric.of]
    return () if metric.scope == "pair" else (*_BOTH, "difference")


def _made_of(metric: Metric | Ratio) -> tuple[Metric, ...]:
    """The metric, or the two whose means a ratio divides."""
    if isinstance(metric, Metric):
        return (metric,)
    return tuple(m for m in metrics() if m.name in (metric.numerator, metric.denominator))


def _own_world(metric: Metric | Ratio) -> World:
    if isinstance(metric, Ratio):
        return "difference" if metric.of == "difference" else "package"
    return "difference" if metric.scope == "pair" else "package"


def quantity(text: str) -> Quantity:
    """As `parse_quantity`, for names written in the program."""
    return parse_quantity(text)


def all_quantities(*, twin: bool) -> list[Quantity]:
    """The mean of every metric and ratio in the world that a package is judged by."""
    metrics: list[Metric | Ratio] = [*by_name().values(), *RATIOS]
    listed = [Quantity(metric, _own_world(metric)) for metric in metrics]
    return [one for one in listed if twin or not one.needs_twin]
