"""What each measure costs the treasury, and how much of the money stands on which legal footing.

Both come from the posting tables: a posting belongs to the room that lists it, and its rule says what its legal status is.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from kejin_sim.ledger import PUBLIC_PARTIES, Party
from kejin_sim.measures import MEASURES
from kejin_sim.outcomes import returns
from kejin_sim.outcomes.fiscal import CITY, SPENT
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.view import Array, View
from kejin_sim.parameters.registry import sections
from kejin_sim.rules import STATUS, rules

OUTSIDERS: Final = frozenset(Party) - PUBLIC_PARTIES


def measure_label(measure: str) -> tuple[str, str]:
    """A measure in words: (第2条 科技信贷, measure 2, credit), without what follows the colon in a scenario file."""
    zh, en = sections()[f"measures.{measure}"]
    return zh.split("：")[0], en.split(":")[0]


def cost_rows(v: View, measure: str) -> Array:
    """Rows: what the city treasury paid under a measure's postings less what came back under them."""
    return v.paid(payer=CITY, nature=SPENT, room=measure) - v.paid(payee=CITY, room=measure)


def _cost(measure: str) -> Metric:
    zh, en = measure_label(measure)
    return Metric(
        f"cost_{measure}", f"市财政净支出：{zh}", f"net fiscal cost: {en}", "CNY", "less",
        "该条措施项下市财政付款 − 收款，不折现；各条之和即市财政净支出",
        "paid by the city treasury under the measure's postings − paid to it, undiscounted; they add up to fiscal_net_cost",
        lambda v: returns.total_rows(cost_rows(v, measure)), measure,
    )  # fmt: skip


@cache
def of_status(status: str) -> frozenset[str]:
    """Ids of the rules with a legal status."""
    return frozenset(rule.id for rule in rules() if rule.status == status)


def _city_red(v: View) -> Array:
    """Rows: what the treasury paid under rules of red status, itself or through the guidance fund. The fund spends what has come
    back before it draws: in a quarter no more than it drew for the measure is the treasury's."""
    red = of_status("red")
    rows = v.paid(payer=CITY, payee=OUTSIDERS, rules=red)
    for measure in MEASURES:
        tickets = v.paid(payer=Party.GUIDANCE_FUND, payee=OUTSIDERS, rules=red, room=measure)
        rows = rows + np.minimum(tickets, v.paid(payer=CITY, payee=Party.GUIDANCE_FUND, room=measure))
    return rows


def _spent(v: View, status: str, payers: frozenset[Party]) -> Array:
    return v.total(payer=payers, payee=OUTSIDERS, rules=of_status(status))


LEGAL: Final = (
    Metric(
        "red_outlay", f"公共资金支出：{STATUS['red'][0]}", "public money spent under rules that must not be carried out", "CNY",
        "less",
        "合规状态为红色的条款（kejin rules 逐条注明）项下地方公共部门付给部门外的资金",
        "paid by the local public sector to others under rules of red legal status (see kejin rules)",
        lambda v: _spent(v, "red", PUBLIC_PARTIES),
    ),
    Metric(
        "approval_outlay", f"公共资金支出：{STATUS['approval'][0]}", "public money spent under rules that need approval",
        "CNY", "neutral",
        "合规状态为待批准的条款项下地方公共部门付给部门外的资金",
        "paid by the local public sector to others under rules that need approval or an explicit contract",
        lambda v: _spent(v, "approval", PUBLIC_PARTIES),
    ),
    Metric(
        "fiscal_outlay_without_red", "市财政支出（不含红色条款）", "city treasury outlay without rules of red status", "CNY",
        "neutral",
        "市财政支出 − 市财政在红色条款项下付给部门外的资金；经引导基金付出的，以当季该条措施的财政拨付为限（其余是循环资金）",
        "fiscal_outlay − what the treasury paid to others under rules of red legal status; through the guidance fund no more than "
        "was drawn for the measure in the quarter (the rest is recycled money)",
        lambda v: v.total(payer=CITY, nature=SPENT) - returns.total_rows(_city_red(v)),
    ),
)  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = (*(_cost(measure) for measure in MEASURES), *LEGAL)
