"""A room's checks as functions, for tests of single checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kejin_sim.parameters.checking import Facts, Finding
from kejin_sim.scenario.scenario import default_values
from kejin_sim.timeline import Quarter


def findings(
    checks: Iterable[Callable[[Facts], Iterable[Finding]]],
    changes: Mapping[str, Any],
    by_year: Mapping[str, Mapping[int, float]] | None = None,
) -> list[Finding]:
    """What the checks say of the defaults with changes, and with appropriations by line and year."""
    facts = Facts({**default_values(), **changes}, Quarter(2025, 1), by_year or {})
    return [finding for check in checks for finding in check(facts)]
