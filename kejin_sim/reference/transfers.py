"""Step 8: the municipal SOE that buys fund shares and holdings once a year (E13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import simpy

from kejin_sim import random as rng
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity import transfer_rules
from kejin_sim.recording import S_SOCIAL_DIST, T_HOLDINGS_SOLD, T_SHARES_SOLD
from kejin_sim.reference import interests
from kejin_sim.reference.clock import PURCHASES, Process
from kejin_sim.reference.stakes import Status

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.partners import Partner
    from kejin_sim.reference.stakes import Stake
    from kejin_sim.reference.subfund import SubFund

FUND_SHARES, HOLDINGS = 0, 1  # values of ``soe_purchase.what``; 2 is both
FROM_SOCIAL, FROM_GOVERNMENT = 0, 1  # values of ``soe_purchase.sellers``; 2 is both


class StateBuyer:
    """The SOE. Its budget of the year is a container that purchases empty."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.budget = simpy.Container(city.env)
        city.env.process(self._run())

    def _run(self) -> Process:
        city = self.city
        while True:
            yield city.clock.until(PURCHASES)
            # Purchases are a measure of the policy and end with it.
            if city.clock.year_ends and city.clock.policy:
                self.budget = simpy.Container(city.env, init=city.rules.soe_purchase_budget)
                if city.rules.soe_purchase_what != HOLDINGS:
                    self._buy_fund_shares()
                if city.rules.soe_purchase_what != FUND_SHARES:
                    self._buy_holdings()

    def _discount(self) -> float:
        rules = self.city.rules
        return transfer_rules.discount_now(
            rules.soe_purchase_discount, rules.soe_purchase_discount_cycle, self.city.economy.factor,
            rules.soe_purchase_discount_cap,
        )  # fmt: skip

    def _price(self, nav: float, state_seller: bool) -> float:
        rules = self.city.rules
        return transfer_rules.transfer_price(
            nav, self._discount(), rules.soe_purchase_state_asset_rule, state_seller, True,
            rules.soe_purchase_dlom, rules.soe_purchase_floor,
        )  # fmt: skip

    def _affords(self, price: float, undrawn: float = 0.0) -> bool:
        """Pay if the year's budget lasts; nobody waits for next year's.

        ``undrawn``: what a share has yet to pay in (CNY); it is set aside in the same budget.
        """
        needed = price + undrawn
        if price <= 0.0 or needed > self.budget.level:
            return False
        self.budget.get(needed)
        return True

    def _buy_fund_shares(self) -> None:
        """Holders of old enough interests offer; the price starts from the appraised NAV."""
        city, rules = self.city, self.city.rules
        for fund in city.subfunds:
            if fund.closed or 0.25 * fund.age < rules.soe_purchase_min_age:
                continue
            _, u_social, u_government, _ = city.draw(rng.SUBFUND_YEAR, fund.number)
            nav = self._appraised_nav(fund)
            for seller, kind, u in (
                (fund.social, FROM_SOCIAL, u_social),
                (fund.government, FROM_GOVERNMENT, u_government),
            ):
                if rules.soe_purchase_sellers not in (kind, 2):
                    continue
                if seller.paid > 0.0 and u < rules.soe_purchase_offer:
                    self._buy_share(fund, seller, nav)

    def _buy_share(self, fund: SubFund, seller: Partner, nav: float) -> None:
        city = self.city
        from_government = seller is fund.government
        price = self._price(interests.interest_value(fund, seller, nav), from_government)
        if not self._affords(price, seller.committed):
            return
        city.notes.stats[T_SHARES_SOLD] += 1.0
        fund.tell("share_sold", seller=seller.party, price=price)
        if from_government:
            city.ledger.post(q.SHARE_FROM_GOVERNMENT, price, fund=fund.account)
            interests.government_leaves(fund, price, fund.state_buyer)
        else:
            city.ledger.post(q.SHARE_FROM_SOCIAL, price, fund=fund.account)
            if fund.policy:
                city.notes.series[S_SOCIAL_DIST] += price
            city.market.reinvest_pool += city.settings.behaviour.seller_reinvest * price
            interests.hand_over(seller, fund.state_buyer)

    def _buy_holdings(self) -> None:
        """Old enough holdings of the guidance fund, at the appraised last-round price less the discount; where a listing is under
        way nobody sells.
        """
        city, rules = self.city, self.city.rules
        k = city.clock.k
        least = round(4.0 * rules.soe_purchase_min_age)
        for firm in city.firms:
            if firm.status is not Status.ACTIVE or not (firm.seed.open or firm.follow_on.open):
                continue
            u, _, _, _ = city.draw(rng.HOLDING_OFFER, firm.profile.entity)
            if u >= rules.soe_purchase_offer:
                continue
            if firm.seed.open and k - firm.seed.since >= least:
                self._buy_seed(firm)
            if firm.follow_on.open and k - firm.follow_on.since >= least:
                self._buy_follow_on(firm)

    def _appraised(self, firm: Enterprise, stake: Stake) -> float:
        """A holding at the last round that has reached the appraisal; a listed firm's is the market's price."""
        k = self.city.clock.k
        return stake.share * transfer_rules.appraised_mark(
            firm.mark, firm.mark_before, k - firm.last_round, k - stake.since,
            self.city.rules.soe_purchase_appraisal_lag,
        )  # fmt: skip

    def _appraised_nav(self, fund: SubFund) -> float:
        """What a fund still holds; a deal that has ended is no longer in it, for its proceeds are distributed."""
        return sum(self._appraised(firm, firm.angel) for firm in self.city.firms if firm.fund is fund)

    def _buy_seed(self, firm: Enterprise) -> None:
        price = self._price(self._appraised(firm, firm.seed), True)
        if self._affords(price):
            self._settle_holding(firm, price)
            firm.soe += firm.seed.share
            self.city.guidance.receive_seed(firm, price)
            self.city.guidance.end_seed(firm, exited=True)

    def _buy_follow_on(self, firm: Enterprise) -> None:
        price = self._price(self._appraised(firm, firm.follow_on), True)
        if self._affords(price):
            self._settle_holding(firm, price)
            firm.soe += firm.follow_on.share
            self.city.guidance.receive_follow_on(firm, price)
            self.city.guidance.end_follow_on(firm)

    def _settle_holding(self, firm: Enterprise, price: float) -> None:
        self.city.ledger.post(q.HOLDING_BOUGHT, price, firm=firm.account)
        self.city.notes.stats[T_HOLDINGS_SOLD] += 1.0
        firm.tell("holding_sold", price=price)
