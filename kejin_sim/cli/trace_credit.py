"""Lending in a path's story: a firm's loan from application to settlement, and the year of banks, pool and guarantor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t
from kejin_sim.measures.credit import recording as c
from kejin_sim.reference.loan import Product
from kejin_sim.timeline import Quarter
from kejin_sim.units import format_money, format_rate

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.notes import Event

PRODUCTS: Final[dict[Product, tuple[str, str, str]]] = {
    Product.ORDINARY: ("普通贷款", "ordinary", "W9"),
    Product.LISTED: ("白名单贷款，无人分担", "listed, nobody shares", "C2"),
    Product.POOL: ("风险池分担", "shared by the pool", "C5"),
    Product.COMPENSATED: ("财政补偿", "compensated", "C6"),
    Product.LAYERED: ("分层补偿", "compensated by layer", "C7"),
    Product.GUARANTEED: ("担保公司担保", "guaranteed", "C11"),
    Product.INSURED: ("保险公司承保", "insured", "I6"),
    Product.PLEDGED: ("知识产权质押", "on pledged intellectual property", "T1"),
}
BEARERS: Final[dict[int, tuple[str, str]]] = {
    c.T_BORNE_BANK: ("银行", "the bank"),
    c.T_BORNE_POOL_CITY: ("风险池市级账户", "the pool's city account"),
    c.T_BORNE_POOL_DISTRICT: ("风险池区级账户", "the pool's district account"),
    c.T_BORNE_POOL_BANK: ("风险池银行账户", "the pool's bank account"),
    c.T_BORNE_COMPENSATION: ("市财政补偿", "the city's compensation"),
    c.T_BORNE_GUARANTOR: ("担保公司", "the guarantee company"),
    c.T_BORNE_NATIONAL: ("国家融资担保基金", "the national guarantee fund"),
    c.T_BORNE_RE_GUARANTOR: ("再担保机构", "the re-guarantor"),
    c.T_BORNE_INSURER: ("保险公司", "the insurer"),
}
"""Who bore a loss, by the statistic that counts it."""
NOTHING: Final = 0.005  # CNY: less than a fen


def product(which: Product) -> str:
    """A product with its rule: ``风险池分担〔C5〕``."""
    zh, en, rule = PRODUCTS[which]
    return t(f"{zh}〔{rule}〕", f"{en} [{rule}]")


def bearers(borne: dict[int, float]) -> str:
    """Who bore how much, without those who bore nothing."""
    parts = [f"{t(*BEARERS[row])} {format_money(amount)}" for row, amount in borne.items() if amount > NOTHING]
    return t("、", ", ").join(parts) or t("无损失", "no loss")


def event(kind: str, facts: dict[str, Any]) -> str:
    """What happened to a firm's loan, in words; empty for another kind of event."""
    money = {name: format_money(value) for name, value in facts.items() if isinstance(value, float)}
    match kind:
        case "loan":
            rate, due = format_rate(facts["rate"]), facts["due"]
            again = ""
            if facts["relending"] > 0.0:
                again = t(f"，其中再贷款 {money['relending']}〔C17〕", f", {money['relending']} of it relending [C17]")
            return t(
                f"向银行{facts['bank']}贷款 {money['amount']}，年利率 {rate}，{due} 到期，{product(facts['product'])}{again}",
                f"borrows {money['amount']} from bank {facts['bank']} at {rate}, due {due}, {product(facts['product'])}{again}",
            )
        case "no_loan":
            return t(
                f"申请贷款 {money['amount']}（{product(facts['product'])}），所询银行均不放贷〔C2〕",
                f"applies for {money['amount']} ({product(facts['product'])}); no bank that it asks lends [C2]",
            )
        case "renewed":
            return t(
                f"无还本续贷 {money['balance']}，新到期日 {facts['due']}",
                f"loan of {money['balance']} renewed until {facts['due']}",
            )
        case "overdue":
            return t(f"付不清到期本息 {money['due']}，逾期", f"cannot pay the {money['due']} that is due: in arrears")
        case "loan_repaid":
            return t("贷款结清", "the loan is repaid")
        case "defaulted":
            return t(
                f"贷款违约，银行{facts['bank']}敞口 {money['exposure']}〔C4〕",
                f"the loan defaults, exposure of bank {facts['bank']} {money['exposure']} [C4]",
            )
        case "settled":
            return t(
                f"不良贷款了结：敞口 {money['exposure']}，追偿 {money['recovered']}；损失由{bearers(facts['borne'])}承担〔C10〕",
                f"the bad loan is settled: exposure {money['exposure']}, recovered {money['recovered']}; "
                f"the loss is borne by {bearers(facts['borne'])} [C10]",
            )
        case "pool_empty":
            return t(
                f"风险池首次赔不足，缺 {money['unpaid']}〔C5〕",
                f"the pool first falls short, by {money['unpaid']} [C5]",
            )
    return ""


def year(events: list[Event], series: np.ndarray, quarter: dict[int, Quarter]) -> list[str]:
    """Lines on a year's lending. ``series``: the year's columns of a world's series; ``quarter`` of each k in it."""
    return [*_loans(events, series), *_losses(events), *_institutions(events, series, quarter)]


def _of(events: Iterable[Event], kind: str) -> list[Event]:
    return [event for event in events if event.kind == kind]


