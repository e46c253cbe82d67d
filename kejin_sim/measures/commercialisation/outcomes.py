"""Metrics of measure 5: what is lent on and raised with intellectual property, vouchers, spin-outs, awards."""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric, Ratio, Unit

ROOM: Final = "commercialisation"
FIRMS: Final = ("家", "firms")
PLEDGE_COST: Final = frozenset({"pledged_interest", "appraisal_fee"})

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "pledge_cost_found": ("走访时核定的质押融资成本", "pledge cost found at yearly visits", "CNY"),
    "abs_firms": ("证券化入池企业", "firms whose rights were securitised", "count"),
    "abs_issued": ("证券化优先级发行额", "senior notes issued", "CNY"),
    "abs_senior": ("证券化优先级余额", "senior notes outstanding", "CNY"),
    "abs_guaranteed": ("证券化增信责任", "guaranteed of senior notes", "CNY"),
    "abs_cash": ("专项计划账户余额", "cash of the securities plans", "CNY"),
    "abs_defaulted": ("证券化违约本金", "securitised principal in default", "CNY"),
    "vouchers": ("兑付创新券", "vouchers redeemed", "count"),
    "voucher_paid": ("创新券兑付额", "vouchers paid", "CNY"),
    "technical_contracts": ("技术合同成交额（用券）", "technical contracts with a voucher", "CNY"),
    "university_firms": ("高校院所入股企业", "spin-outs with university shares", "count"),
    "landings": ("获奖成果落地项目", "prize projects that landed", "count"),
    "landing_paid": ("落地奖励", "landing awards", "CNY"),
}
COUNTS: Final[dict[str, tuple[str, str]]] = {
    "abs_cost": ("优先级利息、担保费和发行费用", "interest on senior notes, guarantor's fee and cost of issue"),
    "abs_balance_years": ("优先级余额 × 年数", "senior balance times years"),
    "spinouts_alive_3y": ("设立满3年仍存续的衍生企业", "spin-outs alive three years after their founding"),
}
"""Statistics that are no outcomes of their own, in words."""
STOCKS: Final = frozenset({"abs_senior", "abs_guaranteed", "abs_cash"})
COUNTED_SERIES: Final = frozenset({"abs_firms", "vouchers", "university_firms", "landings"})
MONEY_STATS: Final = frozenset(
    {
        "abs_pool_principal",
        "abs_cost",
        "abs_subsidised",
        "abs_balance_years",
        "abs_ead",
        "abs_recovered",
        "abs_loss_overcollateral",
        "abs_loss_guarantor",
        "abs_loss_senior",
        "ordinary_loan_rate",
        "university_cash_in",
        "university_proceeds",
    }
)


def _stat(
    name: str, zh: str, en: str, unit: Unit, formula: tuple[str, str], direction: Direction = "neutral",
    counted: tuple[str, str] = ("", ""),
) -> Metric:  # fmt: skip
    return Metric(name, zh, en, unit, direction, *formula, lambda v: v.stat(name), ROOM, counted=counted)


def _added(
    name: str, zh: str, en: str, unit: Unit, formula: tuple[str, str], direction: Direction = "neutral",
    counted: tuple[str, str] = ("", ""),
) -> Metric:  # fmt: skip
    return Metric(name, zh, en, unit, direction, *formula, lambda v: v.added(name), ROOM, counted=counted)


