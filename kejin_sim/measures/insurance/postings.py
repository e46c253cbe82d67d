"""Posting codes of measure 3: who pays whom under each rule.

With the pool every policy is the pool's: premiums go in, claims go out, and what the pool lacks its members pay in. Without it
each insurer carries its own policies. Reinsurers are outside.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("insurance", first=posting_row("insurance"))
_c = BOOK.code

# I1: premiums.
PREMIUM_RD: Final = _c(
    "premium_rd", "I1", P.ENTERPRISE, P.INSURANCE_POOL, "研发费用损失险保费", "premium, R&D-failure cover"
)
PREMIUM_IP: Final = _c("premium_ip", "I1", P.ENTERPRISE, P.INSURANCE_POOL, "知识产权险保费", "premium, IP cover")
PREMIUM_EQUIPMENT: Final = _c(
    "premium_equipment", "I1", P.ENTERPRISE, P.INSURANCE_POOL, "设备与责任险保费", "premium, equipment and liability"
)
PREMIUM_FIRST_SET: Final = _c(
    "premium_first_set", "I1", P.ENTERPRISE, P.INSURANCE_POOL, "首台（套）保险保费", "premium, first sets"
)
PREMIUM_DIRECT: Final = _c(
    "premium_direct", "I1", P.ENTERPRISE, P.INSURER, "保费（未设共保体）", "premium, without a pool"
)

# I2: subsidy, paid afterwards.
PREMIUM_SUBSIDY: Final = _c(
    "premium_subsidy", "I2", P.CITY_TREASURY, P.ENTERPRISE, "科技保险保费补贴", "premium subsidy",
    Line("premium_subsidy"), Nature.EXPENDITURE,
)
OTHER_SUBSIDY: Final = _c(
    "premium_subsidy_central", "I2", P.CENTRAL_TREASURY, P.ENTERPRISE,
    "中央财政首台（套）等保费补贴", "central premium subsidy",
)

# I3: claims.
CLAIM_RD: Final = _c("claim_rd", "I3", P.INSURANCE_POOL, P.ENTERPRISE, "研发失败赔款", "claim, R&D failure")
CLAIM_IP: Final = _c("claim_ip", "I3", P.INSURANCE_POOL, P.ENTERPRISE, "知识产权险赔款", "claim, IP")
CLAIM_EQUIPMENT: Final = _c(
    "claim_equipment", "I3", P.INSURANCE_POOL, P.ENTERPRISE, "设备与责任险赔款", "claim, equipment and liability"
)
CLAIM_FIRST_SET: Final = _c(
    "claim_first_set", "I3", P.INSURANCE_POOL, P.ENTERPRISE, "首台（套）保险赔款", "claim, first sets"
)
CLAIM_DIRECT: Final = _c("claim_direct", "I3", P.INSURER, P.ENTERPRISE, "赔款（未设共保体）", "claim, without a pool")

# I4: the pool, its members and its reinsurers.
LEAD_FEE: Final = _c("pool_lead_fee", "I4", P.INSURANCE_POOL, P.INSURER, "首席承保人服务费", "lead insurer's service fee")
POOL_EXPENSES: Final = _c("pool_expenses", "I4", P.INSURANCE_POOL, P.INSURER, "成员公司费用", "members' expenses")
CEDED: Final = _c("pool_ceded", "I4", P.INSURANCE_POOL, P.OUTSIDE, "分出保费", "premium ceded to reinsurers")
COMMISSION: Final = _c("pool_commission", "I4", P.OUTSIDE, P.INSURANCE_POOL, "分保手续费", "ceding commission")
REINSURED: Final = _c("pool_reinsured", "I4", P.OUTSIDE, P.INSURANCE_POOL, "摊回赔款", "claims recovered from reinsurers")
CALL_LEAD: Final = _c(
    "pool_call_lead", "I4", P.INSURER, P.INSURANCE_POOL, "首席承保人补足赔款", "lead insurer's call"
)
CALL_FOLLOWERS: Final = _c(
    "pool_call_followers", "I4", P.INSURER, P.INSURANCE_POOL, "其他成员补足赔款", "other members' calls"
)
SURPLUS_LEAD: Final = _c(
    "pool_surplus_lead", "I4", P.INSURANCE_POOL, P.INSURER, "首席承保人分得结余", "lead insurer's surplus"
)
SURPLUS_FOLLOWERS: Final = _c(
    "pool_surplus_followers", "I4", P.INSURANCE_POOL, P.INSURER, "其他成员分得结余", "other members' surplus"
)

# I5: the public backstop.
BACKSTOP: Final = _c(
    "pool_backstop", "I5", P.CITY_TREASURY, P.INSURANCE_POOL, "共保体公共兜底", "public backstop of the pool",
    Line("premium_subsidy"), Nature.EXPENDITURE,
)

# I6: loans insured against default.
LOAN_PREMIUM: Final = _c(
    "loan_insurance_premium", "I6", P.ENTERPRISE, P.INSURER, "贷款保证保险保费", "premium, insured loan"
)
LOAN_CLAIM: Final = _c("loan_insurance_claim", "I6", P.INSURER, P.BANK, "贷款保证保险赔款", "claim, insured loan")
LOAN_SUBROGATION: Final = _c(
    "loan_insurance_subrogation", "I6", P.BANK, P.INSURER, "代位追偿返还", "insurer's part of a recovery"
)
