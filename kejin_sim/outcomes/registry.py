"""Every metric and every ratio, once, in the order in which files and tables list them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cache
from typing import Final

from kejin_sim.errors import InputError, nearest
from kejin_sim.outcomes import (
    capital,
    city,
    credit,
    fiscal,
    grants,
    measures,
    parties,
    rooms,
    scorecard,
    tolerance,
)
from kejin_sim.outcomes.metric import Metric, Ratio

RATIOS: Final = (
    Ratio(
        "cost_per_additional_survivor_5y",
        "每多一家5年存活企业的财政净支出",
        "net fiscal cost per additional 5-year survivor",
        "CNY",
        "less",
        "fiscal_net_cost",
        "firms_surviving_5y",
        "difference",
    ),
    Ratio(
        "cost_per_additional_survivor_10y",
        "每多一家10年存活企业的财政净支出",
        "net fiscal cost per additional 10-year survivor",
        "CNY",
        "less",
        "fiscal_net_cost",
        "firms_surviving_10y",
        "difference",
    ),
    Ratio(
        "cost_per_additional_listing",
        "每多一家上市企业的财政净支出",
        "net fiscal cost per additional listing",
        "CNY",
        "less",
        "fiscal_net_cost",
        "listings",
        "difference",
    ),
    Ratio(
        "cost_per_additional_job_year",
        "每多一个就业人年的财政净支出",
        "net fiscal cost per additional job-year",
        "CNY",
        "less",
        "fiscal_net_cost",
        "job_years_net",
        "difference",
    ),
    Ratio(
        "social_capital_per_yuan",
        "财政每多支出一元带来的社会资本增量",
        "extra social capital per extra yuan of outlay",
        "multiple",
        "more",
        "social_capital",
        "fiscal_outlay",
        "difference",
    ),
    *(
        Ratio(
            f"breach_probability_{basis}",
            f"单只子基金到期超容忍概率（{zh}）",
            f"probability that a sub-fund ends over the tolerance ({en})",
            "share",
            "less",
            f"breach_{basis}_count",
            "funds_closed",
            "world",
            "equity",
            of_counts=True,
        )
        for basis, (zh, en) in tolerance.BASES.items()
    ),
    *credit.RATIOS,
    *rooms.RATIOS,
)


def _judged(metric: Metric) -> Metric:
    """A count of what goes wrong has no direction: a package that does less has fewer breaches, delays and wrong approvals, and
    is not the better one for that. Its many are still the worse end of the paths, and the share beside it keeps its direction.
    """
    if metric.unit != "count" or metric.direction != "less":
        return metric
    return replace(metric, direction="neutral", tail="upper")


@cache
def metrics() -> tuple[Metric, ...]:
    """All metrics, in order. Errors: ``ValueError`` when two share a name: a fault of the program."""
    listed = (
        *fiscal.METRICS,
        *city.METRICS,
        *capital.METRICS,
        *tolerance.METRICS,
        *credit.METRICS,
        *grants.METRICS,
        *rooms.METRICS,
        *measures.METRICS,
        *scorecard.METRICS,
        *parties.METRICS,
    )
    if len({m.name for m in listed}) != len(listed):
        raise ValueError("two metrics share a name")
    return tuple(map(_judged, listed))


@cache
def world_metrics() -> tuple[Metric, ...]:
    """Metrics that each world has."""
    return tuple(m for m in metrics() if m.scope == "world")


@cache
def pair_metrics() -> tuple[Metric, ...]:
    """Metrics of package and twin together."""
    return tuple(m for m in metrics() if m.scope == "pair")


@cache
def by_name() -> dict[str, Metric]:
    """Every metric by name."""
    return {m.name: m for m in metrics()}


def no_such_metric(name: str, known: Collection[str], *, key: str = "", file: str = "") -> InputError:
    """What to say of a name that no metric has; ``known``: the names, and labels, that may stand there."""
    # A word of a Chinese label (就业) is no slip of the pen: labels that have it are meant before words that look alike.
    close = [label for label in known if name and name in label][:5] or nearest(name, known, 3)
    return InputError.of(
        f"没有名为 {name} 的指标。",
        f"there is no metric named {name}.",
        key=key,
        file=file,
        hint_zh=f"是否想写 {'、'.join(close)}？" if close else "指标名见 summary.csv 的 metric 一列。",
        hint_en=f"did you mean {', '.join(close)}?" if close else "names are in the column metric of summary.csv.",
    )
