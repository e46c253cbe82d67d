"""Metrics of measure 3: who is insured, what it costs, who bears the claims, what a yuan of subsidy buys."""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric, Ratio, Unit
from kejin_sim.outcomes.view import Array, View

INSURANCE: Final = "insurance"
FIRMS: Final = ("家", "firms")
KINDS: Final = ("rd", "ip", "equipment", "first_set")

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "insurance_policies": ("投保企业（当期起保）", "firms that took out cover", "count"),
    "insurance_firms": ("在保企业", "firms insured", "count"),
    "insurance_sum": ("在保保额", "sums insured", "CNY"),
    "insurance_premium": ("科技保险保费", "premiums", "CNY"),
    "insurance_claims": ("科技保险赔款", "claims paid", "CNY"),
    "insurance_claim_count": ("赔案", "claims", "count"),
    "insurance_subsidy": ("保费补贴（市）", "premium subsidy, city", "CNY"),
    "insurance_net_premium": ("共保体自留保费", "pool's premiums net of cession", "CNY"),
    "insurance_net_claims": ("共保体自留赔款", "pool's claims net of reinsurers", "CNY"),
    "insurance_backstop": ("共保体公共兜底", "public backstop", "CNY"),
    "insurance_pool_balance": ("共保体余额", "balance of the pool", "CNY"),
    "insurance_pool_called": ("成员补足赔款", "members' calls", "CNY"),
    "insurance_lp_money": ("社会出资中的保险资金", "insurers' money among social investors", "CNY"),
}
COUNTS: Final[dict[str, tuple[str, str]]] = {
    "insurance_premium_rd": ("研发险保费", "premiums, R&D cover"),
    "insurance_premium_ip": ("知识产权险保费", "premiums, IP cover"),
    "insurance_premium_equipment": ("设备险保费", "premiums, equipment cover"),
    "insurance_premium_first_set": ("首台套险保费", "premiums, first-set cover"),
    "insurance_claims_rd": ("研发险赔款", "claims, R&D cover"),
    "insurance_claims_ip": ("知识产权险赔款", "claims, IP cover"),
    "insurance_claims_equipment": ("设备险赔款", "claims, equipment cover"),
    "insurance_claims_first_set": ("首台套险赔款", "claims, first-set cover"),
    "insurance_net_premium": ("共保体保费（扣除分出）", "premiums of the pool, net of cession"),
    "insurance_net_claims": ("共保体赔款（扣除再保险摊回）", "claims of the pool, net of reinsurers"),
    "insurance_borne_city": ("市财政兜底", "paid by the city as backstop"),
    "insurance_low_risk_visits": ("自知风险低于平均的企业考虑投保的次数", "visits to firms that know to be safer than average"),
    "insurance_low_risk_insured": ("其中买了研发险的次数", "of them with R&D cover"),
    "insurance_high_risk_visits": ("其余企业考虑投保的次数", "visits to the other firms"),
    "insurance_high_risk_insured": ("其中买了研发险的次数（其余企业）", "of these with R&D cover"),
}
"""Statistics that are no outcomes of their own, in words."""
STOCKS: Final = frozenset({"insurance_firms", "insurance_sum", "insurance_pool_balance"})
COUNTED_SERIES: Final = frozenset({"insurance_policies", "insurance_firms", "insurance_claim_count"})
MONEY_STATS: Final = frozenset(
    {f"insurance_premium_{kind}" for kind in KINDS}
    | {f"insurance_claims_{kind}" for kind in KINDS}
    | {
        "insurance_cover",
        "insurance_net_premium",
        "insurance_net_claims",
        "insurance_subsidy",
        "insurance_other_subsidy",
        "insurance_subsidy_unpaid",
        "insurance_borne_firm",
        "insurance_borne_members",
        "insurance_borne_reinsurer",
        "insurance_borne_city",
        "insurance_backstop_unpaid",
        "insurance_follower_result",
    }
)
HEADLINES: Final = (
    "insurance_firms_average",
    "insurance_cover",
    "insurance_subsidy",
    "insurance_loss_ratio",
    "insurance_pool_loss_ratio",
    "insurance_takeup_high_risk",
    "insurance_takeup_low_risk",
)


def _metric(
    name: str, zh: str, en: str, unit: Unit, direction: Direction, formula: tuple[str, str], compute: object
) -> Metric:
    return Metric(name, zh, en, unit, direction, *formula, compute, INSURANCE)  # type: ignore[arg-type]


