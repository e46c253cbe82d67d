"""What money earned: IRR, multiples, market equivalents and present values of quarterly cash flows, row by row.

A row is one path. Every function runs over the quarters of a row in a fixed written order inside compiled
code, so the result of a path does not depend on which other paths are computed beside it. (A numpy reduction
over an axis may change the order of its sum with the shape of the array: never use one for a value that is
stored per path.)

Signs are the investor's: money received is positive, money paid is negative. The cash of quarter ``k``
(counted from 0) is taken to move at the end of that quarter.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.jit import array_maker, compiled

Array = NDArray[np.float64]

QUARTERS: Final = 4.0
WIDEST: Final = 10.0  # natural log of the growth factor per quarter beyond which no root is looked for
_STEPS: Final = 200  # more than ever needed: halving alone closes the bracket in 60
_CLOSE: Final = 1e-15


@compiled
def _balance(flows: Array, growth: float) -> float:
    """Σ flows[k]·exp(−growth·k), scaled by a positive factor such that no power exceeds 1."""
    total = 0.0
    if growth >= 0.0:
        factor = math.exp(-growth)
        for k in range(flows.shape[0] - 1, -1, -1):
            total = total * factor + flows[k]
    else:
        factor = math.exp(growth)
        for k in range(flows.shape[0]):
            total = total * factor + flows[k]
    return total


@compiled
def _newton(flows: Array, growth: float) -> float:
    """Step of Newton's method for the balance, in the growth rate; NaN where it has no slope."""
    value = 0.0
    slope = 0.0
    if growth >= 0.0:
        factor = math.exp(-growth)
        for k in range(flows.shape[0] - 1, -1, -1):
            slope = slope * factor + value
            value = value * factor + flows[k]
        slope = -slope * factor
    else:
        factor = math.exp(growth)
        for k in range(flows.shape[0]):
            slope = slope * factor + value
            value = value * factor + flows[k]
        slope = slope * factor
    return -value / slope if slope != 0.0 else math.nan


@compiled
def _solve(flows: Array, low: float, high: float) -> float:
    """The root between two growth rates at which the balance has different signs.

    Newton's method within a bracket, which is halved whenever a step leaves it or fails to shrink: as exact as
    bisection, in a tenth of the evaluations.
    """
    low_is_positive = _balance(flows, low) > 0.0
    growth = min(max(0.02, low), high)
    width = high - low
    for _ in range(_STEPS):
        balance = _balance(flows, growth)
        if balance == 0.0:
            return growth
        if (balance > 0.0) == low_is_positive:
            low = growth
        else:
            high = growth
        following = growth + _newton(flows, growth)
        if not low < following < high or (high - low > 0.5 * width and abs(following - growth) > 0.25 * width):
            following = 0.5 * (low + high)
        width = high - low
        if abs(following - growth) <= _CLOSE * max(1.0, abs(growth)):
            return following
        growth = following
    return growth


@compiled
def _root_on_side(flows: Array, side: float) -> float:
    """The root nearest to 0 on one side (``side`` is 1 or −1), NaN if none is found there."""
    near = 0.0
    near_is_positive = _balance(flows, near) > 0.0
    while near < WIDEST:
        far = near + (0.01 if near < 0.3 else 0.1 if near < 1.0 else 0.5)
        if (_balance(flows, side * far) > 0.0) != near_is_positive:
            return _solve(flows, side * near, side * far)
        near = far
    return math.nan


@compiled
def irr(flows: Array) -> float:
    """Internal rate of return of quarterly flows, as an effective annual rate.

    The rate ``r`` at which Σ flows[k]·(1 + r)^(−k/4) = 0; it does not matter when in its quarter cash moves.

    Parameters: ``flows``, CNY, float64[quarter], receipts positive.
    Returns: a decimal a year, with these answers where the equation has none:

    - paid and never received: −1 (everything is lost);
    - nothing paid (only receipts, or no flow at all): NaN;
    - payments and receipts, but no rate solves the equation: NaN;
    - a root below −1 + 1e-17: −1.

    When the sign of the flows changes more than once there may be several roots; the one nearest to 0 is
    returned, nearness measured in the logarithm of the growth factor, the positive one on a tie.
    Limits: two roots closer together than the scanning step (1 % a quarter near 0, up to 50 % far away) are not seen.
    """
    changes = 0
    last = 0.0
    paid = False
    for k in range(flows.shape[0]):
        if flows[k] != 0.0:
            if last != 0.0 and (flows[k] > 0.0) != (last > 0.0):
                changes += 1
            last = flows[k]
            paid = paid or last < 0.0
    if not paid:
        return math.nan
    if changes == 0:
        return -1.0
    if changes == 1:  # by Descartes' rule there is exactly one root
        low_is_positive = _balance(flows, -WIDEST) > 0.0
        if low_is_positive == (_balance(flows, WIDEST) > 0.0):
            return -1.0 if low_is_positive == (last < 0.0) else math.nan
        growth = _solve(flows, -WIDEST, WIDEST)
    else:
        above = _root_on_side(flows, 1.0)
        below = _root_on_side(flows, -1.0)
        if math.isnan(above) or -below < above:
            growth = below
        else:
            growth = above
    return math.expm1(QUARTERS * growth)