SECURITIES: Final = (
    _added(
        "abs_issued", "证券化融资额", "raised with securitised intellectual property", "CNY",
        ("历期优先级发行额之和", "senior notes of all issues"), "more",
    ),
    _added(
        "abs_firms", "证券化入池企业", "firms in pools", "count",
        ("历期入池企业数之和", "firms of all issues"), "more", FIRMS,
    ),
    _stat(
        "abs_issues", "证券化发行期数", "issues of securities", "count",
        ("政策期内发行期数", "issues while the policy runs"), "more", ("期", "issues"),
    ),
    _stat(
        "abs_years_without_issue", "未能发行的年份", "years without an issue", "count",
        ("合格企业不足、当年不发行的年数", "years in which too few firms qualified"), "less", ("年", "years"),
    ),
    _stat(
        "abs_pool_principal", "资产池本金", "principal of the pools", "CNY",
        ("历期入池本金之和，含超额覆盖", "principal of all pools, over-collateral included"),
    ),
    Metric(
        "abs_all_in_rate", "证券化综合成本率", "all-in cost of securitisation", "rate", "less",
        "（优先级利息 + 增信费 + 发行费用）÷ 优先级余额·年", "(senior interest + guarantor's fee + cost of issue) ÷ senior "
        "balance × years",
        lambda v: returns.multiple(v.stat("abs_cost"), v.stat("abs_balance_years")), ROOM,
    ),
    Metric(
        "abs_subsidised_rate", "证券化补贴后成本率", "cost of securitisation after the subsidy", "rate", "less",
        "（综合成本 − 补贴）÷ 优先级余额·年", "(all-in cost − subsidy) ÷ senior balance × years",
        lambda v: returns.multiple(v.stat("abs_cost") - v.stat("abs_subsidised"), v.stat("abs_balance_years")), ROOM,
    ),
    _stat(
        "ordinary_loan_rate", "普通贷款利率", "rate of an ordinary loan", "rate",
        ("LPR + 各银行平均加点，与证券化成本比较", "LPR plus the banks' mean spread, to compare with securitisation"),
    ),
    _stat(
        "abs_subsidised", "证券化补贴", "subsidy of securitisation", "CNY",
        ("对政策期内发行的年度综合成本补贴之和", "subsidies of the yearly all-in cost of the policy's issues"),
    ),
    _stat(
        "abs_ead", "证券化违约本金", "securitised principal in default", "CNY",
        ("政策期内发行的入池企业违约时未还本金", "principal outstanding when firms of the policy's pools defaulted"), "less",
    ),
    _stat(
        "abs_recovered", "证券化违约收回", "recovered of securitised defaults", "CNY",
        ("违约本金 ×（1 − 违约损失率）", "principal in default × (1 − LGD)"), "more",
    ),
    _stat(
        "abs_loss_overcollateral", "超额覆盖损失", "loss of the over-collateral", "CNY",
        ("超额覆盖本金 − 返还企业的余额，不小于 0", "over-collateral less what went back to the firms, at least 0"), "less",
    ),
    _stat(
        "abs_loss_guarantor", "增信机构损失", "loss of the securities' guarantor", "CNY",
        ("增信机构差额支付 − 归还", "paid by the guarantor less what was reimbursed"), "less",
    ),
    _stat(
        "abs_loss_senior", "优先级损失", "loss of the senior notes", "CNY",
        ("了结时未偿还的优先级本金", "senior principal unpaid when an issue is wound up"), "less",
    ),
)  # fmt: skip

VOUCHERS: Final = (
    _stat(
        "vouchers_taken", "申领创新券", "vouchers taken", "count",
        ("受理的创新券张数", "vouchers taken"), "neutral", ("张", "vouchers"),
    ),
    _stat(
        "vouchers_redeemed", "兑付创新券", "vouchers redeemed", "count",
        ("验收合格并兑付的张数", "accepted and paid"), "more", ("张", "vouchers"),
    ),
    Metric(
        "voucher_redemption_rate", "创新券兑付率", "redemption rate of vouchers", "share", "more",
        "兑付张数 ÷ 申领张数", "vouchers redeemed ÷ vouchers taken",
        lambda v: returns.multiple(v.stat("vouchers_redeemed"), v.stat("vouchers_taken")), ROOM,
    ),
    _added("voucher_paid", "创新券兑付额", "vouchers paid", "CNY", ("财政付给服务机构", "paid by the treasury to providers")),
    _added(
        "technical_contracts", "技术合同成交额（用券）", "technical contracts with a voucher", "CNY",
        ("兑付创新券的合同额之和", "contracts whose voucher was redeemed"), "more",
    ),
    _stat(
        "vouchers_double_refused", "重复补助拒绝的创新券", "vouchers refused as double support", "count",
        ("企业另有拨改投资助正在进行", "the firm has a running grant of measure 7"), "neutral", ("张", "vouchers"),
    ),
    _stat(
        "vouchers_unpaid", "未兑付的合格创新券", "accepted vouchers that were not paid", "count",
        ("预算不足，或企业付不出自付部分", "the line or the firm's own part was short"), "less", ("张", "vouchers"),
    ),
)  # fmt: skip

