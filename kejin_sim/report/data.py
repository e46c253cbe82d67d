"""What the figures show, read from a run folder; every statistic comes from ``outcomes``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kejin_sim.errors import InputError
from kejin_sim.outcomes.bands import Bands, bands, running
from kejin_sim.outcomes.representative import MEASURED_BY
from kejin_sim.outcomes.statistics import Array
from kejin_sim.outcomes.tolerance import BASES, CLASSES
from kejin_sim.parameters import by_key
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.read import Run

if TYPE_CHECKING:
    from kejin_sim.outcomes.described import World

_PREFIX = "measures.equity.loss_tolerance."


class NothingToShow(InputError):
    """The run has nothing of what a figure shows, for example because the measure is off."""


@dataclass(frozen=True)
class Head:
    """What every figure says of its run. ``baseline``: title of the baseline, empty without a twin; ``opening``: the quarter of the
    first year in which the books open."""

    title: str
    baseline: str
    paths: int
    seed: int
    policy_years: int
    certificate: str
    opening: int = 1


@dataclass(frozen=True)
class Estimate:
    """A figure of the summary: its mean with standard error and 95 % interval."""

    mean: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Whole:
    """One whole path in a chart: its name (P5, P50, P95), its number, and its values by year."""

    name: str
    path: int
    yearly: Array
    cumulative: Array


@dataclass(frozen=True)
class Fan:
    """Net outlay of the city treasury in CNY by fiscal year; the twin's medians, None without a twin."""

    head: Head
    years: Array
    yearly: Bands
    cumulative: Bands
    twin_yearly: Array | None
    twin_cumulative: Array | None
    whole: tuple[Whole, ...]
    net_cost: Estimate


@dataclass(frozen=True)
class JCurve:
    """Policy sub-funds, all limited partners, CNY: cumulative distributions − calls, and both by year."""

    head: Head
    years: Array
    net: Bands
    calls: Bands
    distributions: Bands
    tvpi: Estimate


@dataclass(frozen=True)
class Funded:
    """Firms of the policy cohorts by whether they got outside equity in package and twin."""

    head: Head
    both: Estimate
    package_only: Estimate
    twin_only: Estimate
    neither: Estimate
    earlier: Estimate
    later: Estimate
    more: Estimate
    less: Estimate
    deadweight: Estimate
    crowded_out: Estimate


@dataclass(frozen=True)
class LossRow:
    """One basis (or class) of loss: label in both languages, quantiles over paths at P5 … P95, its tolerance, and the
    probabilities that all sub-funds pooled, and that a single one at the end of its life, lose more."""

    zh: str
    en: str
    mean: float
    quantiles: tuple[float, ...]
    tolerance: float
    pooled: Estimate | None
    single: Estimate | None


@dataclass(frozen=True)
class Tolerance:
    """Losses of policy sub-funds against the tolerance. ``basis``: the one that the scenario chose."""

    head: Head
    rows: tuple[LossRow, ...]
    rate: float
    basis: str
    cell: tuple[str, str, str]


def head(run: Run) -> Head:
    """What the run is."""
    about = run.manifest
    loaded = run.loaded
    baseline = loaded.baseline.title if run.has_twin and loaded.baseline is not None else ""
    digest = str(about["inputs_digest"])[:12]
    return Head(
        loaded.title, baseline, int(about["paths"]), int(about["seed"]), int(about["policy_years"]),
        f"{about['command']}   kejin_sim {about['kejin_sim']}   {digest}", loaded.start.quarter,
    )  # fmt: skip


def estimate(run: Run, metric: str, world: World = "package") -> Estimate:
    """The mean of a metric with its error, from the summary."""
    return Estimate(*cells(run, metric, world, ("mean", "se", "low95", "high95")))


def cells(run: Run, metric: str, world: World, columns: tuple[str, ...]) -> tuple[float, ...]:
    """Cells of a line of the summary."""
    row = run.rows[metric, world]
    return tuple(float(row[column] or "nan") for column in columns)


