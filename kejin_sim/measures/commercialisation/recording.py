"""What the engines write down of measure 5 beside the postings. Statistics count what was done after the books opened."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("commercialisation", first=series_row("commercialisation"))
_s = SERIES.add
S_PLEDGE_COST: Final = _s("pledge_cost_found")  # interest and fees of pledged loans that subsidies are reckoned on
S_ABS_FIRMS: Final = _s("abs_firms")  # firms whose rights were securitised
S_ABS_ISSUED: Final = _s("abs_issued")  # senior notes
S_ABS_SENIOR: Final = _s("abs_senior")  # senior notes outstanding at the close
S_ABS_GUARANTEED: Final = _s("abs_guaranteed")  # of them what the guarantor may still have to pay
S_ABS_CASH: Final = _s("abs_cash")  # of the special plan at the close
S_ABS_DEFAULTED: Final = _s("abs_defaulted")  # principal in default
S_VOUCHERS: Final = _s("vouchers")  # redeemed, number
S_VOUCHER_PAID: Final = _s("voucher_paid")
S_CONTRACTS: Final = _s("technical_contracts")  # turnover of contracts with a voucher
S_EQUITY_FIRMS: Final = _s("university_firms")  # spin-outs in which a university holds shares
S_LANDINGS: Final = _s("landings")  # prize projects that landed, number
S_LANDING_PAID: Final = _s("landing_paid")

STATS: Final = Rows("commercialisation", first=stats_row("commercialisation"))
_t = STATS.add
T_ABS_ISSUES: Final = _t("abs_issues")
T_ABS_SKIPPED: Final = _t("abs_years_without_issue")  # too few firms
T_ABS_POOL: Final = _t("abs_pool_principal")
T_ABS_COST: Final = _t("abs_cost")  # interest on senior notes, guarantor's fee, cost of issue
T_ABS_SUBSIDISED: Final = _t("abs_subsidised")
T_ABS_YEARS: Final = _t("abs_balance_years")  # senior balance times years: what the cost is measured against
T_ABS_EAD: Final = _t("abs_ead")
T_ABS_RECOVERED: Final = _t("abs_recovered")
T_ABS_FIRST: Final = _t("abs_loss_overcollateral")  # what the firms' own surplus did not get back
T_ABS_SECOND: Final = _t("abs_loss_guarantor")
T_ABS_SENIOR: Final = _t("abs_loss_senior")
T_LOAN_RATE: Final = _t("ordinary_loan_rate")  # LPR plus the banks' mean spread, to compare with
T_VOUCHERS_TAKEN: Final = _t("vouchers_taken")
T_VOUCHERS_REDEEMED: Final = _t("vouchers_redeemed")
T_VOUCHERS_DOUBLE: Final = _t("vouchers_double_refused")  # the cost is paid by a running grant
T_VOUCHERS_UNPAID: Final = _t("vouchers_unpaid")  # accepted, but the line or the firm's own part was short
T_SPINOUTS: Final = _t("spinouts_seen_3y")  # founded after the opening, three years observed
T_SPINOUTS_ALIVE: Final = _t("spinouts_alive_3y")
T_UNIVERSITY_IN: Final = _t("university_cash_in")
T_UNIVERSITY_OUT: Final = _t("university_proceeds")
