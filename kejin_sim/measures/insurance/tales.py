"""Insurance in a path's story: a firm's cover and claims, and the year of the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t
from kejin_sim.measures.insurance import recording as r
from kejin_sim.units import format_money, format_rate

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event

LINES: Final[dict[str, tuple[str, str]]] = {
    "rd": ("研发费用损失险", "R&D cover"),
    "ip": ("知识产权险", "IP cover"),
    "equipment": ("设备与责任险", "equipment and liability"),
    "first_set": ("首台（套）保险", "first sets"),
}


def event(kind: str, facts: dict[str, Any]) -> str:
    """What happened to a firm's insurance, in words; empty for another kind of event."""
    if kind == "insured":
        names = t("、", ", ").join(t(*LINES[line]) for line in facts["lines"])
        amount = format_money(facts["amount"])
        return t(f"投保{names}，保额合计 {amount}〔I1〕", f"takes out {names}, {amount} insured [I1]")
    if kind == "insurance_claim":
        name, claim, loss = t(*LINES[facts["line"]]), format_money(facts["claim"]), format_money(facts["loss"])
        return t(f"{name}出险：损失 {loss}，赔款 {claim}〔I3〕", f"{name}: a loss of {loss}, {claim} are paid [I3]")
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on a year's insurance. ``series``: the year's columns of a world's series."""
    sold, paid = series[r.S_PREMIUM].sum(), series[r.S_CLAIMS].sum()
    if not (sold or paid):
        return []
    firms, number = int(series[r.S_POLICIES].sum()), int(series[r.S_CLAIM_COUNT].sum())
    subsidy = format_money(series[r.S_SUBSIDY].sum())
    lines = [
        t(
            f"科技保险：投保 {firms} 家、保费 {format_money(sold)}〔I1〕，赔案 {number} 起、赔款 {format_money(paid)}〔I3〕，"
            f"支付上年保费补贴 {subsidy}〔I2〕，年末在保保额 {format_money(series[r.S_INSURED_SUM, -1])}",
            f"insurance: {firms} firms insured for {format_money(sold)} of premium [I1], {number} claims of "
            f"{format_money(paid)} [I3], subsidy of the year before {subsidy} [I2], "
            f"{format_money(series[r.S_INSURED_SUM, -1])} insured at the year's end",
        )
    ]
    called, balance = series[r.S_CALLED].sum(), series[r.S_POOL_BALANCE, -1]
    if called or balance:
        lines.append(
            t(
                f"共保体：自留保费 {format_money(series[r.S_NET_PREMIUM].sum())}、自留赔款 "
                f"{format_money(series[r.S_NET_CLAIMS].sum())}，成员补足 {format_money(called)}，年末余额 "
                f"{format_money(balance)}〔I4〕",
                f"pool: net premium {format_money(series[r.S_NET_PREMIUM].sum())}, net claims "
                f"{format_money(series[r.S_NET_CLAIMS].sum())}, members' calls {format_money(called)}, balance "
                f"{format_money(balance)} at the year's end [I4]",
            )
        )
    return [*lines, *_backstop(events)]


def _backstop(events: list[Event]) -> list[str]:
    found = []
    for event in events:
        if event.kind == "insurance_backstop":
            claims, premium, paid = (event.facts[name] for name in ("claims", "premium", "paid"))
            ratio = format_rate(claims / premium, 0) if premium > 0.0 else "—"
            found.append(
                t(
                    f"共保体兜底：当年净赔付率 {ratio}，市财政分担 {format_money(paid)}〔I5〕",
                    f"backstop: a net loss ratio of {ratio}; the city pays {format_money(paid)} [I5]",
                )
            )
    return found
