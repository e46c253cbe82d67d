"""Direct investment by the guidance fund: seed lead (E8), co-investor reward (E9), follow-on (E10), risk reserve (E14)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def coinvest_log_odds(base_log_odds: float, response: float, reward: float) -> float:
    """E8, E9. Log-odds of finding co-investors: base + response · reward rate.

    Parameters: ``base_log_odds`` logit of ``measures.equity.seed_direct.coinvest_probability``; ``response`` per unit
    of the rate (``behaviour.reward_response``; 0 = no effect); ``reward`` (``measures.equity.seed_direct.reward``).
    Source: model (behaviour); assumption.
    """
    return base_log_odds + response * reward


@compiled
def coinvestment(ticket: float, ratio: float) -> float:
    """E8. Co-investors' money beside the lead: ratio · ticket (CNY).

    Parameters: ``ticket`` of the lead (CNY); ``ratio`` (``measures.equity.seed_direct.coinvest_ratio``; 0 when none was
    found).
    Source: seed document, measure 1 (种子直投领投、社会资本跟投); the ratio is an assumption.
    """
    return ticket * ratio


@compiled
def reward_due(rate: float, proceeds: float, cost: float, paid: float) -> float:
    """E9. Reward now due to co-investors: rate · max(0, cumulative proceeds − cost) − already paid (CNY, ≥ 0).

    Per deal: the deal's own figures. Per vintage: the sums over the year's deals, once the vintage is closed.
    Parameters: ``rate`` in [0, 1] (``measures.equity.seed_direct.reward``); ``proceeds`` to date, ``cost`` and rewards
    ``paid`` to date, of the guidance fund (CNY).
    Source: seed document, measure 1 (净收益的20%奖励给跟投方).
    """
    return max(0.0, rate * max(0.0, proceeds - cost) - paid)


@compiled
def co_investors_part(reward: float, coinvested: float, private: float) -> float:
    """E9. What of a reward goes to the co-investors that the lead has brought: pro rata to money, r · c / (c + p) (CNY).

    The rest goes to private money that was coming anyway and joined the round: the terms tell nobody apart who invests beside the
    lead.
    Parameters: ``reward`` due (CNY); ``coinvested`` c, ``private`` p in the rewarded rounds (CNY), one of them above 0.
    Source: rulebook E9 (co-investors in the same round, pro rata to co-invested money).
    """
    return reward * (coinvested / (coinvested + private))


@compiled
def follow_on_ticket(private_ticket: float, ratio: float, cap: float) -> float:
    """E10. Follow-on on the private lead's terms: min(ratio · private ticket, cap) (CNY).

    Parameters: ``private_ticket`` CNY; ``ratio`` (``measures.equity.follow_on.ratio``); ``cap`` CNY
    (``measures.equity.follow_on.cap``).
    Source: Ningbo's rules of 2013–15 (at most half of the angel's own ticket, 宁波日报 2015); the cap is an assumption.
    """
    return min(ratio * private_ticket, cap)


@compiled
def reserve_set_aside(rate: float, yearly_gain: float) -> float:
    """E14. Risk reserve of a year: rate · max(0, exit gain after E9 rewards) (CNY).

    Parameters: ``rate`` (``measures.equity.risk_reserve.rate``); ``yearly_gain`` of the guidance fund's exits, less
    rewards and concessions (CNY).
    Source: Guangzhou Development District 2025 (5 %, as quoted by the press).
    """
    return rate * max(0.0, yearly_gain)
