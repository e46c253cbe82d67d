"""A measure's part in the reference engine: who acts for it at which moment of a quarter."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kejin_sim import random as rng
from kejin_sim.measures import MEASURES
from kejin_sim.reference.clock import (
    INFLUENCES,
    ROOM_ARRIVALS,
    ROOM_ASSESSMENTS,
    ROOM_AWARDS,
    ROOM_FUNDS,
    ROOM_RESEARCH,
    ROOM_SERVICE,
    ROOM_TRANSFERS,
    ROOM_YEAR_OPENS,
    YEARLY_VISITS,
    Clock,
    Process,
)
from kejin_sim.reference.settings import Numbers
from kejin_sim.reference.stakes import Status

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.notes import Notes

Lanes = tuple[float, float, float, float]


class Office:
    """Who acts for one measure. A room's own ``Office`` overrides the moments at which it acts; the names are those of the
    compiled engine's steps (`kejin_sim.engine.rooms`).
    """

    def __init__(self, city: City, room: str) -> None:
        self.city = city
        self.room = room

    @property
    def rules(self) -> Numbers:
        """The measure's rules in force: the baseline's until the books open."""
        return self.city.rules_of(self.room)

    @property
    def in_force(self) -> bool:
        """Is the measure in force?"""
        return bool(self.rules.enabled == 1 and self.clock.policy)

    @property
    def clock(self) -> Clock:
        """The city's clock."""
        return self.city.clock

    @property
    def notes(self) -> Notes:
        """Series and statistics of the city."""
        return self.city.notes

    def draw(self, block: int, entity: int) -> Lanes:
        """The four uniforms of a block of decisions of an entity in this quarter."""
        return self.city.draw(block, entity)

    def tell(self, kind: str, entity: str, **facts: Any) -> None:
        """Add a line to the diary."""
        self.notes.tell(self.clock.k, kind, entity, **facts)

    def open_year(self) -> None:
        """Step 2, in the first quarter of a fiscal year."""

    def influence(self) -> None:
        """End of step 2: what the measure does to all firms of the city this quarter."""

    def arrive(self) -> None:
        """Step 3, after arrivals."""

    def serve(self) -> None:
        """Step 5: what firms' fates mean to the measure."""

    def firm_year(self, firm: Enterprise, u: Lanes) -> None:
        """Step 6: the yearly visit to a firm in business; ``u``: the draw that all rooms share."""

    def award(self) -> None:
        """End of step 6."""

    def transfers(self) -> None:
        """Step 8."""

    def funds(self) -> None:
        """Step 9."""

    def research(self) -> None:
        """Step 10."""

    def assess(self) -> None:
        """Step 11."""

    def end(self) -> None:
        """The horizon, after firms were realised."""

    def check(self) -> None:
        """Step 12: hold own balances against the ledger."""

    def close(self) -> None:
        """Step 12: write down stocks."""

    def finish(self) -> None:
        """After the last quarter: statistics of the path."""


def office_modules() -> dict[str, ModuleType]:
    """The modules of the rooms' offices, of those that have one."""
    places = {room: f"kejin_sim.measures.{room}.office" for room in MEASURES}
    return {room: import_module(place) for room, place in places.items() if find_spec(place) is not None}


class Rooms:
    """Every measure that has an office, in the order of the list of measures, and when they act."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.due: list[Enterprise] = []
        self.offices: dict[str, Office] = {}
        for room, module in office_modules().items():
            self.offices[room] = module.Office(city, room)
        city.env.process(self._run())

    def _run(self) -> Process:
        clock, offices = self.city.clock, self.offices.values()
        while True:
            yield clock.until(ROOM_YEAR_OPENS)
            if clock.year_opens:
                for office in offices:
                    office.open_year()
            yield clock.until(INFLUENCES)
            self._influence()
            yield clock.until(ROOM_ARRIVALS)
            for office in offices:
                office.arrive()
            yield clock.until(ROOM_SERVICE)
            for office in offices:
                office.serve()
            yield clock.until(YEARLY_VISITS)
            self._visit()
            yield clock.until(ROOM_AWARDS)
            for office in offices:
                office.award()
            yield clock.until(ROOM_TRANSFERS)
            for office in offices:
                office.transfers()
            yield clock.until(ROOM_FUNDS)
            for office in offices:
                office.funds()
            yield clock.until(ROOM_RESEARCH)
            for office in offices:
                office.research()
            yield clock.until(ROOM_ASSESSMENTS)
            for office in offices:
                office.assess()

    def _influence(self) -> None:
        """What rooms do to the whole city is worked out anew each quarter; a score of new precision sees every firm again."""
        city = self.city
        city.offer_boost = city.loan_boost = city.spinouts = 0.0
        city.score_noise = city.settings.world.score_noise
        city.shared_weight = 0.0
        for office in self.offices.values():
            office.influence()
        if city.clock.k == 0:
            city.scored_with = city.score_noise
        if city.score_noise != city.scored_with:
            city.scored_with = city.score_noise
            for firm in city.firms:
                firm.observe()

    def _visit(self) -> None:
        """Firms of the city in business, each in its season, with one draw for all rooms."""
        city = self.city
        for firm in self.due:
            if firm.status is Status.ACTIVE:
                u = city.draw(rng.FIRM_YEAR, firm.profile.entity)
                for office in self.offices.values():
                    office.firm_year(firm, u)
        self.due.clear()
