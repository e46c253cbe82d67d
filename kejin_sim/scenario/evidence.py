"""Which parameters a scenario rests on, and which of them nobody has a source for."""

from __future__ import annotations

from kejin_sim.parameters import Parameter, registry
from kejin_sim.scenario.scenario import Scenario


def measures_on(scenario: Scenario) -> tuple[str, ...]:
    """Measures that are switched on, in the order of the policy. A measure without a switch is on."""
    from kejin_sim.measures import MEASURES

    return tuple(measure for measure in MEASURES if scenario.values.get(f"measures.{measure}.enabled", 1))


def in_use(scenario: Scenario) -> list[Parameter]:
    """Parameters in use: those of a measure that is off are not."""
    off = {
        p.key.rsplit(".", 1)[0] + "." for p in registry()
        if p.key.endswith(".enabled") and p.key.count(".") == 2 and not scenario.values[p.key]
    }  # fmt: skip
    return [p for p in registry() if not any(p.key.startswith(prefix) for prefix in off)]


def evidence(scenario: Scenario) -> tuple[int, int]:
    """Parameters in use, and how many of them are assumptions."""
    used = in_use(scenario)
    return len(used), sum(p.evidence == "A" for p in used)


def other_world(scenario: Scenario) -> int:
    """How many of the parameters that are fitted to published figures have other values in a scenario: of these nobody but its
    author knows where they come from."""
    return sum(p.evidence == "F" and scenario.values[p.key] != p.value for p in registry())
