"""Checks of a scenario's credit measure: what no single bound can express."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.measures.credit.terms_rules import bank_retains
from kejin_sim.parameters import by_key
from kejin_sim.parameters.checking import Check, Facts, Finding, when_on
from kejin_sim.units import exact_money, exact_rate

_C = "measures.credit"
_GUARANTEE = f"{_C}.guarantee"
_LAYER = f"{_C}.layer"
_SLACK = 1e-9


def release_below_trigger(facts: Facts) -> Iterator[Finding]:
    """C8: a scheme stopped above one rate is released below one that is not higher."""
    trigger, release = (facts.number(f"{_C}.stop_loss.{name}") for name in ("trigger", "release"))
    if release > trigger:
        yield Finding(
            (f"{_C}.stop_loss.release", f"{_C}.stop_loss.trigger"),
            f"恢复比例 {exact_rate(release)} 高于熔断比例 {exact_rate(trigger)}，停了马上又恢复。",
            f"the scheme would be released below {exact_rate(release)}, above the {exact_rate(trigger)} that stop it.",
            f"release 不超过 {exact_rate(trigger)}；不设熔断时把 trigger 写成 100%。",
            f"let release be at most {exact_rate(trigger)}; to do without a stop-loss write 100 % for trigger.",
        )


def layer_has_width(facts: Facts) -> Iterator[Finding]:
    """C7: the layer ends above where it begins."""
    attachment, detachment = facts.number(f"{_LAYER}.attachment"), facts.number(f"{_LAYER}.detachment")
    if detachment <= attachment:
        yield Finding(
            (f"{_LAYER}.detachment", f"{_LAYER}.attachment"),
            f"分层补偿的上沿 {exact_rate(detachment)} 不高于起点 {exact_rate(attachment)}，永远不补偿。",
            f"the layer ends at {exact_rate(detachment)}, not above its start of {exact_rate(attachment)}: "
            "it would never pay.",
            f"detachment 须高于 {exact_rate(attachment)}。",
            f"let detachment be above {exact_rate(attachment)}.",
        )


def bank_keeps_enough(facts: Facts) -> Iterator[Finding]:
    """N3: the bank keeps its least share of a guaranteed loan."""
    share, least = facts.number(f"{_GUARANTEE}.bank_share"), facts.number(f"{_C}.stacking.bank_least")
    if facts.flag(f"{_GUARANTEE}.on") and not bank_retains(share, least):
        yield Finding(
            (f"{_GUARANTEE}.bank_share", f"{_C}.stacking.bank_least"),
            f"担保贷款银行自留 {exact_rate(share)}，低于下限 {exact_rate(least)}（财金〔2024〕60号）。",
            f"the bank keeps {exact_rate(share)} of a guaranteed loan, less than {exact_rate(least)} "
            "(Cai-Jin [2024] 60).",
            f"bank_share 不低于 {exact_rate(least)}。",
            f"let bank_share be at least {exact_rate(least)}.",
        )


def guarantee_shares(facts: Facts) -> Iterator[Finding]:
    """C12: bank, national fund and a provincial re-guarantor bear no more than the whole loss."""
    national = max(facts.list(f"{_GUARANTEE}.national_share"))
    provincial = facts.choice(f"{_GUARANTEE}.re_guarantor") == "provincial"
    re_guarantor = facts.number(f"{_GUARANTEE}.re_guarantor_share") if provincial else 0.0
    bank = facts.number(f"{_GUARANTEE}.bank_share")
    total = bank + national + re_guarantor
    if total > 1.0 + _SLACK:
        room = exact_rate(round(max(0.0, 1.0 - bank - re_guarantor), 6))
        yield Finding(
            (
                f"{_GUARANTEE}.national_share",
                f"{_GUARANTEE}.re_guarantor_share",
                f"{_GUARANTEE}.bank_share",
                f"{_GUARANTEE}.re_guarantor",
            ),
            f"银行 {exact_rate(bank)}、国家基金 {exact_rate(national)}、再担保 {exact_rate(re_guarantor)} "
            f"合计 {exact_rate(round(total, 6))}，超过 100%。",
            f"bank {exact_rate(bank)}, national fund {exact_rate(national)} and re-guarantor {exact_rate(re_guarantor)} "
            f"bear {exact_rate(round(total, 6))} together, more than 100 %.",
            f"其他比例不变时，national_share 各项不超过 {room}。",
            f"with the other shares as they are, national_share is at most {room}.",
        )


def loans_are_possible(facts: Facts) -> Iterator[Finding]:
    """W9, C2: the least loan fits under the cap."""
    least, cap = facts.number("world.credit.min_loan"), facts.number(f"{_C}.loan.cap")
    if least > cap:
        yield Finding(
            (f"{_C}.loan.cap", "world.credit.min_loan"),
            f"最小贷款额 {exact_money(least)} 高于单户上限 {exact_money(cap)}，白名单企业一笔也贷不到。",
            f"the least loan of {exact_money(least)} is above the cap of {exact_money(cap)}: no listed firm could borrow.",
            f"loan.cap 不低于 {exact_money(least)}。",
            f"let loan.cap be at least {exact_money(least)}.",
        )


def compensation_within_cap(facts: Facts) -> Iterator[Finding]:
    """N1: notice when a compensation is cut by the cap on all compensation together."""
    if facts.choice(f"{_C}.scheme") != "compensation":
        return
    total = facts.number(f"{_C}.compensation.share") + facts.number(f"{_C}.compensation.first_loan_bonus")
    cap = facts.number(f"{_C}.stacking.compensation_cap")
    if total > cap + _SLACK:
        yield Finding(
            (f"{_C}.compensation.share", f"{_C}.compensation.first_loan_bonus", f"{_C}.stacking.compensation_cap"),
            f"首贷户补偿比例合计 {exact_rate(round(total, 6))}，高于补偿合计上限 {exact_rate(cap)}，按上限赔付。",
            f"compensation of {exact_rate(round(total, 6))} for a first-time borrower is cut to the cap of "
            f"{exact_rate(cap)}.",
            severity="notice",
        )


def pool_within_cap(facts: Facts) -> Iterator[Finding]:
    """N1: city and districts bear no more of a loss in the pool than the cap on all compensation together."""
    if facts.choice(f"{_C}.scheme") != "pool":
        return
    city, district, _ = facts.list(f"{_C}.pool.shares")
    cap = facts.number(f"{_C}.stacking.compensation_cap")
    if city + district > cap + _SLACK:
        public = exact_rate(round(city + district, 6))
        yield Finding(
            (f"{_C}.pool.shares", f"{_C}.stacking.compensation_cap"),
            f"风险池中市、区合计分担 {public}，高于各级补偿合计上限 {exact_rate(cap)}（N1），银行自留不足。",
            f"city and districts bear {public} of a loss in the pool, more than the cap of {exact_rate(cap)} on all compensation "
            "together (N1): the banks keep too little.",
            f"pool.shares 的市、区两项合计不超过 {exact_rate(cap)}；没有这条上限的地方，把 stacking.compensation_cap 写成 "
            f"{public}。",
            f"let the first two of pool.shares be at most {exact_rate(cap)} together; where there is no such cap write {public} "
            "for stacking.compensation_cap.",
        )


def layer_within_cap(facts: Facts) -> Iterator[Finding]:
    """N1: of losses up to the end of the layer the compensation is no more than the cap on all compensation together."""
    if facts.choice(f"{_C}.scheme") != "layer":
        return
    attachment, detachment, share = (facts.number(f"{_LAYER}.{name}") for name in ("attachment", "detachment", "share"))
    cap = facts.number(f"{_C}.stacking.compensation_cap")
    most = share * (detachment - attachment) / detachment if detachment > attachment else 0.0
    if most > cap + _SLACK:
        yield Finding(
            (f"{_LAYER}.share", f"{_LAYER}.attachment", f"{_LAYER}.detachment", f"{_C}.stacking.compensation_cap"),
            f"损失达到上沿时，分层补偿承担其中的 {exact_rate(round(most, 4))}，高于各级补偿合计上限 {exact_rate(cap)}（N1）。",
            f"of losses that reach its end the layer bears {exact_rate(round(most, 4))}, more than the cap of {exact_rate(cap)} on "
            "all compensation together (N1).",
            "降低 layer.share，或提高 layer.attachment；没有这条上限的地方，提高 stacking.compensation_cap。",
            "lower layer.share or raise layer.attachment; where there is no such cap raise stacking.compensation_cap.",
        )


def guarantee_split_as_planned(facts: Facts) -> Iterator[Finding]:
    """C12: notice when the national fund bears more, or a provincial re-guarantor less, than the national plan says: the registry's
    own values are the plan's limits."""
    if not facts.flag(f"{_GUARANTEE}.on"):
        return
    plan = Facts({key: parameter.value for key, parameter in by_key().items()}, facts.start)
    limits, least = plan.list(f"{_GUARANTEE}.national_share"), plan.number(f"{_GUARANTEE}.re_guarantor_share")
    shares = facts.list(f"{_GUARANTEE}.national_share")
    if any(share > most + _SLACK for share, most in zip(shares, limits, strict=True)):
        listed = "、".join(map(exact_rate, limits))
        yield Finding(
            (f"{_GUARANTEE}.national_share",),
            f"国家融资担保基金的分担高于国家专项担保计划的上限（依次 {listed}）。",
            f"the national fund bears more than the national plan lets it ({listed.replace('、', ', ')} by class of firm).",
            severity="notice",
        )
    share = facts.number(f"{_GUARANTEE}.re_guarantor_share")
    if facts.choice(f"{_GUARANTEE}.re_guarantor") == "provincial" and share < least - _SLACK:
        yield Finding(
            (f"{_GUARANTEE}.re_guarantor_share",),
            f"省级再担保分担 {exact_rate(share)}，低于国家专项担保计划的 {exact_rate(least)}。",
            f"the provincial re-guarantor bears {exact_rate(share)}, less than the {exact_rate(least)} of the "
            "national plan.",
            severity="notice",
        )


