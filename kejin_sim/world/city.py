"""What the city counts: jobs, tax, research."""

from __future__ import annotations

from kejin_sim.jit import compiled, inlined


@compiled
def city_tax(revenue: float, rate: float, city_share: float) -> float:
    """City share of the tax of a quarter: revenue · rate · share (CNY). Reported, never netted into a fund's return."""
    return revenue * rate * city_share


@inlined
def displaced(amount: float, displacement: float, supported: bool) -> float:
    """What is left of jobs or tax of a supported firm after it displaced others: amount · (1 − displacement)."""
    return amount * (1.0 - displacement) if supported else amount


@compiled
def graduate_factor(yearly_decay: float) -> float:
    """Quarterly survival of jobs and tax of acquired and listed firms: (1 − decay)^(1/4)."""
    return (1.0 - yearly_decay) ** 0.25
