"""Equity rounds: whether an offer comes, at what price, who is diluted."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled, inlined


@inlined
def boosted_log_odds(
    base: float, quality_effect: float, quality: float, traction: float, growth: float, cycle: float, factor: float,
    boost: float, log_cap: float,
) -> float:  # fmt: skip
    """W2. As :func:`offer_log_odds`, with ``log_cap``, the logarithm of the cap: it is the same for all firms.

    Other parameters, return and source as for :func:`offer_log_odds`.
    """
    raised = min(log_cap, boost) if boost > 0.0 else boost
    return base + quality_effect * quality + traction * growth + cycle * factor + raised


@inlined
def offer_log_odds(
    base: float, quality_effect: float, quality: float, traction: float, growth: float, cycle: float, factor: float,
    boost: float, cap: float,
) -> float:  # fmt: skip
    """W2. Log-odds of a private offer in a quarter in which the firm seeks money.

    Formula: logit(p_stage) + b_q·q + b_g·g + b_x·x + min(ln cap, boost); a negative boost counts in full.
    Parameters: ``base`` logit of ``world.rounds.odds``; ``quality_effect`` b_q (``world.rounds.quality``); latent
    ``quality`` q; ``traction`` b_g (``world.rounds.traction``; 0: investors do not look at what has become of the last
    round's money); ``growth`` g = ln(value ÷ last post-money value, or value at founding); ``cycle`` b_x
    (``world.rounds.cycle``); ``factor`` x; ``boost`` sum of behavioural boosts (log-odds); ``cap`` ≥ 1, what all of them
    together may multiply the odds by (``behaviour.boost_cap``).
    Source: model, rule W2; staged money follows progress (Gompers 1995); odds fitted to published funnels by ``kejin
    calibrate``; cap: rulebook §0.4 (at most double).
    """
    return boosted_log_odds(base, quality_effect, quality, traction, growth, cycle, factor, boost, math.log(cap))


@compiled
def at_same_price(value: float, keep: float) -> float:
    """W2, E13, G4. What all shares are worth at an unchanged price per share once new ones have been issued: V / keep (CNY).

    The last round's value stands for all shares of its day; so that it may be multiplied by a share of today it is stated anew
    with every issue.
    Parameters: ``value`` of all shares before the issue (CNY); ``keep`` in (0, 1], what is left of a share in the firm.
    Source: definition of dilution: a holding's worth, h · V, is the same before and after, as nobody paid for it.
    """
    return value / keep


@compiled
def growth_premium(quality_drift: float, score: float, noise: float, years: float) -> float:
    """W2. What prices see of the growth that a firm's score promises (a factor).

    Formula: exp(drift · E[q|s] · years), with E[q|s] = ρ·s.
    Parameters: ``quality_drift`` yearly log growth per unit of quality (``world.value.quality_drift``); ``score`` s;
    ``noise`` σ of the score, ρ = 1/√(1+σ²) (``world.score.noise``); ``years`` (``world.rounds.foresight``; 0: the price
    is the value).
    Source: model, rule W2; years as the mean holding of exited Chinese projects (Lifeng Partners 2024).
    Limits: quality itself stays hidden; a low score is a discount.
    """
    return math.exp(quality_drift * score / math.sqrt(1.0 + noise * noise) * years)


@inlined
def entry_price(value: float, premium: float, price_rise: float, doublings: float) -> float:
    """W2. Pre-money price of a round: value · premium · (1 + rise · doublings of public deal money) (CNY).

    Parameters: ``value`` fair value of the equity (CNY); ``premium`` from :func:`growth_premium`; ``price_rise`` per
    doubling (``behaviour.entry_price_rise``; 0 in stages that public money does not drive up); ``doublings`` ≥ 0 from
    :func:`kejin_sim.world.enterprise.doublings`.
    Source: model, rule W2; rulebook §0.4 (entry_price_rise); assumption.
    """
    return value * premium * (1.0 + price_rise * doublings)


@inlined
def private_ticket(price: float, dilution: float) -> float:
    """W2. Private money of a round that sells the usual share: price · d / (1 − d) (CNY).

    Parameters: ``price`` pre-money (CNY); ``dilution`` d of the stage in (0, 1) (``world.rounds.dilution``).
    Source: model, rule W2; dilution near Carta's (US), fitted by ``kejin calibrate``.
    """
    return price * dilution / (1.0 - dilution)


@inlined
def share_bought(amount: float, price: float, total: float) -> float:
    """W2. Share of the firm that money buys in a round: amount / (price + total).

    Parameters: ``amount`` of one holder; ``price`` pre-money; ``total`` money of the round (all CNY).
    Source: definition (post-money value).
    """
    return amount / (price + total)


@inlined
def capped_ticket(ticket: float, price: float, other: float, beside: float, held: float, cap: float) -> float:
    """W2, E4, E8, E10. Largest ticket not above ``ticket`` with which the holder has at most ``cap`` of the firm (CNY).

    Formula: (held·price + t) / (price + other + t·(1 + beside)) ≤ cap, so
    t ≤ (cap·(price + other) − held·price) / (1 − cap·(1 + beside)).
    Parameters: ``ticket`` wanted, ``price`` pre-money and ``other`` money in the same round (CNY); ``beside``
    co-investors' money per yuan of the ticket; ``held`` share before the round; ``cap`` in (0, 1), after it
    (``measures.equity.angel_subfunds.holding_cap``, ``.seed_direct.holding_cap``, ``.follow_on.holding_cap``).
    Returns: 0 when the holder has its cap already.
    Source: rulebook E4, E8, E10.
    """
    room = cap * (price + other) - held * price
    if room <= 0.0:
        return 0.0
    left = 1.0 - cap * (1.0 + beside)
    return ticket if left <= 0.0 else min(ticket, room / left)


@inlined
def next_stage(stage: int) -> int:
    """W2. Stage after a round: one up, at most pre-IPO (5).

    Parameters: ``stage`` before it: 0 seed, 1 angel, 2 A … 5 pre-IPO.
    Source: model, rule W2; assumption.
    """
    return min(stage + 1, 5)


@compiled
def log_value_after(log_value: float, amount: float) -> float:
    """W2. Log value after a round: the money is in the firm, ln(V + amount) (of CNY).

    Parameters: ``log_value`` ln V before it; ``amount`` all money of the round (CNY).
    Source: model, rule W2; definition of post-money value.
    """
    return math.log(math.exp(log_value) + amount)
