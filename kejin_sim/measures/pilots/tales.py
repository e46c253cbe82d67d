"""Measure 9 in a path's story: a firm's warrants, and the year's AIC funds, warrants and buy-back loans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t
from kejin_sim.measures.pilots import postings as p
from kejin_sim.measures.pilots.recording import S_AIC_COMMITTED, S_AIC_EXPOSURE, S_BUYBACK_BALANCE, S_WARRANTS_OPEN
from kejin_sim.units import format_money

if TYPE_CHECKING:
    import numpy as np

CALLS: Final = (p.AIC_CALL_AIC, p.AIC_CALL_SOE, p.AIC_CALL_GOVERNMENT, p.AIC_CALL_SOCIAL)
PAID: Final = (p.AIC_DISTRIBUTE_AIC, p.AIC_DISTRIBUTE_SOE, p.AIC_DISTRIBUTE_GOVERNMENT, p.AIC_DISTRIBUTE_SOCIAL)


def event(kind: str, facts: dict[str, Any]) -> str:
    """What happened to warrants on a firm or to a public holding in it, in words; empty for another kind of event."""
    money = {name: format_money(value) for name, value in facts.items() if isinstance(value, float)}
    match kind:
        case "warrant":
            return t(
                f"随贷款给银行认股权，覆盖 {money['covered']}，行权价按投后 {money['strike']}〔A3〕",
                f"gives the bank a warrant over {money['covered']} with its loan, struck at {money['strike']} post-money [A3]",
            )
        case "warrant_paid" if facts["sold"]:
            return t(
                f"银行把认股权转让给指定投资者，得 {money['gain']}（覆盖 {money['covered']}）〔A3〕",
                f"the bank sells its warrant to a designated investor for {money['gain']} (covered {money['covered']}) [A3]",
            )
        case "warrant_paid":
            return t(
                f"银行行使认股权，得 {money['gain']}（覆盖 {money['covered']}）〔A3〕",
                f"the bank exercises its warrant for {money['gain']} (covered {money['covered']}) [A3]",
            )
        case "warrant_lost" if facts["unsold"]:
            return t(
                f"认股权（覆盖 {money['covered']}）为价内但无人受让，作废〔A4〕",
                f"the warrant (covered {money['covered']}) is in the money and finds no buyer [A4]",
            )
        case "warrant_lost":
            return t(
                f"认股权（覆盖 {money['covered']}）作废〔A3〕",
                f"the warrant (covered {money['covered']}) ends worthless [A3]",
            )
        case "regional_sale":
            return t(
                f"财政持股经区域股权市场转让，{money['price']}〔A4〕",
                f"the public holding is sold on the regional market for {money['price']} [A4]",
            )
    return ""


def year(events: list[Any], entries: list[Any], series: np.ndarray) -> list[str]:
    """Lines on a year of measure 9. ``series``: the year's columns of a world's series."""
    return [*_funds(events, entries, series), *_warrants(events, series), *_buybacks(events, entries, series)]


def _sum(entries: list[Any], *codes: int) -> float:
    return float(sum(entry.amount for entry in entries if entry.code in codes))


def _funds(events: list[Any], entries: list[Any], series: np.ndarray) -> list[str]:
    formed = [event for event in events if event.kind == "aic_formed"]
    limited = sum(event.kind == "aic_limited" for event in events)
    called, paid = _sum(entries, *CALLS), _sum(entries, *PAID)
    if not (formed or limited or called or paid):
        return []
    names = t("、", ", ").join(event.entity.removeprefix("aic-") for event in formed)  # the sentence says what they are
    new = t(f"新设 {len(formed)} 只（{names}），", f"{len(formed)} formed ({names}), ") if formed else ""
    full = t(f"自有资金限额不够 {limited} 只〔A2〕，", f"{limited} refused by the AIC's limit [A2], ") if limited else ""
    return [
        t(
            f"AIC基金〔A1〕：{new}{full}实缴并投出 {format_money(called)}，分配 {format_money(paid)}，"
            f"累计认缴 {format_money(series[S_AIC_COMMITTED, -1])}，AIC自有占用 {format_money(series[S_AIC_EXPOSURE, -1])}",
            f"AIC funds [A1]: {new}{full}{format_money(called)} called and invested, {format_money(paid)} distributed, "
            f"{format_money(series[S_AIC_COMMITTED, -1])} committed so far, own exposure of the AIC "
            f"{format_money(series[S_AIC_EXPOSURE, -1])}",
        )
    ]


def _warrants(events: list[Any], series: np.ndarray) -> list[str]:
    granted = sum(event.kind == "warrant" for event in events)
    paid = [event for event in events if event.kind == "warrant_paid"]
    lost = sum(event.kind == "warrant_lost" for event in events)
    sold = [event for event in events if event.kind == "regional_sale"]
    lines = []
    if granted or paid or lost:
        gain = format_money(sum(event.facts["gain"] for event in paid))
        left = int(series[S_WARRANTS_OPEN, -1])
        lines.append(
            t(
                f"认股权〔A3〕：登记 {granted} 份，行权或转让 {len(paid)} 份 {gain}，作废 {lost} 份，年末未了结 {left} 份",
                f"warrants [A3]: {granted} registered, {len(paid)} exercised or sold for {gain}, {lost} ended without a payoff, "
                f"{left} open at the year's end",
            )
        )
    if sold:
        total = format_money(sum(event.facts["price"] for event in sold))
        lines.append(
            t(
                f"区域股权市场〔A4〕：财政持股转让 {len(sold)} 笔 {total}",
                f"regional market [A4]: {len(sold)} public holdings sold for {total}",
            )
        )
    return lines


def _buybacks(events: list[Any], entries: list[Any], series: np.ndarray) -> list[str]:
    loans = [entry.amount for entry in entries if entry.code == p.BUYBACK_LOAN]
    refused = sum(event.kind == "buyback_refused" for event in events)
    margin = _sum(entries, p.BUYBACK_INTEREST) - _sum(entries, p.BUYBACK_RELEND_INTEREST)
    if not (loans or refused or margin):
        return []
    full = t(f"，超过额度 {refused} 家", f", {refused} over the quota") if refused else ""
    return [
        t(
            f"回购增持再贷款〔A5、A6〕：{len(loans)} 家 {format_money(sum(loans))}{full}，"
            f"年末余额 {format_money(series[S_BUYBACK_BALANCE, -1])}，银行收益 {format_money(margin)}",
            f"relending for buy-backs [A5, A6]: {len(loans)} companies, {format_money(sum(loans))}{full}, "
            f"{format_money(series[S_BUYBACK_BALANCE, -1])} outstanding at the year's end, banks' margin {format_money(margin)}",
        )
    ]
