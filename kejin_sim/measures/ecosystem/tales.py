"""Measure 10 in a path's story: a firm's partners and refused duplicates, and the alliance's year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kejin_sim.lang import t
from kejin_sim.measures.ecosystem.recording import (
    S_ALLIANCE_PAID,
    S_DUPLICATES_REFUSED,
    S_DUPLICATES_SAVED,
    S_MATCHES,
)
from kejin_sim.units import format_money

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event


def event(kind: str, facts: dict[str, Any]) -> str:
    """What the alliance did to a firm, in words; empty for another kind of event."""
    match kind:
        case "matched":
            return t(
                f"联盟撮合：已有 {facts['partners']} 类伙伴（贷款、拨改投、公共投资）〔O2〕",
                f"the alliance has brought partners together: {facts['partners']} kinds of lender, grant office and public "
                "investor [O2]",
            )
        case "duplicate_refused":
            amount = format_money(facts["amount"])
            return t(
                f"申请 {amount} 与拨改投经费重复，被查出拒绝〔O4〕",
                f"an application for {amount} duplicates its grant, is found and refused [O4]",
            )
        case "alliance_idle":
            cost = format_money(facts["cost"])
            return t(f"安排不足 {cost}，联盟当年不运行〔O3〕", f"{cost} are not there, the alliance does not run this year [O3]")
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on the alliance's year. ``series``: the year's columns of a world's series."""
    paid = float(series[S_ALLIANCE_PAID].sum())
    idle = [event(item.kind, item.facts) for item in events if item.kind == "alliance_idle"]
    if paid <= 0.0:
        return idle
    matches, refused = int(series[S_MATCHES].sum()), int(series[S_DUPLICATES_REFUSED].sum())
    saved = format_money(float(series[S_DUPLICATES_SAVED].sum()))
    return [
        t(
            f"科技金融联盟：经费 {format_money(paid)}〔O3〕，撮合 {matches} 次〔O2〕，"
            f"拒绝重复支持 {refused} 次、节省 {saved}〔O4〕",
            f"technology-finance alliance: {format_money(paid)} [O3], {matches} matches [O2], {refused} duplicates refused, "
            f"{saved} saved [O4]",
        ),
        *idle,
    ]