def fan(run: Run) -> Fan:
    """The fan of the treasury's net outlay."""
    name = "fiscal_net_cost"
    twin = f"{name}_twin"
    years, columns = run.yearly(name, *([twin] if run.has_twin else []))
    yearly, cumulative = columns[name], running(columns[name])
    whole = tuple(
        Whole(str(one["name"]), int(one["path"]), yearly[int(one["path"])], cumulative[int(one["path"])])
        for one in run.manifest["representatives"]
    )
    medians = [bands(columns[twin]).at(0.5), bands(running(columns[twin])).at(0.5)] if run.has_twin else [None, None]
    return Fan(
        head(run),
        years.astype(float),
        bands(yearly),
        bands(cumulative),
        medians[0],
        medians[1],
        whole,
        estimate(run, MEASURED_BY),
    )


def jcurve(run: Run) -> JCurve:
    """The J-curve of the policy sub-funds. Errors: `InputError` when the package has none."""
    years, columns = run.yearly("subfund_calls", "subfund_distributions")
    calls, back = columns["subfund_calls"], columns["subfund_distributions"]
    if not calls.any():
        raise _nothing(run)
    return JCurve(
        head(run), years.astype(float), bands(running(back - calls)), bands(calls), bands(back),
        estimate(run, "subfund_tvpi"),
    )  # fmt: skip


def funded(run: Run) -> Funded:
    """Who would have been funded anyway. Errors: `InputError` when the run has no twin."""
    if not run.has_twin:
        raise NothingToShow.of(
            "这次运行没有基准，无法对照。", "this run has no twin to compare with.", file=str(run.folder),
            hint_zh="去掉 --no-twin 重新运行。", hint_en="run again without --no-twin.",
        )  # fmt: skip
    names = (
        "funded_both", "funded_package_only", "funded_twin_only", "funded_neither", "funded_earlier", "funded_later",
        "raised_more", "raised_less", "deadweight_share", "crowded_out_share",
    )  # fmt: skip
    return Funded(head(run), *(estimate(run, name, "difference") for name in names))


def _nothing(run: Run) -> InputError:
    return NothingToShow.of(
        "这次运行里没有政策子基金的投资。", "this run has no deals of policy sub-funds.", file=str(run.folder),
        hint_zh="换一个有天使子基金的方案，或画 --kind fan。",
        hint_en="take a scenario with angel sub-funds, or draw --kind fan.",
    )  # fmt: skip


def tolerance(run: Run) -> Tolerance:
    """Losses on the four bases. Errors: `InputError` when the package has no sub-fund deals."""
    if not cells(run, "deals", "package", ("mean",))[0] > 0.0:
        raise _nothing(run)
    scenario = run.loaded
    numbers: Mapping[str, Any] = scenario.values
    rate = float(numbers[f"{_PREFIX}rate"])
    by_class = numbers[f"{_PREFIX}class_tolerance"]
    rows: list[LossRow] = []
    for basis, (zh, en) in BASES.items():
        pooled = estimate(run, f"portfolio_breach_{basis}")
        single = estimate(run, f"breach_probability_{basis}")
        single_or_none = None if math.isnan(single.mean) else single
        if basis != "class":
            rows.append(_row(run, f"loss_{basis}", zh, en, rate, pooled, single_or_none))
            continue
        for number, (name, (class_zh, class_en)) in enumerate(CLASSES.items()):
            labels = f"{zh}：{class_zh}", f"{en}: {class_en.removesuffix(' class')}"
            verdicts = (pooled, single_or_none) if number == 0 else (None, None)
            rows.append(_row(run, f"loss_class_{name}", *labels, float(by_class[number]), *verdicts))
    basis, unit, when = (_choice(scenario, name) for name in ("basis", "unit", "when"))
    chosen = list(BASES)[int(numbers[f"{_PREFIX}basis"])]
    return Tolerance(head(run), tuple(rows), rate, chosen, (basis, unit, when))


def _choice(scenario: Scenario, name: str) -> str:
    """A choice of the scenario in the current language."""
    key = _PREFIX + name
    return by_key()[key].show(scenario.values[key]).replace("_", " ")


def _row(
    run: Run, metric: str, zh: str, en: str, limit: float, pooled: Estimate | None, single: Estimate | None
) -> LossRow:
    mean, *quantiles = cells(run, metric, "package", ("mean", "p5", "p25", "p50", "p75", "p95"))
    return LossRow(zh, en, mean, tuple(quantiles), limit, pooled, single)
