"""Metrics of the capital that measure 1 moves: social capital, leverage, deals, what each party earns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from kejin_sim.ledger import PUBLIC_PARTIES, Party
from kejin_sim.outcomes import returns
from kejin_sim.outcomes.fiscal import VEHICLES, fiscal_outlay
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.view import Array, View

FUNDS: Final = frozenset({Party.ANGEL_SUBFUND, Party.CHAIN_FUND, Party.AIC_FUND})
STATE: Final = frozenset({Party.SOE, Party.AIC, Party.DISTRICT_TREASURY})
CAPITAL_PROVIDERS: Final = PUBLIC_PARTIES - {Party.CITY_TREASURY}
"""Who puts public capital into funds and firms; what the treasury itself pays to firms are subsidies."""
CONCEDED_TO: Final = frozenset({Party.GP, Party.SOCIAL_INVESTOR})
EQUITY: Final = "equity"


def social_rows(v: View) -> Array:
    """Rows: private money beside public money: calls of sub-funds, the same round, partners' part of grants."""
    calls = v.paid(payer=Party.SOCIAL_INVESTOR, payee=Party.ANGEL_SUBFUND, rule="E1")
    return calls + v.series("private_same_round") + v.series("grant_matched")


def _social(v: View) -> Array:
    return returns.total_rows(social_rows(v))


def _chain_social(v: View) -> Array:
    return v.total(payer=frozenset({Party.SOCIAL_INVESTOR, Party.CHAIN_LEADER}), payee=Party.CHAIN_FUND)


def _aic_social(v: View) -> Array:
    return v.total(payer=Party.SOCIAL_INVESTOR, payee=Party.AIC_FUND)


def _beside(v: View) -> Array:
    """All social capital beside public money, each yuan once."""
    return _social(v) + _chain_social(v) + _aic_social(v)


def _loans(v: View) -> Array:
    """Loans to white-listed and other firms, when they are paid out."""
    return v.added("credit_lent")


def _leverage_with_loans(v: View) -> Array:
    extra = _loans(v) - _loans(v.twin)
    return returns.multiple(_beside(v) + extra, returns.total_rows(fiscal_outlay(v)))


def _extra_leverage(v: View) -> Array:
    gained = _beside(v) - _beside(v.twin) + _loans(v) - _loans(v.twin)
    spent = returns.total_rows(fiscal_outlay(v)) - returns.total_rows(fiscal_outlay(v.twin))
    return returns.multiple(gained, np.maximum(spent, 0.0))


def _invested(v: View) -> Array:
    """Public money that bought something: a pure grant buys nothing, nor does a ticket of G9 where grants are pure."""
    rules = frozenset({"G9", "G10"} if v.context.pure_grants[v.world] else {"G10"})
    given = v.total(payer=CAPITAL_PROVIDERS, payee=Party.ENTERPRISE, rules=rules)
    return v.total(payer=CAPITAL_PROVIDERS, payee=VEHICLES) - given


_PRIVATE: Final = frozenset({"private_round", "co_invest", "reinvest"})

