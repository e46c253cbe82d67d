"""Posting codes of measure 1: who pays whom under each rule."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("equity", first=posting_row("equity"))
_c = BOOK.code

# O1: the treasury's money goes through the guidance fund, drawn just in time, and comes back split by nature.
DRAW_ANGEL: Final = _c(
    "draw_angel", "O1", P.CITY_TREASURY, P.GUIDANCE_FUND, "财政拨付引导基金（天使）", "treasury draw, angel fund",
    Line("angel_fund"), Nature.EXPENDITURE,
)
DRAW_INDUSTRY: Final = _c(
    "draw_industry", "O1", P.CITY_TREASURY, P.GUIDANCE_FUND, "财政拨付引导基金（产业）", "treasury draw, industry funds",
    Line("industry_funds"), Nature.EXPENDITURE,
)
RETURN_PRINCIPAL_ANGEL: Final = _c(
    "return_principal_angel", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY, "缴回本金（天使）", "principal returned, angel fund",
    Line("angel_fund"), Nature.PRINCIPAL,
)
RETURN_INCOME_ANGEL: Final = _c(
    "return_income_angel", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY, "缴回收益（天使）", "income returned, angel fund",
    Line("angel_fund"), Nature.INCOME,
)
RETURN_PRINCIPAL_INDUSTRY: Final = _c(
    "return_principal_industry", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY,
    "缴回本金（产业）", "principal returned, industry funds",
    Line("industry_funds"), Nature.PRINCIPAL,
)
RETURN_INCOME_INDUSTRY: Final = _c(
    "return_income_industry", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY,
    "缴回收益（产业）", "income returned, industry funds",
    Line("industry_funds"), Nature.INCOME,
)

# E1: capital calls of an angel sub-fund, by limited partner.
CALL_GOVERNMENT: Final = _c("call_government", "E1", P.GUIDANCE_FUND, P.ANGEL_SUBFUND, "引导基金实缴", "capital call")
CALL_DISTRICT: Final = _c("call_district", "E1", P.DISTRICT_TREASURY, P.ANGEL_SUBFUND, "区县实缴", "capital call")
CALL_GP: Final = _c("call_gp", "E1", P.GP, P.ANGEL_SUBFUND, "管理人实缴", "capital call")
CALL_SOCIAL: Final = _c("call_social", "E1", P.SOCIAL_INVESTOR, P.ANGEL_SUBFUND, "社会出资人实缴", "capital call")
CALL_SOE: Final = _c("call_soe", "E1", P.SOE, P.ANGEL_SUBFUND, "国企（受让份额）实缴", "capital call")
FEE: Final = _c("fee", "E2", P.ANGEL_SUBFUND, P.GP, "管理费", "management fee")
DEAL: Final = _c("deal", "E4", P.ANGEL_SUBFUND, P.ENTERPRISE, "子基金投资", "sub-fund deal")

# E6: distributions through the waterfall.
DISTRIBUTE_GOVERNMENT: Final = _c(
    "distribute_government", "E6", P.ANGEL_SUBFUND, P.GUIDANCE_FUND, "向引导基金分配", "distribution"
)
DISTRIBUTE_DISTRICT: Final = _c(
    "distribute_district", "E6", P.ANGEL_SUBFUND, P.DISTRICT_TREASURY, "向区县分配", "distribution"
)
DISTRIBUTE_GP: Final = _c("distribute_gp", "E6", P.ANGEL_SUBFUND, P.GP, "向管理人出资份额分配", "distribution")
DISTRIBUTE_SOCIAL: Final = _c(
    "distribute_social", "E6", P.ANGEL_SUBFUND, P.SOCIAL_INVESTOR, "向社会出资人分配", "distribution"
)
DISTRIBUTE_SOE: Final = _c("distribute_soe", "E6", P.ANGEL_SUBFUND, P.SOE, "向国企分配", "distribution")
CARRY: Final = _c("carry", "E6", P.ANGEL_SUBFUND, P.GP, "业绩报酬", "carried interest")
CLAWBACK: Final = _c("clawback", "E6", P.GP, P.ANGEL_SUBFUND, "业绩报酬回拨", "GP clawback")
CONCESSION_GP: Final = _c("concession_gp", "E6", P.GUIDANCE_FUND, P.GP, "让利（管理人）", "concession to the GP")
CONCESSION_SOCIAL: Final = _c(
    "concession_social", "E6", P.GUIDANCE_FUND, P.SOCIAL_INVESTOR, "让利（社会出资人）", "concession to social investors"
)
BUYOUT: Final = _c("buyout", "E7", P.SOCIAL_INVESTOR, P.GUIDANCE_FUND, "提前购买政府份额", "early buy-out")

SEED: Final = _c("seed", "E8", P.GUIDANCE_FUND, P.ENTERPRISE, "种子直投", "seed direct")
CO_INVEST: Final = _c("co_invest", "E8", P.CO_INVESTOR, P.ENTERPRISE, "社会资本跟投", "co-investment")
REWARD: Final = _c("reward", "E9", P.GUIDANCE_FUND, P.CO_INVESTOR, "跟投奖励", "co-investor reward")
REWARD_PRIVATE: Final = _c(
    "reward_private", "E9", P.GUIDANCE_FUND, P.SOCIAL_INVESTOR, "跟投奖励（同轮私人投资）", "reward of private money in the round"
)
FOLLOW_ON: Final = _c("follow_on", "E10", P.GUIDANCE_FUND, P.ENTERPRISE, "初创跟投", "follow-on")

CHAIN_CALL_GOVERNMENT: Final = _c(
    "chain_call_government", "E11", P.GUIDANCE_FUND, P.CHAIN_FUND, "引导基金实缴", "capital call"
)
CHAIN_CALL_LEADER: Final = _c("chain_call_leader", "E11", P.CHAIN_LEADER, P.CHAIN_FUND, "链主企业实缴", "capital call")
CHAIN_CALL_SOCIAL: Final = _c(
    "chain_call_social", "E11", P.SOCIAL_INVESTOR, P.CHAIN_FUND, "社会出资人实缴", "capital call"
)
CHAIN_CALL_AIC: Final = _c("chain_call_aic", "E12", P.AIC, P.CHAIN_FUND, "AIC实缴", "capital call")
CHAIN_INVEST: Final = _c("chain_invest", "E11", P.CHAIN_FUND, P.OUTSIDE, "链主基金投资", "investment")
CHAIN_PROCEEDS: Final = _c("chain_proceeds", "E11", P.OUTSIDE, P.CHAIN_FUND, "链主基金退出", "proceeds")
CHAIN_DISTRIBUTE_GOVERNMENT: Final = _c(
    "chain_distribute_government", "E11", P.CHAIN_FUND, P.GUIDANCE_FUND, "向引导基金分配", "distribution"
)
CHAIN_DISTRIBUTE_LEADER: Final = _c(
    "chain_distribute_leader", "E11", P.CHAIN_FUND, P.CHAIN_LEADER, "向链主企业分配", "distribution"
)
CHAIN_DISTRIBUTE_SOCIAL: Final = _c(
    "chain_distribute_social", "E11", P.CHAIN_FUND, P.SOCIAL_INVESTOR, "向社会出资人分配", "distribution"
)
CHAIN_DISTRIBUTE_AIC: Final = _c(
    "chain_distribute_aic", "E12", P.CHAIN_FUND, P.AIC, "向AIC分配", "distribution"
)

SHARE_FROM_SOCIAL: Final = _c(
    "share_from_social", "E13", P.SOE, P.SOCIAL_INVESTOR, "国企受让社会出资人基金份额", "fund share bought"
)
SHARE_FROM_GOVERNMENT: Final = _c(
    "share_from_government", "E13", P.SOE, P.GUIDANCE_FUND, "国企受让引导基金份额", "fund share bought"
)
HOLDING_BOUGHT: Final = _c(
    "holding_bought", "E13", P.SOE, P.GUIDANCE_FUND, "国企受让已投项目股权", "holding bought"
)
REINVEST: Final = _c(
    "reinvest", "E13", P.SOCIAL_INVESTOR, P.ENTERPRISE, "转让方再投资", "sellers' reinvestment"
)
RESERVE_RELEASE: Final = _c(
    "reserve_release", "E14", P.GUIDANCE_FUND, P.CITY_TREASURY, "风险准备金弥补超额亏损", "reserve makes good the excess",
    Line("angel_fund"), Nature.PRINCIPAL,
)
