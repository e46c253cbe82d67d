"""What is insured and what is paid: sums insured and claims of the four lines (I3)."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled


@compiled
def insured_research(
    cost: float, revenue: float, cash: float, research: float, eligible: float, quarters: int, limit: float
) -> float:
    """I3. Sum insured of R&D-failure cover: eligible research until the claim may be made, at most the limit (CNY).

    Formula: min(limit, eligible · research share · min(cost · quarters, cash + revenue · quarters)): what is planned,
    as far as the money for it is there.
    Parameters: ``cost``, ``revenue`` of a quarter and ``cash`` (CNY); ``research`` share of spending on R&D
    (``world.city.rd_share``); ``eligible`` (``measures.insurance.rd.eligible``: the listed R&D costs); ``quarters``
    (``measures.insurance.rd.wait``); ``limit`` CNY (``measures.insurance.rd.limit``).
    Source: Guangdong's model clause insures listed R&D costs.
    """
    plan = min(cost * quarters, cash + revenue * quarters)
    return min(limit, eligible * research * plan)


@compiled
def insured_ip(value: float, share: float, limit: float) -> float:
    """I3. Limit of an IP policy: share of the firm's value that is IP, at most the line's limit (CNY).

    Formula: min(limit, share · value).
    Parameters: ``value`` of the firm's equity (CNY); ``share`` (``measures.insurance.ip.value_share``); ``limit`` CNY
    (``measures.insurance.ip.limit``).
    Source: rulebook I3; assumption.
    """
    return min(limit, share * value)


@compiled
def insured_assets(cost: float, multiple: float, limit: float) -> float:
    """I3. Sum insured of key equipment and product liability: multiple · yearly cost, at most the limit (CNY).

    Parameters: ``cost`` of a quarter (CNY); ``multiple`` assets per yuan of yearly cost
    (``measures.insurance.equipment.assets``); ``limit`` CNY (``measures.insurance.equipment.limit``).
    Source: rulebook I3; assumption.
    """
    return min(limit, 4.0 * cost * multiple)


@compiled
def insured_first_set(
    revenue: float, share: float, limit: float, hard_tech: bool, sustained: bool, stage: int, least: int
) -> float:
    """I3. Sum insured of first sets: share of yearly sales, at most the limit (CNY); 0 for a firm that sells none.

    First sets come from hard-technology firms that live on their sales or have reached stage ``least``.
    Parameters: ``revenue`` of a quarter (CNY); ``share`` (``measures.insurance.first_set.sales_share``); ``limit`` CNY
    (``measures.insurance.first_set.limit``); ``hard_tech``, ``sustained`` what the firm is; ``stage`` 0 seed … 5
    pre-IPO; ``least`` (``measures.insurance.first_set.min_stage``).
    Source: rulebook I3; assumption.
    """
    if not hard_tech or not (sustained or stage >= least):
        return 0.0
    return min(limit, 4.0 * revenue * share)


@compiled
def research_claim(spent: float, insured: float, pay: float, deductible: float) -> float:
    """I3. Paid for a failed R&D project after the waiting period: pay · (1 − deductible) · min(spent, insured) (CNY).

    Parameters: ``spent`` eligible research since inception (CNY); ``insured`` sum insured (CNY); ``pay``
    (``measures.insurance.rd.pay``); ``deductible`` share of the loss that the firm bears first
    (``measures.insurance.rd.deductible``).
    Source: rulebook I3; shares are assumptions.
    """
    return pay * (1.0 - deductible) * min(spent, insured)


@compiled
def damage(u: float, mean: float) -> float:
    """I3. An exponential damage of a uniform: −m · ln u (CNY). The lower the uniform, the greater the damage.

    Parameters: ``u`` uniform in (0, 1); ``mean`` m CNY (``measures.insurance.ip.damages``; or ``.equipment.severity``,
    ``.first_set.severity`` · sum insured).
    Source: model, rule I3; the exponential form is an assumption.
    """
    return -mean * math.log(u)


@compiled
def ip_claim(legal: float, damages: float, limit: float) -> float:
    """I3. Paid in an IP dispute: min(limit, legal cost + damages) (CNY).

    Parameters: ``legal`` cost (``measures.insurance.ip.legal``); ``damages`` from :func:`damage`; ``limit`` from
    :func:`insured_ip` (all CNY).
    Source: rulebook I3.
    """
    return min(limit, legal + damages)


@compiled
def asset_claim(damage: float, insured: float) -> float:
    """I3. Paid for equipment, liability and first sets: min(damage, sum insured) (CNY).

    Parameters: ``damage`` from :func:`damage`; ``insured`` sum insured (CNY).
    Source: rulebook I3; assumption.
    """
    return min(damage, insured)
