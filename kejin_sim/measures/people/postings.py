"""Posting codes of measure 8: who pays whom under each rule.

Awards go to the managers of venture capital (party ``gp``), straight from the treasury's line. A science vice-president's
stipend passes through the firm, which pays the person.
"""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("people", first=posting_row("people"))
_c = BOOK.code
_AWARDS: Final = Line("vc_awards")
_SERVICES: Final = Line("people_services")

EARLY_AWARD: Final = _c(
    "early_award", "H1", P.CITY_TREASURY, P.GP, "投早投小奖励", "early-stage award", _AWARDS, Nature.EXPENDITURE
)
VOLUME_AWARD: Final = _c(
    "volume_award", "H2", P.CITY_TREASURY, P.GP, "投资规模奖励", "volume award", _AWARDS, Nature.EXPENDITURE
)
LANDING_AWARD: Final = _c(
    "landing_award", "H3", P.CITY_TREASURY, P.GP,
    "引进企业申报上市、上市奖励", "award for introduced firms that file or are listed", _AWARDS, Nature.EXPENDITURE,
)
LISTED_AWARD: Final = _c(
    "listed_award", "H3", P.CITY_TREASURY, P.GP,
    "引进上市公司奖励", "award for introducing a listed firm", _AWARDS, Nature.EXPENDITURE,
)

SETTLEMENT_FIRM: Final = _c(
    "settlement_firm", "H4", P.DISTRICT_TREASURY, P.GP,
    "创投机构落户补助（按地方贡献）", "settlement subsidy to VC firms, by local contribution",
)
SETTLEMENT_MANAGER: Final = _c(
    "settlement_manager", "H4", P.DISTRICT_TREASURY, P.OUTSIDE,
    "创投机构高管补助（按地方贡献）", "settlement subsidy to their senior managers",
)
SETTLEMENT_RENT: Final = _c(
    "settlement_rent", "H4", P.DISTRICT_TREASURY, P.GP, "创投机构租金补贴", "rent subsidy to VC firms"
)

DEPUTY_CITY: Final = _c(
    "deputy_city", "H5", P.CITY_TREASURY, P.ENTERPRISE,
    "科技副总津贴（市财政）", "stipend of a science vice-president, treasury's part", _SERVICES, Nature.EXPENDITURE,
)
DEPUTY_UNIVERSITY: Final = _c(
    "deputy_university", "H5", P.UNIVERSITY, P.ENTERPRISE,
    "科技副总津贴（派出单位）", "stipend of a science vice-president, university's part",
)
DEPUTY_PAY: Final = _c(
    "deputy_pay", "H5", P.ENTERPRISE, P.OUTSIDE, "支付科技副总报酬", "the firm pays its science vice-president"
)

ADVISER_FEE: Final = _c(
    "adviser_fee", "H6", P.CITY_TREASURY, P.SERVICE_PROVIDER,
    "科技金融服务顾问费用", "fee for technology-finance advisers", _SERVICES, Nature.EXPENDITURE,
)
