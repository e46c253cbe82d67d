"""Posting codes of measure 9: who pays whom under each rule.

Listed companies, their holders and what AIC funds invest in lie outside the simulated firms: they are ``outside``.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("pilots", first=posting_row("pilots"))
_c = BOOK.code

# O1: as for measure 1, a budget line of its own.
DRAW_AIC: Final = _c(
    "draw_aic", "O1", P.CITY_TREASURY, P.GUIDANCE_FUND, "财政拨付引导基金（AIC基金）", "treasury draw, AIC funds",
    Line("aic_funds"), Nature.EXPENDITURE,
)
RETURN_PRINCIPAL_AIC: Final = _c(
    "return_principal_aic", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY, "缴回本金（AIC基金）", "principal returned, AIC funds",
    Line("aic_funds"), Nature.PRINCIPAL,
)
RETURN_INCOME_AIC: Final = _c(
    "return_income_aic", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY, "缴回收益（AIC基金）", "income returned, AIC funds",
    Line("aic_funds"), Nature.INCOME,
)

# A1: an AIC fund's cash with its partners.
AIC_CALL_AIC: Final = _c("aic_call_aic", "A1", P.AIC, P.AIC_FUND, "AIC自有资金实缴", "capital call")
AIC_CALL_SOE: Final = _c("aic_call_soe", "A1", P.SOE, P.AIC_FUND, "市属国企实缴", "capital call")
AIC_CALL_GOVERNMENT: Final = _c("aic_call_government", "A1", P.GUIDANCE_FUND, P.AIC_FUND, "引导基金实缴", "capital call")
AIC_CALL_SOCIAL: Final = _c("aic_call_social", "A1", P.SOCIAL_INVESTOR, P.AIC_FUND, "社会出资人实缴", "capital call")
AIC_INVEST: Final = _c("aic_invest", "A1", P.AIC_FUND, P.OUTSIDE, "AIC基金投资", "investment")
AIC_PROCEEDS: Final = _c("aic_proceeds", "A1", P.OUTSIDE, P.AIC_FUND, "AIC基金退出", "proceeds")
AIC_DISTRIBUTE_AIC: Final = _c("aic_distribute_aic", "A1", P.AIC_FUND, P.AIC, "向AIC分配", "distribution")
AIC_DISTRIBUTE_SOE: Final = _c("aic_distribute_soe", "A1", P.AIC_FUND, P.SOE, "向市属国企分配", "distribution")
AIC_DISTRIBUTE_GOVERNMENT: Final = _c(
    "aic_distribute_government", "A1", P.AIC_FUND, P.GUIDANCE_FUND, "向引导基金分配", "distribution"
)
AIC_DISTRIBUTE_SOCIAL: Final = _c(
    "aic_distribute_social", "A1", P.AIC_FUND, P.SOCIAL_INVESTOR, "向社会出资人分配", "distribution"
)
HORIZON_AIC: Final = _c("horizon_aic", "Z1", P.OUTSIDE, P.AIC_FUND, "期末变现（AIC基金）", "realised at the horizon")

# A3, A4: warrants of banks and the regional market.
WARRANT_EXERCISED: Final = _c(
    "warrant_exercised", "A3", P.OUTSIDE, P.BANK, "企业退出时认股权行权收益", "warrant exercised when the firm is sold"
)
WARRANT_SOLD: Final = _c(
    "warrant_sold", "A3", P.SOCIAL_INVESTOR, P.BANK, "认股权转让给指定投资者", "warrant sold to a designated investor"
)
HORIZON_WARRANT: Final = _c(
    "horizon_warrant", "Z1", P.OUTSIDE, P.BANK, "期末变现（认股权）", "realised at the horizon"
)
WARRANT_REGISTERED: Final = _c(
    "warrant_registered", "A4", P.BANK, P.SERVICE_PROVIDER, "认股权登记费", "registration of a warrant"
)
WARRANT_FEE: Final = _c(
    "warrant_fee", "A4", P.BANK, P.SERVICE_PROVIDER, "认股权行权与转让手续费", "fee of exercise or sale of a warrant"
)
REGIONAL_SALE: Final = _c(
    "regional_sale", "A4", P.SOCIAL_INVESTOR, P.GUIDANCE_FUND,
    "财政持股经区域股权市场转让", "public holding sold on the regional market",
)
REGIONAL_FEE: Final = _c(
    "regional_fee", "A4", P.SOCIAL_INVESTOR, P.SERVICE_PROVIDER, "区域股权市场转让手续费", "fee of the regional market"
)

# A5, A6: relending for buy-backs.
BUYBACK_LOAN: Final = _c("buyback_loan", "A6", P.BANK, P.OUTSIDE, "回购增持贷款发放", "loan for a buy-back")
BUYBACK_RELEND: Final = _c("buyback_relend", "A5", P.PBOC, P.BANK, "回购增持再贷款发放", "relending for buy-backs")
BUYBACK_INTEREST: Final = _c("buyback_interest", "A5", P.OUTSIDE, P.BANK, "回购增持贷款利息", "interest on buy-back loans")
BUYBACK_RELEND_INTEREST: Final = _c(
    "buyback_relend_interest", "A5", P.BANK, P.PBOC, "回购增持再贷款利息", "interest on relending for buy-backs"
)
BUYBACK_REPAID: Final = _c("buyback_repaid", "A5", P.OUTSIDE, P.BANK, "回购增持贷款还本", "buy-back loan repaid")
BUYBACK_RELEND_REPAID: Final = _c(
    "buyback_relend_repaid", "A5", P.BANK, P.PBOC, "回购增持再贷款归还", "relending for buy-backs repaid"
)
