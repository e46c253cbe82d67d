"""Intellectual property of a firm and what an appraiser makes of it (T1, T4)."""

from __future__ import annotations

import math

from kejin_sim.jit import compiled


@compiled
def research_of_year(spending: float, share: float) -> float:
    """T1. R&D of a year from a quarter's spending: 4 · share · spending (CNY).

    Parameters: ``spending`` what the firm spends a quarter (CNY: its cost, or its revenue when it is short of money);
    ``share`` of it that is R&D (``world.city.rd_share``).
    Source: model, rule T1; assumption.
    Limits: the quarter of the visit stands for the year.
    """
    return 4.0 * share * spending


@compiled
def opening_stock(research: float, depreciation: float, years: float) -> float:
    """T1. Stock of R&D of a firm that is appraised for the first time (CNY): its R&D of the year over all its life.

    Formula: research · (1 − (1 − depreciation)^years) / depreciation, and research · years without depreciation.
    Parameters: ``research`` of the year (CNY); ``depreciation`` a year
    (``measures.commercialisation.ip.depreciation``); ``years`` since founding.
    Source: perpetual inventory; 15 % is the usual rate (not verified).
    Limits: the present pace stands for the past.
    """
    if depreciation <= 0.0:
        return research * years
    return research * (1.0 - (1.0 - depreciation) ** years) / depreciation


@compiled
def stock(before: float, research: float, depreciation: float) -> float:
    """T1. Stock of R&D by perpetual inventory: (1 − depreciation) · before + research (CNY).

    Parameters: ``before`` the stock a year ago (CNY); ``research`` of the year just past (CNY); ``depreciation`` as for
    :func:`opening_stock`.
    Source: perpetual inventory, as for :func:`opening_stock`.
    """
    return (1.0 - depreciation) * before + research


@compiled
def appraised(stock: float, multiple: float, effect: float, score: float, noise: float, z: float) -> float:
    """T1. Appraised value of a firm's intellectual property (CNY).

    Formula: multiple · stock · exp(effect · score + noise · z − noise² / 2): the error has mean 1, so that appraisers
    are right on average.
    Parameters: ``multiple`` per yuan of ``stock`` (CNY) (``measures.commercialisation.ip.multiple``); ``effect``
    (``measures.commercialisation.ip.score``) of the observable ``score`` (standard deviations); ``noise``
    (``measures.commercialisation.ip.noise``); ``z`` a standard normal deviate (stream ``ip.appraisal``).
    Source: model, rule T1; assumption.
    Limits: cost and score only; patents are not counted one by one.
    """
    return multiple * stock * math.exp(effect * score + noise * z - 0.5 * noise * noise)
