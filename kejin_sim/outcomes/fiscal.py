"""Metrics of public money: the city treasury, the consolidated local public sector, budgets, cash needs, pay-back.

All of it comes from postings by payer and payee; tax is reported elsewhere and never netted into these figures.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.ledger import LINE_LABELS, LINES, PUBLIC_PARTIES, Line, Nature, Party
from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS, Array, View

CITY: Final = Party.CITY_TREASURY
OTHERS: Final = frozenset(Party) - PUBLIC_PARTIES
VEHICLES: Final = frozenset({Party.ANGEL_SUBFUND, Party.CHAIN_FUND, Party.AIC_FUND, Party.ENTERPRISE})
"""Where public money is invested: funds and firms."""
TREASURIES: Final = frozenset({Party.CITY_TREASURY, Party.DISTRICT_TREASURY, Party.CENTRAL_TREASURY})


SPENT: Final = Nature.EXPENDITURE
"""What the treasury pays is an outlay. Tax that it does not collect (nature income, B4) is none: tax is reported beside."""
_BANKS_IN: Final = frozenset({"pool_bank", "pool_recovery_bank"})
_BANKS_OUT: Final = frozenset({"claim_bank", "pool_return_bank"})
"""The banks' own account in the risk pool: what they put in is their money until it comes back to them."""


def fiscal_outlay(v: View) -> Array:
    """Rows: what the city treasury pays."""
    return v.paid(payer=CITY, nature=SPENT)


def fiscal_net(v: View) -> Array:
    """Rows: net outlay of the city treasury."""
    return fiscal_outlay(v) - v.paid(payee=CITY)


def public_outlay(v: View) -> Array:
    """Rows: what the consolidated local public sector pays to others; flows inside it cancel."""
    beside = v.paid(payer=CITY, payee=OTHERS, nature=Nature.INCOME) + v.paid(names=_BANKS_OUT)
    return v.paid(payer=PUBLIC_PARTIES, payee=OTHERS) - beside


def public_recovery(v: View) -> Array:
    """Rows: what it receives from others."""
    return v.paid(payer=OTHERS, payee=PUBLIC_PARTIES) - v.paid(names=_BANKS_IN)


def public_net(v: View) -> Array:
    """Rows: net outlay of the consolidated local public sector."""
    return public_outlay(v) - public_recovery(v)


def party_net(v: View, party: Party) -> Array:
    """CNY that a party paid less what it was paid."""
    return v.total(payer=party) - v.total(payee=party)


def _extra_net(v: View) -> Array:
    return fiscal_net(v) - fiscal_net(v.twin)


def _forgone(v: View) -> Array:
    """Rows: tax that the city leaves to donors (B4)."""
    return v.paid(payer=CITY, nature=Nature.INCOME)


def _extra_tax(v: View) -> Array:
    """Rows: the city's tax beyond the twin's, displacement and what B4 leaves to donors taken off."""
    return v.displaced("tax") - v.twin.series("tax") - (_forgone(v) - _forgone(v.twin))


def liability(v: View) -> Array:
    """Rows: what public money is promised and not yet paid, if everything that may be claimed is claimed."""
    lending = v.series("guarantee_public") + v.series("pool_public")
    return v.series("undrawn_commitments") + lending + v.series("abs_guaranteed")


def cover(v: View) -> Array:
    """Rows: what is set aside for it. Pool and budget line cover their own part whole, for that part ends where they do."""
    return v.series("encumbered") + v.series("guidance_cash") + v.series("guarantor_cash") + v.series("pool_public")


def uncovered(v: View) -> Array:
    """Rows: what is promised beyond cover, part by part: what one part has to spare does not cover another."""
    funds: Array = np.maximum(v.series("undrawn_commitments") - v.series("encumbered") - v.series("guidance_cash"), 0.0)
    lending = np.maximum(v.series("guarantee_public") - v.series("guarantor_cash"), 0.0)
    covered: Array = funds + lending + v.series("abs_guaranteed")  # nothing is set aside for guaranteed notes
    return covered


HANDED_ON: Final = frozenset({"E6", "E9", "G6"})
"""Rules under which the guidance fund gives up a part of what it has received."""
HANDED_TO_DISTRICTS: Final = frozenset({"attraction_return"})
"""What it has received for a district, whose money stood beside its own (G9)."""


def _recycled(v: View) -> Array:
    back = v.total(payee=Party.GUIDANCE_FUND) - v.total(payer=TREASURIES, payee=Party.GUIDANCE_FUND)
    back = back - v.total(payer=Party.GUIDANCE_FUND, rules=HANDED_ON) - v.total(names=HANDED_TO_DISTRICTS)
    return returns.multiple(back, v.total(payer=Party.GUIDANCE_FUND, payee=VEHICLES))


