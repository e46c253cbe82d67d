"""Posting codes of measure 2: who pays whom under each rule."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("credit", first=posting_row("credit"))
_c = BOOK.code

# C2, C10: loans to white-listed firms. Ordinary loans are the world's (W9).
POLICY_LOAN: Final = _c("policy_loan", "C2", P.BANK, P.ENTERPRISE, "科技贷款发放", "loan to a white-listed firm")
POLICY_INTEREST: Final = _c("policy_interest", "C2", P.ENTERPRISE, P.BANK, "科技贷款利息", "interest")
POLICY_REPAID: Final = _c("policy_repaid", "C2", P.ENTERPRISE, P.BANK, "科技贷款还本", "principal repaid")
POLICY_REPAID_EXIT: Final = _c(
    "policy_repaid_exit", "C2", P.OUTSIDE, P.BANK, "收购方代偿科技贷款", "loan repaid by the firm's buyer"
)
POLICY_RECOVERY: Final = _c("policy_recovery", "C10", P.OUTSIDE, P.BANK, "科技贷款追偿", "recovery of a bad loan")

INTEREST_SUBSIDY: Final = _c(
    "interest_subsidy", "C3", P.CITY_TREASURY, P.ENTERPRISE, "贷款贴息", "interest subsidy",
    Line("interest_subsidy"), Nature.EXPENDITURE,
)

# C5: risk pool, by contributor.
POOL_CITY: Final = _c(
    "pool_city", "C5", P.CITY_TREASURY, P.RISK_POOL, "市级风险池出资", "city's contribution to the pool",
    Line("risk_pool"), Nature.EXPENDITURE,
)
POOL_DISTRICT: Final = _c(
    "pool_district", "C5", P.DISTRICT_TREASURY, P.RISK_POOL, "区级风险池出资", "district's contribution to the pool"
)
POOL_BANK: Final = _c("pool_bank", "C5", P.BANK, P.RISK_POOL, "银行风险池出资", "banks' contribution to the pool")
CLAIM_CITY: Final = _c("claim_city", "C5", P.RISK_POOL, P.BANK, "风险池赔付（市级账户）", "claim paid from the city's account")
CLAIM_DISTRICT: Final = _c(
    "claim_district", "C5", P.RISK_POOL, P.BANK, "风险池赔付（区级账户）", "claim paid from the district's account"
)
CLAIM_BANK: Final = _c("claim_bank", "C5", P.RISK_POOL, P.BANK, "风险池赔付（银行账户）", "claim paid from the banks' account")
POOL_RECOVERY_CITY: Final = _c(
    "pool_recovery_city", "C10", P.BANK, P.RISK_POOL, "追偿返还（市级账户）", "recovery returned, city's account"
)
POOL_RECOVERY_DISTRICT: Final = _c(
    "pool_recovery_district", "C10", P.BANK, P.RISK_POOL, "追偿返还（区级账户）", "recovery returned, district's account"
)
POOL_RECOVERY_BANK: Final = _c(
    "pool_recovery_bank", "C10", P.BANK, P.RISK_POOL, "追偿返还（银行账户）", "recovery returned, banks' account"
)
POOL_RETURN_CITY: Final = _c(
    "pool_return_city", "C5", P.RISK_POOL, P.CITY_TREASURY, "风险池清算退回市级出资", "pool wound up, city's account",
    Line("risk_pool"), Nature.PRINCIPAL,
)
POOL_RETURN_DISTRICT: Final = _c(
    "pool_return_district", "C5", P.RISK_POOL, P.DISTRICT_TREASURY, "风险池清算退回区级出资", "pool wound up, district's account"
)
POOL_RETURN_BANK: Final = _c(
    "pool_return_bank", "C5", P.RISK_POOL, P.BANK, "风险池清算退回银行出资", "pool wound up, banks' account"
)

# C6, C7: compensation instead of a pool.
COMPENSATION: Final = _c(
    "compensation", "C6", P.CITY_TREASURY, P.BANK, "贷款风险补偿", "compensation of a bad loan",
    Line("risk_pool"), Nature.EXPENDITURE,
)
LAYER: Final = _c(
    "layer", "C7", P.CITY_TREASURY, P.BANK, "分层风险补偿", "compensation by layer", Line("risk_pool"), Nature.EXPENDITURE
)
COMPENSATION_RETURNED: Final = _c(
    "compensation_returned", "C10", P.BANK, P.CITY_TREASURY, "追偿返还风险补偿", "recovery returned to the city",
    Line("risk_pool"), Nature.PRINCIPAL,
)

# C11–C15: guarantee company and those who re-guarantee it.
GUARANTEE_CAPITAL: Final = _c(
    "guarantee_capital", "C11", P.CITY_TREASURY, P.GUARANTEE_COMPANY, "担保公司资本金", "capital of the guarantee company",
    Line("guarantee"), Nature.EXPENDITURE,
)
GUARANTEE_FEE: Final = _c("guarantee_fee", "C11", P.ENTERPRISE, P.GUARANTEE_COMPANY, "担保费", "guarantee fee")
GUARANTEE_CLAIM: Final = _c("guarantee_claim", "C12", P.GUARANTEE_COMPANY, P.BANK, "担保代偿", "guarantee claim")
NATIONAL_SHARE: Final = _c(
    "national_share", "C13", P.NATIONAL_GUARANTEE_FUND, P.GUARANTEE_COMPANY, "国家融资担保基金分担", "national fund's share"
)
RE_GUARANTOR_SHARE: Final = _c(
    "re_guarantor_share", "C12", P.RE_GUARANTOR, P.GUARANTEE_COMPANY, "再担保机构分担", "re-guarantor's share"
)
PREMIUM_NATIONAL: Final = _c(
    "premium_national", "C14", P.GUARANTEE_COMPANY, P.NATIONAL_GUARANTEE_FUND, "再担保费（国家基金）", "re-guarantee premium"
)
PREMIUM_RE_GUARANTOR: Final = _c(
    "premium_re_guarantor", "C14", P.GUARANTEE_COMPANY, P.RE_GUARANTOR, "再担保费（再担保机构）", "re-guarantee premium"
)
FEE_REBATE: Final = _c(
    "fee_rebate", "C15", P.CITY_TREASURY, P.GUARANTEE_COMPANY, "降费奖补", "reward for low fees",
    Line("guarantee"), Nature.EXPENDITURE,
)
GUARANTEE_RECOVERY: Final = _c(
    "guarantee_recovery", "C10", P.BANK, P.GUARANTEE_COMPANY, "追偿返还担保公司", "recovery returned to the guarantor"
)
NATIONAL_RETURNED: Final = _c(
    "national_returned", "C10", P.GUARANTEE_COMPANY, P.NATIONAL_GUARANTEE_FUND,
    "追偿返还国家融资担保基金", "recovery returned to the national fund",
)
RE_GUARANTOR_RETURNED: Final = _c(
    "re_guarantor_returned", "C10", P.GUARANTEE_COMPANY, P.RE_GUARANTOR,
    "追偿返还再担保机构", "recovery returned to the re-guarantor",
)
GUARANTEE_RETURNED: Final = _c(
    "guarantee_returned", "C11", P.GUARANTEE_COMPANY, P.CITY_TREASURY, "担保公司资本金退回", "guarantor's money returned",
    Line("guarantee"), Nature.PRINCIPAL,
)
GUARANTEE_SURPLUS: Final = _c(
    "guarantee_surplus", "C11", P.GUARANTEE_COMPANY, P.CITY_TREASURY, "担保公司清算盈余上缴", "guarantor's surplus paid over",
    Line("guarantee"), Nature.INCOME,
)

# C17: relending.
RELEND: Final = _c("relend", "C17", P.PBOC, P.BANK, "再贷款发放", "relending")
RELEND_INTEREST: Final = _c("relend_interest", "C17", P.BANK, P.PBOC, "再贷款利息", "interest on relending")
RELEND_REPAID: Final = _c("relend_repaid", "C17", P.BANK, P.PBOC, "再贷款归还", "relending repaid")
