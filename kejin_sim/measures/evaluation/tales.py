"""Measure 6 in a path's story: a firm's evaluation, and the year's projects and platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kejin_sim.lang import t
from kejin_sim.measures.evaluation.recording import S_PLATFORM_PAID, S_RESEARCH_PAID
from kejin_sim.units import exact_number, format_money

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event

STAGES = (("初创期", "start-up"), ("成长期", "growth"), ("稳定期", "stable"))


def event(kind: str, facts: dict[str, Any]) -> str:
    """What happened to a firm, a project or the platform, in words; empty for another kind of event."""
    match kind:
        case "evaluated":
            zh, en = STAGES[facts["stage"]]
            points = f"{facts['percentile']:.0f}"
            return t(
                f"年度评价：按{zh}权重，第 {points} 百分位〔F4〕",
                f"yearly evaluation: percentile {points} in the weights of a {en} firm [F4]",
            )
        case "project_approved":
            cost, subsidy = format_money(facts["cost"]), format_money(facts["subsidy"])
            return t(
                f"金融科技攻关立项：可补助费用 {cost}，补助 {subsidy}〔F1〕",
                f"a fintech project is approved: eligible cost {cost}, subsidy {subsidy} [F1]",
            )
        case "project_examined":
            which_zh, which_en = ("结题", "final") if facts["final"] else ("中期", "interim")
            if not facts["passed"]:
                return t(
                    f"{which_zh}验收不合格，不再拨付〔F1〕", f"the {which_en} milestone is failed, nothing more is paid [F1]"
                )
            paid = format_money(facts["amount"])
            return t(f"{which_zh}验收合格，拨付 {paid}〔F1〕", f"the {which_en} milestone is passed, {paid} paid [F1]")
        case "platform_bought":
            paid = format_money(facts["amount"])
            return t(f"数据平台开始建设，{paid}〔F2〕", f"the data platform is bought for {paid} [F2]")
        case "platform_works":
            noise = exact_number(facts["noise"])
            return t(
                f"平台开始运行，评分噪声 {noise}，全市企业重新评分〔F3〕",
                f"the platform works: the score's noise is {noise}, all firms are scored anew [F3]",
            )
        case "platform_stops":
            noise = exact_number(facts["noise"])
            return t(
                f"平台停用，评分噪声回到 {noise}〔F2、F3〕", f"the platform stands still, the noise is back at {noise} [F2, F3]"
            )
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on a year's projects and platform. ``series``: the year's columns of a world's series."""
    approved = sum(event.kind == "project_approved" for event in events)
    examined = [event for event in events if event.kind == "project_examined"]
    passed = sum(event.facts["passed"] for event in examined)
    lines = []
    if approved or examined:
        paid = format_money(float(series[S_RESEARCH_PAID].sum()))
        lines.append(
            t(
                f"金融科技攻关〔F1〕：立项 {approved} 项，验收合格 {passed}、不合格 {len(examined) - passed}，拨付 {paid}",
                f"fintech research [F1]: {approved} approved, {passed} milestones passed, {len(examined) - passed} failed, "
                f"{paid} paid",
            )
        )
    platform = float(series[S_PLATFORM_PAID].sum())
    words = [event(item.kind, item.facts) for item in events if item.kind.startswith("platform_")]
    if platform > 0.0 or words:
        head = t(f"数据平台〔F2〕支出 {format_money(platform)}", f"data platform [F2]: {format_money(platform)} spent")
        lines.append(t("；", "; ").join([head, *words]))
    return lines
