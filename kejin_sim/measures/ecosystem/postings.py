"""Posting codes of measure 10: who pays whom under each rule."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

P = Party
BOOK: Final = PostingBook("ecosystem", first=posting_row("ecosystem"))
_c = BOOK.code

# O3: alliance and platform operator.
ALLIANCE: Final = _c(
    "alliance_cost", "O3", P.CITY_TREASURY, P.SERVICE_PROVIDER, "联盟与平台运营经费", "alliance and platform operator",
    Line("ecosystem"), Nature.EXPENDITURE,
)
