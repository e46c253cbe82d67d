"""拨投贷: a talent start-up's grant opens the fund's ticket and then the credit line (G8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.grant.layout import KEPT, TALENT, WAITING
from kejin_sim.engine.layout import ACTIVE, Record
from kejin_sim.engine.screening import is_eligible, lead_seed
from kejin_sim.jit import internal
from kejin_sim.measures.grant_to_equity import linkage_rules
from kejin_sim.measures.grant_to_equity.recording import T_LINKED
from kejin_sim.recording import T_INELIGIBLE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@internal
def talent_deals(
    people: Record, firms: Record, grants: Record, book: Ints, granted: int, n: int, quarter: Record, city: Record,
    equity: Record, rules: Record, world: Record, behaviour: Record, twice: float,
    flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """The guidance fund leads a seed deal of the agreed ticket in every talent start-up whose grant was accepted.

    Outside the quota of seed direct and before it, from the same budget line, on the same terms.
    """
    if rules.enabled == 0 or equity.enabled == 0 or rules.talent_fund <= 0.0 or quarter.policy == 0:
        return
    for index in range(granted):
        slot = book[index]
        grant = grants[slot, n]
        firm = firms[slot, n]
        if grant.track != TALENT or (grant.state != WAITING and grant.state != KEPT):
            continue
        if firm.status != ACTIVE or firm.stage != 0 or firm.sustained == 1:  # a self-sustaining firm raises no equity any more
            continue
        if not linkage_rules.fund_open(grant.accepted == 1, firm.raised):
            continue
        if not is_eligible(firm, people[slot], quarter, equity, world):
            stat[T_INELIGIBLE] += 1.0
            continue
        lead_seed(
            firm, people[slot], rules.talent_fund, quarter, city, equity, world, behaviour, twice, flow, series, stat
        )


@internal
def credit_floor(grant: Record, firm: Record, rules: Record) -> float:
    """G8. What a talent start-up may borrow at least, once its grant is accepted or the fund has entered (CNY, else 0)."""
    if firm.awarded == 0 or grant.track != TALENT or rules.enabled == 0:
        return 0.0
    if linkage_rules.credit_open(grant.accepted == 1, firm.seed_quarter >= 0):
        return rules.talent_credit
    return 0.0


@internal
def linked_statistics(firms: Record, grants: Record, slots: int, n: int, stat: Floats) -> None:
    """Talent start-ups of the policy that had grant, fund and loan."""
    for slot in range(slots):
        firm = firms[slot, n]
        grant = grants[slot, n]
        linked = firm.awarded == 1 and firm.borrowed == 1 and firm.seed_quarter >= 0
        if linked and grant.track == TALENT and grant.policy == 1:
            stat[T_LINKED] += 1.0
