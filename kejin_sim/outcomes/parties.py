"""Who pays whom: money between every two parties that any posting joins, and what each party is left with.

The list comes from the posting tables, so a new measure's flows are here without anybody remembering to add them.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from kejin_sim.ledger import PARTY_LABELS, Party
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.view import Array, View
from kejin_sim.postings import books


@cache
def pairs() -> dict[tuple[Party, Party], str]:
    """(payer, payee) → the measure all of whose postings these are, empty when several rooms or the world post."""
    rooms: dict[tuple[Party, Party], set[str]] = {}
    for book in books():
        for posting in book.postings:
            rooms.setdefault((posting.payer, posting.payee), set()).add(book.room)
    found = {}
    for pair, posted in rooms.items():
        room = next(iter(posted))
        found[pair] = room if len(posted) == 1 and room != "world" else ""
    return found


def flow_name(payer: Party, payee: Party) -> str:
    """Name of the metric of what one party paid another."""
    return f"money_{payer}_to_{payee}"


def net_name(party: Party) -> str:
    """Name of the metric of what a party is left with."""
    return f"net_{party}"


def involved() -> tuple[Party, ...]:
    """Parties that any posting names, in the order of the ledger."""
    named = {party for pair in pairs() for party in pair}
    return tuple(party for party in Party if party in named)


def _flow(payer: Party, payee: Party, measure: str) -> Metric:
    (payer_zh, payer_en), (payee_zh, payee_en) = PARTY_LABELS[payer], PARTY_LABELS[payee]
    return Metric(
        flow_name(payer, payee), f"{payer_zh}付给{payee_zh}", f"{payer_en} to {payee_en}", "CNY", "neutral",
        "付款方与收款方如名称所示的全部记账之和（含B4少征的税），不折现",
        "all postings between these two parties (tax not collected under B4 included), undiscounted",
        lambda v: v.total(payer=payer, payee=payee), measure,
    )  # fmt: skip


def _left(v: View, party: Party) -> Array:
    return v.total(payee=party) - v.total(payer=party)


def _net(party: Party) -> Metric:
    zh, en = PARTY_LABELS[party]
    return Metric(
        net_name(party), f"{zh}净得", f"{en}: net received", "CNY", "neutral",
        "该方作为收款方的全部记账 − 作为付款方的全部记账（含B4少征的税），不折现；各方之和为0",
        "all postings paid to the party − all paid by it (tax not collected under B4 included), undiscounted; over all "
        "parties they sum to 0",
        lambda v: _left(v, party),
    )  # fmt: skip


METRICS: Final[tuple[Metric, ...]] = (
    *(_net(party) for party in involved()),
    *(_flow(payer, payee, measure) for (payer, payee), measure in pairs().items()),
)
