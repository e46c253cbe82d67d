"""Equity rounds: whether an offer comes, at what price, who is diluted."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled, inlined


@inlined
def boosted_log_odds(
    base: float, quality_effect: float, quality: float, cycle: float, factor: float, boost: float, log_cap: float
) -> float:
    """As :func:`offer_log_odds`, with the logarithm of the cap: it is the same for all firms."""
    raised = min(log_cap, boost) if boost > 0.0 else boost
    return base + quality_effect * quality + cycle * factor + raised


@inlined
def offer_log_odds(
    base: float, quality_effect: float, quality: float, cycle: float, factor: float, boost: float, cap: float
) -> float:
    """Log-odds of a private offer in a quarter in which the firm seeks money.

    Formula: logit(p_stage) + b_q·q + b_x·x + min(ln cap, boost).
    Parameters: ``base`` logit of ``world.rounds.odds``; effects ``world.rounds.*``; ``boost`` sum of behavioural boosts;
    ``cap`` what all of them together may multiply the odds by (``behaviour.boost_cap``, rulebook §0.4: at most double).
    """
    return boosted_log_odds(base, quality_effect, quality, cycle, factor, boost, math.log(cap))


@compiled
def growth_premium(quality_drift: float, score: float, noise: float, years: float) -> float:
    """What prices see of the growth that a firm's score promises: exp(drift · E[q|s] · years), with E[q|s] = ρ·s.

    Parameters: ``quality_drift`` yearly growth per unit of quality; ``noise`` σ of the score, ρ = 1/√(1+σ²); ``years``
    (``world.rounds.foresight``; 0: the price is the value).
    Limits: quality itself stays hidden; a low score is a discount.
    """
    return math.exp(quality_drift * score / math.sqrt(1.0 + noise * noise) * years)


@inlined
def entry_price(value: float, premium: float, price_rise: float, doublings: float) -> float:
    """Pre-money price of a round: value · premium · (1 + rise · doublings of public deal money).

    Parameters: ``premium`` from :func:`growth_premium`; ``price_rise`` 0 in stages that public money does not drive up.
    """
    return value * premium * (1.0 + price_rise * doublings)


@inlined
def private_ticket(price: float, dilution: float) -> float:
    """Private money of a round that sells the usual share: price · d / (1 − d) (CNY)."""
    return price * dilution / (1.0 - dilution)


@inlined
def share_bought(amount: float, price: float, total: float) -> float:
    """Share of the firm that ``amount`` buys in a round of ``total`` at pre-money ``price``: amount / (price + total)."""
    return amount / (price + total)


@inlined
def capped_ticket(ticket: float, price: float, other: float, beside: float, held: float, cap: float) -> float:
    """Largest ticket not above ``ticket`` with which the holder has at most ``cap`` of the firm after the round.

    Formula: (held·price + t) / (price + other + t·(1 + beside)) ≤ cap, so
    t ≤ (cap·(price + other) − held·price) / (1 − cap·(1 + beside)).
    Parameters: ``other`` money in the same round; ``beside`` co-investors' money per yuan of the ticket; ``held`` share
    before the round; ``cap`` in (0, 1).
    Source: rulebook E4, E8, E10.
    """
    room = cap * (price + other) - held * price
    if room <= 0.0:
        return 0.0
    left = 1.0 - cap * (1.0 + beside)
    return ticket if left <= 0.0 else min(ticket, room / left)


@inlined
def next_stage(stage: int) -> int:
    """Stage after a round: one up, at most pre-IPO (5)."""
    return min(stage + 1, 5)


@compiled
def log_value_after(log_value: float, amount: float) -> float:
    """Log value after a round: the money is in the firm, ln(V + amount)."""
    return math.log(math.exp(log_value) + amount)
