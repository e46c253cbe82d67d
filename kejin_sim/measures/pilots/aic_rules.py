"""AIC funds as a cluster (A1) and the limit on the AIC's own money (A2).

Their cash follows the same pacing model as chain-leader funds (:mod:`kejin_sim.measures.equity.chain_rules`), with one rate of
contribution for all years.
"""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def real_equity(received: float, share: float, distributed: float) -> bool:
    """A1. Is the AIC a shareholder and no lender: it received its share of what the fund distributed, and nothing else?

    Formula: |received − share · distributed| ≤ rounding. A put, a repurchase or a guaranteed return would pay the AIC
    when the fund distributes nothing (明股实债).
    Parameters: ``received`` by the AIC, ``distributed`` by the fund to all partners (CNY, from its start); ``share``
    (``measures.pilots.aic.share``).
    Source: R34: no debt in disguise.
    """
    return abs(received - share * distributed) <= 1e-9 * max(1.0, distributed)


@compiled
def projects(invested: float, ticket: float) -> float:
    """A1. Number of investments that an amount stands for: invested / mean ticket.

    Parameters: ``invested`` and ``ticket`` > 0 (CNY, ``measures.pilots.aic.ticket``).
    Source: model, rule A1; assumption.
    Limits: an expectation, not a whole number.
    """
    return invested / ticket


@compiled
def progress(committed: float, target: float) -> float:
    """A1. Progress of the cluster: commitments of all funds formed / target (a share).

    Parameters: ``committed``, ``target`` (CNY, ``measures.pilots.aic.target``).
    Source: seed document, measure 9 (百亿级: CNY 10 bn).
    """
    return committed / target


@compiled
def postponed(uncovered: int, per_year: int) -> int:
    """A1. Funds that wait for a later year because the appropriation did not cover them: min(uncovered, a year's plan).

    A fund is indivisible and a line is cut by quarters: the half-year in which a policy starts may owe a whole fund and hold
    half the money for it. Such a fund is formed in the next year whose line covers it, if the AIC's limit (A2) has room then.
    Parameters: ``uncovered`` funds that the line did not cover, of this year and, still waiting, of earlier ones; ``per_year``
    (``measures.pilots.aic.new_per_year``).
    Source: model, rule A1; assumption.
    Limits: more than a year's plan never waits: where the line is too small for good, funds are lost and not put off. What waits
    when the books open or the policy ends is given up.
    """
    return min(uncovered, per_year)


@compiled
def own_room(assets: float, limit: float, city_part: float) -> float:
    """A2. Own money that AICs may have in the city: assets · limit · the city's part (CNY).

    Parameters: ``assets`` CNY, ``limit`` own-account equity of assets, ``city_part`` of it
    (``measures.pilots.aic.assets``, ``.own_limit``, ``.city_part``).
    Source: R34 (10 %; second-hand); assets and the city's part are assumptions.
    """
    return assets * limit * city_part


@compiled
def own_exposure(share: float, unfunded: float, cost: float) -> float:
    """A2. The AIC's own money in one fund: share · uncalled commitment + principal paid in and not yet back (CNY).

    Parameters: ``share`` (``measures.pilots.aic.share``); ``unfunded`` of all partners; ``cost`` the AIC's own
    principal in the fund (CNY).
    Source: model, rule A2; assumption.
    Limits: commitments count as if they were drawn: on the safe side of the limit.
    """
    return share * unfunded + cost


@compiled
def may_commit(exposure: float, added: float, room: float) -> bool:
    """A2. May the AIC commit to one more fund: exposure + own commitment ≤ room?

    A fund that may not is not formed, and the refusal is counted.
    Parameters: ``exposure`` Σ :func:`own_exposure`; ``added`` share · size of the new fund; ``room`` from
    :func:`own_room` (CNY).
    Source: R34 (second-hand).
    """
    return exposure + added <= room