@array_maker
def irr_rows(flows: Array) -> Array:
    """`irr` of every row of ``flows``, CNY, float64[path, quarter]."""
    rates = np.empty(flows.shape[0])
    for path in range(flows.shape[0]):
        rates[path] = irr(flows[path])
    return rates


@array_maker
def total_rows(rows: Array) -> Array:
    """Sum of every row over its quarters, in their order: float64[path, quarter] → float64[path]."""
    totals = np.empty(rows.shape[0])
    for path in range(rows.shape[0]):
        total = 0.0
        for k in range(rows.shape[1]):
            total += rows[path, k]
        totals[path] = total
    return totals


@array_maker
def present_value_rows(rows: Array, annual_rate: float) -> Array:
    """Present value of every row at the opening of the books.

    Σ rows[k]·(1 + annual_rate)^(−(k+1)/4): cash moves at the end of its quarter, and an annual rate is
    compounded quarterly at its fourth root.

    Parameters: ``rows``, CNY, float64[path, quarter]; ``annual_rate``, a decimal above −1.
    """
    factor = (1.0 + annual_rate) ** (-1.0 / QUARTERS)
    values = np.empty(rows.shape[0])
    for path in range(rows.shape[0]):
        value = 0.0
        for k in range(rows.shape[1] - 1, -1, -1):
            value = (value + rows[path, k]) * factor
        values[path] = value
    return values


@array_maker
def peak_need_rows(net: Array) -> Array:
    """Greatest cumulative net outlay of every row, at least 0.

    Parameters: ``net``, outlay − recovery, CNY, float64[path, quarter].
    """
    peaks = np.empty(net.shape[0])
    for path in range(net.shape[0]):
        level = 0.0
        peak = 0.0
        for k in range(net.shape[1]):
            level += net[path, k]
            peak = max(peak, level)
        peaks[path] = peak
    return peaks


@array_maker
def payback_rows(net: Array) -> Array:
    """Years from the opening until cumulative net outlay is back at 0 for good.

    The end of the first quarter from which on the cumulative sum of ``net`` stays at or below 0 to the
    horizon; NaN when it ends above 0, 0 when it never rises above 0. NaN too where ``net`` is above 0 in no quarter:
    nothing was paid that could come back.

    Parameters: ``net``, outlay − recovery, CNY, float64[path, quarter].
    """
    years = np.empty(net.shape[0])
    for path in range(net.shape[0]):
        level = 0.0
        last_above = -1
        paid = False
        for k in range(net.shape[1]):
            paid = paid or net[path, k] > 0.0
            level += net[path, k]
            if level > 0.0:
                last_above = k
        if not paid or last_above == net.shape[1] - 1:
            years[path] = math.nan
        else:
            years[path] = (last_above + 2) / QUARTERS if last_above >= 0 else 0.0
    return years


@array_maker
def ks_pme_rows(paid: Array, received: Array, market: Array) -> Array:
    """Public market equivalent of Kaplan and Schoar, every row.

    Σ received[k]·M(k) ÷ Σ paid[k]·M(k), where M(k) is the product of the market's gross returns after quarter
    k: what the same money would have become at the horizon had it earned the market's return. Above 1: better
    than the market.

    Parameters: ``paid`` and ``received``, CNY, both ≥ 0, and ``market``, gross return of each quarter,
    all float64[path, quarter]. What is still held must be in ``received`` as if sold.
    Returns: a multiple, NaN where nothing was paid.
    Source: Kaplan and Schoar, *Private equity performance*, Journal of Finance 60 (2005).
    """
    multiples = np.empty(paid.shape[0])
    for path in range(paid.shape[0]):
        put_in = 0.0
        got_out = 0.0
        for k in range(paid.shape[1]):
            put_in = put_in * market[path, k] + paid[path, k]
            got_out = got_out * market[path, k] + received[path, k]
        multiples[path] = got_out / put_in if put_in > 0.0 else math.nan
    return multiples


@array_maker
def direct_alpha_rows(paid: Array, received: Array, market: Array) -> Array:
    """Direct alpha, every row: the annual rate earned above the market, compounded.

    `irr` of the flows after each has been carried to the horizon at the market's return. Same parameters as
    `ks_pme_rows`. Source: Gredil, Griffiths and Stucke, *Benchmarking private equity: the direct alpha method*
    (2014).
    """
    alphas = np.empty(paid.shape[0])
    flows = np.empty(paid.shape[1])
    for path in range(paid.shape[0]):
        carried = 1.0
        for k in range(paid.shape[1] - 1, -1, -1):
            flows[k] = (received[path, k] - paid[path, k]) * carried
            carried *= market[path, k]
        alphas[path] = irr(flows)
    return alphas


def multiple(received: Array, paid: Array) -> Array:
    """``received ÷ paid``, element by element (TVPI, DPI, shares and leverage): NaN where nothing was paid."""
    result = np.full(paid.shape, np.nan)
    np.divide(received, paid, out=result, where=paid > 0.0)
    return result


def loss(value: Array, cost: Array) -> Array:
    """``max(0, 1 − value ÷ cost)``, element by element: NaN where there was no cost."""
    share: Array = np.maximum(1.0 - multiple(value, cost), 0.0)
    return share
