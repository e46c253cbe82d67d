"""Checks of a scenario's grant-to-equity measure: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_number

_M = "measures.grant_to_equity"


def _tickets(facts: Facts) -> Iterator[tuple[str, float, float, str, str, str]]:
    """For each track in use: number a year, city money per firm, least single payment, what that is, the key behind it."""
    cap, tranches = facts.number(f"{_M}.project.cap"), facts.number(f"{_M}.project.tranches")
    ticket = facts.number(f"{_M}.competition.ticket")
    grant = facts.number(f"{_M}.talent.grant")
    city = facts.number(f"{_M}.attraction.ticket") * (1.0 - facts.number(f"{_M}.attraction.district_share"))
    for track, whole, least, zh, en, key in (
        ("project", cap, cap / tranches, "一个项目的首期", "the first tranche of one project", "project.cap"),
        ("competition", ticket, ticket, "一家大赛优胜企业的入股", "the ticket of one winner", "competition.ticket"),
        ("talent", grant, grant, "一家人才企业的项目经费", "the grant of one talent start-up", "talent.grant"),
        ("attraction", city, city, "一个招商项目的市级部分", "the city's part of one attraction", "attraction.ticket"),
    ):
        if facts.number(f"{_M}.{track}.per_year") > 0:
            yield track, whole, least, zh, en, f"{_M}.{key}"


def budget_can_pay(facts: Facts) -> Iterator[Finding]:
    """G1, G8, G9: a line that is not zero can pay the least amount of every track in use."""
    for _, _, least, zh, en, key in _tickets(facts):
        amounts = facts.appropriations("grant_to_equity")
        short = {year: amount for year, amount in amounts.items() if 0.0 < amount < least}
        if not short:
            continue
        year, amount = next(iter(short.items()))
        spoken = year in facts.by_year.get("grant_to_equity", {})
        yield Finding(
            (f"budget.grant_to_equity.by_year.{year}" if spoken else "budget.grant_to_equity.amount", key),
            f"{year} 年安排 {exact_money(amount)}，不够支付{zh} {exact_money(least)}。",
            f"{exact_money(amount)} in {year} cannot pay {en} of {exact_money(least)}.",
            f"安排不少于 {exact_money(least)}，或写 0元（当年不安排），或调小 {key}。",
            f"appropriate at least {exact_money(least)}, or write 0元 (nothing that year), or lower {key}.",
        )


def plan_against_budget(facts: Facts) -> Iterator[Finding]:
    """Notice when the plan of all tracks exceeds the yearly appropriation: the rest waits or is refused."""
    amount = facts.number("budget.grant_to_equity.amount")
    plan = sum(facts.number(f"{_M}.{track}.per_year") * whole for track, whole, *_ in _tickets(facts))
    if 0.0 < amount < plan:
        yield Finding(
            ("budget.grant_to_equity.amount",),
            f"拨改投各类项目按计划每年约需 {exact_money(plan)}，高于年度安排 {exact_money(amount)}；不足时少资助。",
            f"the plan of all tracks takes about {exact_money(plan)} a year, more than the appropriation of "
            f"{exact_money(amount)}; fewer firms are supported.",
            severity="notice",
        )


def milestones_within_window(facts: Facts) -> Iterator[Finding]:
    """G2: notice when the last tranche would fall due after the window, and is never paid."""
    if facts.number(f"{_M}.project.per_year") <= 0:
        return
    years = (facts.number(f"{_M}.project.tranches") - 1) * facts.number(f"{_M}.milestone.years")
    window = facts.number(f"{_M}.conversion.window_years")
    if years >= window:
        yield Finding(
            (f"{_M}.milestone.years", f"{_M}.project.tranches", f"{_M}.conversion.window_years"),
            f"最后一期拨款在第 {exact_number(years)} 年，等待期只有 {exact_number(window)} 年，这一期不会拨付。",
            f"the last tranche is due in year {exact_number(years)}, the window is {exact_number(window)} years: "
            "it is never paid.",
            "减少期数、缩短里程碑间隔或延长等待期。",
            "use fewer tranches, shorter milestones or a longer window.",
            severity="notice",
        )


def attraction_is_red(facts: Facts) -> Iterator[Finding]:
    """G9: notice that the scenario contains a rule that superior rules do not allow."""
    if facts.number(f"{_M}.attraction.per_year") > 0:
        yield Finding(
            (f"{_M}.attraction.per_year",),
            "招商拨改投的法律状态为红色：国办发〔2025〕1号规定政府投资基金不得以招商引资为目的。",
            "investment attraction is legally red: Guo-Ban-Fa [2025] 1 forbids funds whose aim is to attract "
            "investment.",
            "要看合法部分，写 per_year: 0，再与本方案比较。",
            "for what is lawful alone write per_year: 0 and compare.",
            severity="notice",
        )


def linkage_is_complete(facts: Facts) -> Iterator[Finding]:
    """G8: notice when the fund or the credit of the sequence is missing because its measure is off."""
    if facts.number(f"{_M}.talent.per_year") <= 0:
        return
    for measure, part, zh, en in (
        ("equity", "fund", "投（第1条股权投资未实施）", "the fund (measure 1 is off)"),
        ("credit", "credit", "贷的额度（第2条科技信贷未实施）", "the credit line (measure 2 is off)"),
    ):
        switch = f"measures.{measure}.enabled"
        if switch in facts.values and not facts.flag(switch) and facts.number(f"{_M}.talent.{part}") > 0:
            yield Finding(
                (switch, f"{_M}.talent.{part}"),
                f"拨投贷缺{zh}：人才企业只走其余几步。",
                f"grant, fund and credit lack {en}: talent start-ups take the other steps only.",
                f"实施该措施，或写 talent.{part}: 0元。",
                f"put the measure in force, or write talent.{part}: 0元.",
                severity="notice",
            )


CHECKS: tuple[Check, ...] = when_on(
    "measures.grant_to_equity",
    budget_can_pay,
    plan_against_budget,
    milestones_within_window,
    attraction_is_red,
    linkage_is_complete,
)
