"""Checks of a scenario's equity measure: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.measures.grant_to_equity.stacking_rules import shares_allowed, third_party
from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_rate

_FUND = "measures.equity.angel_subfunds"
_SEED = "measures.equity.seed_direct"
_CHAIN = "measures.equity.chain_funds"
_TOLERANCE = "measures.equity.loss_tolerance"

#: Bases of loss that each unit of assessment can carry. Source: rulebook §1.4.
VALID_CELLS: dict[str, tuple[str, ...]] = {
    "project": ("gross",),
    "fund": ("net_terminal", "gross", "class", "head_count"),
    "portfolio": ("net_terminal", "gross", "class", "head_count"),
}


def third_party_share(facts: Facts) -> Iterator[Finding]:
    """E1, N7: what government, district and GP leave to third parties is at least the least third-party share."""
    government, district, gp = (facts.number(f"{_FUND}.{name}_share") for name in ("gov", "district", "gp"))
    least = facts.number(f"{_FUND}.min_third_party")
    social = third_party(government, district, gp)
    if not shares_allowed(social, least):
        room = exact_rate(round(max(0.0, 1.0 - district - gp - least), 6))
        yield Finding(
            (f"{_FUND}.gov_share", f"{_FUND}.district_share", f"{_FUND}.gp_share", f"{_FUND}.min_third_party"),
            f"第三方社会资本只剩 {exact_rate(round(social, 6))}，低于最低比例 {exact_rate(least)}"
            f"（＝ 1 − 引导基金 {exact_rate(government)} − 区县 {exact_rate(district)} − 管理人 {exact_rate(gp)}）。",
            f"only {exact_rate(round(social, 6))} is left to third parties, less than {exact_rate(least)} "
            f"(= 1 − guidance fund {exact_rate(government)} − district {exact_rate(district)} − GP {exact_rate(gp)}).",
            f"其他比例不变时，gov_share 不超过 {room}。",
            f"with the other shares as they are, gov_share is at most {room}.",
        )


def chain_shares(facts: Facts) -> Iterator[Finding]:
    """E11, E12: the shares of a chain-leader fund do not exceed one."""
    keys = tuple(f"{_CHAIN}.{name}" for name in ("gov_share", "chain_leader_share", "aic_share"))
    total = sum(facts.number(key) for key in keys)
    if total > 1.0 + 1e-9:
        yield Finding(
            keys,
            f"链主基金各方出资比例之和为 {exact_rate(round(total, 6))}，超过 100%。",
            f"the shares of a chain-leader fund sum to {exact_rate(round(total, 6))}, more than 100 %.",
            "降低其中一项，其余归社会资本。",
            "lower one of them; the rest is social capital.",
        )


def catch_up_ends(facts: Facts) -> Iterator[Finding]:
    """E6: a catch-up at or below the carry never reaches the agreed split."""
    catch_up, carry = facts.number(f"{_FUND}.catch_up"), facts.number(f"{_FUND}.carry")
    if 0.0 < catch_up <= carry:
        yield Finding(
            (f"{_FUND}.catch_up", f"{_FUND}.carry"),
            f"追赶比例 {exact_rate(catch_up)} 不高于业绩报酬 {exact_rate(carry)}，追赶永远不会结束。",
            f"a catch-up of {exact_rate(catch_up)} is not above the carry of {exact_rate(carry)}: it would never end.",
            f"写 0（不追赶）或高于 {exact_rate(carry)} 的比例，常见 100%。",
            f"write 0 (none) or more than {exact_rate(carry)}, commonly 100 %.",
        )


def reinvestment_is_feasible(facts: Facts) -> Iterator[Finding]:
    """E5: recognised local investment cannot exceed what fees leave to invest, per yuan of the guidance fund."""
    share = facts.number(f"{_FUND}.gov_share")
    required = facts.number(f"{_FUND}.reinvestment.required")
    if share <= 0.0 or required <= 0.0:
        return
    early, life = facts.number(f"{_FUND}.investment_years"), facts.number(f"{_FUND}.life_years")
    fees = early * facts.number(f"{_FUND}.fee_invest") + max(0.0, life - early) * facts.number(f"{_FUND}.fee_later")
    weight = max(facts.list(f"{_FUND}.reinvestment.weights")) * max(1.0, facts.number(f"{_FUND}.reinvestment.zone_bonus"))
    most = max(0.0, 1.0 - fees) * weight / share
    if required > most:
        yield Finding(
            (f"{_FUND}.reinvestment.required", f"{_FUND}.gov_share"),
            f"返投要求 {required:g} 倍无法达到：扣除管理费后可投资金约占 {exact_rate(round(1 - fees, 4))}，"
            f"引导基金出资 {exact_rate(share)}，最多约 {most:.2f} 倍。",
            f"a requirement of {required:g} times cannot be met: about {exact_rate(round(1 - fees, 4))} is left "
            f"to invest after fees and the guidance fund gives {exact_rate(share)}: at most {most:.2f} times.",
            f"把 required 写成不超过 {most:.2f} 的数，或降低 gov_share。",
            f"let required be at most {most:.2f}, or lower gov_share.",
        )


def fund_years_in_order(facts: Facts) -> Iterator[Finding]:
    """E2, E6, E7: investment period within the life; the free buy-out years within the buy-out years."""
    for early, late, zh, en in (
        (
            f"{_FUND}.investment_years",
            f"{_FUND}.life_years",
            "投资期长于存续期",
            "the investment period is longer than the fund's life",
        ),
        (
            f"{_FUND}.buyout.free_years",
            f"{_FUND}.buyout.years",
            "按本金购买的年限长于全部购买年限",
            "the years at principal outlast the option",
        ),
    ):
        if facts.number(early) > facts.number(late):
            yield Finding(
                (early, late),
                f"{zh}（{facts.written(early)} > {facts.written(late)}）。",
                f"{en} ({facts.written(early)} > {facts.written(late)}).",
                f"{early.rsplit('.', 1)[1]} 不超过 {facts.written(late)}。",
                f"{early.rsplit('.', 1)[1]} is at most {facts.written(late)}.",
            )


def deals_are_possible(facts: Facts) -> Iterator[Finding]:
    """E4: the least ticket fits under the cap per deal and under the tickets."""
    cap = facts.number(f"{_FUND}.single_cap") * facts.number(f"{_FUND}.size")
    least = facts.number(f"{_FUND}.min_ticket")
    if least > cap:
        yield Finding(
            (f"{_FUND}.min_ticket", f"{_FUND}.single_cap", f"{_FUND}.size"),
            f"最低投资额 {exact_money(least)} 高于单项目上限 {exact_money(cap)}（比例 × 规模），一个项目也投不了。",
            f"the least ticket {exact_money(least)} is above the cap per deal {exact_money(cap)}: no deal is possible.",
            f"min_ticket 不超过 {exact_money(cap)}。",
            f"min_ticket is at most {exact_money(cap)}.",
        )
    if least > max(facts.list(f"{_FUND}.ticket")):
        yield Finding(
            (f"{_FUND}.min_ticket", f"{_FUND}.ticket"),
            f"最低投资额 {exact_money(least)} 高于各阶段单项目投资额，子基金一个项目也投不了。",
            f"the least ticket {exact_money(least)} is above every ticket: no deal could be made.",
            "降低 min_ticket。",
            "lower min_ticket.",
        )


def tolerance_cell(facts: Facts) -> Iterator[Finding]:
    """LT: not every basis can be measured on every unit."""
    unit, basis = facts.choice(f"{_TOLERANCE}.unit"), facts.choice(f"{_TOLERANCE}.basis")
    if basis not in VALID_CELLS[unit]:
        yield Finding(
            (f"{_TOLERANCE}.basis", f"{_TOLERANCE}.unit"),
            f"考核单元 {unit} 不能用口径 {basis}。",
            f"the unit {unit} cannot be assessed on the basis {basis}.",
            f"单元 {unit} 可用：{'、'.join(VALID_CELLS[unit])}；或把 unit 改为 fund。",
            f"for the unit {unit} use {', '.join(VALID_CELLS[unit])}, or let unit be fund.",
        )


def _least_needs(facts: Facts) -> Iterator[tuple[str, float, str, str, str]]:
    """For each rule that pays from a budget line: line, least payment, what that is, the key behind it."""
    if facts.number(f"{_FUND}.new_per_year") > 0:
        first = facts.number(f"{_FUND}.size") * facts.number(f"{_FUND}.gov_share") * facts.list(f"{_FUND}.calls")[0]
        yield "angel_fund", first, "一只子基金的首期出资", "the first call of one sub-fund", f"{_FUND}.size"
    if facts.number(f"{_SEED}.per_year") > 0:
        ticket = facts.number(f"{_SEED}.ticket")
        yield "angel_fund", ticket, "一笔种子直投", "one seed ticket", f"{_SEED}.ticket"
    if facts.number(f"{_CHAIN}.new_per_year") > 0:
        first = (
            facts.number(f"{_CHAIN}.size")
            * facts.number(f"{_CHAIN}.gov_share")
            * facts.list(f"{_CHAIN}.contribution")[0]
        )
        yield (
            "industry_funds",
            first,
            "一只链主基金的首年出资",
            "the first year's call of one chain-leader fund",
            f"{_CHAIN}.size",
        )


def budget_can_pay(facts: Facts) -> Iterator[Finding]:
    """A budget line that is not zero can pay the least amount that each of its rules pays.

    Zero is allowed: a line of zero says that nothing is to be done. A small one says something that cannot happen.
    """
    for line, least, zh, en, key in _least_needs(facts):
        short = {year: amount for year, amount in facts.appropriations(line).items() if 0.0 < amount < least}
        if not short:
            continue
        year, amount = next(iter(short.items()))
        spoken = year in facts.by_year.get(line, {})
        yield Finding(
            (f"budget.{line}.by_year.{year}" if spoken else f"budget.{line}.amount", key),
            f"{year} 年安排 {exact_money(amount)}，不够支付{zh} {exact_money(least)}。",
            f"{exact_money(amount)} in {year} cannot pay {en} of {exact_money(least)}.",
            f"安排不少于 {exact_money(least)}，或写 0元（当年不安排），或调小 {key}。",
            f"appropriate at least {exact_money(least)}, or write 0元 (nothing that year), or lower {key}.",
        )


def plan_against_budget(facts: Facts) -> Iterator[Finding]:
    """Notice when the yearly plan of sub-funds and tickets exceeds the appropriation: the rest waits or is refused."""
    funds = facts.number(f"{_FUND}.new_per_year") * facts.number(f"{_FUND}.size") * facts.number(f"{_FUND}.gov_share")
    seeds = facts.number(f"{_SEED}.per_year") * facts.number(f"{_SEED}.ticket")
    amount = facts.number("budget.angel_fund.amount")
    if 0.0 < amount < funds + seeds:
        yield Finding(
            ("budget.angel_fund.amount",),
            f"全部按计划每年约需 {exact_money(funds + seeds)}"
            f"（子基金认缴 {exact_money(funds)}，种子直投 {exact_money(seeds)}），"
            f"高于年度安排 {exact_money(amount)}；超出部分靠结转与回收资金，不足时少设、少投。",
            f"the full plan takes about {exact_money(funds + seeds)} a year, more than the appropriation "
            f"of {exact_money(amount)}; the rest waits for carried-over and recycled money, or is not done.",
            severity="notice",
        )


CHECKS: tuple[Check, ...] = when_on(
    "measures.equity",
    third_party_share,
    chain_shares,
    catch_up_ends,
    reinvestment_is_feasible,
    fund_years_in_order,
    deals_are_possible,
    tolerance_cell,
    budget_can_pay,
    plan_against_budget,
)
