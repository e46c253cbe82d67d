"""Step 9: chain-leader funds, a pacing model on annual steps that is posted by quarter (E11, E12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.ledger import Party
from kejin_sim.measures.equity import chain_rules
from kejin_sim.measures.equity import postings as q
from kejin_sim.recording import S_CHAIN_CALLS, S_CHAIN_DIST, T_HORIZON_VALUE, T_REALISED_VALUE
from kejin_sim.reference.clock import CHAIN_QUARTER, Process
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.reference.budget import BudgetLine
    from kejin_sim.reference.city import City


class ChainFund:
    """One chain-leader fund in one world.

    ``nav``: CNY at the end of the fund's year; ``unfunded``: commitment of all partners not yet called;
    ``principal``: what the guidance fund has paid in and not yet had back; ``from_angel``: share of the government's
    commitment that the angel line carries.
    """

    def __init__(self, city: City, number: int, name: str, from_angel: float) -> None:
        self.city = city
        self.number = number
        self.name = name
        self.account = city.ledger.open(Party.CHAIN_FUND, name)
        self.terms = city.rules
        self.formed = city.clock.k
        self.policy = not city.clock.burn_in
        self.unfunded: float = self.terms.chain_funds_size
        self.nav = 0.0
        self.year_call = 0.0
        self.year_paid = 0.0
        self.principal = 0.0
        self.government_called = 0.0
        self.from_angel = from_angel

    @property
    def year(self) -> int:
        """Which year of its life it is in, from 1."""
        return (self.city.clock.k - self.formed) // 4 + 1

    @property
    def in_term(self) -> bool:
        """Is the fund alive?"""
        return bool(self.year <= self.terms.chain_funds_life)

    @property
    def government_unfunded(self) -> float:
        """What is encumbered for it in the budget."""
        return float(self.terms.chain_funds_gov_share * self.unfunded)

    def _by_line(self, amount: float) -> tuple[tuple[BudgetLine, float], ...]:
        """The budget lines that carry the government's part, and their parts of an amount."""
        guidance = self.city.guidance
        own = (guidance.industry, (1.0 - self.from_angel) * amount)
        return (own, (guidance.angel, self.from_angel * amount)) if self.from_angel > 0.0 else (own,)

    def life(self) -> Process:
        """The process: a quarter of each year's call and distribution, until the term ends."""
        while True:
            yield self.city.clock.until(CHAIN_QUARTER)
            if not (self.in_term and chain_rules.still_calls(self.year, self.terms.chain_funds_call_years)):
                self._release()
            if not self.in_term:
                break
            if (self.city.clock.k - self.formed) % 4 == 0:
                self._plan_year()
            self._call(chain_rules.quarter_part(self.year_call))
            self._distribute(chain_rules.quarter_part(self.year_paid))
        self._end()

    def _plan_year(self) -> None:
        """E11. Takahashi–Alexander with stochastic growth: the year's call, distribution and closing NAV."""
        city, terms = self.city, self.terms
        u, _, _, _ = city.draw(rng.CHAIN_FUND_YEAR, self.number)
        growth = chain_rules.yearly_growth(
            terms.chain_funds_growth, terms.chain_funds_volatility, terms.chain_funds_cycle,
            city.economy.factor, rng.normal(u),
        )  # fmt: skip
        first, second, later = terms.chain_funds_contribution
        self.year_call, self.year_paid, self.nav = chain_rules.plan_year(
            self.unfunded, self.nav, self.year, terms.chain_funds_life, terms.chain_funds_call_years,
            first, second, later, terms.chain_funds_bow, growth,
        )  # fmt: skip

    def _shares(self, amount: float) -> tuple[float, float, float, float]:
        """Parts of guidance fund, chain leader, AIC and social investors in an amount."""
        terms = self.terms
        government = chain_rules.partner_part(amount, terms.chain_funds_gov_share)
        leader = chain_rules.partner_part(amount, terms.chain_funds_chain_leader_share)
        aic = chain_rules.partner_part(amount, terms.chain_funds_aic_share)
        return government, leader, aic, amount - government - leader - aic

    def _call(self, amount: float) -> None:
        if amount <= 0.0:
            return
        city, post = self.city, self.city.ledger.post
        self.unfunded -= amount
        government, leader, aic, social = self._shares(amount)
        for line, part in self._by_line(government):
            city.guidance.draw_committed(line, part, self.account)
        self.principal += government
        self.government_called += government
        post(q.CHAIN_CALL_GOVERNMENT, government, fund=self.account)
        post(q.CHAIN_CALL_LEADER, leader, fund=self.account)
        post(q.CHAIN_CALL_AIC, aic, fund=self.account)
        post(q.CHAIN_CALL_SOCIAL, social, fund=self.account)
        post(q.CHAIN_INVEST, amount, fund=self.account)
        if self.policy:
            city.notes.series[S_CHAIN_CALLS] += amount

    def _distribute(self, amount: float) -> None:
        if amount > 0.0:
            self.city.ledger.post(q.CHAIN_PROCEEDS, amount, fund=self.account)
            self.city.notes.stats[T_REALISED_VALUE] += amount
            self._pay_partners(amount)

    def _pay_partners(self, amount: float) -> None:
        """To the partners by share; the guidance fund's part is principal first."""
        city, post = self.city, self.city.ledger.post
        government, leader, aic, social = self._shares(amount)
        back = min(government, self.principal)
        self.principal -= back
        incomes = self._by_line(government - back)
        for (line, principal), (_, income) in zip(self._by_line(back), incomes, strict=True):
            city.guidance.receive(line, principal, income)
        post(q.CHAIN_DISTRIBUTE_GOVERNMENT, government, fund=self.account)
        post(q.CHAIN_DISTRIBUTE_LEADER, leader, fund=self.account)
        post(q.CHAIN_DISTRIBUTE_AIC, aic, fund=self.account)
        post(q.CHAIN_DISTRIBUTE_SOCIAL, social, fund=self.account)
        if self.policy:
            city.notes.series[S_CHAIN_DIST] += amount

    def _release(self) -> None:
        """What was not called in the years of calls is given free."""
        if self.unfunded > 0.0:
            for line, part in self._by_line(self.government_unfunded):
                line.release(part, self.city.clock.policy)
            self.unfunded = 0.0

    def _end(self) -> None:
        """The fund's life is over."""
        self.nav = 0.0
        self.year_call = self.year_paid = 0.0
        self.city.notes.tell(self.city.clock.k, "chain_ended", self.name)

    def realise(self, keep: float) -> None:
        """Z1. At the horizon: ``keep`` of the NAV of today."""
        age = self.city.clock.k - self.formed
        value = chain_rules.horizon_value(self.nav, self.year_paid, self.year_call, age, keep)
        if value > 0.0:
            self.city.ledger.post(w.HORIZON_CHAIN, value, fund=self.account)
            self._pay_partners(value)
            self.city.notes.stats[T_HORIZON_VALUE] += value
        self.nav = 0.0
