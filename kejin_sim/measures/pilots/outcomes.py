"""Metrics of measure 9: the AIC cluster, what warrants pay, what buy-back relending draws."""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Metric, Unit
from kejin_sim.outcomes.view import Array, View

PILOTS: Final = "pilots"
FUNDS: Final = ("只", "funds")
RIGHTS: Final = ("份", "warrants")
HOLDINGS: Final = ("笔", "holdings")
COMPANIES: Final = ("家", "companies")
PROJECTS: Final = ("个", "investments")

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "aic_committed": ("AIC基金累计认缴", "commitments to AIC funds", "CNY"),
    "aic_progress": ("AIC集群进度（对目标）", "progress of the AIC cluster", "multiple"),
    "aic_called": ("AIC基金实缴", "called by AIC funds", "CNY"),
    "aic_distributed": ("AIC基金分配", "distributed by AIC funds", "CNY"),
    "aic_own_called": ("AIC自有资金实缴", "paid in by the AIC", "CNY"),
    "aic_own_distributed": ("AIC分得", "distributed to the AIC", "CNY"),
    "aic_exposure": ("AIC自有资金占用", "the AIC's own exposure", "CNY"),
    "aic_projects": ("AIC基金投资项目（折算）", "investments of AIC funds", "count"),
    "warrants_registered": ("登记认股权", "warrants registered", "count"),
    "warrants_covered": ("认股权覆盖金额", "covered by new warrants", "CNY"),
    "warrants_open": ("未了结认股权", "warrants open", "count"),
    "warrant_payoff": ("认股权收益", "payoff of warrants", "CNY"),
    "regional_sales": ("经区域股权市场退出", "holdings sold on the regional market", "count"),
    "regional_paid": ("区域股权市场退出收入", "proceeds on the regional market", "CNY"),
    "buyback_firms": ("使用回购增持再贷款的公司", "companies that used buy-back relending", "count"),
    "buyback_lent": ("回购增持贷款发放", "buy-back loans", "CNY"),
    "buyback_bought": ("回购增持金额", "buy-backs that they finance", "CNY"),
    "buyback_balance": ("回购增持贷款余额", "buy-back loans outstanding", "CNY"),
    "buyback_relent": ("回购增持再贷款余额", "buy-back relending outstanding", "CNY"),
    "buyback_margin": ("回购增持贷款银行收益", "banks' margin on buy-back loans", "CNY"),
}
STOCKS: Final = frozenset(
    {"aic_committed", "aic_progress", "aic_exposure", "warrants_open", "buyback_balance", "buyback_relent"}
)
COUNTED_SERIES: Final = frozenset({"warrants_registered", "warrants_open", "regional_sales", "buyback_firms"})
MONEY_STATS: Final[frozenset[str]] = frozenset()
HEADLINES: Final = ("aic_cluster_progress", "aic_deployed_share", "warrant_payoff", "buyback_lent")


def _stat(name: str, zh: str, en: str, counted: tuple[str, str], formula: tuple[str, str]) -> Metric:
    return Metric(name, zh, en, "count", "neutral", *formula, lambda v: v.stat(name), PILOTS, counted=counted)


def _added(name: str, zh: str, en: str, formula: tuple[str, str]) -> Metric:
    return Metric(name, zh, en, "CNY", "neutral", *formula, lambda v: v.added(name), PILOTS)


def _ended(v: View) -> Array:
    """Warrants that are over, however they ended."""
    paid = v.stat("warrants_exercised") + v.stat("warrants_sold")
    return paid + v.stat("warrants_worthless") + v.stat("warrants_unsold")


def _reached(v: View) -> Array:
    """1 where the cluster has reached its target."""
    return np.where(v.last("aic_progress") >= 1.0, 1.0, 0.0)


