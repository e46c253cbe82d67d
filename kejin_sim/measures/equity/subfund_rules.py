"""Angel sub-funds: capital calls (E1), fees (E2), eligibility (E3), concentration (E4), local reinvestment (E5)."""

from __future__ import annotations

from kejin_sim.jit import compiled, inlined


@compiled
def call_due(committed: float, share_called: float) -> float:
    """E1. What one limited partner owes at a call: commitment · scheduled share (CNY).

    Parameters: ``share_called`` element of ``angel_subfunds.calls``.
    """
    return committed * share_called


@compiled
def next_call_ready(spent: float, called: float, trigger: float) -> bool:
    """E1. May the next call be made? Only when most of the last is spent: spent ≥ trigger · called.

    Parameters: ``spent`` deals and fees to date, ``called`` money received to date, ``trigger`` (``call_trigger``).
    """
    return spent >= trigger * called


@compiled
def delivered(due: float, delivery: float) -> float:
    """E1. What a district pays in time of what it owes: due · delivery (``cash_delivery``); the rest is in arrears."""
    return due * delivery


@compiled
def management_fee(paid_in: float, invested_cost: float, rate_invest: float, rate_later: float, investing: bool) -> float:
    """E2. Management fee of a year (CNY).

    Formula: rate · base; the base is paid-in capital in the investment period, the cost of unrealised deals afterwards.
    Source: rulebook E2; fee base as in 国办发〔2025〕1号 (paid-in or invested amount).
    """
    return rate_invest * paid_in if investing else rate_later * invested_cost


@inlined
def eligible(age_years: float, staff: float, revenue: float, age_max: float, staff_max: float, size_max: float) -> bool:
    """E3. Seed or start-up firm: age ≤ 5 years, staff ≤ 300, and assets or revenue ≤ CNY 100 m (defaults).

    Parameters: ``revenue`` of the last four quarters.
    Limits: the rule accepts assets *or* revenue; revenue is tested, which for a start-up is the weaker test.
    """
    return age_years <= age_max and staff <= staff_max and revenue <= size_max


@compiled
def deal_ticket(ticket: float, single_cap: float, fund_size: float) -> float:
    """E4. Ticket of a deal, at most ``single_cap`` of the fund's size (CNY)."""
    return min(ticket, single_cap * fund_size)


@inlined
def counted_holding(own: float, state: float, scope: int) -> float:
    """E4, E8, E10. Holding before the deal that counts against a cap (share of the firm).

    Parameters: ``own``: the holder's; ``state``: what all state-backed holders have together, its own included;
    ``scope`` ``eligibility.holding_scope``: 0 own, 1 state.
    """
    return state if scope == 1 else own


@compiled
def may_hold(holding: float, founders: float) -> bool:
    """E4. A state-backed holder may not be the largest: its holding stays below the founders'."""
    return holding < founders


@compiled
def reinvestment_credit(
    amount: float, outside: bool, relocated: bool, subsidiary: bool, hard_tech: bool,
    w_registered: float, w_relocated: float, w_subsidiary: float, bonus: float,
) -> float:  # fmt: skip
    """E5. Local reinvestment recognised for a deal (CNY): amount · weight of its route · zone bonus for hard tech.

    Routes: registered here; relocated here; outside, with a local subsidiary; outside, without one: nothing.
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
    """E5. Is the local reinvestment requirement met: credit ≥ required · the guidance fund's paid-in?"""
    return credit >= required * paid_in


@compiled
def early_share(base: float, slope: float, tolerance: float, reference: float) -> float:
    """Share of seed and angel deals: base + slope · (tolerance − reference), within [0, 1].

    Parameters: ``slope`` (``behaviour.early_investing_per_tolerance``; no evidence found, 0 switches it off);
    ``reference`` (``behaviour.early_investing_tolerance``).
    Source: rulebook §1.4.
    """
    return min(1.0, max(0.0, base + slope * (tolerance - reference)))
