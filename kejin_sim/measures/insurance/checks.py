"""Checks of a scenario's insurance measure: what no single bound can express."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_rate, format_rate

_I = "measures.insurance"
_SLACK = 1e-9
_LINES: tuple[tuple[str, str], ...] = (
    ("研发", "R&D"),
    ("知识产权", "IP"),
    ("设备与责任", "equipment and liability"),
    ("首台套", "first sets"),
)


def fee_within_load(facts: Facts) -> Iterator[Finding]:
    """I4: the lead insurer's fee comes out of the load."""
    fee, load = facts.number(f"{_I}.pool.lead_fee"), facts.number(f"{_I}.pricing.load")
    if facts.flag(f"{_I}.pool.on") and fee > load + _SLACK:
        yield Finding(
            (f"{_I}.pool.lead_fee", f"{_I}.pricing.load"),
            f"首席承保人服务费 {exact_rate(fee)} 高于费用附加率 {exact_rate(load)}：服务费从费用附加中支付。",
            f"the lead insurer's fee of {exact_rate(fee)} is above the load of {exact_rate(load)}, out of which it is paid.",
            f"lead_fee 不超过 {exact_rate(load)}。",
            f"let lead_fee be at most {exact_rate(load)}.",
        )


def subsidies_within_stack(facts: Facts) -> Iterator[Finding]:
    """N4: notice when shares together are cut to the cap on all public subsidies.

    A share that is the cap itself means the cap in all, of which the city pays what others leave: nothing is cut against the plan.
    """
    share, other, cap = (facts.list(f"{_I}.subsidy.{name}") for name in ("share", "other", "stack_cap"))
    for number, (zh, en) in enumerate(_LINES):
        of_others = min(other[number], cap[number])
        total = share[number] + of_others
        in_all = abs(share[number] - cap[number]) <= _SLACK
        if facts.number(f"{_I}.subsidy.cap") > 0.0 and share[number] > 0.0 and total > cap[number] + _SLACK and not in_all:
            left = exact_rate(round(cap[number] - of_others, 6))
            yield Finding(
                (f"{_I}.subsidy.share", f"{_I}.subsidy.other", f"{_I}.subsidy.stack_cap"),
                f"{zh}险补贴各级合计 {exact_rate(round(total, 6))}，高于上限 {exact_rate(cap[number])}：市级压减到 {left}。",
                f"subsidies for {en} of {exact_rate(round(total, 6))} together are above the cap of {exact_rate(cap[number])}: "
                f"the city's part is cut to {left}.",
                severity="notice",
            )


def _limited(mean: float) -> float:
    """Expected payment per yuan insured for an exponential damage of that mean: m · (1 − e^(−1/m))."""
    return mean * (1.0 - math.exp(-1.0 / mean)) if mean > 0.0 else 0.0


def flat_rates_pay(facts: Facts) -> Iterator[Finding]:
    """I1: notice the loss ratio that a flat market rate implies for a firm of average quality."""
    if facts.choice(f"{_I}.pricing.mode") != "flat":
        return
    rate, frequency = facts.list(f"{_I}.pricing.flat_rates"), facts.list(f"{_I}.risk.frequency")
    legal, damages, limit = (facts.number(f"{_I}.ip.{name}") for name in ("legal", "damages", "limit"))
    paid = (
        facts.number(f"{_I}.rd.pay") * (1.0 - facts.number(f"{_I}.rd.deductible")),
        (min(legal, limit) + (damages / limit * limit * (1.0 - math.exp(-max(0.0, limit - legal) / damages))
         if damages > 0.0 else 0.0)) / limit,
        _limited(facts.number(f"{_I}.equipment.severity")),
        _limited(facts.number(f"{_I}.first_set.severity")),
    )  # fmt: skip
    for number, (zh, en) in enumerate(_LINES):
        ratio = frequency[number] * paid[number] / rate[number]
        if ratio > 1.0 + _SLACK:
            yield Finding(
                (f"{_I}.pricing.flat_rates", f"{_I}.pricing.mode", f"{_I}.risk.frequency"),
                f"{zh}险统一费率 {exact_rate(rate[number])} 的预期赔付率为 {format_rate(ratio, 0)}，保险公司亏损承保。",
                f"a flat rate of {exact_rate(rate[number])} for {en} implies a loss ratio of {format_rate(ratio, 0)}: "
                "insurers would lose money on it.",
                severity="notice",
            )


def backstop_within_budget(facts: Facts) -> Iterator[Finding]:
    """I5: notice when the backstop's cap is more than the line has in its first year."""
    cap = facts.number(f"{_I}.backstop.cap")
    if not facts.flag(f"{_I}.pool.on") or facts.number(f"{_I}.backstop.share") <= 0.0:
        return
    year, amount = next(iter(facts.appropriations("premium_subsidy").items()))
    if cap > amount:
        spoken = year in facts.by_year.get("premium_subsidy", {})
        yield Finding(
            (f"budget.premium_subsidy.by_year.{year}" if spoken else "budget.premium_subsidy.amount", f"{_I}.backstop.cap"),
            f"共保体兜底上限 {exact_money(cap)} 高于 {year} 年科技保险安排 {exact_money(amount)}：以安排为限，不足不付。",
            f"the backstop's cap of {exact_money(cap)} is above the {exact_money(amount)} appropriated in {year}: "
            "what the line does not have is not paid.",
            severity="notice",
        )


CHECKS: tuple[Check, ...] = when_on(
    "measures.insurance",
    fee_within_load,
    subsidies_within_stack,
    flat_rates_pay,
    backstop_within_budget,
)
