"""The city's banks: what they ask for, what they have left to lend, who lent most (C2, C16, C17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim.measures.credit import bank_rules, compensation_rules, stacking_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import BANK_NAMES
from kejin_sim.measures.evaluation import score_rules
from kejin_sim.measures.insurance import loan_rules as insured_loans
from kejin_sim.reference.enterprise import CASH_OUT_ROW, SUSTAINED_ROW
from kejin_sim.reference.loan import Loan, Product
from kejin_sim.reference.riskpool import BANKS_ACCOUNT
from kejin_sim.world import credit as lending_rules
from kejin_sim.world.calendar import quarters_in_force
from kejin_sim.world.enterprise import score

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

SCHEME_NONE, SCHEME_POOL, SCHEME_COMPENSATION = range(3)  # values of ``scheme``; the last, by layer, is what is left


def reckoned(firm: Enterprise) -> float:
    """C2, F4. The yearly PD that banks and insurers see in a borrower: by the score that they see themselves, and by the
    platform's.
    """
    city, world = firm.city, firm.city.settings.world
    row = SUSTAINED_ROW if firm.sustained else CASH_OUT_ROW if firm.short else firm.stage
    hazard, effect = world.failure_hazard[row], world.failure_quality
    pd = lending_rules.default_probability(hazard, effect, firm.profile.score, world.score_noise)
    if city.shared_weight > 0.0 and not firm.profile.outside:
        seen = score(firm.profile.quality, firm.profile.noise, city.score_noise)
        shared = lending_rules.default_probability(hazard, effect, seen, city.score_noise)
        pd = score_rules.shared_view(pd, shared, city.shared_weight)
    return lending_rules.reckoned_probability(pd, firm.revenue < firm.cost, world.credit_burning_pd)


class Bank:
    """One bank.

    ``lent``: new loans of this fiscal year, ``listed``: of it to white-listed firms; ``quota_left``: of
    relending this year (all CNY); ``top``: among the best of last year.
    """

    def __init__(self, city: City, number: int) -> None:
        world = city.settings.world
        self.city = city
        self.number = number
        self.name = BANK_NAMES[number]
        self.key = f"bank-{self.name}"  # in postings
        self.rate: float = world.macro_lpr + world.credit_spread[number]
        self.appetite: float = world.credit_appetite[number]
        self.capacity: float = world.credit_capacity[number]
        self.lent = 0.0
        self.listed = 0.0
        self.quota = 0.0
        self.quota_left = 0.0
        self.top = False

    def keeps(self, product: Product, first: bool) -> float:
        """The part of a loss that the bank reckons to keep under a product (C5, C6, C12, I6; N1, N3)."""
        rules = self.city.credit_rules
        if product is Product.POOL:
            return float(rules.pool_shares[BANKS_ACCOUNT])
        if product is Product.COMPENSATED:
            share = compensation_rules.compensation(
                1.0, rules.compensation_share, rules.compensation_first_loan_bonus, first
            )
            return 1.0 - stacking_rules.capped(share, 1.0, rules.stacking_compensation_cap)
        if product is Product.GUARANTEED:
            return float(rules.guarantee_bank_share)
        if product is Product.INSURED:
            return insured_loans.bank_loss(1.0, self.city.rules_of("insurance").loan_ins_share)
        return 1.0

    def loss_given_default(self, product: Product) -> float:
        """LGD of a new loan: a pledge's own (T1), else the banks' (C4)."""
        if product is Product.PLEDGED:
            return float(self.city.rules_of("commercialisation").pledge_lgd)
        return float(self.city.settings.world.credit_lgd)

    def offers(
        self, firm: Enterprise, product: Product, kept: float, lgd: float, amount: float, refinanced: bool
    ) -> bool:
        """C2. Would this bank lend: capacity left, a sound borrower, enough margin after expected loss?

        ``kept``: its share of the loss; ``amount``: new money (0 for a renewal); ``refinanced``: whether the central
        bank's money stands behind it.
        """
        world, rules = self.city.settings.world, self.city.credit_rules
        if self.lent + amount > self.capacity:
            return False
        if not lending_rules.sound(firm.cash, amount, firm.revenue, firm.cost, world.credit_min_runway):
            return False
        funding = world.credit_funding
        if refinanced:
            funding = bank_rules.blended_funding(funding, rules.relending_rate, rules.relending_share)
        margin = lending_rules.expected_margin(self.rate, funding, reckoned(firm), lgd, kept)
        eased = lending_rules.tolerated(world.credit_pledge_tolerance, lgd) if product is Product.PLEDGED else 0.0
        return lending_rules.offers(margin + eased, self.appetite, world.credit_cycle, self.city.economy.factor)

    def can_refinance(self, amount: float) -> bool:
        """C17. Is there relending for the full share of a new loan?"""
        share = self.city.credit_rules.relending_share
        return share > 0.0 and self.quota_left >= share * amount

    def refinance(self, loan: Loan) -> None:
        """C17. Draw relending for a new loan, as far as the quota goes."""
        rules = self.city.credit_rules
        amount = bank_rules.relending(loan.balance, rules.relending_share, self.quota_left)
        if amount > 0.0:
            loan.relending = amount
            bonus = bank_rules.bonus_quota(self.quota, self.top, rules.ranking_bonus)
            loan.beyond = bank_rules.beyond_ordinary(amount, self.quota_left, bonus) / amount
            loan.relending_due = self.city.clock.k + 4 * (1 + rules.relending_extensions)
            self.quota_left -= amount
            loan.post(p.RELEND, amount)


class Banks:
    """All banks, by number."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.all = [Bank(city, number) for number in range(len(city.settings.world.credit_appetite))]

    def open_year(self, policy: bool) -> None:
        """C16. Counters start anew; quotas are given, and more to last year's best."""
        rules = self.city.credit_rules
        clock = self.city.clock
        part = 0.25 * quarters_in_force(clock.quarter_of_year, clock.period_end)
        for bank in self.all:
            if clock.quarter_of_year == 0:  # a bank's own year does not begin with a policy
                bank.lent = 0.0
            bank.listed = 0.0
            bank.quota = part * rules.relending_quota
            bank.quota_left = bank_rules.relending_quota(bank.quota, bank.top, rules.ranking_bonus) if policy else 0.0

    def ask(self, firm: Enterprise, product: Product, eligible: bool, amount: float, u: float) -> Bank | None:
        """C2. The firm asks some banks in turn, the first of them by chance; the first that offers lends.

        ``eligible``: relending may stand behind the loan (C17).
        """
        first = int(u * len(self.all))
        for turn in range(self.city.settings.world.credit_asked):
            bank = self.all[(first + turn) % len(self.all)]
            refinanced = eligible and bank.can_refinance(amount)
            kept = bank.keeps(product, not firm.had_loan)
            if bank.offers(firm, product, kept, bank.loss_given_default(product), amount, refinanced):
                return bank
        return None

    def rank(self) -> None:
        """C16. The banks that lent most to white-listed firms this year have priority next year."""
        for bank in self.all:
            place = sum(
                bank_rules.ahead(other.listed, bank.listed, other.number, bank.number)
                for other in self.all
                if other is not bank
            )
            bank.top = bank.listed > 0.0 and place < self.city.credit_rules.ranking_top_n
        order = sorted(self.all, key=lambda bank: (-bank.listed, bank.number))
        self.city.notes.tell(
            self.city.clock.k, "ranking", "",
            banks=[(bank.name, bank.listed, bank.top) for bank in order if bank.listed > 0.0],
        )  # fmt: skip

    def prize(self, loans: list[Loan]) -> float:
        """C16. What the bonus quota saves the best banks this quarter (CNY)."""
        world, rules = self.city.settings.world, self.city.credit_rules
        worth = 0.0
        for loan in loans:
            if loan.relending > 0.0 and loan.beyond > 0.0:
                worth += bank_rules.prize(loan.beyond * loan.relending, world.credit_funding, rules.relending_rate)
        return worth
