"""Direct investment by the guidance fund: seed lead (E8), co-investor reward (E9), follow-on (E10), risk reserve (E14)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def quarterly_quota(per_year: int, quarter_of_year: int) -> int:
    """Deals that a yearly quota allows in this quarter; the four quarters sum to the quota.

    Formula: ⌊(i+1)·n/4⌋ − ⌊i·n/4⌋ for quarter i = 0…3.
    """
    return (quarter_of_year + 1) * per_year // 4 - quarter_of_year * per_year // 4


@compiled
def period_quota(per_year: int, first: int, last: int) -> int:
    """What a yearly quota allows in quarters ``first`` … ``last`` (0–3) of a fiscal year: ⌊(last+1)·n/4⌋ − ⌊first·n/4⌋.

    The whole quota in a whole year; the parts of a year that the opening of the books cuts in two sum to it.
    """
    return (last + 1) * per_year // 4 - first * per_year // 4


@compiled
def coinvest_log_odds(base_log_odds: float, response: float, reward: float) -> float:
    """Log-odds of finding co-investors: base + response · reward rate (``behaviour.reward_response``; 0 = no effect)."""
    return base_log_odds + response * reward


@compiled
def coinvestment(ticket: float, ratio: float) -> float:
    """E8. Co-investors' money beside the lead: ratio · ticket (CNY)."""
    return ticket * ratio


@compiled
def reward_due(rate: float, proceeds: float, cost: float, paid: float) -> float:
    """E9. Reward now due to co-investors: rate · max(0, cumulative proceeds − cost) − already paid (CNY, ≥ 0).

    Per deal: the deal's own figures. Per vintage: the sums over the year's deals, once the vintage is closed.
    Source: seed document, measure 1 (净收益的20%奖励给跟投方).
    """
    return max(0.0, rate * max(0.0, proceeds - cost) - paid)


@compiled
def follow_on_ticket(private_ticket: float, ratio: float, cap: float) -> float:
    """E10. Follow-on on the private lead's terms: min(ratio · private ticket, cap) (CNY)."""
    return min(ratio * private_ticket, cap)


@compiled
def reserve_set_aside(rate: float, yearly_gain: float) -> float:
    """E14. Risk reserve of a year: rate · max(0, exit gain after E9 rewards) (CNY)."""
    return rate * max(0.0, yearly_gain)
