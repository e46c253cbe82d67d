"""The fiscal year, which the opening of the books and the end of the policy may cut in two: what a part of it costs and allows."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def quarters_in_force(first: int, last: int) -> int:
    """Quarters of a fiscal year in which the policy is in force: last − first + 1.

    Parameters: ``first`` quarter of the year that is running, ``last`` one before the year or the policy ends (both
    0–3).
    Returns: 1–4. Appropriations, yearly costs and yearly offers are reduced alike (O1).
    Source: model, rule O1; assumption.
    """
    return last - first + 1


@compiled
def cost_of_year(yearly: float, quarters: int) -> float:
    """F2, O3. What costs the same every year costs in a fiscal year: yearly · quarters ÷ 4 (CNY).

    Parameters: ``yearly`` CNY (``measures.evaluation.platform.opex``, ``measures.ecosystem.alliance_cost``); ``quarters`` of the
    fiscal year in which it runs, 0–4: see :func:`quarters_in_force`.
    Source: rulebook F2, O3; the sums are assumptions.
    """
    return 0.25 * yearly * quarters


@compiled
def period_quota(per_year: int, first: int, last: int) -> int:
    """E1, E11, A1, T4. What a yearly quota allows in some quarters of a fiscal year: ⌊(last+1)·n/4⌋ − ⌊first·n/4⌋.

    The whole quota in a whole year; the parts of a year that the opening of the books cuts in two sum to it.
    Parameters: ``per_year`` n (``measures.equity.angel_subfunds.new_per_year``,
    ``measures.equity.chain_funds.new_per_year``, ``measures.pilots.aic.new_per_year``, the one issue of securities a year; other
    measures' quotas too); ``first`` … ``last`` quarters of the
    year, 0–3.
    Source: model, rule O1; assumption.
    """
    return (last + 1) * per_year // 4 - first * per_year // 4


@compiled
def quarterly_quota(per_year: int, quarter_of_year: int) -> int:
    """E8, E10, H5, H6. What a yearly quota allows in this quarter, spread evenly; the four quarters sum to the quota.

    Formula: ⌊(i+1)·n/4⌋ − ⌊i·n/4⌋ for quarter i = 0…3.
    Parameters: ``per_year`` n (``measures.equity.seed_direct.per_year``, ``measures.equity.follow_on.per_year``,
    ``measures.people.deputy.per_year``, the firms that advisers can serve; other measures' quotas too); ``quarter_of_year`` i.
    Source: model; quotas are assumptions.
    """
    return period_quota(per_year, quarter_of_year, quarter_of_year)
