"""Metrics of measure 2: what banks lent, what went bad, who bore it, how long the pool lasts, what the ranking's prize is worth."""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.ledger import Party
from kejin_sim.measures.credit.recording import BANK_NAMES
from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric, Ratio, Unit
from kejin_sim.outcomes.view import Array, View

CREDIT: Final = "credit"
LOANS: Final = ("笔", "loans")
POOL_CLAIMS: Final = frozenset({"claim_city", "claim_district", "claim_bank"})
P: Final = Party

COUNTS: Final[dict[str, tuple[str, str]]] = {
    "credit_applications": ("贷款申请", "applications for loans"),
    "credit_recovered": ("已结案违约贷款的处置回收", "recovered of settled defaults"),
    "pool_first_empty": (
        "风险池首次赔不出的季度（从1数起，0为从未）",
        "first quarter in which the pool could not pay (from 1; 0: never)",
    ),
    **{
        f"credit_{what}_bank_{letter.lower()}": (f"银行{letter}{zh}", f"bank {letter}: {en}")
        for letter in BANK_NAMES
        for what, zh, en in (
            ("balance", "白名单贷款余额（逐季末合计）", "loans to listed firms, summed over quarter-ends"),
            ("overdue", "白名单不良贷款（逐季末合计）", "bad loans to listed firms, summed over quarter-ends"),
        )
    },
}
"""Statistics that are no outcomes of their own, in words."""
SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "credit_lent": ("新发放贷款", "new loans", "CNY"),
    "credit_loans": ("新发放贷款笔数", "new loans, number", "count"),
    "credit_first_loans": ("首贷户", "first-time borrowers", "count"),
    "credit_listed_lent": ("白名单企业新发放贷款", "new loans to white-listed firms", "CNY"),
    "credit_scheme_lent": ("风险池或补偿项下新发放贷款", "new loans under pool or compensation", "CNY"),
    "credit_guaranteed_lent": ("担保项下新发放贷款", "new guaranteed loans", "CNY"),
    "credit_insured_lent": ("保证保险项下新发放贷款", "new insured loans", "CNY"),
    "credit_pledged_lent": ("知识产权质押新发放贷款", "new loans on pledged intellectual property", "CNY"),
    "credit_balance": ("贷款余额", "loans outstanding", "CNY"),
    "credit_policy_balance": (
        "白名单企业贷款余额（含未处置不良）",
        "loans to white-listed firms, bad ones included",
        "CNY",
    ),
    "credit_overdue": ("白名单企业不良贷款", "bad loans to white-listed firms", "CNY"),
    "credit_defaulted": ("新增违约本金", "exposure defaulted", "CNY"),
    "credit_defaults": ("新增违约笔数", "defaults", "count"),
    "pool_balance": ("风险池余额", "balance of the risk pool", "CNY"),
    "pool_claims": ("风险池（补偿）赔付", "claims paid by pool or compensation", "CNY"),
    "guarantee_exposure": ("在保责任余额", "guarantees in force", "CNY"),
    "guarantee_public": ("担保自担责任", "guarantor's own liability", "CNY"),
    "pool_public": ("风险池（补偿）公共责任", "public liability of pool or compensation", "CNY"),
    "guarantor_cash": ("担保公司现金", "cash of the guarantor", "CNY"),
    "guarantee_claims": ("担保代偿", "guarantee claims paid", "CNY"),
    "guarantee_released": ("解除担保额", "guarantees released", "CNY"),
    "relending_balance": ("再贷款余额", "relending outstanding", "CNY"),
    "pool_stopped": ("熔断中", "stop-loss in force", "count"),
    "ranking_prize": ("排名前列银行的增量额度价值", "value of the best banks' extra quota", "CNY"),
}
STOCKS: Final = frozenset(
    {
        "credit_balance", "credit_policy_balance", "credit_overdue", "pool_balance", "guarantee_exposure", "guarantor_cash",
        "guarantee_public", "pool_public", "relending_balance", "pool_stopped",
    }
)  # fmt: skip
"""Series of what stands at a quarter's end; the others add up over a year."""


def _bad_share(v: View) -> Array:
    return returns.multiple(v.added("credit_overdue"), v.added("credit_policy_balance"))


def _bank(letter: str) -> Metric:
    """The NPL ratio of one bank."""
    row = letter.lower()
    return Metric(
        f"npl_bank_{row}", f"白名单贷款不良率（银行{letter}）", f"NPL ratio, white-listed, bank {letter}", "share", "neutral",
        "同 npl，只算这家银行", "as npl, of this bank alone",
        lambda v: returns.multiple(v.stat(f"credit_overdue_bank_{row}"), v.stat(f"credit_balance_bank_{row}")), CREDIT,
    )  # fmt: skip


