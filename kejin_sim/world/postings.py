"""Posting codes of the world itself: what firms earn, spend and raise privately, and what holders get when they sell.

Rule ids: W1 operations, W2 private rounds, W3 winding-up, W4 firms that leave the simulated perimeter, W5 dividends,
W6 exits, W7 redemption, W8 residual sale at a fund's liquidation, W9 ordinary bank loans, Z1 realisation at the horizon.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Party, PostingBook

P = Party
BOOK: Final = PostingBook("world", first=0)
_c = BOOK.code

FOUNDING: Final = _c("founding", "W1", P.OUTSIDE, P.ENTERPRISE, "创始人出资", "founders' money")
REVENUE: Final = _c("revenue", "W1", P.OUTSIDE, P.ENTERPRISE, "营业收入", "revenue")
COST: Final = _c("cost", "W1", P.ENTERPRISE, P.OUTSIDE, "营业支出", "operating cost")
OPERATIONS: Final = frozenset({REVENUE, COST})
"""Money of every firm in every quarter, two postings in three of a path: earned and spent by itself, paid by nobody's rule."""
PRIVATE_ROUND: Final = _c("private_round", "W2", P.SOCIAL_INVESTOR, P.ENTERPRISE, "私人轮次", "private round")
WIND_UP: Final = _c("wind_up", "W3", P.ENTERPRISE, P.OUTSIDE, "清算剩余现金", "cash left at failure")
LEAVE: Final = _c("leave", "W4", P.ENTERPRISE, P.OUTSIDE, "并购或减持后现金移出", "cash of a firm that leaves")

DIVIDEND_OUTSIDE: Final = _c("dividend_outside", "W5", P.ENTERPRISE, P.OUTSIDE, "分红（创始人）", "dividend to founders")
DIVIDEND_SUBFUND: Final = _c("dividend_subfund", "W5", P.ENTERPRISE, P.ANGEL_SUBFUND, "分红", "dividend")
DIVIDEND_GUIDANCE: Final = _c("dividend_guidance", "W5", P.ENTERPRISE, P.GUIDANCE_FUND, "分红", "dividend")
DIVIDEND_CO_INVESTOR: Final = _c("dividend_co_investor", "W5", P.ENTERPRISE, P.CO_INVESTOR, "分红", "dividend")
DIVIDEND_SOCIAL: Final = _c("dividend_social", "W5", P.ENTERPRISE, P.SOCIAL_INVESTOR, "分红", "dividend")
DIVIDEND_SOE: Final = _c("dividend_soe", "W5", P.ENTERPRISE, P.SOE, "分红", "dividend")
DIVIDEND_GRANT: Final = _c(
    "dividend_grant", "W5", P.ENTERPRISE, P.GUIDANCE_FUND, "分红（拨改投持股）", "dividend on grant-to-equity holdings"
)

EXIT_SUBFUND: Final = _c("exit_subfund", "W6", P.OUTSIDE, P.ANGEL_SUBFUND, "项目退出", "exit proceeds")
EXIT_GUIDANCE: Final = _c("exit_guidance", "W6", P.OUTSIDE, P.GUIDANCE_FUND, "项目退出", "exit proceeds")
EXIT_CO_INVESTOR: Final = _c("exit_co_investor", "W6", P.OUTSIDE, P.CO_INVESTOR, "项目退出", "exit proceeds")
EXIT_SOCIAL: Final = _c("exit_social", "W6", P.OUTSIDE, P.SOCIAL_INVESTOR, "项目退出", "exit proceeds")
EXIT_SOE: Final = _c("exit_soe", "W6", P.OUTSIDE, P.SOE, "项目退出", "exit proceeds")

REDEEM_SUBFUND: Final = _c("redeem_subfund", "W7", P.OUTSIDE, P.ANGEL_SUBFUND, "创始人回购", "redemption by founders")
REDEEM_GUIDANCE: Final = _c("redeem_guidance", "W7", P.OUTSIDE, P.GUIDANCE_FUND, "创始人回购", "redemption by founders")
REDEEM_CO_INVESTOR: Final = _c(
    "redeem_co_investor", "W7", P.OUTSIDE, P.CO_INVESTOR, "创始人回购", "redemption by founders"
)
RESIDUAL_SALE: Final = _c(
    "residual_sale", "W8", P.OUTSIDE, P.ANGEL_SUBFUND, "基金清算转让剩余项目", "holdings sold at liquidation"
)

LOAN: Final = _c("loan", "W9", P.BANK, P.ENTERPRISE, "普通贷款发放", "ordinary loan")
LOAN_INTEREST: Final = _c("loan_interest", "W9", P.ENTERPRISE, P.BANK, "普通贷款利息", "interest, ordinary loan")
LOAN_REPAID: Final = _c("loan_repaid", "W9", P.ENTERPRISE, P.BANK, "普通贷款还本", "principal repaid, ordinary loan")
LOAN_REPAID_EXIT: Final = _c(
    "loan_repaid_exit", "W9", P.OUTSIDE, P.BANK, "收购方代偿普通贷款", "ordinary loan repaid by the firm's buyer"
)
LOAN_RECOVERY: Final = _c("loan_recovery", "W9", P.OUTSIDE, P.BANK, "普通贷款追偿", "recovery, ordinary loan")

HORIZON_SUBFUND: Final = _c("horizon_subfund", "Z1", P.OUTSIDE, P.ANGEL_SUBFUND, "期末变现", "realised at the horizon")
HORIZON_GUIDANCE: Final = _c("horizon_guidance", "Z1", P.OUTSIDE, P.GUIDANCE_FUND, "期末变现", "realised at the horizon")
HORIZON_CO_INVESTOR: Final = _c(
    "horizon_co_investor", "Z1", P.OUTSIDE, P.CO_INVESTOR, "期末变现", "realised at the horizon"
)
HORIZON_SOCIAL: Final = _c(
    "horizon_social", "Z1", P.OUTSIDE, P.SOCIAL_INVESTOR, "期末变现", "realised at the horizon"
)
HORIZON_SOE: Final = _c("horizon_soe", "Z1", P.OUTSIDE, P.SOE, "期末变现", "realised at the horizon")
HORIZON_CHAIN: Final = _c("horizon_chain", "Z1", P.OUTSIDE, P.CHAIN_FUND, "期末变现", "realised at the horizon")
HORIZON_LOAN: Final = _c("horizon_loan", "Z1", P.OUTSIDE, P.BANK, "期末贷款收回", "loans run off at the horizon")
