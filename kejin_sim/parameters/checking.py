"""What a check of a whole scenario receives and says: relations between keys that no single bound can express.

A measure brings its own list ``CHECKS`` in ``kejin_sim/measures/<measure>/checks.py``; the general ones stand in
``kejin_sim/scenario/checks.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kejin_sim.parameters.registry import Value, by_key
from kejin_sim.timeline import Quarter


@dataclass(frozen=True)
class Finding:
    """What a check found: the keys concerned (the first that the user wrote is pointed at), message and fix.

    ``severity`` ``error`` refuses the scenario; ``notice`` is printed and the run goes on. ``unusual``: a notice of a number
    outside its usual range; where there are many they are counted instead.
    """

    keys: tuple[str, ...]
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""
    severity: Literal["error", "notice"] = "error"
    unusual: bool = False


@dataclass(frozen=True)
class Facts:
    """The numbers of a scenario, all keys present, in the engine's units."""

    values: Mapping[str, Value]
    start: Quarter
    by_year: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    def number(self, key: str) -> float:
        """A single number."""
        value = self.values[key]
        if isinstance(value, tuple):
            raise TypeError(key)
        return value

    def list(self, key: str) -> tuple[float, ...]:
        """A list of numbers."""
        value = self.values[key]
        if not isinstance(value, tuple):
            raise TypeError(key)
        return value

    def flag(self, key: str) -> bool:
        """A yes or no."""
        return bool(self.values[key])

    def choice(self, key: str) -> str:
        """The chosen word."""
        return by_key()[key].choices[int(self.number(key))]

    def written(self, key: str) -> str:
        """The value as a person would write it."""
        parameter, value = by_key()[key], self.values[key]
        return "、".join(map(parameter.exact, value)) if isinstance(value, tuple) else parameter.exact(value)

    @property
    def policy_years(self) -> range:
        """Calendar years in which the policy runs: one more than its years when it starts in mid-year."""
        cut = 1 if self.start.quarter > 1 else 0
        return range(self.start.year, self.start.year + int(self.number("time.policy_years")) + cut)

    @property
    def first_year(self) -> float:
        """Part of a year that the first fiscal year of the books is."""
        return (5 - self.start.quarter) / 4

    def appropriations(self, line: str) -> dict[int, float]:
        """CNY appropriated for a budget line, by calendar year of the policy."""
        yearly, special = self.number(f"budget.{line}.amount"), self.by_year.get(line, {})
        return {year: special.get(year, yearly) for year in self.policy_years}


Check = Callable[[Facts], Iterable[Finding]]


def when_on(section: str, *checks: Check) -> tuple[Check, ...]:
    """Checks that look only where the measure of this section is switched on."""

    def guarded(check: Check) -> Check:
        return lambda facts: check(facts) if facts.flag(f"{section}.enabled") else ()

    return tuple(map(guarded, checks))
