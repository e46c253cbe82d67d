"""What the city counts: jobs, tax, research."""

from __future__ import annotations

from kejin_sim.jit import compiled, inlined


@compiled
def city_tax(revenue: float, rate: float, city_share: float) -> float:
    """City share of the tax of a quarter: revenue · rate · share (CNY). Reported, never netted into a fund's return.

    Parameters: ``revenue`` of the quarter (CNY); ``rate`` tax as a share of revenue (``world.city.tax_rate``);
    ``city_share`` of the tax (``world.city.tax_city_share``).
    Source: rate assumed; shares of VAT 50 % and income taxes 40 % commonly quoted, not verified (rulebook §0.4).
    """
    return revenue * rate * city_share


@inlined
def displaced(amount: float, displacement: float, supported: bool) -> float:
    """Jobs or tax left when a supported firm has displaced others: amount · (1 − displacement); else all.

    Parameters: ``amount`` persons, or revenue that is taxed (CNY a quarter); ``displacement`` a share
    (``behaviour.market_displacement``); ``supported``: the firm has had public money, as equity or a grant.
    Returns: in the unit of ``amount``.
    Source: rulebook §0.4 (market displacement); assumption.
    """
    return amount * (1.0 - displacement) if supported else amount


@compiled
def graduate_factor(yearly_decay: float) -> float:
    """W4. Quarterly survival of jobs and tax of acquired and listed firms: (1 − decay)^(1/4), a share.

    Parameters: ``yearly_decay`` in [0, 1] (``world.city.graduate_decay``).
    Source: model, rule W4; assumption.
    """
    return (1.0 - yearly_decay) ** 0.25
