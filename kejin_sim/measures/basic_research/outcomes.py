"""Metrics of measure 4: money gathered and granted, projects and their success, knowledge, spin-outs, tax forgone."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Nature, Party
from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric, Ratio, Unit

ROOM: Final = "basic_research"

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "basic_nsfc": ("国家区域联合基金经费", "money of the national joint fund", "CNY"),
    "basic_city": ("基础研究市级支出", "city's money for basic research", "CNY"),
    "basic_fund_city": ("联合基金市级出资", "city's contributions to the joint fund", "CNY"),
    "basic_fund_district": ("联合基金区县出资", "districts' contributions", "CNY"),
    "basic_fund_social": ("联合基金社会出资", "contributions of banks and leading firms", "CNY"),
    "basic_offers": ("联合基金出资意向", "offers of partners", "count"),
    "basic_signed": ("联合基金签约", "agreements signed", "count"),
    "basic_agreements": ("存续协议", "agreements in force", "count"),
    "basic_projects": ("基础研究立项", "projects approved", "count"),
    "basic_integrated": ("集成项目立项", "integrated projects approved", "count"),
    "basic_granted": ("联合基金项目拨付", "paid to projects by the joint fund", "CNY"),
    "basic_balance": ("联合基金余额", "balance of the joint fund", "CNY"),
    "basic_committed": ("已立项未拨付", "committed to projects", "CNY"),
    "basic_tax_city": ("出资税前扣除市级减收", "tax forgone by the city", "CNY"),
    "basic_tax_central": ("出资税前扣除中央减收", "tax forgone by the centre", "CNY"),
    "basic_contracts": ("政府购买合同", "procurement contracts", "count"),
    "basic_procured": ("政府购买合同价款", "paid for procurement contracts", "CNY"),
    "basic_successes": ("起作用的成果", "successes that take effect", "count"),
    "basic_knowledge": ("知识存量", "knowledge stock", "CNY"),
    "basic_spinouts": ("新增科研衍生企业（期望）", "additional spin-outs, expected", "count"),
    "basic_private_research": ("成果引发的企业研发", "private research after successes", "CNY"),
    "basic_raised": ("因研发指标进入白名单的申请", "applications listed because of the indicator", "count"),
    "basic_lowered": ("因研发指标未进白名单的申请", "applications not listed because of the indicator", "count"),
}
COUNTS: Final[dict[str, tuple[str, str]]] = {
    "basic_lag_quarters": ("成功项目从立项到成功的季数合计", "quarters from start to success, summed over successes"),
}
"""Statistics that are no outcomes of their own, in words."""
STOCKS: Final = frozenset({"basic_agreements", "basic_balance", "basic_committed", "basic_knowledge"})
"""Series of what stands at a quarter's end; the others add up over a year."""
COUNTED_SERIES: Final = frozenset(
    {
        "basic_offers", "basic_signed", "basic_agreements", "basic_projects", "basic_integrated", "basic_contracts",
        "basic_successes", "basic_raised", "basic_lowered",
    }
)  # fmt: skip
MONEY_STATS: Final = frozenset({"basic_diverted", "basic_returned"})
HEADLINES: Final[tuple[str, ...]] = ("basic_social_leverage", "basic_successes")

PROJECTS: Final = ("项", "projects")
AGREEMENTS: Final = ("份", "agreements")
FIRMS: Final = ("家", "firms")
APPLICATIONS: Final = ("笔", "applications")


def _added(
    name: str, series: str, zh: str, en: str, formula: tuple[str, str], direction: Direction = "neutral",
    counted: tuple[str, str] = ("", ""),
) -> Metric:  # fmt: skip
    unit: Unit = "count" if counted[0] else "CNY"
    return Metric(name, zh, en, unit, direction, *formula, lambda v: v.added(series), ROOM, counted=counted)


def _stat(
    name: str, zh: str, en: str, formula: tuple[str, str], direction: Direction = "neutral",
    counted: tuple[str, str] = ("", ""),
) -> Metric:  # fmt: skip
    unit: Unit = "count" if counted[0] else "CNY"
    return Metric(name, zh, en, unit, direction, *formula, lambda v: v.stat(name), ROOM, counted=counted)


