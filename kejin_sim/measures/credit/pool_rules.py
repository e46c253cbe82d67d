"""Risk pool (C5) and stop-loss (C8)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def party_share(amount: float, share: float) -> float:
    """C5. A party's part of a contribution: amount · share (CNY); shares of city, district and banks sum to 1.

    Parameters: ``amount`` of the contribution (CNY); ``share`` of the party (``measures.credit.pool.shares``).
    Source: Ningbo 2015 (4:4:2 or 4:3:3).
    """
    return amount * share


@compiled
def top_up(size: float, balance: float, most: float) -> float:
    """C5. Yearly top-up towards the agreed size: min(most, max(0, size − balance)) (CNY).

    The guarantee company's capital is topped up by the same rule (C11).
    Parameters: ``size`` (``measures.credit.pool.size``, ``measures.credit.guarantee.capital``); ``balance`` before it;
    ``most`` (``measures.credit.pool.top_up``, ``measures.credit.guarantee.top_up``); all CNY.
    Source: rulebook C5, C11; the yearly amounts are assumptions.
    """
    return min(most, max(0.0, size - balance))


@compiled
def lending_limit(leverage: float, initial: float, balance: float, of_current: bool) -> float:
    """C5. Most that may be outstanding under the pool: leverage · (initial or current size) (CNY).

    Parameters: ``leverage`` (``measures.credit.pool.leverage``); ``initial`` size as funded and ``balance`` now (CNY);
    ``of_current`` (``measures.credit.pool.leverage_of``).
    Source: Ningbo 2015 (ten times). Tied to the initial size, lending goes on until the pool is empty; tied to the
    current one, it shrinks with the pool.
    """
    return leverage * (balance if of_current else initial)


@compiled
def pool_pays(ead: float, share: float, account: float) -> float:
    """C5. What a party's account pays of a claim: min(EAD · share, account) (CNY); the rest stays with the bank.

    Parameters: ``ead`` exposure at default (CNY); ``share`` of the party (``measures.credit.pool.shares``); ``account``
    its money left in the pool (CNY).
    Source: Ningbo 2015; rulebook C5.
    """
    return min(ead * share, account)


@compiled
def public_exposure(exposure: float, share: float, money: float) -> float:
    """C5, C6, C7. Public money that open loans may still draw: min(exposure · share, money set aside for them) (CNY).

    Parameters: ``exposure`` of loans that are open or whose claim is open (CNY); ``share`` of it that the public party
    bears; ``money`` in its account of the pool, or left in the budget line (CNY).
    Source: rulebook §0.4 (the public liability never exceeds what is appropriated for it).
    """
    return min(exposure * share, money)


@compiled
def paid_short(paid: float, ead: float) -> bool:
    """C5. Did the public accounts pay less of a bad loan than their shares? A miss by rounding does not count.

    Formula: ead − paid > 1e-9 · ead.
    Parameters: ``paid`` by city and district together; ``ead`` their part of the exposure at default (CNY).
    Source: rulebook C5 (unpaid claims are an outcome); numerical threshold.
    """
    return ead - paid > 1e-9 * ead


@compiled
def stopped(was_stopped: bool, defaults_12m: float, average_exposure: float, trigger: float, release: float) -> bool:
    """C8. Does the scheme take no new loans: the default flow of twelve months ÷ average exposure is too high?

    Formula: stops above ``trigger``; once stopped, until the flow is below ``release``. Never without exposure, and
    never with a trigger of 100 % or more (switched off).
    Parameters: ``was_stopped`` before; ``defaults_12m`` EAD of the last four quarters' defaults and
    ``average_exposure`` mean of the last four quarter-ends' exposures (CNY); ``trigger``, ``release``
    (``measures.credit.stop_loss.trigger``, ``.release``).
    Source: rulebook C8. A flow, not a stock: a stock of bad loans over a shrinking book would never release.
    """
    if trigger >= 1.0 or average_exposure <= 0.0:
        return False
    flow = defaults_12m / average_exposure
    return flow >= release if was_stopped else flow > trigger
