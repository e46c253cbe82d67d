"""Measure 10 in the reference engine: the alliance, and the file that it keeps of every firm."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kejin_sim.ledger import Line
from kejin_sim.measures.ecosystem import coordination_rules, file_rules
from kejin_sim.measures.ecosystem import postings as p
from kejin_sim.measures.ecosystem.recording import (
    COUNTS,
    S_ALLIANCE_PAID,
    S_DUPLICATES_REFUSED,
    S_DUPLICATES_SAVED,
    S_MATCHES,
    T_DUPLICATES,
    T_INSTRUMENT_FIRMS,
    T_INSTRUMENTS,
    T_MATCHES,
    T_PAID_TWICE,
    T_REFUSED_DUPLICATES,
    T_SAVED,
    T_TOP_DECILE,
    T_TWO_INSTRUMENTS,
    T_TWO_PARTNERS,
    TOP,
)
from kejin_sim.measures.ecosystem.streams import DUPLICATE
from kejin_sim.reference import office
from kejin_sim.world.calendar import cost_of_year, quarters_in_force

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.office import Lanes

ECOSYSTEM = Line("ecosystem")


@dataclass
class File:
    """What the alliance keeps of a firm: partners at the last visit, and what coordination adds to its offers now."""

    partners: int = 0
    boost: float = 0.0


class Office(office.Office):
    """The alliance: lenders, grant office and public investors under one roof."""

    def __init__(self, city: City, room: str) -> None:
        super().__init__(city, room)
        self.files: dict[Enterprise, File] = {}
        self.run = False
        self.visits: list[list[bool]] = [[], [], [], []]  # by quarter of the last year: has the firm joined another partner?

    @property
    def runs(self) -> bool:
        """Does the alliance run this quarter?"""
        return self.in_force and self.run

    def open_year(self) -> None:
        """O3. The alliance is paid for the fiscal year, or does not run."""
        self.run = False
        if not self.in_force:
            return
        clock = self.clock
        cost = cost_of_year(self.rules.alliance_cost, quarters_in_force(clock.quarter_of_year, clock.period_end))
        self.run = cost <= 0.0 or self.city.treasury.pay_covered(ECOSYSTEM, p.ALLIANCE, cost)
        if self.run:
            self.notes.series[S_ALLIANCE_PAID] += cost
        else:
            self.tell("alliance_idle", "alliance", cost=cost)

    def influence(self) -> None:
        """O2. Lenders find firms that others support; a package without the measure takes back what the baseline's did."""
        clock = self.clock
        if clock.k == clock.opening and self.rules.enabled == 0:
            for firm in self.city.firms:
                self._set_boost(firm, 0.0)
        seen = [joined for quarter in self.visits for joined in quarter]
        if self.runs and seen:
            self.city.loan_boost += coordination_rules.lenders_find(sum(seen) / len(seen), self.rules.co_match)
        self.visits[clock.k % 4].clear()

    def _set_boost(self, firm: Enterprise, boost: float) -> None:
        file = self.files.setdefault(firm, File())
        if boost != file.boost:
            firm.lift(boost - file.boost, 1.0)
            file.boost = boost

    def firm_year(self, firm: Enterprise, u: Lanes) -> None:
        """O2. Who has a partner is found more easily by others; what matches the year brought is counted."""
        file = self.files.setdefault(firm, File())
        granted = _grant_is_open(firm)
        invested = firm.fund is not None or firm.seed.open or firm.follow_on.open or firm.grant_share > 0.0
        partners = coordination_rules.partners(firm.loan is not None and not firm.bad_mark, granted, invested)
        self._set_boost(firm, coordination_rules.found_sooner(partners, self.rules.co_match) if self.runs else 0.0)
        if self.runs:
            self.visits[self.clock.k % 4].append(granted or invested)
            if firm.profile.arrival >= self.clock.opening:
                made = coordination_rules.new_matches(file.partners, partners)
                self.notes.series[S_MATCHES] += made
                self.notes.stats[T_MATCHES] += made
                if made > 0:
                    firm.tell("matched", partners=partners)
        file.partners = partners

    def refuses_duplicate(self, firm: Enterprise, amount: float) -> bool:
        """O4. Is an application of research cost refused, because a grant bears that cost already?

        For the rooms that grant support of research: asked before they pay. ``amount``: what they would pay (CNY), 0 where
        they would not.
        """
        if not _grant_is_open(firm):
            return False
        notes = self.notes
        refused = False
        if file_rules.duplicate(True, self.runs):
            u, _, _, _ = self.draw(DUPLICATE, firm.profile.entity)
            refused = file_rules.refused(True, u, self.rules.dedup)
        if refused:
            notes.series[S_DUPLICATES_REFUSED] += 1.0
            notes.series[S_DUPLICATES_SAVED] += amount
            firm.tell("duplicate_refused", amount=amount)
        if not self.clock.burn_in:
            notes.stats[T_DUPLICATES] += 1.0
            notes.stats[T_REFUSED_DUPLICATES] += refused
            notes.stats[T_SAVED if refused else T_PAID_TWICE] += amount
        return refused

    def finish(self) -> None:
        """Partners and instruments of the policy cohorts."""
        stats = self.notes.stats
        found: Counter[int] = Counter()
        for firm in self.city.everybody:
            if firm.profile.outside or firm.profile.arrival < self.clock.opening:
                continue
            invested = firm.seed.cost + firm.angel.cost + firm.follow_on.cost > 0.0
            stats[T_TWO_PARTNERS] += coordination_rules.partners(firm.had_loan, firm.grant is not None, invested) >= 2
            if firm.instruments > 0:
                found[min(COUNTS - 1, firm.instruments)] += 1
        stats[T_INSTRUMENT_FIRMS] = float(sum(found.values()))
        stats[T_INSTRUMENTS] = float(sum(number * firms for number, firms in found.items()))
        stats[T_TWO_INSTRUMENTS] = float(sum(firms for number, firms in found.items() if number >= 2))
        left = TOP * stats[T_INSTRUMENT_FIRMS]
        for number in sorted(found, reverse=True):
            taken = min(left, found[number])
            stats[T_TOP_DECILE] += taken * number
            left -= taken


def _grant_is_open(firm: Enterprise) -> bool:
    return firm.grant is not None and firm.grant.runs
