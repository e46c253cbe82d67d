"""Ways out: acquisition, IPO with queue and lock-up, redemption, dividends."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled, inlined


@inlined
def acquisition_hazard(
    yearly: float, elasticity: float, log_value: float, reference: float, age_rise: float, age_years: float,
    boost: float, pace: float, cap: float,
) -> float:  # fmt: skip
    """W6. Probability of being acquired in a quarter.

    Formula: min(cap, yearly/4 · (V / reference)^e · (1 + rise·age) · (1 + boost) · pace).
    Parameters: ``yearly`` hazard of the stage (``world.exits.mna_hazard``); ``elasticity`` e (``.mna_value``);
    ``log_value`` ln V; ``reference`` as a log value (``.mna_reference``); ``age_rise`` a year (``.mna_age``);
    ``age_years``; ``boost`` from chain-leader funds (``behaviour.chain_orders``; 0 outside chain sectors); ``pace``
    from :func:`acquisition_pace`; ``cap`` of the quarter (``world.exits.mna_cap``).
    Source: model, rule W6; hazards fitted to published exits by ``kejin calibrate``.
    """
    h = 0.25 * yearly * math.exp(elasticity * (log_value - reference))
    return min(cap, h * (1.0 + age_rise * age_years) * (1.0 + boost) * pace)


@inlined
def clearly_not_acquired(
    u: float, yearly: float, elasticity: float, log_value: float, reference: float, age_rise: float, age_years: float,
    boost: float, pace: float, cap: float,
) -> bool:  # fmt: skip
    """W6. Is it plain without an exponential that u ≥ :func:`acquisition_hazard`?

    With x = −e·ln(V / reference) > 0, e^x exceeds the first terms of its series, so that (V / reference)^e lies below
    1 / (1 + x + x²/2 + x³/6). The hair keeps rounding from deciding otherwise.
    Parameters: ``u`` uniform; all others as for :func:`acquisition_hazard`.
    Returns: false also when it is not plain.
    Source: a bound on W6's formula, for speed alone.
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
    """W6. Is a firm acquired in a quarter: u < :func:`acquisition_hazard`?

    Parameters: ``u`` uniform; all others, and the source, as for :func:`acquisition_hazard`.
    """
    if clearly_not_acquired(u, yearly, elasticity, log_value, reference, age_rise, age_years, boost, pace, cap):
        return False
    return u < acquisition_hazard(yearly, elasticity, log_value, reference, age_rise, age_years, boost, pace, cap)


@compiled
def acquisition_pace(window_open: int, fall: float) -> float:
    """W6. What the IPO window does to acquisitions: 1 while it is open, 1 − ``fall`` while it is shut (a factor).

    Parameters: ``window_open`` 1 open, 0 shut; ``fall`` in [0, 1] (``world.exits.mna_window``).
    Source: model, rule W6; assumption.
    """
    return 1.0 if window_open == 1 else 1.0 - fall


@compiled
def acquisition_price(value: float, discount: float) -> float:
    """W6. Price of the whole firm in an acquisition: value · (1 − discount) (CNY).

    Parameters: ``value`` fair value of the equity (CNY); ``discount`` (``world.exits.mna_discount``; below 0 a
    premium).
    Source: model, rule W6; assumption.
    """
    return value * (1.0 - discount)


@inlined
def may_file(stage: int, min_stage: int, log_value: float, min_log_value: float, window_open: int) -> bool:
    """W6. Does the firm qualify for an IPO filing, and is the window open?

    Parameters: ``stage`` 0 seed … 5 pre-IPO, at least ``min_stage`` (``world.exits.ipo_min_stage``); ``log_value`` ln
    of CNY, at least ``min_log_value`` (``world.exits.ipo_min_value``); ``window_open`` 1 open, 0 shut.
    Source: model, rule W6; assumption (the least market value of the STAR Market is CNY 1 bn).
    """
    return stage >= min_stage and window_open == 1 and log_value >= min_log_value


@inlined
def listed_step(drift: float, volatility: float, z: float) -> float:
    """W6. Change of log value in a quarter of lock-up: drift/4 + volatility·z/2.

    Parameters: yearly ``drift`` and ``volatility`` (``world.exits.listed_drift``, ``.listed_volatility``); ``z``
    standard normal.
    Source: model, rule W6; volatility as of Chinese stock indices (not verified), drift assumed.
    """
    return 0.25 * drift + 0.5 * volatility * z


@compiled
def redemption_claim(cost: float, coupon: float, years: float, received: float) -> float:
    """W7. Contractual redemption claim: max(0, cost · (1 + coupon · years) − received) (CNY; simple interest).

    Parameters: ``cost`` of the holding (CNY); ``coupon`` a year (``world.exits.redemption_coupon``); ``years`` since it
    was bought; ``received`` dividends so far (CNY).
    Source: Lifeng Partners 2024 (as quoted by the press).
    """
    return max(0.0, cost * (1.0 + coupon * years) - received)


@compiled
def collected_share(u: float, full: float, partial: float) -> float:
    """W7. Share of a redemption claim that founders really pay: 1 with probability ``full``, else ``partial``.

    Parameters: ``u`` uniform; ``full`` (``world.exits.redemption_full``); ``partial``
    (``world.exits.redemption_partial``).
    Source: Lifeng Partners 2024 (4.62 % of enforcement cases in full, some 6 % of claims on average).
    """
    return 1.0 if u < full else partial


@inlined
def dividend_due(revenue: float, cost: float, age: int, founders: float) -> bool:
    """W5. Is it the yearly day on which a profitable firm with outside shareholders pays a dividend?

    Parameters: ``revenue``, ``cost`` of a quarter (CNY); ``age`` in quarters, a multiple of 4 above 0; ``founders``
    their share of the firm. Shares that came back to them by redemption sum to 1 but for rounding, hence the threshold.
    Source: model, rule W5; assumption.
    """
    return (founders < 1.0 - 1e-9) & (revenue > cost) & (age > 0) & (age % 4 == 0)  # one branch in the hot loop, not four


@compiled
def dividend(revenue: float, cost: float, payout: float) -> float:
    """W5. Yearly dividend: payout · 4 · max(0, revenue − cost) (CNY).

    Parameters: ``revenue``, ``cost`` of the quarter (CNY); ``payout`` in [0, 1] (``world.cash.dividend``).
    Source: model, rule W5; assumption. Limits: the quarter stands for the year; the payer sees to it that the cash is
    there.
    """
    return payout * 4.0 * max(0.0, revenue - cost)
