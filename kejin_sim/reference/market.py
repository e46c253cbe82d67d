"""Step 6: where firms and money meet: seed direct, sub-funds' short lists, follow-on, private rounds."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.measures.equity import direct_rules, subfund_rules
from kejin_sim.recording import (
    S_COINV_PAID,
    S_FOLLOW_ONS,
    S_FOLLOW_PAID,
    S_SEED_DEALS,
    S_SEED_PAID,
    T_CAPPED,
    T_INELIGIBLE,
    T_SEED_COST,
    T_SEED_DEALS,
)
from kejin_sim.reference.clock import (
    MARKET_OPENS,
    PRIVATE_ROUNDS,
    REINVESTMENT,
    SEED_DIRECT,
    SHORTLISTS,
    Process,
)
from kejin_sim.reference.queueing import Queue
from kejin_sim.reference.rounds import Money, close_round, crowd_out, offer_left
from kejin_sim.world.calendar import quarterly_quota
from kejin_sim.world.enterprise import doublings
from kejin_sim.world.macro import log_odds, logistic
from kejin_sim.world.rounds import capped_ticket, private_ticket

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise


class Market:
    """The city's market for equity rounds.

    ``seekers``: firms that look for money this quarter, older in the list first; ``doublings``: of public
    deal money in the last four quarters, which drives up early prices; ``reinvest_pool``: CNY that sellers of
    fund shares put back.
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.seekers: list[Enterprise] = []
        self.doublings = 0.0
        self.reinvest_pool = 0.0
        self.early = Queue(city.env)
        self.later = Queue(city.env)
        self.public_money = 0.0
        self._last_quarters = deque([0.0] * 4, maxlen=4)  # public deal money, the latest first
        city.env.process(self._run())

    def _run(self) -> Process:
        clock = self.city.clock
        while True:
            yield clock.until(MARKET_OPENS)
            self.doublings = self.public_money_doublings()
            self.seekers.clear()
            self.city.close.count_steps()
            yield clock.until(SEED_DIRECT)
            self._seed_direct()
            yield clock.until(SHORTLISTS)
            self._draw_up_shortlists()
            yield clock.until(PRIVATE_ROUNDS)
            self._follow_on()
            self._private_rounds()
            yield clock.until(REINVESTMENT)
            self._reinvested_rounds()
            self._last_quarters.appendleft(self.public_money)
            self.public_money = 0.0

    def public_money_doublings(self) -> float:
        """Doublings of public deal money over its reference, from the last four quarters."""
        last, second, third, fourth = self._last_quarters
        return doublings(last + second + third + fourth, self.city.settings.behaviour.public_money_reference)

    def eligible(self, firm: Enterprise) -> bool:
        """E3. Firms that are turned away are counted."""
        rules = self.city.rules
        if subfund_rules.eligible(
            0.25 * firm.age, self.city.settings.world.city_staff[firm.stage], 4.0 * firm.revenue,
            rules.eligibility_age_max, rules.eligibility_staff_max, rules.eligibility_size_max,
        ):  # fmt: skip
            return True
        self.city.notes.stats[T_INELIGIBLE] += 1.0
        firm.tell("ineligible")
        return False

    # E8, E9: seed direct.

    def _seed_direct(self) -> None:
        """E8. The guidance fund leads rounds of the best seed-stage firms within quota and budget."""
        clock, rules = self.city.clock, self.city.rules
        quota = quarterly_quota(rules.seed_direct_per_year, clock.quarter_of_year)
        if not clock.policy or quota == 0:
            return
        applicants = [
            firm
            for firm in self.seekers
            if firm.stage == 0
            and not firm.profile.outside
            and firm.seed.since < 0
            and firm.percentile >= rules.seed_direct_min_score
            and self.eligible(firm)
        ]
        for firm in Queue(self.city.env, applicants).best(quota):
            self.lead_seed_round(firm, rules.seed_direct_ticket)

    def lead_seed_round(self, firm: Enterprise, wanted: float) -> None:
        """The guidance fund leads a round with ``wanted`` CNY; none when the budget line cannot cover it."""
        city = self.city
        rules, notes, guidance = city.rules, city.notes, city.guidance
        u_coinvestors, u_crowd, _, _ = city.draw(rng.PUBLIC_ROUND, firm.profile.entity)
        eta = direct_rules.coinvest_log_odds(
            log_odds(rules.seed_direct_coinvest_probability), city.settings.behaviour.reward_response,
            rules.seed_direct_reward,
        )  # fmt: skip
        ratio = rules.seed_direct_coinvest_ratio if u_coinvestors < logistic(eta) else 0.0
        price = firm.round_price()
        private = offer_left(firm, u_crowd)
        held = firm.held_already(0.0, rules)
        ticket = capped_ticket(wanted, price, private, ratio, held, rules.seed_direct_holding_cap)
        if ticket < wanted:
            notes.stats[T_CAPPED] += 1.0
        if ticket <= 0.0 or not guidance.spend(guidance.angel, ticket, firm.account):
            return
        crowd_out(firm, u_crowd)
        beside = direct_rules.coinvestment(ticket, ratio)
        firm.seed.buy(ticket, city.clock.k)
        if beside > 0.0:
            firm.coinvestor.buy(beside, city.clock.k)
        firm.joined = firm.offer
        close_round(firm, price, Money(seed=ticket, coinvestor=beside, private=firm.offer))
        firm.reward_rate = rules.seed_direct_reward
        firm.reward_by_vintage = rules.seed_direct_reward_netting == 1
        if beside + firm.joined > 0.0 and firm.reward_by_vintage:
            guidance.enter_vintage(firm)
        notes.series[S_SEED_DEALS] += 1.0
        if not city.clock.burn_in:
            notes.series[S_SEED_PAID] += ticket
            notes.series[S_COINV_PAID] += beside
            notes.stats[T_SEED_DEALS] += 1.0
            notes.stats[T_SEED_COST] += ticket

    # E4: candidates of the sub-funds, which then choose one after the other.

    def _draw_up_shortlists(self) -> None:
        """Firms without a sub-fund: seed and angel stage in one queue, round A in the other."""
        if not any(f.investing and f.terms.angel_subfunds_deals_per_quarter > 0 for f in self.city.subfunds):
            return
        early: list[Enterprise] = []
        later: list[Enterprise] = []
        for firm in self.seekers:
            if firm.fund is None and not firm.profile.outside and firm.last_round < self.city.clock.k:
                if firm.stage <= 1:
                    early.append(firm)
                elif firm.stage == 2:
                    later.append(firm)
        self.early = Queue(self.city.env, filter(self.eligible, early))
        self.later = Queue(self.city.env, filter(self.eligible, later))

    # W2, E10: private rounds and the follow-on.

    def _follow_on(self) -> None:
        """E10. The guidance fund follows on the best private offers, on their terms."""
        city = self.city
        clock, rules, notes, guidance = city.clock, city.rules, city.notes, city.guidance
        quota = quarterly_quota(rules.follow_on_per_year, clock.quarter_of_year)
        if not clock.policy or quota == 0 or rules.follow_on_ratio <= 0.0:
            return
        applicants = [
            firm
            for firm in self.seekers
            if firm.offer > 0.0
            and not firm.profile.outside
            and firm.follow_on.since < 0
            and firm.stage <= rules.follow_on_max_stage
            and self.eligible(firm)
        ]
        for firm in Queue(city.env, applicants).best(quota):
            price = firm.round_price()
            ticket = self._follow_on_ticket(firm, price)
            if ticket <= 0.0 or not guidance.spend(guidance.angel, ticket, firm.account):
                continue
            firm.follow_on.buy(ticket, clock.k)
            close_round(firm, price, Money(follow_on=ticket, private=firm.offer))
            notes.series[S_FOLLOW_ONS] += 1.0
            if not clock.burn_in:
                notes.series[S_FOLLOW_PAID] += ticket

    def _follow_on_ticket(self, firm: Enterprise, price: float) -> float:
        """E10. A share of the private ticket, as far as the holding may go; 0 when it would be
        the largest.
        """
        rules = self.city.rules
        wanted = direct_rules.follow_on_ticket(firm.offer, rules.follow_on_ratio, rules.follow_on_cap)
        held = firm.held_already(firm.seed.share, rules)
        ticket = capped_ticket(wanted, price, firm.offer, 0.0, held, rules.follow_on_holding_cap)
        after = price + firm.offer + ticket
        if not subfund_rules.may_hold((held * price + ticket) / after, firm.founders * price / after):
            ticket = 0.0
        if ticket < wanted:
            self.city.notes.stats[T_CAPPED] += 1.0
        return ticket

    def _private_rounds(self) -> None:
        """W2. Private offers that are left close."""
        for firm in self.seekers:
            if firm.offer > 0.0:
                close_round(firm, firm.round_price(), Money(private=firm.offer))

    # E13: sellers' reinvestment.

    def _reinvested_rounds(self) -> None:
        """What sellers of fund shares put back pays for rounds of the best firms that found no offer."""
        if self.reinvest_pool <= 0.0:
            return
        k = self.city.clock.k
        behaviour = self.city.settings.behaviour
        last_stage = behaviour.seller_reinvest_max_stage
        applicants = [
            f for f in self.seekers if f.stage <= last_stage and f.last_round < k and not f.profile.outside
        ]
        dilution = self.city.settings.world.rounds_dilution
        for firm in Queue(self.city.env, applicants).best(behaviour.seller_reinvest_rounds):
            price = firm.round_price()
            amount = private_ticket(price, dilution[firm.stage])
            if amount <= self.reinvest_pool:
                self.reinvest_pool -= amount
                close_round(firm, price, Money(reinvested=amount))
