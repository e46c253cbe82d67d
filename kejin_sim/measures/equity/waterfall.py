"""E6: the whole-fund distribution waterfall, its concession and the GP's clawback; E7: the early buy-out.

Tiers: (1) contributed capital to the limited partners; (2) preferred return at the hurdle; (3) GP catch-up; (4) split at
the carry. Capital contains everything paid in, fees included, so carry is paid on the profit of the whole fund.
"""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def accrue(capital: float, preferred: float, hurdle: float, simple: int) -> float:
    """E6. Preferred return owed after one more quarter (CNY).

    Formula: compound: pref + (capital + pref)·((1+h)^¼ − 1); simple: pref + capital·h/4.
    Parameters: ``capital`` unreturned, ``preferred`` owed so far (CNY); ``hurdle`` h a year
    (``measures.equity.angel_subfunds.hurdle``); ``simple`` 1 for simple interest
    (``measures.equity.angel_subfunds.hurdle_interest``).
    Source: Ningbo demonstration zone 2021 (8 %); compounding is an assumption.
    """
    if simple == 1:
        return preferred + capital * hurdle * 0.25
    return preferred + (capital + preferred) * ((1.0 + hurdle) ** 0.25 - 1.0)


@compiled
def waterfall(
    cash: float, capital: float, preferred: float, preferred_paid: float, caught_up: float, catch_up: float, carry: float
) -> tuple[float, float, float, float]:
    """E6. Distribute ``cash`` through the four tiers.

    Formula: tier 1 = min(cash, capital); tier 2 = min(rest, preferred); tier 3 runs until the GP holds ``carry`` of
    preferred return and tier 3 together, that is X = carry·preferred_paid/(catch_up − carry) in all, of which the GP
    takes ``catch_up``; tier 4: the GP takes ``carry``.

    Parameters: ``cash`` CNY ≥ 0; ``capital``, ``preferred`` owed to the limited partners (CNY); ``preferred_paid`` tier
    2 paid before this distribution and ``caught_up`` tier 3 paid before (CNY); ``catch_up`` 0 (none) or in (carry, 1]
    (``measures.equity.angel_subfunds.catch_up``); ``carry`` in [0, 1) (``measures.equity.angel_subfunds.carry``).

    Returns: (capital returned, preferred return paid, tier 3 in all, tier 4 in all), CNY; their sum is ``cash``.
    Limits: with 0 < catch_up ≤ carry the tier would never end; a scenario that says so is refused.
    Source: rulebook E6.
    """
    to_capital = min(cash, capital)
    rest = cash - to_capital
    to_preferred = min(rest, preferred)
    rest -= to_preferred
    to_catch_up = 0.0
    if catch_up > carry:
        target = carry * (preferred_paid + to_preferred) / (catch_up - carry)
        if to_preferred >= preferred:
            to_catch_up = min(rest, max(0.0, target - caught_up))
    return to_capital, to_preferred, to_catch_up, rest - to_catch_up


@compiled
def gp_part(to_catch_up: float, to_split: float, catch_up: float, carry: float) -> float:
    """E6. Carried interest in a distribution: catch_up · tier 3 + carry · tier 4 (CNY).

    Parameters: ``to_catch_up``, ``to_split`` tiers 3 and 4 from :func:`waterfall` (CNY); ``catch_up``, ``carry`` as for
    :func:`waterfall`.
    Source: rulebook E6; 20 % carry is the market's norm, not verified.
    """
    return catch_up * to_catch_up + carry * to_split


@compiled
def concession(government_excess: float, share: float) -> float:
    """E6. Concession (让利): share of what the government gets above capital and hurdle, after carry (CNY).

    Parameters: ``government_excess`` that amount (CNY); ``share`` at most 50 %
    (``measures.equity.angel_subfunds.concession``).
    Source: Ningbo demonstration zone 2021 (at most half of the excess over 8 %).
    Note: at 20 % carry and a 50 % concession to the GP, the GP holds 20 % + 50 %·80 % = 60 % of the government's
    excess.
    """
    return share * government_excess


