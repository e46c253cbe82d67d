"""Checks of a scenario's measure 10: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money

_M = "measures.ecosystem"


def budget_can_pay(facts: Facts) -> Iterator[Finding]:
    """O3: a line that is not zero can pay the alliance's cost of a year."""
    least = facts.number(f"{_M}.alliance_cost")
    short = {year: amount for year, amount in facts.appropriations("ecosystem").items() if 0.0 < amount < least}
    if short:
        year, amount = next(iter(short.items()))
        spoken = year in facts.by_year.get("ecosystem", {})
        yield Finding(
            (f"budget.ecosystem.by_year.{year}" if spoken else "budget.ecosystem.amount", f"{_M}.alliance_cost"),
            f"{year} 年安排 {exact_money(amount)}，不够支付联盟一年的经费 {exact_money(least)}，联盟当年不运行。",
            f"{exact_money(amount)} in {year} cannot pay the alliance's {exact_money(least)}: it would not run that year.",
            f"安排不少于 {exact_money(least)}，或写 0元（当年不安排），或调小 alliance_cost。",
            f"appropriate at least {exact_money(least)}, or write 0元 (nothing that year), or lower alliance_cost.",
        )


CHECKS: tuple[Check, ...] = when_on("measures.ecosystem", budget_can_pay)
