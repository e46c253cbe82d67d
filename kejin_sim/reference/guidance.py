"""The guidance fund: the public purse, fed just in time, with receipts, reserve and obligations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kejin_sim.ledger import Line
from kejin_sim.measures.equity import direct_rules, tolerance, waterfall
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.stacking_rules import no_promise
from kejin_sim.recording import (
    S_COINV_REWARD,
    S_FOLLOW_RECEIVED,
    S_PRIVATE_REWARD,
    S_SEED_RECEIVED,
    T_SEED_LOSS,
    T_SEED_LOST,
)

if TYPE_CHECKING:
    from kejin_sim.reference.budget import BudgetLine
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.ledger import Account
    from kejin_sim.reference.subfund import SubFund

DRAWS: Final = {
    Line("angel_fund"): q.DRAW_ANGEL,
    Line("industry_funds"): q.DRAW_INDUSTRY,
    Line("grant_to_equity"): g.DRAW_GRANT,
}
RETURNS: Final = {
    Line("angel_fund"): (q.RETURN_PRINCIPAL_ANGEL, q.RETURN_INCOME_ANGEL),
    Line("industry_funds"): (q.RETURN_PRINCIPAL_INDUSTRY, q.RETURN_INCOME_INDUSTRY),
    Line("grant_to_equity"): (g.RETURN_PRINCIPAL_GRANT, g.RETURN_INCOME_GRANT),
}
"""Codes of the lines whose money passes through the purse."""


@dataclass(slots=True)
class SeedVintage:
    """E9 netted over a fiscal year: the seed deals of that year in which others invested too."""

    rate: float
    policy: bool
    first: int  # quarter of its first deal
    cost: float = 0.0
    received: float = 0.0
    coinvested: float = 0.0
    joined: float = 0.0
    open_deals: int = 0
    settled: bool = False

    def due(self) -> float:
        """Reward on the year's net gain so far (CNY)."""
        return direct_rules.reward_due(self.rate, self.received, self.cost, 0.0)


@dataclass(slots=True)
class Sanction:
    """What an unexcused breach has brought: the next allocation cut, the concession withheld."""

    allocation_cut: float = 0.0
    withheld_until: int = 0


@dataclass(slots=True)
class Purse:
    """Money by what it may be used for (CNY); with the lines' receipts it adds up to ``cash``."""

    cash: float = 0.0
    reserve: float = 0.0  # E14
    provision: float = 0.0  # kept for rewards and concessions that receipts have already earned for others
    gain: float = 0.0  # exit gain of the year after rewards, the base of E14; not money
    vintages: dict[int, SeedVintage] = field(default_factory=dict)


