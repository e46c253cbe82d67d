"""What a study asks about: a metric, of the package, the twin or their difference, as a mean, a tail mean or a quantile.

Every such quantity is written as a mean over paths: ``values`` gives one value per path whose mean is the estimate and whose
scatter gives its standard error (the influence function of the statistic, for what is no mean by itself). Differences of
two packages on the same paths are then differences path by path, whatever the statistic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from kejin_sim.errors import InputError, nearest
from kejin_sim.lang import t
from kejin_sim.outcomes import statistics
from kejin_sim.outcomes.described import World
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.registry import RATIOS, by_name
from kejin_sim.outcomes.statistics import Array, Interval

WORLDS: dict[str, World] = {
    "package": "package", "twin": "twin", "difference": "difference", "方案": "package", "基准": "twin", "差异": "difference",
}  # fmt: skip
STATISTICS: dict[str, str] = {"mean": "mean", "tail": "tail", "均值": "mean", "最差5%": "tail"}
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
        plain = isinstance(self.metric, Metric) and self.metric.scope == "world"
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
        plain = isinstance(self.metric, Metric) and self.metric.scope == "world"
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
    def needs_twin(self) -> bool:
        """Whether the baseline must be simulated for it."""
        return self.world != "package"

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
            top, bottom = (
                Quantity(by_name()[name], self.world).sample(outcomes)
                for name in (self.metric.numerator, self.metric.denominator)
            )
            return ratio_values(top, bottom)
        sample = self.sample(outcomes)
        if self.statistic == "mean":
            return sample
        if self.statistic == "tail":
            return tail_values(sample, upper=self.metric.direction != "more")
        return quantile_values(sample, int(self.statistic[1:]) / 100)

    def estimate(self, outcomes: Outcomes) -> Interval:
        """The estimate with its error and 95 % interval: Wilson's for a probability, else Student's t."""
        values = statistics.defined(self.values(outcomes))
        binary = isinstance(self.metric, Metric) and self.metric.aggregation == "probability"
        if binary and self.world != "difference" and self.statistic == "mean":
            return statistics.wilson_interval(values)
        return statistics.mean_interval(values)


def ratio_values(numerator: Array, denominator: Array) -> Array:
    """Values whose mean is the ratio of two means: ``R + (a − R·b) / b̄`` (delta method); NaN where the ratio says nothing
    because the interval of its denominator contains 0."""
    both = np.isfinite(numerator) & np.isfinite(denominator)
    below = statistics.mean_interval(denominator[both])
    if not (below.low > 0.0 or below.high < 0.0):
        return np.full_like(numerator, math.nan)
    ratio = float(numerator[both].mean()) / below.value
    values: Array = np.where(both, ratio + (numerator - ratio * denominator) / below.value, math.nan)
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
    """Values whose mean is a quantile: ``q + (level − [x ≤ q]) / f(q)``, the density by differences of quantiles."""
    ordered = np.sort(statistics.defined(sample))
    if ordered.size == 0:
        return np.full_like(sample, math.nan)
    edge = statistics.quantile(ordered, level)
    width = min(level, 1 - level, 1.06 * ordered.size ** (-1 / 3))
    low, high = statistics.quantile(ordered, level - width), statistics.quantile(ordered, level + width)
    slope = (high - low) / (2 * width)
    raw = edge + (level - (sample <= edge)) * slope
    values: Array = raw + (edge - float(np.mean(raw[np.isfinite(sample)])))
    return np.where(np.isfinite(sample), values, math.nan)


def paired(values: Array, reference: Array) -> Interval:
    """Mean of the path-by-path differences with its 95 % interval, over paths on which both are defined."""
    return statistics.mean_interval(statistics.defined(values - reference))


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
        close = nearest(name, _names(), 3)
        raise InputError.of(
            f"没有名为 {name} 的指标。", f"there is no metric named {name}.", key=key, file=file,
            hint_zh=f"是否想写 {'、'.join(close)}？" if close else "指标名见 summary.csv 的 metric 一列。",
            hint_en=f"did you mean {', '.join(close)}?" if close else "names are in the column metric of summary.csv.",
        )  # fmt: skip
    fixed = isinstance(metric, Ratio) or metric.scope == "pair"
    world: World = _own_world(metric)
    statistic = "mean"
    for part in parts:
        if part in WORLDS and not fixed:
            world = WORLDS[part]
        elif part in STATISTICS and (part == "mean" or isinstance(metric, Metric)):
            statistic = STATISTICS[part]
        elif part[:1] in "pP" and part[1:].isdecimal() and 1 <= int(part[1:]) <= 99 and isinstance(metric, Metric):
            statistic = part.lower()
        else:
            what = "mean、tail、p95" if fixed else "package、twin、difference、mean、tail、p95"
            raise InputError.of(
                f"{text} 里的 .{part} 不对。", f".{part} in {text} is not known here.", key=key, file=file,
                hint_zh=f"{name} 之后可写 {what}。", hint_en=f"after {name} write one of {what.replace('、', ', ')}.",
            )  # fmt: skip
    return Quantity(metric, world, statistic)


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
