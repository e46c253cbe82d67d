"""Checks of a scenario's measure 9: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.measures.pilots.terms_rules import social_share
from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_rate

_M = "measures.pilots"


def _forms_funds(facts: Facts) -> bool:
    return facts.number(f"{_M}.aic.new_per_year") > 0


def shares_leave_room(facts: Facts) -> Iterator[Finding]:
    """A1: AIC, SOEs and guidance fund take at most the whole; notice when social investors hardly count."""
    if not _forms_funds(facts):
        return
    keys = tuple(f"{_M}.aic.{name}" for name in ("soe_share", "gov_share", "share"))
    soe, government, aic = (facts.number(key) for key in keys)
    social = round(social_share(aic, soe, government), 12)  # for reading
    if social < -1e-9:
        yield Finding(
            keys,
            f"AIC、国企和引导基金的出资比例合计 {exact_rate(1.0 - social)}，超过100%。",
            f"the shares of AIC, SOEs and guidance fund sum to {exact_rate(1.0 - social)}, more than the whole.",
            "调小其中一项，其余由社会出资人认缴。",
            "lower one of them; social investors take the rest.",
        )
    elif social < 0.2 - 1e-9:
        yield Finding(
            keys,
            f"AIC基金的社会出资只占 {exact_rate(max(0.0, social))}：AIC和国企资金在报告中单列，不算撬动的社会资本。",
            f"social investors have {exact_rate(max(0.0, social))} of an AIC fund only: AIC and SOE money is shown apart "
            "and is no social capital.",
            severity="notice",
        )


def budget_can_commit(facts: Facts) -> Iterator[Finding]:
    """A1: a line that is not zero can commit to one fund in some year, unspent money of two years before included."""
    if not _forms_funds(facts):
        return
    needed = facts.number(f"{_M}.aic.gov_share") * facts.number(f"{_M}.aic.size")
    amounts = facts.appropriations("aic_funds")
    years = 3 if facts.choice("budget.aic_funds.unspent") == "carry" else 1
    ordered = [amounts[year] for year in sorted(amounts)]
    most = max((sum(ordered[max(0, i - years + 1) : i + 1]) for i in range(len(ordered))), default=0.0)
    if 0.0 < most < needed:
        yield Finding(
            ("budget.aic_funds.amount", f"{_M}.aic.gov_share", f"{_M}.aic.size"),
            f"AIC基金安排（含结转）至多 {exact_money(most)}，不够引导基金在一只基金中的认缴 {exact_money(needed)}。",
            f"the line of AIC funds has at most {exact_money(most)} (carried money included), less than the guidance "
            f"fund's commitment of {exact_money(needed)} to one fund.",
            f"安排不少于 {exact_money(needed)}，或调小规模或引导基金比例，或写 new_per_year: 0。",
            f"appropriate at least {exact_money(needed)}, lower the size or the guidance fund's share, "
            "or write new_per_year: 0.",
        )


def limit_has_room(facts: Facts) -> Iterator[Finding]:
    """A2: notice when the AIC's own limit cannot take a single fund."""
    if not _forms_funds(facts):
        return
    assets, limit, part = (facts.number(f"{_M}.aic.{name}") for name in ("assets", "own_limit", "city_part"))
    room = assets * limit * part
    own = facts.number(f"{_M}.aic.share") * facts.number(f"{_M}.aic.size")
    if own > room:
        yield Finding(
            (f"{_M}.aic.size", f"{_M}.aic.city_part", f"{_M}.aic.own_limit", f"{_M}.aic.assets"),
            f"AIC自有资金限额 {exact_money(room)} 容不下一只基金的自有认缴 {exact_money(own)}：一只也设立不了。",
            f"the AIC's own limit of {exact_money(room)} cannot take the {exact_money(own)} of one fund: "
            "none is ever formed.",
            "调小规模或AIC占比，或调大限额中用于本市的部分。",
            "lower the size or the AIC's share, or raise the city's part of the limit.",
            severity="notice",
        )


def target_in_reach(facts: Facts) -> Iterator[Finding]:
    """A1: notice when the plan of the whole policy stays below the target."""
    if not _forms_funds(facts):
        return
    plan = facts.number(f"{_M}.aic.new_per_year") * facts.number(f"{_M}.aic.size") * facts.number("time.policy_years")
    target = facts.number(f"{_M}.aic.target")
    if plan < target:
        yield Finding(
            (f"{_M}.aic.new_per_year", f"{_M}.aic.target"),
            f"政策期内按计划共设立 {exact_money(plan)} 的AIC基金，达不到目标 {exact_money(target)}。",
            f"the plan of the whole policy is {exact_money(plan)} of AIC funds, below the target of {exact_money(target)}.",
            severity="notice",
        )


def calls_within_life(facts: Facts) -> Iterator[Finding]:
    """A1: notice when the last calls can never come back."""
    if _forms_funds(facts) and facts.number(f"{_M}.aic.call_years") >= facts.number(f"{_M}.aic.life"):
        yield Finding(
            (f"{_M}.aic.call_years", f"{_M}.aic.life"),
            "AIC基金在存续期最后一年仍出资，这一年的出资不再分回。",
            "an AIC fund still calls in the last year of its life; that call never comes back.",
            "把投资期设得短于存续期。",
            "let the years of calls be fewer than the life.",
            severity="notice",
        )


def banks_earn_on_relending(facts: Facts) -> Iterator[Finding]:
    """A5: notice when banks would pay for lending."""
    if facts.number(f"{_M}.buyback.take_up") <= 0 or facts.number(f"{_M}.buyback.listed") <= 0:
        return
    lending, relending = (facts.number(f"{_M}.buyback.{name}") for name in ("loan_rate", "relend_rate"))
    cost = facts.number(f"{_M}.buyback.relend_share") * relending
    if lending < cost:
        yield Finding(
            (f"{_M}.buyback.loan_rate", f"{_M}.buyback.relend_rate"),
            f"回购增持贷款利率 {exact_rate(lending)} 低于再贷款成本 {exact_rate(cost)}：银行每笔都亏。",
            f"buy-back loans at {exact_rate(lending)} cost the bank {exact_rate(cost)}: it loses on each.",
            severity="notice",
        )


def warrants_have_lenders(facts: Facts) -> Iterator[Finding]:
    """A3: notice when no loan can carry a warrant because measure 2 lists nobody."""
    switch = "measures.credit.enabled"
    if facts.number(f"{_M}.warrant.coverage") > 0 and switch in facts.values and not facts.flag(switch):
        yield Finding(
            (switch, f"{_M}.warrant.coverage"),
            "第2条科技信贷未实施，没有白名单贷款，认股权（A3）不起作用。",
            "measure 2 is off, so no loan is white-listed and warrants (A3) do nothing.",
            "实施第2条，或写 warrant.coverage: 0%。",
            "put measure 2 in force, or write warrant.coverage: 0%.",
            severity="notice",
        )


CHECKS: tuple[Check, ...] = when_on(
    "measures.pilots",
    shares_leave_room,
    budget_can_commit,
    limit_has_room,
    target_in_reach,
    calls_within_life,
    banks_earn_on_relending,
    warrants_have_lenders,
)