METRICS: Final[tuple[Metric, ...]] = (
    _stat(
        "aic_funds_formed", "设立AIC基金", "AIC funds formed", FUNDS,
        ("账簿开启后设立的AIC基金", "funds formed after the opening"),
    ),
    _stat(
        "aic_refused_by_limit", "因自有资金限额未设立", "AIC funds refused by the AIC's limit", FUNDS,
        ("计划设立而AIC自有资金限额不够的基金（A2）", "planned funds for which the AIC's own limit had no room (A2)"),
    ),
    Metric(
        "aic_cluster_committed", "AIC集群认缴规模", "size of the AIC cluster", "CNY", "more",
        "账簿开启后设立的AIC基金认缴额合计", "commitments to funds formed after the opening",
        lambda v: v.last("aic_committed"), PILOTS,
    ),
    Metric(
        "aic_cluster_progress", "AIC集群对目标的进度", "progress of the AIC cluster", "multiple", "more",
        "集群认缴规模 ÷ 目标（百亿级）", "aic_cluster_committed ÷ target", lambda v: v.last("aic_progress"), PILOTS,
    ),
    Metric(
        "aic_target_reached", "AIC集群达到目标", "the AIC cluster reaches its target", "share", "more",
        "期末认缴规模不低于目标", "commitments at the horizon are at least the target", _reached, PILOTS, "probability",
    ),
    _added("aic_called", "AIC基金投放", "deployed by AIC funds", ("实缴并投出的资金", "money called and invested")),
    Metric(
        "aic_deployed_share", "AIC基金投放率", "share of AIC commitments deployed", "share", "more",
        "AIC基金投放 ÷ 集群认缴规模", "aic_called ÷ aic_cluster_committed",
        lambda v: returns.multiple(v.added("aic_called"), v.last("aic_committed")), PILOTS,
    ),
    Metric(
        "aic_projects", "AIC基金投资项目（折算）", "investments of AIC funds", "count", "more",
        "投放额 ÷ 平均单笔投资", "deployed ÷ mean ticket", lambda v: v.added("aic_projects"), PILOTS, counted=PROJECTS,
    ),
    Metric(
        "aic_dpi", "AIC基金DPI", "DPI of AIC funds", "multiple", "more",
        "全部出资人分得 ÷ 实缴，期末变现在内", "distributed ÷ called, all partners, the horizon's value included",
        lambda v: returns.multiple(v.added("aic_distributed"), v.added("aic_called")), PILOTS,
    ),
    Metric(
        "aic_own_dpi", "AIC自有资金DPI", "DPI of the AIC's own money", "multiple", "neutral",
        "AIC分得 ÷ AIC实缴（没有保本或固定收益）", "distributed to the AIC ÷ paid in by it (nothing is guaranteed)",
        lambda v: returns.multiple(v.added("aic_own_distributed"), v.added("aic_own_called")), PILOTS,
    ),
    Metric(
        "aic_exposure_peak", "AIC自有资金占用峰值", "peak of the AIC's own exposure", "CNY", "neutral",
        "各季末未缴认缴与未收回本金之和的最大值", "greatest closing sum of undrawn own commitments and principal not yet back",
        lambda v: v.peak(v.series("aic_exposure")), PILOTS,
    ),
    _stat(
        "warrants", "登记认股权", "warrants registered", RIGHTS,
        ("账簿开启后随贷款登记的认股权", "registered with loans after the opening"),
    ),
    _added("warrants_covered", "认股权覆盖金额", "covered by warrants", ("贷款 × 覆盖比例", "loan × coverage")),
    _added(
        "warrant_payoff", "认股权收益（银行）", "payoff of warrants to lenders",
        ("行权与转让收入，期末变现在内，未扣手续费", "exercised or sold, the horizon's value included, before fees"),
    ),
    Metric(
        "warrant_yield", "认股权收益率", "payoff per yuan covered", "multiple", "neutral",
        "认股权收益 ÷ 覆盖金额", "warrant_payoff ÷ warrants_covered",
        lambda v: returns.multiple(v.added("warrant_payoff"), v.added("warrants_covered")), PILOTS,
    ),
    _stat(
        "warrants_exercised", "退出时行权", "warrants exercised at exits", RIGHTS,
        ("企业被收购、上市或期末变现时行权", "exercised when the firm was bought, listed or realised at the horizon"),
    ),
    _stat(
        "warrants_sold", "转让给指定投资者", "warrants sold to designated investors", RIGHTS,
        ("新一轮融资或期满时转让", "sold at a later round or at the end of the term"),
    ),
    _stat(
        "warrants_worthless", "作废（价外）", "warrants that ended worthless", RIGHTS,
        ("期满或退出时不高于行权价，或企业失败", "not above the strike at the end of the term or the exit, or the firm failed"),
    ),
    _stat(
        "warrants_unsold", "作废（无人受让）", "warrants in the money without a buyer", RIGHTS,
        ("期满或退出时为价内而没有成交", "in the money at the end of the term or the exit, and no sale"),
    ),
    Metric(
        "warrant_expired_share", "认股权作废比例", "share of warrants that ended without a payoff", "share", "less",
        "（价外作废 + 无人受让）÷ 已了结认股权", "(worthless + unsold) ÷ warrants that are over",
        lambda v: returns.multiple(v.stat("warrants_worthless") + v.stat("warrants_unsold"), _ended(v)), PILOTS,
    ),
    Metric(
        "regional_sales", "经区域股权市场退出", "holdings sold on the regional market", "count", "more",
        "财政直投与跟投持股的转让笔数", "sales of seed-direct and follow-on holdings",
        lambda v: v.added("regional_sales"), PILOTS, counted=HOLDINGS,
    ),
    _added(
        "regional_paid", "区域股权市场退出收入", "proceeds on the regional market",
        ("上一轮估值打折后的价款", "last round's price less the discount"),
    ),
    Metric(
        "buyback_firms", "使用回购增持再贷款的公司", "companies that used buy-back relending", "count", "neutral",
        "家次", "loans drawn", lambda v: v.added("buyback_firms"), PILOTS, counted=COMPANIES,
    ),
    _added(
        "buyback_lent", "回购增持贷款发放", "buy-back loans",
        ("不计入放大倍数和科技贷款", "left out of leverage figures and of technology loans"),
    ),
    _added("buyback_bought", "回购增持金额", "buy-backs financed", ("贷款与自有资金合计", "loans and own money")),
    Metric(
        "buyback_relent_peak", "回购增持再贷款余额峰值", "peak of buy-back relending", "CNY", "neutral",
        "各季末余额的最大值", "greatest closing balance", lambda v: v.peak(v.series("buyback_relent")), PILOTS,
    ),
    Metric(
        "buyback_margin", "回购增持贷款银行收益", "banks' margin on buy-back loans", "CNY", "neutral",
        "贷款利息 − 再贷款利息", "interest on loans − interest on relending", lambda v: v.added("buyback_margin"), PILOTS,
    ),
    _stat(
        "buyback_refused", "超过额度未发放", "buy-back loans over the quota", COMPANIES,
        ("再贷款余额到上限而未发放的家次", "refused because relending was at its quota"),
    ),
)  # fmt: skip
