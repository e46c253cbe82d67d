"""Metrics of measure 7: what grants cost, how many became equity, what came back of them."""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Metric, Unit

GRANTS: Final = "grant_to_equity"
FIRMS: Final = ("家", "firms")

COUNTS: Final[dict[str, tuple[str, str]]] = {
    "grant_loss": ("已了结的拨改投中亏损项目的亏损额合计", "losses of losing grants that are closed, summed"),
    "grant_closed_cost": ("已了结的拨改投成本", "cost of closed grants"),
}
"""Statistics that are no outcomes of their own, in words."""
SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "grants": ("新获资助企业", "firms granted", "count"),
    "grant_paid": ("拨改投资助（公共资金）", "grants paid, public money", "CNY"),
    "grant_matched": ("合作机构配套", "partners' matching money", "CNY"),
    "grant_returned": ("拨改投收回", "returned of grants", "CNY"),
    "grant_conversions": ("转股", "conversions", "count"),
    "grant_waiting": ("待转股资助", "grants waiting", "count"),
    "grant_nav": ("拨改投持股账面值", "converted holdings, last price", "CNY"),
}
STOCKS: Final = frozenset({"grant_waiting", "grant_nav"})
"""Series of what stands at a quarter's end; the others add up over a year."""


def _count(name: str, stat: str, zh: str, en: str, formula: tuple[str, str]) -> Metric:
    return Metric(name, zh, en, "count", "neutral", *formula, lambda v: v.stat(stat), GRANTS, counted=FIRMS)


def _money(name: str, stat: str, zh: str, en: str, formula: tuple[str, str]) -> Metric:
    return Metric(name, zh, en, "CNY", "neutral", *formula, lambda v: v.stat(stat), GRANTS)


METRICS: Final[tuple[Metric, ...]] = (
    _count(
        "grant_firms",
        "grant_firms",
        "获资助企业",
        "firms granted",
        ("账簿开启后获得资助（含大赛、人才、招商）的企业", "firms that got money of measure 7 after the opening"),
    ),
    _money(
        "grant_disbursed",
        "grant_disbursed",
        "拨改投公共资金投入",
        "public money of measure 7",
        ("市、区两级拨付，不含合作机构配套", "paid by city and district, without partners' money"),
    ),
    Metric(
        "grant_matched",
        "合作机构配套",
        "partners' matching money",
        "CNY",
        "more",
        "成果转化合作机构按比例配套",
        "put in beside the grant",
        lambda v: v.added("grant_matched"),
        GRANTS,
    ),
    _money(
        "grant_back",
        "grant_back",
        "拨改投收回",
        "returned of grants",
        ("还款、回购和退出收入，扣除让利给团队的部分", "repayments, calls and exits, net of the team's part"),
    ),
    Metric(
        "grant_recycle_ratio",
        "拨改投循环率",
        "recycle ratio of grants",
        "multiple",
        "more",
        "拨改投收回 ÷ 公共资金投入",
        "grant_back ÷ grant_disbursed",
        lambda v: returns.multiple(v.stat("grant_back"), v.stat("grant_disbursed")),
        GRANTS,
    ),
    Metric(
        "grant_conversion_rate",
        "转股率",
        "conversion ratio",
        "share",
        "more",
        "转股企业 ÷ 获资助企业，含一开始就持股的大赛获奖企业",
        "converted ÷ granted, competition winners included, who sell shares from the start",
        lambda v: returns.multiple(v.stat("grant_converted"), v.stat("grant_firms")),
        GRANTS,
    ),
    _count(
        "grant_converted",
        "grant_converted",
        "转股企业",
        "grants converted",
        ("触发转股（含大赛直接入股）", "conversions, competition equity included"),
    ),
    _count(
        "grant_repaid",
        "grant_repaid",
        "还款或回购了结",
        "repaid or called",
        ("按约还款、被回购或由收购方偿还", "repaid, called by founders, or repaid by a buyer"),
    ),
    _count(
        "grant_called",
        "grant_called",
        "团队回购",
        "called by founders",
        ("其中团队行使回购权", "of them called by the founders"),
    ),
    _count(
        "grant_exited",
        "grant_exited",
        "市场化退出",
        "exited at market",
        ("经后续轮次、并购、上市或期末变现退出", "sold in a later round, acquired, listed, or realised at the horizon"),
    ),
    _count(
        "grant_written_off",
        "grant_written_off",
        "核销",
        "written off",
        ("窗口期满未触发或企业失败", "no trigger within the window, or the firm failed"),
    ),
    _count(
        "grant_share_capped",
        "grant_share_capped",
        "持股封顶的转股",
        "conversions at the cap",
        ("公共持股触及上限的转股", "conversions that met the cap on the public share"),
    ),
    _count(
        "grant_milestones_missed",
        "grant_milestones_missed",
        "里程碑未达成",
        "milestones missed",
        ("到期未通过的里程碑", "milestones not reached when due"),
    ),
    Metric(
        "grant_loss_rate",
        "拨改投损失率（亏损项目毛额）",
        "loss on closed grants, losers only",
        "share",
        "less",
        "亏损的已了结资助的损失 ÷ 已了结资助成本（纯资助不计）",
        "losses of losing closed grants ÷ cost of closed grants (pure grants apart)",
        lambda v: returns.multiple(v.stat("grant_loss"), v.stat("grant_closed_cost")),
        GRANTS,
    ),
    Metric(
        "grant_net_loss_rate",
        "拨改投净损失率",
        "net loss on closed grants",
        "share",
        "less",
        "max(0, 已了结资助成本 − 拨改投收回) ÷ 已了结资助成本，盈亏互抵",
        "max(0, cost of closed grants − grant_back) ÷ cost of closed grants: gains make up for losses",
        lambda v: returns.loss(v.stat("grant_back"), v.stat("grant_closed_cost")),
        GRANTS,
    ),
    Metric(
        "grant_over_tolerance",
        "拨改投超容忍",
        "grants over the tolerance",
        "share",
        "less",
        "期末净损失率（总体）超过约定容忍率",
        "the net loss rate of the whole exceeds the agreed tolerance at the horizon",
        lambda v: v.stat("grant_over_tolerance"),
        GRANTS,
        "probability",
    ),
    _money(
        "grant_team_yield",
        "grant_team_yield",
        "让利给团队",
        "ceded to teams",
        ("窗口期内市场化退出增值中让给团队的部分", "part of the gain of market exits within the window"),
    ),
    _count(
        "linked_firms",
        "linked_firms",
        "拨投贷联动企业",
        "firms with grant, fund and loan",
        ("先后获得资助、基金投资和贷款的人才企业", "talent start-ups that had all three"),
    ),
)