def fee_below_one_per_cent(facts: Facts) -> Iterator[Finding]:
    """C11: notice when the guarantee fee is not below 1 %, as the national plan asks on average."""
    fee = facts.number(f"{_GUARANTEE}.fee")
    if facts.flag(f"{_GUARANTEE}.on") and fee >= 0.01 + _SLACK:
        yield Finding(
            (f"{_GUARANTEE}.fee",),
            f"担保费率 {exact_rate(fee)} 高于 1%；国家专项担保计划要求平均费率低于 1%。",
            f"a guarantee fee of {exact_rate(fee)} is above 1 %; the national plan asks for less than 1 % on average.",
            severity="notice",
        )


def guarantee_within_caps(facts: Facts) -> Iterator[Finding]:
    """C11: notice when no loan can be guaranteed, or when a guarantee gives a firm less than it may borrow without one."""
    cap, least, plain = (
        facts.number(key) for key in (f"{_GUARANTEE}.cap", "world.credit.min_loan", f"{_C}.loan.cap")
    )
    if not facts.flag(f"{_GUARANTEE}.on"):
        return
    if cap < least:
        yield Finding(
            (f"{_GUARANTEE}.cap", "world.credit.min_loan"),
            f"单户担保上限 {exact_money(cap)} 低于最小贷款额 {exact_money(least)}，没有贷款可担保，担保公司的资本金闲置。",
            f"the cap of {exact_money(cap)} on a guaranteed loan is below the least loan of {exact_money(least)}: nothing can be "
            "guaranteed, and the guarantor's capital is idle.",
            severity="notice",
        )
    elif cap < plain:
        yield Finding(
            (f"{_GUARANTEE}.cap", f"{_C}.loan.cap"),
            f"单户担保上限 {exact_money(cap)} 低于其他白名单贷款的单户上限 {exact_money(plain)}：由担保公司担保的企业反而贷得少。",
            f"a guaranteed loan ends at {exact_money(cap)}, other loans to listed firms at {exact_money(plain)}: firms that the "
            "guarantor takes borrow less.",
            severity="notice",
        )


