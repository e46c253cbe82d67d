"""Step 11: assessments that fall due. Loss tolerance on four bases (rulebook §1.4) and its consequence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kejin_sim import random as rng
from kejin_sim.measures.equity import tolerance
from kejin_sim.recording import (
    T_BREACH_NET,
    T_FUNDS_CLOSED,
    T_PORT_NET,
    T_REVIEW_NET,
    T_REVIEWS,
    T_ROLLING,
    T_ROLLING_NET,
    T_SANCTIONS,
)
from kejin_sim.reference.clock import ASSESSMENTS, Process
from kejin_sim.reference.partners import CLASSES, ReinvestmentTest, Results, Review

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.settings import Numbers
    from kejin_sim.reference.subfund import SubFund

BASES: Final = (tolerance.NET_TERMINAL, tolerance.GROSS, tolerance.CLASS, tolerance.HEAD_COUNT)
PORTFOLIO_ENTITY: Final = 65535  # whose draw decides on the portfolio's exemption
MOMENTS: Final = {
    tolerance.END_OF_LIFE: (T_FUNDS_CLOSED, T_BREACH_NET),
    tolerance.INTERIM: (T_REVIEWS, T_REVIEW_NET),
    tolerance.ROLLING: (T_ROLLING, T_ROLLING_NET),
}


class Losses:
    """What an assessor adds up, of one fund or of many: partners' cash, deals at cost and value (CNY)."""

    def __init__(self, funds: Iterable[SubFund]) -> None:
        self.paid_in = 0.0
        self.distributed = 0.0
        self.residual = 0.0
        self.government_called = 0.0
        self.cost = 0.0
        self.deals = 0.0
        self.losses = 0.0
        self.lost = 0.0
        self.class_cost = [0.0] * CLASSES
        self.class_value = [0.0] * CLASSES
        for fund in funds:
            self._add(fund)

    def _add(self, fund: SubFund) -> None:
        for partner in fund.partners:
            self.paid_in += partner.paid
        self.distributed += fund.distributed
        if fund.test is not ReinvestmentTest.LEFT:  # who has sold out bears no loss any more
            self.government_called += fund.government_called
        self.cost += fund.cost
        self.deals += fund.deals
        if not fund.closed:
            self.residual += fund.open_results.nav + fund.cash
            self._add_deals(fund.open_results)
        self._add_deals(fund.closed_deals)
        for number, cost in enumerate(fund.class_cost):
            self.class_cost[number] += cost

    def _add_deals(self, results: Results) -> None:
        self.losses += results.losses
        self.lost += results.lost
        for number, value in enumerate(results.class_value):
            self.class_value[number] += value

    def on(self, basis: int, rules: Numbers) -> float:
        """The loss on one basis; by class, the worst excess of a class plus the common tolerance."""
        if basis == tolerance.NET_TERMINAL:
            return tolerance.loss_net_terminal(self.paid_in, self.distributed, self.residual)
        if basis == tolerance.GROSS:
            return tolerance.loss_gross(self.losses, self.cost)
        if basis == tolerance.HEAD_COUNT:
            return tolerance.loss_head_count(self.lost, self.deals)
        worst = 0.0
        limits = rules.loss_tolerance_class_tolerance
        for cost, value, limit in zip(self.class_cost, self.class_value, limits, strict=True):
            worst = max(worst, tolerance.loss_of(cost, value) - limit)
        return worst + float(rules.loss_tolerance_rate)

    def excess(self, basis: int, rules: Numbers) -> float:
        """What is above the tolerance, in money and for all partners; by class, what each is above its own."""
        if basis == tolerance.CLASS:
            limits = rules.loss_tolerance_class_tolerance
            excess = 0.0
            for cost, value, limit in zip(self.class_cost, self.class_value, limits, strict=True):
                excess += tolerance.excess_money(tolerance.loss_of(cost, value), limit, cost)
        else:
            base = {
                tolerance.NET_TERMINAL: self.paid_in,
                tolerance.GROSS: self.cost,
                tolerance.HEAD_COUNT: tolerance.head_count_base(self.losses, self.lost, self.deals),
            }[basis]
            excess = tolerance.excess_money(self.on(basis, rules), rules.loss_tolerance_rate, base)
        return excess

    def breaches(self, rules: Numbers) -> list[bool]:
        """By basis: is the loss over its tolerance?"""
        by_class = tolerance.class_breached(
            *(x for pair in zip(self.class_cost, self.class_value, strict=True) for x in pair),
            *rules.loss_tolerance_class_tolerance,
        )  # fmt: skip
        limit = rules.loss_tolerance_rate
        return [
            by_class if basis == tolerance.CLASS else tolerance.exceeds(self.on(basis, rules), limit)
            for basis in BASES
        ]