def _claim_rate(v: View) -> Array:
    return returns.multiple(v.added("guarantee_claims") * returns.QUARTERS, v.added("guarantee_exposure"))


def _pool_net(v: View) -> Array:
    """Claims of the risk pool less what came back of them; what is left of it goes back to banks under C5 too and is none."""
    return v.total(names=POOL_CLAIMS) - v.total(payer=P.BANK, payee=P.RISK_POOL, rule="C10")


def _pool_loss_ratio(v: View) -> Array:
    return returns.multiple(_pool_net(v) * returns.QUARTERS, v.added("pool_balance"))


def _pool_life(v: View) -> Array:
    first = v.stat("pool_first_empty")
    life: Array = np.where(first > 0.0, first / returns.QUARTERS, np.nan)
    return life


def _emptied(v: View) -> Array:
    empty: Array = (v.stat("pool_first_empty") > 0.0).astype(np.float64)
    return empty


def _loss(v: View) -> Array:
    return v.stat("credit_ead") - v.stat("credit_recovered")


def _summed(name: str, zh: str, en: str, direction: Direction, formula: tuple[str, str], unit: Unit = "CNY") -> Metric:
    counted = LOANS if unit == "count" else ("", "")
    return Metric(name, zh, en, unit, direction, *formula, lambda v: v.added(name), CREDIT, counted=counted)


def _counted(name: str, zh: str, en: str, formula: tuple[str, str]) -> Metric:
    return Metric(
        name, zh, en, "count", "neutral", *formula, lambda v: v.stat(name), CREDIT, counted=("笔", "applications")
    )


VOLUME: Final = (
    _summed(
        "credit_lent",
        "新发放贷款",
        "loans made",
        "more",
        (
            "观察期内各银行对本市企业新发放的贷款，含不享受政策的普通贷款",
            "new loans to firms of the city, ordinary ones included",
        ),
    ),
    _summed("credit_loans", "新发放贷款笔数", "loans made, number", "more", ("笔数", "number"), "count"),
    _summed(
        "credit_first_loans",
        "首贷户",
        "first-time borrowers",
        "more",
        ("首次获得贷款的企业数", "loans to firms that never had one"),
        "count",
    ),
    _summed(
        "credit_listed_lent",
        "白名单企业贷款",
        "loans to white-listed firms",
        "more",
        ("其中对白名单企业", "of them to white-listed firms"),
    ),
    _summed(
        "credit_scheme_lent",
        "风险池（补偿）项下贷款",
        "loans under pool or compensation",
        "more",
        ("其中由风险池或财政补偿分担风险", "of them with loss shared by pool or compensation"),
    ),
    _summed(
        "credit_guaranteed_lent",
        "担保贷款",
        "guaranteed loans",
        "more",
        ("其中由科技担保公司担保", "of them guaranteed by the guarantee company"),
    ),
    _summed(
        "credit_insured_lent",
        "保证保险贷款",
        "insured loans",
        "more",
        ("其中由保险公司承保违约损失", "of them with credit-guarantee insurance"),
    ),
    _summed(
        "credit_pledged_lent",
        "知识产权质押贷款",
        "loans on pledged intellectual property",
        "more",
        ("其中以知识产权质押、由银行自担风险", "of them on a pledge, at the bank's own risk"),
    ),
    Metric(
        "credit_pledged_loans",
        "知识产权质押贷款笔数",
        "loans on pledged intellectual property, number",
        "count",
        "more",
        "观察期内发放的质押贷款笔数",
        "loans on a pledge made within the horizon",
        lambda v: v.stat("credit_pledged_loans"),
        CREDIT,
        counted=LOANS,
    ),
    Metric(
        "credit_approval_rate",
        "申请获贷率",
        "approval rate",
        "share",
        "more",
        "新发放贷款笔数 ÷ 提出申请且额度不低于最低贷款额的次数",
        "loans made ÷ applications of at least the least loan",
        lambda v: returns.multiple(v.added("credit_loans"), v.stat("credit_applications")),
        CREDIT,
    ),
    _counted(
        "credit_refused_by_banks",
        "银行不予放款",
        "refused by banks",
        ("按各自要求的风险后收益，所询银行均不放款的申请数", "applications that no bank asked would lend on"),
    ),
    _counted(
        "credit_not_listed",
        "未入白名单的申请",
        "applicants not listed",
        (
            "政策期内提出申请而评分低于入库线的次数",
            "applications while the policy runs from firms below the list's score",
        ),
    ),
    _counted(
        "credit_limit_full",
        "池或担保额度已满",
        "limit of pool or guarantor reached",
        (
            "风险池或担保公司放大倍数用满而未能纳入的申请数（一笔申请只计一次）",
            "applications that pool, guarantor or both had no room for, each counted once",
        ),
    ),
    _counted(
        "credit_stopped",
        "熔断期间未纳入",
        "turned away by the stop-loss",
        ("熔断期间未能纳入分担的申请数", "applications that found the scheme stopped"),
    ),
    _counted("credit_renewed", "无还本续贷", "renewals", ("到期续贷次数", "loans renewed at maturity")),
)