RESEARCH: Final = (
    _added(
        "university_firms", "高校院所入股企业", "spin-outs with university shares", "count",
        ("政策期内技术入股的衍生企业", "spin-outs into which a university brought its rights"), "more", FIRMS,
    ),
    _stat(
        "university_cash_in", "高校院所现金入股", "universities' cash for shares", "CNY",
        ("横向科研结余经费入股额", "cash from the balance of contract research"),
    ),
    _stat(
        "university_proceeds", "高校院所退出所得", "universities' proceeds", "CNY",
        ("所入股企业被收购、上市减持或期末变现时的所得", "from firms bought, sold after listing or realised at the horizon"),
        "more",
    ),
    Metric(
        "university_multiple", "高校院所现金入股倍数", "universities' proceeds per yuan of cash", "multiple", "more",
        "退出所得（含作价股份）÷ 现金入股", "proceeds, shares for rights included ÷ cash",
        lambda v: returns.multiple(v.stat("university_proceeds"), v.stat("university_cash_in")), ROOM,
    ),
    _stat(
        "spinouts_seen_3y", "观察满三年的衍生企业", "spin-outs observed for three years", "count",
        ("账簿开启后设立、观察满三年的科研衍生企业", "spin-outs founded after the opening and observed for three years"),
        "more", FIRMS,
    ),
    Metric(
        "spinout_survival_3y", "衍生企业三年存活率", "three-year survival of spin-outs", "share", "more",
        "三年后在营、被收购或上市的 ÷ 观察满三年的", "alive, bought or listed after three years ÷ observed for three years",
        lambda v: returns.multiple(v.stat("spinouts_alive_3y"), v.stat("spinouts_seen_3y")), ROOM,
    ),
    _added(
        "landings", "获奖成果落地项目", "prize projects that landed", "count",
        ("国家级与省级一等奖项目", "national prizes and provincial first prizes"), "more", ("项", "projects"),
    ),
    _added("landing_paid", "落地奖励", "landing awards", "CNY", ("财政支付的落地奖励", "paid by the treasury")),
    Metric(
        "pledge_cost", "质押贷款企业成本", "cost of pledged loans to firms", "CNY", "neutral",
        "质押贷款实付利息与评估登记费", "interest and appraisal paid on pledged loans", lambda v: v.total(names=PLEDGE_COST), ROOM,
    ),
    Metric(
        "pledge_subsidy", "质押融资成本补贴", "subsidy of pledged loans", "CNY", "neutral",
        "T2全部记账之和", "all postings under T2", lambda v: v.total(rule="T2"), ROOM,
    ),
    Metric(
        "institution_awards", "质押融资机构奖励", "awards for pledged lending", "CNY", "neutral",
        "T3全部记账之和", "all postings under T3", lambda v: v.total(rule="T3"), ROOM,
    ),
)  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = (*SECURITIES, *VOUCHERS, *RESEARCH)

RATIOS: Final[tuple[Ratio, ...]] = (
    Ratio(
        "contracts_per_voucher_yuan", "每元创新券对应合同额", "contracts per yuan of vouchers", "multiple", "more",
        "technical_contracts", "voucher_paid", "world", ROOM,
    ),
)  # fmt: skip

HEADLINES: Final[tuple[str, ...]] = (
    "abs_issued",
    "abs_subsidised_rate",
    "technical_contracts",
    "spinout_survival_3y",
    "cost_commercialisation",
)
