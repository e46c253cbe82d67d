"""Measure 8 in the reference engine: money is filed at the yearly visits, awards are paid when the year ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kejin_sim import random as rng
from kejin_sim.ledger import Line
from kejin_sim.measures.people import adviser_rules, award_rules, deputy_rules, landing_rules
from kejin_sim.measures.people import postings as p
from kejin_sim.measures.people.landing_rules import COHORTS
from kejin_sim.measures.people.recording import (
    S_ADVISED,
    S_SERVICES,
    S_SETTLEMENT,
    S_STIPENDS,
    S_VC_AWARDS,
    S_VC_FILED,
    S_VC_SETTLED,
    T_ADVISED,
    T_CAPPED_EARLY,
    T_CONTRIBUTION,
    T_DEPUTY_YEARS,
    T_ENDED,
    T_FILED,
    T_FILED_EARLY,
    T_FILINGS,
    T_FORFEITED,
    T_HELD_EARLY,
    T_HELD_VOLUME,
    T_LISTED,
    T_LISTINGS,
    T_MATCHED,
    T_PLACED,
    T_SERVED,
    T_SETTLED,
    T_UNFUNDED,
)
from kejin_sim.measures.people.streams import VC_YEAR
from kejin_sim.reference import office
from kejin_sim.reference.queueing import Queue
from kejin_sim.reference.stakes import Status
from kejin_sim.world.calendar import quarterly_quota, quarters_in_force
from kejin_sim.world.promises import share_paid

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

AWARDS: Final = Line("vc_awards")
SERVICES: Final = Line("people_services")
LAST_ROUND: Final = 1  # value of ``landing.counted_from``; 0: first round


@dataclass
class Filed:
    """Non-fiscal money as filed in quarter ``when`` (CNY): does it wait for the early-stage award, for the volume award?"""

    money: float
    when: int
    early: bool
    volume: bool = True


@dataclass
class File:
    """What the measure knows of a firm. Quarters count from the burn-in, −1 never."""

    seen: float = 0.0  # private money at the last visit (CNY)
    filed: list[Filed] = field(default_factory=list)
    booked: bool = False
    introduced: int = -1
    filing_awarded: bool = False
    listing_awarded: bool = False
    deputy: int = -1  # quarter of the placement
    served: bool = False
    served_from: float = 0.0  # private money when the service began (CNY)
    lift_deputy: float = 1.0  # to be taken back
    lift_adviser: float = 0.0

    @property
    def waits(self) -> bool:
        """May an award still come of it, or does a service run?"""
        return bool(self.filed) or (self.introduced >= 0 and not self.listing_awarded) or self.served


class Office(office.Office):
    """Who files private money, pays awards, places deputies and sends advisers.

    ``book``: firms that awards may still come of or that an adviser serves, in the order in which they came into it.
    """

    def __init__(self, city: City, room: str) -> None:
        super().__init__(city, room)
        self.files: dict[Enterprise, File] = {}
        self.book: list[Enterprise] = []
        self.applicants: list[Enterprise] = []
        self.running = False  # has the measure been in force until now?
        self.part = 0.0  # of a year that the running fiscal period is
        self.share_paid = 1.0  # of the awards due, at the last settlement (H1, H2)
        self.waiting = 0.0  # money held long enough that fills no unit yet (CNY)
        self.settled = 0.0
        self.cohorts = [0.0] * COHORTS  # settled VC firms by fiscal years since they came
        self.capacity = 0
        self.places = 0

    def file(self, firm: Enterprise) -> File:
        """A firm's file."""
        return self.files.setdefault(firm, File())

    # Step 2.

    def open_year(self) -> None:
        """The measure comes into force; settled VC firms grow a year older; the advisers' operator is paid."""
        clock, rules = self.clock, self.rules
        if not self.in_force:
            return
        if not self.running:  # what firms raised before the measure is not new at their first visit
            self.running = True
            self.share_paid = 1.0
            for firm in self.city.firms:
                self.file(firm).seen = firm.private_in
        self.part = 0.25 * quarters_in_force(clock.quarter_of_year, clock.period_end)
        if clock.quarter_of_year == 0:
            self.cohorts = [0.0, *self.cohorts[: COHORTS - 1]]
        due = adviser_rules.fee(rules.adviser_number, rules.adviser_cost, self.part)
        paid = self.city.treasury.pay_most(SERVICES, p.ADVISER_FEE, due) if due > 0.0 else 0.0
        self.capacity = adviser_rules.capacity(rules.adviser_number, rules.adviser_firms, due, paid)

    def _stop(self) -> None:
        """Deputies leave, services end, settled VC firms count no more.

        At the opening another policy takes over: what it does not go on with has not happened under it, and is not counted.
        """
        if self.running:
            self.running = False
            for firm, file in self.files.items():
                if not firm.gone and file.deputy >= 0:
                    self._end_deputy(firm, file)
            for firm in self.book:
                file = self.file(firm)
                if file.served:
                    if self.clock.k != self.clock.opening:
                        self._note_service(firm, file)
                    self._end_service(firm, file)
        self.capacity = 0
        self.settled = 0.0
        self.cohorts = [0.0] * COHORTS

    def influence(self) -> None:
        """What awards and settled VC firms do to private offers; the quarter's places of advisers.

        Awards move investors by what they pay: by what the last settlement paid, and not at all where nothing is
        appropriated.
        """
        self.places = 0
        if not self.in_force:
            self._stop()
            return
        city, rules, behaviour = self.city, self.rules, self.city.settings.behaviour
        self.places = quarterly_quota(self.capacity, self.clock.quarter_of_year)
        if city.treasury.lines[AWARDS].year_appropriated > 0.0:
            rate = award_rules.award_rate(rules.early_award, rules.volume_award, rules.volume_unit)
            reckoned = award_rules.reckoned_rate(rate, self.share_paid)
            city.offer_boost += award_rules.offer_response(behaviour.award_response, reckoned)
        city.offer_boost += landing_rules.settlement_response(behaviour.settlement_response, self.settled)

    # Step 6.

    def firm_year(self, firm: Enterprise, u: office.Lanes) -> None:
        """Money is filed, an adviser's year ends and another may begin, a deputy goes on, leaves or is asked for."""
        if not self.in_force:
            return
        rules, file = self.rules, self.file(firm)
        self._file_money(firm, file)
        if file.served:
            self._note_service(firm, file)
            self._end_service(firm, file)
        if file.deputy >= 0 and not (
            deputy_rules.in_post(file.deputy, self.clock.k, rules.deputy_years) and self._pay_stipend(firm)
        ):
            self._end_deputy(firm, file)
        if file.deputy < 0 and deputy_rules.applies(u[2], rules.deputy_apply):
            _, _, own_part = self._stipend()
            if deputy_rules.eligible(firm.percentile, rules.deputy_min_score, firm.cash, own_part):
                self.applicants.append(firm)
        if self.places > 0 and adviser_rules.wants(u[2], rules.adviser_apply):
            self._serve(firm, file)

    def award(self) -> None:
        """H5. The quarter's deputies are placed, best score first within quota and budget."""
        if self.in_force:
            quota = quarterly_quota(self.rules.deputy_per_year, self.clock.quarter_of_year)
            for firm in Queue(self.city.env, self.applicants).best(quota):
                if self._pay_stipend(firm):
                    file = self.file(firm)
                    file.deputy = self.clock.k
                    file.lift_deputy = deputy_rules.productivity(self.rules.deputy_effect)
                    firm.lift(0.0, file.lift_deputy)
                    self.notes.stats[T_PLACED] += 1.0
                    firm.tell("deputy_placed")
        self.applicants.clear()

    def _file_money(self, firm: Enterprise, file: File) -> None:
        """H1–H3. Private money that has come in since the last visit."""
        rules, clock, notes = self.rules, self.clock, self.notes
        filed = award_rules.non_fiscal(firm.private_in, file.seen, rules.nonfiscal)
        file.introduced = landing_rules.introduction(
            file.introduced, clock.k, firm.profile.relocated, firm.private_in - file.seen,
            rules.landing_counted_from == LAST_ROUND,
        )  # fmt: skip
        file.seen = firm.private_in
        if filed > 0.0:
            young = award_rules.is_startup(
                0.25 * firm.age, 4.0 * firm.revenue, rules.early_age_max, rules.early_revenue_max
            )
            file.filed.append(Filed(filed, clock.k, young))
            notes.series[S_VC_FILED] += filed
            notes.stats[T_FILED] += filed
            if young:
                notes.stats[T_FILED_EARLY] += filed
            firm.tell("vc_filed", amount=filed, early=young)
        self._enter_in_book(firm, file)

    def _enter_in_book(self, firm: Enterprise, file: File) -> None:
        if file.waits and not file.booked:
            file.booked = True
            self.book.append(firm)

    def _stipend(self) -> tuple[float, float, float]:
        rules = self.rules
        return deputy_rules.shares(
            rules.deputy_stipend, rules.deputy_treasury_share, rules.deputy_university_share
        )

    def _pay_stipend(self, firm: Enterprise) -> bool:
        """H5. A year's stipend passes through the firm; nothing is paid when its cash or the budget line falls short."""
        part, home, own_part = self._stipend()
        if firm.cash < own_part or not self.city.treasury.pay_covered(
            SERVICES, p.DEPUTY_CITY, part, firm=firm.account
        ):
            return False
        ledger = self.city.ledger
        ledger.post(p.DEPUTY_UNIVERSITY, home, firm=firm.account)
        ledger.post(p.DEPUTY_PAY, part + home + own_part, firm=firm.account)
        firm.cash -= own_part
        firm.support()
        self.notes.stats[T_DEPUTY_YEARS] += 1.0
        self.notes.series[S_STIPENDS] += 1.0
        return True

    def _end_deputy(self, firm: Enterprise, file: File) -> None:
        firm.lift(0.0, 1.0 / file.lift_deputy)
        file.deputy = -1
        firm.tell("deputy_left")

    def _serve(self, firm: Enterprise, file: File) -> None:
        """H6. An adviser takes the firm on until its next visit."""
        self.places -= 1
        file.served = True
        file.served_from = firm.private_in
        file.lift_adviser = self.rules.adviser_boost
        firm.lift(file.lift_adviser, 1.0)
        firm.support()
        self._enter_in_book(firm, file)
        self.notes.stats[T_SERVED] += 1.0
        self.notes.series[S_SERVICES] += 1.0
        firm.tell("adviser_begins")

    def _note_service(self, firm: Enterprise, file: File) -> None:
        """H6. A service ends, at the next visit, with the firm or with the policy."""
        found = adviser_rules.found_money(file.served_from, firm.private_in)
        notes = self.notes
        notes.stats[T_ENDED] += 1.0
        if found > 0.0:
            notes.stats[T_MATCHED] += 1.0
            notes.stats[T_ADVISED] += found
            notes.series[S_ADVISED] += found
            firm.tell("adviser_matched", amount=found)

    def _end_service(self, firm: Enterprise, file: File) -> None:
        firm.lift(-file.lift_adviser, 1.0)
        file.served = False

    # Step 11.

    def assess(self) -> None:
        """H1–H4 at the end of a fiscal year, or of the part of it in which the policy runs."""
        clock, rules, notes = self.clock, self.rules, self.notes
        if not self.in_force or clock.quarter_of_year != clock.period_end:
            return
        early = volume = filings = listings = 0.0
        for firm in self.book:
            file = self.file(firm)
            held_early, held_volume = self._settle_money(firm, file)
            early += held_early
            volume += held_volume
            filed, listed = self._landing(firm, file)
            filings += filed
            listings += listed
            if firm.gone and file.served:
                self._note_service(firm, file)
                file.served = False
            file.booked = not firm.gone and file.waits
        self.book = [firm for firm in self.book if self.file(firm).booked]
        u_listed, u_settled, _, _ = self.draw(VC_YEAR, 0)
        introduced = float(rng.poisson(u_listed, rules.landing_listed_per_year * self.part))
        claims = award_rules.early_award(early, rules.early_award)
        capped = award_rules.within_cap(claims, rules.early_cap * self.part, rules.institutions + self.settled)
        self.waiting += volume
        units = award_rules.full_units(self.waiting, rules.volume_unit)
        self.waiting = award_rules.still_waiting(self.waiting, rules.volume_unit, units)
        notes.stats[T_HELD_EARLY] += early
        notes.stats[T_CAPPED_EARLY] += claims - capped
        notes.stats[T_HELD_VOLUME] += volume
        notes.stats[T_FILINGS] += filings
        notes.stats[T_LISTINGS] += listings
        notes.stats[T_LISTED] += introduced
        wanted = {
            p.EARLY_AWARD: capped,
            p.VOLUME_AWARD: award_rules.volume_award(units, rules.volume_award),
            p.LANDING_AWARD: landing_rules.landing_award(
                filings, listings, 0.0, rules.landing_filing, rules.landing_listing, 0.0
            ),
            p.LISTED_AWARD: landing_rules.landing_award(0.0, 0.0, introduced, 0.0, 0.0, rules.landing_listed),
        }
        # What the institutions' cap takes was due by rate, and is not paid.
        due = 0.0
        for code, amount in wanted.items():
            due += claims if code == p.EARLY_AWARD else amount
        self.share_paid = share_paid(self._pay_awards(wanted), due, self.share_paid)
        self._settle_firms(float(rng.poisson(u_settled, rules.settlement_firms_per_year * self.part)))

    def _settle_money(self, firm: Enterprise, file: File) -> tuple[float, float]:
        """H1, H2. What has been held long enough now, for the early-stage award and for the volume. In a firm that is gone money
        was held until its last quarter: what falls short of the years is forfeited.
        """
        rules = self.rules
        until = firm.end_quarter if firm.gone else self.clock.k
        early = volume = lost = 0.0
        for entry in file.filed:
            if entry.early and award_rules.is_held(entry.when, until, rules.early_hold):
                early += entry.money
                entry.early = False
            if entry.volume and award_rules.is_held(entry.when, until, rules.volume_hold):
                volume += entry.money
                entry.volume = False
            if firm.gone and entry.early:
                self.notes.stats[T_FORFEITED] += entry.money
                lost += entry.money
        file.filed = [] if firm.gone else [entry for entry in file.filed if entry.early or entry.volume]
        if early > 0.0:
            firm.tell("vc_held", amount=early, award=award_rules.early_award(early, rules.early_award))
        if lost > 0.0:
            firm.tell("vc_forfeited", amount=lost)
        return early, volume

    def _landing(self, firm: Enterprise, file: File) -> tuple[float, float]:
        """H3. Filings and listings of an introduced firm that earn an award now: 0 or 1 each."""
        listed = firm.listed_quarter >= 0
        filed = listed or firm.status in (Status.QUEUED, Status.LOCKED)
        filings = listings = 0.0
        if not file.filing_awarded and landing_rules.filed_in_time(
            file.introduced, self.clock.k, filed, self.rules.landing_years
        ):
            file.filing_awarded = True
            filings = 1.0
            firm.tell("landing_filed")
        if not file.listing_awarded and landing_rules.listing_due(file.filing_awarded, listed):
            file.listing_awarded = True
            listings = 1.0
            firm.tell("landing_listed")
        return filings, listings

    def _pay_awards(self, wanted: dict[int, float]) -> float:
        """H1–H3. The year's claims are paid, all in the same proportion where the line is short. Returns what is paid."""
        claims = 0.0
        for amount in wanted.values():  # not ``sum``, which newer Pythons compensate
            claims += amount
        if claims <= 0.0:
            return 0.0
        treasury = self.city.treasury
        line = treasury.lines[AWARDS]
        share = award_rules.payable_share(claims, line.spendable)
        paid = 0.0
        for code, amount in wanted.items():
            # Rounding never asks for more than the line has.
            paid += treasury.pay_most(AWARDS, code, min(amount * share, line.spendable))
        self.notes.series[S_VC_AWARDS] += paid
        # What is left of the claims is asked for once more: it is refused and counted, unless it is a crumb of rounding.
        if share < 1.0 and not treasury.pay_covered(AWARDS, p.EARLY_AWARD, claims - paid):
            self.notes.stats[T_UNFUNDED] += claims - paid
        return paid

    def _settle_firms(self, arrived: float) -> None:
        """H4. VC firms that have settled this year join, and the district pays those in their first years."""
        rules, notes, ledger = self.rules, self.notes, self.city.ledger
        self.settled += arrived
        self.cohorts[0] += arrived
        notes.series[S_VC_SETTLED] += arrived
        notes.stats[T_SETTLED] += arrived
        firms = 0.0
        for age, count in enumerate(self.cohorts):
            if landing_rules.is_entitled(age, rules.settlement_years):
                firms += count
        if firms <= 0.0:
            return
        years = firms * self.part
        business = landing_rules.contribution_subsidy(years, rules.settlement_firm_tax, rules.settlement_rate)
        managers = landing_rules.contribution_subsidy(years, rules.settlement_manager_tax, rules.settlement_rate)
        rent = landing_rules.contribution_subsidy(years, rules.settlement_rent, 1.0)
        ledger.post(p.SETTLEMENT_FIRM, business)
        ledger.post(p.SETTLEMENT_MANAGER, managers)
        ledger.post(p.SETTLEMENT_RENT, rent)
        notes.series[S_SETTLEMENT] += business + managers + rent
        notes.stats[T_CONTRIBUTION] += years * (rules.settlement_firm_tax + rules.settlement_manager_tax)
