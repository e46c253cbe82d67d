"""Ways out: acquisition, IPO with queue and lock-up, redemption, dividends."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled, inlined


@inlined
def acquisition_hazard(
    yearly: float, elasticity: float, log_value: float, reference: float, age_rise: float, age_years: float,
    boost: float, pace: float, cap: float,
) -> float:  # fmt: skip
    """Probability of being acquired in a quarter.

    Formula: min(cap, yearly/4 · (V / reference)^e · (1 + rise·age) · (1 + boost) · pace).
    Parameters: ``world.exits.mna_*``, ``reference`` as a log value; ``boost`` from chain-leader funds (``behaviour.chain_orders``);
    ``pace`` from :func:`acquisition_pace`.
    """
    h = 0.25 * yearly * math.exp(elasticity * (log_value - reference))
    return min(cap, h * (1.0 + age_rise * age_years) * (1.0 + boost) * pace)


@inlined
def clearly_not_acquired(
    u: float, yearly: float, elasticity: float, log_value: float, reference: float, age_rise: float, age_years: float,
    boost: float, pace: float, cap: float,
) -> bool:  # fmt: skip
    """Is it plain without an exponential that u ≥ :func:`acquisition_hazard`, of which the other parameters are?

    With x = −e·ln(V / reference) > 0, e^x exceeds the first terms of its series, so that (V / reference)^e lies below
    1 / (1 + x + x²/2 + x³/6). The hair keeps rounding from deciding otherwise.
    """
    x = -elasticity * (log_value - reference)
    most = 0.25 * yearly * (1.0 + age_rise * age_years) * (1.0 + boost) * pace
    return (u >= cap) | (
        (x >= 0.0) & (u * (1.0 + x * (1.0 + x * (0.5 + x * 0.16666666666666666))) > most * (1.0 + 1e-9))
    )


@inlined
def is_acquired(
    u: float, yearly: float, elasticity: float, log_value: float, reference: float, age_rise: float, age_years: float,
    boost: float, pace: float, cap: float,
) -> bool:  # fmt: skip
    """Is a firm acquired in a quarter: u < :func:`acquisition_hazard`, of which the other parameters are?"""
    if clearly_not_acquired(u, yearly, elasticity, log_value, reference, age_rise, age_years, boost, pace, cap):
        return False
    return u < acquisition_hazard(yearly, elasticity, log_value, reference, age_rise, age_years, boost, pace, cap)


@compiled
def acquisition_pace(window_open: int, fall: float) -> float:
    """What the IPO window does to acquisitions: 1 while it is open, 1 − ``fall`` (``exits.mna_window``) while it is shut."""
    return 1.0 if window_open == 1 else 1.0 - fall


@compiled
def acquisition_price(value: float, discount: float) -> float:
    """Price of the whole firm in an acquisition: value · (1 − discount)."""
    return value * (1.0 - discount)


@inlined
def may_file(stage: int, min_stage: int, log_value: float, min_log_value: float, window_open: int) -> bool:
    """Does the firm qualify for an IPO filing, and is the window open?"""
    return stage >= min_stage and window_open == 1 and log_value >= min_log_value


@inlined
def listed_step(drift: float, volatility: float, z: float) -> float:
    """Change of log value in a quarter of lock-up: drift/4 + volatility·z/2."""
    return 0.25 * drift + 0.5 * volatility * z


@compiled
def redemption_claim(cost: float, coupon: float, years: float, received: float) -> float:
    """Contractual redemption claim: cost · (1 + coupon · years) less what was received, not below zero (simple interest).

    Parameters: ``coupon`` (``world.exits.redemption_coupon``); ``received`` dividends so far.
    """
    return max(0.0, cost * (1.0 + coupon * years) - received)


@compiled
def collected_share(u: float, full: float, partial: float) -> float:
    """Share of a redemption claim that founders really pay: 1 with probability ``full``, else ``partial``."""
    return 1.0 if u < full else partial


@inlined
def dividend_due(revenue: float, cost: float, age: int, founders: float) -> bool:
    """Is it the yearly day on which a profitable firm with outside shareholders pays a dividend? ``age`` in quarters.

    Shares that came back to the founders by redemption sum to 1 but for rounding, hence the threshold.
    """
    return (founders < 1.0 - 1e-9) & (revenue > cost) & (age > 0) & (age % 4 == 0)  # one branch in the hot loop, not four


@compiled
def dividend(revenue: float, cost: float, payout: float) -> float:
    """Yearly dividend: payout · 4 · max(0, revenue − cost)."""
    return payout * 4.0 * max(0.0, revenue - cost)
