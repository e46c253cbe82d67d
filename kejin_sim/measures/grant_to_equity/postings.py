"""Posting codes of measure 7: who pays whom under each rule.

The city's money goes through the guidance fund (出资平台), drawn from the budget line just in time, as in measure 1. What
comes back is booked principal first, then income.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("grant_to_equity", first=posting_row("grant_to_equity"))
_c = BOOK.code

# O1: as for measure 1, a budget line of its own.
DRAW_GRANT: Final = _c(
    "draw_grant", "O1", P.CITY_TREASURY, P.GUIDANCE_FUND, "财政拨付引导基金（拨改投）", "treasury draw, grant-to-equity",
    Line("grant_to_equity"), Nature.EXPENDITURE,
)
RETURN_PRINCIPAL_GRANT: Final = _c(
    "return_principal_grant", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY,
    "缴回本金（拨改投）", "principal returned, grant-to-equity",
    Line("grant_to_equity"), Nature.PRINCIPAL,
)
RETURN_INCOME_GRANT: Final = _c(
    "return_income_grant", "O1", P.GUIDANCE_FUND, P.CITY_TREASURY,
    "缴回收益（拨改投）", "income returned, grant-to-equity",
    Line("grant_to_equity"), Nature.INCOME,
)

# G1, G2, G8, G9, G10: what the firm receives. The first tranche is the grant, later ones are tranches.
GRANT: Final = _c("grant", "G1", P.GUIDANCE_FUND, P.ENTERPRISE, "项目经费首期", "project grant, first tranche")
MATCH: Final = _c(
    "match", "G1", P.SOCIAL_INVESTOR, P.ENTERPRISE, "成果转化合作机构配套", "matching money of the transfer partner"
)
COMPETITION: Final = _c(
    "competition", "G1", P.GUIDANCE_FUND, P.ENTERPRISE, "大赛优胜企业直接入股", "equity ticket of a competition winner"
)
TRANCHE: Final = _c("tranche", "G2", P.GUIDANCE_FUND, P.ENTERPRISE, "里程碑后续拨款", "tranche after a milestone")
TALENT_GRANT: Final = _c("talent_grant", "G8", P.GUIDANCE_FUND, P.ENTERPRISE, "人才项目经费（拨）", "talent grant")
ATTRACTION_CITY: Final = _c(
    "attraction_city", "G9", P.GUIDANCE_FUND, P.ENTERPRISE, "招商拨改投（市级）", "attraction ticket, city's part"
)
ATTRACTION_DISTRICT: Final = _c(
    "attraction_district", "G9", P.DISTRICT_TREASURY, P.ENTERPRISE, "招商拨改投（区县）", "attraction ticket, district's part"
)
PURE_GRANT: Final = _c("pure_grant", "G10", P.GUIDANCE_FUND, P.ENTERPRISE, "纯无偿补助", "pure grant")

# G3, G4, G7: money that comes back before or instead of shares.
REPAID_EXIT: Final = _c(
    "repaid_exit", "G3", P.OUTSIDE, P.GUIDANCE_FUND, "等待期内企业被收购，收购方还本", "repaid by the buyer of the firm"
)
REPAID_ABOVE_CAP: Final = _c(
    "repaid_above_cap", "G4", P.ENTERPRISE, P.GUIDANCE_FUND, "超出持股上限部分退还", "repaid: what is above the share cap"
)
REPAID: Final = _c("repaid", "G7", P.ENTERPRISE, P.GUIDANCE_FUND, "期满未转股退还", "repaid when the window is over")

# G5, G6: the holding and its end.
FOUNDER_CALL: Final = _c(
    "founder_call", "G5", P.OUTSIDE, P.GUIDANCE_FUND, "创始团队按约定价购回", "founders' call at the agreed price"
)
ROFR: Final = _c(
    "rofr", "G5", P.OUTSIDE, P.GUIDANCE_FUND, "创始团队行使优先购买权", "sold to founders by right of first refusal"
)
MARKET_SALE: Final = _c(
    "market_sale", "G5", P.SOCIAL_INVESTOR, P.GUIDANCE_FUND, "后续轮次市场化转让", "sold at a later round's price"
)
EXIT: Final = _c("exit_grant", "G5", P.OUTSIDE, P.GUIDANCE_FUND, "企业被收购或上市退出", "proceeds of a sale or listing")
TEAM_YIELD: Final = _c("team_yield", "G6", P.GUIDANCE_FUND, P.OUTSIDE, "让利（创业团队）", "concession to the team")
ATTRACTION_RETURN: Final = _c(
    "attraction_return", "G9", P.GUIDANCE_FUND, P.DISTRICT_TREASURY,
    "招商项目回收款中区县应得部分", "district's part of what an attraction project brings back",
)
HORIZON_GRANT: Final = _c("horizon_grant", "Z1", P.OUTSIDE, P.GUIDANCE_FUND, "期末变现（拨改投）", "realised at the horizon")
