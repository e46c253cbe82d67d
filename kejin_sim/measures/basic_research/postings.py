"""Posting codes of measure 4: who pays whom under each rule."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("basic_research", first=posting_row("basic_research"))
_c = BOOK.code
LINE: Final = Line("joint_fund")

# B1: city and centre pay for the projects of the year, or neither does.
NSFC_CITY: Final = _c(
    "basic_nsfc_city", "B1", P.CITY_TREASURY, P.UNIVERSITY,
    "国家区域联合基金项目经费（市级）", "projects of the national joint fund, city's part",
    LINE, Nature.EXPENDITURE,
)
NSFC_CENTRAL: Final = _c(
    "basic_nsfc_central", "B1", P.CENTRAL_TREASURY, P.UNIVERSITY,
    "国家区域联合基金项目经费（中央）", "projects of the national joint fund, central part",
)

# B2: what the municipal fund is given, and what goes back when it ends.
FUND_CITY: Final = _c(
    "basic_fund_city", "B2", P.CITY_TREASURY, P.JOINT_FUND, "联合基金市级出资", "city's contribution to the joint fund",
    LINE, Nature.EXPENDITURE,
)
FUND_DISTRICT: Final = _c(
    "basic_fund_district", "B2", P.DISTRICT_TREASURY, P.JOINT_FUND, "联合基金区县出资", "districts' contributions"
)
FUND_BANK: Final = _c("basic_fund_bank", "B2", P.BANK, P.JOINT_FUND, "联合基金银行出资", "banks' contributions")
FUND_LEADER: Final = _c(
    "basic_fund_leader", "B2", P.CHAIN_LEADER, P.JOINT_FUND, "联合基金链主企业出资", "leading firms' contributions"
)
RETURN_CITY: Final = _c(
    "basic_return_city", "B2", P.JOINT_FUND, P.CITY_TREASURY, "联合基金结余退回（市级）", "balance returned to the city",
    LINE, Nature.PRINCIPAL,
)
RETURN_DISTRICT: Final = _c(
    "basic_return_district", "B2", P.JOINT_FUND, P.DISTRICT_TREASURY,
    "联合基金结余退回（区县）", "balance returned to districts",
)
RETURN_BANK: Final = _c(
    "basic_return_bank", "B2", P.JOINT_FUND, P.BANK, "联合基金结余退回（银行）", "balance returned to banks"
)
RETURN_LEADER: Final = _c(
    "basic_return_leader", "B2", P.JOINT_FUND, P.CHAIN_LEADER,
    "联合基金结余退回（链主企业）", "balance returned to leading firms",
)

# B3: grants.
GRANT: Final = _c(
    "basic_grant", "B3", P.JOINT_FUND, P.UNIVERSITY, "联合基金项目直接费用", "grant of the joint fund, direct cost"
)
OVERHEAD: Final = _c(
    "basic_overhead", "B3", P.JOINT_FUND, P.UNIVERSITY, "联合基金项目间接费用", "grant of the joint fund, overhead"
)
CONSORTIUM: Final = _c(
    "basic_consortium", "B3", P.JOINT_FUND, P.CHAIN_LEADER,
    "集成项目经费（联合体中的企业）", "integrated projects, firms of the consortium",
)

# B4: tax not collected. The city's part is income forgone: it stands in the line's budget book but draws nothing from the line.
TAX_CITY_BANK: Final = _c(
    "basic_tax_city_bank", "B4", P.CITY_TREASURY, P.BANK, "银行出资税前扣除（市级减收）", "banks' tax relief, city's part",
    LINE, Nature.INCOME,
)
TAX_CITY_LEADER: Final = _c(
    "basic_tax_city_leader", "B4", P.CITY_TREASURY, P.CHAIN_LEADER,
    "链主企业出资税前扣除（市级减收）", "leading firms' tax relief, city's part",
    LINE, Nature.INCOME,
)
TAX_CENTRAL_BANK: Final = _c(
    "basic_tax_central_bank", "B4", P.CENTRAL_TREASURY, P.BANK,
    "银行出资税前扣除（中央减收）", "banks' tax relief, central part",
)
TAX_CENTRAL_LEADER: Final = _c(
    "basic_tax_central_leader", "B4", P.CENTRAL_TREASURY, P.CHAIN_LEADER,
    "链主企业出资税前扣除（中央减收）", "leading firms' tax relief, central part",
)

CONTRACT: Final = _c(
    "basic_contract", "B5", P.CITY_TREASURY, P.UNIVERSITY, "政府购买服务合同价款", "price of a procurement contract",
    LINE, Nature.EXPENDITURE,
)
PRIVATE_RESEARCH: Final = _c(
    "basic_private_research", "B7", P.CHAIN_LEADER, P.OUTSIDE,
    "成果引发的企业研发投入", "private research that follows a success",
)
