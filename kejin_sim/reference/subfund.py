"""An angel sub-fund as a process: calls (E1), fees (E2), deals, local reinvestment (E5), its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kejin_sim.ledger import Party
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity import subfund_rules, waterfall
from kejin_sim.recording import (
    S_GOV_CALLS,
    S_SOCIAL_CALLS,
    S_SUBFUND_CALLS,
    T_CALLS_DELAYED,
    T_REALISED_VALUE,
    T_REINVEST_CREDIT,
    T_REINVEST_MET,
    T_REINVEST_TESTED,
)
from kejin_sim.reference import deals, distribution, interests
from kejin_sim.reference.clock import BUYOUTS, DEALS, FUND_QUARTER, Process
from kejin_sim.reference.partners import CLASSES, Partner, Phase, ReinvestmentTest, Results, Review
from kejin_sim.reference.settings import Numbers
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

CALLS: Final = 3


class SubFund:
    """One angel sub-fund in one world.

    ``cash``: CNY in the fund; ``pot``: the part of it that came from deals and waits to be distributed;
    ``capital`` and ``preferred``: what the partners are still owed; ``terms``: the rules under which it was
    formed, kept for life.
    """

    def __init__(self, city: City, number: int, name: str, size: float, government: float) -> None:
        terms = city.rules
        self.city = city
        self.number = number
        self.name = name
        self.account = city.ledger.open(Party.ANGEL_SUBFUND, name)
        self.terms: Numbers = terms
        self.formed = city.clock.k
        self.policy = not city.clock.burn_in
        self.size = size
        self.phase = Phase.INVESTING
        district = terms.angel_subfunds_district_share * size
        manager = terms.angel_subfunds_gp_share * size
        self.promised = government  # the guidance fund's commitment, CNY
        self.government = Partner(Party.GUIDANCE_FUND, government, q.CALL_GOVERNMENT, q.DISTRIBUTE_GOVERNMENT)
        self.district = Partner(Party.DISTRICT_TREASURY, district, q.CALL_DISTRICT, q.DISTRIBUTE_DISTRICT)
        self.manager = Partner(Party.GP, manager, q.CALL_GP, q.DISTRIBUTE_GP)
        social = size - government - district - manager
        self.social = Partner(Party.SOCIAL_INVESTOR, social, q.CALL_SOCIAL, q.DISTRIBUTE_SOCIAL)
        self.state_buyer = Partner(Party.SOE, 0.0, q.CALL_SOE, q.DISTRIBUTE_SOE)
        #: In the written order of calls and distributions.
        self.partners = (self.government, self.district, self.manager, self.social, self.state_buyer)
        self.arrears = 0.0  # the district's
        self.calls_made = 0
        self.called = 0.0
        self.spent = 0.0
        self.cash = 0.0
        self.pot = 0.0
        self.fee_arrears = 0.0
        self.fees = 0.0
        self.review = Review()
        self.capital = 0.0
        self.preferred = 0.0
        self.preferred_paid = 0.0
        self.caught_up = 0.0
        self.carry_paid = 0.0
        self.distributed = 0.0
        self.government_called = 0.0
        self.government_weighted = 0.0  # Σ call · quarter of the call
        self.government_distributed = 0.0
        self.credit = 0.0  # E5
        self.test = ReinvestmentTest.UNTESTED
        self.excess_pending = 0.0  # the government's excess that waits for the test of E5
        self.proceeds = 0.0  # from deals, to date
        self.open_deals = 0
        self.open_cost = 0.0
        self.deals = 0.0
        self.cost = 0.0
        self.class_cost = [0.0] * CLASSES
        self.closed_deals = Results()
        self.open_results = Results()  # at reported value, as the assessor last saw them
        self.nav = 0.0  # of the holdings, as reported at the last quarter-end

    @property
    def investing(self) -> bool:
        """In the investment period?"""
        return self.phase is Phase.INVESTING

    @property
    def closed(self) -> bool:
        """Liquidated?"""
        return self.phase is Phase.CLOSED

    @property
    def free_cash(self) -> float:
        """Called money that is not spent."""
        return self.cash - self.pot

    @property
    def age(self) -> int:
        """Quarters since it was formed."""
        return self.city.clock.k - self.formed

    @property
    def concession_is_open(self) -> bool:
        """May the government's pending excess still become a concession?"""
        return self.excess_pending > 0.0 and not self.closed

    def life(self) -> Process:
        """The process. Every fund passes every moment, so funds always act in the order of their numbers."""
        clock = self.city.clock
        while True:
            yield clock.until(FUND_QUARTER)
            self._quarter()
            if self.closed:
                self.city.assessor.closed_funds.append(self)
                return
            yield clock.until(BUYOUTS)
            if clock.year_ends:
                interests.consider_buyout(self)
            yield clock.until(DEALS)
            if self.investing:
                deals.make_deals(self)

    # Step 7.

    def _quarter(self) -> None:
        """Preferred return; end of the investment period; call and arrears; fee; end of life, or the pot."""
        terms = self.terms
        age = self.age
        if age > 0:
            self.preferred = waterfall.accrue(
                self.capital,
                self.preferred,
                terms.angel_subfunds_hurdle,
                terms.angel_subfunds_hurdle_interest,
            )
        if self.investing and age >= round(4.0 * terms.angel_subfunds_investment_years):
            self._end_investment_period()
        if self.investing and age > 0:
            self._next_call(age)
        longest = round(4.0 * (terms.angel_subfunds_life_years + terms.angel_subfunds_extension_years))
        self._pay_fee(age, longest)
        if age >= longest or (not self.investing and self.open_deals == 0):
            self._sell_residual()
            distribution.liquidate(self)
        elif self.pot > 0.0:
            distribution.distribute_pot(self)

    def _next_call(self, age: int) -> None:
        """E1. The next call waits until most of the last is spent; arrears are paid once a year."""
        if self.calls_made < CALLS:
            if subfund_rules.next_call_ready(self.spent, self.called, self.terms.angel_subfunds_call_trigger):
                self.call()
            elif age % 4 == 0 and self.manager.committed > 1e-9 * self.size:
                self.city.notes.stats[T_CALLS_DELAYED] += 1.0
        if age % 4 == 0 and self.arrears > 0.0:
            paid = subfund_rules.delivered(self.arrears, self.terms.angel_subfunds_cash_delivery)
            self.arrears -= paid
            self._pay_in(self.district, paid)

    def call(self) -> None:
        """E1. One scheduled call: every partner pays its share, a district only a part of it in time."""
        schedule = self.terms.angel_subfunds_calls
        share = 1.0  # the last call is for all that is left
        if self.calls_made == 0:
            share = schedule[0]
        elif self.calls_made < CALLS - 1 and schedule[0] < 1.0 - 1e-9:
            share = min(1.0, schedule[1] / (1.0 - schedule[0]))
        for partner in self.partners:
            if partner is self.district:
                due = subfund_rules.call_due(partner.committed - self.arrears, share)
                paid = subfund_rules.delivered(due, self.terms.angel_subfunds_cash_delivery)
                self.arrears += due - paid
                self._pay_in(partner, paid)
            else:
                self._pay_in(partner, subfund_rules.call_due(partner.committed, share))
        self.calls_made += 1

    def _pay_in(self, partner: Partner, amount: float) -> None:
        """One partner pays into the fund; the guidance fund draws its part from the treasury just before."""
        if amount <= 0.0:
            return
        city = self.city
        if partner is self.government:
            city.guidance.draw_committed(city.guidance.angel, amount, self.account)
            self.government_called += amount
            self.government_weighted += amount * city.clock.k
        city.ledger.post(partner.call_code, amount, fund=self.account)
        partner.committed -= amount
        partner.paid += amount
        self.called += amount
        self.capital += amount
        self.cash += amount
        if self.policy:
            series = city.notes.series
            series[S_SUBFUND_CALLS] += amount
            if partner is self.government:
                series[S_GOV_CALLS] += amount
            elif partner is self.social:
                series[S_SOCIAL_CALLS] += amount

    def _pay_fee(self, age: int, longest: int) -> None:
        """E2. The fee of the year that begins, from called money first, then from the pot; what cannot be
        paid is owed.

        At the end of its life (``longest`` quarters) no year begins any more.
        """
        terms = self.terms
        if age % 4 == 0 and age < longest:
            due = subfund_rules.management_fee(
                self.called, self.open_cost, terms.angel_subfunds_fee_invest, terms.angel_subfunds_fee_later,
                self.investing,
            )  # fmt: skip
            if self.test is ReinvestmentTest.MISSED:
                due *= 1.0 - terms.angel_subfunds_reinvestment_fee_cut
            self.fee_arrears += due
        self.pay_owed_fee()

    def pay_owed_fee(self) -> None:
        """E2. What is owed of fees is paid as far as the fund's cash goes."""
        paid = min(self.fee_arrears, self.cash)
        if paid > 0.0:
            from_called = min(paid, max(0.0, self.free_cash))
            self.pot = max(0.0, self.pot - (paid - from_called))
            self.cash -= paid
            self.fee_arrears -= paid
            self.fees += paid
            self.spent += from_called
            self.city.ledger.post(q.FEE, paid, fund=self.account)

    def _end_investment_period(self) -> None:
        """E5 is tested, unless the guidance fund has left; what was not called is given free."""
        self.phase = Phase.HARVESTING
        if self.test is not ReinvestmentTest.LEFT:
            self._test_reinvestment()
        self.free_commitments()

    def _test_reinvestment(self) -> None:
        """E5. Recognised local investment against the guidance fund's paid-in."""
        terms, stats = self.terms, self.city.notes.stats
        met = subfund_rules.reinvestment_met(
            self.credit, self.government_called, terms.angel_subfunds_reinvestment_required
        )
        self.test = ReinvestmentTest.MET if met else ReinvestmentTest.MISSED
        if self.policy:
            stats[T_REINVEST_TESTED] += 1.0
            if met:
                stats[T_REINVEST_MET] += 1.0
            if self.government_called > 0.0:
                stats[T_REINVEST_CREDIT] += self.credit / self.government_called
        self.tell("reinvestment", met=met, credit=self.credit, paid_in=self.government_called)
        # The concession on excess that waited for the test is paid at once; a fund under sanction loses it.
        pending, self.excess_pending = self.excess_pending, 0.0
        if distribution.concession_is_paid(self):
            distribution.give_up(self, pending)

    def free_commitments(self) -> None:
        city = self.city
        if self.government.committed > 0.0:
            city.guidance.angel.release(self.government.committed, city.clock.policy)
        for partner in self.partners:
            partner.committed = 0.0
        self.arrears = 0.0

    # Deals as the fund sees them.

    def buy(self, firm: Enterprise, ticket: float, deal_class: int) -> None:
        """Enter a deal."""
        self.cash -= ticket
        self.spent += ticket
        self.open_deals += 1
        self.open_cost += ticket
        self.deals += 1.0
        self.cost += ticket
        self.class_cost[deal_class] += ticket
        firm.fund = self
        firm.deal_class = deal_class
        firm.angel.buy(ticket, self.city.clock.k)

    def receive(self, firm: Enterprise, amount: float) -> None:
        """Money from a deal; it waits in the pot for the quarter's distribution."""
        self.cash += amount
        self.pot += amount
        self.proceeds += amount
        firm.angel.received += amount

    def end_deal(self, firm: Enterprise) -> None:
        """Close a deal: its value against its cost enters the fund's losses on every basis."""
        cost = firm.angel.cost
        self.open_deals -= 1
        self.open_cost -= cost
        self.closed_deals.add(
            cost, firm.angel.received, firm.deal_class, self.city.rules.loss_tolerance_single_project
        )
        firm.angel.close()
        firm.fund = None

    def _sell_residual(self) -> None:
        """W8. At the end of its life a fund sells what it still holds at a discount to other investors."""
        city = self.city
        for firm in city.firms:
            if firm.fund is self:
                keep = 1.0 - city.settings.world.exits_residual_discount
                amount = firm.angel.share * firm.value * keep
                city.ledger.post(w.RESIDUAL_SALE, amount, firm=firm.account, fund=self.account)
                city.notes.stats[T_REALISED_VALUE] += amount
                firm.private += firm.angel.share
                self.receive(firm, amount)
                self.end_deal(firm)

    def paid_in(self) -> float:
        """What all partners have paid in."""
        total = 0.0
        for partner in self.partners:
            total += partner.paid
        return total

    def tell(self, kind: str, **facts: object) -> None:
        """A line in the diary about this fund."""
        self.city.notes.tell(self.city.clock.k, kind, self.name, **facts)
