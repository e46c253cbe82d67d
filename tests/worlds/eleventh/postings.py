"""Posting codes of measure 11."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line, Nature, Party, PostingBook
from kejin_sim.measures.numbering import posting_row

BOOK: Final = PostingBook("eleventh", first=posting_row("eleventh"))
FEE: Final = BOOK.code(
    "evening_fee", "X1", Party.CITY_TREASURY, Party.ENTERPRISE, "夜校学费", "fee of evening classes",
    Line("evening_classes"), Nature.EXPENDITURE,
)  # fmt: skip