QUALITY: Final = (
    Metric(
        "npl",
        "白名单贷款不良率（逐路径）",
        "NPL ratio, white-listed, by path",
        "share",
        "less",
        "逾期90天以上、银行仍持有的贷款 ÷ 贷款余额（含此类贷款），按季末余额加总；担保或保险已代偿的部分不计，风险池已分担的仍计",
        "loans over 90 days late that the bank still holds ÷ loans, both summed over quarter-ends; what guarantor or insurer has "
        "paid is out, what the pool has shared is in",
        _bad_share,
        CREDIT,
    ),
    *(_bank(letter) for letter in BANK_NAMES),
    Metric(
        "claim_rate",
        "担保年代偿率（逐路径）",
        "guarantee claim rate, yearly, by path",
        "share",
        "less",
        "担保代偿 ÷ 平均在保责任余额 ÷ 年数",
        "claims paid ÷ average guarantees in force ÷ years",
        _claim_rate,
        CREDIT,
    ),
    Metric(
        "claim_rate_released",
        "担保代偿率（对解除担保额，逐路径）",
        "guarantee claim rate, of guarantees released, by path",
        "share",
        "less",
        "担保代偿 ÷ 同期解除的担保责任（还本和违约）",
        "claims paid ÷ guarantees released in the same time (repaid or in default)",
        lambda v: returns.multiple(v.added("guarantee_claims"), v.added("guarantee_released")),
        CREDIT,
    ),
    Metric(
        "pool_loss_ratio",
        "风险池年净损失率",
        "pool loss ratio, yearly",
        "share",
        "less",
        "（赔付 − 追偿返还）÷ 平均池余额 ÷ 年数；返还含预热期赔付的追偿，故可小于 0",
        "(claims − recoveries returned) ÷ average balance ÷ years; returns on claims of the burn-in are in: it may be below 0",
        _pool_loss_ratio,
        CREDIT,
    ),
    Metric(
        "pool_life",
        "风险池首次不足赔付的年数",
        "years until the pool cannot pay",
        "years",
        "more",
        "从账簿开启到首笔不能足额赔付的季末；观察期内足额则无定义",
        "from the opening to the first claim that was not paid in full; undefined when there was none",
        _pool_life,
        CREDIT,
        instead="pool_exhausted",
    ),
    Metric(
        "pool_exhausted",
        "风险池曾不足赔付",
        "pool exhausted at some time",
        "share",
        "less",
        "观察期内出现过不能足额赔付",
        "a claim was not paid in full within the horizon",
        _emptied,
        CREDIT,
        "probability",
    ),
    Metric(
        "pool_stopped_years",
        "熔断年数",
        "years under stop-loss",
        "years",
        "less",
        "政策期内因熔断不再纳入新贷款的季度数 ÷ 4",
        "quarters of the policy in which the stop-loss keeps new loans out ÷ 4",
        lambda v: v.added("pool_stopped") / returns.QUARTERS,
        CREDIT,
    ),
    Metric(
        "unpaid_claims",
        "未获赔付的索赔",
        "unpaid claims",
        "CNY",
        "less",
        "因池、担保公司或预算不足而留给银行的索赔",
        "claims left with banks because pool, guarantor or budget was short",
        lambda v: v.stat("unpaid_claims"),
        CREDIT,
    ),
    Metric(
        "peak_guarantee_exposure",
        "在保责任峰值",
        "peak guarantees in force",
        "CNY",
        "neutral",
        "在保责任季末余额的最大值",
        "greatest quarter-end guarantees in force",
        lambda v: v.peak(v.series("guarantee_exposure")),
        CREDIT,
    ),
)

