"""The state of the economy: technology cycle, IPO window, equity market."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled, inlined


@compiled
def next_factor(factor: float, innovation: float, persistence: float) -> float:
    """Tech-cycle factor one quarter on: x' = φ·x + √(1−φ²)·ε, stationary with unit variance.

    Parameters: ``factor`` x of the quarter before; ``innovation`` ε standard normal; ``persistence`` φ in [0, 1)
    (``world.macro.persistence``).
    Source: model, macro; assumption.
    """
    return persistence * factor + math.sqrt(1.0 - persistence * persistence) * innovation


@inlined
def logistic(log_odds: float) -> float:
    """Probability of log-odds: 1 / (1 + e^−η).

    Parameters: ``log_odds`` η, any real number, or ±∞.
    Source: definition.
    """
    if log_odds >= 0.0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    e = math.exp(log_odds)
    return e / (1.0 + e)


@inlined
def clearly_not(u: float, log_odds: float) -> bool:
    """Is it plain without an exponential that an event of these log-odds, or of lower ones, does not happen?

    With x = −η > 0, e^x exceeds the first terms of its series, so that the probability lies below 1 / (2 + x + x²/2 +
    x³/6). The hair keeps rounding from deciding otherwise than the exponential would.
    Parameters: ``u`` uniform; ``log_odds`` η.
    Returns: false also when it is not plain.
    Source: a bound on the logistic function, for speed alone.
    """
    x = -log_odds
    return (x >= 0.0) & (u * (2.0 + x * (1.0 + x * (0.5 + x * 0.16666666666666666))) > 1.0 + 1e-9)


@inlined
def happens(u: float, log_odds: float) -> bool:
    """Does an event of these log-odds happen: u < logistic(log_odds)?

    Parameters: ``u`` uniform; ``log_odds`` η, any real number, or ±∞.
    Source: definition.
    """
    if clearly_not(u, log_odds):
        return False
    return u < logistic(log_odds)


@compiled
def log_odds(probability: float) -> float:
    """ln(p / (1 − p)); −∞ and +∞ at 0 and 1, so that "never" and "always" stay exact.

    Parameters: ``probability`` p in [0, 1].
    Source: definition.
    """
    if probability <= 0.0:
        return -math.inf
    if probability >= 1.0:
        return math.inf
    return math.log(probability / (1.0 - probability))


@compiled
def next_window(is_open: int, factor: float, shut_rate: float, open_rate: float, cycle: float, u: float) -> int:
    """W6. IPO window one quarter on: 1 open, 0 shut.

    Formula: P(open→shut) = logistic(logit(shut_rate) − cycle·x), P(shut→open) = logistic(logit(open_rate) + cycle·x).
    Parameters: ``is_open`` now (1 or 0); ``factor`` x; ``shut_rate``, ``open_rate`` quarterly probabilities at x = 0
    and ``cycle`` log-odds per unit of x (``world.ipo_window.*``); ``u`` uniform.
    Source: model, rule W6; assumption.
    """
    if is_open == 1:
        return 0 if u < logistic(log_odds(shut_rate) - cycle * factor) else 1
    return 1 if u < logistic(log_odds(open_rate) + cycle * factor) else 0


@compiled
def first_window(shut_rate: float, open_rate: float, u: float) -> int:
    """W6. IPO window in the first quarter, from its stationary distribution at x = 0: 1 open, 0 shut.

    Formula: open when u < open_rate / (shut_rate + open_rate), and if nothing ever switches.
    Parameters: as for :func:`next_window`.
    Source: model, rule W6; assumption.
    """
    total = shut_rate + open_rate
    share_open = 1.0 if total <= 0.0 else open_rate / total
    return 1 if u < share_open else 0


@compiled
def market_growth(mean: float, volatility: float, loading: float, innovation: float, own: float) -> float:
    """Gross return of the equity market in a quarter: lognormal with E = (1 + mean)^(1/4) (a factor).

    Formula: exp(ln(1 + mean)/4 − s²/2 + s·z) with s = volatility/2 and z = c·ε + √(1−c²)·own.
    Parameters: ``mean`` and ``volatility`` a year (``world.macro.market_return``, ``.market_volatility``); ``loading``
    c, correlation with the factor's innovation (``.market_loading``); ``innovation`` ε and ``own`` independent standard
    normals.
    Source: model, macro; mean and loading assumed, volatility as of Chinese stock indices (not verified).
    """
    s = 0.5 * volatility
    z = loading * innovation + math.sqrt(1.0 - loading * loading) * own
    return math.exp(0.25 * math.log1p(mean) - 0.5 * s * s + s * z)
