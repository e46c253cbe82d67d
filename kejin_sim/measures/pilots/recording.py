"""What the engines write down of measure 9 beside the postings. Funds and warrants are those made after the books
opened; the AIC's exposure, balances of buy-back loans and what banks earn on them include what the burn-in left."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("pilots", first=series_row("pilots"))
_s = SERIES.add
S_AIC_COMMITTED: Final = _s("aic_committed")  # size of all funds formed so far
S_AIC_PROGRESS: Final = _s("aic_progress")  # of it, as a multiple of the target
S_AIC_CALLED: Final = _s("aic_called")  # all partners
S_AIC_DISTRIBUTED: Final = _s("aic_distributed")  # to all partners, the horizon's included
S_AIC_OWN_CALLED: Final = _s("aic_own_called")  # the AIC's own money
S_AIC_OWN_DISTRIBUTED: Final = _s("aic_own_distributed")
S_AIC_EXPOSURE: Final = _s("aic_exposure")  # the AIC's own money committed or paid in, at the close
S_AIC_PROJECTS: Final = _s("aic_projects")  # investments that the calls stand for
S_WARRANTS: Final = _s("warrants_registered")  # number
S_WARRANTS_COVERED: Final = _s("warrants_covered")  # CNY
S_WARRANTS_OPEN: Final = _s("warrants_open")  # number at the close
S_WARRANT_PAYOFF: Final = _s("warrant_payoff")  # exercised or sold, the horizon's included
S_REGIONAL_SALES: Final = _s("regional_sales")  # number of holdings
S_REGIONAL_PAID: Final = _s("regional_paid")  # CNY
S_BUYBACK_FIRMS: Final = _s("buyback_firms")  # listed companies that drew a loan
S_BUYBACK_LENT: Final = _s("buyback_lent")
S_BUYBACK_BOUGHT: Final = _s("buyback_bought")  # buy-backs that the loans stand behind, own money included
S_BUYBACK_BALANCE: Final = _s("buyback_balance")  # loans outstanding at the close
S_BUYBACK_RELENT: Final = _s("buyback_relent")  # relending outstanding at the close
S_BUYBACK_MARGIN: Final = _s("buyback_margin")  # what banks earn on it

STATS: Final = Rows("pilots", first=stats_row("pilots"))
_t = STATS.add
T_AIC_FUNDS: Final = _t("aic_funds_formed")
T_AIC_LIMITED: Final = _t("aic_refused_by_limit")  # funds not formed because the AIC's own limit was full
T_WARRANTS: Final = _t("warrants")  # registered
T_WARRANTS_EXERCISED: Final = _t("warrants_exercised")
T_WARRANTS_SOLD: Final = _t("warrants_sold")
T_WARRANTS_WORTHLESS: Final = _t("warrants_worthless")  # ended out of the money, the firm's failure included
T_WARRANTS_UNSOLD: Final = _t("warrants_unsold")  # ended in the money and found no buyer
T_BUYBACK_REFUSED: Final = _t("buyback_refused")  # over the quota