CAPITAL: Final = (
    Metric(
        "social_capital", "撬动社会资本", "social capital", "CNY", "more",
        "社会出资人对天使子基金的实缴（E1）+ 与公共资金同轮的私人和跟投资金 + 拨改投合作机构配套；后续轮次另列",
        "calls paid by social investors to angel sub-funds (E1) + private and co-investors' money in the same "
        "round as "
        "public money + partners' money beside grants; later rounds apart",
        _social, EQUITY,
    ),
    Metric(
        "private_investment", "社会资金投入企业", "private investment in enterprises", "CNY", "more",
        "私人轮次 + 跟投 + 转让方再投资，全部企业", "private rounds + co-investment + sellers' reinvestment, all enterprises",
        lambda v: v.total(names=_PRIVATE),
    ),
    Metric(
        "private_same_round", "同轮社会资金", "private money in the same round", "CNY", "more",
        "与公共资金同一轮次的私人和跟投资金", "private and co-investors' money in rounds that public money entered",
        lambda v: v.added("private_same_round"), EQUITY,
    ),
    Metric(
        "private_later", "后续轮次社会资金", "private money in later rounds", "CNY", "more",
        "公共资金进入过的企业此后的私人轮次", "later private rounds of firms that public money had entered",
        lambda v: v.added("private_later"), EQUITY,
    ),
    Metric(
        "chain_social_capital", "产业链基金社会资本", "social capital of chain-leader funds", "CNY", "more",
        "社会出资人和链主企业对链主基金的实缴",
        "calls paid by social investors and chain leaders to chain-leader funds",
        _chain_social, EQUITY,
    ),
    Metric(
        "aic_social_capital", "AIC基金社会资本", "social capital of AIC funds", "CNY", "more",
        "社会出资人对AIC基金的实缴（AIC和国企的不计）",
        "calls paid by social investors to AIC funds (those of AICs and SOEs do not count)",
        _aic_social, "pilots",
    ),
    Metric(
        "state_social_capital", "国企、AIC和区县对各类基金的实缴", "state money beside the guidance fund", "CNY", "neutral",
        "国企、金融资产投资公司、区县对各类基金的实缴（不计入撬动社会资本）",
        "calls paid to funds by SOEs, AICs and districts (not counted as social capital)",
        lambda v: v.total(payer=STATE, payee=FUNDS), EQUITY,
    ),
    Metric(
        "public_deals", "公共资金参与的投资额", "money of public deals", "CNY", "neutral",
        "种子直投、初创跟投和子基金项目的投资额", "money invested by seed direct, follow-on and sub-fund deals",
        lambda v: v.added("public_deals"), EQUITY,
    ),
    Metric(
        "fiscal_leverage", "财政资金放大倍数（社会资本）", "fiscal leverage, social capital", "multiple", "more",
        "（撬动社会资本 + 产业链基金社会资本 + AIC基金社会资本）÷ 市财政支出，每一元只计一次；不含贷款",
        "(social_capital + chain_social_capital + aic_social_capital) ÷ fiscal_outlay, each yuan counted once, without loans",
        lambda v: returns.multiple(_beside(v), returns.total_rows(fiscal_outlay(v))), EQUITY,
    ),
    Metric(
        "fiscal_leverage_loans", "财政资金放大倍数（社会资本和新增贷款）", "fiscal leverage, social capital and loans", "multiple",
        "more",
        "（方案的社会资本 + 方案比基准多发放的贷款）÷ 市财政支出；贷款按发放额计，扣除基准下本来就有的",
        "(the package's social capital + loans paid out beyond the twin's) ÷ fiscal_outlay; loans count as flows, less those that "
        "firms would have got anyway",
        _leverage_with_loans, EQUITY, scope="pair",
    ),
    Metric(
        "extra_leverage", "增量放大倍数", "incremental leverage", "multiple", "more",
        "（方案 − 基准的社会资本和贷款发放）÷（方案 − 基准的市财政支出）；支出不多于基准则无定义",
        "(package − twin: social capital and loans paid out) ÷ (package − twin: fiscal_outlay); undefined where the package "
        "does not spend more",
        _extra_leverage, EQUITY, scope="pair",
    ),
    Metric(
        "social_leverage", "社会资本与公共资本之比", "private to public capital", "multiple", "more",
        "（撬动社会资本 + 产业链基金社会资本 + AIC基金社会资本）÷ 地方公共部门投入基金和企业的资金（补贴和纯补助不计）",
        "(social_capital + chain_social_capital + aic_social_capital) ÷ money that the local public sector put into "
        "funds and firms (subsidies and pure grants apart)",
        lambda v: returns.multiple(_beside(v), _invested(v)), EQUITY,
    ),
    Metric(
        "subfund_leverage", "子基金放大倍数", "sub-fund leverage", "multiple", "more",
        "政策子基金全部实缴 ÷ 引导基金实缴", "all calls of policy sub-funds ÷ calls paid by the guidance fund",
        lambda v: returns.multiple(v.added("subfund_calls"), v.added("government_calls")), EQUITY,
    ),
)  # fmt: skip


