"""Statistics of a path at its end, and the table package × twin."""

from __future__ import annotations

from collections.abc import Iterator

from kejin_sim.measures.grant_to_equity.recording import T_LINKED
from kejin_sim.recording import (
    PAIRS,
    T_CARRY,
    T_CLASS_COST0,
    T_CLASS_VALUE0,
    T_DEALS,
    T_DEALS_COST,
    T_DEALS_LOSS,
    T_DEALS_LOST,
    T_FEES,
    T_OBS3,
    T_OBS5,
    T_OBS10,
    T_PROJECTS_OVER,
    T_RESIDUAL,
    T_SUPPORTED,
    T_SUPPORTED_RELOCATED,
    T_SURV3,
    T_SURV5,
    T_SURV10,
    T_SURV10_NATIONAL,
    T_SURVIVOR_YEARS,
    X_ALIVE_BOTH,
    X_ALIVE_NEITHER,
    X_ALIVE_PACKAGE,
    X_ALIVE_TWIN,
    X_ANYWAY,
    X_EARLIER,
    X_FUNDED_BOTH,
    X_FUNDED_NEITHER,
    X_FUNDED_PACKAGE,
    X_FUNDED_TWIN,
    X_LATER,
    X_LESS,
    X_LISTED_BOTH,
    X_LISTED_PACKAGE,
    X_LISTED_TWIN,
    X_MORE,
    X_ONLY_SO,
)
from kejin_sim.reference.city import City
from kejin_sim.reference.enterprise import Enterprise
from kejin_sim.reference.grant import Track
from kejin_sim.reference.stakes import Status

AGES = ((12, T_OBS3, T_SURV3), (20, T_OBS5, T_SURV5), (40, T_OBS10, T_SURV10))
"""Quarters after founding at which survival is counted, and where."""

Cells = tuple[int, int, int, int]
FUNDED: Cells = (X_FUNDED_BOTH, X_FUNDED_PACKAGE, X_FUNDED_TWIN, X_FUNDED_NEITHER)
ALIVE: Cells = (X_ALIVE_BOTH, X_ALIVE_PACKAGE, X_ALIVE_TWIN, X_ALIVE_NEITHER)
LISTED: Cells = (X_LISTED_BOTH, X_LISTED_PACKAGE, X_LISTED_TWIN, -1)


def policy_cohorts(city: City) -> Iterator[Enterprise]:
    """The city's own firms that were founded after the books opened."""
    for firm in city.everybody:
        if not firm.profile.outside and firm.profile.arrival >= city.clock.opening:
            yield firm


def draw_up(city: City) -> list[float]:
    """The statistics of one world, complete."""
    stats = city.notes.stats
    for fund in city.subfunds:
        if fund.policy:
            closed = fund.closed_deals
            stats[T_DEALS] += fund.deals
            stats[T_DEALS_LOST] += closed.lost
            stats[T_DEALS_COST] += fund.cost
            stats[T_DEALS_LOSS] += closed.losses
            for number, (cost, value) in enumerate(zip(fund.class_cost, closed.class_value, strict=True)):
                stats[T_CLASS_COST0 + 2 * number] += cost
                stats[T_CLASS_VALUE0 + 2 * number] += value
            stats[T_PROJECTS_OVER] += closed.over
            stats[T_FEES] += fund.fees
            stats[T_CARRY] += fund.carry_paid
    for firm in policy_cohorts(city):
        _count_survival(city, stats, firm)
    for firm in city.everybody:
        grant = firm.grant
        if grant is not None and grant.policy and grant.track is Track.TALENT:
            stats[T_LINKED] += 1.0 if firm.seed.since >= 0 and firm.had_loan else 0.0
    for office in city.rooms.offices.values():
        office.finish()
    stats[T_RESIDUAL] = city.ledger.largest_residual
    return stats


def _count_survival(city: City, stats: list[float], firm: Enterprise) -> None:
    """A firm that fails in quarter arrival + n has lived n full quarters."""
    arrival, last = firm.profile.arrival, city.clock.last
    failed = firm.status is Status.FAILED
    supported = firm.supported_quarter >= 0
    for quarters, observed, survived in AGES:
        if arrival + quarters <= last + 1:
            stats[observed] += 1.0
            if not failed or firm.end_quarter >= arrival + quarters:
                stats[survived] += 1.0
                if survived == T_SURV10 and not firm.profile.relocated:
                    stats[T_SURV10_NATIONAL] += 1.0
    stats[T_SURVIVOR_YEARS] += 0.25 * ((firm.end_quarter if failed else last + 1) - arrival)
    if supported:
        stats[T_SUPPORTED] += 1.0
        if firm.profile.relocated:
            stats[T_SUPPORTED_RELOCATED] += 1.0


def compare(package: City, twin: City) -> list[float]:
    """The table package × twin over the policy cohorts: funded, alive, listed; sooner; more."""
    pairs = [0.0] * len(PAIRS)
    in_package = {firm.profile.entity: firm for firm in policy_cohorts(package)}
    in_twin = {firm.profile.entity: firm for firm in policy_cohorts(twin)}
    for entity in sorted(in_package.keys() | in_twin.keys()):
        a, b = in_package.get(entity), in_twin.get(entity)
        _enter(pairs, FUNDED, _funded(a), _funded(b))
        if a is not None and a.supported_quarter >= 0:
            pairs[X_ANYWAY if _funded(b) else X_ONLY_SO] += 1.0
        _enter(pairs, ALIVE, _alive(a), _alive(b))
        _enter(pairs, LISTED, _listed(a), _listed(b))
        if a is not None and b is not None and _funded(a) and _funded(b):
            if a.funded_quarter != b.funded_quarter:
                pairs[X_EARLIER if a.funded_quarter < b.funded_quarter else X_LATER] += 1.0
            if a.raised != b.raised:
                pairs[X_MORE if a.raised > b.raised else X_LESS] += 1.0
    return pairs


def _funded(firm: Enterprise | None) -> bool:
    return firm is not None and firm.funded_quarter >= 0


def _alive(firm: Enterprise | None) -> bool:
    return firm is not None and firm.status is not Status.FAILED


def _listed(firm: Enterprise | None) -> bool:
    return firm is not None and firm.listed_quarter >= 0


def _enter(pairs: list[float], cells: Cells, in_package: bool, in_twin: bool) -> None:
    cell = cells[(0 if in_twin else 1) if in_package else (2 if in_twin else 3)]
    if cell >= 0:
        pairs[cell] += 1.0
