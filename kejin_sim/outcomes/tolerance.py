"""Metrics of loss and tolerance on the four bases, and counts of what measure 1's rules did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric, Unit
from kejin_sim.outcomes.view import Array, View

EQUITY: Final = "equity"
BASES: Final[dict[str, tuple[str, str]]] = {
    "net_terminal": ("净亏损口径", "net terminal"),
    "gross": ("亏损项目毛额口径", "gross"),
    "class": ("分类口径", "by class"),
    "head_count": ("项目数口径", "head count"),
}
CLASSES: Final[dict[str, tuple[str, str]]] = {
    "seed": ("种子类", "seed class"),
    "angel": ("天使类", "angel class"),
    "industry": ("产业类", "industry class"),
}
DEALS: Final = ("个项目", "deals")
SUBFUNDS: Final = ("次", "funds")


def _class_loss(name: str) -> Callable[[View], Array]:
    return lambda v: returns.loss(v.stat(f"class_{name}_value"), v.stat(f"class_{name}_cost"))


LOSSES: Final = (
    Metric(
        "loss_net_terminal", "亏损率（净亏损口径）", "loss, net terminal", "share", "less",
        "max(0, 1 − 分配 ÷ 实缴)：全部政策子基金合并、全部出资人，扣除管理费和业绩报酬",
        "max(0, 1 − distributions ÷ calls): policy sub-funds pooled, all limited partners, net of fees and carry",
        lambda v: returns.loss(v.added("subfund_distributions"), v.added("subfund_calls")), EQUITY,
    ),
    Metric(
        "loss_gross", "亏损率（亏损项目毛额口径）", "loss, gross", "share", "less",
        "亏损项目的（成本 − 价值）之和 ÷ 全部项目成本：政策子基金项目合并",
        "Σ max(0, cost − value) ÷ Σ cost: deals of policy sub-funds pooled",
        lambda v: returns.multiple(v.stat("deals_loss"), v.stat("deals_cost")), EQUITY,
    ),
    Metric(
        "loss_head_count", "亏损率（项目数口径）", "loss, head count", "share", "less",
        "价值低于成本的项目数 ÷ 项目数：政策子基金项目合并",
        "deals with value < cost ÷ deals: policy sub-funds pooled",
        lambda v: returns.multiple(v.stat("deals_lost"), v.stat("deals")), EQUITY,
    ),
    *(
        Metric(
            f"loss_class_{name}", f"亏损率（{zh}）", f"loss, {en}", "share", "less",
            "max(0, 1 − 价值 ÷ 成本)：政策子基金该类项目合并", "max(0, 1 − value ÷ cost): deals of that class, pooled",
            _class_loss(name), EQUITY,
        )
        for name, (zh, en) in CLASSES.items()
    ),
    Metric(
        "loss_net_terminal_seed_direct", "种子直投亏损率（净亏损口径）", "seed direct: loss, net terminal", "share",
        "less",
        "max(0, 1 − 收回 ÷ 投入)：引导基金的政策期种子直投，支付奖励前",
        "max(0, 1 − received ÷ paid): the guidance fund's policy seed deals, before the reward",
        lambda v: returns.loss(v.added("seed_received"), v.added("seed_paid")), EQUITY,
    ),
    Metric(
        "loss_gross_seed_direct", "种子直投亏损率（亏损项目毛额口径）", "seed direct: loss, gross", "share", "less",
        "亏损项目的（成本 − 价值）之和 ÷ 全部成本：政策期种子直投",
        "Σ max(0, cost − value) ÷ Σ cost: policy seed deals",
        lambda v: returns.multiple(v.stat("seed_loss"), v.stat("seed_cost")), EQUITY,
    ),
    Metric(
        "loss_head_count_seed_direct", "种子直投亏损率（项目数口径）", "seed direct: loss, head count", "share",
        "less",
        "价值低于成本的项目数 ÷ 项目数：政策期种子直投", "deals with value < cost ÷ deals: policy seed deals",
        lambda v: returns.multiple(v.stat("seed_lost"), v.stat("seed_deals")), EQUITY,
    ),
)  # fmt: skip


def _stat(name: str) -> Callable[[View], Array]:
    return lambda v: v.stat(name)


def _share(part: str, whole: str) -> Callable[[View], Array]:
    return lambda v: returns.multiple(v.stat(part), v.stat(whole))


def _if_any_deal(name: str) -> Callable[[View], Array]:
    """An indicator that means nothing where there were no deals."""

    def compute(v: View) -> Array:
        indicator: Array = np.where(v.stat("deals") > 0.0, v.stat(name), np.nan)
        return indicator

    return compute


def _moment(prefix: str, whole: str, whole_zh: str, whole_en: str) -> tuple[Metric, ...]:
    """Breaches at one moment of assessment: the number tested, and of these the number and share over the
    tolerance."""
    metrics = [
        Metric(
            whole, whole_zh, whole_en, "count", "neutral", f"政策子基金：{whole_zh}",
            f"policy sub-funds: {whole_en}",
            _stat(whole), EQUITY, counted=SUBFUNDS,
        )
    ]  # fmt: skip
    for basis, (zh, en) in BASES.items():
        stat = f"{prefix}breach_{basis}"
        metrics += [
            Metric(
                f"{stat}_count", f"{whole_zh}：超容忍（{zh}）", f"{whole_en}: over the tolerance ({en})", "count",
                "less",
                "亏损率超过容忍率的次数", "tests in which the loss exceeds the tolerance", _stat(stat), EQUITY,
                counted=SUBFUNDS,
            ),
            Metric(
                f"{stat}_share", f"{whole_zh}：超容忍占比（{zh}）", f"{whole_en}: share over the tolerance ({en})",
                "share", "less", "超容忍次数 ÷ 考核次数", "breaches ÷ tests", _share(stat, whole), EQUITY,
            ),
        ]  # fmt: skip
    return tuple(metrics)


BREACHES: Final = (
    *(
        Metric(
            f"portfolio_breach_{basis}", f"全部子基金合并超容忍（{zh}）", f"portfolio over the tolerance ({en})",
            "share", "less",
            "观察期末全部政策子基金合并的亏损率超过容忍率为1，否则为0；没有项目则无定义",
            "1 when the loss of all policy sub-funds pooled at the horizon exceeds the tolerance, else 0; "
            "undefined without deals",
            _if_any_deal(f"portfolio_breach_{basis}"), EQUITY, "probability",
        )
        for basis, (zh, en) in BASES.items()
    ),
    *_moment("", "funds_closed", "到期考核的子基金", "sub-funds assessed at the end of their life"),
    *_moment("review_", "reviews", "中期评估", "interim reviews"),
    *_moment("rolling_", "rolling_tests", "逐年考核", "year-end tests"),
)  # fmt: skip


def _counts(
    *rows: tuple[str, str, str, Direction, str, str, tuple[str, str]], unit: Unit = "count"
) -> tuple[Metric, ...]:
    return tuple(
        Metric(name, zh, en, unit, direction, formula_zh, formula_en, _stat(name), EQUITY, counted=counted)
        for name, zh, en, direction, formula_zh, formula_en, counted in rows
    )


FIRMS: Final = ("家", "firms")
TIMES: Final = ("次", "times")
NOTHING: Final = ("", "")


def _reinvestment_rate(v: View) -> Array:
    tested = v.stat("reinvestment_tested")
    return returns.multiple(v.stat("reinvestment_credit"), tested * v.context.reinvestment_required[v.world])


COUNTS: Final = (
    *_counts(
        ("supported", "公共资金进入的企业", "firms that public money entered", "neutral",
         "公共资金以任何方式入股过的企业", "firms that public money entered in any way", FIRMS),
        ("supported_relocated", "其中迁入企业", "of these, relocated", "less",
         "公共资金入股的企业中由外地迁入的", "firms that public money entered and that had moved in", FIRMS),
        ("deals", "子基金项目", "sub-fund deals", "neutral", "政策子基金投资的项目", "deals of policy sub-funds",
         DEALS),
        ("outside_deals", "子基金市外项目", "sub-fund deals outside the city", "neutral",
         "政策子基金投向市外的项目", "deals of policy sub-funds outside the city", DEALS),
        ("seed_deals", "种子直投项目", "seed direct deals", "neutral", "政策期种子直投项目", "policy seed deals",
         DEALS),
        ("projects_over", "超单个项目容忍的项目", "deals over the single-project tolerance", "less",
         "政策子基金项目中亏损率超过单个项目容忍率的", "deals of policy sub-funds that lose more than tolerated",
         DEALS),
        ("sanctions", "未获免责的超容忍", "breaches not exempted", "less",
         "按所选口径超容忍且未获免责的次数", "breaches under the configured cell that were not exempted", TIMES),
        ("allocations_cut", "因超容忍削减的年度安排", "yearly allocations cut for breaches", "neutral",
         "因超容忍未获免责而缩小新设子基金规模的年数；政策结束后的超容忍没有安排可削减",
         "years whose new sub-funds were smaller because a breach was not exempted; after the policy nothing is left to cut",
         TIMES),
        ("reinvestment_tested", "返投考核的子基金", "sub-funds tested for reinvestment", "neutral",
         "投资期满接受返投考核的政策子基金", "policy sub-funds at the end of their investment period",
         ("只", "funds")),
        ("buyouts", "提前购买政府份额", "early buy-outs", "neutral",
         "社会出资人按E7提前购买政府份额的次数", "early buy-outs of the government's share under E7", TIMES),
        ("shares_sold", "转让的基金份额", "fund shares sold", "neutral", "E13份额转让次数",
         "transfers of fund shares", TIMES),
        ("holdings_sold", "转让的项目股权", "holdings sold", "neutral", "E13股权转让次数", "transfers of holdings",
         TIMES),
        ("crowded_out", "被替代的私人要约", "private offers replaced", "less",
         "被公共资金替代的私人投资要约", "private offers that public money replaced", ("项", "offers")),
        ("capped_by_rule", "受限的投资", "deals reduced or refused by caps", "neutral",
         "因E4集中度限制而减少或放弃的投资", "deals reduced or refused by the caps of E4", DEALS),
        ("ineligible", "不符合条件的申请", "candidates not eligible", "neutral",
         "因E3条件未通过的候选企业", "candidates turned away by E3", ("项", "candidates")),
        ("calls_delayed", "推迟的出资", "calls put off", "less",
         "子基金满周年时，因上期资金未用够而不能召集下一期的次数（E1）",
         "anniversaries of a sub-fund at which the next call had to wait for the last to be spent (E1)", TIMES),
    ),
    *_counts(
        ("buyout_given_up", "提前购买中放弃的价值", "value given up in buy-outs", "less",
         "政府份额的公允价值 − 行权后不必再付的让利 − 行权价",
         "fair value of the government's interest − the concession that need not be paid any more − strike", NOTHING),
        ("crowded_out_money", "被替代的私人资金", "private money replaced", "less",
         "被公共资金替代的私人要约金额", "money of the private offers that were replaced", NOTHING),
        unit="CNY",
    ),
    Metric(
        "follow_ons", "初创跟投项目", "follow-ons", "count", "neutral", "观察期内初创跟投项目数", "follow-on deals",
        lambda v: v.added("follow_ons"), EQUITY, counted=DEALS,
    ),
    Metric(
        "reinvestment_rate", "返投完成率", "reinvestment completed", "share", "more",
        "认定的返投额 ÷ 要求的返投额，各受考核子基金的平均值；没有返投要求则无定义",
        "recognised local investment ÷ what the contract requires, mean of tested sub-funds; undefined without a requirement",
        _reinvestment_rate, EQUITY,
    ),
    Metric(
        "reinvestment_met_share", "返投达标率", "sub-funds that met the reinvestment", "share", "more",
        "返投达标的子基金 ÷ 接受考核的子基金", "sub-funds that met the requirement ÷ tested",
        _share("reinvestment_met", "reinvestment_tested"), EQUITY,
    ),
    Metric(
        "reinvestment_multiple", "平均返投倍数", "mean reinvestment multiple", "multiple", "more",
        "认定的返投额 ÷ 引导基金实缴，各受考核子基金的平均值",
        "recognised local investment ÷ guidance fund's paid-in, mean of tested sub-funds",
        _share("reinvestment_credit", "reinvestment_tested"), EQUITY,
    ),
    Metric(
        "relocated_share", "受支持企业中迁入占比", "relocated among supported firms", "share", "less",
        "迁入的受支持企业 ÷ 受支持企业", "supported_relocated ÷ supported",
        _share("supported_relocated", "supported"), EQUITY,
    ),
    Metric(
        "ledger_residual", "账实最大相对差异", "largest ledger residual", "share", "less",
        "账务检查发现的最大相对差异（应为舍入误差）",
        "largest relative difference found by the ledger's checks (rounding only)",
        _stat("ledger_residual"),
    ),
)  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = (*LOSSES, *BREACHES, *COUNTS)
