"""The ledger of one world: every posting kept, every balance moved, in one place.

It knows nothing of rules. Institutions keep their own books; at each close they are held against these
accounts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from kejin_sim.errors import LedgerError
from kejin_sim.ledger import Party
from kejin_sim.postings import code_count, postings
from kejin_sim.reference.clock import Clock

if TYPE_CHECKING:
    from kejin_sim.reference.hearing import Answer, Hearing

TOLERANCE: Final = 1e-9
"""Relative difference that rounding can explain."""

SMALL: Final = 1e4
"""CNY: differences of sums smaller than this are measured against it."""

FUNDS: Final = frozenset({Party.ANGEL_SUBFUND, Party.CHAIN_FUND, Party.AIC_FUND})
"""Parties that are many funds, each with an account of its own; so are enterprises."""

SOLVENT: Final = frozenset(
    {
        Party.GUIDANCE_FUND,
        Party.RISK_POOL,
        Party.GUARANTEE_COMPANY,
        Party.JOINT_FUND,
        Party.IP_ABS,
        Party.ENTERPRISE,
        *FUNDS,
    }
)
"""Parties whose accounts never go below zero: they spend what they have."""


class Account:
    """The money of one party, fund or firm; ``name`` is what postings call it, empty for a lone party."""

    __slots__ = ("balance", "name", "party", "received", "solvent")

    def __init__(self, party: Party, name: str = "") -> None:
        self.party = party
        self.name = name
        self.balance = 0.0
        self.received = 0.0
        self.solvent = party in SOLVENT


class Entry(NamedTuple):
    """A posting as kept: quarter since the start of the burn-in, code, CNY, fund or bank, and firm; when somebody listens, the
    rule function that answered the amount.
    """

    quarter: int
    code: int
    amount: float
    entity: str
    answer: Answer | None = None


class Ledger:
    """All accounts and postings of one world on one path.

    ``flows`` sums the running quarter's postings by code; ``largest_residual`` is the largest relative
    difference that any check has found. ``hearing``: None unless somebody wants to know how amounts come about.
    """

    def __init__(self, clock: Clock, hearing: Hearing | None = None) -> None:
        self.clock = clock
        self.hearing = hearing
        self.entries: list[Entry] = []
        self.flows = [0.0] * code_count()
        self.largest_residual = 0.0
        self.fault: LedgerError | None = None
        self.alone = {party: Account(party) for party in Party if party not in FUNDS | {Party.ENTERPRISE}}
        self.many: set[Account] = set()
        # By code: the account of payer and payee, or the party whose account each posting has to name.
        self._payers: list[Account | Party | None] = [None] * code_count()
        self._payees: list[Account | Party | None] = [None] * code_count()
        for posting in postings():
            self._payers[posting.number] = self.alone.get(posting.payer, posting.payer)
            self._payees[posting.number] = self.alone.get(posting.payee, posting.payee)

    def open(self, party: Party, name: str) -> Account:
        """A new account of a fund or a firm."""
        account = Account(party, name)
        self.many.add(account)
        return account

    def post(
        self, code: int, amount: float, *, firm: Account | None = None, fund: Account | None = None, bank: str = ""
    ) -> None:
        """One posting: the only way in which money moves.

        Parameters: ``code`` a posting code, which says who pays whom under which rule; ``amount`` CNY;
        ``firm``, ``fund`` the accounts that it concerns, as parties or to say whom it is about; ``bank`` which bank it
        concerns (all banks have one account).
        """
        payer = self._payers[code]
        payee = self._payees[code]
        if not isinstance(payer, Account):
            payer = self._named(code, payer, firm, fund)
        if not isinstance(payee, Account):
            payee = self._named(code, payee, firm, fund)
        payer.balance -= amount
        payee.balance += amount
        payee.received += amount
        if amount < 0.0 or (payer.balance < 0.0 and payer.solvent):
            self._refuse_debt(code, payer, amount)
        self.flows[code] += amount
        name = firm.name if firm is not None else ""
        if fund is not None:
            name = f"{fund.name}/{name}" if name else fund.name
        elif bank:
            name = f"{bank}/{name}" if name else bank
        answer = self.hearing.explain(code, amount, name) if self.hearing is not None and amount != 0.0 else None
        self.entries.append(Entry(self.clock.k, code, amount, name, answer))

    def _named(self, code: int, party: Party | None, firm: Account | None, fund: Account | None) -> Account:
        account = firm if party is Party.ENTERPRISE else fund
        if account is None or account.party is not party:
            raise self._error(f"posting {code}", "no account of the party", 0.0, 0.0)
        return account

    def _refuse_debt(self, code: int, payer: Account, amount: float) -> None:
        """Amounts and balances below zero are allowed only as far as rounding makes them."""
        least = -TOLERANCE * max(SMALL, payer.received)
        if amount < least or (payer.solvent and payer.balance < least):
            raise self._error(f"posting {code}", f"{payer.party} {payer.name}", amount, payer.balance)

    def start_quarter(self) -> None:
        """Begin to sum a new quarter."""
        self.flows = [0.0] * len(self.flows)
        if self.hearing is not None:
            self.hearing.start_quarter()

    def close_account(self, account: Account) -> None:
        """A fund or firm is no more: nothing may be left in its account."""
        self.tie(f"{account.name} closed", account.balance, 0.0, account.received)
        self.many.remove(account)

    def tie(self, what: str, left: float, right: float, scale: float) -> None:
        """Two ways to know one figure must agree up to rounding; ``scale``: CNY that went into the sums."""
        residual = abs(left - right) / max(SMALL, scale)
        if residual > self.largest_residual:
            self.largest_residual = residual
        if not residual <= TOLERANCE:
            raise self._error(what, "", left, right)

    def hold(self, what: str, holds: bool, left: float, right: float) -> None:
        """A condition of a rule on two amounts (CNY): told with them when it does not hold."""
        if not holds:
            raise self._error(what, "", left, right)

    def check_conservation(self) -> None:
        """What one party has, another has paid: all balances sum to zero."""
        balances = [account.balance for account in (*self.alone.values(), *self.many)]
        self.tie("sum of all balances", math.fsum(balances), 0.0, math.fsum(map(abs, balances)))

    def _error(self, what: str, who: str, left: float, right: float) -> LedgerError:
        quarter = self.clock.calendar(self.clock.k)
        self.fault = LedgerError(
            f"账目不平（参照引擎，{quarter}）：{what} {who} {left!r} / {right!r}。",
            f"The ledger does not tie (reference engine, {quarter}): {what} {who} {left!r} / {right!r}.",
            "这是程序的错误；请附上 kejin doctor 的输出反馈。",
            "This is a fault of the program; please report it with the output of kejin doctor.",
        )
        return self.fault