Names = tuple[str, ...]
"""Series that are added up."""


def _rows(v: View, names: Names) -> Array:
    rows = v.series(names[0])
    for name in names[1:]:
        rows = rows + v.series(name)
    return rows


def _tvpi(received: Names, paid: Names) -> Callable[[View], Array]:
    return lambda v: returns.multiple(v.added(*received), v.added(*paid))


def _irr(received: Names, paid: Names) -> Callable[[View], Array]:
    def rates(v: View) -> Array:
        back, out = _rows(v, received), _rows(v, paid)
        net = back - out
        found = returns.irr_rows(net)
        # What came back came in the very quarters in which more was paid: no money was out for any time, and none is all lost.
        found[(back > 0.0).any(axis=1) & (net <= 0.0).all(axis=1)] = np.nan
        return found

    return rates


def _pme(received: Names, paid: Names) -> Callable[[View], Array]:
    return lambda v: returns.ks_pme_rows(_rows(v, paid), _rows(v, received), v.market)


def _alpha(received: Names, paid: Names) -> Callable[[View], Array]:
    return lambda v: returns.direct_alpha_rows(_rows(v, paid), _rows(v, received), v.market)


def _dpi(v: View) -> Array:
    # In the last quarter what funds still hold is realised on paper (Z1); before it only cash has moved.
    before = v.series("subfund_distributions").copy()
    before[:, -1] = 0.0
    return returns.multiple(returns.total_rows(before), v.added("subfund_calls"))


def years_held(v: View) -> Array:
    """Mean years that the sub-funds held a yuan of their deals, to the horizon: Σ cost of deals held at quarter-ends ÷ 4 ÷ cost of
    all deals.

    The sum over quarters of what is held is the sum over deals of cost times quarters held, so no deal need be followed.
    """
    return returns.multiple(0.25 * v.added("open_cost"), v.stat("deals_cost"))


def _seed_after_reward(v: View) -> Array:
    return returns.multiple(
        v.added("seed_received") - v.added("coinvestor_reward") - v.added("private_reward"), v.added("seed_paid")
    )


def _horizon_share(v: View) -> Array:
    horizon = v.stat("horizon_value")
    return returns.multiple(horizon, horizon + v.stat("realised_value"))


def _party(
    name: str, zh: str, en: str, received: Names, paid: Names, who: tuple[str, str], *, pme: bool = True
) -> tuple[Metric, ...]:
    """Multiple, annual rate and market equivalent of what one party put in and got out."""
    flows_zh = f"{who[0]}；期末未退出部分按Z1变现计入"
    flows_en = f"{who[1]}; what is held at the horizon is realised under Z1"
    metrics = [
        Metric(
            f"{name}_tvpi", f"{zh}总回报倍数（TVPI）", f"{en}: TVPI", "multiple", "more",
            f"收回 ÷ 投入：{flows_zh}", f"received ÷ paid: {flows_en}", _tvpi(received, paid), EQUITY,
        ),
        Metric(
            f"{name}_irr", f"{zh}内部收益率", f"{en}: IRR", "rate", "more",
            f"季度现金流的内部收益率（年化）：{flows_zh}；一分未收回为−100%，同季进出、谈不上利率的没有定义",
            f"annual internal rate of return of quarterly flows: {flows_en}; −100 % when nothing came back, "
            "not defined where it came in the very quarters of payment",
            _irr(received, paid), EQUITY,
        ),
    ]  # fmt: skip
    if pme:
        metrics.append(
            Metric(
                f"{name}_pme", f"{zh}市场等价倍数（KS-PME）", f"{en}: KS-PME", "multiple", "more",
                f"收回与投入按股票市场收益滚至期末后之比；大于1即胜过市场：{flows_zh}",
                f"received ÷ paid after both earned the market's return to the horizon; above 1 beats the market: "
                f"{flows_en}",
                _pme(received, paid), EQUITY,
            )
        )  # fmt: skip
    return tuple(metrics)


