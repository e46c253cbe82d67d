"""Checks of a scenario's basic-research measure: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_number, exact_years

_M = "measures.basic_research"
_LINE = "joint_fund"


def _partners(facts: Facts) -> float:
    return sum(facts.number(f"{_M}.municipal.{kind}") for kind in ("districts", "banks", "leaders"))


def national_fund_is_covered(facts: Facts) -> Iterator[Finding]:
    """B1: a line that is not zero can pay the city's part of the national fund."""
    city = facts.number(f"{_M}.nsfc.total") * facts.number(f"{_M}.nsfc.local_share")
    short = {year: amount for year, amount in facts.appropriations(_LINE).items() if 0.0 < amount < city * (1 - 1e-9)}
    if not short:
        return
    year, amount = next(iter(short.items()))
    spoken = year in facts.by_year.get(_LINE, {})
    yield Finding(
        (f"budget.{_LINE}.by_year.{year}" if spoken else f"budget.{_LINE}.amount", f"{_M}.nsfc.total"),
        f"{year} 年安排 {exact_money(amount)}，不够支付国家区域联合基金市级出资 {exact_money(city)}，当年不会立项。",
        f"{exact_money(amount)} in {year} cannot pay the city's {exact_money(city)} of the national joint fund: "
        "there would be no projects that year.",
        f"安排不少于 {exact_money(city)}，或调小 nsfc.total；不参加写 nsfc.total: 0元。",
        f"appropriate at least {exact_money(city)} or lower nsfc.total; write nsfc.total: 0元 to stay out.",
    )


def match_is_planned(facts: Facts) -> Iterator[Finding]:
    """B2: notice when nothing is left of the line for the city's part of agreements."""
    amount = facts.number(f"budget.{_LINE}.amount")
    city = facts.number(f"{_M}.nsfc.total") * facts.number(f"{_M}.nsfc.local_share")
    if _partners(facts) > 0 and 0.0 < amount <= city * (1 + 1e-9):
        yield Finding(
            (f"budget.{_LINE}.amount", f"{_M}.municipal.ratio"),
            f"预算 {exact_money(amount)} 付完国家区域联合基金 {exact_money(city)} 后没有余额，市级联合基金签不了协议。",
            f"after {exact_money(city)} for the national fund nothing of {exact_money(amount)} is left: no agreement of "
            "the municipal fund can be signed.",
            "增加年度安排，或调小 nsfc.total。",
            "appropriate more or lower nsfc.total.",
            severity="notice",
        )


def integrated_within_projects(facts: Facts) -> Iterator[Finding]:
    """B1: no more integrated projects than projects."""
    whole, part = facts.number(f"{_M}.nsfc.projects"), facts.number(f"{_M}.nsfc.integrated")
    if part > whole:
        yield Finding(
            (f"{_M}.nsfc.integrated", f"{_M}.nsfc.projects"),
            f"集成项目 {exact_number(part)} 项多于立项总数 {exact_number(whole)} 项。",
            f"{exact_number(part)} integrated projects of only {exact_number(whole)}.",
            f"integrated 不超过 {exact_number(whole)}。",
            f"let integrated be at most {exact_number(whole)}.",
        )


def ticket_in_order(facts: Facts) -> Iterator[Finding]:
    """B3: the least ticket does not exceed the most."""
    low, high = facts.list(f"{_M}.project.ticket")
    if low > high:
        yield Finding(
            (f"{_M}.project.ticket",),
            f"普通项目费用下限 {exact_money(low)} 高于上限 {exact_money(high)}。",
            f"the least ticket {exact_money(low)} exceeds the most {exact_money(high)}.",
            "先写下限，再写上限。",
            "write the least first, then the most.",
        )


def lag_in_order(facts: Facts) -> Iterator[Finding]:
    """B7: the shortest lag does not exceed the longest."""
    low, high = facts.list("world.research.lag")
    if low > high:
        yield Finding(
            ("world.research.lag",),
            f"最短时滞 {exact_years(low)} 长于最长时滞 {exact_years(high)}。",
            f"the shortest lag of {low:g} years exceeds the longest of {high:g}.",
            "先写最短，再写最长。",
            "write the shortest first, then the longest.",
        )


def gifts_cost_something(facts: Facts) -> Iterator[Finding]:
    """B2, B4: tax relief stays below the gift, or partners would be paid for giving."""
    extra = facts.number(f"{_M}.tax.extra_deduction")
    rate = max(facts.number(f"{_M}.tax.cit"), facts.number(f"{_M}.tax.hnte_cit"))
    relief = (1.0 + extra) * rate * (1.0 - facts.number("behaviour.diverted"))
    if _partners(facts) > 0 and relief >= 0.95:
        yield Finding(
            (f"{_M}.tax.extra_deduction", f"{_M}.tax.cit", f"{_M}.tax.hnte_cit"),
            f"每出资 1 元减税 {relief:.2f} 元，出资几乎不花钱，出资方家数没有意义。",
            f"a yuan given saves {relief:.2f} in tax: giving costs next to nothing and the number of partners has no meaning.",
            "降低加计扣除比例或税率。",
            "lower the additional deduction or the rate.",
        )


CHECKS: tuple[Check, ...] = when_on(
    "measures.basic_research",
    national_fund_is_covered,
    match_is_planned,
    integrated_within_projects,
    ticket_in_order,
    lag_in_order,
    gifts_cost_something,
)
