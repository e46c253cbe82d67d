"""What the engines write down of lending beside the postings: quarterly series and end-of-path statistics.

Statistics of losses count loans of measure 2 made after the books opened.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("credit", first=series_row("credit"))
_s = SERIES.add
S_LENT: Final = _s("credit_lent")  # new loans to firms of the city, any product
S_LOANS: Final = _s("credit_loans")  # their number
S_FIRST_LOANS: Final = _s("credit_first_loans")  # to firms that never had one
S_LISTED_LENT: Final = _s("credit_listed_lent")  # to white-listed firms
S_POOL_LENT: Final = _s("credit_scheme_lent")  # under pool or compensation
S_GUARANTEED_LENT: Final = _s("credit_guaranteed_lent")
S_INSURED_LENT: Final = _s("credit_insured_lent")  # with credit-guarantee insurance (I6)
S_PLEDGED_LENT: Final = _s("credit_pledged_lent")  # on intellectual property (T1)
S_BALANCE: Final = _s("credit_balance")  # open loans at the close, before default
S_POLICY_BALANCE: Final = _s("credit_policy_balance")  # of white-listed firms, bad loans that the bank still holds included
S_OVERDUE: Final = _s("credit_overdue")  # of it over 90 days late, without what a guarantor or insurer has paid
S_DEFAULTED: Final = _s("credit_defaulted")  # exposure at default of the quarter
S_DEFAULTS: Final = _s("credit_defaults")  # number
S_POOL: Final = _s("pool_balance")
S_POOL_CLAIMS: Final = _s("pool_claims")  # paid by pool or compensation
S_GUARANTEED: Final = _s("guarantee_exposure")  # the guaranteed part of open loans
S_GUARANTOR: Final = _s("guarantor_cash")
S_GUARANTEE_CLAIMS: Final = _s("guarantee_claims")
S_RELEND: Final = _s("relending_balance")
S_STOPPED: Final = _s("pool_stopped")  # 1 where the stop-loss keeps new loans out in the next quarter
S_GUARANTEE_PUBLIC: Final = _s("guarantee_public")  # what the local guarantor bears of guarantees, were all claimed
S_POOL_PUBLIC: Final = _s("pool_public")  # public money in pool or budget line that open loans may still draw
S_RELEASED: Final = _s("guarantee_released")  # the guaranteed part of principal repaid or in default in the quarter
S_PRIZE: Final = _s("ranking_prize")  # what the bonus quota saves the best banks

STATS: Final = Rows("credit", first=stats_row("credit"))
_t = STATS.add
T_APPLICATIONS: Final = _t("credit_applications")
T_NOT_LISTED: Final = _t("credit_not_listed")  # applicants below the white list's score
T_REFUSED_BY_BANKS: Final = _t("credit_refused_by_banks")
T_LIMIT_FULL: Final = _t("credit_limit_full")  # pool or guarantor had no room
T_STOPPED: Final = _t("credit_stopped")  # turned away by the stop-loss
T_RENEWED: Final = _t("credit_renewed")
T_CREDIT_EAD: Final = _t("credit_ead")  # exposure of settled defaults
T_CREDIT_RECOVERED: Final = _t("credit_recovered")
T_BORNE_BANK: Final = _t("borne_bank")  # from its own account, unpaid claims included
T_BORNE_POOL_CITY: Final = _t("borne_pool_city")
T_BORNE_POOL_DISTRICT: Final = _t("borne_pool_district")
T_BORNE_POOL_BANK: Final = _t("borne_pool_bank")  # from the banks' deposit in the pool
T_BORNE_COMPENSATION: Final = _t("borne_compensation")
T_BORNE_GUARANTOR: Final = _t("borne_guarantor")
T_BORNE_NATIONAL: Final = _t("borne_national")
T_BORNE_RE_GUARANTOR: Final = _t("borne_re_guarantor")
T_BORNE_INSURER: Final = _t("borne_insurer")
T_PREMIUMS_UNPAID: Final = _t("loan_premiums_unpaid")
T_PLEDGED_EAD: Final = _t("pledged_ead")  # of credit_ead: on pledges
T_PLEDGED_LOSS: Final = _t("pledged_loss")
T_UNPAID: Final = _t("unpaid_claims")
T_POOL_EMPTY: Final = _t("pool_first_empty")  # 1 + quarter of the first claim that the pool could not pay; 0 never
T_FEES_UNPAID: Final = _t("guarantee_fees_unpaid")
T_DOUBLE_REFUSED: Final = _t("double_compensation_refused")  # N2
T_STACK_CAPPED: Final = _t("compensation_capped")  # N1
T_PLEDGED_LOANS: Final = _t("credit_pledged_loans")  # number of loans on intellectual property, any borrower of the city
BANK_NAMES: Final = "ABCDE"
_banks_balance = tuple(_t(f"credit_balance_bank_{name.lower()}") for name in BANK_NAMES)
_banks_overdue = tuple(_t(f"credit_overdue_bank_{name.lower()}") for name in BANK_NAMES)
T_BANK_BALANCE: Final = _banks_balance[0]  # S_POLICY_BALANCE by bank (the row of the first, others follow), over quarter-ends
T_BANK_OVERDUE: Final = _banks_overdue[0]  # S_OVERDUE likewise
