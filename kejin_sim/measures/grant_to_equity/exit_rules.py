"""End of a holding: founders' call, right of first refusal, market sale (G5) and the concession to the team (G6)."""

from __future__ import annotations

from typing import Final

from kejin_sim.jit import compiled

ROUNDING: Final = 1e-9
"""A gain of less than this part of a price is no gain."""


@compiled
def strike(cost: float, rate: float, years: float, got: float) -> float:
    """G5. Price of the founders' call: max(0, cost · (1 + rate · years) − got) (CNY).

    Parameters: ``cost`` public money converted (CNY); ``rate`` simple, 0 at cost, ``world.macro.lpr`` +
    ``measures.grant_to_equity.exit.call_spread`` for cost-plus (``.founder_call``); ``years`` since conversion; ``got``
    dividends received to date (CNY).
    Source: Hongshan 2025 (at a suitable return); the terms are assumptions.
    """
    return max(0.0, cost * (1.0 + rate * years) - got)


@compiled
def calls(value: float, strike: float, u: float, funded: float) -> bool:
    """G5. Do the founders call: worth more than the strike, and the money is there (u < funded)?

    Exercised on winners only, so it caps the public upside and leaves the losses: adverse to the government.
    A holding worth the strike is left alone: in the quarter of conversion both are the cost, but for rounding.
    Parameters: ``value`` of the holding and ``strike`` from :func:`strike` (CNY); ``u`` of ``grant.call_funds``;
    ``funded`` a year (``measures.grant_to_equity.exit.call_funded``).
    Source: rulebook G5; assumption.
    """
    return value > strike * (1.0 + ROUNDING) and u < funded


@compiled
def sale_price(h: float, mark: float) -> float:
    """G5. Price of a holding at a third party's round: h · post-money (CNY).

    Parameters: ``h`` share of the firm; ``mark`` the round's post-money (CNY).
    Source: rulebook G5. A right of first refusal has the same price: it changes the buyer only.
    """
    return h * mark


@compiled
def team_yield(gain: float, share: float, years: float, window: float) -> float:
    """G6. Ceded to the team on a market exit: share · max(0, gain) within the window, 0 afterwards (CNY).

    Parameters: ``gain`` all receipts less cost, at most what the exit brought (CNY); ``share``
    (``measures.grant_to_equity.exit.team_yield``); ``years`` since conversion; ``window`` years
    (``measures.grant_to_equity.exit.window_years``).
    Source: notes on fund first, equity later (R54: yield to the team); share and years are assumptions.
    Limits: never on a founders' call, which already cedes the upside.
    """
    return share * max(0.0, gain) if years <= window else 0.0
