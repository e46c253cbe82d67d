"""What the city counts: jobs, tax, research."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def city_tax(revenue: float, rate: float, city_share: float) -> float:
    """City share of the tax of a quarter: revenue · rate · share (CNY). Reported, never netted into a fund's return.

    Parameters: ``revenue`` of the quarter (CNY); ``rate`` tax as a share of revenue (``world.city.tax_rate``);
    ``city_share`` of the tax (``world.city.tax_city_share``).
    Source: rate assumed; shares of VAT 50 % and income taxes 40 % commonly quoted, not verified (rulebook §0.4).
    """
    return revenue * rate * city_share


@compiled
def graduate_factor(yearly_decay: float) -> float:
    """W4. Quarterly survival of jobs and tax of acquired and listed firms: (1 − decay)^(1/4), a share.

    Parameters: ``yearly_decay`` in [0, 1] (``world.city.graduate_decay``).
    Source: model, rule W4; assumption.
    """
    return (1.0 - yearly_decay) ** 0.25