def _of_book(book: str) -> tuple[Metric, ...]:
    """Outlay and recovery of the city treasury in one budget book."""
    zh, en = BOOK_LABELS[book]
    return (
        Metric(
            f"fiscal_outlay_{book}", f"市财政支出（{zh}）", f"city treasury outlay, {en}", "CNY", "neutral",
            f"列入{zh}的各预算项目的财政拨付之和", f"draws under the lines that belong to the {en}",
            lambda v: returns.total_rows(v.of_book(book, payer=CITY, nature=SPENT)),
        ),
        Metric(
            f"fiscal_recovery_{book}", f"市财政回收（{zh}）", f"city treasury recovery, {en}", "CNY", "more",
            f"列入{zh}的各预算项目缴回财政之和", f"receipts under the lines that belong to the {en}",
            lambda v: returns.total_rows(v.of_book(book, payee=CITY)),
        ),
    )  # fmt: skip


PERIMETERS: Final = (
    Metric(
        "fiscal_outlay", "市财政支出", "city treasury outlay", "CNY", "neutral",
        "市财政作为付款方的全部拨付之和，不折现；少收的税（B4）另列",
        "all that the city treasury pays, undiscounted; tax not collected (B4) stands apart",
        lambda v: returns.total_rows(fiscal_outlay(v)), tail="upper",
    ),
    Metric(
        "fiscal_recovery", "市财政回收", "city treasury recovery", "CNY", "more",
        "市财政作为收款方的全部记账之和，不折现（不含税收）",
        "all postings paid to the city treasury, undiscounted (tax not included)",
        lambda v: v.total(payee=CITY),
    ),
    Metric(
        "fiscal_net_cost", "市财政净支出", "net fiscal cost", "CNY", "less",
        "市财政支出 − 市财政回收", "fiscal_outlay − fiscal_recovery",
        lambda v: returns.total_rows(fiscal_net(v)),
    ),
    Metric(
        "fiscal_net_cost_npv", "市财政净支出现值", "net fiscal cost, present value", "CNY", "less",
        "各季（支出 − 回收）按财政折现率折现到账簿开启日，现金计在季末",
        "outlay − recovery of each quarter, discounted at the treasury's rate to the opening, cash at the "
        "quarter's end", lambda v: returns.present_value_rows(fiscal_net(v), v.context.treasury_discount),
    ),
    Metric(
        "fiscal_principal", "缴回财政的本金", "principal returned to the treasury", "CNY", "more",
        "市财政收款中性质为本金的部分（冲减支出）",
        "receipts of the treasury whose nature is principal (they offset outlay)",
        lambda v: v.total(payee=CITY, nature=Nature.PRINCIPAL),
    ),
    Metric(
        "fiscal_income", "缴回财政的收益", "income returned to the treasury", "CNY", "more",
        "市财政收款中性质为收益的部分（计入收入）",
        "receipts of the treasury whose nature is income (they are revenue)",
        lambda v: v.total(payee=CITY, nature=Nature.INCOME),
    ),
    Metric(
        "public_outlay", "地方公共部门支出", "public sector outlay", "CNY", "neutral",
        "付款方属于地方公共部门（市、区财政，引导基金，市属国企，风险池，担保公司，证券化增信方）而收款方不属于的记账之和；"
        "风险池的银行账户是银行的钱，不计；少收的税（B4）不是支出",
        "postings from the local public sector (city and district treasury, guidance fund, municipal SOEs, risk "
        "pool, "
        "guarantor, guarantor of IP securities) to anybody outside it; the banks' account in the risk pool is the banks' "
        "money and does not count; tax not collected (B4) is no outlay",
        lambda v: returns.total_rows(public_outlay(v)),
    ),
    Metric(
        "public_recovery", "地方公共部门回收", "public sector recovery", "CNY", "more",
        "收款方属于地方公共部门而付款方不属于的记账之和；银行存入风险池和追偿退回其账户的钱是银行的，不计",
        "postings from outside into the local public sector; what banks pay into their own account in the risk pool, recoveries "
        "included, does not count",
        lambda v: returns.total_rows(public_recovery(v)),
    ),
    Metric(
        "public_net_cost", "地方公共部门净支出", "net cost to the public sector", "CNY", "less",
        "地方公共部门支出 − 回收；部门内部往来相互抵销",
        "public_outlay − public_recovery; flows inside the sector cancel",
        lambda v: returns.total_rows(public_net(v)),
    ),
    Metric(
        "public_net_cost_npv", "地方公共部门净支出现值", "net cost to the public sector, present value", "CNY",
        "less",
        "各季公共部门净支出按财政折现率折现",
        "quarterly net cost of the public sector at the treasury's discount rate",
        lambda v: returns.present_value_rows(public_net(v), v.context.treasury_discount),
    ),
    Metric(
        "public_dpi", "地方公共部门回收倍数", "public sector money back per yuan", "multiple", "more",
        "地方公共部门回收 ÷ 支出", "public_recovery ÷ public_outlay",
        lambda v: returns.multiple(returns.total_rows(public_recovery(v)), returns.total_rows(public_outlay(v))),
    ),
    Metric(
        "social_cost", "公共资金社会成本", "social cost of public funds", "CNY", "less",
        "公共资金边际成本 × 公共部门净支出按社会折现率的现值",
        "marginal cost of public funds × present value of the public net cost at the social discount rate",
        lambda v: v.context.cost_of_public_funds
        * returns.present_value_rows(public_net(v), v.context.social_discount),
    ),
    Metric(
        "district_net_cost", "区（县、市）财政净支出", "net cost to districts", "CNY", "less",
        "区县财政付款 − 收款", "postings paid by districts − paid to them",
        lambda v: party_net(v, Party.DISTRICT_TREASURY),
    ),
    Metric(
        "soe_net_cost", "市属国企净支出", "net cost to municipal SOEs", "CNY", "less",
        "市属国企付款 − 收款", "postings paid by municipal SOEs − paid to them",
        lambda v: party_net(v, Party.SOE),
    ),
)  # fmt: skip