@compiled
def clawback(carry_paid: float, carry: float, profit: float, owed: float) -> float:
    """E6. What the GP gives back at liquidation (CNY).

    Formula: min(carry_paid, max(carry_paid − carry·max(0, profit), owed)); nothing for what rounding leaves (1e-9 of
    the carry).
    Parameters: ``carry_paid`` to date (CNY); ``carry`` in [0, 1) (``measures.equity.angel_subfunds.carry``); ``profit``
    distributions of the whole fund, carry included, less paid-in; ``owed`` capital and preferred return that the
    limited partners still miss (CNY).
    Source: rulebook E6; terms as is usual in the market (not verified).
    Limits: gross of the GP's tax, and always collected.
    """
    excess = carry_paid - carry * max(0.0, profit)
    back = min(carry_paid, max(max(0.0, excess), max(0.0, owed)))
    return back if back > 1e-9 * carry_paid else 0.0


@compiled
def buyout_strike(
    paid: float, weighted_quarters: float, quarter: int, distributed: float, years: float, free_years: float, rate: float
) -> float:
    """E7. Price at which the other partners may buy the government's interest (CNY).

    Formula: within ``free_years``: principal; afterwards principal plus simple interest on each call to date; less what
    was distributed, not below zero.
    Parameters: ``paid`` Σ calls (CNY); ``weighted_quarters`` Σ call · quarter of the call; ``quarter`` now;
    ``distributed`` to the government to date (CNY); ``years`` since the fund was formed; ``free_years``
    (``measures.equity.angel_subfunds.buyout.free_years``); ``rate`` a year, ``world.macro.lpr`` +
    ``measures.equity.angel_subfunds.buyout.spread``.
    Source: a generic rule, not checked against a text (rulebook E7); years and spread are assumptions.
    """
    interest = 0.0
    if years > free_years:
        interest = rate * 0.25 * (paid * quarter - weighted_quarters)
    return max(0.0, paid + interest - distributed)


@compiled
def buyout_exercised(value: float, strike: float, u: float, funded: float) -> bool:
    """E7. The option is used only when the interest is worth more than the strike and the buyers find the money.

    Formula: value > strike and u < funded.
    Parameters: ``value`` fair value of the interest and ``strike`` from :func:`buyout_strike` (CNY); ``u`` uniform;
    ``funded`` a probability (``measures.equity.angel_subfunds.buyout.funded``).
    Source: rulebook E7; assumption.
    """
    return value > strike and u < funded


@compiled
def partners_value(
    cash: float, capital: float, preferred: float, preferred_paid: float, caught_up: float, catch_up: float, carry: float
) -> float:
    """E6, E7, E13. What all limited partners would get if ``cash`` went through the waterfall now (CNY).

    Parameters: as for :func:`waterfall`; ``cash`` what the fund has and its holdings would bring.
    Source: rulebook E6.
    """
    a, b, c, d = waterfall(cash, capital, preferred, preferred_paid, caught_up, catch_up, carry)
    return a + b + c + d - gp_part(c, d, catch_up, carry)


@compiled
def partners_excess(
    cash: float, capital: float, preferred: float, preferred_paid: float, caught_up: float, catch_up: float, carry: float
) -> float:
    """E6, E7. Of :func:`partners_value` what is above capital and preferred return, after carry (CNY).

    Parameters: ``cash``, ``capital``, ``preferred``, ``preferred_paid``, ``caught_up``, ``catch_up``, ``carry`` as for
    :func:`partners_value`.
    Source: rulebook E6 (a concession is a share of the government's part of it).
    """
    _, _, c, d = waterfall(cash, capital, preferred, preferred_paid, caught_up, catch_up, carry)
    return c + d - gp_part(c, d, catch_up, carry)


@compiled
def given_up(value: float, excess: float, share: float, strike: float) -> float:
    """E7. What a buy-out costs the government: what it would have kept of its interest, less the strike (CNY).

    Formula: value − concession(excess) − strike.
    Parameters: ``value`` fair value of the interest (CNY), of which ``excess`` from :func:`partners_excess` or already
    received and waiting for the test of E5 (0 where no concession can come: the test missed, or a sanction);
    ``share`` as for :func:`concession`; ``strike`` from :func:`buyout_strike` (CNY).
    Source: rulebook E7 (an exercise ends the concession of E6, so the government is spared it).
    Limits: a test still to come counts as met.
    """
    return value - concession(excess, share) - strike
