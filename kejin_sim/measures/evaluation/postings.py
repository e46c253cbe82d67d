"""Posting codes of measure 6: who pays whom under each rule. The treasury pays straight from its line."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("evaluation", first=posting_row("evaluation"))
_c = BOOK.code

# F1: fintech research, by payment.
RESEARCH_FIRST: Final = _c(
    "fintech_first", "F1", P.CITY_TREASURY, P.SERVICE_PROVIDER, "金融科技攻关补助首期", "fintech research, first payment",
    Line("fintech"), Nature.EXPENDITURE,
)
RESEARCH_INTERIM: Final = _c(
    "fintech_interim", "F1", P.CITY_TREASURY, P.SERVICE_PROVIDER, "金融科技攻关补助中期", "fintech research, interim payment",
    Line("fintech"), Nature.EXPENDITURE,
)
RESEARCH_FINAL: Final = _c(
    "fintech_final", "F1", P.CITY_TREASURY, P.SERVICE_PROVIDER, "金融科技攻关补助末期", "fintech research, final payment",
    Line("fintech"), Nature.EXPENDITURE,
)

# F2: the platform.
PLATFORM_CAPEX: Final = _c(
    "platform_capex", "F2", P.CITY_TREASURY, P.SERVICE_PROVIDER, "数据平台建设费", "data platform, capital cost",
    Line("fintech"), Nature.EXPENDITURE,
)
PLATFORM_OPEX: Final = _c(
    "platform_opex", "F2", P.CITY_TREASURY, P.SERVICE_PROVIDER, "数据平台运行费", "data platform, running cost",
    Line("fintech"), Nature.EXPENDITURE,
)
