"""Awards to venture capital: early-stage money (H1), volume (H2), how a short line is shared out."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled


@compiled
def non_fiscal(private_now: float, private_seen: float, share: float) -> float:
    """H1, H2. Non-fiscal money that has come in since the last yearly visit: share · max(0, now − seen) (CNY).

    Parameters: ``private_now``, ``private_seen`` private money in all of the firm's rounds, now and at the last visit
    (CNY; the guidance fund's and the sub-funds' money is never part of it); ``share`` in [0, 1], the part of private
    rounds that is not fiscal money behind another name (``measures.people.nonfiscal``).
    Source: R13 (非财政性资金). Limits: one share for all rounds, stages and institutions.
    """
    return share * max(0.0, private_now - private_seen)


@compiled
def is_startup(age_years: float, yearly_revenue: float, age_max: float, revenue_max: float) -> bool:
    """H1. Is the firm a start-up when its money is filed: age and yearly revenue within the limits?

    Parameters: ``age_years`` years; ``yearly_revenue`` the quarter's · 4 (CNY); ``age_max`` years
    (``measures.people.early.age_max``); ``revenue_max`` CNY (``measures.people.early.revenue_max``).
    Source: R11; the limits of R13 were not seen.
    """
    return age_years <= age_max and yearly_revenue <= revenue_max


@compiled
def is_held(filed: int, now: int, years: float) -> bool:
    """H1, H2. Has money filed in quarter ``filed`` been held for the required years in quarter ``now``?

    Parameters: ``filed``, ``now`` quarters (of a firm that is gone, ``now`` is its last); ``years``
    (``measures.people.early.hold`` or ``measures.people.volume.hold``).
    Returns: now − filed ≥ 4 · years, in whole quarters.
    Source: R13. Limits: the count runs from the yearly visit that files the money, at most a year after it came in: the
    test is on the strict side. A firm that fails once the years are over has held the money all the same.
    """
    return now - filed >= math.ceil(4.0 * years - 1e-9)


@compiled
def early_award(held: float, rate: float) -> float:
    """H1. Early-stage award: rate · non-fiscal money held long enough (CNY).

    Parameters: ``held`` that money (CNY); ``rate`` (``measures.people.early.award``).
    Source: R13 (10 %).
    """
    return rate * held


@compiled
def within_cap(claims: float, cap: float, institutions: float) -> float:
    """H1. A year's awards within the cap of all institutions together: min(claims, cap · institutions) (CNY).

    Parameters: ``claims`` of the year (CNY); ``cap`` CNY per institution and year (``measures.people.early.cap``, for
    the part of the year in force); ``institutions`` how many there are (``measures.people.institutions``, with those
    that H4 has settled).
    Source: rulebook H1; assumption.
    Limits: institutions are not modelled one by one, so a large one that would meet its own cap while others do not is
    not cut: the result is an upper bound.
    """
    return min(claims, cap * institutions)


@compiled
def full_units(waiting: float, unit: float) -> float:
    """H2. Full units in the money that waits for an award: ⌊waiting / unit⌋ (a count).

    Parameters: ``waiting`` CNY; ``unit`` CNY > 0 (``measures.people.volume.unit``).
    Source: R13 (每满1亿元).
    """
    return float(math.floor(waiting / unit))


@compiled
def volume_award(units: float, award: float) -> float:
    """H2. Award for full units: units · award (CNY).

    Parameters: ``units`` from :func:`full_units`; ``award`` CNY (``measures.people.volume.award``).
    Source: R13 (每满1亿元奖励100万元). Limits: money is added up over the city and not by institution, which leaves fewer parts
    of units unpaid than the text; what R13 treats apart (above CNY 2 bn a year) is awarded like the rest.
    """
    return units * award


@compiled
def still_waiting(waiting: float, unit: float, units: float) -> float:
    """H2. Money that goes on waiting: waiting − units · unit (CNY). A part of a unit is never lost.

    Parameters: ``waiting``, ``unit`` as for :func:`full_units`; ``units`` from it.
    Source: model, rule H2; assumption.
    """
    return waiting - units * unit


@compiled
def payable_share(claims: float, available: float) -> float:
    """H1, H2, H3. Share of a year's claims that the budget line pays: 1, or available / claims where that is less.

    Every claim of the year is cut alike, and what is cut is not owed later: a liability never exceeds its
    appropriation.
    Parameters: ``claims`` of the year; ``available`` in the line (CNY).
    Source: rulebook §0.4 (public liability); equal cuts are an assumption.
    """
    if claims <= available:
        return 1.0
    return max(0.0, available) / claims


@compiled
def award_rate(early: float, award: float, unit: float) -> float:
    """H1, H2. Award per yuan of non-fiscal money in a start-up: early rate + award / unit (a rate).

    Parameters: ``early`` (``measures.people.early.award``); ``award``, ``unit`` CNY (``measures.people.volume.award``,
    ``.unit``).
    Source: derived from H1 and H2.
    """
    return early + award / unit


@compiled
def reckoned_rate(rate: float, share: float) -> float:
    """H1, H2. Award per yuan that investors reckon with: rate · share of the awards due that was paid (a rate).

    Parameters: ``rate`` from :func:`award_rate`; ``share`` of what was due by rate under H1 to H3 (H1 before its cap) that the
    last settlement paid (:func:`kejin_sim.world.promises.share_paid`), 1 before the first one of the measure.
    Source: model (behaviour); assumption.
    Limits: investors look back one settlement: more money in the line is answered a year later. All awards count alike, so
    that a cap on H1 lowers what is reckoned with of H2 as well.
    """
    return rate * share


@compiled
def offer_response(strength: float, rate: float) -> float:
    """H1, H2. Rise in the log-odds of private offers: strength · award rate.

    Parameters: ``strength`` log-odds per unit of rate (``behaviour.award_response``; 0 = none); ``rate`` from
    :func:`reckoned_rate`.
    Source: model (behaviour); assumption.
    Limits: all private money responds alike, money that meets no condition of the award included.
    """
    return strength * rate