RETURNS: Final = (
    *_party("subfund", "天使子基金", "angel sub-funds", ("subfund_distributions",), ("subfund_calls",),
            ("全部政策子基金合并、全部出资人，扣除管理费和业绩报酬，让利前",
             "all policy sub-funds pooled, all limited partners, net of fees and carry, before the concession")),
    Metric(
        "subfund_dpi", "天使子基金现金回报倍数（DPI）", "angel sub-funds: DPI", "multiple", "more",
        "最后一个季度之前分配的现金 ÷ 全部实缴；最后一季含期末变现（Z1），只计入TVPI",
        "cash distributed before the last quarter ÷ all calls; the last quarter, in which holdings are realised "
        "under Z1, "
        "counts in TVPI only",
        _dpi, EQUITY,
    ),
    Metric(
        "subfund_direct_alpha", "天使子基金超额收益（direct alpha）", "angel sub-funds: direct alpha", "rate",
        "more",
        "现金流按市场收益滚至期末后的内部收益率",
        "internal rate of return of the flows after the market's return is taken out",
        _alpha(("subfund_distributions",), ("subfund_calls",)), EQUITY,
    ),
    Metric(
        "subfund_years_held", "天使子基金项目平均持有年限", "angel sub-funds: mean years held", "years", "neutral",
        "各季末在投成本之和 ÷ 4 ÷ 全部项目成本（按成本加权，计至退出或期末）",
        "sum of cost held at quarter-ends ÷ 4 ÷ cost of all deals (weighted by cost, to the exit or the horizon)",
        years_held, EQUITY,
    ),
    *_party("government", "引导基金（子基金份额）", "guidance fund in sub-funds", ("government_distributions",),
            ("government_calls",),
            ("引导基金在政策子基金中的出资，含提前购买和份额转让所得，扣除让利",
             "the guidance fund's share in policy sub-funds, incl. buy-outs and sales, less the concession")),
    *_party("social", "社会出资人", "social investors", ("social_distributions",),
            ("social_calls", "social_buyouts"),
            ("社会出资人在政策子基金中的出资，含所得让利和为提前购买支付的价款",
             "social investors in policy sub-funds, incl. concession received and buy-outs paid")),
    *_party("seed", "种子直投（引导基金）", "seed direct (guidance fund)", ("seed_received",), ("seed_paid",),
            ("引导基金的政策期种子直投，支付跟投奖励前",
             "the guidance fund's policy seed deals, before the reward"), pme=False),
    *_party("follow", "初创跟投（引导基金）", "follow-on (guidance fund)", ("follow_received",), ("follow_paid",),
            ("引导基金的政策期初创跟投", "the guidance fund's policy follow-ons"), pme=False),
    *_party("chain", "链主基金", "chain-leader funds", ("chain_distributions",), ("chain_calls",),
            ("全部政策链主基金、全部出资人", "all policy chain-leader funds, all limited partners")),
    Metric(
        "seed_multiple_after_reward", "种子直投倍数（付奖励后）", "seed direct: multiple after the reward",
        "multiple", "more",
        "（种子直投收回 − 跟投奖励）÷ 投入", "(seed_received − coinvestor_reward − private_reward) ÷ seed_paid",
        _seed_after_reward, EQUITY,
    ),
    Metric(
        "coinvestor_irr", "跟投方内部收益率（含奖励）", "co-investors: IRR with the reward", "rate", "more",
        "跟投方季度现金流（含E9奖励）的内部收益率（年化）",
        "annual IRR of co-investors' quarterly flows incl. the E9 reward",
        _irr(("coinvestor_received", "coinvestor_reward"), ("coinvestor_paid",)), EQUITY,
    ),
    Metric(
        "coinvestor_irr_without_reward", "跟投方内部收益率（不含奖励）", "co-investors: IRR without the reward",
        "rate", "more",
        "跟投方季度现金流（不含E9奖励）的内部收益率（年化）",
        "annual IRR of co-investors' quarterly flows without the E9 reward",
        _irr(("coinvestor_received",), ("coinvestor_paid",)), EQUITY,
    ),
    Metric(
        "coinvestor_multiple", "跟投方回报倍数（含奖励）", "co-investors: multiple with the reward", "multiple",
        "more",
        "（收回 + E9奖励）÷ 投入", "(received + E9 reward) ÷ paid",
        _tvpi(("coinvestor_received", "coinvestor_reward"), ("coinvestor_paid",)), EQUITY,
    ),
    Metric(
        "coinvestor_multiple_without_reward", "跟投方回报倍数（不含奖励）",
        "co-investors: multiple without the reward",
        "multiple", "more", "收回 ÷ 投入", "received ÷ paid", _tvpi(("coinvestor_received",), ("coinvestor_paid",)),
        EQUITY,
    ),
    Metric(
        "soe_multiple", "市属国企受让倍数", "municipal SOEs: multiple", "multiple", "more",
        "市属国企收款 ÷ 付款（受让份额、各类基金实缴、受让股权）",
        "postings paid to SOEs ÷ paid by them (shares, calls of all kinds of funds, holdings)",
        lambda v: returns.multiple(v.total(payee=Party.SOE), v.total(payer=Party.SOE)), EQUITY,
    ),
    Metric(
        "horizon_value_share", "期末变现占比", "share of value realised at the horizon", "share", "less",
        "Z1期末变现 ÷（Z1期末变现 + 此前已实现），各类基金按整只计，加直投和拨改投持股、国企持股：越高，回报越取决于估值而不是现金",
        "value realised under Z1 ÷ (that + realised before), funds of all kinds as a whole, with holdings of the guidance fund, "
        "of grants and of SOEs: the higher, the more returns rest on valuation",
        _horizon_share, EQUITY,
    ),
)  # fmt: skip


