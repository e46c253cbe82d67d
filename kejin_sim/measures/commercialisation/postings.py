"""Posting codes of measure 5: who pays whom under each rule.

The treasury pays straight from its line. Securitised intellectual property has an account of its own, the special plan
(专项计划): firms pay into it, senior investors, guarantor and, at the end, the firms themselves are paid out of it.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("commercialisation", first=posting_row("commercialisation"))
_c = BOOK.code
_LINE: Final = Line("commercialisation")

# T1: loans on pledged intellectual property; lending itself is measure 2's and the world's.
PLEDGED_LOAN: Final = _c("pledged_loan", "T1", P.BANK, P.ENTERPRISE, "知识产权质押贷款发放", "loan on a pledge")
PLEDGED_INTEREST: Final = _c("pledged_interest", "T1", P.ENTERPRISE, P.BANK, "质押贷款利息", "interest on a pledged loan")
PLEDGED_REPAID: Final = _c("pledged_repaid", "T1", P.ENTERPRISE, P.BANK, "质押贷款还本", "principal of a pledged loan repaid")
PLEDGED_REPAID_EXIT: Final = _c(
    "pledged_repaid_exit", "T1", P.OUTSIDE, P.BANK, "收购方代偿质押贷款", "pledged loan repaid by the firm's buyer"
)
PLEDGED_RECOVERY: Final = _c("pledged_recovery", "T1", P.OUTSIDE, P.BANK, "质押物处置与追偿", "pledge sold, recovery of a bad loan")
APPRAISAL_FEE: Final = _c(
    "appraisal_fee", "T1", P.ENTERPRISE, P.SERVICE_PROVIDER, "知识产权评估与登记费", "appraisal and registration of the pledge"
)

# T2, T3
PLEDGE_SUBSIDY: Final = _c(
    "pledge_subsidy", "T2", P.CITY_TREASURY, P.ENTERPRISE, "质押融资成本补贴", "subsidy of a pledge's cost",
    _LINE, Nature.EXPENDITURE,
)
INSTITUTION_AWARD: Final = _c(
    "institution_award", "T3", P.CITY_TREASURY, P.BANK, "质押融资机构奖励", "award for pledged lending", _LINE, Nature.EXPENDITURE
)

# T4: the special plan.
ABS_SUBSCRIBED: Final = _c(
    "abs_subscribed", "T4", P.SOCIAL_INVESTOR, P.IP_ABS, "投资人认购优先级", "senior notes subscribed"
)
ABS_PROCEEDS: Final = _c("abs_proceeds", "T4", P.IP_ABS, P.ENTERPRISE, "募集资金付企业", "proceeds paid to the firms")
ABS_ISSUE_COST: Final = _c("abs_issue_cost", "T4", P.IP_ABS, P.SERVICE_PROVIDER, "发行费用", "cost of issue")
ABS_FIRM_INTEREST: Final = _c(
    "abs_firm_interest", "T4", P.ENTERPRISE, P.IP_ABS, "企业付利息与增信费", "firms' interest and guarantor's fee"
)
ABS_FIRM_PRINCIPAL: Final = _c("abs_firm_principal", "T4", P.ENTERPRISE, P.IP_ABS, "企业还本", "firms' principal")
ABS_BUYER_REPAID: Final = _c(
    "abs_buyer_repaid", "T4", P.OUTSIDE, P.IP_ABS, "收购方代偿或上市后清偿", "repaid when the firm is bought or listed"
)
ABS_RECOVERY: Final = _c("abs_recovery", "T4", P.OUTSIDE, P.IP_ABS, "违约企业追偿", "recovery from a failed firm")
ABS_INTEREST: Final = _c("abs_interest", "T4", P.IP_ABS, P.SOCIAL_INVESTOR, "优先级付息", "senior interest")
ABS_PRINCIPAL: Final = _c("abs_principal", "T4", P.IP_ABS, P.SOCIAL_INVESTOR, "优先级还本", "senior principal")
ABS_GUARANTEE_FEE: Final = _c("abs_guarantee_fee", "T4", P.IP_ABS, P.ABS_GUARANTOR, "增信费", "guarantor's fee")
ABS_CLAIM: Final = _c("abs_claim", "T4", P.ABS_GUARANTOR, P.IP_ABS, "增信机构差额支付", "guarantor makes up a shortfall")
ABS_REIMBURSED: Final = _c("abs_reimbursed", "T4", P.IP_ABS, P.ABS_GUARANTOR, "归还增信机构垫付", "guarantor reimbursed")
ABS_RESIDUAL: Final = _c("abs_residual", "T4", P.IP_ABS, P.ENTERPRISE, "超额覆盖余额返还企业", "over-collateral returned")
ABS_RESIDUAL_ESTATE: Final = _c(
    "abs_residual_estate", "T4", P.IP_ABS, P.OUTSIDE,
    "超额覆盖余额付已退出企业的权利人", "over-collateral of firms that are gone, to whoever follows them",
)
ABS_HORIZON: Final = _c("abs_horizon", "Z1", P.OUTSIDE, P.IP_ABS, "期末结清（证券化）", "settled at the horizon, securitisation")
ABS_SUBSIDY: Final = _c(
    "abs_subsidy", "T4", P.CITY_TREASURY, P.ENTERPRISE, "证券化融资成本补贴", "subsidy of the cost of securitisation",
    _LINE, Nature.EXPENDITURE,
)

# T5
VOUCHER: Final = _c(
    "voucher", "T5", P.CITY_TREASURY, P.SERVICE_PROVIDER, "创新券兑付", "voucher redeemed", _LINE, Nature.EXPENDITURE
)
VOUCHER_OWN: Final = _c("voucher_own", "T5", P.ENTERPRISE, P.SERVICE_PROVIDER, "企业自付部分", "firm's own part of the contract")
VOUCHER_SAVED: Final = _c(
    "voucher_saved", "T5", P.SERVICE_PROVIDER, P.ENTERPRISE, "以创新券抵减原有支出", "voucher for what was to be bought anyway"
)

# T6
UNIVERSITY_CASH: Final = _c(
    "university_cash", "T6", P.UNIVERSITY, P.ENTERPRISE, "高校院所现金入股", "university's cash for shares"
)
UNIVERSITY_PROCEEDS: Final = _c(
    "university_proceeds", "T6", P.OUTSIDE, P.UNIVERSITY, "高校院所股份退出所得", "university's shares, sold with the firm"
)
HORIZON_UNIVERSITY: Final = _c(
    "horizon_university", "Z1", P.OUTSIDE, P.UNIVERSITY, "期末变现（高校院所股份）", "university's part, realised at the horizon"
)

# T7
LANDING_FIRM: Final = _c(
    "landing_firm", "T7", P.CITY_TREASURY, P.ENTERPRISE, "获奖成果落地奖励（企业）", "landing award to a spin-out",
    _LINE, Nature.EXPENDITURE,
)
LANDING_TEAM: Final = _c(
    "landing_team", "T7", P.CITY_TREASURY, P.UNIVERSITY, "获奖成果落地奖励（团队）", "landing award to a research team",
    _LINE, Nature.EXPENDITURE,
)
