"""The city treasury: budget lines, the opening of a fiscal year (step 2), payments straight out of a line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kejin_sim.ledger import LINES, Line
from kejin_sim.recording import T_REFUSED
from kejin_sim.reference.budget import BudgetLine
from kejin_sim.reference.clock import YEAR_OPENS, Process
from kejin_sim.world.calendar import quarters_in_force

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.ledger import Account


class Treasury:
    """Budget lines, and who opens and pays them.

    Investments go through the guidance fund's purse, which draws just in time; pool, guarantor, compensation
    and subsidies are paid from here.
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.lines = {line: BudgetLine(line) for line in LINES}
        city.env.process(self._run())

    def _run(self) -> Process:
        """The fiscal year opens. When the books open, what the burn-in left unspent lapses."""
        city = self.city
        clock, settings = city.clock, city.settings
        while True:
            yield clock.until(YEAR_OPENS)
            if not clock.year_opens:
                continue
            opening = clock.k == clock.opening
            if opening:
                city.notes.open_books()
            carries_over = settings.carried_over if clock.burn_in else settings.carries_over
            appropriation = settings.legacy_appropriation if clock.burn_in else settings.appropriation
            for line, budget in self.lines.items():
                years = appropriation[line]
                # A year that the opening or the end of the policy cuts in two is granted by quarters.
                part = 0.25 * quarters_in_force(clock.quarter_of_year, clock.period_end)
                amount = years[min(max(clock.year, 0), len(years) - 1)] * (part if clock.policy else 0.0)
                budget.open_year(amount, carries_over[line] and not opening, opening)

    def affordable(self, line: Line, wanted: float, what: str, *, within: float = math.inf) -> float:
        """How much of ``wanted`` (CNY) a line can pay, and no more than ``within``; that this is not all is counted as a
        refusal."""
        amount = min(wanted, self.lines[line].spendable, within)
        if amount < wanted:
            self.refuse(wanted - amount, what)
        return amount

    def refuse(self, amount: float, what: str) -> None:
        """A request that the appropriation cannot cover."""
        city = self.city
        city.notes.stats[T_REFUSED] += 1.0
        city.notes.tell(city.clock.k, "refused", what, amount=amount)

    def pay_covered(
        self, line: Line, code: int, amount: float, *, firm: Account | None = None, bank: str = ""
    ) -> bool:
        """Pay out of a line that covers it; else nothing, and the refusal is counted."""
        if amount > self.lines[line].spendable:
            self.refuse(amount, str(line))
            return False
        self.pay(line, code, amount, firm=firm, bank=bank)
        return True

    def pay_most(
        self, line: Line, code: int, wanted: float, *, firm: Account | None = None, bank: str = ""
    ) -> float:
        """Pay ``wanted`` or what the line has; less than wanted is counted as a refusal. Returns what is paid."""
        amount = self.affordable(line, wanted, str(line))
        if amount > 0.0:
            self.pay(line, code, amount, firm=firm, bank=bank)
        return amount

    def pay(
        self, line: Line, code: int, amount: float, *, firm: Account | None = None, bank: str = ""
    ) -> None:
        """Pay out of a line that covers it."""
        budget = self.lines[line]
        budget.take(amount)
        self.city.ledger.post(code, amount, firm=firm, bank=bank)
        budget.execute(amount)
