"""Angel sub-funds: capital calls (E1), fees (E2), eligibility (E3), concentration (E4), local reinvestment (E5)."""

from __future__ import annotations

from kejin_sim.jit import compiled, inlined


@compiled
def call_due(committed: float, share_called: float) -> float:
    """E1. What one limited partner owes at a call: commitment · scheduled share (CNY).

    Parameters: ``committed`` what the partner has not paid yet of its commitment (CNY); ``share_called`` the call's
    element of ``measures.equity.angel_subfunds.calls`` ÷ what the schedule has yet to call.
    Source: Ningbo demonstration zone 2021 (4:3:3).
    """
    return committed * share_called


@compiled
def next_call_ready(spent: float, called: float, trigger: float) -> bool:
    """E1. May the next call be made? Only when most of the last is spent: spent ≥ trigger · called.

    Parameters: ``spent`` deals and fees to date, ``called`` money received to date (CNY); ``trigger``
    (``measures.equity.angel_subfunds.call_trigger``).
    Source: rulebook E1; assumption.
    """
    return spent >= trigger * called


@compiled
def delivered(due: float, delivery: float) -> float:
    """E1. What a district pays in time of what it owes: due · delivery; the rest is in arrears (CNY).

    Parameters: ``due`` CNY; ``delivery`` in [0, 1] (``measures.equity.angel_subfunds.cash_delivery``).
    Source: rulebook E1; assumption.
    """
    return due * delivery


@compiled
def management_fee(paid_in: float, invested_cost: float, rate_invest: float, rate_later: float, investing: bool) -> float:
    """E2. Management fee of a year (CNY).

    Formula: rate · base; the base is paid-in capital in the investment period, the cost of unrealised deals afterwards.
    Parameters: ``paid_in`` and ``invested_cost`` of deals still held (CNY); ``rate_invest``, ``rate_later``
    (``measures.equity.angel_subfunds.fee_invest``, ``.fee_later``, at most 3 %); ``investing``: in the investment
    period.
    Source: rulebook E2; fee base as in 国办发〔2025〕1号 (paid-in or invested amount).
    """
    return rate_invest * paid_in if investing else rate_later * invested_cost


@inlined
def eligible(age_years: float, staff: float, revenue: float, age_max: float, staff_max: float, size_max: float) -> bool:
    """E3. Seed or start-up firm: age ≤ 5 years, staff ≤ 300, and assets or revenue ≤ CNY 100 m (defaults).

    Parameters: ``age_years``; ``staff`` of the firm's stage (``world.city.staff``); ``revenue`` of the quarter · 4
    (CNY); ``age_max`` years, ``staff_max``, ``size_max`` CNY (``measures.equity.eligibility.*``).
    Source: Ningbo High-tech Zone 2025 (a district's notice).
    Limits: the rule accepts assets *or* revenue; revenue is tested, which for a start-up is the weaker test.
    """
    return age_years <= age_max and staff <= staff_max and revenue <= size_max


@compiled
def deal_ticket(ticket: float, single_cap: float, fund_size: float) -> float:
    """E4. Ticket of a deal: min(ticket, single_cap · fund_size) (CNY).

    Parameters: ``ticket`` wanted at the firm's stage (CNY, ``measures.equity.angel_subfunds.ticket``); ``single_cap``
    (``measures.equity.angel_subfunds.single_cap``); ``fund_size`` CNY (``measures.equity.angel_subfunds.size``).
    Source: Zhengzhou 2024 (at most 20 % of a sub-fund in one project).
    """
    return min(ticket, single_cap * fund_size)


@inlined
def counted_holding(own: float, state: float, scope: int) -> float:
    """E4, E8, E10. Holding before the deal that counts against a cap (share of the firm).

    Parameters: ``own``: the holder's; ``state``: what all state-backed holders have together, its own included;
    ``scope`` ``measures.equity.eligibility.holding_scope``: 0 own, 1 state.
    Source: rulebook E4; whose holdings count is an assumption.
    """
    return state if scope == 1 else own


@compiled
def may_hold(holding: float, founders: float) -> bool:
    """E4. A state-backed holder may not be the largest: its holding stays below the founders'.

    Parameters: ``holding``, ``founders`` shares of the firm after the deal.
    Source: rulebook E4 (Zhengzhou 2024: government never the largest shareholder).
    """
    return holding < founders


@compiled
def reinvestment_credit(
    amount: float, outside: bool, relocated: bool, subsidiary: bool, hard_tech: bool,
    w_registered: float, w_relocated: float, w_subsidiary: float, bonus: float,
) -> float:  # fmt: skip
    """E5. Local reinvestment recognised for a deal (CNY): amount · weight of its route · zone bonus for hard tech.

    Routes: registered here; relocated here; outside, with a local subsidiary; outside, without one: nothing.
    Parameters: ``amount`` of the deal (CNY); ``outside``, ``relocated``, ``subsidiary``, ``hard_tech`` what the firm is
    or has; ``w_registered``, ``w_relocated``, ``w_subsidiary``
    (``measures.equity.angel_subfunds.reinvestment.weights``); ``bonus`` ≥ 1
    (``measures.equity.angel_subfunds.reinvestment.zone_bonus``).
    Source: rulebook E5 (Anhui's draft of 2025 has such routes); weights and bonus are assumptions.
    """
    if outside:
        weight = w_subsidiary if subsidiary else 0.0
    elif relocated:
        weight = w_relocated
    else:
        weight = w_registered
    return amount * weight * (bonus if hard_tech else 1.0)


@compiled
def reinvestment_met(credit: float, paid_in: float, required: float) -> bool:
    """E5. Is the local reinvestment requirement met: credit ≥ required · the guidance fund's paid-in?

    Parameters: ``credit`` Σ :func:`reinvestment_credit` and ``paid_in`` by the guidance fund (CNY); ``required`` a
    multiple (``measures.equity.angel_subfunds.reinvestment.required``).
    Source: Ningbo demonstration zone 2021 (1.5); 国办发〔2025〕1号 encourages less, and 1.0 is assumed.
    """
    return credit >= required * paid_in


@compiled
def early_share(base: float, slope: float, tolerance: float, reference: float) -> float:
    """LT. Share of seed and angel deals: base + slope · (tolerance − reference), within [0, 1].

    Parameters: ``base`` (``measures.equity.angel_subfunds.early_share``); ``slope``
    (``behaviour.early_investing_per_tolerance``; no evidence found, 0 switches it off); ``tolerance``
    (``measures.equity.loss_tolerance.rate``); ``reference`` (``behaviour.early_investing_tolerance``).
    Source: rulebook §1.4.
    """
    return min(1.0, max(0.0, base + slope * (tolerance - reference)))