class GuidanceFund:
    """The city's guidance fund: invests through sub-funds and directly, returns what comes back."""

    def __init__(self, city: City) -> None:
        self.city = city
        lines = city.treasury.lines
        self.angel = lines[Line("angel_fund")]
        self.industry = lines[Line("industry_funds")]
        self.grants = lines[Line("grant_to_equity")]
        self.purse = Purse()
        self.sanction = Sanction()

    # Money out.

    def spend(self, line: BudgetLine, amount: float, firm: Account) -> bool:
        """Make ``amount`` ready for a firm: recycled money first, then a draw (O1).

        Refused when the line cannot cover it: the public liability never exceeds what is appropriated.
        """
        if amount > line.spendable:
            self.refuse(amount, firm.name)
            return False
        rest = amount
        part = min(rest, line.recycled_principal)
        line.recycled_principal -= part
        rest -= part
        part = min(rest, line.recycled_income)
        line.recycled_income -= part
        rest -= part
        if rest > 0.0:
            line.take(rest)
            self._draw(line, rest, firm=firm)
        self.purse.cash -= amount
        return True

    def commit(self, line: BudgetLine, amount: float, what: str) -> bool:
        """Encumber appropriated money for an undrawn commitment; refused when the line cannot cover it."""
        if amount > line.free:
            self.refuse(amount, what)
            return False
        line.encumber(amount)
        return True

    def refuse(self, amount: float, what: str) -> None:
        """A request that the appropriation cannot cover."""
        self.city.treasury.refuse(amount, what)

    def draw_committed(self, line: BudgetLine, amount: float, fund: Account) -> None:
        """Draw committed money and pay it out at once (the caller posts the payment)."""
        line.draw_committed(amount)
        self._draw(line, amount, fund=fund)
        self.purse.cash -= amount

    def _draw(
        self, line: BudgetLine, amount: float, *, firm: Account | None = None, fund: Account | None = None
    ) -> None:
        """O1. The treasury pays just before the money is needed."""
        self.city.ledger.post(DRAWS[line.line], amount, firm=firm, fund=fund)
        self.purse.cash += amount
        line.execute(amount)

    def cede(
        self, amount: float, gain: float, of: str, line: BudgetLine | None = None, *, before: float = 0.0
    ) -> None:
        """A reward or concession out of receipts, of the angel line unless said (the caller posts it).

        With what was ceded ``before`` on the same deal it stays within the ``gain`` that it comes from (N5); ``of`` names the deal,
        fund or year.
        """
        self.city.ledger.hold(f"N5 {of}", no_promise(before + amount, gain), before + amount, gain)
        self.purse.cash -= amount
        (line or self.angel).income -= amount

    # Money in.

    def receive(self, line: BudgetLine, principal: float, income: float) -> None:
        """Money that came back, by nature; it stays until the year-end."""
        self.purse.cash += principal + income
        line.principal += principal
        line.income += income

    def receive_seed(self, firm: Enterprise, amount: float) -> None:
        """From a seed-direct holding: principal until the cost is back, then income; E9 is due on it."""
        seed = firm.seed
        back = min(amount, max(0.0, seed.cost - seed.received))
        self.receive(self.angel, back, amount - back)
        seed.received += amount
        policy = seed.since >= self.city.clock.opening
        if policy:
            self.city.notes.series[S_SEED_RECEIVED] += amount
        vintage = self.vintage_of(firm)
        if vintage is not None:
            vintage.received += amount
        elif firm.invested_beside > 0.0:
            self._reward_deal(firm, policy)

    def _reward_deal(self, firm: Enterprise, policy: bool) -> None:
        """E9 per deal, on the terms agreed at the deal."""
        due = direct_rules.reward_due(firm.reward_rate, firm.seed.received, firm.seed.cost, firm.reward_paid)
        if due > 0.0:
            self.cede(due, firm.seed.received - firm.seed.cost, firm.account.name, before=firm.reward_paid)
            firm.reward_paid += due
            self._pay_reward(due, firm.coinvestor.cost, firm.joined, policy, firm.account)

    def _pay_reward(self, due: float, coinvested: float, joined: float, policy: bool, account: Account | None = None) -> None:
        """E9. To those who have invested beside the guidance fund, by their money (CNY)."""
        ledger, series = self.city.ledger, self.city.notes.series
        theirs = direct_rules.co_investors_part(due, coinvested, joined)
        if theirs > 0.0:
            ledger.post(q.REWARD, theirs, firm=account)
        if due > theirs:
            ledger.post(q.REWARD_PRIVATE, due - theirs, firm=account)
        self.purse.gain -= due
        if policy:
            series[S_COINV_REWARD] += theirs
            series[S_PRIVATE_REWARD] += due - theirs

    def end_seed(self, firm: Enterprise, exited: bool) -> None:
        """A seed-direct holding is closed; ``exited`` unless the firm failed."""
        if not firm.seed.open:
            return
        seed = firm.seed
        seed.open = False
        seed.share = 0.0
        vintage = self.vintage_of(firm)
        if vintage is not None:
            vintage.open_deals -= 1
        if exited:
            self.purse.gain += seed.received - seed.cost
        if seed.since >= self.city.clock.opening:
            stats = self.city.notes.stats
            stats[T_SEED_LOSS] += max(0.0, seed.cost - seed.received)
            if tolerance.is_lost(seed.cost, seed.received):
                stats[T_SEED_LOST] += 1.0

    def receive_follow_on(self, firm: Enterprise, amount: float) -> None:
        """From a follow-on holding: principal until the cost is back, then income."""
        follow = firm.follow_on
        back = min(amount, max(0.0, follow.cost - follow.received))
        self.receive(self.angel, back, amount - back)
        follow.received += amount
        if follow.since >= self.city.clock.opening:
            self.city.notes.series[S_FOLLOW_RECEIVED] += amount

    def end_follow_on(self, firm: Enterprise) -> None:
        """A follow-on holding has been sold."""
        self.purse.gain += firm.follow_on.received - firm.follow_on.cost
        firm.follow_on.close()

    # E9 per vintage.

    def vintage_of(self, firm: Enterprise) -> SeedVintage | None:
        """The vintage in which a firm's seed deal is netted, if it is."""
        if firm.reward_by_vintage and firm.invested_beside > 0.0:
            return self.purse.vintages[firm.vintage]
        return None

    def enter_vintage(self, firm: Enterprise) -> None:
        """A seed deal beside which others invested is netted with those of its year."""
        clock = self.city.clock
        firm.vintage = clock.vintage
        vintage = self.purse.vintages.setdefault(
            firm.vintage, SeedVintage(firm.reward_rate, not clock.burn_in, clock.k)
        )
        vintage.rate = firm.reward_rate
        vintage.cost += firm.seed.cost
        vintage.coinvested += firm.coinvestor.cost
        vintage.joined += firm.joined
        vintage.open_deals += 1

    def settle_vintages(self, at_horizon: bool) -> None:
        """When every deal of a past year is closed, losses are netted first and the reward is paid once."""
        city = self.city
        for year, vintage in sorted(self.purse.vintages.items()):
            if vintage.settled or vintage.open_deals > 0 or (year >= city.clock.vintage and not at_horizon):
                continue
            vintage.settled = True
            due = vintage.due()
            city.notes.tell(city.clock.k, "vintage", "", first=city.clock.calendar(vintage.first), due=due)
            if due > 0.0:
                self.cede(due, vintage.received - vintage.cost, f"E9 {year}")
                self._pay_reward(due, vintage.coinvested, vintage.joined, vintage.policy)

    # E14 and the year-end.

    def make_good(self, excess: float, before: float) -> float:
        """E14. The reserve makes good what is above the tolerance and not yet made good; it goes to the treasury.
        Returns CNY.
        """
        paid = tolerance.reserve_payment(self.purse.reserve, excess, before)
        if paid > 0.0:
            self.purse.reserve -= paid
            self.purse.cash -= paid
            self.city.ledger.post(q.RESERVE_RELEASE, paid)
        return paid

    def owed_later(self, funds: list[SubFund]) -> float:
        """What must be kept for rewards and concessions that receipts have already earned for others."""
        total = 0.0
        for _, vintage in sorted(self.purse.vintages.items()):
            if not vintage.settled:
                total += vintage.due()
        for fund in funds:
            if fund.concession_is_open:
                total += waterfall.concession(fund.excess_pending, fund.terms.angel_subfunds_concession)
        return total

    def close_year(self, at_horizon: bool) -> None:
        """Year-end: provision, risk reserve (E14), a part kept for reinvestment, the rest returned (O1)."""
        purse, angel = self.purse, self.angel
        rules = self.city.rules
        owed = 0.0 if at_horizon else self.owed_later(self.city.subfunds)
        angel.income -= owed - purse.provision
        purse.provision = owed
        if at_horizon:
            angel.income += purse.reserve  # it was set aside from income
            purse.reserve = 0.0
        else:
            wanted = direct_rules.reserve_set_aside(rules.risk_reserve_rate, purse.gain)
            kept = min(wanted, max(0.0, angel.income))
            purse.reserve += kept
            angel.income -= kept
        purse.gain = 0.0
        invests_on = self.city.clock.policy_next_year and not at_horizon
        self._return(angel, rules.recycle_share, invests_on)
        self._return(self.industry, 0.0, False)
        self._return(self.grants, self.city.grant_rules.recycle_share, invests_on)

    def _return(self, line: BudgetLine, share: float, invests_on: bool) -> None:
        """A line's receipts go back to the treasury but for ``share``; without a next year all that was kept."""
        if line.income < 0.0:
            # Rewards paid from money kept for them may leave the year's income short; principal makes it up.
            line.principal += line.income
            line.income = 0.0
        if invests_on:
            line.recycled_principal += share * line.principal
            line.recycled_income += share * line.income
            line.principal *= 1.0 - share
            line.income *= 1.0 - share
        else:
            line.principal += line.recycled_principal
            line.income += line.recycled_income
            line.recycled_principal = line.recycled_income = 0.0
        for amount, code in zip((line.principal, line.income), RETURNS[line.line], strict=True):
            if amount > 0.0:
                self.city.ledger.post(code, amount)
                self.purse.cash -= amount
        line.principal = line.income = 0.0

    def check(self, scale: float) -> None:
        """The purse's parts make up its cash; the budget's uses make up what was appropriated."""
        purse = self.purse
        parts = purse.reserve + purse.provision
        for line in self.city.treasury.lines.values():
            parts += line.recycled_principal + line.recycled_income
            parts += line.principal + line.income
            uses = line.encumbered + line.executed + line.lapsed + line.free
            self.city.ledger.tie(f"budget {line.line}", line.appropriated, uses, line.appropriated)
        self.city.ledger.tie("parts of the guidance fund", purse.cash, parts, scale)
