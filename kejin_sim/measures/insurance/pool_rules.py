"""The co-insurance pool: shares, cession, fee, calls and surplus (I4)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def ceded_share(insured: float, capacity: float, cede: float) -> float:
    """I4. Part of a risk that reinsurers take: 1 − (1 − quota) · min(1, capacity ÷ sum insured); 0 for no sum.

    A quota of every risk and all that exceeds the pool's capacity for one risk; premium and claims follow it.
    Parameters: ``insured`` sum insured (CNY); ``capacity`` (CNY, ``measures.insurance.pool.capacity``); ``cede`` quota
    in [0, 1] (``measures.insurance.pool.cede``).
    Source: rulebook I4; assumption.
    """
    return 1.0 - (1.0 - cede) * min(1.0, capacity / insured) if insured > 0.0 else 0.0


@compiled
def commission(ceded_premium: float, rate: float) -> float:
    """I4. Ceding commission that reinsurers give back: rate · ceded premium (CNY).

    Parameters: ``ceded_premium`` CNY; ``rate`` (``measures.insurance.pool.ceding_commission``).
    Source: rulebook I4; assumption.
    """
    return rate * ceded_premium


@compiled
def lead_fee(premium: float, rate: float) -> float:
    """I4. Service fee of the lead insurer: rate · premium (CNY).

    Parameters: ``premium`` CNY; ``rate`` (``measures.insurance.pool.lead_fee``).
    Source: rulebook I4; assumption.
    """
    return rate * premium


@compiled
def expenses(premium: float, load: float, fee: float) -> float:
    """I4. Members' expenses paid out of a premium: (load − lead's fee rate) · premium, never below 0 (CNY).

    Parameters: ``premium`` CNY; ``load`` (``measures.insurance.pricing.load``); ``fee`` rate of the lead's fee, which
    is part of the load (``measures.insurance.pool.lead_fee``).
    Source: model, rule I4; assumption.
    """
    return max(0.0, load - fee) * premium


@compiled
def lead_part(amount: float, lead_share: float) -> float:
    """I4. Lead insurer's part of a call or surplus: lead share · amount (CNY).

    Parameters: ``amount`` CNY; ``lead_share`` (``measures.insurance.pool.lead_share``).
    Source: rulebook I4; assumption.
    """
    return lead_share * amount


@compiled
def follower_share(lead_share: float, members: int) -> float:
    """I4. Share of every other member: (1 − lead share) ÷ (members − 1).

    Parameters: ``lead_share`` as for :func:`lead_part`; ``members`` ≥ 2 (``measures.insurance.pool.members``).
    Source: rulebook I4; the chip insurers' pool has 18 members, the default is an assumption.
    """
    return (1.0 - lead_share) / (members - 1)


@compiled
def call(payment: float, balance: float) -> float:
    """I4. What members pay in so that the pool can pay: max(0, payment − balance) (CNY). The pool never owes money.

    Parameters: ``payment`` to be made; ``balance`` of the pool (CNY).
    Source: model, rule I4; assumption.
    """
    return max(0.0, payment - balance)


@compiled
def surplus(balance: float, net_premium: float, reserve: float) -> float:
    """I4. Shared among members at the year's end: max(0, balance − reserve · premium of the year net of cession) (CNY).

    Parameters: ``balance`` of the pool; ``net_premium`` that premium (CNY); ``reserve``
    (``measures.insurance.pool.reserve``): for claims of policies in force. A policy lasts a year and pays at its end,
    so that at a year's end all claims of its policies are open: what premiums expect of them is 1 − load.
    Source: model, rule I4; assumption.
    """
    return max(0.0, balance - reserve * net_premium)