CASH: Final = (
    Metric(
        "peak_cash_need", "财政资金峰值需求", "peak cash need", "CNY", "less",
        "市财政累计净支出的最大值", "greatest cumulative net outlay of the city treasury",
        lambda v: returns.peak_need_rows(fiscal_net(v)),
    ),
    Metric(
        "peak_liability", "承诺与或有负债峰值", "peak of commitments and contingent liability", "CNY", "less",
        "引导基金未实缴认缴额 + 担保公司自担的在保责任 + 风险池（补偿）公共资金对在贷项目的责任 + 证券化增信责任，"
        "四项季末之和的最大值",
        "greatest quarter-end sum of the guidance fund's undrawn commitments, the local guarantor's own part of guarantees in "
        "force, the public money that open loans may draw from pool or compensation, and what the guarantor of IP "
        "securities may have to pay",
        lambda v: v.peak(liability(v)),
    ),
    Metric(
        "peak_undrawn_commitments", "未实缴认缴额峰值", "peak undrawn commitments", "CNY", "less",
        "引导基金已认缴未实缴余额的最大值", "greatest undrawn commitment of the guidance fund",
        lambda v: v.peak(v.series("undrawn_commitments")),
    ),
    Metric(
        "peak_guarantee_public", "担保自担责任峰值", "peak of the guarantor's own liability", "CNY", "less",
        "担保公司扣除银行、国家（以代偿率上限为限）和再担保分担后自担的在保责任的最大值（含待付代偿），按全部要求代偿计",
        "greatest part of guarantees in force that the local guarantor bears itself if all are claimed, after bank, national fund "
        "(within its cap on claims) and re-guarantor (claims waiting to be paid included)",
        lambda v: v.peak(v.series("guarantee_public")), measure="credit",
    ),
    Metric(
        "peak_pool_public", "风险池（补偿）公共责任峰值", "peak public liability of pool or compensation", "CNY", "less",
        "在贷和待赔项目按公共份额可能提取的风险池资金或补偿预算的最大值，以池内和预算余额为限",
        "most that open loans and open claims could draw of public money in the pool or of the compensation's budget line, at "
        "most what is there",
        lambda v: v.peak(v.series("pool_public")), measure="credit",
    ),
    Metric(
        "peak_uncovered_liability", "无预算覆盖的承诺与或有负债峰值", "peak liability without cover", "CNY", "less",
        "max(未实缴认缴额 − 已安排未拨付预算 − 引导基金现金, 0) + max(担保自担责任 − 担保公司现金, 0) + 证券化增信责任的最大值；"
        "风险池和补偿以已安排资金为限，没有未覆盖部分",
        "greatest of max(undrawn commitments − encumbered appropriation − cash of the guidance fund, 0) + max(the guarantor's own "
        "liability − its cash, 0) + what the guarantor of IP securities may have to pay; pool and compensation end where their "
        "money ends",
        lambda v: v.peak(uncovered(v)),
    ),
    Metric(
        "idle_cash", "引导基金平均闲置现金", "average idle cash of the guidance fund", "CNY", "less",
        "引导基金季末现金的平均值", "mean closing cash of the guidance fund",
        lambda v: v.average("guidance_cash"),
    ),
    Metric(
        "peak_reserve", "风险准备金峰值", "peak risk reserve", "CNY", "neutral",
        "风险准备金余额的最大值", "greatest balance of the risk reserve",
        lambda v: v.peak(v.series("reserve")), measure="equity",
    ),
    Metric(
        "recycle_ratio", "资金循环率", "recycle ratio", "multiple", "more",
        "（引导基金收到的非财政资金 − 让利、跟投奖励、团队收益和区县应得部分）÷ 引导基金投入基金和企业的资金",
        "(money that the guidance fund received from others than treasuries − concession, co-investors' reward, team's yield and "
        "districts' part) ÷ money it put into funds and firms",
        _recycled, measure="equity",
    ),
    Metric(
        "payback_years", "财政回本年数（不计税收）", "payback, without tax", "years", "less",
        "市财政累计净支出回到0且不再高于0的季末，从账簿开启算起；观察期内不回本，或各季都没有净支出，则无定义",
        "years until the city treasury's cumulative net outlay is back at 0 for good; undefined when it is not by "
        "the horizon, or when no quarter has a net outlay", lambda v: returns.payback_rows(fiscal_net(v)),
        instead="fiscal_net_cost",
    ),
    Metric(
        "extra_payback_years", "增量回本年数（不计税收）", "payback of the extra cost, without tax", "years",
        "less",
        "方案比基准多出的累计净支出回到0的年数；没有一季比基准多支出则无定义",
        "years until the cumulative extra net outlay over the twin is back at 0 for good; undefined when no quarter has any",
        lambda v: returns.payback_rows(_extra_net(v)), scope="pair", instead="fiscal_net_cost.difference",
    ),
    Metric(
        "extra_payback_years_with_tax", "增量回本年数（计税收）", "payback of the extra cost, with tax", "years",
        "less",
        "方案比基准多出的累计（净支出 − 市级税收（扣除挤出）+ B4减收）回到0的年数",
        "years until the cumulative extra net outlay, less the extra city tax after displacement and income forgone under B4, "
        "over the twin is back at 0 for good",
        lambda v: returns.payback_rows(_extra_net(v) - _extra_tax(v)), scope="pair",
        instead="fiscal_net_cost.difference",
    ),
)  # fmt: skip


