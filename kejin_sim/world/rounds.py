"""Equity rounds: whether an offer comes, at what price, who is diluted."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled, inlined


@inlined
def offer_log_odds(
    base: float, quality_effect: float, quality: float, cycle: float, factor: float, boost: float, cap: float
) -> float:
    """Log-odds of a private offer in a quarter in which the firm seeks money.

    Formula: logit(p_stage) + b_q·q + b_x·x + min(ln cap, boost).
    Parameters: ``base`` logit of ``world.rounds.odds``; effects ``world.rounds.*``; ``boost`` sum of behavioural boosts;
    ``cap`` what all of them together may multiply the odds by (``behaviour.boost_cap``, rulebook §0.4: at most double).
    """
    raised = min(math.log(cap), boost) if boost > 0.0 else boost
    return base + quality_effect * quality + cycle * factor + raised


@inlined
def entry_price(value: float, price_rise: float, doublings: float) -> float:
    """Pre-money price that investors pay in an early round: value · (1 + rise · doublings of public deal money)."""
    return value * (1.0 + price_rise * doublings)


@inlined
def private_ticket(price: float, dilution: float) -> float:
    """Private money of a round that sells the usual share: price · d / (1 − d) (CNY)."""
    return price * dilution / (1.0 - dilution)


@inlined
def share_bought(amount: float, price: float, total: float) -> float:
    """Share of the firm that ``amount`` buys in a round of ``total`` at pre-money ``price``: amount / (price + total)."""
    return amount / (price + total)


@inlined
def capped_ticket(ticket: float, price: float, other: float, cap: float) -> float:
    """Largest ticket not above ``ticket`` whose holding does not exceed ``cap``.

    Formula: t / (price + other + t) ≤ cap, so t ≤ cap·(price + other)/(1 − cap).
    Parameters: ``other`` money in the same round; ``cap`` in (0, 1).
    Source: rulebook E4, E8.
    """
    return min(ticket, cap * (price + other) / (1.0 - cap))


@inlined
def next_stage(stage: int) -> int:
    """Stage after a round: one up, at most pre-IPO (5)."""
    return min(stage + 1, 5)


@compiled
def log_value_after(log_value: float, amount: float) -> float:
    """Log value after a round: the money is in the firm, ln(V + amount)."""
    return math.log(math.exp(log_value) + amount)
