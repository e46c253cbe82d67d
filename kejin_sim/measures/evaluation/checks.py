"""Checks of a scenario's measure 6: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_number

_M = "measures.evaluation"


def _subsidy(facts: Facts) -> float:
    """Subsidy of a project of median cost."""
    wanted = facts.number(f"{_M}.research.share") * facts.number(f"{_M}.research.cost")
    return min(wanted, facts.number(f"{_M}.research.cap"))


def budget_can_pay(facts: Facts) -> Iterator[Finding]:
    """F1, F2: a line that is not zero can pay the first instalment of a project of median cost, or the year's running cost."""
    opex = facts.number(f"{_M}.platform.opex")
    first = facts.list(f"{_M}.research.payments")[0] * _subsidy(facts)
    least, zh, en, key = opex, "平台一年的运行费", "the platform's running cost of a year", f"{_M}.platform.opex"
    if facts.number(f"{_M}.research.per_year") > 0 and (first < least or least == 0.0):
        least, zh, en, key = first, "一个中等项目的首期补助", "the first payment of an average project", f"{_M}.research.cost"
    short = {year: amount for year, amount in facts.appropriations("fintech").items() if 0.0 < amount < least}
    if short:
        year, amount = next(iter(short.items()))
        spoken = year in facts.by_year.get("fintech", {})
        yield Finding(
            (f"budget.fintech.by_year.{year}" if spoken else "budget.fintech.amount", key),
            f"{year} 年安排 {exact_money(amount)}，不够支付{zh} {exact_money(least)}。",
            f"{exact_money(amount)} in {year} cannot pay {en} of {exact_money(least)}.",
            f"安排不少于 {exact_money(least)}，或写 0元（当年不安排），或调小 {key}。",
            f"appropriate at least {exact_money(least)}, or write 0元 (nothing that year), or lower {key}.",
        )


def plan_against_budget(facts: Facts) -> Iterator[Finding]:
    """Notice when the first year's plan exceeds the appropriation: the rest waits or is refused."""
    appropriations = facts.appropriations("fintech")
    part = facts.first_year
    amount = part * next(iter(appropriations.values()))
    projects = part * facts.number(f"{_M}.research.per_year") * facts.list(f"{_M}.research.payments")[0] * _subsidy(facts)
    capex = facts.number(f"{_M}.platform.capex")
    if 0.0 < amount < capex + projects:
        yield Finding(
            ("budget.fintech.amount", f"{_M}.platform.capex"),
            f"首年平台建设费 {exact_money(capex)} 与立项首期约需 {exact_money(capex + projects)}，高于安排 {exact_money(amount)}；"
            "平台推迟或少立项。",
            f"the platform's {exact_money(capex)} and first payments take about {exact_money(capex + projects)} in the first "
            f"year, more than the {exact_money(amount)} appropriated; the platform waits or fewer projects are approved.",
            severity="notice",
        )


def platform_sharpens(facts: Facts) -> Iterator[Finding]:
    """F3: notice when the platform's noise is not below the world's: it is paid for and changes no score."""
    before, after = facts.number("world.score.noise"), facts.number(f"{_M}.platform.noise")
    if after >= before:
        yield Finding(
            (f"{_M}.platform.noise", "world.score.noise"),
            f"平台运行后的评分噪声 {exact_number(after)} 不低于平台之前的 {exact_number(before)}，平台不改变任何评分。",
            f"noise with the platform ({exact_number(after)}) is not below the noise before it ({exact_number(before)}): it "
            "changes no score.",
            severity="notice",
        )


CHECKS: tuple[Check, ...] = when_on("measures.evaluation", budget_can_pay, plan_against_budget, platform_sharpens)
