"""Commercialisation in a path's story: a firm's vouchers, pools, university and awards, and the year's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kejin_sim.lang import t
from kejin_sim.measures.commercialisation.recording import (
    S_ABS_DEFAULTED,
    S_ABS_FIRMS,
    S_ABS_ISSUED,
    S_ABS_SENIOR,
    S_CONTRACTS,
    S_EQUITY_FIRMS,
    S_LANDING_PAID,
    S_LANDINGS,
    S_VOUCHER_PAID,
    S_VOUCHERS,
)
from kejin_sim.units import format_money, format_rate

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event


def event(kind: str, facts: dict[str, Any]) -> str:
    """What the measure did to a firm, in words; empty for another kind of event."""
    money = {name: format_money(value) for name, value in facts.items() if isinstance(value, float)}
    match kind:
        case "university_shares":
            share = format_rate(facts["part"])
            return t(
                f"高校院所以成果作价 {money['ip_value']}、现金 {money['cash']} 入股，占设立时股份的 {share}〔T6〕",
                f"a university brings rights at {money['ip_value']} and cash of {money['cash']}: {share} of the founding "
                "shares [T6]",
            )
        case "university_paid":
            return t(f"高校院所分得退出所得 {money['amount']}〔T6〕", f"the university gets {money['amount']} [T6]")
        case "voucher":
            return t(
                f"技术合同 {money['contract']} 验收合格，兑付创新券 {money['amount']}〔T5〕",
                f"a technical contract of {money['contract']} is accepted, the voucher pays {money['amount']} [T5]",
            )
        case "voucher_rejected":
            return t(
                f"技术合同 {money['contract']} 验收不合格，创新券不兑付〔T5〕",
                f"a technical contract of {money['contract']} is not accepted, the voucher is not paid [T5]",
            )
        case "securitised":
            return t(
                f"知识产权入池证券化，本金 {money['principal']}，到账 {money['proceeds']}〔T4〕",
                f"its rights go into a pool for {money['principal']}, {money['proceeds']} reaches the firm [T4]",
            )
        case "abs_default":
            return t(
                f"证券化本金 {money['amount']} 违约〔T4〕", f"{money['amount']} of securitised principal is in default [T4]"
            )
        case "landing":
            zh, en = ("国家级奖项", "a national prize") if facts["national"] else ("省级一等奖", "a provincial first prize")
            return t(f"{zh}项目落地，奖励 {money['amount']}〔T7〕", f"{en} lands here, an award of {money['amount']} [T7]")
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on a year of commercialisation. ``series``: the year's columns of a world's series."""
    lines = []
    if series[S_VOUCHERS].any():
        number, paid, turnover = (series[row].sum() for row in (S_VOUCHERS, S_VOUCHER_PAID, S_CONTRACTS))
        lines.append(
            t(
                f"创新券〔T5〕：兑付 {int(number)} 张 {format_money(paid)}，合同额 {format_money(turnover)}",
                f"vouchers [T5]: {int(number)} redeemed for {format_money(paid)}, contracts of {format_money(turnover)}",
            )
        )
    if series[S_ABS_ISSUED].any() or series[S_ABS_SENIOR].any():
        issued, firms, lost = (series[row].sum() for row in (S_ABS_ISSUED, S_ABS_FIRMS, S_ABS_DEFAULTED))
        left = format_money(series[S_ABS_SENIOR, -1])
        lines.append(
            t(
                f"知识产权证券化〔T4〕：发行 {format_money(issued)}（{int(firms)} 家），违约 {format_money(lost)}，"
                f"年末优先级余额 {left}",
                f"securities [T4]: {format_money(issued)} issued for {int(firms)} firms, {format_money(lost)} in default, "
                f"{left} outstanding",
            )
        )
    if series[S_EQUITY_FIRMS].any():
        firms = int(series[S_EQUITY_FIRMS].sum())
        lines.append(t(f"高校院所以技术和现金入股 {firms} 家〔T6〕", f"universities take shares in {firms} spin-outs [T6]"))
    if series[S_LANDINGS].any():
        landed, awarded = int(series[S_LANDINGS].sum()), format_money(series[S_LANDING_PAID].sum())
        lines.append(
            t(f"获奖成果落地 {landed} 项，奖励 {awarded}〔T7〕", f"{landed} prize projects land, awards of {awarded} [T7]")
        )
    return lines
