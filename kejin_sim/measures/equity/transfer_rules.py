"""E13: a municipal SOE buys fund shares or holdings."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def discount_now(discount: float, cycle: float, factor: float) -> float:
    """E13. Discount to NAV, lower in a boom: discount − cycle·x, kept within [0, 95 %]."""
    return min(0.95, max(0.0, discount - cycle * factor))


@compiled
def transfer_price(
    reported_nav: float, discount: float, state_rule: int, state_seller: bool, state_buyer: bool, dlom: float, floor: float
) -> float:
    """E13. Price of what is transferred (CNY).

    Formula: NAV·(1−discount); under the state-asset rule, with appraisal A = NAV·(1−dlom), at least floor·A if the seller is
    state and at most A if the buyer is state.

    Parameters: ``reported_nav`` stale NAV of the appraisal date; ``state_rule`` 1 if appraisal applies.
    Source: rulebook E13; whether 32号令 binds partnership shares is disputed, hence the switch.
    """
    price = reported_nav * (1.0 - discount)
    if state_rule == 1:
        appraised = reported_nav * (1.0 - dlom)
        if state_seller:
            price = max(price, floor * appraised)
        if state_buyer:
            price = min(price, appraised)
    return price
