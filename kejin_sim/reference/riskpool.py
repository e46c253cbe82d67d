"""The risk pool that city, district and banks fund, and pay bad loans from (C5, C8, C10)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from kejin_sim.ledger import Line
from kejin_sim.measures.credit import compensation_rules, loan_rules, pool_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import S_POOL_CLAIMS, T_POOL_EMPTY, T_UNPAID

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.loan import Loan

PARTIES: Final = range(3)  # city, district, banks
BANKS_ACCOUNT: Final = 2
CONTRIBUTIONS: Final = (p.POOL_CITY, p.POOL_DISTRICT, p.POOL_BANK)
CLAIMS: Final = (p.CLAIM_CITY, p.CLAIM_DISTRICT, p.CLAIM_BANK)
RECOVERIES: Final = (p.POOL_RECOVERY_CITY, p.POOL_RECOVERY_DISTRICT, p.POOL_RECOVERY_BANK)
RETURNS: Final = (p.POOL_RETURN_CITY, p.POOL_RETURN_DISTRICT, p.POOL_RETURN_BANK)


class LastYear:
    """A figure of the last four quarters, the newest first."""

    def __init__(self) -> None:
        self.quarters = deque([0.0] * 4, maxlen=4)

    def push(self, value: float) -> None:
        """A new quarter."""
        self.quarters.appendleft(value)

    def add(self, value: float) -> None:
        """More in the running quarter."""
        self.quarters[0] += value

    @property
    def total(self) -> float:
        """Sum of the four."""
        newest, second, third, oldest = self.quarters
        return newest + second + third + oldest

    @property
    def mean(self) -> float:
        """Mean of the four."""
        return 0.25 * self.total


class RiskPool:
    """One pool of three accounts (CNY). ``funded``: the agreed size as far as it has been paid in."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.accounts = [0.0, 0.0, 0.0]
        self.funded = 0.0

    @property
    def cash(self) -> float:
        """Money in the pool."""
        of_city, of_district, of_banks = self.accounts
        return of_city + of_district + of_banks

    def contribute(self) -> None:
        """The agreed size once, then a yearly top-up; all parties alike are scaled by what the city's line has."""
        city, rules = self.city, self.city.credit_rules
        first = max(0.0, rules.pool_size - self.funded)
        wanted = first + pool_rules.top_up(rules.pool_size, self.cash + first, rules.pool_top_up)
        if wanted <= 0.0:
            return
        line = city.treasury.lines[Line("risk_pool")]
        of_city = pool_rules.party_share(wanted, rules.pool_shares[0])
        scale = loan_rules.prorated(line.spendable, of_city)
        if scale < 1.0:
            city.treasury.refuse((1.0 - scale) * of_city, "risk_pool")
        self.funded += scale * first
        for party in PARTIES:
            amount = scale * pool_rules.party_share(wanted, rules.pool_shares[party])
            if amount <= 0.0:
                continue
            self.accounts[party] += amount
            if party == 0:
                city.treasury.pay(Line("risk_pool"), p.POOL_CITY, amount)
            else:
                city.ledger.post(CONTRIBUTIONS[party], amount)

    def has_room(self, outstanding: float, amount: float) -> bool:
        """May a loan more be made, with so much outstanding or claimed under the pool?"""
        rules = self.city.credit_rules
        limit = pool_rules.lending_limit(
            rules.pool_leverage, self.funded, self.cash, rules.pool_leverage_of == 1
        )
        return self.cash > 0.0 and outstanding + amount <= limit

    def public_exposure(self, at_risk: float) -> float:
        """Public money in the pool that loans of so much (CNY) may still draw."""
        shares = self.city.credit_rules.pool_shares
        of_city, of_district, _ = self.accounts
        return pool_rules.public_exposure(at_risk, shares[0], of_city) + pool_rules.public_exposure(
            at_risk, shares[1], of_district
        )

    def pay_claim(self, loan: Loan) -> None:
        """Every party's account pays its share of a bad loan while it lasts; the rest stays with the bank."""
        city = self.city
        paid = 0.0
        for party in PARTIES:
            share = city.credit_rules.pool_shares[party]
            amount = pool_rules.pool_pays(loan.exposure, share, self.accounts[party])
            self.accounts[party] -= amount
            loan.paid.pool[party] = amount
            paid += amount
            loan.post(CLAIMS[party], amount)
        city.notes.series[S_POOL_CLAIMS] += paid
        due = (1.0 - city.credit_rules.pool_shares[BANKS_ACCOUNT]) * loan.exposure
        public = loan.paid.pool[0] + loan.paid.pool[1]
        if pool_rules.paid_short(public, due):  # what the banks' account cannot pay they bear anyway
            stats, clock = city.notes.stats, city.clock
            stats[T_UNPAID] += due - public
            if stats[T_POOL_EMPTY] == 0.0 and not clock.burn_in:
                stats[T_POOL_EMPTY] = 1.0 + clock.k - clock.opening
                city.notes.tell(clock.k, "pool_empty", loan.firm.profile.key, unpaid=due - public)

    def share_recovery(self, loan: Loan, recovered: float) -> None:
        """C10. What was recovered goes back to the accounts pro rata."""
        for party in PARTIES:
            back = compensation_rules.return_share(recovered, loan.paid.pool[party], loan.exposure)
            self.accounts[party] += back
            loan.paid.pool[party] -= back
            loan.post(RECOVERIES[party], back)

    def wind_up(self) -> None:
        """No loan is left that the pool answers for and none will come: each gets back what is left of its account."""
        for party in PARTIES:
            self.city.ledger.post(RETURNS[party], self.accounts[party])
        self.city.notes.tell(self.city.clock.k, "pool_returned", "", amount=self.cash)
        self.accounts = [0.0, 0.0, 0.0]
        self.funded = 0.0


class StopLoss:
    """C8. The scheme takes no new loans while too much of it defaults. Flows and stocks of twelve months (CNY)."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.stopped = False
        self.scheme = 0  # whose loans these are; none yet
        self.defaults = LastYear()
        self.exposure = LastYear()

    def begin_quarter(self) -> None:
        """A scheme that takes another's place answers for its own loans: the stop-loss begins anew."""
        scheme = self.city.credit_rules.scheme
        if scheme != self.scheme:
            self.scheme, self.stopped = scheme, False
            self.defaults, self.exposure = LastYear(), LastYear()
        self.defaults.push(0.0)

    def test(self, exposure: float) -> None:
        """Step 11, every quarter, with the exposure of its end."""
        rules = self.city.credit_rules
        self.exposure.push(exposure)
        before = self.stopped
        self.stopped = pool_rules.stopped(
            before, self.defaults.total, self.exposure.mean, rules.stop_loss_trigger, rules.stop_loss_release
        )
        if self.stopped != before:
            self.city.notes.tell(
                self.city.clock.k, "stopped" if self.stopped else "released", "",
                defaults=self.defaults.total, exposure=self.exposure.mean,
            )  # fmt: skip
