"""A grant that becomes equity, from award to its end (G1–G7, G9, G10)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.measures.grant_to_equity import exit_rules, failure_rules, grant_rules, linkage_rules
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.recording import (
    S_CONVERSIONS,
    S_GRANT_MATCHED,
    S_GRANT_PAID,
    S_GRANT_RETURNED,
    T_CONVERTED,
    T_GRANT_BACK,
    T_GRANT_CLOSED,
    T_GRANT_COST,
    T_GRANT_EXITED,
    T_GRANT_LOSS,
    T_MILESTONES_MISSED,
    T_REPAID,
    T_TEAM_YIELD,
    T_WRITTEN_OFF,
)
from kejin_sim.reference.stakes import Status
from kejin_sim.world import postings as w
from kejin_sim.world.macro import log_odds, logistic

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise



class Track(Enum):
    """What a grant is given for."""

    PROJECT = "project"
    COMPETITION = "competition"
    TALENT = "talent"
    ATTRACTION = "attraction"


class State(Enum):
    """Where the public money is: in one state at a time (N9)."""

    WAITING = "waiting to be converted"
    HELD = "converted, the public share is held"
    REPAID = "repaid"
    WRITTEN_OFF = "written off"
    KEPT = "a pure grant"
    EXITED = "sold"


class Grant:
    """One firm's grant.

    ``paid``: public money so far, ``district`` the district's part of it; ``matched``: the partner's beside it;
    ``project_cost``: what payments add to the firm's quarterly cost; ``cost``: public money that was converted; ``repaid``,
    ``kept``: what of the rest was paid back at once, or stays a grant;
    ``proceeds``: what the firm or its sale has paid on the public share and the purse has yet to book; ``got``: what
    came back; ``seen_raised``: what the firm had raised when its rounds were last looked at (all CNY). ``open``: it is
    still followed. Quarters count from the burn-in, −1 never.
    """

    def __init__(self, firm: Enterprise, track: Track) -> None:
        city = firm.city
        rules = city.grant_rules
        self.city: City = city
        self.firm = firm
        self.track = track
        self.state = State.KEPT if rules.mode == 1 else State.WAITING
        self.open = True
        self.policy = not city.clock.burn_in
        self.made = city.clock.k
        self.next_milestone = self.made + round(4.0 * rules.milestone_years)
        self.tranches_left = 0
        self.accepted = False
        self.paid = 0.0
        self.district = 0.0
        self.matched = 0.0
        self.project_cost = 0.0
        self.project_began = (firm.raised, firm.sustained)
        self.project_until = -1
        self.seen_raised = firm.raised
        self.certifies = True
        self.converted = -1
        self.cost = 0.0
        self.repaid = 0.0
        self.kept = 0.0
        self.got = 0.0
        self.proceeds = 0.0

    @property
    def runs(self) -> bool:
        """Does it pay for its firm's research: followed, and not shares yet?"""
        return self.open and self.state is not State.HELD

    @property
    def recommends(self) -> bool:
        """Does the award recommend its firm to investors: as long as it runs, and once it is shares until its window is over?"""
        return self.open and (self.runs or self.certifies)

    @property
    def years_held(self) -> float:
        """Years since conversion."""
        return 0.25 * (self.city.clock.k - self.converted)

    def credit_line(self) -> float:
        """G8. What a talent start-up may borrow at least, once the grant is accepted or the fund has entered."""
        rules = self.city.grant_rules
        if (
            self.track is Track.TALENT
            and rules.enabled == 1
            and linkage_rules.credit_open(self.accepted, self.firm.seed.since >= 0)
        ):
            return float(rules.talent_credit)
        return 0.0

    # Money to the firm.

    def pay(self, code: int, amount: float, matched: float = 0.0) -> None:
        """Public money that is ready reaches the firm, and the partner's beside it; it is spent on the project until
        the next milestone.
        """
        city, firm = self.city, self.firm
        city.ledger.post(code, amount, firm=firm.account)
        if matched > 0.0:
            city.ledger.post(g.MATCH, matched, firm=firm.account)
        firm.cash += amount + matched
        years = city.grant_rules.milestone_years
        extra = grant_rules.project_spending(
            amount + matched, city.settings.behaviour.grant_spending, years
        )
        firm.cost += extra
        self.project_cost += extra
        self.project_began = (firm.raised, firm.sustained)
        self.project_until = city.clock.k + round(4.0 * years)
        self.paid += amount
        self.matched += matched
        city.notes.series[S_GRANT_PAID] += amount
        city.notes.series[S_GRANT_MATCHED] += matched
        if self.policy:
            city.notes.stats[T_GRANT_COST] += amount

    # Step 5.

    def quarter(self) -> None:
        """After the firms have moved: what the end of the firm means, milestones, the end of the window."""
        firm = self.firm
        k = self.city.clock.k
        if firm.gone:
            self._firm_is_gone()
            return
        if self.proceeds > 0.0:
            self.come_back(w.DIVIDEND_GRANT, self._take_proceeds(), self.cost)
        if k >= self.project_until:
            self._end_project()
        to_come = self.tranches_left > 0 or (self.track is Track.TALENT and not self.accepted)
        if self.state is not State.HELD and k == self.next_milestone and to_come:
            self._milestone()
        over = k >= self.made + round(4.0 * self.city.grant_rules.conversion_window_years)
        if over:
            self.certifies = False
        if self.state is State.WAITING and over:
            self._window_over()
        elif self.state is State.KEPT and over and self.tranches_left == 0:
            self._end_project()
            self.open = False

    def _end_project(self) -> None:
        """The project is over, at the latest with its grant: its cost ends with it, unless a round or a pivot has set
        the firm's cost anew since.
        """
        firm = self.firm
        if self.project_began == (firm.raised, firm.sustained):
            firm.cost = max(0.0, firm.cost - self.project_cost)
        self.project_cost = 0.0

    def _milestone(self) -> None:
        """G2. Reached, the grant is accepted and its next tranche paid; missed, no tranche follows."""
        city, firm, rules = self.city, self.firm, self.city.grant_rules
        u, _, _, _ = city.draw(rng.GRANT_REVIEW, firm.profile.entity)
        eta = grant_rules.milestone_log_odds(
            log_odds(rules.milestone_success), rules.milestone_quality, firm.profile.quality
        )
        met = u < logistic(eta)
        firm.tell("milestone", met=met)
        if not met:
            self.tranches_left = 0
            if self.policy:
                city.notes.stats[T_MILESTONES_MISSED] += 1.0
            return
        self.accepted = True
        if self.tranches_left == 0:
            return
        amount = grant_rules.tranche(rules.project_cap, rules.project_tranches)
        if city.guidance.spend(city.guidance.grants, amount, firm.account):
            code = g.PURE_GRANT if self.state is State.KEPT else g.TRANCHE
            self.pay(code, amount, grant_rules.match(amount, rules.project_match))
            self.tranches_left -= 1
        else:
            self.tranches_left = 0
        self.next_milestone += round(4.0 * rules.milestone_years)

    def _window_over(self) -> None:
        """G7. No trigger within the window: waived when the team was dutiful, else repaid as far as the cash goes."""
        firm, rules = self.firm, self.city.grant_rules
        if rules.failure_dutiful_waiver == 1:
            firm.tell("waived", amount=self.paid)
            self.close(State.WRITTEN_OFF)
            return
        amount = failure_rules.repayment(firm.cash, rules.failure_repay_share, self.paid)
        firm.cash -= amount
        self.come_back(g.REPAID, amount, self.paid)
        if amount < self.paid:
            firm.tell("grant_lost", amount=self.paid - amount)
        self.close(State.REPAID if amount >= self.paid else State.WRITTEN_OFF)

    def _firm_is_gone(self) -> None:
        """A converted holding was sold with the firm; what still waits is repaid by the buyer, or lost."""
        if self.firm.status is Status.FAILED:
            if self.state is not State.KEPT:
                self.firm.tell("grant_lost", amount=max(0.0, self.paid - self.repaid - self.got))
            self.close(State.KEPT if self.state is State.KEPT else State.WRITTEN_OFF)
        elif self.state is State.HELD:
            self.sold_with_firm(g.EXIT)
        elif self.state is State.WAITING:
            self.come_back(g.REPAID_EXIT, self.paid, self.paid)
            self.close(State.REPAID)
        self.open = False

    # Holding, money back, end.

    def check(self) -> None:
        """N9. Every yuan of an open grant is in one state, and nothing of a waiting one is equity."""
        waiting = self.paid if self.state is State.WAITING else 0.0
        kept = self.paid if self.state is State.KEPT else self.kept
        alone = grant_rules.one_state(self.paid, waiting, self.cost, self.repaid, 0.0, kept)
        if waiting > 0.0:
            alone = alone and self.firm.grant_share == 0.0
        self.city.ledger.tie(f"N9 {self.firm.account.name}", float(alone), 1.0, 1.0)

    def hold(self, cost: float) -> None:
        """From now on the money is equity at ``cost`` (CNY)."""
        notes = self.city.notes
        self.state = State.HELD
        self.converted = self.city.clock.k
        self.cost = cost
        notes.series[S_CONVERSIONS] += 1.0
        if self.policy:
            notes.stats[T_CONVERTED] += 1.0


    def sold_with_firm(self, code: int) -> None:
        """The whole firm was sold (W6, Z1), and the public share with it."""
        proceeds = self._take_proceeds()
        self.come_back(code, proceeds, self.cost)
        if code != g.HORIZON_GRANT:  # a value at the horizon is no market exit
            self.cede_to_team(proceeds)
        self.close(State.EXITED)

    def _take_proceeds(self) -> float:
        amount, self.proceeds = self.proceeds, 0.0
        return amount

    def come_back(self, code: int, amount: float, cost: float) -> None:
        """Money of the grant comes back to the purse: principal until ``cost`` is back, then income."""
        principal = min(amount, max(0.0, cost - self.got))
        self.got += amount
        self.receive(code, principal, amount - principal)

    def receive(self, code: int, principal: float, income: float) -> None:
        """The purse is paid; G9: the district has its part of it."""
        city, notes = self.city, self.city.notes
        amount = principal + income
        city.ledger.post(code, amount, firm=self.firm.account)
        if self.district > 0.0:
            share = self.district / self.paid
            of_principal = grant_rules.district_part(principal, share)
            of_income = grant_rules.district_part(income, share)
            city.ledger.post(g.ATTRACTION_RETURN, of_principal + of_income, firm=self.firm.account)
            principal -= of_principal
            income -= of_income
        city.guidance.receive(city.guidance.grants, principal, income)
        notes.series[S_GRANT_RETURNED] += amount
        if self.policy:
            notes.stats[T_GRANT_BACK] += amount

    def cede_to_team(self, proceeds: float) -> None:
        """G6. Part of the city's gain of a market exit within the window goes to the team, nothing of the district's."""
        city, rules = self.city, self.city.grant_rules
        own = 1.0 - self.district / self.paid if self.paid > 0.0 else 1.0
        gain = min(proceeds, max(0.0, self.got - self.cost))
        amount = own * exit_rules.team_yield(gain, rules.exit_team_yield, self.years_held, rules.exit_window_years)
        if amount > 0.0:
            city.ledger.post(g.TEAM_YIELD, amount, firm=self.firm.account)
            city.guidance.cede(amount, own * gain, self.firm.account.name, city.guidance.grants)
            if self.policy:
                city.notes.stats[T_TEAM_YIELD] += amount
                city.notes.stats[T_GRANT_BACK] -= amount

    def close(self, state: State) -> None:
        """A grant has come to its end; what did not come back of the public money is its loss."""
        self.state = state
        self.open = False
        self._end_project()
        stats = self.city.notes.stats
        if self.policy and state is not State.KEPT:  # a pure grant was never meant to come back
            meant_back = failure_rules.meant_back(self.paid, self.kept)
            stats[T_GRANT_CLOSED] += meant_back
            stats[T_GRANT_LOSS] += max(0.0, meant_back - self.repaid - self.got)
            row = {State.WRITTEN_OFF: T_WRITTEN_OFF, State.REPAID: T_REPAID, State.EXITED: T_GRANT_EXITED}[state]
            stats[row] += 1.0