class Assessor:
    """Who holds funds and portfolio against the loss tolerance and acts on a breach."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.closed_funds: list[SubFund] = []
        self.review = Review()  # of the portfolio
        city.env.process(self._run())

    def _run(self) -> Process:
        city = self.city
        while True:
            yield city.clock.until(ASSESSMENTS)
            self.assess_closed()
            if city.clock.year_ends:
                self._assess_year()
                city.guidance.settle_vintages(at_horizon=False)

    def assess_closed(self) -> None:
        """Funds that have just been liquidated, in the order of closing; then all that have ended so far as one
        (at the horizon that is done when everything has been realised).
        """
        for fund in self.closed_funds:
            self._assess_fund(fund, tolerance.END_OF_LIFE)
        ended = any(fund.policy for fund in self.closed_funds)
        self.closed_funds.clear()
        if ended and not self.city.clock.is_last:
            self.assess_portfolio(tolerance.END_OF_LIFE)

    def _assess_year(self) -> None:
        """Living funds, rolling and every few years at their interim review; then all policy funds as one."""
        clock, rules = self.city.clock, self.city.rules
        self._look_at_holdings()
        interval = 4 * rules.loss_tolerance_interim_years
        for fund in self.city.subfunds:
            if fund.closed:
                continue
            self._assess_fund(fund, tolerance.ROLLING)
            age = fund.age + 1
            if age >= interval and age % interval < 4:
                self._assess_fund(fund, tolerance.INTERIM)
        self.assess_portfolio(tolerance.ROLLING)
        if clock.year >= 0 and (clock.year + 1) % rules.loss_tolerance_interim_years == 0:
            self.assess_portfolio(tolerance.INTERIM)

    def _look_at_holdings(self) -> None:
        """Unrealised deals at their reported (last-round) value."""
        for fund in self.city.subfunds:
            fund.open_results = Results()
        single_project = self.city.rules.loss_tolerance_single_project
        for firm in self.city.firms:
            if firm.fund is not None:
                results = firm.fund.open_results
                nav = firm.angel.share * firm.mark
                results.nav += nav
                results.add(firm.angel.cost, firm.angel.received + nav, firm.deal_class, single_project)

    def _assess_fund(self, fund: SubFund, moment: int) -> None:
        """Assess one fund on every basis, record it, and act if this is the configured cell."""
        rules, stats = self.city.rules, self.city.notes.stats
        losses = Losses([fund])
        over = losses.breaches(rules)
        if fund.policy:
            count, first = MOMENTS[moment]
            stats[count] += 1.0
            for basis in BASES:
                stats[first + basis] += float(over[basis])
        extent = 0.0
        if rules.loss_tolerance_unit == tolerance.FUND and over[rules.loss_tolerance_basis]:
            extent = losses.excess(rules.loss_tolerance_basis, rules)
        elif rules.loss_tolerance_unit == tolerance.PROJECT:
            still_open = 0.0 if fund.closed else fund.open_results.over
            extent = fund.closed_deals.over + still_open
        self._tell(fund.name, moment, losses, over)
        if extent > 0.0 and rules.loss_tolerance_when == moment:
            self._act(losses, fund.number, fund.name, extent, fund.review)

    def assess_portfolio(self, moment: int) -> None:
        """All policy sub-funds together (at the end of life those that have ended); recorded at the horizon,
        acted upon if this is the chosen cell.
        """
        rules, stats = self.city.rules, self.city.notes.stats
        only_ended = moment == tolerance.END_OF_LIFE
        losses = Losses(f for f in self.city.subfunds if f.policy and (f.closed or not only_ended))
        over = losses.breaches(rules)
        if moment == tolerance.END_OF_LIFE:
            for basis in BASES:
                stats[T_PORT_NET + basis] = float(over[basis])
        self._tell("portfolio", moment, losses, over)
        if (
            rules.loss_tolerance_unit == tolerance.PORTFOLIO
            and rules.loss_tolerance_when == moment
            and over[rules.loss_tolerance_basis]
        ):
            extent = losses.excess(rules.loss_tolerance_basis, rules)
            self._act(losses, PORTFOLIO_ENTITY, "portfolio", extent, self.review)

    def _act(self, losses: Losses, entity: int, name: str, extent: float, review: Review) -> None:
        """A breach in the configured cell: the reserve makes good the government's part of the excess (E14); when it is
        reviewed and not exempted, the next allocation is cut and the concession withheld for some years.

        ``extent``: of the breach, in CNY or, by project, how many; ``review``: what was done about it before.
        """
        city, rules = self.city, self.city.rules
        made_good = 0.0
        if rules.loss_tolerance_unit != tolerance.PROJECT and losses.paid_in > 0.0:
            made_good = city.guidance.make_good(extent * (losses.government_called / losses.paid_in), review.made_good)
            review.made_good += made_good
        fresh = tolerance.to_review(extent, review.reviewed)
        if not fresh and made_good == 0.0:
            return
        sanctioned = False
        if fresh:
            review.reviewed = extent
            u, _, _, _ = city.draw(rng.SUBFUND_ASSESSMENT, entity)
            sanctioned = tolerance.sanctioned(True, u, rules.loss_tolerance_not_exempt)
        if sanctioned:
            city.notes.stats[T_SANCTIONS] += 1.0
            sanction = city.guidance.sanction
            sanction.allocation_cut = rules.loss_tolerance_allocation_cut
            until = city.clock.k + 4 * rules.loss_tolerance_clawback_years
            sanction.withheld_until = max(sanction.withheld_until, until)
        cuts = rules.loss_tolerance_allocation_cut > 0.0 and city.clock.policy_opens_again
        city.notes.tell(
            city.clock.k, "breach", name, reviewed=fresh, sanctioned=sanctioned, cuts=cuts, made_good=made_good
        )

    def _tell(self, name: str, moment: int, losses: Losses, over: list[bool]) -> None:
        notes = self.city.notes
        if notes.diary is not None:
            loss = [losses.on(basis, self.city.rules) for basis in BASES]
            notes.tell(self.city.clock.k, "assessed", name, moment=moment, loss=loss, over=over)
