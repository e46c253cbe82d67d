"""Grants that become equity in a path's story: a firm's grant from award to its end, and the year's awards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kejin_sim.cli.trace_ledger import codes
from kejin_sim.lang import t
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.recording import S_GRANT_NAV, S_GRANT_WAITING
from kejin_sim.reference.grant import Track
from kejin_sim.units import format_money, format_rate

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event

TRACKS: Final[dict[Track, tuple[str, str, str]]] = {
    Track.PROJECT: ("项目经费", "a project grant", "G1"),
    Track.COMPETITION: ("大赛优胜直接入股", "a competition's equity ticket", "G1"),
    Track.TALENT: ("人才项目经费", "a talent grant", "G8"),
    Track.ATTRACTION: ("招商拨改投", "an attraction ticket", "G9"),
}
ENDS: Final = (g.FOUNDER_CALL, g.ROFR, g.MARKET_SALE, g.EXIT, g.HORIZON_GRANT, g.REPAID, g.REPAID_EXIT)
"""Codes of money that comes back when a grant or a holding ends."""
MOST: Final = 6  # firms named in a line


def event(kind: str, facts: dict[str, Any]) -> str:
    """What happened to a firm's grant, in words; empty for another kind of event."""
    money = {name: format_money(value) for name, value in facts.items() if isinstance(value, float)}
    match kind:
        case "granted":
            zh, en, rule = TRACKS[facts["track"]]
            if facts["pure"]:
                return t(f"获批{zh}，按纯无偿补助〔G10〕", f"is awarded {en}, as a pure grant [G10]")
            return t(f"获批{zh}〔{rule}〕", f"is awarded {en} [{rule}]")
        case "milestone":
            if facts["met"]:
                return t("里程碑验收合格〔G2〕", "the milestone is met [G2]")
            return t("里程碑验收不合格，不再拨款〔G2〕", "the milestone is missed, no tranche follows [G2]")
        case "converted":
            share = format_rate(facts["share"])
            return t(
                f"经费转为股权：成本 {money['cost']}，财政持股 {share}（按投后 {money['post_money']}）〔G4〕",
                f"the grant becomes equity: cost {money['cost']}, public share {share} (at {money['post_money']} "
                "post-money) [G4]",
            )
        case "called":
            return t(
                f"创始团队行使购回权，{money['strike']}（当时值 {money['value']}）〔G5〕",
                f"the founders call the public share for {money['strike']} (worth {money['value']}) [G5]",
            )
        case "waived":
            return t(
                f"等待期满未转股，尽职免还，核销 {money['amount']}〔G7〕",
                f"the window ends without conversion; waived, {money['amount']} written off [G7]",
            )
        case "grant_lost":
            return t(
                f"公共资金 {money['amount']} 随企业失败核销〔G7〕", f"{money['amount']} of public money is lost [G7]"
            )
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on a year's grants. ``series``: the year's columns of a world's series."""
    return [*_awards(events), *_progress(events, series), *_conversions(events), *_ends(entries)]


def _awards(events: list[Event]) -> list[str]:
    granted = [event for event in events if event.kind == "granted"]
    parts = []
    for track, (zh, en, rule) in TRACKS.items():
        firms = [event.entity for event in granted if event.facts["track"] is track]
        if firms:
            parts.append(
                t(
                    f"{zh}〔{rule}〕{len(firms)} 家（{_named(firms)}）",
                    f"{en} [{rule}] to {len(firms)} ({_named(firms)})",
                )
            )
    if not parts:
        return []
    body = t("、", ", ").join(parts)
    return [t(f"拨改投：新获资助 {len(granted)} 家：{body}", f"grants: {len(granted)} awarded: {body}")]


def _named(firms: list[str]) -> str:
    """The first firms by key, and how many more there are."""
    rest = len(firms) - MOST
    names = t("、", ", ").join(firms[:MOST])
    return names + (t(f"等 {len(firms)} 家", f" and {rest} more") if rest > 0 else "")


def _progress(events: list[Event], series: np.ndarray) -> list[str]:
    met = sum(event.kind == "milestone" and event.facts["met"] for event in events)
    missed = sum(event.kind == "milestone" and not event.facts["met"] for event in events)
    written_off = [event for event in events if event.kind in ("waived", "grant_lost")]
    waiting, nav = int(series[S_GRANT_WAITING, -1]), series[S_GRANT_NAV, -1]
    if not (met or missed or written_off or waiting or nav):
        return []
    lost = format_money(sum(event.facts["amount"] for event in written_off))
    return [
        t(
            f"资助进展：里程碑合格 {met}、不合格 {missed}〔G2〕，核销 {len(written_off)} 家 {lost}〔G7〕，"
            f"年末待转股 {waiting} 家，持股账面值 {format_money(nav)}",
            f"progress: {met} milestones met, {missed} missed [G2], {len(written_off)} written off for {lost} [G7], "
            f"{waiting} waiting at the year's end, holdings at {format_money(nav)}",
        )
    ]


def _conversions(events: list[Event]) -> list[str]:
    converted = [event for event in events if event.kind == "converted"]
    parts = [
        t(
            f"{e.entity} 持股 {format_rate(e.facts['share'])}（成本 {format_money(e.facts['cost'])}）",
            f"{e.entity} {format_rate(e.facts['share'])} (cost {format_money(e.facts['cost'])})",
        )
        for e in converted[:MOST]
    ]
    more = t(f"等 {len(converted)} 家", f", {len(converted) - MOST} more") if len(converted) > MOST else ""
    head = t(f"转股〔G4〕{len(converted)} 家：", f"conversions [G4], {len(converted)}: ")
    return [head + t("、", ", ").join(parts) + more] if parts else []


def _ends(entries: list[Entry]) -> list[str]:
    by_number = codes()
    parts = []
    for code in ENDS:
        amounts = [entry.amount for entry in entries if entry.code == code and entry.amount > 0.0]
        if amounts:
            posting = by_number[code]
            total = format_money(sum(amounts))
            parts.append(
                t(
                    f"{posting.zh}〔{posting.rule}〕{len(amounts)} 笔 {total}",
                    f"{posting.en} [{posting.rule}], {len(amounts)} for {total}",
                )
            )
    return [t("资助收回：", "grants, money back: ") + t("；", "; ").join(parts)] if parts else []
