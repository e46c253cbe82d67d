"""What the engines write down of measure 3 beside the postings. Statistics count what happens after the books open: a
policy that the burn-in sold may still bring a claim and a subsidy."""

from __future__ import annotations

from typing import Final

from kejin_sim.measures.numbering import series_row, stats_row
from kejin_sim.rows import Rows

SERIES: Final = Rows("insurance", first=series_row("insurance"))
_s = SERIES.add
S_POLICIES: Final = _s("insurance_policies")  # firms that insured at their visit
S_INSURED_FIRMS: Final = _s("insurance_firms")  # with a policy in force at the close
S_INSURED_SUM: Final = _s("insurance_sum")  # sums insured of policies in force at the close
S_PREMIUM: Final = _s("insurance_premium")
S_CLAIMS: Final = _s("insurance_claims")
S_CLAIM_COUNT: Final = _s("insurance_claim_count")
S_SUBSIDY: Final = _s("insurance_subsidy")  # the city's
S_NET_PREMIUM: Final = _s("insurance_net_premium")  # after cession
S_NET_CLAIMS: Final = _s("insurance_net_claims")  # after reinsurers, before the backstop
S_BACKSTOP: Final = _s("insurance_backstop")
S_POOL_BALANCE: Final = _s("insurance_pool_balance")  # at the close
S_CALLED: Final = _s("insurance_pool_called")  # members' calls
S_INSURER_LP: Final = _s("insurance_lp_money")  # I7: insurers' part of the social money called in the quarter

STATS: Final = Rows("insurance", first=stats_row("insurance"))
_t = STATS.add
T_PREMIUM_RD: Final = _t("insurance_premium_rd")
T_PREMIUM_IP: Final = _t("insurance_premium_ip")
T_PREMIUM_EQUIPMENT: Final = _t("insurance_premium_equipment")
T_PREMIUM_FIRST_SET: Final = _t("insurance_premium_first_set")
T_CLAIMS_RD: Final = _t("insurance_claims_rd")
T_CLAIMS_IP: Final = _t("insurance_claims_ip")
T_CLAIMS_EQUIPMENT: Final = _t("insurance_claims_equipment")
T_CLAIMS_FIRST_SET: Final = _t("insurance_claims_first_set")
T_COVER: Final = _t("insurance_cover")  # sums insured of all policies sold
T_NET_PREMIUM: Final = _t("insurance_net_premium")
T_NET_CLAIMS: Final = _t("insurance_net_claims")
T_SUBSIDY: Final = _t("insurance_subsidy")
T_OTHER_SUBSIDY: Final = _t("insurance_other_subsidy")
T_SUBSIDY_UNPAID: Final = _t("insurance_subsidy_unpaid")  # the line could not cover it
T_STACK_CAPPED: Final = _t("insurance_stack_capped")  # policies whose subsidy N4 cut
T_LOW_VISITS: Final = _t("insurance_low_risk_visits")  # visits to firms that know to be safer than average
T_LOW_INSURED: Final = _t("insurance_low_risk_insured")  # with R&D cover
T_HIGH_VISITS: Final = _t("insurance_high_risk_visits")
T_HIGH_INSURED: Final = _t("insurance_high_risk_insured")
T_UNAFFORDABLE: Final = _t("insurance_unaffordable")  # wanted a line and lacked the cash
T_LAPSED: Final = _t("insurance_lapsed")  # policies of firms that were gone before the end
T_BORNE_FIRM: Final = _t("insurance_borne_firm")  # of insured losses: deductible, share not paid, above the limit
T_BORNE_MEMBERS: Final = _t("insurance_borne_members")  # pool's members or single insurers, net of reinsurance and backstop
T_BORNE_REINSURER: Final = _t("insurance_borne_reinsurer")
T_BORNE_CITY: Final = _t("insurance_borne_city")  # backstop
T_BACKSTOP_UNPAID: Final = _t("insurance_backstop_unpaid")  # the line could not cover it
T_FOLLOWER: Final = _t("insurance_follower_result")  # surplus less calls of one member that is not the lead
