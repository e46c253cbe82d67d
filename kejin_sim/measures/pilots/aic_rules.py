"""AIC funds as a cluster (A1) and the limit on the AIC's own money (A2).

Their cash follows the same pacing model as chain-leader funds (:mod:`kejin_sim.measures.equity.chain_rules`), with one rate of
contribution for all years.
"""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def real_equity(received: float, share: float, distributed: float) -> bool:
    """A1. Is the AIC a shareholder and no lender: it received its share of what the fund distributed, and nothing else?

    Formula: |received − share · distributed| ≤ rounding. A put, a repurchase or a guaranteed return would pay the AIC when the
    fund distributes nothing (明股实债).
    Parameters: ``received`` by the AIC, ``distributed`` by the fund to all partners (CNY, from its start); ``share``
    ``aic.share``.
    Source: R34: no debt in disguise.
    """
    return abs(received - share * distributed) <= 1e-9 * max(1.0, distributed)


@compiled
def projects(invested: float, ticket: float) -> float:
    """A1. Number of investments that an amount stands for: invested / mean ticket (``aic.ticket``).

    Limits: an expectation, not a whole number.
    """
    return invested / ticket


@compiled
def progress(committed: float, target: float) -> float:
    """A1. Progress of the cluster: commitments of all funds formed / target (``aic.target``, CNY 10 bn)."""
    return committed / target


@compiled
def own_room(assets: float, limit: float, city_part: float) -> float:
    """A2. Own money that AICs may have in the city: assets · limit · the city's part (CNY).

    Parameters: ``aic.assets`` CNY; ``aic.own_limit`` (own-account equity of assets, 10 %); ``aic.city_part`` of it.
    Source: R34 (second-hand).
    """
    return assets * limit * city_part


@compiled
def own_exposure(share: float, unfunded: float, cost: float) -> float:
    """A2. The AIC's own money in one fund: share · commitment not yet called + principal paid in and not yet back (CNY).

    Parameters: ``unfunded`` of all partners; ``cost`` the AIC's own principal in the fund.
    Limits: commitments count as if they were drawn: on the safe side of the limit.
    """
    return share * unfunded + cost


@compiled
def may_commit(exposure: float, added: float, room: float) -> bool:
    """A2. May the AIC commit to one more fund: exposure + own commitment ≤ room?

    Parameters: ``added`` share · size of the new fund (CNY). A fund that may not is not formed, and the refusal is counted.
    """
    return exposure + added <= room