def rank_has_a_prize(facts: Facts) -> Iterator[Finding]:
    """C16: notice when the extra quota of the first banks cannot be drawn, or every bank has it."""
    first, bonus = facts.number(f"{_C}.ranking.top_n"), facts.number(f"{_C}.ranking.bonus")
    if first <= 0 or bonus <= 0.0:
        return
    banks = len(facts.list("world.credit.appetite"))
    share, quota = facts.number(f"{_C}.relending.share"), facts.number(f"{_C}.relending.quota")
    if share <= 0.0 or quota <= 0.0:
        key = f"{_C}.relending.share" if share <= 0.0 else f"{_C}.relending.quota"
        yield Finding(
            (key, f"{_C}.ranking.bonus"),
            f"没有再贷款（{key} 为 0），排名前 {int(first)} 家的上浮额度没有好处。",
            f"without relending ({key} is 0) the extra quota of the first {int(first)} banks is worth nothing.",
            severity="notice",
        )
    elif first >= banks:
        yield Finding(
            (f"{_C}.ranking.top_n",),
            f"共 {banks} 家银行，排名前 {int(first)} 家都上浮：排名不分高下。",
            f"there are {banks} banks and the first {int(first)} have the extra quota: the ranking singles out nobody.",
            severity="notice",
        )


