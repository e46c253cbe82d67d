"""Checks of a scenario's people measure: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_rate

_M = "measures.people"
_AWARDS = ("early.award", "volume.award", "landing.filing", "landing.listing", "landing.listed")


def stipend_is_divided(facts: Facts) -> Iterator[Finding]:
    """H5: treasury and university together bear at most the whole stipend."""
    if facts.number(f"{_M}.deputy.per_year") <= 0:
        return
    city, home = facts.number(f"{_M}.deputy.treasury_share"), facts.number(f"{_M}.deputy.university_share")
    if city + home > 1.0 + 1e-9:
        yield Finding(
            (f"{_M}.deputy.treasury_share", f"{_M}.deputy.university_share"),
            f"市财政承担 {exact_rate(city)}、派出单位承担 {exact_rate(home)}，合计超过津贴总额。",
            f"the treasury bears {exact_rate(city)} and the university {exact_rate(home)}: more than the whole stipend.",
            "调低其中一项，合计不超过 100%；其余由企业自付。",
            "lower one of them: together at most 100 %, the rest is the firm's.",
        )


def services_can_be_paid(facts: Facts) -> Iterator[Finding]:
    """H5, H6: a line that is not zero pays at least one stipend and one adviser; notice when the plan exceeds the line."""
    stipend = facts.number(f"{_M}.deputy.stipend") * facts.number(f"{_M}.deputy.treasury_share")
    deputies = facts.number(f"{_M}.deputy.per_year")
    placed = deputies * facts.number(f"{_M}.deputy.years")
    adviser, advisers = facts.number(f"{_M}.adviser.cost"), facts.number(f"{_M}.adviser.number")
    if deputies > 0 and stipend > 0.0:
        for year, amount in facts.appropriations("people_services").items():
            if 0.0 < amount < stipend:
                spoken = year in facts.by_year.get("people_services", {})
                yield Finding(
                    (f"budget.people_services.by_year.{year}" if spoken else "budget.people_services.amount",
                     f"{_M}.deputy.stipend"),
                    f"{year} 年安排 {exact_money(amount)}，不够一名科技副总的市级津贴 {exact_money(stipend)}。",
                    f"{exact_money(amount)} in {year} cannot pay one vice-president's {exact_money(stipend)}.",
                    f"安排不少于 {exact_money(stipend)}，或写 0元（当年不安排）。",
                    f"appropriate at least {exact_money(stipend)}, or write 0元 (nothing that year).",
                )  # fmt: skip
                break
    amount, plan = facts.number("budget.people_services.amount"), placed * stipend + advisers * adviser
    if 0.0 < amount < plan:
        yield Finding(
            ("budget.people_services.amount",),
            f"科技副总与顾问按计划每年约需 {exact_money(plan)}，高于年度安排 {exact_money(amount)}；不足时少选派、少服务。",
            f"vice-presidents and advisers take about {exact_money(plan)} a year, more than the appropriation of "
            f"{exact_money(amount)}; fewer are placed and served.",
            severity="notice",
        )


def awards_have_a_line(facts: Facts) -> Iterator[Finding]:
    """H1–H3: notice when awards are promised and nothing is appropriated in any year."""
    promised = [key for key in _AWARDS if facts.number(f"{_M}.{key}") > 0]
    if promised and not any(amount > 0.0 for amount in facts.appropriations("vc_awards").values()):
        yield Finding(
            ("budget.vc_awards.amount", f"{_M}.{promised[0]}"),
            "创业投资奖励没有安排资金：奖励全部不能兑付，只在结果中计为未兑付。",
            "nothing is appropriated for venture-capital awards: none is paid, all claims count as unfunded.",
            "安排 budget.vc_awards.amount，或把各项奖励写成 0。",
            "appropriate budget.vc_awards.amount, or write the awards as 0.",
            severity="notice",
        )


def settlement_is_red(facts: Facts) -> Iterator[Finding]:
    """H4: notice that the scenario contains a rule that superior rules do not allow."""
    paid = facts.number(f"{_M}.settlement.rate") > 0 or facts.number(f"{_M}.settlement.rent") > 0
    if facts.number(f"{_M}.settlement.firms_per_year") > 0 and paid:
        yield Finding(
            (f"{_M}.settlement.firms_per_year", f"{_M}.settlement.rate"),
            "创投机构落户补助的法律状态为红色：按地方贡献返还属公平竞争审查纠正的选择性财政奖励。",
            "the settlement subsidy is legally red: refunds by local contribution are selective fiscal rewards that "
            "fair-competition review has corrected.",
            "要看合法部分，写 settlement.firms_per_year: 0，再与本方案比较。",
            "for what is lawful alone write settlement.firms_per_year: 0 and compare.",
            severity="notice",
        )


CHECKS: tuple[Check, ...] = when_on(
    "measures.people",
    stipend_is_divided,
    services_can_be_paid,
    awards_have_a_line,
    settlement_is_red,
)