BEARERS: Final[dict[str, tuple[str, str]]] = {
    "bank": ("银行自担（含未获赔付）", "banks, unpaid claims included"),
    "pool_city": ("风险池市级部分", "pool, city"),
    "pool_district": ("风险池区县部分", "pool, district"),
    "pool_bank": ("风险池银行部分", "pool, banks"),
    "compensation": ("财政补偿", "fiscal compensation"),
    "guarantor": ("担保公司", "guarantee company"),
    "national": ("国家融资担保基金", "national guarantee fund"),
    "re_guarantor": ("再担保机构", "re-guarantor"),
    "insurer": ("保险公司", "insurer"),
}


def _borne(who: str) -> Metric:
    zh, en = BEARERS[who]
    return Metric(
        f"borne_{who}",
        f"贷款损失：{zh}",
        f"loan loss borne: {en}",
        "CNY",
        "neutral",
        "已处置的政策贷款违约中由其最终承担的部分，扣除追偿返还；各方之和等于贷款净损失",
        "its final part of settled defaults of policy loans, after recoveries; all parts sum to the loss",
        lambda v: v.stat(f"borne_{who}"),
        CREDIT,
    )


LOSSES: Final = (
    Metric(
        "credit_ead",
        "已处置违约本金",
        "exposure of settled defaults",
        "CNY",
        "less",
        "政策贷款中已完成赔付和追偿的违约本金",
        "exposure of policy loans that were settled",
        lambda v: v.stat("credit_ead"),
        CREDIT,
    ),
    Metric(
        "credit_loss",
        "贷款净损失",
        "net loan loss",
        "CNY",
        "less",
        "已处置违约本金 − 追偿",
        "credit_ead − recovered",
        _loss,
        CREDIT,
    ),
    *(_borne(who) for who in BEARERS),
    Metric(
        "pledged_loss_rate",
        "质押贷款违约损失率（逐路径）",
        "loss rate of bad pledged loans, by path",
        "share",
        "less",
        "已处置的质押贷款净损失 ÷ 违约本金",
        "loss of settled bad loans on pledges ÷ their exposure",
        lambda v: returns.multiple(v.stat("pledged_loss"), v.stat("pledged_ead")),
        CREDIT,
    ),
)

# What the pooled rates are of. A mean of the paths' own rates is ruled by paths with hardly anything in force.
BASES: Final = (
    Metric(
        "overdue_loan_years", "逾期贷款·年", "overdue loans, CNY-years", "CNY", "less",
        "白名单企业逾期90天以上、银行仍持有的贷款，各季末之和 ÷ 4",
        "loans to white-listed firms over 90 days late that the bank still holds, summed over quarter-ends ÷ 4",
        lambda v: v.added("credit_overdue") / returns.QUARTERS, CREDIT,
    ),
    Metric(
        "policy_loan_years", "白名单贷款·年", "white-listed loans, CNY-years", "CNY", "neutral",
        "白名单贷款余额，各季末之和 ÷ 4", "loans to white-listed firms, summed over quarter-ends ÷ 4",
        lambda v: v.added("credit_policy_balance") / returns.QUARTERS, CREDIT,
    ),
    _summed(
        "guarantee_claims", "担保代偿", "guarantee claims paid", "less",
        ("担保公司的代偿，各季之和", "what guarantees paid, summed over quarters"),
    ),
    Metric(
        "guarantee_years", "在保责任·年", "guarantees in force, CNY-years", "CNY", "neutral",
        "在保责任余额，各季末之和 ÷ 4", "guarantees in force, summed over quarter-ends ÷ 4",
        lambda v: v.added("guarantee_exposure") / returns.QUARTERS, CREDIT,
    ),
    _summed(
        "guarantee_released", "解除的担保责任", "guarantees released", "neutral",
        ("因还本和违约解除的担保责任，各季之和", "guarantees released by repayment and default, summed over quarters"),
    ),
    Metric(
        "pledged_loss", "已处置质押贷款的净损失", "loss of settled bad loans on pledges", "CNY", "less",
        "违约本金 − 追偿", "exposure − recovered", lambda v: v.stat("pledged_loss"), CREDIT,
    ),
    Metric(
        "pledged_ead", "已处置质押贷款的违约本金", "exposure of settled bad loans on pledges", "CNY", "neutral",
        "违约时的本金", "principal at default", lambda v: v.stat("pledged_ead"), CREDIT,
    ),
)  # fmt: skip

