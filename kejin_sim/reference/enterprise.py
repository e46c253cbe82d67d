"""Step 4: an enterprise, from founding to its end, as a process that acts once a quarter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from kejin_sim import random as rng
from kejin_sim.ledger import Party
from kejin_sim.measures.equity.subfund_rules import counted_holding
from kejin_sim.recording import S_ACQUISITIONS, S_FAILURES, S_LISTINGS
from kejin_sim.reference import payouts
from kejin_sim.reference.clock import DYNAMICS, Process
from kejin_sim.reference.stakes import Stake, Status
from kejin_sim.world import credit, exits
from kejin_sim.world import postings as w
from kejin_sim.world.enterprise import (
    affordable_cost,
    falls_short,
    own_cash,
    pivots,
    revenue_step,
    score,
    value_step,
    wants_money,
)
from kejin_sim.world.failure import fails
from kejin_sim.world.macro import happens
from kejin_sim.world.rounds import at_same_price, entry_price, offer_log_odds, private_ticket

if TYPE_CHECKING:
    from kejin_sim.reference.birth import Profile
    from kejin_sim.reference.city import City
    from kejin_sim.reference.grant import Grant
    from kejin_sim.reference.loan import Loan
    from kejin_sim.reference.settings import Numbers
    from kejin_sim.reference.subfund import SubFund

SUSTAINED_ROW: Final = 6  # rows of stage tables: self-sustaining
CASH_OUT_ROW: Final = 7  # and out of cash


class Enterprise:
    """One firm in one world.

    ``founders``, ``private``, ``soe``, ``grant_share`` and the shares of the stakes sum to 1. ``mark``: post-money value of
    the last round, which is what is reported; ``mark_before`` that of the round before, both of all shares of today. ``kept``: what
    one share of the first day is now, after all dilution. ``offer``: private money offered this quarter. Quarters count from the
    burn-in, −1 for never.
    """

    def __init__(self, city: City, profile: Profile) -> None:
        world = city.settings.world
        self.city = city
        self.profile = profile
        self.account = city.ledger.open(Party.ENTERPRISE, profile.key)
        self.status = Status.ACTIVE
        self.gone = False  # has it left the simulated perimeter?
        self.end_quarter = -1
        self.listed_quarter = -1
        self.stage = 0
        self.sustained = False
        self.tried_pivot = False
        self.short = False
        self.log_value = profile.log_value
        self.cash: float = world.cash_initial
        self.cost: float = world.cash_initial / world.cash_initial_runway
        self.revenue = 0.0
        self.last_round = city.clock.k
        self.offer = 0.0
        self.founders = 1.0
        self.kept = 1.0
        self.private = 0.0
        self.soe = 0.0
        self.grant_share = 0.0
        self.grant: Grant | None = None  # the only one it ever gets
        self.loan: Loan | None = None  # not paid back
        self.had_loan = False
        self.bad_mark = False  # a loan of its has gone bad
        self.seed = Stake()
        self.coinvestor = Stake()
        self.joined = 0.0  # private money in the round that the guidance fund led (E9, CNY)
        self.follow_on = Stake()
        self.angel = Stake()
        self.fund: SubFund | None = None  # whose stake ``angel`` is
        self.deal_class = 0
        self.reward_rate = 0.0  # E9 as agreed at the seed deal
        self.reward_by_vintage = False
        self.vintage = 0  # fiscal year of the seed deal, see `Clock.vintage`
        self.reward_paid = 0.0
        self.mark = math.exp(profile.log_value)
        self.mark_before = self.mark
        self.redeem_quarter = -1
        self.supported_quarter = -1
        self.funded_quarter = -1
        self.raised = 0.0
        self.private_in = 0.0  # private money of all rounds so far
        self.exit_price = 0.0  # of the whole firm, when it was sold or realised
        self.securitised = 0.0  # principal in a pool of securities
        self.warrant = 0.0  # a new loan with a warrant, until measure 9 registers it in the same quarter (A3)
        self.instruments = 0  # times that public money or a public service has reached it
        self.boost = 0.0  # log-odds that rooms add to its private offers
        self.productivity = 1.0  # factor on what its spending turns into revenue
        self.score = profile.score
        self.percentile = 0.0
        self.observe()

    @property
    def invested_beside(self) -> float:
        """Private money in the round that the guidance fund led, brought by it or come anyway (E9, CNY)."""
        return self.coinvestor.cost + self.joined

    @property
    def seen_score(self) -> float:
        """The score of technical innovation as public screening sees it, at the noise that the evaluation system leaves (F3); a
        firm elsewhere is seen as its GP sees it.
        """
        profile, noise = self.profile, self.city.score_noise
        if noise != self.city.settings.world.score_noise and not profile.outside:
            return score(profile.quality, profile.noise, noise)
        return profile.score

    def observe(self) -> None:
        """The firm is ranked by that score, until stages are weighed (F4)."""
        self.score = self.seen_score
        self.percentile = 100.0 * rng.cumulative_normal(self.score)

    def lift(self, boost: float, productivity: float) -> None:
        """What rooms do for one firm: boosts of its private offers add up (log-odds), factors on productivity multiply."""
        self.boost += boost
        self.productivity *= productivity

    def support(self) -> None:
        """A subsidy or a public service reaches the firm: one more instrument. Public capital is more, see grants and rounds."""
        self.instruments += 1

    def stop_spending(self, growth: float, began: tuple[float, bool]) -> None:
        """Borrowed money is spent: what it added to the cost of a quarter ends, unless a round or a pivot has set the cost anew.

        Parameters: ``growth`` added (CNY a quarter); ``began``: ``raised`` and ``sustained`` as they were then.
        """
        if growth > 0.0 and began == (self.raised, self.sustained):
            self.cost = max(0.0, self.cost - growth)

    @property
    def row(self) -> int:
        """Row of the tables by stage."""
        return SUSTAINED_ROW if self.sustained else self.stage

    @property
    def value(self) -> float:
        """Equity value (CNY)."""
        return math.exp(self.log_value)

    @property
    def held(self) -> float:
        """Sum of all shares: 1 up to rounding."""
        return (
            self.founders + self.seed.share + self.coinvestor.share + self.angel.share + self.follow_on.share
            + self.private + self.soe + self.grant_share
        )  # fmt: skip

    def held_already(self, own: float, rules: Numbers) -> float:
        """E4. What counts against a cap on the holding before the deal (share): the holder's own, or all state-backed holders'."""
        state = self.angel.share + self.seed.share + self.follow_on.share + self.grant_share + self.soe
        return counted_holding(own, state, rules.eligibility_holding_scope)

    @property
    def debt(self) -> float:
        """Principal that it owes a bank, and in a pool of securities (CNY); what is in default it no longer services."""
        return (self.loan.balance if self.loan is not None else 0.0) + self.securitised

    def dilute(self, block: float) -> None:
        """New shares of ``block`` of the firm are issued: all holders give up as much of what they hold."""
        keep = 1.0 - block
        self.kept *= keep
        self.founders *= keep
        for stake in (self.seed, self.coinvestor, self.angel, self.follow_on):
            stake.share *= keep
        self.private *= keep
        self.soe *= keep
        self.grant_share *= keep
        # What the last rounds were worth is what all shares of today are worth at their price.
        self.mark = at_same_price(self.mark, keep)
        self.mark_before = at_same_price(self.mark_before, keep)

    def round_price(self) -> float:
        """Pre-money price of a round now: in early rounds the score's premium and the rise by public money.

        Prices elsewhere do not feel the city's public money.
        """
        behaviour = self.city.settings.behaviour
        rise = 0.0
        if self.stage <= behaviour.entry_price_max_stage and not self.profile.outside:
            rise = behaviour.entry_price_rise
        early = self.stage <= self.city.settings.world.rounds_foresight_max_stage
        premium = self.profile.premium if early else 1.0
        return entry_price(self.value, premium, rise, self.city.market.doublings)

    def life(self) -> Process:
        """The process: business until the firm ends or files; the queue; the lock-up."""
        yield self.city.clock.until(DYNAMICS)
        while True:
            yield from self._in_business()
            if self.status is Status.QUEUED:
                yield from self._in_queue()
            if self.status is Status.LOCKED:
                yield from self._in_lock_up()
            if self.gone:
                return

    def _in_business(self) -> Process:
        next_quarter = self.city.env.timeout
        while True:
            u_value, u_failure, u_round, u_exit = self._draws()
            self._operate(rng.normal(u_value))
            if self._survives(u_failure) and not self._leaves(u_exit):
                self._pay_out()
                self._look_for_money(u_round)
                self._consider_loan_and_grant()
            if self.gone:
                return
            yield next_quarter(1.0)
            if self.status is not Status.ACTIVE:
                return

    def _in_queue(self) -> Process:
        """Filed for an IPO: the firm operates; when its turn has come in an open window, it is listed or turned
        down.
        """
        city = self.city
        world = city.settings.world
        turn = city.clock.k - 1 + world.exits_ipo_queue
        while self.status is Status.QUEUED:
            u_value, _, _, _ = self._draws()
            self._postpone_redemption()
            self._operate(rng.normal(u_value))
            if city.clock.k >= turn and city.economy.window_open == 1:
                u_review, _, _, _ = city.draw(rng.EXIT_LISTING, self.profile.entity)
                if u_review < world.exits_ipo_termination:
                    self.status = Status.ACTIVE
                    self.tell("turned_down")
                else:
                    self._list()
            yield city.env.timeout(1.0)

    def _list(self) -> None:
        city = self.city
        self.status = Status.LOCKED
        self.log_value += city.settings.log_step_up
        self.listed_quarter = city.clock.k
        self._mark_to_market()
        if not self.profile.outside:
            city.notes.series[S_LISTINGS] += 1.0
        self.tell("listed", value=self.value)

    def _mark_to_market(self) -> None:
        """W6. A listed firm has a price every quarter: nobody reports or appraises it at its last private round."""
        self.mark = self.mark_before = self.value

    def _in_lock_up(self) -> Process:
        """Listed: the firm trades on, its price moves; when the lock-up ends, all holders sell and it leaves."""
        city = self.city
        world = city.settings.world
        end = self.listed_quarter + max(1, world.exits_lock_up)
        while True:
            u_value, _, _, _ = self._draws()
            self.log_value += exits.listed_step(
                world.exits_listed_drift, world.exits_listed_volatility, rng.normal(u_value)
            )
            self._mark_to_market()
            self._trade()
            if city.clock.k >= end:
                self._leave_at(self.value * (1.0 - world.exits_sale_discount), Status.SOLD)
                return
            yield city.env.timeout(1.0)

    def _draws(self) -> tuple[float, float, float, float]:
        city = self.city
        return rng.uniforms(city.seed, rng.ENTERPRISE_QUARTER, city.path, self.profile.entity, city.clock.k)

    def _value_step(self, row: int, z: float) -> float:
        world = self.city.settings.world
        profile = self.profile
        return value_step(
            world.value_drift[row], world.value_quality_drift, profile.quality, profile.beta,
            world.value_factor_volatility, self.city.economy.innovation, world.value_volatility[row], z,
        )  # fmt: skip

    def _operate(self, z: float) -> None:
        """W1. Value, revenue, cost and cash; a firm whose cash is gone may become self-sustaining."""
        self.log_value += self._value_step(self.row, z)
        self._trade()
        if self.short and not self.sustained and not self.tried_pivot:
            self._try_to_pivot()

    def _trade(self) -> None:
        """Revenue, cost and cash of a quarter; a part of what is spent turns into lasting revenue."""
        income = self.revenue
        spent = affordable_cost(self.cash, income, self.cost)
        self.cash = self.cash + income - spent  # in this order it is exactly 0 when everything is spent
        self.short = falls_short(spent, self.cost)
        ledger = self.city.ledger
        if income > 0.0:
            ledger.post(w.REVENUE, income, firm=self.account)
        if spent > 0.0:
            ledger.post(w.COST, spent, firm=self.account)
        if not self.sustained:
            self.revenue = revenue_step(self.revenue, spent, self.profile.learning * self.productivity)

    def _try_to_pivot(self) -> None:
        world = self.city.settings.world
        self.tried_pivot = True
        u, _, _, _ = self.city.draw(rng.ENTERPRISE_PIVOT, self.profile.entity)
        cover = self.revenue / self.cost
        if pivots(u, world.cash_pivot_odds, world.cash_pivot_quality, self.profile.quality, cover):
            self.sustained = True
            self.short = False
            self.revenue = max(self.revenue, world.cash_pivot_revenue * self.cost)
            self.cost = self.revenue * world.cash_sustained_cost
            self.log_value += math.log(world.cash_pivot_value)
            self.mark *= world.cash_pivot_value
            self.mark_before *= world.cash_pivot_value
            self.tell("pivot", revenue=self.revenue)

    def _survives(self, u: float) -> bool:
        """Failure: holders get nothing more, what cash is left goes to the creditors (W3)."""
        row = CASH_OUT_ROW if self.short and not self.sustained else self.row
        if not fails(u, self.city.economy.thresholds[row] - self.profile.slope):
            return True
        self.tell("failed", short=self.short)
        payouts.write_off(self)
        self._end(Status.FAILED)
        if not self.profile.outside:
            self.city.notes.series[S_FAILURES] += 1.0
        return False

    def _leaves(self, u: float) -> bool:
        """Files, or is acquired? One uniform decides: the top of its range files, the bottom is bought."""
        city = self.city
        world = city.settings.world
        if u > 1.0 - world.exits_ipo_filing and exits.may_file(
            self.stage, world.exits_ipo_min_stage, self.log_value, city.settings.log_listing_value,
            city.economy.window_open,
        ):  # fmt: skip
            self.status = Status.QUEUED
            self.offer = 0.0
            self._postpone_redemption()
            self.tell("filed", value=self.value)
            return True
        if u >= world.exits_mna_cap:
            return False
        hazard = exits.acquisition_hazard(
            world.exits_mna_hazard[self.row], world.exits_mna_value, self.log_value,
            city.settings.log_acquisition_reference, world.exits_mna_age, 0.25 * self.age,
            city.chain_boost if self.profile.in_chain else 0.0,
            exits.acquisition_pace(city.economy.window_open, world.exits_mna_window), world.exits_mna_cap,
        )  # fmt: skip
        if u >= hazard:
            return False
        if not self.profile.outside:
            city.notes.series[S_ACQUISITIONS] += 1.0
        self._leave_at(exits.acquisition_price(self.value, world.exits_mna_discount), Status.ACQUIRED)
        return True

    def _postpone_redemption(self) -> None:
        """A filing suspends the right to redeem: a day that falls into the queue comes when the firm is out of it."""
        if self.redeem_quarter == self.city.clock.k:
            self.redeem_quarter += 1

    @property
    def age(self) -> int:
        """Quarters since founding."""
        return self.city.clock.k - self.profile.arrival

    def _pay_out(self) -> None:
        """W7 on the contract's day; W5 on the firm's birthday."""
        if self.city.clock.k == self.redeem_quarter:
            payouts.offer_redemption(self)
        if exits.dividend_due(self.revenue, self.cost, self.age, self.founders):
            payout = self.city.settings.world.cash_dividend
            amount = min(self.cash, exits.dividend(self.revenue, self.cost, payout))
            if amount > 0.0:
                payouts.pay_dividend(self, amount)

    def _look_for_money(self, u: float) -> None:
        """Go to the market when cash runs short; a private offer comes or not (it is taken up in step 6)."""
        city = self.city
        world = city.settings.world
        self.offer = 0.0
        own = own_cash(self.cash, self.debt, city.settings.behaviour.debt_awareness)
        if self.sustained or not wants_money(
            city.clock.k - self.last_round, world.cash_min_gap, own, self.revenue, self.cost,
            world.cash_seek_runway,
        ):  # fmt: skip
            return
        behaviour = city.settings.behaviour
        led = self.fund is not None or self.seed.open or self.follow_on.open
        boost = behaviour.certification if led else 0.0
        if self.grant is not None and self.grant.recommends:
            boost += behaviour.grant_certification
        boost += self.boost
        if not self.profile.outside:
            boost += city.offer_boost
        eta = offer_log_odds(
            city.settings.offer_log_odds[self.stage], world.rounds_quality, self.profile.quality,
            world.rounds_traction, self.log_value - math.log(self.mark), world.rounds_cycle, city.economy.factor, boost,
            behaviour.boost_cap,
        )  # fmt: skip
        if happens(u, eta):
            self.offer = private_ticket(self.round_price(), world.rounds_dilution[self.stage])
        self.tell("seeks", offer=self.offer)
        city.market.seekers.append(self)

    def _consider_loan_and_grant(self) -> None:
        """W9, G1. A firm without debts considers a loan once a year, a start-up without a grant applies for one."""
        city = self.city
        if self.loan is None and city.clock.k % 4 == credit.season(self.profile.entity):
            city.lending.applicants.append(self)
        if not self.profile.outside and city.clock.k % 4 == credit.season(self.profile.entity):
            city.rooms.due.append(self)
        if self.stage == 0 and (self.grant is None or not self.grant.runs):
            city.granting.startups.append(self)

    def _leave_at(self, price: float, end: Status) -> None:
        """The whole firm is sold at ``price``; it leaves alive (W4), its jobs and revenue stay here."""
        self.tell("acquired" if end is Status.ACQUIRED else "sold", price=price)
        self.exit_price = price
        payouts.sell_all(self, price)
        self.city.ledger.post(w.LEAVE, self.cash, firm=self.account)
        self.cash = 0.0
        if not self.profile.outside:
            self.city.graduates.welcome(self)
        self._end(end)

    def _end(self, end: Status) -> None:
        self.status = end
        self.gone = True
        self.end_quarter = self.city.clock.k
        self.city.ledger.close_account(self.account)

    def tell(self, kind: str, **facts: object) -> None:
        """A line in the diary about this firm."""
        notes = self.city.notes
        if notes.diary is not None:
            notes.tell(self.city.clock.k, kind, self.profile.key, **facts)