def _conceded(v: View) -> Array:
    return v.total(payer=Party.GUIDANCE_FUND, payee=CONCEDED_TO, rule="E6")


def _awards(v: View) -> Array:
    return _conceded(v) + v.total(rule="E9")


TERMS: Final = (
    Metric(
        "coinvestor_reward", "跟投奖励", "co-investor reward", "CNY", "neutral",
        "E9全部记账之和", "all postings under E9", lambda v: v.total(rule="E9"), EQUITY,
    ),
    Metric(
        "reward_to_private", "跟投奖励：付给本来就投的私人资金", "co-investor reward: to private money that came anyway",
        "CNY", "less",
        "E9付给同轮私人投资的记账", "postings under E9 to private money that joined a led round",
        lambda v: v.total(payee=Party.SOCIAL_INVESTOR, rule="E9"), EQUITY,
    ),
    Metric(
        "concession", "政府让利", "concession by the government", "CNY", "neutral",
        "引导基金按E6让给管理人和社会出资人的收益",
        "returns ceded by the guidance fund to GPs and social investors under E6",
        _conceded, EQUITY,
    ),
    Metric(
        "award_per_deal", "平均每项奖励与让利", "average award and concession per deal", "CNY", "neutral",
        "（跟投奖励 + 政府让利，含预热期所投项目的）÷ 观察期内的（子基金项目 + 种子直投项目）",
        "(E9 reward + concession, those on deals of the burn-in too) ÷ (sub-fund deals + seed deals since the opening)",
        lambda v: returns.multiple(_awards(v), v.stat("deals") + v.stat("seed_deals")), EQUITY,
    ),
    Metric(
        "subfund_fees", "子基金管理费", "management fees", "CNY", "neutral",
        "政策子基金支付的管理费", "management fees of policy sub-funds", lambda v: v.stat("subfund_fees"), EQUITY,
    ),
    Metric(
        "subfund_carry", "子基金业绩报酬", "carried interest", "CNY", "neutral",
        "政策子基金支付的业绩报酬", "carried interest of policy sub-funds", lambda v: v.stat("subfund_carry"),
        EQUITY,
    ),
)  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = (*CAPITAL, *RETURNS, *TERMS)