MONEY: Final = (
    Metric(
        "interest_subsidy",
        "贷款贴息",
        "interest subsidies",
        "CNY",
        "neutral",
        "财政贴息支出",
        "paid by the treasury",
        lambda v: v.total(rule="C3"),
        CREDIT,
    ),
    Metric(
        "pool_paid_in_city",
        "市财政投入风险池",
        "city money paid into the pool",
        "CNY",
        "neutral",
        "市财政对风险池的出资和补充",
        "contributions and top-ups",
        lambda v: v.total(payer=P.CITY_TREASURY, payee=P.RISK_POOL),
        CREDIT,
    ),
    Metric(
        "guarantee_paid_in",
        "市财政注资担保公司",
        "city capital of the guarantor",
        "CNY",
        "neutral",
        "资本金和补充",
        "capital and top-ups",
        lambda v: v.total(payer=P.CITY_TREASURY, payee=P.GUARANTEE_COMPANY, rule="C11"),
        CREDIT,
    ),
    Metric(
        "relending",
        "再贷款发放",
        "relending drawn",
        "CNY",
        "neutral",
        "人民银行对银行发放的科技再贷款（回购增持再贷款另列）",
        "paid by the central bank to banks for technology loans (relending for buy-backs apart)",
        lambda v: v.total(payer=P.PBOC, rule="C17"),
        CREDIT,
    ),
    Metric(
        "ranking_prize",
        "前列银行奖励额度的价值",
        "value of the ranking's prize",
        "CNY",
        "neutral",
        "前列银行因增量额度少付的资金成本：再贷款余额 × 增量占比 ×（市场资金成本 − 再贷款利率）",
        "what the best banks save on the extra quota: relending × its share × (market funding − relending rate)",
        lambda v: v.added("ranking_prize"),
        CREDIT,
    ),
    Metric(
        "guarantee_fees_unpaid",
        "未收到的担保费",
        "guarantee fees unpaid",
        "count",
        "less",
        "企业现金不足而未付担保费的次数",
        "quarters in which a firm could not pay its fee",
        lambda v: v.stat("guarantee_fees_unpaid"),
        CREDIT,
        counted=("次", "times"),
    ),
    Metric(
        "loan_premiums_unpaid",
        "未收到的贷款保证保险费",
        "premiums of insured loans unpaid",
        "count",
        "less",
        "企业现金不足而未付保费的次数（保障不中断）",
        "quarters in which a firm could not pay its premium (cover goes on)",
        lambda v: v.stat("loan_premiums_unpaid"),
        CREDIT,
        counted=("次", "times"),
    ),
    _counted(
        "double_compensation_refused",
        "拒绝重复补偿",
        "second compensation refused",
        (
            "担保贷款和保证保险贷款违约时不再由风险池或补偿赔付的次数",
            "defaults of guaranteed and insured loans that pool or compensation did not pay",
        ),
    ),
    _counted(
        "compensation_capped",
        "补偿封顶",
        "compensation capped",
        ("补偿因不得超过银行实担责任的上限而调减的次数", "compensations cut to the cap on the liability borne"),
    ),
)

METRICS: Final[tuple[Metric, ...]] = (*VOLUME, *QUALITY, *BASES, *LOSSES, *MONEY)

_POOLED: Final = (
    Ratio(
        "npl_pooled", "白名单贷款不良率", "NPL ratio, white-listed", "share", "less", "overdue_loan_years", "policy_loan_years",
        "both", CREDIT,
    ),
    Ratio(
        "claim_rate_pooled", "担保年代偿率", "guarantee claim rate, yearly", "share", "less", "guarantee_claims", "guarantee_years",
        "both", CREDIT,
    ),
    Ratio(
        "claim_rate_released_pooled", "担保代偿率（对解除担保额）", "guarantee claim rate, of guarantees released", "share", "less",
        "guarantee_claims", "guarantee_released", "both", CREDIT,
    ),
    Ratio(
        "pledged_loss_rate_pooled", "质押贷款违约损失率", "loss rate of bad pledged loans", "share", "less", "pledged_loss",
        "pledged_ead", "both", CREDIT,
    ),
)  # fmt: skip

_BORNE: Final = tuple(
    Ratio(
        f"borne_share_{who}",
        f"贷款损失承担比例：{zh}",
        f"share of loan loss borne: {en}",
        "share",
        "neutral",
        f"borne_{who}",
        "credit_loss",
        "world",
        CREDIT,
    )
    for who, (zh, en) in BEARERS.items()
)

RATIOS: Final = (*_POOLED, *_BORNE)
"""Ratios of means: the loans of all paths together."""
