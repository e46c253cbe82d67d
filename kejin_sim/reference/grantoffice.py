"""Step 6, first: grants are awarded, best score first within quota and budget (G1, G8, G9, G10); what follows of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from kejin_sim.measures.grant_to_equity import grant_rules, linkage_rules
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.failure_rules import overall_loss, tolerated
from kejin_sim.measures.grant_to_equity.recording import (
    S_GRANT_NAV,
    S_GRANT_WAITING,
    S_GRANTS,
    T_GRANT_BACK,
    T_GRANT_CLOSED,
    T_GRANT_OVER,
    T_GRANTS,
)
from kejin_sim.reference import conversion
from kejin_sim.reference.clock import (
    CONVERSIONS,
    FOUNDERS_CALLS,
    GRANT_AWARDS,
    GRANT_PROGRESS,
    TALENT_DEALS,
    Process,
)
from kejin_sim.reference.grant import Grant, State, Track
from kejin_sim.reference.queueing import Queue
from kejin_sim.reference.stakes import Status
from kejin_sim.world import enterprise
from kejin_sim.world.calendar import quarterly_quota
from kejin_sim.world.rounds import capped_ticket

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

PURE_GRANT = 1  # value of ``mode``; 0: convertible


class GrantOffice:
    """Who awards grants and follows them.

    ``grants``: those still followed, in the order of award; ``startups``: firms at seed stage without one.
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.grants: list[Grant] = []
        self.startups: list[Enterprise] = []
        city.env.process(self._run())

    def _run(self) -> Process:
        clock = self.city.clock
        while True:
            yield clock.until(GRANT_PROGRESS)
            self._each(Grant.quarter)
            yield clock.until(GRANT_AWARDS)
            if self.in_force:
                self._award()
            self.startups.clear()
            yield clock.until(TALENT_DEALS)
            if self.in_force and self.city.rules.enabled == 1:
                self._deals_with_talents()
            yield clock.until(CONVERSIONS)
            self._each(conversion.look_at_round)
            yield clock.until(FOUNDERS_CALLS)
            if clock.year_ends and self.city.grant_rules.exit_founder_call != 0:
                self._each(conversion.founders_call)

    @property
    def in_force(self) -> bool:
        """Is measure 7 in force?"""
        return self.city.grant_rules.enabled == 1 and self.city.clock.policy

    def _each(self, step: Callable[[Grant], None]) -> None:
        for grant in self.grants:
            step(grant)
        self.grants = [grant for grant in self.grants if grant.open]

    # Awards.

    def _award(self) -> None:
        """Every track in turn; a firm that one track takes is out of the others."""
        rules, clock = self.city.grant_rules, self.city.clock
        for track, per_year in (
            (Track.TALENT, rules.talent_per_year),
            (Track.ATTRACTION, rules.attraction_per_year),
            (Track.COMPETITION, rules.competition_per_year),
            (Track.PROJECT, rules.project_per_year),
        ):
            quota = quarterly_quota(per_year, clock.quarter_of_year)
            if quota > 0:
                applicants = [firm for firm in self.startups if self._qualifies(firm, track)]
                for firm in Queue(self.city.env, applicants).best(quota):
                    self._award_one(firm, track)

    def _qualifies(self, firm: Enterprise, track: Track) -> bool:
        """G1. A young firm of the city in business, not yet equity-funded, without a grant before."""
        rules, profile = self.city.grant_rules, firm.profile
        if firm.status is not Status.ACTIVE or profile.outside:
            return False
        if track is Track.TALENT and profile.kind != enterprise.TALENT:
            return False
        if track is Track.ATTRACTION and not profile.relocated:
            return False
        oldest = {Track.ATTRACTION: rules.attraction_age_max, Track.COMPETITION: math.inf}.get(track, rules.project_age_max)
        return grant_rules.eligible(
            firm.stage, firm.raised, firm.grant is not None, 0.25 * firm.age, firm.percentile, oldest,
            rules.project_min_score,
        )  # fmt: skip

    def _award_one(self, firm: Enterprise, track: Track) -> None:
        """One award; none when the budget line cannot cover it."""
        rules = self.city.grant_rules
        if track is Track.COMPETITION:
            self._award_competition(firm)
        elif track is Track.TALENT:
            self._start(firm, track, g.TALENT_GRANT, rules.talent_grant)
        elif track is Track.ATTRACTION:
            ticket = rules.attraction_ticket
            district = grant_rules.district_part(ticket, rules.attraction_district_share)
            grant = self._start(firm, track, g.ATTRACTION_CITY, ticket - district)
            if grant is not None and district > 0.0:
                grant.pay(g.ATTRACTION_DISTRICT, district)
                grant.district = district
        else:
            tranche = grant_rules.tranche(rules.project_cap, rules.project_tranches)
            matched = grant_rules.match(tranche, rules.project_match)
            grant = self._start(firm, track, g.GRANT, tranche, matched)
            if grant is not None:
                grant.tranches_left = rules.project_tranches - 1

    def _award_competition(self, firm: Enterprise) -> None:
        """G1. A competition's winner sells shares at its value; under a pure grant (G10) the money is for nothing."""
        rules = self.city.grant_rules
        price = firm.value
        ticket = capped_ticket(rules.competition_ticket, price, 0.0, 0.0, 0.0, rules.conversion_share_cap)
        grant = self._start(firm, Track.COMPETITION, g.COMPETITION, ticket)
        if grant is None or rules.mode == PURE_GRANT:
            return
        share = ticket / (price + ticket)
        firm.dilute(share)
        firm.grant_share += share
        firm.log_value = math.log(price + ticket)
        firm.mark_before = firm.mark
        firm.mark = price + ticket
        if firm.funded_quarter < 0:
            firm.funded_quarter = self.city.clock.k
        grant.hold(ticket)
        firm.tell("converted", cost=ticket, share=share, post_money=price + ticket)

    def _start(
        self, firm: Enterprise, track: Track, code: int, amount: float, matched: float = 0.0
    ) -> Grant | None:
        """A firm's grant begins with its first money out of the purse, if the line has it."""
        city = self.city
        if not city.guidance.spend(city.guidance.grants, amount, firm.account):
            return None
        grant = Grant(firm, track)
        firm.grant = grant
        self.grants.append(grant)
        firm.support()
        if firm.supported_quarter < 0:
            firm.supported_quarter = city.clock.k
        city.notes.series[S_GRANTS] += 1.0
        if grant.policy:
            city.notes.stats[T_GRANTS] += 1.0
        firm.tell("granted", track=track, pure=grant.state is State.KEPT)
        # A ticket that attracts firms stays G9's, whatever becomes of the money.
        pure = grant.state is State.KEPT and track is not Track.ATTRACTION
        grant.pay(g.PURE_GRANT if pure else code, amount, matched)
        return grant

    def _deals_with_talents(self) -> None:
        """G8. The fund leads a seed deal in every talent start-up whose grant was accepted: beside seed direct's
        quota and before it, from the same line, on the same terms.
        """
        ticket = self.city.grant_rules.talent_fund
        if ticket <= 0.0:
            return
        for grant in self.grants:
            firm = grant.firm
            if (
                grant.track is Track.TALENT
                and grant.state in (State.WAITING, State.KEPT)
                and firm.status is Status.ACTIVE
                and firm.stage == 0
                and not firm.sustained  # it raises no equity any more
                and linkage_rules.fund_open(grant.accepted, firm.raised)
                and self.city.market.eligible(firm)
            ):
                self.city.market.lead_seed_round(firm, ticket)

    # The horizon and the close.

    def end(self) -> None:
        """Z1. Holdings have been realised with their firms; what still waits is written off. G7: the tolerance."""
        for grant in self.grants:
            if grant.state is State.HELD:
                grant.sold_with_firm(g.HORIZON_GRANT)
            elif grant.state is State.WAITING:
                grant.close(State.WRITTEN_OFF)
        self.grants.clear()
        stats = self.city.notes.stats
        cost, loss = stats[T_GRANT_CLOSED], overall_loss(stats[T_GRANT_CLOSED], stats[T_GRANT_BACK])
        if cost > 0.0 and not tolerated(loss, cost, self.city.grant_rules.tolerance):
            stats[T_GRANT_OVER] = 1.0

    def write(self) -> None:
        """Step 12. Stocks of the quarter."""
        waiting = nav = 0.0
        for grant in self.grants:
            grant.check()
            if grant.state is State.WAITING:
                waiting += 1.0
            nav += grant.firm.grant_share * grant.firm.mark
        series = self.city.notes.series
        series[S_GRANT_WAITING] = waiting
        series[S_GRANT_NAV] = nav
