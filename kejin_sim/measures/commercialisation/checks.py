"""Checks of a scenario's commercialisation measure: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_rate

_M = "measures.commercialisation"
_LINE = "budget.commercialisation.amount"


def budget_can_pay(facts: Facts) -> Iterator[Finding]:
    """T7: a line that is not zero can pay one award of every kind that is expected."""
    for kind, zh, en in (("national", "国家级奖项", "a national prize"), ("provincial", "省级一等奖", "a provincial first prize")):
        award = facts.number(f"{_M}.landing.award_{kind}")
        if facts.number(f"{_M}.landing.{kind}") <= 0.0:
            continue
        amounts = facts.appropriations("commercialisation")
        short = {year: amount for year, amount in amounts.items() if 0.0 < amount < award}
        if not short:
            continue
        year, amount = next(iter(short.items()))
        spoken = year in facts.by_year.get("commercialisation", {})
        yield Finding(
            (f"budget.commercialisation.by_year.{year}" if spoken else _LINE, f"{_M}.landing.award_{kind}"),
            f"{year} 年安排 {exact_money(amount)}，不够支付一个{zh}项目的落地奖励 {exact_money(award)}。",
            f"{exact_money(amount)} in {year} cannot pay the landing award of {en} of {exact_money(award)}.",
            f"安排不少于 {exact_money(award)}，或写 0元（当年不安排），或调小奖励。",
            f"appropriate at least {exact_money(award)}, or write 0元 (nothing that year), or lower the award.",
        )


def plan_against_budget(facts: Facts) -> Iterator[Finding]:
    """T7: notice when the landings expected take more than half of the appropriation: vouchers and subsidies get the rest."""
    amount = facts.number(_LINE)
    plan = sum(
        facts.number(f"{_M}.landing.{kind}") * facts.number(f"{_M}.landing.award_{kind}")
        for kind in ("national", "provincial")
    )
    if amount > 0.0 and plan > 0.5 * amount:
        yield Finding(
            (_LINE,),
            f"落地奖励平均每年约需 {exact_money(plan)}，超过年度安排 {exact_money(amount)} 的一半；创新券与补贴可能不足。",
            f"landing awards take about {exact_money(plan)} a year, more than half of the appropriation of "
            f"{exact_money(amount)}; vouchers and subsidies may fall short.",
            severity="notice",
        )


def pool_can_be_filled(facts: Facts) -> Iterator[Finding]:
    """T4: the least number of firms is within the most, and a firm's part of the pool reaches the least ticket."""
    if not facts.flag(f"{_M}.securitisation.on"):
        return
    most, least = facts.number(f"{_M}.securitisation.firms"), facts.number(f"{_M}.securitisation.min_firms")
    if least > most:
        yield Finding(
            (f"{_M}.securitisation.min_firms", f"{_M}.securitisation.firms"),
            f"最少企业数 {least:g} 大于上限 {most:g}，永远不会发行。",
            f"at least {least:g} firms are needed and at most {most:g} allowed: nothing would ever be issued.",
            "调小 min_firms 或调大 firms。",
            "lower min_firms or raise firms.",
        )
    each, ticket = facts.number(f"{_M}.securitisation.pool") / most, facts.number(f"{_M}.securitisation.min_ticket")
    if each < ticket:
        yield Finding(
            (f"{_M}.securitisation.min_ticket", f"{_M}.securitisation.pool"),
            f"目标规模按上限平均每户 {exact_money(round(each, 2))}，低于单户最低 {exact_money(ticket)}，永远不会发行。",
            f"the pool gives each firm {exact_money(round(each, 2))}, less than the least ticket of {exact_money(ticket)}: "
            "nothing would ever be issued.",
            "调小 min_ticket 或 firms，或调大 pool。",
            "lower min_ticket or firms, or raise pool.",
        )


def seniors_are_covered(facts: Facts) -> Iterator[Finding]:
    """T4: notice when the guarantor does not stand for all of the senior notes."""
    cover = facts.number(f"{_M}.securitisation.guarantor_cover")
    if facts.flag(f"{_M}.securitisation.on") and cover < 1.0:
        yield Finding(
            (f"{_M}.securitisation.guarantor_cover",),
            f"增信机构只承担优先级的 {exact_rate(cover)}，其余损失由投资人承担；财政不得补足（预算法第三十五条）。",
            f"the guarantor stands for {exact_rate(cover)} of the senior notes only; the investors bear the rest, the treasury "
            "may not make it up (Budget Law, art. 35).",
            severity="notice",
        )


CHECKS: tuple[Check, ...] = when_on(
    "measures.commercialisation",
    budget_can_pay,
    plan_against_budget,
    pool_can_be_filled,
    seniors_are_covered,
)
