"""The lines of the budget."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Line

CARRY_YEARS: Final = 3  # this year's money and that of two years before: Budget Law §42


class BudgetLine:
    """A line of the budget: what is appropriated, and where it has gone.

    ``unspent``: CNY by age of the money, this year's first; ``encumbered``: committed to funds and not yet
    drawn, and ``committed`` the same by age of the money, the last part too old to be spent again; ``principal``,
    ``income``: what came back this year, by nature; ``recycled_principal``, ``recycled_income``: of what came back
    earlier, kept to be spent again. Totals count from the start, ``year`` the fiscal year's.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.unspent = [0.0] * CARRY_YEARS
        self.committed = [0.0] * (CARRY_YEARS + 1)
        self.encumbered = 0.0
        self.principal = 0.0
        self.income = 0.0
        self.recycled_principal = 0.0
        self.recycled_income = 0.0
        self.appropriated = 0.0
        self.executed = 0.0
        self.lapsed = 0.0
        self.year_brought = 0.0
        self.year_appropriated = 0.0
        self.year_executed = 0.0
        self.year_lapsed = 0.0

    @property
    def free(self) -> float:
        """Appropriated money neither spent nor committed.

        Added up in this order, not by ``sum``, which newer Pythons compensate: a request for exactly what is
        left must be granted in both engines or in neither.
        """
        this_year, last_year, before = self.unspent
        return this_year + last_year + before

    @property
    def spendable(self) -> float:
        """What a request can be granted from: appropriated and recycled money."""
        return self.free + (self.recycled_principal + self.recycled_income)

    def open_year(self, appropriation: float, carries_over: bool, opening: bool) -> None:
        """Step 2. Unspent money lapses, or grows a year older until it is too old; new money arrives.

        ``opening``: the books open; what the burn-in left is in no year of theirs, but for what it has committed.
        """
        self.year_brought = self.encumbered + (0.0 if opening else self.free)
        self.year_appropriated = self.year_executed = self.year_lapsed = 0.0
        if carries_over:
            this_year, last_year, before, older = self.committed
            self.committed = [0.0, this_year, last_year, older + before]
        else:
            this_year, last_year, before, older = self.committed
            self.committed = [0.0, 0.0, 0.0, older + before + last_year + this_year]
        kept = self.unspent[: CARRY_YEARS - 1] if carries_over else [0.0] * (CARRY_YEARS - 1)
        for amount in self.unspent[CARRY_YEARS - 1 :] if carries_over else self.unspent:
            self.lapse(amount)
        if opening:
            self.year_lapsed = 0.0
        self.unspent = [appropriation, *kept]
        self.appropriated += appropriation
        self.year_appropriated += appropriation

    def lapse(self, amount: float) -> None:
        """Money that goes back to the general budget."""
        self.lapsed += amount
        self.year_lapsed += amount

    def take(self, amount: float) -> None:
        """Take money out of what is unspent, the oldest first."""
        rest = amount
        for age in reversed(range(CARRY_YEARS)):
            part = min(rest, self.unspent[age])
            self.unspent[age] -= part
            rest -= part

    def execute(self, amount: float) -> None:
        """The treasury has paid."""
        self.executed += amount
        self.year_executed += amount

    def encumber(self, amount: float) -> None:
        """Commit money out of what is unspent, the oldest first; it keeps its age."""
        rest = amount
        for age in reversed(range(CARRY_YEARS)):
            part = min(rest, self.unspent[age])
            self.unspent[age] -= part
            self.committed[age] += part
            rest -= part
        self.encumbered += amount

    def draw_committed(self, amount: float) -> None:
        """Committed money is drawn, the oldest first."""
        self.encumbered -= amount
        self._free(amount)

    def release(self, amount: float, policy: bool) -> None:
        """Committed money that will not be called: unspent again at its age, or lapsed when it is too old for
        that or the policy has ended.
        """
        self.encumbered -= amount
        back = 0.0
        for age, part in self._free(amount):
            if policy and age < CARRY_YEARS:
                self.unspent[age] += part
                back += part
        self.lapse(amount - back)

    def _free(self, amount: float) -> list[tuple[int, float]]:
        """Take money out of what is committed, the oldest first: (age, CNY)."""
        parts = []
        rest = amount
        for age in reversed(range(CARRY_YEARS + 1)):
            part = min(rest, self.committed[age])
            self.committed[age] -= part
            rest -= part
            parts.append((age, part))
        return parts
