"""Venture-capital awards, deputies and advisers in a path's story: what reaches a firm, and the year's awards and services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t
from kejin_sim.measures.people import postings as p
from kejin_sim.measures.people.recording import S_ADVISED, S_SERVICES, S_STIPENDS, S_VC_FILED
from kejin_sim.units import format_money

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event

AWARDS: Final = (p.EARLY_AWARD, p.VOLUME_AWARD, p.LANDING_AWARD, p.LISTED_AWARD)
SETTLEMENT: Final = (p.SETTLEMENT_FIRM, p.SETTLEMENT_MANAGER, p.SETTLEMENT_RENT)
KINDS: Final[dict[str, tuple[str, str]]] = {
    "landing_filed": ("引进企业按期申报上市，创投机构得奖励〔H3〕", "an introduced firm files in time and earns an award [H3]"),
    "landing_listed": ("引进企业上市，创投机构再得奖励〔H3〕", "an introduced firm is listed and earns a further award [H3]"),
    "deputy_placed": ("科技副总到任〔H5〕", "a science vice-president is placed [H5]"),
    "deputy_left": ("科技副总离任〔H5〕", "the science vice-president leaves [H5]"),
    "adviser_begins": ("金融顾问开始服务〔H6〕", "an adviser takes the firm on [H6]"),
}


def event(kind: str, facts: dict[str, Any]) -> str:
    """What happened to a firm, in words; empty for another kind of event."""
    money = {name: format_money(value) for name, value in facts.items() if isinstance(value, float)}
    if kind in KINDS:
        return t(*KINDS[kind])
    match kind:
        case "vc_filed":
            zh, en = ("初创", "as a start-up's") if facts["early"] else ("非初创", "not as a start-up's")
            return t(
                f"年度核查登记非财政性投资 {money['amount']}（{zh}）〔H1、H2〕",
                f"{money['amount']} of non-fiscal money is filed, {en} [H1, H2]",
            )
        case "vc_held":
            return t(
                f"初创投资 {money['amount']} 持有满年，按比例应奖 {money['award']}〔H1〕",
                f"{money['amount']} of start-up money has been held long enough, {money['award']} by rate [H1]",
            )
        case "vc_forfeited":
            return t(
                f"初创投资 {money['amount']} 未满年已退出，不奖励〔H1〕",
                f"{money['amount']} of start-up money has left too early for an award [H1]",
            )
        case "adviser_matched":
            return t(
                f"顾问服务期内得到私人融资 {money['amount']}〔H6〕",
                f"{money['amount']} of private money came while an adviser served the firm [H6]",
            )
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on a year's awards, settlements and services. ``series``: the year's columns of a world's series."""
    return [*_awards(entries, series), *_settlement(entries), *_services(events, series)]


def _paid(entries: list[Entry], wanted: tuple[int, ...]) -> str:
    """What was paid under some codes, by code."""
    by_number = {posting.number: posting for posting in p.BOOK.postings}
    parts = []
    for code in wanted:
        amount = sum(entry.amount for entry in entries if entry.code == code)
        if amount > 0.0:
            posting = by_number[code]
            parts.append(t(f"{posting.zh}〔{posting.rule}〕", f"{posting.en} [{posting.rule}] ") + format_money(amount))
    return t("、", ", ").join(parts)


def _awards(entries: list[Entry], series: np.ndarray) -> list[str]:
    filed = float(series[S_VC_FILED].sum())
    paid = _paid(entries, AWARDS)
    if not (filed or paid):
        return []
    head = t(
        f"创投奖励：登记非财政性投资 {format_money(filed)}", f"venture capital: {format_money(filed)} of non-fiscal money filed"
    )
    return [head + (t("；兑付", "; paid: ") + paid if paid else "")]


def _settlement(entries: list[Entry]) -> list[str]:
    paid = _paid(entries, SETTLEMENT)
    return [t("落户补助（区县，法律状态：红色）：", "settlement subsidies (districts, legally red): ") + paid] if paid else []


def _services(events: list[Event], series: np.ndarray) -> list[str]:
    placed = sum(event.kind == "deputy_placed" for event in events)
    stipends, served = int(series[S_STIPENDS].sum()), int(series[S_SERVICES].sum())
    if not (stipends or served):
        return []
    found = format_money(float(series[S_ADVISED].sum()))
    return [
        t(
            f"科技人才：新选派科技副总 {placed} 名、付津贴 {stipends} 笔〔H5〕，顾问服务 {served} 家，"
            f"上期受服务企业得到私人融资 {found}〔H6〕",
            f"people: {placed} science vice-presidents placed, {stipends} stipends paid [H5], {served} firms served, "
            f"private money of those served before {found} [H6]",
        )
    ]
