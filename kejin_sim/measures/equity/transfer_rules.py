"""E13: a municipal SOE buys fund shares or holdings."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def discount_now(discount: float, cycle: float, factor: float, cap: float) -> float:
    """E13. Discount to NAV, lower in a boom: discount − cycle·x, kept within [0, cap].

    Parameters: ``discount`` at x = 0, ``cycle`` per unit of the factor, ``cap`` below 1
    (``measures.equity.soe_purchase.discount``, ``.discount_cycle``, ``.discount_cap``); ``factor`` x of the technology
    cycle.
    Source: rulebook E13; order of the discount as in the secondary market (Jefferies), its cycle assumed.
    """
    return min(cap, max(0.0, discount - cycle * factor))


@compiled
def appraised_mark(mark: float, mark_before: float, since_round: int, since_entry: int, lag: int) -> float:
    """E13. Value of a firm as the appraisal sees it: the last round, unless it is younger than the lag (CNY).

    Parameters: ``mark``, ``mark_before`` post-money of the last round and of the one before (CNY); ``since_round``,
    ``since_entry`` quarters since the last round and since the holder came in; ``lag`` quarters
    (``measures.equity.soe_purchase.appraisal_lag``).
    Source: rulebook E13; the lag is an assumption.
    Limits: the holder's own round counts at once, for its price is what was paid.
    """
    return mark_before if since_round < lag and since_round < since_entry else mark


@compiled
def transfer_price(
    reported_nav: float, discount: float, state_rule: int, state_seller: bool, state_buyer: bool, dlom: float, floor: float
) -> float:
    """E13. Price of what is transferred (CNY).

    Formula: NAV·(1−discount); under the state-asset rule, with appraisal A = NAV·(1−dlom), at least floor·A if the
    seller is state and at most A if the buyer is state.

    Parameters: ``reported_nav`` NAV of what is still held, as the appraisal sees it (CNY); ``discount`` from
    :func:`discount_now`; ``state_rule`` 1 if appraisal applies (``measures.equity.soe_purchase.state_asset_rule``);
    ``state_seller``, ``state_buyer``: is that party state-owned; ``dlom``, ``floor``
    (``measures.equity.soe_purchase.dlom``, ``.floor``).
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