def relending_is_cheap(facts: Facts) -> Iterator[Finding]:
    """C17: notice when relending costs a bank more than the market."""
    rate, market = facts.number(f"{_C}.relending.rate"), facts.number("world.credit.funding")
    if facts.number(f"{_C}.relending.share") > 0.0 and rate > market + _SLACK:
        yield Finding(
            (f"{_C}.relending.rate", "world.credit.funding"),
            f"再贷款利率 {exact_rate(rate)} 高于市场资金成本 {exact_rate(market)}，使银行更不愿放贷。",
            f"relending at {exact_rate(rate)} costs more than the market's {exact_rate(market)}: banks lend less with it.",
            severity="notice",
        )


def pool_against_budget(facts: Facts) -> Iterator[Finding]:
    """C5: notice when the city's part of the pool takes several years' appropriations."""
    if facts.choice(f"{_C}.scheme") != "pool":
        return
    city = facts.number(f"{_C}.pool.size") * facts.list(f"{_C}.pool.shares")[0]
    year, amount = next(iter(facts.appropriations("risk_pool").items()))
    if 0.0 < amount < city:
        spoken = year in facts.by_year.get("risk_pool", {})
        yield Finding(
            (f"budget.risk_pool.by_year.{year}" if spoken else "budget.risk_pool.amount", f"{_C}.pool.size"),
            f"市级应出资 {exact_money(city)}，{year} 年只安排 {exact_money(amount)}：各方按同一比例分年到位。",
            f"the city's part of the pool is {exact_money(city)} and {exact_money(amount)} are appropriated in {year}: "
            "all parties pay in by steps.",
            severity="notice",
        )


CHECKS: tuple[Check, ...] = when_on(
    "measures.credit",
    release_below_trigger,
    layer_has_width,
    bank_keeps_enough,
    guarantee_shares,
    loans_are_possible,
    compensation_within_cap,
    pool_within_cap,
    layer_within_cap,
    guarantee_split_as_planned,
    fee_below_one_per_cent,
    guarantee_within_caps,
    rank_has_a_prize,
    relending_is_cheap,
    pool_against_budget,
)