def _of_line(line: Line | None) -> tuple[Metric, ...]:
    """Budget items of a line (None: all lines) over the whole horizon."""
    tag = f"{line}_" if line else ""
    zh, en = LINE_LABELS[line] if line else ("", "")
    suffix_zh, suffix_en = (f"（{zh}）", f" ({en})") if line else ("", "")

    def summed(item: str) -> Metric:
        names = {
            "appropriated": ("预算安排", "budget appropriated", "各年预算安排之和", "yearly appropriations"),
            "executed": ("预算执行", "budget executed", "各年拨付之和", "yearly draws"),
            "lapsed": ("预算收回", "budget lapsed", "各年收回的未用资金之和", "unspent money taken back each year"),
        }[item]
        return Metric(
            f"budget_{tag}{item}", names[0] + suffix_zh, names[1] + suffix_en, "CNY", "neutral", names[2],
            f"sum of {names[3]}", lambda v: returns.total_rows(v.budget(item, line)),
        )  # fmt: skip

    def brought(v: View) -> Array:
        first: Array = v.budget("brought", line)[:, 0].copy()
        return first

    def carried(v: View) -> Array:
        last: Array = v.budget("carried", line)[:, -1].copy()
        return last

    return (
        Metric(
            f"budget_{tag}brought", "期初转入" + suffix_zh, "brought forward at the opening" + suffix_en, "CNY", "neutral",
            "开账时从以前年度转入的资金（含已承诺未拨付）",
            "money of earlier years, commitments included, when the books open", brought,
        ),
        summed("appropriated"),
        summed("executed"),
        summed("lapsed"),
        Metric(
            f"budget_{tag}carried", "期末结转" + suffix_zh, "carried over at the horizon" + suffix_en, "CNY",
            "neutral",
            "观察期末仍结转的资金", "money still carried over in the last year", carried,
        ),
        Metric(
            f"budget_{tag}execution_rate", "预算执行率" + suffix_zh, "budget execution" + suffix_en, "share",
            "more",
            "各年拨付之和 ÷（期初转入 + 各年预算安排之和）", "draws ÷ (brought forward at the opening + appropriations), all years",
            lambda v: returns.multiple(
                returns.total_rows(v.budget("executed", line)),
                brought(v) + returns.total_rows(v.budget("appropriated", line)),
            ),
        ),
    )  # fmt: skip


BUDGETS: Final = (
    *(metric for book in BOOKS for metric in _of_book(book)),
    *_of_line(None),
    *(metric for line in LINES for metric in _of_line(line)),
    Metric(
        "refused_by_budget", "预算不足而未支持的申请", "requests refused by the budget", "count", "less",
        "预算安排不能覆盖而被拒的申请数", "requests that the appropriation could not cover",
        lambda v: v.stat("refused_by_budget"), counted=("项", "requests"),
    ),
)  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = (*PERIMETERS, *CASH, *BUDGETS)
