"""Checks of a whole scenario that belong to no single measure. A measure's own stand in its room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from kejin_sim.measures import MEASURES
from kejin_sim.parameters import registry
from kejin_sim.parameters.checking import Check, Facts, Finding
from kejin_sim.parameters.registry import budget_lines
from kejin_sim.units import exact_rate

#: Shares are written by people as rounded percentages: 33.3 % three times is one.
SHARE_TOLERANCE = 1e-3


def lists_sum_to_one(facts: Facts) -> Iterator[Finding]:
    """Lists declared as shares of a whole."""
    for parameter in registry():
        if not parameter.sums_to_one:
            continue
        total = sum(facts.list(parameter.key))
        if abs(total - 1.0) > SHARE_TOLERANCE:
            yield Finding(
                (parameter.key,),
                f"各项之和应为 100%，现为 {exact_rate(round(total, 6))}（{parameter.zh}）。",
                f"the items must sum to 100 %, they sum to {exact_rate(round(total, 6))} ({parameter.en}).",
                "调整各项，使其相加为 100%。",
                "change the items so that they add up to 100 %.",
            )


def horizon_covers_policy(facts: Facts) -> Iterator[Finding]:
    """The horizon is at least as long as the policy."""
    policy, horizon = facts.written("time.policy_years"), facts.written("time.horizon_years")
    if facts.number("time.horizon_years") < facts.number("time.policy_years"):
        yield Finding(
            ("time.horizon_years", "time.policy_years"),
            f"观察期 {horizon} 年短于政策期 {policy} 年。",
            f"the horizon of {horizon} years is shorter than the policy of {policy} years.",
            f"把 horizon_years 写成 {policy} 或更长（一般为政策期加一只基金的存续期）。",
            f"let horizon_years be {policy} or more (usually the policy plus the life of a fund).",
        )


def starts_within_a_fiscal_year(facts: Facts) -> Iterator[Finding]:
    """The fiscal year is the calendar year: books that open later in it have a short first year. Source: 预算法 §18."""
    if facts.start.quarter != 1:
        quarters, year = 5 - facts.start.quarter, facts.start.year
        yield Finding(
            ("start",),
            f"账簿在 {facts.start} 开启，财政年度即公历年度：{year} 年只有 {quarters} 个季度，"
            "当年安排和按年的费用、名额按季度比例执行；与预算的核对多按全年数。",
            f"the books open in {facts.start} and the fiscal year is the calendar year: {year} has {quarters} "
            "quarters: appropriation, yearly costs and yearly numbers are cut in proportion. Checks against the budget mostly "
            "compare full years.",
            severity="notice",
        )


def special_years_in_policy(facts: Facts) -> Iterator[Finding]:
    """Appropriations of single years lie within the policy."""
    years = facts.policy_years
    for line in budget_lines():
        for year in facts.by_year.get(line, {}):
            if year not in years:
                yield Finding(
                    (f"budget.{line}.by_year.{year}",),
                    f"{year} 年不在政策期 {years[0]}–{years[-1]} 年之内。",
                    f"{year} is outside the policy's years {years[0]}–{years[-1]}.",
                    f"写 {years[0]} 至 {years[-1]} 的年份，或调整 start 与 policy_years。",
                    f"write a year from {years[0]} to {years[-1]}, or change start and policy_years.",
                )


GENERAL: tuple[Check, ...] = (
    lists_sum_to_one,
    horizon_covers_policy,
    starts_within_a_fiscal_year,
    special_years_in_policy,
)


def all_checks() -> Iterable[Check]:
    """The general checks and those of every measure."""
    yield from GENERAL
    for measure in MEASURES:
        yield from import_module(f"kejin_sim.measures.{measure}.checks").CHECKS


def findings(facts: Facts) -> list[Finding]:
    """Everything that the checks object to."""
    return [finding for check in all_checks() for finding in check(facts)]