def _loans(events: list[Event], series: np.ndarray) -> list[str]:
    made = _of(events, "loan")
    parts = []
    for which in PRODUCTS:
        amounts = [event.facts["amount"] for event in made if event.facts["product"] is which]
        if amounts:
            total = format_money(sum(amounts))
            parts.append(
                t(f"{product(which)}{len(amounts)} 笔 {total}", f"{product(which)} {len(amounts)} for {total}")
            )
    refused, renewed, defaults = (len(_of(events, kind)) for kind in ("no_loan", "renewed", "defaulted"))
    balance = series[c.S_BALANCE, -1]
    if not made and not refused and not defaults and balance < NOTHING:
        return []
    total, bad = format_money(series[c.S_LENT].sum()), format_money(series[c.S_DEFAULTED].sum())
    head = t(
        f"贷款：新发放 {len(made)} 笔 {total}，未获贷 {refused} 笔，续贷 {renewed} 笔，违约 {defaults} 笔 {bad}，"
        f"年末余额 {format_money(balance)}",
        f"loans: {len(made)} made for {total}, {refused} refused, {renewed} renewed, {defaults} defaults of {bad}, "
        f"{format_money(balance)} outstanding at the year's end",
    )
    return [head + (t("；其中", "; of them ") + t("、", ", ").join(parts) if parts else "")]


def _losses(events: list[Event]) -> list[str]:
    settled = _of(events, "settled")
    if not settled:
        return []
    borne = dict.fromkeys(BEARERS, 0.0)
    for event in settled:
        for row, amount in event.facts["borne"].items():
            borne[row] += amount
    exposure, recovered = (format_money(sum(e.facts[what] for e in settled)) for what in ("exposure", "recovered"))
    return [
        t(
            f"不良贷款了结 {len(settled)} 笔：敞口 {exposure}，追偿 {recovered}；损失由{bearers(borne)}承担〔C10〕",
            f"bad loans settled, {len(settled)}: exposure {exposure}, recovered {recovered}; borne by {bearers(borne)} [C10]",
        )
    ]


def _institutions(events: list[Event], series: np.ndarray, quarter: dict[int, Quarter]) -> list[str]:
    """Pool, guarantor, stop-loss, banks: what they have at the year's end, and what happened to them."""
    parts = []
    for row, zh, en in (
        (c.S_POOL, "风险池 {}〔C5〕", "pool {} [C5]"),
        (c.S_GUARANTOR, "担保公司 {}", "guarantor {}"),
        (c.S_GUARANTEED, "在保责任 {}〔C11〕", "guaranteed {} [C11]"),
        (c.S_RELEND, "再贷款 {}〔C17〕", "relending {} [C17]"),
    ):
        if series[row, -1] > NOTHING:
            parts.append(t(zh, en).format(format_money(series[row, -1])))
    text = [t("信贷年末余额：", "credit, balances at the year's end: ") + t("、", ", ").join(parts)] if parts else []
    for event in events:
        line = _happened(event, str(quarter[event.quarter]) if event.quarter in quarter else "")
        if line:
            text.append(line)
    return text


def _happened(event: Event, when: str) -> str:
    facts = event.facts
    money = {name: format_money(value) for name, value in facts.items() if isinstance(value, float)}
    match event.kind:
        case "stopped" | "released":
            share = (
                format_rate(facts["defaults"] / facts["exposure"])
                if facts["exposure"] > 0.0
                else t("没有敞口", "no exposure")
            )
            zh, en = ("熔断，停止新增", "stop-loss, no new loans")
            if event.kind == "released":
                zh, en = ("熔断解除", "stop-loss released")
            return t(
                f"{zh}：{when}，近四季违约 {money['defaults']} ÷ 平均敞口 {money['exposure']} = {share}〔C8〕",
                f"{en}: {when}, defaults of four quarters {money['defaults']} ÷ mean exposure {money['exposure']} "
                f"= {share} [C8]",
            )
        case "ranking":
            banks = [
                t(f"银行{name} {format_money(lent)}", f"bank {name} {format_money(lent)}")
                + (t("（入选）", " (chosen)") if top else "")
                for name, lent, top in facts["banks"]
            ]
            ranking = t("、", ", ").join(banks)
            return t(f"银行排名：{ranking}〔C16〕", f"ranking of banks: {ranking} [C16]") if banks else ""
        case "layer":
            return t(
                f"分层补偿：银行{event.entity} 年损失 {money['loss']}，平均余额 {money['balance']}，"
                f"财政补偿 {money['amount']}〔C7〕",
                f"layer: bank {event.entity} lost {money['loss']} on a mean balance of {money['balance']}, "
                f"the city pays {money['amount']} [C7]",
            )
        case "pool_empty":
            return t(
                f"风险池首次赔不足：{when}，企业 {event.entity}，缺 {money['unpaid']}〔C5〕",
                f"the pool first falls short: {when}, firm {event.entity}, {money['unpaid']} unpaid [C5]",
            )
        case "pool_returned":
            return t(
                f"风险池清算：{when}，退回各方 {money['amount']}〔C5〕",
                f"the pool is wound up: {when}, {money['amount']} returned [C5]",
            )
        case "guarantor_returned":
            return t(
                f"担保公司资本金退回：{when}，{money['amount']}〔C11〕",
                f"the guarantor's capital is returned: {when}, {money['amount']} [C11]",
            )
    return ""