def _money(name: str, zh: str, en: str, formula: tuple[str, str], stat: str = "") -> Metric:
    return _metric(name, zh, en, "CNY", "neutral", formula, lambda v: v.stat(stat or name))


def _count(name: str, zh: str, en: str, formula: tuple[str, str]) -> Metric:
    return Metric(name, zh, en, "count", "neutral", *formula, lambda v: v.stat(name), INSURANCE, counted=FIRMS)


def _sum(v: View, what: str) -> Array:
    total = v.stat(f"insurance_{what}_{KINDS[0]}")
    for kind in KINDS[1:]:
        total = total + v.stat(f"insurance_{what}_{kind}")
    return total


def _line_ratio(kind: str, zh: str, en: str) -> Metric:
    return _metric(
        f"insurance_loss_ratio_{kind}",
        f"{zh}赔付率",
        f"loss ratio, {en}",
        "share",
        "less",
        (f"{zh}赔款 ÷ 保费，再保险与兜底之前", f"claims ÷ premiums of {en}, before reinsurance and backstop"),
        lambda v: returns.multiple(v.stat(f"insurance_claims_{kind}"), v.stat(f"insurance_premium_{kind}")),
    )


def _insured(v: View) -> Array:
    """Firms insured on average while there are any: after the policy there are none, however far the horizon."""
    rows = v.series("insurance_firms")
    quarters = (rows > 0.0).sum(axis=1)
    return returns.total_rows(rows) / np.maximum(quarters, 1)


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "insurance_firms_average",
        "在保企业（平均）",
        "firms insured, average",
        "count",
        "more",
        "有企业在保的各季末，在保企业数的平均；始终没有则为0",
        "mean over the quarters at whose close any firm is insured; 0 when there never is one",
        _insured,
        INSURANCE,
        counted=FIRMS,
    ),
    _metric(
        "insurance_premium",
        "科技保险保费",
        "premiums",
        "CNY",
        "neutral",
        ("账簿开启后各险种保费合计（补贴前）", "premiums of all lines since the opening, before subsidies"),
        lambda v: _sum(v, "premium"),
    ),
    _money(
        "insurance_cover",
        "承保保额",
        "sums insured",
        ("账簿开启后各保单保额合计", "sums insured of all policies sold since the opening"),
    ),
    _metric(
        "insurance_claims",
        "科技保险赔款",
        "claims paid",
        "CNY",
        "neutral",
        ("账簿开启后各险种赔款合计", "claims of all lines paid since the opening"),
        lambda v: _sum(v, "claims"),
    ),
    _money(
        "insurance_subsidy",
        "保费补贴（市）",
        "premium subsidy, city",
        ("次年支付的市级保费补贴", "the city's subsidy, paid a year after the premium"),
    ),
    _money(
        "insurance_other_subsidy",
        "保费补贴（中央等）",
        "premium subsidy, others",
        ("中央财政等支付的保费补贴", "paid by the centre and other levels"),
    ),
    _metric(
        "insurance_subsidy_unpaid",
        "未付补贴",
        "subsidy not paid",
        "CNY",
        "less",
        ("安排不足而未付的补贴", "owed and not covered by the budget line"),
        lambda v: v.stat("insurance_subsidy_unpaid"),
    ),
    _metric(
        "insurance_subsidy_per_cover",
        "每元保额的补贴",
        "subsidy per yuan of cover",
        "share",
        "less",
        ("市级保费补贴 ÷ 承保保额", "the city's subsidy ÷ sums insured"),
        lambda v: returns.multiple(v.stat("insurance_subsidy"), v.stat("insurance_cover")),
    ),
    _metric(
        "insurance_loss_ratio",
        "赔付率（共保体分保与兜底之前）",
        "loss ratio before pool's reinsurance and backstop",
        "share",
        "less",
        (
            "赔款合计 ÷ 保费合计：没有共保体时保险公司的赔付率",
            "all claims ÷ all premiums: what insurers would bear without the pool",
        ),
        lambda v: returns.multiple(_sum(v, "claims"), _sum(v, "premium")),
    ),
    _metric(
        "insurance_pool_loss_ratio",
        "赔付率（共保体分保与兜底之后）",
        "loss ratio of the pool after reinsurance and backstop",
        "share",
        "less",
        ("（自留赔款 − 公共兜底）÷ 自留保费", "(net claims − backstop) ÷ premiums net of cession"),
        lambda v: returns.multiple(
            v.stat("insurance_net_claims") - v.stat("insurance_borne_city"), v.stat("insurance_net_premium")
        ),
    ),
    _line_ratio("rd", "研发险", "R&D cover"),
    _line_ratio("ip", "知识产权险", "IP cover"),
    _line_ratio("equipment", "设备与责任险", "equipment and liability"),
    _line_ratio("first_set", "首台（套）保险", "first sets"),
    _metric(
        "insurance_takeup_high_risk",
        "高风险企业研发险投保率",
        "take-up of R&D cover, high risk",
        "share",
        "neutral",
        (
            "自知失败概率不低于平均的企业：投保年数 ÷ 走访年数",
            "firms that know to be at least as risky as average: insured years ÷ visits",
        ),
        lambda v: returns.multiple(v.stat("insurance_high_risk_insured"), v.stat("insurance_high_risk_visits")),
    ),
    _metric(
        "insurance_takeup_low_risk",
        "低风险企业研发险投保率",
        "take-up of R&D cover, low risk",
        "share",
        "more",
        ("自知失败概率低于平均的企业：投保年数 ÷ 走访年数", "firms that know to be safer than average: insured years ÷ visits"),
        lambda v: returns.multiple(v.stat("insurance_low_risk_insured"), v.stat("insurance_low_risk_visits")),
    ),
    _money(
        "insurance_backstop",
        "共保体公共兜底",
        "public backstop paid",
        ("市财政对共保体的兜底支出", "the city's payments to the pool"),
        "insurance_borne_city",
    ),
    _metric(
        "insurance_backstop_unpaid",
        "兜底未付",
        "backstop not paid",
        "CNY",
        "less",
        ("按规则应付、安排不足而未付的兜底", "due by the rule and not covered by the budget line"),
        lambda v: v.stat("insurance_backstop_unpaid"),
    ),
    _money(
        "insurance_borne_firm",
        "企业自担损失",
        "insured losses borne by firms",
        ("出险损失中的免赔、未赔比例与超限部分", "deductible, share not paid and what exceeds the limit"),
    ),
    _money(
        "insurance_borne_members",
        "保险公司承担赔款",
        "claims borne by insurers",
        ("共保体成员或单个保险公司，扣除再保险与兜底", "pool's members or single insurers, net of reinsurance and backstop"),
    ),
    _money(
        "insurance_borne_reinsurer",
        "再保险人承担赔款",
        "claims borne by reinsurers",
        ("再保险摊回", "recovered from reinsurers"),
    ),
    _metric(
        "insurance_follower_result",
        "每家非首席成员的结余净额",
        "result of one member that is not the lead",
        "CNY",
        "neutral",
        ("分得结余 − 补足赔款，不含费用收入", "surplus received less calls, without expense allowance"),
        lambda v: v.stat("insurance_follower_result"),
    ),
    _metric(
        "insurance_pool_called",
        "成员补足赔款",
        "members' calls",
        "CNY",
        "less",
        ("共保体账户不足时成员补足", "paid in when the pool's account did not suffice"),
        lambda v: v.added("insurance_pool_called"),
    ),
    _metric(
        "insurance_lp_money",
        "社会出资中的保险资金",
        "insurers' money in sub-funds",
        "CNY",
        "neutral",
        ("政策子基金社会出资实缴 × 保险资金比例，只作披露", "social calls of policy sub-funds × insurers' share; reported only"),
        lambda v: v.added("insurance_lp_money"),
    ),
    _count(
        "insurance_stack_capped",
        "补贴被压减的保单",
        "policies whose subsidy was capped",
        ("本市补贴按各级合计上限压减的（N4）", "the city's subsidy was cut to the cap on all governments' (N4)"),
    ),
    _count(
        "insurance_unaffordable",
        "现金不足未投保",
        "not bought for lack of cash",
        ("愿意投保而现金不足的险种次数", "lines wanted and not affordable"),
    ),
    _count(
        "insurance_lapsed",
        "企业消亡而终止的保单",
        "policies ended with the firm",
        ("保单期内失败、被收购或减持的企业", "firms that were gone before the policy's end"),
    ),
)

RATIOS: Final[tuple[Ratio, ...]] = (
    Ratio(
        "insurance_cover_per_subsidy",
        "每元补贴对应的保额",
        "cover per yuan of subsidy",
        "multiple",
        "more",
        "insurance_cover",
        "insurance_subsidy",
        "world",
        INSURANCE,
    ),
)
