"""Risk pool (C5) and stop-loss (C8)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def party_share(amount: float, share: float) -> float:
    """C5. A party's part of a contribution: amount · share (CNY); shares of city, district and banks sum to 1."""
    return amount * share


@compiled
def top_up(size: float, balance: float, most: float) -> float:
    """C5. Yearly top-up towards the agreed size: min(most, max(0, size − balance)) (CNY).

    Parameters: ``size`` (``measures.credit.pool.size``); ``balance`` before it; ``most`` (``measures.credit.pool.top_up``).
    The guarantee company's capital is topped up by the same rule (C11).
    """
    return min(most, max(0.0, size - balance))


@compiled
def lending_limit(leverage: float, initial: float, balance: float, of_current: bool) -> float:
    """C5. Most that may be outstanding under the pool: leverage · (initial or current size) (CNY).

    Parameters: ``leverage`` (``measures.credit.pool.leverage``); ``initial`` size as funded; ``balance`` now;
    ``of_current`` (``measures.credit.pool.leverage_of``).
    Source: Ningbo 2015 (ten times). Tied to the initial size, lending goes on until the pool is empty; tied to the current
    one, it shrinks with the pool.
    """
    return leverage * (balance if of_current else initial)


@compiled
def pool_pays(ead: float, share: float, account: float) -> float:
    """C5. What a party's account pays of a claim: min(EAD · share, account) (CNY); the rest of the claim stays with the bank.

    Parameters: ``share`` of the party (``measures.credit.pool.shares``); ``account`` its money left in the pool.
    """
    return min(ead * share, account)


@compiled
def public_exposure(exposure: float, share: float, money: float) -> float:
    """C5, C6, C7. Public money that open loans may still draw: min(exposure · share, money set aside for them) (CNY).

    Parameters: ``exposure`` of loans that are open or whose claim is open (CNY); ``share`` of it that the public party bears;
    ``money`` in its account of the pool, or left in the budget line.
    Source: rulebook §0.4 (the public liability never exceeds what is appropriated for it).
    """
    return min(exposure * share, money)


@compiled
def paid_short(paid: float, ead: float) -> bool:
    """Did the parties' payments for a bad loan leave part of it to the bank? Shares that sum to one may miss it by rounding.

    Parameters: ``paid`` by all parties together and exposure at default (CNY).
    """
    return ead - paid > 1e-9 * ead


@compiled
def stopped(was_stopped: bool, defaults_12m: float, average_exposure: float, trigger: float, release: float) -> bool:
    """C8. Does the scheme take no new loans: the default flow of twelve months ÷ average exposure is too high?

    Formula: stops above ``trigger``; once stopped, until the flow is below ``release``. Never without exposure, and never
    with a trigger of 100 % or more (switched off).
    Parameters: ``measures.credit.stop_loss.trigger`` and ``.release``; EAD of the last four quarters' defaults; mean of the
    last four quarter-ends' exposures.
    Source: rulebook C8. A flow, not a stock: a stock of bad loans over a shrinking book would never release.
    """
    if trigger >= 1.0 or average_exposure <= 0.0:
        return False
    flow = defaults_12m / average_exposure
    return flow >= release if was_stopped else flow > trigger