_EVERY: Final[tuple[Metric, ...]] = (
    _added(
        "basic_nsfc", "basic_nsfc", "国家区域联合基金经费", "money of the national joint fund",
        ("市级与中央合计", "city and centre together"),
    ),
    _added(
        "basic_city", "basic_city", "基础研究市级支出", "city's money for basic research",
        ("国家区域联合基金、市级联合基金匹配、政府购买合同之和，不含减收",
         "national fund, match of the municipal fund and procurement, tax forgone apart"),
    ),
    _added(
        "basic_fund_city", "basic_fund_city", "联合基金市级出资", "city's contributions to the joint fund",
        ("市级按比例匹配之和", "the city's match"),
    ),
    _added(
        "basic_fund_district", "basic_fund_district", "联合基金区县出资", "districts' contributions to the joint fund",
        ("区县财政出资之和（不算社会资金）", "paid by districts (not social money)"),
    ),
    _added(
        "basic_fund_social", "basic_fund_social", "联合基金社会出资", "social contributions to the joint fund",
        ("银行与链主企业出资之和", "paid by banks and leading firms"), "more",
    ),
    Metric(
        "basic_social_leverage", "联合基金撬动社会资金", "social money per yuan of the city's", "multiple", "more",
        "银行与链主企业出资 ÷ 市级出资（市级联合基金）", "banks' and leading firms' money ÷ the city's, municipal joint fund",
        lambda v: returns.multiple(v.added("basic_fund_social"), v.added("basic_fund_city")), ROOM,
    ),
    Metric(
        "basic_social_leverage_net", "联合基金撬动新增社会资金（计减收）", "new social money per yuan, tax counted", "multiple",
        "more",
        "（社会出资 − 由原有研发转来部分）÷（市级出资 + 市级减收）",
        "(social contributions − diverted from own research) ÷ (city's contributions + tax forgone by the city)",
        lambda v: returns.multiple(
            v.added("basic_fund_social") - v.stat("basic_diverted"), v.added("basic_fund_city", "basic_tax_city")
        ), ROOM,
    ),
    _added(
        "basic_offers", "basic_offers", "联合基金出资意向", "offers of partners",
        ("各类出资方提出的意向", "offers of all kinds of partners"), counted=AGREEMENTS,
    ),
    _added(
        "basic_signed", "basic_signed", "联合基金签约", "agreements signed",
        ("意向额达标且当年有匹配资金的", "offers that reach the least and that the year's money can match"), "more", AGREEMENTS,
    ),
    _stat(
        "basic_districts", "其中与区县签约", "of them with districts",
        ("出资方为区（县、市）政府", "the partner is a district"), counted=AGREEMENTS,
    ),
    _stat(
        "basic_banks", "其中与银行签约", "of them with banks",
        ("出资方为银行等金融机构", "the partner is a bank"), counted=AGREEMENTS,
    ),
    _stat(
        "basic_leaders", "其中与链主企业签约", "of them with leading firms",
        ("出资方为链主企业", "the partner is a leading firm"), counted=AGREEMENTS,
    ),
    _stat(
        "basic_below_minimum", "低于最低出资额的意向", "offers below the least",
        ("意向额低于单份协议最低出资额", "offers below the least contribution"), counted=AGREEMENTS,
    ),
    _stat(
        "basic_postponed", "缺市级匹配而顺延或不签的协议", "agreements put off or not signed for want of the city's money",
        ("预算不能覆盖市级应付部分的次数", "times that the line could not cover the city's part"), "less", AGREEMENTS,
    ),
    _added(
        "basic_projects", "basic_projects", "基础研究立项", "projects approved",
        ("国家区域联合基金与市级联合基金立项数", "under the national and the municipal fund"), "more", PROJECTS,
    ),
    _added(
        "basic_integrated", "basic_integrated", "其中集成项目", "of them integrated",
        ("两类联合基金的集成项目", "integrated projects of both funds"), counted=PROJECTS,
    ),
    _stat(
        "basic_unfunded", "余额不足未立项", "projects not funded",
        ("名额之内、基金可用余额不能覆盖的项目", "within the quota but beyond the fund's free balance"), "less", PROJECTS,
    ),
    _added(
        "basic_granted", "basic_granted", "联合基金项目拨付", "paid to projects by the joint fund",
        ("直接费用、间接费用与联合体企业经费", "direct cost, overhead and firms' part"),
    ),
    _stat(
        "basic_returned", "联合基金结余退回", "returned by the joint fund",
        ("结束时按出资比例退回各方", "given back in proportion at the end"),
    ),
    _added(
        "basic_successes", "basic_successes", "起作用的成果", "successes that take effect",
        ("观察期内成功并已起作用的项目（含预热期立项）", "projects whose success took effect within the horizon, legacy included"),
        "more", PROJECTS,
    ),
    Metric(
        "basic_lag", "成果平均时滞", "mean lag of successes", "years", "less",
        "起作用的成果自立项起的平均年数", "mean years from approval of the successes that took effect",
        lambda v: returns.multiple(0.25 * v.stat("basic_lag_quarters"), v.added("basic_successes")), ROOM,
    ),
    Metric(
        "basic_knowledge_end", "期末知识存量", "knowledge stock at the horizon", "CNY", "more",
        "永续盘存法：成功项目直接费用，按年折旧率折旧", "perpetual inventory of the direct cost of successes, depreciated",
        lambda v: v.last("basic_knowledge"), ROOM,
    ),
    Metric(
        "basic_knowledge_peak", "知识存量峰值", "greatest knowledge stock", "CNY", "more",
        "季末知识存量的最大值", "greatest closing stock", lambda v: v.peak(v.series("basic_knowledge")), ROOM,
    ),
    _added(
        "basic_spinouts", "basic_spinouts", "新增科研衍生企业（期望）", "additional spin-outs, expected",
        ("知识存量带来的每季期望到达数之和", "sum of the arrivals that the stock adds in expectation"), "more", FIRMS,
    ),
    _added(
        "basic_private_research", "basic_private_research", "成果引发的企业研发", "private research after successes",
        ("成果起作用当季链主企业的后续投入", "spent by leading firms when a success takes effect"), "more",
    ),
    _added(
        "basic_tax_city", "basic_tax_city", "出资税前扣除市级减收", "tax forgone by the city",
        ("出资 × (1 + 加计) × 税率 × (1 − 转移比例) 的市级部分", "city's part of gift × (1 + extra) × rate × (1 − diverted)"),
        "less",
    ),
    _added(
        "basic_tax_central", "basic_tax_central", "出资税前扣除中央减收", "tax forgone by the centre",
        ("同上，中央部分", "the same, the centre's part"),
    ),
    Metric(
        "fiscal_forgone", "市财政减收", "income forgone by the city", "CNY", "less",
        "少收的税（B4 税前扣除）：不是支出，不计入市财政支出和净支出，不占用预算安排",
        "tax not collected (B4): no outlay, outside fiscal_outlay and fiscal_net_cost, and it draws on no appropriation",
        lambda v: v.total(payer=Party.CITY_TREASURY, nature=Nature.INCOME), ROOM,
    ),
    _stat(
        "basic_diverted", "由原有研发转来的出资", "gifts diverted from own research",
        ("社会出资 × 转移比例", "social contributions × diverted share"), "less",
    ),
    _added(
        "basic_contracts", "basic_contracts", "政府购买合同", "procurement contracts",
        ("列入清单且按期交付、预算覆盖的", "listed, delivered and covered by the line"), counted=("份", "contracts"),
    ),
    _added(
        "basic_procured", "basic_procured", "政府购买合同价款", "paid for procurement contracts",
        ("合同数 × 固定价款", "contracts × fixed price"),
    ),
    _stat(
        "basic_milestones_missed", "列入清单未交付", "listed projects without delivery",
        ("政策期内应交付而里程碑未达成，不付款", "due while the policy runs, milestone missed, nothing paid"), counted=PROJECTS,
    ),
    _added(
        "basic_raised", "basic_raised", "因研发指标进入白名单的申请", "applications listed because of the indicator",
        ("并入研发强度后过门槛、原评分不过", "pass with research intensity in the score and would not without"),
        counted=APPLICATIONS,
    ),
    _added(
        "basic_lowered", "basic_lowered", "因研发指标未进白名单的申请", "applications not listed because of the indicator",
        ("并入研发强度后不过、原评分过", "fail with research intensity in the score and would pass without"), counted=APPLICATIONS,
    ),
)  # fmt: skip

_FIRST: Final = (*HEADLINES, "basic_projects", "basic_knowledge_end", "basic_spinouts")
METRICS: Final = tuple(sorted(_EVERY, key=lambda metric: metric.name not in _FIRST))
"""What a reader asks first comes first: reports list a measure's outcomes in this order."""

RATIOS: Final[tuple[Ratio, ...]] = (
    Ratio(
        "basic_city_per_success", "每项新增成果的市级支出", "city's money per additional success", "CNY", "less",
        "basic_city", "basic_successes", "difference", ROOM,
    ),
    Ratio(
        "basic_city_per_spinout", "每家新增衍生企业的市级支出", "city's money per additional spin-out", "CNY", "less",
        "basic_city", "basic_spinouts", "difference", ROOM,
    ),
)  # fmt: skip
